"""The one set of facts of a shipment that all its documents are drawn from.

Names, quantities, weights and amounts are read here once, so that the commercial invoice and
the packing list cannot disagree (UCP 600 art. 14 d).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from factory_erp.documents.snapshot import (
    BankAccount,
    CartonLine,
    Charge,
    GoodsLine,
    Party,
    PortName,
    ShipmentFacts,
    Texts,
    texts,
)
from factory_erp.domain import ports
from factory_erp.domain.cartons import CartonRange, format_ranges
from factory_erp.domain.countries import country
from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.domain.incoterms import TradeTerm
from factory_erp.domain.money import UnitPrice
from factory_erp.i18n import _
from factory_erp.models import partners
from factory_erp.models.catalog import Item, PackagingLevel, PackKind
from factory_erp.models.partners import AddressUse, Company, Partner, PartnerAddress
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.models.shipping import CartonContent, CartonGroup, Shipment, ShipmentLine
from factory_erp.packing.cartons import PackItem, PackLevel, net_weight
from factory_erp.services.base import get
from factory_erp.services.shipping.amounts import charges

CHARGE_LABELS = {
    "freight": ("Freight", "运费"),
    "insurance": ("Insurance", "保险费"),
    "discount": ("Discount", "折扣"),
    "adjustment": ("Adjustment", "调整"),
}
"""Words printed on the invoice: data with a language, not interface text."""


def load(session: Session, shipment_id: int, *, lock: bool = False) -> Shipment:
    """The shipment with its lines, items and cartons in a few round trips. Raises NotFound."""
    shipment = get(session, Shipment, shipment_id, lock=lock)
    to_line = selectinload(Shipment.lines).selectinload(ShipmentLine.sales_line)
    to_item = to_line.selectinload(SalesLine.item)
    session.scalar(
        select(Shipment)
        .where(Shipment.id == shipment_id)
        .options(
            to_line.selectinload(SalesLine.order).selectinload(SalesOrder.lines),
            to_item.selectinload(Item.texts),
            to_item.selectinload(Item.packaging),
            selectinload(Shipment.cartons).selectinload(CartonGroup.contents),
        )
        .execution_options(populate_existing=True)
    )
    return shipment


def sorted_lines(shipment: Shipment) -> list[ShipmentLine]:
    """The lines as documents list them: by order, then by its position there."""
    return sorted(shipment.lines, key=lambda line: (line.sales_line.order.number, line.sales_line.position))


def orders_of(shipment: Shipment) -> list[SalesOrder]:
    """The orders in the shipment, each once, by number."""
    return list({line.sales_line.order.id: line.sales_line.order for line in sorted_lines(shipment)}.values())


def compose_facts(session: Session, shipment: Shipment) -> ShipmentFacts:
    """What the documents of *shipment* state.

    Raises NotAllowed where our own company is not set up or an order's amounts do not add up,
    InvalidValue where a trade term or a figure is wrong.
    """
    company = own_company(session)
    orders, lines, money = orders_of(shipment), goods_lines(shipment), _charges(session, shipment)
    TradeTerm(shipment.incoterm, shipment.place)
    consignee, buyer = _consignee(shipment), _buyer(shipment)
    origins = {line.origin_country for line in lines}
    return ShipmentFacts(
        company=company_party(company),
        consignee=consignee,
        buyer=None if buyer == consignee else buyer,
        currency=shipment.currency,
        trade_term_code=shipment.incoterm,
        trade_term_place=shipment.place,
        lines=lines,
        charges=money,
        total_minor=sum(line.amount_minor for line in lines) + sum(charge.amount_minor for charge in money),
        bank=bank_for(company, shipment.currency),
        cartons=carton_lines(shipment),
        port_of_loading=port_name(shipment.port_of_loading),
        port_of_discharge=port_name(shipment.port_of_discharge),
        vessel_voyage=shipment.vessel_voyage,
        etd=shipment.etd,
        container_numbers=tuple(shipment.container_numbers.split()),
        forwarder=shipment.forwarder.name if shipment.forwarder else "",
        payment_terms=texts({"en": _distinct(order.payment_terms for order in orders)}),
        marks=tuple(shipment.marks.splitlines()),
        order_numbers=tuple(order.number for order in orders),
        origin_country=origins.pop() if len(origins) == 1 else "",
        destination_country=shipment.destination_country,
    )


def _distinct(parts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(part.strip() for part in parts if part.strip()))


def own_company(session: Session) -> Company:
    """The factory, the exporter on every document. Raises NotAllowed before its name is entered."""
    company = session.scalar(select(Company).order_by(Company.id))
    if company is None or not company.name_en.strip():
        raise NotAllowed(
            _("Documents need the name of your company as the exporter."),
            field=_("Company name"),
            remedy=_("Enter it under Settings → Company."),
        )
    return company


def company_party(company: Company) -> Party:
    """The factory as documents name it."""
    return Party(
        name=company.name_en,
        name_local=company.name_zh,
        address_lines=text_lines(company.address_en) or text_lines(company.address_zh),
        country=company.country,
        phone=company.phone,
        email=company.email,
        tax_id=company.uscc,
    )


def bank_for(company: Company, currency: str) -> BankAccount | None:
    """The first account for *currency*; the invoice leaves the box out where there is none."""
    found: partners.BankAccount | None = next(
        (account for account in company.bank_accounts if account.currency == currency), None
    )
    if found is None:
        return None
    return BankAccount(found.beneficiary, found.bank_name, found.bank_address, found.account, found.swift)


def _consignee(shipment: Shipment) -> Party:
    """The customer at the address that the goods go to."""
    partner = shipment.consignee
    if shipment.ship_to.strip():
        nation = country(shipment.destination_country)
        said_elsewhere = {partner.name, nation.en, nation.zh}
        lines = tuple(line for line in text_lines(shipment.ship_to) if line not in said_elsewhere)
        return _partner_party(partner, lines, shipment.destination_country)
    address = _address(partner, AddressUse.SHIPPING) or _address(partner, AddressUse.MAIN)
    return at_address(partner, address)


def _buyer(shipment: Shipment) -> Party:
    """The customer at its main address; equal to the consignee where no other is known."""
    address = _address(shipment.consignee, AddressUse.MAIN)
    return at_address(shipment.consignee, address) if address else _consignee(shipment)


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


def text_lines(text: str) -> tuple[str, ...]:
    """The lines of a text that say something."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def port_name(text: str) -> PortName | None:
    """The port that *text* (UN/LOCODE or a name typed in) stands for; None where there is none."""
    if not text.strip():
        return None
    try:
        found = ports.port(re.sub(r"\s", "", text).upper())
    except InvalidValue:
        return PortName("", texts({"en": text.strip()}))
    return PortName(found.code, texts({"en": found.en, "zh_CN": found.zh}))


