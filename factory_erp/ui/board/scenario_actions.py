"""What is done with scenarios: make, copy, rename, change, work out, apply, discard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import uuid4

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _, ngettext, pgettext
from factory_erp.services.scenarios import comparing as scenarios
from factory_erp.services.scenarios.changes import Change
from factory_erp.services.scenarios.comparing import Applied, ScenarioForm, ScenarioView
from factory_erp.ui.board import scenario_words
from factory_erp.ui.board.scenario_forms import FORMS, STARTS
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.jobs import Job

Changes = tuple[Change, ...]


@dataclass(slots=True)
class Past:
    """Lists of changes that a scenario had, to go back to and forth."""

    before: list[Changes] = field(default_factory=list)
    after: list[Changes] = field(default_factory=list)

    def step(self, now: Changes) -> None:
        """The person is about to change *now* into something else."""
        self.before.append(now)
        self.after.clear()


class ScenarioActions(QObject):
    """Acts on the scenario in ``view``, which the widget sets; ``written`` carries the id of what was saved.

    A form is a draft until its button saves it; each saved list of changes can be undone.
    """

    written = Signal(int)
    computing = Signal(object)
    """The job that works the scenario out, or None when it is over."""

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.context = context
        self.view: ScenarioView | None = None
        self.dialog: FormDialog | None = None
        self.job: Job | None = None
        self._pasts: dict[int, Past] = {}

    @property
    def past(self) -> Past:
        """The steps of the scenario in view."""
        return self._pasts.setdefault(self.view.id if self.view else 0, Past())

    # the scenario itself

    def create(self) -> None:
        """Ask for a name, and make a scenario without changes."""
        key = str(uuid4())

        def use_case(values: Mapping[str, Any]) -> Callable[[], object]:
            form = ScenarioForm(values["name"], (), values["note"] or "", key)
            return partial(scenarios.create, form)

        self._ask(_("New scenario"), {}, use_case, _("Create"), self._made)

    def copy(self) -> None:
        """Ask for the name of a copy."""
        view = self.view
        if view is not None:
            name = _("{name} (copy)", name=view.name)
            self._ask(
                _("Copy '{name}'", name=view.name), {"name": name},
                lambda values: partial(scenarios.copy, view.id, values["name"]), _("Copy"), self._made,
                note=False,
            )  # fmt: skip

    def rename(self) -> None:
        """Ask for another name and note."""
        view = self.view
        if view is None:
            return

        def use_case(values: Mapping[str, Any]) -> Callable[[], object]:
            form = ScenarioForm(values["name"], view.changes, values["note"] or "")
            return partial(scenarios.save, view.id, form, view.version)

        values = {"name": view.name, "note": view.note}
        self._ask(_("Rename '{name}'", name=view.name), values, use_case, _("Save"), self._saved)

    def _ask(
        self, title: str, values: Mapping[str, object],
        use_case: Callable[[Mapping[str, Any]], Callable[[], object]],
        act: str, done: Callable[[object], None], *, note: bool = True,
    ) -> None:  # fmt: skip
        fields = [Field("name", _("Name"), required=True)]
        if note:
            fields.append(Field("note", _("Note"), FieldKind.NOTE))
        self._open(
            FormDialog(self.context.jobs, title, fields, values, use_case, act, parent=self._window()), done
        )

    def _open(self, dialog: FormDialog, done: Callable[[object], None]) -> None:
        self.dialog = dialog
        dialog.setMinimumWidth(440)
        dialog.done_with.connect(done)
        dialog.open()

    def _window(self) -> QWidget:
        return self._parent.window()

    def _made(self, number: object) -> None:
        assert isinstance(number, int)
        self.written.emit(number)

    def _saved(self, _version: object) -> None:
        if self.view is not None:
            self.written.emit(self.view.id)

    # its changes

    def add(self, kind: type[Change]) -> None:
        """A form for a new change of *kind*."""
        self._edit(kind, STARTS.get(kind, {}), None)

    def edit(self, place: int) -> None:
        """The form of the change at *place*; what it names is looked up first."""
        if self.view is None or not 0 <= place < len(self.view.changes):
            return
        change = self.view.changes[place]
        kind = type(change)
        self.context.jobs.run(
            partial(FORMS[kind].reads, change),
            done=lambda values: self._edit(kind, values, place),
            owner=self,
        )

    def _edit(self, kind: type[Change], values: Mapping[str, object], place: int | None) -> None:
        view, form = self.view, FORMS[kind]
        if view is None:
            return

        def use_case(given: Mapping[str, Any]) -> Callable[[], object]:
            change = form.make(given)
            changes = list(view.changes)
            at = len(changes) if place is None else place
            changes[at : at + 1] = [change]
            return partial(scenarios.save, view.id, _form(view, changes), view.version)

        act = _("Add") if place is None else _("Save")
        dialog = FormDialog(
            self.context.jobs, _(form.title), form.fields(self.context.jobs), values, use_case, act,
            parent=self._window(),
        )  # fmt: skip
        self._open(dialog, lambda _version: self._stepped(view))

    def _stepped(self, view: ScenarioView) -> None:
        self._pasts.setdefault(view.id, Past()).step(view.changes)
        self.written.emit(view.id)

    def remove(self, places: Sequence[int]) -> None:
        """Take changes out; undo brings them back."""
        view = self.view
        if view is not None and places:
            kept = [change for place, change in enumerate(view.changes) if place not in places]
            self._save(view, kept, lambda: self._pasts.setdefault(view.id, Past()).step(view.changes))

    def undo(self) -> None:
        """The changes as they were before the last step."""
        past, view = self.past, self.view
        if view is not None and past.before:
            self._save(view, past.before[-1], lambda: past.after.append(_moved(past.before, view)))

    def redo(self) -> None:
        """The changes as they were before the last undo."""
        past, view = self.past, self.view
        if view is not None and past.after:
            self._save(view, past.after[-1], lambda: past.before.append(_moved(past.after, view)))

    def _save(self, view: ScenarioView, changes: Sequence[Change], note: Callable[[], None]) -> None:
        def done(_version: object) -> None:
            note()
            self.written.emit(view.id)

        use_case = partial(scenarios.save, view.id, _form(view, changes), view.version)
        self._write(use_case, done, _("Saving the scenario"))

    # what becomes of it

    def compute(self) -> None:
        """Work the scenario out in the background, or stop that."""
        if self.job is not None:
            self.job.cancel()
            return
        view = self.view
        if view is None:
            return
        # In the readers' lane: it holds the database only while it reads and while it keeps the result.
        self.job = self.context.jobs.run(
            partial(scenarios.compute, view.id),
            title=_("Working out '{name}'", name=view.name),
            cancellable=True,
            done=lambda _figures: self.written.emit(view.id),
            failed=self._refused,
            finally_=self._over,
            owner=self,
        )
        self.computing.emit(self.job)

    def _over(self) -> None:
        self.job = None
        self.computing.emit(None)

    def apply(self) -> None:
        """Make the scenario real, after a question that says what will be written."""
        view = self.view
        if view is None:
            return
        title = _("Apply '{name}'?", name=view.name)
        if confirm(self._window(), title, scenario_words.apply_text(view), _("Apply")):
            use_case = partial(scenarios.apply, view.id, view.version)
            self._write(use_case, self._applied, _("Applying a scenario"))

    def _applied(self, applied: object) -> None:
        assert isinstance(applied, Applied)
        said = ngettext(
            "Applied: {count} operation is scheduled anew.",
            "Applied: {count} operations are scheduled anew.",
            applied.operations,
        )
        self.context.say(" ".join((said, *applied.left)))
        self._saved(None)

    def discard(self) -> None:
        """Throw the scenario away, after a question."""
        view = self.view
        if view is None:
            return
        text = _("It stays readable under 'All', but cannot be changed or applied any more.")
        if confirm(
            self._window(), _("Discard '{name}'?", name=view.name), text, pgettext("scenario", "Discard")
        ):
            use_case = partial(scenarios.discard, view.id, view.version)
            self._write(use_case, self._saved, _("Discarding a scenario"))

    def _write(self, use_case: Callable[[], object], done: Callable[[object], None], title: str) -> None:
        self.context.jobs.run(use_case, done=done, failed=self._refused, write=True, title=title, owner=self)

    def _refused(self, error: Exception) -> None:
        show_problem(self._window(), error)
        if isinstance(error, DomainError) and self.view is not None:
            self.written.emit(self.view.id)


def _form(view: ScenarioView, changes: Sequence[Change]) -> ScenarioForm:
    return ScenarioForm(view.name, tuple(changes), view.note)


def _moved(steps: list[Changes], view: ScenarioView) -> Changes:
    """Take the last of *steps* away; the changes it replaces."""
    steps.pop()
    return view.changes
