from __future__ import annotations

import re
import string
from collections import Counter
from typing import get_args

import pytest

from factory_erp.documents import labels
from factory_erp.documents.labels import LABELS, SENTENCES, TRANSLATED, label, missing, sentence, wanted
from factory_erp.documents.snapshot import Kind, Language

SPELT_WITH = frozenset("×³–—’“”°")


def places(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


def test_no_key_stands_in_two_modules():
    keys = Counter(key for module in labels._MODULES for key in (*module.LABELS, *module.SENTENCES))
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("key", sorted(LABELS | SENTENCES))
def test_every_label_has_both_languages(key):
    english, chinese = (LABELS | SENTENCES)[key]
    assert english.strip() == english
    assert all(char.isascii() or char in SPELT_WITH for char in english)
    assert chinese
    assert places(english) == places(chinese)


def test_every_kind_has_a_title():
    assert set(get_args(Kind)) <= LABELS.keys()


def test_the_languages_are_those_of_documents():
    assert {*TRANSLATED, "en", "zh_CN", "bilingual"} == set(get_args(Language))


@pytest.mark.parametrize("code", TRANSLATED)
def test_nothing_is_missing_in_any_language(code):
    assert missing(code) == ()


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_are_words_of_their_own_with_the_same_places(code):
    for key, english in wanted().items():
        text = label(key, code) if key in LABELS else sentence(key, code)
        assert places(text) == places(english), key
        assert text == text.strip(), key
    long = [key for key, english in wanted().items() if len(english) > 16]
    same = [key for key in long if wanted()[key] == (label if key in LABELS else sentence)(key, code)]
    assert len(same) <= 12, same


@pytest.mark.parametrize(
    ("code", "first"), [("ar", "\u0600"), ("th", "\u0e00"), ("ru", "\u0400"), ("ja", "\u3000")]
)
def test_translations_are_in_their_script(code, first):
    own = [
        key
        for key in SENTENCES
        if key in wanted() and re.search("[a-z]{3}", re.sub("{.*?}", "", wanted()[key]))
    ]
    assert len(own) > 30
    assert all(any(char >= first for char in sentence(key, code)) for key in own)


def test_a_language_without_a_word_falls_back_to_english(monkeypatch):
    monkeypatch.setitem(labels.LABELS, "only_english", ("Only English", "仅英文"))
    assert label("only_english", "de") == "Only English"
    assert label("only_english", "zh_CN") == "仅英文"
