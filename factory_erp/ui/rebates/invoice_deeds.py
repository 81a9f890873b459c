"""What is done with suppliers' invoices: entered, changed, put to a shipment, removed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.services.customs import supplier_invoices
from factory_erp.services.customs.supplier_invoices import YUAN, SupplierInvoiceInput, SupplierInvoiceRow
from factory_erp.ui.catalog.bill_parts import found_items
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.rebates import work

WIDTH = 620
"""Of the form, px."""


class InvoiceDeeds(QObject):
    """Runs the use cases; ``saved`` carries the id of the line that was entered or changed."""

    saved = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._window = context, parent
        self.dialog: FormDialog | None = None

    def new(self, shipment: Choice | None = None) -> FormDialog:
        """The open form of a line that is not entered yet, for *shipment* if one is given."""
        values: dict[str, object] = {"line_no": 1, "shipment_id": shipment}
        return self._edit(_("Supplier's invoice"), values, None, f"invoice-{uuid.uuid4().hex}")

    def edit(self, row: SupplierInvoiceRow) -> FormDialog:
        """The open form of a line."""
        return self._edit(_("Invoice {number}", number=row.number), _values(row), row, "")

    def _edit(
        self, title: str, values: Mapping[str, object], row: SupplierInvoiceRow | None, key: str
    ) -> FormDialog:
        def use_case(typed: Mapping[str, Any]) -> Callable[[], object]:
            return partial(supplier_invoices.save_supplier_invoice, _given(typed, row), key)

        note = _("The tax office compares the name and the unit with the export declaration. "
                 "A line without an item gets the item of its shipment that has its name.")  # fmt: skip
        dialog = FormDialog(
            self._context.jobs, title, _fields(self._context), values, use_case, _("Save"), note=note,
            columns=2, parent=self._window,
        )  # fmt: skip
        dialog.resize(WIDTH, dialog.sizeHint().height())
        dialog.done_with.connect(self.saved)
        return self._opened(dialog)

    def put(self, rows: Sequence[SupplierInvoiceRow]) -> FormDialog:
        """Ask for the shipment that the lines belong to."""
        field = Field("shipment_id", _("Shipment"), FieldKind.LOOKUP, required=True,
                      search=work.find_shipments, jobs=self._context.jobs)  # fmt: skip
        ids = [row.id for row in rows]

        def use_case(typed: Mapping[str, Any]) -> Callable[[], object]:
            return partial(supplier_invoices.put_to_shipment, ids, typed["shipment_id"])

        count = len(rows)
        note = ngettext("{count} line of an invoice.", "{count} lines of invoices.", count)
        dialog = FormDialog(
            self._context.jobs, _("Put to a shipment"), [field], {}, use_case, _("Put"), note=note,
            parent=self._window,
        )  # fmt: skip
        dialog.done_with.connect(partial(self._say_put, count))
        return self._opened(dialog)

    def take_off(self, rows: Sequence[SupplierInvoiceRow]) -> None:
        """Let the lines belong to no shipment."""
        ids = [row.id for row in rows]
        said = ngettext("{count} line belongs to no shipment now.",
                        "{count} lines belong to no shipment now.", len(ids))  # fmt: skip
        self._write(partial(supplier_invoices.put_to_shipment, ids, None), _("Taking off the shipment"), said)

    def remove(self, row: SupplierInvoiceRow) -> None:
        """Ask, then remove the line."""
        text = _("Line {line} of invoice {number} is removed for good.", line=row.line_no, number=row.number)
        if confirm(self._window, _("Remove the line?"), text, _("Remove")):
            said = _("The line is removed.")
            self._write(partial(supplier_invoices.remove_supplier_invoice, row.id), _("Removing"), said)

    def _say_put(self, count: int, named: int) -> None:
        put = ngettext("{count} line put to the shipment.", "{count} lines put to the shipment.", count)
        found = ngettext("{count} got its item by its name.", "{count} got their items by their names.",
                         named) if named else ""  # fmt: skip
        self._context.say(f"{put} {found}".strip())

    def _write(self, act: Callable[[], object], title: str, said: str) -> None:
        self._context.jobs.run(
            act, write=True, title=title, done=lambda _value: self._context.say(said), owner=self
        )

    def _opened(self, dialog: FormDialog) -> FormDialog:
        self.dialog = dialog
        dialog.open()
        return dialog


def _fields(context: UiContext) -> list[Field]:
    lookup = partial(Field, kind=FieldKind.LOOKUP, jobs=context.jobs)
    return [
        Field("number", _("Invoice number"), required=True),
        Field("line_no", _("Line of the invoice"), FieldKind.INTEGER, required=True),
        lookup("supplier_id", _("Supplier"), required=True, search=work.find_suppliers),
        Field("issued_on", _("Date"), FieldKind.DATE),
        Field("goods_name", _("Goods as the invoice names them"), required=True, hint="*金属制品*保温杯"),
        Field("unit", _("Unit as the invoice writes it"), required=True, hint=_("In Chinese: 个, 件, 千克")),
        Field("quantity", _("Quantity"), FieldKind.DECIMAL, required=True),
        Field("net", _("Net, CNY"), FieldKind.DECIMAL, required=True, decimals=2),
        Field("tax", _("VAT, CNY"), FieldKind.DECIMAL, required=True, decimals=2),
        lookup("shipment_id", _("Shipment"), search=work.find_shipments),
        lookup("item_id", _("Item"), search=found_items,
               hint=_("Empty: the item of the shipment that has the name of the goods")),
    ]  # fmt: skip


def _values(row: SupplierInvoiceRow) -> dict[str, object]:
    assert row.net.currency == YUAN
    return {
        "number": row.number,
        "line_no": row.line_no,
        "supplier_id": Choice(row.supplier_id, row.supplier),
        "issued_on": row.issued_on,
        "goods_name": row.goods_name,
        "unit": row.unit,
        "quantity": row.quantity,
        "net": row.net.amount,
        "tax": row.tax.amount,
        "shipment_id": Choice(row.shipment_id, row.shipment) if row.shipment_id else None,
        "item_id": Choice(row.item_id, row.sku) if row.item_id else None,
    }


def _given(typed: Mapping[str, Any], row: SupplierInvoiceRow | None) -> SupplierInvoiceInput:
    if row is None:
        return SupplierInvoiceInput(**typed)
    return SupplierInvoiceInput(**typed, id=row.id, version=row.version)
