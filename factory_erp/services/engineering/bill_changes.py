"""Two bills side by side, and one component replaced by another in every bill that names it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.domain.quantity import unit_name
from factory_erp.i18n import _, language
from factory_erp.models.catalog import Item
from factory_erp.models.engineering import Bill, BillAlternate, BillLine
from factory_erp.services import clock
from factory_erp.services.base import get, query, use_case
from factory_erp.services.bulk import chunks
from factory_erp.services.engineering import bills
from factory_erp.services.engineering import revisions as changes
from factory_erp.services.engineering.structure import (
    BillLineInput,
    below,
    check_no_cycles,
    current_bills,
    lock_bills,
    shown,
)
from factory_erp.services.master_data import by_id
from factory_erp.services.names import ItemNames

ADDED, REMOVED, CHANGED, SAME = "added", "removed", "changed", "same"


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """A component in either bill. *change* is added, removed, changed or same; the texts say its facts."""

    sku: str
    name: str
    change: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Titles of the two bills, and their lines side by side."""

    left: str
    right: str
    rows: tuple[DifferenceRow, ...]


@dataclass(frozen=True, slots=True)
class ReplaceRow:
    """A line that names the old component; *problem* says why it cannot be replaced, empty if it can."""

    line_id: int
    bill_id: int
    parent_sku: str
    parent_name: str
    revision: str
    current: bool
    old_quantity: Decimal
    new_quantity: Decimal
    problem: str


@query
def compare(session: Session, bill_a: int, bill_b: int) -> Comparison:
    """Lines of the two bills side by side, the n-th of a component against the n-th; raises NotFound.

    Quantities are compared per unit made, so that bills with another output can be.
    """
    left, right = get(session, Bill, bill_a), get(session, Bill, bill_b)
    before, after = _by_component(left), _by_component(right)
    keys = list(dict.fromkeys((*before, *after)))
    items = {bill.item_id for bill in (left, right)} | {component for component, _number in keys}
    items |= {other.component_id for line in (*bills.typed(left), *bills.typed(right))
              for other in line.alternates}  # fmt: skip
    words = _Words(session, items)
    rows = tuple(
        words.difference(key[0], before.get(key), after.get(key), left.output, right.output) for key in keys
    )
    return Comparison(words.title(left), words.title(right), rows)


def _by_component(bill: Bill) -> dict[tuple[int, int], BillLineInput]:
    """Component and its count so far → line."""
    found: dict[tuple[int, int], BillLineInput] = {}
    for line in bills.typed(bill):
        number = sum(component == line.component_id for component, _number in found)
        found[line.component_id, number] = line
    return found


class _Words:
    """What the lines of two bills are in words."""

    def __init__(self, session: Session, item_ids: set[int]) -> None:
        self._names = ItemNames(session, item_ids)
        self._items = by_id(session, Item, item_ids)

    def title(self, bill: Bill) -> str:
        return changes.title(self._items[bill.item_id].sku, bill.revision)

    def sku(self, item_id: int) -> str:
        return self._items[item_id].sku

    def name(self, item_id: int) -> str:
        return self._names.of(item_id)

    def difference(
        self,
        component: int,
        before: BillLineInput | None,
        after: BillLineInput | None,
        output_before: Decimal,
        output_after: Decimal,
    ) -> DifferenceRow:
        return DifferenceRow(
            self._items[component].sku,
            self._names.of(component),
            _change(before, after, output_before, output_after),
            self._facts(before, output_before),
            self._facts(after, output_after),
        )

    def _facts(self, line: BillLineInput | None, output: Decimal) -> str:
        return " · ".join(self._parts(line, output)) if line else ""

    def _parts(self, line: BillLineInput, output: Decimal) -> Iterator[str]:
        unit = unit_name(self._items[line.component_id].unit, language())
        per = "" if output == 1 else f" / {_plain(output)}"
        yield f"{_plain(line.quantity)} {unit}{per}"
        if line.scrap_ppm:
            yield _("scrap {percent} %", percent=_plain(Decimal(line.scrap_ppm) / 10_000))
        if line.operation is not None:
            yield _("at operation {sequence}", sequence=line.operation)
        if line.phantom:
            yield _("phantom")
        if line.by_product:
            yield _("by-product")
        for other in line.alternates:
            yield _("or {quantity} of {sku}", quantity=_plain(other.quantity),
                    sku=self._items[other.component_id].sku)  # fmt: skip


