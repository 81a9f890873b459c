"""What a factory manager wants to know in ten minutes: late, due, come in, lapsing, waiting for a person.

Each list holds at most ``LIMIT`` rows and is read through an index, so that a million orders cost
no more than a thousand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from factory_erp.domain.money import Money
from factory_erp.i18n import _
from factory_erp.models.partners import Partner
from factory_erp.models.platforms import ExceptionState, PlatformAccount, SyncException
from factory_erp.models.production import (
    OperationState,
    ProductionOperation,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.models.shipping import Shipment, ShipmentLine, ShipmentState
from factory_erp.services.base import query
from factory_erp.services.catalogue import certificates
from factory_erp.services.catalogue.certificates import LapsingRow
from factory_erp.services.clock import FACTORY_ZONE, day_of, now
from factory_erp.services.clock import today as this_day
from factory_erp.services.sales.views import is_late, ships_this_week
from factory_erp.services.today import credits as today_credits
from factory_erp.services.today import needs as today_needs
from factory_erp.services.today.needs import EXCEPTION_NAMES, LIMIT, Need, NeedRow

__all__ = [
    "EXCEPTION_NAMES",
    "LIMIT",
    "Counts",
    "DueRow",
    "LateRow",
    "Need",
    "NeedRow",
    "NewRow",
    "TodayView",
    "last_sync",
    "today",
]

_OPEN_WORK = (ProductionState.PLANNED, ProductionState.RELEASED, ProductionState.IN_PROGRESS)
_MADE = {ProductionState.DONE, ProductionState.CLOSED}


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers at the top of the page. ``came_in`` counts orders since yesterday 00:00 at the factory."""

    late: int
    ships_this_week: int
    came_in: int
    to_review: int
    exceptions: int
    machines_behind: int


@dataclass(frozen=True, slots=True)
class LateRow:
    """An order that is late, or (``expected``) will be by the plan: by how many calendar days, and why."""

    id: int
    number: str
    customer: str
    ship_by: date
    days: int
    reason: str
    expected: bool = False


@dataclass(frozen=True, slots=True)
class DueRow:
    """An order that has to leave this week."""

    id: int
    number: str
    customer: str
    ship_by: date
    state: OrderState


@dataclass(frozen=True, slots=True)
class NewRow:
    """An order that came in; ``channel`` is empty for one typed in by hand."""

    id: int
    number: str
    ordered_at: datetime
    channel: str
    customer: str
    total: Money


@dataclass(frozen=True, slots=True)
class TodayView:
    """All that the page of the day shows."""

    day: date
    counts: Counts
    late: tuple[LateRow, ...]
    going_late: tuple[LateRow, ...]
    due: tuple[DueRow, ...]
    came_in: tuple[NewRow, ...]
    needs: tuple[NeedRow, ...]
    certificates: tuple[LapsingRow, ...] = ()


@query
def today(session: Session) -> TodayView:
    """The day at a glance."""
    return TodayView(
        day=this_day(),
        counts=_counts(session),
        late=tuple(_late(session)),
        going_late=tuple(_going_late(session)),
        due=tuple(_due(session)),
        came_in=tuple(_came_in(session)),
        needs=tuple(
            today_needs.in_order(
                (*today_needs.needs(session), *today_credits.credit_needs(session, this_day()))
            )
        ),
        certificates=tuple(certificates.lapsing(session, this_day(), LIMIT)),
    )


@query
def last_sync(session: Session) -> datetime | None:
    """When any platform account was last read; None if there is none or it never was."""
    return session.scalar(select(func.max(PlatformAccount.last_pull_at)))


def _counts(session: Session) -> Counts:
    exceptions = SyncException.state == ExceptionState.OPEN
    return Counts(
        late=_orders(session, is_late()),
        ships_this_week=_orders(session, ships_this_week()),
        came_in=_orders(session, SalesOrder.ordered_at >= _yesterday()),
        to_review=_orders(session, SalesOrder.state == OrderState.DRAFT),
        exceptions=session.scalar(select(func.count(SyncException.id)).where(exceptions)) or 0,
        machines_behind=session.scalar(_machines_behind()) or 0,
    )


def _orders(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(SalesOrder).where(condition)) or 0


def _yesterday() -> datetime:
    """The beginning of yesterday at the factory."""
    return datetime.combine(this_day() - timedelta(days=1), time(), ZoneInfo(FACTORY_ZONE))


def _machines_behind() -> Select[int]:
    """How many machines have an operation that should be finished by now and is not."""
    return (
        select(func.count(ProductionOperation.machine_id.distinct()))
        .join(ProductionOrder, ProductionOrder.id == ProductionOperation.order_id)
        .where(
            ProductionOrder.state.in_(_OPEN_WORK),
            ProductionOperation.state.in_((OperationState.WAITING, OperationState.STARTED)),
            ProductionOperation.planned_finish < now(),
        )
    )


def _late(session: Session) -> list[LateRow]:
    statement = (
        select(SalesOrder.id, SalesOrder.number, Partner.name, SalesOrder.ship_by, SalesOrder.state)
        .join(Partner, Partner.id == SalesOrder.customer_id)
        .where(is_late())
        .order_by(SalesOrder.ship_by, SalesOrder.id)
        .limit(LIMIT)
    )
    rows = session.execute(statement).all()
    reasons = _Reasons(session, [row.id for row in rows])
    return [
        LateRow(
            id=row.id,
            number=row.number,
            customer=row.name,
            ship_by=row.ship_by,
            days=(this_day() - row.ship_by).days,
            reason=reasons.of(row.id, row.state),
        )
        for row in rows
    ]


