"""Suppliers' VAT invoices 增值税专用发票: entered, and put to a shipment and its items.

The tax office gives rebate only where the invoice names the goods, and counts them, as the export
declaration does. Before the name their class stands between asterisks: "*金属制品*保温杯".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from factory_erp.domain.customs_units import CUSTOMS_UNITS
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import Money
from factory_erp.i18n import _
from factory_erp.models.catalog import Item, ItemText
from factory_erp.models.customs import SupplierInvoice
from factory_erp.models.partners import Partner
from factory_erp.models.sales import SalesLine
from factory_erp.models.shipping import Shipment, ShipmentLine
from factory_erp.services.base import get, query, use_case
from factory_erp.services.master_data import (
    assign,
    by_id,
    check_texts,
    count_problem,
    differs,
    figure_problem,
    same_version,
    under,
)
from factory_erp.services.names import CHINESE

YUAN = "CNY"

_CLASS = re.compile(r"^\s*\*[^*]*\*")


@dataclass(frozen=True, slots=True)
class SupplierInvoiceInput:
    """A line of a supplier's invoice as it is typed: *net* without VAT and *tax* in yuan."""

    number: str
    supplier_id: int
    goods_name: str
    unit: str
    quantity: Decimal
    net: Decimal
    tax: Decimal
    line_no: int = 1
    shipment_id: int | None = None
    item_id: int | None = None
    issued_on: date | None = None
    id: int | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class SupplierInvoiceRow:
    """A line of an invoice in a list; *shipment* and *sku* are empty while it belongs to none."""

    id: int
    version: int
    number: str
    line_no: int
    supplier_id: int
    supplier: str
    shipment_id: int | None
    shipment: str
    item_id: int | None
    sku: str
    issued_on: date | None
    goods_name: str
    unit: str
    quantity: Decimal
    net: Money
    tax: Money


def plain_name(goods_name: str) -> str:
    """The name of the goods without the class before it and without blanks: as it has to be declared."""
    return "".join(_CLASS.sub("", goods_name).split())


def unit_code(unit: str) -> str:
    """The customs' code of a unit that an invoice writes in Chinese; empty where customs has no such unit."""
    wanted = {"公斤": "千克", "KG": "千克", "kg": "千克"}.get(unit.strip(), unit.strip())
    return next((code for code, known in CUSTOMS_UNITS.items() if known.name == wanted), "")


@query
def supplier_invoices(
    session: Session, words: str = "", shipment_id: int | None = None, limit: int = 1000
) -> list[SupplierInvoiceRow]:
    """The lines whose number, goods or supplier contain *words*, of one shipment if given; newest first."""
    supplier, item = aliased(Partner), aliased(Item)
    statement = (
        select(SupplierInvoice, supplier.name, Shipment.number, item.sku)
        .join(supplier, supplier.id == SupplierInvoice.supplier_id)
        .outerjoin(Shipment, Shipment.id == SupplierInvoice.shipment_id)
        .outerjoin(item, item.id == SupplierInvoice.item_id)
        .order_by(SupplierInvoice.id.desc())
        .limit(limit)
    )
    if words.strip():
        columns = (SupplierInvoice.number, SupplierInvoice.goods_name, supplier.name, item.sku)
        statement = statement.where(
            or_(*(column.icontains(words.strip(), autoescape=True) for column in columns))
        )
    if shipment_id is not None:
        statement = statement.where(SupplierInvoice.shipment_id == shipment_id)
    return [_view(row, name, number, sku) for row, name, number, sku in session.execute(statement)]


def _view(row: SupplierInvoice, supplier: str, shipment: str | None, sku: str | None) -> SupplierInvoiceRow:
    return SupplierInvoiceRow(
        id=row.id,
        version=row.version,
        number=row.number,
        line_no=row.line_no,
        supplier_id=row.supplier_id,
        supplier=supplier,
        shipment_id=row.shipment_id,
        shipment=shipment or "",
        item_id=row.item_id,
        sku=sku or "",
        issued_on=row.issued_on,
        goods_name=row.goods_name,
        unit=row.unit,
        quantity=row.quantity,
        net=Money(row.net_minor, YUAN),
        tax=Money(row.tax_minor, YUAN),
    )


def of_shipment(session: Session, shipment_id: int) -> list[SupplierInvoice]:
    """The lines that belong to the shipment, as they were entered."""
    rows = select(SupplierInvoice).filter_by(shipment_id=shipment_id).order_by(SupplierInvoice.id)
    return list(session.scalars(rows))


