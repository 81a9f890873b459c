"""One order from the buyer's yes to goods that are ready: promised, confirmed, planned, scheduled, made.

It is lived through after everything else of the demo, ahead of its present: on each day what the schedule
says is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.demo import found, plans, trade
from factory_erp.demo.stages import report
from factory_erp.models.inquiries import Quotation
from factory_erp.models.production import ProductionOrder
from factory_erp.models.sales import SalesOrder
from factory_erp.services import clock, planning
from factory_erp.services.base import get, query
from factory_erp.services.material import plan as material_plan
from factory_erp.services.production import orders as production
from factory_erp.services.promise import asking as promise
from factory_erp.services.sales import orders as sales
from factory_erp.services.suggestions import accepting as suggestions
from factory_erp.services.suggestions.accepting import SuggestionFilter


@dataclass(frozen=True, slots=True)
class Walk:
    """What became of the order; its buyer was told ``promised_on``, and we know why not sooner.

    ``cost_before`` and ``cost_after`` are the schedule's around the search, in its own terms, and
    ``late_orders`` the production orders that are late in it.
    """

    order: str
    promised_on: date
    promise_reasons: tuple[str, ...]
    make_suggestions: int
    buy_suggestions: int
    production_orders: int
    purchase_orders: int
    cost_before: int
    cost_after: int
    late_orders: int
    ready_on: date
    state: str


def walk(moment: datetime) -> Walk:
    """Take the mailed quotation's order through it all, from *moment* on."""
    order = _order(trade.quotation(trade.BY_MAIL.key))
    with clock.at(moment):
        offer = promise.promise_order(order)
        sales.confirm(order, offer.day)
        planned = material_plan.run_plan().value
        mine = suggestions.suggestion_ids(SuggestionFilter(sales_order_id=order))
        accepted = suggestions.accept(mine).value
        before = planning.schedule().value
        after = planning.schedule(scheduler=plans.BoundedSearch(plans.SEARCH_MOVES)).value
        production.release(_made_for(order))
    ready = _make(order, moment)
    number, state = _how_it_is(order)
    return Walk(
        number, offer.day, offer.binding, planned.make, planned.buy, len(accepted.production_orders),
        len(accepted.purchase_orders), before.cost_after, after.cost_after, len(after.late_orders),
        clock.day_of(ready), state,
    )  # fmt: skip


def _make(order: int, moment: datetime) -> datetime:
    """Each operation is reported when it is planned to end, and purchases come in between; the last end."""
    mine = set(_made_for(order))
    steps = [step for step in found.open_steps() if step.order_id in mine]
    comes = _material_at(order) or moment
    for step in steps:
        if step.start < comes:
            report(step, step.start, step.finish)
    with clock.at(comes):
        production.receive_shortages(order)
    for step in steps:
        if step.start >= comes:
            report(step, step.start, step.finish)
    return max((step.finish for step in steps), default=moment)


@query
def _material_at(session: Session, order_id: int) -> datetime | None:
    """When the last of the purchases for the order comes."""
    return session.scalar(select(func.max(ProductionOrder.material_at)).filter_by(sales_order_id=order_id))


@query
def _order(session: Session, quotation_id: int) -> int:
    return get(session, Quotation, quotation_id).sales_order_id or 0


@query
def _made_for(session: Session, order_id: int) -> list[int]:
    made = select(ProductionOrder.id).filter_by(sales_order_id=order_id)
    return list(session.scalars(made.order_by(ProductionOrder.id)))


@query
def _how_it_is(session: Session, order_id: int) -> tuple[str, str]:
    order = get(session, SalesOrder, order_id)
    return order.number, str(order.state)
