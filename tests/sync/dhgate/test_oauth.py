from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.sync.connectors.base import ConnectorSettings, Token
from factory_erp.sync.connectors.dhgate import DhgateConnector
from factory_erp.sync.connectors.dhgate.oauth import authorise_page, read_token
from factory_erp.sync.http.client import CallFacts
from factory_erp.sync.http.errors import PlatformUnavailable, ReauthoriseNeeded, Refused
from factory_erp.sync.sandbox.dhgate import SandboxServer, Wire
from tests.sync.connectors.support import MemoryStore
from tests.sync.dhgate.support import WINDOW, Desk, some_orders

Sandbox = Callable[..., SandboxServer]
Connect = Callable[..., Desk]
NOW = datetime(2026, 3, 10, tzinfo=UTC)


def end_access(server: SandboxServer, token: Token) -> None:
    """Let the access token die while its refresh token lives on."""
    assert server.state.accepts(token.access_token)
    assert server.state.expire(token.access_token)


def test_the_authorise_page() -> None:
    with DhgateConnector(ConnectorSettings("key", "secret"), MemoryStore()) as connector:
        url = urlsplit(connector.sign_in.authorise_url("https://me.example/back", "s" * 20))
        assert f"{url.scheme}://{url.netloc}{url.path}" == "https://secure.dhgate.com/dop/oauth2/authorize"
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        assert (query["client_id"], query["state"], query["scope"]) == ("key", "s" * 20, "basic")
        with pytest.raises(InvalidValue):
            connector.sign_in.authorise_url("https://me.example/back", "s" * 21)


def test_the_page_of_another_host_is_its_own() -> None:
    assert authorise_page("http://127.0.0.1:8/dop/router") == "http://127.0.0.1:8/dop/oauth2/authorize"
    assert authorise_page("https://evildhgate.com/dop/router").startswith("https://evildhgate.com/")


@pytest.mark.parametrize("form", ["seconds", "epoch_ms"])
def test_a_code_gives_a_token_and_is_good_once(sandbox: Sandbox, connect: Connect, form: str) -> None:
    server = sandbox()
    server.state.expires_form = form
    made = connect(server)
    token = made.connector.sign_in.exchange_code(f" {server.state.new_code()} ")
    assert made.store.token == token
    left = token.expires_at - datetime.now(UTC)
    assert timedelta(hours=23) < left <= timedelta(days=1, seconds=1)
    with pytest.raises(ReauthoriseNeeded):
        made.connector.sign_in.exchange_code("used-up")


def test_an_expired_token_is_renewed_in_the_middle_of_a_pull(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox(some_orders(3))
    made = connect(server)
    first = made.store.token
    assert first is not None
    end_access(server, first)
    assert sum(len(page.orders) for page in made.connector.orders.pages(*WINDOW)) == 3
    assert made.store.token is not None
    assert made.store.token.access_token != first.access_token
    assert made.store.token.refresh_token != first.refresh_token


def test_a_dead_refresh_token_needs_a_person(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox(some_orders(1))
    made = connect(server)
    server.state.revoke()
    with pytest.raises(ReauthoriseNeeded):
        list(made.connector.orders.pages(*WINDOW))


def test_many_threads_renew_once(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox(some_orders(1))
    made = connect(server)
    token = made.store.token
    assert token is not None
    end_access(server, token)
    threads = [Thread(target=made.connector.orders.order, args=("1330312162",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made.store.saved) == 1


def test_lifetimes_that_are_not_stated() -> None:
    token = read_token({"access_token": "a", "refresh_token": "r"}, NOW)
    assert token.expires_at == NOW + timedelta(hours=1)
    assert token.refresh_expires_at == NOW + timedelta(days=30)
    follower = read_token({"access_token": "b", "expires_in": 86400}, NOW + timedelta(days=1), token)
    assert (follower.refresh_token, follower.refresh_expires_at) == ("r", token.refresh_expires_at)
    with pytest.raises(PlatformUnavailable):
        read_token({}, NOW)
    assert "secret" not in repr(read_token({"access_token": "secret-a", "refresh_token": "secret-r"}, NOW))


def test_no_secret_reaches_the_archive_or_the_log(
    sandbox: Sandbox, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    server = sandbox(some_orders(1))
    seen: list[CallFacts] = []
    made = connect(server, watch=seen.append)
    first = made.store.token
    assert first is not None
    fresh = made.connector.sign_in.refresh()
    made.connector.orders.order("1330312162")
    written = "".join(f"{facts.request}{facts.response}{facts.outcome}" for facts in seen) + caplog.text
    assert {facts.api for facts in seen} >= {"dh.order.get", "oauth2/access_token"}
    for token in (first, fresh):
        for secret in (token.access_token, token.refresh_token, server.state.app_secret):
            assert secret not in written


@pytest.mark.parametrize("wire", [Wire(), Wire("msg", "error_code", "00000001", texts=True)])
def test_both_ways_of_writing_answers_are_understood(sandbox: Sandbox, connect: Connect, wire: Wire) -> None:
    server = sandbox(some_orders(2))
    server.state.wire = wire
    made = connect(server)
    token = made.store.token
    assert token is not None
    end_access(server, token)
    assert sum(len(page.orders) for page in made.connector.orders.pages(*WINDOW)) == 2
    assert made.connector.listings.categories("014001001") == ()
    with pytest.raises(Refused):
        made.connector.orders.order("404")
