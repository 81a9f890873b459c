"""What bookings, weights for the carrier and papers for the bank say, worked out from the shipment.

Everything here is what a clerk would write if nothing special was agreed; what he types stands over it.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy.orm import Session

from factory_erp.checking.demands import Demand
from factory_erp.checking.papers import PaperKind
from factory_erp.checking.terms import must_bear
from factory_erp.documents.details.trade import (
    AdviceDetails,
    BookingDetails,
    CertificateDetails,
    ContainerWanted,
    DraftDetails,
    Freight,
    PartialShipment,
    VgmContainer,
    VgmDetails,
)
from factory_erp.documents.facts import Party, ShipmentFacts, texts
from factory_erp.documents.text import Wording
from factory_erp.documents.wording import past_tense, states
from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import _
from factory_erp.models.credits import LetterOfCredit
from factory_erp.models.shipping import Shipment, ShipmentContainer
from factory_erp.services.credits.letters import to_checking
from factory_erp.services.issuing.loading_cargo import pallet_tare_in
from factory_erp.services.shipping.facts import first_line, own_company
from factory_erp.services.shipping.parties import at_address, text_lines, town_of
from factory_erp.services.shipping.transport import contents_of

PREPAID = frozenset({"CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP"})
"""Incoterms under which the seller pays the main carriage."""


def credit_of(session: Session, shipment: Shipment) -> LetterOfCredit | None:
    """The letter of credit that the shipment is made under."""
    return session.get(LetterOfCredit, shipment.credit_id) if shipment.credit_id else None


def credit_named(session: Session, shipment: Shipment, kind: PaperKind = "certificate_of_origin") -> str:
    """Number and date of the credit, where it wants them on a paper of *kind* that has no box for them."""
    credit = credit_of(session, shipment)
    if credit is None:
        return ""
    wanted = {one.what for one in must_bear(to_checking(credit)) if one.asks(kind)}
    day = credit.issued_on if "lc_date" in wanted else None
    dated = f" DATED {Wording('en').day(day).upper()}" if day else ""
    return f"L/C NO. {credit.number}{dated}" if wanted & {"lc_number", "lc_date"} else ""


def booking(session: Session, shipment: Shipment) -> BookingDetails:
    """What the forwarder must know."""
    credit = credit_of(session, shipment)
    wanted = Counter(one.type_code for one in shipment.containers)
    freight: Freight = "prepaid" if shipment.incoterm in PREPAID else "collect"
    return BookingDetails(
        forwarder=at_address(shipment.forwarder, None) if shipment.forwarder else None,
        booking_number=shipment.booking_number,
        containers=tuple(ContainerWanted(code, count) for code, count in wanted.items()),
        service="CY-CY" if wanted else "CFS-CFS",
        place_of_receipt=shipment.place_of_receipt,
        final_destination=shipment.final_destination,
        freight=freight,
        partial_shipment=permission(credit.partial_shipments if credit else ""),
        transshipment=permission(credit.transshipment if credit else ""),
        latest_shipment=credit.latest_shipment if credit else None,
        credit_expiry=credit.expires_on if credit else None,
    )


def permission(text: str) -> PartialShipment:
    """43P or 43T as papers say it; "" where the credit says neither."""
    plain = " ".join(text.casefold().split())
    if plain.startswith(("not ", "prohibit", "forbid", "no")):
        return "not allowed"
    return "allowed" if plain.startswith(("allow", "permit")) else ""


def vgm(session: Session, shipment: Shipment) -> VgmDetails:
    """Verified gross mass of each container: from the scale where one was used, else added up.

    The weight of the empty pallets stands with the dunnage: the cargo is the cartons' weight of all papers.
    Raises NotAllowed where no container has a number.
    """
    named = [one for one in shipment.containers if one.number]
    if not named:
        raise NotAllowed(
            _("Shipment {number} has no container yet.", number=shipment.number),
            record=shipment.number,
            field="containers",
            remedy=_("Enter the containers with their numbers, seals and tare."),
        )
    weighed = all(one.weighed_g for one in named)
    rows = []
    for one in named:
        cargo = contents_of(shipment, one)[1]
        dunnage = one.dunnage_g + _pallet_tare(shipment, one)
        summed = cargo + dunnage + one.tare_g
        rows.append(
            VgmContainer(
                one.number, one.seal, one.type_code, cargo, dunnage, one.tare_g,
                one.weighed_g if weighed else summed, one.max_gross_g,
            )
        )  # fmt: skip
    company = own_company(session)
    return VgmDetails(
        method=1 if weighed else 2,
        containers=tuple(rows),
        booking_number=shipment.booking_number,
        bill_number=shipment.bill_number,
        authorised_person=company.authorised_person,
    )


def _pallet_tare(shipment: Shipment, one: ShipmentContainer) -> int:
    """Weight of the empty pallets in the container, in g; one without named cartons has all or nothing."""
    if not one.carton_ranges and len(shipment.containers) > 1:
        return 0
    return pallet_tare_in(shipment, one.carton_ranges)


def advice(shipment: Shipment, invoice: str) -> AdviceDetails:
    """What the buyer is told when the goods have left."""
    return AdviceDetails(
        bill_number=shipment.bill_number,
        on_board=shipment.on_board,
        eta=shipment.eta,
        carrier=shipment.forwarder.name if shipment.forwarder else "",
        invoice_number=invoice,
        addressee=shipment.consignee.name,
    )


def draft(session: Session, shipment: Shipment, facts: ShipmentFacts, invoice: str) -> DraftDetails:
    """A bill of exchange for the whole invoice, on the credit's terms or at sight on the buyer."""
    credit = credit_of(session, shipment)
    drawee = _bank(credit.drawee or credit.issuing_bank) if credit else facts.buyer or facts.consignee
    return DraftDetails(
        amount_minor=facts.total_minor,
        drawee=drawee,
        pay_to=facts.bank.bank_name if facts.bank else "OURSELVES",
        drawn_under=facts.lc_issuing_bank,
        lc_number=facts.lc_number,
        lc_date=facts.lc_date,
        tenor=_tenor(credit),
        bill_date=shipment.on_board,
        place=town_of(own_company(session)),
        invoice_number=invoice,
    )


