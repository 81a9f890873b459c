"""The page of documents: the register at the left, the document that is chosen at the right."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.clock import today
from factory_erp.services.issuing import register
from factory_erp.ui import paper_words
from factory_erp.ui.documents import list as listing
from factory_erp.ui.documents.card import DocumentCard
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.edits import ChoiceEdit
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.list_export import export_list
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.saved_views import ViewBar
from factory_erp.ui.kit.table import RecordTable

CONCERNS = frozenset({"document", "document_mail", "shipment", "sales_order", "purchase_order", "partner"})
"""Kinds of record that show on this page."""


class DocumentsPage(Page):
    """Issued documents: ``erp://documents/<id or number>`` and ``erp://documents/view/<view>``."""

    noun = register.NOUN

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.source = listing.RegisterList()
        self._wanted: int | None = None
        self._is_read = False
        self.table = RecordTable(self.source, context.jobs)
        self.views = ViewBar(
            context, self.noun, listing.VIEW_NAMES, self.source,
            chips=self.chips, table=self.table, search=self.header.search,
        )  # fmt: skip
        self.kind = ChoiceEdit(paper_words.kind_choices(_("All kinds")))
        self.period = ChoiceEdit([(key, _(name)) for key, name in listing.PERIODS.items()])
        self.export_button = Button(_("Export list…"), run=lambda: export_list(self.table))
        self.card = DocumentCard(context)
        self._lay_out()
        self._connect()
        self.table.restore_state({"sort": "issued", "descending": True})
        self.views.recall()

    def _lay_out(self) -> None:
        self.header.set_title(_("Documents"))
        self.header.enable_search(_("Search number, partner, shipment or order…"))
        self.table.set_name(_("Documents"))
        self.kind.setAccessibleName(_("Kind of document"))
        self.period.setAccessibleName(_("Days of issue"))
        bar = QHBoxLayout()
        bar.setSpacing(10)
        bar.addWidget(self.kind)
        bar.addWidget(self.period)
        bar.addStretch(1)
        bar.addWidget(self.export_button)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(bar)
        column.addWidget(framed(self.table), 1)
        self.set_body(left, self.card, stretch=(3, 2))
        self.body.setSizes([640, 430])
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.header.searched.connect(self.table.set_search)
        self.views.chosen.connect(self._say_empty)
        self.kind.edited.connect(self._narrow)
        self.period.edited.connect(self._narrow)
        self.table.current_changed.connect(self._show_current)
        self.table.activated.connect(lambda _id: self.card.open_file())
        self.table.count_changed.connect(self._note_read)
        self.table.refused.connect(self.context.say)
        self.card.revision_asked.connect(self.show_document)

    # what the shell asks

    def refresh(self) -> None:
        """Read list, counts and the chosen document again."""
        self._say_empty(self.views.base())
        self.views.refresh()
        self._count()
        self.card.show_document(self.table.current_id())

    def on_changes(self, changes: object) -> None:
        """Read again when documents, or what they are of, have changed."""
        if isinstance(changes, Mapping) and CONCERNS.isdisjoint(changes):
            return
        super().on_changes(changes)

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember chip and columns for the next start."""
        super().hideEvent(event)
        self.views.remember()

    def open_record(self, key: str) -> None:
        """A document by id or number; or a saved view (``view/superseded``)."""
        first, _slash, view = key.partition("/")
        if first == "view" and view in register.VIEWS:
            self.chips.select(view)
        elif key.isdecimal():
            self.show_document(int(key))
        else:
            find = partial(register.document_id_of, key)
            self.context.jobs.run(find, done=partial(self._show_found, key), owner=self)

    def state(self) -> dict[str, object]:
        """View, columns and the document that is chosen, or will be once the list is read."""
        current = self.table.current_id() if self._wanted is None else self._wanted
        return self.views.state() | {"record": "" if current is None else str(current)}

    def restore_state(self, state: dict[str, object]) -> None:
        """Take over what ``state`` gave."""
        self.views.restore_state(state)
        if record := state.get("record"):
            self.open_record(str(record))

    def commands(self) -> list[Command]:
        """Open, save, print, go to what the document is of; export is the window's; saved views."""
        card, some = self.card, self._has_document
        return [
            Command("documents.open", N_("Open file"), card.open_file, "Ctrl+O", some, "document", "record"),
            Command("documents.save", N_("Save as…"), card.preview.save_as, "Ctrl+Shift+S", some, "save",
                    "file"),
            Command("documents.print", N_("Print…"), card.preview.print_document, "Ctrl+Shift+P", some,
                    "print", "file"),
            Command("documents.cancel", N_("Cancel document…"), card.ask_cancel, "", card.can_cancel, "",
                    "record"),
            Command("documents.owner", N_("Go to shipment or order"), card.go_to_owner, "Ctrl+G", some,
                    "link", "go"),
            *self.views.commands(),
        ]  # fmt: skip

    def _has_document(self) -> bool:
        return self.card.preview.path() is not None

    # the list

    def _say_empty(self, view: str) -> None:
        narrowed = bool(self.kind.value() or self.period.value())
        said = _("Nothing here of that kind and time.") if narrowed else _(listing.EMPTY_TEXTS[view])
        self.table.set_empty_text(said)

    def _count(self) -> None:
        count = partial(register.register_counts, self.source.narrowed)
        self.context.jobs.run(count, done=self.views.set_counts, owner=self)

    def _narrow(self) -> None:
        since, until = listing.period(str(self.period.value() or ""), today())
        self.source.narrow(str(self.kind.value() or ""), since, until)
        self._say_empty(self.views.base())
        self._count()
        self.views.recount()
        self.table.refresh()

    # the document

    def show_document(self, document_id: object) -> None:
        """Go to the document with that id; where the view does not hold it, to all documents."""
        assert isinstance(document_id, int)
        self._wanted = document_id
        if self._is_read:
            self._go_to_wanted()

    def _note_read(self, count: object) -> None:
        assert isinstance(count, int)
        self._is_read = True
        self.header.set_counts(
            ngettext("{number} document", "{number} documents", count, number=figures.number(count))
        )
        self._go_to_wanted()

    def _go_to_wanted(self) -> None:
        wanted = self._wanted
        if wanted is None:
            return
        if self.table.select_id(wanted):
            self._wanted = None
        elif self._is_wide():
            self._wanted = None
            self.context.say(_("There is no document {number}.", number=wanted))
        else:
            self._widen()

    def _is_wide(self) -> bool:
        narrowed = self.kind.value() or self.period.value() or self.header.search.text().strip()
        return self.views.base() == "all" and not narrowed

    def _widen(self) -> None:
        """List every document there is."""
        for choice in (self.kind, self.period):
            choice.show_value("")
        self.source.narrow("", None, None)
        self.header.search.show_words("")
        self.table.set_search("")
        self._count()
        self.chips.select("all")

    def _show_current(self, document_id: object) -> None:
        self.card.show_document(document_id if isinstance(document_id, int) else None)

    def _show_found(self, number: str, found: int | None) -> None:
        if found is None:
            self.context.say(_("There is no document {number}.", number=number))
        else:
            self.show_document(found)
