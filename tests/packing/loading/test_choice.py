"""Numbered cartons in containers: each once, orders together, last out first in, weights that agree."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.domain.cartons import CartonRange, count, format_ranges
from factory_erp.domain.errors import InvalidValue
from factory_erp.packing.cartons import CartonGroup, Content
from factory_erp.packing.loading.balance import MIDDLE, NEAR
from factory_erp.packing.loading.cargo import Cargo, LoadedContainer, Pool, carton_cargo, pallet_cargo
from factory_erp.packing.loading.check import violations
from factory_erp.packing.loading.choice import Choice, break_even, choose, fill
from factory_erp.packing.loading.containers import LooseCargo
from factory_erp.packing.loading.problem import HEIGHT, Loading, Piece, Placed, Problem, Room
from factory_erp.packing.pallets import PalletGroup

RATES = {"20GP": Decimal(1500), "40GP": Decimal(2400), "40HQ": Decimal(2500), "45HQ": Decimal(3100)}
RATE = LooseCargo(below_cbm=Decimal(15), per_cbm=Decimal(120))


def crates(first: int, last: int, order: str = "SO1", stop: int = 1, prefix: str = "") -> Cargo:
    """Half as wide as a container and 2 m high: two rows of five in a 20GP."""
    return Cargo(CartonRange(first, last, prefix), (1150, 1150, 2000), 500_000, order, stop)


def again(one: LoadedContainer, cargo: Sequence[Cargo]) -> Loading:
    """The container's boxes as a loading to be judged, each a piece of its own."""
    stop = {row.order: row.stop for row in cargo}
    sides = [(box.length_mm, box.width_mm, box.height_mm) for box in one.boxes]
    pieces = tuple(
        Piece(box.label, size, 1, 1, (HEIGHT,), stop=stop[box.order])
        for box, size in zip(one.boxes, sides, strict=True)
    )
    placed = tuple(
        Placed(row, 0, (box.x_mm, box.y_mm, box.z_mm), size)
        for row, (box, size) in enumerate(zip(one.boxes, sides, strict=True))
    )
    return Loading(Problem(Room(one.length_mm, one.width_mm, one.height_mm, one.payload_g), pieces), placed)


def loaded(choice: Choice, cargo: Sequence[Cargo]) -> list[LoadedContainer]:
    """The containers, after what must hold of any choice was checked."""
    every = [row for one in choice.containers for row in one.numbers] + list(choice.loose)
    assert format_ranges(every) == format_ranges(row.numbers for row in cargo)
    assert count(every) == sum(len(row.numbers) for row in cargo)
    weight = {row.numbers.prefix: row.weight_g for row in cargo}
    for position, one in enumerate(choice.containers, 1):
        assert one.position == position
        assert one.cargo_g == sum(weight[row.prefix] * len(row) for row in one.numbers) <= one.payload_g
        assert len(one.boxes) == count(one.numbers) == sum(step.cartons for step in one.steps)
        assert all(step.cartons == step.across * step.high * step.deep for step in one.steps)
        assert sorted({box.step for box in one.boxes}) == [step.step for step in one.steps]
        assert violations(again(one, cargo)) == []
    return list(choice.containers)


def test_cartons_of_a_packing_list_get_their_places() -> None:
    group = CartonGroup(1, 120, (Content("L1", 24),), 450, 320, 280, 9600, 10_800)
    cargo = [
        carton_cargo(group, "SO1"),
        carton_cargo(CartonGroup(121, 130, (), 600, 400, 400, 8000, 9000), "SO2"),
    ]
    choice = choose(cargo[:1], seconds=0.5)
    (one,) = loaded(choice, cargo[:1])
    assert (one.type_code, one.labels, one.cargo_g) == ("20GP", "1-120", 120 * 10_800)
    assert one.volume_mm3 == 120 * 450 * 320 * 280
    assert (choice.loose, choice.cost) == ((), Decimal(1))
    assert [box.label for box in one.boxes[:2]] == ["1", "2"]
    assert {box.height_mm for box in one.boxes} == {280}
    both = choose(cargo, seconds=0.5).containers[0]
    assert sorted(both.orders) == ["SO1", "SO2"]


