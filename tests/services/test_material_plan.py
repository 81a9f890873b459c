"""The material plan on the database: everything covered or named, nothing twice, only the difference."""

import shutil
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotAllowed
from factory_erp.models.catalog import Item, LotRule
from factory_erp.models.database import Database, sqlite_url
from factory_erp.models.engineering import Bill, BillLine, CalendarException
from factory_erp.models.planning import PlanPeg, PlanRun, PurchaseLine, Suggestion
from factory_erp.models.production import ProductionOrder
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.services import base, clock, planning
from factory_erp.services.material import changes as material_changes
from factory_erp.services.material import plan as material_plan
from factory_erp.services.material.plan import Wanted
from factory_erp.services.production import orders as production
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.sales import orders as sales
from factory_erp.services.stock import inventory
from factory_erp.services.suggestions import accepting as suggestions
from tests.conftest import MONDAY
from tests.services.factory import (
    CupFactory,
    Step,
    a_bill,
    a_calendar,
    a_cup_factory,
    a_routing,
    an_item,
    an_order,
    an_order_for_cups,
    in_stock,
)
from tests.services.material_rules import supplies_pegged_twice, uncovered
from tests.services.test_purchases import a_supplier
from tests.services.test_suggestions import by_sku, in_parallel, open_orders


def rows(db: Database) -> dict[str, tuple[int, int, Decimal]]:
    """Key → id, version and quantity of every suggestion."""
    with db.session() as session:
        return {one.key: (one.id, one.version, one.quantity) for one in session.scalars(select(Suggestion))}


def two_orders(db: Database, *, rule: LotRule = LotRule.PER_ORDER, days: int = 0) -> CupFactory:
    """Two orders for cups, due a day apart; lids by the rule."""
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        shop.lid.lot_rule, shop.lid.period_days = rule, days
        an_order(session, {shop.cup: 10}, number="SO-2026-00001", ship_by=date(2026, 12, 15))
        an_order(session, {shop.cup: 20}, number="SO-2026-00002", ship_by=date(2026, 12, 16))
        return shop


def test_the_same_again_changes_nothing(db: Database) -> None:
    two_orders(db)
    first = material_plan.run_plan()
    before = rows(db)
    again = material_plan.run_plan()
    assert (first.value.demands, first.value.make, first.value.buy) == (2, 4, 4)
    assert (again.value.added, again.value.changed, again.value.removed) == (0, 0, 0)
    assert set(again.changes) == {"plan_run"}
    assert rows(db) == before
    with clock.at(MONDAY + timedelta(hours=5)):
        later = material_plan.run_plan().value
    assert (later.added, later.changed, later.removed) == (0, 0, 0)
    assert material_plan.last_run() == later


def test_only_what_differs_is_written(db: Database) -> None:
    shop = two_orders(db)
    material_plan.run_plan()
    before = rows(db)
    with db.session(write=True) as session:
        line = session.scalars(select(SalesLine).where(SalesLine.quantity == 10)).one()
        line.quantity = Decimal(11)
    report = material_plan.run_plan().value
    assert (report.added, report.changed, report.removed) == (0, 4, 0)
    after = rows(db)
    changed = {key for key in after if after[key] != before[key]}
    assert all(after[key][:2] == (before[key][0], before[key][1] + 1) for key in changed)
    with db.session(write=True) as session:
        session.scalars(
            select(SalesOrder).filter_by(number="SO-2026-00002")
        ).one().state = OrderState.CANCELLED
    report = material_plan.run_plan().value
    assert (report.added, report.changed, report.removed) == (0, 0, 4)
    assert shop.cup.sku == "CUP"
    assert uncovered(db) == []


def test_planning_an_order_first_leaves_nothing_to_make(db: Database) -> None:
    """Plans that make the same order twice: what was planned for the order is not suggested."""
    _shop, order_id = an_order_for_cups(db, 100, lid=30)
    planning.plan_order(order_id)
    report = material_plan.run_plan().value
    assert (report.make, report.buy) == (0, 2)
    assert by_sku()["STEEL"].quantity == Decimal("28.5")
    suggestions.accept([row.id for row in suggestions.suggestions()])
    planning.plan_order(order_id)
    material_plan.run_plan()
    assert open_orders(db) == {"CUP": 100, "LID": 70}
    assert suggestions.suggestions() == ()
    assert uncovered(db) == []
    assert supplies_pegged_twice(db) == []


