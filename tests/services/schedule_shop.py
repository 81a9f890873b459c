"""A planned and scheduled cup factory, and short words for looking at its schedule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.planning import PurchaseLine, PurchaseOrder
from factory_erp.models.production import Peg, PegSource, ProductionOperation, ProductionOrder
from factory_erp.planning.schedule.check import violations
from factory_erp.planning.schedule.measure import measure
from factory_erp.planning.schedule.problem import Operation, Problem
from factory_erp.planning.schedule.result import Assignment
from factory_erp.services import planning
from factory_erp.services.floor.reading import Floor, read_floor
from factory_erp.services.schedule.problem import Choice, build_problem, stored_places
from tests.conftest import MONDAY
from tests.services.factory import CupFactory, a_cup_factory, a_machine, an_order, in_stock

PLENTY = 10_000
SHIP = date(2026, 12, 18)


@dataclass(frozen=True)
class Shop:
    """The cup factory with parts for everything, and a second press as fast as the first."""

    cups: CupFactory
    press: int
    second: int
    bench: int


def a_shop(db: Database) -> Shop:
    """Nothing is ordered yet."""
    with db.session(write=True) as session:
        cups = a_cup_factory(session)
        for item in (cups.lid, cups.steel, cups.box):
            in_stock(session, item, PLENTY)
        second = a_machine(session, "PRESS-2", "PRESS-CENTRE")
        return Shop(cups, cups.press.id, second.id, cups.bench.id)


def ordered(db: Database, shop: Shop, *quantities: int, ship_by: date = SHIP, first: int = 1) -> list[int]:
    """Production orders for cups, one sales order each: 60 cups press 30 + 60 and pack 30 minutes."""
    made: list[int] = []
    for number, cups in enumerate(quantities, start=first):
        with db.session(write=True) as session:
            order = an_order(
                session, {shop.cups.cup: cups}, number=f"SO-2026-{number:05}", ship_by=ship_by
            ).id
        made += planning.plan_order(order).value.production_orders
    return made


def scheduled(db: Database, *quantities: int, ship_by: date = SHIP) -> tuple[Shop, list[int]]:
    """A shop with that many cups ordered, planned and scheduled; the production orders."""
    shop = a_shop(db)
    made = ordered(db, shop, *quantities, ship_by=ship_by)
    planning.schedule()
    return shop, made


def step(db: Database, order_id: int, sequence: int) -> ProductionOperation:
    with db.session() as session:
        found = select(ProductionOperation).filter_by(order_id=order_id, sequence=sequence)
        return session.scalars(found).one()


def steps(db: Database) -> dict[int, ProductionOperation]:
    with db.session() as session:
        return {row.id: row for row in session.scalars(select(ProductionOperation))}


def places(db: Database) -> dict[int, tuple[int | None, datetime | None, datetime | None]]:
    return {n: (row.machine_id, row.planned_start, row.planned_finish) for n, row in steps(db).items()}


def number(db: Database, order_id: int) -> str:
    with db.session() as session:
        return session.get_one(ProductionOrder, order_id).number


def change(db: Database, operation_id: int, **values: Any) -> None:
    """Write into an operation behind everybody's back."""
    with db.session(write=True) as session:
        row = update(ProductionOperation).where(ProductionOperation.id == operation_id)
        session.execute(row.values(**values))


def floor_and_problem(session: Session, **choice: Any) -> tuple[Floor, Problem]:
    floor = read_floor(session)
    return floor, build_problem(session, floor, choice=Choice(**choice))


def operation(db: Database, operation_id: int) -> Operation:
    with db.session() as session:
        return floor_and_problem(session)[1].operation[operation_id]


def broken_rules(db: Database) -> list[str]:
    """Rules that the stored schedule breaks, by the independent checker."""
    with db.session() as session:
        floor, problem = floor_and_problem(session, frozen=False)
        placed = {**stored_places(floor), **dict(_fixed(problem))}
        return violations(problem, measure(problem, placed))


def _fixed(problem: Problem) -> Iterator[tuple[int, Assignment]]:
    for one in problem.operations:
        if one.fixed:
            yield one.id, Assignment(one.fixed.machine, one.fixed.start, one.fixed.start, one.fixed.end)


def on_order(db: Database, sku: str, day: date) -> int:
    """Everything that is pegged to a purchase of the item was ordered, and comes on that day."""
    with db.session(write=True) as session:
        pegs = select(Peg).join(Item, Item.id == Peg.item_id)
        bought = session.scalars(pegs.where(Item.sku == sku, Peg.source == PegSource.PURCHASE)).all()
        line = PurchaseLine(
            position=1, item_id=bought[0].item_id, quantity=Decimal(1000), needed_on=day, expected_on=day
        )
        session.add(PurchaseOrder(number=f"PO-{sku}", ordered_on=MONDAY.date(), lines=[line]))
        session.flush()
        for peg in bought:
            peg.purchase_line_id = line.id
        return line.id


def is_open(moment: datetime) -> bool:
    """Whether the day shift works then: 8 to 17 in Ningbo is 0 to 9 UTC; closing time counts."""
    opening = moment.astimezone(UTC).replace(hour=0, minute=0)
    return moment.weekday() < 5 and opening <= moment <= opening + timedelta(hours=9)
