"""The export declaration: answered by catalogue and tariff, typed over by the clerk."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from factory_erp.documents.customs_answers import Declared as Declarations
from factory_erp.documents.details.customs import Coded, DeclarationDetails, FeeStated
from factory_erp.models.catalog import Item, UnitConversion
from factory_erp.models.customs import ItemDeclaration
from factory_erp.models.database import Database
from factory_erp.models.partners import Company
from factory_erp.services.customs.declarations import (
    KIND,
    declaration_facts,
    district,
    missing_answers,
    typed_declarations,
    variants,
)
from factory_erp.services.papers import inputs
from factory_erp.services.shipping.facts import compose_facts, load
from factory_erp.services.workbench import views as shipping_views
from tests.services.papers.declared import USCC, Declared


def declared(factory: Declared, shipment: int, *, typed: bool = True) -> Declarations:
    with factory.db.session() as session:
        return _declared(session, shipment, typed=typed)


def _declared(session: Session, shipment: int, *, typed: bool) -> Declarations:
    row = load(session, shipment)
    make = typed_declarations if typed else declaration_facts
    return make(session, row, compose_facts(session, row))


def type_over(factory: Declared, shipment: int, **changes: object) -> DeclarationDetails:
    usual = declared(factory, shipment, typed=False).declarations[0]
    wanted = replace(usual, **changes)  # type: ignore[arg-type]  # any field of the head
    with factory.db.session(write=True) as session:
        inputs.write(session, inputs.PaperOf(KIND, shipment), usual, wanted, None)
    return wanted


def fields_missing(found: Declarations, record: str) -> set[str]:
    return {one.field for one in found.missing if one.record == record}


def test_goods_are_declared_as_their_items_say(db: Database) -> None:
    factory = Declared(db)
    shipment = factory.shipment()
    (details,) = declared(factory, shipment).declarations
    cup, glass = details.items
    assert (cup.hs_code, cup.name, cup.elements_line) == ("9617001900", "保温杯", "1|0|盛装饮料")
    assert (cup.first.quantity, cup.first.unit.name, cup.second) == (Decimal(12), "千克", None)
    assert glass.second is not None
    assert (glass.second.quantity, glass.transaction.unit) == (Decimal(50), glass.second.unit)
    assert cup.source_place == Coded("33029", "宁波其他")
    assert (details.consignor, details.consignor_uscc) == ("宁波亮杯有限公司", USCC)
    assert (details.consignor_customs_code, details.packages) == ("3302961234", 5)


def test_what_is_missing_names_its_item_and_where_to_answer(db: Database) -> None:
    factory = Declared(db)
    shipment = factory.shipment()
    with db.session(write=True) as session:
        answer = session.query(ItemDeclaration).filter_by(item_id=factory.cup, element="用途").one()
        session.delete(answer)
    with db.session() as session:
        row = load(session, shipment)
        missing = missing_answers(session, row, _declared(session, shipment, typed=True).missing)
    links = {(one.record, one.field): one.link for one in missing}
    assert links["CUP", "用途"] == f"erp://catalog/{factory.cup}"
    assert links["Export declaration", "Exit port"] == f"erp://shipping/{shipment}"
    assert all(one.remedy for one in missing)


def test_what_was_typed_is_printed_and_not_missing_any_more(db: Database) -> None:
    factory = Declared(db)
    shipment = factory.shipment()
    whole = "Export declaration"
    before = fields_missing(declared(factory, shipment), whole)
    assert {"Exit port", "Exit customs office", "Contract number"} <= before
    type_over(
        factory,
        shipment,
        exit_port=Coded("380001", "宁波"),
        exit_customs=Coded("3104", "北仑海关"),
        contract_number="SC-1",
        trade_country=Coded("CHE", "瑞士"),
    )
    found = declared(factory, shipment)
    assert fields_missing(found, whole) == set()
    (details,) = found.declarations
    assert (details.exit_port.name, details.contract_number) == ("宁波", "SC-1")
    assert details.trade_country.code == "CHE"
    assert "Exit port" in fields_missing(declared(factory, shipment, typed=False), whole)


def test_items_that_were_typed_are_not_asked_for(db: Database) -> None:
    factory = Declared(db)
    shipment = factory.shipment()
    factory.change(Item, factory.cup, hs_code="")
    found = declared(factory, shipment)
    assert "HS code" in fields_missing(found, "CUP")
    items = tuple(replace(item, hs_code="9617001900") for item in found.declarations[0].items)
    type_over(factory, shipment, items=items)
    assert fields_missing(declared(factory, shipment), "CUP") == set()


def test_freight_is_asked_for_where_the_price_contains_it(db: Database) -> None:
    factory = Declared(db)
    shipment = factory.shipment(incoterm="CFR", place="Hamburg")
    assert "Freight" in fields_missing(declared(factory, shipment), "Export declaration")
    type_over(factory, shipment, freight=FeeStated("3", Decimal(100), "USD"))
    assert "Freight" not in fields_missing(declared(factory, shipment), "Export declaration")


def test_the_supplier_s_invoice_decides_the_unit_and_must_agree_in_name(db: Database) -> None:
    factory = Declared(db)
    shipment = factory.shipment()
    factory.invoice(shipment, factory.cup, unit="只")
    found = declared(factory, shipment)
    cup = found.declarations[0].items[0]
    assert (cup.supplier_tax_name, cup.transaction.unit.name) == ("保温杯", "只")
    assert fields_missing(found, "CUP") == set()
    factory.rename(factory.cup, "不锈钢真空杯")
    assert fields_missing(declared(factory, shipment), "CUP") == {"Declared name"}


def test_an_invoice_in_another_kind_of_unit_is_told(db: Database) -> None:
    factory = Declared(db)
    shipment = factory.shipment()
    factory.invoice(shipment, factory.cup, unit="千克")
    assert fields_missing(declared(factory, shipment), "CUP") == {"Unit of sale"}


def test_a_set_counts_the_pieces_that_its_item_says(db: Database) -> None:
    factory = Declared(db)
    item = factory.goods("SET", "7013370000", "玻璃杯")
    with db.session(write=True) as session:
        row = session.get_one(Item, item)
        row.unit = "SET"
        row.conversions = [UnitConversion(unit="H87", factor=Decimal("0.25"))]
    order = factory.order(factory.customer(), [(item, "24", "8")])
    with db.session(write=True) as session:
        session.connection().exec_driver_sql("UPDATE sales_line SET unit = 'SET'")
    (details,) = declared(factory, factory.packed(order)).declarations
    second = details.items[0].second
    assert second is not None
    assert second.quantity == 96


def test_above_fifty_items_there_are_several_declarations(db: Database) -> None:
    factory = Declared(db)
    lines = [(item, "24", "1") for item in factory.many(51)]
    shipment = factory.packed(factory.order(factory.customer(), lines))
    found = declared(factory, shipment)
    assert [len(one.items) for one in found.declarations] == [50, 1]
    assert (variants(1), variants(3)) == (("",), ("", "2", "3"))
    rows = {(row.kind, row.variant) for row in shipping_views.detail(shipment).papers}
    assert {(kind, variant) for kind, variant in rows if variant} == {
        ("customs_declaration", "2"), ("declaration_elements", "2"),
    }  # fmt: skip
    usual = declared(factory, shipment, typed=False).declarations[1]
    with db.session(write=True) as session:
        of = inputs.PaperOf(KIND, shipment, variant="2")
        inputs.write(session, of, usual, replace(usual, notes="second"), None)
    assert [one.notes for one in declared(factory, shipment).declarations] == ["", "second"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("宁波其他", Coded("33029", "宁波其他")),
        ("33029", Coded("33029", "宁波其他")),
        ("33029 宁波", Coded("33029", "宁波")),
        ("慈溪", Coded("", "慈溪")),
        ("", Coded()),
    ],
)
def test_a_district_by_code_or_name(text: str, place: Coded) -> None:
    assert district(text) == place


def test_a_company_without_a_district_is_asked_for_it(db: Database) -> None:
    factory = Declared(db)
    shipment = factory.shipment()
    factory.change(Company, factory.one(Company).id, source_place="")
    assert "Source place" in fields_missing(declared(factory, shipment), "CUP")
