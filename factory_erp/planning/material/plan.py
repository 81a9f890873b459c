"""The material plan: planned orders, needs, sources and pegs as columns, indexed both ways.

Rows have numbers: a *need* is a row of ``needs`` (a demand from outside, safety stock, or a component of a
planned order); a *source* below ``len(sources)`` is a row of ``sources`` (a supply that exists, or a
by-product), from there on the planned order ``source - len(sources)``. Units as in ``tables``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from factory_erp.planning.material.compile import Compiled
from factory_erp.planning.material.indexing import grouped, latest_source, total_by
from factory_erp.planning.material.problem import Problem
from factory_erp.planning.material.tables import Columns, Ints

Index = tuple[Ints, Ints]
"""Rows by owner: those of ``i`` are ``rows[start[i]:start[i + 1]]`` of (start, rows)."""


@dataclass(frozen=True, eq=False)
class Orders(Columns):
    """Planned orders, parents first.

    ``key`` depends on the item and on what its lot rule puts together (group, period, or the need that it is
    for), so it survives re-planning. ``quantity`` is what is started, ``good`` what comes of it. ``due`` is
    when it must arrive and ``start`` when it must be begun for that, be it in the past; ``material_at`` is
    when its components are there (not before now) and ``available_at`` when it can arrive at the earliest.
    ``rank``: 0 for what is confirmed, 1 rough, 2 only safety stock. ``group``: NONE where it serves several.
    """

    key: Ints
    item: Ints
    make: Ints
    quantity: Ints
    good: Ints
    due: Ints
    start: Ints
    material_at: Ints
    available_at: Ints
    level: Ints
    rank: Ints
    priority: Ints
    group: Ints

    def names(self) -> list[str]:
        """The keys as text: ``make:<item>:<key>`` or ``buy:<item>:<key>``, the key in hexadecimal."""
        words = ("buy", "make")
        rows = zip(self.make.tolist(), self.item.tolist(), self.key.tolist(), strict=True)
        return [f"{words[make]}:{item}:{key:x}" for make, item, key in rows]


@dataclass(frozen=True, eq=False)
class Needs(Columns):
    """What is wanted: demands by kind and key (safety stock: key of the item), and components.

    A component (``DemandKind.PLANNED``) has the number of its planned ``order`` (-1: the order is not in this
    part of the plan), that order's ``order_key``, the key of the bill ``line`` and the ``operation``;
    ``available_at`` is when all that is pegged to it is there, not before now.
    """

    kind: Ints
    key: Ints
    item: Ints
    quantity: Ints
    due: Ints
    priority: Ints
    group: Ints
    order: Ints
    order_key: Ints
    line: Ints
    operation: Ints
    available_at: Ints


@dataclass(frozen=True, eq=False)
class Sources(Columns):
    """Supplies that exist, by kind and key, and by-products (``order``: what they come out of, else -1)."""

    kind: Ints
    key: Ints
    item: Ints
    quantity: Ints
    available_at: Ints
    group: Ints
    movable: Ints
    order: Ints
    order_key: Ints


@dataclass(frozen=True, eq=False)
class Pegs(Columns):
    """``quantity`` of a source is for a need and no other, and ``covers`` so much of it.

    The two differ only where the source is an alternate of the item needed.
    """

    need: Ints
    source: Ints
    quantity: Ints
    covers: Ints


@dataclass(frozen=True, eq=False)
class Plan:
    """A material plan, or the part of one that some items make up.

    Every need is covered by its pegs; what comes late is among ``shortages.shortages(plan)``.
    """

    problem: Problem
    compiled: Compiled
    orders: Orders
    needs: Needs
    sources: Sources
    pegs: Pegs

    @cached_property
    def of_need(self) -> Index:
        """Pegs by need."""
        return grouped(self.pegs.need, len(self.needs))

    @cached_property
    def of_source(self) -> Index:
        """Pegs by source."""
        return grouped(self.pegs.source, len(self.sources) + len(self.orders))

    @cached_property
    def parts(self) -> Index:
        """Needs by the planned order that they are components of."""
        return grouped(self.needs.order, len(self.orders))

    @cached_property
    def outs(self) -> Index:
        """Sources that come out beside a planned order, by that order."""
        return grouped(self.sources.order, len(self.orders))

    @cached_property
    def source_available(self) -> Ints:
        """For each source when it is there."""
        return np.concatenate((self.sources.available_at, self.orders.available_at))

    @cached_property
    def source_pegged(self) -> Ints:
        """For each source how much of it is pegged."""
        return total_by(self.pegs.source, self.pegs.quantity, len(self.source_available))

    @cached_property
    def last_source(self) -> Ints:
        """For each planned order the source that its components wait for longest; -1 if they do not."""
        here = self.needs.order[self.pegs.need]
        return latest_source(
            here, self.pegs.source, self.source_available, len(self.orders), self.problem.now
        )

    def source_of_order(self, order: int) -> int:
        """The number, among sources, of a planned order."""
        return len(self.sources) + order

    def order_of_source(self, source: int) -> int:
        """The planned order that a source is; -1 for a supply that exists or a by-product."""
        return max(source - len(self.sources), -1)


@dataclass(frozen=True, eq=False)
class Difference:
    """What a new plan changes: only this need be written. An order that stays the same is in none of them."""

    added: Orders
    changed: Orders
    removed: Orders


def difference(old: Orders, new: Orders) -> Difference:
    """Compare planned orders by their keys."""
    _same, was, now = np.intersect1d(old.key, new.key, assume_unique=True, return_indices=True)
    gone, come = np.ones(len(old), bool), np.ones(len(new), bool)
    gone[was], come[now] = False, False
    columns = [column for column in Orders.column_names() if column != "level"]
    other = [getattr(old, name)[was] != getattr(new, name)[now] for name in columns]
    changed = np.sort(now[np.logical_or.reduce(other)])
    return Difference(new.take(come), new.take(changed), old.take(gone))
