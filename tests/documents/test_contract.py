from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from pypdf import PdfReader

from factory_erp.documents import render
from factory_erp.documents.contract import default_clauses
from factory_erp.documents.details.trade import Clause, ContractTerms
from factory_erp.documents.facts import ShipmentFacts, texts
from factory_erp.documents.snapshot import DocumentOptions
from factory_erp.documents.stored import from_json, to_json
from factory_erp.domain.errors import InvalidValue
from tests.documents.papers import TERMS, marks_of, not_found, outside, overlapping, paper, said, text_of
from tests.documents.samples import facts

AGREEMENTS = ("proforma_invoice", "sales_contract")


def stated_values(stated: ShipmentFacts) -> list[str]:
    """What either paper must say of the shipment."""
    assert stated.buyer
    assert stated.bank
    return [
        *said(replace(stated.company, country="")),
        *said(replace(stated.consignee, country="")),
        *said(replace(stated.buyer, country="")),
        *said(stated.bank),
        *(line.item_number for line in stated.lines),
        *(text for line in stated.lines for text in said(line.description)),
        *said(stated.payment_terms),
        *said(stated.remarks),
        *(text for charge in stated.charges for text in said(charge.label)),
        *stated.marks,
        *stated.order_numbers,
        "PO-77120",
        stated.lc_number,
        "CIF Aarhus (Incoterms 2020)",
        "CNNBG",
        "DKAAR",
        "Denmark",
        "USD 61,918.21",
        "SAY US DOLLARS SIXTY-ONE THOUSAND NINE HUNDRED AND EIGHTEEN AND CENTS TWENTY-ONE ONLY",
        "美元陆万壹仟玖佰壹拾捌元贰角壹分",
    ]


@pytest.mark.parametrize("kind", AGREEMENTS)
def test_every_value_is_on_the_paper(kind):
    document = paper(kind, 20)
    expected = [
        *stated_values(document.facts),
        *said(replace(TERMS, partial_shipment="", transshipment="")),
        "HY-2026-00042", "12 Sep 2026", "15 Oct 2026", "2,379.47", "59,538.74", "5 % more or less", "增减",
        "not allowed", "不允许",
    ]  # fmt: skip
    assert not_found(expected, render(document)) == []


def test_titles():
    assert "PROFORMAINVOICE形式发票" in text_of(render(paper("proforma_invoice")))
    assert "SALESCONTRACT售货合同" in text_of(render(paper("sales_contract")))
    confirmed = paper("sales_contract", details=replace(TERMS, confirmation=True))
    assert "SALESCONFIRMATION销售确认书" in text_of(render(confirmed))
    assert "SALESCONTRACT" not in text_of(render(confirmed))


def test_a_proforma_invoice_says_what_it_is_subject_to_and_both_sides_sign():
    shown = text_of(render(paper("proforma_invoice", language="en")))
    for text in (
        "subject to our final confirmation",
        "It stands until 15 Oct 2026",
        "when the deposit of USD 2,379.47 has arrived",
        "BuyerForandonbehalfof",
    ):
        assert text.replace(" ", "") in shown
    assert shown.count("Authorisedsignatureandstamp") == 2


def test_terms_that_were_not_agreed_leave_no_box():
    shown = text_of(
        render(paper("proforma_invoice", language="en", details=ContractTerms(), lc_number="", remarks=()))
    )
    for label in ("Deposit", "Moreorless", "Partialshipment", "Insurance", "Validuntil", "L/CNo."):
        assert label not in shown


def test_the_usual_clauses_stand_where_no_others_were_agreed():
    bare = paper("sales_contract", details=ContractTerms(), lc_number="")
    shown = text_of(render(bare))
    clauses = default_clauses("CIF")
    texts_of_it = [text for clause in clauses for text in said(clause)]
    ends = [end for text in texts_of_it for end in (text[:12], text[-12:])]  # a page may end between them
    assert not_found(ends, render(bare)) == []
    assert "CIETAC" in shown
    assert "within30days" in shown
    assert "within15days" in shown
    assert "irrevocable" not in shown
    assert "irrevocable" in text_of(render(paper("sales_contract")))


def test_who_insures_follows_the_trade_term():
    seller, buyer = (default_clauses(code)[0] for code in ("CIP", "FOB"))
    assert dict(seller.text)["en"].startswith("The seller insures")
    assert dict(buyer.text)["en"].startswith("The buyer insures")
    with pytest.raises(InvalidValue, match="Incoterms"):
        default_clauses("C&F")


