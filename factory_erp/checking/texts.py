"""Words of trade papers compared as a document checker reads them.

Data need not be identical, they must not conflict (UCP 600 article 14d), so case, accents, punctuation,
line breaks and the writing of a number are no difference. A misspelling that changes no meaning is none
either, but digits and model numbers are the data themselves (ISBP 821 paragraph A23).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

MAX_WORDS = 2000
"""Words that are compared in order; a longer text is compared as a bag of words."""
_SHORT = 300
"""Characters of a text whose words are kept, as it is likely to come again."""
_LONG = 300
"""Words from which on those that come again and again are no anchors, which would take seconds."""

Spelling = Literal["same", "letters", "digits", "different"]
"""How two texts differ: not at all, by a misspelt word, by a number or model, or altogether."""

_TOKEN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff]|[0-9]+(?:[.,][0-9]+)*|[^\W\d_㐀-鿿]+|[^\W_]")
_GLUE = re.compile(r"[-/.+]?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_GROUPED_EUROPEAN = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
_DECIMAL_COMMA = re.compile(r"[0-9]+,[0-9]{1,2}")
_FRACTION = re.compile(r"[0-9]+\.[0-9]+")
_INITIALS = re.compile(r"(?<![^\W\d_])([^\W\d_])\.(?=[^\W\d_](?![^\W\d_]))")
_NO_MARKS = frozenset(("NM", "NOMARK", "NOMARKS", "NIL", "无唛头", "无"))
_PACKAGE = "C|CTNS?|CARTONS?|CASES?|PKGS?|PACKAGES?|BOX(?:ES)?|PLTS?|PALLETS?"
_PACKAGE_LABEL = rf"(?:{_PACKAGE})\W{{0,3}}(?:NOS?\b)?|NOS?\b|箱号|件号"
_PACKAGE_LINE = re.compile(
    rf"\s*(?:(?:{_PACKAGE_LABEL})[\s.:#]*[0-9A-Z ,/~–-]*|[0-9]+\s*(?:[-–~/]|TO|OF)\s*(?:[0-9]+|UP))\s*",
    re.IGNORECASE,
)
_ALIKE = 0.7
_LONGEST_WORD = 60


@dataclass(frozen=True, slots=True)
class Word:
    """A word or number at ``start``:``end`` of its text; ``key`` is what is compared.

    ``code`` marks a number, and letters written together with one, as model numbers are.
    """

    key: str
    start: int
    end: int
    code: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a comparison: in both texts, only in the first (missing), only in the second (extra)."""

    kind: Literal["same", "missing", "extra"]
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The first text beside the second: ``missing`` are words of the first that the second has nowhere."""

    parts: tuple[Part, ...]
    missing: tuple[Word, ...]


def folded(text: str) -> str:
    """*text* in capitals without accents and compatibility forms: "São Paulo ５" → "SAO PAULO 5"."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(char for char in plain if not unicodedata.combining(char)).upper()


def normalised(text: str) -> str:
    """The words of *text*, folded, with single spaces between them."""
    return " ".join(keys(text))


def keys(text: str) -> list[str]:
    """What is compared of each word of *text*."""
    return list(_short_keys(text)) if len(text) <= _SHORT else [word.key for word in words(text)]


@lru_cache(maxsize=4096)
def _short_keys(text: str) -> tuple[str, ...]:
    """The same for names, descriptions and ports, which many rules compare on many papers."""
    return tuple(word.key for word in words(text))


def words(text: str) -> list[Word]:
    """The words and numbers of *text*: CJK characters singly, "1,000.00" as "1000", "5PCS" as "5", "PCS"."""
    found = [Word(_key(one.group()), one.start(), one.end(), False) for one in _TOKEN.finditer(text)]
    return [
        Word(word.key, word.start, word.end, run)
        for chunk in _glued(found, text)
        for run in [any(char.isdigit() for word in chunk for char in word.key)]
        for word in chunk
    ]


def _glued(found: list[Word], text: str) -> list[list[Word]]:
    """The words gathered that stand together without a space, as the parts of "AB-12/X" do."""
    chunks: list[list[Word]] = []
    for word in found:
        if chunks and _GLUE.fullmatch(text, chunks[-1][-1].end, word.start):
            chunks[-1].append(word)
        else:
            chunks.append([word])
    return chunks


def _key(token: str) -> str:
    return _number(folded(token)) if token[0].isdigit() else folded(token)


