"""The edit of a form for a few lines of the same kind: goods, containers."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.ui.kit.buttons import Button
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Cell, Column
from factory_erp.ui.kit.simple_table import SimpleTable

HEIGHT = 156
"""Of the table, px: header and three lines; more scroll."""

Line = tuple[str, ...]


class RowsEdit(QWidget):
    """Lines of texts under *columns*; the value is a tuple of lines without empty ones, or None."""

    edited = Signal()

    def __init__(self, columns: Sequence[Column], name: str) -> None:
        super().__init__()
        self._columns = columns
        self._lines: list[Line] = []
        self.table = SimpleTable(columns, editable=[one.key for one in columns], commit=self._commit)
        self.table.set_name(name)
        self.table.set_empty_text(_("No line yet."))
        self.table.setFixedHeight(HEIGHT)
        add = Button(_("Add a line"), icon="add", run=self.add)
        self.remove_button = Button(_("Remove the line"), icon="delete", run=self.remove)
        bar = QHBoxLayout()
        bar.setSpacing(10)
        bar.addWidget(add)
        bar.addWidget(self.remove_button)
        bar.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(framed(self.table))
        column.addLayout(bar)
        self.setFocusProxy(self.table)

    # what a form asks

    def raw(self) -> str:
        """The lines as JSON, empty ones too."""
        return json.dumps(self._lines, ensure_ascii=False) if self._lines else ""

    def set_raw(self, text: str) -> None:
        """Put back what ``raw`` gave."""
        self._show([tuple(line) for line in json.loads(text)] if text else [])

    def value(self) -> object:
        """The lines that say something; None where there is none."""
        kept = tuple(line for line in self._lines if any(cell.strip() for cell in line))
        return kept or None

    def show_value(self, value: object) -> None:
        """Show lines, each with a text for every column."""
        lines = value if isinstance(value, tuple) else ()
        self._show([tuple(str(cell) for cell in line) for line in lines])

    # the lines

    def add(self) -> None:
        """An empty line at the end, to type in."""
        self._change([*self._lines, ("",) * len(self._columns)])
        self.table.select_key(len(self._lines) - 1)
        self.table.setFocus()

    def remove(self) -> None:
        """Take the chosen line off."""
        place = self.table.current_key()
        if isinstance(place, int) and place < len(self._lines):
            self._change([*self._lines[:place], *self._lines[place + 1 :]])

    def _change(self, lines: Sequence[Line]) -> None:
        # A form undoes what follows by itself: it counts a visit of the edit as one step.
        QCoreApplication.sendEvent(self, QFocusEvent(QEvent.Type.FocusOut))
        self._show(lines)
        self.edited.emit()

    def _show(self, lines: Sequence[Line]) -> None:
        self._lines = list(lines)
        self.table.set_rows(self._lines)
        self.remove_button.setEnabled(bool(self._lines))

    def _commit(self, key: Hashable, column: str, text: str) -> Cell | None:
        place = next(place for place, one in enumerate(self._columns) if one.key == column)
        assert isinstance(key, int)
        line = self._lines[key]
        self._lines[key] = (*line[:place], text, *line[place + 1 :])
        self.edited.emit()
        return None
