"""Many stock moves in few statements, with the guarantees of ``stock.inventory.move``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item
from factory_erp.models.inventory import Location, MoveCause, StockBalance, StockMove
from factory_erp.models.types import Scaled
from factory_erp.services import clock
from factory_erp.services.base import get, touched
from factory_erp.services.bulk import chunks, insert_rows
from factory_erp.services.stock.inventory import booked_otherwise, location, too_little, unfit_quantity

KEYS = 5000
"""Client keys that are looked up at once."""

Place = tuple[int, int, str]
"""Item id, location id, lot."""


@dataclass(frozen=True, slots=True)
class Move:
    """*quantity* (in the item's unit) that goes between two location codes; once per *client_key*."""

    item_id: int
    quantity: Decimal
    source: str
    destination: str
    cause: MoveCause
    reference: str
    client_key: str
    lot: str = ""


def move_all(session: Session, moves: Sequence[Move], moved_at: datetime | None = None) -> list[int]:
    """Do all *moves* at one moment; their ids in the same order, those of moves that were known too.

    A place that gives and receives is judged by what it holds in the end. Raises what ``move``
    does, and then nothing is changed.
    """
    try:
        with session.begin_nested():
            return _book(session, moves, moved_at or clock.now())
    except IntegrityError:
        # Another client booked one of the keys between our look and our insert: now it is seen.
        with session.begin_nested():
            return _book(session, moves, moved_at or clock.now())


def _book(session: Session, moves: Sequence[Move], moved_at: datetime) -> list[int]:
    session.flush()
    known = _known(session, moves)
    new = [move for key, move in _by_key(moves).items() if key not in known]
    _check_quantities(session, new)
    codes = dict.fromkeys(code for move in new for code in (move.source, move.destination))
    places = {code: location(session, code) for code in codes}
    _change_balances(session, new, places)
    made = insert_rows(session, StockMove, [_row(move, places, moved_at) for move in new])
    known |= {move.client_key: at for move, at in zip(new, made, strict=True)}
    return [known[move.client_key] for move in moves]


def _by_key(moves: Iterable[Move]) -> dict[str, Move]:
    """The moves by client key. Raises Conflict where two of them have one key."""
    found: dict[str, Move] = {}
    for move in moves:
        first = found.setdefault(move.client_key, move)
        if (first.item_id, first.quantity) != (move.item_id, move.quantity):
            raise booked_otherwise(first.reference)
    return found


def _known(session: Session, moves: Sequence[Move]) -> dict[str, int]:
    """Ids of the moves that were booked before, by client key. Raises Conflict for another move."""
    columns = select(
        StockMove.client_key, StockMove.id, StockMove.item_id, StockMove.quantity, StockMove.reference
    )
    wanted = {move.client_key: (move.item_id, move.quantity) for move in moves}
    keys, found = list(wanted), dict[str, int]()
    for start in range(0, len(keys), KEYS):
        part = columns.where(StockMove.client_key.in_(keys[start : start + KEYS]))
        for key, at, item_id, quantity, reference in session.execute(part):
            if wanted[key] != (item_id, quantity):
                raise booked_otherwise(reference)
            found[key] = at
    return found


def _check_quantities(session: Session, moves: Sequence[Move]) -> None:
    """Raise NotFound for an item that is not there, InvalidValue for a quantity that it cannot have."""
    facts: dict[int, tuple[str, Decimal]] = {}
    for part in chunks(move.item_id for move in moves):
        rows = session.execute(select(Item.id, Item.sku, Item.step).where(Item.id.in_(part)))
        facts.update((item_id, (sku, step)) for item_id, sku, step in rows)
    for move in moves:
        if move.item_id not in facts:
            get(session, Item, move.item_id)
        if problem := unfit_quantity(*facts[move.item_id], move.quantity):
            raise problem


def _row(move: Move, places: Mapping[str, Location], moved_at: datetime) -> dict[str, object]:
    return {
        "client_key": move.client_key, "item_id": move.item_id, "lot": move.lot,
        "quantity": move.quantity, "source_id": places[move.source].id,
        "destination_id": places[move.destination].id, "cause": move.cause,
        "reference": move.reference, "moved_at": moved_at,
    }  # fmt: skip


def _change_balances(session: Session, moves: Sequence[Move], places: Mapping[str, Location]) -> None:
    """Change each balance by the sum of the moves, in one order of places so that no two lock each other."""
    changes: dict[Place, Decimal] = defaultdict(Decimal)
    for move in moves:
        changes[move.item_id, places[move.source].id, move.lot] -= move.quantity
        changes[move.item_id, places[move.destination].id, move.lot] += move.quantity
    ordered = {place: changes[place] for place in sorted(changes) if changes[place]}
    located = {one.id: one for one in places.values()}
    held = {place: (at, there) for at, place, there in _balances(session, ordered)}
    for place, change in ordered.items():
        there = held[place][1] if place in held else Decimal(0)
        if there + change < 0 and change < 0 and not located[place[1]].may_be_negative:
            item = get(session, Item, place[0])
            raise too_little(item, located[place[1]], there, -change)
    _raise_balances(session, [(held[place][0], ordered[place]) for place in ordered if place in held])
    _add_balances(session, {place: ordered[place] for place in ordered if place not in held}, located)


def _balances(session: Session, places: Iterable[Place]) -> Iterator[tuple[int, Place, Decimal]]:
    """Id, place and quantity of the balances that are there, locked from the first place to the last."""
    wanted = set(places)
    locations = {location_id for _item, location_id, _lot in wanted}
    key = (StockBalance.item_id, StockBalance.location_id, StockBalance.lot)
    columns = select(StockBalance.id, *key, StockBalance.on_hand).where(
        StockBalance.location_id.in_(locations)
    )
    for part in chunks(sorted({item_id for item_id, _location, _lot in wanted})):
        rows = columns.where(StockBalance.item_id.in_(part)).order_by(*key).with_for_update()
        for at, item_id, location_id, lot, there in session.execute(rows):
            if (item_id, location_id, lot) in wanted:
                yield at, (item_id, location_id, lot), there


def _raise_balances(session: Session, changes: Sequence[tuple[int, Decimal]]) -> None:
    if not changes:
        return
    table = _table()
    more = table.c.on_hand + bindparam("change", type_=Scaled())
    raised = update(table).where(table.c.id == bindparam("at")).values(on_hand=more)
    session.connection().execute(raised, [{"at": at, "change": change} for at, change in changes])
    session.expire_all()
    touched(session, StockBalance, [at for at, _change in changes])


def _add_balances(session: Session, fresh: Mapping[Place, Decimal], located: Mapping[int, Location]) -> None:
    """Balances of places that had none; one that another client has just made is raised."""
    if not fresh:
        return
    rows = [
        {
            "item_id": item_id, "location_id": location_id, "lot": lot, "on_hand": change,
            "may_be_negative": located[location_id].may_be_negative,
        }
        for (item_id, location_id, lot), change in fresh.items()
    ]  # fmt: skip
    table = _table()
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    added = dialect.insert(table)
    raised = added.on_conflict_do_update(
        index_elements=["item_id", "location_id", "lot"],
        set_={"on_hand": table.c.on_hand + added.excluded.on_hand},
    )
    session.connection().execute(raised, rows)
    touched(session, StockBalance, [at for at, _place, _there in _balances(session, fresh)])


def _table() -> Table:
    table = StockBalance.__table__
    assert isinstance(table, Table)
    return table
