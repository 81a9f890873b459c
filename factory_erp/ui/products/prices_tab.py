"""The prices of a family: one list at one break, laid out by its options, written as a whole."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.models.pricing import PriceKind
from factory_erp.services.pricing import matrix
from factory_erp.services.pricing.matrix import OptionHead
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, ElidedLabel, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.draft_bar import DraftBar
from factory_erp.ui.kit.edits import ChoiceEdit, DecimalEdit
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.grid_cells import GridCell
from factory_erp.ui.kit.matrix import Head, Key, MatrixGrid
from factory_erp.ui.kit.widgets import Chip, ChipBar
from factory_erp.ui.prices import words
from factory_erp.ui.prices.family import Family, read_family
from factory_erp.ui.prices.work import list_link


class PricesTab(QWidget):
    """A cell is the price of an item from the chosen quantity up; empty, the break below it counts."""

    dirty_changed = Signal(bool)

    def __init__(self, context: UiContext, product_id: int) -> None:
        super().__init__()
        self.context, self.product_id = context, product_id
        self._family: Family | None = None
        self._list: int | None = None
        self._quantity: Decimal | None = None
        self._more: set[Decimal] = set()
        self._keys: dict[int, Key] = {}
        self.list_edit = ChoiceEdit([])
        self.list_edit.setAccessibleName(_("Price list"))
        self.list_edit.setMinimumWidth(220)
        self.list_edit.edited.connect(self._choose_list)
        self.breaks = ChipBar()
        self.breaks.chosen.connect(self._choose_break)
        self.quantity_edit = DecimalEdit()
        self.quantity_edit.setPlaceholderText(_("New break"))
        self.quantity_edit.setAccessibleName(_("New break, from quantity"))
        self.quantity_edit.setToolTip(_("Enter a quantity: prices from it up are a break of their own."))
        self.quantity_edit.setFixedWidth(110)
        self.quantity_edit.returnPressed.connect(self.add_break)
        self.grid = MatrixGrid(_("price"), show=self._show_price)
        self.grid.set_name(_("Prices by option"))
        self.grid.save_asked.connect(self.save)
        self.grid.dirty_changed.connect(lambda _dirty: self._say_dirty())
        self.grid.changed.connect(self._say_cell)
        self.grid.current_changed.connect(lambda _key: self._say_cell())
        self.cell_label = ElidedLabel(muted=True, least=80)
        self.open_button = Button(_("Open list"), kind=Kind.LINK, icon="link", run=self._open_list)
        self.bar = DraftBar(self.discard, self.save, framed=True)
        self._lay_out()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(label(_("Price list"), muted=True))
        line.addWidget(self.list_edit)
        line.addWidget(self.breaks, 1)
        line.addWidget(self.quantity_edit)
        line.addWidget(self.open_button)
        foot = QWidget()
        below = QHBoxLayout(foot)
        below.setContentsMargins(12, 7, 12, 7)
        below.addWidget(self.cell_label)
        frame = framed(self.grid)
        inside = frame.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.addWidget(foot)
        inside.addWidget(self.bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(line)
        column.addWidget(frame, 1)
        self.setFocusProxy(self.grid)

    # reading

    def refresh(self) -> None:
        """Read the family again, unless somebody is in the middle of a draft."""
        if not self.is_dirty():
            read = partial(read_family, self.product_id, self._list, self._quantity)
            self.context.jobs.run(read, done=self._take, owner=self)

    def _take(self, family: Family) -> None:
        if self.is_dirty():
            return
        self._family, self._list = family, family.list_id
        with QSignalBlocker(self.list_edit):
            self.list_edit.set_choices([(one.id, one.code) for one in family.lists])
            self.list_edit.show_value(self._list)
        self._quantity = family.quantity
        self._offer_breaks()
        self._show_matrix()

    def _offer_breaks(self) -> None:
        assert self._family is not None
        offered = sorted({*self._family.breaks, *self._more, self._quantity or Decimal(1)})
        chips = [Chip(f"{one:f}", _("from {quantity}", quantity=figures.number(one))) for one in offered]
        self.breaks.set_chips(chips, current=f"{self._quantity or Decimal(1):f}")
        for part in (self.breaks, self.quantity_edit, self.open_button):
            part.setVisible(self._list is not None)

    def _show_matrix(self) -> None:
        assert self._family is not None
        family, shape = self._family, self._family.shape
        prices = family.breaks.get(self._quantity or Decimal(1), {})
        paged = bool(shape.page_axes)
        self._keys = {
            item: (page, row, column) if paged else (row, column)
            for (row, column, *page_codes), item in shape.cells.items()
            for page in ("/".join(page_codes),)
        }
        self.grid.set_empty_text(_empty_text(family))
        has_list = self._list is not None
        self.grid.set_matrix(
            [_head(one) for one in shape.rows] if has_list else (),
            [_head(one) for one in shape.columns] if has_list else (),
            {key: prices.get(item) for item, key in self._keys.items()} if has_list else {},
            [_page(one) for one in shape.pages] if paged and has_list else (),
        )
        self._say_dirty()
        self._say_cell()

    # choosing

    def _choose_list(self) -> None:
        wanted = self.list_edit.value()
        if not self._may_go():
            self.list_edit.show_value(self._list)
        elif isinstance(wanted, int):
            self._list, self._quantity = wanted, None
            self._more.clear()
            self.refresh()

    def _choose_break(self, key: str) -> None:
        if self._may_go():
            self._quantity = Decimal(key)
            self.refresh()
        else:
            self._offer_breaks()

    def add_break(self) -> None:
        """Show the break of the quantity that was typed; it is there once a price is saved at it."""
        try:
            quantity = self.quantity_edit.value()
        except DomainError as error:
            show_problem(self, error)
            return
        if isinstance(quantity, Decimal) and quantity > 0 and self._may_go():
            self._more.add(quantity)
            self._quantity = quantity
            self.quantity_edit.clear()
            self.refresh()

    def _may_go(self) -> bool:
        """Ask before a draft is left."""
        if not self.is_dirty():
            return True
        text = _("The prices that you typed are not saved.")
        if not confirm(self, _("Leave without saving?"), text, _("Discard changes")):
            return False
        self.grid.discard()
        self._say_dirty()
        return True

    def _open_list(self) -> None:
        if self._list is not None:
            self.context.navigate(list_link(self._list))

    # the draft

    def is_dirty(self) -> bool:
        """Whether there are prices that were not saved."""
        return self.grid.is_dirty()

    def discard(self) -> None:
        """Throw the edits away; redo can bring them back."""
        self.grid.discard()
        self._say_dirty()

    def save(self) -> bool:
        """Start saving the cells that were edited; False where one is not a price, which is then current."""
        self.grid.view.settle()
        self._forget_refusals()
        if self.grid.problems():
            self.grid.next_problem()
            return False
        items = {key: item for item, key in self._keys.items()}
        cells = {items[key]: _price(value) for key, value in self.grid.values().items()}
        if self._list is None or self._quantity is None:
            return True
        assert self._family is not None
        shown = self._family.breaks.get(self._quantity, {})
        read = {item: shown.get(item) for item in cells}
        write = partial(matrix.set_prices, self.product_id, self._list, self._quantity, cells, read)
        self.context.jobs.run(
            write, done=self._saved, failed=self._failed, write=True, title=_("Save prices"), owner=self
        )
        return True

    def _saved(self, _count: object) -> None:
        self.grid.mark_saved()
        self._say_dirty()
        self.context.say(_("The prices are saved."))
        self.refresh()

    def _failed(self, error: Exception) -> None:
        """A refusal that names an item of the matrix stands at its cell."""
        key = self._key_of(error.record) if isinstance(error, DomainError) else None
        if key is None:
            show_problem(self, error)
            return
        cell = self.grid.model.cells[key]
        self.grid.put({key: GridCell(cell.text, cell.value, str(error))})
        self.grid.next_problem()
        self.context.say(str(error))

    def _key_of(self, sku: str) -> Key | None:
        skus = self._family.skus if self._family is not None else {}
        return next(
            (self._keys[item] for item, one in skus.items() if one == sku and item in self._keys), None
        )

    def _forget_refusals(self) -> None:
        """What was refused may be sound now; a cell that is no price has no value, and keeps its problem."""
        told = {
            key: GridCell(cell.text, cell.value)
            for key, cell in self.grid.model.cells.items()
            if cell.problem and (cell.value is not None or not cell.text)
        }
        if told:
            self.grid.put(told)

    def _say_dirty(self) -> None:
        self.bar.setVisible(self.is_dirty())
        self.dirty_changed.emit(self.is_dirty())

    # words

    def _show_price(self, price: Decimal) -> str:
        head = self._family.head() if self._family is not None else None
        return words.price(price, head.currency if head is not None else "USD")

    def _say_cell(self) -> None:
        """The item of the current cell, what it costs and what its price leaves."""
        self.cell_label.setText(_said(self._family, self._current()) if self._family is not None else "")

    def _current(self) -> tuple[int, object] | None:
        """Item and price of the current cell."""
        key = self.grid.current_key()
        item = next((item for item, one in self._keys.items() if one == key), None)
        if key is None or item is None:
            return None
        return item, self.grid.model.cells[key].value


def _price(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def _said(family: Family, cell: tuple[int, object] | None) -> str:
    if cell is None:
        return _("Empty cells take the price of the break below.") if family.list_id is not None else ""
    item, price = cell
    head, cost, margins = family.head(), family.costs.get(item), family.margins
    parts = [family.skus.get(item, "")]
    if head is not None and head.kind is PriceKind.SALES:
        known = words.cost(cost, margins.currency)
        parts.append(_("Cost {cost}", cost=known) if known else _("Cost not known"))
        margin = family.margin(item, price)
        if margin is not None:
            parts.append(_("Margin {margin}", margin=words.margin(margin, margins.least_percent)))
    return " · ".join(parts)


def _empty_text(family: Family) -> str:
    if not family.shape.cells:
        return _("This family has no items by options yet. Make them under Options & items.")
    return _("No price list yet. Make one under Prices.")


def _head(one: OptionHead) -> Head:
    return Head(one.code, one.name or one.code or _("Price"))


def _page(values: tuple[OptionHead, ...]) -> Head:
    return Head("/".join(one.code for one in values), " · ".join(one.name or one.code for one in values))
