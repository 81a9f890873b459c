"""Reporting an operation from the floor (报工): good, scrap, on which machine, by whom."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from factory_erp.domain.quantity import Quantity
from factory_erp.i18n import _
from factory_erp.services.production.orders import ProductionDetail, StepRow
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import ChoiceEdit, Field, FieldKind
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.production import steps, words


class ReportDialog(FormDialog):
    """One report of one operation of a production order.

    All that the operation can still report is proposed as good.  The key that makes saving twice
    harmless is drawn when the dialog opens.
    """

    def __init__(
        self,
        jobs: Jobs,
        detail: ProductionDetail,
        operation: StepRow,
        parent: QWidget | None = None,
    ) -> None:
        self._detail = detail
        self.client_key = f"report-{uuid.uuid4().hex}"
        row = detail.row
        super().__init__(
            jobs,
            _("Report {number}", number=row.number),
            _fields(detail, operation),
            self._values(operation),
            self._use_case,
            _("Save report"),
            note=f"{row.sku} · {words.either(row.item_name_en, row.item_name_zh)} · "
            + figures.quantity(row.quantity, row.unit),
            columns=2,
            parent=parent,
        )
        self.setMinimumWidth(560)
        self.resize(600, 430)
        self.form.edited.connect(self._follow_operation)
        self.form.edit("good").setFocus()

    def _values(self, operation: StepRow) -> dict[str, object]:
        return {
            "operation_id": operation.id,
            "machine_id": operation.machine_id,
            "good": self._proposal(operation.id),
            "started_at": operation.started_at,
        }

    def _proposal(self, operation_id: int) -> Quantity | None:
        quantity = steps.remaining(self._detail, operation_id)
        return Quantity(quantity, self._detail.row.unit) if quantity else None

    def _follow_operation(self, name: str) -> None:
        """Another operation has other quantities and runs on another machine."""
        if name != "operation_id":
            return
        choice = self.form.edit("operation_id")
        chosen = choice.value() if isinstance(choice, ChoiceEdit) else None
        operation = steps.step_of(self._detail, chosen if isinstance(chosen, int) else None)
        if operation is not None:
            places = self.form.edit("machine_id")
            assert isinstance(places, ChoiceEdit)
            places.set_choices(_places(operation))
            self.form.set_values(self._values(operation))

    def _run(self, values: Mapping[str, Any]) -> None:
        """Scrap nobody gave a reason for teaches nothing: it is asked for first."""
        scrap = values["scrap"]
        if isinstance(scrap, Quantity) and scrap.value > 0 and not values["reason"]:
            self.form.set_problem("reason", _("Say why there is scrap."))
            self.form.edit("reason").setFocus()
            return
        super()._run(values)

    def _use_case(self, values: Mapping[str, Any]) -> Callable[[], object]:
        return steps.report_with(dict(values), self.client_key)


def _fields(detail: ProductionDetail, operation: StepRow) -> tuple[Field, ...]:
    unit = detail.row.unit
    operations = [(step.id, operation_text(step)) for step in steps.open_steps(detail)]
    return (
        Field("operation_id", _("Operation"), FieldKind.CHOICE, required=True, choices=operations),
        Field("machine_id", _("Machine"), FieldKind.CHOICE, choices=_places(operation)),
        Field("good", _("Good"), FieldKind.QUANTITY, unit=unit, check=_not_negative),
        Field("scrap", _("Scrap"), FieldKind.QUANTITY, unit=unit, check=_not_negative),
        Field("reason", _("Reason for scrap"), hint=_("Needed where there is scrap")),
        Field("worker", _("Worker")),
        Field("started_at", _("Started at"), FieldKind.DATETIME, hint=_("Empty: now")),
        Field("finished_at", _("Finished at"), FieldKind.DATETIME, hint=_("Empty: now")),
    )


def _places(operation: StepRow) -> list[tuple[object, str]]:
    """Where it can be done: the machines of its work centre."""
    machines = operation.machines
    return [
        (None, _("As planned")),
        *((one.id, f"{one.code}  {words.either(one.name_en, one.name_zh)}") for one in machines),
    ]


def operation_text(step: StepRow) -> str:
    """An operation as one calls it: its number and name."""
    return f"{step.sequence}  {words.either(step.name_en, step.name_zh)}"


def _not_negative(value: object) -> str:
    negative = isinstance(value, Quantity) and value.value < 0
    return _("A quantity cannot be negative.") if negative else ""
