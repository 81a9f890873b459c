from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.pricing import PriceKind
from factory_erp.services.pricing import changes as pricing_changes
from factory_erp.services.pricing import prices as pricing
from factory_erp.services.pricing import settings as price_settings
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.prices import PricesPage, actions, page, work
from factory_erp.ui.prices.columns import COST, FROM, ITEM, LEAD, MARGIN, NAME, PRICE
from tests.ui.prices import sample
from tests.ui.prices.sample import Lists, stored

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    # The screenless platform says this of every list that hangs under an edit.
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]

CTRL = Qt.KeyboardModifier.ControlModifier
KEYS = (ITEM, NAME, FROM, PRICE, LEAD, COST, MARGIN)


@pytest.fixture
def lists(db: Database) -> Lists:
    return sample.load(db)


@pytest.fixture
def links() -> list[str]:
    return []


@pytest.fixture
def prices(qtbot: QtBot, lists: Lists, context: UiContext, links: list[str]) -> PricesPage:
    context.navigate = links.append
    shown = PricesPage(context)
    context.jobs.changed.connect(shown.on_changes)
    qtbot.addWidget(shown)
    shown.resize(1080, 730)
    with qtbot.waitActive(shown):
        shown.show()
        shown.activateWindow()
    shown.refresh()
    settle(qtbot, shown)
    shown.open_record("USD FOB Ningbo")
    settle(qtbot, shown)
    return shown


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], list[str]]:
    """Answers every question with yes or no; what was asked."""

    def always(yes: bool) -> list[str]:
        asked: list[str] = []

        def confirm(_parent: object, title: str, _text: str, _act: str) -> bool:
            asked.append(title)
            return yes

        for module in (page, actions):
            monkeypatch.setattr(module, "confirm", confirm)
        return asked

    return always


def settle(qtbot: QtBot, shown: PricesPage) -> None:
    for _round in range(2):
        sample.settle(qtbot, shown.context, 20)
        qtbot.waitUntil(lambda: not shown.sheet._pause.isActive(), timeout=8000)
    sample.settle(qtbot, shown.context, 20)


def cell(shown: PricesPage, row: int, key: str) -> str:
    return str(shown.sheet.grid.model.index(row, KEYS.index(key)).data() or "")


def column(shown: PricesPage, key: str) -> list[str]:
    return [cell(shown, row, key) for row in range(shown.sheet.grid.model.rowCount())]


def retype(qtbot: QtBot, shown: PricesPage, row: int, key: str, text: str) -> None:
    grid = shown.sheet.grid
    grid.view.setFocus()
    grid.select(row, key)
    editor = grid.view.editor()
    assert isinstance(editor, QLineEdit)
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def codes(shown: PricesPage) -> list[tuple[str, str, str]]:
    rows = shown.panel.table.model.rows
    return [(text_of(row[0]), text_of(row[1]), text_of(row[2])) for row in rows]


# what is shown


def test_lists_say_for_whom_they_are_and_whether_they_are_valid(prices: PricesPage) -> None:
    assert codes(prices) == [
        ("USD ACME", "ACME Trading", "Valid"), ("USD FOB Ningbo", "General", "Valid"),
        ("OLD", "General", "Expired"),
    ]  # fmt: skip
    assert prices.header._counts.text() == "3 lists · 4 prices"
    assert [button.text() for button in prices.chips._buttons.values()] == [
        "Sales prices  3", "Purchase prices  1",
    ]  # fmt: skip


def test_breaks_stand_with_cost_and_margin_and_a_low_one_is_called_so(prices: PricesPage) -> None:
    assert column(prices, ITEM) == ["CUP", "CUP", "LID"]
    assert column(prices, NAME) == ["Steel cup", "", "Lid"], "the name stands at the item's first break"
    assert column(prices, FROM) == ["100", "500", "1"]
    assert column(prices, PRICE) == ["0.80", "0.45", "0.25"]
    assert column(prices, COST) == ["USD 0.40", "USD 0.40", "USD 0.0667"]
    assert column(prices, MARGIN) == ["50.00 %", "11.11 % low", "73.33 %"]
    assert prices.sheet.facts.text() == "USD · FOB Ningbo · General · from 2026-01-01 · 2 items"
    layout = prices.sheet.grid.view.layout_of_columns
    assert KEYS.index(LEAD) not in layout.visible()


