"""Stainless-steel drinkware: models, variants, and the rules that derive their bills and routings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from factory_erp.demo.materials import COATING_CHECK, COLOURS, CURING, printed_packaging
from factory_erp.demo.packaging import Boxing, packs, tiers, works_cost
from factory_erp.demo.specs import ItemSpec, Part, ProductSpec, Step
from factory_erp.models.catalog import ItemKind

_MATERIAL = "304 stainless steel, PP, silicone"

PRODUCTS = (
    ProductSpec(
        "TB", "drinkware", _MATERIAL, "Stainless steel vacuum tumbler", "不锈钢真空冰霸杯",
        "Double-wall vacuum tumbler with slide lid; keeps drinks cold for 12 hours, hot for 6 hours.",
        "双层真空冰霸杯，滑盖；保冷12小时，保温6小时。",
    ),
    ProductSpec(
        "VF", "drinkware", _MATERIAL, "Stainless steel vacuum flask", "不锈钢真空保温杯",
        "Leak-proof vacuum flask with screw lid; keeps drinks hot for 12 hours.",
        "旋盖防漏真空保温杯；保温12小时。",
    ),
    ProductSpec(
        "KB", "drinkware", _MATERIAL, "Kids' stainless steel bottle", "儿童不锈钢吸管水壶",
        "Single-wall bottle with silicone straw, easy to clean.", "单层儿童吸管水壶，易清洗。",
    ),
    ProductSpec(
        "CM", "drinkware", _MATERIAL, "Stainless steel coffee mug", "不锈钢咖啡杯",
        "Double-wall mug with handle and press-in lid.", "双层咖啡杯，带把手及压盖。",
    ),
    ProductSpec(
        "FJ", "drinkware", _MATERIAL, "Stainless steel vacuum food jar", "不锈钢真空焖烧罐",
        "Wide-mouth vacuum food jar with folding spoon.", "大口径真空焖烧罐，附折叠勺。",
    ),
)  # fmt: skip

_LID_ROWS = """
SLIDE|Slide lid|滑盖|RM-SEAL-73|31|PP-BK|
S45|Screw lid 45 mm|旋盖 Φ45|RM-SEAL-45|34|PP|
S52|Screw lid 52 mm|旋盖 Φ52|RM-SEAL-52|42|PP|
STRAW|Straw lid|吸管盖|RM-SEAL-52|46|PP|RM-STRAW
PRESS|Press-in lid|压盖|RM-SEAL-73|26|PP-BK|
JAR|Wide-mouth lid|大口盖|RM-SEAL-85|58|PP-BK|RM-SPOON
"""
"""Code, names, seal, grams of resin, resin family, what else belongs to it."""


@dataclass(frozen=True, slots=True)
class _Model:
    """A cup: grams of its outer and inner shell (0: single wall), net weight, packing, price, lid."""

    code: str
    product: str
    size: str
    size_zh: str
    hs: str
    outer_g: int
    inner_g: int
    net_g: int
    vacuum: bool
    boxing: Boxing
    dollars: str
    lid: str
    colours: tuple[str, ...]
    logos: tuple[bool, ...] = (False,)
    euros: bool = False

    @property
    def en(self) -> str:
        return f"{_names(self.product).en} {self.size}"

    @property
    def zh(self) -> str:
        return f"{_names(self.product).zh} {self.size_zh}"


_COLD_SPOTS = "Hot water, infrared: no cold or hot spots, every piece / 热水红外检测，全检，无漏热点"
_LEAKS = "Leak test at 0.3 bar, every piece / 0.3 bar 气密检测，全检"
_ASSEMBLY = "Seal ring seated all round; lid closes at 1.2 N·m.\n密封圈装到位；杯盖扭力 1.2 N·m。"
_PACKING = "Bag, leaflet and box; its barcode must scan.\n套袋、放说明书、装彩盒；条码须可扫描。"

_VACUUM, _STEEL = "9617009000", "7323930000"
_FOUR, _THREE = ("BK", "WH", "NV", "GN"), ("BK", "WH", "NV")
_BOTH = (False, True)

_TRANSFER_LOT = Decimal(300)
"""Shells that go on to trimming together, while the rest is still formed."""

_MODELS = (
    _Model("TB20", "TB", "20 oz", "20oz", _VACUUM, 152, 121, 325, True,
           Boxing(92, 92, 190, (3, 2, 1), (2, 2, 1)), "4.60", "SLIDE", _FOUR, _BOTH, True),
    _Model("TB30", "TB", "30 oz", "30oz", _VACUUM, 198, 158, 410, True,
           Boxing(106, 106, 220, (5, 2, 1), (1, 2, 1)), "5.70", "SLIDE", _FOUR, _BOTH),
    _Model("VF035", "VF", "350 ml", "350ml", "9617001900", 112, 86, 240, True,
           Boxing(75, 75, 220, (3, 2, 1), (2, 2, 1)), "3.90", "S45", _THREE),
    _Model("VF050", "VF", "500 ml", "500ml", "9617001900", 146, 112, 300, True,
           Boxing(80, 80, 260, (3, 2, 1), (2, 2, 1)), "4.60", "S45", _THREE, euros=True),
    _Model("VF075", "VF", "750 ml", "750ml", "9617001900", 192, 150, 395, True,
           Boxing(90, 90, 300, (5, 2, 1), (1, 2, 1)), "5.80", "S52", _THREE, euros=True),
    _Model("VF100", "VF", "1000 ml", "1000ml", "9617001900", 238, 188, 480, True,
           Boxing(100, 100, 330, (3, 2, 1), (1, 2, 1)), "6.90", "S52", _THREE),
    _Model("KB035", "KB", "350 ml", "350ml", _STEEL, 124, 0, 195, False,
           Boxing(80, 80, 200, (3, 2, 1), (2, 2, 1)), "3.10", "STRAW", ("PK", "YE", "NV")),
    _Model("CM035", "CM", "12 oz", "12oz", _STEEL, 122, 92, 270, False,
           Boxing(128, 96, 108, (2, 3, 1), (2, 1, 2)), "3.60", "PRESS", ("BK", "WH", "GN"), euros=True),
    _Model("FJ050", "FJ", "500 ml", "500ml", _VACUUM, 172, 132, 400, True,
           Boxing(112, 112, 170, (5, 2, 1), (1, 2, 1)), "5.90", "JAR", ("BK", "GN"), euros=True),
)  # fmt: skip


def _names(product: str) -> ProductSpec:
    return next(spec for spec in PRODUCTS if spec.code == product)


def items() -> Iterator[ItemSpec]:
    """Every cup with its painted bodies, shells, lids and printed packaging."""
    for row in _LID_ROWS.strip().splitlines():
        yield from _lid(*row.split("|"))
    for model in _MODELS:
        yield from printed_packaging(model.code, model.en, model.zh)
        yield from _shells(model)
        for colour in model.colours:
            yield _body(model, colour)
            yield from (_cup(model, colour, logo) for logo in model.logos)


def _lid(code: str, en: str, zh: str, seal: str, grams: str, resin: str, extra: str) -> Iterator[ItemSpec]:
    plastic = [Part("RM-PP", Decimal(grams), 10, 20_000)]
    if resin == "PP-BK":
        plastic.append(Part("RM-MB-BK", Decimal(grams) * Decimal("0.02"), 10))
    yield ItemSpec(
        f"MP-{code}", ItemKind.SEMI_FINISHED, f"{en}, moulded part", f"{zh}注塑件", net_g=int(grams),
        output=Decimal(1000), parts=tuple(plastic),
        steps=(Step(10, "MOULD", "Injection moulding", "注塑", 40, Decimal(13), resin, 30),),
    )  # fmt: skip
    loose = (Part(extra, Decimal(1)),) if extra == "RM-STRAW" else ()
    yield ItemSpec(
        f"LA-{code}", ItemKind.SEMI_FINISHED, f"{en} assembly", f"{zh}组件", net_g=int(grams) + 4,
        parts=(Part(f"MP-{code}", Decimal(1)), Part(seal, Decimal(1), 10, 5_000), *loose),
        steps=(Step(10, "ASSY", "Lid assembly", "盖子组装", 10, Decimal(8), f"LID-{code}"),),
    )  # fmt: skip


def _shells(model: _Model) -> Iterator[ItemSpec]:
    for letter, en, zh, grams, steel in (
        ("O", "outer shell", "外壳", model.outer_g, "RM-304-05"),
        ("I", "inner shell", "内胆", model.inner_g, "RM-304-04"),
    ):
        if grams:
            yield ItemSpec(
                f"S{letter}-{model.code}", ItemKind.SEMI_FINISHED, f"{model.en}, {en}", f"{model.zh} {zh}",
                net_g=grams, output=Decimal(1000),
                parts=(Part(steel, Decimal(grams) * Decimal("1.18"), 10, 15_000),),
                steps=(
                    Step(10, "FORM", "Tube hydroforming", "焊管水胀成型", 30, Decimal(11), model.code,
                         transfer_lot=_TRANSFER_LOT),
                    Step(20, "TRIM", "Neck rolling and trimming", "滚口切边", 15, Decimal(6), model.code),
                ),
            )  # fmt: skip


def _body(model: _Model, colour: str) -> ItemSpec:
    en, zh = COLOURS[colour]
    inner = (Part(f"SI-{model.code}", Decimal(1)),) if model.inner_g else ()
    getter = (Part("RM-GETTER", Decimal(1), 20, 5_000),) if model.vacuum else ()
    powder = Part(f"RM-PW-{colour}", Decimal("0.016"), 40, 30_000)
    return ItemSpec(
        f"PB-{model.code}-{colour}", ItemKind.SEMI_FINISHED, f"{model.en}, painted body, {en}",
        f"{model.zh} 喷粉杯体 {zh}", net_g=model.outer_g + model.inner_g,
        parts=(Part(f"SO-{model.code}", Decimal(1)), *inner, *getter, powder),
        steps=tuple(_body_steps(model, colour)),
    )  # fmt: skip


def _body_steps(model: _Model, colour: str) -> Iterator[Step]:
    yield Step(10, "WELD", "Neck and bottom welding", "焊口焊底", 15, Decimal(17), model.code)
    if model.vacuum:
        yield Step(20, "VAC", "Vacuum sealing", "抽真空", 20, Decimal(7), "", 90, quality=_COLD_SPOTS,
                   resumable=False)  # fmt: skip
    yield Step(30, "POLISH", "Polishing", "抛光", 10, Decimal(18), model.code)
    yield Step(40, "COAT", "Powder coating and curing", "喷粉固化", 10, Decimal(9), colour, 60,
               quality=COATING_CHECK, instructions=CURING)  # fmt: skip


def _cup(model: _Model, colour: str, logo: bool) -> ItemSpec:
    en, zh = COLOURS[colour]
    mark_en, mark_zh = (", laser logo", " 激光LOGO") if logo else ("", "")
    option = " / ".join((model.size, en.capitalize(), *(["Laser logo"] if logo else [])))
    dollars = str(Decimal(model.dollars) + Decimal("0.35")) if logo else model.dollars
    names = _names(model.product)
    return ItemSpec(
        f"{model.code}-{colour}{'-L' if logo else ''}", ItemKind.FINISHED, f"{model.en}, {en}{mark_en}",
        f"{model.zh} {zh}{mark_zh}", product=model.product, options=option, hs=model.hs,
        declared_en=names.en, declared_zh=names.zh, net_g=model.net_g, lead_days=2,
        cost=works_cost(dollars), output=Decimal(model.boxing.per_carton),
        parts=tuple(_cup_parts(model, colour, logo)), steps=tuple(_cup_steps(model, logo)),
        packs=packs(model.boxing, model.net_g), tiers=tiers(dollars, model.euros),
    )  # fmt: skip


def _cup_parts(model: _Model, colour: str, logo: bool) -> Iterator[Part]:
    pieces = Decimal(model.boxing.per_carton)
    yield Part(f"PB-{model.code}-{colour}", pieces, 10 if logo else 20)
    yield Part(f"LA-{model.lid}", pieces, 20)
    if model.product == "CM":
        yield Part("RM-HANDLE", pieces, 20)
    if model.product == "FJ":
        yield Part("RM-SPOON", pieces, 30)
    yield Part("PM-BAG", pieces, 30)
    yield Part("PM-LEAF-D", pieces, 30)
    yield Part(f"PM-BOX-{model.code}", pieces, 30, 5_000)
    yield Part(f"PM-CTN-{model.code}", Decimal(1), 30)


def _cup_steps(model: _Model, logo: bool) -> Iterator[Step]:
    if logo:
        yield Step(10, "LASER", "Laser engraving", "激光打标", 15, Decimal(10), model.code)
    yield Step(20, "ASSY", "Assembly and leak test", "组装、气密检测", 15, Decimal(16), model.code,
               quality=_LEAKS, instructions=_ASSEMBLY)  # fmt: skip
    yield Step(30, "PACK", "Packing", "包装", 10, Decimal(10), model.code, instructions=_PACKING)
