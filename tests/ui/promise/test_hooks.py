"""The ways to the promise dialog: a quotation, an order of a platform, the palette and its keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.sales import OrderState
from factory_erp.services.inquiries import quotation_views
from factory_erp.services.planning import promise as plain_promise
from factory_erp.services.promise import asking as promise
from factory_erp.services.promise import holds as promise_holds
from factory_erp.services.sales import views as sales_views
from factory_erp.ui.inquiries import promising
from factory_erp.ui.inquiries.quotation_sheet import QuotationSheet
from factory_erp.ui.kit.context import SearchHit, UiContext
from factory_erp.ui.kit.page import Page
from factory_erp.ui.promise import PromiseDialog, lines
from factory_erp.ui.sales.actions import OrderActions
from factory_erp.ui.sales.dialogs import ConfirmDialog
from factory_erp.ui.shell.window import MainWindow, PageSpec
from tests.services.factory import (
    Step,
    a_cup_factory,
    a_machine,
    a_routing,
    an_item,
    an_order,
    in_stock,
)
from tests.services.inquiry_samples import Shop
from tests.ui.inquiries import sample

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]


def settle(qtbot: QtBot, context: UiContext, dialog: PromiseDialog | None = None) -> None:
    """Until nothing runs and nothing is about to."""
    for _round in range(3):
        qtbot.waitUntil(lambda: not context.jobs.running(), timeout=15_000)
        qtbot.waitUntil(lambda: dialog is None or not dialog._pause.isActive(), timeout=15_000)
        qtbot.wait(20)


@pytest.fixture
def sheet(qtbot: QtBot, db: Database, context: UiContext) -> QuotationSheet:
    """Kim's draft quotation of 500 cups, of which 50 are in stock and the others can be made."""
    shop = Shop(db)
    with db.session(write=True) as session:
        a_routing(session, session.get_one(Item, shop.cup), Step(a_machine(session, "PRESS"), 120))
    made = QuotationSheet(context, sample.a_quotation(sample.fill(shop)["Kim"]))
    context.jobs.changed.connect(lambda _changes: made.refresh())
    qtbot.addWidget(made)
    made.resize(1084, 710)
    made.show()
    made.refresh()
    settle(qtbot, context)
    return made


def ask(qtbot: QtBot, sheet: QuotationSheet) -> PromiseDialog:
    sheet.head_bar.promise_button.click()
    dialog = sheet.head_bar.dialog
    assert isinstance(dialog, PromiseDialog)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    settle(qtbot, sheet.context, dialog)
    return dialog


def test_a_quotation_is_promised_kept_while_it_is_valid_and_released(
    qtbot: QtBot, sheet: QuotationSheet, problems: list[BaseException]
) -> None:
    assert not sheet.head_bar.kept.isVisible()
    dialog = ask(qtbot, sheet)
    offer = promise.promise_quotation(sheet.record_id)
    assert dialog.panel.day.text() == offer.day.isoformat()
    valid = quotation_views.quotation_detail(sheet.record_id).form.valid_until
    assert dialog.keeping.until.text() == valid.isoformat()
    dialog.hold_button.click()
    settle(qtbot, sheet.context, dialog)
    assert sheet.head_bar.kept.text() == f"kept until {valid}"
    assert sheet.head_bar.kept.isVisible()
    dialog.keeping.release_button.click()
    settle(qtbot, sheet.context, dialog)
    assert not sheet.head_bar.kept.isVisible()
    assert promise_holds.hold_for_quotation(sheet.record_id) is None
    assert problems == []
    dialog.reject()


def test_the_day_is_written_into_the_draft_as_its_lead_time(qtbot: QtBot, sheet: QuotationSheet) -> None:
    dialog = ask(qtbot, sheet)
    dialog.wanted.setText("2026-12-13")
    dialog.ask()
    settle(qtbot, sheet.context, dialog)
    assert dialog.take_button.text() == "Quote 2026-12-13"
    dialog.take_button.click()
    settle(qtbot, sheet.context)
    assert quotation_views.quotation_detail(sheet.record_id).form.lead_days == 20
    assert not sheet.is_dirty()


