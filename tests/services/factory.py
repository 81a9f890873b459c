"""Small builders of test records in plain words: ``a_factory`` is one that makes steel cups.

Quantities may be given as text or whole numbers. Everything is flushed, nothing committed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item, ItemKind, ItemText, Procurement
from factory_erp.models.database import Database
from factory_erp.models.engineering import (
    Bill,
    BillLine,
    Calendar,
    CalendarShift,
    Machine,
    Routing,
    RoutingOperation,
    WorkCentre,
)
from factory_erp.models.inventory import MoveCause
from factory_erp.models.partners import Partner, PartnerRole, Role
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.services.stock import inventory

LONG_AGO = date(2026, 1, 1)
MORNING, EVENING = 8 * 60, 17 * 60
"""A working day of nine hours."""

Amount = Decimal | int | str


def an_item(
    session: Session,
    sku: str,
    *,
    buy: bool = False,
    kind: ItemKind | None = None,
    unit: str = "H87",
    step: Amount = 1,
    lead_days: int = 0,
    english: str = "",
    chinese: str = "",
) -> Item:
    """An item with a name in both languages; made unless it is to be bought."""
    item = Item(
        sku=sku,
        kind=kind or (ItemKind.RAW if buy else ItemKind.FINISHED),
        procurement=Procurement.BUY if buy else Procurement.MAKE,
        unit=unit,
        step=Decimal(step),
        lead_days=lead_days,
        sellable=not buy,
        texts=[
            ItemText(language="en", name=english or sku.title()),
            ItemText(language="zh_CN", name=chinese or f"{sku}品"),
        ],
    )
    session.add(item)
    session.flush()
    return item


def a_bill(
    session: Session,
    item: Item,
    components: Mapping[Item, Amount],
    *,
    output: Amount = 1,
    at: Mapping[Item, int] | None = None,
    scrap_ppm: int = 0,
) -> Bill:
    """The bill of *item*: component → quantity per *output*; *at* says which operation consumes it."""
    bill = Bill(
        item_id=item.id,
        output=Decimal(output),
        valid_from=LONG_AGO,
        lines=[
            BillLine(
                position=position, component_id=part.id, quantity=Decimal(quantity), scrap_ppm=scrap_ppm,
                operation=(at or {}).get(part),
            )
            for position, (part, quantity) in enumerate(components.items(), start=1)
        ],
    )  # fmt: skip
    session.add(bill)
    session.flush()
    return bill


def a_calendar(
    session: Session,
    code: str = "DAY",
    start: int = MORNING,
    end: int = EVENING,
    weekdays: Sequence[int] = range(5),
) -> Calendar:
    """A calendar open from 8 to 17 on Monday to Friday, unless said otherwise; found again by code."""
    found = session.scalar(select(Calendar).filter_by(code=code))
    if found is None:
        shifts = [CalendarShift(weekday=day, start_minute=start, end_minute=end) for day in weekdays]
        found = Calendar(code=code, name_en="Day shift", name_zh="白班", shifts=shifts)
        session.add(found)
        session.flush()
    return found


def a_machine(
    session: Session,
    code: str,
    centre: str = "",
    *,
    speed_percent: int = 100,
    calendar: Calendar | None = None,
) -> Machine:
    """A machine that works from 8 to 17; its work centre is made if it is not there."""
    name = centre or f"{code}-CENTRE"
    group = session.scalar(select(WorkCentre).filter_by(code=name))
    if group is None:
        group = WorkCentre(code=name, name_en=name.title(), name_zh=f"{name}组")
    machine = Machine(
        code=code, name_en=code.title(), name_zh=f"{code}机", centre=group, speed_percent=speed_percent,
        calendar_id=(calendar or a_calendar(session)).id,
    )  # fmt: skip
    session.add(machine)
    session.flush()
    return machine


@dataclass(frozen=True)
class Step:
    """An operation of a routing, on any machine of that machine's centre."""

    machine: Machine
    run_seconds: Amount = 60
    setup_minutes: int = 0
    queue_minutes: int = 0
    family: str = ""


