"""Rule 18: the certificate of origin names the right parties, goods, invoice and criterion."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from factory_erp.checking.findings import Check, Finding, Place, found
from factory_erp.checking.firm import Firm
from factory_erp.checking.papers import OriginForm, Paper, PaperSet
from factory_erp.checking.parties import compare_firms
from factory_erp.checking.rules.reading import (
    at,
    at_line,
    credit_of,
    in_credit,
    invoices,
    measured,
    of_kind,
    shown,
    unit_shown,
)
from factory_erp.checking.terms import unit_key
from factory_erp.checking.texts import alike, folded, keys, normalised
from factory_erp.i18n import _

_NOBODY = re.compile(r"\bTO (?:THE )?ORDER\b|\bTO WHOM IT MAY CONCERN\b|凭指示")
_CRITERIA: dict[OriginForm, re.Pattern[str]] = {
    # WO wholly obtained, PE wholly of originating materials, PSR product-specific rule, RVC value content
    "form_e": re.compile(r"WO|PE|CTH|CC|CTSH|PSR|SP|(?:RVC\s*)?[0-9]{1,3}(?:\.[0-9]+)?\s*%(?:\s*RVC)?"),
    "rcep": re.compile(
        r"(?:WO|PE|CTC|CTH|CC|CTSH|CR|RVC(?:\s*[0-9]{1,3}(?:\.[0-9]+)?\s*%)?)(?:[\s/,+&]*(?:ACU|DMI))*"
    ),
    "form_a": re.compile(r"P|PK|F|G|[WYZ]\W*[0-9.\s]*(?:%)?"),
}
"""What each form's box for the origin criterion may hold."""


def origin_right(papers: PaperSet) -> Iterator[Finding]:
    """Rule 18: consignee as credit or transport document, goods and quantity of the invoice, criterion."""
    for paper in of_kind(papers, "certificate_of_origin"):
        yield from _wrong_party(paper, "consignee", paper.consignee, papers)
        if paper.notify:
            yield from _wrong_party(paper, "notify", paper.notify, papers)
        yield from _other_goods(paper, papers)
        yield from _other_quantities(paper, papers)
        yield from _wrong_criteria(paper)
        yield from _other_invoice(paper, papers)


def _wrong_party(paper: Paper, field: str, firm: Firm | None, papers: PaperSet) -> Iterator[Finding]:
    """The consignee may be left open "to order", never blank; else somebody the set knows (ISBP 821 L)."""
    known = _known_parties(papers)
    if not firm:
        message = _("The certificate of origin names no consignee.")
        yield found(18, message, at(paper, field, firm))
    elif (
        known
        and not _NOBODY.search(folded(str(firm)))
        and not any(_is_same(firm, one) for _place, one in known)
    ):
        message = _(
            "{name} on the certificate of origin is none of the parties to the shipment.",
            name=shown(firm.name),
        )
        yield found(18, message, at(paper, field, firm), known[0][0])


def _known_parties(papers: PaperSet) -> list[tuple[Place, Firm]]:
    known = [(in_credit("applicant", credit.applicant), credit.applicant) for credit in credit_of(papers)]
    for paper in of_kind(papers, "bill_of_lading", "commercial_invoice"):
        known += [
            (at(paper, field, firm), firm)
            for field, firm in (
                ("consignee", paper.consignee),
                ("notify", paper.notify),
                ("buyer", paper.buyer),
                ("addressee", paper.addressee),
            )
            if firm
        ]
    return [(place, firm) for place, firm in known if firm and not _NOBODY.search(folded(firm.name))]


def _is_same(firm: Firm, other: Firm) -> bool:
    likeness = compare_firms(firm, other)
    return likeness.name in ("same", "abbreviated", "misspelt") and likeness.same_country


