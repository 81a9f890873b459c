from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from factory_erp.domain.errors import NotFound
from factory_erp.models.database import Database
from factory_erp.models.platforms import ApiCall, RunOutcome, RunTrigger, SyncRun
from factory_erp.services.platform_orders.intake import Applied
from factory_erp.services.platforms import sync_runs
from factory_erp.services.platforms.sync_runs import RunCounts
from factory_erp.sync.engine import Pushed
from factory_erp.sync.sandbox.alibaba import SandboxServer
from factory_erp.ui.platforms import PlatformsPage, history, run_words
from factory_erp.ui.platforms.history import CallDialog
from factory_erp.ui.platforms.text_dialog import pretty
from tests.ui.platforms.support import connected, pulled, rows, settle, shown

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def history_of(qtbot: QtBot, page: PlatformsPage, shop: SandboxServer) -> int:
    """One sync was made, and its calls are in view."""
    account_id = pulled(qtbot, page, shop)
    page.tabs.select("history")
    settle(qtbot, page)
    return account_id


def test_without_a_sync_the_history_says_so(page: PlatformsPage) -> None:
    assert page.history.runs.view.empty_text() == "No sync has run yet."
    assert rows(page.history.calls) == []


def test_a_run_shows_what_it_did_and_its_calls(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer
) -> None:
    history_of(qtbot, page, shop)
    [run] = rows(page.history.runs)
    assert run[1:8] == ["Bottles", "Done", "2", "0", "1", "0", "0"]
    assert run[10] == "By hand"
    calls = rows(page.history.calls)
    assert len(calls) == int(run[8])
    assert "/alibaba/order/list" in {call[1] for call in calls}
    assert {call[5] for call in calls} == {"OK"}
    assert "2 new orders, 1 needs you" in shown(page.history)


def test_a_call_is_read_in_full_without_its_secrets(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer
) -> None:
    history_of(qtbot, page, shop)
    page.history.open_call(page.history.calls.model.keys[-1])
    settle(qtbot, page)
    dialog = page.history.findChild(CallDialog)
    assert dialog is not None
    request, answer = (one.toPlainText() for one in dialog.texts)
    assert "status 200" in shown(dialog)
    assert answer.startswith("{\n  ")
    assert shop.state.app_secret not in request + answer
    [copy] = [one for one in dialog.findChildren(QPushButton) if one.accessibleName() == "Copy: Answer"]
    copy.click()
    assert QGuiApplication.clipboard().text() == answer
    dialog.reject()


def test_a_number_of_the_platform_finds_every_call_about_it(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer
) -> None:
    history_of(qtbot, page, shop)
    page.history.search.setText("290000002")
    page.history.search.returnPressed.emit()
    settle(qtbot, page)
    assert {call[2] for call in rows(page.history.calls)} == {"290000002"}
    assert "Calls about 290000002" in shown(page.history)

    page.history.search.setText("nothing")
    page.history.search.returnPressed.emit()
    settle(qtbot, page)
    assert rows(page.history.calls) == []
    assert "nothing" in page.history.calls.view.empty_text()


def test_a_call_that_was_tidied_away_is_said_so(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    history_of(qtbot, page, shop)
    problems: list[BaseException] = []
    monkeypatch.setattr(history, "show_problem", lambda _parent, error: problems.append(error))
    page.history.open_call(999_999)
    settle(qtbot, page)
    assert isinstance(problems[0], NotFound)


def test_a_failed_run_and_a_call_without_an_answer_say_why(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database
) -> None:
    account_id = connected(qtbot, page, shop)
    run_id = sync_runs.start_run(account_id, RunTrigger.SERVER, "li @ PC-2 (77)").value
    sync_runs.end_run(run_id, RunOutcome.FAILED, RunCounts(calls=1), "Orders: the platform is away.")
    with db.session(write=True) as session:
        found = session.get_one(SyncRun, run_id)
        session.add(
            ApiCall(
                account_id=account_id, run_id=run_id, api="/alibaba/order/list", started_at=found.started_at,
                outcome="timeout",
            )
        )  # fmt: skip
    page.refresh()
    settle(qtbot, page)
    page.history.runs.select_key(run_id)
    settle(qtbot, page)
    assert "Orders: the platform is away." in shown(page.history)
    assert "Server · li @ PC-2 (77)" in shown(page.history)
    [call] = rows(page.history.calls)
    assert call[4:] == ["–", "timeout"]


def test_results_are_told_in_plain_numbers(db: Database) -> None:
    applied = Applied(created=tuple(range(12)), updated=(1, 2, 3), exceptions=1)

    assert run_words.brought(applied) == "12 new orders, 3 changed, 1 needs you"
    assert run_words.brought(Applied(exceptions=2)) == "2 need you"
    assert run_words.sent(Pushed(done=2, failed=1)) == "2 sent, 1 refused"
    assert run_words.counted(RunCounts(created=1, inquiries=2, unknown=1)) == (
        "1 new order, 2 inquiries, 1 not confirmed"
    )


def test_every_outcome_and_trigger_has_words(db: Database) -> None:
    assert set(run_words.OUTCOMES) == set(RunOutcome)
    assert set(run_words.TRIGGERS) == set(RunTrigger)


def test_what_is_no_json_is_shown_as_it_is(db: Database) -> None:
    assert pretty("<html>") == "<html>"
    assert pretty('{"a":"帽"}') == '{\n  "a": "帽"\n}'
