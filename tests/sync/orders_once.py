"""Orders come in exactly once, though calls fail in every way and the program is killed again and again."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.platforms import AccountState, ApiCall, Binding, RunOutcome, SyncRun
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms import sync_leases
from factory_erp.sync.sandbox.faults import FaultProfile
from tests.sync.crash_runner import KILLED, Worker, worker
from tests.sync.crash_worker import BUSY, FileSecretsOfTests
from tests.sync.markets import MARKETS, Line, Market, job, open_account, order_name, sign_in

PROFILE = "storm"
"""Every kind of fault but the death of a permission, after which only a person can help."""

SKUS = tuple(f"CUP-{number}" for number in range(7))
START = datetime(2026, 11, 1, tzinfo=UTC)
STEP = timedelta(minutes=20)
"""Between two runs: longer than the clocks of the platform are ever off, and than any lease."""

_GRACE = 0.25
"""Seconds after a call in which the process may die, so that pages die while they are applied too."""

_CALLS_PER_ORDER = {"alibaba": 1, "dhgate": 2}


@dataclass(frozen=True, slots=True)
class Size:
    """How much is to be gone through; ``faults`` is the probability of each call."""

    orders: int
    kills: int
    faults: float


@dataclass(frozen=True, slots=True)
class OrdersProof:
    """What came of it. ``wrong`` says what is not as it must be; empty is the proof."""

    platform: str
    orders: int
    kills: int
    runs: int
    calls: int
    faults: int
    kinds: int
    changed: int
    """Orders that the buyer changed after they had been placed."""
    signed_in_again: int
    """How often a renewed token died with the process that had it, so that a person had to sign in."""
    seconds: float
    wrong: tuple[str, ...]


@dataclass
class _Pull:
    """The buyers, and the program that is killed while it fetches their orders."""

    market: Market
    account: int
    secrets: FileSecretsOfTests
    chance: Random
    moment: datetime = START
    started: dict[str, datetime] = field(default_factory=dict)
    lines: dict[str, list[Line]] = field(default_factory=dict)
    totals: dict[str, Decimal] = field(default_factory=dict)
    changed: int = 0
    signed_in: int = 0

    def buyers_order(self, count: int) -> None:
        """New orders."""
        for _each in range(count):
            name = order_name(len(self.started))
            self.started[name] = self._some_time()
            self._put(name, self.started[name])

    def buyers_change(self, count: int) -> None:
        """Orders that have been placed before say something else."""
        names = list(self.started)
        for name in self.chance.sample(names, min(count, len(names))):
            self.changed += 1
            self._put(name, self._some_time())

    def _some_time(self) -> datetime:
        return self.moment + timedelta(seconds=self.chance.randint(660, 1140))

    def _put(self, name: str, changed: datetime) -> None:
        places = self.chance.sample(SKUS, self.chance.randint(1, 3))
        self.lines[name] = [
            Line(sku, self.chance.randint(1, 400), Decimal(self.chance.randint(1, 99_999)) / 100)
            for sku in places
        ]
        self.totals[name] = self.market.put(name, self.lines[name], self.started[name], changed)

    def dies(self, runner: Worker, work: int) -> bool:
        """A run that is killed somewhere in the fetching of *work* orders; whether it was before its end."""
        self.moment += STEP
        most = work * _CALLS_PER_ORDER[self.market.code] + 3
        last = self.market.calls() + self.chance.randint(1, most)
        grace = self.chance.uniform(0, _GRACE)
        status = self._tried(lambda: runner.run_until("orders", self.moment, lambda: self._at(last), grace))
        return status == KILLED

    def _at(self, last: int) -> bool:
        return self.market.calls() >= last

    def comes_through(self, runner: Worker) -> None:
        """Runs until one of them has fetched everything."""
        for _attempt in range(20):
            self.moment += STEP
            if self._tried(lambda: runner.run_until("orders", self.moment, lambda: False)) == 0:
                return
        raise AssertionError("no run came through")

    def _tried(self, run: object) -> int:
        assert callable(run)
        while (status := run()) == BUSY:
            # The lease of the one that was killed.
            time.sleep(0.1)
        if platforms.account(self.account).state is AccountState.REAUTHORISE:
            self.signed_in += 1
            sign_in(self.market, self.account, self.secrets)
        return int(status)


def prove_orders(database: Database, platform: str, size: Size, folder: Path, seed: int = 1) -> OrdersProof:
    """Bring *size* orders into the bound, empty *database*; *folder* is for the secrets."""
    market: Market = MARKETS[platform](f"orders-{uuid.uuid4().hex}")
    with database.session(write=True) as session:
        session.add_all(Item(sku=sku, kind="finished", procurement="make") for sku in SKUS)
    began = time.monotonic()
    with market.server as server:
        account, secrets = open_account(market, folder)
        pull = _Pull(market, account, secrets, Random(seed))
        profile = FaultProfile(PROFILE, size.faults, seed=seed, hang_seconds=0.01, slow_seconds=0.02)
        server.use_faults(profile)
        url = database.engine.url.render_as_string(hide_password=False)
        with worker(job(market, url, account, folder)) as runner:
            kills = _go(pull, runner, size)
        seconds = time.monotonic() - began
        told = _faults(server.platform)
    return OrdersProof(
        platform=platform,
        orders=len(pull.started),
        kills=kills,
        runs=sum(runner.exits.values()) - runner.exits[BUSY],
        calls=market.calls(),
        faults=sum(told.values()),
        kinds=len(told),
        changed=pull.changed,
        signed_in_again=pull.signed_in,
        seconds=round(seconds, 1),
        wrong=tuple(_wrong(database, pull, size, kills)),
    )


def _faults(platform: object) -> Counter[str]:
    """Kind of fault to how many calls it befell."""
    told = Counter(getattr(platform, "state").faults)  # noqa: B009 – both platforms have it
    del told["none"]
    return told


def _go(pull: _Pull, runner: Worker, size: Size) -> int:
    """Let buyers order and runs die in turn; how many died."""
    kills, portion = 0, max(1, size.orders // max(1, size.kills))
    while len(pull.started) < size.orders or kills < size.kills:
        fresh = min(portion, size.orders - len(pull.started))
        changes = max(1, portion // 20) if fresh else portion // 2 + 1
        pull.buyers_change(changes)
        pull.buyers_order(fresh)
        if kills < size.kills:
            kills += pull.dies(runner, fresh + changes)
        pull.comes_through(runner)
    return kills


def _wrong(database: Database, pull: _Pull, size: Size, kills: int) -> list[str]:
    """Everything in the database that is not what the platform has."""
    with database.session() as session:
        orders = {order.external_id: order for order in session.scalars(select(SalesOrder))}
        rows = session.scalar(select(func.count()).select_from(SalesOrder))
        line_rows = session.scalar(select(func.count()).select_from(SalesLine))
        bound = session.scalars(select(Binding.record_id).filter_by(kind="order")).all()
        total = session.scalar(select(func.sum(SalesOrder.total_minor)))
        figures: Mapping[str, tuple[object, object]] = {
            "orders": (rows, size.orders),
            "order numbers of the platform": (set(orders), set(pull.started)),
            "our order numbers": (len({order.number for order in orders.values()}), size.orders),
            "bindings": (sorted(bound), sorted(order.id for order in orders.values())),
            "sum of all totals in cents": (total, sum(pull.totals.values()) * 100),
            "lines": (line_rows, sum(map(len, pull.lines.values()))),
            "kills": (kills, size.kills),
            "exceptions": (len(platforms.open_exceptions()), 0),
            "holder of the lease": (sync_leases.held(pull.account), None),
        }
        wrong = [f"{name}: {found} instead of {wanted}" for name, (found, wanted) in figures.items()
                 if found != wanted]  # fmt: skip
        for name, order in orders.items():
            wanted_lines = sorted((line.sku, Decimal(line.pieces)) for line in pull.lines.get(name, ()))
            lines = sorted((line.item.sku, line.quantity) for line in order.lines)
            if lines != wanted_lines or Decimal(order.total_minor) != pull.totals.get(name, Decimal(0)) * 100:
                wrong.append(f"order {name}: {lines}, {order.total_minor} cents")
        outcomes = Counter(session.scalars(select(SyncRun.outcome)))
        if outcomes[RunOutcome.RUNNING] or outcomes[RunOutcome.FAILED] < kills - 2:
            wrong.append(f"history: {dict(outcomes)}")
        if not session.scalar(select(func.count()).select_from(ApiCall)):
            wrong.append("archive: empty")
    return wrong[:20]
