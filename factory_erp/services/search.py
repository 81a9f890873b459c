"""Finding any record by the words a person would type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, bindparam, insert, select, text, update
from sqlalchemy.orm import Session

from factory_erp.models.search import SearchEntry
from factory_erp.services.base import database, query, touched
from factory_erp.services.bulk import chunks

TRIGRAM = 3
"""Shortest text that a trigram index can find; shorter ones match from the start of the title."""

PLACES = {"purchase": "material/purchases", "credit": "credits"}
"""Where a kind of record is shown that has no page of its own name."""


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
        return f"erp://{PLACES.get(self.kind, self.kind)}/{self.record_id}"


def index(session: Session, kind: str, record_id: int, title: str, subtitle: str, *words: str) -> None:
    """Make the record findable by title, subtitle and *words*; replaces what was there."""
    entry = session.scalar(select(SearchEntry).filter_by(kind=kind, record_id=record_id))
    if entry is None:
        entry = SearchEntry(kind=kind, record_id=record_id)
        session.add(entry)
    entry.title, entry.subtitle = title, subtitle[:300]
    entry.text = "\n".join(word for word in (title, subtitle, *words) if word)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a record is found by: its title, subtitle and further *words*."""

    record_id: int
    title: str
    subtitle: str
    words: tuple[str, ...] = ()

    def values(self) -> dict[str, str]:
        """The columns of its row."""
        said = "\n".join(word for word in (self.title, self.subtitle, *self.words) if word)
        return {"title": self.title, "subtitle": self.subtitle[:300], "text": said}


def index_many(session: Session, kind: str, entries: Iterable[Entry]) -> None:
    """Do what ``index`` does for many records in few statements; entries that say the same stay."""
    wanted = {entry.record_id: entry.values() for entry in entries}
    session.flush()
    for part in chunks(wanted):
        _index_part(session, kind, {record_id: wanted[record_id] for record_id in part})


def _index_part(session: Session, kind: str, wanted: dict[int, dict[str, str]]) -> None:
    there = select(
        SearchEntry.id, SearchEntry.record_id, SearchEntry.title, SearchEntry.subtitle, SearchEntry.text
    )
    there = there.where(SearchEntry.kind == kind, SearchEntry.record_id.in_(list(wanted)))
    found = {row.record_id: row for row in session.execute(there)}
    fresh = [{"kind": kind, "record_id": at, **values} for at, values in wanted.items() if at not in found]
    if fresh:
        session.connection().execute(insert(SearchEntry), fresh)
        new = SearchEntry.kind == kind, SearchEntry.record_id.in_([row["record_id"] for row in fresh])
        touched(session, SearchEntry, session.scalars(select(SearchEntry.id).where(*new)))
    changed = [
        {"at": row.id, **{f"to_{name}": value for name, value in wanted[at].items()}}
        for at, row in found.items()
        if wanted[at] != {"title": row.title, "subtitle": row.subtitle, "text": row.text}
    ]
    _write_entries(session, changed)


def _write_entries(session: Session, changed: Sequence[dict[str, object]]) -> None:
    if not changed:
        return
    table = SearchEntry.__table__
    new: dict[str, object] = {name: bindparam(f"to_{name}") for name in ("title", "subtitle", "text")}
    statement = update(SearchEntry).where(table.c.id == bindparam("at")).values(new)
    session.connection().execute(statement, list(changed))
    touched(session, SearchEntry, (int(str(row["at"])) for row in changed))
    session.expire_all()


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
