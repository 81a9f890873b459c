"""Cartons: whatever is packed comes out again, numbered 1 to N, with weights that add up."""

from dataclasses import replace
from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.cartons import format_ranges
from factory_erp.domain.errors import InvalidValue
from factory_erp.packing.cartons import (
    Content,
    PackItem,
    PackLevel,
    PackRules,
    Shared,
    inner_boxes,
    pack,
    totals,
)

CUPS = PackLevel("master", 24, 450, 320, 280, 9600, 10_800)
MIX = PackRules(mix_remainders=True)


def cups(quantity: int | Decimal, key: str = "L1", **changes: object) -> PackItem:
    return replace(PackItem(key, "CUP-500", quantity, CUPS, 400), **changes)  # type: ignore[arg-type]


def test_full_cartons_then_the_remainder_with_its_own_weight() -> None:
    full, rest = pack([cups(1210)])
    assert (full.first, full.last, full.contents) == (1, 50, (Content("L1", 24),))
    assert (rest.first, rest.last, rest.contents) == (51, 51, (Content("L1", 10),))
    assert (rest.net_g, rest.gross_g) == (4000, 5200)
    assert (rest.length_mm, rest.width_mm, rest.height_mm) == (450, 320, 280)
    sums = totals((full, rest))
    assert (sums.cartons, sums.pieces) == (51, {"L1": 1210})
    assert (sums.net_g, sums.gross_g) == (50 * 9600 + 4000, 50 * 10_800 + 5200)
    assert sums.volume_mm3 == 51 * 450 * 320 * 280


def test_numbers_go_on_over_items_and_start_again_with_each_prefix() -> None:
    groups = pack([cups(48), cups(30, "L2"), cups(24, "L3", prefix="A"), cups(24, "L4")])
    assert [(g.prefix, g.first, g.last) for g in groups] == [
        ("", 1, 2),
        ("", 3, 3),
        ("", 4, 4),
        ("A", 1, 1),
        ("", 5, 5),
    ]


def test_remainders_share_a_carton_only_when_asked() -> None:
    lines = [cups(34, "L1"), cups(30, "L2"), cups(27, "L3")]
    assert len(pack(lines)) == 6
    *full, mixed = pack(lines, MIX)
    assert [(g.first, g.last) for g in full] == [(1, 1), (2, 2), (3, 3)]
    assert mixed.first == 4
    assert mixed.contents == (Content("L1", 10), Content("L2", 6), Content("L3", 3))
    assert (mixed.net_g, mixed.gross_g) == (19 * 400, 19 * 400 + 1200)


def test_mixing_respects_volume_weight_order_prefix_and_size() -> None:
    def cartons(second: PackItem, rules: PackRules = MIX) -> int:
        return totals(pack([cups(10, "L1"), second], rules)).cartons

    assert cartons(cups(11, "L2")) == 1
    assert cartons(cups(12, "L2")) == 2  # 22 of 24 pieces are more than nine tenths
    assert cartons(cups(5, "L2"), replace(MIX, max_gross_g=7000)) == 2
    assert cartons(cups(5, "L2", order="SO2")) == 2
    assert cartons(cups(5, "L2", prefix="A")) == 2
    assert cartons(cups(5, "L2", level=replace(CUPS, length_mm=900, width_mm=100))) == 2
    assert cartons(cups(5, "L2", level=replace(CUPS, length_mm=500, gross_g=11_000))) == 1


@pytest.mark.parametrize(
    ("same", "second", "cartons"),
    [
        (("order",), cups(5, "L2", order="SO2"), 2),
        ((), cups(5, "L2", order="SO2", destination="Lima", family="lids"), 1),
        (("destination",), cups(5, "L2", order="SO2"), 1),
        (("destination",), cups(5, "L2", destination="Lima"), 2),
        (("family",), cups(5, "L2", order="SO2"), 1),
        (("family",), cups(5, "L2", family="lids"), 2),
        (("order", "family"), cups(5, "L2", family="lids"), 2),
    ],
)
def test_a_rule_says_what_may_meet_in_a_carton(
    same: tuple[Shared, ...], second: PackItem, cartons: int
) -> None:
    assert len(pack([cups(10, "L1"), second], replace(MIX, same=same))) == cartons


def test_no_more_lines_in_a_carton_than_allowed() -> None:
    lines = [cups(2, f"L{number}") for number in range(5)]
    groups = pack(lines, replace(MIX, max_items=2))
    assert [[c.key for c in group.contents] for group in groups] == [["L0", "L1"], ["L2", "L3"], ["L4"]]


def test_lines_keep_their_order_in_and_among_mixed_cartons() -> None:
    lines = [cups(2, "L1"), cups(20, "L2"), cups(3, "L3"), cups(18, "L4")]
    groups = pack(lines, replace(MIX, fill_ppm=960_000))
    assert [[c.key for c in group.contents] for group in groups] == [["L1", "L4"], ["L2", "L3"]]


