"""The other units that an item is bought, sold or used in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import exact_decimal, unscaled
from factory_erp.domain.quantity import QUANTITY_PLACES, unit
from factory_erp.i18n import _
from factory_erp.models.catalog import Item, UnitConversion
from factory_erp.services.base import get, query, use_case
from factory_erp.services.master_data import changed_since, figure_problem, under


@dataclass(frozen=True, slots=True)
class Conversion:
    """One *unit* (Rec 20) of the item is *factor* of its base units."""

    unit: str
    factor: Decimal


@query
def conversions(session: Session, item_id: int) -> tuple[Conversion, ...]:
    """The other units of an item, by code. Raises NotFound."""
    return _now(get(session, Item, item_id))


def _now(item: Item) -> tuple[Conversion, ...]:
    return tuple(
        sorted((Conversion(row.unit, row.factor) for row in item.conversions), key=lambda row: row.unit)
    )


@use_case
def save_conversions(
    session: Session, item_id: int, wanted: Sequence[Conversion], read: Sequence[Conversion] | None = None
) -> None:
    """Make *wanted* the other units of the item; units that are not among them go.

    *read* is what the form showed. Raises InvalidValue, and Conflict where they were changed since.
    """
    item = get(session, Item, item_id, lock=True)
    _check(item, wanted)
    now = _now(item)
    if set(now) == set(wanted):
        return
    if read is not None and set(read) != set(now):
        raise changed_since(item.sku)
    factors = {row.unit: row.factor for row in wanted}
    for row in list(item.conversions):
        if row.unit not in factors:
            item.conversions.remove(row)
        else:
            row.factor = factors.pop(row.unit)
    item.conversions += [UnitConversion(unit=code, factor=factor) for code, factor in factors.items()]


def _check(item: Item, wanted: Sequence[Conversion]) -> None:
    codes = [row.unit for row in wanted]
    for row in wanted:
        try:
            unit(row.unit)
        except InvalidValue as error:
            raise under(error, "unit", item.sku) from None
        if row.unit == item.unit or codes.count(row.unit) > 1:
            raise InvalidValue(
                _("The unit {unit} stands twice.", unit=row.unit),
                record=item.sku,
                field="unit",
                remedy=_("Choose another unit; the item's own needs no conversion."),
            )
        problem = figure_problem(row.factor, "factor", above_zero=True, record=item.sku)
        if problem is not None:
            raise problem


def convert(session: Session, item_id: int, quantity: Decimal, code: str) -> Decimal:
    """*quantity* in the unit *code* as a quantity of the item's base unit, exactly.

    Raises InvalidValue for a unit that the item has no conversion for, and where the result is not a
    multiple of the item's smallest quantity: nothing is rounded.
    """
    item = get(session, Item, item_id)
    factor = _factor(session, item, code)
    exact = Fraction(exact_decimal(quantity, QUANTITY_PLACES)) * Fraction(factor)
    if (exact / Fraction(item.step)).denominator != 1:
        raise InvalidValue(
            _("{quantity} {unit} of {sku} is not a multiple of its smallest quantity, {step} {base}.",
              quantity=quantity, unit=code, sku=item.sku, step=item.step, base=item.unit),
            record=item.sku,
            field="quantity",
            remedy=_("Enter a quantity that comes out even."),
        )  # fmt: skip
    return _plain(unscaled(int(exact * 10**QUANTITY_PLACES), QUANTITY_PLACES))


def _plain(value: Decimal) -> Decimal:
    return Decimal(int(value)) if value == int(value) else value.normalize()


def _factor(session: Session, item: Item, code: str) -> Decimal:
    if code == item.unit:
        return Decimal(1)
    found = session.scalar(select(UnitConversion.factor).filter_by(item_id=item.id, unit=code))
    if found is None:
        raise InvalidValue(
            _("Item {sku} has no conversion from {unit} to {base}.", sku=item.sku, unit=code, base=item.unit),
            record=item.sku,
            field="unit",
            remedy=_("Add the unit to the item, with how many {base} one of it is.", base=item.unit),
        )
    return found


@query
def converted(session: Session, item_id: int, quantity: Decimal, code: str) -> Decimal:
    """The same for a form that is being typed in."""
    return convert(session, item_id, quantity, code)
