"""The option axes of a product, and where its items stand on them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import flag_modified

from factory_erp import i18n
from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.domain.variant_conditions import Options, Term, format_condition, parse_condition
from factory_erp.domain.variants import Axis, named_items
from factory_erp.i18n import _
from factory_erp.models.catalog import Item, Product
from factory_erp.models.variants import ItemOption, OptionAxis, OptionText, OptionValue, VariantRule
from factory_erp.services.base import get, query, use_case
from factory_erp.services.catalogue.index import index_item
from factory_erp.services.master_data import same_version
from factory_erp.services.names import CHINESE, ENGLISH

MOST = 10_000
"""Combinations that a family may have: what a person can still look over, and rules check in a second."""

BETWEEN = " / "
"""Between the options of an item, as platforms show them."""


@dataclass(frozen=True, slots=True)
class ValueView:
    """A choice on an axis; names by language."""

    id: int
    code: str
    names: Mapping[str, str]

    def name(self, language: str = "") -> str:
        """Its name in *language* (the reader's if none is given), else in English, else its code."""
        return self.names.get(language or i18n.language()) or self.names.get(ENGLISH) or self.code


@dataclass(frozen=True, slots=True)
class AxisView:
    """A way in which the items of a product differ, with its choices in order."""

    id: int
    code: str
    name_en: str
    name_zh: str
    values: tuple[ValueView, ...]

    def name(self, language: str = "") -> str:
        """Its name in *language* (the reader's if none is given)."""
        chinese = (language or i18n.language()) == CHINESE
        return (self.name_zh if chinese else "") or self.name_en


@dataclass(frozen=True, slots=True)
class ValueInput:
    """A choice as it is typed in; with its *id* its code may change."""

    code: str
    names: Mapping[str, str] = field(default_factory=dict)
    id: int | None = None


@dataclass(frozen=True, slots=True)
class AxisInput:
    """An axis as it is typed in; with its *id* its code may change."""

    code: str
    name_en: str
    name_zh: str
    values: Sequence[ValueInput]
    id: int | None = None


def read_axes(session: Session, product_id: int) -> list[OptionAxis]:
    """The axes in order, with values and their names; three statements."""
    found = select(OptionAxis).where(OptionAxis.product_id == product_id)
    whole = found.options(selectinload(OptionAxis.values).selectinload(OptionValue.texts))
    return list(session.scalars(whole.order_by(OptionAxis.position, OptionAxis.id)))


def axis_views(session: Session, product_id: int) -> tuple[AxisView, ...]:
    """The axes of a product as values."""
    return tuple(
        AxisView(axis.id, axis.code, axis.name_en, axis.name_zh, tuple(map(_value_view, axis.values)))
        for axis in read_axes(session, product_id)
    )


def _value_view(value: OptionValue) -> ValueView:
    return ValueView(value.id, value.code, {text.language: text.name for text in value.texts})


def domain_axes(views: Iterable[AxisView]) -> tuple[Axis, ...]:
    """The axes as the rules read them."""
    return tuple(
        Axis(axis.code, tuple(one.code for one in axis.values), {one.code: one.names for one in axis.values})
        for axis in views
    )


def options_text(axes: Sequence[AxisView], options: Options) -> str:
    """What a platform shows, in English: "500 ml / Matte black"."""
    return labeller(axes)(options)


def labeller(axes: Sequence[AxisView]) -> Callable[[Options], str]:
    """``options_text`` for many items of the same axes."""
    names = {axis.code: {one.code: one.name(ENGLISH) for one in axis.values} for axis in axes}

    def text(options: Options) -> str:
        said = (by_code.get(options.get(axis, "")) for axis, by_code in names.items())
        return BETWEEN.join(name for name in said if name)[:200]

    return text


def options_of(session: Session, product_id: int) -> dict[int, dict[str, str]]:
    """Item id → its value code on each axis where it has one, for the items of the product."""
    rows = session.execute(
        select(ItemOption.item_id, OptionAxis.code, OptionValue.code)
        .join(OptionAxis, OptionAxis.id == ItemOption.axis_id)
        .join(OptionValue, OptionValue.id == ItemOption.value_id)
        .join(Item, Item.id == ItemOption.item_id)
        .where(OptionAxis.product_id == product_id, Item.product_id == product_id)
        .order_by(ItemOption.item_id, OptionAxis.position)
    )
    found: dict[int, dict[str, str]] = {}
    for item_id, axis, value in rows:
        found.setdefault(item_id, {})[axis] = value
    return found


@query
def axes(session: Session, product_id: int) -> tuple[AxisView, ...]:
    """The option axes of a product. Raises NotFound."""
    get(session, Product, product_id)
    return axis_views(session, product_id)


@use_case
def save_axes(
    session: Session, product_id: int, given: Sequence[AxisInput], version: int | None = None
) -> int:
    """Make the axes of the product those *given*, in that order; how many rows that changed.

    An axis or value is found by id, else by code. A new code is written into rules and the SKU
    pattern too; items keep their SKUs. Raises NotAllowed, naming items or rules, for what is gone though
    they need it, InvalidValue for codes that cannot be, Conflict for another *version* of the product.
    """
    product = get(session, Product, product_id, lock=True)
    same_version(product, version, product.code)
    _check(product, given)
    before = read_axes(session, product_id)
    matched = _matched(before, given)
    kept = {axis.id for axis, _given in matched if axis is not None}
    gone = [axis for axis in before if axis.id not in kept]
    lost = [value for axis, wanted in matched if axis for value in _lost(axis, wanted)]
    _refuse_used(session, product, gone, lost)
    _rename(session, product, [(axis, wanted) for axis, wanted in matched if axis])
    for axis in gone:
        session.delete(axis)
    for position, (found, wanted) in enumerate(matched, start=1):
        _write(session, found or OptionAxis(product_id=product_id), wanted, position)
    changed = sum(session.is_modified(row) for row in session.dirty) + len(session.new) + len(session.deleted)
    if changed:
        flag_modified(product, "code")
        session.flush()
        session.expire_all()
    return changed


_AXIS = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,19}")
_VALUE = re.compile(r"[^\s=|;!{}]{1,20}")


