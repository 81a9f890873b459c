"""Making a table hold the rows of a file: many at once, only what differs, found again by key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, insert, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from factory_erp.models.base import Base
from factory_erp.services.base import touched
from factory_erp.services.bulk import CHUNK
from factory_erp.services.exchange.kind import Intake, Record, Verdict

Key = tuple[Any, ...]
Row = tuple[Record, Mapping[str, Any]]
Part = TypeVar("Part")


def upsert(
    session: Session,
    model: type[Base],
    rows: Sequence[Row],
    key: Sequence[str],
    intake: Intake,
    made_with: Callable[[Record], Mapping[str, Any]] | None = None,
) -> dict[Key, int]:
    """Make the table of *model* hold *rows*, known by the columns *key*; key → id of every one.

    Only the columns that a row gives are written; a new row gets those of *made_with* besides, and
    the columns' own defaults. Each record's verdict is noted. Of two rows of one key the later wins.
    """
    wanted = _by_key(rows, key)
    columns = list(dict.fromkeys(name for _record, values in rows for name in values))
    found = present_rows(session, model, wanted, key, columns)
    ids = {at: record_id for at, (record_id, _values) in found.items()}
    changed: list[tuple[int, dict[str, Any]]] = []
    fresh: dict[Key, dict[str, Any]] = {}
    for at, (record, values) in wanted.items():
        if at not in found:
            fresh[at] = {**(made_with(record) if made_with else {}), **values}
        elif different := differences(found[at][1], values):
            changed.append((found[at][0], different))
    ids.update(_insert(session, model, fresh, key, intake))
    change_rows(session, model, changed, intake)
    changed_ids = {record_id for record_id, _values in changed}
    for record, values in rows:
        at = tuple(values[name] for name in key)
        intake.note(record, _verdict(at in fresh, ids[at] in changed_ids))
    return ids


def upsert_parts(
    session: Session, model: type[Base], rows: Sequence[Row], key: Sequence[str], intake: Intake
) -> dict[Key, int]:
    """Like ``upsert`` for parts of a record: whatever became of a part, its record is at least updated."""
    ledger = intake.aside()
    ids = upsert(session, model, rows, key, ledger)
    for record, _values in rows:
        if ledger.verdict(record) is not Verdict.UNCHANGED:
            intake.note(record, Verdict.UPDATED)
    return ids


def _by_key(rows: Sequence[Row], key: Sequence[str]) -> dict[Key, Row]:
    wanted: dict[Key, Row] = {}
    for record, values in rows:
        at = tuple(values[name] for name in key)
        before = wanted.get(at)
        wanted[at] = (record, {**before[1], **values} if before else values)
    return wanted


def _verdict(made: bool, changed: bool) -> Verdict:
    if made:
        return Verdict.CREATED
    return Verdict.UPDATED if changed else Verdict.UNCHANGED


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What of *after* is not said by *before*; blanks around a text and its kind of line break aside."""
    return {name: value for name, value in after.items() if not same(before[name], value)}


def same(before: Any, after: Any) -> bool:
    """Whether two values mean the same: a file cannot say how a text's lines break, nor what surrounds it."""
    if before == after:
        return True
    return isinstance(before, str) and isinstance(after, str) and _bare(before) == _bare(after)


def _bare(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def present_rows(
    session: Session, model: type[Base], wanted: Iterable[Key], key: Sequence[str], columns: Sequence[str]
) -> dict[Key, tuple[int, dict[str, Any]]]:
    """Key → id and present values (*columns* and the key's own) of the rows that are there."""
    names = list(dict.fromkeys((*key, *columns)))
    statement = select(model.id, *(getattr(model, name) for name in names))
    leading = getattr(model, key[0])
    found: dict[Key, tuple[int, dict[str, Any]]] = {}
    heads = dict.fromkeys(at[0] for at in wanted)
    for part in batches(heads, CHUNK):
        held = leading.in_([head for head in part if head is not None])
        matching = or_(held, leading.is_(None)) if None in part else held
        for record_id, *values in session.execute(statement.where(matching)):
            present = dict(zip(names, values, strict=True))
            found[tuple(present[name] for name in key)] = (record_id, present)
    return found


def _insert(
    session: Session,
    model: type[Base],
    fresh: Mapping[Key, dict[str, Any]],
    key: Sequence[str],
    intake: Intake,
) -> dict[Key, int]:
    """Insert the new rows and read their ids back by key: RETURNING would send them one by one to SQLite."""
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for values in fresh.values():
        by_columns.setdefault(tuple(values), []).append(values)
    done = 0
    for rows in by_columns.values():
        for part in batches(rows, CHUNK):
            session.connection().execute(insert(_table(model)), part)
            done += len(part)
            intake.step(done, len(fresh))
    found = present_rows(session, model, fresh, key, [])
    ids = {at: record_id for at, (record_id, _values) in found.items() if at in fresh}
    touched(session, model, ids.values())
    return ids


def change_rows(
    session: Session,
    model: type[Base],
    changed: Sequence[tuple[int, Mapping[str, Any]]],
    intake: Intake | None = None,
) -> None:
    """Write new values to rows by id and count their versions up; rows of the same columns go together."""
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for record_id, values in changed:
        row = {f"to_{name}": value for name, value in values.items()} | {"at": record_id}
        by_columns.setdefault(tuple(values), []).append(row)
    done = 0
    for names, rows in by_columns.items():
        for part in batches(rows, CHUNK):
            session.connection().execute(_update(model, names), part)
            done += len(part)
            if intake:
                intake.step(done, len(changed))
    if changed:
        touched(session, model, (record_id for record_id, _values in changed))
        session.expire_all()


def _update(model: type[Base], names: Sequence[str]) -> Any:
    table = _table(model)
    values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in names}
    if "version" in table.c:
        values["version"] = table.c.version + 1
    return update(table).where(table.c.id == bindparam("at")).values(values)


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def batches(parts: Iterable[Part], size: int) -> Iterator[list[Part]]:
    """*parts* in lists of at most *size*."""
    rest = iter(parts)
    while batch := list(islice(rest, size)):
        yield batch


def ids_by(session: Session, column: InstrumentedAttribute[str], values: Iterable[str]) -> dict[str, int]:
    """Id of each record that *column* knows by one of *values*: ``ids_by(session, Item.sku, skus)``."""
    model = column.class_
    found: dict[str, int] = {}
    for part in batches(dict.fromkeys(value for value in values if value), CHUNK):
        rows = session.execute(select(column, model.id).where(column.in_(part)))
        found.update((name, record_id) for name, record_id in rows)
    return found
