"""Stock changes only by moves: a quantity goes from one location to another, never edited.

The running balance of an item at a location is changed by one atomic statement with each move,
so that two clients cannot take the same piece; ``prove`` compares it with the sum of the moves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    ColumnElement,
    Select,
    func,
    literal,
    select,
    type_coerce,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed, NotFound
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.inventory import Location, LocationKind, MoveCause, StockBalance, StockMove
from factory_erp.models.sales import SalesLine
from factory_erp.models.types import Scaled
from factory_erp.services import clock
from factory_erp.services.base import get, query, touched, use_case
from factory_erp.services.bulk import chunks
from factory_erp.services.names import ItemNames
from factory_erp.services.stock.promise_open import NOBODY, Besides, kept_stock
from factory_erp.services.stock.reservations import (
    LINE,
    ZERO,
    cover_purchases,
    lock_waiting_orders,
    reserved,
    settle_all,
)

WAREHOUSE, PRODUCTION, CUSTOMER = "WH", "PROD", "CUST"
SUPPLIER, SCRAP, ADJUSTMENT = "SUPP", "SCRAP", "ADJ"

LOCATIONS = (
    (WAREHOUSE, "Main warehouse", "成品仓", LocationKind.WAREHOUSE),
    (PRODUCTION, "Production floor", "生产车间", LocationKind.PRODUCTION),
    (CUSTOMER, "Customers", "客户", LocationKind.CUSTOMER),
    (SUPPLIER, "Suppliers", "供应商", LocationKind.SUPPLIER),
    (SCRAP, "Scrap", "报废", LocationKind.SCRAP),
    (ADJUSTMENT, "Stocktake differences", "盘点差异", LocationKind.ADJUSTMENT),
)
"""Code, names and kind of the locations that every factory has."""


@dataclass(frozen=True, slots=True)
class StockRow:
    """What there is of an item in the warehouses, in its unit."""

    item_id: int
    sku: str
    name: str
    unit: str
    on_hand: Decimal
    available: Decimal


def ensure_locations(session: Session) -> None:
    """Make those of LOCATIONS that are missing."""
    there = set(session.scalars(select(Location.code)))
    for code, name_en, name_zh, kind in LOCATIONS:
        if code not in there:
            outside = kind is not LocationKind.WAREHOUSE
            session.add(
                Location(code=code, name_en=name_en, name_zh=name_zh, kind=kind, may_be_negative=outside)
            )
    session.flush()


def check_quantity(item: Item, quantity: Decimal) -> None:
    """Raise InvalidValue unless *quantity* is above zero and a whole number of the item's steps."""
    if problem := unfit_quantity(item.sku, item.step, quantity):
        raise problem


def unfit_quantity(sku: str, step: Decimal, quantity: Decimal) -> InvalidValue | None:
    """Why item *sku* cannot move in that *quantity*; None where it can."""
    if not quantity.is_finite() or quantity <= 0:
        said = _("The quantity of {sku} must be more than zero.", sku=sku)
        remedy = _("Enter how much it is.")
    elif quantity % step:
        said = _("{quantity} is not a quantity that {sku} can have.", quantity=quantity, sku=sku)
        remedy = _("Enter a multiple of {step}.", step=step)
    else:
        return None
    return InvalidValue(said, record=sku, field=_("Quantity"), remedy=remedy)


