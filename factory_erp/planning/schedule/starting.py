"""First schedules: by dispatching, and from places that operations had before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from factory_erp.i18n import _
from factory_erp.planning.calendar import BeyondCalendar
from factory_erp.planning.schedule import layout as c
from factory_erp.planning.schedule.annealing import begins_of
from factory_erp.planning.schedule.compiled import Compiled, new_plan
from factory_erp.planning.schedule.grid import GRID
from factory_erp.planning.schedule.kernels_build import build, sequence_by, walls_of
from factory_erp.planning.schedule.kernels_dispatch import Scale, dispatch, new_hall, total_cost
from factory_erp.planning.schedule.kernels_plan import SHIFT
from factory_erp.planning.schedule.kernels_redispatch import redispatch
from factory_erp.planning.schedule.kernels_settle import settle
from factory_erp.planning.schedule.layout import Ints, Plan
from factory_erp.planning.schedule.result import Assignment

Grid = Iterable[tuple[float, float]]


def dispatched(compiled: Compiled, grid: Grid) -> Iterator[tuple[int, Plan]]:
    """Cost and plan for each (look-ahead, setup weight) of *grid*, in means of run and changeover.

    With a larger look-ahead slack matters less, with a larger setup weight changeovers matter less. Raises
    BeyondCalendar when a machine's calendar is too short for its work.
    """
    shop = compiled.shop
    hall = new_hall(shop)
    run = float(shop.op[:, c.FASTEST].mean()) if compiled.size else 1.0
    setup = max(1.0, float(shop.change.mean())) if len(shop.change) else 1.0
    for look_ahead, setup_weight in grid:
        plan = new_plan(shop)
        _enough(dispatch(shop, plan, hall, Scale(look_ahead * run, setup_weight * setup)))
        if shop.rate[c.R_LIMITS]:
            plan = listed(compiled, begins_of(shop, plan), plan.at[:, c.ALT].copy())
        yield int(total_cost(shop, plan)), plan


def best_dispatched(compiled: Compiled, grid: Grid = GRID) -> tuple[int, Plan]:
    """The cheapest of the dispatched plans, with its cost. Raises BeyondCalendar like ``dispatched``."""
    return min(dispatched(compiled, grid), key=lambda found: found[0])


def listed(compiled: Compiled, key: Ints, choice: Ints) -> Plan:
    """The plan of operations put behind one another by *key*, each on its *choice* (NONE: where it ends
    first).

    Raises BeyondCalendar like ``dispatched``.
    """
    shop, size = compiled.shop, compiled.size
    sequence, waits = np.zeros(size, np.int64), np.zeros(size, np.int64)
    sequence_by(shop, np.maximum(key, 0), sequence, waits, np.zeros(size + 1, np.int64), SHIFT)
    plan = new_plan(shop)
    tail, passed = np.zeros(int(shop.unit[-1]), np.int64), np.zeros(len(shop.machine), np.int64)
    _enough(build(shop, plan, sequence, choice, tail, passed))
    return plan


def as_placed(compiled: Compiled, placed: Mapping[int, Assignment]) -> Plan:
    """The plan with machines and sequences of *placed*, everything as early as possible.

    What is not in *placed*, or not on a machine that can do it, comes when its order is due. Raises
    BeyondCalendar like ``dispatched``.
    """
    key, choice = _wanted(compiled, placed)
    return listed(compiled, key, choice)


def kept(compiled: Compiled, placed: Mapping[int, Assignment]) -> tuple[Plan, list[int]]:
    """A plan near *placed*; rows of the operations that had no possible place there.

    Machines and sequences stay, but what should have begun by now overtakes what cannot begin. Raises
    BeyondCalendar like ``dispatched``.
    """
    key, choice = _wanted(compiled, placed)
    displaced = [row for row, o in enumerate(compiled.operations) if choice[row] < 0 and not o.fixed]
    plan, failed = _redispatched(compiled, key, choice)
    if failed:
        # A machine that stands still may have no time left for what it had.
        plan, failed = _redispatched(compiled, key, np.full(compiled.size, c.NONE, np.int64))
        _enough(failed)
    if compiled.shop.rate[c.R_LIMITS]:
        plan = listed(compiled, begins_of(compiled.shop, plan), plan.at[:, c.ALT].copy())
    return plan, displaced


def _wanted(compiled: Compiled, placed: Mapping[int, Assignment]) -> tuple[Ints, Ints]:
    """When each operation should begin, and in which way (NONE: any).

    What has no place should begin half-way between when it could at best and when it must to be in time.
    """
    op = compiled.shop.op
    choice, key = np.full(compiled.size, c.NONE, np.int64), op[:, c.READY].copy()
    for row, operation in enumerate(compiled.operations):
        place = placed.get(operation.id)
        if operation.fixed:
            continue
        if place is not None:
            key[row] = place.start - compiled.origin
            choice[row] = compiled.alternative(row, place.machine)
        elif op[row, c.PREV] >= 0:
            before = op[row, c.PREV]
            key[row] = max(key[row], key[before] + op[before, c.FASTEST])
    late = op[:, c.LATEST] - op[:, c.FASTEST]
    new = [row for row, o in enumerate(compiled.operations) if o.id not in placed and not o.fixed]
    key[new] = (key[new] + np.maximum(key[new], late[new])) // 2
    return key, choice


def _redispatched(compiled: Compiled, key: Ints, choice: Ints) -> tuple[Plan, int]:
    shop = compiled.shop
    rows = np.flatnonzero(choice >= 0)
    machine = shop.alt[choice[rows], c.A_MACHINE]
    turn = rows[np.lexsort((rows, key[rows], machine))].astype(np.int64)
    many = np.bincount(machine, minlength=len(shop.machine))
    turn_at = np.concatenate(([0], np.cumsum(many))).astype(np.int64)
    plan = new_plan(shop)
    failed = redispatch(
        shop, plan, new_hall(shop), key, choice, turn, turn_at, np.zeros(len(shop.machine), np.int64)
    )
    return plan, int(failed)


def finished(compiled: Compiled, plan: Plan, settled: bool = True) -> dict[int, Assignment]:
    """The assignments of *plan*, which is changed: *settled*, what lies early is put where it would rather
    be."""
    shop = compiled.shop
    if settled and shop.rate[c.R_MORE]:
        settle(shop, plan, np.argsort(-plan.at[:, c.WALL], kind="stable").astype(np.int64))
    walls = np.zeros((compiled.size, 2), np.int64)
    walls_of(shop, plan, walls)
    return compiled.assignments(plan, walls)


def _enough(failed: int) -> None:
    if failed:
        raise BeyondCalendar(
            _("{count} operations do not fit into the working calendars.", count=failed),
            remedy=_("Extend the calendars, add shifts, or plan less work."),
        )
