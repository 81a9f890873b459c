"""Reads of what is open find it without going through the orders of all years."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, select

from factory_erp.models.database import Database
from factory_erp.models.sales import SalesOrder
from factory_erp.services import planning
from factory_erp.services.board import gantt
from factory_erp.services.material.explosion import gaps
from factory_erp.services.material.settled import read_settled
from factory_erp.services.order_effects import changed_orders as order_effects
from factory_erp.services.promise import asking as promise
from factory_erp.services.stock import inventory
from tests.conftest import MONDAY
from tests.services.factory import an_order_for_cups

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LONG = ("peg", "sales_line", "sales_order", "production_order", "production_material",
        "production_operation", "operation_resource")  # fmt: skip
"""Tables that grow with every order."""
THROUGH = re.compile(rf"SCAN ({'|'.join(LONG)})(_\d+)?\b|SEARCH peg(_\d+)? USING .*INDEX ix_peg_item_id")
"""Going through all rows, or through all pegs of an item: one that is sold for years has most of them."""


@contextmanager
def plans(db: Database) -> Iterator[list[tuple[str, str]]]:
    """The steps of the plans of the reads within the block, each with its statement."""
    found: list[tuple[str, str]] = []

    def note(connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            asked = connection.connection.cursor()
            asked.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found.extend((row[3], statement) for row in asked.fetchall())
            asked.close()

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def settled(db: Database) -> None:
    with db.session() as session:
        read_settled(session, {})


def changed(db: Database) -> None:
    with db.session() as session:
        order_effects.changed_orders(session)


def lacking(db: Database) -> None:
    with db.session() as session:
        gaps(session, session.scalars(select(SalesOrder).filter_by(number="SO-2026-00001")).one())


READS: dict[str, Callable[[Database, int], object]] = {
    "what is free": lambda db, cup: available(db, cup),
    "what pegs settle": lambda db, _cup: settled(db),
    "what nothing covers": lambda db, _cup: lacking(db),
    "orders that changed": lambda db, _cup: changed(db),
    "the board": lambda _db, _cup: gantt.gantt(MONDAY, MONDAY + timedelta(days=7)),
    "a promise": lambda _db, cup: promise.promise_item(cup, Decimal(10)),
}


def available(db: Database, item: int) -> None:
    with db.session() as session:
        inventory.available(session, [item])


@pytest.mark.parametrize("read", READS)
def test_what_is_open_is_found_by_indexes(db: Database, read: str) -> None:
    shop, order = an_order_for_cups(db, 100, steel=900, box=900, lid=900)
    planning.plan_order(order)
    planning.schedule()
    with plans(db) as found:
        READS[read](db, shop.cup.id)
    assert found
    assert [one for one in found if THROUGH.search(one[0])] == []
