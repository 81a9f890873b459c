"""What a month comes to, figure under figure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.money import Money
from factory_erp.i18n import _
from factory_erp.services.customs.rebate_months import RebateMonth
from factory_erp.services.customs.rebates import NONE, TRADING
from factory_erp.services.customs.supplier_invoices import YUAN
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import Pill
from factory_erp.ui.rebates.work import OpenedMonth

Line = tuple[str, str, bool]
"""Caption, figure, whether it is what the month comes to."""


class MonthResult(QWidget):
    """The figures of the return in yuan, and whether everything of the month is in them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self.title = label(_("What the month comes to, CNY"), pixels=15, bold=True)
        self.open = Pill()
        self.open.setToolTip(
            _("Something is missing in shipments of the month, so these figures are not final.")
        )
        self.figures: dict[str, str] = {}
        self._grid = QWidget()
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.open)
        self._column.addLayout(head)
        self._column.addWidget(self._grid)

    def show_month(self, opened: OpenedMonth) -> None:
        """Show the figures of the month, by the company's regime."""
        lines = _traded(opened.month) if opened.regime == TRADING else _made(opened.month)
        self.figures = {caption: figure for caption, figure, _strong in lines}
        made = _grid(lines)
        self._column.replaceWidget(self._grid, made)
        self._grid.hide()
        self._grid.deleteLater()
        self._grid = made
        if not opened.month.complete:
            self.open.set(_("Not final"), Tone.WARNING)
        self.open.setVisible(not opened.month.complete)


def _grid(lines: Sequence[Line]) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(20)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 1)
    for row, (caption, figure, strong) in enumerate(lines):
        said = label(figure, bold=strong, selectable=True)
        said.setAlignment(Qt.AlignmentFlag.AlignRight)
        said.setAccessibleName(f"{caption}: {figure}")
        grid.addWidget(label(caption, muted=not strong, bold=strong, wrap=True), row, 0)
        grid.addWidget(said, row, 1)
    return made


def _made(month: RebateMonth) -> list[Line]:
    result = month.result
    return [
        (_("Exports, FOB"), figures.amount(month.fob_yuan), False),
        (_("Not creditable"), _yuan(result.not_creditable), False),
        (_("VAT to pay"), _yuan(result.payable), False),
        (_("Left to carry before the refund"), _yuan(result.carried), False),
        (_("Entitled to exempt, offset and refund"), _yuan(result.entitled), False),
        (_("Tax refund"), _yuan(result.refund), True),
        (_("Offset"), _yuan(result.offset), True),
        (_("Carried to the next month"), _yuan(result.next_carried), False),
    ]


def _traded(month: RebateMonth) -> list[Line]:
    sheets = [one.sheet for one in month.shipments if one.sheet]
    return [
        (_("Exports, FOB"), figures.amount(month.fob_yuan), False),
        (_("Tax refund"), figures.amount(sum((one.refund for one in sheets), NONE)), True),
        (_("VAT that is cost"), figures.amount(sum((one.cost for one in sheets), NONE)), False),
    ]


def _yuan(amount: Decimal) -> str:
    return figures.amount(Money.of(amount, YUAN))
