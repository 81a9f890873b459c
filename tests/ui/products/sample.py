"""A family of steel cups for the pages: two sizes, two colours, rules, and one item typed by hand."""

from __future__ import annotations

from decimal import Decimal

from pytestqt.qtbot import QtBot

from factory_erp.models.catalog import Product, ProductText
from factory_erp.models.database import Database
from factory_erp.models.pricing import PriceList
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.stock import inventory
from factory_erp.services.variants import making as variants
from factory_erp.services.variants.making import AxisInput, RuleInput, ValueInput
from factory_erp.ui.kit.context import UiContext
from tests.services.factory import LONG_AGO, a_machine, an_item

AXES = (
    AxisInput("size", "Size", "容量", (
        ValueInput("350", {"en": "350 ml", "zh_CN": "350毫升"}),
        ValueInput("500", {"en": "500 ml", "zh_CN": "500毫升"}),
    )),
    AxisInput("colour", "Colour", "颜色", (
        ValueInput("BK", {"en": "Matte black", "zh_CN": "哑黑"}),
        ValueInput("WH", {"en": "White", "zh_CN": "白"}),
    )),
)  # fmt: skip
RULES = (
    RuleInput("component", "lid", "", {"sku": "LID-{colour}", "quantity": "1"}),
    RuleInput("component", "body", "size=350", {"sku": "STEEL", "quantity": "0.18", "scrap_percent": "2"}),
    RuleInput("component", "body", "", {"sku": "STEEL", "quantity": "0.25", "operation": "10"}),
    RuleInput("operation", "10", "", {"centre": "PRESS-CENTRE", "name_en": "Press", "name_zh": "冲压",
                                      "setup_minutes": "30", "run_seconds": "45"}),
    RuleInput("weight", "body", "", {"net_g": "250"}),
    RuleInput("price", "base", "", {"list": "FOB", "tiers": {"100": "3.20", "500": "2.95"}}),
    RuleInput("price", "logo"),
    RuleInput("text", "en", "", {"name": "{product} {size} {colour}"}),
    RuleInput("text", "zh_CN", "", {"name": "{product} {size} {colour}"}),
)  # fmt: skip


def load(db: Database, *, rules: bool = True, items: bool = False) -> int:
    """The family CUP; its id. With *items* all four are generated, and 60 of CUP-350-BK are in stock."""
    with db.session(write=True) as session:
        texts = [
            ProductText(language="en", name="Steel cup", description="A cup of steel."),
            ProductText(language="zh_CN", name="钢杯", description="不锈钢杯。"),
        ]
        product = Product(code="CUP", category="drinkware", sku_pattern="", texts=texts)
        session.add(product)
        session.add(Product(code="BARE", texts=[ProductText(language="en", name="Bare product")]))
        for colour in ("BK", "WH"):
            an_item(session, f"LID-{colour}", english=f"Lid {colour}")
        an_item(session, "STEEL", buy=True, unit="KGM", step="0.000001")
        a_machine(session, "PRESS")
        session.add(PriceList(code="FOB", currency="USD", valid_from=LONG_AGO))
        session.flush()
        product_id = product.id
    variants.save_axes(product_id, AXES)
    if rules:
        variants.save_rules(product_id, RULES)
    if items:
        variants.generate(product_id)
        inventory.receive(item("CUP-350-BK"), Decimal(60), "GR-1", "received")
    return product_id


def item(sku: str) -> int:
    """Id of the item with that SKU."""
    found = catalog.find_item(sku)
    assert found is not None
    return found


def settle(qtbot: QtBot, context: UiContext) -> None:
    """Wait until nothing runs, and what it brought is shown."""
    qtbot.waitUntil(lambda: not context.jobs.running(), timeout=10_000)
