"""Contracts, bookings, weights and bank papers of the sample shipment, for the tests that draw them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import combinations
from typing import Any
from unittest.mock import patch

from pypdf import PdfReader

from factory_erp.documents import render
from factory_erp.documents.details.trade import (
    AdviceDetails,
    BookingDetails,
    CertificateDetails,
    ContainerWanted,
    ContractTerms,
    DraftDetails,
    Finding,
    VgmContainer,
    VgmDetails,
    draft_amount,
)
from factory_erp.documents.facts import ContainerFacts, Party, ShipmentFacts, texts
from factory_erp.documents.layout import MARGIN_X
from factory_erp.documents.page import A4, MM, Page, write_pdf
from factory_erp.documents.snapshot import Details, DocumentSnapshot, Kind, Language
from factory_erp.documents.typeset import text_width
from tests.documents.samples import facts

TERMS = ContractTerms(
    valid_until=date(2026, 10, 15),
    shipment_time=texts(
        {"en": "Within 35 days after receipt of the deposit", "zh_CN": "收到定金后 35 天内装运"}
    ),
    packing=texts({"en": "In export cartons, 48 pieces each", "zh_CN": "出口纸箱，每箱 48 件"}),
    partial_shipment="not allowed",
    transshipment="allowed",
    tolerance_percent=Decimal("5.0"),
    insurance=texts(
        {"en": "By the seller for 110 % of the invoice value", "zh_CN": "由卖方按发票金额 110% 投保"}
    ),
    deposit_minor=237_947,
    signed_at="Ningbo, China",
)

BOOKING = BookingDetails(
    forwarder=Party(
        "Ningbo Donghai Freight Forwarding Co., Ltd.",
        "宁波东海货运代理有限公司",
        ("Room 1702, 8 Jiefang South Road", "Ningbo 315000"),
        "CN",
        phone="+86 574 8700 1234",
    ),
    booking_number="NBO26091877",
    containers=(ContainerWanted("40HQ", 1), ContainerWanted("20GP", 1)),
    service="CY-DOOR",
    cargo_ready_on=date(2026, 9, 11),
    pick_up_at="No. 188 Jinshan Road, Jiangbei District, Ningbo, gate 3, dock 2",
    pre_carriage="TRUCK",
    place_of_receipt="Ningbo Jiangbei",
    place_of_delivery="Aarhus C",
    final_destination="Horsens",
    freight="prepaid",
    payable_at="Ningbo",
    original_bills=3,
    partial_shipment="not allowed",
    transshipment="allowed",
    latest_shipment=date(2026, 9, 25),
    credit_expiry=date(2026, 10, 16),
    instructions=texts(
        {
            "en": "Keep dry; stow below deck. Fumigated pallets only.",
            "zh_CN": "防潮；舱内积载。仅限熏蒸托盘。",
        }
    ),
)

VGM = VgmDetails(
    2,
    (
        VgmContainer(
            "CSQU3054383", "HLA4471122", "40HQ", 5_120_450, 85_000, 3_880_000, 9_085_450, 32_500_000
        ),
        VgmContainer(
            "MSKU1234565", "HLA4471123", "20GP", 1_665_000, 42_500, 2_230_000, 3_937_500, 30_480_000
        ),
    ),
    booking_number="NBO26091877",
    bill_number="EXSL0046W7781",
    weighed_on=date(2026, 9, 12),
    weighed_at="Factory, Jiangbei District, Ningbo",
    authorised_person="Lin Yuting",
)

BENEFICIARY = CertificateDetails(
    "BENEFICIARY'S CERTIFICATE OF DISPATCH",
    (
        texts(
            {
                "en": "We hereby certify that one set of non-negotiable shipping documents has been sent to "
                "the applicant, Nordlys Trading GmbH, by courier within 2 days after shipment.",
                "zh_CN": "兹证明一套副本装运单据已于装运后两日内快递寄交申请人。",
            }
        ),
        texts({"en": "No wood packing material has been used.", "zh_CN": "未使用木质包装材料。"}),
    ),
    invoice_number="CI-2026-00042",
)

INSPECTION = CertificateDetails(
    "INSPECTION CERTIFICATE OF QUALITY AND QUANTITY",
    (
        texts(
            {
                "en": "At the request of the exporter we have inspected the goods named below.",
                "zh_CN": "应出口商申请，我司于工厂对下列货物进行了检验。",
            }
        ),
    ),
    issuer="Zhedong Commodity Inspection Co., Ltd.",
    findings=(
        Finding(
            texts({"en": "Appearance and workmanship", "zh_CN": "外观与工艺"}),
            "ISO 2859-1, level II, AQL 2.5 / 4.0",
            texts(
                {"en": "2 minor defects in 200 pieces: accepted", "zh_CN": "抽样 200 件，轻微缺陷 2 件：合格"}
            ),
        ),
        Finding(
            texts({"en": "Heat retention, 6 hours", "zh_CN": "保温效能（6 小时）"}),
            "GB/T 29606-2013",
            texts({"en": "58 °C", "zh_CN": "58 ℃"}),
        ),
        Finding(
            texts({"en": "Migration of metals into food", "zh_CN": "金属迁移量"}),
            "EN 601 / EDQM",
            texts({"en": "Below the limits", "zh_CN": "低于限量"}),
        ),
    ),
    conclusion=texts({"en": "The goods conform to the contract.", "zh_CN": "货物符合合同要求。"}),
    inspected_on=date(2026, 9, 10),
    invoice_number="CI-2026-00042",
)

WEIGHT = CertificateDetails(
    "WEIGHT CERTIFICATE", (), addressee="TO WHOM IT MAY CONCERN", invoice_number="CI-2026-00042"
)

ADVICE = AdviceDetails(
    bill_number="EXSL0046W7781",
    on_board=date(2026, 9, 19),
    eta=date(2026, 10, 27),
    carrier="Example Star Line",
    invoice_number="CI-2026-00042",
    policy_number="PYIE202633020000123",
)

LETTER_OF_CREDIT = {
    "lc_number": "LC2026/88/00417",
    "lc_date": date(2026, 7, 1),
    "lc_issuing_bank": "Jyske Handelsbank A/S, Silkeborg",
}

CONTAINERS = (
    ContainerFacts("CSQU3054383", "HLA4471122", "40HQ", 3_880_000, 32_500_000),
    ContainerFacts("MSKU1234565", "HLA4471123", "20GP", 2_230_000, 30_480_000),
)


def exchange(total_minor: int, percent: str = "100", tenor: str = "sight") -> DraftDetails:
    """A bill of exchange for *percent* of an invoice."""
    return DraftDetails(
        amount_minor=draft_amount(total_minor, Decimal(percent)),
        drawee=Party("Jyske Handelsbank A/S", "", ("Vestergade 8-16", "8600 Silkeborg"), "DK"),
        pay_to="Bank of Eastern Zhejiang, Ningbo Branch",
        drawn_under="Jyske Handelsbank A/S, Silkeborg",
        lc_number="LC2026/88/00417",
        lc_date=date(2026, 7, 1),
        tenor=tenor,
        bill_date=date(2026, 9, 19),
        place="Ningbo",
        invoice_number="CI-2026-00042",
        invoice_percent=Decimal(percent),
    )


def details_of(kind: Kind, stated: ShipmentFacts) -> Details:
    """What a sample of *kind* states beyond the facts."""
    by_kind: dict[str, Details] = {
        "proforma_invoice": TERMS,
        "sales_contract": TERMS,
        "booking_note": BOOKING,
        "shippers_instruction": BOOKING,
        "vgm_declaration": VGM,
        "beneficiary_certificate": BENEFICIARY,
        "inspection_certificate": INSPECTION,
        "weight_certificate": WEIGHT,
        "bill_of_exchange": exchange(stated.total_minor),
        "shipping_advice": ADVICE,
    }
    return by_kind[kind]


CODES = ("en", "zh_CN")
"""The languages of the samples."""

KINDS: tuple[Kind, ...] = (
    "proforma_invoice",
    "sales_contract",
    "booking_note",
    "shippers_instruction",
    "vgm_declaration",
    "beneficiary_certificate",
    "inspection_certificate",
    "weight_certificate",
    "bill_of_exchange",
    "shipping_advice",
)


def paper(
    kind: Kind,
    count: int = 3,
    language: Language = "bilingual",
    details: Details | None = None,
    **changes: object,
) -> DocumentSnapshot:
    """A paper of *kind* about *count* lines; *changes* replace facts."""
    stated = replace(facts(count), **{"containers": CONTAINERS, **LETTER_OF_CREDIT, **changes})  # type: ignore[arg-type]
    told = details_of(kind, stated) if details is None else details
    return DocumentSnapshot(kind, "HY-2026-00042", 1, date(2026, 9, 12), language, stated, details=told)


def text_of(data: bytes) -> str:
    """All text of the PDF, spaces and line breaks removed: a wrapped text still reads on."""
    return _bare("".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages))


def not_found(values: Iterable[str], data: bytes) -> list[str]:
    """The *values* that the PDF does not say."""
    shown = text_of(data)
    return [value for value in values if _bare(value) not in shown]


def said(stated: Any, languages: Sequence[str] = CODES) -> list[str]:
    """Every text of a record and of the records within it; of texts by language those of *languages*."""
    if isinstance(stated, str):
        return [stated] if stated else []
    if is_dataclass(stated):
        return [text for field in fields(stated) for text in said(getattr(stated, field.name), languages)]
    if not isinstance(stated, tuple):
        return []
    if by_language(stated):
        return [text for code, text in stated if code in languages]
    return [text for part in stated for text in said(part, languages)]


def by_language(stated: tuple[Any, ...]) -> bool:
    """Whether these are texts by language: pairs of a code and a text."""
    return bool(stated) and all(
        isinstance(one, tuple) and len(one) == 2 and one[0] in CODES for one in stated
    )


def marks_of(snapshot: DocumentSnapshot) -> list[Page]:
    """The pages that the paper is made of."""
    taken: list[Page] = []

    def take(pages: list[Page], *rest: Any, **named: Any) -> bytes:
        taken.extend(pages)
        return write_pdf(pages, *rest, **named)

    with patch("factory_erp.documents.parts.write_pdf", take):
        render(snapshot)
    return taken


def outside(snapshot: DocumentSnapshot) -> list[str]:
    """Texts that reach beyond the frame of their page."""
    return [
        mark.text
        for page in marks_of(snapshot)
        for mark in page.texts
        if mark.x < MARGIN_X - 0.5
        or mark.x + text_width(mark.text, mark.size, mark.bold) > A4[0] - MARGIN_X + 0.5
        or mark.y > A4[1] - 6 * MM
    ]


def overlapping(snapshot: DocumentSnapshot) -> list[tuple[str, str]]:
    """Pairs of texts of one page that stand over each other."""
    found: list[tuple[str, str]] = []
    for page in marks_of(snapshot):
        boxes = [
            (mark.x, mark.x + text_width(mark.text, mark.size, mark.bold), mark.y, mark.size, mark.text)
            for mark in page.texts
            if mark.text.strip()
        ]
        found.extend((one[4], other[4]) for one, other in combinations(boxes, 2) if _touch(one, other))
    return found


_Box = tuple[float, float, float, float, str]


def _touch(one: _Box, other: _Box) -> bool:
    beside = one[1] <= other[0] + 0.5 or other[1] <= one[0] + 0.5
    return not beside and abs(one[2] - other[2]) < min(one[3], other[3]) * 0.7


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)
