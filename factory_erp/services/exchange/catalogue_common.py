"""What the kinds of the catalogue share: names in two languages, columns that a new record needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.i18n import N_, _
from factory_erp.models.catalog import Item, ItemText, ProductText
from factory_erp.models.variants import OptionText
from factory_erp.services.exchange.fields import Field, code, text
from factory_erp.services.exchange.grouping import made_of, resolve, unrefused
from factory_erp.services.exchange.kind import Intake, Record
from factory_erp.services.exchange.translating import missing_column
from factory_erp.services.exchange.upsert import Row, upsert_parts
from factory_erp.services.names import CHINESE, ENGLISH

NAME_FIELDS: Mapping[str, str] = {"name_en": ENGLISH, "name_zh": CHINESE}
"""Field of a name → the language that it is in."""

SKU = Field(
    "sku", N_("SKU"), code(60), required=True, key_part=True, example="CUP-500-BLK",
    aliases=("货号", "物料编码", "物料编号", "商品编码", "产品编码", "料号", "Item", "Item code",
             "Item number", "Part number", "Product number", "Article number"),
)  # fmt: skip
PRODUCT_ALIASES = ("产品", "款号", "产品代码", "Product code", "Style", "Family", "SPU")


def names(longest: int) -> tuple[Field, Field]:
    """The two columns of a name, English and Chinese."""
    return (
        Field("name_en", N_("English name"), text(longest), example="Steel cup 500 ml",
              aliases=("英文名称", "英文品名", "英文名", "Name", "Name (EN)", "Product name", "Item name")),
        Field("name_zh", N_("Chinese name"), text(longest), example="500毫升不锈钢杯",
              aliases=("中文名称", "中文品名", "中文名", "名称", "品名", "Name (ZH)")),
    )  # fmt: skip


def put_names(
    session: Session,
    model: type[ProductText] | type[ItemText] | type[OptionText],
    owner: str,
    rows: Iterable[tuple[Record, int]],
    intake: Intake,
) -> None:
    """Write the names of each owner (record, its id) in both languages; an empty cell leaves the name alone.

    Nothing is removed: what a text says besides its name would go with it.
    """
    wanted: list[Row] = [
        (record, {owner: at, "language": language, "name": record[key]})
        for record, at in rows
        for key, language in NAME_FIELDS.items()
        if record.get(key)
    ]
    upsert_parts(session, model, wanted, (owner, "language"), intake)


def names_of(
    session: Session, model: type[ProductText] | type[ItemText] | type[OptionText], owner: str
) -> dict[tuple[int, str], str]:
    """(owner's id, language) → name, in the two languages of the name columns."""
    column = getattr(model, owner)
    found = select(column, model.language, model.name).where(model.language.in_([ENGLISH, CHINESE]))
    return {(at, language): name for at, language, name in session.execute(found)}


def both_names(found: Mapping[tuple[int, str], str], at: int) -> dict[str, str]:
    """The two name fields of one owner."""
    return {key: found.get((at, language), "") for key, language in NAME_FIELDS.items()}


def need(fields: Sequence[Field], keys: Iterable[str], fresh: Sequence[Record], intake: Intake) -> None:
    """Refuse *fresh* records that lack a value in one of the fields *keys*.

    A column that the file does not have is refused once, under its header row.
    """
    for key in keys:
        lacking = [record for record in fresh if record.get(key) in (None, "")]
        if lacking and key not in lacking[0].values:
            field = next(field for field in fields if field.key == key)
            said = missing_column(field) + " " + _("New records need it.")
            intake.reject_row(1, key, said)
            continue
        for record in lacking:
            intake.reject(record, key, _("The cell is empty, and a new record needs it."))


def of_items(
    session: Session, records: Sequence[Record], intake: Intake
) -> tuple[list[Record], dict[str, int]]:
    """The records whose SKU is in the catalogue, and the items' ids by SKU; the others are refused."""
    ids = resolve(session, Item.sku, records, "sku", intake, _("Import the items first."))
    return unrefused(records, intake), ids


def columns(
    record: Record, fields: Sequence[Field], renamed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Column → value of the record's own *fields*; *renamed* says which field has another column."""
    return made_of(record.values, {field.key: (renamed or {}).get(field.key, field.key) for field in fields})