ROWS = st.lists(
    st.tuples(
        st.integers(1, 40),
        st.tuples(*[st.integers(300, 1400)] * 3),
        st.integers(1_000, 900_000),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=6,
)


@given(ROWS, st.sampled_from([(), ("20GP",), ("20GP", "40HQ")]))
@settings(max_examples=25, deadline=None)
def test_whatever_is_shipped_each_carton_has_one_place(
    rows: list[tuple[int, tuple[int, int, int], int, int]], booked: tuple[str, ...]
) -> None:
    cargo = [
        Cargo(CartonRange(1, count, letter), sides, weight, f"SO{stop}", stop)
        for letter, (count, sides, weight, stop) in zip("ABCDEF", rows, strict=False)
    ]
    choice = fill(cargo, booked, 0.05) if booked else choose(cargo, seconds=0.05)
    loaded(choice, cargo)
    assert booked or not choice.loose


def test_the_cheapest_by_freight_and_loose_where_that_is_less() -> None:
    dear = RATES | {"40GP": Decimal(3500), "40HQ": Decimal(3600)}
    cargo = [crates(1, 20)]
    assert [one.type_code for one in loaded(choose(cargo, RATES, 0.5), cargo)] == ["40GP"]
    assert [one.type_code for one in loaded(choose(cargo, dear, 0.5), cargo)] == ["20GP", "20GP"]
    little = [crates(1, 2)]
    choice = choose(little, RATES, 0.5, RATE)
    assert (choice.containers, choice.loose, choice.cost) == ((), (CartonRange(1, 2),), Decimal("634.8"))
    part = choose([crates(1, 21)], RATES, 0.5, RATE)
    assert [one.type_code for one in loaded(part, [crates(1, 21)])] == ["40GP"]
    assert part.cost == 2400 + Decimal("317.4")


def test_break_even_says_from_where_a_container_is_cheaper() -> None:
    assert break_even(RATES, RATE) == {
        "20GP": Decimal("12.5"),
        "40GP": Decimal(15),
        "40HQ": Decimal(15),
        "45HQ": Decimal(15),
    }
    assert break_even(RATES, LooseCargo(Decimal(15), Decimal(0))) == {}


def test_orders_stay_together_where_no_container_more_is_needed() -> None:
    cargo = [crates(1, 4, "SO1"), crates(5, 14, "SO2", 2), crates(15, 20, "SO3", 3)]
    only = {"20GP": Decimal(1500)}
    found = loaded(choose(cargo, only, 1.0), cargo)
    assert sorted(one.orders for one in found) == [("SO2",), ("SO3", "SO1")]
    assert sorted(one.labels for one in found) == ["1-4, 15-20", "5-14"]


def test_an_order_is_split_where_it_must_be() -> None:
    cargo = [crates(1, 12, "SO1"), crates(13, 20, "SO2")]
    found = loaded(choose(cargo, {"20GP": Decimal(1500)}, 0.5), cargo)
    assert [one.labels for one in found] == ["1-10", "11-20"]
    assert found[1].orders == ("SO1", "SO2")


def test_what_is_unloaded_last_is_loaded_first() -> None:
    cargo = [crates(1, 4, "SO1", 1), crates(5, 8, "SO2", 2)]
    (one,) = loaded(choose(cargo, seconds=0.5), cargo)
    assert one.orders == ("SO2", "SO1")
    ends = {order: [b.x_mm + b.length_mm for b in one.boxes if b.order == order] for order in one.orders}
    starts = {order: [b.x_mm for b in one.boxes if b.order == order] for order in one.orders}
    assert max(ends["SO2"]) <= min(starts["SO1"])


def test_light_loads_are_brought_to_the_middle_of_a_booked_container() -> None:
    group = CartonGroup(1, 400, (), 500, 400, 400, 9000, 10_000)
    choice = fill([carton_cargo(group)], ["40HQ"], 3.0)
    (one,) = loaded(choice, [carton_cargo(group)])
    assert abs(one.balance_ppm[0] - MIDDLE) <= NEAR


def test_equal_sides_are_one_kind_and_keep_their_own_weights() -> None:
    weights = [5_000, 9_000, 40_000]
    cargo = [
        Cargo(CartonRange(1 + 10 * row, 10 + 10 * row), (500, 400, 400), weight, f"SO{row}")
        for row, weight in enumerate(weights)
    ]
    assert [(piece.count, piece.weight_g) for piece in Pool(cargo).pieces] == [(30, 18_000)]
    assert [piece.weight_g for piece in Pool(cargo, exact=True).pieces] == weights
    (one,) = choose(cargo, seconds=0.5).containers
    assert one.cargo_g == 10 * sum(weights)


def test_heavy_ones_among_equals_never_overload_a_container() -> None:
    cargo = [
        Cargo(CartonRange(1, 10), (1150, 1150, 1900), 4_500_000),
        Cargo(CartonRange(11, 20), (1150, 1150, 1900), 900_000),
    ]
    choice = choose(cargo, {"20GP": Decimal(1500)}, 1.0)
    assert all(one.cargo_g <= one.payload_g for one in choice.containers)
    assert sum(count(one.numbers) for one in choice.containers) == 20


def test_what_finds_no_place_in_booked_containers_is_named() -> None:
    cargo = [crates(1, 25)]
    choice = fill(cargo, ["20GP", "20GP"], 0.5)
    assert [one.labels for one in loaded(choice, cargo)] == ["1-10", "11-20"]
    assert choice.loose == (CartonRange(21, 25),)
    with pytest.raises(InvalidValue):
        fill(cargo, ["53FT"])


def test_pallets_are_loaded_by_their_own_numbers() -> None:
    group = PalletGroup(1, 6, (CartonRange(1, 96),), 16, 1200, 1000, 1500, 25_000, 400_000)
    cargo = [pallet_cargo(group, "SO1")]
    (one,) = loaded(choose(cargo, seconds=0.5), cargo)
    assert one.labels == "P1-P6"
    assert {box.z_mm for box in one.boxes} == {0}
    assert cargo[0].upright == (HEIGHT,)
