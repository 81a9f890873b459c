from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.platforms import OutboxState
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms import sync_leases
from factory_erp.services.sales.views import order_ids
from factory_erp.sync.sandbox.alibaba import SandboxServer
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.platforms import PlatformsPage, actions
from tests.ui.platforms.support import button, click, connected, message, pulled, rows, settle, shown, tabs

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_without_an_account_the_page_says_what_to_do(page: PlatformsPage) -> None:
    assert tabs(page) == ["Accounts  0", "Exceptions  0", "Outbox  0", "History"]
    assert "Add an account" in page.accounts.table.view.empty_text()


def test_sync_now_brings_orders_and_says_so(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, said: list[str]
) -> None:
    pulled(qtbot, page, shop)

    assert said[-1] == "Bottles: 2 new orders, 1 needs you"
    assert tabs(page) == ["Accounts  1", "Exceptions  1", "Outbox  0", "History"]
    [row] = rows(page.accounts.table)
    assert row[:3] == ["Bottles", "Alibaba.com", "Connected"]
    assert row[3:6] == ["2026-11-23 08:30", "Done", "by hand"]
    assert row[7:] == ["2", "1", "0"]
    assert int(row[6]) > 0
    assert len(order_ids()) == 2
    assert "2 new orders, 1 needs you" in shown(page.accounts.card)


def test_a_second_sync_brings_nothing_twice(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, said: list[str]
) -> None:
    pulled(qtbot, page, shop)
    click(page.accounts, "Sync now")
    settle(qtbot, page)

    assert said[-1] == "Bottles: Nothing new"


def test_a_running_sync_shows_progress_and_blocks_a_second_one(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer
) -> None:
    connected(qtbot, page, shop)
    shop.latency = 0.2
    click(page.accounts, "Sync now")

    assert not button(page.accounts.card, "Sync now").isEnabled()
    click(page.accounts, "Cancel")
    settle(qtbot, page)
    assert page.acts.talk is None
    assert button(page.accounts.card, "Sync now").isEnabled()
    assert rows(page.accounts.table)[0][4] == "Stopped"


def test_only_a_part_of_a_sync_can_be_asked_for(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, said: list[str]
) -> None:
    connected(qtbot, page, shop)
    view = page.accounts.current()
    assert view is not None
    menu = page.accounts.menu(view, button(page.accounts.card, "Only…"))
    titles = [entry.text() for entry in menu.actions()]
    assert titles == ["Orders", "Inquiries", "Stock, prices and lead times", "Outbox", "Listings"]
    assert not menu.actions()[3].isEnabled(), "nothing waits to be sent"

    menu.actions()[0].trigger()
    settle(qtbot, page)
    assert said[-1] == "Bottles: 2 new orders, 1 needs you"


def test_a_sync_that_fails_says_why_at_the_account(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected(qtbot, page, shop)
    told: list[str] = []
    monkeypatch.setattr(actions, "tell", lambda _parent, *texts: told.extend(texts))
    shop.state.app_secret = "changed-on-the-platform"
    click(page.accounts, "Sync now")
    settle(qtbot, page)

    assert "Bottles could not be synced in full" in told
    assert "Check the app key and the app secret" in shown(page.accounts.card)
    assert text_of(page.accounts.table.model.rows[0][2]) == "Sign in needed"


def test_another_pc_that_syncs_the_account_is_named(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = connected(qtbot, page, shop)
    sync_leases.take(account_id, "li @ PC-2 (77)")
    problems: list[BaseException] = []
    monkeypatch.setattr(actions, "show_problem", lambda _parent, error: problems.append(error))
    click(page.accounts, "Sync now")
    settle(qtbot, page)

    assert "li @ PC-2 (77)" in str(problems[0])
    assert "li @ PC-2 (77) is syncing this account." in shown(page.accounts.card)
    assert rows(page.accounts.table)[0][2] == "Syncing…"


def test_pause_and_resume(qtbot: QtBot, page: PlatformsPage, shop: SandboxServer) -> None:
    connected(qtbot, page, shop)
    click(page.accounts, "Pause")
    settle(qtbot, page)
    assert rows(page.accounts.table)[0][2] == "Paused"
    assert not button(page.accounts.card, "Sync now").isEnabled()

    click(page.accounts, "Resume")
    settle(qtbot, page)
    assert rows(page.accounts.table)[0][2] == "Connected"


def test_push_asks_first_and_no_means_no(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database, said: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    account_id = connected(qtbot, page, shop)
    message(db, account_id, OutboxState.NEW, "ship:1")
    page.refresh()
    settle(qtbot, page)
    push = next(one for one in page.commands() if one.id == "platforms.push")
    monkeypatch.setattr(actions, "confirm", lambda *_question: False)
    push.trigger()
    settle(qtbot, page)
    assert shop.state.shipments == []

    monkeypatch.setattr(actions, "confirm", lambda *_question: True)
    push.trigger()
    settle(qtbot, page)
    assert len(shop.state.shipments) == 1
    assert said[-1] == "Bottles: 1 sent"


def test_when_the_program_syncs_next_stands_in_the_list(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer
) -> None:
    account_id = pulled(qtbot, page, shop)
    form, version = platforms.account_form(account_id)
    platforms.save_account(replace(form, every_minutes=30), version)
    page.refresh()
    settle(qtbot, page)
    last = page.accounts._last[account_id].started_at
    assert rows(page.accounts.table)[0][5] == figures.local(last + timedelta(minutes=30))


def test_links_lead_to_parts_and_records(qtbot: QtBot, page: PlatformsPage, shop: SandboxServer) -> None:
    pulled(qtbot, page, shop)
    [waiting] = platforms.open_exceptions()
    page.open_record(f"exceptions/{waiting.id}")
    settle(qtbot, page)
    assert page.state() == {"record": "exceptions"}
    current = page.exceptions.current()
    assert current is not None
    assert current.id == waiting.id
    page.open_record("history/290000001")
    settle(qtbot, page)
    assert page.tabs.current() == "history"
    assert {row[2] for row in rows(page.history.calls)} == {"290000001"}
    page.open_record("nowhere")
    assert page.tabs.current() == "history"


def test_commands_have_no_keys_twice(page: PlatformsPage) -> None:
    keys = [one.shortcut for one in page.commands() if one.shortcut]
    assert len(keys) == len(set(keys))
