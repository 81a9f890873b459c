"""Writing prices: lists, the breaks of an item, and a change of many prices with its preview.

The rules of a change, and a worked example: ``docs/algorithms/prices.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from math import ceil, floor
from typing import Any, Literal

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.domain.figures import exact_decimal
from factory_erp.domain.incoterms import incoterm
from factory_erp.domain.money import PRICE_PLACES, exponent
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.partners import Partner
from factory_erp.models.platforms import PlatformAccount
from factory_erp.models.pricing import PriceKind, PriceLine, PriceList
from factory_erp.services.base import get, query, touched, use_case
from factory_erp.services.bulk import chunks
from factory_erp.services.engineering.costing import cost_figure
from factory_erp.services.master_data import (
    assign,
    check_texts,
    count_problem,
    differs,
    figure_problem,
    same_version,
)
from factory_erp.services.price_lists import said

Rounding = Literal["nearest", "up", "down"]
"""Which multiple of the step is taken; half a step goes up."""


@dataclass(frozen=True, slots=True)
class PriceListInput:
    """A price list as a form hands it over; ``id`` and ``version`` of the one that is changed."""

    code: str
    name: str
    kind: PriceKind
    currency: str
    incoterm: str
    place: str
    partner_id: int | None
    account_id: int | None
    valid_from: date
    valid_to: date | None
    id: int | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class TierInput:
    """A break as it is typed in: from *min_quantity* units upwards one costs *price*."""

    min_quantity: Decimal
    price: Decimal
    lead_days: int = 0


@dataclass(frozen=True, slots=True)
class BulkChange:
    """Percent first, then an amount, then to a multiple of ``round_to`` (0: PRICE_PLACES decimals)."""

    percent: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    round_to: Decimal = Decimal(0)
    rounding: Rounding = "nearest"


@dataclass(frozen=True, slots=True)
class ChangedPrice:
    """A line before and after a change; ``problem`` says why it cannot be, "" where it can."""

    line_id: int
    item_id: int
    sku: str
    min_quantity: Decimal
    old: Decimal
    new: Decimal
    problem: str


_PLAIN = tuple(field.name for field in fields(PriceListInput) if field.name not in {"id", "version"})


@dataclass(frozen=True, slots=True)
class TierFault:
    """Why a break cannot be: ``place`` is its number among the item's, from 0; ``field`` as in TierInput."""

    place: int
    field: str
    message: str
    remedy: str


@use_case
def save_price_list(session: Session, form: PriceListInput) -> int:
    """Make a list, or change the one with the form's id; its id. The same form twice makes one list.

    Raises InvalidValue naming the field, Conflict over another version, NotFound, and NotAllowed where
    prices would change their currency or a list of purchases become one of sales.
    """
    return write_price_list(session, form).id


def write_price_list(session: Session, form: PriceListInput) -> PriceList:
    """What ``save_price_list`` does, inside a transaction."""
    values = _checked(session, form)
    code = values["code"]
    same = session.scalar(select(PriceList).filter_by(code=code))
    if same is not None and form.id is None and all(getattr(same, key) == values[key] for key in values):
        return same
    if same is not None and same.id != form.id:
        raise _wrong(
            code, "code", _("There is a price list {code} already.", code=code), _("Choose another.")
        )
    row = PriceList() if form.id is None else get(session, PriceList, form.id, lock=True)
    if form.id is not None and differs(row, values):
        same_version(row, form.version, row.code)
        _check_kept(session, row, values)
    assign(row, values)
    session.add(row)
    session.flush()
    return row


def _checked(session: Session, form: PriceListInput) -> dict[str, Any]:
    values = {name: getattr(form, name) for name in _PLAIN}
    for name in ("code", "name", "currency", "incoterm", "place"):
        values[name] = " ".join(values[name].split())
    code = values["code"]
    if not code:
        raise _wrong("", "code", _("A price list needs a code."), _("Enter one, for example USD FOB Ningbo."))
    check_texts(PriceList, values, code)
    exponent(values["currency"])
    incoterm(values["incoterm"])
    if form.valid_to is not None and form.valid_to < form.valid_from:
        said_so = _("Price list {code} would end before it begins.", code=code)
        raise _wrong(code, "valid_to", said_so, _("Correct the days."))
    if form.kind == PriceKind.PURCHASE and form.partner_id is None:
        said_so = _("A list of purchase prices needs its supplier.")
        raise _wrong(code, "partner_id", said_so, _("Choose the supplier."))
    if form.partner_id is not None:
        get(session, Partner, form.partner_id)
    if form.account_id is not None:
        get(session, PlatformAccount, form.account_id)
    return values | {"kind": PriceKind(form.kind).value}


