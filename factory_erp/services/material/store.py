"""Writing the difference: suggestions and pegs of the plan that are new, other, or gone.

A suggestion is known by its key. One that says the same stays untouched; where only its key is new (the
order that it feeds was accepted meanwhile), it keeps its row, as long as it is for the same demands: somebody
may have it on the screen. What was put away comes back only when
quantity or day differ materially from what was put away.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, aliased

from factory_erp.models.base import Base, utc_now
from factory_erp.models.documents import NumberSeries
from factory_erp.models.planning import PlanPeg, Suggestion
from factory_erp.planning.calendar import DAY
from factory_erp.services.base import touched
from factory_erp.services.bulk import chunks
from factory_erp.services.material.rows import Days, Raw, raw_rows

PLAN_LOCK = 0x504C414E
"""Key of the PostgreSQL advisory lock on suggestions and their pegs."""

SERIES = "suggestion"
PUT_AWAY = "put_away"
"""In a suggestion's detail: quantity in micro-units and due minute as they were when it was dismissed."""
MATERIAL_TENTH = 10
"""A quantity differs materially by more than one in so many, a day by more than a day."""

Proposal = tuple[Any, ...]
"""What a suggestion says: the columns VALUES as the driver keeps them (quantities in micro-units)."""

VALUES = (
    "key", "kind", "item_id", "quantity", "start_at", "due_at", "available_at", "level", "sales_order_id",
    "production_order_id", "purchase_line_id", "reason", "detail",
)  # fmt: skip
KEY, KIND, ITEM, QUANTITY, DUE, LEVEL, DETAIL = (
    VALUES.index(name) for name in ("key", "kind", "item_id", "quantity", "due_at", "level", "detail")
)

LINE, MATERIAL, CONSUMER = "line", "material", "consumer"
Wish = tuple[str, int | str]
"""Whom a suggestion is for: LINE or MATERIAL and an id, CONSUMER and a suggestion's key; 0: safety stock."""
Wishes = Callable[[Collection[str]], Mapping[str, frozenset[Wish]]]
"""Key → whom proposals with these keys are for."""


@dataclass(frozen=True, slots=True)
class Written:
    """Ids of the suggestions by key, and how many were added, changed and removed."""

    ids: dict[str, int]
    added: int
    changed: int
    removed: int


