"""How what a Gantt chart shows is found fast; no Qt here.

All times are whole minutes since ``GanttData.origin``.  Bars of one lane may overlap.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise

from factory_erp.ui.kit.gantt_data import Bar, Due, GanttData, Interval, Lane, LaneSpan, ShiftMark, SpanKind

__all__ = [
    "Bar",
    "Blocks",
    "Due",
    "GanttData",
    "GanttIndex",
    "Lane",
    "LaneIndex",
    "LaneSpan",
    "ShiftMark",
    "SpanKind",
    "Spans",
    "closed_times",
]


class Spans:
    """Spans sorted by start, searched by bisection.

    Because the running maximum of the ends never falls, it can be bisected too: everything before the first
    span that reaches *start* is out of sight, even where spans overlap.
    """

    def __init__(self, starts: Sequence[int], ends: Sequence[int]) -> None:
        self.starts = list(starts)
        self.ends = list(ends)
        self._reach = list(accumulate(self.ends, max))

    def between(self, start: float, end: float) -> range:
        """Positions of the spans that may overlap [start, end): all that do, few that do not."""
        return range(bisect_right(self._reach, start), bisect_left(self.starts, end))

    def overlapping(self, start: float, end: float) -> list[int]:
        """Positions of exactly the spans that overlap [start, end)."""
        ends = self.ends
        return [position for position in self.between(start, end) if ends[position] > start]


@dataclass(frozen=True, slots=True)
class Blocks:
    """A lane at one level of detail.

    ``bars`` is, for each span, the position of its bar in the lane, or -1 for a block of bars too thin to
    draw; ``late`` says whether the bar, or one of the block, is late.
    """

    spans: Spans
    bars: Sequence[int]
    late: Sequence[bool]


class LaneIndex:
    """The bars of one lane, sorted by start, at every level of detail (made when first asked for)."""

    def __init__(self, bars: Sequence[Bar]) -> None:
        self.bars = sorted(bars, key=lambda bar: (bar.start, bar.end))
        self.spans = Spans([bar.start for bar in self.bars], [bar.end for bar in self.bars])
        self.longest_changeover = max((bar.changeover for bar in self.bars), default=0)
        self._shortest = min((bar.end - bar.start for bar in self.bars), default=0)
        self._levels: dict[int, Blocks] = {}

    def visible(self, start: float, end: float) -> list[Bar]:
        """Bars that overlap [start, end)."""
        return [self.bars[position] for position in self.spans.overlapping(start, end)]

    def at(self, minute: float, slack: float = 0.0) -> Bar | None:
        """The bar drawn at *minute* (the uppermost, hence the last to start); else the nearest in *slack*."""
        hits = self.visible(minute, minute + 1e-9)
        if hits:
            return hits[-1]
        near = self.visible(minute - slack, minute + slack) if slack else []
        return min(near, key=lambda bar: max(bar.start - minute, minute - bar.end), default=None)

    def nearest(self, minute: float) -> Bar | None:
        """The bar whose middle is closest to *minute*."""
        return min(self.bars, key=lambda bar: abs((bar.start + bar.end) / 2 - minute), default=None)

    def blocks(self, level: int) -> Blocks:
        """Bars shorter than 2**level minutes, and as close to one another, merged into blocks."""
        if level > 0 and self._shortest >= 1 << level:
            level = 0
        if level not in self._levels:
            self._levels[level] = self._merge(1 << level) if level > 0 else self._whole()
        return self._levels[level]

    def _whole(self) -> Blocks:
        return Blocks(self.spans, range(len(self.bars)), [bar.late for bar in self.bars])

    def _merge(self, least: int) -> Blocks:
        """One pass; a block takes late bars only or none, so that a late one is never lost in it."""
        starts: list[int] = []
        ends: list[int] = []
        bars: list[int] = []
        late: list[bool] = []
        for position, bar in enumerate(self.bars):
            thin = bar.end - bar.start < least
            joins = thin and bars and bars[-1] < 0 and late[-1] == bar.late and bar.start - ends[-1] < least
            if joins:
                ends[-1] = max(ends[-1], bar.end)
                continue
            starts.append(bar.start)
            ends.append(bar.end)
            bars.append(-1 if thin else position)
            late.append(bar.late)
        return Blocks(Spans(starts, ends), bars, late)


MOST_LEVEL = 14
"""The coarsest level of detail: eleven days."""


class GanttIndex:
    """Everything that painting and clicking look up, made once for a ``GanttData``."""

    def __init__(self, data: GanttData) -> None:
        self.data = data
        by_lane: list[list[Bar]] = [[] for _lane in data.lanes]
        self.by_id: dict[Hashable, Bar] = {}
        self.groups: dict[Hashable, list[Bar]] = {}
        for bar in data.bars:
            by_lane[bar.lane_index].append(bar)
            self.by_id[bar.id] = bar
            if bar.group is not None:
                self.groups.setdefault(bar.group, []).append(bar)
        self.lanes = [LaneIndex(bars) for bars in by_lane]
        self.extent = data.extent()
        self._closed: dict[tuple[int, int], Spans] = {}
        self.lane_places = {lane.key: place for place, lane in enumerate(data.lanes)}

    def prepare(self) -> GanttIndex:
        """Make all levels of detail now, so that no frame has to wait for one; may run off the UI thread."""
        for level in range(MOST_LEVEL + 1):
            for number, lane in enumerate(self.lanes):
                lane.blocks(level)
                self.closed(number, level)
        return self

    def group_of(self, bar: Bar) -> list[Bar]:
        """The bars that belong together with *bar*, itself included."""
        return self.groups[bar.group] if bar.group is not None else [bar]

    def links_of(self, bar: Bar) -> list[tuple[Bar, Bar]]:
        """Pairs of bars, the first before the second, one of which at least is of *bar*'s group.

        A group that no link is given for is a chain by start.
        """
        group = self.group_of(bar)
        found = {pair: None for one in group for pair in self._links.get(one.id, ())}
        if not found:
            return list(pairwise(sorted(group, key=lambda one: (one.start, one.end))))
        return [(self.by_id[first], self.by_id[second]) for first, second in found]

    def matching(self, text: str) -> frozenset[Hashable]:
        """Ids of the bars whose text and words hold every word of *text*, in any case."""
        wanted = text.casefold().split()
        return frozenset(key for key, words in self._words if all(word in words for word in wanted))

    def part(self, ids: Collection[Hashable], *, without: bool = False) -> GanttIndex:
        """The same chart with the bars of *ids* only, or *without* them."""
        bars = [bar for bar in self.data.bars if (bar.id in ids) is not without]
        return GanttIndex(replace(self.data, bars=bars))

    @cached_property
    def _links(self) -> dict[Hashable, list[tuple[Hashable, Hashable]]]:
        """Links that both ends of are on the chart, by either end."""
        result: dict[Hashable, list[tuple[Hashable, Hashable]]] = {}
        for link in self.data.links:
            if link[0] in self.by_id and link[1] in self.by_id:
                result.setdefault(link[0], []).append(link)
                result.setdefault(link[1], []).append(link)
        return result

    @cached_property
    def _words(self) -> list[tuple[Hashable, str]]:
        return [(bar.id, f"{bar.text}\n{bar.words}".casefold()) for bar in self.data.bars]

    def closed(self, lane: int, level: int) -> Spans:
        """Times between the open intervals of *lane*, those of 2**level minutes and more.

        Lanes that share one calendar object share the answer.  A lane without intervals is always open.
        """
        intervals = self.data.lanes[lane].open_intervals
        key = (id(intervals), level)
        if key not in self._closed:
            gaps = [gap for gap in closed_times(intervals) if gap[1] - gap[0] >= 1 << max(level, 0)]
            self._closed[key] = Spans([gap[0] for gap in gaps], [gap[1] for gap in gaps])
        return self._closed[key]


FOREVER = 1 << 40
"""A minute beyond every chart: before the first and after the last open interval a lane is closed."""


def closed_times(open_intervals: Sequence[Interval]) -> Iterator[Interval]:
    """The complement of sorted, disjoint *open_intervals*; nothing where there are none."""
    previous = -FOREVER
    for start, end in open_intervals:
        if start > previous:
            yield previous, start
        previous = max(previous, end)
    if open_intervals:
        yield previous, FOREVER
