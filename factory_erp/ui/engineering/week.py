"""The ordinary week of a calendar: a grid of hours with a box for each weekday, and its picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.engineering.calendars import ShiftInput
from factory_erp.ui.engineering.words import (
    DAY,
    WEEK,
    clock,
    read_clock,
    span_of,
    spans_text,
    weekday,
)
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.grid import EditGrid, GridColumn

BOX = 46
"""Width of a weekday's column, px."""

GRID_WIDTH = 46 + 2 * 68 + 7 * BOX + 4
"""So that no weekday is cut, px."""

DAY_KEYS = tuple(f"day{number}" for number in WEEK)
_LEFT, _TOP = 40, 22
"""Room for the hours and for the weekdays, px."""

_HOURS = (0, 6, 12, 18, 24)


def week_grid() -> EditGrid:
    """A grid whose rows are hours and the weekdays that have them."""
    columns = (
        GridColumn("start", N_("From"), 68, "number", read=read_clock, show=clock, required=True),
        GridColumn("end", N_("Until"), 68, "number", read=read_clock, show=clock, required=True,
                   hint=N_("24:00 is midnight; a time before the start is on the next day")),
        *(GridColumn(key, weekday(number), BOX, "check", empty=False) for number, key in enumerate(DAY_KEYS)),
    )  # fmt: skip
    grid = EditGrid(columns, new_row=lambda: dict.fromkeys(DAY_KEYS, False))
    grid.set_name(_("Hours of the week"))
    grid.setMinimumWidth(GRID_WIDTH)
    grid.set_empty_text(_("No hours: the calendar is closed all week. Add a line."))
    return grid


def rows_of(shifts: Sequence[ShiftInput]) -> list[dict[str, object]]:
    """A row for each span of hours, with the weekdays that have it."""
    spans: dict[tuple[int, int], set[int]] = {}
    for one in sorted(shifts, key=lambda shift: (shift.start_minute, shift.end_minute)):
        spans.setdefault((one.start_minute, one.end_minute), set()).add(one.weekday)
    return [
        {"start": start, "end": end, **{key: number in days for number, key in enumerate(DAY_KEYS)}}
        for (start, end), days in spans.items()
    ]


def shifts_in(rows: Sequence[Mapping[str, object]]) -> tuple[ShiftInput, ...]:
    """The shifts that *rows* stand for, each once; rows that are not sound yet are left out."""
    found = set()
    for row in rows:
        start, end = row["start"], row["end"]
        if not isinstance(start, int) or not isinstance(end, int):
            continue
        span = span_of(start, end)
        found |= {ShiftInput(number, *span) for number, key in enumerate(DAY_KEYS) if row[key]}
    return tuple(sorted(found, key=lambda one: (one.weekday, one.start_minute)))


class WeekPicture(QWidget):
    """Seven columns of a day each, with a bar for each shift; a night's bar goes on in the next column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shifts: Sequence[ShiftInput] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(136, 150)

    def sizeHint(self) -> QSize:
        """Wide enough for the names of the weekdays."""
        return QSize(360, 220)

    def show_shifts(self, shifts: Sequence[ShiftInput]) -> None:
        """Draw *shifts*; a screen reader hears them day by day."""
        self._shifts = shifts
        said = [
            f"{weekday(day, form='wide')}: {spans_text(spans)}"
            for day in WEEK
            if (spans := [(one.start_minute, one.end_minute) for one in shifts if one.weekday == day])
        ]
        self.setAccessibleName("; ".join(said) or _("Closed all week"))
        self.update()

    def bars(self) -> list[tuple[int, int, int]]:
        """(weekday, from, to) in minutes of that day; a shift over midnight gives two."""
        found = []
        for one in self._shifts:
            found.append((one.weekday, one.start_minute, min(one.end_minute, DAY)))
            if one.end_minute > DAY:
                found.append(((one.weekday + 1) % 7, 0, one.end_minute - DAY))
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        """Hours at the left, weekdays over the columns, the bars in them."""
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.scaled_font(12))
        room = QRectF(_LEFT, _TOP, self.width() - _LEFT - 8, self.height() - _TOP - 12)
        width = room.width() / 7
        self._paint_frame(painter, room, width, look)
        metrics = QFontMetrics(painter.font())
        for day, start, end in self.bars():
            top = room.top() + room.height() * start / DAY
            box = QRectF(room.left() + day * width + 4, top, width - 8, room.height() * (end - start) / DAY)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.accent))
            painter.drawRoundedRect(box, 3, 3)
            words = f"{clock(start)}\n{clock(end)}"
            if box.height() >= 2 * metrics.height() and box.width() > metrics.horizontalAdvance("00:00"):
                painter.setPen(QColor(look.on_accent))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_frame(self, painter: QPainter, room: QRectF, width: float, look: theme.Theme) -> None:
        names = [weekday(number) for number in WEEK]
        if max(map(QFontMetrics(painter.font()).horizontalAdvance, names)) > width - 6:
            names = [weekday(number, form="narrow") for number in WEEK]
        for number in WEEK:
            column = QRectF(room.left() + number * width, room.top(), width, room.height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.surface_alt if number < 5 else look.track))
            painter.drawRect(column.adjusted(1, 0, -1, 0))
            painter.setPen(QColor(look.text_muted))
            head = QRectF(column.left(), 0, width, _TOP)
            painter.drawText(head, Qt.AlignmentFlag.AlignCenter, names[number])
        for hour in _HOURS:
            y = room.top() + room.height() * hour / 24
            painter.setPen(QColor(look.border))
            painter.drawLine(int(room.left()), int(y), int(room.right()), int(y))
            painter.setPen(QColor(look.text_muted))
            place = QRectF(0, y - 8, _LEFT - 6, 16)
            painter.drawText(
                place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{hour:02d}:00"
            )
