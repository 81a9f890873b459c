"""The shortcut sheet (F1): every command with a key, those of the window by menu, the others by page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.pill import Pill

FORM_KEYS: tuple[tuple[str, str], ...] = (
    ("Enter", N_("Next field")),
    ("Ctrl+Enter", N_("Save")),
    ("Ctrl+Z", N_("Undo the last edit")),
    ("Esc", N_("Empty the search, close a dialog, back to the list")),
)
"""Keys of the form kit, which are no commands of their own."""

WIDTH = 860
"""Of the sheet, px, where the window is not narrower."""

AROUND = 40
"""Of the window that stays to be seen around the sheet, px."""

Block = tuple[str, list[tuple[str, str]]]
"""A heading, and the keys under it: (keys, what they do)."""


def keys_of(command: Command) -> str:
    """The command's keys; the key that Qt calls Return is Enter everywhere in the program."""
    return command.keys().replace("Return", "Enter")


class ShortcutSheet(QDialog):
    """Two columns of keys; closes with Escape.  *parts* are (heading as a msgid, commands)."""

    def __init__(self, parts: Iterable[tuple[str, Sequence[Command]]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        blocks = [_block(title, commands) for title, commands in parts]
        blocks.append((_("In a form"), [(keys, _(text)) for keys, text in FORM_KEYS]))
        content = QWidget()
        columns = QHBoxLayout(content)
        columns.setContentsMargins(12, 8, 12, 8)
        columns.setSpacing(40)
        for side in balanced([block for block in blocks if block[1]]):
            columns.addLayout(_column(side), 1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(content)
        QVBoxLayout(self).addWidget(self.area)
        room = parent.size() if parent is not None else self.screen().availableSize()
        wanted = content.sizeHint().height() + AROUND
        self.resize(min(WIDTH, room.width() - AROUND), min(wanted, room.height() - AROUND))


def balanced(blocks: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """The blocks in two columns, in order, cut where their heights differ least."""
    heights = [len(rows) + 2 for _title, rows in blocks]
    cuts = range(len(blocks) + 1)
    cut = min(cuts, key=lambda place: abs(sum(heights[:place]) - sum(heights[place:])))
    return list(blocks[:cut]), list(blocks[cut:])


def _block(title: str, commands: Sequence[Command]) -> Block:
    return _(title), [(keys_of(one), one.text()) for one in commands if one.shortcut]


def _column(blocks: Sequence[Block]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(7)
    for title, rows in blocks:
        column.addWidget(label(title, pixels=15, bold=True))
        column.addLayout(_grid(rows))
        column.addSpacing(14)
    column.addStretch(1)
    return column


def _grid(rows: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 1)
    for number, (keys, text) in enumerate(rows):
        grid.addWidget(label(text, wrap=True), number, 0)
        grid.addWidget(Pill(keys), number, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    return grid
