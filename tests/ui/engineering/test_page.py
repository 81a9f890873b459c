from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from factory_erp.i18n import _, in_language
from factory_erp.services.engineering import work_centres
from factory_erp.services.engineering.work_centres import CentreInput
from factory_erp.ui.engineering import EngineeringPage
from factory_erp.ui.engineering import page as page_module
from factory_erp.ui.engineering.calendars_tab import CalendarsTab
from factory_erp.ui.engineering.centre_rows import CENTRE_COLUMNS
from factory_erp.ui.engineering.centres_tab import CentresTab
from factory_erp.ui.engineering.page import PARTS
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.form_dialog import FormDialog
from tests.ui.engineering.conftest import settle

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]


@pytest.fixture
def said(context: UiContext) -> list[str]:
    sentences: list[str] = []
    context.say = sentences.append
    return sentences


def test_each_part_has_a_link(qtbot: QtBot, page: EngineeringPage, said: list[str]) -> None:
    for key in PARTS:
        page.open_record(key)
        settle(qtbot, page)
        assert page.tabs.current() == key
        assert page.part() is not None
    page.open_record("nowhere")
    assert said == ["There is nothing at erp://engineering/nowhere."]
    assert page.state() == {"record": "costs"}

    page.open_record("centres/PRESS-CENTRE")
    settle(qtbot, page)
    centres = page.part("centres")
    assert isinstance(centres, CentresTab)
    found = centres.centre()
    assert found is not None
    assert found.code == "PRESS-CENTRE"


def test_the_page_comes_back_to_the_part_that_was_in_sight(
    qtbot: QtBot, page: EngineeringPage, context: UiContext
) -> None:
    page.tabs.select("changeovers")
    settle(qtbot, page)
    page.hide()
    again = EngineeringPage(context)
    qtbot.addWidget(again)
    assert again.tabs.current() == "changeovers"
    again.restore_state({"record": "calendars"})
    assert again.tabs.current() == "calendars"


def test_what_others_commit_is_shown(qtbot: QtBot, page: EngineeringPage) -> None:
    page.on_changes(work_centres.save_centre(CentreInput("OVEN", "Oven", "")).changes)
    settle(qtbot, page)
    centres = page.part()
    assert isinstance(centres, CentresTab)
    assert len(centres.centres.model.rows) == 3
    page.on_changes({"sales_order": frozenset({1})})
    assert not page.context.jobs.running()


def test_leaving_with_a_draft_asks(
    qtbot: QtBot, page: EngineeringPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page.can_leave()
    page.open_record("calendars")
    settle(qtbot, page)
    tab = page.part()
    assert isinstance(tab, CalendarsTab)
    tab.week.model.toggle(tab.week.model.index(0, 7))
    save = next(one for one in page.commands() if one.id == "engineering.save")
    assert save.can_run()

    page.tabs.select("centres")
    monkeypatch.setattr(page_module, "confirm", lambda *_question: False)
    assert not page.can_leave()
    assert tab.is_dirty()
    monkeypatch.setattr(page_module, "confirm", lambda *_question: True)
    assert page.can_leave()
    settle(qtbot, page)
    assert not tab.is_dirty()

    page.tabs.select("calendars")
    tab.week.model.toggle(tab.week.model.index(0, 7))
    save.trigger()
    settle(qtbot, page)
    assert not tab.is_dirty()
    assert tab.heading.text().startswith("DAY · 54 h a week")


def test_no_header_is_cut_in_either_language(qtbot: QtBot, page: EngineeringPage, context: UiContext) -> None:
    for language in ("en", "zh_CN"):
        with in_language(language):
            made = EngineeringPage(context)
            qtbot.addWidget(made)
            made.resize(1080, 740)
            made.show()
            made.open_record("calendars")
            settle(qtbot, made)
            tab = made.part()
            assert isinstance(tab, CalendarsTab)
            header = tab.week.view.horizontalHeader()
            metrics = header.fontMetrics()
            for section, column in enumerate(tab.week.model.columns):
                assert metrics.horizontalAdvance(column.title) + 16 <= header.sectionSize(section)
            made.hide()


def test_what_a_part_holds_is_added_by_keyboard(qtbot: QtBot, page: EngineeringPage) -> None:
    commands = {one.id: one for one in page.commands()}
    new, machine = commands["engineering.new"], commands["engineering.new_machine"]
    for key, title in (("centres", "New work centre"), ("calendars", "New calendar")):
        page.tabs.select(key)
        settle(qtbot, page)
        assert new.can_run()
        assert machine.can_run() == (key == "centres")
        new.trigger()
        part = page.part()
        assert isinstance(part, QWidget)
        dialog = next(one for one in part.findChildren(FormDialog) if one.isVisible())
        assert dialog.windowTitle() == title
        dialog.reject()
    page.tabs.select("changeovers")
    assert not new.can_run()


def test_no_header_of_the_centres_is_cut(qtbot: QtBot, page: EngineeringPage, context: UiContext) -> None:
    with in_language("zh_CN"):
        made = EngineeringPage(context)
        qtbot.addWidget(made)
        made.resize(1170, 660)
        made.show()
        made.open_record("centres")
        settle(qtbot, made)
        tab = made.part()
        assert isinstance(tab, CentresTab)
        header = tab.centres.view.horizontalHeader()
        metrics = header.fontMetrics()
        for section, column in enumerate(CENTRE_COLUMNS):
            assert metrics.horizontalAdvance(_(column.title)) + 16 <= header.sectionSize(section)
        made.hide()
