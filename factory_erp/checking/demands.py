"""The papers that a letter of credit asks for (46A), and how many of each.

"In duplicate", "in 3 copies" or "in two fold" ask for one original and copies for the rest (UCP 600 article
17d); a "copy of" something is content with a copy (ISBP 821 paragraph A31).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from factory_erp.checking.credit import Credit
from factory_erp.checking.papers import PaperKind


@dataclass(frozen=True, slots=True)
class Demand:
    """One clause of 46A: which paper, at least how many originals and copies of it.

    ``full_set``: all originals that the carrier or insurer issued, whatever their number. ``counted`` is
    False where the clause gives no number, so that one original is enough.
    """

    kind: PaperKind
    originals: int
    copies: int
    text: str
    full_set: bool = False
    signed: bool = False
    counted: bool = True


_SUBJECTS = (
    "WEIGHT", "QUANTITY", "QUALITY", "INSPECTION", "ANALYSIS", "ORIGIN", "HEALTH", "SANITARY",
    "PHYTOSANITARY", "FUMIGATION", "TEST", "CONFORMITY",
)  # fmt: skip
"""What a certificate is about: its head says which paper is meant, whoever is to issue it."""
_SUBJECT = rf"(?:{'|'.join(_SUBJECTS)})\b"
_ABOUT = rf"\s+OF\s+(?:\w+\s+)?{_SUBJECT}"

_KINDS: tuple[tuple[PaperKind, str], ...] = (
    (
        "beneficiary_certificate",
        rf"BENEFICIAR(?:Y|IES)\W{{0,3}}S?\s+(?:(?!{_SUBJECT})\w+\s+){{0,2}}(?:"
        rf"CERTIFICATES?\b(?!{_ABOUT})|STATEMENT|DECLARATION|ATTESTATION)"
        + "|"
        + "".join(f"(?<!{subject} )" for subject in _SUBJECTS)
        + r"(?:CERTIFICATES?\b(?!\s+OF\s+(?!(?:THE\s+)?BENEFICIAR))|STATEMENT|DECLARATION)"
        r"\s+(?:\w+\s+){0,3}?(?:FROM|BY|OF)\s+(?:THE\s+)?BENEFICIAR",
    ),
    (
        "shipping_advice",
        r"SHIPP(?:ING|MENT)\s+ADVICE|SHIPMENT\s+ADVICE|ADVICE\s+OF\s+SHIPMENT"
        r"|(?:CERTIFIED\s+)?COP(?:Y|IES)\s+OF\s+(?:THE\s+)?(?:BENEFICIAR\S+\s+)?(?:TELEX|FAX|CABLE|E-?MAIL|TELEFAX)",
    ),
    (
        "certificate_of_origin",
        r"CERTIFICATES?\s+OF\s+(?:CHINESE\s+)?ORIGIN|ORIGIN\s+CERTIFICATE|CERTIFICATE\s+OF\s+CHINESE"
        r"|G\.?S\.?P\.?\s+(?:CERTIFICATE|FORM)|FORM\s+[AE]\b|RCEP\s+CERTIFICATE",
    ),
    (
        "insurance",
        r"(?:MARINE\s+|CARGO\s+)?INSURANCE\s+(?:POLIC|CERTIFICATE|DOCUMENT)|POLICY\s+OF\s+INSURANCE|INSURANCE\b",
    ),
    ("proforma_invoice", r"PRO\W?FORMA\s+INVOICE"),
    ("commercial_invoice", r"(?:COMMERCIAL\s+)?INVOICES?\b"),
    (
        "packing_list",
        r"PACKING\s+(?:AND\s+WEIGHT\s+|/\s*WEIGHT\s+)?(?:LIST|NOTE|SLIP)|WEIGHT\s+(?:LIST|NOTE|MEMO)",
    ),
    (
        "bill_of_lading",
        r"BILLS?\s+OF\s+LADING|B/LS?\b|B\.L\.|WAY\s?BILL|AWB\b|CMR\b|TRANSPORT\s+DOCUMENT|CARGO\s+RECEIPT"
        r"|CONSIGNMENT\s+NOTE",
    ),
    ("draft", r"\bDRAFTS?\b|BILLS?\s+OF\s+EXCHANGE"),
    ("sales_contract", r"SALES\s+(?:CONTRACT|CONFIRMATION)"),
    ("customs_declaration", r"EXPORT\s+DECLARATION|CUSTOMS\s+DECLARATION"),
    ("certificate", r"\bCERTIFICATES?\b|\bREPORT\b|\bCERTIFICATION\b"),
)
_KIND_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)

_NUMBERS = "ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN"
_WORDS = _NUMBERS.split()
_LATIN = "DUPLICATE TRIPLICATE QUADRUPLICATE QUINTUPLICATE SEXTUPLICATE SEPTUPLICATE OCTUPLICATE"
_MULTIPLES = _LATIN.split()
_COUNT = rf"(?<![\w/])(\d{{1,2}}|{'|'.join(_WORDS)})\s*(?:\(\s*\w+\s*\)\s*)?"
_FILLER = r"(?:(?:SIGNED|CLEAN|NON\W?NEGOTIABLE|FULL|CERTIFIED|EXTRA|ADDITIONAL|N/N|TRUE)\s+|PHOTO\s*)*"
_MULTIPLE = re.compile(rf"\b({'|'.join(_MULTIPLES)})\b")
_FOLD = re.compile(rf"{_COUNT}\W?FOLDS?\b|\b({'|'.join(_WORDS)})FOLD\b")
_ORIGINALS = re.compile(rf"{_COUNT}{_FILLER}ORIGINALS?\b")
_COPIES = re.compile(rf"{_COUNT}{_FILLER}COP(?:Y|IES)\b(\s+OF\b)?")
_OF_SET = re.compile(r"(?<![\d/])(\d)\s*/\s*(\d)(?![\d/])")
_FULL_SET = re.compile(r"\b(?:FULL|COMPLETE)\s+SETS?\b")
_LESS_ONE = re.compile(r"\bLESS\s+(?:ONE|1)\b")
_COPY_OF = re.compile(
    r"^\W*(?:A\s+)?(?:PHOTO|CERTIFIED\s+|NON\W?NEGOTIABLE\s+|TRUE\s+)*\s*COP(?:Y|IES)\s+OF\b"
)
_ONE_ORIGINAL = re.compile(r"\bORIGINAL\b")
_SIGNED = re.compile(r"(?<!UN)(?<!\w)(?:SIGNED|CERTIFIED)\b")
_STATES = re.compile(
    r"\b(?:CERTIFYING|STATING|EVIDENCING|SHOWING|INDICATING|ATTESTING|DECLARING|CONFIRMING|MENTIONING|BEARING"
    r"|TO\s+THE\s+EFFECT|TO\s+CERTIFY|STATES?\s+THAT|CERTIF(?:Y|IES)\s+THAT|THAT)\b"
)
_NOT_A_PAPER = re.compile(
    r"INSURANCE\s+(?:IS\s+|WILL\s+BE\s+|TO\s+BE\s+|HAS\s+BEEN\s+)?(?:COVERED|EFFECTED|ARRANGED|CARED)\s+(?:\w+\s+)?BY\s+"
    r"(?:THE\s+)?(?:APPLICANT|BUYER|OPENER|ACCOUNTEE|IMPORTER)"
)


def demands(credit: Credit) -> tuple[Demand, ...]:
    """What 46A asks for, in its order; a clause that asks for no paper is left out."""
    return tuple(found for clause in credit.documents for found in _demands_of(clause))


def _demands_of(clause: str) -> Iterator[Demand]:
    if re.search(r"\w", clause) and not _NOT_A_PAPER.search(_plain(clause)):
        yield read_demand(clause)


def read_demand(clause: str) -> Demand:
    """The paper that one clause asks for; a paper of no known kind is "other"."""
    plain, head = _plain(clause), head_of(clause)
    kind = kind_of(clause)
    counts = _counts(head) or (None if kind.endswith("certificate") else _counts(plain))
    originals, copies = counts or (1, 0)
    return Demand(
        kind,
        originals,
        copies,
        clause.strip(),
        full_set=bool(_FULL_SET.search(head)) and not _LESS_ONE.search(head),
        signed=bool(_SIGNED.search(head)),
        counted=counts is not None,
    )


def head_of(clause: str) -> str:
    """What the clause says before it tells what the paper has to state, in capitals on one line."""
    plain = _plain(clause)
    states = _STATES.search(plain)
    return plain[: states.start()] if states else plain


def kind_of(text: str) -> PaperKind:
    """The kind of paper that *text* names first."""
    plain = _plain(text)
    hits = [(hit.start(), rank, kind) for rank, (kind, hit) in enumerate(_first_hits(plain))]
    return min(hits)[2] if hits else "other"


def kinds_in(text: str) -> tuple[PaperKind, ...]:
    """All kinds of paper that *text* names, in the order of this module's list."""
    return tuple(kind for kind, _hit in _first_hits(_plain(text)))


