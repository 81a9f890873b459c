"""kill -9 at random moments of pulling and pushing: every order once, every shipment at most once."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.platforms import Binding, OutboxMessage, OutboxState
from factory_erp.models.sales import SalesOrder
from factory_erp.services import base
from factory_erp.services.base import use_case
from factory_erp.services.platforms import accounts as platforms
from factory_erp.sync.sandbox.alibaba import SandboxServer, line_payload, order_payload
from factory_erp.sync.sandbox.faults import KINDS, FaultProfile
from tests.sync.crash_runner import KILLED, Worker, worker
from tests.sync.crash_worker import LEASE, Job
from tests.sync.orders_once import Size, prove_orders

KILLS = 50
ROUNDS = 4 * KILLS
"""Some moments come after the end of the run: those do not count, and there have to be enough others."""

LONGEST = 0.4
"""Seconds that a run gets at most before it is killed, so that the test does not take minutes."""

SIZE = Size(int(os.environ.get("FACTORY_ERP_TEST_ORDERS", "150")), 4, 0.3)
"""Of the proof with whole runs; ``benchmarks.exactly_once`` has the full size."""

FAULTS = [kind for kind in KINDS if kind != "expired_token"]
"""A rotated token that dies with the process before it is stored needs a person: that is another promise."""


def kill_fifty_times(
    kind: str, runner: Worker, platform: SandboxServer, more_work: Callable[[int], None]
) -> int:
    """Each run gets new work and dies somewhere in it; how many died."""
    moments, killed, full = Random(20261123), 0, 0.0
    for turn in range(ROUNDS):
        if killed == KILLS:
            break
        platform.use_faults(FaultProfile(FAULTS[turn % len(FAULTS)], 0.15, seed=turn, hang_seconds=0.02))
        more_work(turn)
        if turn % 10 == 0:
            full = runner.timed(kind)
            more_work(turn + ROUNDS)
        killed += runner.run(kind, moments.uniform(0, min(full, LONGEST))) == KILLED
    return killed


@pytest.fixture
def factory(database_url: str) -> Iterator[Database]:
    """A bound database, on the real clock: leases end by themselves."""
    database = Database(database_url)
    with base.bound(database):
        yield database
    database.close()


@use_case
def add_item(session: Session, sku: str) -> None:
    session.add(Item(sku=sku, kind="finished", procurement="make"))


@use_case
def add_messages(session: Session, account_id: int, names: list[str]) -> None:
    for name in names:
        said = {
            "external_order_id": name,
            "carrier_code": "DHL",
            "logistics_type": "EXPRESS",
            "tracking_number": f"TRACK-{name}",
            "lines": [{"sku_id": "1", "quantity": "10"}],
        }
        session.add(
            OutboxMessage(
                account_id=account_id,
                kind="shipment",
                client_key=f"ship:{name}",
                record_id=1,
                title=name,
                payload=json.dumps(said),
            )
        )


def put(platform: SandboxServer, name: str, quantity: int) -> None:
    now = datetime.now(UTC)
    lines = [line_payload("SKU-1", str(quantity), "2.50")]
    platform.state.add(order_payload(name, created=now, modified=now, lines=lines))


def job(database: Database, platform: SandboxServer) -> Job:
    account = platforms.add_account("alibaba", "Shop", platform.url, platform.state.app_key).value
    return Job(
        database_url=database.engine.url.render_as_string(hide_password=False),
        account_id=account,
        gateway=platform.url,
        app_key=platform.state.app_key,
        app_secret=platform.state.app_secret,
        access_token=str(platform.state.issue_token()["access_token"]),
    )


def is_sound(database: Database) -> bool:
    if not database.is_sqlite:
        return True
    with database.session() as session:
        connection = session.connection()
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        return not orphans and connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_fifty_kills_while_pulling_leave_every_order_once(factory: Database) -> None:
    add_item("SKU-1")
    wanted: dict[str, int] = {}
    with SandboxServer(latency=0.001) as platform, worker(job(factory, platform)) as runner:

        def buyers_order(turn: int) -> None:
            """A new order, and a change of an older one."""
            for number, quantity in ((turn, 10 + turn % 7), (turn * 7 % (turn + 1), 100 + turn)):
                name = f"T{number:04d}"
                wanted[name] = quantity
                put(platform, name, quantity)

        assert kill_fifty_times("pull", runner, platform, buyers_order) == KILLS
        while runner.run("pull") != 0:
            pass
        assert sum(platform.state.faults[kind] for kind in FAULTS) > 20

    with factory.session() as session:
        orders = session.scalars(select(SalesOrder)).all()
        stored = {order.external_id: order.lines[0].quantity for order in orders}
        bound = session.scalars(select(Binding.record_id).filter_by(kind="order")).all()
        assert len(orders) == len(stored) == len(wanted)
        assert stored == wanted
        assert all(len(order.lines) == 1 for order in orders)
        assert sorted(bound) == sorted(order.id for order in orders)
        assert sum(order.total_minor for order in orders) == sum(wanted.values()) * 250
        assert len({order.number for order in orders}) == len(orders)
    assert platforms.open_exceptions() == []
    assert is_sound(factory)


def test_fifty_kills_while_pushing_leave_every_shipment_once(factory: Database) -> None:
    with SandboxServer(latency=0.005) as platform:
        told = job(factory, platform)
        wanted: list[str] = []

        def goods_leave(turn: int) -> None:
            names = [f"T{turn:04d}-{number}" for number in range(2)]
            for name in names:
                put(platform, name, 10)
            add_messages(told.account_id, names)
            wanted.extend(names)

        with worker(told) as runner:
            assert kill_fifty_times("push", runner, platform, goods_leave) == KILLS
            finish(runner, factory)
        at_platform = Counter(parcel.tracking_number for parcel in platform.state.shipments)
        vouchers = {parcel.voucher_id for parcel in platform.state.shipments}

    assert at_platform == {f"TRACK-{name}": 1 for name in wanted}
    with factory.session() as session:
        messages = session.scalars(select(OutboxMessage)).all()
        assert {message.state for message in messages} == {OutboxState.DONE}
        assert {message.answer for message in messages} == vouchers
        # The kills did hit messages on their way: those were taken up again.
        assert sum(message.attempts > 1 for message in messages) > 5
    assert is_sound(factory)


def finish(runner: Worker, database: Database) -> None:
    """Push until nothing waits: abandoned messages come back after their lease."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        runner.run("push")
        with database.session() as session:
            waiting = select(OutboxMessage.id).where(OutboxMessage.state != OutboxState.DONE).limit(1)
            if session.scalar(waiting) is None:
                return
        time.sleep(LEASE.total_seconds() / 4)
    raise AssertionError("some messages never ended")


@pytest.mark.parametrize("platform", ["alibaba", "dhgate"])
def test_every_kind_of_fault_and_kills_of_whole_runs_leave_every_order_once(
    factory: Database, platform: str, tmp_path: Path
) -> None:
    proof = prove_orders(factory, platform, SIZE, tmp_path)
    assert proof.wrong == ()
    assert (proof.orders, proof.kills) == (SIZE.orders, SIZE.kills)
    assert proof.faults > proof.calls / 5
    assert proof.kinds >= 12
    assert proof.changed > 0
