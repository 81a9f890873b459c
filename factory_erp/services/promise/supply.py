"""Available to promise: the stock, the purchases and what else a promise would take, through all levels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from factory_erp.models.planning import PlanPeg, PromiseHold, Suggestion
from factory_erp.models.production import ProductionOrder
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.models.types import Scaled
from factory_erp.planning.calendar import to_minute
from factory_erp.planning.material.explode import Demand, Supply
from factory_erp.services import clock, working_time
from factory_erp.services.bulk import chunks
from factory_erp.services.engineering.structure import Structure, micro, structure, whole
from factory_erp.services.material.explosion import (
    OPEN_LINE,
    OPEN_ORDER,
    STOCK,
    Explosion,
    explode_demands,
    unkept,
)
from factory_erp.services.order_states import WANTING
from factory_erp.services.stock import inventory
from factory_erp.services.stock.promise_open import NOBODY, Besides, kept_stock, still_open

_KINDS = ((STOCK, "stock"), (OPEN_ORDER, "production"), (OPEN_LINE, "purchase"))

Wanted = tuple[int, Decimal]
"""An item and how much of it, in its unit."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of what a line wants: from *stock*, *purchase* or *production* under way, to *buy* or *make*.

    It is there at minute *at* (what is made: when its material is); *key* is of the supply or planned order.
    """

    kind: str
    quantity: Decimal
    at: int
    key: str


@dataclass(frozen=True, slots=True)
class Sourcing:
    """What some lines would take of stock and purchases, and what has to be bought and made for them."""

    lines: tuple[Wanted, ...]
    explosion: Explosion
    comes: dict[str, int]
    """Supply or planned purchase → minute it is there."""

    def shares(self, line: int) -> list[Share]:
        """Where the line of that number comes from."""
        key = _demand(line)
        return [
            Share(
                self._kind(peg.supply_key),
                whole(peg.quantity),
                self.comes.get(peg.supply_key, 0),
                peg.supply_key,
            )
            for peg in self.explosion.plan.pegs
            if peg.demand_key == key
        ]

    def _kind(self, supply: str) -> str:
        for prefix, kind in _KINDS:
            if supply.startswith(prefix):
                return kind
        return "buy" if supply in self.comes else "make"

    def releases(self) -> dict[str, int]:
        """Each thing to make that waits for parts: the minute the last of them is there."""
        owner = self._owners()
        found: dict[str, int] = {}
        for peg in self.explosion.plan.pegs:
            if peg.demand_key in owner and self.comes.get(peg.supply_key, 0):
                key = owner[peg.demand_key]
                found[key] = max(found.get(key, 0), self.comes[peg.supply_key])
        return found

    def _owners(self) -> dict[str, str]:
        """Demand of a component → the thing to make that it is for."""
        return {part.key: planned.key for planned in self.explosion.made for part in planned.components}

    def slowest(self) -> tuple[int, int] | None:
        """Item and minute of the last thing that has to come in, None where nothing has."""
        items = {planned.key: planned.item for planned in self.explosion.bought}
        pegs = self.explosion.plan.pegs
        late = [(self.comes[peg.supply_key], peg.item) for peg in pegs if self.comes.get(peg.supply_key, 0)]
        late += [(self.comes[key], item) for key, item in items.items()]
        return max(((item, at) for at, item in late), key=lambda pair: (pair[1], pair[0]), default=None)

    def in_production(self) -> frozenset[int]:
        """Items of which something is taken that is being made already."""
        return frozenset(p.item for p in self.explosion.plan.pegs if p.supply_key.startswith(OPEN_ORDER))

    def arrivals(self) -> dict[int, int]:
        """Each item that has to come in: the minute the last of it is there."""
        found: dict[int, int] = {}
        for peg in self.explosion.plan.pegs:
            if at := self.comes.get(peg.supply_key, 0):
                found[peg.item] = max(found.get(peg.item, 0), at)
        return found

    def components(self) -> Iterator[tuple[int, Decimal, Decimal]]:
        """Item, how much of it what is made consumes, and how much of that is taken from stock."""
        owner = self._owners()
        total: dict[int, int] = {}
        stock: dict[int, int] = {}
        for peg in self.explosion.plan.pegs:
            if peg.demand_key in owner:
                total[peg.item] = total.get(peg.item, 0) + peg.quantity
                if peg.supply_key.startswith(STOCK):
                    stock[peg.item] = stock.get(peg.item, 0) + peg.quantity
        for item, quantity in total.items():
            yield item, whole(quantity), whole(stock.get(item, 0))


def source(
    session: Session, lines: Sequence[Wanted], besides: Besides = NOBODY, *, reserve: bool = False
) -> Sourcing:
    """Net the lines against what is free, through all bills: stock first, then purchases under way, then new.

    With *reserve* nobody else can reserve the same stock until the transaction ends. Raises BillCycle naming
    SKUs, NotAllowed where something to be made has no routing, NotFound.
    """
    parts = structure(session, [item for item, _quantity in lines], clock.today()).checked()
    if reserve:
        inventory.lock_stock(session, parts.items)
    due = working_time.end_of_day(clock.today(), working_time.zone(session))
    demands = [
        Demand(_demand(number), item, micro(quantity), due, group="promise")
        for number, (item, quantity) in enumerate(lines)
    ]
    supplies = [*_stock(session, parts, besides), *_coming(session, parts, besides)]
    explosion = explode_demands(session, parts, demands, supplies)
    comes = {supply.key: supply.available_at for supply in supplies}
    bought = {order.key: order.available_at for order in explosion.bought}
    return Sourcing(tuple(lines), explosion, comes | bought)


def _demand(line: int) -> str:
    return f"promise:{line}"


def _stock(session: Session, parts: Structure, besides: Besides) -> Iterator[Supply]:
    """What is kept for the one who asks, and free stock less what orders will take once they are planned."""
    wanted = _planned_stock(session, parts.items, besides)
    others = kept_stock(session, parts.items, besides)
    kept = kept_stock(session, parts.items)
    for item, quantity in inventory.available(session, parts.items, besides).items():
        own = kept.get(item, Decimal(0)) - others.get(item, Decimal(0))
        free = min(quantity, own + max(Decimal(0), quantity - own - wanted.get(item, Decimal(0))))
        if free > 0:
            yield Supply(f"{STOCK}{item}", item, micro(free))


def _planned_stock(session: Session, items: Iterable[int], besides: Besides) -> dict[int, Decimal]:
    """Item → what the material plan takes of free stock for orders that are not wholly planned yet."""
    consumer, sold = aliased(Suggestion), aliased(SalesLine)
    total = type_coerce(func.sum(PlanPeg.quantity), Scaled())
    kept = select(PromiseHold.id).where(PromiseHold.sales_order_id == SalesOrder.id, still_open())
    found: dict[int, Decimal] = {}
    for part in chunks(items):
        rows = session.execute(
            select(PlanPeg.item_id, total)
            .outerjoin(sold, sold.id == PlanPeg.sales_line_id)
            .outerjoin(consumer, consumer.id == PlanPeg.consumer_id)
            .join(SalesOrder, or_(SalesOrder.id == sold.order_id, SalesOrder.id == consumer.sales_order_id))
            .where(PlanPeg.item_id.in_(part), SalesOrder.state.in_(WANTING), ~kept.exists())
            .where(SalesOrder.id != (besides.order_id or 0))
            .where(PlanPeg.suggestion_id.is_(None), PlanPeg.production_order_id.is_(None))
            .where(PlanPeg.purchase_line_id.is_(None))
            .group_by(PlanPeg.item_id)
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def _coming(session: Session, parts: Structure, besides: Besides) -> Iterator[Supply]:
    """What is being made or is on order for nobody, as planning the order would take it, soonest first."""
    place, today = working_time.zone(session), clock.today()
    found = unkept(session, parts.items, besides)
    finish = _finishes(session, [one.id for kind, one in found if kind == OPEN_ORDER])
    rows = []
    for kind, one in found:
        made = kind == OPEN_ORDER
        at = working_time.end_of_day(one.due if made else max(one.due, today), place)
        rows.append((max(at, finish.get(one.id, 0)) if made else at, kind, one))
    for at, kind, one in sorted(rows, key=lambda row: (row[0], row[1], row[2].id)):
        yield Supply(f"{kind}{one.id}", one.item_id, one.quantity, at)


def _finishes(session: Session, order_ids: Iterable[int]) -> dict[int, int]:
    """Production order → when the schedule has it finished."""
    rows = session.execute(
        select(ProductionOrder.id, ProductionOrder.planned_finish).where(
            ProductionOrder.id.in_(list(order_ids)), ProductionOrder.planned_finish.is_not(None)
        )
    )
    return {number: to_minute(finish) for number, finish in rows if finish is not None}
