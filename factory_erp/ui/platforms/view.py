"""What the parts of the page share: a table under chips, and a card for what is selected in it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.ui.kit.detail_card import DetailCard
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.widgets import Chip, ChipBar, label

ViewT = TypeVar("ViewT")

ALL = "all"
"""Key of the chip that shows every record."""

CARD_WIDTH = 350


class TableWithCard(QSplitter, Generic[ViewT]):
    """Records in a table; the one that is current fills the card, by ``fill_card``.

    With *titles* (key to words of a chip) only the records of the chosen group are shown; ``group_of`` says
    which group a record belongs to. Several selected records fill the card by ``fill_selection``.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        name: str,
        hint: str,
        parent: QWidget | None = None,
        *,
        titles: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._hint = hint
        self._titles = titles or {}
        self._all: Sequence[tuple[Hashable, ViewT, Row]] = ()
        self._records: dict[Hashable, ViewT] = {}
        self._several = False
        self._exchanging = False
        self.table = SimpleTable(columns)
        self.table.set_name(name)
        self.chips = ChipBar()
        self.card = DetailCard()
        self.card.setMinimumWidth(CARD_WIDTH)
        split(self._left(), self.card, stretch=(1, 0), sizes=(690, CARD_WIDTH), into=self)
        self.setFocusProxy(self.table)
        self.chips.chosen.connect(lambda _key: self._show_records())
        self.table.current_changed.connect(lambda _key: self._note_current())
        self.table.view.selectionModel().selectionChanged.connect(lambda _now, _then: self._note_selection())

    def _left(self) -> QWidget:
        table = framed(self.table)
        if not self._titles:
            # Not a child of the splitter: it would take it for one of its parts.
            self.chips.setParent(self.table)
            self.chips.hide()
            return table
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.chips)
        column.addWidget(table, 1)
        return left

    def group_of(self, _record: ViewT) -> str:
        """Key of the chip that the record belongs to."""
        return ALL

    def set_records(self, records: Sequence[tuple[Hashable, ViewT, Row]]) -> None:
        """Show (key, record, row); the first becomes current where none is."""
        self._all = records
        if self._titles:
            self._show_chips()
        self._show_records()

    def _show_chips(self) -> None:
        """All records, and each group that has some; the chosen one stays, empty or not."""
        counts = dict.fromkeys(self._titles, 0)
        for _key, record, _row in self._all:
            counts[self.group_of(record)] += 1
        kept = [key for key, count in counts.items() if count or key == self.chips.current()]
        chips = [Chip(key, _(self._titles[key]), counts[key]) for key in kept if key != ALL]
        self.chips.set_chips([Chip(ALL, _("All"), len(self._all)), *chips])

    def _show_records(self) -> None:
        group = self.chips.current() if self._titles else ALL
        shown = [one for one in self._all if group in (ALL, self.group_of(one[1]))]
        self._records = {key: record for key, record, _row in shown}
        self._exchanging = True  # the card is filled once, when all rows are there
        self.table.set_rows([row for _key, _record, row in shown], [key for key, _record, _row in shown])
        if shown and self.table.current_key() is None:
            self.table.select_key(shown[0][0])
        self._exchanging = False
        self.show_current()

    def records(self) -> list[ViewT]:
        """Every record, shown or not."""
        return [record for _key, record, _row in self._all]

    def current(self) -> ViewT | None:
        """The record that is current."""
        key = self.table.current_key()
        return self._records.get(key) if key is not None else None

    def select(self, key: Hashable) -> bool:
        """Make the record with *key* current, in whichever group it is; False where there is none."""
        if key not in {one for one, _record, _row in self._all}:
            return False
        if key not in self._records:
            self.chips.select(ALL)
        return self.table.select_key(key)

    def selected(self) -> list[ViewT]:
        """The records that are selected, from top to bottom."""
        return [self._records[key] for key in self.table.selected_keys() if key in self._records]

    def _note_current(self) -> None:
        if not self._exchanging:
            self.show_current()

    def _note_selection(self) -> None:
        """From one record to several, or to others of several; a step to another one is told elsewhere."""
        several = len(self.table.selected_keys()) > 1
        if not self._exchanging and (several or self._several):
            self.show_current()

    def show_current(self) -> None:
        """Fill the card anew."""
        record, selected = self.current(), self.selected()
        self._several = len(selected) > 1
        self.card.clear()
        if self._several:
            self.fill_selection(selected)
        elif record is None:
            # Of an empty group the table says enough: others may hold records.
            hint = "" if self._all else self._hint
            self.card.add_widget(label(hint, muted=True, wrap=True))
        else:
            self.fill_card(record)

    def fill_card(self, record: ViewT) -> None:
        """Put *record* and what can be done with it on the card."""
        raise NotImplementedError

    def fill_selection(self, records: Sequence[ViewT]) -> None:
        """Put what can be done with all *records* on the card; without more to say, the first of them."""
        self.fill_card(records[0])
