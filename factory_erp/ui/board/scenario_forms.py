"""A small form for each kind of change: its fields, and the way from a change to values and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import time
from decimal import Decimal
from typing import Any

from factory_erp.i18n import N_, _
from factory_erp.planning.calendar import DAY
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
from factory_erp.ui.board import scenario_lookups as lookups
from factory_erp.ui.kit.choose import Choice, Search
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.rows import Runner

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of change: what it is called, its form, and how its values become the change.

    ``reads`` gives the values of a change as the form shows them; it looks records up, so it is for a job.
    """

    title: str
    icon: str
    fields: Callable[[Runner], Sequence[Field]]
    make: Callable[[Values], Change]
    reads: Callable[[Any], dict[str, object]]


def _lookup(name: str, text: str, search: Search, jobs: Runner) -> Field:
    return Field(name, text, FieldKind.LOOKUP, required=True, search=search, jobs=jobs)


def _plain(change: Change) -> dict[str, object]:
    return {one.name: getattr(change, one.name) for one in fields(change)}


def _known(name: str, search: Search) -> Callable[[Change], dict[str, object]]:
    """Values of a change whose field *name* is the key of one of a few records."""

    def values(change: Change) -> dict[str, object]:
        found = _plain(change)
        return {**found, name: lookups.place_choice(search(""), found[name])}

    return values


# machines


def _machine(jobs: Runner) -> Field:
    return _lookup("machine_id", _("Machine"), lookups.machines, jobs)


def _down_fields(jobs: Runner) -> Sequence[Field]:
    return (
        _machine(jobs),
        Field("starts_at", _("From"), FieldKind.DATETIME, required=True),
        Field("ends_at", _("Until"), FieldKind.DATETIME, required=True),
        Field("maintenance", _("Planned maintenance"), FieldKind.CHECK),
    )


def _overtime_fields(jobs: Runner) -> Sequence[Field]:
    hint = _("Past midnight where it is not after the beginning.")
    return (
        _lookup("machine_id", _("Machine or work centre"), lookups.any_place, jobs),
        Field("first", _("First day"), FieldKind.DATE, required=True),
        Field("last", _("Last day"), FieldKind.DATE, required=True),
        Field("start_minute", _("From"), FieldKind.TIME, required=True),
        Field("end_minute", _("Until"), FieldKind.TIME, required=True, hint=hint),
    )


def _overtime(values: Values) -> OvertimeHours:
    kind, number = values["machine_id"]
    start, end = _minute(values["start_minute"]), _minute(values["end_minute"])
    return OvertimeHours(
        values["first"],
        values["last"],
        start,
        end if end > start else end + DAY,
        number if kind == "machine" else None,
        number if kind == "centre" else None,
    )


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _overtime_values(one: OvertimeHours) -> dict[str, object]:
    key = ("centre", one.centre_id) if one.machine_id is None else ("machine", one.machine_id)
    return {
        **_plain(one),
        "machine_id": lookups.place_choice(lookups.any_place(""), key),
        "start_minute": _time(one.start_minute),
        "end_minute": _time(one.end_minute),
    }


