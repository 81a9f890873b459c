"""What the platform itself brings to a listing: categories, attributes, units, shipping templates."""

from __future__ import annotations

from dataclasses import dataclass

from factory_erp.sync.sandbox.dhgate.payloads import Payload, hex_id


@dataclass(frozen=True, slots=True)
class Category:
    """A node of the category tree; three digits of the id per level."""

    category_id: str
    name: str
    chinese: str
    leaf: bool = False

    @property
    def parent_id(self) -> str:
        """The id without its last level."""
        return self.category_id[:-3]


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a category; ``values`` are (id, English, Chinese), empty for free text."""

    attr_id: int
    name: str
    chinese: str
    required: bool = False
    several: bool = False
    sales: bool = False
    values: tuple[tuple[int, str, str], ...] = ()


CATEGORIES = {
    each.category_id: each
    for each in (
        Category("014", "Home & Garden", "家居花园"),
        Category("014001", "Kitchen, Dining & Bar", "厨房餐厅"),
        Category("014001001", "Drinkware", "饮具", leaf=True),
        Category("014001002", "Storage Bottles", "储物瓶", leaf=True),
        Category("014002", "Home Decor", "家居装饰"),
        Category("014002001", "Decorative Objects", "装饰品", leaf=True),
        Category("023", "Lights & Lighting", "照明灯具"),
        Category("023001", "Indoor Lighting", "室内照明"),
        Category("023001001", "Table Lamps", "台灯", leaf=True),
        Category("023001002", "Floor Lamps", "落地灯", leaf=True),
        Category("143", "Consumer Electronics", "消费电子"),
        Category("143103", "Cables", "线缆"),
        Category("143103105", "Data Cables", "数据线", leaf=True),
    )
}

BRAND = Attribute(99, "Brand", "品牌", values=((99, "No Brand", "无品牌"),))

ATTRIBUTES = (
    BRAND,
    Attribute(
        844_400,
        "Material",
        "材质",
        required=True,
        values=(
            (102_336, "Stainless Steel", "不锈钢"),
            (102_337, "Plastic", "塑料"),
            (102_338, "Glass", "玻璃"),
            (102_339, "Other", "其他"),
        ),
    ),
    Attribute(
        844_401,
        "Color",
        "颜色",
        several=True,
        sales=True,
        values=((102_400, "Black", "黑色"), (102_401, "White", "白色"), (102_402, "Blue", "蓝色")),
    ),
    Attribute(844_402, "Model", "型号"),
)
"""The attributes of every leaf category of the sandbox."""

MEASURES = {
    "00000000000000000000000000000001": ("Piece", "Pieces", "件"),
    "00000000000000000000000000000002": ("Set", "Sets", "套"),
    "00000000000000000000000000000003": ("Pair", "Pairs", "双"),
    "00000000000000000000000000000004": ("Lot", "Lots", "包"),
    "00000000000000000000000000000005": ("Dozen", "Dozens", "打"),
    "00000000000000000000000000000006": ("Kilogram", "Kilograms", "千克"),
    "00000000000000000000000000000007": ("Meter", "Meters", "米"),
}
"""Units of sale: id to name, plural and Chinese name."""

TEMPLATES = {hex_id("template", name): name for name in ("Standard worldwide", "Europe express")}
"""The account's shipping templates: id to name."""


def category_row(category: Category) -> Payload:
    """A category as the list gives it."""
    return {
        "catePubId": category.category_id,
        "pareCatePubId": category.parent_id,
        "pubName": category.name,
        "pubNameCn": category.chinese,
        "leaf": "1" if category.leaf else "0",
        "remark": None,
    }


def attribute_row(category_id: str, attribute: Attribute) -> Payload:
    """An attribute as the category gives it."""
    own_id = 43_757 + attribute.attr_id
    return {
        "attrId": attribute.attr_id,
        "catePubAttrId": own_id,
        "catePubId": category_id,
        "childAttrId": None,
        "lineAttrName": attribute.name,
        "lineAttrNameCn": attribute.chinese,
        "required": "1" if attribute.required else "0",
        "saleAttr": "1" if attribute.sales else "0",
        "buyAttr": "1" if attribute.sales else "0",
        "defined": "1",
        "isBrand": "1" if attribute is BRAND else "0",
        "isother": "0",
        "located": "0",
        "style": "1",
        "type": "4" if not attribute.values else "1" if attribute.several else "2",
        "categoryPubAttrValList": [_value_row(own_id, value) for value in attribute.values],
    }


def _value_row(own_id: int, value: tuple[int, str, str]) -> Payload:
    number, name, chinese = value
    return {
        "attrValId": number,
        "catePubAttrId": own_id,
        "catePubAttrvalId": number + 100,
        "lineAttrvalName": name,
        "lineAttrvalNameCn": chinese,
        "picUrl": None,
    }
