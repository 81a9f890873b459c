"""What to do about production and purchases that exist: hurry, put off, cancel, make together."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.planning import PurchaseLine, PurchaseOrder, PurchaseState, SuggestionKind
from factory_erp.models.production import ProductionOrder, ProductionState
from factory_erp.planning.calendar import DAY
from factory_erp.planning.material.advice import AdviceKind, on_supplies
from factory_erp.planning.material.explode import PPM
from factory_erp.planning.material.plan import Plan
from factory_erp.planning.material.tables import SupplyKind
from factory_erp.services.floor.planning_settings import read_settings
from factory_erp.services.floor.reading import goes_on
from factory_erp.services.material.items import Factory
from factory_erp.services.material.rows import raw_rows
from factory_erp.services.material.run import Run
from factory_erp.services.material.state import BY_PRODUCT
from factory_erp.services.material.store import Proposal

KINDS = {
    AdviceKind.EXPEDITE: SuggestionKind.EXPEDITE,
    AdviceKind.DELAY: SuggestionKind.DELAY,
    AdviceKind.CANCEL: SuggestionKind.CANCEL,
}


@dataclass(frozen=True, slots=True)
class Existing:
    """A production order or purchase line: how much it is for, and the day it was last asked for."""

    quantity: int
    asked: int
    group: int


def advice_proposals(session: Session, run: Run) -> list[Proposal]:
    """What the plan advises on supplies that exist, and which unreleased orders could be made together.

    What was asked for already, by an earlier date or a later one, is not said again.
    """
    plan, told = run.plan, on_supplies(run.plan)
    known = {SupplyKind.PRODUCTION: _production(session, run), SupplyKind.PURCHASE: _purchases(session, run)}
    lots = _Lots(run.factory)
    found = []
    columns = (told.kind, told.source, told.quantity, told.at)
    for kind, source, quantity, at in zip(*(column.tolist() for column in columns), strict=True):
        if int(plan.sources.key[source]) >= BY_PRODUCT:
            continue
        existing = known[SupplyKind(int(plan.sources.kind[source]))][int(plan.sources.key[source])]
        wanted = max(at, run.days.now)
        if kind == AdviceKind.CANCEL:
            quantity = lots.unneeded(plan, source, existing)
        if quantity > 0 and not _asked(kind, run, existing, wanted):
            found.append(_proposal(run, KINDS[AdviceKind(kind)], source, quantity, wanted, existing))
    return [*found, *merges(session, run)]


def _asked(kind: int, run: Run, existing: Existing, wanted: int) -> bool:
    """Whether it was asked for by that day already."""
    day, asked = run.days.day(wanted), run.days.day(existing.asked)
    if kind == AdviceKind.EXPEDITE:
        return asked <= day
    return kind == AdviceKind.DELAY and asked >= day


def _proposal(
    run: Run, kind: SuggestionKind, source: int, quantity: int, wanted: int, existing: Existing
) -> Proposal:
    sources, stored = run.plan.sources, run.days.stored
    key, there = int(sources.key[source]), int(sources.available_at[source])
    made = int(sources.kind[source]) == SupplyKind.PRODUCTION
    due = there if kind == SuggestionKind.CANCEL else wanted
    name = f"{kind}:{'production' if made else 'purchase'}:{key}"
    return (
        name, str(kind), int(sources.item[source]), quantity, None, stored(due),
        stored(there), 0, existing.group or None, key if made else None,
        None if made else key, "", "",
    )  # fmt: skip


def _production(session: Session, run: Run) -> dict[int, Existing]:
    made = ProductionOrder
    statement = select(made.id, made.quantity, made.due, made.sales_order_id).where(
        made.state.in_((ProductionState.PLANNED, ProductionState.RELEASED, ProductionState.IN_PROGRESS))
    )
    return {
        order: Existing(quantity, run.days.end_of(due), group or 0)
        for order, quantity, due, group in raw_rows(session, statement)
    }


def _purchases(session: Session, run: Run) -> dict[int, Existing]:
    statement = (
        select(PurchaseLine.id, PurchaseLine.quantity - PurchaseLine.received, PurchaseLine.needed_on)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseLine.order_id)
        .where(PurchaseOrder.state == PurchaseState.ORDERED)
    )
    return {
        line: Existing(quantity, run.days.end_of(needed), 0)
        for line, quantity, needed in raw_rows(session, statement)
    }


class _Lots:
    """The lot rules of the items, to see what of an order is more than a lot needs."""

    def __init__(self, factory: Factory) -> None:
        items = factory.items
        self._place = {item: at for at, item in enumerate(items.id.tolist())}
        self._items = items

    def unneeded(self, plan: Plan, source: int, existing: Existing) -> int:
        """What may be taken off so that whole lots of what is pegged, firmly or by the plan, remain."""
        sources, items = plan.sources, self._items
        at = self._place[int(sources.item[source])]
        free = int(sources.quantity[source]) - int(plan.source_pegged[source])
        step, scrap = int(items.step[at]), int(items.scrap_ppm[at])
        good = existing.quantity * (PPM - scrap) // PPM // step * step
        needed = -(-(good - free) * PPM // (PPM - scrap))
        lot = max(step, int(items.multiple[at]), int(items.fixed[at]) if items.rule[at] == 2 else 0)
        kept = -(-max(needed, int(items.minimum[at])) // lot) * lot if needed > 0 else 0
        return existing.quantity - kept


def merges(session: Session, run: Run) -> Iterator[Proposal]:
    """Unreleased production orders of one item that are due within some days of the first of them."""
    window = read_settings(session).merge_days * DAY
    if not window:
        return
    groups: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in _unreleased(session):
        groups[row[1]].append(row)
    for rows in groups.values():
        for together in _windows(rows, window, run):
            if len(together) > 1:
                yield _merge(run, together[0], together[1:])


def _windows(rows: list[tuple[Any, ...]], window: int, run: Run) -> Iterator[list[tuple[Any, ...]]]:
    """The rows, by due day, cut where one is due more than *window* minutes after the first of its part."""
    part: list[tuple[Any, ...]] = []
    for row in rows:
        if part and run.days.end_of(row[3]) - run.days.end_of(part[0][3]) > window:
            yield part
            part = []
        part.append(row)
    yield part


def _unreleased(session: Session) -> list[tuple[Any, ...]]:
    """Planned production orders by item and due day, without those of a matrix batch."""
    made = ProductionOrder
    statement = select(made.id, made.item_id, made.quantity, made.due).where(
        made.state == ProductionState.PLANNED, made.batch == "", goes_on()
    )
    return raw_rows(session, statement.order_by(made.item_id, made.due, made.id))


def _merge(run: Run, head: tuple[Any, ...], others: list[tuple[Any, ...]]) -> Proposal:
    order, item, quantity, due = head
    total = quantity + sum(row[2] for row in others)
    end, kind = run.days.stored(run.days.end_of(due)), str(SuggestionKind.MERGE)
    return (
        f"{kind}:production:{order}", kind, item, total, None, end, end, 0, None, order, None, "",
        json.dumps({"orders": [row[0] for row in others]}),
    )  # fmt: skip
