"""Rows of a file that make one document together, and the records that rows name."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy.orm import InstrumentedAttribute, Session

from factory_erp.i18n import _
from factory_erp.services.exchange.fields import Field
from factory_erp.services.exchange.kind import Intake, Record
from factory_erp.services.exchange.upsert import Row, ids_by, same

KeyT = TypeVar("KeyT", bound=Hashable)


def grouped(records: Iterable[Record], key: Callable[[Record], KeyT]) -> dict[KeyT, list[Record]]:
    """The records by *key*, in the order of the file."""
    found: dict[KeyT, list[Record]] = {}
    for record in records:
        found.setdefault(key(record), []).append(record)
    return found


def header(rows: Sequence[Record], fields: Iterable[Field], intake: Intake) -> dict[str, Any]:
    """What the rows of one document say of the document: the first row counts, later ones may be empty.

    A later row that says something else is refused. Columns that the file does not have are absent.
    """
    first = rows[0]
    said = {field.key: first[field.key] for field in fields if field.key in first.values}
    empty = {field.key: field.default for field in fields}
    for row in rows[1:]:
        for key, value in said.items():
            other = row[key]
            if not same(other, value) and not same(other, empty[key]):
                intake.reject(row, key, _other(first.row))
    return said


def _other(row: int) -> str:
    said = _("Row {row} says something else of the same record.", row=row)
    return f"{said} {_('Write the same in both, or leave this cell empty.')}"


def unrefused(records: Sequence[Record], intake: Intake) -> list[Record]:
    """The records of which nothing was refused."""
    refused = intake.refused
    return [record for record in records if record.row not in refused] if refused else list(records)


def without_refused(rows: Sequence[Row], intake: Intake) -> list[Row]:
    """Those rows of an upsert of whose record nothing was refused."""
    refused = intake.refused
    return [row for row in rows if row[0].row not in refused]


def resolve(
    session: Session,
    column: InstrumentedAttribute[str],
    records: Iterable[Record],
    key: str,
    intake: Intake,
    remedy: str,
) -> dict[str, int]:
    """Ids of what field *key* names, known by *column*; an unknown name is refused with the *remedy*.

    Empty cells, and files without the column, name nothing.
    """
    named = [record for record in records if record.get(key)]
    ids = ids_by(session, column, (record[key] for record in named))
    for record in named:
        if record[key] not in ids:
            intake.reject(record, key, unknown(record[key], remedy))
    return ids


def unknown(name: str, remedy: str) -> str:
    """The sentence for a record that is not there."""
    return " ".join((_("{name} is not there.", name=name), remedy))


def made_of(values: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, Any]:
    """Those *values* (field key → value) that *fields* sends to a column, by column."""
    return {column: values[key] for key, column in fields.items() if key in values}
