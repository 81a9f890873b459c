"""The one set of facts of a shipment that all its documents are drawn from.

Names, quantities, weights and amounts are read here once, so that the commercial invoice and
the packing list cannot disagree (UCP 600 art. 14 d).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import get_args

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from factory_erp.documents.facts import (
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
from factory_erp.documents.labels import label
from factory_erp.documents.snapshot import Language
from factory_erp.domain import ports
from factory_erp.domain.cartons import CartonRange, format_ranges
from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.domain.incoterms import TradeTerm
from factory_erp.domain.money import UnitPrice
from factory_erp.i18n import _
from factory_erp.models import partners
from factory_erp.models.catalog import Item
from factory_erp.models.credits import LetterOfCredit
from factory_erp.models.documents import Document, DocumentState
from factory_erp.models.partners import Company
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.models.shipping import CartonContent, CartonGroup, Shipment, ShipmentLine
from factory_erp.models.variants import OptionValue
from factory_erp.packing.cartons import net_weight
from factory_erp.services.base import get
from factory_erp.services.shipping.amounts import charges
from factory_erp.services.shipping.pack_items import pack_item
from factory_erp.services.shipping.parties import buyer_of, consignee_of, text_lines
from factory_erp.services.shipping.transport import containers_of, notify_party, pallets_of

CHARGES = ("freight", "insurance", "discount", "adjustment")
"""What is charged beside the goods, in the order of the invoice."""


_CHINESE = re.compile(r"[\u3400-\u9fff]")


def as_typed(text: str) -> Texts:
    """A text that somebody typed, in the language that it seems to be in: Chinese, else English."""
    return texts({"zh_CN" if _CHINESE.search(text) else "en": text})


def load(session: Session, shipment_id: int, *, lock: bool = False) -> Shipment:
    """The shipment with its lines, items and cartons in a few round trips. Raises NotFound."""
    shipment = get(session, Shipment, shipment_id, lock=lock)
    to_line = selectinload(Shipment.lines).selectinload(ShipmentLine.sales_line)
    to_item = to_line.selectinload(SalesLine.item)
    # The orders' lines come with their items: the same lines, refreshed, would lose them again.
    to_sold = (
        to_line.selectinload(SalesLine.order).selectinload(SalesOrder.lines).selectinload(SalesLine.item)
    )
    session.scalar(
        select(Shipment)
        .where(Shipment.id == shipment_id)
        .options(
            to_sold.selectinload(Item.product),
            to_sold.selectinload(Item.texts),
            to_sold.selectinload(Item.packaging),
            to_sold.selectinload(Item.option_values).selectinload(OptionValue.texts),
            to_item.selectinload(Item.product),
            to_item.selectinload(Item.texts),
            to_item.selectinload(Item.packaging),
            to_item.selectinload(Item.option_values).selectinload(OptionValue.texts),
            selectinload(Shipment.cartons).selectinload(CartonGroup.contents),
            selectinload(Shipment.containers),
            selectinload(Shipment.pallets),
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
    consignee, buyer = consignee_of(shipment), buyer_of(shipment)
    origins = {line.origin_country for line in lines}
    credit = session.get(LetterOfCredit, shipment.credit_id) if shipment.credit_id else None
    contract = _contract(session, orders)
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
        payment_terms=as_typed(_distinct(order.payment_terms for order in orders)),
        marks=tuple(shipment.marks.splitlines()),
        order_numbers=tuple(order.number for order in orders),
        origin_country=origins.pop() if len(origins) == 1 else "",
        destination_country=shipment.destination_country,
        notify=notify_party(shipment),
        contract_number=contract[0],
        contract_date=contract[1],
        lc_number=credit.number if credit else "",
        lc_date=credit.issued_on if credit else None,
        lc_issuing_bank=first_line(credit.issuing_bank) if credit else "",
        remarks=texts({"en": shipment.remarks}),
        containers=containers_of(shipment),
        pallets=pallets_of(shipment),
        bill_number=shipment.bill_number,
        booking_number=shipment.booking_number,
        on_board=shipment.on_board,
        eta=shipment.eta,
        place_of_receipt=shipment.place_of_receipt,
        final_destination=shipment.final_destination,
        importer_tax_id=consignee.tax_id,
    )


_OF_THE_VOYAGE = frozenset(
    {"booking_note", "shippers_instruction", "vgm_declaration", "shipping_advice", "loading_plan"}
)
"""Papers that state how the goods travel in full; the others only vessel, ports and container numbers."""


def stated_by(kind: str, facts: ShipmentFacts) -> ShipmentFacts:
    """The facts that a paper of *kind* states: what it does not print cannot make it out of date."""
    if kind in _OF_THE_VOYAGE:
        return facts
    return replace(facts, containers=(), bill_number="", booking_number="", on_board=None, eta=None)


def _contract(session: Session, orders: Sequence[SalesOrder]) -> tuple[str, date | None]:
    """Number and date of the sales contract in force, where all orders are of one; else of the proforma."""
    found = session.scalars(
        select(Document)
        .where(
            Document.sales_order_id.in_([order.id for order in orders]),
            Document.state == DocumentState.ISSUED,
            Document.kind.in_(("sales_contract", "proforma_invoice")),
        )
        .order_by(Document.kind.desc(), Document.id)
    ).all()
    if not found or len({document.sales_order_id for document in found}) > 1:
        return "", None
    return found[0].number, found[0].issued_on


def first_line(text: str) -> str:
    """The first line that says something; "" where none does."""
    return next(iter(text_lines(text)), "")


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
        brand=brand_of(item),
        origin_country=item.origin,
        quantity=line.quantity,
        unit=ordered.unit,
        unit_price=ordered.unit_price,
        amount_minor=price.times(line.quantity).minor,
    )


def brand_of(item: Item) -> str:
    """The brand that customs abroad asks for, empty where the item belongs to no product."""
    return item.product.brand if item.product else ""


def description(item: Item) -> Texts:
    """What documents call the item in each language: its name, and the options that the name leaves out.

    An option is said as the catalogue names it in the language; what has no name there stays in the language
    that it is written in, unless it is a measure or a size ("500 ml", "XL") that every reader understands.
    """
    named = {text.language: text.name for text in item.texts} or {"en": item.sku}
    told = " ".join(named.values()).casefold()
    missing = [part for part in item.options.split(" / ") if part and part.casefold() not in told]
    translated = _option_names(item) if missing else {}
    return texts(
        {
            code: ", ".join(filter(None, [name, _options_in(code, name, missing, translated, named)]))
            for code, name in named.items()
        }
    )


_WORD = re.compile(r"[^\W\d_]{3}|[\u3400-\u9fff]")


def _option_names(item: Item) -> dict[str, dict[str, str]]:
    """The item's options as its text names them → their names by language."""
    found = {}
    for value in item.option_values:
        names = {text.language: text.name for text in value.texts}
        found[names.get("en") or value.code] = names
    return found


