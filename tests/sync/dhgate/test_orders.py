from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.sync.connectors.base import OrderLife, OrderPage, PlatformOrder
from factory_erp.sync.connectors.common.paging import steady, until_short
from factory_erp.sync.http.errors import AccessDenied, PlatformUnavailable, Refused
from factory_erp.sync.sandbox.dhgate import SandboxServer, contact_payload, line_payload, order_payload
from factory_erp.sync.sandbox.faults import FaultProfile
from tests.sync.dhgate.support import CERTAIN, STARTED, WINDOW, Desk, some_orders

Sandbox = Callable[..., SandboxServer]
Connect = Callable[..., Desk]


def pull(made: Desk, *window: datetime) -> tuple[list[PlatformOrder], list[OrderPage]]:
    pages = list(made.connector.orders.pages(*(window or WINDOW)))
    return [order for page in pages for order in page.orders], pages


def test_a_pull_brings_every_order_once(sandbox: Sandbox, connect: Connect) -> None:
    made = connect(sandbox(some_orders(23)), page_size=5)
    orders, pages = pull(made)
    assert len(orders) == len({order.external_id for order in orders}) == 23
    assert [page.last for page in pages] == [False] * 4 + [True]
    assert not any(page.problems for page in pages)


def test_every_field(sandbox: Sandbox, connect: Connect) -> None:
    payload = order_payload(
        "1330312162",
        started=STARTED,
        updated=STARTED + timedelta(hours=3),
        deadline=STARTED + timedelta(days=5),
        lines=[
            line_payload(
                "W1", 10, "2.50", sku_id="77", item_code="184942450", attributes={"Color": "Red", "Size": "L"}
            )
        ],
        contact=contact_payload("Germany", street_2="2. OG", email="anna@example.com"),
        shipping_cost="7.10",
        reduce="1.00",
        coupon="0.50",
        rise="0.25",
        filling="2.00",
        refund="3.00",
        remark="Gift",
    )
    order = connect(sandbox([payload])).connector.orders.order("1330312162")
    assert (order.status, order.pay_step, order.life) == ("103001", "paid", OrderLife.OPEN)
    assert order.created_at == STARTED
    assert order.modified_at == STARTED + timedelta(hours=3)
    assert order.agreed_ship_date == STARTED + timedelta(days=5)
    assert (order.product_total, order.shipment_fee) == (Decimal(25), Decimal("7.1"))
    assert (order.discount, order.adjustment) == (Decimal("1.5"), Decimal("2.25"))
    assert order.total == Decimal("32.85")
    parts = (order.product_total or 0) + (order.shipment_fee or 0)
    assert parts - (order.discount or 0) + (order.adjustment or 0) == order.total
    assert (order.refunded, order.currency) == (Decimal(3), "USD")
    assert (order.buyer_name, order.buyer_country, order.buyer_email) == (
        "nordlicht", "DE", "anna@example.com",
    )  # fmt: skip
    assert order.address is not None
    assert (order.address.contact, order.address.country_code) == ("Anna Weber", "DE")
    assert order.address.street == "Speicherstrasse 12, 2. OG"
    assert order.remark == "Gift"
    (line,) = order.lines
    assert (line.sku_code, line.sku_id, line.product_id) == ("W1", "77", "184942450")
    assert (line.quantity, line.unit_price, line.unit_code) == (Decimal(10), Decimal("2.5"), "H87")
    assert line.external_line_id == "184942450/77/1"
    assert line.attributes == (("Color", "Red"), ("Size", "L"))


@pytest.mark.parametrize(
    ("count", "price", "lot", "unit", "expected"),
    [
        (10, "30.00", 12, "Lot", (Decimal(120), Decimal("2.5"), "H87")),
        (3, "10.00", 4, "Set", (Decimal(12), Decimal("2.5"), "SET")),
        (3, "10.00", 12, "Lot", (Decimal(3), Decimal(10), "XPK")),
        (3, "10.00", 0, "件", (Decimal(3), Decimal(10), "H87")),
        (3, "10.00", 1, "Thingummy", (Decimal(3), Decimal(10), "")),
    ],
)
def test_lots_become_pieces_where_that_is_exact(
    sandbox: Sandbox,
    connect: Connect,
    count: int,
    price: str,
    lot: int,
    unit: str,
    expected: tuple[Decimal, Decimal, str],
) -> None:
    row = line_payload("L", count, price, lot=lot, unit=unit)
    (order,), _pages = pull(connect(sandbox([order_payload("1", started=STARTED, lines=[row])])))
    (line,) = order.lines
    assert (line.quantity, line.unit_price, line.unit_code) == expected
    assert line.quantity * line.unit_price == order.product_total
    assert (("packingQuantity", str(lot)) in line.attributes) == (lot > 1)


