"""What the demo factory buys: steel, resins, powders, seals, electronics and packing material."""

from __future__ import annotations

from decimal import Decimal

from factory_erp.demo.specs import KILO, ItemSpec
from factory_erp.models.catalog import ItemKind

COLOURS: dict[str, tuple[str, str]] = {
    "BK": ("matte black", "哑光黑"),
    "WH": ("pearl white", "珍珠白"),
    "NV": ("navy blue", "藏青蓝"),
    "GN": ("sage green", "鼠尾草绿"),
    "PK": ("blush pink", "樱花粉"),
    "YE": ("lemon yellow", "柠檬黄"),
}
"""Colour code → name in English and Chinese."""

PLUGS: dict[str, tuple[str, str]] = {
    "EU": ("EU plug", "欧规"),
    "US": ("US plug", "美规"),
    "UK": ("UK plug", "英规"),
    "USB": ("USB powered", "USB供电"),
}
"""Plug code → name in English and Chinese."""

COATING_CHECK = "Film 60–80 µm, cross-cut 4B, 5 of every batch / 膜厚60–80µm，划格4B，每批5件"
CURING = "Cure at 180 °C for 20 minutes; hang by the neck.\n180℃固化20分钟；挂杯口或挂孔。"
"""What is checked of a powder coating, and how it is cured; English and Chinese."""

_RAW = """
RM-304-04|KGM|Stainless steel strip 304, 0.4 mm|304不锈钢带 0.4mm|12|19.60
RM-304-05|KGM|Stainless steel sheet 304, 0.5 mm|304不锈钢板 0.5mm|12|19.20
RM-SPCC-10|KGM|Cold-rolled steel sheet, 1.0 mm|冷轧钢板 1.0mm|10|5.40
RM-AL-20|KGM|Aluminium tube 6063, 20 mm|6063铝管 Φ20|15|24.80
RM-PP|KGM|PP resin, food grade|食品级PP料|10|11.50
RM-MB-BK|KGM|Colour masterbatch, black|黑色母粒|10|22.00
RM-ABS|KGM|ABS resin, flame retardant|阻燃ABS料|10|14.20
RM-PC|KGM|PC resin, light diffusing|光扩散PC料|14|21.50
RM-GETTER|H87|Getter pellet|吸气剂|20|0.085
RM-SEAL-45|H87|Silicone seal ring, 45 mm|硅胶密封圈 Φ45|10|0.26
RM-SEAL-52|H87|Silicone seal ring, 52 mm|硅胶密封圈 Φ52|10|0.29
RM-SEAL-73|H87|Silicone seal ring, 73 mm|硅胶密封圈 Φ73|10|0.38
RM-SEAL-85|H87|Silicone seal ring, 85 mm|硅胶密封圈 Φ85|10|0.43
RM-STRAW|H87|Silicone straw with spout|硅胶吸管吸嘴|12|0.90
RM-HANDLE|H87|Stainless steel mug handle|不锈钢杯把手|12|1.35
RM-SPOON|H87|Folding spoon, stainless steel|不锈钢折叠勺|18|1.10
RM-LED|H87|LED chip 2835, 4000 K, 0.2 W|LED灯珠 2835 4000K 0.2W|15|0.045
RM-PCB-A|H87|Aluminium circuit board, lamp A|铝基板 A款|15|1.35
RM-PCB-B|H87|Aluminium circuit board, lamp B|铝基板 B款|15|1.70
RM-PCB-C|H87|Aluminium circuit board, lamp C|铝基板 C款|15|0.95
RM-DRIVER|H87|Constant-current driver IC|恒流驱动IC|20|0.68
RM-TOUCH|H87|Touch dimmer board|触摸调光板|18|3.20
RM-HINGE|H87|Friction hinge|阻尼转轴|14|1.85
RM-SCREWS|SET|Screw set|螺丝包|7|0.35
RM-WIRE|MTR|Electronic wire, 2 × 0.5 mm²|电子线 2×0.5mm²|10|0.55
RM-CLIP|H87|Spring clip|弹簧夹|14|1.40
RM-ADP-EU|H87|Power adapter 12 V 1 A, EU plug|电源适配器 12V1A 欧规|20|8.60
RM-ADP-US|H87|Power adapter 12 V 1 A, US plug|电源适配器 12V1A 美规|20|8.40
RM-ADP-UK|H87|Power adapter 12 V 1 A, UK plug|电源适配器 12V1A 英规|20|9.30
RM-ADP-USB|H87|USB cable, 1.5 m|USB电源线 1.5m|12|2.10
"""

_PACKING = """
PM-BAG|H87|Polybag, printed warning|PE自封袋（印警示语）|7|0.12
PM-LEAF-D|H87|Care leaflet, drinkware|水杯使用说明书|7|0.12
PM-LEAF-L|H87|Instruction leaflet, desk lamp|台灯说明书|7|0.15
"""


def raw_materials() -> list[ItemSpec]:
    """Everything bought that is not a printed box."""
    powders = [
        f"RM-PW-{code}|KGM|Powder coating, {en}|粉末涂料 {zh}|10|31.00" for code, (en, zh) in COLOURS.items()
    ]
    return [
        *(_bought(row, ItemKind.RAW) for row in [*_RAW.strip().splitlines(), *powders]),
        *(_bought(row, ItemKind.PACKAGING) for row in _PACKING.strip().splitlines()),
    ]


def printed_packaging(code: str, en: str, zh: str) -> list[ItemSpec]:
    """Colour box and master carton of a model."""
    rows = (
        f"PM-BOX-{code}|H87|Colour box, {en}|彩盒 {zh}|10|1.60",
        f"PM-CTN-{code}|H87|Master carton, 5-ply, {en}|五层外箱 {zh}|7|8.40",
    )
    return [_bought(row, ItemKind.PACKAGING) for row in rows]


def _bought(row: str, kind: ItemKind) -> ItemSpec:
    sku, unit, en, zh, days, cost = row.split("|")
    step = KILO if unit in {"KGM", "MTR"} else Decimal(1)
    return ItemSpec(sku, kind, en, zh, unit, step, lead_days=int(days), cost=Decimal(cost))
