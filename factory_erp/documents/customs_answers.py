"""What a person answers for the export declaration beyond the facts of the shipment, and what is missing.

The tariff asks about the goods (name, elements, units, where they come from), customs about the
shipment (office, port, regime, freight). Codes are those of ``domain.customs_codes``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from factory_erp.documents.details.customs import (
    UNCODED,
    UNSTATED,
    Coded,
    DeclarationDetails,
    FeeStated,
)

AS_TAXED, BY_SEA, CARTONS = Coded("1"), Coded("2"), Coded("22")
GENERAL_TRADE, GENERAL_LEVY = Coded("0110"), Coded("101")
"""What most shipments are: 照章征税, 水路运输, 纸制或纤维板制盒/箱, 一般贸易, 一般征税."""


@dataclass(frozen=True, slots=True)
class ItemAnswers:
    """What is declared of one item. Units are UNECE Rec 20 codes or the customs' own three digits."""

    name: str = ""
    """商品名称, Chinese."""
    hs_code: str = ""
    """10 digits; empty: that of the invoice line."""
    elements: tuple[tuple[str, str], ...] = ()
    """Every declaration element of the code in the tariff's order, with its answer or an empty text."""
    first_unit: str = ""
    second_unit: str = ""
    """Statutory units; the second is empty where the tariff asks for one only."""
    first_each: Decimal | None = None
    second_each: Decimal | None = None
    """So many statutory units are one unit of sale, where only the goods tell: 4 pieces in a set."""
    unit: str = ""
    """成交计量单位; empty: the unit of sale."""
    source_place: Coded = UNCODED
    """境内货源地; empty: the shipment's."""
    supplier_tax_name: str = ""
    levy: Coded = AS_TAXED


@dataclass(frozen=True, slots=True)
class DeclarationAnswers:
    """What is declared of the shipment. Empty texts and codes are taken from its facts where those tell."""

    items: Mapping[str, ItemAnswers] = field(default_factory=dict)
    """By item number."""
    consignor: str = ""
    """境内发货人, Chinese; empty: our own Chinese name."""
    consignor_uscc: str = ""
    consignor_customs_code: str = ""
    producer: str = ""
    """生产销售单位; empty: the consignor."""
    producer_uscc: str = ""
    producer_customs_code: str = ""
    declarant: str = ""
    declarant_uscc: str = ""
    declarant_customs_code: str = ""
    overseas_consignee: str = ""
    declared_at: Coded = UNCODED
    exit_customs: Coded = UNCODED
    exit_port: Coded = UNCODED
    export_on: date | None = None
    declared_on: date | None = None
    record_number: str = ""
    transport_mode: Coded = BY_SEA
    supervision: Coded = GENERAL_TRADE
    levy_nature: Coded = GENERAL_LEVY
    licence: str = ""
    trade_country: str = ""
    """ISO 3166-1 alpha-2 of the payer's country; empty: the buyer's."""
    destination_country: str = ""
    destination_port: Coded = UNCODED
    """指运港; empty: the country of destination, which customs accepts for a port without a code."""
    packaging: Coded = CARTONS
    terms: Coded = UNCODED
    """成交方式; empty: after the Incoterms rule."""
    freight: FeeStated = UNSTATED
    insurance: FeeStated = UNSTATED
    other_costs: FeeStated = UNSTATED
    attached: tuple[str, ...] = ("发票", "装箱单", "合同")
    notes: str = ""
    source_place: Coded = UNCODED
    goods_place: str = ""
    special_relation: bool = False
    price_affected: bool = False
    royalties: bool = False
    formula_price: bool = False
    provisional_price: bool = False
    self_declared: bool = True
    person: str = ""
    person_number: str = ""
    person_phone: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """An answer that is missing or does not fit: of what, which one, and what to do. Interface texts."""

    record: str
    field: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Declared:
    """The declarations of a shipment, as far as the answers go, and what they still lack."""

    declarations: tuple[DeclarationDetails, ...]
    missing: tuple[Missing, ...]