def test_a_warned_order_is_a_risk_also_when_it_is_read_alone(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox(some_orders(2))
    server.state.warn("1330312162")
    made = connect(server)
    assert made.connector.orders.order("1330312162").life is OrderLife.RISK
    assert made.connector.orders.order("1330312163").life is OrderLife.OPEN


def test_a_malformed_order_stands_beside_the_good_ones(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox(some_orders(3))
    server.state.add({**some_orders(1)[0], "orderNo": "bad", "itemTotalPrice": "12.3456"})
    server.state.add({**some_orders(1)[0], "orderNo": "empty", "orderProductList": []})
    orders, pages = pull(connect(server))
    assert len(orders) == 3
    problems = {problem.external_id: problem.reason for page in pages for problem in page.problems}
    assert set(problems) == {"bad", "empty"}
    assert "itemTotalPrice" in problems["bad"]


def test_doubles_leave_no_noise(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox([{**some_orders(1)[0], "shippingCost": "7.1000000000000005"}])
    (order,), _pages = pull(connect(server))
    assert order.shipment_fee == Decimal("7.1")


def test_an_uncertain_zone_reaches_a_day_further(sandbox: Sandbox, connect: Connect) -> None:
    edge = order_payload("1", started=WINDOW[0] - timedelta(hours=20))
    server = sandbox([edge])
    assert not pull(connect(server))[0]
    assert len(pull(connect(server, options={}))[0]) == 1


def test_a_long_window_is_read_in_parts(sandbox: Sandbox, connect: Connect) -> None:
    orders = [
        order_payload(str(year), started=datetime(year, 5, 1, tzinfo=UTC)) for year in range(2022, 2027)
    ]
    found, pages = pull(
        connect(sandbox(orders)), datetime(2021, 1, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    )
    assert len(found) == 5
    assert [page.last for page in pages].count(True) == 1
    assert pages[-1].last


def test_an_order_that_moves_during_the_pull_hides_no_other(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox(some_orders(12))
    made = connect(server, page_size=4)
    seen: dict[str, int] = {}
    for number, page in enumerate(made.connector.orders.pages(*WINDOW)):
        if number == 0:
            for order in page.orders[:2]:
                server.state.modify(order.external_id, buyerRemark="changed")
        for order in page.orders:
            seen[order.external_id] = seen.get(order.external_id, 0) + 1
    assert len(seen) == 12
    assert set(seen.values()) == {1}


@pytest.mark.parametrize("kind", ["storm"])
def test_nothing_is_lost_or_doubled_in_a_storm(sandbox: Sandbox, connect: Connect, kind: str) -> None:
    server = sandbox(some_orders(30), faults=FaultProfile(kind, 0.15, seed=7))
    orders, _pages = pull(connect(server, page_size=10))
    assert len(orders) == len({order.external_id for order in orders}) == 30


def test_the_clock_offset_mends_a_wrong_clock(sandbox: Sandbox, connect: Connect) -> None:
    def late() -> datetime:
        return datetime.now(UTC) - timedelta(hours=3)

    server = sandbox(some_orders(1))
    with pytest.raises(AccessDenied) as caught:
        pull(connect(server, now=late))
    assert "clock offset" in caught.value.remedy
    orders, _pages = pull(connect(server, now=late, options={**CERTAIN, "clock_offset": "10800"}))
    assert len(orders) == 1


def test_an_order_that_is_not_there(sandbox: Sandbox, connect: Connect) -> None:
    with pytest.raises(Refused):
        connect(sandbox()).connector.orders.order("404")


def test_a_bad_order_read_alone(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox([{**some_orders(1)[0], "orderNo": "bad", "orderProductList": []}])
    with pytest.raises(InvalidValue):
        connect(server).connector.orders.order("bad")


def test_a_list_that_never_holds_still_is_given_up() -> None:
    totals = iter(range(1, 1000))
    with pytest.raises(PlatformUnavailable):
        list(steady(lambda page: ([], next(totals)), str))


def test_a_page_served_twice_is_noticed() -> None:
    served = iter([[1, 2], [1, 2], [1, 2], [3, 4]])
    pages = list(steady(lambda page: (list(next(served)), 4), str))
    assert {row for page in pages for row in page.rows} == {1, 2, 3, 4}
    assert [page.last for page in pages] == [False, False, False, True]


def test_a_list_without_a_total_ends_with_a_short_page_and_never_runs_for_ever() -> None:
    pages = {1: [1, 2], 2: [3, 4], 3: []}
    assert until_short(lambda page: list(pages[page]), str, 2) == [1, 2, 3, 4]
    served = iter([[1, 2], [1, 2], [1, 2], [3]])
    assert until_short(lambda page: list(next(served)), str, 2) == [1, 2, 3]
    with pytest.raises(PlatformUnavailable):
        until_short(lambda page: [1, 2], str, 2)