def test_without_a_rate_costs_are_in_our_own_money(qtbot: QtBot, prices: PricesPage) -> None:
    price_settings.save_margin_settings({"USD": None}, Decimal(15))
    prices.refresh()
    settle(qtbot, prices)
    assert column(prices, COST)[0] == "CNY 3.00"
    assert column(prices, MARGIN) == ["", "", ""]
    assert prices.sheet.margins_button.text() == "No margins yet: what is 1 USD worth?"


def test_a_purchase_list_has_lead_times_instead(qtbot: QtBot, prices: PricesPage) -> None:
    prices.chips.select("purchase")
    settle(qtbot, prices)
    assert codes(prices) == [("MILL 2026", "Steel mill", "Valid")]
    assert column(prices, LEAD) == ["7", "7"]
    visible = prices.sheet.grid.view.layout_of_columns.visible()
    assert KEYS.index(LEAD) in visible
    assert KEYS.index(COST) not in visible
    assert not prices.sheet.margins_button.isVisible()


def test_the_search_filters_the_list(qtbot: QtBot, prices: PricesPage) -> None:
    prices.header.search.setText("lid")
    qtbot.keyClick(prices.header.search, Qt.Key.Key_Return)
    settle(qtbot, prices)
    assert column(prices, ITEM) == ["LID"]
    prices.header.search.setText("nothing")
    qtbot.keyClick(prices.header.search, Qt.Key.Key_Return)
    settle(qtbot, prices)
    assert prices.sheet.grid.view.empty_text() == "No item of this list fits the search."


def test_a_list_too_long_to_edit_asks_for_a_search(
    qtbot: QtBot, prices: PricesPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "MOST_LINES", 2)
    prices.refresh()
    settle(qtbot, prices)
    assert column(prices, ITEM) == []
    assert "list is long" in prices.sheet.grid.view.empty_text()
    prices.header.search.setText("l")
    qtbot.keyClick(prices.header.search, Qt.Key.Key_Return)
    settle(qtbot, prices)
    assert column(prices, ITEM) == ["CUP", "CUP"], "whole items, as many as can be edited"


# editing


def test_margins_follow_while_one_types_and_the_draft_is_saved_whole(
    qtbot: QtBot, prices: PricesPage, lists: Lists
) -> None:
    retype(qtbot, prices, 0, PRICE, "1")
    assert cell(prices, 0, MARGIN) == "60.00 %"
    retype(qtbot, prices, 1, FROM, "800")
    settle(qtbot, prices)
    assert cell(prices, 1, COST) == "USD 0.40", "the cost of another lot is asked for"
    retype(qtbot, prices, 2, PRICE, "0.05")
    assert cell(prices, 2, MARGIN) == "-33.33 % loss"
    assert prices.sheet.bar.isVisible()
    assert stored(lists.usd)["CUP"] == [("100", "0.8"), ("500", "0.45")], "nothing is saved silently"

    qtbot.keyClick(prices.sheet.grid.view.editor() or prices.sheet.grid.view, Qt.Key.Key_Return, CTRL)
    settle(qtbot, prices)
    assert stored(lists.usd) == {"CUP": [("100", "1"), ("800", "0.45")], "LID": [("1", "0.05")]}
    assert not prices.sheet.is_dirty()
    assert not prices.sheet.bar.isVisible()


