"""What waits for what in a problem, and the earliest that calendars allow: the ground of model and bounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from factory_erp.i18n import _
from factory_erp.planning.calendar import BeyondCalendar
from factory_erp.planning.schedule.problem import Alternative, Operation, Order, Problem
from factory_erp.planning.schedule.result import end_of

PPM = 1_000_000


class Way(NamedTuple):
    """An alternative's earliest start, arrival of its first transfer batch, and end: wall-clock minutes."""

    start: int
    first_lot: int
    end: int


class Head(NamedTuple):
    """The earliest start, first transfer batch and end of an operation, each on the machine best for it."""

    start: int
    first_lot: int
    end: int


def lot_minutes(run_minutes: int, ppm: int) -> int:
    """A transfer batch's share of a run, rounded up."""
    return -(-run_minutes * ppm // PPM)


def is_free(operation: Operation) -> bool:
    """Whether it is still to be placed: neither done nor fixed."""
    return not (operation.done or operation.fixed)


def feeders(problem: Problem, order: Order) -> list[Operation]:
    """The last steps of the orders that feed *order*; one without steps stands for what feeds it."""
    waiting, found, seen = list(order.predecessors), [], set(order.predecessors)
    while waiting:
        number = waiting.pop()
        if problem.routing[number]:
            found.append(problem.routing[number][-1])
        else:
            more = set(problem.order[number].predecessors) - seen
            seen |= more
            waiting += sorted(more)
    return found


@dataclass(slots=True)
class Links:
    """The operations still to end, each after what it waits for, with their links and heads.

    ``before``: the step ahead in the order, unless done; ``feeding``: last steps of feeding orders, unless
    done; ``ready``: when material and whatever is done let it begin; ``heads``: as early as calendars allow
    on empty machines; ``usable``: the alternatives that fit into their calendars from there on. Raises
    BeyondCalendar where an operation fits on none.
    """

    problem: Problem
    live: list[Operation] = field(init=False)
    before: dict[int, Operation] = field(init=False, default_factory=dict)
    feeding: dict[int, list[Operation]] = field(init=False, default_factory=dict)
    ready: dict[int, int] = field(init=False, default_factory=dict)
    heads: dict[int, Head] = field(init=False, default_factory=dict)
    usable: dict[int, tuple[Alternative, ...]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.live = [o for n in self.problem.sequence for o in self.problem.routing[n] if not o.done]
        for number in self.problem.sequence:
            self._link(self.problem.order[number])
        for operation in self.live:
            self.heads[operation.id] = self._head(operation)

    def _link(self, order: Order) -> None:
        earlier: Operation | None = None
        for operation in self.problem.routing[order.id]:
            ready = max(self.problem.now, operation.earliest)
            if earlier is None:
                ahead = feeders(self.problem, order)
                self.feeding[operation.id] = [o for o in ahead if not o.done]
                ready = max([ready, order.release, *(end_of(self.problem, o, {}) for o in ahead if o.done)])
            elif earlier.done:
                ready = max(ready, end_of(self.problem, earlier, {}) + earlier.lag)
            else:
                self.before[operation.id] = earlier
            self.ready[operation.id] = ready
            earlier = operation

    def _head(self, operation: Operation) -> Head:
        if operation.fixed:
            _machine, start, end = operation.fixed
            return Head(start, end, end)
        ways = list(self._ways(operation, self._earliest(operation)))
        if not ways:
            raise BeyondCalendar(
                _("No machine has time left in its calendar for operation {id}.", id=operation.id),
                remedy=_("Extend the calendars or add shifts."),
            )
        self.usable[operation.id] = tuple(alternative for alternative, _way in ways)
        return Head(*(min(times) for times in zip(*(way for _a, way in ways), strict=True)))

    def _earliest(self, operation: Operation) -> int:
        times = [
            self.ready[operation.id],
            *(self.heads[o.id].end for o in self.feeding.get(operation.id, ())),
        ]
        step = self.before.get(operation.id)
        if step:
            head = self.heads[step.id]
            times.append((head.first_lot if step.transfer_ppm else head.end) + step.lag)
        return max(times)

    def _ways(self, operation: Operation, ready: int) -> Iterator[tuple[Alternative, Way]]:
        """Each alternative that still fits into its calendar from *ready* on, with its times."""
        for alternative in operation.alternatives:
            calendar = self.problem.machine[alternative.machine].calendar
            work = calendar.to_working(ready)
            if work + alternative.minutes <= calendar.total:
                lot = lot_minutes(alternative.run_minutes, operation.transfer_ppm)
                first = alternative.setup_minutes + lot
                yield (
                    alternative,
                    Way(
                        calendar.to_wall(work),
                        calendar.end_wall(work + first) if first else calendar.to_wall(work),
                        calendar.end_wall(work + alternative.minutes),
                    ),
                )
