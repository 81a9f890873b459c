"""The rules of the material plan the slow way: dictionaries, fractions and minutes counted one by one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

from factory_erp.planning.material.problem import Problem
from factory_erp.planning.material.tables import DemandKind, LotRule, SupplyKind

LATER = 10**12


@dataclass(eq=False)
class Pot:
    """A supply, a by-product or a planned order, with what is left of it."""

    what: tuple[object, ...]
    item: int
    left: int
    time: int
    group: int = 0


@dataclass(eq=False)
class Want:
    what: tuple[object, ...]
    item: int
    quantity: int
    due: int
    rank: int
    priority: int
    group: int
    line: int | None = None
    left: int = 0
    pegs: list[tuple[Pot, int, int]] = field(default_factory=list)


@dataclass(eq=False)
class Made(Pot):
    good: int = 0
    quantity: int = 0
    start: int = 0
    rank: int = 0
    priority: int = 0
    parts: list[Want] = field(default_factory=list)
    material_at: int = 0
    available_at: int = 0

    @property
    def told(self) -> tuple[object, ...]:
        return (
            self.item, self.quantity, self.good, self.time, self.start, self.material_at, self.available_at,
            self.rank, self.priority, self.what[1],
        )  # fmt: skip


class Reference:
    """Plans everything at once; ``orders`` and ``pegs`` are what to compare with."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.items = {item.id: item for item in problem.items.rows()}
        self.lines = problem.lines.rows()
        self.others = [a for a in problem.alternates.rows() if self._usable(a)]
        self.made: dict[int, list[Made]] = {}
        self.wants: dict[int, list[Want]] = {}
        for item in self.items:
            self._plan(item)
        for item in self.items:
            for order in self.made[item]:
                self._date(order)

    def orders(self) -> Counter[tuple[object, ...]]:
        return Counter(order.told for orders in self.made.values() for order in orders)

    def pegs(self) -> Counter[tuple[object, ...]]:
        found: Counter[tuple[object, ...]] = Counter()
        for wants in self.wants.values():
            for want in wants:
                name = (want.what[0].told, *want.what[1:]) if isinstance(want.what[0], Made) else want.what
                for pot, quantity, covers in want.pegs:
                    what = pot.told if isinstance(pot, Made) else (*pot.what, pot.item)
                    found[name, want.quantity, want.due, what, quantity, covers] += 1
        return found

    def _usable(self, other: object) -> bool:
        line = next(row for row in self.lines if row.key == other.line)  # type: ignore[attr-defined]
        return not line.phantom and not line.by_product and line.component != other.component  # type: ignore[attr-defined]

    def _kin(self, item: int) -> list[int]:
        """The items that stand for one another, with *item*."""
        kin = {item}
        component = {line.key: line.component for line in self.lines}
        for _turn in self.items:
            for other in self.others:
                pair = {component[other.line], other.component}
                kin |= pair if pair & kin else set()
        return sorted(kin, key=list(self.items).index)

    # What goes in and comes out

    def _uses(self, item: int) -> dict[tuple[bool, int, int, int], tuple[int, Fraction]]:
        """(by-product, component, operation, line with alternates) → first line row, share of one unit."""
        found: dict[tuple[bool, int, int, int], tuple[int, Fraction]] = {}
        chosen = {other.line for other in self.others}
        for row, operation, share in self._rows(item, Fraction(1), None) if self.items[item].make else ():
            line = self.lines[row]
            alone = row if line.key in chosen else -1
            name = (bool(line.by_product), line.component, operation, alone)
            first, total = found.get(name, (row, Fraction(0)))
            found[name] = (min(first, row), total + share)
        return found

    def _rows(self, item: int, amount: Fraction, at: int | None) -> list[tuple[int, int, Fraction]]:
        found = []
        for row, line in enumerate(self.lines):
            if line.parent == item:
                operation = line.operation if at is None else at
                share = amount * Fraction(line.quantity, self.items[item].bill_output)
                share *= 1 + Fraction(line.scrap_ppm, 10**6)
                if line.phantom and not line.by_product:
                    found += self._rows(line.component, share, operation)
                else:
                    found.append((row, operation, share))
        return found

    # Netting

    def _plan(self, item: int) -> None:
        if item in self.made:
            return
        kin = self._kin(item)
        for one in kin:
            for line in self.lines:
                if line.component == one:
                    for top in self._tops(line.parent):
                        self._plan(top)
        pots = {one: self._pots(one) for one in kin}
        wants = [want for one in kin for want in self._wanted(one)]
        wants.sort(key=lambda want: (want.rank, want.due, -want.priority))
        chosen = {other.line for other in self.others}
        for want in wants:
            until = want.due if want.line in chosen else LATER
            self._take(want, pots[want.item], until)
        for want in wants:
            if want.line in chosen and want.left:
                self._choose(want, pots)
                self._take(want, pots[want.item], LATER)
        for one in kin:
            self.wants[one] = [want for want in wants if want.item == one]
            self.made[one] = []
            self._order(one, [want for want in self.wants[one] if want.left])

    def _tops(self, parent: int) -> set[int]:
        """The item and the items that it is a phantom of."""
        found = {parent}
        for line in self.lines:
            if line.component == parent and line.phantom:
                found |= self._tops(line.parent)
        return found

    def _pots(self, item: int) -> list[Pot]:
        rows = sorted(
            (row for row in self.problem.supplies.rows() if row.item == item),
            key=lambda row: (row.available_at, row.kind, row.key),
        )
        pots = [Pot((row.kind, row.key), item, row.quantity, row.available_at, row.group) for row in rows]
        outs = [
            (list(self.items).index(parent), first, name[2], parent, share)
            for parent in self.items
            for name, (first, share) in self._uses(parent).items()
            if name[0] and name[1] == item
        ]
        step = self.items[item].step
        for _place, _first, _operation, parent, share in sorted(outs, key=lambda out: out[:3]):
            for order in self.made[parent]:
                time = max(order.time, self._received(parent, self.problem.now, order.quantity))
                amount = floor(order.quantity * share / step) * step
                pots.append(Pot((int(SupplyKind.BY_PRODUCT), order), item, amount, time))
        return sorted(pots, key=lambda pot: pot.time)

    def _wanted(self, item: int) -> list[Want]:
        rows = sorted(self.problem.demands.rows(), key=lambda row: (row.kind, row.key))
        rank = {DemandKind.ROUGH: 1, DemandKind.SAFETY: 2}
        wants = [
            Want((row.kind, row.key), item, row.quantity, row.due, rank.get(row.kind, 0), row.priority,
                 row.group)
            for row in rows
            if row.item == item
        ]  # fmt: skip
        if safety := self.items[item].safety:
            wants.append(Want((int(DemandKind.SAFETY), item), item, safety, self.problem.now, 2, 0, 0))
        uses = [
            (place, self.lines[first].key, name[2], parent, share)
            for place, parent in enumerate(self.items)
            for name, (first, share) in self._uses(parent).items()
            if not name[0] and name[1] == item
        ]
        step = self.items[item].step
        for _place, line, operation, parent, share in sorted(uses, key=lambda use: use[:3]):
            for order in self.made[parent]:
                amount = ceil(order.quantity * share / step) * step
                want = Want((order, line, operation), item, amount, order.start, order.rank, order.priority,
                            order.what[1], line)  # fmt: skip
                order.parts.append(want)
                wants.append(want)
        for want in wants:
            want.left = want.quantity
        return wants

    def _take(self, want: Want, pots: list[Pot], until: int) -> None:
        for group in dict.fromkeys((want.group, 0)):
            for pot in pots:
                if pot.group == group and pot.time <= until:
                    self._peg(want, pot, min(want.left, pot.left))

    def _peg(self, want: Want, pot: Pot, amount: int) -> None:
        if amount:
            want.left -= amount
            pot.left -= amount
            want.pegs.append((pot, amount, amount))

    def _choose(self, want: Want, pots: dict[int, list[Pot]]) -> None:
        line = next(row for row in self.lines if row.key == want.line)
        others = [other for other in self.others if other.line == want.line]
        place = list(self.items).index
        for other in sorted(others, key=lambda other: (other.priority, place(other.component))):
            ratio = Fraction(other.quantity, line.quantity)
            step, own = self.items[other.component].step, self.items[want.item].step
            free = [
                pot
                for group in dict.fromkeys((want.group, 0))
                for pot in pots[other.component]
                if pot.group == group and pot.time <= want.due
            ]
            there, covers = sum(pot.left for pot in free), want.left
            need = ceil(covers * ratio / step) * step
            if there < need:
                covers = floor(there // step * step / ratio / own) * own
                need = ceil(covers * ratio / step) * step
            if not covers or (covers < want.left and not other.partly):
                continue
            given, covered = 0, 0
            for pot in free:
                amount = min(need - given, pot.left)
                if amount:
                    given, pot.left = given + amount, pot.left - amount
                    share = covers if given == need else min(floor(given / ratio), covers)
                    want.pegs.append((pot, amount, share - covered))
                    covered = share
            want.left -= covers

    # Ordering

    def _order(self, item: int, wants: list[Want]) -> None:
        slots: dict[object, list[Want]] = {}
        for number, want in enumerate(wants):
            slots.setdefault(self._slot(item, want, number), []).append(want)
        for lines in slots.values():
            for want in lines:
                for order in self.made[item]:
                    self._peg(want, order, min(want.left, order.left))
            lines = [want for want in lines if want.left]
            if lines:
                self.made[item].append(self._made(item, lines))

    def _slot(self, item: int, want: Want, number: int) -> object:
        rule = self.items[item].rule
        if rule == LotRule.PER_GROUP:
            return want.group
        if rule == LotRule.PERIOD:
            due = max(want.due, self.problem.now) - self.problem.day_origin
            return due // (self.items[item].period_days * 1440)
        return number

    def _made(self, item: int, wants: list[Want]) -> Made:
        data = self.items[item]
        needed = sum(want.left for want in wants)
        good = 1 - Fraction(data.scrap_ppm, 10**6)
        lot = data.fixed if data.rule == LotRule.FIXED else data.multiple or data.step
        quantity = ceil(max(Fraction(needed) / good, data.minimum) / lot) * lot
        due, start = self._latest(item, min(want.due for want in wants), quantity)
        groups = {want.group for want in wants}
        output = max(floor(quantity * good / data.step) * data.step, needed)
        order = Made(
            ("order", groups.pop() if len(groups) == 1 else 0), item, output, due, 0, output, quantity,
            start, min(want.rank for want in wants), max(want.priority for want in wants),
        )  # fmt: skip
        for want in wants:
            self._peg(want, order, want.left)
        return order

    # Times

    def _lead(self, item: int, quantity: int) -> int:
        data = self.items[item]
        return data.lead_minutes + ceil(Fraction(quantity, 10**6) * Fraction(data.run, 10**6))

    def _open(self, item: int, minute: int) -> bool:
        data = self.items[item]
        spans = self.problem.calendars[data.calendar].intervals if data.calendar >= 0 else ()
        if not spans or minute < spans[0][0] or minute >= spans[-1][1]:
            return True
        return any(start <= minute < end for start, end in spans)

    def _received(self, item: int, start: int, quantity: int) -> int:
        lead = self._lead(item, quantity)
        if not self.items[item].working:
            start, lead = start + lead, 0
        while lead or not self._open(item, start):
            lead -= self._open(item, start)
            start += 1
        return start

    def _latest(self, item: int, due: int, quantity: int) -> tuple[int, int]:
        while not self._open(item, due):
            due -= 1
        start, lead = due, self._lead(item, quantity)
        if not self.items[item].working:
            return due, due - lead
        while lead:
            start -= 1
            lead -= self._open(item, start)
        return due, start

    def _date(self, order: Made) -> int:
        if not order.available_at:
            sources = [pot for want in order.parts for pot, _quantity, _covers in want.pegs]
            there = [self._date(pot) if isinstance(pot, Made) else pot.time for pot in sources]
            order.material_at = max([self.problem.now, *there])
            order.available_at = self._received(order.item, order.material_at, order.quantity)
        return order.available_at