def _bank(text: str) -> Party:
    name, *lines = text_lines(text) or ("",)
    return Party(name=name, address_lines=tuple(lines))


def _tenor(credit: LetterOfCredit | None) -> str:
    """42C without the part of the invoice that it is drawn for."""
    said = first_line(credit.drafts_at) if credit else ""
    plain = said.upper().split(" FOR ")[0].strip().removeprefix("AT ").strip()
    return "sight" if not plain or plain.startswith("SIGHT") else plain.lower()


TITLES = {
    "beneficiary_certificate": "BENEFICIARY'S CERTIFICATE",
    "inspection_certificate": "INSPECTION CERTIFICATE",
    "weight_certificate": "CERTIFICATE OF WEIGHT",
}


def certificate(kind: str, invoice: str, demand: Demand | None) -> CertificateDetails:
    """A certificate: what the credit demands of it, as done.

    Without a credit, or where its clause only names the paper ("in duplicate"), what is usually certified.
    """
    statement = past_tense(demand.text) if demand and states(demand.text) else _usual(kind)
    return CertificateDetails(
        title=TITLES[kind],
        statements=(texts({"en": statement}),) if statement else (),
        addressee="TO WHOM IT MAY CONCERN",
        invoice_number=invoice,
    )


def _usual(kind: str) -> str:
    return {
        "beneficiary_certificate": "We hereby certify that one set of non-negotiable shipping documents has "
        "been sent to the applicant by e-mail after shipment.",
        "inspection_certificate": "We hereby certify that the goods have been inspected before shipment and "
        "found to conform to the order in quality, quantity and packing.",
        "weight_certificate": "We hereby certify that the weights stated below are true and correct.",
    }[kind]
