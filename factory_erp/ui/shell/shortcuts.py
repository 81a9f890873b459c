"""The shortcut sheet (F1): every command with a key, by menu."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.commands import GROUPS, CommandSet
from factory_erp.ui.kit.pill import Pill

FORM_KEYS: tuple[tuple[str, str], ...] = (
    ("Enter", N_("Next field")),
    ("Ctrl+Enter", N_("Save")),
    ("Ctrl+Z", N_("Undo the last edit")),
    ("Esc", N_("Empty the search, close a dialog")),
)
"""Keys of the form kit, which are no commands of their own."""


class ShortcutSheet(QDialog):
    """Two columns of keys; closes with Escape."""

    def __init__(self, commands: CommandSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        blocks = [(title, rows) for title, rows in self._blocks(commands) if rows]
        content = QWidget()
        columns = QHBoxLayout(content)
        columns.setSpacing(36)
        half = (len(blocks) + 1) // 2
        for part in (blocks[:half], blocks[half:]):
            column = QVBoxLayout()
            column.setSpacing(7)
            for title, rows in part:
                column.addWidget(label(title, pixels=15, bold=True))
                column.addLayout(_grid(rows))
                column.addSpacing(14)
            column.addStretch(1)
            columns.addLayout(column, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(content)
        QVBoxLayout(self).addWidget(area)
        self.resize(760, 560)

    def _blocks(self, commands: CommandSet) -> list[tuple[str, list[tuple[str, str]]]]:
        blocks = [
            (_(title), [(one.keys(), one.text()) for one in commands.in_group(group) if one.shortcut])
            for group, title in GROUPS
        ]
        return [*blocks, (_("In a form"), [(keys, _(text)) for keys, text in FORM_KEYS])]


def _grid(rows: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 1)
    for number, (keys, text) in enumerate(rows):
        grid.addWidget(label(text), number, 0)
        grid.addWidget(Pill(keys), number, 1, Qt.AlignmentFlag.AlignRight)
    return grid
