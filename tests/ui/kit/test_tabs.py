from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from factory_erp.ui.kit.tabs import Tabs


@pytest.fixture
def made() -> list[str]:
    return []


@pytest.fixture
def tabs(qtbot: QtBot, made: list[str]) -> Tabs:
    tabs = Tabs()
    qtbot.addWidget(tabs)

    def make(key: str) -> QWidget:
        made.append(key)
        return QLineEdit(key)

    for key, title in (("overview", "Overview"), ("bill", "Bill & routing"), ("prices", "Prices")):
        tabs.add(key, title, lambda key=key: make(key))  # type: ignore[misc]
    with qtbot.waitActive(tabs):
        tabs.show()
        tabs.activateWindow()
    return tabs


def test_a_page_is_made_when_it_is_looked_at(tabs: Tabs, made: list[str]) -> None:
    assert (tabs.current(), made) == ("overview", ["overview"])
    tabs.select("prices")
    tabs.select("overview")
    tabs.select("prices")
    assert made == ["overview", "prices"]
    assert tabs.page("bill") is None
    assert tabs.stack.currentWidget() is tabs.page("prices")


def test_ctrl_and_a_number_go_to_a_tab(qtbot: QtBot, tabs: Tabs) -> None:
    page = tabs.page("overview")
    assert page is not None
    page.setFocus()
    with qtbot.waitSignal(tabs.current_changed) as told:
        qtbot.keyClick(page, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert told.args == ["bill"]


def test_arrows_walk_the_tabs(qtbot: QtBot, tabs: Tabs) -> None:
    tabs.bar.setFocus()
    qtbot.keyClick(tabs.bar, Qt.Key.Key_Right)
    assert tabs.current() == "bill"
    assert QApplication.focusWidget() is tabs.bar
    qtbot.keyClick(tabs.bar, Qt.Key.Key_Left)
    assert tabs.current() == "overview"


def test_counts_stand_after_the_title(tabs: Tabs) -> None:
    tabs.set_count("bill", 1234)
    assert tabs.bar.tabText(1) == "Bill && routing  1,234"
    assert tabs.bar.accessibleTabName(1) == "Bill & routing  1,234"
    tabs.set_count("bill", None)
    assert tabs.bar.accessibleTabName(1) == "Bill & routing"


def test_a_key_that_is_not_there_is_an_error(tabs: Tabs) -> None:
    with pytest.raises(ValueError, match="stock"):
        tabs.select("stock")


def test_a_pen_stays_while_the_count_changes(tabs: Tabs) -> None:
    tabs.mark("bill", True)
    tabs.set_count("bill", 12)
    assert tabs.bar.accessibleTabName(1) == "Bill & routing  12, unsaved changes"
    assert not tabs.bar.tabIcon(1).isNull()
    tabs.mark("bill", False)
    assert tabs.bar.accessibleTabName(1) == "Bill & routing  12"
    assert tabs.bar.tabIcon(1).isNull()
