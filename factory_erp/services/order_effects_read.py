"""What is under way for a sales order, and what of it the order still wants: worked out, not stored.

A supply is wanted as far as its pegs lead to something wanted: from the order's lines down to production
orders, their materials, and what makes or brings those. Quantities are in the items' units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from factory_erp.models.catalog import LotRule
from factory_erp.models.planning import PurchaseLine
from factory_erp.models.production import (
    Peg,
    PegSource,
    ProductionMaterial,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.sales import OrderState, PlatformBlock, SalesLine, SalesOrder
from factory_erp.models.shipping import Shipment, ShipmentLine, ShipmentState
from factory_erp.services.material_orders import pegs_of, share_of
from factory_erp.services.production_quantity import is_untouched
from factory_erp.services.reservations import CONSUMING, ZERO

OVER = (OrderState.SHIPPED, OrderState.CLOSED, OrderState.CANCELLED)
IN_DRAFT = (ShipmentState.DRAFT, ShipmentState.PACKED, ShipmentState.DOCUMENTED)
"""Shipments whose goods have not left."""
_GIVEN_UP = (PegSource.PURCHASE, PegSource.PRODUCTION, PegSource.STOCK)
"""Which supply of a line gives way first."""


@dataclass(slots=True)
class Work:
    """An order with all that is under way for it; ``ended`` where nothing more of it is wanted."""

    order: SalesOrder
    ended: bool
    made: dict[int, ProductionOrder] = field(default_factory=dict)
    serving: dict[int, list[Peg]] = field(default_factory=lambda: defaultdict(list))
    """Production order → the pegs to what it makes, whoever's they are."""
    line_pegs: dict[int, list[Peg]] = field(default_factory=lambda: defaultdict(list))
    part_pegs: dict[int, list[Peg]] = field(default_factory=dict)
    parts: dict[int, ProductionMaterial] = field(default_factory=dict)
    bought: dict[int, PurchaseLine] = field(default_factory=dict)
    buyers: dict[int, list[Peg]] = field(default_factory=lambda: defaultdict(list))
    """Purchase line → the pegs to what is still to come on it."""
    days: dict[int, date] = field(default_factory=dict)
    """Order line, ours or another's → the day it is promised for."""
    shipments: dict[int, Shipment] = field(default_factory=dict)
    packed: dict[int, dict[int, Decimal]] = field(default_factory=lambda: defaultdict(dict))
    """Shipment → order line → how much of it."""
    larger: frozenset[int] = frozenset()
    """Production orders that keep their quantity, whatever is wanted of them."""
    _targets: dict[int, Decimal] = field(default_factory=dict)

    def wanted(self, line: SalesLine) -> Decimal:
        """How much of the line is wanted in all."""
        return line.shipped if self.ended else line.quantity

    def day(self, line: SalesLine) -> date | None:
        """When the line is promised for."""
        return line.promised or self.order.ship_by or self.order.requested_ship

    def leaving(self, larger: Collection[int]) -> Work:
        """The same, but those production orders stay as large as they are."""
        self.larger = frozenset(larger)
        self._targets.clear()
        return self

    def kept(self, peg: Peg) -> Decimal:
        """How much of the peg is wanted."""
        if peg.sales_line_id is not None:
            line = next((one for one in self.order.lines if one.id == peg.sales_line_id), None)
            return peg.quantity if line is None else self.kept_of_line(line)[peg.id]
        part = self.parts.get(peg.material_id or 0)
        return peg.quantity if part is None else self._kept_of_part(part)[peg.id]

    def kept_of_line(self, line: SalesLine) -> dict[int, Decimal]:
        """Peg of the line → what is wanted of it: purchases give way first, stock last."""
        pegs = sorted(self.line_pegs[line.id], key=self._last_given_up)
        return _filled(pegs, self.wanted(line))

    def _last_given_up(self, peg: Peg) -> tuple[bool, int, int]:
        made = self.made.get(peg.production_order_id or 0)
        finished = made is not None and made.state not in CONSUMING
        return not finished, -_GIVEN_UP.index(PegSource(peg.source)), peg.id

    def _kept_of_part(self, part: ProductionMaterial) -> dict[int, Decimal]:
        consumer = self.made[part.order_id]
        target = self.target(consumer)
        if consumer.state not in CONSUMING or not target:
            wanted = part.issued
        elif target == consumer.quantity:
            wanted = part.quantity
        else:
            wanted = share_of(part, target, consumer.quantity)
        return _filled(self.part_pegs[part.id], wanted)

    def needed(self, made: ProductionOrder) -> Decimal:
        """How much of what the order makes is wanted by somebody."""
        return sum((self.kept(peg) for peg in self.serving[made.id]), ZERO)

    def target(self, made: ProductionOrder) -> Decimal:
        """The quantity that the order should have: never more than it has, 0 where nobody wants it."""
        if made.id not in self._targets:
            self._targets[made.id] = self._target(made)
        return self._targets[made.id]

    def _target(self, made: ProductionOrder) -> Decimal:
        if made.id in self.larger or not is_untouched(made):
            return made.quantity
        return min(made.quantity, lot(made, self.needed(made)))

    def spare(self, line: PurchaseLine) -> Decimal:
        """What of a purchase was pegged to somebody, and is not wanted any more."""
        return sum((peg.quantity - self.kept(peg) for peg in self.buyers[line.id]), ZERO)

    def due(self, made: ProductionOrder) -> date | None:
        """When the first order line that it serves needs it; None for one that makes parts only."""
        days = [self.days[peg.sales_line_id] for peg in self.serving[made.id]
                if peg.sales_line_id in self.days and self.kept(peg)]  # fmt: skip
        return min(days, default=None)

    def feeders(self, made: ProductionOrder) -> list[ProductionOrder]:
        """The production orders that make parts for this one alone."""
        mine = {part.id for part in made.materials}
        return [
            other
            for other in self.made.values()
            if self.serving[other.id] and all(peg.material_id in mine for peg in self.serving[other.id])
        ]


