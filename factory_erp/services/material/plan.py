"""The material plan of the whole factory: run it, look at what a change would do, see how the last run went.

What is pegged and what is ordered stays; the plan covers the rest with suggestions, which keep their
identity from run to run, and writes only what differs. What cannot be planned is named with its remedy and
everything else is planned.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.planning import PlanRun
from factory_erp.services import clock
from factory_erp.services.base import Result, query, use_case
from factory_erp.services.bulk import chunks
from factory_erp.services.material.report import (
    PlannedItem,
    PlanPreview,
    PlanProblem,
    PlanReport,
    Progress,
    Wanted,
)
from factory_erp.services.material.standing import Standing, keep, tables_mark, take
from factory_erp.services.material.store import PLAN_LOCK, lock_plan

if TYPE_CHECKING:
    from factory_erp.services.material.columns import Ints
    from factory_erp.services.material.run import Run
    from factory_erp.services.material.write import Before

__all__ = [
    "PLAN_LOCK",
    "PlanPreview",
    "PlanProblem",
    "PlanReport",
    "PlannedItem",
    "Progress",
    "Wanted",
    "last_run",
    "plan_preview",
    "run_plan",
    "warm_up",
]

MOST_PROBLEMS = 500
"""So many are remembered of a run."""
KEPT_DAYS = 30
"""How long it is remembered that the plan ran."""


def warm_up() -> None:
    """Load and compile the planner; the first time on a PC takes long, so do it where nobody waits."""
    from factory_erp.services.material import warm as material_warm

    material_warm.warm_up()


def run_plan(progress: Progress | None = None) -> Result[PlanReport]:
    """Make the material plan, and write what differs from the one before, in one transaction."""
    warm_up()  # nobody else should wait for the compiler
    return renew(progress)


@use_case
def renew(session: Session, progress: Progress | None = None) -> PlanReport:
    """What ``run_plan`` does once the planner is compiled."""
    from factory_erp.services.material import advice as material_advice
    from factory_erp.services.material import run as material_run
    from factory_erp.services.material import write as material_write

    began, tell = time.perf_counter(), progress or _silent
    lock_plan(session)
    tell(5, _("Reading what is wanted and what there is…"))
    last = take()
    run, basis, touched = material_run.next_run(session, last.basis if last else None)
    tell(50, _("Writing what is new…"))
    told = material_advice.advice_proposals(session, run)
    before = _before(session, last, touched)
    written, said = material_write.write_outcome(session, run, told, before)
    orders = run.plan.orders
    make = int(orders.make.sum())
    report = PlanReport(
        clock.now(), len(run.state.demands), make, len(orders) - make, len(told), late_demands(run),
        problems_of(session, run), written.added, written.changed, written.removed,
        round((time.perf_counter() - began) * 1000),
    )  # fmt: skip
    _note(session, report)
    keep(session, Standing(basis, said, tables_mark(session)))
    tell(100, "")
    return report


def _before(session: Session, last: Standing | None, touched: Ints | None) -> Before | None:
    """What stands in the tables, where nobody else has written to them since the last run."""
    from factory_erp.services.material.write import Before

    if last is None or touched is None or last.tables != tables_mark(session):
        return None
    return Before(last.said, touched)


def _silent(_percent: int, _text: str) -> None:
    """Nobody wants to know."""


def late_demands(run: Run) -> int:
    """How many order lines and materials of open production come after they are due."""
    from factory_erp.planning.material.tables import DemandKind

    needs = run.plan.needs
    outside = (needs.kind == DemandKind.SALES) | (needs.kind == DemandKind.MATERIAL)
    return int((outside & (needs.available_at > needs.due) & (needs.quantity > 0)).sum())


def problems_of(session: Session, run: Run) -> tuple[PlanProblem, ...]:
    """Items that could not be planned properly: circular bills, and made items nobody knows how to make."""
    orders, factory = run.plan.orders, run.factory
    made = set(orders.item[orders.make == 1].tolist())
    without_routing, without_bill = made - factory.routed, made - factory.billed
    hollow = factory.hollow & (made | set(orders.item.tolist()))
    around = (item for path in run.circles for item in path)
    names = _skus(session, [*without_routing, *without_bill, *hollow, *around])
    found = [_circle(names, path) for path in run.circles]
    told = (
        (hollow, _("It is used as a phantom, but has no bill; it is planned like any other part."),
         _("Enter its bill, or take the phantom mark off the bills that use it.")),
        (without_routing, _("It is not known how it is made: it has no routing."),
         _("Enter the operations of its routing, or set it to be bought.")),
        (without_bill, _("It is not known what it is made of: it has no bill of materials."),
         _("Enter its bill of materials, or set it to be bought.")),
    )  # fmt: skip
    for items, message, remedy in told:
        found += [PlanProblem(item, names[item], message, remedy) for item in sorted(items)]
    return tuple(found)


def _circle(names: dict[int, str], path: Sequence[int]) -> PlanProblem:
    around = " → ".join(names[item] for item in path)
    return PlanProblem(
        path[0], names[path[0]], _("The bills of materials go round in a circle: {path}.", path=around),
        _("Take {sku} out of the bill of {parent}.", sku=names[path[-1]], parent=names[path[-2]]),
    )  # fmt: skip


def _skus(session: Session, item_ids: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in chunks(item_ids):
        rows = session.execute(select(Item.id, Item.sku).where(Item.id.in_(part)))
        found.update({row[0]: row[1] for row in rows})
    return found


def _note(session: Session, report: PlanReport) -> None:
    """Remember the run, and forget those of long ago."""
    said = {
        "late": report.late, "added": report.added, "changed": report.changed, "removed": report.removed,
        "problems": [
            (one.item_id, one.sku, one.message, one.remedy) for one in report.problems[:MOST_PROBLEMS]
        ],
    }  # fmt: skip
    session.add(
        PlanRun(
            ran_at=report.ran_at, milliseconds=report.milliseconds, demands=report.demands, make=report.make,
            buy=report.buy, advice=report.advice, problems=json.dumps(said, ensure_ascii=False),
        )
    )  # fmt: skip
    old = delete(PlanRun).where(PlanRun.ran_at < report.ran_at - timedelta(days=KEPT_DAYS))
    session.execute(old, execution_options={"synchronize_session": False})


@query
def last_run(session: Session) -> PlanReport | None:
    """How the last run went, in the words of the language it ran in; None before the first."""
    run = session.scalar(select(PlanRun).order_by(PlanRun.ran_at.desc(), PlanRun.id.desc()).limit(1))
    if run is None:
        return None
    said = json.loads(run.problems or "{}")
    return PlanReport(
        run.ran_at, run.demands, run.make, run.buy, run.advice, said.get("late", 0),
        tuple(PlanProblem(*problem) for problem in said.get("problems", ())), said.get("added", 0),
        said.get("changed", 0), said.get("removed", 0), run.milliseconds,
    )  # fmt: skip


def plan_preview(wanted: Sequence[Wanted]) -> PlanPreview:
    """What the plan would be with more demands in it; nothing is written."""
    warm_up()
    return _preview(tuple(wanted))


@query
def _preview(session: Session, wanted: tuple[Wanted, ...]) -> PlanPreview:
    from factory_erp.services.material import preview as material_preview

    return material_preview.preview(session, wanted)
