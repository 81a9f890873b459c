"""Promises that hold: a hundred of them go into quotations, become orders, and are made by their days.

The works press at night and paint by day; steel and boxes run out and have to be bought. Buyers accept in
another order than they were offered to, and after each week of offers everything is planned and scheduled.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.planning import HoldState, PromiseHold
from factory_erp.models.sales import SalesLine
from factory_erp.services import partners
from factory_erp.services.inquiries import quotation_outcomes, quotation_sending, quotations
from factory_erp.services.inquiries.quotation_lines import QuoteLineForm
from factory_erp.services.partners import CompanyView
from factory_erp.services.promise import asking as promise
from factory_erp.services.promise import holds as promise_holds
from factory_erp.services.sales import orders as sales
from factory_erp.services.schedule import search as schedule_search
from tests.scenarios.planning_checks import late_lines, plan_everything, troubles
from tests.scenarios.planning_shop import Works
from tests.services.factory import a_customer, in_stock

PROMISES, AT_A_TIME = 100, 20
KEPT = Decimal("0.99")
STOCK = {"STEEL": 300, "BOX": 1000, "LID": 500, "CUP-RED": 200}
COLOURS = ["CUP-RED", "CUP-BLUE"]
PRICE = Decimal("2.50")
"""Cheap cups: an order is worth far less than the changeovers that breaking its promise could save."""


class Seller:
    """Offers cups to a customer, with a day that is kept for him until he orders."""

    def __init__(self, db: Database, chance: random.Random) -> None:
        self._db, self._chance = db, chance
        partners.save_company(CompanyView("Ningbo Cup Co., Ltd."))
        with db.session(write=True) as session:
            self._items = {row.sku: row.id for row in session.scalars(select(Item))}
            for sku, quantity in STOCK.items():
                in_stock(session, session.get_one(Item, self._items[sku]), quantity)
            self._customer = a_customer(session).id
        self.promised: dict[int, date] = {}
        """Order → the day that its quotation promised."""

    def offer(self, number: int) -> tuple[int, date]:
        """A quotation for one or two kinds of cups goes out, with the soonest day."""
        skus = self._chance.sample(COLOURS, self._chance.choice([1, 1, 2]))
        lines = [
            QuoteLineForm(self._items[sku], Decimal(self._chance.randint(10, 150)), PRICE) for sku in skus
        ]
        quotation = quotations.new_quotation(lines, f"offer-{number}", customer_id=self._customer).value
        found = promise.promise_quotation(quotation)
        promise_holds.hold(found, quotation_id=quotation)
        quotation_sending.send_quotation(quotation)
        return quotation, found.day

    def week(self, first: int) -> None:
        """As many offers as are made at a time; all are accepted, in no order."""
        offers = [self.offer(first + number) for number in range(AT_A_TIME)]
        self._chance.shuffle(offers)
        for quotation, day in offers:
            order = quotation_outcomes.accept_quotation(quotation).value
            sales.confirm(order, promised=day)
            self.promised[order] = day

    def holds(self) -> Iterator[PromiseHold]:
        """Every promise that was kept."""
        with self._db.session() as session:
            yield from session.scalars(select(PromiseHold))


def orders_late(db: Database) -> set[int]:
    """Sales orders of which something comes after its day."""
    with db.session() as session:
        return {session.get_one(SalesLine, line).order_id for line, _supply in late_lines(db)}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_hundred_promises_are_kept_by_the_plan_and_the_schedule(db: Database) -> None:
    works = Works(db)
    works.works_in_shifts()
    seller = Seller(db, random.Random(3))
    for first in range(0, PROMISES, AT_A_TIME):
        seller.week(first)
        plan_everything()
        assert len(orders_late(db)) <= (1 - KEPT) * PROMISES
    assert len(seller.promised) == PROMISES
    assert {hold.state for hold in seller.holds()} == {HoldState.USED}
    assert {hold.sales_order_id for hold in seller.holds()} == set(seller.promised)
    assert troubles(db) == []

    again = plan_everything()
    assert (again.report.make, again.report.buy, again.outcome.moved) == (0, 0, 0)
    before = orders_late(db)
    schedule_search.improve_schedule(2.0, seed=1, workers=1)
    assert orders_late(db) <= before
    assert troubles(db) == []
