"""The price lists of one kind, with what one can do to the chosen one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.models.pricing import PriceKind
from factory_erp.services.clock import today
from factory_erp.services.pricing.prices import PriceListView
from factory_erp.ui.kit.buttons import Button, Kind
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.prices import words

COLUMNS = (
    Column("code", N_("Price list"), 130, sortable=False, narrowest=126),
    Column("for", N_("For"), 90, sortable=False, priority=1, narrowest=72),
    Column("state", N_("State"), 86, kind="pill", sortable=False),
)
EMPTY = {
    PriceKind.SALES: N_("No sales prices yet. Make a list, or import one from Excel."),
    PriceKind.PURCHASE: N_(
        "No purchase prices yet. Make a list for a supplier, or import the suppliers' prices from Excel."
    ),
}


class ListsPanel(QWidget):
    """``chosen`` carries the id of the current list or None; the other signals are what the buttons ask."""

    chosen = Signal(object)
    change_asked = Signal()
    copy_asked = Signal()
    remove_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lists: dict[object, PriceListView] = {}
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Price lists"))
        self.change_button = Button(_("Change…"), kind=Kind.LINK, icon="edit", run=self.change_asked.emit)
        self.copy_button = Button(_("Copy…"), kind=Kind.LINK, icon="copy", run=self.copy_asked.emit)
        self.remove_button = Button(_("Remove…"), kind=Kind.LINK, icon="delete", run=self.remove_asked.emit)
        self.table.current_changed.connect(self._note)
        self.table.activated.connect(lambda _key: self.change_asked.emit())
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(4, 4, 4, 4)
        row.setSpacing(0)
        for button in (self.change_button, self.copy_button, self.remove_button):
            row.addWidget(button)
        row.addStretch(1)
        frame = framed(self.table)
        inside = frame.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.addWidget(foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(frame)
        self.setFocusProxy(self.table)
        self._show_actions()

    def show_lists(self, kind: PriceKind, lists: Sequence[PriceListView]) -> None:
        """Show *lists*, the valid ones first; the current one stays current, else the first is."""
        day = today()
        ordered = sorted(lists, key=lambda one: (one.valid_to is not None and one.valid_to < day, one.code))
        self._lists = {one.id: one for one in ordered}
        self.table.set_empty_text(_(EMPTY[kind]))
        self.table.set_rows([_row(one) for one in ordered], list(self._lists))
        if self.table.current_key() is None and ordered:
            self.table.select_key(ordered[0].id)
        self._show_actions()

    def current(self) -> PriceListView | None:
        """The list that is chosen."""
        return self._lists.get(self.table.current_key())

    def select(self, list_id: int) -> bool:
        """Choose a list; False where there is none."""
        return self.table.select_key(list_id)

    def _note(self, key: object) -> None:
        self._show_actions()
        self.chosen.emit(key)

    def _show_actions(self) -> None:
        known = self.current() is not None
        for button in (self.change_button, self.copy_button, self.remove_button):
            button.setEnabled(known)
            button.setToolTip("" if known else _("Choose a list first."))


def _row(one: PriceListView) -> Row:
    return one.code, words.whom(one), words.state(one.valid_from, one.valid_to, today())
