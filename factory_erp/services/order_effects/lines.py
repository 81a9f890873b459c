"""The differences between a sales order and what is under way for it, in words, with what can be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy.orm import Session

from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.planning import PurchaseState
from factory_erp.models.production import (
    OperationState,
    Peg,
    PegSource,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.sales import ORDER_TRANSITIONS, OrderState, SalesLine
from factory_erp.models.shipping import Shipment, ShipmentState
from factory_erp.services import order_states
from factory_erp.services.base import allowed, get
from factory_erp.services.floor.work import STATE_NAMES
from factory_erp.services.material.explosion import LINE_COLUMN, Gap, gaps
from factory_erp.services.order_effects.read import OVER, Work, lot
from factory_erp.services.platform_orders.changes import count_text
from factory_erp.services.production.quantity import is_untouched
from factory_erp.services.purchasing import views as purchases_views
from factory_erp.services.shipping import rules as shipping_rules
from factory_erp.services.stock.reservations import CONSUMING, ZERO


class EffectKind(StrEnum):
    """What does not fit the order any more."""

    ORDER = "order"
    SHIPMENT = "shipment"
    PRODUCTION = "production"
    DATE = "date"
    PURCHASE = "purchase"
    RESERVATION = "reservation"
    SHORTFALL = "shortfall"


class Act(StrEnum):
    """What can be done about it; a quantity or day follows after a colon where it takes one."""

    CANCEL = "cancel"
    REDUCE = "reduce"
    SPLIT = "split"
    STOCK = "stock"
    REDATE = "redate"
    LEAVE = "leave"
    RELEASE = "release"
    REPACK = "repack"
    RAISE = "raise"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class EffectAction:
    """Something that can be done; ``id`` says exactly what, ``text`` says it to a person."""

    id: str
    text: str

    @property
    def act(self) -> Act:
        """What it is."""
        return Act(self.id.partition(":")[0])

    @property
    def value(self) -> str:
        """The quantity or ISO day that it leads to; "" without."""
        return self.id.partition(":")[2]


@dataclass(frozen=True, slots=True)
class EffectLine:
    """One difference: *before* is what is under way, *after* what the order wants, as texts.

    ``key`` stays the same while the difference lasts. Without ``actions`` nothing can be done, and
    ``why_not`` says why; beside actions it says why a usual one is missing. ``recommended`` is the id of one.
    """

    key: str
    kind: EffectKind
    record_id: int
    number: str
    what: str
    state: str
    before: str
    after: str
    actions: tuple[EffectAction, ...] = ()
    recommended: str = ""
    why_not: str = ""

    def action(self, action_id: str) -> EffectAction | None:
        """The action with that id, if it is offered."""
        return next((one for one in self.actions if one.id == action_id), None)


def effect_lines(session: Session, work: Work, short: Sequence[Gap] | None = None) -> list[EffectLine]:
    """All differences: what stops the rest first. *short* are the order's gaps where they are known."""
    found = [
        *_shipments(work),
        *(line for made in work.made.values() for line in _production(work, made)),
        *_purchases(session, work),
        *(line for sold in work.order.lines for line in _reservations(work, sold)),
        *_shortfalls(session, work, short),
    ]
    return [*_order(work), *found]


def _order(work: Work) -> Iterator[EffectLine]:
    """An order that the buyer wants no more is to be cancelled."""
    order = work.order
    if not work.ended or order.state in OVER:
        return
    why_not = ""
    if any(line.shipped for line in order.lines):
        why_not = _("Goods of order {number} have left.", number=order.number)
    elif not allowed(ORDER_TRANSITIONS, order.state, OrderState.CANCELLED):
        why_not = _("It cannot be cancelled from this state.")
    cancel = EffectAction(Act.CANCEL, _("Cancel the order"))
    yield EffectLine(
        "order", EffectKind.ORDER, order.id, order.number, order.customer.name, _order_state(order.state),
        _order_state(order.state), _order_state(OrderState.CANCELLED),
        () if why_not else (cancel,), "" if why_not else cancel.id, why_not,
    )  # fmt: skip


def _order_state(state: str) -> str:
    return _(order_states.STATE_NAMES[OrderState(state)])


def _shipments(work: Work) -> Iterator[EffectLine]:
    """Goods in cartons that the order does not want any more."""
    left = {line.id: work.wanted(line) - line.shipped for line in work.order.lines}
    for shipment in work.shipments.values():
        held = work.packed[shipment.id]
        fits = {line: min(quantity, max(ZERO, left[line])) for line, quantity in held.items()}
        for line, quantity in fits.items():
            left[line] -= quantity
        if fits != held:
            yield _shipment(work, shipment, held, fits)


