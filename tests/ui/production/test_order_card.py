"""The card of a production order that has steps outside, quality points and by-products."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database, sqlite_url
from factory_erp.services.production import orders as production
from factory_erp.services.production.orders import ProductionDetail, ReportInput
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.production.actions import ProductionActions
from factory_erp.ui.production.order_card import OrderCard
from tests.services.plated_cups import ten_plated_cups


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite is enough for the window."""
    copy = tmp_path / "factory.db"
    copy.write_bytes(sqlite_template.read_bytes())
    return sqlite_url(copy)


@pytest.fixture
def order(db: Database) -> int:
    """Ten cups that are plated in town, released."""
    return ten_plated_cups(db)


@pytest.fixture
def card(order: int, qtbot: QtBot, context: UiContext) -> OrderCard:
    window = QWidget()
    qtbot.addWidget(window)
    made = OrderCard(ProductionActions(context, window), window)
    made.resize(360, 800)
    made.show_order(detail(order))
    window.show()
    return made


def detail(order: int) -> ProductionDetail:
    return production.production_detail(order)


def said(card: OrderCard) -> list[str]:
    """The words on the card; a card that was just filled anew still owns the old ones."""
    content = card._scroll.widget()
    return [one.text() for one in content.findChildren(QLabel)] if content else []


def rows(table: SimpleTable | None) -> list[list[str]]:
    assert table is not None
    return [[text_of(cell) for cell in row] for row in table.model.rows]


def test_by_products_stand_apart_from_materials(card: OrderCard, order: int) -> None:
    assert [row[0] for row in rows(card.materials)] == ["LID"]
    assert rows(card.by_products) == [["CHIPS", "KGS", "0.5", "0"]]
    assert "By-products" in said(card)

    for step in detail(order).operations:
        production.report(ReportInput(step.id, Decimal(10), Decimal(0), f"all:{step.id}"))
    card.show_order(detail(order))
    assert rows(card.by_products) == [["CHIPS", "KGS", "0.5", "0.5"]]


def test_steps_outside_and_quality_points_are_said(card: OrderCard) -> None:
    assert [row[1] for row in rows(card.operations)][1] == "outside"
    words = said(card)
    assert words[words.index("At subcontractors") + 1 :][:2] == ["20  Plate", "PLATER Trading · 3 days"]
    assert words[words.index("Quality points") + 1 :][:2] == ["10  Press", "No dents"]


def test_a_card_without_such_things_has_no_headings_for_them(card: OrderCard, order: int) -> None:
    full = detail(order)
    plain = tuple(replace(step, subcontract_days=0, quality_point="") for step in full.operations)
    card.show_order(replace(full, operations=plain, materials=full.materials[:1]))
    assert [row[0] for row in rows(card.materials)] == ["LID"]
    assert card.by_products is None
    assert not {"By-products", "At subcontractors", "Quality points"} & set(said(card))
