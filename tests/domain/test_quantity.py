"""Quantities keep their unit; the unit table agrees with the published code lists."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.quantity import UNITS, Quantity, unit, unit_name
from tests.shared import shared_path

values = st.decimals(-(10**12), 10**12, places=6)


def rows(relative: str) -> list[dict[str, str]]:
    with shared_path(relative).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_codes_are_active_in_recommendation_20_or_21() -> None:
    units = {
        row["CommonCode"] for row in rows("reference/rec20/data/units-of-measure.csv") if not row["Status"]
    }
    packages = {f"X{row['Code']}" for row in rows("reference/rec21/data/data.csv") if not row["Status"]}
    assert set(UNITS) <= units | packages


def test_customs_codes_carry_the_same_chinese_name() -> None:
    customs = {row["code"]: row["name_zh"] for row in rows("reference/cn-customs/BaseUnit.csv")}
    ours = {found.code: customs[found.customs_cn] for found in UNITS.values() if found.customs_cn}
    assert len(ours) > 20
    # a kit is declared in sets: customs has no unit of its own for it
    assert ours == {code: UNITS[code].zh for code in ours} | {"KT": "套"}


def test_names_in_both_languages() -> None:
    assert (unit_name("H87", "en"), unit_name("H87", "zh_CN")) == ("PCS", "件")
    assert (unit_name("SET", "en"), unit_name("SET", "zh_CN")) == ("SETS", "套")
    assert (unit_name("KGM", "de"), unit_name("KGM", "zh_CN")) == ("KGS", "千克")
    assert (unit_name("ONZ", "en"), unit_name("ONZ", "zh_CN")) == ("OZ", "盎司")
    assert (unit_name("INH", "en"), unit_name("INH", "zh_CN")) == ("IN", "英寸")
    assert unit("H87").customs_cn == "011"


@pytest.mark.parametrize("code", ["PCE", "pcs", "", None])
def test_unknown_units_are_refused(code: str) -> None:
    with pytest.raises(InvalidValue, match="unit of measure"):
        unit(code)
    with pytest.raises(InvalidValue, match="unit of measure"):
        Quantity(Decimal(1), code)


@pytest.mark.parametrize("value", ["1.2345678", 1.5, "1,000", Decimal("NaN")])
def test_values_that_are_not_exact_are_refused(value: str) -> None:
    with pytest.raises(InvalidValue):
        Quantity.of(value, "KGM")


def test_arithmetic_and_comparison() -> None:
    three, five = Quantity.of("3", "H87"), Quantity.of(5, "H87")
    assert three + five == Quantity.of(8, "H87")
    assert three - five == -Quantity.of(2, "H87")
    assert three * 4 == 4 * three == Quantity.of(12, "H87")
    assert three < five >= three
    assert three <= three
    assert three
    assert not three - three
    assert Quantity.of("3.000", "H87") == three


def test_units_do_not_mix() -> None:
    pieces, sets = Quantity.of(3, "H87"), Quantity.of(3, "SET")
    for mix in (
        lambda: pieces + sets,
        lambda: pieces - sets,
        lambda: pieces < sets,
        lambda: pieces <= sets,
        lambda: pieces > sets,
        lambda: pieces >= sets,
    ):
        with pytest.raises(InvalidValue, match="different units"):
            mix()
    assert pieces != sets


def test_printed_forms() -> None:
    assert str(Quantity.of("1800", "H87")) == "1,800 PCS"
    assert Quantity.of("1800.5", "KGM").format() == "1,800.5"
    assert Quantity.of("1800.5", "KGM").format("de") == "1.800,5"


@given(values, values)
def test_adding_and_taking_away_cancel(one: Decimal, two: Decimal) -> None:
    first, second = Quantity(one, "KGM"), Quantity(two, "KGM")
    assert first + second - second == first


@given(values, st.integers(-1000, 1000))
def test_multiplying_is_adding_up(value: Decimal, factor: int) -> None:
    quantity = Quantity(value, "KGM")
    assert quantity * factor + quantity == quantity * (factor + 1)
