"""Calls on their way into the archive: in batches, without secrets, harming nobody."""

from __future__ import annotations

from threading import Thread

import pytest

from factory_erp.models.database import Database
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms import sync_runs
from factory_erp.sync import archive
from factory_erp.sync.archive import CallArchive
from factory_erp.sync.http.client import CallFacts
from tests.conftest import MONDAY


def facts(subject: str = "T-1", *, acts: bool = False, response: str = "{}") -> CallFacts:
    return CallFacts("/order/get", subject, acts, MONDAY, 5, 200, "", "{}", response)


@pytest.fixture
def account(db: Database) -> int:
    return platforms.add_account("alibaba", "Main shop", "http://127.0.0.1:1", "key").value


def kept() -> int:
    return len(sync_runs.calls())


def test_reads_wait_for_their_page_and_a_call_that_acts_does_not(
    account: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = CallArchive(account, batches=True)
    box(facts())
    box(facts())
    assert (kept(), box.count) == (0, 2)
    box(facts(acts=True))
    assert kept() == 3
    box(facts())
    box.flush()
    box.flush()
    assert kept() == 4
    monkeypatch.setattr(archive, "BATCH", 2)
    small = CallArchive(account, batches=True)
    for _call in range(3):
        small(facts())
    assert kept() == 6


def test_a_single_question_is_archived_at_once(account: int) -> None:
    CallArchive(account)(facts())
    assert kept() == 1


def test_the_secrets_that_it_was_told_are_taken_out(account: int) -> None:
    box = CallArchive(account, secrets=("canary-one",))
    box.hide("canary-two")
    box(facts(subject="canary-one", response='{"echo":"canary-one canary-two"}'))
    [row] = sync_runs.calls()
    detail = sync_runs.call(row.id)
    assert "canary" not in row.subject + detail.response
    assert "canary" not in repr(box)


def test_an_archive_that_cannot_be_written_fails_nothing(
    account: int, caplog: pytest.LogCaptureFixture
) -> None:
    CallArchive(account + 1)(facts())
    assert kept() == 0
    assert "could not be archived" in caplog.text


def test_many_threads_lose_no_call(account: int) -> None:
    box = CallArchive(account, batches=True)

    def talk() -> None:
        for _call in range(20):
            box(facts())

    threads = [Thread(target=talk) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    box.flush()
    assert (kept(), box.count) == (80, 80)
