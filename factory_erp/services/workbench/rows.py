"""What the shipping pages show, row by row: shipments, their lines, cartons, containers and papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from factory_erp.domain.money import Money, UnitPrice
from factory_erp.models.documents import DocumentKind, DocumentState
from factory_erp.models.shipping import ShipmentState
from factory_erp.packing.containers import Loading
from factory_erp.services.issuing.standing import PaperRow


@dataclass(frozen=True, slots=True)
class ShipmentRow:
    """A shipment as one line of a list; weights in grams, volume in cubic millimetres."""

    id: int
    number: str
    state: ShipmentState
    consignee: str
    country: str
    orders: tuple[str, ...]
    trade_term: str
    etd: date | None
    shipped_at: datetime | None
    cartons: int
    gross_g: int
    volume_mm3: int
    vessel_voyage: str
    carrier_code: str
    tracking_number: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a shipment with its part of the order line; ``amount`` is price × shipped quantity."""

    id: int
    order_id: int
    order_number: str
    item_id: int
    sku: str
    name: str
    options: str
    customer_item: str
    quantity: Decimal
    ordered: Decimal
    unit: str
    unit_price: UnitPrice
    amount: Money


@dataclass(frozen=True, slots=True)
class CartonRow:
    """A range of equal cartons; weights are those of one carton, ``contents`` (SKU, pieces in each)."""

    first: int
    last: int
    label: str
    cartons: int
    contents: tuple[tuple[str, int], ...]
    pieces: int
    length_mm: int
    width_mm: int
    height_mm: int
    net_g: int
    gross_g: int
    volume_mm3: int
    weighed_reason: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class ContainerRow:
    """A container, wanted or filled: cartons in it with their gross weight (g) and volume (mm³)."""

    position: int
    type_code: str
    number: str
    seal: str
    tare_g: int
    max_gross_g: int
    dunnage_g: int
    weighed_g: int
    carton_ranges: str
    cartons: int
    gross_g: int
    volume_mm3: int


@dataclass(frozen=True, slots=True)
class PalletRow:
    """Pallets of one kind: their numbers, the cartons on all of them, grams and millimetres of one."""

    pallets: int
    label: str
    carton_ranges: str
    cartons_each: int
    tare_g: int
    length_mm: int
    width_mm: int
    height_mm: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of a shipment: cartons, pieces, grams, cubic millimetres; ``lines`` and ``total`` in money.

    ``total`` is what the invoice asks for, None where it cannot be composed yet.
    """

    cartons: int
    pieces: int
    net_g: int
    gross_g: int
    volume_mm3: int
    lines: Money
    total: Money | None


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """An issued paper. ``current``: it is in force and says what it would say if it were issued now."""

    id: int
    kind: DocumentKind
    number: str
    revision: int
    state: DocumentState
    language: str
    issued_on: date
    issued_at: datetime
    path: Path
    current: bool
    variant: str = ""


@dataclass(frozen=True, slots=True)
class ShipmentDetail:
    """A shipment in full. ``problem`` says why its documents cannot be issued, if they cannot.

    ``containers`` are those that its cartons need, ``filled`` those that were entered for it.
    ``without_bank``: the company has no account in the currency, so the invoice will not say where to pay.
    ``short``: orders (id, number) of a shipment that has left of which something is still to come.
    """

    id: int
    version: int
    number: str
    state: ShipmentState
    consignee_id: int
    consignee: str
    ship_to: str
    destination_country: str
    currency: str
    incoterm: str
    place: str
    port_of_loading: str
    port_of_discharge: str
    vessel_voyage: str
    container_numbers: tuple[str, ...]
    carrier_code: str
    logistics_type: str
    tracking_number: str
    etd: date | None
    shipped_at: datetime | None
    marks: str
    from_platform: bool
    orders: tuple[tuple[int, str], ...]
    lines: tuple[LineRow, ...]
    cartons: tuple[CartonRow, ...]
    totals: Totals
    containers: Loading
    documents: tuple[DocumentRow, ...]
    documents_current: bool
    problem: str
    without_bank: bool
    short: tuple[tuple[int, str], ...]
    forwarder_id: int | None
    forwarder: str
    booking_number: str
    bill_number: str
    on_board: date | None
    eta: date | None
    place_of_receipt: str
    final_destination: str
    notify: str
    remarks: str
    credit_id: int | None
    credit: str
    presented_on: date | None
    filled: tuple[ContainerRow, ...]
    pallets: tuple[PalletRow, ...]
    papers: tuple[PaperRow, ...]
    mails: int
    """Messages with documents that were sent."""
