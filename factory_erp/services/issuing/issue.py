"""Issuing papers: numbered without gap, frozen, filed, never edited.

Commercial invoice and packing list of a shipment share one counter (docs/decisions/0005-document-numbers.md);
every other kind counts for itself. Issuing again with the same facts gives the same documents back; changed
facts make a new revision of the same number that supersedes the old one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.documents import render
from factory_erp.documents.snapshot import DocumentSnapshot, Kind, Language
from factory_erp.documents.stored import from_json, to_json
from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import _
from factory_erp.models.documents import DOCUMENT_TRANSITIONS, Document, DocumentKind, DocumentState
from factory_erp.models.planning import PurchaseOrder
from factory_erp.models.sales import SalesOrder
from factory_erp.models.shipping import SHIPMENT_TRANSITIONS, Shipment, ShipmentState
from factory_erp.services.base import allowed, get, touched, use_case
from factory_erp.services.clock import now, today
from factory_erp.services.files import documents as document_files
from factory_erp.services.issuing.compose import Desk, order_paper, purchase_paper
from factory_erp.services.papers.inputs import PaperOf
from factory_erp.services.papers.kinds import OF_ORDER, OF_SHIPMENT, name_of, paper
from factory_erp.services.papers.numbers import Numbers, first_number
from factory_erp.services.shipping.documents import INVOICE, KINDS, PACKING_LIST, index_shipment
from factory_erp.services.shipping.facts import load, orders_of
from factory_erp.services.shipping.pictures import pictures_of

_ISSUABLE = {ShipmentState.PACKED, ShipmentState.DOCUMENTED, ShipmentState.SHIPPED}
_SAFE = str.maketrans('/\\:*?"<>| ', "----------")

Wanted = tuple[str, str]
"""Kind and variant ("" for the first of its kind)."""


@dataclass(frozen=True, slots=True)
class IssuedDocument:
    """A paper that was issued: its number, and its file with the hash of it. Revisions count from 1."""

    id: int
    kind: DocumentKind
    variant: str
    number: str
    revision: int
    path: Path
    sha256: str


@use_case
def issue(
    session: Session,
    shipment_id: int,
    kinds: Sequence[str | Wanted] = KINDS,
    language: Language | None = None,
    client_key: str = "",
    reason: str = "",
) -> tuple[IssuedDocument, ...]:
    """Issue documents of a packed shipment, each as it stands or as a new revision.

    *language* None: as the customer wants them. Raises NotAllowed for a shipment that is not packed, for a
    packing list before its invoice, and where a paper lacks something; DomainError where a file cannot be
    written. Nothing is changed and no number is used then.
    """
    shipment = load(session, shipment_id, lock=True)
    wanted = [_wanted(kind) for kind in kinds]
    _check(shipment, wanted)
    _lock_orders(session, shipment)
    desk = Desk(session, shipment)
    holding = _holding(session, shipment_id)
    _check_invoice(shipment, wanted, holding)
    # The invoice first: other papers name its number.
    changed = False
    for step in _steps(wanted):
        drafts = {one: _draft(desk, one, language) for one in step}
        stale = [one for one in step if not _says(holding.get(one), drafts[one])]
        if stale and not _repeated(session, client_key, stale):
            _issue(desk, [(one, drafts[one]) for one in stale], client_key, reason)
            desk, holding, changed = Desk(session, shipment), _holding(session, shipment_id), True
    if not changed and shipment.state == ShipmentState.PACKED and {*KINDS} <= {kind for kind, _v in wanted}:
        _documented(session, shipment)  # packed again into the very cartons that its documents name
    return tuple(_issued(holding[one]) for one in wanted if one in holding)


def _wanted(kind: str | Wanted) -> Wanted:
    return (kind, "") if isinstance(kind, str) else kind


def _steps(wanted: Sequence[Wanted]) -> list[list[Wanted]]:
    """Invoice and packing list together, then the others."""
    first = [one for one in wanted if one[0] in KINDS]
    rest = [one for one in wanted if one[0] not in KINDS]
    return [step for step in (first, rest) if step]


def _check(shipment: Shipment, wanted: Sequence[Wanted]) -> None:
    for kind, _variant in wanted:
        if paper(kind).kind not in OF_SHIPMENT:
            raise NotAllowed(
                _("A {kind} is not a document of a shipment.", kind=name_of(kind)),
                record=shipment.number,
                field="kind",
                remedy=_("Issue it from its order."),
            )
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


def _check_invoice(shipment: Shipment, wanted: Sequence[Wanted], holding: dict[Wanted, Document]) -> None:
    kinds = {kind for kind, _variant in wanted}
    if PACKING_LIST in kinds and INVOICE not in kinds and (INVOICE, "") not in holding:
        raise NotAllowed(
            _(
                "The packing list of {number} takes its number and date from the invoice.",
                number=shipment.number,
            ),
            record=shipment.number,
            field=_("Documents"),
            remedy=_("Issue the commercial invoice together with it."),
        )


def _holding(session: Session, shipment_id: int) -> dict[Wanted, Document]:
    """Kind and variant → the document in force."""
    found = session.scalars(
        select(Document).filter_by(shipment_id=shipment_id, state=DocumentState.ISSUED).order_by(Document.id)
    )
    return {(document.kind, document.variant): document for document in found}


def _draft(desk: Desk, wanted: Wanted, language: Language | None) -> DocumentSnapshot:
    kind, variant = wanted
    return desk.snapshot(kind, variant, day=today(), language=language)


def _says(document: Document | None, draft: DocumentSnapshot) -> bool:
    """Whether *document* states exactly what *draft* would: number, revision and date apart."""
    if document is None:
        return False
    stored = from_json(document.snapshot)
    return draft == replace(
        stored,
        number=draft.number,
        revision=draft.revision,
        issued_on=draft.issued_on,
        invoice_number=draft.invoice_number,
    )


def _repeated(session: Session, client_key: str, wanted: Iterable[Wanted]) -> bool:
    """Whether the form that asks has issued these documents before."""
    keys = [_key(client_key, one) for one in wanted] if client_key else []
    found = session.scalars(select(Document.id).where(Document.client_key.in_(keys))) if keys else ()
    return any(True for _id in found)


def _key(client_key: str, wanted: Wanted) -> str:
    kind, variant = wanted
    return f"{client_key}:{kind}" + (f":{variant}" if variant else "")


def _issue(
    desk: Desk, drafts: Sequence[tuple[Wanted, DocumentSnapshot]], client_key: str, reason: str
) -> None:
    session, shipment = desk.session, desk.shipment
    earlier = session.scalars(select(Document).filter_by(shipment_id=shipment.id).order_by(Document.id)).all()
    kinds = {wanted for wanted, _draft in drafts}
    day = _issue_day(earlier, drafts)
    _supersede(document for document in earlier if (document.kind, document.variant) in kinds)
    if any(kind in KINDS for kind, _variant in kinds):
        _documented(session, shipment)
    session.flush()
    numbers = Numbers(session, day, earlier)
    for wanted, draft in drafts:  # numbers are taken last, so that others wait only for the drawing
        before = [one for one in earlier if (one.kind, one.variant) == wanted]
        numbered = replace(
            draft,
            number=before[0].number if before else numbers.of(draft.kind),
            revision=max((one.revision for one in before), default=0) + 1,
            issued_on=day,
            invoice_number=numbers.of(INVOICE) if draft.kind == PACKING_LIST else "",
        )
        key = client_key or f"shipment-{shipment.id}-{numbered.revision}"
        row = _file(session, numbered, _key(key, wanted), reason)
        row.variant, row.shipment_id, row.partner_id = wanted[1], shipment.id, shipment.consignee_id
        session.add(row)
    session.flush()
    index_shipment(session, shipment)


def _issue_day(earlier: Sequence[Document], drafts: Sequence[tuple[Wanted, DocumentSnapshot]]) -> date:
    """Today; a packing list made later for an invoice that still holds carries the invoice's date."""
    kinds = {kind for (kind, _variant), _draft in drafts}
    if PACKING_LIST not in kinds or INVOICE in kinds:
        return today()
    facts = next(draft.facts for (kind, _variant), draft in drafts if kind == PACKING_LIST)
    for document in earlier:
        if document.kind == INVOICE and document.state == DocumentState.ISSUED:
            return document.issued_on if from_json(document.snapshot).facts == facts else today()
    return today()


