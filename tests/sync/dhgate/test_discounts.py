from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.listings import PriceTier
from factory_erp.sync.connectors.dhgate.discounts import (
    Discount,
    Ladder,
    price_after,
    to_discounts,
    to_tiers,
)

bases = st.integers(1, 10**9).map(lambda cents: Decimal(cents) / 100)


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    percents = sorted(draw(st.sets(st.integers(1, 99), max_size=6)))
    quantities = sorted(
        draw(st.sets(st.integers(1, 10_000), min_size=len(percents) + 1, max_size=len(percents) + 1))
    )
    steps = (Discount(Decimal(q), p) for q, p in zip(quantities[1:], percents, strict=True))
    return Ladder(Decimal(quantities[0]), draw(bases), tuple(steps))


@given(ladders())
def test_there_and_back_is_the_same(ladder: Ladder) -> None:
    assert to_discounts(to_tiers(ladder)) == ladder


@given(bases, bases)
def test_a_price_is_exactly_the_percent_off_or_refused(base: Decimal, price: Decimal) -> None:
    tiers = (PriceTier(Decimal(1), base), PriceTier(Decimal(2), price))
    exact = any(price_after(base, percent) == price for percent in range(1, 100))
    if exact:
        assert to_tiers(to_discounts(tiers)) == tiers
    else:
        with pytest.raises(InvalidValue):
            to_discounts(tiers)


def test_the_tier_that_cannot_be_said_is_named_with_a_price_that_can() -> None:
    tiers = [PriceTier(Decimal(1), Decimal(10)), PriceTier(Decimal(50), Decimal("9.47"))]
    with pytest.raises(InvalidValue) as caught:
        to_discounts(tiers)
    assert "9.47 from 50" in caught.value.message
    assert "9.5" in caught.value.remedy
    assert "5 %" in caught.value.remedy


@pytest.mark.parametrize(
    "tiers",
    [
        [],
        [PriceTier(Decimal(1), Decimal(0))],
        [PriceTier(Decimal(1), Decimal(10)), PriceTier(Decimal(1), Decimal(9))],
        [PriceTier(Decimal(1), Decimal(10)), PriceTier(Decimal(5), Decimal(11))],
        [PriceTier(Decimal(1), Decimal(10)), PriceTier(Decimal(5), Decimal(10))],
    ],
)
def test_tiers_that_make_no_sense(tiers: list[PriceTier]) -> None:
    with pytest.raises(InvalidValue):
        to_discounts(tiers)


def test_fractions() -> None:
    assert [Discount(Decimal(3), percent).fraction for percent in (1, 5, 99)] == ["0.01", "0.05", "0.99"]
