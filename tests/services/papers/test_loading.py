"""Containers: planned, stored, typed in, and the plan for the loading team."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from factory_erp.domain.cartons import count, parse
from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.models.catalog import PackagingLevel
from factory_erp.models.database import Database
from factory_erp.models.documents import Document
from factory_erp.models.shipping import CartonGroup, Shipment, ShipmentContainer
from factory_erp.packing.loading.containers import LooseCargo
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.issuing import loading, trade_details
from factory_erp.services.issuing.loading import ContainerInput
from factory_erp.services.issuing.loading_cargo import cargo_of
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.shipping.facts import load
from tests.services.papers.papers_factory import BOX, PapersFactory


@pytest.fixture
def factory(db: Database) -> PapersFactory:
    return PapersFactory(db)


@pytest.fixture
def shipment(factory: PapersFactory) -> int:
    buyer = factory.customer()
    orders = [factory.order(buyer, [(factory.cup(f"CUP-{n}"), "480", "3.5")]) for n in (1, 2)]
    return factory.packed(*orders)


def test_a_plan_places_every_carton_and_is_stored(factory: PapersFactory, shipment: int) -> None:
    view = loading.plan(shipment, seconds=0.5)
    assert [one.type_code for one in view.containers] == ["20GP"]
    assert (view.containers[0].cartons, view.left_out) == (40, ())

    loading.apply_plan(shipment, view)
    (row,) = factory.all(ShipmentContainer)
    assert count(parse(row.carton_ranges)) == 40
    (paper,) = issuing.issue(shipment, ("loading_plan",)).value
    assert paper.number == "LP-2026-00001"


def test_the_containers_numbers_stand_on_the_plan(factory: PapersFactory, shipment: int) -> None:
    loading.apply_plan(shipment, loading.plan(shipment, seconds=0.3))
    (row,) = loading.containers(shipment)
    loading.set_containers(shipment, [replace(row, number=BOX, seal=" CN 1 ")])
    issuing.issue(shipment, ("loading_plan",))
    assert f'"number":"{BOX}"' in factory.one(Document).snapshot
    assert factory.one(Shipment).container_numbers == BOX


def test_a_second_plan_keeps_number_and_seal(factory: PapersFactory, shipment: int) -> None:
    view = loading.plan(shipment, seconds=0.3)
    loading.apply_plan(shipment, view)
    (row,) = loading.containers(shipment)
    loading.set_containers(shipment, [replace(row, number=BOX)])
    loading.apply_plan(shipment, view)
    assert loading.containers(shipment)[0].number == BOX


def test_booked_containers_are_filled_and_the_rest_is_told(factory: PapersFactory) -> None:
    orders = [factory.order(factory.customer(), [(factory.cup(), "9600", "3.5")])]
    big = factory.packed(*orders)  # 400 cartons are 16 m³ … two thirds of a small container
    view = loading.plan(big, seconds=0.5, booked=["20GP"])
    assert view.left_out == ()
    assert 40 < view.containers[0].fill_percent < 60


def test_cartons_that_have_changed_need_a_new_plan(shipment: int) -> None:
    view = loading.plan(shipment, seconds=0.3)
    shipping.correct_carton(shipment, 1, 6100, 7000, "weighed")
    with pytest.raises(NotAllowed, match="have changed since this plan was made"):
        loading.apply_plan(shipment, view)


def test_a_shipment_that_is_not_packed_cannot_be_loaded(factory: PapersFactory) -> None:
    draft = shipping.create(
        [factory.order(factory.customer(), [(factory.cup(), "24", "3.5")])], factory.key()
    ).value
    with pytest.raises(NotAllowed, match="is not packed"):
        loading.plan(draft)


def test_without_a_plan_there_is_no_paper_of_it(shipment: int) -> None:
    with pytest.raises(NotAllowed, match="has no loading plan yet"):
        issuing.issue(shipment, ("loading_plan",))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([ContainerInput("20GP", "MSKU0000012")], "check digit is wrong"),
        ([ContainerInput("21XX")], "21XX"),
        ([ContainerInput("20GP", tare_g=-1)], "below zero"),
        ([ContainerInput("20GP", carton_ranges="1-41")], "has no carton 41"),
        ([ContainerInput("20GP", carton_ranges="1-20"), ContainerInput("20GP", carton_ranges="20-40")],
         "Carton 20 is in two containers"),
    ],
)  # fmt: skip
def test_wrong_containers_are_refused_and_nothing_is_changed(
    factory: PapersFactory, shipment: int, rows: list[ContainerInput], message: str
) -> None:
    with pytest.raises(InvalidValue, match=message):
        loading.set_containers(shipment, rows)
    assert factory.all(ShipmentContainer) == []


def test_a_form_that_is_out_of_date_is_refused(factory: PapersFactory, shipment: int) -> None:
    version = factory.one(Shipment).version
    loading.set_containers(shipment, [ContainerInput("20GP")], version)
    with pytest.raises(Conflict):
        loading.set_containers(shipment, [ContainerInput("40HQ")], version)


def test_pallets_are_loaded_once_the_cartons_are_on_them(factory: PapersFactory, shipment: int) -> None:
    pallets = shipping.palletize(shipment, "1200x1000").value
    view = loading.plan(shipment, seconds=0.3)
    assert [box.label for one in view.details.containers for box in one.boxes] == [
        f"P{number}" for number in range(1, pallets + 1)
    ]
    assert count(parse(",".join(view.carton_ranges))) == 40
    cartons = factory.all(CartonGroup)
    weight = sum((one.last - one.first + 1) * one.gross_g for one in cartons) + pallets * 25_000
    assert [one.gross_g for one in view.containers] == [weight]
    assert all(box.z_mm == 0 for one in view.details.containers for box in one.boxes)

    loading.apply_plan(shipment, view)
    (paper,) = issuing.issue(shipment, ("loading_plan",)).value
    assert paper.kind == "loading_plan"
    shipping.remove_pallets(shipment)
    with pytest.raises(NotAllowed, match="have changed since this plan was made"):
        loading.apply_plan(shipment, view)


def test_the_verified_mass_counts_the_pallets(factory: PapersFactory, shipment: int) -> None:
    pallets = shipping.palletize(shipment, "EUR").value
    loading.apply_plan(shipment, loading.plan(shipment, seconds=0.3))
    (row,) = loading.containers(shipment)
    loading.set_containers(shipment, [replace(row, number=BOX, tare_g=2_200_000, dunnage_g=10_000)])
    with factory.db.session() as session:
        (verified,) = trade_details.vgm(session, load(session, shipment)).containers
    assert verified.dunnage_g == 10_000 + pallets * 25_000
    assert verified.vgm_g == verified.cargo_g + verified.dunnage_g + 2_200_000


def test_a_little_goes_cheaper_as_loose_cargo(factory: PapersFactory, shipment: int) -> None:
    told = loading.plan(shipment, seconds=0.2)
    assert (told.goes_loose, told.cheaper_loose) == (False, True)
    assert told.loose_below is not None
    assert 14 < told.loose_below < 15

    rates = {"20GP": Decimal(1500), "40HQ": Decimal(2600)}
    view = loading.plan(shipment, rates, seconds=0.2, loose=LooseCargo(Decimal(15), Decimal(90)))
    assert (view.containers, sum(cartons for _label, cartons in view.left_out)) == ((), 40)
    assert (view.goes_loose, view.loose_below) == (True, Decimal(15))
    loading.apply_plan(shipment, view)
    assert loading.containers(shipment) == ()

    dear = loading.plan(shipment, rates, seconds=0.2, loose=LooseCargo(Decimal(15), Decimal(1_000)))
    assert ([one.type_code for one in dear.containers], dear.cheaper_loose) == (["20GP"], False)


def test_the_plan_knows_what_each_carton_weighs(shipment: int) -> None:
    view = loading.plan(shipment, seconds=0.2)
    boxes = [box for one in view.details.containers for box in one.boxes]
    assert sum(box.gross_g for box in boxes) == view.containers[0].gross_g


def _level(factory: PapersFactory, **told: object) -> None:
    for row in factory.all(PackagingLevel):
        factory.change(PackagingLevel, row.id, **told)


def test_cartons_stand_upright_unless_they_may_lie(factory: PapersFactory, shipment: int) -> None:
    def heights() -> set[int]:
        view = loading.plan(shipment, seconds=0.3)
        return {box.height_mm for one in view.details.containers for box in one.boxes}

    (height,) = {one.height_mm for one in factory.all(CartonGroup)}
    assert heights() == {height}
    _level(factory, may_lie=True)
    with factory.db.session() as session:
        (row, *_rest) = cargo_of(load(session, shipment), {})
    assert row.upright == (0, 1, 2)


def test_nothing_heavier_stands_on_a_carton_than_it_bears(factory: PapersFactory, shipment: int) -> None:
    _level(factory, bears_g=0)
    view = loading.plan(shipment, seconds=0.3)
    assert {box.z_mm for one in view.details.containers for box in one.boxes} == {0}
