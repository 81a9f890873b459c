"""The import assistant: what and which file, its columns, a preview, done; nothing is written before the end.

It holds the table that was read and what is known of it; the steps only show and ask.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.exchange.mapping import ColumnMap
from factory_erp.ui.exchange import calm, files, words, work
from factory_erp.ui.exchange.columns_step import ColumnsStep
from factory_erp.ui.exchange.done_step import DoneStep
from factory_erp.ui.exchange.file_step import FileStep
from factory_erp.ui.exchange.foot import Foot
from factory_erp.ui.exchange.preview_step import PreviewStep, refusal
from factory_erp.ui.exchange.work import Judged, Opened, Origin
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.journey import JourneyLine, JourneyStep, StepState

FILE, COLUMNS, PREVIEW, DONE = range(4)


class Assistant(QWidget):
    """``moved`` comes when another step, or another kind, is in view."""

    moved = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.opened: Opened | None = None
        self.judged: Judged | None = None
        self._taking = False
        self.line = JourneyLine()
        self.file_step, self.columns_step = FileStep(), ColumnsStep()
        self.preview_step, self.done_step = PreviewStep(), DoneStep()
        self.stack = QStackedWidget()
        self._steps = (self.file_step, self.columns_step, self.preview_step, self.done_step)
        for step in self._steps:
            self.stack.addWidget(step)
        self.foot = Foot(context)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.line)
        column.addWidget(self.stack, 1)
        column.addWidget(self.foot)
        self._connect()
        self._show_step(FILE)

    def _connect(self) -> None:
        self.line.chosen.connect(self._go_to)
        self.foot.locked.connect(self._lock)
        self.foot.back_button.clicked.connect(lambda: self.go_back())
        self.foot.next_button.clicked.connect(lambda: self.go_on())
        self.file_step.chosen.connect(self.open_origin)
        self.file_step.file_asked.connect(self.choose_file)
        self.file_step.template_asked.connect(self.save_template)
        self.file_step.kinds.chosen.connect(lambda _name: self.moved.emit())
        self.columns_step.reread.connect(self._reread_as)
        self.columns_step.changed.connect(self._show_foot)
        self.columns_step.load_asked.connect(self.load_mapping)
        self.columns_step.save_asked.connect(self.save_mapping)
        self.columns_step.forget_asked.connect(self.forget_mapping)
        self.preview_step.reread.connect(self.read_again)
        self.preview_step.report_asked.connect(self.save_report)
        self.done_step.report_asked.connect(self.save_report)
        self.done_step.again.connect(self.start)
        self.done_step.followed.connect(lambda link: self._context.navigate(link))

    # where one is

    def kind(self) -> str:
        """Name of the kind that is imported."""
        return self.file_step.kinds.current()

    def step(self) -> int:
        """FILE, COLUMNS, PREVIEW or DONE."""
        return self.stack.currentIndex()

    def busy(self) -> bool:
        """Whether something is being read, tried or imported."""
        return self.foot.busy()

    def importing(self) -> bool:
        """Whether records are being written now."""
        return self.busy() and self._taking

    def is_dirty(self) -> bool:
        """Whether columns were chosen by hand that no import has used yet."""
        return self.step() in (COLUMNS, PREVIEW) and self.columns_step.rows.is_dirty()

    def start(self, kind: str = "") -> None:
        """Begin anew with *kind* ("": the one that is on)."""
        if self.busy():
            return
        self.opened = self.judged = None
        calm.let_go()
        if kind:
            self.file_step.kinds.select(kind)
        self._show_step(FILE)

    def discard(self) -> None:
        """Give up the columns that were chosen by hand."""
        self.columns_step.rows.discard()

    # step 1: what and which file

    def choose_file(self) -> None:
        """Ask for the file to import."""
        path = None if self.busy() else files.ask_source(self, self._context)
        if path is not None:
            self.open_origin(Origin(path))

    def paste(self) -> None:
        """Take the table on the clipboard."""
        if not self.busy() and self.step() == FILE:
            self.file_step.paste()

    def save_template(self) -> None:
        """Ask where to, and write an empty table of the kind."""
        files.save_template(self, self._context, self.kind())

    def open_origin(self, origin: Origin) -> None:
        """Read a file, or the clipboard, as records of the kind."""
        if not self.busy():
            self.file_step.zone.show_problem("")
            read = partial(work.open_table, self.kind(), origin)
            self.foot.run(read, self._take_opened, _("Reading the file"), failed=self._refuse_file)

    def _take_opened(self, opened: Opened) -> None:
        self.opened, self.judged = opened, None
        self.columns_step.show_opened(opened)
        self._show_step(COLUMNS)

    def _refuse_file(self, error: Exception) -> None:
        """A file that cannot be read: said where it was chosen."""
        if not isinstance(error, DomainError):
            show_problem(self, error)
            return
        self._show_step(FILE)
        named = not error.record or error.record in error.message
        self.file_step.zone.show_problem(str(error) if named else f"{error.record}: {error}")

    # step 2: its columns

    def _reread_as(self, origin: Origin) -> None:
        """Read the table another way; the columns stay where the headers do."""
        if self.opened is not None:
            wanted = replace(self.opened, origin=origin)
            again = partial(work.reopen, wanted, self.columns_step.rows.mapping())
            self.foot.run(again, self._take_opened, _("Reading the file"), failed=self._not_read)

    def _not_read(self, error: Exception) -> None:
        """It cannot be read that way: as it was, and why."""
        if self.opened is not None:
            self.columns_step.reading.show_opened(self.opened)
        show_problem(self, error)

    def load_mapping(self) -> None:
        """Ask for a mapping that was saved, and use it."""
        if self.opened is None or self.busy() or self.step() != COLUMNS:
            return
        path = files.ask_mapping(self, self._context)
        if path is not None:
            load = partial(work.load_mapping, self.opened, path)
            self.foot.run(load, self._take_opened, _("Reading the mapping"))

    def save_mapping(self) -> None:
        """Ask where to, and write the mapping as it is now."""
        if self.opened is not None:
            said = self.opened.origin.reading
            mapping = replace(
                self.columns_step.rows.mapping(),
                encoding=said.encoding, delimiter=said.delimiter, sheet=said.sheet,
            )  # fmt: skip
            files.save_mapping(self, self._context, self.kind(), mapping)

    def forget_mapping(self) -> None:
        """Forget what was remembered of these headers, and guess."""
        if self.opened is not None and not self.busy():
            forget = partial(work.forget, self.opened)
            self.foot.run(forget, self._take_guess, _("Forgetting the mapping"), write=True)

    def _take_guess(self, guessed: ColumnMap) -> None:
        if self.opened is not None:
            self._take_opened(replace(self.opened, mapping=guessed, remembered=False))

    # step 3: preview

    def check(self) -> None:
        """Try the import with the columns as they are chosen."""
        if self.opened is not None:
            chosen = replace(self.opened, mapping=self.columns_step.rows.mapping())
            check = partial(work.preview, chosen)
            self.foot.run(check, self._take_preview, _("Checking the rows"), write=True)

    def read_again(self) -> None:
        """Read the corrected file, and try it."""
        if self.judged is not None and not self.busy():
            again = partial(work.read_and_preview, self.judged.opened)
            self.foot.run(
                again, self._take_second, _("Reading the file"), failed=self._refuse_file, write=True
            )

    def _take_second(self, judged: Judged) -> None:
        """Other headers may mean other columns, which have to be looked at before the preview."""
        before = self.opened
        self._take_opened(judged.opened)
        if before is not None and judged.opened.sheet.headers == before.sheet.headers:
            self._take_preview(judged)

    def _take_preview(self, judged: Judged) -> None:
        self.judged = judged
        self.preview_step.show_judged(judged)
        self._show_step(PREVIEW)

    # step 4: import

    def take(self) -> None:
        """Import the table, all of it or nothing."""
        if self.judged is not None:
            self._taking = True
            take = partial(work.take, self.judged.opened)
            self.foot.run(take, self._take_import, _("Importing"), write=True)

    def _take_import(self, judged: Judged) -> None:
        if judged.report.rejected:
            # Somebody changed records since the preview: the rows that no longer fit are shown.
            self._take_preview(judged)
            return
        self.judged = judged
        self.done_step.show_judged(judged)
        self._show_step(DONE)

    def save_report(self) -> None:
        """Ask where to, and write what became of each row."""
        if self.judged is not None:
            files.save_report(self, self._context, self.judged)

    # moving

    def go_on(self) -> None:
        """What the button at the right does."""
        if self.step() == FILE:
            self.choose_file()
        elif self.foot.can_go_on():
            (self.check if self.step() == COLUMNS else self.take)()

    def go_back(self) -> None:
        """One step back; what was chosen stays."""
        if not self.busy() and self.step() in (COLUMNS, PREVIEW):
            self._show_step(self.step() - 1)

    def _go_to(self, step: int) -> None:
        """A click on the line of steps: back to any, forward as the button goes; never to the import."""
        if self.busy() or self.step() == DONE:
            return
        if step < self.step() or (step == COLUMNS and self.opened is not None):
            self._show_step(step)
        elif step == PREVIEW and self.step() == COLUMNS:
            self.go_on()

    def _lock(self, locked: bool) -> None:
        self.stack.setEnabled(not locked)
        if not locked:
            self._taking = False

    def _show_step(self, step: int) -> None:
        self.stack.setCurrentIndex(step)
        captions = (_("What and which file"), _("Columns"), _("Preview"), _("Done"))
        self.line.set_steps([JourneyStep(said, _state(n, step)) for n, said in enumerate(captions)])
        self._show_foot()
        if self.isVisible():
            self._steps[step].setFocus()
        self.moved.emit()

    def _show_foot(self) -> None:
        """What the next button does, and why it may not."""
        if self.step() == COLUMNS and self.opened is not None:
            self.foot.offer(_("Check the rows"), self.columns_step.mapping_problem())
        elif self.step() == PREVIEW and self.judged is not None:
            title = words.title(self.judged.report.kind)
            self.foot.offer(_("Import: {title}", title=title), refusal(self.judged))
        else:
            self.foot.offer("", "")


def _state(number: int, current: int) -> StepState:
    if number == current:
        return StepState.DONE if current == DONE else StepState.CURRENT
    return StepState.DONE if number < current else StepState.TODO
