from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.platforms import AccountState, RunOutcome, RunTrigger
from factory_erp.services import clock
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms import sync_runs
from factory_erp.services.platforms.accounts import AccountForm
from factory_erp.services.platforms.sync_runs import RunCounts
from factory_erp.services.progress import Progress
from factory_erp.sync import runs
from factory_erp.sync.credentials import MemorySecrets
from factory_erp.sync.http.errors import PlatformUnavailable
from factory_erp.sync.runs import AccountBusy, RunReport
from factory_erp.ui import background
from factory_erp.ui.background import TIDIED, Background
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.jobs import Job
from factory_erp.ui.shell.status import StatusBar
from tests.conftest import MONDAY

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Talks:
    """In place of the conversation with a platform: keeps its history, and waits while it is told to."""

    def __init__(self) -> None:
        self.synced: list[int] = []
        self.go = threading.Event()
        self.go.set()
        self.stopped = False
        self.fails: Exception | None = None

    def sync(
        self, account_id: int, secrets: MemorySecrets, *, trigger: RunTrigger, progress: Progress
    ) -> RunReport:
        assert trigger is RunTrigger.TIMER
        run_id = sync_runs.start_run(account_id, trigger, "this PC").value
        self.synced.append(account_id)
        while not self.go.wait(0.01):
            if progress.cancelled:
                self.stopped = True
                progress.report(1, 2, "ends at the next page")
                break
        sync_runs.end_run(run_id, RunOutcome.DONE, RunCounts(), "")
        if self.fails is not None:
            raise self.fails
        changes = {"platform_account": frozenset({account_id})}
        return RunReport(account_id, "Shop", run_id, clock.now(), changes=changes)


@pytest.fixture
def talks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Talks]:
    made = Talks()
    monkeypatch.setattr(runs, "sync_account", made.sync)
    yield made
    made.go.set()


@pytest.fixture
def alone(qtbot: QtBot, db: Database, context: UiContext, talks: Talks) -> Iterator[Background]:
    context.settings().setValue(TIDIED, clock.today().isoformat())
    made = Background(context, MemorySecrets())
    yield made
    made.stop()


def account(name: str, minutes: int) -> int:
    return platforms.save_account(AccountForm("alibaba", name, "key", every_minutes=minutes)).value


def look(qtbot: QtBot, made: Background) -> None:
    made.timer.timeout.emit()
    qtbot.waitUntil(lambda: not made._context.jobs.running() and not made.busy(), timeout=8000)


def later(minutes: int, run: Callable[[], None]) -> None:
    with clock.at(MONDAY + timedelta(minutes=minutes)):
        run()


def test_an_account_is_synced_as_often_as_it_says(qtbot: QtBot, alone: Background, talks: Talks) -> None:
    often, seldom = account("Often", 5), account("Seldom", 30)
    account("By hand", 0)
    heard: list[object] = []
    alone._context.jobs.changed.connect(heard.append)
    look(qtbot, alone)
    assert sorted(talks.synced) == [often, seldom]
    assert heard == [{"platform_account": frozenset({often, seldom})}]
    later(4, lambda: look(qtbot, alone))
    assert len(talks.synced) == 2
    later(6, lambda: look(qtbot, alone))
    assert talks.synced[2:] == [often]
    later(31, lambda: look(qtbot, alone))
    assert talks.synced[3:] == [seldom, often]


def test_an_account_that_a_person_stopped_is_left_alone(
    qtbot: QtBot, alone: Background, talks: Talks
) -> None:
    paused, refused = account("Paused", 5), account("Refused", 5)
    platforms.set_paused(paused, True)
    platforms.note_problem(refused, "sign in", AccountState.REAUTHORISE)
    look(qtbot, alone)
    assert talks.synced == []


def test_one_sync_at_a_time_in_the_status_bar_and_no_word_where_nothing_is_due(
    qtbot: QtBot, alone: Background, talks: Talks, context: UiContext
) -> None:
    bar = StatusBar(context.jobs, lambda: None)
    qtbot.addWidget(bar)
    seen: list[str] = []
    context.jobs.started.connect(lambda job: seen.append(job.title))
    look(qtbot, alone)
    assert seen == [""]
    account("Shop", 1)
    talks.go.clear()
    alone.timer.timeout.emit()
    qtbot.waitUntil(lambda: len(talks.synced) == 1)
    shown = bar.job()
    assert isinstance(shown, Job)
    assert (shown.title, shown.cancellable, shown.write) == ("Syncing the platforms", True, False)
    with clock.at(MONDAY + timedelta(minutes=5)):
        for _minute in range(3):
            alone.timer.timeout.emit()
    assert len(context.jobs.running()) == 1
    talks.go.set()
    qtbot.waitUntil(lambda: not alone.busy())
    assert len(talks.synced) == 1


def test_what_goes_wrong_is_quiet(
    qtbot: QtBot, alone: Background, talks: Talks, problems: list[BaseException]
) -> None:
    account("Shop", 5)
    talks.fails = PlatformUnavailable("The platform does not answer.")
    look(qtbot, alone)
    talks.fails = RuntimeError("a fault of ours")
    later(6, lambda: look(qtbot, alone))
    talks.fails = None
    later(12, lambda: look(qtbot, alone))
    assert len(talks.synced) == 3
    assert problems == []


def test_an_account_that_another_pc_syncs_is_left_to_it(
    qtbot: QtBot, alone: Background, talks: Talks, problems: list[BaseException]
) -> None:
    first, second = account("First", 5), account("Second", 5)
    held = runs.sync_leases.Held("PC-2", MONDAY)
    talks.fails = AccountBusy("First", held)
    look(qtbot, alone)
    assert sorted(talks.synced) == [first, second]
    assert problems == []


def test_closing_the_window_ends_it_where_it_can_go_on(
    qtbot: QtBot, alone: Background, talks: Talks, context: UiContext
) -> None:
    account("Shop", 1)
    alone.start()
    talks.go.clear()
    alone.look()
    qtbot.waitUntil(lambda: len(talks.synced) == 1)
    context.jobs.shutdown()
    assert talks.stopped
    assert sync_runs.runs()[0].outcome is RunOutcome.DONE
    alone.timer.timeout.emit()
    assert not alone.timer.isActive()
    assert len(talks.synced) == 1


def test_it_tidies_once_a_day(
    qtbot: QtBot, alone: Background, context: UiContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    days: list[str] = []
    real = background._tidy

    def tidy() -> object:
        days.append(clock.today().isoformat())
        return real()

    monkeypatch.setattr(background, "_tidy", tidy)
    look(qtbot, alone)
    assert days == []
    with clock.at(MONDAY + timedelta(days=1)):
        look(qtbot, alone)
        look(qtbot, alone)
    assert days == ["2026-11-24"]
    # Another start on the same day has nothing to do either.
    again = Background(context, MemorySecrets())
    with clock.at(MONDAY + timedelta(days=1)):
        look(qtbot, again)
    assert len(days) == 1


def test_a_tidying_that_failed_is_tried_again(
    qtbot: QtBot, alone: Background, monkeypatch: pytest.MonkeyPatch, problems: list[BaseException]
) -> None:
    tries: list[int] = []

    def fails() -> object:
        tries.append(1)
        raise OSError("disk full")

    monkeypatch.setattr(background, "_tidy", fails)
    with clock.at(MONDAY + timedelta(days=1)):
        look(qtbot, alone)
        look(qtbot, alone)
    assert len(tries) == 2
    assert problems == []
