"""The journey of an order, drawn as a line of steps: where it stands, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from factory_erp.i18n import _
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.theme import Theme, Tone

RADIUS = 11
"""Of a step's disc, px."""


class StepState(StrEnum):
    """How far a step of the journey is."""

    DONE = "done"
    CURRENT = "current"
    TODO = "todo"
    PROBLEM = "problem"

    def text(self) -> str:
        """The state in a word, so that colour is never alone."""
        return {
            StepState.DONE: _("done"),
            StepState.CURRENT: _("under way"),
            StepState.TODO: _("to do"),
            StepState.PROBLEM: _("held up"),
        }[self]


@dataclass(frozen=True)
class JourneyStep:
    """One step: its caption, its state, and the reason for the state (shown as a tooltip)."""

    caption: str
    state: StepState
    reason: str = ""

    def sentence(self) -> str:
        """The step as a screen reader says it."""
        said = f"{self.caption}: {self.state.text()}"
        return f"{said} – {self.reason}" if self.reason else said


class JourneyLine(QWidget):
    """Steps from left to right.  A click, or arrow keys and Enter, chooses one: ``chosen(index)``."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[JourneyStep, ...] = ()
        self._cursor = 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_steps(self, steps: Sequence[JourneyStep]) -> None:
        """Show *steps*; the accessible name says all of them."""
        self._steps = tuple(steps)
        self._cursor = min(self._cursor, max(0, len(self._steps) - 1))
        self.setAccessibleName("; ".join(step.sentence() for step in self._steps))
        self.updateGeometry()
        self.update()

    def steps(self) -> tuple[JourneyStep, ...]:
        """The steps shown."""
        return self._steps

    def sizeHint(self) -> QSize:
        """Room for each caption beside its neighbours."""
        return QSize(max(1, len(self._steps)) * 92, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Room for the discs and one line of captions."""
        return QSize(max(1, len(self._steps)) * 44, 2 * RADIUS + 12 + self.fontMetrics().height())

    def step_at(self, x: float) -> int:
        """Index of the step drawn at *x* px, or -1."""
        if not self._steps or not 0 <= x < self.width():
            return -1
        return int(x * len(self._steps) / self.width())

    def event(self, event: QEvent) -> bool:
        """Tooltips are the step's own."""
        if isinstance(event, QHelpEvent):
            index = self.step_at(event.pos().x())
            QToolTip.showText(event.globalPos(), self._steps[index].sentence() if index >= 0 else "", self)
            return True
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the step under the pointer."""
        index = self.step_at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._cursor = index
            self.chosen.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right walk along the steps, Enter and space choose."""
        moves = {int(Qt.Key.Key_Left): -1, int(Qt.Key.Key_Right): 1}
        if event.key() in moves and self._steps:
            self._cursor = max(0, min(len(self._steps) - 1, self._cursor + moves[event.key()]))
            self.setAccessibleDescription(self._steps[self._cursor].sentence())
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._steps:
            self.chosen.emit(self._cursor)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines, then the discs upon them, then the captions."""
        if not self._steps:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme.current()
        centres = [self._centre(index) for index in range(len(self._steps))]
        for index in range(1, len(centres)):
            reached = self._steps[index].state is not StepState.TODO
            painter.setPen(QPen(QColor(look.accent if reached else look.track), 2))
            gap = QPointF(RADIUS + 3, 0)
            painter.drawLine(centres[index - 1] + gap, centres[index] - gap)
        for index, (step, centre) in enumerate(zip(self._steps, centres, strict=True)):
            draw_disc(painter, look, step.state, centre)
            self._draw_caption(painter, look, index)
            if self.hasFocus() and index == self._cursor:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(look.text), 1, Qt.PenStyle.DotLine))
                painter.drawEllipse(centre, RADIUS + 3, RADIUS + 3)

    def _centre(self, index: int) -> QPointF:
        cell = self.width() / len(self._steps)
        return QPointF((index + 0.5) * cell, RADIUS + 4)

    def _draw_caption(self, painter: QPainter, look: Theme, index: int) -> None:
        step = self._steps[index]
        cell = self.width() / len(self._steps)
        font = theme.scaled_font(13, bold=step.state is StepState.CURRENT)
        box = QRectF(index * cell, 2 * RADIUS + 8, cell, self.height() - 2 * RADIUS - 8)
        colours = {StepState.TODO: look.text_muted, StepState.PROBLEM: look.danger}
        painter.setFont(font)
        painter.setPen(QColor(colours.get(step.state, look.text)))
        text = QFontMetrics(font).elidedText(step.caption, Qt.TextElideMode.ElideRight, int(cell) - 6)
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)


def draw_disc(painter: QPainter, look: Theme, state: StepState, centre: QPointF) -> None:
    """A filled tick, a ring with a dot, an empty ring or an exclamation mark: shapes, not only colours."""
    if state is StepState.DONE:
        _fill_disc(painter, look.accent, centre)
        _stroke(painter, look.on_accent, centre, [(-4.5, 0.3), (-1.3, 3.6), (4.8, -3.4)])
    elif state is StepState.PROBLEM:
        background, ink = look.pill(Tone.DANGER)
        _fill_disc(painter, ink, centre)
        _stroke(painter, background, centre, [(0, -5), (0, 1)])
        _stroke(painter, background, centre, [(0, 4.6), (0, 4.7)])
    else:
        ahead = state is StepState.TODO
        painter.setBrush(QColor(look.surface if ahead else look.accent_soft))
        painter.setPen(QPen(QColor(look.border if ahead else look.accent), 2))
        painter.drawEllipse(centre, RADIUS - 1, RADIUS - 1)
        if not ahead:
            _fill_disc(painter, look.accent, centre, 4)


def _fill_disc(painter: QPainter, colour: str, centre: QPointF, radius: float = RADIUS) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(centre, radius, radius)


def _stroke(painter: QPainter, colour: str, centre: QPointF, points: list[tuple[float, float]]) -> None:
    path = QPainterPath(centre + QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(centre + QPointF(*point))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(
        QPen(QColor(colour), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.drawPath(path)
