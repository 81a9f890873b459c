"""The recorded order payloads, read field by field: a field that is read wrongly or not at all shows here."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from factory_erp.sync.connectors.alibaba.envelope import unwrap
from factory_erp.sync.connectors.alibaba.mapping import read_head, read_order
from factory_erp.sync.connectors.alibaba.orders import read_list
from factory_erp.sync.connectors.base import (
    OrderLife,
    PlatformAddress,
    PlatformOrder,
    PlatformOrderHead,
    PlatformOrderLine,
)
from tests.shared import shared_path

NOW = datetime(2026, 4, 1, tzinfo=UTC)
SAMPLES = "platforms/alibaba_icbu_samples/"


def sample(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shared_path(SAMPLES + name).read_text(encoding="utf-8"))
    return found


def documented(section: str) -> dict[str, Any]:
    samples = sample("iop_v2_doc_samples.json")["samples"]
    found: dict[str, Any] = next(
        each["json"] for each in samples if each["section"] == section and "code" in each["json"]
    )
    return found


def agree(order: object, expected: PlatformOrder) -> None:
    """Every field of the order but the payload itself, named one by one where they differ."""
    assert isinstance(order, PlatformOrder), order
    names = [each.name for each in fields(PlatformOrder) if each.name != "raw"]
    assert {name: getattr(order, name) for name in names} == {name: getattr(expected, name) for name in names}


def heads(payload: Mapping[str, object]) -> list[PlatformOrderHead]:
    rows, _total = read_list(unwrap(payload, NOW))
    return [read_head(row) for row in rows if isinstance(row, dict)]


def test_every_field_of_the_documented_order() -> None:
    payload = unwrap(documented("11. Get Order Details"), NOW)
    created = datetime(2024, 12, 10, 9, 10, 32, tzinfo=UTC)
    agree(
        read_order(payload),
        PlatformOrder(
            external_id="234193410001028893",
            status="unpay",
            pay_step="ADVANCE",
            contract_version="",
            created_at=created,  # by the stamp: the text beside it names another year
            modified_at=created,
            buyer_name="Buyer Name",
            buyer_id="8s0vvDIbRvbS9hSAK4bUtw==",
            buyer_country="",
            address=PlatformAddress(
                contact="John Doe",
                phone="+1 5551234567",
                country_code="US",
                province="New York",
                city="New york",
                street="123 Main Street",
                postal_code="10012",
            ),
            lines=(
                PlatformOrderLine(
                    external_line_id="1601314875038/106117950042/1",
                    product_id="1601314875038",
                    sku_id="106117950042",
                    sku_code="",
                    model_number="",
                    name="Product Name",
                    quantity=Decimal("2.0000"),
                    unit="Pieces",
                    unit_price=Decimal("0.1000"),
                    currency="USD",
                    attributes=(("Color", "Red"),),
                    unit_code="H87",
                ),
            ),
            product_total=Decimal("0.20"),
            shipment_fee=Decimal("4.67"),
            discount=None,
            adjustment=None,
            total=Decimal("4.87"),
            advance=None,
            balance=None,
            currency="USD",
            trade_term="",
            shipment_method="",
            agreed_ship_date=None,
            remark="",
            raw={},
        ),
    )


def test_every_field_of_the_older_protocols_order() -> None:
    samples = sample("top_order_list_get_samples.json")
    payload = unwrap({"order_get_response": samples["alibaba_seller_order_get_response"]}, NOW)
    stamp = datetime(1970, 1, 2, 10, 17, 36, 789_000, tzinfo=UTC)  # 123456789 ms
    same = Decimal("123.00")
    agree(
        read_order(payload),
        PlatformOrder(
            external_id="12345",
            status="trade_success",
            pay_step="ADVANCE",
            contract_version="12345432",
            created_at=stamp,
            modified_at=stamp,
            buyer_name="jack ma",
            buyer_id="fsfds3124",
            buyer_country="US",
            address=PlatformAddress(
                contact="xx",
                phone="US xx xx",
                country_code="US",
                province="xx",
                city="xx",
                street="xx, xx",
                postal_code="3000015",
            ),
            lines=(
                PlatformOrderLine(
                    external_line_id="123423/33/1",
                    product_id="123423",
                    sku_id="33",
                    sku_code="T14234",
                    model_number="RS3434",
                    name="test",
                    quantity=Decimal("12.0000"),
                    unit="piece",
                    unit_price=same,
                    currency="USD",
                    attributes=(("color", "order"),),
                    unit_code="H87",
                ),
            ),
            product_total=same,
            shipment_fee=same,
            discount=same,
            adjustment=same,
            total=Decimal(123),
            advance=same,
            balance=same,
            currency="USD",
            trade_term="FOB",
            shipment_method="air",
            agreed_ship_date=stamp,
            remark="hello",
            raw={},
            life=OrderLife.OPEN,
        ),
    )


def test_every_row_of_the_order_lists() -> None:
    created = datetime(2025, 8, 1, 4, 9, 37, tzinfo=UTC)
    assert heads(documented("10. Get Order List")) == [
        PlatformOrderHead("271207727001028893", "unpay", created)
    ]
    older = sample("top_order_list_get_samples.json")["alibaba_seller_order_list_response"]
    stamp = datetime(1970, 1, 2, 10, 17, 36, 789_000, tzinfo=UTC)
    assert heads({"order_list_response": older}) == [PlatformOrderHead("9999999", "", stamp)]


def test_every_row_of_the_real_order_list() -> None:
    excerpt = sample("real_tenant_masked_alibaba_seller_order_list.json")["best_attempt"]["response_excerpt"]
    payload = excerpt["payload"]
    told = payload["result"]["value"]["order_list"]["trade_ecology_order"]
    found = heads({excerpt["root_key"]: payload})
    assert [head.external_id for head in found] == [str(row["trade_id"]) for row in told]
    for head, row in zip(found, told, strict=True):
        assert head.modified_at.timestamp() * 1000 == int(row["modify_date"]["timestamp"])
        assert head.status == "", "the older list tells no status"
