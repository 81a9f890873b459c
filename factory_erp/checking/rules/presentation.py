"""Rules 13 and 14: the papers that the credit asks for are there, in number, and bear what they must."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from factory_erp.checking.credit import Credit
from factory_erp.checking.dates import find_dates
from factory_erp.checking.demands import Demand, demands
from factory_erp.checking.findings import Check, Finding, Place, found
from factory_erp.checking.papers import Paper, PaperKind, PaperSet
from factory_erp.checking.rules.reading import at, credit_of, in_credit, invoices, kind_name, of_kind, shown
from factory_erp.checking.rules.saying import said_on
from factory_erp.checking.terms import Bearing, must_bear, references
from factory_erp.checking.texts import carries, contains, folded, keys, normalised
from factory_erp.i18n import _

_ALSO: dict[PaperKind, tuple[PaperKind, ...]] = {
    "certificate": ("beneficiary_certificate", "other"),
    "beneficiary_certificate": ("certificate", "other"),
    "shipping_advice": ("other",),
    "other": ("certificate", "beneficiary_certificate", "shipping_advice"),
}
"""Kinds of paper that may do another's service if their title says so (UCP 600 article 14f)."""

_ONE_EACH: tuple[PaperKind, ...] = ("certificate", "beneficiary_certificate", "shipping_advice", "other")
"""Kinds of which a credit may ask for several different papers."""

_NEVER_UNSIGNED: tuple[PaperKind, ...] = (
    "draft",
    "bill_of_lading",
    "insurance",
    "certificate_of_origin",
    "beneficiary_certificate",
    "certificate",
)
"""Papers that need a signature by their nature (UCP 600 articles 20, 28; ISBP 821 section A)."""

_NOT_FOR_THE_BANK: tuple[PaperKind, ...] = (
    "booking_note",
    "customs_declaration",
    "vgm_declaration",
    "carton_label",
    "proforma_invoice",
    "sales_contract",
)
"""Kinds that go to a bank only when its credit asks for them."""

_OTHER_WORDS = """
    CERTIFICATE CERTIFICATES OF THE BY FROM FOR A AN AND IN ONE ORIGINAL COPY COPIES ISSUED SIGNED DOCUMENT
"""
_COMMON = frozenset(_OTHER_WORDS.split())


def presented(papers: PaperSet) -> tuple[Paper, ...]:
    """The papers that go to the bank: not bookings, labels and the like, unless the credit asks for them."""
    asked = {demand.kind for credit in credit_of(papers) for demand in demands(credit)}
    return tuple(
        paper for paper in papers.papers if paper.kind not in _NOT_FOR_THE_BANK or paper.kind in asked
    )


def papers_complete(papers: PaperSet) -> Iterator[Finding]:
    """Rule 13: every paper of 46A (and the drafts of 42C) is there, signed, in originals and copies.

    "In triplicate" is met by one original and two copies, and originals may stand for copies
    (UCP 600 article 17); numbers that a paper does not state are not counted.
    """
    for credit in credit_of(papers):
        taken: list[Paper] = []
        for number, demand in enumerate(demands(credit)):
            paper = _serving(demand, papers, taken)
            if paper is None:
                yield _missing(demand, number)
                continue
            taken.append(paper)
            yield from _too_few(paper, demand)
            yield from _unsigned(paper, demand)
        if credit.drafts_at.strip() and not of_kind(papers, "draft"):
            message = _("The {paper} that the credit asks for is missing.", paper=kind_name("draft"))
            yield found(13, message, Place("draft", "total", ""), in_credit("drafts_at", credit.drafts_at))


