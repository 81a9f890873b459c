"""Contracts, bookings, weights for the carrier, and the papers a beneficiary writes for the bank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from factory_erp.documents.facts import Party, Texts
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import round_ratio
from factory_erp.i18n import _

PartialShipment = Literal["", "allowed", "not allowed"]
Freight = Literal["prepaid", "collect"]
GoodsKind = Literal["", "vehicle", "liquid", "live", "bulk"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered clause: its heading and its text, per language."""

    heading: Texts
    text: Texts


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """What a proforma invoice or a sales contract agrees beyond goods and prices."""

    valid_until: date | None = None
    shipment_time: Texts = ()
    """"Within 30 days after receipt of the deposit"."""
    packing: Texts = ()
    partial_shipment: PartialShipment = ""
    transshipment: PartialShipment = ""
    tolerance_percent: Decimal = Decimal(0)
    """More or less, in quantity and amount, at the seller's option."""
    insurance: Texts = ()
    deposit_minor: int = 0
    """Asked for in advance; 0: nothing."""
    signed_at: str = ""
    """Place of signature."""
    clauses: tuple[Clause, ...] = ()
    """General clauses in the place of the usual ones; empty: the usual ones."""
    confirmation: bool = False
    """A sales contract that is titled sales confirmation 销售确认书."""

    def __post_init__(self) -> None:
        if not (self.tolerance_percent.is_finite() and 0 <= self.tolerance_percent < 100):
            raise InvalidValue(
                _("More or less: {percent} % is not between 0 and 100 %.", percent=self.tolerance_percent),
                field="tolerance",
            )
        if self.deposit_minor < 0:
            raise InvalidValue(_("The deposit cannot be below zero."), field="deposit")


@dataclass(frozen=True, slots=True)
class ContainerWanted:
    """So many containers of one type: "40HQ"."""

    type_code: str
    count: int


@dataclass(frozen=True, slots=True)
class BookingDetails:
    """What a forwarder must know: the booking note 托书 and the shipper's letter of instruction."""

    forwarder: Party | None = None
    booking_number: str = ""
    containers: tuple[ContainerWanted, ...] = ()
    service: str = "CY-CY"
    cargo_ready_on: date | None = None
    pick_up_at: str = ""
    pre_carriage: str = ""
    place_of_receipt: str = ""
    place_of_delivery: str = ""
    final_destination: str = ""
    freight: Freight = "prepaid"
    payable_at: str = ""
    original_bills: int = 3
    """0: none, the goods are handed over against a waybill or telex release."""
    partial_shipment: PartialShipment = ""
    transshipment: PartialShipment = ""
    latest_shipment: date | None = None
    credit_expiry: date | None = None
    dangerous: str = ""
    """Class, UN number and packing group of dangerous goods; empty for ordinary goods."""
    temperature: str = ""
    """Setting of a reefer, with its unit; empty for ordinary goods."""
    goods_kind: GoodsKind = ""
    """What needs a place of its own on board; empty for ordinary, dangerous and reefer goods."""
    vgm_method: Literal[0, 1, 2] = 2
    """0: the terminal or the forwarder weighs."""
    instructions: Texts = ()


@dataclass(frozen=True, slots=True)
class VgmContainer:
    """One container's verified gross mass (SOLAS VI/2), in grams: cargo with packing, dunnage, tare.

    ``max_gross_g`` is that of the CSC plate, 0 where it is not known.
    """

    number: str
    seal: str
    type_code: str
    cargo_g: int
    dunnage_g: int
    tare_g: int
    vgm_g: int
    max_gross_g: int

    @property
    def summed_g(self) -> int:
        """Cargo, dunnage and tare added up."""
        return self.cargo_g + self.dunnage_g + self.tare_g

    def __post_init__(self) -> None:
        if self.vgm_g <= 0 or min(self.cargo_g, self.dunnage_g, self.tare_g, self.max_gross_g) < 0:
            raise InvalidValue(
                _("Container {number}: a weight is missing or below zero.", number=self.number), field="vgm"
            )


