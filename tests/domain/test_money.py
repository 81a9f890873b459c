"""Money never loses a cent and never changes currency silently."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import CURRENCY_EXPONENTS, Money, UnitPrice, exponent, parse_decimal
from tests.shared import shared_path

currencies = st.sampled_from(sorted(CURRENCY_EXPONENTS))
monies = st.builds(Money, st.integers(-(10**18), 10**18), currencies)
weights = st.one_of(st.integers(0, 10**9), st.decimals(0, 10**6, places=4))


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


def test_minor_units_agree_with_the_published_currency_list() -> None:
    path = shared_path("reference/countries/country-codes.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    published = {
        row["ISO4217-currency_alphabetic_code"]: row["ISO4217-currency_minor_unit"]
        for row in rows
        if row["ISO4217-currency_minor_unit"].isdigit() and "," not in row["ISO4217-currency_alphabetic_code"]
    }
    assert len(published) > 100
    known = {code: places for code, places in published.items() if code in CURRENCY_EXPONENTS}
    assert len(known) > 100
    assert {code: CURRENCY_EXPONENTS[code] for code in known} == {
        code: int(places) for code, places in known.items()
    }


@pytest.mark.parametrize(("code", "places"), [("USD", 2), ("JPY", 0), ("KRW", 0), ("VND", 0), ("KWD", 3)])
def test_exponents(code: str, places: int) -> None:
    assert exponent(code) == places


@pytest.mark.parametrize("code", ["usd", "US", "", "XXX", "RMB", None])
def test_unknown_currencies_are_refused(code: str) -> None:
    with pytest.raises(InvalidValue, match="currency"):
        exponent(code)
    with pytest.raises(InvalidValue, match="currency"):
        Money(1, code)


def test_amounts_are_read_exactly() -> None:
    assert usd("79018.51") == Money(7901851, "USD")
    assert Money.of(5, "JPY") == Money(5, "JPY")
    assert Money.of(Decimal("1.2300"), "USD") == Money(123, "USD")
    assert Money.of("1.234", "KWD").minor == 1234


@pytest.mark.parametrize("amount", ["1.234", "1_000", "１", "NaN", "1,5", 1.5, Decimal("Infinity"), "1e2"])
def test_amounts_that_are_not_exact_are_refused(amount: str) -> None:
    with pytest.raises(InvalidValue):
        usd(amount)


def test_yen_have_no_decimals() -> None:
    with pytest.raises(InvalidValue):
        Money.of("1.5", "JPY")
    assert Money.rounded(Decimal("1.5"), "JPY") == Money(2, "JPY")


@pytest.mark.parametrize(("exact", "minor"), [("0.125", 13), ("-0.125", -13), ("0.1249", 12), ("2.675", 268)])
def test_rounding_is_commercial(exact: str, minor: int) -> None:
    assert Money.rounded(Decimal(exact), "USD").minor == minor


def test_a_float_cannot_become_money() -> None:
    with pytest.raises(InvalidValue):
        Money.rounded(0.1, "USD")  # type: ignore[arg-type]
    with pytest.raises(InvalidValue):
        Money(1.0, "USD")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        usd("1") * 0.5  # type: ignore[operator]


def test_arithmetic_and_comparison() -> None:
    assert usd("1.10") + usd("2.20") == usd("3.30")
    assert usd("1.10") - usd("2.20") == -usd("1.10")
    assert usd("1.10") * 3 == 3 * usd("1.10") == usd("3.30")
    assert abs(usd("-2")) == usd("2")
    assert sum([usd("1"), usd("2")], Money.zero("USD")) == usd("3")
    assert usd("1") < usd("2") <= usd("2") < usd("3") > usd("1") >= usd("1")
    assert not Money.zero("USD")
    assert usd("0.01")


def test_currencies_do_not_mix() -> None:
    euro = Money.of("1", "EUR")
    for mix in (
        lambda: usd("1") + euro,
        lambda: usd("1") - euro,
        lambda: usd("1") < euro,
        lambda: usd("1") <= euro,
        lambda: usd("1") > euro,
        lambda: usd("1") >= euro,
    ):
        with pytest.raises(InvalidValue, match="put together"):
            mix()
    assert usd("1") != euro


def test_printed_forms() -> None:
    assert str(usd("79018.51")) == "USD 79,018.51"
    assert usd("79018.51").format() == "79,018.51"
    assert usd("-79018.51").format("de") == "-79.018,51"
    assert usd("-5").format(symbol=True) == "-US$5.00"
    assert Money.of("5", "CHF").format(symbol=True) == "CHF 5.00"
    assert Money.of("1000", "JPY").format(symbol=True) == "JP¥1,000"
    assert Money.of("0.005", "KWD").format() == "0.005"


def test_the_odd_cent_goes_to_the_first_of_equals() -> None:
    assert usd("1").allocate([1, 1, 1]) == [usd("0.34"), usd("0.33"), usd("0.33")]
    assert usd("-1").allocate([1, 1, 1]) == [usd("-0.34"), usd("-0.33"), usd("-0.33")]
    assert usd("0.05").allocate([3, 7]) == [usd("0.02"), usd("0.03")]
    assert usd("10").allocate([Decimal("0.5"), 0, Decimal("1.5")]) == [usd("2.50"), usd("0"), usd("7.50")]


@pytest.mark.parametrize("bad", [[], [0, 0], [1, -1], [0.5, 0.5], [Decimal("NaN")]])
def test_impossible_shares_are_refused(bad: list[int]) -> None:
    with pytest.raises(InvalidValue):
        usd("1").allocate(bad)


@given(monies, st.lists(weights, min_size=1, max_size=30).filter(any))
def test_shares_sum_exactly_and_stay_within_one_minor_unit(
    money: Money, shares_by: list[int | Decimal]
) -> None:
    shares = money.allocate(shares_by)
    assert sum(shares, Money.zero(money.currency)) == money
    whole = sum(Decimal(weight) for weight in shares_by)
    for share, weight in zip(shares, shares_by, strict=True):
        assert abs(share.minor * whole - money.minor * Decimal(weight)) < whole * (1 + Decimal("1E-9"))
        assert weight or not share


@given(monies)
def test_amount_and_text_lead_back_to_the_same_money(money: Money) -> None:
    assert Money.of(money.amount, money.currency) == money
    currency, figure = str(money).split(" ")
    assert Money.of(parse_decimal(figure.replace(",", "")), currency) == money


@given(monies, st.integers(-(10**18), 10**18))
def test_adding_and_taking_away_cancel(money: Money, minor: int) -> None:
    other = Money(minor, money.currency)
    assert money + other - other == money


def test_unit_prices_are_finer_than_cents_and_rounded_once_per_line() -> None:
    assert UnitPrice.of("0.1275", "USD").times(Decimal(1000)) == usd("127.50")
    assert UnitPrice.of("0.125", "USD").times(Decimal(1)) == usd("0.13")
    assert UnitPrice.of("0.333333", "USD").times(Decimal("3")) == usd("1.00")
    assert UnitPrice.of("-0.125", "USD").times(Decimal(1)) == usd("-0.13")
    assert UnitPrice.of("10.5", "JPY").times(Decimal(1)) == Money(11, "JPY")


@pytest.mark.parametrize(
    ("price", "currency", "printed"),
    [("2.35", "USD", "2.35"), ("0.1275", "USD", "0.1275"), ("2", "USD", "2.00"), ("12", "JPY", "12")],
)
def test_unit_prices_print_the_decimals_they_need(price: str, currency: str, printed: str) -> None:
    assert UnitPrice.of(price, currency).format() == printed
    assert str(UnitPrice.of(price, currency)) == f"{currency} {printed}"


@pytest.mark.parametrize("price", ["0.1234567", 0.5, "abc"])
def test_unit_prices_beyond_six_decimals_are_refused(price: str) -> None:
    with pytest.raises(InvalidValue):
        UnitPrice.of(price, "USD")
    with pytest.raises(InvalidValue):
        UnitPrice(price, "USD")  # type: ignore[arg-type]


@given(st.decimals(-(10**6), 10**6, places=6), st.integers(0, 10**6))
def test_a_line_amount_is_within_half_a_cent_of_the_exact_product(price: Decimal, pieces: int) -> None:
    amount = UnitPrice(price, "USD").times(Decimal(pieces))
    assert abs(amount.amount - price * pieces) <= Decimal("0.005")