def _filled(pegs: Iterable[Peg], wanted: Decimal) -> dict[int, Decimal]:
    """Give *wanted* to the pegs in their order."""
    found = {}
    for peg in pegs:
        found[peg.id] = min(wanted, peg.quantity)
        wanted -= found[peg.id]
    return found


def lot(made: ProductionOrder, needed: Decimal) -> Decimal:
    """The quantity by which *needed* good pieces are made, after scrap and by the lot rule of the item."""
    if needed <= 0:
        return ZERO
    item = made.item
    exact = needed * 100 / (100 - item.scrap_percent)
    fixed = item.lot_size if item.lot_rule == LotRule.FIXED else ZERO
    unit = fixed or item.lot_multiple or item.step
    return (max(exact, item.lot_minimum) / unit).to_integral_value(ROUND_CEILING) * unit


def is_ended(order: SalesOrder) -> bool:
    """Whether nothing more of the order is wanted: it is over, perhaps short, or its platform closed it."""
    return order.state in OVER or order.platform_block == PlatformBlock.CLOSED


def read_work(session: Session, order: SalesOrder, *, ended: bool) -> Work:
    """Read what is under way, level by level."""
    work = Work(order, ended)
    _read_lines(session, work)
    made = set(
        session.scalars(
            select(ProductionOrder.id).where(
                ProductionOrder.sales_order_id == order.id, ProductionOrder.state != ProductionState.CANCELLED
            )
        )
    )
    made |= {peg.production_order_id or 0 for pegs in work.line_pegs.values() for peg in pegs} - {0}
    while made:
        made = _read_level(session, work, made)
    _read_takers(session, work)
    _read_bought(session, work)
    _read_shipments(session, work)
    return work


def _read_lines(session: Session, work: Work) -> None:
    lines = {line.id: line for line in work.order.lines}
    for peg in session.scalars(select(Peg).where(Peg.sales_line_id.in_(lines)).order_by(Peg.id)):
        work.line_pegs[peg.sales_line_id or 0].append(peg)
    for line_id, line in lines.items():
        if (day := work.day(line)) is not None:
            work.days[line_id] = day


def _read_level(session: Session, work: Work, ids: set[int]) -> set[int]:
    """Read these production orders with what covers their materials; those one level below."""
    loaded = select(ProductionOrder).where(ProductionOrder.id.in_(ids)).order_by(ProductionOrder.id)
    options = (selectinload(ProductionOrder.operations), selectinload(ProductionOrder.materials))
    below: set[int] = set()
    for made in session.scalars(loaded.options(*options)):
        work.made[made.id] = made
        for part in made.materials:
            work.parts[part.id] = part
            work.part_pegs[part.id] = pegs_of(session, part)
            below |= {peg.production_order_id or 0 for peg in work.part_pegs[part.id]}
    return below - {0} - work.made.keys()


def _read_takers(session: Session, work: Work) -> None:
    """Who gets what the production orders make; of others' order lines also the day they are promised for."""
    rows = session.execute(
        select(Peg, SalesLine.promised, SalesOrder.ship_by)
        .join(ProductionOrder, ProductionOrder.id == Peg.production_order_id)
        .outerjoin(SalesLine, SalesLine.id == Peg.sales_line_id)
        .outerjoin(SalesOrder, SalesOrder.id == SalesLine.order_id)
        .where(Peg.production_order_id.in_(work.made), Peg.item_id == ProductionOrder.item_id)
        .order_by(Peg.id)
    )
    for peg, promised, ship_by in rows:
        work.serving[peg.production_order_id or 0].append(peg)
        day = promised or ship_by
        if peg.sales_line_id is not None and day is not None:
            work.days.setdefault(peg.sales_line_id, day)


def _read_bought(session: Session, work: Work) -> None:
    """Purchases that somebody who is known here waits for."""
    known = [peg for pegs in (*work.line_pegs.values(), *work.part_pegs.values()) for peg in pegs]
    lines = {peg.purchase_line_id or 0 for peg in known if peg.source == PegSource.PURCHASE} - {0}
    waiting = select(Peg).where(Peg.purchase_line_id.in_(lines), Peg.source == PegSource.PURCHASE)
    for peg in session.scalars(waiting.order_by(Peg.id)):
        work.buyers[peg.purchase_line_id or 0].append(peg)
    for line in session.scalars(select(PurchaseLine).where(PurchaseLine.id.in_(lines))):
        work.bought[line.id] = line


def _read_shipments(session: Session, work: Work) -> None:
    rows = session.execute(
        select(Shipment, ShipmentLine.sales_line_id, ShipmentLine.quantity)
        .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
        .where(ShipmentLine.sales_line_id.in_([line.id for line in work.order.lines]))
        .where(Shipment.state.in_(IN_DRAFT))
        .order_by(Shipment.id)
    )
    for shipment, line_id, quantity in rows:
        work.shipments[shipment.id] = shipment
        held = work.packed[shipment.id]
        held[line_id] = held.get(line_id, ZERO) + quantity
