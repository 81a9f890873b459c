"""The what-if tab: scenarios at the left, the changes of the chosen one, and what it leads to beside live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.scenarios import comparing as scenarios
from factory_erp.services.scenarios.comparing import Comparison, ScenarioRow
from factory_erp.services.scenarios.comparing import ScenarioView as Scenario
from factory_erp.ui.board import scenario_words
from factory_erp.ui.board.scenario_actions import ScenarioActions
from factory_erp.ui.board.scenario_compare import ComparePanel
from factory_erp.ui.board.scenario_editor import ScenarioEditor
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.widgets import Button, Chip, ChipBar, Kind

COLUMNS = (
    Column("name", N_("Scenario"), 160, narrowest=150),
    Column("state", N_("State"), 96, kind="pill", priority=2),
    Column("changes", N_("Changes"), 76, kind="number", priority=3, narrowest=70),
    Column("late", N_("Late orders"), 140, kind="pill", priority=1),
)

MOST = 3
"""Scenarios side by side at most: more do not fit the width."""


class ScenarioView(QWidget):
    """Nothing here touches the live factory until a scenario is applied."""

    opened = Signal(str)
    """Deep link to a record that shall be shown."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.context = context
        self.actions_ = ScenarioActions(context, self)
        self._rows: dict[int, ScenarioRow] = {}
        self._wanted: int | None = None
        self._read = self._asked = self._compared = 0
        self.chips = ChipBar()
        self.chips.set_chips([Chip("open", _("Open")), Chip("all", _("All"))])
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Scenarios"))
        self.table.set_empty_text(_("Loading…"))
        self.new_button = Button(_("New scenario"), kind=Kind.PRIMARY, icon="add", run=self.actions_.create)
        self.editor = ScenarioEditor(self.actions_)
        self.compare = ComparePanel()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(12, 10, 12, 8)
        row.addWidget(self.chips, 1)
        row.addWidget(self.new_button)
        listed = framed(head, self.table)
        inner = listed.layout()
        assert isinstance(inner, QVBoxLayout)
        inner.setStretch(0, 0)
        listed.setMinimumWidth(300)
        right = split(self.editor, self.compare, across=False, stretch=(1, 1), sizes=(290, 330))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split(listed, right, stretch=(1, 2), sizes=(390, 800)))
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.chips.chosen.connect(lambda _key: self.refresh())
        self.table.current_changed.connect(self._choose)
        self.table.view.selectionModel().selectionChanged.connect(lambda *_both: self._compare())
        self.actions_.written.connect(self._show_written)
        self.compare.opened.connect(self.opened)

    # what the page asks

    def refresh(self) -> None:
        """Read the scenarios again."""
        self._read += 1
        self.context.jobs.run(
            partial(scenarios.scenarios, closed=self.chips.current() == "all"),
            done=partial(self._take, self._read),
            owner=self,
        )

    def on_changes(self, changes: object) -> None:
        """Read again where scenarios were written; what they build on is checked when one is applied."""
        if not isinstance(changes, Mapping) or "scenario" in changes:
            self.refresh()

    def can_leave(self) -> bool:
        """Forms are dialogs of their own: nothing here is unsaved."""
        return True

    def event(self, event: QEvent) -> bool:
        """Undo and redo are this tab's while the keyboard is in it."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_undo(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo and redo."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self.actions_.undo()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.actions_.redo()
        else:
            super().keyPressEvent(event)

    # the list

    def _take(self, number: int, found: Sequence[ScenarioRow]) -> None:
        if number != self._read:
            return
        self._rows = {one.id: one for one in found}
        nothing = _(
            "What if a machine breaks, or a rush order comes? Make a scenario, and see before you act."
        )
        self.table.set_empty_text(nothing)
        self.table.set_rows([scenario_words.scenario_row(one) for one in found], list(self._rows))
        wanted, self._wanted = self._wanted, None
        if wanted in self._rows:
            self.table.select_key(wanted)
        elif self.table.current_key() is None and found:
            self.table.select_key(found[0].id)
        self._choose(self.table.current_key())

    def _show_written(self, number: int) -> None:
        self._wanted = number
        self.refresh()

    def _choose(self, key: object) -> None:
        self._asked += 1
        if not isinstance(key, int):
            self._show(self._asked, None)
            return
        self.context.jobs.run(
            partial(scenarios.scenario, key), done=partial(self._show, self._asked), owner=self
        )

    def _show(self, number: int, view: Scenario | None) -> None:
        if number == self._asked:
            self.actions_.view = view
            self.editor.show_scenario(view)
            self._compare()

    # side by side

    def _shown_ids(self) -> list[int]:
        """The selected scenarios that were worked out, the current one among them."""
        keys = [key for key in self.table.selected_keys() if isinstance(key, int)]
        view = self.actions_.view
        wanted = dict.fromkeys([*([view.id] if view else []), *keys])
        return [key for key in wanted if key in self._rows and self._rows[key].computed_at][:MOST]

    def _compare(self) -> None:
        self._compared += 1
        number, ids = self._compared, self._shown_ids()
        if not ids:
            self._show_comparison(number, None)
            return
        self.context.jobs.run(
            partial(scenarios.compare, ids),
            done=partial(self._show_comparison, number),
            failed=lambda _error: self._show_comparison(number, None),
            owner=self,
        )

    def _show_comparison(self, number: int, found: Comparison | None) -> None:
        if number == self._compared:
            self.compare.show_comparison(found)


def _is_undo(event: QKeyEvent) -> bool:
    keys = QKeySequence.StandardKey
    return event.matches(keys.Undo) or event.matches(keys.Redo)
