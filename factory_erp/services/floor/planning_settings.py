"""How the factory plans: what an hour late, of changeover or of overtime costs, and what stays still."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.partners import Company
from factory_erp.models.security import Setting
from factory_erp.services.base import query, use_case
from factory_erp.services.master_data import changed_since

KEY = "planning"
"""Where the settings are kept, as JSON of texts."""


@dataclass(frozen=True, slots=True)
class PlanningSettings:
    """Costs are of an hour in the company's currency; days and hours are of the calendar.

    ``late_percent`` of an order's value is what a day late costs, times ``class_a`` … ``class_c`` by the
    customer's class. Operations that begin within ``frozen_hours`` stay where they are. Supplies may come
    ``tolerance_days`` before they are needed without a hint to delay them; unreleased production of one
    item within ``merge_days`` is proposed to be merged. A search runs for ``search_seconds``; a promise is
    kept ``hold_days``. With ``replan`` the material plan follows each change by itself.
    """

    late_percent: Decimal = Decimal("0.5")
    class_a: Decimal = Decimal(3)
    class_b: Decimal = Decimal(1)
    class_c: Decimal = Decimal("0.5")
    changeover_cost: Decimal = Decimal(80)
    overtime_cost: Decimal = Decimal(60)
    earliness_cost: Decimal = Decimal(0)
    disturbance_cost: Decimal = Decimal(2)
    move_cost: Decimal = Decimal(10)
    frozen_hours: int = 24
    tolerance_days: int = 3
    merge_days: int = 5
    search_seconds: int = 10
    hold_days: int = 7
    replan: bool = True


MOST = {
    "frozen_hours": 24 * 365,
    "tolerance_days": 365,
    "merge_days": 365,
    "search_seconds": 3600,
    "hold_days": 365,
}
"""Greatest figure of a field; of the others ``MOST_COST``."""
MOST_COST = 1_000_000


@dataclass(frozen=True, slots=True)
class SettingsSheet:
    """The settings as their form shows them; *version* is 0 where nothing was entered yet."""

    settings: PlanningSettings
    version: int
    currency: str


@query
def settings_sheet(session: Session) -> SettingsSheet:
    """The settings, what a form saves them over, and the company's currency ("" where there is none)."""
    row = session.scalar(select(Setting).filter_by(key=KEY))
    currency = session.scalar(select(Company.currency)) or ""
    return SettingsSheet(read_settings(session), row.version if row else 0, currency)


@query
def planning_settings(session: Session) -> PlanningSettings:
    """The settings, those of a new factory where nothing was entered."""
    return read_settings(session)


@use_case
def save_planning_settings(session: Session, settings: PlanningSettings, version: int | None = None) -> None:
    """Write the settings over the *version* that was read (None: over any). The same again changes nothing.

    Raises InvalidValue naming the field that is below zero or too large, Conflict where somebody changed
    them since.
    """
    write_settings(session, settings, version)


def write_settings(session: Session, settings: PlanningSettings, version: int | None = None) -> None:
    """The same, for use cases."""
    for one in fields(settings):
        _check(one.name, getattr(settings, one.name))
    value = json.dumps(asdict(settings), default=str, sort_keys=True)
    row = session.scalar(select(Setting).filter_by(key=KEY))
    if row is not None and row.value == value:
        return
    if version is not None and version != (row.version if row else 0):
        raise changed_since(_("Planning"))
    if row is None:
        session.add(Setting(key=KEY, value=value))
    else:
        row.value = value


def _check(name: str, value: Decimal | int) -> None:
    if value < 0:
        raise InvalidValue(
            _("Planning cannot reckon with less than nothing."), field=name, remedy=_("Enter 0 or more.")
        )
    most = MOST.get(name, MOST_COST)
    if value > most:
        raise InvalidValue(
            _("{figure} is too large: at most {most} makes sense here.", figure=value, most=most),
            field=name,
            remedy=_("Correct the figure."),
        )


def read_settings(session: Session) -> PlanningSettings:
    """The settings, for use cases."""
    row = session.scalar(select(Setting).filter_by(key=KEY))
    said = json.loads(row.value) if row else {}
    usual = PlanningSettings()
    kept = {
        one.name: type(getattr(usual, one.name))(said[one.name]) for one in fields(usual) if one.name in said
    }
    return PlanningSettings(**kept)