def _check(product: Product, given: Sequence[AxisInput]) -> None:
    for axis in given:
        codes = [value.code for value in axis.values]
        if not _AXIS.fullmatch(axis.code) or axis.code == "product" or not axis.name_en.strip():
            raise _refused(
                product, axis.code, _("Use letters and digits, not 'product', and give it a name.")
            )
        if not codes or len(set(codes)) < len(codes) or not all(map(_VALUE.fullmatch, codes)):
            hint = _(
                "Give it values with different codes of up to 20 characters, without spaces or = | ; ! { }."
            )
            raise _refused(product, axis.code, hint)
    names = [axis.code for axis in given]
    if len(set(names)) < len(names):
        raise _refused(product, names[0], _("Give each axis a code of its own."))
    if prod(len(axis.values) for axis in given) > MOST:
        raise _refused(product, names[-1], _("Have at most {count} combinations.", count=MOST))


def _refused(product: Product, axis: str, remedy: str) -> InvalidValue:
    return InvalidValue(
        _("The axis '{axis}' cannot be like this.", axis=axis),
        record=product.code,
        field=_("Options"),
        remedy=remedy,
    )


def _matched(
    before: Sequence[OptionAxis], given: Sequence[AxisInput]
) -> list[tuple[OptionAxis | None, AxisInput]]:
    by_id, by_code = {axis.id: axis for axis in before}, {axis.code: axis for axis in before}
    return [(by_id.get(one.id) if one.id else by_code.get(one.code), one) for one in given]


def _value_of(axis: OptionAxis, given: ValueInput) -> OptionValue | None:
    name, wanted = ("id", given.id) if given.id else ("code", given.code)
    return next((value for value in axis.values if getattr(value, name) == wanted), None)


def _lost(axis: OptionAxis, given: AxisInput) -> list[OptionValue]:
    kept = [_value_of(axis, value) for value in given.values]
    return [value for value in axis.values if value not in kept]


def _refuse_used(
    session: Session, product: Product, gone: Sequence[OptionAxis], lost: Sequence[OptionValue]
) -> None:
    values = [*lost, *(value for axis in gone for value in axis.values)]
    if not values:
        return
    used = select(Item.sku).join(ItemOption, ItemOption.item_id == Item.id)
    in_use = used.where(ItemOption.value_id.in_([value.id for value in values]))
    skus = session.scalars(in_use.distinct().order_by(Item.sku)).all()
    if skus:
        raise _needed(product, values[0].code, named_items(skus))
    owner = {value.id: axis.code for axis in read_axes(session, product.id) for value in axis.values}
    codes = {(owner[value.id], value.code) for value in values}
    for rule in session.scalars(select(VariantRule).filter_by(product_id=product.id)):
        for term in parse_condition(rule.condition):
            for value in term.values:
                if (term.axis, value) in codes:
                    raise _needed(product, value, _("rule {number}", number=rule.position))


def _needed(product: Product, value: str, users: str) -> NotAllowed:
    return NotAllowed(
        _("'{value}' is still used by {users}.", value=value, users=users),
        record=product.code,
        field=_("Options"),
        remedy=_("Keep it, or change what uses it first."),
    )


