"""The papers beside the work: each change of the shipment is seen at once in the draft of its documents."""

from __future__ import annotations

from functools import partial
from itertools import count
from pathlib import Path
from typing import get_args

from PySide6.QtCore import QTemporaryDir, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from factory_erp.documents.snapshot import Language
from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.models.documents import DocumentState
from factory_erp.services.issuing.drafts import Draft, shipment_draft
from factory_erp.services.shipping import documents
from factory_erp.services.workbench.views import DocumentRow, ShipmentDetail
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.edits import ChoiceEdit
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.kit.pdf_preview import PdfPreview
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import Banner, EmptyState
from factory_erp.ui.paper_words import LANGUAGES, draft_text, kind_name
from factory_erp.ui.shipping.steps import Wanted

LEAST_WIDTH = 384
"""The page number beside all the buttons of the preview, px."""

DELAY = 120
"""Milliseconds after the last change before a draft is drawn."""


class PreviewPanel(QFrame):
    """A paper as it was issued: one that was chosen, else the one in force that says what leaves.

    Where there is none, the draft of what would be issued now.

    The PDF is drawn in the background into a temporary file; an answer to an older question is dropped.
    ``damaged`` carries (document, error) where the file of a chosen paper is lost or altered,
    ``language_chosen`` the language for the papers ("": as the customer wants them).
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
        self._wanted: Wanted = (documents.INVOICE, "")
        self.caption = label(muted=True, wrap=True)
        self.cautions = Banner("", Tone.WARNING, icon="info")
        self.cautions.words.setWordWrap(True)
        self.preview = PdfPreview(self)
        self.problem = EmptyState("document", "")
        self.language_choice = ChoiceEdit(
            [("", _("Customer's language")), *((code, _(name)) for code, name in LANGUAGES.items())]
        )
        self.language_choice.setAccessibleName(_("Language of the documents"))
        self.language_choice.edited.connect(self._change_language)
        self.kind_choice = ChoiceEdit([(self._wanted, kind_name(*self._wanted))])
        self.kind_choice.setAccessibleName(_("Document shown"))
        self.kind_choice.setSizeAdjustPolicy(
            ChoiceEdit.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.kind_choice.setMinimumContentsLength(14)
        self.language_choice.setSizeAdjustPolicy(
            ChoiceEdit.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.language_choice.setMinimumContentsLength(9)
        self.kind_choice.edited.connect(self._choose_kind)
        self._pause = QTimer(self, singleShot=True, interval=DELAY)
        self._pause.timeout.connect(self._draw)
        self._lay_out()

    def language(self) -> Language | None:
        """The language that is chosen for the papers; None: as the customer wants them."""
        value = self.language_choice.value()
        return next((code for code in get_args(Language) if code == value), None)

    def wanted(self) -> Wanted:
        """Which paper is chosen: kind and variant."""
        return self._wanted

    def show_detail(self, detail: ShipmentDetail) -> None:
        """Draw the paper of *detail* anew; another shipment begins in the one language of its papers."""
        if self._detail is None or self._detail.id != detail.id:
            self._issued = None
            self._take_language(detail)
        if self._issued is not None:
            self._issued = next((row for row in detail.documents if row.id == self._issued.id), None)
        self._detail = detail
        self._offer_kinds(detail)
        self._pause.start()

    def _offer_kinds(self, detail: ShipmentDetail) -> None:
        offered = dict.fromkeys(
            [*((row.kind, row.variant) for row in detail.papers),
             *((str(row.kind), row.variant) for row in detail.documents), self._wanted]
        )  # fmt: skip
        self.kind_choice.set_choices([(one, kind_name(*one)) for one in offered])
        self.kind_choice.show_value(self._wanted)

    def show_issued(self, document: DocumentRow) -> None:
        """Show a paper as it was issued, its file proved by the hash."""
        self._issued = document
        self._turn_to((document.kind, document.variant))

    def show_kind(self, kind: str, variant: str = "") -> None:
        """Show the paper *kind*: as issued if that says what leaves, else what it would say now."""
        self._issued = None
        self._turn_to((kind, variant))

    def _turn_to(self, wanted: Wanted) -> None:
        self._wanted = (str(wanted[0]), wanted[1])
        if self._detail is not None:
            self._offer_kinds(self._detail)
        self._pause.start()

    def _choose_kind(self) -> None:
        value = self.kind_choice.value()
        if isinstance(value, tuple):
            self.show_kind(*value)

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
        top = QHBoxLayout()
        top.setSpacing(7)
        top.addWidget(self.kind_choice, 5)
        top.addWidget(self.language_choice, 4)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.preview)
        self._stack.addWidget(self.problem)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.caption)
        column.addWidget(self.cautions)
        column.addWidget(self._stack, 1)
        self._say_cautions("")
        self.setMinimumWidth(LEAST_WIDTH)

    def _change_language(self) -> None:
        self._issued = None
        self._pause.start()
        self.language_chosen.emit(self.language() or "")

    def _take_language(self, detail: ShipmentDetail) -> None:
        in_force = {row.language for row in detail.documents if row.state is DocumentState.ISSUED}
        self.language_choice.show_value(in_force.pop() if len(in_force) == 1 else "")
        self.language_chosen.emit(self.language() or "")

    def _paper(self, detail: ShipmentDetail) -> DocumentRow | None:
        """The issued paper to show; None where the draft is."""
        if self._issued is not None:
            return self._issued
        language = self.language()
        return next(
            (
                row
                for row in detail.documents
                if row.current
                and (row.kind, row.variant) == self._wanted
                and language in (None, row.language)
            ),
            None,
        )

    def _draw(self) -> None:
        if self._detail is None:
            return
        self._asked = number = next(self._numbers)
        self._drawn = paper = self._paper(self._detail)
        folder = Path(self._folder.path()) / str(number)
        if paper is not None:
            name = f"{paper.number}-rev{paper.revision}.pdf"
            read = partial(_issued, paper)
        else:
            kind, variant = self._wanted
            name = f"{self._detail.number}-{kind.replace('_', '-')}-draft.pdf"
            read = partial(shipment_draft, self._detail.id, kind, self.language(), variant)
        self._jobs.run(
            partial(_write, read, folder / name),
            done=partial(self._show, number),
            failed=partial(self._fail, number),
            owner=self,
        )

    def _show(self, number: int, drawn: tuple[Path, Draft]) -> None:
        if number != self._asked:
            return
        path, draft = drawn
        self._stack.setCurrentWidget(self.preview)
        self._say_cautions(draft_text(draft))
        self.preview.show_document(path)
        self.caption.setText(self._caption())

    def _fail(self, number: int, error: Exception) -> None:
        if number != self._asked:
            return
        self.preview.clear()
        self._say_cautions("")
        said = str(error) if isinstance(error, DomainError) else _("The document could not be drawn.")
        self.problem.sentence.setText(said)
        self._stack.setCurrentWidget(self.problem)
        self.caption.setText(self._caption())
        if self._issued is not None and isinstance(error, DomainError):
            self.damaged.emit(self._issued, error)

    def _say_cautions(self, said: str) -> None:
        """What the draft lacks in its language, and what speaks against issuing it as it is."""
        self.cautions.set_text(said)
        self.cautions.setVisible(bool(said))

    def _caption(self) -> str:
        if self._drawn is None:
            return _("Draft of what would be issued now")
        return _(
            "{number}, revision {revision}, as issued {moment}",
            number=self._drawn.number,
            revision=self._drawn.revision,
            moment=figures.local(self._drawn.issued_at),
        )


def _issued(paper: DocumentRow) -> Draft:
    """The paper as it was issued: nothing is said of it any more."""
    return Draft(documents.document_bytes(paper.id), paper.language)


def _write(read: partial[Draft], path: Path) -> tuple[Path, Draft]:
    """Get the PDF and put it into its own folder: the name is what "Save as" proposes."""
    draft = read()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(draft.content)
    return path, draft
