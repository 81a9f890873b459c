"""A finite schedule and the interface of whatever makes one.

The first scheduler is ``dispatch.DispatchScheduler``; a local search can replace it behind the
same ``Scheduler``. ``check.violations`` judges any result independently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from factory_erp.planning.schedule.problem import (
    Alternative,
    Centre,
    Fixed,
    Machine,
    Operation,
    Order,
    Problem,
)

__all__ = [
    "Alternative",
    "Assignment",
    "Centre",
    "Fixed",
    "Machine",
    "Operation",
    "Order",
    "Problem",
    "Reason",
    "Schedule",
    "Scheduler",
    "lines_of",
]


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

    ``material``: its release or an operation's earliest (``ref``: the operation); ``machine``:
    ``machine`` was busy with the order ``ref``; ``predecessor``: the order ``ref`` feeds it;
    ``capacity``: nothing held it up, there is more work than time (``ref``: the order itself).
    """

    kind: Literal["material", "machine", "predecessor", "capacity"]
    ref: int
    until: int
    machine: int | None = None


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

    @property
    def cost(self) -> int:
        """Weighted minutes late plus minutes of changeover, what a scheduler makes small."""
        return self.weighted_tardiness + self.changeover_minutes


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
