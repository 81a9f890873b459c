"""One index over everything a person may type into the search field.

SQLite keeps an FTS5 trigram table beside it (works for Chinese from three characters up),
PostgreSQL a ``pg_trgm`` index; both follow the ordinary table by themselves.
"""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from factory_erp.models.base import Base


class SearchEntry(Base):
    """The words by which one record is found, and how it is shown in a list of hits."""

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "record_id"),)

    kind: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(String(200))
    subtitle: Mapped[str] = mapped_column(String(300), default="")
    text: Mapped[str] = mapped_column(Text)


SQLITE_DDL = (
    "CREATE VIRTUAL TABLE search_fts USING fts5("
    "text, content='search_entry', content_rowid='id', tokenize='trigram')",
    "CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN "
    "INSERT INTO search_fts(rowid, text) VALUES (new.id, new.text); END",
    "CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN "
    "INSERT INTO search_fts(search_fts, rowid, text) VALUES ('delete', old.id, old.text); END",
    "CREATE TRIGGER search_entry_changed AFTER UPDATE OF text ON search_entry BEGIN "
    "INSERT INTO search_fts(search_fts, rowid, text) VALUES ('delete', old.id, old.text); "
    "INSERT INTO search_fts(rowid, text) VALUES (new.id, new.text); END",
)
POSTGRESQL_DDL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX ix_search_entry_text_trgm ON search_entry USING gin (text gin_trgm_ops)",
)


def _after_create(statements: tuple[str, ...], dialect: str) -> None:
    for statement in statements:
        ddl: DDL = DDL(statement)  # type: ignore[no-untyped-call]
        event.listen(SearchEntry.__table__, "after_create", ddl.execute_if(dialect=dialect))


_after_create(SQLITE_DDL, "sqlite")
_after_create(POSTGRESQL_DDL, "postgresql")


def is_search_shadow(kind: str, name: str) -> bool:
    """Whether a table or index belongs to the full-text index and not to the models."""
    return name.startswith("search_fts") or (kind == "index" and name == "ix_search_entry_text_trgm")
