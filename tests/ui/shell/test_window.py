from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from factory_erp.i18n import N_, language, set_language
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import SearchHit, UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.shell.first_run import FirstChoice, FirstRunDialog
from factory_erp.ui.shell.shortcuts import balanced
from factory_erp.ui.shell.window import MainWindow, PageSpec, restore_look


class FakePage(Page):
    """Keeps what the shell asked of it."""

    def __init__(self, context: UiContext, noun: str) -> None:
        super().__init__(context)
        self.noun = noun
        self.opened: list[str] = []
        self.refreshed = 0
        self.seen: list[object] = []
        self.leave = True
        self.header.set_title(f"{noun} {language()}")

    def refresh(self) -> None:
        self.refreshed += 1

    def on_changes(self, changes: object) -> None:
        self.seen.append(changes)

    def open_record(self, key: str) -> None:
        self.opened.append(key)

    def can_leave(self) -> bool:
        return self.leave

    def state(self) -> dict[str, object]:
        return {"record": self.opened[-1] if self.opened else ""}

    def restore_state(self, state: dict[str, object]) -> None:
        self.opened.append(f"again {state['record']}")

    def commands(self) -> list[Command]:
        return [
            Command(f"{self.noun}.act", f"Act on {self.noun}", lambda: None, "Ctrl+Alt+A", group="record")
        ]


def spec(noun: str, section: str = N_("Business")) -> PageSpec:
    return PageSpec(noun, section, noun.title(), "order", lambda context: FakePage(context, noun))


@pytest.fixture
def window(qtbot: QtBot, context: UiContext) -> MainWindow:
    made = MainWindow(context, [spec("sales"), spec("planning"), spec("settings", "")])
    qtbot.addWidget(made)
    made.show()
    return made


def page(window: MainWindow) -> FakePage:
    shown = window.page()
    assert isinstance(shown, FakePage)
    return shown


def test_pages_are_made_when_they_are_first_shown(window: MainWindow) -> None:
    assert set(window._pages) == {"sales"}
    window.show_page("planning")
    assert set(window._pages) == {"sales", "planning"}
    assert page(window).refreshed == 1
    window.go_back()
    assert page(window).noun == "sales"


def test_a_deep_link_opens_its_record(window: MainWindow, context: UiContext) -> None:
    context.navigate("erp://planning/MO%202026-7")
    assert page(window).noun == "planning"
    assert page(window).opened == ["MO 2026-7"]
    window.copy_link()
    assert QGuiApplication.clipboard().text() == "erp://planning/MO%202026-7"


def test_a_link_to_nowhere_is_said_so(window: MainWindow) -> None:
    for link in ("erp://nothing/1", "https://planning/1", ""):
        window.navigate(link)
        assert page(window).noun == "sales"
        assert "nothing at" in window.status.words()


def test_a_page_with_a_draft_keeps_the_user(window: MainWindow) -> None:
    page(window).leave = False
    assert not window.show_page("planning")
    assert page(window).noun == "sales"
    assert not window.close()
    page(window).leave = True


def test_the_page_in_view_brings_its_commands(window: MainWindow) -> None:
    assert "sales.act" in [command.id for command in window.commands]
    window.show_page("planning")
    ids = [command.id for command in window.commands]
    assert "planning.act" in ids
    assert "sales.act" not in ids
    assert window.commands.clashes() == []
    shown = [action.text() for action in window.menuBar().actions()]
    assert shown == ["File", "Edit", "Record", "Go", "View", "Help"]


def test_every_key_is_live_in_the_menu_bar(window: MainWindow) -> None:
    keys = {
        entry.shortcut().toString()
        for menu in window.menuBar().actions()
        for entry in menu.menu().actions()
        if entry.isEnabled()
    }
    assert {"Ctrl+K", "Ctrl+F", "F1", "F5", "Ctrl+1", "Ctrl+Alt+A"} <= keys
    assert QKeySequence("Ctrl+K").toString() == "Ctrl+K"


