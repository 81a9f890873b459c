"""Pages of a list gone wrong: doubled, shuffled, shifted, repeated, with times that are off.

No row is lost for good: a row that shifts shows on two pages, and a page that repeats the one before does so
once, so that reading it again gives its own rows.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Lock

from factory_erp.sync.sandbox.platform import Payload

_MINUTE_MS = 60_000
_TEXT = "%Y-%m-%d %H:%M:%S"


class PageMangler:
    """Spoils pages in place; remembers the page before of each caller and API."""

    def __init__(self) -> None:
        self._before: dict[str, tuple[int, list[Payload]]] = {}
        self._repeated: set[tuple[str, int]] = set()
        self._lock = Lock()

    def spoil(self, kind: str, reader: str, page: int, rows: list[Payload], chance: Random) -> bool:
        """Change *rows* as *kind* says; whether there was anything to change. "none" only remembers.

        *reader* tells whose page it is: only the page before of the same reader can come into this one.
        """
        own = copy.deepcopy(rows)
        with self._lock:
            number, before = self._before.get(reader, (page, []))
            previous = copy.deepcopy(before) if number == page - 1 else []
            self._before[reader] = (page, own)
            if kind == "cursor_repeat":
                return self._repeat(reader, page, rows, previous)
        return _spoilt(kind, rows, previous, chance)

    def _repeat(self, reader: str, page: int, rows: list[Payload], previous: list[Payload]) -> bool:
        if not previous or (reader, page) in self._repeated:
            return False
        self._repeated.add((reader, page))
        rows[:] = previous
        return True


def _spoilt(kind: str, rows: list[Payload], previous: list[Payload], chance: Random) -> bool:
    own = copy.deepcopy(rows)
    if kind == "duplicate_page":
        rows.extend(own)
    elif kind == "reordered_page":
        _reorder(rows, chance)
    elif kind == "shifting_page":
        rows[:0] = previous[-1:]
    return rows != own


def _reorder(rows: list[Payload], chance: Random) -> None:
    own = list(rows)
    while len(rows) > 1 and rows == own:
        chance.shuffle(rows)


def skew(rows: list[Payload], minutes: int) -> None:
    """Move every time of change in *rows* by so many minutes: epoch milliseconds, or text in any zone."""
    for row in rows:
        for name, value in row.items():
            if "modif" in name.lower() or "update" in name.lower():
                row[name] = _moved(value, minutes)


def _moved(value: object, minutes: int) -> object:
    if isinstance(value, Mapping) and "timestamp" in value:
        return {**value, "timestamp": _moved(value["timestamp"], minutes)}
    if isinstance(value, int) and not isinstance(value, bool):
        return value + minutes * _MINUTE_MS
    if not isinstance(value, str):
        return value
    if value.isdigit():
        return str(int(value) + minutes * _MINUTE_MS)
    try:
        moment = datetime.strptime(value, _TEXT).replace(tzinfo=UTC)
        return (moment + timedelta(minutes=minutes)).strftime(_TEXT)
    except ValueError:
        return value
