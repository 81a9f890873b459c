"""Accounts: their settings, when they are due, how far they have been read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from factory_erp.domain.errors import Conflict, InvalidValue
from factory_erp.models.database import Database
from factory_erp.models.platforms import AccountState, RunTrigger, SyncCursor
from factory_erp.services import clock
from factory_erp.services.base import use_case
from factory_erp.services.platforms import account_health, sync_runs
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms.account_health import Trouble
from factory_erp.services.platforms.accounts import AccountForm
from tests.conftest import MONDAY

MINUTE = timedelta(minutes=1)

FORM = AccountForm(
    platform="dhgate",
    name="Cups on DHgate",
    app_key="key",
    base_url="http://127.0.0.1:1",
    options={"zone": "Asia/Shanghai", "locale": "en_US"},
    every_minutes=5,
    overlap_minutes=1500,
    history_days=30,
    daily_quota=5000,
    language="zh_CN",
    ask_new_buyers=True,
    push_stock=False,
    push_lead_time=False,
    push_prices=True,
    safety_stock=Decimal("12.5"),
)


def test_every_setting_is_kept(db: Database) -> None:
    account = platforms.save_account(FORM).value
    view = platforms.account(account)
    for name in ("platform", "name", "app_key", "base_url", "options", "every_minutes", "overlap_minutes",
                 "history_days", "daily_quota", "language", "ask_new_buyers", "push_stock", "push_lead_time",
                 "push_prices", "safety_stock"):  # fmt: skip
        assert getattr(view, name) == getattr(FORM, name), name
    assert view.state is AccountState.CONNECTED
    form, version = platforms.account_form(account)
    assert (form, version) == (replace(FORM, id=account), view.version)


def test_a_form_saves_only_over_what_it_was_filled_from(db: Database) -> None:
    account = platforms.save_account(FORM).value
    form, version = platforms.account_form(account)
    platforms.save_account(replace(form, every_minutes=10), version)
    with pytest.raises(Conflict, match="changed since you opened them"):
        platforms.save_account(replace(form, every_minutes=20), version)
    assert platforms.account(account).every_minutes == 10


def test_a_sync_in_the_meantime_is_no_reason_to_refuse_the_form(db: Database) -> None:
    account = platforms.save_account(FORM).value
    form, version = platforms.account_form(account)
    account_health.note_trouble(account, Trouble.AWAY, "no connection")
    account_health.note_token(account, MONDAY)
    platforms.save_account(replace(form, language="en"), version)
    assert platforms.account(account).language == "en"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"every_minutes": -1}, "every_minutes"),
        ({"every_minutes": 1441}, "every_minutes"),
        ({"history_days": 0}, "history_days"),
        ({"overlap_minutes": -5}, "overlap_minutes"),
        ({"daily_quota": -1}, "daily_quota"),
        ({"safety_stock": Decimal(-1)}, "safety_stock"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    db: Database, change: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        platforms.save_account(replace(FORM, **change))  # type: ignore[arg-type]
    assert (refused.value.field, bool(refused.value.remedy)) == (field, True)
    assert platforms.accounts() == []


def test_two_accounts_of_a_platform_have_two_names(db: Database) -> None:
    platforms.save_account(FORM)
    with pytest.raises(Conflict, match="already"):
        platforms.save_account(replace(FORM, name=" Cups on DHgate "))
    platforms.save_account(replace(FORM, platform="alibaba"))
    assert len(platforms.accounts()) == 2


def run_at(account: int, minutes: int) -> None:
    with clock.at(MONDAY + minutes * MINUTE):
        sync_runs.start_run(account, RunTrigger.TIMER, "PC")


def test_an_account_is_due_when_its_minutes_are_over(db: Database) -> None:
    by_hand = platforms.save_account(replace(FORM, name="By hand", every_minutes=0)).value
    late = platforms.save_account(replace(FORM, name="Late")).value
    never = platforms.save_account(replace(FORM, name="Never yet")).value
    run_at(late, 0)
    run_at(by_hand, 0)
    assert platforms.due_accounts() == [never]
    assert platforms.due_accounts(MONDAY + 5 * MINUTE) == [never, late]
    run_at(late, 60)
    assert platforms.due_accounts() == [never, late], "a run in the future was made by a wrong clock"


def test_an_account_that_waits_is_due_when_its_pause_is_over(db: Database) -> None:
    account = platforms.save_account(replace(FORM, every_minutes=60)).value
    run_at(account, 0)
    for _run in range(3):
        account_health.note_trouble(account, Trouble.AWAY, "HTTP 500")
    assert platforms.due_accounts() == []
    assert platforms.due_accounts(MONDAY + MINUTE) == [account]
    account_health.note_trouble(account, Trouble.SIGN_IN, "expired")
    assert platforms.due_accounts(MONDAY + 90 * MINUTE) == []
    account_health.note_well(account)
    platforms.set_paused(account, True)
    assert platforms.due_accounts(MONDAY + 90 * MINUTE) == []


@use_case
def put_cursor(session: Session, account_id: int, kind: str, days: float) -> None:
    session.add(SyncCursor(account_id=account_id, kind=kind, position=MONDAY + timedelta(days=days)))


def test_each_kind_is_read_from_its_own_cursor(db: Database) -> None:
    account = platforms.save_account(replace(FORM, overlap_minutes=10)).value
    put_cursor(account, "inquiry", -1)
    assert platforms.next_window(account).start == MONDAY - timedelta(days=30)
    window = platforms.next_window(account, "inquiry")
    assert (window.start, window.end) == (MONDAY - timedelta(days=1, minutes=10), MONDAY)


@pytest.mark.parametrize("days", [3653, 1, 1 / 3])
def test_a_clock_that_was_ahead_makes_no_order_be_missed(db: Database, days: float) -> None:
    account = platforms.save_account(replace(FORM, overlap_minutes=10)).value
    put_cursor(account, "order", days)
    window = platforms.next_window(account)
    assert (window.start, window.end) == (MONDAY - timedelta(days=30), MONDAY)


def test_a_clock_that_was_put_back_a_little_asks_no_window_that_ends_before_it_begins(db: Database) -> None:
    account = platforms.save_account(replace(FORM, overlap_minutes=10)).value
    put_cursor(account, "order", 5 / 1440)
    window = platforms.next_window(account)
    assert (window.start, window.end) == (MONDAY - 10 * MINUTE, MONDAY)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "x" * 81),
        ("name", "a\0b"),
        ("app_key", "k" * 61),
        ("base_url", "https://" + "x" * 200),
        ("safety_stock", Decimal("NaN")),
        ("safety_stock", Decimal("1e30")),
        ("safety_stock", Decimal("0.0000001")),
        ("safety_stock", Decimal(-1)),
    ],
)
def test_a_setting_that_no_column_holds_is_refused_by_name(db: Database, field: str, value: object) -> None:
    form = replace(FORM, **{field: value})  # type: ignore[arg-type]
    with pytest.raises(InvalidValue) as caught:
        platforms.save_account(form)
    assert caught.value.field == field
    assert platforms.accounts() == []
