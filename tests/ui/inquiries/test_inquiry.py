"""One inquiry: the conversation, answers through the platform and by hand, who and what, giving up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from factory_erp.models.inquiries import InquirySource, InquiryState
from factory_erp.models.platforms import OutboxState
from factory_erp.services.inquiries import inbox as inquiries
from factory_erp.services.inquiries import views as inquiry_views
from factory_erp.services.inquiries.intake import apply_inquiries
from factory_erp.services.inquiries.views import InquiryDetail
from factory_erp.ui.inquiries import InquiriesPage, dialogs
from factory_erp.ui.inquiries.facts_card import CUSTOMER, PRODUCT
from factory_erp.ui.kit.choose import LookupEdit
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.form_dialog import FormDialog
from tests.services.inquiry_samples import Shop, a_message, an_inquiry
from tests.ui.inquiries.sample import Answers, rows, settle

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def anna(qtbot: QtBot, shown: InquiriesPage, ids: dict[str, int]) -> InquiriesPage:
    shown.open_inquiry(ids["Anna"])
    settle(qtbot, shown)
    return shown


def now(shown: InquiriesPage) -> InquiryDetail:
    assert shown.view.inquiry_id is not None
    return inquiry_views.inquiry_detail(shown.view.inquiry_id)


def write(qtbot: QtBot, shown: InquiriesPage, text: str) -> None:
    shown.view.reply.edit.setFocus()
    qtbot.keyClicks(shown.view.reply.edit, text)


def test_the_conversation_and_the_facts_are_shown(anna: InquiriesPage) -> None:
    view = anna.view
    assert [(one.body.toPlainText(), one.message.outgoing) for one in view.conversation.bubbles] == [
        ("Best price?", False), ("2.95 USD each.", True), ("And with a lid?", False),
    ]  # fmt: skip
    assert (view.title.text(), view.pill.text()) == ("Steel cups", "New inquiry")
    assert view.clock.text() == "Answer by 2026-11-23 13:30"
    assert view.reply.way.text() == "Goes to the buyer through Main shop."
    assert (view.lost_button.isVisible(), view.reopen_button.isVisible()) == (True, False)


def test_a_long_word_is_broken_and_a_message_is_as_high_as_its_text(
    qtbot: QtBot, anna: InquiriesPage
) -> None:
    write(qtbot, anna, "short")
    qtbot.keyClick(anna.view.reply.edit, Qt.Key.Key_Return, CTRL)
    settle(qtbot, anna)
    low = anna.view.conversation.bubbles[-1].body.height()
    anna.view.reply.edit.setPlainText("w" * 900)
    anna.view.reply.send()
    settle(qtbot, anna)
    body = anna.view.conversation.bubbles[-1].body
    assert body.height() > 3 * low
    assert body.width() < anna.view.conversation.viewport().width()
    assert anna.view.conversation.horizontalScrollBar().maximum() == 0


def test_an_answer_goes_out_through_the_platform(qtbot: QtBot, anna: InquiriesPage, said: list[str]) -> None:
    write(qtbot, anna, "Yes, with a lid.")
    qtbot.keyClick(anna.view.reply.edit, Qt.Key.Key_Return, CTRL)
    settle(qtbot, anna)
    last = now(anna).messages[-1]
    assert (last.body, last.outgoing, last.delivery) == ("Yes, with a lid.", True, OutboxState.NEW)
    assert anna.view.conversation.bubbles[-1].message == last
    assert (anna.view.reply.text(), said) == ("", ["The answer goes out with the next sync."])
    qtbot.keyClick(anna.view.reply.edit, Qt.Key.Key_Return, CTRL)
    settle(qtbot, anna)
    assert len(now(anna).messages) == 4


def test_an_answer_that_was_given_elsewhere_is_kept_as_sent(qtbot: QtBot, anna: InquiriesPage) -> None:
    write(qtbot, anna, "Told her on the phone.")
    qtbot.mouseClick(anna.view.reply.by_hand_button, Qt.MouseButton.LeftButton)
    settle(qtbot, anna)
    assert now(anna).messages[-1].delivery is None
    assert now(anna).row.state is InquiryState.ANSWERED
    assert anna.view.reopen_button.isVisible()


def test_a_refused_answer_stays_where_it_was_written(qtbot: QtBot, anna: InquiriesPage) -> None:
    anna.view.reply.edit.setPlainText("x" * 50_001)
    anna.view.reply.send()
    settle(qtbot, anna)
    assert anna.view.reply.problem.isVisible()
    assert len(anna.view.reply.text()) == 50_001
    assert len(now(anna).messages) == 3
    anna.view.reply.edit.setPlainText("shorter")
    assert not anna.view.reply.problem.isVisible()


def test_other_inquiries_are_answered_by_a_ready_mail(
    qtbot: QtBot, shown: InquiriesPage, ids: dict[str, int], mailed: list[str]
) -> None:
    shown.open_inquiry(ids["Kim"])
    settle(qtbot, shown)
    reply = shown.view.reply
    assert (reply.send_button.text(), reply.by_hand_button.isVisible()) == ("Write e-mail", False)
    write(qtbot, shown, "Dear Kim")
    qtbot.keyClick(reply.edit, Qt.Key.Key_Return, CTRL)
    settle(qtbot, shown)
    [address] = mailed
    assert address.startswith("mailto:kim@buyer.example?subject=Re")
    assert QGuiApplication.clipboard().text() == "Dear Kim"
    assert now(shown).row.state is InquiryState.ANSWERED
    assert shown.view.pill.text() == "Answered"


def test_a_begun_answer_is_asked_for_and_comes_back_with_undo(
    qtbot: QtBot, anna: InquiriesPage, ids: dict[str, int], answers: Answers
) -> None:
    write(qtbot, anna, "Dear")
    asked = answers(False)
    anna.open_inquiry(ids["Kim"])
    anna.go_home()
    assert (len(asked), anna.view.inquiry_id, anna.can_leave()) == (2, ids["Anna"], False)
    qtbot.mouseClick(anna.view.reply.discard_button, Qt.MouseButton.LeftButton)
    assert (anna.view.reply.text(), anna.can_leave()) == ("", True)
    anna.view.reply.edit.undo()
    assert anna.view.reply.text() == "Dear"
    answers(True)
    anna.open_inquiry(ids["Kim"])
    settle(qtbot, anna)
    assert (anna.view.inquiry_id, anna.view.reply.text()) == (ids["Kim"], "")


def test_what_is_being_written_survives_news(qtbot: QtBot, anna: InquiriesPage, ids: dict[str, int]) -> None:
    write(qtbot, anna, "Dear")
    inquiries.assign_product(ids["Anna"], None)
    anna.on_changes({"inquiry": frozenset({ids["Anna"]})})
    settle(qtbot, anna)
    assert anna.view.reply.text() == "Dear"
    assert anna.view.detail is not None
    assert anna.view.detail.product_id is None


def choose(qtbot: QtBot, dialog: object, name: str, text: str) -> FormDialog:
    assert isinstance(dialog, FormDialog)
    edit = dialog.form.edit(name)
    assert isinstance(edit, LookupEdit)
    edit.setText(text)
    edit.textEdited.emit(text)
    dialog.form.save()
    return dialog


def test_customer_and_product_are_assigned_over_what_was_read(
    qtbot: QtBot, shown: InquiriesPage, ids: dict[str, int], shop: Shop
) -> None:
    shown.open_inquiry(ids["Marco"])
    settle(qtbot, shown)
    shown.view.card.link_clicked.emit(CUSTOMER)
    choose(qtbot, shown.view.dialog, "customer_id", "ACME Trading")
    settle(qtbot, shown)
    assert now(shown).customer_id == shop.customer
    shown.view.card.link_clicked.emit(PRODUCT)
    choose(qtbot, shown.view.dialog, "product_id", "CUP-500")
    settle(qtbot, shown)
    assert now(shown).product_id == shop.product
    assert [one.sku for one in shown.view.detail.suggestions] == ["CUP-500-BLK"]  # type: ignore[union-attr]
    shown.view.card.link_clicked.emit(PRODUCT)
    inquiries.assign_product(ids["Marco"], None)
    choose(qtbot, shown.view.dialog, "product_id", "CUP-500")
    settle(qtbot, shown)
    problems = [one for one in QApplication.topLevelWidgets() if isinstance(one, Message) and one.isVisible()]
    assert (len(problems), now(shown).product_id) == (1, None)


def test_an_inquiry_is_given_up_and_reopened(
    qtbot: QtBot, anna: InquiriesPage, answers: Answers, said: list[str]
) -> None:
    assert len(answers(False)) == 0
    anna.view.give_up()
    settle(qtbot, anna)
    assert now(anna).row.state is InquiryState.NEW
    answers(True)
    anna.view.give_up()
    settle(qtbot, anna)
    assert (now(anna).row.state, anna.view.pill.text()) == (InquiryState.LOST, "Lost")
    assert not anna.view.lost_button.isVisible()
    anna.view.reopen()
    settle(qtbot, anna)
    assert now(anna).row.state is InquiryState.NEW
    assert len(said) == 2


def test_quoting_begins_with_the_items_that_are_selected(
    qtbot: QtBot, anna: InquiriesPage, shop: Shop, ids: dict[str, int]
) -> None:
    table = anna.view.card._items
    assert table is not None
    assert table.model.rows == [("CUP-500-BLK", "USD 2.95", "2026-12-13")]
    table.select_key(shop.cup)
    assert anna.view.card.picked() == [shop.cup]
    anna.view.quote()
    settle(qtbot, anna)
    assert anna.sheet is not None
    assert anna.stack.currentWidget() is anna.sheet
    assert anna.sheet.read is not None
    assert [(one.sku, one.quantity) for one in anna.sheet.read.detail.lines] == [("CUP-500-BLK", 600)]
    anna.sheet.head_bar.closed.emit()
    settle(qtbot, anna)
    assert (anna.stack.currentWidget(), anna.view.inquiry_id) == (anna.view, ids["Anna"])
    assert anna.view.latest_quotation() is not None
    assert anna.view.open_button.isVisible()


def test_a_buyer_whom_the_platform_does_not_name_is_called_so(
    qtbot: QtBot, shown: InquiriesPage, shop: Shop
) -> None:
    nameless = an_inquiry("Q-9", buyer_id="B-99", buyer_name="", listing="", source=InquirySource.RFQ)
    silent = replace(nameless, messages=(replace(a_message("m9"), author=""),))
    apply_inquiries(shop.account, [silent])
    [row] = [row for row in inquiry_views.inquiry_rows() if not row.buyer_name]
    shown.refresh()
    settle(qtbot, shown)
    assert (row.id, "–") in [(key, cells[1]) for key, cells in listed(shown)]
    shown.open_inquiry(row.id)
    settle(qtbot, shown)
    assert shown.view.conversation.bubbles[0].accessibleName().startswith("Buyer without a name · ")
    dialog = dialogs.ask_customer(shown.context, inquiry_views.inquiry_detail(row.id), shown)
    assert dialog.windowTitle() == "Who is Buyer without a name?"
    dialog.reject()


def listed(shown: InquiriesPage) -> list[tuple[object, tuple[str, ...]]]:
    table = shown.inbox.table
    return list(zip(table.model.keys, rows(table), strict=True))
