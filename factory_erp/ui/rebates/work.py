"""What the page of the tax rebate reads in the background."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from factory_erp.models.partners import Role
from factory_erp.services import directory
from factory_erp.services.clock import today
from factory_erp.services.customs import rebate_months, rebate_shipments, rebates
from factory_erp.services.customs.rebate_months import RebateMonth
from factory_erp.services.customs.rebates import RebateSheet
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.choose import Choice

FOUND = 50
"""Records offered at once."""

MONTHS = 36
"""Months that can be chosen, this one the first."""

Month = tuple[int, int]
"""Year and month from 1."""


@dataclass(frozen=True, slots=True)
class OpenedSheet:
    """The rebate of a shipment; *skus*: HS code → an item declared under it."""

    sheet: RebateSheet
    skus: dict[str, str]


@dataclass(frozen=True, slots=True)
class OpenedMonth:
    """A month, and by which regime the company has its taxes back."""

    month: RebateMonth
    regime: str


def read_sheet(shipment_id: int, home_costs: Decimal) -> OpenedSheet:
    """The rebate of the shipment. Raises NotFound, NotAllowed."""
    return OpenedSheet(
        rebates.rebate_sheet(shipment_id, home_costs), rebate_shipments.skus_by_code(shipment_id)
    )


def read_month(month: Month) -> OpenedMonth:
    """The month. Raises NotAllowed before our company is entered."""
    return OpenedMonth(rebate_months.rebate_month(*month), rebate_shipments.rebate_regime())


def months() -> list[Month]:
    """The months to choose from, this one first."""
    day = today()
    last = day.year * 12 + day.month - 1
    return [((last - back) // 12, (last - back) % 12 + 1) for back in range(MONTHS)]


def find_suppliers(text: str) -> Sequence[Choice]:
    """Suppliers whose name or code contains what was typed."""
    return [
        Choice(one.id, one.name, one.code) for one in directory.partner_choices(text, Role.SUPPLIER, FOUND)
    ]


def find_shipments(text: str) -> Sequence[Choice]:
    """Packed shipments whose number or customer contains what was typed."""
    found = rebate_shipments.rebate_shipments(text, FOUND)
    return [Choice(one.id, one.number, f"{one.customer} {figures.day(one.export_on)}") for one in found]
