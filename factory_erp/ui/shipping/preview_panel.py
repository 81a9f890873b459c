"""The papers beside the work: each change of the shipment is seen at once in the draft of its documents."""

from __future__ import annotations

from functools import partial
from itertools import count
from pathlib import Path

from PySide6.QtCore import QTemporaryDir, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from factory_erp.documents.snapshot import Kind, Language
from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.models.documents import DocumentState
from factory_erp.services.shipping import documents
from factory_erp.services.shipping.views import DocumentRow, ShipmentDetail
from factory_erp.ui.kit import buttons, figures
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.edits import ChoiceEdit
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.kit.pdf_preview import PdfPreview
from factory_erp.ui.kit.widgets import EmptyState

LEAST_WIDTH = 420
"""The page number beside all the buttons of the preview, px."""

DELAY = 120
"""Milliseconds after the last change before a draft is drawn."""


class PreviewPanel(QFrame):
    """A paper as it was issued: one that was chosen, else the one in force that says what leaves.

    Where there is none, the draft of what would be issued now.

    The PDF is drawn in the background into a temporary file; an answer to an older question is dropped.
    ``damaged`` carries (document, error) where the file of a chosen paper is lost or altered,
    ``language_chosen`` the language for the papers.
    """

    damaged = Signal(object, object)
    language_chosen = Signal(str)

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._jobs = jobs
        self._folder = QTemporaryDir()
        self._numbers = count(1)
        self._asked = 0
        self._detail: ShipmentDetail | None = None
        self._issued: DocumentRow | None = None
        self._drawn: DocumentRow | None = None
        self._kind: Kind = documents.INVOICE
        self.caption = label(muted=True, wrap=True)
        self.preview = PdfPreview(self)
        self.problem = EmptyState("document", "")
        self.language_choice = ChoiceEdit(
            (("bilingual", _("Bilingual")), ("en", _("English")), ("zh_CN", _("Chinese")))
        )
        self.language_choice.show_value("bilingual")
        self.language_choice.setAccessibleName(_("Language of the documents"))
        self.language_choice.edited.connect(self._change_language)
        self.kind_buttons: dict[Kind, Button] = {
            documents.INVOICE: self._kind_button(_("Commercial invoice"), documents.INVOICE),
            documents.PACKING_LIST: self._kind_button(_("Packing list"), documents.PACKING_LIST),
        }
        self._pause = QTimer(self, singleShot=True, interval=DELAY)
        self._pause.timeout.connect(self._draw)
        self._lay_out()

    def language(self) -> Language:
        """The language that is chosen for the papers."""
        value = self.language_choice.value()
        return value if value in ("en", "zh_CN") else "bilingual"

    def kind(self) -> Kind:
        """Which paper is chosen."""
        return self._kind

    def show_detail(self, detail: ShipmentDetail) -> None:
        """Draw the paper of *detail* anew; another shipment begins in the language of its papers."""
        if self._detail is None or self._detail.id != detail.id:
            self._issued = None
            self._take_language(detail)
        if self._issued is not None:
            self._issued = next((row for row in detail.documents if row.id == self._issued.id), None)
        self._detail = detail
        self._pause.start()

    def show_issued(self, document: DocumentRow) -> None:
        """Show a paper as it was issued, its file proved by the hash."""
        self._issued = document
        self._kind = document.kind.value
        self.kind_buttons[self._kind].setChecked(True)
        self._pause.start()

    def show_kind(self, kind: Kind) -> None:
        """Show the paper *kind*: as issued if that says what leaves, else what it would say now."""
        self._kind, self._issued = kind, None
        self.kind_buttons[kind].setChecked(True)
        self._pause.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what changed while it was out of sight."""
        super().showEvent(event)
        if self._detail is not None:
            self._pause.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is drawn that nobody sees, or whose window closes."""
        super().hideEvent(event)
        self._pause.stop()

    def stop(self) -> None:
        """Show nothing any more; what is being drawn is dropped."""
        self._pause.stop()
        self._asked = next(self._numbers)
        self._detail = None
        self.preview.clear()

    def _lay_out(self) -> None:
        group = QButtonGroup(self)
        top = QHBoxLayout()
        top.setSpacing(7)
        for button in self.kind_buttons.values():
            group.addButton(button)
            top.addWidget(button)
        top.addStretch(1)
        below = QHBoxLayout()
        below.addWidget(self.caption, 1)
        below.addWidget(self.language_choice)
        self.kind_buttons[self._kind].setChecked(True)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.preview)
        self._stack.addWidget(self.problem)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addLayout(below)
        column.addWidget(self._stack, 1)
        self.setMinimumWidth(LEAST_WIDTH)

    def _kind_button(self, text: str, kind: Kind) -> Button:
        return Button(text, kind=buttons.Kind.CHIP, run=partial(self.show_kind, kind))

    def _change_language(self) -> None:
        self._issued = None
        self._pause.start()
        self.language_chosen.emit(self.language())

    def _take_language(self, detail: ShipmentDetail) -> None:
        in_force = (row.language for row in detail.documents if row.state is DocumentState.ISSUED)
        spoken = next(in_force, "")
        if spoken:
            self.language_choice.show_value(spoken)
            self.language_chosen.emit(self.language())

    def _paper(self, detail: ShipmentDetail) -> DocumentRow | None:
        """The issued paper to show; None where the draft is."""
        if self._issued is not None:
            return self._issued
        wanted = (self._kind, self.language())
        return next(
            (row for row in detail.documents if row.current and (row.kind, row.language) == wanted), None
        )

    def _draw(self) -> None:
        if self._detail is None:
            return
        self._asked = number = next(self._numbers)
        self._drawn = paper = self._paper(self._detail)
        folder = Path(self._folder.path()) / str(number)
        if paper is not None:
            name = f"{paper.number}-rev{paper.revision}.pdf"
            read = partial(documents.document_bytes, paper.id)
        else:
            short = "invoice" if self._kind == documents.INVOICE else "packing-list"
            name = f"{self._detail.number}-{short}-draft.pdf"
            read = partial(documents.preview, self._detail.id, self._kind, self.language())
        self._jobs.run(
            partial(_write, read, folder / name),
            done=partial(self._show, number),
            failed=partial(self._fail, number),
            owner=self,
        )

    def _show(self, number: int, path: Path) -> None:
        if number != self._asked:
            return
        self._stack.setCurrentWidget(self.preview)
        self.preview.show_document(path)
        self.caption.setText(self._caption())

    def _fail(self, number: int, error: Exception) -> None:
        if number != self._asked:
            return
        self.preview.clear()
        said = str(error) if isinstance(error, DomainError) else _("The document could not be drawn.")
        self.problem.sentence.setText(said)
        self._stack.setCurrentWidget(self.problem)
        self.caption.setText(self._caption())
        if self._issued is not None and isinstance(error, DomainError):
            self.damaged.emit(self._issued, error)

    def _caption(self) -> str:
        if self._drawn is None:
            return _("Draft of what would be issued now")
        return _(
            "{number}, revision {revision}, as issued {moment}",
            number=self._drawn.number,
            revision=self._drawn.revision,
            moment=figures.local(self._drawn.issued_at),
        )


def _write(read: partial[bytes], path: Path) -> Path:
    """Get the PDF and put it into its own folder: the name is what "Save as" proposes."""
    content = read()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
