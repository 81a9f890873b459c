"""The inbox: what buyers ask, what waits first, by state and by account."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QHBoxLayout, QStyle, QStyleOptionViewItem, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.models.inquiries import InquiryState
from factory_erp.services.inquiries.views import InquiryRow
from factory_erp.services.platforms.accounts import AccountView
from factory_erp.ui.inquiries import words
from factory_erp.ui.inquiries.words import ALL, SourceCell
from factory_erp.ui.inquiries.work import Lists
from factory_erp.ui.kit import figures, theme
from factory_erp.ui.kit.delegates import PADDING, CellDelegate
from factory_erp.ui.kit.forms import ChoiceEdit
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.icons import pixmap
from factory_erp.ui.kit.rows import Cell, Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.widgets import Chip, ChipBar

COLUMNS = (
    Column("source", N_("Source"), 122, priority=4, narrowest=112),
    Column("buyer", N_("Buyer"), 150, narrowest=130),
    Column("country", N_("Country"), 74, kind="pill", priority=5),
    Column("subject", N_("Subject"), 220, narrowest=190),
    Column("product", N_("Product"), 120, priority=7, narrowest=110),
    Column("quantity", N_("Quantity"), 92, kind="number", priority=2),
    Column("received", N_("Received"), 132, kind="date", priority=6),
    Column("answer_by", N_("Answer by"), 146, kind="pill", priority=1,
           tooltip=N_("When the platform no longer takes an answer")),
    Column("state", N_("State"), 118, kind="pill"),
)  # fmt: skip

_SELECTED = QStyle.StateFlag.State_Selected.value
_ICON = 16
_GAP = 7
"""Between picture and word, px."""

Index = QModelIndex | QPersistentModelIndex


class SourceDelegate(CellDelegate):
    """Draws a source as its picture with the word beside it, and other cells as every table does."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        cell = self._cell_at(index)
        if not isinstance(cell, SourceCell):
            super().paint(painter, option, index)
            return
        if option.state.value & _SELECTED:
            self._paint_selection(painter, option.rect)
        box = option.rect
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        picture = pixmap(cell.icon, theme.current().text_muted, _ICON, ratio)
        painter.drawPixmap(box.x() + PADDING, box.center().y() - _ICON // 2, picture)
        room = QStyleOptionViewItem(option)
        room.rect = box.adjusted(_ICON + _GAP, 0, 0, 0)
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._paint_text(painter, room, cell.text, flags)

    def wished_width(self, font: QFont, cell: Cell) -> int:
        """Width in px that shows *cell* whole, padding included."""
        if isinstance(cell, SourceCell):
            return super().wished_width(font, cell.text) + _ICON + _GAP
        return super().wished_width(font, cell)


class Inbox(QWidget):
    """Chips, the account filter and the list.  ``opened`` carries an inquiry's id, ``filtered`` comes of
    another account.
    """

    opened = Signal(int)
    filtered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lists: Lists | None = None
        self.chips = ChipBar(self)
        chips = [Chip(state.value, _(title)) for state, title in words.INQUIRY_CHIPS.items()]
        self.chips.set_chips([*chips, Chip(ALL, _("All"))], current=ALL)
        self.chips.chosen.connect(lambda _key: self._show())
        self.account = ChoiceEdit([(None, _("All accounts"))])
        self.account.setAccessibleName(_("Account"))
        self.account.setMinimumWidth(170)
        self.account.edited.connect(self.filtered)
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Inquiries"))
        model = self.table.model
        self.table.view.setItemDelegate(SourceDelegate(model.columns, model.cell_at, self.table.view))
        self.table.activated.connect(lambda key: self.opened.emit(int(str(key))))
        self._lay_out()
        self.setFocusProxy(self.table)

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        above.setSpacing(12)
        above.addWidget(self.chips, 1)
        above.addWidget(self.account)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(above)
        column.addWidget(framed(self.table), 1)

    def show_lists(self, lists: Lists) -> None:
        """Show what was read."""
        self._lists = lists
        self._offer(lists.accounts)
        for state in InquiryState:
            self.chips.set_count(state.value, len(lists.in_state(state)))
        self.chips.set_count(ALL, len(lists.inquiries))
        self._show()

    def _offer(self, accounts: Sequence[AccountView]) -> None:
        with QSignalBlocker(self.account):
            chosen = self.account.value()
            self.account.set_choices([(None, _("All accounts")), *((one.id, one.name) for one in accounts)])
            self.account.show_value(chosen if chosen in {one.id for one in accounts} else None)
        self.account.setVisible(bool(accounts))

    def account_id(self) -> int | None:
        """The account that is asked for; None for all."""
        chosen = self.account.value()
        return chosen if isinstance(chosen, int) else None

    def state_wanted(self) -> InquiryState | None:
        """The state of the chip that is on; None for all."""
        key = self.chips.current()
        return None if key in ("", ALL) else InquiryState(key)

    def _show(self) -> None:
        if self._lists is None:
            return
        state = self.state_wanted()
        rows = self._lists.in_state(state)
        self.table.set_empty_text(_(words.EMPTY_INQUIRIES[state if state is not None else ALL]))
        self.table.set_rows([display(row) for row in rows], [row.id for row in rows])

    def current(self) -> int | None:
        """The inquiry that is selected."""
        key = self.table.current_key()
        return key if isinstance(key, int) else None


def display(row: InquiryRow) -> Row:
    """The cells of one inquiry."""
    return (
        words.source_cell(row.source),
        row.customer or row.buyer_name or figures.NONE,
        row.buyer_country,
        row.subject or row.number,
        row.product or figures.NONE,
        words.wanted(row.quantity, row.unit),
        figures.local(row.received_at),
        words.deadline(row),
        words.inquiry_pill(row.state),
    )
