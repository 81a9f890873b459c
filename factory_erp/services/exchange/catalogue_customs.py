"""Import and export of what customs asks: tariff codes, their rates, and what items declare."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import N_, _
from factory_erp.models.catalog import Item
from factory_erp.models.customs import ItemDeclaration, TariffCode, TariffRate
from factory_erp.services.base import touched
from factory_erp.services.exchange.catalogue_common import SKU, columns, names, of_items
from factory_erp.services.exchange.catalogue_search import changed_ids
from factory_erp.services.exchange.fields import Field, day, hs_code, percent, text, unit_code
from factory_erp.services.exchange.grouping import resolve, unrefused
from factory_erp.services.exchange.kind import Intake, Kind, Record
from factory_erp.services.exchange.readers import Code, tidy
from factory_erp.services.exchange.upsert import Row, upsert

if TYPE_CHECKING:
    from factory_erp.sheets.writing import Cell

LONGEST_ELEMENT = 120


@dataclass(frozen=True)
class Elements:
    """Declaration elements in their order, with | between them as customs writes; one a line as kept."""

    def __call__(self, text: str) -> str:
        """The elements, one a line."""
        parts = [part.strip() for part in re.split(r"[|\n｜]", tidy(text)) if part.strip()]
        for part in parts:
            if len(part) > LONGEST_ELEMENT or parts.count(part) > 1:
                raise InvalidValue(
                    _("The element '{element}' is too long or stands twice.", element=part[:40]),
                    remedy=_("Name each element once, in at most {most} characters.", most=LONGEST_ELEMENT),
                )
        return "\n".join(parts)

    def show(self, value: str) -> Cell:
        """The elements with | between them."""
        return "|".join(value.splitlines())


@dataclass(frozen=True)
class Element(Code):
    """One declaration element."""

    def __call__(self, text: str) -> str:
        """The element."""
        said = super().__call__(text)
        if "|" in said:
            raise InvalidValue(_("An element has no |."), remedy=_("Write one element in a row."))
        return said


HS = Field(
    "hs_code", N_("HS code"), hs_code(), required=True, key_part=True, example="7323930000",
    aliases=("海关编码", "HS编码", "税号", "商品编号", "HS", "Tariff code"),
)  # fmt: skip
CODE_FIELDS = (
    HS,
    *names(300),
    Field("unit_1", N_("First statutory unit"), unit_code(), example="KGS",
          aliases=("法定第一单位", "第一法定单位")),
    Field("unit_2", N_("Second statutory unit"), unit_code(), aliases=("法定第二单位", "第二法定单位")),
    Field("elements", N_("Declaration elements"), Elements(), aliases=("申报要素",),
          example="品牌类型|出口享惠情况|材质"),
)  # fmt: skip
_HS = {"hs_code": "code"}


def take_codes(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make or change tariff codes."""
    rows = [(record, columns(record, CODE_FIELDS, _HS)) for record in records]
    upsert(session, TariffCode, rows, ["code"], intake)


def give_codes(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every tariff code."""
    keys = [field.key for field in CODE_FIELDS]
    wanted = select(*(getattr(TariffCode, _HS.get(key, key)) for key in keys)).order_by(TariffCode.code)
    for values in session.execute(wanted):
        yield dict(zip(keys, values, strict=True))


RATE_FIELDS = (
    HS,
    Field("valid_from", N_("Valid from"), day(), required=True, key_part=True, default=None,
          aliases=("生效日期", "起始日期", "From"), example="2026-01-01"),
    Field("vat_percent", N_("VAT (%)"), percent(), required=True, default=None, example="13",
          aliases=("增值税率", "增值税", "VAT", "VAT rate")),
    Field("rebate_percent", N_("Export rebate (%)"), percent(), required=True, default=None, example="13",
          aliases=("出口退税率", "退税率", "Rebate", "Export rebate")),
)  # fmt: skip


def take_rates(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make or change rates of tariff codes."""
    for record in records:
        if record["rebate_percent"] > record["vat_percent"]:
            intake.reject(record, "rebate_percent", _("The rebate cannot be above the VAT."))
    remedy = _("Import the tariff codes first.")
    ids = resolve(session, TariffCode.code, records, "hs_code", intake, remedy)
    good = unrefused(records, intake)
    rows: list[Row] = [
        (record, {"code_id": ids[record["hs_code"]], **columns(record, RATE_FIELDS[1:])}) for record in good
    ]
    upsert(session, TariffRate, rows, ("code_id", "valid_from"), intake)
    touched(session, TariffCode, changed_ids(good, ids, "hs_code", intake))


def give_rates(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every rate, by code and day."""
    keys = [field.key for field in RATE_FIELDS]
    wanted = select(TariffCode.code, *(getattr(TariffRate, key) for key in keys[1:]))
    joined = wanted.join(TariffCode, TariffCode.id == TariffRate.code_id)
    for values in session.execute(joined.order_by(TariffCode.code, TariffRate.valid_from)):
        yield dict(zip(keys, values, strict=True))


DECLARATION_FIELDS = (
    SKU,
    Field("element", N_("Declaration element"), Element(LONGEST_ELEMENT), required=True, key_part=True,
          aliases=("申报要素", "要素", "Element"), example="材质"),
    Field("value", N_("Declared as"), text(300), required=True, aliases=("申报内容", "内容", "值", "Value"),
          example="不锈钢304"),
)  # fmt: skip


def take_declarations(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make or change what items answer to declaration elements."""
    good, ids = of_items(session, records, intake)
    rows: list[Row] = [
        (record, {"item_id": ids[record["sku"]], **columns(record, DECLARATION_FIELDS[1:])})
        for record in good
    ]
    upsert(session, ItemDeclaration, rows, ("item_id", "element"), intake)
    touched(session, Item, changed_ids(good, ids, "sku", intake))


def give_declarations(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every declaration, by SKU and element."""
    wanted = select(Item.sku, ItemDeclaration.element, ItemDeclaration.value)
    joined = wanted.join(Item, Item.id == ItemDeclaration.item_id)
    for sku, element, value in session.execute(joined.order_by(Item.sku, ItemDeclaration.id)):
        yield {"sku": sku, "element": element, "value": value}


KINDS: tuple[Kind, ...] = (
    Kind("tariff-codes", N_("Tariff codes"), CODE_FIELDS, take_codes, give_codes),
    Kind("tariff-rates", N_("Tariff rates"), RATE_FIELDS, take_rates, give_rates, needs=("tariff-codes",)),
    Kind("declarations", N_("Customs declarations of items"), DECLARATION_FIELDS, take_declarations,
         give_declarations, needs=("items",)),
)  # fmt: skip
