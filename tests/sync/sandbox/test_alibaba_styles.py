import json

import pytest

from factory_erp.sync.sandbox.alibaba.styles import Request, signature
from tests.shared import shared_path
from tests.sync.sandbox.alibaba_calls import Caller

LIST = "/alibaba/order/list"
QUERY = json.dumps({"role": "seller", "start_page": 1, "page_size": 2})


def test_the_published_signatures() -> None:
    vectors = json.loads(shared_path("platforms/sign_vectors.json").read_text(encoding="utf-8"))["vectors"]
    for vector in vectors:
        form, path = dict(vector["params"]), vector.get("path")
        # A vector of a bare signature names no method of its own; an empty field is left out when signing.
        request = Request("path" if path else "top", path or "", "", form, {})
        if "sign_method" in form:
            assert signature(vector["secret"], request) == vector["expected"], vector["id"]
    assert sum("sign_method" in vector["params"] for vector in vectors) >= 4


def test_the_four_styles_name_the_same_call(caller: Caller) -> None:
    by_path = caller.path(LIST, role="seller", start_page="1", page_size="2")["value"]
    by_sdk = caller.sdk(LIST, role="seller", start_page="1", page_size="2")["value"]
    assert by_path == by_sdk
    name = "alibaba.seller.order.list"
    for answer in (
        caller.sync(name, param_trade_ecology_order_list_query=QUERY),
        caller.top(name, param_trade_ecology_order_list_query=QUERY),
    ):
        value = answer["alibaba_seller_order_list_response"]["result"]["value"]
        assert value["total_count"] == 5
        rows = value["order_list"]["trade_ecology_order"]
        assert [row["trade_id"] for row in rows] == [row["trade_id"] for row in by_path["order_list"]]
        assert rows[0]["modify_date"]["timestamp"] == 1773144000000
    assert caller.server.state.counts[LIST] == 4


@pytest.mark.parametrize("method", ["md5", "hmac", "hmac-sha256"])
def test_the_older_protocol_signs_in_three_ways(caller: Caller, method: str) -> None:
    name = "alibaba.seller.order.get"
    good = caller.top(name, method, e_trade_id="290000000")
    order = good["alibaba_seller_order_get_response"]["value"]
    assert order["order_products"]["trade_ecology_order_product"][0]["quantity"] == "12.0000"
    bad = caller.top(name, method, e_trade_id="290000000", sign="0" * 32)
    assert bad["error_response"]["code"] == 25


@pytest.mark.parametrize("style", ["path", "sdk", "sync", "top"])
def test_a_forged_call_is_turned_away_in_each_style(caller: Caller, style: str) -> None:
    caller.secret = "a guess"
    name, query = "alibaba.seller.order.list", {"param_trade_ecology_order_list_query": QUERY}
    calls = {
        "path": lambda: caller.path(LIST, role="seller"),
        "sdk": lambda: caller.sdk(LIST, role="seller"),
        "sync": lambda: caller.sync(name, **query)["alibaba_seller_order_list_response"]["error_response"],
        "top": lambda: caller.top(name, **query)["error_response"],
    }
    assert calls[style]()["code"] in ("IncompleteSignature", 25)
    assert caller.server.state.calls[-1].code == "IncompleteSignature"


def test_an_old_timestamp_or_token_is_refused_in_the_older_words(caller: Caller) -> None:
    caller.token = "stolen"
    name = "alibaba.seller.order.get"
    assert caller.top(name)["error_response"]["code"] == 27
    answer = caller.sync(name)["alibaba_seller_order_get_response"]["error_response"]
    assert answer["code"] == "IllegalAccessToken"
    late = caller.top(name, timestamp="2020-01-01 00:00:00")
    assert late["error_response"]["code"] == 31
    assert caller.top("alibaba.no.such.call")["error_response"]["code"] in (22, 27)


def test_a_business_error_sits_inside_the_older_answer(caller: Caller) -> None:
    answer = caller.sync("alibaba.seller.order.get", e_trade_id="1")["alibaba_seller_order_get_response"]
    assert answer["error_response"]["code"] == "15"
    assert answer["error_response"]["sub_code"] == "isv.404"


def test_the_older_protocol_gives_tokens_as_text_in_json(caller: Caller) -> None:
    code = caller.server.state.new_code()
    caller.token = "none"
    answer = caller.top("taobao.top.auth.token.create", code=code)
    tokens = json.loads(answer["top_auth_token_create_response"]["token_result"])
    assert caller.server.state.accepts(tokens["access_token"])
    assert tokens["expire_time"] > 1_700_000_000_000
