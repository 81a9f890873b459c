"""Counted stock by file: the difference is posted as a move."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.inventory import Location, MoveCause, StockBalance, StockMove
from factory_erp.services.stock import inventory
from tests.services import factory
from tests.services.exchange.rows import TextRow, counts, reasons, took, unchanged_again


def _items(db: Database) -> None:
    with db.session(write=True) as session:
        factory.an_item(session, "CUP")
        factory.an_item(session, "PAINT", buy=True, unit="KGM", step="0.001")


def _moves(db: Database) -> list[tuple[str, Decimal]]:
    with db.session() as session:
        assert inventory.prove(session) == []
        rows = session.execute(select(StockMove.cause, StockMove.quantity).order_by(StockMove.id))
        return [(row[0], row[1]) for row in rows]


def _count(quantity: str, sku: str = "CUP", **more: str) -> TextRow:
    return {"sku": sku, "quantity": quantity, **more}


def _held(db: Database, sku: str) -> Decimal:
    with db.session() as session:
        item = session.scalars(select(Item).filter_by(sku=sku)).one()
        return inventory.on_hand(session, [item.id])[item.id]


def test_the_first_count_is_opening_stock_and_later_ones_post_differences(db: Database) -> None:
    _items(db)
    assert counts(took("stock", _count("120"), _count("2.5", "PAINT"))) == (2, 0, 0, 0)
    assert counts(took("stock", _count("100"), _count("2.5", "PAINT"))) == (0, 1, 1, 0)
    assert (_held(db, "CUP"), _held(db, "PAINT")) == (Decimal(100), Decimal("2.5"))
    assert _moves(db) == [
        (MoveCause.OPENING, Decimal(120)),
        (MoveCause.OPENING, Decimal("2.5")),
        (MoveCause.STOCKTAKE, Decimal(20)),
    ]


def test_the_same_count_again_posts_nothing_but_a_new_difference_is_posted(db: Database) -> None:
    _items(db)
    for quantity in ("10", "10", "8", "10", "8"):
        took("stock", _count(quantity))
    assert [quantity for _cause, quantity in _moves(db)] == [Decimal(10), *[Decimal(2)] * 3]
    assert _held(db, "CUP") == 8


def test_lots_are_counted_one_by_one_and_may_be_none(db: Database) -> None:
    _items(db)
    rows = [_count("5", lot="L1"), _count("7", lot="L2"), _count("0", "PAINT", lot="")]
    assert counts(took("stock", *rows)) == (2, 0, 1, 0)
    assert counts(took("stock", _count("0", lot="L1"))) == (0, 1, 0, 0)
    with db.session() as session:
        found = select(StockBalance.on_hand).join(Location).filter_by(code="WH")
        assert sorted(session.scalars(found)) == [Decimal(0), Decimal(7)]
    assert unchanged_again("stock") == 1


def test_what_cannot_be_counted_is_refused(db: Database) -> None:
    _items(db)
    report = took(
        "stock",
        _count("0.5", location=""),
        _count("-1", location=""),
        _count("1", "NO", location=""),
        _count("1", location="PROD"),
        _count("0.0001", "PAINT", location="WH"),
    )
    assert reasons(report) == [(2, "quantity"), (3, "quantity"), (4, "sku"), (5, "location"), (6, "quantity")]
    assert _moves(db) == []


def test_one_place_is_counted_once(db: Database) -> None:
    _items(db)
    assert reasons(took("stock", _count("1"), _count("2"))) == [(3, "sku")]
    named = took("stock", _count("1", location="WH"), _count("2", location=""))
    assert [row for row, _column in reasons(named)] == [3]
