"""Which committed changes make the material plan out of date."""

from __future__ import annotations

from factory_erp.models.base import Base
from factory_erp.models.catalog import Item
from factory_erp.models.engineering import (
    Bill,
    BillAlternate,
    BillLine,
    Calendar,
    CalendarException,
    CalendarShift,
    Routing,
    RoutingOperation,
)
from factory_erp.models.inventory import StockBalance
from factory_erp.models.partners import Partner
from factory_erp.models.planning import PromiseHold, PromiseLine, PurchaseLine, PurchaseOrder
from factory_erp.models.production import Peg, ProductionMaterial, ProductionOrder
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.models.security import Setting
from factory_erp.services.base import Changes

PLANNED_ON: tuple[type[Base], ...] = (
    Item, Bill, BillLine, BillAlternate, Routing, RoutingOperation, Calendar, CalendarShift,
    CalendarException, StockBalance, Partner, PurchaseOrder, PurchaseLine, PromiseHold, PromiseLine, Peg,
    ProductionMaterial, ProductionOrder, SalesLine, SalesOrder, Setting,
)  # fmt: skip
"""Kinds of records that the plan is made from."""

_TABLES = frozenset(kind.__tablename__ for kind in PLANNED_ON)


def affected(changes: Changes) -> bool:
    """Whether the plan may say something else after these changes; its own writing never counts."""
    return not _TABLES.isdisjoint(changes)
