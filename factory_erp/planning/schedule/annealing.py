"""Simulated annealing in slices, by one thread or by two that divide the time axis between them.

Two threads work on copies of one plan: one moves what begins before a certain minute, the other the rest. As
nothing early waits for anything later, the lines of the one can be continued by those of the other; and as
what the later part waits for must not end later than it did, what both have gained adds up. After each
slice they are joined, and the minute changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from factory_erp.planning.schedule import kernels_pick as kp
from factory_erp.planning.schedule import kernels_search as ks
from factory_erp.planning.schedule import layout as c
from factory_erp.planning.schedule.compiled import Compiled, copy_of, new_plan
from factory_erp.planning.schedule.kernels_build import build, walls_of
from factory_erp.planning.schedule.kernels_dispatch import total_cost
from factory_erp.planning.schedule.kernels_limits import measure_slips
from factory_erp.planning.schedule.layout import Dice, Ints, Plan, Shop, Work

SEED_STEP = 0x9E3779B97F4A7C15
LATE_SHARE, SWAP_SHARE = 3, 3
"""Of ten moves, how many begin at a late order, and how many change two runs."""


@dataclass(slots=True)
class Worker:
    """A thread's own plan, best plan, and room to work."""

    shop: Shop
    plan: Plan
    best: Plan
    work: Work
    search: kp.Search
    dice: Dice

    @classmethod
    def on(cls, shop: Shop, plan: Plan, seed: int) -> Worker:
        """A worker that starts from a copy of *plan*."""
        search = _new_search(shop)
        dice = np.array([(seed + 1) * SEED_STEP % (1 << 64) or 1], np.uint64)
        worker = cls(shop, copy_of(plan), copy_of(plan), new_work(shop), search, dice)
        worker.begin()
        search.tally[kp.BEST] = search.tally[kp.COST]
        return worker

    def begin(self) -> None:
        """Count the plan's cost, late orders and unavoidable waits."""
        ks.start_search(self.shop, self.plan, self.search)
        if self.shop.rate[c.R_LIMITS]:
            measure_slips(self.shop, self.plan, self.work)

    def keep_to(self, zone: int, minute: int) -> None:
        """Move only what begins before *minute* (EARLY), what does not (LATER), or ANY."""
        self.search.tally[kp.ZONE] = zone
        if not ks.divide(self.shop, self.plan, self.search, minute):
            self.search.tally[kp.ZONE] = kp.ANY
            ks.divide(self.shop, self.plan, self.search, minute)
        ks.set_guards(self.shop, self.plan, self.work, self.search)

    def run(self, moves: int, heat: float) -> None:
        """Try *moves* moves at the temperature *heat*."""
        if self.search.tally[kp.FREE]:
            ks.anneal(self.shop, self.plan, self.best, self.work, self.search, self.dice, moves, heat)

    def focus(self, rows: Sequence[int]) -> None:
        """Move only these operations, wherever they go."""
        self.search.free[: len(rows)] = rows
        self.search.tally[kp.FREE] = len(rows)
        self.search.tally[kp.SHARE] = self.search.tally[kp.SWAPS] = 0
        self.search.tally[kp.ZONE] = kp.ANY

    @property
    def cost(self) -> int:
        """What the plan at hand costs."""
        return int(self.search.tally[kp.COST])

    @property
    def best_cost(self) -> int:
        """What the best plan met costs."""
        return int(self.search.tally[kp.BEST])


