"""Carton prefixes, corrected sizes, pallets and serial codes of a shipment."""

from __future__ import annotations

from typing import Any

import pytest

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.models.catalog import Item, PackagingLevel
from factory_erp.models.partners import Company
from factory_erp.models.shipping import CartonGroup, PalletGroup, ShipmentContainer
from factory_erp.services.issuing import loading
from factory_erp.services.issuing.loading import ContainerInput
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.shipping.shipments import CartonRules
from factory_erp.services.workbench import views as shipping_views
from tests.services.shipping_factory import Factory


@pytest.fixture
def factory(db: Any) -> Factory:
    """Two orders of one customer: cups in two colours."""
    made = Factory(db)
    red = made.item("RED", options="500 ml / Red")
    blue = made.item("BLUE", options="500 ml / Blue")
    for item in (red, blue):
        made.stock(item, 500)
    customer = made.customer()
    made.order(customer, [(red, "48", "1"), (blue, "30", "1")])
    made.order(customer, [(red, "24", "1")])
    return made


@pytest.fixture
def shipment(factory: Factory) -> int:
    return factory.packed(1, 2)


def labels(shipment: int) -> list[str]:
    return [row.label for row in shipping_views.detail(shipment).cartons]


def test_numbers_run_through_the_letters_of_orders_and_colours(shipment: int) -> None:
    shipping.pack(shipment, False, CartonRules(prefix_by="order"))
    assert labels(shipment) == ["A1-A2", "A3", "A4", "B5"]
    shipping.pack(shipment, False, CartonRules(prefix_by="options"))
    assert labels(shipment) == ["A1-A2", "B3", "B4", "A5"]
    shipping.pack(shipment, False, CartonRules(prefix=" nb "))
    assert labels(shipment) == ["NB1-NB2", "NB3", "NB4", "NB5"]


@pytest.mark.parametrize("prefix", ["A-1", "UP", "NINELETTER", "红"])
def test_letters_that_carton_numbers_cannot_have_are_refused(
    factory: Factory, shipment: int, prefix: str
) -> None:
    with pytest.raises(InvalidValue) as error:
        shipping.pack(shipment, False, CartonRules(prefix=prefix))
    assert (error.value.field, labels(shipment)) == ("prefix", ["1-2", "3", "4", "5"])


def test_remainders_of_several_orders_meet_only_where_they_may(factory: Factory) -> None:
    factory.order(1, [(1, "6", "1")])
    shipment = factory.packed(1, 3)
    shipping.pack(shipment, True)
    assert shipping_views.detail(shipment).totals.cartons == 5
    shipping.pack(shipment, True, CartonRules(same=()))
    assert shipping_views.detail(shipment).totals.cartons == 4


def test_a_size_is_corrected_with_its_reason(factory: Factory, shipment: int) -> None:
    shipping.correct_carton(shipment, 3, 6000, 6900, "measured", sides=(460, 330, 290))
    row = next(row for row in shipping_views.detail(shipment).cartons if row.first == 3)
    assert (row.length_mm, row.width_mm, row.height_mm, row.weighed_reason) == (460, 330, 290, "measured")
    with pytest.raises(InvalidValue) as error:
        shipping.correct_carton(shipment, 3, 6000, 6900, "measured", sides=(460, 0, 290))
    assert error.value.field == "sides"


