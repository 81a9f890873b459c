"""Rules 36, 37, 39, 42, 43, 44 and 45: certificates, words and what must not be there, broken and nearly."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from factory_erp.checking.firm import Firm
from factory_erp.checking.papers import Certificate, Charge, Paper, PaperSet
from factory_erp.checking.rules.statements import currencies_in
from tests.checking.samples import BUYER, CREDIT, GOOD, findings, plus, with_credit, with_line, with_paper

D = Decimal


def certified(text: str) -> PaperSet:
    return with_paper("beneficiary_certificate", text=text)


SENT = "ONE SET OF NON-NEGOTIABLE DOCUMENTS {} TO THE APPLICANT BY COURIER WITHIN {} DAYS AFTER SHIPMENT."


@pytest.mark.parametrize(
    ("papers", "severity"),
    [
        (certified(SENT.format("MUST BE SENT", "3")), "E"),
        (certified(SENT.format("HAS BEEN SENT", "5")), "E"),
        (certified("WE CERTIFY THAT THE DOCUMENTS HAVE BEEN SENT."), "E"),
        (certified(SENT.format("HAS BEEN SENT", "3").replace("COURIER ", "")), "W"),
        (with_paper("beneficiary_certificate", signed=False), "E"),
    ],
)
def test_the_certificate_says_what_was_done(papers: PaperSet, severity: str) -> None:
    assert [finding.severity for finding in findings(36, papers)] == [severity]


@pytest.mark.parametrize(
    "papers",
    [
        certified(SENT.format("WAS DISPATCHED AND SENT", "THREE")),
        certified(
            "We certify: we sent 1 set of non negotiable documents by courier within 3 days after shipment"
        ),
        with_credit(documents=("BENEFICIARY'S CERTIFICATE IN DUPLICATE",)),
        replace(GOOD, credit=None),
    ],
)
def test_the_wording_need_not_be_a_mirror_image(papers: PaperSet) -> None:
    assert not findings(36, papers)


@pytest.mark.parametrize(
    "papers",
    [
        with_paper("commercial_invoice", words="SAY EUROS TEN THOUSAND TWO HUNDRED ONLY"),
        with_paper("draft", words="HONG KONG DOLLARS TEN THOUSAND TWO HUNDRED ONLY"),
        with_paper("commercial_invoice", words="美元壹万零贰佰元整"),
    ],
)
def test_the_words_name_the_currency_in_the_language_of_the_credit(papers: PaperSet) -> None:
    assert [finding.severity for finding in findings(37, papers)] == ["W"]


@pytest.mark.parametrize(
    "papers",
    [
        with_paper("commercial_invoice", words="SAY DOLLARS TEN THOUSAND TWO HUNDRED ONLY"),
        with_paper("draft", words="U.S. Dollars Ten Thousand Two Hundred Only"),
        with_paper("commercial_invoice", words="USD TEN THOUSAND TWO HUNDRED ONLY 美元壹万零贰佰元整"),
        replace(with_paper("commercial_invoice", words="美元壹万零贰佰元整"), credit=None),
    ],
)
def test_dollars_may_be_anybody_s(papers: PaperSet) -> None:
    assert not findings(37, papers)


def test_currencies_are_known_by_their_names() -> None:
    assert currencies_in("POUNDS STERLING TEN") == {"GBP"}
    assert {"USD", "HKD", "AUD"} <= currencies_in("DOLLARS TEN")
    assert currencies_in("人民币拾元整") == {"CNY"}
    assert currencies_in("TEN ONLY") == frozenset()


@pytest.mark.parametrize(
    ("papers", "field"),
    [
        (with_line("packing_list", 0, unit_price=D("3.20")), "goods[0].unit_price"),
        (with_paper("packing_list", total=D(10200)), "total"),
        (with_paper("packing_list", charges=(Charge("FREIGHT", D(800)),)), "charges[0].amount"),
        (with_paper("packing_list", text="VALUE USD 10,200.00"), "text"),
        (with_line("packing_list", 1, description="MUGS AT US$2.10/PC"), "goods[1].description"),
    ],
)
def test_a_packing_list_shows_no_price(papers: PaperSet, field: str) -> None:
    found = findings(39, papers)
    assert [finding.severity for finding in found] == ["E"]
    assert found[0].fields == (field,)


@pytest.mark.parametrize(
    "papers",
    [
        with_paper("packing_list", text="ALL 150 CARTONS, ON TOP 5 USED PALLETS"),
        with_paper("packing_list", words="SAY TOTAL ONE HUNDRED AND FIFTY CARTONS ONLY"),
        with_paper("bill_of_lading", total=D(800)),
    ],
)
def test_figures_that_are_no_prices(papers: PaperSet) -> None:
    assert not findings(39, papers)


def test_a_paper_that_nobody_asked_for_is_told() -> None:
    papers = with_credit(documents=CREDIT.documents[:3])
    assert {finding.documents[0] for finding in findings(42, papers)} == {
        "certificate_of_origin",
        "insurance",
        "beneficiary_certificate",
        "certificate",
    }
    assert {finding.severity for finding in findings(42, papers)} == {"I"}
    no_draft = findings(42, with_credit(drafts_at=""))
    assert [finding.documents[0] for finding in no_draft] == ["draft"]


@pytest.mark.parametrize(
    "papers",
    [
        plus(
            Paper("proforma_invoice"),
            Paper("sales_contract", number="SC2026-081"),
            Paper("booking_note", ref="2"),
        ),
        with_credit(documents=()),
        plus(
            Paper("other", title="LAB DIP REPORT"),
            papers=with_credit(documents=(*CREDIT.documents, "LAB DIP")),
        ),
        replace(GOOD, credit=None),
    ],
)
def test_a_booking_never_goes_to_the_bank(papers: PaperSet) -> None:
    assert not findings(42, papers)


TRADER = Firm("HARBOUR TRADING (HK) LTD", ("HONG KONG",), "HK")


def origin(papers: PaperSet = GOOD, **fields: Any) -> PaperSet:
    return with_paper("certificate_of_origin", papers, certificate=Certificate(**fields))


@pytest.mark.parametrize(
    "papers",
    [
        origin(form="form_e", third_party=TRADER.name),
        origin(form="rcep", ticks=("third_party_invoicing",)),
        origin(with_paper("commercial_invoice", issuer=TRADER), form="form_e"),
    ],
)
def test_third_party_invoicing_is_ticked_and_named(papers: PaperSet) -> None:
    assert [finding.severity for finding in findings(43, papers)] == ["W"]


@pytest.mark.parametrize(
    "papers",
    [
        origin(form="form_e", third_party=TRADER.name, ticks=("third_party_invoicing",)),
        origin(form="rcep"),
        origin(with_paper("commercial_invoice", issuer=TRADER), form="general"),
    ],
)
def test_the_exporter_s_own_invoice_needs_no_tick(papers: PaperSet) -> None:
    assert not findings(43, papers)


def form_e(criterion: str, fob: Decimal | None) -> PaperSet:
    goods = replace(GOOD.papers[3].goods[0], criterion=criterion, fob=fob)
    return with_paper("certificate_of_origin", origin(form="form_e"), goods=(goods,))


@pytest.mark.parametrize(
    ("criterion", "fob"), [("PE", D(7680)), ("WO", D(1)), ("CTH", D(0)), ("45%", None), ("RVC 60", None)]
)
def test_form_e_states_the_value_exactly_for_regional_content(criterion: str, fob: Decimal | None) -> None:
    assert [finding.severity for finding in findings(44, form_e(criterion, fob))] == ["E"]


@pytest.mark.parametrize(
    ("criterion", "fob"), [("PE", None), ("45%", D(7680)), ("PSR", D(7680)), ("PSR", None), ("", D(7680))]
)
def test_a_product_rule_may_have_a_value(criterion: str, fob: Decimal | None) -> None:
    assert not findings(44, form_e(criterion, fob))


@pytest.mark.parametrize(
    "papers",
    [
        origin(form="form_a", importing_country="DE"),
        origin(form="form_a", importing_country="GBR"),
        with_paper("certificate_of_origin", origin(form="form_a"), destination_country="Canada"),
        with_paper("certificate_of_origin", origin(form="form_a"), destination_country="", consignee=BUYER),
    ],
)
def test_most_countries_take_no_form_a_any_more(papers: PaperSet) -> None:
    assert [finding.severity for finding in findings(45, papers)] == ["W"]


@pytest.mark.parametrize(
    "papers",
    [
        origin(form="form_a", importing_country="Norway"),
        origin(form="form_a", importing_country="NZ"),
        origin(form="general", importing_country="DE"),
    ],
)
def test_norway_new_zealand_and_australia_still_do(papers: PaperSet) -> None:
    assert not findings(45, papers)
