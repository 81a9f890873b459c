"""The inquiries page: inbox and quotations as lists, one inquiry or quotation over the whole page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.models.inquiries import InquiryState
from factory_erp.ui.inquiries import dialogs, words, work
from factory_erp.ui.inquiries.inquiry_view import InquiryView
from factory_erp.ui.inquiries.lists import INBOX, QUOTATIONS, ListTabs
from factory_erp.ui.inquiries.mails import MailImport, dropped
from factory_erp.ui.inquiries.quotation_sheet import QuotationSheet
from factory_erp.ui.inquiries.work import Lists
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.page import Page

CONCERNS = frozenset(
    {"inquiry", "inquiry_message", "quotation", "quotation_line", "outbox_message", "partner", "product",
     "product_text", "platform_account", "promise_hold", "sales_order", "company"}
)  # fmt: skip
"""Kinds of record that show on this page."""


class InquiriesPage(Page):
    """Inquiries: ``erp://inquiries/<id>``, ``erp://inquiries/quotation/<id>``, and of the lists
    ``erp://inquiries/view/<state>`` and ``erp://inquiries/view/quotations``.
    """

    noun = "inquiries"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._asked = 0
        self.dialog: QWidget | None = None
        self.mails = MailImport(context, self)
        self.tabs = ListTabs()
        self.inbox, self.quotations = self.tabs.inbox, self.tabs.quotations
        self.view = InquiryView(context)
        self.sheet: QuotationSheet | None = None
        self.stack = QStackedWidget()
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.header.set_title(_("Inquiries"))
        self.header.enable_search(_("Number, subject or buyer"))
        add = self.header.add_button
        self.import_button = add(_("Import e-mails…"), self.mails.choose, icon="import")
        self.import_button.setToolTip(_("Files .eml or .mbox; they can be dropped on this page too."))
        self.new_button = add(_("New inquiry…"), self.new_inquiry, icon="add", primary=True)
        front = QWidget()
        column = QVBoxLayout(front)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.header)
        column.addWidget(self.tabs, 1)
        self.body.hide()
        self.stack.addWidget(front)
        self.stack.addWidget(self.view)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.stack)
        self.setFocusProxy(self.inbox)

    def _connect(self) -> None:
        self.header.searched.connect(lambda _text: self.refresh())
        self.inbox.filtered.connect(self.refresh)
        self.inbox.opened.connect(self.open_inquiry)
        self.quotations.opened.connect(self.open_quotation)
        self.view.closed.connect(self.go_home)
        self.view.quoted.connect(self.open_quotation)
        self.quotations.new_asked.connect(self.new_quotation)
        self.tabs.current_changed.connect(lambda _key: self.setFocusProxy(self.tabs.part()))

    # reading

    def refresh(self) -> None:
        """Read the lists again, and what is open."""
        self._asked += 1
        read = partial(work.read_lists, self.inbox.account_id(), self.header.search.text())
        self.context.jobs.run(read, done=partial(self._take, self._asked), owner=self)
        if self.sheet is not None:
            self.sheet.refresh()
        self.view.refresh()

    def on_changes(self, changes: object) -> None:
        """Read again when inquiries, quotations or what stands in them changed."""
        if isinstance(changes, Mapping) and CONCERNS.isdisjoint(changes):
            return
        super().on_changes(changes)

    def _take(self, asked: int, lists: Lists) -> None:
        if asked != self._asked:
            return
        self.tabs.show_lists(lists)
        self.header.set_counts(words.counts(lists.inquiries, cut=len(lists.inquiries) >= work.MOST))

    # what is open

    def open_record(self, key: str) -> None:
        """An inquiry by id, ``quotation/<id>``, or a list: ``view/new``, ``view/quotations``."""
        folder, _slash, last = key.rpartition("/")
        if folder == "view":
            self._open_list(last)
        elif last.isascii() and last.isdigit():
            (self.open_quotation if folder == "quotation" else self.open_inquiry)(int(last))
        else:
            self.context.say(_("There is no inquiry '{key}'.", key=key))

    def _open_list(self, name: str) -> None:
        if not self.close_record():
            return
        self.tabs.select(QUOTATIONS if name == QUOTATIONS else INBOX)
        if name in {*InquiryState, words.ALL}:
            self.inbox.chips.select(name)

    def open_inquiry(self, inquiry_id: int) -> None:
        """Show the inquiry over the whole page."""
        same = self.view.inquiry_id == inquiry_id
        if (same and self.sheet is None) or self.can_leave():
            self._drop_sheet()
            self.view.show_inquiry(inquiry_id)
            self.stack.setCurrentWidget(self.view)
            self.setFocusProxy(self.view)
            self.view.reply.edit.setFocus()

    def open_quotation(self, quotation_id: int) -> None:
        """Show the quotation over the whole page."""
        if self.sheet is not None and self.sheet.record_id == quotation_id:
            self.sheet.refresh()
            return
        if not self.can_leave():
            return
        self._drop_sheet()
        self.sheet = sheet = QuotationSheet(self.context, quotation_id)
        sheet.head_bar.closed.connect(self._close_sheet)
        sheet.head_bar.opened.connect(self.open_quotation)
        sheet.missed.connect(self._miss_quotation)
        self.stack.addWidget(sheet)
        self.stack.setCurrentWidget(sheet)
        self.setFocusProxy(sheet)
        sheet.refresh()
        sheet.grid.view.setFocus()

    def _miss_quotation(self, why: str) -> None:
        self.context.say(why)
        self._drop_sheet()
        self._show_front()

    def _close_sheet(self) -> None:
        """Back to the inquiry that the quotation was opened from, else to the list."""
        if not self.can_leave():
            return
        self._drop_sheet()
        if self.view.inquiry_id is not None:
            self.stack.setCurrentWidget(self.view)
            self.setFocusProxy(self.view)
            self.view.reply.edit.setFocus()
        else:
            self._show_front()

    def _drop_sheet(self) -> None:
        if self.sheet is not None:
            self.stack.removeWidget(self.sheet)
            self.sheet.deleteLater()
            self.sheet = None

    def _show_front(self) -> None:
        self.view.forget()
        self.stack.setCurrentIndex(0)
        self.setFocusProxy(self.tabs.part())
        self.tabs.part().setFocus()

    def close_record(self) -> bool:
        """Back to the lists; False if the person stays, because something is not saved."""
        if not self.is_open():
            return True
        if not self.can_leave():
            return False
        self._drop_sheet()
        self._show_front()
        return True

    def is_open(self) -> bool:
        """Whether an inquiry or a quotation is shown over the page."""
        return self.stack.currentIndex() > 0

    def go_home(self) -> None:
        """Back to the lists; asks where something is unsaved."""
        self.close_record()

    def can_leave(self) -> bool:
        """Ask where an answer is not sent, or a quotation not saved."""
        if self.sheet is not None and self.sheet.is_dirty():
            text = _("What you changed in the quotation is not saved.")
            if not confirm(self, _("Leave without saving?"), text, _("Discard changes")):
                return False
            self.sheet.discard()
        return self.view.can_leave()

    def state(self) -> dict[str, object]:
        """The list in view, and the record that is open."""
        return {
            "tab": self.tabs.current(),
            "chip": self.inbox.chips.current(),
            "inquiry": self.view.inquiry_id,
            "quotation": self.sheet.record_id if self.sheet is not None else None,
            "answer": self.view.reply.text(),
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Take over what ``state`` gave."""
        self._open_list(str(state.get("chip", "")))
        if state.get("tab") == QUOTATIONS:
            self.tabs.select(QUOTATIONS)
        inquiry, quotation = state.get("inquiry"), state.get("quotation")
        if isinstance(inquiry, int):
            self.open_inquiry(inquiry)
            self.view.reply.edit.setPlainText(str(state.get("answer", "")))
        if isinstance(quotation, int):
            self.open_quotation(quotation)

    # commands

    def commands(self) -> list[Command]:
        """New, import, answer, quote, give up; save, send and accept a quotation."""
        reading, writing = self._in_inquiry, self._in_quotation
        return [
            Command("inquiries.new", N_("New inquiry…"), self.new_inquiry, "Ctrl+N", None, "add", "record"),
            Command("inquiries.new_quotation", N_("New quotation…"), self.new_quotation, "Ctrl+Shift+N", None,
                    "document", "record"),
            Command("inquiries.open", N_("Open"), self._open_current, "Ctrl+O",
                    lambda: not self.is_open() and self.tabs.part().current() is not None, "mail", "record"),
            Command("inquiries.quote", N_("Quote…"), self.view.quote, "",
                    lambda: reading() and self.view.can_quote(), "money", "record"),
            Command("inquiries.lost", N_("Mark inquiry as lost…"), self.view.give_up, "",
                    lambda: reading() and self.view.may(InquiryState.LOST), "close", "record"),
            Command("inquiries.save", N_("Save"), self._save, "Ctrl+S",
                    lambda: writing() and self.can_save(), "save", "file"),
            Command("inquiries.preview", N_("Preview quotation…"), self._preview, "", writing, "document",
                    "record"),
            Command("inquiries.import", N_("Import e-mails…"), self.mails.choose, "", None, "import", "file"),
            Command("inquiries.list", N_("Back to the list"), self.close_record, "", self.is_open,
                    "chevron-left", "go"),
        ]  # fmt: skip

    def _in_inquiry(self) -> bool:
        return self.stack.currentWidget() is self.view and self.view.detail is not None

    def _in_quotation(self) -> bool:
        return self.sheet is not None and self.sheet.read is not None

    def can_save(self) -> bool:
        """Whether the open quotation was changed."""
        return self.sheet is not None and self.sheet.is_dirty()

    def _save(self) -> None:
        if self.sheet is not None:
            self.sheet.save()

    def _preview(self) -> None:
        if self.sheet is not None:
            self.sheet.head_bar.preview()

    def _open_current(self) -> None:
        record = self.tabs.part().current()
        if record is not None:
            (self.open_inquiry if self.tabs.current() == INBOX else self.open_quotation)(record)

    def new_inquiry(self) -> None:
        """Let an inquiry be typed in, and open it."""
        self.dialog = dialogs.ask_new(self.context, self.open_inquiry, self)

    def new_quotation(self) -> None:
        """Ask for a customer, begin a quotation for him, and open it."""
        self.dialog = dialogs.ask_quotation(self.context, self.open_quotation, self)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files of e-mails may be dropped."""
        if dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Import what was dropped."""
        if paths := dropped(event):
            event.acceptProposedAction()
            self.mails.run(paths)
