"""What one frame of the Gantt chart shows."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property

from factory_erp.ui.kit.gantt_inks import Colouring
from factory_erp.ui.kit.gantt_model import GanttIndex
from factory_erp.ui.kit.gantt_scale import Tick, rows_for, ticks
from factory_erp.ui.kit.gantt_window import Window


@dataclass(frozen=True)
class Scene:
    """The chart *index* through a *window*; equal scenes look the same in the same theme and language.

    Bars of ``shown`` are drawn in full, those of ``faded`` palely; the group of ``selected`` is highlighted,
    ``picked`` bars are framed, and lanes in ``dimmed`` step back.
    """

    index: GanttIndex
    window: Window
    shown: GanttIndex
    faded: GanttIndex | None = None
    selected: Hashable = None
    picked: frozenset[Hashable] = frozenset()
    dimmed: frozenset[int] = frozenset()
    colouring: Colouring = field(default_factory=Colouring)

    @cached_property
    def fields(self) -> tuple[list[Tick], list[Tick]]:
        """Fields of the two header rows in sight, the upper ones first."""
        data, window = self.index.data, self.window
        rows = rows_for(window.scale, shifts=bool(data.shifts))
        start, end = window.start, window.end
        wide = _is_wide(rows.lower, window.scale)
        lower = ticks(data, rows.lower, start, end, hours=rows.hours, wide=wide)
        return ticks(data, rows.upper, start, end, whole=True), lower

    @cached_property
    def lanes(self) -> range:
        """Lanes in sight."""
        return self.window.lanes(len(self.index.lanes))


def _is_wide(unit: str, scale: float) -> bool:
    """Whether a field of the lower row has room for more than a number; months stand under their year."""
    day = scale * 24 * 60
    return (unit == "day" and day >= 58) or (unit == "week" and 7 * day >= 44)
