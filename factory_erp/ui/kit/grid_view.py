"""The view of a grid: the editor of the current cell stands open, so that an input method composes in it
from the first letter; a block of several cells is marked with Shift or the mouse.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QHeaderView, QLineEdit, QWidget
from shiboken6 import isValid

from factory_erp.ui.kit.choose import LookupEdit
from factory_erp.ui.kit.grid_delegate import GridDelegate
from factory_erp.ui.kit.grid_keys import COMMANDS, Block, clipboard_is_a_block, is_pristine
from factory_erp.ui.kit.grid_model import CellModel
from factory_erp.ui.kit.rows import Column, Runner
from factory_erp.ui.kit.table_view import CellTable

HEAD_WIDTH = 46
"""Of the line numbers at the left, px, until they grow long."""

_OF_THE_EDITOR = frozenset({"undo", "redo", "copy", "all", "clear"})
"""What an editor does by itself once one has begun to type in it."""

_ON = {Qt.Key.Key_Return: 1, Qt.Key.Key_Enter: 1, Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}
_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_FLAG = QItemSelectionModel.SelectionFlag
_TYPING = QAbstractItemView.EditTrigger.AnyKeyPressed


class GridView(CellTable):
    """``asked`` names a command of ``KEYS``; ``past_end`` comes of Enter in the last cell."""

    asked = Signal(str)
    past_end = Signal()
    menu_asked = Signal(object)

    def __init__(
        self,
        model: CellModel,
        columns: Sequence[Column],
        jobs: Runner | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(columns, parent)
        self._editor: QLineEdit | None = None
        self._pressing = False
        self._corner = QModelIndex()
        self.grid_model = model
        self.setModel(model)
        self.setAlternatingRowColors(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(
            self.EditTrigger.CurrentChanged
            | self.EditTrigger.SelectedClicked
            | self.EditTrigger.AnyKeyPressed
        )
        self._dress_heads()
        delegate = GridDelegate(model, columns, self, jobs, self)
        delegate.opened.connect(self._note_editor)
        self.setItemDelegate(delegate)

    def _dress_heads(self) -> None:
        columns = self.horizontalHeader()
        columns.setSectionsClickable(False)
        columns.setSectionsMovable(False)
        lines: QHeaderView = self.verticalHeader()
        lines.setFixedWidth(HEAD_WIDTH)
        lines.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        lines.setHighlightSections(False)
        lines.setSectionsClickable(True)
        lines.show()

    # editors

    def _note_editor(self, editor: QLineEdit) -> None:
        self._editor = editor

    def editor(self) -> QLineEdit | None:
        """The editor that stands open, None if there is none."""
        if self._editor is not None and not isValid(self._editor):
            self._editor = None
        return self._editor if self._editor is not None and self._editor.isVisible() else None

    def settle(self) -> None:
        """Take over what stands in the open editor; it stays open."""
        if (editor := self.editor()) is not None and editor.isModified():
            self.commitData(editor)

    def shut(self, *, keep: bool = True) -> None:
        """Close the editor, taking over what was typed if *keep*; the view has the keyboard."""
        if (editor := self.editor()) is None:
            return
        if keep:
            self.settle()
        self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        self._editor = None

    def reopen(self) -> None:
        """Open the editor of the current cell anew, if the grid has the keyboard and one cell is marked."""
        if self.holds_focus() and self.block().size <= 1 and self.takes_text(self.currentIndex()):
            self.shut(keep=False)
            self.edit(self.currentIndex())

    def edit(  # type: ignore[override]
        self,
        index: QModelIndex,
        trigger: QAbstractItemView.EditTrigger = QAbstractItemView.EditTrigger.AllEditTriggers,
        event: QEvent | None = None,
    ) -> bool:
        """Open an editor; not under a mouse that may be marking a block, nor away from another field."""
        if trigger == QAbstractItemView.EditTrigger.CurrentChanged and (
            self._pressing or not self.holds_focus()
        ):
            return False
        return bool(super().edit(index, trigger, event))  # type: ignore[arg-type]

    def holds_focus(self) -> bool:
        """Whether the grid, or the editor in it, has the keyboard (or will, when the window is active)."""
        focused = self.window().focusWidget()
        return focused is not None and (focused is self or self.isAncestorOf(focused))

    def takes_text(self, index: QModelIndex) -> bool:
        """Whether the cell is edited in an editor."""
        return index.isValid() and bool(index.flags() & Qt.ItemFlag.ItemIsEditable)

    # where one is

    def block(self) -> Block:
        """The marked cells, at least the current one; empty where there is none."""
        order = self.layout_of_columns.visible()
        ranges = self.selectionModel().selection()
        spans = [ranges.at(number) for number in range(ranges.count())]
        index = self.currentIndex()
        if not spans:
            return Block(index.row(), index.row(), (index.column(),) if index.isValid() else ())
        columns = {column for span in spans for column in range(span.left(), span.right() + 1)}
        return Block(
            min(span.top() for span in spans),
            max(span.bottom() for span in spans),
            tuple(section for section in order if section in columns),
        )

    def go_to(self, row: int, column: int) -> None:
        """Make a cell current, the nearest one where there is none, and open its editor."""
        rows = self.model().rowCount()
        if not rows:
            return
        visible = self.layout_of_columns.visible()
        column = column if column in visible else next(iter(visible), 0)
        index = self.model().index(max(0, min(row, rows - 1)), column)
        self._corner = QModelIndex()
        self.selectionModel().setCurrentIndex(index, _FLAG.ClearAndSelect)
        self.scrollTo(index)
        self.reopen_if_shut()

    def reopen_if_shut(self) -> None:
        """Open the editor of the current cell if none stands there and the grid has the keyboard."""
        if self.editor() is None:
            self.reopen()

    def go_on(self, step: int) -> bool:
        """Go to the next open cell (*step* 1) or the one before (-1); False at the end."""
        target = self._next(self.currentIndex(), step)
        if target.isValid():
            self.go_to(target.row(), target.column())
        return target.isValid()

    def _next(self, index: QModelIndex, step: int) -> QModelIndex:
        """The next cell in reading order that one can fill; rows may differ in what is open."""
        model, visible = self.model(), self.layout_of_columns.visible()
        places = [(row, section) for row in self._rows_from(index.row(), step) for section in visible[::step]]
        here = (index.row(), index.column())
        after = places[places.index(here) + 1 :] if here in places else places
        for row, section in after:
            target = model.index(row, section)
            if self.takes_text(target) or self.grid_model.can_tick(target):
                return target
        return QModelIndex()

    def _rows_from(self, row: int, step: int) -> range:
        """This row and the few that follow: hatched rows are skipped, a long grid is not walked through."""
        row, count = max(row, 0), self.model().rowCount()
        return range(row, min(row + 12, count)) if step > 0 else range(row, max(row - 12, -1), -1)

    # keys

    def owns(self, event: QKeyEvent, editor: QLineEdit | None) -> bool:
        """Whether the key is the grid's, and not a shortcut of the window or the editor's own."""
        return self._command(event, editor) is not None

    def _command(self, event: QKeyEvent, editor: QLineEdit | None) -> str | None:
        command = COMMANDS.get(
            event.keyCombination().toCombined() & ~Qt.KeyboardModifier.KeypadModifier.value
        )
        if command is None or editor is None:
            return command
        if command == "down" and isinstance(editor, LookupEdit):
            return None
        if command == "paste":
            return command if is_pristine(editor) or clipboard_is_a_block() else None
        if command == "clear":
            return None
        return None if command in _OF_THE_EDITOR and not is_pristine(editor) else command

    def key(self, event: QKeyEvent, editor: QLineEdit | None) -> bool:
        """Commands, Enter and Tab, arrows; False leaves the key to the editor (or to Qt)."""
        if (command := self._command(event, editor)) is not None:
            self._run(command)
            return True
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        if isinstance(editor, LookupEdit) and editor.take_key(event):
            return True
        if key in _ON and not modifiers & Qt.KeyboardModifier.ControlModifier:
            back = key != Qt.Key.Key_Backtab and bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            return self._leave(key, -1 if back else _ON[key], editor)
        if key in _ARROWS and not modifiers & Qt.KeyboardModifier.ControlModifier:
            return self._arrow(key, bool(modifiers & Qt.KeyboardModifier.ShiftModifier), editor)
        if editor is None:
            return self._plain_key(key)
        return self._editor_key(key, editor)

    def _editor_key(self, key: Qt.Key, editor: QLineEdit) -> bool:
        """Escape brings back what stood there; F2 stops arrows from leaving the cell."""
        if key == Qt.Key.Key_F2:
            editor.end(False)
            return True
        if key == Qt.Key.Key_Escape and editor.isModified():
            self.reopen()
            return True
        return False

    def _plain_key(self, key: Qt.Key) -> bool:
        """Space ticks a box."""
        index = self.currentIndex()
        if key == Qt.Key.Key_Space and index.isValid() and self.grid_model.can_tick(index):
            self.grid_model.toggle(index)
            return True
        return False

    def _run(self, command: str) -> None:
        """Run *command* on the cells as they stand; what was typed in a pasted-over cell is dropped."""
        if command == "paste":
            self.shut(keep=False)
        elif command in ("save", "copy"):
            self.settle()
        else:
            self.shut()
        if command == "all":
            self.selectAll()
        else:
            self.asked.emit(command)
            self.reopen_if_shut()

    def _leave(self, key: Qt.Key, step: int, editor: QLineEdit | None) -> bool:
        """Enter and Tab go on; at the end Enter asks for more, Tab leaves the grid."""
        if isinstance(editor, LookupEdit):
            editor.take()
        self.settle()
        if self.go_on(step):
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and step > 0:
            self.past_end.emit()
            return True
        self.shut()
        self.focusNextPrevChild(step > 0)
        return True

    def _arrow(self, key: Qt.Key, mark: bool, editor: QLineEdit | None) -> bool:
        """Arrows leave a cell that nobody has typed in; with Shift they mark a block."""
        down, across = _ARROWS[key]
        if across and editor is not None and not is_pristine(editor):
            return False
        if mark:
            self._mark(down, across)
            return True
        index = self.currentIndex()
        order = self.layout_of_columns.visible()
        place = order.index(index.column()) + across if index.column() in order else 0
        row = index.row() + down
        if 0 <= place < len(order) and 0 <= row < self.model().rowCount():
            self.go_to(row, order[place])
        return True

    def _mark(self, down: int, across: int) -> None:
        """Move the far corner of the block; the current cell stays."""
        self.shut()
        index, order = self.currentIndex(), self.layout_of_columns.visible()
        if not index.isValid():
            return
        corner = self._corner if self._corner.isValid() else index
        row = max(0, min(corner.row() + down, self.model().rowCount() - 1))
        place = max(0, min(order.index(corner.column()) + across, len(order) - 1))
        self._corner = self.model().index(row, order[place])
        self.selectionModel().select(
            QItemSelection(_first(index, self._corner), _last(index, self._corner)), _FLAG.ClearAndSelect
        )
        self.scrollTo(self._corner)

    # events

    def event(self, event: QEvent) -> bool:
        """The grid's keys come before the window's shortcuts; Tab is one of them."""
        if isinstance(event, QKeyEvent) and self.editor() is None:
            if event.type() == QEvent.Type.ShortcutOverride and self.owns(event, None):
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                return self.key(event, None)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys while no editor is open; a letter opens one."""
        if not self.key(event, None):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Coming in by keyboard lands in the current cell, or the first one to fill."""
        super().focusInEvent(event)
        by_key = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.OtherFocusReason,
        )
        if not by_key or self.editor() is not None:
            return
        if not self.currentIndex().isValid() and (first := self._next(QModelIndex(), 1)).isValid():
            self.go_to(first.row(), first.column())
        elif event.reason() != Qt.FocusReason.OtherFocusReason:
            self.reopen()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A block may be marked now: the editor waits until the button is let go."""
        self._pressing = True
        self._corner = QModelIndex()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """One cell: edit it, or tick its box."""
        super().mouseReleaseEvent(event)
        self._pressing = False
        index = self.currentIndex()
        if event.button() != Qt.MouseButton.LeftButton or self.block().size != 1:
            return
        if self.indexAt(event.position().toPoint()) == index and self.grid_model.can_tick(index):
            self.grid_model.toggle(index)
        self.reopen_if_shut()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The commands, at the pointer or at the current cell."""
        self.menu_asked.emit(event.globalPos())


def _first(one: QModelIndex, other: QModelIndex) -> QModelIndex:
    return one.sibling(min(one.row(), other.row()), min(one.column(), other.column()))


def _last(one: QModelIndex, other: QModelIndex) -> QModelIndex:
    return one.sibling(max(one.row(), other.row()), max(one.column(), other.column()))
