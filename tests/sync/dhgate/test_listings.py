import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.listings import LeadTier, ListingSku, PriceTier
from factory_erp.sync.connectors.dhgate import RULES
from factory_erp.sync.connectors.dhgate.attributes import attribute_rows
from factory_erp.sync.connectors.dhgate.catalogue import AttributeInfo
from factory_erp.sync.connectors.dhgate.forms import to_json
from factory_erp.sync.connectors.listings import ImageFile, RemoteState
from factory_erp.sync.http.errors import OutcomeUnknown, PlatformUnavailable, Refused
from factory_erp.sync.sandbox.dhgate import SandboxServer
from factory_erp.sync.sandbox.faults import FaultProfile
from tests.sync.dhgate.support import SHAS, Desk, content, uploaded

Sandbox = Callable[..., SandboxServer]
Connect = Callable[..., Desk]

TWO = (
    ListingSku("VB-500-RED", (("Color", "Red"),), image=SHAS[1]),
    ListingSku(
        "VB-500-BLU",
        (("Color", "Blue"),),
        prices=(PriceTier(Decimal(10), Decimal("9.00")), PriceTier(Decimal(100), Decimal("8.55"))),
    ),
)


def only(server: SandboxServer) -> dict[str, Any]:
    (item,) = server.state.items()
    return item


def published(made: Desk, **changes: object) -> str:
    images = uploaded(made.connector)
    return made.connector.listings.create(content(**changes), images)


