"""What taking over a change would do to our order, and why some changes cannot be taken over.

Goods that were made or have left are facts: a quantity never goes below them, and what was invoiced with
them keeps its price. What is only reserved or planned gives way.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.money import Money
from factory_erp.i18n import _
from factory_erp.models.production import Peg, PegSource, ProductionOrder, ProductionState
from factory_erp.models.sales import ORDER_TRANSITIONS, OrderState, SalesLine, SalesOrder
from factory_erp.models.shipping import Shipment, ShipmentLine, ShipmentState
from factory_erp.services.base import allowed
from factory_erp.services.incoming import IncomingOrder
from factory_erp.services.order_states import STATE_NAMES
from factory_erp.services.platform_orders import changes_found as found
from factory_erp.services.platform_orders.changes import count_text
from factory_erp.services.platform_orders.changes_found import Difference

OVER = (OrderState.SHIPPED, OrderState.CLOSED, OrderState.CANCELLED)
ZERO = Decimal(0)


@dataclass(slots=True)
class Work:
    """What hangs on an order; ``packed``, ``made`` and ``pegs`` by line id, in the item's unit."""

    ours: SalesOrder
    packed: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    made: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    pegs: dict[int, list[Peg]] = field(default_factory=lambda: defaultdict(list))
    good: dict[int, Decimal] = field(default_factory=dict)
    """Production order → good pieces so far."""
    once_packed: set[int] = field(default_factory=set)
    """Lines that stand in any shipment, given up ones too: they cannot be removed any more."""
    shipments: list[str] = field(default_factory=list)
    """Numbers of the shipments that still hold goods of the order."""
    production: list[ProductionOrder] = field(default_factory=list)

    @property
    def stands(self) -> OrderState:
        """Where the order is, or would be without its hold."""
        ours = self.ours
        return OrderState(ours.held_from or ours.state if ours.state == OrderState.ON_HOLD else ours.state)

    @property
    def begun(self) -> bool:
        """Whether anything was reserved, planned, made or packed for it."""
        return bool(self.production or any(self.pegs.values()) or self.once_packed)

    @property
    def left(self) -> bool:
        """Whether any goods have left."""
        return any(line.shipped for line in self.ours.lines)

    def least(self, line: SalesLine) -> Decimal:
        """Below it the line's quantity cannot go: what left, is packed, or was made for it."""
        return max(line.shipped + self.packed[line.id], self.made[line.id])


def work_of(session: Session, ours: SalesOrder) -> Work:
    """Read what hangs on the order."""
    work = Work(ours)
    lines = [line.id for line in ours.lines]
    made = select(ProductionOrder).where(
        ProductionOrder.sales_order_id == ours.id, ProductionOrder.state != ProductionState.CANCELLED
    )
    work.production = list(session.scalars(made.order_by(ProductionOrder.number)))
    rows = session.execute(
        select(ShipmentLine.sales_line_id, ShipmentLine.quantity, Shipment.state, Shipment.number)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(ShipmentLine.sales_line_id.in_(lines))
        .order_by(Shipment.number)
    )
    for line_id, quantity, state, number in rows:
        work.once_packed.add(line_id)
        if state not in (ShipmentState.SHIPPED, ShipmentState.CANCELLED):
            work.packed[line_id] += quantity
            work.shipments.append(number)
    work.shipments = list(dict.fromkeys(work.shipments))
    _read_pegs(session, work, lines)
    return work


def _read_pegs(session: Session, work: Work, lines: list[int]) -> None:
    pegs = (
        select(Peg, ProductionOrder)
        .outerjoin(ProductionOrder, ProductionOrder.id == Peg.production_order_id)
        .where(Peg.sales_line_id.in_(lines))
        .order_by(Peg.id)
    )
    for peg, order in session.execute(pegs):
        line_id = peg.sales_line_id or 0
        work.pegs[line_id].append(peg)
        if order is not None and order.state != ProductionState.CANCELLED:
            work.good[peg.id] = min(peg.quantity, order.good)
            work.made[line_id] += work.good[peg.id]


def give_way(peg: Peg, work: Work) -> Decimal:
    """How much of a peg may go before others have to: all but what was made or lies in stock."""
    return peg.quantity - work.good.get(peg.id, ZERO) if peg.source != PegSource.STOCK else ZERO


def judge(work: Work, one: Difference) -> tuple[str, str]:
    """(What taking it over does, why it cannot be taken over: "" where it can)."""
    if one.problem:
        return "", one.problem
    if work.stands in OVER and one.kind != found.REMARK:
        state = _(STATE_NAMES[work.stands])
        return "", _(
            "Order {number} is '{state}': work on it follows the old version.",
            number=work.ours.number,
            state=state,
        )
    if one.kind in (found.QUANTITY, found.ADDED, found.REMOVED):
        return _goods(work, one)
    if one.kind in found.MONEY_KINDS or one.kind == found.PRICE:
        return _money(work, one)
    return _head(work, one)


