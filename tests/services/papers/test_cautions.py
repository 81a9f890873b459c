"""What is said before a paper is printed: forms without effect, answers that are still missing."""

from __future__ import annotations

import pytest

from factory_erp.models.database import Database
from factory_erp.models.shipping import Shipment
from factory_erp.services.customs.origins import CRITERION
from factory_erp.services.issuing.drafts import shipment_draft
from tests.services.papers.declared import STEEL, Declared


@pytest.fixture
def factory(db: Database) -> Declared:
    return Declared(db)


def said(shipment: int, kind: str) -> tuple[str, ...]:
    return shipment_draft(shipment, kind, "en").cautions


def test_a_form_a_for_a_country_that_grants_nothing_is_warned_of(factory: Declared) -> None:
    shipment = factory.shipment()
    assert any("issues no Form A for Germany" in one for one in said(shipment, "origin_form_a"))
    factory.change(Shipment, shipment, destination_country="NO")
    assert not any("issues no Form A" in one for one in said(shipment, "origin_form_a"))


def test_a_form_e_outside_of_asean_and_without_criteria_is_warned_of(factory: Declared) -> None:
    shipment = factory.shipment()
    told = said(shipment, "origin_form_e")
    assert any("not a party to ASEAN" in one for one in told)
    assert any("is not an origin criterion of this form" in one for one in told)
    assert len(told) == len(set(told))


def test_criteria_that_are_kept_with_the_items_are_not_asked_for(factory: Declared) -> None:
    buyer = factory.customer()
    items = [factory.goods("MUG", STEEL, "杯", **{CRITERION: "WO"}), factory.goods("BOWL", STEEL, "碗")]
    for item, count in zip(items, (0, 1), strict=True):
        shipment = factory.packed(factory.order(buyer, [(item, "24", "3.5")]))
        assert len([one for one in said(shipment, "origin_form_a") if "criterion" in one]) == count


def test_a_declaration_says_which_answers_are_missing_and_where(factory: Declared) -> None:
    told = said(factory.shipment(), "customs_declaration")
    assert any(one.startswith("Export declaration, Exit port: ") for one in told)


def test_a_paper_that_may_be_printed_is_not_warned_of(factory: Declared) -> None:
    shipment = factory.shipment()
    assert said(shipment, "packing_list") == said(shipment, "origin_general") == ()
