"""Orders typed in at the window: prices that follow the lists, variants by the matrix, a draft saved once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid
from sqlalchemy import select

from factory_erp.models.catalog import Item, ItemNumber
from factory_erp.models.database import Database
from factory_erp.models.partners import Company
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.services.sales import entry as order_entry
from factory_erp.services.sales import views as sales_views
from factory_erp.services.sales.entry import EntryLine, OrderEntry
from factory_erp.ui.kit import dialogs
from factory_erp.ui.kit.choose import LookupEdit
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.grid_paste import PasteDialog
from factory_erp.ui.sales import SalesPage
from factory_erp.ui.sales.matrix_dialog import LinesDialog, OrderVariantsDialog
from factory_erp.ui.sales.new_order import NewOrderDialog
from tests.services.factory import a_customer
from tests.services.test_matrix import a_matrix, cells

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def customer(db: Database) -> int:
    """A customer in Germany who calls the small black cup ACME-1; cups cost 3.20 from 100, 2.95 from 500."""
    a_matrix(db)
    [black] = cells(db, BK_350=1)
    with db.session(write=True) as session:
        buyer = a_customer(session)
        buyer.payment_terms = "T/T 30 days"
        session.add(ItemNumber(partner_id=buyer.id, item_id=black, code="ACME-1"))
        session.get_one(Item, black).order_multiple = Decimal(24)
        session.add(Company(name_en="Cup Works", port_of_loading="CNNBO"))
        return buyer.id


@pytest.fixture
def host(qtbot: QtBot, context: UiContext) -> QWidget:
    made = QWidget()
    made.resize(1280, 800)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def dialog(
    qtbot: QtBot, context: UiContext, customer: int, host: QWidget, problems: list[BaseException]
) -> NewOrderDialog:
    made = NewOrderDialog(context, host)
    with qtbot.waitActive(made):
        made.open()
        made.activateWindow()
    settle(qtbot, made)
    return made


def settle(qtbot: QtBot, made: NewOrderDialog) -> None:
    for _time in range(2):
        qtbot.waitUntil(lambda: not (made._context.jobs.running() or made._pause.isActive()), timeout=10_000)
        qtbot.wait(20)


def choose_customer(qtbot: QtBot, made: NewOrderDialog, text: str = "ACME") -> None:
    edit = made.form.edit("customer_id")
    assert isinstance(edit, LookupEdit)
    edit.setFocus()
    qtbot.keyClicks(edit, text)
    qtbot.waitUntil(edit.is_open, timeout=5000)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    settle(qtbot, made)


def paste(qtbot: QtBot, made: NewOrderDialog, block: str) -> None:
    """Paste lines of SKU and quantity, as they come from Excel, saying yes to the preview."""
    made.grid.view.setFocus()
    made.grid.select(0)
    asked = made.grid.paste(f"SKU\tQty\n{block}")
    if isinstance(asked, PasteDialog):
        asked.accept()
    settle(qtbot, made)


def type_in(qtbot: QtBot, made: NewOrderDialog, row: int, column: str, text: str) -> None:
    made.grid.view.setFocus()
    made.grid.select(row, column)
    editor = made.grid.view.editor()
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    made.grid.view.settle()
    settle(qtbot, made)


def cell(made: NewOrderDialog, row: int, column: str) -> str:
    keys = [one.key for one in made.grid.model.maker.columns]
    return made.grid.model.rows[row].cells[keys.index(column)].text


def line(made: NewOrderDialog, row: int) -> tuple[str, ...]:
    return tuple(cell(made, row, key) for key in ("item_id", "quantity", "unit_price", "source", "amount"))


def ordered(db: Database) -> list[int]:
    with db.session() as session:
        return list(session.scalars(select(SalesOrder.id).order_by(SalesOrder.id)))


def test_a_customer_brings_his_terms_but_not_over_what_was_typed(
    qtbot: QtBot, dialog: NewOrderDialog, customer: int, db: Database
) -> None:
    line_of = EntryLine(cells(db, BK_350=1).popitem()[0], Decimal(1), Decimal(1))
    order_entry.enter_order(OrderEntry(customer, "EUR", "CIF", "Hamburg", (line_of,)), "before")
    dialog.form.edit("payment_terms").setFocus()
    qtbot.keyClicks(dialog.form.edit("payment_terms"), "cash")
    choose_customer(qtbot, dialog)
    values = {name: dialog.form._edits[name].value() for name in ("currency", "incoterm", "place")}
    assert values == {"currency": "EUR", "incoterm": "CIF", "place": "Hamburg"}
    assert dialog.form._edits["destination_country"].value() == "DE"
    assert dialog.form._edits["payment_terms"].value() == "cash"


def test_prices_follow_the_lists_until_they_are_typed_over(qtbot: QtBot, dialog: NewOrderDialog) -> None:
    choose_customer(qtbot, dialog)
    paste(qtbot, dialog, "CUP-350-BK\t120\nCUP-500-WH\t600")
    assert line(dialog, 0) == ("CUP-350-BK", "120", "3.20", "FOB", "384.00")
    assert line(dialog, 1) == ("CUP-500-WH", "600", "2.95", "FOB", "1,770.00")
    assert (cell(dialog, 0, "customer_item"), cell(dialog, 1, "customer_item")) == ("ACME-1", "")
    assert cell(dialog, 0, "name") == "Steel cup 350 ml Matte black"
    type_in(qtbot, dialog, 0, "quantity", "504")
    assert line(dialog, 0) == ("CUP-350-BK", "504", "2.95", "FOB", "1,486.80")
    type_in(qtbot, dialog, 0, "unit_price", "2.5")
    type_in(qtbot, dialog, 0, "quantity", "120")
    assert line(dialog, 0) == ("CUP-350-BK", "120", "2.50", "Own price", "300.00")
    assert dialog.totals.text() == "2 lines · USD 2,070.00"
    dialog.grid.undo_stack.undo()
    dialog.grid.undo_stack.undo()
    settle(qtbot, dialog)
    assert line(dialog, 0) == ("CUP-350-BK", "504", "2.95", "FOB", "1,486.80")
    assert dialog.grid.redo_text() == "Redo: change unit price"


def test_other_terms_ask_for_other_prices(qtbot: QtBot, dialog: NewOrderDialog) -> None:
    choose_customer(qtbot, dialog)
    paste(qtbot, dialog, "CUP-350-BK\t120")
    dialog.form.restore_draft({"currency": "1"})
    settle(qtbot, dialog)
    assert cell(dialog, 0, "unit_price") == ""
    assert cell(dialog, 0, "note") == "No price list in EUR, FOB Ningbo has it."
    assert [key for _row, key, _why in dialog.grid.problems()] == ["unit_price"]
    dialog.form.restore_draft({"currency": "0"})
    settle(qtbot, dialog)
    assert line(dialog, 0) == ("CUP-350-BK", "120", "3.20", "FOB", "384.00")


def test_the_customers_own_number_names_an_item_and_a_strange_one_is_marked(
    qtbot: QtBot, dialog: NewOrderDialog
) -> None:
    choose_customer(qtbot, dialog)
    paste(qtbot, dialog, "acme-1\t100\nNOBODY\t1")
    assert cell(dialog, 0, "item_id") == "CUP-350-BK"
    assert cell(dialog, 0, "note") == "It is sold in multiples of 24 PCS: 96 PCS or 120 PCS."
    [(row, key, why)] = [one for one in dialog.grid.problems() if one[1] == "item_id"]
    assert (row, key) == (1, "item_id")
    assert "NOBODY" in why
    dialog.grid.select(0)
    assert dialog.note.text().endswith("General list FOB, from 100 PCS.")


def test_an_order_is_saved_as_a_draft_once(
    qtbot: QtBot, dialog: NewOrderDialog, db: Database, problems: list[BaseException]
) -> None:
    entered: list[int] = []
    dialog.entered.connect(entered.append)
    choose_customer(qtbot, dialog)
    dialog.form.restore_draft({"customer_po": "PO-9", "place": "Ningbo"})
    paste(qtbot, dialog, "CUP-350-BK\t120\nCUP-500-WH\t7")
    type_in(qtbot, dialog, 1, "unit_price", "4.125")
    dialog.save()
    dialog.save()
    qtbot.waitUntil(lambda: bool(entered))
    assert ordered(db) == entered[:1]
    order = sales_views.order_detail(entered[0])
    assert (order.customer_po, order.trade_term, order.payment_terms) == (
        "PO-9", "FOB Ningbo", "T/T 30 days",
    )  # fmt: skip
    assert [(one.sku, one.customer_item, str(one.amount)) for one in order.lines] == [
        ("CUP-350-BK", "ACME-1", "USD 384.00"), ("CUP-500-WH", "", "USD 28.88"),
    ]  # fmt: skip
    assert problems == []


def test_what_is_missing_is_said_where_it_is_missing(
    qtbot: QtBot, dialog: NewOrderDialog, db: Database
) -> None:
    dialog.save()
    assert dialog.form._messages["customer_id"].text() == "Customer is needed."
    choose_customer(qtbot, dialog)
    dialog.save()
    assert "no lines" in dialog.problem.text()
    paste(qtbot, dialog, "CUP-350-BK\t0.5")
    assert "above zero" not in cell(dialog, 0, "quantity")
    dialog.save()
    assert "marked" in dialog.problem.text()
    assert dialog.grid.problems()[0][1:] == (
        "quantity", "0.5 is not a quantity that CUP-350-BK can have. Enter a multiple of 1.",
    )  # fmt: skip
    assert ordered(db) == []


def test_a_refusal_of_the_use_case_stands_at_the_cell_until_the_line_is_changed(
    qtbot: QtBot, dialog: NewOrderDialog, db: Database
) -> None:
    choose_customer(qtbot, dialog)
    paste(qtbot, dialog, "CUP-350-BK\t120\nCUP-500-WH\t600")
    [white] = cells(db, WH_500=1)
    with db.session(write=True) as session:
        session.get_one(Item, white).active = False
    dialog.save()
    settle(qtbot, dialog)
    assert dialog.grid.problems() == [(1, "item_id", "CUP-500-WH is not sold. Choose another item.")]
    assert (dialog.grid.current_row(), ordered(db)) == (1, [])
    type_in(qtbot, dialog, 1, "item_id", "CUP-500-RD")
    assert dialog.grid.problems() == []
    dialog.save()
    qtbot.waitUntil(lambda: len(ordered(db)) == 1)


def test_leaving_with_something_typed_asks(
    qtbot: QtBot, dialog: NewOrderDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: False)
    paste(qtbot, dialog, "CUP-350-BK\t120")
    dialog.cancel_button.click()
    assert dialog.isVisible()
    dialog.grid.undo_stack.undo()
    dialog.cancel_button.click()
    qtbot.waitUntil(lambda: not _is_open(dialog))


def _is_open(dialog: QWidget) -> bool:
    return isValid(dialog) and dialog.isVisible()


def opened(dialog: NewOrderDialog, qtbot: QtBot) -> LinesDialog:
    dialog.variants_button.click()
    made = dialog.variants
    assert made is not None
    qtbot.waitUntil(lambda: made.matrix.product_id() is not None)
    return made


def test_the_matrix_fills_lines_and_undo_takes_them_back(qtbot: QtBot, dialog: NewOrderDialog) -> None:
    choose_customer(qtbot, dialog)
    paste(qtbot, dialog, "CUP-350-BK\t120\nCUP-350-WH\t5")
    made = opened(dialog, qtbot)
    grid = made.matrix.grid
    assert grid.model.cells["350", "BK"].text == "120"
    grid.select(("350", "BK"))
    grid.paste("144")
    grid.select(("350", "WH"))
    grid.clear_cells()
    grid.select(("500", "RD"))
    grid.paste("600")
    assert made.matrix.facts.text().endswith("Size × Colour · 2 items, 744 in all")
    made.save_button.click()
    settle(qtbot, dialog)
    assert [line(dialog, row) for row in range(2)] == [
        ("CUP-350-BK", "144", "3.20", "FOB", "460.80"), ("CUP-500-RD", "600", "2.95", "FOB", "1,770.00"),
    ]  # fmt: skip
    assert len(dialog.grid.rows()) == 2
    assert dialog.grid.undo_text() == "Undo: add variants"
    dialog.grid.undo_stack.undo()
    settle(qtbot, dialog)
    assert [row["quantity"] for row in dialog.grid.rows()] == [120, 5]


def test_a_matrix_with_an_unsound_cell_is_not_taken_over(
    qtbot: QtBot, dialog: NewOrderDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = opened(dialog, qtbot)
    made.matrix.grid.select(("350", "BK"))
    editor = made.matrix.grid.view.editor()
    assert editor is not None
    editor.setText("-5")
    editor.setModified(True)
    made.save()
    assert "not right" in made.problem.text()
    assert dialog.grid.rows() == []
    asked: list[str] = []

    def agree(_parent: QWidget, title: str, *_rest: str) -> bool:
        asked.append(title)
        return True

    monkeypatch.setattr(dialogs, "confirm", agree)
    made.reject()
    assert asked == ["Add variants"]


# the page


@pytest.fixture
def page(
    qtbot: QtBot, context: UiContext, customer: int, db: Database, problems: list[BaseException]
) -> SalesPage:
    line_of = EntryLine(cells(db, BK_350=1).popitem()[0], Decimal(120), Decimal("3.20"))
    order_entry.enter_order(OrderEntry(customer, "USD", "FOB", "Ningbo", (line_of,)), "first")
    shown = SalesPage(context)
    context.jobs.changed.connect(shown.on_changes)
    qtbot.addWidget(shown)
    shown.resize(1240, 780)
    shown.show()
    shown.refresh()
    qtbot.waitUntil(lambda: shown._detail is not None, timeout=8000)
    return shown


def command(page: SalesPage, name: str) -> None:
    found = next(one for one in page.commands() if one.id == name)
    assert found.can_run()
    found.trigger()


def test_ctrl_n_opens_the_dialog_and_the_saved_order_is_opened(qtbot: QtBot, page: SalesPage) -> None:
    links: list[str] = []
    page.context.navigate = links.append
    assert next(one.shortcut for one in page.commands() if one.id == "sales.new") == "Ctrl+N"
    command(page, "sales.new")
    made = page.actions_of.dialog
    assert isinstance(made, NewOrderDialog)
    settle(qtbot, made)
    choose_customer(qtbot, made)
    paste(qtbot, made, "CUP-350-BK\t120")
    made.save()
    qtbot.waitUntil(lambda: bool(links))
    assert links == ["erp://sales/2"]
    qtbot.waitUntil(lambda: page.table.count() == 2)


def variants_of(qtbot: QtBot, page: SalesPage) -> OrderVariantsDialog:
    command(page, "sales.variants")
    made = page.actions_of.dialog
    assert isinstance(made, OrderVariantsDialog)
    qtbot.waitUntil(lambda: made.matrix.product_id() is not None)
    return made


def test_a_draft_gets_lines_by_the_matrix(qtbot: QtBot, page: SalesPage, db: Database) -> None:
    [order] = ordered(db)
    made = variants_of(qtbot, page)
    made.matrix.grid.select(("500", "WH"))
    made.matrix.grid.paste("600")
    made.save()
    qtbot.waitUntil(lambda: len(sales_views.order_detail(order).lines) == 2)
    lines = sales_views.order_detail(order).lines
    assert [(one.sku, str(one.amount)) for one in lines] == [
        ("CUP-350-BK", "USD 384.00"), ("CUP-500-WH", "USD 1,770.00"),
    ]  # fmt: skip


def test_what_no_list_prices_is_refused_until_it_has_an_own_price(
    qtbot: QtBot, page: SalesPage, db: Database, customer: int
) -> None:
    [order] = ordered(db)
    with db.session(write=True) as session:
        session.get_one(SalesOrder, order).currency = "EUR"
    page.refresh()
    qtbot.waitUntil(
        lambda: page._detail is not None and page._detail.amounts.total.currency == "EUR", timeout=8000
    )
    made = variants_of(qtbot, page)
    made.matrix.grid.select(("500", "WH"))
    made.matrix.grid.paste("600")
    made.save()
    qtbot.waitUntil(made.problem.isVisible)
    assert made.problem.text().startswith("There is no price in EUR for CUP-500-WH.")
    made.price.setText("-1")
    made.save()
    assert "negative" in made.problem.text()
    made.price.setText("2.5")
    made.save()
    qtbot.waitUntil(lambda: len(sales_views.order_detail(order).lines) == 2)
    assert str(sales_views.order_detail(order).lines[1].amount) == "EUR 1,500.00"


def test_a_confirmed_order_has_no_variants_to_add(qtbot: QtBot, page: SalesPage, db: Database) -> None:
    [order] = ordered(db)
    with db.session(write=True) as session:
        session.get_one(SalesOrder, order).state = OrderState.CONFIRMED
    page.refresh()
    qtbot.waitUntil(
        lambda: page._detail is not None and page._detail.state is OrderState.CONFIRMED, timeout=8000
    )
    assert not next(one for one in page.commands() if one.id == "sales.variants").can_run()
    texts = {one.text() for one in page.findChildren(QPushButton)}
    assert "New order…" in texts
    assert page.findChildren(Message) == []
