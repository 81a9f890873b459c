"""Dates of a letter of credit, counted as UCP 600 says.

Article 3 gives the words their meaning, article 6 the expiry, article 14c the time for presentation, article
29 the banking days. All dates are calendar days; nothing here knows what day it is.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

PRESENTATION_DAYS = 21
"""Days after shipment to present the documents in, where the credit gives none (UCP 600 article 14c)."""
ABOUT_DAYS = 5
"""Days before and after that "on or about" allows, both ends counted (UCP 600 article 3)."""

_SATURDAY = 5
_LONGEST_CLOSURE = 60
_MONTH_NAMES = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), start=1)}
_NAME = (
    r"(JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|SEPT?(?:EMBER)?|OCT(?:OBER)?"
    r"|NOV(?:EMBER)?|DEC(?:EMBER)?)"
)
_YEAR = r"((?:19|20)\d\d|\d\d)"
_DATE_FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?<![0-9]){pattern}(?![0-9])"), order)
    for pattern, order in (
        (r"((?:19|20)\d\d)[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})日?", "ymd"),
        (r"((?:19|20)\d\d)(\d\d)(\d\d)", "ymd"),
        (rf"(\d{{1,2}})(?:ST|ND|RD|TH)?[-\s./]*(?:DAY\s+OF\s+|OF\s+)?{_NAME}\b[-\s./,']*{_YEAR}", "dmy"),
        (rf"\b{_NAME}[-\s./]*(\d{{1,2}})(?:ST|ND|RD|TH)?[-\s./,']*\s{_YEAR}", "mdy"),
        (r"(\d\d)(\d\d)(\d\d)", "ymd"),
    )
)
_MONTH_PART = re.compile(
    rf"\b(BEGINNING|MIDDLE|END|FIRST\s+HALF|SECOND\s+HALF|1ST\s+HALF|2ND\s+HALF)(?:\s+OF)?\s+(?:THE\s+MONTH\s+OF\s+)?"
    rf"{_NAME}\b[-\s.,/']*{_YEAR}"
)
_WHOLE_MONTH = re.compile(rf"\b{_NAME}\b[-\s.,/']*{_YEAR}\b")
_DAYS_OF_PART = {
    "BEGINNING": (1, 10),
    "MIDDLE": (11, 20),
    "END": (21, 31),
    "FIRST": (1, 15),
    "SECOND": (16, 31),
}
_WORD = re.compile(
    r"\b(ON\s+OR\s+(?:ABOUT|BEFORE|AFTER)|NOT\s+BEFORE|NOT\s+EARLIER|NOT\s+LATER|NOT\s+AFTER|NO\s+LATER|LATEST|BETWEEN"
    r"|BEFORE|AFTER|UNTILL?|TILL?|TO|FROM|BY|AND|WITHIN)\b"
)
_Bound = Literal["first", "last", "both", "about"]
_BOUNDS: dict[str, tuple[_Bound, int]] = {
    "ON OR ABOUT": ("about", 0),
    "ON OR BEFORE": ("last", 0),
    "ON OR AFTER": ("first", 0),
    "NOT BEFORE": ("first", 0),
    "NOT EARLIER": ("first", 0),
    "NOT LATER": ("last", 0),
    "NOT AFTER": ("last", 0),
    "NO LATER": ("last", 0),
    "BETWEEN": ("first", 0),
    "FROM": ("first", 0),
    "AFTER": ("first", 1),
    "AND": ("last", 0),
    "TO": ("last", 0),
    "TIL": ("last", 0),
    "TILL": ("last", 0),
    "UNTIL": ("last", 0),
    "UNTILL": ("last", 0),
    "BY": ("last", 0),
    "WITHIN": ("last", 0),
    "LATEST": ("last", 0),
    "BEFORE": ("last", -1),
}

TenorBasis = Literal["sight", "shipment", "invoice", "draft", "acceptance", "fixed", ""]
"""What a draft's days are counted from; empty where the text does not say it."""