def _going_late(session: Session) -> list[LateRow]:
    """Orders that are not late yet but whose production is planned to finish after the promise."""
    finish = func.max(ProductionOrder.planned_finish).label("finish")
    statement = (
        select(SalesOrder.id, SalesOrder.number, Partner.name, SalesOrder.ship_by, finish)
        .join(ProductionOrder, ProductionOrder.sales_order_id == SalesOrder.id)
        .join(Partner, Partner.id == SalesOrder.customer_id)
        .where(
            ProductionOrder.state.in_(_OPEN_WORK),
            SalesOrder.state.in_((OrderState.CONFIRMED, OrderState.IN_PRODUCTION)),
            SalesOrder.ship_by >= this_day(),
        )
        .group_by(SalesOrder.id, SalesOrder.number, Partner.name, SalesOrder.ship_by)
    )
    rows = [
        _expected(order_id, number, customer, ship_by, finish)
        for order_id, number, customer, ship_by, finish in session.execute(statement)
        if ship_by is not None and finish is not None
    ]
    return sorted((row for row in rows if row.days > 0), key=lambda row: (-row.days, row.id))[:LIMIT]


def _expected(order_id: int, number: str, customer: str, ship_by: date, finish: datetime) -> LateRow:
    day = day_of(finish)
    reason = _("Finishes on {date}, promised for {promised}.", date=str(day), promised=str(ship_by))
    return LateRow(order_id, number, customer, ship_by, (day - ship_by).days, reason, expected=True)


class _Reasons:
    """What late orders wait for: their production and shipments, read once for all of them."""

    def __init__(self, session: Session, ids: Collection[int]) -> None:
        self._states: dict[int, list[str]] = defaultdict(list)
        self._finish: dict[int, datetime] = {}
        for order_id, state, finish in session.execute(_production_of(ids)):
            assert order_id is not None
            self._states[order_id].append(state)
            if finish is not None:
                self._finish[order_id] = max(finish, self._finish.get(order_id, finish))
        self._shipments = dict(session.execute(_open_shipments_of(ids)).all())

    def of(self, order_id: int, state: str) -> str:
        """The reason in a sentence."""
        if order_id in self._shipments:
            return _("Shipment {number} has not left yet.", number=self._shipments[order_id])
        if state == OrderState.READY:
            return _("Ready, but not in a shipment yet.")
        if order_id not in self._states:
            return _("Not planned yet.")
        if order_id not in self._finish:
            return _("Not scheduled on machines yet.")
        return self._making(order_id)

    def _making(self, order_id: int) -> str:
        states = self._states[order_id]
        finish = day_of(self._finish[order_id])
        return _(
            "{done} of {all} production orders finished, the last by {date}.",
            done=sum(state in _MADE for state in states),
            all=len(states),
            date=finish.isoformat(),
        )


def _production_of(ids: Collection[int]) -> Select[int | None, str, datetime | None]:
    return select(
        ProductionOrder.sales_order_id, ProductionOrder.state, ProductionOrder.planned_finish
    ).where(ProductionOrder.sales_order_id.in_(ids), ProductionOrder.state != ProductionState.CANCELLED)


def _open_shipments_of(ids: Collection[int]) -> Select[int, str]:
    return (
        select(SalesLine.order_id, Shipment.number)
        .join(ShipmentLine, ShipmentLine.sales_line_id == SalesLine.id)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(
            SalesLine.order_id.in_(ids),
            Shipment.state.not_in((ShipmentState.SHIPPED, ShipmentState.CANCELLED)),
        )
        .order_by(Shipment.number.desc())
    )


def _due(session: Session) -> list[DueRow]:
    statement = (
        select(SalesOrder.id, SalesOrder.number, Partner.name, SalesOrder.ship_by, SalesOrder.state)
        .join(Partner, Partner.id == SalesOrder.customer_id)
        .where(ships_this_week())
        .order_by(SalesOrder.ship_by, SalesOrder.id)
        .limit(LIMIT)
    )
    rows = session.execute(statement)
    return [DueRow(row.id, row.number, row.name, row.ship_by, OrderState(row.state)) for row in rows]


def _came_in(session: Session) -> list[NewRow]:
    newest = select(SalesOrder.id).order_by(SalesOrder.ordered_at.desc(), SalesOrder.id.desc()).limit(LIMIT)
    statement = (
        select(
            SalesOrder.id,
            SalesOrder.number,
            SalesOrder.ordered_at,
            PlatformAccount.name.label("channel"),
            Partner.name,
            SalesOrder.total_minor,
            SalesOrder.currency,
        )
        .join(Partner, Partner.id == SalesOrder.customer_id)
        .outerjoin(PlatformAccount, PlatformAccount.id == SalesOrder.account_id)
        .where(SalesOrder.id.in_(list(session.scalars(newest))))
        .order_by(SalesOrder.ordered_at.desc(), SalesOrder.id.desc())
    )
    return [
        NewRow(
            id=row.id,
            number=row.number,
            ordered_at=row.ordered_at,
            channel=row.channel or "",
            customer=row.name,
            total=Money(row.total_minor, row.currency),
        )
        for row in session.execute(statement)
    ]
