"""Stock in and out: counted quantities. What differs from the books is posted as a move, never edited."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from factory_erp.i18n import N_, _
from factory_erp.models.catalog import Item
from factory_erp.models.inventory import Location, LocationKind, MoveCause, StockBalance, StockMove
from factory_erp.services.bulk import chunks
from factory_erp.services.exchange.fields import Field, code, decimal
from factory_erp.services.exchange.grouping import resolve, unknown, unrefused
from factory_erp.services.exchange.kind import Intake, Kind, Record, Verdict
from factory_erp.services.exchange.upsert import batches
from factory_erp.services.stock import inventory
from factory_erp.services.stock.inventory_bulk import Move, Place, move_all

PER_WRITE = 5000
"""Differences that are posted at once; between them the import hears that it should stop."""

FIELDS = (
    Field(
        "sku",
        N_("SKU"),
        code(60),
        required=True,
        key_part=True,
        aliases=("Item", "Product code", "货号", "物料编码"),
        example="CUP-500-BLK",
    ),
    Field(
        "location",
        N_("Location"),
        code(20),
        key_part=True,
        default=inventory.WAREHOUSE,
        aliases=("Warehouse", "仓库", "库位"),
        example="WH",
        hint=N_("Empty: the main warehouse."),
    ),
    Field("lot", N_("Lot"), code(40), key_part=True, aliases=("Batch", "Lot number", "批号", "批次")),
    Field(
        "quantity",
        N_("Quantity"),
        decimal(minimum=0),
        required=True,
        aliases=("On hand", "Counted", "Qty", "数量", "库存数量", "盘点数量"),
        example="1200",
        hint=N_("As counted, in the item's unit. The difference is posted."),
    ),
)


@dataclass(frozen=True, slots=True)
class _Count:
    """A row that differs from the books by *difference*; *known*: the books had the place already."""

    record: Record
    place: Place
    location: str
    difference: Decimal
    known: bool


def take(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Post what was counted, or refuse rows."""
    inventory.ensure_locations(session)
    items = resolve(session, Item.sku, records, "sku", intake, _("Import the items first."))
    warehouses = _warehouses(session)
    _refuse_places(records, warehouses, intake)
    _refuse_parts(session, unrefused(records, intake), items, intake)
    places = _places(unrefused(records, intake), items, warehouses, intake)
    inventory.lock_stock(session, {place[0] for place in places})
    counts = list(_differences(session, places, warehouses, intake))
    if not intake.rejected:
        _post(session, counts, intake)


def _warehouses(session: Session) -> dict[str, int]:
    """Ids of the places that are counted, by code."""
    rows = select(Location.code, Location.id).filter_by(kind=LocationKind.WAREHOUSE)
    return dict(session.execute(rows).all())


def _refuse_places(records: Sequence[Record], warehouses: Mapping[str, int], intake: Intake) -> None:
    for record in records:
        location = record.get("location") or inventory.WAREHOUSE
        if location not in warehouses:
            remedy = _("The warehouses are: {codes}.", codes=", ".join(warehouses))
            intake.reject(record, "location", unknown(location, remedy))


def _refuse_parts(
    session: Session, records: Sequence[Record], items: Mapping[str, int], intake: Intake
) -> None:
    """Refuse quantities that the item cannot have: half a piece."""
    steps: dict[int, Decimal] = {}
    for part in chunks(items.values()):
        steps.update(session.execute(select(Item.id, Item.step).where(Item.id.in_(part))).all())
    for record in records:
        step = steps[items[record["sku"]]]
        if record["quantity"] % step:
            reason = _("{sku} is counted in multiples of {step}.", sku=record["sku"], step=step)
            intake.reject(record, "quantity", reason)


def _places(
    records: Sequence[Record], items: Mapping[str, int], warehouses: Mapping[str, int], intake: Intake
) -> dict[Place, Record]:
    found: dict[Place, Record] = {}
    for record in records:
        location = warehouses[record.get("location") or inventory.WAREHOUSE]
        first = found.setdefault((items[record["sku"]], location, record.get("lot") or ""), record)
        if first is not record:
            intake.reject(record, "sku", _("Row {row} counts the same place.", row=first.row))
    return found


