"""A plan that goes on from the last one says what a plan made from nothing would say."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.engineering import BillLine
from factory_erp.models.inventory import MoveCause
from factory_erp.models.planning import PlanPeg, PurchaseLine, PurchaseOrder, PurchaseState, Suggestion
from factory_erp.models.production import ProductionOrder
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.services import base, clock
from factory_erp.services.material import advice as material_advice
from factory_erp.services.material import items as material_items
from factory_erp.services.material import outcome as material_outcome
from factory_erp.services.material import pegs as material_pegs
from factory_erp.services.material import plan as material_plan
from factory_erp.services.material import run as material_run
from factory_erp.services.material import standing as material_standing
from factory_erp.services.material.columns import Ints
from factory_erp.services.material.outcome import plan_pegs, proposals_of, said_orders
from factory_erp.services.material.rows import raw_rows
from factory_erp.services.material.store import VALUES
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.stock import inventory
from factory_erp.services.suggestions import accepting as suggestions
from tests.conftest import MONDAY
from tests.services.factory import an_order, in_stock
from tests.services.test_material_plan import a_random_factory

Counts = dict[str, int]


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> Counts:
    """How often the whole factory was read, and everything worded."""
    counts = {"factory": 0, "orders": 0}
    read, word = material_items.read_factory, material_outcome.names_of

    def counted(*given: object) -> object:
        counts["factory"] += 1
        return read(*given)  # type: ignore[arg-type]

    def worded(said: Ints) -> list[str]:
        counts["orders"] += said.shape[1]
        return word(said)

    monkeypatch.setattr("factory_erp.services.material.run.read_factory", counted)
    monkeypatch.setattr(material_outcome, "names_of", worded)
    return counts


def differences(db: Database) -> list[str]:
    """Where suggestions and pegs are other than a plan made from nothing would have them."""
    with db.session() as session:
        run = material_run.make_run(session)
        said = said_orders(run)
        proposals = [*proposals_of(run, said), *material_advice.advice_proposals(session, run)]
        names = [getattr(Suggestion, name) for name in VALUES]
        stored = {row[0]: tuple(row) for row in raw_rows(session, select(*names))}
        wanted = {row[0]: row for row in proposals}
        found = [
            f"{key}: {stored.get(key)} for {wanted.get(key)}"
            for key in stored.keys() | wanted.keys()
            if stored.get(key) != wanted.get(key)
        ]
        if found:
            return found
        ids = {row[0]: row[1] for row in session.execute(select(Suggestion.key, Suggestion.id))}
        mine = np.array([ids[name] for name in run.plan.orders.names()], "int64")
        pegs = {tuple(column) for column in plan_pegs(session, run, mine).T.tolist()}
        there = {tuple(column[:5]) for column in material_pegs._stored(session, None).T.tolist()}
        return [str(peg) for peg in pegs ^ there]


class Works:
    """A factory in which something happens now and then."""

    def __init__(self, db: Database, seed: int) -> None:
        self.db, self.chance, self.count = db, Random(seed), 10
        with db.session(write=True) as session:
            a_random_factory(session, self.chance)

    def happen(self) -> str:
        """Something, and what it was."""
        self.count += 1
        what = self.chance.choice(
            [
                "order",
                "order",
                "cancelled",
                "less",
                "stock",
                "late",
                "bill",
                "accepted",
                "dismissed",
                "nothing",
            ]
        )
        getattr(self, what)()
        return what

    def _item(self, session: Session, *prefixes: str) -> Item:
        items = list(session.scalars(select(Item).order_by(Item.id)))
        return self.chance.choice([one for one in items if one.sku.startswith(prefixes)])

    def order(self) -> None:
        """An order is confirmed."""
        with self.db.session(write=True) as session:
            due = date(2026, 12, 1) + timedelta(days=self.chance.randint(0, 30))
            item = self._item(session, "GOOD", "PART")
            an_order(session, {item: self.chance.randint(1, 30)}, number=f"SO-{self.count}", ship_by=due)

    def cancelled(self) -> None:
        """A customer backs out."""
        with self.db.session(write=True) as session:
            orders = list(session.scalars(select(SalesOrder).order_by(SalesOrder.id)))
            self.chance.choice(orders).state = OrderState.CANCELLED

    def less(self) -> None:
        """A customer wants more, or less, at another day."""
        with self.db.session(write=True) as session:
            line = self.chance.choice(list(session.scalars(select(SalesLine).order_by(SalesLine.id))))
            line.quantity = Decimal(self.chance.randint(1, 40))
            line.promised = date(2026, 12, 1) + timedelta(days=self.chance.randint(0, 40))

    def stock(self) -> None:
        """Goods are found in the warehouse."""
        with self.db.session(write=True) as session:
            inventory.ensure_locations(session)
            inventory.move(
                session, item_id=self._item(session, "RAW", "PART").id,
                quantity=Decimal(self.chance.randint(1, 20)), source=inventory.ADJUSTMENT,
                destination=inventory.WAREHOUSE, cause=MoveCause.OPENING, reference="COUNT",
                client_key=f"count:{self.count}",
            )  # fmt: skip

    def late(self) -> None:
        """A supplier is late, or early."""
        with self.db.session() as session:
            ordered = PurchaseOrder.state == PurchaseState.ORDERED
            lines = select(PurchaseLine.id).join(PurchaseLine.order).where(ordered)
            found = list(session.scalars(lines.order_by(PurchaseLine.id)))
        if found:
            day = date(2026, 11, 25) + timedelta(days=self.chance.randint(0, 30))
            purchases.change_expected(self.chance.choice(found), day)

    def bill(self) -> None:
        """A bill needs more of something, behind the back of the program."""
        with self.db.session(write=True) as session:
            line = self.chance.choice(list(session.scalars(select(BillLine).order_by(BillLine.id))))
            line.quantity += 1

    def accepted(self) -> None:
        """Some suggestions are accepted."""
        chosen = [row.id for row in suggestions.suggestions() if row.kind in ("make", "buy")]
        suggestions.accept(self.chance.sample(chosen, len(chosen) // 3))

    def dismissed(self) -> None:
        """A suggestion is put away, and brought back."""
        chosen = [row.id for row in suggestions.suggestions()][:1]
        suggestions.dismiss(chosen)
        suggestions.restore(chosen)

    def nothing(self) -> None:
        """A quiet day."""


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_it_says_what_a_plan_from_nothing_says(db: Database, seed: int) -> None:
    works = Works(db, seed)
    material_plan.run_plan()
    for _round in range(8):
        happened = [works.happen() for _one in range(works.chance.randint(1, 2))]
        material_plan.run_plan()
        assert differences(db) == [], happened


def test_after_one_more_order_only_that_is_planned(db: Database, readings: Counts) -> None:
    works = Works(db, 1)
    material_plan.run_plan()
    assert readings["factory"] == 1
    material_plan.run_plan()
    readings["orders"] = 0
    works.order()
    report = material_plan.run_plan().value
    assert readings["factory"] == 1
    assert 0 < readings["orders"] <= report.added + report.changed < report.make + report.buy
    works.bill()
    material_plan.run_plan()
    assert readings["factory"] == 2
    assert differences(db) == []


def test_a_new_day_is_planned_from_nothing(db: Database, readings: Counts) -> None:
    works = Works(db, 2)
    material_plan.run_plan()
    with clock.at(MONDAY + timedelta(days=9)):
        works.order()
        material_plan.run_plan()
        assert readings["factory"] == 2
        assert differences(db) == []


def test_what_others_did_to_the_plan_is_put_right(db: Database) -> None:
    Works(db, 1)
    material_plan.run_plan()
    with db.session(write=True) as session:
        session.delete(session.scalars(select(PlanPeg).order_by(PlanPeg.id).limit(1)).one())
        session.delete(session.scalars(select(Suggestion).order_by(Suggestion.id.desc()).limit(1)).one())
    report = material_plan.run_plan().value
    assert report.added == 1
    assert differences(db) == []


def test_a_run_that_fails_leaves_nothing_to_go_on_from(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    works = Works(db, 1)
    material_plan.run_plan()
    works.order()
    with monkeypatch.context() as broken:
        broken.setattr(material_plan, "_note", lambda *_given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            material_plan.run_plan()
    assert material_standing.take() is None
    material_plan.run_plan()
    assert differences(db) == []


def test_two_programs_on_one_database_keep_each_others_plan(db: Database, database_url: str) -> None:
    """What another PC planned meanwhile is taken as it stands."""
    works = Works(db, 2)
    material_plan.run_plan()
    works.order()
    other = Database(database_url)
    with base.bound(other):
        material_plan.run_plan()
    with db.session(write=True) as session:
        in_stock(session, session.scalars(select(Item).filter_by(sku="STEEL")).one(), 3)
    material_plan.run_plan()
    assert differences(db) == []
    with base.bound(other):
        report = material_plan.run_plan().value
    other.close()
    assert (report.added, report.changed, report.removed) == (0, 0, 0)
    assert differences(db) == []


def test_production_that_was_rescheduled_is_followed(db: Database) -> None:
    works = Works(db, 1)
    material_plan.run_plan()
    works.accepted()
    works.accepted()
    material_plan.run_plan()
    with db.session(write=True) as session:
        for order in session.scalars(select(ProductionOrder).order_by(ProductionOrder.id).limit(2)):
            order.due += timedelta(days=12)
    material_plan.run_plan()
    assert differences(db) == []
