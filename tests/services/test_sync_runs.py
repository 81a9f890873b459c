"""The history of runs and the archived calls behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from factory_erp.domain.errors import NotFound
from factory_erp.models.database import Database
from factory_erp.models.platforms import RunOutcome, RunTrigger
from factory_erp.services import clock
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms import sync_runs
from factory_erp.services.platforms.sync_runs import CallRecord, RunCounts
from tests.conftest import MONDAY

CALL = CallRecord("/order/get", "T-1", False, MONDAY, 12, 200, "", '{"e_trade_id":"T-1"}', '{"code":"0"}')


@pytest.fixture
def account(db: Database) -> int:
    return platforms.add_account("alibaba", "Main shop", "http://127.0.0.1:1", "key").value


def test_a_run_has_a_line_with_what_it_brought(account: int) -> None:
    run = sync_runs.start_run(account, RunTrigger.TIMER, "Mei @ OFFICE-2 (7)").value
    [row] = sync_runs.runs()
    assert (row.outcome, row.ended_at, row.account) == (RunOutcome.RUNNING, None, "Main shop")
    counts = RunCounts(created=3, updated=1, unchanged=5, exceptions=2, inquiries=1, sent=4, calls=9)
    with clock.at(MONDAY + timedelta(seconds=30)):
        sync_runs.end_run(run, RunOutcome.DONE, counts, "")
    [row] = sync_runs.runs(account)
    assert (row.outcome, row.counts, row.trigger) == (RunOutcome.DONE, counts, RunTrigger.TIMER)
    assert (row.started_at, row.ended_at) == (MONDAY, MONDAY + timedelta(seconds=30))
    assert sync_runs.runs(account + 1) == []


def test_the_line_of_a_program_that_died_is_closed_by_the_next_run(account: int) -> None:
    sync_runs.start_run(account, RunTrigger.SERVER, "PC 1")
    sync_runs.start_run(account, RunTrigger.SERVER, "PC 2")
    second, first = sync_runs.runs()
    assert (first.outcome, second.outcome) == (RunOutcome.FAILED, RunOutcome.RUNNING)
    assert "in the middle of the run" in first.problem


def test_calls_are_found_by_run_and_by_what_they_were_about(account: int) -> None:
    run = sync_runs.start_run(account, RunTrigger.HAND, "PC").value
    sync_runs.record_calls(account, run, [CALL, replace(CALL, subject="T-2", acts=True, outcome="HTTP 500")])
    sync_runs.record_calls(account, None, [replace(CALL, api="/auth/token/refresh", subject="")])
    assert [row.subject for row in sync_runs.calls(account)] == ["", "T-2", "T-1"]
    assert [row.subject for row in sync_runs.calls(run_id=run, limit=1)] == ["T-2"]
    [row] = sync_runs.calls(account, subject="T-1")
    assert (row.api, row.account, row.run_id, row.milliseconds) == ("/order/get", "Main shop", run, 12)
    detail = sync_runs.call(row.id)
    assert (detail.row, detail.request, detail.response) == (row, CALL.request, CALL.response)
    assert platforms.account(account).calls_today == 3


def test_what_no_database_stores_is_made_storable(account: int) -> None:
    odd = replace(CALL, api="a" * 300, subject="T\0-1", outcome="x" * 500, response="\ud800 and \0")
    sync_runs.record_calls(account, None, [odd])
    [row] = sync_runs.calls(account)
    assert (len(row.api), len(row.outcome), row.subject) == (120, 120, "T�-1")
    assert sync_runs.call(row.id).response == "? and �"


def test_archiving_changes_no_record_that_a_page_shows(account: int) -> None:
    version = platforms.account(account).version
    assert sync_runs.record_calls(account, None, [CALL]).changes == {}
    assert platforms.account(account).version == version


def test_calls_are_forgotten_after_a_month_or_when_there_are_too_many(
    account: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = platforms.add_account("alibaba", "Second shop", "http://127.0.0.1:1", "key").value
    long_ago = MONDAY - timedelta(days=30, seconds=1)
    sync_runs.record_calls(account, None, [replace(CALL, started_at=long_ago), CALL, CALL, CALL])
    sync_runs.record_calls(other, None, [CALL])
    assert sync_runs.tidy(account).value == 1
    monkeypatch.setattr(sync_runs, "KEEP_CALLS", 2)
    kept = [row.id for row in sync_runs.calls(account)][:2]
    assert sync_runs.tidy(account).value == 1
    assert [row.id for row in sync_runs.calls(account)] == kept
    assert sync_runs.tidy(account).value == 0
    assert len(sync_runs.calls(other)) == 1


def test_runs_are_forgotten_after_a_year(account: int) -> None:
    with clock.at(MONDAY - timedelta(days=366)):
        old = sync_runs.start_run(account, RunTrigger.HAND, "PC").value
    sync_runs.start_run(account, RunTrigger.HAND, "PC")
    sync_runs.record_calls(account, old, [CALL])
    sync_runs.tidy(account)
    assert [row.id for row in sync_runs.runs()] == [old + 1]
    assert [row.run_id for row in sync_runs.calls(account)] == [None]


def test_a_call_that_is_gone_is_not_found(account: int) -> None:
    with pytest.raises(NotFound):
        sync_runs.call(1)
