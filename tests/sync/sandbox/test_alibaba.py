import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from factory_erp.sync.sandbox.alibaba import FaultProfile, SandboxServer, load_orders
from tests.sync.connectors.support import some_orders


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        opened.trust_env = False
        yield opened


def signed(server: SandboxServer, api: str, **params: str) -> dict[str, str]:
    form = {
        "app_key": server.state.app_key,
        "timestamp": str(int(time.time() * 1000)),
        "sign_method": "sha256",
        "access_token": str(server.state.issue_token()["access_token"]),
        **params,
    }
    text = api + "".join(name + form[name] for name in sorted(form))
    form["sign"] = (
        hmac.new(server.state.app_secret.encode(), text.encode(), hashlib.sha256).hexdigest().upper()
    )
    return form


def post(session: requests.Session, server: SandboxServer, api: str, form: dict[str, str]) -> dict[str, Any]:
    response = session.post(server.url + api, data=form, timeout=2)
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


LIST = "/alibaba/order/list"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sign": "0" * 64}, "IncompleteSignature"),
        ({"page_size": "99"}, "IncompleteSignature"),
        ({"app_key": "other"}, "InvalidAppKey"),
    ],
)
def test_a_tampered_call_is_turned_away(session: requests.Session, change: dict[str, str], code: str) -> None:
    with SandboxServer(some_orders(1)) as server:
        form = signed(server, LIST, role="seller", page_size="10")
        assert post(session, server, LIST, form)["code"] == "0"
        assert post(session, server, LIST, {**form, **change})["code"] == code


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"timestamp": "1517820392000"}, "IllegalTimestamp"),
        ({"access_token": "stolen"}, "IllegalAccessToken"),
        ({"page_size": "101"}, "InvalidParameter"),
        ({"start_page": "-1"}, "InvalidParameter"),
        ({"role": "buyer"}, "InvalidParameter"),
        ({"modified_date_start": "2026-03-01"}, "InvalidParameter"),
        (
            {"modified_date_end": '{"date_str":"2026-03-01 00:00:00","date_timestamp":"1772323200000"}'},
            "InvalidParameter",
        ),
    ],
)
def test_wrong_parameters_are_named(session: requests.Session, params: dict[str, str], code: str) -> None:
    with SandboxServer() as server:
        answer = post(session, server, LIST, signed(server, LIST, **{"role": "seller", **params}))
        assert answer["code"] == code


def test_pages_begin_at_zero_and_numbers_are_text(session: requests.Session) -> None:
    with SandboxServer(some_orders(5)) as server:
        form = signed(server, LIST, role="seller", start_page="1", page_size="3")
        value = post(session, server, LIST, form)["value"]
    assert value["total_count"] == "5"
    assert [row["trade_id"] for row in value["order_list"]] == ["290000001", "290000000"]
    assert value["order_list"][0]["create_date"] == {
        "format_date": "Mar. 10, 2026, 05:00:00 PDT.",
        "timestamp": "1773144000000",
    }


def test_a_repeated_shipment_is_recorded_twice(session: requests.Session) -> None:
    api = "/alibaba/v2/order/shipping"
    request = {
        "trade_id": "290000000",
        "service_provider": "DHL",
        "logistics_type": "EXPRESS",
        "tracking_number": "1",
    }
    with SandboxServer(some_orders(1)) as server:
        form = signed(server, api, shipping_request=json.dumps(request))
        vouchers = [post(session, server, api, form)["value"]["voucher_id"] for _time in range(2)]
        state = session.get(server.url + "/_sandbox/state", timeout=2).json()
    assert len(set(vouchers)) == 2
    assert [shipment["voucher_id"] for shipment in state["shipments"]] == vouchers
    assert state["counts"][api] == 2
    assert state["orders"]["290000000"]["trade_status"] == "delivering"
    assert "sandbox-secret" not in json.dumps(state)


def test_too_many_calls_a_second_are_throttled(session: requests.Session) -> None:
    with SandboxServer(calls_per_second=2) as server:
        form = signed(server, LIST, role="seller")
        answers = [post(session, server, LIST, form) for _call in range(3)]
    assert [answer["code"] for answer in answers] == ["0", "0", "ApiCallLimit"]
    assert "ban will last 1 seconds" in answers[2]["message"]


def test_refreshing_rotates_the_tokens(session: requests.Session) -> None:
    api = "/auth/token/refresh"
    with SandboxServer() as server:
        old = server.state.issue_token()
        form = signed(server, api, refresh_token=str(old["refresh_token"]))
        assert post(session, server, api, form)["refresh_token"] != old["refresh_token"]
        assert not server.state.accepts(str(old["access_token"]))
        assert post(session, server, api, form)["code"] == "IllegalRefreshToken"


def test_stopping_does_not_wait_for_hanging_calls(session: requests.Session) -> None:
    server = SandboxServer(faults=FaultProfile("timeout_before", hang_seconds=30)).start()
    with pytest.raises(requests.ReadTimeout):
        session.post(server.url + LIST, data={}, timeout=0.05)
    began = time.monotonic()
    server.stop()
    server.stop()
    assert time.monotonic() - began < 1


def test_orders_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "orders.json"
    path.write_text(json.dumps({"orders": some_orders(2)}), encoding="utf-8")
    assert load_orders(path) == some_orders(2)
    path.write_text("[1]", encoding="utf-8")
    with pytest.raises(ValueError, match=r"orders\.json"):
        load_orders(path)


def test_a_profile_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="http500"):
        FaultProfile("earthquake")
    with pytest.raises(ValueError, match="between 0 and 1"):
        FaultProfile("mixed", 1.5)
