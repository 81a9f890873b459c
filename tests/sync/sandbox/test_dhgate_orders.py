"""Orders of the DHgate sandbox: lists by time, what happens to them, deliveries."""

from collections.abc import Callable

import pytest

from factory_erp.sync.sandbox.dhgate.payloads import contact_payload, line_payload, order_payload
from tests.sync.sandbox.dhgate_support import BEIJING_NOW, NOW, Caller, Clock, caller, some_orders

ORDER = "1330312000"


def numbers(seller: Caller, **params: str) -> list[str]:
    window = {
        "startDate": "2026-03-01 00:00:00",
        "endDate": "2026-04-01 00:00:00",
        "querytimeType": "3",
        "pageNo": "1",
        "pageSize": "100",
    }
    answer = seller.ok("dh.order.list.get", **{**window, **params})
    return [row["orderNo"] for row in answer["orderBaseInfoList"]]


def test_both_ends_of_the_window_are_within() -> None:
    seller = caller(orders=some_orders(3))
    ends = {"startDate": "2026-03-10 18:00:00", "endDate": "2026-03-10 19:00:00"}
    assert numbers(seller, **ends) == ["1330312002", "1330312001"]
    assert numbers(seller, **{**ends, "endDate": "2026-03-10 18:59:59"}) == ["1330312001"]


@pytest.mark.parametrize(
    ("start", "end"),
    [("2025-03-01 00:00:00", "2026-03-01 00:00:01"), ("2026-03-02 00:00:00", "2026-03-01 00:00:00")],
)
def test_a_span_is_at_most_a_year_and_runs_forward(start: str, end: str) -> None:
    window = {"startDate": start, "endDate": end, "querytimeType": "1", "pageNo": "1", "pageSize": "9"}
    assert caller().refused("dh.order.list.get", **window) == "error.order.date.span"


def test_each_kind_of_time_finds_its_own_orders() -> None:
    clock = Clock()
    seller = caller(clock, access_seconds=60 * 86_400)
    seller.state.add(order_payload("1", started=NOW, status="101003"))
    clock.pass_by(days=30)
    seller.state.pay("1")
    later = {"startDate": "2026-04-01 00:00:00", "endDate": "2026-05-01 00:00:00"}
    assert numbers(seller, **later, querytimeType="1") == []
    assert numbers(seller, **later, querytimeType="2") == ["1"]
    assert numbers(seller, **later, querytimeType="3") == ["1"]


def test_filters_narrow_the_list() -> None:
    seller = caller(orders=some_orders(3))
    seller.state.modify("1330312001", orderStatus="101003", buyerNickName="smith")
    assert numbers(seller, orderStatus="101003,102001") == ["1330312001"]
    assert numbers(seller, buyerNickName="smith") == ["1330312001"]
    assert numbers(seller, orderNo=ORDER) == [ORDER]
    assert numbers(seller, itemCode="184942450") == ["1330312001", "1330312002", "1330312000"]
    assert numbers(seller, deliveryNo="none") == []


def test_an_order_has_amounts_and_a_receiver_and_its_lines() -> None:
    seller = caller(
        orders=[
            order_payload(
                ORDER,
                started=NOW,
                lines=[line_payload("W00000001", 10, "7.25", lot=12, unit="Lot", item_code="184942450")],
                shipping_cost="9.90",
                contact=contact_payload("United States", nick_name="zhangsan", city="Austin"),
            )
        ]
    )
    order = seller.ok("dh.order.get", orderNo=ORDER)
    lines = seller.ok("dh.order.product.get", orderNo=ORDER)["orderProductList"]
    assert (order["itemTotalPrice"], order["shippingCost"], order["orderTotalPrice"]) == (72.5, 9.9, 82.4)
    assert (order["orderContact"]["country"], order["orderContact"]["city"]) == ("United States", "Austin")
    assert order["orderDeliveryList"] == []
    assert "orderProductList" not in order
    assert [(row["skuCode"], row["itemCount"], row["packingQuantity"]) for row in lines] == [
        ("W00000001", 10, 12)
    ]
    assert lines[0]["itemPrice"] == 7.25


def test_the_hexadecimal_id_is_not_the_number() -> None:
    seller = caller(orders=some_orders(1))
    order = seller.state.order(ORDER)
    assert order is not None
    assert seller.refused("dh.order.get", orderNo=str(order["orderId"])) == "error.order.not.exist"