def test_a_draft_with_edits_is_saved_first_and_one_that_lapsed_is_not_promised(
    qtbot: QtBot, sheet: QuotationSheet
) -> None:
    sheet.head.restore_draft({"remark": "Samples are free."})
    settle(qtbot, sheet.context)
    assert not sheet.head_bar.promise_button.isEnabled()
    sheet.discard()
    settle(qtbot, sheet.context)
    assert sheet.head_bar.promise_button.isEnabled()
    detail = quotation_views.quotation_detail(sheet.record_id)
    assert promising.asked(replace(detail, editable=False), None).take is None
    assert promising.badge(None) == ""


def test_an_order_of_a_platform_shows_its_promise_before_it_is_confirmed(
    qtbot: QtBot, db: Database, context: UiContext
) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        in_stock(session, shop.cup, 50)
        order = an_order(session, {shop.cup: 300}, state=OrderState.DRAFT, ship_by=None).id
    page = Page(context)
    qtbot.addWidget(page)
    acts = OrderActions(context, page)
    detail = sales_views.order_detail(order)
    acts.confirm(detail)
    assert isinstance(acts.dialog, ConfirmDialog)
    settle(qtbot, context)
    acts.dialog.others_button.click()
    dialog = acts.dialog
    assert isinstance(dialog, PromiseDialog)
    dialog.reject()
    acts.confirm(replace(detail, channel="Alibaba.com"))
    dialog = acts.dialog
    assert isinstance(dialog, PromiseDialog)
    settle(qtbot, context, dialog)
    day = plain_promise(order).ship_date
    assert dialog.take_button.text() == f"Confirm for {day}"
    dialog.take_button.click()
    settle(qtbot, context)
    confirmed = sales_views.order_detail(order)
    assert (confirmed.state, confirmed.ship_by) == (OrderState.CONFIRMED, day)


def test_an_order_that_nothing_can_be_promised_for_is_confirmed_for_a_day_of_ones_own(
    qtbot: QtBot, db: Database, context: UiContext
) -> None:
    with db.session(write=True) as session:
        order = an_order(session, {an_item(session, "VASE"): 3}, state=OrderState.DRAFT, ship_by=None).id
    page = Page(context)
    qtbot.addWidget(page)
    acts = OrderActions(context, page)
    acts.confirm(replace(sales_views.order_detail(order), channel="Alibaba.com"))
    dialog = acts.dialog
    assert isinstance(dialog, PromiseDialog)
    settle(qtbot, context, dialog)
    assert "VASE" in dialog.panel.said.text()
    assert not dialog.take_button.isEnabled()
    dialog.other_button.click()
    typed = acts.dialog
    assert isinstance(typed, ConfirmDialog)
    settle(qtbot, context)
    typed.date.setText("2026-12-09")
    typed.accept()
    settle(qtbot, context)
    confirmed = sales_views.order_detail(order)
    assert (confirmed.state, str(confirmed.ship_by)) == (OrderState.CONFIRMED, "2026-12-09")


def test_the_palette_and_its_keys_lead_to_the_dialog(qtbot: QtBot, db: Database, context: UiContext) -> None:
    with db.session(write=True) as session:
        cup = a_cup_factory(session).cup.id
    window = MainWindow(context, [PageSpec("today", "", "Today", "today", Page)])
    qtbot.addWidget(window)
    window.show()
    command = window.commands["promise.new"]
    assert (command.shortcut, window.commands.clashes()) == ("Ctrl+Shift+A", [])
    command.trigger()
    [first] = window.findChildren(PromiseDialog)
    settle(qtbot, context, first)
    first.close()
    context.search = lambda _text: [SearchHit("CUP", "Steel cup", f"erp://catalog/{cup}")]
    palette = window.open_palette()
    palette.input.setText("CUP")
    title = "Promise a date for CUP…"
    qtbot.waitUntil(lambda: title in [entry.title for entry in palette.entries()])
    palette.list.setCurrentRow([entry.title for entry in palette.entries()].index(title))
    palette.run_current()
    settle(qtbot, context)
    dialog = next(one for one in window.findChildren(PromiseDialog) if one.isVisible())
    settle(qtbot, context, dialog)
    assert dialog.grid.rows()[0][lines.ITEM] == cup
    dialog.close()
