"""What the texts of a credit fix: trade term, unit prices, quantities, and what papers must show.

Read from 45A (goods) and 47A (additional conditions). "About" and "approximately" widen the figure
they stand before by ten per cent either way (UCP 600 article 30a).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from factory_erp.checking.credit import Credit
from factory_erp.checking.demands import demands, kinds_in
from factory_erp.checking.papers import PaperKind
from factory_erp.checking.places import port_fits
from factory_erp.domain.incoterms import INCOTERMS
from factory_erp.domain.money import CURRENCY_EXPONENTS
from factory_erp.domain.quantity import UNITS


@dataclass(frozen=True, slots=True)
class StatedTerm:
    """A trade term as written: "CIF", "HAMBURG, GERMANY", version "2020"; place and version may be empty."""

    code: str
    place: str = ""
    version: str = ""

    def __str__(self) -> str:
        rules = f"Incoterms {self.version}" if self.version else ""
        return " ".join(part for part in (self.code, self.place, rules) if part)


@dataclass(frozen=True, slots=True)
class StatedPrice:
    """A price per unit as written in a text."""

    currency: str
    price: Decimal
    unit: str
    about: bool = False


@dataclass(frozen=True, slots=True)
class StatedQuantity:
    """A quantity as written in a text; ``unit`` is the word of ``unit_key``."""

    quantity: Decimal
    unit: str
    about: bool = False


BearingOf = Literal["lc_number", "lc_date", "order_number", "contract_number", "invoice_number", "wording"]


@dataclass(frozen=True, slots=True)
class Bearing:
    """Something that papers must show. ``kinds``: on which, none means on all but those in ``but_not``."""

    what: BearingOf
    value: str
    """The number or words to be shown; empty where the clause says only "the order number"."""
    clause: str
    kinds: tuple[PaperKind, ...] = ()
    but_not: tuple[PaperKind, ...] = ()

    def asks(self, kind: PaperKind) -> bool:
        """Whether a paper of *kind* must show it."""
        return kind in self.kinds if self.kinds else kind not in self.but_not


_UNITS = {
    spelling: key
    for key, spellings in {
        "PC": "PC PCS PIECE PIECES H87 C62 EA EACH UNIT UNITS NOS PCE 件 个 只 台 支 条",
        "SET": "SET SETS 套",
        "PR": "PR PRS PAIR PAIRS 双",
        "DZN": "DZ DZN DOZ DOZS DOZEN DOZENS DPC 打",
        "KGM": "KG KGS KGM KILO KILOS KILOGRAM KILOGRAMS 千克 公斤",
        "TNE": "MT MTS M/T TNE TON TONS TONNE TONNES 吨",
        "GRM": "G GR GRM GRAM GRAMS 克",
        "MTR": "M MTR MTRS METER METERS METRE METRES 米",
        "YRD": "YD YDS YARD YARDS YRD 码",
        "MTK": "SQM MTK M2 平方米",
        "MTQ": "CBM MTQ M3 立方米",
        "LTR": "L LTR LITER LITRE LITERS LITRES 升",
        "CT": "CT CTN CTNS CARTON CARTONS 箱",
        "RO": "RO ROLL ROLLS 卷",
        "BG": "BG BAG BAGS 袋",
        "BX": "BX BOX BOXES 盒",
        "DR": "DRUM DRUMS 桶",
    }.items()
    for spelling in spellings.split()
}
PACKING_UNITS = frozenset(("PC", "SET", "PR", "DZN", "CT", "RO", "BG", "BX", "DR"))
"""Units that are packing units or individual items, to which article 30b gives no five per cent."""

_SHORT_UNITS = frozenset(("G", "M", "L", "EA"))
_FIGURE = r"([0-9]{1,3}(?:[, ][0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)(?![0-9])"
_UNIT_WORD = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_ABOUT = r"(?P<about>\b(?:ABOUT|APPROXIMATELY|APPROX\.?|ABT\.?)\s+)?"
_CURRENCY = r"(?P<currency>US\$|USD?\s?\$|\b[A-Z]{3}|€|£)"
_PRICE = re.compile(
    rf"{_ABOUT}{_CURRENCY}\s*(?P<price>{_FIGURE})\s*(?:/\s*|PER\s+|A\s+)(?:ONE\s+)?(?P<unit>{_UNIT_WORD})(?![A-Z0-9])"
)
_QUANTITY = re.compile(rf"{_ABOUT}(?<![\w.,/-])(?P<figure>{_FIGURE})\s*(?P<unit>{_UNIT_WORD})(?![A-Z0-9])")
_ABOUT_AMOUNT = re.compile(
    r"\b(?:ABOUT|APPROXIMATELY|APPROX\.?|ABT\.?)\s+(?:(?:TOTAL|AMOUNT|VALUE)\W+)*[A-Z]{3}\s*[0-9]"
)
_SYMBOLS = {"€": "EUR", "£": "GBP"}
_HABITUAL_TERMS = {"C&F": "CFR", "CNF": "CFR", "CANDF": "CFR", "C+F": "CFR", "DAT": "DPU", "DDU": "DAP"}
_TERM = re.compile(
    rf"(?<![\w&+])({'|'.join(INCOTERMS)}|C\s*&\s*F|C\s*\+\s*F|C\s+AND\s+F|CNF|DAT|DDU)(?![\w&+])(?=[\s:,]*(?P<place>[^\n;()+*]*))"
)
_VERSION = re.compile(r"INCO\s?TERMS?\W{0,4}(?:R\b\W{0,3})?(?:RULES?\W+|OF\W+)?((?:19|20)\d\d)")
_PLACE_END = re.compile(
    r"\b(?:INCO\s?TERMS?|AS\s+PER|ACCORDING|PER\s+|UNIT\s+PRICE|TOTAL|AMOUNT|USD?\b|EUR\b|QUANTITY|QTY|ORIGIN|PACKING|DELIVERY"
    r"|AT\s+USD|BASIS|TERMS?\b|FOR\s+|VALUE)|\.\s|\.$|[0-9]{2,}|@|-{2}| - "
)
_PLACE_START = re.compile(r"^(?:PORT\s+OF\s+|AT\s+|TO\s+|OF\s+|-\s*)")
_LONGEST_PLACE = 60

_BEARS = re.compile(
    r"\b(?:BEAR|INDICATE|SHOW|QUOTE|STATE|MENTION|CONTAIN|EVIDENCE|INCLUDE|CARRY|MARKED|MARK|REFER|CITE|DISPLAY|INDICATING"
    r"|SHOWING|BEARING|QUOTING|STATING|MENTIONING|CERTIFYING|QUOTED|MENTIONED|INDICATED|SHOWN|STATED)\b"
)
_APPEARS = re.compile(r"\bAPPEARS?\b|\b(?:QUOTED|MENTIONED|INDICATED|SHOWN|STATED|MARKED)\s+(?:ON|IN)\b")
_NOT_BEARS = re.compile(
    r"\b(?:NOT|NO|WITHOUT|NEVER)\s+(?:TO\s+|BE\s+)?(?:BEAR|SHOW|INDICATE|STATE|MENTION|CONTAIN|APPEAR|QUOTED|MARKED)"
)
_EVERY = re.compile(
    r"\b(?:ALL|EACH|EVERY|ANY)\s+(?:OF\s+THE\s+)?(?:THE\s+)?(?:\w+\s+)?DOCUMENTS?\b|^\W*DOCUMENTS?\b"
)
_EXCEPT = re.compile(
    r"\b(?:EXCEPT|EXCLUDING|OTHER\s+THAN|BUT\s+NOT)\b(?P<which>[^.;]{0,200}?)(?=\b(?:MUST|SHOULD|SHALL|TO|ARE)\b|[.;]|$)"
)
_CREDIT_WORD = r"(?:L\.?\s?/?\s?C\.?|LETTER\s+OF\s+CREDIT|DOCUMENTARY\s+CREDIT|D/?C|CREDIT|LC)"
_NUMBER_WORD = r"(?:NO\b\.?|NOS\b\.?|NUMBERS?|REF(?:ERENCE)?\b\.?|#|NR\b\.?)"
_REFERENCES: tuple[tuple[BearingOf, re.Pattern[str]], ...] = (
    (
        "lc_number",
        re.compile(
            rf"\b{_CREDIT_WORD}\W{{0,3}}(?:\w+\s+)?{_NUMBER_WORD}|{_NUMBER_WORD}\s+(?:OF\s+)?(?:THIS|THE)\s+{_CREDIT_WORD}|\bNUMBER\s+AND\s+DATE\s+OF\s+THIS"
        ),
    ),
    (
        "lc_date",
        re.compile(
            rf"\b{_CREDIT_WORD}\b[^.;]{{0,200}}?\b(?:DATED?|ISSUING\s+DATE)\b"
            rf"|DATE\s+OF\s+(?:THIS|THE)\s+{_CREDIT_WORD}"
        ),
    ),
    ("order_number", re.compile(rf"\b(?:P\.?\s?/?\s?O\.?|PURCHASE\s+ORDER|ORDER)\s*{_NUMBER_WORD}")),
    (
        "contract_number",
        re.compile(rf"\b(?:S\s?/\s?C|SALES\s+(?:CONTRACT|CONFIRMATION)|CONTRACT)\s*{_NUMBER_WORD}"),
    ),
    ("invoice_number", re.compile(rf"\bINVOICE\s*{_NUMBER_WORD}")),
)
_VALUE = re.compile(r"^(?:\s*[:.#]\s*|\s+|(?:IS|OF)\s+)*((?=[A-Z0-9/-]*\d)[A-Z0-9][A-Z0-9/._-]*[A-Z0-9]|\d)")
_QUOTED = re.compile(r"[\"“”']{1,2}((?:[^\"“”']|(?<=\w)'(?=\w)){3,400}?)[\"“”']{1,2}(?!\w)")


def unit_key(text: str) -> str:
    """One word for every writing of a unit: "pcs", "PIECES", "H87" → "PC"; an unknown word in capitals."""
    plain = text.strip().strip(".").upper()
    return _UNITS.get(plain) or _unit_names().get(plain, plain)


@cache
def _unit_names() -> dict[str, str]:
    """Every name and code of the units of measure, the customs' code too, by the same words."""
    return {
        name.upper(): _UNITS.get(unit.code, unit.code)
        for unit in UNITS.values()
        for name in (unit.code, unit.en, unit.zh, unit.abbr_en, unit.customs_cn)
        if name
    }


