"""What a sales order needs, worked out but not yet written: shared by the plan and the promise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session, aliased

from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import _
from factory_erp.models.engineering import Routing, RoutingOperation
from factory_erp.models.production import Peg, ProductionMaterial, ProductionOrder
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.planning.calendar import to_minute
from factory_erp.planning.material.explode import (
    Demand,
    MaterialPlan,
    MaterialProblem,
    PlannedOrder,
    Supply,
    explode,
)
from factory_erp.services import clock, working_time
from factory_erp.services.engineering.structure import Structure, current_routings, micro, structure
from factory_erp.services.material.settled import Unpegged, unpegged_production, unpegged_purchases
from factory_erp.services.stock import inventory
from factory_erp.services.stock.promise_open import Besides, kept_on_order, less_kept
from factory_erp.services.stock.reservations import CONSUMING, Delivered

LINE_COLUMN, PART_COLUMN = "sales_line_id", "material_id"
"""How a peg names its demand."""

STOCK, OPEN_ORDER, OPEN_LINE = "stock:", "production:", "purchase:"
"""Begin the keys of supplies: what is there already, what is being made or on order for nobody yet."""


@dataclass(frozen=True, slots=True)
class Explosion:
    """The material plan of one order, with the items and routings that it is made of."""

    parts: Structure
    plan: MaterialPlan
    routings: Mapping[int, Routing]

    @property
    def made(self) -> list[PlannedOrder]:
        """What is to be made, parents first."""
        return [planned for planned in self.plan.planned if planned.kind == "make"]

    @property
    def bought(self) -> list[PlannedOrder]:
        """What is to be bought."""
        return [planned for planned in self.plan.planned if planned.kind == "buy"]

    def arrivals(self) -> dict[str, int]:
        """For each thing to make that waits for bought parts: the minute the last of them is there."""
        there = {planned.key: planned.available_at for planned in self.bought}
        arrival: dict[str, int] = {}
        owner = {part.key: planned.key for planned in self.made for part in planned.components}
        for peg in self.plan.pegs:
            if peg.supply_key in there and peg.demand_key in owner:
                key = owner[peg.demand_key]
                arrival[key] = max(arrival.get(key, 0), there[peg.supply_key])
        return arrival

    def feeders(self) -> dict[str, tuple[str, ...]]:
        """For each thing to make: the other things to make that go into it."""
        keys = {planned.key for planned in self.made}
        owner = {part.key: planned.key for planned in self.made for part in planned.components}
        feeding: dict[str, dict[str, None]] = {key: {} for key in keys}
        for peg in self.plan.pegs:
            if peg.supply_key in keys and peg.demand_key in owner:
                feeding[owner[peg.demand_key]][peg.supply_key] = None
        return {key: tuple(found) for key, found in feeding.items()}


def line_key(line_id: int) -> str:
    """Key of an order line's demand."""
    return f"line:{line_id}"


@dataclass(frozen=True, slots=True)
class Gap:
    """So much of a demand of a sales order has no supply: of a line, or of a material of its production.

    ``column`` and ``id`` are how a peg names the demand; ``needed_by`` is a planning minute, None for
    a line, which is due when it was promised.
    """

    column: str
    id: int
    item_id: int
    quantity: Decimal
    needed_by: int | None = None

    @property
    def key(self) -> str:
        """Key of the demand in the material plan."""
        return line_key(self.id) if self.column == LINE_COLUMN else f"part:{self.id}"


def gaps(session: Session, order: SalesOrder) -> list[Gap]:
    """What neither stock nor purchases nor production will cover of *order*, lines first.

    A production order gives what it has left to give: its quantity less the scrap so far and, when
    it is done, only the good pieces.
    """
    return gaps_of(session, [order])[order.id]


def gaps_of(session: Session, orders: Collection[SalesOrder]) -> dict[int, list[Gap]]:
    """Order → its ``gaps``, in a few statements for all of the orders."""
    ids = [order.id for order in orders]
    covered, parts = _covered(session, ids), _wanted_parts(session, ids)
    place = working_time.zone(session)
    return {order.id: _gaps(order, covered, parts[order.id], place) for order in orders}


