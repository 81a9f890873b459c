"""Many stock moves at once keep every promise of a single one."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, func, select

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed, NotFound
from factory_erp.models.database import Database
from factory_erp.models.inventory import Location, MoveCause, StockBalance, StockMove
from factory_erp.services.base import use_case
from factory_erp.services.stock import inventory
from factory_erp.services.stock.inventory_bulk import Move, move_all
from tests.services.factory import an_item

ITEMS = ("CUP", "LID", "BOX")


@pytest.fixture
def items(db: Database) -> list[int]:
    with db.session(write=True) as session:
        inventory.ensure_locations(session)
        return [an_item(session, sku).id for sku in ITEMS]


def a_move(item_id: int, quantity: int | str, key: str, source: str = "ADJ", to: str = "WH") -> Move:
    return Move(item_id, Decimal(quantity), source, to, MoveCause.STOCKTAKE, "Count", key)


def book(db: Database, *moves: Move) -> list[int]:
    with db.session(write=True) as session:
        return move_all(session, moves)


def balances(db: Database) -> dict[tuple[int, str, str], Decimal]:
    with db.session() as session:
        assert inventory.prove(session) == []
        rows = select(StockBalance.item_id, Location.code, StockBalance.lot, StockBalance.on_hand)
        joined = rows.join(Location, Location.id == StockBalance.location_id)
        found = {(item, code, lot): held for item, code, lot, held in session.execute(joined)}
    return {place: held for place, held in found.items() if held}


def count(db: Database) -> int:
    with db.session() as session:
        return session.scalar(select(func.count()).select_from(StockMove)) or 0


def test_they_are_booked_once_per_key_in_their_order(db: Database, items: list[int]) -> None:
    cup, lid, _box = items
    first = [a_move(lid, 7, "a"), a_move(cup, 5, "b"), a_move(cup, 2, "c", "WH", "PROD")]
    ids = book(db, *first)
    assert balances(db) == {
        (cup, "WH", ""): 3, (cup, "PROD", ""): 2, (lid, "WH", ""): 7,
        (cup, "ADJ", ""): -5, (lid, "ADJ", ""): -7,
    }  # fmt: skip
    before = balances(db)
    again = book(db, first[1], a_move(cup, 1, "d"), first[0], first[0])
    assert (again[0], again[2], again[3]) == (ids[1], ids[0], ids[0])
    assert again[1] not in ids
    assert balances(db)[cup, "WH", ""] == before[cup, "WH", ""] + 1
    assert count(db) == 4


def test_what_was_changed_is_reported(db: Database, items: list[int]) -> None:
    cup = items[0]
    booked = use_case(move_all)
    made = booked([a_move(cup, 5, "a")])
    raised = booked([a_move(cup, 2, "b")])
    assert made.changes["stock_move"] == frozenset(made.value)
    assert len(made.changes["stock_balance"]) == 2
    assert raised.changes["stock_balance"] == made.changes["stock_balance"]
    assert dict(booked([a_move(cup, 2, "b")]).changes) == {}
    assert booked([]).value == []


def test_one_that_cannot_be_done_leaves_none_of_them(db: Database, items: list[int]) -> None:
    cup, lid, _box = items
    book(db, a_move(cup, 7, "there"))
    before = balances(db)
    good = a_move(lid, 1, "good")
    for wrong, error, said in (
        (a_move(cup, 8, "w", "WH", "PROD"), NotAllowed, "7 are there, 8 are needed"),
        (a_move(lid, 2, "w", "WH", "PROD"), NotAllowed, "1 are needed"),
        (a_move(cup, "0.5", "w"), InvalidValue, "CUP"),
        (a_move(cup, 0, "w"), InvalidValue, "CUP"),
        (a_move(cup, 1, "w", "MOON"), NotFound, "MOON"),
        (a_move(999_999, 1, "w"), NotFound, "not there"),
        (a_move(cup, 8, "there"), Conflict, "booked before"),
        (a_move(cup, 1, "good"), Conflict, "booked before"),
    ):
        with db.session(write=True) as session, pytest.raises(error, match=said):
            move_all(session, [good, wrong])
    assert balances(db) == before
    assert count(db) == 1


def test_lots_are_places_of_their_own(db: Database, items: list[int]) -> None:
    move = replace(a_move(items[0], 4, "a"), lot="L1")
    book(db, move)
    with pytest.raises(NotAllowed):
        book(db, replace(a_move(items[0], 1, "b", "WH", "PROD"), lot="L2"))
    assert balances(db)[items[0], "WH", "L1"] == 4


def test_two_clients_that_post_the_same_count_post_it_once(db: Database, items: list[int]) -> None:
    moves = [a_move(item, 3, f"k{item}") for item in items]
    with ThreadPoolExecutor(1) as pool:
        with db.session(write=True) as session:
            first = move_all(session, moves)
            other = pool.submit(book, db, *reversed(moves))
            time.sleep(0.3)
        assert other.result(timeout=20) == list(reversed(first))
    assert balances(db)[items[0], "WH", ""] == 3
    assert count(db) == 3


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(range(3)), st.integers(1, 9), st.booleans(), st.sampled_from(["", "L1"])),
        max_size=12,
    )
)
def test_they_leave_their_sum_or_are_refused_together(
    db: Database, items: list[int], wanted: list[tuple[int, int, bool, str]]
) -> None:
    with db.session(write=True) as session:
        session.execute(delete(StockMove))
        session.execute(delete(StockBalance))
    moves = [
        replace(a_move(items[at], quantity, f"k{n}", *(("ADJ", "WH") if more else ("WH", "ADJ"))), lot=lot)
        for n, (at, quantity, more, lot) in enumerate(wanted)
    ]
    sums: Counter[tuple[int, str]] = Counter()
    for move in moves:
        sums[move.item_id, move.lot] += int(move.quantity) * (1 if move.destination == "WH" else -1)
    with db.session(write=True) as session:
        if min(sums.values(), default=0) < 0:
            with pytest.raises(NotAllowed):
                move_all(session, moves)
            moves = []
        else:
            move_all(session, moves)
    held = {place: balance for place, balance in balances(db).items() if place[1] == "WH"}
    expected = {(item, "WH", lot): total for (item, lot), total in sums.items() if total and moves}
    assert held == expected
    assert count(db) == len(moves)


def test_a_thousand_moves_are_a_few_statements(db: Database, items: list[int]) -> None:
    moves = [replace(a_move(items[n % 3], 1, f"k{n}"), lot=f"L{n}") for n in range(1000)]
    said: list[str] = []
    with db.session(write=True) as session:
        event.listen(
            db.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_rest: said.append(statement)
        )
        move_all(session, moves)
    assert len(said) < 20
    assert len(balances(db)) == 2000
