"""What can be done with a production order and its operations now.  No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from factory_erp.domain.errors import NotAllowed
from factory_erp.domain.quantity import Quantity
from factory_erp.i18n import _
from factory_erp.models.production import (
    OPERATION_TRANSITIONS,
    PRODUCTION_TRANSITIONS,
    OperationState,
    PegSource,
    ProductionState,
)
from factory_erp.services.base import allowed
from factory_erp.services.production import orders as production
from factory_erp.services.production.orders import ProductionDetail, ReportInput, StepRow
from factory_erp.services.production.quantity import OPEN

ON_FLOOR = (ProductionState.RELEASED, ProductionState.IN_PROGRESS)
"""States in which the floor works on an order."""


def can_release(state: str) -> bool:
    """Whether an order in *state* can be given to the floor."""
    return allowed(PRODUCTION_TRANSITIONS, state, ProductionState.RELEASED)


def can_resize(detail: ProductionDetail) -> bool:
    """Whether the order can still be made larger or smaller: the floor has not begun with it."""
    return (
        detail.row.state in OPEN
        and all(step.state == OperationState.WAITING for step in detail.operations)
        and not any(part.issued for part in detail.materials)
    )


def can_start(order_state: str, step: StepRow) -> bool:
    """Whether work on the operation can begin."""
    return order_state in ON_FLOOR and allowed(OPERATION_TRANSITIONS, step.state, OperationState.STARTED)


def can_report(order_state: str, step: StepRow) -> bool:
    """Whether the floor can report the operation."""
    return order_state in ON_FLOOR and allowed(OPERATION_TRANSITIONS, step.state, OperationState.DONE)


def open_steps(detail: ProductionDetail) -> list[StepRow]:
    """Operations that can be reported, in sequence."""
    return [step for step in detail.operations if can_report(detail.row.state, step)]


def has_purchases(detail: ProductionDetail) -> bool:
    """Whether something for it has still to be bought."""
    return detail.row.sales_order_id is not None and any(
        peg.source == PegSource.PURCHASE for peg in detail.supplied_by
    )


def remaining(detail: ProductionDetail, operation_id: int) -> Decimal:
    """How much the operation can report now: what the one before has delivered, less what it has reported."""
    steps = [step for step in detail.operations if step.state != OperationState.CANCELLED]
    place = next((n for n, step in enumerate(steps) if step.id == operation_id), None)
    if place is None:
        return Decimal(0)
    delivered = steps[place - 1].good if place else detail.row.quantity
    return max(Decimal(0), delivered - steps[place].good - steps[place].scrap)


def percent(step: StepRow, quantity: Decimal) -> int:
    """How much of the operation is done, by what was reported."""
    if step.state == OperationState.DONE:
        return 100
    return int(min(Decimal(100), 100 * (step.good + step.scrap) / quantity)) if quantity else 0


def step_of(detail: ProductionDetail, operation_id: int | None) -> StepRow | None:
    """The operation with that id, None where there is none."""
    return next((step for step in detail.operations if step.id == operation_id), None)


def finish(order_id: int, operation_id: int, client_key: str) -> object:
    """A job: report all that an operation can still report as good.  Raises NotAllowed if that is nothing."""
    detail = production.production_detail(order_id)
    quantity = remaining(detail, operation_id)
    step = step_of(detail, operation_id)
    if not quantity and step is not None and step.state != OperationState.DONE:
        raise NotAllowed(
            _("There is nothing to report yet: the operation before has delivered nothing."),
            record=detail.row.number,
            remedy=_("Report the operation before it first."),
        )
    return production.report(ReportInput(operation_id, quantity, Decimal(0), client_key))


def report_with(values: dict[str, object], key: str) -> Callable[[], object]:
    """The use case that books what the report form holds."""
    return lambda: production.report(input_of(values, key))


def input_of(values: dict[str, object], key: str) -> ReportInput:
    """The report form's values as the use case takes them."""
    good, scrap = (_decimal(values.get(name)) for name in ("good", "scrap"))
    given = {name: values[name] for name in _OPTIONAL if values.get(name)}
    return ReportInput(int(str(values["operation_id"])), good, scrap, key, **given)  # type: ignore[arg-type]


_OPTIONAL: Sequence[str] = ("machine_id", "reason", "worker", "started_at", "finished_at")


def _decimal(value: object) -> Decimal:
    return value.value if isinstance(value, Quantity) else Decimal(0)
