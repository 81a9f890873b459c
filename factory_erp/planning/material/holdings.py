"""Demands and supplies by item, kept in order while some come and go."""

from __future__ import annotations

from typing import Generic, TypeVar

import numpy as np

from factory_erp.planning.material.indexing import ranges
from factory_erp.planning.material.tables import Demands, Flags, Ints, Supplies

T = TypeVar("T", Demands, Supplies)


class Holdings(Generic[T]):
    """A table whose rows keep their numbers; each item's rows are one slice of ``row``.

    Rows are only added at the end; one that is gone is in no slice any more. ``order`` are the columns by
    which an item's rows are sorted, the most significant last.
    """

    def __init__(self, table: T, item: Ints, items: int, order: tuple[str, ...]) -> None:
        self.table: T = table
        self.order = order
        self.item = item
        self.row: Ints = np.lexsort((*(getattr(table, name) for name in order), item)).astype(np.int64)
        self.count: Ints = np.bincount(item, minlength=items).astype(np.int64)
        self.start: Ints = np.cumsum(self.count) - self.count
        self._known: dict[tuple[int, int], int] | None = None

    def update(self, added: T, item: Ints, gone: list[tuple[int, int]]) -> Ints:
        """Put in *added* (in place of what has the same kind and key), take out *gone*; the items touched.

        What is not there need not be taken out.
        """
        known = self._rows()
        names: list[tuple[int, int]] = list(zip(added.kind.tolist(), added.key.tolist(), strict=True))
        out = np.array(
            [known.pop(name) for name in dict.fromkeys([*gone, *names]) if name in known], np.int64
        )
        known.update(zip(names, range(len(self.table), len(self.table) + len(added)), strict=True))
        touched = np.unique(np.concatenate((self.item[out], item)))
        fresh = np.arange(len(self.table), len(self.table) + len(added))
        self.table = self.table.join(added)
        self.item = np.concatenate((self.item, item))
        for one in touched.tolist():
            self._sort(one, out, fresh)
        return touched

    def unlike(self, table: T) -> tuple[T, list[tuple[int, int]]]:
        """The rows of *table* that are not held so; kind and key of what is held but not in *table*."""
        held: T = self.table.take(self.row[ranges(self.start, self.count)])
        _same, was, now = np.intersect1d(_names(held), _names(table), assume_unique=True, return_indices=True)
        gone, other = np.ones(len(held), bool), np.ones(len(table), bool)
        gone[was] = False
        other[now] = _differ(held.take(was), table.take(now))
        left = held.take(gone)
        return table.take(other), list(zip(left.kind.tolist(), left.key.tolist(), strict=True))

    def _rows(self) -> dict[tuple[int, int], int]:
        if self._known is None:
            live = self.row.tolist()
            kinds, keys = self.table.kind[self.row].tolist(), self.table.key[self.row].tolist()
            self._known = dict(zip(zip(kinds, keys, strict=True), live, strict=True))
        return self._known

    def _sort(self, item: int, out: Ints, fresh: Ints) -> None:
        start = self.start[item]
        held = self.row[start : start + self.count[item]]
        rows = np.concatenate((held[~np.isin(held, out)], fresh[self.item[fresh] == item]))
        rows = rows[np.lexsort([getattr(self.table, name)[rows] for name in self.order])]
        self.start[item], self.count[item] = len(self.row), len(rows)
        self.row = np.concatenate((self.row, rows))


def _names(table: Demands | Supplies) -> Ints:
    """One number for kind and key together (keys are row ids, far below 2^59)."""
    return table.key * 8 + table.kind


def _differ(old: T, new: T) -> Flags:
    """Which rows of two tables that name the same things are other than before."""
    found: Flags = np.logical_or.reduce(
        [getattr(old, name) != getattr(new, name) for name in old.column_names()]
    )
    return found
