"""Import and export of items and of their texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.quantity import UNITS
from factory_erp.i18n import N_, _
from factory_erp.models.catalog import Item, ItemKind, ItemText, Procurement, Product
from factory_erp.models.partners import Partner
from factory_erp.services.base import touched
from factory_erp.services.bulk import CHUNK
from factory_erp.services.catalogue.item_units import counted_in, unit_stays
from factory_erp.services.exchange.catalogue_common import (
    PRODUCT_ALIASES,
    SKU,
    both_names,
    columns,
    names,
    names_of,
    need,
    of_items,
    put_names,
)
from factory_erp.services.exchange.catalogue_planning import (
    LOTS,
    NOTHING,
    PLANNING_FIELDS,
    SUPPLIER,
    check_rules,
    find_suppliers,
)
from factory_erp.services.exchange.catalogue_products import LANGUAGE, TEXTS, named_texts
from factory_erp.services.exchange.catalogue_search import changed_ids, index_items
from factory_erp.services.exchange.fields import (
    Field,
    choice,
    code,
    country,
    decimal,
    gtin,
    hs_code,
    text,
    unit_code,
    whole,
    yes_no,
)
from factory_erp.services.exchange.grouping import resolve, unrefused
from factory_erp.services.exchange.kind import Intake, Kind, Record
from factory_erp.services.exchange.readers import Code
from factory_erp.services.exchange.upsert import Row, batches, upsert
from factory_erp.services.master_data import is_multiple

MADE = (ItemKind.FINISHED, ItemKind.SEMI_FINISHED)
PIECE, FINEST = Decimal(1), Decimal("0.000001")
"""Smallest quantity of what is counted, and of what is measured."""

KIND_WORDS = {
    ItemKind.FINISHED.value: (N_("Finished"), ("成品", "产成品", "finished goods", "FG")),
    ItemKind.SEMI_FINISHED.value: (N_("Semi-finished"), ("半成品", "semi", "WIP")),
    ItemKind.RAW.value: (N_("Raw material"), ("原材料", "原料", "raw", "材料", "RM")),
    ItemKind.PACKAGING.value: (N_("Packaging"), ("包装", "包材", "包装材料", "packing material")),
}
PROCUREMENT_WORDS = {
    Procurement.MAKE.value: (N_("Make"), ("自制", "生产", "made", "in-house")),
    Procurement.BUY.value: (N_("Buy"), ("外购", "采购", "bought", "purchase", "purchased")),
}


@dataclass(frozen=True)
class NewSku(Code):
    """A SKU that may name a new item: every character of it can be printed."""

    def __call__(self, text: str) -> str:
        """The SKU."""
        said = super().__call__(text)
        if not said.isprintable():
            raise InvalidValue(
                _("The SKU holds a character that cannot be printed."), remedy=_("Type it again.")
            )
        return said


ITEM_FIELDS = (
    Field("sku", SKU.title, NewSku(60), required=True, key_part=True, aliases=SKU.aliases,
          example=SKU.example),
    Field("product", N_("Product"), code(40), aliases=PRODUCT_ALIASES, example="CUP"),
    Field("kind", N_("Kind"), choice(KIND_WORDS), default=None, example="Finished",
          aliases=("物料类型", "类型", "种类", "Item type", "Type"), hint=N_("Needed for a new item.")),
    Field("procurement", N_("Procurement"), choice(PROCUREMENT_WORDS), default=None, example="Make",
          aliases=("来源", "自制外购", "取得方式", "Make or buy"),
          hint=N_("Empty: finished and semi-finished items are made, others bought.")),
    Field("unit", N_("Unit"), unit_code(), default="H87", example="PCS",
          aliases=("单位", "计量单位", "UOM", "Unit of measure")),
    Field("step", N_("Smallest quantity"), decimal(above=0), default=None, example="1",
          aliases=("最小数量", "最小单位数量", "Step"), hint=N_("Empty: 1 for what is counted.")),
    *names(300),
    Field("hs_code", N_("HS code"), hs_code(), example="7323930000",
          aliases=("海关编码", "HS编码", "商品编码HS", "HS")),
    Field("origin", N_("Country of origin"), country(), default="CN", example="CN",
          aliases=("原产国", "原产地", "Origin")),
    Field("options", N_("Options"), text(200), aliases=("规格", "规格型号", "Specification"),
          example="500 ml / Matte black"),
    Field("net_g", N_("Net weight (g)"), whole(0), default=0, example="320",
          aliases=("净重(克)", "净重g", "Weight g"),
          hint=N_("Whole grams of one unit.")),
    Field("lead_days", N_("Lead time (days)"), whole(0), default=0, example="7",
          aliases=("提前期", "交期", "交货天数", "Lead time", "Lead days")),
    Field("standard_cost", N_("Standard cost"), decimal(minimum=0), default=Decimal(0), example="12.5",
          aliases=("标准成本", "成本", "Cost")),
    Field("gtin", N_("GTIN"), gtin(), aliases=("条码", "条形码", "EAN", "UPC", "Barcode")),
    Field("min_order", N_("Minimum order"), decimal(minimum=0), default=Decimal(0), example="500",
          aliases=("最小起订量", "起订量", "MOQ", "Minimum order quantity")),
    Field("order_multiple", N_("Order multiple"), decimal(minimum=0), default=Decimal(0),
          aliases=("订货倍数", "订购倍数")),
    Field("lot_size", N_("Usual lot"), decimal(minimum=0), default=Decimal(0), example="1000",
          aliases=("批量", "经济批量", "Lot size", "Batch size")),
    *PLANNING_FIELDS,
    SUPPLIER,
    Field("sellable", N_("Sold"), yes_no(), default=None, aliases=("可销售", "销售", "Sellable", "For sale"),
          hint=N_("Empty: finished items are sold."), example="yes"),
    Field("active", N_("Active"), yes_no(), default=True, aliases=("启用", "有效", "状态"), example="yes"),
)  # fmt: skip
_NAMES = {"product", "supplier", "name_en", "name_zh"}
_PLAIN = tuple(field for field in ITEM_FIELDS if field.key not in _NAMES)
_DERIVED = ("procurement", "sellable", "step", "kind")


@dataclass(frozen=True, slots=True)
class _There:
    """What of an item in the catalogue decides how a row is read."""

    id: int
    kind: str
    unit: str
    step: Decimal
    gtin: str
    supplier_id: int | None
    planned: Mapping[str, Any]


def take_items(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make or change items by SKU, and their names."""
    products = resolve(session, Product.code, records, "product", intake, _("Import the products first."))
    there = _present(session, [record["sku"] for record in records])
    need(ITEM_FIELDS, ["kind"], [record for record in records if record["sku"] not in there], intake)
    _check_units(session, records, there, intake)
    _check_lots(records, there, intake)
    check_rules(records, {sku: one.planned for sku, one in there.items()}, intake)
    held = {sku: one.supplier_id for sku, one in there.items()}
    makers = find_suppliers(session, records, held, intake)
    _check_gtins(session, records, there, intake)
    good = [
        record
        for record in unrefused(records, intake)
        if record["sku"] in there or record.get("kind") is not None
    ]
    rows = [(record, _values(record, there.get(record["sku"]), products, makers)) for record in good]
    found = upsert(session, Item, rows, ["sku"], intake, _made_with)
    ids = {key[0]: at for key, at in found.items()}
    put_names(session, ItemText, "item_id", [(record, ids[record["sku"]]) for record in good], intake)
    changed = changed_ids(good, ids, "sku", intake)
    touched(session, Item, changed)
    index_items(session, changed, intake)


