"""Whatever somebody typed anywhere: every kind is drawn, and no file but our own is opened."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from itertools import count
from pathlib import Path
from typing import TypeVar

import pytest

from factory_erp.config import resources_dir
from factory_erp.documents import render
from tests.documents.every_kind import ALL_KINDS, sample

HOSTILE = (
    "<b>&amp;&<</b>", "<img src='file:///etc/passwd'/>", "<para><font color='[[[getattr]]]'>",
    "http://169.254.169.254/latest", "../../etc/passwd", "\\\\host\\share\\x.png", "{0.__class__}", "%s%(x)s",
    "\u202ereversed", "\x00\x1b[2J\x07", "\ud800", "\ufffe\uffff", "😀🏭\u200d🏭", "𠮷㐂䶮𫖮",
    "مرحبا 2026-0815 بالعالم", "ภาษาไทยไม่มีช่องว่าง" * 6, "W" * 400, "唛" * 300, "a " * 500, "\n\r\n\t\n",
    "e\u0301\u0302" * 30, "\u200b" * 60, "'; DROP TABLE document; --", "=cmd|' /C calc'!A0", "1e999", "NaN",
    "０１２３", "\\", "\u2028\u2029\x85",
)  # fmt: skip
"""Markup, paths, addresses, formats, direction marks, halves of characters, long words, formulas."""

CODES = frozenset({
    "kind", "language", "logo", "signature", "chop", "currency", "country", "form", "state", "unit", "sscc",
    "gtin", "lot",
})  # fmt: skip
"""Fields that hold codes of a list: another value is refused before there is a document."""

T = TypeVar("T")


class Spoiler:
    """Puts another hostile text, or two of them, into every text."""

    def __init__(self, first: int) -> None:
        self._numbers = count(first)
        self.texts = 0

    def spoilt(self, value: T, name: str = "") -> T:
        """*value* with every free text in it replaced, as far as its own rules let it be."""
        if isinstance(value, str):
            return value if name in CODES else self._next()  # type: ignore[return-value]  # a text for a text
        if type(value) is tuple:
            return tuple(self.spoilt(one, name) for one in value)  # type: ignore[return-value]  # as long
        if is_dataclass(value) and not isinstance(value, type):
            for field in fields(value):
                value = self._put(value, field.name)
        return value

    def _put(self, record: T, name: str) -> T:
        try:
            return replace(record, **{name: self.spoilt(getattr(record, name), name)})  # type: ignore[type-var]
        except (ValueError, ArithmeticError, LookupError):
            return record

    def _next(self) -> str:
        self.texts += 1
        number = next(self._numbers)
        text = HOSTILE[number % len(HOSTILE)]
        return text if number % 2 else text + HOSTILE[(number // len(HOSTILE)) % len(HOSTILE)]


@pytest.fixture
def opened() -> Iterator[list[str]]:
    """Files and addresses that were opened while the list was there."""
    paths: list[str] = []
    watching = [True]

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if watching[0] and event in ("open", "socket.connect", "socket.getaddrinfo"):
            paths.append(str(arguments[0]))

    sys.addaudithook(hook)
    yield paths
    watching[0] = False


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_hostile_texts_in_every_field_of_every_kind(kind, opened):
    spoiler, own = Spoiler(len(kind)), resources_dir()
    for language in ("en", "bilingual", "ar"):
        render(sample(kind, 2, language))
        document = sample(kind, 2, language)
        parts = {name: spoiler.spoilt(getattr(document, name)) for name in ("facts", "details", "options")}
        bad = replace(document, number=HOSTILE[1], invoice_number=HOSTILE[4], **parts)
        del opened[:]
        assert render(bad).startswith(b"%PDF")
        assert [path for path in opened if own not in Path(path).parents] == []
    assert spoiler.texts >= 100


def test_the_texts_of_all_kinds_together_are_more_than_a_thousand():
    spoiler = Spoiler(0)
    for kind in ALL_KINDS:
        spoiler.spoilt(sample(kind, 1, "en").facts)
    assert spoiler.texts > 1_000
