"""Suppliers' VAT invoices: entered once, put to the shipment's items by name."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from factory_erp.domain.errors import Conflict, InvalidValue
from factory_erp.domain.money import Money
from factory_erp.models.database import Database
from factory_erp.services.customs.supplier_invoices import (
    SupplierInvoiceInput,
    plain_name,
    put_to_shipment,
    remove_supplier_invoice,
    save_supplier_invoice,
    supplier_invoices,
    unit_code,
)
from tests.services.papers.declared import Declared

NUMBER = "26332000000012345678"


@pytest.mark.parametrize(
    ("said", "name"),
    [("*金属制品*保温杯", "保温杯"), (" 保温 杯 ", "保温杯"), ("保温杯*大*", "保温杯*大*"), ("**杯", "杯")],
)
def test_the_class_before_the_name_is_left_out(said: str, name: str) -> None:
    assert plain_name(said) == name


@pytest.mark.parametrize(("unit", "code"), [("个", "007"), (" 千克 ", "035"), ("公斤", "035"), ("坨", "")])
def test_units_as_invoices_write_them(unit: str, code: str) -> None:
    assert unit_code(unit) == code


def a_form(factory: Declared) -> SupplierInvoiceInput:
    return SupplierInvoiceInput(
        number=NUMBER, supplier_id=factory.all_suppliers(), goods_name="*金属制品*保温杯", unit="个",
        quantity=Decimal(48), net=Decimal("2000.10"), tax=Decimal("260.01"),
    )  # fmt: skip


def test_a_line_is_saved_once_and_found(db: Database) -> None:
    factory = Declared(db)
    form = a_form(factory)
    saved = save_supplier_invoice(form, "k").value
    assert save_supplier_invoice(form, "k").value == saved
    (row,) = supplier_invoices("钢杯厂")
    assert (row.id, row.supplier, row.net, row.tax) == (
        saved,
        "宁波钢杯厂",
        Money.of("2000.10", "CNY"),
        Money.of("260.01", "CNY"),
    )
    assert supplier_invoices("nothing like it") == []
    remove_supplier_invoice(saved)
    remove_supplier_invoice(saved)
    assert supplier_invoices() == []


def test_the_same_line_of_the_same_invoice_is_refused(db: Database) -> None:
    factory = Declared(db)
    form = a_form(factory)
    save_supplier_invoice(form, "k")
    with pytest.raises(InvalidValue) as refused:
        save_supplier_invoice(form, "other")
    assert refused.value.field == "number"
    save_supplier_invoice(replace(form, line_no=2), "other")


def test_a_form_that_is_out_of_date_is_a_conflict(db: Database) -> None:
    form = a_form(Declared(db))
    saved = save_supplier_invoice(form, "k").value
    save_supplier_invoice(replace(form, id=saved, version=1, unit="只"))
    with pytest.raises(Conflict):
        save_supplier_invoice(replace(form, id=saved, version=1, unit="套"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", ""),
        ("goods_name", " "),
        ("unit", ""),
        ("quantity", Decimal(0)),
        ("net", Decimal(-1)),
        ("net", Decimal("1.001")),
        ("tax", Decimal(3000)),
        ("line_no", 0),
        ("goods_name", "x" * 201),
    ],
)
def test_a_line_that_cannot_be_is_refused_under_its_field(db: Database, field: str, value: object) -> None:
    form = a_form(Declared(db))
    with pytest.raises(InvalidValue) as refused:
        save_supplier_invoice(replace(form, **{field: value}))  # type: ignore[arg-type]  # one field at a time
    assert refused.value.field == field
    assert refused.value.remedy


def test_lines_find_their_items_by_name(db: Database) -> None:
    factory = Declared(db)
    shipment = factory.shipment()
    named = factory.invoice(None, None)
    strange = factory.invoice(None, None, line_no=2, goods_name="*塑料制品*吸管")
    assert put_to_shipment([named, strange], shipment).value == 1
    found = {row.id: (row.sku, row.shipment_id) for row in supplier_invoices(shipment_id=shipment)}
    assert found == {named: ("CUP", shipment), strange: ("", shipment)}
    put_to_shipment([named], None)
    assert [row.id for row in supplier_invoices(shipment_id=shipment)] == [strange]


def test_an_item_that_the_shipment_does_not_have_is_let_go(db: Database) -> None:
    factory = Declared(db)
    shipment = factory.shipment()
    other = factory.goods("POT", "9617001900", "水壶")
    invoice = factory.invoice(None, other)
    put_to_shipment([invoice], shipment)
    assert supplier_invoices(shipment_id=shipment)[0].sku == "CUP"