def _change(
    before: BillLineInput | None, after: BillLineInput | None, output_before: Decimal, output_after: Decimal
) -> str:
    if before is None:
        return ADDED
    if after is None:
        return REMOVED
    return SAME if _per(before, output_after) == _per(after, output_before) else CHANGED


def _per(line: BillLineInput, times: Decimal) -> BillLineInput:
    """The line times the other bill's output: equal where both need the same per unit made."""
    others = tuple(replace(other, quantity=other.quantity * times) for other in line.alternates)
    return replace(line, quantity=line.quantity * times, alternates=others)


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"


@query
def replace_preview(
    session: Session, old_id: int, new_id: int, factor: Decimal = Decimal(1)
) -> list[ReplaceRow]:
    """Every line, of bills valid today or later, that names the old component, with what it would become.

    *factor* units of the new one stand for one of the old. Raises InvalidValue for a factor not above zero.
    """
    _check(old_id, new_id, factor)
    target = _target(session, new_id)
    touched = _naming(session, old_id)
    parents = {bill.item_id for bill, _line, _quantity in touched}
    valid = {head.id for head in current_bills(session, parents, clock.today()).values()}
    words = _Words(session, parents)
    rows = [
        ReplaceRow(
            line.id, bill.id, words.sku(bill.item_id), words.name(bill.item_id), bill.revision,
            bill.id in valid, quantity, _times(quantity, factor),
            _problem(bill, line, old_id, target, factor),
        )
        for bill, line, quantity in touched
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.parent_sku, row.revision, row.line_id))


@use_case
def replace_component(
    session: Session,
    old_id: int,
    new_id: int,
    factor: Decimal,
    line_ids: Sequence[int],
    new_revision: str = "",
    valid_from: date | None = None,
) -> int:
    """Replace the component in those lines, all or none; how many were replaced.

    In place, or, with a name for a *new_revision*, in a copy of each bill valid from *valid_from*
    (today) on, which is the only way for derived bills. A line replaced before is passed over. Raises
    BillCycle, Conflict for a line that names something else by now, InvalidValue and NotAllowed for
    what the preview calls a problem, and for two bills of an item that would both become the revision.
    """
    _check(old_id, new_id, factor)
    lock_bills(session)
    target = _target(session, new_id)
    chosen = _chosen(session, line_ids, old_id, new_id)
    uses: dict[int, tuple[int, ...]] = {
        bill.item_id: (new_id,) for bill, places in chosen for place in places
        if not bill.lines[place].by_product
    }  # fmt: skip
    check_no_cycles(session, uses)
    if new_revision:
        _check_one_each(session, [bill.item_id for bill, _places in chosen], new_revision)
    count = 0
    for bill, places in chosen:
        if new_revision:
            made = bills.copy_bill(session, bill, new_revision, valid_from or clock.today())
        else:
            made = bill
            changes.check_by_hand(bill, get(session, Item, bill.item_id).sku)
        count += sum(_replaced(made, place, old_id, target, factor) for place in places)
    session.flush()
    return count


def _check_one_each(session: Session, item_ids: Sequence[int], revision: str) -> None:
    twice = next((item_id for item_id in item_ids if item_ids.count(item_id) > 1), None)
    if twice is not None:
        sku = get(session, Item, twice).sku
        raise NotAllowed(
            _("Two revisions of {sku} cannot both become {revision}.", sku=sku, revision=revision),
            record=sku,
            field=_("Revision"),
            remedy=_("Choose the lines of one of them, or replace the component in place."),
        )


@dataclass(frozen=True, slots=True)
class _Target:
    """The new component: itself, whether it has a bill, and everything it consists of."""

    item: Item
    has_bill: bool
    below: set[int]


def _target(session: Session, new_id: int) -> _Target:
    item = get(session, Item, new_id)
    return _Target(item, new_id in current_bills(session, [new_id], clock.today()), below(session, [new_id]))


