"""Where the papers of a shipment stand: which are asked for, which hold, which say what leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.checking.demands import Demand
from factory_erp.documents.customs_split import ITEMS
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.stored import from_json
from factory_erp.domain.errors import DomainError
from factory_erp.domain.money import Money
from factory_erp.models.documents import Document
from factory_erp.models.shipping import Shipment, ShipmentState
from factory_erp.services.clock import today
from factory_erp.services.customs.declarations import variants
from factory_erp.services.issuing.compose import Desk, paper_for
from factory_erp.services.papers.kinds import OF_SHIPMENT, PAPERS, Reader
from factory_erp.services.shipping.documents import KINDS, in_force

_DECLARED = ("customs_declaration", "declaration_elements")

Wanted = tuple[str, str]
"""Kind and variant ("" for the first of its kind)."""


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper that the shipment may have. ``demand``: the words of the letter of credit that ask for it.

    ``usual``: shipments like this one have it. ``reader``: whom it is for.
    """

    kind: str
    variant: str
    reader: Reader
    usual: bool
    demand: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """The invoice's total (None where it cannot be composed, and *problem* why), and the papers.

    ``fresh``: ids of the documents in force that say what they would say now.
    """

    total: Money | None
    problem: str
    fresh: frozenset[int]
    papers: tuple[PaperRow, ...]


def standing(session: Session, shipment: Shipment) -> Standing:
    """Where the papers stand. A cancelled shipment asks for nothing: its amounts are another one's by now."""
    if shipment.state == ShipmentState.CANCELLED:
        return Standing(None, "", frozenset(), _given_up(session, shipment))
    desk = Desk(session, shipment)
    held = in_force(session, shipment.id)
    papers = _papers(desk, held)
    try:
        facts = desk.facts
    except DomainError as error:
        return Standing(None, str(error), frozenset(), papers)
    fresh = frozenset(document.id for document in held if _is_fresh(desk, document))
    return Standing(Money(facts.total_minor, facts.currency), "", fresh, papers)


def _given_up(session: Session, shipment: Shipment) -> tuple[PaperRow, ...]:
    """The papers that a cancelled shipment had."""
    had = select(Document.kind, Document.variant).filter_by(shipment_id=shipment.id).distinct()
    rows = [PaperRow(kind, variant, PAPERS[kind].reader, False) for kind, variant in session.execute(had)]
    return tuple(sorted(rows, key=_clerks_order))


def _clerks_order(row: PaperRow) -> tuple[int, str]:
    return list(PAPERS).index(row.kind), row.variant


def _is_fresh(desk: Desk, document: Document) -> bool:
    try:
        draft = desk.snapshot(document.kind, document.variant, day=today())
    except DomainError:
        return False
    return says(document, draft)


def says(document: Document, draft: DocumentSnapshot) -> bool:
    """Whether *document* states what *draft* does: number, revision, date, language and look apart."""
    stored = from_json(document.snapshot)
    return stored.facts == draft.facts and stored.details == draft.details


def _papers(desk: Desk, held: Iterable[Document]) -> tuple[PaperRow, ...]:
    """Every kind once, those of which the credit or the files have several as often, in the clerk's order."""
    asked = dict(asked_for(desk.demands))
    usual = _usual(desk.shipment)
    wanted: set[Wanted] = {(kind, "") for kind in OF_SHIPMENT} | {*asked}
    wanted |= {(document.kind, document.variant) for document in held} | _further_declarations(desk)
    rows = [
        PaperRow(kind, variant, PAPERS[kind].reader, (kind, variant) in usual, asked.get((kind, variant), ""))
        for kind, variant in wanted
    ]
    return tuple(sorted(rows, key=_clerks_order))


def _further_declarations(desk: Desk) -> set[Wanted]:
    """The second declaration and those after it, where the goods are more than one declaration takes."""
    try:
        several = len(desk.facts.lines) > ITEMS
        names = variants(len(desk.declarations))[1:] if several else ()
    except DomainError:  # said under the papers themselves
        return set()
    return {(kind, name) for kind in _DECLARED for name in names}


def _usual(shipment: Shipment) -> frozenset[Wanted]:
    """What shipments like this one have: by container also the booking, and each container's weight."""
    usual: set[str] = {*KINDS}
    if shipment.containers:
        usual.add("booking_note")
    if any(one.number for one in shipment.containers):
        usual.add("vgm_declaration")
    return frozenset((kind, "") for kind in usual)


def asked_for(demands: Iterable[Demand]) -> Iterator[tuple[Wanted, str]]:
    """The papers of ours that the credit asks for; a second certificate of one kind is its variant "2"."""
    seen: dict[str, int] = {}
    for demand in demands:
        kind = paper_for(demand)
        if kind:
            seen[kind] = place = seen.get(kind, 0) + 1
            if place == 1 or PAPERS[kind].many:
                yield (kind, "" if place == 1 else str(place)), demand.text
