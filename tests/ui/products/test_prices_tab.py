from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.services.pricing import matrix
from factory_erp.services.pricing import settings as price_settings
from factory_erp.services.variants import making as variants
from factory_erp.services.variants.making import AxisInput, ValueInput
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.products import prices_tab
from factory_erp.ui.products.prices_tab import PricesTab
from tests.services.test_variants import a_product
from tests.ui.prices import sample
from tests.ui.prices.sample import a_list, stored

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def an_axis(code: str, *values: str) -> AxisInput:
    return AxisInput(code, code.title(), code, tuple(ValueInput(one, {"en": one.title()}) for one in values))


@dataclass(frozen=True)
class Family:
    product: int
    usd: int
    eur: int
    items: dict[tuple[str, ...], int]


@pytest.fixture
def family(db: Database) -> Family:
    """Mugs in two sizes and two colours; the small black one costs 3 yuan; from 100 up they have prices."""
    with db.session(write=True) as session:
        product = a_product(session, "MUG")
    variants.save_axes(product, [an_axis("size", "S", "L"), an_axis("colour", "BK", "WH")])
    variants.generate(product)
    items = dict(matrix.matrix(product).cells)
    with db.session(write=True) as session:
        session.get_one(Item, items["S", "BK"]).standard_cost = Decimal(3)
        session.get_one(Item, items["S", "BK"]).procurement = "buy"
    price_settings.save_margin_settings({"USD": Decimal("7.5")}, Decimal(15))
    usd, eur = a_list("USD"), a_list("EUR", currency="EUR")
    matrix.set_prices(product, usd, Decimal(100), dict.fromkeys(items.values(), Decimal("0.5")))
    matrix.set_prices(product, usd, Decimal(500), {items["S", "BK"]: Decimal("0.42")})
    return Family(product, usd, eur, items)


@pytest.fixture
def tab(qtbot: QtBot, family: Family, context: UiContext) -> PricesTab:
    made = PricesTab(context, family.product)
    qtbot.addWidget(made)
    made.resize(1000, 500)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.refresh()
    sample.settle(qtbot, context, 20)
    choose_list(qtbot, made, "USD")
    return made


def choose_list(qtbot: QtBot, tab: PricesTab, code: str) -> None:
    box: QComboBox = tab.list_edit
    box.setCurrentIndex(box.findText(code))
    box.activated.emit(box.currentIndex())
    sample.settle(qtbot, tab.context, 20)


