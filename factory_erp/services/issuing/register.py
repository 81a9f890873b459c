"""The register of issued documents: every paper that ever left the house, found, listed and looked into.

Lists are ids, filtered and sorted by the database; rows are read for those that are painted. A snapshot is
never read for a list: it is larger than all the rest of its row.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from factory_erp.i18n import language
from factory_erp.models.documents import Document, DocumentMail, DocumentState, MailState
from factory_erp.models.partners import Partner
from factory_erp.models.planning import PurchaseOrder
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.models.shipping import Shipment, ShipmentLine
from factory_erp.services.base import get, query
from factory_erp.services.clock import today
from factory_erp.services.issuing.sets import in_force, safe
from factory_erp.services.listing import counted, listed
from factory_erp.services.names import CHINESE
from factory_erp.services.search import TRIGRAM

NOUN = "documents"
"""The register in deep links: erp://documents/12."""

VIEWS = ("in_force", "this_month", "superseded", "cancelled", "all")
"""Saved views that every workspace has."""

_STATES = {
    "in_force": DocumentState.ISSUED,
    "superseded": DocumentState.SUPERSEDED,
    "cancelled": DocumentState.CANCELLED,
}

_SORTS: dict[str, Any] = {
    "issued": Document.issued_at,
    "day": Document.issued_on,
    "number": Document.number,
    "kind": Document.kind,
    "revision": Document.revision,
    "language": Document.language,
    "state": Document.state,
    "partner": Partner.name,
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What the register is narrowed to: a kind of paper, days of issue from *since* to *until*, a partner."""

    kind: str = ""
    since: date | None = None
    until: date | None = None
    partner_id: int | None = None


EVERYTHING = Filter()


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One issued document. ``owner`` is the number of the shipment or order it is of, ``link`` opens that."""

    id: int
    kind: str
    variant: str
    number: str
    revision: int
    state: DocumentState
    partner: str
    owner: str
    link: str
    language: str
    issued_on: date
    issued_at: datetime
    reason: str

    @property
    def own_link(self) -> str:
        """Deep link to the document itself."""
        return f"erp://{NOUN}/{self.id}"

    @property
    def file_name(self) -> str:
        """What its file is called where somebody saves it."""
        return f"{safe(self.number)}{f'_rev{self.revision}' if self.revision > 1 else ''}.pdf"


@dataclass(frozen=True, slots=True)
class Sending:
    """A message that a document went out with: to whom, when, and what became of it."""

    recipients: tuple[str, ...]
    state: MailState
    at: datetime


@dataclass(frozen=True, slots=True)
class DocumentHistory:
    """A document with all revisions of it, the latest first, and to whom it was sent."""

    document: RegisterRow
    revisions: tuple[RegisterRow, ...]
    sendings: tuple[Sending, ...]


@query
def register_ids(
    session: Session,
    view: str = "all",
    words: str = "",
    sort: str = "issued",
    descending: bool = True,
    narrowed: Filter = EVERYTHING,
) -> array[int]:
    """Ids of the documents of a view that contain *words*, sorted by the database."""
    statement = select(Document.id)
    if sort == "partner":
        statement = statement.outerjoin(Partner, Partner.id == Document.partner_id)
    return listed(
        session, statement, Document, where=_where(view, narrowed), found=_found(words),
        by=_SORTS.get(sort, Document.issued_at), descending=descending, empty_last=sort == "partner",
    )  # fmt: skip


@query
def documents_named(session: Session, words: str, limit: int = 4) -> list[RegisterRow]:
    """Documents whose number contains *words* (starts with them where they are short), latest revisions only.

    Highest numbers first, as a clerk looks for what was issued last.
    """
    wanted = words.strip()
    if not wanted:
        return []
    match = Document.number.icontains if len(wanted) >= TRIGRAM else Document.number.istartswith
    latest = func.max(Document.id)
    statement = select(latest).where(match(wanted, autoescape=True)).group_by(Document.number, Document.kind)
    ids = session.scalars(statement.order_by(Document.number.desc(), latest.desc()).limit(limit)).all()
    return _rows(session, ids)


@query
def register_counts(session: Session, narrowed: Filter = EVERYTHING) -> dict[str, int]:
    """View → how many documents it holds."""
    return counted(session, Document, VIEWS, lambda view: _where(view, narrowed))


def _where(view: str, narrowed: Filter) -> ColumnElement[bool] | None:
    parts = [*_of_view(view), *_of_filter(narrowed)]
    return and_(*parts) if parts else None


def _of_view(view: str) -> list[ColumnElement[bool]]:
    if view == "this_month":
        first = today().replace(day=1)
        return [Document.issued_on >= first, Document.issued_on < month_after(first)]
    return [Document.state == _STATES[view]] if view in _STATES else []


def _of_filter(narrowed: Filter) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    if narrowed.kind:
        parts.append(Document.kind == narrowed.kind)
    if narrowed.since is not None:
        parts.append(Document.issued_on >= narrowed.since)
    if narrowed.until is not None:
        parts.append(Document.issued_on <= narrowed.until)
    if narrowed.partner_id is not None:
        parts.append(Document.partner_id == narrowed.partner_id)
    return parts


def month_after(first: date) -> date:
    """The first day of the month after that of *first*."""
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)


