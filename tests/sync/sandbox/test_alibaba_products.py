import copy
from typing import Any

import pytest

from tests.sync.sandbox.alibaba_calls import Caller

CREATE, UPDATE = "/alibaba/icbu/product/listing/v2", "/alibaba/icbu/product/update/v2"
READ, SEARCH = "/alibaba/icbu/product/get/v2", "/alibaba/icbu/product/search/v2"
STATUS, SHELF = "/alibaba/icbu/product/status/get/v2", "/alibaba/icbu/product/batch/update/status"
STOCK, PRICE = "/icbu/product/edit-inventory", "/icbu/product/edit-price"
UPLOAD = "/alibaba/icbu/photobank/upload"

PRODUCT: dict[str, Any] = {
    "basic_info": {
        "title": "Steel vacuum flask 500 ml",
        "keywords": "flask bottle",
        "language": "en_US",
        "model_number": "VF-500",
        "product_image": [{"image_url": "https://sc04.alicdn.com/kf/a.jpg"}],
    },
    "category_info": {
        "category_id": 100003291,
        "attributes": [{"attribute_name": "Material", "attribute_value": "Stainless Steel"}],
    },
    "trade_info": {
        "moq": "100",
        "unit": "Piece",
        "price": {
            "price_type": "TIERED",
            "currency": "USD",
            "tiered_price": [{"quantity": "100", "price": "4.20"}, {"quantity": "500", "price": "3.9"}],
        },
        "sku_info": [{"sku_code": "VF-500-RED"}, {"sku_code": "VF-500-BLUE"}],
    },
    "logistics_info": {"tiered_lead_time": [{"quantity": "100", "lead_time": "15"}]},
}


def create(caller: Caller, **changes: object) -> int:
    answer = caller.path(CREATE, **{**PRODUCT, **changes})
    assert answer["success"] is True, answer
    return int(answer["result"]["data"])


def changed(path: str, value: object) -> dict[str, Any]:
    """PRODUCT with *value* at a dotted *path*; None takes the field away."""
    product = copy.deepcopy(PRODUCT)
    *above, last = path.split(".")
    place = product
    for name in above:
        place = place[name]
    if value is None:
        place.pop(last)
    else:
        place[last] = value
    return product


def test_a_listing_goes_through_its_review(caller: Caller) -> None:
    product_id = str(create(caller))
    first = caller.path(READ, product_id=product_id)["product_info"]
    assert (first["basic_info"]["status"], first["basic_info"]["audit_status"]) == ("offline", "pending")
    assert first["attributes"] == PRODUCT["category_info"]["attributes"]
    assert len({sku["sku_id"] for sku in first["trade_info"]["sku_info"]}) == 2
    states = [caller.path(STATUS, product_id=product_id)["data"]["status"] for _look in range(2)]
    assert states == ["pending", "online"]
    sku_id = str(first["trade_info"]["sku_info"][1]["sku_id"])
    assert caller.path(READ, sku_id=sku_id)["product_info"]["basic_info"]["status"] == "online"


def test_a_rejected_listing_says_why(caller: Caller) -> None:
    product_id = create(caller)
    caller.server.state.shelf.reject(product_id, "Picture is blurred")
    data = caller.path(STATUS, product_id=str(product_id))["data"]
    assert data == {"status": "failed", "status_desc": "Picture is blurred"}
    assert caller.server.state.approve_all() == []