@dataclass(frozen=True, slots=True)
class VgmDetails:
    """The shipper's declaration of verified gross mass: how, when and by whom it was found."""

    method: Literal[1, 2]
    """1: the packed container was weighed; 2: contents, dunnage and tare were added up."""
    containers: tuple[VgmContainer, ...]
    booking_number: str = ""
    bill_number: str = ""
    weighed_on: date | None = None
    weighed_at: str = ""
    equipment: str = ""
    """The scale and its certificate, for method 1."""
    authorised_person: str = ""

    def __post_init__(self) -> None:
        if not self.containers:
            raise InvalidValue(_("The declaration names no container."), field="containers")
        if self.method == 1:
            return
        for one in self.containers:
            if one.vgm_g != one.summed_g:
                raise InvalidValue(
                    _(
                        "Container {number}: cargo, dunnage and tare come to {sum} g, but the verified gross "
                        "mass is {stated} g.",
                        number=one.number,
                        sum=one.summed_g,
                        stated=one.vgm_g,
                    ),
                    field="vgm",
                    remedy=_("State the sum, or weigh the packed container by method 1."),
                )


@dataclass(frozen=True, slots=True)
class DraftDetails:
    """A bill of exchange 汇票: ``amount_minor`` is ``draft_amount`` of the invoice's total."""

    amount_minor: int
    drawee: Party
    pay_to: str
    """The negotiating bank, or "ourselves"."""
    drawn_under: str = ""
    """The issuing bank."""
    lc_number: str = ""
    lc_date: date | None = None
    tenor: str = "sight"
    """"sight", or "90 days after bill of lading date"."""
    bill_date: date | None = None
    """Date of the bill of lading, where the tenor counts from it."""
    place: str = ""
    invoice_number: str = ""
    invoice_percent: Decimal = Decimal(100)

    def __post_init__(self) -> None:
        if self.amount_minor <= 0:
            raise InvalidValue(_("A bill of exchange is drawn for an amount above zero."), field="amount")
        _check_share(self.invoice_percent)
        if not self.tenor.strip():
            raise InvalidValue(
                _("The bill of exchange does not say when it is due."),
                field="tenor",
                remedy=_('Write "sight", or for example "90 days after bill of lading date".'),
            )


def draft_amount(total_minor: int, percent: Decimal) -> int:
    """*percent* of an invoice of *total_minor*, in minor units, half up: what its draft is drawn for.

    Raises ``InvalidValue`` unless 0 < *percent* ≤ 100.
    """
    _check_share(percent)
    above, below = percent.as_integer_ratio()
    return round_ratio(total_minor * above, below * 100)


def _check_share(percent: Decimal) -> None:
    if not (percent.is_finite() and 0 < percent <= 100):
        raise InvalidValue(
            _("A draft of {percent} % of the invoice is not possible.", percent=percent),
            field="invoice_percent",
            remedy=_("Use a percentage above 0 and up to 100."),
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of an inspection: what was looked at, by which standard, and what was found."""

    subject: Texts
    method: str
    result: Texts


@dataclass(frozen=True, slots=True)
class CertificateDetails:
    """A certificate that the seller or an inspector writes: beneficiary's, inspection, quality, weight."""

    title: str
    """Exactly as the letter of credit names it, or the usual title."""
    statements: tuple[Texts, ...]
    addressee: str = ""
    issuer: str = ""
    """Who certifies, where it is not the exporter."""
    findings: tuple[Finding, ...] = ()
    conclusion: Texts = ()
    inspected_on: date | None = None
    invoice_number: str = ""


@dataclass(frozen=True, slots=True)
class AdviceDetails:
    """What the buyer is told when the goods have left: for his insurance and his warehouse."""

    bill_number: str = ""
    on_board: date | None = None
    eta: date | None = None
    carrier: str = ""
    invoice_number: str = ""
    addressee: str = ""
    policy_number: str = ""
