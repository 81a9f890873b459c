"""Rules 28, 29, 30, 35, 38, 40 and 41: names, origins, codes and voyages, broken and nearly."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from factory_erp.checking.firm import Firm
from factory_erp.checking.papers import Draft, PaperSet
from tests.checking.samples import (
    BUYER,
    GOOD,
    MARKS,
    SELLER,
    findings,
    plus,
    with_line,
    with_paper,
    with_part,
    without,
)


def only(*kinds: str) -> PaperSet:
    return replace(GOOD, papers=tuple(paper for paper in GOOD.papers if paper.kind in kinds))


@pytest.mark.parametrize(
    "papers",
    [
        with_paper("packing_list", issuer=replace(SELLER, name="NINGBO HAIYEU HOUSEWARE CO., LTD.")),
        with_paper("bill_of_lading", notify=replace(BUYER, name="NORDHAUS HANDLES GMBH")),
        with_paper(
            "bill_of_lading", notify=replace(BUYER, address=("JUNGFERNSTIEG 4", "20354 HAMBURG, GERMANY"))
        ),
        replace(
            with_paper("packing_list", addressee=replace(BUYER, name="NORDHAUSE HANDELS GMBH")), credit=None
        ),
    ],
)
def test_a_misspelt_name_or_moved_applicant_is_to_be_looked_at(papers: PaperSet) -> None:
    assert [finding.severity for finding in findings(28, papers)] == ["W"]


@pytest.mark.parametrize(
    "papers",
    [
        with_paper("packing_list", issuer=replace(SELLER, name="Ningbo Haiyue Houseware Company Limited")),
        with_paper("bill_of_lading", notify=replace(BUYER, address=(*BUYER.address, "TEL: 0049 40 123456"))),
        with_paper("bill_of_lading", shipper=Firm("GLOBAL FREIGHT AGENCY LTD")),
        with_paper("packing_list", addressee=replace(BUYER, address=("P.O. BOX 5", "HAMBURG, GERMANY"))),
    ],
)
def test_abbreviations_telephones_and_other_shippers_are_no_error(papers: PaperSet) -> None:
    assert not findings(28, papers)


@pytest.mark.parametrize(
    "papers",
    [
        with_line("certificate_of_origin", 0, origin="VN"),
        with_line("customs_declaration", 0, origin="越南"),
        with_paper("carton_label", origin_country="", marks=(*MARKS, "MADE IN VIETNAM")),
        with_paper("carton_label", origin_country="TW"),
    ],
)
def test_the_origin_is_the_same_everywhere(papers: PaperSet) -> None:
    found = findings(29, papers)
    assert [finding.severity for finding in found] == ["E"]
    assert len(found[0].places) == 2


@pytest.mark.parametrize(
    "papers",
    [
        with_line("customs_declaration", 0, origin="CHN"),
        with_paper("carton_label", origin_country="P.R. China"),
        with_paper("carton_label", origin_country="", marks=(*MARKS, "MADE IN CHINA")),
        with_paper("certificate_of_origin", goods=(), origin_country="中国"),
    ],
)
def test_a_country_has_many_names(papers: PaperSet) -> None:
    assert not findings(29, papers)


@pytest.mark.parametrize(
    "papers",
    [
        with_line("certificate_of_origin", 0, hs_code="7615.10"),
        with_line("customs_declaration", 1, hs_code="7323990000"),
    ],
)
def test_the_first_six_digits_are_the_same(papers: PaperSet) -> None:
    assert {finding.severity for finding in findings(30, papers)} == {"W"}


@pytest.mark.parametrize(
    "papers",
    [
        with_line("certificate_of_origin", 0, hs_code="7323.93.00"),
        with_line("customs_declaration", 1, hs_code="7323939000"),
        with_line("commercial_invoice", 0, hs_code=""),
    ],
)
def test_further_digits_are_each_country_s_own(papers: PaperSet) -> None:
    assert not findings(30, papers)


@pytest.mark.parametrize(
    ("papers", "field"),
    [
        (with_paper("commercial_invoice", vessel="EVER GIVEN"), "vessel"),
        (with_paper("insurance", voyage="086W"), "voyage"),
        (with_paper("shipping_advice", etd=date(2026, 8, 22)), "etd"),
        (with_paper("vgm_declaration", vessel="EVER GLORY V.069W", voyage=""), "voyage"),
    ],
)
def test_one_vessel_voyage_and_departure(papers: PaperSet, field: str) -> None:
    found = findings(35, papers)
    assert [finding.severity for finding in found] == ["W"]
    assert found[0].fields == (field,)


@pytest.mark.parametrize(
    "papers",
    [
        with_paper("commercial_invoice", vessel="M/V EVER GLORY"),
        with_paper("insurance", vessel="Ever Glory V.068W", voyage=""),
        with_paper("certificate_of_origin", vessel="BY SEA"),
        with_paper("booking_note", voyage="VOY. 68W"),
    ],
)
def test_a_voyage_is_written_in_many_ways(papers: PaperSet) -> None:
    assert not findings(35, papers)


@pytest.mark.parametrize(
    ("papers", "severity"),
    [
        (with_line("certificate_of_origin", 0, description="STAINLESS STEEL BOTTLES 550ML"), "E"),
        (with_line("packing_list", 1, description="STAINLESS STEEL MUSG 350ML"), "W"),
        (with_paper("insurance", invoice_number="CI-2026-0851"), "E"),
        (with_paper("packing_list", contract_number="SC2026-018"), "E"),
        (with_paper("draft", lc_number="LC26081243"), "W"),
    ],
)
def test_other_digits_are_an_error_and_other_letters_a_slip(papers: PaperSet, severity: str) -> None:
    assert [finding.severity for finding in findings(38, papers)] == [severity]


@pytest.mark.parametrize(
    "papers",
    [
        with_line("certificate_of_origin", 0, description="Stainless-steel bottles, 500 ml"),
        with_line("certificate_of_origin", 0, description="HOUSEHOLD ARTICLES OF STEEL"),
        with_paper("insurance", invoice_number="INVOICE NO. CI-2026-0815"),
        with_paper("draft", lc_number=""),
    ],
)
def test_general_terms_and_punctuation_are_no_misspelling(papers: PaperSet) -> None:
    assert not findings(38, papers)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"issuer": SELLER, "signed": False}, "issuer"),
        ({"issuer": None, "signed": True}, "signed"),
        ({"issuer": None, "signed": False, "text": "PACKED BY NINGBO HAIYUE HOUSEWARE COMPANY LTD"}, "text"),
    ],
)
def test_a_neutral_packing_list_does_not_know_the_seller(changed: dict[str, object], field: str) -> None:
    papers = replace(
        with_paper("packing_list", only("packing_list", "commercial_invoice"), **changed), neutral=True
    )
    found = findings(40, papers)
    assert [finding.severity for finding in found] == ["W"]
    assert found[0].fields == (field,)


def test_only_papers_that_are_handed_on_are_neutral() -> None:
    papers = with_paper("packing_list", only("packing_list", "commercial_invoice"), issuer=None, signed=False)
    assert not findings(40, replace(papers, neutral=True))
    assert not findings(40, GOOD)


@pytest.mark.parametrize(
    ("papers", "field"),
    [
        (with_paper("commercial_invoice", number=""), "number"),
        (with_paper("bill_of_lading", consignee=None), "consignee"),
        (with_paper("draft", draft=Draft(tenor="SIGHT")), "draft.drawee"),
        (with_part("customs_declaration", "customs", trade_country=""), "customs.trade_country"),
        (replace(GOOD, watched_names=("Bank of China",)), "draft.payee"),
        (replace(GOOD, watched_names=("EVER GLORY",)), "vessel"),
    ],
)
def test_empty_fields_and_watched_names_are_to_be_looked_at(papers: PaperSet, field: str) -> None:
    found = findings(41, papers)
    assert found
    assert {finding.severity for finding in found} == {"W"}
    assert {name for finding in found for name in finding.fields} == {field}


@pytest.mark.parametrize(
    "papers",
    [
        with_paper("bill_of_lading", number=""),
        with_paper("commercial_invoice", addressee=None, buyer=BUYER),
        replace(GOOD, watched_names=("Bank of Chinatown", "Nordhaus Holding", " ")),
        without("draft"),
    ],
)
def test_a_draft_bill_has_no_number_yet_and_near_names_are_others(papers: PaperSet) -> None:
    assert not findings(41, papers)


def test_the_names_of_the_credit_are_watched_too() -> None:
    watched = findings(41, replace(GOOD, watched_names=("NORDHAUS HANDELS GMBH",)))
    assert {"letter_of_credit", "commercial_invoice"} <= {finding.documents[0] for finding in watched}


def test_a_second_invoice_has_its_own_number() -> None:
    second = replace(GOOD.papers[0], ref="invoice 2", number="CI-2026-0816")
    assert not findings(38, plus(second))
