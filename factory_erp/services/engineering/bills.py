"""Bills of materials as people write them: revisions, lines with alternates, stock and cost beside them.

How bills are exploded is in ``engineering.structure``; the rules stand in ``docs/algorithms/bills.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.engineering import Bill, BillAlternate, BillLine
from factory_erp.planning.material.explode import PPM
from factory_erp.services import clock
from factory_erp.services.base import get, query, use_case
from factory_erp.services.engineering import revisions as changes
from factory_erp.services.engineering.costing import cost_figure
from factory_erp.services.engineering.structure import (
    AlternateInput,
    BillLineInput,
    check_no_cycles,
    current_bills,
    lock_bills,
    share_of,
)
from factory_erp.services.master_data import by_id, check_texts, count_problem, figure_problem, same_version
from factory_erp.services.names import ItemNames
from factory_erp.services.stock import inventory

__all__ = [
    "AlternateInput",
    "AlternateView",
    "BillInput",
    "BillLineInput",
    "BillLineView",
    "BillSheet",
    "RevisionView",
    "bill_sheet",
    "new_revision",
    "remove_revision",
    "revisions",
    "save_bill",
    "typed",
    "write_bill",
]

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class BillInput:
    """A bill as its form holds it: *output* units of the item consist of the *lines*, in that order.

    Valid from one day to another (None: until further notice). *version* is the one the form read.
    """

    item_id: int
    revision: str
    output: Decimal
    valid_from: date
    valid_to: date | None
    note: str
    lines: tuple[BillLineInput, ...]
    id: int | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class RevisionView:
    """A revision of an item's bill; *lines* counts them, *current* is the one valid today."""

    id: int
    revision: str
    valid_from: date
    valid_to: date | None
    current: bool
    derived: bool
    note: str
    lines: int


@dataclass(frozen=True, slots=True)
class AlternateView:
    """What may be used instead: *quantity* in its own unit per the bill's output."""

    component_id: int
    sku: str
    name: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class BillLineView:
    """A line with stock and cost. *quantity* is without scrap, *cost* with it, in the company's currency.

    The *cost* of a by-product is what it brings in: it stands below zero.
    """

    position: int
    component_id: int
    sku: str
    name: str
    options: str
    unit: str
    quantity: Decimal
    scrap_percent: Decimal
    operation: int | None
    phantom: bool
    by_product: bool
    alternates: tuple[AlternateView, ...]
    on_hand: Decimal
    available: Decimal
    unit_cost: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True)
class BillSheet:
    """One revision of a bill; *material_cost* is that of its whole *output*, by-products taken off."""

    id: int
    item_id: int
    sku: str
    name: str
    unit: str
    revision: str
    output: Decimal
    valid_from: date
    valid_to: date | None
    derived: bool
    note: str
    version: int
    lines: tuple[BillLineView, ...]
    material_cost: Decimal


@query
def revisions(session: Session, item_id: int) -> list[RevisionView]:
    """The revisions of the item's bill, the newest first."""
    current = current_bills(session, [item_id], clock.today()).get(item_id)
    rows = session.execute(
        select(Bill, func.count(BillLine.id))
        .outerjoin(BillLine, BillLine.bill_id == Bill.id)
        .where(Bill.item_id == item_id)
        .group_by(Bill.id)
        .order_by(Bill.valid_from.desc(), Bill.revision.desc())
    )
    return [
        RevisionView(
            bill.id, bill.revision, bill.valid_from, bill.valid_to,
            current is not None and bill.id == current.id, bill.derived, bill.note, lines,
        )
        for bill, lines in rows
    ]  # fmt: skip


@query
def bill_sheet(session: Session, bill_id: int) -> BillSheet:
    """The bill with everything that its page shows. Raises NotFound."""
    bill = _loaded(session, bill_id)
    item = get(session, Item, bill.item_id)
    parts = [line.component_id for line in bill.lines]
    others = [other.component_id for line in bill.lines for other in line.alternates]
    facts = by_id(session, Item, [*parts, *others])
    names = ItemNames(session, [item.id, *facts])
    held, free = inventory.on_hand(session, parts), inventory.available(session, parts)
    lines = tuple(
        _line_view(line, facts, names, held[line.component_id], free[line.component_id])
        for line in bill.lines
    )
    return BillSheet(
        bill.id, item.id, item.sku, names.of(item.id), item.unit, bill.revision, bill.output, bill.valid_from,
        bill.valid_to, bill.derived, bill.note, bill.version, lines, sum((line.cost for line in lines), ZERO),
    )  # fmt: skip


