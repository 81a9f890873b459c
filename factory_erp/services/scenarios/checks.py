"""Whether the changes of a scenario can be meant at all, and how they read in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple
from datetime import UTC, date
from decimal import Decimal
from functools import singledispatchmethod
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.i18n import _, ngettext
from factory_erp.models.base import Base
from factory_erp.models.catalog import Item
from factory_erp.models.engineering import Calendar, Machine, WorkCentre
from factory_erp.models.inquiries import Quotation, QuotationState
from factory_erp.models.production import OperationState, ProductionOperation, ProductionOrder
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.planning.calendar import DAY
from factory_erp.services import clock, working_time
from factory_erp.services.base import RecordT, get
from factory_erp.services.floor.reading import OPEN
from factory_erp.services.scenarios.changes import (
    CentreHours,
    Change,
    ExtraMachine,
    ExtraOrder,
    MachineDown,
    MachineSpeed,
    OrderChange,
    OvertimeHours,
    PlanWith,
    SalesChange,
    TakeOn,
)
from factory_erp.services.stock import inventory

MOST_MACHINES = 20
MOST_DAYS = 366
FASTEST = 10_000


class Checker:
    """Checks changes one by one; each is answered by its sentence.

    Raises NotFound for records that are gone, InvalidValue and NotAllowed naming record and field.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._place: ZoneInfo = working_time.zone(session)

    def sentences(self, changes: Iterable[Change]) -> tuple[str, ...]:
        """What each change says, after it was checked."""
        return tuple(self.check(one) for one in changes)

    @singledispatchmethod
    def check(self, change: Change) -> str:
        """The sentence of *change*."""
        raise TypeError(change)

    def _get(self, kind: type[RecordT], number: int) -> RecordT:
        return get(self._session, kind, number)

    @check.register
    def _down(self, one: MachineDown) -> str:
        machine = self._get(Machine, one.machine_id)
        if one.starts_at.tzinfo is None or one.ends_at.tzinfo is None or one.ends_at <= one.starts_at:
            raise _invalid(_("It must end after it starts."), machine.code, "ends_at")
        if one.ends_at.astimezone(UTC) <= clock.now():
            raise _invalid(_("That time is over already."), machine.code, "ends_at")
        start, end = (
            moment.astimezone(self._place).strftime("%Y-%m-%d %H:%M")
            for moment in (one.starts_at, one.ends_at)
        )
        if one.maintenance:
            return _(
                "{machine} is maintained from {start} to {end}.", machine=machine.code, start=start, end=end
            )
        return _("{machine} is down from {start} to {end}.", machine=machine.code, start=start, end=end)

    @check.register
    def _overtime(self, one: OvertimeHours) -> str:
        if (one.machine_id is None) == (one.centre_id is None):
            raise _invalid(_("Overtime is worked by one machine or by one work centre."), "", "machine_id")
        where: Machine | WorkCentre = (
            self._get(WorkCentre, one.centre_id or 0)
            if one.machine_id is None
            else self._get(Machine, one.machine_id)
        )
        if not 0 <= one.start_minute < DAY or not 0 < one.end_minute - one.start_minute <= DAY:
            said = _("Hours begin between 00:00 and 24:00 and last at most a day.")
            raise _invalid(said, where.code, "start_minute")
        if not 0 <= (one.last - one.first).days < MOST_DAYS:
            raise _invalid(
                _("The last day must not be before the first, nor a year later."), where.code, "last"
            )
        hours = f"{_clock(one.start_minute)}–{_clock(one.end_minute)}"
        return _("{where} works overtime {hours} from {first} to {last}.", where=where.code, hours=hours,
                 first=one.first.isoformat(), last=one.last.isoformat())  # fmt: skip

    @check.register
    def _extra_machine(self, one: ExtraMachine) -> str:
        machine = self._get(Machine, one.machine_id)
        if not machine.active:
            raise _invalid(_("Machine {code} is not in use.", code=machine.code), machine.code, "machine_id")
        if not 1 <= one.count <= MOST_MACHINES:
            said = _("Between 1 and {most} machines can be added.", most=MOST_MACHINES)
            raise _invalid(said, machine.code, "count")
        return ngettext(
            "{count} more machine like {code}.",
            "{count} more machines like {code}.",
            one.count,
            code=machine.code,
        )

    @check.register
    def _hours(self, one: CentreHours) -> str:
        centre, calendar = self._get(WorkCentre, one.centre_id), self._get(Calendar, one.calendar_id)
        return _("{centre} works by calendar {calendar}.", centre=centre.code, calendar=calendar.code)

    @check.register
    def _speed(self, one: MachineSpeed) -> str:
        machine = self._get(Machine, one.machine_id)
        if not 1 <= one.speed_percent <= FASTEST:
            raise _invalid(_("A machine needs a speed above zero."), machine.code, "speed_percent")
        return _("{machine} runs at {percent} %.", machine=machine.code, percent=one.speed_percent)

    @check.register
    def _order(self, one: OrderChange) -> str:
        order = self._get(ProductionOrder, one.order_id)
        self._open(order.number, order.state in OPEN)
        if one.drop:
            self._not_begun(order)
            return _("{number} is dropped.", number=order.number)
        said = [*self._due(order.number, one.due), *self._priority(order, one), *self._quantity(order, one)]
        if not said:
            raise _invalid(
                _("The change of {number} changes nothing.", number=order.number), order.number, "due"
            )
        return " ".join(said)

    def _due(self, number: str, day: date | None) -> list[str]:
        if day is None:
            return []
        if day < clock.today(self._place.key):
            raise _invalid(_("That day is over already."), number, "due")
        return [_("{number} is due on {day}.", number=number, day=day.isoformat())]

    @staticmethod
    def _priority(order: ProductionOrder, one: OrderChange) -> list[str]:
        if one.priority is None:
            return []
        if not 1 <= one.priority <= FASTEST:
            raise _invalid(_("A priority is a whole number above zero."), order.number, "priority")
        return [_("{number} has priority {priority}.", number=order.number, priority=one.priority)]

    def _quantity(self, order: ProductionOrder, one: OrderChange) -> list[str]:
        if one.quantity is None:
            return []
        inventory.check_quantity(order.item, one.quantity)
        self._not_begun(order)
        return [_("{number} makes {quantity}.", number=order.number, quantity=_plain(one.quantity))]

    def _not_begun(self, order: ProductionOrder) -> None:
        begun = (
            select(ProductionOperation.id)
            .where(ProductionOperation.order_id == order.id)
            .where(ProductionOperation.state.in_((OperationState.STARTED, OperationState.DONE)))
        )
        if self._session.scalar(begun.limit(1)) is not None:
            raise NotAllowed(
                _("Production order {number} has begun.", number=order.number),
                record=order.number,
                field="quantity",
                remedy=_("Take this change out of the scenario."),
            )

    @check.register
    def _sales(self, one: SalesChange) -> str:
        order = self._get(SalesOrder, one.sales_order_id)
        self._open(order.number, order.state in (OrderState.CONFIRMED, OrderState.IN_PRODUCTION))
        if one.drop:
            made = select(ProductionOrder).where(
                ProductionOrder.sales_order_id == order.id, ProductionOrder.state.in_(OPEN)
            )
            for work in self._session.scalars(made):
                self._not_begun(work)
            return _("{number} is dropped.", number=order.number)
        if one.ship_by is None:
            raise _invalid(
                _("The change of {number} changes nothing.", number=order.number), order.number, "ship_by"
            )
        self._due(order.number, one.ship_by)
        return _("{number} ships by {day}.", number=order.number, day=one.ship_by.isoformat())

    def _open(self, number: str, is_open: bool) -> None:
        if not is_open:
            raise NotAllowed(
                _("{number} is not open any more.", number=number),
                record=number,
                field=_("State"),
                remedy=_("Take this change out of the scenario."),
            )

    @check.register
    def _extra_order(self, one: ExtraOrder) -> str:
        item = self._get(Item, one.item_id)
        inventory.check_quantity(item, one.quantity)
        if one.value < 0:
            raise _invalid(_("An order is not worth less than nothing."), item.sku, "value")
        if one.wanted_by < clock.today(self._place.key):
            raise _invalid(_("That day is over already."), item.sku, "wanted_by")
        return _("An order for {quantity} of {sku} by {day}.", quantity=_plain(one.quantity), sku=item.sku,
                 day=one.wanted_by.isoformat())  # fmt: skip

    @check.register
    def _take_on(self, one: TakeOn) -> str:
        if (one.sales_order_id is None) == (one.quotation_id is None):
            raise _invalid(_("Choose one draft order or one quotation."), "", "sales_order_id")
        if one.sales_order_id is not None:
            order = self._get(SalesOrder, one.sales_order_id)
            number, is_open = order.number, order.state == OrderState.DRAFT
        else:
            quotation = self._get(Quotation, one.quotation_id or 0)
            number = quotation.number
            is_open = quotation.state in (QuotationState.DRAFT, QuotationState.SENT, QuotationState.EXPIRED)
        self._open(number, is_open)
        self._due(number, one.wanted_by)
        return _("{number} is taken on.", number=number)

    @check.register
    def _settings(self, one: PlanWith) -> str:
        said = [value for value in astuple(one) if value is not None]
        if not said or min(said) < 0:
            raise _invalid(_("Planning cannot reckon with less than nothing."), "", "settings")
        return _("Planning reckons with other settings.")


def _invalid(message: str, record: str, field: str) -> InvalidValue:
    return InvalidValue(message, record=record, field=field, remedy=_("Correct this change of the scenario."))


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"


TOUCHED: dict[type[Change], tuple[tuple[type[Base], str], ...]] = {
    MachineDown: ((Machine, "machine_id"),),
    OvertimeHours: ((Machine, "machine_id"), (WorkCentre, "centre_id")),
    CentreHours: ((WorkCentre, "centre_id"),),
    MachineSpeed: ((Machine, "machine_id"),),
    OrderChange: ((ProductionOrder, "order_id"),),
    SalesChange: ((SalesOrder, "sales_order_id"),),
}
"""The records that applying each kind of change writes or builds on, and the field that names them."""
