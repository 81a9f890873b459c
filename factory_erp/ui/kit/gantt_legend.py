"""The legend of the Gantt chart: the colours that are in view, and the marks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from factory_erp.i18n import N_, _
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.gantt_chart import GanttChart
from factory_erp.ui.kit.gantt_data import Bar, SpanKind
from factory_erp.ui.kit.gantt_ground import closed_colour, frozen_colour, paint_span
from factory_erp.ui.kit.gantt_inks import Colouring, ink_of, mixed
from factory_erp.ui.kit.gantt_model import GanttIndex
from factory_erp.ui.kit.gantt_paint import lock_rects
from factory_erp.ui.kit.gantt_text import LEFT, Texts
from factory_erp.ui.kit.gantt_window import Window
from factory_erp.ui.kit.theme import Theme

SWATCH = 22
ROW = 22
GAP = 18
"""Pixels of a swatch, of a row, and between two entries."""
PAUSE = 150
"""Milliseconds of rest after which the legend follows the chart."""

Draw = Callable[[QPainter, QRect, Theme], None]


@dataclass(frozen=True)
class Entry:
    """One line of the legend: how it is drawn, and what it means."""

    draw: Draw
    text: str


def colour_entries(index: GanttIndex, window: Window, colouring: Colouring) -> list[Entry]:
    """The keys of the bars in sight, by their labels."""
    seen = {
        key
        for lane in window.lanes(len(index.lanes))
        for bar in index.lanes[lane].visible(window.start, window.end)
        if not bar.done and (key := colouring.keys.get(bar.id)) is not None
    }
    ordered = sorted(seen, key=lambda key: key.label)
    return [Entry(_swatch(colouring.indices[key]), key.label) for key in ordered]


def mark_entries(index: GanttIndex, window: Window) -> list[Entry]:
    """The marks that occur in sight."""
    lanes = window.lanes(len(index.lanes))
    bars = [bar for lane in lanes for bar in index.lanes[lane].visible(window.start, window.end)]
    found = [Entry(draw, _(text)) for holds, draw, text in _MARKS if any(holds(bar) for bar in bars)]
    kinds = {
        span.kind
        for lane in lanes
        for span in index.data.lanes[lane].spans
        if span.start < window.end and span.end > window.start
    }
    found += [Entry(_span(kind), _(text)) for kind, text in _SPANS.items() if kind in kinds]
    if any(index.data.lanes[lane].open_intervals for lane in lanes):
        found.append(Entry(_closed, _("Closed")))
    frozen = index.data.frozen_until
    if frozen is not None and frozen > window.start:
        found.append(Entry(_frozen, _("Frozen")))
    return found


def paint_entries(painter: QPainter, entries: list[Entry], width: int, texts: Texts, look: Theme) -> int:
    """Draw *entries* from left to right, in as many rows as *width* px need; returns the height, px."""
    left, top = 0, 0
    for entry in entries:
        need = SWATCH + 6 + texts.width(entry.text)
        if left and left + need > width:
            left, top = 0, top + ROW
        entry.draw(painter, QRect(left, top + 4, SWATCH, ROW - 8), look)
        painter.setPen(QColor(look.text_muted))
        words = QRect(left + SWATCH + 6, top, width - left - SWATCH - 6, ROW)
        painter.drawText(words, LEFT, texts.cut(entry.text, words.width()))
        left += need + GAP
    return top + ROW if entries else 0


class GanttLegend(QWidget):
    """Stands beside a *chart* and lists what is seen there; grows with what it has to say."""

    def __init__(self, chart: GanttChart, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart = chart
        self._texts = Texts()
        self._texts.set_font(self.font())
        self._entries: list[Entry] = []
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self.refresh)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        chart.view_changed.connect(self._timer.start)
        self._name()

    def entries(self) -> list[str]:
        """The words of the legend, colours first."""
        return [entry.text for entry in self._entries]

    def refresh(self) -> None:
        """List what is in view now."""
        index, window = self._chart.shown(), self._chart.seen()
        self._entries = colour_entries(index, window, self._chart.colouring()) + mark_entries(index, window)
        self.setAccessibleDescription(", ".join(self.entries()))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """More rows where there is less width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Pixels that the entries need."""
        rows, left = 1, 0
        for entry in self._entries:
            need = SWATCH + 6 + self._texts.width(entry.text)
            if left and left + need > width:
                rows, left = rows + 1, 0
            left += need + GAP
        return rows * ROW

    def sizeHint(self) -> QSize:
        """As many rows as the present width needs."""
        return QSize(400, self.heightForWidth(max(1, self.width())))

    def minimumSizeHint(self) -> QSize:
        """A row at least."""
        return QSize(80, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the entries."""
        painter = QPainter(self)
        painter.setFont(self._texts.font)
        paint_entries(painter, self._entries, self.width(), self._texts, theme.current())
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Another font or language: other words, other widths."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._texts.set_font(self.font())
        if event.type() == QEvent.Type.LanguageChange:
            self._name()
            self.refresh()

    def _name(self) -> None:
        self.setAccessibleName(_("Legend"))


