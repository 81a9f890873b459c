"""A wholesale buyer's order for 500 cups, from the platform to the container, and back to the platform.

What the factory has on Monday morning, 23 November 2026: 20 finished cups, 100 lids, 5 kg of steel.
A cup takes a lid, 0.25 kg of steel and, when it is packed, a box; a lid takes 0.05 kg of steel.
Steel takes five days to come, boxes two. The press and the bench work from 8 to 17, Monday to Friday.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from factory_erp.domain.money import Money
from factory_erp.models.catalog import PackagingLevel
from factory_erp.models.database import Database
from factory_erp.models.inventory import Location, StockBalance
from factory_erp.services import clock, planning
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.production import orders as production
from factory_erp.services.production.orders import ProductionDetail, ReportInput
from factory_erp.services.sales import views as sales_views
from factory_erp.services.sales.journey import StepState
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.stock import inventory
from factory_erp.sync.sandbox.alibaba.payloads import line_payload, order_payload
from tests.conftest import MONDAY
from tests.scenarios.journey import Journey
from tests.services.factory import CupFactory, a_cup_factory, in_stock

NINGBO = ZoneInfo("Asia/Shanghai")
TRADE = "260000000001"
CUPS = 500


@pytest.fixture
def shop(db: Database) -> CupFactory:
    with db.session(write=True) as session:
        made = a_cup_factory(session)
        made.cup.net_g = 250
        made.cup.hs_code = "7323930000"
        carton = PackagingLevel(
            kind="master", quantity=24, length_mm=450, width_mm=320, height_mm=280, net_g=6000, gross_g=6900
        )
        made.cup.packaging.append(carton)
        for item, quantity in ((made.cup, 20), (made.lid, 100), (made.steel, 5)):
            in_stock(session, item, quantity)
    return made


@pytest.fixture
def journey(db: Database, shop: CupFactory) -> Iterator[Journey]:
    bought = order_payload(
        TRADE,
        created=MONDAY - timedelta(hours=2),
        lines=[line_payload("CUP", CUPS, "2.50", sku_id="1050001", name="Steel cup 500 ml")],
        shipment_fee="45.00",
        agreed_ship_date=datetime(2026, 12, 18, 4, 0, tzinfo=UTC),
    )
    with Journey(db, [bought]) as started:
        started.sign_as("Ningbo Bright Cup Co., Ltd.", "8 Harbour Road\nNingbo")
        yield started


def stock(db: Database, shop: CupFactory) -> dict[str, Decimal]:
    """What the warehouse has of everything."""
    with db.session() as session:
        items = {item.id: item.sku for item in (shop.cup, shop.lid, shop.steel, shop.box)}
        there = inventory.on_hand(session, items)
        return {sku: there.get(item, Decimal(0)) for item, sku in items.items()}


def scrapped(db: Database, shop: CupFactory) -> Decimal:
    """Cups that were thrown away."""
    with db.session() as session:
        balance = select(StockBalance.on_hand).join(Location).where(Location.code == "SCRAP")
        return session.scalar(balance.where(StockBalance.item_id == shop.cup.id)) or Decimal(0)


def line(journey: Journey, order: int) -> dict[str, StepState]:
    """Where the order stands, station by station."""
    return {step.key: step.state for step in sales_views.order_detail(order).steps}


def station(journey: Journey, order: int) -> str:
    """The first station that is not done."""
    return next(key for key, state in line(journey, order).items() if state is not StepState.DONE)


def report(step: int, good: int, scrap: int = 0) -> production.ReportOutcome:
    said = ReportInput(step, Decimal(good), Decimal(scrap), f"scan-{step}", reason="dent" if scrap else "")
    return production.report(said).value


def local(moment: datetime | None) -> str:
    """A moment as the clock on the wall shows it."""
    assert moment is not None
    return moment.astimezone(NINGBO).strftime("%a %d %b %H:%M")


def test_from_the_buyers_order_to_the_tracking_number(
    db: Database, shop: CupFactory, journey: Journey
) -> None:
    order = the_order_arrives(journey)
    it_is_promised(journey, order)
    cups, lids = its_material_is_planned(db, shop, journey, order)
    it_is_scheduled(journey, order, cups, lids)
    it_is_made(db, shop, journey, order, cups, lids)
    with clock.at(datetime(2026, 12, 1, 8, 0, tzinfo=UTC)):
        shipment = it_is_packed(journey, order)
        its_papers_are_issued(journey, shipment)
        it_leaves(db, shop, journey, order, shipment)


def the_order_arrives(journey: Journey) -> int:
    # The order arrives once, as a draft with everything the buyer said.
    [order] = journey.pull().applied.created
    assert journey.pull().applied.created == ()
    assert order == journey.order(TRADE)
    taken = sales_views.order_detail(order)
    assert (taken.number, taken.state, taken.external_id) == ("SO-2026-00001", "draft", TRADE)
    assert (taken.customer, taken.destination_country) == ("Nordlicht Handel GmbH", "DE")
    assert (taken.trade_term, taken.requested_ship) == ("FOB Ningbo", date(2026, 12, 18))
    assert taken.payment_terms == "T/T 30% deposit, 70% before shipment"
    assert (taken.amounts.product, taken.amounts.total) == (Money(125000, "USD"), Money(129500, "USD"))
    assert [(row.sku, row.quantity) for row in taken.lines] == [("CUP", CUPS)]
    assert station(journey, order) == "confirmed"
    return order


def it_is_promised(journey: Journey, order: int) -> None:
    # It is promised for the day on which the last cup is packed, long before the buyer's own date.
    promise = planning.promise(order)
    assert promise.ship_date == date(2026, 12, 1)
    assert "STEEL has to be bought and can be there on 2026-11-28." in promise.reasons
    assert journey.confirm_with_promise(order) == promise.ship_date
    assert sales_views.order_detail(order).ship_by == promise.ship_date
    assert station(journey, order) == "planned"


def its_material_is_planned(
    db: Database, shop: CupFactory, journey: Journey, order: int
) -> tuple[ProductionDetail, ProductionDetail]:
    # 20 cups are there, so 480 are made; 100 lids are there, so 380 are made.
    plan = journey.plan(order)
    cups, lids = (production.production_detail(key) for key in plan.production_orders)
    assert (cups.row.sku, cups.row.quantity, lids.row.sku, lids.row.quantity) == ("CUP", 480, "LID", 380)
    needed = {(part.sku, part.quantity) for part in (*cups.materials, *lids.materials)}
    assert needed == {("LID", 480), ("STEEL", 120), ("BOX", 480), ("STEEL", 19)}
    assert {short.sku: short.quantity for short in plan.shortages} == {"STEEL": 134, "BOX": 480}
    assert journey.state(order) == "in_production"
    assert stock(db, shop) == {"CUP": 20, "LID": 100, "STEEL": 5, "BOX": 0}
    return cups, lids


def it_is_scheduled(journey: Journey, order: int, cups: ProductionDetail, lids: ProductionDetail) -> None:
    # The lids wait for the steel, the cups for the lids, and nobody works at night.
    scheduled = journey.schedule()
    assert (scheduled.operations, scheduled.late_orders) == (3, ())
    pressing_lids = production.production_detail(lids.row.id).operations[0]
    pressing, packing = production.production_detail(cups.row.id).operations
    assert (pressing_lids.machine_code, pressing.machine_code, packing.machine_code) == (
        "PRESS",
        "PRESS",
        "BENCH",
    )
    # 15 min of setup and 380 × 30 s; 30 min and 480 × 60 s; 480 × 30 s.
    assert local(pressing_lids.planned_start) == "Mon 30 Nov 08:00"
    assert local(pressing_lids.planned_finish) == "Mon 30 Nov 11:25"
    assert local(pressing.planned_start) == "Mon 30 Nov 11:25"
    assert local(pressing.planned_finish) == "Tue 01 Dec 10:55"
    assert local(packing.planned_finish) == "Tue 01 Dec 14:55"
    assert station(journey, order) == "made"


def it_is_made(
    db: Database,
    shop: CupFactory,
    journey: Journey,
    order: int,
    cups: ProductionDetail,
    lids: ProductionDetail,
) -> None:
    [pressing_lids], [pressing, packing] = lids.operations, cups.operations
    with clock.at(datetime(2026, 11, 30, 0, 0, tzinfo=UTC)):
        journey.receive_shortages(order)
        assert stock(db, shop) == {"CUP": 20, "LID": 100, "STEEL": 139, "BOX": 480}

        # The lids are pressed, then the cups; two cups come out of the press dented.
        production.release([lids.row.id, cups.row.id])
        assert report(pressing_lids.id, 380).order_state == "done"
        assert stock(db, shop) == {"CUP": 20, "LID": 480, "STEEL": 120, "BOX": 480}
        pressed = report(pressing.id, 478, scrap=2)
        assert (pressed.remaining, pressed.operation_state) == (0, "done")
        assert stock(db, shop) == {"CUP": 20, "LID": 0, "STEEL": 0, "BOX": 480}
    with clock.at(datetime(2026, 12, 1, 7, 0, tzinfo=UTC)):
        # The same scan twice is one report, and more than was pressed cannot be packed.
        assert report(pressing.id, 478, scrap=2).repeated
        packed = report(packing.id, 478)
        assert (packed.order_state, packed.sales_state) == ("done", "in_production")
        assert stock(db, shop)["CUP"] == 498
        assert scrapped(db, shop) == 2
        assert production.production_detail(cups.row.id).row.good == 478
        assert station(journey, order) == "made"

        # Two spare cups from the sample room make the order whole, when it is planned again.
        assert [(row.sku, int(row.quantity)) for row in planning.shortfall(order)] == [("CUP", 2)]
        inventory.adjust(shop.cup.id, Decimal(2), "Sample room", "sample-room-1")
        again = planning.plan_order(order).value
        assert (again.production_orders, again.shortages) == ((cups.row.id, lids.row.id), ())
        assert station(journey, order) == "packed"
        assert stock(db, shop)["CUP"] == CUPS
        assert journey.books() == []


def it_is_packed(journey: Journey, order: int) -> int:
    # Twenty full cartons and one with the remaining twenty.
    shipment = shipping.create([order], client_key="first").value
    packed = shipping.pack(shipment).value
    assert (packed.cartons, packed.pieces) == (21, CUPS)
    full, rest = journey.shipment(shipment).cartons
    assert (full.label, full.cartons, full.contents, full.net_g, full.gross_g) == (
        "1-20", 20, (("CUP", 24),), 6000, 6900,
    )  # fmt: skip
    assert (rest.label, rest.cartons, rest.contents, rest.net_g, rest.gross_g) == (
        "21", 1, (("CUP", 20),), 5000, 5900,
    )  # fmt: skip
    assert (packed.net_g, packed.gross_g) == (125_000, 143_900)
    assert packed.volume_mm3 == 21 * 450 * 320 * 280

    shipping.set_transport(
        shipment,
        shipping.TransportInput(
            vessel_voyage="EVER GIVEN 021W",
            container_numbers=("CSQU3054383",),
            port_of_loading="CNNBO",
            port_of_discharge="DEHAM",
            etd=date(2026, 12, 3),
            carrier_code="DHL",
            tracking_number="TRACK-500",
        ),
    )
    assert station(journey, order) == "documented"
    return shipment


def its_papers_are_issued(journey: Journey, shipment: int) -> None:
    # Both papers come from one set of facts and bear the numbers of the same pair.
    papers = {paper.kind: journey._paper(paper) for paper in issuing.issue(shipment).value}
    invoice, packing = papers["commercial_invoice"], papers["packing_list"]
    assert (invoice.number, packing.number) == ("CI-2026-00001", "PL-2026-00001")
    assert invoice.snapshot.facts == packing.snapshot.facts
    assert invoice.snapshot.facts.total_minor == 129500
    for said in ("Ningbo Bright Cup Co., Ltd.", "Nordlicht Handel GmbH", "CSQU3054383", "EVER GIVEN 021W"):
        assert flat(said) in flat(invoice.text)
        assert flat(said) in flat(packing.text)
    for said in ("500 PCS", "2.50", "1,250.00", "45.00", "1,295.00", "FOB Ningbo"):
        assert flat(said) in flat(invoice.text), said
    for said in ("1-20", "21", "500 PCS", "125", "143.9", "0.847"):
        assert flat(said) in flat(packing.text), said
    assert "1,295.00" not in packing.text


def it_leaves(db: Database, shop: CupFactory, journey: Journey, order: int, shipment: int) -> None:
    # It leaves, the platform is told once, and the line is done from end to end.
    left = shipping.ship(shipment).value
    assert (left.orders_shipped, left.messages) == (("SO-2026-00001",), 1)
    assert stock(db, shop)["CUP"] == 0
    assert journey.reported(TRADE) == []
    assert station(journey, order) == "reported"
    assert (journey.push().done, journey.push().done) == (1, 0)
    [parcel] = journey.reported(TRADE)
    assert (parcel.service_provider, parcel.tracking_number) == ("DHL", "TRACK-500")
    done = sales_views.order_detail(order)
    assert {step.state for step in done.steps} == {StepState.DONE}
    assert [step.key for step in done.steps] == [
        "received", "confirmed", "planned", "made", "packed", "documented", "shipped", "reported",
    ]  # fmt: skip
    assert (done.state, done.lines[0].shipped) == ("shipped", CUPS)
    assert journey.books() == []
    # The platform's own news about it ("delivering") asks nothing of anybody.
    assert journey.pull().applied.exceptions == 0


def flat(text: str) -> str:
    """Without spaces and line ends: a narrow column breaks words."""
    return re.sub(r"\s+", "", text)
