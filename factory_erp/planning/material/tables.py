"""What a factory-wide material plan is asked: items, bills, demands and supplies as tables of columns.

Quantities are whole micro-units (``MICRO`` = one base unit of the item), times whole minutes since an
origin that the caller chooses, shares of scrap parts per million, flags 0 or 1. A table holds one int64
array for each field of its row class; it is made of rows (``Items.of``) or, for tens of thousands, of
whole columns (``Items.columns``).

This module imports numpy: import it where a plan is made, not where the window starts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import MISSING, dataclass, fields
from enum import IntEnum
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from factory_erp.planning.material.explode import MICRO

Ints = npt.NDArray[np.int64]
"""A column: one int64 for each row."""

Flags = npt.NDArray[np.bool_]
"""A yes or no for each row."""

NONE = 0
"""The group of a demand or supply that belongs to no group."""

MOST_QUANTITY = 1 << 57
"""Quantities are below this: over a hundred thousand million units."""

NO_CALENDAR = -1
"""The calendar of an item that can be received at any minute."""


class LotRule(IntEnum):
    """Which uncovered demands of an item share a planned order."""

    LOT_FOR_LOT = 0
    """None: each demand has its own."""
    PER_GROUP = 1
    """Those of one group (a sales order): make to order."""
    FIXED = 2
    """Each demand has its own, of so many fixed lots as it needs; what is left over serves the next."""
    PERIOD = 3
    """Those due within the same ``period_days`` days, counted from ``Problem.day_origin``."""


class DemandKind(IntEnum):
    """Whose demand it is; together with its key this names a demand."""

    SALES = 0
    """An order line."""
    MATERIAL = 1
    """A component that an existing production order still needs."""
    SAFETY = 2
    """Safety stock: served after everything else. The plan makes one for each item that has some."""
    ROUGH = 3
    """Not confirmed (quotation, forecast): served after what is."""
    PLANNED = 4
    """A component of a planned order; made by the plan, never given."""


class SupplyKind(IntEnum):
    """What a supply is; together with its key this names a supply."""

    STOCK = 0
    PRODUCTION = 1
    """A production order."""
    PURCHASE = 2
    BY_PRODUCT = 3
    """Comes out beside a planned order; made by the plan, never given."""


@dataclass(frozen=True, slots=True)
class Item:
    """What the plan knows of an item.

    ``step`` is the smallest amount that exists: MICRO for pieces, 1 for what is weighed. Lots: at least
    ``minimum``, in multiples of ``multiple`` (0 = no rule); ``fixed`` with ``LotRule.FIXED``,
    ``period_days`` with ``LotRule.PERIOD``. Getting it takes ``lead_minutes`` plus ``run`` micro-minutes
    (millionths of a minute) for each unit. With a ``calendar`` (index in ``Problem.calendars``) it arrives
    only while that is open, and with ``working`` closed time does not count as lead time. Of what is
    started, ``scrap_ppm`` is lost. The lines of its bill are per ``bill_output``.
    """

    id: int
    make: bool
    step: int = 1
    rule: int = LotRule.LOT_FOR_LOT
    minimum: int = 0
    multiple: int = 0
    fixed: int = 0
    period_days: int = 1
    safety: int = 0
    lead_minutes: int = 0
    run: int = 0
    calendar: int = NO_CALENDAR
    working: bool = False
    scrap_ppm: int = 0
    bill_output: int = MICRO


@dataclass(frozen=True, slots=True)
class Line:
    """*quantity* of *component* goes into ``bill_output`` of *parent*; ``key`` names the line.

    ``scrap_ppm`` is added on top. A ``phantom`` is never made or stocked: its own bill takes its place.
    A ``by_product`` comes out instead, when the parent is finished. ``operation`` (0 = none) is where it
    is consumed; the plan only keeps it apart.
    """

    key: int
    parent: int
    component: int
    quantity: int
    scrap_ppm: int = 0
    phantom: bool = False
    by_product: bool = False
    operation: int = 0


@dataclass(frozen=True, slots=True)
class Alternate:
    """What may be used for a line that is short, smallest ``priority`` first.

    ``quantity`` is in its own unit, in place of the line's (the line's scrap is added). Without ``partly``
    it must cover all that is missing, or is not used.
    """

    line: int
    component: int
    quantity: int
    priority: int = 0
    partly: bool = True


@dataclass(frozen=True, slots=True)
class Demand:
    """Something wanted by ``due``; among equal due times the larger ``priority`` is served first."""

    key: int
    item: int
    quantity: int
    due: int
    priority: int = 0
    group: int = NONE
    kind: int = DemandKind.SALES


@dataclass(frozen=True, slots=True)
class Supply:
    """Something there (``available_at`` 0) or under way.

    ``group`` names the only group of demands that may have it; NONE: whoever is first. A ``movable``
    one is not released yet: it may also be cancelled or merged.
    """

    key: int
    item: int
    quantity: int
    available_at: int = 0
    group: int = NONE
    kind: int = SupplyKind.STOCK
    movable: bool = False


class Columns:
    """Int64 arrays of equal length, the fields of a dataclass."""

    @classmethod
    def column_names(cls) -> tuple[str, ...]:
        """The columns."""
        return tuple(field.name for field in fields(cls))  # type: ignore[arg-type]

    def __len__(self) -> int:
        first: Ints = getattr(self, self.column_names()[0])
        return len(first)

    def take(self, rows: Ints | Flags | slice) -> Self:
        """Some of the rows, in the order asked for."""
        return type(self)(**{name: getattr(self, name)[rows] for name in self.column_names()})

    def join(self, other: Self) -> Self:
        """These rows, then those of *other*."""
        pairs = ((name, getattr(self, name), getattr(other, name)) for name in self.column_names())
        return type(self)(**{name: np.concatenate((mine, theirs)) for name, mine, theirs in pairs})


class Table(Columns):
    """Columns with a class of row objects: one column for each field of ``row``."""

    row: ClassVar[type]

    @classmethod
    def of(cls, rows: Iterable[object]) -> Self:
        """A table of row objects."""
        given = list(rows)
        columns = {name: [getattr(row, name) for row in given] for name in cls.column_names()}
        return cls(**{name: np.array(values, np.int64) for name, values in columns.items()})

    @classmethod
    def columns(cls, **given: npt.ArrayLike) -> Self:
        """A table of whole columns, named as the fields of the row; a single value stands for all rows.

        Fields with a default may be left out. Raises TypeError for unknown, missing or unequal columns.
        """
        known = {field.name: field.default for field in fields(cls.row)}
        if unknown := given.keys() - known.keys():
            raise TypeError(f"{cls.__name__} has no column {', '.join(sorted(unknown))}")
        whole = {name: given.get(name, default) for name, default in known.items()}
        if missing := [name for name, value in whole.items() if value is MISSING]:
            raise TypeError(f"{cls.__name__} needs {', '.join(missing)}")
        arrays = {name: np.asarray(value, np.int64) for name, value in whole.items()}
        size = max((array.shape[0] for array in arrays.values() if array.ndim), default=1)
        try:
            return cls(**{name: _filled(array, size) for name, array in arrays.items()})
        except ValueError as error:
            raise TypeError(f"{cls.__name__}: columns of different lengths") from error

    @classmethod
    def none(cls) -> Self:
        """A table without rows."""
        return cls.of(())

    def rows(self) -> list[Any]:
        """The rows as objects; for small tables and for looking at."""
        columns = (getattr(self, name).tolist() for name in self.column_names())
        return [self.row(*values) for values in zip(*columns, strict=True)]


@dataclass(frozen=True, eq=False)
class Items(Table):
    """Columns of ``Item``."""

    row = Item
    id: Ints
    make: Ints
    step: Ints
    rule: Ints
    minimum: Ints
    multiple: Ints
    fixed: Ints
    period_days: Ints
    safety: Ints
    lead_minutes: Ints
    run: Ints
    calendar: Ints
    working: Ints
    scrap_ppm: Ints
    bill_output: Ints


@dataclass(frozen=True, eq=False)
class Lines(Table):
    """Columns of ``Line``."""

    row = Line
    key: Ints
    parent: Ints
    component: Ints
    quantity: Ints
    scrap_ppm: Ints
    phantom: Ints
    by_product: Ints
    operation: Ints


@dataclass(frozen=True, eq=False)
class Alternates(Table):
    """Columns of ``Alternate``."""

    row = Alternate
    line: Ints
    component: Ints
    quantity: Ints
    priority: Ints
    partly: Ints


@dataclass(frozen=True, eq=False)
class Demands(Table):
    """Columns of ``Demand``."""

    row = Demand
    key: Ints
    item: Ints
    quantity: Ints
    due: Ints
    priority: Ints
    group: Ints
    kind: Ints


@dataclass(frozen=True, eq=False)
class Supplies(Table):
    """Columns of ``Supply``."""

    row = Supply
    key: Ints
    item: Ints
    quantity: Ints
    available_at: Ints
    group: Ints
    kind: Ints
    movable: Ints


def _filled(array: Ints, size: int) -> Ints:
    return np.array(np.broadcast_to(array, (size,)))
