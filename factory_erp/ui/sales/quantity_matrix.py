"""A family to choose, and its matrix with a quantity per cell: for order lines and for production."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import parse_decimal
from factory_erp.i18n import _, ngettext
from factory_erp.services.catalogue import families
from factory_erp.services.catalogue.families import FamilyRef
from factory_erp.services.pricing import matrix
from factory_erp.services.pricing.matrix import Matrix
from factory_erp.ui.kit import dialogs, figures
from factory_erp.ui.kit.buttons import ElidedLabel, label
from factory_erp.ui.kit.choose import Choice, LookupEdit, among
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.matrix import MatrixGrid
from factory_erp.ui.kit.matrix_layout import axes_text, key_of, lay_out, places

Cells = Mapping[int, Decimal]
"""Item id → quantity."""

PRODUCT_WIDTH = 280
"""Of the edit in which the product is chosen, px."""


class QuantityMatrix(QWidget):
    """*known* are quantities that there are already; *item_id* names an item whose family comes first.

    ``changed`` follows every edit, ``save_asked`` is Ctrl+Enter.
    """

    changed = Signal()
    save_asked = Signal()

    def __init__(self, context: UiContext, known: Cells, item_id: int | None = None) -> None:
        super().__init__()
        self._context, self._known = context, known
        self._matrix: Matrix | None = None
        self.product = LookupEdit(_search, context.jobs)
        self.product.setAccessibleName(_("Product"))
        self.product.setPlaceholderText(_("Code or name"))
        self.product.setFixedWidth(PRODUCT_WIDTH)
        self.product.chosen.connect(lambda choice: self._choose(choice))
        self.head = QHBoxLayout()
        self.facts = ElidedLabel(muted=True, least=60)
        self.grid = MatrixGrid(_("Quantity"), read=_quantity, additive=True)
        self.grid.set_name(_("Quantities"))
        self.grid.set_empty_text(_("Choose a product to fill its matrix."))
        self.grid.changed.connect(self._note_change)
        self.grid.save_asked.connect(self.save_asked)
        self._lay_out()
        self._context.jobs.run(partial(_first, item_id), done=self._offer, owner=self)

    def _lay_out(self) -> None:
        caption = label(_("Product"), muted=True)
        caption.setBuddy(self.product)
        self.head.setSpacing(10)
        self.head.addWidget(caption)
        self.head.addWidget(self.product)
        outer = QHBoxLayout()
        outer.addLayout(self.head)
        outer.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(outer)
        column.addWidget(self.facts)
        card = framed(self.grid)
        card.setContentsMargins(8, 8, 8, 4)
        column.addWidget(card, 1)
        self.setFocusProxy(self.product)

    def product_id(self) -> int | None:
        """The family whose matrix is shown."""
        return self._matrix.product_id if self._matrix is not None else None

    def is_dirty(self) -> bool:
        """Whether a quantity was typed."""
        return self.grid.is_dirty()

    def problems(self) -> bool:
        """Whether a cell is not right; the first of them is then current."""
        self.grid.next_problem()
        return bool(self.grid.problems())

    def filled(self) -> dict[int, Decimal]:
        """The cells that are not empty."""
        self.grid.view.settle()
        return {item: count for item, count in self._quantities().items() if count}

    def differing(self) -> dict[int, Decimal]:
        """The cells that are not what they were; one that was emptied is zero."""
        self.grid.view.settle()
        now = self._quantities()
        return {item: count for item, count in now.items() if count != self._known.get(item, Decimal(0))}

    def _quantities(self) -> dict[int, Decimal]:
        if self._matrix is None:
            return {}
        cells = self.grid.model.cells
        found = {item: cells[key_of(self._matrix, cell)].value for cell, item in self._matrix.cells.items()}
        return {item: value if isinstance(value, Decimal) else Decimal(0) for item, value in found.items()}

    # choosing the family

    def _offer(self, found: FamilyRef | None) -> None:
        """Begin with the family that is meant, unless the person was faster."""
        if found is not None and not self.product.text():
            self.product.show_value(Choice(found.id, found.code, found.name))
            self._read(found.id)

    def _choose(self, choice: Choice) -> None:
        if self._matrix is not None and choice.key != self._matrix.product_id and not self._may_leave():
            self.product.show_value(Choice(self._matrix.product_id, self._matrix.code))
        elif isinstance(choice.key, int):
            self._read(choice.key)

    def _may_leave(self) -> bool:
        if not self.is_dirty():
            return True
        text = _("The quantities that you have typed for this product are thrown away.")
        return dialogs.confirm(self, _("Another product?"), text, _("Throw away"))

    def _read(self, product_id: int) -> None:
        self._context.jobs.run(partial(matrix.matrix, product_id), done=self._show, owner=self)

    def _show(self, found: Matrix) -> None:
        self._matrix = found
        layout = lay_out(found, lambda item: self._known.get(item or 0))
        self.grid.set_matrix(layout.rows, layout.columns, layout.cells, layout.pages)
        self.grid.view.setFocus()
        if self._matrix.cells:
            self.grid.select(key_of(found, next(iter(_in_order(found)))))
        self._note_change()

    def _note_change(self) -> None:
        if self._matrix is None:
            return
        filled = self._quantities()
        count = sum(1 for value in filled.values() if value)
        said = ngettext(
            "{axes} · {count} item, {total} in all",
            "{axes} · {count} items, {total} in all",
            count,
            axes=axes_text(self._matrix),
            total=figures.number(sum(filled.values(), Decimal(0))),
        )
        self.facts.setText(" · ".join((self._matrix.name, said)))
        self.changed.emit()


def _in_order(found: Matrix) -> Iterable[tuple[str, ...]]:
    """The cells with an item, row by row."""
    return (cell for cell in places(found) if cell in found.cells)


def _first(item_id: int | None) -> FamilyRef | None:
    """The family of the item; else the only one there is."""
    if item_id is not None and (mine := families.family_of(item_id)) is not None:
        return mine
    every = families.families_to_choose()
    return every[0] if len(every) == 1 else None


def _search(text: str) -> Sequence[Choice]:
    return among([Choice(one.id, one.code, one.name) for one in families.families_to_choose()])(text)


def _quantity(text: str) -> Decimal | None:
    """What was typed; nothing for zero."""
    found = parse_decimal(text)
    if found < 0:
        raise InvalidValue(_("A quantity cannot be negative."), remedy=_("Enter how many, or nothing."))
    return found or None
