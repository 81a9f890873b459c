"""What a scenario changes about the live factory: one small record for each kind of change, and its JSON.

Days and minutes are the factory's local time; moments are aware. What is None stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.services.scenarios.as_json import plain, read


@dataclass(frozen=True, slots=True)
class MachineDown:
    """A machine is closed from one moment to another: it broke down, or is maintained."""

    machine_id: int
    starts_at: datetime
    ends_at: datetime
    maintenance: bool = False


@dataclass(frozen=True, slots=True)
class OvertimeHours:
    """One machine, or all of a centre, works from *start_minute* to *end_minute* of each day at extra cost.

    Minutes count from midnight; past 1440 is the next morning.
    """

    first: date
    last: date
    start_minute: int
    end_minute: int
    machine_id: int | None = None
    centre_id: int | None = None


@dataclass(frozen=True, slots=True)
class ExtraMachine:
    """So many more machines like this one, each open as it is by its calendar."""

    machine_id: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class CentreHours:
    """All machines of a centre work by another calendar, for example in two shifts."""

    centre_id: int
    calendar_id: int


@dataclass(frozen=True, slots=True)
class MachineSpeed:
    """A machine runs at another speed; what routings say of it changes in the same measure."""

    machine_id: int
    speed_percent: int


@dataclass(frozen=True, slots=True)
class OrderChange:
    """A production order has another due day, priority or quantity, or is dropped.

    Parts that are made for it alone follow in the same measure.
    """

    order_id: int
    due: date | None = None
    priority: int | None = None
    quantity: Decimal | None = None
    drop: bool = False


@dataclass(frozen=True, slots=True)
class SalesChange:
    """A sales order ships on another day, or is dropped, with all that is made for it."""

    sales_order_id: int
    ship_by: date | None = None
    drop: bool = False


@dataclass(frozen=True, slots=True)
class ExtraOrder:
    """An order that nobody has placed: so much of an item, wanted by a day.

    ``value`` is what it is worth in the company's currency, by which its lateness costs.
    """

    item_id: int
    quantity: Decimal
    wanted_by: date
    value: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class TakeOn:
    """A draft order or a quotation, as if it were confirmed today, wanted by its day or the one given."""

    sales_order_id: int | None = None
    quotation_id: int | None = None
    wanted_by: date | None = None


@dataclass(frozen=True, slots=True)
class PlanWith:
    """Plan with other settings; costs are of an hour in the company's currency."""

    frozen_hours: int | None = None
    changeover_cost: Decimal | None = None
    overtime_cost: Decimal | None = None
    earliness_cost: Decimal | None = None
    disturbance_cost: Decimal | None = None
    move_cost: Decimal | None = None


Change = (
    MachineDown
    | OvertimeHours
    | ExtraMachine
    | CentreHours
    | MachineSpeed
    | OrderChange
    | SalesChange
    | ExtraOrder
    | TakeOn
    | PlanWith
)

KINDS: dict[str, type[Change]] = {
    "machine_down": MachineDown,
    "overtime": OvertimeHours,
    "extra_machine": ExtraMachine,
    "centre_hours": CentreHours,
    "machine_speed": MachineSpeed,
    "order": OrderChange,
    "sales": SalesChange,
    "extra_order": ExtraOrder,
    "take_on": TakeOn,
    "settings": PlanWith,
}
"""How each kind of change is called where it is kept."""

_NAMES = {kind: name for name, kind in KINDS.items()}


def changes_to_json(changes: Iterable[Change]) -> str:
    """The changes as they are kept."""
    return json.dumps([{"kind": _NAMES[type(one)], **plain(one)} for one in changes], ensure_ascii=False)


def changes_from_json(text: str, record: str = "") -> tuple[Change, ...]:
    """The changes of scenario *record* from what was kept. Raises InvalidValue for what is none."""
    try:
        return tuple(_change(said) for said in json.loads(text or "[]"))
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError) as error:
        raise InvalidValue(
            _("The changes of the scenario cannot be read."),
            record=record,
            field="changes",
            remedy=_("Make a new scenario with the same changes."),
        ) from error


def _change(said: dict[str, object]) -> Change:
    return read(KINDS[str(said["kind"])], said)
