"""Rough-cut: the load of what nobody has ordered for certain, draft orders and quotations sent.

Each line goes through all levels of its bill, less free stock, and every routing is back-scheduled from the
wanted day as if its machines were free. Inquiries do not count, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.engineering import Routing
from factory_erp.models.inquiries import Quotation, QuotationLine, QuotationState
from factory_erp.models.partners import Partner
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.planning.calendar import WorkingCalendar
from factory_erp.planning.load import Span, back_schedule
from factory_erp.planning.material.explode import (
    BillCycle,
    Demand,
    MaterialPlan,
    MaterialProblem,
    PlannedOrder,
    Supply,
    explode,
)
from factory_erp.services import clock, working_time
from factory_erp.services.engineering.structure import Structure, current_routings, micro, structure, whole
from factory_erp.services.load.parts import Layer, LoadSpan, Origin, routing_steps, spans_of
from factory_erp.services.stock import inventory

PROBABILITY = 50
"""Of a hundred quotations sent, so many are usually reckoned to become orders."""


@dataclass(frozen=True, slots=True)
class RoughCut:
    """The work that would come, and in plain words what could not be reckoned with."""

    spans: tuple[LoadSpan, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A line of something not yet confirmed, the minute by which it is wanted (None: at once)."""

    key: str
    item_id: int
    quantity: Decimal
    due: date | None
    origin: Origin


def rough_cut(
    session: Session, now: int, calendars: Mapping[int, WorkingCalendar], probability: int = PROBABILITY
) -> RoughCut:
    """The work of draft orders in full and of quotations sent by *probability* (percent).

    *calendars* are those of the centres. Raises InvalidValue for a probability outside 0–100.
    """
    if not 0 <= probability <= 100:
        raise InvalidValue(
            _("A probability lies between 0 and 100 %."),
            field=_("Probability"),
            remedy=_("Enter a whole number from 0 to 100."),
        )
    wanted = [*_drafts(session), *(_quoted(session, probability) if probability else ())]
    if not wanted:
        return RoughCut((), ())
    try:
        parts = structure(session, {one.item_id for one in wanted}, clock.today()).checked()
    except BillCycle as cycle:
        return RoughCut((), (str(cycle),))
    return _Cut(session, parts, wanted, now, calendars).run()


def _drafts(session: Session) -> Iterable[_Wanted]:
    rows = session.execute(
        select(SalesLine, SalesOrder, Partner.name)
        .join(SalesOrder, SalesOrder.id == SalesLine.order_id)
        .join(Partner, Partner.id == SalesOrder.customer_id)
        .where(SalesOrder.state == OrderState.DRAFT)
        .order_by(SalesLine.id)
    )
    for line, order, customer in rows:
        due = order.ship_by or order.requested_ship
        origin = Origin(
            Layer.ROUGH, "sales", order.id, order.number, line.item_id, line.quantity, customer, due
        )
        yield _Wanted(f"sales:{line.id}", line.item_id, line.quantity - line.shipped, due, origin)


def _quoted(session: Session, probability: int) -> Iterable[_Wanted]:
    today = clock.today()
    rows = session.execute(
        select(QuotationLine, Quotation)
        .join(Quotation, Quotation.id == QuotationLine.quotation_id)
        .where(Quotation.state == QuotationState.SENT, Quotation.valid_until >= today)
        .order_by(QuotationLine.id)
    )
    for line, quotation in rows:
        due = None if quotation.lead_days is None else today + timedelta(days=quotation.lead_days)
        origin = Origin(
            Layer.ROUGH, "quotation", quotation.id, quotation.number, line.item_id, line.quantity,
            quotation.buyer_name, due, percent=probability,
        )  # fmt: skip
        yield _Wanted(f"quotation:{line.id}", line.item_id, line.quantity, due, origin)


class _Cut:
    """One rough-cut: parents first, each part wanted when its parent begins."""

    def __init__(
        self,
        session: Session,
        parts: Structure,
        wanted: Iterable[_Wanted],
        now: int,
        calendars: Mapping[int, WorkingCalendar],
    ) -> None:
        self._parts, self._now, self._calendars = parts, now, calendars
        self._wanted = {one.key: one for one in wanted if one.quantity > 0}
        self._place = working_time.zone(session)
        self._due = {key: self._end_of(one.due) for key, one in self._wanted.items()}
        self._plan = self._explode(inventory.available(session, parts.items))
        made = {planned.item for planned in self._plan.planned if planned.kind == "make"}
        self._routings = current_routings(session, made, clock.today())

    def _end_of(self, day: date | None) -> int:
        return self._now if day is None else working_time.end_of_day(day, self._place)

    def _explode(self, free: Mapping[int, Decimal]) -> MaterialPlan:
        demands = tuple(
            Demand(one.key, one.item_id, micro(one.quantity), self._due[one.key], group=one.key)
            for one in self._wanted.values()
        )
        stock = tuple(
            Supply(f"stock:{item}", item, micro(there)) for item, there in free.items() if there > 0
        )
        return explode(MaterialProblem(self._parts.planning_items(), demands, stock, self._now))

    def run(self) -> RoughCut:
        """Spans of everything that would have to be made."""
        spans: list[LoadSpan] = []
        without: dict[str, None] = {}
        for planned in self._plan.planned:
            if planned.kind != "make":
                continue
            if not _operations(self._routings.get(planned.item)):
                without[self._parts.items[planned.item].sku] = None
            spans.extend(self._spans(planned))
        problems = [_("It is not known how {sku} is made.", sku=sku) for sku in without]
        return RoughCut(tuple(spans), tuple(problems))

    def _spans(self, planned: PlannedOrder) -> list[LoadSpan]:
        """The work of one thing to make; its parts are wanted from when that begins."""
        due = min(self._due[key] for key in planned.for_demands)
        quantity = whole(planned.quantity)
        placed = self._placed(planned, quantity, due)
        begin = min((span.start for span in placed), default=due)
        for part in planned.components:
            self._due[part.key] = min(begin, due - (planned.due - planned.start))
        return spans_of(self._wanted[planned.group].origin, placed)

    def _placed(self, planned: PlannedOrder, quantity: Decimal, due: int) -> list[Span]:
        steps = routing_steps(self._routings.get(planned.item), quantity)
        return back_schedule(steps, due, self._now, self._calendars)


def _operations(routing: Routing | None) -> int:
    return len(routing.operations) if routing else 0