def _supersede(documents: Iterable[Document]) -> None:
    for document in documents:
        if allowed(DOCUMENT_TRANSITIONS, document.state, DocumentState.SUPERSEDED):
            document.state = DocumentState.SUPERSEDED


def _documented(session: Session, shipment: Shipment) -> None:
    if allowed(SHIPMENT_TRANSITIONS, shipment.state, ShipmentState.DOCUMENTED):
        shipment.state = ShipmentState.DOCUMENTED
    touched(session, SalesOrder, [order.id for order in orders_of(shipment)])


def _file(session: Session, snapshot: DocumentSnapshot, client_key: str, reason: str) -> Document:
    """Draw the document and write its file; the record of it, without its owner."""
    content = render(snapshot, pictures=pictures_of(snapshot.options))
    name = f"{snapshot.issued_on.year}/{snapshot.number.translate(_SAFE)}_rev{snapshot.revision}.pdf"
    document_files.store(session, name, content)
    return Document(
        kind=snapshot.kind,
        number=snapshot.number,
        revision=snapshot.revision,
        language=snapshot.language,
        issued_on=snapshot.issued_on,
        issued_at=now(),
        snapshot=to_json(snapshot),
        file_name=name,
        file_sha256=document_files.sha256(content),
        reason=reason.strip()[:200],
        client_key=client_key,
    )


