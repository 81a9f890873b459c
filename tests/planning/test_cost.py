"""The cost roll-up: rules one by one, and against a slow independent reference with plain Fractions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.planning.cost import (
    CostBook,
    CostItem,
    CostLine,
    CostNode,
    CostSplit,
    CostStep,
    roll_up,
    roll_up_all,
)
from factory_erp.planning.material.explode import BillCycle

CUP, LID, STEEL, BOX, TRIM = 1, 2, 3, 4, 5


def step(**values: str | int) -> CostStep:
    """A minute a unit at 60 an hour of a machine, unless said otherwise."""
    given = {
        "sequence": 10, "setup_minutes": 0, "run_seconds": 60, "batch_size": 0, "machine_rate": 60,
        "labour_rate": 0, "crew": 1, "overhead_percent": 0, "subcontract_price": 0,
    } | values  # fmt: skip
    figures = {
        key: Decimal(value) for key, value in given.items() if key not in {"sequence", "setup_minutes"}
    }
    return CostStep(int(given["sequence"]), int(given["setup_minutes"]), **figures)


def line(component: int, quantity: str = "1", **values: int | bool) -> CostLine:
    return CostLine(component, Decimal(quantity), **values)  # type: ignore[arg-type]


def made(key: int, *lines: CostLine, steps: tuple[CostStep, ...] = (), output: str = "1") -> CostItem:
    return CostItem(key, True, Decimal(99), Decimal(output), lines, steps)


def bought(key: int, cost: str) -> CostItem:
    return CostItem(key, False, Decimal(cost))


def shop(*items: CostItem) -> dict[int, CostItem]:
    """What is given, and steel at 20 a kilogram, a box at 3, trimmings at 2 as well."""
    stock = (bought(STEEL, "20"), bought(BOX, "3"), bought(TRIM, "2"))
    return {item.id: item for item in (*stock, *items)}


def unit(items: Mapping[int, CostItem], lot: int | str = 1, item: int = CUP) -> CostSplit:
    node = roll_up(items, item, Decimal(lot))
    split = node.total.times(1 / node.quantity)
    assert split == CostBook(items).unit(item, Decimal(lot))
    assert node.unit_cost == split.total
    return split


def test_material_is_quantity_with_scrap_over_the_output() -> None:
    items = shop(made(CUP, line(STEEL, "0.5", scrap_ppm=20_000), line(BOX, "2"), output="4"))
    assert unit(items) == CostSplit(material=Fraction(102, 10) / 4 + Fraction(6, 4))


def test_a_step_costs_machine_labour_overhead_and_its_subcontractor() -> None:
    work = step(
        setup_minutes=30, run_seconds="90", machine_rate=40, labour_rate=24, crew="0.5",
        overhead_percent="12.5", subcontract_price="0.2",
    )  # fmt: skip
    cost = unit(shop(made(CUP, steps=(work,))), lot=20)
    # 30 min + 20 × 1.5 min = 1 h: machine 40, labour 0.5 × 24 = 12, overhead 52 × 12.5 % = 6.5
    assert cost == CostSplit(Fraction(0), Fraction(2), Fraction(12, 20), Fraction(65, 200), Fraction(1, 5))


@pytest.mark.parametrize(("lot", "started"), [("1", 1), ("24", 1), ("24.5", 2), ("48", 2), ("49", 3)])
def test_an_oven_costs_every_batch_that_is_started(lot: str, started: int) -> None:
    oven = step(run_seconds=1800, batch_size=24)
    assert unit(shop(made(CUP, steps=(oven,))), lot).machine == Fraction(started * 30) / Fraction(lot)


def test_all_that_the_lot_needs_of_a_component_is_one_batch() -> None:
    press = step(setup_minutes=60)
    items = shop(made(CUP, line(LID), line(6)), made(6, line(LID, "2")), made(LID, steps=(press,)))
    tree = roll_up(items, CUP, Decimal(10))
    # 30 lids in one batch: 60 of setup and 30 of run time, a third of it for the lids of the cup itself
    assert [child.total.machine for child in tree.children] == [30, 60]
    assert tree.total.machine == 90
    assert [child.unit_cost for child in tree.children] == [3, 6]


def test_a_phantom_has_components_but_no_steps() -> None:
    inner = made(LID, line(STEEL, "0.1", scrap_ppm=100_000), steps=(step(setup_minutes=600),))
    tree = roll_up(shop(made(CUP, line(LID, "2", phantom=True)), inner), CUP, Decimal(5))
    assert tree.total == CostSplit(material=Fraction(5 * 2 * 11, 5))
    phantom = tree.children[0]
    assert (phantom.phantom, phantom.own, phantom.total) == (True, CostSplit(), tree.total)
    assert phantom.children[0].quantity == Fraction(11, 10)


def test_a_phantom_without_a_bill_counts_as_what_it_is() -> None:
    assert unit(shop(made(CUP, line(BOX, phantom=True)))).material == 3


def test_a_by_product_is_credited_at_its_standard_cost() -> None:
    items = shop(made(CUP, line(STEEL), line(TRIM, "0.5", by_product=True)))
    tree = roll_up(items, CUP, Decimal(4))
    assert tree.total.material == 4 * (20 - 1)
    trim = tree.children[1]
    assert trim.by_product
    assert [trim.quantity, trim.total.material, trim.unit_cost] == [2, -4, -2]


def test_what_comes_out_may_be_what_goes_in() -> None:
    items = shop(made(CUP, line(LID)), made(LID, line(STEEL), line(CUP, "0.01", by_product=True)))
    assert unit(items).material == 20 - Fraction(99, 100)


def test_what_has_neither_bill_nor_routing_counts_its_standard_cost() -> None:
    assert unit(shop(made(CUP, line(LID, "2")), made(LID))).material == 2 * 99
    assert unit(shop(), item=STEEL).material == 20


def test_the_bill_of_a_bought_item_is_not_rolled_up() -> None:
    items = shop(made(CUP, line(LID)), replace(bought(LID, "7"), lines=(line(STEEL),)))
    assert unit(items).material == 7


def test_a_standard_roll_up_takes_each_item_in_its_own_lot() -> None:
    press = step(setup_minutes=60)
    items = shop(made(CUP, line(LID, "2"), steps=(press,)), made(LID, line(STEEL), steps=(press,)))
    costs = roll_up_all(items, {CUP: Decimal(10), LID: Decimal(60)})
    assert costs[LID] == CostSplit(material=Fraction(20), machine=Fraction(2))
    assert costs[CUP] == CostSplit(material=Fraction(40), machine=Fraction(4 + 7))
    assert costs[STEEL].total == 20


def test_a_roll_up_of_all_says_how_far_it_is_and_stops_when_asked() -> None:
    seen: list[tuple[int, int]] = []
    items = {key: bought(key, "1") for key in range(1200)}
    roll_up_all(items, {}, lambda done, total: seen.append((done, total)))
    assert seen == [(0, 1200), (500, 1200), (1000, 1200)]
    assert roll_up_all(items, {}, cancelled=lambda: True) == {}


def test_a_circle_an_empty_lot_and_an_unknown_component_are_refused() -> None:
    circle = shop(made(CUP, line(LID)), made(LID, line(CUP)))
    with pytest.raises(BillCycle):
        roll_up(circle, CUP, Decimal(1))
    with pytest.raises(BillCycle):
        roll_up_all(circle, {})
    with pytest.raises(InvalidValue, match="above zero"):
        roll_up(shop(), STEEL, Decimal(0))
    with pytest.raises(InvalidValue, match="does not exist"):
        roll_up(shop(made(CUP, line(77))), CUP, Decimal(1))
    with pytest.raises(InvalidValue, match="more than zero"):
        roll_up(shop(made(CUP, output="0")), CUP, Decimal(1))


def walk(node: CostNode) -> Iterator[CostNode]:
    yield node
    for child in node.children:
        yield from walk(child)


micros = st.integers(1, 20_000_000).map(lambda number: Decimal(number).scaleb(-6))
rates = st.integers(0, 200_000_000).map(lambda number: Decimal(number).scaleb(-6))
some_steps = st.builds(
    CostStep, st.integers(1, 99), st.integers(0, 300), rates, st.one_of(st.just(Decimal(0)), micros),
    rates, rates, rates, rates, rates,
)  # fmt: skip


@st.composite
def factories(draw: st.DrawFn) -> dict[int, CostItem]:
    """Up to nine items, each made of later ones only."""
    count = draw(st.integers(1, 9))
    items: dict[int, CostItem] = {}
    for key in range(count):
        below = st.integers(key + 1, count - 1)
        any_line = st.builds(CostLine, below, micros, st.integers(0, 300_000), st.booleans(), st.booleans())
        lines = draw(st.lists(any_line, max_size=4)) if key + 1 < count else []
        steps = draw(st.lists(some_steps, max_size=2))
        items[key] = CostItem(
            key, draw(st.booleans()) or key == 0, draw(rates), draw(micros), tuple(lines), tuple(steps)
        )
    return items


def plain_steps(item: CostItem, quantity: Fraction) -> list[Fraction]:
    """Machine, labour, overhead and subcontract of the item's steps, as the rules say it in words."""
    parts = [Fraction(0)] * 4
    for one in item.steps:
        size = Fraction(one.batch_size)
        runs = ceil(quantity / size) if size else quantity
        minutes = Fraction(one.setup_minutes) + Fraction(one.run_seconds) * runs / 60
        machine = minutes / 60 * Fraction(one.machine_rate)
        labour = minutes / 60 * Fraction(one.crew) * Fraction(one.labour_rate)
        overhead = (machine + labour) * Fraction(one.overhead_percent) / 100
        done = (machine, labour, overhead, Fraction(one.subcontract_price) * quantity)
        parts = [had + new for had, new in zip(parts, done, strict=True)]
    return parts


