"""German and Spanish texts of two products, some complete, some not, as in life; Arabic of three items."""

from __future__ import annotations

from factory_erp.demo import lookup
from factory_erp.demo.families import ARABIC, GERMAN, SPANISH
from factory_erp.services.catalogue import texts
from factory_erp.services.catalogue.texts import TextValues
from factory_erp.services.names import CHINESE, ENGLISH

_ABROAD = {
    "VF": (
        TextValues(
            GERMAN, "Edelstahl-Isolierflasche",
            description="Auslaufsichere Isolierflasche mit Schraubverschluss; hält Getränke 12 Stunden heiß.",
            keywords="Isolierflasche, Thermosflasche, Edelstahl",
        ),
        TextValues(
            SPANISH, "Botella térmica de acero inoxidable",
            description="Botella térmica antigoteo con tapón de rosca; bebidas calientes durante 12 horas.",
            keywords="botella térmica, acero inoxidable",
        ),
    ),
    "DLA": (
        TextValues(
            GERMAN, "LED-Schreibtischlampe mit Touch-Dimmer",
            description="6-W-Schreibtischlampe mit drei Farbtemperaturen und Touch-Dimmer.",
            keywords="Schreibtischlampe, LED, dimmbar",
        ),
        TextValues(SPANISH, "Lámpara de escritorio LED con regulador táctil"),
    ),
}  # fmt: skip
"""Product → texts; the Spanish lamp still has no description."""

_WORDS = {
    "TB": ("tumbler, vacuum cup, stainless steel", "冰霸杯, 真空杯, 不锈钢"),
    "VF": ("vacuum flask, thermos bottle, leak proof", "保温杯, 真空杯, 防漏"),
    "KB": ("kids bottle, straw bottle", "儿童水壶, 吸管杯"),
    "DLA": ("desk lamp, LED, dimmable, eye care", "台灯, LED, 护眼, 调光"),
}
"""Product → words that buyers search by, in English and Chinese."""

_SPANISH_ITEMS = {
    "DLA-WH-EU": "Lámpara de escritorio LED 6 W, blanco perla, enchufe europeo",
    "DLA-BK-EU": "Lámpara de escritorio LED 6 W, negro mate, enchufe europeo",
}
_GERMAN_ITEMS = {
    "DLA-WH-EU": "LED-Schreibtischlampe 6 W, perlweiß, EU-Stecker",
    "DLA-BK-EU": "LED-Schreibtischlampe 6 W, mattschwarz, EU-Stecker",
}
_ARABIC_ITEMS = {
    "DLA-WH-UK": "مصباح مكتب LED بتعتيم باللمس، 6 واط، أبيض لؤلؤي، قابس بريطاني",
    "DLA-BK-UK": "مصباح مكتب LED بتعتيم باللمس، 6 واط، أسود مطفي، قابس بريطاني",
    "TB30-WH-L": "كوب حراري مفرغ من الفولاذ المقاوم للصدأ، 30 أونصة، أبيض لؤلؤي، شعار بالليزر",
}

_ITEMS = {SPANISH: _SPANISH_ITEMS, GERMAN: _GERMAN_ITEMS, ARABIC: _ARABIC_ITEMS}


def translate() -> None:
    """Write the texts; the German names of the flasks come from their rules."""
    products, items = lookup.products(), lookup.items()
    for product, rows in _ABROAD.items():
        texts.save_texts(rows, product_id=products[product])
    for product, words in _WORDS.items():
        _add_words(products[product], dict(zip((ENGLISH, CHINESE), words, strict=True)))
    for language, names in _ITEMS.items():
        for sku, name in names.items():
            texts.save_texts((TextValues(language, name),), item_id=items[sku])


def _add_words(product_id: int, words: dict[str, str]) -> None:
    rows = [row.values() for row in texts.text_sheet(product_id=product_id) if row.language in words]
    wanted = [
        TextValues(row.language, row.name, "", row.description, words[row.language])
        for row in rows
    ]  # fmt: skip
    texts.save_texts(wanted, product_id=product_id, read=rows)