def test_what_happens_to_an_order_moves_its_date() -> None:
    clock = Clock()
    seller = caller(clock, orders=some_orders(1))
    state = seller.state

    def status() -> str:
        text: str = seller.ok("dh.order.get", orderNo=ORDER)["orderStatus"]
        return text

    acts: list[Callable[[], None]] = [
        lambda: state.refund_request(ORDER),
        lambda: state.refund(ORDER, "10.00"),
        lambda: state.dispute(ORDER),
        lambda: state.cancel(ORDER),
    ]
    seen: list[str] = []
    for act in acts:
        clock.pass_by(minutes=1)
        act()
        seen.append(status())
        order = state.order(ORDER)
        assert order is not None
        assert order["updateDate"] == f"2026-03-10 20:0{len(seen)}:00"
    assert seen == ["105001", "105003", "106002", "111000"]
    detail = seller.ok("dh.order.get", orderNo=ORDER)
    assert (detail["refundMoney"], detail["actualPrice"]) == (10.0, 32.0)


def test_a_warning_stands_in_the_list_until_it_is_taken_away() -> None:
    seller = caller(orders=some_orders(1))
    seller.state.warn(ORDER, "高风险订单")
    window = {"startDate": "2026-03-01 00:00:00", "endDate": "2026-04-01 00:00:00", "querytimeType": "3"}
    page = {"pageNo": "1", "pageSize": "10"}
    row = seller.ok("dh.order.list.get", **window, **page)["orderBaseInfoList"][0]
    assert (row["isWarn"], row["warnReason"]) == (True, "高风险订单")
    seller.state.warn(ORDER, "")
    row = seller.ok("dh.order.list.get", **window, **page)["orderBaseInfoList"][0]
    assert (row["isWarn"], row["warnReason"]) == (False, None)


DELIVERY = {"orderNo": ORDER, "deliveryNo": "1Z68A9X70467731838", "shippingType": "UPS", "deliveryState": "2"}


def test_parcels_make_an_order_partly_and_then_wholly_shipped() -> None:
    seller = caller(orders=some_orders(1))
    assert seller.ok("dh.order.delivery.save", **DELIVERY, deliveryRemark="Box 1 of 2")["result"] is True
    order = seller.ok("dh.order.get", orderNo=ORDER)
    assert order["orderStatus"] == "103002"
    assert order["deliveryDate"] == BEIJING_NOW
    seller.ok("dh.order.delivery.save", **{**DELIVERY, "deliveryNo": "2", "deliveryState": "1"})
    order = seller.ok("dh.order.get", orderNo=ORDER)
    assert order["orderStatus"] == "101009"
    rows = order["orderDeliveryList"]
    assert [(row["deliveryNo"], row["remark"]) for row in rows] == [
        ("1Z68A9X70467731838", "Box 1 of 2"),
        ("2", ""),
    ]


def test_a_repeated_delivery_is_there_twice() -> None:
    seller = caller(orders=some_orders(1))
    for _time in range(2):
        seller.ok("dh.order.delivery.save", **{**DELIVERY, "deliveryState": "1"})
    assert [each.delivery_no for each in seller.state.deliveries_of(ORDER)] == ["1Z68A9X70467731838"] * 2


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"deliveryRemark": "已发货"}, "error.deliveryremark.chinese"),
        ({"deliveryRemark": "x" * 1001}, "error.deliveryremark.length"),
        ({"shippingType": "Pigeon"}, "error.shippingtype.not.exist"),
        ({"orderNo": "404"}, "error.order.not.exist"),
    ],
)
def test_a_delivery_that_breaks_a_rule_is_refused(change: dict[str, str], error: str) -> None:
    seller = caller(orders=some_orders(1))
    assert seller.refused("dh.order.delivery.save", **{**DELIVERY, **change}) == error
    assert seller.state.deliveries == []


def test_an_order_that_is_not_waiting_takes_no_delivery() -> None:
    seller = caller(orders=some_orders(1))
    seller.state.refund_request(ORDER)
    assert seller.refused("dh.order.delivery.save", **DELIVERY) == "error.order.status"
    assert seller.turned_away("dh.order.delivery.save", **{**DELIVERY, "deliveryState": "3"}) == "33"


def test_ways_of_shipping_have_names() -> None:
    seller = caller()
    old = seller.ok("dh.shipping.types.get")["shippingtypeList"]
    new = seller.ok("dh.shipping.typelist")["shippingTypeList"]
    assert [row["name"] for row in old] == [row["name"] for row in new] == seller.state.carriers
    assert [row["shippingtypeid"] for row in old] == [row["shippingTypeId"] for row in new]
