from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from pypdf import PdfReader

from factory_erp.documents import render
from factory_erp.documents.boxes import plain_ticks, ticks
from factory_erp.documents.snapshot import DocumentOptions
from factory_erp.documents.text import Wording
from tests.documents.papers import KINDS, by_language, marks_of, outside, overlapping, paper

HOSTILE = (
    "<b>&amp;</b><img src='file:///etc/passwd'/><para>",
    "\u202eمرحبا بالعالم\u202c שלום",
    "😀👩‍👩‍👧 emoji \x00\x07\ud800",
    "W" * 900,
    "保温杯" * 300,
    "{number} %s {0}",
    "\n" * 50,
    "(\\)) Tj ET %%EOF",
)
_CHOSEN = {"partial_shipment", "transshipment", "freight", "country"}


def filled(stated: Any, text: str) -> Any:
    """The record with *text* in every free text of it and of the records within it."""
    if isinstance(stated, str):
        return text
    if isinstance(stated, tuple):
        return (
            (("en", text), ("zh_CN", text))
            if by_language(stated)
            else tuple(filled(one, text) for one in stated)
        )
    if not is_dataclass(stated):
        return stated
    changes = {
        one.name: filled(getattr(stated, one.name), text) for one in fields(stated) if one.name not in _CHOSEN
    }
    return replace(stated, **changes)  # type: ignore[type-var]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", KINDS)
def test_any_text_is_drawn_as_text(kind, text):
    plain = paper(kind, 2)
    try:
        details = filled(plain.details, text)
    except ValueError:
        details = plain.details
    stated = replace(
        plain.facts, company=filled(plain.facts.company, text), consignee=filled(plain.facts.consignee, text),
        marks=(text, text), contract_number=text, lc_number=text, vessel_voyage=text, remarks=(("en", text),),
        containers=filled(plain.facts.containers, text), forwarder=text, bill_number=text,
    )  # fmt: skip
    hostile = replace(plain, facts=stated, details=details, number=text)
    assert render(hostile).startswith(b"%PDF")
    assert outside(hostile) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_says_so_on_every_page(kind):
    pages = marks_of(paper(kind, 30, "en"))
    assert not any(page.watermark for page in pages)
    unnumbered = replace(paper(kind, 30, "en"), number="")
    assert all(page.watermark for page in marks_of(unnumbered))


@pytest.mark.parametrize("kind", KINDS)
def test_pages_are_numbered(kind, tmp_path):
    file = tmp_path / "paper.pdf"
    file.write_bytes(render(paper(kind, 60, "en")))
    pages = PdfReader(file).pages
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page.extract_text()


@pytest.mark.parametrize(
    "language", ["en", "zh_CN", "bilingual", "es", "fr", "de", "pt", "ru", "ar", "ja", "vi", "th"]
)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_overlaps_in_any_language(kind, language):
    document = paper(kind, 3, language)
    assert outside(document) == []
    assert overlapping(document) == []


@pytest.mark.parametrize("kind", KINDS)
def test_hidden_boxes_and_clauses(kind):
    options = DocumentOptions(hidden=("lc_no",), clauses=((("en", "As our clause says."),),))
    document = replace(paper(kind, 2, "en"), options=options)
    shown = [mark.text for page in marks_of(document) for mark in page.texts]
    assert "L/C No." not in shown
    assert "As our clause says." in shown


def test_ticks():
    assert ticks(Wording("bilingual"), ("prepaid", "collect"), "collect") == [
        "○ prepaid    ● collect",
        "○ 预付    ● 到付",
    ]
    assert plain_ticks(("CY", "CFS"), "CY") == "● CY    ○ CFS"
    assert plain_ticks(("CY",), "RAMP") == "○ CY    ● RAMP"
    assert plain_ticks(("CY",), "") == "○ CY"
