"""Material plan: demands netted against stock and open orders, level by level, with full pegging.

Quantities are whole micro-units (``MICRO`` = one base unit of the item), times whole minutes since
an origin that the caller chooses. The rules and a worked example stand in
``docs/algorithms/material.md``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.i18n import _

MICRO = 1_000_000
"""Micro-units in one base unit (one piece, one kilogram)."""

PPM = 1_000_000
"""Parts per million in a whole, the unit of scrap allowances."""


class BillCycle(DomainError):
    """An item is, through its bills of materials, a component of itself.

    ``path`` holds the item ids around the cycle, the first repeated at the end; the caller, who
    knows the names, words the message for the user.
    """

    def __init__(self, path: tuple[int, ...]) -> None:
        super().__init__(
            _("The bills of materials go round in a circle: {path}.", path=" → ".join(map(str, path))),
            remedy=_("Take one of these components out of its bill of materials."),
        )
        self.path = path


@dataclass(frozen=True, slots=True)
class BillRow:
    """A component of a bill: *quantity* micro-units of it per ``bill_output`` of the parent.

    ``scrap_ppm`` is added on top (20 000 = 2 % more); ``operation`` is where it is consumed;
    a ``phantom`` component is never made or stocked, its own bill takes its place.
    """

    component: int
    quantity: int
    scrap_ppm: int = 0
    operation: int | None = None
    phantom: bool = False


@dataclass(frozen=True, slots=True)
class ItemData:
    """What planning knows of an item.

    ``step`` is the smallest amount that exists: MICRO for pieces, 1 for what is weighed.
    Lot rules: at least ``lot_minimum``, in multiples of ``lot_multiple`` (0 = no rule).
    ``lead_minutes`` is the time to buy it, or to make it once its components are there.
    """

    id: int
    make: bool
    bill: tuple[BillRow, ...] = ()
    bill_output: int = MICRO
    step: int = 1
    lot_minimum: int = 0
    lot_multiple: int = 0
    lead_minutes: int = 0

    def __post_init__(self) -> None:
        if self.step < 1 or self.bill_output < 1:
            raise InvalidValue(_("Item {item}: step and bill output must be more than zero.", item=self.id))
        if min(self.lot_minimum, self.lot_multiple, self.lead_minutes) < 0:
            raise InvalidValue(_("Item {item}: lot sizes and lead time cannot be negative.", item=self.id))
        if self.lot_multiple % self.step:
            raise InvalidValue(
                _("Item {item}: the lot multiple must be a whole number of its units.", item=self.id)
            )
        if any(row.quantity <= 0 or row.scrap_ppm < 0 for row in self.bill):
            raise InvalidValue(
                _("Item {item}: its bill needs quantities above zero and no negative scrap.", item=self.id)
            )

    def lot(self, quantity: int) -> int:
        """The quantity to order so that *quantity* is covered and the lot rules are kept."""
        return _up(max(quantity, self.lot_minimum), self.lot_multiple or self.step)


@dataclass(frozen=True, slots=True)
class Demand:
    """Something wanted: an order line, safety stock, or a component of an order.

    Demands of one ``group`` (say, one sales order) share their planned orders; among equal due
    times the larger ``priority`` is served first.
    """

    key: str
    item: int
    quantity: int
    due: int
    priority: int = 0
    group: str = ""


@dataclass(frozen=True, slots=True)
class Supply:
    """Something there (``available_at`` 0) or under way: stock, purchase or production order.

    ``reserved_for`` names the only group of demands that may have it; empty: whoever is first.
    """

    key: str
    item: int
    quantity: int
    available_at: int = 0
    reserved_for: str = ""


@dataclass(frozen=True, slots=True)
class MaterialProblem:
    """Items by id, demands and supplies; ``now`` is the earliest minute anything can be started."""

    items: Mapping[int, ItemData]
    demands: tuple[Demand, ...]
    supplies: tuple[Supply, ...] = ()
    now: int = 0

    def __post_init__(self) -> None:
        _check_rows(self.demands, self.items)
        _check_rows(self.supplies, self.items)
        for item in self.items.values():
            for row in item.bill:
                self._check_component(item, row)

    def _check_component(self, item: ItemData, row: BillRow) -> None:
        if row.component not in self.items:
            raise InvalidValue(
                _(
                    "The bill of item {item} names component {component}, which does not exist.",
                    item=item.id,
                    component=row.component,
                )
            )
        if row.phantom and not self.items[row.component].bill:
            raise InvalidValue(
                _(
                    "Phantom component {component} of item {item} has no bill of its own.",
                    component=row.component,
                    item=item.id,
                )
            )


@dataclass(frozen=True, slots=True)
class Component:
    """What a planned make order consumes; ``key`` is the demand key in the pegging."""

    key: str
    item: int
    quantity: int
    operation: int | None


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """A proposal to make or buy.

    ``key`` depends on kind, item and group only, so it survives re-planning. ``start`` is ``due``
    less the lead time; ``material_at`` is when all components are there; ``available_at`` the
    earliest minute the order can be finished. ``for_demands`` are the demands pegged to it.
    """

    key: str
    item: int
    kind: Literal["make", "buy"]
    quantity: int
    due: int
    start: int
    level: int
    group: str
    for_demands: tuple[str, ...]
    components: tuple[Component, ...] = ()
    material_at: int = 0
    available_at: int = 0


@dataclass(frozen=True, slots=True)
class Peg:
    """*quantity* of a supply (``planned``: of a planned order) is for this demand and no other."""

    demand_key: str
    supply_key: str
    item: int
    quantity: int
    planned: bool


@dataclass(frozen=True, slots=True)
class Shortage:
    """The part of a demand that is covered too late: due then, there only at ``available_at``."""

    demand_key: str
    supply_key: str
    item: int
    quantity: int
    due: int
    available_at: int


@dataclass(frozen=True, slots=True)
class MaterialPlan:
    """Result of explode: planned orders by level, pegs in allocation order, late coverage."""

    planned: tuple[PlannedOrder, ...]
    pegs: tuple[Peg, ...]
    short: tuple[Shortage, ...]


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """What a new plan changes: only this need be written."""

    added: tuple[PlannedOrder, ...]
    changed: tuple[PlannedOrder, ...]
    removed: tuple[PlannedOrder, ...]


def explode(problem: MaterialProblem) -> MaterialPlan:
    """Plan every demand: stock and open orders first, then planned orders, down to bought items.

    Raises BillCycle for a circular bill, even one that no demand reaches.
    """
    levels = low_level_codes(problem.items)
    run = _Run(problem, levels)
    for item in sorted(problem.items, key=lambda i: (levels[i], i)):
        run.plan_item(problem.items[item])
    return run.result()


def low_level_codes(items: Mapping[int, ItemData]) -> dict[int, int]:
    """For each item the length of the longest chain of bills above it; raises BillCycle."""
    levels = dict.fromkeys(items, 0)
    for parent in _parents_first(items):
        for row in items[parent].bill:
            levels[row.component] = max(levels[row.component], levels[parent] + 1)
    return levels


def root_demands(plan: MaterialPlan, order_key: str) -> tuple[str, ...]:
    """The demands from outside that a planned order serves, directly or through its parents."""
    parents = {c.key: order.key for order in plan.planned for c in order.components}
    served: dict[str, list[str]] = {}
    for peg in plan.pegs:
        served.setdefault(peg.supply_key, []).append(peg.demand_key)
    roots, seen, waiting = set[str](), {order_key}, [order_key]
    while waiting:
        for demand in served.get(waiting.pop(), ()):
            parent = parents.get(demand)
            if parent is None:
                roots.add(demand)
            elif parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    return tuple(sorted(roots))


def changes(old: Iterable[PlannedOrder], new: Iterable[PlannedOrder]) -> PlanChanges:
    """Compare two sets of planned orders by key; an unchanged order appears nowhere."""
    before = {order.key: order for order in old}
    after = {order.key: order for order in new}
    return PlanChanges(
        added=tuple(o for key, o in after.items() if key not in before),
        changed=tuple(o for key, o in after.items() if key in before and before[key] != o),
        removed=tuple(o for key, o in before.items() if key not in after),
    )


@dataclass(slots=True)
class _Batch:
    """What is left of a supply, in the order in which it may be taken."""

    key: str
    left: int
    planned: bool


@dataclass(slots=True)
class _Run:
    """Working state of one explosion."""

    problem: MaterialProblem
    levels: Mapping[int, int]
    demands: dict[int, list[Demand]] = field(default_factory=dict)
    pools: dict[tuple[int, str], deque[_Batch]] = field(default_factory=dict)
    recipes: dict[int, tuple[tuple[int, int | None, Fraction], ...]] = field(default_factory=dict)
    all_demands: dict[str, Demand] = field(default_factory=dict)
    planned: list[PlannedOrder] = field(default_factory=list)
    pegs: list[Peg] = field(default_factory=list)

    def __post_init__(self) -> None:
        for demand in self.problem.demands:
            self._add_demand(demand)
        for supply in sorted(self.problem.supplies, key=lambda s: (s.available_at, s.key)):
            self._pool(supply.item, supply.reserved_for).append(_Batch(supply.key, supply.quantity, False))

    def plan_item(self, item: ItemData) -> None:
        """Net all demands of *item*, then plan one order for each group that is left wanting."""
        wanting: dict[str, list[tuple[Demand, int]]] = {}
        for demand in sorted(self.demands.get(item.id, ()), key=lambda d: (d.due, -d.priority, d.key)):
            left = self._allocate(demand, demand.quantity)
            if left:
                wanting.setdefault(demand.group, []).append((demand, left))
        for group, lines in wanting.items():
            self._plan_group(item, group, lines)

    def _plan_group(self, item: ItemData, group: str, lines: list[tuple[Demand, int]]) -> None:
        # The lot size of an earlier group may have left something over: that goes first.
        rest = [(demand, self._allocate(demand, left)) for demand, left in lines]
        rest = [(demand, left) for demand, left in rest if left]
        if not rest:
            return
        needed = sum(left for _demand, left in rest)
        order = self._order(item, group, [demand for demand, _left in rest], item.lot(needed))
        self.planned.append(order)
        for demand, left in rest:
            self.pegs.append(Peg(demand.key, order.key, item.id, left, True))
        if order.quantity > needed:
            self._pool(item.id, "").append(_Batch(order.key, order.quantity - needed, True))
        priority = max(demand.priority for demand, _left in rest)
        for part in order.components:
            self._add_demand(Demand(part.key, part.item, part.quantity, order.start, priority, group))

    def _order(self, item: ItemData, group: str, demands: Sequence[Demand], quantity: int) -> PlannedOrder:
        kind: Literal["make", "buy"] = "make" if item.make else "buy"
        key = f"{kind}:{item.id}:{group}"
        due = min(demand.due for demand in demands)
        return PlannedOrder(
            key=key,
            item=item.id,
            kind=kind,
            quantity=quantity,
            due=due,
            start=due - item.lead_minutes,
            level=self.levels[item.id],
            group=group,
            for_demands=tuple(d.key for d in demands),
            components=tuple(self._components(item, key, quantity)) if item.make else (),
        )

    def _components(self, item: ItemData, key: str, quantity: int) -> Iterator[Component]:
        if item.id not in self.recipes:
            self.recipes[item.id] = _recipe(self.problem.items, item)
        for component, operation, per_unit in self.recipes[item.id]:
            step = self.problem.items[component].step
            exact = quantity * per_unit.numerator
            need = -(-exact // (per_unit.denominator * step)) * step
            at = "" if operation is None else f"@{operation}"
            yield Component(f"{key}/{component}{at}", component, need, operation)

    def _allocate(self, demand: Demand, wanted: int) -> int:
        """Take what there is for *demand*, its own reservations first; returns what is missing."""
        for owner in dict.fromkeys((demand.group, "")):
            pool = self._pool(demand.item, owner)
            while wanted and pool:
                batch = pool[0]
                taken = min(wanted, batch.left)
                if taken:
                    self.pegs.append(Peg(demand.key, batch.key, demand.item, taken, batch.planned))
                wanted -= taken
                batch.left -= taken
                if not batch.left:
                    pool.popleft()
        return wanted

    def _add_demand(self, demand: Demand) -> None:
        self.demands.setdefault(demand.item, []).append(demand)
        self.all_demands[demand.key] = demand

    def _pool(self, item: int, owner: str) -> deque[_Batch]:
        return self.pools.setdefault((item, owner), deque())

    def result(self) -> MaterialPlan:
        """Work out, from the bought items upwards, when each order can really be there."""
        available = {supply.key: supply.available_at for supply in self.problem.supplies}
        sources: dict[str, list[str]] = {}
        served: dict[str, dict[str, None]] = {}
        for peg in self.pegs:
            sources.setdefault(peg.demand_key, []).append(peg.supply_key)
            served.setdefault(peg.supply_key, {})[peg.demand_key] = None
        dated: list[PlannedOrder] = []
        for order in reversed(self.planned):
            arrivals = [available[s] for part in order.components for s in sources.get(part.key, ())]
            material_at = max([self.problem.now, *arrivals])
            available[order.key] = material_at + self.problem.items[order.item].lead_minutes
            dated.append(
                replace(
                    order,
                    material_at=material_at,
                    available_at=available[order.key],
                    for_demands=tuple(served[order.key]),
                )
            )
        return MaterialPlan(tuple(reversed(dated)), tuple(self.pegs), self._short(available))

    def _short(self, available: Mapping[str, int]) -> tuple[Shortage, ...]:
        late = ((peg, self.all_demands[peg.demand_key].due, available[peg.supply_key]) for peg in self.pegs)
        return tuple(
            Shortage(peg.demand_key, peg.supply_key, peg.item, peg.quantity, due, at)
            for peg, due, at in late
            if at > due
        )


def _recipe(items: Mapping[int, ItemData], item: ItemData) -> tuple[tuple[int, int | None, Fraction], ...]:
    """Components of one micro-unit of *item*, phantoms replaced by their own bills, exactly.

    A component reached several ways at the same operation is added up before it is rounded.
    """
    needs: dict[tuple[int, int | None], Fraction] = {}
    waiting = deque(_shares(item, Fraction(1)))
    while waiting:
        row, share = waiting.popleft()
        if row.phantom:
            # A phantom has no routing: its parts are wanted where the phantom is.
            inner = _shares(items[row.component], share)
            waiting.extend((replace(part, operation=row.operation), amount) for part, amount in inner)
        else:
            key = (row.component, row.operation)
            needs[key] = needs.get(key, Fraction(0)) + share
    return tuple((component, operation, share) for (component, operation), share in needs.items())


def _shares(item: ItemData, amount: Fraction) -> Iterator[tuple[BillRow, Fraction]]:
    for row in item.bill:
        yield row, amount * Fraction(row.quantity * (PPM + row.scrap_ppm), item.bill_output * PPM)


def _parents_first(items: Mapping[int, ItemData]) -> list[int]:
    """All items, each before its components; depth first without recursion, for deep bills."""
    done: list[int] = []
    finished: set[int] = set()
    for root in sorted(items):
        path: dict[int, Iterator[BillRow]] = {} if root in finished else {root: iter(items[root].bill)}
        while path:
            current = next(reversed(path))
            row = next(path[current], None)
            if row is None:
                del path[current]
                finished.add(current)
                done.append(current)
            elif row.component in path:
                chain = list(path)
                raise BillCycle((*chain[chain.index(row.component) :], row.component))
            elif row.component not in finished:
                path[row.component] = iter(items[row.component].bill)
    return done[::-1]


def _check_rows(rows: Sequence[Demand] | Sequence[Supply], items: Mapping[int, ItemData]) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.key in seen:
            raise InvalidValue(_("'{key}' is given twice to the material plan.", key=row.key))
        if row.quantity < 0:
            raise InvalidValue(_("The quantity of '{key}' cannot be negative.", key=row.key))
        if row.item not in items:
            raise InvalidValue(
                _("'{key}' is for item {item}, which does not exist.", key=row.key, item=row.item)
            )
        seen.add(row.key)


def _up(quantity: int, step: int) -> int:
    return -(-quantity // step) * step
