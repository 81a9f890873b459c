"""Pulls and pushes through every fault of a platform, and what the account's owner is told."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.platforms import AccountState, Binding, OutboxMessage, OutboxState, SyncCursor
from factory_erp.models.sales import SalesOrder
from factory_erp.services import base, clock, outbox
from factory_erp.services.base import use_case
from factory_erp.services.platform_orders import intake
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms import outbox_settling
from factory_erp.services.platforms.accounts import AccountView
from factory_erp.sync import engine
from factory_erp.sync.connectors.alibaba.connector import AlibabaConnector
from factory_erp.sync.connectors.base import utc_now
from factory_erp.sync.credentials import FileSecrets, MemorySecrets
from factory_erp.sync.engine import Pushed, SecretName
from factory_erp.sync.http.errors import (
    AccessDenied,
    OutcomeUnknown,
    PlatformError,
    PlatformUnavailable,
    ReauthoriseNeeded,
    Refused,
    Throttled,
    WrongCredentials,
)
from factory_erp.sync.sandbox.alibaba import SandboxServer, line_payload, order_payload
from factory_erp.sync.sandbox.alibaba.state import SandboxState
from factory_erp.sync.sandbox.faults import KINDS, FaultProfile
from tests.conftest import MONDAY
from tests.sync.connectors.support import Desk, desk

SHIPPING = ("/alibaba/v2/order/shipping",)
LOOKING_UP = ("/order/logistics/query",)
HOUR = timedelta(hours=1)


class Shop:
    """A sandbox platform, an account on it, and one item that buyers order there."""

    def __init__(self, db: Database, stack: ExitStack) -> None:
        self.db, self._stack = db, stack
        self.present = MONDAY
        self.state = SandboxState(now=lambda: self.present)
        self.server = stack.enter_context(SandboxServer(state=self.state))
        self.account = platforms.add_account("alibaba", "Main shop", self.server.url, "sandbox-app").value
        self.desk = self.connect()
        with db.session(write=True) as session:
            session.add(Item(sku="SKU-1", kind="finished", procurement="make"))

    def connect(self, **options: Any) -> Desk:
        made = desk(self.server, now=lambda: self.present, page_size=10, **options)
        self._stack.enter_context(made.connector)
        return made

    def platform_orders(self, count: int, modified: datetime = MONDAY - HOUR) -> list[str]:
        names = [f"T{number:03d}" for number in range(count)]
        for number, name in enumerate(names):
            lines = [line_payload("SKU-1", str(10 + number), "2.50")]
            self.state.add(order_payload(name, created=modified, modified=modified, lines=lines))
        return names

    def pull(self, desk: Desk | None = None) -> engine.Pulled:
        return engine.pull(self.account, (desk or self.desk).connector)

    def push(self, desk: Desk | None = None) -> Pushed:
        return engine.push(self.account, (desk or self.desk).connector)

    def later(self, delay: timedelta) -> None:
        """Time goes on, for us and for the platform."""
        self.present += delay
        self._stack.enter_context(clock.at(self.present))

    def all_there_once(self, count: int) -> bool:
        with self.db.session() as session:
            orders = session.scalars(select(SalesOrder)).all()
            bound = session.scalars(select(Binding.record_id).filter_by(kind="order")).all()
        total = sum(order.total_minor for order in orders)
        ids = sorted(order.id for order in orders)
        return (
            len(ids) == count and sorted(bound) == ids and total == sum(250 * (10 + n) for n in range(count))
        )

    def message(self, name: str, **changes: str) -> int:
        said = {
            "external_order_id": name,
            "carrier_code": "DHL",
            "logistics_type": "EXPRESS",
            "tracking_number": f"TRACK-{name}",
            "lines": [],
        }
        return add_message(self.account, name, json.dumps(said | changes)).value

    def parcels(self) -> Counter[str]:
        return Counter(parcel.tracking_number for parcel in self.state.shipments)

    def row(self, message: int) -> outbox.OutboxRow:
        return next(row for row in outbox.rows() if row.id == message)

    def view(self) -> AccountView:
        [view] = platforms.accounts()
        return view


@use_case
def add_message(session: Session, account_id: int, name: str, payload: str) -> int:
    message = OutboxMessage(
        account_id=account_id,
        kind="shipment",
        client_key=f"ship:{name}",
        record_id=1,
        title=name,
        payload=payload,
    )
    session.add(message)
    session.flush()
    return message.id


@pytest.fixture
def shop(db: Database) -> Iterator[Shop]:
    with ExitStack() as stack:
        yield Shop(db, stack)


# Pulling


def test_a_pull_brings_everything_once_and_moves_the_cursor(shop: Shop) -> None:
    shop.platform_orders(25)
    pulled = shop.pull()
    assert (len(pulled.applied.created), pulled.pages, pulled.complete) == (25, 3, True)
    assert pulled.changes["sales_order"] == set(pulled.applied.created)
    assert shop.all_there_once(25)
    shop.later(5 * timedelta(minutes=1))
    again = shop.pull()
    assert (again.applied.created, again.applied.updated) == ((), ())
    assert shop.all_there_once(25)
    assert shop.view().last_pull_at == shop.present


@pytest.mark.parametrize("kind", [*KINDS, "mixed"])
def test_a_pull_through_a_fault_brings_everything_once(shop: Shop, kind: str) -> None:
    shop.platform_orders(12)
    shop.server.use_faults(FaultProfile(kind, 0.4, seed=3))
    for _attempt in range(20):
        try:
            shop.pull()
            break
        except PlatformError:
            assert shop.view().last_problem
    assert shop.all_there_once(12)
    assert shop.view().last_problem == ""
    assert sum(shop.state.faults[name] for name in KINDS) > 2


def test_a_pull_that_dies_between_pages_leaves_the_cursor_and_the_next_goes_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.platform_orders(25)
    applying = intake.apply_page
    pages = iter([applying, applying])

    def dies(*args: Any, **values: Any) -> Any:
        return next(pages)(*args, **values)

    with monkeypatch.context() as patch:
        patch.setattr(engine, "apply_page", dies)
        with pytest.raises(StopIteration):
            shop.pull()
    with shop.db.session() as session:
        assert len(session.scalars(select(SalesOrder)).all()) == 20
        assert session.scalar(select(SyncCursor)) is None
    assert shop.pull().applied.unchanged == 20
    assert shop.all_there_once(25)


def test_a_cancelled_pull_says_so_and_loses_nothing(shop: Shop) -> None:
    class Impatient:
        seen = 0

        @property
        def cancelled(self) -> bool:
            return self.seen > 0

        def report(self, done: int, total: int, text: str = "") -> None:
            self.seen = done
            assert (total, text) == (25, "Pulling orders")

    shop.platform_orders(25)
    pulled = engine.pull(shop.account, shop.desk.connector, Impatient())
    assert (pulled.complete, pulled.pages, len(pulled.value.created)) == (False, 1, 10)
    assert shop.pull().complete
    assert shop.all_there_once(25)


def test_a_change_on_the_platform_reaches_the_draft(shop: Shop) -> None:
    shop.platform_orders(2)
    shop.pull()
    shop.later(HOUR)
    shop.state.modify("T001", remark="gift boxes")
    assert len(shop.pull().applied.updated) == 1


def test_our_own_shipment_is_not_a_change_by_the_buyer(shop: Shop) -> None:
    """Reporting a shipment moves the order's status and date on the platform."""
    shop.platform_orders(1)
    [order] = shop.pull().applied.created
    with shop.db.session(write=True) as session:
        session.get_one(SalesOrder, order).state = "shipped"
    shop.message("T000")
    shop.push()
    shop.later(HOUR)
    assert shop.pull().applied == intake.Applied(unchanged=1)
    assert platforms.open_exceptions() == []


