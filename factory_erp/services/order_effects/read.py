"""What is under way for a sales order, and what of it the order still wants: worked out, not stored.

A supply is wanted as far as its pegs lead to something wanted: from the order's lines down to production
orders, their materials, and what makes or brings those. Quantities are in the items' units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
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
from factory_erp.services.bulk import chunks
from factory_erp.services.material.orders import pegs_of_all, share_of
from factory_erp.services.order_effects.plan import Share, planned_shares
from factory_erp.services.production.quantity import is_untouched
from factory_erp.services.stock.reservations import CONSUMING, LINE, ZERO

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
    planned: dict[int, list[Share]] = field(default_factory=dict)
    """Production order → what the material plan gives of it beyond those pegs."""
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
        """How much of what the order makes is wanted by somebody, firmly or in the material plan."""
        serving = self.serving[made.id]
        given = sum((one.quantity for one in self.planned.get(made.id, ()) if self._planned_for(one)), ZERO)
        left = made.quantity - sum((peg.quantity for peg in serving), ZERO)
        return sum((self.kept(peg) for peg in serving), ZERO) + max(ZERO, min(given, left))

    def _planned_for(self, share: Share) -> bool:
        """Whether somebody still wants what the plan gives him."""
        return share.for_stock or any(self._wants(kind, row) for kind, row in share.users)

    def _wants(self, kind: str, row: int) -> bool:
        if kind == LINE:
            return not self.ended or all(line.id != row for line in self.order.lines)
        part = self.parts.get(row)
        return part is None or self.target(self.made[part.order_id]) > 0

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
            if self.serving[other.id]
            and other.id not in self.planned
            and all(peg.material_id in mine for peg in self.serving[other.id])
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
    return read_works(session, {order: ended})[0]


def read_works(session: Session, orders: Mapping[SalesOrder, bool]) -> list[Work]:
    """Do so for each of the orders (and whether it ended), in a few statements for all of them."""
    works = [Work(order, ended) for order, ended in orders.items()]
    _read_lines(session, works)
    known = _Known(session)
    starts = _starts(session, works)
    known.read({made for found in starts.values() for made in found})
    for work in works:
        known.hand_out(work, starts[work.order.id])
    _read_takers(session, works)
    shares = planned_shares(session, {made for work in works for made in work.made})
    for work in works:
        work.planned = {made: shares[made] for made in work.made if made in shares}
    _read_bought(session, works)
    _read_shipments(session, works)
    return works


def _lines(works: Iterable[Work]) -> dict[int, Work]:
    """Order line → the work of its order."""
    return {line.id: work for work in works for line in work.order.lines}


def _read_lines(session: Session, works: list[Work]) -> None:
    mine = _lines(works)
    for peg in session.scalars(select(Peg).where(Peg.sales_line_id.in_(mine)).order_by(Peg.id)):
        line_id = peg.sales_line_id or 0
        mine[line_id].line_pegs[line_id].append(peg)
    for work in works:
        for line in work.order.lines:
            if (day := work.day(line)) is not None:
                work.days[line.id] = day


def _starts(session: Session, works: list[Work]) -> dict[int, set[int]]:
    """Order → the production orders that are for it, or that its lines get something of."""
    made = ProductionOrder
    found = {
        work.order.id: {peg.production_order_id or 0 for pegs in work.line_pegs.values() for peg in pegs}
        - {0}
        for work in works
    }
    rows = session.execute(
        select(made.sales_order_id, made.id).where(
            made.sales_order_id.in_(found), made.state != ProductionState.CANCELLED
        )
    )
    for order, number in rows:
        found[order or 0].add(number)
    return found


class _Known:
    """Production orders with what covers their materials, each read once whoever's it is."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._made: dict[int, ProductionOrder] = {}
        self._pegs: dict[int, list[Peg]] = {}

    def read(self, ids: set[int]) -> None:
        """Read these and those below them, level by level."""
        while ids:
            ids = self._read_level(ids)

    def _read_level(self, ids: set[int]) -> set[int]:
        """Read these production orders; those one level below that are not known yet."""
        options = (
            selectinload(ProductionOrder.operations),
            selectinload(ProductionOrder.materials),
            selectinload(ProductionOrder.item),
        )
        for chunk in chunks(sorted(ids)):
            loaded = select(ProductionOrder).where(ProductionOrder.id.in_(chunk)).options(*options)
            self._made |= {made.id: made for made in self._session.scalars(loaded)}
        parts = [part for number in ids for part in self._made[number].materials]
        pegs = pegs_of_all(self._session, parts)
        self._pegs |= pegs
        return {peg.production_order_id or 0 for found in pegs.values() for peg in found} - {
            0, *self._made
        }  # fmt: skip

    def hand_out(self, work: Work, ids: set[int]) -> None:
        """Give a work its production orders, and those below them."""
        while ids:
            below: set[int] = set()
            for made in (self._made[number] for number in sorted(ids)):
                work.made[made.id] = made
                for part in made.materials:
                    work.parts[part.id] = part
                    work.part_pegs[part.id] = self._pegs[part.id]
                    below |= {peg.production_order_id or 0 for peg in self._pegs[part.id]}
            ids = below - {0} - work.made.keys()


