"""Listings of the DHgate sandbox: their rules, their life, prices, and what comes before them."""

import base64
import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.sync.sandbox.dhgate_support import Caller, Clock, caller

SINCE = {"operateDateStart": "2026-01-01 00:00:00", "pages": "1", "pageSize": "60"}


def state_of(seller: Caller, code: str) -> str:
    found: str = seller.ok("dh.item.status.get", itemCode=code)["state"]
    return found


def codes(seller: Caller, state: str, **params: str) -> list[str]:
    answer = seller.ok("dh.item.list", **{**SINCE, "state": state, **params})
    return [str(row["itemCode"]) for row in answer["itemList"]]


def test_a_new_listing_waits_for_its_review() -> None:
    seller = caller()
    code = seller.add_item()
    assert state_of(seller, code) == "100200"
    assert codes(seller, "100200") == [code]
    assert codes(seller, "100100") == []
    seller.state.approve_all()
    assert state_of(seller, code) == "100100"
    assert codes(seller, "100100") == [code]


def test_a_review_can_end_after_some_calls_or_badly() -> None:
    seller = caller(approve_after=2)
    code = seller.add_item()
    assert [state_of(seller, code) for _call in range(2)] == ["100200", "100100"]
    seller.state.reject(code, "brand")
    row = seller.ok("dh.item.list", **SINCE, state="100300")["itemList"][0]
    assert (str(row["itemCode"]), row["unpassCause"]) == (code, "brand")


def test_a_repeated_add_makes_a_second_listing() -> None:
    seller = caller()
    first, second = seller.add_item(), seller.add_item()
    assert first != second
    assert seller.state.duplicates() == {"VB-R": [first, second], "VB-G": [first, second]}


def test_a_listing_says_what_it_was_told() -> None:
    seller = caller()
    wanted = seller.listing()
    code = seller.ok("dh.item.add", **wanted)["itemCode"]
    item = seller.ok("dh.item.get", itemCode=code)
    assert item["itemBase"] == wanted["itemBase"]
    assert item["itemWholesaleRangeList"] == wanted["itemWholesaleRangeList"]
    assert item["itemPackage"] == wanted["itemPackage"]
    assert (item["state"], item["vaildDay"], item["expireDate"]) == (100200, "90", "2026-06-08 20:00:00")
    rows = seller.ok("dh.item.sku.list", itemCode=code)["itemSkuList"]
    assert [(row["skuCode"], row["retailPrice"]) for row in rows] == [("VB-R", 12.5), ("VB-G", 12.5)]
    assert len({row["skuMD5"] for row in rows} | {row["skuId"] for row in rows}) == 4


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda item: item["itemBase"].update(itemName="x" * 141), "itemname"),
        (lambda item: item["itemBase"].update(htmlContent=" "), "htmlcontent"),
        (lambda item: item["itemBase"].update(htmlContent="x" * 80_001), "htmlcontent"),
        (lambda item: item["itemBase"].update(shortDesc="x" * 501), "shortdesc"),
        (lambda item: item["itemBase"].update(keyWord1=""), "keyword1"),
        (lambda item: item["itemBase"].update(keyWord2="保温杯"), "keyword"),
        (lambda item: item["itemImgList"].pop(), "images"),
        (lambda item: item["itemImgList"][0].update(type=1), "cover"),
        (lambda item: item["itemImgList"][1].update(type=3), "cover"),
        (lambda item: item["itemImgList"][1].update(imgMd5="0" * 32), "image.unknown"),
        (lambda item: item.update(shippingModelId="none"), "shippingmodel"),
        (lambda item: item["itemPackage"].update(grossWeight=0), "package"),
        (lambda item: item["itemPackage"].update(measureId="Piece"), "measure"),
        (lambda item: item["itemPackage"].update(packingQuantity=0), "packingquantity"),
        (lambda item: item["itemAttrList"].clear(), "attribute"),
        (lambda item: item["itemSkuList"].clear(), "sku"),
        (lambda item: item["itemSkuList"][0].update(retailPrice=0), "price"),
        (lambda item: item["itemSkuList"][0].update(retailPrice=1.005), "price"),
        (lambda item: item["itemSkuList"][0].update(saleStatus=2), "salestatus"),
        (lambda item: item["itemSkuList"][0].update(skuCode="VB-G"), "sku.repeated"),
        (lambda item: item["itemSkuList"][0].update(inventory=-1), "inventory"),
        (lambda item: item["itemSpecSelfDefList"].pop(), "sku.spec"),
        (lambda item: item["itemSpecSelfDefList"][1].update(attrValName="Red"), "spec.name"),
        (lambda item: item["itemSpecSelfDefList"][0].update(attrValId="1"), "spec.id"),
        (lambda item: item["itemWholesaleRangeList"][0].update(discount=95), "discount"),
        (lambda item: item["itemWholesaleRangeList"][0].update(discount=0.055), "discount"),
        (lambda item: item["itemWholesaleRangeList"][1].update(discount=0.05), "range"),
        (lambda item: item["itemWholesaleRangeList"][1].update(startQty=10), "range"),
        (lambda item: item["itemSaleSetting"].update(leadingTime=61), "leadingtime"),
        (lambda item: item["itemSaleSetting"].pop("maxSaleQty"), "maxsaleqty"),
        (lambda item: item["itemSaleSetting"].update(priceConfigType=3), "priceconfigtype"),
        (lambda item: item.update(itemInventory={"inventoryStatus": 1, "inventoryQty": 5}), "leadingtime"),
    ],
)
def test_a_listing_that_breaks_a_rule_is_refused(change: Change, error: str) -> None:
    seller = caller()
    listing = copy.deepcopy(seller.listing())
    change(listing)
    assert seller.refused("dh.item.add", **listing) == f"error.item.{error}"
    assert seller.state.items() == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"vaildDay": "60"}, "33"),
        ({"itemSkuList": "{"}, "33"),
        ({"itemBase": []}, "33"),
        ({"currency": "EUR"}, "33"),
        ({"shippingModelId": ""}, "32"),
    ],
)
def test_a_form_that_means_nothing_is_turned_away(change: dict[str, object], code: str) -> None:
    seller = caller()
    assert seller.turned_away("dh.item.add", **seller.listing(**change)) == code