def _found(words: str) -> ColumnElement[bool] | None:
    """Documents by their number, partner, shipment (also by order, container and bill) or order.

    Each way is looked up by its own index, and only their ids are put together.
    """
    wanted = words.strip()
    if not wanted:
        return None
    partners = select(Partner.id).where(_any_of(wanted, Partner.name, Partner.name_local, Partner.code))
    orders = select(SalesOrder.id).where(_any_of(wanted, SalesOrder.number, SalesOrder.customer_po))
    ways = (
        _any_of(wanted, Document.number),
        Document.partner_id.in_(partners),
        Document.shipment_id.in_(_shipments(wanted, partners, orders)),
        Document.sales_order_id.in_(
            select(SalesOrder.id).where(or_(SalesOrder.id.in_(orders), SalesOrder.customer_id.in_(partners)))
        ),
        Document.purchase_order_id.in_(
            select(PurchaseOrder.id).where(
                or_(_any_of(wanted, PurchaseOrder.number), PurchaseOrder.supplier_id.in_(partners))
            )
        ),
    )
    return Document.id.in_(union(*(select(Document.id).where(way) for way in ways)))


def _shipments(wanted: str, partners: Select[int], orders: Select[int]) -> Select[int]:
    of_orders = (
        select(ShipmentLine.shipment_id)
        .join(SalesLine, SalesLine.id == ShipmentLine.sales_line_id)
        .where(SalesLine.order_id.in_(orders))
    )
    named = _any_of(wanted, Shipment.number, Shipment.container_numbers, Shipment.bill_number)
    return select(Shipment.id).where(
        or_(named, Shipment.consignee_id.in_(partners), Shipment.id.in_(of_orders))
    )


