"""What planners complain of in other systems, one test for each complaint, from the order to the machine."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from sqlalchemy import select

from factory_erp.domain.errors import Conflict
from factory_erp.models.catalog import LotRule
from factory_erp.models.database import Database
from factory_erp.models.planning import MachineTimeKind
from factory_erp.models.production import ProductionOperation, ProductionOrder
from factory_erp.models.sales import OrderState
from factory_erp.services import clock, planning
from factory_erp.services.board import moves as board
from factory_erp.services.board.late_orders import late_list
from factory_erp.services.engineering import calendars
from factory_erp.services.engineering.calendars import DayInput
from factory_erp.services.floor.planning_settings import planning_settings, save_planning_settings
from factory_erp.services.incoming import Life
from factory_erp.services.material import tree as material_tree
from factory_erp.services.production import orders as production
from factory_erp.services.production import quantity as production_quantity
from factory_erp.services.production.orders import ReportInput
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.schedule import batching, machine_times
from factory_erp.services.schedule import search as schedule_search
from factory_erp.services.suggestions import accepting as suggestions
from factory_erp.services.suggestions.accepting import SuggestionFilter
from tests.conftest import MONDAY
from tests.scenarios.planning_shop import (
    ALL_DAY,
    BLUE_TO_RED,
    NIGHTS,
    RED_TO_BLUE,
    TWO_HALVES,
    Hours,
    Works,
    buyers,
    planned,
)
from tests.services.test_suggestions import in_parallel

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
CHRISTMAS = date(2026, 12, 18)


@pytest.fixture
def works(db: Database) -> Works:
    return Works(db)


# "End dates ignore shifts."


def test_end_dates_follow_shifts_nights_breaks_and_holidays(works: Works) -> None:
    works.works_in_shifts()
    works.full_store()
    works.sells("A-1", "CUP-RED", 900, CHRISTMAS)
    works.sells("A-2", "CUP-BLUE", 700, CHRISTMAS)
    works.plan_everything()
    works.keep_their_hours(NIGHTS, TWO_HALVES)
    before = works.end_of(works.paint)

    # The paint line is closed for two days in the middle of it: everything behind them ends later.
    middle = min(planned(step)[2] for step in works.on(works.paint)).date()
    closed = frozenset(middle + timedelta(days=after) for after in range(2))
    halves = next(view.id for view in calendars.calendars() if view.code == "HALVES")
    calendars.set_days(halves, [DayInput(day, reason="Stocktaking") for day in sorted(closed)])
    planning.schedule()
    works.keep_their_hours(NIGHTS, Hours(TWO_HALVES.spans, closed))
    assert works.end_of(works.paint) > before
    with works.db.session() as session:
        for order in session.scalars(select(ProductionOrder)):
            assert order.planned_finish == max(planned(step)[2] for step in order.operations)
    assert works.troubles() == []


# "Re-planning does nothing on conflicts."


def test_replanning_resolves_what_has_become_impossible(works: Works) -> None:
    """The mill delivers a week later than it said, and somebody has put two jobs on the press at once."""
    for number, colour in (("A-1", "RED"), ("A-2", "BLUE"), ("A-3", "RED")):
        works.sells(number, f"CUP-{colour}", 100, CHRISTMAS)
    works.plan_everything()
    assert works.troubles() == []
    *_others, last = works.purchases("STEEL")
    comes = last.expected_on + timedelta(days=7)
    waiting = purchases.change_expected(last.id, comes).value
    assert waiting, "it is said who waits for it"
    first, second = works.on(works.press)[:2]
    with works.db.session(write=True) as session:
        behind_our_back = session.get_one(ProductionOperation, second.id)
        behind_our_back.planned_start, behind_our_back.setup_finish, _finish = planned(first)
    assert works.troubles()
    assert planning.schedule().value.moved
    assert works.troubles() == []
    for one in waiting:
        for step in production.production_detail(one.production_order_id or 0).operations:
            assert step.planned_start
            assert clock.day_of(step.planned_start, "Asia/Shanghai") > comes
    assert planning.schedule().value.moved == 0, "and then there is nothing left to do"


# "Capacity is for planning purposes, not a constraint."


def test_capacity_is_a_constraint(works: Works) -> None:
    """Twenty orders for one week of which a third can be made: no day holds more than it has minutes."""
    works.full_store()
    empty = planning.promise(works.sells("A-0", "CUP-RED", 300, WEDNESDAY)).ship_date
    for number in range(1, 20):
        works.sells(f"A-{number}", "CUP-RED", 300, WEDNESDAY)
    works.plan_everything()
    for machine in (works.press, works.paint):
        used = Counter[date]()
        for step in works.on(machine):
            used += ALL_DAY.minutes_by_day(*planned(step)[::2])
        assert used
        assert max(used.values()) <= 9 * 60
        assert all(planned(one)[2] <= planned(other)[0] for one, other in pairwise(works.on(machine)))
    late = {view.number for view in late_list()}
    in_time = {order.number for order in works.making() if order.number not in late}
    assert len(late) > len(in_time) > 0, "what does not fit comes later, and is said to be late"
    another = works.sells("A-20", "CUP-RED", 300, CHRISTMAS)
    assert planning.promise(another).ship_date > empty, "and a full factory promises later days"


# "Setup and run time are one number."


def test_setup_run_and_changeover_are_three_numbers(works: Works) -> None:
    works.full_store()
    works.sells("A-1", "CUP-RED", 100, CHRISTMAS)
    works.sells("A-2", "CUP-RED", 200, CHRISTMAS)
    works.plan_everything()
    for order in works.making():
        assert [(step.setup_minutes, step.run_minutes) for step in order.operations] == [
            (30, order.quantity), (20, order.quantity / 2),
        ]  # fmt: skip
    production_quantity.change_quantity(works.making()[0].id, Decimal(150))
    assert [(step.setup_minutes, step.run_minutes) for step in works.making()[0].operations] == [
        (30, 150), (20, 75),
    ]  # fmt: skip


def test_orders_are_put_in_the_sequence_that_changes_colours_least(works: Works) -> None:
    """Red, blue, red, blue came in; the paint line is changed once, by as much as the colours ask for."""
    works.full_store()
    for number, colour in enumerate(("RED", "BLUE", "RED", "BLUE")):
        works.sells(f"A-{number}", f"CUP-{colour}", 100, CHRISTMAS)
    works.plan_everything()
    schedule_search.improve_schedule(seconds=1.0, workers=1)
    painted = works.on(works.paint)
    [(one, other)] = [pair for pair in pairwise(painted) if pair[0].family != pair[1].family]
    needed = RED_TO_BLUE if one.family == "red" else BLUE_TO_RED
    assert ALL_DAY.worked(planned(one)[2], planned(other)[0]) >= needed
    bars = planning.gantt(MONDAY, MONDAY + timedelta(days=30)).bars
    lasting = {bar.operation_id: bar.changeover for bar in bars if bar.machine_id == works.paint}
    assert lasting == {step.id: needed if step is other else 0 for step in painted}
    assert works.troubles() == []


# "Every re-plan deletes and rebuilds everything."


def test_replanning_for_one_rush_order_leaves_the_rest_alone(works: Works) -> None:
    """What is planned, moved by hand, locked, put away or only suggested is the same record as before."""
    save_planning_settings(replace(planning_settings(), frozen_hours=0))
    works.full_store()
    for number in range(4):
        works.sells(f"A-{number}", "CUP-RED", 100, CHRISTMAS)
    works.plan_everything()
    locked = works.on(works.paint)[-1]
    board.lock_operations([locked.id])
    board.move_operation(works.on(works.press)[2].id, works.press, MONDAY, pin=False)
    works.sells("B-1", "CUP-BLUE", 200, CHRISTMAS)
    works.sells("B-2", "CUP-BLUE", 300, CHRISTMAS)
    works.plan()
    away = works.to_do()["CUP-BLUE"].id
    suggestions.dismiss([away])
    before, places = works.everything(), {step.id: planned(step) for step in works.steps()}
    assert works.plan().added == 0
    assert planning.schedule().value.moved == 0
    assert works.everything() == before

    works.sells("RUSH", "CUP-RED", 50, WEDNESDAY)
    report = works.plan()
    assert (report.added, report.changed, report.removed) == (1, 0, 0)
    [rush] = suggestions.accept([works.to_do()["CUP-RED"].id]).value.production_orders
    planning.schedule()
    after = works.everything()
    assert before.keys() < after.keys(), "nothing is gone"
    mine = {("production_order", rush)} | {
        ("production_operation", step.id) for step in works.steps() if step.order_id == rush
    }
    assert after.keys() - before.keys() == mine, "and only the rush order is new"
    now = {step.id: planned(step) for step in works.steps()}
    untouched = [step for step, place in places.items() if now[step] == place]
    assert locked.id in untouched
    assert len(untouched) >= len(places) - 2, "it moves hardly anybody"
    hit = {("production_operation", step.id) for step in works.steps() if step.id not in untouched}
    hit |= {("production_order", step.order_id) for step in works.steps() if step.id not in untouched}
    assert {key for key in before if after[key] != before[key]} <= hit
    assert [row.id for row in suggestions.suggestions(SuggestionFilter("dismissed"))] == [away]


# "It does not say why an order is late."


def test_every_late_order_says_what_it_waits_for(works: Works) -> None:
    """One waits for steel, one for a paint line that stands still, one for the order ahead of it."""
    steel = works.sells("STEEL", "CUP-RED", 100, CHRISTMAS)
    works.plan_everything()
    for line in works.purchases("STEEL"):
        purchases.change_expected(line.id, date(2026, 12, 20))
    planning.schedule()
    late = late_list()
    assert {view.sku for view in late} == {"CUP-RED", "LID"}
    number = purchases.purchase(works.purchases("STEEL")[0].order_id).row.number
    for view in late:
        assert view.reasons[0].text == f"STEEL arrives on 2026-12-20 (purchase {number})."
        assert (view.sales_order_id, view.needed, view.days_late > 0) == (steel, CHRISTMAS, True)

    works.full_store()
    for buyer in ("FIRST", "SECOND", "THIRD"):
        works.sells(buyer, "CUP-BLUE", 400, TUESDAY)
    works.plan_everything()
    machine_times.add(works.paint, MachineTimeKind.BREAKDOWN, MONDAY, MONDAY + timedelta(days=2), "Pump")
    late = tuple(view for view in late_list() if view.sku == "CUP-BLUE")
    numbers = {order.number for order in works.making("CUP-BLUE")}
    assert {view.number for view in late} == numbers
    for view in late:
        said = " ".join(why.text for why in view.reasons)
        waits = [other for other in numbers - {view.number} if other in said]
        assert "closed until" in said or waits, f"{view.number} says why: {said}"
    said = " ".join(why.text for view in late for why in view.reasons)
    assert "Machine PAINT is closed until 2026-11-25 08:30." in said
    assert "behind" in said
    assert all(why.kind and why.record_id for view in late for why in view.reasons)
    outcome = planning.schedule().value
    assert {order.number for order in outcome.late_orders} == {view.number for view in late_list()}
    assert all(order.reason for order in outcome.late_orders)


def test_what_cannot_be_there_in_time_says_so_before_it_is_ordered(works: Works) -> None:
    works.sells("A-1", "CUP-RED", 100, WEDNESDAY)
    assert works.plan().late == 1
    assert (todo := works.to_do())["CUP-RED"].late_days > 0
    assert "it waits for LID until" in todo["CUP-RED"].why
    assert "it should have been ordered on" in todo["STEEL"].why


# "The plan makes the same order twice."


def test_an_order_is_made_once_whoever_plans_it_how_often(works: Works) -> None:
    """The plan, its suggestions, the order's own button and the floor all speak of the same hundred cups."""
    ours = works.sells("A-1", "CUP-RED", 100, CHRISTMAS)
    works.plan()
    stale = [row.id for row in suggestions.suggestions()]
    planning.plan_order(ours)
    with pytest.raises(Conflict):
        suggestions.accept(stale)
    in_parallel(works.plan, lambda: planning.plan_order(ours))
    works.accept_all()
    works.accept_all()
    planning.plan_order(ours)
    in_parallel(works.plan, works.plan)
    works.hears("A-1", "CUP-RED", 100)
    assert works.waiting() == [], "the platform says it a second time, and nobody is asked"
    works.plan_everything()
    assert works.to_do() == {}
    assert {sku: works.made_in_all(sku) for sku in ("CUP-RED", "LID")} == {"CUP-RED": 100, "LID": 100}
    assert works.bought() == {"STEEL": 30, "BOX": 100}
    assert works.troubles() == []


