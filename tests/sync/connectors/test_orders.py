import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.sync.connectors.alibaba.orders import window
from factory_erp.sync.connectors.base import OrderPage
from factory_erp.sync.http.errors import PlatformUnavailable, Refused, Throttled
from factory_erp.sync.sandbox.alibaba import FaultProfile, SandboxServer
from factory_erp.sync.sandbox.faults import KINDS
from tests.sync.connectors.support import CREATED, WINDOW, Desk, some_orders

Start = Callable[..., SandboxServer]
Connect = Callable[..., Desk]


def ids(pages: list[OrderPage]) -> list[str]:
    return [order.external_id for page in pages for order in page.orders]


def test_250_orders_come_on_three_pages(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(250))
    pages = list(connect(server).connector.orders.pages(*WINDOW))
    assert [len(page.orders) for page in pages] == [100, 100, 50]
    assert [page.page for page in pages] == [0, 1, 2]
    assert [page.last for page in pages] == [False, False, True]
    assert {page.total for page in pages} == {250}
    assert len(set(ids(pages))) == 250
    assert server.state.counts == {"/alibaba/order/list": 3, "/alibaba/order/get": 250}
    assert {call.code for call in server.state.calls} == {"0"}


def test_no_orders_is_one_empty_last_page(sandbox: Start, connect: Connect) -> None:
    pages = list(connect(sandbox()).connector.orders.pages(*WINDOW))
    assert [(page.total, page.last, page.orders) for page in pages] == [(0, True, ())]


def test_the_window_limits_by_time_of_change(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(3))
    server.state.modify("290000001", trade_status="frozen")  # now: outside the window
    assert set(ids(list(connect(server).connector.orders.pages(*WINDOW)))) == {"290000000", "290000002"}
    now = datetime.now(UTC)
    (page,) = connect(server).connector.orders.pages(now - timedelta(hours=1), now + timedelta(minutes=1))
    assert [(o.external_id, o.status, o.contract_version) for o in page.orders] == [
        ("290000001", "frozen", "2")
    ]


def test_a_malformed_order_does_not_stop_the_others(sandbox: Start, connect: Connect) -> None:
    orders = some_orders(5)
    orders[1]["total_amount"] = {"amount": "NaN", "currency": "USD"}
    orders[2]["order_products"] = "broken"
    del orders[3]["modify_date"]
    orders[3]["create_date"] = {"timestamp": "soon"}
    # Without a usable date the platform finds it in no window, so it is asked for without one.
    (page,) = connect(sandbox(orders)).connector.orders.pages(datetime(1970, 1, 1, tzinfo=UTC), WINDOW[1])
    assert {order.external_id for order in page.orders} == {"290000000", "290000004"}
    assert {problem.external_id for problem in page.problems} == {"290000001", "290000002", "290000003"}
    assert all(problem.external_id in problem.reason for problem in page.problems)


def test_an_order_that_leaves_the_window_during_the_pull_hides_no_neighbour(
    sandbox: Start, connect: Connect
) -> None:
    server = sandbox(some_orders(10))
    pages: list[OrderPage] = []
    for page in connect(server, page_size=4).connector.orders.pages(*WINDOW):
        if not pages:
            # The newest id is listed first: its change shifts an order from page 1 to the page just read.
            server.state.modify("290000009", remark="changed")
        pages.append(page)
    assert sorted(ids(pages)) == [f"29000000{number}" for number in range(10)]
    assert [page.last for page in pages].count(True) == 1
    assert pages[-1].last


def test_one_order(sandbox: Start, connect: Connect) -> None:
    connector = connect(sandbox(some_orders(1))).connector
    assert connector.orders.order("290000000").modified_at == CREATED
    with pytest.raises(Refused) as caught:
        connector.orders.order("1")
    assert caught.value.code == "404"


def test_one_malformed_order(sandbox: Start, connect: Connect) -> None:
    (order,) = some_orders(1)
    order["order_products"] = []
    with pytest.raises(InvalidValue, match="order_products"):
        connect(sandbox([order])).connector.orders.order("290000000")


@pytest.mark.parametrize("kind", [*KINDS, "mixed"])
def test_under_every_fault_all_orders_arrive_once(sandbox: Start, connect: Connect, kind: str) -> None:
    server = sandbox(some_orders(40), faults=FaultProfile(kind, 0.3, seed=7))
    pages = list(connect(server, page_size=10).connector.orders.pages(*WINDOW))
    assert sorted(ids(pages)) == [f"2900000{number:02d}" for number in range(40)]
    assert sum(count for fault, count in server.state.faults.items() if fault != "none") >= 5