def trade_terms(text: str) -> tuple[StatedTerm, ...]:
    """The trade terms in *text*, each once: "CIF HAMBURG, GERMANY AS PER INCOTERMS 2020".

    C&F and CNF mean CFR. A code counts only with a place after it, or when no other has one.
    """
    plain = text.upper().replace("®", " ").replace("(R)", " ")
    version = _VERSION.search(plain)
    found = [
        StatedTerm(_code(hit[1]), _place(hit["place"]), version[1] if version else "")
        for hit in _TERM.finditer(plain)
    ]
    placed = [term for term in found if term.place]
    return tuple(dict.fromkeys(placed or found))


def _code(text: str) -> str:
    plain = re.sub(r"\s+", "", text)
    return _HABITUAL_TERMS.get(plain, plain)


def _place(text: str) -> str:
    end = _PLACE_END.search(text)
    place = _PLACE_START.sub("", (text[: end.start()] if end else text).strip(" .,:-"))
    return place[:_LONGEST_PLACE].strip(" .,:-")


def term_fits(asked: StatedTerm, stated: StatedTerm) -> bool:
    """Whether *stated* on a paper is the term *asked*: code, place, and version where one is asked."""
    return (
        asked.code == stated.code
        and (not asked.place or (bool(stated.place) and port_fits(asked.place, stated.place)))
        and asked.version in ("", stated.version)
    )


