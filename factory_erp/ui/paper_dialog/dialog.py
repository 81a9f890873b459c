"""A paper of an order or a purchase in a dialog: what it would say now, its terms beside it, and Issue."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import uuid4

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.documents.snapshot import Language
from factory_erp.i18n import _
from factory_erp.services.issuing.drafts import Draft
from factory_erp.services.issuing.issue import IssuedDocument
from factory_erp.services.issuing.register import RegisterRow
from factory_erp.services.shipping import documents
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.edits import ChoiceEdit, TextEdit
from factory_erp.ui.paper_dialog.issued import IssuedList
from factory_erp.ui.paper_dialog.source import PaperSource, Terms
from factory_erp.ui.paper_dialog.view import PaperView
from factory_erp.ui.paper_words import as_language, kind_name, language_choices

WIDTH, HEIGHT = 1180, 790
"""Of the dialog with a form, where the window is large enough, px."""

TERMS_WIDTH, LIST_WIDTH = 470, 380
"""Of what stands beside the paper, with a form and without, px."""

DELAY = 350
"""Milliseconds after the last key before the draft is drawn with what is typed."""

ISSUE_KEYS = "Ctrl+I"


class PaperDialog(QDialog):
    """The draft of a paper, drawn anew after every change; ``issued`` carries what was issued.

    *terms* is the form at the left, where the kinds have one; below it are the documents issued so far.
    """

    issued = Signal(object)

    def __init__(
        self,
        context: UiContext,
        source: PaperSource,
        kind: str = "",
        terms: Terms | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._source, self._terms = context, source, terms
        self._kind = kind or source.kinds[0]
        self._key = uuid4().hex
        self._looked_at: RegisterRow | None = None
        self._ready = False
        self._pause = QTimer(self, singleShot=True, interval=DELAY)
        self._pause.timeout.connect(self.draw)
        self._make_parts()
        self._lay_out()
        self._connect()
        self._take_size(parent)
        self._read_issued()
        self._show_kind()

    def _make_parts(self) -> None:
        kinds = self._source.kinds
        self.kind_choice = ChoiceEdit([(one, kind_name(one)) for one in kinds])
        self.kind_choice.setAccessibleName(_("Document shown"))
        self.kind_choice.show_value(self._kind)
        self.kind_choice.setVisible(len(kinds) > 1)
        self.language_choice = ChoiceEdit([("", _("As set for the partner")), *language_choices()])
        self.language_choice.setAccessibleName(_("Language of the document"))
        self.caption = label(muted=True, wrap=True)
        self.draft_button = Button(_("Back to the draft"), kind=Kind.LINK, run=self.show_draft)
        self.paper = PaperView(self._context.jobs)
        self.list = IssuedList()
        self.reason = TextEdit()
        self.reason.setMaxLength(200)
        self.reason.setPlaceholderText(_("Why it is issued again"))
        self.reason.setAccessibleName(self.reason.placeholderText())
        self.issue_button = Button(_("Issue"), kind=Kind.PRIMARY, run=self.issue)
        self.close_button = Button(_("Close"), run=self.reject)

    def _connect(self) -> None:
        self.kind_choice.edited.connect(self._choose_kind)
        self.language_choice.edited.connect(self.show_draft)
        self.paper.drawn.connect(self._note_drawn)
        self.list.chosen.connect(self.show_issued)
        self.list.opened.connect(self._open_in_register)
        QShortcut(QKeySequence(ISSUE_KEYS), self, self.issue)
        if self._terms is not None:
            self._terms.saved.connect(self.show_draft)
            self._terms.edited.connect(self._note_edit)
            self._terms.dirty_changed.connect(lambda _dirty: self._dress())

    def _lay_out(self) -> None:
        top, middle, buttons = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for row, gap in ((top, 10), (middle, 16), (buttons, 10)):
            row.setSpacing(gap)
        top.addWidget(self.kind_choice)
        top.addWidget(self.language_choice)
        top.addWidget(self.caption, 1)
        top.addWidget(self.draft_button)
        middle.addWidget(self._beside())
        middle.addWidget(self.paper, 1)
        buttons.addWidget(self.reason, 2)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.issue_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addLayout(middle, 1)
        column.addLayout(buttons)

    def _beside(self) -> QWidget:
        """The form, and what was issued."""
        beside = QWidget()
        beside.setFixedWidth(LIST_WIDTH if self._terms is None else TERMS_WIDTH)
        column = QVBoxLayout(beside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        if self._terms is not None:
            column.addWidget(self._terms.widget(), 1)
        column.addWidget(self.list)
        if self._terms is None:
            column.addStretch(1)
        return beside

    def _take_size(self, parent: QWidget | None) -> None:
        """As large as is of use, but not larger than the window."""
        wanted = (WIDTH if self._terms is not None else WIDTH - TERMS_WIDTH + LIST_WIDTH, HEIGHT)
        room = parent.window() if parent is not None else None
        self.resize(*(wanted if room is None else
                      (min(wanted[0], room.width() - 24), min(wanted[1], room.height() - 24))))  # fmt: skip

    def kind(self) -> str:
        """The kind of paper that is shown."""
        return self._kind

    def language(self) -> Language | None:
        """The language that is chosen; None: as it is set for the partner."""
        return as_language(self.language_choice.value())

    def is_dirty(self) -> bool:
        """Whether terms are typed that are not saved."""
        return self._terms is not None and self._terms.is_dirty()

    def _choose_kind(self) -> None:
        wanted = str(self.kind_choice.value())
        if not self._may_leave():
            self.kind_choice.show_value(self._kind)
            return
        self._kind = wanted
        self._show_kind()

    def _show_kind(self) -> None:
        self.setWindowTitle(
            _("{document} for {number}", document=kind_name(self._kind), number=self._source.number)
        )
        self.list.show_kind(self._kind)
        if self._terms is not None:
            self._terms.show_kind(self._kind)
        self.show_draft()

    # what is looked at

    def show_draft(self) -> None:
        """Look at what would be issued now."""
        self._looked_at = None
        self.list.deselect()
        self.draw()

    def _note_edit(self) -> None:
        """Soon show what is typed: not each letter of it."""
        self._looked_at = None
        self.list.deselect()
        self._pause.start()

    def draw(self) -> None:
        """Draw what would be issued now, with the terms as they are typed."""
        self._pause.stop()
        typed = self._terms.typed() if self._terms is not None else None
        read = partial(self._source.draft, self._kind, self.language(), typed)
        self._ready = False
        self.caption.setText(_("Draft of what would be issued now"))
        self.paper.read(read, f"{self._source.number}-{self._kind.replace('_', '-')}-draft.pdf")
        self._dress()

    def show_issued(self, row: RegisterRow) -> None:
        """Look at a document as it was issued, its file proved by the hash."""
        self._pause.stop()
        self._looked_at, self._ready = row, False
        self.caption.setText(
            _("{number}, revision {revision}, as issued", number=row.number, revision=row.revision)
        )
        self.paper.read(partial(_issued, row), row.file_name)
        self._dress()

    def _note_drawn(self, there: bool) -> None:
        self._ready = there
        self._dress()

    def _dress(self) -> None:
        """The draft can be issued once it is drawn, unless something typed is not saved."""
        dirty, on_draft, latest = self.is_dirty(), self._looked_at is None, self.list.latest()
        self.draft_button.setVisible(not on_draft)
        self.reason.setVisible(on_draft and latest is not None)
        self.issue_button.setText(
            _("Issue") if latest is None else _("Issue revision {number}", number=latest.revision + 1)
        )
        self.issue_button.setEnabled(self._ready and on_draft and not dirty)
        self.issue_button.setToolTip(_("Save or discard the terms first.") if dirty else ISSUE_KEYS)

    # what was issued

    def _read_issued(self, chosen: int | None = None) -> None:
        self._context.jobs.run(self._source.issued, done=partial(self._take_issued, chosen), owner=self)

    def _take_issued(self, chosen: int | None, rows: Sequence[RegisterRow]) -> None:
        self.list.show_rows(rows)
        if chosen is not None:
            self.list.select(chosen)
        self._dress()

    def _open_in_register(self, row: RegisterRow) -> None:
        if self._may_leave():
            super().reject()
            self._context.navigate(f"erp://documents/{row.id}")

    # issuing

    def issue(self) -> None:
        """Issue the paper that is drawn; the same paper again gives the one that is in force."""
        if not self.issue_button.isEnabled():
            return
        self.issue_button.setEnabled(False)
        reason = self.reason.text().strip() if self.list.latest() is not None else ""
        self._context.jobs.run(
            partial(self._source.issue, self._kind, self.language(), self._key, reason),
            write=True,
            title=_("Issuing {document}", document=kind_name(self._kind)),
            done=self._note_issued,
            failed=self._refused,
            owner=self,
        )

    def _note_issued(self, document: IssuedDocument) -> None:
        self.reason.clear()
        self._context.say(
            _("{number}, revision {revision}, is in force.",
              number=document.number, revision=document.revision)
        )  # fmt: skip
        self._read_issued(document.id)
        self.issued.emit(document)

    def _refused(self, error: Exception) -> None:
        self._dress()
        show_problem(self, error)

    # leaving

    def _may_leave(self) -> bool:
        text = _("The terms that you typed are not saved.")
        if self._terms is None or not self.is_dirty():
            return True
        if not confirm(self, _("Leave without saving?"), text, _("Discard changes")):
            return False
        self._terms.discard()
        return True

    def reject(self) -> None:
        """Close; ask first where something is typed that is not saved."""
        if self._may_leave():
            super().reject()

    def done(self, result: int) -> None:
        """Close the document before its copy is removed."""
        self._pause.stop()
        self.paper.stop()
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a field goes on in the form; it does not press a button of the dialog."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return
        super().keyPressEvent(event)


def _issued(row: RegisterRow) -> Draft:
    """The document as it was issued, which lacks nothing that could still be said."""
    return Draft(documents.document_bytes(row.id), row.language)
