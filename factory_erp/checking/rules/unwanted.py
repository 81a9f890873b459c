"""Rules 39 and 42: prices on a packing list, and papers that nobody asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from factory_erp.checking.demands import demands
from factory_erp.checking.findings import Check, Finding, Place, found
from factory_erp.checking.papers import Paper, PaperKind, PaperSet
from factory_erp.checking.rules.reading import at, at_line, credit_of, in_credit, kind_name, money, of_kind
from factory_erp.checking.texts import folded
from factory_erp.i18n import _

_CURRENCIES = """
    USD EUR GBP CNY RMB JPY HKD AUD CAD NZD SGD CHF SEK NOK DKK KRW TWD INR AED SAR RUB BRL MXN ZAR THB VND
    IDR MYR PLN CZK HUF
"""
"""Those that goods are priced in and that are no words: "ALL 150 CARTONS" is no price in Albanian lek."""
_CODES = "|".join(_CURRENCIES.split())
_PRICE = re.compile(
    rf"\b(?:{_CODES})\s?[0-9][0-9,.]*|[0-9]\s?(?:{_CODES})\b|(?:US)?\$\s?[0-9]|[€£¥]\s?[0-9]|\bUNIT\s+PRICE\b|\bAMOUNT\b|单价|总价|金额"
)
_PRESENTED: tuple[PaperKind, ...] = (
    "commercial_invoice",
    "packing_list",
    "bill_of_lading",
    "certificate_of_origin",
    "insurance",
    "beneficiary_certificate",
    "certificate",
    "draft",
    "other",
)
"""Papers that go to a bank; a booking or an export declaration stays with its makers."""


def no_prices(papers: PaperSet) -> Iterator[Finding]:
    """Rule 39: a packing list shows no price, no amount and no charge."""
    for paper in of_kind(papers, "packing_list"):
        for place, price in islice(_prices(paper), 1):
            yield found(39, _("The packing list shows a price: {value}.", value=price), place)


def _prices(paper: Paper) -> Iterator[tuple[Place, str]]:
    """Each place that states a price, and the price with its currency."""
    for index, goods in enumerate(paper.goods):
        for field, value in (("unit_price", goods.unit_price), ("amount", goods.amount)):
            if value is not None:
                yield at_line(paper, index, field, value), money(value, paper.currency)
    if paper.total is not None:
        yield at(paper, "total", paper.total), money(paper.total, paper.currency)
    for index, charge in enumerate(paper.charges):
        price = money(charge.amount, paper.currency)
        yield at_line(paper, index, "amount", charge.amount, "charges"), price
    texts = [("text", paper.text), ("words", paper.words)]
    texts += [(f"goods[{index}].description", goods.description) for index, goods in enumerate(paper.goods)]
    for field, text in texts:
        hit = _PRICE.search(folded(text))
        if hit:
            yield at(paper, field, hit[0]), hit[0]


def not_asked_for(papers: PaperSet) -> Iterator[Finding]:
    """Rule 42: a paper that the credit does not ask for is disregarded by the bank and may be left out."""
    for credit in credit_of(papers):
        wanted = {demand.kind for demand in demands(credit)}
        # an unknown paper may be any that the credit calls by a name of its own
        named = bool(wanted & {"other", "certificate"})
        for paper in of_kind(papers, *_PRESENTED):
            if (
                not credit.documents
                or paper.kind in wanted
                or (paper.kind == "draft" and credit.drafts_at.strip())
            ):
                continue
            if not (named and paper.kind in ("other", "certificate")):
                message = _("The credit does not ask for the {paper}.", paper=kind_name(paper.kind))
                yield found(
                    42,
                    message,
                    at(paper, "kind", paper.kind),
                    in_credit("documents", " / ".join(credit.documents)),
                )


CHECKS: dict[int, Check] = {39: no_prices, 42: not_asked_for}