def _other_goods(paper: Paper, papers: PaperSet) -> Iterator[Finding]:
    """Goods in general terms will do (UCP 600 article 14e), but some word of the invoice must be there."""
    described = _words(paper)
    of_invoices = set().union(*(_words(invoice) for invoice in invoices(papers)))
    if not described or not of_invoices or described & of_invoices:
        return
    if any(alike(one, other) for one in described for other in of_invoices):
        return
    message = _("The goods on the certificate of origin are not those of the invoice.")
    stated = [at_line(paper, 0, "description", paper.goods[0].description)] if paper.goods else []
    listed = [
        at_line(one, 0, "description", one.goods[0].description) for one in invoices(papers) if one.goods
    ]
    yield found(18, message, *stated, *listed)


def _words(paper: Paper) -> set[str]:
    """The words that describe the paper's goods, in the singular, without numbers and units."""
    text = " ".join(f"{goods.item_number} {goods.description}" for goods in paper.goods[:_LINES])
    return {
        key.removesuffix("S") for key in keys(text) if len(key) > 2 and key.isalpha() and key.isascii()
    } - _UNTELLING


_LINES = 200
_OTHER_WORDS = "CARTON CTN PACKAGE PALLET THE AND FOR WITH ONE TWO HUNDRED THOUSAND PCS PIECE SET MADE"
_UNTELLING = frozenset(_OTHER_WORDS.split())


def _other_quantities(paper: Paper, papers: PaperSet) -> Iterator[Finding]:
    """Quantities per unit, where the certificates count in the units of the invoices.

    Several certificates add up, or each is for the whole.
    """
    certificates = of_kind(papers, "certificate_of_origin")
    if paper is not certificates[0]:
        return
    certified = _by_unit(certificates)
    invoiced = _by_unit(invoices(papers))
    for unit in certified if certified.keys() == invoiced.keys() else ():
        (place, quantity), (other, due) = certified[unit], invoiced[unit]
        if quantity != due and not _each_is(due, unit, certificates):
            message = _(
                "The certificate of origin is for {quantity} {unit}, the invoice for {due}.",
                quantity=shown(quantity),
                unit=unit_shown(unit),
                due=measured(due, unit),
            )
            yield found(18, message, place, other)


def _each_is(due: Decimal, unit: str, certificates: tuple[Paper, ...]) -> bool:
    each = [_by_unit((one,)).get(unit) for one in certificates]
    return all(one is not None and one[1] == due for one in each)


def _by_unit(papers: tuple[Paper, ...]) -> dict[str, tuple[Place, Decimal]]:
    sums: dict[str, tuple[Place, Decimal]] = {}
    for paper in papers:
        for index, goods in enumerate(paper.goods):
            unit = unit_key(goods.unit)
            if goods.quantity is not None and unit:
                place, before = sums.get(
                    unit, (at_line(paper, index, "quantity", goods.quantity), Decimal(0))
                )
                sums[unit] = place, before + goods.quantity
    return sums


def _wrong_criteria(paper: Paper) -> Iterator[Finding]:
    form = paper.certificate.form if paper.certificate else "general"
    pattern = _CRITERIA.get(form)
    if pattern is None:
        return
    for index, goods in enumerate(paper.goods):
        plain = folded(goods.criterion).strip().strip("\"'“”").strip()
        if not pattern.fullmatch(plain):
            text = (
                _("'{criterion}' is no origin criterion of this form.", criterion=shown(goods.criterion))
                if plain
                else _("Line {line} has no origin criterion.", line=goods.line_no or index + 1)
            )
            yield found(
                18,
                text,
                at_line(paper, index, "criterion", goods.criterion),
                at(paper, "certificate.form", form),
            )


def _other_invoice(paper: Paper, papers: PaperSet) -> Iterator[Finding]:
    numbers = {normalised(invoice.number): invoice for invoice in invoices(papers) if invoice.number.strip()}
    stated = normalised(paper.invoice_number)
    if not stated or not numbers or any(number in stated for number in numbers):
        return
    invoice = next(iter(numbers.values()))
    message = _(
        "The certificate of origin names another invoice, {number}.", number=shown(paper.invoice_number)
    )
    yield found(
        18, message, at(paper, "invoice_number", paper.invoice_number), at(invoice, "number", invoice.number)
    )


CHECKS: dict[int, Check] = {18: origin_right}
