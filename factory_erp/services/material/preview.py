"""What-ifs of the material plan: the same plan with more demands in it, compared with today's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item
from factory_erp.planning.material.plan import Needs, Orders
from factory_erp.planning.material.tables import Demand, DemandKind
from factory_erp.services.bulk import chunks
from factory_erp.services.engineering.structure import micro, whole
from factory_erp.services.material.columns import Ints
from factory_erp.services.material.report import PlannedItem, PlanPreview, Wanted
from factory_erp.services.material.run import Run, make_run

APART = 1 << 50
"""The group of what might be wanted: no sales order has such an id."""


class _Planned(NamedTuple):
    """All that is planned of an item: micro-units, the first due minute, the last to be there."""

    quantity: int
    due: int
    available: int


def preview(session: Session, wanted: Sequence[Wanted]) -> PlanPreview:
    """Plan twice, without and with *wanted*, which is served after what is confirmed."""
    before = make_run(session)
    extra = [
        Demand(at, one.item_id, micro(one.quantity), before.days.end_of(one.needed_on), 0, APART,
               DemandKind.ROUGH)
        for at, one in enumerate(wanted)
    ]  # fmt: skip
    after = make_run(session, extra)
    needs = after.plan.needs
    rough = needs.kind == DemandKind.ROUGH
    there = dict(zip(needs.key[rough].tolist(), needs.available_at[rough].tolist(), strict=True))
    return PlanPreview(
        tuple(after.days.day(there[at]) for at in range(len(wanted))), _more(session, before, after),
        _delayed(before, after),
    )  # fmt: skip


def _more(session: Session, before: Run, after: Run) -> tuple[PlannedItem, ...]:
    """What is planned of each item beyond what was planned before."""
    was, now = _by_item(before.plan.orders), _by_item(after.plan.orders)
    more = {
        key: found.quantity - (was[key].quantity if key in was else 0)
        for key, found in now.items()
        if key not in was or found.quantity > was[key].quantity
    }
    skus: dict[int, str] = {}
    for part in chunks(item for item, _make in more):
        rows = session.execute(select(Item.id, Item.sku).where(Item.id.in_(part)))
        skus.update({row[0]: row[1] for row in rows})
    day = after.days.day
    return tuple(
        PlannedItem(item, skus[item], bool(make), whole(quantity), day(now[item, make].due),
                    day(now[item, make].available))
        for (item, make), quantity in more.items()
    )  # fmt: skip


def _by_item(orders: Orders) -> dict[tuple[int, int], _Planned]:
    found: dict[tuple[int, int], _Planned] = {}
    columns = (orders.item, orders.make, orders.quantity, orders.due, orders.available_at)
    for item, make, quantity, due, there in zip(*(column.tolist() for column in columns), strict=True):
        one = found.get((item, make), _Planned(0, due, there))
        found[item, make] = _Planned(one.quantity + quantity, min(one.due, due), max(one.available, there))
    return found


def _delayed(before: Run, after: Run) -> int:
    """Demands of today that come later, and too late, in the plan *after*."""
    was, now = before.plan.needs, after.plan.needs
    old = {(kind, key): at for kind, key, at in _dates(was, np.arange(len(was)))}
    outside = (now.kind == DemandKind.SALES) | (now.kind == DemandKind.MATERIAL)
    late = np.flatnonzero(outside & (now.available_at > now.due))
    return sum(at > old.get((kind, key), at) for kind, key, at in _dates(now, late))


def _dates(needs: Needs, rows: Ints) -> Iterator[tuple[int, int, int]]:
    """Kind, key and date of some of the needs."""
    columns = (needs.kind, needs.key, needs.available_at)
    return zip(*(column[rows].tolist() for column in columns), strict=True)
