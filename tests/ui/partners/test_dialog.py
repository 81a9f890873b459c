from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database, sqlite_url
from factory_erp.models.engineering import Calendar
from factory_erp.models.partners import Role
from factory_erp.services.partner_forms import PartnerForm, partner_form, partner_rows, save_partner
from factory_erp.ui.kit.choose import LookupEdit
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.partners import PartnersDialog, dialog


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite is enough for the window."""
    copy = tmp_path / "factory.db"
    copy.write_bytes(sqlite_template.read_bytes())
    return sqlite_url(copy)


@pytest.fixture
def opened(db: Database, qtbot: QtBot, context: UiContext, monkeypatch: pytest.MonkeyPatch) -> PartnersDialog:
    monkeypatch.setattr(dialog, "confirm", lambda *_args: True)
    with db.session(write=True) as session:
        session.add(Calendar(code="MWF", name_en="Three days", name_zh="三天"))
    save_partner(PartnerForm("NORD", "Nordkopp GmbH", country="DE", currency="EUR"))
    save_partner(PartnerForm("STEEL", "Ningbo Steel", country="CN", roles=(Role.SUPPLIER,)))
    made = PartnersDialog(context)
    qtbot.addWidget(made)
    made.show()
    settle(qtbot, made)
    return made


def settle(qtbot: QtBot, made: PartnersDialog) -> None:
    qtbot.waitUntil(lambda: not made._context.jobs.running())


def stored(code: str) -> PartnerForm:
    return partner_form(next(row.id for row in partner_rows() if row.code == code))


def choose(qtbot: QtBot, made: PartnersDialog, code: str) -> None:
    made.table.select_key(stored(code).id)
    settle(qtbot, made)


def type_in(qtbot: QtBot, made: PartnersDialog, name: str, text: str) -> QWidget:
    edit = made.form.edit(name)
    edit.setFocus()
    edit.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(edit, text)
    return edit


def save(qtbot: QtBot, made: PartnersDialog) -> None:
    assert made.form.save()
    settle(qtbot, made)


def set_class(made: PartnersDialog, letter: str) -> None:
    made.form.restore_draft({"priority_class": str("ABC".index(letter))})


def test_the_list_shows_roles_and_class_and_opens_at_the_first(opened: PartnersDialog) -> None:
    rows = [[text_of(cell) for cell in row] for row in opened.table.model.rows]
    assert rows == [["NORD", "Nordkopp GmbH", "Customer", "B"], ["STEEL", "Ningbo Steel", "Supplier", "B"]]
    assert opened.form.draft()["code"] == "NORD"
    assert not opened.form.bar.isVisible()


def test_the_class_of_a_customer_is_saved_and_undone(qtbot: QtBot, opened: PartnersDialog) -> None:
    set_class(opened, "A")
    opened.form.undo_stack.undo()
    assert not opened.form.is_dirty()
    set_class(opened, "A")
    save(qtbot, opened)
    assert stored("NORD").priority_class == "A"
    assert opened.form.draft()["code"] == "NORD", "what was saved stays in sight"
    assert not opened.form.is_dirty()


def test_a_supplier_gets_delivery_days(qtbot: QtBot, opened: PartnersDialog) -> None:
    choose(qtbot, opened, "STEEL")
    edit = opened.form.edit("calendar_id")
    assert isinstance(edit, LookupEdit)
    edit.setFocus()
    qtbot.keyClicks(edit, "three")
    qtbot.waitUntil(edit.is_open)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, opened)
    assert stored("STEEL").calendar_id is not None
    assert opened.form.draft()["calendar_id"].startswith("MWF")


def test_a_refusal_stands_at_its_field(qtbot: QtBot, opened: PartnersDialog) -> None:
    type_in(qtbot, opened, "country", "Atlantis")
    save(qtbot, opened)
    assert "ATLANTIS" in opened.form._messages["country"].text()
    assert opened.form.is_dirty()
    assert stored("NORD").country == "DE"


def test_a_draft_is_asked_about_before_another_partner(
    qtbot: QtBot, opened: PartnersDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [False, False, True, True]
    monkeypatch.setattr(dialog, "confirm", lambda *_args: answers.pop(0))
    type_in(qtbot, opened, "phone", "123")
    choose(qtbot, opened, "STEEL")
    assert opened.table.current_key() == stored("NORD").id
    assert opened.form.draft()["phone"] == "123"
    opened.reject()
    assert opened.isVisible()
    choose(qtbot, opened, "STEEL")
    assert opened.form.draft()["code"] == "STEEL"
    assert stored("NORD").phone == ""


def test_a_new_partner_is_entered_and_chosen(qtbot: QtBot, opened: PartnersDialog) -> None:
    opened.new()
    for name, text in (("code", "ACME"), ("name", "Acme Inc"), ("country", "USA")):
        type_in(qtbot, opened, name, text)
    role = opened.form.edit("supplier")
    assert isinstance(role, QCheckBox)
    role.click()
    save(qtbot, opened)
    assert (stored("ACME").country, stored("ACME").roles) == ("US", (Role.CUSTOMER, Role.SUPPLIER))
    assert opened.table.current_key() == stored("ACME").id
    assert opened.form.draft()["country"] == "US"


def test_what_somebody_else_changed_is_a_conflict(
    qtbot: QtBot, opened: PartnersDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(dialog, "show_problem", lambda _dialog, error: said.append(str(error)))
    save_partner(replace(stored("NORD"), phone="1"))
    set_class(opened, "C")
    save(qtbot, opened)
    assert "changed by somebody else" in said[0]
    assert (stored("NORD").phone, stored("NORD").priority_class) == ("1", "B")


def test_the_search_narrows_the_list(qtbot: QtBot, opened: PartnersDialog) -> None:
    opened.search.setText("ningbo")
    qtbot.waitUntil(lambda: len(opened.table.model.rows) == 1)
    settle(qtbot, opened)
    assert opened.form.draft()["code"] == "STEEL"
