"""What the board does: move, lock, split, shift, take back, search for a better schedule."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from factory_erp.domain.errors import Conflict
from factory_erp.i18n import _, ngettext
from factory_erp.models.production import OperationState
from factory_erp.services.board import moves as board
from factory_erp.services.board.gantt import BarView
from factory_erp.services.board.moves import MoveOutcome
from factory_erp.services.material.orders import SplitOrder
from factory_erp.services.production import orders as production
from factory_erp.services.production.orders import ProductionDetail
from factory_erp.services.schedule.scheduling import ScheduleOutcome
from factory_erp.ui.board import words
from factory_erp.ui.board.dialogs import ShiftDialog, SplitDialog
from factory_erp.ui.board.searching import Searching
from factory_erp.ui.board.source import BoardSource
from factory_erp.ui.board.undo import History, Step, lock_step
from factory_erp.ui.kit import dialogs
from factory_erp.ui.kit.context import UiContext


class BoardActions(QObject):
    """Runs the use cases for chart and table; ids are those of operations."""

    refused = Signal()
    """A move was not made: what was put down goes back."""
    history_changed = Signal()
    """There is something else to take back, or to make again."""

    def __init__(self, context: UiContext, source: BoardSource, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._source, self._window = context, source, window
        self._moved_since: set[int] = set()
        self._busy = False
        self.history = History()
        self.search = Searching(context, self)
        self.search.finished.connect(self._scheduled)
        self.dialog: SplitDialog | ShiftDialog | None = None
        source.charted.connect(lambda _chart: self._moved_since.clear())

    def bars(self, ids: Iterable[Hashable]) -> list[BarView]:
        """The operations of *ids* that are in the picture."""
        chart = self._source.chart
        found = (chart.bars.get(one) for one in ids if isinstance(one, int)) if chart else ()
        return [bar for bar in found if bar is not None]

    # moving

    def move(self, operation_id: object, machine_id: object, start: object) -> None:
        """Put an operation on a machine at a moment, and lock it there."""
        found = self.bars([operation_id] if isinstance(operation_id, int) else [])
        if not found or not isinstance(machine_id, int) or not isinstance(start, datetime):
            self.refused.emit()
            return
        bar = found[0]
        # What moved since the picture was read has another version than the picture knows.
        version = None if bar.operation_id in self._moved_since else bar.version
        self._run(
            partial(board.move_operation, bar.operation_id, machine_id, start, version=version),
            _("Moving {number}", number=bar.order_number),
            partial(self._moved, bar),
            self._move_failed,
        )

    def _moved(self, bar: BarView, outcome: MoveOutcome) -> None:
        self._remember(_("move {number}", number=bar.order_number), outcome)
        self._context.say(words.moved_text(bar, outcome))

    def _move_failed(self, error: Exception) -> None:
        self.refused.emit()
        dialogs.show_problem(self._window, error)

    def ask_shift(self, ids: Sequence[Hashable]) -> None:
        """Ask from when the order of the first of *ids* may begin, and put it off."""
        bars = self.bars(ids)
        chart = self._source.chart
        if not bars or chart is None:
            return
        waiting = [one for one in chart.of_order(bars[0].order_id) if one.state == OperationState.WAITING]
        first = waiting[0] if waiting else bars[0]
        self.dialog = ShiftDialog(
            self._context.jobs, first.order_id, first.order_number, first.start, self._window.window()
        )
        self.dialog.done_with.connect(partial(self._shifted, first))
        self.dialog.open()

    def _shifted(self, bar: BarView, outcome: MoveOutcome) -> None:
        self._remember(_("shift {number}", number=bar.order_number), outcome)
        count = len(outcome.moved)
        if count:
            self._context.say(ngettext("{count} operation moves.", "{count} operations move.", count))
        else:
            self._context.say(_("{number} begins later than that already.", number=bar.order_number))

    def _remember(self, title: str, outcome: MoveOutcome) -> None:
        self._moved_since |= {place.operation_id for place in outcome.moved}
        self._push(Step(title, outcome.before, outcome.moved))

    # locks

    def toggle_lock(self, ids: Sequence[Hashable]) -> None:
        """Lock what waits among *ids*; where all of it is locked, unlock it."""
        bars = [bar for bar in self.bars(ids) if bar.state == OperationState.WAITING]
        if not bars:
            self._context.say(_("Only what still waits can be locked."))
            return
        self._set_lock(bars, locked=not all(bar.locked for bar in bars))

    def unlock_all(self) -> None:
        """Let the next schedule move everything again."""
        chart = self._source.chart
        locked = [bar for bar in chart.bars.values() if bar.locked] if chart else []
        bars = [bar for bar in locked if bar.state == OperationState.WAITING]
        if bars:
            self._set_lock(bars, locked=False)
        else:
            self._context.say(_("Nothing is locked."))

    def _set_lock(self, bars: list[BarView], *, locked: bool) -> None:
        changing = [bar for bar in bars if bar.locked != locked]
        ids = tuple(bar.operation_id for bar in changing)
        act = board.lock_operations if locked else board.unlock_operations
        title = _("lock") if locked else _("unlock")
        self._run(
            partial(act, ids),
            _("Locking") if locked else _("Unlocking"),
            partial(self._locked, lock_step(title, changing, locked=locked), locked),
        )

    def _locked(self, step: Step, locked: bool, ids: tuple[int, ...]) -> None:
        if not ids:
            return
        self._moved_since |= set(ids)
        self._push(step)
        count = len(ids)
        self._context.say(
            ngettext("{count} operation is locked.", "{count} operations are locked.", count)
            if locked
            else ngettext("{count} operation is unlocked.", "{count} operations are unlocked.", count)
        )

    # taking back

    def undo(self) -> None:
        """Take the last act back."""
        step = self.history.last()
        if step is not None and not self._busy:
            self._restore(step.before, step.after, partial(self._undone, step), self.history.drop_last)

    def redo(self) -> None:
        """Make the act that was taken back again."""
        step = self.history.next()
        if step is not None and not self._busy:
            self._restore(step.after, step.before, partial(self._redone, step), self.history.drop_next)

    def _restore(
        self,
        places: tuple[board.Place, ...],
        expected: tuple[board.Place, ...],
        done: Callable[[tuple[int, ...]], None],
        drop: Callable[[], None],
    ) -> None:
        def failed(error: Exception) -> None:
            if isinstance(error, Conflict):
                drop()
                self.history_changed.emit()
            dialogs.show_problem(self._window, error)

        self._moved_since |= {place.operation_id for place in places}
        self._run(partial(board.restore_places, places, expected), _("Moving back"), done, failed)

    def _undone(self, step: Step, _ids: tuple[int, ...]) -> None:
        self.history.undone()
        self.history_changed.emit()
        self._context.say(_("Taken back: {what}.", what=step.title))

    def _redone(self, step: Step, _ids: tuple[int, ...]) -> None:
        self.history.redone()
        self.history_changed.emit()
        self._context.say(_("Made again: {what}.", what=step.title))

    def _push(self, step: Step) -> None:
        self.history.push(step)
        self.history_changed.emit()

    # orders

    def ask_split(self, ids: Sequence[Hashable]) -> None:
        """Ask how much of the production order of the first of *ids* goes into one of its own."""
        bars = self.bars(ids)
        if bars:
            read = partial(production.production_detail, bars[0].order_id)
            self._context.jobs.run(read, done=self._open_split, owner=self)

    def _open_split(self, detail: ProductionDetail) -> None:
        self.dialog = SplitDialog(self._context.jobs, detail, self._window.window())
        self.dialog.done_with.connect(self._split)
        self.dialog.open()

    def _split(self, made: SplitOrder) -> None:
        self._context.say(_("{number} is split off. Re-schedule gives it a place.", number=made.number))

    def open_order(self, ids: Sequence[Hashable]) -> None:
        """Show the production order of the first of *ids*."""
        bars = self.bars(ids)
        if bars:
            self._context.navigate(f"erp://production/{bars[0].order_id}")

    # searching

    def _scheduled(self, outcome: ScheduleOutcome) -> None:
        self._context.say(" ".join((words.outcome_text(outcome), *outcome.warnings[:1])))

    def _run(
        self,
        act: Callable[[], object],
        title: str,
        done: Callable[..., object],
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        self._busy = True
        self._context.jobs.run(
            act, write=True, title=title, done=done, failed=failed, finally_=self._ended, owner=self
        )

    def _ended(self) -> None:
        self._busy = False
