"""Texts of an item: as a product's, with a name for customs; the pills are of the one item."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from factory_erp.i18n import set_language
from factory_erp.models.database import Database
from factory_erp.services.catalogue import texts
from factory_erp.services.catalogue import views as catalog
from factory_erp.ui.catalog.texts_tab import TextsTab
from factory_erp.ui.kit.context import UiContext
from tests.services.factory import an_item

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def settle(qtbot: QtBot, tab: TextsTab) -> None:
    qtbot.waitUntil(lambda: not tab.context.jobs.running())


@pytest.fixture
def tab(db: Database, qtbot: QtBot, context: UiContext, problems: list[BaseException]) -> Iterator[TextsTab]:
    with db.session(write=True) as session:
        item = an_item(session, "CUP-1", english="Steel cup", chinese="钢杯").id
    made = TextsTab(context, item)
    qtbot.addWidget(made)
    made.resize(1040, 560)
    made.show()
    made.refresh()
    settle(qtbot, made)
    yield made
    assert problems == []


def test_what_is_sold_needs_a_name_for_customs(qtbot: QtBot, tab: TextsTab) -> None:
    assert tab.completeness() == ["en incomplete", "zh_CN incomplete"]
    english = tab.forms["en"]
    assert english.state.text() == "Missing: Customs name"

    qtbot.keyClicks(english.form.edit("declaration_name"), "Vacuum cup")
    qtbot.keyClicks(english.form.edit("description"), "Keeps warm.")
    assert tab.save()
    settle(qtbot, tab)

    assert tab.completeness() == ["en complete", "zh_CN incomplete"]
    saved = texts.text_sheet(item_id=tab.record_id)[0]
    assert (saved.declaration_name, saved.description) == ("Vacuum cup", "Keeps warm.")


def test_the_new_name_is_found_by_search(qtbot: QtBot, tab: TextsTab) -> None:
    edit = tab.forms["en"].form.edit("name")
    edit.setFocus()
    qtbot.keyClick(edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(edit, "Camping mug")
    tab.save()
    settle(qtbot, tab)
    assert list(catalog.item_ids(words="camping")) == [tab.record_id]


def test_a_text_too_long_is_refused_under_its_field(qtbot: QtBot, tab: TextsTab) -> None:
    form = tab.forms["zh_CN"].form
    qtbot.keyClicks(form.edit("declaration_name"), "x" * 121)
    qtbot.keyClicks(tab.forms["en"].form.edit("declaration_name"), "Vacuum cup")
    tab.save()
    settle(qtbot, tab)

    assert "at most 120 fit" in form._messages["declaration_name"].text()
    assert texts.text_sheet(item_id=tab.record_id)[0].declaration_name == ""


def test_a_chinese_reader_sees_english_beside_chinese(
    db: Database, qtbot: QtBot, context: UiContext, tab: TextsTab
) -> None:
    set_language("zh_CN")
    again = TextsTab(context, tab.record_id)
    qtbot.addWidget(again)
    again.refresh()
    settle(qtbot, again)
    assert again.shown == ["en", "zh_CN"]


def test_the_description_takes_the_height_that_is_left(qtbot: QtBot, tab: TextsTab) -> None:
    edit = tab.forms["en"].form.edit("description")
    before = edit.height()
    tab.resize(1040, 700)
    qtbot.waitUntil(lambda: edit.height() > before)
    tab.resize(1040, 300)
    qtbot.waitUntil(lambda: edit.height() == 96)
