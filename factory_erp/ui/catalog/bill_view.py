"""The tree of a bill on screen: the editor of the current cell stands open, as in every grid."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QLineEdit,
    QWidget,
)
from shiboken6 import isValid

from factory_erp.ui.catalog.bill_delegate import BillDelegate
from factory_erp.ui.catalog.bill_look import BillTreeLook
from factory_erp.ui.catalog.bill_model import BillModel
from factory_erp.ui.kit.choose import LookupEdit
from factory_erp.ui.kit.grid_keys import COMMANDS, Block, clipboard_is_a_block, is_pristine
from factory_erp.ui.kit.rows import Runner

_OF_THE_EDITOR = frozenset({"undo", "redo", "copy", "all", "clear"})
"""What an editor does by itself once one has begun to type in it."""

_ON = {Qt.Key.Key_Return: 1, Qt.Key.Key_Enter: 1, Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}
_ACROSS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_DOWN = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_FLAG = QItemSelectionModel.SelectionFlag


class BillView(BillTreeLook):
    """``asked`` names a command of ``KEYS``; ``past_end`` comes of Enter in the last cell.

    ``item_asked`` carries the id of a component to go to: a double click beneath a line, or on what is
    not edited.
    """

    asked = Signal(str)
    past_end = Signal()
    menu_asked = Signal(object)
    item_asked = Signal(object)

    def __init__(self, model: BillModel, jobs: Runner | None = None, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self._editor: QLineEdit | None = None
        self._pressing = False
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.CurrentChanged | triggers.SelectedClicked | triggers.AnyKeyPressed)
        delegate = BillDelegate(model, self, jobs, self)
        delegate.opened.connect(self._note_editor)
        self.setItemDelegate(delegate)
        self.doubleClicked.connect(self._ask_for_item)

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
        """Open the editor of the current cell anew, if the tree has the keyboard and one cell is marked."""
        if self.holds_focus() and self.block().size <= 1 and self.takes_text(self.currentIndex()):
            self.shut(keep=False)
            self.edit(self.currentIndex())

    def reopen_if_shut(self) -> None:
        """Open the editor of the current cell if none stands there and the tree has the keyboard."""
        if self.editor() is None:
            self.reopen()

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
        """Whether the tree, or the editor in it, has the keyboard (or will, when the window is active)."""
        focused = self.window().focusWidget()
        return focused is not None and (focused is self or self.isAncestorOf(focused))

    def takes_text(self, index: QModelIndex) -> bool:
        """Whether the cell is edited in an editor."""
        return index.isValid() and bool(index.flags() & Qt.ItemFlag.ItemIsEditable)

    # where one is

    def block(self) -> Block:
        """The marked cells of the bill's own lines; no columns where none is marked."""
        marked = [one for one in self.selectedIndexes() if self.bill.is_line(one)]
        if not marked and self.bill.is_line(self.currentIndex()):
            marked = [self.currentIndex()]
        if not marked:
            return Block(-1, -1, ())
        columns = {one.column() for one in marked}
        rows = [one.row() for one in marked]
        ordered = [section for section in self.layout_of_columns.visible() if section in columns]
        return Block(min(rows), max(rows), tuple(ordered))

    def go_to(self, row: int, column: int) -> None:
        """Make a cell of an own line current, the nearest one where there is none, and open its editor."""
        rows = self.bill.rowCount()
        if rows:
            visible = self.layout_of_columns.visible()
            column = column if column in visible else next(iter(visible), 0)
            self._go(self.bill.index(max(0, min(row, rows - 1)), column))

    def _go(self, index: QModelIndex) -> None:
        self.selectionModel().setCurrentIndex(index, _FLAG.ClearAndSelect)
        self.scrollTo(index)
        self.reopen_if_shut()

    def go_on(self, step: int) -> bool:
        """Go to the next open cell (*step* 1) or the one before (-1); False at the end."""
        row, here = self.bill.top_row(self.currentIndex()), self.currentIndex().column()
        opens = [
            section for section in self.layout_of_columns.visible()
            if self.bill.rowCount() and self.takes_text(self.bill.index(0, section))
        ]  # fmt: skip
        if not opens:
            return False
        if not self.bill.is_line(self.currentIndex()):
            here = len(self.bill.columns) if step > 0 else -1
        after = [one for one in opens[::step] if (one - here) * step > 0]
        target, column = (row, after[0]) if after else (row + step, opens[::step][0])
        if not 0 <= target < self.bill.rowCount():
            return False
        self.go_to(target, column)
        return True

    # keys

    def owns(self, event: QKeyEvent, editor: QLineEdit | None) -> bool:
        """Whether the key is the tree's, and not a shortcut of the window or the editor's own."""
        return self._command(event, editor) is not None

    def _command(self, event: QKeyEvent, editor: QLineEdit | None) -> str | None:
        keypad = Qt.KeyboardModifier.KeypadModifier.value
        command = COMMANDS.get(event.keyCombination().toCombined() & ~keypad)
        if command is None or editor is None:
            return command
        if command == "clear":
            return None
        if command == "paste":
            return command if is_pristine(editor) or clipboard_is_a_block() else None
        return None if command in _OF_THE_EDITOR and not is_pristine(editor) else command

    def key(self, event: QKeyEvent, editor: QLineEdit | None) -> bool:
        """Commands, Enter and Tab, arrows; False leaves the key to the editor (or to Qt)."""
        if (command := self._command(event, editor)) is not None:
            self._run(command)
            return True
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        if isinstance(editor, LookupEdit) and editor.take_key(event):
            return True
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if key in _ON and not control:
            back = key != Qt.Key.Key_Backtab and bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            return self._leave(key, -1 if back else _ON[key], editor)
        if key in _ACROSS and (editor is None or is_pristine(editor)):
            return self._across(_ACROSS[key], fold=control or not self.bill.is_line(self.currentIndex()))
        if key in _DOWN and not control and not modifiers & Qt.KeyboardModifier.ShiftModifier:
            return self._down(_DOWN[key])
        return editor is not None and self._editor_key(key, editor)

    def _editor_key(self, key: Qt.Key, editor: QLineEdit) -> bool:
        """Escape brings back what stood there; F2 stops arrows from leaving the cell."""
        if key == Qt.Key.Key_F2:
            editor.end(False)
            return True
        if key == Qt.Key.Key_Escape and editor.isModified():
            self.reopen()
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
        """Enter and Tab go on; at the end Enter asks for more, Tab leaves the tree."""
        if isinstance(editor, LookupEdit):
            editor.take()
        self.settle()
        if not self.bill.is_line(self.currentIndex()) and step > 0 and key != Qt.Key.Key_Tab:
            self._ask_for_item(self.currentIndex())
        elif self.go_on(step):
            pass
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and step > 0:
            self.past_end.emit()
        else:
            self.shut()
            self.focusNextPrevChild(step > 0)
        return True

    def _across(self, step: int, *, fold: bool) -> bool:
        """Left and right go from cell to cell; with Ctrl, and beneath a line, they fold and unfold."""
        index = self.currentIndex()
        if fold:
            first = index.siblingAtColumn(0)
            if step < 0 and not self.isExpanded(first) and first.parent().isValid():
                self._go(first.parent())
            else:
                self.setExpanded(first, step > 0)
            return True
        order = self.layout_of_columns.visible()
        place = order.index(index.column()) + step if index.column() in order else 0
        if 0 <= place < len(order) and index.isValid():
            self._go(index.siblingAtColumn(order[place]))
        return True

    def _down(self, step: int) -> bool:
        """Up and down go through what is unfolded, in the same column."""
        index = self.currentIndex()
        first = index.siblingAtColumn(0)
        target = self.indexBelow(first) if step > 0 else self.indexAbove(first)
        if target.isValid():
            self.shut()
            self._go(target.siblingAtColumn(max(index.column(), 0)))
        return True

    # events

    def event(self, event: QEvent) -> bool:
        """The tree's keys come before the window's shortcuts; Tab is one of them."""
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

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A block may be marked now: the editor waits until the button is let go."""
        self._pressing = True
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """One cell: edit it."""
        super().mouseReleaseEvent(event)
        self._pressing = False
        if event.button() == Qt.MouseButton.LeftButton and self.block().size == 1:
            self.reopen_if_shut()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The commands, at the pointer."""
        self.menu_asked.emit(event.globalPos())

    def keyboardSearch(self, search: str) -> None:
        """Nothing: letters are typed into the cells."""

    def _ask_for_item(self, index: QModelIndex) -> None:
        """Go to a component that is not edited here."""
        if not self.takes_text(index) and (item_id := self.bill.item_at(index)) is not None:
            self.item_asked.emit(item_id)
