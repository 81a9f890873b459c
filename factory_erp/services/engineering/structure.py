"""Bills of materials and routings: which is valid, what an item consists of, no item within itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from factory_erp.domain.errors import NotFound
from factory_erp.i18n import _
from factory_erp.models.catalog import Item, Procurement
from factory_erp.models.engineering import Bill, BillAlternate, BillLine, Routing, RoutingOperation
from factory_erp.planning.material.explode import MICRO, PPM, BillCycle, BillRow, ItemData, low_level_codes
from factory_erp.services import clock
from factory_erp.services.base import query
from factory_erp.services.bulk import chunks
from factory_erp.services.names import ItemNames
from factory_erp.services.stock import inventory


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
class AlternateInput:
    """What may be used instead of a component: *quantity* in its own unit per the bill's output."""

    component_id: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class BillLineInput:
    """A component as it is typed in: *quantity* in its unit per the bill's output.

    A *by_product* comes out beside the item instead of going into it. *alternates* stand in the order
    in which they are preferred.
    """

    component_id: int
    quantity: Decimal
    scrap_ppm: int = 0
    operation: int | None = None
    phantom: bool = False
    by_product: bool = False
    alternates: tuple[AlternateInput, ...] = ()


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

    @property
    def components(self) -> tuple[BillLineInput, ...]:
        """The lines that go into the item."""
        return tuple(line for line in self.lines if not line.by_product)


@dataclass(frozen=True, slots=True)
class BillHead:
    """Which bill it is, and how many units of its item its lines make."""

    id: int
    output: Decimal
    revision: str


@dataclass(frozen=True, slots=True)
class ByProduct:
    """What comes out beside an item, or goes into it: *share* (in its unit) for each unit of the item."""

    item_id: int
    share: Fraction
    operation: int | None


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

    def by_products(self, item_id: int) -> tuple[ByProduct, ...]:
        """What comes out with the item, from its own bill and from those of its phantoms; added up."""
        found: dict[tuple[int, int | None], Fraction] = {}
        for line, operation, share in self._made_with(item_id):
            if line.by_product:
                key = (line.component_id, operation)
                found[key] = found.get(key, Fraction(0)) + share
        return tuple(ByProduct(item, share, operation) for (item, operation), share in found.items())

    def consumed(self, item_id: int) -> tuple[ByProduct, ...]:
        """What goes into the item, phantoms replaced by what they consist of; *share* of it for each unit.

        A phantom without a bill goes in itself.
        """
        found: dict[tuple[int, int | None], Fraction] = {}
        for line, operation, share in self._made_with(item_id):
            replaced = line.phantom and line.component_id in self.bills
            if not line.by_product and not replaced:
                key = (line.component_id, operation)
                found[key] = found.get(key, Fraction(0)) + share
        return tuple(ByProduct(item, share, operation) for (item, operation), share in found.items())

    def _made_with(self, item_id: int) -> Iterator[tuple[BillLineInput, int | None, Fraction]]:
        """Lines of the item's bill, and those of its phantoms at the operation where the phantom is used."""
        waiting: list[tuple[int, Fraction, int | None]] = [(item_id, Fraction(1), None)]
        while waiting:
            current, amount, at = waiting.pop()
            bill = self.bills.get(current, NO_BILL)
            for line in bill.lines:
                operation = line.operation if current == item_id else at
                share = amount * share_of(line, bill.output)
                yield line, operation, share
                if line.phantom and not line.by_product:
                    waiting.append((line.component_id, share, operation))

    def in_skus(self, cycle: BillCycle) -> BillCycle:
        """The error with its path in words that the user knows."""
        skus = [self.items[item_id].sku for item_id in cycle.path]
        cycle.message = _("The bills of materials go round in a circle: {path}.", path=" → ".join(skus))
        cycle.record, cycle.field = skus[0], _("Bill of materials")
        cycle.remedy = _("Take {sku} out of the bill of {parent}.", sku=skus[-1], parent=skus[-2])
        return cycle

    def _planned(self, item: ItemFacts) -> ItemData:
        bill = self.bills.get(item.id, NO_BILL)
        rows = (
            BillRow(line.component_id, micro(line.quantity), line.scrap_ppm, line.operation, line.phantom)
            for line in bill.components
        )
        return ItemData(
            id=item.id, make=item.procurement == Procurement.MAKE, bill=tuple(rows),
            bill_output=micro(bill.output), step=micro(item.step), lead_minutes=lead_days(item) * 24 * 60,
        )  # fmt: skip


BILLS_LOCK = 0x42494C4C
"""Key of the PostgreSQL advisory lock on what consists of what."""

NO_BILL = BillFacts(Decimal(1), ())
"""Of an item that consists of nothing else."""


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
    found = select(Bill).where(Bill.item_id == item_id, valid_on(Bill, day))
    return session.scalar(found.order_by(Bill.valid_from.desc(), Bill.revision.desc()).limit(1))


def current_bills(session: Session, item_ids: Iterable[int], day: date) -> dict[int, BillHead]:
    """The bill valid on *day* of each item that has one; one statement."""
    valid: dict[int, BillHead] = {}
    for part in chunks(item_ids):
        heads = select(Bill.item_id, Bill.id, Bill.output, Bill.revision)
        found = heads.where(Bill.item_id.in_(part), valid_on(Bill, day))
        rows = session.execute(found.order_by(Bill.valid_from, Bill.revision))
        valid.update({row.item_id: BillHead(row.id, row.output, row.revision) for row in rows})
    return valid


def current_routing(session: Session, item_id: int, day: date) -> Routing | None:
    """The routing of the item valid on *day*: of several, the one that began last."""
    found = select(Routing).where(Routing.item_id == item_id, valid_on(Routing, day))
    return session.scalar(found.order_by(Routing.valid_from.desc(), Routing.revision.desc()).limit(1))


