"""An order on a page of its own: the whole journey, every line, address, amounts and linked records."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.sales.views import LineView, OrderDetail
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.widgets import Button, DetailCard, ElidedLabel, JourneyLine, Kind, Pill, label
from factory_erp.ui.sales import parts, texts
from factory_erp.ui.sales.actions import Offer
from factory_erp.ui.sales.effects_banner import FITS, FloorWord
from factory_erp.ui.sales.platform_word import NO_WORD, PlatformWord

COLUMNS = (
    Column("position", N_("No."), 48, kind="number", sortable=False, priority=5),
    Column("sku", N_("SKU"), 112, kind="date", sortable=False, priority=1),
    Column("name", N_("Goods"), 350, sortable=False, narrowest=300),
    Column("customer_item", N_("Buyer's item no."), 140, sortable=False, priority=6),
    Column("quantity", N_("Quantity"), 100, kind="number", sortable=False),
    Column("shipped", N_("Shipped"), 80, kind="number", sortable=False, priority=4),
    Column("price", N_("Unit price"), 92, kind="number", sortable=False, priority=2),
    Column("amount", N_("Amount"), 104, kind="number", sortable=False),
)


class OrderSheet(QWidget):
    """The order in full. ``left`` asks to go back to the list, ``followed`` carries a link's target."""

    left = Signal()
    followed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = Button(_("Orders"), kind=Kind.LINK, icon="chevron-left", run=self.left.emit)
        self.back.setToolTip(_("Back to the list (Esc)"))
        self._number = label(pixels=18, bold=True, selectable=True)
        self._pill = Pill()
        self._customer = ElidedLabel(muted=True, least=60)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(10)
        self._banners = QVBoxLayout()
        self._banners.setSpacing(6)
        self.journey = JourneyLine()
        self._where = label(wrap=True)
        self.lines = SimpleTable(COLUMNS)
        self.lines.set_name(_("Goods of the order"))
        self._amounts = QVBoxLayout()
        self._side = DetailCard()
        self._side.link_clicked.connect(self.followed)
        # Wherever in the window the keyboard is: a button that has just gone took the focus with it.
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.left.emit)
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(12)
        for part in (self.back, self._number, self._pill, self._customer):
            head.addWidget(part)
        head.addStretch(1)
        head.addLayout(self._buttons)
        column.addLayout(head)
        column.addLayout(self._banners)
        column.addWidget(_card(self.journey, self._where))
        middle = QHBoxLayout()
        middle.setSpacing(12)
        goods = _card(self.lines)
        inner = goods.layout()
        assert isinstance(inner, QVBoxLayout)
        inner.setContentsMargins(1, 1, 1, 14)
        inner.setStretch(0, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(14, 0, 9, 0)
        foot.addStretch(1)
        foot.addLayout(self._amounts)
        inner.addLayout(foot)
        self._side.setMaximumWidth(356)
        middle.addWidget(goods, 5)
        middle.addWidget(self._side, 2)
        column.addLayout(middle, 1)

    def show_order(
        self,
        detail: OrderDetail,
        offer: Offer,
        platform: PlatformWord = NO_WORD,
        floor: FloorWord = FITS,
    ) -> None:
        """Show *detail*, what can be done with it, what its platform says, and what does not follow it."""
        pill = texts.state_pill(detail.state, detail.late)
        self._number.setText(detail.number)
        self._pill.set(pill.text, pill.tone)
        self._customer.setText(detail.customer)
        self.journey.set_steps(parts.journey_steps(detail))
        self._where.setText(parts.where_it_stands(detail))
        self.lines.set_rows([_row(line) for line in detail.lines], [line.id for line in detail.lines])
        self._show_amounts(detail)
        self._show_side(detail, platform)
        _empty(self._banners)
        for banner in (*platform.banners(), *floor.banners()):
            self._banners.addWidget(banner)
        self._show_buttons(offer)

    def _show_amounts(self, detail: OrderDetail) -> None:
        _empty(self._amounts)
        grid = parts.AmountsGrid(detail.amounts)
        grid.setMinimumWidth(280)
        self._amounts.addWidget(grid)

    def _show_side(self, detail: OrderDetail, platform: PlatformWord) -> None:
        self._side.clear()
        self._side.add_rows(parts.facts(detail, platform.order))
        for title, text in ((_("Ship to"), detail.ship_to), (_("Remark"), detail.remark)):
            if text:
                self._side.add_section(title)
                self._side.add_widget(label(text, wrap=True, selectable=True))
        links = parts.links(detail)
        if links:
            self._side.add_section(_("Documents, shipments, production"))
            self._side.add_links(links)

    def _show_buttons(self, offer: Offer) -> None:
        _empty(self._buttons)
        for act in offer.others:
            self._add_button(act.text, act.run)
        if offer.primary is not None:
            self._add_button(offer.primary.text, offer.primary.run, Kind.PRIMARY)

    def _add_button(self, text: str, run: Callable[[], object], kind: Kind = Kind.PLAIN) -> None:
        self._buttons.addWidget(Button(text, kind=kind, run=run))


def _card(*parts_of_it: QWidget) -> QFrame:
    frame = QFrame()
    frame.setProperty("card", True)
    column = QVBoxLayout(frame)
    column.setContentsMargins(16, 12, 16, 12)
    column.setSpacing(8)
    for part in parts_of_it:
        column.addWidget(part)
    return frame


def _empty(layout: QHBoxLayout | QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def _row(line: LineView) -> Row:
    return (
        str(line.position),
        line.sku,
        line.name,
        line.customer_item,
        figures.quantity(line.quantity, line.unit),
        figures.number(line.shipped),
        figures.amount(line.unit_price),
        figures.amount(line.amount),
    )
