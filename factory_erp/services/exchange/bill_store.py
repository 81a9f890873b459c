"""Bills of materials as an import compares and writes them: many at once, by plain rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from factory_erp.i18n import _
from factory_erp.models.engineering import Bill, BillAlternate, BillLine
from factory_erp.services.base import touched
from factory_erp.services.bulk import chunks, insert_rows
from factory_erp.services.exchange.kind import Intake, Record
from factory_erp.services.exchange.upsert import batches, change_rows, same

PER_WRITE = 5000
"""Lines in one statement."""

BillKey = tuple[int, str]
"""Item id and revision."""


@dataclass(frozen=True, slots=True)
class Line:
    """A component as it is stored; *alternates* are item ids with quantities, the first choice first."""

    position: int
    component_id: int
    quantity: Decimal
    scrap_ppm: int = 0
    operation: int | None = None
    phantom: bool = False
    by_product: bool = False
    alternates: tuple[tuple[int, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """What a bill says besides its lines."""

    output: Decimal
    valid_from: date
    valid_to: date | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A bill that is there."""

    id: int
    head: Head
    derived: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A bill as the file wants it; *records* belong to the lines, one by one."""

    key: BillKey
    head: Head
    lines: tuple[Line, ...]
    records: tuple[Record, ...]

    @property
    def pairs(self) -> Iterator[tuple[Line, Record]]:
        """Each line with the row that it came from."""
        return zip(self.lines, self.records, strict=True)


def is_same(wanted: Wanted, stored: Stored) -> bool:
    """Whether nothing would change."""
    one, other = wanted.head, stored.head
    dates = (one.output, one.valid_from, one.valid_to) == (other.output, other.valid_from, other.valid_to)
    return dates and same(one.note, other.note) and wanted.lines == stored.lines


def stored_bills(session: Session, item_ids: Iterable[int]) -> dict[BillKey, Stored]:
    """All bills of the items, read in chunks."""
    columns = select(
        Bill.id,
        Bill.item_id,
        Bill.revision,
        Bill.output,
        Bill.valid_from,
        Bill.valid_to,
        Bill.note,
        Bill.derived,
    )
    found: dict[BillKey, Stored] = {}
    for part in chunks(item_ids):
        heads = session.execute(columns.where(Bill.item_id.in_(part))).all()
        lines = stored_lines(session, [head.id for head in heads])
        for head in heads:
            said = Head(head.output, head.valid_from, head.valid_to, head.note)
            held = tuple(lines.get(head.id, ()))
            found[head.item_id, head.revision] = Stored(head.id, said, head.derived, held)
    return found


def stored_lines(session: Session, bill_ids: Sequence[int]) -> dict[int, list[Line]]:
    """Lines by bill, in their order."""
    instead = _stored_alternates(session, bill_ids)
    columns = select(
        BillLine.id, BillLine.bill_id, BillLine.position, BillLine.component_id, BillLine.quantity,
        BillLine.scrap_ppm, BillLine.operation, BillLine.phantom, BillLine.by_product,
    )  # fmt: skip
    found: dict[int, list[Line]] = {}
    for part in chunks(bill_ids):
        rows = columns.where(BillLine.bill_id.in_(part)).order_by(BillLine.bill_id, BillLine.position)
        for line_id, bill_id, *values in session.execute(rows):
            line: Any = (*values, tuple(instead.get(line_id, ())))
            found.setdefault(bill_id, []).append(Line(*line))
    return found


def _stored_alternates(session: Session, bill_ids: Sequence[int]) -> dict[int, list[tuple[int, Decimal]]]:
    columns = select(BillAlternate.line_id, BillAlternate.component_id, BillAlternate.quantity)
    found: dict[int, list[tuple[int, Decimal]]] = {}
    for part in chunks(bill_ids):
        rows = columns.join(BillLine, BillLine.id == BillAlternate.line_id).where(BillLine.bill_id.in_(part))
        for line_id, component, quantity in session.execute(rows.order_by(BillAlternate.priority)):
            found.setdefault(line_id, []).append((component, quantity))
    return found


def write_bills(
    session: Session, fresh: Sequence[Wanted], changed: Sequence[tuple[int, Wanted]], intake: Intake
) -> None:
    """Insert the bills *fresh*, and write the *changed* ones over those with their ids."""
    made = [
        bill_id
        for part in batches(fresh, PER_WRITE)
        for bill_id in insert_rows(session, Bill, [_head_row(bill) for bill in part])
    ]
    _replace_heads(session, changed)
    ids = [*made, *(bill_id for bill_id, _bill in changed)]
    bills = [*fresh, *(bill for _bill_id, bill in changed)]
    total = sum(len(bill.lines) for bill in bills)
    rows = ((bill_id, line) for bill_id, bill in zip(ids, bills, strict=True) for line in bill.lines)
    _insert_lines(session, rows, total, intake)


def _head_row(bill: Wanted) -> dict[str, object]:
    item_id, revision = bill.key
    return {"item_id": item_id, "revision": revision, **_head_values(bill.head)}


def _head_values(head: Head) -> dict[str, object]:
    return {
        "output": head.output,
        "valid_from": head.valid_from,
        "valid_to": head.valid_to,
        "note": head.note,
    }


def _replace_heads(session: Session, changed: Sequence[tuple[int, Wanted]]) -> None:
    """Write the heads anew, their versions counted up, and take their lines away."""
    change_rows(session, Bill, [(bill_id, _head_values(bill.head)) for bill_id, bill in changed])
    for part in chunks(bill_id for bill_id, _bill in changed):
        gone = list(session.scalars(select(BillLine.id).where(BillLine.bill_id.in_(part))))
        session.execute(
            delete(BillLine).where(BillLine.bill_id.in_(part)),
            execution_options={"synchronize_session": False},
        )
        touched(session, BillLine, gone)


def _insert_lines(session: Session, rows: Iterator[tuple[int, Line]], total: int, intake: Intake) -> None:
    done = 0
    for part in batches(rows, PER_WRITE):
        ids = insert_rows(session, BillLine, [_line_row(bill_id, line) for bill_id, line in part])
        lines = zip(ids, (line for _bill_id, line in part), strict=True)
        insert_rows(session, BillAlternate, [row for at, line in lines for row in _alternate_rows(at, line)])
        done += len(part)
        intake.step(done, total, _("Writing bills of materials"))


def _line_row(bill_id: int, line: Line) -> dict[str, object]:
    return {
        "bill_id": bill_id, "position": line.position, "component_id": line.component_id,
        "quantity": line.quantity, "scrap_ppm": line.scrap_ppm, "operation": line.operation,
        "phantom": line.phantom, "by_product": line.by_product,
    }  # fmt: skip


def _alternate_rows(line_id: int, line: Line) -> Iterator[dict[str, object]]:
    for priority, (component, quantity) in enumerate(line.alternates, 1):
        yield {"line_id": line_id, "priority": priority, "component_id": component, "quantity": quantity}


def only_new(wanted: Mapping[BillKey, Wanted], stored: Mapping[BillKey, Stored]) -> set[BillKey]:
    """Keys of the bills that would be made or changed."""
    return {key for key, bill in wanted.items() if key not in stored or not is_same(bill, stored[key])}
