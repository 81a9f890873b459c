from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.services import partners
from factory_erp.services.files import workspace
from factory_erp.services.floor.planning_settings import planning_settings, save_planning_settings
from factory_erp.services.partners import CompanyView
from factory_erp.sync.credentials import MemorySecrets
from factory_erp.ui.desk import Desk
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.settings import SettingsPage
from factory_erp.ui.settings import page as page_module
from factory_erp.ui.settings.planning import NAMES, planning_fields

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(db: Database, context: UiContext, qtbot: QtBot) -> SettingsPage:
    partners.save_company(CompanyView("Ningbo Bright Bottle Co., Ltd."))
    context.services = Desk(workspace.current(), MemorySecrets())
    made = SettingsPage(context)
    qtbot.addWidget(made)
    made.resize(1040, 700)
    made.show()
    made.refresh()
    made.open_record("planning")
    settle(qtbot, made)
    return made


def settle(qtbot: QtBot, page: SettingsPage) -> None:
    for _turn in range(3):
        qtbot.waitUntil(lambda: not page.context.jobs.running(), timeout=15_000)
        qtbot.wait(1)


def field(page: SettingsPage, name: str) -> QLineEdit:
    edit = page.planning.form.edit(name)
    assert isinstance(edit, QLineEdit)
    return edit


def put(qtbot: QtBot, page: SettingsPage, name: str, text: str) -> None:
    field(page, name).selectAll()
    qtbot.keyClicks(field(page, name), text)


def test_every_setting_has_a_field_and_a_sentence(page: SettingsPage) -> None:
    assert sorted(one.name for one in planning_fields()) == sorted(NAMES)
    said = {label.text() for label in page.planning.findChildren(QLabel)}
    assert all(one.hint and one.hint in said for one in planning_fields())
    assert field(page, "late_percent").text() == "0.5"
    assert "Costs are in CNY." in page.planning.lead.text()


def test_settings_are_saved_and_what_is_typed_can_be_undone(qtbot: QtBot, page: SettingsPage) -> None:
    put(qtbot, page, "changeover_cost", "120.5")
    put(qtbot, page, "frozen_hours", "8")
    page.planning.form.undo_stack.undo()
    assert field(page, "frozen_hours").text() == "24"
    page.planning.form.undo_stack.redo()
    qtbot.keyClick(field(page, "frozen_hours"), Qt.Key.Key_Return, CTRL)
    settle(qtbot, page)
    stored = planning_settings()
    assert (stored.changeover_cost, stored.frozen_hours) == (Decimal("120.5"), 8)
    assert not page.planning.form.is_dirty()
    put(qtbot, page, "hold_days", "5")
    page.planning.form.save()
    settle(qtbot, page)
    assert planning_settings().hold_days == 5, "saved over the version that came back"


@pytest.mark.parametrize(("text", "said"), [("-1", "below zero"), ("9000", "at most 8760")])
def test_what_makes_no_sense_is_refused_at_its_field(
    qtbot: QtBot, page: SettingsPage, text: str, said: str
) -> None:
    put(qtbot, page, "frozen_hours", text)
    page.planning.form.save()
    settle(qtbot, page)
    assert said in page.planning.form._messages["frozen_hours"].text()
    assert planning_settings().frozen_hours == 24


def test_what_somebody_else_saved_is_not_written_over(qtbot: QtBot, page: SettingsPage) -> None:
    put(qtbot, page, "hold_days", "5")
    save_planning_settings(replace(planning_settings(), hold_days=9))
    page.planning.form.save()
    settle(qtbot, page)
    (message,) = page.findChildren(Message)
    assert "somebody else" in message.text()
    message.accept()
    page.planning.form.discard()
    settle(qtbot, page)
    assert field(page, "hold_days").text() == "9"


def test_leaving_with_typed_figures_asks(
    qtbot: QtBot, page: SettingsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(qtbot, page, "merge_days", "9")
    save = next(one for one in page.commands() if one.id == "settings.save")
    assert save.can_run()
    monkeypatch.setattr(page_module, "confirm", lambda *_question: False)
    assert not page.can_leave()
    monkeypatch.setattr(page_module, "confirm", lambda *_question: True)
    assert page.can_leave()
    assert field(page, "merge_days").text() == "5"
    settle(qtbot, page)
