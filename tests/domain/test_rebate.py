"""Export tax rebate: the worked vector, and what holds for every month."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.rebate import (
    Export,
    Rates,
    exchange_cost,
    manufacturer_month,
    trading_rebate,
)

D = Decimal
YUAN = st.decimals(min_value=0, max_value=10**9, places=2)
RATES = st.tuples(st.integers(0, 13), st.integers(0, 13)).map(lambda two: Rates(D(max(two)), D(min(two))))
EXPORTS = st.lists(st.builds(Export, YUAN, RATES, YUAN), max_size=6)


def test_the_vector_of_a_manufacturer() -> None:
    month = manufacturer_month(
        [Export(D(1_000_000), Rates(D(13), D(9)))], input_tax=D(100_000), output_tax=D(20_000)
    )
    assert (month.not_creditable, month.payable, month.carried) == (D(40_000), D(0), D(40_000))
    assert (month.entitled, month.refund, month.offset) == (D(90_000), D(40_000), D(50_000))
    assert month.next_carried == 0


def test_a_month_with_tax_to_pay_refunds_nothing() -> None:
    month = manufacturer_month([Export(D(100_000), Rates(D(13), D(13)))], D(5_000), D(20_000))
    assert (month.payable, month.carried, month.refund, month.offset) == (D(15_000), D(0), D(0), D(13_000))


def test_more_is_left_than_the_exports_entitle_to() -> None:
    month = manufacturer_month([Export(D(100_000), Rates(D(13), D(9)))], D(50_000), D(0), D(1_000))
    assert (month.carried, month.refund, month.offset) == (D(47_000), D(9_000), D(0))
    assert month.next_carried == D(38_000)


def test_free_materials_lessen_both_figures() -> None:
    export = Export(D(1000), Rates(D(13), D(9)), free_materials=D(400))
    assert (export.not_creditable, export.entitled) == (D(24), D(54))
    assert Export(D(100), Rates(D(13), D(9)), free_materials=D(400)).entitled == 0


def test_figures_are_rounded_half_up_to_the_fen() -> None:
    assert Export(D("0.50"), Rates(D(13), D(9))).entitled == D("0.05")
    assert Export(D("12.50"), Rates(D(13), D(9))).not_creditable == D("0.50")
    assert trading_rebate(D("0.50"), D("0.07"), D(9)).refund == D("0.05")


def test_a_trading_company_gets_the_rate_and_bears_the_rest() -> None:
    rebate = trading_rebate(D(100_000), D(13_000), D(9))
    assert (rebate.refund, rebate.cost) == (D(9_000), D(4_000))


def test_an_invoice_of_a_small_taxpayer_gives_back_no_more_than_its_tax() -> None:
    rebate = trading_rebate(D(100_000), D(1_000), D(13))
    assert (rebate.refund, rebate.cost) == (D(1_000), D(0))


def test_what_a_dollar_costs() -> None:
    assert exchange_cost(D(113_000), D(9_000), D(2_000), D(15_000)) == D("7.0667")
    assert exchange_cost(D(113_000), D(9_000), D(2_000), D(0)) is None


@pytest.mark.parametrize(("vat", "rebate"), [("9", "13"), ("101", "9"), ("13", "-1")])
def test_rates_that_cannot_be(vat: str, rebate: str) -> None:
    with pytest.raises(InvalidValue):
        Rates(D(vat), D(rebate))


@pytest.mark.parametrize("name", ["input_tax", "carried"])
def test_taxes_below_zero_are_refused(name: str) -> None:
    figures = {"input_tax": D(1), "output_tax": D(1), "carried": D(1)} | {name: D(-1)}
    with pytest.raises(InvalidValue) as refused:
        manufacturer_month([], **figures)
    assert refused.value.field == name


@given(EXPORTS, YUAN, YUAN, YUAN)
def test_what_holds_in_every_month(
    exports: list[Export], input_tax: Decimal, output_tax: Decimal, carried: Decimal
) -> None:
    month = manufacturer_month(exports, input_tax, output_tax, carried)
    assert 0 <= month.refund <= month.entitled
    assert month.refund <= month.carried
    assert month.offset >= 0
    assert month.refund + month.offset == month.entitled
    assert month.payable == 0 or month.carried == 0
    assert month.next_carried >= 0
    assert month.payable - month.carried == output_tax - input_tax + month.not_creditable - carried


@given(YUAN, YUAN, st.integers(0, 13))
def test_refund_and_cost_are_the_tax_that_was_paid(net: Decimal, tax: Decimal, percent: int) -> None:
    rebate = trading_rebate(net, tax, D(percent))
    assert rebate.refund + rebate.cost == tax
    assert rebate.refund >= 0
    assert rebate.cost >= 0
