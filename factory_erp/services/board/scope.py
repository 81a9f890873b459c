"""What the board needs beside its picture: from when to when there is work, and where each bar may go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.models.planning import ScheduleRun
from factory_erp.models.production import OperationState, ProductionOperation
from factory_erp.services.base import query
from factory_erp.services.board.state import kept_board

STILL_OPEN = (OperationState.WAITING, OperationState.STARTED)


@dataclass(frozen=True, slots=True)
class BoardScope:
    """First start and last finish of what is not done yet (UTC), None where nothing is planned.

    ``searched_at`` and ``search_seconds`` are of the last run of the schedule that changed anything.
    """

    first: datetime | None = None
    last: datetime | None = None
    searched_at: datetime | None = None
    search_seconds: float = 0.0


@query
def board_scope(session: Session) -> BoardScope:
    """From when to when there is work in the schedule, and how long the last search took."""
    step, run = ProductionOperation, ScheduleRun
    first, last = session.execute(
        select(func.min(step.planned_start), func.max(step.planned_finish)).where(step.state.in_(STILL_OPEN))
    ).one()
    newest = session.execute(
        select(run.started_at, run.milliseconds).order_by(run.started_at.desc(), run.id.desc()).limit(1)
    ).first()
    if newest is None:
        return BoardScope(first, last)
    return BoardScope(first, last, newest.started_at, newest.milliseconds / 1000)


@query
def movable(session: Session) -> Mapping[int, tuple[int, ...]]:
    """Operation → the machines that may do it, for all that wait in the schedule.

    What is started, or done by a subcontractor, is left out. Raises NotAllowed for a work centre without
    a machine, as scheduling does.
    """
    state = kept_board(session)
    found = {}
    for number in state.placed:
        step = state.steps.get(number)
        if step is not None and step.state == OperationState.WAITING and not step.subcontract_days:
            ways = state.problem.operation[number].alternatives
            found[number] = tuple(way.machine for way in ways)
    return found
