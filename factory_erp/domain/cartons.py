"""Carton numbers as packing lists write them: "C/NO. 1-50, 53, A1-A20".

A text is a comma list of single numbers and ranges. Ranges are written with a hyphen, a dash, a
tilde, TO, or the word UP for "up to the last carton"; "3/25" is carton 3 of 25, and " / " after a
range separates it from the next. Letters before a number name a series of its own (one per colour, say).
Full-width characters are read as their plain ones. ``printed`` writes each of these notations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

_LABEL = re.compile(
    r"(?:(?:C|CTN|CTNS|CARTONS?|CASES?|PACKAGES?|PKGS?|BOX|BOXES)?\s*[/.]?\s*NOS?\b[.:]*|NOS?(?=[0-9])|"
    r"(?:CTNS?|CARTONS?|CASES?|PKGS?)\b[.:]*|箱号[:：]?)?\s*#?\s*",
    re.IGNORECASE,
)
_PLAIN = str.maketrans(
    {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}
    | dict.fromkeys("‐‑‒–—−~～〜－", "-")
    | {"\u3000": " "}
)
_SPACES = re.compile(r"[^\S\n]+")
_TO = re.compile(r"(?<=[0-9]) TO (?=[A-Z0-9])")
_SERIES = re.compile(r"[A-Z]{0,8}")
RESERVED = ("UP", "NO", "NOS")
"""Words of the notation itself: they cannot name a series."""
_NUMBER = r"([A-Z]{0,8}?)\s*0*([0-9]{1,6})"
_RANGE = re.compile(rf"{_NUMBER}(?:\s*-\s*(?:(UP)|{_NUMBER}))?")
_OF_TOTAL = re.compile(r"0*([0-9]{1,6})\s*/\s*(?:(UP)|0*([0-9]{1,6}))")
_TWO_RANGES = re.compile(r"(?<=[0-9P])(?:\s*/\s*(?=[A-Z]{0,8}[0-9]+\s*-)|\s+/\s+)")


@dataclass(frozen=True, slots=True, order=True)
class CartonRange:
    """Cartons *first* to *last*, both counted, of the series *prefix*. Numbers begin at 1."""

    first: int
    last: int
    prefix: str = ""

    def __post_init__(self) -> None:
        if not _SERIES.fullmatch(self.prefix) or self.prefix in RESERVED:
            raise InvalidValue(
                _("'{prefix}' cannot name a series of cartons.", prefix=self.prefix),
                remedy=_("Use up to eight capital letters, for example A or RED."),
            )
        if not 1 <= self.first <= self.last:
            raise InvalidValue(
                _("Cartons {first} to {last} are not a range.", first=self.first, last=self.last),
                remedy=_("Write the smaller number first; numbers begin at 1."),
            )

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        head = f"{self.prefix}{self.first}"
        return head if self.first == self.last else f"{head}-{self.prefix}{self.last}"


def parse(text: str, total: int | None = None) -> tuple[CartonRange, ...]:
    """The ranges written in *text*, in its order; *total* is what UP and "n/N" refer to.

    Raises InvalidValue for anything else, for UP without *total* and for a carton named twice.
    """
    plain = _TO.sub("-", _SPACES.sub(" ", text.translate(_PLAIN).upper()))
    items = [item for part in re.split(r"[,;、\n]", plain) for item in _split_slash(part)]
    ranges = tuple(_parse_item(item, text, total) for item in items if item)
    if not ranges:
        raise _unreadable(text)
    _refuse_overlap(ranges)
    return ranges


def format_ranges(ranges: Iterable[CartonRange]) -> str:
    """The shortest text for *ranges*: sorted by series, neighbours merged: "1-50, 53, A1-A20"."""
    return ", ".join(map(str, normalised(ranges)))


@dataclass(frozen=True, slots=True)
class Notation:
    """One way to write carton numbers.

    ``label`` stands before them. ``slashes`` parts ranges by " / ", but only where each has two ends:
    "3 / 25" would be read as a carton of 25. ``up`` ends a range of the last carton with UP;
    ``of_total`` writes a single carton as "3/25". Both need to know the number of cartons, and concern the
    series without letters.
    """

    label: str = ""
    slashes: bool = False
    up: bool = False
    of_total: bool = False


NOTATIONS: dict[str, Notation] = {
    "1-50, 53": Notation(),
    "CTN NO. 1-50": Notation("CTN NO."),
    "C/NO. 1-50": Notation("C/NO."),
    "C/NO. 1-UP": Notation("C/NO.", up=True),
    "CASE NO. 1-UP": Notation("CASE NO.", up=True),
    "Carton No. 1-5 / 6-10": Notation("Carton No.", slashes=True),
    "1/25": Notation(of_total=True),
    "箱号 1-50": Notation("箱号"),
}
"""The usual ones, each by an example."""


def printed(
    ranges: Iterable[CartonRange], notation: Notation = NOTATIONS["1-50, 53"], total: int | None = None
) -> str:
    """The *ranges*, sorted and merged, as *notation* writes them; "" for none.

    ``parse`` reads the same cartons from it, given the same *total*. Raises InvalidValue where the notation
    needs the number of cartons and it is not given, or is below a number that stands in *ranges*.
    """
    rows = normalised(ranges)
    if notation.up or notation.of_total:
        _check_total(rows, total)
    texts = [_printed(row, notation, total) for row in rows]
    apart = " / " if notation.slashes and all(len(row) > 1 for row in rows) else ", "
    return f"{notation.label} {apart.join(texts)}".strip() if texts else ""


def _printed(row: CartonRange, notation: Notation, total: int | None) -> str:
    if row.prefix or total is None:
        return str(row)
    if notation.of_total and len(row) == 1:
        return f"{row.first}/{total}"
    return f"{row.first}-UP" if notation.up and row.last == total else str(row)


def _check_total(rows: Sequence[CartonRange], total: int | None) -> None:
    last = max((row.last for row in rows if not row.prefix), default=0)
    if total is not None and last <= total:
        return
    message = _("This way to write carton numbers needs the number of cartons in total.")
    if total is not None:
        message = _("Cartons up to {last} do not fit a total of {total}.", last=last, total=total)
    raise InvalidValue(
        message, field=_("Carton numbers"), remedy=_("Count the cartons of the whole shipment.")
    )


def normalised(ranges: Iterable[CartonRange]) -> tuple[CartonRange, ...]:
    """The same cartons as disjoint ranges that do not touch, sorted by series and number."""
    merged: list[CartonRange] = []
    for item in sorted(ranges, key=lambda item: (item.prefix, item.first)):
        before = merged[-1] if merged else None
        if before and before.prefix == item.prefix and item.first <= before.last + 1:
            merged[-1] = CartonRange(before.first, max(before.last, item.last), item.prefix)
        else:
            merged.append(item)
    return tuple(merged)


def count(ranges: Iterable[CartonRange]) -> int:
    """Number of cartons; one that stands in two ranges counts twice."""
    return sum(map(len, ranges))


def missing_and_double(ranges: Iterable[CartonRange], total: int) -> tuple[list[int], list[int]]:
    """Numbers of 1 … *total* that no range has, and numbers that more than one has, both sorted.

    Numbers are compared without their prefix, which suits A1-A20, B21-B40; series that each begin
    at 1 are checked one by one. With ``count(ranges) == total`` two empty lists prove the numbering
    complete.
    """
    missing: list[int] = []
    double: list[int] = []
    reached = told = 0
    for item in sorted(ranges, key=lambda item: (item.first, item.last)):
        missing.extend(range(reached + 1, min(item.first, total + 1)))
        double.extend(range(max(item.first, told + 1), min(item.last, reached) + 1))
        told = max(told, min(item.last, reached))
        reached = max(reached, item.last)
    missing.extend(range(reached + 1, total + 1))
    return missing, double


def _split_slash(part: str) -> list[str]:
    """The items of one comma part: "1-5 / 6-10" is two ranges, "3/25" stays one item."""
    bare = _LABEL.sub("", part.strip(), count=1)
    return [item.strip() for item in _TWO_RANGES.split(bare)] if "-" in bare.split("/")[0] else [bare]


def _parse_item(item: str, text: str, total: int | None) -> CartonRange:
    if found := _OF_TOTAL.fullmatch(item):
        return _of_total(found, text, total)
    found = _RANGE.fullmatch(item)
    if not found:
        raise _unreadable(text)
    prefix, first, up, last_prefix, last = found.groups()
    if last_prefix and last_prefix != prefix:
        raise _unreadable(text)
    end = _resolve_up(text, total) if up else int(last or first)
    return CartonRange(int(first), end, prefix)


def _of_total(found: re.Match[str], text: str, total: int | None) -> CartonRange:
    """Carton n of "n/N", which must not contradict the known total; "n/UP" runs to the last."""
    number = int(found[1])
    if found[2]:
        return CartonRange(number, _resolve_up(text, total))
    stated = int(found[3])
    if number > stated or (total is not None and stated != total):
        raise InvalidValue(
            _("'{text}' does not fit a total of {total} cartons.", text=text, total=total or stated),
            field=_("Carton numbers"),
        )
    return CartonRange(number, number)


def _resolve_up(text: str, total: int | None) -> int:
    if total is None:
        raise InvalidValue(
            _("'{text}' ends with UP, and the number of cartons is not known yet.", text=text),
            field=_("Carton numbers"),
            remedy=_("Write the last carton number instead of UP."),
        )
    return total


def _refuse_overlap(ranges: tuple[CartonRange, ...]) -> None:
    ordered = sorted(ranges, key=lambda item: (item.prefix, item.first))
    for before, item in pairwise(ordered):
        if before.prefix == item.prefix and item.first <= before.last:
            raise InvalidValue(
                _("Carton {carton} is named twice.", carton=f"{item.prefix}{item.first}"),
                field=_("Carton numbers"),
                remedy=_("Let the ranges follow one another without overlap."),
            )


def _unreadable(text: str) -> InvalidValue:
    return InvalidValue(
        _("'{text}' cannot be read as carton numbers.", text=text),
        field=_("Carton numbers"),
        remedy=_("Write numbers and ranges with commas, for example 1-50, 53, A1-A20."),
    )