def test_a_listing_stands_in_a_leaf_category() -> None:
    seller = caller()
    assert seller.refused("dh.item.add", **seller.listing(catePubId="014001")) == "error.category.not.leaf"


def test_stock_is_the_sum_of_what_can_be_sold() -> None:
    seller = caller()
    listing = copy.deepcopy(seller.listing())
    skus: Any = listing["itemSkuList"]
    for sku, (count, sold) in zip(skus, ((7, 1), (100, 0)), strict=True):
        sku.update(inventory=count, saleStatus=sold)
    listing["itemSaleSetting"] = {"leadingTime": 2, "priceConfigType": 1}
    stock = {"inventoryStatus": "1", "inventoryLocation": "CN"}
    wrong = {**listing, "itemInventory": {**stock, "inventoryQty": 107}}
    assert seller.refused("dh.item.add", **wrong) == "error.item.inventoryqty"
    seller.ok("dh.item.add", **{**listing, "itemInventory": {**stock, "inventoryQty": 7}})


def test_an_update_says_everything_anew_and_keeps_the_ids_of_variants() -> None:
    seller = caller()
    code = seller.add_item()
    seller.state.approve_all()
    before = seller.ok("dh.item.sku.list", itemCode=code)["itemSkuList"]
    listing = copy.deepcopy(seller.listing(itemCode=code, siteId="EN", vaildDay="30"))
    base: Any = listing["itemBase"]
    base["itemName"] = "Vacuum bottle"
    assert seller.ok("dh.item.update", **listing)["itemCode"] == code
    after = seller.ok("dh.item.sku.list", itemCode=code)["itemSkuList"]
    assert [row["skuId"] for row in after] == [row["skuId"] for row in before]
    assert seller.ok("dh.item.get", itemCode=code)["itemBase"]["itemName"] == "Vacuum bottle"
    assert state_of(seller, code) == "100200"
    assert len(seller.state.items()) == 1


def test_a_change_of_stock_needs_no_review_and_a_listing_off_the_shelf_stays_off() -> None:
    seller = caller()
    code = seller.add_item()
    seller.state.approve_all()
    listing = copy.deepcopy(seller.listing(itemCode=code, siteId="EN"))
    skus: Any = listing["itemSkuList"]
    skus[0]["inventory"] = 9
    seller.ok("dh.item.update", **listing)
    assert state_of(seller, code) == "100100"
    assert seller.ok("dh.item.sku.list", itemCode=code)["itemSkuList"][0]["inventory"] == 9
    seller.ok("dh.item.downshelf.list", itemCodes=code)
    seller.ok("dh.item.update", **listing)
    assert state_of(seller, code) == "100400"


