"""Certificates of origin: the data sheet that is typed into the issuing authority's form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from factory_erp.documents.facts import Party, Texts

Tick = Literal[
    "issued_retroactively", "movement_certificate", "exhibition", "third_party_invoicing", "back_to_back"
]


@dataclass(frozen=True, slots=True)
class OriginItem:
    """One item of the certificate. ``hs_code``: 6 digits of the importing party's tariff."""

    item_no: int
    packages: int
    """0 for goods in the cartons of an item before it."""
    package_word: Texts
    """The kind of package, one of it: "carton", "纸箱"."""
    description: Texts
    hs_code: str
    criterion: str
    """WO, PE, CTH, "45%" (regional value content), PSR … as the form's rules name it; empty: none."""
    quantity: Decimal
    unit: str
    gross_g: int
    fob_minor: int | None = None
    """Value FOB; None: not stated."""
    origin_country: str = "CN"


@dataclass(frozen=True, slots=True)
class OriginDetails:
    """What a certificate of origin of any form states."""

    items: tuple[OriginItem, ...]
    certificate_number: str = ""
    consignee: Party | None = None
    """Where it is not the shipment's; a form that leaves it open says TO ORDER in its name."""
    producer: str = ""
    departure: date | None = None
    vessel: str = ""
    route_via: str = ""
    ticks: tuple[Tick, ...] = ()
    third_party_invoicer: str = ""
    remarks: str = ""
    invoice_number: str = ""
    invoice_date: date | None = None
    declared_at: str = ""
    importing_country: str = ""
