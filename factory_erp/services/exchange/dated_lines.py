"""Bill lines with dates of their own, as revisions: what the bill was from each day on which it changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

Span = tuple[date, date | None]
"""First and last day, both included; None is for ever."""


@dataclass(frozen=True, slots=True)
class DatedRevision:
    """From one day to another the bill held the lines with these *indices*."""

    valid_from: date
    valid_to: date | None
    indices: tuple[int, ...]


def dated_revisions(spans: Sequence[Span]) -> list[DatedRevision]:
    """The revisions of a bill whose lines are valid over *spans*, in order; days without a line have none."""
    days = sorted({first for first, _last in spans} | {_after(last) for _first, last in spans if last})
    ends: list[date | None] = [following - timedelta(days=1) for following in days[1:]]
    return [
        DatedRevision(first, last, held)
        for first, last in zip(days, [*ends, None], strict=False)
        if (held := tuple(_held(spans, first)))
    ]


def _after(last: date) -> date:
    return last + timedelta(days=1)


def _held(spans: Sequence[Span], day: date) -> Iterator[int]:
    for index, (first, last) in enumerate(spans):
        if first <= day and (last is None or day <= last):
            yield index
