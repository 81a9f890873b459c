"""How long a lot takes: a line of words, and a bar with a stretch for each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolTip, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _, ngettext
from factory_erp.services.material.explosion import run_minutes
from factory_erp.ui.catalog.routing_steps import figure, whole
from factory_erp.ui.kit import figures, theme
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.edits import DecimalEdit
from factory_erp.ui.production.words import either, minutes

LOT = Decimal(100)
"""Pieces that the time is worked out for until another lot is entered."""

HEIGHT = 18
"""Of the bar, px."""

LEAST = 3
"""Width of the shortest stretch, px."""


@dataclass(frozen=True, slots=True)
class StepTime:
    """What a step takes for a lot, in minutes; work that is given away takes *days* instead."""

    title: str
    setup: int
    run: int
    wait: int
    days: int

    @property
    def words(self) -> str:
        """For the tooltip: "20 Drying: set-up 15 min, run 2 h, then waits 30 min"."""
        if self.days:
            return f"{self.title}: " + ngettext("{count} day away", "{count} days away", self.days)
        said = _("set-up {setup}, run {run}", setup=minutes(self.setup), run=minutes(self.run))
        wait = _("then waits {time}", time=minutes(self.wait)) if self.wait else ""
        return f"{self.title}: " + ", ".join(part for part in (said, wait) if part)


def step_times(rows: Sequence[Mapping[str, object]], lot: Decimal) -> list[StepTime]:
    """What the steps in the grid's *rows* take for a lot, as plans count it."""
    return [_time(row, lot) for row in rows]


def _time(row: Mapping[str, object], lot: Decimal) -> StepTime:
    title = f"{whole(row['sequence'])} {either(str(row['name_en'] or ''), str(row['name_zh'] or ''))}".strip()
    days = whole(row["subcontract_days"])
    wait = whole(row["queue_minutes"]) + whole(row["move_minutes"])
    if days:
        return StepTime(title, 0, 0, wait, days)
    run = run_minutes(figure(row["run_seconds"]), lot, figure(row["batch_size"]))
    return StepTime(title, whole(row["setup_minutes"]), run, wait, 0)


def lot_words(times: Sequence[StepTime], lot: Decimal, unit: str) -> str:
    """ "100 PCS: 3 h 20 min, of which set-up 45 min · waits 30 min · 3 days away"."""
    setup, wait = sum(one.setup for one in times), sum(one.wait for one in times[:-1])
    work, days = setup + sum(one.run for one in times), sum(one.days for one in times)
    said = _(
        "{lot}: {work}, of which set-up {setup}",
        lot=figures.quantity(lot, unit), work=minutes(work), setup=minutes(setup),
    )  # fmt: skip
    more = [
        _("waits {time}", time=minutes(wait)) if wait else "",
        ngettext("{count} day away", "{count} days away", days) if days else "",
    ]
    return " · ".join(part for part in (said, *more) if part)


class TimeBar(QWidget):
    """Set-up hatched, run in full, waiting in grey, one step after the other; a tooltip says each."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times: Sequence[StepTime] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_times(self, times: Sequence[StepTime], words: str) -> None:
        """Draw *times*; *words* are what a screen reader hears."""
        self._times = times
        self.setAccessibleName(words)
        self.update()

    def sizeHint(self) -> QSize:
        """A line."""
        return QSize(200, HEIGHT)

    def stretches(self) -> list[tuple[QRectF, StepTime, str]]:
        """(rectangle, step, "setup" | "run" | "wait" | "away") from left to right."""
        parts = [
            (one, kind, amount)
            for one in self._times
            for kind, amount in (
                ("setup", one.setup), ("run", one.run), ("away", one.days * 480), ("wait", one.wait),
            )
            if amount
        ]  # fmt: skip
        total = sum(amount for _one, _kind, amount in parts)
        room = self.width() - LEAST * len(parts)
        found, left = [], 0.0
        for one, kind, amount in parts:
            width = LEAST + max(room, 0) * amount / total
            found.append((QRectF(left, 0, width, HEIGHT), one, kind))
            left += width
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the stretches, a gap between steps."""
        look = theme.current()
        painter = QPainter(self)
        painter.fillRect(QRectF(0, 0, self.width(), HEIGHT), QColor(look.track))
        colours = {"setup": look.warning, "run": look.accent, "away": look.pill(theme.Tone.TEAL)[1]}
        last: StepTime | None = None
        for place, one, kind in self.stretches():
            if kind != "wait":
                painter.fillRect(place, QColor(colours[kind]))
            if kind == "setup":
                painter.fillRect(place, QBrush(QColor(look.surface), Qt.BrushStyle.BDiagPattern))
            if last is not None and one is not last:
                painter.fillRect(QRectF(place.left(), 0, 1.5, HEIGHT), QColor(look.surface))
            last = one

    def event(self, event: QEvent) -> bool:
        """The step under the pointer says how long it takes."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = QPointF(event.pos())
            said = next((one.words for place, one, _kind in self.stretches() if place.contains(at)), "")
            QToolTip.showText(event.globalPos(), said, self)
            return True
        return super().event(event)


class LotTime(QWidget):
    """A lot size to enter, and at once how long the steps take for it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[Mapping[str, object]] = ()
        self._unit = ""
        self.lot = DecimalEdit()
        self.lot.setAccessibleName(_("Lot size"))
        self.lot.setFixedWidth(90)
        self.lot.show_value(LOT)
        self.lot.edited.connect(self._show)
        self.words, self.bar = label(), TimeBar()
        caption = label(_("Time for a lot of"), muted=True)
        caption.setBuddy(self.lot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        for part in (caption, self.lot, self.words):
            row.addWidget(part)
        row.addWidget(self.bar, 1)

    def show_rows(self, rows: Sequence[Mapping[str, object]], unit: str) -> None:
        """The steps as they stand in the grid, and the item's unit (Rec 20)."""
        self._rows, self._unit = rows, unit
        self._show()

    def _show(self) -> None:
        try:
            lot = self.lot.value()
        except DomainError:
            lot = None
        if not self._rows or not isinstance(lot, Decimal) or lot <= 0:
            self.words.setText("")
            self.bar.show_times((), "")
            return
        times = step_times(self._rows, lot)
        words = lot_words(times, lot, self._unit)
        self.words.setText(words)
        self.bar.show_times(times, words)
