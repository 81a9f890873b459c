"""What declared goods are worth free on board."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from factory_erp.documents.details.customs import Coded, DeclarationDetails, FeeStated
from factory_erp.services.customs.exchange_rates import cross_rate
from factory_erp.services.customs.fob_values import fob_values
from factory_erp.services.pricing.settings import MarginSettings
from tests.documents.customs_samples import declaration

RATES = MarginSettings("CNY", {"USD": Decimal("7.1"), "JPY": Decimal("0.05")})
FEES = st.decimals(min_value=0, max_value=500, places=2)


def convert(amount: Decimal, currency: str, wanted: str) -> Decimal | None:
    rate = cross_rate(RATES, currency, wanted)
    return None if rate is None else amount * rate


def priced(terms: str, freight: FeeStated, insurance: FeeStated) -> DeclarationDetails:
    return replace(declaration(), terms=Coded(terms), freight=freight, insurance=insurance, currency="USD")


@given(FEES, FEES)
def test_items_add_up_to_the_total_without_freight_and_insurance(
    freight: Decimal, insurance: Decimal
) -> None:
    details = priced("1", FeeStated("3", freight, "USD"), FeeStated("3", insurance, "USD"))
    values = fob_values(details, convert)
    assert values is not None
    total = sum(item.total for item in details.items)
    assert sum(value.amount for value in values) == total - freight - insurance


def test_terms_tell_what_the_price_contains() -> None:
    freight, insurance = FeeStated("3", Decimal(300), "USD"), FeeStated("3", Decimal(20), "USD")
    total = sum(item.total for item in declaration().items)
    less = {"1": 320, "2": 300, "3": 0, "4": 20, "7": 0}
    for terms, fees in less.items():
        values = fob_values(priced(terms, freight, insurance), convert)
        assert values is not None
        assert total - sum(value.amount for value in values) == fees


def test_what_is_not_stated_or_has_no_rate_is_not_guessed() -> None:
    stated = FeeStated("3", Decimal(300), "USD")
    assert fob_values(priced("1", stated, FeeStated()), convert) is None
    assert fob_values(priced("1", FeeStated("3", Decimal(3), "EUR"), stated), convert) is None
    assert fob_values(priced("3", FeeStated(), FeeStated()), convert) is not None


def test_rates_across_two_currencies() -> None:
    assert cross_rate(RATES, "USD", "CNY") == Decimal("7.1")
    assert cross_rate(RATES, "JPY", "USD") == Decimal("0.0070422535")
    assert cross_rate(RATES, "EUR", "USD") is None
