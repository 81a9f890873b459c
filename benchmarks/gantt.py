"""A Gantt of 20,000 bars: frames while scrolling and zooming.

``python -m benchmarks.gantt --json [--bars N]``. Baseline in the same run: a QGraphicsScene with a
rectangle and a text per bar, the usual way to make one.
"""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QGraphicsScene

from benchmarks.measure import ask, milliseconds, show, spread, timed
from benchmarks.painting import frame
from factory_erp.i18n import set_language
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.gantt import GanttView
from factory_erp.ui.kit.gantt_model import Bar, GanttData, GanttIndex, Lane

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
    made = []
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
                )
            )
            start += length + chance.randrange(0, 60)
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
    result["baseline"] = baseline(data)
    show(result, asked)
    app.processEvents()


def scrolled(view: GanttView, pixels: int) -> float:
    """Scroll sideways by *pixels* and paint, ms."""
    bar = view.horizontalScrollBar()
    return milliseconds(lambda: (bar.setValue(bar.value() + pixels), frame(view)))


def zoomed(view: GanttView) -> float:
    """One notch of the wheel and a frame, ms."""
    return milliseconds(lambda: (view.zoom(1.1), frame(view)))


def baseline(data: GanttData) -> dict[str, object]:
    """The same bars as items of a QGraphicsScene: a week seen, and everything."""
    result: dict[str, object] = {}
    scene = QGraphicsScene()
    with timed(result, "index"):
        for bar in data.bars:
            scene.addRect(
                QRectF(bar.start, bar.lane_index * 34, bar.end - bar.start, 26), brush=QColor("#cfe0fb")
            )
            scene.addSimpleText(bar.text).setPos(bar.start, bar.lane_index * 34)
    for name, width in (("week", 7 * DAY), ("all", int(scene.width()))):
        samples = []
        for number in range(10):
            window = QRectF(number * DAY, 0, width, LANES * 34)
            samples.append(milliseconds(lambda window=window: _draw(scene, window)))
        result[f"scroll_{name}"] = spread(samples)
    return result


def _draw(scene: QGraphicsScene, window: QRectF) -> None:
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    scene.render(painter, QRectF(0, 0, *SIZE), window)
    painter.end()


if __name__ == "__main__":
    main()
