"""Why a bar cannot go where it was put, in sentences with what to do instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.i18n import _
from factory_erp.models.production import ProductionOperation, ProductionOrder
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.planning.board import Break
from factory_erp.planning.calendar import to_moment
from factory_erp.services.board.state import BoardState
from factory_erp.services.schedule.reasons import Wording


@dataclass(frozen=True, slots=True)
class BreakView:
    """What forbids a move; *earliest* is when the operation could be there (UTC), None where never.

    ``other_id`` is the operation that stands against it, 0 where none does.
    """

    text: str
    record: str
    field: str
    remedy: str
    earliest: datetime | None = None
    other_id: int = 0


def not_waiting(session: Session, state: BoardState, operation_id: int) -> BreakView:
    """Why an operation cannot be moved at all: what it is for is stopped, or it does not wait."""
    step = state.steps.get(operation_id)
    if step is None:
        stopped = _stopped(session, operation_id)
        if stopped is not None:
            return stopped
    number = Wording(state.floor, state.problem, {}).order_number(step.order_id) if step else ""
    return BreakView(
        _("This operation is not waiting in the schedule."), number, _("Operation"),
        _("Re-schedule first, or choose an operation that is still waiting."),
    )  # fmt: skip


def _stopped(session: Session, operation_id: int) -> BreakView | None:
    """The break of an operation whose sales order is on hold or cancelled, so that nobody works on it."""
    row = session.execute(
        select(ProductionOrder.number, SalesOrder.number, SalesOrder.state)
        .join(ProductionOperation, ProductionOperation.order_id == ProductionOrder.id)
        .join(SalesOrder, SalesOrder.id == ProductionOrder.sales_order_id)
        .where(ProductionOperation.id == operation_id)
    ).first()
    if row is None:
        return None
    made, number, state = row
    if state == OrderState.ON_HOLD:
        remedy = _("Lift the hold first.")
        return BreakView(_("Order {number} is on hold.", number=number), made, _("State"), remedy)
    if state == OrderState.CANCELLED:
        remedy = _("Choose an operation that is still waiting.")
        return BreakView(_("Order {number} is cancelled.", number=number), made, _("State"), remedy)
    return None


def break_view(state: BoardState, why: Break) -> BreakView:
    """The sentence for *why*, which says its operation."""
    words = Wording(state.floor, state.problem, {})
    step = state.steps.get(why.operation)
    number = words.order_number(step.order_id) if step else ""
    text, field = _said(state, words, why)
    if not why.until:
        return BreakView(text, number, field, _("Choose another machine or time."), None, why.other)
    remedy = _("The earliest moment is {moment}.", moment=words.moment(why.until))
    return BreakView(text, number, field, remedy, to_moment(why.until), why.other)


def _said(state: BoardState, words: Wording, why: Break) -> tuple[str, str]:
    """What is wrong, and the field that it is about."""
    other = _named(state, words, why.other)
    sentences = {
        "past": (_("Work cannot begin in the past."), _("Planned start")),
        "machine": (_("This machine may not do the operation."), _("Machine")),
        "closed": (
            _("The operation runs without a rest, and the machine does not stay open so long."),
            _("Planned start"),
        ),
        "before": (
            _("{other}, which comes before it, is not done by then.", other=other)
            if why.other
            else _("Its material is not there by then."),
            _("Planned start"),
        ),
        "stands": (_("{other} stands there and stays.", other=other), _("Planned start")),
        "behind": (
            _("{other}, which comes after it, stays where it is and would begin too early.", other=other),
            _("Planned start"),
        ),
        "wait": (
            _("{other}, which comes after it, would wait too long.", other=other),
            _("Planned start"),
        ),
        "calendar": (
            _("The work would not fit into the working calendar any more."),
            _("Planned start"),
        ),
        "unplaced": (
            _("{other}, which comes before it, has no place in the schedule yet.", other=other),
            _("Planned start"),
        ),
    }
    return sentences[why.kind]


def _named(state: BoardState, words: Wording, operation_id: int) -> str:
    """An operation as people know it: its order's number and its own, or the promise that it is kept for."""
    step = state.steps.get(operation_id)
    if step is None:
        return words.order_number(operation_id)
    return _(
        "Operation {sequence} of {number}", sequence=step.sequence, number=words.order_number(step.order_id)
    )
