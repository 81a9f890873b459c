"""Exactly once, proved at full size: orders in, pushes out, calls counted.

``python -m benchmarks.exactly_once --json --database sqlite|postgresql --platform alibaba|dhgate`` and any of
``--orders 10000 --kills 20 --faults 0.3``, ``--pushes 1000 --kills 5``, ``--calls 10000 --limit 400``.
What is not as it must be stands under "wrong", and the exit status is 1. PostgreSQL is a throw-away server of
the system's packages.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import create_engine, text

from benchmarks.measure import show
from factory_erp.models import Base
from factory_erp.models.database import Database, sqlite_url
from factory_erp.services import base
from factory_erp.services.files import workspace
from tests import pg
from tests.sync.counting import count_calls
from tests.sync.markets import MARKETS
from tests.sync.orders_once import Size, prove_orders
from tests.sync.pushes_once import prove_pushes


def main() -> None:
    """Prove, print."""
    asked = _asked()
    result: dict[str, object] = {"database": asked.database, "platform": asked.platform}
    if asked.orders:
        with _factory(asked.database) as (database, folder):
            size = Size(asked.orders, asked.kills, asked.faults)
            result["orders"] = asdict(prove_orders(database, asked.platform, size, folder, asked.seed))
    if asked.pushes:
        with _factory(asked.database) as (database, folder):
            proof = prove_pushes(
                database, asked.platform, asked.pushes, asked.kills, asked.faults, folder, asked.seed
            )
            result["pushes"] = asdict(proof)
    if asked.calls:
        with _factory(asked.database) as (_database, folder):
            result["counted"] = asdict(count_calls(asked.calls, asked.limit, folder))
    show(result, asked)
    sys.exit(1 if _is_wrong(result) else 0)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one line instead of many")
    parser.add_argument("--orders", type=int, default=0, help="orders to bring in")
    parser.add_argument("--pushes", type=int, default=0, help="messages to send")
    parser.add_argument("--calls", type=int, default=0, help="calls to count")
    parser.add_argument("--limit", type=int, default=400, help="calls per second that the account may make")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--faults", type=float, default=0.3, help="probability for each call")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--platform", choices=tuple(MARKETS), default="alibaba")
    return parser.parse_args()


def _is_wrong(result: dict[str, object]) -> bool:
    parts = [part for part in result.values() if isinstance(part, dict)]
    return any(part.get("wrong") or part.get("over") for part in parts)


@contextmanager
def _factory(kind: str) -> Iterator[tuple[Database, Path]]:
    """A bound, empty database with its workspace, and a free folder."""
    with tempfile.TemporaryDirectory() as name, _database_url(kind, Path(name)) as url:
        database = Database(url)
        Base.metadata.create_all(database.engine)
        workspace.bind(workspace.open_folder(Path(name) / "workspace"))
        try:
            with base.bound(database):
                yield database, Path(name)
        finally:
            database.close()


@contextmanager
def _database_url(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield sqlite_url(folder / "factory.db")
        return
    binaries = pg.server_binaries()
    if binaries is None:
        sys.exit("PostgreSQL is not installed")
    with pg.server(binaries) as server:
        engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE exactly_once"))
        engine.dispose()
        yield f"{server}/exactly_once"


if __name__ == "__main__":
    main()