def _swatch(colour: int) -> Draw:
    def draw(painter: QPainter, rect: QRect, look: Theme) -> None:
        ink = ink_of(colour, look)
        painter.fillRect(rect, ink.ground)
        painter.fillRect(rect.x(), rect.y(), 4, rect.height(), ink.strong)

    return draw


def _span(kind: SpanKind) -> Draw:
    def draw(painter: QPainter, rect: QRect, look: Theme) -> None:
        paint_span(painter, rect, kind, look)

    return draw


def _box(painter: QPainter, rect: QRect, look: Theme, line: str, style: Qt.PenStyle) -> None:
    painter.setPen(QPen(QColor(line), 1.5, style))
    painter.setBrush(QColor(look.surface))
    painter.drawRect(rect.adjusted(1, 1, -1, -1))


def _late(painter: QPainter, rect: QRect, look: Theme) -> None:
    _box(painter, rect, look, look.danger, Qt.PenStyle.SolidLine)
    for row in range(6):  # the corner that a late bar has
        painter.fillRect(rect.right() - 6 + row, rect.y() + 1 + row, 6 - row, 1, QColor(look.danger))


def _started(painter: QPainter, rect: QRect, look: Theme) -> None:
    painter.fillRect(rect, mixed(look.surface, look.text_muted, 0.18))
    painter.fillRect(rect.x(), rect.bottom() - 3, rect.width(), 4, QColor(look.text_muted))


def _locked(painter: QPainter, rect: QRect, look: Theme) -> None:
    painter.fillRect(rect, mixed(look.surface, look.text_muted, 0.18))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.text))
    painter.drawRects(lock_rects(rect.adjusted(0, 0, -3, 0)))


def _held(painter: QPainter, rect: QRect, look: Theme) -> None:
    _box(painter, rect, look, look.text_muted, Qt.PenStyle.DashLine)


def _changeover(painter: QPainter, rect: QRect, look: Theme) -> None:
    painter.fillRect(rect, mixed(look.surface, look.text_muted, 0.18))
    brush = QBrush(mixed(look.surface, look.text_muted, 0.85), Qt.BrushStyle.BDiagPattern)
    painter.fillRect(rect, brush)


def _setup(painter: QPainter, rect: QRect, look: Theme) -> None:
    ink = ink_of(0, look)
    painter.fillRect(rect, ink.ground)
    painter.fillRect(rect.x(), rect.y(), rect.width() // 2, rect.height(), ink.setup)


def _closed(painter: QPainter, rect: QRect, look: Theme) -> None:
    painter.fillRect(rect, closed_colour(look))


def _frozen(painter: QPainter, rect: QRect, look: Theme) -> None:
    painter.fillRect(rect, frozen_colour(look))
    painter.fillRect(rect.right() - 1, rect.y(), 2, rect.height(), QColor(look.accent))


_MARKS: tuple[tuple[Callable[[Bar], bool], Draw, str], ...] = (
    (lambda bar: bar.late, _late, N_("Late")),
    (lambda bar: bar.started and not bar.done, _started, N_("Under way")),
    (lambda bar: bar.locked, _locked, N_("Locked")),
    (lambda bar: bar.hold, _held, N_("Held for a promise")),
    (lambda bar: bar.changeover > 0, _changeover, N_("Changeover")),
    (lambda bar: bar.setup_end > bar.start, _setup, N_("Set-up")),
)

_SPANS = {
    SpanKind.OVERTIME: N_("Overtime"),
    SpanKind.MAINTENANCE: N_("Maintenance"),
    SpanKind.BREAKDOWN: N_("Breakdown"),
}
