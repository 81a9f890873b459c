"""The changes of one scenario in plain words, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QProgressBar, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, pgettext
from factory_erp.models.planning import ScenarioState
from factory_erp.services.scenarios.comparing import ScenarioView
from factory_erp.ui.board import scenario_words
from factory_erp.ui.board.scenario_actions import ScenarioActions
from factory_erp.ui.board.scenario_forms import FORMS
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.icons import icon
from factory_erp.ui.kit.jobs import Job
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import Button, ElidedLabel, Kind, label

COLUMNS = (
    Column("kind", N_("Change"), 190, priority=1),
    Column("says", N_("What it says"), 420),
)


class _Sentences(SimpleTable):
    """The changes; Delete takes the selected ones out."""

    def __init__(self, actions: ScenarioActions) -> None:
        super().__init__(COLUMNS)
        self._actions = actions
        self.set_name(_("Changes of the scenario"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete."""
        if event.key() == Qt.Key.Key_Delete:
            self._actions.remove(self.places())
        else:
            super().keyPressEvent(event)

    def places(self) -> list[int]:
        """Numbers of the selected changes."""
        return [key for key in self.selected_keys() if isinstance(key, int)]


class ScenarioEditor(QFrame):
    """Name and state on top, then the changes with their buttons, then working out, applying, discarding."""

    def __init__(self, actions: ScenarioActions) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._actions = actions
        self._view: ScenarioView | None = None
        self.name = ElidedLabel(pixels=15, bold=True, least=80)
        self.pill = Pill("", Tone.NEUTRAL)
        self.note = label(muted=True, wrap=True)
        self.table = _Sentences(actions)
        self.table.activated.connect(lambda key: self._edit(key))
        self.table.current_changed.connect(lambda _key: self._dress())
        self._make_buttons()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(_("Progress"))
        self.said = label(muted=True)
        self._lay_out()
        actions.computing.connect(self._follow)
        actions.context.jobs.progress.connect(self._show_steps)
        self.show_scenario(None)

    def _make_buttons(self) -> None:
        acts = self._actions
        self.menu = QMenu(self)
        for kind, form in FORMS.items():
            action = self.menu.addAction(icon(form.icon), _(form.title))
            action.triggered.connect(lambda _on=False, kind=kind: acts.add(kind))
        self.add_button = Button(_("Add change"), icon="add")
        self.add_button.setMenu(self.menu)
        self.edit_button = Button(_("Edit"), run=lambda: self._edit(self.table.current_key()))
        self.remove_button = Button(_("Remove"), run=lambda: acts.remove(self.table.places()))
        self.undo_button = Button(icon="undo", run=acts.undo)
        self.redo_button = Button(icon="redo", run=acts.redo)
        for button, text in ((self.undo_button, _("Undo")), (self.redo_button, _("Redo"))):
            button.setToolTip(text)
            button.setAccessibleName(text)
        self.rename_button = Button(_("Rename"), kind=Kind.LINK, run=acts.rename)
        self.copy_button = Button(_("Copy"), kind=Kind.LINK, run=acts.copy)
        self.discard_button = Button(pgettext("scenario", "Discard"), run=acts.discard)
        self.apply_button = Button(_("Apply"), run=acts.apply)
        self.compute_button = Button(_("Work it out"), kind=Kind.PRIMARY, icon="play", run=acts.compute)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 10, 1, 10)
        column.setSpacing(8)
        column.addLayout(_row(self.name, self.pill, self.rename_button, self.copy_button, stretch=0))
        self.note.setContentsMargins(12, 0, 12, 0)
        column.addWidget(self.note)
        column.addWidget(self.table, 1)
        tools = (self.add_button, self.edit_button, self.remove_button, self.undo_button, self.redo_button)
        column.addLayout(_row(*tools, stretch=len(tools)))
        ends = (self.said, self.progress, self.discard_button, self.apply_button, self.compute_button)
        column.addLayout(_row(*ends, stretch=0))

    # what is shown

    def show_scenario(self, view: ScenarioView | None) -> None:
        """Show a scenario, or that none is chosen."""
        self._view = view
        self.name.setText(view.name if view else _("No scenario is chosen"))
        self.pill.setVisible(view is not None)
        if view is not None:
            state = scenario_words.state_pill(view.state)
            self.pill.set(state.text, Tone(state.tone))
        self.note.setText(view.note if view else "")
        self.note.setVisible(bool(self.note.text()))
        changes = view.changes if view else ()
        self.table.set_empty_text(
            _("No changes yet: add one, for example a machine that is down, or overtime.")
            if view
            else _("Choose a scenario at the left, or make a new one.")
        )
        sentences = view.sentences if view else ()
        rows = [(_(FORMS[type(one)].title), said) for one, said in zip(changes, sentences, strict=True)]
        self.table.set_rows(rows)
        self._dress()

    def _dress(self) -> None:
        """Buttons are on where they do something, and say why where they are not."""
        view = self._view
        is_open = view is not None and view.state == ScenarioState.OPEN
        chosen = self.table.current_key() is not None
        past, busy = self._actions.past, self._actions.job is not None
        for button, on in (
            (self.add_button, is_open), (self.rename_button, is_open), (self.copy_button, view is not None),
            (self.edit_button, is_open and chosen), (self.remove_button, is_open and chosen),
            (self.undo_button, is_open and bool(past.before)),
            (self.redo_button, is_open and bool(past.after)),
            (self.compute_button, is_open or busy), (self.discard_button, is_open and not busy),
        ):  # fmt: skip
            button.setEnabled(on)
        computed = view is not None and view.computed_at is not None
        self.apply_button.setEnabled(is_open and computed and not busy)
        self.apply_button.setToolTip("" if computed else _("Work the scenario out first."))
        self.compute_button.setText(_("Stop") if busy else _("Work it out"))
        self.compute_button.set_icon("stop" if busy else "play")
        self.progress.setVisible(busy)
        if not busy:
            self.said.setText(_computed_text(view))

    def _edit(self, key: object) -> None:
        if isinstance(key, int) and self.edit_button.isEnabled():
            self._actions.edit(key)

    def _follow(self, job: object) -> None:
        """Working out has begun, or is over."""
        self.progress.setRange(0, 0)
        if job is not None:
            self.said.setText(_("Reading the factory…"))
        self._dress()

    def _show_steps(self, job: Job) -> None:
        if job is self._actions.job:
            done, total, text = job.steps
            self.progress.setRange(0, total)
            self.progress.setValue(done)
            self.said.setText(text or _("Reading the factory…"))


def _row(*parts: QWidget, stretch: int) -> QHBoxLayout:
    """*parts* side by side; the one at *stretch* grows, beyond the last an empty room does."""
    row = QHBoxLayout()
    row.setContentsMargins(12, 0, 12, 0)
    row.setSpacing(8)
    for place, part in enumerate(parts):
        row.addWidget(part, 1 if place == stretch else 0)
    if stretch >= len(parts):
        row.addStretch(1)
    return row


def _computed_text(view: ScenarioView | None) -> str:
    if view is None:
        return ""
    if view.computed_at is None:
        return _("Not worked out yet.")
    return _("Worked out {moment}", moment=figures.local(view.computed_at))
