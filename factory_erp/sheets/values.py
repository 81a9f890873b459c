"""Stored values of workbook cells as plain text: digits without exponent, ISO dates.

Excel calculates with 15 significant digits and stores 17, so 43.65 lies in the file as
43.649999999999999: fractions are rounded to 15 digits as Excel shows them, and a whole number with more
digits has lost some of them for good. Dates count days from 1899-12-30 (or 1904-01-01), with the
29 February 1900 that never was (ECMA-376 part 1, 18.17.4).
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import Enum, auto
from typing import TypeAlias

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

DIGITS = 15
"""Significant digits that Excel keeps of a number."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,4})?")
_SHOWN = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN)
_LARGEST = 308
_WRITTEN_OUT = 40  # digits of a number that a message repeats
_DAY_SECONDS = 86_400
_LAST_SECOND = 2_958_466 * _DAY_SECONDS - 1  # 9999-12-31 23:59:59
_SHIFT_1904 = 1462 * _DAY_SECONDS
_LEAP_BUG = 60
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  cells hold wall-clock times of no zone


Cell: TypeAlias = str | int | Decimal | date | datetime | bool | None
"""What a written cell may hold; floats are refused, for their digits are not those that were meant."""


class Shape(Enum):
    """How a number format shows a number."""

    NUMBER = auto()
    PERCENT = auto()
    DATE = auto()
    TIME = auto()
    DURATION = auto()


def plain(value: Decimal) -> str:
    """A finite *value* in digits without exponent and trailing zeros: "12", "0.5", "100000"."""
    if not value:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def significant_digits(value: Decimal) -> int:
    """Digits of a finite *value* from the first to the last that is not zero: 3 for 0.0120 and 12300."""
    return len("".join(map(str, value.as_tuple().digits)).strip("0"))


def number_text(stored: str) -> str:
    """A stored number as Excel shows it with all its 15 digits, never with an exponent.

    Raises InvalidValue for what is no number and for whole numbers of more than 15 digits.
    """
    if len(stored) <= DIGITS and stored.isdecimal() and stored.isascii() and stored[0] != "0":
        return stored
    return plain(_shown(stored))


def percent_text(stored: str) -> str:
    """A stored fraction as its percent format shows it: 0.13 as "13%"; raises as ``number_text``."""
    return f"{plain(_shown(stored).scaleb(2))}%"


def moment_text(stored: str, shape: Shape, *, from_1904: bool = False) -> str:
    """A stored day count as "2026-11-23", "2026-11-23 08:30:00" or, for a time of day, "08:30:00".

    A TIME of a day or more has a date; a DURATION counts hours beyond 24. Raises InvalidValue for
    what lies outside the calendar.
    """
    days = _shown(stored)
    seconds = int((days * _DAY_SECONDS).to_integral_value(ROUND_HALF_EVEN))
    if not 0 <= seconds <= _LAST_SECOND - (_SHIFT_1904 if from_1904 else 0):
        raise InvalidValue(_("{value} is not a date that Excel knows.", value=plain(days)[:40]))
    if shape is Shape.DURATION or (shape is Shape.TIME and seconds < _DAY_SECONDS):
        return _clock(seconds)
    return _day(seconds + _SHIFT_1904 if from_1904 else seconds)


def iso_text(stored: str) -> str:
    """A date that the file stores as ISO 8601 text, as ``moment_text`` gives it; raises InvalidValue."""
    try:
        if "T" not in stored:
            return date.fromisoformat(stored).isoformat()
        return moment(datetime.fromisoformat(stored))
    except ValueError:
        raise InvalidValue(_('"{value}" is not a date.', value=stored[:40])) from None


def moment(value: datetime) -> str:
    """The wall clock that *value* shows, to the second: "2026-11-23 08:30:00", at midnight the day alone."""
    value = value.replace(tzinfo=None, microsecond=0)
    return value.isoformat(" ") if value.time() != value.min.time() else value.date().isoformat()


def _shown(stored: str) -> Decimal:
    """The number with the 15 digits that Excel vouches for; whole numbers with more are refused."""
    if not _NUMBER.fullmatch(stored):
        raise InvalidValue(_('"{value}" is not a number.', value=stored[:40]))
    value = Decimal(stored)
    if value and abs(value.adjusted()) > _LARGEST:
        raise InvalidValue(_("{value} is larger or smaller than any number of Excel.", value=stored[:40]))
    shown = _SHOWN.plus(value)
    if value.adjusted() >= DIGITS:
        raise InvalidValue(
            _(
                "{value} has more digits than the 15 that Excel keeps: the others are lost.",
                value=plain(shown) if value.adjusted() < _WRITTEN_OUT else stored[:_WRITTEN_OUT],
            ),
            remedy=_("Format the column as text and enter it again."),
        )
    return shown


def _day(seconds: int) -> str:
    days = seconds // _DAY_SECONDS
    if days == _LEAP_BUG:
        raise InvalidValue(_("29 February 1900 is a day that never was; only Excel has it."))
    return moment(_EPOCH + timedelta(days=days < _LEAP_BUG, seconds=seconds))


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
