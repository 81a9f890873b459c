"""The head of the schedule page: its line of figures, what can be taken back, and the search."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from factory_erp.i18n import _, ngettext
from factory_erp.services.schedule.scheduling import ScheduleOutcome
from factory_erp.ui.board import words
from factory_erp.ui.board.board_actions import BoardActions
from factory_erp.ui.board.board_data import Facts
from factory_erp.ui.board.source import BoardSource
from factory_erp.ui.kit.widgets import PageHeader


class BoardHead(QObject):
    """Keeps *header* up to date with what is read, done and searched."""

    def __init__(
        self,
        header: PageHeader,
        source: BoardSource,
        actions: BoardActions,
        print_board: Callable[[], object],
    ) -> None:
        super().__init__(header)
        self._header, self._source, self._actions = header, source, actions
        self._late = 0
        self._progress = ""
        header.set_title(_("Schedule"))
        header.enable_search(_("Filter operations…"))
        header.search.setMaximumWidth(220)
        self.undo_button = header.add_button("", actions.undo, icon="undo")
        self.redo_button = header.add_button("", actions.redo, icon="redo")
        self.print_button = header.add_button(_("Print…"), print_board, icon="print")
        self.search_button = header.add_button(
            _("Re-schedule"), self._search_or_stop, icon="gantt", primary=True
        )
        self.search_button.setToolTip("F9")
        source.charted.connect(lambda _chart: self.show_counts())
        source.informed.connect(self._take_facts)
        actions.history_changed.connect(self._show_history)
        actions.search.started.connect(self._search_began)
        actions.search.improved.connect(self._show_progress)
        actions.search.ended.connect(self._search_ended)
        self._show_history()

    def undo_text(self) -> str:
        """What would be taken back."""
        step = self._actions.history.last()
        return _("Undo: {what}", what=step.title) if step else _("Undo")

    def redo_text(self) -> str:
        """What would be made again."""
        step = self._actions.history.next()
        return _("Redo: {what}", what=step.title) if step else _("Redo")

    def show_counts(self) -> None:
        """Machines, late orders, and the search: the one that is on, or the last one."""
        chart = self._source.chart
        if chart is None:
            return
        searching = self._actions.search.running
        found = [
            ngettext("{count} machine", "{count} machines", len(chart.machines)),
            self._late_words(),
            self._progress if searching else self._last_search(),
        ]
        self._header.set_counts(" · ".join(part for part in found if part))

    def _late_words(self) -> str:
        if not self._late:
            return _("nothing late")
        return ngettext("{count} order late", "{count} orders late", self._late)

    def _last_search(self) -> str:
        chart = self._source.chart
        if chart is None or chart.scope.searched_at is None:
            return ""
        return _("last search {seconds} s", seconds=f"{chart.scope.search_seconds:.1f}")

    def _take_facts(self, facts: Facts) -> None:
        self._late = len(facts.late)
        self.show_counts()

    def _show_history(self) -> None:
        history = self._actions.history
        for button, text, step in (
            (self.undo_button, self.undo_text(), history.last()),
            (self.redo_button, self.redo_text(), history.next()),
        ):
            button.setEnabled(step is not None)
            button.setToolTip(text)
            button.setAccessibleName(text)

    def _search_or_stop(self) -> None:
        search = self._actions.search
        if search.running:
            search.stop()
            self.search_button.setEnabled(False)
        else:
            search.start()

    def _search_began(self) -> None:
        self.search_button.setText(_("Stop"))
        self.search_button.set_icon("stop")
        self.search_button.setToolTip(_("The best schedule found so far stays."))

    def _show_progress(self, outcome: ScheduleOutcome) -> None:
        self._progress = words.so_far(outcome)
        self._late = len(outcome.late_orders)
        self.show_counts()

    def _search_ended(self) -> None:
        self.search_button.setText(_("Re-schedule"))
        self.search_button.set_icon("gantt")
        self.search_button.setToolTip("F9")
        self.search_button.setEnabled(True)
        self._progress = ""
        self.show_counts()