def _read_takers(session: Session, works: list[Work]) -> None:
    """Who gets what the production orders make; of others' order lines also the day they are promised for."""
    users: dict[int, list[Work]] = defaultdict(list)
    for work in works:
        for number in work.made:
            users[number].append(work)
    rows = session.execute(
        select(Peg, SalesLine.promised, SalesOrder.ship_by)
        .join(ProductionOrder, ProductionOrder.id == Peg.production_order_id)
        .outerjoin(SalesLine, SalesLine.id == Peg.sales_line_id)
        .outerjoin(SalesOrder, SalesOrder.id == SalesLine.order_id)
        .where(Peg.production_order_id.in_(users), Peg.item_id + 0 == ProductionOrder.item_id)
        .order_by(Peg.id)
    )
    for peg, promised, ship_by in rows:
        day = promised or ship_by
        for work in users[peg.production_order_id or 0]:
            work.serving[peg.production_order_id or 0].append(peg)
            if peg.sales_line_id is not None and day is not None:
                work.days.setdefault(peg.sales_line_id, day)


def _read_bought(session: Session, works: list[Work]) -> None:
    """Purchases that somebody who is known here waits for."""
    users: dict[int, list[Work]] = defaultdict(list)
    for work in works:
        known = [peg for pegs in (*work.line_pegs.values(), *work.part_pegs.values()) for peg in pegs]
        for line in {peg.purchase_line_id or 0 for peg in known if peg.source == PegSource.PURCHASE} - {0}:
            users[line].append(work)
    waiting = select(Peg).where(Peg.purchase_line_id.in_(users), Peg.source == PegSource.PURCHASE)
    for peg in session.scalars(waiting.order_by(Peg.id)):
        for work in users[peg.purchase_line_id or 0]:
            work.buyers[peg.purchase_line_id or 0].append(peg)
    lines = select(PurchaseLine).where(PurchaseLine.id.in_(users)).order_by(PurchaseLine.id)
    loaded = lines.options(selectinload(PurchaseLine.order), selectinload(PurchaseLine.item))
    for bought in session.scalars(loaded):
        for work in users[bought.id]:
            work.bought[bought.id] = bought


def _read_shipments(session: Session, works: list[Work]) -> None:
    mine = _lines(works)
    rows = session.execute(
        select(Shipment, ShipmentLine.sales_line_id, ShipmentLine.quantity)
        .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
        .where(ShipmentLine.sales_line_id.in_(mine), Shipment.state.in_(IN_DRAFT))
        .order_by(Shipment.id)
    )
    for shipment, line_id, quantity in rows:
        work = mine[line_id]
        work.shipments[shipment.id] = shipment
        held = work.packed[shipment.id]
        held[line_id] = held.get(line_id, ZERO) + quantity
