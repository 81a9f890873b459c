"""Figures read the same on every page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from factory_erp.domain.money import Money, UnitPrice
from factory_erp.i18n import set_language
from factory_erp.ui.kit import figures


def test_times_are_the_factory_s() -> None:
    late_evening = datetime(2026, 11, 28, 17, 5, tzinfo=UTC)
    assert figures.local(late_evening) == "2026-11-29 01:05"
    assert figures.local_day(late_evening) == "2026-11-29"
    assert figures.day(date(2026, 11, 28)) == "2026-11-28"
    assert (figures.local(None), figures.day(None)) == ("", "")


def test_quantities_have_only_the_decimals_they_need() -> None:
    assert figures.number(1840) == "1,840"
    assert figures.number(Decimal("0.380000")) == "0.38"
    assert figures.number(Decimal("323.328450"), 3) == "323.328"
    assert figures.quantity(Decimal("1840"), "H87") == "1,840 PCS"
    set_language("zh_CN")
    assert figures.quantity(Decimal("1840"), "H87") == "1,840 件"


def test_an_amount_of_nothing_is_still_an_amount() -> None:
    assert figures.money(Money.zero("USD")) == "USD 0.00"
    assert figures.money(None) == ""
    assert figures.money(UnitPrice.of("0.1275", "EUR")) == "EUR 0.1275"
    assert figures.amount(Money(7_901_851, "USD")) == "79,018.51"


def test_weights_and_volumes_as_packing_lists_print_them() -> None:
    assert (figures.kilograms(621_090), figures.kilograms(0)) == ("621.09", "")
    assert figures.cbm(4_976_000_000) == "4.976"


def test_a_country_nobody_knows_stays_as_it_is() -> None:
    assert (figures.country("DE"), figures.country("??")) == ("Germany", "??")


def test_the_cost_of_a_unit_has_four_decimals_at_most() -> None:
    assert figures.cost(UnitPrice.of("41.428571", "CNY")) == "CNY 41.4286"
    assert figures.cost(UnitPrice.of("0.3", "CNY")) == "CNY 0.30"
    assert figures.cost(UnitPrice.of("0.3", "JPY")) == "JPY 0.3"
    assert figures.cost(Decimal("41.428571")) == "41.4286"
    assert figures.cost(None) == ""