def _present(session: Session, skus: Sequence[str]) -> dict[str, _There]:
    found: dict[str, _There] = {}
    planned = [getattr(Item, key) for key in NOTHING]
    for part in batches(skus, CHUNK):
        wanted = select(
            Item.sku, Item.id, Item.kind, Item.unit, Item.step, Item.gtin, Item.supplier_id, *planned
        ).where(Item.sku.in_(part))
        for sku, at, kind, unit, step, number, supplier, *values in session.execute(wanted):
            lots = dict(zip(NOTHING, values, strict=True))
            found[sku] = _There(at, kind, unit, step, number, supplier, lots)
    return found


def _check_units(
    session: Session, records: Sequence[Record], there: Mapping[str, _There], intake: Intake
) -> None:
    """The unit stays while anything counts in it, as on the item's page."""
    changing = {
        there[record["sku"]].id: record
        for record in records
        if "unit" in record.values and record["sku"] in there and record["unit"] != there[record["sku"]].unit
    }
    for item_id, users in counted_in(session, changing).items():
        record = changing[item_id]
        sku = record["sku"]
        intake.reject(record, "unit", unit_stays(sku, there[sku].unit, users))


def _check_lots(records: Sequence[Record], there: Mapping[str, _There], intake: Intake) -> None:
    """What is ordered and made at a time is a multiple of the smallest quantity."""
    asked = [record for record in records if any(key in record.values for key in (*LOTS, "step", "unit"))]
    for record in asked:
        before = there.get(record["sku"])
        step = _step(record, before)
        planned = before.planned if before else NOTHING
        for key in LOTS:
            figure = record.get(key, planned[key])
            known = before is not None and (figure, step) == (planned[key], before.step)
            if figure and not known and not is_multiple(figure, step):
                said = _(
                    "{figure} is not a multiple of the smallest quantity, {step}.", figure=figure, step=step
                )
                intake.reject(record, key if key in record.values else "step", said)