def lock_plan(session: Session) -> None:
    """One at a time writes suggestions and pegs of the plan (SQLite has one writer anyway). Take it first."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(PLAN_LOCK))).all()


@dataclass(slots=True)
class _Rows:
    """Rows to write: *changed* and *added* end with dismissed and id."""

    kept: dict[str, int]
    moved: list[tuple[str, int]]
    changed: list[tuple[Any, ...]]
    added: list[tuple[Any, ...]]
    gone: list[int]


def write_suggestions(
    session: Session,
    proposals: Sequence[Proposal],
    days: Days,
    wishes: Wishes,
    among: Collection[str] | None = None,
) -> Written:
    """Bring the table of suggestions up to *proposals*. The plan must be locked.

    *wishes* says whom proposals to make and buy are for. With *among*, keys that include those of the
    proposals, all others are right as they stand.
    """
    stored = _stored(session, among)
    said = {proposal[KEY]: proposal for proposal in proposals}
    _follow_keys(session, stored, said, wishes)
    rows = _Rows({}, [], [], [], [row[0] for key, row in stored.items() if key not in said])
    for key, row in stored.items():
        proposal = said.get(key)
        if proposal is not None:
            rows.kept[key] = row[0]
            if row[1] or row[2:] != proposal:
                _note(rows, row, proposal, days)
    fresh = [proposal for key, proposal in said.items() if key not in stored]
    for at, proposal in zip(new_ids(session, len(fresh)), fresh, strict=True):
        rows.kept[proposal[KEY]] = at
        rows.added.append((*proposal, False, at))
    _write(session, rows, days)
    return Written(rows.kept, len(rows.added), len(rows.changed), len(rows.gone))


def _stored(session: Session, among: Collection[str] | None) -> dict[str, tuple[Any, ...]]:
    """Key → id, dismissed, then the values as the driver keeps them."""
    columns: list[Any] = [getattr(Suggestion, name) for name in ("id", "dismissed", *VALUES)]
    statement = select(*columns).order_by(Suggestion.id)
    if among is None:
        return {row[2]: row for row in raw_rows(session, statement)}
    parts = (raw_rows(session, statement.where(Suggestion.key.in_(part))) for part in chunks(among))
    return {row[2]: row for rows in parts for row in rows}


def _follow_keys(
    session: Session, stored: dict[str, tuple[Any, ...]], said: dict[str, Proposal], wishes: Wishes
) -> None:
    """Where a suggestion is gone and one for the same demands is new, it is the same under a new key."""
    gone: dict[tuple[str, int], list[str]] = defaultdict(list)
    for key in stored.keys() - said.keys():
        row = stored[key]
        if row[3] in ("make", "buy") and not row[1]:
            gone[row[3], row[4]].append(key)
    new = [key for key in said if key not in stored and (said[key][KIND], said[key][ITEM]) in gone]
    if not new:
        return
    before = _wishes_before(session, {stored[key][0]: key for keys in gone.values() for key in keys})
    now, moved = wishes(new), dict[str, str]()
    same: dict[tuple[str, int], dict[frozenset[Wish], list[str]]] = {}
    # Parents first: those that go into a suggestion under a new key are known by that.
    for key in sorted(new, key=lambda key: said[key][LEVEL]):
        thing = said[key][KIND], said[key][ITEM]
        if thing not in same:
            same[thing] = defaultdict(list)
            for old in sorted(gone[thing], key=lambda old: -stored[old][0]):
                same[thing][_moved(before.get(old, ()), moved)].append(old)
        if found := same[thing][now[key]]:
            moved[found[-1]] = key
            stored[key] = stored.pop(found.pop())


def _moved(wishes: Iterable[Wish], moved: Mapping[str, str]) -> frozenset[Wish]:
    """The wishes under the keys that suggestions have now."""
    return frozenset((kind, moved.get(key, key) if isinstance(key, str) else key) for kind, key in wishes)


def _wishes_before(session: Session, keys: Mapping[int, str]) -> dict[str, set[Wish]]:
    """Whom stored suggestions (id → key) were for, by key."""
    consumer = aliased(Suggestion)
    found: dict[str, set[Wish]] = defaultdict(set)
    for part in chunks(keys):
        rows = session.execute(
            select(PlanPeg.suggestion_id, PlanPeg.sales_line_id, PlanPeg.material_id, consumer.key)
            .join(Suggestion, Suggestion.id == PlanPeg.suggestion_id)
            .outerjoin(consumer, consumer.id == PlanPeg.consumer_id)
            .where(PlanPeg.suggestion_id.in_(part), PlanPeg.item_id == Suggestion.item_id)
        )
        for suggestion, line, material, parent in rows:
            wish = (LINE, line) if line else (MATERIAL, material) if material else (CONSUMER, parent or 0)
            found[keys[suggestion or 0]].add(wish)
    return found


def _note(rows: _Rows, row: tuple[Any, ...], proposal: Proposal, days: Days) -> None:
    """Note what has become of a stored suggestion that the plan still makes."""
    at, dismissed, key, *_rest = row
    if dismissed:
        away = json.loads(row[2 + DETAIL] or "{}").get(PUT_AWAY)
        dismissed = away is not None and not _differs(away, proposal, days)
        if dismissed:
            detail = {**json.loads(proposal[DETAIL] or "{}"), PUT_AWAY: away}
            proposal = (*proposal[:DETAIL], json.dumps(detail, sort_keys=True))
    if key != proposal[KEY]:
        rows.moved.append((f"~{at}", at))
    if row[2:] != proposal or bool(row[1]) != dismissed:
        rows.changed.append((*proposal, bool(dismissed), at))


def _differs(away: Sequence[int], proposal: Proposal, days: Days) -> bool:
    quantity, due = away
    more = abs(proposal[QUANTITY] - quantity) * MATERIAL_TENTH > quantity
    return more or abs(days.minute(proposal[DUE]) - due) > DAY


def _write(session: Session, rows: _Rows, days: Days) -> None:
    remove(session, Suggestion, rows.gone)
    # Keys that move from one row to another must not meet on the way.
    update_raw(session, Suggestion, ("key",), rows.moved)
    update_raw(session, Suggestion, (*VALUES, "dismissed"), rows.changed, versioned=True)
    now = days.kept(utc_now())
    added = [(*row[:-1], now, 1, row[-1]) for row in rows.added]
    insert_raw(session, Suggestion, (*VALUES, "dismissed", "created_at", "version", "id"), added)


PEG_COLUMNS = (
    "item_id", "sales_line_id", "material_id", "consumer_id", "suggestion_id", "production_order_id",
    "purchase_line_id",
)  # fmt: skip


def new_ids(session: Session, count: int) -> list[int]:
    """Ids for *count* suggestions that no suggestion ever had: one accepted twice must not mean another."""
    if not count:
        return []
    raised = (
        update(NumberSeries)
        .where(NumberSeries.series == SERIES)
        .values(last=NumberSeries.last + count)
        .returning(NumberSeries.last)
        .execution_options(synchronize_session=False)
    )
    last = session.scalar(raised)
    if last is None:
        _begin_series(session)
        last = session.scalar(raised)
    assert last is not None
    return list(range(last - count + 1, last + 1))


def _begin_series(session: Session) -> None:
    session.add(NumberSeries(series=SERIES, last=session.scalar(select(func.max(Suggestion.id))) or 0))
    session.flush()


def remove(session: Session, kind: type[Base], ids: Iterable[int]) -> None:
    """Delete the rows with these ids."""
    for part in chunks(ids):
        gone = delete(kind).where(kind.id.in_(part))
        session.execute(gone, execution_options={"synchronize_session": False})
        touched(session, kind, part)


def insert_raw(session: Session, kind: type[Base], names: Sequence[str], rows: Raw) -> None:
    """Insert rows of driver values, the id last."""
    if rows:
        marks = ", ".join([_mark(session)] * len(names))
        statement = f"INSERT INTO {kind.__tablename__} ({', '.join(names)}) VALUES ({marks})"
        session.connection().exec_driver_sql(statement, rows)
        touched(session, kind, (row[-1] for row in rows))


def update_raw(
    session: Session, kind: type[Base], names: Sequence[str], rows: Raw, *, versioned: bool = False
) -> None:
    """Give the rows new driver values; the id stands last in each of *rows*."""
    if rows:
        mark = _mark(session)
        given = [f"{name} = {mark}" for name in names] + ["version = version + 1"] * versioned
        statement = f"UPDATE {kind.__tablename__} SET {', '.join(given)} WHERE id = {mark}"
        session.connection().exec_driver_sql(statement, rows)
        touched(session, kind, (row[-1] for row in rows))


def _mark(session: Session) -> str:
    return "?" if session.get_bind().dialect.name == "sqlite" else "%s"
