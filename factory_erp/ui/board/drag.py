"""What a drag would bring about, asked for while the bar is held: the latest question wins."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject

from factory_erp.services.board.gantt import BarView
from factory_erp.services.board.moves import MoveOutcome, try_move
from factory_erp.ui.board import words
from factory_erp.ui.board.source import BoardSource
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.gantt import GanttView
from factory_erp.ui.kit.gantt_drag import Ghost, PreviewKind


@dataclass(frozen=True, slots=True)
class Question:
    """A bar held over a machine at a moment (UTC)."""

    bar: int
    machine: int
    start: datetime


class DragPreview(QObject):
    """Joins the chart to the use case that tries moves: one try runs, only the newest waits behind it."""

    def __init__(self, context: UiContext, source: BoardSource, gantt: GanttView) -> None:
        super().__init__(gantt)
        self._context, self._source, self._gantt = context, source, gantt
        self._asking: Question | None = None
        self._next: Question | None = None
        gantt.set_eligible(self.eligible)
        gantt.drag_moved.connect(self.ask)
        gantt.drag_ended.connect(self._forget)

    def eligible(self, bar: Hashable) -> Collection[int]:
        """Machines that may do the operation *bar*; none for what must stay."""
        return self._source.facts.movable.get(bar, ()) if isinstance(bar, int) else ()

    def ask(self, bar: object, machine: object, start: object) -> None:
        """The bar is held there: find out what that would mean."""
        if isinstance(bar, int) and isinstance(machine, int) and isinstance(start, datetime):
            self._next = Question(bar, machine, start)
            if self._asking is None:
                self._go_on()

    def _go_on(self) -> None:
        self._asking, self._next = self._next, None
        if self._asking is not None:
            one = self._asking
            self._context.jobs.run(
                partial(try_move, one.bar, one.machine, one.start),
                done=partial(self._take, one),
                failed=partial(self._failed, one),
                finally_=self._go_on,
                owner=self,
            )

    def _take(self, asked: Question, outcome: MoveOutcome) -> None:
        if self._next is not None and self._next.bar == asked.bar and outcome.broken:
            return  # the bar is elsewhere already: why it could not be there helps nobody
        chart = self._source.chart
        bars = chart.bars if chart is not None else {}
        ghosts = ghosts_of(asked, outcome, bars.get)
        self._gantt.show_preview(ghosts, words.preview_text(outcome), asked.bar)

    def _failed(self, asked: Question, error: Exception) -> None:
        self._gantt.show_preview((), str(error), asked.bar)

    def _forget(self) -> None:
        self._next = None


def ghosts_of(asked: Question, outcome: MoveOutcome, bar_of: Callable[[int], BarView | None]) -> list[Ghost]:
    """What moves, as ghosts: the bar itself, what goes later with it, and what gets late by that."""
    if outcome.broken:
        bar = bar_of(asked.bar)
        if bar is None:
            return []
        end = asked.start + (bar.finish - bar.start)
        return [Ghost(asked.bar, asked.machine, asked.start, end, PreviewKind.BREAKS)]
    late = {slip.order_id for slip in outcome.slipped if slip.late}
    found = []
    for place in outcome.moved:
        bar = bar_of(place.operation_id)
        if place.machine_id is None or bar is None:
            continue
        if place.operation_id == asked.bar:
            kind = PreviewKind.MOVES
        else:
            kind = PreviewKind.LATE if bar.order_id in late else PreviewKind.SLIPS
        found.append(Ghost(place.operation_id, place.machine_id, place.start, place.finish, kind))
    return found
