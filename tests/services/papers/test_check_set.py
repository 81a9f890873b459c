"""The set that is checked: which papers are in it, and what each says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from factory_erp.checking.papers import PaperSet
from factory_erp.models.database import Database
from factory_erp.models.engineering import Calendar, CalendarException
from factory_erp.models.partners import Company
from factory_erp.models.shipping import Shipment
from factory_erp.services.paper_checks.foreign_papers import foreign_paper
from factory_erp.services.paper_checks.papers import paper_of
from factory_erp.services.paper_checks.reading import CHECKED, cubic_metres, kilograms, vessel_and_voyage
from factory_erp.services.paper_checks.sets import PaperState, gathered
from factory_erp.services.papers.options import OptionInput, set_option
from factory_erp.services.shipping import cartons as shipping_cartons
from factory_erp.services.shipping.facts import load
from tests.documents.samples import snapshot
from tests.services.papers.credit_set import CONTAINER, SEAL, CreditSet
from tests.services.papers.declared import GLASS, STEEL, Declared
from tests.services.shipping_factory import Factory


def states(db: Database, shipment_id: int) -> dict[str, PaperState]:
    with db.session() as session:
        return {state.ref: state for state in gathered(session, load(session, shipment_id)).states}


def papers(db: Database, shipment_id: int) -> PaperSet:
    with db.session() as session:
        return gathered(session, load(session, shipment_id)).papers


def test_without_a_credit_invoice_and_packing_list_are_drafted(db: Database) -> None:
    shop = Declared(db)
    shipment = shop.shipment()
    found = states(db, shipment)
    assert [(one.ref, one.drafted, one.number) for one in found.values()] == [
        ("commercial_invoice", True, ""),
        ("packing_list", True, ""),
    ]
    made = papers(db, shipment)
    assert (made.credit, made.presented_on, made.neutral) == (None, None, False)
    assert made.seller is not None
    assert made.seller.name == "Ningbo Bright Cup Co., Ltd."


def test_what_the_credit_asks_for_was_issued_or_typed_is_in_the_set(db: Database) -> None:
    shop = CreditSet(db)
    found = states(db, shop.shipment_id)
    assert set(found) == {
        "commercial_invoice", "packing_list", "origin_general", "beneficiary_certificate",
        "weight_certificate", "bill_of_exchange", "shipping_advice", "customs_declaration",
    }  # fmt: skip
    shop.issue("commercial_invoice", "packing_list", "vgm_declaration")
    found = states(db, shop.shipment_id)
    assert {ref for ref, state in found.items() if not state.drafted} == {
        "commercial_invoice", "packing_list", "vgm_declaration",
    }  # fmt: skip
    assert found["packing_list"].number == "PL-2026-00001"
    shop.others()
    assert states(db, shop.shipment_id)["bill_of_lading"].foreign


def test_a_paper_that_cannot_be_made_says_why(db: Database) -> None:
    factory = Factory(db, company=False)
    item = factory.item("CUP")
    factory.stock(item, 100)
    shipment = factory.packed(factory.order(factory.customer(), [(item, "48", "2.50")]))
    found = states(db, shipment)
    assert all("name of your company" in state.problem for state in found.values())
    assert papers(db, shipment).papers == ()


def test_a_certificate_of_origin_that_was_issued_takes_the_place_of_the_sheet(db: Database) -> None:
    shop = CreditSet(db)
    certificate = foreign_paper(shop.shipment_id, "certificate_of_origin").paper
    shop.type_paper(replace(certificate, number="CCPIT26033101"))
    found = states(db, shop.shipment_id)
    assert "origin_general" not in found
    assert found["certificate_of_origin"].number == "CCPIT26033101"


def test_invoice_and_packing_list_say_what_is_printed(db: Database) -> None:
    shop = CreditSet(db)
    made = {paper.ref: paper for paper in papers(db, shop.shipment_id).papers}
    invoice, packing = made["commercial_invoice"], made["packing_list"]
    assert (invoice.total, invoice.currency, invoice.lc_number) == (Decimal("580.00"), "USD", "LC26110815")
    assert [line.amount for line in invoice.goods] == [Decimal("480.00"), Decimal("100.00")]
    assert (invoice.vessel, invoice.voyage, invoice.port_of_loading) == ("EVER GLORY", "068W", "Ningbo")
    assert "4500018" in invoice.order_numbers
    assert packing.packages == invoice.packages == 5
    assert (
        packing.gross_kg == invoice.gross_kg == sum(line.gross_kg or Decimal(0) for line in packing.cartons)
    )
    assert all(line.unit_price is None for line in packing.goods)
    declaration = made["customs_declaration"]
    assert declaration.customs is not None
    assert (declaration.customs.terms, declaration.customs.exit_office) == ("1", "3104")
    assert [line.first_unit for line in declaration.goods] == ["千克", "千克"]
    assert sum(line.net_kg or Decimal(0) for line in declaration.goods) == packing.net_kg


def test_mixed_cartons_are_counted_once(db: Database) -> None:
    shop = Declared(db)
    items = shop.goods("CUP", STEEL, "保温杯"), shop.goods("GLASS", GLASS, "玻璃杯")
    shipment = shop.packed(shop.order(shop.customer(), [(item, "50", "10") for item in items]))
    shipping_cartons.pack(shipment, mix_remainders=True)
    packing = papers(db, shipment).papers[1]
    mixed = [line for line in packing.cartons if line.mixed]
    assert mixed
    assert all(line.gross_kg is line.volume_m3 is line.length_cm is None for line in mixed)
    assert packing.packages == sum(line.count or 0 for line in packing.cartons if not line.mixed)


def test_what_a_customer_does_not_want_printed_is_not_stated(db: Database) -> None:
    shop = CreditSet(db)
    customer = shop.one(Shipment).consignee_id
    hidden = ("hs_origin", "contract_no", "etd", "item")
    set_option(customer, "commercial_invoice", OptionInput(hidden=hidden))
    set_option(customer, "packing_list", OptionInput(neutral=True))
    made = papers(db, shop.shipment_id)
    invoice, packing = made.papers[:2]
    assert (invoice.contract_number, invoice.etd, invoice.lc_number) == ("", None, "LC26110815")
    assert {(line.hs_code, line.origin, line.item_number) for line in invoice.goods} == {("", "", "")}
    assert (packing.issuer, packing.signed, made.neutral) == (None, False, True)


def test_suppliers_are_named_where_their_invoices_are(db: Database) -> None:
    shop = CreditSet(db)
    shop.invoice(shop.shipment_id, shop.cup)
    made = papers(db, shop.shipment_id)
    (purchase,) = made.supplier_invoices
    assert (purchase.supplier, purchase.name, purchase.net) == ("宁波钢杯厂", "保温杯", Decimal("2000.00"))
    declaration = next(paper for paper in made.papers if paper.kind == "customs_declaration")
    assert [line.supplier_name for line in declaration.goods] == ["宁波钢杯厂", ""]


def test_the_days_on_which_the_bank_is_closed_come_with_the_set(db: Database) -> None:
    shop = Declared(db)
    shipment = shop.shipment()
    with db.session(write=True) as session:
        calendar = Calendar(code="BANK", name_en="Bank", name_zh="银行")
        calendar.exceptions = [CalendarException(day=date(2026, 12, 25))]
        session.add(calendar)
    assert papers(db, shipment).holidays == (date(2026, 12, 25),)


def test_a_company_that_is_not_set_up_is_no_seller(db: Database) -> None:
    shop = CreditSet(db)
    shop.issue("commercial_invoice", "packing_list")
    shop.change(Company, shop.one(Company).id, name_en="")
    found = states(db, shop.shipment_id)
    assert (found["commercial_invoice"].problem, bool(found["bill_of_exchange"].problem)) == ("", True)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("EVER GIVEN / 021W", ("EVER GIVEN", "021W")),
        ("EVER GIVEN V.021W", ("EVER GIVEN", "021W")),
        ("EVER GIVEN VOY. NO. 021W", ("EVER GIVEN", "021W")),
        ("EVER GIVEN 021W", ("EVER GIVEN", "021W")),
        ("MSC OSCAR FY826R", ("MSC OSCAR", "FY826R")),
        ("COSCO SHIPPING", ("COSCO SHIPPING", "")),
        ("HANJIN 8", ("HANJIN 8", "")),
        ("", ("", "")),
    ],
)
def test_vessel_and_voyage(text: str, parts: tuple[str, str]) -> None:
    assert vessel_and_voyage(text) == parts


def test_weights_are_exact_and_volumes_as_printed() -> None:
    assert (str(kilograms(1500)), str(kilograms(1_000_000)), str(kilograms(1))) == ("1.5", "1000", "0.001")
    assert str(cubic_metres(8_592_499_999)) == "8.592"
    assert str(cubic_metres(1_500_000)) == "0.0015", "three decimals would say a third more"


def test_every_kind_that_is_checked_can_be_read_from_its_snapshot() -> None:
    assert paper_of(snapshot("quotation")) is None
    assert {"commercial_invoice", "packing_list", "customs_declaration"} <= set(CHECKED)


def test_container_and_seal_stand_on_the_booking(db: Database) -> None:
    shop = CreditSet(db)
    shop.issue("commercial_invoice", "packing_list", "booking_note")
    booking = next(paper for paper in papers(db, shop.shipment_id).papers if paper.ref == "booking_note")
    (one,) = booking.containers
    assert (one.number, one.seal, one.type_code) == (CONTAINER, SEAL, "40HQ")
