"""A small real catalogue: steel bottles, from the coil to the carton."""

from __future__ import annotations

from decimal import Decimal

from factory_erp.models.catalog import ItemKind, PackKind, Procurement
from factory_erp.services.catalogue.input import (
    BillInput,
    CatalogueInput,
    CentreInput,
    ComponentInput,
    ItemInput,
    OperationInput,
    PackInput,
    PriceInput,
    RoutingInput,
    TextInput,
)
from factory_erp.services.exchange.catalogue_import import import_catalogue


def _texts(en: str, zh: str, customs: str = "") -> tuple[TextInput, ...]:
    return (TextInput("en", en, customs), TextInput("zh_CN", zh))


def _bottle(size: int, colour: str) -> ItemInput:
    chinese = {"Matte black": "哑光黑", "Ocean blue": "海蓝"}[colour]
    return ItemInput(
        f"BTL-{size}-{colour[0]}",
        ItemKind.FINISHED,
        Procurement.MAKE,
        _texts(f"Insulated bottle {size} ml", f"不锈钢保温杯 {size} 毫升", "Stainless steel vacuum bottle"),
        hs_code="9617001100",
        options=f"{size} ml / {colour} {chinese}",
        net_g=size * 6 // 10,
        lead_days=12,
        sellable=True,
        packaging=(
            PackInput(PackKind.INNER, 1, 75, 75, 250, size * 6 // 10, size * 6 // 10 + 40),
            PackInput(PackKind.MASTER, 24, 450, 320, 280, size * 6 // 10 * 24, size * 6 // 10 * 24 + 1800),
        ),
        prices=(
            PriceInput("USD", Decimal(500), Decimal("3.35"), "FOB", "Ningbo"),
            PriceInput("USD", Decimal(2000), Decimal("2.98"), "FOB", "Ningbo"),
        ),
    )


def _part(sku: str, kind: ItemKind, names: tuple[str, str], cost: str, unit: str = "H87") -> ItemInput:
    make = Procurement.MAKE if kind is ItemKind.SEMI_FINISHED else Procurement.BUY
    step = Decimal("0.001") if unit == "KGM" else Decimal(1)
    return ItemInput(sku, kind, make, _texts(*names), unit=unit, step=step, standard_cost=Decimal(cost))


CATALOGUE = CatalogueInput(
    items=(
        *(_bottle(size, colour) for size in (500, 750) for colour in ("Matte black", "Ocean blue")),
        _part("BODY-500", ItemKind.SEMI_FINISHED, ("Bottle body 500", "杯身 500"), "6.8"),
        _part("LID-PP", ItemKind.SEMI_FINISHED, ("Lid, PP", "杯盖 PP"), "1.2"),
        _part("STEEL-304", ItemKind.RAW, ("Steel coil 304, 0.4 mm", "304 不锈钢卷 0.4 mm"), "14.5", "KGM"),
        _part("PP-GRAN", ItemKind.RAW, ("PP granulate", "PP 粒子"), "9.1", "KGM"),
        _part("CTN-24", ItemKind.PACKAGING, ("Carton for 24", "24 只装纸箱"), "5.4"),
    ),
    bills=(
        BillInput(
            "BTL-500-M",
            (
                ComponentInput("BODY-500", Decimal(1)),
                ComponentInput("LID-PP", Decimal(1)),
                ComponentInput("CTN-24", Decimal(1)),
            ),
        ),
        BillInput("BODY-500", (ComponentInput("STEEL-304", Decimal("0.28"), 20_000),)),
        BillInput("LID-PP", (ComponentInput("PP-GRAN", Decimal("0.035")),)),
    ),
    centres=(
        CentreInput("PRESS", "Press shop", "冲压车间", (("P-1", "Press 1", "压机 1"),)),
        CentreInput("ASSY", "Assembly", "装配", (("A-1", "Line 1", "装配线 1"),)),
    ),
    routings=(
        RoutingInput(
            "BTL-500-M",
            (
                OperationInput(10, "ASSY", "Assemble", "装配", 15, Decimal("22.5")),
                OperationInput(20, "ASSY", "Leak test and pack", "检漏包装", 5, Decimal(14)),
            ),
        ),
        RoutingInput("BODY-500", (OperationInput(10, "PRESS", "Deep drawing", "拉伸", 40, Decimal(9)),)),
    ),
    stock=(
        ("BTL-500-M", Decimal(1840)),
        ("STEEL-304", Decimal("5200.5")),
        ("CTN-24", Decimal(900)),
    ),
)


def load() -> None:
    """Put the catalogue into the bound database."""
    import_catalogue(CATALOGUE)