def _check_kept(session: Session, row: PriceList, values: Mapping[str, Any]) -> None:
    """The figures of a list would say something else in another currency, or of another kind."""
    held = session.scalar(select(exists().where(PriceLine.list_id == row.id)))
    changed = [name for name in ("currency", "kind") if getattr(row, name) != values[name]]
    if held and changed:
        raise NotAllowed(
            _("Price list {code} holds prices: its currency and kind stay as they are.", code=row.code),
            record=row.code,
            field=changed[0],
            remedy=_("Make another list and enter its prices there."),
        )


def _wrong(record: str, field: str, message: str, remedy: str) -> InvalidValue:
    return InvalidValue(message, record=record, field=field, remedy=remedy)


@use_case
def remove_price_list(session: Session, list_id: int) -> None:
    """Remove a list with its prices; one that is gone already stays gone."""
    row = session.get(PriceList, list_id)
    if row is None:
        return
    lines = session.scalars(select(PriceLine.id).filter_by(list_id=list_id)).all()
    session.execute(delete(PriceLine).filter_by(list_id=list_id))
    touched(session, PriceLine, lines)
    session.delete(row)


@use_case
def set_tiers(session: Session, list_id: int, item_id: int, tiers: Sequence[TierInput]) -> None:
    """Make the item's breaks on the list exactly *tiers*; none takes the item off the list.

    Raises InvalidValue, naming the item and both breaks, unless quantities rise and prices fall.
    """
    get(session, PriceList, list_id, lock=True)
    found = session.scalars(select(PriceLine).filter_by(list_id=list_id, item_id=item_id))
    write_tiers(session, list_id, get(session, Item, item_id), found, tiers)


def write_tiers(
    session: Session, list_id: int, item: Item, lines: Iterable[PriceLine], tiers: Sequence[TierInput]
) -> None:
    """What ``set_tiers`` does, inside a transaction that has locked the list; *lines* are the item's now."""
    for fault in tier_faults(tiers, item.unit):
        raise _wrong(item.sku, fault.field, f"{item.sku}: {fault.message}", fault.remedy)
    known = {line.min_quantity: line for line in lines}
    for tier in tiers:
        line = known.pop(tier.min_quantity, None) or PriceLine(list_id=list_id, item_id=item.id)
        values = {"min_quantity": tier.min_quantity, "price": tier.price, "lead_days": tier.lead_days}
        assign(line, values)
        session.add(line)
    for gone in known.values():
        session.delete(gone)


def tier_faults(tiers: Sequence[TierInput], unit: str) -> Iterator[TierFault]:
    """Everything that is wrong with the breaks of an item counted in *unit*, in their order."""
    for place, tier in enumerate(tiers):
        problem = (
            figure_problem(tier.min_quantity, "min_quantity", above_zero=True)
            or figure_problem(tier.price, "price")
            or count_problem(tier.lead_days, "lead_days")
        )
        if problem:
            yield TierFault(place, problem.field, problem.message, problem.remedy)
        elif place:
            yield from _beside(place, tiers[place - 1], tier, unit)


def _beside(place: int, less: TierInput, more: TierInput, unit: str) -> Iterator[TierFault]:
    """What is wrong between two breaks, said at the second."""
    if more.min_quantity == less.min_quantity:
        message = _("There is a break from {quantity} already.", quantity=said(more.min_quantity, unit))
        yield TierFault(place, "min_quantity", message, _("Keep one of them."))
    elif more.min_quantity < less.min_quantity:
        message = _("The break from {more} stands after the one from {less}.",
                    more=said(more.min_quantity, unit), less=said(less.min_quantity, unit))  # fmt: skip
        yield TierFault(place, "min_quantity", message, _("Let the quantities rise from break to break."))
    elif more.price >= less.price:
        message = _not_below(less.min_quantity, more.min_quantity, unit)
        yield TierFault(place, "price", message, _("Let the prices fall from break to break."))


def _not_below(less: Decimal, more: Decimal, unit: str) -> str:
    return _("From {more} the price would not be below that from {less}.",
             more=said(more, unit), less=said(less, unit))  # fmt: skip


def changed_meanwhile(price_list: PriceList, sku: str) -> Conflict:
    """The error for prices of an item that somebody else has changed since they were read."""
    return Conflict(
        _("Somebody else changed the prices of {sku} on list {code}.", sku=sku, code=price_list.code),
        record=sku,
        remedy=_("Discard your changes to see them, then make yours again."),
    )