def test_some_cartons_of_a_range_are_weighed_and_become_ranges_of_their_own(
    factory: Factory,
) -> None:
    factory.change(Company, 1, gs1_prefix="6901234")
    shipment = factory.packed(factory.order(1, [(1, "480", "1")]))
    shipping.number_cartons(shipment)
    before = shipping_views.detail(shipment)
    serials = codes(factory)
    shipping.correct_carton(shipment, 1, 6100, 7100, "scale", before.version, cartons="C/NO. 3, 7-9")
    after = shipping_views.detail(shipment)
    assert [(row.label, row.weighed_reason) for row in after.cartons] == [
        ("1-2", ""), ("3", "scale"), ("4-6", ""), ("7-9", "scale"), ("10-20", ""),
    ]  # fmt: skip
    assert after.totals.pieces == before.totals.pieces
    assert after.totals.gross_g - before.totals.gross_g == 4 * (7100 - before.cartons[0].gross_g)
    assert codes(factory) == serials, "each carton keeps its serial number"
    shipping.correct_carton(shipment, 7, 6000, 7000, "again", cartons="8-UP")
    assert labels(shipment) == ["1-2", "3", "4-6", "7", "8-9", "10-20"]


def codes(factory: Factory) -> dict[int, int | None]:
    """Carton number → serial number of its SSCC."""
    return {
        number: None if group.sscc_first is None else group.sscc_first + number - group.first
        for group in factory.all(CartonGroup)
        for number in range(group.first, group.last + 1)
    }


@pytest.mark.parametrize("cartons", ["2-3", "9", "B1", "x", "1, 1"])
def test_cartons_that_are_not_in_the_row_are_not_corrected(shipment: int, cartons: str) -> None:
    before = shipping_views.detail(shipment)
    with pytest.raises(InvalidValue) as error:
        shipping.correct_carton(shipment, 1, 6100, 7100, "scale", cartons=cartons)
    assert error.value.remedy
    assert shipping_views.detail(shipment) == before


def test_part_of_a_lettered_range_is_named_with_or_without_its_letters(shipment: int) -> None:
    shipping.pack(shipment, False, CartonRules(prefix="RED"))
    shipping.correct_carton(shipment, 1, 6100, 7100, "scale", cartons="red2")
    assert labels(shipment) == ["RED1", "RED2", "RED3", "RED4", "RED5"]
    shipping.correct_carton(shipment, 1, 6100, 7050, "scale", cartons="1")
    assert [row.gross_g for row in shipping_views.detail(shipment).cartons][:2] == [7050, 7100]


def test_a_reason_that_has_no_room_is_refused(shipment: int) -> None:
    with pytest.raises(InvalidValue) as error:
        shipping.correct_carton(shipment, 1, 6100, 7100, "x" * 121)
    assert error.value.field == "weighed_reason"


def test_cartons_go_onto_pallets_and_come_off_again(factory: Factory, shipment: int) -> None:
    assert shipping.palletize(shipment, "EUR").value == 1
    (row,) = shipping_views.detail(shipment).pallets
    assert (row.pallets, row.label, row.cartons_each) == (1, "P1", 5)
    assert shipping.palletize(shipment, "1200x1000").value == 1, "other pallets take their place"
    shipping.remove_pallets(shipment)
    shipping.remove_pallets(shipment)
    assert factory.all(PalletGroup) == []
    shipping.palletize(shipment, "EUR")
    shipping.pack(shipment)
    assert factory.all(PalletGroup) == [], "the new cartons stand on none"


@pytest.fixture
def stacked(factory: Factory) -> Factory:
    """The red cups have a pallet in the catalogue: two cartons, where 1200x1000 takes many more."""
    with factory.db.session(write=True) as session:
        red = session.query(Item).filter_by(sku="RED").one()
        red.packaging.append(
            PackagingLevel(
                kind="pallet", quantity=48, length_mm=1150, width_mm=980, height_mm=455,
                net_g=12_000, gross_g=2 * 6_900 + 20_000,
            )
        )  # fmt: skip
    return factory


def test_a_pallet_of_the_catalogue_is_stacked_as_it_says(stacked: Factory, shipment: int) -> None:
    shipping.palletize(shipment, "1200x1000")
    full, mixed = sorted(stacked.all(PalletGroup), key=lambda row: row.first)
    assert (full.carton_ranges, full.cartons_each, full.tare_g) == ("1-2", 2, 20_000)
    assert (full.length_mm, full.width_mm, full.height_mm) == (1150, 980, 455)
    assert (mixed.carton_ranges, mixed.tare_g) == ("3-5", 25_000)


