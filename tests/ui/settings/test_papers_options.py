"""Options of papers: chosen for a place, saved, refused, undone, and seen on a sample at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.documents import DocumentOption
from factory_erp.services.papers import options
from factory_erp.services.papers.options import OptionInput
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.edits import ChoiceEdit, TextEdit
from factory_erp.ui.settings import SettingsPage, papers_options
from factory_erp.ui.settings import page as page_module
from factory_erp.ui.settings.papers_edits import ClausesEdit, HiddenEdit
from factory_erp.ui.settings.papers_options import CHOSEN_MARK, OptionsTab
from tests.services.shipping_factory import Factory
from tests.ui.settings.papers_page import opened, settle

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CTRL = Qt.KeyboardModifier.ControlModifier
INVOICE = "commercial_invoice"


@pytest.fixture
def factory(db: Database) -> Factory:
    return Factory(db)


@pytest.fixture
def page(factory: Factory, context: UiContext, qtbot: QtBot, problems: list[BaseException]) -> SettingsPage:
    return opened(context, qtbot, "options")


@pytest.fixture
def tab(page: SettingsPage) -> OptionsTab:
    return page.papers.options


def choose(edit: ChoiceEdit, value: object) -> None:
    edit.show_value(value)
    edit.edited.emit()


def field(tab: OptionsTab, name: str) -> ChoiceEdit:
    edit = tab.form.edit(name)
    assert isinstance(edit, ChoiceEdit)
    return edit


def hidden(tab: OptionsTab) -> HiddenEdit:
    edit = tab.form.edit("hidden")
    assert isinstance(edit, HiddenEdit)
    return edit


def clauses(tab: OptionsTab) -> ClausesEdit:
    edit = tab.form.edit("clauses")
    assert isinstance(edit, ClausesEdit)
    return edit


def stored(kind: str, partner: int | None = None) -> OptionInput:
    return next(view.chosen for view in options.option_list(partner) if view.kind == kind)


def test_a_sample_is_there_at_once(tab: OptionsTab, problems: list[BaseException]) -> None:
    assert tab.preview.page_count() == 1
    assert tab.sample_kind.value() == INVOICE
    assert not hidden(tab).list.isVisible(), "nothing to tick as long as it is as usual"
    assert problems == []


def test_options_for_everybody_are_saved_with_the_keyboard(
    qtbot: QtBot, page: SettingsPage, tab: OptionsTab
) -> None:
    choose(field(tab, "language"), "de")
    choose(field(tab, "show_signature"), True)
    choose(field(tab, "show_chop"), False)
    choose(hidden(tab).mode, "own")
    hidden(tab).boxes["bank"].click()
    hidden(tab).boxes["line"].click()
    name = tab.form.edit("signed_by")
    qtbot.keyClicks(name, "Li Wei")
    qtbot.keyClick(name, Qt.Key.Key_Return, CTRL)
    settle(qtbot, page)
    assert stored("") == OptionInput(
        language="de", hidden=("line", "bank"), show_signature=True, show_chop=False, signed_by="Li Wei"
    )
    assert not tab.form.is_dirty()
    assert tab.kind.currentText() == f"Every document{CHOSEN_MARK}"


def test_clauses_are_written_by_language(qtbot: QtBot, page: SettingsPage, tab: OptionsTab) -> None:
    edit = clauses(tab)
    choose(edit.mode, "own")
    edit.note.setPlainText("Made under L/C 7\nSecond clause")
    choose(edit.language, "zh_CN")
    assert edit.note.toPlainText() == ""
    edit.note.setPlainText("\n第二条")
    choose(edit.language, "en")
    assert edit.note.toPlainText() == "Made under L/C 7\nSecond clause"
    tab.form.save()
    settle(qtbot, page)
    assert stored("").clauses == ({"en": "Made under L/C 7"}, {"en": "Second clause", "zh_CN": "第二条"})
    assert edit.note.toPlainText() == "Made under L/C 7\nSecond clause", "as it was typed"
    choose(edit.mode, "")
    tab.form.save()
    settle(qtbot, page)
    assert stored("") == OptionInput()


def test_the_keys_of_the_form_work_inside_its_own_edits(
    qtbot: QtBot, page: SettingsPage, tab: OptionsTab
) -> None:
    edit = clauses(tab)
    choose(edit.mode, "own")
    qtbot.keyClicks(edit.note, "Fumigated")
    qtbot.keyClick(edit.note, Qt.Key.Key_Z, CTRL)
    assert edit.note.toPlainText() == ""
    choose(edit.mode, "own")
    qtbot.keyClicks(edit.note, "Fumigated")
    qtbot.keyClick(edit.note, Qt.Key.Key_Return, CTRL)
    settle(qtbot, page)
    assert stored("").clauses == ({"en": "Fumigated"},)


def test_columns_are_ticked_with_the_keyboard(qtbot: QtBot, tab: OptionsTab) -> None:
    edit = hidden(tab)
    choose(edit.mode, "own")
    edit.boxes["line"].setFocus()
    qtbot.keyClick(edit.boxes["line"], Qt.Key.Key_Space)
    qtbot.keyClick(edit.boxes["line"], Qt.Key.Key_Down)
    qtbot.keyClick(edit.boxes["item"], Qt.Key.Key_Space)
    qtbot.keyClick(edit.boxes["item"], Qt.Key.Key_Up)
    assert tab.window().focusWidget() is edit.boxes["line"]
    assert edit.value() == ("line", "item")
    qtbot.keyClick(edit.boxes["line"], Qt.Key.Key_Z, CTRL)
    assert edit.value() == ("line",), "each visit is a step of its own"


def test_each_step_can_be_undone(qtbot: QtBot, page: SettingsPage, tab: OptionsTab) -> None:
    choose(hidden(tab).mode, "own")
    hidden(tab).boxes["bank"].click()
    hidden(tab).boxes["cbm"].click()
    assert hidden(tab).value() == ("cbm", "bank")
    tab.form.undo_stack.undo()
    assert hidden(tab).value() in (("bank",), None), "one visit may be one step"
    tab.form.discard()
    settle(qtbot, page)
    assert hidden(tab).value() is None
    assert not tab.form.is_dirty()


def test_a_kind_of_one_customer_has_options_of_its_own(
    qtbot: QtBot, page: SettingsPage, tab: OptionsTab, factory: Factory
) -> None:
    customer = factory.customer()
    options.set_option(customer, INVOICE, OptionInput(certified=True))
    tab.partner.show_value(Choice(customer, "Nordlicht Handels GmbH"))
    tab.partner.chosen.emit(tab.partner.choice())
    settle(qtbot, page)
    assert "as chosen for everybody" in tab.lead.text()
    choose(tab.kind, INVOICE)
    settle(qtbot, page)
    assert field(tab, "certified").value() is True
    choose(field(tab, "certified"), False)
    tab.form.save()
    settle(qtbot, page)
    assert stored(INVOICE, customer) == OptionInput(certified=False)
    assert stored(INVOICE) == OptionInput()
    choose(tab.kind, "packing_list")
    settle(qtbot, page)
    assert tab.sample_kind.value() == "packing_list"
    tab.partner.clear()
    tab.partner.editingFinished.emit()
    settle(qtbot, page)
    assert tab._partner_id() is None
    assert field(tab, "certified").value() is None


def test_another_place_asks_before_a_draft_is_lost(
    qtbot: QtBot, page: SettingsPage, tab: OptionsTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(field(tab, "language"), "fr")
    monkeypatch.setattr(papers_options, "confirm", lambda *_question: False)
    choose(tab.kind, INVOICE)
    assert tab.kind.value() == ""
    assert field(tab, "language").value() == "fr"
    monkeypatch.setattr(papers_options, "confirm", lambda *_question: True)
    choose(tab.kind, INVOICE)
    settle(qtbot, page)
    assert tab.kind.value() == INVOICE
    assert field(tab, "language").value() == ""


def test_a_name_that_nobody_has_does_not_stay(qtbot: QtBot, page: SettingsPage, tab: OptionsTab) -> None:
    tab.partner.setFocus()
    qtbot.keyClicks(tab.partner, "nobody")
    tab.kind.setFocus()
    settle(qtbot, page)
    assert tab.partner.text() == ""
    assert tab._partner_id() is None


def test_leaving_the_page_asks_too(
    qtbot: QtBot, page: SettingsPage, tab: OptionsTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def refuse(_parent: object, _title: str, text: str, _act: str) -> bool:
        asked.append(text)
        return False

    choose(field(tab, "language"), "fr")
    monkeypatch.setattr(page_module, "confirm", refuse)
    assert not page.can_leave()
    assert asked == ["The changes on this page are not saved yet."]
    monkeypatch.setattr(page_module, "confirm", lambda *_question: True)
    assert page.can_leave()
    settle(qtbot, page)
    assert not tab.form.is_dirty()


def test_options_changed_by_somebody_else_are_refused(
    qtbot: QtBot, page: SettingsPage, tab: OptionsTab, factory: Factory
) -> None:
    choose(field(tab, "language"), "fr")
    options.set_option(None, "", OptionInput(language="ru"))
    tab.form.save()
    settle(qtbot, page)
    assert [row.language for row in factory.all(DocumentOption)] == ["ru"]
    assert tab.form.is_dirty(), "what was typed stays"
    (box,) = tab.findChildren(Message)
    assert "changed by somebody else" in box.text()
    box.accept()


def test_the_sample_follows_the_form(qtbot: QtBot, page: SettingsPage, tab: OptionsTab) -> None:
    before = tab.preview.path()
    choose(field(tab, "language"), "zh_CN")
    settle(qtbot, page)
    assert tab.preview.path() != before
    choose(tab.sample_kind, "packing_list")
    settle(qtbot, page)
    assert tab.preview.page_count() == 1


def test_a_draft_outlives_a_refresh(qtbot: QtBot, page: SettingsPage, tab: OptionsTab) -> None:
    name = tab.form.edit("signed_by")
    assert isinstance(name, TextEdit)
    qtbot.keyClicks(name, "Li")
    options.set_option(None, INVOICE, OptionInput(language="ru"))
    page.refresh()
    settle(qtbot, page)
    assert name.text() == "Li"
    commands = {command.id: command for command in page.commands()}
    assert commands["settings.save"].can_run()
    commands["settings.save"].trigger()
    settle(qtbot, page)
    assert stored("").signed_by == "Li"


def test_partners_are_found_by_code_and_name(factory: Factory) -> None:
    customer = factory.customer()
    assert papers_options.search_partners("nordl") == [Choice(customer, "Nordlicht Handels GmbH", "NORD")]


def test_papers_for_customs_offer_english_and_chinese_only(
    qtbot: QtBot, page: SettingsPage, tab: OptionsTab
) -> None:
    offered = field(tab, "language")
    everything = offered.count()
    choose(tab.kind, "customs_declaration")
    settle(qtbot, page)
    assert [offered.itemText(place) for place in range(offered.count())] == [
        "As usual", "English and Chinese", "English", "Chinese"
    ]  # fmt: skip
    choose(tab.kind, INVOICE)
    settle(qtbot, page)
    assert offered.count() == everything
