"""A Gantt of 20,000 bars: frames while scrolling, zooming and dragging a bar, with a preview of 200 others.

``python -m benchmarks.gantt --json [--bars N]``. Baselines in the same run: a QGraphicsScene with a
rectangle and a text per bar, the usual way to make one; and for dragging, painting the whole chart anew.
``cpu`` is the thread's own time, in which waiting for other programs does not count.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication, QGraphicsRectItem, QGraphicsScene

from benchmarks.measure import ask, milliseconds, show, spread, timed
from benchmarks.painting import frame
from factory_erp.i18n import set_language
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.gantt import GanttView
from factory_erp.ui.kit.gantt_drag import Ghost, PreviewKind
from factory_erp.ui.kit.gantt_model import Bar, GanttData, GanttIndex, Lane
from factory_erp.ui.kit.gantt_window import bar_rect

SIZE = (1440, 860)
LANES = 40
DAY = 1440
FRAMES = 80


def board(bars: int) -> GanttData:
    """*bars* operations on 40 machines that work two shifts, six days a week."""
    chance = random.Random(1)
    per_lane = bars // LANES
    days = per_lane // 6 + 10
    shifts = tuple((day * DAY + 480, day * DAY + 1230) for day in range(days) if day % 7 != 6)
    lanes = [Lane(i, f"冲床 P-{i:02d} 160T", f"P-{i:02d}", shifts) for i in range(LANES)]
    made: list[Bar] = []
    for lane in range(LANES):
        start = 480
        for number in range(per_lane):
            length = chance.randrange(40, 240)
            made.append(
                Bar(
                    id=len(made),
                    lane_index=lane,
                    start=start,
                    end=start + length,
                    setup_end=start + length // 6,
                    text=f"MO-2026-{number:05d}",
                    colour_index=number % 6,
                    late=number % 17 == 0,
                    done=number < 20,
                    started=number == 20,
                    tooltip="",
                    group=number,
                    changeover=chance.choice((0, 0, 15, 30)),
                    locked=number % 23 == 0,
                )
            )
            start += length + chance.randrange(30, 60)
    origin = datetime(2026, 11, 23, tzinfo=UTC)
    return GanttData(lanes, made, origin, 20 * DAY, ZoneInfo("Asia/Shanghai"))


def main() -> None:
    """Measure, print."""
    asked = ask(__doc__ or "", bars=20_000)
    app = QApplication([])
    set_language("zh_CN")
    theme.apply(app, theme.LIGHT)
    result: dict[str, object] = {"bars": asked.bars}
    data = board(asked.bars)
    view = GanttView()
    view.resize(*SIZE)
    with timed(result, "index"):
        index = GanttIndex(data)
        index.prepare()
    view.set_data(index)
    view.show()
    for preset in ("day", "week", "month"):
        view.show_preset(preset)
        frame(view)
        result[f"scroll_{preset}"] = spread([scrolled(view, 90) for _ in range(FRAMES)])
    view.fit_all()
    frame(view)
    result["zoom_from_all_to_hours"] = spread([zoomed(view) for _ in range(FRAMES)])
    result["drag"] = dragged(view)
    result["baseline"] = baseline(data)
    show(result, asked)
    app.processEvents()


def scrolled(view: GanttView, pixels: int) -> float:
    """Scroll sideways by *pixels* and paint, ms."""
    bar = view.horizontalScrollBar()

    def step() -> None:
        bar.setValue(bar.value() + pixels)
        frame(view)

    return milliseconds(step)


def zoomed(view: GanttView) -> float:
    """One notch of the wheel and a frame, ms."""

    def step() -> None:
        view.zoom(1.1)
        frame(view)

    return milliseconds(step)


Frames = dict[str, dict[str, float]]
"""Spreads of the wall and CPU times of frames, ms."""


def dragged(view: GanttView) -> dict[str, object]:
    """A bar follows the pointer over a week of the chart, without and with a preview of 200 other bars."""
    view.set_eligible(lambda _bar: range(0, LANES, 2))
    view.show_preset("week")
    view.go_to_now()
    frame(view)
    bar = next(bar for bar in view.index().lanes[4].bars if bar.start > view.seen().start + 1.5 * DAY)
    grip = bar_rect(bar, view.seen()).center()
    mouse(view, QEvent.Type.MouseButtonPress, grip)
    mouse(view, QEvent.Type.MouseMove, grip + QPoint(30, 0))
    path = [grip + QPoint(60 + 5 * step, step % 90) for step in range(FRAMES)]
    moves = [partial(follow, view, point) for point in path]
    plain = frames(moves)
    view.show_preview(ghosts(view, 200), "Two orders slip by 3 hours and one gets late.")
    haunted = frames(moves)
    anew = frames([partial(whole, view)] * (FRAMES // 2))
    mouse(view, QEvent.Type.MouseButtonRelease, grip)
    ratio = anew["cpu"]["median_ms"] / haunted["cpu"]["median_ms"]
    return {
        "plain": plain,
        "with_preview": haunted,
        "whole_chart_each_time": anew,
        "whole_chart_over_drag": round(ratio, 1),
    }


def ghosts(view: GanttView, count: int) -> list[Ghost]:
    """So many bars in sight, an hour later, in every kind."""
    data, seen, kinds = view.index().data, view.seen(), list(PreviewKind)
    bars = [bar for lane in view.index().lanes[:20:2] for bar in lane.visible(seen.start, seen.end)]
    return [
        Ghost(
            bar.id,
            bar.lane_index,
            data.moment(bar.start + 60),
            data.moment(bar.end + 60),
            kinds[bar.start % len(kinds)],
        )
        for bar in bars[:count]
    ]


def frames(drawn: Sequence[Callable[[], object]]) -> Frames:
    """Wall and CPU time of each frame."""
    wall, cpu = [], []
    for one in drawn:
        began = time.thread_time()
        wall.append(milliseconds(one))
        cpu.append((time.thread_time() - began) * 1000)
    return {"wall": spread(wall), "cpu": spread(cpu)}


def follow(view: GanttView, point: QPoint) -> None:
    """One move of the mouse and a frame."""
    mouse(view, QEvent.Type.MouseMove, point)
    frame(view)


def whole(view: GanttView) -> None:
    """The chart as it would be painted for every move if nothing were kept."""
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    view.render_frame(painter)
    painter.end()


def mouse(view: GanttView, kind: QEvent.Type, point: QPoint) -> None:
    """An event of the left button."""
    held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    event = QMouseEvent(kind, QPointF(point), QPointF(point), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view.viewport(), event)


def baseline(data: GanttData) -> dict[str, object]:
    """The same bars as items of a QGraphicsScene: a week seen, and everything."""
    result: dict[str, object] = {}
    scene = QGraphicsScene()
    first: QGraphicsRectItem | None = None
    with timed(result, "index"):
        for bar in data.bars:
            item = scene.addRect(
                QRectF(bar.start, bar.lane_index * 34, bar.end - bar.start, 26), brush=QColor("#cfe0fb")
            )
            first = first or item
            scene.addSimpleText(bar.text).setPos(bar.start, bar.lane_index * 34)
    for name, width in (("week", 7 * DAY), ("all", int(scene.width()))):
        samples = []
        for number in range(10):
            window = QRectF(number * DAY, 0, width, LANES * 34)
            samples.append(milliseconds(partial(_draw, scene, window)))
        result[f"scroll_{name}"] = spread(samples)
    assert first is not None
    week = QRectF(0, 0, 7 * DAY, LANES * 34)
    result["drag"] = frames([partial(_move, first, scene, week, 20 * step) for step in range(10)])
    return result


def _move(item: QGraphicsRectItem, scene: QGraphicsScene, window: QRectF, x: int) -> None:
    item.setPos(x, 34)
    _draw(scene, window)


def _draw(scene: QGraphicsScene, window: QRectF) -> None:
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    scene.render(painter, QRectF(0, 0, *SIZE), window)
    painter.end()


if __name__ == "__main__":
    main()
