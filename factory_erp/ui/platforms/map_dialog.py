"""Saying which of our items a platform's SKU is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services import catalog
from factory_erp.services.platforms import ExceptionView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.widgets import Button, Kind, SearchBox, label

FOUND = 50
"""Items that a search shows; who has more types another letter."""

COLUMNS = (
    Column("sku", N_("SKU"), 150),
    Column("name", N_("Name"), 240),
    Column("options", N_("Options"), 130, priority=1),
    Column("on_hand", N_("On hand"), 80, kind="number", priority=2),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item to choose from."""

    item_id: int
    sku: str
    name: str
    options: str
    on_hand: str


def suggested(text: str) -> list[Candidate]:
    """Items whose SKU is like *text*, the likest first."""
    return _candidates([row.item_id for row in catalog.suggest(text)])


def searched(text: str) -> list[Candidate]:
    """Items for sale that contain *text*; only where there are none, any others."""
    found = catalog.item_ids("sellable", text) or catalog.item_ids("all", text)
    return _candidates(found[:FOUND])


def _candidates(ids: Sequence[int]) -> list[Candidate]:
    rows = catalog.item_rows(ids)
    return [Candidate(row.id, row.sku, row.name, row.options, figures.number(row.on_hand)) for row in rows]


class MapDialog(QDialog):
    """Choose an item for the SKU of an exception; ``chosen(item_id)`` when one was taken."""

    def __init__(
        self, jobs: Jobs, view: ExceptionView, chosen: Callable[[int], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs, self._view, self._chosen = jobs, view, chosen
        self._asked = ""
        self._shown: str | None = None
        self.setWindowTitle(_("Map to item"))
        self.map_button = Button(_("Map to this item"), kind=Kind.PRIMARY, run=self.take)
        self.map_button.setEnabled(False)
        self.search = SearchBox(_("Search SKU or name…"))
        self.search.searched.connect(self.look)
        self.search.returnPressed.connect(self._take_found)
        self.search.installEventFilter(self)
        self.caption = label(muted=True)
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Items"))
        self.table.activated.connect(lambda _key: self.take())
        self.table.current_changed.connect(lambda key: self.map_button.setEnabled(key is not None))
        self._lay_out()
        self.resize(680, 520)
        self.look("")
        self.search.setFocus()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        head = _("Which item is '{sku}' of {account}?", sku=self._view.subject, account=self._view.account)
        column.addWidget(label(head, pixels=15, bold=True, wrap=True))
        column.addWidget(label(self._view.detail, muted=True, wrap=True))
        column.addWidget(self.search)
        column.addWidget(self.caption)
        column.addWidget(framed(self.table), 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Cancel"), run=self.reject))
        buttons.addWidget(self.map_button)
        column.addLayout(buttons)

    def look(self, text: str) -> None:
        """List what contains *text*; without a text, what is like the SKU."""
        self._asked = text
        ask = partial(searched, text) if text else partial(suggested, self._view.subject)
        self.table.set_empty_text(_("Loading…"))
        self._jobs.run(ask, done=partial(self._show, text), owner=self)

    def _show(self, asked: str, found: Sequence[Candidate]) -> None:
        if asked != self._asked:
            return
        self._shown = asked
        self.caption.setText(_("Found") if asked else _("Suggestions: their SKU is alike"))
        nothing_alike = _("No SKU is alike. Search above.")
        self.table.set_empty_text(_("Nothing matches '{search}'.", search=asked) if asked else nothing_alike)
        rows = [(one.sku, one.name, one.options, one.on_hand) for one in found]
        self.table.set_rows(rows, [one.item_id for one in found])
        if found:
            self.table.select_key(found[0].item_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down goes from the search into the list."""
        down = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Down
        if watched is self.search and down and event.type() == QEvent.Type.KeyPress and self.table.model.keys:
            self.table.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return super().eventFilter(watched, event)

    def _take_found(self) -> None:
        """Enter in the search takes the chosen item, once the list answers what is typed."""
        if self._shown == self.search.text().strip():
            self.take()

    def take(self) -> None:
        """The current item it is."""
        item_id = self.table.current_key()
        if isinstance(item_id, int):
            self.accept()
            self._chosen(item_id)
