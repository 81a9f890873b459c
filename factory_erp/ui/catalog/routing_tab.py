"""The routing of an item: its revisions, the steps in a grid, and how long a lot takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.engineering import routings
from factory_erp.services.engineering.routings import RoutingInput, StepInput
from factory_erp.ui.catalog.routing_detail import StepDetail, detail_text
from factory_erp.ui.catalog.routing_revisions import (
    FIRST,
    RevisionBar,
    RoutingRead,
    read_routing,
    revision_dialog,
)
from factory_erp.ui.catalog.routing_steps import (
    DETAILS,
    CentreBook,
    Machines,
    next_sequence,
    row_of,
    step_columns,
    step_of,
)
from factory_erp.ui.catalog.routing_time import LotTime
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.draft_tab import DraftTab
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.grid import EditGrid, GridCell


class RoutingTab(DraftTab):
    """Steps are edited in place; beneath the grid stands what else the current step says."""

    def __init__(self, context: UiContext, item_id: int) -> None:
        super().__init__(context, item_id)
        self._read: RoutingRead | None = None
        self._wanted: int | None = None
        self._row = -1
        self._book = CentreBook()
        self.head = RevisionBar()
        self.steps = EditGrid(step_columns(self._book), new_row=self._new_row, jobs=context.jobs)
        self.steps.set_name(_("Steps of the routing"))
        self.steps.set_empty_text(_("It is not known yet how this item is made. Add the first step."))
        self.detail = StepDetail(context, self._book)
        self.lot_time = LotTime()
        self.problem = label(wrap=True)
        self.problem.setProperty("problem", True)
        self.problem.hide()
        self._connect()
        self._lay_out()

    def _connect(self) -> None:
        for part in (self.steps, self.head.days, self.detail.form):
            part.dirty_changed.connect(lambda _dirty: self.note_edit())
        for form in (self.head.days, self.detail.form):
            form.saved.connect(lambda _values: self.save())
        for grid in (self.steps, self.detail.machines, self.detail.resources.grid):
            grid.save_asked.connect(self.save)
        self.steps.changed.connect(self._note_step)
        self.steps.current_changed.connect(self._note_row)
        self.detail.machines_edited.connect(partial(self._put_below, "machines"))
        self.detail.resources_edited.connect(partial(self._put_below, "resources"))
        self.detail.field_left.connect(self._put_field)
        self.head.chosen.connect(self._choose)
        self.head.new_button.clicked.connect(lambda _on=False: self.new_revision())
        self.head.remove_button.clicked.connect(lambda _on=False: self.remove())

    def _lay_out(self) -> None:
        parts = split(framed(self.steps), self._beneath(), across=False, stretch=(3, 2), sizes=(230, 260))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.head)
        column.addWidget(self.problem)
        column.addWidget(parts, 1)
        column.addWidget(self.bar)

    def _beneath(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.lot_time)
        column.addWidget(self.detail, 1)
        return inside

    # reading

    def reading(self) -> Callable[[], object]:
        """The revisions, and the one chosen (else the one valid today)."""
        return partial(read_routing, self.record_id, self._wanted)

    def show_record(self, read: object) -> None:
        """Show the revision, unless it stands there already."""
        assert isinstance(read, RoutingRead)
        if read == self._read:
            return
        self._read, sheet = read, read.sheet
        self._wanted = sheet.id if sheet else None
        self._book.centres, self._book.resources = read.centres, read.resources
        self.head.show_read(read)
        self.steps.set_read_only(self._is_derived())
        self.steps.set_rows([row_of(step) for step in sheet.steps] if sheet else [])
        if sheet and sheet.steps and self.steps.current_row() < 0:
            self.steps.select(0)
        self._row = self.steps.current_row()
        self._say_problem("")
        self._show_step()
        self._show_time()

    def _is_derived(self) -> bool:
        sheet = self._read.sheet if self._read else None
        return sheet is not None and sheet.derived

    # revisions

    def _choose(self, routing_id: int) -> None:
        if not self.is_dirty() or self._may_drop():
            self.open_revision(routing_id)

    def _may_drop(self) -> bool:
        text = _("The changes to this revision are not saved yet.")
        return confirm(self, _("Unsaved changes"), text, _("Leave without saving"))

    def open_revision(self, routing_id: int) -> None:
        """Show another revision; a draft is thrown away."""
        self._wanted = routing_id
        self.discard()

    def new_revision(self) -> FormDialog | None:
        """The open dialog that copies the revision in view; None where that would lose a draft."""
        if self._read is None or self._read.sheet is None or (self.is_dirty() and not self._may_drop()):
            return None
        taken = [one.revision for one in self._read.revisions]
        dialog = revision_dialog(self.context, self._read.sheet, taken, self)
        dialog.done_with.connect(self.open_revision)
        dialog.open()
        return dialog

    def remove(self) -> None:
        """Remove the revision in view, after asking."""
        sheet = self._read.sheet if self._read else None
        if sheet is None:
            return
        title = _("Remove revision {revision} of {sku}?", revision=sheet.revision, sku=sheet.sku)
        text = _("Its steps are lost. Production orders that were made from it keep theirs.")
        if confirm(self, title, text, _("Remove revision")):
            self.write(partial(routings.remove_routing, sheet.id), self._removed, title)

    def _removed(self, _none: object) -> None:
        self._wanted = None
        self.context.say(_("The revision is removed."))
        self.discard()

    # the current step

    def _new_row(self) -> dict[str, object]:
        maker = self.steps.model.maker
        return {"sequence": next_sequence([maker.values(row) for row in self.steps.model.rows])}

    def _note_row(self, row: int) -> None:
        self.detail.hand_over()
        self._row = row
        self._show_step()

    def _note_step(self) -> None:
        self._say_problem("")
        self._show_step()
        self._show_time()
        self.note_edit()

    def _show_step(self) -> None:
        model = self.steps.model
        if not 0 <= self._row < len(model.rows):
            self.detail.show_step(None, read_only=self._is_derived())
            return
        row = model.rows[self._row]
        texts = [detail_text(row.cells[self._place(name)]) for name in DETAILS]
        self.detail.show_step(model.maker.values(row), read_only=self._is_derived(), texts=texts)

    def _place(self, key: str) -> int:
        return [column.key for column in self.steps.model.maker.columns].index(key)

    def _put_below(self, key: str, value: Machines | tuple[str, ...]) -> None:
        place = self._place(key)
        self._put(place, self.steps.model.maker.shown(place, value))

    def _put_field(self, name: str, text: str, choice: Choice | None) -> None:
        place, maker = self._place(name), self.steps.model.maker
        cell = maker.read(place, text) if choice is None else maker.shown(place, choice)
        self._put(place, cell)
        self.detail.form.set_problem(name, cell.problem)

    def _put(self, place: int, cell: GridCell) -> None:
        if 0 <= self._row < len(self.steps.model.rows) and not self._is_derived():
            self.steps.model.edited.emit(self._row, place, cell)

    def _show_time(self) -> None:
        maker = self.steps.model.maker
        unit = self._read.unit if self._read else ""
        self.lot_time.show_rows([maker.values(row) for row in self.steps.model.rows], unit)

    # the draft

    def is_dirty(self) -> bool:
        """Whether steps or days have edits that were not saved."""
        return self.steps.is_dirty() or self.head.days.is_dirty() or self.detail.form.is_dirty()

    def save(self) -> bool:
        """Save the revision, once every cell is sound."""
        self.detail.hand_over()
        self._say_problem("")
        given = self._given()
        if given is not None:
            self.write(partial(routings.save_routing, given), self._saved, _("Save routing"))
        return given is not None

    def _given(self) -> RoutingInput | None:
        """What the tab holds; None, with the place shown, where something is not sound."""
        if not (self._cells_are_sound() and self._days_are_sound()):
            return None
        steps: list[StepInput] = []
        for number, row in enumerate(self.steps.rows()):
            try:
                steps.append(step_of(row, self._book))
            except DomainError as error:
                self._refuse(number, error.field, str(error))
                return None
        assert self._read is not None
        sheet, days = self._read.sheet, self.head.days.values()
        first, last = days["valid_from"], days["valid_to"]
        assert isinstance(first, date)
        return RoutingInput(
            self.record_id, sheet.revision if sheet else FIRST, first,
            last if isinstance(last, date) else None, tuple(steps),
            sheet.id if sheet else None, sheet.version if sheet else None,
        )  # fmt: skip

    def _cells_are_sound(self) -> bool:
        for row, key, sentence in self.steps.problems()[:1]:
            self._refuse(row, key, sentence)
        return not self.steps.problems()

    def _days_are_sound(self) -> bool:
        problems = self.head.days.problems()
        for name, sentence in problems.items():
            self._say_problem(sentence)
            self.head.days.edit(name).setFocus()
        return not problems

    def _refuse(self, row: int, key: str, sentence: str) -> None:
        """Say *sentence*, and go to the cell; where it is hidden, to the field beneath."""
        self.steps.view.setFocus()
        self.steps.select(row, key)
        if key in DETAILS:
            self.detail.form.set_problem(key, sentence)
            self.detail.form.edit(key).setFocus()
        self._say_problem(sentence)

    def _say_problem(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _saved(self, routing_id: object) -> None:
        assert isinstance(routing_id, int)
        self._wanted = routing_id
        self.steps.mark_saved()
        self.head.days.mark_saved()
        self.note_edit()
        self.context.say(_("The routing is saved."))
        self.refresh()

    def show_refusal(self, error: DomainError) -> bool:
        """Over the grid, where it is about the routing's own fields."""
        if error.field not in (_("Routing"), _("Valid from"), _("Valid to")):
            return False
        self._say_problem(str(error))
        return True

    def discard(self) -> None:
        """Throw the edits away, and read again what stands in the database."""
        self.detail.form.discard()
        self.steps.discard()
        self.head.days.discard()
        self._say_problem("")
        self.note_edit()
        self.refresh()
