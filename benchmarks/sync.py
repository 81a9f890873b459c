"""Orders of a real shop pulled from each platform's sandbox and applied, beside what its parts cost bare.

``python -m benchmarks.sync --json [--orders N]``: the days of Online Retail in ``../shared/data``; 0 takes
all of them, and more than there are come again under other numbers. Every call is archived, as in a run.
Baselines in the same run: the very same requests sent again by a plain ``requests.Session``, nothing read
from the answers; the very same rows put into an empty database of the same kind by ``executemany`` of
SQLAlchemy Core, in one transaction. Then all that was cancelled is pulled as changes of the orders.
Counts and amounts are compared with the files; where they differ the benchmark fails.
"""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import Table, create_engine, func, insert, select
from sqlalchemy.orm import Session

from benchmarks.measure import ask, show
from factory_erp.models import Base
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database, sqlite_url
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.services import clock
from factory_erp.services.base import bound, query, use_case
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.upkeep import schema
from factory_erp.sync import engine
from factory_erp.sync.archive import CallArchive
from factory_erp.sync.connectors.base import Connector
from factory_erp.sync.sandbox import alibaba, dhgate
from tests import online_retail, pg
from tests.online_retail import AlibabaShop, DhgateShop, Sale, Shop
from tests.shared import shared_root
from tests.sync.connectors.support import desk as alibaba_desk
from tests.sync.dhgate.support import desk as dhgate_desk

PLATFORMS = ("alibaba", "dhgate")
PRESENT = datetime(2011, 2, 1, 12, tzinfo=UTC)
"""The day after the last one of the files."""

Make = Callable[[str], Database]
"""Name to a new, empty database with the schema."""


@dataclass(frozen=True)
class Work:
    """What is pulled: orders as they were placed, and what is left of those that were cancelled in part."""

    sales: tuple[Sale, ...]
    changed: tuple[Sale, ...]

    @property
    def codes(self) -> list[str]:
        """The articles."""
        return sorted({row.code for sale in self.sales for row in sale.rows})

    @property
    def lines(self) -> int:
        """Product lines of all orders."""
        return sum(len(sale.goods) for sale in self.sales)

    @property
    def left(self) -> Decimal:
        """What all orders are worth after the changes."""
        now = {sale.invoice: sale for sale in (*self.sales, *self.changed)}
        return sum((online_retail.worth(sale.rows) for sale in now.values()), Decimal(0))


class Clock:
    """The time of the platform and of its connector, which the benchmark moves on."""

    def __init__(self) -> None:
        self.present = PRESENT

    def __call__(self) -> datetime:
        """What time it is."""
        return self.present


def main() -> None:
    """Measure each platform on each database, print."""
    asked = ask(__doc__ or "", orders=500)
    if not (shared_root() / "data/online_retail").is_dir():
        raise SystemExit("the days of Online Retail are not there: shared/data/online_retail")
    work = orders(asked.orders)
    result: dict[str, object] = {"orders": len(work.sales), "lines": work.lines}
    if not asked.orders:
        result["files"] = compared(work)
    with databases() as makers:
        for platform in PLATFORMS:
            result[platform] = {kind: measured(platform, work, make) for kind, make in makers.items()}
    show(result, asked)


