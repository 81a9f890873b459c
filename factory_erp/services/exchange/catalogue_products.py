"""Import and export of products: the families, their texts, the options in which their items differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import N_, _
from factory_erp.models.catalog import Product, ProductText
from factory_erp.models.variants import OptionAxis, OptionText, OptionValue
from factory_erp.services.base import touched
from factory_erp.services.bulk import chunks
from factory_erp.services.exchange.catalogue_common import (
    PRODUCT_ALIASES,
    both_names,
    columns,
    names,
    names_of,
    need,
    put_names,
)
from factory_erp.services.exchange.catalogue_search import changed_ids, index_products
from factory_erp.services.exchange.fields import Field, code, language_code, text
from factory_erp.services.exchange.grouping import grouped, header, resolve, unrefused
from factory_erp.services.exchange.kind import Intake, Kind, Record
from factory_erp.services.exchange.readers import Code
from factory_erp.services.exchange.upsert import Row, present_rows, upsert, upsert_parts

PRODUCT = Field(
    "product", N_("Product"), code(40), required=True, key_part=True, aliases=PRODUCT_ALIASES, example="CUP"
)
LANGUAGE = Field(
    "language", N_("Language"), language_code(), required=True, key_part=True, example="de",
    aliases=("语言", "语种", "Culture", "Lang"),
)  # fmt: skip
TEXTS = (
    Field(
        "name", N_("Name"), text(300), aliases=("名称", "品名", "Title", "标题"), example="Edelstahlbecher"
    ),
    Field("description", N_("Long description"), text(), aliases=("描述", "说明", "详情", "Description")),
    Field("keywords", N_("Keywords"), text(300), aliases=("关键词", "关键字", "Search words")),
)

PRODUCT_FIELDS = (
    PRODUCT,
    Field("category", N_("Category"), text(80), aliases=("类别", "分类", "品类"), example="Drinkware"),
    Field("brand", N_("Brand"), text(80), aliases=("品牌",)),
    Field("material", N_("Made of"), text(200), aliases=("材质", "材料"), example="Stainless steel 304"),
    Field("sku_pattern", N_("SKU pattern"), text(120), aliases=("货号规则",),
          example="{product}-{size}-{colour}"),
    *names(300),
)  # fmt: skip
_PRODUCT_COLUMNS = {"product": "code"}


def take_products(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make or change products by code, and their names."""
    fields = PRODUCT_FIELDS[:5]
    rows = [(record, columns(record, fields, _PRODUCT_COLUMNS)) for record in records]
    ids = {key[0]: at for key, at in upsert(session, Product, rows, ["code"], intake).items()}
    owners = [(record, ids[record["product"]]) for record in records]
    put_names(session, ProductText, "product_id", owners, intake)
    changed = changed_ids(records, ids, "product", intake)
    touched(session, Product, changed)
    index_products(session, changed, intake)


