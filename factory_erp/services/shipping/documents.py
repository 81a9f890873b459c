"""Documents as they were issued: which are in force, what they say, and their files, proved.

They are numbered without gap, frozen, filed and never edited; ``papers.issue`` makes them.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.documents import render
from factory_erp.documents.facts import ShipmentFacts
from factory_erp.documents.snapshot import Kind
from factory_erp.documents.stored import from_json
from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _
from factory_erp.models.documents import DOCUMENT_TRANSITIONS, Document, DocumentState
from factory_erp.models.shipping import Shipment
from factory_erp.services import search
from factory_erp.services.base import allowed, get, query, use_case
from factory_erp.services.files import documents as document_files
from factory_erp.services.shipping.facts import orders_of, stated_by
from factory_erp.services.shipping.pictures import pictures_of

INVOICE: Kind = "commercial_invoice"
PACKING_LIST: Kind = "packing_list"
KINDS: tuple[Kind, ...] = (INVOICE, PACKING_LIST)

"""What every shipment needs before it leaves."""

KIND_NAMES: dict[str, str] = {INVOICE: N_("Commercial invoice"), PACKING_LIST: N_("Packing list")}


def current_documents(session: Session, shipment_id: int) -> dict[Kind, Document]:
    """Kind → the document in force, of the kinds that every shipment needs."""
    found = session.scalars(
        select(Document).filter_by(shipment_id=shipment_id, state=DocumentState.ISSUED).order_by(Document.id)
    )
    by_kind = {document.kind: document for document in found}
    return {kind: by_kind[kind] for kind in KINDS if kind in by_kind}


def in_force(session: Session, shipment_id: int) -> list[Document]:
    """All documents of the shipment that hold, of every kind, as they were issued."""
    return list(
        session.scalars(
            select(Document)
            .filter_by(shipment_id=shipment_id, state=DocumentState.ISSUED)
            .order_by(Document.id)
        )
    )


def cancel_documents(session: Session, shipment_id: int) -> None:
    """Take the shipment's documents out of force; numbers and files are kept."""
    for document in in_force(session, shipment_id):
        if allowed(DOCUMENT_TRANSITIONS, document.state, DocumentState.CANCELLED):
            document.state = DocumentState.CANCELLED


def says(document: Document | None, facts: ShipmentFacts, language: str = "") -> bool:
    """Whether *document* states exactly *facts* (in *language*, where one is asked for)."""
    if document is None or (language and document.language != language):
        return False
    return from_json(document.snapshot).facts == stated_by(document.kind, facts)


def index_shipment(session: Session, shipment: Shipment) -> None:
    """Let the shipment be found by its number, consignee, orders, documents, containers and tracking."""
    numbers = session.scalars(select(Document.number).filter_by(shipment_id=shipment.id).distinct())
    orders = [word for order in orders_of(shipment) for word in (order.number, order.customer_po)]
    words = [*orders, *numbers, shipment.container_numbers, shipment.tracking_number]
    search.index(session, "shipping", shipment.id, shipment.number, shipment.consignee.name, *words)


@query
def document_bytes(session: Session, document_id: int) -> bytes:
    """The PDF as it was issued, proved by its hash. Raises DomainError where it is missing or altered."""
    return document_files.read(get(session, Document, document_id))


@use_case
def restore_file(session: Session, document_id: int) -> Path:
    """Draw a lost or altered file again from the stored snapshot, byte for byte as issued.

    Raises DomainError where this version of the program draws it differently.
    """
    document = get(session, Document, document_id, lock=True)
    snapshot = from_json(document.snapshot)
    content = render(snapshot, pictures=pictures_of(snapshot.options))
    if document_files.sha256(content) != document.file_sha256:
        raise DomainError(
            _("This version of the program draws document {number} differently.", number=document.number),
            record=document.number,
            remedy=_("Take the file from a backup of the documents folder."),
        )
    path = document_files.path_of(document.file_name)
    document_files.write(path, content)
    return path
