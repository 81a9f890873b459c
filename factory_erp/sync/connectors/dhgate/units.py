"""DHgate's words for selling units, English and Chinese, and UN/ECE Recommendation 20 codes."""

from __future__ import annotations

WORDS: dict[str, tuple[str, ...]] = {
    "H87": ("piece", "pieces", "pc", "pcs", "件", "只", "支", "张", "条", "块", "把", "枚"),
    "C62": ("unit", "units", "个", "台"),
    "SET": ("set", "sets", "套"),
    "KT": ("kit", "kits", "套件"),
    "PR": ("pair", "pairs", "双", "对", "副"),
    "DZN": ("dozen", "dozens", "打"),
    "GRO": ("gross", "罗"),
    "XRO": ("roll", "rolls", "卷"),
    "XST": ("sheet", "sheets"),
    "KGM": ("kilogram", "kilograms", "kg", "kgs", "千克", "公斤"),
    "GRM": ("gram", "grams", "g", "克"),
    "TNE": ("ton", "tons", "metric ton", "吨"),
    "LBR": ("pound", "pounds", "lb", "lbs", "磅"),
    "MTR": ("meter", "meters", "metre", "metres", "米"),
    "CMT": ("centimeter", "centimeters", "centimetre", "厘米"),
    "KMT": ("kilometer", "kilometers", "kilometre", "千米", "公里"),
    "YRD": ("yard", "yards", "码"),
    "FOT": ("foot", "feet", "英尺"),
    "MTK": ("square meter", "square meters", "square metre", "平方米"),
    "MTQ": ("cubic meter", "cubic meters", "cubic metre", "立方米"),
    "LTR": ("liter", "liters", "litre", "litres", "升"),
}
"""Rec 20 code to the platform's words, lower case."""

LOT_WORDS = frozenset({"lot", "lots", "pack", "packs", "package", "packet", "bag", "包", "批", "袋"})
"""Words for a lot: what is in it are pieces."""

_CODES = {word: code for code, words in WORDS.items() for word in words}


def unit_code(word: str) -> str:
    """The Rec 20 code of the platform's *word*, "" if it is not known."""
    return _CODES.get(word.strip().casefold(), "")


def is_lot(word: str) -> bool:
    """Whether *word* names a lot of something else."""
    return word.strip().casefold() in LOT_WORDS
