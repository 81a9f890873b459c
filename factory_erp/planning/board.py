"""Moving a bar by hand: it goes where it was put, what is in its way goes later, all else stays.

Nothing moves earlier, but what closes up behind a bar that was put later on its own machine; and every
machine keeps its sequence, except that one which waits for its order's steps lets others go first. Only
what is really touched is worked out, so that it can be shown while a bar is dragged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush

from factory_erp.planning.board_model import Break, BreakKind, Broken, Moved, Prepared
from factory_erp.planning.board_times import Times, peak
from factory_erp.planning.calendar import BeyondCalendar
from factory_erp.planning.schedule.problem import Operation, Problem
from factory_erp.planning.schedule.result import Assignment

__all__ = ["Board", "Break", "BreakKind", "Moved"]

STEPS = 500_000
"""After so many steps a move is given up: it would turn the whole schedule over."""


class Board:
    """A schedule to try moves on; it is prepared once and never changed."""

    def __init__(self, problem: Problem, placed: Mapping[int, Assignment]) -> None:
        self.prepared = Prepared(problem, placed)

    def move(self, operation: int, machine: int, start: int, steps: int | None = None) -> Moved:
        """Put the operation on *machine* at *start*, or when that next opens, and push what is in its way.

        With *steps* no more than so many operations are looked at.
        """
        return _Move(self.prepared, steps).put(operation, machine, start)

    def delay(self, order: int, earliest: int) -> Moved:
        """Let no operation of the order begin before *earliest*; fixed ones stay where they are."""
        return _Move(self.prepared).delay(order, earliest)


class _Move(Times):
    """One try, of at most *steps* where that is given."""

    def __init__(self, board: Prepared, steps: int | None = None) -> None:
        super().__init__(board)
        self._steps = steps
        self._cut = False

    def put(self, number: int, machine: int, start: int) -> Moved:
        operation = self._problem.operation[number]
        try:
            place = self._wanted(operation, machine, start)
            self._pinned.add(number)
            self._insert(operation, place)
            self._settle()
            if not self._cut:
                self._refuse_early(operation, self._at(number))  # what is ahead may have been pushed itself
                self._refuse_wait(operation, self._at(number))
        except Broken as broken:
            return Moved(broken=(broken.why,))
        except BeyondCalendar:
            return Moved(broken=(Break("calendar", number),))
        return self._result()

    def delay(self, order: int, earliest: int) -> Moved:
        try:
            for operation in self._problem.routing[order]:
                at = self._board.placed.get(operation.id)
                if at is not None and not self._stands(operation.id):
                    self._put_off(operation, at, earliest)
        except Broken as broken:
            return Moved(broken=(broken.why,))
        except BeyondCalendar:
            return Moved(broken=(Break("calendar", self._problem.routing[order][0].id),))
        return self._result()

    def _put_off(self, operation: Operation, at: Assignment, earliest: int) -> None:
        """Take the operation out and put it in where it may begin, behind what stands there already."""
        bounds = [self._bound(other, operation, at.machine) for other in self._board.ahead[operation.id]]
        start = max([earliest, *bounds])
        if self._at(operation.id).start < start:
            self._insert(operation, self._fit(operation, at.machine, start))
            self._look_at([operation.id])
            self._settle()

    def _result(self) -> Moved:
        placed = self._board.placed
        moved = {o: a for o, a in self._new.items() if placed[o] != a}
        return Moved({o: self._with_changeover(o, a) for o, a in sorted(moved.items())}, cut=self._cut)

    def _with_changeover(self, number: int, at: Assignment) -> Assignment:
        change = 0
        if not self._unlimited(at.machine):
            spot = self._spot(at.machine, number)
            before = self._problem.operation[self._line(at.machine)[spot - 1]].family if spot else None
            last = self._problem.machine[at.machine].family if before is None else before
            change = self._problem.changeover(at.machine, last, self._problem.operation[number].family)
        return Assignment(at.machine, at.start, at.setup_end, at.end, change)

    # the bar itself

    def _wanted(self, operation: Operation, machine: int, start: int) -> Assignment:
        """Where the bar comes to lie. Raises Broken where it cannot."""
        if start < self._problem.now:
            raise Broken(Break("past", operation.id, until=self._problem.now))
        self._way(operation, machine)
        place = self._fit(operation, machine, start)
        if not operation.resumable and place.start > self._problem.machine[machine].calendar.next_open(start):
            raise Broken(Break("closed", operation.id, until=place.start))
        place = self._behind_line(operation, self._after_ahead(operation, place))
        self._refuse_held(operation, place)
        return place

    def _refuse_held(self, operation: Operation, place: Assignment) -> None:
        """Raise Broken where fixed operations hold a resource that the bar needs."""
        for resource in operation.resources:
            fixed = [o for o in self._users(resource) if self._stands(o) and self._meets(o, place)]
            busy = [self._at(o) for o in fixed if o != operation.id]
            if busy and peak(busy, place.start) >= self._board.capacity[resource]:
                last = max(fixed, key=lambda o: self._at(o).end)
                raise Broken(Break("stands", operation.id, last, self._at(last).end))

    def _after_ahead(self, operation: Operation, place: Assignment) -> Assignment:
        for other in self._board.ahead[operation.id]:
            if not other.done and other.id not in self._board.placed:
                raise Broken(Break("unplaced", operation.id, other.id))
        self._refuse_early(operation, place)
        return place

    def _refuse_early(self, operation: Operation, place: Assignment) -> None:
        """Raise Broken where material or a step ahead comes later, with when all of them are there."""
        bounds = [(self._board.own[operation.id], 0)] + [
            (self._bound(other, operation, place.machine), other.id)
            for other in self._board.ahead[operation.id]
        ]
        until, other = max(bounds)
        if place.start < until:
            opens = self._problem.machine[place.machine].calendar.next_open(until)
            raise Broken(Break("before", operation.id, other, opens))

    def _refuse_wait(self, operation: Operation, place: Assignment) -> None:
        """Raise Broken where the next step begins longer after the bar than it may."""
        if operation.max_lag is None:
            return
        for other in self._board.behind[operation.id]:
            if other.order == operation.order and other.id in self._board.placed:
                must_end = self._at(other.id).start - operation.max_lag
                if place.end < must_end:
                    self._hold[operation.id] = must_end
                    until = self._held_back(operation, place)
                    raise Broken(Break("wait", operation.id, other.id, until))

    def _behind_line(self, operation: Operation, place: Assignment) -> Assignment:
        """A bar put a little too close behind another moves on by the changeover.

        Raises Broken where it would lie upon one that is fixed.
        """
        if self._unlimited(place.machine):
            return place
        line = [o for o in self._line(place.machine) if o != operation.id]
        before = [o for o in line if self._at(o).start < place.start]
        if before and (self._stands(before[-1]) or self._at(before[-1]).end <= place.start):
            earliest = self._line_bound(operation, place.machine, before[-1])
        elif not before:
            earliest = self._line_bound(operation, place.machine, None)
        else:
            earliest = place.start
        if place.start < earliest:
            if before and self._at(before[-1]).end > place.start:
                raise Broken(Break("stands", operation.id, before[-1], earliest))
            place = self._fit(operation, place.machine, earliest)
        return self._clear_of_fixed(operation, place, line[len(before) :])

    def _clear_of_fixed(self, operation: Operation, place: Assignment, after: list[int]) -> Assignment:
        for other in after:
            if self._at(other).start >= place.end + self._longest_changeover(place.machine):
                break
            if self._stands(other) and not self._fits_before(operation, place, other):
                until = self._line_bound(operation, place.machine, other)
                raise Broken(Break("stands", operation.id, other, until))
        return place

    def _longest_changeover(self, machine: int) -> int:
        centre = self._problem.centre[self._problem.machine[machine].centre]
        return max((centre.default, *centre.changeover.values()))

    def _insert(self, operation: Operation, place: Assignment) -> None:
        """Take the bar out of its line and put it in at its new place; both neighbourhoods are looked at."""
        old = self._at(operation.id)
        line = self._own_line(old.machine)
        gap = line.index(operation.id)
        line.pop(gap)
        self._look_at(line[max(0, gap - 1) : gap + 1])
        line = self._own_line(place.machine)
        spot = sum(1 for o in line if self._at(o).start < place.start)
        line.insert(spot, operation.id)
        self._new[operation.id] = place
        if place.machine == old.machine and not self._unlimited(old.machine):
            self._close_up(line[gap:spot], old.start)
        self._look_at([*line[max(0, spot - 1) : spot], *line[spot + 1 : spot + 2]])
        self._look_behind(operation.id)
        self._draw_ahead(operation, place)

    def _close_up(self, numbers: Sequence[int], start: int) -> None:
        """What the bar was taken over may begin earlier, unless the next step must not wait for it."""
        for number in numbers:
            if not self._stands(number) and self._problem.operation[number].max_lag is None:
                self._pulled[number] = start
        self._look_at(numbers)

    # pushing

    def _look_at(self, numbers: Sequence[int]) -> None:
        """What begins first is looked at first, so that most operations are looked at once."""
        for number in numbers:
            if number not in self._waiting:
                self._waiting.add(number)
                heappush(self._heap, (self._at(number).start, number))

    def _look_behind(self, number: int) -> None:
        """What follows it in its order, or holds one of its resources later, may have to move."""
        self._look_at([o.id for o in self._board.behind[number] if o.id in self._board.placed])
        mine = self._at(number)
        for resource in self._problem.operation[number].resources:
            # Itself too: one that it was not behind before may be ahead of it now.
            self._look_at([o for o in self._users(resource) if self._meets(o, mine)])

    def _meets(self, number: int, place: Assignment) -> bool:
        other = self._at(number)
        return other.start < place.end and place.start < other.end

    def _settle(self) -> None:
        for _step in range(self._steps or STEPS):
            if not self._heap:
                return
            _start, number = heappop(self._heap)
            self._waiting.discard(number)
            self._push(number)
        if self._steps is None:
            raise BeyondCalendar("too much would move")
        self._cut = True

    def _push(self, number: int) -> None:
        """Let the operation begin when it can: not earlier than it does, unless it closes up."""
        at, operation = self._at(number), self._problem.operation[number]
        if self._stands(number):
            self._refuse_push(operation, at, self._earliest(operation, at))
            return
        ready = self._ready(operation, at)
        if ready > at.start:
            self._give_way(operation, at, ready)
        least = min(at.start, self._pulled.pop(number, at.start))
        start = self._free(operation, at, max(least, ready))
        place = at if start == at.start else self._fit(operation, at.machine, start)
        place = self._over_fixed(operation, place)
        if place.start != at.start:
            self._new[number] = place
            self._moved(operation, place)

    def _moved(self, operation: Operation, place: Assignment) -> None:
        """What is next on the machine, in the order, at the resources or just before may have to move too."""
        if not self._unlimited(place.machine):
            spot = self._spot(place.machine, operation.id)
            self._look_at(self._line(place.machine)[spot + 1 : spot + 2])
        self._look_behind(operation.id)
        self._draw_ahead(operation, place)

    def _give_way(self, operation: Operation, at: Assignment, ready: int) -> None:
        """One that waits for its order's steps lets those go first that its machine can do meanwhile."""
        if self._unlimited(at.machine):
            return
        gap = spot = self._spot(at.machine, operation.id)
        line = self._line(at.machine)
        while spot + 1 < len(line) and self._at(line[spot + 1]).start < ready:
            self._swap(at.machine, spot)
            line = self._line(at.machine)
            spot += 1
        if spot > gap:
            near = (*line[max(0, gap - 1) : gap + 1], *line[spot - 1 : spot], *line[spot + 1 : spot + 2])
            self._look_at(near)

    def _refuse_push(self, operation: Operation, at: Assignment, start: int) -> None:
        """What is fixed does not move; only steps that its order puts ahead of it can break it."""
        if at.start < self._problem.now or operation.id in self._pinned:
            return
        for other in self._board.ahead[operation.id]:
            if other.id in self._new and self._bound(other, operation, at.machine) > at.start:
                raise Broken(Break("behind", other.id, operation.id, start))

    def _over_fixed(self, operation: Operation, place: Assignment) -> Assignment:
        """Behind each fixed neighbour that it would run into, changing places with it in the line."""
        if self._unlimited(place.machine):
            return place
        spot = self._spot(place.machine, operation.id)
        line = self._line(place.machine)
        while spot + 1 < len(line) and self._stands(line[spot + 1]):
            if self._fits_before(operation, place, line[spot + 1]):
                break
            self._swap(place.machine, spot)
            line = self._line(place.machine)
            # their neighbours have other ones now, and so other changeovers
            self._look_at([*line[max(0, spot - 1) : spot], *line[spot + 2 : spot + 3]])
            spot += 1
            place = self._fit(operation, place.machine, self._earliest(operation, place))
        return place

    def _draw_ahead(self, operation: Operation, place: Assignment) -> None:
        """The step before must not end too long before: it is held back."""
        for other in self._board.ahead[operation.id]:
            if other.order != operation.order or other.max_lag is None or self._stands(other.id):
                continue
            if other.id in self._board.placed and self._at(other.id).end < place.start - other.max_lag:
                self._hold[other.id] = max(self._hold.get(other.id, 0), place.start - other.max_lag)
                self._look_at([other.id])