def test_default_clauses_come_in_the_languages_asked_for():
    clauses = default_clauses("FOB", by_credit=True, languages=("en", "zh_CN"))
    assert [dict(clause.heading)["en"] for clause in clauses] == [
        "Insurance",
        "Letter of credit",
        "Claims about quality and quantity",
        "Force majeure",
        "Arbitration",
        "Originals of this contract",
    ]
    assert all(dict(clause.text)["zh_CN"] for clause in clauses)


def test_other_clauses_replace_the_usual_ones_and_the_customers_are_added():
    own = (
        Clause(texts({"en": "Samples", "zh_CN": "样品"}), texts({"en": "Two of each.", "zh_CN": "各两件。"})),
    )
    document = paper("sales_contract", details=replace(TERMS, clauses=own))
    document = replace(document, options=DocumentOptions(clauses=(texts({"en": "As per LC 47A."}),)))
    shown = text_of(render(document))
    assert "Twoofeach.各两件。" in shown
    assert "AsperLC47A." in shown
    assert "Otherconditions" in shown
    assert "CIETAC" not in shown


def many_clauses() -> tuple[Clause, ...]:
    """Forty clauses of one to six sentences."""
    return tuple(
        Clause(
            texts({"en": f"Heading {i}", "zh_CN": f"标题 {i}"}),
            texts({"en": f"Sentence {i} of it. " * (i % 6 + 1), "zh_CN": f"第 {i} 条内容。" * (i % 5 + 1)}),
        )
        for i in range(40)
    )


def test_forty_clauses_flow_over_pages_and_none_is_lost():
    document = paper("sales_contract", 20, details=replace(TERMS, clauses=many_clauses()))
    data = render(document)
    assert not_found([f"{10 + i}.Heading{i}" for i in range(40)], data) == []
    assert not_found([dict(clause.text)["en"] for clause in many_clauses()], data) == []
    assert outside(document) == []
    assert overlapping(document) == []
    last = [mark.text for mark in marks_of(document)[-1].texts]
    assert "Ningbo Haiyue Drinkware Co., Ltd." in last
    assert any(text.startswith("Nordlys Trading") for text in last)


@pytest.mark.parametrize("kind", AGREEMENTS)
@pytest.mark.parametrize("count", [1, 2, 3, 5, 9, 14, 19, 20, 60])
def test_totals_keep_an_item_and_nothing_overlaps(kind, count):
    document = paper(kind, count)
    page = next(p for p in marks_of(document) if any(m.text.startswith("TOTAL") for m in p.texts))
    items = {line.item_number for line in document.facts.lines}
    assert items & {mark.text for mark in page.texts}
    assert outside(document) == []
    assert overlapping(document) == []


@pytest.mark.parametrize("kind", AGREEMENTS)
def test_long_names(kind):
    stated = facts(2)
    long = replace(
        stated.company, name="Very Long Name of a Factory " * 8, name_local="宁波𫖮𬭎金属制品有限公司" * 9
    )
    document = paper(kind, 2, company=long, buyer=replace(long, address_lines=("Street " * 60,)))
    assert outside(document) == []
    assert overlapping(document) == []
    assert not_found([long.name, long.name_local], render(document)) == []
    assert text_of(render(document)).count("Street") == 60


@pytest.mark.parametrize("language", ["en", "zh_CN", "bilingual", "de", "ar", "th"])
@pytest.mark.parametrize("kind", AGREEMENTS)
def test_the_same_snapshot_gives_the_same_bytes_in_every_language(kind, language):
    document = paper(kind, 4, language)
    data = render(document)
    assert data == render(from_json(to_json(document)))
    assert data.startswith(b"%PDF")


def test_a_contract_is_never_neutral():
    neutral = replace(paper("sales_contract"), options=DocumentOptions(neutral=True))
    assert not_found(["Ningbo Haiyue Drinkware Co., Ltd."], render(neutral)) == []


@pytest.mark.parametrize(
    "wrong",
    [{"tolerance_percent": Decimal(-1)}, {"tolerance_percent": Decimal("NaN")}, {"deposit_minor": -1}],
)
def test_impossible_terms_are_refused(wrong):
    with pytest.raises(InvalidValue):
        ContractTerms(**wrong)


def test_a_deposit_above_the_total_is_refused():
    with pytest.raises(InvalidValue, match="deposit"):
        render(paper("proforma_invoice", 1, details=ContractTerms(deposit_minor=10**9)))


def test_a_short_proforma_invoice_fills_one_page(tmp_path):
    file = tmp_path / "pi.pdf"
    plain = paper(
        "proforma_invoice", 3, "en", details=ContractTerms(), charges=(), total_minor=636_720, marks=()
    )
    file.write_bytes(render(replace(plain, facts=replace(plain.facts, cartons=()))))
    assert len(PdfReader(file).pages) == 1