def amount(row: CostLine, parent: CostItem) -> Fraction:
    scrap = 1 + Fraction(row.scrap_ppm, 10**6)
    return Fraction(row.quantity) * scrap / Fraction(parent.output)


def plain_needs(
    items: Mapping[int, CostItem], top: int, lot: Fraction
) -> tuple[dict[int, Fraction], Fraction]:
    """What a lot needs of every item, path by path, and the credit of its by-products."""
    needs: dict[int, Fraction] = {}
    credit = Fraction(0)

    def want(key: int, quantity: Fraction, phantom: bool) -> None:
        nonlocal credit
        item = items[key]
        if not phantom:
            needs[key] = needs.get(key, Fraction(0)) + quantity
        if phantom or (item.make and (item.lines or item.steps)):
            for row in item.lines:
                part = quantity * amount(row, item)
                if row.by_product:
                    credit += part * Fraction(items[row.component].standard)
                else:
                    want(row.component, part, row.phantom and bool(items[row.component].lines))

    want(top, lot, False)
    return needs, credit


def plain_total(items: Mapping[int, CostItem], top: int, lot: Fraction) -> list[Fraction]:
    needs, credit = plain_needs(items, top, lot)
    parts = [-credit, *[Fraction(0)] * 4]
    for key, quantity in needs.items():
        item = items[key]
        if item.make and (item.lines or item.steps):
            parts = [parts[0], *(a + b for a, b in zip(parts[1:], plain_steps(item, quantity), strict=True))]
        else:
            parts[0] += quantity * Fraction(item.standard)
    return parts


