import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from factory_erp.sync.connectors.alibaba.connector import AlibabaConnector
from factory_erp.sync.connectors.alibaba.gateway import Gateway
from factory_erp.sync.connectors.alibaba.oauth import AlibabaTokens, read_token
from factory_erp.sync.connectors.base import ConnectorSettings, Token
from factory_erp.sync.connectors.common.tokens import TokenKeeper
from factory_erp.sync.http.errors import PlatformUnavailable, ReauthoriseNeeded, WrongCredentials
from factory_erp.sync.sandbox.alibaba import FaultProfile, SandboxServer
from tests.shared import shared_path
from tests.sync.connectors.support import WINDOW, Desk, MemoryStore, some_orders

Start = Callable[..., SandboxServer]
Connect = Callable[..., Desk]
NOW = datetime(2026, 4, 1, tzinfo=UTC)
REFRESH = "/auth/token/refresh"


def token_of(desk: Desk) -> Token:
    assert desk.store.token is not None
    return desk.store.token


def ending_in(desk: Desk, left: timedelta) -> Token:
    desk.store.token = replace(token_of(desk), expires_at=datetime.now(UTC) + left)
    return desk.store.token


def test_a_wrong_secret_says_to_check_the_secret(sandbox: Start, connect: Connect) -> None:
    with pytest.raises(WrongCredentials) as caught:
        connect(sandbox(), secret="another").connector.orders.order("1")
    assert "app secret" in caught.value.remedy


def test_a_code_becomes_a_token(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(1))
    desk = connect(server)
    desk.store.token = None
    with pytest.raises(ReauthoriseNeeded):
        desk.connector.orders.order("290000000")
    code = server.state.new_code()
    token = desk.connector.sign_in.exchange_code(f" {code}\n")
    assert desk.store.token == token
    assert desk.connector.orders.order("290000000").external_id == "290000000"
    with pytest.raises(ReauthoriseNeeded):
        desk.connector.sign_in.exchange_code(code)


def test_the_page_that_asks_for_permission(sandbox: Start, connect: Connect) -> None:
    server = sandbox()
    url = urlsplit(connect(server).connector.sign_in.authorise_url("https://example.com/back?a=b", "s&1"))
    query = parse_qs(url.query)
    assert f"{url.scheme}://{url.netloc}" == server.url, "a sandbox has a page of its own"
    assert query["redirect_uri"] == ["https://example.com/back?a=b"]
    assert query["state"] == ["s&1"]


def test_the_platforms_own_page_asks_for_permission() -> None:
    with AlibabaConnector(ConnectorSettings("key", "secret"), MemoryStore()) as connector:
        url = urlsplit(connector.sign_in.authorise_url("https://example.com/back", "s1"))
    assert (url.hostname, url.path) == ("openapi-auth.alibaba.com", "/oauth/authorize")


def test_a_token_that_ends_soon_is_renewed_first(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(1))
    desk = connect(server)
    old = ending_in(desk, timedelta(minutes=29))
    desk.connector.orders.order("290000000")
    assert token_of(desk).access_token != old.access_token
    assert token_of(desk).refresh_token != old.refresh_token
    assert [call.api for call in server.state.calls] == [REFRESH, "/alibaba/order/get"]


def test_a_token_with_time_left_is_kept(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(1))
    desk = connect(server)
    ending_in(desk, timedelta(minutes=31))
    desk.connector.orders.order("290000000")
    assert server.state.counts[REFRESH] == 0


def test_a_token_refused_in_the_middle_is_renewed_once_and_the_pull_goes_on(
    sandbox: Start, connect: Connect
) -> None:
    server = sandbox(some_orders(20))
    desk = connect(server, page_size=5)
    count = 0
    for page in desk.connector.orders.pages(*WINDOW):
        count += len(page.orders)
        server.state.expire(token_of(desk).access_token)
    assert count == 20
    assert server.state.counts[REFRESH] == 3
    assert len(desk.store.saved) == 3


