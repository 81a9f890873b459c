"""Reading a list page by page while it changes, without losing a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from factory_erp.i18n import _
from factory_erp.sync.http.errors import PlatformUnavailable

PASSES = 6
"""How often a list that will not hold still is read before the attempt is given up."""

ReadPage = Callable[[int], tuple[list[object], int]]
"""Page number to (its rows, how many rows the platform counts in all)."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One page; ``last`` once every row that the platform counts was delivered."""

    rows: list[object]
    total: int
    last: bool


def steady(read: ReadPage, key: Callable[[object], str], *, first: int = 0) -> Iterator[Batch]:
    """Every page from number *first* on, read again until nothing can have been skipped.

    A row that changes its place shifts others over the edge of a page, so the distinct keys are counted
    against the platform's total; the same row may come several times. PlatformUnavailable if the list never
    holds still. A platform that counts rows which no pass can find is believed after the last pass.
    """
    seen: set[str] = set()
    expected: int | None = None
    for attempt in range(1, PASSES + 1):
        still, fresh = True, set[str]()
        for rows, total, ended in _pass(read, first):
            still = still and expected in {None, total}
            expected = total
            fresh |= {key(row) for row in rows}
            found = len(seen | fresh) >= total or (attempt == PASSES and fresh <= seen)
            last = ended and still and found
            yield Batch(rows, total, last)
            if last:
                return
        # What was seen before the total moved proves nothing about what is there now.
        seen = seen | fresh if still else set()
    raise PlatformUnavailable(_("the list kept changing while it was read"))


def _pass(read: ReadPage, first: int) -> Iterator[tuple[list[object], int, bool]]:
    """(rows, total, whether it is the last) of each page, until the total is covered."""
    page, got = first, 0
    while True:
        rows, total = read(page)
        page, got = page + 1, got + len(rows)
        ended = not rows or got >= total
        yield rows, total, ended
        if ended:
            return


def until_short(read: Callable[[int], list[object]], key: Callable[[object], str], size: int) -> list[object]:
    """Every row of a list that states no total: pages of *size*, counted from 1, until one is not full.

    Rows that come twice mean that the list moved, or that a page was served again; it is read once more
    then. Each row is returned once. PlatformUnavailable if the list never holds still.
    """
    found: dict[str, object] = {}
    for _attempt in range(PASSES):
        seen: set[str] = set()
        twice = False
        for rows in _full_pages(read, size):
            keys = {key(row): row for row in rows}
            twice = twice or len(keys) < len(rows) or not seen.isdisjoint(keys)
            if seen and seen.issuperset(keys):
                # Nothing new: an empty end, or a server that would give the same page for ever.
                break
            seen |= keys.keys()
            found |= keys
        if not twice:
            return list(found.values())
    raise PlatformUnavailable(_("the list kept changing while it was read"))


def _full_pages(read: Callable[[int], list[object]], size: int) -> Iterator[list[object]]:
    page = 1
    while True:
        rows = read(page)
        yield rows
        if len(rows) < size:
            return
        page += 1
