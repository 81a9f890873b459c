"""Lists by the million: the database filters, finds and sorts; what comes back are ids."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from factory_erp.models.base import Base
from factory_erp.services import search

Sortable = ColumnElement[Any] | InstrumentedAttribute[Any]


def listed(
    session: Session,
    statement: Select[int],
    kind: type[Base],
    *,
    where: ColumnElement[bool] | None,
    found: ColumnElement[bool] | None,
    by: Sortable,
    descending: bool,
    empty_last: bool = False,
) -> array[int]:
    """Ids that *statement* selects of *kind*, in the view *where*, among the *found*, sorted *by* then id.

    With *empty_last*, records without a value stand at the end whichever way the column is sorted.
    """
    for condition in (where, found):
        if condition is not None:
            statement = statement.where(condition)
    first, then = (by.desc(), kind.id.desc()) if descending else (by.asc(), kind.id.asc())
    return all_ids(session, statement.order_by(first.nulls_last() if empty_last else first, then))


def containing(kind: type[Base], noun: str, words: str) -> ColumnElement[bool] | None:
    """The condition that a record is found by *words*; None where nothing is searched."""
    return kind.id.in_(search.matching(noun, words)) if words.strip() else None


def counted(
    session: Session,
    kind: type[Base],
    views: Sequence[str],
    condition: Callable[[str], ColumnElement[bool] | None],
) -> dict[str, int]:
    """View → how many records it holds; a view without a *condition* holds them all."""
    parts = [_count(condition(name)) for name in views]
    row = session.execute(select(*parts).select_from(kind)).one()
    return {name: int(count or 0) for name, count in zip(views, row, strict=True)}


def _count(condition: ColumnElement[bool] | None) -> ColumnElement[Any]:
    return func.count() if condition is None else func.sum(case((condition, 1), else_=0))


def all_ids(session: Session, statement: Select[int]) -> array[int]:
    """The ids that *statement* selects, straight from the driver: a million in well under a second."""
    cursor: Any = session.connection().execute(statement).cursor
    return array("q", chain.from_iterable(cursor.fetchall()))
