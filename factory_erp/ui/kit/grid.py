"""A table that one writes in as in a spreadsheet: lines of a bill, of a price list, of a calendar.

Nothing is saved by itself: the page takes ``rows`` once ``problems`` is empty, and calls ``mark_saved``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QMimeData, QModelIndex, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.ui.kit.grid_base import GridWidget
from factory_erp.ui.kit.grid_cells import Compute, GridCell, GridColumn, GridRow, RowMaker
from factory_erp.ui.kit.grid_keys import Block, GridFoot, open_menu
from factory_erp.ui.kit.grid_model import GridModel, Splice
from factory_erp.ui.kit.grid_paste import PastePlan, header_sections, placed_sections, plan_paste
from factory_erp.ui.kit.grid_view import HEAD_WIDTH, GridView
from factory_erp.ui.kit.rows import Column, Runner
from factory_erp.ui.kit.table_header import State
from factory_erp.ui.kit.table_view import as_html, as_tsv

__all__ = ["EditGrid", "GridCell", "GridColumn"]


class EditGrid(GridWidget):
    """Rows that one edits in place.

    *new_row* gives the values of a line that is added (None: lines cannot be added), *compute* the derived
    columns of a line.  *jobs* runs the searches of lookup columns.  ``current_changed`` carries the current
    row (-1: none); the other signals are those of ``GridWidget``.
    """

    current_changed = Signal(int)

    def __init__(
        self,
        columns: Sequence[GridColumn],
        *,
        new_row: Callable[[], Mapping[str, object]] | None = None,
        removable: bool = True,
        movable: bool = False,
        compute: Compute | None = None,
        jobs: Runner | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._new_row, self._removable, self._movable = new_row, removable, movable
        self._maker = RowMaker(columns, compute)
        self._saved: list[GridRow] = []
        self.model = GridModel(self._maker, self)
        self.model.edited.connect(self._edit)
        self.view = GridView(self.model, self.model.columns, jobs, self)
        self.view.asked.connect(self.run)
        self.view.past_end.connect(self._add_at_end)
        self.view.menu_asked.connect(lambda place: open_menu(self, place, self.can, self.run))
        self.view.selectionModel().currentRowChanged.connect(self._note_current)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        self.foot = GridFoot(
            self._add_at_end if new_row is not None else None,
            partial(self.run, "delete") if removable else None,
            self.next_problem,
        )
        column.addWidget(self.foot)
        self.setFocusProxy(self.view)
        self._look()

    # rows in and out

    def set_rows(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Show *rows* (value by key; a ``Choice`` in a lookup column) as the state that was saved last.

        Keys that are no column's are kept and come back from ``rows``.  The current cell stays where it was.
        """
        index, scroll = self.view.currentIndex(), self.view.verticalScrollBar().value()
        editing = self.view.holds_focus()
        self.view.shut(keep=False)
        self.model.set_rows([self._maker.row(row) for row in rows])
        self._saved = list(self.model.rows)
        self.undo_stack.clear()
        if editing:  # the reset took the editor away, and the keyboard with it
            self.view.setFocus()
        if index.isValid() and rows:
            self.view.go_to(index.row(), index.column())
        self.view.verticalScrollBar().setValue(scroll)
        self.current_changed.emit(self.current_row())
        self._look()

    def rows(self) -> list[dict[str, object]]:
        """Value by key of each line (None where a cell is unsound), but of those that nobody wrote in."""
        self.view.settle()
        return [self._maker.values(row) for row in self.model.rows if not row.fresh]

    def problems(self) -> list[tuple[int, str, str]]:
        """(row from 0, column key, sentence) of each cell that is not sound."""
        self.view.settle()
        columns = self._maker.columns
        return [
            (number, columns[place].key, cell.problem)
            for number, row in enumerate(self.model.rows)
            if not row.is_sound
            for place, cell in enumerate(row.cells)
            if cell.problem
        ]

    def mark_saved(self) -> None:
        """What stands in the cells is what is saved."""
        super().mark_saved()
        self._saved = list(self.model.rows)

    def _restore(self) -> None:
        self.put(0, len(self.model.rows), self._saved, None)

    def set_read_only(self, on: bool) -> None:
        """Whether the rows are only looked at, and copied."""
        self.view.shut()
        self.model.read_only = on
        self.view.viewport().update()
        self._look()

    # where one is

    def current_row(self) -> int:
        """The current row from 0, -1 if there is none."""
        return self.view.currentIndex().row()

    def select(self, row: int, key: str = "") -> None:
        """Go to the cell of column *key* (else the first) in *row*."""
        keys = [column.key for column in self._maker.columns]
        self.view.go_to(row, keys.index(key) if key else 0)

    def next_problem(self) -> None:
        """Go to the next cell that is not sound, after the current one; round from the end."""
        found = [(row, key) for row, key, _sentence in self.problems()]
        if found:
            keys = [column.key for column in self._maker.columns]
            here = (self.current_row(), self.view.currentIndex().column())
            row, key = next((one for one in found if (one[0], keys.index(one[1])) > here), found[0])
            self.view.setFocus()
            self.select(row, key)

    def state(self) -> State:
        """Columns as the user set them, fit for JSON."""
        return self.view.layout_of_columns.state()

    def restore_state(self, state: State) -> None:
        """Take back what ``state`` gave."""
        self.view.layout_of_columns.restore(state)

    # commands

    def can(self, command: str) -> bool:
        """Whether *command* (a key of ``KEYS``) is of use in this grid now."""
        some = self.view.currentIndex().isValid()
        if command in ("copy", "save"):
            return some or command == "save"
        able = {
            "insert": self._new_row is not None,
            "delete": self._removable and some,
            "up": self._movable and some,
            "down": self._movable and some,
            "fill": some,
            "clear": some,
            "paste": True,
            "undo": self.undo_stack.canUndo(),
            "redo": self.undo_stack.canRedo(),
        }
        return able[command] and not self.model.read_only

    def _acts(self) -> dict[str, Callable[[], object]]:
        return super()._acts() | {
            "insert": self.insert_row,
            "delete": self.delete_rows,
            "up": lambda: self.move_rows(-1),
            "down": lambda: self.move_rows(1),
            "fill": self.fill_down,
            "clear": self.clear_cells,
            "copy": self.copy,
        }

    def insert_row(self) -> None:
        """A new line over the current one."""
        self._add(max(self.current_row(), 0))

    def _add_at_end(self) -> None:
        """A new line under the last, unless that is one which nobody has written in."""
        if not self.can("insert"):
            return
        self.view.setFocus()
        rows = self.model.rows
        if rows and rows[-1].fresh:
            self._go_to_first_open(len(rows) - 1)
        else:
            self._add(len(rows))

    def _add(self, at: int) -> None:
        if self._new_row is not None:
            self.view.shut()
            self._push(_("insert line"), at, 0, [self._maker.row(self._new_row(), fresh=True)], (at, 0))
            self._go_to_first_open(at)

    def _go_to_first_open(self, row: int) -> None:
        visible = self.view.layout_of_columns.visible()
        opens = [one for one in visible if self.view.takes_text(self.model.index(row, one))]
        self.view.go_to(row, next(iter(opens), 0))

    def delete_rows(self) -> None:
        """Take out the lines of the marked block."""
        self.view.shut()
        block = self.view.block()
        if block.columns:
            count = block.bottom - block.top + 1
            text = ngettext("delete line", "delete {count} lines", count)
            self._push(text, block.top, count, [], (block.top, block.columns[0]))
            self.view.go_to(block.top, block.columns[0])

    def move_rows(self, step: int) -> None:
        """Move the lines of the marked block one up (-1) or down (1)."""
        block, column = self.view.block(), self.view.currentIndex().column()
        top, bottom = block.top + min(step, 0), block.bottom + max(step, 0)
        if top < 0 or bottom >= len(self.model.rows):
            return
        rows = self.model.rows[top : bottom + 1]
        moved = [*rows[1:], rows[0]] if step < 0 else [rows[-1], *rows[:-1]]
        here = self.current_row() + step
        self._push(_("move line"), top, len(rows), moved, (here, column))
        self.view.go_to(here, column)

    def fill_down(self) -> None:
        """Give the marked cells what stands in the topmost; a single cell takes what stands over it."""
        block = self.view.block()
        top = block.top if block.bottom > block.top else block.top - 1
        if top < 0:
            return
        source = self.model.rows[top].cells
        cells = {place: source[place] for place in block.columns if self._takes(place)}
        self._change(_("fill down"), Block(top + 1, block.bottom, block.columns), cells)

    def clear_cells(self) -> None:
        """Empty the marked cells."""
        block = self.view.block()
        cells = {place: self._maker.read(place, "") for place in block.columns if self._takes(place)}
        self._change(_("clear cells"), block, cells)

    def _change(self, text: str, block: Block, cells: Mapping[int, GridCell]) -> None:
        """Put *cells* into each row of *block*."""
        rows = self.model.rows[block.top : block.bottom + 1]
        after = [self._maker.changed(row, cells) if _differs(row, cells) else row for row in rows]
        if any(one is not other for one, other in zip(rows, after, strict=True)):
            self._push(text, block.top, len(rows), after, (block.top, block.columns[0]))

    def copy(self) -> None:
        """Put the marked cells on the clipboard as tab-separated text and as HTML."""
        self.view.settle()
        block = self.view.block()
        rows = self.model.rows[block.top : block.bottom + 1]
        shown = [[(self.model.columns[n], row.cells[n].text) for n in block.columns] for row in rows]
        data = QMimeData()
        data.setText(as_tsv([[text for _column, text in line] for line in shown]))
        data.setHtml(as_html(shown))
        QGuiApplication.clipboard().setMimeData(data)

    # pasting

    def plan(self, block: Sequence[Sequence[str]]) -> PastePlan:
        """What pasting *block* at the marked cells would do."""
        marked = self.view.block()
        at = max(marked.top, 0)
        order = self.view.layout_of_columns.visible()
        headers = header_sections(block[0], self._maker.columns) if len(block) > 1 else None
        start = order[order.index(marked.columns[0]) :] if marked.columns else order
        lines = block[1:] if headers else block
        sections: Sequence[int | None] = headers or self._placed(lines, start, at)
        if len(block) == 1 and len(block[0]) == 1 and marked.size > 1:
            lines = [list(block[0]) * len(marked.columns)] * (marked.bottom - marked.top + 1)
            sections = start
        return plan_paste(
            lines,
            sections,
            at,
            self._read_at,
            self._before_at,
            room=None if self._new_row is not None else max(len(self.model.rows) - at, 0),
            has_headers=headers is not None,
            title_of=lambda place: self.model.columns[place].title,
        )

    def _placed(self, lines: Sequence[Sequence[str]], order: Sequence[int], at: int) -> Sequence[int]:
        return placed_sections(lines, order, at, self._maker.columns, self._before_at)

    def apply(self, plan: PastePlan) -> None:
        """Do all of *plan*, as one step."""
        by_row: dict[int, dict[int, GridCell]] = {}
        for cell in plan.cells:
            by_row.setdefault(cell.row, {})[cell.section] = cell.after
        rows = self.model.rows[plan.at : plan.at + plan.lines]
        if self._new_row is not None:
            rows = rows + [self._maker.row(self._new_row()) for _line in range(plan.lines - len(rows))]
        after = [
            self._maker.changed(row, by_row[n]) if n in by_row else row for n, row in enumerate(rows, plan.at)
        ]
        count = min(plan.lines, len(self.model.rows) - plan.at)
        column = plan.cells[0].section if plan.cells else 0
        text = ngettext("paste {count} cell", "paste {count} cells", len(plan.cells))
        self._push(text, plan.at, count, after, (plan.at, column))
        self.view.setFocus()
        self.view.go_to(plan.at, column)

    def _columns(self) -> Sequence[Column]:
        return self.model.columns

    def _read_at(self, _row: int, place: int, text: str) -> GridCell | None:
        return self._maker.read(place, text) if self._takes(place) else None

    def _before_at(self, row: int, place: int) -> GridCell | None:
        return self.model.rows[row].cells[place] if row < len(self.model.rows) else None

    def _takes(self, place: int) -> bool:
        return not self._maker.columns[place].read_only

    # steps

    def put(self, at: int, count: int, rows: Sequence[GridRow], place: tuple[int, int] | None) -> None:
        """Exchange *count* rows from *at* without a step of undo; go to *place* unless it is None."""
        if place is not None:
            self.view.shut(keep=False)
        self.model.splice(at, count, rows)
        if place is not None:
            self.view.go_to(*place)
        self._look()
        self.changed.emit()

    def _edit(self, row: int, place: int, cell: GridCell) -> None:
        before = self.model.rows[row]
        if before.cells[place] != cell:
            text = _("change {field}", field=_(self._maker.columns[place].title).lower())
            self._push(text, row, 1, [self._maker.changed(before, {place: cell})], (row, place))

    def _push(self, text: str, at: int, count: int, after: Sequence[GridRow], place: tuple[int, int]) -> None:
        before = self.model.rows[at : at + count]
        self.undo_stack.push(Splice(self, text, at, before, after, place))

    def _look(self) -> None:
        """Say how many cells are not right."""
        rows = [row for row in self.model.rows if not row.is_sound]
        self.foot.show_problems(sum(bool(cell.problem) for row in rows for cell in row.cells))
        self.foot.add_button.setEnabled(self.can("insert"))
        self.foot.remove_button.setEnabled(self.can("delete"))
        digits = self.fontMetrics().horizontalAdvance(str(len(self.model.rows)))
        self.view.verticalHeader().setFixedWidth(max(HEAD_WIDTH, digits + 24))

    def _note_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.foot.remove_button.setEnabled(self.can("delete"))
        self.current_changed.emit(current.row())


def _differs(row: GridRow, cells: Mapping[int, GridCell]) -> bool:
    return any(row.cells[place] != cell for place, cell in cells.items())
