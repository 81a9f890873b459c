"""One item as a form shows and saves it: every rule checked, each under its field."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.domain.checkdigits import is_gtin
from factory_erp.domain.countries import country
from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.domain.hs import HsCode
from factory_erp.domain.quantity import unit
from factory_erp.i18n import N_, _
from factory_erp.models.base import Base
from factory_erp.models.catalog import (
    Item,
    ItemKind,
    ItemText,
    LotRule,
    PackagingLevel,
    Procurement,
    Product,
    UnitConversion,
)
from factory_erp.models.customs import ItemDeclaration
from factory_erp.models.pricing import PriceLine
from factory_erp.services.base import get, query, use_case
from factory_erp.services.catalogue import index as catalogue_index
from factory_erp.services.catalogue import item_planning
from factory_erp.services.catalogue.index import index_item
from factory_erp.services.catalogue.item_units import counted_in, unit_stays
from factory_erp.services.catalogue.texts import TextValues, put_texts
from factory_erp.services.files import images
from factory_erp.services.master_data import (
    assign,
    count_problem,
    differs,
    figure_problem,
    is_multiple,
    same_version,
    text_problems,
    under,
)

PartT = TypeVar("PartT", bound=Base)


@dataclass(frozen=True, slots=True)
class ItemForm:
    """The plain fields of an item; quantities in its unit, weight in g, cost in the company's currency.

    A new one has no *id*; its *client_key* lets a repeated save find it again.
    """

    sku: str
    kind: ItemKind = ItemKind.FINISHED
    procurement: Procurement = Procurement.MAKE
    product_id: int | None = None
    unit: str = "H87"
    step: Decimal = Decimal(1)
    hs_code: str = ""
    origin: str = "CN"
    options: str = ""
    net_g: int = 0
    lead_days: int = 0
    standard_cost: Decimal = Decimal(0)
    gtin: str = ""
    min_order: Decimal = Decimal(0)
    order_multiple: Decimal = Decimal(0)
    lot_size: Decimal = Decimal(0)
    lot_rule: LotRule = LotRule.PER_ORDER
    lot_minimum: Decimal = Decimal(0)
    lot_multiple: Decimal = Decimal(0)
    period_days: int = 0
    safety_stock: Decimal = Decimal(0)
    scrap_percent: Decimal = Decimal(0)
    supplier_id: int | None = None
    sellable: bool = False
    active: bool = True
    id: int | None = None
    version: int | None = None
    client_key: str | None = None

    def values(self) -> dict[str, Any]:
        """Attribute → value as it is stored, blanks around texts and separators in codes left out."""
        values = {name: getattr(self, name) for name in _PLAIN}
        stripped = {
            name: value.strip() if isinstance(value, str) else value for name, value in values.items()
        }
        stripped["hs_code"] = "".join(sign for sign in stripped["hs_code"] if sign not in " .-")
        stripped["origin"] = stripped["origin"].upper()
        return stripped


_PLAIN = tuple(field.name for field in fields(ItemForm) if field.name not in {"id", "version", "client_key"})


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one entry of a form, and what would mend it."""

    field: str
    message: str
    remedy: str


@query
def item_form(session: Session, item_id: int) -> ItemForm:
    """The item as its form shows it. Raises NotFound."""
    item = get(session, Item, item_id)
    values = {name: getattr(item, name) for name in _PLAIN}
    values |= {"kind": ItemKind(item.kind), "procurement": Procurement(item.procurement)}
    values["lot_rule"] = LotRule(item.lot_rule)
    return ItemForm(**values, id=item.id, version=item.version, client_key=item.client_key)


@query
def check_item(session: Session, form: ItemForm) -> tuple[FieldProblem, ...]:
    """Everything that would keep the form from being saved, the first of each field."""
    found: dict[str, FieldProblem] = {}
    for error in _problems(session, form, _found(session, form)):
        found.setdefault(error.field, FieldProblem(error.field, error.message, error.remedy))
    return tuple(found.values())


@use_case
def save_item(session: Session, form: ItemForm, texts: Sequence[TextValues] = ()) -> int:
    """Make or change an item, and write *texts* for their languages; its id.

    The same form saved again changes nothing. Raises InvalidValue with the field's name, NotFound, and
    Conflict where somebody else changed the item since the form read it.
    """
    item = _found(session, form)
    for error in _problems(session, form, item):
        raise error
    values = form.values()
    if item is None:
        item = Item(**values, client_key=form.client_key)
        session.add(item)
    elif differs(item, values):
        same_version(item, form.version, item.sku)
        assign(item, values)
    put_texts(session, item, texts)
    index_item(session, item)
    return item.id


