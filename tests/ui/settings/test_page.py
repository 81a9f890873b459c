from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import N_, language
from factory_erp.models.database import Database
from factory_erp.services import bank_accounts, partners
from factory_erp.services.files import workspace
from factory_erp.services.partners import CompanyView
from factory_erp.services.upkeep import backup
from factory_erp.sync.credentials import MemorySecrets
from factory_erp.ui.desk import Desk
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.edits import ChoiceEdit
from factory_erp.ui.settings import SettingsPage
from factory_erp.ui.settings import bank_accounts as bank_accounts_module
from factory_erp.ui.settings import page as page_module
from factory_erp.ui.settings.workspace import database_kind, database_place
from factory_erp.ui.shell.window import MainWindow, PageSpec
from tests.ui.catalog import sample

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

USCC = "91330200MA2AG0000A"


@pytest.fixture
def ready(db: Database, context: UiContext) -> UiContext:
    partners.save_company(
        CompanyView("Ningbo Bright Bottle Co., Ltd.", "宁波亮瓶有限公司", phone="+86 574 1")
    )
    context.services = Desk(workspace.current(), MemorySecrets())
    return context


@pytest.fixture
def page(ready: UiContext, qtbot: QtBot) -> SettingsPage:
    made = SettingsPage(ready)
    qtbot.addWidget(made)
    made.resize(1240, 800)
    made.show()
    made.refresh()
    settle(qtbot, made)
    return made


def settle(qtbot: QtBot, page: SettingsPage) -> None:
    qtbot.waitUntil(lambda: not page.context.jobs.running(), timeout=10_000)


def shown(part: QWidget) -> str:
    return "\n".join(label.text() for label in part.findChildren(QLabel))


