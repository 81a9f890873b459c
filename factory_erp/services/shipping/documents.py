"""Issuing the papers of a shipment: numbered without gap, frozen, filed, never edited.

The commercial invoice and the packing list of a shipment are drawn from one set of facts and share
one counter (docs/decisions/0005-document-numbers.md). Issuing again with the same facts gives the
same documents back; changed facts make a new revision that supersedes the old one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.documents import render
from factory_erp.documents.snapshot import (
    DocumentSnapshot,
    Kind,
    Language,
    ShipmentFacts,
    from_json,
    to_json,
)
from factory_erp.domain.errors import DomainError, NotAllowed
from factory_erp.i18n import N_, _
from factory_erp.models.documents import DOCUMENT_TRANSITIONS, Document, DocumentKind, DocumentState
from factory_erp.models.sales import SalesOrder
from factory_erp.models.shipping import SHIPMENT_TRANSITIONS, Shipment, ShipmentState
from factory_erp.services import search
from factory_erp.services.base import allowed, get, query, touched, use_case
from factory_erp.services.clock import now, today
from factory_erp.services.files import documents as document_files
from factory_erp.services.numbering import next_number
from factory_erp.services.shipping.facts import compose_facts, load, orders_of

INVOICE: Kind = "commercial_invoice"
PACKING_LIST: Kind = "packing_list"
KINDS: tuple[Kind, ...] = (INVOICE, PACKING_LIST)

KIND_NAMES = {
    DocumentKind.COMMERCIAL_INVOICE: N_("Commercial invoice"),
    DocumentKind.PACKING_LIST: N_("Packing list"),
}

SERIES = "INV"
"""The one counter behind both papers of a shipment."""

_PREFIXES: dict[Kind, str] = {INVOICE: "CI", PACKING_LIST: "PL"}
_NO_NUMBER = "—"
_ISSUABLE = {ShipmentState.PACKED, ShipmentState.DOCUMENTED, ShipmentState.SHIPPED}


@dataclass(frozen=True, slots=True)
class IssuedDocument:
    """A paper that was issued: its number, and its file with the hash of it. Revisions count from 1."""

    id: int
    kind: DocumentKind
    number: str
    revision: int
    path: Path
    sha256: str


def compose(
    session: Session,
    shipment: Shipment,
    kind: Kind,
    number: str,
    revision: int,
    issued_on: date,
    language: Language,
) -> DocumentSnapshot:
    """What the document of *shipment* says now.

    Raises NotAllowed where the company is not set up or an order's amounts do not add up.
    """
    facts = compose_facts(session, shipment)
    return DocumentSnapshot(kind, number, revision, issued_on, language, facts)


@use_case
def issue(
    session: Session,
    shipment_id: int,
    kinds: Sequence[Kind] = KINDS,
    language: Language = "bilingual",
    client_key: str = "",
) -> tuple[IssuedDocument, ...]:
    """Issue the documents *kinds* of a packed shipment, each as it stands or as a new revision.

    Raises NotAllowed for a shipment that is not packed, and for a packing list before its invoice;
    DomainError where a file cannot be written. Nothing is changed and no number is used then.
    """
    shipment = load(session, shipment_id, lock=True)
    _check_state(shipment)
    _lock_orders(session, shipment)
    facts = compose_facts(session, shipment)
    current = current_documents(session, shipment_id)
    _check_kinds(shipment, kinds, current)
    stale = [kind for kind in kinds if not says(current.get(kind), facts, language)]
    if stale:
        if not _repeated(session, client_key, stale):
            _issue(session, shipment, stale, facts, language, client_key)
            current = current_documents(session, shipment_id)
    elif shipment.state == ShipmentState.PACKED:
        _documented(session, shipment)  # packed again into the very cartons that its documents name
    return tuple(_issued(current[kind]) for kind in KINDS if kind in kinds)


def _check_state(shipment: Shipment) -> None:
    if shipment.state not in _ISSUABLE:
        raise NotAllowed(
            _("Shipment {number} is not packed, so its documents cannot be issued.", number=shipment.number),
            record=shipment.number,
            field="state",
            remedy=_("Pack it into cartons first."),
        )


def _lock_orders(session: Session, shipment: Shipment) -> None:
    """Two shipments of one order are issued one after the other: each takes its part of the charges."""
    ids = sorted(order.id for order in orders_of(shipment))
    statement = select(SalesOrder.id).where(SalesOrder.id.in_(ids)).order_by(SalesOrder.id)
    session.execute(statement.with_for_update()).all()


def _check_kinds(shipment: Shipment, kinds: Sequence[Kind], current: dict[Kind, Document]) -> None:
    if INVOICE not in kinds and INVOICE not in current:
        raise NotAllowed(
            _(
                "The packing list of {number} takes its number and date from the invoice.",
                number=shipment.number,
            ),
            record=shipment.number,
            field=_("Documents"),
            remedy=_("Issue the commercial invoice together with it."),
        )


def current_documents(session: Session, shipment_id: int) -> dict[Kind, Document]:
    """Kind → the document in force, for the kinds that were issued."""
    found = session.scalars(
        select(Document).filter_by(shipment_id=shipment_id, state=DocumentState.ISSUED).order_by(Document.id)
    )
    by_kind = {document.kind: document for document in found}
    return {kind: by_kind[kind] for kind in KINDS if kind in by_kind}


def cancel_documents(session: Session, shipment_id: int) -> None:
    """Take the shipment's documents out of force; numbers and files are kept."""
    for document in current_documents(session, shipment_id).values():
        if allowed(DOCUMENT_TRANSITIONS, document.state, DocumentState.CANCELLED):
            document.state = DocumentState.CANCELLED


