"""Reads the schedule in the background: the picture first, what has to be worked out after it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, Signal

from factory_erp.ui.board.board_data import Chart, Facts, read_chart, read_facts
from factory_erp.ui.kit.context import UiContext


class BoardSource(QObject):
    """One reading at a time; what is asked for meanwhile is read once more after it."""

    charted = Signal(object)
    """A ``Chart``: the schedule as it is now."""
    informed = Signal(object)
    """``Facts`` about it."""

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._reading = False
        self._again = False
        self._facts_wanted = True
        self._asked = 0
        self.chart: Chart | None = None
        self.facts = Facts()

    def refresh(self, *, facts: bool = True) -> None:
        """Read the schedule again; without *facts* the picture only, as while a search publishes."""
        self._facts_wanted = self._facts_wanted or facts
        if self._reading:
            self._again = True
            return
        self._reading, self._again = True, False
        self._context.jobs.run(read_chart, done=self._take_chart, finally_=self._ended, owner=self)

    def _take_chart(self, chart: Chart) -> None:
        self.chart = chart
        self.charted.emit(chart)
        if self._facts_wanted and not self._again:
            self._read_facts(chart.index.data.moment(chart.index.extent[1]))

    def _read_facts(self, end: datetime) -> None:
        self._facts_wanted = False
        self._asked += 1
        take = partial(self._take_facts, self._asked)
        self._context.jobs.run(partial(read_facts, end), done=take, owner=self)

    def _take_facts(self, asked: int, facts: Facts) -> None:
        if asked == self._asked:
            self.facts = facts
            self.informed.emit(facts)

    def _ended(self) -> None:
        self._reading = False
        if self._again:
            self.refresh(facts=self._facts_wanted)
