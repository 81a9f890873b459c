"""Rule 17: the insurance document covers amount, currency, time and route (UCP 600 article 28)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from factory_erp.checking.credit import Credit
from factory_erp.checking.demands import demands
from factory_erp.checking.findings import Check, Finding, Place, found
from factory_erp.checking.papers import Insurance, Paper, PaperSet
from factory_erp.checking.places import port_fits
from factory_erp.checking.rules.reading import (
    at,
    credit_of,
    currency_of,
    in_credit,
    invoices,
    money,
    of_kind,
    shown,
    total_of,
)
from factory_erp.checking.rules.shipment import on_board_of
from factory_erp.checking.terms import trade_terms
from factory_erp.checking.texts import folded
from factory_erp.i18n import _

_LEAST = Decimal(110)
"""Per cent of the CIF or CIP value (UCP 600 article 28f)."""
_PERCENT = re.compile(r"\b(1[0-9]{2}(?:\.[0-9]{1,2})?)\s*(?:PCT|PER\s?CENT|%)")
_INSURED_TERMS = ("CIF", "CIP")
_ENDORSED = re.compile(r"\bENDORSED?\b|\bENDORSEMENT\b")


def insured_enough(papers: PaperSet) -> Iterator[Finding]:
    """Rule 17: 110 % (or what the credit asks), its currency, from shipment on, endorsed, whole route."""
    for paper in of_kind(papers, "insurance"):
        cover = paper.insurance or Insurance()
        clause = _clause(papers)
        yield from _too_low(paper, cover, clause, papers)
        yield from _other_currency(paper, cover, papers)
        yield from _late_cover(paper, cover, papers)
        yield from _not_endorsed(paper, cover, clause)
        yield from _short_route(paper, cover, papers)


def _clause(papers: PaperSet) -> str:
    """What 46A says of insurance; empty without a credit."""
    wanted = (
        demand.text
        for credit in credit_of(papers)
        for demand in demands(credit)
        if demand.kind == "insurance"
    )
    return folded(" ".join(wanted))


def _too_low(paper: Paper, cover: Insurance, clause: str, papers: PaperSet) -> Iterator[Finding]:
    value = _insurable(papers)
    if cover.insured is None or value is None or not (clause or _is_insured_term(papers)):
        return
    asked = _PERCENT.search(clause)
    percent = Decimal(asked[1]) if asked else _LEAST
    if cover.insured * 100 >= value * percent:
        return
    currency = currency_of(invoices(papers))
    message = _(
        "Insured are {insured}; {percent} % of {value} is {least}.",
        insured=money(cover.insured, cover.currency or paper.currency),
        percent=shown(percent),
        value=money(value, currency),
        least=money(value * percent / 100, currency),
    )
    totals = [at(invoice, "total", invoice.total) for invoice in invoices(papers)]
    yield found(17, message, at(paper, "insurance.insured", cover.insured), *totals)


def _insurable(papers: PaperSet) -> Decimal | None:
    """The larger of what is drawn and of the goods before discounts, as the CIF value may be neither."""
    listed = invoices(papers)
    sums = (
        total_of(paper.total for paper in listed),
        total_of(goods.amount for paper in listed for goods in paper.goods),
        total_of(paper.total for paper in of_kind(papers, "draft")),
    )
    return max((value for value in sums if value is not None), default=None)


def _is_insured_term(papers: PaperSet) -> bool:
    return any(
        term.code in _INSURED_TERMS for paper in invoices(papers) for term in trade_terms(paper.trade_term)
    )


def _other_currency(paper: Paper, cover: Insurance, papers: PaperSet) -> Iterator[Finding]:
    stated = cover.currency or paper.currency
    wanted = [in_credit("currency", credit.currency) for credit in credit_of(papers) if credit.currency]
    wanted += [at(invoice, "currency", invoice.currency) for invoice in invoices(papers) if invoice.currency]
    for place in wanted[:1]:
        if stated and folded(stated) != folded(place.value):
            message = _(
                "The insurance is in {currency}, not in {wanted}.", currency=stated, wanted=place.value
            )
            field = "insurance.currency" if cover.currency else "currency"
            yield found(17, message, at(paper, field, stated), place)


def _late_cover(paper: Paper, cover: Insurance, papers: PaperSet) -> Iterator[Finding]:
    """Dated after shipment, unless it says that it covers from then (UCP 600 article 28e)."""
    shipped = on_board_of(papers)
    since = cover.effective_on or paper.date
    if shipped is None or since is None or since <= shipped:
        return
    field = "insurance.effective_on" if cover.effective_on else "date"
    message = _("The insurance begins on {day}, after shipment.", day=shown(since))
    bills = [at(bill, "on_board", bill.on_board) for bill in of_kind(papers, "bill_of_lading")]
    yield found(17, message, at(paper, field, since), *bills)


def _not_endorsed(paper: Paper, cover: Insurance, clause: str) -> Iterator[Finding]:
    if cover.endorsed is False and (not clause or _ENDORSED.search(clause)):
        message = _("The insurance document is not endorsed.")
        wanted = (in_credit("documents", clause),) if clause else ()
        yield found(17, message, at(paper, "insurance.endorsed", _("no")), *wanted)


def _short_route(paper: Paper, cover: Insurance, papers: PaperSet) -> Iterator[Finding]:
    """Covered is less than the way from shipment to discharge or destination (UCP 600 article 28f iii)."""
    for field, stated, reached in (
        ("insurance.covers_from", cover.covers_from, _starts(papers)),
        ("insurance.covers_to", cover.covers_to, _ends(papers)),
    ):
        known = [place for place in reached if place.value.strip()]
        if stated.strip() and known and not any(_same_place(stated, place.value) for place in known):
            message = _(
                "The insurance covers {stated}, the goods go by {place}.",
                stated=shown(stated),
                place=known[0].value,
            )
            yield found(17, message, at(paper, field, stated), known[0])


def _same_place(stated: str, port: str) -> bool:
    # warehouse to warehouse covers any port on the way
    return "WAREHOUSE" in folded(stated) or port_fits(port, stated) or port_fits(stated, port)


def _starts(papers: PaperSet) -> list[Place]:
    bills = of_kind(papers, "bill_of_lading")
    of_bills = [at(bill, "port_of_loading", bill.port_of_loading) for bill in bills]
    of_bills += [at(bill, "place_of_receipt", bill.place_of_receipt) for bill in bills]
    return of_bills + [place for credit in credit_of(papers) for place in _credit_starts(credit)]


def _credit_starts(credit: Credit) -> tuple[Place, ...]:
    return (
        in_credit("port_of_loading", credit.port_of_loading),
        in_credit("place_of_receipt", credit.place_of_receipt),
    )


def _ends(papers: PaperSet) -> list[Place]:
    bills = of_kind(papers, "bill_of_lading")
    of_bills = [at(bill, "port_of_discharge", bill.port_of_discharge) for bill in bills]
    of_bills += [at(bill, "place_of_delivery", bill.place_of_delivery) for bill in bills]
    return of_bills + [place for credit in credit_of(papers) for place in _credit_ends(credit)]


def _credit_ends(credit: Credit) -> tuple[Place, ...]:
    return (
        in_credit("port_of_discharge", credit.port_of_discharge),
        in_credit("place_of_delivery", credit.place_of_delivery),
    )


CHECKS: dict[int, Check] = {17: insured_enough}
