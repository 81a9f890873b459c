"""Orders put on the board, step by step and feeders first: each where it ends earliest, nothing moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from factory_erp.i18n import _
from factory_erp.planning.calendar import BeyondCalendar
from factory_erp.planning.promise.board import Board
from factory_erp.planning.promise.fit import PPM, Fit, NotEndedBy, first_fit, share
from factory_erp.planning.schedule.problem import Operation, Order, Problem
from factory_erp.planning.schedule.result import Assignment, Reason

TRIES = 400
"""How often steps that must follow one another soon are shifted before it is given up."""


class Ready(NamedTuple):
    """When a step may begin, what it waited for until then (None: the step before), and its bounds."""

    at: int
    why: Reason | None
    bounds: tuple[NotEndedBy, ...] = ()


Choose = Callable[[Board, Operation, Ready], Fit]
"""Says where a step goes that is ready then."""


@dataclass(slots=True)
class Placed:
    """What was put on the board: the fits and readiness of operations; of orders, readiness and finish."""

    fits: dict[int, Fit] = field(default_factory=dict)
    ready: dict[int, Ready] = field(default_factory=dict)
    begun: dict[int, Ready] = field(default_factory=dict)
    finish: dict[int, int] = field(default_factory=dict)

    @property
    def rows(self) -> dict[int, Assignment]:
        """Operation → its place."""
        return {number: fit.row for number, fit in self.fits.items()}


def place_orders(
    board: Board,
    mine: Problem,
    orders: Mapping[int, Order],
    finish: Mapping[int, int],
    choose: Choose | None = None,
) -> Placed:
    """Put the *orders* of *mine* on the board; *finish* is when the other orders that they wait for end.

    Each step goes where *choose* says, usually where it ends earliest. Raises BeyondCalendar when no
    machine has time left, or steps cannot follow one another as soon as they must.
    """
    placed, known = Placed(), dict(finish)
    for number in mine.sequence:
        steps = mine.routing[number]
        begin = _order_ready(mine.now, orders[number], steps, known)
        placed.begun[number] = begin
        place_steps(board, steps, begin, placed, choose or best)
        known[number] = placed.fits[steps[-1].id].row.end if steps else begin.at
        placed.finish[number] = known[number]
    return placed


def _order_ready(now: int, order: Order, steps: Sequence[Operation], finish: Mapping[int, int]) -> Ready:
    material = steps[0].id if steps else order.id
    waits = [(now, None), (order.release, Reason("material", material, order.release))]
    waits += [(finish[p], Reason("predecessor", p, finish[p])) for p in order.predecessors]
    at, why = max(waits, key=lambda wait: wait[0])
    return Ready(at, why if at > now else None)


def place_steps(
    board: Board, steps: Sequence[Operation], begin: Ready, placed: Placed, choose: Choose
) -> None:
    """Step by step; one that cannot follow soon enough sends the step before it back to end later."""
    later: dict[int, NotEndedBy] = {}
    place = tries = 0
    while place < len(steps):
        step = steps[place]
        ready = _ready(board, steps, place, begin, later.get(place))
        fit = choose(board, step, ready)
        placed.fits[step.id], placed.ready[step.id] = fit, ready
        too_late = _too_late(placed, steps, place)
        if too_late is None:
            board.put(step, fit.row)
            place += 1
            continue
        tries += 1
        if tries > TRIES:
            raise _no_time(step)
        place -= 1
        later[place] = NotEndedBy(too_late)
        board.drop(steps[place].id)


def _ready(
    board: Board, steps: Sequence[Operation], place: int, begin: Ready, later: NotEndedBy | None
) -> Ready:
    step = steps[place]
    found = follows(board, steps[place - 1]) if place else begin
    if step.earliest > found.at:
        found = Ready(step.earliest, Reason("material", step.id, step.earliest), found.bounds)
    return found._replace(bounds=(*found.bounds, later)) if later else found


def follows(board: Board, step: Operation) -> Ready:
    """When the step after *step* may begin: behind it, or behind its first transfer lot."""
    if step.done:
        ended = min(step.fixed.end, board.problem.now) if step.fixed else board.problem.now
        return Ready(ended + step.lag, None)
    row = board.placed[step.id]
    way = next((one for one in step.alternatives if one.machine == row.machine), None)
    if not 0 < step.transfer_ppm < PPM or way is None or step.fixed:
        return Ready(row.end + step.lag, None)
    first = way.setup_minutes + share(way.run_minutes, step.transfer_ppm)
    lot = board.machine(row.machine).calendar.add_working(row.start, first)
    return Ready(lot + step.lag, None, (NotEndedBy(row.end + step.lag, step.transfer_ppm),))


def best(board: Board, step: Operation, ready: Ready) -> Fit:
    """The place where it ends earliest. Raises BeyondCalendar when there is none."""
    fits = (first_fit(board, step, way, ready.at, ready.bounds) for way in step.alternatives)
    found = min(
        (fit for fit in fits if fit), key=lambda fit: (fit.row.end, fit.added, fit.row.machine), default=None
    )
    if found is None:
        raise _no_time(step)
    return found


def _too_late(placed: Placed, steps: Sequence[Operation], place: int) -> int | None:
    """By when the step before should have ended at the earliest, where it must be followed sooner."""
    if not place or steps[place - 1].max_lag is None:
        return None
    most, before = steps[place - 1].max_lag or 0, placed.fits[steps[place - 1].id].row
    start = placed.fits[steps[place].id].row.start
    return start - most if start > before.end + most else None


def _no_time(step: Operation) -> BeyondCalendar:
    return BeyondCalendar(
        _("No machine has time left in its calendar for operation {id}.", id=step.id),
        remedy=_("Extend the calendars or add shifts."),
    )
