"""What a later version of a platform order would change in ours, for the person who decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import Money, UnitPrice
from factory_erp.domain.quantity import Quantity, unit_name
from factory_erp.i18n import _, language
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.services.exception_texts import amount_text
from factory_erp.services.incoming import IncomingLine, IncomingOrder, Life, PersonNeededError
from factory_erp.services.order_states import STATE_NAMES
from factory_erp.services.platform_orders.reading import in_own_unit, item_of, named_place, ship_to_text

Change = tuple[str, str, str]
"""Field, ours, theirs: all as shown."""

_NONE = "—"


def changes(session: Session, ours: SalesOrder, theirs: IncomingOrder, account_id: int) -> tuple[Change, ...]:
    """Each field that differs. Goods are compared by our SKU, all lines of it together."""
    rows = [*_state(ours, theirs), *_goods(session, ours, theirs, account_id), *_facts(session, ours, theirs)]
    return tuple((name, mine or _NONE, said or _NONE) for name, mine, said in rows if mine != said)


def _state(ours: SalesOrder, theirs: IncomingOrder) -> list[Change]:
    if theirs.life is Life.OPEN:
        return []
    return [(_("State"), _(STATE_NAMES[OrderState(ours.state)]), theirs.status)]


def _goods(session: Session, ours: SalesOrder, theirs: IncomingOrder, account_id: int) -> list[Change]:
    mine: dict[str, list[str]] = defaultdict(list)
    said: dict[str, list[str]] = defaultdict(list)
    for line in ours.lines:
        mine[line.item.sku].append(line_text(line.quantity, line.unit, line.unit_price, ours.currency))
    for one in theirs.lines:
        sku, text = _their_line(session, account_id, one, theirs.currency)
        said[sku].append(text)
    return [(sku, _together(mine, sku), _together(said, sku)) for sku in dict.fromkeys([*mine, *said])]


def _together(lines: Mapping[str, Sequence[str]], sku: str) -> str:
    return "; ".join(sorted(lines.get(sku, ())))


def _their_line(session: Session, account_id: int, line: IncomingLine, currency: str) -> tuple[str, str]:
    """Our SKU and the line in our unit; the platform's own words where we do not know the item."""
    try:
        item = item_of(session, account_id, line)
    except PersonNeededError:
        sku = line.skus[0] if line.skus else line.name
        return sku, line_text(line.quantity, line.unit_code, line.unit_price, currency)
    try:
        quantity, price = in_own_unit(item, line)
    except PersonNeededError:
        return item.sku, line_text(line.quantity, line.unit_code, line.unit_price, currency)
    return item.sku, line_text(quantity, item.unit, price, currency)


def line_text(quantity: Decimal, unit: str, price: Decimal, currency: str) -> str:
    """Quantity and price as shown; in plain figures where unit or currency is not known."""
    try:
        return f"{count_text(quantity, unit)} × {UnitPrice(price, currency)}"
    except InvalidValue:
        return f"{quantity.normalize():f} {unit} × {currency} {price}"


def count_text(quantity: Decimal, unit: str) -> str:
    """A quantity as shown. Raises InvalidValue for a unit that is not known."""
    return f"{Quantity(quantity, unit).format(language())} {unit_name(unit, language())}"


def _facts(session: Session, ours: SalesOrder, theirs: IncomingOrder) -> list[Change]:
    currency = theirs.currency
    terms = f"{theirs.incoterm} {named_place(session, theirs)}"
    requested = ours.requested_ship.isoformat() if ours.requested_ship else ""
    return [
        (_("Ship to"), ours.ship_to, ship_to_text(theirs, ours.customer.name)),
        (_("Terms of delivery"), f"{ours.incoterm} {ours.place}", terms),
        (_("Payment terms"), ours.payment_terms, theirs.payment_terms or ours.payment_terms),
        (_("Requested ship date"), requested, theirs.ship_by.isoformat() if theirs.ship_by else ""),
        (_("Freight"), _minor(ours, ours.freight_minor), amount_text(theirs.freight, currency)),
        (_("Insurance"), _minor(ours, ours.insurance_minor), amount_text(theirs.insurance, currency)),
        (_("Discount"), _minor(ours, ours.discount_minor), amount_text(theirs.discount, currency)),
        (_("Total"), _minor(ours, ours.total_minor), _total(theirs)),
        (_("Remark"), ours.remark, theirs.remark),
    ]


def _minor(order: SalesOrder, minor: int) -> str:
    return str(Money(minor, order.currency))


def _total(theirs: IncomingOrder) -> str:
    """Where the platform says no total, what its lines and charges come to."""
    if theirs.total is not None:
        return amount_text(theirs.total, theirs.currency)
    goods = sum((line.quantity * line.unit_price for line in theirs.lines), Decimal(0))
    charges = theirs.freight + theirs.insurance - theirs.discount + theirs.adjustment
    return amount_text(goods + charges, theirs.currency)
