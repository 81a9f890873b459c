"""What goes into an item and comes out beside it, after phantoms are replaced: exact shares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.planning.material.explode import PPM
from factory_erp.planning.material.problem import Problem
from factory_erp.planning.material.tables import Columns, Flags, Ints

MOST = 1 << 61
"""Numerators and denominators of shares are below this."""


@dataclass(frozen=True, eq=False)
class Uses(Columns):
    """*up* steps of *item* for each *down* micro-units of *parent*; ``line`` is a row of the problem."""

    item: Ints
    parent: Ints
    line: Ints
    operation: Ints
    up: Ints
    down: Ints


def recipes(problem: Problem, parent: Ints, component: Ints, out: Flags, choice: Ints) -> tuple[Uses, Uses]:
    """What goes into items that are made, and what comes out beside them (only the *out* lines).

    *choice*: rows of the lines that have alternates; they are not added to other lines.
    Almost all are worked out as columns; the items with phantoms, or with a component twice, one by one.
    """
    lines, items = problem.lines, problem.items
    made = items.make[parent] == 1
    up, down, fits = shares(problem, parent, component)
    by_product = lines.by_product == 1
    slow = np.zeros(len(items), bool)
    slow[parent[~fits | ((lines.phantom == 1) & ~by_product)]] = True
    order = np.lexsort((lines.operation, component, by_product, parent))
    columns = (parent, by_product, component, lines.operation)
    twice = np.logical_and.reduce([column[order][1:] == column[order][:-1] for column in columns])
    slow[parent[order][1:][twice]] = True
    quick = made & ~slow[parent]
    rows = np.flatnonzero(quick & ~by_product), np.flatnonzero(quick & out)
    uses, outs = (
        Uses(component[row], parent[row], row, lines.operation[row], up[row], down[row]) for row in rows
    )
    one_by_one = np.flatnonzero(slow & (items.make == 1))
    if not len(one_by_one):
        return uses, outs
    more, more_out = Bills(problem, parent, component, out, choice).uses(one_by_one)
    return uses.join(more), outs.join(more_out)


def shares(problem: Problem, parent: Ints, component: Ints) -> tuple[Ints, Ints, Flags]:
    """Steps of the component per micro-unit of the parent, as reduced fractions, and which are small enough.

    Quantity × (1 + scrap) ÷ (output × step), reduced crosswise so that nothing overflows on the way.
    """
    lines, items = problem.lines, problem.items
    tops = [lines.quantity.copy(), lines.scrap_ppm + PPM]
    bottoms = [items.bill_output[parent], np.full(len(lines), PPM), items.step[component]]
    for i in range(len(tops)):
        for j in range(len(bottoms)):
            common = np.gcd(tops[i], bottoms[j])
            tops[i], bottoms[j] = tops[i] // common, bottoms[j] // common
    sizes = [sum(np.log2(part) for part in parts) for parts in (tops, bottoms)]
    fits = (sizes[0] < 60) & (sizes[1] < 60)
    safe = [[np.where(fits, part, 1) for part in parts] for parts in (tops, bottoms)]
    return np.multiply.reduce(safe[0]), np.multiply.reduce(safe[1]), fits


class Bills:
    """The bills of a problem, to be followed through phantoms one item at a time."""

    def __init__(self, problem: Problem, parent: Ints, component: Ints, out: Flags, choice: Ints) -> None:
        self.problem = problem
        self.component = component.tolist()
        self.out = out
        self.choice = set(choice.tolist())
        self.rows: dict[int, list[int]] = defaultdict(list)
        for row, item in enumerate(parent.tolist()):
            self.rows[item].append(row)

    def uses(self, items: Ints) -> tuple[Uses, Uses]:
        """What goes into each of the *items*, and what comes out beside it."""
        found: tuple[list[tuple[int, ...]], list[tuple[int, ...]]] = ([], [])
        for item in items.tolist():
            totals: dict[tuple[bool, int, int, int], Fraction] = defaultdict(Fraction)
            first: dict[tuple[bool, int, int, int], int] = {}
            for row, operation, share in self.followed(item):
                alone = row if row in self.choice else -1
                name = (bool(self.out[row]), self.component[row], operation, alone)
                totals[name] += share
                first[name] = min(first.get(name, row), row)
            for name, share in totals.items():
                up, down = fraction(share / int(self.problem.items.step[name[1]]))
                found[name[0]].append((name[1], item, first[name], name[2], up, down))
        into, out = (Uses(*np.array(rows, np.int64).reshape(-1, 6).T.copy()) for rows in found)
        return into, out

    def followed(self, item: int) -> Iterator[tuple[int, int, Fraction]]:
        """Lines of the bills of the item and its phantoms: row, operation of the item, share of the item."""
        lines, outputs = self.problem.lines, self.problem.items.bill_output
        waiting = [(item, Fraction(1), -1)]
        while waiting:
            current, amount, at = waiting.pop()
            for row in self.rows[current]:
                operation = int(lines.operation[row]) if at < 0 else at
                top = int(lines.quantity[row]) * (PPM + int(lines.scrap_ppm[row]))
                share = amount * Fraction(top, int(outputs[current]) * PPM)
                if lines.by_product[row]:
                    if self.out[row]:
                        yield row, operation, share
                elif lines.phantom[row]:
                    waiting.append((self.component[row], share, operation))
                else:
                    yield row, operation, share


def fraction(share: Fraction) -> tuple[int, int]:
    """Numerator and denominator; where they are too large, rounded up to as many decimals as fit."""
    down = share.denominator
    if down < MOST and share.numerator < MOST:
        return share.numerator, down
    down = 10**18
    while down >= 1:
        up = -(-share.numerator * down // share.denominator)
        if up < MOST:
            return up, down
        down //= 10
    raise InvalidValue(_("A bill of materials needs an impossible quantity."))
