import json
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.listings import LeadTier, ListingContent, ListingSku, PriceTier
from factory_erp.sync.connectors.alibaba import RULES, SPEC
from factory_erp.sync.connectors.alibaba.product_payload import optimisation, plain, product_info
from factory_erp.sync.connectors.alibaba.units import UNIT_CODES, UNIT_WORDS, unit_code
from factory_erp.sync.connectors.listings import UploadedImage
from factory_erp.sync.connectors.spec import Capability
from tests.shared import shared_path

IMAGES = {name: UploadedImage(name, f"https://sc04.alicdn.com/kf/{name}.jpg") for name in ("a", "b", "red")}
CONTENT = ListingContent(
    model_number="MUG-1",
    title="Steel mug",
    language="en",
    currency="USD",
    unit="H87",
    min_order=Decimal(50),
    keywords=("steel mug", "travel mug"),
    description="<p>A mug.</p>",
    brand="Acme",
    category_id="150302001",
    category_path="Home / Mugs",
    attributes=(("Material", "Stainless Steel"), ("Feature", "")),
    images=("a", "b"),
    prices=(PriceTier(Decimal(50), Decimal("3.50")), PriceTier(Decimal(500), Decimal("3.20"))),
    lead=(LeadTier(Decimal(50), 15), LeadTier(Decimal(1000), 30)),
    skus=(
        ListingSku("MUG-1-R", (("Color", "Red"), ("Size", "L")), (), "red"),
        ListingSku("MUG-1-B", (("Color", "Blue"), ("Size", "L"))),
    ),
    weight_g=350,
    size_mm=(105, 90, 120),
    shipping_template="700001",
)


def leaves(value: object, path: str = "") -> set[str]:
    """Every field with its path, lists as [], in the way the contract writes them."""
    if isinstance(value, dict):
        return {leaf for name, each in value.items() for leaf in leaves(each, f"{path}.{name}".lstrip("."))}
    if isinstance(value, list):
        return {leaf for each in value for leaf in leaves(each, f"{path}[]")}
    return {path}


def contract_fields(path: str) -> set[str]:
    """The fields that the contract's request names, those in words and braces spelt out."""
    file = shared_path("platforms/alibaba_icbu_v2/product_v2_contract.json")
    apis: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["apis"]
    request = next(api["request"] for api in apis if api["path"] == path)
    found = set()
    for field in request:
        name = field["name"].removeprefix("product_info.")
        if "/" in name:
            parent, _dot, both = name.rpartition(".")
            found |= {f"{parent}.{each}" for each in both.split("/")}
            continue
        found |= {name, *(f"{name}.{inner}" for inner in re.findall(r"[a-z_]+", field["doc"]))}
    return found


@pytest.mark.parametrize("product_id", ["", "1601000000001"])
def test_every_field_that_is_sent_is_one_of_the_contract(product_id: str) -> None:
    update = "/alibaba/icbu/product/update/v2"
    known = contract_fields(update if product_id else "/alibaba/icbu/product/listing/v2")
    prices = (PriceTier(Decimal(1), Decimal("3.9")),)
    skus = (replace(CONTENT.skus[0], external_id="105", prices=prices), CONTENT.skus[1])
    sent = leaves(product_info(replace(CONTENT, skus=skus), IMAGES, product_id))
    nested = {
        "trade_info.sku_info[].sale_attributes[].attribute_name",
        "trade_info.sku_info[].sale_attributes[].attribute_value",
        "trade_info.sku_info[].sale_attributes[].image.image_url",
        "trade_info.sku_info[].sku_price.price",
        "trade_info.sku_info[].sku_price.currency",
        # Named in the contract's answer of get/v2.
        "trade_info.sku_info[].sku_id",
    }
    assert sent - nested <= known
    assert nested <= sent
    documented = {"sku_code", "sku_price", "sale_attributes", "image"}
    assert {f"trade_info.sku_info[].{name}" for name in documented} <= known
    if not product_id:
        flags = optimisation(CONTENT)
        assert {f"ai_optimization_config.{name}" for name in flags} <= known
    assert ("basic_info.product_id" in sent) is bool(product_id)


