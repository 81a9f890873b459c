"""The circuit of an account: what its states follow from, how long it is left alone, what the log says."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from factory_erp.models.database import Database
from factory_erp.models.platforms import AccountState
from factory_erp.services import clock
from factory_erp.services.platforms import account_health, sync_runs
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms.account_health import (
    Trouble,
    may_talk,
    note_trouble,
    note_well,
    pause_after,
)
from factory_erp.services.platforms.accounts import AccountForm, AccountView
from tests.conftest import MONDAY

MINUTE = timedelta(minutes=1)


@pytest.fixture
def account(db: Database) -> int:
    return platforms.add_account("alibaba", "Main shop", "http://127.0.0.1:1", "key").value


def view(account: int) -> AccountView:
    return platforms.account(account)


def test_three_runs_that_find_the_platform_away_take_it_down_and_one_answer_brings_it_back(
    account: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "factory_erp.services.platforms.account_health")
    states = []
    for _run in range(6):
        note_trouble(account, Trouble.AWAY, "no connection")
        states.append(view(account).state)
    assert states == [AccountState.CONNECTED] * 2 + [AccountState.DOWN] * 4
    assert view(account).retry_at == MONDAY + 8 * MINUTE
    for _run in range(3):
        note_well(account)
    found = view(account)
    assert (found.state, found.failures, found.retry_at) == (AccountState.CONNECTED, 0, None)
    assert found.state_since == MONDAY
    said = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert said == [
        ("WARNING", "account 'Main shop' is down: no connection"),
        ("INFO", "account 'Main shop' is connected again (it was down)"),
    ]


def test_the_pauses_grow_to_half_an_hour() -> None:
    minutes = [pause_after(failures) // MINUTE for failures in range(12)]
    assert minutes == [0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30, 30]
    assert pause_after(10_000) == 30 * MINUTE


def test_an_account_that_is_down_is_left_alone_but_a_person_may_try(account: int) -> None:
    for _run in range(3):
        note_trouble(account, Trouble.AWAY, "HTTP 500")
    wait = may_talk(account)
    assert wait is not None
    assert (wait.state, wait.reason, wait.until) == (AccountState.DOWN, "HTTP 500", MONDAY + MINUTE)
    assert may_talk(account, by_hand=True) is None
    with clock.at(MONDAY + MINUTE):
        assert may_talk(account) is None


def test_a_ban_is_waited_for_by_everybody(account: int) -> None:
    note_trouble(account, Trouble.THROTTLED, "too many calls", seconds=90)
    for by_hand in (False, True):
        wait = may_talk(account, by_hand=by_hand)
        assert wait is not None
        assert (wait.state, wait.until) == (AccountState.THROTTLED, MONDAY + timedelta(seconds=90))
    with clock.at(MONDAY + timedelta(seconds=90)):
        assert may_talk(account) is None


def test_a_refused_sign_in_waits_for_a_person(account: int) -> None:
    note_trouble(account, Trouble.SIGN_IN, "token expired")
    wait = may_talk(account)
    assert wait is not None
    assert (wait.until, "authorise the program again" in wait.remedy) == (None, True)
    assert may_talk(account, by_hand=True) is None


def test_what_is_refused_for_other_reasons_says_so_and_changes_no_state(account: int) -> None:
    for _run in range(5):
        note_trouble(account, Trouble.OTHER, "no permission")
    assert (view(account).state, view(account).last_problem) == (AccountState.CONNECTED, "no permission")
    assert may_talk(account) is None


def test_a_pause_is_a_persons_word(account: int) -> None:
    platforms.set_paused(account, True)
    note_trouble(account, Trouble.SIGN_IN, "token expired")
    note_well(account)
    assert view(account).state is AccountState.PAUSED
    wait = may_talk(account, by_hand=True)
    assert wait is not None
    assert "paused" in wait.reason
    platforms.set_paused(account, False)
    assert may_talk(account) is None


def calls(account: int, count: int) -> None:
    made = sync_runs.CallRecord("list", "", False, clock.now(), 5, 200, "", "{}", "{}")
    sync_runs.record_calls(account, None, [made] * count)


def test_a_spent_quota_is_refused_until_midnight_in_beijing(account: int) -> None:
    form, version = platforms.account_form(account)
    calls(account, 3)
    assert account_health.quota_left(account) is None
    platforms.save_account(_with_quota(form, 5), version)
    assert account_health.quota_left(account) == 2
    calls(account, 2)
    wait = may_talk(account, by_hand=True)
    assert wait is not None
    assert wait.reason == "All 5 calls that the platform allows in a day are used up."
    assert wait.until == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert platforms.due_accounts() == []
    with clock.at(datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)):
        assert may_talk(account) is not None
    with clock.at(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)):
        assert may_talk(account) is None
        assert view(account).calls_today == 0
        calls(account, 1)
        assert view(account).calls_today == 1


def _with_quota(form: AccountForm, quota: int) -> AccountForm:
    return AccountForm(form.platform, form.name, form.app_key, form.base_url, daily_quota=quota, id=form.id)


def test_the_end_of_the_sign_in_is_noted(account: int) -> None:
    account_health.note_token(account, MONDAY + timedelta(days=30))
    assert view(account).token_until == MONDAY + timedelta(days=30)
