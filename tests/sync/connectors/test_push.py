import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.sync.connectors.alibaba.push import PushKind, genuine, read_push
from tests.shared import shared_path


def documented() -> list[dict[str, Any]]:
    path = shared_path("platforms/alibaba_icbu_samples/iop_v2_doc_samples.json")
    samples = json.loads(path.read_text(encoding="utf-8"))["samples"]
    return [sample["json"] for sample in samples if sample["section"] == "Webhook Payload Structure"]


def test_documented_messages() -> None:
    order, added, repriced = [read_push(json.dumps(body).encode()) for body in documented()]
    sent = datetime.fromtimestamp(1650435537, UTC)
    assert (order.kind, order.record, order.status) == (PushKind.ORDER, "255201166001024316", "trade_close")
    assert (order.seller_id, order.sent_at) == ("200042360", sent)
    assert (added.kind, added.record, added.status) == (PushKind.PRODUCT, "123456789", "ADD")
    assert (repriced.record, repriced.status) == ("123456789", "PRICE_CHANGE")
    assert repriced.raw["data"]["value"] == "11.00"  # type: ignore[index]


def test_only_the_platforms_own_messages_are_genuine() -> None:
    body = '{"message_type":3,"note":"货"}'.encode()
    signature = hmac.new(b"hush", b"key" + body, hashlib.sha256).hexdigest()
    assert genuine("key", "hush", body, signature)
    assert not genuine("key", "hush", body + b" ", signature)
    assert not genuine("key", "other", body, signature)
    assert not genuine("kez", "hush", body, signature)
    assert not genuine("key", "hush", body, signature.upper())
    assert not genuine("key", "hush", body, "签")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"message_type":2,"timestamp":1,"data":{"productId":"1"}}',
        b'{"message_type":1,"timestamp":1,"data":{}}',
        b'{"message_type":1,"data":{"productId":"1"}}',
        b'{"message_type":"x","timestamp":1,"data":{"productId":"1"}}',
    ],
)
def test_what_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidValue) as caught:
        read_push(body)
    assert caught.value.field
