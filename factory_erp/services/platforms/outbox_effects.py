"""What follows from a settled message for the record that it was about, by kind of message."""

from __future__ import annotations

from factory_erp.services.inquiries import effects as inquiry_effects
from factory_erp.services.listings import effects as listing_effects
from factory_erp.services.outbox import Effect

EFFECTS: dict[str, Effect] = {**listing_effects.EFFECTS, **inquiry_effects.EFFECTS}
"""Called in the transaction that settles a message; a kind without an entry has no effect here."""
