"""A matrix to read and fill: colours down, sizes across, a third option on pages.

Cells that no item stands behind are hatched and shut.  As with the grid, the page saves: it takes
``values`` once ``problems`` is empty, and calls ``mark_saved``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QMimeData, Qt, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication, QResizeEvent, QUndoCommand
from PySide6.QtWidgets import QTableView, QVBoxLayout, QWidget

from factory_erp.domain.money import parse_decimal
from factory_erp.i18n import _, ngettext
from factory_erp.ui.kit.grid_base import GridWidget
from factory_erp.ui.kit.grid_cells import GridCell, shown
from factory_erp.ui.kit.grid_keys import GridFoot, open_menu
from factory_erp.ui.kit.grid_paste import PastePlan, plan_paste
from factory_erp.ui.kit.grid_view import GridView
from factory_erp.ui.kit.matrix_model import Head, Key, MatrixModel
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.table_view import as_html, as_tsv
from factory_erp.ui.kit.widgets import Chip, ChipBar

__all__ = ["Head", "Key", "MatrixGrid"]

CELL_WIDTH = 88
"""Of a cell, px."""


class _MatrixView(GridView):
    """Columns of one width; they scroll where they do not fit."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The columns keep their width."""
        QTableView.resizeEvent(self, event)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Its header has no menu: a size is not hidden."""
        super().setModel(model)
        self.horizontalHeader().setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)


class _Step(QUndoCommand):
    """Some cells went from *before* to *after*."""

    def __init__(
        self, matrix: MatrixGrid, text: str, before: Mapping[Key, GridCell], after: Mapping[Key, GridCell]
    ) -> None:
        super().__init__(text)
        self._matrix, self._before, self._after = matrix, before, after
        self._fresh = True

    def redo(self) -> None:
        """Make the change; the first time, it may come out of an editor that stands open."""
        if not self._fresh:
            self._matrix.view.shut(keep=False)
        self._fresh = False
        self._matrix.put(self._after)

    def undo(self) -> None:
        """Take it back."""
        self._matrix.view.shut(keep=False)
        self._matrix.put(self._before)


class MatrixGrid(GridWidget):
    """Cells by (row, column), or (page, row, column); *what* names a cell for undo ("quantity").

    *read* makes a value of text and raises DomainError (None: the matrix is only read), *show* makes text of
    a value; *additive* adds totals.  ``current_changed`` carries the key of the current cell or None,
    ``opened`` that of a cell that was double-clicked in a matrix that is only read.
    """

    current_changed = Signal(object)
    opened = Signal(object)

    def __init__(
        self,
        what: str = "",
        *,
        read: Callable[[str], object] | None = parse_decimal,
        show: Callable[[Any], str] = shown,
        additive: bool = False,
        width: int = CELL_WIDTH,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._what = what or _("cell")
        self.model = MatrixModel(read, show, width, additive=additive, parent=self)
        self.model.edited.connect(self._edit)
        self._saved: dict[Key, GridCell] = {}
        self._pages: Sequence[Head] = ()
        self.pages = ChipBar()
        self.pages.chosen.connect(self._choose_page)
        self.pages.hide()
        self.view = _MatrixView(self.model, self.model.columns, None, self)
        self.view.asked.connect(self.run)
        self.view.menu_asked.connect(lambda place: open_menu(self, place, self.can, self.run))
        self.view.selectionModel().currentChanged.connect(self._note_current)
        self.view.chosen.connect(self._open)
        self.view.past_end.connect(self._open)
        self.foot = GridFoot(None, None, self.next_problem)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part, stretch in ((self.pages, 0), (self.view, 1), (self.foot, 0)):
            column.addWidget(part, stretch)
        self.setFocusProxy(self.view)

    def set_matrix(
        self,
        row_heads: Sequence[Head],
        column_heads: Sequence[Head],
        cells: Mapping[Key, object],
        page_heads: Sequence[Head] = (),
    ) -> None:
        """Show *cells* as the state that was saved last: None is an empty cell, a missing key has no item.

        With *page_heads* the keys are (page, row, column).  The current cell and page stay where they were.
        """
        index, page = self.view.currentIndex(), self.model.page
        self.view.shut(keep=False)
        self.model.set_matrix(row_heads, column_heads, cells)
        self._saved = dict(self.model.cells)
        self._pages = page_heads
        self.undo_stack.clear()
        keys = [head.key for head in page_heads]
        here = keys.index(page[0]) if page and page[0] in keys else 0
        chips = [Chip(str(n), head.title) for n, head in enumerate(page_heads)]
        self.pages.set_chips(chips, current=str(here))
        if page_heads:
            self.model.set_page(keys[here])
        self._fit()
        if index.isValid():
            self.view.go_to(index.row(), index.column())
        self._look()

    def _fit(self) -> None:
        """Heads as wide as their words, within reason."""
        metrics = QFontMetrics(self.font())
        words = max((metrics.horizontalAdvance(head.title) for head in self.model.rows), default=0)
        self.view.verticalHeader().setFixedWidth(max(80, min(words + 28, 260)))
        self.view.verticalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        for section, column in enumerate(self.model.columns):
            wished = metrics.horizontalAdvance(column.title) + 28
            self.view.setColumnWidth(section, max(column.width, min(wished, 180)))

    def values(self) -> dict[Key, object]:
        """The cells that differ from what was saved, by key; None where one was emptied or is unsound."""
        self.view.settle()
        return {
            key: cell.value for key, cell in self.model.cells.items() if cell.text != self._saved[key].text
        }

    def problems(self) -> list[tuple[Key, str]]:
        """(key, sentence) of each cell that is not sound."""
        self.view.settle()
        return [(key, cell.problem) for key, cell in self.model.cells.items() if cell.problem]

    def mark_saved(self) -> None:
        """What stands in the cells is what is saved."""
        super().mark_saved()
        self._saved = dict(self.model.cells)

    def _restore(self) -> None:
        self.put(self._saved)

    def current_key(self) -> Key | None:
        """Key of the current cell, None where no item is (or on a total)."""
        index = self.view.currentIndex()
        key = self.model.key_at(index.row(), index.column()) if index.isValid() else None
        return key if key in self.model.cells else None

    def select(self, key: Key) -> None:
        """Go to a cell, on its page."""
        if self._pages:
            self.pages.select(str([head.key for head in self._pages].index(key[0])))
        rows, heads = ([head.key for head in heads] for heads in (self.model.rows, self.model.heads))
        self.view.go_to(rows.index(key[-2]), heads.index(key[-1]))

    def next_problem(self) -> None:
        """Go to the first cell that is not sound."""
        if found := self.problems():
            self.view.setFocus()
            self.select(found[0][0])

    # commands

    def can(self, command: str) -> bool:
        """Whether *command* (a key of ``grid_keys.KEYS``) is of use here now."""
        some = self.view.currentIndex().isValid()
        edits = some and self.model.edits
        return {"copy": some, "fill": edits, "clear": edits, "paste": edits, "save": True}.get(
            command,
            {"undo": self.undo_stack.canUndo(), "redo": self.undo_stack.canRedo()}.get(command, False),
        )

    def _acts(self) -> dict[str, Callable[[], object]]:
        return super()._acts() | {
            "fill": self.fill_down,
            "clear": self.clear_cells,
            "copy": self.copy,
        }

    def fill_down(self) -> None:
        """Give the marked cells what stands in the topmost of their column."""
        block = self.view.block()
        top = block.top if block.bottom > block.top else block.top - 1
        cells: dict[Key, GridCell] = {}
        for column in block.columns:
            source = self.model.cells.get(self.model.key_at(max(top, 0), column) or ())
            if source is not None:
                cells |= dict.fromkeys(self._open_keys(range(top + 1, block.bottom + 1), (column,)), source)
        self._push(_("fill down"), cells)

    def clear_cells(self) -> None:
        """Empty the marked cells."""
        block = self.view.block()
        keys = self._open_keys(range(block.top, block.bottom + 1), block.columns)
        self._push(_("clear cells"), {key: self.model.read("") for key in keys})

    def _open_keys(self, rows: range, columns: Sequence[int]) -> list[Key]:
        return [
            key
            for row in rows
            for column in columns
            if self.model.takes(row, column) and (key := self.model.key_at(row, column)) is not None
        ]

    def copy(self) -> None:
        """Put the marked cells on the clipboard as tab-separated text and as HTML."""
        self.view.settle()
        block = self.view.block()
        number = Column("", "", kind="number")
        lines = [
            [str(self.model.index(row, column).data() or "") for column in block.columns]
            for row in range(block.top, block.bottom + 1)
        ]
        data = QMimeData()
        data.setText(as_tsv(lines))
        data.setHtml(as_html([[(number, text) for text in line] for line in lines]))
        QGuiApplication.clipboard().setMimeData(data)

    def plan(self, block: Sequence[Sequence[str]]) -> PastePlan:
        """What pasting *block* would do: by the heads it brings along, else from the marked cell on."""
        marked = self.view.block()
        at, left = max(marked.top, 0), marked.columns[0] if marked.columns else 0
        sections: Sequence[int | None] = range(left, len(self.model.heads))
        placed = _by_heads(block, self.model.rows, self.model.heads)
        if placed is not None:
            at, sections, block = 0, *placed
        elif len(block) == 1 and len(block[0]) == 1 and marked.size > 1:
            block = [list(block[0]) * len(marked.columns)] * (marked.bottom - marked.top + 1)
        return plan_paste(
            block,
            sections,
            at,
            lambda row, column, text: self.model.read(text) if self.model.takes(row, column) else None,
            lambda row, column: self.model.cells.get(self.model.key_at(row, column) or ()),
            room=max(len(self.model.rows) - at, 0),
            has_headers=placed is not None,
            title_of=lambda column: self.model.heads[column].title,
        )

    def apply(self, plan: PastePlan) -> None:
        """Do all of *plan*, as one step."""
        cells: dict[Key, GridCell] = {}
        for cell in plan.cells:
            key = self.model.key_at(cell.row, cell.section)
            if key is not None:
                cells[key] = cell.after
        self._push(ngettext("paste {count} cell", "paste {count} cells", len(cells)), cells)
        self.view.setFocus()
        self.view.reopen_if_shut()

    def _columns(self) -> Sequence[Column]:
        return self.model.columns

    def _line_title(self, row: int) -> str:
        return self.model.rows[row].title

    # steps

    def put(self, cells: Mapping[Key, GridCell]) -> None:
        """Show *cells* without a step of undo."""
        self.model.put(cells)
        self._look()
        self.changed.emit()

    def _edit(self, cells: Mapping[Key, GridCell]) -> None:
        self._push(_("change {field}", field=self._what.lower()), cells)

    def _push(self, text: str, cells: Mapping[Key, GridCell]) -> None:
        before = {key: self.model.cells[key] for key in cells}
        if before != cells:
            self.undo_stack.push(_Step(self, text, before, dict(cells)))

    def _choose_page(self, number: str) -> None:
        index = self.view.currentIndex()
        self.view.shut()
        self.model.set_page(self._pages[int(number)].key)
        if index.isValid():
            self.view.go_to(index.row(), index.column())

    def _look(self) -> None:
        self.foot.show_problems(sum(bool(cell.problem) for cell in self.model.cells.values()))

    def _note_current(self) -> None:
        self.current_changed.emit(self.current_key())

    def _open(self) -> None:
        if not self.model.edits and (key := self.current_key()) is not None:
            self.opened.emit(key)


def _by_heads(
    block: Sequence[Sequence[str]], rows: Sequence[Head], heads: Sequence[Head]
) -> tuple[list[int | None], list[list[str]]] | None:
    """(sections, lines in the order of *rows*) of a block whose first line and column name its cells."""
    across = {head.title.strip().casefold(): n for n, head in enumerate(heads)}
    down = {head.title.strip().casefold(): n for n, head in enumerate(rows)}
    titles = [cell.strip().casefold() for cell in block[0][1:]]
    names = [line[0].strip().casefold() for line in block[1:] if line]
    if not titles or not names or not all(name in down for name in names):
        return None
    if not any(title in across for title in titles):
        return None
    lines: list[list[str]] = [[] for _row in rows]
    for name, line in zip(names, block[1:], strict=False):
        lines[down[name]] = list(line[1:])
    return [across.get(title) for title in titles], lines