def test_a_malformed_order_waits_for_a_person_and_the_others_come(shop: Shop) -> None:
    shop.platform_orders(5)
    shop.state.add({**(shop.state.order("T004") or {}), "trade_id": "BAD", "order_products": "none"})
    assert (len(shop.pull().applied.created), shop.view().open_exceptions) == (5, 1)
    assert platforms.open_exceptions()[0].external_id == "BAD"


def test_a_wrong_secret_asks_for_the_secret_and_loses_nothing(shop: Shop) -> None:
    shop.platform_orders(3)
    wrong = shop.connect(secret="not-the-secret")
    shop.message("T000")
    with pytest.raises(WrongCredentials):
        shop.pull(wrong)
    view = shop.view()
    assert view.state == AccountState.REAUTHORISE
    assert "Check the app key and the app secret" in view.last_problem
    with pytest.raises(WrongCredentials):
        shop.push(wrong)
    assert (shop.view().waiting_messages, shop.parcels()) == (1, {})
    shop.pull()
    assert shop.view().state == AccountState.CONNECTED
    assert shop.all_there_once(3)
    shop.later(HOUR)
    assert shop.push() == Pushed(done=1)


def test_a_withdrawn_permission_asks_to_authorise_again(shop: Shop) -> None:
    shop.platform_orders(3)
    shop.state.revoke()
    with pytest.raises(ReauthoriseNeeded):
        shop.pull()
    assert shop.view().state == AccountState.REAUTHORISE
    assert "authorise the program again" in shop.view().last_problem
    shop.desk.connector.sign_in.exchange_code(shop.state.new_code())
    shop.pull()
    assert shop.all_there_once(3)


