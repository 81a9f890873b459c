"""Small boards for the tests of the Gantt chart and what stands beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from factory_erp.ui.kit.gantt import GanttView
from factory_erp.ui.kit.gantt_data import Bar, Due, GanttData, Lane, LaneSpan, SpanKind
from factory_erp.ui.kit.gantt_window import bar_rect

ORIGIN = datetime(2026, 11, 22, 16, tzinfo=UTC)
"""Midnight of Monday, 23 November 2026, in Shanghai."""
SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = 1_440
SHIFTS = tuple((day * DAY + 480, day * DAY + 1_080) for day in range(14))
"""Open from 8:00 to 18:00."""


def bar(number: int, lane: int, start: int, length: int, **marks: object) -> Bar:
    return Bar(number, lane, start, start + length, start, f"MO-{number}", **marks)  # type: ignore[arg-type]


def week(*bars: Bar) -> GanttData:
    """Five machines called A to E, some with marks, on a calendar of ten hours a day."""
    spans = {
        "B": (LaneSpan(DAY + 600, DAY + 900, SpanKind.MAINTENANCE, "Yearly check"),),
        "C": (LaneSpan(DAY + 600, DAY + 900, SpanKind.BREAKDOWN, "Spindle broken"),),
        "D": (LaneSpan(DAY + 1_080, DAY + 1_200, SpanKind.OVERTIME, "Overtime"),),
    }
    lanes = [Lane(key, f"Press {key}", "", SHIFTS, spans.get(key, ())) for key in "ABCDE"]
    return GanttData(
        lanes,
        bars or BARS,
        ORIGIN,
        600,
        SHANGHAI,
        frozen_until=900,
        dues={"a": Due(2 * DAY + 1_200, "Due Nov 25")},
        horizon=(0, 4 * DAY),
    )


BARS = (
    bar(1, 0, 600, 240, group="a", words="Nordlicht"),
    bar(2, 0, 900, 150, group="b", late=True, words="Fjord"),
    bar(3, 1, DAY + 500, 200, group="a", changeover=60, locked=True, words="Nordlicht"),
    bar(4, 2, DAY + 800, 200, group="a", hold=True, words="Nordlicht"),
    bar(5, 4, 2 * DAY + 500, 300, group="b", started=True, words="Fjord"),
)


def shown(qtbot: QtBot, data: GanttData | None = None) -> GanttView:
    """A chart of three days, its lanes all in sight."""
    view = GanttView()
    qtbot.addWidget(view)
    view.resize(1_232, 400)
    view.show()
    view.set_data(data or week())
    view.zoom(1_000 / (3 * DAY) / view.scale(), 232)
    view.go_to_start()
    return view


def middle(view: GanttView, number: int) -> QPoint:
    """The middle of a bar, in the viewport."""
    return bar_rect(view.index().by_id[number], view.seen()).center()
