"""The one table for lists of records, fit for a million rows.

SQL sorts and filters (``RowSource.ids``, in the background); the table shows ids and fetches the rows it
paints.  ``SimpleTable`` is its small sister for rows that are in memory already.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from factory_erp.i18n import _
from factory_erp.ui.kit.delegates import CellDelegate
from factory_erp.ui.kit.list_export import Listing, export_list
from factory_erp.ui.kit.rows import Cell, Column, PillCell, Row, RowSource, Runner
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.table_header import State
from factory_erp.ui.kit.table_model import RecordTableModel
from factory_erp.ui.kit.table_view import CellTable, copy_rows

__all__ = ["Cell", "Column", "PillCell", "RecordTable", "Row", "RowSource", "SimpleTable"]

SEARCH_DELAY = 150
"""Milliseconds without a key before a search is asked of the database."""

COPY_LIMIT = 20_000
"""Rows that one copy may hold; more belong in an export."""

KEEP_SELECTED = 5_000
"""A selection larger than this is not looked up again after a refresh; the current record always is."""


@dataclass(frozen=True)
class _Place:
    """What the user was looking at before the ids were exchanged."""

    current: int | None
    selected: frozenset[int]
    scroll: int
    offset: int | None


class RecordTable(QWidget):
    """A list of records of one ``RowSource``.

    Ids travel in signals as objects: ``Signal(int)`` is a C int and would cut a 64-bit id.
    Nothing is read before ``refresh`` (or ``set_view``) is called the first time.
    """

    activated = Signal(object)
    """Id (int) of the record to open: Enter or double click."""
    current_changed = Signal(object)
    """Id (int) of the current record, or None."""
    selection_changed = Signal(object)
    """How many rows are selected (int)."""
    count_changed = Signal(object)
    """How many records the list holds now (int)."""
    refused = Signal(str)
    """A plain sentence: what the table would not do, and what to do instead."""

    def __init__(self, source: RowSource, jobs: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._jobs = jobs
        self.model = RecordTableModel(source, self)
        self.view = CellTable(self.model.columns, self)
        self.view.setModel(self.model)
        self.view.setItemDelegate(CellDelegate(self.model.columns, self.model.cell_at, self.view))
        self._view_key = ""
        self._search = ""
        self._sort = next((column.key for column in self.model.columns if column.sortable), "")
        self._descending = False
        self._asked = 0
        self._loaded = False
        self._current: int | None = None
        self._row = 0
        self._listed: tuple[str, str, str, bool] | None = None
        self._empty = ""
        self._delay = QTimer(self, singleShot=True, interval=SEARCH_DELAY)
        self._delay.timeout.connect(self.refresh)
        self._waiting = False
        self._connect_view()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)
        self._show_sort()
        self._say_state()

    def _connect_view(self) -> None:
        self.view.chosen.connect(self._activate)
        self.view.copied.connect(self.copy_selection)
        self.view.exported.connect(lambda: export_list(self))
        self.view.selectionModel().currentRowChanged.connect(self._note_current)
        self.view.selectionModel().selectionChanged.connect(self._note_selection)
        header = self.view.horizontalHeader()
        header.setSortIndicatorShown(True)
        header.sectionClicked.connect(self._sort_by_section)

    # what is listed

    def set_view(self, key: str) -> None:
        """List the saved view *key* of the source."""
        self._view_key = key
        self.refresh()

    def set_search(self, text: str) -> None:
        """List what matches *text*, as soon as the typing pauses."""
        if text.strip() != self._search:
            self._search = text.strip()
            self._delay.start()

    def set_sort(self, key: str, *, descending: bool = False) -> None:
        """Sort by the column *key*; raises KeyError for a column that cannot sort."""
        if key not in {column.key for column in self.model.columns if column.sortable}:
            raise KeyError(key)
        self._sort, self._descending = key, descending
        self._show_sort()
        self.refresh()

    def refresh(self) -> None:
        """Ask the source which records to list, in the background; the current one stays current."""
        self._delay.stop()
        self._waiting = False
        self._asked += 1
        ask = partial(
            self._source.ids,
            view=self._view_key,
            search=self._search,
            sort=self._sort,
            descending=self._descending,
        )
        asked = self._asked
        self._jobs.run(ask, done=partial(self._take_ids, asked), finally_=partial(self._note_answer, asked))

    def invalidate(self, ids: Collection[int] | None = None) -> None:
        """Records *ids* (None: any) have changed: repaint them, and see whether the list is still right."""
        self.model.invalidate(ids)
        self.refresh()

    def _take_ids(self, asked: int, ids: array[int]) -> None:
        """Show the answer, unless a newer question is under way or the table has gone."""
        if not isValid(self) or asked != self._asked:
            return
        self._loaded = True
        if ids == self.model.ids:
            self.model.invalidate()
        else:
            place = self._place()
            self.model.set_ids(ids)
            self._go_back_to(place)
        self._keep_current()
        self._say_state()
        self.count_changed.emit(len(ids))

    def _note_answer(self, asked: int) -> None:
        """A list that could not be read must not say for ever that it is loading."""
        if isValid(self) and asked == self._asked and not self._loaded:
            self.view.set_empty_text(_("The list could not be read. Refresh to try again."))

    # where the user is

    def count(self) -> int:
        """How many records are listed."""
        return len(self.model.ids)

    def current_id(self) -> int | None:
        """Id of the current record, None where there is none."""
        return self._current

    def selected_ids(self) -> list[int]:
        """Ids of the selected records, in the order listed."""
        return [self.model.ids[row] for row in self.view.selected_rows()]

    def select_id(self, record: int) -> bool:
        """Make *record* current and scroll to it; False where it is not listed."""
        row = self.model.row_of(record)
        if row is None:
            return False
        index = self.model.index(row, self._first_section())
        seen = self.view.viewport().rect().contains(self.view.visualRect(index))
        # Not the view's own way: that one reads the keyboard, and toggles while Ctrl is held.
        flag = QItemSelectionModel.SelectionFlag
        self.view.selectionModel().setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
        if not seen:
            self.view.scrollTo(index, self.view.ScrollHint.PositionAtCenter)
        return True

    def _place(self) -> _Place:
        current = self.view.currentIndex()
        top = self.view.visualRect(current).top() if current.isValid() else -1
        seen = 0 <= top < self.view.viewport().height()
        few = self.view.count_selected() <= KEEP_SELECTED
        return _Place(
            current=self._current,
            selected=frozenset(self.selected_ids()) if few else frozenset(),
            scroll=self.view.verticalScrollBar().value(),
            offset=top if seen else None,
        )

    def _go_back_to(self, place: _Place) -> None:
        """Select what was selected and keep the current record where it stood on the screen."""
        bar = self.view.verticalScrollBar()
        row = None if place.current is None else self.model.row_of(place.current)
        selection = QItemSelection()
        last = len(self.model.columns) - 1
        for chosen in self.model.rows_of(place.selected):
            selection.select(self.model.index(chosen, 0), self.model.index(chosen, last))
        model = self.view.selectionModel()
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.view.updateGeometries()
        bar.setValue(place.scroll)
        if row is None:
            return
        model.setCurrentIndex(
            self.model.index(row, self._first_section()), QItemSelectionModel.SelectionFlag.NoUpdate
        )
        if place.offset is None:
            bar.setValue(place.scroll)
        else:
            bar.setValue(self.view.verticalHeader().sectionPosition(row) - place.offset)
        self._set_current(place.current)

    def _keep_current(self) -> None:
        """There is a current record wherever there are any, so that the card beside the list is filled.

        Where the current one has left the list its neighbour follows, after another question the first.
        """
        question = (self._view_key, self._search, self._sort, self._descending)
        row = self._row if question == self._listed else 0
        self._listed = question
        if not self.model.ids:
            self._set_current(None)
        elif not self.view.currentIndex().isValid():
            index = self.model.index(min(row, len(self.model.ids) - 1), self._first_section())
            flag = QItemSelectionModel.SelectionFlag
            self.view.selectionModel().setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)

    def _first_section(self) -> int:
        return next(iter(self.view.layout_of_columns.visible()), 0)

    def _note_current(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid():
            self._row = current.row()
        self._set_current(self.model.id_at(current.row()) if current.isValid() else None)

    def _set_current(self, record: int | None) -> None:
        if record != self._current:
            self._current = record
            self.current_changed.emit(record)

    def _note_selection(self) -> None:
        self.selection_changed.emit(self.view.count_selected())

    def _activate(self, index: QModelIndex) -> None:
        record = self.model.id_at(index.row())
        if record is not None:
            self.activated.emit(record)

    # columns and order

    def _sort_by_section(self, section: int) -> None:
        column = self.model.columns[section]
        if column.sortable:
            self.set_sort(column.key, descending=column.key == self._sort and not self._descending)

    def _show_sort(self) -> None:
        """Point the arrow at the sorted column: a click has moved it, even to one that cannot sort."""
        keys = [column.key for column in self.model.columns]
        order = Qt.SortOrder.DescendingOrder if self._descending else Qt.SortOrder.AscendingOrder
        self.view.horizontalHeader().setSortIndicator(keys.index(self._sort) if self._sort else -1, order)

    def state(self) -> State:
        """Columns and order as the user set them, fit for JSON."""
        return self.view.layout_of_columns.state() | {"sort": self._sort, "descending": self._descending}

    def restore_state(self, state: State) -> None:
        """Take back what ``state`` gave; a list shown already is sorted anew."""
        self.view.layout_of_columns.restore(state)
        key = str(state.get("sort", ""))
        if key not in {column.key for column in self.model.columns if column.sortable}:
            return
        changed = (key, bool(state.get("descending"))) != (self._sort, self._descending)
        self._sort, self._descending = key, bool(state.get("descending"))
        self._show_sort()
        if changed and self._asked:
            self.refresh()

    # copy, words

    def copy_selection(self) -> None:
        """Put the selected rows, as shown, on the clipboard as TSV and HTML."""
        if self.view.count_selected() > COPY_LIMIT:
            self.refused.emit(
                _("At most {limit} rows can be copied at once. Export the list instead.", limit=COPY_LIMIT)
            )
            return
        rows = self.view.selected_rows()
        if rows:
            copy_rows(self.model.columns, self.view.layout_of_columns.visible(), self.model.read(rows))

    def listing(self) -> Listing:
        """All records of the view, as the columns in sight show them."""
        sections = self.view.layout_of_columns.visible()
        return Listing(
            name=self.accessibleName(),
            columns=[self.model.columns[section] for section in sections],
            count=len(self.model.ids),
            rows=partial(_read_all, self._source, self.model.ids, sections),
        )

    def set_empty_text(self, text: str) -> None:
        """Say *text* (translated) where the view holds no record and nothing is searched."""
        self._empty = text
        self._say_state()

    def set_name(self, name: str) -> None:
        """The name that a screen reader gives the list, translated."""
        self.setAccessibleName(name)
        self.view.setAccessibleName(name)

    def _say_state(self) -> None:
        if not self._loaded:
            text = _("Loading…")
        elif self._search:
            text = _("Nothing matches '{search}'.", search=self._search)
        else:
            text = self._empty or _("There is nothing here yet.")
        self.view.set_empty_text(text)

    def showEvent(self, event: QShowEvent) -> None:
        """A search that was typed before the list went out of sight is asked now."""
        super().showEvent(event)
        if self._waiting:
            self._delay.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is asked for a list that nobody sees, or whose window closes."""
        super().hideEvent(event)
        self._waiting = self._delay.isActive()
        self._delay.stop()

    def changeEvent(self, event: QEvent) -> None:
        """After a switch of language the formatted rows are read again."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.model.invalidate()
            self.view.horizontalHeader().viewport().update()
            self._say_state()


def _read_all(source: RowSource, ids: array[int], sections: Sequence[int]) -> Iterator[Row]:
    """The *sections* of every record, a few hundred at a time."""
    for start in range(0, len(ids), 500):
        for row in source.rows(ids[start : start + 500]):
            yield tuple(row[section] for section in sections)
