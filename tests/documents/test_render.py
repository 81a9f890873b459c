from __future__ import annotations

import re
import sys
from dataclasses import astuple, replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from factory_erp.config import resources_dir
from factory_erp.documents import render
from factory_erp.documents.commercial_invoice import Invoice
from factory_erp.documents.facts import PalletLine, texts
from factory_erp.documents.lines import shortened
from factory_erp.documents.packing_list import _PackingList
from factory_erp.documents.page import Page
from factory_erp.documents.snapshot import DocumentOptions, DocumentSnapshot
from factory_erp.documents.stored import from_json, to_json
from factory_erp.documents.typeset import text_width
from tests.documents.samples import BANK, CHARGES, facts, snapshot

KINDS = ("commercial_invoice", "packing_list")


def words_of(data: bytes) -> str:
    """All text of the PDF, spaces and line breaks removed: a wrapped text still reads on."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages))


def pages_of(document: DocumentSnapshot) -> list[Page]:
    """The marks that the document is made of."""
    drawn = (Invoice if document.kind == "commercial_invoice" else _PackingList)(document)
    drawn.draw()
    return drawn.draft.flow.pages


def assert_inside(document: DocumentSnapshot) -> None:
    """No text reaches beyond the frame of its page."""
    width = (210 if document.kind == "commercial_invoice" else 297) * 72 / 25.4
    height = (297 if document.kind == "commercial_invoice" else 210) * 72 / 25.4
    margin = 14 * 72 / 25.4
    for page in pages_of(document):
        for mark in page.texts:
            assert margin - 0.5 <= mark.x
            assert mark.x + text_width(mark.text, mark.size, mark.bold) <= width - margin + 0.5, mark.text
            assert mark.y <= height - 6 * 72 / 25.4


def test_invoice_states_every_fact():
    document = snapshot(count=20, language="bilingual")
    shown = words_of(render(document))
    stated = document.facts
    expected = [
        *(v for p in (stated.company, stated.consignee, stated.buyer, stated.notify) for v in _party(p)),
        *astuple(BANK),
        *(text for line in stated.lines for _code, text in line.description),
        *(v for line in stated.lines for v in (line.item_number, line.customer_item_number, line.hs_code)),
        *(text for charge in stated.charges for _code, text in charge.label),
        *(text for _code, text in (*stated.payment_terms, *stated.remarks)),
        *stated.marks, *stated.container_numbers, *stated.order_numbers,
        stated.contract_number, stated.vessel_voyage, stated.forwarder, document.number, "PO-77120",
        "CIF Aarhus (Incoterms 2020)", "12 Sep 2026", "18 Sep 2026", "USD 61,918.21", "60,353.85", "-500.00",
        "CNNBG", "DKAAR", "18,180 PCS", "1,440 SETS", "485 cartons", "6,118.70", "6,785.45", "28.391",
        "SAY US DOLLARS SIXTY-ONE THOUSAND NINE HUNDRED AND EIGHTEEN AND CENTS TWENTY-ONE ONLY",
        "美元陆万壹仟玖佰壹拾捌元贰角壹分", "COMMERCIAL INVOICE", "商业发票", "originate in China",
    ]  # fmt: skip
    assert [text for text in expected if re.sub(r"\s", "", text) not in shown] == []


def _party(party: Any) -> list[str]:
    shown = [
        party.name,
        party.name_local,
        *party.address_lines,
        party.contact,
        party.phone,
        party.email,
        party.tax_id,
    ]
    return [text for text in shown if text]


def test_packing_list_states_cartons_weights_and_no_price():
    document = snapshot("packing_list", 20, "bilingual")
    shown = words_of(render(document))
    for line in document.facts.cartons:
        assert line.carton_ranges in shown
    for text in (
        "485",
        "6,118.70",
        "6,785.45",
        "28.391",
        "52×39.5×28.5",
        "14.88",
        "16.33",
        "装箱单",
        "NORDLYS",
    ):
        assert text in shown
    assert "SAYTOTALFOURHUNDREDANDEIGHTY-FIVECARTONSONLY" in shown
    forbidden = (
        "USD",
        "61,918.21",
        "price",
        "单价",
        "金额",
        "Amount",
        "BEZJCNBN123",
        "freightto",
        "Incoterms",
    )
    assert [word for word in forbidden if word in shown] == []
    marks = {mark.text for page in pages_of(document) for mark in page.texts}
    prices = {f"{line.unit_price:,.{n}f}" for line in document.facts.lines for n in (2, 3, 4)}
    amounts = {f"{Decimal(line.amount_minor) / 100:,.2f}" for line in document.facts.lines}
    assert marks & (prices | amounts) == set()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("count", "pages"), [(1, 1), (20, 2), (1114, 20)])
def test_pages_are_numbered_and_repeat_the_head(kind, count, pages):
    found = PdfReader(BytesIO(render(snapshot(kind, count)))).pages
    assert len(found) >= pages
    for number, page in enumerate(found, 1):
        text = page.extract_text()
        assert f"Page {number} of {len(found)}" in text
        assert "Description of goods" in text
        assert "CI-2026-00042" in text
    assert "TOTAL" in found[-1].extract_text()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", range(8, 40))
def test_totals_never_stand_alone(kind, count):
    document = snapshot(kind, count, "bilingual")
    last = pages_of(document)[-1]
    items = {line.item_number for line in document.facts.lines}
    shown = [mark.text for mark in last.texts]
    assert len(items.intersection(shown)) >= min(2, count)
    assert any(text.startswith("TOTAL") for text in shown)


@pytest.mark.parametrize("kind", KINDS)
def test_each_line_stands_once(kind):
    document = snapshot(kind, 300)
    shown = [mark.text for page in pages_of(document) for mark in page.texts]
    assert all(shown.count(line.item_number) == 1 for line in document.facts.lines)


@pytest.mark.parametrize("language", ["en", "zh_CN", "bilingual"])
@pytest.mark.parametrize("kind", KINDS)
def test_same_snapshot_same_bytes(kind, language):
    document = snapshot(kind, 12, language)
    assert render(document) == render(from_json(to_json(document)))


@pytest.mark.parametrize("kind", KINDS)
def test_only_embedded_fonts(kind):
    for page in PdfReader(BytesIO(render(snapshot(kind, 3, "bilingual")))).pages:
        fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index,union-attr]
        assert fonts
        for font in fonts:
            assert "NotoSansSC" in font["/BaseFont"]
            assert "/FontFile2" in font["/FontDescriptor"]


def test_english_document_has_no_chinese_labels_and_the_other_way_round():
    assert "商业发票" not in words_of(render(snapshot(language="en")))
    assert "COMMERCIAL" not in words_of(render(snapshot(language="zh_CN")))


def test_rare_characters_and_long_names():
    name = "宁波𫖮𬭎𠮷㐂䶮𠀡精密金属制品及进出口贸易股份有限公司" * 2
    stated = replace(facts(1).company, name="Very Long Name of a Factory " * 3, name_local=name)
    document = snapshot(count=1, language="bilingual", company=stated)
    assert_inside(document)
    assert name in words_of(render(document))


HOSTILE = (
    "<b>&amp;</b><img src='file:///etc/passwd'/><para>",
    "/etc/passwd ../../secret http://127.0.0.1/x file:///etc/hosts",
    "\u202eمرحبا بالعالم\u202c שלום",
    "😀👩‍👩‍👧 emoji \x00\x07\ud800",
    "W" * 5000,
    "保温杯" * 1700,
    "long words " * 500,
    "",
    "\n" * 50,
    "(\\)) Tj ET %%EOF",
)


def filled(document: DocumentSnapshot, text: str) -> DocumentSnapshot:
    """The document with *text* in every free text."""
    stated = document.facts
    party = replace(
        stated.company, name=text, name_local=text, address_lines=(text, text), contact=text, phone=text,
        email=text, tax_id=text,
    )  # fmt: skip
    both = texts({"en": text, "zh_CN": text})
    assert stated.bank
    assert stated.port_of_loading
    bank = replace(stated.bank, beneficiary=text, bank_name=text, bank_address=text, account=text, swift=text)
    lines = tuple(
        replace(
            line, order_number=text + str(line.line_no), customer_po=text, item_number=text,
            customer_item_number=text, description=both, hs_code=text,
        )
        for line in stated.lines
    )  # fmt: skip
    stated = replace(
        stated, company=party, consignee=party, buyer=replace(party, name=text + "x"), notify=party,
        bank=bank,
        lines=lines, charges=tuple(replace(charge, label=both) for charge in CHARGES),
        cartons=tuple(replace(line, item_number=text, description=both) for line in stated.cartons),
        port_of_loading=replace(stated.port_of_loading, names=both), vessel_voyage=text, forwarder=text,
        container_numbers=(text,), payment_terms=both, marks=(text,), remarks=both, contract_number=text,
        order_numbers=(text,), lc_number=text, trade_term_place=text.strip() or "X",
    )  # fmt: skip
    return replace(document, number=text, facts=stated)


@pytest.fixture
def opened():
    """Paths opened by the program while the test watches."""
    render(snapshot())
    paths: list[str] = []
    watching = [True]

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if watching[0] and event in ("open", "socket.connect", "socket.getaddrinfo"):
            paths.append(str(arguments[0]))

    sys.addaudithook(hook)
    yield paths
    watching[0] = False


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_only_text(kind, text, opened):
    document = filled(snapshot(kind, 2, "bilingual"), text)
    data = render(document)
    outside = [path for path in opened if resources_dir() not in Path(path).parents]
    assert outside == []
    assert data.startswith(b"%PDF")
    assert len(PdfReader(BytesIO(data)).pages) >= 1
    assert_inside(document)


def test_what_is_too_long_for_its_box_is_carried_to_the_end():
    remark = " ".join(f"clause{number}" for number in range(900))
    shown = words_of(render(snapshot(remarks=texts({"en": remark}))))
    assert [n for n in range(900) if f"clause{n}" not in shown] == []
    assert "Remarks(continued)" in shown


def test_what_is_carried_to_the_end_stays_together():
    for count in range(1, 12):
        remark = " ".join(f"clause{number}" for number in range(220))
        document = snapshot(count=count, language="en", remarks=texts({"en": remark}))
        pages = [page.extract_text() for page in PdfReader(BytesIO(render(document))).pages]
        [last] = [page for page in pages if "clause219" in page]
        assert "Remarks (continued)" in last


def test_the_running_head_cuts_the_title_and_not_the_number():
    title = "CERTIFICATE OF ORIGIN AND OF QUALITY " * 4
    head = shortened(title, 8, 200, bold=True, ending="  CO-2026-00042")
    assert head.endswith("\uf744  CO-2026-00042")
    assert text_width(head, 8, bold=True) <= 200
    assert shortened(title, 8, 70, ending="  CO-2026-00042") == "CO-2026-00042"
    assert shortened("Invoice", 8, 200, ending="  CI-1") == "Invoice  CI-1"


def test_brand_material_and_the_importer_are_stated():
    lines = tuple(
        replace(line, brand="HAIYUE", material=texts({"en": "Steel 304", "zh_CN": "304 不锈钢"}))
        for line in facts(2).lines
    )
    stated = {"lines": lines, "importer_tax_id": "EORI DE99", "export_reason": "Sale"}
    document = snapshot(count=2, language="bilingual", **stated)
    whole = words_of(render(document))
    particulars = ("Brand品牌:HAIYUE", "Material材质:Steel304/304不锈钢", "EORIDE99", "Reasonforexport")
    assert [text for text in particulars if text not in whole] == []
    hidden = ("brand", "material", "importer_tax_id", "export_reason")
    shown = words_of(render(replace(document, options=DocumentOptions(hidden=hidden))))
    assert [text for text in particulars if text in shown] == []
    # The box of the consignee names this number already.
    same = words_of(render(snapshot(importer_tax_id="DK12345678")))
    assert same.count("DK12345678") == 1


def test_the_packing_list_states_its_pallets():
    pallets = (
        PalletLine(2, "P1-P2", "1-40", 20, 18_500, 1200, 1000, 1450),
        PalletLine(1, "P3", "41-45", 5, 16_000, 1200, 800, 705),
    )
    shown = words_of(render(snapshot("packing_list", 3, pallets=pallets)))
    assert "Pallets3P1-P2:cartons1-40;120×100×145cm;empty18.50kgeach" in shown
    assert "P3:cartons41-45;120×80×70.5cm;empty16.00kgeach" in shown
    # 623.25 kg of cartons and 2 × 18.5 + 16 kg of pallets.
    assert "Grossweightwithpallets676.25kg" in shown
    assert "Pallets" not in words_of(render(snapshot("packing_list", 3)))


def test_a_description_longer_than_a_page_is_continued():
    words = " ".join(f"word{number}" for number in range(2000))
    line = replace(facts(1).lines[0], description=texts({"en": words}))
    shown = words_of(render(snapshot(count=1, lines=(line,))))
    assert [n for n in range(2000) if f"word{n}" not in shown] == []


def test_revision_is_shown_from_the_second_issue_on():
    assert "Rev." not in words_of(render(snapshot()))
    assert "CI-2026-00042Rev.2" in words_of(render(replace(snapshot(), revision=2)))