def _gaps(
    order: SalesOrder, covered: Mapping[tuple[str, int], Decimal],
    parts: Iterable[tuple[ProductionMaterial, ProductionOrder]], place: ZoneInfo,
) -> list[Gap]:  # fmt: skip
    found = [_gap(covered, LINE_COLUMN, line.id, line.item_id, line.quantity, line.shipped, None)
             for line in order.lines]  # fmt: skip
    for part, made in parts:
        start = to_minute(made.planned_start) if made.planned_start else None
        needed = working_time.end_of_day(made.due, place) if start is None else start
        found.append(
            _gap(covered, PART_COLUMN, part.id, part.item_id, part.quantity, part.issued, needed)
        )  # fmt: skip
    return [gap for gap in found if gap.quantity > 0]


def _gap(
    covered: Mapping[tuple[str, int], Decimal], column: str, row: int, item: int, wanted: Decimal,
    used: Decimal, needed: int | None,
) -> Gap:  # fmt: skip
    supply = max(covered.get((column, row), Decimal(0)), used)
    return Gap(column, row, item, wanted - supply, needed)


def _wanted_parts(
    session: Session, order_ids: Collection[int]
) -> dict[int, list[tuple[ProductionMaterial, ProductionOrder]]]:
    rows = session.execute(
        select(ProductionMaterial, ProductionOrder)
        .join(ProductionOrder, ProductionOrder.id == ProductionMaterial.order_id)
        .where(ProductionOrder.sales_order_id.in_(order_ids), ProductionOrder.state.in_(CONSUMING))
        .where(ProductionMaterial.by_product.is_(False))
        .order_by(ProductionOrder.id, ProductionMaterial.position)
    )
    found: dict[int, list[tuple[ProductionMaterial, ProductionOrder]]] = defaultdict(list)
    for part, made in rows:
        found[made.sales_order_id or 0].append((part, made))
    return found


def _covered(session: Session, order_ids: Collection[int]) -> dict[tuple[str, int], Decimal]:
    """Column and id of each demand of the orders → how much its pegs will give it in the end.

    Each order is reckoned for itself: what another is pegged to of the same supply does not count.
    """
    consumer, supplier = aliased(ProductionOrder), aliased(ProductionOrder)
    owner = func.coalesce(SalesLine.order_id, consumer.sales_order_id)
    sold = select(Peg.id).join(SalesLine, SalesLine.id == Peg.sales_line_id)
    sold = sold.where(SalesLine.order_id.in_(order_ids))
    used = select(Peg.id).join(ProductionMaterial, ProductionMaterial.id == Peg.material_id)
    used = used.join(consumer, consumer.id == ProductionMaterial.order_id)
    used = used.where(consumer.sales_order_id.in_(order_ids))
    rows = session.execute(
        select(Peg, supplier, consumer.state, ProductionMaterial.issued, owner)
        .outerjoin(supplier, supplier.id == Peg.production_order_id)
        .outerjoin(SalesLine, SalesLine.id == Peg.sales_line_id)
        .outerjoin(ProductionMaterial, ProductionMaterial.id == Peg.material_id)
        .outerjoin(consumer, consumer.id == ProductionMaterial.order_id)
        .where(Peg.id.in_(union(sold, used)))
        .order_by(Peg.sales_line_id.is_(None), Peg.id)
    )
    covered: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    delivered: dict[int, Delivered] = defaultdict(lambda: Delivered({}))
    for peg, made, state, issued, order in rows:
        over = state is not None and state not in CONSUMING
        wanted = min(peg.quantity, issued) if over else peg.quantity
        share = wanted if made is None else delivered[order].take(made.id, _will_give(made), wanted)
        demand = (
            (PART_COLUMN, peg.material_id or 0)
            if peg.sales_line_id is None
            else (LINE_COLUMN, peg.sales_line_id)
        )
        covered[demand] += share
    return covered


def _will_give(made: ProductionOrder) -> Decimal:
    return made.quantity - made.scrap if made.state in CONSUMING else made.good