def _rename(session: Session, product: Product, matched: Sequence[tuple[OptionAxis, AxisInput]]) -> None:
    """Write new codes into conditions and patterns, and free the old ones first: two may be exchanged."""
    axis_codes = {axis.code: given.code for axis, given in matched if axis.code != given.code}
    value_codes: dict[tuple[str, str], str] = {}
    for axis, given in matched:
        for wanted in given.values:
            value = _value_of(axis, wanted)
            if value is not None and value.code != wanted.code:
                value_codes[axis.code, value.code] = wanted.code
                value.code = f"~{value.id}"
        if axis.code in axis_codes:
            axis.code = f"~{axis.id}"
    if not axis_codes and not value_codes:
        return
    session.flush()
    for rule in session.scalars(select(VariantRule).filter_by(product_id=product.id)):
        rule.condition = _renamed_condition(rule.condition, axis_codes, value_codes)
        rule.outcome = _renamed_places(rule.outcome, axis_codes)
    product.sku_pattern = _renamed_places(product.sku_pattern, axis_codes)


def _renamed_condition(
    condition: str, axis_codes: Mapping[str, str], value_codes: Mapping[tuple[str, str], str]
) -> str:
    return format_condition(
        Term(
            axis_codes.get(term.axis, term.axis),
            tuple(value_codes.get((term.axis, value), value) for value in term.values),
            term.equal,
        )
        for term in parse_condition(condition)
    )


def _renamed_places(pattern: str, axis_codes: Mapping[str, str]) -> str:
    """All at once, because two axes may exchange their codes."""
    return re.sub(r"\{(\w+)\}", lambda found: "{" + axis_codes.get(found[1], found[1]) + "}", pattern)


def _write(session: Session, axis: OptionAxis, given: AxisInput, position: int) -> None:
    session.add(axis)
    axis.position, axis.code = position, given.code
    axis.name_en, axis.name_zh = given.name_en.strip(), given.name_zh.strip()
    lost = _lost(axis, given)
    for place, wanted in enumerate(given.values, start=1):
        value = _value_of(axis, wanted)
        if value is None:
            value = OptionValue(texts=[])
            axis.values.append(value)
        value.position, value.code = place, wanted.code
        _write_names(value, wanted.names)
    for value in lost:
        axis.values.remove(value)


def _write_names(value: OptionValue, names: Mapping[str, str]) -> None:
    wanted = {language: name.strip() for language, name in names.items() if name.strip()}
    there = {text.language: text for text in value.texts}
    for language, name in wanted.items():
        if language in there:
            there[language].name = name
        else:
            value.texts.append(OptionText(language=language, name=name))
    for language, text in there.items():
        if language not in wanted:
            value.texts.remove(text)


@use_case
def assign_options(session: Session, item_id: int, options: Options) -> None:
    """Put an item that was typed in or imported on its place among the variants of its product.

    *options* is axis code → value code; axes not named keep their value. Raises NotAllowed where the
    item has no product or another item has the place, InvalidValue for an unknown axis or value.
    """
    item = get(session, Item, item_id, lock=True)
    if item.product_id is None:
        raise _not_here(item, _("It belongs to no product."), _("Choose its product first."))
    get(session, Product, item.product_id, lock=True)
    known = {axis.code: axis for axis in read_axes(session, item.product_id)}
    chosen = {name: _chosen(item, known.get(name), name, code) for name, code in options.items()}
    placed = options_of(session, item.product_id)
    whole = {**placed.get(item_id, {}), **options}
    taken = [other for other, there in placed.items() if other != item_id and there == whole]
    if taken and len(whole) == len(known):
        sku = get(session, Item, taken[0]).sku
        raise _not_here(item, _("{sku} has the same options.", sku=sku), _("Choose other options."))
    stored = {row.axis_id: row for row in session.scalars(select(ItemOption).filter_by(item_id=item_id))}
    for value in chosen.values():
        row = stored.get(value.axis_id) or ItemOption(item_id=item_id, axis_id=value.axis_id)
        row.value_id = value.id
        session.add(row)
    text = options_text(axis_views(session, item.product_id), whole)
    if text != item.options:
        item.options = text
        index_item(session, item)


def _chosen(item: Item, axis: OptionAxis | None, name: str, code: str) -> OptionValue:
    found = next((value for value in axis.values if value.code == code), None) if axis else None
    if found is None:
        raise InvalidValue(
            _("The axis '{axis}' has no value '{value}'.", axis=name, value=code),
            record=item.sku,
            field=_("Options"),
            remedy=_("Choose one of the product's options."),
        )
    return found


def _not_here(item: Item, message: str, remedy: str) -> NotAllowed:
    return NotAllowed(message, record=item.sku, field=_("Options"), remedy=remedy)