def test_a_repeated_create_makes_a_second_listing_that_tests_can_see(caller: Caller) -> None:
    ids = [create(caller), create(caller)]
    assert caller.server.state.duplicates() == {"VF-500": ids}
    found = caller.path(SEARCH, model_number="VF-500")
    assert [row["basic_info"]["product_id"] for row in found["product_info"]] == ids
    assert len(caller.server.state.listings()) == 2
    caller.path("/alibaba/icbu/product/delete", product_id_list=ids[:1])
    assert caller.server.state.duplicates() == {}
    assert caller.path(READ, product_id=str(ids[0]))["msg_code"] == "B_PRODUCT_NOT_FOUND"


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("basic_info.title", "", "B_TITLE_NOT_FOUND"),
        ("basic_info.title", "x" * 129, "B_PRODUCT_PARAM_INVALID"),
        ("basic_info.keywords", None, "B_KEYWORD_NOT_FOUND"),
        ("basic_info.product_image", [], "B_PRODUCT_PARAM_INVALID"),
        (
            "basic_info.product_image",
            [{"image_url": "https://a.example/b.jpg"}] * 7,
            "B_PRODUCT_PARAM_INVALID",
        ),
        ("basic_info.product_image", [{"image_url": "C:\\a.jpg"}], "B_CONTAINS_INVALID_IMAGE"),
        ("category_info.category_id", 15, "BUSINESS_CATEGORY_NOT_EXIST"),
        (
            "category_info.attributes",
            [{"attribute_name": "Material", "attribute_value": "x" * 71}],
            "B_PRODUCT_PARAM_INVALID",
        ),
        ("trade_info.price", None, "B_PRICE_ALL_NULL"),
        (
            "trade_info.price.tiered_price",
            [{"quantity": 1, "price": "3"}, {"quantity": 5, "price": "3"}],
            "B_PRICE_SEQUENCE_INVALID",
        ),
        ("trade_info.price.tiered_price", [{"quantity": 1, "price": "3.333"}], "B_PRICE_SCALE_INVALID"),
        ("trade_info.price", {"range_price": {"min_price": 5, "max_price": 5}}, "B_MIN_PRICE_RANGE_INVALID"),
        ("trade_info.sku_info", [{"sku_code": "A", "sku_price": "3"}], "B_PRODUCT_PARAM_INVALID"),
        ("trade_info.inventory", 0, "B_PRODUCT_PARAM_INVALID"),
        (
            "logistics_info.tiered_lead_time",
            [{"quantity": 100, "lead_time": 0}],
            "B_PRODUCT_PARAM_INVALID",
        ),
    ],
)
def test_the_platform_s_rules(caller: Caller, path: str, value: object, code: str) -> None:
    answer = caller.path(CREATE, **changed(path, value))
    assert (answer["code"], answer["success"], answer["msg_code"]) == ("0", False, code)
    assert caller.server.state.listings() == []


def test_keywords_may_be_left_to_the_platform(caller: Caller) -> None:
    product = changed("basic_info.keywords", None)
    assert create(caller, **product, ai_optimization_config={"keyword_optimization_enabled": True})


def test_an_update_changes_what_it_names_and_variants_keep_their_ids(caller: Caller) -> None:
    product_id = create(caller)
    before = caller.server.state.listings()[0]["trade_info"]["sku_info"]  # type: ignore[index]
    info = {
        "basic_info": {"product_id": product_id, "title": "Better flask"},
        "trade_info": {"sku_info": [{"sku_code": "VF-500-BLUE"}, {"sku_code": "VF-500-BLACK"}]},
    }
    assert caller.path(UPDATE, product_info=info)["success"]
    (after,) = caller.server.state.listings()
    assert after["basic_info"]["title"] == "Better flask"  # type: ignore[index]
    assert after["basic_info"]["keywords"] == "flask bottle"  # type: ignore[index]
    skus = {sku["sku_code"]: sku["sku_id"] for sku in after["trade_info"]["sku_info"]}  # type: ignore[index]
    assert skus["VF-500-BLUE"] == before[1]["sku_id"]
    assert skus["VF-500-BLACK"] not in [sku["sku_id"] for sku in before]


def test_the_shelf_does_what_it_can_and_names_the_rest(caller: Caller) -> None:
    first, second = create(caller), create(caller)
    caller.server.state.approve_all()
    third = create(caller)
    answer = caller.path(SHELF, product_id_list=[first, second], action="offline")
    assert (answer["success"], answer["updated_product_ids"]) == (True, [first, second])
    answer = caller.path(SHELF, product_id_list=[first, third, 5], action="online")
    assert (answer["success"], answer["updated_product_ids"]) == (False, [first])
    assert [row["product_id"] for row in answer["errors"]] == [third, 5]


@pytest.mark.parametrize("as_list", [False, True])
def test_stock_is_set_to_a_figure_in_either_shape(caller: Caller, as_list: bool) -> None:
    product_id = create(caller)
    sku_id = str(caller.server.state.listings()[0]["trade_info"]["sku_info"][0]["sku_id"])  # type: ignore[index]
    stock: object = [{"sku_id": sku_id, "inventory": 40}] if as_list else {sku_id: 40}
    for _time in range(2):
        assert caller.path(STOCK, product_id=str(product_id), sku_inventory=stock)["success"]
    sku = caller.server.state.listings()[0]["trade_info"]["sku_info"][0]  # type: ignore[index]
    assert sku["inventory"] == 40
    both = caller.path(STOCK, product_id=str(product_id), sku_inventory=stock, inventory="3")
    assert both["msg_code"] == "B_INVENTORY_CONFLICT"
    assert caller.path(STOCK, product_id=str(product_id))["msg_code"] == "B_INVENTORY_ALL_NULL"
    refused = caller.path(STOCK, product_id=str(product_id), sku_inventory={sku_id: -1})
    assert refused["msg_code"] == "B_PRODUCT_PARAM_INVALID"


