"""Why a platform order waits, as a sentence in the language of whoever reads it.

What is stored with the exception was said in the language of the pull; where its kind and payload
tell the same, the sentence is made again.
"""

from __future__ import annotations

from decimal import Decimal

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import Money
from factory_erp.domain.quantity import UNITS, unit_name
from factory_erp.i18n import _, language
from factory_erp.models.platforms import ExceptionKind, SyncException
from factory_erp.services.incoming import IncomingLine, IncomingOrder, Life


def unknown_sku(name: str, sku: str) -> str:
    """An item of the order is not ours."""
    return _("'{name}' ({sku}) is not in the catalogue.", name=name, sku=sku)


def unit_differs(sku: str, own_unit: str, line: IncomingLine, *, converts: bool) -> str:
    """The buyer counts the item in another unit, which cannot be converted (exactly)."""
    theirs, ours = _unit(line.unit_code), _unit(own_unit)
    if converts:
        return _(
            "{sku}: {quantity} {theirs} at {price} cannot be written in {ours} without rounding.",
            sku=sku, quantity=line.quantity, theirs=theirs, price=line.unit_price, ours=ours,
        )  # fmt: skip
    return _(
        "{sku}: the buyer orders {quantity} {theirs}, but you sell it in {ours}.",
        sku=sku, quantity=line.quantity, theirs=theirs, ours=ours,
    )  # fmt: skip


def _unit(code: str) -> str:
    return unit_name(code, language()) if code in UNITS else code


def changed(number: str) -> str:
    """The buyer changed an order that was confirmed."""
    return _("The buyer changed order {number} after it was confirmed.", number=number)


def unknown_buyer(order: IncomingOrder) -> str:
    """Nobody has said yet which customer the buyer is."""
    return _(
        "{buyer} ({country}) orders for the first time: which customer is it?",
        buyer=order.buyer_name,
        country=order.country,
    )


def stopped(number: str, status: str) -> str:
    """The platform closed an order that was confirmed."""
    return _(
        "The platform says that order {number} is '{status}'. Stop work on it or settle it with the buyer.",
        number=number,
        status=status,
    )


def frozen(number: str, status: str) -> str:
    """The platform froze an order that was confirmed."""
    return _(
        "The platform froze order {number} ('{status}'). Nothing of it may leave until it lets go.",
        number=number,
        status=status,
    )


def disputed(number: str, order: IncomingOrder) -> str:
    """The buyer complains of an order that was confirmed, or the platform warns of the buyer."""
    if order.life is Life.RISK:
        return _(
            "The platform warns of order {number} ('{status}'). Check the payment before anything leaves.",
            number=number,
            status=order.status,
        )
    return _(
        "The buyer disputes order {number} ('{status}'). Answer on the platform before anything leaves.",
        number=number,
        status=order.status,
    )


def amount_text(amount: Decimal, currency: str) -> str:
    """An amount that the platform names, in whatever currency: it need not be one that we know."""
    try:
        return str(Money.rounded(amount, currency))
    except InvalidValue:
        return f"{currency} {amount}"


def refunded(number: str, order: IncomingOrder) -> str:
    """Money of a confirmed order went back to the buyer."""
    amount = amount_text(order.refunded, order.currency)
    return _("The platform paid {amount} of order {number} back to the buyer.", amount=amount, number=number)


def about_ours(kind: ExceptionKind, number: str, order: IncomingOrder) -> str:
    """What the platform did to an order that is ours already; "" for the other kinds."""
    match kind:
        case ExceptionKind.CHANGED:
            return changed(number)
        case ExceptionKind.CANCELLED:
            return stopped(number, order.status)
        case ExceptionKind.FROZEN:
            return frozen(number, order.status)
        case ExceptionKind.DISPUTED:
            return disputed(number, order)
        case ExceptionKind.REFUNDED:
            return refunded(number, order)
    return ""


def sentence(record: SyncException) -> str:
    """What is the matter, in the active language where that can be told."""
    if not record.payload:
        return record.detail
    order, kind = IncomingOrder.from_json(record.payload), ExceptionKind(record.kind)
    if kind is ExceptionKind.UNKNOWN_SKU:
        names = [line.name for line in order.lines if record.subject in line.skus]
        return unknown_sku(names[0], record.subject) if names else record.detail
    if kind is ExceptionKind.UNKNOWN_BUYER:
        return unknown_buyer(order)
    return about_ours(kind, record.subject.partition(" ")[0], order) or record.detail
