"""Rules 1, 2, 4, 5 and 15: the commercial invoice itself, its money and its parties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from factory_erp.checking import spelt
from factory_erp.checking.credit import Credit
from factory_erp.checking.findings import Check, Finding, found
from factory_erp.checking.firm import Firm
from factory_erp.checking.papers import Goods, Paper, PaperSet
from factory_erp.checking.parties import compare_firms
from factory_erp.checking.rules.reading import (
    at,
    at_line,
    credit_of,
    currency_of,
    in_credit,
    invoices,
    money,
    of_kind,
    total_of,
)
from factory_erp.checking.terms import about_amount
from factory_erp.checking.texts import folded
from factory_erp.domain.figures import scaled, unscaled
from factory_erp.domain.money import CURRENCY_EXPONENTS
from factory_erp.i18n import N_, _

_ABOUT = Decimal("1.10")
"""What "about" or "approximately" before the amount allows (UCP 600 article 30a)."""
_SHORT = Decimal("0.95")
"""Least part of the amount where partial shipments are barred (UCP 600 article 30c)."""
_PROFORMA = re.compile(r"PRO\W{0,2}FORMA|PROVISIONAL|形式发票|预开发票")


def currency_of_credit(papers: PaperSet) -> Iterator[Finding]:
    """Rule 1: the invoice is in the currency of the credit (32B)."""
    for credit in credit_of(papers):
        for paper in invoices(papers):
            if paper.currency and credit.currency and folded(paper.currency) != folded(credit.currency):
                message = _(
                    "The invoice is in {currency}, the credit in {wanted}.",
                    currency=paper.currency,
                    wanted=credit.currency,
                )
                yield found(
                    1, message, at(paper, "currency", paper.currency), in_credit("currency", credit.currency)
                )


def amount_in_credit(papers: PaperSet) -> Iterator[Finding]:
    """Rule 2: the invoices draw no more than the credit allows, and no less where all must be shipped."""
    for credit in credit_of(papers):
        drawn = total_of(paper.total for paper in invoices(papers))
        if drawn is None or credit.amount is None:
            continue
        yield from _above(papers, credit, drawn)
        yield from _below(papers, credit, drawn)


def _above(papers: PaperSet, credit: Credit, drawn: Decimal) -> Iterator[Finding]:
    most = largest_amount(credit)
    if most is None or drawn <= most:
        return
    message = _(
        "The invoices come to {drawn}, the credit allows {most}.",
        drawn=money(drawn, currency_of(invoices(papers))),
        most=money(most, credit.currency),
    )
    places = [at(paper, "total", paper.total) for paper in invoices(papers)]
    charged = sum(
        (charge.amount or Decimal(0) for paper in invoices(papers) for charge in paper.charges), Decimal(0)
    )
    covered = bool(credit.additional_amounts) and drawn - charged <= most
    yield found(2, message, *places, in_credit("amount", credit.amount), severity="W" if covered else None)


def _below(papers: PaperSet, credit: Credit, drawn: Decimal) -> Iterator[Finding]:
    if (
        credit.partial_shipments != "not allowed"
        or credit.amount is None
        or drawn >= _smallest_amount(credit)
    ):
        return
    message = _(
        "The invoices come to {drawn} of {amount}, but partial shipments are not allowed.",
        drawn=money(drawn, currency_of(invoices(papers))),
        amount=money(credit.amount, credit.currency),
    )
    places = [at(paper, "total", paper.total) for paper in invoices(papers)]
    yield found(2, message, *places, in_credit("partial_shipments", credit.partial_shipments))


def largest_amount(credit: Credit) -> Decimal | None:
    """What may be drawn: amount and 39A, or a tenth more where the amount is "about"."""
    if credit.amount is not None and about_amount(credit):
        return max(credit.amount * _ABOUT, credit.largest_amount or credit.amount)
    return credit.largest_amount


def _smallest_amount(credit: Credit) -> Decimal:
    """39A, the tenth of "about", or the 5 % of article 30c where the credit gives no tolerance of its own."""
    amount = credit.amount or Decimal(0)
    if about_amount(credit):
        return amount * (2 - _ABOUT)
    if credit.tolerance_plus or credit.tolerance_minus:
        return credit.smallest_amount or amount
    return amount * _SHORT


def sums_right(papers: PaperSet) -> Iterator[Finding]:
    """Rule 4: quantity × price = amount to the cent, Σ lines and charges = total = words."""
    for paper in of_kind(papers, "commercial_invoice", "proforma_invoice", "sales_contract"):
        for index, goods in enumerate(paper.goods):
            yield from _wrong_product(paper, index, goods)
        yield from _wrong_total(paper)
        yield from wrong_words(4, paper)


def decimals_of(currency: str) -> int:
    """Decimals of the smallest coin of *currency*; 2 where it is not known."""
    return CURRENCY_EXPONENTS.get(folded(currency).strip(), 2)


def _wrong_product(paper: Paper, index: int, goods: Goods) -> Iterator[Finding]:
    due = _product(goods, paper.currency)
    if due is None or goods.amount is None or due == goods.amount:
        return
    message = _(
        "Line {line}: quantity × price is {due}, but the amount is {amount}.",
        line=goods.line_no or index + 1,
        due=money(due, paper.currency),
        amount=money(goods.amount, paper.currency),
    )
    priced = at_line(paper, index, "unit_price", goods.unit_price)
    yield found(4, message, at_line(paper, index, "amount", goods.amount), priced)


def _product(goods: Goods, currency: str) -> Decimal | None:
    if goods.quantity is None or goods.unit_price is None:
        return None
    places = decimals_of(currency)
    return unscaled(scaled(goods.quantity * goods.unit_price, places), places)


def _wrong_total(paper: Paper) -> Iterator[Finding]:
    lines = total_of(
        _product(goods, paper.currency) if goods.amount is None else goods.amount for goods in paper.goods
    )
    charges = total_of([Decimal(0), *(charge.amount for charge in paper.charges)])
    if paper.total is None or lines is None or charges is None or lines + charges == paper.total:
        return
    due = lines + charges
    message = _(
        "Lines and charges come to {due}, but the total is {total}.",
        due=money(due, paper.currency),
        total=money(paper.total, paper.currency),
    )
    yield found(4, message, at(paper, "total", paper.total), at(paper, "goods", due))


def wrong_words(rule: int, paper: Paper) -> Iterator[Finding]:
    """The finding of *rule* where the words of the paper's amount say another amount than its figures."""
    said = spelt.value(paper.words, decimals_of(paper.currency))
    if said is None or paper.total is None or said == paper.total:
        return
    message = _(
        "The amount is {words} in words and {figures} in figures.",
        words=money(said, paper.currency),
        figures=money(paper.total, paper.currency),
    )
    yield found(rule, message, at(paper, "words", paper.words), at(paper, "total", paper.total))


