"""A family of cups is described by options and rules, sold by the matrix, made with one traveller.

The cups come in two sizes and three colours. A cup takes a body of its size (180 or 250 g of steel), a lid
of its colour and a box; it is painted, unless it stays steel, and packed. Nobody types a bill of materials.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from factory_erp.domain.variants import RulesRefusedError
from factory_erp.models.catalog import Item, ItemKind, Product, ProductText
from factory_erp.models.database import Database
from factory_erp.models.engineering import Bill
from factory_erp.models.partners import Company
from factory_erp.models.pricing import PriceList
from factory_erp.services import matrix_orders, planning
from factory_erp.services.catalogue import families
from factory_erp.services.pricing import matrix
from factory_erp.services.pricing import prices as pricing
from factory_erp.services.production import batches, travellers
from factory_erp.services.production import orders as production
from factory_erp.services.production.orders import ReportInput
from factory_erp.services.sales import entry as order_entry
from factory_erp.services.sales import orders as sales
from factory_erp.services.sales import views as sales_views
from factory_erp.services.sales.entry import EntryLine, OrderEntry, Terms
from factory_erp.services.stock import inventory
from factory_erp.services.variants import making as variants
from factory_erp.services.variants.making import AxisInput, RuleInput, ValueInput
from tests.services.factory import LONG_AGO, Step, a_customer, a_machine, a_routing, an_item, in_stock

SIZE = AxisInput("size", "Size", "容量", (
    ValueInput("350", {"en": "350 ml", "zh_CN": "350毫升"}),
    ValueInput("500", {"en": "500 ml", "zh_CN": "500毫升"}),
))  # fmt: skip
STEEL, BLACK, RED, GREEN = (
    ValueInput("ST", {"en": "Steel", "zh_CN": "本色"}), ValueInput("BK", {"en": "Black", "zh_CN": "黑"}),
    ValueInput("RD", {"en": "Red", "zh_CN": "红"}), ValueInput("GN", {"en": "Green", "zh_CN": "绿"}),
)  # fmt: skip
PAINT = RuleInput("operation", "20", "", {
    "centre": "BOOTH-CENTRE", "name_en": "Paint", "name_zh": "喷涂", "family": "{colour}",
    "setup_minutes": 15, "run_seconds": 20,
})  # fmt: skip
RULES = (
    RuleInput("component", "body", "size=350", {"sku": "SHEET", "quantity": "0.18", "operation": 10}),
    RuleInput("component", "body", "", {"sku": "SHEET", "quantity": "0.25", "operation": 10}),
    RuleInput("component", "lid", "", {"sku": "LID-{colour}", "operation": 30}),
    RuleInput("component", "box", "", {"sku": "BOX-{size}", "operation": 30}),
    RuleInput("operation", "10", "", {"centre": "PRESS-CENTRE", "name_en": "Press", "name_zh": "冲压",
                                      "setup_minutes": 30, "run_seconds": 45}),
    RuleInput("operation", "20", "colour=ST"), PAINT,
    RuleInput("operation", "30", "", {"centre": "BENCH-CENTRE", "name_en": "Pack", "name_zh": "包装",
                                      "run_seconds": 30}),
    RuleInput("weight", "cup", "size=350", {"net_g": 190}), RuleInput("weight", "cup", "", {"net_g": 265}),
    RuleInput("price", "base", "size=350", {"list": "USD FOB", "tiers": {"100": "3.20", "500": "2.95"}}),
    RuleInput("price", "base", "", {"list": "USD FOB", "tiers": {"100": "3.80", "500": "3.50"}}),
    RuleInput("text", "en", "", {"name": "{product} {size} {colour}"}),
    RuleInput("text", "zh_CN", "", {"name": "{product} {size} {colour}", "declaration_name": "不锈钢杯"}),
)  # fmt: skip


class Works:
    """The factory, its customer, and the family of cups."""

    def __init__(self, db: Database) -> None:
        self.db = db
        with db.session(write=True) as session:
            inventory.ensure_locations(session)
            session.add(Company(name_en="Ningbo Bright Cup Co., Ltd.", port_of_loading="CNNBO"))
            press = a_machine(session, "PRESS")
            for machine in ("BOOTH", "BENCH"):
                a_machine(session, machine)
            sheet = an_item(session, "SHEET", buy=True, unit="KGM", step="0.000001", lead_days=5)
            in_stock(session, sheet, 500)
            for size in ("350", "500"):
                in_stock(session, an_item(session, f"BOX-{size}", buy=True, kind=ItemKind.PACKAGING), 900)
            for colour in ("ST", "BK", "RD"):
                lid = an_item(session, f"LID-{colour}", kind=ItemKind.SEMI_FINISHED)
                a_routing(session, lid, Step(press, 10))
                in_stock(session, lid, 1000)
            session.add(PriceList(code="USD FOB", currency="USD", incoterm="FOB", valid_from=LONG_AGO))
            names = [ProductText(language="en", name="Cup"), ProductText(language="zh_CN", name="杯子")]
            product = Product(code="CUP", texts=names)
            session.add(product)
            session.flush()
            self.customer, self.product = a_customer(session).id, product.id

    def item(self, sku: str) -> int:
        with self.db.session() as session:
            return session.scalars(select(Item.id).filter_by(sku=sku)).one()

    def stock(self, *skus: str) -> list[int]:
        """What the warehouse has of these."""
        items = [self.item(sku) for sku in skus]
        with self.db.session() as session:
            held = inventory.on_hand(session, items)
        return [int(held[item]) for item in items]

    def bills(self) -> tuple[int, int]:
        """How many bills there are, and how many of them nobody typed."""
        with self.db.session() as session:
            derived = select(func.count(Bill.id)).where(Bill.derived)
            return session.scalar(select(func.count(Bill.id))) or 0, session.scalar(derived) or 0

    def cells(self, **quantities: int) -> dict[int, Decimal]:
        """``BK_350=5``: what stands in the cells of the matrix."""
        grid = matrix.matrix(self.product)
        found: dict[int, Decimal] = {}
        for cell, quantity in quantities.items():
            colour, size = cell.split("_")
            item = grid.item(size, colour)
            assert item is not None, cell
            found[item] = Decimal(quantity)
        return found

    def state(self, order: int) -> str:
        return sales_views.order_detail(order).state

    def make(self, orders: Iterable[int]) -> None:
        """Release the production orders and report every operation in full."""
        made = tuple(orders)
        production.release(made)
        for order in made:
            detail = production.production_detail(order)
            for step in detail.operations:
                key = f"scan-{step.id}"
                production.report(ReportInput(step.id, detail.row.quantity, Decimal(0), key))


@pytest.fixture
def works(db: Database) -> Works:
    return Works(db)


def test_from_options_and_rules_to_goods_in_the_warehouse(works: Works) -> None:
    the_family_is_described(works)
    its_items_are_made_of_the_rules(works)
    order = an_order_is_entered_by_the_matrix(works)
    it_is_promised(works, order)
    batch = it_is_made_with_one_traveller(works)
    it_is_ready(works, order, batch)
    a_new_colour_needs_no_new_bill(works)


def the_family_is_described(works: Works) -> None:
    variants.save_axes(works.product, (SIZE, AxisInput("colour", "Colour", "颜色", (STEEL, BLACK, RED))))
    # Two rules that contradict each other are refused, with the cups that they are for; nothing is kept.
    slower = replace(PAINT, outcome={"centre": "BOOTH-CENTRE", "name_en": "Paint", "run_seconds": 40})
    with pytest.raises(RulesRefusedError) as refused:
        variants.save_rules(works.product, (*RULES, slower))
    named = {sku for problem in refused.value.problems for sku in problem.items}
    assert named == {"CUP-350-BK", "CUP-350-RD", "CUP-500-BK", "CUP-500-RD"}
    assert variants.rules(works.product) == ()
    variants.save_rules(works.product, RULES)


def its_items_are_made_of_the_rules(works: Works) -> None:
    report = variants.generate(works.product).value
    assert (report.created, report.updated) == (6, 0)
    assert works.bills() == (6, 6)
    assert variants.generate(works.product).value.unchanged == 6
    [family] = families.families_to_choose()
    assert (family.code, family.name) == ("CUP", "Cup")
    small, large = works.item("CUP-350-BK"), works.item("CUP-500-ST")
    few = pricing.price_of(small, Decimal(100), currency="USD")
    many = pricing.price_of(large, Decimal(600), currency="USD")
    assert few is not None
    assert many is not None
    assert (str(few.price), str(many.price)) == ("USD 3.20", "USD 3.50")


def an_order_is_entered_by_the_matrix(works: Works) -> int:
    # The clerk types quantities into the matrix; prices and lines follow.
    wanted = works.cells(BK_350=120, RD_350=500, ST_500=80)
    terms = Terms(works.customer, "USD", "FOB", "Ningbo")
    quotes = order_entry.quote_lines(terms, wanted.items())
    assert [quote.warnings for quote in quotes] == [(), (), ("The price list begins at 100 PCS.",)]
    prices = {quote.item_id: quote.price.price.amount for quote in quotes if quote.price is not None}
    lines = [EntryLine(item, quantity, prices[item]) for item, quantity in wanted.items()]
    entry = OrderEntry(
        works.customer, "USD", "FOB", "Ningbo", lines,
        customer_po="PO-77", requested_ship=date(2026, 12, 18),
    )  # fmt: skip
    order = order_entry.enter_order(entry, "form-1").value
    assert order_entry.enter_order(entry, "form-1").value == order
    # He looks at the draft again and sells twenty cups more.
    version = sales_views.order_detail(order).version
    matrix_orders.add_matrix(order, works.product, works.cells(BK_350=120, ST_500=100), version)
    seen = sales_views.order_detail(order)
    assert [(line.sku, int(line.quantity), str(line.amount)) for line in seen.lines] == [
        ("CUP-350-BK", 120, "USD 384.00"), ("CUP-350-RD", 500, "USD 1,475.00"),
        ("CUP-500-ST", 100, "USD 380.00"),
    ]  # fmt: skip
    assert (str(seen.amounts.total), seen.state) == ("USD 2,239.00", "draft")
    return order


def it_is_promised(works: Works, order: int) -> None:
    promised = planning.promise(order).ship_date
    assert promised <= date(2026, 12, 18)
    sales.confirm(order, promised=promised)
    assert sales_views.order_detail(order).ship_by == promised
    assert sum(matrix.open_sales(works.product).values()) == 720


def it_is_made_with_one_traveller(works: Works) -> str:
    # The floor makes the whole matrix at once: a production order for each cell, one paper for all of them.
    wanted = works.cells(BK_350=120, RD_350=500, ST_500=100)
    batch = matrix_orders.produce_matrix(works.product, wanted, date(2026, 12, 11), "batch-1").value
    scheduled = planning.schedule().value
    assert (scheduled.operations, scheduled.late_orders) == (8, ()), "steel cups are not painted"
    paper = travellers.compose_traveller(batch)
    [sheet] = paper.sheets
    assert [head.code for head in paper.rows] == ["350", "500"]
    assert [head.code for head in paper.columns] == ["ST", "BK", "RD"]
    assert sheet.counts == ((None, Decimal(120), Decimal(500)), (Decimal(100), None, None))
    assert [(step.sequence, int(step.quantity), step.only) for step in paper.steps] == [
        (10, 720, ()), (20, 620, ("350 / BK", "350 / RD")), (30, 720, ()),
    ]  # fmt: skip
    assert {part.sku: part.quantity for part in paper.parts} == {
        "SHEET": Decimal("136.6"), "LID-BK": 120, "LID-RD": 500, "LID-ST": 100,
        "BOX-350": 620, "BOX-500": 100,
    }  # fmt: skip
    printed = PdfReader(BytesIO(travellers.traveller_pdf(batch, "bilingual"))).pages
    text = "\n".join(page.extract_text() for page in printed)
    assert all(word in text for word in (batch, "720", "喷涂", "Paint", "Black", "黑"))
    # The code beside the painting leads to the two cells that are painted.
    assert len(batches.open_steps(batch, 20)) == 2
    return batch


def it_is_ready(works: Works, order: int, batch: str) -> None:
    works.make(batches.batch_orders(batch))
    assert batches.open_steps(batch, 20) == frozenset()
    assert works.stock("CUP-350-BK", "CUP-350-RD", "CUP-500-ST", "LID-RD") == [120, 500, 100, 500]
    plan = planning.plan_order(order).value
    assert (plan.production_orders, plan.shortages) == ((), ())
    assert works.state(order) == "ready"


def a_new_colour_needs_no_new_bill(works: Works) -> None:
    # Green: a value on the axis and a green lid that is bought in, nothing else.
    with works.db.session(write=True) as session:
        in_stock(session, an_item(session, "LID-GN", buy=True), 400)
    colours = AxisInput("colour", "Colour", "颜色", (STEEL, BLACK, RED, GREEN))
    variants.save_axes(works.product, (SIZE, colours))
    report = variants.generate(works.product).value
    assert (report.skus, report.updated, report.unchanged) == (("CUP-350-GN", "CUP-500-GN"), 0, 6)
    assert works.bills() == (8, 8)
    # It is sold, planned and made like the others.
    [(item, quantity)] = works.cells(GN_500=40).items()
    price = pricing.price_of(item, quantity, currency="USD")
    assert price is not None
    entry = OrderEntry(
        works.customer, "USD", "FOB", "Ningbo", [EntryLine(item, quantity, price.price.amount)]
    )
    order = order_entry.enter_order(entry, "form-2").value
    sales.confirm(order, promised=planning.promise(order).ship_date)
    plan = planning.plan_order(order).value
    assert plan.shortages == ()
    [made] = plan.production_orders
    detail = production.production_detail(made)
    assert [(part.sku, part.quantity) for part in detail.materials] == [
        ("SHEET", Decimal(10)), ("LID-GN", 40), ("BOX-500", 40),
    ]  # fmt: skip
    assert [step.name_en for step in detail.operations] == ["Press", "Paint", "Pack"]
    works.make([made])
    assert works.state(order) == "ready"
    with works.db.session() as session:
        assert inventory.prove(session) == []
