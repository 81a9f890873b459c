"""Finding any record by the words a person would type."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from factory_erp.models.search import SearchEntry
from factory_erp.services.base import database, query

TRIGRAM = 3
"""Shortest text that a trigram index can find; shorter ones match from the start of the title."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A found record: ``link`` opens it (``erp://sales/12``)."""

    kind: str
    record_id: int
    title: str
    subtitle: str

    @property
    def link(self) -> str:
        """Deep link that the window understands."""
        return f"erp://{self.kind}/{self.record_id}"


def index(session: Session, kind: str, record_id: int, title: str, subtitle: str, *words: str) -> None:
    """Make the record findable by title, subtitle and *words*; replaces what was there."""
    entry = session.scalar(select(SearchEntry).filter_by(kind=kind, record_id=record_id))
    if entry is None:
        entry = SearchEntry(kind=kind, record_id=record_id)
        session.add(entry)
    entry.title, entry.subtitle = title, subtitle[:300]
    entry.text = "\n".join(word for word in (title, subtitle, *words) if word)


def matching(kind: str, words: str) -> Select[int]:
    """Statement for the ids of the records of *kind* that contain *words*."""
    return _statement(words, kind).with_only_columns(SearchEntry.record_id)


@query
def find(session: Session, words: str, limit: int = 12) -> list[Hit]:
    """The first records of any kind that contain *words*."""
    if not words.strip():
        return []
    rows = session.scalars(_statement(words, None).limit(limit))
    return [Hit(row.kind, row.record_id, row.title, row.subtitle) for row in rows]


def _statement(words: str, kind: str | None) -> Select[SearchEntry]:
    wanted = words.strip()
    statement = select(SearchEntry)
    if kind is not None:
        statement = statement.where(SearchEntry.kind == kind)
    if len(wanted) < TRIGRAM:
        return statement.where(SearchEntry.title.istartswith(wanted, autoescape=True))
    if database().is_sqlite:
        quoted = '"' + wanted.replace('"', '""') + '"'
        hits = text("SELECT rowid FROM search_fts WHERE search_fts MATCH :words").bindparams(words=quoted)
        return statement.where(SearchEntry.id.in_(hits.columns(SearchEntry.id)))
    return statement.where(SearchEntry.text.icontains(wanted, autoescape=True))
