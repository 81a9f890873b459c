"""The lines of a bill as a tree that one writes in: insert, delete, move, copy, alternates."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QMimeData, QModelIndex
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.services.exchange.pair_readers import Alternates
from factory_erp.ui.catalog.bill_dialogs import AlternatesDialog
from factory_erp.ui.catalog.bill_rows import BillRows
from factory_erp.ui.kit.buttons import Button, Kind
from factory_erp.ui.kit.grid_keys import GridFoot, open_menu
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.kit.table_view import as_html, as_tsv


class BillLines(BillRows):
    """The tree of a bill with its keys, its menu and the buttons under it."""

    def __init__(self, jobs: Jobs, item_id: int, parent: QWidget | None = None) -> None:
        super().__init__(jobs, item_id, parent)
        self.view.asked.connect(self.run)
        self.view.past_end.connect(self.add_at_end)
        self.view.menu_asked.connect(lambda place: open_menu(self, place, self.can, self.run))
        self.view.selectionModel().currentRowChanged.connect(self._note_current)
        self.changed.connect(self._look)
        self.foot = GridFoot(self.add_at_end, partial(self.run, "delete"), self.next_problem)
        self.alternates_button = Button(_("Alternates…"), kind=Kind.LINK, run=self.ask_alternates)
        self._lay_out()
        self.set_name(_("Bill of materials"))
        self._look()

    def _lay_out(self) -> None:
        unfold = Button(_("Unfold all"), kind=Kind.LINK, run=self.view.expandAll)
        fold = Button(_("Fold all"), kind=Kind.LINK, run=self.view.collapseAll)
        row = self.foot.layout()
        assert isinstance(row, QHBoxLayout)
        row.insertWidget(2, self.alternates_button)
        for button in (unfold, fold):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(self.foot)
        self.setFocusProxy(self.view)

    def set_read_only(self, on: bool) -> None:
        """Whether the lines are only looked at, and copied."""
        self.view.shut()
        self.model.read_only = on
        for button in (self.foot.add_button, self.foot.remove_button, self.alternates_button):
            button.setVisible(not on)
        self.view.viewport().update()
        self._look()

    def next_problem(self) -> None:
        """Go to the next cell that is not right, round from the end."""
        found = self.problems()
        if found:
            here = (self.current_row(), self.view.currentIndex().column())
            row, column, _sentence = next((one for one in found if one[:2] > here), found[0])
            self.view.setFocus()
            self.view.go_to(row, column)

    def _look(self) -> None:
        """Say how many cells are not right."""
        # Not ``problems``: that would take over what is being typed in the open editor.
        rows = range(len(self.model.rows))
        cells = (sum(bool(cell.problem) for cell in self.model.rows[row].cells) for row in rows
                 if not self.model.rows[row].fresh)  # fmt: skip
        faults = sum(bool(self.model.fault_at(row)) for row in rows)
        shown = 0 if self.model.read_only else sum(cells) + faults
        self.foot.show_problems(shown)
        self.foot.add_button.setEnabled(self.can("insert"))
        self._look_at_line()

    def _look_at_line(self) -> None:
        row = self.current_row()
        self.foot.remove_button.setEnabled(self.can("delete"))
        sound = 0 <= row < len(self.model.rows) and self.model.line_at(row) is not None
        self.alternates_button.setEnabled(sound and not self.model.read_only)

    def _note_current(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        self._look_at_line()

    # commands

    def can(self, command: str) -> bool:
        """Whether *command* (a key of ``KEYS``) is of use now."""
        block = self.view.block()
        some = bool(block.columns)
        if command in ("copy", "save"):
            return command == "save" or self.view.currentIndex().isValid()
        able = {
            "insert": True,
            "delete": some,
            "up": some and block.top > 0,
            "down": some and block.bottom < len(self.model.rows) - 1,
            "fill": some and block.bottom > 0,
            "clear": some and self.view.takes_text(self.view.currentIndex()),
            "paste": True,
            "undo": self.undo_stack.canUndo(),
            "redo": self.undo_stack.canRedo(),
        }
        return able.get(command, False) and not self.model.read_only

    def _acts(self) -> dict[str, Callable[[], object]]:
        return {
            **super()._acts(),
            "insert": lambda: self._add(max(self.model.top_row(self.view.currentIndex()), 0)),
            "delete": self.delete_lines,
            "up": lambda: self.move_lines(-1),
            "down": lambda: self.move_lines(1),
            "fill": self.fill_down,
            "clear": self._clear,
            "copy": self.copy,
        }

    def add_at_end(self) -> None:
        """A new line under the last, unless that is one which nobody has written in."""
        if not self.can("insert"):
            return
        self.view.setFocus()
        rows = self.model.rows
        if rows and rows[-1].fresh:
            self.view.go_to(len(rows) - 1, 0)
        else:
            self._add(len(rows))

    def _add(self, at: int) -> None:
        self.view.shut()
        self._push(_("insert line"), at, 0, [self._row({}, fresh=True)], (at, 0))
        self.view.go_to(at, 0)

    def delete_lines(self) -> None:
        """Take out the marked lines."""
        block = self.view.block()
        size = block.bottom - block.top + 1
        text = ngettext("delete {sku}", "delete {count} lines", size, sku=self._sku(block.top))
        self._push(text, block.top, size, [], (block.top, block.columns[0]))
        self.view.go_to(block.top, block.columns[0])

    def move_lines(self, step: int) -> None:
        """Move the marked lines one up (-1) or down (1)."""
        block, column = self.view.block(), self.view.currentIndex().column()
        top, bottom = block.top + min(step, 0), block.bottom + max(step, 0)
        rows = self.model.rows[top : bottom + 1]
        moved = [*rows[1:], rows[0]] if step < 0 else [rows[-1], *rows[:-1]]
        here = self.view.currentIndex().row() + step
        self._push(_("move {sku}", sku=self._sku(block.top)), top, len(rows), moved, (here, column))
        self.view.go_to(here, column)

    def fill_down(self) -> None:
        """Give the marked cells what stands in the topmost; a single cell takes what stands over it."""
        block = self.view.block()
        top = block.top if block.bottom > block.top else block.top - 1
        if top < 0:
            return
        source = self.model.rows[top].cells
        cells = {place: source[place] for place in block.columns if not self.maker.columns[place].read_only}
        before = self.model.rows[top + 1 : block.bottom + 1]
        after = [self.maker.changed(row, cells) for row in before]
        if cells and [row.cells for row in after] != [row.cells for row in before]:
            place = (block.bottom, self.view.currentIndex().column())
            self._push(_("fill down"), top + 1, len(before), after, place)

    def ask_alternates(self) -> AlternatesDialog | None:
        """The open dialog with what may be used instead of the current line's component."""
        row = self.current_row()
        if row < 0:
            return None
        self.view.shut()
        values = self.maker.values(self.model.rows[row])
        dialog = AlternatesDialog(
            self._jobs, self._sku(row), values["alternates"] or (), self.book,  # type: ignore[arg-type]
            partial(self._put_alternates, row), self,
        )  # fmt: skip
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _put_alternates(self, row: int, value: Alternates) -> None:
        place = [column.key for column in self.maker.columns].index("alternates")
        self._edit(row, place, self.maker.shown(place, value))

    def _clear(self) -> None:
        index = self.view.currentIndex()
        self._edit(index.row(), index.column(), self.maker.read(index.column(), ""))

    def copy(self) -> None:
        """Put the marked cells on the clipboard as tab-separated text and as HTML."""
        marked = self.view.selectedIndexes() or [self.view.currentIndex()]
        columns = self.model.columns
        lines: dict[tuple[QModelIndex, int], list[QModelIndex]] = {}
        for index in marked:
            lines.setdefault((index.parent(), index.row()), []).append(index)
        shown = [[(columns[one.column()], str(one.data() or "")) for one in line] for line in lines.values()]
        data = QMimeData()
        data.setText(as_tsv([[text for _column, text in line] for line in shown]))
        data.setHtml(as_html(shown))
        QGuiApplication.clipboard().setMimeData(data)