def _found(session: Session, form: ItemForm) -> Item | None:
    """The item that the form is about; one that was made by it a moment ago is found again."""
    if form.id is not None:
        return get(session, Item, form.id)
    if form.client_key:
        return session.scalar(select(Item).filter_by(client_key=form.client_key))
    same = session.scalar(select(Item).filter_by(sku=form.sku.strip()))
    return same if same is not None and not differs(same, form.values()) else None


def _problems(session: Session, form: ItemForm, item: Item | None) -> Iterator[InvalidValue]:
    values = form.values()
    yield from text_problems(Item, values, values["sku"])
    yield from _sku_problems(session, values["sku"], item)
    yield from _reference_problems(session, values, item)
    yield from _code_problems(session, values, item)
    yield from _figure_problems(values)


def _invalid(record: str, field: str, message: str, remedy: str) -> InvalidValue:
    return InvalidValue(message, record=record, field=field, remedy=remedy)


def _sku_problems(session: Session, sku: str, item: Item | None) -> Iterator[InvalidValue]:
    if not sku:
        yield _invalid(
            "", "sku", _("An item needs a SKU."), _("Enter the number that your factory knows it by.")
        )
    elif any(not sign.isprintable() for sign in sku):
        message = _("The SKU holds a character that cannot be printed.")
        yield _invalid(sku, "sku", message, _("Type it again."))
    elif _other(session, Item.sku == sku, item) is not None:
        yield _invalid(sku, "sku", _("There is an item {sku} already.", sku=sku), _("Choose another SKU."))


def _other(session: Session, condition: Any, item: Item | None) -> str | None:
    """SKU of an item for which *condition* holds, *item* aside."""
    statement = select(Item.sku).where(condition)
    if item is not None:
        statement = statement.where(Item.id != item.id)
    return session.scalar(statement.limit(1))


_CHOICES = {"kind": ItemKind, "procurement": Procurement, "lot_rule": LotRule}


def _reference_problems(
    session: Session, values: dict[str, Any], item: Item | None
) -> Iterator[InvalidValue]:
    sku, product_id = values["sku"], values["product_id"]
    if product_id is not None and session.get(Product, product_id) is None:
        message = _("The product is not there any more.")
        yield _invalid(sku, "product_id", message, _("Choose another product, or none."))
    for name, kinds in _CHOICES.items():
        if values[name] not in set(kinds):
            yield _invalid(
                sku, name, _("'{value}' is not known.", value=values[name]), _("Choose from the list.")
            )
    supplier_id = values["supplier_id"]
    if supplier_id is not None and (item is None or item.supplier_id != supplier_id):
        problem = item_planning.supplier_problem(session, supplier_id, sku)
        yield from [problem] if problem is not None else []
    try:
        unit(values["unit"])
    except InvalidValue as error:
        yield under(error, "unit", sku)
    if item is not None and item.unit != values["unit"]:
        for users in counted_in(session, [item.id]).values():
            remedy = _("Make a new item for the other unit, or add a unit conversion.")
            yield _invalid(sku, "unit", unit_stays(item.sku, item.unit, users), remedy)


def _code_problems(session: Session, values: dict[str, Any], item: Item | None) -> Iterator[InvalidValue]:
    sku, hs_code, gtin = values["sku"], values["hs_code"], values["gtin"]
    try:
        if hs_code:
            HsCode.parse(hs_code)
    except InvalidValue as error:
        yield under(error, "hs_code", sku)
    try:
        country(values["origin"])
    except InvalidValue as error:
        yield under(error, "origin", sku)
    if gtin and not is_gtin(gtin):
        message = _("'{code}' is not a GTIN: its check digit or its length is wrong.", code=gtin)
        yield _invalid(sku, "gtin", message, _("Copy the 8, 12, 13 or 14 digits below the barcode."))
    elif gtin and (item is None or item.gtin != gtin):
        other = _other(session, Item.gtin == gtin, item)
        if other is not None:
            message = _("Item {sku} has this GTIN already.", sku=other)
            yield _invalid(sku, "gtin", message, _("Give every item its own GTIN, or leave it empty."))


def _figure_problems(values: dict[str, Any]) -> Iterator[InvalidValue]:
    """What is wrong with single figures; how they go together is only asked of sound ones."""
    wrong = [problem for problem in _single_problems(values) if problem is not None]
    yield from wrong
    if not {problem.field for problem in wrong} & set(item_planning.PLANNED_BY):
        yield from item_planning.rule_problems(values, values["sku"])


