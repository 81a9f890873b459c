"""Documents in every language: nothing cut, nothing overlapping, every text readable in the file."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import fields, replace
from datetime import date
from typing import get_args

import pypdfium2
import pytest

from factory_erp.documents import render
from factory_erp.documents.commercial_invoice import Invoice
from factory_erp.documents.facts import texts
from factory_erp.documents.labels import label
from factory_erp.documents.packing_list import _PackingList
from factory_erp.documents.quotation import QuotationFacts
from factory_erp.documents.snapshot import DocumentSnapshot, Language
from factory_erp.documents.text import Wording
from factory_erp.documents.typeset import MISSING, clean, one_line, text_width
from tests.documents.samples import facts, snapshot

LANGUAGES = tuple(get_args(Language))
KINDS = ("commercial_invoice", "packing_list")

GOODS = {
    "en": "Vacuum bottle 500 ml, matt black",
    "zh_CN": "真空保温杯 500 毫升 哑光黑 𬭎𫖮",
    "es": "Botella térmica de 500 ml, negro mate, con tapa de bambú y asa",
    "fr": "Bouteille isotherme 500 ml, noir mat, œuvre française",
    "de": "Vakuumisolierflasche 500 ml, mattschwarz, mit Bambusdeckel und Tragegriff",
    "pt": "Garrafa térmica 500 ml, preto fosco, tampa de bambu",
    "ru": "Термос вакуумный 500 мл, чёрный матовый",
    "ar": "زجاجة حافظة للحرارة سعة 500 مل، أسود مطفي (TB-500-BK)",
    "ja": "真空断熱ボトル 500 ml マットブラック、竹製ふた付き",
    "vi": "Bình giữ nhiệt chân không 500 ml, màu đen nhám, nắp tre",
    "th": "ขวดน้ำสุญญากาศเก็บอุณหภูมิขนาด 500 มล. สีดำด้าน ฝาไม้ไผ่",
}


def document(kind: str, count: int, language: str) -> DocumentSnapshot:
    """A document whose goods are named in all languages."""
    stated = facts(count)
    named = texts(GOODS)
    lines = tuple(replace(line, description=named) for line in stated.lines)
    cartons = tuple(replace(line, description=named) for line in stated.cartons)
    return snapshot(kind, count, language, lines=lines, cartons=cartons)  # type: ignore[arg-type]


def offer(count: int, language: str) -> DocumentSnapshot:
    """A quotation of the same goods."""
    stated = document("commercial_invoice", count, language).facts
    values = {field.name: getattr(stated, field.name) for field in fields(stated)}
    told = QuotationFacts(**values, valid_until=date(2026, 10, 31), lead_days=45)
    return DocumentSnapshot("quotation", "QT-2026-00007", 1, date(2026, 9, 12), language, told)  # type: ignore[arg-type]


def extracted(data: bytes) -> str:
    """The text of the file as a viewer copies it."""
    pdf = pypdfium2.PdfDocument(data)
    text = "".join(pdf[n].get_textpage().get_text_range() for n in range(len(pdf)))
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_stands_inside_the_frame_and_has_its_glyph(kind, language):
    drawn = (Invoice if kind == "commercial_invoice" else _PackingList)(document(kind, 12, language))
    drawn.draw()
    margin, width = 14 * 72 / 25.4, drawn.draft.flow.size[0]
    for page in drawn.draft.flow.pages:
        for mark in page.texts:
            assert MISSING not in mark.text
            assert margin - 0.5 <= mark.x, mark.text
            assert mark.x + text_width(mark.text, mark.size, mark.bold) <= width - margin + 0.5, mark.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quotation_says_how_long_it_stands(language):
    shown = extracted(render(offer(2, language)))
    words = Wording(language)
    for text in (words.both("quotation")[0], words.day(date(2026, 10, 31)), words.both("valid_until")[0]):
        for word in re.findall(r"[\w\u0e31-\u0e4e]+", text):
            assert unicodedata.normalize("NFC", word) in shown, word


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_of_the_file_is_the_text_that_was_put_in(kind, language):
    shown = extracted(render(document(kind, 2, language)))
    for code in Wording(language).codes:
        for text in (label(kind, code), GOODS[code]):
            # Punctuation between two directions is the reader's to place.
            for word in re.findall(r"[\w\u0300-\u036f\u0e31-\u0e4e]+", text):
                assert unicodedata.normalize("NFC", word) in shown, word


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("language", "count"), [("ar", 1114), ("th", 1114), ("de", 20), ("ja", 20)])
def test_long_documents_keep_their_head_and_their_totals(kind, language, count):
    drawn = (Invoice if kind == "commercial_invoice" else _PackingList)(document(kind, count, language))
    drawn.draw()
    pages = drawn.draft.flow.pages
    shown = [{mark.text for mark in page.texts} for page in pages]
    items = {line.item_number for line in drawn.facts.lines}
    assert set.union(*shown) >= items
    assert len(items & shown[-1]) >= 2
    heads = [one_line(label("item", language), bold=True) in texts for texts in shown]
    assert all(heads)


def test_codes_keep_their_order_in_an_arabic_document():
    stated = facts(1)
    party = replace(stated.consignee, address_lines=("شارع الملك فهد رقم 2026-0815، حي العليا",))
    shown = extracted(render(snapshot(count=1, language="ar", consignee=party)))
    assert "2026-0815" in shown
    assert "0815-2026" not in shown
    assert "CI-2026-00042" in shown


def test_arabic_sentences_are_read_as_they_were_written():
    written = "اللائحة والسلام لا غير الأول دولار الآن الإجمالي"
    assert written.replace(" ", "") in extracted(
        render(snapshot(count=1, language="ar", remarks=texts({"ar": written})))
    )


def test_an_arabic_page_is_mirrored():
    def title(language: str) -> float:
        drawn = Invoice(document("commercial_invoice", 3, language))
        drawn.draw()
        return next(mark.x for mark in drawn.draft.flow.pages[0].texts if mark.size == 17)

    assert title("en") > 297
    assert title("ar") < 297


def test_figures_of_a_mirrored_column_end_at_one_edge():
    drawn = Invoice(document("commercial_invoice", 6, "ar"))
    drawn.draw()
    amounts = {f"{line.amount_minor / 100:,.2f}" for line in drawn.facts.lines}
    ends = {
        round(mark.x + text_width(mark.text, mark.size, mark.bold), 1)
        for page in drawn.draft.flow.pages
        for mark in page.texts
        if mark.text in amounts
    }
    assert len(ends) == 1


def test_names_of_all_europe_are_drawn():
    name = "Łódź Čistota Ğüneş Україна Đorđević Ελλάδα"
    company = replace(facts(1).company, name=name)
    data = render(snapshot(count=1, company=company))
    assert name.replace(" ", "") in extracted(data)
    drawn = Invoice(snapshot(count=1, company=company))
    drawn.draw()
    assert not any(MISSING in mark.text for page in drawn.draft.flow.pages for mark in page.texts)


def test_quotation_marks_of_western_texts_are_narrow_and_those_of_chinese_ones_wide():
    western, chinese = clean("l’acheteur “A”"), clean("“保温杯”")
    assert text_width(western, 10) < text_width("l'acheteur 'A'", 10) * 1.15
    assert text_width(chinese, 10) == 50
    data = render(snapshot(count=1, remarks=texts({"en": "l’acheteur “A”… 5–6"})))
    assert "l’acheteur“A”…5–6" in extracted(data)


def test_dates_cannot_be_mistaken():
    day = snapshot().issued_on
    assert Wording("de").day(day) == "12. September 2026"
    assert Wording("es").day(day) == "12 de septiembre de 2026"
    assert Wording("ru").day(day) == "12 сентября 2026 г."
    assert Wording("ja").day(day) == "2026年9月12日"
    assert Wording("vi").day(day) == "12 tháng 9 năm 2026"
    assert Wording("ar").day(day) == "12 سبتمبر 2026"
    assert Wording("th").day(day) == "12 กันยายน 2026"


def test_countries_are_named_in_the_language():
    assert Wording("de").country("CN") == "China"
    assert Wording("fr").country("DE") == "Allemagne"
    assert Wording("ar").country("CN") == "الصين"
    assert Wording("ru").country("XX") == "XX"
