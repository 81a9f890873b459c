"""A shipment worth a million yuan, and the page of the tax rebate over it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.shipping import Shipment, ShipmentState
from factory_erp.services.pricing import settings as price_settings
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.rebates import RebatesPage
from tests.services.papers.declared import STEEL, Declared
from tests.ui.rebates.parts import Settle

EXPORTED = date(2026, 11, 24)


@pytest.fixture
def factory(db: Database) -> Declared:
    return Declared(db)


@pytest.fixture
def million(factory: Declared) -> int:
    """A shipment that left: 50 cups of 2,500 dollars at 8 yuan are 1,000,000 yuan, rates 13 and 9 %."""
    price_settings.save_margin_settings({"USD": Decimal(8)}, Decimal(15))
    factory.cup = factory.goods("CUP", STEEL, "保温杯")
    order = factory.order(factory.customer(), [(factory.cup, "50", "2500")])
    made = factory.packed(order)
    factory.change(Shipment, made, on_board=EXPORTED, state=ShipmentState.SHIPPED)
    return made


@pytest.fixture
def said(context: UiContext) -> list[str]:
    """What the page tells below, and where it goes."""
    heard: list[str] = []
    context.say = heard.append
    context.navigate = heard.append
    return heard


@pytest.fixture
def page(
    db: Database, qtbot: QtBot, context: UiContext, problems: list[BaseException], said: list[str]
) -> RebatesPage:
    built = RebatesPage(context)
    context.jobs.changed.connect(built.on_changes)
    qtbot.addWidget(built)
    built.resize(1084, 740)
    built.show()
    return built


@pytest.fixture
def settle(page: RebatesPage, qtbot: QtBot) -> Settle:
    return lambda: qtbot.waitUntil(lambda: not page.context.jobs.running(), timeout=10_000)