def _shipment(
    work: Work, shipment: Shipment, held: dict[int, Decimal], fits: dict[int, Decimal]
) -> EffectLine:
    lines = {line.id: line for line in work.order.lines}
    wrong = [lines[line] for line, quantity in held.items() if fits[line] != quantity]
    one = wrong[0]
    repack = EffectAction(
        Act.REPACK, _("Give the shipment up with its papers: what is wanted is packed anew")
    )
    return EffectLine(
        f"shipment:{shipment.id}", EffectKind.SHIPMENT, shipment.id, shipment.number,
        ", ".join(line.item.sku for line in wrong),
        _(shipping_rules.STATE_NAMES[ShipmentState(shipment.state)]),
        count_text(held[one.id], one.unit), count_text(fits[one.id], one.unit), (repack,), repack.id,
    )  # fmt: skip


def _production(work: Work, made: ProductionOrder) -> Iterator[EffectLine]:
    if made.state not in CONSUMING:
        return
    line = _untouched(work, made) if is_untouched(made) else _begun(work, made)
    if line is not None:
        yield line
    if (wrong := _date(work, made)) is not None:
        yield wrong


def _untouched(work: Work, made: ProductionOrder) -> EffectLine | None:
    """An order that can still be made smaller or cancelled."""
    target = work.target(made)
    if target == made.quantity:
        return _handed_over(work, made)
    stock = EffectAction(Act.STOCK, _("Make all of it, for stock"))
    if not target:
        cancel = EffectAction(Act.CANCEL, _("Cancel it"))
        return _made(made, ZERO, (cancel, stock), cancel.id)
    reduce = EffectAction(
        f"{Act.REDUCE}:{target.normalize():f}", _("Reduce it to {quantity}", quantity=_count(made, target))
    )
    rest = _count(made, made.quantity - target)
    split = EffectAction(
        Act.SPLIT, _("Make {quantity} of it for stock, as an order of its own", quantity=rest)
    )
    actions = (reduce, split) if made.state == ProductionState.PLANNED else (reduce,)
    return _made(made, target, actions, reduce.id)


def _handed_over(work: Work, made: ProductionOrder) -> EffectLine | None:
    """What was planned for an order that ends, and is wanted by others all the same."""
    if not work.ended or made.sales_order_id != work.order.id:
        return None
    keep = EffectAction(Act.STOCK, _("Keep it for those who need it"))
    return _made(made, made.quantity, (keep,), keep.id)


def _begun(work: Work, made: ProductionOrder) -> EffectLine | None:
    """An order on which work has begun is finished; what nobody wants of it becomes free stock."""
    mine, needed = made.sales_order_id == work.order.id, work.needed(made)
    if mine and (work.ended or not needed):
        stock = EffectAction(Act.STOCK, _("Finish it for stock"))
        return _made(made, needed, (stock,), stock.id, _progress(made))
    fits = lot(made, needed)
    if not mine or fits >= made.quantity - made.scrap:
        return None
    why_not = _progress(made) + " " + _("What is too much becomes free stock when it is finished.")
    return _made(made, fits, (), "", why_not)


def _progress(made: ProductionOrder) -> str:
    steps = [step for step in made.operations if step.state != OperationState.CANCELLED]
    done = sum(step.state == OperationState.DONE for step in steps)
    return _("Work has begun, {done} of {count} operations are done: it cannot be cancelled.",
             done=done, count=len(steps))  # fmt: skip


def _made(
    made: ProductionOrder, after: Decimal, actions: tuple[EffectAction, ...], recommended: str,
    why_not: str = "",
) -> EffectLine:  # fmt: skip
    return EffectLine(
        f"production:{made.id}", EffectKind.PRODUCTION, made.id, made.number, made.item.sku,
        _(STATE_NAMES[ProductionState(made.state)]), _count(made, made.quantity), _count(made, after),
        actions, recommended, why_not,
    )  # fmt: skip


def _count(made: ProductionOrder, quantity: Decimal) -> str:
    return count_text(quantity, made.item.unit)


def _date(work: Work, made: ProductionOrder) -> EffectLine | None:
    """Due on another day than the first order line that it is for; for others too, only if too late."""
    needed = None if work.ended else work.due(made)
    early = made.sales_order_id != work.order.id
    if needed is None or made.due == needed or (early and made.due < needed):
        return None
    redate = EffectAction(
        f"{Act.REDATE}:{_day(needed)}", _("Make it due on {date}, its parts with it", date=_day(needed))
    )  # fmt: skip
    return EffectLine(
        f"date:{made.id}", EffectKind.DATE, made.id, made.number, made.item.sku,
        _(STATE_NAMES[ProductionState(made.state)]), _day(made.due), _day(needed), (redate,), redate.id,
    )  # fmt: skip


def _day(day: date) -> str:
    return day.isoformat()


