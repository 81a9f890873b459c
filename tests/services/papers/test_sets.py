"""The papers of a shipment together: in a clerk's order, whole, with names that every system takes."""

from __future__ import annotations

import io
import shutil
import stat
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from factory_erp.documents.twins.bundle import TwinForm
from factory_erp.domain.errors import DomainError, NotFound
from factory_erp.models.database import Database
from factory_erp.models.documents import Document, DocumentState
from factory_erp.services.files import documents as document_files
from factory_erp.services.issuing.sets import file_name, join_pdf, safe, set_files, set_pdf, set_zip, zipped
from tests.services.shipping_factory import Factory

NAMES = ["CI-2026-00001 Commercial invoice.pdf", "PL-2026-00001 Packing list.pdf"]


@pytest.fixture
def factory(db: Database) -> Factory:
    return Factory(db)


@pytest.fixture
def shipment(factory: Factory) -> int:
    item = factory.item("CUP-1")
    factory.stock(item, 500)
    return factory.documented(factory.order(factory.customer(), [(item, "100", "2.35")]))


def document(**values: object) -> Document:
    given = {"kind": "packing_list", "number": "PL-2026-00001", "revision": 1} | values
    return Document(**given)


def test_the_files_are_those_that_were_issued(factory: Factory, shipment: int) -> None:
    files = set_files(shipment)
    assert [file.name for file in files] == NAMES
    assert [document_files.sha256(file.content) for file in files] == [
        one.file_sha256 for one in factory.all(Document)
    ]
    assert [file.name for file in set_files(shipment, ["packing_list"])] == NAMES[1:]


def test_one_pdf_has_every_page_and_a_bookmark_for_each_paper(shipment: int) -> None:
    joined, files = set_pdf(shipment), set_files(shipment)
    assert joined.name == "SH-2026-00001.pdf"
    whole = PdfReader(io.BytesIO(joined.content))
    parts = [PdfReader(io.BytesIO(file.content)) for file in files]
    assert [page.extract_text() for page in whole.pages] == [
        page.extract_text() for part in parts for page in part.pages
    ]
    marks = [one for one in whole.outline if not isinstance(one, list)]
    assert [one.title for one in marks] == [name.removesuffix(".pdf") for name in NAMES]
    assert [whole.get_destination_page_number(one) for one in marks] == [0, len(parts[0].pages)]


def test_a_zip_holds_the_files_and_opens_on_every_system(shipment: int, tmp_path: Path) -> None:
    packed = set_zip(shipment)
    assert packed.name == "SH-2026-00001.zip"
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.testzip() is None
        assert {one: archive.read(one) for one in archive.namelist()} == {
            file.name: file.content for file in set_files(shipment)
        }
        assert all(stat.S_IMODE(one.external_attr >> 16) == 0o644 for one in archive.infolist())
    if shutil.which("unzip"):
        (tmp_path / "set.zip").write_bytes(packed.content)
        subprocess.run(["unzip", "-q", "set.zip"], cwd=tmp_path, check=True)
        assert sorted(path.name for path in tmp_path.glob("*.pdf")) == NAMES


def test_a_set_holds_the_forms_that_each_paper_has(shipment: int) -> None:
    forms = (TwinForm.DECMESSAGE, TwinForm.DESPATCH_ADVICE, TwinForm.XLSX)
    files = set_files(shipment, twins=forms)
    assert [file.name for file in files] == [
        NAMES[0],
        "CI-2026-00001 Commercial invoice.xlsx",
        NAMES[1],
        "PL-2026-00001 Packing list.xlsx",
        "PL-2026-00001 Packing list.despatch-advice.xml",
    ]
    assert [file.mime_type for file in files[-2:]] == [TwinForm.XLSX.mime_type, "application/xml"]
    with zipfile.ZipFile(io.BytesIO(set_zip(shipment, twins=forms).content)) as archive:
        assert {one: archive.read(one) for one in archive.namelist()} == {
            file.name: file.content for file in files
        }
    assert set_zip(shipment, twins=forms).content == set_zip(shipment, twins=forms).content


def test_the_same_set_gives_the_same_bytes(shipment: int) -> None:
    assert set_pdf(shipment).content == set_pdf(shipment).content
    assert set_zip(shipment).content == set_zip(shipment).content


@pytest.mark.parametrize("asks", [set_files, set_pdf, set_zip])
def test_a_shipment_without_documents_says_what_to_do(factory: Factory, shipment: int, asks: object) -> None:
    assert callable(asks)
    for one in factory.all(Document):
        factory.change(Document, one.id, state=DocumentState.CANCELLED)
    with pytest.raises(NotFound) as missing:
        asks(shipment)
    assert (missing.value.record, missing.value.remedy) == ("SH-2026-00001", "Issue the documents first.")


def test_a_file_that_was_altered_is_not_handed_out(factory: Factory, shipment: int) -> None:
    path = document_files.path_of(factory.all(Document)[1].file_name)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"%")
    with pytest.raises(DomainError, match="not the one that was issued"):
        set_zip(shipment)
    assert len(set_files(shipment, ["commercial_invoice"])) == 1


def test_names_say_what_a_file_is() -> None:
    assert file_name(document(revision=3)) == "PL-2026-00001 Packing list rev3.pdf"
    assert file_name(document(number="NB/26/002", kind="vgm_declaration"), "xlsx") == (
        "NB-26-002 VGM declaration.xlsx"
    )


@given(st.text(max_size=60))
def test_every_system_takes_the_names(text: str) -> None:
    name = safe(text)
    assert name
    assert not set(name) & set('\\/:*?"<>|\n\r\t\0')
    assert name not in (".", "..")
    assert not name.endswith((" ", "."))


def test_nothing_joined_is_an_empty_set() -> None:
    assert zipfile.ZipFile(io.BytesIO(zipped([]))).namelist() == []
    assert join_pdf([]).startswith(b"%PDF")
