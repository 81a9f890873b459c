"""Travellers of production orders (流转卡): looked at, printed, in the languages that the floor reads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.documents.snapshot import Language
from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.production import travellers
from factory_erp.ui.kit import dialogs
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.forms import ChoiceEdit
from factory_erp.ui.kit.pdf_preview import PdfPreview

SIZE = QSize(900, 760)
"""Of the dialog, where the window is large enough."""

LAST_LANGUAGE = "production/traveller_language"
"""Setting: the language that was printed last."""


class TravellerDialog(QDialog):
    """Draws production orders as they are now, anew for each language; printing and saving are the preview's.

    Several are one PDF, cells of one matrix batch are one traveller. *name*: of the order, the batch or the
    selection.
    """

    def __init__(
        self, context: UiContext, order_ids: Sequence[int], name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Traveller {number}", number=name))
        self._context, self._order_ids, self._name = context, tuple(order_ids), name
        self._folder = TemporaryDirectory(prefix="factory-erp-")
        self.language = ChoiceEdit(
            [("bilingual", _("Chinese and English")), ("zh_CN", "中文"), ("en", "English")]
        )
        self.language.setAccessibleName(_("Language"))
        self.language.show_value(str(context.settings().value(LAST_LANGUAGE, "bilingual")))
        self.language.edited.connect(self.draw)
        self.preview = PdfPreview(self)
        self._lay_out()
        self.resize(SIZE.boundedTo(parent.size() - QSize(40, 40)) if parent is not None else SIZE)
        self.draw()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        caption = label(_("Language"), muted=True)
        caption.setBuddy(self.language)
        head.addWidget(caption)
        head.addWidget(self.language)
        head.addStretch(1)
        head.addWidget(Button(_("Close"), run=self.accept))
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(self.preview, 1)

    def draw(self) -> None:
        """Draw the traveller in the language that is chosen."""
        chosen = cast(Language, self.language.value() or "bilingual")
        self._context.settings().setValue(LAST_LANGUAGE, chosen)
        self._context.jobs.run(
            partial(travellers.order_travellers, self._order_ids, chosen),
            done=partial(self._show, chosen),
            failed=self._refused,
            title=_("Drawing the traveller"),
            owner=self,
        )

    def _show(self, language: Language, content: bytes) -> None:
        if language != (self.language.value() or "bilingual"):
            return
        self.preview.clear()
        path = Path(self._folder.name) / f"{self._name}-{language}.pdf"
        path.write_bytes(content)
        self.preview.show_document(path)

    def _refused(self, error: Exception) -> None:
        self.preview.clear()
        if isinstance(error, DomainError):
            self._context.say(str(error))
            self.reject()
        else:
            dialogs.show_problem(self, error)

    def done(self, result: int) -> None:
        """Close the document before its file is removed."""
        self.preview.clear()
        self._folder.cleanup()
        super().done(result)
