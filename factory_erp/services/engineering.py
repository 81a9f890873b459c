"""Bills of materials and routings: which is valid, what an item consists of, no item within itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from factory_erp.domain.errors import InvalidValue, NotFound
from factory_erp.i18n import _
from factory_erp.models.catalog import Item, Procurement
from factory_erp.models.engineering import Bill, BillLine, Routing
from factory_erp.planning.material import MICRO, PPM, BillCycle, BillRow, ItemData, low_level_codes
from factory_erp.services import clock, inventory
from factory_erp.services.base import get, query, use_case
from factory_erp.services.bulk import chunks
from factory_erp.services.names import ItemNames

EXACT = Decimal("0.000001")
"""Quantities are shown to the millionth of a unit, as they are stored."""


@dataclass(frozen=True, slots=True)
class BillNode:
    """An item within a bill: *quantity* of it (in its *unit*) goes into what was asked for.

    *level* 0 is the item asked for; *children* are empty for what is bought.
    """

    item_id: int
    sku: str
    name: str
    quantity: Decimal
    unit: str
    procurement: str
    on_hand: Decimal
    level: int
    children: tuple[BillNode, ...] = ()


@dataclass(frozen=True, slots=True)
class BillLineInput:
    """A component as it is typed in: *quantity* in its unit per the bill's output."""

    component_id: int
    quantity: Decimal
    scrap_ppm: int = 0
    operation: int | None = None
    phantom: bool = False


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What planning reads of an item."""

    id: int
    sku: str
    unit: str
    procurement: str
    step: Decimal
    lead_days: int


@dataclass(frozen=True, slots=True)
class BillFacts:
    """Output and components of the valid bill of an item."""

    output: Decimal
    lines: tuple[BillLineInput, ...]


@dataclass(frozen=True, slots=True)
class Structure:
    """Some items with everything below them, and their valid bills by item id."""

    items: Mapping[int, ItemFacts]
    bills: Mapping[int, BillFacts]

    def planning_items(self) -> dict[int, ItemData]:
        """The items as the material plan wants them: micro-units and minutes."""
        return {item.id: self._planned(item) for item in self.items.values()}

    def checked(self) -> Structure:
        """Itself; raises BillCycle, naming the path in SKUs, when an item is within itself."""
        try:
            low_level_codes(self.planning_items())
        except BillCycle as cycle:
            raise self.in_skus(cycle) from None
        return self

    def in_skus(self, cycle: BillCycle) -> BillCycle:
        """The error with its path in words that the user knows."""
        skus = [self.items[item_id].sku for item_id in cycle.path]
        cycle.message = _("The bills of materials go round in a circle: {path}.", path=" → ".join(skus))
        cycle.record, cycle.field = skus[0], _("Bill of materials")
        cycle.remedy = _("Take {sku} out of the bill of {parent}.", sku=skus[-1], parent=skus[-2])
        return cycle

    def _planned(self, item: ItemFacts) -> ItemData:
        bill = self.bills.get(item.id, BillFacts(Decimal(1), ()))
        rows = (
            BillRow(line.component_id, micro(line.quantity), line.scrap_ppm, line.operation, line.phantom)
            for line in bill.lines
        )
        return ItemData(
            id=item.id, make=item.procurement == Procurement.MAKE, bill=tuple(rows),
            bill_output=micro(bill.output), step=micro(item.step), lead_minutes=lead_days(item) * 24 * 60,
        )  # fmt: skip


def micro(quantity: Decimal) -> int:
    """A quantity in the whole micro-units of the material plan."""
    return int(quantity * MICRO)


def whole(quantity: int) -> Decimal:
    """Micro-units as a quantity, without trailing zeros."""
    units, rest = divmod(quantity, MICRO)
    return Decimal(units) if not rest else (Decimal(quantity) / MICRO).normalize()


def lead_days(item: ItemFacts) -> int:
    """Calendar days to get the item; what is made takes at least a day once its parts are there."""
    return max(item.lead_days, 1) if item.procurement == Procurement.MAKE else item.lead_days


def current_bill(session: Session, item_id: int, day: date) -> Bill | None:
    """The bill of the item valid on *day*: of several, the one that began last."""
    found = select(Bill).where(Bill.item_id == item_id, _valid(Bill, day))
    return session.scalar(found.order_by(Bill.valid_from.desc(), Bill.revision.desc()).limit(1))


def current_routing(session: Session, item_id: int, day: date) -> Routing | None:
    """The routing of the item valid on *day*: of several, the one that began last."""
    found = select(Routing).where(Routing.item_id == item_id, _valid(Routing, day))
    return session.scalar(found.order_by(Routing.valid_from.desc(), Routing.revision.desc()).limit(1))


def current_routings(session: Session, item_ids: Iterable[int], day: date) -> dict[int, Routing]:
    """The valid routing, with its operations, of each item that has one; two statements in all."""
    current: dict[int, Routing] = {}
    for part in chunks(item_ids):
        found = select(Routing).where(Routing.item_id.in_(part), _valid(Routing, day))
        ordered = found.order_by(Routing.valid_from, Routing.revision)
        rows = session.scalars(ordered.options(selectinload(Routing.operations)))
        current.update({routing.item_id: routing for routing in rows})
    return current


def _valid(kind: type[Bill] | type[Routing], day: date) -> ColumnElement[bool]:
    return and_(kind.valid_from <= day, or_(kind.valid_to.is_(None), kind.valid_to >= day))


def structure(session: Session, item_ids: Iterable[int], day: date) -> Structure:
    """The items and all that they consist of on *day*, read level by level: a few statements each.

    Raises NotFound for an item that is not there.
    """
    items: dict[int, ItemFacts] = {}
    bills: dict[int, BillFacts] = {}
    wanted = set(item_ids)
    while wanted:
        items.update(_items(session, wanted))
        if missing := wanted - items.keys():
            raise NotFound(
                _("An item of the order or bill is not there any more."),
                record=f"item {min(missing)}",
                remedy=_("Reload the page and choose another item."),
            )
        found = _bills(session, wanted, day)
        bills.update(found)
        wanted = {line.component_id for bill in found.values() for line in bill.lines} - items.keys()
    return Structure(items, bills)


def _items(session: Session, item_ids: Iterable[int]) -> dict[int, ItemFacts]:
    facts: dict[int, ItemFacts] = {}
    columns = (Item.id, Item.sku, Item.unit, Item.procurement, Item.step, Item.lead_days)
    for part in chunks(item_ids):
        rows = session.execute(select(*columns).where(Item.id.in_(part)))
        facts.update({row.id: ItemFacts(*row) for row in rows})
    return facts


def _bills(session: Session, item_ids: Iterable[int], day: date) -> dict[int, BillFacts]:
    valid: dict[int, tuple[int, Decimal]] = {}
    for part in chunks(item_ids):
        heads = select(Bill.item_id, Bill.id, Bill.output).where(Bill.item_id.in_(part), _valid(Bill, day))
        for item_id, bill_id, output in session.execute(heads.order_by(Bill.valid_from, Bill.revision)):
            valid[item_id] = (bill_id, output)
    lines = _bill_lines(session, [bill_id for bill_id, _output in valid.values()])
    return {
        item_id: BillFacts(output, tuple(lines.get(bill_id, ())))
        for item_id, (bill_id, output) in valid.items()
    }


def _bill_lines(session: Session, bill_ids: Sequence[int]) -> dict[int, list[BillLineInput]]:
    lines: dict[int, list[BillLineInput]] = {}
    columns = select(
        BillLine.bill_id, BillLine.component_id, BillLine.quantity, BillLine.scrap_ppm, BillLine.operation,
        BillLine.phantom,
    )  # fmt: skip
    for part in chunks(bill_ids):
        rows = columns.where(BillLine.bill_id.in_(part)).order_by(BillLine.bill_id, BillLine.position)
        for bill_id, component, quantity, scrap, operation, phantom in session.execute(rows):
            line = BillLineInput(component, quantity, scrap, operation, phantom)
            lines.setdefault(bill_id, []).append(line)
    return lines


@query
def bill_tree(session: Session, item_id: int, quantity: Decimal = Decimal(1)) -> BillNode:
    """What *quantity* of the item consists of, down to what is bought, scrap allowances included.

    Quantities are exact shares, not rounded to whole pieces. Raises BillCycle for a circular bill.
    """
    parts = structure(session, [item_id], clock.today()).checked()
    held = inventory.on_hand(session, parts.items)
    return _node(parts, held, ItemNames(session, parts.items), item_id, Fraction(quantity), 0)


def _node(
    parts: Structure,
    held: Mapping[int, Decimal],
    names: ItemNames,
    item_id: int,
    quantity: Fraction,
    level: int,
    phantom: bool = False,
) -> BillNode:
    item = parts.items[item_id]
    bill = parts.bills.get(item_id)
    lines = bill.lines if bill and (phantom or item.procurement == Procurement.MAKE) else ()
    output = bill.output if bill else Decimal(1)
    children = tuple(
        _node(parts, held, names, line.component_id, quantity * _share(line, output), level + 1, line.phantom)
        for line in lines
    )
    return BillNode(
        item_id, item.sku, names.of(item_id), _shown(quantity), item.unit, item.procurement, held[item_id],
        level, children,
    )  # fmt: skip


def _share(line: BillLineInput, output: Decimal) -> Fraction:
    return Fraction(line.quantity) * Fraction(PPM + line.scrap_ppm, PPM) / Fraction(output)


def _shown(quantity: Fraction) -> Decimal:
    exact = Decimal(quantity.numerator) / Decimal(quantity.denominator)
    rounded = exact.quantize(EXACT, ROUND_HALF_UP)
    return whole(int(rounded.scaleb(6)))


def check_bill_acyclic(session: Session, item_id: int) -> None:
    """Raise BillCycle, with the path in SKUs, if the item's bills lead back to one of its parents."""
    structure(session, [item_id], clock.today()).checked()


