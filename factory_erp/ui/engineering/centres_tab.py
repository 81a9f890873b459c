"""Work centres with their rates, and the machines of the one that is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.services import clock, partners
from factory_erp.services.engineering import calendars, work_centres
from factory_erp.services.engineering.calendars import CalendarView
from factory_erp.services.engineering.work_centres import CentreView, MachineView
from factory_erp.services.schedule import machine_times
from factory_erp.services.schedule.machine_times import MachineTimeView
from factory_erp.services.schedule.scheduling import ScheduleOutcome
from factory_erp.ui.board.searching import Searching
from factory_erp.ui.board.words import outcome_text
from factory_erp.ui.engineering.centre_rows import CENTRE_COLUMNS, MACHINE_COLUMNS, centre_row, machine_row
from factory_erp.ui.engineering.dialogs import centre_dialog, machine_dialog
from factory_erp.ui.engineering.machine_times import MachineTimesDialog, offer_search
from factory_erp.ui.engineering.words import headed
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.frames import split
from factory_erp.ui.kit.simple_table import SimpleTable

CONCERNS = frozenset({"work_centre", "machine", "machine_time", "calendar", "company"})
"""Kinds of record that show here."""


@dataclass(frozen=True, slots=True)
class CentresRead:
    """Everything that the tab shows."""

    centres: tuple[CentreView, ...]
    calendars: tuple[CalendarView, ...]
    currency: str
    times: tuple[MachineTimeView, ...] = ()
    """Those that go on now."""


def read_centres() -> CentresRead:
    """Work centres, calendars, the company's currency, and which machines are down or work overtime now."""
    now = clock.now()
    times = tuple(machine_times.machine_times(now, now + timedelta(minutes=1)))
    company = partners.company()
    currency = company.currency if company else ""
    return CentresRead(tuple(work_centres.centres()), tuple(calendars.calendars()), currency, times)