def _time(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def _extra_machine_fields(jobs: Runner) -> Sequence[Field]:
    return (
        _lookup("machine_id", _("A machine like"), lookups.machines, jobs),
        Field("count", _("How many more"), FieldKind.INTEGER, required=True),
    )


def _hours_fields(jobs: Runner) -> Sequence[Field]:
    return (
        _lookup("centre_id", _("Work centre"), lookups.centres, jobs),
        _lookup("calendar_id", _("Calendar"), lookups.calendars, jobs),
    )


def _hours_values(one: CentreHours) -> dict[str, object]:
    return {
        "centre_id": lookups.place_choice(lookups.centres(""), one.centre_id),
        "calendar_id": lookups.place_choice(lookups.calendars(""), one.calendar_id),
    }


def _speed_fields(jobs: Runner) -> Sequence[Field]:
    return _machine(jobs), Field("speed_percent", _("Speed (%)"), FieldKind.INTEGER, required=True)


# orders

EMPTY_STAYS = N_("What is left empty stays as it is.")


def _order_fields(jobs: Runner) -> Sequence[Field]:
    stays = _(EMPTY_STAYS)
    return (
        _lookup("order_id", _("Production order"), lookups.production, jobs),
        Field("due", _("Due"), FieldKind.DATE, hint=stays),
        Field("priority", _("Priority"), FieldKind.INTEGER, hint=stays),
        Field("quantity", _("Quantity"), FieldKind.DECIMAL, hint=stays),
        Field("drop", _("Drop the order"), FieldKind.CHECK),
    )


def _sales_fields(jobs: Runner) -> Sequence[Field]:
    return (
        _lookup("sales_order_id", _("Sales order"), lookups.sales, jobs),
        Field("ship_by", _("Ship by"), FieldKind.DATE, hint=_(EMPTY_STAYS)),
        Field("drop", _("Drop the order"), FieldKind.CHECK),
    )


def _order_values(one: OrderChange) -> dict[str, object]:
    return {**_plain(one), "order_id": lookups.production_choice(one.order_id)}


def _sales_values(one: SalesChange) -> dict[str, object]:
    return {**_plain(one), "sales_order_id": lookups.sales_choice(one.sales_order_id)}


def _extra_order_fields(jobs: Runner) -> Sequence[Field]:
    worth = _("By what an order is worth, its lateness costs.")
    return (
        _lookup("item_id", _("Item"), lookups.found_items, jobs),
        Field("quantity", _("Quantity"), FieldKind.DECIMAL, required=True),
        Field("wanted_by", _("Wanted by"), FieldKind.DATE, required=True),
        Field("value", _("Worth"), FieldKind.DECIMAL, decimals=2, hint=worth),
    )


def _extra_order(values: Values) -> ExtraOrder:
    return ExtraOrder(
        values["item_id"], values["quantity"], values["wanted_by"], values["value"] or Decimal(0)
    )


def _extra_order_values(one: ExtraOrder) -> dict[str, object]:
    return {**_plain(one), "item_id": lookups.item_choice(one.item_id)}


def _take_on_fields(jobs: Runner) -> Sequence[Field]:
    hint = _("Empty: by the day that the order or quotation says.")
    return (
        _lookup("sales_order_id", _("Draft order or quotation"), lookups.offers, jobs),
        Field("wanted_by", _("Wanted by"), FieldKind.DATE, hint=hint),
    )


def _take_on(values: Values) -> TakeOn:
    kind, number = values["sales_order_id"]
    return TakeOn(
        number if kind == "sales" else None, number if kind == "quotation" else None, values["wanted_by"]
    )


def _take_on_values(one: TakeOn) -> dict[str, object]:
    kind = "sales" if one.quotation_id is None else "quotation"
    key = (kind, one.sales_order_id if one.quotation_id is None else one.quotation_id)
    found = lookups.place_choice(lookups.offers(""), key) or Choice(key, str(key[1]))
    return {"sales_order_id": found, "wanted_by": one.wanted_by}


# settings


def _settings_fields(_jobs: Runner) -> Sequence[Field]:
    costs = (
        ("changeover_cost", _("Changeover, an hour")),
        ("overtime_cost", _("Overtime, an hour")),
        ("earliness_cost", _("Earliness, an hour")),
        ("disturbance_cost", _("Disturbance, an hour")),
        ("move_cost", _("Another machine")),
    )
    stays = _(EMPTY_STAYS)
    return (
        Field("frozen_hours", _("Frozen hours"), FieldKind.INTEGER, hint=stays),
        *(Field(name, text, FieldKind.DECIMAL, decimals=2, hint=stays) for name, text in costs),
    )


FORMS: dict[type[Change], Kind] = {
    MachineDown: Kind(N_("Machine down"), "warning", _down_fields, lambda v: MachineDown(**v),
                      _known("machine_id", lookups.machines)),
    OvertimeHours: Kind(N_("Overtime"), "clock", _overtime_fields, _overtime, _overtime_values),
    ExtraMachine: Kind(N_("More machines"), "add", _extra_machine_fields, lambda v: ExtraMachine(**v),
                       _known("machine_id", lookups.machines)),
    CentreHours: Kind(N_("Another calendar"), "calendar", _hours_fields, lambda v: CentreHours(**v),
                      _hours_values),
    MachineSpeed: Kind(N_("Another speed"), "play", _speed_fields, lambda v: MachineSpeed(**v),
                       _known("machine_id", lookups.machines)),
    OrderChange: Kind(N_("Production order: date, priority, quantity"), "factory", _order_fields,
                      lambda v: OrderChange(**v), _order_values),
    SalesChange: Kind(N_("Sales order: date, or drop it"), "order", _sales_fields,
                      lambda v: SalesChange(**v), _sales_values),
    ExtraOrder: Kind(N_("New order"), "cart", _extra_order_fields, _extra_order, _extra_order_values),
    TakeOn: Kind(N_("Take on a draft or quotation"), "document", _take_on_fields, _take_on, _take_on_values),
    PlanWith: Kind(N_("Other planning settings"), "settings", _settings_fields, lambda v: PlanWith(**v),
                   _plain),
}  # fmt: skip
"""Kind of change → its form, in the order in which they are offered."""

STARTS: dict[type[Change], dict[str, object]] = {
    ExtraMachine: {"count": 1},
    OvertimeHours: {"start_minute": time(18), "end_minute": time(21)},
    MachineSpeed: {"speed_percent": 100},
}
"""What a new change's form begins with."""
