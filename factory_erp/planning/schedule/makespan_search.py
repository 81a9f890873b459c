"""Compiled tabu search for flexible job shops whose only goal is an early end.

After Mastrolilli and Gambardella, "Effective neighbourhood functions for the flexible job shop problem"
(Journal of Scheduling 3, 2000): take an operation of a critical path out and put it back, on any machine
that can do it, at a place that provably closes no circle and is best. Heads and tails of the graph
without the operation give the makespan after the move exactly, so nothing is estimated.
"""

from __future__ import annotations

from typing import NamedTuple

from factory_erp.compiling import kernel
from factory_erp.planning.schedule.makespan_graph import (
    Dice,
    Ints,
    Lines,
    Shop,
    Times,
    chance,
    critical_path,
    longest,
    put_in,
    restore,
    take_out,
    without,
)

NEVER = 1 << 60

STALL = 2_000
"""Iterations without a gain after which the search jumps."""

ITERATION, BEST, LAST_GAIN, RUN_BEST = range(4)
"""Places in ``Memory.numbers``."""


class Memory(NamedTuple):
    """What the search remembers between calls.

    ``tabu`` (n, m): until which iteration an operation must not come back to a machine; ``numbers`` (4,): the
    iteration, the best makespan, the iteration of the last gain, and the best makespan since the last jump.
    ``machine`` and ``order`` (n,): the best choice of machines, and a sequence of all operations that
    gives its lines. ``dice`` (1,): chance.
    """

    tabu: Ints
    numbers: Ints
    machine: Ints
    order: Ints
    dice: Dice


class Scratch(NamedTuple):
    """Room to work in, all (n,): heads and tails without one operation, a critical path, a machine's line."""

    head: Ints
    tail: Ints
    path: Ints
    line: Ints


class Move(NamedTuple):
    """*operation* (-1: none) goes by ``way`` of its own behind ``ahead`` (-1: first).

    ``through`` is the longest path through it that results, ``floor`` the makespan without it: the greater of
    the two is the makespan after the move. ``ties`` moves were as good.
    """

    through: int
    floor: int
    operation: int
    way: int
    ahead: int
    ties: int


@kernel
def no_move() -> Move:
    """What any move is better than."""
    return Move(NEVER, NEVER, -1, -1, -1, 0)


@kernel
def better(dice: Dice, best: Move, move: Move) -> Move:
    """The one with the shorter path; of several equal ones each with the same chance.

    The path and not the makespan: where several paths are critical, no single move shortens the makespan,
    and a short path is still the best step towards one that does.
    """
    if move.through > best.through or move.operation < 0:
        return best
    ties = best.ties + move.ties if move.through == best.through else move.ties
    chosen = move if chance(dice, ties) < move.ties else best
    return Move(chosen.through, chosen.floor, chosen.operation, chosen.way, chosen.ahead, ties)


@kernel
def line_without(lines: Lines, machine: int, gone: int, line: Ints) -> int:
    """Fill *line* with the operations of *machine* but *gone*, in sequence; how many they are."""
    count, operation = 0, lines.first[machine]
    while operation >= 0:
        if operation != gone:
            line[count] = operation
            count += 1
        operation = lines.behind[operation]
    return count


@kernel
def best_place(
    shop: Shop, lines: Lines, scratch: Scratch, dice: Dice, operation: int, way: int, floor: int
) -> Move:
    """The best move of *operation*, taken out, by *way* to another place than it had.

    Those that must be followed by much stay ahead of it, those that start late stay behind; among the others
    any place is free of circles, and one of them is the best of all places (theorem 1 of the paper).
    *floor*: the makespan without the operation.
    """
    line, head, tail, length = scratch.line, scratch.head, scratch.tail, lines.minutes
    machine, minutes = shop.way_machine[way], shop.way_minutes[way]
    ready, rest, count = head[operation], tail[operation], line_without(lines, machine, operation, line)
    low, high = 0, count
    for at in range(count):
        other = line[at]
        late = head[other] + length[other] > ready
        if not late:
            low = at + 1 if tail[other] + length[other] > rest else low
        elif tail[other] + length[other] <= rest:
            high = at
            break
    own = lines.ahead[operation] if lines.machine[operation] == machine else -2
    best = no_move()
    for at in range(low, high + 1):
        ahead = line[at - 1] if at else -1
        before = max(ready, head[ahead] + length[ahead]) if at else ready
        after = max(rest, tail[line[at]] + length[line[at]]) if at < count else rest
        through = before + minutes + after
        if ahead != own and through <= best.through:
            best = better(dice, best, Move(through, floor, operation, way, ahead, 1))
    return best


