"""What a promise says: the day, what binds it, other ways with their price, and who would slip for less."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class PromiseView:
    """The earliest day on which the whole order can ship, and what binds it, in plain words."""

    ship_date: date
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineOffer:
    """A line of a promise: the day all of it is there, and where it comes from, in the item's unit."""

    item_id: int
    sku: str
    name: str
    unit: str
    quantity: Decimal
    day: date
    from_stock: Decimal
    from_purchase: Decimal
    from_production: Decimal
    to_buy: Decimal
    to_make: Decimal


class OfferKind(StrEnum):
    """Another way to something sooner."""

    PARTIAL = "partial"
    """What is in stock is shipped at once, the rest on the day."""
    SPLIT = "split"
    """A part is made and shipped first."""
    OVERTIME = "overtime"
    """A machine works longer."""
    MACHINE = "machine"
    """A step runs on a machine that it usually does not use."""


@dataclass(frozen=True, slots=True)
class OtherOffer:
    """Another way: something is there on *first_day*, all of it on *day*.

    ``price`` is what it costs more, in minor units of the company's currency. ``first_quantity`` is None
    where all comes at once, or where the promise has several lines, each of which brings ``first_percent``.
    """

    kind: OfferKind
    first_day: date
    day: date
    price: int
    text: str
    first_quantity: Decimal | None = None
    first_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SlipView:
    """An order that would be finished later for this one; *late_days* of that it would be late.

    Finished later on the same day, it is no day late, though that may cost something.
    ``cost`` is in minor units of the company's currency; ``customer`` and ``sales_number`` are "" for stock.
    """

    production_order_id: int
    number: str
    sales_number: str
    customer: str
    before: date
    after: date
    late_days: int
    cost: int


@dataclass(frozen=True, slots=True)
class RushView:
    """What it takes to ship on the wanted day: who slips, and the cost with that of more changeovers.

    Where even that is not enough (``feasible`` is false), *day* is the best that can be done.
    """

    feasible: bool
    day: date
    slips: tuple[SlipView, ...]
    changeover_minutes: int
    cost: int


@dataclass(frozen=True, slots=True)
class MachineTimeNeed:
    """Machine time that the promise takes, in planning minutes."""

    machine_id: int
    machine: str
    item_id: int
    family: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class StockNeed:
    """An item that the promise takes, so much of it from stock; a *component* is used up.

    ``arrives`` is the day on which the last of what has to come in of it is there, if any has.
    """

    item_id: int
    quantity: Decimal
    from_stock: Decimal
    component: bool
    arrives: date | None = None


@dataclass(frozen=True, slots=True)
class PromiseOffer:
    """The earliest day on which everything can ship, and all that goes with it.

    ``feasible`` tells whether that is soon enough for the day *wanted*. ``binding`` are sentences on what
    the day hangs on, first cause first. ``rush`` is there only where a wanted day cannot be met without.
    Prices are in ``currency``. ``stock`` and ``machines`` are what a hold keeps.
    """

    day: date
    wanted: date | None
    feasible: bool
    lines: tuple[LineOffer, ...]
    binding: tuple[str, ...]
    alternatives: tuple[OtherOffer, ...]
    rush: RushView | None
    currency: str
    stock: tuple[StockNeed, ...] = ()
    machines: tuple[MachineTimeNeed, ...] = ()