def _serving(demand: Demand, papers: PaperSet, taken: list[Paper]) -> Paper | None:
    """The paper that answers *demand*; certificates answer one demand each, by their titles."""
    own = of_kind(papers, demand.kind)
    if demand.kind not in _ONE_EACH:
        return own[0] if own else None
    free = [paper for paper in own if not _is_in(paper, taken)]
    others = [paper for paper in of_kind(papers, *_ALSO[demand.kind]) if not _is_in(paper, taken)]
    named = [paper for paper in (*free, *others) if _title_words(paper.title) & _title_words(demand.text)]
    untitled = [paper for paper in free if not _title_words(paper.title)]
    best = sorted(named, key=lambda paper: -len(_title_words(paper.title) & _title_words(demand.text)))
    if best or untitled:
        return (best or untitled)[0]
    # the last paper of the kind does its service under whatever title (ISBP 821 paragraph A39)
    return free[0] if len(free) == 1 and demand.kind == "beneficiary_certificate" else None


def _is_in(paper: Paper, taken: list[Paper]) -> bool:
    return any(paper is one for one in taken)


def _title_words(text: str) -> set[str]:
    return {key for key in keys(text) if len(key) > 2} - _COMMON


def _missing(demand: Demand, number: int) -> Finding:
    field = f"documents[{number}]"
    if demand.kind == "other":
        message = _("No document answers '{text}'.", text=shown(demand.text))
        return found(
            13, message, Place(demand.kind, "title", ""), in_credit(field, demand.text), severity="W"
        )
    message = _("The {paper} that the credit asks for is missing.", paper=kind_name(demand.kind))
    return found(13, message, Place(demand.kind, "title", ""), in_credit(field, demand.text))


def _too_few(paper: Paper, demand: Demand) -> Iterator[Finding]:
    name = kind_name(paper.kind)
    wanted = in_credit("documents", demand.text)
    if not demand.counted and "COPY" in folded(demand.text) and (paper.copies or 0) > 0:
        # "copy of" somewhere in a clause without a number: a copy is what is asked for (ISBP 821 A31)
        return
    if paper.originals is not None and paper.originals < demand.originals:
        message = _(
            "The originals of the {paper} are {count}, the credit asks for {wanted}.",
            paper=name,
            count=paper.originals,
            wanted=demand.originals,
        )
        yield found(13, message, at(paper, "originals", paper.originals), wanted)
    elif paper.originals is not None and paper.copies is not None:
        total, asked = paper.originals + paper.copies, demand.originals + demand.copies
        if total < asked:
            message = _(
                "The {paper} comes in {count} originals and copies, the credit asks for {wanted}.",
                paper=name,
                count=total,
                wanted=asked,
            )
            yield found(13, message, at(paper, "copies", paper.copies), wanted)


def _unsigned(paper: Paper, demand: Demand) -> Iterator[Finding]:
    if paper.signed is False and (demand.signed or paper.kind in _NEVER_UNSIGNED):
        message = _("The {paper} is not signed.", paper=kind_name(paper.kind))
        yield found(13, message, at(paper, "signed", _("no")), in_credit("documents", demand.text))


def papers_bear(papers: PaperSet) -> Iterator[Finding]:
    """Rule 14: numbers, dates and wording that 46A or 47A wants on papers stand on each of them.

    A number of another credit, where none is asked for, is only to be looked at (ISBP 821 section A).
    """
    for credit in credit_of(papers):
        for bearing in must_bear(credit):
            kinds = [paper for paper in _bearers(bearing, papers) if bearing.asks(paper.kind)]
            for paper in kinds:
                if not _bears(paper, bearing, papers, credit):
                    yield _bearing_finding(paper, bearing, credit)
        asked = [bearing for bearing in must_bear(credit) if bearing.what == "lc_number"]
        for paper in papers.papers:
            if not any(bearing.asks(paper.kind) for bearing in asked):
                yield from _other_credit(paper, credit)


def _bearers(bearing: Bearing, papers: PaperSet) -> tuple[Paper, ...]:
    return papers.papers if bearing.kinds else presented(papers)


