"""The dialogs for days of a calendar: set some days by hand, add the public holidays of a country."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.engineering import calendars
from factory_erp.services.engineering.calendars import CalendarSheet, CountryView, DayInput, HolidayRow, Span
from factory_erp.ui.engineering.words import read_spans, shifts_of, spans_text, weekday
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.choose import Choice, LookupEdit, among
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field, FieldKind, IntegerEdit
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone

CLOSED, OTHER, OVERTIME = "closed", "other", "overtime"
KINDS = {
    CLOSED: N_("Day off"),
    OTHER: N_("Other hours than usual"),
    OVERTIME: N_("Overtime: these hours beside the usual ones"),
}
HOME = "CN"
"""Country whose holidays are offered first."""

COLUMNS = (
    Column("day", N_("Date"), 104),
    Column("weekday", N_("Weekday"), 84),
    Column("name", N_("Name"), 220),
    Column("what", N_("What it is"), 130, kind="pill"),
    Column("known", N_("In the calendar"), 130),
)


def day_dialog(
    context: UiContext, sheet: CalendarSheet, first: date, last: date, parent: QWidget
) -> FormDialog:
    """The dialog that sets the days from *first* to *last*; opens with what the first one is now."""
    known = next((one for one in sheet.days if one.day == first), None)
    usual = shifts_of(sheet.shifts, first)
    values = {
        "first": first,
        "last": last,
        "kind": OTHER if known and known.spans else CLOSED,
        "hours": spans_text(known.spans if known and known.spans else usual).replace("–", "-"),
        "reason": known.reason if known else "",
    }
    fields = [
        Field("first", _("From day"), FieldKind.DATE, required=True),
        Field("last", _("To day"), FieldKind.DATE, required=True),
        Field("kind", _("What it is"), FieldKind.CHOICE, required=True,
              choices=[(key, _(title)) for key, title in KINDS.items()]),
        Field("hours", _("Hours"), check=_check_hours,
              hint=_("Like 08:00-12:00, 13:00-17:00; not needed for a day off")),
        Field("reason", _("Reason"), hint=_("A holiday, a stocktake, an urgent order")),
    ]  # fmt: skip
    dialog = FormDialog(
        context.jobs, _("Days of {calendar}", calendar=sheet.code), fields, values,
        partial(_setting, sheet), _("Set days"), columns=2, parent=parent,
        note=_("Of several days, only those are set on which the week has hours."),
    )  # fmt: skip
    dialog.resize(640, 350)
    return dialog


def _check_hours(value: object) -> str:
    try:
        read_spans(_bare(value))
    except DomainError as error:
        return str(error)
    return ""


def _bare(value: object) -> str:
    """Hours without the words that a person need not type."""
    return str(value or "").replace(_("(next day)"), "")


def _setting(sheet: CalendarSheet, values: Mapping[str, Any]) -> Callable[[], object]:
    given = partial(_days_given, sheet, values)
    return lambda: calendars.set_days(sheet.id, given())


def _days_given(sheet: CalendarSheet, values: Mapping[str, Any]) -> list[DayInput]:
    hours = read_spans(_bare(values["hours"])) if values["kind"] != CLOSED else ()
    return days_between(
        sheet, values["first"], values["last"], str(values["kind"]), hours, values["reason"] or ""
    )


def days_between(
    sheet: CalendarSheet, first: date, last: date, kind: str, hours: Sequence[Span], reason: str
) -> list[DayInput]:
    """What to set of the days from *first* to *last*: of several, those on which the week has hours."""
    days = [first + timedelta(number) for number in range((last - first).days + 1)]
    if len(days) > 1:
        days = [day for day in days if shifts_of(sheet.shifts, day)]
    found = []
    for day in days:
        usual = shifts_of(sheet.shifts, day) if kind == OVERTIME else ()
        found.append(DayInput(day, tuple(sorted({*usual, *hours})), reason))
    return found


@dataclass(frozen=True, slots=True)
class Preview:
    """What adding holidays would do, and a warning where the days may still change."""

    rows: tuple[HolidayRow, ...]
    note: str


def read_preview(calendar_id: int, country: str, year: int) -> Preview:
    """Days off and make-up working days of a country's year. Raises InvalidValue."""
    rows = calendars.holiday_preview(calendar_id, country, year)
    return Preview(tuple(rows), calendars.holiday_note(country, year))


