"""The compiled plan against the slow reference, and what must hold for any plan."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.planning.material.plan import Plan
from factory_erp.planning.material.planner import MaterialPlanner
from factory_erp.planning.material.problem import Problem
from factory_erp.planning.material.tables import Demands, Supplies, SupplyKind
from tests.planning.material.reference import Reference
from tests.planning.material.shops import demands, problems, substitutions, supplies

slow = settings(deadline=None)


def told(plan: Plan) -> list[tuple[object, ...]]:
    orders = plan.orders
    columns = (
        orders.item, orders.quantity, orders.good, orders.due, orders.start, orders.material_at,
        orders.available_at, orders.rank, orders.priority, orders.group,
    )  # fmt: skip
    return list(zip(*(column.tolist() for column in columns), strict=True))


def pegs(plan: Plan) -> Counter[tuple[object, ...]]:
    """The pegs with needs and sources described, so that numbering does not matter."""
    orders, needs, sources = told(plan), plan.needs, plan.sources
    found: Counter[tuple[object, ...]] = Counter()
    for peg in range(len(plan.pegs)):
        need, source = int(plan.pegs.need[peg]), int(plan.pegs.source[peg])
        order = int(needs.order[need])
        name: tuple[object, ...] = (int(needs.kind[need]), int(needs.key[need]))
        if order >= 0:
            name = (orders[order], int(needs.line[need]), int(needs.operation[need]))
        if source >= len(sources):
            what: tuple[object, ...] = orders[source - len(sources)]
        elif sources.kind[source] == SupplyKind.BY_PRODUCT:
            what = (int(SupplyKind.BY_PRODUCT), orders[sources.order[source]], int(sources.item[source]))
        else:
            what = (int(sources.kind[source]), int(sources.key[source]), int(sources.item[source]))
        amounts = int(plan.pegs.quantity[peg]), int(plan.pegs.covers[peg])
        found[name, int(needs.quantity[need]), int(needs.due[need]), what, *amounts] += 1
    return found


def settled(found: Counter[tuple[object, ...]]) -> Counter[str]:
    """As text, a by-product's order told by what it is."""
    return Counter({str(tuple(_plain(part) for part in key)): count for key, count in found.items()})


def _plain(part: object) -> object:
    if isinstance(part, tuple):
        return tuple(_plain(one) for one in part)
    return getattr(part, "told", part)


@given(problems() | substitutions())
@slow
def test_the_plan_agrees_with_the_slow_reference(problem: Problem) -> None:
    plan, reference = MaterialPlanner(problem).plan(), Reference(problem)
    assert Counter(told(plan)) == reference.orders()
    assert settled(pegs(plan)) == settled(reference.pegs())


@given(problems() | substitutions())
@slow
def test_every_need_is_covered_and_nothing_is_pegged_twice(problem: Problem) -> None:
    plan = MaterialPlanner(problem).plan()
    covered, used = Counter[int](), Counter[int]()
    for need, source, quantity, covers in zip(
        *(getattr(plan.pegs, name).tolist() for name in ("need", "source", "quantity", "covers")), strict=True
    ):
        assert quantity > 0
        covered[need] += covers
        used[source] += quantity
    assert all(covered[need] == quantity for need, quantity in enumerate(plan.needs.quantity.tolist()))
    there = [*plan.sources.quantity.tolist(), *plan.orders.good.tolist()]
    assert all(used[source] <= quantity for source, quantity in enumerate(there))
    assert len(set(plan.orders.names())) == len(plan.orders)
    wanted = {(d.kind, d.key): d.quantity for d in problem.demands.rows()}
    named = zip(plan.needs.kind.tolist(), plan.needs.key.tolist(), plan.needs.quantity.tolist(), strict=True)
    assert {(kind, key): quantity for kind, key, quantity in named if kind in (0, 1, 3)} == wanted


def same(one: Plan, other: Plan) -> None:
    """Equal in every column, with supplies that may be numbered otherwise."""
    for name in ("orders", "needs", "sources", "pegs"):
        left, right = getattr(one, name), getattr(other, name)
        for column in left.column_names():
            assert np.array_equal(getattr(left, column), getattr(right, column)), (name, column)


@given(problems() | substitutions(), st.data())
@slow
def test_net_change_equals_planning_everything(problem: Problem, data: st.DataObject) -> None:
    planner = MaterialPlanner(problem)
    before = planner.plan()
    wanted = {(d.kind, d.key): d for d in problem.demands.rows()}
    there = {(s.kind, s.key): s for s in problem.supplies.rows()}
    for _turn in range(2):
        known = problem.items.id.tolist()
        new, come = data.draw(demands(known)), data.draw(supplies(known))
        gone = data.draw(st.lists(st.sampled_from(sorted(wanted)), unique=True)) if wanted else []
        lost = data.draw(st.lists(st.sampled_from(sorted(there)), unique=True)) if there else []
        wanted = {name: row for name, row in wanted.items() if name not in gone}
        there = {name: row for name, row in there.items() if name not in lost}
        wanted |= {(d.kind, d.key): d for d in new}
        there |= {(s.kind, s.key): s for s in come}
        change = planner.change(Demands.of(new), Supplies.of(come), demands_gone=gone, supplies_gone=lost)
        whole = Problem(
            problem.items, problem.lines, Demands.of(wanted.values()), Supplies.of(there.values()),
            problem.alternates, problem.calendars, problem.now, problem.day_origin,
        )  # fmt: skip
        anew = MaterialPlanner(whole).plan()
        after = planner.current()
        same(after, anew)
        follows(before, change.difference, after)
        assert set(change.part.orders.key.tolist()) == {
            key for key, item in zip(after.orders.key.tolist(), after.orders.item.tolist(), strict=True)
            if item in set(change.items.tolist())
        }  # fmt: skip
        before = after


@given(problems() | substitutions(), st.data())
@slow
def test_following_other_demands_equals_planning_them(problem: Problem, data: st.DataObject) -> None:
    planner = MaterialPlanner(problem)
    planner.plan()
    known = problem.items.id.tolist()
    for _turn in range(3):
        wanted, there = Demands.of(data.draw(demands(known))), Supplies.of(data.draw(supplies(known)))
        before = planner.current()
        touched = planner.follow(wanted, there)
        whole = Problem(
            problem.items, problem.lines, wanted, there, problem.alternates, problem.calendars, problem.now,
            problem.day_origin,
        )  # fmt: skip
        same(planner.current(), MaterialPlanner(whole).plan())
        assert len(planner.follow(wanted, there)) == 0 or not len(planner.current().needs)
        left = [np.isin(plan.orders.item, touched, invert=True) for plan in (before, planner.current())]
        assert before.orders.take(left[0]).key.tolist() == planner.current().orders.take(left[1]).key.tolist()


def rows(orders: object) -> dict[int, tuple[int, ...]]:
    names = [name for name in orders.column_names() if name != "level"]  # type: ignore[attr-defined]
    columns = [getattr(orders, name).tolist() for name in names]
    return {row[0]: row for row in zip(*columns, strict=True)}


def follows(before: Plan, difference: object, after: Plan) -> None:
    """The difference, applied to the orders before, gives those after, and names no order in vain."""
    was, now = rows(before.orders), rows(after.orders)
    added, changed = rows(difference.added), rows(difference.changed)  # type: ignore[attr-defined]
    removed = rows(difference.removed)  # type: ignore[attr-defined]
    assert removed == {key: row for key, row in was.items() if key not in now}
    assert added == {key: row for key, row in now.items() if key not in was}
    assert changed == {key: row for key, row in now.items() if key in was and was[key] != row}
