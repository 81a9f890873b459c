"""UBL twins are valid by the OASIS schemas, the invoice by the rules of EN 16931 too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from lxml import etree

from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.twins import ubl
from factory_erp.documents.twins.ubl_parts import COMMON
from factory_erp.domain.errors import InvalidValue
from tests.documents.samples import snapshot
from tests.documents.twins.samples import full, hostile
from tests.documents.twins.schematron import broken_rules
from tests.documents.twins.test_cii import exporter
from tests.shared import shared_path

TWINS: dict[str, Callable[[DocumentSnapshot], bytes]] = {
    "Invoice": ubl.invoice,
    "DespatchAdvice": ubl.despatch_advice,
    "PackingList": ubl.packing_list,
}


@cache
def schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(shared_path(f"edoc/ubl21/maindoc/UBL-{name}-2.1.xsd"))))


def tree_of(name: str, document: DocumentSnapshot) -> etree._Element:
    """The twin as a tree, after its schema."""
    tree = etree.fromstring(TWINS[name](document))
    schema(name).assertValid(tree)
    return tree


@pytest.mark.parametrize("name", TWINS)
@pytest.mark.parametrize(
    "document", [full(), hostile(full()), exporter(), snapshot(buyer=None, notify=None, marks=())]
)
def test_every_twin_is_valid(name: str, document: DocumentSnapshot):
    tree_of(name, document)
    assert TWINS[name](document) == TWINS[name](document)


@pytest.mark.parametrize(
    "document",
    [
        full(),
        hostile(full()),
        exporter(),
        snapshot(lc_number="LC-7001"),
        snapshot(payment_terms=(), bank=None),
    ],
)
def test_the_invoice_keeps_the_rules_of_en_16931(document: DocumentSnapshot):
    assert broken_rules(ubl.invoice(document), "ubl-2.1/EN16931-UBL-validation.xslt") == []


def test_the_invoice_states_lines_charges_and_total():
    document = full()
    tree = tree_of("Invoice", document)
    amounts = [
        Decimal(e.text or 0) for e in tree.iterfind(".//cac:InvoiceLine/cbc:LineExtensionAmount", COMMON)
    ]
    assert [int(amount * 100) for amount in amounts] == [line.amount_minor for line in document.facts.lines]
    assert Decimal(tree.findtext(".//cbc:PayableAmount", "", COMMON)) * 100 == document.facts.total_minor
    charges = [
        e.findtext("cbc:ChargeIndicator", "", COMMON) for e in tree.iterfind("cac:AllowanceCharge", COMMON)
    ]
    assert charges == ["true", "true", "false"]


def test_the_packing_list_states_cartons_contents_and_weights_and_no_price():
    document = full()
    tree = tree_of("PackingList", document)
    units = [
        u
        for u in tree.iterfind(".//cac:TransportHandlingUnit", COMMON)
        if u.find("cac:GoodsItem", COMMON) is not None
    ]
    assert [u.findtext("cbc:ID", "", COMMON) for u in units] == [
        c.carton_ranges for c in document.facts.cartons
    ]
    weights = sum(
        Decimal(w.text or 0) for w in tree.iterfind(".//cac:GoodsItem/cbc:GrossWeightMeasure", COMMON)
    )
    assert weights * 1000 == document.facts.gross_g
    assert b"Amount" not in ubl.packing_list(document)
    assert tree.findtext(".//cac:TransportEquipmentSeal/cbc:ID", "", COMMON) == "SL1"


def test_the_despatch_advice_has_a_line_for_each_carton_line_and_its_order():
    document = full()
    tree = tree_of("DespatchAdvice", document)
    lines = tree.findall("cac:DespatchLine", COMMON)
    assert len(lines) == len(document.facts.cartons)
    assert tree.findtext(".//cac:MaritimeTransport/cbc:VesselName", "", COMMON) == "MV Example Star"
    assert tree.findtext(".//cbc:JourneyID", "", COMMON) == "046W"


def test_papers_without_cartons_have_no_packing_twin():
    bare = snapshot(cartons=())
    for twin in (ubl.packing_list, ubl.despatch_advice):
        with pytest.raises(InvalidValue):
            twin(bare)
    with pytest.raises(InvalidValue):
        ubl.invoice(replace(snapshot(), kind="quotation"))