_TENOR = re.compile(r"(\d{1,3})\s*(?:\([^)]*\)\s*)?(?:CALENDAR\s+)?(DAYS?|D/S|MONTHS?|WEEKS?)\b")
_BASES: tuple[tuple[TenorBasis, re.Pattern[str]], ...] = (
    (
        "shipment",
        re.compile(
            r"B/?L\b|BILLS?\s+OF\s+LADING|SHIPMENT|TRANSPORT\s+DOC|ON\s+BOARD|AWB|AIR\s+WAYBILL|SHIPPED"
        ),
    ),
    ("invoice", re.compile(r"INVOICE\s+DATE|DATE\s+OF\s+(?:THE\s+)?(?:COMMERCIAL\s+)?INVOICE")),
    ("acceptance", re.compile(r"ACCEPTANCE")),
    ("draft", re.compile(r"DRAFT\s+DATE|AFTER\s+DATE|DATE\s+OF\s+(?:THE\s+)?(?:DRAFT|BILL\s+OF\s+EXCHANGE)")),
    ("sight", re.compile(r"SIGHT|D/S|PRESENTATION")),
)


@dataclass(frozen=True, slots=True)
class BankingDays:
    """When a bank works: on days other than Saturdays, Sundays and ``holidays``, and on ``worked`` days."""

    holidays: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    """Weekend days that are worked, as around the Chinese holidays."""

    def is_open(self, day: date) -> bool:
        """Whether the bank works on *day*."""
        return day in self.worked or (day.weekday() < _SATURDAY and day not in self.holidays)

    def next_open(self, day: date) -> date:
        """*day*, or the first banking day after it (UCP 600 article 29a)."""
        for ahead in range(_LONGEST_CLOSURE):
            later = plus_days(day, ahead)
            if self.is_open(later):
                return later
        return day


@dataclass(frozen=True, slots=True)
class Window:
    """Days from ``first`` to ``last``, both counted; None: open on that side."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether *day* lies within."""
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Tenor:
    """When a draft falls due: so many days (or months) after what ``basis`` names."""

    basis: TenorBasis
    days: int = 0
    months: int = 0
    due_on: date | None = None
    """Of a draft payable on a fixed day."""

    @property
    def at_sight(self) -> bool:
        """Whether it is to be paid when it is presented."""
        return self.basis == "sight" and not self.days and not self.months


