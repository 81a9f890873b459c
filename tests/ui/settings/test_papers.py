"""Numbers, pictures, mail server and message in the settings of papers."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from factory_erp.domain.errors import DomainError
from factory_erp.models.database import Database
from factory_erp.models.documents import NumberPattern
from factory_erp.models.partners import Company
from factory_erp.models.security import Setting
from factory_erp.services.mail import settings as mail_settings
from factory_erp.services.mail import templates as mail_templates
from factory_erp.sync import mail
from factory_erp.ui.desk import desk
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.edits import ChoiceEdit, NoteEdit, TextEdit
from factory_erp.ui.settings import SettingsPage, papers_pictures, papers_templates
from factory_erp.ui.settings.papers_patterns import example_of
from tests.services.shipping_factory import Factory
from tests.ui.settings.papers_page import opened, settle

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def factory(db: Database) -> Factory:
    return Factory(db)


@pytest.fixture
def page(factory: Factory, context: UiContext, qtbot: QtBot, problems: list[BaseException]) -> SettingsPage:
    return opened(context, qtbot, "patterns")


def show(qtbot: QtBot, page: SettingsPage, part: str) -> None:
    page.open_record(f"papers/{part}")
    settle(qtbot, page)


def messages(page: SettingsPage) -> list[str]:
    """What dialogs said; they are closed."""
    boxes = [box for box in page.findChildren(Message) if box.isVisible()]
    said = [box.text() for box in boxes]
    for box in boxes:
        box.accept()
    return said


# numbers


def test_patterns_are_listed_with_what_they_give(page: SettingsPage) -> None:
    rows = {row[0]: row[1:] for row in page.papers.patterns.table.model.rows}
    assert rows["Commercial invoice"] == ("CI-{year}-{number:05}", "CI-2026-00042", "Packing list")
    assert rows["Shipping marks"][2] == ""


def test_a_pattern_is_changed_and_taken_back(qtbot: QtBot, page: SettingsPage, factory: Factory) -> None:
    tab = page.papers.patterns
    tab.table.select_key("commercial_invoice")
    dialog = tab.change_current()
    assert dialog is not None
    dialog.form.restore_draft({"pattern": "INV{yy}{number}"})
    assert any(one.text() == "Looks like: INV2642" for one in dialog.findChildren(QLabel))
    dialog.save_button.click()
    settle(qtbot, page)
    assert factory.one(NumberPattern).pattern == "INV{yy}{number}"
    rows = {row[0]: row[2] for row in tab.table.model.rows}
    assert rows["Commercial invoice"] == "INV2642"
    again = tab.change("commercial_invoice")
    assert again is not None
    again.form.restore_draft({"pattern": ""})
    again.save_button.click()
    settle(qtbot, page)
    assert factory.all(NumberPattern) == []


@pytest.mark.parametrize(
    ("pattern", "said"),
    [("CI-{number}", "{year}"), ("CI-{year}-{no}", "{number}"), ("发票{year}{number}", "letters")],
)
def test_a_pattern_that_does_not_number_is_refused_while_typing(
    page: SettingsPage, pattern: str, said: str
) -> None:
    dialog = page.papers.patterns.change("packing_list")
    assert dialog is not None
    dialog.form.restore_draft({"pattern": pattern})
    assert not dialog.form.save()
    assert said in dialog.form.problems()["pattern"]
    assert example_of(pattern) == ""
    dialog.reject()


def test_a_pattern_of_another_kind_is_refused_at_its_field(qtbot: QtBot, page: SettingsPage) -> None:
    dialog = page.papers.patterns.change("packing_list")
    assert dialog is not None
    dialog.form.restore_draft({"pattern": "CI-{year}-{number:05}"})
    dialog.save_button.click()
    settle(qtbot, page)
    assert "Commercial invoice has this pattern already" in dialog.form._messages["pattern"].text()
    dialog.reject()


# pictures


def png(path: Path) -> Path:
    Image.new("RGBA", (60, 40), (180, 0, 0, 128)).save(path)
    return path


def test_a_picture_is_chosen_shown_and_removed(
    qtbot: QtBot,
    page: SettingsPage,
    factory: Factory,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    show(qtbot, page, "pictures")
    card = page.papers.pictures.cards["chop"]
    assert card.picture.text() == "None yet"
    assert not card.remove_button.isEnabled()
    chosen = str(png(tmp_path / "chop.png"))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (chosen, ""))
    card.choose_button.click()
    settle(qtbot, page)
    assert len(factory.one(Company).chop) == 64
    assert not card.picture.pixmap().isNull()
    monkeypatch.setattr(papers_pictures, "confirm", lambda *_question: False)
    card.remove_button.click()
    settle(qtbot, page)
    assert factory.one(Company).chop
    monkeypatch.setattr(papers_pictures, "confirm", lambda *_question: True)
    card.remove_button.click()
    settle(qtbot, page)
    assert factory.one(Company).chop == ""
    assert card.picture.text() == "None yet"


def test_what_is_no_picture_is_said(qtbot: QtBot, page: SettingsPage, tmp_path: Path) -> None:
    show(qtbot, page, "pictures")
    (tmp_path / "text.png").write_text("no picture")
    page.papers.pictures.take_file("logo", tmp_path / "text.png")
    settle(qtbot, page)
    assert messages(page) == ["The file is not a sound picture."]
    page.papers.pictures.take_file("logo", tmp_path / "gone.png")
    settle(qtbot, page)
    (said,) = messages(page)
    assert "could not be read" in said


# mail server


def test_the_mail_server_is_saved_and_the_password_kept_here_only(
    qtbot: QtBot, page: SettingsPage, factory: Factory
) -> None:
    show(qtbot, page, "mail")
    panel = page.papers.mail.server
    assert not panel.try_button.isEnabled()
    panel.form.restore_draft(
        {"host": "smtp.brightcup.test", "user": "export", "password": "geheim", "sender": "a@cup.test"}
    )
    panel.form.save()
    settle(qtbot, page)
    saved = mail_settings.mail_settings()
    assert (saved.host, saved.port, saved.security, saved.sender) == (
        "smtp.brightcup.test", 587, "starttls", "a@cup.test"
    )  # fmt: skip
    assert mail.has_password(saved, desk(page.context).secrets)
    assert "geheim" not in factory.one(Setting, key="mail").value
    password = panel.form.edit("password")
    assert isinstance(password, TextEdit)
    assert (password.text(), password.placeholderText()) == ("", "kept in this PC's keyring")
    assert password.echoMode() is TextEdit.EchoMode.Password
    assert panel.try_button.isEnabled()


def test_the_usual_port_follows_the_encryption(qtbot: QtBot, page: SettingsPage) -> None:
    show(qtbot, page, "mail")
    form = page.papers.mail.server.form
    security, port = form.edit("security"), form.edit("port")
    assert isinstance(security, ChoiceEdit)
    assert isinstance(port, TextEdit)
    for key, wanted in (("tls", "465"), ("starttls", "587")):
        security.show_value(key)
        security.edited.emit()
        assert port.text() == wanted
    form.restore_draft({"port": "2525"})
    security.show_value("tls")
    security.edited.emit()
    assert port.text() == "2525", "somebody's own port stays"


def test_a_refused_setting_is_shown_at_its_field(qtbot: QtBot, page: SettingsPage) -> None:
    show(qtbot, page, "mail")
    form = page.papers.mail.server.form
    security = form.edit("security")
    assert isinstance(security, ChoiceEdit)
    form.restore_draft({"host": "smtp.far.test"})
    security.show_value("none")
    security.edited.emit()
    form.save()
    settle(qtbot, page)
    assert "encrypted only" in form._messages["security"].text()
    assert mail_settings.mail_settings().host == ""


def test_the_server_is_tried(qtbot: QtBot, page: SettingsPage, monkeypatch: pytest.MonkeyPatch) -> None:
    mail_settings.save_mail_settings(mail_settings.MailSettings("127.0.0.1", 25, "none"))
    show(qtbot, page, "mail")
    panel = page.papers.mail.server
    monkeypatch.setattr(mail, "try_server", lambda _settings, _secrets: None)
    panel.try_button.click()
    settle(qtbot, page)
    assert messages(page) == ["The mail server takes user name and password. Documents can be sent."]

    def refuse(_settings: object, _secrets: object) -> None:
        raise DomainError("The mail server refused the password.")

    monkeypatch.setattr(mail, "try_server", refuse)
    panel.try_button.click()
    settle(qtbot, page)
    assert messages(page) == ["The mail server refused the password."]
    assert panel.try_button.isEnabled()


# the message


def test_the_message_is_written_in_a_language_and_taken_back(
    qtbot: QtBot, page: SettingsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(qtbot, page, "mail")
    panel = page.papers.mail.templates
    panel.language.show_value("de")
    panel.language.edited.emit()
    assert not panel.usual_button.isEnabled()
    panel.form.restore_draft({"subject": "Dokumente {number}", "body": "Guten Tag,\n{documents}"})
    panel.form.save()
    settle(qtbot, page)
    german = next(view for view in mail_templates.template_list() if view.language == "de")
    assert (german.subject, german.body) == ("Dokumente {number}", "Guten Tag,\n{documents}")
    assert panel.usual_button.isEnabled()
    assert panel.language.currentText() == "German  ●"
    monkeypatch.setattr(papers_templates, "confirm", lambda *_question: True)
    panel.usual_button.click()
    settle(qtbot, page)
    assert all(view.is_default for view in mail_templates.template_list())
    body = panel.form.edit("body")
    assert isinstance(body, NoteEdit)
    assert "Guten Tag,\n{documents}" != body.raw() != ""


def test_an_unknown_place_is_shown_at_its_field(qtbot: QtBot, page: SettingsPage) -> None:
    show(qtbot, page, "mail")
    panel = page.papers.mail.templates
    panel.form.restore_draft({"body": "Your {parcel}"})
    panel.form.save()
    settle(qtbot, page)
    assert "{parcel}" in panel.form._messages["body"].text()
    assert panel.form.is_dirty()
    assert page.papers.form() is panel.form, "Ctrl+S saves the one with a draft"


def test_another_language_asks_before_a_draft_is_lost(
    qtbot: QtBot, page: SettingsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(qtbot, page, "mail")
    panel = page.papers.mail.templates
    panel.form.restore_draft({"subject": "Mine"})
    monkeypatch.setattr(papers_templates, "confirm", lambda *_question: False)
    panel.language.show_value("fr")
    panel.language.edited.emit()
    assert panel.language.value() == "en"
    monkeypatch.setattr(papers_templates, "confirm", lambda *_question: True)
    panel.language.show_value("fr")
    panel.language.edited.emit()
    settle(qtbot, page)
    assert not panel.form.is_dirty()
    assert panel.language.value() == "fr"


def test_a_link_leads_to_a_part(qtbot: QtBot, page: SettingsPage) -> None:
    page.open_record("company")
    page.open_record("papers/pictures")
    assert page.chips.current() == "papers"
    assert page.papers.tabs.current() == "pictures"
    page.open_record("papers/nothing")
    assert page.papers.tabs.current() == "pictures"
