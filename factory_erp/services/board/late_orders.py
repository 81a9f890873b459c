"""Which production orders will be late, what that costs, and the chain of causes, the first one first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.partners import Partner
from factory_erp.models.planning import PurchaseLine, PurchaseOrder
from factory_erp.models.production import Peg, PegSource, ProductionMaterial, ProductionOrder
from factory_erp.models.sales import SalesOrder
from factory_erp.planning.calendar import to_moment
from factory_erp.planning.schedule.measure import measure
from factory_erp.planning.schedule.problem import Problem
from factory_erp.planning.schedule.reasons import explain_feeders
from factory_erp.planning.schedule.result import Reason, Schedule
from factory_erp.services import clock, working_time
from factory_erp.services.base import query
from factory_erp.services.board.state import BoardState, kept_board
from factory_erp.services.bulk import chunks
from factory_erp.services.price_lists import company_currency
from factory_erp.services.schedule.problem import CENTS
from factory_erp.services.schedule.reasons import Material, Why, Wording

DEPTH = 6
"""How many orders a chain of causes is followed through."""


@dataclass(frozen=True, slots=True)
class LateView:
    """A production order that ends on a later day than it is needed.

    ``finish`` is None where it has no place in the schedule; ``cost`` is what the lateness costs by the
    settings, in the company's ``currency``.
    """

    order_id: int
    number: str
    sku: str
    sales_order_id: int | None
    sales_number: str
    customer: str
    needed: date
    finish: datetime | None
    days_late: int
    promised: bool
    cost: Decimal
    currency: str
    reasons: tuple[Why, ...]


@query
def late_list(session: Session) -> tuple[LateView, ...]:
    """All open production orders that are or will be late in the stored schedule; the dearest first."""
    state = kept_board(session)
    problem, solved = _measured(state)
    late = dict(_late_days(state, solved))
    heads = _heads(session, late)
    words = Wording(state.floor, problem, _materials(session))
    currency = company_currency(session)
    views = [_view(state, words, solved, order, days, heads[order], currency) for order, days in late.items()]
    return tuple(sorted(views, key=lambda view: (-view.cost, -view.days_late, view.number)))


Head = tuple[str, int | None, str, str]
"""SKU, sales order and its number, customer."""


def _measured(state: BoardState) -> tuple[Problem, Schedule]:
    """The stored schedule of those orders that are in it as a whole; explains what late ones wait for too."""
    whole = _whole_orders(state)
    orders = tuple(
        replace(order, predecessors=tuple(p for p in order.predecessors if p in whole))
        for order in state.problem.orders
        if order.id in whole
    )
    operations = tuple(o for o in state.problem.operations if o.order in whole)
    problem = replace(state.problem, orders=orders, operations=operations)
    solved = measure(problem, {o.id: state.placed[o.id] for o in operations if not o.done})
    feeders = explain_feeders(problem, solved.assignments, solved.finish, solved.reasons)
    return problem, replace(solved, reasons={**feeders, **solved.reasons})


def _whole_orders(state: BoardState) -> set[int]:
    return {
        order.id
        for order in state.problem.orders
        if all(o.done or o.id in state.placed for o in state.problem.routing[order.id])
    }


def _late_days(state: BoardState, solved: Schedule) -> Iterator[tuple[int, int]]:
    """Order → how many days it is late."""
    floor = state.floor
    today = clock.today(floor.place.key)
    for order in floor.orders.values():
        ends = solved.finish.get(order.id)
        day = today if ends is None else max(today, working_time.day_of(ends, floor.place))
        if day > order.needed:
            yield order.id, (day - order.needed).days


def _view(
    state: BoardState, words: Wording, solved: Schedule, order: int, days: int, head: Head, currency: str
) -> LateView:
    facts, weight = state.floor.orders[order], state.floor.weights.get(order)
    sku, sales_id, sales, customer = head
    finish = solved.finish.get(order)
    promised = weight is not None and weight.promised
    cents = (weight.cents if weight else 1) * 24 * days
    return LateView(
        order, facts.number, sku, sales_id, sales, customer, facts.needed,
        None if finish is None else to_moment(finish), days, promised,
        Decimal(cents) / CENTS, currency, tuple(_chain(words, solved, order)),
    )  # fmt: skip


def _chain(words: Wording, solved: Schedule, order: int) -> list[Why]:
    """Sentences, first cause first; what an order that feeds it waited for comes before it."""
    if order not in solved.finish:
        return [Why(_("It has no place in the schedule yet."), "production_order", order)]
    reasons = list(_causes(solved, order, {order}))
    return list(dict.fromkeys(words.why(reason) for reason in reasons)) or [_overdue(words, order)]


def _overdue(words: Wording, order: int) -> Why:
    """One that waits for nothing, and whose day has passed all the same."""
    text = _("It was needed on {day}, and is not done yet.", day=words.floor.orders[order].needed.isoformat())
    return Why(text, "production_order", order)


def _causes(solved: Schedule, order: int, seen: set[int]) -> Iterator[Reason]:
    for reason in solved.reasons.get(order, ()):
        if reason.kind == "predecessor" and reason.ref not in seen and len(seen) < DEPTH:
            seen.add(reason.ref)
            yield from _causes(solved, reason.ref, seen)
        yield reason


def _heads(session: Session, order_ids: Iterable[int]) -> dict[int, Head]:
    found: dict[int, Head] = {}
    for part in chunks(order_ids):
        rows = session.execute(
            select(ProductionOrder.id, Item.sku, SalesOrder.id, SalesOrder.number, Partner.name)
            .join(Item, Item.id == ProductionOrder.item_id)
            .outerjoin(SalesOrder, SalesOrder.id == ProductionOrder.sales_order_id)
            .outerjoin(Partner, Partner.id == SalesOrder.customer_id)
            .where(ProductionOrder.id.in_(part))
        )
        for number, sku, sales_id, sales, customer in rows:
            found[number] = (sku, sales_id, sales or "", customer or "")
    return found


def _materials(session: Session) -> dict[int, Material]:
    """Order, or one that feeds it, → the part that comes last: what is not ordered yet before what is."""
    rows = session.execute(
        select(
            ProductionMaterial.order_id, Item.id, Item.sku, PurchaseLine.expected_on, PurchaseOrder.id,
            PurchaseOrder.number,
        )
        .select_from(Peg)
        .join(ProductionMaterial, ProductionMaterial.id == Peg.material_id)
        .join(Item, Item.id == Peg.item_id)
        .outerjoin(PurchaseLine, PurchaseLine.id == Peg.purchase_line_id)
        .outerjoin(PurchaseOrder, PurchaseOrder.id == PurchaseLine.order_id)
        .where(Peg.source == PegSource.PURCHASE)
        .order_by(Item.lead_days, Item.sku)
    )  # fmt: skip
    last: dict[int, date] = {}
    found: dict[int, Material] = {}
    for order, item, sku, day, purchase_id, purchase in rows:
        comes = day or date.max
        if comes >= last.get(order, date.min):
            last[order] = comes
            found[order] = Material(sku, item, purchase or "", purchase_id or 0)
    return found