def test_faults_are_the_same_for_the_same_seed(sandbox: Start, connect: Connect) -> None:
    logs = []
    for _run in range(2):
        server = sandbox(some_orders(10), faults=FaultProfile("mixed", 0.3, seed=3))
        list(connect(server).connector.orders.pages(*WINDOW))
        logs.append([(call.api, call.fault) for call in server.state.calls])
    assert logs[0] == logs[1]


def test_a_hanging_platform_is_given_up_on_in_time(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(1), faults=FaultProfile("timeout_before", hang_seconds=1.5, times=1))
    (page,) = connect(server, read_timeout=0.1).connector.orders.pages(*WINDOW)
    assert ids([page]) == ["290000000"]


def test_throttling_waits_a_second_more_than_it_says(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(1), faults=FaultProfile("throttle", times=2, ban_seconds=7))
    desk = connect(server)
    assert len(list(desk.connector.orders.pages(*WINDOW))) == 1
    assert desk.sleeper.pauses == [8, 8]


def test_a_ban_too_long_to_wait_for_is_reported(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(1), faults=FaultProfile("throttle", ban_seconds=9000))
    desk = connect(server)
    with pytest.raises(Throttled) as caught:
        list(desk.connector.orders.pages(*WINDOW))
    assert caught.value.seconds == 9000
    assert desk.sleeper.pauses == []


def test_a_platform_that_stays_away_is_given_up_on(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(1), faults=FaultProfile("http500"))
    desk = connect(server)
    with pytest.raises(PlatformUnavailable):
        list(desk.connector.orders.pages(*WINDOW))
    assert desk.sleeper.pauses == [0.5, 1, 2, 4, 8, 16, 30]


def moments(start: datetime, end: datetime) -> list[tuple[str, int]]:
    found = [json.loads(text) for text in window(start, end).values()]
    return [(moment["date_str"], int(moment["date_timestamp"]) // 1000) for moment in found]


def test_the_window_of_the_reference_vector() -> None:
    start, end = datetime(2026, 3, 1, 8, tzinfo=UTC), datetime(2026, 3, 31, 7, tzinfo=UTC)
    assert moments(start, end) == [("2026-03-01 00:00:00", 1772352000), ("2026-03-31 00:00:00", 1774940400)]


def test_the_window_across_the_spring_change_has_no_missing_hour() -> None:
    start, end = datetime(2026, 3, 8, 9, 59, 59, tzinfo=UTC), datetime(2026, 3, 8, 10, tzinfo=UTC)
    assert [text for text, _stamp in moments(start, end)] == ["2026-03-08 01:59:59", "2026-03-08 03:00:00"]


@pytest.mark.parametrize(
    ("start", "end", "texts"),
    [
        # 01:30 PDT and 01:30 PST of the same night: each end moves outwards to a time that is said once.
        ("2026-11-01T08:30:00Z", "2026-11-01T12:00:00Z", ["2026-11-01 00:30:00", "2026-11-01 04:00:00"]),
        ("2026-11-01T05:00:00Z", "2026-11-01T09:30:00Z", ["2026-10-31 22:00:00", "2026-11-01 02:30:00"]),
        # Taken the other way, these two only widen the window: they stay.
        ("2026-11-01T09:30:00Z", "2026-11-01T12:00:00Z", ["2026-11-01 01:30:00", "2026-11-01 04:00:00"]),
        ("2026-11-01T05:00:00Z", "2026-11-01T08:30:00Z", ["2026-10-31 22:00:00", "2026-11-01 01:30:00"]),
    ],
)
def test_the_window_in_the_repeated_hour_never_gets_narrower(start: str, end: str, texts: list[str]) -> None:
    first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
    found = moments(first, last)
    assert [text for text, _stamp in found] == texts
    assert found[0][1] <= first.timestamp()
    assert found[1][1] >= last.timestamp()


def test_fractions_of_a_second_widen_the_window() -> None:
    start, end = (
        datetime(2026, 3, 1, 8, 0, 0, 900_000, tzinfo=UTC),
        datetime(2026, 3, 1, 9, 0, 0, 1, tzinfo=UTC),
    )
    assert [text[-8:] for text, _stamp in moments(start, end)] == ["00:00:00", "01:00:01"]


def test_a_window_needs_a_zone_and_a_direction() -> None:
    with pytest.raises(InvalidValue):
        window(datetime(2026, 3, 1), datetime(2026, 3, 2))  # noqa: DTZ001
    with pytest.raises(InvalidValue):
        window(WINDOW[1], WINDOW[0])