def _check(old_id: int, new_id: int, factor: Decimal) -> None:
    if old_id == new_id or factor <= 0:
        raise InvalidValue(
            _("A component is replaced by another one, in a quantity above zero."),
            field=_("Component"),
            remedy=_("Choose another component and a factor above zero."),
        )


def _times(quantity: Decimal, factor: Decimal) -> Decimal:
    return shown(Fraction(quantity) * Fraction(factor))


def _naming(session: Session, old_id: int) -> list[tuple[Bill, BillLine, Decimal]]:
    """Bill, line and quantity wherever the item is named in a bill that is not over yet."""
    alive = or_(Bill.valid_to.is_(None), Bill.valid_to >= clock.today())
    lines = select(Bill, BillLine).join(BillLine, BillLine.bill_id == Bill.id).where(alive)
    loaded = lines.options(selectinload(BillLine.alternates))
    named = session.execute(loaded.where(BillLine.component_id == old_id)).all()
    instead = session.execute(
        loaded.add_columns(BillAlternate.quantity)
        .join(BillAlternate, BillAlternate.line_id == BillLine.id)
        .where(BillAlternate.component_id == old_id)
    )
    return [
        *((bill, line, line.quantity) for bill, line in named),
        *((row[0], row[1], row[2]) for row in instead),
    ]


def _problem(bill: Bill, line: BillLine, old_id: int, target: _Target, factor: Decimal) -> str:
    """Why the line cannot be replaced in place, in a sentence; empty where it can."""
    if line.component_id != old_id:
        return _("It is only an alternate here: change it in the bill.")
    if bill.derived:
        return _("The bill is derived by variant rules: only a new revision can replace it.")
    if not line.by_product and bill.item_id in target.below:
        return _("{sku} consists of it, so it cannot go into it.", sku=target.item.sku)
    return _fault(bill, line, target, factor)


def _fault(bill: Bill, line: BillLine, target: _Target, factor: Decimal) -> str:
    changed = BillLineInput(
        target.item.id, _times(line.quantity, factor), line.scrap_ppm, line.operation, line.phantom,
        line.by_product,
    )  # fmt: skip
    return bills.line_fault(changed, bill.item_id, target.item.sku, target.has_bill)


def _chosen(
    session: Session, line_ids: Sequence[int], old_id: int, new_id: int
) -> list[tuple[Bill, list[int]]]:
    """Each bill touched, with the places of the lines to replace in it; raises Conflict."""
    found = by_id(session, BillLine, line_ids)
    if any(
        line_id not in found or found[line_id].component_id not in (old_id, new_id) for line_id in line_ids
    ):
        raise _changed_since_preview()
    bill_ids = dict.fromkeys(line.bill_id for line in found.values())
    loaded = selectinload(Bill.lines).selectinload(BillLine.alternates)
    rows: dict[int, Bill] = {}
    for part in chunks(bill_ids):
        rows.update({bill.id: bill for bill in session.scalars(
            select(Bill).where(Bill.id.in_(part)).options(loaded))})  # fmt: skip
    return [
        (rows[bill_id], [place for place, line in enumerate(rows[bill_id].lines) if line.id in found])
        for bill_id in bill_ids
    ]


def _changed_since_preview() -> Conflict:
    return Conflict(
        _("One of the bills was changed since the preview."),
        field=_("Bill of materials"),
        remedy=_("Look at the preview again."),
    )


def _replaced(bill: Bill, place: int, old_id: int, target: _Target, factor: Decimal) -> bool:
    """Replace the component of one line, and whether that had still to be done; raises Conflict."""
    line = bill.lines[place] if place < len(bill.lines) else None
    if line is None or line.component_id not in (old_id, target.item.id):
        raise _changed_since_preview()  # the new revision was there already, with other lines
    if line.component_id != old_id:
        return False
    if said := _fault(bill, line, target, factor):
        raise InvalidValue(
            said,
            record=bill.revision,
            field=_("Bill of materials"),
            remedy=_("Leave this line out, or change it in its bill."),
        )
    line.component_id, line.quantity = target.item.id, _times(line.quantity, factor)
    line.alternates[:] = [other for other in line.alternates if other.component_id != target.item.id]
    changes.raise_version(bill, "note")
    return True
