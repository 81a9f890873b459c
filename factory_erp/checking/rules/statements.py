"""Rules 36 and 37: what a beneficiary's certificate certifies, and the language of an amount in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from factory_erp.checking.credit import Credit
from factory_erp.checking.demands import Demand, demands
from factory_erp.checking.findings import Check, Finding, found
from factory_erp.checking.papers import Paper, PaperSet
from factory_erp.checking.parties import name_key
from factory_erp.checking.rules.reading import at, credit_of, in_credit, of_kind, shown
from factory_erp.checking.texts import folded, keys
from factory_erp.domain.words import CURRENCY_WORDS
from factory_erp.i18n import _

_STATEMENT = re.compile(
    r"\b(?:CERTIFYING|STATING|ATTESTING|DECLARING|CONFIRMING|EVIDENCING|INDICATING|TO\s+THE\s+EFFECT|CERTIFIES"
    r"|CERTIFY|STATES?)\b"
    r"(?:\s+THAT\b|\s*:)?\s*(.*)$",
    re.DOTALL,
)
_STILL_TO_DO = re.compile(
    r"\b(?:MUST|SHOULD|SHALL|WILL|HAS\s+TO|HAVE\s+TO|(?:IS|ARE)\s+TO)\s+(?:HAVE\s+)?"
    r"(?:BE|BEEN|SEND|FAX|MAIL|COURIER|DISPATCH|DESPATCH|FORWARD)\b"
    r"|\bTO\s+BE\s+(?:SENT|FAXED|MAILED|COURIERED|DISPATCHED|DESPATCHED|FORWARDED|AIRMAILED)\b"
)
_LITTLE = """
    A AN THE THAT THIS THESE THOSE OF TO BY IN ON AT FOR FROM WITH AND OR AS IT ITS ALL ANY EACH SUCH SAID
    ABOVE WE I OUR OURS THEY THEIR THEM HEREBY CERTIFY STATE DECLARE CONFIRM BE BEEN BEING IS ARE WAS WERE
    HAS HAVE HAD WILL SHALL MUST SHOULD MAY CAN DO DOES DID BENEFICIARY BENEFICIARIES APPLICANT APPLICANTS
    BUYER OPENER UNDER VIA PER DIRECTLY S
"""
_LITTLE_WORDS = frozenset(_LITTLE.split())
_ENDINGS = ("ING", "IES", "ED", "ES", "S", "Y", "E")
_SAME = {"SENT": "SEND", "DESPATCH": "DISPATCH", "MADE": "MAKE", "DAYS": "DAY", "COPIES": "COPY"}
_NUMBERS = "ZERO ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN"
_FIGURES = {word: str(number) for number, word in enumerate(_NUMBERS.split())}
_MANY = 4
"""One word in so many may be put otherwise: the wording need not be a mirror image."""
_CJK = re.compile(r"[㐀-鿿]")
_LATIN = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class _Fit:
    """A certificate held against the statement that the credit wants: content words that it lacks."""

    paper: Paper
    missing: tuple[str, ...]
    wanted: int


def certificate_worded(papers: PaperSet) -> Iterator[Finding]:
    """Rule 36: the beneficiary's certificate says what 46A asks, as done, and is signed."""
    certificates = of_kind(papers, "beneficiary_certificate")
    for credit in credit_of(papers):
        for demand in demands(credit):
            if demand.kind == "beneficiary_certificate" and certificates:
                yield from _wrong_wording(demand, credit, certificates)
    for paper in certificates:
        hit = _STILL_TO_DO.search(folded(paper.text))
        if hit:
            message = _(
                "The certificate says what is to be done, '{words}', and not that it was.", words=hit[0]
            )
            yield found(36, message, at(paper, "text", paper.text))
        if paper.signed is False:
            yield found(36, _("The certificate is not signed."), at(paper, "signed", _("not signed")))


def _wrong_wording(demand: Demand, credit: Credit, certificates: tuple[Paper, ...]) -> Iterator[Finding]:
    hit = _STATEMENT.search(folded(demand.text))
    wanted = _content(hit[1]) if hit else {}
    if not wanted:
        return
    names = frozenset(name_key(f"{credit.applicant} {credit.beneficiary}"))
    best = min((_fit(paper, wanted, names) for paper in certificates), key=lambda fit: len(fit.missing))
    if not best.missing:
        return
    grave = len(best.missing) * _MANY > best.wanted or any(word.isdigit() for word in best.missing)
    message = _("The certificate does not say: {words}.", words=", ".join(best.missing[:12]))
    places = at(best.paper, "text", best.paper.text), in_credit("documents", demand.text)
    yield found(36, message, *places, severity="E" if grave else "W")


def _fit(paper: Paper, wanted: dict[str, str], names: frozenset[str]) -> _Fit:
    has = _content(f"{paper.text} {paper.title} {paper.addressee or ''} {paper.lc_number}")
    missing = tuple(word for stem, word in wanted.items() if stem not in has and word not in names)
    return _Fit(paper, missing, len(wanted))


def _content(text: str) -> dict[str, str]:
    """The words that carry the meaning, by their stems; numbers in figures."""
    found_words = [_FIGURES.get(word, word) for word in keys(folded(text)) if word not in _LITTLE_WORDS]
    return {_stem(word): word for word in found_words}


def _stem(word: str) -> str:
    word = _SAME.get(word, word)
    ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= 3), "")
    stem = word.removesuffix(ending)
    return _SAME.get(stem, stem)


def words_fit(papers: PaperSet) -> Iterator[Finding]:
    """Rule 37: an amount in words names the currency of the figures, in a language that the bank reads."""
    for paper in papers.papers:
        words = folded(paper.words)
        if not words.strip():
            continue
        said = currencies_in(words)
        if paper.currency.strip() and said and folded(paper.currency).strip() not in said:
            message = _(
                "The words name another currency than {currency}: {words}.",
                currency=shown(paper.currency),
                words=shown(paper.words),
            )
            yield found(37, message, at(paper, "words", paper.words), at(paper, "currency", paper.currency))
        if papers.credit and paper.kind in ("commercial_invoice", "draft") and _only_chinese(words):
            message = _("The amount in words is in Chinese only, the credit is in English.")
            yield found(37, message, at(paper, "words", paper.words))


def _only_chinese(words: str) -> bool:
    return bool(_CJK.search(words)) and not _LATIN.search(words)


def currencies_in(words: str) -> frozenset[str]:
    """ISO 4217 codes that the name of the currency in *words* may mean: "DOLLARS" alone means several."""
    plain = f" {' '.join(keys(words))} "
    hits = [
        (len(name), code)
        for name, code in _currency_names()
        if (f" {name} " in plain) or (_CJK.match(name) and name in words)
    ]
    longest = max((length for length, _code in hits), default=0)
    return frozenset(code for length, code in hits if length == longest)


@cache
def _currency_names() -> tuple[tuple[str, str], ...]:
    """Names and codes of currencies, the last word of a name too, with what they mean."""
    names: set[tuple[str, str]] = set()
    for code, words in CURRENCY_WORDS.items():
        for name in (words.one, words.many):
            names |= {(name, code), (name.split()[-1], code)}
        names |= {(code, code), (words.zh, code)}
    names |= {
        ("U S DOLLARS", "USD"),
        ("UNITED STATES DOLLARS", "USD"),
        ("AMERICAN DOLLARS", "USD"),
        ("RENMINBI", "CNY"),
    }
    return tuple(sorted(names))


CHECKS: dict[int, Check] = {36: certificate_worded, 37: words_fit}
