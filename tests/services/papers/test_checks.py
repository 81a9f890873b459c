"""Findings with names and links, and how much a check asks the database."""

from __future__ import annotations

import pytest

from factory_erp.domain.errors import NotFound
from factory_erp.models.database import Database
from factory_erp.models.documents import Document
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.paper_checks import checks
from factory_erp.services.paper_checks.checks import check_shipment
from tests.services.papers.credit_set import CreditSet
from tests.services.papers.declared import GLASS, STEEL, Declared
from tests.statements import statements


def test_a_finding_shows_the_two_places_and_leads_to_them(db: Database) -> None:
    shop = CreditSet(db)
    shop.others()
    shop.retype("bill_of_lading", port_of_discharge="ROTTERDAM")
    (found,) = [one for one in shop.check().findings if one.rule == 12 and "credit" in one.message]
    assert (found.severity, found.title) == ("E", "Ports as in the credit")
    assert found.article == "UCP 600 art. 20(a)(iii)"
    bill, credit = found.places
    assert (bill.ref, bill.document, bill.field, bill.value, bill.foreign) == (
        "bill_of_lading", "Bill of lading", "port_of_discharge", "ROTTERDAM", True,
    )  # fmt: skip
    assert (bill.kind, bill.link) == ("bill_of_lading", f"erp://shipping/{shop.shipment_id}")
    assert (credit.ref, credit.document, credit.link) == (
        "letter_of_credit", "Letter of credit", f"erp://credits/{shop.credit}",
    )  # fmt: skip
    assert found.documents == ("bill_of_lading", "letter_of_credit")
    assert found.fields == ("port_of_discharge",)


def test_a_paper_that_is_missing_is_named_by_its_kind(db: Database) -> None:
    shop = CreditSet(db)
    missing = [one.places[0] for one in shop.check().findings if one.rule == 13]
    assert {place.ref: place.document for place in missing} == {
        "bill_of_lading": "Bill of lading",
        "insurance": "Insurance document",
    }
    assert {place.kind for place in missing} == {""}


def test_abbreviations_keep_their_capitals(db: Database) -> None:
    names = {
        ref: checks._name(ref) for ref in ("vgm_declaration", "bill_of_lading", "supplier_invoices", "x")
    }
    assert names == {
        "vgm_declaration": "VGM declaration",
        "bill_of_lading": "Bill of lading",
        "supplier_invoices": "Suppliers' VAT invoices",
        "x": "Shipment",
    }


def test_an_issued_document_of_a_later_version_is_told(db: Database) -> None:
    shop = CreditSet(db)
    issuing.issue(shop.shipment_id)
    (invoice,) = (one for one in shop.all(Document, state="issued") if one.kind == "commercial_invoice")
    shop.change(Document, invoice.id, snapshot='{"format": 99}')
    told = {one.ref: one.problem for one in check_shipment(shop.shipment_id).papers if one.problem}
    assert list(told) == ["commercial_invoice"]


def test_a_draft_need_not_have_a_number_yet(db: Database) -> None:
    shop = Declared(db)
    shipment = shop.shipment()
    view = check_shipment(shipment)
    assert (view.findings, view.credit, view.count("E")) == ((), "", 0)


def test_a_shipment_that_is_not_there(db: Database) -> None:
    with pytest.raises(NotFound):
        check_shipment(4711)


def test_checking_a_large_shipment_asks_no_more_often(db: Database) -> None:
    """3 orders of 40 lines: hardly more than for three lines, as the window checks while one types."""
    shop = CreditSet(db)
    customer = shop.customer("BIG")
    orders = []
    for number in range(3):
        items = [
            shop.goods(f"S{number}-{line}", (STEEL, GLASS)[line % 2], f"杯子{line}")
            for line in range(14 if number else 12)
        ]
        orders.append(shop.order(customer, [(item, "480", "1.25") for item in items]))
    shipment = shop.packed(*orders)
    small = shop.packed(*(shop.order(customer, [(items[0], "480", "1.25")]) for _order in orders))
    with statements(db) as for_one_line:
        check_shipment(small)
    with statements(db) as for_many:
        view = check_shipment(shipment)
    assert view.findings == ()
    assert len(for_many) <= len(for_one_line) + 6