def test_a_commit_reaches_every_page(window: MainWindow, context: UiContext) -> None:
    window.show_page("planning")
    context.jobs.changed.emit({"order"})
    assert [one.seen for one in window._pages.values() if isinstance(one, FakePage)] == [[{"order"}]] * 2


def test_switching_the_language_builds_everything_anew(
    qtbot: QtBot, window: MainWindow, context: UiContext
) -> None:
    window.navigate("erp://planning/MO-7")
    before = page(window)
    window.commands["view.language.zh_CN"].trigger()
    qtbot.waitUntil(lambda: window.page() is not before)
    assert language() == "zh_CN"
    assert page(window).noun == "planning"
    assert page(window).title() == "planning zh_CN"
    assert page(window).opened == ["again MO-7"]
    box = QMessageBox(QMessageBox.Icon.Question, "", "", QMessageBox.StandardButton.Cancel, window)
    assert box.button(QMessageBox.StandardButton.Cancel).text().startswith("取消")
    window.change_language("en")
    qtbot.waitUntil(lambda: page(window).title() == "planning en")
    assert str(context.settings().value("language")) == "en"


def test_the_theme_is_switched_live_and_remembered(window: MainWindow, context: UiContext) -> None:
    shown = window.page()
    window.toggle_theme()
    assert theme.current() is theme.DARK
    assert window.page() is shown
    theme.apply(QGuiApplication.instance(), theme.LIGHT)  # type: ignore[arg-type]
    restore_look(context)
    assert theme.current() is theme.DARK
    window.toggle_theme()
    assert theme.current() is theme.LIGHT


def test_the_window_comes_back_where_it_was_left(
    qtbot: QtBot, window: MainWindow, context: UiContext
) -> None:
    window.show_page("planning")
    window.close()
    set_language("en")
    again = MainWindow(context, [spec("sales"), spec("planning")])
    qtbot.addWidget(again)
    assert page(again).noun == "planning"


def test_closing_ends_the_jobs(window: MainWindow, context: UiContext) -> None:
    assert window.close()
    with pytest.raises(RuntimeError):
        context.jobs.run(lambda: None, write=True)


def test_the_status_bar_shows_and_cancels_the_job(
    qtbot: QtBot, window: MainWindow, context: UiContext
) -> None:
    gate = threading.Event()
    job = context.jobs.run(lambda: gate.wait(5), title="Sync Amazon DE", cancellable=True)
    assert window.status.job() is job
    assert window.status._title.text() == "Sync Amazon DE"
    window.status.cancel()
    assert job.progress.cancelled
    gate.set()
    qtbot.waitUntil(lambda: window.status.job() is None)


def test_an_error_nobody_took_becomes_a_dialog(qtbot: QtBot, window: MainWindow, context: UiContext) -> None:
    def crash() -> None:
        raise ZeroDivisionError("ours")

    context.jobs.run(crash)
    qtbot.waitUntil(lambda: bool(window.findChildren(Message)))
    box = window.findChildren(Message)[0]
    assert box.findChild(QPushButton, "copy-details") is not None
    box.close()


def test_the_palette_filters_commands_and_finds_records(
    qtbot: QtBot, window: MainWindow, context: UiContext
) -> None:
    asked: list[str] = []

    def search(text: str) -> list[SearchHit]:
        asked.append(text)
        return (
            [SearchHit("SO-2026-01042", "Acme", "erp://planning/SO-2026-01042")] if text == "SO-2026" else []
        )

    context.search = search
    palette = window.open_palette()
    everything = len(palette.entries())
    palette.input.setText("theme")
    assert [entry.title for entry in palette.entries()] == ["Dark theme"]
    assert everything > 8
    qtbot.keyClicks(palette.input, " SO")
    palette.input.setText("SO-2026")
    qtbot.waitUntil(lambda: [entry.title for entry in palette.entries()] == ["SO-2026-01042"])
    assert asked == ["SO-2026"], "keys in quick succession are one search"
    palette.run_current()
    assert page(window).opened == ["SO-2026-01042"]


