"""Stock, lead times and prices that have to go out because they changed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from factory_erp.services.base import use_case


@use_case
def queue_changes(session: Session, account_id: int) -> int:
    """Put what changed since it was published into the outbox; how many messages were written."""
    return 0
