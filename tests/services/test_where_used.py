"""Where an item is used: nearest first, all the way up, with quantities that explosion gives back."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factory_erp.models.catalog import Procurement
from factory_erp.models.database import Database
from factory_erp.models.engineering import Bill, BillAlternate, BillLine
from factory_erp.services.engineering import structure as engineering
from factory_erp.services.engineering.structure import BillNode
from factory_erp.services.engineering.where_used import where_used
from tests.services.factory import LONG_AGO, a_bill, a_cup_factory, an_item

TODAY = date(2026, 11, 23)


def test_every_way_up_is_shown_with_its_quantity(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        a_bill(session, an_item(session, "SET"), {shop.cup: 6}, output=2, scrap_ppm=10_000)
    rows = where_used(shop.steel.id)
    assert [(row.path, row.quantity, row.level, row.top) for row in rows] == [
        (("CUP", "STEEL"), Decimal("0.25"), 1, False),
        (("LID", "STEEL"), Decimal("0.05"), 1, False),
        (("CUP", "LID", "STEEL"), Decimal("0.05"), 2, False),
        (("SET", "CUP", "STEEL"), Decimal("0.7575"), 2, True),
        (("SET", "CUP", "LID", "STEEL"), Decimal("0.1515"), 3, True),
    ]
    assert all(row.current and not row.alternate for row in rows)
    assert [row.path for row in where_used(shop.steel.id, tops_only=True)] == [
        ("SET", "CUP", "STEEL"),
        ("SET", "CUP", "LID", "STEEL"),
    ]
    assert [row.sku for row in where_used(shop.cup.id, all_levels=False)] == ["SET"]
    assert not where_used(shop.steel.id, all_levels=False)[0].top
    assert where_used(shop.steel.id, day=date(2025, 1, 1)) == []


def test_alternates_by_products_and_bills_to_come_are_marked(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        tin = an_item(session, "TIN", buy=True)
        bill = engineering.current_bill(session, shop.lid.id, TODAY)
        assert bill
        bill.lines[0].alternates.append(
            BillAlternate(priority=1, component_id=tin.id, quantity=Decimal("0.06"))
        )
        scrap = BillLine(position=2, component_id=tin.id, quantity=Decimal(1), by_product=True)
        later = Bill(item_id=shop.cup.id, revision="B", valid_from=date(2027, 1, 1), lines=[
            BillLine(position=1, component_id=shop.lid.id, quantity=Decimal(2)), scrap])  # fmt: skip
        session.add(later)
    rows = where_used(tin.id)
    assert [(row.path, row.revision, row.alternate, row.by_product, row.current) for row in rows] == [
        (("CUP", "TIN"), "B", False, True, False),
        (("LID", "TIN"), "A", True, False, True),
        (("CUP", "LID", "TIN"), "A", True, False, True),
        (("CUP", "LID", "TIN"), "B", True, False, False),
    ]
    assert [row.revision for row in where_used(tin.id, day=TODAY)] == ["A", "A"]


def totals(node: BillNode) -> Iterator[tuple[int, Decimal]]:
    for child in node.children:
        yield child.item_id, child.quantity
        yield from totals(child)


@st.composite
def factories(draw: st.DrawFn) -> list[list[tuple[int, int, int]]]:
    """For each item its bill: components further down the list, micro-units of each, scrap in ppm."""
    count = draw(st.integers(2, 6))
    bills = []
    for number in range(count):
        parts = st.tuples(
            st.integers(number + 1, count),
            st.integers(1, 5_000_000),
            st.sampled_from([0, 0, 25_000]),
        )
        bills.append(draw(st.lists(parts, max_size=3)))
    return bills


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plan=factories(), output=st.integers(1, 30))
def test_implosion_gives_back_what_explosion_gave(
    db: Database, plan: list[list[tuple[int, int, int]]], output: int
) -> None:
    """For every top and every item in it: the ways up add up to the total of the tree."""
    with db.session(write=True) as session:
        start = session.query(Bill).count()
        items = [an_item(session, f"I{start}-{number}-{id(plan)}") for number in range(len(plan) + 1)]
        for item, lines in zip(items, plan, strict=False):
            session.add(
                Bill(item_id=item.id, valid_from=LONG_AGO, output=Decimal(output), lines=[
                    BillLine(position=place, component_id=items[part].id, scrap_ppm=scrap,
                             quantity=Decimal(micros) / 1_000_000)
                    for place, (part, micros, scrap) in enumerate(lines, start=1)
                ])
            )  # fmt: skip
        ids = [item.id for item in items]
        assert {item.procurement for item in items} == {Procurement.MAKE}
    exploded = {item_id: list(totals(engineering.bill_tree(item_id))) for item_id in ids}
    for part in ids:
        rows = where_used(part, day=TODAY)
        for top in ids:
            down = sorted(quantity for item, quantity in exploded[top] if item == part)
            up = sorted(row.quantity for row in rows if row.parent_id == top)
            assert up == down


def test_the_share_of_a_long_way_is_exact(db: Database) -> None:
    with db.session(write=True) as session:
        items = [an_item(session, f"N{number}") for number in range(12)]
        for parent, part in pairwise(items):
            a_bill(session, parent, {part: 1}, output=3, scrap_ppm=1)
    top = where_used(items[-1].id, tops_only=True)[0]
    exact = (Fraction(1_000_001, 3_000_000)) ** 11
    assert (top.level, top.sku) == (11, "N0")
    assert abs(Fraction(top.quantity) - exact) <= Fraction(1, 2_000_000)
