"""The page of letters of credit: the list, or one credit at full size."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.models.credits import CreditState
from factory_erp.services.credits import views as credit_views
from factory_erp.services.credits.letters import NOUN
from factory_erp.ui.credits import words
from factory_erp.ui.credits.editor import CreditEditor
from factory_erp.ui.credits.list import CreditSource
from factory_erp.ui.credits.paste_dialog import PasteDialog
from factory_erp.ui.credits.work import Pasted
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.saved_views import ViewBar
from factory_erp.ui.kit.table import RecordTable

CONCERNS = frozenset(
    {"letter_of_credit", "shipment", "shipment_line", "partner", "sales_order", "sales_line", "calendar",
     "calendar_exception"}
)  # fmt: skip
"""Kinds of record that show on this page."""


class CreditsPage(Page):
    """Letters of credit: ``erp://credits/<id>``, ``erp://credits/view/<view>`` and ``erp://credits/new``."""

    noun = NOUN

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.source = CreditSource()
        self.table = RecordTable(self.source, context.jobs)
        self.views = ViewBar(
            context, self.noun, words.VIEW_NAMES, self.source,
            chips=self.chips, table=self.table, search=self.header.search,
        )  # fmt: skip
        self.editor = CreditEditor(context)
        self.stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self.table.restore_state({"sort": "expires_on", "descending": False})
        self.views.recall()

    def _lay_out(self) -> None:
        self.header.set_title(_("Letters of credit"))
        self.header.enable_search(_("Search number, customer, bank, port or shipment…"))
        self.header.add_button(_("New letter of credit"), self.new, icon="add")
        self.header.add_button(_("Paste MT700…"), self.ask_paste, icon="import", primary=True)
        self.table.set_name(_("Letters of credit"))
        self.set_body(framed(self.table))
        front = QWidget()
        column = QVBoxLayout(front)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.header)
        column.addWidget(self.chips)
        column.addWidget(self.body, 1)
        self.stack.addWidget(front)
        self.stack.addWidget(self.editor)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.stack)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.header.searched.connect(self.table.set_search)
        self.views.chosen.connect(self._say_empty)
        self.table.activated.connect(self.open_credit)
        self.table.count_changed.connect(self._say_count)
        self.table.refused.connect(self.context.say)
        self.editor.closed.connect(self.close_credit)
        self.editor.pasted.connect(self._take_pasted)
        self.editor.shipment_opened.connect(
            lambda shipment_id: self.context.navigate(f"erp://shipping/{shipment_id}")
        )

    # what the shell asks

    def refresh(self) -> None:
        """Read list, counts and the credit in view again."""
        self._say_empty(self.views.base())
        self.views.refresh()
        self.context.jobs.run(credit_views.credit_counts, done=self.views.set_counts, owner=self)
        if self.is_open():
            self.editor.refresh()

    def on_changes(self, changes: object) -> None:
        """Read again when credits changed, or what is shipped under them."""
        if isinstance(changes, Mapping) and CONCERNS.isdisjoint(changes):
            return
        super().on_changes(changes)

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember chip and columns for the next start."""
        super().hideEvent(event)
        self.views.remember()

    def go_home(self) -> None:
        """Back to the list; asks where something is unsaved."""
        self.close_credit()

    def can_leave(self) -> bool:
        """Ask where the open credit holds a draft."""
        return self.editor.can_leave()

    def open_record(self, key: str) -> None:
        """A credit by its id, a saved view (``view/closed``), or an empty form (``new``)."""
        first, _slash, rest = key.partition("/")
        if first == "view" and rest in words.VIEW_NAMES:
            if self.close_credit():
                self.chips.select(rest)
        elif key == "new":
            self.new()
        elif first.isdecimal():
            self.open_credit(int(first))
        else:
            self.context.say(_("There is no letter of credit '{key}'.", key=key))

    def state(self) -> dict[str, object]:
        """View, columns and the open credit."""
        opened = self.editor.credit_id if self.is_open() else None
        return self.views.state() | {"opened": opened, "record": "" if opened is None else str(opened)}

    def restore_state(self, state: dict[str, object]) -> None:
        """Take over what ``state`` gave."""
        self.views.restore_state(state)
        opened = state.get("opened")
        if isinstance(opened, int):
            self.open_credit(opened)

    # the list

    def _say_empty(self, view: str) -> None:
        self.table.set_empty_text(_(words.EMPTY_TEXTS[view]))

    def _say_count(self, count: int) -> None:
        self.header.set_counts(
            ngettext("{number} letter of credit", "{number} letters of credit", count,
                     number=figures.number(count))
        )  # fmt: skip

    # one credit

    def is_open(self) -> bool:
        """Whether a credit is shown over the page."""
        return self.stack.currentWidget() is self.editor

    def open_credit(self, credit_id: int, proposal: Pasted | None = None) -> None:
        """Show the credit over the whole page; with a *proposal*, its form filled with that message."""
        if self.is_open() and credit_id != self.editor.credit_id and not self.editor.can_leave():
            return
        self.table.select_id(credit_id)
        self._turn_to_editor()
        self.editor.show_credit(credit_id, proposal)
        self.editor.tabs.bar.setFocus()

    def new(self, proposal: Pasted | None = None) -> None:
        """An empty form for a credit, or one filled with a message."""
        if not self.is_open() or self.editor.can_leave():
            self._turn_to_editor()
            self.editor.show_new(proposal)

    def _turn_to_editor(self) -> None:
        self.stack.setCurrentWidget(self.editor)
        self.setFocusProxy(self.editor.tabs.bar)

    def close_credit(self) -> bool:
        """Back to the list; False if the person stays, because something is not saved."""
        if not self.is_open():
            return True
        if not self.editor.can_leave():
            return False
        self.editor.forget()
        self.stack.setCurrentIndex(0)
        self.setFocusProxy(self.table)
        self.table.setFocus()
        return True

    def ask_paste(self) -> PasteDialog:
        """The open dialog in which a bank's message is pasted."""
        if self.is_open():
            return self.editor.ask_paste()
        dialog = PasteDialog(self.context.jobs, parent=self)
        dialog.accepted_with.connect(self._take_pasted)
        dialog.open()
        return dialog

    def _take_pasted(self, pasted: Pasted) -> None:
        if pasted.draft.known_id is None:
            self.new(pasted)
        else:
            self.open_credit(pasted.draft.known_id, pasted)

    # commands

    def commands(self) -> list[Command]:
        """New, paste, open, state, shipments, save; saved views."""
        editor, is_open, saved = self.editor, self.is_open, self._is_saved
        return [
            Command("credits.new", N_("New letter of credit"), self.new, "Ctrl+N", icon="add",
                    group="record"),
            Command("credits.paste", N_("Paste MT700…"), self.ask_paste, "Ctrl+Shift+M", icon="import",
                    group="record"),
            Command("credits.open", N_("Open letter of credit"), self._open_current, "Ctrl+O",
                    lambda: not is_open() and self.table.current_id() is not None, "document", "record"),
            Command("credits.attach", N_("Put a shipment under it…"), self._attach, "F6", saved, "ship",
                    "record"),
            *(Command(f"credits.{state}", words.ACTS[state], partial(editor.become, state), "",
                      partial(self._can_become, state), group="record") for state in words.ACTS),
            Command("credits.save", N_("Save"), editor.save, "Ctrl+S", editor.is_dirty, "save", "file"),
            Command("credits.list", N_("Back to the list"), self.close_credit, "", is_open,
                    "chevron-left", "go"),
            *self.views.commands(),
        ]  # fmt: skip

    def _is_saved(self) -> bool:
        return self.is_open() and self.editor.credit_id is not None

    def _can_become(self, state: CreditState) -> bool:
        return self._is_saved() and not self.editor.head.acts[state].isHidden()

    def _attach(self) -> None:
        self.editor.tabs.select("shipments")
        self.editor.shipments.ask_add()

    def _open_current(self) -> None:
        current = self.table.current_id()
        if current is not None:
            self.open_credit(current)
