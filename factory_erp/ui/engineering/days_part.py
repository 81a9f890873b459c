"""The year of a calendar with the days that differ: set some, give them back, add public holidays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.services import clock
from factory_erp.services.engineering import calendars
from factory_erp.services.engineering.calendars import CalendarSheet, ShiftInput
from factory_erp.ui.engineering.calendar_parts import DAY_COLUMNS, day_row
from factory_erp.ui.engineering.day_dialogs import HolidaysDialog, day_dialog
from factory_erp.ui.engineering.words import headed
from factory_erp.ui.engineering.year import YearPicture
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.simple_table import SimpleTable


class DaysPart(QWidget):
    """The picture of the year; ``list_part`` has the same days in words, for beside it.

    ``turned`` carries by how many years one goes on, ``written`` comes when days were set.
    """

    turned = Signal(int)
    written = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._sheet: CalendarSheet | None = None
        self.table = SimpleTable(DAY_COLUMNS)
        self.table.set_name(_("Days that differ"))
        self.table.set_empty_text(_("Every day has its usual hours. Add the public holidays."))
        self.heading = label("", pixels=15, bold=True)
        self.list_heading = label("", pixels=15, bold=True)
        self.year = YearPicture()
        self.before_button = Button(icon="chevron-left", run=partial(self.turned.emit, -1))
        self.before_button.setAccessibleName(_("The year before"))
        self.after_button = Button(icon="chevron-right", run=partial(self.turned.emit, 1))
        self.after_button.setAccessibleName(_("The year after"))
        self.holidays_button = Button(_("Add holidays…"), icon="calendar", run=self.add_holidays)
        self.set_button = Button(_("Set days…"), icon="edit", run=self.set_days)
        self.clear_button = Button(_("Usual hours"), run=self.clear_days)
        self.clear_button.setToolTip(_("The days that are chosen have their weekday's hours again."))
        self.list_part = headed(self.list_heading, (self.clear_button,), self.table)
        self._lay_out()
        self.table.current_changed.connect(self._go_to_day)
        self.table.activated.connect(lambda _key: self.set_days())
        self.year.day_opened.connect(lambda _day: self.set_days())
        self.year.day_chosen.connect(lambda _day: self._show_actions())

    def _lay_out(self) -> None:
        inside = QWidget()
        around = QVBoxLayout(inside)
        around.setContentsMargins(12, 8, 12, 10)
        around.addWidget(self.year)
        buttons = (self.before_button, self.after_button, self.set_button, self.holidays_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(headed(self.heading, buttons, inside))

    def show_days(self, sheet: CalendarSheet | None, year: int, shifts: Sequence[ShiftInput]) -> None:
        """Show the days of *sheet* in *year*; *shifts* are the week as it stands in the draft."""
        self._sheet = sheet
        days = sheet.days if sheet else ()
        self.heading.setText(str(year))
        self.list_heading.setText(_("Days that differ in {year}", year=year))
        self.table.set_rows([day_row(one) for one in days], [one.day for one in days])
        self.year.show_year(year, shifts, days, clock.today())
        self._show_actions()

    def _show_actions(self) -> None:
        for button in (self.holidays_button, self.set_button):
            button.setEnabled(self._sheet is not None)
        self.clear_button.setEnabled(bool(self._chosen_days()))

    def _go_to_day(self, key: object) -> None:
        if isinstance(key, date) and key != self.year.current:
            self.year.choose(key)

    def _chosen_days(self) -> list[date]:
        """The days that differ, within the range chosen in the year."""
        chosen = self.year.selected()
        days = self._sheet.days if self._sheet else ()
        return [one.day for one in days if chosen and chosen[0] <= one.day <= chosen[1]]

    # acting

    def set_days(self) -> FormDialog | None:
        """The open dialog for the days that are chosen in the year."""
        chosen = self.year.selected()
        if self._sheet is None or chosen is None:
            return None
        dialog = day_dialog(self._context, self._sheet, *chosen, self)
        dialog.done_with.connect(lambda _count: self.written.emit())
        dialog.open()
        return dialog

    def clear_days(self) -> None:
        """Give the chosen days their weekday's hours again."""
        days = self._chosen_days()
        if self._sheet is not None and days:
            self._context.jobs.run(
                partial(calendars.clear_days, self._sheet.id, days),
                done=lambda _count: self.written.emit(), failed=partial(show_problem, self),
                write=True, title=_("Usual hours"), owner=self,
            )  # fmt: skip

    def add_holidays(self) -> HolidaysDialog | None:
        """The open dialog for public holidays of the year in view."""
        if self._sheet is None:
            return None
        dialog = HolidaysDialog(self._context, self._sheet, self)
        dialog.added.connect(self._holidays_added)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _holidays_added(self, count: int) -> None:
        self._context.say(ngettext("{count} day is added.", "{count} days are added.", count))
        self.written.emit()
