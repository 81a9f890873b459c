"""What a piece of code says to the database: tests demand that much takes no more than a little."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from factory_erp.models.database import Database


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """The statements that are sent within the block, as they are sent."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
