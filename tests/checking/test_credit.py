"""What a credit asks for: its papers (46A), and what its texts fix and papers must show (45A, 47A)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.checking.credit import Credit
from factory_erp.checking.demands import demands, kind_of, kinds_in, read_demand
from factory_erp.checking.terms import (
    StatedPrice,
    StatedQuantity,
    StatedTerm,
    about_amount,
    must_bear,
    quantities,
    references,
    term_fits,
    trade_terms,
    unit_key,
    unit_prices,
)

D = Decimal


@pytest.mark.parametrize(
    ("clause", "kind", "originals", "copies"),
    [
        ("SIGNED COMMERCIAL INVOICE IN TRIPLICATE", "commercial_invoice", 1, 2),
        ("MANUALLY SIGNED INVOICE IN 6 COPIES INDICATING CONTRACT NO. 5", "commercial_invoice", 1, 5),
        ("PACKING LIST IN 3 ORIGINALS AND 3 COPIES", "packing_list", 3, 3),
        ("PACKING LIST IN ONE ORIGINAL AND TWO COPIES", "packing_list", 1, 2),
        ("PACKING LIST/WEIGHT MEMO IN QUADRUPLICATE", "packing_list", 1, 3),
        ("PACKING LIST IN THREE (3) FOLDS", "packing_list", 1, 2),
        ("2/3 SET OF CLEAN ON BOARD BILLS OF LADING", "bill_of_lading", 2, 0),
        ("FULL SET 3/3 ORIGINAL B/L PLUS 2 NON-NEGOTIABLE COPIES", "bill_of_lading", 3, 2),
        ("FULL SET OF CLEAN ON BOARD OCEAN BILLS OF LADING PLUS 3 N/N COPIES", "bill_of_lading", 1, 3),
        ("COPY OF BILL OF LADING", "bill_of_lading", 0, 1),
        ("2 COPIES OF INVOICE", "commercial_invoice", 0, 2),
        ("CERTIFICATE OF ORIGIN", "certificate_of_origin", 1, 0),
        ("GSP CERTIFICATE FORM A IN DUPLICATE", "certificate_of_origin", 1, 1),
        ("INSURANCE POLICY OR CERTIFICATE IN 2 ORIGINALS", "insurance", 2, 0),
        ("INSPECTION CERTIFICATE ISSUED BY SGS IN 1 ORIGINAL", "certificate", 1, 0),
        ("BENEFICIARY'S CERTIFICATE STATING THAT 1/3 ORIGINAL B/L WAS SENT", "beneficiary_certificate", 1, 0),
        ("CERTIFICATE FROM THE BENEFICIARY CONFIRMING SHIPMENT", "beneficiary_certificate", 1, 0),
        ("CERTIFICATE ISSUED BY THE BENEFICIARY IN DUPLICATE", "beneficiary_certificate", 1, 1),
        ("CERTIFICATE OF THE BENEFICIARY", "beneficiary_certificate", 1, 0),
        ("BENEFICIARY'S CERTIFICATE OF COMPLIANCE", "beneficiary_certificate", 1, 0),
        ("BENEFICIARY'S CERTIFICATE CERTIFYING THE WEIGHT", "beneficiary_certificate", 1, 0),
        ("CERTIFICATE OF WEIGHT ISSUED BY BENEFICIARY IN TRIPLICATE", "certificate", 1, 2),
        ("WEIGHT CERTIFICATE ISSUED BY THE BENEFICIARY", "certificate", 1, 0),
        ("BENEFICIARY'S INSPECTION CERTIFICATE", "certificate", 1, 0),
        ("BENEFICIARY'S CERTIFICATE OF QUALITY AND QUANTITY", "certificate", 1, 0),
        ("CERTIFICATE OF ORIGIN ISSUED BY BENEFICIARY", "certificate_of_origin", 1, 0),
        ("AIRWAY BILL IN DUPLICATE", "bill_of_lading", 1, 1),
        ("COPY OF FAX ADVISING SHIPMENT", "shipping_advice", 0, 1),
        ("AIR WAYBILL CONSIGNED TO APPLICANT", "bill_of_lading", 1, 0),
        ("LAB DIP APPROVED BY BUYER", "other", 1, 0),
    ],
)
def test_clauses_ask_for_papers(clause: str, kind: str, originals: int, copies: int) -> None:
    demand = read_demand(clause)
    assert (demand.kind, demand.originals, demand.copies) == (kind, originals, copies)


def test_a_full_set_is_all_that_were_issued() -> None:
    assert read_demand("FULL SET OF CLEAN ON BOARD BILLS OF LADING").full_set
    assert not read_demand("FULL SET LESS ONE ORIGINAL B/L").full_set
    assert not read_demand("2/3 SET OF B/L").full_set


def test_who_must_sign_and_who_counts() -> None:
    assert read_demand("SIGNED INVOICE").signed
    assert not read_demand("UNSIGNED INVOICE").signed
    assert not read_demand("INVOICE CERTIFYING THAT IT IS SIGNED").signed
    assert not read_demand("PACKING LIST").counted
    assert read_demand("PACKING LIST IN DUPLICATE").counted


def test_insurance_of_the_buyer_is_no_paper_of_ours() -> None:
    credit = Credit(documents=("INSURANCE COVERED BY THE APPLICANT", " . ", "INVOICE"))
    assert [demand.kind for demand in demands(credit)] == ["commercial_invoice"]


def test_the_paper_named_first_is_the_one() -> None:
    assert kind_of("INVOICE AS PER PROFORMA INVOICE NO. 5") == "commercial_invoice"
    assert kind_of("PROFORMA INVOICE") == "proforma_invoice"
    assert set(kinds_in("ALL EXCEPT DRAFT AND INVOICE")) == {"draft", "commercial_invoice"}


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("CIF HAMBURG, GERMANY AS PER INCOTERMS 2020", [StatedTerm("CIF", "HAMBURG, GERMANY", "2020")]),
        ("FOB NINGBO", [StatedTerm("FOB", "NINGBO")]),
        ("TRADE TERM: C&F DUBAI (INCOTERMS® 2010)", [StatedTerm("CFR", "DUBAI", "2010")]),
        ("PRICE: CNF LAGOS.", [StatedTerm("CFR", "LAGOS")]),
        ("1,000 PCS AT USD 5.00/PC FOB PORT OF SHANGHAI, CHINA", [StatedTerm("FOB", "SHANGHAI, CHINA")]),
        ("TOTAL CIF VALUE USD 10000 CIF ROTTERDAM", [StatedTerm("CIF", "ROTTERDAM")]),
        ("CIF", [StatedTerm("CIF")]),
        ("SCIFI BOOKS, FOBS FOR KEYS", []),
    ],
)
def test_trade_terms_are_read_with_place_and_version(text: str, terms: list[StatedTerm]) -> None:
    assert list(trade_terms(text)) == terms


def test_terms_fit_by_code_place_and_version() -> None:
    asked = StatedTerm("CIF", "HAMBURG, GERMANY", "2020")
    assert term_fits(asked, StatedTerm("CIF", "HAMBURG", "2020"))
    assert not term_fits(asked, StatedTerm("CIF", "HAMBURG"))
    assert not term_fits(asked, StatedTerm("CFR", "HAMBURG", "2020"))
    assert not term_fits(asked, StatedTerm("CIF", "ROTTERDAM", "2020"))
    assert not term_fits(asked, StatedTerm("CIF", "", "2020"))
    assert term_fits(StatedTerm("FOB", "ANY CHINESE PORT"), StatedTerm("FOB", "QINGDAO", "2020"))


def test_prices_and_quantities_of_the_goods() -> None:
    text = "ABOUT 6,000 PCS OF PANS 18 CM AT USD 4.50/PC\n3000 SETS AT US$12 PER SET, G.W. 500 KGS"
    assert unit_prices(text) == (StatedPrice("USD", D("4.50"), "PC"), StatedPrice("USD", D(12), "SET"))
    assert quantities(text) == (
        StatedQuantity(D(6000), "PC", about=True),
        StatedQuantity(D(3000), "SET"),
        StatedQuantity(D(500), "KGM"),
    )


def test_units_have_one_word() -> None:
    assert {unit_key(text) for text in ("pcs", "PIECES", "H87", "件", "pc.", "011")} == {"PC"}
    assert {unit_key(text) for text in ("KGS", "千克", "035", "KGM")} == {"KGM"}
    assert unit_key("XYZ") == "XYZ"


def test_about_concerns_the_figure_it_stands_before() -> None:
    assert about_amount(Credit(additional_amounts="ABOUT USD 50000"))
    assert about_amount(Credit(conditions=("APPROXIMATELY TOTAL AMOUNT USD 5000 ACCEPTED",)))
    assert not about_amount(Credit(goods="ABOUT 500 PCS", conditions=("ABOUT 5 DAYS",)))


def test_39b_bars_any_excess() -> None:
    credit = Credit(amount=D(1000), tolerance_plus=D(10), max_amount_words="NOT EXCEEDING")
    assert credit.largest_amount == 1000
    assert Credit().largest_amount is None
    assert Credit().smallest_amount is None


def test_numbers_are_found_by_their_names() -> None:
    assert references("AS PER P/O NO. 4500-18 AND S/C NO.: SC2026-081", "order_number") == ("4500-18",)
    assert references("AS PER P/O NO. 4500-18 AND S/C NO.: SC2026-081", "contract_number") == ("SC2026-081",)
    assert references("PURCHASE ORDER NUMBER IS 77812", "order_number") == ("77812",)
    assert references("ORDER NUMBER AND DATE", "order_number") == ()


def bearing(*conditions: str, documents: tuple[str, ...] = ()) -> list[tuple[str, str, tuple[str, ...]]]:
    credit = Credit(conditions=conditions, documents=documents)
    return [(one.what, one.value, one.kinds) for one in must_bear(credit)]


def test_all_documents_or_those_named_must_bear_something() -> None:
    assert bearing("ALL DOCUMENTS MUST BEAR THIS L/C NUMBER.") == [("lc_number", "", ())]
    assert bearing("INVOICE AND PACKING LIST MUST SHOW PO NO. 4500018") == [
        ("order_number", "4500018", ("commercial_invoice", "packing_list"))
    ]
    assert bearing('ALL DOCUMENTS TO STATE "GOODS OF CHINESE ORIGIN"') == [
        ("wording", "GOODS OF CHINESE ORIGIN", ())
    ]
    assert bearing("THE NUMBER OF THIS CREDIT AND PO NO. 55 MUST APPEAR ON INVOICE AND DRAFT") == [
        ("lc_number", "", ("commercial_invoice", "draft")),
        ("order_number", "55", ("commercial_invoice", "draft")),
    ]
    assert bearing(documents=("INVOICE INDICATING CONTRACT NO. SC-7",)) == [
        ("contract_number", "SC-7", ("commercial_invoice",))
    ]


def test_a_clause_may_leave_papers_out_or_ask_nothing() -> None:
    credit = Credit(conditions=("ALL DOCUMENTS EXCEPT DRAFT MUST INDICATE OUR CREDIT NUMBER AND ITS DATE",))
    first = must_bear(credit)[0]
    assert first.asks("packing_list")
    assert not first.asks("draft")
    assert bearing("DOCUMENTS MUST NOT SHOW THE L/C NUMBER") == []
    assert bearing("A FEE OF USD 60 WILL BE DEDUCTED", "T/T REIMBURSEMENT NOT ALLOWED") == []


@given(st.text(max_size=200))
def test_no_text_is_too_strange(text: str) -> None:
    credit = Credit(goods=text, documents=(text,), conditions=(text, f"ALL DOCUMENTS MUST SHOW {text}"))
    assert demands(credit) is not None
    assert must_bear(credit) is not None
    assert trade_terms(text) is not None
    assert unit_prices(text) is not None
    assert quantities(text) is not None
