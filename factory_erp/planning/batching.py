"""Campaigns: operations of different orders that run one after another with one setup.

Evaluation is by an exact rule, on a copy of the schedule: the later members are taken out of their
machines' sequences and put behind the first one; whatever must then move moves to the right, no further
than it has to, through machines, routings and bills. A campaign that would make anybody late, or later, is
no campaign. The rule and an example stand in ``docs/algorithms/batching.md``. Quantities are never touched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from factory_erp.planning.batching_shop import Campaign, Shop
from factory_erp.planning.schedule.problem import Problem
from factory_erp.planning.schedule.result import Assignment

__all__ = ["Campaign", "campaigns", "split"]

FEW = 12
"""Operations in a campaign at most: a longer one holds up everybody else."""

TRIES = 300
"""Groups that are tried, those first that could save most."""


def campaigns(
    problem: Problem,
    placed: Mapping[int, Assignment],
    kinds: Mapping[int, str],
    window: int,
    limits: Mapping[int, int] | None = None,
) -> tuple[Campaign, ...]:
    """The campaigns that pay, those that save most first; no operation is in two of them.

    *kinds* are the operations that may be joined → what they have in common (item or family). Members begin
    within *window* wall-clock minutes. *limits* are orders → the minute by which they must be finished;
    by default when they are due. An order that is late already must not become later. Each is judged on
    its own, against the schedule as it stands.
    """
    shop = Shop(problem, placed, limits or {order.id: order.due for order in problem.orders})
    groups = list(_groups(problem, placed, kinds, window))
    groups.sort(key=lambda group: (-shop.at_most(group), group))
    found = [best for group in groups[:TRIES] if (best := _best(shop, group))]
    found.sort(key=lambda one: (-one.saved, one.operations))
    taken: set[int] = set()
    kept = []
    for one in found:
        if taken.isdisjoint(one.operations):
            taken.update(one.operations)
            kept.append(one)
    return tuple(kept)


def split(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """*total* in shares by *weights* that sum to it exactly; the rest goes to the largest remainders.

    Where all weights are 0 the shares are equal. Weights and total are not below zero.
    """
    shares = list(weights) if sum(weights) else [1] * len(weights)
    whole = sum(shares)
    parts = [total * share // whole for share in shares]
    order = sorted(range(len(shares)), key=lambda n: (-(total * shares[n] % whole), n))
    for number in order[: total - sum(parts)]:
        parts[number] += 1
    return tuple(parts)


def _groups(
    problem: Problem, placed: Mapping[int, Assignment], kinds: Mapping[int, str], window: int
) -> Iterator[list[int]]:
    """Operations with something in common at one centre that begin within the window, by start.

    One group for each operation that may be the first; those of one order are not several.
    """
    alike: dict[tuple[int, str], list[int]] = defaultdict(list)
    for number, kind in kinds.items():
        if number in placed and not problem.operation[number].fixed:
            alike[problem.operation[number].centre, kind].append(number)
    for key in sorted(alike):
        line = sorted(alike[key], key=lambda o: (placed[o].start, o))
        for first, leader in enumerate(line):
            group, orders = [leader], {problem.operation[leader].order}
            for other in line[first + 1 :]:
                order = problem.operation[other].order
                if placed[other].start - placed[leader].start > window or len(group) == FEW:
                    break
                if order not in orders:
                    group.append(other)
                    orders.add(order)
            if len(group) > 1:
                yield group


def _best(shop: Shop, group: Sequence[int]) -> Campaign | None:
    """The campaign behind the group's first: each other joins if that saves time and harms nobody."""
    best: Campaign | None = None
    for other in group[1:]:
        members = (*(best.operations if best else group[:1]), other)
        tried = shop.joined(members)
        if tried and tried.saved > (best.saved if best else 0):
            best = tried
    return best
