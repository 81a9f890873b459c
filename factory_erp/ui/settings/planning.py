"""How the factory plans: what lateness, changeovers and overtime cost, and what stays where it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _, pgettext
from factory_erp.services.floor import planning_settings
from factory_erp.services.floor.planning_settings import PlanningSettings, SettingsSheet
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.forms import Field, FieldKind, Form

COLUMNS = 3
NAMES = tuple(field.name for field in fields(PlanningSettings))


def planning_fields() -> list[Field]:
    """Fields named as in ``PlanningSettings``: one column on lateness, one on costs, one on times."""
    rows = zip(_late_fields(), _cost_fields(), _time_fields(), strict=True)
    return [field for row in rows for field in row]


def _figure(name: str, title: str, hint: str) -> Field:
    return Field(name, title, FieldKind.DECIMAL, required=True, check=_not_below_zero, hint=hint)


def _whole(name: str, title: str, hint: str) -> Field:
    return Field(name, title, FieldKind.INTEGER, required=True, check=_not_below_zero, hint=hint)


def _late_fields() -> list[Field]:
    return [
        _figure("late_percent", _("A day late (% of the value)"),
                _("Lost of an order with each day that it is late.")),
        _figure("class_a", _("Customers of class A (times)"),
                _("Their lateness counts so many times.")),
        _figure("class_b", _("Customers of class B (times)"),
                _("The usual customers, and all without a class.")),
        _figure("class_c", _("Customers of class C (times)"),
                _("Below 1: they rather wait than others do.")),
        Field("replan", _("Plan by itself"), FieldKind.CHECK,
              hint=_("The material plan follows each change.")),
    ]  # fmt: skip


def _cost_fields() -> list[Field]:
    return [
        _figure("changeover_cost", _("Changeover (per hour)"),
                _("An hour in which a machine is changed over.")),
        _figure("overtime_cost", _("Overtime (per hour)"),
                _("What an hour of a machine costs more in overtime.")),
        _figure("earliness_cost", _("Finished too early (per hour)"),
                _("An hour that goods lie finished before they are due.")),
        _figure("disturbance_cost", _("Put off (per hour)"),
                _("An operation away from where it is expected.")),
        _figure("move_cost", _("Another machine (each)"),
                _("An operation that changes its machine.")),
    ]  # fmt: skip


def _time_fields() -> list[Field]:
    return [
        _whole("frozen_hours", _("Frozen (hours)"),
               _("What begins within these hours stays put.")),
        _whole("search_seconds", _("Search (seconds)"),
               _("So long a re-schedule looks for something better.")),
        _whole("tolerance_days", _("Too early is fine (days)"),
               _("Supplies so early get no hint to delay them.")),
        _whole("merge_days", _("Merge within (days)"),
               _("Orders of one item so close may be merged.")),
        _whole("hold_days", _("Promise kept (days)"),
               _("Stock and machine time are kept so long.")),
    ]  # fmt: skip


def _not_below_zero(value: object) -> str:
    sound = isinstance(value, int | Decimal) and value >= 0
    return "" if sound else _("This cannot be below zero.")


class ExplainedForm(Form):
    """A form that says under each field what it means, not only where the mouse rests."""

    def _make_cell(self, field: Field) -> QVBoxLayout:
        cell = super()._make_cell(field)
        cell.insertWidget(2, label(field.hint, pixels=12, muted=True, wrap=True))
        return cell


class PlanningSection(QWidget):
    """The settings as a form that saves when told to, over the version that it read."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._known: SettingsSheet | None = None
        self.form = ExplainedForm(planning_fields(), columns=COLUMNS)
        self.form.setEnabled(False)
        self.form.saved.connect(self._save)
        self.form.discarded.connect(self.refresh)
        self.lead = label(muted=True, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.lead)
        column.addWidget(self.form, 1)
        self.setFocusProxy(self.form.edit(NAMES[0]))
        self._say_lead("")

    def _say_lead(self, currency: str) -> None:
        said = _("The schedule weighs these against each other; only how they compare matters.")
        costs = _("Costs are in {currency}.", currency=currency) if currency else ""
        self.lead.setText(f"{said} {costs}".strip())

    def refresh(self) -> None:
        """Read again, unless somebody is typing here."""
        if not self.form.is_dirty():
            self._context.jobs.run(planning_settings.settings_sheet, done=self._take, owner=self)

    def _take(self, sheet: SettingsSheet) -> None:
        if self.form.is_dirty() or sheet == self._known:
            return
        self._known = sheet
        self._say_lead(sheet.currency)
        self.form.set_values({name: _plain(getattr(sheet.settings, name)) for name in NAMES})
        self.form.setEnabled(True)

    def _save(self, values: Mapping[str, Any]) -> None:
        if self._known is None:
            return
        settings = PlanningSettings(**values)
        self._context.jobs.run(
            partial(planning_settings.save_planning_settings, settings, self._known.version),
            done=self._saved, failed=self._failed, write=True,
            title=pgettext("settings", "Save planning"), owner=self,
        )  # fmt: skip

    def _saved(self, _none: object) -> None:
        self.form.mark_saved()
        self._context.say(_("The settings of planning are saved."))
        self.refresh()

    def _failed(self, error: Exception) -> None:
        if not (isinstance(error, DomainError) and self.form.show_error(error)):
            show_problem(self, error)


def _plain(value: object) -> object:
    """A figure as one would type it."""
    if not isinstance(value, Decimal):
        return value
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
