"""What the plan does in cases that a planner would tell, and the words for what makes no sense."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.planning.calendar import DAY, WorkingCalendar
from factory_erp.planning.material.advice import AdviceKind, advice
from factory_erp.planning.material.explode import MICRO, BillCycle
from factory_erp.planning.material.pegging import roots, tree_down, tree_up
from factory_erp.planning.material.plan import Plan, difference
from factory_erp.planning.material.planner import MaterialPlanner, warm_up
from factory_erp.planning.material.problem import Problem, problem
from factory_erp.planning.material.shortages import Why, shortages
from factory_erp.planning.material.tables import (
    Alternate,
    Demand,
    DemandKind,
    Demands,
    Item,
    Items,
    Line,
    LotRule,
    Supplies,
    Supply,
    SupplyKind,
)

CUP, LID, STEEL, BOX, ZINC = 1, 2, 3, 4, 5
CUPS = (
    Item(CUP, True, MICRO, LotRule.PER_GROUP, lead_minutes=600),
    Item(LID, True, MICRO, lead_minutes=300),
    Item(STEEL, False, minimum=100 * MICRO, lead_minutes=5000),
    Item(BOX, False, MICRO, multiple=50 * MICRO, lead_minutes=1000),
    Item(ZINC, False, lead_minutes=1000),
)
BILL = (
    Line(1, CUP, LID, MICRO),
    Line(2, CUP, STEEL, 250_000, 20_000),
    Line(3, CUP, BOX, MICRO),
    Line(4, LID, STEEL, 50_000),
)


def planned(given: Problem) -> Plan:
    return MaterialPlanner(given).plan()


def quantities(plan: Plan) -> dict[int, list[float]]:
    found: dict[int, list[float]] = {}
    for item, quantity in zip(plan.orders.item.tolist(), plan.orders.quantity.tolist(), strict=True):
        found.setdefault(item, []).append(quantity / MICRO)
    return found


def cups(*demands: Demand, supplies: tuple[Supply, ...] = (), **more: int) -> Problem:
    return problem(CUPS, BILL, demands, supplies, **more)


def test_stock_is_used_before_anything_is_planned() -> None:
    stock = (Supply(1, CUP, 20 * MICRO), Supply(2, LID, 30 * MICRO))
    plan = planned(cups(Demand(1, CUP, 120 * MICRO, 20_000), supplies=stock))
    assert quantities(plan) == {CUP: [100], LID: [70], BOX: [100], STEEL: [100]}
    assert plan.orders.due.tolist() == [20_000, 19_400, 19_400, 19_100]


def test_an_order_is_for_what_hangs_on_it_and_waits_for_what_it_is_made_of() -> None:
    plan = planned(cups(Demand(1, CUP, MICRO, 20_000, group=7), Demand(2, LID, MICRO, 9000)))
    (steel,) = np.flatnonzero(plan.orders.item == STEEL)
    source = plan.source_of_order(int(steel))
    assert {int(plan.needs.key[need]) for need in roots(plan, source)} == {1, 2}
    (cup, *_rest) = tree_down(plan, 0)
    assert {int(plan.needs.item[branch.need]) for branch in cup.branches} == {LID, STEEL, BOX}
    ups = tree_up(plan, source)
    assert {int(plan.needs.item[branch.need]) for branch in ups} == {STEEL}
    tops = {top.need for branch in ups for one in branch.branches for top in (one, *one.branches)}
    assert tops >= set(roots(plan, source))


def test_one_order_for_each_demand_group_period_or_lot() -> None:
    demands = [Demand(k, 1, 4 * MICRO, due * DAY, group=g) for k, due, g in ((1, 1, 5), (2, 2, 5), (3, 9, 6))]
    ways = {
        LotRule.LOT_FOR_LOT: [4, 4, 4],
        LotRule.PER_GROUP: [8, 4],
        LotRule.FIXED: [5, 5, 5],  # the third needs 2 more than what is left over
        LotRule.PERIOD: [8, 4],
    }
    for rule, expected in ways.items():
        item = Item(1, False, MICRO, rule, fixed=5 * MICRO, period_days=7)
        assert quantities(planned(problem([item], (), demands)))[1] == expected


def test_scrap_of_its_own_making_is_made_up_for() -> None:
    plan = planned(problem([Item(1, True, MICRO, scrap_ppm=100_000)], (), [Demand(1, 1, 95 * MICRO, 0)]))
    assert (plan.orders.quantity.tolist(), plan.orders.good.tolist()) == ([106 * MICRO], [95 * MICRO])


def test_safety_stock_is_filled_up_last() -> None:
    item = Item(1, False, MICRO, safety=50 * MICRO)
    plan = planned(problem([item], (), [Demand(1, 1, 80 * MICRO, 900)], [Supply(1, 1, 100 * MICRO)], now=10))
    assert (quantities(plan)[1], plan.orders.rank.tolist()) == ([30], [2])
    assert plan.pegs.quantity[plan.pegs.need == 0].tolist() == [80 * MICRO]


def test_what_is_not_confirmed_gets_what_is_left() -> None:
    demands = (Demand(1, BOX, MICRO, 10, kind=DemandKind.ROUGH), Demand(1, BOX, MICRO, 20))
    plan = planned(cups(*demands, supplies=(Supply(1, BOX, MICRO),)))
    assert plan.needs.kind[plan.pegs.need[plan.pegs.source == 0]].tolist() == [DemandKind.SALES]
    assert plan.orders.rank.tolist() == [1]


def test_an_alternate_is_used_where_the_component_is_short_and_as_far_as_it_goes() -> None:
    given = problem(
        CUPS,
        [Line(1, LID, STEEL, MICRO)],
        [Demand(1, LID, 10 * MICRO, 9000)],
        [Supply(1, STEEL, 4 * MICRO), Supply(2, ZINC, 6 * MICRO), Supply(3, ZINC, 50 * MICRO, 8800)],
        [Alternate(1, ZINC, 2 * MICRO)],
    )
    plan = planned(given)
    pegs = list(
        zip(plan.pegs.source.tolist(), plan.pegs.quantity.tolist(), plan.pegs.covers.tolist(), strict=True)
    )
    assert pegs[1:] == [(0, 4 * MICRO, 4 * MICRO), (1, 6 * MICRO, 3 * MICRO), (4, 3 * MICRO, 3 * MICRO)]
    assert quantities(plan) == {LID: [10], STEEL: [100]}  # the rest of the zinc comes too late
    whole = replace(
        given, alternates=type(given.alternates).of([Alternate(1, ZINC, 2 * MICRO, partly=False)])
    )
    assert (planned(whole).pegs.quantity == planned(whole).pegs.covers).all()


def test_a_by_product_serves_who_needs_it_when_its_order_is_due() -> None:
    lines = [Line(1, CUP, STEEL, MICRO), Line(2, CUP, ZINC, 500_000, by_product=True)]
    plan = planned(problem(CUPS, lines, [Demand(1, CUP, 10 * MICRO, 9000), Demand(2, ZINC, 6 * MICRO, 9500)]))
    (out,) = np.flatnonzero(plan.sources.kind == SupplyKind.BY_PRODUCT)
    assert (plan.sources.quantity[out], plan.sources.available_at[out]) == (5 * MICRO, 9000)
    assert quantities(plan)[ZINC] == [1]


WEEKDAYS = WorkingCalendar(tuple((day * DAY, (day + 1) * DAY) for day in range(21) if day % 7 < 5))


@pytest.mark.parametrize(
    ("working", "start", "available_at"), [(False, 4 * DAY, 10 * DAY), (True, 2 * DAY, 11 * DAY)]
)
def test_lead_time_counts_every_day_or_only_working_days(
    working: bool, start: int, available_at: int
) -> None:
    item = Item(1, False, lead_minutes=4 * DAY, calendar=0, working=working)
    wanted = [Demand(1, 1, MICRO, 8 * DAY)]
    orders = planned(problem([item], (), wanted, calendars=(WEEKDAYS,), now=6 * DAY)).orders
    assert (orders.due.tolist(), orders.start.tolist()) == ([8 * DAY], [start])
    assert orders.available_at.tolist() == [available_at]


def test_what_is_wanted_on_a_closed_day_arrives_before_it_and_is_received_after_it() -> None:
    item = Item(1, False, lead_minutes=3 * DAY, calendar=0)
    given = problem([item], (), [Demand(1, 1, MICRO, 6 * DAY)], calendars=(WEEKDAYS,), now=2 * DAY)
    orders = planned(given).orders
    assert (orders.due.tolist(), orders.available_at.tolist()) == ([5 * DAY - 1], [7 * DAY])


def test_each_shortage_says_why() -> None:
    late = Supply(1, BOX, MICRO, 9000, kind=SupplyKind.PURCHASE)
    plan = planned(cups(Demand(1, CUP, MICRO, 5500), supplies=(late, Supply(2, STEEL, 9 * MICRO))))
    found = shortages(plan)
    rows = zip(found.need.tolist(), found.why.tolist(), found.root.tolist(), strict=True)
    whys = {int(plan.needs.item[need]): (why, int(plan.sources.item[root])) for need, why, root in rows}
    assert whys == {CUP: (Why.LATE_MATERIAL, BOX), BOX: (Why.LATE_SUPPLY, BOX)}
    assert shortages(planned(cups(Demand(1, STEEL, MICRO, 100)))).why.tolist() == [Why.NO_TIME]
    bare = problem([Item(1, True)], (), [Demand(1, 1, MICRO, 100)])
    assert shortages(planned(bare)).why.tolist() == [Why.MISSING_BILL]
    assert len(shortages(planned(problem(CUPS)))) == 0


def test_advice_on_what_is_under_way() -> None:
    made = SupplyKind.PRODUCTION
    supplies = (
        Supply(1, LID, 10 * MICRO, 9000, kind=made),
        Supply(2, LID, 10 * MICRO, 20_000, kind=made, movable=True),
        Supply(3, LID, 10 * MICRO, 20_100, kind=made, movable=True),
        Supply(4, BOX, 50 * MICRO, 100, kind=SupplyKind.PURCHASE),
    )
    demands = (Demand(1, LID, 15 * MICRO, 3000), Demand(2, BOX, MICRO, 90_000))
    plan = planned(cups(*demands, supplies=supplies, merge_window=1440))
    rows = list(
        zip(*(getattr(advice(plan), name).tolist() for name in advice(plan).column_names()), strict=True)
    )
    assert [row[:4] for row in rows] == [
        (AdviceKind.EXPEDITE, 0, 10 * MICRO, 3000),
        (AdviceKind.EXPEDITE, 1, 5 * MICRO, 3000),
        (AdviceKind.DELAY, 3, MICRO, 90_000),
        (AdviceKind.CANCEL, 1, 5 * MICRO, 20_000),
        (AdviceKind.CANCEL, 2, 10 * MICRO, 20_100),
        (AdviceKind.MERGE, 2, 10 * MICRO, 20_000),
    ]
    assert rows[-1][4] == 1


def test_an_order_keeps_its_key_while_others_come_and_go() -> None:
    planner = MaterialPlanner(cups(Demand(1, CUP, MICRO, 20_000, group=7)))
    before = planner.plan()
    change = planner.change(Demands.of([Demand(2, CUP, MICRO, 30_000, group=8)]))
    assert set(before.orders.names()) <= set(planner.current().orders.names())
    assert {CUP, LID} <= set(change.difference.added.item.tolist())
    assert len(change.difference.removed) == 0
    back = planner.change(demands_gone=[(DemandKind.SALES, 2)])
    assert set(back.difference.removed.key.tolist()) == set(change.difference.added.key.tolist())
    assert len(difference(before.orders, planner.current().orders).changed) == 0


@pytest.mark.parametrize("part", [LID, STEEL, BOX])
def test_a_supply_that_will_be_late_moves_the_date_of_what_is_made_of_it(part: int) -> None:
    stock = tuple(Supply(item, item, 500 * MICRO) for item in (LID, STEEL, BOX))
    planner = MaterialPlanner(cups(Demand(1, CUP, MICRO, 20_000), supplies=stock))
    assert planner.plan().orders.available_at.tolist() == [600]
    late = Supply(part, part, 500 * MICRO, 8000)
    change = planner.change(supplies=Supplies.of([late]))
    assert change.difference.changed.available_at.tolist() == [8600]


def test_a_refused_change_changes_nothing() -> None:
    planner = MaterialPlanner(cups(Demand(1, CUP, MICRO, 20_000)))
    before = planner.plan()
    with pytest.raises(InvalidValue):
        planner.change(Demands.of([Demand(1, 99, MICRO, 20_000)]), demands_gone=[(0, 1)])
    assert planner.plan().orders.key.tolist() == before.orders.key.tolist()


def test_a_circle_is_refused_with_its_path() -> None:
    with pytest.raises(BillCycle) as error:
        MaterialPlanner(problem(CUPS, [*BILL, Line(9, BOX, CUP, MICRO)]))
    assert error.value.path == (CUP, BOX, CUP)


def test_an_alternate_made_of_what_it_stands_for_is_not_planned_on() -> None:
    lines = [Line(1, CUP, STEEL, MICRO), Line(2, LID, STEEL, MICRO)]
    given = problem(
        CUPS, lines, [Demand(1, CUP, MICRO, 9000)], [Supply(1, LID, MICRO)], [Alternate(1, LID, MICRO)]
    )
    assert quantities(planned(given)) == {CUP: [1], STEEL: [100]}


def test_a_by_product_that_goes_back_into_its_parent_is_not_planned_on_where_it_would_go_round() -> None:
    lines = [Line(1, CUP, STEEL, MICRO), Line(2, STEEL, CUP, MICRO, by_product=True)]
    items = [CUPS[0], replace(CUPS[2], make=True)]
    assert quantities(planned(problem(items, lines, [Demand(1, CUP, MICRO, 9)]))) == {CUP: [1], STEEL: [100]}


def test_shares_too_fine_for_whole_numbers_are_rounded_up() -> None:
    chain = [Line(k, k, k + 1, 1_234_567, 12_345, phantom=k < 5) for k in range(1, 6)]
    items = [Item(k, k < 6, bill_output=999_983) for k in range(1, 7)]
    plan = planned(problem(items, chain, [Demand(1, 1, 1000 * MICRO, 9)]))
    exact = 1000 * MICRO * Fraction(1_234_567 * 1_012_345, 999_983 * 1_000_000) ** 5
    assert plan.orders.item.tolist() == [1, 6]
    assert 0 <= plan.orders.quantity[1] - exact < 2


def test_huge_quantities_are_exact() -> None:
    items = [Item(1, True, MICRO), Item(2, False)]
    given = problem(items, [Line(1, 1, 2, 1_234_567, 12_345)], [Demand(1, 1, 10**13 // 7, 9)])
    quantity = planned(given).orders.quantity.tolist()
    assert quantity[1] == -(-quantity[0] * 1_234_567 * 1_012_345 // 10**12)


def test_impossible_bills_are_found_out() -> None:
    items = [Item(number, number < 5) for number in range(1, 6)]
    lines = [Line(number, number, number + 1, 10**6 * MICRO) for number in range(1, 5)]
    with pytest.raises(InvalidValue, match="item 3"):
        planned(problem(items, lines, [Demand(1, 1, MICRO, 0)]))


def test_a_change_before_the_first_plan_plans_everything() -> None:
    planner = MaterialPlanner(cups(Demand(1, CUP, MICRO, 20_000)))
    planner.change(Demands.of([Demand(2, BOX, MICRO, 20_000)]))
    assert set(quantities(planner.current())) == {CUP, LID, STEEL, BOX}


def test_columns_fill_in_defaults_and_refuse_what_does_not_fit() -> None:
    items = Items.columns(id=[1, 2], make=1, lead_minutes=[5, 6])
    assert items.rows() == [Item(1, 1, lead_minutes=5), Item(2, 1, lead_minutes=6)]
    for wrong in ({"id": [1]}, {"id": [1], "make": 1, "colour": 1}, {"id": [1, 2], "make": [1, 1, 1]}):
        with pytest.raises(TypeError):
            Items.columns(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: cups(Demand(1, 99, MICRO, 0)),
        lambda: cups(Demand(1, CUP, -1, 0)),
        lambda: cups(Demand(1, CUP, 1, 0), Demand(1, LID, 1, 0)),
        lambda: cups(Demand(1, CUP, 1, 1 << 50)),
        lambda: cups(Demand(1, CUP, 1, 0, kind=DemandKind.PLANNED)),
        lambda: cups(supplies=(Supply(1, 99, 1),)),
        lambda: cups(supplies=(Supply(1, CUP, -1),)),
        lambda: cups(supplies=(Supply(1, CUP, 1), Supply(1, CUP, 1))),
        lambda: problem(CUPS, [Line(1, CUP, 99, MICRO)]),
        lambda: problem(CUPS, [Line(1, CUP, LID, 0)]),
        lambda: problem(CUPS, [Line(1, CUP, BOX, 1, phantom=True)]),
        lambda: problem(CUPS, BILL, (), (), [Alternate(9, BOX, 1)]),
        lambda: problem(CUPS, BILL, (), (), [Alternate(1, BOX, 0)]),
        lambda: problem([CUPS[0], CUPS[0]]),
        lambda: problem([Item(1, False, 0)]),
        lambda: problem([Item(1, False, MICRO, multiple=MICRO + 1)]),
        lambda: problem([Item(1, False, rule=LotRule.FIXED)]),
        lambda: problem([Item(1, False, rule=LotRule.PERIOD, period_days=0)]),
        lambda: problem([Item(1, False, scrap_ppm=10**6)]),
        lambda: problem([Item(1, False, calendar=0)]),
    ],
)
def test_what_makes_no_sense_is_refused(wrong: object) -> None:
    with pytest.raises(InvalidValue):
        wrong()  # type: ignore[operator]


def test_warming_up_plans_nothing_that_stays() -> None:
    warm_up()
