"""Commands, declared once: menus, buttons, the palette and the shortcut sheet are made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from factory_erp.i18n import N_, _
from factory_erp.ui.kit.icons import icon

GROUPS: tuple[tuple[str, str], ...] = (
    ("file", N_("File")),
    ("edit", N_("Edit")),
    ("record", N_("Record")),
    ("go", N_("Go")),
    ("view", N_("View")),
    ("help", N_("Help")),
)
"""Menus of the menu bar in order: the group's id and its English title."""


@dataclass(frozen=True)
class Command:
    """Something the user can do, with its name, its key and the condition for it.

    ``title`` is a msgid marked with ``N_``, or a function that returns translated text; ``shortcut`` is
    in Qt's portable form ("Ctrl+S"); ``when`` says whether it can run now (None: always); ``group`` is
    an id of GROUPS, or empty for commands that stay out of the menu bar.
    """

    id: str
    title: str | Callable[[], str]
    run: Callable[[], object]
    shortcut: str = ""
    when: Callable[[], bool] | None = None
    icon: str = ""
    group: str = ""

    def text(self) -> str:
        """The title in the active language."""
        return _(self.title) if isinstance(self.title, str) else self.title()

    def can_run(self) -> bool:
        """Whether the command is enabled now."""
        return self.when is None or self.when()

    def trigger(self) -> None:
        """Run it, if it can run."""
        if self.can_run():
            self.run()

    def keys(self) -> str:
        """The shortcut as this platform writes it."""
        return QKeySequence(self.shortcut).toString(QKeySequence.SequenceFormat.NativeText)


@dataclass
class CommandSet:
    """The commands at hand now; a later command replaces an earlier one of the same id."""

    _commands: dict[str, Command] = field(default_factory=dict)

    def add(self, commands: Iterable[Command]) -> None:
        """Take *commands* in."""
        self._commands.update((command.id, command) for command in commands)

    def remove(self, ids: Iterable[str]) -> None:
        """Drop the commands with these *ids*."""
        for key in ids:
            self._commands.pop(key, None)

    def __iter__(self) -> Iterator[Command]:
        return iter(tuple(self._commands.values()))

    def __len__(self) -> int:
        return len(self._commands)

    def __getitem__(self, key: str) -> Command:
        return self._commands[key]

    def in_group(self, group: str) -> list[Command]:
        """The commands of one menu, in the order of their declaration."""
        return [command for command in self if command.group == group]

    def matching(self, text: str) -> list[Command]:
        """Commands that can run and whose title holds *text*: those that start with it come first."""
        return sorted(
            (command for command in self if matches(text, command.text()) and command.can_run()),
            key=lambda command: rank(text, command.text()),
        )

    def clashes(self) -> list[tuple[str, str]]:
        """Pairs of command ids that share a key: Qt would run neither."""
        taken: dict[str, str] = {}
        result = []
        for command in self:
            key = QKeySequence(command.shortcut).toString()
            if key and key in taken:
                result.append((taken[key], command.id))
            elif key:
                taken[key] = command.id
        return result


def matches(text: str, title: str) -> bool:
    """Whether each word of *text* occurs in *title*, whatever the case."""
    return all(word in title.casefold() for word in text.casefold().split())


def rank(text: str, title: str) -> tuple[bool, int]:
    """Sort key: titles that begin with *text* first, then short ones."""
    return not title.casefold().startswith(text.casefold()), len(title)


def action(command: Command, parent: QWidget) -> QAction:
    """A menu entry for *command*, its enabled state as of now."""
    entry = QAction(icon(command.icon), command.text(), parent)
    entry.setObjectName(command.id)
    if command.shortcut:
        entry.setShortcut(QKeySequence(command.shortcut))
    entry.setEnabled(command.can_run())
    entry.triggered.connect(lambda _checked=False: command.trigger())
    return entry


def fill_menu_bar(bar: QMenuBar, commands: CommandSet) -> None:
    """Make *bar* anew from *commands*; each menu asks ``when`` again as it opens."""
    for old in bar.actions():
        menu = old.menu()
        bar.removeAction(old)
        if isinstance(menu, QMenu):
            menu.deleteLater()
    for group, title in GROUPS:
        members = commands.in_group(group)
        if members:
            _fill_menu(bar.addMenu(_(title)), members)


def _fill_menu(menu: QMenu, members: list[Command]) -> None:
    entries = [(command, action(command, menu)) for command in members]
    menu.addActions([entry for _command, entry in entries])

    def ask_again() -> None:
        for command, entry in entries:
            entry.setEnabled(command.can_run())

    def keep_keys_live() -> None:
        # A disabled action's shortcut is dead; ``Command.trigger`` asks ``when`` itself.
        for _command, entry in entries:
            entry.setEnabled(True)

    menu.aboutToShow.connect(ask_again)
    menu.aboutToHide.connect(keep_keys_live)
    keep_keys_live()
