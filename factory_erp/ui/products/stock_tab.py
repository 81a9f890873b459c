"""Stock of a product as a matrix, and counting it there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from uuid import uuid4

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.pricing import matrix
from factory_erp.services.pricing.matrix import StockCell
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.forms import TextEdit
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.matrix import MatrixGrid
from factory_erp.ui.kit.matrix_layout import axes_text, cell_of, lay_out
from factory_erp.ui.kit.widgets import Chip, ChipBar
from factory_erp.ui.products.family import Family, read_family
from factory_erp.ui.products.family_tab import FamilyTab

FIGURES = {
    "on_hand": N_("On hand"),
    "available": N_("Available"),
    "production": N_("In production"),
    "sales": N_("Ordered by customers"),
}
LONGEST = 40
"""Characters of the reference of a booking."""


@dataclass(frozen=True, slots=True)
class StockSheet:
    """A family with its figures by item: stock, what production has still to give, orders to ship."""

    family: Family
    stock: Mapping[int, StockCell]
    production: Mapping[int, Decimal]
    sales: Mapping[int, Decimal]

    def figure(self, name: str, item_id: int | None) -> Decimal | None:
        """One of FIGURES of an item; None where there is no item."""
        if item_id is None:
            return None
        if name in ("production", "sales"):
            return {"production": self.production, "sales": self.sales}[name].get(item_id)
        cell = self.stock.get(item_id)
        return getattr(cell, name) if cell is not None else None


def read_stock(product_id: int) -> StockSheet:
    """The family with all its figures. Raises NotFound."""
    return StockSheet(
        read_family(product_id),
        matrix.stock(product_id),
        matrix.open_production(product_id),
        matrix.open_sales(product_id),
    )


class StockTab(FamilyTab):
    """A matrix of one figure at a time; while counting, a matrix that takes what was counted."""

    def __init__(self, context: UiContext, record_id: int) -> None:
        super().__init__(context, record_id)
        self._read: StockSheet | None = None
        self._client_key = ""
        self.chips = ChipBar()
        self.chips.set_chips([Chip(key, _(title)) for key, title in FIGURES.items()])
        self.chips.chosen.connect(lambda _key: self._show_figures())
        self.view = MatrixGrid(read=None, show=figures.number, additive=True)
        self.view.set_name(_("Stock by options"))
        self.view.opened.connect(self._open_item)
        self.count = MatrixGrid(_("quantity"), additive=True)
        self.count.set_name(_("Counted quantities"))
        self.count.changed.connect(self._note_step)
        self.count.dirty_changed.connect(lambda _dirty: self._note_step())
        self.count.save_asked.connect(self.save)
        for grid in (self.view, self.count):
            grid.set_empty_text(_("This product has no items by options yet. See Options & items."))
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.count)
        self.title = label(pixels=15, bold=True)
        self.hint = label(muted=True, wrap=True)
        self.reference = TextEdit()
        self.reference.setMaxLength(LONGEST)
        self.reference.setPlaceholderText(_("Reference, for example Stocktake November"))
        self.reference.setAccessibleName(_("Reference"))
        self.count_button = Button(_("Count…"), icon="scan", run=self.start_count)
        self.stop_button = Button(_("Stop counting"), run=self.stop_count)
        self.bar.save_button.setText(_("Book count"))
        self._lay_out()
        self.setFocusProxy(self.view)
        self._look()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 9, 10, 6)
        head.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.title)
        words.addWidget(self.hint)
        head.addLayout(words, 1)
        head.addWidget(self.reference, 1)
        head.addWidget(self.stop_button)
        head.addWidget(self.count_button)
        content = QWidget()
        inside = QVBoxLayout(content)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addLayout(head)
        inside.addWidget(self.stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.chips)
        column.addWidget(framed(content), 1)
        column.addWidget(self.problem)
        column.addWidget(self.bar)

    # reading

    def reading(self) -> Callable[[], object]:
        """All figures."""
        return partial(read_stock, self.record_id)

    def show_record(self, read: object) -> None:
        """Show the figure that is chosen; the counting sheet begins with what is on hand."""
        self._take_figures(read)
        self._fill_count()

    def rebase(self, read: object) -> None:
        """What was counted stays; the differences are worked out against the stock of now."""
        self._take_figures(read)
        self._say_differences()

    def _take_figures(self, read: object) -> None:
        assert isinstance(read, StockSheet)
        self._read = read
        self._show_figures()
        self._look()

    def _show_figures(self) -> None:
        if self._read is not None:
            made = lay_out(self._read.family.matrix, partial(self._read.figure, self.chips.current()))
            self.view.set_matrix(made.rows, made.columns, made.cells, made.pages)

    def _fill_count(self) -> None:
        if self._read is not None:
            made = lay_out(self._read.family.matrix, partial(self._read.figure, "on_hand"))
            self.count.set_matrix(made.rows, made.columns, made.cells, made.pages)

    def _open_item(self, key: tuple[object, ...]) -> None:
        if self._read is not None:
            item = self._read.family.matrix.cells[cell_of(key)]
            self.context.navigate(f"erp://catalog/{self._read.family.sku(item)}")

    # counting

    def is_counting(self) -> bool:
        """Whether the counting sheet is in view."""
        return self.stack.currentWidget() is self.count

    def start_count(self) -> None:
        """Show the counting sheet; it is booked once, however often one tries."""
        if self._read is None or not self._read.family.matrix.cells:
            return
        self._client_key = uuid4().hex
        self._fill_count()
        self.stack.setCurrentWidget(self.count)
        self._look()
        self.count.view.setFocus()
        self.count.select(next(iter(self.count.model.cells)))

    def stop_count(self) -> None:
        """Back to the figures; what was counted and not booked goes."""
        self.count.discard()
        self.stack.setCurrentWidget(self.view)
        self.say_problem("")
        self.note_edit()
        self._look()
        self.refresh()

    def counted(self) -> dict[int, Decimal]:
        """Item id → what was counted, of the cells that one wrote in."""
        if self._read is None:
            return {}
        cells = self._read.family.matrix.cells
        return {
            cells[cell_of(key)]: value
            for key, value in self.count.values().items()
            if isinstance(value, Decimal)
        }

    def _note_step(self) -> None:
        self.say_problem("")
        self.note_edit()
        self._say_differences()

    def _say_differences(self) -> None:
        if self._read is None or not self.is_counting():
            return
        found = [
            quantity - (self._read.figure("on_hand", item_id) or Decimal(0))
            for item_id, quantity in self.counted().items()
        ]
        found = [one for one in found if one]
        if not found:
            self.hint.setText(_("Write what was counted over what should be there."))
            return
        sums = (sum(one for one in found if one > 0), sum(one for one in found if one < 0))
        said = ", ".join(f"{'+' if one > 0 else '−'}{figures.number(abs(one))}" for one in sums if one)
        self.hint.setText(
            ngettext("{count} item differs: {sums}", "{count} items differ: {sums}", len(found), sums=said)
        )

    def _look(self) -> None:
        counting = self.is_counting()
        self.chips.setVisible(not counting)
        self.count_button.setVisible(not counting)
        self.stop_button.setVisible(counting)
        self.reference.setVisible(counting)
        family = self._read.family if self._read is not None else None
        self.count_button.setEnabled(family is not None and bool(family.matrix.cells))
        self.title.setText(_("Count the stock") if counting else _title(family))
        self.hint.setVisible(counting)
        self._say_differences()

    # the draft

    def is_dirty(self) -> bool:
        """Whether something was counted that is not booked."""
        return self.is_counting() and self.count.is_dirty()

    def save(self) -> bool:
        """Book what was counted, once every cell is sound."""
        if not self.is_dirty():
            return True
        for key, sentence in self.count.problems()[:1]:
            self.say_problem(sentence)
            self.count.view.setFocus()
            self.count.select(key)
            return False
        reason = str(self.reference.value() or "")
        write = partial(matrix.count_stock, self.record_id, self.counted(), reason, self._client_key)
        self.write(write, self._booked, _("Book count"))
        return True

    def _booked(self, differing: object) -> None:
        assert isinstance(differing, int)
        self.context.say(
            ngettext(
                "The count is booked: {count} item differed.",
                "The count is booked: {count} items differed.",
                differing,
            )
        )
        self.count.mark_saved()
        self.stop_count()

    def discard(self) -> None:
        """Throw away what was counted, and read again."""
        self.count.discard()
        self._note_step()
        self.refresh()


def _title(family: Family | None) -> str:
    """ "Size × Colour, PCS": the unit where all items are counted in the same."""
    if family is None:
        return ""
    units = {row.unit for row in family.items.values()}
    said = [axes_text(family.matrix), *(figures.unit(code) for code in units if len(units) == 1)]
    return ", ".join(part for part in said if part)
