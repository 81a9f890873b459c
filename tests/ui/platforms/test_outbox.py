from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.platforms import OutboxState
from factory_erp.services import outbox, outbox_texts
from factory_erp.services.outbox import OutboxRow
from factory_erp.sync.sandbox.alibaba import SandboxServer
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.platforms import PlatformsPage, actions, words
from factory_erp.ui.platforms.outbox_actions import PAGES, record_link
from factory_erp.ui.platforms.text_dialog import TextDialog
from tests.ui.platforms.support import button, click, connected, message, rows, settle, shown, tabs

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def with_message(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database, *states: OutboxState
) -> OutboxRow:
    """Messages in *states*; the first of the list is in view."""
    account_id = connected(qtbot, page, shop)
    for number, state in enumerate(states, 1):
        message(db, account_id, state, f"ship:{number}", number)
    page.tabs.select("outbox")
    page.refresh()
    settle(qtbot, page)
    return outbox.rows()[0]


def dialog(page: PlatformsPage) -> FormDialog:
    return [one for one in page.findChildren(FormDialog) if one.isVisible()][-1]


def test_a_refused_message_is_sent_again(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database, said: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with_message(qtbot, page, shop, db, OutboxState.FAILED)
    assert tabs(page)[2] == "Outbox  1"
    assert "The platform refused the call." in shown(page.outbox.card)
    assert "Mend what the answer names" in shown(page.outbox.card)

    asked: list[str] = []
    monkeypatch.setattr(actions, "confirm", lambda _parent, _title, text, _verb: not asked.append(text))
    click(page.outbox.card, "Send again")
    settle(qtbot, page)

    assert "SH-2026-00001" in asked[0]
    assert said[-1] == "1 sent"
    assert len(shop.state.shipments) == 1
    assert outbox.rows()[0].state is OutboxState.DONE
    assert [rows(page.outbox.table)[0][3], tabs(page)[2]] == ["Done", "Outbox  0"]
    assert "Send again" not in {one.text() for one in page.outbox.card.findChildren(QPushButton)[-3:]}


def test_chips_count_what_waits_what_failed_and_what_is_not_known(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database
) -> None:
    states = (OutboxState.NEW, OutboxState.FAILED, OutboxState.UNKNOWN, OutboxState.DONE, OutboxState.SENT)
    with_message(qtbot, page, shop, db, *states)
    chips = [one.text() for one in page.outbox.chips._buttons.values()]
    assert chips == ["All  5", "Waiting  2", "Refused  1", "Not confirmed  1", "Done  1"]
    page.outbox.chips.select("waiting")
    assert {row[3] for row in rows(page.outbox.table)} == {"Waiting", "Being sent"}
    assert tabs(page)[2] == "Outbox  4"


def test_a_message_is_marked_as_done_by_a_person(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database, said: list[str]
) -> None:
    with_message(qtbot, page, shop, db, OutboxState.UNKNOWN)
    click(page.outbox.card, "Mark as done…")
    asked = dialog(page)
    qtbot.keyClicks(asked.form.edit("answer"), "x" * 121)
    assert not asked.form.save()
    asked.form.undo_stack.undo()
    qtbot.keyClicks(asked.form.edit("answer"), "V-77")
    assert asked.form.save()
    settle(qtbot, page)

    [row] = outbox.rows()
    assert (row.state, row.answer) == (OutboxState.DONE, "V-77")
    assert said[-1] == "Shipment SH-2026-00001 is done."
    assert shop.state.shipments == []


def test_a_message_is_dropped_with_its_reason(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database, said: list[str]
) -> None:
    with_message(qtbot, page, shop, db, OutboxState.NEW)
    click(page.outbox.card, "Drop…")
    asked = dialog(page)
    asked.form.edit("note").setPlainText("the buyer came for it")  # type: ignore[attr-defined]
    assert asked.form.save()
    settle(qtbot, page)

    [row] = outbox.rows()
    assert row.state is OutboxState.FAILED
    assert "the buyer came for it" in row.problem
    assert said[-1] == "Shipment SH-2026-00001 is dropped."


def test_a_message_on_its_way_is_left_alone(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database
) -> None:
    with_message(qtbot, page, shop, db, OutboxState.SENT)
    for text in ("Drop…", "Mark as done…", "Send again"):
        assert not button(page.outbox.card, text).isEnabled()
        assert button(page.outbox.card, text).toolTip() == "It is being sent now."


def test_the_record_the_payload_and_the_calls_are_at_hand(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database, went: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    row = with_message(qtbot, page, shop, db, OutboxState.FAILED)
    click(page.outbox.card, "Open the record")
    assert went == ["erp://shipping/1"]
    click(page.outbox.card, "Show what it says…")
    settle(qtbot, page)
    [shown_text] = [one for one in page.findChildren(TextDialog) if one.isVisible()]
    assert '"tracking_number": "TN-1"' in shown_text.texts[0].toPlainText()
    shown_text.reject()

    monkeypatch.setattr(actions, "confirm", lambda *_question: True)
    click(page.outbox.card, "Send again")
    settle(qtbot, page)
    click(page.outbox.card, "Show the calls behind it")
    settle(qtbot, page)
    assert page.tabs.current() == "history"
    assert page.history.search.text() == row.subject
    assert {one[2] for one in rows(page.history.calls)} == {row.subject}
    assert QApplication.activeModalWidget() is None


def test_every_kind_of_message_has_a_name_and_a_page(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database
) -> None:
    kinds = {value for name, value in vars(outbox_texts).items() if name.isupper() and isinstance(value, str)}
    assert kinds == set(words.MESSAGES) == set(PAGES)
    row = with_message(qtbot, page, shop, db, OutboxState.NEW)
    assert record_link(replace(row, kind="later")) == ""
    assert words.message_kind("later") == "later"
