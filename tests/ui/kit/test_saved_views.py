from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from factory_erp.ui.kit import dialogs
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.saved_views import NameDialog, SavedView, SavedViews, ViewBar, count_views
from factory_erp.ui.kit.table import RecordTable
from factory_erp.ui.kit.widgets import ChipBar, SearchBox

# the values


def settings(folder: Path) -> QSettings:
    return QSettings(str(folder / "views.ini"), QSettings.Format.IniFormat)


def saved(key: str, name: str, **parts: object) -> SavedView:
    return SavedView(key, name, str(parts.get("base", "all")), str(parts.get("search", "")), {"sort": key})


def names(views: SavedViews) -> list[str]:
    return [view.name for view in views.all()]


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    widths = {"order": ["a", "b"], "widths": {"a": 90}, "hidden": ["b"], "sort": "a", "descending": True}
    view = SavedView("saved-1", "大客户, H&M; 50%", "late", "ACME 不锈钢", widths)
    SavedViews(settings(tmp_path), "sales").keep(view)
    assert SavedViews(settings(tmp_path), "sales").all() == [view]
    assert "saved_views" in (tmp_path / "views.ini").read_text(encoding="utf-8"), "written at once"


def test_each_page_has_its_own(tmp_path: Path) -> None:
    SavedViews(settings(tmp_path), "sales").keep(saved("saved-1", "Mine"))
    assert SavedViews(settings(tmp_path), "catalog").all() == []


def test_a_name_is_found_whatever_its_capitals_and_blanks(tmp_path: Path) -> None:
    views = SavedViews(settings(tmp_path), "sales")
    views.keep(saved("saved-1", "Big buyers"))
    assert views.named(" BIG Buyers ") == views.get("saved-1")
    assert views.named("Big") is None


def test_a_view_of_the_same_id_or_name_is_replaced_in_its_place(tmp_path: Path) -> None:
    views = SavedViews(settings(tmp_path), "sales")
    for number, name in enumerate(("One", "Two", "Three")):
        views.keep(saved(f"saved-{number}", name))
    views.keep(saved("saved-9", "two", search="x"))
    assert names(views) == ["One", "two", "Three"]
    views.keep(saved("saved-0", "Three"))
    assert names(views) == ["Three", "two"], "renamed to a name that was taken: one of the two is left"
    assert views.get("saved-2") is None


def test_a_deleted_view_is_gone(tmp_path: Path) -> None:
    views = SavedViews(settings(tmp_path), "sales")
    views.keep(saved("saved-1", "One"))
    views.keep(saved("saved-2", "Two"))
    views.delete("saved-1")
    assert names(views) == ["Two"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "17", '["x", 3, {"id": "a"}, {"id": "", "name": "n", "base": "b", "search": ""}]'],
)
def test_damaged_settings_hold_no_views(tmp_path: Path, text: str) -> None:
    kept = settings(tmp_path)
    kept.setValue("pages/sales/saved_views", text)
    assert SavedViews(kept, "sales").all() == []


# a page's chips, search box and table


class Fruit:
    """Six records; the view ``even`` holds every second, a search finds them by name."""

    NAMES = ("apple", "banana", "cherry", "damson", "elder", "fig")

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str, bool]] = []

    @property
    def columns(self) -> Sequence[Column]:
        return (Column("name", "Name", 200), Column("code", "Code", 80), Column("note", "Note", 80))

    def ids(self, *, view: str, search: str, sort: str, descending: bool) -> array[int]:
        self.asked.append((view, search, sort, descending))
        found = [n for n, name in enumerate(self.NAMES) if search in name and (view == "all" or n % 2 == 0)]
        return array("q", sorted(found, reverse=descending))

    def rows(self, ids: Sequence[int]) -> Sequence[Row]:
        return [(self.NAMES[record], str(record), "") for record in ids]


class Place:
    """What a page brings together; made anew it stands for the page after a restart."""

    def __init__(self, qtbot: QtBot, context: UiContext) -> None:
        self.context, self.qtbot = context, qtbot
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.fruit = Fruit()
        self.chips, self.box = ChipBar(), SearchBox("Search")
        self.table = RecordTable(self.fruit, context.jobs)
        self.bar = ViewBar(
            context, "fruit", {"all": "All", "even": "Even"}, self.fruit,
            chips=self.chips, table=self.table, search=self.box,
        )  # fmt: skip
        self.box.searched.connect(self.table.set_search)
        column = QVBoxLayout(self.window)
        for widget in (self.box, self.chips, self.table):
            column.addWidget(widget)
        self.window.resize(700, 400)
        self.window.show()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not (self.context.jobs.running() or self.table._delay.isActive()))

    def open(self) -> Place:
        self.bar.refresh()
        self.settle()
        return self

    def type_words(self, words: str) -> None:
        self.box.setText(words)
        self.qtbot.keyClick(self.box, Qt.Key.Key_Return)
        self.settle()

    def pick(self, key: str) -> None:
        self.chips.select(key)
        self.settle()

    def save(self, name: str) -> str:
        dialog = self.bar.ask_new()
        dialog.name.setText(name)
        dialog.save_button.click()
        self.settle()
        return self.chips.current()

    def texts(self) -> list[str]:
        return [button.text() for button in self.chips._buttons.values()]

    def shown(self) -> tuple[str, str, int, object, bool]:
        """Chip, words, records, sorted by, and whether the column of codes is seen."""
        state = self.table.state()
        seen = not self.table.view.isColumnHidden(1)
        return self.chips.current(), self.box.text(), self.table.count(), state["descending"], seen


