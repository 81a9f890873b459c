"""Weekdays as people write them: in words of both languages, or numbered from Monday as ISO 8601 does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from factory_erp.i18n import N_


def _chinese(sign: str) -> tuple[str, ...]:
    return tuple(f"{word}{sign}" for word in ("周", "星期", "礼拜"))


WEEKDAYS: Mapping[Any, tuple[str, Iterable[str]]] = {
    "mon": (N_("Monday"), ("1", *_chinese("一"))),
    "tue": (N_("Tuesday"), ("2", "tues", *_chinese("二"))),
    "wed": (N_("Wednesday"), ("3", *_chinese("三"))),
    "thu": (N_("Thursday"), ("4", "thur", "thurs", *_chinese("四"))),
    "fri": (N_("Friday"), ("5", *_chinese("五"))),
    "sat": (N_("Saturday"), ("6", *_chinese("六"))),
    "sun": (N_("Sunday"), ("7", *_chinese("日"), *_chinese("天"))),
}
NUMBERS: Mapping[str, int] = {word: number for number, word in enumerate(WEEKDAYS)}
"""Weekday → its number as calendars keep it: 0 is Monday."""
WORDS: Mapping[int, str] = {number: word for word, number in NUMBERS.items()}
