"""The schedule as promises find it: read once, and kept in this process while nothing changes.

Reading 18,000 operations and building their problem takes a second, a promise among them a tenth of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock

from sqlalchemy.orm import Session

from factory_erp.planning.calendar import to_minute
from factory_erp.planning.promise.insert import Inserter
from factory_erp.planning.schedule import problem as plan
from factory_erp.planning.schedule.measure import finishes
from factory_erp.planning.schedule.result import Assignment, Schedule
from factory_erp.services import base, clock
from factory_erp.services.floor.reading import Floor, read_floor
from factory_erp.services.schedule import scheduling
from factory_erp.services.schedule.problem import build_problem
from factory_erp.services.stock.promise_open import Besides, holds_of
from factory_erp.services.unchanged import Mark, mark

FRESH = 5
"""Minutes for which what is kept holds: nothing new is put before now, but what is late seems not to be."""


@dataclass(slots=True)
class Desk:
    """The floor, and for each horizon (in days) its schedule, ready for more to be put in."""

    floor: Floor
    _inserters: dict[int, tuple[int, Inserter]] = field(default_factory=dict)
    """With how many families it knows."""
    _without: dict[frozenset[int], Desk] = field(default_factory=dict)

    def inserter(self, session: Session, days: int) -> Inserter:
        """The schedule within that horizon, once all families have numbers. Raises as scheduling does."""
        families = self.floor.families.numbers
        known, found = self._inserters.get(days, (0, None))
        if found is None or known != len(families):
            problem = build_problem(session, self.floor, days)
            found = Inserter(problem, standing(problem))
            self._inserters[days] = len(families), found
        return found

    def without(self, holds: frozenset[int]) -> Desk:
        """The same without the machine time of those promises."""
        blocks = tuple(b for b in self.floor.blocks if b.hold_id not in holds)
        if len(blocks) == len(self.floor.blocks):
            return self
        return self._without.setdefault(holds, Desk(replace(self.floor, blocks=blocks)))


@contextmanager
def desk_for(session: Session, besides: Besides) -> Iterator[Desk]:
    """The schedule for a promise, without the machine time that is kept for the one who asks.

    One at a time works at what is kept.
    """
    seen = mark(session)
    own = holds_of(session, besides)
    if seen is None:
        yield Desk(read_floor(session)).without(own)
        return
    with _lock:
        yield _kept.get(seen, _read_anew).without(own)


def _read_anew() -> Floor:
    """The floor in a transaction begun after the mark was taken: the caller's may show an older state."""
    with base.database().session() as session:
        return read_floor(session)


@dataclass(slots=True)
class _Kept:
    """The last desk, and the state of the database that it shows."""

    seen: Mark | None = None
    desk: Desk | None = None

    def get(self, seen: Mark, read: Callable[[], Floor]) -> Desk:
        """The desk that is kept, if it still is as good as a new one; else a new one, which is kept."""
        desk = self.desk
        if desk is None or self.seen != seen or not 0 <= to_minute(clock.now()) - desk.floor.now < FRESH:
            self.seen, self.desk = None, None  # frees the old one first, and keeps none should reading fail
            desk = Desk(read())
            self.seen, self.desk = seen, desk
        return desk


_kept = _Kept()
_lock = Lock()


def standing(problem: plan.Problem) -> Schedule:
    """The stored schedule; what is not in it yet, or cannot stay where it is, is put in first."""
    stored = {o: Assignment(at.machine, at.start, at.start, at.end) for o, at in problem.published.items()}
    waiting = [o for o in problem.operations if not o.done and not o.fixed]
    if not all(_stands(problem, o, stored.get(o.id)) for o in waiting):
        return scheduling.repaired(problem, stored)[0]
    places = {o.id: stored[o.id] for o in waiting}
    places |= {
        o.id: Assignment(o.fixed.machine, o.fixed.start, o.fixed.start, o.fixed.end)
        for o in problem.operations
        if o.fixed and not o.done
    }
    finish = finishes(problem, places)
    return Schedule(places, finish, {o.id: finish[o.id] - o.due for o in problem.orders}, {}, 0, 0)


def _stands(problem: plan.Problem, operation: plan.Operation, row: Assignment | None) -> bool:
    """Whether the operation can begin where it is planned, as far as can be seen at a glance."""
    if row is None or row.start < problem.now:
        return False
    return any(way.machine == row.machine for way in operation.alternatives)
