from decimal import Decimal

import pytest

from factory_erp.sync.sandbox.alibaba import line_payload
from tests.sync.connectors.support import CREATED
from tests.sync.sandbox.alibaba_calls import Caller

ORDER = "290000000"
SKU = "10000336"
FUND, LOGISTICS = "/alibaba/order/fund/query", "/order/logistics/query"
SHIP, SEVERAL = "/alibaba/v2/order/shipping", "/alibaba/order/v2/multi/shipping"


def status(caller: Caller) -> str:
    return str(caller.path("/alibaba/order/get", e_trade_id=ORDER)["value"]["trade_status"])


def parcel(quantity: str, sku: str = SKU) -> dict[str, object]:
    request = {
        "trade_id": ORDER,
        "service_provider": "EX_DHL",
        "logistics_type": "EXPRESS",
        "tracking_number": f"T{quantity}",
    }
    goods = [{"product_id": sku, "quantity": quantity, "trade_id": ORDER}]
    return {"requests": [{"shipping_request": request, "goods": goods}]}


def test_parts_of_an_order_go_until_the_whole_is_on_its_way(caller: Caller) -> None:
    for quantity, expected in (("5", "undeliver"), ("7.0000", "delivering")):
        answer = caller.path(SEVERAL, param_multi_shipping_create_request=parcel(quantity))
        assert len(answer["value"]["voucher_ids"]) == 1
        assert status(caller) == expected
    value = caller.path(LOGISTICS, e_trade_id=ORDER)["value"]
    assert value["logistic_status"] == "DELIVERING"
    assert [row["voucher"]["tracking_number"] for row in value["shipping_order_list"]] == ["T5", "T7.0000"]
    assert value["shipping_order_list"][0]["goods"][0]["quantity"] == "5"
    tracked = caller.path("/order/logistics/tracking/get", trade_id=ORDER)["tracking_list"]
    assert [row["tracking_number"] for row in tracked] == ["T5", "T7.0000"]


@pytest.mark.parametrize(("quantity", "sku"), [("13", SKU), ("0", SKU), ("x", SKU), ("1", "unknown")])
def test_goods_that_were_not_ordered_are_refused(caller: Caller, quantity: str, sku: str) -> None:
    answer = caller.path(SEVERAL, param_multi_shipping_create_request=parcel(quantity, sku))
    assert answer["result"] == {
        "success": False,
        "msg_code": "402",
        "message": answer["result"]["message"],
    }
    assert caller.server.state.shipments == []


def test_nothing_is_sent_for_an_order_that_is_frozen_or_closed(caller: Caller) -> None:
    state = caller.server.state
    for change in (state.freeze, state.cancel, state.charge_back):
        change(ORDER)
        answer = caller.path(SHIP, shipping_request=parcel("1")["requests"][0]["shipping_request"])  # type: ignore[index]
        assert "does not allow shipping" in answer["result"]["message"]


def test_a_refund_shows_in_the_funds_and_thaws_the_order(caller: Caller) -> None:
    caller.server.state.freeze(ORDER)
    assert status(caller) == "frozen"
    caller.server.state.refund(ORDER, "2.50")
    assert status(caller) == "undeliver"
    select = "fund_serviceFee,fund_fundPay,fund_refund"
    value = caller.path(FUND, e_trade_id=ORDER, data_select=select)["value"]
    assert value["fund_refund_list"][0]["refund_amount"] == {"amount": "2.50", "currency": "USD"}
    (payment,) = value["fund_pay_list"]
    assert payment["receive_amount"]["amount"] == "12.60"
    assert [row["pay_status"] for row in payment["fund_pay_detail_list"]] == ["FULFILLED", "PAID"]
    assert value["service_fee"]["amount"] == "0.38"
    assert "service_fee" not in caller.path(FUND, e_trade_id=ORDER, data_select="fund_refund")["value"]
    caller.server.state.refund(ORDER, "39.50")
    assert status(caller) == "trade_close"


def test_an_edited_order_has_a_new_version_and_new_sums(caller: Caller) -> None:
    before = caller.server.state.order(ORDER) or {}
    lines = [line_payload("SKU-0", "10", "3.5"), line_payload("SKU-9", "3", "0.3333")]
    caller.server.state.edit(ORDER, lines, remark="more")
    order = caller.path("/alibaba/order/get", e_trade_id=ORDER)["value"]
    assert order["contract_version"] == str(int(str(before["contract_version"])) + 1)
    assert order["total_amount"]["amount"] == "36.00"
    paid_later = Decimal("36.00") - Decimal(order["advance_amount"]["amount"])
    assert Decimal(order["balance_amount"]["amount"]) == paid_later
    assert int(order["modify_date"]["timestamp"]) > CREATED.timestamp() * 1000


def test_the_carriers(caller: Caller) -> None:
    rows = caller.path("/alibaba/order/shipping/channels")["value"]["channel_list"]
    assert {"code": "EX_DHL", "name": "DHL"} in rows