def give_products(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every product, by code."""
    found = names_of(session, ProductText, "product_id")
    wanted = select(
        Product.id, Product.code, Product.category, Product.brand, Product.material, Product.sku_pattern
    )
    for at, *values in session.execute(wanted.order_by(Product.code)):
        plain = dict(zip([field.key for field in PRODUCT_FIELDS], values, strict=False))
        yield plain | both_names(found, at)


TEXT_FIELDS = (PRODUCT, LANGUAGE, *TEXTS)


def _of_products(
    session: Session, records: Sequence[Record], intake: Intake
) -> tuple[list[Record], dict[str, int]]:
    ids = resolve(session, Product.code, records, "product", intake, _("Import the products first."))
    return unrefused(records, intake), ids


def take_texts(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make or change texts of products, language by language."""
    good, ids = _of_products(session, records, intake)
    rows: list[Row] = [
        (record, {"product_id": ids[record["product"]], **columns(record, TEXT_FIELDS[1:])})
        for record in good
    ]
    kept = named_texts(session, ProductText, "product_id", rows, TEXT_FIELDS, intake)
    upsert(session, ProductText, kept, ("product_id", "language"), intake)
    changed = changed_ids([record for record, _values in kept], ids, "product", intake)
    touched(session, Product, changed)
    index_products(session, changed, intake)


def named_texts(
    session: Session,
    model: type[Any],
    owner: str,
    rows: Sequence[Row],
    fields: Sequence[Field],
    intake: Intake,
) -> list[Row]:
    """The *rows* of texts that have a name, or leave the name of a text that is there alone."""
    key = (owner, "language")
    there = present_rows(
        session, model, [tuple(values[name] for name in key) for _r, values in rows], key, []
    )
    fresh = [record for record, values in rows if tuple(values[name] for name in key) not in there]
    need(fields, ["name"], fresh, intake)
    new = {record.row for record in fresh}
    for record, values in rows:
        if values.get("name") == "" and record.row not in new:
            intake.reject(record, "name", _("The cell is empty, and a text needs a name."))
    good = {record.row for record in unrefused([record for record, _values in rows], intake)}
    return [row for row in rows if row[0].row in good and ("name" in row[1] or row[0].row not in new)]


def give_texts(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every text of a product, by product and language."""
    wanted = select(
        Product.code, ProductText.language, ProductText.name, ProductText.description, ProductText.keywords
    ).join(Product, Product.id == ProductText.product_id)
    for values in session.execute(wanted.order_by(Product.code, ProductText.language)):
        yield dict(zip([field.key for field in TEXT_FIELDS], values, strict=True))


@dataclass(frozen=True)
class OptionCode(Code):
    """Code of an axis or of a value on it, as patterns and rules may name it."""

    pattern: str = ""

    def __call__(self, text: str) -> str:
        """The code."""
        said = super().__call__(text)
        if not re.fullmatch(self.pattern, said) or said == "product":
            raise InvalidValue(
                _("'{code}' cannot be the code of an option.", code=said),
                remedy=_("An axis has letters and digits only, a value no spaces and none of = | ; ! { }."),
            )
        return said


AXIS = Field(
    "axis", N_("Option axis"), OptionCode(20, r"[A-Za-z][A-Za-z0-9_]*"), required=True, key_part=True,
    aliases=("选项", "规格项", "属性", "Axis", "Option"), example="colour",
)  # fmt: skip
AXIS_NAMES = (
    Field(
        "axis_name_en", N_("English name of the axis"), text(80), aliases=("选项英文名",), example="Colour"
    ),
    Field("axis_name_zh", N_("Chinese name of the axis"), text(80), aliases=("选项中文名",), example="颜色"),
)
VALUE = Field(
    "value", N_("Option value"), OptionCode(20, r"[^\s=|;!{}]+"), required=True, key_part=True,
    aliases=("选项值", "规格值", "属性值", "Value"), example="BLK",
)  # fmt: skip
OPTION_FIELDS = (PRODUCT, AXIS, *AXIS_NAMES, VALUE, *names(120))


def take_options(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make or change option axes and their values; the file's order counts where it names them all."""
    good, ids = _of_products(session, records, intake)
    axes = _take_axes(session, good, ids, intake)
    places = _places(
        session, OptionValue, "axis_id", [(axes[_axis(record, ids)], record["value"]) for record in good]
    )
    rows: list[Row] = []
    for record in good:
        at = (axes[_axis(record, ids)], record["value"])
        rows.append((record, {"axis_id": at[0], "code": at[1], "position": places[at]}))
    values = upsert(session, OptionValue, rows, ("axis_id", "code"), intake)
    owners = [(record, values[row["axis_id"], row["code"]]) for record, row in rows]
    put_names(session, OptionText, "value_id", owners, intake)
    touched(session, Product, changed_ids(good, ids, "product", intake))


def _axis(record: Record, products: Mapping[str, int]) -> tuple[int, str]:
    return products[record["product"]], record["axis"]


def _take_axes(
    session: Session, records: Sequence[Record], ids: Mapping[str, int], intake: Intake
) -> dict[tuple[Any, ...], int]:
    groups = grouped(records, lambda record: _axis(record, ids))
    places = _places(session, OptionAxis, "product_id", list(groups))
    known = present_rows(session, OptionAxis, groups, ("product_id", "code"), [])
    rows: list[Row] = []
    for at, members in groups.items():
        said = columns(Record(0, header(members, AXIS_NAMES, intake)), AXIS_NAMES, _AXIS_COLUMNS)
        if not said.get("name_en"):
            # An axis needs a name that the window can show: its code, until somebody writes one.
            said = said | {"name_en": at[1]} if at not in known else {k: v for k, v in said.items() if v}
        rows.append((members[0], {"product_id": at[0], "code": at[1], "position": places[at], **said}))
    return upsert_parts(session, OptionAxis, rows, ("product_id", "code"), intake)


_AXIS_COLUMNS = {"axis_name_en": "name_en", "axis_name_zh": "name_zh"}


def _places(
    session: Session,
    model: type[OptionAxis] | type[OptionValue],
    owner: str,
    wanted: Sequence[tuple[int, str]],
) -> dict[tuple[int, str], int]:
    """(owner's id, code) → position; those that are there keep theirs unless the file names them all."""
    column = getattr(model, owner)
    there: dict[int, dict[str, int]] = {}
    for part in chunks(at for at, _code in wanted):
        found = select(column, model.code, model.position).where(column.in_(part))
        for at, name, position in session.execute(found.order_by(model.position, model.id)):
            there.setdefault(at, {})[name] = position
    by_owner = grouped_codes(wanted)
    return {
        (at, code): position
        for at, codes in by_owner.items()
        for code, position in placed(there.get(at, {}), codes).items()
    }


def grouped_codes(pairs: Sequence[tuple[int, str]]) -> dict[int, list[str]]:
    """Owner's id → its codes, each once, in the order of the file."""
    found: dict[int, dict[str, None]] = {}
    for at, name in pairs:
        found.setdefault(at, {})[name] = None
    return {at: list(codes) for at, codes in found.items()}


def placed(there: Mapping[str, int], wanted: Sequence[str]) -> dict[str, int]:
    """Positions of codes: *there* in their order, new ones behind; as *wanted* where it has all of them."""
    order = list(wanted) if set(there) <= set(wanted) else list(dict.fromkeys((*there, *wanted)))
    if order[: len(there)] != list(there):
        return {code: place for place, code in enumerate(order, 1)}
    last = max(there.values(), default=0)
    return {**there, **{code: last + place for place, code in enumerate(order[len(there) :], 1)}}


def give_options(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every option value, in the order of its product's axes."""
    found = names_of(session, OptionText, "value_id")
    wanted = (
        select(
            OptionValue.id,
            Product.code,
            OptionAxis.code,
            OptionAxis.name_en,
            OptionAxis.name_zh,
            OptionValue.code,
        )
        .join(OptionAxis, OptionAxis.id == OptionValue.axis_id)
        .join(Product, Product.id == OptionAxis.product_id)
        .order_by(Product.code, OptionAxis.position, OptionAxis.id, OptionValue.position, OptionValue.id)
    )
    for at, *values in session.execute(wanted):
        plain = dict(zip([field.key for field in OPTION_FIELDS], values, strict=False))
        yield plain | both_names(found, at)


KINDS: tuple[Kind, ...] = (
    Kind("products", N_("Products"), PRODUCT_FIELDS, take_products, give_products),
    Kind("product-texts", N_("Texts of products"), TEXT_FIELDS, take_texts, give_texts, needs=("products",)),
    Kind(
        "option-values",
        N_("Options of products"),
        OPTION_FIELDS,
        take_options,
        give_options,
        needs=("products",),
    ),
)
