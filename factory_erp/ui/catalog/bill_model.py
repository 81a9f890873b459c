"""The cells of a bill: those that one writes in, and those that follow from stock and costs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from PySide6.QtCore import QObject, Qt, Signal

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _, pgettext
from factory_erp.services.engineering.bills import BillLineInput, line_fault
from factory_erp.services.engineering.structure import shown
from factory_erp.ui.catalog.bill_columns import DERIVED, ItemBook, has_bill, line_of, row_of
from factory_erp.ui.catalog.bill_parts import Part, needed, typed
from factory_erp.ui.catalog.bill_structure import BillStructure
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.choose import Choice, Search
from factory_erp.ui.kit.grid_cells import GridCell, RowMaker
from factory_erp.ui.kit.grid_model import said
from factory_erp.ui.kit.table_model import (
    ACCESSIBLE,
    ALIGN_FLAGS,
    ALIGNMENT,
    DISPLAY,
    EDIT,
    Index,
    header_text,
)

_ONE_CELL = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled


@dataclass(frozen=True, slots=True)
class Facts:
    """What a line of any level says beside its cells: its part, and how much of it is needed."""

    line: BillLineInput
    part: Part | None
    need: Fraction

    def text(self, key: str) -> str:
        """What stands in the derived column *key*."""
        if self.part is None:
            return ""
        match key:
            case "unit":
                return figures.unit(self.part.unit)
            case "needed":
                return figures.number(shown(self.need))
            case "on_hand":
                return figures.number(self.part.on_hand, 3)
            case "available":
                return figures.number(self.part.available, 3)
            case "unit_cost":
                return figures.cost(self.part.unit_cost) if self.part.unit_cost else figures.NONE
            case _:
                cost = shown(self.need * Fraction(self.part.unit_cost))
                return figures.number(-cost if self.line.by_product else cost, 2) if cost else figures.NONE


class BillModel(BillStructure):
    """Lines of a bill.  ``edited(row, column, cell)`` asks to make an edit a step of undo.

    *item_id* is what the bill makes: ``output`` units of it; ``wanted`` is for how many needs are shown, and
    ``short`` are the items of which there is not enough for that.
    """

    edited = Signal(int, int, object)

    def __init__(self, maker: RowMaker, book: ItemBook, item_id: int, parent: QObject | None = None) -> None:
        super().__init__(maker, parent)
        self.book, self.item_id = book, item_id
        self.output, self.wanted = Decimal(1), Decimal(1)
        self.short: frozenset[int] = frozenset()
        self.read_only = False
        self._keys = [column.key for column in maker.columns]
        self._finders = [column.finder() for column in maker.columns]

    # what a line is

    def line_at(self, row: int) -> BillLineInput | None:
        """The own line in *row*, None while it is not sound."""
        if self.rows[row].fresh or not self.rows[row].is_sound:
            return None
        try:
            return line_of(self.maker.values(self.rows[row]), self.book)
        except DomainError:
            return None

    def facts_at(self, index: Index) -> Facts | None:
        """What the line at *index* says beside its cells; None while it is not sound."""
        if self.is_line(index):
            line, output, whole = self.line_at(index.row()), self.output, Fraction(self.wanted)
        else:
            place = self.place_of(index)
            above = self.facts_at(self.parent(index))
            line, output = typed(place.line), place.output
            whole = above.need if above is not None else Fraction(0)
        if line is None or output <= 0:
            return None
        return Facts(line, self.parts.get(line.component_id), needed(line, output, whole))

    def sku_at(self, index: Index) -> str:
        """SKU of the component at *index*, or what was typed for one."""
        if self.is_line(index):
            return self.rows[index.row()].cells[0].text
        return self.place_of(index).line.sku if index.isValid() else ""

    def name_at(self, index: Index) -> str:
        """Name of the component at *index*."""
        part = self.parts.get(self.item_at(index) or 0)
        return part.name if part is not None else ""

    def is_short(self, index: Index) -> bool:
        """Whether there is not enough of the component at *index*."""
        return self.item_at(index) in self.short

    def fault_at(self, row: int) -> str:
        """Why the own line in *row* cannot be in the bill, in a sentence; empty where it can."""
        line = self.line_at(row)
        if line is None:
            return ""
        sku = self.rows[row].cells[0].text
        if line.component_id == self.item_id and not line.by_product:
            return _("{sku} cannot be a component of itself.", sku=sku)
        return line_fault(line, self.item_id, sku, has_bill(self.parts, line.component_id))

    # cells, as the delegate and the view ask for them

    def cell_at(self, index: Index) -> GridCell:
        """The cell at *index*; a line that cannot be in the bill says so at its component."""
        key = self._keys[index.column()]
        if key in DERIVED:
            facts = self.facts_at(index)
            return GridCell(facts.text(key) if facts is not None else "")
        if not self.is_line(index):
            return self._cell_below(index, key)
        cell = self.rows[index.row()].cells[index.column()]
        if index.column() == 0 and not cell.problem and (fault := self.fault_at(index.row())):
            return GridCell(cell.text, cell.value, fault)
        return cell

    def _cell_below(self, index: Index, key: str) -> GridCell:
        line = self.place_of(index).line
        if key == "component":
            return GridCell(line.sku, line.component_id)
        return self.maker.shown(index.column(), row_of(line)[key])

    def is_open(self, index: Index) -> bool:
        """Whether the cell takes text: of the bill's own lines only."""
        shut = self.read_only or self.maker.columns[index.column()].read_only
        return self.is_line(index) and not shut

    def is_check(self, index: Index) -> bool:
        """No column holds boxes."""
        return False

    def can_tick(self, index: Index) -> bool:
        """No column holds boxes."""
        return False

    def finder(self, index: Index) -> Search | None:
        """The search behind the column, where one chooses."""
        return self._finders[index.column()]

    def choose(self, index: Index, choice: Choice) -> None:
        """Put the chosen record in the cell."""
        if index.column() == 0 and isinstance(choice.key, int):
            self.book.note(choice.key, choice.text)
        self.edited.emit(index.row(), index.column(), GridCell(choice.text, choice.key))

    # Qt

    def data(self, index: Index, role: int = DISPLAY) -> object:
        """Text of a cell, what is wrong with it, and where it stands."""
        if not index.isValid():
            return None
        if role == ALIGNMENT:
            return ALIGN_FLAGS[self.columns[index.column()].side]
        if role == ACCESSIBLE and index.column() == 0:
            return f"{self.sku_at(index)} {self.name_at(index)}".strip()
        cell = self.cell_at(index)
        fresh = self.is_line(index) and self.rows[index.row()].fresh
        return said(GridCell(cell.text, cell.value) if fresh else cell, role)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        """Titles of the columns; what a screen reader calls a line."""
        if orientation == Qt.Orientation.Vertical:
            return pgettext("bill line", "line {number}", number=section + 1) if role == DISPLAY else None
        return header_text(self.columns[section], role) if 0 <= section < len(self.columns) else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Selectable, and editable where the column is."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _ONE_CELL | Qt.ItemFlag.ItemIsEditable if self.is_open(index) else _ONE_CELL

    def setData(self, index: Index, value: object, role: int = EDIT) -> bool:
        """Read an edited text; it stays in the cell, sound or not."""
        if role != EDIT or not self.is_line(index):
            return False
        if str(value) != self.rows[index.row()].cells[index.column()].text:
            self.edited.emit(index.row(), index.column(), self.maker.read(index.column(), str(value)))
        return True
