"""Papers that others write, typed in to be checked with ours: bill of lading, insurance, certificates.

They are kept in the form of the set file (docs/checking.md). Where nothing was typed yet, a bill of lading
and an insurance begin with what the shipment says, so that only what differs has to be typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.checking.demands import Demand
from factory_erp.checking.firm import Firm
from factory_erp.checking.papers import Container, Goods, Insurance, Paper, PaperKind, PaperSet
from factory_erp.checking.set_file import from_json, to_json
from factory_erp.documents.details.trade import BookingDetails
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import N_, _
from factory_erp.models.documents import ForeignPaper
from factory_erp.models.shipping import Shipment
from factory_erp.services.base import get, query, use_case
from factory_erp.services.clock import today
from factory_erp.services.credits.letters import to_checking
from factory_erp.services.issuing import trade_details
from factory_erp.services.issuing.compose import Desk
from factory_erp.services.master_data import changed_since, check_texts
from factory_erp.services.paper_checks.papers import paper_of
from factory_erp.services.shipping.facts import load

FOREIGN: dict[PaperKind, str] = {
    "bill_of_lading": N_("Bill of lading"),
    "insurance": N_("Insurance document"),
    "certificate_of_origin": N_("Certificate of origin as issued"),
    "certificate": N_("Certificate of others"),
    "other": N_("Other document"),
}
"""Kinds of papers that others write, with their names (show with ``_``)."""

LONGEST = 200_000
"""Characters of a paper that are kept."""

_ORDER = re.compile(
    r"\b(?:MADE\s+OUT|CONSIGNED)\s+(TO\s+(?:THE\s+)?ORDER(?:\s+OF\s+(?:THE\s+)?\w+(?:\s+BANK)?)?)"
)
_NOTIFY_APPLICANT = re.compile(r"\bNOTIFY(?:ING)?\s+(?:PARTY\s+)?(?:THE\s+)?APPLICANT\b")


@dataclass(frozen=True, slots=True)
class ForeignView:
    """A paper of another hand; *version* 0: nothing is kept yet, *paper* is what the shipment says."""

    kind: PaperKind
    variant: str
    name: str
    version: int
    paper: Paper


def name_of_foreign(kind: PaperKind) -> str:
    """What the kind is called, in the user's language."""
    return _(FOREIGN[kind])


@dataclass(frozen=True, slots=True)
class StoredPaper:
    """A paper of another hand as it is kept; without *paper*, *problem* says why it cannot be read."""

    kind: PaperKind
    variant: str
    paper: Paper | None
    problem: str = ""


def stored_papers(session: Session, shipment_id: int) -> list[StoredPaper]:
    """What was typed for the shipment."""
    return [_stored_paper(row) for row in _rows(session, shipment_id)]


def _stored_paper(row: ForeignPaper) -> StoredPaper:
    kind = _kind(row.kind)
    try:
        return StoredPaper(kind, row.variant, _paper(row))
    except InvalidValue as error:
        return StoredPaper(kind, row.variant, None, str(error))


def _rows(session: Session, shipment_id: int) -> Iterator[ForeignPaper]:
    order = list(FOREIGN)
    rows = session.scalars(select(ForeignPaper).filter_by(shipment_id=shipment_id))
    known = [row for row in rows if row.kind in FOREIGN]
    yield from sorted(known, key=lambda row: (order.index(_kind(row.kind)), row.variant))


def _paper(row: ForeignPaper) -> Paper:
    """What was typed. Raises InvalidValue where another version of the program wrote it in a later format."""
    name = name_of_foreign(_kind(row.kind))
    try:
        papers, _unread = from_json(row.stated)
        return replace(papers.papers[0], ref="")
    except (InvalidValue, IndexError) as error:
        raise InvalidValue(
            _("What was typed for the paper '{name}' cannot be read by this version.", name=name),
            record=name,
            remedy=_("Open the factory with the newest version of the program."),
        ) from error


@query
def foreign_papers(session: Session, shipment_id: int) -> tuple[ForeignView, ...]:
    """The papers of others that were typed for the shipment. Raises InvalidValue where one cannot be read."""
    return tuple(_view(row) for row in _rows(session, shipment_id))


def _view(row: ForeignPaper) -> ForeignView:
    kind = _kind(row.kind)
    return ForeignView(kind, row.variant, name_of_foreign(kind), row.version, _paper(row))


@query
def foreign_paper(session: Session, shipment_id: int, kind: str, variant: str = "") -> ForeignView:
    """The paper as it was typed, else as a start what the shipment says. Raises NotFound, InvalidValue."""
    wanted = _kind(kind)
    row = _find(session, shipment_id, wanted, variant)
    if row is not None:
        return _view(row)
    return ForeignView(wanted, variant, name_of_foreign(wanted), 0, _start(session, shipment_id, wanted))


@use_case
def save_foreign(
    session: Session, shipment_id: int, kind: str, paper: Paper, variant: str = "", version: int | None = None
) -> int:
    """Keep what the paper says; its id. *version* is the one that the form read, 0 for a new paper.

    The same paper saved again changes nothing. Raises InvalidValue for a kind that others do not write and
    for what cannot be kept, NotFound, Conflict where somebody else changed it meanwhile.
    """
    wanted = _kind(kind)
    get(session, Shipment, shipment_id)
    stated = _stated(replace(paper, kind=wanted, ref=""))
    check_texts(ForeignPaper, {"variant": variant}, kind)
    row = _find(session, shipment_id, wanted, variant, lock=True)
    if row is not None and row.stated == stated:
        return row.id
    _same_version(row, wanted, version)
    if row is None:
        row = ForeignPaper(shipment_id=shipment_id, kind=wanted, variant=variant)
        session.add(row)
    row.stated = stated
    session.flush()
    return row.id


