"""A purchase typed in: from whom, and a grid of what is ordered.

Nothing is ordered before the button is pressed; then once, however often it is tried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import cast
from uuid import uuid4

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.domain.money import parse_decimal
from factory_erp.i18n import N_, _
from factory_erp.models.partners import Role
from factory_erp.services.directory import ItemRef, items_to_choose, partner_choices
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.purchasing.orders import NewPurchase, NewPurchaseLine
from factory_erp.ui.kit import dialogs, figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.choose import Choice, among
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.draft_tab import without_bar
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.grid import EditGrid
from factory_erp.ui.kit.grid_cells import GridColumn

ITEM, NAME, QUANTITY, UNIT, NEEDED, EXPECTED = (
    "item_id",
    "name",
    "quantity",
    "unit",
    "needed_on",
    "expected_on",
)

SIZE = QSize(940, 620)
"""Of the dialog, where the window is large enough."""

FOUND_MOST = 200


class Items:
    """What can be ordered, by id and by SKU."""

    def __init__(self) -> None:
        self._items: dict[int, ItemRef] = {}
        self._skus: dict[str, ItemRef] = {}
        self._search = among(())

    def take(self, items: Sequence[ItemRef]) -> None:
        """The items there are."""
        self._items = {item.id: item for item in items}
        self._skus = {item.sku.casefold(): item for item in items}
        self._search = among([_choice(item) for item in items])

    def search(self, text: str) -> Sequence[Choice]:
        """Items whose SKU or name contains *text*."""
        return self._search(text)[:FOUND_MOST]

    def named(self, text: str) -> Choice:
        """The item with that SKU. Raises InvalidValue."""
        found = self._skus.get(text.strip().casefold())
        if found is None:
            raise InvalidValue(
                _("There is no item '{sku}'.", sku=text.strip()), remedy=_("Choose from the list (F4).")
            )
        return _choice(found)

    def compute(self, values: Mapping[str, object]) -> Mapping[str, object]:
        """Name and unit of the item of a line."""
        item = self._items.get(cast(int, values[ITEM]))
        return (
            {NAME: item.name or item.options, UNIT: figures.unit(item.unit)}
            if item
            else {NAME: None, UNIT: None}
        )


class NewPurchaseDialog(QDialog):
    """``ordered`` carries the id of the purchase order."""

    ordered = Signal(object)

    def __init__(
        self, context: UiContext, rows: Sequence[Mapping[str, object]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("New purchase order"))
        self._context, self._given = context, rows
        self._key = f"purchase-{uuid4().hex}"
        self._items = Items()
        self.form = without_bar(Form(_fields(context), {}, columns=2))
        self.form.saved.connect(self._check_lines)
        self.grid = EditGrid(
            _columns(self._items), new_row=dict, movable=True, compute=self._items.compute, jobs=context.jobs
        )
        self.grid.set_name(_("Lines of the purchase order"))
        self.grid.set_empty_text(_("Add a line, or paste lines from Excel."))
        self.grid.set_read_only(True)
        self.grid.save_asked.connect(self.save)
        self._lay_out()
        self.resize(SIZE.boundedTo(parent.size() - QSize(40, 40)) if parent is not None else SIZE)
        context.jobs.run(items_to_choose, done=self._take_items, owner=self)
        self.form.edit("supplier").setFocus()

    def _lay_out(self) -> None:
        self.problem = label(wrap=True)
        self.problem.setProperty("problem", True)
        self.problem.hide()
        self.grid.changed.connect(self.problem.hide)
        self.cancel_button = Button(_("Cancel"), run=self.reject)
        self.save_button = Button(_("Order"), kind=Kind.PRIMARY, run=self.save)
        self.save_button.setToolTip("Ctrl+Enter")
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(self.form)
        column.addWidget(framed(self.grid), 1)
        column.addWidget(self.problem)
        column.addLayout(foot)

    def _take_items(self, items: Sequence[ItemRef]) -> None:
        self._items.take(items)
        self.grid.set_read_only(False)
        self.grid.set_rows(self._given)

    # saving

    def is_dirty(self) -> bool:
        """Whether anything was typed."""
        return self.form.is_dirty() or self.grid.is_dirty()

    def save(self) -> None:
        """Check supplier and lines, then order."""
        self.grid.view.settle()
        self.form.save()

    def _check_lines(self, values: Mapping[str, object]) -> None:
        if self.grid.problems():
            self._say_problem(_("A line is not complete. Correct the cells that are marked."))
            self.grid.next_problem()
        elif not (rows := self.grid.rows()):
            self._say_problem(_("Nothing is ordered yet. Enter at least one item with its quantity."))
            self.grid.view.setFocus()
        else:
            self._write(_purchase(values, rows, self._key))

    def _write(self, new: NewPurchase) -> None:
        self.save_button.setEnabled(False)
        self._context.jobs.run(
            partial(purchases.by_hand, new), write=True, title=_("Writing the purchase order"),
            done=self._saved, failed=self._failed,
            finally_=partial(self.save_button.setEnabled, True), owner=self,
        )  # fmt: skip

    def _saved(self, order_id: int) -> None:
        self.ordered.emit(order_id)
        self.accept()

    def _failed(self, error: Exception) -> None:
        """A refusal of the supplier stands at its field, one of a line under the grid."""
        if not isinstance(error, DomainError):
            dialogs.show_problem(self, error)
            return
        error.field = "supplier" if error.field == _("Supplier") else error.field
        if not self.form.show_error(error):
            self._say_problem(" ".join(part for part in (error.record, error.message, error.remedy) if part))
            self.grid.view.setFocus()

    def _say_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.show()

    def reject(self) -> None:
        """Close; ask first where something was typed."""
        text = _("The purchase order that you have typed is not written. It is thrown away.")
        if not self.is_dirty() or dialogs.confirm(self, _("New purchase order"), text, _("Throw away")):
            super().reject()


def _fields(context: UiContext) -> Sequence[Field]:
    return (
        Field("supplier", _("Supplier"), FieldKind.LOOKUP, search=_suppliers, jobs=context.jobs,
              hint=_("Name or code; may stay empty")),
        Field("remark", _("Remark")),
    )  # fmt: skip


def _suppliers(text: str) -> Sequence[Choice]:
    return [Choice(one.id, one.name, one.code) for one in partner_choices(text, role=Role.SUPPLIER)]


def _columns(items: Items) -> tuple[GridColumn, ...]:
    return (
        GridColumn(ITEM, N_("Item"), 150, "lookup", search=lambda text: items.search(text), required=True,
                   read=lambda text: items.named(text), aliases=("SKU", "货号", "物料编码")),
        GridColumn(NAME, N_("Name"), 220, read_only=True, priority=2),
        GridColumn(QUANTITY, N_("Quantity"), 96, "number", read=_quantity, required=True,
                   aliases=("Qty", "数量")),
        GridColumn(UNIT, N_("Unit"), 60, read_only=True, priority=1),
        GridColumn(NEEDED, N_("Needed by"), 116, "date", required=True, aliases=("需要日期",)),
        GridColumn(EXPECTED, N_("Expected"), 116, "date", hint=N_("Empty: after the item's lead time"),
                   aliases=("预计到货",)),
    )  # fmt: skip


def _purchase(
    values: Mapping[str, object], rows: Sequence[Mapping[str, object]], client_key: str
) -> NewPurchase:
    lines = [
        NewPurchaseLine(
            cast(int, row[ITEM]), cast(Decimal, row[QUANTITY]), cast(date, row[NEEDED]),
            cast("date | None", row[EXPECTED]),
        )
        for row in rows
    ]  # fmt: skip
    new = NewPurchase(cast("int | None", values["supplier"]), lines, client_key=client_key)
    return replace(new, remark=str(values["remark"] or ""))


def _choice(item: ItemRef) -> Choice:
    return Choice(item.id, item.sku, item.name or item.options)


def _quantity(text: str) -> Decimal:
    found = parse_decimal(text)
    if found <= 0:
        raise InvalidValue(_("A quantity has to be above zero."), remedy=_("Enter how many are ordered."))
    return found