def test_a_price_that_does_not_fall_is_refused_at_its_cell(
    qtbot: QtBot, prices: PricesPage, lists: Lists
) -> None:
    retype(qtbot, prices, 1, PRICE, "0.8")
    settle(qtbot, prices)
    told = "From 500 PCS the price would not be below that from 100 PCS."
    assert prices.sheet.grid.problems() == [(1, PRICE, told)], "said while one still edits"
    prices.sheet.save()
    settle(qtbot, prices)
    assert prices.sheet.grid.problems() == [(1, PRICE, told)]
    assert prices.sheet.grid.current_row() == 1
    assert stored(lists.usd)["CUP"][1] == ("500", "0.45")

    retype(qtbot, prices, 1, PRICE, "0.7")
    assert prices.sheet.save()
    settle(qtbot, prices)
    assert prices.sheet.grid.problems() == []
    assert stored(lists.usd)["CUP"][1] == ("500", "0.7")


def test_a_refusal_comes_and_goes_with_the_neighbour(qtbot: QtBot, prices: PricesPage) -> None:
    retype(qtbot, prices, 0, PRICE, "0.4")
    settle(qtbot, prices)
    assert [(row, key) for row, key, _text in prices.sheet.grid.problems()] == [(1, PRICE)]
    retype(qtbot, prices, 0, PRICE, "0.9")
    settle(qtbot, prices)
    assert prices.sheet.grid.problems() == []


def test_an_item_is_added_by_look_up_and_one_taken_out(
    qtbot: QtBot, prices: PricesPage, lists: Lists
) -> None:
    grid = prices.sheet.grid
    grid.view.setFocus()
    grid.select(2)
    grid.run("delete")
    grid.foot.add_button.click()
    editor = grid.view.editor()
    assert editor is not None
    assert editor.text() == "CUP", "a further break of the item where one is"
    qtbot.keyClicks(editor, "box")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    for text in ("50", "0.3"):
        editor = grid.view.editor()
        assert editor is not None
        qtbot.keyClicks(editor, text)
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    settle(qtbot, prices)
    assert prices.sheet.save()
    settle(qtbot, prices)
    assert stored(lists.usd) == {
        "BOX": [("50", "0.3")], "CUP": [("100", "0.8"), ("500", "0.45")],
    }  # fmt: skip


def test_undo_and_discard(qtbot: QtBot, prices: PricesPage) -> None:
    retype(qtbot, prices, 0, PRICE, "1")
    retype(qtbot, prices, 1, PRICE, "0.6")
    settle(qtbot, prices)
    assert prices.sheet.grid.undo_text() == "Undo: change unit price"
    prices.sheet.grid.undo_stack.undo()
    assert column(prices, PRICE)[:2] == ["1.00", "0.45"]
    prices.sheet.bar.discard_button.click()
    settle(qtbot, prices)
    assert column(prices, PRICE)[:2] == ["0.80", "0.45"]
    assert not prices.sheet.is_dirty()


def test_a_block_from_excel_comes_in_by_its_headers(qtbot: QtBot, prices: PricesPage, lists: Lists) -> None:
    QGuiApplication.clipboard().setText("货号\t数量起\t单价\nSTEEL\t10\t3\nbox\t10\t0.2\nNOPE\t1\t1\n")
    grid = prices.sheet.grid
    grid.foot.add_button.click()
    dialog = grid.paste()
    assert dialog is not None
    assert [problem.after.problem for problem in dialog.plan.problems] == [
        "There is no item 'NOPE'. Choose from the list (F4)."
    ]
    dialog.accept()
    settle(qtbot, prices)
    assert not prices.sheet.save(), "one cell is not right"
    grid.select(len(column(prices, ITEM)) - 1)
    grid.run("delete")
    assert prices.sheet.save()
    settle(qtbot, prices)
    assert stored(lists.usd)["BOX"] == [("10", "0.2")]
    assert stored(lists.usd)["STEEL"] == [("10", "3")]


