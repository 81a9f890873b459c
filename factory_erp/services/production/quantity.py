"""Making a production order larger or smaller before the floor begins with it.

Run times and materials follow in proportion, rounded up to what the items can have; setups stay. What its
materials are pegged to gives way as far as less is wanted, and so do those who wait for more than it will
make: the last pegged first. More that is wanted of a material has still to be planned or bought.
"""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import _
from factory_erp.models.production import OperationState, ProductionOrder, ProductionState
from factory_erp.services.base import get, use_case
from factory_erp.services.floor.reading import lock_schedule
from factory_erp.services.floor.work import STATE_NAMES
from factory_erp.services.master_data import same_version
from factory_erp.services.material.orders import forget_plan, free_beyond, scale_steps, share_of
from factory_erp.services.material.store import lock_plan
from factory_erp.services.production.owners import free_output
from factory_erp.services.stock import inventory

OPEN = (ProductionState.PLANNED, ProductionState.RELEASED)


@use_case
def change_quantity(
    session: Session, production_order_id: int, quantity: Decimal, version: int | None = None
) -> None:
    """Let a production order be for *quantity* in all; the same quantity again changes nothing.

    Raises InvalidValue for a quantity that the item cannot have, NotAllowed once work on it has begun or
    materials were issued to it, Conflict where it is not the *version* that was on the screen.
    """
    lock_plan(session)
    lock_schedule(session, alone=False)
    order = get(session, ProductionOrder, production_order_id, lock=True)
    inventory.check_quantity(order.item, quantity)
    if quantity != order.quantity:
        same_version(order, version, order.number)
    set_quantity(session, order, quantity)


def set_quantity(session: Session, order: ProductionOrder, quantity: Decimal) -> None:
    """Do so with an order whose row is locked, and a quantity that its item can have."""
    if quantity == order.quantity:
        return
    require_untouched(order)
    for part in order.materials:
        part.quantity = share_of(part, quantity, order.quantity)
        free_beyond(session, part, part.quantity)
    scale_steps(order, quantity)
    order.quantity = quantity
    free_output(session, order, quantity)
    forget_plan(session, [order.id])


def is_untouched(order: ProductionOrder) -> bool:
    """Whether nothing was started or reported of the order, and nothing issued to it."""
    return (
        order.state in OPEN
        and all(step.state == OperationState.WAITING for step in order.operations)
        and not any(part.issued for part in order.materials)
    )


def require_untouched(order: ProductionOrder) -> None:
    """Raise NotAllowed unless ``is_untouched``."""
    if not is_untouched(order):
        raise NotAllowed(
            _("Production order {number} is '{state}': the floor works by its quantity.",
              number=order.number, state=_(STATE_NAMES[ProductionState(order.state)])),
            record=order.number,
            field=_("Quantity"),
            remedy=_("Finish what has begun: what is too much becomes free stock, more is planned anew."),
        )  # fmt: skip
