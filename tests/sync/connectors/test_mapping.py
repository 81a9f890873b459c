import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from factory_erp.sync.connectors.alibaba.envelope import unwrap
from factory_erp.sync.connectors.alibaba.mapping import read_head, read_order
from factory_erp.sync.connectors.alibaba.orders import read_list
from factory_erp.sync.connectors.base import PlatformOrder, PlatformOrderHead
from factory_erp.sync.connectors.payloads import PayloadProblem
from factory_erp.sync.sandbox.alibaba import line_payload, order_payload
from tests.shared import shared_path
from tests.sync.connectors.support import CREATED

SAMPLES = "platforms/alibaba_icbu_samples/"


def good() -> dict[str, Any]:
    return order_payload("42", created=CREATED, lines=[line_payload("A", "2", "0.1", model_number="M")])


def read(payload: dict[str, Any]) -> PlatformOrder:
    order = read_order(payload)
    assert isinstance(order, PlatformOrder), order.reason
    return order


def doc_sample(endpoint: str) -> dict[str, Any]:
    path = shared_path(SAMPLES + "iop_v2_doc_samples.json")
    samples = json.loads(path.read_text(encoding="utf-8"))["samples"]
    found = [s["json"] for s in samples if endpoint in s["endpoint"] and "value" in s["json"]]
    first: dict[str, Any] = found[0]
    return first


def test_iop_documentation_order() -> None:
    payload = unwrap(doc_sample("/alibaba/order/get"), CREATED)
    order = read(dict(payload))
    assert order.external_id == "234193410001028893"
    assert order.created_at == datetime(2024, 12, 10, 9, 10, 32, tzinfo=UTC)  # from the timestamp alone
    assert order.modified_at == order.created_at
    assert (order.total, order.shipment_fee, order.balance) == (Decimal("4.87"), Decimal("4.67"), None)
    line = order.lines[0]
    assert (line.quantity, line.unit_price) == (Decimal("2.0000"), Decimal("0.1000"))
    assert (line.unit, line.unit_code) == ("Pieces", "H87")
    assert line.attributes == (("Color", "Red"),)
    assert order.address is not None
    assert order.address.phone == "+1 5551234567"
    assert order.buyer_id == "8s0vvDIbRvbS9hSAK4bUtw=="


def test_iop_documentation_list() -> None:
    rows, total = read_list(unwrap(doc_sample("/alibaba/order/list"), CREATED))
    assert total == 264930
    head = read_head(rows[0])  # type: ignore[arg-type]
    assert head == PlatformOrderHead(
        "271207727001028893", "unpay", datetime(2025, 8, 1, 4, 9, 37, tzinfo=UTC)
    )


def test_top_documentation_order_with_wrapped_lists() -> None:
    samples = json.loads(shared_path(SAMPLES + "top_order_list_get_samples.json").read_text(encoding="utf-8"))
    payload = {"r_response": samples["alibaba_seller_order_get_response"]}
    order = read(dict(unwrap(payload, CREATED)))
    assert order.lines[0].sku_code == "T14234"
    assert order.lines[0].model_number == "RS3434"
    assert order.lines[0].attributes == (("color", "order"),)
    assert order.buyer_id == "fsfds3124"
    assert order.agreed_ship_date is not None
    rows, total = read_list(unwrap({"l_response": samples["alibaba_seller_order_list_response"]}, CREATED))
    assert (len(rows), total) == (1, 1)


def test_real_order_list() -> None:
    path = shared_path(SAMPLES + "real_tenant_masked_alibaba_seller_order_list.json")
    excerpt = json.loads(path.read_text(encoding="utf-8"))["best_attempt"]["response_excerpt"]
    rows, total = read_list(unwrap({excerpt["root_key"]: excerpt["payload"]}, CREATED))
    assert total == 120
    heads = [read_head(row) for row in rows if isinstance(row, dict)]
    assert heads[0].modified_at == datetime(2026, 4, 1, 0, 53, 7, tzinfo=UTC)
    assert heads[0].status == ""


def change(payload: dict[str, Any], path: str, value: object) -> None:
    *parents, last = path.split(".")
    place: Any = payload
    for name in parents:
        place = place[int(name)] if name.isdigit() else place[name]
    if value is KeyError:
        del place[last]
    else:
        place[last] = value


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("total_amount.currency", "XXQ", "total_amount.currency"),
        ("total_amount.amount", "NaN", "total_amount.amount"),
        ("total_amount.amount", "1,000.00", "total_amount.amount"),
        ("total_amount.amount", "１０", "total_amount.amount"),
        ("total_amount.amount", "-5.00", "total_amount.amount"),
        ("total_amount.amount", "0.205", "total_amount.amount"),
        ("total_amount", {"amount": "1.00", "currency": "EUR"}, "total_amount.currency"),
        ("total_amount", "0.20", "total_amount"),
        ("order_products.0.quantity", KeyError, "order_products[1].quantity"),
        ("order_products.0.quantity", "-1", "order_products[1].quantity"),
        ("order_products.0.quantity", "0.0000", "order_products[1].quantity"),
        ("order_products.0.quantity", "1e3", "order_products[1].quantity"),
        ("order_products.0.quantity", True, "order_products[1].quantity"),
        ("order_products.0.unit_price", None, "order_products[1].unit_price"),
        ("order_products", [], "order_products"),
        ("order_products", "none", "order_products"),
        ("shipping_address.country_code", "ZZ", "shipping_address.country_code"),
        ("buyer.country", "Atlantis", "buyer.country"),
        ("create_date", None, "create_date"),
        ("create_date.timestamp", "yesterday", "create_date.timestamp"),
        ("trade_status", "", "trade_status"),
        ("remark", {"a": 1}, "remark"),
    ],
)
def test_a_broken_field_is_named(path: str, value: object, field: str) -> None:
    payload = good()
    change(payload, path, value)
    problem = read_order(payload)
    assert isinstance(problem, PayloadProblem)
    assert problem.external_id == "42"
    assert "42" in problem.reason
    assert f"'{field}'" in problem.reason
    assert problem.raw is payload


def edited(edit: Callable[[dict[str, Any]], None]) -> PlatformOrder:
    payload = good()
    edit(payload)
    return read(payload)


def test_numbers_may_be_numbers() -> None:
    assert edited(lambda p: change(p, "order_products.0.quantity", 3)).lines[0].quantity == 3
    assert edited(lambda p: change(p, "trade_id", 42)).external_id == "42"
    stamp = int(CREATED.timestamp()) * 1000
    assert edited(lambda p: change(p, "create_date.timestamp", stamp)).created_at == CREATED


def test_adjustment_and_discount_may_be_negative() -> None:
    order = edited(lambda p: change(p, "adjust_amount.amount", "-1.50"))
    assert order.adjustment == Decimal("-1.50")


def test_the_united_kingdom_by_its_platform_code() -> None:
    order = edited(lambda p: change(p, "shipping_address.country_code", "UK"))
    assert order.address is not None
    assert order.address.country_code == "GB"


def test_line_ids_are_stable_and_distinct() -> None:
    first = line_payload("A", "1", "1", sku_id="7", product_id="9")
    rows = [first, {**first, "item_status": "delete"}, copy.deepcopy(first)]
    order = read({**good(), "order_products": rows})
    assert [line.external_line_id for line in order.lines] == ["9/7/1", "9/7/2"]


def test_another_order_in_the_answer_is_a_problem() -> None:
    problem = read_order(good(), PlatformOrderHead("43", "", CREATED))
    assert isinstance(problem, PayloadProblem)
    assert problem.external_id == "43"