def test_what_the_floor_has_made_is_not_planned_again(works: Works) -> None:
    works.full_store()
    works.sells("A-1", "CUP-RED", 100, CHRISTMAS)
    [made] = works.plan_everything().production_orders
    production.release([made])
    press, paint = works.making("CUP-RED")[0].operations
    for number, (step, good) in enumerate([(press, 60), (paint, 40), (press, 40), (paint, 60)]):
        production.report(ReportInput(step.id, Decimal(good), Decimal(0), f"report-{number}"))
        assert works.plan().make == 0
        planning.schedule()
    assert works.made_in_all("CUP-RED") == 100
    assert works.ours().state == OrderState.READY


# "Consolidating orders silently makes too few."


def test_lots_of_a_period_make_all_that_is_wanted_and_what_is_lost(works: Works) -> None:
    """Lids for three orders in one week are made at once; a tenth of them is lost, and made as well."""
    works.lots("LID", LotRule.PERIOD, days=14, scrap=10)
    works.sells_three(CHRISTMAS, apart=1)
    works.plan_everything()
    [lids] = works.making("LID")
    assert lids.quantity * Decimal("0.9") >= 303
    assert lids.quantity <= 338
    assert works.troubles() == []
    assert works.on_order("STEEL") >= 303 * Decimal("0.25") + lids.quantity * Decimal("0.05")
    orders = {works.ours(number).number for number in ("A-0", "A-1", "A-2")}
    assert buyers(material_tree.where_to(production_order_id=lids.id)) == orders
    assert works.wanted_and_covered() == [(100, 100), (150, 150), (53, 53)]
    assert works.plan().make == 0