def _issued(document: Document) -> IssuedDocument:
    return IssuedDocument(
        id=document.id,
        kind=DocumentKind(document.kind),
        variant=document.variant,
        number=document.number,
        revision=document.revision,
        path=document_files.path_of(document.file_name),
        sha256=document.file_sha256,
    )


@use_case
def issue_for_order(
    session: Session,
    order_id: int,
    kind: Kind,
    language: Language | None = None,
    client_key: str = "",
    reason: str = "",
) -> IssuedDocument:
    """Issue the proforma invoice or the contract of an order, as it stands or as a new revision."""
    order = get(session, SalesOrder, order_id, lock=True)
    if kind not in OF_ORDER:
        raise NotAllowed(
            _("A {kind} is not a document of an order.", kind=name_of(kind)),
            record=order.number,
            field="kind",
            remedy=_("Issue it from the shipment."),
        )
    draft = order_paper(session, PaperOf(kind, sales_order_id=order.id), today(), language)
    row = _single(session, draft, {"sales_order_id": order.id}, client_key or f"order-{order.id}", reason)
    row.sales_order_id, row.partner_id = order.id, order.customer_id
    session.add(row)
    session.flush()
    return _issued(row)


@use_case
def issue_for_purchase(
    session: Session,
    purchase_id: int,
    language: Language | None = None,
    client_key: str = "",
    reason: str = "",
) -> IssuedDocument:
    """Issue the order to a supplier, as it stands or as a new revision; it has the purchase's own number."""
    order = get(session, PurchaseOrder, purchase_id, lock=True)
    draft = purchase_paper(session, order, today(), language)
    row = _single(
        session, draft, {"purchase_order_id": order.id}, client_key or f"buy-{order.id}", reason, order.number
    )
    row.purchase_order_id, row.partner_id = order.id, order.supplier_id
    session.add(row)
    session.flush()
    return _issued(row)


def _single(
    session: Session,
    draft: DocumentSnapshot,
    owner: dict[str, int],
    client_key: str,
    reason: str,
    number: str = "",
) -> Document:
    """The paper in force where it says the same, else a new revision of it, or the first.

    That has *number*, or else the next one of its kind.
    """
    earlier = session.scalars(
        select(Document).filter_by(kind=draft.kind, **owner).order_by(Document.id)
    ).all()
    holding = next((one for one in earlier if one.state == DocumentState.ISSUED), None)
    if holding is not None and _says(holding, draft):
        return holding
    _supersede(earlier)
    session.flush()
    day = today()
    number = earlier[0].number if earlier else number or first_number(session, draft.kind, day)
    revision = max((one.revision for one in earlier), default=0) + 1
    numbered = replace(draft, number=number, revision=revision)
    return _file(session, numbered, f"{client_key}:{draft.kind}:{revision}", reason)


@use_case
def cancel(session: Session, document_id: int, reason: str) -> None:
    """Take a document out of force: its number stays used and its file stays where it is.

    Raises NotAllowed for one that does not hold any more.
    """
    document = get(session, Document, document_id, lock=True)
    if not allowed(DOCUMENT_TRANSITIONS, document.state, DocumentState.CANCELLED):
        raise NotAllowed(
            _("Document {number} does not hold any more.", number=document.number),
            record=document.number,
            field="state",
            remedy=_("Open the revision that is in force."),
        )
    document.state = DocumentState.CANCELLED
    document.reason = reason.strip()[:200]
