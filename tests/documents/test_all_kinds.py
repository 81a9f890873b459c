"""Every kind of document in every language: nothing cut, nothing overlapping, and read as it was written."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import replace

import pytest

from factory_erp.documents import render
from factory_erp.documents.customs_building import build_declarations
from factory_erp.documents.fonts import meant_by
from factory_erp.documents.layout import MARGIN_X
from factory_erp.documents.snapshot import DocumentSnapshot, Kind
from factory_erp.documents.text import Wording
from factory_erp.documents.typeset import MISSING
from tests.documents.customs_samples import answers, declared, item_answers
from tests.documents.every_kind import (
    ALL_KINDS,
    ALL_LANGUAGES,
    NAMES,
    Drawn,
    draw,
    facts_stated,
    outside,
    overlapping,
    plain,
    read,
    sample,
)
from tests.documents.samples import facts

LABEL_MARGIN = 2.0
"""Points; a label has no frame of its own."""

OF_THEIR_OWN = {
    "beneficiary_certificate",
    "bill_of_exchange",
    "carton_labels",
    "customs_declaration",
    "declaration_elements",
    "loading_plan",
    "purchase_order",
    "shipping_marks",
    "vgm_declaration",
}
"""Kinds that do not list the goods of the shipment by their names."""

PAIRED = re.compile(r"[()\[\]{}<>«»]")
"""Marks that look the other way in a text from right to left: which one is read is the reader's choice."""


def faults(drawn: Drawn, kind: Kind) -> list[object]:
    """What no document may have: texts out of the frame, over each other, or without their characters."""
    margin = LABEL_MARGIN if kind == "carton_labels" else MARGIN_X
    unknown = [mark.text for page in drawn.pages for mark in page if MISSING in mark.text]
    return [*outside(drawn, margin), *overlapping(drawn), *unknown]


def letters(text: str) -> Counter[str]:
    """How often each character is there, however a reader orders lines and marks."""
    meant = "".join(meant_by(char) for char in text)
    return Counter(PAIRED.sub("", plain(meant)))


def put_in(drawn: Drawn) -> Counter[str]:
    """The characters of all texts that were drawn."""
    return letters("".join(mark.text for page in drawn.pages for mark in page))


def words(text: str) -> list[str]:
    """The words of *text*: punctuation between two directions is the reader's to place."""
    found = re.findall(r"[\w\u0300-\u036f\u0e31-\u0e4e]+", text)
    return [unicodedata.normalize("NFKD", word) for word in found]


def unread(texts: list[str], shown: str, *, from_right: bool = False) -> list[str]:
    """The words of *texts* that are not *shown*.

    In a line from right to left readers put the letters and figures of one word ("DE123456789") as they like.
    """
    found = plain(shown)
    wanted = [word for text in texts for word in words(text)]
    if from_right:
        wanted = [part for word in wanted for part in re.findall(r"\d+|[^\d]+", word)]
    return [word for word in wanted if word not in found]


@pytest.mark.parametrize("language", ALL_LANGUAGES)
@pytest.mark.parametrize("kind", ALL_KINDS)
def test_one_line_and_twenty_in_every_language(kind, language):
    for count in (1, 20):
        document = sample(kind, count, language)
        drawn = draw(document)
        assert faults(drawn, kind) == []
        shown = read(drawn.data)
        assert letters(shown) == put_in(drawn)
        wording = Wording(language)
        assert unread(facts_stated(document), shown, from_right=wording.right_to_left) == []
        if kind in OF_THEIR_OWN:
            continue
        for code in wording.codes:
            assert unread([NAMES[code]], shown) == []


LONG = 1114


def long_declaration() -> DocumentSnapshot:
    """The first of the declarations of 1,114 goods of different names."""
    stated = facts(LONG)
    told = {
        line.item_number: replace(item_answers(line.item_number), name=f"真空保温杯{line.line_no:04d}")
        for line in stated.lines
    }
    made = build_declarations(stated, replace(answers(stated), items=told)).declarations
    assert sum(len(one.items) for one in made) == LONG
    return declared("customs_declaration", LONG, "zh_CN", made[0])


@pytest.mark.parametrize(("kind", "language"), [("commercial_invoice", "bilingual"), ("packing_list", "ar")])
def test_a_thousand_lines(kind, language):
    document = sample(kind, LONG, language)
    drawn = draw(document)
    assert faults(drawn, kind) == []
    assert letters(read(drawn.data)) == put_in(drawn)
    shown = Counter(mark.text for page in drawn.pages for mark in page)
    assert {shown[line.item_number] for line in document.facts.lines} == {1}
    last = {mark.text for mark in drawn.pages[-1]}
    assert len(last & {line.item_number for line in document.facts.lines}) >= 2


def test_a_thousand_declared_goods():
    document = long_declaration()
    drawn = draw(document)
    assert faults(drawn, "customs_declaration") == []
    shown = read(render(document))
    assert [n for n in range(1, 51) if f"真空保温杯{n:04d}" not in shown] == []
    assert letters(shown) == put_in(drawn)
