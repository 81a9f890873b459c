"""One component replaced by another in every bill that names it: a preview to tick, then all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.i18n import N_, _, ngettext, pgettext
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.clock import today
from factory_erp.services.engineering import bill_changes
from factory_erp.services.engineering.bill_changes import ReplaceRow
from factory_erp.ui.catalog.bill_parts import found_items
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.choose import Choice, LookupEdit
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.edits import DecimalEdit
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.grid import EditGrid, GridColumn

PAUSE = 250
"""Milliseconds without an edit before the preview is asked for."""

IN_PLACE, AS_REVISION = "in_place", "as_revision"

COLUMNS = (
    GridColumn("take", N_("Replace"), 84, "check", empty=False),
    GridColumn("sku", N_("In the bill of"), 140, read_only=True),
    GridColumn("name", N_("Name"), 140, read_only=True, priority=2),
    GridColumn("revision", N_("Revision"), 104, read_only=True),
    GridColumn("state", N_("Valid"), 80, read_only=True, priority=1),
    GridColumn("old", N_("Old quantity"), 116, "number", read_only=True),
    GridColumn("new", N_("New quantity"), 116, "number", read_only=True),
    GridColumn("problem", N_("Problem"), 190, read_only=True),
)


def replace_fields(context: UiContext) -> list[Field]:
    """What is replaced by what, how much of it, and whether in place or as new revisions."""
    ways = [
        (IN_PLACE, _("In these bills, at once")),
        (AS_REVISION, _("As a new revision of each bill")),
    ]
    item = partial(Field, kind=FieldKind.LOOKUP, required=True, search=found_items, jobs=context.jobs)
    return [
        item("old", _("Component")),
        item("new", _("Replaced by")),
        Field("factor", _("Factor"), FieldKind.DECIMAL, required=True,
              hint=_("How much of the new one stands for one of the old")),
        Field("way", _("How"), FieldKind.CHOICE, required=True, choices=ways),
        Field("revision", _("New revision"), hint=_("A letter or a number, for example B")),
        Field("valid_from", _("Valid from"), FieldKind.DATE),
    ]  # fmt: skip


class ReplaceDialog(QDialog):
    """Starts with *old* as the component; ``replaced`` carries the number of lines once it is done."""

    replaced = Signal(int)

    def __init__(self, context: UiContext, old: Choice | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Replace a component"))
        self._context = context
        self._asked: tuple[int, int, Decimal] | None = None
        values = {"old": old, "factor": Decimal(1), "way": IN_PLACE, "valid_from": today()}
        self.form = Form(replace_fields(context), values, columns=3)
        self.form.bar.hide()
        self.form.dirty_changed.connect(lambda _dirty: self.form.bar.hide())
        self.form.edited.connect(self._note_edit)
        self.form.saved.connect(self._apply)
        self.grid = EditGrid(COLUMNS, removable=False)
        self.grid.set_name(_("Bills that name the component"))
        self.grid.changed.connect(self._note_ticks)
        self.grid.save_asked.connect(self.form.save)
        self.summary = label(muted=True)
        self.act_button = Button(_("Replace"), kind=Kind.PRIMARY, run=self.form.save)
        self.act_button.setToolTip("Ctrl+Enter")
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.ask)
        for name in ("old", "new"):
            edit = self.form.edit(name)
            assert isinstance(edit, LookupEdit)
            edit.editingFinished.connect(self._pause.start)
        self._lay_out()
        self._show_way()
        self._show_rows(Preview())
        self.form.edit("new" if old is not None else "old").setFocus()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.summary, 1)
        buttons.addWidget(Button(_("Cancel"), run=self.reject))
        buttons.addWidget(self.act_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        self.form.setMinimumHeight(150)
        column.addWidget(self.form)
        column.addWidget(framed(self.grid), 1)
        column.addLayout(buttons)
        self.resize(1090, 620)

    # the preview

    def _note_edit(self, name: str) -> None:
        if name == "way":
            self._show_way()
        else:
            self._pause.start()

    def _show_way(self) -> None:
        """Name and day are for new revisions only."""
        anew = self._way() == AS_REVISION
        for name in ("revision", "valid_from"):
            self.form.edit(name).setEnabled(anew)
            self.form.set_problem(name, "")

    def _way(self) -> object:
        return self.form.edit("way").value()  # type: ignore[attr-defined]

    def ask(self) -> None:
        """Ask what the replacement would touch, as soon as both components and the factor are known."""
        wanted = self._wanted()
        if wanted is None or wanted == self._asked:
            return
        self._asked = wanted
        preview = partial(read_preview, *wanted)
        failed = partial(self._refused, wanted)
        self._context.jobs.run(preview, done=partial(self._take, wanted), failed=failed, owner=self)

    def _wanted(self) -> tuple[int, int, Decimal] | None:
        old, new, edit = self._item("old"), self._item("new"), self.form.edit("factor")
        assert isinstance(edit, DecimalEdit)
        try:
            factor = edit.value()
        except InvalidValue:
            return None
        if old is None or new is None or not isinstance(factor, Decimal) or factor <= 0:
            return None
        return old, new, factor

    def _item(self, name: str) -> int | None:
        """The item chosen; what is still being typed is none, what was left is looked up."""
        edit = self.form.edit(name)
        assert isinstance(edit, LookupEdit)
        if edit.choice() is None and edit.hasFocus():
            return None
        try:
            value = edit.value()
        except InvalidValue:
            return None
        return value if isinstance(value, int) else None

    def _take(self, asked: tuple[int, int, Decimal], read: Preview) -> None:
        if asked == self._asked:
            self._show_rows(read)

    def _refused(self, asked: tuple[int, int, Decimal], error: Exception) -> None:
        if asked != self._asked:
            return
        self._show_rows(Preview())
        if not (isinstance(error, DomainError) and self._show_at_field(error)):
            show_problem(self, error)

    def _show_rows(self, read: Preview) -> None:
        self.grid.set_rows([_values(row, read) for row in read.rows])
        self.grid.set_empty_text(
            _("Choose the component and what replaces it: the bills that name it are shown here.")
            if self._asked is None
            else _("No bill that is valid now or later names this component.")
        )
        self._note_ticks()

    def chosen(self) -> list[int]:
        """Ids of the lines that are ticked."""
        rows = self.grid.rows()
        return [row["line_id"] for row in rows if row["take"] and isinstance(row["line_id"], int)]

    def _note_ticks(self) -> None:
        count, every = len(self.chosen()), len(self.grid.rows())
        self.act_button.setEnabled(count > 0)
        self.act_button.setText(
            ngettext("Replace in {count} line", "Replace in {count} lines", count) if count else _("Replace")
        )
        said = _("{count} of {every} lines are ticked. All of them are replaced, or none.",
                 count=figures.number(count), every=figures.number(every))  # fmt: skip
        self.summary.setText(said if every else "")

    # the act

    def _apply(self, values: Mapping[str, object]) -> None:
        anew = values["way"] == AS_REVISION
        if anew and not values["revision"]:
            self.form.set_problem("revision", _("Say how the new revision is called."))
            self.form.edit("revision").setFocus()
            return
        if self._wanted() != self._asked or not self.chosen():
            self.ask()
            return
        assert self._asked is not None
        name, day = (values["revision"], values["valid_from"]) if anew else ("", None)
        work = partial(bill_changes.replace_component, *self._asked, self.chosen(), name, day)  # type: ignore[arg-type]
        self.act_button.setEnabled(False)
        self._context.jobs.run(
            work, done=self._done, failed=self._failed, write=True, title=self.windowTitle(), owner=self
        )

    def _done(self, count: int) -> None:
        self._context.say(ngettext("{count} line is replaced.", "{count} lines are replaced.", count))
        self.replaced.emit(count)
        self.accept()

    def _failed(self, error: Exception) -> None:
        self._note_ticks()
        if not (isinstance(error, DomainError) and self._show_at_field(error)):
            show_problem(self, error)

    def _show_at_field(self, error: DomainError) -> bool:
        """A refusal that names a component is about the new one, of a revision about its name."""
        fields = {_("Component"): "new", _("Revision"): "revision", _("Valid from"): "valid_from"}
        error.field = fields.get(error.field, error.field)
        return self.form.show_error(error)


@dataclass(frozen=True, slots=True)
class Preview:
    """The lines that name the component, and the units (Rec 20) of both components."""

    rows: Sequence[ReplaceRow] = ()
    old_unit: str = ""
    new_unit: str = ""


def read_preview(old: int, new: int, factor: Decimal) -> Preview:
    """What the replacement would touch; raises as ``replace_preview`` does."""
    rows = bill_changes.replace_preview(old, new, factor)
    units = {row.id: row.unit for row in catalog.item_rows([old, new])}
    return Preview(rows, units.get(old, ""), units.get(new, ""))


def _values(row: ReplaceRow, read: Preview) -> dict[str, object]:
    """A line of the preview, ticked if it can be replaced."""
    return {
        "line_id": row.line_id,
        "take": not row.problem,
        "sku": row.parent_sku,
        "name": row.parent_name,
        "revision": row.revision,
        "state": pgettext("revision", "Current") if row.current else pgettext("revision", "Future"),
        "old": figures.quantity(row.old_quantity, read.old_unit),
        "new": figures.quantity(row.new_quantity, read.new_unit),
        "problem": row.problem,
    }
