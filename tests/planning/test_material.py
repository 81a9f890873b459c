"""The material plan: netting, lots, phantoms, pegging, against a slow independent reference."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.planning.material.explode import (
    MICRO,
    BillCycle,
    BillRow,
    Demand,
    ItemData,
    MaterialPlan,
    MaterialProblem,
    Supply,
    changes,
    explode,
    low_level_codes,
    root_demands,
)

CUP, LID, STEEL, BOX = 1, 2, 3, 4


def items(*rows: ItemData) -> dict[int, ItemData]:
    return {row.id: row for row in rows}


def cup_factory() -> dict[int, ItemData]:
    """A cup needs a lid and a box; cup and lid need steel, weighed."""
    return items(
        ItemData(
            CUP,
            True,
            (BillRow(LID, MICRO), BillRow(STEEL, 250_000, 20_000), BillRow(BOX, MICRO)),
            step=MICRO,
            lead_minutes=600,
        ),
        ItemData(LID, True, (BillRow(STEEL, 50_000),), step=MICRO, lead_minutes=300),
        ItemData(STEEL, False, lot_minimum=100 * MICRO, lead_minutes=5000),
        ItemData(BOX, False, step=MICRO, lot_multiple=50 * MICRO, lead_minutes=1000),
    )


def quantities(plan: MaterialPlan) -> dict[str, int]:
    return {order.key: order.quantity for order in plan.planned}


def test_stock_is_used_before_anything_is_planned() -> None:
    demand = Demand("L1", CUP, 120 * MICRO, 20_000, group="SO1")
    stock = (Supply("stock-cup", CUP, 20 * MICRO), Supply("stock-lid", LID, 30 * MICRO))
    plan = explode(MaterialProblem(cup_factory(), (demand,), stock))
    assert quantities(plan) == {
        "make:1:SO1": 100 * MICRO,
        "make:2:SO1": 70 * MICRO,
        "buy:3:SO1": 100 * MICRO,  # 25.5 + 3.5 kg, but 100 kg at least
        "buy:4:SO1": 100 * MICRO,
    }
    assert plan.short == ()
    assert [(order.item, order.level) for order in plan.planned] == [(CUP, 0), (LID, 1), (BOX, 1), (STEEL, 2)]
    assert plan.planned[1].due == plan.planned[0].start == 19_400


def test_scrap_is_added_and_weighed_goods_are_not_rounded_to_whole_units() -> None:
    plan = explode(MaterialProblem(cup_factory(), (Demand("L1", CUP, MICRO, 9000),)))
    steel = next(part for part in plan.planned[0].components if part.item == STEEL)
    assert steel.quantity == 255_000


def test_indivisible_components_are_rounded_up_to_whole_pieces() -> None:
    bill = (BillRow(2, MICRO, scrap_ppm=30_000),)
    shop = items(ItemData(1, True, bill, bill_output=3 * MICRO), ItemData(2, False, step=MICRO))
    plan = explode(MaterialProblem(shop, (Demand("a", 1, 10 * MICRO, 0),)))
    assert plan.planned[1].quantity == 4 * MICRO  # 10 / 3 × 1.03 = 3.43


def test_each_group_gets_its_own_orders_and_shares_what_lot_sizes_leave_over() -> None:
    demands = (Demand("A1", CUP, 10 * MICRO, 9000, group="A"), Demand("B1", CUP, 10 * MICRO, 9500, group="B"))
    plan = explode(MaterialProblem(cup_factory(), demands))
    assert quantities(plan) == {
        "make:1:A": 10 * MICRO,
        "make:1:B": 10 * MICRO,
        "make:2:A": 10 * MICRO,
        "make:2:B": 10 * MICRO,
        "buy:3:A": 100 * MICRO,
        "buy:4:A": 50 * MICRO,
    }
    assert root_demands(plan, "buy:3:A") == ("A1", "B1")
    assert root_demands(plan, "make:2:B") == ("B1",)


def test_several_lines_of_one_group_are_combined_for_the_earliest_date() -> None:
    demands = (Demand("A1", LID, 4 * MICRO, 9000, group="A"), Demand("A2", LID, 6 * MICRO, 8000, group="A"))
    plan = explode(MaterialProblem(cup_factory(), demands))
    assert (plan.planned[0].quantity, plan.planned[0].due) == (10 * MICRO, 8000)
    assert plan.planned[0].for_demands == ("A2", "A1")


def test_the_earliest_due_gets_the_stock_then_the_higher_priority() -> None:
    demands = (
        Demand("late", BOX, MICRO, 900),
        Demand("low", BOX, MICRO, 100),
        Demand("high", BOX, MICRO, 100, priority=5),
    )
    plan = explode(MaterialProblem(cup_factory(), demands, (Supply("s", BOX, 2 * MICRO),)))
    assert [peg.demand_key for peg in plan.pegs if peg.supply_key == "s"] == ["high", "low"]


def test_reserved_supply_goes_to_its_group_only() -> None:
    demands = (Demand("A1", BOX, MICRO, 1, group="A"), Demand("B1", BOX, MICRO, 2, group="B"))
    plan = explode(MaterialProblem(cup_factory(), demands, (Supply("po", BOX, MICRO, 5, reserved_for="B"),)))
    assert [(p.demand_key, p.supply_key) for p in plan.pegs] == [("B1", "po"), ("A1", "buy:4:A")]


def test_a_late_open_order_is_used_and_reported_instead_of_ordering_twice() -> None:
    plan = explode(
        MaterialProblem(
            cup_factory(), (Demand("L", BOX, 5 * MICRO, 100),), (Supply("po", BOX, 5 * MICRO, 700),)
        )
    )
    assert plan.planned == ()
    assert [(s.demand_key, s.supply_key, s.available_at) for s in plan.short] == [("L", "po", 700)]


def test_lead_times_add_up_from_the_bought_item_upwards() -> None:
    plan = explode(MaterialProblem(cup_factory(), (Demand("L", CUP, MICRO, 100),), now=10))
    by_item = {order.item: order for order in plan.planned}
    assert by_item[STEEL].available_at == 5010
    assert (by_item[LID].material_at, by_item[LID].available_at) == (5010, 5310)
    assert (by_item[CUP].material_at, by_item[CUP].available_at) == (5310, 5910)
    assert {s.demand_key for s in plan.short} >= {"L"}


def test_a_phantom_is_replaced_by_its_own_components_at_its_operation() -> None:
    shop = items(
        ItemData(
            1,
            True,
            (BillRow(2, 2 * MICRO, 100_000, operation=20, phantom=True), BillRow(3, MICRO, operation=20)),
        ),
        ItemData(2, True, (BillRow(3, 3 * MICRO, operation=5),), bill_output=2 * MICRO),
        ItemData(3, False),
    )
    plan = explode(MaterialProblem(shop, (Demand("d", 1, 10 * MICRO, 0),)))
    assert [o.item for o in plan.planned] == [1, 3]
    (part,) = plan.planned[0].components
    assert (part.operation, part.quantity) == (20, 43 * MICRO)  # 10 × (2 × 1.1 × 3 / 2 + 1)


def test_an_unchanged_order_is_not_among_the_changes() -> None:
    first = explode(MaterialProblem(cup_factory(), (Demand("A", LID, MICRO, 900, group="A"),)))
    both = (Demand("A", LID, MICRO, 900, group="A"), Demand("B", LID, MICRO, 950, group="B"))
    second = explode(MaterialProblem(cup_factory(), both))
    diff = changes(first.planned, second.planned)
    assert [o.key for o in diff.added] == ["make:2:B"]
    assert [o.key for o in diff.changed] == ["buy:3:A"]  # it now serves B too
    assert diff.removed == ()
    assert [o.key for o in changes(second.planned, first.planned).removed] == ["make:2:B"]


def test_a_cycle_is_refused_with_its_path() -> None:
    shop = items(*(ItemData(i, True, (BillRow(j, MICRO),)) for i, j in ((1, 2), (2, 3), (3, 2))))
    with pytest.raises(BillCycle) as error:
        low_level_codes(shop)
    assert error.value.path == (2, 3, 2)
    assert "2 → 3 → 2" in str(error.value)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: MaterialProblem({}, (Demand("d", 1, 1, 0),)),
        lambda: MaterialProblem(cup_factory(), (Demand("d", 1, -1, 0),)),
        lambda: MaterialProblem(cup_factory(), (Demand("d", 1, 1, 0), Demand("d", 2, 1, 0))),
        lambda: MaterialProblem(items(ItemData(1, True, (BillRow(9, 1),))), ()),
        lambda: MaterialProblem(
            items(ItemData(1, True, (BillRow(2, 1, phantom=True),)), ItemData(2, False)), ()
        ),
        lambda: ItemData(1, False, step=MICRO, lot_multiple=MICRO + 1),
        lambda: ItemData(1, True, (BillRow(2, 0),)),
        lambda: ItemData(1, True, bill_output=0),
        lambda: ItemData(1, True, lead_minutes=-1),
    ],
)
def test_impossible_data_is_refused(wrong: object) -> None:
    with pytest.raises(InvalidValue):
        wrong()  # type: ignore[operator]


@st.composite
def problems(draw: st.DrawFn) -> MaterialProblem:
    """Random acyclic bills (components have larger numbers), stock, lots and groups."""
    count = draw(st.integers(1, 7))
    shop: dict[int, ItemData] = {}
    for item in range(count, 0, -1):
        below = list(range(item + 1, count + 1))
        rows = []
        for component in draw(st.lists(st.sampled_from(below), max_size=3)) if below else []:
            phantom = bool(shop[component].bill) and draw(st.booleans())
            rows.append(
                BillRow(
                    component,
                    draw(st.integers(1, 3 * MICRO)),
                    draw(st.sampled_from([0, 30_000])),
                    draw(st.sampled_from([None, 10, 20])),
                    phantom,
                )
            )
        step = draw(st.sampled_from([1, MICRO]))
        shop[item] = ItemData(
            item,
            draw(st.integers(0, 4)) > 0,
            tuple(rows),
            draw(st.sampled_from([MICRO, 3 * MICRO])),
            step,
            draw(st.sampled_from([0, 5 * MICRO])),
            draw(st.sampled_from([0, 2 * MICRO])),
            draw(st.integers(0, 50)),
        )
    number, amount, group = st.integers(1, count), st.integers(0, 20 * MICRO), st.sampled_from(["", "A", "B"])
    demands = draw(
        st.lists(st.tuples(number, amount, st.integers(0, 200), st.integers(0, 1), group), max_size=6)
    )
    supplies = draw(st.lists(st.tuples(number, amount, st.integers(0, 200), group), max_size=6))
    return MaterialProblem(
        shop,
        tuple(Demand(f"d{i}", *row) for i, row in enumerate(demands)),
        tuple(Supply(f"s{i}", *row) for i, row in enumerate(supplies)),
    )


class Reference:
    """The same rules the slow way: an item asks its parents, recursively, what they want of it."""

    def __init__(self, problem: MaterialProblem) -> None:
        self.problem = problem
        self.memo: dict[int, dict[str, tuple[int, int]]] = {}
        self.priorities: dict[tuple[int, str], int] = {}

    def orders(self, item: int) -> dict[str, tuple[int, int]]:
        """Planned (quantity, due) by group."""
        if item not in self.memo:
            self.memo[item] = self.net(item)
        return self.memo[item]

    def wanted(self, item: int) -> list[tuple[int, int, str, int, str]]:
        given = (d for d in self.problem.demands if d.item == item)
        rows = [(d.due, -d.priority, d.key, d.quantity, d.group) for d in given]
        for parent in self.problem.items.values():
            if parent.make and item > parent.id:
                needs = self.needs(parent.id, item, Fraction(1), None, True)
                for group, (quantity, due) in self.orders(parent.id).items():
                    for operation, share in needs.items():
                        step = self.problem.items[item].step
                        key = f"make:{parent.id}:{group}/{item}" + (f"@{operation}" if operation else "")
                        priority = self.priorities[parent.id, group]
                        amount = ceil(quantity * share / step) * step
                        rows.append((due - parent.lead_minutes, -priority, key, amount, group))
        return sorted(rows)

    def needs(
        self, parent: int, item: int, share: Fraction, at: int | None, top: bool
    ) -> dict[int | None, Fraction]:
        total: dict[int | None, Fraction] = {}
        data = self.problem.items[parent]
        for row in data.bill:
            part = share * row.quantity / data.bill_output * (1 + Fraction(row.scrap_ppm, 10**6))
            operation = row.operation if top else at
            if row.phantom:
                for key, value in self.needs(row.component, item, part, operation, False).items():
                    total[key] = total.get(key, Fraction(0)) + value
            elif row.component == item:
                total[operation] = total.get(operation, Fraction(0)) + part
        return total

    def net(self, item: int) -> dict[str, tuple[int, int]]:
        data = self.problem.items[item]
        stock = {s.key: s.quantity for s in self.problem.supplies if s.item == item}
        groups: dict[str, list[list[int]]] = {}
        for due, priority, _key, quantity, group in self.wanted(item):
            for owner in [group, ""]:
                for s in sorted(self.problem.supplies, key=lambda s: (s.available_at, s.key)):
                    if s.item == item and s.reserved_for == owner:
                        used = min(stock[s.key], quantity)
                        stock[s.key] -= used
                        quantity -= used
            if quantity:
                groups.setdefault(group, []).append([due, -priority, quantity])
        planned, spare = {}, 0
        for group, rows in groups.items():
            for row in rows:
                used = min(spare, row[2])
                spare -= used
                row[2] -= used
            rest = [row for row in rows if row[2]]
            if rest:
                total = sum(row[2] for row in rest)
                unit = data.lot_multiple or data.step
                lot = ceil(Fraction(max(total, data.lot_minimum), unit)) * unit
                spare += lot - total
                planned[group] = (lot, min(row[0] for row in rest))
                self.priorities[item, group] = max(row[1] for row in rest)
        return planned


@given(problems())
def test_the_plan_agrees_with_the_slow_reference(problem: MaterialProblem) -> None:
    plan = explode(problem)
    reference = Reference(problem)
    expected = {(item, group): row for item in problem.items for group, row in reference.orders(item).items()}
    assert {(o.item, o.group): (o.quantity, o.due) for o in plan.planned} == expected


@given(problems())
def test_every_demand_is_covered_and_no_supply_is_pegged_twice(problem: MaterialProblem) -> None:
    plan = explode(problem)
    wanted = {d.key: d.quantity for d in problem.demands}
    wanted |= {part.key: part.quantity for order in plan.planned for part in order.components}
    there = {s.key: s.quantity for s in problem.supplies} | {o.key: o.quantity for o in plan.planned}
    covered, used = Counter[str](), Counter[str]()
    for peg in plan.pegs:
        assert peg.quantity > 0
        covered[peg.demand_key] += peg.quantity
        used[peg.supply_key] += peg.quantity
    assert covered == Counter({key: quantity for key, quantity in wanted.items() if quantity})
    assert all(used[key] <= there[key] for key in used)
    assert len({order.key for order in plan.planned}) == len(plan.planned)


@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(problem: MaterialProblem, random: object) -> None:
    demands, supplies = list(problem.demands), list(problem.supplies)
    random.shuffle(demands)  # type: ignore[attr-defined]
    random.shuffle(supplies)  # type: ignore[attr-defined]
    shuffled = replace(problem, demands=tuple(demands), supplies=tuple(supplies))
    assert explode(shuffled) == explode(problem)


@given(problems(), st.data())
def test_any_cycle_is_refused(problem: MaterialProblem, data: st.DataObject) -> None:
    linked = [(i.id, row.component) for i in problem.items.values() for row in i.bill]
    parent, child = data.draw(st.sampled_from([*linked, (1, 1)]))
    closing = replace(problem.items[child], bill=(*problem.items[child].bill, BillRow(parent, MICRO)))
    with pytest.raises(BillCycle) as error:
        explode(replace(problem, items={**problem.items, child: closing}))
    path = error.value.path
    assert path[0] == path[-1]
    assert len(path) > 1
