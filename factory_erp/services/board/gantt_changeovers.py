"""Changeovers as the picture of the schedule draws them: how long what stands before makes a bar wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from factory_erp.models.engineering import Changeover, Machine, WorkCentre
from factory_erp.models.production import OperationState, ProductionOperation

SetUp = tuple[str, str]
"""Family and campaign that a machine is set up for."""


@dataclass(frozen=True, slots=True)
class Changeovers:
    """What it takes to change machines over, as scheduling counts it."""

    listed: Mapping[tuple[int, str, str], int]
    """Minutes by centre, from and to."""
    usual: Mapping[int, int]
    """What a pair that is not listed costs, by centre."""
    campaigns: Mapping[tuple[int, str], int]
    """The one set-up of a campaign, by centre and code: the longest of its steps'."""

    def minutes(self, centre: int, before: SetUp | None, after: SetUp) -> int:
        """Minutes from *before* (None: nothing was done yet) to *after*; within a campaign none."""
        campaign = after[1]
        if before and campaign and before[1] == campaign:
            return 0
        change = self._between(centre, before[0], after[0]) if before else 0
        return change + self.campaigns.get((centre, campaign), 0)

    def _between(self, centre: int, before: str, after: str) -> int:
        usual = self.usual.get(centre, 0) if before and after and before != after else 0
        return self.listed.get((centre, before, after), usual)


def read_changeovers(session: Session) -> Changeovers:
    """The matrices of all centres, and what each campaign is set up for."""
    one, step = Changeover, ProductionOperation
    listed = session.execute(select(one.centre_id, one.from_family, one.to_family, one.minutes))
    usual = session.execute(select(WorkCentre.id, WorkCentre.changeover_minutes))
    setups = session.execute(
        select(step.centre_id, step.campaign, func.max(step.setup_minutes))
        .where(step.campaign > "", step.state != OperationState.CANCELLED, step.subcontract_days == 0)
        .group_by(step.centre_id, step.campaign)
    )
    return Changeovers(
        {(centre, before, after): minutes for centre, before, after, minutes in listed},
        {row[0]: row[1] for row in usual},
        {(centre, campaign): minutes for centre, campaign, minutes in setups},
    )


def set_up_at(session: Session, moment: datetime) -> dict[int, SetUp]:
    """Machine → what it was set up for at *moment* by what had ended on it; not there: nothing had."""
    step, other = ProductionOperation, aliased(ProductionOperation)
    last = (
        select(other.id)
        .where(other.machine_id == Machine.id, other.state != OperationState.CANCELLED)
        .where(other.planned_start < moment, other.planned_finish <= moment)
        .order_by(other.planned_start.desc(), other.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(select(Machine.id, step.family, step.campaign).join(step, step.id == last))
    return {machine: (family, campaign) for machine, family, campaign in rows}
