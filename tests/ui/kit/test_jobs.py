from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from functools import partial

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import in_language, language
from factory_erp.ui.kit.jobs import Jobs, Progress


@dataclass(frozen=True)
class Result:
    value: object
    changes: object


def test_the_value_arrives_on_the_ui_thread(qtbot: QtBot, jobs: Jobs) -> None:
    seen: list[tuple[object, bool]] = []
    here = QThread.currentThread()
    jobs.run(lambda: 42, done=lambda value: seen.append((value, QThread.currentThread() is here)))
    assert seen == []
    qtbot.waitUntil(lambda: seen == [(42, True)])
    assert jobs.running() == []


def test_work_is_done_elsewhere_in_the_users_language(qtbot: QtBot, jobs: Jobs) -> None:
    seen: list[tuple[str, int]] = []
    with in_language("zh_CN"):
        jobs.run(lambda: (language(), threading.get_ident()), done=seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0] == "zh_CN"
    assert seen[0][1] != threading.get_ident()


def test_a_commit_tells_its_changes_after_the_caller(qtbot: QtBot, jobs: Jobs) -> None:
    order: list[object] = []
    jobs.changed.connect(order.append)
    jobs.run(lambda: Result("SO-1", {"order": {1}}), done=order.append, write=True)
    qtbot.waitUntil(lambda: len(order) == 2)
    assert order == ["SO-1", {"order": {1}}]


def test_a_result_without_changes_tells_nobody(qtbot: QtBot, jobs: Jobs) -> None:
    told: list[object] = []
    jobs.changed.connect(told.append)
    with qtbot.waitSignal(jobs.finished):
        jobs.run(lambda: Result("SO-1", ()))
    assert told == []


def test_writers_never_overlap_and_keep_their_order(qtbot: QtBot, jobs: Jobs) -> None:
    log: list[str] = []
    done: list[object] = []

    def write(name: str) -> None:
        log.append(f"{name} begins")
        time.sleep(0.02)
        log.append(f"{name} ends")

    for name in "abc":
        jobs.run(partial(write, name), done=done.append, write=True)
    qtbot.waitUntil(lambda: len(done) == 3)
    assert log == [f"{name} {step}" for name in "abc" for step in ("begins", "ends")]


def test_a_reader_does_not_wait_for_a_writer(qtbot: QtBot, jobs: Jobs) -> None:
    gate = threading.Event()
    read: list[str] = []
    jobs.run(lambda: gate.wait(5), write=True)
    jobs.run(lambda: "read", done=read.append)
    qtbot.waitUntil(lambda: read == ["read"])
    assert len(jobs.running()) == 1
    gate.set()


def test_progress_is_told_and_a_cancel_stops_the_job(qtbot: QtBot, jobs: Jobs) -> None:
    outcome: list[object] = []
    ended: list[str] = []

    def long_work(progress: Progress) -> None:
        for step in range(10_000):
            progress.report(step, 10_000, f"page {step}")
            time.sleep(0.001)

    with qtbot.waitSignal(jobs.progress) as told:
        job = jobs.run(
            long_work,
            done=outcome.append,
            failed=outcome.append,
            finally_=lambda: ended.append("end"),
            title="Sync",
            cancellable=True,
        )
    assert told.args is not None
    assert told.args[0] is job
    assert job.steps[1] == 10_000
    job.cancel()
    qtbot.waitUntil(lambda: ended == ["end"])
    assert outcome == []


def test_a_job_that_still_waits_is_cancelled_without_running(qtbot: QtBot, jobs: Jobs) -> None:
    gate, ran = threading.Event(), []
    jobs.run(lambda: gate.wait(5), write=True)
    waiting = jobs.run(lambda: ran.append("ran"), write=True)
    with qtbot.waitSignal(jobs.finished, check_params_cb=lambda job: job is waiting):
        waiting.cancel()
    gate.set()
    qtbot.waitUntil(lambda: jobs.running() == [])
    assert ran == []


def refuse() -> None:
    raise NotAllowed("The order is shipped.", record="SO-1")


def crash() -> None:
    raise ZeroDivisionError("ours")


def test_a_refusal_goes_to_the_caller(qtbot: QtBot, jobs: Jobs) -> None:
    errors: list[Exception] = []
    jobs.run(refuse, failed=errors.append)
    qtbot.waitUntil(lambda: len(errors) == 1)
    assert isinstance(errors[0], NotAllowed)


def test_what_nobody_takes_is_a_problem_and_only_our_bugs_are_logged(
    qtbot: QtBot, jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    problems: list[Exception] = []
    jobs.problem.connect(problems.append)
    jobs.run(refuse)
    qtbot.waitUntil(lambda: len(problems) == 1)
    assert caplog.records == []
    jobs.run(crash, title="Report")
    qtbot.waitUntil(lambda: len(problems) == 2)
    assert "Report failed" in caplog.text
    assert "ZeroDivisionError: ours" in caplog.text


class Listener(QObject):
    heard: list[object] = []  # noqa: RUF012

    def hear(self, value: object) -> None:
        self.heard.append(value)


def test_a_deleted_widget_is_not_called(qtbot: QtBot, jobs: Jobs) -> None:
    listener = Listener()
    gate = threading.Event()
    with qtbot.waitSignal(jobs.finished):
        jobs.run(lambda: gate.wait(5), done=listener.hear)
        delete(listener)
        gate.set()
    assert Listener.heard == []


def test_shutdown_ends_every_thread_and_takes_no_more(qtbot: QtBot) -> None:
    before = set(threading.enumerate())
    jobs, late = Jobs(), []

    def until_cancelled(progress: Progress) -> str:
        while not progress.cancelled:
            time.sleep(0.001)
        return "late"

    jobs.run(until_cancelled, done=late.append)
    jobs.run(until_cancelled, done=late.append, write=True)
    jobs.shutdown()
    qtbot.wait(20)
    assert set(threading.enumerate()) == before
    assert late == []
    with pytest.raises(RuntimeError, match="closing"):
        jobs.run(lambda: 1, write=True)


def test_what_a_late_timer_wants_to_read_is_dropped(qtbot: QtBot) -> None:
    jobs, read = Jobs(), list[object]()
    jobs.shutdown()
    job = jobs.run(lambda: read.append(1), done=read.append)
    qtbot.wait(20)
    assert job.progress.cancelled
    assert jobs.running() == []
    assert read == []
