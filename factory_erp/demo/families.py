"""The option axes of the demo's product families, and where its finished goods stand on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from factory_erp.demo.catalogue import PRODUCTS, sellable
from factory_erp.demo.materials import COLOURS, PLUGS
from factory_erp.demo.specs import ItemSpec
from factory_erp.services.names import CHINESE, ENGLISH
from factory_erp.services.variants.making import AxisInput, ValueInput

GERMAN, SPANISH, ARABIC = "de", "es", "ar"

_LAMPS = frozenset({"DLA", "DLB", "DLC"})
_WITH_LOGO = "TB"

_SIZES: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "TB": (("20", "20 oz", "20oz"), ("30", "30 oz", "30oz")),
    "VF": (
        ("035", "350 ml", "350ml"), ("050", "500 ml", "500ml"), ("075", "750 ml", "750ml"),
        ("100", "1000 ml", "1000ml"),
    ),
    "KB": (("035", "350 ml", "350ml"),),
    "CM": (("035", "12 oz", "12oz"),),
    "FJ": (("050", "500 ml", "500ml"),),
}  # fmt: skip
"""Family of drinkware → code, name in English and in Chinese of each size, the smallest first."""

_COLOURS_ABROAD = {
    "BK": ("Mattschwarz", "Negro mate"),
    "WH": ("Perlweiß", "Blanco perla"),
    "NV": ("Marineblau", "Azul marino"),
    "GN": ("Salbeigrün", "Verde salvia"),
    "PK": ("Zartrosa", "Rosa pálido"),
    "YE": ("Zitronengelb", "Amarillo limón"),
}
"""Colour code → name in German and Spanish."""

_PLUGS_ABROAD = {
    "EU": ("EU-Stecker", "Enchufe europeo"),
    "US": ("US-Stecker", "Enchufe americano"),
    "UK": ("UK-Stecker", "Enchufe británico"),
    "USB": ("USB-Stromversorgung", "Alimentación USB"),
}
"""Plug code → name in German and Spanish."""

_LOGOS = (
    ValueInput("P", {ENGLISH: "No logo", CHINESE: "无LOGO"}),
    ValueInput("L", {ENGLISH: "Laser logo", CHINESE: "激光LOGO"}),
)


def families() -> list[str]:
    """The codes of all product families."""
    return [product.code for product in PRODUCTS]


def sku_pattern(product: str) -> str:
    """How the SKUs of a family are made of its options."""
    if product in _LAMPS:
        return "{product}-{colour}-{plug}"
    return "{product}{size}-{colour}" + ("-{logo}" if product == _WITH_LOGO else "")


def axes(product: str) -> tuple[AxisInput, ...]:
    """The axes of a family with the values that its items have."""
    placed = [options(item) for item in goods(product)]
    used = {axis: dict.fromkeys(row[axis] for row in placed) for axis in placed[0]}
    made = {
        "size": lambda: AxisInput("size", "Size", "容量", tuple(_sizes(product))),
        "colour": lambda: AxisInput("colour", "Colour", "颜色", tuple(map(_colour, used["colour"]))),
        "plug": lambda: AxisInput("plug", "Plug", "插头", tuple(map(_plug, used["plug"]))),
        "logo": lambda: AxisInput("logo", "Logo", "标志", _LOGOS),
    }
    return tuple(made[axis]() for axis in used)


def _sizes(product: str) -> Iterator[ValueInput]:
    for code, en, zh in _SIZES[product]:
        yield ValueInput(code, {ENGLISH: en, CHINESE: zh})


def _colour(code: str) -> ValueInput:
    (en, zh), (de, es) = COLOURS[code], _COLOURS_ABROAD[code]
    return ValueInput(code, {ENGLISH: en.capitalize(), CHINESE: zh, GERMAN: de, SPANISH: es})


def _plug(code: str) -> ValueInput:
    (en, zh), (de, es) = PLUGS[code], _PLUGS_ABROAD[code]
    return ValueInput(code, {ENGLISH: en, CHINESE: zh, GERMAN: de, SPANISH: es})


def goods(product: str) -> list[ItemSpec]:
    """The finished goods of a family, in the order of the price list."""
    return [item for item in sellable() if item.product == product]


def options(item: ItemSpec) -> dict[str, str]:
    """Axis → value of a finished good, read from its SKU: "TB20-BK-L", "DLA-WH-EU"."""
    head, colour, *last = item.sku.split("-")
    if item.product in _LAMPS:
        return {"colour": colour, "plug": last[0]}
    placed = {"size": head.removeprefix(item.product), "colour": colour}
    return placed | ({"logo": last[0] if last else "P"} if item.product == _WITH_LOGO else {})
