from datetime import UTC, datetime

import pytest

from factory_erp.sync.connectors.dhgate.envelope import unwrap
from factory_erp.sync.http.errors import (
    AccessDenied,
    PlatformUnavailable,
    ReauthoriseNeeded,
    Refused,
    Throttled,
    WrongCredentials,
)

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)  # 20:00 in China


@pytest.mark.parametrize("code", ["00000000", "00000001"])
@pytest.mark.parametrize("key", ["message", "msg"])
def test_a_success_gives_its_payload(code: str, key: str) -> None:
    answer = {"status": {"code": code, key: "OK", "solution": "", "subErrors": []}, "count": 3}
    assert unwrap(answer, NOW)["count"] == 3


def business(*subs: dict[str, str]) -> dict[str, object]:
    text = "回调业务服务异常: methodv=dh.item.add$2.0"
    return {"status": {"code": "44", "message": text, "subErrors": list(subs)}}


def test_a_refusal_names_code_and_reason() -> None:
    with pytest.raises(Refused) as caught:
        unwrap(business({"code": "error.empty.error.html5000", "message": "详细描述不能为空"}), NOW)
    assert caught.value.code == "error.empty.error.html5000"
    assert "详细描述不能为空" in caught.value.message


@pytest.mark.parametrize(
    "answer",
    [
        business(),
        business({"code": "isp.dh-item-add-service-timeout", "message": ""}),
        business({"code": "x", "message": "调用dh.item.add服务超时，该服务的超时限制为12秒"}),
        {"code": "1", "message": "服务不可用"},
        {"code": "500", "message": "Internal Server Error"},
        {"code": "1", "message": "", "subErrors": [{"code": "isp.dh-item-add-service-timeout"}]},
    ],
)
def test_a_failure_of_the_platform_itself_may_have_acted(answer: dict[str, object]) -> None:
    with pytest.raises(PlatformUnavailable) as caught:
        unwrap(answer, NOW)
    assert caught.value.reached


@pytest.mark.parametrize(
    "answer",
    [
        {"code": "40", "message": "令牌Access Token过期或不存在"},
        {"code": 40},
        {"code": "2", "msg": "error"},
        {"error_code": "1", "message": "令牌Access Token过期或不存在"},
        {"error": "invalid_grant", "errorDescription": "code expired"},
    ],
)
def test_a_token_that_is_no_good(answer: dict[str, object]) -> None:
    with pytest.raises(ReauthoriseNeeded):
        unwrap(answer, NOW)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("应用调用服务的次数超限", 60), ("应用当天调用服务的次数超限", 4 * 3600 + 1), ("too many requests", 60)],
)
def test_a_quota_is_waited_for(text: str, seconds: int) -> None:
    with pytest.raises(Throttled) as caught:
        unwrap({"code": "36", "message": text}, NOW)
    assert caught.value.seconds == seconds


def test_settings_and_permissions() -> None:
    with pytest.raises(WrongCredentials):
        unwrap({"error": "invalid_client", "errorDescription": "bad secret"}, NOW)
    with pytest.raises(AccessDenied, match="权限"):
        unwrap({"code": "3", "message": "权限不足"}, NOW)
    with pytest.raises(AccessDenied) as caught:
        unwrap({"code": "39", "message": "非法的时间戳参数"}, NOW)
    assert "clock" in caught.value.remedy
    with pytest.raises(Refused):
        unwrap({"code": "27", "message": "不存在的方法名"}, NOW)
