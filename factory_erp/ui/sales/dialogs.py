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
from factory_erp.i18n import N_, _
from factory_erp.services.clock import today
from factory_erp.services.sales.views import OrderDetail
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.forms import DateEdit
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.pdf_preview import PdfPreview
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.widgets import Button, Kind, label
from factory_erp.ui.sales.work import Planned, Proposal, propose

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
        self.others_button = Button(_("Other ways…"), kind=Kind.LINK, run=self.reject)
        buttons.addWidget(self.others_button)
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


BUY = (
    Column("sku", N_("SKU"), 200, sortable=False),
    Column("quantity", N_("Quantity"), 110, kind="number", sortable=False),
    Column("needed", N_("Needed on"), 110, kind="date", sortable=False),
)


class PlanDialog(QDialog):
    """What has to be bought for an order that was just planned; *show* leads to its production."""

    def __init__(
        self,
        outcome: Planned,
        said: str,
        show: Callable[[], object] | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("{number} is planned", number=outcome.number))
        self._show_production = show
        self.table = SimpleTable(BUY)
        self.table.set_name(_("To be bought"))
        rows = outcome.shortages
        cells = [(row.sku, figures.number(row.quantity), row.needed_on.isoformat()) for row in rows]
        self.table.set_rows(cells, [row.item_id for row in rows])
        self._lay_out(said)
        self.resize(520, 400)

    def _lay_out(self, said: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 18)
        column.setSpacing(10)
        column.addWidget(label(said, pixels=15, bold=True, wrap=True))
        hint = _("To be bought for this order. Book it in at the production order once it has arrived.")
        column.addWidget(label(hint, muted=True, wrap=True))
        column.addWidget(framed(self.table), 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        close = Button(_("Close"), run=self.accept)
        buttons.addWidget(close)
        if self._show_production is not None:
            self.production_button = Button(_("Open production"), kind=Kind.PRIMARY, run=self._open)
            buttons.addWidget(self.production_button)
        column.addLayout(buttons)
        close.setFocus()

    def _open(self) -> None:
        self.accept()
        if self._show_production is not None:
            self._show_production()


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
