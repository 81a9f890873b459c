from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from factory_erp.services.engineering.bills import BillLineInput, BillLineView, BillSheet
from factory_erp.ui.catalog.bill_parts import DEEPEST, Part, Parts, depth, material_cost, shortages

ZERO = Decimal(0)
LID, STEEL, BOX = 1, 2, 3
stock = st.decimals(min_value=0, max_value=500, places=3)
quantities = st.decimals(min_value=Decimal("0.001"), max_value=20, places=3)


def a_part(
    item_id: int, available: Decimal = ZERO, *, cost: str = "1", bill: BillSheet | None = None
) -> Part:
    sku, made = f"P{item_id}", bill is not None
    return Part(item_id, sku, f"Part {item_id}", "H87", made, Decimal(cost), available, available, bill)


def a_bill_of(item_id: int, component: int, quantity: Decimal) -> BillSheet:
    line = BillLineView(
        1, component, f"P{component}", "", "", "H87", quantity, ZERO, None, False, False, (), ZERO, ZERO,
        ZERO, ZERO,
    )  # fmt: skip
    return BillSheet(
        item_id, item_id, f"P{item_id}", "", "H87", "A", Decimal(1), date(2026, 1, 1), None, False, "", 1,
        (line,), ZERO,
    )  # fmt: skip


def a_shop(lids: Decimal, steel: Decimal, per_lid: Decimal) -> Parts:
    """A lid is made of steel; a box is bought."""
    return {
        LID: a_part(LID, lids, bill=a_bill_of(LID, STEEL, per_lid)),
        STEEL: a_part(STEEL, steel),
        BOX: a_part(BOX),
    }


def missing(lines: list[BillLineInput], parts: Parts, quantity: int = 10) -> dict[int, Fraction]:
    found = shortages(lines, Decimal(1), parts, Fraction(quantity))
    return {one.part.item_id: one.missing for one in found}


@given(stock, stock, quantities, st.lists(quantities, min_size=1, max_size=4), st.randoms())
def test_the_order_of_the_lines_does_not_change_what_is_missing(
    lids: Decimal, steel: Decimal, per_lid: Decimal, amounts: list[Decimal], chance: Random
) -> None:
    lines = [BillLineInput((LID, STEEL)[n % 2], amount) for n, amount in enumerate(amounts)]
    parts = a_shop(lids, steel, per_lid)
    shuffled = list(lines)
    chance.shuffle(shuffled)
    assert missing(lines, parts) == missing(shuffled, parts)


@given(stock, stock, quantities, quantities, quantities)
def test_lids_in_stock_need_no_steel(
    lids: Decimal, steel: Decimal, per_lid: Decimal, lid: Decimal, own_steel: Decimal
) -> None:
    parts = a_shop(lids, steel, per_lid)
    to_make = max(Fraction(lid) * 10 - Fraction(lids), Fraction(0))
    short = to_make * Fraction(per_lid) + Fraction(own_steel) * 10 - Fraction(steel)
    found = missing([BillLineInput(LID, lid), BillLineInput(STEEL, own_steel)], parts)
    assert found == ({STEEL: short} if short > 0 else {})


def test_a_phantom_is_never_taken_from_stock_and_a_by_product_is_not_needed() -> None:
    parts = a_shop(Decimal(1000), ZERO, Decimal(2))
    lines = [BillLineInput(LID, Decimal(1), phantom=True), BillLineInput(BOX, Decimal(1), by_product=True)]
    assert missing(lines, parts) == {STEEL: 20}


def test_a_circle_in_an_old_bill_ends() -> None:
    parts = {
        LID: a_part(LID, bill=a_bill_of(LID, STEEL, Decimal(1))),
        STEEL: a_part(STEEL, bill=a_bill_of(STEEL, LID, Decimal(1))),
    }
    lines = [BillLineInput(LID, Decimal(1))]
    assert depth(lines, parts) == DEEPEST + 1
    assert sum(missing(lines, parts).values()) == 10


def test_the_cost_of_a_unit_credits_by_products_and_says_what_it_does_not_know() -> None:
    parts = {LID: a_part(LID, cost="3"), STEEL: a_part(STEEL, cost="0.5"), BOX: a_part(BOX, cost="0")}
    lines = [
        BillLineInput(LID, Decimal(4), scrap_ppm=20_000),
        BillLineInput(STEEL, Decimal(1), by_product=True),
    ]
    cost = material_cost(lines, Decimal(2), parts)
    assert (cost.amount, cost.whole) == (Fraction("5.87"), True)
    assert not material_cost([*lines, BillLineInput(BOX, Decimal(1))], Decimal(2), parts).whole
