"""A table of rows in memory, with the look of the long lists: order lines, cartons, operations.

Cells may be edited in place.  The editor of the current cell is open before the first key is pressed:
an input method composes in it from the first letter, which a table that opens its editor *on* that letter
loses.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from factory_erp.domain.errors import DomainError
from factory_erp.ui.kit.delegates import CellDelegate
from factory_erp.ui.kit.list_export import Listing, export_list
from factory_erp.ui.kit.rows import Cell, Column, Row, text_of
from factory_erp.ui.kit.table_header import State
from factory_erp.ui.kit.table_model import (
    ACCESSIBLE,
    ALIGN_FLAGS,
    ALIGNMENT,
    DISPLAY,
    EDIT,
    Index,
    header_text,
)
from factory_erp.ui.kit.table_view import CellTable, copy_rows

Commit = Callable[[Hashable, str, str], Cell | None]
"""``commit(row key, column key, text)``: store the text, return the cell to show (None: as typed).
Raises DomainError for a text that will not do; the cell then keeps what it had."""

_NO_PARENT = QModelIndex()


class SimpleTableModel(QAbstractTableModel):
    """Rows in memory, each with a key; columns named in *editable* are changed through *commit*."""

    refused = Signal(str)
    """Why an edit was not taken, in the user's language."""

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        editable: Collection[str] = (),
        commit: Commit | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.keys: list[Hashable] = []
        self.rows: list[Row] = []
        self._editable = {n for n, column in enumerate(columns) if column.key in editable}
        self._commit = commit

    def set_rows(self, rows: Sequence[Row], keys: Sequence[Hashable]) -> None:
        """Show other rows; raises ValueError where keys and rows differ in number."""
        if len(rows) != len(keys):
            raise ValueError("one key per row")
        self.beginResetModel()
        self.rows, self.keys = list(rows), list(keys)
        self.endResetModel()

    def cell_at(self, index: Index) -> Cell:
        """The cell at *index*."""
        return self.rows[index.row()][index.column()]

    def is_editable(self, column: int) -> bool:
        """Whether the cells of *column* (a section) take text."""
        return self._commit is not None and column in self._editable

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = DISPLAY) -> object:
        """Text of a cell for display, for its editor and for a screen reader."""
        if role in (DISPLAY, EDIT, ACCESSIBLE):
            return text_of(self.cell_at(index)) if index.isValid() else None
        if role == ALIGNMENT:
            return ALIGN_FLAGS[self.columns[index.column()].side]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        """Title, tooltip and alignment of a column."""
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            return header_text(self.columns[section], role)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Selectable, and editable where the column is."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if self.is_editable(index.column()) else flags

    def setData(self, index: Index, value: object, role: int = EDIT) -> bool:
        """Give an edited text to ``commit``; a refusal is told by ``refused`` and changes nothing."""
        if role != EDIT or self._commit is None or not index.isValid():
            return False
        row, section, text = index.row(), index.column(), str(value)
        if text == text_of(self.rows[row][section]):
            return True
        key = self.keys[row]
        try:
            shown = self._commit(key, self.columns[section].key, text)
        except DomainError as error:
            self.refused.emit(str(error))
            return False
        self._show(key, row, section, text if shown is None else shown)
        return True

    def _show(self, key: Hashable, row: int, section: int, cell: Cell) -> None:
        """Put *cell* in place, unless ``commit`` has exchanged the rows meanwhile."""
        if row < len(self.keys) and self.keys[row] == key:
            self.rows[row] = (*self.rows[row][:section], cell, *self.rows[row][section + 1 :])
            self.dataChanged.emit(self.index(row, section), self.index(row, section))


