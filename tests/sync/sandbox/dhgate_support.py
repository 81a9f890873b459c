"""Calls to the DHgate sandbox without a connector, and a listing that it takes."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from factory_erp.sync.sandbox.dhgate.catalogue import MEASURES, TEMPLATES
from factory_erp.sync.sandbox.dhgate.gateway import METHODS
from factory_erp.sync.sandbox.dhgate.payloads import line_payload, order_payload
from factory_erp.sync.sandbox.dhgate.platform import ROUTER, DhgatePlatform
from factory_erp.sync.sandbox.dhgate.state import SandboxState

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
BEIJING_NOW = "2026-03-10 20:00:00"


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, **spans: int) -> None:
        self.time += timedelta(**spans)


class Caller:
    """A seller's program with a good token."""

    def __init__(self, state: SandboxState) -> None:
        self.state = state
        self.platform = DhgatePlatform(state)
        self.token = str(state.issue_token()["access_token"])

    def form(self, api: str, **params: object) -> dict[str, str]:
        sent = {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()
        }
        system = {
            "method": api,
            "v": METHODS[api].version,
            "timestamp": str(int(self.state.now().timestamp() * 1000)),
            "access_token": self.token,
        }
        return {**system, **sent}

    def send(self, form: Mapping[str, str]) -> dict[str, Any]:
        reply = self.platform.answer(ROUTER, form, {})
        assert reply.status == 200
        read: dict[str, Any] = json.loads(json.dumps(reply.body))
        return read

    def call(self, api: str, **params: object) -> dict[str, Any]:
        return self.send(self.form(api, **params))

    def ok(self, api: str, **params: object) -> dict[str, Any]:
        answer = self.call(api, **params)
        assert answer["status"]["code"] == "00000000", answer
        return answer

    def refused(self, api: str, **params: object) -> str:
        """The code of the service's sub error."""
        answer = self.call(api, **params)
        assert answer["status"]["code"] == "44", answer
        code: str = answer["status"]["subErrors"][0]["code"]
        return code

    def turned_away(self, api: str, **params: object) -> str:
        """The code of the gateway's flat error."""
        answer = self.call(api, **params)
        assert "status" not in answer
        code: str = answer["code"]
        return code

    def pictures(self, count: int = 3) -> list[dict[str, object]]:
        """Uploaded pictures, the first of them the cover."""
        rows = []
        for place in range(count):
            content = base64.b64encode(b"\xff\xd8\xff" + bytes([place])).decode()
            image = self.ok("dh.album.img.upload", funType="albu", imgName=f"{place}.jpg", imgBase64=content)
            rows.append({"imgUrl": image["imgUrl"], "imgMd5": image["imgMd5"], "type": 1 if place else 3})
        return rows

    def listing(self, **changes: object) -> dict[str, object]:
        """The parameters of a listing with two variants."""
        option = {"attrId": 9999, "sizeSpecType": 3}
        sku = {"retailPrice": 12.5, "saleStatus": 1, "inventory": 0}
        wanted: dict[str, object] = {
            "catePubId": "014001001",
            "itemBase": {
                "itemName": "Vacuum bottle 500 ml",
                "htmlContent": "<p>Keeps tea warm.</p>",
                "shortDesc": "Steel",
                "keyWord1": "vacuum bottle",
                "videoUrl": "",
            },
            "itemImgList": self.pictures(),
            "itemPackage": {
                "grossWeight": 0.45,
                "length": 25,
                "width": 8,
                "height": 8,
                "measureId": next(iter(MEASURES)),
                "packingQuantity": 1,
            },
            "itemSaleSetting": {"leadingTime": 15, "maxSaleQty": 10_000, "priceConfigType": 1},
            "itemAttrList": [
                {
                    "attrId": 844_400,
                    "itemAttrValList": [
                        {"attrId": 844_400, "attrValId": 102_336, "lineAttrvalName": "Stainless Steel"}
                    ],
                }
            ],
            "itemSpecSelfDefList": [
                {"attrValId": "1000", "attrValName": "Red"},
                {"attrValId": "1001", "attrValName": "Green"},
            ],
            "itemSkuList": [
                {**sku, "skuCode": "VB-R", "itemSkuAttrvalList": [{**option, "attrValId": 1000}]},
                {**sku, "skuCode": "VB-G", "itemSkuAttrvalList": [{**option, "attrValId": 1001}]},
            ],
            "itemWholesaleRangeList": [
                {"startQty": 10, "discount": 0.05},
                {"startQty": 100, "discount": 0.12},
            ],
            "shippingModelId": next(iter(TEMPLATES)),
            "vaildDay": "90",
        }
        return {**wanted, **changes}

    def add_item(self, **changes: object) -> str:
        code: str = self.ok("dh.item.add", **self.listing(**changes))["itemCode"]
        return code


def caller(clock: Clock | None = None, **knobs: Any) -> Caller:
    return Caller(SandboxState(now=clock or Clock(), **knobs))


def some_orders(count: int) -> list[dict[str, object]]:
    return [
        order_payload(
            str(1_330_312_000 + number),
            started=NOW - timedelta(hours=count - number),
            lines=[line_payload(f"SKU-{number % 7}", 12, "3.5", attributes={"Color": "Red"})],
        )
        for number in range(count)
    ]
