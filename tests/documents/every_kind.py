"""A sample of every kind of document in every language, and what can be said of any drawn document."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from typing import Any, NamedTuple, get_args
from unittest.mock import patch

import pypdfium2

from factory_erp.documents import render
from factory_erp.documents.facts import BankAccount, Party, ShipmentFacts, texts
from factory_erp.documents.page import Page, Text, write_pdf
from factory_erp.documents.pictures import Pictures
from factory_erp.documents.quotation import QuotationFacts
from factory_erp.documents.snapshot import DocumentSnapshot, Kind, Language
from factory_erp.documents.stamps import Stamp
from factory_erp.documents.text import Wording
from factory_erp.documents.typeset import text_width
from tests.documents.customs_samples import certificate, declared
from tests.documents.papers import details_of, paper
from tests.documents.samples import facts, snapshot
from tests.documents.samples_cartons import (
    container,
    label_document,
    labels,
    loading_document,
    purchase,
    purchase_document,
)

ALL_KINDS: tuple[Kind, ...] = get_args(Kind)
ALL_LANGUAGES: tuple[Language, ...] = get_args(Language)

NAMES = {
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
"""The goods in each language."""


def sample(kind: Kind, count: int, language: Language) -> DocumentSnapshot:
    """A document of *kind* about *count* lines."""
    if kind == "carton_labels":
        return label_document(labels(count), language=language)
    if kind == "loading_plan":
        return loading_document(container(min(count, 14)), language=language)
    if kind == "purchase_order":
        return purchase_document(purchase(count), language)
    if kind in ("customs_declaration", "declaration_elements"):
        return declared(kind, count, language)
    return _of_shipment(kind, count, language)


def _of_shipment(kind: Kind, count: int, language: Language) -> DocumentSnapshot:
    if kind == "quotation":
        stated = named(facts(count))
        values = {field.name: getattr(stated, field.name) for field in fields(stated)}
        offered = QuotationFacts(**values, valid_until=date(2026, 10, 31), lead_days=45)
        return replace(snapshot(count=count, language=language), kind=kind, facts=offered)
    if kind.startswith("origin_"):
        made = certificate(kind, count, language)
        items = tuple(replace(item, description=texts(NAMES)) for item in made.details.items)  # type: ignore[union-attr]
        return replace(made, details=replace(made.details, items=items))  # type: ignore[arg-type,type-var]
    if kind in ("commercial_invoice", "packing_list", "shipping_marks"):
        made = snapshot(kind, count, language)
        return replace(made, facts=named(made.facts))
    made = paper(kind, count, language)
    return replace(made, facts=named(made.facts), details=details_of(kind, made.facts))


def named(stated: ShipmentFacts) -> ShipmentFacts:
    """The shipment with goods that have a name in every language."""
    return replace(
        stated,
        lines=tuple(replace(line, description=texts(NAMES)) for line in stated.lines),
        cartons=tuple(replace(line, description=texts(NAMES)) for line in stated.cartons),
    )


class Drawn(NamedTuple):
    """A document: its pages of one size with all texts where they stand, and the file."""

    pages: list[list[Text]]
    size: tuple[float, float]
    data: bytes


def draw(document: DocumentSnapshot) -> Drawn:
    """Draw *document* and keep what it was made of."""
    pages, size, data = _drawn(document)
    return Drawn([list(_texts(page)) for page in pages], size, data)


def pages_of(document: DocumentSnapshot, pictures: Pictures | None = None) -> list[Page]:
    """The pages of *document* with all their marks."""
    return _drawn(document, pictures)[0]


def _drawn(
    document: DocumentSnapshot, pictures: Pictures | None = None
) -> tuple[list[Page], tuple[float, float], bytes]:
    taken: list[tuple[list[Page], tuple[float, float]]] = []

    def take(pages: list[Page], size: tuple[float, float], **named: Any) -> bytes:
        taken.append((pages, size))
        return write_pdf(pages, size, **named)

    with (
        patch("factory_erp.documents.parts.write_pdf", take),
        patch("factory_erp.documents.carton_labels.write_pdf", take),
    ):
        data = render(document, pictures=pictures)
    [(pages, size)] = taken
    return pages, size, data


def _texts(page: Page) -> Iterator[Text]:
    """The texts of the page and of the stamps on it."""
    yield from page.texts
    for shape in page.shapes:
        if isinstance(shape, Stamp):
            for mark in shape.marks.texts:
                yield mark._replace(x=mark.x + shape.x, y=mark.y + shape.y)


_PARTIES = ("company", "consignee", "notify")
_WAY = ("vessel_voyage", "container_numbers", "marks")
_DEAL = ("company", "consignee", "buyer", "bank", "payment_terms", "order_numbers", "lc_number", "remarks")

FACTS_OF: dict[str, tuple[str, ...]] = {
    "quotation": ("company", "consignee", "bank", "payment_terms", "remarks"),
    "proforma_invoice": (*_DEAL, "marks", "contract_number"),
    "sales_contract": (*_DEAL, "marks"),
    "commercial_invoice": (
        *_PARTIES, *_WAY, "buyer", "bank", "forwarder", "payment_terms", "contract_number", "order_numbers",
        "remarks",
    ),
    "packing_list": (*_PARTIES, *_WAY, "buyer", "forwarder", "contract_number", "order_numbers", "remarks"),
    "shipping_marks": (*_PARTIES, "order_numbers"),
    "loading_plan": ("company", "order_numbers"),
    "booking_note": (*_PARTIES, *_WAY, "contract_number", "lc_number"),
    "shippers_instruction": (*_PARTIES, *_WAY, "contract_number", "lc_number"),
    "vgm_declaration": ("company", "vessel_voyage", "forwarder", "container_numbers"),
    "origin_general": ("company", "consignee", "vessel_voyage", "marks"),
    "origin_form_e": ("company", "consignee", "vessel_voyage", "marks"),
    "origin_rcep": ("company", "consignee", "vessel_voyage", "marks"),
    "origin_form_a": ("company", "consignee", "vessel_voyage", "marks"),
    "beneficiary_certificate": ("company", "buyer", "contract_number", "lc_number"),
    "inspection_certificate": ("company", "buyer", "vessel_voyage", "marks", "contract_number", "lc_number"),
    "weight_certificate": ("company", "vessel_voyage", "marks", "contract_number", "lc_number"),
    "bill_of_exchange": ("lc_number",),
    "shipping_advice": ("company", "buyer", *_WAY, "contract_number", "lc_number", "remarks"),
    "customs_declaration": ("contract_number", "container_numbers"),
    "declaration_elements": ("contract_number",),
    "purchase_order": ("company",),
    "carton_labels": (),
}  # fmt: skip
"""Kind → the facts of the shipment that it states beside goods, cartons and amounts."""


def facts_stated(document: DocumentSnapshot) -> list[str]:
    """The texts of those facts, in the languages of the document, and its number."""
    words, names = Wording(document.language), FACTS_OF[document.kind]
    told = [text for name in names for text in _told(getattr(document.facts, name), words)]
    return [document.number, *told] if names else told


def _told(value: object, words: Wording) -> Iterator[str]:
    """The texts of a party, an account, or of one text by language; a country is a code and left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Party | BankAccount):
        for one in fields(value):
            yield from () if one.name == "country" else _told(getattr(value, one.name), words)
    elif isinstance(value, tuple) and all(isinstance(one, tuple) for one in value):
        yield from words.pick(value)
    elif isinstance(value, tuple):
        yield from map(str, value)


