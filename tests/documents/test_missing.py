from __future__ import annotations

from dataclasses import replace

from factory_erp.documents import missing_texts
from factory_erp.documents.facts import texts
from factory_erp.documents.missing import MissingText
from factory_erp.documents.snapshot import DocumentOptions
from tests.documents.samples import facts, snapshot

BOTH = texts({"en": "Bottle", "zh_CN": "瓶"})
GERMAN = texts({"en": "Bottle", "de": "Flasche"})


def test_nothing_is_missing_where_the_texts_are_there():
    assert missing_texts(snapshot(language="bilingual")) == ()
    assert missing_texts(snapshot(language="en")) == ()


def test_goods_without_the_buyers_language_are_named():
    stated = facts(2)
    lines = (replace(stated.lines[0], description=GERMAN), replace(stated.lines[1], description=BOTH))
    found = missing_texts(
        snapshot(count=2, language="de", lines=lines, cartons=(), remarks=(), payment_terms=())
    )
    assert MissingText("facts.lines.2.description", "de", "Bottle") in found
    assert not any("lines.1." in one.where for one in found)
    assert {one.where for one in found} == {
        "facts.lines.2.description",
        *(f"facts.charges.{n}.label" for n in (1, 2, 3)),
    }


def test_a_bilingual_document_needs_both():
    stated = facts(1)
    line = replace(stated.lines[0], description=texts({"en": "Bottle"}))
    found = missing_texts(snapshot(count=1, language="bilingual", lines=(line,)))
    assert found == (MissingText("facts.lines.1.description", "zh_CN", "Bottle"),)


def test_clauses_of_the_customer_are_looked_at_and_ports_are_not():
    options = DocumentOptions(clauses=(texts({"en": "Made in China."}),))
    found = missing_texts(replace(snapshot(language="zh_CN"), options=options))
    assert found == (MissingText("options.clauses.1", "zh_CN", "Made in China."),)
    assert not any("port" in one.where for one in missing_texts(snapshot(language="bilingual")))
