"""What proforma invoice and contract of a sales order, and the order to a supplier, state."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from factory_erp.documents.details.labels import PurchaseDetails, PurchasedGoods
from factory_erp.documents.details.trade import ContractTerms
from factory_erp.documents.facts import Charge, GoodsLine, ShipmentFacts, texts
from factory_erp.documents.labels import sentence
from factory_erp.documents.snapshot import Language
from factory_erp.documents.text import Wording
from factory_erp.domain.errors import NotAllowed
from factory_erp.domain.money import UnitPrice
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.partners import Partner
from factory_erp.models.planning import PurchaseLine, PurchaseOrder
from factory_erp.models.pricing import PriceKind, PriceList
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.models.variants import OptionValue
from factory_erp.services.base import get
from factory_erp.services.pricing.prices import PriceAnswer, find_price
from factory_erp.services.shipping.facts import (
    as_typed,
    bank_for,
    brand_of,
    charge_label,
    company_party,
    description,
    own_company,
    port_name,
)
from factory_erp.services.shipping.parties import customer_of, main_party


def load_order(session: Session, order_id: int) -> SalesOrder:
    """The order with lines and items. Raises NotFound."""
    order = get(session, SalesOrder, order_id)
    to_item = selectinload(SalesOrder.lines).selectinload(SalesLine.item)
    session.scalar(
        select(SalesOrder)
        .where(SalesOrder.id == order_id)
        .options(
            to_item.selectinload(Item.product),
            to_item.selectinload(Item.texts),
            to_item.selectinload(Item.option_values).selectinload(OptionValue.texts),
        )
    )
    return order


def order_facts(session: Session, order: SalesOrder) -> ShipmentFacts:
    """What the order's papers state: its goods, prices and terms. Raises NotAllowed without our own name."""
    company = own_company(session)
    lines = tuple(_line(number, line) for number, line in enumerate(order.lines, 1))
    charges = _charges(order)
    origins = {line.origin_country for line in lines}
    return ShipmentFacts(
        company=company_party(company),
        consignee=customer_of(order),
        currency=order.currency,
        trade_term_code=order.incoterm,
        trade_term_place=order.place,
        lines=lines,
        charges=charges,
        total_minor=sum(line.amount_minor for line in lines) + sum(one.amount_minor for one in charges),
        bank=bank_for(company, order.currency),
        port_of_loading=port_name(company.port_of_loading),
        port_of_discharge=port_name(order.port_of_discharge),
        payment_terms=as_typed(order.payment_terms),
        order_numbers=(order.number,),
        marks=tuple(order.marks.splitlines()),
        origin_country=origins.pop() if len(origins) == 1 else "",
        destination_country=order.destination_country,
        remarks=as_typed(order.remark),
    )


def _line(number: int, line: SalesLine) -> GoodsLine:
    return GoodsLine(
        line_no=number,
        order_number=line.order.number,
        customer_po=line.order.customer_po,
        item_number=line.item.sku,
        customer_item_number=line.customer_item,
        description=description(line.item),
        hs_code=line.item.hs_code,
        brand=brand_of(line.item),
        origin_country=line.item.origin,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        amount_minor=UnitPrice(line.unit_price, line.order.currency).times(line.quantity).minor,
    )


def _charges(order: SalesOrder) -> tuple[Charge, ...]:
    amounts = {
        "freight": order.freight_minor,
        "insurance": order.insurance_minor,
        "discount": -order.discount_minor,
        "adjustment": order.adjustment_minor,
    }
    return tuple(Charge(charge_label(kind), minor) for kind, minor in amounts.items() if minor)


def contract_terms(order: SalesOrder) -> ContractTerms:
    """What the order has agreed beyond goods and prices: by when it ships."""
    day = order.ship_by or order.requested_ship
    if day is None:
        return ContractTerms()
    codes = [code for code in get_args(Language) if code != "bilingual"]
    said = {code: sentence("ships_by", code).format(day=Wording(code).day(day)) for code in codes}
    return ContractTerms(shipment_time=texts(said))


VAT_PERCENT = Decimal(13)
"""In the prices of domestic suppliers (增值税暂行条例, general rate since 2019-04-01)."""


def purchase_details(session: Session, order: PurchaseOrder) -> PurchaseDetails:
    """What the order to a supplier states, at the prices of his list on the day of the order.

    Raises NotAllowed where it names no supplier, or his list has no price for an item.
    """
    supplier = get(session, Partner, order.supplier_id) if order.supplier_id else None
    if supplier is None:
        raise NotAllowed(
            _("Purchase order {number} names no supplier.", number=order.number),
            record=order.number,
            field=_("Supplier"),
            remedy=_("Give the item a supplier, and order again."),
        )
    company = own_company(session)
    at_home = supplier.country == company.country
    lines = tuple(_purchased(session, supplier, line, at_home=at_home) for line in order.lines)
    goods = sum(line.amount_minor for line in lines)
    return PurchaseDetails(
        supplier=main_party(supplier),
        lines=lines,
        currency=supplier.currency,
        total_minor=goods,
        deliver_to=company_party(company),
        payment_terms=as_typed(supplier.payment_terms),
        remarks=as_typed(order.remark),
    )


def _purchased(session: Session, supplier: Partner, line: PurchaseLine, *, at_home: bool) -> PurchasedGoods:
    price = _buying_price(session, supplier, line)
    return PurchasedGoods(
        line_no=line.position,
        item_number=line.item.sku,
        supplier_item_number="",
        description=description(line.item),
        quantity=line.quantity,
        unit=line.item.unit,
        unit_price=price.price.amount,
        amount_minor=price.price.times(line.quantity).minor,
        due_on=line.expected_on,
        tax_percent=VAT_PERCENT if at_home else Decimal(0),
    )


def _buying_price(session: Session, supplier: Partner, line: PurchaseLine) -> PriceAnswer:
    """What the supplier's list asked on the day of the order, on whichever trade term it is."""
    lists = select(PriceList.incoterm).filter_by(kind=PriceKind.PURCHASE, partner_id=supplier.id)
    for term in sorted(set(session.scalars(lists))):
        found = find_price(
            session, line.item_id, line.quantity, customer_id=supplier.id, day=line.order.ordered_on,
            incoterm=term, currency=supplier.currency, kind=PriceKind.PURCHASE,
        )  # fmt: skip
        if found is not None:
            return found
    raise NotAllowed(
        _("{supplier} has no price for {sku} in {currency}.",
          supplier=supplier.name, sku=line.item.sku, currency=supplier.currency),
        record=line.item.sku,
        field=_("Price"),
        remedy=_("Enter it in a purchase price list of the supplier."),
    )  # fmt: skip


def purchase_facts(session: Session, order: PurchaseOrder, details: PurchaseDetails) -> ShipmentFacts:
    """The facts around a purchase order: we are the one who writes, the supplier the one who reads."""
    return ShipmentFacts(
        company=company_party(own_company(session)),
        consignee=details.supplier,
        currency=details.currency,
        trade_term_code="DAP",
        trade_term_place="our warehouse",
        lines=(),
        total_minor=0,
        order_numbers=(order.number,),
    )
