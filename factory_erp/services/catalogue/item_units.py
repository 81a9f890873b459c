"""What counts in the unit of an item, so that the unit cannot change any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from factory_erp.domain.quantity import unit_name
from factory_erp.i18n import N_, _, language
from factory_erp.models.catalog import PackagingLevel, UnitConversion
from factory_erp.models.engineering import Bill, BillAlternate, BillLine
from factory_erp.models.inquiries import QuotationLine
from factory_erp.models.inventory import StockMove
from factory_erp.models.pricing import PriceLine
from factory_erp.models.production import ProductionMaterial, ProductionOrder
from factory_erp.models.sales import SalesLine
from factory_erp.services.bulk import chunks

COUNTING: Mapping[InstrumentedAttribute[Any], str] = {
    StockMove.item_id: N_("stock moves"),
    SalesLine.item_id: N_("sales orders"),
    QuotationLine.item_id: N_("quotations"),
    ProductionOrder.item_id: N_("production orders"),
    ProductionMaterial.item_id: N_("production orders"),
    Bill.item_id: N_("a bill of materials of its own"),
    BillLine.component_id: N_("bills of materials of other items"),
    BillAlternate.component_id: N_("alternates in bills of materials"),
    PriceLine.item_id: N_("price lists"),
    PackagingLevel.item_id: N_("packaging"),
    UnitConversion.item_id: N_("unit conversions"),
}
"""Column that names the item → what the user calls its records, whose quantities are in the item's unit."""


def counted_in(session: Session, item_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Item → what counts in its unit, in the user's words; items without are left out."""
    found: dict[int, dict[str, None]] = {}
    for part in chunks(item_ids):
        for column, title in COUNTING.items():
            for item_id in session.scalars(select(column).where(column.in_(part)).distinct()):
                found.setdefault(item_id, {})[_(title)] = None
    return {item_id: tuple(words) for item_id, words in found.items()}


def unit_stays(sku: str, unit: str, users: Iterable[str]) -> str:
    """Why the *unit* (Rec 20) of the item cannot change: *users* count in it."""
    return _(
        "{sku} is counted in {unit} by {records}, so its unit cannot change.",
        sku=sku,
        unit=unit_name(unit, language()),
        records=", ".join(users),
    )
