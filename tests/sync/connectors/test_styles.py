import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.sync.connectors.alibaba.apis import APIS, ORDER_GET, ORDER_LIST, PRODUCT_GET, lookup
from factory_erp.sync.connectors.alibaba.connector import AlibabaConnector
from factory_erp.sync.connectors.alibaba.oauth import read_token
from factory_erp.sync.connectors.alibaba.signing import sign, sign_top
from factory_erp.sync.connectors.alibaba.styles import (
    PRODUCTION,
    SYNC_PRODUCTION,
    TOP_PRODUCTION,
    style,
)
from factory_erp.sync.connectors.base import ConnectorSettings, ShipmentNotice
from factory_erp.sync.http.client import CallFacts
from factory_erp.sync.http.errors import PlatformUnavailable, Refused, WrongCredentials
from factory_erp.sync.sandbox.alibaba import SandboxServer
from factory_erp.sync.sandbox.alibaba.orders import CHANNELS
from tests.shared import shared_path
from tests.sync.connectors.support import WINDOW, Desk, MemoryStore, some_orders

Start = Callable[..., SandboxServer]
Connect = Callable[..., Desk]
MOMENT = datetime(2026, 4, 1, 15, 0, 0, 250_000, tzinfo=UTC)
EVERY = [
    {"style": "path"},
    {"style": "sdk"},
    {"style": "sync"},
    {"style": "top", "sign_method": "md5"},
    {"style": "top", "sign_method": "hmac"},
    {"style": "top", "sign_method": "hmac-sha256"},
]


def test_every_signature_vector_passes() -> None:
    vectors = json.loads(shared_path("platforms/sign_vectors.json").read_text(encoding="utf-8"))["vectors"]
    methods = {"TOP md5": "md5", "TOP hmac (HMAC-MD5)": "hmac"}
    seen = set()
    for vector in vectors:
        secret, params, scheme = vector["secret"], vector["params"], vector["scheme"]
        seen.add(scheme)
        if scheme == "IOP sha256":
            assert sign(secret, vector["path"], params) == vector["expected"], vector["id"]
        else:
            assert sign_top(secret, params, methods[scheme]) == vector["expected"], vector["id"]
    assert seen == {"IOP sha256", *methods}


def test_the_third_method_of_the_older_protocol() -> None:
    # RFC 4231, test case 2.
    params = {"what do ya ": "want for nothing?"}
    expected = "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843"
    assert sign_top("Jefe", params, "hmac-sha256") == expected


def written(
    name: str, gateway: str = "", sign_method: str = "", api: str = ORDER_GET
) -> tuple[str, dict[str, str]]:
    made = style(name, "key", "hush", gateway, sign_method)
    call = made.call(lookup(api), {"e_trade_id": "7", "empty": ""}, "token", MOMENT)
    return call.url, call.form


def test_path_style() -> None:
    url, form = written("path")
    assert url == PRODUCTION + "/alibaba/order/get"
    assert {**form, "sign": ""} == {
        "app_key": "key",
        "access_token": "token",
        "timestamp": "1775055600250",
        "sign_method": "sha256",
        "e_trade_id": "7",
        "sign": "",
    }
    assert form["sign"] == sign("hush", "/alibaba/order/get", form)


def test_sdk_style_posts_to_the_bare_address_and_signs_everything() -> None:
    url, form = written("sdk")
    assert url == PRODUCTION
    assert form["method"] == "/alibaba/order/get"
    assert {"partner_id", "simplify", "format", "debug"} <= set(form)
    assert form["sign"] == sign("hush", "/alibaba/order/get", form)


def test_sync_style_has_dotted_names_without_prefix() -> None:
    url, form = written("sync")
    assert url == SYNC_PRODUCTION
    assert form["method"] == "alibaba.seller.order.get"
    assert form["sign"] == sign("hush", "", form)
    assert written("sync", "https://example.com/sync")[0] == "https://example.com/sync"
    assert written("sync", "https://example.com")[0] == "https://example.com/sync"
    assert (
        written("sync", api="/auth/token/create")[0] == "https://open-api.alibaba.com/rest/auth/token/create"
    )
    # A call that has no dotted name goes by its path.
    form = written("sync", api=PRODUCT_GET)[1]
    assert form["method"] == PRODUCT_GET
    assert form["sign"] == sign("hush", PRODUCT_GET, form)


@pytest.mark.parametrize("method", ["md5", "hmac", "hmac-sha256"])
def test_top_style_has_beijing_time_and_a_session(method: str) -> None:
    url, form = written("top", sign_method=method)
    assert url == TOP_PRODUCTION
    assert form["timestamp"] == "2026-04-01 23:00:00"
    assert (form["session"], form["v"], form["format"]) == ("token", "2.0", "json")
    assert form["method"] == "alibaba.seller.order.get"
    assert form["sign_method"] == method
    assert form["sign"] == sign_top("hush", form, method)


