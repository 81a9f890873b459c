"""Rows of a file as bills of materials: who is named, in which unit, which rows make one bill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.quantity import unit_name
from factory_erp.i18n import _, language
from factory_erp.models.catalog import Item, UnitConversion
from factory_erp.services.bulk import chunks
from factory_erp.services.clock import today
from factory_erp.services.exchange.bill_store import BillKey, Head, Line, Stored, Wanted
from factory_erp.services.exchange.dated_lines import dated_revisions
from factory_erp.services.exchange.fields import Field
from factory_erp.services.exchange.grouping import grouped, header, unknown
from factory_erp.services.exchange.kind import Intake, Record
from factory_erp.services.exchange.unit_factors import converted, factor
from factory_erp.services.exchange.upsert import batches

DEFAULT_REVISION = "A"
Pair = tuple[Line, Record]
"""A line and the row that it came from."""
PER_READ = 5000


@dataclass(frozen=True, slots=True)
class Part:
    """What a bill's row needs to know of an item."""

    id: int
    sku: str
    unit: str


@dataclass(frozen=True, slots=True)
class Parts:
    """The items that a file names, by SKU, and their own conversions, by item id."""

    by_sku: Mapping[str, Part]
    conversions: Mapping[int, Mapping[str, Decimal]]


def parts_of(session: Session, records: Sequence[Record]) -> Parts:
    """The items that the rows name as parents, components or alternates."""
    skus = dict.fromkeys(sku for record in records for sku in _skus(record))
    by_sku: dict[str, Part] = {}
    for part in batches(skus, PER_READ):
        rows = session.execute(select(Item.id, Item.sku, Item.unit).where(Item.sku.in_(part)))
        by_sku.update((row.sku, Part(*row)) for row in rows)
    converting = {by_sku[r["component"]].id for r in records if r.get("unit") and r["component"] in by_sku}
    return Parts(by_sku, _conversions(session, converting))


def _skus(record: Record) -> Iterator[str]:
    yield record["sku"]
    yield record["component"]
    for sku, _quantity in record.get("alternates") or ():
        yield sku


def _conversions(session: Session, item_ids: Iterable[int]) -> dict[int, dict[str, Decimal]]:
    found: dict[int, dict[str, Decimal]] = {}
    columns = select(UnitConversion.item_id, UnitConversion.unit, UnitConversion.factor)
    for part in chunks(item_ids):
        for item_id, unit, rate in session.execute(columns.where(UnitConversion.item_id.in_(part))):
            found.setdefault(item_id, {})[unit] = rate
    return found


def refuse_unknown(records: Sequence[Record], parts: Parts, intake: Intake) -> None:
    """Refuse the cells that name items which are not in the catalogue."""
    remedy = _("Import the items first.")
    for record in records:
        for key in ("sku", "component"):
            if record[key] not in parts.by_sku:
                intake.reject(record, key, unknown(record[key], remedy))
        for sku, _quantity in record.get("alternates") or ():
            if sku not in parts.by_sku:
                intake.reject(record, "alternates", unknown(sku, remedy))


