"""The stored schedule as a board to try moves on, kept in memory as long as nothing changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.models.security import AuditEntry
from factory_erp.planning.board import Board
from factory_erp.planning.calendar import to_minute
from factory_erp.planning.schedule.problem import Problem
from factory_erp.planning.schedule.result import Assignment
from factory_erp.services import clock
from factory_erp.services.base import database, query
from factory_erp.services.floor.reading import Floor, OperationFacts, read_floor
from factory_erp.services.schedule.problem import Choice, build_problem, stored_places

KEPT_MINUTES = 5
"""After so long a board is read anew even if nothing changed: the present has moved on."""

DAYS = 480
"""Days for which a board knows the calendars."""


@dataclass(frozen=True, slots=True)
class BoardState:
    """The floor, the stored places of what is on it, and the board made of them.

    Everything may be moved but what is started, locked, or kept for a promise: a planner who moves a bar
    himself may move those of the next hours too.
    """

    floor: Floor
    problem: Problem
    placed: Mapping[int, Assignment]
    board: Board
    steps: Mapping[int, OperationFacts] = field(repr=False)

    def finishes(self, changed: Mapping[int, Assignment]) -> dict[int, tuple[int, int]]:
        """Order → minute at which it ends now, and with the *changed* places."""
        found = {}
        for order in {self.problem.operation[o].order for o in changed}:
            ids = [o.id for o in self.problem.routing[order] if o.id in self.placed]
            before = max(self.placed[o].end for o in ids)
            found[order] = (before, max(changed.get(o, self.placed[o]).end for o in ids))
        return found


_lock = Lock()
_kept: dict[str, tuple[tuple[int, int], BoardState]] = {}
"""By database: its last change and the minute when it was read, and the board."""


def read_board(session: Session) -> BoardState:
    """The board as it is at this moment."""
    floor = read_floor(session)
    problem = build_problem(session, floor, DAYS, choice=Choice(frozen=False))
    steps = {step.id: step for line in floor.operations.values() for step in line}
    fixed = {
        o.id: Assignment(o.fixed.machine, o.fixed.start, o.fixed.start, o.fixed.end)
        for o in problem.operations
        if o.fixed
    }
    placed = {**stored_places(floor), **fixed}
    placed = {o: a for o, a in placed.items() if o in problem.operation and a.machine in problem.machine}
    return BoardState(floor, problem, placed, Board(problem, placed), steps)


def kept_board(session: Session) -> BoardState:
    """The board as it was read last, read anew where anything was written since."""
    url = database().url
    last = session.scalar(select(func.max(AuditEntry.id))) or 0
    now = to_minute(clock.now())
    with _lock:
        known = _kept.get(url)
        if known and known[0][0] == last and 0 <= now - known[0][1] < KEPT_MINUTES:
            return known[1]
    state = read_board(session)
    with _lock:
        _kept.clear()
        _kept[url] = ((last, now), state)
    return state


@query
def prepare_board(session: Session) -> None:
    """Read the board ahead of the first try, so that a drag begins without a wait."""
    kept_board(session)