def unit_prices(text: str) -> tuple[StatedPrice, ...]:
    """The unit prices in *text*: "USD 5.20/PC", "US$12 PER SET"."""
    found = (
        StatedPrice(
            _currency(hit["currency"]), _figure(hit["price"]), unit_key(hit["unit"]), bool(hit["about"])
        )
        for hit in _PRICE.finditer(text.upper())
    )
    return tuple(dict.fromkeys(price for price in found if price.currency))


def _currency(text: str) -> str:
    plain = _SYMBOLS.get(text, "USD" if "$" in text else text)
    return plain if plain in CURRENCY_EXPONENTS else ""


def _figure(text: str) -> Decimal:
    return Decimal(re.sub("[, ]", "", text))


def quantities(text: str) -> tuple[StatedQuantity, ...]:
    """The quantities in *text*, in its order, with their units; sizes such as "50 CM" are none."""
    return tuple(
        StatedQuantity(_figure(hit["figure"]), unit_key(hit["unit"]), bool(hit["about"]))
        for hit in _QUANTITY.finditer(text.upper())
        if hit["unit"] not in _SHORT_UNITS
    )


def about_amount(credit: Credit) -> bool:
    """Whether the credit says "about" of its amount (in 39C or 47A, as 32B holds figures only)."""
    return any(_ABOUT_AMOUNT.search(text.upper()) for text in (credit.additional_amounts, *credit.conditions))


