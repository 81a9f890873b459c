"""Compiled helpers over columns: rows by owner, levels of a graph, ranges put side by side."""

from __future__ import annotations

import numpy as np

from factory_erp.compiling import njit
from factory_erp.planning.material.tables import Ints


@njit
def grouped(owner: Ints, owners: int) -> tuple[Ints, Ints]:
    """Rows by owner: those of ``i`` are ``rows[start[i]:start[i + 1]]``, in order; nobody's are negative."""
    start = np.zeros(owners + 1, np.int64)
    for one in owner:
        if one >= 0:
            start[one + 1] += 1
    start = np.cumsum(start)
    rows, place = np.empty(start[owners], np.int64), start[:-1].copy()
    for row in range(len(owner)):
        one = owner[row]
        if one >= 0:
            rows[place[one]] = row
            place[one] += 1
    return start, rows


@njit
def levels(nodes: int, above: Ints, below: Ints) -> Ints:
    """For each node the longest chain of edges above it; -1 for what is in a circle or below one."""
    start, edges = grouped(above, nodes)
    waiting = np.zeros(nodes, np.int64)
    for node in below:
        waiting[node] += 1
    level = np.full(nodes, -1)
    queue = np.empty(nodes, np.int64)
    count = 0
    for node in range(nodes):
        if waiting[node] == 0:
            level[node], queue[count] = 0, node
            count += 1
    done = 0
    depth = np.zeros(nodes, np.int64)
    while done < count:
        node = queue[done]
        done += 1
        level[node] = depth[node]
        for at in range(start[node], start[node + 1]):
            child = below[edges[at]]
            depth[child] = max(depth[child], depth[node] + 1)
            waiting[child] -= 1
            if waiting[child] == 0:
                queue[count] = child
                count += 1
    return level


@njit
def ranges(start: Ints, count: Ints) -> Ints:
    """The numbers of all slices, one slice after the other."""
    rows = np.empty(count.sum(), np.int64)
    at = 0
    for one in range(len(start)):
        for row in range(start[one], start[one] + count[one]):
            rows[at] = row
            at += 1
    return rows


@njit
def total_by(owner: Ints, quantity: Ints, owners: int) -> Ints:
    """The sum of *quantity* for each owner."""
    total = np.zeros(owners, np.int64)
    for row in range(len(owner)):
        total[owner[row]] += quantity[row]
    return total


@njit
def latest_source(order: Ints, source: Ints, available: Ints, orders: int, now: int) -> Ints:
    """For each order the source, of the pegs of its components, that is there last; -1 if by *now*."""
    found, time = np.full(orders, -1), np.full(orders, now)
    for row in range(len(order)):
        one = order[row]
        if one >= 0 and available[source[row]] > time[one]:
            found[one], time[one] = source[row], available[source[row]]
    return found
