"""Opening a database: a SQLite file on one PC, PostgreSQL when several share the work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _

BUSY_SECONDS = 15
WAL_BUG_FIXED = (3, 51, 3)
"""SQLite before it can lose commits in WAL mode when two connections checkpoint (sqlite.org/wal.html)."""


@cache
def sqlite_module() -> ModuleType:
    """The SQLite driver to use: the bundled current one, else the system's if it is sound.

    Raises DomainError where only a SQLite with the WAL-reset bug is there.
    """
    try:
        from pysqlite3 import dbapi2 as module
    except ImportError:
        import sqlite3 as module
    if module.sqlite_version_info < WAL_BUG_FIXED:
        raise DomainError(
            _("SQLite {version} on this PC can lose data.", version=module.sqlite_version),
            remedy=_("Install the package pysqlite3, or use a PostgreSQL database."),
        )
    return module  # type: ignore[no-any-return]


def sqlite_url(path: Path) -> str:
    """URL of the SQLite file at *path*."""
    return f"sqlite:///{path}"


class Database:
    """An engine and its sessions.

    ``session(write=True)`` begins with the write lock taken (BEGIN IMMEDIATE), so that a
    transaction that reads and then writes cannot fail half-way with "database is locked".
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else create_engine(url, pool_pre_ping=True)
        self._writers = self.engine.execution_options(write=True)

    @contextmanager
    def session(self, *, write: bool = False) -> Iterator[Session]:
        """A session that commits when the block ends well and rolls back when it raises."""
        engine = self._writers if write else self.engine
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, module=sqlite_module(), connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN itself, see _begin_sqlite
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
