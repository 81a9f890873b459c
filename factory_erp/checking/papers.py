"""What the papers of a shipment say, paper by paper, as the checker reads them.

A field that a paper does not state is None or empty: every rule looks only at what is stated. Money is in
units of ``currency``, weights in kilograms, carton sizes in centimetres, volumes in cubic metres,
quantities in a UN/ECE Rec 20 unit (or the word that stands on the paper); all are ``Decimal``.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from factory_erp.checking.credit import Credit
from factory_erp.checking.firm import Firm

PaperKind = Literal[
    "commercial_invoice",
    "packing_list",
    "bill_of_lading",
    "certificate_of_origin",
    "insurance",
    "draft",
    "beneficiary_certificate",
    "certificate",
    "booking_note",
    "customs_declaration",
    "vgm_declaration",
    "carton_label",
    "shipping_advice",
    "proforma_invoice",
    "sales_contract",
    "other",
]

Permission = Literal["", "allowed", "not allowed"]
Freight = Literal["", "prepaid", "collect"]
OriginForm = Literal["general", "form_a", "form_e", "rcep"]
Tick = Literal[
    "issued_retroactively", "movement_certificate", "exhibition", "third_party_invoicing", "back_to_back"
]


@dataclass(frozen=True, slots=True)
class Goods:
    """One line of goods on a paper; a customs declaration has one per 项."""

    line_no: int | None = None
    item_number: str = ""
    description: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    unit_price: Decimal | None = None
    amount: Decimal | None = None
    hs_code: str = ""
    origin: str = ""
    """ISO 3166-1 alpha-2, or the name as written."""
    net_kg: Decimal | None = None
    gross_kg: Decimal | None = None
    packages: int | None = None
    criterion: str = ""
    """Origin criterion of a certificate of origin: WO, PE, CTH, 45% …"""
    fob: Decimal | None = None
    """Value FOB that a certificate of origin states."""
    first_quantity: Decimal | None = None
    first_unit: str = ""
    """First statutory unit of a customs declaration."""
    second_quantity: Decimal | None = None
    second_unit: str = ""
    levy: str = ""
    source_place: str = ""
    supplier_name: str = ""
    """Who made the goods, where their supplier's VAT invoice must match (customs declaration)."""


@dataclass(frozen=True, slots=True)
class Charge:
    """Freight, insurance, discount (negative): part of the total, not of the goods."""

    label: str = ""
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Cartons:
    """One line of a packing list: equal cartons of one item.

    ``mixed``: the cartons are those of the line before, which hold this item too; such a line counts no
    cartons, no gross weight and no volume of its own.
    """

    ranges: str = ""
    count: int | None = None
    item_number: str = ""
    per_carton: Decimal | None = None
    quantity: Decimal | None = None
    unit: str = ""
    net_kg_each: Decimal | None = None
    gross_kg_each: Decimal | None = None
    length_cm: Decimal | None = None
    width_cm: Decimal | None = None
    height_cm: Decimal | None = None
    net_kg: Decimal | None = None
    gross_kg: Decimal | None = None
    volume_m3: Decimal | None = None
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class Container:
    """One container on a paper: number and seal as written, type "40HQ"."""

    number: str = ""
    seal: str = ""
    type_code: str = ""
    gross_kg: Decimal | None = None
    """Of the cargo."""
    tare_kg: Decimal | None = None
    vgm_kg: Decimal | None = None
    """Verified gross mass: cargo, packing, dunnage and tare (SOLAS VI/2)."""
    max_gross_kg: Decimal | None = None
    """On the CSC plate."""
    volume_m3: Decimal | None = None
    packages: int | None = None


