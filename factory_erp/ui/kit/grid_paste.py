"""What a pasted block would change, cell by cell, and the dialog that shows it before it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.grid_cells import GridCell, GridColumn
from factory_erp.ui.kit.grid_delegate import GridDelegate
from factory_erp.ui.kit.grid_model import CellModel, said
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.table_model import ALIGN_FLAGS, ALIGNMENT, DISPLAY, Index
from factory_erp.ui.kit.table_view import CellTable

DIRECT = 12
"""A sound block of one line and at most so many cells is pasted without asking."""

EMPTY_MARK = "–"
"""What is shown for a text that is taken away."""

_NO_PARENT = QModelIndex()

ReadAt = Callable[[int, int, str], GridCell | None]
"""``read_at(row, section, text)``: the cell that the text makes there, None where nothing can be put."""


@dataclass(frozen=True, slots=True)
class PastedCell:
    """One cell of a paste: where it goes, what stands there (None: a new row), what will."""

    row: int
    section: int
    before: GridCell | None
    after: GridCell

    @property
    def is_change(self) -> bool:
        """Whether the text becomes another one."""
        return (self.before.text if self.before is not None else "") != self.after.text


@dataclass(frozen=True)
class PastePlan:
    """All that a paste would do; ``notes`` are sentences about what is left out."""

    at: int
    lines: int
    cells: tuple[PastedCell, ...]
    notes: tuple[str, ...] = ()
    has_headers: bool = False

    @cached_property
    def problems(self) -> tuple[PastedCell, ...]:
        """Cells that cannot be read."""
        return tuple(cell for cell in self.cells if cell.after.problem)

    @cached_property
    def changes(self) -> int:
        """How many cells become others."""
        return sum(cell.is_change for cell in self.cells)

    def needs_asking(self) -> bool:
        """Whether one should look at it first."""
        large = self.lines > 1 or len(self.cells) > DIRECT
        return bool(large or self.problems or self.has_headers or self.notes)


def header_sections(line: Sequence[str], columns: Sequence[GridColumn]) -> list[int | None] | None:
    """The column each cell of *line* names, if most of them name one; None if it is no line of headers."""
    # Not at the top: the readers of an import bring half the services along.
    from factory_erp.services.exchange.fields import plain_header

    meant = {plain_header(name): place for place, column in enumerate(columns) for name in column.headers()}
    meant.pop("", None)
    found = [meant.get(plain_header(cell)) for cell in line]
    filled = sum(bool(cell.strip()) for cell in line)
    hits = sum(place is not None for place in found)
    return found if hits and hits * 2 >= filled else None


def placed_sections(
    block: Sequence[Sequence[str]],
    order: Sequence[int],
    at: int,
    columns: Sequence[GridColumn],
    before_at: Callable[[int, int], GridCell | None],
) -> Sequence[int]:
    """The columns that the cells of *block* go to by their place, from the first of *order* on.

    Columns that take no input are passed over, so that "SKU, quantity" does not put its quantity into a name
    that follows from the SKU; unless the block says there what the grid says: then it was copied from here.
    """
    shut = [place for place, section in enumerate(order) if columns[section].read_only]
    asked = [(row, line, place) for row, line in enumerate(block, at) for place in shut if place < len(line)]
    told = [(before_at(row, order[place]), line[place]) for row, line, place in asked]
    if asked and all(before is not None and before.text == text for before, text in told):
        return order
    return [section for section in order if not columns[section].read_only]


def plan_paste(
    block: Sequence[Sequence[str]],
    sections: Sequence[int | None],
    at: int,
    read_at: ReadAt,
    before_at: Callable[[int, int], GridCell | None],
    *,
    room: int | None = None,
    has_headers: bool = False,
    title_of: Callable[[int], str] = str,
) -> PastePlan:
    """What *block* (without headers) does when its columns go to *sections* (None: nowhere), from row *at*.

    *room* is the number of lines that fit, None for any number.
    """
    fitting = block if room is None else block[:room]
    cells: list[PastedCell] = []
    shut: dict[int, None] = {}
    for row, line in enumerate(fitting, at):
        for section, text in zip(sections, line, strict=False):
            if section is None:
                continue
            after = read_at(row, section, text)
            if after is None:
                shut[section] = None
            else:
                cells.append(PastedCell(row, section, before_at(row, section), after))
    width = max((len(line) for line in block), default=0)
    lost = max(0, width - len(sections)) + sum(section is None for section in sections[:width])
    notes = _notes(lost, len(block) - len(fitting), [title_of(section) for section in shut])
    return PastePlan(at, len(fitting), tuple(cells), notes, has_headers)


def _notes(columns: int, lines: int, shut: Sequence[str]) -> tuple[str, ...]:
    found = []
    if columns:
        found.append(
            ngettext(
                "{count} column has no place here and is left out.",
                "{count} columns have no place here and are left out.",
                columns,
            )
        )
    if lines:
        found.append(
            ngettext(
                "{count} line does not fit and is left out.",
                "{count} lines do not fit and are left out.",
                lines,
            )
        )
    if shut:
        found.append(_("Cells that take no input are left out: {columns}.", columns=", ".join(shut)))
    return tuple(found)


class _PreviewModel(CellModel):
    """The lines of a plan; what stays as it is, is shown in a low voice."""

    def __init__(
        self, plan: PastePlan, columns: Sequence[Column], line_titles: Callable[[int], str], parent: QObject
    ) -> None:
        super().__init__(parent)
        self.plan, self._line_title = plan, line_titles
        self.sections = sorted({cell.section for cell in plan.cells})
        # Wider than in the grid: old and new text stand side by side.
        self.columns = [replace(columns[n], width=columns[n].width + 60, priority=0) for n in self.sections]
        self._cells = {(cell.row, cell.section): cell for cell in plan.cells}

    def _pasted(self, index: Index) -> PastedCell | None:
        return self._cells.get((self.plan.at + index.row(), self.sections[index.column()]))

    def cell_at(self, index: Index) -> GridCell | None:
        """The new text, after the old one where there was one."""
        pasted = self._pasted(index)
        if pasted is None:
            return None
        old = pasted.before.text if pasted.before is not None else ""
        new = pasted.after
        beside = old and pasted.is_change and not new.problem
        return GridCell(f"{old} → {new.text or EMPTY_MARK}" if beside else new.text, problem=new.problem)

    def is_open(self, index: Index) -> bool:
        """Whether the cell changes."""
        pasted = self._pasted(index)
        return pasted is not None and pasted.is_change

    def place_of(self, cell: PastedCell) -> QModelIndex:
        """Where *cell* is in the preview."""
        return self.index(cell.row - self.plan.at, self.sections.index(cell.section))

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Lines of the block."""
        return 0 if parent.isValid() else self.plan.lines

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Columns that are written."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = DISPLAY) -> object:
        """Text of a cell and what is wrong with it."""
        if role == ALIGNMENT:
            return ALIGN_FLAGS[self.columns[index.column()].side]
        return said(self.cell_at(index), role)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        """Titles of the columns; the line of the grid that each line goes to."""
        if role != DISPLAY:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self.columns[section].title
        return self._line_title(self.plan.at + section)


