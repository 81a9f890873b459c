"""Texts of a product, side by side."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.services.catalogue import products, texts
from factory_erp.services.catalogue.products import ProductInput
from factory_erp.services.catalogue.texts import TextValues
from factory_erp.ui.catalog.texts_tab import LEFT, RIGHT
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.products.texts_tab import TextsTab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CTRL = Qt.KeyboardModifier.ControlModifier


def settle(qtbot: QtBot, tab: TextsTab) -> None:
    qtbot.waitUntil(lambda: not tab.context.jobs.running())


@pytest.fixture
def tab(db: Database, qtbot: QtBot, context: UiContext, problems: list[BaseException]) -> Iterator[TextsTab]:
    said = (TextValues("en", "Steel cup", description="Keeps warm."), TextValues("zh_CN", "钢杯"))
    made = TextsTab(context, products.save_product(ProductInput("CUP", texts=said)).value)
    qtbot.addWidget(made)
    made.resize(1040, 560)
    made.show()
    made.refresh()
    settle(qtbot, made)
    yield made
    assert problems == []


def written(tab: TextsTab, code: str) -> TextValues:
    return next(row.values() for row in texts.text_sheet(product_id=tab.record_id) if row.language == code)


def type_into(tab: TextsTab, code: str, field: str, text: str) -> None:
    edit = tab.forms[code].form.edit(field)
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_A, CTRL)
    composed = QInputMethodEvent()
    composed.setCommitString(text)
    QApplication.sendEvent(edit, composed)


def test_two_languages_stand_side_by_side_with_what_is_missing(tab: TextsTab) -> None:
    assert tab.shown == ["en", "zh_CN"]
    assert tab.completeness() == ["en 100 %", "zh_CN missing"]
    assert tab.forms["en"].state.text() == "Complete"
    assert tab.forms["zh_CN"].state.text() == "Missing: Description"
    assert tab.forms["en"].length.text() == "Name: 9 characters (Alibaba 128, DHgate 140)"
    assert "declaration_name" not in tab.forms["en"].form.draft()


def test_ctrl_enter_saves_both_sides_and_the_pills_follow(qtbot: QtBot, tab: TextsTab) -> None:
    type_into(tab, "en", "name", "Travel cup")
    type_into(tab, "zh_CN", "description", "保温。")
    assert tab.bar.isVisibleTo(tab)

    qtbot.keyClick(tab.forms["en"].form.edit("name"), Qt.Key.Key_Return, CTRL)
    settle(qtbot, tab)

    assert written(tab, "en").name == "Travel cup"
    assert written(tab, "zh_CN").description == "保温。"
    assert not tab.is_dirty()
    assert not tab.bar.isVisibleTo(tab)
    assert tab.completeness() == ["en 100 %", "zh_CN 100 %"]


def test_a_name_too_long_for_a_platform_is_said_while_one_types(tab: TextsTab) -> None:
    type_into(tab, "en", "name", "x" * 133)

    assert tab.forms["en"].warning.text() == "Alibaba takes titles of at most 128 characters; this has 133."
    assert tab.forms["en"].warning.isVisibleTo(tab)


# The screenless platform says this of every menu.
@pytest.mark.qt_log_ignore("does not support (raise|grabbing|propagateSizeHints)", extend=True)
def test_a_language_is_added_and_stays_once_it_has_a_name(qtbot: QtBot, tab: TextsTab) -> None:
    menu = tab.open_languages()
    action = next(one for one in menu.actions() if one.text() == "Deutsch (de)")
    action.trigger()
    menu.close()
    assert tab.shown == ["en", "de"]

    type_into(tab, "de", "name", "Stahlbecher")
    assert tab.save()
    settle(qtbot, tab)

    assert written(tab, "de").name == "Stahlbecher"
    assert tab.completeness() == ["en 100 %", "zh_CN missing", "de missing"]


def test_texts_without_a_name_are_refused_at_their_field(qtbot: QtBot, tab: TextsTab) -> None:
    tab.add_language("de")
    type_into(tab, "de", "description", "Hält warm.")
    type_into(tab, "en", "name", "Travel cup")
    tab.show_language(RIGHT, "zh_CN")

    tab.save()
    settle(qtbot, tab)

    assert tab.shown[RIGHT] == "de"
    message = tab.forms["de"].form._messages["name"]
    assert message.text().startswith("The texts in 'de' have no name.")
    assert tab.is_dirty()
    assert written(tab, "en").name == "Steel cup"


def test_undo_and_discard_bring_back_what_was_read(qtbot: QtBot, tab: TextsTab) -> None:
    seen: list[bool] = []
    tab.dirty_changed.connect(seen.append)
    type_into(tab, "en", "name", "Travel cup")
    edit = tab.forms["en"].form.edit("name")
    while tab.is_dirty():
        qtbot.keyClick(edit, Qt.Key.Key_Z, CTRL)
    assert tab.forms["en"].values().name == "Steel cup"

    type_into(tab, "en", "name", "Mug")
    tab.discard()
    settle(qtbot, tab)
    assert tab.forms["en"].values().name == "Steel cup"
    assert seen == [True, False, True, False]


def test_a_draft_in_a_language_out_of_view_counts_and_choosing_it_again_changes_places(
    tab: TextsTab,
) -> None:
    type_into(tab, "zh_CN", "name", "保温杯")
    tab.add_language("fr")
    assert tab.is_dirty()

    tab.show_language(LEFT, "fr")
    assert tab.shown == ["fr", "en"]
    tab.show_language(RIGHT, "zh_CN")
    assert tab.forms["zh_CN"].values().name == "保温杯"


def test_what_somebody_else_wrote_meanwhile_is_no_victim(qtbot: QtBot, tab: TextsTab) -> None:
    type_into(tab, "en", "name", "Travel cup")
    texts.save_texts([TextValues("en", "Camping cup", "", "Keeps warm.")], product_id=tab.record_id)

    tab.refresh()
    settle(qtbot, tab)
    assert tab.forms["en"].values().name == "Travel cup"
    tab.save()
    settle(qtbot, tab)

    assert written(tab, "en").name == "Camping cup"
    (dialog,) = tab.findChildren(Message)
    assert "changed by somebody else" in dialog.text()
    dialog.accept()
    tab.discard()
    settle(qtbot, tab)
    assert tab.forms["en"].values().name == "Camping cup"
