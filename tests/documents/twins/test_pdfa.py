"""PDF/A-3b: the validator of pikepdf passes every kind, and the twin comes out as it went in."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest
from pikepdf import pdfa as validator
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from factory_erp.documents import render
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.twins import cii
from factory_erp.documents.twins.pdfa import Attachment, archived
from factory_erp.domain.errors import InvalidValue
from tests.documents.samples import snapshot
from tests.documents.samples_cartons import (
    container,
    label_document,
    labels,
    loading_document,
    purchase,
    purchase_document,
)
from tests.documents.twins.samples import hostile

DOCUMENTS = [
    snapshot(language="bilingual"),
    snapshot("packing_list", 20, "zh_CN"),
    snapshot("shipping_marks"),
    label_document(labels(3)),
    loading_document(container(6)),
    purchase_document(purchase()),
    hostile(snapshot()),
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda one: one.kind)
def test_every_kind_passes_as_pdf_a_3b_with_its_twin(document: DocumentSnapshot):
    twin = Attachment("twin.xml", b"<?xml version='1.0'?><a/>", "Structured data")
    pdf = render(document)
    data = archived(pdf, [twin], document.issued_on)
    assert validator.validate_written(BytesIO(data), "3b").passed
    read = PdfReader(BytesIO(data))
    assert read.attachments["twin.xml"] == [twin.data]
    assert [page.extract_text() for page in read.pages] == [
        p.extract_text() for p in PdfReader(BytesIO(pdf)).pages
    ]


def test_the_invoice_comes_out_as_it_went_in_and_is_marked_as_data():
    document = snapshot()
    xml = cii.invoice(document)
    data = archived(render(document), [Attachment("invoice.xml", xml, "CII invoice")], document.issued_on)
    with pikepdf.open(BytesIO(data)) as read:
        spec = read.attachments["invoice.xml"]
        assert spec.get_file().read_bytes() == xml
        assert str(spec.relationship) == "/Data"
        assert b"pdfaid:part" in bytes(read.Root.Metadata.read_bytes())


def test_the_same_document_gives_the_same_bytes():
    document = snapshot()
    twin = Attachment("invoice.xml", cii.invoice(document))
    first = archived(render(document), [twin], document.issued_on)
    assert archived(render(document), [twin], document.issued_on) == first


def test_a_pdf_without_its_fonts_is_refused():
    out = BytesIO()
    canvas = Canvas(out)
    canvas.drawString(50, 50, "Helvetica is not embedded")
    canvas.save()
    with pytest.raises(InvalidValue):
        archived(out.getvalue(), [], snapshot().issued_on)
