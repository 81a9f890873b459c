from __future__ import annotations

from dataclasses import replace

import pytest

from factory_erp.documents import render
from factory_erp.documents.stored import from_json, to_json
from factory_erp.domain.money import Money
from tests.documents.papers import ADVICE, CONTAINERS, not_found, outside, overlapping, paper, said, text_of


def test_every_value_is_on_the_paper():
    document = paper("shipping_advice", 6)
    stated = document.facts
    assert stated.buyer
    expected = [
        *said(ADVICE), *said(replace(stated.buyer, country="")), *stated.marks,
        *(part for one in CONTAINERS for part in (one.number, one.seal, one.type_code)),
        *(line.item_number for line in stated.lines), *(line.customer_item_number for line in stated.lines),
        *(text for line in stated.lines for text in said(line.description)), *said(stated.remarks),
        "19 Sep 2026", "27 Oct 2026", "MV Example Star / 046W", "CNNBG", "DKAAR", "4,980 PCS", "600 SETS",
        "CIF Aarhus (Incoterms 2020)", "HY-SC-2026-118", "LC2026/88/00417", "PO-77120", "135 cartons",
        Money(stated.total_minor, "USD").format(), "SHIPPING ADVICE", "装运通知",
    ]  # fmt: skip
    assert not_found(expected, render(document)) == []


@pytest.mark.parametrize(
    ("code", "place", "said_of_it"),
    [
        ("CIF", "Aarhus", "insured by us"),
        ("FOB", "Ningbo", "yours to arrange"),
        ("CFR", "Aarhus", "yours to arrange"),
    ],
)
def test_it_says_who_insures(code, place, said_of_it):
    document = paper("shipping_advice", 1, "en", trade_term_code=code, trade_term_place=place)
    assert not_found([said_of_it, f"{code} {place}"], render(document)) == []


def test_the_day_on_board_replaces_the_expected_one():
    told = text_of(render(paper("shipping_advice", 1, "en")))
    assert "ETD" not in told
    before = paper("shipping_advice", 1, "en", details=replace(ADVICE, on_board=None))
    assert "18Sep2026" in text_of(render(before))


def test_an_addressee_stands_as_it_was_written():
    document = paper("shipping_advice", 1, "en", details=replace(ADVICE, addressee="XYZ Insurance, Aarhus"))
    shown = text_of(render(document))
    assert "XYZInsurance,Aarhus" in shown
    assert "NordlysTradingGmbH" not in shown


def test_no_price_per_unit_is_on_it():
    assert "Unitprice" not in text_of(render(paper("shipping_advice", 6, "en")))


@pytest.mark.parametrize("count", [1, 8, 14, 15, 16, 17, 200])
def test_nothing_is_cut_or_overlaps(count):
    document = paper("shipping_advice", count)
    assert outside(document) == []
    assert overlapping(document) == []


@pytest.mark.parametrize("language", ["en", "zh_CN", "bilingual", "es", "ar", "vi"])
def test_the_same_snapshot_gives_the_same_bytes_in_every_language(language):
    document = paper("shipping_advice", language=language)
    assert render(document) == render(from_json(to_json(document)))
