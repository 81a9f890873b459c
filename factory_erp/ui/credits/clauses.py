"""The clauses of 46A and 47A as a list: each one to read and to type, with the paper that it asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.checking.credit import Credit
from factory_erp.checking.demands import demands
from factory_erp.checking.mt700_values import read_clauses
from factory_erp.i18n import _
from factory_erp.ui.checks import words
from factory_erp.ui.credits.clause_text import ClauseText
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.theme import Tone

READ_WIDTH = 250
"""Room for the paper that a clause asks for, px."""


class _Clause(QWidget):
    """Number, words, the paper that is asked for, and the button that takes the clause off."""

    def __init__(self, text: str, *, with_paper: bool) -> None:
        super().__init__()
        self.text = ClauseText(text)
        self.number = label(muted=True)
        self.number.setFixedWidth(22)
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.paper = Pill()
        self.count = label(muted=True, wrap=True)
        self.remove = Button(icon="close")
        self.remove.setFixedWidth(34)
        self.remove.setToolTip(_("Take this clause off"))
        self.remove.setAccessibleName(self.remove.toolTip())
        self.remove.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        read = QWidget()
        read.setFixedWidth(READ_WIDTH)
        read.setVisible(with_paper)
        column = QVBoxLayout(read)
        column.setContentsMargins(0, 5, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.paper)
        column.addWidget(self.count)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        top = Qt.AlignmentFlag.AlignTop
        self.number.setContentsMargins(0, 10, 0, 0)
        row.addWidget(self.number, 0, top)
        row.addWidget(self.text, 1, top)
        row.addWidget(read, 0, top)
        row.addWidget(self.remove, 0, top)

    def show_demand(self) -> None:
        """Say which paper the words ask for, and how many of it."""
        found = demands(Credit(documents=(self.text.toPlainText(),)))
        self.paper.setVisible(bool(self.text.toPlainText().strip()))
        if not found:
            self.paper.set(_("No paper"), Tone.NEUTRAL)
            self.count.setText("")
            return
        known = found[0].kind != "other"
        self.paper.set(words.paper_name(found[0].kind), Tone.TEAL if known else Tone.WARNING)
        self.count.setText(words.demanded(found[0]) if known else _("Its kind is not known: look at it."))


class ClausesEdit(QWidget):
    """The edit of a form for clauses; its value is a text with a plus sign before each of them.

    *with_papers*: the paper that each asks for stands beside it.
    """

    edited = Signal()

    def __init__(self, name: str, *, with_papers: bool = False) -> None:
        super().__init__()
        self._name, self._with_papers = name, with_papers
        self._rows: list[_Clause] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(7)
        self.add_button = Button(_("Add a clause"), icon="add", run=self.add)
        self._column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)

    # what a form asks

    def raw(self) -> str:
        """A line with a plus sign for each clause, empty ones too."""
        return "\n".join(f"+{text}" for text in self.texts())

    def set_raw(self, text: str) -> None:
        """Put back what ``raw`` gave, or any text with clauses."""
        self._show(_split(text))

    def value(self) -> object:
        """The clauses as they are kept; None where there is none."""
        kept = [text.strip() for text in self.texts() if re.search(r"\w", text)]
        return "\n".join(f"+{text}" for text in kept) or None

    def show_value(self, value: object) -> None:
        """Show the clauses of a kept text."""
        self._show(_split("" if value is None else str(value)))

    # the clauses

    def texts(self) -> list[str]:
        """The words of each clause."""
        return [" ".join(row.text.toPlainText().split("\n")) for row in self._rows]

    def rows(self) -> Sequence[_Clause]:
        """The clauses in sight, from top to bottom."""
        return tuple(self._rows)

    def add(self) -> None:
        """An empty clause at the end, to type in."""
        self._end_step()
        self._insert(len(self._rows), "")
        self._renumber()
        self._rows[-1].text.setFocus()
        self.edited.emit()

    def _show(self, texts: Sequence[str]) -> None:
        if texts == self.texts():
            return
        while len(self._rows) > len(texts):
            self._drop(len(self._rows) - 1)
        for place, text in enumerate(texts):
            if place == len(self._rows):
                self._insert(place, text)
            elif self.texts()[place] != text:
                self._put(self._rows[place], text)
        self._renumber()

    def _put(self, row: _Clause, text: str) -> None:
        row.text.blockSignals(True)
        row.text.setPlainText(text)
        row.text.blockSignals(False)
        row.show_demand()

    def _insert(self, place: int, text: str) -> None:
        row = _Clause(text, with_paper=self._with_papers)
        row.text.textChanged.connect(lambda: self._typed(row))
        row.text.split_asked.connect(lambda rest: self._split_at(row, rest))
        row.text.join_asked.connect(lambda: self._join(row))
        row.text.moved.connect(lambda step: self._move(row, step))
        row.text.entered.connect(lambda: self.setFocusProxy(row.text))
        row.text.left.connect(self._end_step)
        row.remove.clicked.connect(lambda _checked=False: self._remove(row))
        if self._with_papers:
            row.show_demand()
        self._rows.insert(place, row)
        self._column.insertWidget(place, row)

    def _drop(self, place: int) -> None:
        row = self._rows.pop(place)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _renumber(self) -> None:
        """Numbers, names for a screen reader, the order of Tab, and where the form's focus goes."""
        before: QWidget | None = None
        for number, row in enumerate(self._rows, start=1):
            row.number.setText(str(number))
            row.text.setAccessibleName(f"{self._name} {number}")
            if before is not None:
                QWidget.setTabOrder(before, row.text)
            before = row.text
        if before is not None:
            QWidget.setTabOrder(before, self.add_button)
        self.setFocusProxy(self._rows[0].text if self._rows else self.add_button)

    def _typed(self, row: _Clause) -> None:
        pasted = row.text.toPlainText()
        if "\n" in pasted:
            self._spread(row, pasted)
        elif self._with_papers:
            row.show_demand()
        self.edited.emit()

    def _spread(self, row: _Clause, pasted: str) -> None:
        """Several clauses pasted into one place."""
        place = self._rows.index(row)
        found = read_clauses(pasted) or ("",)
        self._put(row, found[0])
        for offset, text in enumerate(found[1:], start=1):
            self._insert(place + offset, text)
        self._renumber()
        self._rows[place + len(found) - 1].text.setFocus()

    def _split_at(self, row: _Clause, rest: str) -> None:
        self._end_step()
        place = self._rows.index(row) + 1
        self._insert(place, rest.strip())
        self._renumber()
        self._rows[place].text.setFocus()
        self.edited.emit()

    def _join(self, row: _Clause) -> None:
        place = self._rows.index(row)
        if not place:
            return
        before, text = self._rows[place - 1], row.text.toPlainText()
        end = len(before.text.toPlainText())
        self._put(
            before, f"{before.text.toPlainText()} {text}".strip() if text else before.text.toPlainText()
        )
        self._drop(place)
        self._renumber()
        cursor = before.text.textCursor()
        cursor.setPosition(end)
        before.text.setTextCursor(cursor)
        before.text.setFocus()
        self.edited.emit()

    def _end_step(self) -> None:
        """Let the form undo what follows by itself: it counts a visit of the edit as one step."""
        QCoreApplication.sendEvent(self, QFocusEvent(QEvent.Type.FocusOut))

    def _move(self, row: _Clause, step: int) -> None:
        place = self._rows.index(row) + step
        if 0 <= place < len(self._rows):
            self._rows[place].text.setFocus()

    def _remove(self, row: _Clause) -> None:
        self._end_step()
        self._drop(self._rows.index(row))
        self._renumber()
        self.edited.emit()


def _split(text: str) -> list[str]:
    """The clauses of a text; one that ``raw`` gave keeps its blanks and its empty clauses."""
    lines = text.split("\n")
    if text and all(line.startswith("+") for line in lines):
        return [line[1:] for line in lines]
    return list(read_clauses(text))
