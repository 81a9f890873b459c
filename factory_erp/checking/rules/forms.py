"""Rules 43, 44 and 45: boxes, values and use of preferential certificates of origin."""

from __future__ import annotations

import re
from collections.abc import Iterator

from factory_erp.checking.findings import Check, Finding, Place, found
from factory_erp.checking.papers import Certificate, Goods, Paper, PaperSet
from factory_erp.checking.parties import compare_firms
from factory_erp.checking.places import country_code, country_in
from factory_erp.checking.rules.reading import at, at_line, invoices, of_kind, shown
from factory_erp.checking.texts import folded
from factory_erp.i18n import _

GRANTING_GSP = frozenset(("NO", "NZ", "AU"))
"""Countries that still take a Form A from China (GACC 2021 no. 84)."""

_TICK = "third_party_invoicing"
_WITH_TICK = ("form_e", "rcep")
_REGIONAL_VALUE = re.compile(r"%|\bRVC\b|PER\s?CENT|\bPCT\b")
_PRODUCT_RULE = re.compile(r"\bPS[RC]\b")


def _certificates(papers: PaperSet) -> Iterator[tuple[Paper, Certificate]]:
    for paper in of_kind(papers, "certificate_of_origin"):
        if paper.certificate is not None:
            yield paper, paper.certificate


def third_party_ticked(papers: PaperSet) -> Iterator[Finding]:
    """Rule 43: who invoices from elsewhere is named and the box for it ticked, neither without the other."""
    for paper, certificate in _certificates(papers):
        ticked, named = _TICK in certificate.ticks, bool(certificate.third_party.strip())
        ticks = at(paper, "certificate.ticks", ", ".join(certificate.ticks))
        third = at(paper, "certificate.third_party", certificate.third_party)
        if certificate.form in _WITH_TICK and named and not ticked:
            message = _(
                "{name} invoices, but the box for third-party invoicing is not ticked.", name=third.value
            )
            yield found(43, message, ticks, third)
        elif ticked and not named:
            yield found(43, _("Third-party invoicing is ticked, but nobody is named."), third, ticks)
        elif certificate.form in _WITH_TICK and not ticked:
            yield from _other_invoicer(paper, ticks, papers)


def _other_invoicer(paper: Paper, ticks: Place, papers: PaperSet) -> Iterator[Finding]:
    for bill in invoices(papers):
        if paper.issuer and bill.issuer and compare_firms(paper.issuer, bill.issuer).name == "different":
            message = _(
                "{invoicer} invoices and {exporter} exports, but third-party invoicing is not ticked.",
                invoicer=shown(bill.issuer.name),
                exporter=shown(paper.issuer.name),
            )
            yield found(43, message, ticks, at(bill, "issuer", bill.issuer))
            return


def value_where_needed(papers: PaperSet) -> Iterator[Finding]:
    """Rule 44: Form E states the value FOB where origin is by regional value content, and nowhere else."""
    for paper, certificate in _certificates(papers):
        if certificate.form == "form_e":
            for index, goods in enumerate(paper.goods):
                yield from _wrong_value(paper, index, goods)


def _wrong_value(paper: Paper, index: int, goods: Goods) -> Iterator[Finding]:
    criterion = folded(goods.criterion)
    line = goods.line_no or index + 1
    places = at_line(paper, index, "fob", goods.fob), at_line(paper, index, "criterion", goods.criterion)
    if not criterion.strip():
        return
    if goods.fob is None and _REGIONAL_VALUE.search(criterion):
        yield found(44, _("Item {line}: the value FOB is missing.", line=line), *places)
    elif goods.fob is not None and not (_REGIONAL_VALUE.search(criterion) or _PRODUCT_RULE.search(criterion)):
        message = _(
            "Item {line}: no value FOB may be stated for criterion {criterion}.",
            line=line,
            criterion=shown(goods.criterion),
        )
        yield found(44, message, *places)


def form_a_granted(papers: PaperSet) -> Iterator[Finding]:
    """Rule 45: a Form A is of use only in countries that still grant China preferences."""
    for paper, certificate in _certificates(papers):
        place = _importing_country(paper, certificate)
        if certificate.form != "form_a" or place is None:
            continue
        country = country_code(place.value) or country_in(place.value)
        if country and country not in GRANTING_GSP:
            message = _(
                "{country} no longer takes a Form A from China; only Norway, New Zealand and Australia do.",
                country=place.value,
            )
            yield found(45, message, place, at(paper, "certificate.form", certificate.form))


def _importing_country(paper: Paper, certificate: Certificate) -> Place | None:
    consignee = (
        paper.consignee.country or country_in(" ".join(paper.consignee.address)) if paper.consignee else ""
    )
    told = (
        ("certificate.importing_country", certificate.importing_country),
        ("destination_country", paper.destination_country),
        ("consignee", consignee),
        ("port_of_discharge", country_in(paper.port_of_discharge)),
    )
    return next((at(paper, field, value) for field, value in told if value.strip()), None)


CHECKS: dict[int, Check] = {43: third_party_ticked, 44: value_where_needed, 45: form_a_granted}
