"""The 免抵退 return of a month: every shipment that left in it, with the taxes that a person types."""

from __future__ import annotations

import json
from calendar import monthrange
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.domain.money import Money
from factory_erp.domain.rebate import Export, ManufacturerMonth, manufacturer_month
from factory_erp.i18n import _
from factory_erp.models.security import Setting
from factory_erp.models.shipping import Shipment, ShipmentState
from factory_erp.services.base import query, use_case
from factory_erp.services.customs.rebates import RebateSheet, export_day, sheet_of
from factory_erp.services.customs.supplier_invoices import YUAN
from factory_erp.services.master_data import figure_problem, same_version, under
from factory_erp.services.shipping.facts import load

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class MonthTaxes:
    """What is typed for a month, in yuan: 进项税额, 销项税额 of sales at home, 上期留抵税额."""

    input_tax: Decimal = ZERO
    output_tax: Decimal = ZERO
    carried: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class MonthShipment:
    """A shipment of the month; *sheet* None where it cannot be reckoned, *problems* say why or what lacks."""

    id: int
    number: str
    export_on: date
    sheet: RebateSheet | None
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RebateMonth:
    """The return of a month. *complete*: every line of every shipment is in it.

    *version* of the taxes, 0 while none were typed.
    """

    year: int
    month: int
    taxes: MonthTaxes
    shipments: tuple[MonthShipment, ...]
    fob_yuan: Money
    result: ManufacturerMonth
    version: int = 0

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not any(one.problems for one in self.shipments)


class _Days(NamedTuple):
    first: date
    last: date


@query
def rebate_month(session: Session, year: int, month: int) -> RebateMonth:
    """The return of the month, with the taxes that were typed for it. Raises InvalidValue for no month."""
    days, row = _days(year, month), _row(session, year, month)
    taxes = _taxes(row)
    shipments = tuple(_shipment(session, load(session, one)) for one in _left_in(session, days))
    lines = [line for one in shipments if one.sheet for line in one.sheet.lines]
    exports = [Export(line.fob_yuan.amount, line.rates) for line in lines if line.fob_yuan and line.rates]
    values = [line.fob_yuan for line in lines if line.fob_yuan]
    return RebateMonth(
        year=year,
        month=month,
        taxes=taxes,
        shipments=shipments,
        fob_yuan=sum(values, Money.zero(YUAN)),
        result=manufacturer_month(exports, taxes.input_tax, taxes.output_tax, taxes.carried),
        version=row.version if row else 0,
    )


@use_case
def save_month_taxes(
    session: Session, year: int, month: int, taxes: MonthTaxes, version: int | None = None
) -> None:
    """Keep what was typed for the month over the *version* that was read (0: none; None: whatever is there).

    Raises InvalidValue under the field, Conflict.
    """
    _days(year, month)
    for one in fields(taxes):
        _check(getattr(taxes, one.name), one.name)
    value = json.dumps({one.name: str(getattr(taxes, one.name)) for one in fields(taxes)}, sort_keys=True)
    row = _row(session, year, month)
    if row is None:
        session.add(Setting(key=_key(year, month), value=value))
    elif row.value != value:
        same_version(row, version, f"{year}-{month:02}")
        row.value = value


def _check(amount: Decimal, field: str) -> None:
    problem = figure_problem(amount, field)
    if problem is not None:
        raise problem
    try:
        Money.of(amount, YUAN)
    except InvalidValue as error:
        raise under(error, field) from None


def _key(year: int, month: int) -> str:
    return f"rebate.{year}-{month:02}"


def _row(session: Session, year: int, month: int) -> Setting | None:
    return session.scalar(select(Setting).filter_by(key=_key(year, month)))


def _taxes(row: Setting | None) -> MonthTaxes:
    if row is None:
        return MonthTaxes()
    said = json.loads(row.value)
    return MonthTaxes(**{one.name: Decimal(said.get(one.name, "0")) for one in fields(MonthTaxes)})


def _days(year: int, month: int) -> _Days:
    if not (1 <= month <= 12 and 2000 <= year <= 2100):
        raise InvalidValue(
            _("There is no such month."), field="month", remedy=_("Choose a month from 1 to 12.")
        )
    return _Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _left_in(session: Session, days: _Days) -> list[int]:
    """The shipments that left in those days, by the day that ``export_day`` counts; by number."""
    planned = func.coalesce(Shipment.on_board, Shipment.etd)
    a_day = timedelta(days=1)
    start = datetime.combine(days.first - a_day, time(), UTC)
    end = datetime.combine(days.last + 2 * a_day, time(), UTC)
    undated = and_(planned.is_(None), Shipment.shipped_at >= start, Shipment.shipped_at < end)
    statement = (
        select(Shipment)
        .where(Shipment.state == ShipmentState.SHIPPED)
        .where(or_(planned.between(days.first, days.last), undated))
        .order_by(Shipment.number)
    )
    return [one.id for one in session.scalars(statement) if days.first <= export_day(one) <= days.last]


def _shipment(session: Session, shipment: Shipment) -> MonthShipment:
    try:
        sheet = sheet_of(session, shipment)
    except DomainError as error:
        return MonthShipment(shipment.id, shipment.number, export_day(shipment), None, (str(error),))
    said = [problem for line in sheet.lines for problem in line.problems]
    problems = tuple(dict.fromkeys((*sheet.problems, *said)))
    return MonthShipment(shipment.id, shipment.number, sheet.export_on, sheet, problems)
