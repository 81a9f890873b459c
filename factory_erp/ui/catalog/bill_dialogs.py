"""Dialogs of a bill: a new revision, and what may be used instead of a component."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.clock import today
from factory_erp.services.engineering import bills
from factory_erp.services.engineering.bills import BillSheet
from factory_erp.services.exchange.pair_readers import Alternates
from factory_erp.services.exchange.readers import decimal
from factory_erp.ui.catalog.bill_columns import ItemBook
from factory_erp.ui.catalog.bill_parts import found_items
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.grid import EditGrid, GridColumn
from factory_erp.ui.kit.grid_cells import GridRow
from factory_erp.ui.kit.rows import Runner


def new_revision_dialog(
    context: UiContext, sheet: BillSheet, names: Sequence[str], parent: QWidget
) -> FormDialog:
    """Asks how the copy of the bill is called and from when it is valid; ``done_with`` carries its id."""
    fields = [
        Field("revision", _("Revision"), required=True, hint=_("A letter or a number, for example B")),
        Field("valid_from", _("Valid from"), FieldKind.DATE, required=True),
    ]
    note = _(
        "The lines of revision {revision} are copied. What is valid on that day ends the day before.",
        revision=sheet.revision,
    )
    values = {"revision": next_name(sheet.revision, names), "valid_from": today()}
    dialog = FormDialog(
        context.jobs, _("New revision of {sku}", sku=sheet.sku), fields, values,
        partial(_copying, sheet.id), _("Make revision"), note=note, parent=parent,
    )  # fmt: skip
    dialog.resize(440, 300)
    return dialog


def _copying(bill_id: int, values: Mapping[str, Any]) -> Callable[[], object]:
    return partial(bills.new_revision, bill_id, values["revision"], values["valid_from"])


def next_name(name: str, taken: Sequence[str]) -> str:
    """What comes after a revision's name: B after A, 10 after 9, R2 after R1; empty where nobody knows."""
    found = re.fullmatch(r"(.*?)(\d+|[A-Ya-y])", name)
    if found is None:
        return ""
    head, last = found.groups()
    after = str(int(last) + 1) if last.isdigit() else chr(ord(last) + 1)
    return next_name(head + after, taken) if head + after in taken else head + after


class AlternatesDialog(QDialog):
    """What may be used instead of the component *sku*, the first choice first.

    ``take`` is called with the alternates once they are all sound; the bill is not saved by this.
    """

    def __init__(
        self,
        jobs: Runner,
        sku: str,
        value: Alternates,
        book: ItemBook,
        take: Callable[[Alternates], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Alternates of {sku}", sku=sku))
        self._book, self._take = book, take
        self.grid = EditGrid(
            [
                GridColumn("component", N_("Component"), 260, "lookup", book.read, required=True,
                           search=found_items),
                GridColumn("quantity", N_("Quantity"), 120, "number", decimal(above=0),
                           hint=N_("Per output of the bill; empty: as much as of the component")),
            ],
            new_row=dict, movable=True, jobs=jobs,
        )  # fmt: skip
        self.grid.set_name(_("Alternates"))
        self.grid.set_empty_text(_("Nothing may be used instead yet. Press {key} to add a line.", key="F7"))
        self.grid.set_rows(
            [{"component": Choice(book.id_of(other), other), "quantity": figure} for other, figure in value]
        )
        self.grid.save_asked.connect(self._accept)
        self._lay_out()
        self.resize(520, 380)

    def _lay_out(self) -> None:
        said = _("In the order in which they are preferred. Move lines with Alt and the arrow keys.")
        self.ok_button = Button(_("OK"), kind=Kind.PRIMARY, run=self._accept)
        self.cancel_button = Button(_("Cancel"), run=self.reject)
        self.ok_button.setToolTip("Ctrl+Enter")
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.ok_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(label(said, wrap=True, muted=True))
        column.addWidget(framed(self.grid), 1)
        column.addLayout(buttons)

    def _accept(self) -> None:
        if self.grid.problems():
            self.grid.next_problem()
            return
        self._take(tuple(self._alternate(row) for row in self.grid.model.rows if not row.fresh))
        self.accept()

    def _alternate(self, row: GridRow) -> tuple[str, Decimal | None]:
        item, quantity = row.cells[0], row.cells[1].value
        assert isinstance(item.value, int)
        self._book.note(item.value, item.text)
        return item.text, quantity if isinstance(quantity, Decimal) else None
