import json
from datetime import UTC, datetime
from typing import Any

import pytest

from factory_erp.sync.connectors.alibaba.envelope import unwrap
from factory_erp.sync.http.errors import (
    AccessDenied,
    PlatformUnavailable,
    ReauthoriseNeeded,
    Refused,
    Throttled,
    WrongCredentials,
)
from tests.shared import shared_path

NOW = datetime(2026, 4, 1, 15, 0, tzinfo=UTC)
BAN = {
    "code": "7",
    "msg": "App Call Limited",
    "sub_code": "accesscontrol.limited-by-app-api-access-count",
    "sub_msg": "This ban will last for 2 more seconds",
}
DAY = {"code": "7", "sub_code": "accesscontrol.limited-by-app-access-count", "sub_msg": "no more today"}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"type": "ISV", "code": "IncompleteSignature", "message": "m"}, WrongCredentials),
        ({"type": "ISV", "code": "InvalidAppKey", "message": "m"}, WrongCredentials),
        ({"code": "IllegalAccessToken", "message": "m"}, ReauthoriseNeeded),
        ({"error_response": {"code": 27, "msg": "Invalid session"}}, ReauthoriseNeeded),
        ({"code": "ServiceTimeout", "message": "m"}, PlatformUnavailable),
        ({"code": "X", "type": "SYSTEM"}, PlatformUnavailable),
        ({"x_response": {"error_response": {"code": "15", "sub_code": "isp.boom"}}}, PlatformUnavailable),
        ({"x_response": {"error_response": {"code": "15", "sub_code": "isv.402"}}}, Refused),
        ({"x_response": {"result": {"success": False, "message_info": "no"}}}, Refused),
        ({"code": "0", "result": {"success": "false", "msg_code": "403"}}, Refused),
        ({"code": "0", "biz_success": False}, Refused),
        ({"code": "InsufficientPermission", "message": "m"}, AccessDenied),
        ({"code": "AppWhiteIpLimit", "message": "m"}, AccessDenied),
        ({"code": "AppApiCallLimit", "message": "m"}, Throttled),
    ],
)
def test_each_failure_has_its_class(answer: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        unwrap(answer, NOW)
    assert type(caught.value) is error
    assert caught.value.remedy  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        ({"error_response": BAN}, 2),
        ({"code": "ApiCallLimit", "message": "exceeds the limit. this ban will last 0 seconds"}, 0),
        ({"code": "AppCallLimit", "message": "too many"}, 1),
        ({"error_response": DAY}, 3600 + 1),
    ],
)
def test_a_ban_says_how_long_it_lasts(answer: dict[str, Any], seconds: int) -> None:
    with pytest.raises(Throttled) as caught:
        unwrap(answer, NOW)
    assert caught.value.seconds == seconds


def test_success_is_unwrapped_in_both_styles() -> None:
    payload = {"trade_id": "1", "result": {"success": False}}
    assert unwrap({"code": "0", "value": payload}, NOW) == payload
    assert unwrap({"x_response": {"result": {"success": True, "value": payload}}}, NOW) == payload
    assert unwrap({"code": "0", "access_token": "t"}, NOW)["access_token"] == "t"


@pytest.mark.parametrize("name", ["order_get", "order_fund_get", "order_logistics_get"])
def test_real_errors_inside_a_response_object(name: str) -> None:
    path = shared_path(f"platforms/alibaba_icbu_samples/real_tenant_masked_alibaba_seller_{name}.json")
    attempts = json.loads(path.read_text(encoding="utf-8"))["attempts"]
    assert attempts
    for attempt in attempts:
        excerpt = attempt["response_excerpt"]
        with pytest.raises(Refused):
            unwrap({excerpt["root_key"]: excerpt["payload"]}, NOW)


def test_a_network_that_is_not_on_the_white_list_says_what_to_enter_where() -> None:
    with pytest.raises(AccessDenied) as caught:
        unwrap({"type": "ISV", "code": "AppWhiteIpLimit", "message": "m"}, NOW)
    assert "public IP address" in caught.value.remedy
    assert "white list" in caught.value.remedy
