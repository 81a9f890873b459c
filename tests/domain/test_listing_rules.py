"""What a platform would refuse of a listing: every limit, and what a listing that passes can be relied on."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from factory_erp.domain.listing_rules import Severity, check, errors
from factory_erp.domain.listings import LeadTier, ListingContent, ListingRules, ListingSku, PriceTier

RULES = ListingRules(
    title_length=20, keyword_count=2, keyword_length=8, description_length=30, images_least=1,
    images_most=3, tiers_most=3, quantity_most=9999, currencies=("USD",), units=("H87",),
    attribute_length=10, listing_days=(14, 30), lead_most=60, needs_keywords=True,
    needs_shipping_template=True, needs_weight_and_size=True, skus_most=2, required_attributes=("Material",),
)  # fmt: skip


def tiers(*rows: tuple[str, str]) -> tuple[PriceTier, ...]:
    return tuple(PriceTier(Decimal(quantity), Decimal(price)) for quantity, price in rows)


GOOD = ListingContent(
    model_number="CUP", title="Steel cup", language="en", currency="USD", unit="H87",
    min_order=Decimal(100), keywords=("cup", "steel"), description="<p>A cup.</p>\nGood.", brand="Ning",
    category_id="7", attributes=(("Material", "Steel"),), images=("a", "b"),
    prices=tiers(("100", "2.00"), ("500", "1.80")), lead=(LeadTier(Decimal(100), 7),),
    skus=(
        ListingSku("CUP-W", (("Colour", "White"),)),
        ListingSku("CUP-B", (("Colour", "Black"),), tiers(("100", "2.10"), ("500", "1.89"))),
    ),
    weight_g=120, size_mm=(90, 80, 80), shipping_template="T", listing_days=30,
)  # fmt: skip


def found(rules: ListingRules = RULES, **changes: Any) -> set[tuple[str, str]]:
    return {(problem.field, problem.code) for problem in check(replace(GOOD, **changes), rules)}


def test_a_sound_listing_has_no_problem() -> None:
    assert check(GOOD, RULES) == ()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"model_number": " "}, ("model_number", "missing")),
        ({"title": ""}, ("title", "missing")),
        ({"title": "x" * 21}, ("title", "too_long")),
        ({"title": "Cup <b>"}, ("title", "markup")),
        ({"title": "Cup\x07"}, ("title", "control_character")),
        ({"title": "Cup\nred"}, ("title", "control_character")),
        ({"description": "x" * 31}, ("description", "too_long")),
        ({"description": "a\x00"}, ("description", "control_character")),
        ({"keywords": ()}, ("keywords", "missing")),
        ({"keywords": ("a", "b", "c")}, ("keywords", "too_many")),
        ({"keywords": ("longer than",)}, ("keywords", "too_long")),
        ({"keywords": ("Cup", "cup ")}, ("keywords", "twice")),
        ({"category_id": ""}, ("category_id", "missing")),
        ({"attributes": ()}, ("attributes", "missing")),
        ({"attributes": (("Material", "stainless steel"),)}, ("attributes", "too_long")),
        ({"attributes": (("Material", "Steel"),) * 2}, ("attributes", "twice")),
        ({"images": ()}, ("images", "too_few")),
        ({"images": ("a", "b", "c", "d")}, ("images", "too_many")),
        ({"images": ("a", "a")}, ("images", "twice")),
        ({"unit": "KGM"}, ("unit", "unknown")),
        ({"currency": "CNY"}, ("currency", "not_taken")),
        ({"min_order": Decimal(0)}, ("min_order", "not_whole")),
        ({"min_order": Decimal("1.5")}, ("min_order", "not_whole")),
        ({"min_order": Decimal(10000)}, ("min_order", "too_many")),
        ({"prices": ()}, ("prices", "missing")),
        ({"min_order": Decimal(50)}, ("prices", "first_tier")),
        ({"prices": tiers(("100", "2"), ("100", "1"))}, ("prices", "quantities_not_rising")),
        ({"prices": tiers(("100", "2"), ("500", "2"))}, ("prices", "prices_not_falling")),
        ({"prices": tiers(("100", "2.001"))}, ("prices", "price_places")),
        ({"prices": tiers(("100", "0"))}, ("prices", "price_range")),
        ({"prices": tiers(("100", "4"), ("200", "3"), ("300", "2"), ("400", "1"))}, ("prices", "too_many")),
        ({"prices": tiers(("100", "2"), ("150.5", "1"))}, ("prices", "not_whole")),
        ({"skus": ()}, ("skus", "missing")),
        ({"skus": (*GOOD.skus, ListingSku("X", (("Colour", "Red"),)))}, ("skus", "too_many")),
        ({"skus": (GOOD.skus[0], replace(GOOD.skus[1], sku_code="CUP-W"))}, ("skus", "twice")),
        ({"skus": (ListingSku(""),)}, ("skus", "no_code")),
        ({"skus": (GOOD.skus[0], ListingSku("B"))}, ("skus", "options_incomplete")),
        ({"skus": (GOOD.skus[0], replace(GOOD.skus[0], sku_code="B"))}, ("skus", "options_twice")),
        ({"skus": (replace(GOOD.skus[0], prices=tiers(("50", "1"))),)}, ("skus", "first_tier")),
        ({"lead": (LeadTier(Decimal(1), 0),)}, ("lead", "not_positive")),
        ({"lead": (LeadTier(Decimal(1), 61),)}, ("lead", "too_long")),
        ({"lead": (LeadTier(Decimal(1), 5), LeadTier(Decimal(9), 4))}, ("lead", "not_rising")),
        ({"shipping_template": ""}, ("shipping_template", "missing")),
        ({"weight_g": 0}, ("weight_g", "missing")),
        ({"listing_days": 15}, ("listing_days", "not_taken")),
    ],
)
def test_each_limit_is_found(changes: dict[str, Any], problem: tuple[str, str]) -> None:
    assert problem in found(**changes)


def test_discount_tiers_must_be_whole_percents() -> None:
    rules = replace(RULES, discount_tiers=True)
    assert check(GOOD, rules) == ()
    assert ("prices", "not_a_percent") in found(rules, prices=tiers(("100", "2.00"), ("500", "1.99")))


def test_every_problem_says_what_mends_it_and_errors_are_told_from_warnings() -> None:
    problems = check(ListingContent("", "", "en", "", "", Decimal(0)), RULES)
    assert len(problems) > 8
    assert all(problem.message and problem.remedy for problem in problems)
    warning = replace(problems[0], severity=Severity.WARNING)
    assert errors([warning, problems[1]]) == (problems[1],)


steps = st.lists(
    st.tuples(st.sampled_from([1, 1, 1, 2, 0]), st.sampled_from(["0.50", "0.50", "0.505", "0"])), max_size=4
)
pictures = st.sampled_from([("a",), ("a", "b"), ("a", "b", "c"), (), ("a", "a"), ("a", "b", "c", "d")])


def ladder(rows: list[tuple[int, str]]) -> tuple[PriceTier, ...]:
    """Breaks that rise by the first figures and fall by the second ones, from 10 pieces at 2.00 each."""
    quantity, price, made = Decimal(9), Decimal("2.50"), []
    for more, less in rows:
        quantity, price = quantity + more, price - Decimal(less)
        made.append(PriceTier(quantity, price))
    return tuple(made)


def fit(prices: tuple[PriceTier, ...], least: Decimal, images: tuple[str, ...]) -> bool:
    """The rules said once more, in another way."""
    quantities, figures = [tier.quantity for tier in prices], [tier.price for tier in prices]
    return bool(
        prices
        and len(prices) <= 3
        and quantities[0] == least
        and sorted(set(quantities)) == quantities
        and sorted(set(figures), reverse=True) == figures
        and all(price == round(price, 2) > 0 for price in figures)
        and all((Fraction(price) / Fraction(figures[0]) * 100).denominator == 1 for price in figures)
        and 1 <= len(images) == len(set(images)) <= 3
    )


@given(steps, st.sampled_from([Decimal(10), Decimal(10), Decimal(9)]), pictures)
def test_a_listing_passes_just_when_it_keeps_every_promise(
    rows: list[tuple[int, str]], least: Decimal, images: tuple[str, ...]
) -> None:
    prices = ladder(rows)
    content = replace(GOOD, prices=prices, min_order=least, images=images, skus=GOOD.skus[:1])
    problems = check(content, replace(RULES, discount_tiers=True))
    event("passes" if not problems else "refused")
    assert (not problems) == fit(prices, least, images)


@given(st.sampled_from(range(1, 100)), st.integers(1, 100))
def test_a_ladder_made_of_whole_percents_passes(percent: int, cents: int) -> None:
    first = Decimal(cents)
    cheaper = first * (100 - percent) / 100
    content = replace(GOOD, prices=tiers(("100", str(first)), ("200", str(cheaper))), skus=GOOD.skus[:1])
    assert check(content, replace(RULES, discount_tiers=True)) == ()
