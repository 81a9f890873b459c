"""A year at a glance: twelve months, days off and days with other hours marked by colour and shape."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from factory_erp.i18n import _
from factory_erp.services.engineering.calendars import DayInput, ShiftInput
from factory_erp.ui.engineering.words import (
    KINDS,
    DayKind,
    day_text,
    kind_of,
    month,
    shifts_of,
    spans_text,
    weekday,
)
from factory_erp.ui.kit import theme

ACROSS = 6
"""Months side by side."""

HEAD, GAP = 20, 10
"""Height of a month's name, and space between months, px."""

WEEKS = 6
"""Most weeks that a month takes part in."""

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}
_OPENS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class YearPicture(QWidget):
    """Arrow keys or a click choose a day, Shift a range; Enter or a double click ask to set it.

    ``day_chosen`` and ``day_opened`` carry the day; ``selected`` is the range.
    """

    day_chosen = Signal(object)
    day_opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._days: Mapping[date, DayInput] = {}
        self._shifts: Sequence[ShiftInput] = ()
        self.year = 2000
        self.current: date | None = None
        self.corner: date | None = None
        self.today: date | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(560, 250)

    def sizeHint(self) -> QSize:
        """Two rows of months."""
        return QSize(720, 300)

    def show_year(
        self, year: int, shifts: Sequence[ShiftInput], days: Sequence[DayInput], today: date
    ) -> None:
        """Draw *year* with the ordinary week and the days that differ."""
        self._days, self._shifts = {one.day: one for one in days}, shifts
        if year != self.year or self.current is None:
            self.current = today if today.year == year else date(year, 1, 1)
            self.corner = None
        self.year, self.today = year, today
        self._say()
        self.update()

    def selected(self) -> tuple[date, date] | None:
        """First and last day of the range that is chosen."""
        if self.current is None:
            return None
        first, last = sorted((self.current, self.corner or self.current))
        return first, last

    def choose(self, day: date, *, extend: bool = False) -> None:
        """Make *day* the chosen one, or the far end of the range; days of other years are not."""
        if day.year != self.year:
            return
        if extend:
            self.corner = day
        else:
            self.current, self.corner = day, None
        self._say()
        self.update()
        self.day_chosen.emit(day)

    def words(self, day: date) -> str:
        """What a day is: "2026-10-01 Thu: Day off · National Day"."""
        usual = shifts_of(self._shifts, day)
        known = self._days.get(day)
        said = day_text(known) if known else spans_text(usual) or _("Day off")
        reason = f" · {known.reason}" if known and known.reason else ""
        return f"{day.isoformat()} {weekday(day.weekday())}: {said}{reason}"

    def _say(self) -> None:
        self.setAccessibleName(_("Days of {year}", year=self.year))
        self.setAccessibleDescription(self.words(self.corner or self.current) if self.current else "")

    # where days are

    def _month_box(self, number: int) -> QRectF:
        width = (self.width() - GAP * (ACROSS - 1)) / ACROSS
        height = (self.height() - GAP) / 2
        row, column = divmod(number - 1, ACROSS)
        return QRectF(column * (width + GAP), row * (height + GAP), width, height)

    def day_box(self, day: date) -> QRectF:
        """Where *day* is drawn."""
        box = self._month_box(day.month)
        width, height = box.width() / 7, (box.height() - HEAD) / WEEKS
        week, place = divmod(date(day.year, day.month, 1).weekday() + day.day - 1, 7)
        return QRectF(box.left() + place * width, box.top() + HEAD + week * height, width, height)

    def day_at(self, point: QPointF) -> date | None:
        """The day under *point*."""
        for number in range(1, 13):
            if self._month_box(number).contains(point):
                return next((day for day in _month_days(self.year, number)
                             if self.day_box(day).contains(point)), None)  # fmt: skip
        return None

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names of the months, and their days."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme.current()
        for number in range(1, 13):
            box = self._month_box(number)
            painter.setFont(theme.scaled_font(12, bold=True))
            painter.setPen(QColor(look.text))
            head = QRectF(box.left() + 3, box.top(), box.width(), HEAD)
            painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, month(number))
            painter.setFont(theme.scaled_font(11))
            for day in _month_days(self.year, number):
                self._paint_day(painter, day, look)

    def _paint_day(self, painter: QPainter, day: date, look: theme.Theme) -> None:
        box = self.day_box(day).adjusted(1, 1, -1, -1)
        usual, known = shifts_of(self._shifts, day), self._days.get(day)
        ground, ink = (look.surface, look.text) if usual else (look.track, look.text_muted)
        if known is not None:
            ground, ink = look.pill(KINDS[kind_of(known, usual)][1])
        painter.fillRect(box, QColor(ground))
        if known is not None:
            _mark(painter, box, kind_of(known, usual), ink)
        painter.setPen(QColor(ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(day.day))
        chosen = self.selected()
        if chosen and chosen[0] <= day <= chosen[1]:
            painter.setPen(QPen(QColor(look.accent), 2 if self.hasFocus() else 1.3))
            painter.drawRect(box)
        elif day == self.today:
            painter.setPen(QPen(QColor(look.text), 1))
            painter.drawRect(box)

    # events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go on by a day or a week, PageUp and PageDown by a month; Enter opens."""
        start = self.corner or self.current
        key, shift = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if start is None:
            super().keyPressEvent(event)
        elif key in _STEPS:
            self.choose(start + timedelta(_STEPS[key]), extend=shift)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.choose(start + timedelta(28 if key == Qt.Key.Key_PageDown else -28), extend=shift)
        elif key in _OPENS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.day_opened.emit(start)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the day."""
        day = self.day_at(event.position())
        if day is not None and event.button() == Qt.MouseButton.LeftButton:
            self.choose(day, extend=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Dragging chooses a range."""
        day = self.day_at(event.position())
        if day is not None and day != (self.corner or self.current):
            self.choose(day, extend=True)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask to set the day."""
        if self.day_at(event.position()) is not None:
            self.day_opened.emit(self.current)

    def event(self, event: QEvent) -> bool:
        """The day under the pointer says what it is."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            day = self.day_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.words(day) if day else "", self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The chosen day is framed more strongly."""
        super().focusInEvent(event)
        self.update()


def _month_days(year: int, number: int) -> list[date]:
    return [date(year, number, day) for day in range(1, monthrange(year, number)[1] + 1)]


def _mark(painter: QPainter, box: QRectF, kind: DayKind, ink: str) -> None:
    """A shape beside the colour: a stroke through a day off, a bar under one with other hours."""
    painter.setPen(QPen(QColor(ink), 1.2))
    if kind is DayKind.CLOSED:
        painter.drawLine(box.bottomLeft() + QPointF(2, -2), box.topRight() + QPointF(-2, 2))
        return
    left = box.left() + (3 if kind is DayKind.EXTRA else box.width() / 2)
    painter.drawLine(QPointF(left, box.bottom() - 2), QPointF(box.right() - 3, box.bottom() - 2))
