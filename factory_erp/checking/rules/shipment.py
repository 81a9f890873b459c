"""Rules 10 to 12: when and from where to where the goods were shipped, and when the papers must be in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from factory_erp.checking.credit import Credit
from factory_erp.checking.dates import BankingDays, Window, presentation_deadline, shipment_window
from factory_erp.checking.findings import Check, Finding, Place, found
from factory_erp.checking.papers import Paper, PaperKind, PaperSet
from factory_erp.checking.places import port_fits
from factory_erp.checking.rules.reading import at, credit_of, in_credit, kind_name, of_kind, shown
from factory_erp.checking.texts import normalised
from factory_erp.i18n import _

_NAMING_PORTS: tuple[PaperKind, ...] = (
    "commercial_invoice",
    "packing_list",
    "certificate_of_origin",
    "insurance",
    "booking_note",
    "shipping_advice",
    "vgm_declaration",
    "certificate",
)


def shipped_in_time(papers: PaperSet) -> Iterator[Finding]:
    """Rule 10: on board by 44C or within 44D, in one lot (43P), without transshipment (43T)."""
    for credit in credit_of(papers):
        bills = of_kind(papers, "bill_of_lading")
        for paper in bills:
            yield from _late(paper, credit)
            yield from _transshipped(paper, credit)
        yield from _in_parts(bills, credit)
        for paper in () if bills else of_kind(papers, "booking_note"):
            yield from _booked_late(paper, credit)


def window_of(credit: Credit) -> Window:
    """The days on which the goods may be shipped: 44C, 44D or both."""
    period = shipment_window(credit.shipment_period)
    lasts = [day for day in (credit.latest_shipment, period.last) if day]
    return Window(period.first, min(lasts, default=None))


def _late(paper: Paper, credit: Credit) -> Iterator[Finding]:
    window = window_of(credit)
    if paper.on_board is None:
        message = _("The bill of lading has no on-board date.")
        # a draft of the carrier's, without a date of its own, cannot have one yet
        place = at(paper, "on_board", None)
        yield found(10, message, place, _limit(credit), severity=None if paper.date else "W")
    elif not window.holds(paper.on_board):
        early = window.first is not None and paper.on_board < window.first
        text = (
            _("Shipped on board on {day}, before the period of the credit.", day=shown(paper.on_board))
            if early
            else _("Shipped on board on {day}, after the latest date of shipment.", day=shown(paper.on_board))
        )
        yield found(10, text, at(paper, "on_board", paper.on_board), _limit(credit))


def _limit(credit: Credit) -> Place:
    if credit.latest_shipment is None and credit.shipment_period:
        return in_credit("shipment_period", credit.shipment_period)
    return in_credit("latest_shipment", credit.latest_shipment)


def _transshipped(paper: Paper, credit: Credit) -> Iterator[Finding]:
    """Containers may be transshipped on one bill whatever 43T says (UCP 600 article 20c)."""
    if credit.transshipment == "not allowed" and paper.transshipment == "allowed" and not paper.containers:
        message = _("The bill of lading shows transshipment, which the credit does not allow.")
        places = (
            at(paper, "transshipment", paper.transshipment),
            in_credit("transshipment", credit.transshipment),
        )
        yield found(10, message, *places)


def _in_parts(bills: tuple[Paper, ...], credit: Credit) -> Iterator[Finding]:
    """Several bills of one voyage to one port are one shipment, whatever their dates (article 31b)."""
    if credit.partial_shipments != "not allowed":
        return
    for paper in bills:
        if paper.partial_shipment == "allowed":
            message = _("The bill of lading shows a partial shipment, which the credit does not allow.")
            places = at(paper, "partial_shipment", paper.partial_shipment), _no_parts(credit)
            yield found(10, message, *places)
    voyages = {_voyage(paper): paper for paper in bills if paper.vessel.strip()}
    if len(voyages) > 1:
        message = _("The goods went by several vessels or voyages, which is partial shipment.")
        places_of = [
            at(paper, "vessel", f"{paper.vessel} {paper.voyage}".strip()) for paper in voyages.values()
        ]
        yield found(10, message, *places_of, _no_parts(credit))


def _no_parts(credit: Credit) -> Place:
    return in_credit("partial_shipments", credit.partial_shipments)


def _voyage(paper: Paper) -> tuple[str, str, str]:
    return normalised(paper.vessel), normalised(paper.voyage), normalised(paper.port_of_discharge)


def _booked_late(paper: Paper, credit: Credit) -> Iterator[Finding]:
    window = window_of(credit)
    if paper.etd is not None and not window.holds(paper.etd):
        message = _(
            "The booked departure on {day} is outside the credit's time for shipment.", day=shown(paper.etd)
        )
        yield found(10, message, at(paper, "etd", paper.etd), _limit(credit), severity="W")


def on_board_of(papers: PaperSet) -> date | None:
    """Date of shipment: of several bills of one presentation the latest (UCP 600 article 31b)."""
    bills = of_kind(papers, "bill_of_lading")
    days = [paper.on_board for paper in bills if paper.on_board]
    return max(days) if days else None


def deadline_of(papers: PaperSet) -> date | None:
    """The last day for presentation: on board + 48 (21 if none), not after 31D; None without a credit."""
    if papers.credit is None:
        return None
    banking = BankingDays(frozenset(papers.holidays))
    credit = papers.credit
    return presentation_deadline(on_board_of(papers), credit.presentation_days, credit.expires_on, banking)


def presented_in_time(papers: PaperSet) -> Iterator[Finding]:
    """Rule 11: presented by expiry and within the days after shipment; each moves past closed days."""
    deadline = deadline_of(papers)
    for credit in credit_of(papers):
        shipped = on_board_of(papers)
        if papers.presented_on and deadline and papers.presented_on > deadline:
            message = _(
                "Presented on {day}; the last day was {deadline}.",
                day=shown(papers.presented_on),
                deadline=shown(deadline),
            )
            yield found(11, message, *_shipped_places(papers), _expiry(credit))
        elif shipped and credit.expires_on and deadline and shipped > deadline:
            message = _("Shipped on {day}, when the credit had expired.", day=shown(shipped))
            yield found(11, message, *_shipped_places(papers), _expiry(credit))


def _shipped_places(papers: PaperSet) -> list[Place]:
    bills = of_kind(papers, "bill_of_lading")
    return [at(paper, "on_board", paper.on_board) for paper in bills if paper.on_board]


def _expiry(credit: Credit) -> Place:
    return in_credit("expires_on", credit.expires_on)


def ports_as_in_credit(papers: PaperSet) -> Iterator[Finding]:
    """Rule 12: ports and places of the bill of lading as in 44A, E, F, B, and the same ports on other papers.

    "Any Chinese port" asks for one real Chinese port.
    """
    bills = of_kind(papers, "bill_of_lading")
    for paper in bills:
        for credit in credit_of(papers):
            yield from _wrong_ports(paper, credit)
    if bills:
        for paper in of_kind(papers, *_NAMING_PORTS):
            yield from _other_ports(paper, bills)


def _wrong_ports(paper: Paper, credit: Credit) -> Iterator[Finding]:
    for field, stated, asked in (
        ("port_of_loading", paper.port_of_loading, credit.port_of_loading),
        ("port_of_discharge", paper.port_of_discharge, credit.port_of_discharge),
        ("place_of_receipt", paper.place_of_receipt, credit.place_of_receipt),
        ("place_of_delivery", paper.place_of_delivery, credit.place_of_delivery),
    ):
        if not asked.strip() or (stated.strip() and port_fits(asked, stated)):
            continue
        text = (
            _(
                "The bill of lading says {stated}, the credit {asked}.",
                stated=shown(stated),
                asked=shown(asked),
            )
            if stated.strip()
            else _("The bill of lading does not name {asked}, as the credit does.", asked=shown(asked))
        )
        yield found(12, text, at(paper, field, stated), in_credit(field, asked))


def _other_ports(paper: Paper, bills: tuple[Paper, ...]) -> Iterator[Finding]:
    for field in ("port_of_loading", "port_of_discharge"):
        stated = str(getattr(paper, field))
        named = [(bill, str(getattr(bill, field))) for bill in bills]
        # a port in general terms ("any Chinese port") does not conflict with the real one
        if any(port_fits(port, stated) or port_fits(stated, port) for _bill, port in named):
            continue
        bill, port = named[0]
        message = _(
            "The {paper} says {stated}, the bill of lading {port}.",
            paper=kind_name(paper.kind),
            stated=shown(stated),
            port=shown(port),
        )
        yield found(12, message, at(paper, field, stated), at(bill, field, port))


CHECKS: dict[int, Check] = {10: shipped_in_time, 11: presented_in_time, 12: ports_as_in_credit}
