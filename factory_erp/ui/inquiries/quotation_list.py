"""The quotations: what was offered to whom, and until when it stands."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.models.inquiries import QuotationState
from factory_erp.services.inquiries.quotation_views import QuotationRow
from factory_erp.services.inquiries.states import QUOTATION_STATE_NAMES
from factory_erp.ui.inquiries import words
from factory_erp.ui.inquiries.words import ALL
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.widgets import Chip, ChipBar

COLUMNS = (
    Column("number", N_("Quotation"), 132, kind="date"),
    Column("buyer", N_("Buyer"), 200, narrowest=120),
    Column("country", N_("Country"), 74, kind="pill", priority=5),
    Column("total", N_("Amount"), 130, kind="number"),
    Column("quoted", N_("Offered"), 98, kind="date", priority=4),
    Column("valid", N_("Valid until"), 98, kind="date", priority=1),
    Column("left", N_("Please note"), 140, priority=2),
    Column("inquiry", N_("Inquiry"), 132, kind="date", priority=6),
    Column("order", N_("Sales order"), 132, kind="date", priority=3),
    Column("state", N_("State"), 124, kind="pill"),
)


class QuotationList(QWidget):
    """Chips by state and the list.  ``opened`` carries a quotation's id, ``new_asked`` wants another one."""

    opened = Signal(int)
    new_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[QuotationRow] = ()
        self.chips = ChipBar(self)
        chips = [Chip(state.value, _(title)) for state, title in QUOTATION_STATE_NAMES.items()]
        self.chips.set_chips([*chips, Chip(ALL, _("All"))], current=ALL)
        self.chips.chosen.connect(lambda _key: self._show())
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Quotations"))
        self.table.activated.connect(lambda key: self.opened.emit(int(str(key))))
        self.new_button = Button(_("New quotation…"), icon="add", run=self.new_asked.emit)
        above = QHBoxLayout()
        above.setSpacing(12)
        above.addWidget(self.chips, 1)
        above.addWidget(self.new_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(above)
        column.addWidget(framed(self.table), 1)
        self.setFocusProxy(self.table)

    def show_rows(self, rows: Sequence[QuotationRow]) -> None:
        """Show what was read."""
        self._rows = rows
        for state in QuotationState:
            self.chips.set_count(state.value, sum(row.state is state for row in rows))
        self.chips.set_count(ALL, len(rows))
        self._show()

    def _show(self) -> None:
        key = self.chips.current()
        rows = [row for row in self._rows if key in ("", ALL, row.state.value)]
        nothing = _("No quotations yet. Open an inquiry and press Quote, or press New quotation.")
        self.table.set_empty_text(nothing if key in ("", ALL) else _("No quotation is in this state."))
        self.table.set_rows([display(row) for row in rows], [row.id for row in rows])

    def current(self) -> int | None:
        """The quotation that is selected."""
        key = self.table.current_key()
        return key if isinstance(key, int) else None


def display(row: QuotationRow) -> Row:
    """The cells of one quotation."""
    return (
        row.number,
        row.buyer_name,
        row.buyer_country,
        figures.money(row.total),
        figures.day(row.quoted_on),
        figures.day(row.valid_until),
        words.validity(row),
        row.inquiry or figures.NONE,
        row.sales_order or figures.NONE,
        words.quotation_pill(row),
    )
