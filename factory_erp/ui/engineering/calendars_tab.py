"""Calendars: the ordinary week as a picture and a grid, and the year with the days that differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _, ngettext
from factory_erp.services import clock
from factory_erp.services.engineering import calendars
from factory_erp.services.engineering.calendars import CalendarInput, CalendarSheet
from factory_erp.ui.engineering.calendar_parts import (
    COLUMNS,
    CalendarsRead,
    calendar_row,
    read_calendars,
)
from factory_erp.ui.engineering.days_part import DaysPart
from factory_erp.ui.engineering.dialogs import calendar_dialog
from factory_erp.ui.engineering.week import WeekPicture, rows_of, shifts_in, week_grid
from factory_erp.ui.engineering.words import headed, week_text
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.draft_tab import DraftTab
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.frames import split
from factory_erp.ui.kit.simple_table import SimpleTable

CONCERNS = frozenset({"calendar", "calendar_shift", "calendar_exception", "machine"})
"""Kinds of record that show here."""


class CalendarsTab(DraftTab):
    """The week is a draft with Save and Discard; days are set by dialogs, at once."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, 0)
        self._wanted: int | str = 0
        self._year = clock.today().year
        self._sheet: CalendarSheet | None = None
        self._base: CalendarSheet | None = None
        self.list = SimpleTable(COLUMNS)
        self.list.set_name(_("Calendars"))
        self.list.set_empty_text(_("No calendar yet. Machines need one: add the first."))
        self.heading = label("", pixels=15, bold=True)
        self.week, self.picture = week_grid(), WeekPicture()
        self.days = DaysPart(context)
        self.add_button = Button(_("Add…"), icon="add", run=self.add)
        self.change_button = Button(_("Rename…"), icon="edit", run=self.change)
        self.remove_button = Button(_("Remove…"), run=self.remove)
        self._connect()
        self._lay_out()
        self._show_actions()

    def _connect(self) -> None:
        self.list.current_changed.connect(self._choose)
        self.days.turned.connect(self._turn)
        self.days.written.connect(self.refresh)
        self.week.changed.connect(self._note_week)
        self.week.dirty_changed.connect(lambda _dirty: self.note_edit())
        self.week.save_asked.connect(self.save)

    def _lay_out(self) -> None:
        left = split(
            headed(label(_("Calendars"), pixels=15, bold=True), (self.add_button,), self.list),
            self.days.list_part,
            across=False, stretch=(1, 2), sizes=(200, 380),
        )  # fmt: skip
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(0, 0, 4, 0)
        row.addWidget(self.week, 1)
        row.addWidget(self.picture, 1)
        over = headed(self.heading, (self.remove_button, self.change_button), inside)
        right = split(over, self.days, across=False, stretch=(2, 3), sizes=(240, 340))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split(left, right, stretch=(0, 1), sizes=(372, 674)), 1)
        column.addWidget(self.bar)

    # reading

    def reading(self) -> Callable[[], object]:
        """All calendars, and the chosen one's year."""
        return partial(read_calendars, self._wanted, self._year)

    def refresh(self) -> None:
        """Read again; a draft of the week stays, the days beside it are shown anew."""
        self.context.jobs.run(self.reading(), done=self._take, owner=self)

    def _take(self, read: object) -> None:
        assert isinstance(read, CalendarsRead)
        if read.sheet is None or read.sheet.year == self._year:
            self.show_record(read)

    def on_changes(self, changes: Mapping[str, object]) -> None:
        """Read again where calendars changed."""
        if not CONCERNS.isdisjoint(changes):
            self.refresh()

    def show_one(self, code: str) -> None:
        """Show the calendar with that code."""
        self._wanted = code
        self.discard()

    def show_record(self, read: object) -> None:
        """Show the calendars, the week (unless it is a draft) and the year."""
        assert isinstance(read, CalendarsRead)
        self._sheet = sheet = read.sheet
        self._wanted = sheet.id if sheet else 0
        if not self.is_dirty() and sheet != self._base:
            self._base = sheet
            self.week.set_rows(rows_of(sheet.shifts) if sheet else [])
        self.week.set_read_only(sheet is None)
        self.list.set_rows([calendar_row(one) for one in read.calendars], [one.id for one in read.calendars])
        if sheet is not None:
            self.list.select_key(sheet.id)
        self._draw_year()
        self._show_week()
        self.note_edit()

    def _draw_year(self) -> None:
        self.days.show_days(self._sheet, self._year, shifts_in(self.week.rows()))

    def _note_week(self) -> None:
        self._show_week()
        self._draw_year()
        self.note_edit()

    def _show_week(self) -> None:
        shifts, sheet = shifts_in(self.week.rows()), self._sheet
        self.picture.show_shifts(shifts)
        if sheet is None:
            self.heading.setText("")
            return
        count = len(sheet.machines)
        parts = (
            sheet.code,
            week_text(sum(one.end_minute - one.start_minute for one in shifts)),
            ngettext("{count} machine", "{count} machines", count),
        )
        self.heading.setText(" · ".join(parts))
        self.heading.setToolTip(", ".join(sheet.machines))

    def _show_actions(self) -> None:
        there = self._sheet is not None
        self.remove_button.setEnabled(there)
        self.change_button.setEnabled(there and not self.is_dirty())
        self.change_button.setToolTip(_("Save the hours first.") if self.is_dirty() else "")

    def note_edit(self) -> None:
        """The week was edited, saved or thrown away."""
        super().note_edit()
        self._show_actions()

    # choosing

    def _choose(self, key: object) -> None:
        if not isinstance(key, int) or key == self._wanted or self._sheet is None:
            return
        if self.is_dirty() and not self._may_drop():
            self.list.select_key(self._sheet.id)
            return
        self._wanted = key
        self.discard()

    def _may_drop(self) -> bool:
        text = _("The hours of this calendar are not saved yet.")
        return confirm(self, _("Unsaved changes"), text, _("Leave without saving"))

    def _turn(self, years: int) -> None:
        self._year += years
        self.refresh()

    # acting

    def add(self) -> FormDialog | None:
        """The open dialog for a new calendar."""
        if self.is_dirty() and not self._may_drop():
            return None
        self.discard()
        return self._open(calendar_dialog(self.context, None, self))

    def change(self) -> FormDialog | None:
        """The open dialog for code and names of the calendar."""
        return self._open(calendar_dialog(self.context, self._sheet, self)) if self._sheet else None

    def _open(self, dialog: FormDialog) -> FormDialog:
        dialog.done_with.connect(self._calendar_saved)
        dialog.open()
        return dialog

    def _calendar_saved(self, calendar_id: object) -> None:
        assert isinstance(calendar_id, int)
        self._wanted = calendar_id
        self.context.say(_("The calendar is saved."))
        self.refresh()

    def remove(self) -> None:
        """Remove the calendar, after asking."""
        sheet = self._sheet
        if sheet is None:
            return
        title = _("Remove calendar {code}?", code=sheet.code)
        text = _("Its hours and days are lost. It can only be removed while no machine works by it.")
        if confirm(self, title, text, _("Remove")):
            self.write(partial(calendars.remove_calendar, sheet.id), self._removed, title)

    def _removed(self, _none: object) -> None:
        self._wanted = 0
        self.discard()

    # the draft

    def is_dirty(self) -> bool:
        """Whether the week has edits that were not saved."""
        return self.week.is_dirty()

    def save(self) -> bool:
        """Save the week, once every cell is sound."""
        base = self._base
        if base is None:
            return False
        for row, key, _sentence in self.week.problems()[:1]:
            self.week.view.setFocus()
            self.week.select(row, key)
            return False
        given = CalendarInput(
            base.code, base.name_en, base.name_zh, shifts_in(self.week.rows()), base.id, base.version
        )
        self.write(partial(calendars.save_calendar, given), self._saved, _("Save calendar"))
        return True

    def _saved(self, calendar_id: object) -> None:
        self.week.mark_saved()
        self._calendar_saved(calendar_id)

    def show_refusal(self, error: DomainError) -> bool:
        """In a dialog over the grid: hours that overlap are of two lines."""
        show_problem(self, error)
        self.week.view.setFocus()
        return True

    def discard(self) -> None:
        """Throw the edits of the week away."""
        self.week.discard()
        self.note_edit()
        self.refresh()
