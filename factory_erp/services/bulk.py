"""Many rows at once: ids in chunks that every database takes, and inserts that answer their ids."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from sqlalchemy import Select, insert
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


def all_ids(session: Session, statement: Select[int]) -> array[int]:
    """The ids that *statement* selects, straight from the driver: a million in well under a second."""
    rows: Iterable[tuple[int]] = session.connection().execute(statement).cursor.fetchall()
    return array("q", chain.from_iterable(rows))


def insert_rows(session: Session, kind: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert all *rows* in few statements; their ids in the same order."""
    if not rows:
        return []
    statement = insert(kind).returning(kind.id, sort_by_parameter_order=True)
    ids = list(session.scalars(statement, rows))
    touched(session, kind, ids)
    return ids
