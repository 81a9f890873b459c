"""The changeover matrix of a work centre as a grid: minutes from each family to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.engineering import Changeover, RoutingOperation, WorkCentre
from factory_erp.services.base import get, query, use_case
from factory_erp.services.engineering.revisions import raise_version
from factory_erp.services.master_data import count_problem, same_version, text_problems

LONGEST = 40
"""Characters of a family's name."""

Minutes = Mapping[tuple[str, str], int]
"""(from family, to family) → minutes."""


@dataclass(frozen=True, slots=True)
class ChangeoverGrid:
    """The families of a centre, and the minutes that are entered; for all other pairs *default* counts."""

    centre_id: int
    families: tuple[str, ...]
    default: int
    minutes: Minutes
    version: int


@query
def grid(session: Session, centre_id: int) -> ChangeoverGrid:
    """The matrix of the centre, with every family of its routings, sorted. Raises NotFound."""
    centre = get(session, WorkCentre, centre_id)
    minutes = {(row.from_family, row.to_family): row.minutes for row in centre.changeovers}
    used = select(RoutingOperation.family).filter_by(centre_id=centre_id).distinct()
    families = {family for pair in minutes for family in pair} | set(session.scalars(used))
    shown = tuple(sorted(families - {""}))
    return ChangeoverGrid(centre_id, shown, centre.changeover_minutes, minutes, centre.version)


@use_case
def save_grid(
    session: Session, centre_id: int, default: int, minutes: Minutes, version: int | None = None
) -> int:
    """Make the matrix of the centre what the grid holds; how many cells were added, changed or emptied.

    Raises InvalidValue for minutes below zero and names that are empty or too long, Conflict where
    somebody changed the centre since the grid was read (*version*).
    """
    centre = get(session, WorkCentre, centre_id, lock=True)
    wanted = {(one.strip(), other.strip()): time for (one, other), time in minutes.items()}
    _check(centre.code, default, wanted)
    rows = {(row.from_family, row.to_family): row for row in centre.changeovers}
    there = {pair: row.minutes for pair, row in rows.items()}
    if (there, centre.changeover_minutes) == (wanted, default):
        return 0
    same_version(centre, version, centre.code)
    centre.changeover_minutes = default
    count = 0
    for pair in sorted(rows.keys() | wanted.keys()):
        count += _set(centre, rows.get(pair), pair, wanted.get(pair))
    if count:
        raise_version(centre, "changeover_minutes")
    session.flush()
    return count


def _set(centre: WorkCentre, row: Changeover | None, pair: tuple[str, str], minutes: int | None) -> bool:
    """Make one cell hold *minutes* (None: nothing), and whether it did not already."""
    if row is None and minutes is not None:
        centre.changeovers.append(Changeover(from_family=pair[0], to_family=pair[1], minutes=minutes))
    elif row is not None and minutes is None:
        centre.changeovers.remove(row)
    elif row is not None and minutes is not None and row.minutes != minutes:
        row.minutes = minutes
    else:
        return False
    return True


def _check(code: str, default: int, minutes: Minutes) -> None:
    if default < 0 or min(minutes.values(), default=0) < 0:
        raise InvalidValue(
            _("A changeover cannot take less than no time."),
            record=code,
            field=_("Changeover"),
            remedy=_("Enter minutes from 0 on."),
        )
    if any(not 0 < len(family) <= LONGEST for pair in minutes for family in pair):
        raise InvalidValue(
            _("A family needs a name of up to {count} characters.", count=LONGEST),
            record=code,
            field=_("Family"),
            remedy=_("Enter a shorter name."),
        )
    for time in (default, *minutes.values()):
        if (problem := count_problem(time, _("Changeover"), record=code)) is not None:
            raise problem
    for family in {family for pair in minutes for family in pair}:
        for problem in text_problems(Changeover, {"from_family": family}, code):
            raise problem