@use_case
def remove_foreign(
    session: Session, shipment_id: int, kind: str, variant: str = "", version: int | None = None
) -> None:
    """Forget what was typed. A paper that is gone is no problem. Raises Conflict."""
    wanted = _kind(kind)
    row = _find(session, shipment_id, wanted, variant, lock=True)
    if row is not None:
        _same_version(row, wanted, version)
        session.delete(row)


def _find(
    session: Session, shipment_id: int, kind: PaperKind, variant: str, *, lock: bool = False
) -> ForeignPaper | None:
    statement = select(ForeignPaper).filter_by(shipment_id=shipment_id, kind=kind, variant=variant)
    return session.scalar(statement.with_for_update() if lock else statement)


def _same_version(row: ForeignPaper | None, kind: PaperKind, version: int | None) -> None:
    if version is not None and version != (0 if row is None else row.version):
        raise changed_since(name_of_foreign(kind))


def _kind(kind: str) -> PaperKind:
    known = next((one for one in FOREIGN if one == kind), None)
    if known is None:
        raise InvalidValue(
            _("'{kind}' is no paper that others write.", kind=kind),
            field="kind",
            remedy=_("Choose one of {kinds}.", kinds=", ".join(FOREIGN)),
        )
    return known


def _stated(paper: Paper) -> str:
    """The paper as it is kept. Raises InvalidValue where it could not be read again."""
    text = to_json(PaperSet(papers=(paper,))).encode("utf-8", "replace").decode()
    if len(text) > LONGEST:
        raise InvalidValue(
            _("The paper is {length} characters long, at most {most} fit.", length=len(text), most=LONGEST),
            record=paper.kind,
            field="text",
            remedy=_("Type what is to be checked, and leave out the rest."),
        )
    from_json(text)
    return text


# What a paper begins with


def _start(session: Session, shipment_id: int, kind: PaperKind) -> Paper:
    desk = Desk(session, load(session, shipment_id))
    if kind not in ("bill_of_lading", "insurance"):
        return Paper(kind)
    booked = paper_of(desk.snapshot("booking_note", day=today(), language="en"))
    assert booked is not None  # a booking is checked
    return _bill(desk, booked) if kind == "bill_of_lading" else _cover(desk, booked)


def _bill(desk: Desk, booked: Paper) -> Paper:
    """The bill of lading as it was booked; to order and notify as the letter of credit has it."""
    booking = desk.details("booking_note")
    assert isinstance(booking, BookingDetails)
    shipment = desk.shipment
    return Paper(
        "bill_of_lading",
        title="BILL OF LADING",
        number=shipment.bill_number,
        date=shipment.on_board,
        originals=booking.original_bills or None,
        shipper=booked.shipper,
        consignee=_to_order(desk) or booked.consignee,
        notify=booked.notify or _notified(desk) or booked.consignee,
        goods=tuple(Goods(description=goods.description) for goods in booked.goods),
        marks=booked.marks,
        packages=booked.packages,
        gross_kg=booked.gross_kg,
        volume_m3=booked.volume_m3,
        containers=tuple(Container(one.number, one.seal, one.type_code) for one in booked.containers),
        vessel=booked.vessel,
        voyage=booked.voyage,
        port_of_loading=booked.port_of_loading,
        port_of_discharge=booked.port_of_discharge,
        place_of_receipt=booked.place_of_receipt,
        place_of_delivery=booked.place_of_delivery,
        on_board=shipment.on_board,
        freight=booked.freight,
        lc_number=_credit_number(desk, "bill_of_lading"),
    )


def _credit_number(desk: Desk, kind: PaperKind) -> str:
    """The number of the credit, where it wants it on papers of *kind*."""
    named = trade_details.credit_named(desk.session, desk.shipment, kind)
    return desk.facts.lc_number if named else ""


def _clause(desk: Desk) -> str:
    """What the letter of credit says of the bill of lading."""
    wanted: Demand | None = next((one for one in desk.demands if one.kind == "bill_of_lading"), None)
    return " ".join(wanted.text.upper().split()) if wanted else ""


def _to_order(desk: Desk) -> Firm | None:
    order = _ORDER.search(_clause(desk))
    return Firm(order[1]) if order else None


def _notified(desk: Desk) -> Firm | None:
    credit = trade_details.credit_of(desk.session, desk.shipment)
    if credit is None or not _NOTIFY_APPLICANT.search(_clause(desk)):
        return None
    return to_checking(credit).applicant or None


def _cover(desk: Desk, booked: Paper) -> Paper:
    """The insurance of the booked goods and way; what is insured is for the clerk to type."""
    return Paper(
        "insurance",
        title="INSURANCE POLICY",
        invoice_number=desk.invoice_number,
        lc_number=_credit_number(desk, "insurance"),
        goods=tuple(Goods(description=goods.description) for goods in booked.goods),
        marks=booked.marks,
        packages=booked.packages,
        vessel=booked.vessel,
        voyage=booked.voyage,
        port_of_loading=booked.port_of_loading,
        port_of_discharge=booked.port_of_discharge,
        insurance=Insurance(
            currency=desk.facts.currency,
            covers_from=booked.port_of_loading,
            covers_to=booked.port_of_discharge,
        ),
    )
