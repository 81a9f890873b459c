"""Bills of materials in and out: rows of one item and revision are one bill, replaced as a whole.

Lines with dates but no revision become revisions, each named by its first day. A bill that would
contain itself on any day is refused with the path; so is one that variant rules write.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.i18n import N_, _
from factory_erp.models.catalog import Item
from factory_erp.models.engineering import Bill, BillAlternate, BillLine
from factory_erp.services.bulk import chunks
from factory_erp.services.engineering.structure import lock_bills
from factory_erp.services.exchange.bill_rows import BillMaker, parts_of, refuse_unknown
from factory_erp.services.exchange.bill_store import (
    BillKey,
    Line,
    Stored,
    Wanted,
    only_new,
    stored_bills,
    stored_lines,
    write_bills,
)
from factory_erp.services.exchange.circles import Use, circles
from factory_erp.services.exchange.fields import (
    Field,
    code,
    day,
    decimal,
    percent_ppm,
    text,
    unit_code,
    whole,
    yes_no,
)
from factory_erp.services.exchange.grouping import unrefused
from factory_erp.services.exchange.kind import Intake, Kind, Record, Verdict
from factory_erp.services.exchange.pair_readers import AlternatesReader
from factory_erp.services.exchange.upsert import batches

PER_READ = 2000
"""Bills that are read at once."""

OUTPUT = Field(
    "output",
    N_("Makes"),
    decimal(above=0),
    default=1,
    aliases=("Output", "Base quantity", "产出数量", "基准数量"),
    example="1",
    hint=N_("How many the bill makes; usually 1."),
)
VALID_FROM = Field(
    "valid_from",
    N_("Valid from"),
    day(),
    default=None,
    aliases=("Start date", "Effective from", "生效日期"),
    example="2026-01-01",
    hint=N_("Empty: today, for a new bill."),
)
VALID_TO = Field(
    "valid_to",
    N_("Valid to"),
    day(),
    default=None,
    aliases=("End date", "Effective to", "失效日期"),
    hint=N_("Last day; empty: for ever."),
)
NOTE = Field("note", N_("Note"), text(200), aliases=("Remark", "备注"))
HEAD = (OUTPUT, VALID_FROM, VALID_TO, NOTE)

FIELDS = (
    Field(
        "sku",
        N_("SKU"),
        code(60),
        required=True,
        aliases=("Parent", "Assembly", "Item", "Product code", "父件", "母件", "货号", "物料编码"),
        example="CUP-500-BLK",
    ),
    Field(
        "revision",
        N_("Revision"),
        code(12),
        default="A",
        aliases=("Version", "Rev", "版本", "版次"),
        example="A",
    ),
    Field(
        "position",
        N_("Position"),
        whole(1),
        default=None,
        aliases=("Line", "No.", "Pos", "行号", "序号"),
        example="1",
        hint=N_("Empty: in the order of the rows."),
    ),
    Field(
        "component",
        N_("Component"),
        code(60),
        required=True,
        aliases=("Child", "Material", "Component SKU", "子件", "子件编码", "用料"),
        example="BODY-500",
    ),
    Field(
        "quantity",
        N_("Quantity"),
        decimal(above=0),
        required=True,
        aliases=("Qty", "Usage", "Quantity per", "用量", "数量"),
        example="1",
    ),
    Field(
        "unit",
        N_("Unit"),
        unit_code(),
        aliases=("UoM", "Unit of measure", "单位"),
        example="PCS",
        hint=N_("Empty: the component's own unit."),
    ),
    OUTPUT,
    Field(
        "scrap_percent",
        N_("Scrap %"),
        percent_ppm(),
        default=0,
        aliases=("Scrap", "Loss", "损耗", "损耗率"),
        example="2",
    ),
    Field(
        "operation",
        N_("Used at operation"),
        whole(1),
        default=None,
        aliases=("Operation", "工序", "投料工序"),
        hint=N_("Number of the operation that uses it; empty: the first."),
    ),
    Field("phantom", N_("Phantom"), yes_no(), default=False, aliases=("虚拟件",)),
    Field("by_product", N_("By-product"), yes_no(), default=False, aliases=("Byproduct", "副产品")),
    Field(
        "alternates",
        N_("Alternates"),
        AlternatesReader(),
        default=(),
        aliases=("Substitutes", "替代料"),
        example="BODY-501=1",
        hint=N_("SKU=quantity, with ; between them, the first choice first."),
    ),
    VALID_FROM,
    VALID_TO,
    NOTE,
)


def take(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make the bills what the rows say, or refuse rows."""
    lock_bills(session)
    parts = parts_of(session, records)
    refuse_unknown(records, parts, intake)
    rows = unrefused(records, intake)
    stored = stored_bills(session, {parts.by_sku[record["sku"]].id for record in rows})
    made = list(BillMaker(parts, stored, HEAD, intake).bills(rows))
    refused = intake.refused
    wanted = {bill.key: bill for bill in made if not any(record.row in refused for record in bill.records)}
    _refuse_derived(wanted, stored, intake)
    _refuse_empty_phantoms(session, wanted, intake)
    new = only_new(wanted, stored)
    _refuse_circles(session, wanted, stored, new, intake)
    _note(wanted, stored, new, intake)
    if intake.rejected:
        return
    fresh = [wanted[key] for key in wanted if key not in stored]
    changed = [(stored[key].id, wanted[key]) for key in wanted if key in stored and key in new]
    write_bills(session, fresh, changed, intake)


