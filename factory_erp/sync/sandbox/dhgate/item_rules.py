"""The rules of a listing's content, as the field documentation states them."""

from __future__ import annotations

import re
from decimal import Decimal

from factory_erp.sync.sandbox.dhgate.catalogue import ATTRIBUTES, MEASURES, TEMPLATES
from factory_erp.sync.sandbox.dhgate.catalogue_calls import leaf_category
from factory_erp.sync.sandbox.dhgate.forms import (
    Form,
    ServiceError,
    json_object,
    json_rows,
    number,
    one_of,
    places,
)
from factory_erp.sync.sandbox.dhgate.payloads import Payload
from factory_erp.sync.sandbox.dhgate.state import SandboxState

LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_SHORT = 140, 80_000, 500
FEWEST_IMAGES = 3
COVER = 3
"""The type of the one picture that search engines show."""
DAYS = ("14", "30", "90")
OWN_SPEC = 9999
"""The attribute id of options that the seller defines."""
MOST_SPECS = 20
LONGEST_LEAD, LONGEST_LEAD_STOCKED = 60, 2
LARGEST_SALE = 10_000

_KEYWORD = re.compile(r"[\w .,'&/+()-]+", re.ASCII)
_OBJECTS = ("itemBase", "itemPackage", "itemSaleSetting", "itemInventory")
_LISTS = (
    "itemAttrList",
    "itemAttrGroupList",
    "itemImgList",
    "itemSkuList",
    "itemSpecSelfDefList",
    "itemWholesaleRangeList",
)
_TEXTS = (
    "catePubId",
    "vaildDay",
    "shippingModelId",
    "siteId",
    "itemGroupId",
    "issample",
    "sizeTemplateId",
    "afterSaleTemplateId",
)


def content_of(state: SandboxState, form: Form) -> Payload:
    """The content that a form gives a listing, checked; ServiceError where it breaks a rule."""
    # The update spells the name of one list differently.
    spelt = {**form, "itemAttrGroupList": form.get("itemAttrGroupList") or form.get("itemAttrgroupList", "")}
    content: Payload = {name: spelt[name] for name in _TEXTS if name in spelt}
    content.update({name: json_object(spelt, name) for name in _OBJECTS if name in spelt})
    content.update({name: json_rows(spelt, name) for name in _LISTS})
    _check_head(form)
    check_base(json_object(form, "itemBase"))
    _check_package(json_object(form, "itemPackage"))
    _check_images(state, json_rows(form, "itemImgList"))
    check_ranges(json_rows(form, "itemWholesaleRangeList"), "discount")
    _check_attributes(json_rows(form, "itemAttrList"))
    _check_skus(json_rows(form, "itemSkuList"), json_rows(form, "itemSpecSelfDefList"))
    _check_selling(form)
    return content


def refuse(what: str, text: str) -> ServiceError:
    """The error of a broken rule."""
    return ServiceError(f"error.item.{what}", text)


def _check_head(form: Form) -> None:
    leaf_category(form["catePubId"])
    one_of({"vaildDay": "90", **form}, "vaildDay", *DAYS)
    one_of({"siteId": "EN", **form}, "siteId", "EN", "RU")
    if form["shippingModelId"] not in TEMPLATES:
        raise refuse("shippingmodel", "运费模板不存在")


def check_base(base: Payload, *, partial: bool = False) -> None:
    """Title, descriptions and keywords; a *partial* change may leave any of them out."""
    for name, most in (("itemName", LONGEST_TITLE), ("htmlContent", LONGEST_DESCRIPTION), ("keyWord1", 500)):
        if (name in base or not partial) and not 1 <= len(str(base.get(name) or "").strip()) <= most:
            raise refuse(name.lower(), f"{name}不能为空，最多{most}个字符")
    if len(str(base.get("shortDesc") or "")) > LONGEST_SHORT:
        raise refuse("shortdesc", f"产品简短描述最多{LONGEST_SHORT}个字符")
    for name in ("keyWord1", "keyWord2", "keyWord3"):
        if base.get(name) and not _KEYWORD.fullmatch(str(base[name])):
            raise refuse("keyword", "搜索关键字只允许字母、字符、下划线、数字")


def _check_package(package: Payload) -> None:
    for name in ("grossWeight", "length", "width", "height"):
        size = number(package.get(name))
        if size is None or size <= 0:
            raise refuse("package", f"{name}必须大于0")
    if package.get("measureId") not in MEASURES:
        raise refuse("measure", "产品销售单位不存在")
    if not _whole(package.get("packingQuantity"), 1, 10_000):
        raise refuse("packingquantity", "打包数量不正确")


def _check_images(state: SandboxState, images: list[Payload]) -> None:
    if len(images) < FEWEST_IMAGES:
        raise refuse("images", f"产品图片至少{FEWEST_IMAGES}张")
    if sum(str(image.get("type")) == str(COVER) for image in images) != 1:
        raise refuse("cover", "必须设置一张图片为站外推广图片(type=3)")
    for image in images:
        known = state.images.get(str(image.get("imgMd5")))
        if known is None or image.get("imgUrl") != known["imgUrl"]:
            raise refuse("image.unknown", "图片不存在，请先上传图片")


