"""The calls about listings: add, change, price, put on and off the shelf, read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from factory_erp.sync.sandbox.dhgate.forms import (
    Form,
    ServiceError,
    illegal,
    json_rows,
    method,
    moment,
    one_of,
    whole,
    words,
)
from factory_erp.sync.sandbox.dhgate.item_memory import OFF_SHELF, ON_SHELF, STATES, skus_of
from factory_erp.sync.sandbox.dhgate.item_rules import (
    LONGEST_LEAD,
    check_base,
    check_lead,
    check_price,
    check_ranges,
    content_of,
    refuse,
)
from factory_erp.sync.sandbox.dhgate.payloads import Payload
from factory_erp.sync.sandbox.dhgate.state import SandboxState

LARGEST_PAGE = 60
LONGEST_LEAD_STOCKED_LIST = 4
"""Days for goods in stock where lead times of several listings are set at once."""

Row = TypeVar("Row")

_BASE = "htmlContent itemName keyWord1 keyWord2 keyWord3 shortDesc videoUrl"
_SPANS = {
    "operateDate": "operateDate",
    "upDate": "upDate",
    "expireDate": "expireDate",
    "downDate": "downDate",
}


def item_add(state: SandboxState, form: Form) -> Payload:
    """A new listing, each time that it is asked."""
    return state.add_item(content_of(state, form))


def item_update(state: SandboxState, form: Form) -> Payload:
    """Everything anew."""
    code = str(_known(state, form)["itemCode"])
    return state.replace_item(code, content_of(state, form))


def item_base_update(state: SandboxState, form: Form) -> Payload:
    """Title, descriptions and keywords that are given."""
    item = _known(state, form)
    given: Payload = {name: form[name] for name in _BASE.split() if name in form}
    check_base(given, partial=True)
    base = item["itemBase"]
    state.change_item(str(item["itemCode"]), itemBase={**(base if isinstance(base, dict) else {}), **given})
    return {"isSuccess": True}


def item_get(state: SandboxState, form: Form) -> Payload:
    """Everything that is known of a listing."""
    item = _known(state, form)
    hidden = ("unpassCause", "withDrawalType", "upDate", "downDate")
    return {
        **{name: value for name, value in item.items() if name not in hidden},
        "state": int(str(item["state"])),
    }


def item_list(state: SandboxState, form: Form) -> Payload:
    """Rows of one state, changed since a date, the latest first. Totals are texts."""
    wanted = one_of(form, "state", *STATES)
    keep = _asked(form)
    page, size = whole(form, "pages", 1, 1_000_000), whole(form, "pageSize", 1, LARGEST_PAGE)
    found = [item for item in state.items() if item["state"] == wanted and keep(item)]
    rising = form.get("orderByAsc") == "1"
    found.sort(key=lambda item: (str(item["operateDate"]), int(str(item["itemCode"]))), reverse=not rising)
    rows = [_row(item) for item in found[(page - 1) * size : page * size]]
    return {"total": str(len(found)), "pageTotal": str(-(-len(found) // size)), "itemList": rows}


def _asked(form: Form) -> Callable[[Payload], bool]:
    bounds = [
        (field, side, moment(form, field + side))
        for field in _SPANS
        for side in ("Start", "End")
        if field + side in form
    ]
    codes = {code.strip() for code in form.get("itemCodes", "").strip("[]").split(",")} - {""}

    def keep(item: Payload) -> bool:
        for field, side, bound in bounds:
            value = str(item.get(field) or "")
            if not value or (value < bound if side == "Start" else value > bound):
                return False
        return not codes or item["itemCode"] in codes

    return keep


def _row(item: Payload) -> Payload:
    base, images = item["itemBase"], item["itemImgList"]
    texts = base if isinstance(base, dict) else {}
    cover = images[0]["imgUrl"] if isinstance(images, list) and images else ""
    names = ("catePubId", "expireDate", "operateDate", "shippingModelId", "state", "unpassCause", "upDate")
    return {
        **{name: item.get(name) for name in names},
        "itemCode": int(str(item["itemCode"])),
        "itemName": texts.get("itemName"),
        "shortDes": texts.get("shortDesc"),
        "imgUrl": cover,
        "itemUrl": f"product/sandbox/{item['itemCode']}.html",
        "itemGroupId": item.get("itemGroupId"),
        "cateDispId": item.get("catePubId"),
        "vaildDay": int(str(item["vaildDay"])),
        "withDrawalType": item.get("withDrawalType"),
        "isFreeShip": 1,
        "accuratelyDescribe": 1,
    }


def item_status(state: SandboxState, form: Form) -> Payload:
    """Where a listing stands."""
    item = _known(state, form)
    base = item["itemBase"]
    return {
        "itemCode": int(str(item["itemCode"])),
        "itemId": item["itemId"],
        "itemName": base.get("itemName") if isinstance(base, dict) else None,
        "state": item["state"],
        "withDrawalType": item.get("withDrawalType"),
    }


def sku_list(state: SandboxState, form: Form) -> Payload:
    """The variants of a listing."""
    item = _known(state, form)
    return {"itemSkuList": [_sku_row(item, sku) for sku in skus_of(item)]}


def _sku_row(item: Payload, sku: Payload) -> Payload:
    return {
        "itemCode": int(str(item["itemCode"])),
        "skuId": sku["skuId"],
        "skuMD5": sku["skuMD5"],
        "skuCode": sku["skuCode"],
        "retailPrice": sku["retailPrice"],
        "inventory": sku["inventory"],
        "itemSkuAttrvalList": sku["itemSkuAttrValueList"],
        "itemSkuInvenList": sku.get("itemSkuInventoryList") or [],
        "priceType": 2,
        "supplierId": item["supplierId"],
    }


def price_update(state: SandboxState, form: Form) -> Payload:
    """One price for all variants, or one for each that is named."""
    item = _known(state, form)
    kind = one_of(form, "disCountType", "1", "2")
    if ("itemPrice" in form) != (kind == "2") or ("skuPriceList" in form) != (kind == "1"):
        raise refuse("price", "统一设置价格时itemPrice不能为空，分别设置价格时skuPriceList不能为空")
    skus = skus_of(item)
    prices = _prices(form, skus)
    if not set(prices) <= {str(sku["skuMD5"]) for sku in skus}:
        raise refuse("sku.not.exist", "skuMD5不存在")
    changed = [{**sku, "retailPrice": prices.get(str(sku["skuMD5"]), sku["retailPrice"])} for sku in skus]
    setting = item["itemSaleSetting"]
    config = {**(setting if isinstance(setting, dict) else {}), "priceConfigType": int(kind)}
    state.change_item(str(item["itemCode"]), itemSkuList=changed, itemSaleSetting=config)
    return {"isSuccess": True}


def _prices(form: Form, skus: list[Payload]) -> dict[str, str]:
    """skuMD5 to its price."""
    if "itemPrice" in form:
        return {str(sku["skuMD5"]): str(check_price(form["itemPrice"])) for sku in skus}
    # The documentation spells the names in two ways.
    rows = [{name.lower(): value for name, value in row.items()} for row in json_rows(form, "skuPriceList")]
    return {str(row.get("skumd5")): str(check_price(row.get("skuprice"))) for row in rows}


def wholesale_update(state: SandboxState, form: Form) -> Payload:
    """The discounts of several listings; each is refused or done on its own."""
    rows = json_rows(form, "itemList")
    if not rows:
        raise illegal("itemList")
    return _each(rows, lambda row: str(row.get("itemCode")), lambda row: _set_ranges(state, row))


def _set_ranges(state: SandboxState, row: Payload) -> None:
    item = _listing(state, str(row.get("itemCode")))
    rows = row.get("itemWholesaleRangeList")
    ranges = [each for each in rows if isinstance(each, dict)] if isinstance(rows, list) else []
    check_ranges(ranges, "disCount")
    for each in ranges:
        if str(each.get("disCountType")) not in ("1", "2"):
            raise refuse("discounttype", "disCountType只能为1或2")
        if not str(each.get("endQty")).isdigit() or int(str(each["endQty"])) <= int(str(each["startQty"])):
            raise refuse("endqty", "起批截止数量取值大于起批开始数量")
    kept = [{"startQty": each["startQty"], "discount": each["disCount"]} for each in ranges]
    state.change_item(str(item["itemCode"]), itemWholesaleRangeList=kept)


def leading_update(state: SandboxState, form: Form) -> Payload:
    """The days until shipping of several listings."""

    def change(code: str) -> None:
        item = _listing(state, code)
        stock, setting = item.get("itemInventory"), item["itemSaleSetting"]
        stocked = isinstance(stock, dict) and str(stock.get("inventoryStatus")) == "1"
        check_lead(form["leadTime"], LONGEST_LEAD_STOCKED_LIST if stocked else LONGEST_LEAD)
        days = {"leadingTime": int(form["leadTime"])}
        state.change_item(code, itemSaleSetting={**(setting if isinstance(setting, dict) else {}), **days})

    return _each(_codes(form), str, change)


def up_shelf(state: SandboxState, form: Form) -> Payload:
    """Put listings that were taken off back on the shelf; those that are there stay."""
    return _each(_codes(form), str, lambda code: _move(state, code, ON_SHELF))


def down_shelf(state: SandboxState, form: Form) -> Payload:
    """Take listings off the shelf; those that are off stay."""
    return _each(_codes(form), str, lambda code: _move(state, code, OFF_SHELF))


def _move(state: SandboxState, code: str, wanted: str) -> None:
    item = _listing(state, code)
    if item["state"] not in (ON_SHELF, OFF_SHELF):
        raise refuse("state", f"产品状态{item['state']}不允许操作")
    if item["state"] == wanted:
        return
    if wanted == ON_SHELF:
        state.change_item(code, state=wanted, upDate=state.date(), withDrawalType=None)
    else:
        state.change_item(code, state=wanted, downDate=state.date(), withDrawalType=1)


def delete(state: SandboxState, form: Form) -> Payload:
    """Take listings away for ever."""

    def remove(code: str) -> None:
        state.delete_item(str(_listing(state, code)["itemCode"]))

    return _each(_codes(form), str, remove)


def _each(rows: list[Row], code_of: Callable[[Row], str], act: Callable[[Row], None]) -> Payload:
    """Act on each row; the list of results holds only what failed."""
    failed: list[Payload] = []
    for row in rows:
        try:
            act(row)
        except ServiceError as error:
            failed.append({"itemCode": code_of(row), "isSuccess": False, "failReason": error.text})
    return {"isSuccess": not failed, "resultList": failed}


def _codes(form: Form) -> list[str]:
    codes = words(form, "itemCodes")
    if not codes:
        raise illegal("itemCodes")
    return codes


def _known(state: SandboxState, form: Form) -> Payload:
    return _listing(state, form["itemCode"])


def _listing(state: SandboxState, code: str) -> Payload:
    item = state.item(code)
    if item is None:
        raise ServiceError("error.item.not.exist", "产品itemCode不存在")
    return item


_CONTENT = (
    "catePubId itemAttrList itemBase itemImgList itemPackage itemSaleSetting itemSkuList"
    " itemWholesaleRangeList shippingModelId vaildDay"
)
_CONTENT_MORE = "afterSaleTemplateId issample itemGroupId itemInventory itemSpecSelfDefList sizeTemplateId"

METHODS = {
    "dh.item.add": method("2.0", item_add, _CONTENT, f"{_CONTENT_MORE} siteId itemAttrGroupList"),
    "dh.item.update": method(
        "2.0",
        item_update,
        f"{_CONTENT} itemCode siteId",
        f"{_CONTENT_MORE} itemAttrgroupList expireDate supplierId",
    ),
    "dh.item.base.update": method("2.0", item_base_update, "itemCode", f"{_BASE} siteId"),
    "dh.item.get": method("2.0", item_get, "itemCode", "siteId"),
    "dh.item.list": method(
        "2.0",
        item_list,
        "operateDateStart pages pageSize state",
        "operateDateEnd upDateStart upDateEnd downDateStart downDateEnd expireDateStart expireDateEnd"
        " itemCodes notGoldStall notLocalReturn orderBy orderByAsc siteId",
    ),
    "dh.item.status.get": method("2.0", item_status, "itemCode", "siteId"),
    "dh.item.sku.list": method("2.0", sku_list, "itemCode", "siteId"),
    "dh.item.price.update": method(
        "2.0", price_update, "disCountType itemCode siteId", "itemPrice skuPriceList"
    ),
    "dh.item.wholesale.update.list": method("2.0", wholesale_update, "itemList", "siteId"),
    "dh.item.leading.update.list": method("2.0", leading_update, "itemCodes leadTime", "siteId"),
    "dh.item.upshelf.list": method("2.0", up_shelf, "itemCodes", "siteId"),
    "dh.item.downshelf.list": method("2.0", down_shelf, "itemCodes", "siteId"),
    "dh.item.delete.list": method("2.0", delete, "itemCodes", "siteId"),
}
