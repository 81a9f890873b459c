"""A SQLite workspace with a million orders, written with plain SQL statements in about a minute."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from factory_erp.models.database import Database, sqlite_url
from factory_erp.models.search import SQLITE_DDL
from factory_erp.services.upkeep import schema

TRIGGERS = ("search_entry_added", "search_entry_removed", "search_entry_changed")
BUYERS = 5000
PIECE = 1_000_000
"""One piece, and one unit of currency, in the millionths that the columns hold."""
STAMP = {"version": 1, "created_at": "2024-01-01 00:00:00"}
CHUNK = 50_000
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
STATES = (
    ("shipped",) * 90
    + ("closed",) * 4
    + ("draft", "confirmed", "in_production", "in_production", "ready", "on_hold")
)
GOODS = ("不锈钢保温杯 500 ml", "LED 台灯 可调光", "儿童吸管杯 400 ml", "焖烧罐 750 ml", "车载咖啡杯 450 ml")


def build(folder: Path, orders: int, seed: int = 1) -> Database:
    """The database of a new workspace in *folder* with that many orders of one line each."""
    database = Database(sqlite_url(folder / "factory.db"))
    schema.upgrade(database)
    chance = random.Random(seed)
    with database.engine.execution_options(write=True).connect() as connection:
        connection.begin()
        raw = connection.connection.cursor()
        for trigger in TRIGGERS:  # one row at a time the index would take most of the build
            raw.execute(f"DROP TRIGGER {trigger}")
        _masters(raw)
        for first in range(1, orders + 1, CHUNK):
            last = min(first + CHUNK, orders + 1)
            _orders(raw, list(_random_orders(first, last, chance)))
        _index(raw)
        connection.commit()
    with database.engine.execution_options(write=True).connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    return database


def _index(raw: Any) -> None:
    raw.execute("INSERT INTO search_fts(search_fts) VALUES('rebuild')")
    for statement in SQLITE_DDL[1:]:
        raw.execute(statement)


def _masters(raw: Any) -> None:
    buyers = [(i, f"B{i:05d}", buyer(i)) for i in range(1, BUYERS + 1)]
    empty = dict.fromkeys(
        ("name_local", "payment_terms", "marks_template", "tax_id", "email", "phone"),
        "",
    )
    _insert(
        raw, "partner", "id code name", buyers, **empty, country="DE", language="en", currency="USD", **STAMP
    )
    items = [(i, f"SKU-{i}") for i in range(1, len(GOODS) + 1)]
    plain = {"kind": "finished", "procurement": "make", "unit": "H87", "step": PIECE, "origin": "CN"}
    nothing = {"hs_code": "", "options": "", "net_g": 0, "lead_days": 0, "standard_cost": 0}
    _insert(raw, "item", "id sku", items, **plain, **nothing, sellable=1, active=1, **STAMP)
    texts = {"language": "zh_CN", "declaration_name": "", "description": ""}
    _insert(raw, "item_text", "item_id name", list(enumerate(GOODS, 1)), **texts)


@dataclass(frozen=True, slots=True)
class _Order:
    id: int
    state: str
    buyer: int
    ordered: datetime
    ship_days: int
    total: int

    @property
    def number(self) -> str:
        return f"SO-{self.ordered.year}-{self.id:07d}"

    @property
    def external(self) -> str:
        return f"{2_000_000_000_000 + self.id * 13}"


def _random_orders(first: int, last: int, chance: random.Random) -> Iterator[_Order]:
    for number in range(first, last):
        yield _Order(
            number,
            chance.choice(STATES),
            chance.randrange(1, BUYERS + 1),
            BEGIN + timedelta(minutes=number),
            chance.randrange(10, 60),
            chance.randrange(100_000, 9_000_000),
        )


def buyer(number: int) -> str:
    """Name of a buyer; the names do not sort as the numbers do."""
    return f"Buyer {(number * 7919) % BUYERS:05d} 商贸有限公司"


def _orders(raw: Any, orders: list[_Order]) -> None:
    rows = [
        (
            o.id, o.number, o.state, o.buyer, o.external, o.ordered.replace(tzinfo=None).isoformat(" "),
            (o.ordered + timedelta(days=o.ship_days)).date().isoformat(), o.total,
        )
        for o in orders
    ]  # fmt: skip
    names = "id number state customer_id external_id ordered_at ship_by total_minor"
    empty = dict.fromkeys(
        ("customer_po", "port_of_discharge", "payment_terms", "ship_to", "marks", "remark"), ""
    )
    parts = ("product", "freight", "insurance", "discount", "adjustment")
    zero = {f"{part}_minor": 0 for part in parts}
    terms = {"currency": "USD", "incoterm": "FOB", "place": "Ningbo", "destination_country": "DE"}
    _insert(raw, "sales_order", names, rows, **empty, **zero, **terms, **STAMP)
    lines = [(o.id, o.id % len(GOODS) + 1, (o.id % 900 + 100) * PIECE, o.total) for o in orders]
    fixed = {"external_line_id": "", "customer_item": "", "shipped": 0, "unit": "H87", "unit_price": PIECE}
    names = "order_id item_id quantity amount_minor"
    _insert(raw, "sales_line", names, lines, **fixed, position=1, version=1)
    words = [(o.id, o.number, f"{o.number}\n{o.external}\n{buyer(o.buyer)}") for o in orders]
    _insert(raw, "search_entry", "record_id title text", words, kind="sales", subtitle="")


def _insert(raw: Any, table: str, names: str, rows: Sequence[tuple[object, ...]], **fixed: object) -> None:
    """Insert *rows* of the columns *names*; the columns of *fixed* are the same in all."""
    columns = [*names.split(), *fixed]
    places = ", ".join("?" * len(columns))
    same = tuple(fixed.values())
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
    raw.executemany(statement, [(*row, *same) for row in rows])
