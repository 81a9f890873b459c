"""Certificates of origin: items out of the facts, criteria never guessed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from factory_erp.documents.details.customs import FeeStated
from factory_erp.documents.details.origin import OriginDetails
from factory_erp.documents.snapshot import Kind
from factory_erp.models.database import Database
from factory_erp.services.customs.declarations import KIND, declaration_facts
from factory_erp.services.customs.origins import missing_in, origin_details
from factory_erp.services.papers import inputs
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.shipping.facts import compose_facts, load
from tests.services.papers.declared import GLASS, STEEL, Declared


def made(factory: Declared, shipment: int, kind: Kind = "origin_form_e") -> OriginDetails:
    with factory.db.session() as session:
        row = load(session, shipment)
        return origin_details(session, row, compose_facts(session, row), kind)


def fields_missing(details: OriginDetails, kind: Kind = "origin_form_e") -> list[str]:
    return [one.field for one in missing_in(kind, details)]


def test_items_packages_and_weights_follow_the_cartons(db: Database) -> None:
    factory = Declared(db)
    details = made(factory, factory.shipment(), "origin_general")
    cup, glass = details.items
    assert (cup.hs_code, cup.packages, cup.quantity, cup.unit) == ("961700", 2, Decimal(48), "H87")
    assert cup.gross_g == 2 * (24 * 250 + 900)
    assert (glass.packages, glass.origin_country, cup.fob_minor) == (3, "CN", None)
    assert (details.declared_at, details.importing_country, details.producer) == ("Ningbo", "DE", "")
    assert fields_missing(details, "origin_general") == []


def test_a_mixed_carton_weighs_on_each_item_by_its_share(db: Database) -> None:
    factory = Declared(db)
    cup, glass = factory.goods("CUP", STEEL, "保温杯"), factory.goods("GLASS", GLASS, "玻璃杯")
    order = factory.order(factory.customer(), [(cup, "6", "10"), (glass, "12", "2")])
    shipment = shipping.create([order], "k").value
    shipping.pack(shipment, mix_remainders=True)
    details = made(factory, shipment)
    assert [item.packages for item in details.items].count(0) == 1
    with db.session() as session:
        whole = compose_facts(session, load(session, shipment)).gross_g
    weights = {item.hs_code: item.gross_g for item in details.items}
    assert sum(weights.values()) == whole
    assert weights["701337"] == 2 * weights["961700"]


def test_criteria_come_from_the_customs_sheet_or_are_asked_for(db: Database) -> None:
    factory = Declared(db)
    shipment = factory.shipment()
    assert [item.criterion for item in made(factory, shipment).items] == ["", ""]
    assert fields_missing(made(factory, shipment)) == ["Origin criterion"] * 2


def test_an_answer_for_one_form_comes_before_that_for_all(db: Database) -> None:
    factory = Declared(db)
    item = factory.goods("CUP", STEEL, "保温杯", **{"原产地标准": "CTH", "原产地标准 RCEP": "CTC"})
    shipment = factory.packed(factory.order(factory.customer(), [(item, "48", "10")]))
    assert made(factory, shipment, "origin_rcep").items[0].criterion == "CTC"
    assert made(factory, shipment).items[0].criterion == "CTH"
    assert made(factory, shipment, "origin_general").items[0].criterion == ""
    assert made(factory, shipment, "origin_rcep").producer == (
        "Ningbo Bright Cup Co., Ltd.\n8 Harbour Road\nNingbo\nChina"
    )
    assert made(factory, shipment).items[0].fob_minor is None


def test_regional_value_states_fob_without_freight(db: Database) -> None:
    factory = Declared(db)
    item = factory.goods("CUP", STEEL, "保温杯", 原产地标准="45%")
    fob = factory.packed(factory.order(factory.customer(), [(item, "48", "10")]))
    assert made(factory, fob).items[0].fob_minor == 48_000
    order = factory.order(factory.customer("TWO"), [(item, "48", "10")], incoterm="CFR", place="Hamburg")
    cfr = factory.packed(order)
    details = made(factory, cfr)
    assert details.items[0].fob_minor is None
    assert fields_missing(details) == ["FOB value"]
    with db.session(write=True) as session:
        row = load(session, cfr)
        usual = declaration_facts(session, row, compose_facts(session, row)).declarations[0]
        wanted = replace(usual, freight=FeeStated("3", Decimal(30), "USD"))
        inputs.write(session, inputs.PaperOf(KIND, cfr), usual, wanted, None)
    assert made(factory, cfr).items[0].fob_minor == 45_000
