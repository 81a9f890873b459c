"""Customers and partners as documents name them: name, address, person, telephone, e-mail."""

from __future__ import annotations

import re

from factory_erp.documents.facts import Party
from factory_erp.domain.countries import country
from factory_erp.models.partners import AddressUse, Company, Partner, PartnerAddress
from factory_erp.models.sales import SalesOrder
from factory_erp.models.shipping import Shipment


def text_lines(text: str) -> tuple[str, ...]:
    """The lines of a text that say something."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def consignee_of(shipment: Shipment) -> Party:
    """The customer at the address that the goods go to."""
    partner = shipment.consignee
    if shipment.ship_to.strip():
        return at_delivery(partner, shipment.ship_to, shipment.destination_country)
    address = _address(partner, AddressUse.SHIPPING) or _address(partner, AddressUse.MAIN)
    return at_address(partner, address)


def buyer_of(shipment: Shipment) -> Party:
    """The customer at its main address; equal to the consignee where no other is known."""
    address = _address(shipment.consignee, AddressUse.MAIN)
    return at_address(shipment.consignee, address) if address else consignee_of(shipment)


def customer_of(order: SalesOrder) -> Party:
    """The customer at his main address, else where the order goes: a platform tells no other address."""
    main = _address(order.customer, AddressUse.MAIN)
    if main is None and order.ship_to.strip():
        return at_delivery(order.customer, order.ship_to, order.destination_country)
    return at_address(order.customer, main or _address(order.customer, AddressUse.SHIPPING))


def main_party(partner: Partner) -> Party:
    """The partner at his main address."""
    return at_address(partner, _address(partner, AddressUse.MAIN))


def _address(partner: Partner, use: AddressUse) -> PartnerAddress | None:
    return next((address for address in partner.addresses if address.use == use), None)


def at_address(partner: Partner, address: PartnerAddress | None) -> Party:
    """The partner at *address*, as documents name it; None: without one."""
    if address is None:
        return _partner_party(partner, (), partner.country)
    town = " ".join(part for part in (address.postal_code, address.city) if part)
    lines = (*text_lines(address.street), ", ".join(part for part in (town, address.province) if part))
    contact, phone = address.contact, address.phone
    return _partner_party(partner, tuple(line for line in lines if line), address.country, contact, phone)


_REACHED_AT = re.compile(r"(?P<contact>[^\d+]*?)\s*(?P<phone>\+?\(?\d[\d ()./-]{5,})")
"""A line that names a person and his telephone, as orders print them above the street."""


def at_delivery(partner: Partner, ship_to: str, nation: str) -> Party:
    """The partner at the delivery address *ship_to* of an order, its line of person and telephone told apart.

    Only above the street is a number at the end of a line a telephone's: in a town's line it is a postcode.
    """
    land = country(nation)
    lines = [line for line in text_lines(ship_to) if line not in {partner.name, land.en, land.zh}]
    contact = phone = ""
    for place in range(min(2, len(lines) - 1)):
        reached = _REACHED_AT.fullmatch(lines[place])
        if reached:
            contact, phone = reached["contact"].strip(" ,;:"), reached["phone"].strip()
            del lines[place]
            break
    return _partner_party(partner, tuple(lines), nation, contact, phone)


def _partner_party(
    partner: Partner, lines: tuple[str, ...], country: str, contact: str = "", phone: str = ""
) -> Party:
    return Party(
        name=partner.name,
        name_local=partner.name_local,
        address_lines=lines,
        country=country,
        contact=contact,
        phone=phone or ("" if any(partner.phone in line for line in lines) else partner.phone),
        email=partner.email,
        tax_id=partner.tax_id,
    )


_POSTCODE = re.compile(r"\b\d{5,6}\b")
_NO_TOWN = re.compile(r"\d|\b(?:district|road|rd|street|st|avenue|zone|park)\b\.?$", re.IGNORECASE)


def town_of(company: Company) -> str:
    """Where our papers are signed: the town in the last lines of our address, without its postcode."""
    land = country(company.country).en.casefold()
    lines = [line for line in text_lines(company.address_en) if line.casefold().strip(" .") != land]
    parts = [_POSTCODE.sub("", part).strip() for part in lines[-1].split(",")] if lines else []
    named = [part for part in parts if part and not part.casefold().endswith(land)]
    return next((part for part in named if not _NO_TOWN.search(part)), named[0] if named else "")