def test_a_variant_that_names_its_id_keeps_it_with_other_options() -> None:
    seller = caller()
    code = seller.add_item()
    red, green = seller.ok("dh.item.sku.list", itemCode=code)["itemSkuList"]
    listing = copy.deepcopy(seller.listing(itemCode=code, siteId="EN"))
    skus: Any = listing["itemSkuList"]
    skus[0].update(skuCode="VB-B")
    skus[1].update(skuId=red["skuId"], skuCode="VB-R")
    seller.ok("dh.item.update", **listing)
    rows = {row["skuCode"]: row for row in seller.ok("dh.item.sku.list", itemCode=code)["itemSkuList"]}
    assert rows["VB-R"]["skuId"] == red["skuId"]
    assert rows["VB-R"]["skuMD5"] == green["skuMD5"]
    assert rows["VB-B"]["skuId"] not in (red["skuId"], green["skuId"])


def test_an_update_of_the_base_leaves_the_rest() -> None:
    seller = caller()
    code = seller.add_item()
    assert seller.ok("dh.item.base.update", itemCode=code, itemName="New")["isSuccess"] is True
    base = seller.ok("dh.item.get", itemCode=code)["itemBase"]
    assert (base["itemName"], base["keyWord1"]) == ("New", "vacuum bottle")
    assert seller.refused("dh.item.base.update", itemCode=code, itemName="x" * 141) == "error.item.itemname"


def test_prices_are_set_for_all_or_for_each() -> None:
    seller = caller()
    code = seller.add_item()

    def prices() -> list[float]:
        return [row["retailPrice"] for row in seller.ok("dh.item.sku.list", itemCode=code)["itemSkuList"]]

    md5 = [row["skuMD5"] for row in seller.ok("dh.item.sku.list", itemCode=code)["itemSkuList"]]
    common = {"itemCode": code, "siteId": "EN"}
    seller.ok("dh.item.price.update", **common, disCountType="2", itemPrice="9.99")
    assert prices() == [9.99, 9.99]
    each = [{"skuMD5": md5[1], "skuPrice": 11}]
    seller.ok("dh.item.price.update", **common, disCountType="1", skuPriceList=each)
    assert prices() == [9.99, 11]
    both = {"disCountType": "2", "itemPrice": "5", "skuPriceList": each}
    assert seller.refused("dh.item.price.update", **common, **both) == "error.item.price"
    stranger = [{"skuMD5": "0" * 32, "skuPrice": 11}]
    params = {**common, "disCountType": "1", "skuPriceList": stranger}
    assert seller.refused("dh.item.price.update", **params) == "error.item.sku.not.exist"


def test_discounts_of_several_listings_are_done_or_refused_one_by_one() -> None:
    seller = caller()
    code = seller.add_item()
    ranges = [
        {"startQty": 2, "endQty": 9, "disCount": 0.02, "disCountType": 2},
        {"startQty": 10, "endQty": 99, "disCount": 0.1, "disCountType": 2},
    ]
    rows = [{"itemCode": int(code), "itemWholesaleRangeList": ranges}]
    assert seller.ok("dh.item.wholesale.update.list", itemList=rows)["resultList"] == []
    kept = seller.ok("dh.item.get", itemCode=code)["itemWholesaleRangeList"]
    assert kept == [{"startQty": 2, "discount": 0.02}, {"startQty": 10, "discount": 0.1}]
    bad = [{**ranges[0], "endQty": 2}]
    rows = [
        {"itemCode": 1, "itemWholesaleRangeList": ranges},
        {"itemCode": int(code), "itemWholesaleRangeList": bad},
    ]
    answer = seller.ok("dh.item.wholesale.update.list", itemList=rows)
    assert answer["isSuccess"] is False
    assert [row["itemCode"] for row in answer["resultList"]] == ["1", code]


def test_lead_times_are_set_for_several() -> None:
    seller = caller()
    code = seller.add_item()
    answer = seller.ok("dh.item.leading.update.list", itemCodes=f"{code},404", leadTime="25")
    assert [row["failReason"] for row in answer["resultList"]] == ["产品itemCode不存在"]
    assert seller.ok("dh.item.get", itemCode=code)["itemSaleSetting"]["leadingTime"] == 25
    assert seller.ok("dh.item.leading.update.list", itemCodes=code, leadTime="61")["isSuccess"] is False