def explode_order(
    session: Session,
    order: SalesOrder,
    due: Mapping[int, date],
    *,
    wanted: Sequence[Gap] | None = None,
    reserve: bool = False,
) -> Explosion:
    """Net what is left to ship of *order* (line id → due day) against free stock, through all bills.

    With *wanted* it is only that, for an order that was planned before. With *reserve* no other
    transaction can reserve the same stock until this one ends. Raises BillCycle naming SKUs, and
    NotAllowed where something to be made has no routing.
    """
    if wanted is None:
        wanted = [
            Gap(LINE_COLUMN, line.id, line.item_id, line.quantity - line.shipped)
            for line in order.lines
            if line.quantity > line.shipped
        ]
    parts = structure(session, [gap.item_id for gap in wanted], clock.today()).checked()
    if reserve:
        inventory.lock_stock(session, parts.items)
    place = working_time.zone(session)
    demands = (
        Demand(
            gap.key, gap.item_id, micro(gap.quantity),
            working_time.end_of_day(due[gap.id], place) if gap.needed_by is None else gap.needed_by,
            group=str(order.id),
        )
        for gap in wanted
    )  # fmt: skip
    stock = (
        Supply(f"{STOCK}{item_id}", item_id, micro(quantity))
        for item_id, quantity in inventory.available(session, parts.items, Besides(order_id=order.id)).items()
        if quantity > 0
    )
    return explode_demands(session, parts, demands, [*stock, *_coming(session, parts, order, place)])


def _coming(session: Session, parts: Structure, order: SalesOrder, place: ZoneInfo) -> Iterator[Supply]:
    """What is being made or bought for this order or for nobody, and what no peg keeps: not made twice."""
    for kind, one in unkept(session, parts.items, Besides(order_id=order.id)):
        at = working_time.end_of_day(one.due, place)
        yield Supply(f"{kind}{one.id}", one.item_id, one.quantity, max(at, 1))


def unkept(
    session: Session, items: Collection[int], besides: Besides, *, whoever: bool = False
) -> list[tuple[str, Unpegged]]:
    """What is being made or on order that neither a peg nor a promise to others keeps, the soonest first.

    With each how its key as a supply begins. What is made for another order comes only with *whoever*; no
    promise counts on it.
    """
    found = [(OPEN_ORDER, one) for one in unpegged_production(session, items)]
    found += [(OPEN_LINE, one) for one in unpegged_purchases(session, items)]
    owners = (None, besides.order_id)
    mine = [row for row in found if row[1].sales_order_id in owners]
    mine.sort(key=lambda row: (row[1].due, row[0], row[1].id))
    kept = {item: micro(quantity) for item, quantity in kept_on_order(session, items, besides).items()}
    left = less_kept(kept, [(one.item_id, one.quantity) for _kind, one in mine])
    rest = [
        (kind, replace(one, quantity=quantity))
        for (kind, one), quantity in zip(mine, left, strict=True)
        if quantity > 0
    ]
    return [*rest, *(row for row in found if row[1].sales_order_id not in owners)] if whoever else rest


def explode_demands(
    session: Session, parts: Structure, demands: Iterable[Demand], supplies: Iterable[Supply]
) -> Explosion:
    """Net *demands* against *supplies* through all bills, and read the routings of what is to be made.

    Raises NotAllowed where something to be made has no routing.
    """
    now = to_minute(clock.now())
    plan = explode(MaterialProblem(parts.planning_items(), tuple(demands), tuple(supplies), now))
    made = [planned.item for planned in plan.planned if planned.kind == "make"]
    routings = current_routings(session, made, clock.today())
    check_routings(parts, made, routings)
    return Explosion(parts, plan, routings)


def check_routings(parts: Structure, made: list[int], routings: Mapping[int, Routing]) -> None:
    """Raise NotAllowed where something to be made has no routing, or one without steps."""
    without = [item for item in made if item not in routings or not routings[item].operations]
    if without:
        skus = ", ".join(parts.items[item].sku for item in without[:5])
        raise NotAllowed(
            _("It is not known how these are made: {skus}.", skus=skus),
            record=parts.items[without[0]].sku,
            field=_("Routing"),
            remedy=_("Enter the operations of their routings, or set them to be bought, and plan again."),
        )


def run_minutes(run_seconds: Decimal, quantity: Decimal, batch_size: Decimal = Decimal(0)) -> int:
    """Working minutes to run *quantity* at 100 % speed, rounded up.

    *run_seconds* are for one or, where there is a *batch_size*, for each batch, the last one full or not.
    """
    times = (quantity / batch_size).to_integral_value(ROUND_CEILING) if batch_size else quantity
    return int((run_seconds * times / 60).to_integral_value(ROUND_CEILING))


def wait_minutes(step: RoutingOperation) -> int:
    """How long the goods lie (drying, cooling) and are carried before the next step may begin."""
    return step.queue_minutes + step.move_minutes
