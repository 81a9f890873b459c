"""Where the papers of a shipment stand: asked for, in force, out of date."""

from __future__ import annotations

from typing import Any

import pytest

from factory_erp.checking.demands import Demand
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.issuing import loading, standing
from factory_erp.services.issuing.compose import paper_for
from factory_erp.services.issuing.loading import ContainerInput
from factory_erp.services.papers.kinds import OF_SHIPMENT
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.shipping.shipments import TransportInput
from factory_erp.services.workbench import views as shipping_views
from tests.services.shipping_factory import Factory


@pytest.fixture
def shipment(db: Any) -> int:
    made = Factory(db)
    cup = made.item("CUP")
    made.stock(cup, 500)
    return made.packed(made.order(made.customer(), [(cup, "100", "2.35")]))


def usual(shipment: int) -> list[str]:
    return [row.kind for row in shipping_views.detail(shipment).papers if row.usual]


def current(shipment: int) -> dict[str, bool]:
    return {str(row.kind): row.current for row in shipping_views.detail(shipment).documents}


def test_every_kind_is_offered_once_and_containers_ask_for_more(shipment: int) -> None:
    rows = shipping_views.detail(shipment).papers
    assert tuple(row.kind for row in rows) == OF_SHIPMENT
    assert usual(shipment) == ["commercial_invoice", "packing_list"]
    loading.set_containers(shipment, [ContainerInput("20GP")])
    assert usual(shipment)[2:] == ["booking_note"]
    loading.set_containers(shipment, [ContainerInput("20GP", "CSQU3054383")])
    assert usual(shipment)[2:] == ["booking_note", "vgm_declaration"]


def test_a_paper_is_out_of_date_once_it_would_say_something_else(shipment: int) -> None:
    issuing.issue(shipment, ["commercial_invoice", "packing_list", "shipping_advice"])
    assert current(shipment) == dict.fromkeys(("commercial_invoice", "packing_list", "shipping_advice"), True)
    shipping.set_transport(shipment, TransportInput(bill_number="BL-1", port_of_loading="CNNBO"))
    assert current(shipment)["shipping_advice"] is False


def test_issuing_again_makes_the_stale_paper_current(shipment: int) -> None:
    kinds = ["commercial_invoice", "packing_list", "shipping_advice"]
    issuing.issue(shipment, kinds)
    shipping.set_transport(shipment, TransportInput(bill_number="BL-1", port_of_loading="CNNBO"))
    issuing.issue(shipment, kinds)
    held = {str(row.kind): row.current for row in shipping_views.detail(shipment).documents if row.current}
    assert set(held) == set(kinds)


def test_a_shipment_given_up_keeps_the_papers_it_had(shipment: int) -> None:
    issuing.issue(shipment, ["commercial_invoice", "packing_list"])
    shipping.cancel(shipment)
    detail = shipping_views.detail(shipment)
    assert [row.kind for row in detail.papers] == ["commercial_invoice", "packing_list"]
    assert (detail.problem, set(current(shipment).values())) == ("", {False})


@pytest.mark.parametrize(
    ("kind", "text", "ours"),
    [
        ("certificate_of_origin", "GSP CERTIFICATE OF ORIGIN FORM A", "origin_form_a"),
        ("certificate_of_origin", "CERTIFICATE OF ORIGIN FORM E", "origin_form_e"),
        ("certificate_of_origin", "RCEP CERTIFICATE OF ORIGIN", "origin_rcep"),
        ("certificate_of_origin", "CERTIFICATE OF ORIGIN IN DUPLICATE", "origin_general"),
        ("certificate", "INSPECTION CERTIFICATE", "inspection_certificate"),
        ("certificate", "CERTIFICATE OF WEIGHT", "weight_certificate"),
        ("certificate", "WEIGHT CERTIFICATE STATING THAT INSPECTION WAS MADE", "weight_certificate"),
        ("certificate", "FUMIGATION CERTIFICATE", ""),
        ("certificate", "FUMIGATION CERTIFICATE SHOWING THE WEIGHT", ""),
        ("draft", "DRAFTS AT SIGHT", "bill_of_exchange"),
        ("insurance", "INSURANCE POLICY", ""),
        ("packing_list", "PACKING LIST", "packing_list"),
    ],
)
def test_a_clause_of_the_credit_asks_for_one_of_our_papers(kind: Any, text: str, ours: str) -> None:
    assert paper_for(Demand(kind, 1, 0, text)) == ours


def test_a_second_certificate_of_a_kind_is_a_paper_of_its_own() -> None:
    demands = [
        Demand("beneficiary_certificate", 1, 0, "FIRST"),
        Demand("packing_list", 1, 0, "ONE LIST"),
        Demand("packing_list", 1, 0, "ANOTHER CLAUSE ON IT"),
        Demand("beneficiary_certificate", 1, 0, "SECOND"),
    ]
    assert dict(standing.asked_for(demands)) == {
        ("beneficiary_certificate", ""): "FIRST",
        ("packing_list", ""): "ONE LIST",
        ("beneficiary_certificate", "2"): "SECOND",
    }