def check_ranges(ranges: list[Payload], name: str) -> None:
    """Discounts are fractions of whole percents, rising with the quantity from which they hold.

    *name* is the discount's own, which two calls spell differently.
    """
    before = (0, Decimal(-1))
    for row in ranges:
        discount = number(row.get(name))
        if discount is None or not 0 <= discount < 1 or places(discount) > 2:
            raise refuse("discount", "折扣率必须在0和1之间，例如95折为0.05")
        if not _whole(row.get("startQty"), 1, 999_999):
            raise refuse("startqty", "起批数量不正确")
        step = (int(str(row["startQty"])), discount)
        if step[0] <= before[0] or step[1] <= before[1]:
            raise refuse("range", "折扣第二区间必须要比第一区间大")
        before = step


def _check_attributes(rows: list[Payload]) -> None:
    """Every required attribute of the category is there with a value."""
    given = set()
    for row in rows:
        values = row.get("itemAttrValList")
        for value in values if isinstance(values, list) else []:
            if value.get("lineAttrvalName") or value.get("attrValId"):
                given.add(str(row.get("attrId") or value.get("attrId")))
    for attribute in ATTRIBUTES:
        if attribute.required and str(attribute.attr_id) not in given:
            raise refuse("attribute", f"必填属性{attribute.name}不能为空")


def _check_skus(skus: list[Payload], specs: list[Payload]) -> None:
    known = _spec_ids(specs)
    if not skus:
        raise refuse("sku", "产品SKU列表不能为空")
    codes = [str(sku["skuCode"]) for sku in skus if sku.get("skuCode")]
    options = [_options(sku, known) for sku in skus]
    if len(set(codes)) < len(codes) or len(set(options)) < len(options):
        raise refuse("sku.repeated", "产品SKU重复")
    for sku in skus:
        check_price(sku.get("retailPrice"))
        if str(sku.get("saleStatus")) not in ("0", "1"):
            raise refuse("salestatus", "saleStatus只能为0或1")
        if sku.get("inventory") is not None and not _whole(sku["inventory"], 0, 10**9):
            raise refuse("inventory", "产品备货数量不可小于0")


def _spec_ids(specs: list[Payload]) -> set[str]:
    """The value ids of the seller's own options: from 1000 upward, names not repeated."""
    if len(specs) > MOST_SPECS:
        raise refuse("spec", f"一个产品最多{MOST_SPECS}个自定义规格")
    ids = [str(spec.get("attrValId")) for spec in specs]
    names = [str(spec.get("attrValName") or "") for spec in specs]
    if len(set(names)) < len(names) or "" in names:
        raise refuse("spec.name", "自定义规格名称不允许重复")
    if ids != [str(1000 + place) for place in range(len(ids))]:
        raise refuse("spec.id", "自定义规格属性值id从1000开始往上递增")
    return set(ids)


def _options(sku: Payload, known: set[str]) -> tuple[str, ...]:
    rows = sku.get("itemSkuAttrValueList") or sku.get("itemSkuAttrvalList") or []
    found = []
    for row in rows if isinstance(rows, list) else []:
        own = str(row.get("attrId")) == str(OWN_SPEC)
        if own and (str(row.get("attrValId")) not in known or str(row.get("sizeSpecType")) != "3"):
            raise refuse("sku.spec", "SKU的自定义规格不存在")
        if not own and not _is_sales_value(row):
            raise refuse("sku.attr", "SKU的规格属性不存在")
        found.append(f"{row.get('attrId')}_{row.get('attrValId')}")
    return tuple(sorted(found))


def _is_sales_value(row: Payload) -> bool:
    wanted = (str(row.get("attrId")), str(row.get("attrValId")), str(row.get("sizeSpecType")))
    return any(
        wanted == (str(attribute.attr_id), str(value[0]), "1")
        for attribute in ATTRIBUTES
        if attribute.sales
        for value in attribute.values
    )


def check_price(value: object) -> Decimal:
    """A price in US dollars: above zero, whole cents."""
    price = number(value)
    if price is None or price <= 0 or places(price) > 2:
        raise refuse("price", "价格必须大于0，最多两位小数")
    return price


def _check_selling(form: Form) -> None:
    """How the listing is sold: one price or several, days until shipping, largest purchase, stock."""
    setting, stock = json_object(form, "itemSaleSetting"), json_object(form, "itemInventory")
    skus = json_rows(form, "itemSkuList")
    if str(setting.get("priceConfigType")) not in ("1", "2"):
        raise refuse("priceconfigtype", "priceConfigType只能为1或2")
    prices = {number(sku.get("retailPrice")) for sku in skus}
    if str(setting["priceConfigType"]) == "2" and len(prices) > 1:
        raise refuse("priceconfigtype", "统一设置价格时SKU价格必须相同")
    stocked = str(stock.get("inventoryStatus")) == "1"
    check_lead(setting.get("leadingTime"), LONGEST_LEAD_STOCKED if stocked else LONGEST_LEAD)
    if not stocked and not _whole(setting.get("maxSaleQty"), 1, LARGEST_SALE):
        raise refuse("maxsaleqty", f"无备货时最大购买量必须填写，最大值{LARGEST_SALE}")
    if stocked and str(stock.get("inventoryQty")) != str(_sellable(skus)):
        raise refuse("inventoryqty", "备货数量与产品中可销售的SKU之和不一致")


def _sellable(skus: list[Payload]) -> int:
    return sum(int(str(sku.get("inventory") or 0)) for sku in skus if str(sku.get("saleStatus")) == "1")


def check_lead(value: object, most: int) -> None:
    """Days until the goods are ready."""
    if not _whole(value, 1, most):
        raise refuse("leadingtime", f"备货期为1—{most}天")


def _whole(value: object, least: int, most: int) -> bool:
    read = number(value)
    return read is not None and read == read.to_integral_value() and least <= read <= most
