"""What a sales order needs, worked out but not yet written: shared by the plan and the promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import _
from factory_erp.models.engineering import Routing
from factory_erp.models.sales import SalesOrder
from factory_erp.planning.calendar import to_minute
from factory_erp.planning.material import (
    Demand,
    MaterialPlan,
    MaterialProblem,
    PlannedOrder,
    Supply,
    explode,
)
from factory_erp.services import clock, inventory, working_time
from factory_erp.services.engineering import Structure, current_routings, micro, structure

STOCK = "stock:"
"""Begins the key of a supply that is there already."""


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


def explode_order(
    session: Session, order: SalesOrder, due: Mapping[int, date], *, reserve: bool = False
) -> Explosion:
    """Net what is left to ship of *order* (line id → due day) against free stock, through all bills.

    With *reserve* no other transaction can reserve the same stock until this one ends. Raises
    BillCycle naming SKUs, and NotAllowed where something to be made has no routing.
    """
    open_lines = [line for line in order.lines if line.quantity > line.shipped]
    parts = structure(session, [line.item_id for line in open_lines], clock.today()).checked()
    if reserve:
        inventory.lock_stock(session, parts.items)
    place = working_time.zone(session)
    demands = (
        Demand(
            line_key(line.id), line.item_id, micro(line.quantity - line.shipped),
            working_time.end_of_day(due[line.id], place), group=str(order.id),
        )
        for line in open_lines
    )  # fmt: skip
    supplies = (
        Supply(f"{STOCK}{item_id}", item_id, micro(quantity))
        for item_id, quantity in inventory.available(session, parts.items).items()
        if quantity > 0
    )
    now = to_minute(clock.now())
    plan = explode(MaterialProblem(parts.planning_items(), tuple(demands), tuple(supplies), now))
    made = [planned.item for planned in plan.planned if planned.kind == "make"]
    routings = current_routings(session, made, clock.today())
    _check_routings(parts, made, routings)
    return Explosion(parts, plan, routings)


def _check_routings(parts: Structure, made: list[int], routings: Mapping[int, Routing]) -> None:
    without = [item for item in made if item not in routings or not routings[item].operations]
    if without:
        skus = ", ".join(parts.items[item].sku for item in without[:5])
        raise NotAllowed(
            _("It is not known how these are made: {skus}.", skus=skus),
            record=parts.items[without[0]].sku,
            field=_("Routing"),
            remedy=_("Enter the operations of their routings, or set them to be bought, and plan again."),
        )


def run_minutes(run_seconds: Decimal, quantity: Decimal) -> int:
    """Working minutes to run *quantity* at 100 % speed, rounded up."""
    return int((run_seconds * quantity / 60).to_integral_value(ROUND_CEILING))
