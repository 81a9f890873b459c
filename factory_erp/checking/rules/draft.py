"""Rule 3: the draft (bill of exchange 汇票) asks for what was invoiced, in figures as in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from factory_erp.checking.credit import Credit
from factory_erp.checking.dates import read_tenor
from factory_erp.checking.findings import Check, Finding, Place, found
from factory_erp.checking.papers import Paper, PaperSet
from factory_erp.checking.rules.invoice import decimals_of, wrong_words
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
from factory_erp.checking.texts import folded
from factory_erp.domain.figures import scaled, unscaled
from factory_erp.i18n import _

_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?)\s*(?:PCT|PER\s?CENT|%)")


def draft_right(papers: PaperSet) -> Iterator[Finding]:
    """Rule 3: amount = invoice × percentage, words = figures, currency and tenor of the credit."""
    drafts = of_kind(papers, "draft")
    for paper in drafts:
        yield from wrong_words(3, paper)
        yield from _wrong_currency(paper, papers)
        for credit in credit_of(papers):
            yield from _wrong_tenor(paper, credit)
    yield from _wrong_amounts(drafts, papers)


def _wrong_currency(paper: Paper, papers: PaperSet) -> Iterator[Finding]:
    """The draft beside the first that states a currency: an invoice, else the credit."""
    stated = [at(one, "currency", one.currency) for one in invoices(papers) if one.currency]
    stated += [in_credit("currency", credit.currency) for credit in credit_of(papers) if credit.currency]
    for place in stated[:1]:
        if paper.currency and folded(paper.currency) != folded(place.value):
            message = _(
                "The draft is in {currency}, not in {wanted}.", currency=paper.currency, wanted=place.value
            )
            yield found(3, message, at(paper, "currency", paper.currency), place)


def _wrong_amounts(drafts: tuple[Paper, ...], papers: PaperSet) -> Iterator[Finding]:
    """Each draft beside its invoice; several without a percentage of their own beside the sum of all."""
    if len(drafts) > 1 and all(_own_percent(paper) is None for paper in drafts):
        drawn = total_of(paper.total for paper in drafts)
        due = total_of(paper.total for paper in invoices(papers))
        yield from _amount_finding(drafts, drawn, due, invoices(papers))
        return
    for paper in drafts:
        base = _invoices_of(paper, papers)
        total = total_of(invoice.total for invoice in base)
        percent = _own_percent(paper) or _percent_of_credit(papers)
        due = None if total is None else _share(total, percent, paper.currency)
        yield from _amount_finding((paper,), paper.total, due, base)


def _amount_finding(
    drafts: tuple[Paper, ...], drawn: Decimal | None, due: Decimal | None, base: tuple[Paper, ...]
) -> Iterator[Finding]:
    if drawn is None or due is None or drawn == due:
        return
    message = _(
        "Drawn are {drawn}, but the invoice gives {due}.",
        drawn=money(drawn, currency_of(drafts)),
        due=money(due, currency_of(base)),
    )
    yield found(3, message, *_totals(drafts), *_totals(base))


def _totals(papers: tuple[Paper, ...]) -> list[Place]:
    return [at(paper, "total", paper.total) for paper in papers]


def _invoices_of(draft: Paper, papers: PaperSet) -> tuple[Paper, ...]:
    """The invoices that the draft names, or all."""
    named = tuple(
        paper for paper in invoices(papers) if paper.number and paper.number == draft.invoice_number
    )
    return named or invoices(papers)


def _own_percent(paper: Paper) -> Decimal | None:
    return paper.draft.percent if paper.draft else None


def _percent_of_credit(papers: PaperSet) -> Decimal:
    hit = _PERCENT.search(folded(papers.credit.drafts_at)) if papers.credit else None
    return Decimal(hit[1]) if hit else Decimal(100)


def _share(total: Decimal, percent: Decimal, currency: str) -> Decimal:
    places = decimals_of(currency)
    return unscaled(scaled(total * percent / 100, places), places)


def _wrong_tenor(paper: Paper, credit: Credit) -> Iterator[Finding]:
    """A draft at sight where the credit wants time, the reverse, or another number of days."""
    if paper.draft is None or not paper.draft.tenor.strip() or not credit.drafts_at.strip():
        return
    stated, asked = read_tenor(paper.draft.tenor), read_tenor(credit.drafts_at)
    mixed = len(_PERCENT.findall(folded(credit.drafts_at))) > 1
    same = (stated.days, stated.months, stated.at_sight) == (asked.days, asked.months, asked.at_sight)
    if same or mixed or stated.due_on or not stated.basis or not asked.basis:
        return
    message = _(
        "The draft is drawn at '{tenor}', the credit asks for '{wanted}'.",
        tenor=shown(paper.draft.tenor),
        wanted=shown(credit.drafts_at),
    )
    yield found(
        3, message, at(paper, "draft.tenor", paper.draft.tenor), in_credit("drafts_at", credit.drafts_at)
    )


CHECKS: dict[int, Check] = {3: draft_right}
