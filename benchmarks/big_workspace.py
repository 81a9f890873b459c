"""A SQLite workspace with a million orders, written with plain SQL statements in about a minute."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from factory_erp.models.database import Database, sqlite_url
from factory_erp.models.search import SQLITE_DDL
from factory_erp.services import schema

TRIGGERS = ("search_entry_added", "search_entry_removed", "search_entry_changed")
BUYERS = 5000
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
            _orders(raw, list(_rows(first, last, chance)))
        _index(raw)
        connection.commit()
    with database.engine.execution_options(write=True).connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    return database


def _index(raw) -> None:  # type: ignore[no-untyped-def]
    raw.execute("INSERT INTO search_fts(search_fts) VALUES('rebuild')")
    for statement in SQLITE_DDL[1:]:
        raw.execute(statement)


def _masters(raw) -> None:  # type: ignore[no-untyped-def]
    now = BEGIN.replace(tzinfo=None).isoformat(" ")
    buyers = [
        (i, f"B{i:05d}", f"Buyer {(i * 7919) % BUYERS:05d} 商贸有限公司", now) for i in range(1, BUYERS + 1)
    ]
    raw.executemany(
        "INSERT INTO partner(id, code, name, country, name_local, language, currency, payment_terms, marks_template,"
        " tax_id, email, phone, version, created_at) VALUES (?,?,?,'DE','','en','USD','','','','','',1,?)",
        buyers,
    )
    items = [(i, f"SKU-{i}", now) for i in range(1, len(GOODS) + 1)]
    raw.executemany(
        "INSERT INTO item(id, sku, kind, procurement, unit, step, hs_code, origin, options, net_g, lead_days,"
        " standard_cost, sellable, active, version, created_at)"
        " VALUES (?,?,'finished','make','H87',1000000,'','CN','',0,0,0,1,1,1,?)",
        items,
    )
    names = [(i, name) for i, name in enumerate(GOODS, 1)]
    raw.executemany(
        "INSERT INTO item_text(item_id, language, name, declaration_name, description) VALUES (?,'zh_CN',?,'','')",
        names,
    )


def _rows(first: int, last: int, chance: random.Random) -> Iterator[tuple[object, ...]]:
    for number in range(first, last):
        ordered = BEGIN + timedelta(minutes=number)
        total = chance.randrange(100_000, 9_000_000)
        yield (
            number,
            f"SO-{ordered.year}-{number:07d}",
            chance.choice(STATES),
            chance.randrange(1, BUYERS + 1),
            f"{2_000_000_000_000 + number * 13}",
            ordered.replace(tzinfo=None).isoformat(" "),
            (ordered + timedelta(days=chance.randrange(10, 60))).date().isoformat(),
            total,
        )


def _orders(raw, rows: list[tuple[object, ...]]) -> None:  # type: ignore[no-untyped-def]
    raw.executemany(
        "INSERT INTO sales_order(id, number, state, customer_id, external_id, ordered_at, ship_by, total_minor,"
        " product_minor, customer_po, currency, incoterm, place, destination_country, port_of_discharge,"
        " payment_terms, ship_to, marks, remark, freight_minor, insurance_minor, discount_minor, adjustment_minor,"
        " version, created_at) VALUES (?,?,?,?,?,?,?,?,0,'','USD','FOB','Ningbo','DE','','','','','',0,0,0,0,1,"
        " '2024-01-01 00:00:00')",
        rows,
    )
    lines = [
        (row[0], row[0] % len(GOODS) + 1, (int(str(row[0])) % 900 + 100) * 1_000_000, row[7]) for row in rows
    ]  # type: ignore[operator]
    raw.executemany(
        "INSERT INTO sales_line(order_id, position, item_id, external_line_id, customer_item, quantity, shipped, unit,"
        " unit_price, amount_minor, version) VALUES (?,1,?,'','',?,0,'H87',1000000,?,1)",
        lines,
    )
    words = [
        (row[0], row[1], f"{row[1]}\n{row[4]}\nBuyer {(int(str(row[3])) * 7919) % BUYERS:05d} 商贸有限公司")
        for row in rows
    ]
    raw.executemany(
        "INSERT INTO search_entry(kind, record_id, title, subtitle, text) VALUES ('sales',?,?,'',?)", words
    )
