"""Weights, carton sizes and volumes as packing lists print them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.weight import Dimensions, Weight, cbm_text

sides = st.integers(1, 20_000)


def test_kilograms_are_read_to_the_gram() -> None:
    assert Weight.kg("12.5") == Weight(12_500)
    assert Weight.kg(19) == Weight(19_000)
    assert Weight.kg(Decimal("0.001")) == Weight(1)
    assert Weight.kg("12.5").kilograms == Decimal("12.5")


@pytest.mark.parametrize("kilograms", ["-1", "0.0001", "1,5", 12.5, "", Decimal("Infinity")])
def test_impossible_weights_are_refused(kilograms: str) -> None:
    with pytest.raises(InvalidValue):
        Weight.kg(kilograms)


def test_grams_are_whole() -> None:
    with pytest.raises(InvalidValue):
        Weight(1.5)  # type: ignore[arg-type]


def test_arithmetic_and_order() -> None:
    assert Weight.kg("1.5") + Weight.kg("0.5") == Weight.kg(2)
    assert Weight.kg(1) - Weight.kg(2) == Weight(-1000)
    assert 240 * Weight.kg("19") == Weight.kg("19") * 240 == Weight.kg(4560)
    assert Weight.kg(1) < Weight.kg(2)
    assert sum([Weight(1), Weight(2)], Weight(0)) == Weight(3)
    assert not Weight(0)
    with pytest.raises(TypeError):
        Weight(1) * 1.5  # type: ignore[operator]


def test_printed_weights() -> None:
    assert Weight.kg("12.5").format() == "12.50"
    assert Weight.kg("1234.567").format() == "1,234.57"
    assert Weight.kg("1234.567").format(1, "de") == "1.234,6"
    assert Weight(5).format() == "0.01"
    assert Weight(4).format() == "0.00"
    assert str(Weight.kg("12.5")) == "12.5 kg"


def test_sizes_are_printed_in_centimetres() -> None:
    assert Dimensions(450, 320, 280).format() == "45×32×28"
    assert Dimensions(450, 325, 5).format() == "45×32.5×0.5"


@pytest.mark.parametrize("size", [(0, 1, 1), (1, -1, 1), (1, 1, 1.5)])
def test_impossible_sizes_are_refused(size: tuple[int, int, int]) -> None:
    with pytest.raises(InvalidValue):
        Dimensions(*size)


def test_volumes() -> None:
    box = Dimensions(450, 320, 280)
    assert box.volume_mm3 == 40_320_000
    assert box.cbm == Decimal("0.04032")
    assert cbm_text(box.volume_mm3) == "0.040"
    assert cbm_text(21_583_000_000) == "21.583"
    assert cbm_text(500_000) == "0.001"
    assert cbm_text(499_999) == "0.000"
    assert cbm_text(67_700_000_000, 2, "de") == "67,70"


@given(sides, sides, sides, st.integers(1, 5000))
def test_cubic_metres_of_many_cartons_are_exact(length: int, width: int, height: int, cartons: int) -> None:
    box = Dimensions(length, width, height)
    assert box.cbm * 10**9 == box.volume_mm3
    printed = Decimal(cbm_text(box.volume_mm3 * cartons).replace(",", ""))
    assert abs(printed - box.cbm * cartons) <= Decimal("0.0005")
