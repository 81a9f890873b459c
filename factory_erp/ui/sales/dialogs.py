"""Dialogs of the sales page: promising a ship date, and an issued document to look at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.clock import today
from factory_erp.services.sales_views import OrderDetail
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.forms import DateEdit
from factory_erp.ui.kit.pdf_preview import PdfPreview
from factory_erp.ui.kit.widgets import Button, Kind, label
from factory_erp.ui.sales.work import Proposal, propose

REASONS_SHOWN = 6
"""Of the reasons for a proposed date: those that bind it first."""


class ConfirmDialog(QDialog):
    """Which ship date to promise: proposed with its reasons, and free to be changed.

    ``confirm`` is called with the date once it is sound; the dialog works the proposal out off the UI thread.
    """

    def __init__(
        self,
        context: UiContext,
        detail: OrderDetail,
        confirm: Callable[[date], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Confirm {number}", number=detail.number))
        self.setMinimumWidth(460)
        self._confirm = confirm
        self.date = DateEdit()
        self.date.setAccessibleName(_("Promised ship date"))
        self.date.edited.connect(self._note_edit)
        self.why = label(_("Working out when it can ship…"), muted=True, wrap=True)
        self.problem = label(wrap=True)
        self.problem.setProperty("problem", True)
        self.problem.hide()
        self._typed = False
        self._lay_out(detail)
        work = partial(propose, detail.id, detail.requested_ship)
        self._requested = detail.requested_ship
        context.jobs.run(work, done=self._take, owner=self)
        self.date.setFocus()

    def _lay_out(self, detail: OrderDetail) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 18)
        column.setSpacing(10)
        column.addWidget(label(detail.customer, pixels=16, bold=True, wrap=True))
        asked = figures.day(detail.requested_ship) or figures.NONE
        said = _(
            "{amount} · ship date asked for: {date}", amount=figures.money(detail.amounts.total), date=asked
        )
        column.addWidget(label(said, muted=True, wrap=True))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(label(_("Promised ship date")))
        row.addWidget(self.date, 1)
        column.addLayout(row)
        column.addWidget(self.problem)
        column.addWidget(self.why)
        column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Cancel"), run=self.reject))
        self.button = Button(_("Confirm order"), kind=Kind.PRIMARY, run=self.accept)
        self.button.setDefault(True)
        buttons.addWidget(self.button)
        column.addLayout(buttons)

    def _grow(self) -> None:
        """As high as the words need: a wrapped label cannot ask for it by itself."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))

    def _note_edit(self) -> None:
        self._typed = True
        self.problem.hide()

    def _take(self, proposal: Proposal) -> None:
        """Show the proposal; a date that the person has begun to type stays."""
        suggested = proposal.ship_date or self._requested
        if suggested is not None and not self._typed:
            self.date.setText(suggested.isoformat())
            self.date.selectAll()
        self.why.setText(_reasons(proposal))
        self._grow()

    def accept(self) -> None:
        """Promise the date, if it is one that can be promised."""
        sentence, promised = self._read()
        if promised is None:
            self.problem.setText(sentence)
            self.problem.show()
            self._grow()
            self.date.setFocus()
            return
        super().accept()
        self._confirm(promised)

    def _read(self) -> tuple[str, date | None]:
        """("", the date), or what is wrong with it."""
        try:
            value = self.date.value()
        except DomainError as error:
            return str(error), None
        if not isinstance(value, date):
            return _("Enter the date that the buyer can rely on."), None
        if value < today():
            return _("This day has passed. Enter a date from today on."), None
        return "", value


def _reasons(proposal: Proposal) -> str:
    if proposal.ship_date is None:
        lead = _("No date could be worked out.")
        return f"{lead} {proposal.problem}"
    lead = _("Suggested: {date}.", date=proposal.ship_date.isoformat())
    return "\n".join((lead, *(f"•  {reason}" for reason in proposal.reasons[:REASONS_SHOWN])))


class DocumentDialog(QDialog):
    """An issued document as it was filed; it can be printed and copied, not changed."""

    def __init__(self, number: str, content: bytes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(number)
        self.resize(860, 760)
        self._folder = TemporaryDirectory(prefix="factory-erp-")
        path = Path(self._folder.name) / f"{number}.pdf"
        path.write_bytes(content)
        self.preview = PdfPreview(self)
        column = QVBoxLayout(self)
        column.addWidget(self.preview)
        self.preview.show_document(path)

    def done(self, result: int) -> None:
        """Close the document before its copy is removed."""
        self.preview.clear()
        self._folder.cleanup()
        super().done(result)