class _EditDelegate(CellDelegate):
    """Keys inside an editor: Enter and Tab go to the next editable cell, up and down to the next row."""

    moved = Signal(int, int)
    """Cells to go forward, rows to go down."""

    _STEPS = {  # noqa: RUF012
        Qt.Key.Key_Return: (1, 0),
        Qt.Key.Key_Enter: (1, 0),
        Qt.Key.Key_Tab: (1, 0),
        Qt.Key.Key_Backtab: (-1, 0),
        Qt.Key.Key_Up: (0, -1),
        Qt.Key.Key_Down: (0, 1),
    }

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A line edit aligned like its column and named for a screen reader."""
        editor = super().createEditor(parent, option, index)
        if isinstance(editor, QLineEdit):
            editor.setAlignment(Qt.AlignmentFlag(ALIGN_FLAGS[self.columns[index.column()].side]))
        editor.setAccessibleName(str(header_text(self.columns[index.column()], DISPLAY)))
        return editor

    def eventFilter(self, object: QObject, event: QEvent) -> bool:
        """Take the keys that leave a cell; Ctrl+Enter stays with the page, which saves on it."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and isinstance(object, QLineEdit)
        ):
            step = self._STEPS.get(Qt.Key(event.key()))
            if step and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.commitData.emit(object)
                self.closeEditor.emit(object, self.EndEditHint.NoHint)
                self.moved.emit(*step)
                return True
            if event.key() == Qt.Key.Key_Escape and object.isModified():
                object.undo()
                object.selectAll()
                return True
        return super().eventFilter(object, event)


class _EditView(CellTable):
    """A table whose current cell, if editable, always has its editor open."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Coming in by keyboard lands in the current cell's editor, or the first one."""
        super().focusInEvent(event)
        if self.state() == self.State.EditingState or event.reason() == Qt.FocusReason.MouseFocusReason:
            return
        index = self.currentIndex()
        if not self._takes_text(index):
            index = self._next(index, 1)
        if index.isValid() and event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        ):
            self._edit_at(index)

    def edit(  # type: ignore[override]
        self,
        index: QModelIndex,
        trigger: QAbstractItemView.EditTrigger = QAbstractItemView.EditTrigger.AllEditTriggers,
        event: QEvent | None = None,
    ) -> bool:
        """Open the editor; rows exchanged by a refresh must not draw the keyboard away from another field."""
        if trigger == QAbstractItemView.EditTrigger.CurrentChanged and not self.holds_focus():
            return False
        return bool(super().edit(index, trigger, event))  # type: ignore[arg-type]

    def holds_focus(self) -> bool:
        """Whether the table, or the editor in it, has the keyboard (or will, when the window is active)."""
        focused = self.window().focusWidget()
        return focused is not None and (focused is self or self.isAncestorOf(focused))

    def move(self, forward: int, down: int) -> None:  # type: ignore[override]
        """Edit the cell *forward* editable cells on, or *down* rows below; stay put at the end."""
        index = self.currentIndex()
        if forward:
            target = self._next(index, forward)
        else:
            target = index.sibling(index.row() + down, index.column())
        self._edit_at(target if target.isValid() else index)

    def _edit_at(self, index: QModelIndex) -> None:
        """Go there; a change of the current cell opens its editor, staying on it does not."""
        self.setCurrentIndex(index)
        if self._takes_text(index) and self.state() != self.State.EditingState:
            self.edit(index)

    def _takes_text(self, index: QModelIndex) -> bool:
        return index.isValid() and bool(index.flags() & Qt.ItemFlag.ItemIsEditable)

    def _next(self, index: QModelIndex, step: int) -> QModelIndex:
        """The next editable cell in reading order, skipping hidden columns; invalid at the end."""
        model: QAbstractItemModel = self.model()
        sections = [
            section
            for section in self.layout_of_columns.visible()
            if model.rowCount() and self._takes_text(model.index(0, section))
        ]
        if not sections:
            return QModelIndex()
        order = {section: place for place, section in enumerate(sections)}
        here = order.get(index.column(), -1 if step > 0 else len(sections))
        row, place = max(index.row(), 0), here + step
        row, place = row + place // len(sections), place % len(sections)
        return model.index(row, sections[place])


