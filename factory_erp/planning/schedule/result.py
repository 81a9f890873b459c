"""A finite schedule and the interface of whatever makes one.

``engine.SearchScheduler`` makes one by search, ``dispatch.DispatchScheduler`` a first one only;
``check.violations`` judges any result independently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from factory_erp.planning.schedule.problem import (
    Alternative,
    Centre,
    Fixed,
    Machine,
    Objective,
    Operation,
    Order,
    Problem,
    Resource,
)

__all__ = [
    "Alternative",
    "Assignment",
    "Centre",
    "Fixed",
    "Machine",
    "Objective",
    "Operation",
    "Order",
    "Problem",
    "Reason",
    "Resource",
    "Schedule",
    "Scheduler",
    "lines_of",
]

MINUTES = 60
"""In an hour: a move has its price in the unit of an hour late, and costs are added up by the minute."""
PROMISED = 100
"""How much heavier lateness counts where the date was promised."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Where and when an operation runs, in wall-clock minutes.

    ``setup_end`` parts its own setup from its run; the ``changeover`` minutes from the operation
    before lie ahead of ``start`` and may be done while the goods are still on their way.
    """

    machine: int
    start: int
    setup_end: int
    end: int
    changeover: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an order is late: what it waited for, and until which minute.

    ``material``: its release or an operation's earliest (``ref``: the operation); ``machine``: ``machine``
    was busy with the order ``ref``; ``predecessor``: the order ``ref`` feeds it; ``resource``: a mould, jig
    or crew (``resource``) was busy with the order ``ref``; ``calendar``: ``machine`` was closed, or work that
    cannot pause would not have ended before it closed (``ref``: the operation); ``locked``: somebody fixed
    the operation ``ref`` there; ``capacity``: nothing held it up, there is more work than time (``ref``: the
    order itself).
    """

    kind: Literal["material", "machine", "predecessor", "capacity", "resource", "calendar", "locked"]
    ref: int
    until: int
    machine: int | None = None
    resource: int | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """Assignments by operation; by order its finish, lateness (negative: early) and reasons.

    ``reasons`` holds late orders only, first cause first.
    """

    assignments: Mapping[int, Assignment]
    finish: Mapping[int, int]
    lateness: Mapping[int, int]
    reasons: Mapping[int, tuple[Reason, ...]]
    changeover_minutes: int
    weighted_tardiness: int
    """Minutes late times weight, a hundredfold where the date was promised."""
    overtime_minutes: int = 0
    earliness_minutes: int = 0
    disturbance_minutes: int = 0
    """Minutes by which operations start away from where the published schedule has them."""
    moved: int = 0
    """Operations on another machine than published."""
    objective: Objective = field(default_factory=Objective)
    moves: int = field(default=0, compare=False)
    """Moves that a search has tried for it."""

    @property
    def makespan(self) -> int:
        """The minute at which the last order is finished; 0 without orders."""
        return max(self.finish.values(), default=0)

    @property
    def cost(self) -> int:
        """What a scheduler makes small: minutes times what an hour costs, or the makespan if only that
        counts."""
        goal = self.objective
        if goal.makespan:
            return self.makespan
        return (
            self.weighted_tardiness
            + self.changeover_minutes * goal.changeover
            + self.overtime_minutes * goal.overtime
            + self.earliness_minutes * goal.earliness
            + self.disturbance_minutes * goal.disturbance
            + self.moved * goal.move * MINUTES
        )


class Scheduler(Protocol):
    """Anything that schedules a problem; the same problem and seed give the same schedule."""

    def solve(
        self,
        problem: Problem,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        seed: int = 0,
    ) -> Schedule:
        """Schedule *problem*, telling ``progress(done, total)``; cancelled: the best so far."""


def lateness_weight(order: Order) -> int:
    """What a minute late costs: a hundredfold where the date was promised."""
    return order.weight * (PROMISED if order.promised else 1)


def lines_of(problem: Problem, placed: Mapping[int, Assignment]) -> dict[int, list[int]]:
    """Operations on each machine in the order in which they run."""
    lines: dict[int, list[int]] = {machine.id: [] for machine in problem.machines}
    for operation in sorted(placed, key=lambda o: (placed[o].start, placed[o].end, o)):
        lines[placed[operation].machine].append(operation)
    return lines


def end_of(problem: Problem, operation: Operation, placed: Mapping[int, Assignment]) -> int:
    """When *operation* ends or, being done, ended (at the latest now)."""
    if operation.done:
        return min(operation.fixed.end, problem.now) if operation.fixed else problem.now
    return placed[operation.id].end