def _loaded(session: Session, bill_id: int) -> Bill:
    lines = selectinload(Bill.lines).selectinload(BillLine.alternates)
    bill = session.scalar(select(Bill).where(Bill.id == bill_id).options(lines))
    return bill or get(session, Bill, bill_id)


def _line_view(
    line: BillLine, facts: Mapping[int, Item], names: ItemNames, on_hand: Decimal, available: Decimal
) -> BillLineView:
    item = facts[line.component_id]
    used = BillLineInput(item.id, line.quantity, line.scrap_ppm)
    cost = cost_figure(Fraction(item.standard_cost) * share_of(used, Decimal(1)))
    return BillLineView(
        line.position, item.id, item.sku, names.of(item.id), item.options, item.unit, line.quantity,
        Decimal(line.scrap_ppm) / 10_000, line.operation, line.phantom, line.by_product,
        tuple(
            AlternateView(other.component_id, facts[other.component_id].sku, names.of(other.component_id),
                          other.quantity)
            for other in line.alternates
        ),
        on_hand, available, item.standard_cost, -cost if line.by_product else cost,
    )  # fmt: skip


def typed(bill: Bill) -> tuple[BillLineInput, ...]:
    """The lines of a stored bill as a form would hold them."""
    return tuple(
        BillLineInput(
            line.component_id, line.quantity, line.scrap_ppm, line.operation, line.phantom, line.by_product,
            tuple(AlternateInput(other.component_id, other.quantity) for other in line.alternates),
        )
        for line in bill.lines
    )  # fmt: skip


@use_case
def save_bill(session: Session, given: BillInput) -> int:
    """Write the bill, new or changed; its id. Without an id it is a new revision of the item.

    Saved again as it is, nothing changes. Raises BillCycle where the item would contain itself now or
    later, InvalidValue for impossible lines and a name that is taken, NotAllowed for a derived bill and
    for days on which another revision is valid, Conflict where somebody changed it since it was read.
    """
    return write_bill(session, given).id


def write_bill(session: Session, given: BillInput, *, derived: bool = False) -> Bill:
    """What ``save_bill`` does, inside a transaction; *derived*: for the variant rules, over their own."""
    lock_bills(session)
    item = get(session, Item, given.item_id, lock=True)
    name = changes.check_head(item, given.revision, given.valid_from, given.valid_to)
    others = changes.siblings(session, Bill, item.id)
    gone = _("This bill of materials is not there any more.")
    bill = changes.found(Bill, given.id, name, others, gone)
    if bill is not None:
        if _unchanged(bill, given, name, derived):
            return bill
        if not derived:
            changes.check_by_hand(bill, item.sku)
            if given.id is None:
                raise changes.taken(name)
        same_version(bill, given.version, changes.title(item.sku, bill.revision))
    _check_lines(session, item, given)
    days = given.valid_from, given.valid_to
    if bill is None or (bill.valid_from, bill.valid_to) != days:
        changes.check_apart(item, [one for one in others if one is not bill], *days)
    if given.valid_to is None or given.valid_to >= clock.today():
        check_no_cycles(session, {item.id: used_in(given.lines)}, () if bill is None else (bill.id,))
    return _write(session, bill or Bill(item_id=item.id), given, name, derived)


def _unchanged(bill: Bill, given: BillInput, name: str, derived: bool) -> bool:
    before = (bill.revision, bill.output, bill.valid_from, bill.valid_to, bill.note, typed(bill))
    after = (name, given.output, given.valid_from, given.valid_to, given.note.strip(), given.lines)
    return before == after and (bill.derived or not derived)


def used_in(lines: Sequence[BillLineInput]) -> set[int]:
    """What the lines use, alternates among it; by-products are not used."""
    used = {line.component_id for line in lines if not line.by_product}
    return used | {other.component_id for line in lines if not line.by_product for other in line.alternates}


def _write(session: Session, bill: Bill, given: BillInput, name: str, derived: bool) -> Bill:
    bill.revision, bill.output, bill.note = name, given.output, given.note.strip()
    bill.valid_from, bill.valid_to, bill.derived = given.valid_from, given.valid_to, derived
    if bill.id is None:
        session.add(bill)
        bill.lines.extend(_lines(given.lines))
    elif typed(bill) != given.lines:
        changes.raise_version(bill, "note")
        bill.lines.clear()
        session.flush()  # the old positions must be gone before they are given again
        bill.lines.extend(_lines(given.lines))
    session.flush()
    return bill


