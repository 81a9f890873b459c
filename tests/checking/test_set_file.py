from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.checking.engine import check
from factory_erp.checking.firm import Firm
from factory_erp.checking.papers import Goods, Paper, PaperSet
from factory_erp.checking.set_file import from_json, to_json
from factory_erp.domain.errors import InvalidValue
from tests.checking.samples import CREDIT, GOOD, with_paper

MT700 = """:20:LC26081234
:31C:260706
:31D:260925CHINA
:50:NORDHAUS HANDELS GMBH
SPEICHERSTRASSE 12
20457 HAMBURG, GERMANY
:59:NINGBO HAIYUE HOUSEWARE CO., LTD.
NINGBO, CHINA
:32B:USD10200,00
:44C:260831
"""


KEYS = ["papers", "kind", "credit", "goods", "date", "colour"]


def read(**data: Any) -> PaperSet:
    return from_json(json.dumps(data))[0]


def refused(**data: Any) -> InvalidValue:
    with pytest.raises(InvalidValue) as caught:
        read(**data)
    assert caught.value.message
    assert caught.value.remedy
    return caught.value


def test_a_set_written_and_read_again_is_the_same() -> None:
    again, unread = from_json(to_json(GOOD))
    assert again == replace(GOOD, papers=tuple(replace(paper, ref=paper.kind) for paper in GOOD.papers))
    assert unread == ()
    assert check(again) == ()


def test_findings_name_the_papers_as_the_file_does() -> None:
    broken = with_paper("commercial_invoice", currency="EUR", ref="invoice.pdf")
    assert check(from_json(to_json(broken))[0])[0].documents[0] == "invoice.pdf"


def test_figures_may_be_numbers_or_texts() -> None:
    paper = {"kind": "packing_list", "gross_kg": 1480.10, "net_kg": "1320.50", "packages": 150}
    (found,) = read(papers=[paper]).papers
    assert (found.gross_kg, found.net_kg, found.packages) == (Decimal("1480.1"), Decimal("1320.50"), 150)


def test_dates_are_iso_and_null_is_not_stated() -> None:
    (found,) = read(papers=[{"kind": "draft", "date": "2026-09-01", "total": None}]).papers
    assert (found.date, found.total) == (date(2026, 9, 1), None)


def test_a_firm_may_be_a_text() -> None:
    (found,) = read(papers=[{"kind": "other", "issuer": "ACME LTD\n1 Main Road\n\nLeeds, UK"}]).papers
    assert found.issuer == Firm("ACME LTD", ("1 Main Road", "Leeds, UK"))


def test_the_credit_may_be_the_text_of_its_message() -> None:
    papers, unread = from_json(json.dumps({"credit": MT700, "papers": []}))
    assert papers.credit is not None
    assert (papers.credit.number, papers.credit.amount) == ("LC26081234", Decimal("10200.00"))
    assert papers.credit.latest_shipment == date(2026, 8, 31)
    assert unread == ()


def test_what_of_the_message_cannot_be_read_is_said() -> None:
    _papers, unread = from_json(json.dumps({"credit": MT700.replace("260831", "268831"), "papers": []}))
    assert [one.tag for one in unread] == ["44C"]


def test_papers_without_a_name_are_named_by_kind() -> None:
    papers = read(papers=[{"kind": "draft"}, {"kind": "draft"}, {"kind": "draft", "ref": "third"}])
    assert [paper.name for paper in papers.papers] == ["draft", "draft-2", "third"]


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown key": ({"kind": "draft", "amount": 1}, "draft", "amount"),
    "unknown key below": ({"kind": "draft", "goods": [{}, {"colour": "red"}]}, "draft", "goods[1].colour"),
    "wrong kind": ({"kind": "invoice"}, "invoice", "kind"),
    "no kind": ({"ref": "A"}, "A", "kind"),
    "a text for a number": ({"kind": "draft", "total": "ten"}, "draft", "total"),
    "a number with exponent": ({"kind": "draft", "total": 1e30}, "draft", "total"),
    "true for a number": ({"kind": "draft", "total": True}, "draft", "total"),
    "too many decimals": ({"kind": "draft", "total": "0.0000000000001"}, "draft", "total"),
    "a fraction for a count": ({"kind": "draft", "originals": 1.5}, "draft", "originals"),
    "a number for a text": ({"kind": "draft", "currency": 840}, "draft", "currency"),
    "a fraction for a text": ({"kind": "draft", "currency": 8.5}, "draft", "currency"),
    "null for a text": ({"kind": "draft", "currency": None}, "draft", "currency"),
    "a date of another form": ({"kind": "draft", "date": "01.09.2026"}, "draft", "date"),
    "a day that is none": ({"kind": "draft", "date": "2026-02-30"}, "draft", "date"),
    "a text for a list": ({"kind": "draft", "marks": "N/M"}, "draft", "marks"),
    "a list for an object": ({"kind": "draft", "insurance": []}, "draft", "insurance"),
    "another choice": ({"kind": "draft", "freight": "paid"}, "draft", "freight"),
    "yes for true": ({"kind": "draft", "signed": "yes"}, "draft", "signed"),
    "the name of the credit": ({"kind": "draft", "ref": "letter_of_credit"}, "letter_of_credit", "ref"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_in_the_format_is_refused_with_document_and_field(name: str) -> None:
    paper, record, field = WRONG[name]
    error = refused(papers=[paper])
    assert (error.record, error.field) == (record, field)


def test_the_set_itself_is_read_as_strictly() -> None:
    assert refused(neutral="no").field == "neutral"
    assert refused(paper=[]).field == "paper"
    assert refused(papers={}).field == "papers"
    assert refused(papers=["invoice"]).record == "papers[0]"
    assert refused(credit={"ammount": 1}).field == "ammount"
    assert refused(credit={"amount": "1,000.00"}).record == "letter_of_credit"
    assert refused(credit=5).record == "letter_of_credit"
    assert refused(papers=[{"kind": "draft", "ref": "A"}, {"kind": "other", "ref": "A"}]).record == "A"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", "nul", '{"papers": []', "[" * 100_000, '{"papers": [], "papers": []}', "9" * 5000],
)
def test_a_file_that_is_no_such_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        from_json(text)
    assert caught.value.remedy


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "-Infinity", "1E400"])
def test_numbers_that_are_none_are_refused(figure: str) -> None:
    with pytest.raises(InvalidValue):
        from_json('{"papers": [{"kind": "draft", "total": ' + figure + "}]}")


@given(
    st.lists(
        st.builds(
            Paper,
            kind=st.sampled_from(["draft", "packing_list", "other"]),
            title=st.text(),
            total=st.none() | st.decimals(-(10**9), 10**9, places=4),
            date=st.none() | st.dates(),
            marks=st.lists(st.text()).map(tuple),
            signed=st.none() | st.booleans(),
            goods=st.lists(
                st.builds(Goods, description=st.text(), packages=st.none() | st.integers(-99, 10**9))
            ).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    st.booleans(),
)
def test_any_set_comes_back_as_it_was(papers: tuple[Paper, ...], neutral: bool) -> None:
    told = PaperSet(tuple(replace(p, ref=f"P{n}") for n, p in enumerate(papers)), CREDIT, neutral=neutral)
    assert from_json(to_json(told))[0] == told


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(KEYS), inner),
    max_leaves=20,
)


@given(JSON)
def test_any_json_is_read_or_refused_with_a_remedy(data: Any) -> None:
    try:
        found: PaperSet | str = from_json(json.dumps(data))[0]
    except InvalidValue as error:
        found = error.remedy
    assert found
