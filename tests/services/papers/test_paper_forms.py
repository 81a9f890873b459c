"""Papers as forms: what is worked out can be typed over, and follows the facts again where it is not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from factory_erp.documents.snapshot import DETAILS_OF
from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.models.documents import DocumentInput
from factory_erp.services.issuing import forms as paper_forms
from factory_erp.services.issuing.fields import FIELDS
from factory_erp.services.issuing.forms import FieldValue
from factory_erp.services.shipping import shipments as shipping
from tests.services.shipping_factory import Factory


@pytest.fixture
def factory(db: Any) -> Factory:
    made = Factory(db)
    cup = made.item("CUP")
    made.stock(cup, 500)
    made.order(made.customer(), [(cup, "100", "2.35")])
    return made


@pytest.fixture
def shipment(factory: Factory) -> int:
    return factory.packed(1)


def values(shipment: int, kind: str, variant: str = "") -> dict[str, FieldValue]:
    return {one.field.key: one.value for one in paper_forms.paper_form(shipment, kind, variant).fields}


def typed(shipment: int, kind: str) -> set[str]:
    return {one.field.key for one in paper_forms.paper_form(shipment, kind).fields if one.typed}


def test_every_field_names_a_place_in_its_details() -> None:
    for details, known in FIELDS.items():
        assert details in DETAILS_OF.values()
        keys = [field.key for field in known]
        assert len(keys) == len(set(keys))
        names = {name.split(".")[0] for name in (field.name for field in known)}
        assert names <= set(details.__dataclass_fields__)


def test_what_is_typed_is_kept_and_the_rest_follows_the_facts(shipment: int) -> None:
    before = values(shipment, "booking_note")
    wanted: dict[str, FieldValue] = {
        "pick_up_at": " Gate 3 ",
        "cargo_ready_on": date(2026, 12, 1),
        "original_bills": 0,
        "freight": "prepaid" if before["freight"] == "collect" else "collect",
        "instructions": "Telex release, please",
        "forwarder": "Sino Freight\nNingbo",
    }
    paper_forms.save_paper_form(shipment, "booking_note", before | wanted, 0)
    assert typed(shipment, "booking_note") == set(wanted)
    after = values(shipment, "booking_note")
    assert {key: after[key] for key in wanted} == wanted | {"pick_up_at": "Gate 3"}
    shipping.set_transport(shipment, shipping.TransportInput(place_of_receipt="Yiwu"))
    assert values(shipment, "booking_note")["pick_up_at"] == "Gate 3"


def test_saving_again_over_the_same_version_is_refused_and_changes_nothing(
    factory: Factory, shipment: int
) -> None:
    paper_forms.save_paper_form(shipment, "booking_note", {"pick_up_at": "Gate 3"}, 0)
    with pytest.raises(Conflict):
        paper_forms.save_paper_form(shipment, "booking_note", {"pick_up_at": "Gate 4"}, 0)
    assert values(shipment, "booking_note")["pick_up_at"] == "Gate 3"


def test_a_form_is_thrown_away_as_a_whole(factory: Factory, shipment: int) -> None:
    paper_forms.save_paper_form(shipment, "booking_note", {"pick_up_at": "Gate 3"}, 0)
    form = paper_forms.paper_form(shipment, "booking_note")
    paper_forms.reset_paper_form(shipment, "booking_note", form.version)
    assert typed(shipment, "booking_note") == set()
    assert factory.all(DocumentInput) == []


def test_certificates_are_told_apart_by_their_variant(shipment: int) -> None:
    kind = "beneficiary_certificate"
    paper_forms.save_paper_form(shipment, kind, {"statements": "One.\n\nTwo."}, 0, "2")
    assert values(shipment, kind, "2")["statements"] == "One.\nTwo."
    assert "One." not in str(values(shipment, kind)["statements"])


def test_ticks_of_a_certificate_of_origin_are_set_one_by_one(shipment: int) -> None:
    ticks = {"ticks:exhibition": True, "ticks:back_to_back": True}
    paper_forms.save_paper_form(shipment, "origin_form_e", ticks, 0)
    version = paper_forms.paper_form(shipment, "origin_form_e").version
    paper_forms.save_paper_form(shipment, "origin_form_e", {"ticks:exhibition": False}, version)
    shown = values(shipment, "origin_form_e")
    assert [key for key, value in shown.items() if key.startswith("ticks") and value] == [
        "ticks:back_to_back"
    ]


def test_the_head_of_a_declaration_is_typed_in_its_parts(shipment: int) -> None:
    head: dict[str, FieldValue] = {
        "exit_customs.code": "3104",
        "exit_customs.name": "甬保税区",
        "freight.mark": "3",
        "freight.amount": Decimal("1200.50"),
        "freight.currency": "USD",
        "royalties": True,
        "attached": "Licence 1\nCertificate 2",
    }
    paper_forms.save_paper_form(shipment, "customs_declaration", head, 0)
    shown = values(shipment, "customs_declaration")
    assert {key: shown[key] for key in head} == head


@pytest.mark.parametrize(
    ("field", "value"),
    [("original_bills", -1), ("original_bills", None), ("freight", "free"), ("pick_up_at", "x" * 5000)],
)
def test_a_wrong_value_is_refused_at_its_field(
    factory: Factory, shipment: int, field: str, value: FieldValue
) -> None:
    with pytest.raises(InvalidValue) as error:
        paper_forms.save_paper_form(shipment, "booking_note", {field: value, "dangerous": "3"}, 0)
    assert error.value.field == field
    assert error.value.remedy
    assert factory.all(DocumentInput) == []


def test_the_sheet_of_labels_is_chosen(shipment: int) -> None:
    paper_forms.save_paper_form(shipment, "carton_labels", {"sheet": "A4-4"}, 0)
    assert values(shipment, "carton_labels")["sheet"] == "A4-4"


def test_a_paper_that_cannot_be_made_yet_says_why(shipment: int) -> None:
    form = paper_forms.paper_form(shipment, "vgm_declaration")
    assert form.fields == ()
    assert "no container" in form.problem


def test_kinds_that_say_no_more_than_the_facts_have_no_form(shipment: int) -> None:
    assert paper_forms.paper_form(shipment, "packing_list").fields == ()
    with pytest.raises(NotAllowed):
        paper_forms.save_paper_form(shipment, "packing_list", {"title": "x"}, 0)


def test_every_value_that_a_form_shows_can_be_saved_as_it_is(factory: Factory, shipment: int) -> None:
    for kind in sorted(paper_forms.WITH_FORM & {"booking_note", "origin_rcep", "shipping_advice",
                                                "bill_of_exchange", "weight_certificate"}):  # fmt: skip
        paper_forms.save_paper_form(shipment, kind, values(shipment, kind), 0)
    assert factory.all(DocumentInput) == []