def goods_lines(shipment: Shipment) -> tuple[GoodsLine, ...]:
    """The invoice's lines: amount = unit price × shipped quantity, rounded half up once."""
    return tuple(_goods_line(number, line) for number, line in enumerate(sorted_lines(shipment), 1))


def _goods_line(number: int, line: ShipmentLine) -> GoodsLine:
    ordered, item = line.sales_line, line.sales_line.item
    price = UnitPrice(ordered.unit_price, ordered.order.currency)
    return GoodsLine(
        line_no=number,
        order_number=ordered.order.number,
        customer_po=ordered.order.customer_po,
        item_number=item.sku,
        customer_item_number=ordered.customer_item,
        description=description(item),
        hs_code=item.hs_code,
        origin_country=item.origin,
        quantity=line.quantity,
        unit=ordered.unit,
        unit_price=ordered.unit_price,
        amount_minor=price.times(line.quantity).minor,
    )


def description(item: Item) -> Texts:
    """What documents call the item in each language: its name, and the options that the name leaves out."""
    named = {text.language: text.name for text in item.texts} or {"en": item.sku}
    told = " ".join(named.values()).casefold()
    missing = [part for part in item.options.split(" / ") if part and part.casefold() not in told]
    options = f", {' / '.join(missing)}" if missing else ""
    return texts({code: name + options for code, name in named.items()})


