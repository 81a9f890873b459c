"""A list of 1,000,000 orders: opening, scrolling, jumping, sorting, searching.

``python -m benchmarks.order_list --json [--orders N]``. Baselines in the same run: Qt's own
QSqlQueryModel-like way (every row fetched into a QStandardItemModel and sorted by a
QSortFilterProxyModel) at a tenth of the rows, since it does not bear more.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSortFilterProxyModel, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication

from benchmarks.big_workspace import build
from benchmarks.measure import ask, milliseconds, show, spread, timed
from benchmarks.painting import frame
from factory_erp.i18n import set_language
from factory_erp.services.base import bind
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.kit.table import RecordTable
from factory_erp.ui.sales.source import OrderSource

SIZE = (1040, 700)
FRAMES = 120


def wait(app: QApplication, jobs: Jobs) -> None:
    """Until every job has delivered."""
    while True:
        app.processEvents()
        if not jobs.running():
            app.processEvents()
            return
        time.sleep(0.001)


def main() -> None:
    """Build, measure, print."""
    asked = ask(__doc__ or "", orders=1_000_000)
    app = QApplication([])
    set_language("zh_CN")
    theme.apply(app, theme.LIGHT)
    result: dict[str, object] = {"orders": asked.orders}
    with tempfile.TemporaryDirectory() as folder:
        with timed(result, "build"):
            database = build(Path(folder), asked.orders)
        bind(database)
        jobs = Jobs()
        try:
            measure(app, jobs, asked.orders, result)
        finally:
            jobs.shutdown()
            database.close()
    result["baseline"] = baseline(asked.orders // 10)
    show(result, asked)


def measure(app: QApplication, jobs: Jobs, orders: int, result: dict[str, object]) -> None:
    """Fill *result* with the figures of our table."""
    with timed(result, "open"):
        table = RecordTable(OrderSource(), jobs)
        table.resize(*SIZE)
        table.show()
        table.set_view("all")
        wait(app, jobs)
        frame(table)
    assert table.count() == orders
    bar = table.view.verticalScrollBar()
    result["scroll_frame"] = spread([step(table, bar.value() + 40) for _ in range(FRAMES)])
    chance = random.Random(1)
    result["jump"] = spread([step(table, chance.randrange(bar.maximum())) for _ in range(FRAMES)])
    for key in ("ordered", "total", "customer"):
        with timed(result, f"sort_{key}"):
            table.set_sort(key, descending=True)
            wait(app, jobs)
            frame(table)
    source = OrderSource()
    for words in ("SO-2025-0600001", "0123", "2000001", "商贸有"):
        samples = [
            milliseconds(
                lambda words=words: source.ids(view="all", search=words, sort="ordered", descending=True)
            )
            for _ in range(3)
        ]
        result[f"search_{words}"] = {
            "hits": len(source.ids(view="all", search=words, sort="ordered", descending=True)),
            **spread(samples),
        }
    table.deleteLater()


def step(table: RecordTable, value: int) -> float:
    """Scroll to *value* and paint, ms."""
    return milliseconds(lambda: (table.view.verticalScrollBar().setValue(value), frame(table)))


def baseline(rows: int) -> dict[str, object]:
    """Everything in memory and sorted by a proxy, as most programs do it."""
    result: dict[str, object] = {"rows": rows}
    model = QStandardItemModel(0, 3)
    with timed(result, "open"):
        for number in range(rows):
            model.appendRow(
                [
                    QStandardItem(f"SO-{number:07d}"),
                    QStandardItem(f"Buyer {number % 5000}"),
                    QStandardItem(str(number * 7919 % 9_000_000)),
                ]
            )
    proxy = QSortFilterProxyModel()
    proxy.setSourceModel(model)
    with timed(result, "sort"):
        proxy.sort(2, Qt.SortOrder.DescendingOrder)
    with timed(result, "search"):
        proxy.setFilterFixedString("SO-0060001")
    return result


if __name__ == "__main__":
    main()
