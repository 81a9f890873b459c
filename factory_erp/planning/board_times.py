"""How early an operation on the board may begin: what runs before it, resources, machine and calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from factory_erp.planning.board_model import Break, Broken, Prepared
from factory_erp.planning.schedule.problem import Alternative, Operation
from factory_erp.planning.schedule.result import Assignment, end_of

PPM = 1_000_000


class Times:
    """One try on the board: what is different so far, and what follows from it."""

    def __init__(self, board: Prepared) -> None:
        self._board, self._problem = board, board.problem
        self._new: dict[int, Assignment] = {}
        self._lines: dict[int, list[int]] = {}
        self._spots: dict[int, dict[int, int]] = {}
        """Places in lines that were changed."""
        self._pinned: set[int] = set()
        self._pulled: dict[int, int] = {}
        """Operations that may close up to the minute at which the bar that was taken out began."""
        self._hold: dict[int, int] = {}
        """Minute before which an operation must not end, for the longest wait of the next one."""
        self._heap: list[tuple[int, int]] = []
        self._waiting: set[int] = set()
        """What is on the heap."""

    # where things are

    def _at(self, number: int) -> Assignment:
        return self._new.get(number) or self._board.placed[number]

    def _line(self, machine: int) -> list[int]:
        """The machine's line, to be read only."""
        return self._lines.get(machine) or self._board.lines[machine]

    def _spot(self, machine: int, number: int) -> int:
        """Place of the operation in the machine's line."""
        if machine not in self._lines:
            return self._board.spots[number]
        if machine not in self._spots:
            self._spots[machine] = {o: spot for spot, o in enumerate(self._lines[machine])}
        return self._spots[machine][number]

    def _own_line(self, machine: int) -> list[int]:
        """The machine's line, about to get longer or shorter here only."""
        self._spots.pop(machine, None)
        if machine not in self._lines:
            self._lines[machine] = list(self._board.lines[machine])
        return self._lines[machine]

    def _swap(self, machine: int, spot: int) -> None:
        """Let two neighbours in the machine's line change places."""
        if machine not in self._lines:
            self._own_line(machine)
        line = self._lines[machine]
        self._spot(machine, line[spot])
        spots = self._spots[machine]
        line[spot], line[spot + 1] = line[spot + 1], line[spot]
        spots[line[spot]], spots[line[spot + 1]] = spot, spot + 1

    def _users(self, resource: int) -> Iterator[int]:
        return (o for o in self._board.users[resource] if o in self._board.placed)

    def _unlimited(self, machine: int) -> bool:
        return self._problem.machine[machine].unlimited

    def _stands(self, number: int) -> bool:
        return number in self._pinned or self._problem.operation[number].fixed is not None

    def _way(self, operation: Operation, machine: int) -> Alternative:
        found = next((way for way in operation.alternatives if way.machine == machine), None)
        if found is None:
            raise Broken(Break("machine", operation.id))
        return found

    # how early

    def _earliest(self, operation: Operation, at: Assignment) -> int:
        """When it can begin, not before it does."""
        return self._free(operation, at, max(at.start, self._ready(operation, at)))

    def _free(self, operation: Operation, at: Assignment, found: int) -> int:
        """When from *found* on its machine and its resources are free for the operation."""
        if not self._unlimited(at.machine):
            spot = self._spot(at.machine, operation.id)
            before = self._line(at.machine)[spot - 1] if spot else None
            found = max(found, self._line_bound(operation, at.machine, before))
        for resource in operation.resources:
            found = self._resource_bound(operation, at, resource, found)
        return found

    def _ready(self, operation: Operation, at: Assignment) -> int:
        """When material and the steps ahead are there, and it need not be held back."""
        found = self._board.own[operation.id]
        if operation.id in self._hold:
            found = max(found, self._held_back(operation, at))
        for other in self._board.ahead[operation.id]:
            found = max(found, self._bound(other, operation, at.machine))
        return found

    def _held_back(self, operation: Operation, at: Assignment) -> int:
        """Start with which it ends no earlier than it is held."""
        until = self._hold[operation.id]
        calendar = self._problem.machine[at.machine].calendar
        return calendar.to_wall(max(0, calendar.to_working(until) - self._way(operation, at.machine).minutes))

    def _bound(self, other: Operation, operation: Operation, machine: int) -> int:
        """Minute from which *operation* may begin on *machine* as far as *other*, ahead of it, goes."""
        if other.done:
            end = end_of(self._problem, other, {})
            return end + other.lag if other.order == operation.order else end
        if other.id not in self._board.placed:
            return 0
        at = self._at(other.id)
        if other.order != operation.order:
            return at.end
        if not other.transfer_ppm or other.fixed:
            return at.end + other.lag
        return max(self._first_lot(other, at), self._last_lot(other, at, operation, machine))

    def _first_lot(self, other: Operation, at: Assignment) -> int:
        """When the first transfer batch has run and was carried over."""
        way = next((way for way in other.alternatives if way.machine == at.machine), None)
        if way is None:
            return at.end + other.lag
        lot = way.setup_minutes + -(-way.run_minutes * other.transfer_ppm // PPM)
        return self._problem.machine[at.machine].calendar.add_working(at.start, lot) + other.lag

    def _last_lot(self, other: Operation, at: Assignment, operation: Operation, machine: int) -> int:
        """Start with which the last transfer batch is still to be run when the step ahead has ended."""
        way, calendar = self._way(operation, machine), self._problem.machine[machine].calendar
        lot = -(-way.run_minutes * other.transfer_ppm // PPM)
        working = calendar.to_working(at.end + other.lag) + lot - way.minutes
        return calendar.to_wall(working) if working > 0 else 0

    def _line_bound(self, operation: Operation, machine: int, before: int | None) -> int:
        """Minute from which the machine is free and changed over, after *before* (None: after now)."""
        shop = self._problem.machine[machine]
        calendar = shop.calendar
        if before is None:
            change = self._problem.changeover(machine, shop.family, operation.family)
            return calendar.to_wall(calendar.to_working(self._problem.now) + change)
        family = self._problem.operation[before].family
        change = self._problem.changeover(machine, family, operation.family)
        return calendar.to_wall(calendar.to_working(self._at(before).end) + change)

    def _fits_before(self, operation: Operation, place: Assignment, other: int) -> bool:
        calendar = self._problem.machine[place.machine].calendar
        change = self._problem.changeover(
            place.machine, operation.family, self._problem.operation[other].family
        )
        start = self._at(other).start
        return place.end <= start and calendar.to_working(place.end) + change <= calendar.to_working(start)

    def _resource_bound(self, operation: Operation, at: Assignment, resource: int, start: int) -> int:
        """First minute from *start* at which the resource is there: what began before has it."""
        capacity = self._board.capacity[resource]
        others = [
            self._at(o)
            for o in self._users(resource)
            if o != operation.id and self._goes_first(o, operation.id)
        ]
        while True:
            place = self._fit(operation, at.machine, start)
            busy = [a for a in others if a.start < place.end and place.start < a.end]
            if peak(busy, place.start) < capacity:
                return start
            start = min(a.end for a in busy)

    def _goes_first(self, other: int, number: int) -> bool:
        if self._stands(other):
            return True
        mine, theirs = self._at(number), self._at(other)
        return (theirs.start, other) < (mine.start, number)

    def _fit(self, operation: Operation, machine: int, start: int) -> Assignment:
        """The operation on the machine from *start* on, once that is open long enough."""
        way, calendar = self._way(operation, machine), self._problem.machine[machine].calendar
        begin = calendar.next_open(start)
        end = calendar.add_working(begin, way.minutes)
        while not operation.resumable and end - begin != way.minutes:
            begin = calendar.next_open(max(begin + 1, _closing(calendar.intervals, begin)))
            end = calendar.add_working(begin, way.minutes)
        setup_end = calendar.add_working(begin, way.setup_minutes) if way.setup_minutes else begin
        return Assignment(machine, begin, setup_end, end)


def peak(busy: Sequence[Assignment], start: int) -> int:
    """How many of *busy* (all under way at or after *start*) are under way at once, at most."""
    moments = [max(one.start, start) for one in busy]
    return max((sum(a.start <= at < a.end for a in busy) for at in moments), default=0)


def _closing(intervals: tuple[tuple[int, int], ...], minute: int) -> int:
    """When the interval that holds *minute* ends."""
    return next(end for start, end in intervals if start <= minute < end)