@dataclass(frozen=True, slots=True)
class Insurance:
    """What an insurance policy or certificate adds."""

    insured: Decimal | None = None
    currency: str = ""
    risks: tuple[str, ...] = ()
    endorsed: bool | None = None
    """Endorsed in blank, or made out so that no endorsement is needed."""
    claims_payable_at: str = ""
    effective_on: datetime.date | None = None
    """From when it covers, where that is not its date."""
    covers_from: str = ""
    covers_to: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a bill of exchange adds; its amount is the paper's ``total``, its drawer the ``issuer``."""

    tenor: str = ""
    """"sight", or "90 days after bill of lading date"."""
    drawee: Firm | None = None
    payee: str = ""
    percent: Decimal | None = None
    """Of the invoice value that it is drawn for; None: the whole."""
    drawn_under: str = ""
    bill_on: datetime.date | None = None
    """The date that the tenor counts from, where the draft states it."""
    due_on: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate of origin or another certificate adds."""

    form: OriginForm = "general"
    ticks: tuple[Tick, ...] = ()
    third_party: str = ""
    """Who invoices, where that is not the exporter."""
    producer: str = ""
    importing_country: str = ""
    inspected_on: datetime.date | None = None
    """When what is certified was done: inspected, fumigated, sent."""
    certifier: str = ""
    """The authority or body that certifies."""


@dataclass(frozen=True, slots=True)
class Customs:
    """What the export declaration 报关单 adds. Codes are the customs' own; names do too."""

    terms: str = ""
    """成交方式: "1" CIF, "2" C&F, "3" FOB, "4" C&I, "7" EXW, or the word."""
    freight_mark: str = ""
    """运费: 1 percent, 2 per unit weight, 3 total; empty: none stated. Likewise the next two."""
    insurance_mark: str = ""
    other_mark: str = ""
    freight: Decimal | None = None
    insurance: Decimal | None = None
    other: Decimal | None = None
    consignor: str = ""
    """境内发货人."""
    producer: str = ""
    """生产销售单位."""
    declarant: str = ""
    exit_office: str = ""
    """出境关别."""
    exit_port: str = ""
    """离境口岸."""
    trade_country: str = ""
    """贸易国: where the payer is."""
    arrival_country: str = ""
    """运抵国."""
    destination_port: str = ""
    """指运港."""
    supervision: str = ""
    """监管方式."""
    levy: str = ""
    """征免性质."""
    packaging: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper, by any hand. ``ref`` names it within its set; empty: its kind does."""

    kind: PaperKind
    ref: str = ""
    title: str = ""
    """The heading that is printed on it."""
    number: str = ""
    date: datetime.date | None = None
    originals: int | None = None
    copies: int | None = None
    signed: bool | None = None
    text: str = ""
    """Everything else that it says: statements, clauses, certifications."""
    issuer: Firm | None = None
    """Who wrote it: seller, carrier, insurer, certifying body; of a certificate of origin the exporter."""
    shipper: Firm | None = None
    addressee: Firm | None = None
    """Whom it is made out to: an invoice's buyer, an advice's receiver."""
    buyer: Firm | None = None
    consignee: Firm | None = None
    notify: Firm | None = None
    currency: str = ""
    total: Decimal | None = None
    words: str = ""
    """The total in words."""
    trade_term: str = ""
    """"CIF Hamburg Incoterms 2020"."""
    payment_terms: str = ""
    goods: tuple[Goods, ...] = ()
    charges: tuple[Charge, ...] = ()
    marks: tuple[str, ...] = ()
    packages: int | None = None
    package_words: str = ""
    gross_kg: Decimal | None = None
    net_kg: Decimal | None = None
    volume_m3: Decimal | None = None
    cartons: tuple[Cartons, ...] = ()
    containers: tuple[Container, ...] = ()
    vessel: str = ""
    voyage: str = ""
    port_of_loading: str = ""
    port_of_discharge: str = ""
    place_of_receipt: str = ""
    place_of_delivery: str = ""
    etd: datetime.date | None = None
    on_board: datetime.date | None = None
    transshipment: Permission = ""
    """On a bill of lading "allowed" says that it shows one; on a booking, what was asked for."""
    partial_shipment: Permission = ""
    freight: Freight = ""
    lc_number: str = ""
    lc_date: datetime.date | None = None
    invoice_number: str = ""
    contract_number: str = ""
    order_numbers: tuple[str, ...] = ()
    origin_country: str = ""
    destination_country: str = ""
    insurance: Insurance | None = None
    draft: Draft | None = None
    certificate: Certificate | None = None
    customs: Customs | None = None

    @property
    def name(self) -> str:
        """What findings call the paper: its ``ref``, or its kind."""
        return self.ref or self.kind


@dataclass(frozen=True, slots=True)
class SupplierInvoice:
    """One line of a supplier's VAT invoice 增值税专用发票, in CNY."""

    supplier: str = ""
    name: str = ""
    unit: str = ""
    quantity: Decimal | None = None
    net: Decimal | None = None
    tax: Decimal | None = None
    holder: str = ""
    """Whom it was written to: he is to appear on the export declaration."""


@dataclass(frozen=True, slots=True)
class PaperSet:
    """The papers of one shipment, and what they are measured against."""

    papers: tuple[Paper, ...] = ()
    credit: Credit | None = None
    presented_on: datetime.date | None = None
    """Day of presentation to the bank; None: not known yet."""
    holidays: tuple[datetime.date, ...] = ()
    """Days other than Saturdays and Sundays on which the bank is closed."""
    supplier_invoices: tuple[SupplierInvoice, ...] = ()
    neutral: bool = False
    """The buyer asked for papers without the seller's name, which he hands on."""
    seller: Firm | None = None
    payer_country: str = ""
    """Where the payment comes from, where that is not the buyer's country."""
    watched_names: tuple[str, ...] = ()
    """Names (sanction lists, own black list) that nobody on the papers may bear."""
