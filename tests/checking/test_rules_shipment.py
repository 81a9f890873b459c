"""Rules 10 to 14 and 16: sets that break them, and near misses that do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from factory_erp.checking.findings import Finding
from factory_erp.checking.papers import Certificate, OriginForm, Paper, PaperSet, Tick
from factory_erp.checking.rules.shipment import deadline_of
from tests.checking.samples import (
    BILL,
    CREDIT,
    GOOD,
    INSPECTION,
    findings,
    plus,
    with_credit,
    with_paper,
    with_part,
    without,
)

SECOND_VOYAGE = replace(BILL, ref="second", vessel="EVER GIVEN", voyage="011W")
FUMIGATION = replace(INSPECTION, ref="fumigation", title="FUMIGATION CERTIFICATE")


def bill(**fields: object) -> PaperSet:
    return with_paper("bill_of_lading", **fields)


def presented(day: date, **fields: object) -> PaperSet:
    return replace(with_credit(**fields), presented_on=day)


def asked(*documents: str, papers: PaperSet = GOOD) -> PaperSet:
    return with_credit(papers, documents=documents, drafts_at="")


def conditions(*clauses: str, papers: PaperSet = GOOD) -> PaperSet:
    return with_credit(papers, conditions=clauses)


def origin_form(form: OriginForm, day: date, *ticks: Tick) -> PaperSet:
    certificate = Certificate(form=form, ticks=ticks)
    return with_paper("certificate_of_origin", certificate=certificate, date=day)


BROKEN: dict[str, tuple[int, PaperSet, str]] = {
    "on board a day late": (10, bill(on_board=date(2026, 9, 1)), "E"),
    "before the period": (
        10,
        with_credit(latest_shipment=None, shipment_period="BETWEEN 21 AUGUST 2026 AND 31 AUGUST 2026"),
        "E",
    ),
    "after the period": (
        10,
        with_credit(latest_shipment=None, shipment_period="FIRST HALF OF AUGUST 2026"),
        "E",
    ),
    "no on-board date": (10, bill(on_board=None), "E"),
    "no on-board date on the carrier's draft": (10, bill(on_board=None, date=None), "W"),
    "transshipment of loose cargo": (10, bill(transshipment="allowed", containers=()), "E"),
    "partial shipment shown": (10, bill(partial_shipment="allowed"), "E"),
    "two vessels": (10, plus(SECOND_VOYAGE), "E"),
    "booked too late": (10, with_paper("booking_note", without("bill_of_lading"), etd=date(2026, 9, 2)), "W"),
    "presented on the 22nd day": (11, presented(date(2026, 9, 11)), "E"),
    "presented after the days of 48": (11, presented(date(2026, 9, 2), presentation_days=12), "E"),
    "presented after expiry": (11, presented(date(2026, 9, 2), expires_on=date(2026, 9, 1)), "E"),
    "shipped after expiry": (
        11,
        replace(with_credit(expires_on=date(2026, 8, 19)), presented_on=None),
        "E",
    ),
    "another port of discharge": (12, bill(port_of_discharge="BREMERHAVEN, GERMANY"), "E"),
    "port of loading in another country": (12, bill(port_of_loading="HAIPHONG, VIETNAM"), "E"),
    "bill says any Chinese port": (12, bill(port_of_loading="ANY CHINESE PORT"), "E"),
    "port not named": (12, bill(port_of_loading=""), "E"),
    "place of delivery not named": (12, with_credit(place_of_delivery="HANNOVER, GERMANY"), "E"),
    "invoice with another port": (12, with_paper("commercial_invoice", port_of_loading="SHANGHAI"), "E"),
    "no insurance": (13, without("insurance"), "E"),
    "no draft": (13, without("draft"), "E"),
    "two originals of a full set of three": (13, bill(originals=2), "E"),
    "one copy too few": (13, with_paper("certificate_of_origin", copies=1), "E"),
    "no original": (13, with_paper("packing_list", originals=0, copies=3), "E"),
    "certificate unsigned": (13, with_paper("beneficiary_certificate", signed=False), "E"),
    "signed invoice unsigned": (13, with_paper("commercial_invoice", signed=False), "E"),
    "inspection certificate does not fumigate": (
        13,
        asked("INSPECTION CERTIFICATE", "FUMIGATION CERTIFICATE"),
        "E",
    ),
    "a paper of no known kind": (13, asked("PHOTOGRAPHS OF THE STUFFING"), "W"),
    "no credit number where it is asked": (14, with_paper("packing_list", lc_number=""), "E"),
    "another credit's number": (14, with_paper("packing_list", lc_number="LC26081243"), "E"),
    "another credit's number where none is asked": (
        14,
        conditions("INSURANCE AT APPLICANT'S RISK", papers=with_paper("packing_list", lc_number="LC1")),
        "W",
    ),
    "order number missing": (14, with_paper("commercial_invoice", order_numbers=(), marks=()), "E"),
    "wording missing": (14, conditions('ALL DOCUMENTS MUST STATE "COUNTRY OF ORIGIN CHINA"'), "E"),
    "date of the credit missing": (
        14,
        conditions(
            "ALL DOCUMENTS MUST BEAR L/C NUMBER AND DATE", papers=with_paper("packing_list", lc_date=None)
        ),
        "E",
    ),
    "invoice number missing": (
        14,
        conditions(
            "ALL DOCUMENTS MUST BEAR INVOICE NUMBER", papers=with_paper("insurance", invoice_number="")
        ),
        "E",
    ),
    "contract number missing": (14, conditions("INVOICE MUST BEAR CONTRACT NUMBER SC2026-082"), "E"),
    "no order number at all": (
        14,
        conditions(
            "PACKING LIST MUST INDICATE ORDER NUMBER",
            papers=with_credit(with_paper("packing_list", marks=()), documents=("PACKING LIST",)),
        ),
        "E",
    ),
    "invoice dated after presentation": (16, with_paper("commercial_invoice", date=date(2026, 9, 3)), "E"),
    "draft dated after expiry": (
        16,
        replace(with_paper("draft", date=date(2026, 9, 26)), presented_on=None),
        "E",
    ),
    "inspected after shipment": (
        16,
        with_part("certificate", "certificate", inspected_on=date(2026, 8, 21)),
        "E",
    ),
    "inspection dated after shipment": (
        16,
        with_paper("certificate", certificate=None, date=date(2026, 8, 21)),
        "E",
    ),
    "sent before it was shipped": (16, with_paper("beneficiary_certificate", date=date(2026, 8, 19)), "E"),
    "advice before shipment": (16, with_paper("shipping_advice", date=date(2026, 8, 19)), "W"),
    "packing list before the invoice": (16, with_paper("packing_list", date=date(2026, 8, 14)), "W"),
    "Form E four days late without its tick": (16, origin_form("form_e", date(2026, 8, 24)), "W"),
}

NEAR: dict[str, tuple[int, PaperSet]] = {
    "on board on the last day": (10, bill(on_board=date(2026, 8, 31))),
    "on or about": (10, with_credit(latest_shipment=None, shipment_period="ON OR ABOUT 25 AUGUST 2026")),
    "containers transshipped": (10, bill(transshipment="allowed")),
    "two bills of one voyage": (10, plus(replace(BILL, ref="second", date=date(2026, 8, 21)))),
    "two vessels where parts are allowed": (
        10,
        with_credit(plus(SECOND_VOYAGE), partial_shipments="allowed"),
    ),
    "booked in time": (10, without("bill_of_lading")),
    "presented on the 21st day": (11, presented(date(2026, 9, 10))),
    "expired on a Sunday": (11, presented(date(2026, 8, 31), expires_on=date(2026, 8, 30))),
    "closed for a holiday": (
        11,
        replace(presented(date(2026, 9, 2), expires_on=date(2026, 9, 1)), holidays=(date(2026, 9, 1),)),
    ),
    "day of presentation unknown": (11, replace(GOOD, presented_on=None)),
    "port without its country": (12, bill(port_of_discharge="HAMBURG")),
    "one of two ports": (12, with_credit(port_of_loading="SHANGHAI OR NINGBO, CHINA")),
    "any European port": (12, with_credit(port_of_discharge="ANY EUROPEAN PORT")),
    "invoice says any Chinese port": (12, with_paper("commercial_invoice", port_of_loading="CHINESE PORT")),
    "invoice names no port": (12, with_paper("commercial_invoice", port_of_loading="")),
    "insurance cared for by the applicant": (
        13,
        asked("PACKING LIST", "INSURANCE TO BE COVERED BY APPLICANT", papers=without("insurance")),
    ),
    "originals instead of copies": (13, with_paper("certificate_of_origin", originals=3, copies=0)),
    "triplicate as one original and two copies": (13, with_paper("packing_list", originals=1, copies=2)),
    "copy of an e-mail": (
        13,
        asked(
            "SHIPPING ADVICE: COPY OF E-MAIL SENT TO APPLICANT",
            papers=with_paper("shipping_advice", originals=0, copies=1),
        ),
    ),
    "numbers not stated": (13, with_paper("packing_list", originals=None, copies=None)),
    "unsigned invoice where no signature is asked": (
        13,
        asked("COMMERCIAL INVOICE IN TRIPLICATE", papers=with_paper("commercial_invoice", signed=False)),
    ),
    "two certificates by their titles": (
        13,
        asked("FUMIGATION CERTIFICATE", "INSPECTION CERTIFICATE", papers=plus(FUMIGATION)),
    ),
    "certificate under another title": (13, with_paper("beneficiary_certificate", title="STATEMENT")),
    "one paper for packing and weight": (13, asked("PACKING LIST", "WEIGHT LIST")),
    "credit number within the text": (
        14,
        with_paper("packing_list", lc_number="", text="DRAWN UNDER L/C NO. LC26081234 DATED 260706"),
    ),
    "credit number with a space": (14, with_paper("packing_list", lc_number="LC 26081234")),
    "all but the insurance": (
        14,
        conditions(
            "ALL DOCUMENTS EXCEPT INSURANCE POLICY MUST BEAR L/C NUMBER",
            papers=with_paper("insurance", lc_number=""),
        ),
    ),
    "contract number of the invoice": (
        14,
        conditions("PACKING LIST MUST BEAR CONTRACT NUMBER", papers=with_credit(goods="BOTTLES AND MUGS")),
    ),
    "some order number": (
        14,
        conditions(
            "PACKING LIST MUST INDICATE ORDER NUMBER",
            papers=with_credit(
                with_paper("packing_list", order_numbers=("77",)), documents=("PACKING LIST",)
            ),
        ),
    ),
    "booking is not for the bank": (14, with_paper("booking_note", lc_number="")),
    "wording in other letters": (
        14,
        conditions(
            'INVOICE MUST STATE "COUNTRY OF ORIGIN: CHINA"',
            papers=with_paper("commercial_invoice", text="Country of origin - China"),
        ),
    ),
    "older than the credit": (
        16,
        with_paper("packing_list", without("commercial_invoice"), date=date(2026, 6, 1)),
    ),
    "dated on the day of presentation": (16, with_paper("draft", date=date(2026, 9, 2))),
    "inspected before, certified after": (16, with_paper("certificate", date=date(2026, 8, 25))),
    "weighed after shipment": (
        16,
        with_paper(
            "certificate", title="WEIGHT CERTIFICATE", text="", certificate=None, date=date(2026, 8, 25)
        ),
    ),
    "certified before shipment what was done before": (
        16,
        with_paper("beneficiary_certificate", text="PACKED IN NEW CARTONS.", date=date(2026, 8, 16)),
    ),
    "Form E three days after": (16, origin_form("form_e", date(2026, 8, 23))),
    "RCEP issued retroactively": (16, origin_form("rcep", date(2026, 8, 24), "issued_retroactively")),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_set_that_breaks_the_rule(name: str) -> None:
    rule, papers, severity = BROKEN[name]
    assert severity in {finding.severity for finding in findings(rule, papers)}


@pytest.mark.parametrize("name", NEAR)
def test_a_near_miss_is_no_finding(name: str) -> None:
    rule, papers = NEAR[name]
    assert findings(rule, papers) == []


@pytest.mark.parametrize("rule", [10, 11, 13, 14])
def test_without_a_credit_the_rules_of_the_credit_say_nothing(rule: int) -> None:
    late = replace(bill(on_board=date(2027, 9, 1), signed=False), credit=None)
    assert findings(rule, late) == []


def test_dates_are_compared_without_a_credit_too() -> None:
    assert findings(16, replace(BROKEN["invoice dated after presentation"][1], credit=None))


def test_the_deadline_is_the_earlier_of_expiry_and_days_after_shipment() -> None:
    assert deadline_of(GOOD) == date(2026, 9, 10)
    assert deadline_of(with_credit(expires_on=date(2026, 9, 5))) == date(2026, 9, 7)
    assert deadline_of(replace(GOOD, credit=None)) is None


def test_a_missing_paper_is_named_with_the_clause_that_asks_for_it() -> None:
    (found,) = findings(13, without("insurance"))
    assert found.documents == ("insurance", "letter_of_credit")
    assert found.message == "The insurance document that the credit asks for is missing."
    assert found.places[1].field == "documents[4]"
    assert found.places[1].value.startswith("INSURANCE POLICY")


def test_a_second_paper_of_a_kind_counts_too() -> None:
    spare = Paper("packing_list", ref="spare", lc_number="LC26081234", date=date(2026, 8, 15))
    assert [found.severity for found in findings(13, plus(spare))] == []


def _of(found: list[Finding]) -> set[str]:
    return {finding.documents[0] for finding in found}


def test_every_paper_for_the_bank_is_looked_at_for_the_number() -> None:
    papers = replace(GOOD, papers=tuple(replace(paper, lc_number="", text="") for paper in GOOD.papers))
    kinds = {"booking_note", "customs_declaration", "vgm_declaration", "carton_label"}
    assert _of(findings(14, papers)) == {paper.kind for paper in GOOD.papers} - kinds


def test_the_dates_of_the_sample_are_what_the_cases_suppose() -> None:
    assert (BILL.on_board, CREDIT.latest_shipment) == (date(2026, 8, 20), date(2026, 8, 31))
    assert CREDIT.amount == Decimal("10200.00")
