"""Packaging: what contradicts itself is refused, and containers are counted while somebody types."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import Conflict, InvalidValue
from factory_erp.models.catalog import PackKind
from factory_erp.models.database import Database
from factory_erp.services.catalogue.input import PackInput
from factory_erp.services.catalogue.packaging import cartons_for, loads, packaging_sheet, save_packaging
from tests.services.factory import an_item

INNER = PackInput(PackKind.INNER, 6, 200, 150, 150, 1800, 1900)
MASTER = PackInput(PackKind.MASTER, 24, 420, 320, 310, 7200, 8100)
PALLET = PackInput(PackKind.PALLET, 480, 1200, 1000, 1500, 144_000, 175_000)
ALL = (INNER, MASTER, PALLET)


@pytest.fixture
def cup(db: Database) -> int:
    with db.session(write=True) as session:
        item = an_item(session, "CUP")
        item.net_g = 300
        return item.id


def test_levels_are_saved_once_and_shown_from_the_inside_out(cup: int) -> None:
    assert save_packaging(cup, [PALLET, INNER, MASTER]).value == ()
    assert save_packaging(cup, ALL).changes == {}
    sheet = packaging_sheet(cup)
    assert sheet.levels == ALL
    assert sheet.loads == loads(ALL)
    save_packaging(cup, [replace(MASTER, gross_g=8200)], read=ALL)
    assert packaging_sheet(cup).levels == (replace(MASTER, gross_g=8200),)
    with pytest.raises(Conflict):
        save_packaging(cup, [MASTER], read=ALL)


def test_the_count_of_a_container_by_hand() -> None:
    # 20GP: 5898 × 2352 × 2393 mm³ × 85 % / (420 × 320 × 310 mm³) = 677.2; by weight 28 200 / 8.1 = 3481
    small = loads([MASTER])[0]
    assert (small.container, small.cartons, small.pieces, small.limited_by) == (
        "20GP",
        677,
        677 * 24,
        "volume",
    )
    heavy = loads([replace(MASTER, gross_g=100_000)])[0]
    assert (heavy.cartons, heavy.limited_by) == (282, "weight")
    long = loads([replace(MASTER, length_mm=6000)])[0]
    assert (long.cartons, long.limited_by) == (0, "size")


@given(st.builds(PackInput, st.sampled_from(PackKind), *[st.integers(-5, 10**6)] * 6))
def test_a_half_typed_form_never_fails(level: PackInput) -> None:
    for load in loads([level]):
        assert load.cartons >= 0
        assert load.pieces == load.cartons * level.quantity


@pytest.mark.parametrize(
    ("levels", "field"),
    [
        ([replace(MASTER, gross_g=7000)], "master.gross_g"),
        ([replace(MASTER, quantity=0)], "master.quantity"),
        ([replace(INNER, quantity=0), MASTER], "inner.quantity"),
        ([replace(MASTER, length_mm=0)], "master.length_mm"),
        ([replace(MASTER, net_g=-1)], "master.net_g"),
        ([replace(PALLET, width_mm=2**31)], "pallet.width_mm"),
        ([MASTER, replace(MASTER, quantity=12)], "master.kind"),
        ([replace(INNER, quantity=7), MASTER], "master.quantity"),
    ],
)
def test_what_contradicts_itself_is_refused(cup: int, levels: list[PackInput], field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        save_packaging(cup, levels)
    assert (refused.value.field, refused.value.record) == (field, "CUP")
    assert packaging_sheet(cup).levels == ()


def test_what_is_unusual_is_a_warning(cup: int) -> None:
    uneven = save_packaging(cup, [MASTER, replace(PALLET, quantity=500, net_g=150_000)]).value
    assert uneven == ("The pallet does not hold whole master cartons: 500 pieces, 24 in a carton.",)
    (light,) = save_packaging(cup, [replace(MASTER, net_g=7000)]).value
    assert light == "The net weight of the master carton is 7000 g, but 24 × 300 g is 7200 g."
    assert packaging_sheet(cup).warnings == (light,)


@pytest.mark.parametrize(
    ("quantity", "full", "rest", "cartons"), [(48, 2, 0, 2), (50, 2, 2, 3), (0, 0, 0, 0)]
)
def test_cartons_for_a_quantity(cup: int, quantity: int, full: int, rest: int, cartons: int) -> None:
    assert cartons_for(cup, Decimal(quantity)) is None
    save_packaging(cup, [MASTER])
    count: Any = cartons_for(cup, Decimal(quantity))
    assert (count.per_carton, count.full, count.rest, count.cartons) == (24, full, rest, cartons)


def test_half_a_cup_is_no_quantity(cup: int) -> None:
    with pytest.raises(InvalidValue):
        cartons_for(cup, Decimal("0.5"))
