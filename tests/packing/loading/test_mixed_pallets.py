"""All cartons on pallets: none is lost, none counted twice, every pallet within its limits."""

from __future__ import annotations

from dataclasses import replace

from factory_erp.domain.cartons import format_ranges, missing_and_double
from factory_erp.packing.cartons import CartonGroup, Content, totals
from factory_erp.packing.loading.mixed_pallets import pallet_pieces, palletized
from factory_erp.packing.loading.problem import HEIGHT
from factory_erp.packing.pallets import PALLETS, PalletRules, pallet_totals

RULES = PalletRules(PALLETS["EUR"], 1_200, 600_000)
CUPS = CartonGroup(1, 70, (Content("L1", 24),), 400, 300, 250, 9000, 10_000)
MUGS = replace(CUPS, first=71, last=83, length_mm=350, height_mm=300, gross_g=12_000)
LIDS = replace(CUPS, first=84, last=90, length_mm=600, width_mm=400, height_mm=500, gross_g=8_000)


def test_full_pallets_first_then_mixed_ones() -> None:
    pallets = palletized([CUPS, MUGS, LIDS], RULES, 0.2)
    assert [row.carton_numbers for row in pallets[:1]] == ["1-64"]
    assert [row.layers for row in pallets] == [4, *[0] * (len(pallets) - 1)]
    numbers = [row for group in pallets for row in group.cartons]
    assert missing_and_double(numbers, 90) == ([], [])
    assert [row.first for row in pallets] == [1, 3, *range(4, 3 + len(pallets) - 1)]
    for row in pallets:
        assert row.height_mm <= RULES.max_height_mm
        assert row.gross_g <= RULES.max_gross_g
    sums = pallet_totals(pallets)
    assert sums.gross_g == totals([CUPS, MUGS, LIDS]).gross_g + sums.tare_g
    assert format_ranges(numbers) == "1-90"


def test_pallets_go_into_a_container_upright_and_bear_nothing_by_default() -> None:
    pallets = palletized([CUPS], RULES, 0.2)
    pieces = pallet_pieces(pallets, stop=2)
    assert [(piece.key, piece.count, piece.upright, piece.bears_g, piece.stop) for piece in pieces] == [
        ("P1-P2", 2, (HEIGHT,), 0, 2),
        ("P3", 1, (HEIGHT,), 0, 2),
    ]
    assert pieces[0].weight_g == pallets[0].gross_g


def test_nothing_needs_no_pallet() -> None:
    assert palletized([], RULES) == ()
