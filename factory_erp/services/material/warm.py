"""Compiling the material planner: by planning something small that has everything in it."""

from __future__ import annotations

from functools import cache

from factory_erp.planning.calendar import DAY, WorkingCalendar
from factory_erp.planning.material.advice import advice
from factory_erp.planning.material.explode import MICRO
from factory_erp.planning.material.planner import MaterialPlanner
from factory_erp.planning.material.problem import problem
from factory_erp.planning.material.tables import (
    Alternate,
    Demand,
    Item,
    Line,
    LotRule,
    Supply,
    SupplyKind,
)


@cache
def warm_up() -> None:
    """Have all that a plan needs compiled and loaded, once for each start of the program."""
    small = problem(
        [
            Item(1, True, rule=LotRule.PER_GROUP, run=MICRO),
            Item(2, False, rule=LotRule.PERIOD, calendar=0, safety=MICRO),
            Item(3, False, working=True, calendar=0),
        ],
        [Line(1, 1, 2, MICRO), Line(2, 1, 3, MICRO, by_product=True)],
        [Demand(1, 1, 9 * MICRO, 5 * DAY, group=1), Demand(2, 3, MICRO, DAY)],
        [Supply(1, 2, MICRO), Supply(2, 1, MICRO, 9 * DAY, kind=SupplyKind.PRODUCTION, movable=True)],
        [Alternate(1, 3, MICRO)],
        calendars=(WorkingCalendar(((0, 30 * DAY),)),),
        merge_window=DAY,
    )
    advice(MaterialPlanner(small).plan())
