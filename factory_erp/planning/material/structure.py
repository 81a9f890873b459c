"""The order in which items are planned: low-level codes, with alternates of one another side by side."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from factory_erp.planning.material.explode import BillCycle
from factory_erp.planning.material.indexing import levels
from factory_erp.planning.material.problem import Problem
from factory_erp.planning.material.tables import Flags, Ints


class Structure(NamedTuple):
    """Which cluster each item is in (numbered in planning order) and which rows of the problem count.

    ``level``: low-level code of each item. ``out`` flags the lines whose by-products are planned on,
    ``choice`` the alternates that are.
    """

    cluster_of: Ints
    clusters: int
    level: Ints
    out: Flags
    choice: Flags


def structure(problem: Problem, parent: Ints, component: Ints, line: Ints, other: Ints) -> Structure:
    """Put the items in order; *parent*, *component*: items of the lines; *line*, *other*: of the alternates.

    A by-product or alternate that would make the order go round in a circle (an alternate made of what
    it stands for) is not planned on. Raises BillCycle for an item that is a component of itself.
    """
    items = len(problem.items)
    out = problem.lines.by_product == 1
    plain = (problem.lines.phantom == 0) & ~out
    choice = plain[line] & (component[line] != other)
    cluster_of = joined(items, component[line[choice]], other[choice])
    level = levels(items, cluster_of[parent], cluster_of[component])
    if (level[cluster_of] < 0).any():
        core = (level < 0) & (levels(items, cluster_of[component], cluster_of[parent]) < 0)
        tangled = core[cluster_of]
        out = out & ~(tangled[parent] & tangled[component])
        choice = choice & ~tangled[other]
        cluster_of = joined(items, component[line[choice]], other[choice])
        kept = (problem.lines.by_product == 0) | out
        level = levels(items, cluster_of[parent[kept]], cluster_of[component[kept]])
        if (level[cluster_of] < 0).any():
            raise BillCycle(circle(problem.items.id, level < 0, parent[kept], component[kept]))
    heads, named = np.unique(cluster_of, return_inverse=True)
    order = np.lexsort((heads, level[heads]))
    place = np.empty(len(heads), np.int64)
    place[order] = np.arange(len(heads))
    return Structure(place[named], len(heads), level[cluster_of], out, choice)


def joined(items: int, one: Ints, other: Ints) -> Ints:
    """For each item the smallest item that it is linked to, directly or through others."""
    head = list(range(items)) if len(one) else []

    def find(item: int) -> int:
        while head[item] != item:
            head[item] = head[head[item]]
            item = head[item]
        return item

    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        low, high = sorted((find(a), find(b)))
        head[high] = low
    return np.array([find(item) for item in head], np.int64) if head else np.arange(items)


def circle(ids: Ints, stuck: Flags, parent: Ints, component: Ints) -> tuple[int, ...]:
    """A circle among the *stuck* items, parents first, the first repeated at the end."""
    inside = stuck[parent] & stuck[component]
    above = dict(zip(component[inside].tolist(), parent[inside].tolist(), strict=True))
    path = [min(above)]
    while above[path[-1]] not in path:
        path.append(above[path[-1]])
    loop = path[path.index(above[path[-1]]) :]
    return tuple(int(ids[item]) for item in (loop[0], *reversed(loop)))
