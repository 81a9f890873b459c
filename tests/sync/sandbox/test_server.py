import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
import requests

from factory_erp.sync.sandbox.alibaba import FaultProfile, SandboxServer
from factory_erp.sync.sandbox.forms import LARGEST, read_body
from factory_erp.sync.sandbox.reception import CallCounter
from tests.sync.sandbox.alibaba_calls import Caller

GET = "/alibaba/order/get"


def test_a_form_with_files_keeps_every_byte(caller: Caller) -> None:
    content = bytes(range(256)) * 5 + b"\r\n--x\r\n\n\r"
    prepared = requests.Request(
        "POST", "http://127.0.0.1/", data={"name": "茶壶.png"}, files={"image": ("a.png", content)}
    ).prepare()
    assert isinstance(prepared.body, bytes)
    texts, files = read_body(prepared.body, prepared.headers["Content-Type"])
    assert (texts, files) == ({"name": "茶壶.png"}, {"image": content})


def test_a_plain_form_and_a_broken_multipart() -> None:
    assert read_body(b"a=1&b=%E8%8C%B6&c=", "application/x-www-form-urlencoded") == (
        {"a": "1", "b": "茶", "c": ""},
        {},
    )
    assert read_body(b"--x\r\nnothing", "multipart/form-data; boundary=x") == ({}, {})


def test_too_large_a_body_is_refused(caller: Caller) -> None:
    answer = caller.session.post(caller.server.url + GET, data=b"x" * (LARGEST + 1), timeout=5)
    assert answer.status_code == 400


def test_calls_above_a_limit_are_counted(caller: Caller) -> None:
    for _call in range(5):
        caller.path(GET, e_trade_id="290000000")
    caller.path("/alibaba/order/fund/query", e_trade_id="290000000")
    assert caller.server.over_limit(5) == 1
    assert caller.server.over_limit(5, GET) == 0
    assert caller.server.over_limit() == 0
    assert len(caller.server.arrivals(GET)) == 5


def test_what_was_throttled_counts_as_above_the_limit() -> None:
    counter = CallCounter()
    assert [counter.count("a", 2) for _call in range(4)] == [False, False, True, True]
    assert counter.over_limit(2) == 2


def test_the_page_of_the_permission_shows_the_code_and_goes_on(caller: Caller) -> None:
    query = {
        "response_type": "code",
        "client_id": "sandbox-app",
        "redirect_uri": "https://factory.example/back?a=1",
        "state": "s p",
    }
    page = caller.session.get(
        caller.server.url + "/oauth/authorize", params=query, allow_redirects=False, timeout=2
    )
    assert page.status_code == 302
    target = page.headers["Location"]
    assert target.startswith("https://factory.example/back?a=1&code=")
    assert target.endswith("&state=s+p")
    code = target.split("code=")[1].split("&")[0]
    assert f">{code}<" in page.text
    tokens = caller.path("/auth/token/create", code=code)
    assert caller.server.state.accepts(tokens["access_token"])
    assert caller.path("/auth/token/create", code=code)["code"] == "InvalidCode"


def test_without_a_web_address_the_page_only_shows_the_code(caller: Caller) -> None:
    address = caller.server.url + "/oauth/authorize"
    query = {"response_type": "code", "client_id": "sandbox-app", "redirect_uri": "urn:ietf:wg:oauth:2.0:oob"}
    page = caller.session.get(address, params=query, timeout=2)
    assert (page.status_code, "Authorization code" in page.text) == (200, True)
    assert caller.session.get(address, params={**query, "client_id": "x"}, timeout=2).status_code == 400


def test_the_date_of_a_wrong_clock(caller: Caller) -> None:
    caller.server.use_faults(FaultProfile("clock_skew", skew_minutes=30))
    off = []
    for _call in range(6):
        answer = caller.post(GET, caller.form(GET, e_trade_id="290000000"))
        off.append((parsedate_to_datetime(answer.headers["Date"]) - datetime.now(UTC)).total_seconds())
    assert all(30 < abs(seconds) < 31 * 60 for seconds in off)


def test_the_state_holds_no_secret(caller: Caller) -> None:
    caller.path(GET, e_trade_id="290000000")
    code = caller.server.state.new_code()
    text = caller.session.get(caller.server.url + "/_sandbox/state", timeout=2).text
    assert json.loads(text)["log"][0] == {
        "number": 1,
        "api": GET,
        "fault": "none",
        "code": "0",
        "acted": True,
    }
    assert not [secret for secret in ("sandbox-secret", caller.token, code) if secret in text]


def test_a_server_that_does_not_run_has_no_address() -> None:
    with pytest.raises(RuntimeError):
        _ = SandboxServer().url
