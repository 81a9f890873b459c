"""The steps of the workbench, one under the other: where each stands, how many, and its key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from factory_erp.ui.kit import theme
from factory_erp.ui.kit.journey import RADIUS, JourneyStep, StepState, draw_disc
from factory_erp.ui.kit.theme import Theme

WIDTH, HEIGHT = 138, 56
"""Of one step, px."""

LEFT = 6 + 2 * RADIUS + 8
"""Where the words begin, px."""


@dataclass(frozen=True)
class Step(JourneyStep):
    """A step of the workbench: also how many there are, and whether it may be left out."""

    count: str = ""
    optional: bool = False


class StepButton(QAbstractButton):
    """One step: its disc, its name, how many, and the number on the keyboard."""

    def __init__(self, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._number = number
        self._step = Step("", StepState.TODO)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_step(self, step: Step) -> None:
        """Show another state of the step."""
        self._step = step
        self.setAccessibleName(step.sentence())
        self.setToolTip(f"{step.sentence()} (Alt+{self._number})")
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the name over the count."""
        return QSize(WIDTH, HEIGHT)

    def event(self, event: QEvent) -> bool:
        """Repaint when the pointer comes and goes."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave, QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground of the chosen step, the disc and the words."""
        look, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, look)
        state = self._step.state
        centre = QPointF(6 + RADIUS, HEIGHT / 2)
        draw_disc(painter, look, state, centre)
        room = self.width() - LEFT - 20
        counted = self._step.count
        name = QRectF(LEFT, 8 if counted else 0, room, 20 if counted else HEIGHT)
        strong = self.isChecked()
        colour = look.danger if state is StepState.PROBLEM else look.text
        _say(painter, name, self._step.caption, colour, 14, bold=strong)
        if counted:
            _say(painter, QRectF(LEFT, 29, room + 16, 18), counted, look.text_muted, 12)
        _say(painter, QRectF(self.width() - 18, 8 if counted else 0, 14, name.height()), str(self._number),
             look.text_muted, 12)  # fmt: skip

    def _paint_ground(self, painter: QPainter, look: Theme) -> None:
        box = QRectF(self.rect()).adjusted(0.5, 1.5, -0.5, -1.5)
        painter.setPen(QPen(QColor(look.accent), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setBrush(QColor(look.accent_soft))
        elif self.underMouse():
            painter.setBrush(QColor(look.surface_alt))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 6, 6)


class StepColumn(QWidget):
    """The steps from top to bottom; a click, or Enter on one, chooses it: ``chosen(index)``."""

    chosen = Signal(int)

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[Step, ...] = ()
        self._group = QButtonGroup(self)
        self.buttons = [StepButton(number, self) for number in range(1, count + 1)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for index, button in enumerate(self.buttons):
            self._group.addButton(button, index)
            column.addWidget(button)
        column.addStretch(1)
        self._group.idClicked.connect(self.chosen)
        self.setFixedWidth(WIDTH)

    def set_steps(self, steps: Sequence[Step]) -> None:
        """Show where the steps stand."""
        self._steps = tuple(steps)
        self.setAccessibleName("; ".join(step.sentence() for step in steps))
        for button, step in zip(self.buttons, steps, strict=True):
            button.set_step(step)

    def steps(self) -> tuple[Step, ...]:
        """The steps shown."""
        return self._steps

    def show_current(self, index: int) -> None:
        """The step whose form is shown."""
        self.buttons[index].setChecked(True)


def _say(painter: QPainter, box: QRectF, text: str, colour: str, pixels: int, *, bold: bool = False) -> None:
    font = theme.scaled_font(pixels, bold=bold)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
