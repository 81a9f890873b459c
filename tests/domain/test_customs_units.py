from __future__ import annotations

import csv
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.customs_units import (
    _MEASURES,
    CUSTOMS_UNITS,
    converted,
    customs_unit,
    is_weight,
    of_weight,
)
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.quantity import UNITS
from tests.shared import shared_path


def test_the_units_are_the_customs_own():
    text = shared_path("reference/cn-customs/BaseUnit.csv").read_text(encoding="utf-8-sig")
    rows = {row[0]: row[1] for row in list(csv.reader(text.splitlines()))[1:]}
    assert {code: unit.name for code, unit in CUSTOMS_UNITS.items()} == rows


def test_units_of_sale_are_found_by_either_code():
    assert customs_unit("KGM") == customs_unit("035")
    assert customs_unit("H87").name == "件"
    assert {unit.customs_cn for unit in UNITS.values()} - {""} <= set(CUSTOMS_UNITS)
    for wrong in ("MMT", "999", "", "XX"):
        with pytest.raises(InvalidValue):
            customs_unit(wrong)


@pytest.mark.parametrize(
    ("quantity", "unit", "to", "expected"),
    [
        ("480", "011", "007", "480"),  # pieces of one kind are pieces of another
        ("2400", "011", "054", "2.4"),  # thousands
        ("12", "127", "007", "144"),  # dozens
        ("2", "129", "127", "24"),  # gross
        ("1500", "030", "147", "1.5"),
        ("100", "086", "030", "91.44"),
        ("500", "096", "095", "0.5"),
        ("600", "006", "007", None),  # what a set holds only the item tells
        ("600", "025", "007", None),
        ("5", "030", "035", None),
        ("5", "062", "062", "5"),
    ],
)
def test_conversion(quantity: str, unit: str, to: str, expected: str | None):
    found = converted(Decimal(quantity), unit, to)
    assert found == (None if expected is None else Decimal(expected))


def test_weights_come_from_grams():
    assert of_weight(261_150, "035") == Decimal("261.15")
    assert of_weight(1_250_000, "070") == Decimal("1.25")
    assert is_weight("035")
    assert not is_weight("007")
    assert not is_weight("")


@given(
    st.decimals(0, 10**9, places=3), st.sampled_from(sorted(_MEASURES)), st.sampled_from(sorted(_MEASURES))
)
def test_conversion_there_and_back(quantity: Decimal, unit: str, to: str):
    there = converted(quantity, unit, to)
    if there is None:
        assert _MEASURES[unit].of != _MEASURES[to].of
        return
    back = converted(there, to, unit)
    ratio = _MEASURES[to].factor / _MEASURES[unit].factor
    assert back is not None
    assert abs(back - quantity) <= Decimal("0.000005") * (1 + Decimal(ratio.numerator) / ratio.denominator)
