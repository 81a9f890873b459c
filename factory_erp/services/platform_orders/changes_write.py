"""Writing the parts of a platform's version that a person took over into our order."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotAllowed
from factory_erp.domain.money import UnitPrice
from factory_erp.i18n import _
from factory_erp.models.production import Peg, PegSource
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.services.incoming import IncomingOrder
from factory_erp.services.order_states import set_state
from factory_erp.services.platform_orders import changes_found as found
from factory_erp.services.platform_orders.changes_effects import ZERO, Work, give_way, in_time
from factory_erp.services.platform_orders.changes_found import Difference
from factory_erp.services.sales import orders as sales
from factory_erp.services.shipping import leave as shipping_leave
from factory_erp.services.stock.promise_settled import follow_goods
from factory_erp.services.stock.reservations import settle

_GOODS = (found.QUANTITY, found.ADDED, found.REMOVED)


def write(
    session: Session, work: Work, theirs: IncomingOrder, account_id: int, chosen: Sequence[Difference]
) -> None:
    """Write what was *chosen*, then figure total, promise, state and search words anew.

    Raises NotAllowed where nothing would be left of the order.
    """
    ours, begun, stands, grew = work.ours, work.begun, work.stands, _grew(chosen)
    for line, said in found.pairs(session, ours, theirs, account_id)[0]:
        line.external_line_id = said.external_line_id
    # What comes is written before what goes: an order is never without lines.
    for one in sorted(chosen, key=lambda one: one.kind == found.REMOVED):
        _write_one(session, work, theirs, one)
    if not ours.lines:
        raise NotAllowed(
            _("Nothing would be left of order {number}.", number=ours.number),
            record=ours.number,
            remedy=_("Take over what comes in its place too, or cancel the order."),
        )
    _figure(ours)
    if any(one.kind in _GOODS for one in chosen):
        follow_goods(session, ours)
    _promise(session, work, chosen, begun=begun, stands=stands)
    if stands == OrderState.READY and grew:
        _make_more(session, ours)
    session.flush()
    sales.index_order(session, ours)
    settle(session, ours)
    if ours.state in (OrderState.READY, OrderState.IN_PRODUCTION):
        shipping_leave.follow(session, ours)


def _write_one(session: Session, work: Work, theirs: IncomingOrder, one: Difference) -> None:
    ours = work.ours
    if one.kind in _GOODS or one.kind == found.PRICE:
        _write_line(session, work, one)
    elif one.kind in found.MONEY_KINDS:
        setattr(ours, f"{one.kind}_minor", one.minor)
    elif one.kind == found.SHIP_TO:
        ours.ship_to, ours.destination_country = one.said, theirs.country
    elif one.kind == found.TERMS:
        ours.incoterm = theirs.incoterm
        ours.place = one.said.partition(" ")[2]
    elif one.kind == found.PAYMENT:
        ours.payment_terms = one.said
    elif one.kind == found.WISHED:
        ours.requested_ship = theirs.ship_by
    else:
        ours.remark = one.said


def _write_line(session: Session, work: Work, one: Difference) -> None:
    ours, line, new = work.ours, one.line, one.new
    if line is None:
        assert new is not None
        position = max((row.position for row in ours.lines), default=0) + 1
        ours.lines.append(sales.order_line(position, new, ours.currency))
    elif new is None:
        _release(session, work, line, ZERO)
        ours.lines.remove(line)
    elif one.kind == found.PRICE:
        line.unit_price = new.unit_price
    else:
        _release(session, work, line, new.quantity)
        line.quantity = new.quantity


def _release(session: Session, work: Work, line: SalesLine, wanted: Decimal) -> None:
    """Free what covers the line beyond *wanted*: purchases first, then what is not made yet, then stock."""
    pegs = sorted(work.pegs[line.id], key=lambda peg: (_FREED.index(PegSource(peg.source)), -peg.id))
    excess = sum((peg.quantity for peg in pegs), ZERO) - wanted
    for made_too in (False, True):
        for peg in pegs:
            spare = peg.quantity if made_too or peg.source == PegSource.STOCK else give_way(peg, work)
            taken = max(ZERO, min(excess, spare))
            excess -= taken
            _shrink(session, peg, peg.quantity - taken)
        pegs = [peg for peg in pegs if peg.quantity]


_FREED = (PegSource.PURCHASE, PegSource.PRODUCTION, PegSource.STOCK)


def _shrink(session: Session, peg: Peg, quantity: Decimal) -> None:
    peg.quantity = quantity
    if not quantity:
        session.delete(peg)


def _figure(ours: SalesOrder) -> None:
    """Amounts of the lines and the total, which is the sum of all parts."""
    for line in ours.lines:
        line.amount_minor = UnitPrice(line.unit_price, ours.currency).times(line.quantity).minor
    ours.product_minor = sum(line.amount_minor for line in ours.lines)
    charges = ours.freight_minor + ours.insurance_minor - ours.discount_minor + ours.adjustment_minor
    ours.total_minor = ours.product_minor + charges
    if ours.total_minor < 0:
        raise NotAllowed(
            _("The total of order {number} would be negative.", number=ours.number),
            record=ours.number,
            remedy=_("Take over goods and amounts together."),
        )


def _promise(
    session: Session, work: Work, chosen: Sequence[Difference], *, begun: bool, stands: OrderState
) -> None:
    """A confirmed order is promised anew where goods or wish ask for it; one in work keeps its promise."""
    ours = work.ours
    goods = any(one.kind in _GOODS for one in chosen)
    late = any(one.kind == found.WISHED and not in_time(ours, one.said) for one in chosen)
    if stands == OrderState.CONFIRMED and not begun and (goods or late):
        sales.withdraw_promise(session, ours)
        return
    for line in ours.lines:
        line.promised = line.promised or ours.ship_by


def _grew(chosen: Sequence[Difference]) -> bool:
    """Whether more is wanted of anything; to be asked before the lines are written."""
    goods = [one for one in chosen if one.kind in _GOODS and one.new is not None]
    return any(one.new.quantity > (one.line.quantity if one.line else ZERO) for one in goods if one.new)


def _make_more(session: Session, ours: SalesOrder) -> None:
    """A ready order of which more is wanted is in production again: the table leads there through a hold."""
    if ours.state == OrderState.ON_HOLD:
        ours.held_from = OrderState.IN_PRODUCTION
        return
    set_state(session, ours, OrderState.ON_HOLD)
    set_state(session, ours, OrderState.IN_PRODUCTION)
