"""A shipment to Denmark as it is declared and certified, made up for the tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from factory_erp.documents.customs_answers import DeclarationAnswers, ItemAnswers
from factory_erp.documents.customs_building import build_declarations
from factory_erp.documents.details.customs import Coded, DeclarationDetails, FeeStated
from factory_erp.documents.details.origin import OriginDetails, OriginItem, Tick
from factory_erp.documents.facts import ShipmentFacts, texts
from factory_erp.documents.snapshot import DocumentSnapshot, Kind, Language
from tests.documents.samples import GOODS, facts

USCC = "91330205144052888N"
NAMES = {
    "TB": "真空保温杯",
    "MG": "真空咖啡杯",
    "LB": "不锈钢饭盒",
    "GB": "玻璃杯",
    "KD": "塑料儿童吸管杯",
}


def item_answers(item_number: str) -> ItemAnswers:
    """What is declared of a drinkware item: kilograms, for glass and steel also pieces."""
    kind = item_number[:2]
    return ItemAnswers(
        name=NAMES[kind],
        elements=(
            ("品牌类型", "4"),
            ("出口享惠情况", "0"),
            ("用途", "日用，盛装饮料"),
            ("材质", "304 不锈钢，食品级聚丙烯杯盖"),
            ("品牌", "HAIYUE"),
            ("型号", item_number),
        ),
        first_unit="KGM",
        second_unit="007" if kind == "GB" else "",
        unit="011" if kind != "LB" else "",
        source_place=Coded("33029", "宁波其他"),
        supplier_tax_name=NAMES[kind] if kind == "GB" else "",
    )


def answers(stated: ShipmentFacts, **changes: object) -> DeclarationAnswers:
    """Complete answers for the shipment; *changes* replace some."""
    told = DeclarationAnswers(
        items={line.item_number: item_answers(line.item_number) for line in stated.lines},
        consignor_uscc=USCC,
        consignor_customs_code="3302961234",
        declarant="宁波甬通报关有限公司",
        declarant_uscc=USCC,
        exit_customs=Coded("3104"),
        exit_port=Coded("380001", "宁波"),
        freight=FeeStated("3", Decimal(1850), "USD"),
        insurance=FeeStated("3", Decimal("214.36"), "USD"),
        person="王丽",
        person_number="33010123",
        person_phone="0574-87654321",
    )
    return replace(told, **changes)  # type: ignore[arg-type]


def declaration(count: int = len(GOODS), **changes: object) -> DeclarationDetails:
    """The first declaration of a shipment of *count* lines."""
    stated = facts(count)
    return build_declarations(stated, answers(stated, **changes)).declarations[0]


def declared(
    kind: Kind = "customs_declaration",
    count: int = len(GOODS),
    language: Language = "zh_CN",
    details: DeclarationDetails | None = None,
) -> DocumentSnapshot:
    """The declaration, or the sheet of its elements, as a document."""
    return DocumentSnapshot(
        kind,
        "CD-2026-00042",
        1,
        date(2026, 9, 12),
        language,
        facts(count),
        details=details or declaration(count),
    )


def origin_items(stated: ShipmentFacts, criterion: str = "PE") -> tuple[OriginItem, ...]:
    """One item of the certificate for each line."""
    return tuple(
        OriginItem(
            item_no=line.line_no,
            packages=carton.cartons,
            package_word=texts({"en": "carton", "zh_CN": "纸箱"}),
            description=line.description,
            hs_code=line.hs_code.replace(".", "")[:6],
            criterion=criterion,
            quantity=line.quantity,
            unit=line.unit,
            gross_g=carton.gross_g,
            fob_minor=line.amount_minor,
        )
        for line, carton in zip(stated.lines, stated.cartons, strict=True)
    )


def certificate(
    kind: Kind = "origin_general",
    count: int = 3,
    language: Language = "en",
    *,
    criterion: str = "PE",
    ticks: tuple[Tick, ...] = (),
    country: str = "DK",
    **changes: object,
) -> DocumentSnapshot:
    """A certificate of origin of *count* items; *changes* replace what it states."""
    stated = facts(count)
    details = OriginDetails(
        items=origin_items(stated, criterion),
        departure=date(2026, 9, 18),
        route_via="SINGAPORE",
        ticks=ticks,
        invoice_number="CI-2026-00042",
        invoice_date=date(2026, 9, 12),
        declared_at="NINGBO, CHINA",
        importing_country=country,
    )
    details = replace(details, **changes)  # type: ignore[arg-type]
    return DocumentSnapshot(kind, "CO-2026-00042", 1, date(2026, 9, 12), language, stated, details=details)