def _number(token: str) -> str:
    """A figure without grouping and closing zeros; a number that is no figure, such as a date, as it is."""
    if _GROUPED.fullmatch(token):
        token = token.replace(",", "")
    elif _GROUPED_EUROPEAN.fullmatch(token):
        token = token.replace(".", "").replace(",", ".")
    elif _DECIMAL_COMMA.fullmatch(token):
        token = token.replace(",", ".")
    return token.rstrip("0").rstrip(".") if _FRACTION.fullmatch(token) else token


def joined_initials(text: str) -> str:
    """*text* with dotted initials written as one word: "P.R. CHINA" → "PR. CHINA"."""
    return _INITIALS.sub(r"\1", text)


def compare(first: str, second: str) -> Comparison:
    """*first* beside *second*, word by word; a word that only moved is not missing."""
    left, right = words(first), words(second)
    if max(len(left), len(right)) > MAX_WORDS:
        return Comparison((), tuple(_not_in(left, Counter(word.key for word in right))))
    parts: list[Part] = []
    gone: list[Word] = []
    spare: Counter[str] = Counter()
    for op, i, j, k, m in _opcodes(left, right):
        if op == "equal":
            parts.append(Part("same", _slice(first, left[i:j])))
            continue
        gone += left[i:j]
        spare.update(word.key for word in right[k:m])
        parts += [Part("missing", _slice(first, left[i:j]))] if j > i else []
        parts += [Part("extra", _slice(second, right[k:m]))] if m > k else []
    return Comparison(tuple(parts), tuple(_not_in(gone, spare)))


def _opcodes(left: list[Word], right: list[Word]) -> list[tuple[str, int, int, int, int]]:
    a, b = [word.key for word in left], [word.key for word in right]
    return list(SequenceMatcher(None, a, b, autojunk=len(b) > _LONG).get_opcodes())


def _not_in(wanted: Iterable[Word], spare: Counter[str]) -> Iterable[Word]:
    for word in wanted:
        if spare[word.key] > 0:
            spare[word.key] -= 1
        else:
            yield word


def _slice(text: str, run: list[Word]) -> str:
    return text[run[0].start : run[-1].end] if run else ""


def contains(text: str, phrase: str) -> bool:
    """Whether the words of *phrase* stand in *text* next to each other; an empty phrase does."""
    return f" {normalised(phrase)} " in f" {normalised(text)} " or not keys(phrase)


def carries(text: str, reference: str) -> bool:
    """Whether *text* shows *reference*, a number such as "LC-2026/18", whatever stands between its parts.

    "PO4500018" carries "4500018", but "45000181" does not.
    """
    return contains(text, reference)


def spelling(first: str, second: str) -> Spelling:
    """How *first* and *second* differ: "MASHINE" is letters, "MODEL 123" beside "MODEL 321" digits."""
    left, right = words(first), words(second)
    if "".join(word.key for word in left) == "".join(word.key for word in right):
        return "same"
    if max(len(left), len(right)) > _LONG:
        return "different"
    pairs = [(left[i:j], right[k:m]) for op, i, j, k, m in _opcodes(left, right) if op != "equal"]
    if not all(_one_for_one(a, b) for a, b in pairs):
        return "different"
    changed = [(x, y) for a, b in pairs for x, y in zip(a, b, strict=False)]
    if any(x.code or y.code for x, y in changed):
        same_kind = all((x.code and y.code) or alike(x.key, y.key) for x, y in changed)
        return "digits" if same_kind and len(changed) < len(left) else "different"
    return "letters" if all(alike(x.key, y.key) for x, y in changed) else "different"


def _one_for_one(a: list[Word], b: list[Word]) -> bool:
    return len(a) == len(b)


def alike(first: str, second: str) -> bool:
    """Whether two words are so near that one is a misspelling of the other."""
    if max(len(first), len(second)) > _LONGEST_WORD or min(len(first), len(second)) < 3:
        return False
    return SequenceMatcher(None, first, second).ratio() >= _ALIKE


def marks_key(lines: Iterable[str]) -> tuple[str, ...]:
    """Shipping marks as they are compared: each line without spaces and points, the package number left out.

    Empty for "N/M" too, which says that there are none.
    """
    found = ("".join(keys(line)) for line in lines if not _PACKAGE_LINE.fullmatch(line))
    return tuple(key for key in found if key and key not in _NO_MARKS)


def package_line(lines: Iterable[str]) -> str:
    """The line of the marks that numbers the packages, "C/NO. 1-50"; empty if there is none."""
    return next((line for line in lines if _PACKAGE_LINE.fullmatch(line) and re.search(r"[0-9]", line)), "")
