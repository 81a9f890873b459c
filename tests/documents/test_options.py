from __future__ import annotations

import hashlib
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from factory_erp.documents import render
from factory_erp.documents.facts import texts
from factory_erp.documents.pictures import picture
from factory_erp.documents.snapshot import DocumentOptions, DocumentSnapshot
from factory_erp.documents.typeset import text_width
from tests.documents.every_kind import pages_of, sample
from tests.documents.samples import snapshot
from tests.documents.test_render import words_of

KINDS = ("commercial_invoice", "packing_list")


def drawing(kind: str = "PNG", size: tuple[int, int] = (120, 60)) -> bytes:
    out = BytesIO()
    mode = "RGBA" if kind == "PNG" else "RGB"
    Image.new(mode, size, (200, 20, 30, 128) if kind == "PNG" else (200, 20, 30)).save(out, kind)
    return out.getvalue()


def with_options(document: DocumentSnapshot, **options: object) -> DocumentSnapshot:
    return replace(document, options=DocumentOptions(**options))  # type: ignore[arg-type]


def images(data: bytes) -> int:
    return sum(len(page.images) for page in PdfReader(BytesIO(data)).pages)


@pytest.mark.parametrize("kind", KINDS)
def test_hidden_columns_and_boxes_are_left_out(kind):
    document = snapshot(kind, 3)
    hidden = ("hs_origin", "line", "marks", "bank", "forwarder", "size", "cbm", "buyers_item")
    shown = words_of(render(with_options(document, hidden=hidden)))
    whole = words_of(render(document))
    gone = ["Forwarder", "Marks&numbers"]
    gone += ["HScode", "Bankdetails", "NH4100"] if kind == "commercial_invoice" else ["Volume", "L×W×H"]
    for text in gone:
        assert text in whole
        assert text not in shown


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_document_is_about_cannot_be_hidden(kind):
    hidden = ("description", "quantity", "unit_price", "amount", "carton_no", "cartons", "total_quantity")
    shown = words_of(render(with_options(snapshot(kind), hidden=hidden)))
    assert "Descriptionofgoods" in shown
    assert ("Unitprice" if kind == "commercial_invoice" else "CartonNo.") in shown


def test_the_customers_item_number_alone():
    shown = words_of(render(with_options(snapshot(), hidden=("our_item",))))
    assert "NH4100" in shown
    assert "TB-500-BK" not in shown


def test_a_neutral_packing_list_names_nobody_who_sells():
    document = snapshot("packing_list", 3, "bilingual")
    shown = words_of(render(with_options(document, neutral=True)))
    for text in ("NingboHaiyueDrinkware", "宁波海悦杯业有限公司", "signature", "Exporter", "export@"):
        assert text not in shown
    assert "NordlysHjem" in shown
    reader = PdfReader(BytesIO(render(with_options(document, neutral=True))))
    assert "Haiyue" not in str(reader.metadata)


@pytest.mark.parametrize("kind", KINDS)
def test_clauses_are_printed(kind):
    clause = texts({"en": "Country of origin marked on each unit.", "zh_CN": "每件标明原产国。"})
    shown = words_of(render(with_options(snapshot(kind, 2, "bilingual"), clauses=(clause,))))
    assert "Countryoforiginmarkedoneachunit." in shown
    assert "每件标明原产国。" in shown


def test_a_certified_invoice_does_not_except_errors():
    assert "E.&O.E." in words_of(render(snapshot()))
    certified = words_of(render(with_options(snapshot(), certified=True)))
    assert "E.&O.E." not in certified
    assert "trueandcorrect" in certified


def test_who_signs_is_printed():
    assert "LinYuting,ExportManager" in words_of(
        render(with_options(snapshot(), signed_by="Lin Yuting, Export Manager"))
    )


@pytest.mark.parametrize("kind", KINDS)
def test_logo_signature_and_chop_are_drawn(kind):
    data = {
        hashlib.sha256(one).hexdigest(): one for one in (drawing(), drawing("JPEG"), drawing(size=(50, 50)))
    }
    logo, signature, chop = data
    document = with_options(snapshot(kind), logo=logo, signature=signature, chop=chop)
    # A transparent picture carries its mask as a second one.
    assert images(render(document, pictures=data)) >= 3
    assert images(render(document)) == 0
    assert images(render(with_options(snapshot(kind), logo=logo), pictures=data)) >= 1
    assert render(document, pictures=data) == render(document, pictures=data)


@pytest.mark.parametrize(
    "broken", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, drawing()[:60], b"GIF89a"]
)
def test_a_broken_picture_is_left_out(broken):
    document = with_options(snapshot(), logo="logo", signature="logo", chop="logo")
    assert images(render(document, pictures={"logo": broken})) == 0


def test_a_picture_of_enormous_size_is_left_out():
    header = drawing(size=(1, 1))
    huge = header[:16] + (60_000).to_bytes(4, "big") * 2 + header[24:]
    assert picture("x", {"x": huge}) is None


def test_a_picture_keeps_its_shape():
    found = picture("x", {"x": drawing(size=(300, 100))})
    assert found is not None
    assert found.fitted(60, 60) == (60, 20)
    assert found.fitted(600, 20) == (60, 20)


@pytest.mark.parametrize("kind", ["commercial_invoice", "packing_list", "booking_note", "bill_of_exchange"])
@pytest.mark.parametrize("language", ["bilingual", "ar"])
def test_the_pictured_signature_stands_below_the_names(kind, language):
    data = {"signature": drawing(size=(300, 90))}
    made = sample(kind, 3, language)
    long = "Zhangjiagang Free Trade Zone Weiqiang International Import & Export Trading and Manufacturing Co."
    company = replace(
        made.facts.company, name=long, name_local="张家港保税区国际进出口贸易制造（集团）股份有限公司"
    )
    signed = with_options(replace(made, facts=replace(made.facts, company=company)), signature="signature")
    found = 0
    for page in pages_of(signed, data):
        for image in page.images:
            found += 1
            beneath = [
                mark.text
                for mark in page.texts
                if image.x < mark.x + text_width(mark.text, mark.size, mark.bold)
                and mark.x < image.x + image.width
                and image.y + 1 < mark.y < image.y + image.height
            ]
            assert beneath == []
    assert found >= 1
