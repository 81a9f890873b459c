"""What comes too late for whom, and why: the chain of what it waits for, the first cause last."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, null, select
from sqlalchemy.orm import Session

from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.partners import Partner
from factory_erp.models.planning import PlanPeg, PurchaseLine, PurchaseOrder, Suggestion, SuggestionKind
from factory_erp.models.production import Peg, PegSource, ProductionMaterial, ProductionOrder
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.services import clock, working_time
from factory_erp.services.base import query
from factory_erp.services.bulk import chunks
from factory_erp.services.master_data import by_id
from factory_erp.services.names import ItemNames
from factory_erp.services.stock.reservations import CONSUMING

__all__ = ["ShortageView", "shortages"]

MOST_LINKS = 20
"""Links of a chain that are followed: no bill is deeper."""


@dataclass(frozen=True, slots=True)
class ShortageView:
    """*quantity* of an item is wanted on ``needed_on``, but is there only on ``there_on``.

    Wanted by an order line, or by a production order with ``production_order_id``; ``why`` are sentences
    from what is late itself down to what would have to come earlier.
    """

    item_id: int
    sku: str
    name: str
    unit: str
    quantity: Decimal
    needed_on: date
    there_on: date
    late_days: int
    number: str
    customer: str
    sales_order_id: int | None
    production_order_id: int | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Late:
    """A late peg of the plan or a firm one to a purchase: who wants it, and what it is waited for."""

    item_id: int
    quantity: Decimal
    needed_on: date
    number: str
    customer: str
    sales_order_id: int | None
    production_order_id: int | None
    suggestion_id: int | None
    supplier_order_id: int | None
    purchase_line_id: int | None


@query
def shortages(session: Session, limit: int = 500) -> tuple[ShortageView, ...]:
    """What order lines and open production get too late, the most late first."""
    zone = working_time.zone(session).key
    late = [*_planned(session, zone), *_firm(session, zone)]
    chains = _Chains(session, zone, late)
    items = {one.item_id for one in late}
    facts = {row.id: row for part in chunks(items) for row in session.execute(_item_facts(part))}
    names = ItemNames(session, items)
    found = []
    for one in late:
        there, why = chains.of(one)
        days = (there - one.needed_on).days if there else 0
        if there is not None and days > 0:
            fact = facts[one.item_id]
            found.append(
                ShortageView(
                    one.item_id, fact.sku, names.of(one.item_id), fact.unit, one.quantity, one.needed_on,
                    there, days, one.number, one.customer, one.sales_order_id, one.production_order_id, why,
                )
            )  # fmt: skip
    found.sort(key=lambda row: (-row.late_days, row.needed_on, row.number, row.sku))
    return tuple(found[:limit])


def _item_facts(ids: list[int]) -> Select[int, str, str]:
    return select(Item.id, Item.sku, Item.unit).where(Item.id.in_(ids))


def _planned(session: Session, zone: str) -> list[_Late]:
    """Late pegs of the plan to order lines and materials."""
    return _late(session, PlanPeg, PlanPeg.late.is_(True) & PlanPeg.consumer_id.is_(None), zone)


def _firm(session: Session, zone: str) -> list[_Late]:
    """Pegs of open demands to purchases under way; whether these come late is seen from their days."""
    under_way = (Peg.source == PegSource.PURCHASE) & Peg.purchase_line_id.is_not(None)
    still = Peg.sales_line_id.is_not(None) | ProductionOrder.state.in_(CONSUMING)
    return _late(session, Peg, under_way & still, zone)


def _late(
    session: Session, peg: type[Peg] | type[PlanPeg], where: ColumnElement[bool], zone: str
) -> list[_Late]:
    suggested = PlanPeg.suggestion_id if peg is PlanPeg else null()
    statement = (
        select(
            peg.item_id,
            peg.quantity,
            suggested,
            peg.production_order_id,
            peg.purchase_line_id,
            SalesLine.promised,
            SalesOrder,
            ProductionOrder,
            Partner.name,
        )
        .select_from(peg)
        .outerjoin(SalesLine, SalesLine.id == peg.sales_line_id)
        .outerjoin(ProductionMaterial, ProductionMaterial.id == peg.material_id)
        .outerjoin(ProductionOrder, ProductionOrder.id == ProductionMaterial.order_id)
        .outerjoin(SalesOrder, SalesOrder.id == SalesLine.order_id)
        .outerjoin(Partner, Partner.id == SalesOrder.customer_id)
        .where(where)
        .order_by(peg.id)
    )
    found = []
    for item, quantity, suggestion, order, line, promised, sold, made, customer in session.execute(statement):
        needed = _needed(promised, sold, made, zone)
        if needed is not None:
            number = made.number if made else sold.number if sold else ""
            owner = sold.id if sold else made.sales_order_id if made else None
            found.append(
                _Late(
                    item, quantity, needed, number, customer or "", owner, made.id if made else None,
                    suggestion, order, line,
                )
            )  # fmt: skip
    return found


def _needed(
    promised: date | None, sold: SalesOrder | None, made: ProductionOrder | None, zone: str
) -> date | None:
    if made is not None:
        return clock.day_of(made.planned_start, zone) if made.planned_start else made.due
    return promised or (sold.ship_by or sold.requested_ship if sold else None)


class _Chains:
    """Follows what late things wait for, with few statements for all of them."""

    def __init__(self, session: Session, zone: str, late: Iterable[_Late]) -> None:
        self._zone = zone
        self._suggestions: dict[int, Suggestion] = {}
        self._parts: dict[int, list[PlanPeg]] = defaultdict(list)
        frontier = {one.suggestion_id for one in late if one.suggestion_id}
        lines = {one.purchase_line_id for one in late if one.purchase_line_id}
        orders = {one.supplier_order_id for one in late if one.supplier_order_id}
        while frontier:
            self._suggestions.update(by_id(session, Suggestion, frontier))
            pegs = self._late_parts(session, frontier)
            frontier = {peg.suggestion_id for peg in pegs if peg.suggestion_id} - self._suggestions.keys()
            lines |= {peg.purchase_line_id for peg in pegs if peg.purchase_line_id}
            orders |= {peg.production_order_id for peg in pegs if peg.production_order_id}
        self._orders = by_id(session, ProductionOrder, orders)
        self._lines = by_id(session, PurchaseLine, lines)
        purchases = {line.order_id for line in self._lines.values()}
        self._purchases = by_id(session, PurchaseOrder, purchases)
        items = {one.item_id for one in self._suggestions.values()}
        self._skus = {at: item.sku for at, item in by_id(session, Item, items).items()}

    def _late_parts(self, session: Session, consumers: Iterable[int]) -> list[PlanPeg]:
        found = []
        for part in chunks(consumers):
            pegs = select(PlanPeg).where(PlanPeg.consumer_id.in_(part), PlanPeg.late.is_(True))
            found += list(session.scalars(pegs.order_by(PlanPeg.id)))
        for peg in found:
            self._parts[peg.consumer_id or 0].append(peg)
        return found

    def of(self, late: _Late) -> tuple[date | None, tuple[str, ...]]:
        """When it is there, and why only then."""
        there, said = self._link(late.suggestion_id, late.supplier_order_id, late.purchase_line_id)
        why = [said]
        suggestion = late.suggestion_id
        while suggestion and len(why) < MOST_LINKS:
            cause = self._cause(suggestion)
            if cause is None:
                break
            why.append(self._link(cause.suggestion_id, cause.production_order_id, cause.purchase_line_id)[1])
            suggestion = cause.suggestion_id
        return there, tuple(why)

    def _cause(self, suggestion: int) -> PlanPeg | None:
        """The late component that holds the suggestion up; None where it is its own time."""
        waits = json.loads(self._suggestions[suggestion].detail or "{}").get("item")
        return next((peg for peg in self._parts[suggestion] if peg.item_id == waits), None)

    def _link(self, suggestion: int | None, order: int | None, line: int | None) -> tuple[date | None, str]:
        if suggestion is not None and suggestion in self._suggestions:
            return self._suggested(self._suggestions[suggestion])
        if order is not None:
            made = self._orders[order]
            day = self._day(made.planned_finish) or made.due
            return day, _("{number} is finished only on {day}.", number=made.number, day=day.isoformat())
        if line is not None:
            bought = self._lines[line]
            number = self._purchases[bought.order_id].number
            day = bought.expected_on
            return day, _("{number} comes only on {day}.", number=number, day=day.isoformat())
        return None, ""

    def _suggested(self, one: Suggestion) -> tuple[date | None, str]:
        day, sku = self._day(one.available_at), self._skus[one.item_id]
        said = day.isoformat() if day else ""
        if "item" in json.loads(one.detail or "{}"):
            return day, _("{sku} waits for its components and is there on {day}.", sku=sku, day=said)
        if one.kind == SuggestionKind.BUY:
            return day, _("{sku} ordered today comes on {day}.", sku=sku, day=said)
        return day, _("{sku} begun today is finished on {day}.", sku=sku, day=said)

    def _day(self, moment: datetime | None) -> date | None:
        return clock.day_of(moment, self._zone) if moment is not None else None
