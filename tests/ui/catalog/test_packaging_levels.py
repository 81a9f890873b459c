"""Weights of packaging as people type them."""

from __future__ import annotations

import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.ui.catalog.packaging_levels import read_kilograms, show_kilograms


@pytest.mark.parametrize(
    ("text", "grams"), [("9.05", 9050), ("9.05 kg", 9050), ("9050 g", 9050), ("0", 0), ("12KG", 12_000)]
)
def test_weights_are_read_in_kilograms_or_grams(text: str, grams: int) -> None:
    assert read_kilograms(text) == grams
    assert read_kilograms(show_kilograms(grams)) == grams


@pytest.mark.parametrize("text", ["0.0005", "1.5 g", "-1", "heavy"])
def test_weights_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        read_kilograms(text)
