"""Columns of items that say how they are planned: lots, safety stock, scrap, usual supplier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import N_, _
from factory_erp.models.catalog import LotRule
from factory_erp.models.partners import Partner
from factory_erp.services.catalogue.item_planning import (
    PLANNED_BY,
    QUANTITIES,
    SCRAP_PLACES,
    rule_problems,
    suppliers,
)
from factory_erp.services.exchange.fields import Field, choice, code, decimal, whole
from factory_erp.services.exchange.grouping import resolve
from factory_erp.services.exchange.kind import Intake, Record
from factory_erp.services.exchange.readers import PercentFigure

LOT_WORDS = {
    LotRule.PER_ORDER.value: (N_("Per order"), ("按订单", "每单", "order", "by order")),
    LotRule.LOT_FOR_LOT.value: (N_("Lot for lot"), ("按需", "逐批", "直接批量", "L4L", "LFL")),
    LotRule.FIXED.value: (N_("Fixed lot"), ("固定批量", "fixed", "FOQ")),
    LotRule.PERIOD.value: (N_("For a period"), ("按期间", "期间批量", "period", "POQ")),
}
NOTHING: Mapping[str, Any] = {
    "lot_rule": LotRule.PER_ORDER.value, "period_days": 0, "min_order": Decimal(0),
    "order_multiple": Decimal(0), "lot_size": Decimal(0), **dict.fromkeys(QUANTITIES, Decimal(0)),
}  # fmt: skip
"""What a new item has where the file says nothing."""
LOTS = ("min_order", "order_multiple", "lot_size", *QUANTITIES)
"""Figures that are multiples of the smallest quantity."""

SUPPLIER = Field(
    "supplier", N_("Usual supplier"), code(40),
    aliases=("默认供应商", "供应商", "主供应商", "Supplier", "Vendor", "Preferred supplier"),
)  # fmt: skip
PLANNING_FIELDS = (
    Field("lot_rule", N_("Lot rule"), choice(LOT_WORDS), default=LotRule.PER_ORDER.value, example="Per order",
          aliases=("批量规则", "批量方式", "订货策略", "Lot sizing", "Lot sizing rule", "Order policy"),
          hint=N_("Fixed lot: of the usual lot; for a period: what the days of the period need.")),
    Field("lot_minimum", N_("Least lot"), decimal(minimum=0), default=Decimal(0), example="100",
          aliases=("最小批量", "最小生产批量", "Minimum lot", "Minimum lot size")),
    Field("lot_multiple", N_("Lots in multiples of"), decimal(minimum=0), default=Decimal(0), example="24",
          aliases=("批量倍数", "批量增量", "Lot multiple", "Lot increment")),
    Field("period_days", N_("Period (days)"), whole(0), default=0, example="7",
          aliases=("期间天数", "批量期间", "Period days", "Days of supply")),
    Field("safety_stock", N_("Safety stock"), decimal(minimum=0), default=Decimal(0), example="200",
          aliases=("安全库存", "Minimum stock", "Buffer stock")),
    Field("scrap_percent", N_("Scrap %"),
          PercentFigure(SCRAP_PLACES, Decimal(0), None, Decimal(100) - Decimal(1).scaleb(-SCRAP_PLACES)),
          default=Decimal(0), example="2", aliases=("损耗率", "报废率", "废品率", "Scrap", "Scrap rate"),
          hint=N_("Of what is made, so much is lost.")),
)  # fmt: skip


def check_rules(records: Sequence[Record], before: Mapping[str, Mapping[str, Any]], intake: Intake) -> None:
    """Refuse what contradicts itself; *before*: SKU → the values that the item has.

    What an item has already, and the file does not change, is nobody's fault here.
    """
    for record in records:
        known = before.get(record["sku"], NOTHING)
        values = {key: record.get(key, known[key]) for key in PLANNED_BY}
        if record["sku"] in before and all(values[key] == known[key] for key in PLANNED_BY):
            continue
        for error in rule_problems(values, record["sku"]):
            intake.reject(record, _given(record, error), str(error))


def _given(record: Record, error: InvalidValue) -> str:
    """The column at which to say it: the file may not have the one that is wrong."""
    return next((key for key in (error.field, *PLANNED_BY) if key in record.values), error.field)


def find_suppliers(
    session: Session, records: Sequence[Record], before: Mapping[str, int | None], intake: Intake
) -> dict[str, int]:
    """Code → id of the suppliers that the rows name; *before*: SKU → the supplier that the item has."""
    ids = resolve(session, Partner.code, records, "supplier", intake, _("Import the partners first."))
    able = suppliers(session, ids.values())
    for record in records:
        supplier = ids.get(record.get("supplier"))
        if supplier is not None and supplier not in able and supplier != before.get(record["sku"]):
            said = _("{name} is not a supplier.", name=record["supplier"])
            intake.reject(record, "supplier", f"{said} {_('Give the partner that role first.')}")
    return ids
