"""Whether anything in the database has changed since it was read, whoever may have changed it.

SQLite counts the commits that a connection did not make itself: one that never writes counts all of them.
PostgreSQL tells which transactions a reader can see: who sees the same ones sees the same data.
"""

from __future__ import annotations

from itertools import count
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from factory_erp.models.database import sqlite_module

Mark = tuple[int, object]
"""Which opening of which database, and its state; equal marks: nothing was committed in between."""


def mark(session: Session) -> Mark | None:
    """The state of the database that is at least as old as what the session reads from now on.

    None where it cannot be known: a transaction that writes may have changed something itself.
    """
    engine = session.get_bind()
    if not isinstance(engine, Engine) or engine.get_execution_options().get("write"):
        return None
    with _lock:
        watcher = _watchers.get(engine)
        if watcher is None:
            watcher = _watchers[engine] = _Watcher(engine)
    return watcher.mark(session)


class _Watcher:
    """Looks at one database until its engine is disposed of."""

    def __init__(self, engine: Engine) -> None:
        self._number = next(_numbers)
        self._lock = Lock()
        self._connection: Any = None
        if engine.dialect.name == "sqlite":
            self._connection = sqlite_module().connect(
                engine.url.database, check_same_thread=False, isolation_level=None
            )
        event.listen(engine, "engine_disposed", self._close)

    def mark(self, session: Session) -> Mark | None:
        """The state now."""
        if self._connection is None:
            return self._number, str(session.scalar(select(func.pg_current_snapshot())))
        with self._lock:
            return self._number, self._connection.execute("PRAGMA data_version").fetchone()[0]

    def _close(self, engine: Engine) -> None:
        with _lock:
            _watchers.pop(engine, None)
        if self._connection is not None:
            with self._lock:
                self._connection.close()


_lock = Lock()
_numbers = count()
_watchers: WeakKeyDictionary[Engine, _Watcher] = WeakKeyDictionary()
