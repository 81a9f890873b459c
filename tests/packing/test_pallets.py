"""Equal cartons on pallets: layers, limits, numbers and weights."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.domain.cartons import CartonRange, count
from factory_erp.domain.errors import InvalidValue
from factory_erp.packing.cartons import CartonGroup, Content, PackLevel
from factory_erp.packing.pallets import (
    PALLETS,
    PalletRules,
    equal_pallets,
    pallet_totals,
    pattern,
)

CARTONS = CartonGroup(1, 100, (Content("L1", 24),), 400, 300, 250, 9000, 10_000)
RULES = PalletRules(PALLETS["EUR"], 1_800, 1_000_000)


def test_full_pallets_in_layers_and_the_cartons_left() -> None:
    made, left = equal_pallets([CARTONS], RULES)
    (group,) = made
    assert (group.pallet_numbers, group.carton_numbers, group.cartons_each, group.layers) == (
        "P1-P2",
        "1-96",
        48,
        6,
    )
    assert (group.length_mm, group.width_mm, group.height_mm) == (1200, 800, 144 + 6 * 250)
    assert (group.tare_g, group.gross_g) == (25_000, 505_000)
    assert [str(row.numbers) for row in left] == ["97-100"]
    assert group.cartons_of(2) == (CartonRange(49, 96),)
    totals = pallet_totals(made)
    assert totals[:4] == (2, 96, 50_000, 1_010_000)
    assert totals.volume_mm3 == 2 * 1200 * 800 * 1644


def test_weight_ends_the_stack_at_a_whole_layer_or_takes_part_of_one() -> None:
    assert pattern(replace(CARTONS, gross_g=60_000), RULES).layers == 2
    heavy = pattern(replace(CARTONS, gross_g=300_000), RULES)
    assert (len(heavy.layer), heavy.layers) == (3, 1)


def test_pallets_and_numbers_go_on_over_groups() -> None:
    second = replace(CARTONS, first=1, last=60, prefix="B")
    made, left = equal_pallets([CARTONS, second], RULES, first=5)
    assert [(row.pallet_numbers, row.carton_numbers) for row in made] == [("P5-P6", "1-96"), ("P7", "B1-B48")]
    assert [str(row.numbers) for row in left] == ["97-100", "B49-B60"]


def test_pallets_of_the_catalogue_are_stacked_as_it_says() -> None:
    level = PackLevel("pallet", 40 * 24, 1200, 800, 1400, 40 * 9000, 40 * 10_000 + 22_000)
    made, left = equal_pallets([CARTONS], RULES, levels={"L1": level})
    assert [(row.pallet_numbers, row.cartons_each, row.height_mm, row.tare_g) for row in made] == [
        ("P1-P2", 40, 1400, 22_000)
    ]
    assert [str(row.numbers) for row in left] == ["81-100"]
    for other in ({"quantity": 41}, {"gross_g": 40 * 9000}):
        odd = replace(level, **other)  # type: ignore[arg-type]
        assert equal_pallets([CARTONS], RULES, levels={"L1": odd}).pallets[0].cartons_each == 48


def test_what_does_not_fit_is_refused_by_its_numbers() -> None:
    for wrong in ({"length_mm": 1300}, {"height_mm": 1700}, {"gross_g": 980_000}):
        with pytest.raises(InvalidValue, match="1-100") as error:
            equal_pallets([replace(CARTONS, **wrong)], RULES)  # type: ignore[arg-type]
        assert error.value.remedy
    with pytest.raises(InvalidValue):
        PalletRules(max_height_mm=150)
    with pytest.raises(InvalidValue):
        PalletRules(max_gross_g=25_000)


@given(
    st.integers(1, 400),
    st.integers(150, 600),
    st.integers(150, 600),
    st.integers(100, 900),
    st.integers(100, 90_000),
)
@settings(deadline=None, max_examples=50)
def test_every_carton_is_on_one_pallet_or_left(
    cartons: int, long: int, short: int, high: int, gross: int
) -> None:
    group = CartonGroup(1, cartons, (Content("L1", 1),), long, short, high, gross, gross)
    made, left = equal_pallets([group], RULES)
    assert (
        count(row for pallets in made for row in pallets.cartons) + sum(row.cartons for row in left)
        == cartons
    )
    for pallets in made:
        assert pallets.height_mm <= RULES.max_height_mm
        assert pallets.gross_g <= RULES.max_gross_g
        assert sum(count(pallets.cartons_of(n)) for n in range(pallets.first, pallets.last + 1)) == count(
            pallets.cartons
        )
