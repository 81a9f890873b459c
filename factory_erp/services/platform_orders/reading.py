"""From a platform's order to the values of a sales order.

Whatever a person has to mend first is raised as ``PersonNeededError``, which becomes a sync exception.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.countries import country
from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.domain.incoterms import incoterm
from factory_erp.domain.money import PRICE_PLACES, Money, UnitPrice
from factory_erp.domain.ports import port_name
from factory_erp.domain.quantity import QUANTITY_PLACES
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.partners import Company
from factory_erp.models.platforms import ExceptionKind, PlatformAccount, SkuMapping
from factory_erp.services import exception_texts
from factory_erp.services.bulk import chunks
from factory_erp.services.exchange.unit_factors import factor as unit_factor
from factory_erp.services.incoming import IncomingLine, IncomingOrder, PersonNeededError
from factory_erp.services.partners import platform_buyer
from factory_erp.services.sales.orders import NewLine, NewOrder
from factory_erp.services.stock import inventory


def new_order(session: Session, account: PlatformAccount, order: IncomingOrder) -> NewOrder:
    """What the order says, as a sales order takes it. Raises PersonNeededError."""
    check_codes(order)
    lines = new_lines(session, account.id, order)
    check_totals(order)
    buyer = platform_buyer(session, account, order)
    return NewOrder(
        customer_id=buyer.id,
        ordered_at=order.ordered_at,
        currency=order.currency,
        incoterm=order.incoterm,
        place=named_place(session, order),
        destination_country=order.country,
        lines=lines,
        account_id=account.id,
        external_id=order.external_id,
        payment_terms=order.payment_terms or buyer.payment_terms,
        ship_to=ship_to_text(order, buyer.name),
        remark=order.remark,
        requested_ship=order.ship_by,
        freight_minor=minor(order, "freight", order.freight),
        insurance_minor=minor(order, "insurance", order.insurance),
        discount_minor=minor(order, "discount", order.discount),
        adjustment_minor=minor(order, "adjustment", order.adjustment),
        total_minor=None if order.total is None else minor(order, "total", order.total),
    )


def check_codes(order: IncomingOrder) -> None:
    """Raise PersonNeededError for a country or currency that is not known."""
    try:
        country(order.country)
    except InvalidValue as error:
        raise PersonNeededError(ExceptionKind.UNKNOWN_COUNTRY, order.country, str(error)) from error
    try:
        Money.zero(order.currency)
    except InvalidValue as error:
        raise PersonNeededError(ExceptionKind.UNKNOWN_CURRENCY, order.currency, str(error)) from error


def named_place(session: Session, order: IncomingOrder) -> str:
    """Port of loading for terms of shipment, the buyer's city for terms of delivery."""
    if incoterm(order.incoterm).named_place == "shipment":
        return _loading_place(session.scalar(select(Company)))
    return order.city or order.province or country(order.country).en


def _loading_place(company: Company | None) -> str:
    """The company's port, else its town: a port that nobody entered must not stop every order."""
    try:
        return port_name(company.port_of_loading if company else "CNNBO", "en")
    except InvalidValue:
        return (company.source_place if company else "") or "China"


def ship_to_text(order: IncomingOrder, buyer: str) -> str:
    """The delivery address as printed, one line per row; headed by its firm where that is not the *buyer*."""
    firm = "" if order.company.strip() == buyer.strip() else order.company.strip()
    town = " ".join(part for part in (order.city, order.province, order.postal_code) if part)
    reach = " ".join(part for part in (order.contact, order.phone) if part)
    rows = (firm, reach, order.street, town, _nation(order.country))
    return "\n".join(row for row in rows if row)


def _nation(code: str) -> str:
    try:
        return country(code).en
    except InvalidValue:
        return code


def new_lines(session: Session, account_id: int, order: IncomingOrder) -> list[NewLine]:
    """The order's lines, each in its item's unit. Raises PersonNeededError."""
    known = _items_by_sku(session, account_id, order.lines)
    return [new_line(_item(known, line), line) for line in order.lines]


def item_of(session: Session, account_id: int, line: IncomingLine) -> Item:
    """By a person's mapping, then by our own SKU; never by name. Raises PersonNeededError."""
    return _item(_items_by_sku(session, account_id, [line]), line)