def test_a_started_inner_box_takes_the_room_of_a_full_one() -> None:
    dozen = PackLevel("inner", 12, 220, 160, 280, 4800, 5200)
    assert len(pack([cups(10, "L1"), cups(8, "L2")], MIX)) == 1
    assert len(pack([cups(10, "L1", inner=dozen), cups(8, "L2", inner=dozen)], MIX)) == 2
    assert inner_boxes(cups(30, inner=dozen), 30) == (2, 6)
    assert inner_boxes(cups(30), 30) == (0, 30)


def test_a_remainder_alone_travels_in_the_smallest_box_that_holds_it() -> None:
    dozen = PackLevel("inner", 12, 220, 160, 280, 4800, 5200)
    half = PackLevel("master", 16, 450, 320, 200, 6400, 7300)
    sizes = [pack([cups(24 + rest, boxes=(half, dozen))])[1] for rest in (12, 13, 17)]
    assert [(g.length_mm, g.height_mm, g.gross_g) for g in sizes] == [
        (220, 280, 12 * 400 + 400),
        (450, 200, 13 * 400 + 900),
        (450, 280, 17 * 400 + 1200),
    ]


def test_numbers_can_run_through_all_prefixes() -> None:
    lines = [cups(48, prefix="RED"), cups(30, "L2", prefix="BLUE"), cups(24, "L3", prefix="RED")]
    groups = pack(lines, PackRules(numbering="through"))
    assert format_ranges(g.numbers for g in groups) == "BLUE3-BLUE4, RED1-RED2, RED5"


def test_a_mixed_carton_is_the_larger_of_the_two() -> None:
    larger = replace(CUPS, length_mm=500, gross_g=11_000)
    (mixed,) = pack([cups(10, "L1"), cups(5, "L2", level=larger)], MIX)
    assert (mixed.length_mm, mixed.gross_g - mixed.net_g) == (500, 1400)


def test_without_a_piece_weight_the_share_of_the_full_carton_counts() -> None:
    (rest,) = pack([cups(7, piece_net_g=0, level=replace(CUPS, net_g=10_000))])
    assert rest.net_g == 2917  # 10 000 × 7 / 24 = 2916.67


@pytest.mark.parametrize(
    "item",
    [
        cups(Decimal("24.5")),
        cups(-1),
        cups(24, level=None),
        cups(24, level=replace(CUPS, kind="inner")),
    ],
)
def test_what_cannot_be_packed_is_refused_by_name_with_a_remedy(item: PackItem) -> None:
    with pytest.raises(InvalidValue, match="CUP-500") as error:
        pack([item])
    assert error.value.remedy
    assert error.value.record == "CUP-500"


@pytest.mark.parametrize("wrong", [{"quantity": 0}, {"length_mm": 0}, {"net_g": 0}, {"gross_g": 9000}])
def test_impossible_packaging_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidValue):
        replace(CUPS, **wrong)  # type: ignore[arg-type]


def test_nothing_to_pack_gives_no_cartons() -> None:
    assert pack([cups(0)]) == ()
    assert totals(()).cartons == 0
    assert pack([cups(Decimal("24.0"))])[0].cartons == 1


sizes = st.integers(100, 600)
levels = st.builds(
    lambda quantity, x, y, z, net, tare: PackLevel("master", quantity, x, y, z, net, net + tare),
    st.integers(1, 30),
    sizes,
    sizes,
    sizes,
    st.integers(100, 20_000),
    st.integers(0, 2000),
)
packs = st.lists(
    st.tuples(
        st.integers(0, 500), levels, st.integers(0, 900), st.sampled_from(["", "A"]), st.sampled_from("xy")
    ),
    max_size=7,
).map(lambda rows: [PackItem(f"L{i}", f"item {i}", *row) for i, row in enumerate(rows)])


@given(packs, st.booleans(), st.sampled_from(["each", "through"]))
def test_pieces_numbers_and_weights_always_agree(
    items: list[PackItem], mix: bool, numbering: Literal["each", "through"]
) -> None:
    rules = PackRules(mix_remainders=mix, numbering=numbering)
    groups = pack(items, rules)
    sums = totals(groups)
    assert sums.pieces == {item.key: item.quantity for item in items if item.quantity}
    for series in ("", "A") if numbering == "each" else ("A or none",):
        here = [g for g in groups if numbering == "through" or g.prefix == series]
        numbers = [n for g in here for n in range(g.first, g.last + 1)]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
    tares = {item.key: item.level.tare_g for item in items if item.level}
    for group in groups:
        assert group.gross_g - group.net_g in {tares[key] for key, _pieces in group.contents}
        if len(group.contents) > 1:
            assert mix
            assert group.gross_g <= rules.max_gross_g
            owners = {(i.order, i.prefix) for i in items if i.key in {c.key for c in group.contents}}
            assert len(owners) == 1
    assert sums.gross_g - sums.net_g == sum((g.gross_g - g.net_g) * (g.last - g.first + 1) for g in groups)
    assert sums.cartons <= totals(pack(items)).cartons
