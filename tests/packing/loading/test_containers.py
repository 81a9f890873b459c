"""Which containers: fewest, cheapest, or loose."""

from __future__ import annotations

from decimal import Decimal

import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.packing.loading.check import violations
from factory_erp.packing.loading.containers import LOOSE, LooseCargo, Plan, plan_containers
from factory_erp.packing.loading.problem import Piece
from tests.packing.loading.cases import piece

COSTS = {"20GP": Decimal(1500), "40GP": Decimal(2400), "40HQ": Decimal(2500), "45HQ": Decimal(3100)}
RATE = LooseCargo(below_cbm=Decimal(15), per_cbm=Decimal(120))


def crate(count: int, weight_g: int = 500_000) -> Piece:
    """Half as wide as a container and 2 m high: two rows of five in a 20GP."""
    return piece("crate", 1150, 1150, 2000, count=count, weight_g=weight_g, upright=(2,))


def codes(plan: Plan) -> list[str]:
    return [code for code, _loading in plan]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, []),
        (10, ["20GP"]),
        (11, ["40GP"]),
        (20, ["40GP"]),
        (30, ["20GP", "40GP"]),
        (70, ["20GP", "40GP", "40GP", "40HQ"]),
    ],
)
def test_everything_is_taken_by_the_fewest_and_smallest(count: int, expected: list[str]) -> None:
    plan = plan_containers((crate(count),), seconds=0.2)
    assert sorted(codes(plan)) == expected
    assert sum(len(loading.placed) for _code, loading in plan) == count
    assert all(violations(loading) == [] for _code, loading in plan)


def test_what_is_too_high_for_the_door_needs_a_high_container() -> None:
    high = piece("high", 1150, 1150, 2350, count=2, weight_g=500_000, upright=(2,))
    assert codes(plan_containers((high, crate(8)), COSTS, seconds=0.2)) == ["40HQ"]
    with pytest.raises(InvalidValue):
        plan_containers((high,), {"20GP": Decimal(1)})


def test_costs_decide() -> None:
    dear = COSTS | {"40GP": Decimal(3500), "40HQ": Decimal(3600)}
    assert codes(plan_containers((crate(20),), COSTS, 0.2)) == ["40GP"]
    assert codes(plan_containers((crate(20),), dear, 0.2)) == ["20GP", "20GP"]


def test_heavy_goods_need_more_payload() -> None:
    assert codes(plan_containers((crate(10, 5_600_000),), seconds=0.2)) == ["20GP", "20GP"]


def test_little_goes_loose_where_that_is_cheaper() -> None:
    assert codes(plan_containers((crate(2),), COSTS, 0.2, RATE)) == [LOOSE]
    assert codes(plan_containers((crate(5),), COSTS, 0.2, RATE)) == ["20GP"]
    assert codes(plan_containers((crate(21),), COSTS, 0.2, RATE)) == ["40GP", LOOSE]
    assert plan_containers((crate(2),), COSTS, 0.2, RATE)[0][1].left == (2,)


def test_loose_cargo_is_charged_by_volume_or_weight_and_for_one_at_least() -> None:
    assert RATE.cost((piece("box", 500, 400, 300),)) == 120
    assert RATE.cost((crate(2),)) == Decimal("634.8")
    assert RATE.cost((crate(2, 4_000_000),)) == 960
    assert RATE.cost((crate(6),)) is None


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InvalidValue):
        plan_containers((piece("pole", 13_000, 100, 100),))
    with pytest.raises(InvalidValue):
        plan_containers((crate(1),), {})
    with pytest.raises(InvalidValue):
        plan_containers((crate(1),), {"53FT": Decimal(1)})