@pytest.fixture
def place(qtbot: QtBot, context: UiContext) -> Place:
    return Place(qtbot, context).open()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the user was asked; he agrees to everything."""
    questions: list[str] = []
    monkeypatch.setattr(
        dialogs, "confirm", lambda _parent, title, text, _act: questions.append(f"{title}: {text}") or True
    )
    return questions


def an_evening(place: Place) -> str:
    """Save an unlike view: even ones with an e, from the last, without codes."""
    place.pick("even")
    place.type_words("e")
    place.table.set_sort("name", descending=True)
    place.table.view.layout_of_columns.set_shown("code", False)
    return place.save("Evening")


def test_a_saved_view_brings_back_chip_words_order_and_columns(place: Place) -> None:
    key = an_evening(place)
    assert place.texts() == ["All", "Even", "Evening  3"]
    place.pick("all")
    place.table.view.layout_of_columns.reset()
    place.table.set_sort("name")
    assert place.shown() == ("all", "", 6, False, True)
    place.pick(key)
    assert place.shown() == (key, "e", 3, True, False)
    assert [place.table.model.id_at(row) for row in range(3)] == [4, 2, 0]


def test_leaving_a_saved_view_brings_back_what_stood_there_before(place: Place) -> None:
    key = an_evening(place)
    place.pick("all")
    place.table.view.layout_of_columns.reset()
    place.table.set_sort("name")
    place.pick(key)
    place.pick("even")
    assert place.shown() == ("even", "", 3, False, True)


def test_words_typed_into_a_saved_view_stay_with_the_user(place: Place) -> None:
    an_evening(place)
    place.type_words("fig")
    place.pick("all")
    assert place.shown()[1:3] == ("fig", 1)


def test_the_default_name_is_what_was_searched(place: Place) -> None:
    assert not place.bar.ask_new().save_button.isEnabled(), "a view needs a name"
    place.type_words("e")
    dialog = place.bar.ask_new()
    assert dialog.name.text() == dialog.name.selectedText() == "e"
    assert dialog.name.accessibleName() == "Name of the view"
    place.qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    place.settle()
    assert place.texts()[-1] == "e  3"


def test_views_are_there_after_a_restart_and_the_one_that_was_on_is_on(place: Place, qtbot: QtBot) -> None:
    key = an_evening(place)
    place.bar.remember()
    again = Place(qtbot, place.context)
    again.bar.recall()
    again.open()
    assert again.shown() == (key, "e", 3, True, False)
    assert again.texts()[-1] == "Evening  3"


def test_a_restart_keeps_the_order_of_the_shipped_views_apart(place: Place, qtbot: QtBot) -> None:
    key = an_evening(place)
    place.pick("all")
    place.table.view.layout_of_columns.reset()
    place.table.set_sort("name")
    place.pick(key)
    place.bar.remember()
    again = Place(qtbot, place.context)
    again.bar.recall()
    again.open()
    again.pick("all")
    assert again.shown() == ("all", "", 6, False, True)


def test_a_rebuild_keeps_also_what_is_not_saved(place: Place, qtbot: QtBot) -> None:
    key = an_evening(place)
    place.type_words("fig")
    place.table.set_sort("name")
    again = Place(qtbot, place.context)
    again.bar.restore_state(place.bar.state())
    again.open()
    assert again.shown() == (key, "fig", 0, False, False)
    again.pick(key)
    assert again.shown() == (key, "e", 3, True, False)


def test_a_name_twice_replaces_after_asking(place: Place, asked: list[str]) -> None:
    an_evening(place)
    place.pick("all")
    key = place.save("EVENING")
    assert asked == ["Replace view: There is a view 'Evening' already. It will show what this one shows."]
    assert place.texts()[2:] == ["EVENING  6"]
    assert place.chips.current() == key


def test_a_refused_name_changes_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    an_evening(place)
    place.pick("all")
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: False)
    assert place.save("Evening") == "all"
    assert place.texts()[2:] == ["Evening  3"]


def test_update_takes_what_is_shown_now(place: Place) -> None:
    key = an_evening(place)
    place.pick("all")
    place.type_words("fig")
    place.bar.update_view(key)
    place.settle()
    assert place.texts()[2:] == ["Evening  1"]
    place.pick("even")
    place.pick(key)
    assert place.shown()[:3] == (key, "fig", 1)
    assert place.bar.base() == "all"


def test_rename_keeps_the_view_on(place: Place) -> None:
    key = an_evening(place)
    dialog = place.bar.ask_rename(key)
    assert dialog is not None
    assert dialog.name.text() == "Evening"
    dialog.name.setText("H&M")
    dialog.save_button.click()
    assert place.chips.current() == key
    chip = place.chips._buttons[key]
    assert chip.text() == "H&&M  3", "an ampersand is a letter, not a shortcut"
    assert chip.accessibleName() == "H&M  3"


def test_a_name_taken_from_the_view_that_is_on_leads_back_to_its_chip(place: Place, asked: list[str]) -> None:
    other = place.save("Whole")
    an_evening(place)
    dialog = place.bar.ask_rename(other)
    assert dialog is not None
    dialog.name.setText("Evening")
    dialog.save_button.click()
    place.settle()
    assert len(asked) == 1
    assert place.texts() == ["All", "Even", "Evening  6"]
    assert place.shown()[:3] == ("even", "", 3)


def test_delete_asks_and_goes_back_to_the_chip_it_came_from(place: Place, asked: list[str]) -> None:
    key = an_evening(place)
    place.bar.ask_delete(key)
    place.settle()
    assert asked == ["Delete view: The view 'Evening' goes from this list. The records in it stay."]
    assert place.texts() == ["All", "Even"]
    assert place.shown()[:3] == ("even", "", 3)


def test_a_view_whose_chip_no_longer_exists_is_not_offered(place: Place, qtbot: QtBot) -> None:
    SavedViews(place.context.settings(), "fruit").keep(saved("saved-1", "Old", base="odd"))
    again = Place(qtbot, place.context).open()
    assert again.texts() == ["All", "Even"]
    assert {view for view, *_rest in again.fruit.asked} == {"all"}


def test_counting_does_not_sort_and_is_not_done_twice_at_once(place: Place) -> None:
    an_evening(place)
    place.fruit.asked.clear()
    for _time in range(5):
        place.bar.recount()
    place.settle()
    assert place.fruit.asked == [("even", "e", "name", False)] * 2


def test_counts_follow_the_source() -> None:
    views = [saved("a", "A", search="fig"), saved("b", "B", base="even")]
    assert count_views(Fruit(), views) == {"a": 1, "b": 3}


@pytest.mark.qt_log_ignore("does not support (raise|grabbing|propagateSizeHints)", extend=True)
@pytest.mark.parametrize("reason", [QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard])
def test_mouse_and_menu_key_open_the_menu_of_a_saved_chip(
    place: Place, reason: QContextMenuEvent.Reason, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = an_evening(place)
    opened: list[str] = []
    place.chips.menu_asked.connect(lambda chip, _where: opened.append(chip))
    for chip in ("all", key):
        event = QContextMenuEvent(reason, QPoint(4, 4), QPoint(4, 4))
        QApplication.sendEvent(place.chips._buttons[chip], event)
    assert opened == [key]
    menu = QApplication.activePopupWidget()
    assert menu is not None
    said = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert said == ["Rename…", "Update to what is shown now", "Delete…"]
    menu.close()


def test_saving_from_the_keyboard_leaves_the_keyboard_on_the_new_chip(place: Place) -> None:
    place.window.activateWindow()
    button = next(b for b in place.chips.findChildren(QWidget) if b.accessibleName() == "Save view")
    button.setFocus()
    place.qtbot.keyClick(button, Qt.Key.Key_Space)
    dialog = place.window.findChild(NameDialog)
    assert dialog is not None
    dialog.name.setText("Mine")
    dialog.save_button.click()
    place.settle()
    assert place.window.focusWidget() is place.chips._buttons[place.chips.current()]
    assert place.texts()[-1] == "Mine  6"


def test_an_arrow_key_chooses_the_next_chip(place: Place) -> None:
    place.chips._buttons["all"].setFocus()
    place.qtbot.keyClick(place.chips._buttons["all"], Qt.Key.Key_Right)
    place.settle()
    assert place.shown()[:3] == ("even", "", 3)


def test_the_palette_offers_what_can_be_done(place: Place) -> None:
    able = lambda: [command.can_run() for command in place.bar.commands()]  # noqa: E731
    assert able() == [True, False, False, False]
    an_evening(place)
    assert able() == [True] * 4
    place.chips.hide()
    assert able() == [False] * 4, "nothing is listed where an open record covers the list"