def outside(drawn: Drawn, margin: float) -> list[str]:
    """Texts that reach into the margin, in points, or beyond the page."""
    width, height = drawn.size
    return [
        mark.text
        for page in drawn.pages
        for mark in page
        if mark.x < margin - 0.5
        or mark.x + text_width(mark.text, mark.size, mark.bold) > width - margin + 0.5
        or not mark.size * 0.7 <= mark.y <= height - margin / 4
    ]


def overlapping(drawn: Drawn) -> list[tuple[str, str]]:
    """Pairs of texts of one page that stand over each other."""
    return [pair for page in drawn.pages for pair in _overlapping(page)]


def _overlapping(page: list[Text]) -> Iterator[tuple[str, str]]:
    rows: dict[int, list[tuple[float, float, Text]]] = defaultdict(list)
    for mark in page:
        if mark.text.strip():
            right = mark.x + text_width(mark.text, mark.size, mark.bold)
            rows[int(mark.y // 20)].append((mark.x, right, mark))
    for band, marks in rows.items():
        near = [*marks, *rows.get(band + 1, ())]
        for index, (left, right, mark) in enumerate(marks):
            for other_left, other_right, other in near[index + 1 :]:
                beside = right <= other_left + 0.5 or other_right <= left + 0.5
                if not beside and abs(mark.y - other.y) < min(mark.size, other.size) * 0.7:
                    yield mark.text, other.text


def plain(text: str) -> str:
    """*text* without spaces and in the simplest form of each character, for comparing."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKD", text))


def read(data: bytes) -> str:
    """The text of the file as a viewer copies it."""
    pdf = pypdfium2.PdfDocument(data)
    try:
        text = "\n".join(pdf[number].get_textpage().get_text_range() for number in range(len(pdf)))
    finally:
        pdf.close()
    # A hyphen at the end of a line is handed out as one that may be left out.
    return text.replace("\ufffe", "-").replace("\r\n", "\n")
