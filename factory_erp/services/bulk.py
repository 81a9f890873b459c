"""Many rows at once: ids in chunks that every database takes, and inserts that answer their ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from factory_erp.models.base import Base
from factory_erp.services.base import touched

CHUNK = 5000
"""Ids in one IN list: well below what SQLite (32 766) and PostgreSQL (65 535) take."""


def chunks(ids: Iterable[int], size: int = CHUNK) -> Iterator[list[int]]:
    """The distinct *ids* in lists of at most *size*."""
    rest = iter(dict.fromkeys(ids))
    while part := list(islice(rest, size)):
        yield part


def insert_rows(session: Session, kind: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert all *rows* in few statements; their ids in the same order."""
    if not rows:
        return []
    statement = insert(kind).returning(kind.id, sort_by_parameter_order=True)
    ids = list(session.scalars(statement, rows))
    touched(session, kind, ids)
    return ids