def as_list(split: CostSplit) -> list[Fraction]:
    return [split.material, split.machine, split.labour, split.overhead, split.subcontract]


@given(factories(), micros)
def test_a_roll_up_is_what_the_rules_say_path_by_path(items: dict[int, CostItem], lot: Decimal) -> None:
    tree = roll_up(items, 0, lot)
    assert as_list(tree.total) == plain_total(items, 0, Fraction(lot))
    assert as_list(CostBook(items).unit(0, lot).times(Fraction(lot))) == as_list(tree.total)
    for node in walk(tree):
        assert node.unit_cost * node.quantity == node.total.total
        assert sum((child.total for child in node.children), node.own) == node.total


@given(factories(), st.lists(micros, min_size=9, max_size=9))
def test_standards_are_what_plain_fractions_say(items: dict[int, CostItem], lots: list[Decimal]) -> None:
    given_lots = {key: lots[key] for key in items}
    found = roll_up_all(items, given_lots)

    def plain(key: int, phantom: bool = False) -> list[Fraction]:
        item = items[key]
        if not phantom and not (item.make and (item.lines or item.steps)):
            return [Fraction(item.standard), *[Fraction(0)] * 4]
        lot = Fraction(given_lots[key])
        own = [] if phantom else [part / lot for part in plain_steps(item, lot)]
        parts = [Fraction(0), *(own or [Fraction(0)] * 4)]
        for row in item.lines:
            below = items[row.component]
            if row.by_product:
                unit_parts = [-Fraction(below.standard), *[Fraction(0)] * 4]
            else:
                unit_parts = plain(row.component, row.phantom and bool(below.lines))
            share = amount(row, item)
            parts = [had + share * new for had, new in zip(parts, unit_parts, strict=True)]
        return parts

    assert {key: as_list(split) for key, split in found.items()} == {key: plain(key) for key in items}
