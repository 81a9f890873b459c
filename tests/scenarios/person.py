"""Somebody at the program's window: the verbs of scenarios that are driven by hand."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from factory_erp.app import Running
from factory_erp.ui.kit.dialogs import Message

SOON = 200
"""Timers that run no longer than this, ms, belong to what was just done."""


class Person:
    """Sees what is shown, presses what can be pressed, and waits until it is done."""

    def __init__(self, qtbot: QtBot, running: Running) -> None:
        self.qtbot, self.running, self.window = qtbot, running, running.window
        self.wait()

    @property
    def page(self) -> Any:
        """The page in view."""
        return self.window.page()

    def wait(self) -> None:
        """Until nothing runs and nothing is about to; no message box may have come up."""
        for _time in range(2):
            self.qtbot.waitUntil(self._is_calm, timeout=15_000)
            self.qtbot.wait(20)
        said = [box.windowTitle() for box in self.window.findChildren(Message) if box.isVisible()]
        assert not said, said

    def _is_calm(self) -> bool:
        timers = self.window.findChildren(QTimer)
        soon = any(one.isActive() and one.isSingleShot() and one.interval() <= SOON for one in timers)
        return not soon and not self.running.jobs.running()

    def go(self, noun: str) -> None:
        """To a page, by the rail."""
        self._click(self.window.findChild(QAbstractButton, f"nav-{noun}"))
        assert self.page.noun == noun, f"{noun} stays away"

    def press(self, text: str) -> None:
        """The one button in view that says *text* (its count aside), or that a reader calls so."""
        place = self._dialog() or self.page
        found = [one for one in place.findChildren(QAbstractButton) if one.isVisible() and _says(one, text)]
        assert len(found) == 1, (text, [one.text() for one in found])
        self._click(found[0])

    def _dialog(self) -> QWidget | None:
        """The dialog of our window that waits for an answer; one left over elsewhere is not ours."""
        asking = QApplication.activeModalWidget()
        parent = asking
        while parent is not None and parent is not self.window:
            parent = parent.parentWidget()
        return asking if parent is not None else None

    def _click(self, button: QAbstractButton | None) -> None:
        assert button is not None
        assert button.isEnabled(), f"{button.text()}: {button.toolTip()}"
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[no-untyped-call]
        self.wait()

    def type(self, widget: QWidget, text: str) -> None:
        self.qtbot.keyClicks(widget, text)  # type: ignore[no-untyped-call]

    def key(self, widget: QWidget, key: Qt.Key) -> None:
        self.qtbot.keyClick(widget, key)  # type: ignore[no-untyped-call]
        self.wait()

    def command(self, name: str) -> None:
        """A command of the menu bar."""
        self.window.commands[name].trigger()
        self.wait()

    def reads(self) -> list[str]:
        """Every text in view on the page."""
        return [one.text() for one in self.page.findChildren(QLabel) if one.isVisible()]

    def told(self) -> str:
        """The sentence in the status bar."""
        return self.window.status.words()


def _says(button: QAbstractButton, text: str) -> bool:
    return text in (button.text().split("  ")[0], button.accessibleName())