def test_a_list_that_somebody_else_changed_is_not_written_over(
    qtbot: QtBot, prices: PricesPage, lists: Lists
) -> None:
    retype(qtbot, prices, 0, PRICE, "1")
    pricing_changes.set_tiers(lists.usd, lists.cup, sample.tiers((100, "0.9")))
    prices.sheet.save()
    settle(qtbot, prices)
    box = next(one for one in prices.findChildren(Message) if one.isVisible())
    assert "Somebody else changed the prices of CUP" in box.text()
    box.accept()
    assert prices.sheet.is_dirty()
    prices.refresh()
    settle(qtbot, prices)
    assert cell(prices, 0, PRICE) == "1.00", "a draft is never read over"
    prices.sheet.discard()
    settle(qtbot, prices)
    assert column(prices, PRICE) == ["0.90", "0.25"]


def test_leaving_a_draft_asks(
    qtbot: QtBot, prices: PricesPage, lists: Lists, answers: Callable[[bool], list[str]]
) -> None:
    retype(qtbot, prices, 0, PRICE, "1")
    asked = answers(False)
    assert not prices.can_leave()
    prices.panel.select(lists.special)
    settle(qtbot, prices)
    assert prices.panel.table.current_key() == lists.usd
    prices.chips.select("purchase")
    settle(qtbot, prices)
    assert prices.chips.current() == "sales"
    assert cell(prices, 0, PRICE) == "1.00"
    assert asked == ["Leave without saving?"] * 3

    answers(True)
    prices.panel.select(lists.special)
    settle(qtbot, prices)
    assert prices.sheet.title.text() == "USD ACME"
    assert column(prices, PRICE) == ["0.75"]


# lists as a whole


def fill(dialog: FormDialog, **texts: str) -> None:
    for name, text in texts.items():
        edit = dialog.form.edit(name)
        assert isinstance(edit, QLineEdit)
        edit.setText(text)


def test_a_list_is_made_and_a_code_that_is_taken_is_refused_at_its_field(
    qtbot: QtBot, prices: PricesPage
) -> None:
    dialog = prices.new_list()
    fill(dialog, code="OLD", currency="eur", place="Shanghai", valid_from="2026-12-01")
    dialog.form.save()
    settle(qtbot, prices)
    assert dialog.isVisible()
    assert dialog.form._messages["code"].text().startswith("There is a price list OLD already.")
    fill(dialog, code="EUR FOB Shanghai")
    dialog.form.save()
    settle(qtbot, prices)
    assert not dialog.isVisible()
    assert prices.sheet.title.text() == "EUR FOB Shanghai", "it is in view, ready for its prices"
    assert prices.sheet.facts.text().startswith("EUR · FOB Shanghai · General · from 2026-12-01")
    assert ("EUR FOB Shanghai", "General", "Not yet") in codes(prices)


def test_a_purchase_list_needs_its_supplier(qtbot: QtBot, prices: PricesPage) -> None:
    prices.chips.select("purchase")
    settle(qtbot, prices)
    dialog = prices.new_list()
    fill(dialog, code="MILL 2027", partner_id="")
    assert not dialog.form.save()
    fill(dialog, partner_id="Steel mill")
    dialog.form.save()
    settle(qtbot, prices)
    assert [one.partner for one in pricing.price_lists(PriceKind.PURCHASE)] == ["Steel mill"] * 2


def test_a_list_is_changed_over_the_version_that_was_read(
    qtbot: QtBot, prices: PricesPage, lists: Lists
) -> None:
    dialog = prices.change_list()
    assert dialog is not None
    fill(dialog, name="Spring", valid_to="2026-12-31")
    dialog.form.save()
    settle(qtbot, prices)
    assert prices.sheet.title.text() == "USD FOB Ningbo · Spring"
    head = prices.panel.current()
    assert head is not None
    assert head.valid_to == date(2026, 12, 31)


def test_a_copy_has_all_prices(qtbot: QtBot, prices: PricesPage, lists: Lists) -> None:
    dialog = prices.copy_list()
    assert dialog is not None
    fill(dialog, code="USD 2027")
    dialog.form.save()
    settle(qtbot, prices)
    assert prices.sheet.title.text() == "USD 2027"
    copied = prices.panel.current()
    assert copied is not None
    assert stored(copied.id) == stored(lists.usd)