def carton_lines(shipment: Shipment) -> tuple[CartonLine, ...]:
    """The packing list's lines: one per item in a range of equal cartons."""
    groups = sorted(shipment.cartons, key=lambda group: group.first)
    return tuple(line for group in groups for line in _group_lines(group))


def _group_lines(group: CartonGroup) -> list[CartonLine]:
    nets = split_weight(group.net_g, [_own_weight(content) for content in group.contents])
    return [
        _carton_line(group, content, net, first=index == 0)
        for index, (content, net) in enumerate(zip(group.contents, nets, strict=True))
    ]


def _own_weight(content: CartonContent) -> int:
    item = pack_item(content.line)
    return net_weight(item, item.level, content.per_carton) if item.level else 0


def pack_item(line: ShipmentLine) -> PackItem:
    """The line as the packing rules see it, with its master carton (None where the item has none)."""
    item = line.sales_line.item
    master = next((level for level in item.packaging if level.kind == PackKind.MASTER), None)
    return PackItem(
        key=str(line.id),
        label=item.sku,
        quantity=line.quantity,
        level=_master(item, master) if master else None,
        piece_net_g=item.net_g,
        order=line.sales_line.order.number,
    )


def _master(item: Item, level: PackagingLevel) -> PackLevel:
    if level.net_g <= 0:
        raise InvalidValue(
            _("The master carton of {sku} has no net weight.", sku=item.sku),
            record=item.sku,
            field="packaging",
            remedy=_("Enter the net and gross weight of a full carton in the catalogue."),
        )
    size = level.length_mm, level.width_mm, level.height_mm
    return PackLevel("master", level.quantity, *size, level.net_g, level.gross_g)


def split_weight(grams: int, weights: Sequence[int]) -> list[int]:
    """*grams* in proportion to *weights* (equally where they are all 0), exact to the gram."""
    shares = list(weights) if any(weights) else [1] * len(weights)
    whole, before, out = sum(shares), 0, []
    for share in shares:
        out.append(grams * (before + share) // whole - grams * before // whole)
        before += share
    return out


def _carton_line(group: CartonGroup, content: CartonContent, net_g: int, *, first: bool) -> CartonLine:
    cartons = group.last - group.first + 1
    item = content.line.sales_line.item
    gross_g = group.gross_g if first else 0
    return CartonLine(
        carton_ranges=format_ranges([CartonRange(group.first, group.last)]),
        cartons=cartons,
        item_number=item.sku,
        description=description(item),
        per_carton=Decimal(content.per_carton),
        quantity=Decimal(content.per_carton * cartons),
        unit=content.line.sales_line.unit,
        net_g_per_carton=net_g,
        gross_g_per_carton=gross_g,
        length_mm=group.length_mm,
        width_mm=group.width_mm,
        height_mm=group.height_mm,
        net_g=net_g * cartons,
        gross_g=gross_g * cartons,
        volume_mm3=group.length_mm * group.width_mm * group.height_mm * cartons if first else 0,
        mixed_with_previous=not first,
    )


def _charges(session: Session, shipment: Shipment) -> tuple[Charge, ...]:
    found = charges(session, shipment.id, [(line.sales_line, line.quantity) for line in shipment.lines])
    return tuple(
        Charge(texts({"en": en, "zh_CN": zh}), found[kind])
        for kind, (en, zh) in CHARGE_LABELS.items()
        if found[kind]
    )
