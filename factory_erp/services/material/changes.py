"""Which committed changes make the material plan out of date, and whether it is."""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

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
from factory_erp.models.planning import PlanRun, PromiseHold, PromiseLine, PurchaseLine, PurchaseOrder
from factory_erp.models.production import Peg, ProductionMaterial, ProductionOrder
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.models.security import AuditEntry, Setting
from factory_erp.services import clock, working_time
from factory_erp.services.base import Changes, query

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


RUN = "material.plan.renew"
"""How the audit calls a run of the plan."""
LOOKED_AT = 1_000
"""Entries of the audit: where the last run is not among so many, the plan is taken to be out of date."""


@query
def out_of_date(session: Session) -> bool:
    """Whether the plan may say something else if it were run now, whoever changed what since its last run.

    It also is where it ran on another day at the factory, or a promise has lapsed since.
    """
    last = session.scalar(select(PlanRun.ran_at).order_by(PlanRun.ran_at.desc(), PlanRun.id.desc()).limit(1))
    if last is not None:
        place = working_time.zone(session)
        hold = PromiseHold.expires_at
        lapsed = select(PromiseHold.id).where(hold > last, hold <= clock.now()).limit(1)
        if last.astimezone(place).date() != clock.today(place.key) or session.scalar(lapsed) is not None:
            return True
    return _changed_since(session)


def _changed_since(session: Session) -> bool:
    """Whether the audit tells of a change that matters after the last run of the plan."""
    entry = AuditEntry
    newest = select(entry.use_case, entry.changes).order_by(entry.id.desc()).limit(LOOKED_AT)
    entries = session.execute(newest).all()
    for use_case, changes in entries:
        if use_case == RUN:
            return False
        if affected(json.loads(changes)):
            return True
    return len(entries) == LOOKED_AT