@dataclass(slots=True)
class Annealing:
    """The search on one problem: ``step`` by ``step``, the best so far always at hand.

    With one worker the same seed and moves give the same plans. Where waits are limited there is only one.
    """

    compiled: Compiled
    start: Plan
    seed: int = 0
    workers: int = 1
    best_cost: int = field(init=False)
    best: Plan = field(init=False)
    moves: int = field(init=False, default=0)
    _crew: list[Worker] = field(init=False)
    _pool: ThreadPoolExecutor | None = field(init=False, default=None)
    _turn: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        shop = self.compiled.shop
        alone = self.workers < 2 or bool(shop.rate[c.R_LIMITS])
        self._crew = [
            Worker.on(shop, self.start, self.seed * 2 + number) for number in range(1 if alone else 2)
        ]
        self.best, self.best_cost = copy_of(self.start), self._crew[0].cost
        self._crew[0].keep_to(kp.ANY, 0)
        if len(self._crew) > 1:
            self._pool = ThreadPoolExecutor(1, "schedule")

    @property
    def movable(self) -> bool:
        """Whether there is anything to move."""
        return not all(operation.fixed for operation in self.compiled.operations)

    def step(self, moves: int, heat: float) -> None:
        """Try *moves* moves with each worker at the temperature *heat*."""
        first = self._crew[0]
        for worker in self._crew:
            worker.search.tally[kp.BEST] = self.best_cost
        if self._pool is None:
            first.run(moves, heat)
        else:
            second = self._crew[1]
            self._divide(first, second)
            other = self._pool.submit(second.run, moves, heat)
            first.run(moves, heat)
            other.result()
        self.moves += moves * len(self._crew)
        for worker in self._crew:
            self._note(worker)
        if self._pool is not None:
            self._join(heat)

    def close(self) -> None:
        """Let the second thread go."""
        if self._pool is not None:
            self._pool.shutdown()

    def _note(self, worker: Worker) -> None:
        if worker.best_cost < self.best_cost:
            self.best_cost = worker.best_cost
            ks.copy_plan(worker.best, self.best)

    def _divide(self, first: Worker, second: Worker) -> None:
        """A minute that leaves both about the same to do, elsewhere each time."""
        walls = first.plan.at[:, c.WALL]
        self._turn += 1
        share = (0.5, 0.35, 0.65, 0.42, 0.58)[self._turn % 5]
        place = min(int(len(walls) * share), len(walls) - 1)
        minute = int(np.partition(walls, place)[place])
        first.keep_to(kp.EARLY, minute)
        second.keep_to(kp.LATER, minute)

    def _join(self, heat: float) -> None:
        """Continue the first worker's early lines by the second's later ones, where that is no step back."""
        first, second = self._crew
        joined = _joined(first, second)
        if joined is not None:
            cost = int(total_cost(self.compiled.shop, joined))
            better = min(first.cost, second.cost)
            if cost > better + 10 * heat:
                joined = None
        if joined is None:
            joined = first.plan if first.cost <= second.cost else second.plan
        for worker in self._crew:
            if worker.plan is not joined:
                ks.copy_plan(joined, worker.plan)
            worker.begin()
        if first.cost < self.best_cost:
            self.best_cost = first.cost
            ks.copy_plan(first.plan, self.best)


def _joined(first: Worker, second: Worker) -> Plan | None:
    """The plan of both zones' lines, None where times no longer fit."""
    if first.search.tally[kp.ZONE] == kp.ANY or second.search.tally[kp.ZONE] == kp.ANY:
        return None
    shop, size = first.shop, len(first.shop.op)
    zone = first.search.zone
    choice = np.where(zone == kp.EARLY, first.plan.at[:, c.ALT], second.plan.at[:, c.ALT])
    start = np.where(zone == kp.EARLY, begins_of(shop, first.plan), begins_of(shop, second.plan))
    sequence = np.lexsort((np.arange(size), start, zone)).astype(np.int64)
    plan = new_plan(shop)
    tail, passed = np.zeros(int(shop.unit[-1]), np.int64), np.zeros(len(shop.machine), np.int64)
    return None if build(shop, plan, sequence, choice, tail, passed) else plan


def begins_of(shop: Shop, plan: Plan) -> Ints:
    """Starts of all operations on the wall clock."""
    walls = np.zeros((len(shop.op), 2), np.int64)
    walls_of(shop, plan, walls)
    return walls[:, 0].copy()


def new_work(shop: Shop) -> Work:
    """Room for changes of a plan of *shop*."""
    size = len(shop.op)
    last = (shop.op[:, c.NEXT] < 0) & (shop.op[:, c.OUT0] == shop.op[:, c.OUT1])
    count = np.zeros(8, np.int64)
    count[c.ROOF] = c.FAR
    return Work(
        heap=np.zeros(2 * size + 64, np.int64),
        mark=np.zeros(size, np.int64),
        log=np.zeros((size + 8, 5), np.int64),
        stamp=np.zeros(size, np.int64),
        units=np.zeros((len(shop.need), 2), np.int64),
        slip=np.zeros(size, np.int64),
        sink=np.flatnonzero(last).astype(np.int64),
        guard=np.full(size, c.FAR, np.int64),
        tally=count,
    )


def _new_search(shop: Shop) -> kp.Search:
    size = len(shop.op)
    tally = np.zeros(11, np.int64)
    tally[kp.ZONE], tally[kp.SHARE], tally[kp.SWAPS] = kp.ANY, LATE_SHARE, SWAP_SHARE
    zone = np.zeros(size, np.int64)
    lines = [np.zeros(size, np.int64) for _ in range(3)]
    return kp.Search(lines[0], lines[1], lines[2], zone, np.zeros(3, np.int64), tally)