def test_a_token_that_expires_in_the_middle_is_renewed(shop: Shop) -> None:
    names = shop.platform_orders(25)
    for name in names[:5]:
        shop.message(name)
    shop.server.use_faults(FaultProfile("expired_token", 0.2, seed=5))
    shop.pull()
    assert shop.push() == Pushed(done=5)
    assert shop.all_there_once(25)
    assert set(shop.parcels().values()) == {1}
    assert shop.state.counts["/auth/token/refresh"] > 2


def test_a_platform_that_is_away_is_said_to_be_away(shop: Shop) -> None:
    shop.server.use_faults(FaultProfile("http500"))
    with pytest.raises(PlatformUnavailable):
        shop.pull()
    assert (shop.view().state, "HTTP 500" in shop.view().last_problem) == (AccountState.CONNECTED, True)


# Pushing


def test_each_message_is_sent_once_and_keeps_its_voucher(shop: Shop) -> None:
    messages = [shop.message(name) for name in shop.platform_orders(3)]
    assert shop.push() == Pushed(done=3)
    assert shop.push() == Pushed()
    assert [shop.row(message).answer for message in messages] == ["V00000001", "V00000002", "V00000003"]
    assert set(shop.parcels().values()) == {1}


@pytest.mark.parametrize("kind", ["timeout_after_acting", "truncated_json"])
def test_an_answer_that_is_lost_is_looked_up_at_once(shop: Shop, kind: str) -> None:
    message = shop.message(*shop.platform_orders(1))
    shop.server.use_faults(FaultProfile(kind, apis=SHIPPING))
    assert shop.push() == Pushed(done=1)
    assert shop.parcels() == {"TRACK-T000": 1}
    assert shop.row(message).answer == "V00000001"


@pytest.mark.parametrize("kind", ["timeout_before", "http500", "html_200"])
def test_a_call_that_never_arrived_is_unknown_then_looked_up_then_sent(shop: Shop, kind: str) -> None:
    message = shop.message(*shop.platform_orders(1))
    shop.server.use_faults(FaultProfile(kind, apis=SHIPPING, times=1))
    assert shop.push() == Pushed(unknown=1)
    assert (shop.row(message).state, shop.parcels()) == (OutboxState.UNKNOWN, {})
    assert shop.push() == Pushed(), "it waits a while before it is tried again"
    shop.later(HOUR)
    assert shop.push() == Pushed(done=1)
    assert shop.parcels() == {"TRACK-T000": 1}


