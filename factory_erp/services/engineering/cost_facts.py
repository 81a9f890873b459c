"""What a cost roll-up reads: items with standard costs, valid bills, valid routings with their rates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotFound
from factory_erp.i18n import _
from factory_erp.models.catalog import Item, Procurement
from factory_erp.models.engineering import Routing, RoutingOperation, WorkCentre
from factory_erp.planning.cost import CostBook, CostItem, CostLine, CostStep
from factory_erp.planning.material.explode import BillCycle
from factory_erp.services.bulk import chunks
from factory_erp.services.engineering.structure import BillHead, bill_lines, current_bills


@dataclass(frozen=True, slots=True)
class ItemCost:
    """What a roll-up shows of an item: ``standard`` per unit, ``lot`` its usual batch."""

    id: int
    sku: str
    unit: str
    make: bool
    standard: Decimal
    lot: Decimal


class CostFacts:
    """Some items with everything below them, or all there are, as of a day."""

    def __init__(self, session: Session, item_ids: Iterable[int], day: date) -> None:
        self.heads: dict[int, ItemCost] = {}
        self.items: dict[int, CostItem] = {}
        wanted = set(item_ids)
        while wanted:
            self._read(session, wanted, day)
            below = {line.component for key in wanted for line in self.items[key].lines}
            wanted = below - self.items.keys()

    def book(self) -> CostBook:
        """The items ready to be rolled up; raises BillCycle with the path in SKUs."""
        try:
            return CostBook(self.items)
        except BillCycle as cycle:
            skus = [self.heads[item].sku for item in cycle.path]
            cycle.message = _("The bills of materials go round in a circle: {path}.", path=" → ".join(skus))
            cycle.record, cycle.field = skus[0], _("Bill of materials")
            raise

    def _read(self, session: Session, wanted: set[int], day: date) -> None:
        heads = _heads(session, wanted)
        if missing := wanted - heads.keys():
            raise NotFound(
                _("An item of the order or bill is not there any more."),
                record=f"item {min(missing)}",
                remedy=_("Reload the page and choose another item."),
            )
        self.heads |= heads
        bills = current_bills(session, wanted, day)
        lines, steps = _lines(session, bills), _steps(session, wanted, day)
        for key in wanted:
            head, bill = heads[key], bills.get(key)
            self.items[key] = CostItem(
                key, head.make, head.standard, bill.output if bill else Decimal(1), lines.get(key, ()),
                tuple(steps.get(key, ())),
            )  # fmt: skip


def _heads(session: Session, item_ids: Iterable[int]) -> dict[int, ItemCost]:
    found: dict[int, ItemCost] = {}
    columns = select(Item.id, Item.sku, Item.unit, Item.procurement, Item.standard_cost, Item.lot_size)
    for part in chunks(item_ids):
        for key, sku, unit, procurement, standard, lot in session.execute(columns.where(Item.id.in_(part))):
            make = procurement == Procurement.MAKE
            found[key] = ItemCost(key, sku, unit, make, standard, lot or Decimal(1))
    return found


def _lines(session: Session, bills: dict[int, BillHead]) -> dict[int, tuple[CostLine, ...]]:
    found = bill_lines(session, [head.id for head in bills.values()])
    return {
        item_id: tuple(
            CostLine(line.component_id, line.quantity, line.scrap_ppm, line.by_product, line.phantom)
            for line in found.get(head.id, ())
        )
        for item_id, head in bills.items()
    }


def _steps(session: Session, item_ids: Iterable[int], day: date) -> dict[int, list[CostStep]]:
    """The steps of the routing valid on *day*, of several the one that began last, by item."""
    routings: dict[int, int] = {}
    valid = and_(Routing.valid_from <= day, or_(Routing.valid_to.is_(None), Routing.valid_to >= day))
    for part in chunks(item_ids):
        heads = select(Routing.item_id, Routing.id).where(Routing.item_id.in_(part), valid)
        for item_id, routing_id in session.execute(heads.order_by(Routing.valid_from, Routing.revision)):
            routings[item_id] = routing_id
    owners = {routing_id: item_id for item_id, routing_id in routings.items()}
    steps: dict[int, list[CostStep]] = defaultdict(list)
    step, centre = RoutingOperation, WorkCentre
    columns = select(
        step.routing_id, step.sequence, step.setup_minutes, step.run_seconds, step.batch_size,
        centre.machine_rate, centre.labour_rate, centre.crew, centre.overhead_percent, step.subcontract_price,
    ).join(centre, centre.id == step.centre_id)  # fmt: skip
    for part in chunks(owners):
        rows = columns.where(step.routing_id.in_(part)).order_by(step.routing_id, step.sequence)
        for routing_id, *figures in session.execute(rows):
            steps[owners[routing_id]].append(CostStep(*figures))
    return steps
