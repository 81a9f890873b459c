from collections.abc import Callable
from decimal import Decimal

import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.sync.connectors.base import ShipmentNotice
from factory_erp.sync.connectors.dhgate.shipping import LONGEST_REMARK, remark
from factory_erp.sync.http.errors import OutcomeUnknown, Refused
from factory_erp.sync.sandbox.dhgate import SandboxServer
from factory_erp.sync.sandbox.faults import FaultProfile
from tests.sync.dhgate.support import Desk, some_orders

Sandbox = Callable[..., SandboxServer]
Connect = Callable[..., Desk]
ORDER = "1330312162"


def notice(**changes: object) -> ShipmentNotice:
    values = {
        "external_order_id": ORDER,
        "carrier_code": "UPS",
        "logistics_type": "",
        "tracking_number": "1Z68A9X70467731838",
        "our_key": "k",
    }
    return ShipmentNotice(**{**values, **changes})  # type: ignore[arg-type]


def test_a_whole_shipment(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox(some_orders(1))
    ships = connect(server).connector.shipments
    assert ships.find(notice()) is None
    assert ships.push(notice()) == "1Z68A9X70467731838"
    (delivery,) = server.state.deliveries_of(ORDER)
    assert (delivery.state, delivery.shipping_type, delivery.remark) == ("1", "UPS", "")
    assert ships.find(notice(tracking_number="1z68 a9x7 0467 7318 38")) is not None


def test_a_part_names_its_goods(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox(some_orders(1))
    part = notice(partial=True, completes=False, lines=(("SKU-0", Decimal("5")), ("红色", Decimal("2.5"))))
    connect(server).connector.shipments.push(part)
    (delivery,) = server.state.deliveries_of(ORDER)
    assert (delivery.state, delivery.remark) == ("2", "SKU-0 x 5,  x 2.5")
    many = notice(partial=True, lines=tuple((f"S{number:020d}", Decimal(1)) for number in range(200)))
    assert len(remark(many)) == LONGEST_REMARK


def test_the_last_part_completes_the_order(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox(some_orders(1))
    last = notice(partial=True, lines=(("SKU-0", Decimal("5")),))
    connect(server).connector.shipments.push(last)
    (delivery,) = server.state.deliveries_of(ORDER)
    assert (delivery.state, delivery.remark) == ("1", "SKU-0 x 5")


def test_a_lost_answer_is_looked_up_and_not_sent_again(sandbox: Sandbox, connect: Connect) -> None:
    faults = FaultProfile("timeout_after_acting", times=1, acting_only=True)
    server = sandbox(some_orders(1), faults=faults)
    ships = connect(server).connector.shipments
    with pytest.raises(OutcomeUnknown):
        ships.push(notice())
    assert ships.find(notice()) == "1Z68A9X70467731838"
    assert len(server.state.deliveries_of(ORDER)) == 1


def test_what_the_platform_would_refuse(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox(some_orders(1))
    ships = connect(server).connector.shipments
    for bad in (notice(tracking_number=" "), notice(carrier_code="")):
        with pytest.raises(InvalidValue):
            ships.push(bad)
    server.state.cancel(ORDER)
    with pytest.raises(Refused):
        ships.push(notice())


def test_carriers_are_asked_for_once(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox(some_orders(1))
    ships = connect(server).connector.shipments
    assert ("UPS", "UPS") in {(each.code, each.name) for each in ships.carriers()}
    server.state.carriers.append("Pigeon")
    assert "Pigeon" not in {each.code for each in ships.carriers()}