@use_case
def save_bill(
    session: Session, item_id: int, output: Decimal, lines: Sequence[BillLineInput], revision: str = "A"
) -> int:
    """Write the bill of the item in that revision, replacing its lines; the bill's id.

    A new revision is valid from today. Raises BillCycle if the item would contain itself and
    InvalidValue for a quantity that is not above zero; nothing is changed then.
    """
    item = get(session, Item, item_id)
    _check_lines(item, output, lines)
    _check_no_cycle(session, item_id, BillFacts(output, tuple(lines)))
    bill = session.scalar(select(Bill).filter_by(item_id=item_id, revision=revision))
    if bill is None:
        bill = Bill(item_id=item_id, revision=revision, valid_from=clock.today())
        session.add(bill)
    bill.output = output
    bill.lines.clear()
    session.flush()  # the old positions must be gone before they are given again
    bill.lines.extend(
        BillLine(
            position=position, component_id=line.component_id, quantity=line.quantity,
            scrap_ppm=line.scrap_ppm, operation=line.operation, phantom=line.phantom,
        )
        for position, line in enumerate(lines, start=1)
    )  # fmt: skip
    session.flush()
    return bill.id


def _check_lines(item: Item, output: Decimal, lines: Sequence[BillLineInput]) -> None:
    wrong = output <= 0 or any(line.quantity <= 0 or not 0 <= line.scrap_ppm < PPM for line in lines)
    if wrong:
        raise InvalidValue(
            _("A bill of materials needs quantities above zero, and scrap from 0 to less than 100 %."),
            record=item.sku,
            field=_("Bill of materials"),
            remedy=_("Correct the line and save again."),
        )


def _check_no_cycle(session: Session, item_id: int, bill: BillFacts) -> None:
    """Check the bill as it would be: the one that is stored does not count."""
    below = structure(session, [item_id, *(line.component_id for line in bill.lines)], clock.today())
    Structure(below.items, {**below.bills, item_id: bill}).checked()
