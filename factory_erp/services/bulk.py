"""Many rows at once: ids in chunks that every database takes, and inserts that answer their ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any, TypeVar

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from factory_erp.models.base import Base
from factory_erp.services.base import touched

Key = TypeVar("Key")

CHUNK = 5000
"""Ids in one IN list: well below what SQLite (32 766) and PostgreSQL (65 535) take."""


def chunks(ids: Iterable[Key], size: int = CHUNK) -> Iterator[list[Key]]:
    """The distinct *ids* (or other keys) in lists of at most *size*."""
    rest = iter(dict.fromkeys(ids))
    while part := list(islice(rest, size)):
        yield part


def insert_rows(session: Session, kind: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert all *rows* in few statements; their ids in the same order.

    The ids are taken first: a database that answers those of many new rows does not say them in
    order, or takes the rows one by one (SQLite), which costs two to four times as much.
    """
    if not rows:
        return []
    table = kind.__table__
    assert isinstance(table, Table)
    session.flush()
    ids = _free_ids(session, kind, len(rows))
    numbered = [{"id": at, **row} for at, row in zip(ids, rows, strict=True)]
    for _names, alike in groupby(numbered, key=lambda row: row.keys()):
        session.connection().execute(insert(table), list(alike))
    touched(session, kind, ids)
    return ids


def _free_ids(session: Session, kind: type[Base], count: int) -> list[int]:
    """*count* rising ids that nobody else gets."""
    if session.get_bind().dialect.name == "sqlite":
        # Whoever has read in a transaction can write there only while nobody else has written.
        first = (session.scalar(select(func.max(kind.id))) or 0) + 1
        return list(range(first, first + count))
    numbers = func.nextval(func.pg_get_serial_sequence(kind.__tablename__, "id"))
    return list(session.scalars(select(numbers).select_from(func.generate_series(1, count).alias())))
