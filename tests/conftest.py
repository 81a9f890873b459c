"""What every test may ask for: a bound database of each kind, a workspace, a fixed clock."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

from factory_erp.models import Base
from factory_erp.models.database import Database, sqlite_url
from factory_erp.services import base, clock
from factory_erp.services.files import workspace
from tests import pg

MONDAY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
"""The tests' present: Monday 08:30 in Ningbo."""


LONGEST = (
    "tests/test_cli.py",
    "tests/test_app.py",
    "tests/sync/test_crash.py",
    "tests/scenarios/",
    "tests/demo/",
)
"""Files and folders that take longest: begun first, so that no worker is left alone with one at the end."""


TOGETHER = ("tests/demo/",)
"""Folders whose tests share what takes long to make: one worker takes all of it."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest first, the others as they stand; each file, or folder that goes together, on one worker."""
    items.sort(key=lambda item: not _path(config, item).startswith(LONGEST))
    for item in items:
        path = _path(config, item)
        group = next((folder for folder in TOGETHER if path.startswith(folder)), path)
        item.add_marker(pytest.mark.xdist_group(group))


def _path(config: pytest.Config, item: pytest.Item) -> str:
    return item.path.relative_to(config.rootpath).as_posix()


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a server whose database ``template_erp`` has the schema; skipped without PostgreSQL."""
    binaries = pg.server_binaries()
    if binaries is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed: scripts/bootstrap installs it")
        pytest.skip("PostgreSQL is not installed")
    with pg.server(binaries) as url:
        pg.run(f"{url}/postgres", f"CREATE DATABASE {pg.TEMPLATE}")
        template = Database(f"{url}/{pg.TEMPLATE}")
        Base.metadata.create_all(template.engine)
        template.close()
        yield url


@pytest.fixture(scope="session")
def postgres_reused(postgres_template: str) -> Iterator[pg.Reused]:
    """The database that tests of this worker use one after the other."""
    reused = pg.Reused(postgres_template)
    yield reused
    reused.drop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "factory.db"
    database = Database(sqlite_url(path))
    Base.metadata.create_all(database.engine)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of an empty database with the schema, once of each kind."""
    if request.param == "sqlite":
        copy = tmp_path / "factory.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), copy)
        yield sqlite_url(copy)
        return
    reused: pg.Reused = request.getfixturevalue("postgres_reused")
    yield reused.take()
    reused.give_back()


@pytest.fixture
def db(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """A bound database and workspace, on Monday 2026-11-23, 08:30 in Ningbo."""
    with ExitStack() as stack:
        stack.enter_context(clock.at(MONDAY))
        database = Database(database_url)
        stack.callback(database.close)
        _share_statements(database)
        folder = workspace.open_folder(tmp_path / "workspace")
        workspace.bind(folder)
        stack.enter_context(base.bound(database))
        yield database


_first: dict[str, Engine] = {}


def _share_statements(database: Database) -> None:
    """Statements compiled for one test's database are not compiled again for the next one's.

    SQLAlchemy keeps them with the engine, by dialect: all engines of one kind get the first one's.
    """
    first = _first.setdefault(database.engine.dialect.name, database.engine)
    if first is database.engine:
        first._compiled_cache = LRUCache(5000)
    for engine in (database.engine, database._writers):
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
