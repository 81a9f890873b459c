"""Edits of two values that only options of papers have: what is left out, and clauses by language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QCheckBox, QScrollArea, QVBoxLayout, QWidget

from factory_erp.documents.labels import label as printed
from factory_erp.i18n import _, language
from factory_erp.services.papers.options import HIDEABLE
from factory_erp.ui import paper_words
from factory_erp.ui.kit.edits import ChoiceEdit, NoteEdit
from factory_erp.ui.kit.frames import framed

USUAL, OWN = "", "own"
LIST_HEIGHT = 190
"""Of the list of columns and boxes, px: seven of them, the rest scrolls."""

Clauses = tuple[Mapping[str, str], ...]


_KEYS = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)


def _is_forms(event: QKeyEvent) -> bool:
    """Whether the key is one of the form's: undo, redo, save."""
    enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    saves = enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    keys = QKeySequence.StandardKey
    return saves or event.matches(keys.Undo) or event.matches(keys.Redo)


class _OwnOrUsual(QWidget):
    """A choice between the usual and something of one's own, which stands under it."""

    edited = Signal()

    def __init__(self, own: str) -> None:
        super().__init__()
        self.mode = ChoiceEdit([(USUAL, _("As usual")), (OWN, own)])
        self.mode.edited.connect(self._tell)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(self.mode)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setFocusProxy(self.mode)

    def setAccessibleName(self, name: str) -> None:
        """The parts say what they belong to."""
        super().setAccessibleName(name)
        self.mode.setAccessibleName(name)

    def watch(self, part: QWidget) -> None:
        """Let the form's keys work in *part*, and leaving it end a step of undo."""
        part.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand on to the form what a part of the edit would keep to itself."""
        if event.type() == QEvent.Type.FocusOut:
            QCoreApplication.sendEvent(self, QFocusEvent(QEvent.Type.FocusOut))
        elif isinstance(event, QKeyEvent) and event.type() in _KEYS and _is_forms(event):
            return QCoreApplication.sendEvent(self, event)
        return super().eventFilter(watched, event)

    def is_own(self) -> bool:
        """Whether it is chosen here."""
        return self.mode.value() == OWN

    def _tell(self) -> None:
        self.show_mode()
        self.edited.emit()

    def show_mode(self) -> None:
        """What can be done in this mode."""


class HiddenEdit(_OwnOrUsual):
    """Which columns and boxes are left out; its value is a tuple of label keys, or None for the usual.

    They are named as they are printed; Up and Down go from one to the next.
    """

    def __init__(self) -> None:
        super().__init__(_("Leave out what is ticked"))
        self.boxes = {key: QCheckBox(printed(key, language())) for key in HIDEABLE}
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(10, 6, 6, 6)
        column.setSpacing(5)
        for box in self.boxes.values():
            box.clicked.connect(lambda _on: self._tell())
            self.watch(box)
            column.addWidget(box)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        inside.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        self.list = framed(scroll)
        self.list.setFixedHeight(LIST_HEIGHT)
        self.list.setAccessibleName(_("Columns and boxes to leave out"))
        self._scroll = scroll
        self._column.addWidget(self.list)
        self.show_mode()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down move among the boxes, and the one with the keyboard is in sight."""
        if isinstance(watched, QWidget) and event.type() == QEvent.Type.FocusIn:
            self._scroll.ensureWidgetVisible(watched)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                return self._move(watched, step)
        return super().eventFilter(watched, event)

    def _move(self, watched: QObject, step: int) -> bool:
        boxes: list[QObject] = list(self.boxes.values())
        place = boxes.index(watched) + step if watched in boxes else -1
        if 0 <= place < len(boxes):
            list(self.boxes.values())[place].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def show_mode(self) -> None:
        """The list is there where it counts."""
        self.list.setVisible(self.is_own())

    def raw(self) -> str:
        """The ticked keys as JSON, "" for the usual."""
        return json.dumps(self._ticked()) if self.is_own() else ""

    def set_raw(self, text: str) -> None:
        """Tick what ``raw`` gave."""
        ticked = set(json.loads(text)) if text else set()
        self.mode.show_value(OWN if text else USUAL)
        for key, box in self.boxes.items():
            box.setChecked(key in ticked)
        self.show_mode()

    def value(self) -> object:
        """The ticked keys; None for the usual."""
        return tuple(self._ticked()) if self.is_own() else None

    def show_value(self, value: object) -> None:
        """Tick the keys of *value*."""
        self.set_raw(json.dumps(list(value)) if isinstance(value, tuple) else "")

    def _ticked(self) -> list[str]:
        return [key for key, box in self.boxes.items() if box.isChecked()]


class ClausesEdit(_OwnOrUsual):
    """Sentences on the paper, one a line, in each language by itself; the same line is the same clause.

    Its value is a tuple of mappings language → text, or None for the usual.
    """

    def __init__(self) -> None:
        super().__init__(_("Print these clauses"))
        self._texts: dict[str, str] = {}
        names = {code: name for code, name in paper_words.LANGUAGES.items() if code != "bilingual"}
        self.language = ChoiceEdit([(code, _(name)) for code, name in names.items()])
        self.language.setAccessibleName(_("Language of the clauses"))
        self.language.edited.connect(self._show_text)
        self.note = NoteEdit()
        self.note.setFixedHeight(LIST_HEIGHT - self.language.sizeHint().height() - 6)
        self.note.setPlaceholderText(_("One clause a line"))
        self.note.setAccessibleName(_("Clauses, one a line"))
        self.note.edited.connect(self._take_text)
        self.watch(self.note)
        self._column.addWidget(self.language)
        self._column.addWidget(self.note)
        self.show_mode()

    def show_mode(self) -> None:
        """The text is there where it counts."""
        for part in (self.language, self.note):
            part.setVisible(self.is_own())

    def raw(self) -> str:
        """The texts as JSON, "" for the usual."""
        return json.dumps(self._texts, sort_keys=True) if self.is_own() else ""

    def set_raw(self, text: str) -> None:
        """Show what ``raw`` gave, the language in view kept where it says something."""
        self._texts = json.loads(text) if text else {}
        self.mode.show_value(OWN if text else USUAL)
        if self._texts and self.language.value() not in self._texts:
            self.language.show_value(next(iter(self._texts)))
        self._show_text()
        self.show_mode()

    def value(self) -> object:
        """The clauses; None for the usual."""
        return _clauses(self._texts) if self.is_own() else None

    def show_value(self, value: object) -> None:
        """Show the clauses of *value*."""
        self.set_raw(json.dumps(_texts(value), sort_keys=True) if isinstance(value, tuple) else "")

    def _show_text(self) -> None:
        self.note.set_raw(self._texts.get(str(self.language.value()), ""))

    def _take_text(self) -> None:
        code, text = str(self.language.value()), self.note.raw()
        self._texts = {known: said for known, said in self._texts.items() if known != code}
        if text.strip():
            self._texts[code] = text
        self.edited.emit()


def _clauses(by_language: Mapping[str, str]) -> Clauses:
    """The lines of each language side by side; lines without words keep their place."""
    lines = {code: [line.strip() for line in text.splitlines()] for code, text in by_language.items()}
    rows = zip_longest(*lines.values(), fillvalue="")
    made = ({code: text for code, text in zip(lines, row, strict=True) if text} for row in rows)
    return tuple(clause for clause in made if clause)


def _texts(clauses: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Language → its lines, one a clause; a clause that a language lacks is an empty line there."""
    codes = sorted({code for clause in clauses for code in clause})
    return {code: "\n".join(clause.get(code, "") for clause in clauses).rstrip("\n") for code in codes}
