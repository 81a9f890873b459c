"""The papers of a shipment as one set to be checked: ours as issued, else as drafted now, and others'.

Ours are those that were issued, that the letter of credit asks for, or that somebody typed something for;
commercial invoice and packing list always.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.checking.papers import Paper, PaperSet, SupplierInvoice
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.stored import from_json
from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.domain.money import Money
from factory_erp.models.documents import Document, DocumentInput
from factory_erp.models.partners import Company, Partner
from factory_erp.models.shipping import Shipment
from factory_erp.services.clock import today
from factory_erp.services.credits.dates import banking_days
from factory_erp.services.credits.letters import to_checking
from factory_erp.services.customs import supplier_invoices
from factory_erp.services.issuing import trade_details
from factory_erp.services.issuing.compose import Desk
from factory_erp.services.issuing.standing import asked_for
from factory_erp.services.master_data import by_id
from factory_erp.services.paper_checks.foreign_papers import name_of_foreign, stored_papers
from factory_erp.services.paper_checks.papers import paper_of
from factory_erp.services.paper_checks.reading import CHECKED, firm, ref_of
from factory_erp.services.papers.kinds import PAPERS, name_of
from factory_erp.services.papers.options import chosen_for
from factory_erp.services.shipping.documents import KINDS, PACKING_LIST, in_force
from factory_erp.services.shipping.facts import company_party

Wanted = tuple[str, str]
"""Kind and variant ("" for the first of its kind)."""


@dataclass(frozen=True, slots=True)
class PaperState:
    """A paper of the set: *ref* is what findings call it, *number* is empty while it is *drafted*.

    *foreign*: another hand wrote it. *problem*: why it cannot be drafted yet, so that it was not checked.
    """

    kind: str
    variant: str
    ref: str
    name: str
    number: str
    drafted: bool = False
    foreign: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CheckSet:
    """What is checked, and the state of each paper in it; *credit_id* of the letter of credit behind it."""

    papers: PaperSet
    states: tuple[PaperState, ...]
    credit_id: int | None


def gathered(session: Session, shipment: Shipment) -> CheckSet:
    """The set with the state of each paper. One that cannot be drafted says why, and is not in the set."""
    credit = trade_details.credit_of(session, shipment)
    purchases = _purchases(session, shipment.id)
    foreign = _foreign(session, shipment.id)
    desk = Desk(session, shipment)
    suppliers = {one.name: one.supplier for one in purchases}
    ours = list(_ours(desk, suppliers, {state.kind for state, _paper in foreign}))
    listed = _in_order(ours, foreign)
    company = session.scalar(select(Company).order_by(Company.id))
    papers = PaperSet(
        papers=tuple(paper for _state, paper in listed if paper is not None),
        credit=to_checking(credit) if credit else None,
        presented_on=shipment.presented_on,
        holidays=tuple(sorted(banking_days(session, shipment.presented_on or today()).holidays)),
        supplier_invoices=purchases,
        neutral=company is not None
        and chosen_for(session, shipment.consignee_id, PACKING_LIST, company).options.neutral,
        seller=firm(company_party(company)) if company else None,
    )
    return CheckSet(papers, tuple(state for state, _paper in listed), shipment.credit_id)


_Listed = tuple[PaperState, Paper | None]


def _in_order(ours: Sequence[_Listed], foreign: Sequence[_Listed]) -> list[_Listed]:
    """A certificate of origin as it was issued counts before the sheet that it was typed from."""
    sheets = [one for one in ours if CHECKED[one[0].kind] == _ORIGIN]
    return [*(one for one in ours if CHECKED[one[0].kind] != _ORIGIN), *foreign, *sheets]


def _ours(desk: Desk, suppliers: Mapping[str, str], foreign: Collection[str]) -> Iterator[_Listed]:
    issued = {(one.kind, one.variant): one for one in in_force(desk.session, desk.shipment.id)}
    for wanted in _wanted(desk, issued, foreign):
        document = issued.get(wanted)
        yield _issued(document, suppliers) if document else _drafted(desk, wanted, suppliers)


def _wanted(desk: Desk, issued: Collection[Wanted], foreign: Collection[str]) -> list[Wanted]:
    """The papers of ours that are checked, in the clerk's order.

    No certificate of origin is drafted where one is issued, by us on another form or by the authority.
    """
    typed = select(DocumentInput.kind, DocumentInput.variant).filter_by(shipment_id=desk.shipment.id)
    there: set[Wanted] = {*issued, *((kind, variant) for kind, variant in desk.session.execute(typed))}
    certified = {*foreign, *(CHECKED.get(kind, "") for kind, _variant in there)}
    needed = [*((kind, "") for kind in KINDS), *_demanded(desk)]
    kept = [one for one in needed if not (_is_origin(one) and _ORIGIN in certified)]
    order = {kind: place for place, kind in enumerate(PAPERS)}
    found = {one for one in (*there, *kept) if one[0] in CHECKED}
    return sorted(found, key=lambda one: (order[one[0]], one[1]))


_ORIGIN = "certificate_of_origin"


def _is_origin(wanted: Wanted) -> bool:
    return CHECKED.get(wanted[0]) == _ORIGIN


def _demanded(desk: Desk) -> list[Wanted]:
    """What the letter of credit asks for: 46A, and the draft of 42C."""
    credit = trade_details.credit_of(desk.session, desk.shipment)
    drawn = [("bill_of_exchange", "")] if credit and credit.drafts_at.strip() else []
    return [*(wanted for wanted, _text in asked_for(desk.demands)), *drawn]


@lru_cache(maxsize=64)
def _stored(snapshot: str) -> DocumentSnapshot:
    """What was issued; it never changes, and a set is checked again and again while somebody works on it."""
    return from_json(snapshot)


def _issued(document: Document, suppliers: Mapping[str, str]) -> _Listed:
    state = _state(document.kind, document.variant, document.number)
    try:
        stored = _stored(document.snapshot)
    except InvalidValue as error:  # a later version of the program issued it
        return replace(state, problem=str(error)), None
    return state, paper_of(stored, document.variant, suppliers)


def _drafted(desk: Desk, wanted: Wanted, suppliers: Mapping[str, str]) -> _Listed:
    """The paper as it would be issued today; a number it gets then."""
    kind, variant = wanted
    try:
        snapshot = desk.snapshot(kind, variant, day=today())
    except DomainError as error:
        return replace(_state(kind, variant), drafted=True, problem=str(error)), None
    return replace(_state(kind, variant), drafted=True), paper_of(snapshot, variant, suppliers)


def _state(kind: str, variant: str, number: str = "") -> PaperState:
    return PaperState(kind, variant, ref_of(kind, variant), name_of(kind), number)


def _foreign(session: Session, shipment_id: int) -> list[_Listed]:
    """What others wrote, as it was typed."""
    found: list[_Listed] = []
    for one in stored_papers(session, shipment_id):
        ref, name = ref_of(one.kind, one.variant), name_of_foreign(one.kind)
        number = one.paper.number if one.paper else ""
        state = PaperState(one.kind, one.variant, ref, name, number, foreign=True, problem=one.problem)
        found.append((state, replace(one.paper, ref=ref) if one.paper else None))
    return found


def _purchases(session: Session, shipment_id: int) -> tuple[SupplierInvoice, ...]:
    """The lines of suppliers' VAT invoices."""
    rows = supplier_invoices.of_shipment(session, shipment_id)
    suppliers = by_id(session, Partner, {row.supplier_id for row in rows})
    return tuple(
        SupplierInvoice(
            supplier=suppliers[row.supplier_id].name,
            name=supplier_invoices.plain_name(row.goods_name),
            unit=row.unit,
            quantity=row.quantity,
            net=Money(row.net_minor, supplier_invoices.YUAN).amount,
            tax=Money(row.tax_minor, supplier_invoices.YUAN).amount,
        )
        for row in rows
    )
