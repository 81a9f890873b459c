"""Orders for the bicycles of AdventureWorks, from the platform to their documents and back.

Every figure that a document states is worked out here a second time, straight from the CSV files.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

import pytest
from sqlalchemy import select

from factory_erp.documents.facts import ShipmentFacts
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.production import ProductionOrder
from factory_erp.services.exchange.catalogue_import import import_catalogue
from factory_erp.services.planning import PlanOutcome
from factory_erp.services.sales import views as sales_views
from factory_erp.sync.sandbox.alibaba import line_payload, order_payload
from factory_erp.sync.sandbox.alibaba.payloads import Payload, address_payload, amount_payload
from tests import adventureworks
from tests.adventureworks import buyer, current_components, table
from tests.conftest import MONDAY
from tests.scenarios.journey import Journey, Paper

CENT, MILLI = Decimal("0.01"), Decimal("0.001")


@dataclass(frozen=True)
class Wanted:
    """An order of a shop: product numbers with quantities, freight in dollars, and how it travels."""

    trade_id: str
    store: str
    lines: tuple[tuple[str, int], ...]
    freight: str
    term: str
    port: str
    container: str
    tracking: str

    @cached_property
    def amounts(self) -> list[Decimal]:
        """Each line's quantity times list price, to the cent, half a cent up."""
        return [cents(quantity * Decimal(product(sku)["ListPrice"])) for sku, quantity in self.lines]

    @property
    def goods(self) -> Decimal:
        return sum(self.amounts, Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.goods + Decimal(self.freight)

    @property
    def pieces(self) -> int:
        return sum(quantity for _sku, quantity in self.lines)


ORDERS = (
    Wanted(
        "AW-2026-0001",
        "292",
        (("BK-M82S-38", 20), ("HL-U509-R", 60), ("WB-H098", 60)),
        "0",
        "FOB",
        "USLAX",
        "MSKU1234565",
        "1Z0001",
    ),
    Wanted(
        "AW-2026-0002",
        "312",
        (("BK-R93R-62", 10), ("BK-R50B-58", 25), ("RA-H123", 12)),
        "850.00",
        "CIF",
        "CAVAN",
        "TGHU7654320",
        "1Z0002",
    ),
    Wanted(
        "AW-2026-0003",
        "314",
        (("BK-T79U-46", 15), ("FW-M423", 5), ("PA-T100", 30), ("LO-C100", 15), ("PU-0452", 15)),
        "1240.50",
        "DAP",
        "DEHAM",
        "CSQU3054383",
        "1Z0003",
    ),
    Wanted("AW-2026-0004", "432", (("BK-M18B-44", 60),), "0", "FOB", "GBFXT", "MSKU1234565", "1Z0004"),
    Wanted(
        "AW-2026-0005",
        "434",
        (("BK-T18Y-50", 8), ("HL-U509-B", 7)),
        "99.95",
        "DAP",
        "FRLEH",
        "TGHU7654320",
        "1Z0005",
    ),
    Wanted(
        "AW-2026-0006",
        "300",
        (("HL-U509", 60), ("LJ-0192-M", 24)),
        "0",
        "FOB",
        "AUSYD",
        "CSQU3054383",
        "1Z0006",
    ),
)
"""The wheel FW-M423 costs 60.745: five of them come to 303.725, which is 303.73."""


def product(sku: str) -> dict[str, str]:
    return next(row for row in table("Product") if row["ProductNumber"] == sku)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def on_the_platform(wanted: Wanted) -> Payload:
    """The order as its shop would place it: list prices with four decimals, amounts from the files."""
    shop = buyer(wanted.store)
    lines = [
        line_payload(sku, str(quantity), row["ListPrice"], name=row["Name"], sku_id=row["ProductID"])
        for sku, quantity in wanted.lines
        for row in [product(sku)]
    ]
    address = address_payload(
        shop.country,
        contact=shop.name,
        city=shop.city,
        province=shop.province,
        street=shop.street,
        postal_code=shop.postal_code,
    )
    payload = order_payload(
        wanted.trade_id,
        created=MONDAY - timedelta(days=1),
        lines=lines,
        buyer=shop.name,
        buyer_id=f"store-{shop.store}",
        address=address,
        shipment_fee=wanted.freight,
        trade_term=wanted.term,
    )
    stated = {"product_total_amount": wanted.goods, "total_amount": wanted.total}
    return payload | {name: amount_payload(amount) for name, amount in stated.items()}


@dataclass(frozen=True)
class Boxes:
    """What a line is packed into, worked out from the files and the loader's box sizes."""

    cartons: int
    net_g: int
    gross_g: int
    volume_mm3: int


def grams(row: dict[str, str]) -> int:
    """453.59237 g in a pound; no weight is 250 g a piece."""
    if not row["Weight"]:
        return 250
    factor = {"LB": Decimal("453.59237"), "G": Decimal(1)}[row["WeightUnitMeasureCode"].strip()]
    return int((Decimal(row["Weight"]) * factor).quantize(Decimal(1), ROUND_HALF_UP))


def boxes(sku: str, quantity: int) -> Boxes:
    """A bicycle has a box of its own; ten of anything else share one, its last box not always full."""
    net = grams(product(sku)) * quantity
    if sku.startswith("BK-"):
        return Boxes(quantity, net, net + 3500 * quantity, 1380 * 220 * 760 * quantity)
    cartons = -(-quantity // 10)
    return Boxes(cartons, net, net + 900 * cartons, 480 * 380 * 320 * cartons)


class Needs:
    """What an order needs by the bills of the files: a recursion of its own, taking stock first."""

    def __init__(self, stock: dict[str, int]) -> None:
        self.stock = stock
        self.make: Counter[str] = Counter()
        self.buy: Counter[str] = Counter()
        self.consume: Counter[str] = Counter()

    def want(self, product_id: str, quantity: int) -> None:
        taken = min(self.stock.get(product_id, 0), quantity)
        self.stock[product_id] = self.stock.get(product_id, 0) - taken
        missing = quantity - taken
        components = current_components().get(product_id)
        if not components:
            self.buy[product_id] += missing
            return
        self.make[product_id] += missing
        for row in components:
            needed = missing * int(Decimal(row["PerAssemblyQty"]))
            self.consume[row["ComponentID"]] += needed
            self.want(row["ComponentID"], needed)


def opening_stock() -> dict[str, int]:
    """ProductID → pieces in all places; what is both sold and made begins without any."""
    held: Counter[str] = Counter()
    for row in table("ProductInventory"):
        held[row["ProductID"]] += int(row["Quantity"])
    rows = {row["ProductID"]: row for row in table("Product")}
    sold = {key for key, row in rows.items() if row["FinishedGoodsFlag"] == "1"}
    return {
        key: pieces for key, pieces in held.items() if not (key in sold and current_components().get(key))
    }


def by_sku(counted: Counter[str]) -> dict[str, int]:
    numbers = {row["ProductID"]: row["ProductNumber"] for row in table("Product")}
    return {numbers[key]: quantity for key, quantity in counted.items() if quantity}


@pytest.fixture
def journey(db: Database) -> Iterator[Journey]:
    import_catalogue(adventureworks.catalogue(to_order=True))
    with Journey(db, [on_the_platform(wanted) for wanted in ORDERS]) as started:
        started.sign_as("Adventure Works Cycles Co., Ltd.", "1 Bicycle Road\nNingbo")
        yield started


def test_bicycles_go_from_the_platform_to_their_documents(journey: Journey) -> None:
    # The orders come in, each once, with the amounts of the files.
    assert len(journey.pull().applied.created) == len(ORDERS)
    assert journey.pull().applied.created == ()
    orders = {wanted: journey.order(wanted.trade_id) for wanted in ORDERS}
    for wanted, order in orders.items():
        taken = sales_views.order_detail(order)
        assert taken.customer == buyer(wanted.store).name
        assert Decimal(taken.amounts.total.minor) / 100 == wanted.total
        assert taken.amounts.adjustment.minor == 0

    # They are promised and planned, one after the other: the first one finds the opening stock.
    needs, stock = {}, opening_stock()
    plans = {}
    for wanted, order in orders.items():
        journey.confirm_with_promise(order)
        plans[wanted] = journey.plan(order)
        needs[wanted] = Needs(stock)
        for sku, quantity in wanted.lines:
            needs[wanted].want(product(sku)["ProductID"], quantity)
    for wanted in ORDERS:
        check_explosion(journey, plans[wanted], needs[wanted])
    assert len(needs[ORDERS[0]].make) > 5
    assert needs[ORDERS[1]].buy[product("RA-H123")["ProductID"]] == 12
    assert not plans[ORDERS[5]].production_orders

    # All is scheduled, bought, made.
    scheduled = journey.schedule()
    for order in orders.values():
        journey.receive_shortages(order)
    reported = sum(journey.make(plans[wanted].production_orders) for wanted in ORDERS)
    assert scheduled.operations == reported > 50
    assert {journey.state(order) for order in orders.values()} == {"ready"}
    assert journey.books() == []

    # It leaves, and its papers say what the files say.
    for wanted, order in orders.items():
        shipment, papers = journey.ship(order, wanted.tracking, wanted.container, wanted.port)
        check_papers(wanted, papers)
        check_screen(journey, wanted, shipment)
    assert {journey.state(order) for order in orders.values()} == {"shipped"}
    assert journey.books() == []

    # The platform learns of it, once.
    assert journey.push().done == len(ORDERS)
    assert journey.push().done == 0
    for wanted in ORDERS:
        assert [parcel.tracking_number for parcel in journey.reported(wanted.trade_id)] == [wanted.tracking]
    assert journey.pull().applied.created == ()


def check_explosion(journey: Journey, plan: PlanOutcome, needs: Needs) -> None:
    """What is to be made, of what, and what to be bought, is what the recursion over the files says."""
    with journey.db.session() as session:
        skus = dict(session.execute(select(Item.id, Item.sku)).all())
        made = [session.get_one(ProductionOrder, key) for key in plan.production_orders]
        assert {skus[order.item_id]: order.quantity for order in made} == by_sku(needs.make)
        assert len(made) == len(by_sku(needs.make))
        consumed: Counter[str] = Counter()
        for order in made:
            consumed.update({skus[part.item_id]: int(part.quantity) for part in order.materials})
        assert consumed == Counter(by_sku(needs.consume))
    assert {shortage.sku: shortage.quantity for shortage in plan.shortages} == by_sku(needs.buy)


def check_papers(wanted: Wanted, papers: dict[str, Paper]) -> None:
    """Both papers, as stored and as printed, state the recomputed totals."""
    packed = [boxes(sku, quantity) for sku, quantity in wanted.lines]
    for paper in papers.values():
        check_facts(wanted, packed, paper.snapshot.facts)
    invoice, packing = papers["commercial_invoice"], papers["packing_list"]
    assert invoice.number.removeprefix("CI") == packing.number.removeprefix("PL")
    figures = [*wanted.amounts, wanted.total]
    if Decimal(wanted.freight):
        figures += [wanted.goods, Decimal(wanted.freight)]
    assert_printed(invoice.text, [f"{amount:,.2f}" for amount in figures])
    assert_printed(
        invoice.text, [f"{wanted.pieces:,} PCS", *(f"{quantity:,} PCS" for _sku, quantity in wanted.lines)]
    )
    assert total_row(packing.text) == [
        sum(box.cartons for box in packed),
        wanted.pieces,
        Decimal(sum(box.net_g for box in packed)) / 1000,
        Decimal(sum(box.gross_g for box in packed)) / 1000,
        Decimal(sum(box.volume_mm3 for box in packed)).scaleb(-9).quantize(MILLI, ROUND_HALF_UP),
    ]
    for paper in papers.values():
        flat = re.sub(r"\s+", "", paper.text)
        assert buyer(wanted.store).name.replace(" ", "") in flat
        assert all(sku in flat for sku, _quantity in wanted.lines)


def check_facts(wanted: Wanted, packed: list[Boxes], facts: ShipmentFacts) -> None:
    assert [(line.item_number, int(line.quantity)) for line in facts.lines] == list(wanted.lines)
    assert [Decimal(line.amount_minor) / 100 for line in facts.lines] == wanted.amounts
    assert Decimal(facts.goods_minor) / 100 == wanted.goods
    assert Decimal(facts.total_minor) / 100 == wanted.total
    assert facts.carton_count == sum(box.cartons for box in packed)
    assert facts.net_g == sum(box.net_g for box in packed)
    assert facts.gross_g == sum(box.gross_g for box in packed)
    assert facts.volume_mm3 == sum(box.volume_mm3 for box in packed)
    assert sum(line.quantity for line in facts.cartons) == wanted.pieces
    assert facts.destination_country == buyer(wanted.store).country


def total_row(text: str) -> list[Decimal]:
    """The figures of the packing list's last row: cartons, pieces, net and gross kg, cubic metres."""
    row = next(line for line in text.splitlines() if line.startswith("TOTAL "))
    return [Decimal(figure.replace(",", "")) for figure in re.findall(r"\d[\d,]*\.?\d*", row)]


def assert_printed(text: str, figures: list[str]) -> None:
    """Each figure stands in the text as one, not as part of a longer one."""
    missing = [
        figure for figure in figures if not re.search(rf"(?<![\d.,]){re.escape(figure)}(?![\d]|[.,]\d)", text)
    ]
    assert not missing, text


def check_screen(journey: Journey, wanted: Wanted, shipment: int) -> None:
    seen = journey.shipment(shipment).totals
    packed = [boxes(sku, quantity) for sku, quantity in wanted.lines]
    assert seen.pieces == wanted.pieces
    assert seen.total is not None
    assert Decimal(seen.total.minor) / 100 == wanted.total
    assert (seen.cartons, seen.gross_g) == (sum(b.cartons for b in packed), sum(b.gross_g for b in packed))
