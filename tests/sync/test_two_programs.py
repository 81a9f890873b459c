"""Two programs and one account: one works, the other says who does; a dead one's place is taken."""

from __future__ import annotations

import os
import signal
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.platforms import ApiCall, RunOutcome, RunTrigger
from factory_erp.models.sales import SalesOrder
from factory_erp.services import base
from factory_erp.services.platforms import sync_leases, sync_runs
from factory_erp.services.platforms.sync_leases import Held
from factory_erp.sync import runs
from factory_erp.sync.connectors.base import utc_now
from factory_erp.sync.runs import AccountBusy, Part, RunReport
from tests.sync.crash_runner import KILLED, Worker, worker
from tests.sync.crash_worker import BUSY
from tests.sync.markets import AlibabaMarket, Line, job, open_account, order_name

ORDERS = 60
LEASE = 2.0


class Shop:
    """An account with orders to fetch from a platform that takes its time, and what a worker needs."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.market = AlibabaMarket(f"two-{uuid.uuid4().hex}")
        self.market.server.start()
        self.account, self.secrets = open_account(self.market, folder)
        url = database.engine.url.render_as_string(hide_password=False)
        self.job = job(self.market, url, self.account, folder, LEASE)
        with database.session(write=True) as session:
            session.add(Item(sku="CUP", kind="finished", procurement="make"))
        ago = utc_now() - timedelta(hours=1)
        for number in range(ORDERS):
            self.market.put(order_name(number), [Line("CUP", number + 1, Decimal("2.50"))], ago, ago)

    def sync(self, *, wait: bool = False) -> RunReport:
        return runs.sync_account(
            self.account, self.secrets, trigger=RunTrigger.SERVER, parts=[Part.ORDERS], wait=wait
        )

    def held(self) -> Held | None:
        return sync_leases.held(self.account)

    def wait_for_holder(self) -> Held:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            holder = self.held()
            if holder is not None and len(sync_runs.runs()) > 0:
                return holder
            time.sleep(0.01)
        raise AssertionError("nobody took the account")

    def check(self) -> None:
        """Every order once, and no two runs at the same time."""
        with self.database.session() as session:
            orders = session.scalars(select(SalesOrder)).all()
            pieces = sorted(int(line.quantity) for order in orders for line in order.lines)
            spans = [
                (calls[0].started_at, calls[-1].started_at)
                for run in sync_runs.runs()
                if (
                    calls := session.scalars(
                        select(ApiCall).filter_by(run_id=run.id).order_by(ApiCall.started_at)
                    ).all()
                )
            ]
        assert pieces == list(range(1, ORDERS + 1))
        assert len({order.external_id for order in orders}) == len(orders) == ORDERS
        in_turn = sorted(spans)
        assert all(first[1] <= then[0] for first, then in pairwise(in_turn))


@pytest.fixture
def shop(database_url: str, tmp_path: Path) -> Iterator[Shop]:
    """On the real clock: leases end by themselves."""
    database = Database(database_url)
    with base.bound(database):
        made = Shop(database, tmp_path)
        yield made
        made.market.server.stop()
    database.close()


def test_the_second_program_says_who_works_or_waits_for_it(shop: Shop) -> None:
    shop.market.server.latency = 0.03
    with worker(shop.job) as other:
        child = other.start("orders")
        holder = shop.wait_for_holder()
        assert f"({child})" in holder.by
        with pytest.raises(AccountBusy) as refused:
            shop.sync()
        assert refused.value.held.by == holder.by
        assert f"({child})" in str(refused.value)
        assert refused.value.remedy
        report = shop.sync(wait=True)
        assert other.reap("orders") == 0
    # The other one brought everything; this one, after it, found nothing new.
    assert (report.outcome, report.orders.created) == (RunOutcome.DONE, ())
    shop.check()
    assert shop.held() is None


def test_a_killed_program_is_replaced_when_its_lease_ends(shop: Shop) -> None:
    shop.market.server.latency = 0.03
    with worker(shop.job) as other:
        child = other.start("orders")
        shop.wait_for_holder()
        while len(shop.market.server.arrivals()) < ORDERS // 2:
            time.sleep(0.01)
        os.kill(child, signal.SIGKILL)
        assert other.reap("orders") == KILLED
        # Dead or not, nobody can know yet.
        with pytest.raises(AccountBusy):
            shop.sync()
        shop.market.server.latency = 0.0
        began = time.monotonic()
        report = shop.sync(wait=True)
    assert time.monotonic() - began < LEASE + 5
    assert (report.outcome, shop.held()) == (RunOutcome.DONE, None)
    dead = sync_runs.runs()[-1]
    assert (dead.outcome, f"({child})" in dead.holder) == (RunOutcome.FAILED, True)
    assert dead.ended_at is not None
    assert dead.problem
    shop.check()


def test_of_two_that_start_together_one_works(shop: Shop) -> None:
    shop.market.server.latency = 0.002
    with worker(shop.job) as one, worker(shop.job) as other:
        for _round in range(6):
            both: tuple[Worker, Worker] = (one, other)
            for each in both:
                each.start("orders")
            statuses = [each.reap("orders") for each in both]
            assert 0 in statuses
            assert set(statuses) <= {0, BUSY}
        assert one.exits[BUSY] + other.exits[BUSY] > 0
    shop.check()
    assert shop.held() is None