def _single_problems(values: dict[str, Any]) -> Iterator[InvalidValue | None]:
    sku, step = values["sku"], values["step"]
    for name in ("net_g", "lead_days", "period_days"):
        yield count_problem(values[name], name, record=sku)
    for name in ("step", "standard_cost"):
        yield figure_problem(values[name], name, above_zero=name == "step", record=sku)
    yield item_planning.scrap_problem(values["scrap_percent"], sku)
    step_is_sound = figure_problem(step, "step", above_zero=True) is None
    for name in ("min_order", "order_multiple", "lot_size", *item_planning.QUANTITIES):
        problem = figure_problem(values[name], name, record=sku)
        if problem is None and step_is_sound and not is_multiple(values[name], step):
            message = _(
                "{figure} is not a multiple of the smallest quantity, {step}.", figure=values[name], step=step
            )
            problem = _invalid(sku, name, message, _("Correct it, or the smallest quantity."))
        yield problem


@use_case
def set_active(session: Session, item_id: int, active: bool) -> None:
    """Show the item in lists and offer it, or put it away; what was done with it stays."""
    get(session, Item, item_id).active = active


@use_case
def copy_item(session: Session, item_id: int, new_sku: str) -> int:
    """A new item with the same facts, texts, packaging, units, customs declaration and prices; its id.

    Its GTIN, place among the product's options, bill, routing and stock are not copied. Copying again under
    the same SKU finds the copy. Raises InvalidValue where another item has the SKU.
    """
    source = get(session, Item, item_id)
    key = hashlib.sha256(f"copy:{item_id}:{new_sku.strip()}".encode()).hexdigest()
    found = session.scalar(select(Item.id).filter_by(client_key=key))
    if found is not None:
        return found
    values = {name: getattr(source, name) for name in _PLAIN} | {"sku": new_sku, "gtin": ""}
    form = replace(ItemForm(**values), client_key=key)
    for error in _problems(session, form, None):
        raise error
    copy = Item(**form.values(), client_key=key)
    copy.texts = [_copied(text, ItemText) for text in source.texts]
    copy.packaging = [_copied(level, PackagingLevel) for level in source.packaging]
    copy.conversions = [_copied(conversion, UnitConversion) for conversion in source.conversions]
    session.add(copy)
    index_item(session, copy)
    for kind in (ItemDeclaration, PriceLine):
        for part in session.scalars(select(kind).filter_by(item_id=item_id)):
            session.add(_copied(part, kind, item_id=copy.id))
    return copy.id


def _copied(part: PartT, kind: type[PartT], **changed: Any) -> PartT:
    """The same row once more, without its key and without its owner unless *changed* says it."""
    names = [column.name for column in kind.__table__.columns if column.name not in {"id", "item_id"}]
    return kind(**{name: getattr(part, name) for name in names}, **changed)


REFERENCES = {
    "sales_line": N_("sales orders"),
    "production_order": N_("production orders"),
    "production_material": N_("production orders"),
    "peg": N_("the plan"),
    "stock_move": N_("stock moves"),
    "stock_balance": N_("stock"),
    "bill": N_("a bill of materials of its own"),
    "bill_line": N_("bills of materials of other items"),
    "bill_alternate": N_("alternates in bills of materials"),
    "routing": N_("a routing of its own"),
    "sku_mapping": N_("SKUs of platforms"),
    "listing_sku": N_("listings on platforms"),
    "quotation_line": N_("quotations"),
    "purchase_line": N_("purchase orders"),
    "supplier_invoice": N_("VAT invoices of suppliers"),
    "promise_line": N_("promises to buyers"),
    "promise_block": N_("promises to buyers"),
}
"""Table that keeps an item from being removed → what the user calls it."""


def references(session: Session, item_id: int) -> list[str]:
    """What refers to the item and would be left without it, in the user's words."""
    used = []
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is Item.__table__ and key.ondelete == "RESTRICT":
                count = session.scalar(select(func.count()).select_from(table).where(key.parent == item_id))
                used += [_(REFERENCES.get(table.name, table.name))] if count else []
    return list(dict.fromkeys(used))


@use_case
def remove_item(session: Session, item_id: int) -> None:
    """Remove an item that nothing refers to, with its texts, packaging, prices, pictures and numbers.

    One that is gone already is no problem. Raises NotAllowed naming what refers to it.
    """
    item = session.get(Item, item_id, with_for_update=True)
    if item is None:
        return
    used = references(session, item_id)
    if used:
        raise NotAllowed(
            _("Item {sku} is used by {records}.", sku=item.sku, records=", ".join(used)),
            record=item.sku,
            remedy=_("Set it inactive instead: then nobody is offered it any more."),
        )
    images.forget_item(session, item_id)
    catalogue_index.forget(session, catalogue_index.ITEMS, item_id)
    session.delete(item)