def test_a_list_is_removed_after_asking(
    qtbot: QtBot, prices: PricesPage, lists: Lists, answers: Callable[[bool], list[str]]
) -> None:
    answers(False)
    prices.remove_list()
    settle(qtbot, prices)
    assert len(codes(prices)) == 3
    asked = answers(True)
    prices.remove_list()
    settle(qtbot, prices)
    assert asked == ["Remove list USD FOB Ningbo?"]
    assert [code for code, _whom, _state in codes(prices)] == ["USD ACME", "OLD"]


def test_margins_are_counted_with_the_rates_one_enters(qtbot: QtBot, prices: PricesPage) -> None:
    prices.sheet.margins_button.click()
    settle(qtbot, prices)
    dialog = next(one for one in prices.findChildren(FormDialog) if one.isVisible())
    fill(dialog, USD="0", least_percent="55")
    dialog.form.save()
    settle(qtbot, prices)
    assert "must be worth something" in dialog.form._messages["USD"].text()
    fill(dialog, USD="10")
    dialog.form.save()
    settle(qtbot, prices)
    assert column(prices, MARGIN) == ["62.50 %", "33.33 % low", "80.00 %"]
    assert prices.sheet.margins_button.text() == "1 USD = 10 CNY · low below 55 %"


# the way around


def test_deep_links(qtbot: QtBot, prices: PricesPage, lists: Lists) -> None:
    said: list[str] = []
    prices.context.say = said.append
    prices.open_record(str(lists.bought))
    settle(qtbot, prices)
    assert (prices.chips.current(), prices.sheet.title.text()) == ("purchase", "MILL 2026")
    prices.open_record(f"{lists.usd}/LID")
    settle(qtbot, prices)
    assert (prices.sheet.title.text(), column(prices, ITEM)) == ("USD FOB Ningbo", ["LID"])
    prices.open_record("view/purchase")
    settle(qtbot, prices)
    assert prices.chips.current() == "purchase"
    prices.open_record("NOPE")
    settle(qtbot, prices)
    assert said == ["There is no price list 'NOPE'."]


def test_import_and_export_are_another_page(prices: PricesPage, links: list[str]) -> None:
    prices.import_button.click()
    prices.export_button.click()
    assert links == ["erp://exchange/import/prices", "erp://exchange/export/prices"]


def test_the_list_in_view_survives_a_rebuild(qtbot: QtBot, prices: PricesPage, lists: Lists) -> None:
    prices.open_record(f"{lists.special}")
    settle(qtbot, prices)
    again = PricesPage(prices.context)
    qtbot.addWidget(again)
    again.restore_state(prices.state())
    again.show()
    again.refresh()
    settle(qtbot, again)
    assert again.sheet.title.text() == "USD ACME"


def test_an_empty_factory_says_what_to_do(qtbot: QtBot, db: Database, context: UiContext) -> None:
    shown = PricesPage(context)
    qtbot.addWidget(shown)
    shown.show()
    shown.refresh()
    settle(qtbot, shown)
    assert "Make a list" in shown.panel.table.view.empty_text()
    assert not shown.bulk_button.isEnabled()
    assert not [command for command in shown.commands() if command.id == "prices.copy" and command.can_run()]


def test_ctrl_s_saves_as_on_every_sheet(qtbot: QtBot, prices: PricesPage) -> None:
    (save,) = [command for command in prices.commands() if command.id == "prices.save"]
    assert save.shortcut == "Ctrl+S"
    assert not save.can_run()
    retype(qtbot, prices, 0, PRICE, "0.82")
    assert save.can_run()
    save.trigger()
    settle(qtbot, prices)
    assert not prices.sheet.is_dirty()
    retype(qtbot, prices, 0, PRICE, "0.83")
    prices.sheet.bar.discard_button.setFocus()
    qtbot.keyClick(prices.sheet.bar.discard_button, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, prices)
    assert not prices.sheet.is_dirty()
    assert cell(prices, 0, PRICE) == "0.83"