def _check_gtins(
    session: Session, records: Sequence[Record], there: Mapping[str, _There], intake: Intake
) -> None:
    """A bar code number belongs to one item; one that an item has already is not asked again."""
    given = {record["sku"]: record for record in records if "gtin" in record.values}
    holders: dict[str, str] = {}
    for part in batches({record["gtin"] for record in given.values()} - {""}, CHUNK):
        for number, sku in session.execute(select(Item.gtin, Item.sku).where(Item.gtin.in_(part))):
            # An item whose row in the file has another number gives this one up.
            if sku not in given or given[sku]["gtin"] == number:
                holders.setdefault(number, sku)
    for sku, record in given.items():
        number = record["gtin"]
        holder = holders.setdefault(number, sku)
        changed = sku not in there or there[sku].gtin != number
        if number and changed and holder != sku:
            intake.reject(record, "gtin", _("Item {sku} has this GTIN already.", sku=holder))


def _step(record: Record, before: _There | None) -> Decimal:
    """The smallest quantity that the item will have."""
    given = record.get("step")
    if given is not None:
        return Decimal(given)
    if before and "step" not in record.values:
        return before.step
    unit = record.get("unit") or (before.unit if before else "H87")
    return FINEST if unit in UNITS and UNITS[unit].decimals else PIECE


def _values(
    record: Record, before: _There | None, products: Mapping[str, int], makers: Mapping[str, int]
) -> dict[str, Any]:
    """What the row says of the item's columns; what it leaves open follows from kind and unit."""
    values = columns(record, _PLAIN)
    if "product" in record.values:
        values["product_id"] = products.get(record["product"])
    if "supplier" in record.values:
        values["supplier_id"] = makers.get(record["supplier"])
    kind = record.get("kind") or (before.kind if before else "")
    derived = _derived(kind) | {"kind": kind, "step": _step(record, before)}
    for key in _DERIVED:
        if key in values and values[key] is None:
            values[key] = derived[key]
    return values


def _derived(kind: str) -> dict[str, Any]:
    made = kind in MADE
    return {
        "procurement": (Procurement.MAKE if made else Procurement.BUY).value,
        "sellable": kind == ItemKind.FINISHED,
    }


def _made_with(record: Record) -> dict[str, Any]:
    return _derived(record["kind"]) | {"step": _step(record, None)}


def give_items(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every item, by SKU."""
    found = names_of(session, ItemText, "item_id")
    keys = [field.key for field in _PLAIN]
    wanted = select(Item.id, Product.code, Partner.code, *(getattr(Item, key) for key in keys))
    wanted = wanted.outerjoin(Item.product).outerjoin(Partner, Partner.id == Item.supplier_id)
    for at, product, supplier, *values in session.execute(wanted.order_by(Item.sku)):
        named = {"product": product or "", "supplier": supplier or ""}
        yield dict(zip(keys, values, strict=True)) | named | both_names(found, at)


DECLARED = Field(
    "declaration_name", N_("Customs name"), text(120), aliases=("申报品名", "报关品名", "Declaration name"),
    example="Vakuumbecher aus Edelstahl",
)  # fmt: skip
TEXT_FIELDS = (SKU, LANGUAGE, TEXTS[0], DECLARED, *TEXTS[1:])


def take_texts(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make or change texts of items, language by language."""
    good, ids = of_items(session, records, intake)
    rows: list[Row] = [
        (record, {"item_id": ids[record["sku"]], **columns(record, TEXT_FIELDS[1:])}) for record in good
    ]
    kept = named_texts(session, ItemText, "item_id", rows, TEXT_FIELDS, intake)
    upsert(session, ItemText, kept, ("item_id", "language"), intake)
    changed = changed_ids([record for record, _values in kept], ids, "sku", intake)
    touched(session, Item, changed)
    index_items(session, changed, intake)


def give_texts(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every text of an item, by SKU and language."""
    keys = [field.key for field in TEXT_FIELDS]
    wanted = select(Item.sku, *(getattr(ItemText, key) for key in keys[1:]))
    wanted = wanted.join(Item, Item.id == ItemText.item_id).order_by(Item.sku, ItemText.language)
    for values in session.execute(wanted):
        yield dict(zip(keys, values, strict=True))


KINDS: tuple[Kind, ...] = (
    Kind("items", N_("Items"), ITEM_FIELDS, take_items, give_items, needs=("products", "partners")),
    Kind("item-texts", N_("Texts of items"), TEXT_FIELDS, take_texts, give_texts, needs=("items",)),
)