@kernel
def best_move(shop: Shop, lines: Lines, times: Times, memory: Memory, scratch: Scratch, length: int) -> Move:
    """The best move of the *length* operations on ``scratch.path`` that is not tabu, or gives a new best.

    Where every move is tabu, any of them at random; ``operation`` is -1 where there is none at all.
    """
    dice, now, goal = memory.dice, memory.numbers[ITERATION], memory.numbers[BEST]
    best, spare, seen = no_move(), no_move(), 0
    for operation in scratch.path[:length]:
        floor = without(shop, lines, times, operation, scratch.head, scratch.tail)
        for way in range(shop.first_way[operation], shop.first_way[operation + 1]):
            found = best_place(shop, lines, scratch, dice, operation, way, floor)
            if found.operation < 0:
                continue
            tabu = memory.tabu[operation, shop.way_machine[way]] > now
            if not tabu or max(found.through, floor) < goal:
                best = better(dice, best, found)
            seen += 1
            if chance(dice, seen) == 0:
                spare = found
    return best if best.operation >= 0 else spare


@kernel
def make(shop: Shop, lines: Lines, move: Move) -> None:
    """Change *lines* by *move*."""
    take_out(lines, move.operation)
    put_in(lines, move.operation, shop.way_machine[move.way], shop.way_minutes[move.way], move.ahead)


@kernel
def jump(shop: Shop, lines: Lines, times: Times, memory: Memory, scratch: Scratch) -> None:
    """Back to the best, and from there up to a third of the operations at random; nothing is tabu then."""
    restore(shop, lines, memory.machine, memory.order)
    size, dice = lines.machine.size, memory.dice
    for _kick in range(3 + chance(dice, 3 + size // 3)):
        longest(shop, lines, times)
        operation = chance(dice, size)
        without(shop, lines, times, operation, scratch.head, scratch.tail)
        first = shop.first_way[operation]
        way = first + chance(dice, shop.first_way[operation + 1] - first)
        found = best_place(shop, lines, scratch, dice, operation, way, 0)
        if found.operation >= 0:
            make(shop, lines, found)
    memory.tabu[:] = 0


@kernel
def note(lines: Lines, times: Times, memory: Memory, makespan: int) -> None:
    """Remember the lines at hand if they are the best, or the best since the last jump."""
    numbers = memory.numbers
    if makespan < numbers[RUN_BEST]:
        numbers[RUN_BEST], numbers[LAST_GAIN] = makespan, numbers[ITERATION]
    if makespan < numbers[BEST]:
        numbers[BEST] = makespan
        for row in range(memory.machine.size):
            memory.machine[row], memory.order[row] = lines.machine[row], times.order[row]


@kernel
def step(shop: Shop, lines: Lines, times: Times, memory: Memory, scratch: Scratch, makespan: int) -> bool:
    """One move of the tabu search; False where no operation of the critical path can move.

    What moved must not come back to its machine for as many iterations as the path is long and it has ways.
    """
    length = critical_path(shop, lines, times, makespan, memory.dice, scratch.path)
    move = best_move(shop, lines, times, memory, scratch, length)
    if move.operation < 0:
        return False
    ways = shop.first_way[move.operation + 1] - shop.first_way[move.operation]
    until = memory.numbers[ITERATION] + length + ways
    memory.tabu[move.operation, lines.machine[move.operation]] = until
    make(shop, lines, move)
    return True


@kernel
def search(
    shop: Shop, lines: Lines, times: Times, memory: Memory, scratch: Scratch, iterations: int, goal: int
) -> None:
    """*iterations* of the tabu search, fewer once the best makespan is no more than *goal*."""
    numbers = memory.numbers
    for _iteration in range(iterations):
        makespan = longest(shop, lines, times)
        note(lines, times, memory, makespan)
        if numbers[BEST] <= goal:
            return
        numbers[ITERATION] += 1
        stuck = numbers[ITERATION] - numbers[LAST_GAIN] > STALL
        if stuck or not step(shop, lines, times, memory, scratch, makespan):
            jump(shop, lines, times, memory, scratch)
            numbers[RUN_BEST], numbers[LAST_GAIN] = NEVER, numbers[ITERATION]
    note(lines, times, memory, longest(shop, lines, times))
