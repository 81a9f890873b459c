"""The papers of a shipment together: one PDF to print, or a zip of files that say what they are.

Beside the paper, a set can hold the twins of each document (``documents.twins``): forms for other programs.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.documents.stored import from_json
from factory_erp.documents.twins.bundle import TwinForm, forms_of
from factory_erp.documents.twins.bundle import twin as written
from factory_erp.domain.errors import NotFound
from factory_erp.i18n import _
from factory_erp.models.documents import Document, DocumentState
from factory_erp.models.shipping import Shipment
from factory_erp.services.base import get, query
from factory_erp.services.files import documents as document_files
from factory_erp.services.papers.kinds import PAPERS

_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\s]+')
_EPOCH = (2026, 1, 1, 0, 0, 0)
_READABLE = 0o644
"""Without it, unpacking on Linux or macOS gives files that nobody may open."""


@dataclass(frozen=True, slots=True)
class SetFile:
    """One file of a set: its name, its bytes, and what mail programs take it for."""

    name: str
    content: bytes
    mime_type: str = "application/pdf"


def in_force(session: Session, shipment_id: int, kinds: Sequence[str] = ()) -> list[Document]:
    """The documents of the shipment that hold, in the order in which a clerk reads them."""
    found = session.scalars(
        select(Document).filter_by(shipment_id=shipment_id, state=DocumentState.ISSUED).order_by(Document.id)
    )
    order = list(PAPERS)
    wanted = [document for document in found if not kinds or document.kind in kinds]
    return sorted(wanted, key=lambda document: (order.index(document.kind), document.variant))


def file_name(document: Document, ending: str = "pdf") -> str:
    """ "CI-2026-00042 Commercial invoice.pdf": sorts by kind, says what it is, taken by every system."""
    revision = f" rev{document.revision}" if document.revision > 1 else ""
    kind = PAPERS[document.kind].name
    return f"{safe(document.number)} {safe(kind)}{revision}.{ending}"


def safe(text: str) -> str:
    """*text* without characters that a file name cannot have."""
    return _UNSAFE.sub("-" if "/" in text else " ", text).strip(" .") or "-"


@query
def set_files(
    session: Session, shipment_id: int, kinds: Sequence[str] = (), twins: Sequence[TwinForm] = ()
) -> tuple[SetFile, ...]:
    """The issued documents as they were issued, each proved by its hash and followed by its *twins*.

    A document without such a form goes without it. Raises NotFound where none was issued, DomainError where
    a file is missing or altered, InvalidValue where a twin demands more than its document states.
    """
    return tuple(files_of(_documents(session, shipment_id, kinds), twins))


def files_of(documents: Iterable[Document], twins: Sequence[TwinForm] = ()) -> list[SetFile]:
    """The files of *documents*, proved, with those *twins* that each has."""
    return [file for document in documents for file in _with_twins(document, twins)]


def _with_twins(document: Document, twins: Sequence[TwinForm]) -> list[SetFile]:
    paper = SetFile(file_name(document), document_files.read(document))
    forms = [form for form in forms_of(document.kind) if form in twins]
    return [paper, *(twin_of(document, form, paper.content) for form in forms)]


def twin_of(document: Document, form: TwinForm, pdf: bytes) -> SetFile:
    """A *form* of the issued document, made of its frozen snapshot and *pdf*. Raises InvalidValue."""
    content = written(from_json(document.snapshot), form, pdf)
    return SetFile(file_name(document, form.ending), content, form.mime_type)


def _documents(session: Session, shipment_id: int, kinds: Sequence[str]) -> list[Document]:
    shipment = get(session, Shipment, shipment_id)
    documents = in_force(session, shipment_id, kinds)
    if not documents:
        raise NotFound(
            _("No document of {number} has been issued yet.", number=shipment.number),
            record=shipment.number,
            remedy=_("Issue the documents first."),
        )
    return documents


@query
def set_pdf(session: Session, shipment_id: int, kinds: Sequence[str] = ()) -> SetFile:
    """All issued documents as one PDF, with a bookmark for each. Raises as ``set_files``."""
    documents = _documents(session, shipment_id, kinds)
    number = get(session, Shipment, shipment_id).number
    return SetFile(f"{safe(number)}.pdf", join_pdf(files_of(documents)))


@query
def set_zip(
    session: Session, shipment_id: int, kinds: Sequence[str] = (), twins: Sequence[TwinForm] = ()
) -> SetFile:
    """All issued documents as a zip, with their *twins*. Raises as ``set_files``."""
    documents = _documents(session, shipment_id, kinds)
    number = get(session, Shipment, shipment_id).number
    return SetFile(f"{safe(number)}.zip", zipped(files_of(documents, twins)), "application/zip")


def join_pdf(files: Iterable[SetFile]) -> bytes:
    """The PDFs one after the other, a bookmark to the first page of each."""
    from pikepdf import OutlineItem, Pdf

    joined = Pdf.new()
    with joined.open_outline() as outline:
        for file in files:
            first = len(joined.pages)
            with Pdf.open(io.BytesIO(file.content)) as part:
                joined.pages.extend(part.pages)
            outline.root.append(OutlineItem(file.name.rsplit(".", 1)[0], first))
    out = io.BytesIO()
    joined.save(out, deterministic_id=True)
    return out.getvalue()


def zipped(files: Iterable[SetFile]) -> bytes:
    """The files as a zip; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.name, _EPOCH)
            entry.external_attr = _READABLE << 16
            archive.writestr(entry, file.content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
