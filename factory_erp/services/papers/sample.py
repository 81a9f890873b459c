"""A paper on invented goods, to see how options look before any customer does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.documents import render
from factory_erp.documents.details.trade import ContractTerms
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
from factory_erp.models.partners import Company, Partner
from factory_erp.services.base import get, query
from factory_erp.services.clock import today
from factory_erp.services.papers.kinds import PAPERS
from factory_erp.services.papers.options import OptionView, chosen_for
from factory_erp.services.shipping.facts import bank_for, company_party
from factory_erp.services.shipping.parties import at_address
from factory_erp.services.shipping.pictures import pictures_of

SHOWN: tuple[Kind, ...] = (
    "commercial_invoice", "packing_list", "proforma_invoice", "sales_contract", "shipping_marks"
)  # fmt: skip
"""Kinds that a sample is made of; any other is shown by the commercial invoice."""

_NUMBER = "42"
_CURRENCY = "USD"
_CARTON = (450, 320, 280)
"""Millimetres."""
BUYER = Party("Sample Buyer Trading Co.", address_lines=("12 Market Street", "SW1A 2AA London"), country="GB")
_GOODS = (
    ("CUP-500-BK", "B-100", "Vacuum cup 500 ml, black", "保温杯 500 毫升 黑色", 1200, "3.85", 24),
    ("CUP-500-WH", "B-101", "Vacuum cup 500 ml, white", "保温杯 500 毫升 白色", 960, "3.85", 24),
    ("LID-SPORT", "", "Sports lid with straw", "运动吸管杯盖", 600, "0.72", 100),
)
"""Our item number, the buyer's, English and Chinese name, pieces, price, pieces in a carton."""


@query
def sample_pdf(session: Session, drafted: OptionView, kind: str = "") -> bytes:
    """The sample as a paper of *kind* (else of the kind that the options are for), options as *drafted*.

    It is marked as a draft. Exporter and bank are the company's own where they are entered; the buyer is the
    customer that the options are for.
    """
    company = session.scalar(select(Company).order_by(Company.id)) or Company(
        name_en="", logo="", signature="", chop=""
    )
    shown = _shown(kind or drafted.kind)
    chosen = chosen_for(session, drafted.partner_id, drafted.kind or shown, company, drafted)
    facts = sample_facts(company if company.name_en else None, _buyer(session, drafted.partner_id))
    snapshot = sample_snapshot(shown, chosen.language, facts)
    snapshot = replace(snapshot, options=chosen.options)
    return render(snapshot, draft=True, pictures=pictures_of(chosen.options))


def _shown(kind: str) -> Kind:
    return kind if kind in SHOWN else "commercial_invoice"


def _buyer(session: Session, partner_id: int | None) -> Party:
    if partner_id is None:
        return BUYER
    partner = get(session, Partner, partner_id)
    return at_address(partner, next(iter(partner.addresses), None))


def sample_snapshot(kind: Kind, language: Language, facts: ShipmentFacts) -> DocumentSnapshot:
    """The sample as a document that says *facts*."""
    number = f"{PAPERS[kind].prefix}-{_NUMBER}"
    details = ContractTerms() if kind in ("proforma_invoice", "sales_contract") else None
    return DocumentSnapshot(kind, number, 1, today(), language, facts, details=details)


def sample_facts(company: Company | None, buyer: Party) -> ShipmentFacts:
    """Three lines of goods in cartons, freight, and all boxes that an option can leave out."""
    lines = tuple(_line(number, *goods) for number, goods in enumerate(_GOODS, 1))
    freight = Charge(texts({"en": "Freight", "zh_CN": "运费"}), 42_000)
    own = company_party(company) if company else Party("Our Company Co., Ltd.", "本公司", country="CN")
    return ShipmentFacts(
        company=own,
        consignee=buyer,
        currency=_CURRENCY,
        trade_term_code="CFR",
        trade_term_place="Felixstowe",
        lines=lines,
        charges=(freight,),
        total_minor=sum(line.amount_minor for line in lines) + freight.amount_minor,
        bank=(company and bank_for(company, _CURRENCY)) or _bank(own),
        cartons=_cartons(lines),
        port_of_loading=PortName("CNNBO", texts({"en": "Ningbo", "zh_CN": "宁波"})),
        port_of_discharge=PortName("GBFXT", texts({"en": "Felixstowe", "zh_CN": "费利克斯托"})),
        vessel_voyage="SAMPLE VESSEL V.042W",
        etd=date(today().year, today().month, 28),
        container_numbers=("CSQU3054383",),
        forwarder="Sample Forwarding Ltd.",
        payment_terms=texts({"en": "30 % deposit, 70 % against copy of B/L"}),
        marks=("SAMPLE", "PO 1042", "FELIXSTOWE", "C/NO. 1-UP"),
        contract_number="SC-42",
        contract_date=today(),
        order_numbers=("SO-42",),
        origin_country="CN",
        destination_country="GB",
        remarks=texts({"en": "Pallets are fumigated.", "zh_CN": "托盘已熏蒸。"}),
    )


def _bank(own: Party) -> BankAccount:
    return BankAccount(own.name, "Sample Bank, Ningbo Branch", "", "3901 2400 4200", "SMPLCNSH")


def _line(
    number: int, item: str, theirs: str, english: str, chinese: str, pieces: int, price: str, _each: int
) -> GoodsLine:
    amount = Decimal(price) * pieces * 100
    return GoodsLine(
        line_no=number,
        order_number="SO-42",
        customer_po="PO 1042",
        item_number=item,
        customer_item_number=theirs,
        description=texts({"en": english, "zh_CN": chinese}),
        hs_code="9617001900",
        origin_country="CN",
        quantity=Decimal(pieces),
        unit="H87",
        unit_price=Decimal(price),
        amount_minor=int(amount),
    )


def _cartons(lines: tuple[GoodsLine, ...]) -> tuple[CartonLine, ...]:
    """The goods in full cartons, numbered through."""
    packed: list[CartonLine] = []
    first = 1
    for line, goods in zip(lines, _GOODS, strict=True):
        each = goods[-1]
        count = int(line.quantity) // each
        packed.append(_carton(line, f"{first}-{first + count - 1}", count, each))
        first += count
    return tuple(packed)


def _carton(line: GoodsLine, ranges: str, count: int, each: int) -> CartonLine:
    length, width, height = _CARTON
    net = each * (60 if each > 50 else 310)
    return CartonLine(
        carton_ranges=ranges,
        cartons=count,
        item_number=line.item_number,
        description=line.description,
        per_carton=Decimal(each),
        quantity=line.quantity,
        unit=line.unit,
        net_g_per_carton=net,
        gross_g_per_carton=net + 900,
        length_mm=length,
        width_mm=width,
        height_mm=height,
        net_g=net * count,
        gross_g=(net + 900) * count,
        volume_mm3=length * width * height * count,
        line_no=line.line_no,
    )
