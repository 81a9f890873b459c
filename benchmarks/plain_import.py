"""The least that bringing a catalogue in can cost: csv.DictReader and executemany, nothing checked."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from factory_erp.models.base import Base
from factory_erp.models.catalog import Item, ItemText
from factory_erp.models.database import Database
from factory_erp.models.engineering import Bill, BillLine
from factory_erp.models.search import SearchEntry

KINDS = {"Finished": "finished", "Semi-finished": "semi_finished", "Raw material": "raw"}


def items(database: Database, file: Path) -> None:
    """The file's items, their names in two languages, and their entries of the search index."""
    rows = list(_rows(file))
    with database.engine.execution_options(write=True).begin() as connection:
        _insert(connection, Item, [_item(at, row) for at, row in enumerate(rows, 1)])
        names = (("en", "English name"), ("zh_CN", "Chinese name"))
        texts = [
            {"item_id": at, "language": language, "name": row[header]}
            for at, row in enumerate(rows, 1)
            for language, header in names
        ]
        _insert(connection, ItemText, texts)
        _insert(connection, SearchEntry, [_entry(at, row) for at, row in enumerate(rows, 1)])


def _item(at: int, row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": at, "sku": row["SKU"], "kind": KINDS[row["Kind"]], "procurement": row["Procurement"].lower(),
        "unit": "H87", "hs_code": row["HS code"], "options": row["Options"],
        "net_g": int(row["Net weight (g)"]), "lead_days": int(row["Lead time (days)"]),
        "standard_cost": Decimal(row["Standard cost"]),
    }  # fmt: skip


def _entry(at: int, row: Mapping[str, str]) -> dict[str, Any]:
    words = [row[name] for name in ("SKU", "English name", "Chinese name", "Options", "HS code")]
    return {
        "kind": "catalog", "record_id": at, "title": row["SKU"], "subtitle": row["English name"],
        "text": "\n".join(word for word in words if word),
    }  # fmt: skip


def bills(database: Database, file: Path, ids: Mapping[str, int]) -> None:
    """The file's bills; *ids* are those of the items by SKU."""
    rows = list(_rows(file))
    parents = {sku: at for at, sku in enumerate(dict.fromkeys(row["SKU"] for row in rows), 1)}
    with database.engine.execution_options(write=True).begin() as connection:
        heads = [
            {"id": at, "item_id": ids[sku], "revision": "A", "valid_from": date(2026, 1, 1)}
            for sku, at in parents.items()
        ]
        _insert(connection, Bill, heads)
        lines = [
            {
                "bill_id": parents[row["SKU"]], "position": int(row["Position"]),
                "component_id": ids[row["Component"]], "quantity": Decimal(row["Quantity"]),
                "scrap_ppm": int(row["Scrap %"]) * 10_000,
            }
            for row in rows
        ]  # fmt: skip
        _insert(connection, BillLine, lines)


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        yield from csv.DictReader(opened)


def _insert(connection: Connection, model: type[Base], rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(model), rows)