def move(
    session: Session,
    *,
    item_id: int,
    quantity: Decimal,
    source: str,
    destination: str,
    cause: MoveCause,
    reference: str,
    client_key: str,
    lot: str = "",
    moved_at: datetime | None = None,
) -> StockMove:
    """Move *quantity* (in the item's unit) between two location codes; once per *client_key*.

    Raises NotAllowed where the source has too little (nothing is changed then), InvalidValue for
    a quantity that the item cannot have, Conflict where the key belongs to another move.
    """
    known = _known(session, client_key, item_id, quantity)
    if known is not None:
        return known
    item = get(session, Item, item_id)
    check_quantity(item, quantity)
    origin, target = location(session, source), location(session, destination)
    made = StockMove(
        client_key=client_key, item_id=item_id, lot=lot, quantity=quantity, source_id=origin.id,
        destination_id=target.id, cause=cause, reference=reference, moved_at=moved_at or clock.now(),
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
            _take(session, item, origin, lot, quantity)
            _give(session, item_id, target, lot, quantity)
    except IntegrityError:
        # Another client booked the same key between our look and our insert.
        known = _known(session, client_key, item_id, quantity)
        if known is None:
            raise
        return known
    return made


def _known(session: Session, client_key: str, item_id: int, quantity: Decimal) -> StockMove | None:
    found = session.scalar(select(StockMove).filter_by(client_key=client_key))
    if found is not None and (found.item_id, found.quantity) != (item_id, quantity):
        raise booked_otherwise(found.reference)
    return found


def booked_otherwise(reference: str) -> Conflict:
    """The error for a client key that belongs to another move, of document *reference*."""
    return Conflict(
        _("This stock move was booked before with another item or quantity."),
        record=reference,
        remedy=_("Reload the page and enter the move again."),
    )


def location(session: Session, code: str) -> Location:
    """The location with that code. Raises NotFound."""
    found = session.scalar(select(Location).filter_by(code=code))
    if found is None:
        raise NotFound(
            _("There is no location '{code}'.", code=code),
            record=code,
            field=_("Location"),
            remedy=_("Choose one of the factory's locations."),
        )
    return found


def _take(session: Session, item: Item, origin: Location, lot: str, quantity: Decimal) -> None:
    if origin.may_be_negative:
        _give(session, item.id, origin, lot, -quantity)
        return
    place = {"item_id": item.id, "location_id": origin.id, "lot": lot}
    lowered = (
        update(StockBalance)
        .filter_by(**place)
        .where(StockBalance.on_hand >= quantity)
        .values(on_hand=StockBalance.on_hand - quantity)
        .returning(StockBalance.id)
        .execution_options(synchronize_session=False)
    )
    changed = session.scalar(lowered)
    if changed is None:
        there = session.scalar(select(StockBalance.on_hand).filter_by(**place))
        raise too_little(item, origin, there or Decimal(0), quantity)
    touched(session, StockBalance, [changed])


def too_little(item: Item, origin: Location, there: Decimal, quantity: Decimal) -> NotAllowed:
    """The error for taking *quantity* of the item where only *there* is left."""
    return NotAllowed(
        _("There is not enough {sku} at {location}: {have} are there, {need} are needed.",
          sku=item.sku, location=origin.code, have=there, need=quantity),
        record=item.sku,
        field=_("Quantity"),
        remedy=_("Receive or make more of it, or correct the stock after counting."),
    )  # fmt: skip


def _give(session: Session, item_id: int, location: Location, lot: str, quantity: Decimal) -> None:
    """Add *quantity* to the balance in one statement, making its row where there is none."""
    row = {
        "item_id": item_id, "location_id": location.id, "lot": lot, "on_hand": quantity,
        "may_be_negative": location.may_be_negative,
    }  # fmt: skip
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    added = dialect.insert(StockBalance).values(**row)
    raised = added.on_conflict_do_update(
        index_elements=["item_id", "location_id", "lot"],
        set_={"on_hand": StockBalance.on_hand + added.excluded.on_hand},
    ).returning(StockBalance.id)
    changed = session.scalars(raised, execution_options={"synchronize_session": False}).one()
    touched(session, StockBalance, [changed])


def on_hand(session: Session, item_ids: Collection[int]) -> dict[int, Decimal]:
    """What the warehouses hold of each item, all lots together."""
    there = dict.fromkeys(item_ids, Decimal(0))
    for part in chunks(item_ids):
        held = (
            select(StockBalance.item_id, func.sum(StockBalance.on_hand))
            .join(Location, Location.id == StockBalance.location_id)
            .where(StockBalance.item_id.in_(part), Location.kind == LocationKind.WAREHOUSE)
            .group_by(StockBalance.item_id)
        )
        there.update((row[0], row[1]) for row in session.execute(held))
    return there


def lock_stock(session: Session, item_ids: Iterable[int]) -> None:
    """Let nobody else reserve these items before this transaction ends (SQLite has one writer anyway)."""
    for part in chunks(sorted(item_ids)):
        rows = select(Item.id).where(Item.id.in_(part)).order_by(Item.id).with_for_update()
        session.execute(rows).all()


def available(session: Session, item_ids: Collection[int], besides: Besides = NOBODY) -> dict[int, Decimal]:
    """What may be promised to somebody new: on hand less what is there for known demands and promises.

    There for a demand is what it is pegged to in stock, and what its production orders have
    already delivered, less what was shipped or issued of it. What is kept for *besides* is free for it.
    """
    free = on_hand(session, item_ids)
    for key, quantity in reserved(session, item_ids).items():
        free[key[0]] -= quantity
    for item, quantity in kept_stock(session, item_ids, besides).items():
        free[item] -= quantity
    return free


@dataclass(frozen=True, slots=True)
class Wanted:
    """A known demand that wants to take *quantity* of its item; *kind* is LINE or MATERIAL."""

    kind: str
    id: int
    item_id: int
    quantity: Decimal


def free_for(session: Session, wanted: Sequence[Wanted]) -> list[Decimal]:
    """How much each demand may take now, in turn: what is kept for it, then what is nobody's.

    At most what it wants, and never what the warehouses do not hold. What one of *wanted* takes is
    gone for those after it.
    """
    items = {demand.item_id for demand in wanted}
    own, held = reserved(session, items), on_hand(session, items)
    free = dict(held)
    for key, quantity in own.items():
        free[key[0]] -= quantity
    for item, quantity in kept_stock(session, items).items():
        free[item] -= quantity
    taken = []
    for demand in wanted:
        key = (demand.item_id, demand.kind, demand.id)
        kept = min(own.get(key, ZERO), demand.quantity)
        more = max(ZERO, min(free[demand.item_id], demand.quantity - kept))
        takes = min(kept + more, held[demand.item_id])
        own[key] = own.get(key, ZERO) - kept
        free[demand.item_id] -= more
        held[demand.item_id] -= takes
        taken.append(takes)
    return taken


def free_for_lines(session: Session, lines: Iterable[SalesLine]) -> dict[int, Decimal]:
    """Order line id → how much of its item may be shipped for it now, at most what is left to ship.

    Goods that are kept for other orders and other lines are not among it.
    """
    wanted = {line.id: Wanted(LINE, line.id, line.item_id, line.quantity - line.shipped) for line in lines}
    return dict(zip(wanted, free_for(session, list(wanted.values())), strict=True))


def prove(session: Session) -> list[str]:
    """Each balance that is not the sum of its moves, in words; empty when the books are right."""
    parts = union_all(
        _signed(StockMove.destination_id, StockMove.quantity),
        _signed(StockMove.source_id, -StockMove.quantity),
        select(
            StockBalance.item_id, StockBalance.location_id.label("location_id"), StockBalance.lot,
            literal(Decimal(0), Scaled()).label("moved"), StockBalance.on_hand.label("held"),
        ),
    ).subquery()  # fmt: skip
    moved, held = func.sum(parts.c.moved), func.sum(parts.c.held)
    wrong = (
        select(Item.sku, Location.code, parts.c.lot, held, moved)
        .join(Item, Item.id == parts.c.item_id)
        .join(Location, Location.id == parts.c.location_id)
        .group_by(Item.sku, Location.code, parts.c.lot)
        .having(moved != held)
        .order_by(Item.sku, Location.code)
    )
    return [
        _("{sku} at {location}: the balance says {held}, the moves say {moved}.",
          sku=f"{sku} {lot}".strip(), location=code, held=balance, moved=total)
        for sku, code, lot, balance, total in session.execute(wrong)
    ]  # fmt: skip


def _signed(
    location: InstrumentedAttribute[int], quantity: ColumnElement[Decimal] | InstrumentedAttribute[Decimal]
) -> Select[int, int, str, Decimal, Decimal]:
    """Moves as additions to one side's location."""
    return select(
        StockMove.item_id, location.label("location_id"), StockMove.lot,
        type_coerce(quantity, Scaled()).label("moved"), literal(Decimal(0), Scaled()).label("held"),
    )  # fmt: skip


@use_case
def receive(
    session: Session, item_id: int, quantity: Decimal, reference: str, client_key: str, lot: str = ""
) -> int:
    """Book goods in from a supplier; the id of the move. Raises InvalidValue for a bad quantity.

    Orders that wait for a purchase of the item get it, the soonest needed first.
    """
    ensure_locations(session)
    waiting = lock_waiting_orders(session, item_id)
    lock_stock(session, [item_id])
    before = _known(session, client_key, item_id, quantity)
    made = move(
        session, item_id=item_id, quantity=quantity, source=SUPPLIER, destination=WAREHOUSE,
        cause=MoveCause.RECEIPT, reference=reference, client_key=client_key, lot=lot,
    )  # fmt: skip
    if before is None:
        cover_purchases(session, item_id, quantity)
        settle_all(session, waiting)
    return made.id


@use_case
def adjust(
    session: Session, item_id: int, difference: Decimal, reference: str, client_key: str, lot: str = ""
) -> int:
    """Book a stocktake's *difference* (negative: goods are missing); the id of the move.

    Raises NotAllowed where more is missing than there was, InvalidValue for no difference.
    """
    ensure_locations(session)
    source, destination = (ADJUSTMENT, WAREHOUSE) if difference > 0 else (WAREHOUSE, ADJUSTMENT)
    return move(
        session, item_id=item_id, quantity=abs(difference), source=source, destination=destination,
        cause=MoveCause.STOCKTAKE, reference=reference, client_key=client_key, lot=lot,
    ).id  # fmt: skip


@query
def stock_rows(session: Session, item_ids: Sequence[int]) -> list[StockRow]:
    """Stock of the items asked for, in the order asked; an id that is gone is left out."""
    facts: dict[int, tuple[str, str]] = {}
    for part in chunks(item_ids):
        found = session.execute(select(Item.id, Item.sku, Item.unit).where(Item.id.in_(part)))
        facts.update({item_id: (sku, unit) for item_id, sku, unit in found})
    held, free, names = on_hand(session, facts), available(session, facts), ItemNames(session, facts)
    return [
        StockRow(i, facts[i][0], names.of(i), facts[i][1], held[i], free[i]) for i in item_ids if i in facts
    ]
