from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.prices import work
from factory_erp.ui.prices.answer_panel import AnswerPanel
from tests.ui.prices import sample
from tests.ui.prices.sample import Lists

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]


@pytest.fixture
def lists(db: Database) -> Lists:
    return sample.load(db)


@pytest.fixture
def panel(qtbot: QtBot, lists: Lists, context: UiContext) -> AnswerPanel:
    made = AnswerPanel(context)
    qtbot.addWidget(made)
    made.set_items(work.read_items())
    made.show()
    return made


def enter(qtbot: QtBot, panel: AnswerPanel, context: UiContext, **texts: str) -> None:
    for name, text in texts.items():
        edit = panel.form.edit(name)
        assert isinstance(edit, QLineEdit)
        edit.clear()
        qtbot.keyClicks(edit, text)
        edit.editingFinished.emit()
    qtbot.waitUntil(lambda: not panel._pause.isActive(), timeout=8000)
    sample.settle(qtbot, context, 20)


def test_the_price_comes_with_its_reason_and_margin(
    qtbot: QtBot, panel: AnswerPanel, lists: Lists, context: UiContext
) -> None:
    enter(qtbot, panel, context, item_id="CUP", quantity="700")
    assert panel.price.text() == "USD 0.45"
    assert panel.reason.text() == "General list USD FOB Ningbo, from 500 PCS."
    assert panel.margin.text() == "Cost CNY 3.00"
    assert panel.margin_pill.text() == "Margin 11.11 % low"
    assert not panel.pill.isVisible()
    with qtbot.waitSignal(panel.followed) as told:
        panel.link.click()
    assert told.args == [lists.usd]


def test_a_customers_list_comes_first(qtbot: QtBot, panel: AnswerPanel, context: UiContext) -> None:
    enter(qtbot, panel, context, item_id="CUP", quantity="40", customer_id="ACME Trading")
    assert panel.price.text() == "USD 0.75"
    assert panel.reason.text().startswith("List USD ACME of ACME Trading: the least quantity is 100 PCS")
    assert panel.pill.isVisible()


def test_no_list_that_fits_is_said(qtbot: QtBot, panel: AnswerPanel, context: UiContext) -> None:
    enter(qtbot, panel, context, item_id="CUP", quantity="40", day="2025-06-01")
    assert panel.reason.text() == "No FOB list that is valid on 2025-06-01 holds this item."
    assert not panel.price.isVisible()
    assert not panel.link.isVisible()


def test_a_quantity_of_nothing_is_said_at_its_field(
    qtbot: QtBot, panel: AnswerPanel, context: UiContext
) -> None:
    enter(qtbot, panel, context, item_id="CUP", quantity="0")
    assert panel.answer() is None
    height = panel.form.height()
    panel.form.edit("place").setFocus()
    panel.form.set_problem("quantity", panel.form.problems()["quantity"])
    qtbot.waitUntil(lambda: panel.form.height() > height)
    assert panel.form._messages["quantity"].text() == "Enter a quantity above zero."


def test_an_item_that_is_fixed_is_asked_for_at_once(qtbot: QtBot, lists: Lists, context: UiContext) -> None:
    panel = AnswerPanel(context, lists.lid)
    qtbot.addWidget(panel)
    panel.show()
    enter(qtbot, panel, context, quantity="2")
    assert panel.price.text() == "USD 0.25"
    assert panel.margin_pill.text() == "Margin 73.33 %"
