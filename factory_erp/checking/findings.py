"""What the checker finds, and the list of its rules.

Articles: UCP 600 (ICC 600), ISBP 821 (ICC 821E) by section, SOLAS, ISO 6346, and the rules of the
General Administration of Customs of China (GACC) and of the free trade agreements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from factory_erp.checking.papers import PaperSet
from factory_erp.i18n import N_

Severity = Literal["E", "W", "I"]
"""E: a bank or customs will refuse it. W: somebody should look. I: worth knowing."""

CREDIT = "letter_of_credit"
"""What findings call the letter of credit among the documents."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: document (``Paper.name`` or ``CREDIT``), field as in the set file, its text."""

    document: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. ``message`` is in the language that was active when it was found.

    ``places`` are the places that disagree, side by side: what is wrong first, what it is measured by after
    it. ``documents`` and ``fields`` name the same places, each once.
    """

    rule: int
    severity: Severity
    documents: tuple[str, ...]
    fields: tuple[str, ...]
    article: str
    message: str
    places: tuple[Place, ...] = ()


Check = Callable[[PaperSet], Iterator[Finding]]
"""A rule: from the papers to what breaks it. It never raises, whatever the papers say."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's number, its usual severity, its title (show with ``_``) and where it comes from."""

    number: int
    severity: Severity
    title: str
    article: str


_TABLE: tuple[tuple[Severity, str, str], ...] = (
    ("E", N_("Currency of the invoice"), "UCP 600 art. 18(a)(iii)"),
    ("E", N_("Amount of the invoice within the credit"), "UCP 600 art. 18(b), 30"),
    ("E", N_("Amount, words and currency of the draft"), "UCP 600 art. 14(d); ISBP 821 B"),
    ("E", N_("Sums and products of the invoice"), "ISBP 821 A22"),
    ("E", N_("Issuer and addressee of the invoice"), "UCP 600 art. 18(a)"),
    ("E", N_("Description of goods as in the credit"), "UCP 600 art. 18(c); ISBP 821 C3"),
    ("E", N_("Trade term as in the credit"), "UCP 600 art. 18(c); ISBP 821 C"),
    ("E", N_("Quantity within the tolerance"), "UCP 600 art. 30"),
    ("E", N_("Unit price as in the credit"), "UCP 600 art. 14(d), 30; ISBP 821 C"),
    ("E", N_("Shipment in time, in one lot, without transshipment"), "UCP 600 art. 3, 20, 31"),
    ("E", N_("Presentation in time"), "UCP 600 art. 6(d), 14(c), 29"),
    ("E", N_("Ports as in the credit"), "UCP 600 art. 20(a)(iii)"),
    ("E", N_("Documents asked for, originals and copies"), "UCP 600 art. 14(f), 17"),
    ("E", N_("Numbers and wording asked for on documents"), "UCP 600 art. 14(d), 14(h)"),
    ("E", N_("Title of the invoice"), "ISBP 821 C1"),
    ("E", N_("Dates of the documents"), "UCP 600 art. 14(i); ISBP 821 A"),
    ("E", N_("Insurance cover"), "UCP 600 art. 28; ISBP 821 K"),
    ("E", N_("Certificate of origin: parties, goods, criterion"), "UCP 600 art. 14(d); ISBP 821 L"),
    ("E", N_("Number of packages on every document"), "UCP 600 art. 14(d)"),
    ("E", N_("Gross weight on every document"), "UCP 600 art. 14(d)"),
    ("E", N_("Net weight on every document"), "UCP 600 art. 14(d)"),
    ("E", N_("Volume on every document"), "UCP 600 art. 14(d)"),
    ("E", N_("Carton numbers and contents"), "UCP 600 art. 14(d); ISBP 821 M"),
    ("W", N_("Shipping marks on every document"), "UCP 600 art. 14(d); ISBP 821 A"),
    ("E", N_("Container and seal numbers"), "UCP 600 art. 14(d); ISO 6346"),
    ("E", N_("Verified gross mass"), "SOLAS VI/2"),
    ("W", N_("Load and volume of the container"), "ISO 668"),
    ("W", N_("Names and addresses written differently"), "UCP 600 art. 14(j)"),
    ("E", N_("Country of origin on every document"), "UCP 600 art. 14(d); ISBP 821 L"),
    ("W", N_("HS codes on every document"), "WCO HS 2022; UCP 600 art. 14(d)"),
    ("E", N_("Export declaration: contract, terms, costs, amount"), "GACC 2019 no. 18"),
    ("E", N_("Export declaration: statutory units"), "GACC 2019 no. 18"),
    ("E", N_("Export declaration and suppliers' VAT invoices"), "MOF/STA Caishui 2012 no. 39"),
    ("W", N_("Export declaration: ports and countries"), "GACC 2019 no. 18"),
    ("W", N_("Vessel, voyage and departure on every document"), "UCP 600 art. 14(d)"),
    ("E", N_("Wording of the beneficiary's certificate"), "ISBP 821 O"),
    ("W", N_("Amount in words: language and currency"), "ISBP 821 A, B"),
    ("E", N_("Misspellings and differing numbers"), "ISBP 821 A23"),
    ("E", N_("Packing list without prices"), "UCP 600 art. 14(f); ISBP 821 M"),
    ("W", N_("Neutral documents"), "UCP 600 art. 14(k); ISBP 821 M"),
    ("W", N_("Empty fields and watched names"), "UCP 600 art. 14(d)"),
    ("I", N_("Document that nobody asked for"), "UCP 600 art. 14(g)"),
    ("W", N_("Third-party invoicing on the certificate of origin"), "ACFTA OCP; RCEP art. 3.20"),
    ("E", N_("Form E: value FOB"), "ACFTA OCP; GACC 2019 no. 136"),
    ("W", N_("Form A: country of destination"), "GACC 2021 no. 84"),
)

RULES: dict[int, Rule] = {number: Rule(number, *parts) for number, parts in enumerate(_TABLE, start=1)}
"""All 45 rules by their number."""


def found(rule: int, message: str, *places: Place, severity: Severity | None = None) -> Finding:
    """The finding of *rule* at *places*; *severity* where it is not the rule's usual one."""
    known = RULES[rule]
    return Finding(
        rule=rule,
        severity=severity or known.severity,
        documents=tuple(dict.fromkeys(place.document for place in places)),
        fields=tuple(dict.fromkeys(place.field for place in places)),
        article=known.article,
        message=message,
        places=places,
    )