def test_orders_made_together_make_all_that_they_made_apart(works: Works) -> None:
    works.full_store()
    works.sells_three(CHRISTMAS, apart=1)
    works.plan_everything()
    minutes = sum(step.run_minutes for order in works.making() for step in order.operations)
    works.plan()
    [merge] = suggestions.suggestions(SuggestionFilter("merge"))
    assert merge.quantity == 303
    suggestions.accept([merge.id])
    planning.schedule()
    [together] = works.making()
    assert (together.quantity, together.due) == (303, CHRISTMAS - timedelta(days=2))
    assert sum(step.run_minutes for step in together.operations) in range(minutes, minutes + 3)
    assert works.wanted_and_covered() == [(100, 100), (150, 150), (53, 53)]
    assert works.plan().make == 0
    assert works.troubles() == []


@pytest.mark.parametrize("frozen_hours", [0, 24])
def test_operations_that_run_together_run_as_long_as_apart(works: Works, frozen_hours: int) -> None:
    """A campaign saves set-ups, not cups: one for three orders, and every cup is pressed."""
    save_planning_settings(replace(planning_settings(), frozen_hours=frozen_hours))
    works.full_store()
    works.sells_three(CHRISTMAS)
    works.plan_everything()
    assert ALL_DAY.worked(MONDAY, works.end_of(works.press)) == 3 * 30 + 303
    alone = {step.id: step.run_minutes for step in works.on(works.press)}
    batching.join(list(alone))
    assert planning.schedule().value.changeover_minutes == 30
    together = works.on(works.press)
    assert {step.id: ALL_DAY.worked(*planned(step)[::2]) for step in together} == alone
    assert ALL_DAY.worked(MONDAY, planned(together[0])[0]) == 30, "the one set-up is ahead of them all"
    assert ALL_DAY.worked(MONDAY, works.end_of(works.press)) < 3 * 30 + works.made_in_all("CUP-RED") == 393
    assert works.wanted_and_covered() == [(100, 100), (150, 150), (53, 53)]
    assert works.troubles() == []


