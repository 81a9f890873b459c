"""The dialogs for work centres, machines and calendars."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.engineering import calendars, work_centres
from factory_erp.services.engineering.calendars import CalendarInput, CalendarSheet, CalendarView, ShiftInput
from factory_erp.services.engineering.work_centres import CentreInput, CentreView, MachineInput, MachineView
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import ChoiceEdit, Field, FieldKind
from factory_erp.ui.production.words import either

HOUR = 60

PATTERNS: Mapping[str, tuple[str, range, tuple[tuple[int, int], ...]]] = {
    "five": (N_("Monday to Friday, 8:00–12:00 and 13:00–17:00"), range(5), ((8, 12), (13, 17))),
    "six": (N_("Monday to Saturday, 8:00–12:00 and 13:00–17:00"), range(6), ((8, 12), (13, 17))),
    "two": (N_("Monday to Saturday, two shifts 6:00–22:00"), range(6), ((6, 14), (14, 22))),
    "all": (N_("Around the clock, every day"), range(7), ((0, 24),)),
}
"""Weeks that a new calendar may begin with: name, weekdays, hours."""


def centre_dialog(context: UiContext, known: CentreView | None, currency: str, parent: QWidget) -> FormDialog:
    """The dialog for a work centre, a new one where *known* is None."""
    names = ("code", "name_en", "name_zh", "changeover_minutes", "machine_rate", "labour_rate", "crew",
             "overhead_percent")  # fmt: skip
    values = {name: getattr(known, name) for name in names} if known else {"crew": Decimal(1)}
    dialog = FormDialog(
        context.jobs,
        _("Work centre {code}", code=known.code) if known else _("New work centre"),
        centre_fields(currency),
        {name: plain(value) for name, value in values.items()},
        partial(_saving_centre, known),
        _("Save work centre") if known else _("Add work centre"),
        note=_("Machines that do the same kind of work. Costs are worked out with its rates."),
        columns=2,
        parent=parent,
    )  # fmt: skip
    dialog.resize(620, 430)
    return dialog


def centre_fields(currency: str) -> list[Field]:
    """Fields of a work centre, named as in ``CentreInput``."""
    figure = partial(Field, kind=FieldKind.DECIMAL, check=_not_below_zero)
    return [
        Field("code", _("Code"), required=True, hint=_("Short, for example PRESS")),
        Field("changeover_minutes", _("Changeover (min)"), FieldKind.INTEGER, check=_not_below_zero,
              hint=_("Between two families that the changeover grid does not name")),
        Field("name_en", _("English name"), hint=_("One of the names is enough")),
        Field("name_zh", _("Chinese name")),
        figure("machine_rate", _("Machine rate"), currency=currency, hint=_("An hour of one machine")),
        figure("labour_rate", _("Labour rate"), currency=currency, hint=_("An hour of one person")),
        figure("crew", _("Crew"), hint=_("Persons at a machine; 0.5 where one looks after two")),
        figure("overhead_percent", _("Overhead (%)"), hint=_("On machine and labour")),
    ]  # fmt: skip


def _saving_centre(known: CentreView | None, values: Mapping[str, Any]) -> Callable[[], object]:
    none = Decimal(0)
    given = CentreInput(
        *_named(values),
        changeover_minutes=values["changeover_minutes"] or 0,
        machine_rate=values["machine_rate"] or none,
        labour_rate=values["labour_rate"] or none,
        crew=values["crew"] or none,
        overhead_percent=values["overhead_percent"] or none,
        id=known.id if known else None,
        version=known.version if known else None,
    )
    return partial(work_centres.save_centre, given)


def _named(values: Mapping[str, Any]) -> tuple[str, str, str]:
    """Code and both names; nothing for what was left empty."""
    return str(values["code"]), str(values["name_en"] or ""), str(values["name_zh"] or "")


def machine_dialog(
    context: UiContext,
    known: MachineView | None,
    centre_id: int,
    centres: Sequence[CentreView],
    offered: Sequence[CalendarView],
    parent: QWidget,
) -> FormDialog:
    """The dialog for a machine of a centre, a new one where *known* is None."""
    values: dict[str, object] = {"centre_id": centre_id, "speed_percent": 100, "active": True}
    if offered:
        values["calendar_id"] = offered[0].id
    if known:
        values |= {name: value for name, value in asdict(known).items() if name not in ("id", "version")}
    dialog = FormDialog(
        context.jobs,
        _("Machine {code}", code=known.code) if known else _("New machine"),
        machine_fields(centres, offered),
        values,
        partial(_saving_machine, known),
        _("Save machine") if known else _("Add machine"),
        columns=2,
        parent=parent,
    )
    for name in ("centre_id", "calendar_id"):
        edit = dialog.form.edit(name)
        assert isinstance(edit, ChoiceEdit)
        narrow(edit)
    dialog.resize(620, 330)
    return dialog


def narrow(edit: ChoiceEdit) -> None:
    """Let a choice be narrower than the longest name that it offers."""
    edit.setSizeAdjustPolicy(edit.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    edit.setMinimumContentsLength(12)


def machine_fields(centres: Sequence[CentreView], offered: Sequence[CalendarView]) -> list[Field]:
    """Fields of a machine, named as in ``MachineInput``."""
    return [
        Field("code", _("Code"), required=True, hint=_("As it stands on the machine")),
        Field("centre_id", _("Work centre"), FieldKind.CHOICE, required=True,
              choices=[(one.id, f"{one.code} · {either(one.name_en, one.name_zh)}") for one in centres]),
        Field("name_en", _("English name"), hint=_("One of the names is enough")),
        Field("name_zh", _("Chinese name")),
        Field("calendar_id", _("Calendar"), FieldKind.CHOICE, required=True,
              choices=[(one.id, f"{one.code} · {either(one.name_en, one.name_zh)}") for one in offered]),
        Field("speed_percent", _("Speed (%)"), FieldKind.INTEGER, required=True,
              hint=_("100: as fast as routings say")),
        Field("active", _("In use: it gets new work"), FieldKind.CHECK),
    ]  # fmt: skip


def _saving_machine(known: MachineView | None, values: Mapping[str, Any]) -> Callable[[], object]:
    given = MachineInput(
        *_named(values),
        centre_id=values["centre_id"],
        calendar_id=values["calendar_id"],
        speed_percent=values["speed_percent"],
        active=values["active"],
        id=known.id if known else None,
        version=known.version if known else None,
    )
    return partial(work_centres.save_machine, given)


def calendar_dialog(context: UiContext, known: CalendarSheet | None, parent: QWidget) -> FormDialog:
    """The dialog for a calendar's code and names; a new one also asks which week it begins with."""
    fields = [
        Field("code", _("Code"), required=True, hint=_("Short, for example DAY")),
        Field("name_en", _("English name"), hint=_("One of the names is enough")),
        Field("name_zh", _("Chinese name")),
    ]
    values: dict[str, object] = {"pattern": "six"}
    if known is None:
        choices = [(key, _(title)) for key, (title, _days, _hours) in PATTERNS.items()]
        fields.append(
            Field("pattern", _("Begin with"), FieldKind.CHOICE, required=True, choices=choices,
                  hint=_("The hours can be changed at once"))
        )  # fmt: skip
    else:
        values = {name: getattr(known, name) for name in ("code", "name_en", "name_zh")}
    dialog = FormDialog(
        context.jobs,
        _("Calendar {code}", code=known.code) if known else _("New calendar"),
        fields,
        values,
        partial(_saving_calendar, known),
        _("Save calendar") if known else _("Add calendar"),
        parent=parent,
    )
    dialog.resize(460, 320)
    return dialog


def _saving_calendar(known: CalendarSheet | None, values: Mapping[str, Any]) -> Callable[[], object]:
    if known is None:
        given = CalendarInput(*_named(values), pattern_shifts(str(values["pattern"])))
    else:
        given = CalendarInput(*_named(values), known.shifts, known.id, known.version)
    return partial(calendars.save_calendar, given)


def pattern_shifts(name: str) -> tuple[ShiftInput, ...]:
    """The shifts of one of ``PATTERNS``."""
    _title, days, hours = PATTERNS[name]
    return tuple(
        ShiftInput(day, first * HOUR, last * HOUR) for day in days for first, last in hours
    )  # fmt: skip


def plain(value: object) -> object:
    """A figure as one would type it: no zeros at the end."""
    if not isinstance(value, Decimal):
        return value
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _not_below_zero(value: object) -> str:
    sound = isinstance(value, int | Decimal) and value >= 0
    return "" if sound else _("This cannot be below zero.")