def _purchases(session: Session, work: Work) -> Iterator[EffectLine]:
    """What was ordered from suppliers for it, and is not wanted any more."""
    for line in work.bought.values():
        spare = work.spare(line)
        if line.order.state != PurchaseState.ORDERED or not spare:
            continue
        open_now, unit = line.quantity - line.received, get(session, Item, line.item_id).unit
        text = count_text(spare, unit)
        leave = EffectAction(Act.LEAVE, _("Leave it: {quantity} become free stock", quantity=text))
        reduce = EffectAction(
            f"{Act.REDUCE}:{spare.normalize():f}",
            _("Order {quantity} less; the supplier has to agree", quantity=text),
        )
        yield EffectLine(
            f"purchase:{line.id}", EffectKind.PURCHASE, line.order_id, line.order.number, line.item.sku,
            _(purchases_views.STATE_NAMES[PurchaseState(line.order.state)]), count_text(open_now, unit),
            count_text(open_now - spare, unit), (leave, reduce), leave.id,
        )  # fmt: skip


def _reservations(work: Work, line: SalesLine) -> Iterator[EffectLine]:
    """What is kept for the line beyond what it wants, other than what its production and purchases say.

    An order that is over keeps nothing from anybody.
    """
    if work.order.state in OVER:
        return
    kept = work.kept_of_line(line)
    pegs = [peg for peg in work.line_pegs[line.id] if is_reservation(work, peg)]
    held = sum((peg.quantity for peg in pegs), ZERO)
    wanted = sum((kept[peg.id] for peg in pegs), ZERO)
    if held == wanted:
        return
    release = EffectAction(Act.RELEASE, _("Release {quantity} to free stock",
                           quantity=count_text(held - wanted, line.unit)))  # fmt: skip
    yield EffectLine(
        f"reservation:{line.id}", EffectKind.RESERVATION, work.order.id, work.order.number, line.item.sku,
        _order_state(work.order.state), count_text(held, line.unit), count_text(wanted, line.unit),
        (release,), release.id,
    )  # fmt: skip


def is_reservation(work: Work, peg: Peg) -> bool:
    """Whether a peg is told as a reservation: not one to production or a purchase that is told itself."""
    made = work.made.get(peg.production_order_id or 0)
    ordered = peg.source == PegSource.PURCHASE and peg.purchase_line_id is not None
    told = made is not None and made.state in CONSUMING and (work.ended or is_untouched(made))
    return not ordered and not told


def _shortfalls(session: Session, work: Work, short: Sequence[Gap] | None) -> Iterator[EffectLine]:
    """What the order wants and nothing covers."""
    if not may_be_short(work):
        return
    for gap in gaps(session, work.order) if short is None else short:
        if gap.column == LINE_COLUMN or _stays(work, gap):
            yield _short(session, work, gap)


def may_be_short(work: Work) -> bool:
    """Whether it is asked what nothing covers: of an order that is being made."""
    return not work.ended and work.order.state == OrderState.IN_PRODUCTION


def _stays(work: Work, gap: Gap) -> bool:
    """Whether the production that lacks the material stays as large as it is."""
    made = work.made[work.parts[gap.id].order_id]
    return work.target(made) == made.quantity


def _short(session: Session, work: Work, gap: Gap) -> EffectLine:
    item = get(session, Item, gap.item_id)
    number, total = work.order.number, gap.quantity
    if gap.column == LINE_COLUMN:
        total = next(line.quantity for line in work.order.lines if line.id == gap.id)
    else:
        number, total = work.made[work.parts[gap.id].order_id].number, work.parts[gap.id].quantity
    missing = count_text(gap.quantity, item.unit)
    plan = EffectAction(Act.PLAN, _("Find or make {quantity}", quantity=missing))
    actions: tuple[EffectAction, ...] = (plan,)
    larger = enlargeable(work, gap)
    if larger is not None:
        made, quantity = larger
        text = _("Raise {number} to {quantity}", number=made.number, quantity=_count(made, quantity))
        actions = (EffectAction(f"{Act.RAISE}:{quantity.normalize():f}", text), plan)
    return EffectLine(
        f"short:{gap.column}:{gap.id}", EffectKind.SHORTFALL, work.order.id, number, item.sku,
        _order_state(work.order.state), count_text(total - gap.quantity, item.unit),
        count_text(total, item.unit), actions, actions[0].id,
    )  # fmt: skip


def enlargeable(work: Work, gap: Gap) -> tuple[ProductionOrder, Decimal] | None:
    """A planned order that serves the line already, and the quantity that would cover all of it."""
    for made in work.made.values():
        planned = made.state == ProductionState.PLANNED and made.item_id == gap.item_id
        mine = gap.column == LINE_COLUMN and any(peg.sales_line_id == gap.id for peg in work.serving[made.id])
        if planned and mine and is_untouched(made):
            quantity = lot(made, work.needed(made) + gap.quantity)
            if quantity > made.quantity:
                return made, quantity
    return None