def test_a_listing_says_what_the_content_says(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox()
    made = connect(server)
    code = published(made)
    item = only(server)
    assert item["itemCode"] == code
    assert (item["catePubId"], item["vaildDay"], item["siteId"]) == ("014001001", "90", "EN")
    assert item["itemAttrGroupList"] == []
    base = item["itemBase"]
    assert (base["itemName"], base["htmlContent"]) == ("Vacuum bottle 500 ml", "<p>Keeps tea warm.</p>")
    assert base["shortDesc"] == "Model: VB-500; Vacuum bottle 500 ml"
    assert (base["keyWord1"], base["keyWord2"]) == ("vacuum bottle", "")
    assert [image["type"] for image in item["itemImgList"]] == [3, 1, 1]
    package = item["itemPackage"]
    sizes = [Decimal(str(package[side])) for side in ("length", "width", "height")]
    assert sizes == [Decimal(25), Decimal(8), Decimal("8.5")]
    assert Decimal(str(package["grossWeight"])) == Decimal("0.45")
    setting = item["itemSaleSetting"]
    assert (setting["leadingTime"], setting["minWholesaleQty"], setting["priceConfigType"]) == (20, 10, 2)
    (sku,) = item["itemSkuList"]
    assert (sku["skuCode"], Decimal(str(sku["retailPrice"])), sku["saleStatus"]) == (
        "VB-500",
        Decimal(8),
        1,
    )
    (step,) = item["itemWholesaleRangeList"]
    assert (step["startQty"], Decimal(str(step["discount"]))) == (100, Decimal("0.05"))
    attributes = {row["attrName"]: row for row in item["itemAttrList"]}
    assert attributes["Material"]["itemAttrValList"][0]["attrValId"] == 102_336
    assert attributes["Model Number"]["attrId"] == 11


def test_variants_are_options_of_our_own(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox()
    published(connect(server), skus=TWO)
    item = only(server)
    assert [spec["attrValName"] for spec in item["itemSpecSelfDefList"]] == ["Red", "Blue"]
    red, blue = item["itemSkuList"]
    assert red["itemSkuAttrValueList"] == [{"attrId": 9999, "attrValId": 1000, "sizeSpecType": 3}]
    assert (Decimal(str(red["retailPrice"])), Decimal(str(blue["retailPrice"]))) == (Decimal(8), Decimal(9))
    assert item["itemSaleSetting"]["priceConfigType"] == 1


def test_it_is_found_by_its_model_number_in_every_state(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox()
    made = connect(server)
    listings = made.connector.listings
    assert listings.find("VB-500") is None
    code = published(made)
    assert listings.find("VB-500") == code
    server.state.approve_all()
    assert listings.find("VB-500") == code
    server.state.reject(code)
    assert listings.find(" VB-500 ") == code
    assert listings.find("VB-50") is None


def test_a_listing_whose_mark_was_removed_is_found_by_attribute_or_code(
    sandbox: Sandbox, connect: Connect
) -> None:
    server = sandbox()
    made = connect(server)
    code = published(made)
    server.state.change_item(code, itemBase={**only(server)["itemBase"], "shortDesc": "Nice"})
    assert made.connector.listings.find("VB-500") == code
    server.state.change_item(code, itemAttrList=[])
    assert connect(server).connector.listings.find("VB-500") == code


def test_a_lost_answer_is_found_instead_of_published_twice(sandbox: Sandbox, connect: Connect) -> None:
    faults = FaultProfile("timeout_after_acting", times=1, apis=("dh.item.add",))
    server = sandbox(faults=faults)
    made = connect(server)
    with pytest.raises(OutcomeUnknown):
        published(made)
    assert made.connector.listings.find("VB-500") == only(server)["itemCode"]


def test_an_update_keeps_stock_and_ids(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox()
    made = connect(server)
    code = published(made, skus=TWO)
    listings = made.connector.listings
    ids = {sku.sku_code: sku.sku_id for sku in listings.read(code).skus}
    listings.set_stock(code, {ids["VB-500-RED"]: Decimal(30), ids["VB-500-BLU"]: Decimal(-2)})
    more = (*TWO, ListingSku("VB-500-GRN", (("Color", "Green"),)))
    listings.update(code, content(title="Bottle", skus=more, lead=()), uploaded(made.connector))
    after = listings.read(code)
    assert after.title == "Bottle"
    stock = {sku.sku_code: sku.stock for sku in after.skus}
    assert (stock["VB-500-RED"], stock["VB-500-BLU"]) == (Decimal(30), Decimal(0))
    assert {sku.sku_code: sku.sku_id for sku in after.skus if sku.sku_code in ids} == ids
    assert only(server)["itemSaleSetting"]["leadingTime"] == 20


def test_stock_of_a_listing_without_variants(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox()
    made = connect(server)
    code = published(made, lead=(LeadTier(Decimal(1), 2),))
    listings = made.connector.listings
    listings.set_stock(code, {"": Decimal(25)})
    item = only(server)
    assert str(item["itemInventory"]["inventoryQty"]) == "25"
    assert str(item["itemInventory"]["inventoryStatus"]) == "1"
    listings.set_stock(code, {"": Decimal(0)})
    item = only(server)
    assert str(item["itemSkuList"][0]["saleStatus"]) == "0"
    assert str(item["itemInventory"]["inventoryStatus"]) == "0"
    for bad in ({"nope": Decimal(1)}, {"": Decimal("1.5")}):
        with pytest.raises(InvalidValue):
            listings.set_stock(code, bad)


def test_prices(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox()
    made = connect(server)
    code = published(made, skus=TWO)
    listings = made.connector.listings
    tiers = [
        PriceTier(Decimal(quantity), Decimal(price)) for quantity, price in ((1, 20), (50, 19), (99, 18))
    ]
    listings.set_prices(code, tiers, {}, "USD")
    item = only(server)
    assert {Decimal(str(sku["retailPrice"])) for sku in item["itemSkuList"]} == {Decimal(20)}
    steps = [(row["startQty"], Decimal(str(row["discount"]))) for row in item["itemWholesaleRangeList"]]
    assert steps == [(50, Decimal("0.05")), (99, Decimal("0.1"))]
    listings.set_prices(code, tiers[:1], {}, "USD")
    assert only(server)["itemWholesaleRangeList"] == []
    ids = {sku.sku_code: sku.sku_id for sku in listings.read(code).skus}
    listings.set_prices(code, (), {ids["VB-500-BLU"]: Decimal("21.50")}, "USD")
    prices = {sku["skuCode"]: Decimal(str(sku["retailPrice"])) for sku in only(server)["itemSkuList"]}
    assert prices == {"VB-500-RED": Decimal(20), "VB-500-BLU": Decimal("21.5")}
    with pytest.raises(InvalidValue):
        listings.set_prices(code, tiers, {}, "CNY")
    with pytest.raises(InvalidValue):
        listings.set_prices(code, (), {"nope": Decimal(1)}, "USD")


def test_the_shelf_and_the_lead_time(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox()
    made = connect(server)
    code = published(made)
    listings = made.connector.listings
    assert listings.set_online((), True).done == ()
    refused = listings.set_online((code,), False).refused
    assert refused[0][0] == code
    assert refused[0][1]
    server.state.approve_all()
    outcome = listings.set_online((code, "999"), False)
    assert outcome.done == (code,)
    assert outcome.refused[0][0] == "999"
    assert listings.read(code).state is RemoteState.OFFLINE
    assert listings.set_online((code,), True).done == (code,)
    listings.set_lead_time(code, (LeadTier(Decimal(1), 9), LeadTier(Decimal(100), 33)))
    assert only(server)["itemSaleSetting"]["leadingTime"] == 33
    with pytest.raises(Refused):
        listings.set_lead_time("999", (LeadTier(Decimal(1), 9),))
    with pytest.raises(InvalidValue):
        listings.set_lead_time(code, (LeadTier(Decimal(1), 61),))


def test_reading(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox()
    made = connect(server)
    code = published(made)
    server.state.reject(code, "A brand of somebody else")
    found = made.connector.listings.read(code)
    assert (found.model_number, found.state) == ("VB-500", RemoteState.REJECTED)
    assert found.message == "A brand of somebody else"
    assert found.modified_at is not None
    pages = list(made.connector.listings.pages())
    rows = [row for page in pages for row in page.listings]
    assert [(row.external_id, row.message) for row in rows] == [(code, "A brand of somebody else")]
    assert [page.last for page in pages].count(True) == 1
    assert pages[-1].last
    with pytest.raises(Refused):
        made.connector.listings.read("999")


def test_pictures(sandbox: Sandbox, connect: Connect) -> None:
    listings = connect(sandbox()).connector.listings
    image = ImageFile("d" * 64, "a.jpg", "image/jpeg", b"\xff\xd8\xffx")
    assert listings.upload_image(image) == listings.upload_image(image)
    with pytest.raises(InvalidValue):
        listings.upload_image(ImageFile("d" * 64, "a.jpg", "image/jpeg", b"x" * (2 * 1024 * 1024 + 1)))


def test_a_picture_whose_answer_was_lost_may_be_sent_again(sandbox: Sandbox, connect: Connect) -> None:
    listings = connect(sandbox(faults=FaultProfile("timeout_after_acting", times=1))).connector.listings
    image = ImageFile("d" * 64, "a.jpg", "image/jpeg", b"\xff\xd8\xffx")
    with pytest.raises(PlatformUnavailable):
        listings.upload_image(image)
    assert listings.upload_image(image).url


def test_lists_to_choose_from(sandbox: Sandbox, connect: Connect) -> None:
    listings = connect(sandbox()).connector.listings
    roots = listings.categories()
    assert "014" in {node.category_id for node in roots}
    assert not any(node.leaf for node in roots)
    below = {node.category_id: node for node in listings.categories("014")}
    leaves = {node.category_id: node for node in listings.categories("014001")}
    assert below["014001"].path == "Home & Garden > Kitchen, Dining & Bar"
    assert leaves["014001001"].leaf
    assert leaves["014001001"].path.endswith("> Drinkware")
    assert listings.categories("014001001") == ()
    attributes = {each.name: each for each in listings.attributes("014001001")}
    assert attributes["Material"].required
    assert "Glass" in attributes["Material"].values
    assert attributes["Color"].sales
    assert attributes["Color"].several
    assert listings.shipping_templates()
    assert listings.predict_categories("bottle") == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"currency": "CNY"}, "currency"),
        ({"images": SHAS[:2]}, "images"),
        ({"images": (*SHAS, "e" * 64)}, "images"),
        ({"listing_days": 31}, "listing_days"),
        ({"shipping_template": ""}, "shipping_template"),
        ({"category_id": ""}, "category_id"),
        ({"prices": (PriceTier(Decimal(1), Decimal(8)), PriceTier(Decimal(9), Decimal("7.99")))}, "prices"),
        ({"unit": "KWH"}, "unit"),
        ({"weight_g": 0}, "weight_g"),
        ({"lead": ()}, "lead"),
        ({"attributes": tuple((f"A{number}", "x") for number in range(10))}, "attributes"),
        ({"skus": (TWO[0], ListingSku("X", (("Color", "Red"),)))}, "skus"),
        ({"skus": (TWO[0], ListingSku("X", prices=(PriceTier(Decimal(1), Decimal(5)),)))}, "skus"),
        ({"min_order": Decimal("2.5")}, "min_order"),
    ],
)
def test_what_the_platform_cannot_say_is_refused_before_it_is_sent(
    sandbox: Sandbox, connect: Connect, changes: dict[str, object], field: str
) -> None:
    server = sandbox()
    with pytest.raises(InvalidValue) as caught:
        published(connect(server), **changes)
    assert caught.value.field == field
    assert server.state.items() == []


def test_decimals_are_numbers_with_all_their_digits() -> None:
    text = to_json({"price": Decimal("12.345678901234567890"), "name": "1.5"})
    assert text == '{"price":12.345678901234567890,"name":"1.5"}'
    assert json.loads(text, parse_float=Decimal)["price"] == Decimal("12.345678901234567890")
    with pytest.raises(TypeError):
        to_json({"price": {1}})


MATERIAL = AttributeInfo(7, "Material", False, True, False, False, False, ((1, "Steel"), (2, "Glass")))
BRAND = AttributeInfo(99, "Brand name", True, False, False, False, False, ((99, "No Brand"),))


def test_values_that_the_category_does_not_offer() -> None:
    with pytest.raises(InvalidValue) as caught:
        attribute_rows(content(attributes=(("material", "Unobtainium"),)), (MATERIAL,))
    assert "Steel, Glass" in caught.value.remedy
    rows = attribute_rows(content(attributes=(("material", "glass"),)), (MATERIAL,))
    assert rows[0]["attrId"] == 7


@pytest.mark.parametrize(("brand", "attr_id"), [("no brand", 99), ("Acme", 11)])
def test_a_brand_that_is_not_registered_is_an_attribute_of_our_own(brand: str, attr_id: int) -> None:
    rows = attribute_rows(content(brand=brand, attributes=()), (BRAND,))
    assert [row["attrId"] for row in rows] == [attr_id, 11]


def test_the_lead_time_of_goods_in_stock_that_the_rules_name_is_taken_by_every_call(
    sandbox: Sandbox, connect: Connect
) -> None:
    server = sandbox()
    made = connect(server)
    code = published(made, lead=(LeadTier(Decimal(1), 1),))
    listings = made.connector.listings
    listings.set_stock(code, {"": Decimal(40)})
    assert str(only(server)["itemInventory"]["inventoryStatus"]) == "1"
    with pytest.raises(Refused):
        listings.set_lead_time(code, (LeadTier(Decimal(1), 5),))
    listings.set_lead_time(code, (LeadTier(Decimal(1), RULES.lead_stocked_most),))
    listings.set_stock(code, {"": Decimal(30)})
    assert only(server)["itemSaleSetting"]["leadingTime"] == RULES.lead_stocked_most
