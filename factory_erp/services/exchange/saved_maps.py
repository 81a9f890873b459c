"""The mappings that files were imported with, found again by the headers of the next file."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.exchange import SavedMapping
from factory_erp.services.base import query, use_case
from factory_erp.services.clock import now
from factory_erp.services.exchange.mapping import (
    ColumnMap,
    MappingRefusedError,
    from_json,
    signature,
    to_json,
)


@query
def remembered(session: Session, kind: str, headers: Sequence[str]) -> ColumnMap | None:
    """The mapping of the last import of *kind* from a file with these *headers*; None where there is none."""
    found = _found(session, kind, headers)
    try:
        return from_json(found.mapping) if found else None
    except MappingRefusedError:
        return None


def remember(session: Session, kind: str, headers: Sequence[str], mapping: ColumnMap) -> None:
    """Keep *mapping* for the next file of these *headers*."""
    found = _found(session, kind, headers)
    if found is None:
        found = SavedMapping(kind=kind, signature=signature(headers))
        session.add(found)
    found.mapping, found.used_at = to_json(mapping), now()


@use_case
def forget(session: Session, kind: str, headers: Sequence[str]) -> bool:
    """Guess anew from the next file of these *headers*; whether there was anything to forget."""
    found = _found(session, kind, headers)
    if found is not None:
        session.delete(found)
    return found is not None


def _found(session: Session, kind: str, headers: Sequence[str]) -> SavedMapping | None:
    wanted = select(SavedMapping).filter_by(kind=kind, signature=signature(headers))
    return session.scalar(wanted)
