"""Working out a scenario: live factory and changed factory read once, then both scheduled in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.i18n import _
from factory_erp.models.base import Base
from factory_erp.models.partners import Partner
from factory_erp.models.planning import Scenario
from factory_erp.models.production import ProductionOrder
from factory_erp.models.sales import SalesOrder
from factory_erp.planning.schedule.problem import Problem
from factory_erp.planning.schedule.result import Assignment, Schedule
from factory_erp.services.base import get
from factory_erp.services.bulk import chunks
from factory_erp.services.floor.facts import Floor, OperationFacts
from factory_erp.services.floor.reading import OPEN, read_floor
from factory_erp.services.progress import Progress
from factory_erp.services.scenarios.changes import Change, changes_from_json
from factory_erp.services.scenarios.checks import TOUCHED, Checker
from factory_erp.services.scenarios.figures import Solved
from factory_erp.services.scenarios.floor import changed_floor
from factory_erp.services.scenarios.records import require_open
from factory_erp.services.schedule.problem import build_problem, place_of, stored_places
from factory_erp.services.schedule.scheduling import repaired

MOVES_EACH = 1_000
"""Moves for each operation after which a search that nobody bounded is over: more bring next to nothing."""

LEAST_MOVES = 20_000
"""So many at least, however few operations there are: they take a tenth of a second."""

PACE = 150_000
"""Moves that any PC tries in a second: where more are needed than fit the time, the time is what counts."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long each side is searched: seconds, iterations, or whichever is used up first.

    Iterations give the same result every time. Without either, each side has half of the seconds that a
    search of the schedule has, and is over sooner in a small shop.
    """

    seconds: float | None = None
    iterations: int | None = None
    seed: int = 0
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Side:
    """A floor and what is asked of its schedule."""

    floor: Floor
    problem: Problem


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that working out a scenario needs, read in one transaction."""

    version: int
    live: Side
    changed: Side
    customers: Mapping[int, str]
    imagined: frozenset[int]
    touched: Mapping[str, int] = field(default_factory=dict)
    """Records on which the changes build ("machine 3") → their version."""


def read_scenario(session: Session, scenario_id: int, days: int) -> Reading:
    """Both sides with calendars of so many *days*. Raises NotAllowed for a scenario that is not open."""
    one = get(session, Scenario, scenario_id)
    require_open(one)
    changes = changes_from_json(one.changes, one.name)
    Checker(session).sentences(changes)
    floor = read_floor(session)
    changed = changed_floor(session, floor, changes)
    live = Side(floor, build_problem(session, floor, days))
    other = Side(changed.floor, build_problem(session, changed.floor, days))
    customers = _customers(session) | {number: o.customer for number, o in changed.imagined.items()}
    return Reading(
        one.version, live, other, customers, frozenset(changed.imagined), touched_versions(session, changes)
    )


def _customers(session: Session) -> dict[int, str]:
    """Open production order → whom it is for."""
    rows = session.execute(
        select(ProductionOrder.id, Partner.name)
        .join(SalesOrder, SalesOrder.id == ProductionOrder.sales_order_id)
        .join(Partner, Partner.id == SalesOrder.customer_id)
        .where(ProductionOrder.state.in_(OPEN))
    )
    return {order: name for order, name in rows}  # noqa: C416 - rows are not pairs to mypy


def touched_versions(session: Session, changes: Iterable[Change]) -> dict[str, int]:
    """The records that the changes write or build on, with the version that each has."""
    wanted: dict[type[Base], set[int]] = {}
    for one in changes:
        for kind, name in TOUCHED.get(type(one), ()):
            number = getattr(one, name)
            if number is not None:
                wanted.setdefault(kind, set()).add(number)
    found: dict[str, int] = {}
    for kind, ids in wanted.items():
        for part in chunks(sorted(ids)):
            for row in session.scalars(select(kind).where(kind.id.in_(part))):
                found[f"{kind.__tablename__} {row.id}"] = int(getattr(row, "version", 0))
    return found


def usual(problem: Problem, search_seconds: int) -> Effort:
    """What a side is searched for where nobody says how long; *search_seconds* are for both together."""
    seconds = search_seconds / 2
    moves = MOVES_EACH * sum(1 for one in problem.operations if not (one.fixed or one.done))
    moves = max(LEAST_MOVES, moves)
    return Effort(seconds, moves if moves <= PACE * seconds else None)


def solve_both(reading: Reading, effort: Effort, progress: Progress) -> tuple[Solved, Solved]:
    """Both sides searched with the same effort from the same places; like problems have the same answer.

    Raises BeyondCalendar where the calendars are too short for the work of either.
    """
    before = stored_places(reading.live.floor)
    live = Solved(
        reading.live.floor,
        reading.live.problem,
        search(reading.live, before, effort, progress, 0),
    )
    if reading.live.problem == reading.changed.problem:
        return live, Solved(reading.changed.floor, reading.changed.problem, live.schedule)
    schedule = search(reading.changed, before, effort, progress, 1)
    return live, Solved(reading.changed.floor, reading.changed.problem, schedule)


def search(
    side: Side, before: Mapping[int, Assignment], effort: Effort, progress: Progress, half: int
) -> Schedule:
    """The places *before* repaired for one side and improved; *half* 0 or 1 of the whole work."""
    from factory_erp.planning.schedule.searching import improve

    if effort.seconds is None and effort.iterations is None:
        most = usual(side.problem, side.floor.settings.search_seconds)
        effort = replace(effort, seconds=most.seconds, iterations=most.iterations)
    text = _said(half, effort.seconds)

    def told(done: int, total: int) -> None:
        progress.report(half * total + done, 2 * total, text)

    told(0, 1)
    kept, _new = repaired(side.problem, before)
    return improve(
        side.problem, kept, seconds=effort.seconds, iterations=effort.iterations, seed=effort.seed,
        workers=effort.workers, progress=told, cancelled=lambda: progress.cancelled,
    )  # fmt: skip


def _said(half: int, seconds: float | None) -> str:
    """Which side is searched, and how long that takes at most."""
    what = _("With the changes") if half else _("The factory as it is")
    if seconds is None:
        return what
    return _("{what}: {seconds} s at most", what=what, seconds=f"{seconds:g}")


def places_as_read(floor: Floor) -> dict[str, Sequence[object]]:
    """Operation → its state and place in the live factory, to see later what has moved on."""
    return {str(step.id): as_read(step) for steps in floor.operations.values() for step in steps}


def as_read(step: OperationFacts) -> list[object]:
    """State, machine, start and end of an operation, zeros where it has no place."""
    place = place_of(step)
    return [step.state, *((place.machine, place.start, place.end) if place else (0, 0, 0))]
