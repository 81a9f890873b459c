"""A quotation as it is printed, in each language."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.services.inquiries import quotation_views
from factory_erp.services.inquiries.quotation_views import QuotationDetail
from factory_erp.ui.inquiries import words
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.pdf_preview import PdfPreview
from factory_erp.ui.kit.widgets import Chip, ChipBar


class QuotationPreview(QDialog):
    """The paper of a quotation; a chip for each language that it can be written in."""

    def __init__(self, context: UiContext, detail: QuotationDetail, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(detail.row.number)
        self.resize(880, 760)
        self._context, self._detail = context, detail
        self._folder = TemporaryDirectory(prefix="factory-erp-")
        self.chips = ChipBar(self)
        self.chips.set_chips(
            [Chip(code, _(title)) for code, title in words.LANGUAGES.items()], current=detail.form.language
        )
        self.chips.chosen.connect(self.read)
        self.problem = label(wrap=True)
        self.problem.setProperty("problem", True)
        self.problem.hide()
        self.preview = PdfPreview(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        for part, stretch in ((self.chips, 0), (self.problem, 0), (self.preview, 1)):
            column.addWidget(part, stretch)
        self.read(detail.form.language)

    def read(self, language: str) -> None:
        """Show the paper in that language."""
        self._context.jobs.run(
            partial(quotation_views.quotation_paper, self._detail.row.id, language),
            done=partial(self._take, language),
            failed=self._miss,
            owner=self,
        )

    def _take(self, language: str, content: bytes) -> None:
        if language != self.chips.current():
            return
        self.problem.hide()
        self.preview.show()
        self.preview.clear()  # a file that is still shown cannot be written over everywhere
        path = Path(self._folder.name) / f"{self._detail.row.number}-{language}.pdf"
        path.write_bytes(content)
        self.preview.show_document(path)

    def _miss(self, error: Exception) -> None:
        self.preview.clear()
        self.preview.hide()
        self.problem.setText(str(error))
        self.problem.show()

    def done(self, result: int) -> None:
        """Close the document before its copies are removed."""
        self.preview.clear()
        self._folder.cleanup()
        super().done(result)
