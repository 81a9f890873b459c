"""How the engineering page says hours, weekdays and the days of a calendar."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Literal

from babel.dates import get_day_names, get_month_names
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import N_, _, language
from factory_erp.services.engineering.calendars import DayInput, ShiftInput, Span
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.production.words import minutes

DAY = 1440
"""Minutes."""

WEEK = range(7)
"""Weekdays, Monday first."""

_CLOCK = re.compile(r"(\d{1,2})[:：]?(\d{2})", re.ASCII)

_BETWEEN = re.compile(r"[,;，；、\s]+")


class DayKind(StrEnum):
    """How a day differs from its weekday."""

    CLOSED = "closed"
    EXTRA = "extra"
    OTHER = "other"


KINDS: Mapping[DayKind, tuple[str, Tone]] = {
    DayKind.CLOSED: (N_("Day off"), Tone.DANGER),
    DayKind.EXTRA: (N_("More hours"), Tone.SUCCESS),
    DayKind.OTHER: (N_("Other hours"), Tone.WARNING),
}


def weekday(number: int, *, form: Literal["narrow", "abbreviated", "wide"] = "abbreviated") -> str:
    """The name of a weekday (0 Monday): M, Mon, or Monday."""
    return str(get_day_names(form, locale=language())[number])


def month(number: int) -> str:
    """The name of a month from 1."""
    return str(get_month_names("wide", "stand-alone", locale=language())[number])


def clock(minute: int) -> str:
    """A minute of the day as the clock shows it: 08:30; 24:00 is midnight at the end of the day."""
    minute = minute if minute <= DAY else minute - DAY
    return f"{minute // 60:02d}:{minute % 60:02d}"


def read_clock(text: str) -> int:
    """Minutes after midnight of "8:30", "0830" or "24:00". Raises InvalidValue."""
    found = _CLOCK.fullmatch(text.strip())
    minute = int(found[1]) * 60 + int(found[2]) if found and int(found[2]) < 60 else DAY + 1
    if minute > DAY:
        raise InvalidValue(_("Enter a time like 08:30."))
    return minute


def span_of(start: int, end: int) -> Span:
    """Hours from *start* to *end*; an end that is not after the start is on the next day."""
    return (start, end) if end > start else (start, end + DAY)


def spans_text(spans: Sequence[Span]) -> str:
    """Hours as one reads them: "08:00–12:00, 22:00–06:00 (next day)"."""
    return ", ".join(
        f"{clock(start)}–{clock(end)}" + (" " + _("(next day)") if end > DAY else "") for start, end in spans
    )


def read_spans(text: str) -> tuple[Span, ...]:
    """Hours as one types them: "08:00-12:00, 13:00-17:00". Raises InvalidValue."""
    parts = [part for part in _BETWEEN.split(text.strip()) if part]
    found = []
    for part in parts:
        start, dash, end = part.replace("–", "-").replace("—", "-").replace("~", "-").partition("-")
        if not dash:
            raise InvalidValue(_("Enter hours like 08:00-12:00, 13:00-17:00."))
        found.append(span_of(read_clock(start), read_clock(end)))
    return tuple(sorted(found))


def open_minutes(spans: Sequence[Span]) -> int:
    """How long a day is open."""
    return sum(end - start for start, end in spans)


def shifts_of(shifts: Sequence[ShiftInput], day: date) -> tuple[Span, ...]:
    """The hours that the week gives to *day*."""
    return tuple((one.start_minute, one.end_minute) for one in shifts if one.weekday == day.weekday())


def kind_of(day: DayInput, usual: Sequence[Span]) -> DayKind:
    """How *day* differs from its *usual* hours."""
    if not day.spans:
        return DayKind.CLOSED
    return DayKind.EXTRA if open_minutes(day.spans) > open_minutes(usual) else DayKind.OTHER


def day_text(day: DayInput) -> str:
    """What a day is: "Day off", or its hours."""
    return spans_text(day.spans) or _("Day off")


def week_text(count: int) -> str:
    """Open minutes of a week: "51 h a week"."""
    return _("{time} a week", time=minutes(count))


def headed(title: QLabel, buttons: Sequence[QWidget], *contents: QWidget) -> QWidget:
    """*contents* on a card, over it the *title* with the *buttons* at the right."""
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(title, 1)
    for button in buttons:
        row.addWidget(button)
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    column.addLayout(row)
    column.addWidget(framed(*contents), 1)
    return part