def parties_of_credit(papers: PaperSet) -> Iterator[Finding]:
    """Rule 5: issued by the beneficiary (59), made out to the applicant (50), each in its country.

    Names may be abbreviated and addresses differ within the country (UCP 600 article 14j); of a
    transferable credit another issuer or addressee is only to be looked at (article 38).
    """
    for credit in credit_of(papers):
        for paper in invoices(papers):
            yield from _wrong_party(paper, "issuer", paper.issuer, credit, "beneficiary", credit.beneficiary)
            addressed = "buyer" if not paper.addressee else "addressee"
            made_out_to = paper.addressee or paper.buyer
            yield from _wrong_party(paper, addressed, made_out_to, credit, "applicant", credit.applicant)


def _wrong_party(
    paper: Paper, field: str, firm: Firm | None, credit: Credit, role: str, wanted: Firm
) -> Iterator[Finding]:
    if not wanted:
        return
    likeness = compare_firms(firm or Firm(), wanted)
    if likeness.name in ("same", "abbreviated", "misspelt") and likeness.same_country:
        return
    if not firm:
        message = _("The invoice does not name the {role} of the credit.", role=_(_ROLES[role]))
    elif likeness.name in ("different", "unknown"):
        message = _("The invoice names another firm than the {role} of the credit.", role=_(_ROLES[role]))
    else:
        message = _(
            "The invoice gives the {role} of the credit an address in another country.", role=_(_ROLES[role])
        )
    places = at(paper, field, firm), in_credit(role, wanted)
    yield found(5, message, *places, severity="W" if _transferable(credit) else None)


_ROLES = {"beneficiary": N_("beneficiary"), "applicant": N_("applicant")}


def _transferable(credit: Credit) -> bool:
    return "TRANSFERABLE" in folded(credit.form)


def title_of_invoice(papers: PaperSet) -> Iterator[Finding]:
    """Rule 15: a commercial invoice is not headed "proforma" or "provisional" unless the credit wants it."""
    wanted = papers.credit is not None and any(
        _PROFORMA.search(folded(text)) for text in papers.credit.documents
    )
    for paper in invoices(papers):
        if not wanted and _PROFORMA.search(folded(paper.title)):
            message = _("The invoice is titled '{title}'.", title=paper.title)
            yield found(15, message, at(paper, "title", paper.title))


CHECKS: dict[int, Check] = {
    1: currency_of_credit,
    2: amount_in_credit,
    4: sums_right,
    5: parties_of_credit,
    15: title_of_invoice,
}
