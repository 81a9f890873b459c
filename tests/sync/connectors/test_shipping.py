from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.sync.connectors.base import ShipmentNotice
from factory_erp.sync.http.errors import OutcomeUnknown, PlatformUnavailable, Refused, Throttled
from factory_erp.sync.sandbox.alibaba import FaultProfile, SandboxServer, line_payload, order_payload
from tests.sync.connectors.support import CREATED, Desk, some_orders

Start = Callable[..., SandboxServer]
Connect = Callable[..., Desk]
SHIPPING = "/alibaba/v2/order/shipping"
NOTICE = ShipmentNotice("290000000", "FEDEX", "EXPRESS", "7767 0537 0628", "outbox-1")


def test_a_shipment_reaches_the_platform(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(1))
    connector = connect(server).connector
    assert connector.shipments.find(NOTICE) is None
    voucher = connector.shipments.push(NOTICE)
    (shipment,) = server.state.shipments
    assert (shipment.voucher_id, shipment.tracking_number) == (voucher, "7767 0537 0628")
    assert connector.shipments.find(replace(NOTICE, tracking_number="776705370628 ")) == voucher
    assert connector.orders.order("290000000").status == "delivering"


def test_a_partial_shipment_names_its_goods(sandbox: Start, connect: Connect) -> None:
    lines = [line_payload(code, "12", "3.5", sku_id=sku) for code, sku in (("A", "1001"), ("B", "1002"))]
    server = sandbox([order_payload("290000000", created=CREATED, lines=lines)])
    connector = connect(server).connector
    notice = replace(NOTICE, partial=True, lines=(("1001", Decimal("5.0000")), ("1002", Decimal(7))))
    voucher = connector.shipments.push(notice)
    (shipment,) = server.state.shipments
    assert [(row["product_id"], row["quantity"]) for row in shipment.goods] == [
        ("1001", "5.0000"),
        ("1002", "7"),
    ]
    assert connector.shipments.find(notice) == voucher


@pytest.mark.parametrize("kind", ["timeout_after_acting", "truncated_json"])
def test_a_lost_answer_is_unknown_and_then_found(sandbox: Start, connect: Connect, kind: str) -> None:
    server = sandbox(some_orders(1), faults=FaultProfile(kind, apis=(SHIPPING,)))
    desk = connect(server)
    with pytest.raises(OutcomeUnknown) as caught:
        desk.connector.shipments.push(NOTICE)
    assert caught.value.record == "290000000"
    assert len(server.state.shipments) == 1
    assert server.state.counts[SHIPPING] == 1
    assert desk.sleeper.pauses == []
    assert desk.connector.shipments.find(NOTICE) == server.state.shipments[0].voucher_id


@pytest.mark.parametrize("kind", ["timeout_before", "http500", "html_200"])
def test_an_unknown_outcome_that_was_not_carried_out_is_not_found(
    sandbox: Start, connect: Connect, kind: str
) -> None:
    server = sandbox(some_orders(1), faults=FaultProfile(kind, apis=(SHIPPING,)))
    connector = connect(server).connector
    with pytest.raises(OutcomeUnknown):
        connector.shipments.push(NOTICE)
    assert connector.shipments.find(NOTICE) is None


def test_a_hanging_answer_is_unknown(sandbox: Start, connect: Connect) -> None:
    faults = FaultProfile("timeout_after_acting", apis=(SHIPPING,), hang_seconds=1.5)
    server = sandbox(some_orders(1), faults=faults)
    with pytest.raises(OutcomeUnknown):
        connect(server, read_timeout=0.1).connector.shipments.push(NOTICE)
    assert len(server.state.shipments) == 1


def test_throttling_is_not_acting_and_is_left_to_the_caller(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(1), faults=FaultProfile("throttle", apis=(SHIPPING,), ban_seconds=5))
    with pytest.raises(Throttled):
        connect(server).connector.shipments.push(NOTICE)
    assert server.state.shipments == []


def test_a_refused_token_is_renewed_and_the_shipment_sent_once(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(1))
    desk = connect(server)
    desk.connector.orders.order("290000000")
    server.use_faults(FaultProfile("expired_token", apis=(SHIPPING,)))
    desk.connector.shipments.push(NOTICE)
    assert len(server.state.shipments) == 1
    assert len(desk.store.saved) == 1


def test_no_connection_means_certainly_not_sent(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(1))
    connector = connect(server).connector
    server.stop()
    with pytest.raises(PlatformUnavailable) as caught:
        connector.shipments.push(NOTICE)
    assert not caught.value.reached


def test_a_business_refusal_gives_the_platforms_reason(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(1))
    connector = connect(server).connector
    with pytest.raises(Refused, match="order not exist") as caught:
        connector.shipments.push(replace(NOTICE, external_order_id="5"))
    assert caught.value.code == "404"
    server.state.modify("290000000", trade_status="frozen")
    with pytest.raises(Refused, match="frozen"):
        connector.shipments.push(NOTICE)
    assert server.state.shipments == []


@pytest.mark.parametrize(
    "change",
    [{"logistics_type": "SEA"}, {"tracking_number": " "}, {"carrier_code": ""}, {"partial": True}],
)
def test_what_the_platform_would_refuse_is_not_sent(
    sandbox: Start, connect: Connect, change: dict[str, object]
) -> None:
    server = sandbox(some_orders(1))
    with pytest.raises(InvalidValue) as caught:
        connect(server).connector.shipments.push(replace(NOTICE, **change))  # type: ignore[arg-type]
    assert caught.value.remedy
    assert server.state.counts[SHIPPING] == 0
