"""Containers: counts by volume and payload, and what to book."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.packing.containers import CONTAINERS, Loading, capacity, container, recommend

CBM = 10**9
TON = 10**6


def test_practical_volumes_are_what_forwarders_quote() -> None:
    cubic_metres = {code: box.practical_mm3 / CBM for code, box in CONTAINERS.items()}
    assert 25 <= cubic_metres["20GP"] <= 28.3
    assert 54 <= cubic_metres["40GP"] <= 58
    assert 63 <= cubic_metres["40HQ"] <= 68


def test_light_cartons_are_limited_by_volume_and_heavy_ones_by_weight() -> None:
    light = capacity("40HQ", 450, 320, 280, 10_800)
    assert (light.cartons, light.limited_by) == (1609, "volume")
    heavy = capacity("20GP", 450, 320, 280, 50_000)
    assert (heavy.cartons, heavy.limited_by) == (564, "weight")


def test_a_piece_longer_than_the_box_does_not_fit() -> None:
    assert capacity("20GP", 6000, 100, 100, 1000).limited_by == "size"
    assert capacity("20GP", 6000, 100, 100, 1000).cartons == 0
    assert capacity("40GP", 6000, 100, 100, 1000).cartons > 0


@pytest.mark.parametrize(
    ("cbm", "tons", "expected"),
    [
        (0, 0, ()),
        (20, 5, (("20GP", 1),)),
        (40, 5, (("40GP", 1),)),
        (60, 10, (("40HQ", 1),)),
        (80, 10, (("20GP", 1), ("40GP", 1))),
        (90, 10, (("20GP", 1), ("40HQ", 1))),
        (110, 20, (("40GP", 2),)),
        (20, 50, (("20GP", 2),)),
        (128, 20, (("40HQ", 2),)),
    ],
)
def test_recommended_containers(cbm: int, tons: int, expected: tuple[tuple[str, int], ...]) -> None:
    assert recommend(cbm * CBM, tons * TON).containers == expected


@given(st.integers(0, 400 * CBM), st.integers(0, 200 * TON))
def test_the_recommendation_holds_the_goods(volume: int, gross: int) -> None:
    loading: Loading = recommend(volume, gross)
    assert sum(CONTAINERS[code].practical_mm3 * n for code, n in loading.containers) >= volume
    assert sum(CONTAINERS[code].payload_g * n for code, n in loading.containers) >= gross
    assert loading.volume_ppm <= 10**6
    assert loading.weight_ppm <= 10**6


def test_unknown_types_and_impossible_sizes_are_refused() -> None:
    with pytest.raises(InvalidValue):
        container("53FT")
    with pytest.raises(InvalidValue):
        capacity("20GP", 0, 1, 1, 1)
    with pytest.raises(InvalidValue):
        recommend(-1, 0)
