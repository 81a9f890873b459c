"""What a step says beside its times: machines that may do it, moulds, a subcontractor, instructions.

The step itself is a row of the grid above: what is edited here becomes a step of that grid's undo.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _
from factory_erp.services.exchange.fields import whole
from factory_erp.ui.catalog.routing_resources import StepResources
from factory_erp.ui.catalog.routing_steps import (
    DETAILS,
    CentreBook,
    Machines,
    find_partners,
    machines_of,
    resources_of,
)
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.choose import Choice, LookupEdit
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.draft_tab import without_bar
from factory_erp.ui.kit.forms import CheckEdit, Field, FieldKind, Form
from factory_erp.ui.kit.frames import GAP, framed
from factory_erp.ui.kit.grid import EditGrid, GridCell, GridColumn
from factory_erp.ui.kit.tabs import Tabs
from factory_erp.ui.production.words import either

COLUMNS = (
    GridColumn("used", N_("May do it"), 84, "check", empty=False),
    GridColumn("machine", N_("Machine"), 240, read_only=True),
    GridColumn("speed", N_("Speed (%)"), 88, "number", read=whole(1),
               hint=N_("100: as fast as the step says")),
    GridColumn("setup", N_("Set-up (min)"), 104, "number", read=whole(0),
               hint=N_("Of this machine; empty: as the step says")),
)  # fmt: skip


YES, NO = "1", "0"
"""A tick, as a cell reads it."""


def detail_text(cell: GridCell) -> str:
    """What the form is given of a cell: its text, of a tick a one or a nought."""
    if isinstance(cell.value, bool):
        return YES if cell.value else NO
    return cell.text


class StepDetail(QWidget):
    """What is edited asks to be put in the row.

    ``machines_edited(machines)``, ``resources_edited(codes)`` and ``field_left(key, text, choice)``; *choice*
    is the record chosen in a lookup, None for plain text.
    """

    machines_edited = Signal(object)
    resources_edited = Signal(object)
    field_left = Signal(str, str, object)

    def __init__(self, context: UiContext, book: CentreBook) -> None:
        super().__init__()
        self._book = book
        self._shown: object = None
        self._shown_texts: Mapping[str, str] = {}
        self._loading = False
        self.machines = EditGrid(COLUMNS, removable=False)
        self.machines.set_name(_("Machines of the step"))
        self.machines.changed.connect(self._tell_machines)
        self.resources = StepResources(book)
        self.resources.edited.connect(self.resources_edited)
        self.tabs = Tabs(shortcuts=False)
        self.note = label(muted=True, wrap=True)
        self.note.setContentsMargins(12, 0, 12, 8)
        self.form = without_bar(Form(self._fields(context), columns=4))
        for name in DETAILS:
            self.form.edit(name).installEventFilter(self)
        self._lay_out()
        self.show_step(None, read_only=False)

    def _fields(self, context: UiContext) -> list[Field]:
        return [
            Field("subcontractor", _("Subcontractor"), FieldKind.LOOKUP, search=find_partners,
                  jobs=context.jobs, hint=_("Who does the step; empty: we do it ourselves")),
            Field("subcontract_days", _("Days away"), FieldKind.INTEGER, hint=_("Calendar days")),
            Field("subcontract_price", _("Price per unit"), FieldKind.DECIMAL,
                  hint=_("In the company's currency")),
            Field("quality_point", _("Check after"), hint=_("What is checked after the step")),
            Field("move_minutes", _("Move (min)"), FieldKind.INTEGER, hint=_("Carrying to the next step")),
            Field("max_wait_minutes", _("Longest wait (min)"), FieldKind.INTEGER,
                  hint=_("The next step begins within so many minutes after this one; empty: any time")),
            Field("resumable", _("May rest"), FieldKind.CHECK,
                  hint=_("It may lie overnight unfinished; else it must fit into one shift")),
            Field("instructions", _("Instructions"), FieldKind.NOTE),
        ]  # fmt: skip

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 10, 10, 10)
        column.addWidget(self.form)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        self.tabs.add("machines", _("Machines"), self._machine_part)
        self.tabs.add("resources", _("Moulds and crews"), lambda: self.resources)
        for key in ("resources", "machines"):
            self.tabs.select(key)  # both have their place from the beginning: they are filled unseen too
        row.addWidget(framed(self.tabs), 5)
        row.addWidget(framed(inside), 6)

    def _machine_part(self) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.machines, 1)
        column.addWidget(self.note)
        return part

    # what is shown

    def show_step(
        self, row: Mapping[str, object] | None, *, read_only: bool, texts: Sequence[str] = ()
    ) -> None:
        """Show the *row* of the grid (None: there is none); *texts* are its ``detail_text``s."""
        named = row and (row["sequence"], row["centre"], machines_of(row), resources_of(row))
        wanted = (named, tuple(texts), read_only, self._book.centres, self._book.resources)
        if wanted == self._shown and not self.form.is_dirty():
            return
        self._shown = wanted
        self._shown_texts = dict(zip(DETAILS, texts, strict=False))
        self._loading = True
        self.setEnabled(row is not None)
        self.form.setEnabled(row is not None and not read_only)
        self._show_machines(row, read_only=read_only)
        self.resources.show_step(row, read_only=read_only)
        self._show_counts()
        self._show_fields(texts)
        self._loading = False

    def _show_machines(self, row: Mapping[str, object] | None, *, read_only: bool) -> None:
        named = {code: (speed, setup) for code, speed, setup in machines_of(row)} if row else {}
        rows = [
            _machine_row(one.code, either(one.name_en, one.name_zh), named.pop(one.code, None))
            for one in self._book.machines(row["centre"] if row else None)
        ]
        rows += [_machine_row(code, _("not of this work centre"), choice) for code, choice in named.items()]
        if rows != self.machines.rows():
            self.machines.set_rows(rows)
        self.machines.set_read_only(read_only or row is None)
        code = self._book.code(row["centre"]) if row else ""
        self.machines.set_empty_text(
            _("{centre} has no machine yet.", centre=code) if code else _("Choose a step with a work centre.")
        )
        self._say_which(code)

    def _say_which(self, centre: str) -> None:
        free = bool(centre) and not self.ticked()
        said = _("None is ticked: any machine of {centre} may do it.", centre=centre) if free else ""
        self.note.setText(said)
        self.note.setVisible(free and bool(self.machines.model.rows))

    def _show_counts(self) -> None:
        """How many are ticked, on the tabs: what is out of sight is not forgotten."""
        self.tabs.set_count("machines", len(self.ticked()) or None)
        self.tabs.set_count("resources", len(self.resources.ticked()) or None)

    def _show_fields(self, texts: Sequence[str]) -> None:
        if list(texts) != self._texts() or self.form.is_dirty():
            pairs = zip(DETAILS, texts, strict=False)
            self.form.set_values({name: self._known(name, text) for name, text in pairs})

    def _known(self, name: str, text: str) -> object:
        """What the field *name* shows of a cell that says *text*."""
        return text == YES if isinstance(self.form.edit(name), CheckEdit) else text or None

    def _texts(self) -> list[str]:
        return [self._text(name, raw) for name, raw in self.form.draft().items()]

    def _text(self, name: str, raw: str) -> str:
        """What the cell of a field that holds *raw* is to be given."""
        if isinstance(self.form.edit(name), CheckEdit):
            return YES if raw else NO
        return raw.partition("\x1f")[0]

    # what is edited

    def ticked(self) -> Machines:
        """The machines that are ticked, in the order of the list."""
        return tuple(
            (str(row["code"]), _number(row["speed"]) or 100, _number(row["setup"]))
            for row in self.machines.rows()
            if row["used"]
        )

    def _tell_machines(self) -> None:
        if not self._loading and not self.machines.problems():
            self.machines_edited.emit(self.ticked())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A field is put in the row as it is left: one step of undo for all that was typed in it."""
        if event.type() == QEvent.Type.FocusOut and self.form.is_dirty():
            QTimer.singleShot(0, self, self.hand_over)
        return super().eventFilter(watched, event)

    def hand_over(self) -> None:
        """Put what was typed in the fields into the row."""
        self.machines.view.settle()
        if not self.form.is_dirty() or self._loading:
            return
        before = self._shown_texts
        after = {name: (text, self._choice(name)) for name, text in zip(DETAILS, self._texts(), strict=True)}
        self.form.mark_saved()
        for name, (text, choice) in after.items():
            if text != before.get(name, ""):
                self.field_left.emit(name, text, choice)

    def _choice(self, name: str) -> Choice | None:
        """The record that was chosen in a lookup; None for a text that only says its name."""
        edit = self.form.edit(name)
        choice = edit.choice() if isinstance(edit, LookupEdit) else None
        return choice if choice is not None and choice.key != choice.text else None

    def refuse(self, name: str, error: DomainError) -> None:
        """Say at the field why it cannot be so."""
        self.form.set_problem(name, str(error))
        self.form.edit(name).setFocus()


def _machine_row(code: str, name: str, choice: tuple[int, int | None] | None) -> dict[str, object]:
    speed, setup = choice or (100, None)
    return {
        "code": code,
        "machine": f"{code} · {name}",
        "used": choice is not None,
        "speed": speed,
        "setup": setup,
    }


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
