"""A bank's message pasted as text: what it says is shown beside it before anything is taken over."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from factory_erp.checking.mt700 import field_name
from factory_erp.i18n import N_, _, ngettext, pgettext
from factory_erp.ui.credits.work import Pasted, read_message
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.frames import GAP, framed, split
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone

PAUSE = 300
"""Milliseconds without a key before the message is read."""

COLUMNS = (
    Column("tag", N_("Tag"), 52, sortable=False, narrowest=52),
    Column("name", N_("Field"), 150, sortable=False, narrowest=120),
    Column("text", N_("What it says"), 220, sortable=False),
    Column("state", N_("Reading"), 112, kind="pill", sortable=False),
)


class PasteDialog(QDialog):
    """``accepted_with`` carries the ``Pasted`` message once it is taken over; nothing is written here."""

    accepted_with = Signal(object)

    def __init__(self, jobs: Jobs, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Paste a letter of credit (MT700)"))
        self._jobs = jobs
        self._asked = 0
        self.pasted: Pasted | None = None
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText(_("Paste the bank's message here: :20:… :31D:… :45A:…"))
        self.text.setAccessibleName(_("The bank's message"))
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Fields that were found"))
        self.table.set_empty_text(_("What the message says is shown here, field by field."))
        self.table.current_changed.connect(lambda _key: self._show_more())
        self.said = label(wrap=True)
        self.more = label(wrap=True, selectable=True, muted=True)
        self.more.setMinimumHeight(96)
        self.more.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.take_button = Button(_("Take it over"), kind=Kind.PRIMARY, run=self.take)
        self.take_button.setToolTip("Ctrl+Enter")
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.read)
        self.text.textChanged.connect(self._typed)
        self._lay_out()
        self.resize(1060, 640)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.take)
        self._show(None)
        self.text.setPlainText(text)

    def _lay_out(self) -> None:
        left, right = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(label(_("The bank's message"), muted=True))
        column.addWidget(self.text, 1)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.said)
        column.addWidget(framed(self.table), 1)
        column.addWidget(self.more)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(label(_("Nothing is saved before you look through the form."), muted=True), 1)
        foot.addWidget(Button(_("Cancel"), run=self.reject))
        foot.addWidget(self.take_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 18, 20, 16)
        whole.setSpacing(GAP)
        whole.addWidget(split(left, right, stretch=(2, 3), sizes=(400, 620)), 1)
        whole.addLayout(foot)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter belongs to the text, never to a button of the dialog."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    # reading

    def _typed(self) -> None:
        self.take_button.setEnabled(False)
        self._pause.start()

    def read(self) -> None:
        """Read what stands in the text, in the background."""
        self._pause.stop()
        self._asked += 1
        text = self.text.toPlainText()
        if not text.strip():
            self._show(None)
            return
        self._jobs.run(partial(read_message, text), done=partial(self._take_read, self._asked), owner=self)

    def _take_read(self, asked: int, pasted: Pasted) -> None:
        if asked == self._asked and not self._pause.isActive():
            self._show(pasted)

    def _show(self, pasted: Pasted | None) -> None:
        self.pasted = pasted
        self.take_button.setEnabled(pasted is not None and bool(pasted.fields))
        rows = _rows(pasted) if pasted else []
        self.table.set_rows([row for row, _more in rows])
        self._more = [more for _row, more in rows]
        self.said.setText(_summary(pasted) if pasted else "")
        states = [row[-1] for row, _more in rows]
        wrong = (
            place for place, one in enumerate(states) if isinstance(one, PillCell) and one.tone == Tone.DANGER
        )
        first = next(wrong, 0)
        if rows:
            self.table.select_key(first)
        self._show_more()

    def _show_more(self) -> None:
        """All of the field that is chosen, and why it could not be read."""
        place = self.table.current_key()
        fits = isinstance(place, int) and place < len(self._more)
        self.more.setText(self._more[place] if fits and isinstance(place, int) else "")

    def take(self) -> None:
        """Hand the form over, problems and all."""
        if self.pasted is not None and self.take_button.isEnabled():
            self.accepted_with.emit(self.pasted)
            self.accept()


def _summary(pasted: Pasted) -> str:
    """How much was found, and whether it changes a credit that is there."""
    count, problems = len(pasted.fields), len(pasted.draft.problems)
    parts = [ngettext("{number} field found.", "{number} fields found.", count, number=count)]
    if problems:
        parts.append(ngettext("{number} needs a look.", "{number} need a look.", problems, number=problems))
    if pasted.draft.known_id is not None:
        parts.append(
            _("The letter of credit {number} is there already: its form is filled with this message.",
              number=pasted.draft.given.number)
        )  # fmt: skip
    return " ".join(parts)


def _rows(pasted: Pasted) -> Sequence[tuple[Row, str]]:
    """A row for each field as written, and for each that is missing; with what is said in full below."""
    unread = {(one.tag, one.text): one.why for one in pasted.draft.problems}
    rows: list[tuple[Row, str]] = []
    for one in pasted.fields:
        why = unread.pop((one.tag, one.text), "")
        rows.append((_row(one.tag, one.text, why), f"{why}\n{one.text}".strip()))
    gone = [
        (_row(problem.tag, problem.text, problem.why), f"{problem.why}\n{problem.text}".strip())
        for problem in pasted.draft.problems
        if (problem.tag, problem.text) in unread
    ]
    return gone + rows


def _row(tag: str, text: str, why: str) -> Row:
    name = field_name(tag)
    kept = bool(name)
    pill = (
        PillCell(pgettext("field of a message", "Read"), Tone.SUCCESS)
        if kept
        else PillCell(_("Only kept"), Tone.NEUTRAL)
    )
    if why:
        pill = PillCell(_("Look at it") if text else _("Missing"), Tone.DANGER)
    return tag, name or _("Other field"), " ".join(text.split()), pill