def test_the_dotted_order_list_takes_one_parameter() -> None:
    params = {
        "role": "seller",
        "start_page": "0",
        "modified_date_start": '{"date_str":"x","date_timestamp":"1"}',
    }
    form = style("sync", "key", "hush", "", "").call(lookup(ORDER_LIST), params, "", MOMENT).form
    assert json.loads(form["param_trade_ecology_order_list_query"]) == {
        "role": "seller",
        "start_page": 0,
        "modified_date_start": {"date_str": "x", "date_timestamp": "1"},
    }
    assert "role" not in form


def test_the_older_protocol_says_what_it_lacks() -> None:
    with pytest.raises(Refused, match=PRODUCT_GET) as caught:
        written("top", api=PRODUCT_GET)
    assert caught.value.remedy


def test_the_table_of_names_is_one_to_one() -> None:
    names = [found.name for found in APIS.values() if found.name]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("options", EVERY, ids=lambda each: "-".join(each.values()))
def test_orders_and_shipments_in_every_style(
    sandbox: Start, connect: Connect, options: dict[str, str]
) -> None:
    server = sandbox(some_orders(25))
    connector = connect(server, page_size=10, options=options).connector
    orders = [order for page in connector.orders.pages(*WINDOW) for order in page.orders]
    assert sorted(order.external_id for order in orders) == [f"2900000{number:02d}" for number in range(25)]
    assert {(line.sku_code, str(line.quantity)) for line in orders[0].lines} <= {
        (f"SKU-{number}", "12.0000") for number in range(7)
    }
    notice = ShipmentNotice("290000000", "FEDEX", "EXPRESS", "77670", "outbox-1")
    assert connector.shipments.find(notice) is None
    voucher = connector.shipments.push(notice)
    assert connector.shipments.find(notice) == voucher
    assert {(choice.code, choice.name) for choice in connector.shipments.carriers()} == set(CHANNELS)
    connector.shipments.carriers()
    assert server.state.counts["/alibaba/order/shipping/channels"] == 1
    assert {call.code for call in server.state.calls} == {"0"}


@pytest.mark.parametrize("options", EVERY, ids=lambda each: "-".join(each.values()))
def test_signing_in_and_renewing_in_every_style(
    sandbox: Start, connect: Connect, options: dict[str, str]
) -> None:
    server = sandbox(some_orders(1))
    desk = connect(server, options=options)
    desk.store.token = None
    token = desk.connector.sign_in.exchange_code(server.state.new_code())
    assert desk.store.token == token
    assert token.expires_at > datetime.now(UTC) + timedelta(days=1)
    assert token.refresh_expires_at is not None
    fresh = desk.connector.sign_in.refresh()
    assert fresh.access_token != token.access_token
    assert desk.connector.orders.order("290000000").external_id == "290000000"


@pytest.mark.parametrize("options", EVERY, ids=lambda each: "-".join(each.values()))
def test_a_wrong_secret_is_found_out_in_every_style(
    sandbox: Start, connect: Connect, options: dict[str, str]
) -> None:
    with pytest.raises(WrongCredentials):
        connect(sandbox(), secret="another", options=options).connector.orders.order("1")


def test_the_clock_offset_mends_a_wrong_clock(sandbox: Start, connect: Connect) -> None:
    def late() -> datetime:
        return datetime.now(UTC) - timedelta(hours=3)

    server = sandbox(some_orders(1))
    desk = connect(server, now=late, options={"clock_offset": "10800"})
    assert desk.connector.orders.order("290000000").external_id == "290000000"
    with pytest.raises(InvalidValue, match="soon"):
        connect(server, options={"clock_offset": "soon"})


def test_the_permission_page_of_the_older_protocol() -> None:
    options = {"style": "top", "callback": "https://example.com/back"}
    settings = ConnectorSettings("key", "secret", gateway=PRODUCTION, options=options)
    with AlibabaConnector(settings, MemoryStore()) as connector:
        url = urlsplit(connector.sign_in.authorise_url("", "s1"))
    query = parse_qs(url.query)
    assert url.hostname == "oauth.alibaba.com"
    assert (query["State"], query["sp"], query["view"]) == (["s1"], ["ICBU"], ["web"])
    assert query["redirect_uri"] == ["https://example.com/back"]


@pytest.mark.parametrize("text", ["{", "[]"])
def test_an_unreadable_token_of_the_older_protocol(text: str) -> None:
    with pytest.raises(PlatformUnavailable):
        read_token({"token_result": text}, MOMENT)


@pytest.mark.parametrize("options", EVERY, ids=lambda each: "-".join(each.values()))
def test_what_is_told_of_a_call_holds_no_secret(
    sandbox: Start, connect: Connect, options: dict[str, str]
) -> None:
    server, told = sandbox(some_orders(1)), list[CallFacts]()
    desk = connect(server, options=options, watch=told.append)
    code = server.state.new_code()
    tokens = [desk.connector.sign_in.exchange_code(code), desk.connector.sign_in.refresh()]
    desk.connector.orders.order("290000000")
    assert [call.subject for call in told] == ["", "", "290000000"]
    secrets = [code, server.state.app_secret]
    secrets += [part for token in tokens for part in (token.access_token, token.refresh_token)]
    text = " ".join(f"{call.request} {call.response} {call!r}" for call in told)
    assert not [secret for secret in secrets if secret in text]
