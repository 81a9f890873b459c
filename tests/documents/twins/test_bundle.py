"""A document with all its twins, as it is sent."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from lxml import etree
from pypdf import PdfReader

from factory_erp.documents import render
from factory_erp.documents.snapshot import Kind
from factory_erp.documents.twins import bundle
from factory_erp.documents.twins.bundle import TwinForm, file_stem, forms_of, twin, with_twins, xml_twins
from factory_erp.domain.errors import InvalidValue
from tests.documents.every_kind import ALL_KINDS, sample
from tests.documents.samples import snapshot


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("commercial_invoice", ["CI-2026-00042-cii.xml", "CI-2026-00042-ubl.xml"]),
        ("packing_list", ["CI-2026-00042-despatch-advice.xml", "CI-2026-00042-ubl.xml"]),
        ("shipping_marks", []),
    ],
)
def test_the_pdf_carries_the_twins_of_its_kind(kind: str, names: list[str]):
    document = replace(snapshot(), kind=kind)
    read = PdfReader(BytesIO(with_twins(document, render(document)))).attachments
    assert sorted(read) == names
    for name in names:
        etree.fromstring(read[name][0])


@pytest.mark.parametrize(
    ("kind", "forms"),
    [
        ("commercial_invoice", ["xlsx", "pdfa", "ubl", "cii"]),
        ("packing_list", ["xlsx", "pdfa", "ubl", "despatch-advice"]),
        ("customs_declaration", ["pdfa", "decmessage"]),
        ("shipping_marks", ["pdfa"]),
    ],
)
def test_each_kind_has_its_forms(kind: Kind, forms: list[str]):
    assert [str(form) for form in forms_of(kind)] == forms


@pytest.mark.parametrize(
    ("broken", "field", "message"),
    [
        (
            (b"<GModel>", b"<GModel>" + b"X" * 256),
            "Declaration elements",
            "The single window would refuse DecList 1, GModel (Declaration elements): It is ",
        ),
        (
            (b"<PackNo>", b"<PackNo>x"),
            "Packages",
            "The single window would refuse DecHead, PackNo (Packages): 'x",
        ),
        (
            (b"<IEFlag>E</IEFlag>", b"<Nonsense>E</Nonsense>"),
            "Nonsense",
            "The single window would refuse DecHead, Nonsense: There is no such field.",
        ),
        (
            (b"</DecHead>", b""),
            "DecMessage",
            "The single window would refuse DecMessage: The message is not well-formed XML.",
        ),
    ],
)
def test_a_message_that_customs_would_refuse_is_not_handed_out(
    monkeypatch: pytest.MonkeyPatch, broken: tuple[bytes, bytes], field: str, message: str
):
    document = sample("customs_declaration", 2, "bilingual")
    good = twin(document, TwinForm.DECMESSAGE, b"")
    monkeypatch.setattr(bundle, "declaration_xml", lambda _details: good.replace(*broken, 1))
    for form in (TwinForm.DECMESSAGE, TwinForm.PDFA):
        with pytest.raises(InvalidValue) as refused:
            twin(document, form, b"")
        assert str(refused.value).startswith(message)
        assert (refused.value.record, refused.value.field) == (document.number, field)
        assert refused.value.remedy == (
            "Correct it in the form of the export declaration, and issue that again."
        )


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_kind_has_every_form_that_it_says_it_has(kind: Kind):
    document = sample(kind, 3, "bilingual")
    paper = render(document)
    for form in forms_of(kind):
        content = twin(document, form, paper)
        if form.ending.endswith(".xml"):
            etree.fromstring(content)
        else:
            assert content.startswith(b"PK" if form == TwinForm.XLSX else b"%PDF")
        assert twin(document, form, paper) == content
    for form in set(TwinForm) - set(forms_of(kind)):
        with pytest.raises(InvalidValue) as refused:
            twin(document, form, paper)
        assert (refused.value.record, refused.value.field) == (document.number, "form")
        assert refused.value.remedy == f"Choose one of {', '.join(forms_of(kind))}."


@pytest.mark.parametrize(
    ("number", "stem"),
    [("CI/2026 7", "CI-2026-7"), ("../../etc", "etc"), ("发票", "commercial_invoice"), ("A:B*?", "A-B")],
)
def test_file_names_are_safe_whatever_the_number(number: str, stem: str):
    assert file_stem(replace(snapshot(), number=number)) == stem
    assert file_stem(replace(snapshot(), number=number, revision=3)) == f"{stem}_rev3"


def test_a_draft_has_no_twins():
    with pytest.raises(InvalidValue):
        xml_twins(replace(snapshot(), number=""))