def _items_by_sku(session: Session, account_id: int, lines: Sequence[IncomingLine]) -> dict[str, Item]:
    """The items of all names in the *lines*, read at once: an order may have hundreds of lines."""
    known: dict[str, Item] = {}
    for skus in chunks(sku for line in lines for sku in line.skus):
        ours = session.scalars(select(Item).where(Item.sku.in_(skus), Item.active))
        known.update((item.sku, item) for item in ours)
        of_account = (SkuMapping.account_id == account_id, SkuMapping.external_sku.in_(skus))
        mapped = session.execute(select(SkuMapping.external_sku, Item).join(Item).where(*of_account))
        known.update((sku, item) for sku, item in mapped)
    return known


def _item(known: Mapping[str, Item], line: IncomingLine) -> Item:
    if not line.skus:
        detail = _("The line '{name}' names no SKU.", name=line.name)
        raise PersonNeededError(ExceptionKind.MALFORMED, "sku", detail)
    for sku in line.skus:
        if sku in known:
            return known[sku]
    detail = exception_texts.unknown_sku(line.name, line.skus[0])
    raise PersonNeededError(ExceptionKind.UNKNOWN_SKU, line.skus[0][:120], detail)


def new_line(item: Item, line: IncomingLine) -> NewLine:
    """The line in the item's unit. Raises PersonNeededError where unit or quantity does not fit."""
    quantity, price = in_own_unit(item, line)
    try:
        inventory.check_quantity(item, quantity)
    except InvalidValue as error:
        raise PersonNeededError(ExceptionKind.UNIT_DIFFERS, item.sku, error.message) from error
    theirs = line.skus[0] if line.skus[0] != item.sku else ""
    return NewLine(item.id, quantity, item.unit, price, line.external_line_id, theirs)


def in_own_unit(item: Item, line: IncomingLine) -> tuple[Decimal, Decimal]:
    """Quantity and unit price in the item's own unit: 100 dozens at 30 are 1200 pieces at 2.50.

    The item's own conversions go before the general ones. Raises PersonNeededError where no factor is
    known, or where a figure would have to be rounded.
    """
    if line.unit_code in {"", item.unit}:
        return line.quantity, line.unit_price
    own = {row.unit: row.factor for row in item.conversions}
    factor = unit_factor(line.unit_code, item.unit, own)
    if factor is not None:
        quantity = _exact(Fraction(line.quantity) * factor, QUANTITY_PLACES)
        price = _exact(Fraction(line.unit_price) / factor, PRICE_PLACES)
        if quantity is not None and price is not None:
            return quantity, price
    detail = exception_texts.unit_differs(item.sku, item.unit, line, converts=factor is not None)
    raise PersonNeededError(ExceptionKind.UNIT_DIFFERS, item.sku, detail)


def _exact(value: Fraction, places: int) -> Decimal | None:
    whole, rest = divmod(value * 10**places, 1)
    return None if rest else Decimal(int(whole)).scaleb(-places)


def check_totals(order: IncomingOrder) -> None:
    """The platform's totals may differ from ours by its own rounding, a minor unit a line.

    Raises PersonNeededError where they differ by more.
    """
    goods = sum(UnitPrice(line.unit_price, order.currency).times(line.quantity).minor for line in order.lines)
    if order.product_total is not None:
        theirs = minor(order, "product_total", order.product_total)
        if abs(goods - theirs) > len(order.lines):
            detail = _(
                "The lines add up to {ours}, but the platform says {theirs}.",
                ours=str(Money(goods, order.currency)),
                theirs=str(Money(theirs, order.currency)),
            )
            raise PersonNeededError(ExceptionKind.TOTALS_DIFFER, "product_total", detail)
    if order.total is not None:
        _check_total(order, goods, minor(order, "total", order.total))


def _check_total(order: IncomingOrder, goods: int, total: int) -> None:
    added = ("freight", order.freight), ("insurance", order.insurance), ("adjustment", order.adjustment)
    charges = sum(minor(order, field, amount) for field, amount in added)
    parts = goods + charges - minor(order, "discount", order.discount)
    if abs(parts - total) > len(order.lines):
        detail = _(
            "Goods and charges add up to {ours}, but the platform's total is {theirs}.",
            ours=str(Money(parts, order.currency)),
            theirs=str(Money(total, order.currency)),
        )
        raise PersonNeededError(ExceptionKind.TOTALS_DIFFER, "total", detail)


def minor(order: IncomingOrder, field: str, amount: Decimal) -> int:
    """The amount in minor units of the order's currency. Raises PersonNeededError where it has no such."""
    try:
        return Money.of(amount, order.currency).minor
    except DomainError as error:
        raise PersonNeededError(ExceptionKind.MALFORMED, field, str(error)) from error
