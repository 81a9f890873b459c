"""Two buyers who pay by letter of credit, and what they ordered: goods for a container each.

They do not buy through a platform. Their goods lie in the warehouse from the beginning, so that nothing is
made for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from factory_erp.demo import lookup
from factory_erp.demo.partners import Buyer
from factory_erp.models.partners import AddressUse, Partner, PartnerAddress, PartnerRole, Role
from factory_erp.services import clock, planning
from factory_erp.services.base import get, use_case
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.sales import entry as order_entry
from factory_erp.services.sales import orders as sales
from factory_erp.services.sales.entry import EntryLine, OrderEntry


@dataclass(frozen=True, slots=True)
class Deal:
    """A buyer with his order: *lines* are SKU, pieces, price. *port* is a UN/LOCODE, *place* its name.

    *weights* are the tare and the greatest gross weight on the plate of the container, in grams.
    """

    code: str
    buyer: str
    country: str
    language: str
    street: str
    city: str
    postal_code: str
    contact: str
    phone: str
    email: str
    port: str
    place: str
    term: str
    payment: str
    order: str
    lines: tuple[tuple[str, int, str], ...]
    container: str
    box: str
    seal: str
    weights: tuple[int, int]
    vessel: str
    sails_in: int
    """Days from the demo's present."""


SIGHT = Deal(
    "C-RIMAL", "Rimal Oasis Household Trading LLC", "AE", "ar", "Office 407, Date Palm Tower\nHarbour Street",
    "Dubai", "", "Salma Qadiri", "+971 4 555 0193", "imports@rimal-oasis.example", "AEJEA", "Jebel Ali",
    "CIF", "L/C at sight", "RO-26/118",
    (("DLA-WH-UK", 4200, "8.95"), ("DLA-BK-UK", 2400, "8.95"), ("TB30-WH-L", 3000, "5.90")),
    "40GP", "LNRU7204417", "NB8846217", (3_750_000, 30_480_000), "JADE HERON V.028W", 0,
)  # fmt: skip
"""A buyer who pays at sight: his goods sail today, and every paper is in order."""

USANCE = Deal(
    "C-TEZONTLE", "Comercial Tezontle S.A. de C.V.", "MX", "es", "Blvd. Costero 1420", "Manzanillo", "28219",
    "Renata Olvera", "+52 314 555 0128", "compras@tezontle.example", "MXZLO", "Ningbo", "FOB",
    "L/C 60 days after B/L date", "OC-77214",
    (("VF100-BK", 3600, "6.31"), ("TB30-BK-L", 2000, "5.22")),
    "20GP", "LNRU2204712", "NB8846305", (2_230_000, 30_480_000), "PACIFIC LARCH V.210E", 5,
)  # fmt: skip
"""A buyer who pays sixty days after shipment: his papers are drafts yet, and not all is well."""

DEALS = (SIGHT, USANCE)
"""No firm, person or telephone number of these exists as far as we know."""

_PROFORMA = ("VF050-NV", 1200), ("VF075-BK", 960)
_PROFORMA_PO = "TW-2026-0731"


def buyers() -> list[Partner]:
    """The two buyers."""
    return [_partner(deal) for deal in DEALS]


def _partner(deal: Deal) -> Partner:
    address = PartnerAddress(
        use=AddressUse.MAIN, contact=deal.contact, phone=deal.phone, street=deal.street, city=deal.city,
        postal_code=deal.postal_code, country=deal.country,
    )  # fmt: skip
    return Partner(
        code=deal.code, name=deal.buyer, country=deal.country, language=deal.language, currency="USD",
        email=deal.email, phone=deal.phone, payment_terms=deal.payment,
        roles=[PartnerRole(role=Role.CUSTOMER)], addresses=[address],
    )  # fmt: skip


def goods() -> Iterable[tuple[str, Decimal]]:
    """SKU and pieces that lie ready for them."""
    return ((sku, Decimal(pieces)) for deal in DEALS for sku, pieces, _price in deal.lines)


def enter(opened: datetime, moment: datetime) -> None:
    """Both ordered when the first order came; contracts are signed and the goods set aside.

    *moment* is the demo's present: the first leaves on that day, the other some days later.
    """
    with clock.at(opened):
        for deal in DEALS:
            order = order_of(deal)
            sales.confirm(order, clock.day_of(moment) + timedelta(days=deal.sails_in))
            planning.plan_order(order)
            issuing.issue_for_order(order, "sales_contract", client_key=f"demo:{deal.code}")


def order_of(deal: Deal) -> int:
    """The buyer's order, entered the first time that it is asked for."""
    ids = lookup.items()
    lines = [EntryLine(ids[sku], Decimal(pieces), Decimal(price)) for sku, pieces, price in deal.lines]
    entry = OrderEntry(
        lookup.partner(deal.code), "USD", deal.term, deal.place, lines, customer_po=deal.order,
        payment_terms=deal.payment,
    )  # fmt: skip
    return order_entry.enter_order(entry, f"demo:{deal.code}").value


@use_case
def _note_address(session: Session, partner_id: int, buyer: Buyer) -> None:
    """Where the buyer sits, once: the platform told only where his goods go."""
    partner = get(session, Partner, partner_id)
    if all(address.use != AddressUse.MAIN for address in partner.addresses):
        partner.addresses.append(
            PartnerAddress(
                use=AddressUse.MAIN, contact=buyer.contact, phone=" ".join(buyer.phone), street=buyer.street,
                city=buyer.city, postal_code=buyer.postal_code, country=buyer.country,
            )
        )  # fmt: skip


def offer_proforma(buyer: Buyer) -> int:
    """A buyer asked by telephone what goods under his own item numbers cost: a draft with its proforma."""
    partner = lookup.partner(buyer.name)
    _note_address(partner, buyer)
    usual = order_entry.usual_terms(partner)
    terms = order_entry.Terms(partner, usual.currency, usual.incoterm, usual.place)
    ids = lookup.items()
    quotes = order_entry.quote_lines(terms, [(ids[sku], Decimal(pieces)) for sku, pieces in _PROFORMA])
    lines = [
        EntryLine(one.item_id, one.quantity, one.price.price.amount, one.customer_item)
        for one in quotes
        if one.price is not None
    ]
    entry = OrderEntry(
        partner, usual.currency, usual.incoterm, usual.place, lines, customer_po=_PROFORMA_PO,
        payment_terms="T/T 30% deposit, 70% before shipment",
    )  # fmt: skip
    order = order_entry.enter_order(entry, f"demo:{_PROFORMA_PO}").value
    issuing.issue_for_order(order, "proforma_invoice", client_key=f"demo:{_PROFORMA_PO}")
    return order
