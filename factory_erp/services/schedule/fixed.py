"""Which operations can stay where the schedule has them: locked ones first, then those of the next hours.

A place is kept unless that is impossible: the machine is not open or not eligible any more, the material
or the step before is not there in time, or something with more right stands in the way.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from factory_erp.planning.calendar import BeyondCalendar, Interval
from factory_erp.planning.schedule.problem import (
    Alternative,
    Centre,
    Fixed,
    Machine,
    Operation,
    Order,
    Resource,
)


class Rank(IntEnum):
    """Whose place goes first."""

    LOCKED = 0
    FROZEN = 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """An operation that would like to stay on its machine at its start; *end* as it is published."""

    rank: Rank
    machine: int
    start: int
    end: int


def keepable(
    now: int,
    machines: Sequence[Machine],
    centres: Sequence[Centre],
    resources: Sequence[Resource],
    orders: Sequence[Order],
    operations: Sequence[Operation],
    candidates: Mapping[int, Candidate],
    since: Mapping[int, int],
) -> list[Operation]:
    """The *operations* with those of the *candidates* fixed that can stay.

    *since*: when machines finished what they did last, so that a changeover may be under way already.
    """
    if not candidates:
        return list(operations)
    keeper = _Keeper(now, machines, centres, resources, orders, operations, since)
    by_rank = sorted(candidates.items(), key=lambda pair: (pair[1].rank, pair[1].start, pair[0]))
    for number, candidate in by_rank:
        keeper.try_to_keep(number, candidate)
    return [replace(o, fixed=keeper.kept[o.id]) if o.id in keeper.kept else o for o in operations]


class _Keeper:
    """What is fixed so far, machine by machine and resource by resource."""

    def __init__(
        self,
        now: int,
        machines: Sequence[Machine],
        centres: Sequence[Centre],
        resources: Sequence[Resource],
        orders: Sequence[Order],
        operations: Sequence[Operation],
        since: Mapping[int, int],
    ) -> None:
        self._now = now
        self._since = since
        self._machines = {machine.id: machine for machine in machines}
        self._centres = {centre.id: centre for centre in centres}
        self._orders = {order.id: order for order in orders}
        self._operations = {operation.id: operation for operation in operations}
        self._capacity = {resource.id: resource.capacity for resource in resources}
        self._lines: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        self._held: dict[int, list[Interval]] = defaultdict(list)
        self._steps: dict[int, list[Operation]] = defaultdict(list)
        self.kept: dict[int, Fixed] = {}
        self._fixed: dict[int, Fixed] = {}
        for operation in sorted(operations, key=lambda o: o.sequence):
            self._steps[operation.order].append(operation)
            if operation.fixed:
                self._note(operation, operation.fixed)

    def try_to_keep(self, number: int, candidate: Candidate) -> None:
        """Fix the operation at its place if nothing speaks against it."""
        operation = self._operations[number]
        place = self._place(operation, candidate)
        if place is None or not self._ready(operation, place, candidate.rank):
            return
        if self._clear(operation, place, self._begins(candidate, place)):
            self.kept[number] = place
            self._note(operation, place)

    def _note(self, operation: Operation, place: Fixed) -> None:
        self._fixed[operation.id] = place
        insort(self._lines[place.machine], (place.start, place.end, operation.family))
        for resource in operation.resources:
            self._held[resource].append((place.start, place.end))

    def _place(self, operation: Operation, candidate: Candidate) -> Fixed | None:
        """Start and end on the machine as its calendar is now, None where it cannot be there."""
        way = next((a for a in operation.alternatives if a.machine == candidate.machine), None)
        machine = self._machines.get(candidate.machine)
        if way is None or machine is None or candidate.start < self._now:
            return None
        return self._run(operation, machine, way, candidate.start)

    def _run(self, operation: Operation, machine: Machine, way: Alternative, start: int) -> Fixed | None:
        if not machine.calendar.is_open(start):
            return None
        try:
            end = machine.calendar.add_working(start, way.minutes)
        except BeyondCalendar:
            return None
        if not operation.resumable and end - start != way.minutes:
            return None
        return Fixed(machine.id, start, end)

    def _ready(self, operation: Operation, place: Fixed, rank: Rank) -> bool:
        """Whether material and steps before are there in time, as far as that is certain by now."""
        order = self._orders[operation.order]
        steps = self._steps[order.id]
        at = steps.index(operation)
        if place.start < max(operation.earliest, 0 if at else order.release):
            return False
        if at:
            return self._after(steps[at - 1], place, rank)
        return all(self._after_order(feeder, place, rank) for feeder in order.predecessors)

    def _after_order(self, feeder: int, place: Fixed, rank: Rank) -> bool:
        last = self._steps[feeder][-1:] if feeder in self._orders else []
        return all(self._after(one, place, rank) for one in last)

    def _after(self, before: Operation, place: Fixed, rank: Rank) -> bool:
        """A frozen operation stays only behind one that stays; a locked one where there is time enough."""
        fixed = self._fixed.get(before.id)
        if fixed is None:
            least = min((way.minutes for way in before.alternatives), default=0)
            return rank == Rank.LOCKED and self._now + least + before.lag <= place.start
        if before.transfer_ppm:
            return fixed.start + before.lag <= place.start and fixed.end + before.lag <= place.end
        return fixed.end + before.lag <= place.start

    def _begins(self, candidate: Candidate, place: Fixed) -> int:
        """From when the machine can be set up for what comes first on it.

        What stands as it was published may be set up for already, from when the machine came free; what
        takes another time than it did then, as when it joined a campaign, was not set up for yet.
        """
        as_published = candidate.end == place.end
        return min(self._now, self._since.get(place.machine, self._now)) if as_published else self._now

    def _clear(self, operation: Operation, place: Fixed, begins: int) -> bool:
        """Whether the machine, with time for changeovers, and the resources are free then."""
        machine = self._machines[place.machine]
        if not machine.unlimited and not self._fits_line(machine, operation, place, begins):
            return False
        return all(self._free(resource, place) for resource in operation.resources)

    def _fits_line(self, machine: Machine, operation: Operation, place: Fixed, begins: int) -> bool:
        """Whether there is time to change over from what stands before, and to what stands behind."""
        to_working, minutes = machine.calendar.to_working, self._centres[machine.centre].minutes
        line = self._lines[machine.id]
        at = bisect_right(line, (place.start, place.end))
        end, family = line[at - 1][1:] if at else (begins, machine.family)
        change = minutes(family, operation.family)
        if place.start < end or to_working(place.start) < to_working(end) + change:
            return False
        if at == len(line):
            return True
        start, _end, family = line[at]
        change = minutes(operation.family, family)
        return place.end <= start and to_working(place.end) + change <= to_working(start)

    def _free(self, resource: int, place: Fixed) -> bool:
        """Whether the resource is there once more, were all that hold it meanwhile to hold it at once."""
        spans = self._held[resource]
        busy = sum(start < place.end and place.start < end for start, end in spans)
        return busy < self._capacity[resource]
