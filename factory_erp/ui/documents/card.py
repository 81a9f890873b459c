"""The document beside the register: as it was issued, its revisions, to whom it went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTemporaryDir, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.models.documents import DocumentState
from factory_erp.services.issuing import issue, register
from factory_erp.services.issuing.register import DocumentHistory, RegisterRow
from factory_erp.services.shipping import documents
from factory_erp.ui import paper_words
from factory_erp.ui.documents.history import HistoryPart
from factory_erp.ui.kit.buttons import Button, ElidedLabel, Kind
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field
from factory_erp.ui.kit.pdf_preview import PdfPreview
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.tabs import Tabs
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import EmptyState

DELAY = 90
"""Milliseconds on a row before its document is read: going down the list must not read each."""

LEAST_WIDTH = 420
"""The page number beside all the buttons of the preview, px."""


class DocumentCard(QFrame):
    """Shows one document at a time.  ``revision_asked`` carries the id of another revision to show."""

    revision_asked = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setMinimumWidth(LEAST_WIDTH)
        self._context = context
        self._folder = QTemporaryDir()
        self._numbers = count(1)
        self._asked = 0
        self._wanted: int | None = None
        self.history: DocumentHistory | None = None
        self.title = ElidedLabel(pixels=15, bold=True)
        self.subtitle = ElidedLabel(muted=True)
        self.pill = Pill("", Tone.NEUTRAL)
        self.open_button = Button(_("Open file"), icon="document", run=self.open_file)
        self.owner_button = Button("", kind=Kind.LINK, icon="link", run=self.go_to_owner)
        self.preview = PdfPreview(self)
        self.problem = EmptyState("document", "", _("Restore the file"), self.restore)
        self.past = HistoryPart(self.ask_cancel)
        self.past.revisions.activated.connect(self.revision_asked)
        self._pause = QTimer(self, singleShot=True, interval=DELAY)
        self._pause.timeout.connect(self._read)
        self._lay_out()
        self.show_document(None)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.title, 1)
        head.addWidget(self.pill)
        second = QHBoxLayout()
        second.setSpacing(10)
        second.addWidget(self.owner_button)
        second.addStretch(1)
        second.addWidget(self.open_button)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.preview)
        self._stack.addWidget(self.problem)
        self.tabs = Tabs(shortcuts=False)
        self.tabs.add("document", _("Document"), lambda: self._stack)
        self.tabs.add("history", _("Revisions and mail"), lambda: self.past)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.subtitle)
        column.addLayout(second)
        column.addWidget(self.tabs, 1)

    # which document

    def show_document(self, document_id: int | None) -> None:
        """Show the document with that id, once the hand rests on it; None: nothing."""
        self._wanted = document_id
        if document_id is None:
            self._asked = next(self._numbers)
            self._pause.stop()
            self.history = None
            self.preview.clear()
            self._stack.setCurrentWidget(self.preview)
            self._fill_head(None)
        elif self.isVisible():
            self._pause.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Show what was asked for out of sight."""
        super().showEvent(event)
        if self._wanted is not None:
            self._pause.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is read that nobody sees."""
        super().hideEvent(event)
        self._pause.stop()

    def _read(self) -> None:
        if self._wanted is None:
            return
        self._asked = number = next(self._numbers)
        self._context.jobs.run(
            partial(register.document_history, self._wanted),
            done=partial(self._take_history, number), failed=partial(self._fail, number), owner=self,
        )  # fmt: skip

    def _take_history(self, number: int, history: DocumentHistory) -> None:
        if number != self._asked:
            return
        same = self.history is not None and self.history.document == history.document
        self.history = history
        self._fill_head(history.document)
        self.past.show_history(history)
        self.tabs.set_count("history", len(history.revisions) + len(history.sendings))
        if not (same and self.preview.path() is not None):
            self._read_file(number, history.document)

    def _read_file(self, number: int, document: RegisterRow) -> None:
        read = partial(documents.document_bytes, document.id)
        path = Path(self._folder.path()) / str(number) / document.file_name
        self._context.jobs.run(
            partial(_write, read, path),
            done=partial(self._take_file, number), failed=partial(self._fail, number), owner=self,
        )  # fmt: skip

    def _take_file(self, number: int, path: Path) -> None:
        if number == self._asked:
            self._stack.setCurrentWidget(self.preview)
            self.preview.show_document(path)
            self.open_button.setEnabled(True)

    def _fail(self, number: int, error: Exception) -> None:
        if number != self._asked:
            return
        self.preview.clear()
        self.open_button.setEnabled(False)
        said = str(error) if isinstance(error, DomainError) else _("The document could not be shown.")
        self.problem.sentence.setText(said)
        self.problem.button.setVisible(self.history is not None)
        self._stack.setCurrentWidget(self.problem)

    # what is said of it

    def _fill_head(self, document: RegisterRow | None) -> None:
        for widget in (self.pill, self.owner_button, self.subtitle):
            widget.setVisible(document is not None)
        self.past.cancel_button.setEnabled(self.can_cancel())
        self.open_button.setEnabled(self.preview.path() is not None)
        if document is None:
            self.title.setText(_("No document chosen"))
            self.past.show_history(None)
            self.tabs.set_count("history", None)
            return
        self.title.setText(document.number)
        self.subtitle.setText(
            " · ".join(
                (
                    paper_words.kind_name(document.kind, document.variant),
                    _("revision {revision}", revision=document.revision),
                    document.partner,
                )
            )
        )
        cell = paper_words.state_pill(document.state)
        self.pill.set(cell.text, cell.tone)
        self.owner_button.setText(document.owner)
        self.owner_button.setAccessibleName(_("Go to {number}", number=document.owner))
        self.owner_button.setToolTip(self.owner_button.accessibleName())

    # what can be done with it

    def open_file(self) -> None:
        """Open a copy of the file in the program that shows PDFs here."""
        if (path := self.preview.path()) is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def go_to_owner(self) -> None:
        """Go to the shipment or order that the document is of."""
        if self.history is not None:
            self._context.navigate(self.history.document.link)

    def can_cancel(self) -> bool:
        """Whether the document shown is in force."""
        return self.history is not None and self.history.document.state is DocumentState.ISSUED

    def ask_cancel(self) -> FormDialog | None:
        """The open dialog that takes the document out of force; None where it is not in force."""
        if self.history is None or not self.can_cancel():
            return None
        document = self.history.document
        dialog = FormDialog(
            self._context.jobs, _("Cancel {number}", number=document.number),
            [Field("reason", _("Reason"), required=True)], {}, partial(_cancelling, document.id),
            _("Cancel document"), parent=self,
            note=_("It is out of force from now on. Its number stays used, and its file is kept."),
        )  # fmt: skip
        dialog.resize(460, 210)
        dialog.done_with.connect(
            lambda _none: self._context.say(_("{number} is cancelled.", number=document.number))
        )
        dialog.open()
        return dialog

    def restore(self) -> None:
        """Draw a lost or altered file again from the stored record, after asking."""
        if self.history is None:
            return
        document = self.history.document
        title = _("Restore {number}?", number=document.number)
        text = _("The file is drawn again from the stored record. It must come out exactly as issued.")
        if confirm(self, title, text, _("Restore the file")):
            self._context.jobs.run(
                partial(documents.restore_file, document.id), done=self._restored, write=True,
                title=_("Restoring {number}", number=document.number), owner=self,
            )  # fmt: skip

    def _restored(self, _path: Path) -> None:
        self._context.say(_("The file is restored."))
        self._read()


def _cancelling(document_id: int, values: Mapping[str, Any]) -> Callable[[], object]:
    return partial(issue.cancel, document_id, str(values["reason"]))


def _write(read: Callable[[], bytes], path: Path) -> Path:
    """Get the PDF and put it into its own folder: the name is what "Save as" proposes."""
    content = read()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