def test_on_and_off_the_shelf_and_away() -> None:
    seller = caller()
    code = seller.add_item()
    assert seller.ok("dh.item.upshelf.list", itemCodes=code)["isSuccess"] is False
    seller.state.approve_all()
    for _time in range(2):
        assert seller.ok("dh.item.downshelf.list", itemCodes=code)["isSuccess"] is True
    assert state_of(seller, code) == "100400"
    assert codes(seller, "100400", downDateStart="2026-03-10 00:00:00") == [code]
    assert seller.ok("dh.item.upshelf.list", itemCodes=code)["isSuccess"] is True
    assert state_of(seller, code) == "100100"
    assert seller.ok("dh.item.delete.list", itemCodes=code) == {
        **seller.ok("dh.item.delete.list", itemCodes="404"),
        "isSuccess": True,
        "resultList": [],
    }
    assert seller.refused("dh.item.get", itemCode=code) == "error.item.not.exist"
    assert seller.add_item() != code


def test_lists_of_listings_have_pages_and_bounds() -> None:
    clock = Clock()
    seller = caller(clock)
    made = []
    for _hour in range(3):
        made.append(seller.add_item())
        clock.pass_by(hours=1)
    answer = seller.ok("dh.item.list", **{**SINCE, "pages": "2", "pageSize": "2"}, state="100200")
    assert (answer["total"], answer["pageTotal"]) == ("3", "2")
    assert [str(row["itemCode"]) for row in answer["itemList"]] == [made[0]]
    assert codes(seller, "100200", operateDateStart="2026-03-10 21:00:00") == [made[2], made[1]]
    assert codes(seller, "100200", operateDateEnd="2026-03-10 20:00:00") == [made[0]]
    assert codes(seller, "100200", itemCodes=f"[{made[1]}]") == [made[1]]
    assert codes(seller, "100200", orderByAsc="1") == made
    assert seller.turned_away("dh.item.list", **{**SINCE, "pageSize": "61"}, state="100200") == "33"


# What comes before a listing


def test_a_picture_is_taken_once_and_known_again() -> None:
    seller = caller()
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"x" * 10).decode()
    params = {"funType": "albu", "imgName": "front.png", "imgBase64": picture}
    first, second = (seller.ok("dh.album.img.upload", **params) for _time in range(2))
    assert (first["result"], second["result"]) == ("1", "2")
    assert first["imgUrl"] == second["imgUrl"]
    assert first["imgSize"] == "18"


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"GIF8" + bytes(2 * 1024 * 1024), "error.img.size"), (b"%PDF", "error.img.type")],
)
def test_a_picture_that_is_none_or_too_large_is_refused(content: bytes, error: str) -> None:
    text = base64.b64encode(content).decode()
    params = {"funType": "albu", "imgName": "x", "imgBase64": text}
    assert caller().refused("dh.album.img.upload", **params) == error


def test_broken_base64_is_turned_away() -> None:
    params = {"funType": "albu", "imgName": "x", "imgBase64": "%%%"}
    assert caller().turned_away("dh.album.img.upload", **params) == "33"


def test_categories_lead_from_the_root_to_attributes_and_values() -> None:
    seller = caller()
    rows = seller.ok("dh.category.list")["catePubList"]
    while rows and rows[0]["leaf"] == "0":
        rows = seller.ok("dh.category.list", parentId=rows[0]["catePubId"])["catePubList"]
    leaf = rows[0]["catePubId"]
    assert seller.ok("dh.category.list", parentId=leaf)["catePubList"] == []
    attributes = seller.ok("dh.category.get", catePubId=leaf)["categoryPubAttrList"]
    needed = [row for row in attributes if row["required"] == "1"]
    assert [row["lineAttrName"] for row in needed] == ["Material"]
    values = seller.ok("dh.category.attrval.list", catePubId=leaf, childAtrrId=str(needed[0]["attrId"]))
    assert values["valueList"] == needed[0]["categoryPubAttrValList"]
    assert seller.refused("dh.category.get", catePubId="014") == "error.category.not.leaf"


def test_units_and_shipping_templates_have_ids() -> None:
    seller = caller()
    units = seller.ok("dh.base.measures.get")["meauserList"]
    assert {"Piece", "Set"} <= {row["name"] for row in units}
    templates = seller.ok("dh.shipping.template.list")["shippingModelList"]
    assert all(len(row["shippingTempId"]) == 32 for row in templates)
