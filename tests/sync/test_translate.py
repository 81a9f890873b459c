"""From a connector's order to the values of the use cases, and from the outbox to a notice."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from factory_erp.services.incoming import IncomingOrder, Life
from factory_erp.sync.connectors.alibaba.mapping import read_order
from factory_erp.sync.connectors.base import OrderLife, PlatformAddress, PlatformOrder
from factory_erp.sync.connectors.payloads import PayloadProblem
from factory_erp.sync.sandbox.alibaba import line_payload, order_payload
from factory_erp.sync.translate import incoming, notice, problem

CREATED = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def platform_order(**values: Any) -> PlatformOrder:
    lines = [
        line_payload("CUP-1", "120", "2.345", name="Cup", model_number="M-1", sku_id="101"),
        line_payload("", "6", "10", product_id="1600000000002", sku_id="102", name="Lid"),
    ]
    payload = order_payload(
        "T-1", created=CREATED, lines=lines, shipment_fee="25.5", discount="3.4", remark="Hi"
    )
    found = read_order(payload)
    assert isinstance(found, PlatformOrder)
    return replace(found, **values)


def test_everything_that_was_agreed_comes_over() -> None:
    said = incoming(platform_order(agreed_ship_date=datetime(2026, 12, 1, 20, 0, tzinfo=UTC)))
    assert isinstance(said, IncomingOrder)
    assert (said.external_id, said.life, said.status) == ("T-1", Life.OPEN, "undeliver")
    assert (said.ordered_at, said.modified_at) == (CREATED, CREATED)
    assert (said.buyer_id, said.buyer_name, said.country) == ("b-0001", "Nordlicht Handel GmbH", "DE")
    assert (said.contact, said.phone) == ("Anna Weber", "+49 40 5550123")
    assert (said.street, said.city, said.postal_code) == ("Speicherstrasse 12", "Hamburg", "20457")
    assert (said.currency, said.incoterm, said.remark) == ("USD", "FOB", "Hi")
    assert (said.product_total, said.freight, said.discount) == (
        Decimal("341.40"),
        Decimal("25.50"),
        Decimal("3.40"),
    )
    assert said.total == Decimal("363.50")
    # Eight in the evening in London is the next day at the factory.
    assert said.ship_by == date(2026, 12, 2)


def test_a_line_is_known_by_its_most_telling_name_first() -> None:
    first, second = incoming(platform_order()).lines
    assert first.skus == ("CUP-1", "M-1", "101", "1600000000001")
    assert second.skus == ("102", "1600000000002")
    assert (first.quantity, first.unit_price, first.name) == (Decimal(120), Decimal("2.345"), "Cup")


@pytest.mark.parametrize("life", list(OrderLife))
def test_what_the_connector_says_of_an_order_decides(life: OrderLife) -> None:
    assert incoming(platform_order(status="undeliver", life=life)).life.value == life.value
    assert set(Life) == {Life(one.value) for one in OrderLife}


def test_refund_and_the_buyers_address_come_over() -> None:
    said = incoming(platform_order(refunded=Decimal("9.5"), buyer_email="a@b.test", contract_version="7"))
    assert (said.refunded, said.buyer_email, said.contract_version) == (Decimal("9.5"), "a@b.test", "7")
    assert incoming(platform_order(refunded=None)).refunded == 0


@pytest.mark.parametrize(
    ("said", "taken"), [("CIF", "CIF"), ("DDP", "DDP"), ("", "FOB"), ("EX-WORKS", "FOB")]
)
def test_an_unknown_trade_term_becomes_the_usual_one(said: str, taken: str) -> None:
    assert incoming(platform_order(trade_term=said)).incoterm == taken


def test_an_order_without_an_address_goes_to_the_buyers_country() -> None:
    said = incoming(platform_order(address=None, buyer_country="FR"))
    assert (said.country, said.city, said.buyer_name) == ("FR", "", "Nordlicht Handel GmbH")


def test_a_company_in_the_address_is_the_customer() -> None:
    address = PlatformAddress("Anna", "", "AT", "", "Wien", "Ring 1", "1010", company="Donau AG")
    said = incoming(platform_order(address=address))
    assert (said.country, said.buyer_name, said.company) == ("AT", "Donau AG", "Donau AG")


@pytest.mark.parametrize(
    ("advance", "terms"),
    [("109.05", "T/T 30% deposit, 70% before shipment"), ("0", ""), (None, "")],
)
def test_a_deposit_is_written_as_trade_people_do(advance: str | None, terms: str) -> None:
    paid = None if advance is None else Decimal(advance)
    assert incoming(platform_order(advance=paid)).payment_terms == terms


def test_amounts_that_the_platform_leaves_out_are_nothing() -> None:
    said = incoming(
        platform_order(shipment_fee=None, discount=None, total=None, product_total=None, advance=None)
    )
    assert (said.freight, said.discount, said.total, said.product_total) == (
        Decimal(0),
        Decimal(0),
        None,
        None,
    )


def test_the_unit_is_carried_as_its_code() -> None:
    order = platform_order()
    dozens = replace(order.lines[0], unit="Dozens", unit_code="DZN")
    strange = replace(order.lines[1], unit="Bundles", unit_code="")
    said = incoming(replace(order, lines=(dozens, strange)))
    assert [line.unit_code for line in said.lines] == ["DZN", ""]


def test_a_discount_lowers_the_total_whatever_its_sign_and_an_adjustment_keeps_its_own() -> None:
    for discount in ("-3.40", "3.40"):
        assert incoming(platform_order(discount=Decimal(discount))).discount == Decimal("3.40")
    assert incoming(platform_order(adjustment=Decimal("-2"))).adjustment == Decimal(-2)
    assert incoming(platform_order(adjustment=None)).adjustment == Decimal(0)


def test_the_same_order_translated_twice_has_the_same_hash() -> None:
    first, second = (
        incoming(platform_order()).hashed(),
        incoming(platform_order(status="delivering")).hashed(),
    )
    assert first.payload_sha256 == second.payload_sha256
    assert incoming(platform_order(life=OrderLife.FROZEN)).hashed().payload_sha256 != first.payload_sha256
    assert incoming(platform_order(remark="Hi!")).hashed().payload_sha256 != first.payload_sha256


def test_an_unreadable_order_keeps_its_payload_as_the_same_text_each_time() -> None:
    first = problem(PayloadProblem("T-1", "it is missing", {"b": 1, "a": "中"}))
    second = problem(PayloadProblem("T-1", "it is missing", {"a": "中", "b": 1}))
    assert first == second
    assert (first.external_id, first.reason, json.loads(first.payload)) == (
        "T-1",
        "it is missing",
        {"a": "中", "b": 1},
    )


def test_an_outbox_message_becomes_a_notice() -> None:
    payload = {
        "external_order_id": "T-1",
        "carrier_code": "DHL",
        "logistics_type": "EXPRESS",
        "tracking_number": "JD014600",
        "lines": [{"sku_id": "101", "quantity": "12.5"}],
    }
    told = notice(json.dumps(payload), "ship:1:2")
    assert (told.external_order_id, told.carrier_code, told.logistics_type) == ("T-1", "DHL", "EXPRESS")
    assert (told.tracking_number, told.our_key, told.partial) == ("JD014600", "ship:1:2", False)
    assert told.lines == (("101", Decimal("12.5")),)
    assert notice(json.dumps({**payload, "partial": True}), "k").partial
