"""What went over the wire, to read and to copy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.ui.kit.frames import split
from factory_erp.ui.kit.widgets import Button, Kind, label


def pretty(text: str) -> str:
    """JSON indented, anything else as it is."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text


class TextDialog(QDialog):
    """Texts side by side, each under its title and with a button that copies it; *head* stands above."""

    def __init__(
        self,
        title: str,
        texts: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
        *,
        head: str = "",
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.texts: list[QPlainTextEdit] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        if head:
            column.addWidget(label(head, wrap=True, selectable=True))
        column.addWidget(split(*(self._part(name, text) for name, text in texts)), 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Close"), kind=Kind.PRIMARY, run=self.accept))
        column.addLayout(buttons)
        self.resize(960 if len(texts) > 1 else 640, 600)

    def _part(self, name: str, text: str) -> QWidget:
        shown = QPlainTextEdit(pretty(text))
        shown.setReadOnly(True)
        shown.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        shown.setAccessibleName(name)
        shown.setTabChangesFocus(True)
        self.texts.append(shown)
        copy = Button(_("Copy"), kind=Kind.LINK, icon="copy", run=partial(_copy, shown))
        copy.setAccessibleName(_("Copy: {text}", text=name))
        copy.setEnabled(bool(text))
        row = QHBoxLayout()
        row.addWidget(label(name, pixels=15, bold=True), 1)
        row.addWidget(copy)
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(shown, 1)
        return part


def _copy(shown: QPlainTextEdit) -> None:
    QGuiApplication.clipboard().setText(shown.toPlainText())
