"""LED desk lamps: models, variants, and the rules that derive their bills and routings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from factory_erp.demo.materials import COATING_CHECK, COLOURS, CURING, PLUGS, printed_packaging
from factory_erp.demo.packaging import Boxing, packs, tiers, works_cost
from factory_erp.demo.specs import ItemSpec, Part, ProductSpec, Step
from factory_erp.models.catalog import ItemKind

PRODUCTS = (
    ProductSpec(
        "DLA", "lamp", "ABS, aluminium, LED", "LED desk lamp, touch dimming", "LED触摸调光台灯",
        "6 W desk lamp with three colour temperatures and touch dimmer.", "6W台灯，三档色温，触摸调光。",
    ),
    ProductSpec(
        "DLB", "lamp", "ABS, aluminium, LED", "LED folding desk lamp", "LED折叠台灯",
        "9 W folding desk lamp for study and office.", "9W折叠台灯，适合学习办公。",
    ),
    ProductSpec(
        "DLC", "lamp", "ABS, aluminium, LED", "LED clip lamp", "LED夹子灯",
        "4 W clip-on reading lamp, USB powered.", "4W夹式阅读灯，USB供电。",
    ),
)  # fmt: skip

_HS = "9405210090"

_AGEING = "2 h at full light, then three dimming steps, every piece / 满载老化2小时，三档调光，全检"
_ASSEMBLY = "Wrist strap on. Screws at 0.6 N·m.\n佩戴防静电手环。螺丝扭力 0.6 N·m。"


@dataclass(frozen=True, slots=True)
class _Model:
    """A lamp: watts, grams of its moulded and aluminium parts, LED chips, packing, price, variants."""

    code: str
    watts: int
    head_g: int
    base_g: int
    arm_g: int
    chips: int
    net_g: int
    boxing: Boxing
    dollars: str
    colours: tuple[str, ...]
    plugs: tuple[str, ...]
    extra: str
    euros: bool = False

    @property
    def names(self) -> ProductSpec:
        return next(spec for spec in PRODUCTS if spec.code == self.code)


_MODELS = (
    _Model("DLA", 6, 118, 236, 92, 30, 690, Boxing(380, 130, 95, (1, 1, 1), (1, 4, 3)), "8.90",
           ("WH", "BK"), ("EU", "US", "UK"), "RM-TOUCH", True),
    _Model("DLB", 9, 152, 288, 124, 45, 860, Boxing(410, 145, 100, (1, 1, 1), (1, 4, 3)), "11.50",
           ("WH", "BK"), ("EU", "US"), "RM-HINGE"),
    _Model("DLC", 4, 64, 78, 41, 20, 290, Boxing(260, 110, 80, (1, 1, 1), (2, 3, 4)), "4.80",
           ("WH", "BK"), ("USB",), "RM-CLIP", True),
)  # fmt: skip

_SHARE_OF_ADAPTER = {"EU": "0.10", "US": "0", "UK": "0.25", "USB": "0"}
"""Dollars that the plug adds to the list price."""


def items() -> Iterator[ItemSpec]:
    """Every lamp with its LED module, painted bodies, moulded parts and printed packaging."""
    for model in _MODELS:
        yield from printed_packaging(model.code, model.names.en, model.names.zh)
        yield from _moulded(model)
        yield _arm(model)
        yield _module(model)
        for colour in model.colours:
            yield _body(model, colour)
            yield from (_lamp(model, colour, plug) for plug in model.plugs)


def _moulded(model: _Model) -> Iterator[ItemSpec]:
    for prefix, en, zh, grams, resin, seconds in (
        ("MH", "lamp head", "灯头", model.head_g, "ABS", 24),
        ("MB", "base", "底座", model.base_g, "ABS", 30),
        ("MD", "diffuser", "扩散罩", model.head_g // 4, "PC", 16),
    ):
        yield ItemSpec(
            f"{prefix}-{model.code}", ItemKind.SEMI_FINISHED, f"{model.names.en}, {en}",
            f"{model.names.zh} {zh}", net_g=grams, output=Decimal(1000),
            parts=(Part(f"RM-{resin}", Decimal(grams), 10, 20_000),),
            steps=(Step(10, "MOULD", "Injection moulding", "注塑", 45, Decimal(seconds), resin, 30),),
        )  # fmt: skip


def _arm(model: _Model) -> ItemSpec:
    return ItemSpec(
        f"AR-{model.code}", ItemKind.SEMI_FINISHED, f"{model.names.en}, arm blank",
        f"{model.names.zh} 灯臂坯件", net_g=model.arm_g, output=Decimal(1000),
        parts=(
            Part("RM-AL-20", Decimal(model.arm_g) * Decimal("0.8"), 10, 20_000),
            Part("RM-SPCC-10", Decimal(model.arm_g) * Decimal("0.3"), 10, 30_000),
        ),
        steps=(Step(10, "STAMP", "Cutting and bending", "切管冲压折弯", 30, Decimal(9), model.code),),
    )  # fmt: skip


def _module(model: _Model) -> ItemSpec:
    return ItemSpec(
        f"LM-{model.code}", ItemKind.SEMI_FINISHED, f"LED module {model.watts} W, {model.names.en}",
        f"LED模组 {model.watts}W {model.names.zh}", net_g=model.head_g // 4 + 30,
        parts=(
            Part("RM-LED", Decimal(model.chips), 10, 3_000),
            Part(f"RM-PCB-{model.code[-1]}", Decimal(1), 10, 2_000),
            Part("RM-DRIVER", Decimal(1), 10, 2_000),
            Part(f"MD-{model.code}", Decimal(1), 20),
        ),
        steps=(
            Step(10, "SMT", "Surface mounting and reflow", "贴片回流焊", 25, Decimal(11), model.code),
            Step(20, "LAMP", "Module assembly and light test", "模组组装点亮", 10, Decimal(9), "LED"),
        ),
    )  # fmt: skip


def _body(model: _Model, colour: str) -> ItemSpec:
    en, zh = COLOURS[colour]
    parts = tuple(Part(f"{prefix}-{model.code}", Decimal(1)) for prefix in ("MH", "MB", "AR"))
    return ItemSpec(
        f"PL-{model.code}-{colour}", ItemKind.SEMI_FINISHED, f"{model.names.en}, painted body, {en}",
        f"{model.names.zh} 喷粉灯体 {zh}", net_g=model.head_g + model.base_g + model.arm_g,
        parts=(*parts, Part(f"RM-PW-{colour}", Decimal("0.022"), 10, 30_000)),
        steps=(
            Step(10, "COAT", "Powder coating and curing", "喷粉固化", 10, Decimal(14), colour, 60,
                 quality=COATING_CHECK, instructions=CURING),
        ),
    )  # fmt: skip


def _lamp(model: _Model, colour: str, plug: str) -> ItemSpec:
    en, zh = COLOURS[colour]
    plug_en, plug_zh = PLUGS[plug]
    dollars = str(Decimal(model.dollars) + Decimal(_SHARE_OF_ADAPTER[plug]))
    pieces = Decimal(model.boxing.per_carton)
    early = (f"PL-{model.code}-{colour}", f"LM-{model.code}", model.extra, "RM-SCREWS")
    late = ("PM-BAG", "PM-LEAF-L", f"RM-ADP-{plug}", f"PM-BOX-{model.code}")
    return ItemSpec(
        f"{model.code}-{colour}-{plug}", ItemKind.FINISHED,
        f"{model.names.en}, {model.watts} W, {en}, {plug_en}",
        f"{model.names.zh} {model.watts}W {zh} {plug_zh}", product=model.code,
        options=f"{en.capitalize()} / {plug_en}", hs=_HS, declared_en="LED desk lamp", declared_zh="LED台灯",
        net_g=model.net_g, lead_days=2, cost=works_cost(dollars), output=pieces,
        parts=(
            *(Part(sku, pieces, 10) for sku in early),
            Part("RM-WIRE", pieces * Decimal("0.9"), 10, 10_000),
            *(Part(sku, pieces, 20) for sku in late),
            Part(f"PM-CTN-{model.code}", Decimal(1), 20),
        ),
        steps=(
            Step(10, "LAMP", "Assembly and ageing test", "总装老化测试", 20, Decimal(34), model.code, 120,
                 quality=_AGEING, instructions=_ASSEMBLY),
            Step(20, "PACK", "Packing", "包装", 10, Decimal(16), model.code),
        ),
        packs=packs(model.boxing, model.net_g), tiers=tiers(dollars, model.euros),
    )  # fmt: skip
