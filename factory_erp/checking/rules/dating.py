"""Rule 16: the dates of the papers against presentation, shipment and each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from factory_erp.checking.dates import plus_days
from factory_erp.checking.findings import Check, Finding, Place, found
from factory_erp.checking.papers import Paper, PaperSet
from factory_erp.checking.rules.presentation import presented
from factory_erp.checking.rules.reading import at, credit_of, in_credit, invoices, kind_name, of_kind, shown
from factory_erp.checking.rules.shipment import on_board_of
from factory_erp.checking.texts import folded
from factory_erp.i18n import _

_BEFORE_SHIPMENT = re.compile(r"PRE.?SHIPMENT|INSPECT|FUMIGAT|LOADING|SURVEY|DISINFEST|装船前|检验|熏蒸")
_AFTER_SHIPMENT = re.compile(
    r"(?:HAS|HAVE) BEEN (?:\w+ ){0,3}"
    r"(?:SENT|SHIPPED|MAILED|FAXED|E-?MAILED|COURIERED|DISPATCHED|DESPATCHED|AIRMAILED|FORWARDED)"
)
_GRACE_DAYS = {"form_e": 3, "rcep": 0}
"""Days after shipment on which a certificate is still issued in time, by form; later it is retroactive."""


def dates_fit(papers: PaperSet) -> Iterator[Finding]:
    """Rule 16: nothing is dated after presentation; certificates before or after shipment as their act."""
    for paper in presented(papers):
        yield from _after_presentation(paper, papers)
    shipped = on_board_of(papers)
    if shipped is not None:
        place = next(
            at(bill, "on_board", shipped)
            for bill in of_kind(papers, "bill_of_lading")
            if bill.on_board == shipped
        )
        for paper in papers.papers:
            yield from _out_of_order(paper, shipped, place)
    yield from _list_before_invoice(papers)


def _after_presentation(paper: Paper, papers: PaperSet) -> Iterator[Finding]:
    """A paper may be older than the credit, but not younger than its presentation (UCP 600 article 14i)."""
    if paper.date is None:
        return
    for credit in credit_of(papers):
        if credit.expires_on and paper.date > credit.expires_on and papers.presented_on is None:
            message = _("The {paper} is dated after the credit expires.", paper=kind_name(paper.kind))
            yield found(
                16, message, at(paper, "date", paper.date), in_credit("expires_on", credit.expires_on)
            )
    if papers.presented_on and paper.date > papers.presented_on:
        message = _("The {paper} is dated after the presentation.", paper=kind_name(paper.kind))
        yield found(
            16, message, at(paper, "date", paper.date), Place("", "presented_on", shown(papers.presented_on))
        )


def _out_of_order(paper: Paper, shipped: date, place: Place) -> Iterator[Finding]:
    if paper.kind == "certificate":
        yield from _inspected_late(paper, shipped, place)
    elif paper.kind in ("beneficiary_certificate", "shipping_advice"):
        yield from _certified_early(paper, shipped, place)
    elif paper.kind == "certificate_of_origin":
        yield from _retroactive(paper, shipped, place)


def _inspected_late(paper: Paper, shipped: date, place: Place) -> Iterator[Finding]:
    """What is done before shipment; the paper itself may be dated later if it says when it was done."""
    done = paper.certificate.inspected_on if paper.certificate else None
    day, field = (done, "certificate.inspected_on") if done else (paper.date, "date")
    about = _BEFORE_SHIPMENT.search(folded(f"{paper.title} {paper.text}"))
    if day is not None and day > shipped and about:
        message = _("Certified is what happened on {day}, after shipment.", day=shown(day))
        yield found(16, message, at(paper, field, day), place)


def _certified_early(paper: Paper, shipped: date, place: Place) -> Iterator[Finding]:
    """An advice of shipment, or a statement that papers of the shipment were sent, before it sailed."""
    after = paper.kind == "shipping_advice" or _AFTER_SHIPMENT.search(folded(paper.text))
    if paper.date is not None and paper.date < shipped and after:
        message = _("The {paper} is dated before the shipment that it reports.", paper=kind_name(paper.kind))
        advice = paper.kind == "shipping_advice"
        yield found(16, message, at(paper, "date", paper.date), place, severity="W" if advice else None)


def _retroactive(paper: Paper, shipped: date, place: Place) -> Iterator[Finding]:
    form = paper.certificate
    if (
        paper.date is None
        or form is None
        or "issued_retroactively" in form.ticks
        or form.form not in _GRACE_DAYS
    ):
        return
    if paper.date > plus_days(shipped, _GRACE_DAYS[form.form]):
        message = _("The certificate was issued after shipment, but 'issued retroactively' is not ticked.")
        yield found(16, message, at(paper, "date", paper.date), place, severity="W")


def _list_before_invoice(papers: PaperSet) -> Iterator[Finding]:
    first = min((paper.date for paper in invoices(papers) if paper.date), default=None)
    for paper in of_kind(papers, "packing_list"):
        if first is not None and paper.date is not None and paper.date < first:
            invoice = next(one for one in invoices(papers) if one.date == first)
            message = _("The packing list is dated before the invoice.")
            yield found(16, message, at(paper, "date", paper.date), at(invoice, "date", first), severity="W")


CHECKS: dict[int, Check] = {16: dates_fit}