def _any_of(wanted: str, *columns: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return or_(*(column.icontains(wanted, autoescape=True) for column in columns))


@query
def register_rows(session: Session, ids: Sequence[int]) -> list[RegisterRow]:
    """The documents with these ids, in this order; one that is not there is left out."""
    return _rows(session, ids)


def _rows(session: Session, ids: Sequence[int]) -> list[RegisterRow]:
    owner = func.coalesce(
        Document.partner_id, Shipment.consignee_id, SalesOrder.customer_id, PurchaseOrder.supplier_id
    )
    statement = (
        select(
            Document.id, Document.kind, Document.variant, Document.number, Document.revision,
            Document.state, Document.language, Document.issued_on, Document.issued_at, Document.reason,
            Document.sales_order_id, Document.purchase_order_id,
            Shipment.number.label("shipment"), SalesOrder.number.label("order"),
            PurchaseOrder.number.label("purchase"), Partner.name, Partner.name_local,
        )
        .outerjoin(Shipment, Shipment.id == Document.shipment_id)
        .outerjoin(SalesOrder, SalesOrder.id == Document.sales_order_id)
        .outerjoin(PurchaseOrder, PurchaseOrder.id == Document.purchase_order_id)
        .outerjoin(Partner, Partner.id == owner)
        .where(Document.id.in_(ids))
    )  # fmt: skip
    found = {row.id: _row(row) for row in session.execute(statement)}
    return [found[wanted] for wanted in ids if wanted in found]


def _row(row: Row[*tuple[Any, ...]]) -> RegisterRow:
    local = row.name_local if language() == CHINESE else ""
    return RegisterRow(
        id=row.id,
        kind=row.kind,
        variant=row.variant,
        number=row.number,
        revision=row.revision,
        state=DocumentState(row.state),
        partner=local or row.name or "",
        owner=row.shipment or row.order or row.purchase,
        link=_link(row),
        language=row.language,
        issued_on=row.issued_on,
        issued_at=row.issued_at,
        reason=row.reason,
    )


def _link(row: Row[*tuple[Any, ...]]) -> str:
    """Deep link to what the document is of."""
    if row.shipment:
        return f"erp://shipping/{row.shipment}"
    if row.sales_order_id:
        return f"erp://sales/{row.sales_order_id}"
    return f"erp://material/purchases/{row.purchase_order_id}"


@query
def papers_of(session: Session, shipment_id: int) -> list[RegisterRow]:
    """The documents of the shipment that hold, in the order in which a clerk reads them."""
    return _rows(session, [document.id for document in in_force(session, shipment_id)])


@query
def papers_of_order(session: Session, order_id: int) -> list[RegisterRow]:
    """Every document of the sales order that was ever issued, the latest first."""
    return _rows(session, _latest_first(session, sales_order_id=order_id))


@query
def papers_of_purchase(session: Session, purchase_id: int) -> list[RegisterRow]:
    """The same of an order to a supplier."""
    return _rows(session, _latest_first(session, purchase_order_id=purchase_id))


def _latest_first(session: Session, **owner: int) -> Sequence[int]:
    return session.scalars(select(Document.id).filter_by(**owner).order_by(Document.id.desc())).all()


@query
def document_history(session: Session, document_id: int) -> DocumentHistory:
    """The document, its revisions and to whom it went. Raises NotFound."""
    document = get(session, Document, document_id)
    same = select(Document.id).filter_by(
        kind=document.kind,
        variant=document.variant,
        shipment_id=document.shipment_id,
        sales_order_id=document.sales_order_id,
        purchase_order_id=document.purchase_order_id,
    )
    ids = session.scalars(same.order_by(Document.revision.desc(), Document.id.desc())).all()
    rows = {row.id: row for row in _rows(session, ids)}
    return DocumentHistory(rows[document_id], tuple(rows.values()), _sendings(session, document))


def _sendings(session: Session, document: Document) -> tuple[Sending, ...]:
    """The messages of its shipment that the document was attached to, the latest first."""
    if document.shipment_id is None:
        return ()
    mails = session.scalars(
        select(DocumentMail).filter_by(shipment_id=document.shipment_id).order_by(DocumentMail.id.desc())
    )
    return tuple(
        Sending(tuple(mail.recipients.splitlines()), MailState(mail.state), mail.sent_at or mail.created_at)
        for mail in mails
        if any(one["id"] == document.id for one in json.loads(mail.attached)["documents"])
    )


@query
def document_id_of(session: Session, number: str) -> int | None:
    """The latest revision of the document with that number; None where there is none."""
    statement = select(Document.id).where(Document.number == number.strip())
    return session.scalar(statement.order_by(Document.id.desc()).limit(1))
