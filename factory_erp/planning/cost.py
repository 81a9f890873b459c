"""Cost roll-up: what an item costs to make, exactly, from its bills, routings and the rates of work centres.

All results are exact fractions of the company's main currency unit; whoever shows them rounds. The
rules and a worked example stand in ``docs/algorithms/cost.md``.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, gcd, lcm

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.planning.material.explode import MICRO, PPM, BillRow, ItemData, low_level_codes

_PERCENT = 100 * MICRO
"""Micro-percent in a whole."""

_STEP = 3600 * MICRO**3 * _PERCENT
"""The denominator that every part of a step's cost has in common, for a whole quantity."""

_EVERY = 500
"""Items after which a roll-up of all says how far it is."""


@dataclass(frozen=True, slots=True)
class CostLine:
    """A component: *quantity* of it per the bill's output, ``scrap_ppm`` on top.

    A ``phantom`` is never made: its own bill takes its place. A ``by_product`` comes out instead.
    """

    component: int
    quantity: Decimal
    scrap_ppm: int = 0
    by_product: bool = False
    phantom: bool = False


@dataclass(frozen=True, slots=True)
class CostStep:
    """A routing step. Run time in seconds per unit, or per started batch where ``batch_size`` is not 0.

    Rates are per hour of a machine and of a person, ``overhead_percent`` is on both,
    ``subcontract_price`` per unit made; all with at most six decimals, as they are stored.
    """

    sequence: int
    setup_minutes: int
    run_seconds: Decimal
    batch_size: Decimal
    machine_rate: Decimal
    labour_rate: Decimal
    crew: Decimal
    overhead_percent: Decimal
    subcontract_price: Decimal


@dataclass(frozen=True, slots=True)
class CostItem:
    """What the roll-up knows of an item: its standard cost per unit, its valid bill and routing.

    What is bought, and what is to be made but has neither lines nor steps, counts its standard cost.
    """

    id: int
    make: bool
    standard: Decimal
    output: Decimal = Decimal(1)
    lines: tuple[CostLine, ...] = ()
    steps: tuple[CostStep, ...] = ()

    @property
    def rolled(self) -> bool:
        """Whether its cost is worked out from lines and steps."""
        return self.make and bool(self.lines or self.steps)


@dataclass(frozen=True, slots=True)
class CostSplit:
    """A cost by where it comes from, in main units of the company's currency."""

    material: Fraction = Fraction(0)
    machine: Fraction = Fraction(0)
    labour: Fraction = Fraction(0)
    overhead: Fraction = Fraction(0)
    subcontract: Fraction = Fraction(0)

    @property
    def total(self) -> Fraction:
        """The sum of all parts."""
        return self.material + self.machine + self.labour + self.overhead + self.subcontract

    def __add__(self, other: CostSplit) -> CostSplit:
        return CostSplit(
            self.material + other.material,
            self.machine + other.machine,
            self.labour + other.labour,
            self.overhead + other.overhead,
            self.subcontract + other.subcontract,
        )

    def times(self, factor: Fraction) -> CostSplit:
        """The cost of *factor* times as much."""
        return CostSplit(
            self.material * factor,
            self.machine * factor,
            self.labour * factor,
            self.overhead * factor,
            self.subcontract * factor,
        )


@dataclass(frozen=True, slots=True)
class CostNode:
    """An item within a roll-up: *quantity* of it costs *total*, of which *own* is not its children's.

    ``level`` 0 is the item asked for. A by-product has its quantity and a negative cost.
    """

    item: int
    quantity: Fraction
    own: CostSplit
    total: CostSplit
    unit_cost: Fraction
    level: int
    by_product: bool = False
    phantom: bool = False
    children: tuple[CostNode, ...] = ()


def roll_up(items: Mapping[int, CostItem], item: int, lot: Decimal) -> CostNode:
    """The cost of a lot of *item* down to the leaves; raises BillCycle, InvalidValue for an empty lot.

    All that the lot needs of a made component, from every branch, is one batch: its setups are
    shared pro rata. Quantities are exact shares, not whole pieces.
    """
    return CostBook(items).tree(item, lot)