def _note(
    wanted: Mapping[BillKey, Wanted], stored: Mapping[BillKey, Stored], new: set[BillKey], intake: Intake
) -> None:
    for key, bill in wanted.items():
        written = Verdict.UPDATED if key in stored else Verdict.CREATED
        for record in bill.records:
            intake.note(record, written if key in new else Verdict.UNCHANGED)


def _refuse_derived(
    wanted: Mapping[BillKey, Wanted], stored: Mapping[BillKey, Stored], intake: Intake
) -> None:
    reason = _(
        "This bill comes from the variant rules of its product. Change the rules, or use another revision."
    )
    for key, bill in wanted.items():
        if key in stored and stored[key].derived:
            for record in bill.records:
                intake.reject(record, "revision", reason)


def _refuse_empty_phantoms(session: Session, wanted: Mapping[BillKey, Wanted], intake: Intake) -> None:
    """A phantom is never made: its own bill takes its place, so there must be one."""
    with_bill = {item_id for item_id, _revision in wanted}
    phantoms = [(line, row) for bill in wanted.values() for line, row in bill.pairs if line.phantom]
    for part in chunks({line.component_id for line, _row in phantoms} - with_bill):
        with_bill.update(session.scalars(select(Bill.item_id).where(Bill.item_id.in_(part)).distinct()))
    for line, record in phantoms:
        if line.component_id not in with_bill:
            reason = _("{sku} has no bill of its own, so it cannot be a phantom.", sku=record["component"])
            intake.reject(record, "phantom", reason)


def _refuse_circles(
    session: Session,
    wanted: Mapping[BillKey, Wanted],
    stored: Mapping[BillKey, Stored],
    new: set[BillKey],
    intake: Intake,
) -> None:
    """Refuse the rows by which an item would come to contain itself, naming the path in SKUs."""
    if not new:
        return
    replaced = {stored[key].id for key in new if key in stored}
    uses = [*_kept_uses(session, replaced), *(use for key in new for use in _new_uses(wanted[key]))]
    found = list(circles(uses))
    skus = _skus(session, {item_id for path in found for item_id in path})
    for path in found:
        reason = _(
            "The bills of materials go round in a circle: {path}.",
            path=" → ".join(skus[item_id] for item_id in path),
        )
        steps = set(pairwise(path))
        for key in new:
            for line, record in wanted[key].pairs:
                if any((key[0], component) in steps for component in _components(line)):
                    intake.reject(record, "component", reason)


def _components(line: Line) -> Iterator[int]:
    """What goes into the parent: a by-product comes out of it."""
    if not line.by_product:
        yield line.component_id
        yield from (component for component, _quantity in line.alternates)


def _new_uses(bill: Wanted) -> Iterator[Use]:
    for line in bill.lines:
        for component in _components(line):
            yield Use(bill.key[0], component, bill.head.valid_from, bill.head.valid_to, new=True)


def _kept_uses(session: Session, replaced: set[int]) -> Iterator[Use]:
    """All that the bills use which stay as they are."""
    heads = (Bill.id, Bill.item_id, Bill.valid_from, Bill.valid_to)
    lines = select(*heads, BillLine.component_id).join(BillLine, BillLine.bill_id == Bill.id)
    instead = (
        select(*heads, BillAlternate.component_id)
        .join(BillLine, BillLine.bill_id == Bill.id)
        .join(BillAlternate, BillAlternate.line_id == BillLine.id)
    )
    for statement in (lines, instead):
        rows = session.execute(statement.where(BillLine.by_product.is_(False)))
        for bill_id, parent, valid_from, valid_to, component in rows:
            if bill_id not in replaced:
                yield Use(parent, component, valid_from, valid_to, new=False)


def _skus(session: Session, item_ids: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in chunks(item_ids):
        found.update(
            (row.id, row.sku) for row in session.execute(select(Item.id, Item.sku).where(Item.id.in_(part)))
        )
    return found


def give(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every line of every bill that is kept by hand, by SKU, revision and position."""
    heads = session.execute(
        select(Bill.id, Item.sku, Bill.revision, Bill.output, Bill.valid_from, Bill.valid_to, Bill.note)
        .join(Item, Item.id == Bill.item_id)
        .where(Bill.derived.is_(False))
        .order_by(Item.sku, Bill.revision)
    ).all()
    for part in batches(heads, PER_READ):
        lines = stored_lines(session, [head.id for head in part])
        facts = _facts(session, (item for held in lines.values() for line in held for item in _named(line)))
        for head in part:
            said = dict(head._mapping)
            bill_id = said.pop("id")
            for line in lines.get(bill_id, ()):
                yield {**said, **_given(line, facts)}


def _named(line: Line) -> Iterator[int]:
    yield line.component_id
    yield from (component for component, _quantity in line.alternates)


def _facts(session: Session, item_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """SKU and unit by item id."""
    found: dict[int, tuple[str, str]] = {}
    for part in chunks(item_ids):
        rows = session.execute(select(Item.id, Item.sku, Item.unit).where(Item.id.in_(part)))
        found.update((item_id, (sku, unit)) for item_id, sku, unit in rows)
    return found


def _given(line: Line, facts: Mapping[int, tuple[str, str]]) -> dict[str, Any]:
    sku, unit = facts[line.component_id]
    return {
        "position": line.position,
        "component": sku,
        "quantity": line.quantity,
        "unit": unit,
        "scrap_percent": line.scrap_ppm,
        "operation": line.operation,
        "phantom": line.phantom,
        "by_product": line.by_product,
        "alternates": tuple((facts[component][0], quantity) for component, quantity in line.alternates),
    }


KINDS = (Kind("bills", N_("Bills of materials"), FIELDS, take, give, needs=("items",)),)