def says(document: Document | None, facts: ShipmentFacts, language: str = "") -> bool:
    """Whether *document* states exactly *facts* (in *language*, where one is asked for)."""
    if document is None or (language and document.language != language):
        return False
    return from_json(document.snapshot).facts == facts


def _repeated(session: Session, client_key: str, kinds: Iterable[Kind]) -> bool:
    """Whether the form that asks has issued these documents before."""
    keys = [_key(client_key, kind) for kind in kinds] if client_key else []
    found = session.scalars(select(Document.id).where(Document.client_key.in_(keys))) if keys else ()
    return any(True for _id in found)


def _key(client_key: str, kind: Kind) -> str:
    return f"{client_key}:{kind}"


def _issue(
    session: Session,
    shipment: Shipment,
    kinds: Sequence[Kind],
    facts: ShipmentFacts,
    language: Language,
    client_key: str,
) -> None:
    earlier = session.scalars(select(Document).filter_by(shipment_id=shipment.id).order_by(Document.id)).all()
    issued_on = _issue_day(earlier, facts, kinds)
    drafts = [
        DocumentSnapshot(kind, _NO_NUMBER, _revision(earlier, kind), issued_on, language, facts)
        for kind in kinds
    ]
    _supersede(document for document in earlier if document.kind in kinds)
    _documented(session, shipment)
    session.flush()
    count = _count(session, earlier, issued_on)  # taken last, so that others wait only for the drawing
    for draft in drafts:
        key = client_key or f"shipment-{shipment.id}-{draft.revision}"
        _file(session, shipment, _numbered(draft, count), key)
    session.flush()
    index_shipment(session, shipment)


def _numbered(draft: DocumentSnapshot, count: str) -> DocumentSnapshot:
    """The draft with its number; a packing list also names the invoice that it goes with."""
    invoice = "" if draft.kind == INVOICE else f"{_PREFIXES[INVOICE]}-{count}"
    return replace(draft, number=f"{_PREFIXES[draft.kind]}-{count}", invoice_number=invoice)


def _issue_day(earlier: Sequence[Document], facts: ShipmentFacts, kinds: Sequence[Kind]) -> date:
    """Today; a packing list made later for an invoice that still holds carries the invoice's date."""
    invoice = next(
        (d for d in earlier if d.kind == INVOICE and d.state == DocumentState.ISSUED and says(d, facts)), None
    )
    return today() if invoice is None or INVOICE in kinds else invoice.issued_on


def _revision(earlier: Sequence[Document], kind: Kind) -> int:
    return max((document.revision for document in earlier if document.kind == kind), default=0) + 1


def _supersede(documents: Iterable[Document]) -> None:
    for document in documents:
        if allowed(DOCUMENT_TRANSITIONS, document.state, DocumentState.SUPERSEDED):
            document.state = DocumentState.SUPERSEDED


def _documented(session: Session, shipment: Shipment) -> None:
    if allowed(SHIPMENT_TRANSITIONS, shipment.state, ShipmentState.DOCUMENTED):
        shipment.state = ShipmentState.DOCUMENTED
    touched(session, SalesOrder, [order.id for order in orders_of(shipment)])


def _count(session: Session, earlier: Sequence[Document], issued_on: date) -> str:
    """Year and counter of the shipment's papers ("2026-00001"): taken once, kept by every revision."""
    number = earlier[0].number if earlier else next_number(session, SERIES, issued_on.year)
    return number.partition("-")[2]


def _file(session: Session, shipment: Shipment, snapshot: DocumentSnapshot, client_key: str) -> None:
    """Draw the document, write its file and record it."""
    content = render(snapshot)
    name = f"{snapshot.issued_on.year}/{snapshot.number}_rev{snapshot.revision}.pdf"
    document_files.store(session, name, content)
    session.add(
        Document(
            kind=snapshot.kind,
            number=snapshot.number,
            revision=snapshot.revision,
            shipment_id=shipment.id,
            language=snapshot.language,
            issued_on=snapshot.issued_on,
            issued_at=now(),
            snapshot=to_json(snapshot),
            file_name=name,
            file_sha256=document_files.sha256(content),
            client_key=_key(client_key, snapshot.kind),
        )
    )


def index_shipment(session: Session, shipment: Shipment) -> None:
    """Let the shipment be found by its number, consignee, orders, documents, containers and tracking."""
    numbers = session.scalars(select(Document.number).filter_by(shipment_id=shipment.id).distinct())
    orders = [word for order in orders_of(shipment) for word in (order.number, order.customer_po)]
    words = [*orders, *numbers, shipment.container_numbers, shipment.tracking_number]
    search.index(session, "shipping", shipment.id, shipment.number, shipment.consignee.name, *words)


def _issued(document: Document) -> IssuedDocument:
    return IssuedDocument(
        id=document.id,
        kind=DocumentKind(document.kind),
        number=document.number,
        revision=document.revision,
        path=document_files.path_of(document.file_name),
        sha256=document.file_sha256,
    )


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
    content = render(from_json(document.snapshot))
    if document_files.sha256(content) != document.file_sha256:
        raise DomainError(
            _("This version of the program draws document {number} differently.", number=document.number),
            record=document.number,
            remedy=_("Take the file from a backup of the documents folder."),
        )
    path = document_files.path_of(document.file_name)
    document_files.write(path, content)
    return path


@query
def preview(session: Session, shipment_id: int, kind: Kind, language: Language = "bilingual") -> bytes:
    """The document as it would be issued now, without a number and marked across the page as a draft."""
    shipment = load(session, shipment_id)
    snapshot = compose(session, shipment, kind, _NO_NUMBER, 1, today(), language)
    return render(snapshot, draft=True)
