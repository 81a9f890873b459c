"""A catalogue of 50,000 items and 200,000 bill lines: files in and out, its lists, and what it all costs.

``python -m benchmarks.catalogue --json [--items N] [--lines N]``. Files go in as the command ``import``
takes them: every cell checked, in one transaction. Baseline in the same run: csv.DictReader and
executemany of SQLAlchemy Core, which put the same rows into the same tables without any check.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication
from sqlalchemy import func, select

from benchmarks import plain_import
from benchmarks.catalogue_files import Catalogue, write
from benchmarks.measure import ask, milliseconds, show, spread, timed
from benchmarks.order_list import FRAMES, SIZE, step, wait
from benchmarks.painting import frame
from factory_erp.i18n import set_language
from factory_erp.models import Base
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database, sqlite_url
from factory_erp.services.base import bind, bound
from factory_erp.services.engineering import costing
from factory_erp.services.exchange.exporting import export_file
from factory_erp.services.exchange.importing import ImportReport, import_sheet
from factory_erp.services.exchange.kind import ImportStoppedError
from factory_erp.services.upkeep import schema
from factory_erp.sheets.reading import read_file
from factory_erp.ui.catalog.list import ItemSource
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.kit.rows import RowSource
from factory_erp.ui.kit.table import RecordTable
from factory_erp.ui.products.list import ProductSource

TIMES = 5
"""Passes of a search."""


class Watch:
    """Counts what an import reports; with *stop* it asks to stop in the middle of writing."""

    def __init__(self, *, stop: bool = False) -> None:
        self.reports = 0
        self.cancelled = False
        self._stop = stop
        self._reading = ""

    def report(self, done: int, total: int, text: str = "") -> None:
        """Count; the rows are read before any is written."""
        self.reports += 1
        self._reading = self._reading or text
        if self._stop and text != self._reading and done * 2 >= total:
            self.cancelled = True


def main() -> None:
    """Write the files, measure, print."""
    asked = ask(__doc__ or "", items=50_000, lines=200_000)
    app = QApplication([])
    set_language("en")
    theme.apply(app, theme.LIGHT)
    catalogue = Catalogue.of(asked.items, asked.lines)
    result: dict[str, object] = {"items": catalogue.items, "bill_lines": catalogue.lines}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with timed(result, "files"):
            files = write(catalogue, folder)
        result |= imports(catalogue, files, folder)
        database = made(folder / "csv.db")
        bind(database)
        result["export"] = exports(catalogue, folder)
        result["roll_up"] = roll_up(catalogue)
        set_language("zh_CN")
        jobs = Jobs()
        try:
            result["item_list"] = listed(app, jobs, ItemSource(), catalogue.items, ITEM_SORTS, ITEM_WORDS)
            result["product_list"] = listed(
                app, jobs, ProductSource(), catalogue.products, PRODUCT_SORTS, PRODUCT_WORDS
            )
        finally:
            jobs.shutdown()
            database.close()
    show(result, asked)


ITEM_SORTS, ITEM_WORDS = ("name", "kind", "on_hand"), ("F-012345", "保温杯 12", "Ocean", "P-", "9617")
PRODUCT_SORTS, PRODUCT_WORDS = ("name", "category"), ("FAM-01234", "保温杯", "Desk lamp")


def made(file: Path) -> Database:
    """The database in *file*, its tables made where they are not."""
    database = Database(sqlite_url(file))
    schema.upgrade(database)
    return database


def imports(catalogue: Catalogue, files: Mapping[str, Path], folder: Path) -> dict[str, object]:
    """Everything into one database, the workbook and the baseline into others; with their ratios."""
    result: dict[str, object] = {}
    with bound(made(folder / "csv.db")) as database:
        taken("products", files["products"], catalogue.products)
        result["items_stopped"] = stopped(database, "items", files["items"])
        result["items_csv"] = taken("items", files["items"], catalogue.items)
        result["items_again"] = taken("items", files["items"], catalogue.items, new=False)
        result["bills_stopped"] = stopped(database, "bills", files["bills"])
        result["bills_csv"] = taken("bills", files["bills"], catalogue.lines)
        result["bills_again"] = taken("bills", files["bills"], catalogue.lines, new=False)
        result["stock_csv"] = taken("stock", files["stock"], catalogue.items)
        database.close()
    with bound(made(folder / "xlsx.db")) as database:
        taken("products", files["products"], catalogue.products)
        result["items_xlsx"] = taken("items", files["items.xlsx"], catalogue.items)
        database.close()
    result["baseline"] = baseline(files, folder, result)
    return result


def taken(kind: str, file: Path, rows: int, *, new: bool = True) -> dict[str, object]:
    """Import *file* as the command does; ms, rows a second, reports of progress."""
    result: dict[str, object] = {}
    watch = Watch()
    with timed(result, "read"):
        sheet = read_file(file, watch=watch)
    reports: list[ImportReport] = []
    with timed(result, "import"):
        reports.append(import_sheet(kind, sheet, progress=watch, folder=file.parent).value)
    (report,) = reports
    wanted = (rows, 0, 0) if new else (0, 0, rows)
    assert (report.created, report.updated, report.unchanged) == wanted, report.rejected[:3]
    whole = sum(float(str(result[name])) for name in ("read_ms", "import_ms"))
    return {
        **result,
        "total_ms": round(whole, 1),
        "rows_per_second": round(rows / whole * 1000),
        "progress_reports": watch.reports,
    }


def stopped(database: Database, kind: str, file: Path) -> dict[str, object]:
    """Stop the import of *file* in the middle of writing; afterwards every table is as it was."""
    before = row_counts(database)
    sheet, watch = read_file(file), Watch(stop=True)
    result: dict[str, object] = {}
    with timed(result, "until_stopped"):
        try:
            import_sheet(kind, sheet, progress=watch)
        except ImportStoppedError:
            pass
        else:
            raise AssertionError("the import went on")
    assert row_counts(database) == before
    return {**result, "rows_left": 0}


def row_counts(database: Database) -> dict[str, int]:
    """Rows of every table."""
    with database.session() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def baseline(files: Mapping[str, Path], folder: Path, ours: Mapping[str, object]) -> dict[str, object]:
    """The same rows by plain statements, and how many times as long ours take."""
    result: dict[str, object] = {}
    database = made(folder / "plain.db")
    with timed(result, "items"):
        plain_import.items(database, files["items"])
    with database.session() as session:
        ids = dict(session.execute(select(Item.sku, Item.id)).all())
    with timed(result, "bills"):
        plain_import.bills(database, files["bills"], ids)
    database.close()
    for kind in ("items", "bills"):
        held = ours[f"{kind}_csv"]
        assert isinstance(held, dict)
        result[f"{kind}_ours_times"] = round(held["total_ms"] / float(str(result[f"{kind}_ms"])), 2)
    return result


def exports(catalogue: Catalogue, folder: Path) -> dict[str, object]:
    """Every item and every bill line into files."""
    result: dict[str, object] = {}
    for name, rows in (
        ("items.csv", catalogue.items), ("items.xlsx", catalogue.items), ("bills.csv", catalogue.lines),
    ):  # fmt: skip
        kind, _dot, suffix = name.partition(".")
        with timed(result, f"{kind}_{suffix}"):
            assert export_file(kind, folder / f"out-{name}") == rows
    return result


def roll_up(catalogue: Catalogue) -> dict[str, object]:
    """The cost of every item from its bills."""
    result: dict[str, object] = {}
    with timed(result, "everything"):
        costs = costing.roll_up_everything()
    assert len(costs) == catalogue.finished + catalogue.semi
    return {**result, "items": len(costs)}


def listed(
    app: QApplication, jobs: Jobs, source: RowSource, rows: int, sorts: Sequence[str], words: Sequence[str]
) -> dict[str, object]:
    """Open the list in a window, scroll and jump, sort, search."""
    result: dict[str, object] = {"rows": rows}
    with timed(result, "open"):
        table = RecordTable(source, jobs)
        table.resize(*SIZE)
        table.show()
        table.set_view("all")
        wait(app, jobs)
        frame(table)
    assert table.count() == rows
    bar = table.view.verticalScrollBar()
    result["scroll_frame"] = spread([step(table, bar.value() + 40) for _ in range(FRAMES)])
    chance = random.Random(1)
    result["jump"] = spread([step(table, chance.randrange(bar.maximum())) for _ in range(FRAMES)])
    for key in sorts:
        with timed(result, f"sort_{key}"):
            table.set_sort(key, descending=True)
            wait(app, jobs)
            frame(table)
    for word in words:
        find = searching(source, word)
        result[f"search_{word}"] = {"hits": len(find()), **spread([milliseconds(find) for _ in range(TIMES)])}
    table.deleteLater()
    return result


def searching(source: RowSource, word: str) -> Callable[[], Sequence[int]]:
    """A search as the list does it."""
    return lambda: source.ids(view="all", search=word, sort="", descending=False)


if __name__ == "__main__":
    main()
