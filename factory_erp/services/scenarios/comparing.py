"""What-if scenarios: working one out, comparing several. Nothing live is touched until one is applied.

Both sides are scheduled anew, in memory and with the same effort, from where the stored schedule has
everything: so a scenario without changes differs in nothing, and what differs is due to the changes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.planning import Scenario
from factory_erp.planning.calendar import BeyondCalendar
from factory_erp.planning.schedule.result import Schedule
from factory_erp.services import clock
from factory_erp.services.base import Result, get, query, use_case
from factory_erp.services.master_data import same_version
from factory_erp.services.progress import Progress, Quiet
from factory_erp.services.scenarios.apply import Applied, apply
from factory_erp.services.scenarios.as_json import plain
from factory_erp.services.scenarios.figures import Figures, Finish, figures
from factory_erp.services.scenarios.records import (
    STATE_NAMES,
    ScenarioForm,
    ScenarioPlace,
    ScenarioRow,
    ScenarioView,
    copy,
    create,
    discard,
    figures_of,
    require_open,
    save,
    scenario,
    scenario_places,
    scenarios,
    view_of,
)
from factory_erp.services.scenarios.solve import Effort, Reading, places_as_read, read_scenario, solve_both
from factory_erp.services.schedule.problem import HORIZONS

__all__ = [
    "STATE_NAMES",
    "Applied",
    "ComparedOrder",
    "Comparison",
    "Effort",
    "Figures",
    "ScenarioForm",
    "ScenarioPlace",
    "ScenarioRow",
    "ScenarioView",
    "apply",
    "compare",
    "compute",
    "copy",
    "create",
    "discard",
    "save",
    "scenario",
    "scenario_places",
    "scenarios",
]


@dataclass(frozen=True, slots=True)
class ComparedOrder:
    """An order in several scenarios: its finish live (as the first was worked out) and in each of them."""

    order_id: int
    number: str
    customer: str
    imagined: bool
    live: Finish | None
    finishes: tuple[Finish | None, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Scenarios side by side; orders that are late, or of another lateness, in any of them."""

    columns: tuple[ScenarioView, ...]
    orders: tuple[ComparedOrder, ...]


def compute(
    scenario_id: int, effort: Effort | None = None, progress: Progress | None = None
) -> Result[Figures | None]:
    """Work the scenario out and keep its figures and places; None where the person stopped it.

    It reads, lets the database go, searches, and writes to the scenario alone; without an *effort* no longer
    than a search of the schedule. Raises NotAllowed for one that is not open, Conflict where somebody changed
    it meanwhile, and what its changes raise.
    """
    watch = progress or Quiet()
    for days in HORIZONS:
        reading = _read(scenario_id, days)
        try:
            live, changed = solve_both(reading, effort or Effort(), watch)
        except BeyondCalendar:
            if days == HORIZONS[-1]:
                raise
            continue
        if watch.cancelled:
            return Result(None, {})
        found = figures(live, changed, reading.customers, reading.imagined)
        kept = _keep(scenario_id, reading, found, changed.schedule)
        return Result(found, kept.changes)
    raise AssertionError("unreachable")


@query
def _read(session: Session, scenario_id: int, days: int) -> Reading:
    return read_scenario(session, scenario_id, days)


@use_case
def _keep(session: Session, scenario_id: int, reading: Reading, found: Figures, schedule: Schedule) -> None:
    one = get(session, Scenario, scenario_id, lock=True)
    same_version(one, reading.version, one.name)
    require_open(one)
    floor = reading.live.floor
    said = {"figures": plain(found), "read": places_as_read(floor), "touched": dict(reading.touched)}
    one.figures = json.dumps(said, ensure_ascii=False)
    one.places = json.dumps(
        {
            str(number): (at.machine, at.start, at.end, at.setup_end)
            for number, at in schedule.assignments.items()
            if number > 0
        }
    )
    one.computed_at = clock.now()


@query
def compare(session: Session, scenario_ids: Sequence[int]) -> Comparison:
    """Several scenarios side by side. Raises InvalidValue where one was not worked out."""
    columns, found = [], []
    for number in scenario_ids:
        record = get(session, Scenario, number)
        one = figures_of(record)
        if one is None:
            raise InvalidValue(
                _("Scenario '{name}' has not been worked out.", name=record.name),
                record=record.name,
                field="figures",
                remedy=_("Work it out first."),
            )
        columns.append(view_of(session, record))
        found.append(one)
    return Comparison(tuple(columns), tuple(_compared(found)))


def _compared(sides: Sequence[Figures]) -> list[ComparedOrder]:
    rows = [{order.order_id: order for order in one.orders} for one in sides]
    found = []
    for number in sorted({key for row in rows for key in row}):
        mine = [row.get(number) for row in rows]
        known = [one for one in mine if one is not None]
        live = next((one.live for one in known if one.live is not None), None)
        finishes = tuple(one.scenario if one else None for one in mine)
        late = {at.days_late if at else None for at in (live, *finishes)}
        if late - {0, None}:
            first = known[0]
            found.append(ComparedOrder(number, first.number, first.customer, first.imagined, live, finishes))
    return found
