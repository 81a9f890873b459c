"""The states of a sales order: their names, and the one way from each to the next."""

from __future__ import annotations

from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import N_, _
from factory_erp.models.base import Transitions
from factory_erp.models.sales import ORDER_TRANSITIONS, OrderState, SalesOrder
from factory_erp.services.base import allowed

STATE_NAMES = {
    OrderState.DRAFT: N_("To review"),
    OrderState.CONFIRMED: N_("Confirmed"),
    OrderState.IN_PRODUCTION: N_("In production"),
    OrderState.READY: N_("Ready to ship"),
    OrderState.SHIPPED: N_("Shipped"),
    OrderState.CLOSED: N_("Closed"),
    OrderState.ON_HOLD: N_("On hold"),
    OrderState.CANCELLED: N_("Cancelled"),
}

ACCEPTED = frozenset(
    {
        OrderState.CONFIRMED,
        OrderState.IN_PRODUCTION,
        OrderState.READY,
        OrderState.SHIPPED,
        OrderState.CLOSED,
    }
)
"""States in which the order has been confirmed and work may go on."""
WANTING = (OrderState.CONFIRMED, OrderState.IN_PRODUCTION)
"""Sales orders whose lines the material plan covers."""


def set_state(session: Session, order: SalesOrder, target: OrderState) -> None:
    """Move the order to *target*. Raises NotAllowed where the transition table has no such step."""
    if order.state == target:
        return
    require(ORDER_TRANSITIONS, order.state, target, order.number, STATE_NAMES)
    order.state = target


def require(
    transitions: Transitions, state: str, target: str, record: str, names: dict[OrderState, str]
) -> None:
    """Raise NotAllowed unless the table lets *state* be followed by *target*."""
    if not allowed(transitions, state, target):
        raise NotAllowed(
            _(
                "Order {number} is '{state}' and cannot become '{target}'.",
                number=record,
                state=_(names[OrderState(state)]),
                target=_(names[OrderState(target)]),
            ),
            record=record,
            field="state",
            remedy=_("Open the order to see what has to happen first."),
        )