def test_the_company_is_shown_and_saved(qtbot: QtBot, page: SettingsPage) -> None:
    form = page.company.form
    assert form.draft()["name_zh"] == "宁波亮瓶有限公司"
    assert form.draft()["port_of_loading"] == form.draft()["port_of_loading"].strip() != ""

    qtbot.keyClicks(form.edit("email"), "sales@bright-bottle.example")
    qtbot.keyClick(form.edit("email"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page)

    saved = partners.company()
    assert saved is not None
    assert saved.email == "sales@bright-bottle.example"
    assert (saved.name_en, saved.currency) == ("Ningbo Bright Bottle Co., Ltd.", "CNY")
    assert not form.is_dirty()


def test_what_papers_take_from_the_company_is_saved(qtbot: QtBot, page: SettingsPage) -> None:
    form = page.company.form
    regime = form.edit("rebate_regime")
    assert isinstance(regime, ChoiceEdit)
    assert regime.value() == "manufacturer"
    form.restore_draft({"rebate_regime": "1", "gs1_prefix": "6901234", "authorised_person": "Wang Fang"})
    assert form.save()
    settle(qtbot, page)
    saved = partners.company()
    assert saved is not None
    assert (saved.rebate_regime, saved.gs1_prefix, saved.authorised_person) == (
        "trading", "6901234", "Wang Fang"
    )  # fmt: skip
    with pytest.raises(InvalidValue) as refused:
        partners.save_company(replace(saved, rebate_regime="none"))
    assert refused.value.field == "rebate_regime"


@pytest.mark.parametrize(
    ("field", "text"),
    [("uscc", USCC), ("customs_code", "33029"), ("email", "sales at home"), ("gs1_prefix", "690")],
)
def test_codes_are_checked_before_they_are_saved(
    qtbot: QtBot, page: SettingsPage, field: str, text: str
) -> None:
    qtbot.keyClicks(page.company.form.edit(field), text)

    assert not page.company.form.save()
    assert list(page.company.form.problems()) == [field]


def test_bank_accounts_are_added_changed_and_removed(
    qtbot: QtBot, page: SettingsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = page.company.accounts
    assert not panel.change_button.isEnabled()
    dialog = panel.add()
    dialog.form.restore_draft(
        {"currency": "usd", "beneficiary": "Ningbo Bright Bottle", "bank_name": "Bank of Ningbo",
         "account": "3901 2400", "swift": "NBCBCN2"}
    )  # fmt: skip
    assert not dialog.form.save()
    assert list(dialog.form.problems()) == ["swift"]
    dialog.form.restore_draft({"swift": "nbcbcn2n"})
    dialog.save_button.click()
    settle(qtbot, page)
    assert panel.table.model.rows == [
        ("USD", "Ningbo Bright Bottle", "Bank of Ningbo", "", "3901 2400", "NBCBCN2N")
    ]

    again = panel.add()
    again.form.restore_draft(
        {"currency": "USD", "beneficiary": "x", "bank_name": "y", "account": "3901 2400", "swift": "NBCBCN2N"}
    )
    again.save_button.click()
    settle(qtbot, page)
    assert "entered already" in again.form._messages["account"].text()
    again.reject()

    assert panel.table.select_key(panel.table.model.keys[0])
    change = panel.change_current()
    assert change is not None
    change.form.restore_draft({"currency": "EUR", "bank_address": "66 Harbour Road"})
    change.save_button.click()
    settle(qtbot, page)
    (saved,) = bank_accounts.bank_accounts()
    assert (saved.currency, saved.bank_address) == ("EUR", "66 Harbour Road")

    monkeypatch.setattr(bank_accounts_module, "confirm", lambda *_question: False)
    panel.remove_button.click()
    settle(qtbot, page)
    assert len(bank_accounts.bank_accounts()) == 1
    monkeypatch.setattr(bank_accounts_module, "confirm", lambda *_question: True)
    panel.remove_button.click()
    settle(qtbot, page)
    assert bank_accounts.bank_accounts() == []
    assert panel.table.model.rows == []
    assert not panel.remove_button.isEnabled()


def test_leaving_with_typed_data_asks(
    qtbot: QtBot, page: SettingsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page.can_leave()
    qtbot.keyClicks(page.company.form.edit("phone"), "2")
    monkeypatch.setattr(page_module, "confirm", lambda *_question: False)
    assert not page.can_leave()
    assert page.company.form.is_dirty()

    monkeypatch.setattr(page_module, "confirm", lambda *_question: True)
    assert page.can_leave()
    assert page.company.form.draft()["phone"] == "+86 574 1"


def test_typed_data_outlive_a_refresh(qtbot: QtBot, page: SettingsPage) -> None:
    qtbot.keyClicks(page.company.form.edit("phone"), "2")
    page.refresh()
    settle(qtbot, page)

    assert page.company.form.draft()["phone"] == "+86 574 12"


def test_backup_makes_a_copy_that_proves_itself(qtbot: QtBot, page: SettingsPage) -> None:
    page.open_record("workspace")
    page.workspace.backup_button.click()
    settle(qtbot, page)

    (made,) = workspace.current().backups.glob("*.db")
    assert backup.verify_backup(made).bytes > 0
    assert str(made) in page.workspace.answer.text()
    assert page.workspace.backup_button.isEnabled()


def test_a_sound_database_is_said_to_be_sound(qtbot: QtBot, page: SettingsPage) -> None:
    page.open_record("workspace")
    page.workspace.check_button.click()
    settle(qtbot, page)

    assert page.workspace.answer.text().startswith("All is well")
    assert not page.workspace.findings.isVisible()


def test_findings_are_listed_with_their_remedy(qtbot: QtBot, page: SettingsPage, db: Database) -> None:
    sample.load()
    with db.session(write=True) as session:
        session.connection().exec_driver_sql("UPDATE stock_balance SET on_hand = on_hand + 5000000")
    page.open_record("workspace")
    page.workspace.check_button.click()
    settle(qtbot, page)

    assert page.workspace.findings.isVisible()
    (row, *_others) = page.workspace.findings.model.rows
    assert row[0] == "Stock"
    assert row[2] == "Count the item and book the difference as an adjustment."
    assert "finding" in page.workspace.answer.text()


def test_the_workspace_is_told_without_a_password(page: SettingsPage) -> None:
    assert str(workspace.current().path) in shown(page.workspace)
    url = "postgresql+psycopg://erp:geheim@db.example:5433/factory?password=geheim"
    assert database_kind(url) == "PostgreSQL"
    assert database_place(url) == "erp@db.example:5433/factory"
    assert database_place("sqlite:////data/factory.db") == "/data/factory.db"


def test_about_names_version_and_licences(page: SettingsPage) -> None:
    page.open_record("about")
    licences = {row[0]: row[2] for row in page.about.libraries.model.rows}

    assert "Factory ERP 0." in shown(page.about)
    assert licences["Qt for Python"] == "LGPL-3.0"
    assert all(row[1] for row in page.about.libraries.model.rows)


@pytest.fixture
def window(ready: UiContext, qtbot: QtBot) -> MainWindow:
    made = MainWindow(ready, [PageSpec("settings", "", N_("Settings"), "settings", SettingsPage)])
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: not ready.jobs.running())
    return made


def settings(window: MainWindow) -> SettingsPage:
    page = window.page()
    assert isinstance(page, SettingsPage)
    return page


def test_the_theme_changes_at_once(qtbot: QtBot, window: MainWindow, ready: UiContext) -> None:
    page = settings(window)
    page.open_record("appearance")
    page.appearance.themes["dark"].click()

    assert theme.current() is theme.DARK
    assert ready.settings().value("theme") == "dark"


def test_the_language_changes_at_once_and_the_section_stays(
    qtbot: QtBot, window: MainWindow, ready: UiContext
) -> None:
    first = settings(window)
    first.open_record("appearance")
    combo = first.appearance.languages
    combo.setCurrentIndex(combo.findData("zh_CN"))
    combo.activated.emit(combo.currentIndex())
    qtbot.waitUntil(lambda: window.page() is not first)
    qtbot.waitUntil(lambda: not ready.jobs.running())

    assert language() == "zh_CN"
    assert settings(window).chips.current() == "appearance"
    assert settings(window).appearance.languages.currentData() == "zh_CN"
