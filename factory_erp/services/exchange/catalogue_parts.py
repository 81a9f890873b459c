"""Import and export of what belongs to items: packaging, units, partners' numbers; and of certificates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.quantity import unit_name
from factory_erp.i18n import N_, _, language
from factory_erp.models.catalog import Item, ItemNumber, PackagingLevel, PackKind, Product, UnitConversion
from factory_erp.models.media import Certificate
from factory_erp.models.partners import Partner
from factory_erp.services.base import touched
from factory_erp.services.bulk import chunks
from factory_erp.services.exchange.catalogue_common import SKU, columns, of_items
from factory_erp.services.exchange.catalogue_products import PRODUCT
from factory_erp.services.exchange.catalogue_search import changed_ids, index_items
from factory_erp.services.exchange.fields import (
    Field,
    choice,
    code,
    day,
    decimal,
    text,
    unit_code,
    whole,
    yes_no,
)
from factory_erp.services.exchange.grouping import resolve, unrefused
from factory_erp.services.exchange.kind import Intake, Kind, Record
from factory_erp.services.exchange.upsert import Row, change_rows, present_rows, upsert

LEVEL_WORDS = {
    PackKind.INNER.value: (N_("Inner box"), ("内盒", "中盒", "彩盒", "inner carton")),
    PackKind.MASTER.value: (N_("Master carton"), ("外箱", "大箱", "carton", "outer carton", "export carton")),
    PackKind.PALLET.value: (N_("Pallet"), ("托盘", "栈板", "卡板")),
}


# A header without its unit is not taken for one of these: trade papers write cm and kg as often.
def _size(key: str, title: str, example: str, *aliases: str) -> Field:
    return Field(key, title, whole(1), required=True, example=example, aliases=aliases)


PACKAGING_FIELDS = (
    SKU,
    Field("level", N_("Packaging level"), choice(LEVEL_WORDS), required=True, key_part=True, default=None,
          example="Master carton", aliases=("包装层级", "包装", "包装类型", "Level", "Package")),
    _size("quantity", N_("Pieces"), "24", "数量", "装箱数", "每箱数量", "Quantity",
          "Pcs per carton", "PCS/CTN"),
    _size("length_mm", N_("Length (mm)"), "480", "长(mm)", "长mm"),
    _size("width_mm", N_("Width (mm)"), "320", "宽(mm)", "宽mm"),
    _size("height_mm", N_("Height (mm)"), "260", "高(mm)", "高mm"),
    Field("net_g", N_("Net weight (g)"), whole(0), required=True, default=0, example="7680",
          aliases=("净重(克)", "净重g")),
    Field("gross_g", N_("Gross weight (g)"), whole(0), required=True, default=0, example="8500",
          aliases=("毛重(克)", "毛重g")),
    Field("may_lie", N_("May lie on its side"), yes_no(), default=False, aliases=("可侧放", "可倒置")),
    Field("bears_g", N_("Bears at most (g)"), whole(0), default=None,
          aliases=("最大承重(克)", "承重(g)", "Max. load on top (g)"),
          hint=N_("What may stand on one, all layers above together; empty: any weight")),
)  # fmt: skip
_LEVEL = {"level": "kind"}


def take_packaging(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make or change packaging levels of items."""
    for record in records:
        if record["gross_g"] < record["net_g"]:
            intake.reject(record, "gross_g", _("The gross weight is below the net weight."))
    good, ids = of_items(session, records, intake)
    _check_boxes(session, good, ids, intake)
    rows: list[Row] = [
        (record, {"item_id": ids[record["sku"]], **columns(record, PACKAGING_FIELDS[1:], _LEVEL)})
        for record in unrefused(good, intake)
    ]
    upsert(session, PackagingLevel, rows, ("item_id", "kind"), intake)
    touched(session, Item, changed_ids([record for record, _values in rows], ids, "sku", intake))


def _check_boxes(session: Session, records: Sequence[Record], ids: Mapping[str, int], intake: Intake) -> None:
    """A master carton holds whole inner boxes."""
    before: dict[tuple[int, str], int] = {}
    for part in chunks(ids.values()):
        wanted = select(PackagingLevel.item_id, PackagingLevel.kind, PackagingLevel.quantity)
        for at, level, quantity in session.execute(wanted.where(PackagingLevel.item_id.in_(part))):
            before[at, level] = quantity
    after = before | {(ids[record["sku"]], record["level"]): record["quantity"] for record in records}
    for record in records:
        at = ids[record["sku"]]
        pair = [(at, PackKind.INNER.value), (at, PackKind.MASTER.value)]
        inner, master = (after.get(key, 0) for key in pair)
        changed = [before.get(key) for key in pair] != [after.get(key) for key in pair]
        if inner and master % inner and changed and record["level"] != PackKind.PALLET:
            said = _("A master carton of {master} pieces does not hold whole inner boxes of {inner}.",
                     master=master, inner=inner)  # fmt: skip
            intake.reject(record, "quantity", said)


