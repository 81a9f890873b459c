"""Promises that an order took over: what pegs keep by now is struck off, and what lapsed stays lapsed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.planning import HoldState, PromiseHold, PromiseLine
from factory_erp.models.sales import SalesOrder
from factory_erp.services import clock
from factory_erp.services.bulk import chunks

Holds = Mapping[int, Sequence[PromiseHold]]
"""Order → the promises that it took over."""


@dataclass(frozen=True, slots=True)
class Firm:
    """A peg that serves one of the orders: so much of the item, in stock or still to come."""

    orders: tuple[int, ...]
    item_id: int
    quantity: Decimal
    in_stock: bool


def used_by(session: Session, order_ids: Collection[int]) -> dict[int, list[PromiseHold]]:
    """The promises that the orders took over, their rows locked; orders without any are left out."""
    found: dict[int, list[PromiseHold]] = {}
    for part in chunks(sorted(order_ids)):
        mine = select(PromiseHold).where(
            PromiseHold.sales_order_id.in_(part), PromiseHold.state == HoldState.USED
        )
        for kept in session.scalars(mine.order_by(PromiseHold.id).with_for_update()):
            found.setdefault(kept.sales_order_id or 0, []).append(kept)
    return found


def planned(session: Session, *order_ids: int) -> None:
    """Let promises keep nothing beside the pegs: all that their orders want has some now."""
    for kept in (one for holds in used_by(session, order_ids).values() for one in holds):
        kept.lines.clear()
        kept.blocks.clear()


def strike_off(holds: Holds, pegs: Iterable[Firm]) -> None:
    """Take what became firm off the promises of the orders, the first of them first."""
    for peg in pegs:
        left = peg.quantity
        for kept in (one for order in peg.orders for one in holds.get(order, ())):
            for line in [line for line in kept.lines if line.item_id == peg.item_id]:
                taken = min(left, line.quantity)
                left -= taken
                _shrink(kept, line, taken, taken if peg.in_stock else Decimal(0))


def _shrink(kept: PromiseHold, line: PromiseLine, taken: Decimal, from_stock: Decimal) -> None:
    if taken == line.quantity:
        kept.lines.remove(line)
        return
    line.quantity -= taken
    line.from_stock = min(max(Decimal(0), line.from_stock - from_stock), line.quantity)


def free_machines(holds: Holds, orders: Iterable[int], item_id: int) -> None:
    """The item has a production order now: the machine time that was kept for making it is free for that."""
    for kept in (one for order in orders for one in holds.get(order, ())):
        kept.blocks = [block for block in kept.blocks if block.item_id != item_id]


def follow_goods(session: Session, order: SalesOrder) -> None:
    """Let promises that the order took over keep no more than it wants, now that its lines are others.

    Where parts or machine time are kept to make more of it than that, all that is kept is let go.
    """
    session.flush()
    wanted: dict[int, Decimal] = {}
    for line in order.lines:
        wanted[line.item_id] = wanted.get(line.item_id, Decimal(0)) + line.quantity - line.shipped
    for kept in used_by(session, [order.id]).get(order.id, ()):
        _fit(kept, wanted)
    session.flush()


def _fit(kept: PromiseHold, wanted: dict[int, Decimal]) -> None:
    """Take what a promise keeps off *wanted*; what is beyond that is not kept any more."""
    too_much = False
    for line in [line for line in kept.lines if not line.component]:
        left = max(Decimal(0), wanted.get(line.item_id, Decimal(0)))
        if line.quantity > left:
            too_much = True
            _shrink(kept, line, line.quantity - left, Decimal(0))
        wanted[line.item_id] = left - min(left, line.quantity)
    if too_much and (kept.blocks or any(line.component for line in kept.lines)):
        kept.lines.clear()
        kept.blocks.clear()


def lapse(session: Session, order_id: int) -> None:
    """A draft that is confirmed after its promise lapsed gets nothing of it back: others may have it."""
    for kept in used_by(session, [order_id]).get(order_id, ()):
        if kept.expires_at <= clock.now():
            kept.state = HoldState.EXPIRED