def test_a_scanned_or_pasted_link_leads_to_its_record(
    qtbot: QtBot, window: MainWindow, context: UiContext
) -> None:
    asked: list[str] = []
    context.search = lambda text: asked.append(text) or []  # type: ignore[func-returns-value]
    palette = window.open_palette()
    qtbot.keyClicks(palette.input, "erp://planning/operation/MB-2026-00001/20")
    titles = [entry.title for entry in palette.entries()]
    assert titles == ["Go to erp://planning/operation/MB-2026-00001/20"]
    palette._search()
    qtbot.keyClick(palette.input, Qt.Key.Key_Return)
    assert page(window).opened == ["operation/MB-2026-00001/20"]
    assert asked == []
    palette = window.open_palette()
    palette.input.setText(" ERP://nothing/1\t")
    palette.run_current()
    assert "nothing at ERP://nothing/1" in window.status.words()


def test_a_scanned_text_runs_no_command(window: MainWindow) -> None:
    palette = window.open_palette()
    palette.input.setText("erp://command/view.theme")
    assert palette.entries() == []
    palette.run_current()
    assert not theme.current().is_dark
    palette.close()


def test_an_answer_to_an_older_text_is_dropped(window: MainWindow) -> None:
    palette = window.open_palette()
    palette.input.setText("zzz")
    palette._on_hits("zz", [SearchHit("old", "", "erp://sales/1")])
    assert palette.entries() == []
    palette.close()


def test_the_shortcut_sheet_names_every_key(window: MainWindow) -> None:
    sheet = window.open_shortcuts()
    from PySide6.QtWidgets import QLabel

    texts = {one.text() for one in sheet.findChildren(QLabel)}
    assert {command.text() for command in window.commands if command.shortcut and command.group} <= texts
    sheet.close()


def test_the_first_start_offers_two_ways_in_both_languages(qtbot: QtBot) -> None:
    dialog = FirstRunDialog()
    qtbot.addWidget(dialog)
    dialog.languages.setCurrentIndex(dialog.languages.findData("zh_CN"))
    assert language() == "zh_CN"
    dialog.languages.setCurrentIndex(dialog.languages.findData("en"))
    assert "by hand or import them from Excel" in dialog.own.accessibleDescription()
    dialog.demo.click()
    assert dialog.choice is FirstChoice.DEMO
    assert dialog.result() == FirstRunDialog.DialogCode.Accepted


def test_the_keys_are_named_alike_and_fit_side_by_side(window: MainWindow) -> None:
    sheet = window.open_shortcuts()
    keys = [pill.text() for pill in sheet.findChildren(Pill)]
    assert "Ctrl+Enter" in keys
    assert not [key for key in keys if "Return" in key]
    # Also those of a page that nobody has opened yet.
    assert keys.count("Ctrl+Alt+A") == len(window._specs)
    assert sheet.area.widget().minimumSizeHint().width() <= sheet.area.viewport().width()
    sheet.close()


def test_the_two_columns_are_of_like_height() -> None:
    blocks = [(name, [("F1", "Help")] * rows) for name, rows in (("a", 3), ("b", 1), ("c", 9), ("d", 2))]
    left, right = balanced(blocks)
    assert [name for name, _rows in left + right] == ["a", "b", "c", "d"]
    assert [name for name, _rows in right] == ["c", "d"]


def test_the_rail_leads_back_to_the_list_of_the_page_in_view(window: MainWindow) -> None:
    homes: list[str] = []
    shown = page(window)
    shown.go_home = lambda: homes.append(shown.noun)  # type: ignore[method-assign]
    window.findChildren(QPushButton, f"nav-{shown.noun}")[0].click()
    assert homes == [shown.noun]
    assert window.page() is shown


def test_a_link_runs_a_command(window: MainWindow, context: UiContext) -> None:
    before = theme.current()
    context.navigate("erp://command/view.theme")
    assert theme.current() is not before
    window.toggle_theme()