def roll_up_all(
    items: Mapping[int, CostItem],
    lots: Mapping[int, Decimal],
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[int, CostSplit]:
    """The cost of one unit of every item, made in its own lot (1 where *lots* is silent), bottom up.

    Components count at their cost per unit in *their* own lot. Tells ``progress(done, total)``;
    cancelled: what is done so far. Raises BillCycle.
    """
    return CostBook(items).standards(lots, progress, cancelled)


class CostBook:
    """Items ready to be rolled up, any of them in any lot; made once for many questions."""

    def __init__(self, items: Mapping[int, CostItem]) -> None:
        self._items = items
        _check(items)
        self._level = low_level_codes({item.id: _structure(item) for item in items.values()})
        self._recipes: dict[int, tuple[tuple[tuple[int, Fraction], ...], Fraction]] = {}

    def unit(self, item: int, lot: Decimal) -> CostSplit:
        """The cost of one unit of *item* in a lot of that size, as in ``roll_up``, without the tree."""
        return self._units(self._batches(item, lot))[item].split()

    def tree(self, item: int, lot: Decimal) -> CostNode:
        """See ``roll_up``."""
        batches = self._batches(item, lot)
        own = {key: self._own(self._items[key], quantity).split() for key, quantity in batches.items()}
        return self._node(own, item, Fraction(lot), 0)

    def standards(
        self,
        lots: Mapping[int, Decimal],
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> dict[int, CostSplit]:
        """See ``roll_up_all``."""
        units: dict[int, _Parts] = {}
        order = sorted(self._items, key=lambda key: -self._level[key])
        for number, key in enumerate(order):
            if number % _EVERY == 0:
                if cancelled and cancelled():
                    break
                if progress:
                    progress(number, len(order))
            lot = Fraction(lots.get(key, Decimal(1)))
            units[key] = self._unit(self._items[key], lot, units)
        return {key: unit.split() for key, unit in units.items()}

    def _batches(self, item: int, lot: Decimal) -> dict[int, Fraction]:
        """How much of every item below is needed for the lot; parents before their components."""
        if lot <= 0:
            raise InvalidValue(
                _("A cost can only be worked out for a lot above zero."), field=_("Lot size"),
                remedy=_("Enter how many are made at once."),
            )  # fmt: skip
        needed = {item: Fraction(lot)}
        done: dict[int, Fraction] = {}
        waiting = [(self._level[item], item)]
        while waiting:
            _level, key = heapq.heappop(waiting)
            done[key] = needed[key]
            for component, share in self._recipe(key)[0]:
                if component not in needed:
                    needed[component] = Fraction(0)
                    heapq.heappush(waiting, (self._level[component], component))
                needed[component] += needed[key] * share
        return done

    def _units(self, batches: Mapping[int, Fraction]) -> dict[int, _Parts]:
        units: dict[int, _Parts] = {}
        for key in reversed(list(batches)):
            units[key] = self._unit(self._items[key], batches[key], units)
        return units

    def _unit(self, item: CostItem, batch: Fraction, units: Mapping[int, _Parts]) -> _Parts:
        """The cost of one unit in a batch of that size, its components at *units*."""
        parts, credit = self._recipe(item.id)
        own = self._own(item, batch)
        return _mix([(Fraction(1), own), (-credit, _ONE), *((share, units[key]) for key, share in parts)])

    def _own(self, item: CostItem, batch: Fraction) -> _Parts:
        """What one unit costs beside its components: its steps, or its standard cost."""
        if not item.rolled:
            return _material(Fraction(item.standard))
        if not item.steps:
            return _FREE
        return _mix([(1 / batch, _steps(item.steps, batch))])

    def _recipe(self, key: int) -> tuple[tuple[tuple[int, Fraction], ...], Fraction]:
        """Components of one unit with phantoms opened, each once; and the by-products' credit."""
        if key not in self._recipes:
            item = self._items[key]
            shares, credit = self._opened(item) if item.rolled else ({}, Fraction(0))
            self._recipes[key] = tuple(shares.items()), credit
        return self._recipes[key]

    def _opened(self, item: CostItem) -> tuple[dict[int, Fraction], Fraction]:
        shares: dict[int, Fraction] = {}
        credit, waiting = Fraction(0), [(item, Fraction(1))]
        while waiting:
            parent, amount = waiting.pop()
            for line in parent.lines:
                share = _share(line, parent) if parent is item else amount * _share(line, parent)
                if line.by_product:
                    credit += share * Fraction(self._items[line.component].standard)
                elif self._is_phantom(line):
                    waiting.append((self._items[line.component], share))
                elif line.component in shares:
                    shares[line.component] += share
                else:
                    shares[line.component] = share
        return shares, credit

    def _is_phantom(self, line: CostLine) -> bool:
        return line.phantom and bool(self._items[line.component].lines)

    def _node(
        self, own: Mapping[int, CostSplit], key: int, quantity: Fraction, level: int, phantom: bool = False
    ) -> CostNode:
        item = self._items[key]
        lines = item.lines if phantom or item.rolled else ()
        children = tuple(
            self._credit(line, quantity * _share(line, item), level + 1)
            if line.by_product
            else self._node(
                own, line.component, quantity * _share(line, item), level + 1, self._is_phantom(line)
            )
            for line in lines
        )
        mine = CostSplit() if phantom else own[key].times(quantity)
        total = sum((child.total for child in children), mine)
        return CostNode(
            key, quantity, mine, total, total.total / quantity, level, phantom=phantom, children=children
        )

    def _credit(self, line: CostLine, quantity: Fraction, level: int) -> CostNode:
        worth = -Fraction(self._items[line.component].standard)
        split = CostSplit(material=worth * quantity)
        return CostNode(line.component, quantity, split, split, worth, level, by_product=True)


def _steps(steps: Iterable[CostStep], batch: Fraction) -> _Parts:
    """What the steps cost for a whole *batch*, in whole numbers: see ``docs/algorithms/cost.md``."""
    count, per = batch.numerator, batch.denominator
    machine = labour = overhead = subcontract = 0
    for step in steps:
        runs = per * ceil(batch / Fraction(step.batch_size)) if step.batch_size else count
        time = 60 * MICRO * step.setup_minutes * per + _micro(step.run_seconds) * runs
        for_machine = time * _micro(step.machine_rate) * MICRO
        for_crew = time * _micro(step.crew) * _micro(step.labour_rate)
        machine += for_machine * _PERCENT
        labour += for_crew * _PERCENT
        overhead += (for_machine + for_crew) * _micro(step.overhead_percent)
        subcontract += count * _micro(step.subcontract_price)
    return _Parts((0, machine, labour, overhead, subcontract * (_STEP // MICRO)), _STEP * per)


def _micro(figure: Decimal) -> int:
    return int(figure * MICRO)


def _share(line: CostLine, parent: CostItem) -> Fraction:
    """How much of the line's item one unit of its parent takes, or gives."""
    return Fraction(_micro(line.quantity) * (PPM + line.scrap_ppm), _micro(parent.output) * PPM)


def _structure(item: CostItem) -> ItemData:
    """The item as the low-level codes want it: what comes out of it does not go into it."""
    rows = (BillRow(line.component, MICRO) for line in item.lines if not line.by_product)
    return ItemData(item.id, item.make, tuple(rows))


def _check(items: Mapping[int, CostItem]) -> None:
    for item in items.values():
        if item.output <= 0:
            raise InvalidValue(_("Item {item}: step and bill output must be more than zero.", item=item.id))
        for line in item.lines:
            if line.component not in items:
                raise InvalidValue(
                    _(
                        "The bill of item {item} names component {component}, which does not exist.",
                        item=item.id,
                        component=line.component,
                    )
                )


@dataclass(frozen=True, slots=True)
class _Parts:
    """A split as five whole numerators over one denominator.

    A sum of many shares is reduced once instead of after each addition: several times faster than
    five Fractions, and as exact.
    """

    numerators: tuple[int, int, int, int, int]
    denominator: int = 1

    def split(self) -> CostSplit:
        """The same as fractions."""
        return CostSplit(
            *(Fraction(number, self.denominator) if number else _NOTHING for number in self.numerators)
        )


_FREE = _Parts((0, 0, 0, 0, 0))
_ONE = _Parts((1, 0, 0, 0, 0))
"""One main unit of material."""


_NOTHING = Fraction(0)


def _material(amount: Fraction) -> _Parts:
    return _Parts((amount.numerator, 0, 0, 0, 0), amount.denominator)


def _mix(terms: list[tuple[Fraction, _Parts]]) -> _Parts:
    """The sum of factor × parts, in lowest terms."""
    common = lcm(*(factor.denominator * parts.denominator for factor, parts in terms))
    material = machine = labour = overhead = subcontract = 0
    for factor, parts in terms:
        scale = factor.numerator * (common // (factor.denominator * parts.denominator))
        if scale:
            one, two, three, four, five = parts.numerators
            material += one * scale
            machine += two * scale
            labour += three * scale
            overhead += four * scale
            subcontract += five * scale
    return _reduced(material, machine, labour, overhead, subcontract, common)


def _reduced(
    material: int, machine: int, labour: int, overhead: int, subcontract: int, denominator: int
) -> _Parts:
    """The parts in lowest terms."""
    least = gcd(denominator, material, machine, labour, overhead, subcontract)
    sums = (material // least, machine // least, labour // least, overhead // least, subcontract // least)
    return _Parts(sums, denominator // least)
