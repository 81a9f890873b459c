"""Why a platform order waits, as a sentence in the language of whoever reads it.

What is stored with the exception was said in the language of the pull; where its kind and payload
tell the same, the sentence is made again.
"""

from __future__ import annotations

from factory_erp.domain.quantity import UNITS, unit_name
from factory_erp.i18n import _, language
from factory_erp.models.platforms import ExceptionKind, SyncException
from factory_erp.services.incoming import IncomingLine, IncomingOrder


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


def stopped(number: str, status: str) -> str:
    """The platform closed or froze an order that was confirmed."""
    return _(
        "The platform says that order {number} is '{status}'. Stop work on it or settle it with the buyer.",
        number=number,
        status=status,
    )


def sentence(record: SyncException) -> str:
    """What is the matter, in the active language where that can be told."""
    number = record.subject.partition(" ")[0]
    if record.kind == ExceptionKind.CHANGED:
        return changed(number)
    if not record.payload:
        return record.detail
    order = IncomingOrder.from_json(record.payload)
    if record.kind == ExceptionKind.CANCELLED:
        return stopped(number, order.status)
    if record.kind == ExceptionKind.UNKNOWN_SKU:
        names = [line.name for line in order.lines if record.subject in line.skus]
        return unknown_sku(names[0], record.subject) if names else record.detail
    return record.detail