class SimpleTable(QWidget):
    """A table over rows in memory.

    ``set_rows`` keeps the current row by its key.  *editable* names the columns that take text, *commit*
    stores it (see ``Commit``).
    """

    activated = Signal(object)
    """Key of the row to open: Enter or double click."""
    current_changed = Signal(object)
    """Key of the current row, or None."""
    refused = Signal(str)
    """Why an edit was not taken, in the user's language."""

    def __init__(
        self,
        columns: Sequence[Column],
        parent: QWidget | None = None,
        *,
        editable: Collection[str] = (),
        commit: Commit | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = SimpleTableModel(columns, editable=editable, commit=commit, parent=self)
        can_edit = commit is not None and bool(editable)
        self.view: CellTable = self._edit_view() if can_edit else self._plain_view()
        self.view.setModel(self.model)
        self.view.copied.connect(self.copy_selection)
        self.view.exported.connect(lambda: export_list(self))
        self.view.chosen.connect(self._activate)
        self.view.selectionModel().currentRowChanged.connect(self._note_current)
        self.model.refused.connect(self.refused)
        self._current: Hashable | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)

    def _plain_view(self) -> CellTable:
        view = CellTable(self.model.columns, self)
        view.horizontalHeader().setSectionsClickable(False)
        view.setItemDelegate(CellDelegate(self.model.columns, self.model.cell_at, view))
        return view

    def _edit_view(self) -> CellTable:
        view = _EditView(self.model.columns, self)
        view.horizontalHeader().setSectionsClickable(False)
        view.setEditTriggers(
            view.EditTrigger.CurrentChanged
            | view.EditTrigger.SelectedClicked
            | view.EditTrigger.AnyKeyPressed
        )
        delegate = _EditDelegate(self.model.columns, self.model.cell_at, view, boxed=True)
        delegate.moved.connect(view.move)
        view.setItemDelegate(delegate)
        return view

    def set_rows(self, rows: Sequence[Row], keys: Sequence[Hashable] | None = None) -> None:
        """Show *rows*; *keys* name them (their numbers from 0 where None).  The current key stays current."""
        index, scroll = self.view.currentIndex(), self.view.verticalScrollBar().value()
        wanted = self._current
        editing = isinstance(self.view, _EditView) and self.view.holds_focus()
        self.model.set_rows(rows, list(range(len(rows))) if keys is None else keys)
        if editing:  # the reset took the editor away, and the keyboard with it
            self.view.setFocus()
        if wanted is not None and wanted in self.model.keys:
            row = self.model.keys.index(wanted)
            flag = QItemSelectionModel.SelectionFlag
            target = self.model.index(row, index.column())
            self.view.selectionModel().setCurrentIndex(target, flag.ClearAndSelect | flag.Rows)
        else:
            self._set_current(None)
        self.view.verticalScrollBar().setValue(scroll)

    def current_key(self) -> Hashable | None:
        """Key of the current row, None where there is none."""
        return self._current

    def selected_keys(self) -> list[Hashable]:
        """Keys of the selected rows, from top to bottom."""
        return [self.model.keys[row] for row in self.view.selected_rows()]

    def select_key(self, key: Hashable) -> bool:
        """Make the row with *key* current; False where there is none."""
        if key not in self.model.keys:
            return False
        # Not the view's own way: that one reads the keyboard, and toggles while Ctrl is held.
        flag = QItemSelectionModel.SelectionFlag
        self.view.selectionModel().setCurrentIndex(
            self.model.index(self.model.keys.index(key), 0), flag.ClearAndSelect | flag.Rows
        )
        return True

    def set_empty_text(self, text: str) -> None:
        """Say *text* (translated) where there are no rows."""
        self.view.set_empty_text(text)

    def set_name(self, name: str) -> None:
        """The name that a screen reader gives the table, translated."""
        self.setAccessibleName(name)
        self.view.setAccessibleName(name)

    def copy_selection(self) -> None:
        """Put the selected rows, as shown, on the clipboard as TSV and HTML."""
        rows = [self.model.rows[row] for row in self.view.selected_rows()]
        if rows:
            copy_rows(self.model.columns, self.view.layout_of_columns.visible(), rows)

    def listing(self) -> Listing:
        """All rows, as the columns in sight show them."""
        sections, rows = self.view.layout_of_columns.visible(), list(self.model.rows)
        return Listing(
            name=self.accessibleName(),
            columns=[self.model.columns[section] for section in sections],
            count=len(rows),
            rows=lambda: (tuple(row[section] for section in sections) for row in rows),
        )

    def state(self) -> State:
        """Columns as the user set them, fit for JSON."""
        return self.view.layout_of_columns.state()

    def restore_state(self, state: State) -> None:
        """Take back what ``state`` gave."""
        self.view.layout_of_columns.restore(state)

    def _activate(self, index: QModelIndex) -> None:
        self.activated.emit(self.model.keys[index.row()])

    def _note_current(self, current: QModelIndex, previous: QModelIndex) -> None:
        self._set_current(self.model.keys[current.row()] if current.isValid() else None)

    def _set_current(self, key: Hashable | None) -> None:
        if key != self._current:
            self._current = key
            self.current_changed.emit(key)
