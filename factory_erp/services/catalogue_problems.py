"""Which records of a catalogue cannot be taken, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import decimals_used
from factory_erp.domain.money import exponent
from factory_erp.domain.quantity import unit
from factory_erp.i18n import _
from factory_erp.models.base import Base
from factory_erp.models.catalog import Item, ItemText
from factory_erp.models.engineering import Bill, BillLine, RoutingOperation, WorkCentre
from factory_erp.models.pricing import PriceLine, PriceList
from factory_erp.models.types import Scaled
from factory_erp.planning.material import PPM
from factory_erp.services.catalogue_input import (
    BillInput,
    CatalogueInput,
    ItemInput,
    PriceInput,
    RoutingInput,
    RowProblem,
)


def find_problems(session: Session, catalogue: CatalogueInput) -> Iterator[RowProblem]:
    """Every record that cannot be taken, and why."""
    known = set(session.scalars(select(Item.sku))) | {item.sku for item in catalogue.items}
    centres = set(session.scalars(select(WorkCentre.code))) | {centre.code for centre in catalogue.centres}
    yield from _double(catalogue)
    for item in catalogue.items:
        yield from _item_problems(item)
    for bill in catalogue.bills:
        yield from _bill_problems(bill, known)
    for routing in catalogue.routings:
        yield from _routing_problems(routing, known, centres)
    for sku, quantity in catalogue.stock:
        if sku not in known:
            yield RowProblem(sku, _("SKU"), _("is not in the catalogue"))
        if quantity < 0:
            yield RowProblem(sku, _("Quantity"), _("is below zero"))


def _double(catalogue: CatalogueInput) -> Iterator[RowProblem]:
    """What stands twice where it may stand once: the second would silently win."""
    yield from _repeated(_("SKU"), ((item.sku,) for item in catalogue.items))
    yield from _repeated(_("Bill of materials"), ((bill.sku, bill.revision) for bill in catalogue.bills))
    yield from _repeated(_("Routing"), ((routing.sku, routing.revision) for routing in catalogue.routings))
    yield from _repeated(_("Stock"), ((sku,) for sku, _quantity in catalogue.stock))


def _repeated(field: str, keys: Iterable[tuple[str, ...]]) -> Iterator[RowProblem]:
    """A problem of the record that each key begins with, for every key that is there more than once."""
    for key, times in Counter(keys).items():
        if times > 1:
            yield RowProblem(key[0], field, _("stands {times} times in the input", times=times))


def _item_problems(item: ItemInput) -> Iterator[RowProblem]:
    if not item.sku.strip():
        yield RowProblem("?", _("SKU"), _("is empty"))
    if not item.texts:
        yield RowProblem(item.sku, _("Name"), _("is missing in every language"))
    try:
        unit(item.unit)
        for price in item.prices:
            exponent(price.currency)
    except InvalidValue as error:
        yield RowProblem(item.sku, error.field or _("Unit"), str(error))
    if item.step <= 0:
        yield RowProblem(item.sku, _("Smallest quantity"), _("is not above zero"))
    if item.net_g < 0:
        yield RowProblem(item.sku, _("Net weight"), _("is below zero"))
    yield from _repeated(_("Name"), ((item.sku, text.language) for text in item.texts))
    yield from _packaging_problems(item)
    yield from _price_problems(item)
    for kind, parts in ((Item, [item]), (ItemText, item.texts)):
        yield from _unfit(item.sku, kind, parts)


def _packaging_problems(item: ItemInput) -> Iterator[RowProblem]:
    yield from _repeated(_("Packaging levels"), ((item.sku, level.kind) for level in item.packaging))
    for level in item.packaging:
        if level.gross_g < level.net_g:
            yield RowProblem(item.sku, _("Gross weight"), _("is below the net weight"))
        if min(level.quantity, level.length_mm, level.width_mm, level.height_mm) <= 0 or level.net_g < 0:
            yield RowProblem(item.sku, _("Packaging levels"), _("needs pieces and sizes above zero"))


def _price_problems(item: ItemInput) -> Iterator[RowProblem]:
    if any(price.price < 0 for price in item.prices):
        yield RowProblem(item.sku, _("Price"), _("is below zero"))
    if any(price.min_quantity <= 0 for price in item.prices):
        yield RowProblem(item.sku, _("Quantity"), _("of a price is not above zero"))
    breaks = ((item.sku, *_terms(price), str(price.min_quantity.normalize())) for price in item.prices)
    yield from _repeated(_("Price"), breaks)
    rising = sorted(item.prices, key=lambda price: (_terms(price), price.min_quantity))
    for less, more in pairwise(rising):
        same = _terms(less) == _terms(more) and less.min_quantity < more.min_quantity
        if same and less.price <= more.price:
            yield RowProblem(item.sku, _("Price"), _("does not fall where the quantity rises"))
    for kind in (PriceList, PriceLine):
        yield from _unfit(item.sku, kind, item.prices)


def _terms(price: PriceInput) -> tuple[str, str, str]:
    return price.currency, price.incoterm, price.place


def _unfit(record: str, kind: type[Base], parts: Iterable[Any]) -> Iterator[RowProblem]:
    """Texts too long for their column of *kind*, and figures with more decimals than it keeps."""
    columns = kind.__table__.columns
    for part in parts:
        for name in (field.name for field in fields(part) if field.name in columns):
            value, column = getattr(part, name), columns[name].type
            longest = getattr(column, "length", None)
            if isinstance(value, str) and longest and len(value) > longest:
                reason = _("is longer than {length} characters", length=longest)
                yield RowProblem(record, name, reason)
            if isinstance(value, Decimal) and isinstance(column, Scaled) and not _exact(value, column.places):
                reason = _("{figure} has more than {places} decimals", figure=value, places=column.places)
                yield RowProblem(record, name, reason)


def _exact(value: Decimal, places: int) -> bool:
    return value.is_finite() and decimals_used(value) <= places


def _bill_problems(bill: BillInput, known: set[str]) -> Iterator[RowProblem]:
    if bill.sku not in known:
        yield RowProblem(bill.sku, _("Bill of materials"), _("is for an item that is not in the catalogue"))
    if bill.output <= 0:
        yield RowProblem(bill.sku, _("Quantity"), _("that the bill makes is not above zero"))
    for component in bill.components:
        if component.sku not in known:
            yield RowProblem(bill.sku, _("Component"), _("{sku} is not in the catalogue", sku=component.sku))
        if component.quantity <= 0:
            yield RowProblem(bill.sku, _("Quantity"), _("of {sku} is not above zero", sku=component.sku))
        if not 0 <= component.scrap_ppm < PPM:
            yield RowProblem(bill.sku, _("Scrap"), _("of {sku} is not a share", sku=component.sku))
    yield from _unfit(bill.sku, Bill, [bill])
    yield from _unfit(bill.sku, BillLine, bill.components)


def _routing_problems(routing: RoutingInput, known: set[str], centres: set[str]) -> Iterator[RowProblem]:
    if routing.sku not in known:
        yield RowProblem(routing.sku, _("Routing"), _("is for an item that is not in the catalogue"))
    for operation in routing.operations:
        if operation.centre not in centres:
            yield RowProblem(routing.sku, _("Work centre"), _("{code} does not exist", code=operation.centre))
        if operation.setup_minutes < 0 or operation.run_seconds < 0:
            yield RowProblem(routing.sku, _("Operation"), _("has a time below zero"))
    yield from _repeated(_("Operation"), ((routing.sku, str(step.sequence)) for step in routing.operations))
    yield from _unfit(routing.sku, RoutingOperation, routing.operations)
