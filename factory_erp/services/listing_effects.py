"""What a settled outbox message means for the listing that it was about."""

from __future__ import annotations

from factory_erp.services.outbox import Effect

EFFECTS: dict[str, Effect] = {}
"""Kind of message to what follows from its new state, in the same transaction."""
