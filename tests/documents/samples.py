"""Realistic shipments of a drinkware factory in Ningbo, made up for the tests and the benchmark."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from factory_erp.documents.facts import (
    BankAccount,
    CartonLine,
    Charge,
    GoodsLine,
    Party,
    PortName,
    ShipmentFacts,
    texts,
)
from factory_erp.documents.snapshot import DocumentSnapshot, Kind, Language

GOODS = (
    (
        "TB-500-BK",
        "Vacuum bottle 500 ml, matt black",
        "真空保温杯 500 毫升 哑光黑",
        "9617.00.1900",
        "3.85",
        48,
    ),
    (
        "TB-750-WH",
        "Vacuum bottle 750 ml, bamboo lid, white",
        "真空保温杯 750 毫升 竹盖 白色",
        "9617.00.1900",
        "4.62",
        24,
    ),
    ("MG-350-GN", "Travel mug 350 ml, sage green", "车载咖啡杯 350 毫升 灰绿", "9617.00.1900", "2.975", 48),
    ("LB-1000-SS", "Stainless steel lunch box 1.0 l", "不锈钢饭盒 1.0 升", "7323.93.0000", "5.4", 24),
    (
        "GB-600-CL",
        "Borosilicate glass bottle 600 ml with sleeve",
        "高硼硅玻璃杯 600 毫升 带杯套",
        "7013.37.0000",
        "1.2755",
        36,
    ),
    ("KD-300-PK", "Children's straw cup 300 ml", "儿童吸管杯 300 毫升", "3924.10.0000", "1.92", 60),
)

COMPANY = Party(
    "Ningbo Haiyue Drinkware Co., Ltd.",
    "宁波海悦杯业有限公司",
    ("No. 188 Jinshan Road, Jiangbei District", "Ningbo 315033, Zhejiang"),
    "CN",
    "Lin Yuting",
    "+86 574 8765 4321",
    "export@haiyue-drinkware.example",
    "91330205MA2AEXMPL7",
)
CONSIGNEE = Party(
    "Nordlys Hjem & Fritid A/S",
    "",
    ("Havnegade 42, 3. sal", "8000 Aarhus C"),
    "DK",
    "Søren Kjærgaard",
    "+45 8612 0000",
    "indkob@nordlys.example",
    "DK12345678",
)
BUYER = Party(
    "Nordlys Trading GmbH", "", ("Große Elbstraße 145", "22767 Hamburg"), "DE", tax_id="DE123456789"
)
NOTIFY = Party("Kattegat Spedition ApS", "", ("Østhavnsvej 7", "8000 Aarhus C"), "DK", phone="+45 8613 1111")
BANK = BankAccount(
    "Ningbo Haiyue Drinkware Co., Ltd.",
    "Bank of Eastern Zhejiang, Ningbo Branch",
    "21 Zhongshan East Road, Ningbo, China",
    "3940 0188 0001 2345 678",
    "BEZJCNBN123",
)


def goods_line(index: int) -> GoodsLine:
    """Line *index* (from 0)."""
    item, english, chinese, hs, price, per_carton = GOODS[index % len(GOODS)]
    quantity = Decimal(per_carton * (10 + index % 7 * 5))
    unit = "SET" if item.startswith("LB") else "H87"
    cents = (quantity * Decimal(price) * 100).quantize(Decimal(1), ROUND_HALF_UP)
    number = item if index < len(GOODS) else f"{item}-{index // len(GOODS):02d}"
    return GoodsLine(
        index + 1,
        "SO-2026-00318",
        "PO-77120",
        number,
        f"NH{4100 + index}",
        texts({"en": english, "zh_CN": chinese}),
        hs,
        "CN",
        quantity,
        unit,
        Decimal(price),
        int(cents),
    )


def carton_lines(lines: tuple[GoodsLine, ...]) -> tuple[CartonLine, ...]:
    """Each line in equal cartons, numbered through."""
    cartons: list[CartonLine] = []
    first = 1
    for index, line in enumerate(lines):
        per_carton = GOODS[index % len(GOODS)][5]
        n = int(line.quantity) // per_carton
        net, gross = per_carton * 310 + index % 4 * 50, per_carton * 310 + 1450
        cartons.append(
            CartonLine(
                f"{first}-{first + n - 1}",
                n,
                line.item_number,
                line.description,
                Decimal(per_carton),
                line.quantity,
                line.unit,
                net,
                gross,
                520,
                395,
                285,
                net * n,
                gross * n,
                520 * 395 * 285 * n,
            )
        )
        first += n
    return tuple(cartons)


CHARGES = (
    Charge(texts({"en": "Ocean freight to Aarhus", "zh_CN": "海运费"}), 185_000),
    Charge(texts({"en": "Marine insurance, 110 % of CIF value", "zh_CN": "保险费"}), 21_436),
    Charge(texts({"en": "Discount for early order", "zh_CN": "提前订货折扣"}), -50_000),
)


def facts(count: int, *, charges: tuple[Charge, ...] = CHARGES) -> ShipmentFacts:
    """The facts of a shipment of *count* lines."""
    lines = tuple(goods_line(index) for index in range(count))
    cartons = carton_lines(lines)
    total = sum(line.amount_minor for line in lines) + sum(charge.amount_minor for charge in charges)
    return ShipmentFacts(
        company=COMPANY,
        consignee=CONSIGNEE,
        buyer=BUYER,
        notify=NOTIFY,
        bank=BANK,
        currency="USD",
        trade_term_code="CIF",
        trade_term_place="Aarhus",
        lines=lines,
        charges=charges,
        total_minor=total,
        cartons=cartons,
        port_of_loading=PortName("CNNBG", texts({"en": "Ningbo", "zh_CN": "宁波"})),
        port_of_discharge=PortName("DKAAR", texts({"en": "Aarhus", "zh_CN": "奥胡斯"})),
        vessel_voyage="MV Example Star / 046W",
        etd=date(2026, 9, 18),
        container_numbers=("CSQU3054383", "MSKU1234565"),
        forwarder="Ningbo Donghai Freight Forwarding Co., Ltd.",
        payment_terms=texts(
            {
                "en": "T/T: 30 % deposit, 70 % against copy of bill of lading",
                "zh_CN": "电汇：30% 定金，70% 见提单副本付款",
            }
        ),
        marks=(
            "NORDLYS",
            "PO-77120",
            "AARHUS",
            f"C/NO. 1-{sum(line.cartons for line in cartons)}",
            "MADE IN CHINA",
        ),
        contract_number="HY-SC-2026-118",
        contract_date=date(2026, 6, 2),
        order_numbers=("SO-2026-00318",),
        origin_country="CN",
        destination_country="DK",
        remarks=texts({"en": "Partial shipment not allowed.", "zh_CN": "不允许分批装运。"}),
    )


def snapshot(
    kind: Kind = "commercial_invoice", count: int = 3, language: Language = "en", **changes: object
) -> DocumentSnapshot:
    """A document of *count* lines; *changes* replace facts."""
    stated = replace(facts(count), **changes)  # type: ignore[arg-type]
    return DocumentSnapshot(kind, "CI-2026-00042", 1, date(2026, 9, 12), language, stated)