@use_case
def save_supplier_invoice(session: Session, given: SupplierInvoiceInput, client_key: str = "") -> int:
    """Enter or change a line of an invoice; its id. The same form saved again changes nothing.

    A line without an item gets the item of its shipment that has its name. Raises InvalidValue under the
    field, NotFound, and Conflict where somebody else changed it since the form was opened.
    """
    values = _values(given)
    get(session, Partner, given.supplier_id)
    _check(values, given)
    row = _row(session, given, client_key)
    there = session.scalar(
        select(SupplierInvoice).filter_by(number=values["number"], line_no=values["line_no"])
    )
    if there is not None and there is not row:
        raise _double(values)
    if values["item_id"] is None and values["shipment_id"] is not None:
        items = _items_by_name(session, values["shipment_id"])
        values["item_id"] = items.get(plain_name(values["goods_name"]))
    if row is None:
        row = SupplierInvoice(**values, client_key=client_key or None)
        session.add(row)
    elif differs(row, values):
        same_version(row, given.version, row.number)
        assign(row, values)
    session.flush()
    return row.id


def _row(session: Session, given: SupplierInvoiceInput, client_key: str) -> SupplierInvoice | None:
    if given.id is not None:
        return get(session, SupplierInvoice, given.id, lock=True)
    if not client_key:
        return None
    return session.scalar(select(SupplierInvoice).filter_by(client_key=client_key))


def _values(given: SupplierInvoiceInput) -> dict[str, Any]:
    names = [one.name for one in fields(given) if one.name not in ("id", "version", "net", "tax")]
    found = {name: getattr(given, name) for name in names}
    found = {name: value.strip() if isinstance(value, str) else value for name, value in found.items()}
    for name in ("net", "tax"):
        found[f"{name}_minor"] = _fen(getattr(given, name), name, found["number"])
    return found


def _fen(amount: Decimal, field: str, record: str) -> int:
    problem = figure_problem(amount, field, record=record)
    if problem is not None:
        raise problem
    try:
        return Money.of(amount, YUAN).minor
    except InvalidValue as error:
        raise under(error, field, record) from None


def _check(values: dict[str, Any], given: SupplierInvoiceInput) -> None:
    record = values["number"]
    for name, message in (
        ("number", _("The invoice needs its number.")),
        ("goods_name", _("The invoice needs the name of the goods.")),
        ("unit", _("The invoice needs the unit that it counts in.")),
    ):
        if not values[name]:
            remedy = _("Copy it from the invoice.")
            raise InvalidValue(message, record=record, field=name, remedy=remedy)
    check_texts(SupplierInvoice, values, record)
    problem = figure_problem(given.quantity, "quantity", above_zero=True, record=record)
    problem = problem or count_problem(given.line_no, "line_no", least=1, record=record)
    if problem is not None:
        raise problem
    if given.tax > given.net:
        raise InvalidValue(
            _("The tax cannot be above the amount without tax."),
            record=record,
            field="tax",
            remedy=_("Compare it with the invoice."),
        )


def _double(values: dict[str, Any]) -> InvalidValue:
    return InvalidValue(
        _(
            "Line {line} of invoice {number} is there already.",
            line=values["line_no"],
            number=values["number"],
        ),
        record=values["number"],
        field="number",
        remedy=_("Change that one, or enter the next line."),
    )


@use_case
def remove_supplier_invoice(session: Session, invoice_id: int) -> None:
    """Remove a line of an invoice. One that is gone is no problem."""
    row = session.get(SupplierInvoice, invoice_id)
    if row is not None:
        session.delete(row)


@use_case
def put_to_shipment(session: Session, invoice_ids: Sequence[int], shipment_id: int | None) -> int:
    """Let the lines belong to the shipment (None: to none); how many were given an item by their name.

    A line that names an item which the shipment does not have loses it. Raises NotFound.
    """
    items: dict[str, int] = {}
    if shipment_id is not None:
        items = _items_by_name(session, get(session, Shipment, shipment_id).id)
    found = 0
    for row in by_id(session, SupplierInvoice, invoice_ids).values():
        row.shipment_id = shipment_id
        if row.item_id is None or (shipment_id is not None and row.item_id not in items.values()):
            row.item_id = items.get(plain_name(row.goods_name))
            found += row.item_id is not None
    return found


def _items_by_name(session: Session, shipment_id: int) -> dict[str, int]:
    """Declared or Chinese name → the item of the shipment that has it; SKUs too."""
    statement = (
        select(Item.id, Item.sku, ItemText.declaration_name, ItemText.name, ItemText.language)
        .join(SalesLine, SalesLine.item_id == Item.id)
        .join(ShipmentLine, ShipmentLine.sales_line_id == SalesLine.id)
        .outerjoin(ItemText, ItemText.item_id == Item.id)
        .where(ShipmentLine.shipment_id == shipment_id)
        .order_by(ShipmentLine.id.desc())
    )
    found: dict[str, int] = {}
    for row in session.execute(statement):
        names = (row.sku, row.declaration_name, row.name if row.language == CHINESE else "")
        found.update(dict.fromkeys(_plain(names), row.id))
    return found


def _plain(names: Iterable[str | None]) -> list[str]:
    return [plain_name(name) for name in names if name]
