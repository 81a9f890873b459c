"""Patterns of one layer: known best ones, and nothing overlaps or hangs over."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.packing.layers import layer


@pytest.mark.parametrize(
    ("length", "width", "long", "short", "cartons"),
    [
        (1200, 1000, 400, 300, 10),
        (1200, 800, 400, 300, 8),
        (1200, 800, 600, 400, 4),
        (1200, 1000, 300, 200, 20),
        (1200, 1000, 500, 350, 6),
        (22, 16, 5, 3, 22),  # 23 can be had
        (86, 82, 15, 11, 41),  # 42
        (57, 44, 12, 5, 40),  # 41
        (1000, 1000, 600, 400, 4),
        (300, 200, 400, 100, 0),
        (400, 100, 100, 400, 1),
        (400, 100, 0, 400, 0),
    ],
)
def test_known_patterns(length: int, width: int, long: int, short: int, cartons: int) -> None:
    assert len(layer(length, width, long, short)) == cartons


@given(st.integers(50, 400), st.integers(50, 400), st.integers(20, 120), st.integers(20, 120))
@settings(deadline=None, max_examples=60)
def test_nothing_overlaps_or_hangs_over(length: int, width: int, long: int, short: int) -> None:
    lying = layer(length, width, long, short)
    for one in lying:
        assert {one.length, one.width} == {long, short}
        assert one.x >= 0 <= one.y
        assert one.x + one.length <= length
        assert one.y + one.width <= width
    for one, other in combinations(lying, 2):
        apart_x = one.x + one.length <= other.x or other.x + other.length <= one.x
        assert apart_x or one.y + one.width <= other.y or other.y + other.width <= one.y
    rows = max((length // long) * (width // short), (length // short) * (width // long))
    assert len(lying) >= rows
