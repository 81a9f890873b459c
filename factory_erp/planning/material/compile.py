"""A problem compiled for the kernels: bills followed, items put in order, rows by their owners."""

from __future__ import annotations

from itertools import chain

import numpy as np

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.planning.calendar import DAY
from factory_erp.planning.material.indexing import grouped
from factory_erp.planning.material.problem import Problem
from factory_erp.planning.material.recipes import MOST, recipes
from factory_erp.planning.material.shape import ITEM, OTHER, OUT, PART, USE, Shape, records
from factory_erp.planning.material.structure import structure
from factory_erp.planning.material.tables import Ints, Items, LotRule


class Compiled:
    """The shape of a problem, with what only the caller wants to know of it.

    ``level`` is the low-level code of each item; ``line`` the key of the line of each use; ``without_bill``
    flags what is to be made and has no components. Raises BillCycle.
    """

    def __init__(self, problem: Problem) -> None:
        items, lines, others = problem.items, problem.lines, problem.alternates
        parent = problem.index(lines.parent, _("A bill is of item {item}, which does not exist."))
        component = problem.index(lines.component, _("A bill names component {item}, which does not exist."))
        other = problem.index(others.component, _("A bill names alternate {item}, which does not exist."))
        by_key = np.argsort(lines.key)
        line = by_key[np.searchsorted(lines.key[by_key], others.line)] if len(others) else others.line
        order = structure(problem, parent, component, line, other)
        choices = np.flatnonzero(order.choice)
        uses, outs = recipes(problem, parent, component, order.out, np.unique(line[choices]))
        uses = uses.take(np.lexsort((uses.operation, lines.key[uses.line], uses.parent, uses.item)))
        outs = outs.take(np.lexsort((outs.operation, outs.line, outs.parent, outs.item)))
        choices = choices[np.lexsort((other[choices], others.priority[choices], line[choices]))]
        self.level = order.level
        has_bill = np.zeros(len(items), bool)
        has_bill[uses.parent] = True
        self.without_bill = (items.make == 1) & ~has_bill
        cluster_start, cluster_item = grouped(order.cluster_of, order.clusters)
        parts_start, parts = grouped(uses.parent, len(items))
        yields_start, yields = grouped(outs.parent, len(items))
        pick = picked(uses.line, line[choices])
        ratio = ratios(problem, line[choices], choices)
        slices = {
            "use": starts(uses.item, len(items)),
            "out": starts(outs.item, len(items)),
            "parts": parts_start,
            "yields": yields_start,
        }
        edges = {f"{name}_start": at[:-1] for name, at in slices.items()}
        edges |= {f"{name}_end": at[1:] for name, at in slices.items()}
        self.shape = Shape(
            now=problem.now,
            day_origin=problem.day_origin,
            items=records(ITEM, len(items), **item_columns(items), cluster_of=order.cluster_of, **edges),
            uses=records(
                USE,
                len(uses),
                parent=uses.parent,
                line=lines.key[uses.line],
                operation=uses.operation,
                up=uses.up,
                down=uses.down,
                other_start=pick[0][:-1],
                other_end=pick[0][1:],
            ),
            parts=records(PART, len(parts), use=parts, item=uses.item[parts]),
            outs=records(OUT, len(outs), parent=outs.parent, up=outs.up, down=outs.down),
            yields=outs.item[yields],
            others=records(
                OTHER,
                len(pick[1]),
                item=other[choices][pick[1]],
                up=ratio[0][pick[1]],
                down=ratio[1][pick[1]],
                partly=others.partly[choices][pick[1]],
            ),
            cluster_start=cluster_start,
            cluster_item=cluster_item,
            **calendars(problem),
        )


def item_columns(items: Items) -> dict[str, Ints]:
    """What the kernels know of each item."""
    usual = np.where(items.multiple > 0, items.multiple, items.step)
    same = ("id", "step", "rule", "minimum", "safety", "run", "calendar", "working")
    return {name: getattr(items, name) for name in same} | {
        "lot": np.where(items.rule == LotRule.FIXED, items.fixed, usual),
        "period": items.period_days * DAY,
        "lead": items.lead_minutes,
        "scrap": items.scrap_ppm,
    }


def starts(sorted_owner: Ints, owners: int) -> Ints:
    """Where each owner's rows begin among rows sorted by owner."""
    return np.searchsorted(sorted_owner, np.arange(owners + 1)).astype(np.int64)


def picked(line: Ints, chosen: Ints) -> tuple[Ints, Ints]:
    """For each use of a *line* where its alternates begin, and their rows in *chosen* (sorted lines)."""
    low, high = np.searchsorted(chosen, line), np.searchsorted(chosen, line, side="right")
    start = np.zeros(len(line) + 1, np.int64)
    np.cumsum(high - low, out=start[1:])
    rows = chain.from_iterable(range(a, b) for a, b in zip(low.tolist(), high.tolist(), strict=True) if a < b)
    return start, np.fromiter(rows, np.int64)


def ratios(problem: Problem, line: Ints, choices: Ints) -> tuple[Ints, Ints]:
    """Micro-units of the alternate that stand for how many of the component."""
    up, down = problem.alternates.quantity[choices], problem.lines.quantity[line]
    common = np.gcd(up, down)
    up, down = up // common, down // common
    if (up >= MOST).any() or (down >= MOST).any():
        raise InvalidValue(_("A bill of materials needs an impossible quantity."))
    return up, down


def calendars(problem: Problem) -> dict[str, Ints]:
    """The intervals of all calendars in a row."""
    counts = [len(calendar.intervals) for calendar in problem.calendars]
    flat = [interval for calendar in problem.calendars for interval in calendar.intervals]
    edges = np.array(flat, np.int64).reshape(-1, 2)
    before = [
        np.concatenate(([0], np.cumsum([b - a for a, b in calendar.intervals])))[:-1]
        for calendar in problem.calendars
    ]
    return {
        "open_start": np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        "open_from": edges[:, 0].copy(),
        "open_to": edges[:, 1].copy(),
        "open_before": np.concatenate([np.empty(0, np.int64), *before]).astype(np.int64),
    }
