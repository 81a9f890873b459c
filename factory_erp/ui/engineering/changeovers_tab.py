"""Changeovers: a grid of minutes from each family of work to each other, for one work centre."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.engineering import changeovers, work_centres
from factory_erp.services.engineering.changeovers import LONGEST, ChangeoverGrid
from factory_erp.services.engineering.work_centres import CentreView
from factory_erp.services.exchange.fields import whole
from factory_erp.ui.engineering.dialogs import narrow
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.draft_tab import DraftTab, without_bar
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import ChoiceEdit, Field, FieldKind, Form
from factory_erp.ui.kit.frames import GAP, framed
from factory_erp.ui.kit.grid_cells import GridCell
from factory_erp.ui.kit.matrix import Head, Key, MatrixGrid
from factory_erp.ui.production.words import either, minutes

CONCERNS = frozenset({"work_centre", "changeover", "routing", "routing_operation"})
"""Kinds of record that show here."""


@dataclass(frozen=True, slots=True)
class ChangeoversRead:
    """The work centres to choose from, and the grid of one."""

    centres: tuple[CentreView, ...]
    grid: ChangeoverGrid | None


def read_changeovers(wanted: int | str) -> ChangeoversRead:
    """The grid of the centre with the id or code *wanted*, else of the first that has any family."""
    found = tuple(work_centres.centres())
    named = next((one.id for one in found if wanted in (one.id, one.code)), None)
    if named is not None:
        return ChangeoversRead(found, changeovers.grid(named))
    grids = [changeovers.grid(one.id) for one in found]
    return ChangeoversRead(found, next((one for one in grids if one.families), grids[0] if grids else None))


class ChangeoversTab(DraftTab):
    """Empty cells take the centre's usual minutes; within a family there is no changeover."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, 0)
        self._wanted: int | str = 0
        self._grid: ChangeoverGrid | None = None
        self._added: tuple[str, ...] = ()
        self.centre = ChoiceEdit(())
        self.centre.setAccessibleName(_("Work centre"))
        narrow(self.centre)
        self.centre.setMinimumWidth(340)
        self.centre.edited.connect(self._choose)
        self.form = without_bar(Form([default_field()]))
        self.form.setFixedSize(150, 66)
        self.matrix = MatrixGrid(_("minutes"), read=whole(0))
        self.matrix.set_name(_("Minutes from family to family"))
        self.matrix.set_empty_text(
            _("No routing names a family at this work centre yet. Enter families there, or add one here.")
        )
        self.legend = label(muted=True, wrap=True)
        self.add_button = Button(_("Add family…"), icon="add", run=self.add_family)
        self.mirror_button = Button(_("Same for the way back"), icon="sync", run=self.mirror)
        self.mirror_button.setToolTip(_("Fills empty cells with the minutes of the opposite way."))
        self._connect()
        self._lay_out()

    def _connect(self) -> None:
        for part in (self.matrix, self.form):
            part.dirty_changed.connect(lambda _dirty: self.note_edit())
        self.matrix.changed.connect(self.note_edit)
        self.matrix.save_asked.connect(self.save)
        self.form.saved.connect(lambda _values: self.save())
        self.form.edited.connect(lambda _name: self._say_legend())

    def _lay_out(self) -> None:
        chooser = QVBoxLayout()
        chooser.setSpacing(4)
        caption = label(_("Work centre"), muted=True)
        caption.setBuddy(self.centre)
        chooser.addWidget(caption)
        chooser.addWidget(self.centre)
        chooser.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(GAP)
        top.addLayout(chooser)
        top.addWidget(self.form)
        top.addStretch(1)
        for button in (self.mirror_button, self.add_button):
            top.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.legend)
        column.addWidget(framed(self.matrix), 1)
        column.addWidget(self.bar)

    # reading

    def reading(self) -> Callable[[], object]:
        """The centres, and the grid of the chosen one."""
        return partial(read_changeovers, self._wanted)

    def on_changes(self, changes: Mapping[str, object]) -> None:
        """Read again where centres, changeovers or routings changed."""
        if not CONCERNS.isdisjoint(changes):
            self.refresh()

    def show_one(self, code: str) -> None:
        """Show the grid of the work centre with that code."""
        self._wanted = code
        self.discard()

    def show_record(self, read: object) -> None:
        """Fill the grid, unless it shows the same already."""
        assert isinstance(read, ChangeoversRead)
        self.centre.set_choices([(one.id, f"{one.code} · {either(one.name_en, one.name_zh)}")
                                 for one in read.centres])  # fmt: skip
        self.centre.show_value(read.grid.centre_id if read.grid else None)
        for button in (self.add_button, self.mirror_button):
            button.setEnabled(read.grid is not None)
        if read.grid == self._grid and self._grid is not None:
            return
        if self._grid is None or read.grid is None or read.grid.centre_id != self._grid.centre_id:
            self._added = ()
        self._grid = read.grid
        self._wanted = read.grid.centre_id if read.grid else 0
        self.form.set_values({"default": read.grid.default} if read.grid else {})
        self.form.setEnabled(read.grid is not None)
        self._fill()
        self._say_legend()

    def families(self) -> list[str]:
        """The families across and down: those known, and those added here."""
        return sorted({*(self._grid.families if self._grid else ()), *self._added})

    def _fill(self) -> None:
        shown = self.families()
        heads = [Head(one, one) for one in shown]
        known = self._grid.minutes if self._grid else {}
        cells: dict[Key, object] = {
            (one, other): known.get((one, other))
            for one in shown
            for other in shown
            if one != other or (one, other) in known
        }
        self.matrix.set_matrix(heads, heads, cells)

    def _say_legend(self) -> None:
        default = self._default()
        self.legend.setText(
            _("Minutes from the family of the row to that of the column. An empty cell takes {time}.",
              time=minutes(default))
            if default is not None and self.families()
            else ""
        )  # fmt: skip
        self.legend.setVisible(bool(self.legend.text()))

    def _default(self) -> int | None:
        try:
            found = self.form.values()["default"]
        except DomainError:
            return None
        return found if isinstance(found, int) else None

    # acting

    def _choose(self) -> None:
        wanted = self.centre.value()
        if self.is_dirty() and not self._may_drop():
            self.centre.show_value(self._grid.centre_id if self._grid else None)
        elif isinstance(wanted, int):
            self._wanted = wanted
            self.discard()

    def _may_drop(self) -> bool:
        text = _("The changes to this grid are not saved yet.")
        return confirm(self, _("Unsaved changes"), text, _("Leave without saving"))

    def add_family(self) -> FormDialog:
        """The open dialog for a family that no routing names yet."""
        field = Field("family", _("Family"), required=True, check=self._check_family,
                      hint=_("As routings will name it: a colour, a mould, a size"))  # fmt: skip
        dialog = FormDialog(
            self.context.jobs, _("New family"), [field], {},
            lambda values: partial(str, values["family"]), _("Add family"), parent=self,
        )  # fmt: skip
        dialog.resize(380, 190)
        dialog.done_with.connect(self._take_family)
        dialog.open()
        return dialog

    def _check_family(self, value: object) -> str:
        if str(value) in self.families():
            return _("There is a family {family} already.", family=value)
        too_long = len(str(value)) > LONGEST
        return _("A family needs a name of up to {count} characters.", count=LONGEST) if too_long else ""

    def _take_family(self, family: str) -> None:
        """A row and a column more; what was edited in the others stays edited."""
        edited = self.matrix.values()
        unsound = dict(self.matrix.problems())
        self._added = (*self._added, family)
        self._fill()
        again = {key: self.matrix.model.shown(value) for key, value in edited.items() if key not in unsound}
        if again:
            self.matrix.model.edited.emit(again)
        self._say_legend()
        self.note_edit()

    def mirror(self) -> None:
        """Fill the empty cells with the minutes of the opposite way."""
        self.matrix.view.settle()
        cells = self.matrix.model.cells
        filled: dict[Key, GridCell] = {
            (other, one): cell
            for (one, other), cell in cells.items()
            if cell.value is not None and (other, one) in cells and not cells[other, one].text
        }
        if filled:
            self.matrix.model.edited.emit(filled)
        else:
            self.context.say(_("Every way back has its minutes already."))

    # the draft

    def is_dirty(self) -> bool:
        """Whether the grid or the usual minutes have edits that were not saved."""
        return self.matrix.is_dirty() or self.form.is_dirty()

    def save(self) -> bool:
        """Save the grid, once every cell is sound."""
        grid = self._grid
        if grid is None or self._find_problem():
            return False
        default = self._default()
        assert default is not None
        changed = {(str(key[0]), str(key[1])): value for key, value in self.matrix.values().items()}
        wanted = {**grid.minutes, **changed}
        given = {pair: value for pair, value in wanted.items() if isinstance(value, int)}
        save = partial(changeovers.save_grid, grid.centre_id, default, given, grid.version)
        self.write(save, self._saved, _("Save changeovers"))
        return True

    def _find_problem(self) -> bool:
        """Show what is not sound; whether anything is."""
        if self.matrix.problems():
            self.matrix.next_problem()
            return True
        for name, sentence in self.form.problems().items():
            self.form.set_problem(name, sentence)
            self.form.edit(name).setFocus()
            return True
        return False

    def _saved(self, _count: object) -> None:
        self.matrix.mark_saved()
        self.form.mark_saved()
        self.note_edit()
        self.context.say(_("The changeovers are saved."))
        self.refresh()

    def discard(self) -> None:
        """Throw the edits away, and read again what stands in the database."""
        self.matrix.discard()
        self.form.discard()
        self.note_edit()
        self.refresh()


def default_field() -> Field:
    """The minutes that count where the grid says nothing."""
    return Field(
        "default", _("Otherwise (min)"), FieldKind.INTEGER, required=True, check=_not_below_zero,
        hint=_("Between two families whose cell is empty"),
    )  # fmt: skip


def _not_below_zero(value: object) -> str:
    sound = isinstance(value, int) and value >= 0
    return "" if sound else _("This cannot be below zero.")