def _lines(lines: Sequence[BillLineInput]) -> list[BillLine]:
    return [
        BillLine(
            position=position, component_id=line.component_id, quantity=line.quantity,
            scrap_ppm=line.scrap_ppm, operation=line.operation, phantom=line.phantom,
            by_product=line.by_product,
            alternates=[
                BillAlternate(priority=priority, component_id=other.component_id, quantity=other.quantity)
                for priority, other in enumerate(line.alternates, start=1)
            ],
        )
        for position, line in enumerate(lines, start=1)
    ]  # fmt: skip


def _check_lines(session: Session, item: Item, given: BillInput) -> None:
    """Raise InvalidValue for what no bill can hold, NotFound for an item that is not there."""
    if given.output <= 0:
        raise _wrong(item, _("A bill of materials makes more than nothing."), _("Enter its output."))
    check_texts(Bill, {"note": given.note.strip()}, item.sku)
    if (problem := figure_problem(given.output, _("Output"), record=item.sku)) is not None:
        raise problem
    parts = used_in(given.lines) | {line.component_id for line in given.lines}
    found = by_id(session, Item, sorted(parts))
    if missing := parts - found.keys():
        get(session, Item, min(missing))
    bills = current_bills(session, parts, clock.today())
    for number, line in enumerate(given.lines, start=1):
        sku = found[line.component_id].sku
        if said := line_fault(line, item.id, sku, line.component_id in bills):
            raise _wrong(item, _("Line {number}: {fault}", number=number, fault=said))


def line_fault(line: BillLineInput, item_id: int, sku: str, has_bill: bool) -> str:
    """What is wrong with a line, in a sentence; empty where nothing is."""
    others = [other.component_id for other in line.alternates]
    if line.quantity <= 0 or any(other.quantity <= 0 for other in line.alternates):
        return _("the quantity of {sku} must be above zero.", sku=sku)
    for figure in (line.quantity, *(other.quantity for other in line.alternates)):
        if (problem := figure_problem(figure, "quantity")) is not None:
            return f"{sku}: {problem.message}"
    if line.operation is not None and count_problem(line.operation, "operation", least=1) is not None:
        return _("the operation of {sku} is not the number of a step.", sku=sku)
    if not 0 <= line.scrap_ppm < PPM:
        return _("scrap is from 0 to less than 100 %.")
    if line.by_product and (line.phantom or others or line.scrap_ppm):
        return _("a by-product has no scrap and no alternates, and is no phantom.")
    if line.by_product and line.component_id == item_id:
        return _("{sku} cannot be a by-product of itself.", sku=sku)
    if line.phantom and not has_bill:
        return _("{sku} has no bill of its own, so it cannot be a phantom.", sku=sku)
    if len({line.component_id, *others}) <= len(others):
        return _("an alternate of {sku} is named twice.", sku=sku)
    return ""


def _wrong(item: Item, said: str, remedy: str = "") -> InvalidValue:
    return InvalidValue(
        said,
        record=item.sku,
        field=_("Bill of materials"),
        remedy=remedy or _("Correct the line and save again."),
    )


@use_case
def new_revision(session: Session, bill_id: int, revision: str, valid_from: date) -> int:
    """Copy the bill to a new revision valid from that day; the one valid then ends the day before.

    The copy may be changed by hand even if the bill was derived. Its id, also when asked again. Raises
    InvalidValue for a name or day that is taken, BillCycle as saving does.
    """
    return copy_bill(session, _loaded(session, bill_id), revision, valid_from).id


def copy_bill(session: Session, bill: Bill, revision: str, valid_from: date) -> Bill:
    """What ``new_revision`` does, inside a transaction."""
    lock_bills(session)
    item = get(session, Item, bill.item_id, lock=True)

    def copy(old: Bill, name: str, valid_to: date | None) -> Bill:
        check_no_cycles(session, {item.id: used_in(typed(old))})
        return Bill(
            item_id=item.id, revision=name, output=old.output, valid_to=valid_to, note=old.note,
            lines=_lines(typed(old)),
        )  # fmt: skip

    return changes.succeed(session, bill, item, revision, valid_from, copy)


@use_case
def remove_revision(session: Session, bill_id: int) -> None:
    """Forget the bill; the revision that it ended is valid again on its days.

    Production orders keep their copies. Raises NotAllowed for a derived one, BillCycle as saving does.
    """
    lock_bills(session)
    bill = session.get(Bill, bill_id)
    if bill is not None:
        item = get(session, Item, bill.item_id, lock=True)
        changes.forget(session, bill, item.sku)
        check_no_cycles(session, {item.id: ()})
