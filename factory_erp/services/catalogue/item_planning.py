"""How an item is planned: in which lots, with what scrap and safety stock, bought from whom.

Values are attribute → value of an item, quantities in its unit; each problem is under its attribute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import decimals_used
from factory_erp.i18n import _
from factory_erp.models.catalog import LotRule
from factory_erp.models.partners import Partner, PartnerRole, Role
from factory_erp.services.bulk import chunks
from factory_erp.services.master_data import figure_problem, is_multiple

QUANTITIES = ("lot_minimum", "lot_multiple", "safety_stock")
"""Counted in the item's unit: multiples of its smallest quantity."""

PLANNED_BY = ("lot_rule", "lot_size", "lot_minimum", "lot_multiple", "period_days")
"""What the rules between the figures look at."""

SCRAP_PLACES = 4
"""Decimals of a scrap percentage: the plan counts in parts per million."""


def scrap_problem(percent: Decimal, record: str = "") -> InvalidValue | None:
    """Why *percent* of what is begun cannot be lost; None where it can."""
    problem = figure_problem(percent, "scrap_percent", record=record)
    if problem is None and (percent >= 100 or decimals_used(percent) > SCRAP_PLACES):
        message = _("{figure} % cannot be the scrap of what is made.", figure=percent)
        remedy = _("Enter 0 to less than 100, with up to 4 decimals.")
        problem = InvalidValue(message, record=record, field="scrap_percent", remedy=remedy)
    return problem


def rule_problems(values: Mapping[str, Any], record: str = "") -> Iterator[InvalidValue]:
    """Where the lot rule and the figures of ``PLANNED_BY``, each sound by itself, contradict each other."""
    if values["lot_rule"] == LotRule.FIXED:
        yield from _fixed_problems(values["lot_size"], values, record)
    if values["lot_rule"] == LotRule.PERIOD and values["period_days"] < 1:
        message = _("Lots for a period need its length.")
        remedy = _("Enter how many days are made or bought together, or choose another lot rule.")
        yield InvalidValue(message, record=record, field="period_days", remedy=remedy)


def _fixed_problems(lot: Decimal, values: Mapping[str, Any], record: str) -> Iterator[InvalidValue]:
    minimum, multiple = values["lot_minimum"], values["lot_multiple"]
    if not lot:
        message, remedy = _("Fixed lots need a size."), _("Enter the usual lot, or choose another lot rule.")
        yield InvalidValue(message, record=record, field="lot_size", remedy=remedy)
        return
    if minimum > lot:
        message = _("{least} is more than a fixed lot, {lot}.", least=minimum, lot=lot)
        remedy = _("Correct it, or the usual lot.")
        yield InvalidValue(message, record=record, field="lot_minimum", remedy=remedy)
    if multiple and not is_multiple(lot, multiple):
        message = _("A fixed lot, {lot}, is not a multiple of {multiple}.", lot=lot, multiple=multiple)
        remedy = _("Correct it, or the usual lot.")
        yield InvalidValue(message, record=record, field="lot_multiple", remedy=remedy)


def supplier_problem(session: Session, supplier_id: int, record: str = "") -> InvalidValue | None:
    """Why nothing can be bought from that partner; None where it can."""
    supplier = session.get(Partner, supplier_id)
    if supplier is None:
        message, remedy = _("The supplier is not there any more."), _("Choose another supplier, or none.")
    elif supplier_id not in suppliers(session, [supplier_id]):
        message = _("{name} is not a supplier.", name=supplier.name)
        remedy = _("Choose a supplier, or give the partner that role first.")
    else:
        return None
    return InvalidValue(message, record=record, field="supplier_id", remedy=remedy)


def suppliers(session: Session, partner_ids: Iterable[int]) -> frozenset[int]:
    """Those of the partners that are suppliers."""
    having = select(PartnerRole.partner_id).where(PartnerRole.role == Role.SUPPLIER)
    found: set[int] = set()
    for part in chunks(partner_ids):
        found.update(session.scalars(having.where(PartnerRole.partner_id.in_(part))))
    return frozenset(found)