def retype(qtbot: QtBot, tab: PricesTab, key: tuple[str, ...], text: str) -> None:
    tab.grid.view.setFocus()
    tab.grid.select(key)
    editor = tab.grid.view.editor()
    assert isinstance(editor, QLineEdit)
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def shown(tab: PricesTab) -> list[list[str]]:
    model = tab.grid.model
    return [
        [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def chips(tab: PricesTab) -> list[str]:
    return [button.text() for button in tab.breaks._buttons.values()]


def test_a_list_at_a_break_by_size_and_colour(qtbot: QtBot, tab: PricesTab, context: UiContext) -> None:
    assert chips(tab) == ["from 100", "from 500"]
    assert shown(tab) == [["0.50", "0.50"], ["0.50", "0.50"]]
    tab.breaks.select("500")
    sample.settle(qtbot, context, 20)
    assert shown(tab) == [["0.42", ""], ["", ""]]
    tab.grid.select(("S", "BK"))
    assert tab.cell_label.text() == "MUG-S-BK · Cost CNY 3.00 · Margin 4.76 % low"
    tab.grid.select(("L", "BK"))
    assert tab.cell_label.text() == "MUG-L-BK · Cost not known"


def test_prices_are_written_together(
    qtbot: QtBot, tab: PricesTab, family: Family, context: UiContext
) -> None:
    told: list[bool] = []
    tab.dirty_changed.connect(told.append)
    retype(qtbot, tab, ("S", "WH"), "0.55")
    retype(qtbot, tab, ("L", "BK"), "0.6")
    assert tab.is_dirty()
    assert told[-1]
    assert stored(family.usd)["MUG-S-WH"] == [("100", "0.5")]
    editor = tab.grid.view.editor()
    assert editor is not None
    qtbot.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    sample.settle(qtbot, context, 20)
    assert stored(family.usd)["MUG-S-WH"] == [("100", "0.55")]
    assert stored(family.usd)["MUG-L-BK"] == [("100", "0.6")]
    assert not tab.is_dirty()
    assert shown(tab) == [["0.50", "0.55"], ["0.60", "0.50"]]


def test_a_new_break_is_there_once_it_has_a_price(
    qtbot: QtBot, tab: PricesTab, family: Family, context: UiContext
) -> None:
    qtbot.keyClicks(tab.quantity_edit, "2000")
    qtbot.keyClick(tab.quantity_edit, Qt.Key.Key_Return)
    sample.settle(qtbot, context, 20)
    assert chips(tab) == ["from 100", "from 500", "from 2,000"]
    assert shown(tab) == [["", ""], ["", ""]]
    retype(qtbot, tab, ("L", "WH"), "0.4")
    tab.save()
    sample.settle(qtbot, context, 20)
    assert stored(family.usd)["MUG-L-WH"] == [("100", "0.5"), ("2000", "0.4")]


def test_a_price_that_does_not_fall_is_refused_at_its_cell(
    qtbot: QtBot, tab: PricesTab, family: Family, context: UiContext
) -> None:
    tab.breaks.select("500")
    sample.settle(qtbot, context, 20)
    retype(qtbot, tab, ("S", "WH"), "0.5")
    retype(qtbot, tab, ("L", "WH"), "0.45")
    assert tab.save()
    sample.settle(qtbot, context, 20)
    assert [key for key, _text in tab.grid.problems()] == [("S", "WH")]
    assert "not be below" in tab.grid.problems()[0][1]
    assert stored(family.usd)["MUG-L-WH"] == [("100", "0.5")], "all or nothing"
    retype(qtbot, tab, ("S", "WH"), "0.49")
    tab.save()
    sample.settle(qtbot, context, 20)
    assert tab.grid.problems() == []
    assert stored(family.usd)["MUG-S-WH"] == [("100", "0.5"), ("500", "0.49")]


def test_what_is_no_price_stays_with_its_cell(qtbot: QtBot, tab: PricesTab) -> None:
    retype(qtbot, tab, ("S", "BK"), "cheap")
    assert not tab.save()
    assert [key for key, _text in tab.grid.problems()] == [("S", "BK")]
    tab.grid.undo_stack.undo()
    assert not tab.is_dirty()
    retype(qtbot, tab, ("S", "BK"), "0.7")
    tab.discard()
    assert shown(tab)[0] == ["0.50", "0.50"]


def test_another_list_is_asked_for_before_a_draft_is_left(
    qtbot: QtBot, tab: PricesTab, family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer: Callable[..., bool] = lambda *_args: False  # noqa: E731
    monkeypatch.setattr(prices_tab, "confirm", lambda *_args: answer())
    retype(qtbot, tab, ("S", "BK"), "0.7")
    choose_list(qtbot, tab, "EUR")
    assert (tab.list_edit.value(), shown(tab)[0][0]) == (family.usd, "0.70")
    tab.breaks.select("500")
    sample.settle(qtbot, tab.context, 20)
    assert tab.breaks.current() == "100"
    answer = lambda *_args: True  # noqa: E731
    choose_list(qtbot, tab, "EUR")
    assert (tab.list_edit.value(), shown(tab)) == (family.eur, [["", ""], ["", ""]])
    assert chips(tab) == ["from 1"]


def test_without_options_or_lists_it_says_what_to_do(qtbot: QtBot, db: Database, context: UiContext) -> None:
    with db.session(write=True) as session:
        product = a_product(session, "PLAIN")
    made = PricesTab(context, product)
    qtbot.addWidget(made)
    made.show()
    made.refresh()
    sample.settle(qtbot, context, 20)
    assert "Options & items" in made.grid.view.empty_text()
    assert not made.quantity_edit.isVisible()