def _first_hits(plain: str) -> Iterator[tuple[PaperKind, re.Match[str]]]:
    for kind, pattern in _KIND_PATTERNS:
        hit = pattern.search(plain)
        if hit:
            yield kind, hit


def _plain(text: str) -> str:
    return " ".join(text.upper().replace("’", "'").replace("`", "'").split())


def _counts(text: str) -> tuple[int, int] | None:
    """Originals and copies that *text* asks for; None where it gives no number."""
    originals = _originals(text)
    copies = _COPIES.search(text)
    if originals is not None:
        return originals, _number(copies[1]) if copies else 0
    total = _total(text)
    if total is not None:
        return 1, max(total - 1, 0)
    if copies:
        return _only_copies(text, copies)
    if _COPY_OF.search(text):
        return 0, 1
    return (1, 0) if _ONE_ORIGINAL.search(text) else None


def _only_copies(text: str, copies: re.Match[str]) -> tuple[int, int]:
    """ "In 3 copies" is an original and two, "plus 2 copies" two more, "2 copies of" no original."""
    number = _number(copies[1])
    if copies[2] and copies.start() < 12:
        return 0, number
    if (
        _FULL_SET.search(text)
        or _ONE_ORIGINAL.search(text)
        or re.search(r"\b(?:PLUS|AND)\W+$", text[: copies.start()])
    ):
        return 1, number
    return 1, max(number - 1, 0)


def _originals(text: str) -> int | None:
    of_set = _OF_SET.search(text)
    if of_set and 1 <= int(of_set[1]) <= int(of_set[2]):
        return int(of_set[1])
    originals = _ORIGINALS.search(text)
    return _number(originals[1]) if originals else None


def _total(text: str) -> int | None:
    """The number of a multiple: "in triplicate", "in three folds"."""
    multiple = _MULTIPLE.search(text)
    if multiple:
        return _MULTIPLES.index(multiple[1]) + 2
    fold = _FOLD.search(text)
    return _number(fold[1] or fold[2]) if fold else None


def _number(text: str) -> int:
    return _WORDS.index(text) + 1 if text in _WORDS else int(text)