def _goods(work: Work, one: Difference) -> tuple[str, str]:
    before = one.line.quantity if one.line else ZERO
    after = one.new.quantity if one.new else ZERO
    if after > before:
        return _more(work, after - before, one), ""
    assert one.line is not None
    least = work.least(one.line)
    if after < least:
        return "", _below(work, one.line, least)
    if one.new is None and one.line.id in work.once_packed:
        return "", _("{sku} stands in the papers of a shipment: the line stays.", sku=one.line.item.sku)
    return _fewer(work, one.line, after), ""


def _more(work: Work, quantity: Decimal, one: Difference) -> str:
    assert one.new is not None
    if work.stands == OrderState.DRAFT:
        return _("Nothing hangs on the order yet.")
    if not work.begun and work.stands == OrderState.CONFIRMED:
        return _promise_goes()
    text = _(
        "{quantity} more of {sku} have to be found or made: plan the order again.",
        quantity=count_text(quantity, one.new.unit),
        sku=one.label,
    )
    return f"{text} {_promise_stays(work)}".strip()


def _promise_goes() -> str:
    return _("The ship date is promised anew: the order goes back to review.")


def _promise_stays(work: Work) -> str:
    ship_by = work.ours.ship_by
    return _("The promise of {date} stays.", date=ship_by.isoformat()) if ship_by else ""


def _below(work: Work, line: SalesLine, least: Decimal) -> str:
    values = {"sku": line.item.sku, "quantity": count_text(least, line.unit)}
    if least > line.shipped + work.packed[line.id]:
        return _("{quantity} of {sku} are made already.", **values)
    if work.packed[line.id]:
        number = ", ".join(work.shipments)
        return _("{quantity} of {sku} have left or are in shipment {number}.", **values, number=number)
    return _("{quantity} of {sku} have left already.", **values)


def _fewer(work: Work, line: SalesLine, after: Decimal) -> str:
    if not work.begun and work.stands == OrderState.CONFIRMED:
        return _promise_goes()
    freed = sum((peg.quantity for peg in work.pegs[line.id]), ZERO) - after
    if freed <= 0:
        return _("Nothing is reserved or planned beyond it.")
    return _(
        "{quantity} that were reserved or planned for it become free; production orders keep their quantity.",
        quantity=count_text(freed, line.unit),
    )


def _money(work: Work, one: Difference) -> tuple[str, str]:
    if (one.line.shipped if one.line else work.left) > 0:
        return "", _("Goods have left and were invoiced with the old amount.")
    if work.shipments:
        number = ", ".join(work.shipments)
        return _("The total follows; the documents of {number} have to be issued again.", number=number), ""
    return _("The total of the order follows."), ""


def _head(work: Work, one: Difference) -> tuple[str, str]:
    if one.kind in (found.SHIP_TO, found.TERMS):
        if work.left or work.shipments:
            number = ", ".join(work.shipments)
            return "", (
                _("Shipment {number} goes by the old one: cancel it first.", number=number)
                if number
                else _("Goods have left by the old one.")
            )
        return _("New shipments and their documents use it."), ""
    if one.kind == found.WISHED:
        if in_time(work.ours, one.said):
            return _promise_stays(work) or _("Nothing was promised yet."), ""
        if not work.begun and work.stands == OrderState.CONFIRMED:
            return _promise_goes(), ""
        return _promise_stays(work) + " " + _("That is later than the buyer wishes: tell him."), ""
    return _("Only the words of the order change."), ""


def in_time(ours: SalesOrder, wished: str) -> bool:
    """Whether the promise still meets the wished day (ISO date, "" for none)."""
    return not wished or ours.ship_by is None or ours.ship_by.isoformat() <= wished


def cancelling(work: Work) -> tuple[str, str]:
    """(What cancelling our order does, why it cannot be cancelled)."""
    number = work.ours.number
    if work.left:
        return "", _("Goods of order {number} have left.", number=number)
    if work.shipments:
        shipment = ", ".join(work.shipments)
        return "", _("Goods of order {number} are in shipment {shipment}.", number=number, shipment=shipment)
    begun = [one.number for one in work.production if one.state == ProductionState.IN_PROGRESS]
    if begun:
        return "", _("Production order {number} for this order has begun.", number=", ".join(begun))
    if not allowed(ORDER_TRANSITIONS, work.ours.state, OrderState.CANCELLED):
        return "", _over(work)
    return _(
        "Order {number} is cancelled with its planned work; what was made or kept for it becomes free stock.",
        number=number,
    ), ""


def holding(work: Work) -> tuple[str, str]:
    """(What holding our order does, why it cannot be held)."""
    held = work.ours.state == OrderState.ON_HOLD
    if not held and not allowed(ORDER_TRANSITIONS, work.ours.state, OrderState.ON_HOLD):
        return "", _over(work)
    return _(
        "Order {number} is put on hold: no work on it goes on until you lift the hold.",
        number=work.ours.number,
    ), ""


def _over(work: Work) -> str:
    state = _(STATE_NAMES[OrderState(work.ours.state)])
    return _("Order {number} is '{state}' already.", number=work.ours.number, state=state)


def noting(ours: SalesOrder, theirs: IncomingOrder) -> str:
    """What taking note of a refund in part does."""
    rest = Money(ours.total_minor - ours.refunded_minor, ours.currency)
    return _("Nothing changes in the order; {rest} of its total remain with you.", rest=str(rest))