def _bears(paper: Paper, bearing: Bearing, papers: PaperSet, credit: Credit) -> bool:
    if bearing.what == "wording":
        return contains(said_on(paper), bearing.value)
    if bearing.what == "lc_date":
        return credit.issued_on in (None, paper.lc_date) or credit.issued_on in _days_on(paper)
    wanted = _numbers(bearing, papers, credit)
    if wanted:
        # its own field first, as the whole text of a long paper takes time
        return any(carries(text, number) for text in _texts(paper, bearing) for number in wanted)
    # any order number will do where none is known; of other numbers that nobody knows none can be missed
    return bearing.what != "order_number" or bool(paper.order_numbers or _orders_in(paper))


def _orders_in(paper: Paper) -> tuple[str, ...]:
    return references("\n".join((paper.text, *paper.marks)), "order_number")


def _days_on(paper: Paper) -> set[date]:
    return {day for day, _start, _end in find_dates(said_on(paper))}


def _texts(paper: Paper, bearing: Bearing) -> Iterator[str]:
    yield _stated(paper, bearing)
    yield said_on(paper)


def _stated(paper: Paper, bearing: Bearing) -> str:
    """What the paper says in the field that is meant for it."""
    own = {
        "lc_number": paper.lc_number,
        "lc_date": shown(paper.lc_date),
        "order_number": ", ".join(paper.order_numbers),
        "contract_number": paper.contract_number,
        "invoice_number": paper.invoice_number,
        "wording": paper.text,
    }
    return own[bearing.what]


def _numbers(bearing: Bearing, papers: PaperSet, credit: Credit) -> tuple[str, ...]:
    """The numbers of which one must stand on the paper; none where the set does not tell them."""
    if bearing.what == "lc_number":
        return (credit.number,) if credit.number else ()
    if bearing.value:
        return (bearing.value,)
    if bearing.what == "invoice_number":
        return tuple(paper.number for paper in invoices(papers) if paper.number)
    text = "\n".join((credit.goods, *credit.documents, *credit.conditions))
    known = references(text, bearing.what)
    if known or bearing.what == "order_number":
        return known
    return tuple(dict.fromkeys(paper.contract_number for paper in invoices(papers) if paper.contract_number))


_FIELDS = {
    "lc_number": "lc_number",
    "lc_date": "lc_date",
    "order_number": "order_numbers",
    "contract_number": "contract_number",
    "invoice_number": "invoice_number",
    "wording": "text",
}


def _bearing_finding(paper: Paper, bearing: Bearing, credit: Credit) -> Finding:
    message = _(
        "The {paper} does not show {wanted}.", paper=kind_name(paper.kind), wanted=_wanted(bearing, credit)
    )
    stated = at(paper, _FIELDS[bearing.what], _stated(paper, bearing))
    return found(14, message, stated, in_credit("conditions", bearing.clause))


def _wanted(bearing: Bearing, credit: Credit) -> str:
    if bearing.what == "wording":
        return f"'{shown(bearing.value)}'"
    names = {
        "lc_number": _("the number of the credit {number}", number=credit.number),
        "lc_date": _("the date of the credit {day}", day=shown(credit.issued_on)),
        "order_number": _("the order number {number}", number=bearing.value),
        "contract_number": _("the contract number {number}", number=bearing.value),
        "invoice_number": _("the invoice number {number}", number=bearing.value),
    }
    return names[bearing.what].strip()


def _other_credit(paper: Paper, credit: Credit) -> Iterator[Finding]:
    if paper.lc_number and credit.number and normalised(paper.lc_number) != normalised(credit.number):
        message = _(
            "The {paper} names credit {number}, not {wanted}.",
            paper=kind_name(paper.kind),
            number=shown(paper.lc_number),
            wanted=shown(credit.number),
        )
        yield found(
            14,
            message,
            at(paper, "lc_number", paper.lc_number),
            in_credit("number", credit.number),
            severity="W",
        )


CHECKS: dict[int, Check] = {13: papers_complete, 14: papers_bear}