def a_routing(session: Session, item: Item, *steps: Step) -> Routing:
    """The routing of *item*: operations 10, 20, 30 …"""
    routing = Routing(
        item_id=item.id,
        valid_from=LONG_AGO,
        operations=[
            RoutingOperation(
                sequence=10 * number, name_en=f"Step {number}", name_zh=f"工序{number}",
                centre_id=step.machine.centre_id, setup_minutes=step.setup_minutes,
                run_seconds=Decimal(step.run_seconds), queue_minutes=step.queue_minutes, family=step.family,
            )
            for number, step in enumerate(steps, start=1)
        ],
    )  # fmt: skip
    session.add(routing)
    session.flush()
    return routing


def a_customer(session: Session, code: str = "ACME", country: str = "DE") -> Partner:
    """A customer, found again by code."""
    found = session.scalar(select(Partner).filter_by(code=code))
    if found is None:
        found = Partner(
            code=code, name=f"{code} Trading", country=country, roles=[PartnerRole(role=Role.CUSTOMER)]
        )
        session.add(found)
        session.flush()
    return found


def an_order(
    session: Session,
    lines: Mapping[Item, Amount],
    *,
    number: str = "SO-2026-00001",
    state: OrderState = OrderState.CONFIRMED,
    ship_by: date | None = date(2026, 12, 18),
    customer: Partner | None = None,
) -> SalesOrder:
    """A confirmed order for those quantities, at one dollar each."""
    order = SalesOrder(
        number=number,
        state=state,
        customer_id=(customer or a_customer(session)).id,
        ordered_at=datetime(2026, 11, 20, 2, 0, tzinfo=UTC),
        currency="USD",
        incoterm="FOB",
        place="Ningbo",
        destination_country="DE",
        ship_by=ship_by,
        lines=[
            SalesLine(
                position=position, item_id=item.id, quantity=Decimal(quantity), unit=item.unit,
                unit_price=Decimal(1), amount_minor=100 * int(quantity), promised=ship_by,
            )
            for position, (item, quantity) in enumerate(lines.items(), start=1)
        ],
    )  # fmt: skip
    order.product_minor = order.total_minor = sum(line.amount_minor for line in order.lines)
    session.add(order)
    session.flush()
    return order


def in_stock(session: Session, item: Item, quantity: Amount) -> None:
    """Opening stock of *item* in the main warehouse."""
    inventory.ensure_locations(session)
    inventory.move(
        session, item_id=item.id, quantity=Decimal(quantity), source=inventory.ADJUSTMENT,
        destination=inventory.WAREHOUSE, cause=MoveCause.OPENING, reference="OPENING",
        client_key=f"opening:{item.sku}",
    )  # fmt: skip


@dataclass(frozen=True)
class CupFactory:
    """A cup is pressed and packed from a lid, a body of steel and a box; the lid is pressed from steel.

    The steel takes 5 days to buy (in kg), the box 2 days. The box goes in at operation 20.
    """

    cup: Item
    lid: Item
    steel: Item
    box: Item
    press: Machine
    bench: Machine


def a_cup_factory(session: Session) -> CupFactory:
    """Items, bills, routings and machines of the cup factory; nothing in stock."""
    inventory.ensure_locations(session)
    cup = an_item(session, "CUP", english="Steel cup", chinese="钢杯")
    lid = an_item(session, "LID", kind=ItemKind.SEMI_FINISHED)
    steel = an_item(session, "STEEL", buy=True, unit="KGM", step="0.000001", lead_days=5)
    box = an_item(session, "BOX", buy=True, kind=ItemKind.PACKAGING, lead_days=2)
    press, bench = a_machine(session, "PRESS"), a_machine(session, "BENCH")
    a_bill(session, cup, {lid: 1, steel: "0.25", box: 1}, at={box: 20})
    a_bill(session, lid, {steel: "0.05"})
    a_routing(session, cup, Step(press, 60, setup_minutes=30), Step(bench, 30))
    a_routing(session, lid, Step(press, 30, setup_minutes=15))
    return CupFactory(cup, lid, steel, box, press, bench)


def an_order_for_cups(db: Database, cups: Amount = 100, **stock: Amount) -> tuple[CupFactory, int]:
    """A cup factory with opening *stock* (lid=20, steel=5 …) and one confirmed order; its id."""
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        for name, quantity in stock.items():
            in_stock(session, getattr(shop, name), quantity)
        return shop, an_order(session, {shop.cup: cups}).id
