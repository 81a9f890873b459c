"""A whole run: its parts in order, its line in the history, who may run at the same time, how it ends."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.platforms import AccountState, OutboxMessage, OutboxState, RunOutcome, RunTrigger
from factory_erp.models.sales import SalesOrder
from factory_erp.services import base, clock, outbox
from factory_erp.services.base import use_case
from factory_erp.services.outbox import Claimed
from factory_erp.services.platform_orders.intake import apply_page
from factory_erp.services.platforms import account_health, sync_leases, sync_runs
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms.sync_leases import Lease
from factory_erp.sync import engine, gate, runs
from factory_erp.sync.connectors.base import Connector, utc_now
from factory_erp.sync.credentials import KeptToken, MemorySecrets
from factory_erp.sync.delivery.registry import DELIVERIES
from factory_erp.sync.engine import Pushed, SecretName
from factory_erp.sync.http.errors import AccessDenied, OutcomeUnknown, PlatformUnavailable, Throttled
from factory_erp.sync.runs import AccountBusy, AccountWaits, Part, RunReport
from factory_erp.sync.sandbox.alibaba import SandboxServer, line_payload, order_payload
from factory_erp.sync.sandbox.faults import FaultProfile
from tests.conftest import MONDAY

HOUR = timedelta(hours=1)


class Shop:
    """A sandbox with an account that this PC has signed in to."""

    def __init__(self, db: Database, server: SandboxServer) -> None:
        self.db, self.server = db, server
        self.account = platforms.add_account("alibaba", "Main shop", server.url, "sandbox-app").value
        form, version = platforms.account_form(self.account)
        quick = replace(form, options={"calls_per_second": "10000"}, every_minutes=5)
        platforms.save_account(quick, version)
        self.secrets = MemorySecrets()
        key = engine.account_key(self.view())
        self.secrets.set(SecretName.APP_SECRET.of(key), server.state.app_secret)
        with engine.open_connector(self.view(), self.secrets) as connector:
            assert connector.sign_in is not None
            connector.sign_in.exchange_code(server.state.new_code())
        with db.session(write=True) as session:
            session.add(Item(sku="SKU-1", kind="finished", procurement="make"))

    def view(self) -> platforms.AccountView:
        return platforms.account(self.account)

    def orders(self, count: int) -> None:
        for number in range(count):
            lines = [line_payload("SKU-1", "10", "2.50")]
            name, moment = f"T{number:03d}", MONDAY - HOUR
            self.server.state.add(order_payload(name, created=moment, modified=moment, lines=lines))

    def run(self, **options: Any) -> RunReport:
        return runs.sync_account(self.account, self.secrets, trigger=RunTrigger.HAND, **options)

    def line(self) -> sync_runs.RunRow:
        return sync_runs.runs(self.account)[0]

    def count(self) -> int:
        with self.db.session() as session:
            return len(session.scalars(select(SalesOrder.id)).all())


@use_case
def add_message(session: Session, account_id: int, name: str, kind: str = "shipment") -> int:
    told = {
        "external_order_id": name,
        "carrier_code": "DHL",
        "logistics_type": "EXPRESS",
        "tracking_number": f"TRACK-{name}",
        "lines": [],
    }
    message = OutboxMessage(
        account_id=account_id,
        kind=kind,
        client_key=f"{kind}:{name}",
        record_id=1,
        title=name,
        payload=json.dumps(told),
    )
    session.add(message)
    session.flush()
    return message.id


def states() -> list[str]:
    return [row.state.value for row in reversed(outbox.rows())]


@pytest.fixture
def shop(db: Database) -> Iterator[Shop]:
    with ExitStack() as stack:
        server = stack.enter_context(SandboxServer())
        server.state.now = utc_now
        yield Shop(db, server)


# What a run does


def test_a_run_brings_sends_and_leaves_a_line_with_its_calls(shop: Shop) -> None:
    shop.orders(3)
    add_message(shop.account, "T000")
    report = shop.run()
    assert report.outcome is RunOutcome.DONE
    assert (len(report.orders.created), report.pushed, report.problem) == (3, Pushed(done=1), "")
    assert {"sales_order", "sync_run", "outbox_message", "platform_account"} <= set(report.changes)
    line = shop.line()
    assert (line.id, line.outcome, line.counts) == (report.run_id, RunOutcome.DONE, report.counts)
    assert (line.counts.created, line.counts.sent, line.counts.calls) == (3, 1, report.calls)
    kept = sync_runs.calls(run_id=report.run_id)
    assert len(kept) == report.calls
    assert {"/alibaba/order/list", "/alibaba/order/get"} <= {row.api for row in kept}
    detail = sync_runs.call(kept[-1].id)
    assert "total_count" in detail.response
    assert sync_leases.held(shop.account) is None


def test_only_the_parts_that_are_asked_for(shop: Shop) -> None:
    shop.orders(1)
    add_message(shop.account, "T000")
    report = shop.run(parts=[Part.OUTBOX])
    assert (report.orders.created, report.pushed.done, shop.count()) == ((), 1, 0)


def test_no_secret_is_in_the_archive(shop: Shop) -> None:
    shop.orders(2)
    add_message(shop.account, "T000")
    token = KeptToken(shop.secrets, SecretName.TOKEN.of(engine.account_key(shop.view()))).load()
    assert token is not None
    shop.run()
    texts = []
    for row in sync_runs.calls():
        detail = sync_runs.call(row.id)
        texts += [detail.request, detail.response]
    assert any("/auth/token/create" in row.api for row in sync_runs.calls())
    assert len(texts) >= 10
    for canary in (token.access_token, token.refresh_token, shop.server.state.app_secret):
        assert not any(canary in text for text in texts)
    assert shop.view().token_until == token.refresh_expires_at


def test_a_part_that_is_refused_does_not_stop_the_others(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_args: object, **_options: object) -> engine.Pulled:
        raise AccessDenied("InsufficientPermission", "no orders for you")

    monkeypatch.setattr(engine, "pull", refused)
    shop.orders(1)
    add_message(shop.account, "T000")
    report = shop.run()
    assert (report.outcome, report.pushed.done) == (RunOutcome.FAILED, 1)
    assert [problem.part for problem in report.problems] == [Part.ORDERS]
    assert "no orders for you" in shop.line().problem
    assert shop.line().problem.startswith("Orders: ")


def test_a_fault_of_ours_in_one_part_does_not_stop_the_others(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: object, **_options: object) -> engine.Pulled:
        raise ZeroDivisionError

    monkeypatch.setattr(engine, "pull", broken)
    shop.orders(1)
    add_message(shop.account, "T000")
    report = shop.run()
    assert (report.outcome, report.pushed.done) == (RunOutcome.FAILED, 1)
    assert "ZeroDivisionError" in report.problem
    assert "Traceback" in caplog.text


@pytest.mark.parametrize("error", [Throttled(900), PlatformUnavailable("no connection", reached=False)])
def test_a_platform_that_does_not_talk_ends_the_run(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def away(*_args: object) -> Iterator[Any]:
        raise error

    monkeypatch.setattr("factory_erp.sync.connectors.alibaba.orders.Orders.pages", away)
    add_message(shop.account, "T000")
    report = shop.run()
    assert report.outcome is RunOutcome.FAILED
    assert (len(report.problems), states()) == (1, ["new"])


def test_three_runs_without_a_platform_take_it_down_and_the_log_says_so_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_args: object) -> Iterator[Any]:
        raise PlatformUnavailable("HTTP 500")

    with monkeypatch.context() as patch:
        patch.setattr("factory_erp.sync.connectors.alibaba.orders.Orders.pages", away)
        for _run in range(5):
            shop.run()
    assert shop.view().state is AccountState.DOWN
    with pytest.raises(AccountWaits) as waits:
        runs.sync_account(shop.account, shop.secrets, trigger=RunTrigger.TIMER)
    assert "HTTP 500" in waits.value.message
    assert runs.sync_due(shop.secrets, trigger=RunTrigger.TIMER) == []
    with clock.at(MONDAY + HOUR):
        [report] = runs.sync_due(shop.secrets, trigger=RunTrigger.TIMER)
    assert (report.outcome, shop.view().state) == (RunOutcome.DONE, AccountState.CONNECTED)
    turns = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(turns) == 1


def test_a_timer_leaves_what_is_not_due_busy_or_has_its_secret_elsewhere(shop: Shop) -> None:
    assert len(runs.sync_due(shop.secrets, trigger=RunTrigger.TIMER)) == 1
    assert runs.sync_due(shop.secrets, trigger=RunTrigger.TIMER) == [], "it ran just now"
    with clock.at(MONDAY + HOUR):
        assert runs.sync_due(MemorySecrets(), trigger=RunTrigger.TIMER) == []
        sync_leases.take(shop.account, "Other PC")
        assert runs.sync_due(shop.secrets, trigger=RunTrigger.TIMER) == []
    assert len(sync_runs.runs()) == 1


# Who may run, and how a run ends


def test_two_runs_of_an_account_and_one_waits(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.orders(4)
    monkeypatch.setattr(runs, "_ASK_AGAIN", 0.02)
    inside, go_on = Event(), Event()
    pull = engine.pull

    def slow(*args: Any, **options: Any) -> engine.Pulled:
        inside.set()
        assert go_on.wait(20)
        return pull(*args, **options)

    monkeypatch.setattr(engine, "pull", slow)
    reports: list[RunReport] = []

    def computer() -> None:
        base.bind(shop.db)
        with clock.at(MONDAY):
            reports.append(shop.run(wait=True))

    threads = [Thread(target=computer) for _pc in range(2)]
    threads[0].start()
    assert inside.wait(20)
    with pytest.raises(AccountBusy, match="'Main shop' is being synced by") as busy:
        shop.run()
    assert busy.value.held.by == runs.holder_name()
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join()
    assert sorted(len(report.orders.created) for report in reports) == [0, 4]
    assert shop.count() == 4


def test_a_run_that_lost_its_lease_applies_nothing_more(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.orders(60)
    add_message(shop.account, "T000")
    monkeypatch.setattr(gate, "RENEW_AFTER", 0.0)

    def apply(*args: Any, **values: Any) -> Any:
        applied = apply_page(*args, **values)
        steal(shop.account)
        return applied

    monkeypatch.setattr(engine, "apply_page", apply)
    report = shop.run()
    assert (report.outcome, report.pushed) == (RunOutcome.FAILED, Pushed())
    assert (shop.count(), states()) == (50, ["new"])
    assert "Another PC has taken over the sync of this account (Thief)" in shop.line().problem
    held = sync_leases.held(shop.account)
    assert held is not None
    assert held.by == "Thief", "it gives back only its own lease"


@use_case
def steal(session: Session, account_id: int) -> None:
    from factory_erp.models.platforms import SyncLease

    row = session.scalars(select(SyncLease).filter_by(account_id=account_id)).one()
    row.token, row.holder = "another", "Thief"


class Impatient:
    """A person who stops the work as soon as something came."""

    cancelled = False

    def report(self, done: int, total: int, text: str = "") -> None:
        self.cancelled = self.cancelled or done > 0


def test_a_cancelled_run_keeps_what_came_and_says_so(shop: Shop) -> None:
    shop.orders(60)
    report = shop.run(progress=Impatient())
    assert (report.outcome, len(report.orders.created), shop.count()) == (RunOutcome.CANCELLED, 50, 50)
    assert shop.line().outcome is RunOutcome.CANCELLED
    assert len(shop.run().orders.created) == 10


def test_a_cancel_is_heard_while_the_platform_makes_us_wait(shop: Shop) -> None:
    class Stopping:
        asked = 0

        @property
        def cancelled(self) -> bool:
            self.asked += 1
            return self.asked > 6

        def report(self, done: int, total: int, text: str = "") -> None:
            """Nobody looks."""

    shop.orders(1)
    shop.server.use_faults(FaultProfile("throttle", ban_seconds=60))
    report = shop.run(progress=Stopping())
    assert (report.outcome, shop.view().state) == (RunOutcome.CANCELLED, AccountState.CONNECTED)


def test_the_days_calls_are_not_exceeded(shop: Shop) -> None:
    shop.orders(120)
    form, version = platforms.account_form(shop.account)
    platforms.save_account(replace(form, daily_quota=60), version)
    report = shop.run()
    assert report.outcome is RunOutcome.FAILED
    assert "used up" in shop.line().problem
    assert shop.count() == 100
    assert shop.view().calls_today > 60, "a page that was begun is taken in whole"
    with pytest.raises(AccountWaits, match="60 calls"):
        shop.run()
    with clock.at(MONDAY + 24 * HOUR):
        assert account_health.quota_left(shop.account) == 60


def test_a_paused_account_and_one_without_its_secret_are_not_begun(shop: Shop) -> None:
    with pytest.raises(DomainError, match="not stored on this PC"):
        runs.sync_account(shop.account, MemorySecrets(), trigger=RunTrigger.HAND)
    platforms.set_paused(shop.account, True)
    with pytest.raises(AccountWaits, match="paused"):
        shop.run()
    assert sync_runs.runs() == []
    assert sync_leases.held(shop.account) is None


def test_a_program_that_is_ended_closes_its_line_and_gives_the_lease_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_args: object, **_options: object) -> engine.Pulled:
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "pull", ended)
    with pytest.raises(KeyboardInterrupt):
        shop.run()
    assert shop.line().outcome is RunOutcome.FAILED
    assert sync_leases.held(shop.account) is None


def test_the_lease_is_renewed_while_a_run_waits(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    renewed: list[Lease] = []
    renew = sync_leases.renew

    def seen(lease: Lease) -> Lease | None:
        renewed.append(lease)
        return renew(lease)

    monkeypatch.setattr(gate, "RENEW_AFTER", 0.0)
    monkeypatch.setattr(sync_leases, "renew", seen)
    shop.orders(1)
    shop.server.use_faults(FaultProfile("throttle", times=1, ban_seconds=0))
    assert shop.run().outcome is RunOutcome.DONE
    assert len(renewed) >= 4


# Kinds of messages


class Station:
    """A delivery that fails as it is told to, and remembers what it was asked."""

    def __init__(self, error: Exception | None = None, *, repeatable: bool = True) -> None:
        self.error, self.repeatable = error, repeatable
        self.asked: list[str] = []

    def send(self, connector: Connector, message: Claimed) -> str:
        self.asked.append("send")
        error, self.error = self.error, None
        if error is not None:
            raise error
        return "V-1"

    def find(self, connector: Connector, message: Claimed) -> str | None:
        self.asked.append("find")
        return None


@pytest.fixture
def station(monkeypatch: pytest.MonkeyPatch) -> Callable[[Station], Station]:
    def place(one: Station) -> Station:
        monkeypatch.setitem(DELIVERIES, "stock", one)
        return one

    return place


@pytest.mark.parametrize("error", [OutcomeUnknown("lost"), PlatformUnavailable("HTTP 500")])
def test_what_may_be_repeated_is_sent_again_without_a_question(
    shop: Shop, station: Callable[[Station], Station], error: Exception
) -> None:
    stock = station(Station(error))
    add_message(shop.account, "P-1", "stock")
    shop.run(parts=[Part.OUTBOX])
    assert states() == ["new"]
    with clock.at(MONDAY + HOUR):
        assert shop.run(parts=[Part.OUTBOX]).pushed == Pushed(done=1)
    assert stock.asked == ["send", "send"]


def test_a_kind_that_nobody_delivers_fails_with_its_remedy(shop: Shop) -> None:
    add_message(shop.account, "X-1", "fax")
    shop.orders(1)
    add_message(shop.account, "T000")
    assert shop.run(parts=[Part.OUTBOX]).pushed == Pushed(done=1, failed=1)
    assert "cannot send messages of the kind 'fax'" in outbox.rows()[1].problem


def test_a_message_that_breaks_the_program_does_not_hold_up_the_others(
    shop: Shop, station: Callable[[Station], Station], caplog: pytest.LogCaptureFixture
) -> None:
    station(Station(KeyError("sku"), repeatable=False))
    add_message(shop.account, "P-1", "stock")
    shop.orders(1)
    add_message(shop.account, "T000")
    assert shop.run(parts=[Part.OUTBOX]).pushed == Pushed(done=1, unknown=1)
    assert "KeyError" in outbox.rows()[1].problem
    assert "could not be delivered" in caplog.text


def test_a_push_without_a_connection_gives_up_after_three_messages(shop: Shop) -> None:
    for number in range(6):
        add_message(shop.account, f"T{number:03d}")
    shop.server.stop()
    report = shop.run(parts=[Part.OUTBOX])
    assert (report.outcome, states()) == (RunOutcome.FAILED, ["new"] * 6)
    assert [row.attempts for row in reversed(outbox.rows())] == [1, 1, 1, 0, 0, 0]
    assert outbox.rows()[0].state is OutboxState.NEW
