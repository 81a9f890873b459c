"""Can we promise 300 by the 12th? Asked of lines, an order or a quotation, and answered while one types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from uuid import uuid4

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.promise import holds as promise_holds
from factory_erp.services.promise.shown import KeptView
from factory_erp.ui.kit import dialogs, figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.forms import DateEdit
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.grid import EditGrid
from factory_erp.ui.promise import lines, words, work
from factory_erp.ui.promise.answer import AnswerPanel
from factory_erp.ui.promise.keeping import Keeping, end_of
from factory_erp.ui.promise.work import Answer, Asked, Start, Wanted

SIZE = QSize(1180, 720)
"""Of the dialog, where the window is large enough."""

LEFT = 372
"""Width of what is asked, px; the answer has the rest."""

PAUSE = 200
"""Milliseconds without an edit before the answer is worked out."""


class PromiseDialog(QDialog):
    """What is asked at the left, the answer at the right, what can be done with it below."""

    def __init__(self, context: UiContext, asked: Asked, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Promise a date"))
        self._context, self.asked = context, asked
        self._question = 0
        self._answered = self._kept_question = -1
        self._key = uuid4().hex
        self._goods = lines.Goods()
        self.grid = self._make_grid()
        self.wanted = DateEdit()
        self.wanted.setAccessibleName(_("Wanted on"))
        self.wanted.setText(figures.day(asked.wanted))
        self.wanted.edited.connect(self._note_edit)
        self.problem = label(wrap=True)
        self.problem.setProperty("problem", True)
        self.problem.hide()
        self.keeping = Keeping()
        self.keeping.set_possible(asked.keep)
        self.keeping.release_asked.connect(self.release)
        self.panel = AnswerPanel()
        self.panel.chosen.connect(self._look)
        self.panel.linked.connect(self.follow)
        self.hold_button = Button(_("Keep this promise"), icon="lock", run=self.hold)
        self.hold_button.setVisible(asked.keep)
        self.take_button = Button("", kind=Kind.PRIMARY, run=self.take)
        self.take_button.setVisible(asked.take is not None)
        self.take_button.setDefault(asked.take is not None)
        self.other_button = Button(_("Another day…"), kind=Kind.LINK, run=self.other)
        self.other_button.setVisible(asked.other is not None)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.ask)
        self._lay_out()
        self.resize(SIZE.boundedTo(parent.size() - QSize(40, 40)) if parent is not None else SIZE)
        self._look()
        context.jobs.run(partial(work.start, asked), done=self._begin, owner=self)
        self._read_kept()
        QShortcut(QKeySequence("Ctrl+Return"), self, self._act)

    def _make_grid(self) -> EditGrid:
        if not self.asked.typed:
            grid = EditGrid(lines.shown_columns(), removable=False)
            grid.set_rows(lines.shown_rows(self.asked.lines))
        else:
            grid = EditGrid(
                lines.columns(self._goods), new_row=dict, compute=self._goods.compute, jobs=self._context.jobs
            )
            grid.set_empty_text(_("Add a line, or paste SKUs and quantities from Excel."))
            grid.changed.connect(self._note_edit)
            grid.save_asked.connect(self._act)
        grid.set_read_only(True)
        grid.set_name(_("What is to be promised"))
        return grid

    def _lay_out(self) -> None:
        left = QWidget()
        left.setFixedWidth(LEFT)
        asks = QVBoxLayout(left)
        asks.setContentsMargins(0, 0, 0, 0)
        asks.setSpacing(10)
        asks.addWidget(label(self.asked.title or _("Can it be promised?"), pixels=16, bold=True, wrap=True))
        asks.addWidget(framed(self.grid), 1)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(label(_("Wanted on")))
        row.addWidget(self.wanted, 1)
        asks.addLayout(row)
        asks.addWidget(self.problem)
        asks.addWidget(self.keeping)
        both = QHBoxLayout()
        both.setSpacing(22)
        both.addWidget(left)
        both.addWidget(self.panel, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.other_button)
        buttons.addStretch(1)
        for button in (Button(_("Close"), run=self.reject), self.hold_button, self.take_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(14)
        column.addLayout(both, 1)
        column.addLayout(buttons)

    # the question

    def _begin(self, start: Start) -> None:
        self.keeping.until.setText(figures.day(start.keep_until))
        if not self.asked.typed:
            self.wanted.setFocus()
            self.ask()
            return
        self._goods.take(start.items)
        self.grid.set_read_only(False)
        item = self._goods.items.get(self.asked.item_id or 0)
        if item is not None:
            self.grid.set_rows([{lines.ITEM: lines.choice_of(item)}])
            self.grid.select(0, lines.QUANTITY)
        else:
            self.grid.run("insert")
        self.grid.setFocus()

    def _note_edit(self) -> None:
        self._problem("")
        self._pause.start()
        self._look()

    def _is_typing(self) -> bool:
        editor = self.grid.view.editor()
        return editor is not None and editor.isModified()

    def ask(self) -> None:
        """Work the answer out in the background; not while somebody types in a cell."""
        if self._is_typing():
            self._pause.start()
            return
        self._question += 1
        self._look()
        sound, wanted = self._read_wanted()
        pairs = self._pairs()
        if self.asked.typed and not pairs:
            self.panel.say(_("Enter an item and a quantity."))
        elif not sound or self.grid.problems():
            self.panel.say(_("Correct what is marked."))
        else:
            read = partial(work.answer, self.asked, pairs, wanted)
            self._context.jobs.run(
                read, done=partial(self._take_answer, self._question),
                failed=partial(self._no_answer, self._question), owner=self,
            )  # fmt: skip

    def _pairs(self) -> list[Wanted]:
        maker = self.grid.model.maker
        rows = [maker.values(row) for row in self.grid.model.rows if not row.fresh]
        return lines.wanted_of(rows) if self.asked.typed else []

    def _read_wanted(self) -> tuple[bool, date | None]:
        try:
            value = self.wanted.value()
        except DomainError as error:
            self._problem(str(error))
            return False, None
        return True, value if isinstance(value, date) else None

    def _take_answer(self, question: int, answer: Answer) -> None:
        """An answer to what has been changed since is dropped."""
        if question == self._question:
            self._key = uuid4().hex
            self._answered = question
            self.panel.show_answer(answer)

    def _no_answer(self, question: int, error: Exception) -> None:
        if question != self._question:
            return
        if not isinstance(error, DomainError):
            self.panel.say("")
            dialogs.show_problem(self, error)
        elif error.field == "wanted":
            self._problem(str(error))
            self.panel.say(_("Correct what is marked."))
        else:
            self.panel.say(words.problem(error), problem=True)

    def _problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    # what can be done with the answer

    def _look(self) -> None:
        """Offer what can be done with the way that is chosen."""
        way = self.panel.way()
        # What is being worked out anew is no answer to what stands in the fields.
        current = self._answered == self._question and not self._pause.isActive()
        plain = current and way is not None and way.plain
        self.hold_button.setEnabled(plain and self._kept_question != self._question)
        self.hold_button.setToolTip(
            _("Only what the schedule allows as it stands can be kept.") if way and not way.plain else ""
        )
        self.take_button.setEnabled(current and way is not None)
        day = figures.day(way.day) if way is not None else "…"
        self.take_button.setText(self.asked.act.replace("{day}", day))

    def _act(self) -> None:
        """Ctrl+Enter: what the last button does, if it can."""
        (self.hold_button if self.asked.take is None else self.take_button).click()

    def take(self) -> None:
        """Hand the day of the chosen way over."""
        way = self.panel.way()
        if way is not None and self.asked.take is not None:
            self.accept()
            self.asked.take(way.day)

    def other(self) -> None:
        """None of the days will do: leave it to another dialog."""
        self.reject()
        if self.asked.other is not None:
            self.asked.other()

    def hold(self) -> None:
        """Keep what the plain way needs until the day that stands in the field."""
        way, answer = self.panel.way(), self.panel.answer
        if way is None or answer is None or not way.plain:
            return
        try:
            until = self.keeping.until.value()
        except DomainError as error:
            self._problem(str(error))
            return
        self.hold_button.setEnabled(False)
        use_case = partial(
            promise_holds.hold, replace(answer.offer, day=way.day), quotation_id=self.asked.quotation_id,
            expires_at=end_of(until) if isinstance(until, date) else None, client_key=self._key,
        )  # fmt: skip
        self._context.jobs.run(
            use_case, done=partial(self._held, way.day), failed=self._refused, write=True,
            title=_("Keeping the promise"), finally_=self._look, owner=self,
        )  # fmt: skip

    def _held(self, day: date, _hold_id: int) -> None:
        self._context.say(_("Kept for {day}.", day=figures.day(day)))
        self._kept_question = self._question
        self._read_kept()

    def release(self, hold_id: int) -> None:
        """Keep it no longer."""
        self._context.jobs.run(
            partial(promise_holds.release, hold_id), done=self._released, failed=self._refused, write=True,
            title=_("Releasing the promise"), owner=self,
        )  # fmt: skip

    def _released(self, _none: object) -> None:
        self._context.say(_("The promise is released."))
        self._read_kept()
        self._pause.start()

    def _refused(self, error: Exception) -> None:
        if isinstance(error, DomainError) and error.field == "expires_at":
            self._problem(str(error))
            self.keeping.until.setFocus()
        else:
            dialogs.show_problem(self, error)
            self.ask()  # somebody was quicker: what can be promised now?

    def _read_kept(self) -> None:
        self._context.jobs.run(partial(work.kept, self.asked), done=self._show_kept, owner=self)

    def _show_kept(self, rows: Sequence[KeptView]) -> None:
        self.keeping.show_kept(rows)

    def follow(self, link: str) -> None:
        """Leave for the record behind *link*."""
        self.reject()
        self._context.navigate(link)
