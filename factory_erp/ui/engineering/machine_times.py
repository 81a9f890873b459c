"""When a machine is closed or open other than its calendar says: maintenance, breakdowns, overtime."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.models.planning import MachineTimeKind
from factory_erp.services import clock
from factory_erp.services.engineering.work_centres import MachineView
from factory_erp.services.schedule import machine_times
from factory_erp.services.schedule.machine_times import (
    KIND_NAMES,
    MachineTimeInput,
    MachineTimeOutcome,
    MachineTimeView,
)
from factory_erp.services.schedule.scheduling import ScheduleOutcome
from factory_erp.ui.board.words import outcome_text
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message, confirm, show_problem
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.production.words import either

PAST, AHEAD = timedelta(days=30), timedelta(days=3650)
"""How far back and ahead the list goes."""
USUAL = timedelta(hours=4)
"""Length of a new span until another is entered."""

TONES: Mapping[str, Tone] = {
    MachineTimeKind.BREAKDOWN: Tone.DANGER,
    MachineTimeKind.MAINTENANCE: Tone.WARNING,
    MachineTimeKind.OVERTIME: Tone.INFO,
}
COLUMNS = (
    Column("kind", N_("Kind"), 120, kind="pill"),
    Column("starts", N_("From"), 140),
    Column("ends", N_("To"), 140),
    Column("state", N_("State"), 90),
    Column("reason", N_("Reason"), 190),
)


def kind_pill(kind: str) -> PillCell:
    """What a span is, in its colour."""
    return PillCell(_(KIND_NAMES[MachineTimeKind(kind)]), TONES[kind])


def read_times(machine_id: int) -> list[MachineTimeView]:
    """The spans of a machine: those of the last days, and all to come."""
    now = clock.now()
    return [
        one for one in machine_times.machine_times(now - PAST, now + AHEAD) if one.machine_id == machine_id
    ]


class MachineTimesDialog(QDialog):
    """The spans of one machine; each change is written at once, and the schedule follows it.

    ``broke_down`` carries the ``ScheduleOutcome`` that followed a breakdown.
    """

    broke_down = Signal(object)

    def __init__(self, context: UiContext, machine: MachineView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._machine = context, machine
        self._times: tuple[MachineTimeView, ...] = ()
        name = either(machine.name_en, machine.name_zh)
        self.setWindowTitle(_("Times of {code} · {name}", code=machine.code, name=name))
        self.resize(760, 460)
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(self.windowTitle())
        self.table.set_empty_text(_("The machine is open as its calendar says."))
        self.add_button = Button(_("Add…"), icon="add", run=self.add)
        self.change_button = Button(_("Change…"), icon="edit", run=self.change)
        self.end_button = Button(_("End now"), icon="stop", run=self.end_now)
        self.remove_button = Button(_("Remove…"), run=self.remove)
        self.close_button = Button(_("Close"), run=self.accept)
        self.table.activated.connect(lambda _key: self.change())
        self.table.current_changed.connect(lambda _key: self._show_actions())
        self._lay_out()
        self.refresh()

    def _lay_out(self) -> None:
        note = _(
            "Maintenance and breakdowns close the machine, overtime opens it longer. "
            "The schedule follows each change at once."
        )
        foot = QHBoxLayout()
        foot.setSpacing(10)
        for button in (self.add_button, self.change_button, self.end_button, self.remove_button):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(label(note, wrap=True, muted=True))
        column.addWidget(framed(self.table), 1)
        column.addLayout(foot)

    # showing

    def refresh(self) -> None:
        """Read again."""
        self._context.jobs.run(partial(read_times, self._machine.id), done=self._take, owner=self)

    def _take(self, found: Sequence[MachineTimeView]) -> None:
        self._times = tuple(found)
        now = clock.now()
        self.table.set_rows([time_row(one, now) for one in found], [one.id for one in found])
        if self.current() is None and found:
            self.table.select_key(next((one.id for one in found if one.ends_at > now), found[-1].id))
        self._show_actions()

    def current(self) -> MachineTimeView | None:
        """The span that is chosen."""
        key = self.table.current_key()
        return next((one for one in self._times if one.id == key), None)

    def _show_actions(self) -> None:
        one, now = self.current(), clock.now()
        for button in (self.change_button, self.remove_button):
            button.setEnabled(one is not None)
        running = one is not None and one.starts_at <= now < one.ends_at
        self.end_button.setEnabled(running)
        self.end_button.setToolTip("" if running else _("Only what goes on now can be ended."))

    # acting

    def add(self) -> FormDialog:
        """The open dialog for a new span."""
        return self._ask(None)

    def change(self) -> FormDialog | None:
        """The open dialog for the chosen span."""
        known = self.current()
        return self._ask(known) if known is not None else None

    def _ask(self, known: MachineTimeView | None) -> FormDialog:
        dialog = time_dialog(self._context, self._machine, known, self)
        dialog.done_with.connect(partial(self._saved, dialog))
        dialog.open()
        return dialog

    def _saved(self, dialog: FormDialog, outcome: MachineTimeOutcome) -> None:
        self.refresh()
        if outcome.schedule is not None and outcome.schedule.warnings:
            self._context.say(outcome.schedule.warnings[0])
        if outcome.schedule is not None and dialog.form.values()["kind"] == MachineTimeKind.BREAKDOWN:
            self.broke_down.emit(outcome.schedule)

    def end_now(self) -> None:
        """Let the chosen span end at this minute."""
        one = self.current()
        if one is not None and self.end_button.isEnabled():
            self._write(partial(machine_times.end_now, one.id, one.version), self.end_button.text())

    def remove(self) -> None:
        """Remove the chosen span, after asking."""
        one = self.current()
        if one is None:
            return
        title = _("Remove the time of {code}?", code=one.machine)
        text = _("From {start} to {end} the machine is then open as its calendar says.",
                 start=figures.local(one.starts_at), end=figures.local(one.ends_at))  # fmt: skip
        if confirm(self, title, text, _("Remove")):
            self._write(partial(machine_times.remove, [one.id]), title)

    def _write(self, use_case: Callable[[], object], title: str) -> None:
        self._context.jobs.run(
            use_case, done=lambda _outcome: self.refresh(), failed=self._failed, write=True, title=title,
            owner=self,
        )  # fmt: skip

    def _failed(self, error: Exception) -> None:
        show_problem(self, error)
        self.refresh()


def time_dialog(
    context: UiContext, machine: MachineView, known: MachineTimeView | None, parent: QWidget
) -> FormDialog:
    """The dialog for a span of the machine, a new one (from now on) where *known* is None."""
    now = clock.now()
    values: dict[str, object] = {
        "kind": MachineTimeKind.BREAKDOWN.value, "starts_at": now, "ends_at": now + USUAL,
    }  # fmt: skip
    if known is not None:
        values = {name: getattr(known, name) for name in ("kind", "starts_at", "ends_at", "reason")}
    dialog = FormDialog(
        context.jobs,
        _("Time of {code}", code=machine.code) if known else _("New time of {code}", code=machine.code),
        time_fields(),
        values,
        partial(_saving, machine, known),
        _("Save time") if known else _("Add time"),
        columns=2,
        parent=parent,
    )
    dialog.resize(560, 260)
    return dialog


def time_fields() -> list[Field]:
    """Fields of a span, named as in ``MachineTimeInput``."""
    return [
        Field("kind", _("Kind"), FieldKind.CHOICE, required=True,
              choices=[(kind.value, _(title)) for kind, title in KIND_NAMES.items()]),
        Field("reason", _("Reason"), hint=_("For example: main motor, new bearings")),
        Field("starts_at", _("From"), FieldKind.DATETIME, required=True),
        Field("ends_at", _("To"), FieldKind.DATETIME, required=True,
              hint=_("As you expect it now; it can be ended sooner")),
    ]  # fmt: skip


def _saving(
    machine: MachineView, known: MachineTimeView | None, values: Mapping[str, Any]
) -> Callable[[], object]:
    given = MachineTimeInput(
        machine.id, values["kind"], values["starts_at"], values["ends_at"], str(values["reason"] or ""),
        known.id if known else None, known.version if known else None,
    )  # fmt: skip
    return partial(machine_times.save, [given])


def time_row(one: MachineTimeView, now: datetime) -> Row:
    """A span as the list shows it."""
    state = _("over") if one.ends_at <= now else _("now") if one.starts_at <= now else _("to come")
    return kind_pill(one.kind), figures.local(one.starts_at), figures.local(one.ends_at), state, one.reason


def offer_search(parent: QWidget, outcome: ScheduleOutcome, search: Callable[[], object]) -> Message:
    """The open dialog that says what the schedule made of a breakdown, and offers to *search* for better."""
    moved = ngettext("{count} operation was moved.", "{count} operations were moved.", outcome.moved)
    more = _("{moved} {outcome}", moved=moved, outcome=outcome_text(outcome))
    box = Message(_("The machine broke down"), _("Search for a better schedule?"), more, parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.add_button(Button(_("Leave it so"), run=box.reject))
    box.accepted.connect(search)
    box.start_at(box.add_button(Button(_("Re-schedule"), icon="gantt", kind=Kind.PRIMARY, run=box.accept)))
    box.open()
    return box
