"""Orders that are typed in: what a customer usually agrees to, what each line costs, and the draft order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.countries import country
from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.domain.incoterms import incoterm
from factory_erp.domain.money import exponent
from factory_erp.domain.ports import port_name
from factory_erp.i18n import _
from factory_erp.models.catalog import Item, ItemNumber
from factory_erp.models.partners import AddressUse, Company, Partner, PartnerAddress, Role
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.services import clock
from factory_erp.services.base import get, query, use_case
from factory_erp.services.directory import ItemRef
from factory_erp.services.master_data import check_texts, figure_problem, is_multiple, under
from factory_erp.services.names import ItemNames
from factory_erp.services.price_lists import said, term_of
from factory_erp.services.pricing.prices import PriceAnswer, find_price
from factory_erp.services.sales.orders import NewLine, NewOrder, add_order, index_order
from factory_erp.services.stock import inventory

LARGEST_AMOUNT = Decimal(10) ** 12
"""Of a line, in main units: a thousand such lines still fit the total in minor units."""

USUAL_TERM = "FOB"
"""The trade term of a customer who has not ordered yet."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On what the prices of an order depend; *customer_id* None: nobody in particular yet."""

    customer_id: int | None
    currency: str
    incoterm: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class UsualTerms:
    """What a customer ordered on the last time, or what his record says; ``numbers``: his number → item."""

    customer_id: int
    currency: str
    incoterm: str
    place: str
    payment_terms: str
    country: str
    numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LineQuote:
    """What is known of a line before it is ordered.

    ``price`` is None where no list has one. ``problem`` says why the quantity cannot be, ``warnings`` what
    speaks against it: below the least order, no whole multiple, no price.
    """

    item_id: int
    quantity: Decimal
    customer_item: str
    price: PriceAnswer | None
    problem: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A line as it was typed in; the quantity in the item's unit."""

    item_id: int
    quantity: Decimal
    unit_price: Decimal
    customer_item: str = ""


@dataclass(frozen=True, slots=True)
class OrderEntry:
    """An order as it was typed in; an empty country or payment terms: the customer's."""

    customer_id: int
    currency: str
    incoterm: str
    place: str
    lines: Sequence[EntryLine]
    destination_country: str = ""
    customer_po: str = ""
    payment_terms: str = ""
    requested_ship: date | None = None


class LineRefusedError(InvalidValue):
    """A line cannot be ordered; ``line`` counts from 0, ``field`` names one of ``EntryLine``."""

    def __init__(self, line: int, error: DomainError, field: str) -> None:
        super().__init__(error.message, record=error.record, field=field, remedy=error.remedy)
        self.line = line


@query
def items_to_order(session: Session) -> list[ItemRef]:
    """The items that are sold, by SKU."""
    columns = select(Item.id, Item.sku, Item.options, Item.unit).where(Item.active, Item.sellable)
    rows = session.execute(columns.order_by(Item.sku)).all()
    names = ItemNames(session, [row.id for row in rows])
    return [ItemRef(row.id, row.sku, names.of(row.id), row.options, row.unit) for row in rows]


@query
def usual_terms(session: Session, customer_id: int) -> UsualTerms:
    """What to propose for an order of that customer. Raises NotFound."""
    return terms_for(session, customer_id)


def terms_for(session: Session, customer_id: int) -> UsualTerms:
    """What ``usual_terms`` answers, inside a transaction."""
    customer = get(session, Partner, customer_id)
    last = session.scalar(
        select(SalesOrder)
        .where(SalesOrder.customer_id == customer_id, SalesOrder.account_id.is_(None))
        .order_by(SalesOrder.ordered_at.desc(), SalesOrder.id.desc())
        .limit(1)
    )
    numbers = select(ItemNumber.code, ItemNumber.item_id).filter_by(partner_id=customer_id)
    return UsualTerms(
        customer_id,
        last.currency if last else customer.currency,
        last.incoterm if last else USUAL_TERM,
        last.place if last else loading_place(session),
        customer.payment_terms or (last.payment_terms if last else ""),
        last.destination_country if last else customer.country,
        dict(session.execute(numbers).all()),
    )


def loading_place(session: Session) -> str:
    """Our own port; "" where it is not known."""
    code = session.scalar(select(Company.port_of_loading)) or ""
    try:
        return port_name(code, "en")
    except InvalidValue:
        return ""


@query
def quote_lines(session: Session, terms: Terms, wanted: Iterable[tuple[int, Decimal]]) -> list[LineQuote]:
    """Price, customer's number and warnings for each (item, quantity). Raises NotFound."""
    pairs = list(wanted)
    mine = select(ItemNumber.item_id, ItemNumber.code).where(
        ItemNumber.partner_id == terms.customer_id, ItemNumber.item_id.in_([item for item, _count in pairs])
    )
    numbers = dict(session.execute(mine).all())
    return [
        _quote(session, terms, get(session, Item, item_id), quantity, numbers.get(item_id, ""))
        for item_id, quantity in pairs
    ]


def _quote(session: Session, terms: Terms, item: Item, quantity: Decimal, number: str) -> LineQuote:
    try:
        inventory.check_quantity(item, quantity)
    except InvalidValue as error:
        return LineQuote(item.id, quantity, number, None, problem=str(error))
    answer = find_price(
        session, item.id, quantity, customer_id=terms.customer_id, currency=terms.currency,
        incoterm=terms.incoterm, place=terms.place,
    )  # fmt: skip
    return LineQuote(
        item.id, quantity, number, answer, warnings=tuple(_warnings(item, quantity, terms, answer))
    )