def test_the_payload_says_everything_of_the_content() -> None:
    info = product_info(CONTENT, IMAGES)
    assert info["basic_info"] == {
        "title": "Steel mug",
        "description": "<p>A mug.</p>",
        "keywords": "steel mug travel mug",
        "language": "en_US",
        "model_number": "MUG-1",
        "brand_name": "Acme",
        "product_image": [{"image_url": IMAGES["a"].url}, {"image_url": IMAGES["b"].url}],
    }
    assert info["category_info"] == {
        "category_id": "150302001",
        "attributes": [{"attribute_name": "Material", "attribute_value": "Stainless Steel"}],
    }
    assert info["trade_info"] == {
        "moq": "50",
        "unit": "Piece",
        "price": {
            "price_type": "TIERED",
            "currency": "USD",
            "tiered_price": [{"quantity": "50", "price": "3.5"}, {"quantity": "500", "price": "3.2"}],
        },
        "sku_info": [
            {
                "sku_code": "MUG-1-R",
                "sale_attributes": [
                    {
                        "attribute_name": "Color",
                        "attribute_value": "Red",
                        "image": {"image_url": IMAGES["red"].url},
                    },
                    {"attribute_name": "Size", "attribute_value": "L"},
                ],
            },
            {
                "sku_code": "MUG-1-B",
                "sale_attributes": [
                    {"attribute_name": "Color", "attribute_value": "Blue"},
                    {"attribute_name": "Size", "attribute_value": "L"},
                ],
            },
        ],
    }
    assert info["logistics_info"] == {
        "shipping_template_id": "700001",
        "tiered_lead_time": [
            {"quantity": "50", "lead_time": "15"},
            {"quantity": "1000", "lead_time": "30"},
        ],
        "weight": "0.35",
        "dimension": {"length": "10.5", "width": "9", "height": "12"},
    }


def test_one_variant_with_a_price_of_its_own_gives_every_variant_a_price() -> None:
    skus = (replace(CONTENT.skus[0], prices=(PriceTier(Decimal(1), Decimal("3.9")),)), CONTENT.skus[1])
    trade: Any = product_info(replace(CONTENT, skus=skus), IMAGES)["trade_info"]
    assert [sku["sku_price"] for sku in trade["sku_info"]] == [
        {"price": "3.9", "currency": "USD"},
        {"price": "3.5", "currency": "USD"},
    ]


def test_without_category_the_words_help_to_guess_and_empty_fields_are_not_sent() -> None:
    bare = replace(CONTENT, category_id="", attributes=(), brand="", weight_g=0, size_mm=(0, 0, 0), lead=())
    info: Any = product_info(replace(bare, shipping_template=""), IMAGES)
    assert info["category_info"] == {"category_name": "Home / Mugs"}
    assert info["logistics_info"] == {}
    assert "brand_name" not in info["basic_info"]
    assert optimisation(replace(CONTENT, keywords=()))["keyword_optimization_enabled"] is True
    assert set(optimisation(CONTENT).values()) == {False}


def test_stock_is_never_part_of_a_listing() -> None:
    assert not {leaf for leaf in leaves(product_info(CONTENT, IMAGES)) if "inventory" in leaf}


@pytest.mark.parametrize(("change", "field"), [({"unit": "D63"}, "unit"), ({"images": ("c",)}, "images")])
def test_what_cannot_be_said_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        product_info(replace(CONTENT, **change), IMAGES)
    assert (caught.value.field, caught.value.record if field == "images" else "MUG-1") == (field, "MUG-1")
    assert caught.value.remedy


@given(st.decimals(min_value=0, max_value=10**7, places=4))
def test_amounts_are_exact_text(value: Decimal) -> None:
    text = plain(value)
    assert Decimal(text) == value
    assert "E" not in text.upper()
    assert not text.endswith(".")


@pytest.mark.parametrize("code", sorted(UNIT_WORDS))
def test_each_unit_goes_there_and_back(code: str) -> None:
    assert unit_code(UNIT_WORDS[code]) == code


def test_units_come_in_many_spellings() -> None:
    assert [unit_code(word) for word in ("Pieces", "piece/pieces", " KG ", "parsec", "")] == [
        "H87",
        "H87",
        "KGM",
        "",
        "",
    ]
    assert set(UNIT_CODES.values()) == set(UNIT_WORDS) == set(RULES.units)


def test_the_spec_states_the_platforms_rules() -> None:
    assert SPEC.rules is RULES
    assert (RULES.title_length, RULES.keyword_count, RULES.images_most, RULES.tiers_most) == (128, 3, 6, 4)
    assert (RULES.price_least, RULES.price_most) == (Decimal("0.01"), Decimal(9_999_999))
    assert RULES.currencies == ("USD",)
    assert set(Capability) - SPEC.capabilities == {Capability.MESSAGES}
    names = [option.name for option in SPEC.options]
    assert names == [
        "style",
        "sign_method",
        "clock_offset",
        "callback",
        "stock_shape",
        "refunds",
        "rfq_words",
    ]
    for option in SPEC.options:
        assert not option.choices or option.default in {value for value, _words in option.choices}
