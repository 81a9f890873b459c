"""What the three parts of the page share: a table, and a card for its current row."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from factory_erp.ui.kit.detail_card import DetailCard
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.widgets import label

ViewT = TypeVar("ViewT")

CARD_WIDTH = 350


class TableWithCard(QSplitter, Generic[ViewT]):
    """Records in a table; the one that is current fills the card, by ``fill_card``."""

    def __init__(
        self, columns: Sequence[Column], name: str, hint: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._hint = hint
        self._records: dict[Hashable, ViewT] = {}
        self.table = SimpleTable(columns)
        self.table.set_name(name)
        self.card = DetailCard()
        self.card.setMinimumWidth(CARD_WIDTH)
        split(framed(self.table), self.card, stretch=(1, 0), into=self)
        self.setFocusProxy(self.table)
        self.table.current_changed.connect(lambda _key: self.show_current())

    def set_records(self, records: Sequence[tuple[Hashable, ViewT, Row]]) -> None:
        """Show (key, record, row); the first becomes current where none is."""
        self._records = {key: record for key, record, _row in records}
        self.table.set_rows([row for _key, _record, row in records], [key for key, _record, _row in records])
        if records and self.table.current_key() is None:
            self.table.select_key(records[0][0])
        self.show_current()

    def current(self) -> ViewT | None:
        """The record that is current."""
        key = self.table.current_key()
        return self._records.get(key) if key is not None else None

    def show_current(self) -> None:
        """Fill the card anew."""
        record = self.current()
        self.card.clear()
        if record is None:
            self.card.add_widget(label(self._hint, muted=True, wrap=True))
        else:
            self.fill_card(record)

    def fill_card(self, record: ViewT) -> None:
        """Put *record* and what can be done with it on the card."""
        raise NotImplementedError
