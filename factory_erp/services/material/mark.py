"""Whether the factory is still as it was: a few numbers that any edit changes.

Whoever edits, here or on another PC, and by whatever means: the tables themselves are asked. Small tables
are compared row by row, large ones by sums in which each value counts by its column and its row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, cast, func, select, type_coerce
from sqlalchemy.orm import Session

from factory_erp.models.base import Base
from factory_erp.models.catalog import Item
from factory_erp.models.engineering import (
    Bill,
    BillAlternate,
    BillLine,
    CalendarException,
    CalendarShift,
    Machine,
    Routing,
    RoutingOperation,
)
from factory_erp.models.partners import Partner
from factory_erp.services.material.items import item_columns, line_columns, step_columns
from factory_erp.services.material.rows import Mark, raw_rows

PRIME, WEIGHT, ROWS = 16_777_213, 7_919, 4_093
"""Sums stay below 2^63 for a million rows: a remainder of each value, its column's weight, its row's."""


def factory_mark(session: Session) -> Mark:
    """Items, bills, alternates, routings, calendars and machines as ``read_factory`` reads them."""
    return (
        _sums(session, Item, [*item_columns(), Item.version]),
        _sums(session, BillLine, line_columns()),
        _sums(
            session, BillAlternate,
            [getattr(BillAlternate, name) for name in ("line_id", "component_id", "quantity", "priority")],
        ),
        _sums(session, RoutingOperation, step_columns()),
        _revisions(session, Bill),
        _revisions(session, Routing),
        _small(session),
    )  # fmt: skip


def _sums(session: Session, kind: type[Base], columns: Sequence[Any]) -> Mark:
    total: ColumnElement[int] = type_coerce(0, BigInteger)
    for place, column in enumerate(columns, start=1):
        total = total + type_coerce(column, BigInteger) % PRIME * (place * WEIGHT)
    mixed = func.sum(total % PRIME * (kind.id % ROWS + 1))
    return tuple(raw_rows(session, select(func.count(), func.sum(kind.id), mixed).select_from(kind)))


def _revisions(session: Session, kind: type[Bill] | type[Routing]) -> Mark:
    days = func.min(kind.valid_from), func.max(kind.valid_from), func.count(kind.valid_to)
    sums = _sums(session, kind, [kind.item_id, kind.version])
    return (*sums, *raw_rows(session, select(*days)))


def _small(session: Session) -> Mark:
    shift, other = CalendarShift, CalendarException
    statements: tuple[Any, ...] = (
        select(shift.calendar_id, shift.weekday, shift.start_minute, shift.end_minute).order_by(shift.id),
        select(other.calendar_id, other.day, other.start_minute, other.end_minute).order_by(other.id),
        select(Machine.id, Machine.calendar_id, cast(Machine.active, Integer)).order_by(Machine.id),
        select(Partner.id, Partner.calendar_id).where(Partner.calendar_id.is_not(None)).order_by(Partner.id),
    )
    return tuple(tuple(map(tuple, raw_rows(session, statement))) for statement in statements)
