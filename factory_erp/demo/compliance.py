"""What the demo's goods are declared with, and the certificates that its buyers ask for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from factory_erp.demo import lookup
from factory_erp.demo.catalogue import sellable
from factory_erp.demo.specs import ItemSpec
from factory_erp.services.catalogue import certificates, customs, tariff
from factory_erp.services.catalogue.certificates import CertificateInput
from factory_erp.services.catalogue.tariff import BRAND_TYPE, PREFERENCE, RateView, TariffInput

_USE, _MATERIAL, _BRAND, _MODEL, _WATTS = "用途", "材质", "品牌", "型号", "功率"
_ELEMENTS = (BRAND_TYPE, PREFERENCE, _USE, _MATERIAL, _BRAND, _MODEL)

_CODES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "9617001900": ("Vacuum flasks complete with cases", "保温瓶", _ELEMENTS),
    "9617009000": ("Other vacuum vessels complete with cases; parts", "其他真空容器及零件", _ELEMENTS),
    "7323930000": (
        "Table, kitchen or other household articles of stainless steel", "餐桌、厨房等家用不锈钢器具",
        _ELEMENTS,
    ),
    "9405210090": (
        "Electric table, desk, bedside or floor-standing lamps, for LED light sources only",
        "其他设计为仅使用LED光源的台灯、床头灯或落地灯", (*_ELEMENTS, _WATTS),
    ),
}  # fmt: skip
"""Tariff code → names and declaration elements."""

_RATE = RateView(date(2019, 4, 1), Decimal(13), Decimal(13))
"""VAT of 13 % since 1 April 2019 (财政部 税务总局 海关总署公告2019年第39号), refunded in full here."""

_OWN_BRAND = "境内自主品牌"
_NOT_KNOWN = "出口货物不能确定在最终目的国(地区)享受优惠关税"

_LAB, _AUDITOR = "Yongjiang Harbour Testing Laboratory", "Siming Lake Audit Services"
"""Invented, as their certificates are."""

_CERTIFICATES = (
    ("TB", "FDA", "YHT-2401-0417", _LAB, -690, 40, "21 CFR 177.1520, lid and body"),
    ("TB", "LFGB", "YHT-2503-1182", _LAB, -240, 490, "§ 30, § 31 LFGB"),
    ("TB", "BSCI", "SLA-156-90331", _AUDITOR, -300, 430, "Grade B, whole factory"),
    ("VF", "LFGB", "YHT-2503-1183", _LAB, -240, 490, "§ 30, § 31 LFGB"),
    ("VF", "EN 12546-1", "YHT-2412-0966", _LAB, -340, 755, "Heat retention, leaks, impact"),
    ("KB", "LFGB", "YHT-2310-0338", _LAB, -745, -12, "Ordered again, samples are at the laboratory"),
    ("KB", "CPSIA", "YHT-2506-0720", _LAB, -160, 570, "Lead in surface coating, phthalates"),
    ("CM", "FDA", "YHT-2502-0251", _LAB, -270, 460, "21 CFR 177.1520, lid"),
    ("FJ", "LFGB", "YHT-2503-1184", _LAB, -240, 490, "§ 30, § 31 LFGB"),
    ("DLA", "CE", "LB-DOC-DLA-03", "", -400, None, "EMC and low voltage, own declaration"),
    ("DLA", "RoHS", "YHT-2411-0873", _LAB, -370, 360, "Ten substances"),
    ("DLA", "FCC", "YHT-2501-0098", _LAB, -310, None, "Part 15 B"),
    ("DLB", "CE", "LB-DOC-DLB-02", "", -400, None, "EMC and low voltage, own declaration"),
    ("DLB", "RoHS", "YHT-2411-0874", _LAB, -370, 360, "Ten substances"),
    ("DLC", "CE", "LB-DOC-DLC-01", "", -200, None, "EMC, own declaration"),
)
"""Product, kind, number, issuer, days from today until it began and until it lapses, note."""


def add_certificates(today: date) -> None:
    """One of them lapses in forty days, one has lapsed."""
    products = lookup.products()
    for product, kind, number, issuer, begun, lapses, note in _CERTIFICATES:
        ends = today + timedelta(days=lapses) if lapses is not None else None
        certificates.save_certificate(
            CertificateInput(
                products[product], kind, number, issuer, today + timedelta(days=begun), ends, note
            )
        )


def add_tariff() -> None:
    """The codes that the goods are declared under. Mass is counted first, pieces second."""
    for code, (en, zh, elements) in _CODES.items():
        tariff.save_tariff_code(TariffInput(code, en, zh, "KGM", "H87", elements, (_RATE,)))


def declare_goods() -> None:
    """What every finished good answers to the elements of its code."""
    ids = lookup.items()
    for item in sellable():
        answers = _answers(item)
        customs.save_declaration(ids[item.sku], item.hs, "CN", answers)


def _answers(item: ItemSpec) -> dict[str, str]:
    lamp = item.product.startswith("DL")
    said = {
        BRAND_TYPE: _OWN_BRAND,
        PREFERENCE: _NOT_KNOWN,
        _USE: "桌面照明" if lamp else "盛装饮品" if item.product != "FJ" else "盛装食品",
        _MATERIAL: "ABS塑料、铝合金" if lamp else "304不锈钢、PP塑料",
        _BRAND: "LANBEI",
        _MODEL: item.sku,
    }
    return said | ({_WATTS: _watts(item)} if lamp else {})


def _watts(item: ItemSpec) -> str:
    """From the name: "LED desk lamp, touch dimming, 6 W, pearl white, EU plug"."""
    return next(part for part in item.en.split(", ") if part.endswith(" W")).replace(" ", "")