@pytest.mark.parametrize("kind", ["throttle", "http500", "timeout_before", "html_200"])
def test_when_the_question_fails_too_the_outcome_stays_unknown(shop: Shop, kind: str) -> None:
    """The platform acted, its answer was lost, and then it could not be asked: nothing may be sent twice."""
    first, second = (shop.message(name) for name in shop.platform_orders(2))
    find = shop.desk.connector.shipments.find

    def ask(*args: Any) -> str | None:
        shop.server.use_faults(FaultProfile(kind, apis=LOOKING_UP, ban_seconds=900))
        return find(*args)

    shop.server.use_faults(FaultProfile("timeout_after_acting", apis=SHIPPING))
    shop.desk.connector.shipments.find = ask  # type: ignore[method-assign, assignment]
    assert shop.push() == Pushed(unknown=1, done=1)
    shop.server.use_faults(FaultProfile())
    shop.desk.connector.shipments.find = find  # type: ignore[method-assign]
    shop.later(HOUR)
    assert shop.push() == Pushed(done=1)
    assert [shop.row(message).state for message in (first, second)] == [OutboxState.DONE] * 2
    assert shop.parcels() == {"TRACK-T000": 1, "TRACK-T001": 1}


@pytest.mark.parametrize(
    "error",
    [
        Throttled(900),
        PlatformUnavailable("no connection", reached=False),
        ReauthoriseNeeded(),
        WrongCredentials("25"),
        Refused("404", "order not exist"),
        AccessDenied("AppWhiteIpLimit", "not from here"),
        OutcomeUnknown("lost"),
        InvalidValue("the answer is no order"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_stops_a_look_up_nothing_is_sent_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, error: DomainError
) -> None:
    """Looked up at once, looked up at the next run, and asked for again by a person in between."""
    message = shop.message(*shop.platform_orders(1))

    def fails(*_args: object) -> str | None:
        raise error

    shop.server.use_faults(FaultProfile("timeout_after_acting", apis=SHIPPING))
    with monkeypatch.context() as patch:
        patch.setattr(shop.desk.connector.shipments, "find", fails)
        for _run in range(3):
            with suppress(type(error)):
                shop.push()
            assert shop.row(message).state == OutboxState.UNKNOWN
            outbox.send_again(message)
    assert shop.push() == Pushed(done=1)
    assert shop.parcels() == {"TRACK-T000": 1}


def test_a_refusal_is_final_until_a_person_asks_again(shop: Shop) -> None:
    names = shop.platform_orders(2)
    shop.state.modify(names[0], trade_status="unpay")
    refused, good = (shop.message(name) for name in names)
    assert shop.push() == Pushed(done=1, failed=1)
    assert (shop.row(refused).state, shop.row(good).state) == (OutboxState.FAILED, OutboxState.DONE)
    assert "does not allow shipping" in shop.row(refused).problem
    shop.later(HOUR)
    assert shop.push() == Pushed()
    shop.state.modify(names[0], trade_status="undeliver")
    outbox.send_again(refused)
    assert shop.push() == Pushed(done=1)
    assert set(shop.parcels().values()) == {1}


def test_a_message_that_may_not_be_sent_at_all_fails_and_the_others_go(shop: Shop) -> None:
    first, second = shop.platform_orders(2)
    bad = shop.message(first, logistics_type="SEA")
    shop.message(second)
    assert shop.push() == Pushed(done=1, failed=1)
    assert "EXPRESS or POST" in shop.row(bad).problem


def test_throttled_messages_stay_new_and_go_later(shop: Shop) -> None:
    messages = [shop.message(name) for name in shop.platform_orders(2)]
    shop.server.use_faults(FaultProfile("throttle", apis=SHIPPING))
    with pytest.raises(Throttled):
        shop.push()
    assert [shop.row(message).state for message in messages] == [OutboxState.NEW] * 2
    assert "limits the number of calls" in shop.view().last_problem
    shop.server.use_faults(FaultProfile())
    shop.later(HOUR)
    assert shop.push() == Pushed(done=2)
    assert set(shop.parcels().values()) == {1}


def test_an_application_that_is_shut_out_stops_the_run_and_fails_no_message(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = [shop.message(name) for name in shop.platform_orders(2)]

    def shut_out(*_args: object) -> str:
        raise AccessDenied("AppWhiteIpLimit", "not from here")

    with monkeypatch.context() as patch:
        patch.setattr(shop.desk.connector.shipments, "push", shut_out)
        with pytest.raises(AccessDenied):
            shop.push()
    assert [shop.row(message).state for message in messages] == [OutboxState.NEW] * 2
    assert shop.row(messages[1]).attempts == 0


def test_without_a_connection_a_message_stays_new(shop: Shop) -> None:
    message = shop.message(*shop.platform_orders(1))
    shop.server.stop()
    assert shop.push() == Pushed(later=1)
    assert shop.row(message).state == OutboxState.NEW


def test_a_message_that_never_gets_through_is_handed_to_a_person(shop: Shop) -> None:
    message = shop.message(*shop.platform_orders(1))
    shop.server.use_faults(FaultProfile("throttle", apis=SHIPPING))
    for _attempt in range(outbox.GIVE_UP_AFTER):
        with pytest.raises(Throttled):
            shop.push()
        shop.later(HOUR)
    assert shop.row(message).state == OutboxState.FAILED
    assert shop.push() == Pushed()
    shop.server.use_faults(FaultProfile())
    outbox.send_again(message)
    assert shop.push() == Pushed(done=1)


def test_a_claimed_message_is_nobody_elses_until_its_lease_ends(shop: Shop) -> None:
    shop.message(*shop.platform_orders(1))
    claimed = outbox.claim(shop.account).value
    assert claimed is not None
    assert not claimed.look_up_first
    assert outbox.claim(shop.account).value is None
    shop.later(outbox.LEASE)
    again = outbox.claim(shop.account).value
    assert again is not None
    assert (again.id, again.look_up_first, again.attempt) == (claimed.id, True, 2)


def test_who_has_lost_a_message_neither_sends_nor_settles_it(shop: Shop) -> None:
    """The slow process comes back while another one works on the message."""
    message = shop.message(*shop.platform_orders(1))
    slow = outbox.claim(shop.account).value
    shop.later(outbox.LEASE)
    quick = outbox.claim(shop.account).value
    assert slow is not None
    assert quick is not None
    assert (outbox.renew(slow).value, outbox.renew(quick).value) == (False, True)
    outbox_settling.settle(slow, OutboxState.NEW)
    assert shop.row(message).state == OutboxState.SENT
    outbox_settling.settle(slow, OutboxState.DONE, "V1")
    outbox_settling.settle(quick, OutboxState.UNKNOWN)
    assert (shop.row(message).state, shop.row(message).answer) == (OutboxState.DONE, "V1")


def test_a_long_look_up_ends_in_no_second_sending(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one PC asks for minutes whether a message arrived, another one takes it over and sends it."""
    shop.message(*shop.platform_orders(1))
    outbox.claim(shop.account)
    shop.later(outbox.LEASE)
    find = shop.desk.connector.shipments.find
    other = shop.connect()

    def asks_for_long(*args: Any) -> str | None:
        answer = find(*args)
        shop.later(outbox.LEASE)
        assert shop.push(other) == Pushed(done=1)
        return answer

    monkeypatch.setattr(shop.desk.connector.shipments, "find", asks_for_long)
    shop.push()
    assert shop.parcels() == {"TRACK-T000": 1}
    assert outbox.rows()[0].state == OutboxState.DONE


def test_two_computers_pull_and_push_at_the_same_time(shop: Shop) -> None:
    for name in shop.platform_orders(20):
        shop.message(name)
    problems: list[BaseException] = []

    def computer(connector: AlibabaConnector) -> None:
        base.bind(shop.db)
        try:
            with clock.at(MONDAY):
                engine.pull(shop.account, connector)
                engine.push(shop.account, connector)
        except BaseException as error:
            problems.append(error)

    threads = [Thread(target=computer, args=(shop.connect().connector,)) for _pc in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert shop.all_there_once(20)
    assert sorted(shop.parcels().values()) == [1] * 20
    assert shop.view().waiting_messages == 0


# Secrets


def connectors_of(shop: Shop, secrets: MemorySecrets) -> Callable[[], object]:
    return lambda: engine.open_connector(shop.view(), secrets)


def test_an_account_without_its_secret_says_where_to_enter_it(shop: Shop) -> None:
    with pytest.raises(DomainError, match="'Main shop' is not stored on this PC") as raised:
        connectors_of(shop, MemorySecrets())()
    assert "enter the app secret" in raised.value.remedy


def test_opened_by_the_secret_store_an_account_can_be_authorised_and_pulled(shop: Shop) -> None:
    shop.platform_orders(2)
    secrets = MemorySecrets()
    secrets.set(SecretName.APP_SECRET.of("alibaba/sandbox-app"), "sandbox-secret")
    shop.state.now = utc_now  # the connector that is opened here looks at the real clock
    with engine.open_connector(shop.view(), secrets) as connector:
        connector.sign_in.exchange_code(shop.state.new_code())
        engine.pull(shop.account, connector)
    assert "access_token" in (secrets.get(SecretName.TOKEN.of("alibaba/sandbox-app")) or "")
    assert shop.all_there_once(2)


def test_no_secret_gets_into_database_workspace_or_log(
    shop: Shop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Everything that a run writes down is searched for the secrets that it used."""
    canaries = ["canary-app-secret", "canary-passphrase"]
    shop.state.app_secret = canaries[0]
    shop.platform_orders(3)
    shop.message("T000")
    shop.state.now = utc_now
    log = tmp_path / "workspace" / "log" / "factory_erp.log"
    handler = logging.FileHandler(log)
    logging.getLogger().addHandler(handler)
    secrets = FileSecrets(tmp_path / "workspace" / "secrets.enc", canaries[1])
    caplog.set_level(logging.DEBUG)
    try:
        secrets.set(SecretName.APP_SECRET.of("alibaba/sandbox-app"), "canary-wrong-secret")
        with engine.open_connector(shop.view(), secrets) as wrong, pytest.raises(WrongCredentials):
            wrong.sign_in.exchange_code(shop.state.new_code())
        secrets.set(SecretName.APP_SECRET.of("alibaba/sandbox-app"), canaries[0])
        with engine.open_connector(shop.view(), secrets) as good:
            token = good.sign_in.exchange_code(shop.state.new_code())
            canaries += [token.access_token, token.refresh_token, "canary-wrong-secret"]
            engine.pull(shop.account, good)
            engine.push(shop.account, good)
            shop.state.revoke()
            with pytest.raises(ReauthoriseNeeded):
                engine.pull(shop.account, good)
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()
    written = [caplog.text.encode(), *_everything_in(shop.db)]
    written += [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(log.read_bytes()) > 100
    assert shop.all_there_once(3)
    for canary in canaries:
        assert not any(canary.encode() in text for text in written)


def _everything_in(db: Database) -> list[bytes]:
    """Every row of every table, as text."""
    from factory_erp.models import Base

    with db.session() as session:
        return [
            repr(row).encode()
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
        ]