def test_prices_are_in_dollars_and_of_one_kind(caller: Caller) -> None:
    product_id = str(create(caller))
    price = {"price_type": "TIERED", "currency": "USD", "tiered_price": [{"quantity": 1, "price": "2"}]}
    sku_id = caller.server.state.listings()[0]["trade_info"]["sku_info"][0]["sku_id"]  # type: ignore[index]
    single = [{"sku_id": sku_id, "price": "1.99"}]
    assert caller.path(PRICE, product_id=product_id, price=price)["success"]
    assert caller.path(PRICE, product_id=product_id, sku_price=single)["success"]
    trade: Any = caller.server.state.listings()[0]["trade_info"]
    assert trade["price"]["tiered_price"] == [{"quantity": 1, "price": "2"}]
    assert trade["sku_info"][0]["sku_price"] == {"price": "1.99", "currency": "USD"}
    codes = [
        caller.path(PRICE, product_id=product_id, price=price, sku_price=single)["msg_code"],
        caller.path(PRICE, product_id=product_id)["msg_code"],
        caller.path(PRICE, product_id=product_id, price={**price, "currency": "EUR"})["msg_code"],
    ]
    assert codes == ["B_PRICE_CONFLICT", "B_PRICE_ALL_NULL", "B_PRODUCT_PARAM_INVALID"]


def test_pictures_are_files_of_five_megabytes_at_most(caller: Caller) -> None:
    answer = caller.path(UPLOAD, file_name="a.png", files={"image_bytes": b"\x89PNG\r\n\x1a\n"})
    assert answer["upload_image_response"]["photobank_url"].startswith("https://sc04.alicdn.com/")
    large = caller.path(UPLOAD, file_name="a.png", files={"image_bytes": b"x" * (5 * 1024 * 1024 + 1)})
    assert large["msg_code"] == "SIZE_TOO_LARGE"
    assert caller.path(UPLOAD, file_name="a.png")["code"] == "InvalidParameter"
    assert len(caller.server.state.shelf.images) == 1


def test_categories_and_their_attributes(caller: Caller) -> None:
    predicted = caller.path("/alibaba/icbu/category/predict/v2", title="Steel vacuum flask")["data"]
    assert predicted["category_id"] == 100003291
    assert predicted["category_path"].startswith("Home & Garden/Kitchen & Tabletop/")
    assert (
        caller.path("/alibaba/icbu/category/predict/v2", title="xyz")["msg_code"] == "B_CATEGORY_PREDICT_FAIL"
    )
    roots = caller.path("/alibaba/icbu/category/get/v2")["data"]
    assert {
        "category_id": 15,
        "category_name": "Home & Garden",
        "leaf_category": "false",
        "level": 1,
    } in roots
    asked = caller.path("/alibaba/icbu/category/attribute/get/v2", category_id="100003291")["data"]
    assert [row["attribute_name"] for row in asked["sale_attributes"]] == ["Color", "Size"]
    rows = caller.path("/alibaba/icbu/product/list/shipping/templates")["template_info_list"]
    assert rows[0]["template_id"] == "700001"


def test_a_hidden_id_and_back(caller: Caller) -> None:
    api = "/alibaba/icbu/product/id/"
    secret = caller.path(api + "encrypt", product_id="1600000000001", language="ENGLISH")["secret_id"]
    assert not secret.isdigit()
    assert caller.path(api + "decrypt", product_id=secret, language="ENGLISH")["id"] == 1600000000001
    assert caller.path(api + "decrypt", product_id="AAHx", language="ENGLISH")["code"] == "InvalidParameter"


def test_the_search_has_pages_of_twenty_at_most(caller: Caller) -> None:
    for number in range(3):
        create(caller, **changed("basic_info.model_number", f"M{number}"))
    second = caller.path(SEARCH, page_index="2", page_size="2")
    assert [row["basic_info"]["model_number"] for row in second["product_info"]] == ["M2"]
    assert second["page"] == {"page_index": 2, "page_size": 2, "total_item": 3, "total_page": 2}
    assert caller.path(SEARCH, page_size="21")["msg_code"] == "B_PRODUCT_PARAM_INVALID"
    assert len(caller.path(SEARCH, sku_code="VF-500-RED")["product_info"]) == 3
