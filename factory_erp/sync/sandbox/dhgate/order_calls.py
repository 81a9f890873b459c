"""The calls about orders: list by time, one order, its lines, delivery, ways of shipping."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from factory_erp.sync.sandbox.dhgate.forms import Form, ServiceError, method, moment, one_of, whole, words
from factory_erp.sync.sandbox.dhgate.order_memory import FULL, PARTIAL, SHIPPABLE, Delivery
from factory_erp.sync.sandbox.dhgate.payloads import DETAIL_FIELDS, LIST_FIELDS, Payload
from factory_erp.sync.sandbox.dhgate.state import SandboxState

LARGEST_PAGE = 100
LONGEST_SPAN = timedelta(days=365)
LONGEST_REMARK = 1000

_TIMES = {"1": "startedDate", "2": "payDate", "3": "updateDate"}
_CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


def order_list(state: SandboxState, form: Form) -> Payload:
    """Rows within a time span, both ends included, the latest first."""
    start, end = moment(form, "startDate"), moment(form, "endDate")
    _check_span(start, end)
    time = _TIMES[one_of(form, "querytimeType", *_TIMES)]
    page, size = whole(form, "pageNo", 1, 1_000_000), whole(form, "pageSize", 1, LARGEST_PAGE)
    within = _asked(form)
    found = state.select(lambda order: start <= str(order.get(time) or "") <= end and within(order))
    found.sort(key=lambda order: (str(order[time]), str(order["orderNo"])), reverse=True)
    rows = [_part(order, LIST_FIELDS) for order in found[(page - 1) * size : page * size]]
    return {"count": len(found), "pages": -(-len(found) // size), "orderBaseInfoList": rows}


def _check_span(start: str, end: str) -> None:
    span = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    if not timedelta(0) <= span <= LONGEST_SPAN:
        raise ServiceError("error.order.date.span", "时间跨度不能超过1年（365天）")


def _asked(form: Form) -> Callable[[Payload], bool]:
    """The optional filters of the list."""
    states = words(form, "orderStatus")
    fields = {name: form[name] for name in ("orderNo", "buyerNickName") if name in form}

    def keep(order: Payload) -> bool:
        plain = all(str(order.get(name)) == value for name, value in fields.items())
        return (
            plain
            and (not states or str(order.get("orderStatus")) in states)
            and _mentions(order, "orderDeliveryList", "deliveryNo", form.get("deliveryNo"))
            and _mentions(order, "orderProductList", "itemcode", form.get("itemCode"))
        )

    return keep


def _mentions(order: Payload, rows: str, name: str, value: str | None) -> bool:
    found = order.get(rows)
    return value is None or (isinstance(found, list) and any(str(row.get(name)) == value for row in found))


def order_get(state: SandboxState, form: Form) -> Payload:
    """Amounts, receiver and deliveries of an order."""
    return _part(_known(state, form), DETAIL_FIELDS)


def order_products(state: SandboxState, form: Form) -> Payload:
    """The lines of an order."""
    return {"orderProductList": _known(state, form).get("orderProductList") or []}


def delivery_save(state: SandboxState, form: Form) -> Payload:
    """Record a delivery, each time that it is asked."""
    order = _known(state, form)
    remark = form.get("deliveryRemark", "")
    _check_delivery(state, form, remark)
    if order.get("orderStatus") not in SHIPPABLE:
        raise ServiceError("error.order.status", f"订单状态{order.get('orderStatus')}不允许发货")
    state.deliver(
        Delivery(
            order_no=str(order["orderNo"]),
            delivery_no=form["deliveryNo"],
            shipping_type=form["shippingType"],
            state=form["deliveryState"],
            remark=remark,
            date=state.date(),
        )
    )
    return {"result": True}


def _check_delivery(state: SandboxState, form: Form, remark: str) -> None:
    one_of(form, "deliveryState", FULL, PARTIAL)
    if form["shippingType"] not in state.carriers:
        raise ServiceError("error.shippingtype.not.exist", "运输方式不存在")
    if _CHINESE.search(remark):
        raise ServiceError("error.deliveryremark.chinese", "运单备注不允许有中文")
    if len(remark) > LONGEST_REMARK:
        raise ServiceError("error.deliveryremark.length", "运单备注长度不大于1000")


def shipping_types(state: SandboxState, form: Form) -> Payload:
    """The ways of shipping, with everything that is said of them."""
    return {"shippingtypeList": [_shipping_type(row) for row in state.carrier_rows()]}


def _shipping_type(row: Payload) -> Payload:
    yes_no = dict.fromkeys(
        (
            "issupportdhgate",
            "issupportdhgatewarehouse",
            "issupportfree",
            "issupportself",
            "issupportstandard",
            "vaild",
        ),
        "1",
    )
    return {
        "shippingtypeid": row["id"],
        "name": row["name"],
        "description": row["name"],
        "detail": row["name"],
        "shippingtypecode": str(row["name"]).upper().replace(" ", "_"),
        "scode": "",
        "countryCount": 200,
        "deliverytime": "7-15",
        "optiontype": "",
        "priceCardUrl": None,
        "webimage": "",
        "website": None,
        **yes_no,
    }


def shipping_type_list(state: SandboxState, form: Form) -> Payload:
    """The ways of shipping, by id and name."""
    rows = [
        {"shippingTypeId": row["id"], "name": row["name"], "description": row["name"]}
        for row in state.carrier_rows()
    ]
    return {"shippingTypeList": rows}


def _known(state: SandboxState, form: Form) -> Payload:
    """The order meant; its hexadecimal ``orderId`` means nothing here."""
    order = state.order(form["orderNo"])
    if order is None:
        raise ServiceError("error.order.not.exist", "订单不存在")
    return order


def _part(order: Payload, names: tuple[str, ...]) -> Payload:
    return {name: order.get(name) for name in names}


METHODS = {
    "dh.order.list.get": method(
        "2.0",
        order_list,
        "startDate endDate querytimeType pageNo pageSize",
        "orderStatus orderNo buyerNickName deliveryNo itemCode",
    ),
    "dh.order.get": method("2.0", order_get, "orderNo"),
    "dh.order.product.get": method("2.0", order_products, "orderNo"),
    "dh.order.delivery.save": method(
        "2.0", delivery_save, "orderNo deliveryNo shippingType deliveryState", "deliveryRemark"
    ),
    "dh.shipping.types.get": method("1.0", shipping_types),
    "dh.shipping.typelist": method("2.0", shipping_type_list),
}
