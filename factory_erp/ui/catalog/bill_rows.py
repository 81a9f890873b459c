"""The rows behind the tree of a bill: lines in and out, steps of undo, blocks pasted from Excel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import count

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.services.engineering.bills import BillLineInput, BillLineView
from factory_erp.sheets.clipboard import parse_block
from factory_erp.sheets.table import SheetRefused
from factory_erp.ui.catalog.bill_columns import KEY, ItemBook, alternate_skus, bill_columns, row_of
from factory_erp.ui.catalog.bill_model import BillModel
from factory_erp.ui.catalog.bill_parts import Parts, known_items, read_parts
from factory_erp.ui.catalog.bill_view import BillView
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.grid_base import GridWidget
from factory_erp.ui.kit.grid_cells import GridCell, GridRow, RowMaker
from factory_erp.ui.kit.grid_model import Splice
from factory_erp.ui.kit.grid_paste import PasteDialog, PastePlan, header_sections, placed_sections, plan_paste
from factory_erp.ui.kit.jobs import Jobs

Block = Sequence[Sequence[str]]


class BillRows(GridWidget):
    """The bill of *item_id*, line by line.

    ``changed`` also comes when stock and costs of a component were read; ``item_asked`` carries the id of a
    component to go to.
    """

    item_asked = Signal(object)

    view: BillView  # type: ignore[assignment]  # asked for the same things as the view of a table

    def __init__(self, jobs: Jobs, item_id: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._count = count(1)
        self.book = ItemBook()
        self.maker = RowMaker(bill_columns(self.book))
        self.model = BillModel(self.maker, self.book, item_id, self)
        self.model.edited.connect(self._edit)
        self._saved: list[GridRow] = []
        self.view = BillView(self.model, jobs, self)
        self.view.item_asked.connect(self.item_asked)

    # lines in and out

    def set_lines(self, lines: Sequence[BillLineView], parts: Parts) -> None:
        """Show *lines* as the state that was saved last; what is unfolded and current stays so by place."""
        unfolded = {row for row in range(len(self.model.rows))
                    if self.view.isExpanded(self.model.index(row, 0))}  # fmt: skip
        index, editing = self.view.currentIndex(), self.view.holds_focus()
        row, column = self.model.top_row(index), index.column()
        self.view.shut(keep=False)
        for line in lines:
            self.book.note(line.component_id, line.sku)
            for other in line.alternates:
                self.book.note(other.component_id, other.sku)
        self.model.set_rows([self._row(row_of(line)) for line in lines], parts)
        self._saved = list(self.model.rows)
        self.undo_stack.clear()
        for place in unfolded:
            self.view.setExpanded(self.model.index(place, 0), True)
        if editing:  # the reset took the editor away, and the keyboard with it
            self.view.setFocus()
        if row >= 0 and lines:
            self.view.go_to(row, column)
        self._tell()

    def lines(self) -> list[BillLineInput]:
        """The sound lines; those that nobody wrote in do not count."""
        self.view.settle()
        found = (self.model.line_at(row) for row in range(len(self.model.rows)))
        return [line for line in found if line is not None]

    def problems(self) -> list[tuple[int, int, str]]:
        """(row, column, sentence) of each cell that is not right."""
        self.view.settle()
        return [
            (number, place, cell.problem)
            for number, row in enumerate(self.model.rows) if not row.fresh
            for place in range(len(row.cells))
            if (cell := self.model.cell_at(self.model.index(number, place))).problem
        ]  # fmt: skip

    def _restore(self) -> None:
        self.put(0, len(self.model.rows), self._saved, (0, 0))

    def current_row(self) -> int:
        """Row of the current own line, -1 beneath one and where there is none."""
        index = self.view.currentIndex()
        return index.row() if self.model.is_line(index) else -1

    def go_to_item(self, item_id: int) -> None:
        """Go to the line of that component, if there is one."""
        for row in range(len(self.model.rows)):
            if self.model.item_at(self.model.index(row, 0)) == item_id:
                self.view.go_to(row, 0)

    def set_basis(self, *, output: Decimal | None = None, wanted: Decimal | None = None) -> None:
        """How many units the lines make, and for how many the needs are shown (None: as before)."""
        self.model.output = output or self.model.output
        self.model.wanted = wanted or self.model.wanted
        self.model.tell_all()
        self._tell()

    def learn(self, parts: Parts) -> None:
        """Take in what was read of components just chosen."""
        self.model.learn(parts)
        self._tell()

    def _row(self, values: Mapping[str, object], *, fresh: bool = False) -> GridRow:
        return self.maker.row({**values, KEY: next(self._count)}, fresh=fresh)

    # steps

    def put(self, at: int, count: int, rows: Sequence[GridRow], place: tuple[int, int] | None) -> None:
        """Exchange *count* rows from *at* without a step of undo; go to *place* unless it is None."""
        if place is not None:
            self.view.shut(keep=False)
        self.model.splice(at, count, rows)
        if place is not None:
            self.view.go_to(*place)
        self._ask_for_parts()
        self._tell()

    def _edit(self, row: int, place: int, cell: GridCell) -> None:
        before = self.model.rows[row]
        if before.cells[place] == cell:
            return
        field, sku = _(self.maker.columns[place].title), self._sku(row)
        named = _("change {field} of {sku}", field=field.lower(), sku=sku)
        text = named if sku and place else _("change {field}", field=field.lower())
        self._push(text, row, 1, [self.maker.changed(before, {place: cell})], (row, place))

    def _push(self, text: str, at: int, size: int, after: Sequence[GridRow], place: tuple[int, int]) -> None:
        before = self.model.rows[at : at + size]
        self.undo_stack.push(Splice(self, text, at, before, after, place))

    def _sku(self, row: int) -> str:
        return self.model.rows[row].cells[0].text

    def _ask_for_parts(self) -> None:
        """Read stock, cost and bill of components that were not in the bill before."""
        chosen = {self.model.item_at(self.model.index(row, 0)) for row in range(len(self.model.rows))}
        fresh = [item_id for item_id in chosen if item_id is not None and item_id not in self.model.parts]
        if fresh:
            self._jobs.run(partial(read_parts, fresh), done=self.learn, owner=self)

    def _tell(self) -> None:
        self.view.viewport().update()
        self.changed.emit()

    # pasting

    def paste(self, text: str | None = None) -> None:
        """Paste *text* (the clipboard's where None) from the current cell on.

        The items that it names are looked up in the background; then a short sound line goes in at once,
        anything else is shown in a dialog first.
        """
        try:
            block = parse_block(QGuiApplication.clipboard().text() if text is None else text)
        except SheetRefused as error:
            show_problem(self, error)
            return
        while block and not any(block[-1]):
            block.pop()
        if block:
            marked = self.view.block()
            at = marked.top if marked.columns else len(self.model.rows)
            start = marked.columns[0] if marked.columns else 0
            named = self.book.unknown(self._named(block, at, start))
            look_up = partial(known_items, list(dict.fromkeys(named)))
            self._jobs.run(look_up, done=partial(self._paste_known, block, at, start), owner=self)

    def _sections(self, block: Block, at: int, start: int) -> tuple[Sequence[int | None], bool]:
        """The column that each cell of a line goes to, and whether the first line names them."""
        headers = header_sections(block[0], self.maker.columns) if len(block) > 1 else None
        order = self.view.layout_of_columns.visible()
        if headers is not None:
            return headers, True
        places = order[order.index(start) :]
        return placed_sections(block, places, at, self.maker.columns, self._before_at), False

    def _named(self, block: Block, at: int, start: int) -> list[str]:
        sections, _headers = self._sections(block, at, start)
        keys = [column.key for column in self.maker.columns]
        found: list[str] = []
        for line in block:
            for section, text in zip(sections, line, strict=False):
                if section is not None and keys[section] == "component":
                    found.append(text)
                elif section is not None and keys[section] == "alternates":
                    found += alternate_skus(text)
        return found

    def _paste_known(
        self, block: Block, at: int, start: int, found: Mapping[str, Choice | None]
    ) -> PasteDialog | None:
        self.book.learn(found)
        plan = self._plan(block, at, start)
        if not plan.needs_asking():
            self.apply(plan)
            return None
        dialog = PasteDialog(plan, self.model.columns, self)
        dialog.accepted.connect(partial(self.apply, plan))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _plan(self, block: Block, at: int, start: int) -> PastePlan:
        """What pasting *block* from that row and column on would do."""
        sections, has_headers = self._sections(block, at, start)
        return plan_paste(
            block[1:] if has_headers else block, sections, at, self._read_at, self._before_at,
            has_headers=has_headers, title_of=lambda place: self.model.columns[place].title,
        )  # fmt: skip

    def apply(self, plan: PastePlan) -> None:
        """Do all of *plan*, as one step."""
        by_row: dict[int, dict[int, GridCell]] = {}
        for cell in plan.cells:
            by_row.setdefault(cell.row, {})[cell.section] = cell.after
        rows = self.model.rows[plan.at : plan.at + plan.lines]
        size = len(rows)
        rows = rows + [self._row({}) for _line in range(plan.lines - size)]
        after = [self.maker.changed(row, by_row.get(n, {})) for n, row in enumerate(rows, plan.at)]
        column = plan.cells[0].section if plan.cells else 0
        text = ngettext("paste {count} cell", "paste {count} cells", len(plan.cells))
        self._push(text, plan.at, size, after, (plan.at, column))
        self.view.setFocus()
        self.view.go_to(plan.at, column)

    def _read_at(self, _row: int, place: int, text: str) -> GridCell | None:
        return None if self.maker.columns[place].read_only else self.maker.read(place, text)

    def _before_at(self, row: int, place: int) -> GridCell | None:
        return self.model.rows[row].cells[place] if row < len(self.model.rows) else None
