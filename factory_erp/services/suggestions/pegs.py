"""Making the pegs of accepted suggestions firm: never more than a demand wants or a supply gives.

Between plan and acceptance the factory goes on. What a demand lacks less by now means that the suggestion
is out of date, which is refused; what stock or an open order cannot give any more stays to be planned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import Conflict
from factory_erp.i18n import _
from factory_erp.models.production import Peg, PegSource, ProductionMaterial
from factory_erp.models.sales import SalesLine
from factory_erp.services.bulk import chunks, insert_rows
from factory_erp.services.engineering.structure import micro, whole
from factory_erp.services.master_data import by_id
from factory_erp.services.material.explosion import OPEN_LINE, OPEN_ORDER, unkept
from factory_erp.services.material.settled import (
    Settled,
    purchases_to_come,
    read_settled,
)
from factory_erp.services.stock import inventory
from factory_erp.services.stock.promise_open import ORDERED, kept_for_orders
from factory_erp.services.stock.purchases_received import unordered
from factory_erp.services.stock.reservations import LINE, MATERIAL
from factory_erp.services.suggestions.chosen import Chosen, Demand

SOURCES = {OPEN_ORDER: PegSource.PRODUCTION, OPEN_LINE: PegSource.PURCHASE}


@dataclass(frozen=True, slots=True)
class NewSupply:
    """What covers a demand: stock, a production order or a purchase line; or a purchase nobody ordered."""

    source: PegSource
    production_order_id: int | None = None
    purchase_line_id: int | None = None
    due: date | None = None


class FirmPegs:
    """Collects firm pegs, capped by what demands want and supplies give, and writes them at once."""

    def __init__(self, session: Session, chosen: Chosen, orders: Collection[int]) -> None:
        """*orders*: the sales orders that are served; what is promised to them is theirs."""
        self._session = session
        items = {peg.item for peg in chosen.pegs}
        inventory.lock_stock(session, items)
        coming = purchases_to_come(session)
        settled = read_settled(session, {row[0]: row[2] for row in coming})
        demands = {peg.demand for peg in chosen.pegs if peg.demand}
        self._wanted = _gaps(session, demands, settled)
        self._unordered = _unordered(session, demands)
        under_way = unkept(session, items, ORDERED, whoever=True)
        self._left: dict[tuple[str, int], int] = {
            **{(PegSource.STOCK, item): left for item, left in _free_stock(session, items, orders).items()},
            **{(SOURCES[kind], one.id): one.quantity for kind, one in under_way},
        }
        self._main = {one.id: one.item_id for kind, one in under_way if kind == OPEN_ORDER}
        self._rows: list[dict[str, Any]] = []
        self.pegged: list[tuple[Demand, int, Decimal, bool]] = []
        """What became firm: demand, item, how much of it, and whether that is in stock."""

    def check(self, chosen: Chosen) -> None:
        """Raise Conflict where a demand lacks less by now than the plan made the chosen suggestions for."""
        planned: dict[Demand, int] = defaultdict(int)
        about: dict[Demand, int] = {}
        for peg in chosen.pegs:
            if peg.demand and chosen.is_output(peg):
                planned[peg.demand] += peg.quantity
                about[peg.demand] = peg.item
        for demand, quantity in planned.items():
            if quantity > self._wanted.get(demand, 0):
                sku = chosen.items[about[demand]].sku
                raise Conflict(
                    _("Less of {sku} is wanted by now than when the plan was made.", sku=sku),
                    record=sku,
                    field=_("Quantity"),
                    remedy=_("Run the plan again, and accept what it suggests then."),
                )

    def supply(self, key: tuple[str, int], quantity: int) -> None:
        """A supply that was made just now gives so much."""
        self._left[key] = self._left.get(key, 0) + quantity

    def demand(self, material_id: int, quantity: int) -> None:
        """A material of a new production order wants so much."""
        self._wanted[MATERIAL, material_id] = quantity

    def output_of(self, order_id: int, item: int) -> bool:
        """Whether an open production order has that item as its own, not as a by-product."""
        return self._main.get(order_id, item) == item

    def peg(self, demand: Demand, item: int, quantity: int, supply: NewSupply) -> int:
        """Peg up to *quantity* of an item; how much it came to, in micro-units."""
        key = _supply_key(supply, item)
        there = self._left.get(key, 0) if key else quantity
        taken = max(0, min(quantity, self._wanted.get(demand, 0), there))
        if not taken:
            return 0
        if key:
            self._left[key] = there - taken
        self._wanted[demand] -= taken
        self.pegged.append((demand, item, whole(taken), supply.source == PegSource.STOCK))
        self._take_unordered(demand, item, taken)
        kind, row = demand
        self._rows.append(
            {
                "sales_line_id": row if kind == LINE else None,
                "material_id": row if kind == MATERIAL else None,
                "item_id": item,
                "source": supply.source,
                "production_order_id": supply.production_order_id,
                "purchase_line_id": supply.purchase_line_id,
                "quantity": whole(taken),
                "due": supply.due,
            }
        )
        return taken

    def _take_unordered(self, demand: Demand, item: int, quantity: int) -> None:
        """What is covered otherwise by now has not to be bought for the demand any more."""
        for peg in self._unordered.get((demand, item), ()):
            taken = min(quantity, micro(peg.quantity))
            quantity -= taken
            left = micro(peg.quantity) - taken
            peg.quantity = whole(left)
            if not left:
                self._session.delete(peg)
        self._unordered[demand, item] = [
            peg for peg in self._unordered.get((demand, item), ()) if peg.quantity
        ]

    def write(self) -> None:
        """Write what was collected."""
        self._session.flush()
        insert_rows(self._session, Peg, self._rows)


def _supply_key(supply: NewSupply, item: int) -> tuple[str, int] | None:
    """How the supply is known; None for a purchase that nobody has ordered, which gives what is wanted."""
    if supply.source == PegSource.STOCK:
        return PegSource.STOCK, item
    named = supply.production_order_id or supply.purchase_line_id
    return (supply.source, named) if named else None


def _free_stock(session: Session, items: Collection[int], orders: Collection[int]) -> dict[int, int]:
    """What is in stock for the sales orders and for nobody, in micro-units."""
    free = inventory.available(session, items, ORDERED)
    for one in kept_for_orders(session, items):
        if one.order_id not in orders:
            free[one.item_id] -= one.stock
    return {item: micro(quantity) for item, quantity in free.items()}


def _gaps(session: Session, demands: Iterable[Demand], settled: Settled) -> dict[Demand, int]:
    """What each demand still lacks."""
    ids: dict[str, list[int]] = defaultdict(list)
    for kind, row in demands:
        ids[kind].append(row)
    lines, parts = by_id(session, SalesLine, ids[LINE]), by_id(session, ProductionMaterial, ids[MATERIAL])
    wanted: Mapping[Demand, tuple[int, int]] = {
        **{(LINE, at): (micro(one.quantity), micro(one.shipped)) for at, one in lines.items()},
        **{(MATERIAL, at): (micro(one.quantity), micro(one.issued)) for at, one in parts.items()},
    }
    return {
        demand: quantity - max(used, settled.covered.get(demand, 0))
        for demand, (quantity, used) in wanted.items()
    }


def _unordered(session: Session, demands: Collection[Demand]) -> dict[tuple[Demand, int], list[Peg]]:
    """Pegs of the demands to purchases that nobody has ordered yet, by demand and item."""
    found: dict[tuple[Demand, int], list[Peg]] = defaultdict(list)
    for kind, column in ((LINE, Peg.sales_line_id), (MATERIAL, Peg.material_id)):
        for part in chunks(row for name, row in demands if name == kind):
            open_ones = select(Peg).where(column.in_(part), unordered())
            for peg in session.scalars(open_ones.order_by(Peg.id)):
                demand = (kind, peg.sales_line_id or peg.material_id or 0)
                found[demand, peg.item_id].append(peg)
    return found
