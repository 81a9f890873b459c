"""GS1 element strings: what a logistic label says in its bars, and how it is written below them.

An application identifier (AI) says what the figures after it are. The rules of each AI used here (length,
characters, check digit, which others it needs) are those of the GS1 General Specifications, as the GS1
Barcode Syntax Dictionary states them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from factory_erp.domain.checkdigits import gs1_check_digit
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import N_, _

SEPARATOR = "\x1d"
"""What a reader sends for FNC1 between two element strings: the ASCII group separator."""

MAX_CHARACTERS = 48
"""Data characters that one GS1-128 symbol may hold, separators included."""

_CSET_82 = r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]"

_DIGITS = N_("({ai}) takes digits: {length}.")
_CHARACTERS = N_("({ai}) takes Latin letters, digits and signs of GS1's own set: {length}.")


@dataclass(frozen=True, slots=True)
class Identifier:
    """One application identifier: its GS1 title, what it takes and what must stand beside it.

    ``least`` and ``most`` count characters. A *predefined* length needs no separator after it. One group of
    ``needs`` must be present on the label; none of ``bars`` may be.
    """

    ai: str
    title: str
    least: int
    most: int
    numeric: bool = True
    predefined: bool = False
    checked: bool = False
    dated: bool = False
    needs: tuple[tuple[str, ...], ...] = ()
    bars: tuple[str, ...] = ()

    def fits(self, value: str) -> bool:
        """Whether *value* has the right characters and length."""
        allowed = "[0-9]" if self.numeric else _CSET_82
        return re.fullmatch(f"{allowed}{{{self.least},{self.most}}}", value) is not None


_TRADE_ITEM = (("01",), ("02",))

_ALL = (
    Identifier("00", "SSCC", 18, 18, predefined=True, checked=True),
    Identifier("01", "GTIN", 14, 14, predefined=True, checked=True, bars=("02", "37")),
    Identifier("02", "CONTENT", 14, 14, predefined=True, checked=True, needs=(("37",),), bars=("01",)),
    Identifier("10", "BATCH/LOT", 1, 20, numeric=False, needs=_TRADE_ITEM),
    Identifier("11", "PROD DATE", 6, 6, predefined=True, dated=True, needs=_TRADE_ITEM),
    Identifier("15", "BEST BEFORE", 6, 6, predefined=True, dated=True, needs=_TRADE_ITEM),
    Identifier("17", "USE BY OR EXPIRY", 6, 6, predefined=True, dated=True, needs=_TRADE_ITEM),
    Identifier("21", "SERIAL", 1, 20, numeric=False, needs=(("01",),)),
    Identifier("37", "COUNT", 1, 8, needs=(("00", "02"),)),
    Identifier("400", "ORDER NUMBER", 1, 30, numeric=False),
    Identifier("410", "SHIP TO LOC", 13, 13, predefined=True, checked=True),
    Identifier("420", "SHIP TO POST", 1, 20, numeric=False),
)
IDENTIFIERS: dict[str, Identifier] = {one.ai: one for one in _ALL}
"""AI → its rules."""


@dataclass(frozen=True, slots=True)
class Element:
    """One AI with its value, checked when made: raises InvalidValue for what the AI does not take."""

    ai: str
    value: str

    def __post_init__(self) -> None:
        rules = self.rules
        if not rules.fits(self.value):
            raise InvalidValue(self._wrong_characters(rules), record=self.value, field=rules.title)
        if rules.checked and gs1_check_digit(self.value[:-1]) != self.value[-1]:
            raise InvalidValue(
                _("'{number}' has a wrong check digit.", number=self.value),
                field=rules.title,
                remedy=_("Compare it with the source, or leave the digit to be computed."),
            )
        if rules.dated:
            _day(self.value, rules.title)

    @property
    def rules(self) -> Identifier:
        """The rules of its AI; raises InvalidValue for one that is not known here."""
        try:
            return IDENTIFIERS[self.ai]
        except KeyError:
            raise InvalidValue(_("({ai}) is not an application identifier known here.", ai=self.ai)) from None

    @property
    def text(self) -> str:
        """As people read it: "(00) 006141411234567890"."""
        return f"({self.ai}) {self.value}"

    def _wrong_characters(self, rules: Identifier) -> str:
        length = str(rules.most) if rules.least == rules.most else f"{rules.least}-{rules.most}"
        return _(_DIGITS if rules.numeric else _CHARACTERS, ai=self.ai, length=length)


def sscc(number: str) -> Element:
    """(00): an SSCC of 18 digits."""
    return Element("00", number)


def content(gtin: str, count: int) -> tuple[Element, Element]:
    """(02)(37): the GTIN of the items inside, filled to 14 digits, and how many they are."""
    return Element("02", gtin.rjust(14, "0")), Element("37", str(count))


def dated(ai: str, day: date) -> Element:
    """(11), (15) or (17): *day* as YYMMDD."""
    return Element(ai, f"{day:%y%m%d}")


def conflicts(elements: Iterable[Element]) -> tuple[str, ...]:
    """What the AIs of one label lack or may not have beside them, as sentences; empty: all is well."""
    listed = list(elements)
    values: dict[str, set[str]] = {}
    for one in listed:
        values.setdefault(one.ai, set()).add(one.value)
    found = [
        _("({ai}) stands on the label with two different values.", ai=ai)
        for ai, several in values.items()
        if len(several) > 1
    ]
    for ai in values:
        found.extend(_conflicts_of(IDENTIFIERS[ai], values.keys()))
    return tuple(found)


def _conflicts_of(rules: Identifier, present: Iterable[str]) -> Iterable[str]:
    there = set(present)
    if rules.needs and not any(there.issuperset(group) for group in rules.needs):
        wanted = " / ".join(" + ".join(f"({ai})" for ai in group) for group in rules.needs)
        yield _("({ai}) needs {wanted} beside it.", ai=rules.ai, wanted=wanted)
    for other in rules.bars:
        if other in there:
            yield _("({ai}) cannot stand beside ({other}).", ai=rules.ai, other=other)


def arranged(elements: Iterable[Element]) -> tuple[Element, ...]:
    """The elements of one symbol, those of predefined length first: fewer separators are needed."""
    return tuple(sorted(elements, key=lambda one: not one.rules.predefined))


def message(elements: Sequence[Element]) -> str:
    """The data of one symbol as a reader sends it, without the leading FNC1.

    Raises InvalidValue beyond MAX_CHARACTERS.
    """
    parts: list[str] = []
    for index, one in enumerate(elements):
        parts.append(one.ai + one.value)
        if not one.rules.predefined and index < len(elements) - 1:
            parts.append(SEPARATOR)
    data = "".join(parts)
    if len(data) > MAX_CHARACTERS:
        raise InvalidValue(
            _("A GS1-128 symbol holds {most} characters, not {count}.", most=MAX_CHARACTERS, count=len(data)),
            remedy=_("Spread the data over two symbols."),
        )
    return data


def human_readable(elements: Iterable[Element]) -> str:
    """What stands below the bars: "(02) 04012345000023 (37) 48"."""
    return " ".join(one.text for one in elements)


def parse(data: str) -> tuple[Element, ...]:
    """The elements in *data*, as a reader sends it. Raises InvalidValue for what is none."""
    elements: list[Element] = []
    rest = data.removeprefix(SEPARATOR)
    while rest:
        rules = _rules_at(rest, data)
        body = rest[len(rules.ai) :]
        end = rules.most if rules.predefined else (body + SEPARATOR).index(SEPARATOR)
        elements.append(Element(rules.ai, body[:end]))
        rest = body[end:].removeprefix(SEPARATOR)
    return tuple(elements)


def _rules_at(rest: str, data: str) -> Identifier:
    for length in (2, 3):
        if found := IDENTIFIERS.get(rest[:length]):
            return found
    raise InvalidValue(_("'{data}' does not consist of GS1 element strings.", data=data))


def _day(value: str, title: str) -> None:
    """Refuse a YYMMDD that is no day; day 00 stands for the last of the month."""
    year, month, day = int(value[:2]), int(value[2:4]), int(value[4:])
    try:
        # Only the calendar of its year matters; 2000 and 1900 differ for none that a label can mean.
        date(2000 + year, month, day or 1)
    except ValueError:
        raise InvalidValue(_("'{value}' is not a date (YYMMDD).", value=value), field=title) from None
