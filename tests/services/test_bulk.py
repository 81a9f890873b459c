"""Many rows at once: their ids are answered in order, and no row loses its defaults."""

from __future__ import annotations

from sqlalchemy import select

from factory_erp.models.catalog import Item, ItemKind, Procurement
from factory_erp.models.database import Database
from factory_erp.services.base import use_case
from factory_erp.services.bulk import insert_rows
from tests.services.factory import an_item

RAW = {"kind": ItemKind.RAW.value, "procurement": Procurement.BUY.value}


def skus(db: Database) -> dict[int, str]:
    with db.session() as session:
        return {row.id: row.sku for row in session.scalars(select(Item))}


def test_ids_are_those_of_the_rows_in_their_order(db: Database) -> None:
    rows = [{**RAW, "sku": f"P{number}"} for number in (*range(1500, 0, -1), 9000)]
    made = use_case(lambda session: insert_rows(session, Item, rows))()
    assert skus(db) == {at: row["sku"] for at, row in zip(made.value, rows, strict=True)}
    assert made.changes == {"item": frozenset(made.value)}
    with db.session(write=True) as session:
        assert insert_rows(session, Item, []) == []


def test_rows_may_give_different_columns_and_keep_the_defaults_of_the_others(db: Database) -> None:
    given = [{"sku": "A"}, {"sku": "B", "origin": "DE"}, {"sku": "C"}, {"origin": "FR", "sku": "D"}]
    with db.session(write=True) as session:
        ids = insert_rows(session, Item, [{**RAW, **row} for row in given])
    with db.session() as session:
        found = [session.get_one(Item, at) for at in ids]
        assert [(row.sku, row.origin) for row in found] == [
            ("A", "CN"), ("B", "DE"), ("C", "CN"), ("D", "FR"),
        ]  # fmt: skip
        assert {(row.version, row.active, row.created_at is None) for row in found} == {(1, True, False)}


def test_it_shares_the_table_with_records_that_the_session_makes(db: Database) -> None:
    with db.session(write=True) as session:
        before = an_item(session, "BEFORE").id
        session.add(Item(sku="PENDING", **RAW))
        made = insert_rows(session, Item, [{**RAW, "sku": "BULK"}])
        after = an_item(session, "AFTER").id
    names = skus(db)
    assert len({before, *made, after}) == 3
    assert sorted(names.values()) == ["AFTER", "BEFORE", "BULK", "PENDING"]
