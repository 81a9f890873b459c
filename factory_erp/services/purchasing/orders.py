"""Purchases: ordering by hand or from suggestions, the supplier's dates, receipts in parts, cancelling.

What is to come on a line is kept for those who are pegged to it; the rest serves whoever the plan gives
it to. Goods that come go to them first, the soonest needed first, then to purchases that nobody has
ordered yet, then to free stock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.inventory import MoveCause, StockMove
from factory_erp.models.partners import Partner, Role
from factory_erp.models.planning import PURCHASE_TRANSITIONS, PurchaseLine, PurchaseOrder, PurchaseState
from factory_erp.models.production import Peg, PegSource
from factory_erp.services import clock, search, working_time
from factory_erp.services.base import allowed, get, use_case
from factory_erp.services.master_data import by_id, same_version
from factory_erp.services.numbering import next_number
from factory_erp.services.purchasing.arrivals import (
    AffectedOrder,
    affected,
    arrival_days,
    follow_arrivals,
    waiting_orders,
)
from factory_erp.services.purchasing.views import (
    STATE_NAMES,
    PurchaseLineView,
    PurchaseRow,
    PurchaseView,
    purchase,
    purchase_counts,
    purchase_ids,
    purchase_rows,
)
from factory_erp.services.stock import inventory
from factory_erp.services.stock.purchases_received import count_received, finish, still_open, unordered
from factory_erp.services.stock.reservations import (
    forget_arrivals,
    keep,
    lock_waiting_orders,
    open_purchases,
    settle_all,
)

__all__ = [
    "STATE_NAMES",
    "AffectedOrder",
    "NewPurchase",
    "NewPurchaseLine",
    "PurchaseLineView",
    "PurchaseRow",
    "PurchaseView",
    "ReceivedLine",
    "arrival_days",
    "by_hand",
    "cancel_line",
    "change_expected",
    "purchase",
    "purchase_counts",
    "purchase_ids",
    "purchase_rows",
    "receive",
    "reduce_line",
    "write_purchase",
]

SERIES = "PO"


@dataclass(frozen=True, slots=True)
class NewPurchaseLine:
    """An item to order, in its unit; without *expected_on* it comes after its usual lead time."""

    item_id: int
    quantity: Decimal
    needed_on: date
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewPurchase:
    """What to order from a supplier, None where it is not known yet; once per *client_key*."""

    supplier_id: int | None
    lines: Sequence[NewPurchaseLine]
    remark: str = ""
    client_key: str | None = None


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """Where a line stands after a receipt: *received* in all, and *open*, which is still to come."""

    move_id: int
    received: Decimal
    open: Decimal
    state: str


@use_case
def by_hand(session: Session, new: NewPurchase) -> int:
    """Order what a person typed in; the id of the purchase order. The same *client_key* again orders nothing.

    Raises InvalidValue for no lines, a quantity that an item cannot have or a partner who is no supplier.
    """
    if new.client_key is not None:
        known = session.scalar(select(PurchaseOrder.id).filter_by(client_key=new.client_key))
        if known is not None:
            return known
    _check_new(session, new)
    return write_purchase(session, new).id


def _check_new(session: Session, new: NewPurchase) -> None:
    if not new.lines:
        raise InvalidValue(
            _("A purchase order needs at least one line."),
            field=_("Lines"),
            remedy=_("Add an item and how much of it is wanted."),
        )
    if new.supplier_id is not None:
        supplier = get(session, Partner, new.supplier_id)
        if Role.SUPPLIER not in {one.role for one in supplier.roles}:
            raise InvalidValue(
                _("{name} is not a supplier.", name=supplier.name),
                record=supplier.code,
                field=_("Supplier"),
                remedy=_("Choose a supplier, or give the partner that role first."),
            )
    for line in new.lines:
        inventory.check_quantity(get(session, Item, line.item_id), line.quantity)


def write_purchase(session: Session, new: NewPurchase) -> PurchaseOrder:
    """The purchase order with its number, found by supplier and SKU; its lines are checked already."""
    items = by_id(session, Item, [line.item_id for line in new.lines])
    today = clock.today(working_time.zone(session).key)
    order = PurchaseOrder(
        state=PurchaseState.ORDERED,
        supplier_id=new.supplier_id,
        ordered_on=today,
        remark=new.remark,
        client_key=new.client_key,
        lines=[
            PurchaseLine(
                position=position, item_id=line.item_id, quantity=line.quantity, needed_on=line.needed_on,
                expected_on=line.expected_on or today + timedelta(days=items[line.item_id].lead_days),
            )
            for position, line in enumerate(new.lines, start=1)
        ],
    )  # fmt: skip
    order.number = next_number(session, SERIES, today.year)
    session.add(order)
    session.flush()
    supplier = get(session, Partner, new.supplier_id).name if new.supplier_id is not None else ""
    skus = dict.fromkeys(items[line.item_id].sku for line in new.lines)
    search.index(session, "purchase", order.id, order.number, supplier, *skus)
    return order


@use_case
def change_expected(
    session: Session, line_id: int, day: date, version: int | None = None
) -> tuple[AffectedOrder, ...]:
    """Note the day on which the supplier says it comes now; who waits for it, the most late first.

    The production orders that wait start no earlier. Raises Conflict when the line is not the *version*
    that was on the screen, NotAllowed where nothing is to come any more.
    """
    line = _open_line(session, line_id)
    same_version(line, version, line.order.number)
    if line.expected_on != day:
        line.expected_on = day
        follow_arrivals(session, waiting_orders(session, line_id))
    session.flush()
    return affected(session, line)


def _open_line(session: Session, line_id: int) -> PurchaseLine:
    """The line, locked; raises NotAllowed when the order is over."""
    line = _locked(session, line_id) or get(session, PurchaseLine, line_id, lock=True)
    order = line.order
    if not allowed(PURCHASE_TRANSITIONS, order.state, PurchaseState.RECEIVED) or not still_open(line):
        raise NotAllowed(
            _("Nothing more is to come on line {position} of {number}.",
              position=line.position, number=order.number),
            record=order.number,
            field=_("State"),
            remedy=_("Order it anew if more of it is wanted."),
        )  # fmt: skip
    return line


def _locked(session: Session, line_id: int) -> PurchaseLine | None:
    """The line as it is now, None where it is gone; nobody else receives of it or pegs to it from here on.

    Stock goes first, as wherever goods are pegged: what is on order is given away under its lock.
    """
    line = session.get(PurchaseLine, line_id)
    if line is None:
        return None
    inventory.lock_stock(session, [line.item_id])
    get(session, PurchaseOrder, line.order_id, lock=True)
    return session.get(PurchaseLine, line_id, populate_existing=True)


@use_case
def receive(
    session: Session, line_id: int, quantity: Decimal, client_key: str, lot: str = ""
) -> ReceivedLine:
    """Book *quantity* of a line in, in the item's unit; a part of it, or more than was ordered.

    The same *client_key* again books nothing. Raises InvalidValue for a quantity that the item cannot
    have, NotAllowed where nothing is to come any more.
    """
    line = get(session, PurchaseLine, line_id)
    known = session.scalar(select(StockMove).filter_by(client_key=client_key))
    if known is None:
        inventory.ensure_locations(session)
        waiting = lock_waiting_orders(session, line.item_id)
        line = _open_line(session, line_id)
    made = inventory.move(
        session, item_id=line.item_id, quantity=quantity, source=inventory.SUPPLIER,
        destination=inventory.WAREHOUSE, cause=MoveCause.RECEIPT, reference=line.order.number,
        client_key=client_key, lot=lot,
    )  # fmt: skip
    if known is None:
        _give(session, line, quantity)
        count_received(session, line.id, quantity)
        session.flush()
        forget_arrivals(session)
        settle_all(session, waiting)
    return ReceivedLine(made.id, line.received, still_open(line), line.order.state)


def _give(session: Session, line: PurchaseLine, quantity: Decimal) -> None:
    """Give what came to those who wait for the line, then to those for whom nothing was ordered."""
    for mine in (Peg.purchase_line_id == line.id, and_(Peg.item_id == line.item_id, unordered())):
        for peg in open_purchases(session, mine):
            taken = min(quantity, peg.quantity)
            if taken <= 0:
                return
            keep(session, peg, taken, line.id)
            quantity -= taken


@use_case
def cancel_line(session: Session, line_id: int, version: int | None = None) -> None:
    """Cancel what is still to come on a line; those who wait for it have it still to be ordered.

    Once it is over, cancelling again changes nothing. Raises Conflict for a line that changed meanwhile.
    """
    line = _locked(session, line_id)
    if line is None or line.order.state != PurchaseState.ORDERED or not still_open(line):
        return
    same_version(line, version, line.order.number)
    reduce_line(session, line_id, still_open(line))


def reduce_line(session: Session, line_id: int, quantity: Decimal) -> None:
    """Take *quantity* off what is still to come; what nobody waits for goes first.

    A line of which nothing is left is removed, the last one with its order cancelled. Raises NotAllowed
    where nothing is to come any more.
    """
    line = _open_line(session, line_id)
    order, left = line.order, max(Decimal(0), still_open(line) - quantity)
    _release(session, line, left)
    if left or line.received:
        line.quantity = line.received + left
        finish(order)
    elif len(order.lines) > 1:
        order.lines.remove(line)
        finish(order)
    else:
        order.state = PurchaseState.CANCELLED
    session.flush()


def _release(session: Session, line: PurchaseLine, left: Decimal) -> None:
    """Leave pegs to the line for no more than what is *left* of it; the latest needed go first."""
    pegs = list(reversed(open_purchases(session, Peg.purchase_line_id == line.id)))
    excess = sum((peg.quantity for peg in pegs), Decimal(0)) - left
    for peg in pegs:
        freed = min(excess, peg.quantity)
        if freed <= 0:
            break
        if freed == peg.quantity:
            peg.purchase_line_id = None
        else:
            peg.quantity -= freed
            session.add(_unordered(peg, freed))
        excess -= freed
    _forget(session, line.id)


def _unordered(peg: Peg, quantity: Decimal) -> Peg:
    return Peg(
        sales_line_id=peg.sales_line_id, material_id=peg.material_id, item_id=peg.item_id,
        source=PegSource.PURCHASE, quantity=quantity, due=peg.due,
    )  # fmt: skip


def _forget(session: Session, line_id: int) -> None:
    """Pegs of demands that are over (cancelled, shipped) do not hold a line that goes."""
    session.flush()
    over: Iterable[Peg] = session.scalars(
        select(Peg).where(Peg.purchase_line_id == line_id, Peg.source == PegSource.PURCHASE)
    )
    waiting = {peg.id for peg in open_purchases(session, Peg.purchase_line_id == line_id)}
    for peg in over:
        if peg.id not in waiting:
            peg.purchase_line_id = None