class BillMaker:
    """Makes the bills of a file; what a row leaves out is taken from the *stored* line of its component."""

    def __init__(
        self, parts: Parts, stored: Mapping[BillKey, Stored], head_fields: Sequence[Field], intake: Intake
    ) -> None:
        self._parts = parts
        self._stored = stored
        self._head_fields = head_fields
        self._intake = intake
        self._day = today()

    def bills(self, records: Sequence[Record]) -> Iterator[Wanted]:
        """The bills that the rows make; those with refused rows among them, as far as they go."""
        for (sku, revision), rows in grouped(records, _bill_of).items():
            if revision is None and any(row.get("valid_from") or row.get("valid_to") for row in rows):
                yield from self._dated(sku, rows)
            else:
                yield self._whole(sku, revision or DEFAULT_REVISION, rows)

    def _whole(self, sku: str, revision: str, rows: Sequence[Record]) -> Wanted:
        key = (self._parts.by_sku[sku].id, revision)
        head = self._head(rows[0], key, header(rows, self._head_fields, self._intake))
        return _wanted(key, head, self._lines(key, rows))

    def _head(self, record: Record, key: BillKey, said: Mapping[str, Any]) -> Head:
        stored = self._stored.get(key)
        base = stored.head if stored else Head(Decimal(1), self._day, None)
        head = Head(
            said.get("output", base.output),
            said.get("valid_from") or base.valid_from,
            said.get("valid_to", base.valid_to),
            said.get("note", base.note),
        )
        if head.valid_to and head.valid_to < head.valid_from:
            self._intake.reject(record, "valid_to", _("The bill would end before it begins."))
        return head

    def _dated(self, sku: str, rows: Sequence[Record]) -> Iterator[Wanted]:
        """Rows with dates of their own: a revision, named by its first day, from each day of change."""
        spans = [span for row in rows if (span := self._span(row))]
        if len(spans) < len(rows):
            return
        fields = [field for field in self._head_fields if field.key in ("output", "note")]
        for revision in dated_revisions(spans):
            held = [rows[index] for index in revision.indices]
            key = (self._parts.by_sku[sku].id, revision.valid_from.isoformat())
            head = self._head(held[0], key, header(held, fields, self._intake))
            head = Head(head.output, revision.valid_from, revision.valid_to, head.note)
            yield _wanted(key, head, self._lines(key, held))

    def _span(self, row: Record) -> tuple[date, date | None] | None:
        first, last = row.get("valid_from"), row.get("valid_to")
        if first is None:
            self._intake.reject(
                row, "valid_from", _("Other rows of this bill have dates: this one needs its first day.")
            )
        elif last and last < first:
            self._intake.reject(row, "valid_to", _("The line would end before it begins."))
        else:
            return first, last
        return None

    def _lines(self, key: BillKey, rows: Sequence[Record]) -> list[Pair]:
        stored = self._stored.get(key)
        before = _by_component(stored.lines) if stored else {}
        seen: Counter[int] = Counter()
        lines: list[Line] = []
        for row in rows:
            component = self._parts.by_sku[row["component"]]
            nth = seen[component.id]
            seen[component.id] += 1
            base = before.get((component.id, nth), _BLANK)
            position = row.get("position") or (lines[-1].position + 1 if lines else 1)
            lines.append(self._line(row, position, component, base))
        self._refuse_double_positions(rows, lines)
        return _placed(list(zip(lines, rows, strict=True)), stored)

    def _line(self, row: Record, position: int, component: Part, base: Line) -> Line:
        quantity = self._quantity(row, component)
        phantom, by_product = row.get("phantom", base.phantom), row.get("by_product", base.by_product)
        if phantom and by_product:
            self._intake.reject(
                row, "by_product", _("A by-product comes out: it cannot be a phantom as well.")
            )
        instead = base.alternates
        if "alternates" in row.values:
            instead = tuple(self._alternates(row, component, quantity))
        return Line(
            position, component.id, quantity, row.get("scrap_percent", base.scrap_ppm),
            row.get("operation", base.operation), phantom, by_product, instead,
        )  # fmt: skip

    def _quantity(self, row: Record, component: Part) -> Decimal:
        unit = row.get("unit") or component.unit
        rate = factor(unit, component.unit, self._parts.conversions.get(component.id, {}))
        if rate is None:
            reason = _(
                "{sku} is counted in {base}, and nothing says how much of it one {unit} is.",
                sku=component.sku, base=_unit(component.unit), unit=_unit(unit),
            )  # fmt: skip
            remedy = _("Write the quantity in {base}, or enter a unit conversion for the item.",
                       base=_unit(component.unit))  # fmt: skip
            self._intake.reject(row, "unit", f"{reason} {remedy}")
            return Decimal(1)
        quantity = converted(row["quantity"], rate)
        if not quantity:
            self._intake.reject(row, "quantity", _("The quantity is too small to be counted."))
        return quantity

    def _alternates(self, row: Record, component: Part, quantity: Decimal) -> Iterator[tuple[int, Decimal]]:
        for sku, given in row["alternates"]:
            other = self._parts.by_sku[sku]
            if other.id == component.id:
                self._intake.reject(row, "alternates", _("{sku} cannot stand in for itself.", sku=sku))
            elif given is None and other.unit != component.unit:
                reason = _(
                    "{sku} is counted in another unit. Write how much of it is used: {sku}=1.", sku=sku
                )
                self._intake.reject(row, "alternates", reason)
            else:
                yield other.id, quantity if given is None else given

    def _refuse_double_positions(self, rows: Sequence[Record], lines: Sequence[Line]) -> None:
        seen: set[int] = set()
        for row, line in zip(rows, lines, strict=True):
            if line.position in seen:
                reason = _("Position {position} stands twice in this bill.", position=line.position)
                self._intake.reject(row, "position", reason)
            seen.add(line.position)


_BLANK = Line(0, 0, Decimal(1))


def _bill_of(record: Record) -> tuple[str, str | None]:
    """SKU and revision; no revision where the file has no such column."""
    if "revision" in record.values:
        return record["sku"], record["revision"] or DEFAULT_REVISION
    return record["sku"], None


def _unit(code: str) -> str:
    return unit_name(code, language())


def _by_component(lines: Sequence[Line]) -> dict[tuple[int, int], Line]:
    """Lines by component and its how-manieth line of the bill."""
    seen: Counter[int] = Counter()
    found: dict[tuple[int, int], Line] = {}
    for line in lines:
        found[line.component_id, seen[line.component_id]] = line
        seen[line.component_id] += 1
    return found


def _placed(pairs: list[Pair], stored: Stored | None) -> list[Pair]:
    """The lines in order; a file without positions leaves those of a bill with the same components alone."""
    unsaid = "position" not in pairs[0][1].values
    before = stored.lines if stored and unsaid else ()
    if before and [line.component_id for line, _row in pairs] == [line.component_id for line in before]:
        places = (line.position for line in before)
        return [(replace(line, position=at), row) for (line, row), at in zip(pairs, places, strict=True)]
    return sorted(pairs, key=lambda pair: pair[0].position)


def _wanted(key: BillKey, head: Head, pairs: Sequence[Pair]) -> Wanted:
    return Wanted(key, head, tuple(line for line, _row in pairs), tuple(row for _line, row in pairs))
