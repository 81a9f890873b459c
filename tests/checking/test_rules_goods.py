"""Rules 17 to 22: sets that break them, and near misses that do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from factory_erp.checking.firm import Firm
from factory_erp.checking.papers import Cartons, Certificate, Charge, Goods, OriginForm, PaperSet
from tests.checking.samples import (
    BUYER,
    CREDIT,
    DECLARATION,
    GOOD,
    INVOICE,
    ORIGIN,
    findings,
    plus,
    with_credit,
    with_line,
    with_paper,
    with_part,
)

D = Decimal


def insurance(**fields: object) -> PaperSet:
    return with_part("insurance", "insurance", **fields)


def origin(**fields: object) -> PaperSet:
    return with_paper("certificate_of_origin", **fields)


def criterion(form: OriginForm, text: str) -> PaperSet:
    goods = tuple(replace(line, criterion=text) for line in ORIGIN.goods)
    return origin(goods=goods, certificate=Certificate(form=form))


def packing(**fields: object) -> PaperSet:
    return with_paper("packing_list", **fields)


def carton(index: int, papers: PaperSet = GOOD, **fields: object) -> PaperSet:
    return with_line("packing_list", index, papers, "cartons", **fields)


MIXED = Cartons(ranges="101-150", item_number="LID-1", quantity=D(50), net_kg=D(5), mixed=True)
WITH_MIXED = with_paper(
    "customs_declaration",
    packing(cartons=(*GOOD.papers[1].cartons, MIXED), net_kg=D(1325)),
    net_kg=D(1325),
)
IN_TWO = plus(
    replace(DECLARATION, ref="second", packages=50, gross_kg=D(400), net_kg=D(360)),
    papers=with_paper("customs_declaration", packages=100, gross_kg=D(1080), net_kg=D(960)),
)
DISCOUNTED = with_paper(
    "draft",
    with_paper("commercial_invoice", charges=(Charge("DISCOUNT", D(-1020)),), total=D(9180)),
    total=D(9180),
)
WITHOUT_CREDIT = replace(GOOD, credit=None)

BROKEN: dict[str, tuple[int, PaperSet, str]] = {
    "insured a cent below 110 %": (17, insurance(insured=D("11219.99")), "E"),
    "insured for less than the credit asks": (
        17,
        with_credit(documents=(CREDIT.documents[4].replace("110", "120"),)),
        "E",
    ),
    "insured on the discounted value": (
        17,
        with_part("insurance", "insurance", DISCOUNTED, insured=D(10098)),
        "E",
    ),
    "insured too low under CIF without a credit": (
        17,
        with_part("insurance", "insurance", WITHOUT_CREDIT, insured=D(10200)),
        "E",
    ),
    "insured in another currency": (17, insurance(currency="EUR"), "E"),
    "insured after shipment": (17, with_paper("insurance", date=date(2026, 8, 21)), "E"),
    "cover begins after shipment": (17, insurance(effective_on=date(2026, 8, 21)), "E"),
    "not endorsed": (17, insurance(endorsed=False), "E"),
    "covers half the way": (17, insurance(covers_to="SINGAPORE"), "E"),
    "origin for somebody else": (18, origin(consignee=Firm("SUEDHAUS AG")), "E"),
    "origin for nobody": (18, origin(consignee=None), "E"),
    "somebody else to notify": (18, origin(notify=Firm("SUEDHAUS AG")), "E"),
    "other goods": (18, origin(goods=(Goods(description="ROLLER BEARINGS"),)), "E"),
    "one of two certificates for a part": (
        18,
        plus(replace(ORIGIN, ref="second", goods=ORIGIN.goods[1:])),
        "E",
    ),
    "another quantity": (18, with_line("certificate_of_origin", 0, quantity=D(2300)), "E"),
    "another invoice": (18, origin(invoice_number="CI-2026-0816"), "E"),
    "no criterion on a Form E": (18, criterion("form_e", ""), "E"),
    "a criterion of another form": (18, criterion("form_e", "CTC"), "E"),
    "P on an RCEP certificate": (18, criterion("rcep", "P"), "E"),
    "WO on a Form A": (18, criterion("form_a", "WO"), "E"),
    "bill of lading with a carton less": (19, with_paper("bill_of_lading", packages=149), "E"),
    "declaration with a carton more": (19, with_paper("customs_declaration", packages=151), "E"),
    "carton lines do not add up": (19, carton(1, count=49, net_kg=None, gross_kg=None, volume_m3=None), "E"),
    "two declarations that do not add up": (19, with_paper("customs_declaration", IN_TWO, packages=99), "E"),
    "declaration lighter": (20, with_paper("customs_declaration", gross_kg=D(1470)), "E"),
    "bill of lading rounded": (
        20,
        with_paper("bill_of_lading", packing(gross_kg=D("1480.4"), cartons=()), gross_kg=D(1480)),
        "W",
    ),
    "gross of the lines is not the total": (20, carton(0, gross_kg=D(1081)), "E"),
    "weight of one carton as the total": (20, carton(0, gross_kg=D("10.8")), "E"),
    "declaration net": (21, with_paper("customs_declaration", net_kg=D(1319)), "E"),
    "net above gross on a line": (21, carton(0, net_kg_each=D(11), net_kg=D(1100)), "E"),
    "net above gross on a goods line": (
        21,
        with_line("packing_list", 0, net_kg=D(1100), gross_kg=D(1080)),
        "E",
    ),
    "net above gross in a mixed carton": (
        21,
        carton(2, WITH_MIXED, net_kg=D("40.01")),
        "E",
    ),
    "volume of a line two per cent off": (22, carton(0, volume_m3=D("6.120")), "E"),
    "volume of the list two per cent off": (22, packing(volume_m3=D("8.76")), "E"),
    "bill of lading with another volume": (22, with_paper("bill_of_lading", volume_m3=D("8.6")), "W"),
    "booking with another volume": (22, with_paper("booking_note", volume_m3=D("9.1")), "E"),
}

NEAR: dict[str, tuple[int, PaperSet]] = {
    "exactly 110 %": (17, insurance(insured=D("11220"))),
    "insured for more": (17, insurance(insured=D(12000))),
    "dated later, effective from shipment": (
        17,
        with_paper("insurance", insurance(effective_on=date(2026, 8, 20)), date=date(2026, 8, 22)),
    ),
    "dated on the day of shipment": (17, with_paper("insurance", date=date(2026, 8, 20))),
    "nothing known of endorsement": (17, insurance(endorsed=None)),
    "no endorsement asked for": (
        17,
        with_credit(insurance(endorsed=False), documents=("INSURANCE POLICY FOR 110 PCT",)),
    ),
    "warehouse to warehouse": (17, insurance(covers_to="BUYER'S WAREHOUSE IN HANNOVER")),
    "insured under FOB without a credit": (
        17,
        with_paper(
            "commercial_invoice",
            with_part("insurance", "insurance", WITHOUT_CREDIT, insured=D(1)),
            trade_term="FOB NINGBO",
        ),
    ),
    "origin to order": (18, origin(consignee=Firm("TO ORDER"))),
    "origin to whom it may concern": (18, origin(consignee=Firm("TO WHOM IT MAY CONCERN"))),
    "consignee abbreviated": (18, origin(consignee=replace(BUYER, name="Nordhaus Handels-GmbH"))),
    "goods misspelt": (18, origin(goods=(Goods(description="STEAL BOTTELS"),))),
    "two certificates that add up": (
        18,
        plus(
            replace(ORIGIN, ref="second", goods=ORIGIN.goods[1:]),
            papers=origin(goods=ORIGIN.goods[:1]),
        ),
    ),
    "goods in general terms": (
        18,
        origin(goods=(Goods(description="150 CARTONS OF MUGS"),)),
    ),
    "each of two certificates for the whole": (18, plus(replace(ORIGIN, ref="second"))),
    "quantity in kilograms": (18, with_line("certificate_of_origin", 0, quantity=D(960), unit="KGS")),
    "invoice number among others": (18, origin(invoice_number="CI-2026-0815 DATED AUG.15,2026")),
    "no criterion on a general certificate": (18, criterion("general", "")),
    "CTH on a Form E": (18, criterion("form_e", "CTH")),
    "45% on a Form E": (18, criterion("form_e", '"45%"')),
    "change of tariff with cumulation": (18, criterion("rcep", "CTC ACU")),
    "W with its heading on a Form A": (18, criterion("form_a", '"W" 73.23')),
    "two declarations that add up": (19, IN_TWO),
    "a paper that counts no packages": (19, with_paper("commercial_invoice", packages=None)),
    "a mixed carton counts once": (19, WITH_MIXED),
    "two declarations' weights": (20, IN_TWO),
    "trailing zeros": (20, with_paper("bill_of_lading", gross_kg=D("1480.000"))),
    "gross weight from the lines": (20, packing(gross_kg=None)),
    "no weights per carton": (20, carton(0, gross_kg_each=None)),
    "net weight of a mixed carton": (21, WITH_MIXED),
    "all net": (21, carton(0, net_kg_each=D("9.6"), gross_kg_each=D("9.6"), gross_kg=D(960))),
    "volume of a line half a per cent off": (22, carton(0, volume_m3=D("6.03"))),
    "volume not measured": (22, carton(0, length_cm=None)),
    "volume of the list from its lines": (22, packing(volume_m3=None)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_set_that_breaks_the_rule(name: str) -> None:
    rule, papers, severity = BROKEN[name]
    assert {finding.severity for finding in findings(rule, papers)} == {severity}


@pytest.mark.parametrize("name", NEAR)
def test_a_near_miss_is_no_finding(name: str) -> None:
    rule, papers = NEAR[name]
    assert findings(rule, papers) == []


@pytest.mark.parametrize("name", [name for name, (rule, *_) in BROKEN.items() if rule > 18])
def test_figures_are_compared_without_a_credit_too(name: str) -> None:
    rule, papers, _severity = BROKEN[name]
    assert findings(rule, replace(papers, credit=None))


def test_the_paper_that_differs_stands_beside_the_packing_list() -> None:
    (found,) = findings(19, with_paper("bill_of_lading", packages=149))
    assert found.documents == ("bill_of_lading", "packing_list")
    assert [place.value for place in found.places] == ["149", "150"]
    assert found.message == "The bill of lading counts 149 packages, the packing list 150."


def test_a_line_is_named_by_its_place() -> None:
    line, total = findings(22, carton(0, volume_m3=D("6.120")))
    assert line.fields == ("cartons[0].volume_m3", "cartons[0].length_cm")
    assert line.message == "The cartons measure 6 m³, but 6.12 m³ is stated."
    assert total.fields == ("volume_m3", "cartons")


def test_the_sample_is_insured_for_exactly_110_percent() -> None:
    assert INVOICE.total is not None
    assert INVOICE.total * 110 / 100 == D("11220.00")