def plus_days(day: date, days: int) -> date:
    """*day* moved by *days*; the calendar's first or last day where it would leave it."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def find_dates(text: str) -> Iterator[tuple[date, int, int]]:
    """The days written in *text* with the place of each: "15 MAY 2026", "MAY 15, 2026", "260515"."""
    plain = text.upper()
    taken: list[tuple[int, int]] = []
    for pattern, order in _DATE_FORMS:
        for hit in pattern.finditer(plain):
            day = _day(hit, order)
            if day and not any(hit.start() < end and start < hit.end() for start, end in taken):
                taken.append(hit.span())
                yield day, hit.start(), hit.end()


def read_date(text: str) -> date | None:
    """The first day written in *text*; None if there is none."""
    return min(((start, day) for day, start, _end in find_dates(text)), default=(0, None))[1]


def read_yymmdd(text: str) -> date | None:
    """A SWIFT date of six digits, "260515"; years from 80 on are of the last century. None if it is none."""
    hit = re.fullmatch(r"(\d\d)(\d\d)(\d\d)", text, re.ASCII)
    return _day(hit, "ymd") if hit else None


def _day(hit: re.Match[str], order: str) -> date | None:
    parts = dict(zip(order, hit.groups(), strict=True))
    month = _MONTHS.get(parts["m"][:3]) or (int(parts["m"]) if parts["m"].isdecimal() else 0)
    try:
        return date(_year(parts["y"]), month, int(parts["d"]))
    except ValueError:
        return None


def _year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return year + (1900 if year >= 80 else 2000)


def shipment_window(text: str) -> Window:
    """The days that a shipment period allows, as UCP 600 article 3 reads its words.

    "to", "until", "till", "from" and "between" include the day named, "before" and "after" exclude it,
    "on or about" means five days either way; beginning, middle and end are the 1st to 10th, 11th to 20th
    and 21st to last of a month, its halves the 1st to 15th and 16th to last. Open where nothing is read.
    """
    plain = " ".join(text.upper().split())
    part = _MONTH_PART.search(plain)
    if part:
        return _part_of_month(part)
    dates = sorted(find_dates(_with_years(plain)), key=lambda found: found[1])
    if not dates:
        month = _WHOLE_MONTH.search(plain)
        return _month_window(month[1], month[2], 1, 31) if month else Window()
    return _bounded_window(_with_years(plain), dates)


def _part_of_month(part: re.Match[str]) -> Window:
    word = part[1].replace("1ST", "FIRST").replace("2ND", "SECOND").split()[0]
    return _month_window(part[2], part[3], *_DAYS_OF_PART[word])


def _month_window(name: str, year: str, first: int, last: int) -> Window:
    number, month = _year(year), _MONTHS[name[:3]]
    end = min(last, monthrange(number, month)[1])
    return Window(date(number, month, first), date(number, month, end))


def _with_years(plain: str) -> str:
    """ "FROM 1 TO 15 MAY 2026" with the day in full, so that both ends are dates."""
    return re.sub(
        rf"\b(\d{{1,2}})(ST|ND|RD|TH)?(\s+(?:TO|AND|UNTIL|TILL)\s+|\s*-\s*)(\d{{1,2}}(?:ST|ND|RD|TH)?\s*{_NAME}\W+{_YEAR})",
        lambda hit: f"{hit[1]} {hit[5]} {hit[6]}{hit[3]}{hit[4]}",
        plain,
    )


def _bounded_window(plain: str, dates: list[tuple[date, int, int]]) -> Window:
    """Each date with the word before it. Without one it is the only day, or the second of two the last."""
    first: date | None = None
    last: date | None = None
    before = 0
    for day, start, end in dates:
        bound, shift = _bound(plain[before:start], first is not None)
        before = end
        if bound == "about":
            return Window(plus_days(day, -ABOUT_DAYS), plus_days(day, ABOUT_DAYS))
        moved = plus_days(day, shift)
        first = moved if bound in ("first", "both") else first
        last = moved if bound in ("last", "both") else last
    return Window(first, last)


def _bound(between: str, has_first: bool) -> tuple[_Bound, int]:
    words = [" ".join(one.split()) for one in _WORD.findall(between)]
    if not words:
        return ("last", 0) if has_first else ("both", 0)
    return _BOUNDS[words[-1]]


def presentation_deadline(
    on_board: date | None, days: int | None, expires: date | None, banking: BankingDays | None = None
) -> date | None:
    """The last day for presentation: *days* after shipment (21 if None), and never after expiry.

    Either moves to the next banking day when the bank is closed for reasons that are usual (UCP 600 articles
    14c and 29a). None when neither day is known.
    """
    banking = banking or BankingDays()
    after = plus_days(on_board, PRESENTATION_DAYS if days is None else days) if on_board else None
    known = [banking.next_open(day) for day in (after, expires) if day]
    return min(known, default=None)


def read_tenor(text: str) -> Tenor:
    """What a draft's terms say: "SIGHT", "90 DAYS AFTER B/L DATE", "ON 15 MAY 2026"."""
    plain = " ".join(text.upper().split())
    basis: TenorBasis = next((name for name, pattern in _BASES if pattern.search(plain)), "")
    hit = _TENOR.search(plain)
    if not hit:
        return _tenor_without_days(plain, basis)
    number, unit = int(hit[1]), hit[2]
    if unit.startswith("MONTH"):
        return Tenor(basis, months=number)
    return Tenor(basis, days=number * 7 if unit.startswith("WEEK") else number)


def _tenor_without_days(plain: str, basis: TenorBasis) -> Tenor:
    due = read_date(plain)
    if due:
        return Tenor("fixed", due_on=due)
    return Tenor(basis)
