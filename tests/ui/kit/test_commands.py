from __future__ import annotations

from PySide6.QtWidgets import QMenuBar
from pytestqt.qtbot import QtBot

from factory_erp.ui.kit.commands import Command, CommandSet, fill_menu_bar


def command(key: str, title: str, shortcut: str = "", *, on: bool = True, group: str = "file") -> Command:
    return Command(key, title, lambda: None, shortcut, lambda: on, group=group)


def test_matching_finds_words_in_any_order_and_starts_first() -> None:
    commands = CommandSet()
    commands.add([command("a", "Print the packing list"), command("b", "List orders"), command("c", "Quit")])
    assert [one.id for one in commands.matching("list")] == ["b", "a"]
    assert [one.id for one in commands.matching("LIST print")] == ["a"]


def test_what_cannot_run_is_not_offered_and_does_not_run() -> None:
    ran: list[str] = []
    off = Command("x", "Ship", lambda: ran.append("x"), when=lambda: False)
    commands = CommandSet()
    commands.add([off])
    assert commands.matching("ship") == []
    off.trigger()
    assert ran == []


def test_a_later_command_takes_the_place_of_an_earlier_one() -> None:
    commands = CommandSet()
    commands.add([command("save", "Save"), command("save", "Save the order")])
    assert [one.text() for one in commands] == ["Save the order"]


def test_two_commands_on_one_key_are_found() -> None:
    commands = CommandSet()
    commands.add([command("a", "A", "Ctrl+S"), command("b", "B", "Ctrl+S"), command("c", "C")])
    assert commands.clashes() == [("a", "b")]


def test_menus_ask_again_as_they_open(qtbot: QtBot) -> None:
    state = {"on": False}
    commands = CommandSet()
    commands.add([Command("a", "Ship", lambda: None, "Ctrl+S", lambda: state["on"], group="record")])
    bar = QMenuBar()
    qtbot.addWidget(bar)
    fill_menu_bar(bar, commands)
    menu = bar.actions()[0].menu()
    assert [action.text() for action in bar.actions()] == ["Record"]
    menu.aboutToShow.emit()
    assert not menu.actions()[0].isEnabled()
    state["on"] = True
    menu.aboutToShow.emit()
    assert menu.actions()[0].isEnabled()
