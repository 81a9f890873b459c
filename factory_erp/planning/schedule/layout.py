"""How the compiled search sees a shop: tables of whole numbers, and what their columns mean.

Everything is int64; minutes on the wall clock count from ``Compiled.origin``, working minutes from the
start of a machine's calendar. An operation, machine, resource or order is its row here, not its id.
A row of what changes (``PLACE``) fills one cache line, which is why the tables are two-dimensional.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Dice = npt.NDArray[np.uint64]
"""One number, the state of a random generator."""

NONE = -1
FAR = 1 << 40
"""A minute that no calendar reaches."""

# An operation (``Shop.op``) ------------------------------------------------------------------------------
READY, PREV, NEXT, LAG, FLAGS, DUE, LATE_COST, FAMILY = range(8)
"""Earliest start by material; step before and after in its order; wait after the step before; what is
special about it (bits below); when it should have ended (its order's due date, or the start of a locked
step behind it) and what each minute later costs; its family."""
ALT0, ALT1, IN0, IN1, OUT0, OUT1, NEED0, NEED1 = range(8, 16)
"""Half-open ranges of rows: its alternatives, last operations of feeding orders, first operations of fed
ones, and resources."""
MAX_LAG, LOT, EARLY_COST, WAS_MACHINE, WAS_START, WEIGHT, FASTEST, LATEST, UNTIL = range(16, 25)
"""Longest wait after the step before (NONE: any); transfer batch of the step before (ppm); cost of a
minute that its order is early; published machine and start (NONE: not published); weight of its order;
minutes on its fastest machine; latest end from which the rest could still be done in time; end of a fixed
one (READY: its start)."""
OP_COLUMNS = 25

FIXED, WHOLE, HAS_IN, HAS_OUT, NEEDS, LOTS, WAITED, PUBLISHED = (1 << bit for bit in range(8))
"""Bits of FLAGS: never moved; not resumable; has feeding orders; feeds orders; needs resources; may
overlap with the step before; the next step has a longest wait (may have to be held back); has a published
place."""

# A way to do an operation (``Shop.alt``) -----------------------------------------------------------------
A_MACHINE, A_SETUP, A_RUN, A_MINUTES, A_CLASS, A_OP = range(6)
ALT_COLUMNS = 6

# A machine (``Shop.machine``) ----------------------------------------------------------------------------
IVL0, WALL0, WALL_N, WORK0, WORK_N, TOTAL, CHANGE0, CLASSES = range(8)
"""First interval; first and number of buckets by wall clock and by working minute; working minutes in all;
first cell and width of its centre's changeover matrix."""
FREE0, FAMILY0, CLASS0, UNLIMITED, SEQ0, OVER0, OVER1, M_CENTRE = range(8, 16)
"""Working minute now; family it is set up for (NONE: any) and its class; whether it takes any number at once;
its first place in ``Plan.seq``; overtime rows; its centre."""
MACHINE_COLUMNS = 16

BUCKET = 8
"""Calendars are looked up by buckets of 2 ** BUCKET minutes."""


class Shop(NamedTuple):
    """What does not change while searching.

    ``op`` (n, 25), ``alt`` (a, 6), ``machine`` (m, 16); ``feeder`` and ``fed``: operations, by IN and OUT
    ranges; ``need``: the resource of each need; ``need_op``: its operation; ``unit`` (resources + 1,): first
    unit of each; ``change``: changeover matrices by class of family; ``ivl`` (rows, 2): start on the wall
    clock and working minutes before, two rows beyond FAR ending each calendar; ``bucket``: interval in which
    a bucket begins; ``over`` (rows, 3): working minutes at which a stretch of overtime starts and ends, and
    overtime before it; ``fixed``: fixed operations by machine and start, ``fixed_at`` (m + 1,) where each
    machine's begin; ``pinned``: those that need resources, by start; ``rate`` (7,): what a minute of
    changeover, of overtime, of disturbance and what a move costs, whether only the end counts, whether
    anything but lateness and changeovers costs, and whether any wait has a limit.
    """

    op: Ints
    alt: Ints
    machine: Ints
    feeder: Ints
    fed: Ints
    need: Ints
    need_op: Ints
    unit: Ints
    change: Ints
    ivl: Ints
    bucket: Ints
    over: Ints
    fixed: Ints
    fixed_at: Ints
    pinned: Ints
    rate: Ints


R_CHANGE, R_OVER, R_AWAY, R_MOVE, R_MAKESPAN, R_MORE, R_LIMITS = range(7)

# Where an operation stands (``Plan.at``) -----------------------------------------------------------------
MACHINE, POS, ALT, START, END, WALL, CHANGE, CLASS = range(8)
"""Machine; place in its line (NONE: unlimited); alternative; working minutes of start and end; the end on the
wall clock; changeover minutes ahead of it; class of its family at the centre."""


class Plan(NamedTuple):
    """A schedule as sequences, and the times that follow from them.

    ``at`` (n, 8); ``seq``: operations machine by machine; ``length`` (m,): how many on each; ``hold`` (n,):
    working minute before which an operation is held back for the next one's longest wait. Resources are lines
    of needs, one per unit: ``line`` (needs, 3): unit, need before and behind; ``head`` (units,): first need
    of each.
    """

    at: Ints
    seq: Ints
    length: Ints
    hold: Ints
    line: Ints
    head: Ints


UNIT, BEFORE, BEHIND = range(3)


class Work(NamedTuple):
    """Room for one change of a plan, and what it takes to undo it.

    ``heap`` and ``mark`` (n,): operations whose times must be worked out again (bit 1: waiting, 2: may become
    earlier); ``log`` (n, 5): operation and the times and hold that it had; ``stamp`` (n,): the change in
    which it was logged last; ``units`` (needs, 2): unit and need before, as they were; ``slip`` (n,): by how
    much a limited wait is too long and cannot be helped; ``sink`` (k,): operations that nothing follows;
    ``guard`` (n,): minute by which each has to end (FAR: any); ``tally`` (8,): numbers below.
    """

    heap: Ints
    mark: Ints
    log: Ints
    stamp: Ints
    units: Ints
    slip: Ints
    sink: Ints
    guard: Ints
    tally: Ints


LOGGED, STAMP, TOUCHED, ROOF, HOPE = range(5)
"""Places in ``Work.tally``: entries in the log; number of the change; operations worked out so far; minute
after which nothing may end (makespan only); operations on the heap that may become earlier."""

EARLIER = 2
WAITING = 1