def _warnings(item: Item, quantity: Decimal, terms: Terms, answer: PriceAnswer | None) -> Iterable[str]:
    if quantity < item.min_order:
        yield _("The least order is {quantity}.", quantity=said(item.min_order, item.unit))
    if item.order_multiple and not is_multiple(quantity, item.order_multiple):
        yield _sold_in(item, quantity)
    if answer is None:
        term = term_of(terms.incoterm, terms.place)
        yield _("No price list in {currency}, {term} has it.", currency=terms.currency, term=term)
    elif answer.below_minimum:
        yield _("The price list begins at {quantity}.", quantity=said(answer.from_quantity, item.unit))


def _sold_in(item: Item, quantity: Decimal) -> str:
    """The quantities on both sides that could be ordered."""
    step = item.order_multiple
    below = floor(Fraction(quantity) / Fraction(step)) * step
    above = said(below + step, item.unit)
    if not below:
        return _("It is sold in multiples of {step}: {above}.", step=said(step, item.unit), above=above)
    return _(
        "It is sold in multiples of {step}: {below} or {above}.",
        step=said(step, item.unit),
        below=said(below, item.unit),
        above=above,
    )


@use_case
def enter_order(session: Session, entry: OrderEntry, client_key: str) -> int:
    """The draft order with its lines in that order; its id. Once per *client_key* (up to 64 characters).

    Raises InvalidValue with the field of ``OrderEntry``, LineRefusedError, NotFound.
    """
    known = session.scalar(select(SalesOrder.id).filter_by(client_key=client_key))
    if known is not None:
        return known
    customer = get(session, Partner, entry.customer_id)
    _check_head(entry, customer)
    lines = [_line(session, number, line) for number, line in enumerate(entry.lines)]
    nation = entry.destination_country or customer.country
    order = add_order(
        session,
        NewOrder(
            customer_id=customer.id, ordered_at=clock.now(), currency=entry.currency,
            incoterm=entry.incoterm, place=entry.place.strip(), destination_country=nation,
            customer_po=entry.customer_po.strip(), requested_ship=entry.requested_ship,
            payment_terms=entry.payment_terms.strip() or customer.payment_terms, lines=lines,
            ship_to=ship_to(customer, nation), client_key=client_key,
        ),
    )  # fmt: skip
    index_order(session, order)
    return order.id


def _check_head(entry: OrderEntry, customer: Partner) -> None:
    checks = {"currency": exponent, "incoterm": incoterm, "destination_country": country}
    for name, check in checks.items():
        value = getattr(entry, name)
        try:
            check(value or customer.country if name == "destination_country" else value)
        except InvalidValue as error:
            raise under(error, name) from None
    texts = {name: getattr(entry, name) for name in ("place", "customer_po", "payment_terms")}
    check_texts(SalesOrder, texts)
    for name, message, remedy in _missing(entry, customer):
        raise InvalidValue(message, field=name, remedy=remedy)


def _missing(entry: OrderEntry, customer: Partner) -> Iterable[tuple[str, str, str]]:
    """(field, what is wrong, what to do) for what no order can be without."""
    if all(row.role != Role.CUSTOMER for row in customer.roles):
        message = _("{partner} is not a customer.", partner=customer.name)
        yield "customer_id", message, _("Choose a customer, or give the partner that role.")
    if not entry.place.strip():
        message = _("{code} has no named place.", code=entry.incoterm)
        yield "place", message, _("Enter the port or place, for example Ningbo.")
    if entry.requested_ship is not None and entry.requested_ship < clock.today():
        yield "requested_ship", _("This day has passed."), _("Enter a date from today on.")
    if not entry.lines:
        yield "lines", _("The order has no lines."), _("Enter at least one item with its quantity.")


def _line(session: Session, number: int, line: EntryLine) -> NewLine:
    item = get(session, Item, line.item_id)
    if not item.active or not item.sellable:
        unsold = InvalidValue(
            _("{sku} is not sold.", sku=item.sku), record=item.sku, remedy=_("Choose another item.")
        )
        raise LineRefusedError(number, unsold, "item_id")
    try:
        inventory.check_quantity(item, line.quantity)
        check_texts(SalesLine, {"customer_item": line.customer_item}, item.sku)
    except InvalidValue as error:
        raise LineRefusedError(
            number, error, "customer_item" if error.field == "customer_item" else "quantity"
        ) from None
    for name, value in (("quantity", line.quantity), ("unit_price", line.unit_price)):
        problem = figure_problem(value, name, record=item.sku)
        if problem is not None:
            raise LineRefusedError(number, problem, name)
    if line.quantity * line.unit_price > LARGEST_AMOUNT:
        amount = _("The amount is too large to be stored.")
        large = InvalidValue(amount, record=item.sku, remedy=_("Correct quantity or price."))
        raise LineRefusedError(number, large, "unit_price")
    return NewLine(
        item.id, line.quantity, item.unit, line.unit_price, customer_item=line.customer_item.strip()
    )


def ship_to(customer: Partner, nation: str) -> str:
    """The customer's address in that country as it is printed; one for goods before the main one."""
    there = [one for one in customer.addresses if one.country == nation]
    there.sort(key=lambda one: one.use != AddressUse.SHIPPING)
    return _printed(there[0]) if there else ""


def _printed(address: PartnerAddress) -> str:
    town = " ".join(part for part in (address.city, address.province, address.postal_code) if part)
    reach = " ".join(part for part in (address.contact, address.phone) if part)
    rows = (reach, address.street, town, country(address.country).en)
    return "\n".join(row for row in rows if row)
