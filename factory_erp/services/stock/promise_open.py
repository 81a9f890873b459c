"""What open promises keep back from everybody else: stock, parts on order, machine time.

A promise is open until it lapses. One that an order took over keeps its own until the order is planned, on
hold or not: what pegs keep for the order is struck off the promise (``stock.promise_settled``), so that
nothing is kept twice. The plan, accepting its suggestions, planning an order and promising all ask here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from factory_erp.models.planning import HoldState, PromiseHold, PromiseLine
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.models.types import Scaled
from factory_erp.services import clock
from factory_erp.services.bulk import chunks
from factory_erp.services.order_states import WANTING


@dataclass(frozen=True, slots=True)
class Besides:
    """Whose promises do not count: what is kept for a quotation or order is free for that one itself.

    With *ordered* those that orders in work took over do not count either, for whoever reckons with the
    orders themselves; an order on hold is not reckoned with.
    """

    quotation_id: int | None = None
    order_id: int | None = None
    ordered: bool = False


NOBODY = Besides()
ORDERED = Besides(ordered=True)


def still_open(besides: Besides = NOBODY) -> ColumnElement[bool]:
    """The condition that a ``PromiseHold`` keeps something."""
    in_time = PromiseHold.expires_at > clock.now()
    waiting = and_(
        PromiseHold.state == HoldState.USED, PromiseHold.lines.any(), _unplanned(in_time, besides.ordered)
    )
    kept = and_(PromiseHold.state == HoldState.HELD, in_time)
    return and_(or_(kept, waiting), *_not_of(besides))


def _unplanned(in_time: ColumnElement[bool], besides_wanting: bool) -> ColumnElement[bool]:
    """Whether its order may still have to be planned; a draft counts only while the promise was to last."""
    held = and_(SalesOrder.state == OrderState.ON_HOLD, SalesOrder.held_from.in_(WANTING))
    draft = and_(SalesOrder.state == OrderState.DRAFT, in_time)
    wanted = or_(held, draft)
    if not besides_wanting:
        wanted = or_(wanted, SalesOrder.state.in_(WANTING))
    found = select(SalesOrder.id).where(SalesOrder.id == PromiseHold.sales_order_id, wanted)
    return found.correlate(PromiseHold).exists()


def _not_of(besides: Besides) -> list[ColumnElement[bool]]:
    pairs = (
        (PromiseHold.quotation_id, besides.quotation_id),
        (PromiseHold.sales_order_id, besides.order_id),
    )
    return [or_(column.is_(None), column != owner) for column, owner in pairs if owner is not None]


def kept_stock(session: Session, item_ids: Collection[int], besides: Besides = NOBODY) -> dict[int, Decimal]:
    """What open promises keep of each item in stock, in its unit; those of which nothing is are left out."""
    return _kept(session, item_ids, besides, type_coerce(func.sum(PromiseLine.from_stock), Scaled()))


def kept_on_order(
    session: Session, item_ids: Collection[int], besides: Besides = NOBODY
) -> dict[int, Decimal]:
    """What open promises count on of each item beyond what they keep in stock."""
    beyond = func.sum(PromiseLine.quantity - PromiseLine.from_stock)
    return _kept(session, item_ids, besides, type_coerce(beyond, Scaled()))


def less_kept(kept: Mapping[int, int], supplies: Iterable[tuple[int, int]]) -> Iterator[int]:
    """What of each supply under way (item, micro-units; the soonest first) promises do not count on.

    *kept* is what ``kept_on_order`` says, in micro-units.
    """
    rest = dict(kept)
    for item, quantity in supplies:
        taken = min(rest.get(item, 0), quantity)
        rest[item] = rest.get(item, 0) - taken
        yield quantity - taken


def _kept(
    session: Session, item_ids: Collection[int], besides: Besides, amount: ColumnElement[Decimal]
) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for part in chunks(item_ids):
        rows = session.execute(
            select(PromiseLine.item_id, amount)
            .join(PromiseHold, PromiseHold.id == PromiseLine.hold_id)
            .where(still_open(besides), PromiseLine.item_id.in_(part))
            .group_by(PromiseLine.item_id)
        )
        found.update({item: quantity for item, quantity in rows if quantity})
    return found


@dataclass(frozen=True, slots=True)
class OrderKeeps:
    """What a promise that an order in work took over still keeps of an item: in stock, and beyond that."""

    order_id: int
    item_id: int
    stock: Decimal
    beyond: Decimal


def kept_for_orders(session: Session, item_ids: Collection[int]) -> list[OrderKeeps]:
    """What is kept of the items for orders that the plan covers: just what ``ORDERED`` leaves out."""
    return [
        OrderKeeps(order or 0, item, stock, quantity - stock)
        for part in chunks(item_ids)
        for order, item, quantity, stock in session.execute(
            select(
                PromiseHold.sales_order_id, PromiseLine.item_id, PromiseLine.quantity, PromiseLine.from_stock
            )
            .join(PromiseHold, PromiseHold.id == PromiseLine.hold_id)
            .join(SalesOrder, SalesOrder.id == PromiseHold.sales_order_id)
            .where(PromiseHold.state == HoldState.USED, SalesOrder.state.in_(WANTING))
            .where(PromiseLine.item_id.in_(part))
        )
    ]


def holds_of(session: Session, besides: Besides) -> frozenset[int]:
    """The promises of the one who asks."""
    if besides.quotation_id is None and besides.order_id is None:
        return frozenset()
    own = or_(
        PromiseHold.quotation_id == (besides.quotation_id or 0),
        PromiseHold.sales_order_id == (besides.order_id or 0),
    )
    return frozenset(session.scalars(select(PromiseHold.id).where(own)))