class CentresTab(QWidget):
    """Two tables, one over the other; each record is edited in a dialog and saved at once."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.context = context
        self._read = CentresRead((), (), "")
        self._wanted: int | str = ""
        self.centres = SimpleTable(CENTRE_COLUMNS)
        self.centres.set_name(_("Work centres"))
        self.centres.set_empty_text(_("No work centre yet. Add the first one, then its machines."))
        self.machines = SimpleTable(MACHINE_COLUMNS)
        self.machines.set_name(_("Machines"))
        self.heading = label(_("Work centres"), pixels=15, bold=True)
        self.machine_heading = label(_("Machines"), pixels=15, bold=True)
        self.add_button = Button(_("Add work centre…"), icon="add", run=self.add_centre)
        self.change_button = Button(_("Change…"), icon="edit", run=self.change_centre)
        self.remove_button = Button(_("Remove…"), run=self.remove_centre)
        self.add_machine_button = Button(_("Add machine…"), icon="add", run=self.add_machine)
        self.times_button = Button(_("Times…"), icon="clock", run=self.show_times)
        self.search = Searching(context, self)
        self.change_machine_button = Button(_("Change…"), icon="edit", run=self.change_machine)
        self.remove_machine_button = Button(_("Remove…"), run=self.remove_machine)
        self._connect()
        self._lay_out()
        self.setFocusProxy(self.centres)

    def _connect(self) -> None:
        self.centres.activated.connect(lambda _key: self.change_centre())
        self.machines.activated.connect(lambda _key: self.change_machine())
        self.centres.current_changed.connect(lambda _key: self._show_machines())
        self.machines.current_changed.connect(lambda _key: self._show_actions())
        self.search.finished.connect(lambda outcome: self.context.say(outcome_text(outcome)))

    def _lay_out(self) -> None:
        over = headed(self.heading, (self.remove_button, self.change_button, self.add_button), self.centres)
        below = headed(
            self.machine_heading,
            (
                self.times_button,
                self.remove_machine_button,
                self.change_machine_button,
                self.add_machine_button,
            ),
            self.machines,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split(over, below, across=False, stretch=(3, 2), sizes=(360, 240)))

    # what the page asks

    def refresh(self) -> None:
        """Read again."""
        self.context.jobs.run(read_centres, done=self._take, owner=self)

    def on_changes(self, changes: Mapping[str, object]) -> None:
        """Read again where work centres, machines or calendars changed."""
        if not CONCERNS.isdisjoint(changes):
            self.refresh()

    def is_dirty(self) -> bool:
        """Never: what is edited here is saved by its dialog."""
        return False

    def discard(self) -> None:
        """There is no draft."""

    def save(self) -> bool:
        """There is nothing to save."""
        return True

    def show_one(self, code: str) -> None:
        """Choose the work centre with that code."""
        self._wanted = code
        self._choose_wanted()

    # showing

    def _take(self, read: CentresRead) -> None:
        self._read = read
        self.heading.setText(
            _("Work centres · rates for an hour in {currency}", currency=read.currency)
            if read.currency
            else _("Work centres")
        )
        self.centres.set_rows([centre_row(one) for one in read.centres], [one.id for one in read.centres])
        self._choose_wanted()
        if self.centre() is None and read.centres:
            self.centres.select_key(read.centres[0].id)
        self._show_machines()

    def _choose_wanted(self) -> None:
        found = next((one.id for one in self._read.centres if self._wanted in (one.id, one.code)), None)
        if found is not None:
            self.centres.select_key(found)
            self._wanted = ""

    def _show_machines(self) -> None:
        centre = self.centre()
        shown = centre.machines if centre else ()
        now = {one.machine_id: one for one in self._read.times}
        rows = [machine_row(one, now.get(one.id)) for one in shown]
        self.machines.set_rows(rows, [one.id for one in shown])
        self.machine_heading.setText(
            _("Machines of {centre}", centre=centre.code) if centre else _("Machines")
        )
        self.machines.set_empty_text(
            _("{centre} has no machine yet: nothing can be planned on it.", centre=centre.code)
            if centre
            else _("Choose a work centre.")
        )
        self._show_actions()

    def _show_actions(self) -> None:
        centre, machine = self.centre(), self.machine()
        for button in (self.change_button, self.remove_button):
            _allow(button, centre is not None, _("Choose a work centre first."))
        for button in (self.change_machine_button, self.remove_machine_button, self.times_button):
            _allow(button, machine is not None, _("Choose a machine first."))
        reason = _("Choose a work centre first.") if centre is None else _("Add a calendar first.")
        _allow(self.add_machine_button, centre is not None and bool(self._read.calendars), reason)

    def centre(self) -> CentreView | None:
        """The work centre that is chosen."""
        key = self.centres.current_key()
        return next((one for one in self._read.centres if one.id == key), None)

    def machine(self) -> MachineView | None:
        """The machine that is chosen."""
        centre, key = self.centre(), self.machines.current_key()
        return next((one for one in centre.machines if one.id == key), None) if centre else None

    # acting

    def add_centre(self) -> FormDialog:
        """The open dialog for a new work centre."""
        return self._open(centre_dialog(self.context, None, self._read.currency, self), self._centre_saved)

    def change_centre(self) -> FormDialog | None:
        """The open dialog for the chosen work centre."""
        known = self.centre()
        if known is None:
            return None
        return self._open(centre_dialog(self.context, known, self._read.currency, self), self._centre_saved)

    def add_machine(self) -> FormDialog | None:
        """The open dialog for a new machine of the chosen work centre."""
        return self._ask_machine(None) if self._read.calendars else None

    def change_machine(self) -> FormDialog | None:
        """The open dialog for the chosen machine."""
        known = self.machine()
        return self._ask_machine(known) if known else None

    def _ask_machine(self, known: MachineView | None) -> FormDialog | None:
        centre = self.centre()
        if centre is None:
            return None
        read = self._read
        dialog = machine_dialog(self.context, known, centre.id, read.centres, read.calendars, self)
        return self._open(dialog, lambda _id: self.context.say(_("The machine is saved.")))

    def _open(self, dialog: FormDialog, done: Callable[[int], object]) -> FormDialog:
        dialog.done_with.connect(done)
        dialog.done_with.connect(lambda _id: self.refresh())
        dialog.open()
        return dialog

    def _centre_saved(self, centre_id: int) -> None:
        self.context.say(_("The work centre is saved."))
        self._wanted = centre_id

    def remove_centre(self) -> None:
        """Remove the chosen work centre, after asking."""
        known = self.centre()
        if known is not None:
            title = _("Remove work centre {code}?", code=known.code)
            text = _("Its changeover grid goes with it. It can only be removed while nothing uses it.")
            self._remove(title, text, partial(work_centres.remove_centre, known.id))

    def remove_machine(self) -> None:
        """Remove the chosen machine, after asking."""
        known = self.machine()
        if known is not None:
            title = _("Remove machine {code}?", code=known.code)
            text = _("It can only be removed while no routing and no production order names it.")
            self._remove(title, text, partial(work_centres.remove_machine, known.id))

    def show_times(self) -> MachineTimesDialog | None:
        """The open list of the chosen machine's maintenance, breakdowns and overtime."""
        known = self.machine()
        if known is None:
            return None
        dialog = MachineTimesDialog(self.context, known, self)
        dialog.broke_down.connect(partial(self._offer_search, dialog))
        dialog.open()
        return dialog

    def _offer_search(self, parent: QWidget, outcome: ScheduleOutcome) -> None:
        offer_search(parent, outcome, self.search.start)

    def _remove(self, title: str, text: str, use_case: Callable[[], object]) -> None:
        if confirm(self, title, text, _("Remove")):
            self.context.jobs.run(
                use_case, done=lambda _none: self.refresh(), failed=partial(show_problem, self),
                write=True, title=title, owner=self,
            )  # fmt: skip


def _allow(button: Button, able: bool, reason: str) -> None:
    button.setEnabled(able)
    button.setToolTip("" if able else reason)