def _options_in(
    code: str, name: str, parts: Sequence[str], translated: Mapping[str, Mapping[str, str]],
    named: Collection[str],
) -> str:  # fmt: skip
    """The options as the language says them, without those that the *name* has already."""
    said = (translated.get(part, {}).get(code) or _untranslated(part, code, named) for part in parts)
    return " / ".join(text for text in said if text and text.casefold() not in name.casefold())


def _untranslated(part: str, code: str, named: Collection[str]) -> str:
    own = "zh_CN" if _CHINESE.search(part) else "en"
    return part if code == own or own not in named or not _WORD.search(part) else ""


def carton_lines(shipment: Shipment) -> tuple[CartonLine, ...]:
    """The packing list's lines: one per item in a range of equal cartons."""
    groups = sorted(shipment.cartons, key=lambda group: group.first)
    numbers = {line.id: number for number, line in enumerate(sorted_lines(shipment), 1)}
    return tuple(
        replace(line, line_no=numbers[content.line_id])
        for group in groups
        for content, line in zip(group.contents, _group_lines(group), strict=True)
    )


def _group_lines(group: CartonGroup) -> list[CartonLine]:
    nets = split_weight(group.net_g, [_own_weight(content) for content in group.contents])
    return [
        _carton_line(group, content, net, first=index == 0)
        for index, (content, net) in enumerate(zip(group.contents, nets, strict=True))
    ]


def _own_weight(content: CartonContent) -> int:
    item = pack_item(content.line)
    return net_weight(item, item.level, content.per_carton) if item.level else 0


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
        carton_ranges=format_ranges([CartonRange(group.first, group.last, group.prefix)]),
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
    return tuple(Charge(charge_label(kind), found[kind]) for kind in CHARGES if found[kind])


def charge_label(kind: str) -> Texts:
    """What documents call one of ``CHARGES``, in each of their languages."""
    return texts({code: label(f"charge_{kind}", code) for code in get_args(Language) if code != "bilingual"})