def orders(wanted: int) -> Work:
    """So many orders, the first ones of the files; all with 0, and the same again where there are no more."""
    days = online_retail.history(online_retail.names())
    real = [sale for day in days for sale in day.sales]
    changes = {sale.invoice: sale for day in days for sale in day.changed}
    sales = [_again(real[number % len(real)], number // len(real)) for number in range(wanted or len(real))]
    placed = {sale.invoice for sale in sales}
    return Work(tuple(sales), tuple(sale for name, sale in changes.items() if name in placed))


def _again(sale: Sale, turn: int) -> Sale:
    return replace(sale, invoice=f"{sale.invoice}{turn:03d}") if turn else sale


def compared(work: Work) -> dict[str, object]:
    """All days: the orders' worth beside the sums of the files, added up by other code."""
    sold = cancelled = Decimal(0)
    invoices = set()
    for name in online_retail.names():
        file = shared_root() / f"data/online_retail/{name}.csv"
        with file.open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened):
                amount = int(row["Quantity"]) * Decimal(row["UnitPrice"])
                if row["InvoiceNo"].startswith("C"):
                    cancelled -= amount
                elif int(row["Quantity"]) > 0:
                    sold += amount
                    invoices.add(row["InvoiceNo"])
    days = online_retail.history(online_retail.names())
    loose = sum((online_retail.worth(day.loose) for day in days), Decimal(0))
    agree = sold - (cancelled - loose) == work.left and {sale.invoice for sale in work.sales} == invoices
    if not agree:
        raise SystemExit("the orders differ from the files")
    figures = {"sold": sold, "cancelled": cancelled, "cancelled_of_no_order": loose, "left": work.left}
    return {name: str(figure) for name, figure in figures.items()}


@contextmanager
def databases() -> Iterator[dict[str, Make]]:
    """How to make a database of each kind that this machine has."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        makers: dict[str, Make] = {"sqlite": lambda name: _made(sqlite_url(folder / f"{name}.db"))}
        binaries = pg.server_binaries()
        if binaries is not None:
            server = stack.enter_context(pg.server(binaries))

            def on_server(name: str) -> Database:
                admin = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
                with admin.connect() as connection:
                    connection.exec_driver_sql(f"CREATE DATABASE {name}")
                admin.dispose()
                return _made(f"{server}/{name}")

            makers["postgresql"] = on_server
        yield makers


def _made(url: str) -> Database:
    database = Database(url)
    schema.upgrade(database)
    return database


def measured(platform: str, work: Work, make: Make) -> dict[str, object]:
    """One platform on one database: pulled, the same calls bare, the same inserts bare, the changes."""
    present = Clock()
    with ExitStack() as stack:
        database, bare = make(f"{platform}_pulled"), make(f"{platform}_bare")
        stack.callback(bare.close)
        stack.callback(database.close)
        shop, server = _opened(platform, present)
        stack.enter_context(server)
        for sale in work.sales:
            shop.place(sale)
        account = _prepared(bare, platform, server.url, work)
        assert account == _prepared(database, platform, server.url, work)
        stack.enter_context(bound(database))
        archive = CallArchive(account, batches=True)
        connector = stack.enter_context(_connected(server, present, archive))
        calls: list[requests.PreparedRequest] = []
        with recorded(calls):
            pulled = seconds(lambda: _pulled(account, connector, archive, present))
        check(shop, len(work.sales), sum((online_retail.worth(s.rows) for s in work.sales), Decimal(0)))
        found = {
            **_rates(work, pulled, seconds(lambda: replay(calls)), insert_bare(database, bare)),
            "calls": len(calls),
        }
        return {
            **found,
            **_changes(work, shop, present, lambda: _pulled(account, connector, archive, present)),
        }


def _opened(
    platform: str, present: Clock
) -> tuple[AlibabaShop | DhgateShop, alibaba.SandboxServer | dhgate.SandboxServer]:
    if platform == "alibaba":
        state = alibaba.SandboxState(now=present)
        return AlibabaShop(state), alibaba.SandboxServer(state=state)
    other = dhgate.SandboxState(now=present)
    return DhgateShop(other), dhgate.SandboxServer(state=other)


def _connected(
    server: alibaba.SandboxServer | dhgate.SandboxServer, present: Clock, archive: CallArchive
) -> Connector:
    if isinstance(server, alibaba.SandboxServer):
        return alibaba_desk(server, now=present, watch=archive).connector
    return dhgate_desk(server, now=present, watch=archive, page_size=100).connector


def _prepared(database: Database, platform: str, url: str, work: Work) -> int:
    """The articles and the account; the account's id."""
    with bound(database):
        _add_items(work.codes)
        return platforms.add_account(platform, "Shop", url, "sandbox-app").value


@use_case
def _add_items(session: Session, codes: Sequence[str]) -> None:
    session.add_all(Item(sku=code, kind="finished", procurement="make") for code in codes)


def _pulled(account: int, connector: Connector, archive: CallArchive, present: Clock) -> int:
    """Pull, and write the calls down; how many orders are new or changed."""
    with clock.at(present()):
        pulled = engine.pull(account, connector)
        archive.flush()
    assert pulled.complete
    return len(pulled.applied.created) + len(pulled.applied.updated)


def _rates(work: Work, pulled: float, calls: float, inserts: float) -> dict[str, object]:
    return {
        "seconds": round(pulled, 2),
        "orders_per_second": round(len(work.sales) / pulled, 1),
        "lines_per_second": round(work.lines / pulled),
        "bare_calls_s": round(calls, 2),
        "bare_inserts_s": round(inserts, 2),
        "times_the_calls": round(pulled / calls, 1),
        "times_the_inserts": round(pulled / inserts, 1),
        "times_both": round(pulled / (calls + inserts), 1),
    }


def _changes(work: Work, shop: Shop, present: Clock, pull: Callable[[], int]) -> dict[str, object]:
    """What was cancelled comes as changes of the orders."""
    if not work.changed:
        return {}
    present.present += timedelta(hours=1)
    for sale in work.changed:
        shop.change(sale)
    present.present += timedelta(hours=1)
    took = seconds(pull)
    check(shop, sum(1 for sale in work.sales if sale.invoice not in _over(work)), work.left)
    return {"changes": len(work.changed), "changes_per_second": round(len(work.changed) / took, 1)}


def _over(work: Work) -> set[str]:
    return {sale.invoice for sale in work.changed if not sale.rows}


def check(shop: Shop, count: int, amount: Decimal) -> None:
    """End the benchmark where the orders that stand are not so many, or not worth so much."""
    found, minor = _standing()
    if (found, Decimal(minor) / 100) != (count, amount):
        raise SystemExit(f"{found} orders of {minor} minor units; {count} of {shop.currency} {amount} wanted")


@query
def _standing(session: Session) -> tuple[int, int]:
    """How many orders are not cancelled, and what their buyers pay, minor units."""
    worth = func.sum(SalesOrder.total_minor - SalesOrder.refunded_minor)
    stands = select(func.count(), worth).where(SalesOrder.state != OrderState.CANCELLED)
    count, minor = session.execute(stands).one()
    return count, int(minor or 0)


def seconds(function: Callable[[], object]) -> float:
    """Wall time of one call."""
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


@contextmanager
def recorded(calls: list[requests.PreparedRequest]) -> Iterator[None]:
    """Inside the block every request that goes out is also kept.

    The method itself is replaced: sessions are made deep within the program, where nobody can hand one in.
    """
    send = requests.Session.send

    def keep(self: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        calls.append(request)
        return send(self, request, **options)

    requests.Session.send = keep  # type: ignore[method-assign]
    try:
        yield
    finally:
        requests.Session.send = send  # type: ignore[method-assign]


def replay(calls: Sequence[requests.PreparedRequest]) -> None:
    """The same requests once more, the answers received and not looked at."""
    with requests.Session() as session:
        for call in calls:
            if not session.send(call, timeout=30).content:
                raise SystemExit("the sandbox gave an empty answer")


def insert_bare(filled: Database, bare: Database) -> float:
    """Seconds that putting all rows which *filled* has and *bare* lacks into *bare* takes."""
    rows = {table: _missing(table, filled, bare) for table in Base.metadata.sorted_tables}

    def work() -> None:
        with bare.engine.execution_options(write=True).begin() as connection:
            for table, found in rows.items():
                if found:
                    connection.execute(insert(table), found)

    return seconds(work)


def _missing(table: Table, filled: Database, bare: Database) -> list[Mapping[str, Any]]:
    keys = [column.name for column in table.primary_key]
    with filled.engine.connect() as there, bare.engine.connect() as here:
        known = {tuple(row) for row in here.execute(select(*table.primary_key))}
        rows = [dict(row) for row in there.execute(select(table)).mappings()]
    return [row for row in rows if tuple(row[key] for key in keys) not in known]


if __name__ == "__main__":
    main()
