"""Labels, a loaded container and a purchase order, made up for the tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from factory_erp.documents.details.labels import (
    LABEL_PRINTER,
    BoxPlaced,
    CartonLabel,
    ContainerLoaded,
    LabelDetails,
    LabelSheet,
    LoadingDetails,
    LoadingStep,
    PurchaseDetails,
    PurchasedGoods,
)
from factory_erp.documents.facts import Party, carton_groups, texts
from factory_erp.documents.marks import marked
from factory_erp.documents.snapshot import DocumentSnapshot, Language
from factory_erp.domain.checkdigits import gs1_check_digit, make_sscc
from factory_erp.domain.money import UnitPrice
from tests.documents.samples import facts

PREFIX = "6901234"
GTIN = "690123400001"
INSPECTION = texts({"en": "Salt spray test 24 h; AQL 1.5", "zh_CN": "盐雾 24 小时；AQL 1.5"})
SUPPLIER = Party(
    "Yongkang Xinda Metal Products Factory",
    "永康市鑫达五金制品厂",
    ("No. 6 Huaxi Road, Zhiying Town", "Yongkang 321306, Zhejiang"),
    "CN",
    "王海燕",
    "+86 579 8700 1122",
    tax_id="91330784MA2EXMPL00",
)


def labels(count: int, *, sscc: bool = True, lot: str = "L260912A") -> tuple[CartonLabel, ...]:
    """One label per carton of a shipment, *count* of them."""
    stated = facts(60)
    total = stated.carton_count
    made: list[CartonLabel] = []
    for group in carton_groups(stated.cartons):
        line = group[0]
        for number in range(line.ranges[0].first, line.ranges[0].last + 1):
            if len(made) == count:
                return tuple(made)
            made.append(
                CartonLabel(
                    number,
                    total,
                    marked(stated.marks, f"{number}/{total}"),
                    line.item_number,
                    line.description,
                    line.per_carton,
                    line.unit,
                    line.net_g_per_carton,
                    line.gross_g_per_carton,
                    line.length_mm,
                    line.width_mm,
                    line.height_mm,
                    "CN",
                    "PO-77120",
                    "NH4100",
                    make_sscc(3, PREFIX, number) if sscc else "",
                    GTIN + gs1_check_digit(GTIN),
                    lot,
                )
            )
    return tuple(made)


def label_document(
    made: tuple[CartonLabel, ...], sheet: LabelSheet = LABEL_PRINTER, language: Language = "bilingual"
) -> DocumentSnapshot:
    """The labels as a document."""
    details = LabelDetails(made, sheet)
    return DocumentSnapshot(
        "carton_labels", "CL-2026-00042", 1, date(2026, 9, 12), language, facts(3), "CI-2026-00042", details
    )  # fmt: skip


KINDS = (
    ("TB-500-BK", "SO-2026-00318", (520, 395, 285), 16_330),
    ("MG-350-GN", "SO-2026-00318", (480, 360, 300), 14_900),
    ("LB-1000-SS", "SO-2026-00322", (600, 400, 400), 21_000),
    ("GB-600-CL", "SO-2026-00322", (450, 450, 350), 18_500),
    ("KD-300-PK", "SO-2026-00325", (390, 290, 260), 9_800),
)


def container(steps: int = 14, position: int = 1, number: str = "CSQU3054383") -> ContainerLoaded:
    """A 40HQ loaded wall by wall, each step a block as wide and high as the container."""
    length, width, height = 12_032, 2_352, 2_698
    boxes: list[BoxPlaced] = []
    listed: list[LoadingStep] = []
    x = 0
    for step in range(1, steps + 1):
        label, order, (long, wide, high), grams = KINDS[(step - 1) * len(KINDS) // steps]
        across, up, deep = width // wide, height // high, 2 if step % 3 else 1
        if x + deep * long > length:
            break
        placed = [
            BoxPlaced(label, order, x + i * long, j * wide, k * high, long, wide, high, step, grams)
            for i in range(deep)
            for j in range(across)
            for k in range(up)
        ]
        boxes.extend(placed)
        note = "留通风缝 / leave air" if step == 2 else ""
        listed.append(LoadingStep(step, label, len(placed), across, up, deep, note))
        x += deep * long
    volume = sum(box.length_mm * box.width_mm * box.height_mm for box in boxes)
    cargo = sum(box.gross_g for box in boxes)
    return ContainerLoaded(
        position, "40HQ", number, length, width, height, 26_500_000, cargo, volume, tuple(boxes),
        tuple(listed), "SL778812",
    )  # fmt: skip


def loading_document(*containers: ContainerLoaded, language: Language = "bilingual") -> DocumentSnapshot:
    """The loading plan of *containers*."""
    details = LoadingDetails(containers, (("KD-300-PK", 12),))
    return DocumentSnapshot(
        "loading_plan", "LP-2026-00042", 1, date(2026, 9, 12), language, facts(6), "CI-2026-00042", details
    )  # fmt: skip


def purchase(count: int = 3, *, tax: str = "13", included: bool = True) -> PurchaseDetails:
    """An order of *count* lines."""
    lines = []
    for index in range(count):
        quantity, price = Decimal(1200 + 50 * index), Decimal("3.2750") + index
        minor = UnitPrice(price, "CNY").times(quantity).minor
        lines.append(
            PurchasedGoods(
                index + 1, f"RM-LID-{index:03d}", f"XD-{88 + index}",
                texts({"en": "Screw lid, stainless steel 304, brushed", "zh_CN": "旋盖 304 不锈钢 拉丝"}),
                quantity, "H87", price, minor, date(2026, 8, 3 + index % 20), Decimal(tax),
                INSPECTION if index == 0 else (),
            )
        )  # fmt: skip
    details = PurchaseDetails(
        SUPPLIER, tuple(lines), "CNY", sum(line.amount_minor for line in lines), payment_terms=texts(
            {"en": "30 days after receipt of the VAT invoice", "zh_CN": "收到增值税专用发票后 30 天"}
        ), remarks=texts({"en": "Individually bagged.", "zh_CN": "独立袋装。"}),
    )  # fmt: skip
    if included:
        return details
    with_tax = details.total_minor * (100 + int(tax))
    return replace(details, total_minor=(with_tax + 50) // 100, prices_include_tax=False)


def purchase_document(details: PurchaseDetails, language: Language = "zh_CN") -> DocumentSnapshot:
    """The purchase order as a document."""
    return DocumentSnapshot(
        "purchase_order", "PO-2026-00077", 1, date(2026, 7, 20), language, facts(1), details=details
    )  # fmt: skip