class HolidaysDialog(QDialog):
    """Country and year lead to a list of days; those that the calendar knows already stay as they are.

    ``added`` carries how many days the calendar says more.
    """

    added = Signal(int)

    def __init__(self, context: UiContext, sheet: CalendarSheet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Public holidays for {calendar}", calendar=sheet.code))
        self.resize(720, 560)
        self._context, self._sheet = context, sheet
        self._asked: tuple[str, int] | None = None
        self._choices: list[Choice] = []
        self.country = LookupEdit(lambda text: among(self._choices)(text))
        self.country.setAccessibleName(_("Country"))
        self.country.show_value(HOME)
        self.year = IntegerEdit()
        self.year.setAccessibleName(_("Year"))
        self.year.setFixedWidth(90)
        self.year.show_value(sheet.year)
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Public holidays"))
        self.note = label(wrap=True)
        self.add_button = Button(_("Add days"), kind=Kind.PRIMARY, run=self.add)
        self.cancel_button = Button(_("Cancel"), run=self.reject)
        self._lay_out()
        self.country.edited.connect(self._ask)
        self.country.editingFinished.connect(self._ask)
        self.year.edited.connect(self._ask)
        context.jobs.run(calendars.countries, done=self._offer, owner=self)
        self._ask()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(10)
        for text, edit in ((_("Country"), self.country), (_("Year"), self.year)):
            caption = label(text, muted=True)
            caption.setBuddy(edit)
            top.addWidget(caption)
            top.addWidget(edit, 1 if edit is self.country else 0)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.add_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.note)
        column.addWidget(framed(self.table), 1)
        column.addLayout(foot)

    def _offer(self, countries: Sequence[CountryView]) -> None:
        self._choices = [Choice(one.code, one.name, one.code) for one in countries]
        home = next((one for one in self._choices if one.key == self.country.text()), None)
        if home is not None:
            self.country.show_value(home)

    # the preview

    def _ask(self) -> None:
        """Read the preview of what is chosen; an unfinished country or year waits."""
        choice, year = self.country.choice(), self._year()
        asked = (str(choice.key), year) if choice is not None and year else None
        if asked is not None and asked == self._asked:
            return
        self._asked = asked
        self.add_button.setEnabled(False)
        if self._asked is None:
            self.table.set_rows([])
            self.table.set_empty_text(_("Choose a country and a year."))
            return
        read = partial(read_preview, self._sheet.id, *self._asked)
        take, refuse = partial(self._show, self._asked), partial(self._refuse, self._asked)
        self._context.jobs.run(read, done=take, failed=refuse, owner=self)

    def _year(self) -> int:
        try:
            year = self.year.value()
        except DomainError:
            return 0
        return year if isinstance(year, int) and year >= 1000 else 0

    def _show(self, asked: tuple[str, int], found: Preview) -> None:
        if asked != self._asked:
            return
        self.table.set_rows([holiday_row(one) for one in found.rows])
        self.table.set_empty_text(_("The calendar is closed on all of them already."))
        new = sum(not one.known for one in found.rows)
        self._say_note(found.note)
        self.add_button.setText(ngettext("Add {count} day", "Add {count} days", new))
        self.add_button.setAccessibleName(self.add_button.text())
        self.add_button.setEnabled(new > 0)

    def _refuse(self, asked: tuple[str, int], error: Exception) -> None:
        if asked == self._asked and isinstance(error, DomainError):
            self.table.set_rows([])
            self.table.set_empty_text(str(error))
            self._say_note("")

    def _say_note(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def add(self) -> None:
        """Add the days that are new."""
        if self._asked is None or not self.add_button.isEnabled():
            return
        self.add_button.setEnabled(False)
        self._context.jobs.run(
            partial(calendars.add_holidays, self._sheet.id, *self._asked),
            done=self._done, failed=self._failed, write=True, title=self.windowTitle(), owner=self,
        )  # fmt: skip

    def _done(self, count: int) -> None:
        self.added.emit(count)
        self.accept()

    def _failed(self, error: Exception) -> None:
        self.add_button.setEnabled(True)
        show_problem(self, error)


def holiday_row(one: HolidayRow) -> Row:
    """A holiday as the preview shows it."""
    what = PillCell(_("Working day"), Tone.SUCCESS) if one.working else PillCell(_("Day off"), Tone.DANGER)
    known = _("there already") if one.known else _("new")
    return one.day.isoformat(), weekday(one.day.weekday()), one.name, what, known