def test_two_who_plan_at_once_suggest_once(db: Database) -> None:
    two_orders(db)
    in_parallel(material_plan.run_plan, material_plan.run_plan)
    assert len(rows(db)) == 8
    assert supplies_pegged_twice(db) == []


def test_consolidation_never_makes_less_than_is_wanted(db: Database) -> None:
    two_orders(db, rule=LotRule.PERIOD, days=7)
    report = material_plan.run_plan().value
    lids = [row for row in suggestions.suggestions() if row.sku == "LID"]
    assert [row.quantity for row in lids] == [30]
    assert {one.number for one in lids[0].served} == {"SO-2026-00001", "SO-2026-00002"}
    assert report.make == 3
    suggestions.accept([row.id for row in suggestions.suggestions()])
    assert uncovered(db) == []
    assert supplies_pegged_twice(db) == []
    assert material_plan.run_plan().value.make == 0


def test_lots_scrap_and_safety_stock_are_kept(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        shop.lid.lot_multiple, shop.lid.scrap_percent = Decimal(50), Decimal(10)
        shop.steel.lot_minimum = Decimal(500)
        shop.box.safety_stock = Decimal(25)
        shop.box.lot_rule = LotRule.LOT_FOR_LOT
        an_order(session, {shop.cup: 100})
    material_plan.run_plan()
    found = by_sku()
    assert found["LID"].quantity == 150  # 112 are begun for 100 good ones, in fifties
    assert found["STEEL"].quantity == 500
    boxes = sorted((row.quantity, row.why) for row in suggestions.suggestions() if row.sku == "BOX")
    assert [row[0] for row in boxes] == [25, 100]
    assert "safety stock" in boxes[0][1]
    suggestions.accept([row.id for row in suggestions.suggestions()])
    report = material_plan.run_plan().value
    assert (report.make, report.buy) == (0, 0)
    assert not [row for row in suggestions.suggestions() if row.kind == "cancel"], "a lot is no excess"


def test_suppliers_deliver_on_their_days(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        week = a_calendar(session, "MILLDAYS")
        week.exceptions = [CalendarException(day=date(2026, 11, 30), reason="holiday")]
        mill = a_supplier(session)
        mill.calendar_id = week.id
        shop.steel.supplier_id = mill.id
        an_order(session, {shop.lid: 100}, ship_by=date(2026, 11, 25))
    material_plan.run_plan()
    steel = by_sku()["STEEL"]
    line = purchases.purchase(suggestions.accept([steel.id]).value.purchase_orders[0]).lines[0]
    # five days from Monday is Saturday; the Monday after is a holiday
    assert line.expected_on == date(2026, 12, 1)
    assert material_plan.run_plan().value.advice == 0


def test_a_circle_is_named_and_everything_else_is_planned(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        jug, spout = an_item(session, "JUG"), an_item(session, "SPOUT")
        for item, part in ((jug, spout), (spout, jug)):
            a_bill(session, item, {part: 1, shop.steel: 1})
            a_routing(session, item, Step(shop.press))
        an_order(session, {shop.cup: 10, jug: 1})
    report = material_plan.run_plan().value
    (problem,) = report.problems
    assert "JUG" in problem.message
    assert "SPOUT → " in problem.message
    assert problem.remedy
    found = by_sku()
    assert found["CUP"].quantity == 10
    assert "JUG" in found
    assert material_plan.last_run() is not None


def test_by_products_of_planned_production_are_used(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        clip = an_item(session, "CLIP", buy=True, lead_days=1)
        bill = session.scalars(select(Bill).filter_by(item_id=shop.cup.id)).one()
        bill.lines.append(BillLine(position=9, component_id=clip.id, quantity=Decimal(2), by_product=True))
        an_order(session, {shop.cup: 10}, ship_by=date(2026, 12, 10), number="SO-2026-00001")
        an_order(session, {clip: 25}, ship_by=date(2026, 12, 20), number="SO-2026-00002")
    material_plan.run_plan()
    assert by_sku()["CLIP"].quantity == 5
    suggestions.accept([by_sku()["CUP"].id])
    material_plan.run_plan()
    assert by_sku()["CLIP"].quantity == 5
    assert uncovered(db) == []


def test_a_preview_writes_nothing(db: Database) -> None:
    shop = two_orders(db)
    material_plan.run_plan()
    before = rows(db)
    seen = material_plan.plan_preview([Wanted(shop.cup.id, Decimal(50), date(2026, 12, 11))])
    assert seen.available_on <= (date(2026, 12, 11),)
    assert {one.sku: one.quantity for one in seen.more} == {
        "CUP": 50, "LID": 50, "STEEL": 15, "BOX": 50,
    }  # fmt: skip
    assert seen.delayed == 0
    assert rows(db) == before


def test_what_changes_make_the_plan_out_of_date(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 10)
    assert not material_changes.affected(material_plan.run_plan().changes)
    chosen = [row.id for row in suggestions.suggestions()]
    assert not material_changes.affected(suggestions.dismiss(chosen).changes)
    assert material_changes.affected(inventory.receive(shop.steel.id, Decimal(1), "note", "n1").changes)
    assert material_changes.affected(sales.hold(order_id).changes)
    assert material_changes.affected(sales.lift_hold(order_id).changes)
    made = suggestions.accept(chosen)
    assert material_changes.affected(made.changes)
    assert material_changes.affected(production.release(made.value.production_orders).changes)


def test_orders_on_hold_keep_what_is_theirs_and_want_nothing_more(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 100, lid=30)
    planning.plan_order(order_id)
    sales.hold(order_id)
    with db.session(write=True) as session:
        lid = session.scalars(select(Item).filter_by(sku="LID")).one()
        an_order(session, {lid: 5}, number="SO-2026-00009")
    material_plan.run_plan()
    assert {sku: row.quantity for sku, row in by_sku().items()} == {"LID": 5, "STEEL": Decimal("0.25")}


def test_goods_that_came_or_left_are_not_planned_again(db: Database) -> None:
    """Issued materials, made parts, partial receipts: the plan follows the floor."""
    _shop, order_id = an_order_for_cups(db, 100)
    material_plan.run_plan()
    accepted = suggestions.accept([row.id for row in suggestions.suggestions()]).value
    for purchase_id in accepted.purchase_orders:
        for line in purchases.purchase(purchase_id).lines:
            purchases.receive(line.id, line.open, f"truck-{line.id}")
    production.release(accepted.production_orders)
    for number in range(3):
        for step in production.open_operations():
            left = min(step.quantity - step.good, Decimal(40))
            if left > 0:
                said = production.ReportInput(
                    step.operation_id, left, Decimal(0), f"r{number}{step.operation_id}"
                )
                # what the operation before has not delivered yet is reported in the next round
                with suppress(NotAllowed):
                    production.report(said)
        report = material_plan.run_plan().value
        assert (report.make, report.buy) == (0, 0)
    assert order_id


def test_what_was_scrapped_is_made_up(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 10)
    material_plan.run_plan()
    accepted = suggestions.accept([row.id for row in suggestions.suggestions()]).value
    for purchase_id in accepted.purchase_orders:
        for line in purchases.purchase(purchase_id).lines:
            purchases.receive(line.id, line.open, f"truck-{line.id}")
    production.release(accepted.production_orders)
    lid = next(step for step in production.open_operations() if step.sku == "LID")
    production.report(production.ReportInput(lid.operation_id, Decimal(7), Decimal(3), "r1"))
    material_plan.run_plan()
    assert by_sku()["LID"].quantity == 3
    assert order_id


@pytest.mark.parametrize("seed", range(3))
def test_any_factory_is_covered_and_nothing_is_pegged_twice(db: Database, seed: int) -> None:
    chance = Random(seed)
    with db.session(write=True) as session:
        a_random_factory(session, chance)
    for _round in range(3):
        material_plan.run_plan()
        assert supplies_pegged_twice(db) == []
        assert uncovered(db) == []
        chosen = [row.id for row in suggestions.suggestions() if row.kind in ("make", "buy")]
        suggestions.accept(chance.sample(chosen, len(chosen) // 2))
        assert supplies_pegged_twice(db) == []
    material_plan.run_plan()
    suggestions.accept([row.id for row in suggestions.suggestions() if row.kind in ("make", "buy")])
    report = material_plan.run_plan().value
    assert (report.make, report.buy) == (0, 0)
    assert uncovered(db) == []


def a_random_factory(session: Session, chance: Random) -> list[Item]:
    """Some items in three levels with all lot rules, scrap, stock, and orders for them."""
    shop = a_cup_factory(session)
    raws = [an_item(session, f"RAW{n}", buy=True, lead_days=n) for n in range(3)]
    parts = [an_item(session, f"PART{n}", lead_days=n) for n in range(3)]
    goods = [an_item(session, f"GOOD{n}") for n in range(3)]
    for item in (*parts, *goods):
        below = raws if item in parts else [*raws[:1], *parts]
        a_bill(session, item, {one: chance.randint(1, 3) for one in chance.sample(below, 2)})
        a_routing(session, item, Step(shop.press, 30, setup_minutes=5))
    for item in (*raws, *parts, *goods):
        item.lot_rule = chance.choice(list(LotRule))
        item.lot_size, item.period_days = Decimal(chance.choice([5, 20])), chance.choice([1, 7, 30])
        item.lot_multiple = Decimal(chance.choice([0, 0, 4]))
        item.safety_stock = Decimal(chance.choice([0, 0, 6]))
        item.scrap_percent = Decimal(chance.choice([0, 0, 3])) if item not in raws else Decimal(0)
        if chance.random() < 0.5:
            in_stock(session, item, chance.randint(1, 30))
    for number in range(1, 5):
        wanted = {one: chance.randint(1, 25) for one in chance.sample(goods + parts, 2)}
        ship_by = date(2026, 12, 1) + timedelta(days=chance.randint(0, 25))
        an_order(session, wanted, number=f"SO-2026-{number:05d}", ship_by=ship_by)
    return goods


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    quantities=st.lists(st.integers(1, 40), min_size=2, max_size=4),
    days=st.integers(1, 20),
    multiple=st.sampled_from([0, 6, 25]),
    merged=st.booleans(),
)
def test_together_never_less_than_apart(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: object, quantities: list[int], days: int,
    multiple: int, merged: bool,
) -> None:  # fmt: skip
    """Consolidation that silently makes too little: periods, multiples and merges cover every order."""
    path = tmp_path_factory.mktemp("plan") / "factory.db"
    shutil.copy(str(sqlite_template), path)
    db = Database(sqlite_url(path))
    with clock.at(MONDAY), base.bound(db):
        with db.session(write=True) as session:
            shop = a_cup_factory(session)
            shop.lid.lot_rule, shop.lid.period_days = LotRule.PERIOD, days
            shop.lid.lot_multiple = Decimal(multiple)
            for number, quantity in enumerate(quantities, start=1):
                ship_by = date(2026, 12, 7) + timedelta(days=4 * number)
                an_order(session, {shop.cup: quantity}, number=f"SO-2026-{number:05d}", ship_by=ship_by)
        for _round in range(3):
            material_plan.run_plan()
            wanted = ("make", "buy", "merge") if merged else ("make", "buy")
            suggestions.accept([row.id for row in suggestions.suggestions() if row.kind in wanted])
        assert material_plan.run_plan().value.make == 0
        assert open_orders(db)["CUP"] == sum(quantities)
        assert open_orders(db)["LID"] >= sum(quantities)
        assert uncovered(db) == []
        assert supplies_pegged_twice(db) == []
    db.close()


def test_runs_of_long_ago_are_forgotten(db: Database) -> None:
    two_orders(db)
    material_plan.run_plan()
    with clock.at(MONDAY + timedelta(days=40)):
        material_plan.run_plan()
    with db.session() as session:
        assert len(session.scalars(select(PlanRun)).all()) == 1
        assert session.scalars(select(PlanPeg.late)).all()
        assert session.scalars(select(PurchaseLine)).first() is None
        assert session.scalars(select(ProductionOrder)).first() is None