def references(text: str, what: BearingOf) -> tuple[str, ...]:
    """The numbers of one kind that *text* gives: "AS PER P/O NO. 4500-18" → "4500-18"."""
    plain = _one_line(text)
    pattern = dict(_REFERENCES)[what]
    values = (_VALUE.match(plain[hit.end() :]) for hit in pattern.finditer(plain))
    return tuple(dict.fromkeys(hit[1] for hit in values if hit))


def _one_line(text: str) -> str:
    return " ".join(text.upper().split())


def must_bear(credit: Credit) -> tuple[Bearing, ...]:
    """What the credit wants to see on papers: 47A on all or those named, 46A on the paper it asks for."""
    of_conditions = (found for clause in credit.conditions for found in _of_condition(clause))
    of_papers = (
        found
        for demand in demands(credit)
        for found in _bearings(demand.text, (demand.kind,), ())
        if found.kinds
    )
    return tuple(dict.fromkeys((*of_conditions, *of_papers)))


def _of_condition(clause: str) -> Iterable[Bearing]:
    plain = _one_line(clause)
    parts = _papers_and_asked(plain)
    if not parts:
        return ()
    excepted = _EXCEPT.search(plain)
    but_not = kinds_in(excepted["which"]) if excepted else ()
    if _EVERY.search(plain):
        return _bearings(clause, (), but_not)
    kinds = kinds_in(parts[0])
    return _bearings(clause, kinds, but_not) if kinds else ()


def _papers_and_asked(plain: str) -> tuple[str, str] | None:
    """The words of a clause that name papers, and those that say what is to stand on them.

    "Invoice must show …", or "… must appear on the invoice".
    """
    appears = _APPEARS.search(plain)
    if appears:
        return plain[appears.end() :], plain[: appears.start()]
    bears = _BEARS.search(plain)
    return (plain[: bears.start()], plain[bears.start() :]) if bears else None


def _bearings(clause: str, kinds: tuple[PaperKind, ...], but_not: tuple[PaperKind, ...]) -> Iterator[Bearing]:
    plain = _one_line(clause)
    parts = _papers_and_asked(plain)
    if not parts or _NOT_BEARS.search(plain):
        return
    asked = parts[1]
    for what, pattern in _REFERENCES:
        if pattern.search(asked):
            yield Bearing(what, _reference(what, asked), clause, kinds, but_not)
    for quoted in _QUOTED.finditer(asked):
        yield Bearing("wording", quoted[1].strip(), clause, kinds, but_not)


def _reference(what: BearingOf, asked: str) -> str:
    return next(iter(references(asked, what)), "") if what != "lc_date" else ""
