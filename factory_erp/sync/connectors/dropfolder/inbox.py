"""Files that somebody puts into a folder: taken one by one, put away only when they were applied.

A file moves from ``in`` to ``in/reading`` when it is first seen, the moment before its name, and from there
to ``done`` when the caller asks for more after the last page: only then is everything that it said kept. A
pull that breaks off leaves it in ``reading``, and the next one reads it again. How old a file says to be is
of no account: one that is copied keeps the time of its making.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from pathlib import Path

from factory_erp.sync.connectors.dropfolder.folder import Folder, reaching

QUIET = 3.0
"""Seconds for which a file must not have changed before it is taken, lest it be read in halves."""

_SUFFIXES = frozenset({".csv", ".xlsx"})
_STAMP = "%Y%m%dT%H%M%S%fZ"
_SEPARATOR = "~"
_TICK = timedelta(microseconds=1)
_FUTURE = timedelta(days=1).total_seconds()


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that waits in ``reading``: its name as it was put there, and when it was first seen."""

    path: Path
    name: str
    seen_at: datetime
    changed: int
    """When its content was last changed, nanoseconds; tells files apart that were taken together."""

    @property
    def order(self) -> tuple[datetime, int, str]:
        """The later one says what holds."""
        return self.seen_at, self.changed, self.name


class Inbox:
    """The folder ``in`` (or one below it) and what becomes of its files."""

    def __init__(self, folder: Folder, *below: str) -> None:
        self._folder = folder
        self._below = below

    def take(self, moment: datetime) -> list[Taken]:
        """Every file to be read, in the order in which they came; those that are new are seen at *moment*."""
        inside, reading, done = (self._folder.part(*place) for place in self._places())
        with reaching(inside):
            new = [path for path in sorted(inside.iterdir()) if _ready(path)]
            stamp = _later(moment, _newest(reading, done)) if new else moment
            for path in new:
                _move(path, reading / f"{stamp.strftime(_STAMP)}{_SEPARATOR}{path.name}")
            return _waiting(reading)

    def put_away(self, files: list[Taken]) -> None:
        """Everything in them is kept. One that cannot be moved now is read once more, which harms nothing."""
        done = self._folder.part("done", *self._below)
        for file in files:
            _move(file.path, done / file.path.name)

    def earlier(self) -> list[Taken]:
        """Every file that was ever taken and is still there, the latest first."""
        _inside, reading, done = (self._folder.part(*place) for place in self._places())
        with reaching(reading):
            return sorted([*_waiting(reading), *_waiting(done)], key=lambda taken: taken.order, reverse=True)

    def _places(self) -> tuple[tuple[str, ...], ...]:
        return ("in", *self._below), ("in", *self._below, "reading"), ("done", *self._below)


def _ready(path: Path) -> bool:
    """Whether it is a table that nobody writes any more, nor has open in a spreadsheet program."""
    if path.suffix.casefold() not in _SUFFIXES or path.name.startswith((".", "~")) or path.is_symlink():
        return False
    if any(path.with_name(lock).exists() for lock in _locks(path.name)) or not path.is_file():
        return False
    # The wall clock that stamps files, not the injected one. What claims to be from another day does not
    # change now: its maker's clock is wrong.
    age = time.time() - path.stat().st_mtime
    return age >= QUIET or age < -_FUTURE


def _locks(name: str) -> tuple[str, ...]:
    """What Excel, WPS and LibreOffice put beside a file that they have open."""
    return f"~${name}", f"~${name[2:]}", f".~{name}", f".~lock.{name}#"


def _move(path: Path, goal: Path) -> None:
    """Rename without replacing anything; on Windows, one that another program has open stays."""
    numbered = (goal.with_name(f"{goal.stem}({number}){goal.suffix}") for number in count(2))
    with suppress(OSError):
        os.rename(path, next(free for free in chain([goal], numbered) if not free.exists()))


def _waiting(folder: Path) -> list[Taken]:
    found = (_taken(path) for path in folder.iterdir() if path.suffix.casefold() in _SUFFIXES)
    return sorted((file for file in found if file is not None), key=lambda taken: taken.order)


def _taken(path: Path) -> Taken | None:
    stamp, separator, name = path.name.partition(_SEPARATOR)
    try:
        moment = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Taken(path, name, moment, path.stat().st_mtime_ns) if separator and path.is_file() else None


def _newest(*folders: Path) -> datetime | None:
    names = (path.name for folder in folders for path in folder.iterdir())
    stamps = sorted((name for name in names if _SEPARATOR in name), reverse=True)
    for name in stamps:
        with suppress(ValueError):
            return datetime.strptime(name.partition(_SEPARATOR)[0], _STAMP).replace(tzinfo=UTC)
    return None


def _later(moment: datetime, newest: datetime | None) -> datetime:
    """*moment*, yet later than all before it: a clock that was put back must not make news look old."""
    present = moment.astimezone(UTC)
    return present if newest is None or newest < present else newest + _TICK