def _differences(
    session: Session, places: Mapping[Place, Record], warehouses: Mapping[str, int], intake: Intake
) -> Iterator[_Count]:
    codes = {location_id: location for location, location_id in warehouses.items()}
    held = _held(session, places)
    for place, record in places.items():
        difference = record["quantity"] - held.get(place, Decimal(0))
        known = place in held
        if not difference:
            intake.note(record, Verdict.UNCHANGED)
            continue
        intake.note(record, Verdict.UPDATED if known else Verdict.CREATED)
        yield _Count(record, place, codes[place[1]], difference, known)


def _held(session: Session, places: Mapping[Place, Record]) -> dict[Place, Decimal]:
    columns = select(StockBalance.item_id, StockBalance.location_id, StockBalance.lot, StockBalance.on_hand)
    found: dict[Place, Decimal] = {}
    for part in chunks(place[0] for place in places):
        for item_id, location_id, lot, on_hand in session.execute(
            columns.where(StockBalance.item_id.in_(part))
        ):
            found[item_id, location_id, lot] = on_hand
    return found


def _post(session: Session, counts: Sequence[_Count], intake: Intake) -> None:
    latest = _latest_moves(session, counts)
    done = 0
    for part in batches(sorted(counts, key=lambda count: count.place), PER_WRITE):
        move_all(session, [_move(count, latest.get(count.place, 0)) for count in part])
        done += len(part)
        intake.step(done, len(counts), _("Posting stock"))


def _move(count: _Count, latest: int) -> Move:
    more = count.difference > 0
    return Move(
        item_id=count.place[0],
        quantity=abs(count.difference),
        source=inventory.ADJUSTMENT if more else count.location,
        destination=count.location if more else inventory.ADJUSTMENT,
        cause=MoveCause.STOCKTAKE if count.known else MoveCause.OPENING,
        reference=_("Stocktake") if count.known else _("Opening stock"),
        client_key=_key(count, latest),
        lot=count.place[2],
    )


def _key(count: _Count, latest: int) -> str:
    """The same for two who post one count over the same state of the books, so that it is posted once."""
    said = "|".join(map(str, (*count.place, latest, count.record["quantity"])))
    return "count:" + hashlib.sha256(said.encode()).hexdigest()[:32]


def _latest_moves(session: Session, counts: Sequence[_Count]) -> dict[Place, int]:
    """Id of the last move into or out of each place."""
    found: dict[Place, int] = {}
    sides: tuple[InstrumentedAttribute[int], ...] = (StockMove.source_id, StockMove.destination_id)
    for part in chunks(count.place[0] for count in counts):
        for side in sides:
            keys = (StockMove.item_id, side, StockMove.lot)
            rows = select(*keys, func.max(StockMove.id)).where(StockMove.item_id.in_(part)).group_by(*keys)
            for item_id, location_id, lot, last in session.execute(rows):
                place = (item_id, location_id, lot)
                found[place] = max(found.get(place, 0), last)
    return found


def give(session: Session) -> Iterator[Mapping[str, Any]]:
    """What is in the warehouses, by SKU, location and lot; nothing of what is not there."""
    rows = (
        select(
            Item.sku,
            Location.code.label("location"),
            StockBalance.lot,
            StockBalance.on_hand.label("quantity"),
        )
        .join(StockBalance, StockBalance.item_id == Item.id)
        .join(Location, Location.id == StockBalance.location_id)
        .where(Location.kind == LocationKind.WAREHOUSE, StockBalance.on_hand != 0)
        .order_by(Item.sku, Location.code, StockBalance.lot)
    )
    for row in session.execute(rows):
        yield dict(row._mapping)


KINDS = (Kind("stock", N_("Stock"), FIELDS, take, give, needs=("items",)),)