def current_routings(session: Session, item_ids: Iterable[int], day: date) -> dict[int, Routing]:
    """The valid routing of each item that has one, with operations and their machines; three statements."""
    current: dict[int, Routing] = {}
    for part in chunks(item_ids):
        found = select(Routing).where(Routing.item_id.in_(part), valid_on(Routing, day))
        ordered = found.order_by(Routing.valid_from, Routing.revision)
        steps = selectinload(Routing.operations).selectinload(RoutingOperation.machines)
        rows = session.scalars(ordered.options(steps))
        current.update({routing.item_id: routing for routing in rows})
    return current


def valid_on(kind: type[Bill] | type[Routing], day: date) -> ColumnElement[bool]:
    """The condition that a bill or routing is valid on *day*; of several, the one counts that began last."""
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
    valid = current_bills(session, item_ids, day)
    lines = bill_lines(session, [head.id for head in valid.values()])
    return {item_id: BillFacts(head.output, tuple(lines.get(head.id, ()))) for item_id, head in valid.items()}


def bill_lines(session: Session, bill_ids: Iterable[int]) -> dict[int, list[BillLineInput]]:
    """The lines of each bill by position, without their alternates, which planning does not use yet."""
    lines: dict[int, list[BillLineInput]] = {}
    columns = select(
        BillLine.bill_id, BillLine.component_id, BillLine.quantity, BillLine.scrap_ppm, BillLine.operation,
        BillLine.phantom, BillLine.by_product,
    )  # fmt: skip
    for part in chunks(bill_ids):
        rows = columns.where(BillLine.bill_id.in_(part)).order_by(BillLine.bill_id, BillLine.position)
        for bill_id, component, quantity, scrap, operation, phantom, by_product in session.execute(rows):
            line = BillLineInput(component, quantity, scrap, operation, phantom, by_product)
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
    lines = bill.components if bill and (phantom or item.procurement == Procurement.MAKE) else ()
    output = bill.output if bill else Decimal(1)
    children = tuple(
        _node(
            parts, held, names, line.component_id, quantity * share_of(line, output), level + 1, line.phantom
        )
        for line in lines
    )
    return BillNode(
        item_id, item.sku, names.of(item_id), shown(quantity), item.unit, item.procurement, held[item_id],
        level, children,
    )  # fmt: skip


def share_of(line: BillLineInput, output: Decimal) -> Fraction:
    """How much of the line's item goes into (or comes out with) one unit of the bill's item, exactly."""
    return Fraction(line.quantity) * Fraction(PPM + line.scrap_ppm, PPM) / Fraction(output)


def shown(quantity: Fraction) -> Decimal:
    """An exact quantity as people see it: to the millionth, without trailing zeros."""
    micros = (quantity * MICRO * 2 + 1) // 2
    return whole(int(micros))


def check_bill_acyclic(session: Session, item_id: int) -> None:
    """Raise BillCycle, with the path in SKUs, if the item's bills lead back to one of its parents."""
    check_no_cycles(session, {item_id: ()})


def lock_bills(session: Session) -> None:
    """One transaction at a time writes bills: two halves of a circle do not see each other. Take it first."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(BILLS_LOCK))).all()


def check_no_cycles(
    session: Session, added: Mapping[int, Collection[int]], without: Collection[int] = ()
) -> None:
    """Raise BillCycle, with the path in SKUs, if *added* (item → components) would close a circle.

    Every revision counts that is valid today or later, as if all were valid at once, and alternates
    like components; the bills *without*, which are about to be replaced, do not. By-products never count.
    Nobody else writes bills until the transaction ends.
    """
    lock_bills(session)
    graph = _graph_below(session, added, without)
    plain = {
        item: ItemData(item, True, tuple(BillRow(part, MICRO) for part in sorted(parts)))
        for item, parts in graph.items()
    }
    try:
        low_level_codes(plain)
    except BillCycle as cycle:
        raise Structure(_items(session, cycle.path), {}).in_skus(cycle) from None


def below(session: Session, item_ids: Iterable[int]) -> set[int]:
    """The items with all that they consist of now or later, alternates among it."""
    return set(_graph_below(session, dict.fromkeys(item_ids, ()), ()))


def _graph_below(
    session: Session, added: Mapping[int, Collection[int]], without: Collection[int]
) -> dict[int, set[int]]:
    """Item → components, of everything from *added* downwards, read level by level."""
    graph: dict[int, set[int]] = {}
    wanted = set(added)
    while wanted:
        found = _components(session, wanted, without)
        for item in wanted:
            graph[item] = found.get(item, set()) | set(added.get(item, ()))
        wanted = {component for item in wanted for component in graph[item]} - graph.keys()
    return graph


def _components(session: Session, item_ids: Iterable[int], without: Collection[int]) -> dict[int, set[int]]:
    """Item → what any of its bills that is not over uses, alternates among it."""
    found: dict[int, set[int]] = {}
    alive = or_(Bill.valid_to.is_(None), Bill.valid_to >= clock.today())
    lines = select(Bill.id, Bill.item_id, BillLine.component_id).join(BillLine, BillLine.bill_id == Bill.id)
    instead = (
        select(Bill.id, Bill.item_id, BillAlternate.component_id)
        .join(BillLine, BillLine.bill_id == Bill.id)
        .join(BillAlternate, BillAlternate.line_id == BillLine.id)
    )
    for part in chunks(item_ids):
        for statement in (lines, instead):
            rows = statement.where(Bill.item_id.in_(part), alive, BillLine.by_product.is_(False))
            for bill_id, item_id, component in session.execute(rows):
                if bill_id not in without:
                    found.setdefault(item_id, set()).add(component)
    return found