# "Changing an order after it was confirmed does not reach production."


def test_a_buyer_who_wants_more_gets_more_down_to_the_steel(works: Works) -> None:
    works.sells("A-1", "CUP-RED", 100, CHRISTMAS)
    works.plan_everything()
    assert works.on_the_floor() == {"CUP-RED": (100, 100), "LID": (100, 50)}
    works.buyer_wants("A-1", "CUP-RED", 160)
    works.settle()
    assert works.on_the_floor() == {"CUP-RED": (160, 160), "LID": (160, 80)}
    assert works.bought() == {"STEEL": 48, "BOX": 160}
    assert works.troubles() == []


def test_a_buyer_who_wants_less_frees_machines_and_purchases(works: Works) -> None:
    works.sells("A-1", "CUP-RED", 100, CHRISTMAS)
    works.plan_everything()
    works.buyer_wants("A-1", "CUP-RED", 60)
    works.settle()
    assert works.on_the_floor() == {"CUP-RED": (60, 60), "LID": (60, 30)}
    too_much = suggestions.suggestions(SuggestionFilter("cancel"))
    assert {row.sku: row.quantity for row in too_much} == {"STEEL": 12, "BOX": 40}
    suggestions.accept(suggestions.suggestion_ids(SuggestionFilter("cancel")))
    assert works.bought() == {"STEEL": 18, "BOX": 60}
    assert works.troubles() == []


def test_a_buyer_who_backs_out_leaves_nothing_behind(works: Works) -> None:
    works.sells("A-1", "CUP-RED", 100, CHRISTMAS)
    works.sells("A-2", "CUP-BLUE", 100, CHRISTMAS)
    works.plan_everything()
    works.hears("A-1", "CUP-RED", 100, life=Life.CLOSED)
    works.settle()
    assert works.ours("A-1").state == OrderState.CANCELLED
    left = {sku: works.made_in_all(sku) for sku in ("CUP-RED", "CUP-BLUE", "LID")}
    assert left == {"CUP-RED": 0, "CUP-BLUE": 100, "LID": 100}
    bars = planning.gantt(MONDAY, MONDAY + timedelta(days=40)).bars
    assert {bar.sales_number for bar in bars} == {works.ours("A-2").number}
    suggestions.accept(suggestions.suggestion_ids(SuggestionFilter("cancel")))
    assert works.bought() == {"STEEL": 30, "BOX": 100}
    assert works.troubles() == []