@pytest.mark.parametrize(
    ("pallet", "height", "gross"),
    [("EUR", 1800, 1_000_000), ("1200x1000", 450, 1_000_000), ("1200x1000", 1800, 32_000)],
)
def test_a_pallet_of_the_catalogue_beyond_what_is_asked_is_not_used(
    stacked: Factory, shipment: int, pallet: str, height: int, gross: int
) -> None:
    """Another pallet, a lower one, a lighter one: what the clerk asks for goes before the catalogue."""
    shipping.palletize(shipment, pallet, height, gross)
    assert {row.tare_g for row in stacked.all(PalletGroup)} == {25_000}


@pytest.mark.parametrize(("pallet", "height"), [("UNKNOWN", 1800), ("EUR", 100)])
def test_pallets_that_cannot_be_are_refused(
    factory: Factory, shipment: int, pallet: str, height: int
) -> None:
    with pytest.raises(InvalidValue):
        shipping.palletize(shipment, pallet, height)
    assert factory.all(PalletGroup) == []


def test_pallets_are_saved_over_the_version_that_was_seen(shipment: int) -> None:
    seen = shipping_views.detail(shipment).version
    shipping.palletize(shipment, "EUR", version=seen)
    with pytest.raises(Conflict):
        shipping.palletize(shipment, "EUR", version=seen)


def test_each_carton_gets_its_serial_code_once(factory: Factory, shipment: int) -> None:
    with pytest.raises(NotAllowed):
        shipping.number_cartons(shipment)
    factory.change(Company, 1, gs1_prefix="6901234")
    shipping.number_cartons(shipment)
    first = [(one.first, one.sscc_first) for one in factory.all(CartonGroup)]
    shipping.number_cartons(shipment)
    assert [(one.first, one.sscc_first) for one in factory.all(CartonGroup)] == first
    assert sorted(serial - number for number, serial in first) == [first[0][1] - 1] * 4


def test_packing_again_empties_the_containers_but_keeps_them(factory: Factory, shipment: int) -> None:
    loading.set_containers(shipment, [ContainerInput("20GP", "CSQU3054383", carton_ranges="1-5")])
    shipping.pack(shipment)
    container = factory.one(ShipmentContainer)
    assert (container.number, container.carton_ranges) == ("CSQU3054383", "")


def test_the_transport_leaves_the_numbers_of_the_containers(shipment: int) -> None:
    loading.set_containers(shipment, [ContainerInput("20GP", "CSQU3054383")])
    shipping.set_transport(shipment, shipping.TransportInput(vessel_voyage="EVER X"))
    seen = shipping_views.detail(shipment)
    assert (seen.container_numbers, seen.vessel_voyage) == (("CSQU3054383",), "EVER X")
    (row,) = seen.filled
    assert (row.type_code, row.number, row.cartons) == ("20GP", "CSQU3054383", 5)


def test_a_started_inner_box_takes_its_room_in_a_mixed_carton(factory: Factory) -> None:
    red, blue = (one.id for one in factory.all(Item))
    order = factory.order(factory.customer(code="OTHER"), [(red, "6", "1"), (blue, "13", "1")])
    shipment = factory.packed(order)
    shipping.pack(shipment, True)
    assert labels(shipment) == ["1"], "19 of 24 pieces"
    (master,) = factory.all(PackagingLevel, item_id=blue)
    box = {"quantity": 12, "length_mm": 200, "width_mm": 200, "height_mm": 100, "net_g": 10, "gross_g": 20}
    with factory.db.session(write=True) as session:
        session.add(PackagingLevel(item_id=blue, kind="inner", **box))
    shipping.pack(shipment, True)
    assert labels(shipment) == ["1", "2"], "two started boxes of 12 fill a carton"
    assert master.quantity == 24
