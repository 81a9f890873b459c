"""Numbers without gap or double while clients issue at once, give up and are killed.

``python -m benchmarks.numbering --clients 16 --json`` and any of ``--each 100 --percent 10 --kills 12``
(so many die holding a number, as many at random moments) and ``--seed 1`` runs on SQLite and on a throw-away
PostgreSQL server of the system's packages. Beside it, in the same run: what "the greatest number and one
more" would give. The exit status is 1 where a number is missing or double.
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

from benchmarks.measure import ask, show
from factory_erp.models import Base
from factory_erp.models.database import Database, sqlite_url
from factory_erp.services import base
from tests import pg
from tests.services.numbering_fire import Fire, Outcome, fire
from tests.services.shipping_factory import Factory


def main() -> None:
    """Fire, count, print."""
    asked = ask(str(__doc__), clients=16, each=100, percent=10, kills=12, seed=1)
    result: dict[str, object] = {"clients": asked.clients, "each": asked.each, "kills": asked.kills}
    wrong = False
    with _servers() as servers:
        for name, server in servers.items():
            outcome = _fire(server, "counted", asked)
            control = _fire(server, "greatest", asked)
            wrong |= outcome.wrong
            result[name] = asdict(outcome)
            result[f"{name}, greatest and one more"] = {"gaps": control.gaps, "doubles": control.doubles}
    show(result, asked)
    sys.exit(1 if wrong else 0)


def _fire(server: str, method: str, asked: argparse.Namespace) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        url = sqlite_url(Path(folder) / "factory.db") if server == "sqlite" else _new(server, method)
        counted = method == "counted"
        return fire(
            Fire(
                url=url,
                shipment_id=_shipment(url),
                notes=str(Path(folder) / "notes"),
                clients=asked.clients,
                each=asked.each if counted else min(asked.each, 20),
                rollbacks=asked.percent / 100,
                kills=asked.kills if counted else 0,
                seed=asked.seed,
                counted=counted,
            )
        )


def _shipment(url: str) -> int:
    """An empty database at *url* with one packed shipment, whose documents are numbered."""
    database = Database(url)
    try:
        Base.metadata.create_all(database.engine)
        with base.bound(database):
            factory = Factory(database)
            cup = factory.item("CUP-1")
            factory.stock(cup, 100)
            return factory.packed(factory.order(factory.customer(), [(cup, "24", "2.35")]))
    finally:
        database.close()


@contextmanager
def _servers() -> Iterator[dict[str, str]]:
    """Name of a database → the server it is made on."""
    binaries = pg.server_binaries()
    if binaries is None:
        yield {"sqlite": "sqlite"}
        return
    with pg.server(binaries) as server:
        yield {"sqlite": "sqlite", "postgresql": server}


def _new(server: str, name: str) -> str:
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{server}/{name}"


if __name__ == "__main__":
    main()
