"""The gateway itself: checks, envelopes, sign-in, quota, faults over HTTP, and the contract's names."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.sync.sandbox.dhgate import (
    SandboxServer,
    SandboxState,
    Wire,
    line_payload,
    load_orders,
    order_payload,
)
from factory_erp.sync.sandbox.dhgate.gateway import ACTING, METHODS, ROWS
from factory_erp.sync.sandbox.dhgate.payloads import line_total
from factory_erp.sync.sandbox.faults import FaultProfile
from tests.shared import shared_path
from tests.sync.sandbox.dhgate_support import NOW, Caller, Clock, caller, some_orders

LIST = {
    "startDate": "2026-03-01 00:00:00",
    "endDate": "2026-04-01 00:00:00",
    "querytimeType": "3",
    "pageNo": "1",
    "pageSize": "50",
}


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        opened.trust_env = False
        yield opened


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"method": ""}, "26"),
        ({"method": "dh.order.destroy"}, "27"),
        ({"v": ""}, "28"),
        ({"v": "1.1"}, "30"),
        ({"timestamp": ""}, "38"),
        ({"timestamp": "now"}, "39"),
        ({"timestamp": str(int(NOW.timestamp()))}, "39"),
        ({"access_token": "stolen"}, "40"),
        ({"pageNo": ""}, "32"),
        ({"pageNo": "0"}, "33"),
        ({"pageSize": "101"}, "33"),
        ({"querytimeType": "4"}, "33"),
        ({"startDate": "2026-03-01"}, "33"),
        ({"orderStatus": ""}, "33"),
        ({"role": "seller"}, "33"),
    ],
)
def test_a_call_that_breaks_the_contract_is_turned_away(change: dict[str, str], code: str) -> None:
    seller = caller()
    form = {**seller.form("dh.order.list.get", **LIST), **change}
    answer = seller.send(form)
    assert "status" not in answer
    assert answer["code"] == code
    assert answer["message"]


def test_successes_and_refusals_of_the_service_have_a_status() -> None:
    seller = caller()
    assert seller.call("dh.order.list.get", **LIST)["status"] == {
        "code": "00000000",
        "message": "OK",
        "solution": "",
        "subErrors": [],
    }
    status = seller.call("dh.order.get", orderNo="404")["status"]
    assert status["code"] == "44"
    assert status["message"] == "回调业务服务异常: methodv=dh.order.get$2.0"
    assert status["subErrors"] == [{"code": "error.order.not.exist", "message": "订单不存在"}]


def test_the_wire_can_look_as_other_sources_say() -> None:
    wire = Wire(text_key="msg", code_key="error_code", empty_code="00000001", texts=True)
    seller = caller(orders=some_orders(1), wire=wire)
    assert seller.ok("dh.order.list.get", **LIST)["status"]["msg"] == "OK"
    assert seller.ok("dh.order.get", orderNo="1330312000")["orderTotalPrice"] == "42.00"
    assert seller.call("dh.category.list", parentId="014001001")["status"]["code"] == "00000001"
    seller.token = "old"
    answer = seller.call("dh.order.list.get", **LIST)
    assert (answer["error_code"], answer["msg"]) == ("40", "令牌Access Token过期或不存在")


def test_a_used_up_quota_comes_back_at_midnight_in_beijing() -> None:
    clock = Clock()
    seller = caller(clock, quota=2)
    assert [seller.call("dh.shipping.typelist").get("code") for _call in range(3)] == [None, None, "36"]
    assert seller.call("dh.shipping.typelist")["message"] == "应用调用服务的次数超限"
    clock.pass_by(hours=4)
    seller.ok("dh.shipping.typelist")


def test_an_access_token_lives_for_a_day() -> None:
    clock = Clock()
    seller = caller(clock)
    clock.pass_by(hours=23)
    seller.ok("dh.shipping.typelist")
    clock.pass_by(hours=1)
    assert seller.turned_away("dh.shipping.typelist") == "40"


# Sign-in


def sign_in(session: requests.Session, server: SandboxServer, **form: str) -> requests.Response:
    client = {"client_id": server.state.app_key, "client_secret": server.state.app_secret, "scope": "basic"}
    return session.post(server.url + "/dop/oauth2/access_token", data={**client, **form}, timeout=2)


def test_the_permission_page_gives_a_code_that_is_good_once(session: requests.Session) -> None:
    back = "http://127.0.0.1:9/back"
    with SandboxServer() as server:
        query = {
            "response_type": "code",
            "client_id": server.state.app_key,
            "redirect_uri": back,
            "scope": "basic",
            "state": "twenty-characters-ok",
        }
        page = server.url + "/dop/oauth2/authorize"
        target = session.get(page, params=query, timeout=2, allow_redirects=False).headers["Location"]
        too_long = session.get(page, params={**query, "state": "x" * 21}, timeout=2, allow_redirects=False)
        answer = parse_qs(urlsplit(target).query)
        grant = {"grant_type": "authorization_code", "code": answer["code"][0]}
        elsewhere = sign_in(session, server, **grant, redirect_uri="http://127.0.0.1:9/other")
        gone = sign_in(session, server, **grant, redirect_uri=back)
        code = server.state.new_code(back)
        first = sign_in(session, server, grant_type="authorization_code", code=code, redirect_uri=back)
        again = sign_in(session, server, grant_type="authorization_code", code=code, redirect_uri=back)
    assert target.startswith(back)
    assert answer["state"] == ["twenty-characters-ok"]
    assert too_long.status_code == 400
    assert [each.status_code for each in (elsewhere, gone, first, again)] == [400, 400, 200, 400]
    assert again.json()["error"] == "invalid_grant"
    assert first.json()["expires_in"] == 86_400


def test_refreshing_rotates_the_tokens(session: requests.Session) -> None:
    with SandboxServer() as server:
        old = server.state.issue_token()
        grant = {"grant_type": "refresh_token", "refresh_token": str(old["refresh_token"])}
        new = sign_in(session, server, **grant).json()
        assert new["refresh_token"] != old["refresh_token"]
        assert not server.state.accepts(str(old["access_token"]))
        assert server.state.accepts(new["access_token"])
        assert sign_in(session, server, **grant).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"client_secret": "guess"}, "invalid_client"),
        ({"client_id": "other"}, "invalid_client"),
        ({"grant_type": "password", "username": "a", "password": "b"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "made up"}, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "x", "scope": "all"}, "invalid_scope"),
    ],
)
def test_sign_in_errors_name_themselves(session: requests.Session, form: dict[str, str], error: str) -> None:
    with SandboxServer() as server:
        answer = sign_in(session, server, **form)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "errorDescription"}
    assert answer.json()["error"] == error


def test_the_end_of_a_token_can_be_an_absolute_time() -> None:
    state = SandboxState(expires_form="epoch_ms", now=Clock())
    assert state.issue_token()["expires_in"] == (int(NOW.timestamp()) + 86_400) * 1000


# Over HTTP


def post(session: requests.Session, server: SandboxServer, form: dict[str, str]) -> requests.Response:
    return session.post(server.url + "/dop/router", data=form, timeout=2)


def test_pages_over_http_begin_at_one(session: requests.Session) -> None:
    with SandboxServer(state=SandboxState(some_orders(5), now=Clock())) as server:
        seller = Caller(server.state)
        form = seller.form("dh.order.list.get", **{**LIST, "pageNo": "2", "pageSize": "3"})
        answer = post(session, server, form).json()
        server.state.record("oauth", "0", "none")
        state = session.get(server.url + "/_sandbox/state", timeout=2).json()
    assert (answer["count"], answer["pages"]) == (5, 2)
    assert [row["orderNo"] for row in answer["orderBaseInfoList"]] == ["1330312001", "1330312000"]
    assert state["counts"] == {"dh.order.list.get": 1, "oauth": 1}
    assert state["calls"][0]["code"] == "00000000"
    told = json.dumps(state)
    assert server.state.app_secret not in told
    assert seller.token not in told


@pytest.mark.parametrize(
    ("kind", "code"), [("throttle", "37"), ("error_inside_200", "1"), ("expired_token", "40")]
)
def test_faults_speak_the_platforms_words(session: requests.Session, kind: str, code: str) -> None:
    with SandboxServer(state=SandboxState(now=Clock())) as server:
        seller = Caller(server.state)
        form = seller.form("dh.order.list.get", **LIST)
        assert post(session, server, form).json()["count"] == 0
        server.use_faults(FaultProfile(kind, times=1))
        answer = post(session, server, form)
    assert (answer.status_code, answer.json()["code"]) == (200, code)


def test_a_timed_out_service_says_so_and_which(session: requests.Session) -> None:
    fault = FaultProfile("error_inside_200", acting_only=True)
    with SandboxServer(state=SandboxState(now=Clock()), faults=fault) as server:
        seller = Caller(server.state)
        read = post(session, server, seller.form("dh.order.list.get", **LIST)).json()
        answer = post(session, server, seller.form("dh.item.delete.list", itemCodes="1")).json()
    assert read["count"] == 0
    assert answer["subErrors"][0]["code"] == "isp.dh-item-delete-list-service-timeout"


def test_a_page_that_comes_double_keeps_its_count(session: requests.Session) -> None:
    state = SandboxState(some_orders(3), now=Clock())
    with SandboxServer(state=state, faults=FaultProfile("duplicate_page")) as server:
        answer = post(session, server, Caller(state).form("dh.order.list.get", **LIST)).json()
    assert answer["count"] == 3
    assert len(answer["orderBaseInfoList"]) == 6


def test_an_address_that_there_is_not_is_not_found(session: requests.Session) -> None:
    with SandboxServer() as server:
        assert session.post(server.url + "/dop/other", data={}, timeout=2).status_code == 404


# Contract

_MAY_BE_EMPTY = {"itemAttrGroupList", "itemAttrgroupList", "itemSpecSelfDefList"}


def test_every_method_and_parameter_is_documented() -> None:
    path = shared_path("platforms/dhgate/dhgate_contract_from_php_sdk.json")
    contract = json.loads(path.read_text(encoding="utf-8"))
    documented = {
        (row["doc_method"] or row["method"] if row["mismatch"] else row["method"], row["v"]): row["param"]
        for row in contract["methods"]
    }
    for name, method in METHODS.items():
        assert (name, method.version) in documented, name
        taken = method.required | method.optional
        fields = contract["classes"].get(documented[name, method.version] or "", {"fields": []})["fields"]
        known = {field.get("name") or field["raw"].split()[0] for field in fields}
        assert taken <= known, (name, taken - known)
        needed = {field["name"] for field in fields if field.get("required")}
        assert needed - method.required <= _MAY_BE_EMPTY, name


def test_what_acts_and_what_has_pages_are_methods() -> None:
    assert set(ROWS) | ACTING <= set(METHODS)


# Payloads


def test_amounts_of_an_order_add_up_exactly() -> None:
    order = order_payload(
        "1",
        started=NOW,
        lines=[line_payload("A", 3, "0.335"), line_payload("B", 7, "1.10", lot=10, unit="Lot")],
        shipping_cost="12.34",
        reduce="0.50",
        rise="0.25",
        coupon="1",
        refund="2",
        commission="0.91",
        gateway_fee="0.10",
    )
    assert order["itemTotalPrice"] == "8.71"
    assert order["orderTotalPrice"] == "19.80"
    assert order["actualPrice"] == "16.79"


_AMOUNTS = st.decimals("0", "9999", places=2)
_LINES = st.lists(
    st.tuples(st.integers(1, 9999), st.decimals("0.001", "999", places=3)), min_size=1, max_size=6
)


@given(_LINES, _AMOUNTS, _AMOUNTS, _AMOUNTS)
def test_every_order_adds_up_to_the_cent_also_on_the_wire(
    lines: list[tuple[int, Decimal]], freight: Decimal, reduce: Decimal, rise: Decimal
) -> None:
    rows = [line_payload(f"S{place}", count, price) for place, (count, price) in enumerate(lines)]
    order = order_payload("7", started=NOW, lines=rows, shipping_cost=freight, reduce=reduce, rise=rise)
    seller = caller(orders=[order])
    text = json.dumps(seller.ok("dh.order.get", orderNo="7"))
    told = json.loads(text, parse_float=Decimal)
    goods = sum((line_total(row) for row in rows), Decimal(0))
    assert told["itemTotalPrice"] == goods
    assert told["orderTotalPrice"] == goods + freight - reduce + rise
    text = json.dumps(seller.ok("dh.order.product.get", orderNo="7"))
    sold = json.loads(text, parse_float=Decimal)["orderProductList"]
    assert [(row["itemCount"], row["itemPrice"]) for row in sold] == lines


def test_dates_stand_in_the_zone_of_the_platform() -> None:
    assert order_payload("1", started=NOW)["startedDate"] == "2026-03-10 20:00:00"
    pacific = ZoneInfo("America/Los_Angeles")
    assert order_payload("1", started=NOW, zone=pacific)["updateDate"] == "2026-03-10 05:00:00"


def test_orders_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "orders.json"
    path.write_text(json.dumps({"orders": some_orders(2)}), encoding="utf-8")
    assert load_orders(path) == some_orders(2)
    path.write_text("[1]", encoding="utf-8")
    with pytest.raises(ValueError, match=r"orders\.json"):
        load_orders(path)