def test_a_dead_refresh_token_needs_a_person(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(1))
    desk = connect(server)
    server.state.revoke()
    with pytest.raises(ReauthoriseNeeded) as caught:
        desk.connector.orders.order("290000000")
    assert caught.value.record == "seller@sandbox.example"
    assert server.state.counts[REFRESH] == 1
    assert desk.sleeper.pauses == []


def test_a_token_that_cannot_be_refreshed_is_used_to_its_end(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(1))
    desk = connect(server)
    desk.store.token = replace(ending_in(desk, timedelta(minutes=5)), refresh_expires_at=None)
    assert desk.connector.orders.order("290000000").external_id == "290000000"
    desk.store.token = replace(ending_in(desk, timedelta(minutes=-5)), refresh_expires_at=None)
    with pytest.raises(ReauthoriseNeeded):
        desk.connector.orders.order("290000000")
    assert server.state.counts[REFRESH] == 0


def test_while_the_token_is_good_a_failing_refresh_does_no_harm(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(1), faults=FaultProfile("http500", apis=(REFRESH,)))
    desk = connect(server)
    ending_in(desk, timedelta(minutes=10))
    assert desk.connector.orders.order("290000000").external_id == "290000000"
    ending_in(desk, timedelta(minutes=-10))
    with pytest.raises(PlatformUnavailable):
        desk.connector.sign_in.refresh()


def test_many_threads_renew_one_token_once(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(1))
    desk = connect(server)
    ending_in(desk, timedelta(minutes=1))
    with ThreadPoolExecutor(4) as pool:
        orders = list(pool.map(desk.connector.orders.order, ["290000000"] * 8))
    assert len(orders) == 8
    assert server.state.counts[REFRESH] == 1


def test_two_that_were_refused_the_same_token_renew_it_once(sandbox: Start, connect: Connect) -> None:
    server = sandbox()
    desk = connect(server)
    refused = token_of(desk)
    settings = ConnectorSettings(server.state.app_key, server.state.app_secret, gateway=server.url)
    gateway = Gateway(settings)
    keeper = TokenKeeper(AlibabaTokens(gateway), desk.store)
    first, second = keeper.replace(refused), keeper.replace(refused)
    gateway.http.close()
    assert first == second != refused
    assert server.state.counts[REFRESH] == 1


def test_no_secret_gets_into_log_or_repr(
    sandbox: Start, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server = sandbox(some_orders(1), faults=FaultProfile("mixed", 0.5, seed=2))
    desk = connect(server)
    old = token_of(desk)
    desk.connector.sign_in.refresh()
    list(desk.connector.orders.pages(*WINDOW))
    new = token_of(desk)
    seen = caplog.text + repr(new)
    assert "/alibaba/order/list" in seen
    secrets = (
        old.access_token,
        new.access_token,
        old.refresh_token,
        new.refresh_token,
        server.state.app_secret,
    )
    assert not [secret for secret in secrets if secret in seen]


def test_tokens_of_the_documentation() -> None:
    path = shared_path("platforms/alibaba_icbu_samples/iop_v2_doc_samples.json")
    samples = json.loads(path.read_text(encoding="utf-8"))["samples"]
    created = read_token(samples[0]["json"], NOW)
    assert created.expires_at == NOW + timedelta(days=10)
    assert created.refresh_expires_at == NOW + timedelta(days=60)
    assert created.account == "buyer@example.com"
    assert read_token(samples[1]["json"], NOW, created).account == "buyer@example.com"


def test_what_a_refresh_leaves_out_is_kept() -> None:
    old = Token("a", "r", NOW, NOW + timedelta(days=3), "me")
    token = read_token({"access_token": "b", "expires_in": 60}, NOW, old)
    assert token == Token("b", "r", NOW + timedelta(minutes=1), NOW + timedelta(days=3), "me")
    unstated = read_token({"access_token": "b", "refresh_expires_in": "0"}, NOW, old)
    assert unstated.expires_at == NOW + timedelta(hours=1)
    assert unstated.refresh_expires_at is None
    with pytest.raises(PlatformUnavailable):
        read_token({"access_token": ""}, NOW)