@query
def preview_change(
    session: Session, list_id: int, change: BulkChange, item_ids: Sequence[int] | None = None
) -> tuple[ChangedPrice, ...]:
    """Every price of the list (of these items) as the change would make it, by SKU and quantity.

    Raises NotFound, and InvalidValue for a change that no price survives.
    """
    get(session, PriceList, list_id)
    _check_change(change)
    return tuple(_changed(_lines(session, list_id, item_ids), change))


@use_case
def apply_change(session: Session, list_id: int, change: BulkChange, expected: Mapping[int, Decimal]) -> int:
    """Write the change of the previewed lines (line → old price); how many prices are different now.

    Raises Conflict when a price is not the one previewed, InvalidValue when a line has a problem:
    then nothing is changed.
    """
    price_list = get(session, PriceList, list_id, lock=True)
    _check_change(change)
    previewed = select(PriceLine.item_id).where(PriceLine.list_id == list_id)
    items = {
        item_id for part in chunks(expected)
        for item_id in session.scalars(previewed.where(PriceLine.id.in_(part)))
    }  # fmt: skip
    lines = _lines(session, list_id, items)
    if {line.id: line.price for line, _item in lines} != dict(expected):
        raise Conflict(
            _("Prices of list {code} were changed since the preview.", code=price_list.code),
            record=price_list.code,
            remedy=_("Look at the new preview, then apply it."),
        )
    changed = list(_changed(lines, change))
    _refuse_problems(changed)
    different = [{"id": row.line_id, "price": row.new} for row in changed if row.new != row.old]
    if different:
        session.execute(update(PriceLine), different)
        touched(session, PriceLine, [row.line_id for row in changed if row.new != row.old])
    return len(different)


def _check_change(change: BulkChange) -> None:
    for name in ("percent", "amount", "round_to"):
        exact_decimal(getattr(change, name), PRICE_PLACES)
    if change.percent <= -100:
        message = _("A change of {percent} % leaves no price.", percent=change.percent)
        raise _wrong("", "percent", message, _("Take less than 100 % off."))
    if change.round_to < 0:
        raise _wrong("", "round_to", _("It cannot be below zero."), _("Enter a step, for example 0.05."))


def _lines(
    session: Session, list_id: int, item_ids: Iterable[int] | None
) -> list[tuple[PriceLine, tuple[str, str]]]:
    """Lines with SKU and unit of their items, by SKU and quantity."""
    found = select(PriceLine, Item.sku, Item.unit).join(Item, Item.id == PriceLine.item_id)
    found = found.where(PriceLine.list_id == list_id)
    parts = [found] if item_ids is None else [found.where(Item.id.in_(part)) for part in chunks(item_ids)]
    rows = [(line, (sku, unit)) for part in parts for line, sku, unit in session.execute(part)]
    return sorted(rows, key=lambda row: (row[1][0], row[0].min_quantity))


def _changed(
    lines: Iterable[tuple[PriceLine, tuple[str, str]]], change: BulkChange
) -> Iterator[ChangedPrice]:
    for _item, breaks in groupby(lines, key=lambda row: row[0].item_id):
        before: tuple[PriceLine, Decimal] | None = None
        for line, (sku, unit) in breaks:
            new = changed_price(line.price, change)
            problem = _problem(before, line, new, unit)
            before = (line, new)
            yield ChangedPrice(line.id, line.item_id, sku, line.min_quantity, line.price, new, problem)


def _problem(before: tuple[PriceLine, Decimal] | None, line: PriceLine, new: Decimal, unit: str) -> str:
    if not new and line.price:
        return _("The price would be nothing.")
    if (unstorable := figure_problem(new, "price")) is not None:
        return unstorable.message
    if before is None or new < before[1]:
        return ""
    return _not_below(before[0].min_quantity, line.min_quantity, unit)


def changed_price(price: Decimal, change: BulkChange) -> Decimal:
    """*price* after the change, never below zero, exact before it is rounded once."""
    exact = Fraction(price) * (100 + Fraction(change.percent)) / 100 + Fraction(change.amount)
    step = Fraction(change.round_to) or Fraction(1, 10**PRICE_PLACES)
    steps = max(exact, Fraction(0)) / step
    whole = {"up": ceil(steps), "down": floor(steps)}.get(change.rounding, floor(steps + Fraction(1, 2)))
    return cost_figure(whole * step)


def _refuse_problems(changed: Iterable[ChangedPrice]) -> None:
    wrong = next((row for row in changed if row.problem), None)
    if wrong is not None:
        raise InvalidValue(
            f"{wrong.sku}: {wrong.problem}",
            record=wrong.sku,
            field=_("Price"),
            remedy=_("Nothing was changed. Choose a smaller step to round to, or leave the item out."),
        )
