"""The lists: what waits and how urgently, filters, typing in, importing e-mails, links."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from factory_erp.models.inquiries import InquirySource
from factory_erp.services.inquiries import views as inquiry_views
from factory_erp.services.platforms import accounts as platforms
from factory_erp.ui.inquiries import InquiriesPage
from factory_erp.ui.inquiries.words import SourceCell
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.rows import PillCell
from tests.ui.inquiries.sample import Answers, a_quotation, open_sheet, rows, settle

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    # The screenless platform says this of every list that hangs under an edit.
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]


def buyers(shown: InquiriesPage) -> list[str]:
    return [row[1] for row in rows(shown.inbox.table)]


def an_email(folder: Path, name: str = "ask.eml") -> Path:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Eva <eva@buyer.example>", "export@cups.example", "Price?"
    mail["Message-ID"], mail["Date"] = f"<{name}@buyer.example>", "Mon, 23 Nov 2026 08:00:00 +0800"
    mail.set_content("How much are 300 CUP-500-BLK?")
    path = folder / name
    path.write_bytes(bytes(mail))
    return path


def test_what_waits_comes_first_and_says_how_urgent_it_is(shown: InquiriesPage) -> None:
    assert rows(shown.inbox.table)[0] == (
        "RFQ", "Marco Rossi", "IT", "RFQ tumbler", "–", "600 PCS", "2026-11-23 06:30", "2026-11-23 07:30",
        "New inquiry",
    )  # fmt: skip
    assert buyers(shown) == ["Marco Rossi", "Anna Berg", "Kim Ltd"]
    late, soon, none = [row[7] for row in shown.inbox.table.model.rows]
    assert (late, soon, none) == (
        PillCell("2026-11-23 07:30", "danger"), PillCell("2026-11-23 13:30", "warning"), "",
    )  # fmt: skip
    assert shown.inbox.table.model.rows[1][0] == SourceCell("Message", "chat")
    assert shown.header._counts.text() == "3 wait for an answer · 2 are urgent"
    assert shown.tabs.bar.tabText(0) == "Inbox  3"


def test_chips_search_and_account_narrow_the_list(qtbot: QtBot, shown: InquiriesPage) -> None:
    other = platforms.add_account("alibaba", "Second shop", "", "app2").value
    shown.refresh()
    settle(qtbot, shown)
    assert [button.text() for button in shown.inbox.chips._buttons.values()] == [
        "New inquiries  3", "Answered  0", "Quoted  0", "Won  0", "Lost  0", "All  3",
    ]  # fmt: skip
    shown.inbox.chips.select("won")
    assert buyers(shown) == []
    shown.inbox.chips.select("all")
    shown.header.search.setText("fair")
    shown.header.searched.emit("fair")
    settle(qtbot, shown)
    assert buyers(shown) == ["Kim Ltd"]
    shown.header.search.setText("")
    shown.inbox.account.show_value(other)
    shown.inbox.account.edited.emit()
    settle(qtbot, shown)
    assert (buyers(shown), shown.inbox.account_id()) == ([], other)


def test_an_inquiry_is_typed_in_and_opened(qtbot: QtBot, shown: InquiriesPage) -> None:
    shown.new_inquiry()
    dialog = shown.dialog
    assert isinstance(dialog, FormDialog)
    dialog.form.restore_draft({"buyer_name": "Noor BV", "buyer_email": "nobody", "text": "Cups?"})
    dialog.form.save()
    settle(qtbot, shown)
    assert "not an e-mail address" in dialog.form._messages["buyer_email"].text()
    assert len(inquiry_views.inquiry_rows()) == 3
    email = dialog.form.edit("buyer_email")
    assert isinstance(email, QLineEdit)
    email.clear()
    qtbot.keyClicks(email, "noor@buyer.example")
    qtbot.keyClick(email, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, shown)
    assert shown.view.detail is not None
    assert shown.view.detail.row.buyer_name == "Noor BV"
    assert shown.view.detail.row.source is InquirySource.TYPED
    assert shown.stack.currentWidget() is shown.view
    assert "Noor BV" in buyers(shown)


def test_dropped_mails_come_in_once_and_what_cannot_be_read_is_said(
    qtbot: QtBot, shown: InquiriesPage, said: list[str], tmp_path: Path
) -> None:
    good, gone = an_email(tmp_path), tmp_path / "gone.eml"
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(good)), QUrl.fromLocalFile(str(gone))])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), copy, data, Qt.MouseButton.LeftButton, none)
    enter.ignore()
    shown.dragEnterEvent(enter)
    assert enter.isAccepted()
    shown.dropEvent(QDropEvent(QPoint(5, 5), copy, data, Qt.MouseButton.LeftButton, none))
    settle(qtbot, shown)
    assert said == ["1 new inquiry"]
    problem = shown.mails.dialog
    assert isinstance(problem, Message)
    assert "gone.eml" in problem.more_text()
    problem.accept()
    [eva] = [row for row in rows(shown.inbox.table) if row[1] == "Eva"]
    assert (eva[0], eva[4]) == ("E-mail", "Steel cup")
    shown.mails.run([good])
    settle(qtbot, shown)
    assert said[-1] == "1 known already"


def test_other_files_are_not_taken(shown: InquiriesPage, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.eml")), QUrl.fromLocalFile(str(tmp_path / "a.png"))])
    event = QDragEnterEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.ignore()
    shown.dragEnterEvent(event)
    assert not event.isAccepted()


def test_enter_opens_and_the_list_comes_back_where_it_was(
    qtbot: QtBot, shown: InquiriesPage, ids: dict[str, int]
) -> None:
    shown.inbox.table.select_key(ids["Kim"])
    qtbot.keyClick(shown.inbox.table.view, Qt.Key.Key_Return)
    settle(qtbot, shown)
    assert (shown.is_open(), shown.view.title.text()) == (True, "Cups for a fair")
    shown.go_home()
    assert (shown.is_open(), shown.inbox.current()) == (False, ids["Kim"])


def test_links_lead_to_an_inquiry_a_quotation_and_the_lists(
    qtbot: QtBot, shown: InquiriesPage, ids: dict[str, int], said: list[str]
) -> None:
    quotation = a_quotation(ids["Anna"])
    shown.open_record(str(ids["Anna"]))
    settle(qtbot, shown)
    assert shown.view.inquiry_id == ids["Anna"]
    shown.open_record(f"quotation/{quotation}")
    settle(qtbot, shown)
    assert shown.sheet is not None
    assert shown.sheet.record_id == quotation
    shown.open_record("view/quotations")
    assert (shown.is_open(), shown.tabs.current()) == (False, "quotations")
    shown.open_record("view/lost")
    assert (shown.tabs.current(), shown.inbox.chips.current()) == ("inbox", "lost")
    shown.open_record("99999")
    settle(qtbot, shown)
    assert (shown.is_open(), len(said)) == (False, 1)


def test_the_page_comes_back_as_it_was_left(qtbot: QtBot, shown: InquiriesPage, ids: dict[str, int]) -> None:
    shown.inbox.chips.select("new")
    shown.open_inquiry(ids["Anna"])
    settle(qtbot, shown)
    shown.view.reply.edit.setPlainText("Dear Anna")
    again = InquiriesPage(shown.context)
    qtbot.addWidget(again)
    again.restore_state(shown.state())
    settle(qtbot, again)
    assert (again.view.inquiry_id, again.view.reply.text()) == (ids["Anna"], "Dear Anna")
    assert again.inbox.chips.current() == "new"


def test_quotations_are_listed_with_state_and_validity(
    qtbot: QtBot, shown: InquiriesPage, ids: dict[str, int], answers: Answers
) -> None:
    quotation = a_quotation(ids["Kim"])
    shown.refresh()
    settle(qtbot, shown)
    shown.tabs.select("quotations")
    assert rows(shown.quotations.table) == [
        ("QT-2026-00001", "Kim Ltd", "KR", "USD 1,475.00", "2026-11-23", "2026-12-08", "", "INQ-2026-00003",
         "–", "Draft"),
    ]  # fmt: skip
    shown.quotations.chips.select("sent")
    assert rows(shown.quotations.table) == []
    open_sheet(qtbot, shown, quotation)
    assert shown.sheet is not None
    answers(True)
    shown.sheet.head_bar.decline()
    settle(qtbot, shown)
    shown.close_record()
    shown.quotations.chips.select("declined")
    assert [row[-1] for row in rows(shown.quotations.table)] == ["Declined"]


def test_commands_have_keys_of_their_own_and_follow_what_is_open(
    qtbot: QtBot, shown: InquiriesPage, ids: dict[str, int]
) -> None:
    def able() -> set[str]:
        return {one.id.partition(".")[2] for one in shown.commands() if one.can_run()}

    keys = [one.shortcut for one in shown.commands() if one.shortcut]
    assert len(keys) == len(set(keys))
    assert able() == {"new", "new_quotation", "import"}
    shown.open_inquiry(ids["Anna"])
    settle(qtbot, shown)
    assert able() == {"new", "new_quotation", "import", "quote", "lost", "list"}
