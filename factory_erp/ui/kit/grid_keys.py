"""The keys of a grid, its foot with buttons for the mouse, and its menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QKeyCombination, QPoint
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.ui.kit.buttons import Button, Kind

KEYS = {
    "insert": ("Ctrl+Ins", "F7"),
    "delete": ("Ctrl+Del", "F8"),
    "fill": ("Ctrl+D",),
    "up": ("Alt+Up",),
    "down": ("Alt+Down",),
    "save": ("Ctrl+Return", "Ctrl+Enter"),
    "undo": ("Ctrl+Z",),
    "redo": ("Ctrl+Y", "Ctrl+Shift+Z"),
    "copy": ("Ctrl+C",),
    "paste": ("Ctrl+V", "Shift+Ins"),
    "all": ("Ctrl+A",),
    "clear": ("Del",),
}
"""The keys of each command of a grid."""


def _number(key: str) -> int:
    """The key and its modifiers in one number."""
    combination: QKeyCombination = QKeySequence(key)[0]  # type: ignore[index]
    return combination.toCombined()


COMMANDS = {_number(key): command for command, keys in KEYS.items() for key in keys}
"""The command of each key."""

_MENU = (
    ("copy", N_("Copy")),
    ("paste", N_("Paste")),
    ("fill", N_("Fill down")),
    ("clear", N_("Clear cells")),
    ("insert", N_("Insert line")),
    ("delete", N_("Delete line")),
    ("up", N_("Move line up")),
    ("down", N_("Move line down")),
)


@dataclass(frozen=True, slots=True)
class Block:
    """Marked cells: rows *top* to *bottom* and the *columns* (sections, from left to right)."""

    top: int
    bottom: int
    columns: tuple[int, ...]

    @property
    def size(self) -> int:
        """Number of cells."""
        return (self.bottom - self.top + 1) * len(self.columns)


class GridFoot(QWidget):
    """Buttons to add and to delete a line, and how many cells are not right."""

    def __init__(
        self,
        add: Callable[[], object] | None,
        remove: Callable[[], object] | None,
        next_problem: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(4)
        self.add_button = Button(_("Add line"), kind=Kind.LINK, icon="add", run=add)
        self.remove_button = Button(_("Delete line"), kind=Kind.LINK, icon="delete", run=remove)
        self.problem_button = Button(kind=Kind.LINK, icon="warning", run=next_problem)
        self.problem_button.setToolTip(_("Go to the next one"))
        for button, act, command in (
            (self.add_button, add, "insert"),
            (self.remove_button, remove, "delete"),
        ):
            button.setToolTip(", ".join(native(key) for key in KEYS[command]))
            row.addWidget(button)
            if act is None:
                button.hide()
        row.addStretch(1)
        row.addWidget(self.problem_button)
        self._changes_lines = add is not None or remove is not None
        self.show_problems(0)

    def show_problems(self, count: int) -> None:
        """Say how many cells are not right; with nothing to say and no buttons there is no foot."""
        said = ngettext("{count} cell is not right", "{count} cells are not right", count)
        self.problem_button.setText(said)
        self.problem_button.setAccessibleName(said)
        self.problem_button.setVisible(count > 0)
        self.setVisible(self._changes_lines or count > 0)


def open_menu(
    parent: QWidget, place: QPoint, can: Callable[[str], bool], run: Callable[[str], object]
) -> QMenu:
    """The commands of a grid that it can do, at *place* (global); closes on the choice."""
    menu = QMenu(parent)
    for command, title in _MENU:
        if can(command):
            action = menu.addAction(_(title))
            action.triggered.connect(lambda _on=False, command=command: run(command))
            action.setShortcut(QKeySequence(KEYS[command][0]))
            action.setShortcutVisibleInContextMenu(True)
        if command == "clear":
            menu.addSeparator()
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(place)
    return menu


def native(key: str) -> str:
    """A key as the platform writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def is_pristine(editor: QLineEdit) -> bool:
    """Whether nobody has typed in *editor* yet, nor put the cursor somewhere."""
    return not editor.isModified() and editor.selectedText() == editor.text()


def clipboard_is_a_block() -> bool:
    """Whether there is more than one cell on the clipboard."""
    text = QGuiApplication.clipboard().text()
    return "\t" in text or "\n" in text.strip("\r\n")