_PROBLEM_COLUMNS = (
    Column("line", N_("Line"), 70, align="right", narrowest=70),
    Column("column", N_("Column"), 110),
    Column("text", N_("Text"), 110),
    Column("reason", N_("Reason"), 440),
)


class PasteDialog(QDialog):
    """Shows a plan; accepted, it is to be done whole: sound cells are never pasted without the others."""

    def __init__(
        self,
        plan: PastePlan,
        columns: Sequence[Column],
        parent: QWidget | None = None,
        *,
        line_title: Callable[[int], str] = lambda row: str(row + 1),
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Paste"))
        self.plan = plan
        self.model = _PreviewModel(plan, columns, line_title, self)
        self.preview = self._make_preview()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(label(self._summary(), pixels=15, bold=True, wrap=True))
        for note in (*plan.notes, *([_("The first line names the columns.")] if plan.has_headers else [])):
            column.addWidget(label(note, wrap=True, muted=True))
        column.addWidget(framed(self.preview), 3)
        self.problem_table = self._make_problems(columns, line_title) if plan.problems else None
        if self.problem_table is not None:
            column.addWidget(framed(self.problem_table), 2)
        column.addLayout(self._make_buttons())
        self.resize(860, 600 if plan.problems else 460)

    def _summary(self) -> str:
        lines = ngettext("{count} line", "{count} lines", self.plan.lines)
        if not self.plan.problems:
            return ngettext(
                "{count} cell in {lines} changes.",
                "{count} cells in {lines} change.",
                self.plan.changes,
                lines=lines,
            )
        return ngettext(
            "{count} cell cannot be read. Paste everything and correct it in the table, or nothing.",
            "{count} cells cannot be read. Paste everything and correct them in the table, or nothing.",
            len(self.plan.problems),
        )

    def _make_preview(self) -> CellTable:
        view = CellTable(self.model.columns, self)
        view.setModel(self.model)
        view.setAlternatingRowColors(False)
        view.setSelectionBehavior(view.SelectionBehavior.SelectItems)
        view.horizontalHeader().setSectionsClickable(False)
        view.verticalHeader().setFixedWidth(54)
        view.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        view.verticalHeader().show()
        view.setItemDelegate(GridDelegate(self.model, self.model.columns, None, None, view))
        view.setAccessibleName(_("What would be pasted"))
        return view

    def _make_problems(self, columns: Sequence[Column], line_title: Callable[[int], str]) -> SimpleTable:
        table = SimpleTable(_PROBLEM_COLUMNS, self)
        table.set_name(_("Cells that cannot be read"))
        rows = [
            (line_title(cell.row), columns[cell.section].title, cell.after.text, cell.after.problem)
            for cell in self.plan.problems
        ]
        table.set_rows(rows)
        table.current_changed.connect(self._show_problem)
        return table

    def _show_problem(self, number: object) -> None:
        if isinstance(number, int):
            self.preview.setCurrentIndex(self.model.place_of(self.plan.problems[number]))

    def _make_buttons(self) -> QHBoxLayout:
        """With mistakes in the block, Enter means no."""
        sound = not self.plan.problems
        count = len(self.plan.cells)
        act = ngettext("Paste {count} cell", "Paste {count} cells", count)
        self.paste_button = Button(act, self, kind=Kind.PRIMARY if sound else Kind.PLAIN, run=self.accept)
        self.cancel_button = Button(
            _("Cancel"), self, kind=Kind.PLAIN if sound else Kind.PRIMARY, run=self.reject
        )
        self.paste_button.setEnabled(count > 0)
        default = self.paste_button if sound and count else self.cancel_button
        for button in (self.paste_button, self.cancel_button):
            button.setAutoDefault(True)
        default.setDefault(True)
        default.setFocus()
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.paste_button)
        return row
