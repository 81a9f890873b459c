"""Whether bills of materials go round in a circle on any day; 200,000 lines in about a second."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple


class Use(NamedTuple):
    """The bill of *parent* uses *child* from one day to another (None: for ever).

    *new* are the uses that are about to be written: only a circle with one of them is reported.
    """

    parent: int
    child: int
    valid_from: date
    valid_to: date | None
    new: bool


def circles(uses: Iterable[Use]) -> Iterator[tuple[int, ...]]:
    """Circles with a new use in them: items from parent to component, the first repeated at the end.

    Bills that are never valid on the same day make no circle. Of several circles through the same
    new uses one is named.
    """
    core = _core(list(uses))
    if not any(use.new for use in core):
        return
    told: set[tuple[int, int]] = set()
    for day in sorted({use.valid_from for use in core}):
        valid = [
            use for use in core if use.valid_from <= day and (use.valid_to is None or day <= use.valid_to)
        ]
        yield from _on_a_day(valid, told)


def _on_a_day(uses: Sequence[Use], told: set[tuple[int, int]]) -> Iterator[tuple[int, ...]]:
    new = {(use.parent, use.child) for use in uses if use.new}
    graph: dict[int, list[int]] = defaultdict(list)
    for use in uses:
        if (use.parent, use.child) not in told:
            graph[use.parent].append(use.child)
    while circle := _circle(graph):
        steps = list(pairwise(circle))
        mine = [step for step in steps if step in new]
        if mine:
            told.update(mine)
            yield circle
        for parent, child in mine or steps:
            graph[parent] = [other for other in graph[parent] if other != child]


def _core(uses: list[Use]) -> list[Use]:
    """The uses that may be in a circle: items without parents or without components are peeled away."""
    down = _peeled((use.parent, use.child) for use in uses)
    inner = [use for use in uses if use.parent in down and use.child in down]
    up = _peeled((use.child, use.parent) for use in inner)
    return [use for use in inner if use.parent in up and use.child in up]


def _peeled(steps: Iterable[tuple[int, int]]) -> set[int]:
    """Items that are left when those that nothing leads to are taken away, again and again."""
    after: dict[int, list[int]] = defaultdict(list)
    leading: dict[int, int] = {}
    for start, end in steps:
        after[start].append(end)
        leading.setdefault(start, 0)
        leading[end] = leading.get(end, 0) + 1
    free = [item for item, count in leading.items() if not count]
    left = set(leading)
    while free:
        item = free.pop()
        left.discard(item)
        for end in after.get(item, ()):
            leading[end] -= 1
            if not leading[end]:
                free.append(end)
    return left


def _circle(graph: Mapping[int, Sequence[int]]) -> tuple[int, ...]:
    """Some circle in *graph*, () where there is none; depth first without recursion, for deep bills."""
    done: set[int] = set()
    for start in list(graph):
        path: list[int] = []
        places: dict[int, int] = {}
        waiting = [(start, False)]
        while waiting:
            item, leaves = waiting.pop()
            if leaves:
                done.add(path.pop())
                del places[item]
            elif item in places:
                return (*path[places[item] :], item)
            elif item not in done:
                places[item] = len(path)
                path.append(item)
                waiting.append((item, True))
                waiting.extend((child, False) for child in graph.get(item, ()))
    return ()