def give_packaging(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every packaging level, by SKU and level."""
    keys = [field.key for field in PACKAGING_FIELDS]
    wanted = select(Item.sku, *(getattr(PackagingLevel, _LEVEL.get(key, key)) for key in keys[1:]))
    joined = wanted.join(Item, Item.id == PackagingLevel.item_id)
    for values in session.execute(joined.order_by(Item.sku, PackagingLevel.quantity, PackagingLevel.kind)):
        yield dict(zip(keys, values, strict=True))


CONVERSION_FIELDS = (
    SKU,
    Field("unit", N_("Unit"), unit_code(), required=True, key_part=True, example="DZN",
          aliases=("单位", "换算单位", "UOM", "Unit of measure")),
    Field("factor", N_("Base units in one"), decimal(above=0), required=True, default=None, example="12",
          aliases=("换算率", "换算系数", "系数", "Factor")),
)  # fmt: skip


def take_conversions(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make or change other units of items."""
    good, ids = of_items(session, records, intake)
    base: dict[int, str] = {}
    for part in chunks(ids.values()):
        base |= dict(session.execute(select(Item.id, Item.unit).where(Item.id.in_(part))).all())
    for record in good:
        if base[ids[record["sku"]]] == record["unit"]:
            unit = unit_name(record["unit"], language())
            intake.reject(
                record, "unit", _("{unit} is the item's own unit and needs no conversion.", unit=unit)
            )
    rows: list[Row] = [
        (record, {"item_id": ids[record["sku"]], **columns(record, CONVERSION_FIELDS[1:])})
        for record in unrefused(good, intake)
    ]
    upsert(session, UnitConversion, rows, ("item_id", "unit"), intake)
    touched(session, Item, changed_ids([record for record, _values in rows], ids, "sku", intake))


def give_conversions(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every unit conversion, by SKU and unit."""
    wanted = select(Item.sku, UnitConversion.unit, UnitConversion.factor)
    joined = wanted.join(Item, Item.id == UnitConversion.item_id).order_by(Item.sku, UnitConversion.unit)
    for sku, unit, factor in session.execute(joined):
        yield {"sku": sku, "unit": unit, "factor": factor}


NUMBER_FIELDS = (
    Field("partner", N_("Partner"), code(40), required=True, key_part=True, example="NORDKOPP",
          aliases=("客户", "供应商", "往来单位", "Customer", "Supplier", "Vendor", "Partner code")),
    SKU,
    Field("code", N_("Partner's number"), code(60), required=True, example="A-100045",
          aliases=("客户货号", "客户料号", "对方货号", "Customer item", "Customer part number",
                   "Supplier item")),
    Field("name", N_("Partner's name for it"), text(300),
          aliases=("客户品名", "对方品名", "Customer item name")),
)  # fmt: skip


def take_numbers(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make or change what partners call items."""
    partners = resolve(session, Partner.code, records, "partner", intake, _("Import the partners first."))
    good, ids = of_items(session, records, intake)
    rows: list[Row] = [
        (record, {
            "partner_id": partners[record["partner"]],
            "item_id": ids[record["sku"]],
            **columns(record, NUMBER_FIELDS[2:]),
        })
        for record in good
    ]  # fmt: skip
    _free_numbers(session, rows, intake)
    refused = intake.refused
    kept = [row for row in rows if row[0].row not in refused]
    if len(kept) == len(rows):
        upsert(session, ItemNumber, kept, ("partner_id", "item_id"), intake)
        index_items(session, changed_ids(good, ids, "sku", intake), intake)


def _free_numbers(session: Session, rows: Sequence[Row], intake: Intake) -> None:
    """Refuse a number that is another item's; one that another row gives up is freed for this one."""
    key = ("partner_id", "item_id")
    pairs = [(values["partner_id"], values["item_id"]) for _record, values in rows]
    there: dict[tuple[int, int], tuple[int, str]] = {}
    for part in chunks(partner for partner, _item in pairs):
        wanted = select(ItemNumber.partner_id, ItemNumber.item_id, ItemNumber.id, ItemNumber.code)
        for partner, item, at, number in session.execute(wanted.where(ItemNumber.partner_id.in_(part))):
            there[partner, item] = (at, number)
    wanted_codes = {tuple(values[name] for name in key): values["code"] for _record, values in rows}
    staying = {
        (partner, number): item for (partner, item), (_at, number) in there.items()
        if wanted_codes.get((partner, item), number) == number
    }  # fmt: skip
    for record, values in rows:
        holder = staying.setdefault((values["partner_id"], values["code"]), values["item_id"])
        if holder != values["item_id"]:
            sku = session.scalar(select(Item.sku).where(Item.id == holder))
            intake.reject(record, "code", _("It is the number of item {sku} already.", sku=sku))
    if not intake.rejected:
        freed = [
            there[pair] for pair, number in wanted_codes.items() if pair in there and there[pair][1] != number
        ]
        change_rows(
            session, ItemNumber, [(at, {"code": f"\N{HORIZONTAL ELLIPSIS}{at}"}) for at, _number in freed]
        )


def give_numbers(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every partner's number, by partner and SKU."""
    wanted = (
        select(Partner.code, Item.sku, ItemNumber.code, ItemNumber.name)
        .join(Partner, Partner.id == ItemNumber.partner_id)
        .join(Item, Item.id == ItemNumber.item_id)
    )
    for values in session.execute(wanted.order_by(Partner.code, Item.sku)):
        yield dict(zip([field.key for field in NUMBER_FIELDS], values, strict=True))


CERTIFICATE_FIELDS = (
    PRODUCT,
    Field("certificate", N_("Certificate"), code(40), required=True, key_part=True, example="CE",
          aliases=("证书", "证书类型", "认证", "Certificate type")),
    Field("number", N_("Number"), code(80), key_part=True, example="CE-2026-0815",
          aliases=("证书编号", "编号", "Certificate number", "Report number")),
    Field("issuer", N_("Issuer"), text(120), aliases=("发证机构", "签发机构", "Issued by"),
          example="TÜV Rheinland"),
    Field("valid_from", N_("Valid from"), day(), default=None, aliases=("有效期起", "签发日期", "Issue date"),
          example="2026-01-01"),
    Field("valid_to", N_("Valid to"), day(), default=None,
          aliases=("有效期止", "有效期至", "到期日", "Expiry date"), example="2030-12-31"),
    Field("note", N_("Note"), text(300), aliases=("备注", "Remark")),
)  # fmt: skip
_CERTIFICATE = {"certificate": "kind"}


def take_certificates(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make or change certificates of products; their files stay as they are."""
    ids = resolve(session, Product.code, records, "product", intake, _("Import the products first."))
    rows: list[Row] = []
    for record in unrefused(records, intake):
        said = {"number": "", **columns(record, CERTIFICATE_FIELDS[1:], _CERTIFICATE)}
        rows.append((record, {"product_id": ids[record["product"]], **said}))
    key = ("product_id", "kind", "number")
    wanted = [tuple(values[name] for name in key) for _record, values in rows]
    there = present_rows(session, Certificate, wanted, key, ["valid_from", "valid_to"])
    for record, values in rows:
        before = there.get(tuple(values[name] for name in key), (0, dict[str, Any]()))[1]
        starts, ends = (values.get(name, before.get(name)) for name in ("valid_from", "valid_to"))
        if starts and ends and ends < starts:
            intake.reject(record, "valid_to", _("It ends before it begins."))
    refused = intake.refused
    kept = [row for row in rows if row[0].row not in refused]
    upsert(session, Certificate, kept, key, intake, lambda _record: {"valid_from": None, "valid_to": None})
    touched(session, Product, changed_ids([record for record, _values in kept], ids, "product", intake))


def give_certificates(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every certificate, by product, kind and number."""
    keys = [field.key for field in CERTIFICATE_FIELDS]
    wanted = select(Product.code, *(getattr(Certificate, _CERTIFICATE.get(key, key)) for key in keys[1:]))
    joined = wanted.join(Product, Product.id == Certificate.product_id)
    for values in session.execute(joined.order_by(Product.code, Certificate.kind, Certificate.number)):
        yield dict(zip(keys, values, strict=True))


KINDS: tuple[Kind, ...] = (
    Kind("packaging", N_("Packaging levels"), PACKAGING_FIELDS, take_packaging, give_packaging,
         needs=("items",)),
    Kind("conversions", N_("Other units of items"), CONVERSION_FIELDS, take_conversions, give_conversions,
         needs=("items",)),
    Kind("item-numbers", N_("Partners' item numbers"), NUMBER_FIELDS, take_numbers, give_numbers,
         needs=("items", "partners")),
    Kind("certificates", N_("Certificates"), CERTIFICATE_FIELDS, take_certificates, give_certificates,
         needs=("products",)),
)  # fmt: skip
