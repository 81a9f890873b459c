"""What happens on the floor, step by step: the rules behind starting and reporting an operation.

Plain functions on a production order whose row is locked; ``services.production.orders`` calls them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.i18n import N_, _
from factory_erp.models.catalog import Item, Procurement
from factory_erp.models.engineering import Machine
from factory_erp.models.inventory import MoveCause
from factory_erp.models.production import (
    PRODUCTION_TRANSITIONS,
    OperationState,
    Peg,
    ProductionMaterial,
    ProductionOperation,
    ProductionOrder,
    ProductionState,
)
from factory_erp.services.base import allowed, get
from factory_erp.services.stock import inventory
from factory_erp.services.stock.inventory import Wanted
from factory_erp.services.stock.reservations import MATERIAL, ZERO

STATE_NAMES = {
    ProductionState.PLANNED: N_("Planned"),
    ProductionState.RELEASED: N_("Released"),
    ProductionState.IN_PROGRESS: N_("In progress"),
    ProductionState.DONE: N_("Done"),
    ProductionState.CLOSED: N_("Closed"),
    ProductionState.CANCELLED: N_("Cancelled"),
}

OVER = (ProductionState.DONE, ProductionState.CLOSED, ProductionState.CANCELLED)
"""Production orders from which nothing more will come."""


@dataclass(frozen=True, slots=True)
class ReportInput:
    """What the floor reports of an operation, in the item's unit; once per *client_key*."""

    operation_id: int
    good: Decimal
    scrap: Decimal
    client_key: str
    machine_id: int | None = None
    reason: str = ""
    worker: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None


def set_order_state(order: ProductionOrder, target: ProductionState) -> None:
    """Move the order to *target*. Raises NotAllowed where the transition table has no such step."""
    if not allowed(PRODUCTION_TRANSITIONS, order.state, target):
        raise NotAllowed(
            _("Production order {number} is '{state}' and cannot become '{target}'.", number=order.number,
              state=_(STATE_NAMES[ProductionState(order.state)]), target=_(STATE_NAMES[target])),
            record=order.number,
            field=_("State"),
            remedy=_("Open the production order to see what has been done."),
        )  # fmt: skip
    order.state = target


def check_workable(operation: ProductionOperation, order: ProductionOrder) -> None:
    """Raise NotAllowed unless something may be started or reported at the operation."""
    if order.state == ProductionState.PLANNED:
        raise NotAllowed(
            _("Production order {number} is not released to the floor.", number=order.number),
            record=order.number,
            field=_("State"),
            remedy=_("Release it first."),
        )
    if operation.state in (OperationState.DONE, OperationState.CANCELLED) or order.state in OVER:
        raise NotAllowed(
            _("Operation {sequence} of {number} is finished.",
              sequence=operation.sequence, number=order.number),
            record=order.number,
            field=_("Operation"),
            remedy=_("Choose an operation that is still open."),
        )  # fmt: skip


def check_quantities(order: ProductionOrder, operation: ProductionOperation, said: ReportInput) -> None:
    """Raise InvalidValue for impossible quantities, NotAllowed for more than there is to work on."""
    item = order.item
    for quantity in (said.good, said.scrap):
        if quantity:
            inventory.check_quantity(item, quantity)
    total = said.good + said.scrap
    if not total:
        raise InvalidValue(
            _("A report needs a quantity, good or scrap."),
            record=order.number,
            field=_("Good"),
            remedy=_("Enter how many pieces were made."),
        )
    there = _delivered_to(order, operation) - operation.good - operation.scrap
    if total > there:
        raise NotAllowed(
            _("Operation {sequence} of {number} can report {there} more, not {total}.",
              sequence=operation.sequence, number=order.number, there=there, total=total),
            record=order.number,
            field=_("Good"),
            remedy=_("Report the operation before it first, or correct the quantity."),
        )  # fmt: skip


def _steps(order: ProductionOrder) -> list[ProductionOperation]:
    return [step for step in order.operations if step.state != OperationState.CANCELLED]


def _delivered_to(order: ProductionOrder, operation: ProductionOperation) -> Decimal:
    """What the operation may have worked on so far: the good output of the one before it."""
    steps = _steps(order)
    place = steps.index(operation)
    return steps[place - 1].good if place else order.quantity


def to_report(order: ProductionOrder, operation: ProductionOperation) -> Decimal:
    """What the operation has still to report, good or scrap, before it is done."""
    steps = _steps(order)
    lost = sum((step.scrap for step in steps[: steps.index(operation)]), Decimal(0))
    return order.quantity - lost - operation.good - operation.scrap


def begin(
    session: Session,
    operation: ProductionOperation,
    order: ProductionOrder,
    machine_id: int | None,
    at: datetime,
) -> None:
    """First start of an operation: machine and states. Its materials are issued by ``issue``."""
    operation.machine_id = _machine(session, operation, order, machine_id)
    operation.state = OperationState.STARTED
    operation.started_at = at
    # From here on the plan shows what is, so that the next schedule builds on it.
    operation.planned_start = at.replace(second=0, microsecond=0)
    operation.planned_finish = max(operation.planned_finish or at, at)
    operation.setup_finish = max(operation.setup_finish or at, operation.planned_start)
    if order.state == ProductionState.RELEASED:
        set_order_state(order, ProductionState.IN_PROGRESS)


def _machine(
    session: Session, operation: ProductionOperation, order: ProductionOrder, machine_id: int | None
) -> int | None:
    """The machine named, else the planned one, else the first that may do it; none at a subcontractor's."""
    if operation.subcontract_days:
        return None
    named = {one.machine_id for one in operation.eligible}
    usable = [
        machine.id
        for machine in operation.centre.machines
        if machine.active and (not named or machine.id in named)
    ]
    wanted = machine_id or operation.machine_id or next(iter(usable), None)
    _check_eligible(order, wanted, named)
    if wanted is None or get(session, Machine, wanted).centre_id != operation.centre_id:
        raise InvalidValue(
            _("The machine does not belong to work centre {centre}.", centre=operation.centre.code),
            record=order.number,
            field=_("Machine"),
            remedy=_("Choose a machine of this work centre."),
        )
    return wanted


def _check_eligible(order: ProductionOrder, machine_id: int | None, named: set[int]) -> None:
    if named and machine_id is not None and machine_id not in named:
        raise InvalidValue(
            _("The routing does not let this machine do the step."),
            record=order.number,
            field=_("Machine"),
            remedy=_("Choose one of the machines that the routing names."),
        )


def issue(session: Session, operation: ProductionOperation, order: ProductionOrder, pieces: Decimal) -> None:
    """Take the operation's materials out of the warehouse, enough for *pieces* in all, better for the batch.

    Only what is there for this order or for nobody is taken; what is missing for the rest of the batch
    follows with a later report. Raises NotAllowed where it is not enough for *pieces*.
    """
    wants = {part: _wants(operation, order, part) for part in _parts(operation, order)}
    wanted = [part for part, want in wants.items() if want.quantity]
    if not wanted:
        return
    inventory.lock_stock(session, {part.item_id for part in wanted})
    free = inventory.free_for(session, [wants[part] for part in wanted])
    for part, there in zip(wanted, free, strict=True):
        if part.issued + there < _for_pieces(order, part, pieces):
            raise _missing(session, order, part, there, _for_pieces(order, part, pieces) - part.issued)
    for part, there in zip(wanted, free, strict=True):
        if not there:
            continue
        inventory.move(
            session, item_id=part.item_id, quantity=there, source=inventory.WAREHOUSE,
            destination=inventory.PRODUCTION, cause=MoveCause.ISSUE, reference=order.number,
            client_key=f"issue:{part.id}:{part.issued.normalize():f}",
        )  # fmt: skip
        part.issued += there
    session.flush()


def _parts(operation: ProductionOperation, order: ProductionOrder) -> list[ProductionMaterial]:
    """The materials of the operation; what names no operation goes to the first."""
    steps = _steps(order)
    known = {step.sequence for step in steps}
    first = operation is steps[0]
    return [
        part
        for part in order.materials
        if not part.by_product
        if part.operation == operation.sequence or (first and part.operation not in known)
    ]


def _wants(operation: ProductionOperation, order: ProductionOrder, part: ProductionMaterial) -> Wanted:
    """What the batch still wants of the material: nothing for pieces that were lost before the operation."""
    comes = to_report(order, operation) + operation.good + operation.scrap
    missing = _for_pieces(order, part, comes) - part.issued
    return Wanted(MATERIAL, part.id, part.item_id, max(ZERO, missing))


def _for_pieces(order: ProductionOrder, part: ProductionMaterial, pieces: Decimal) -> Decimal:
    """What *pieces* of the batch consume of the material, rounded up to what its item can have."""
    step = part.item.step
    exact = part.quantity * pieces / order.quantity
    return min(part.quantity, (exact / step).to_integral_value(ROUND_CEILING) * step)


def _missing(
    session: Session, order: ProductionOrder, part: ProductionMaterial, have: Decimal, need: Decimal
) -> NotAllowed:
    """Say what is missing and where it would come from, before the stock says only that it is missing."""
    item = part.item
    message = _("{number} needs {need} of {sku}, but the warehouse has {have}.",
                number=order.number, need=f"{need.normalize():f}", sku=item.sku,
                have=f"{have.normalize():f}")  # fmt: skip
    if inventory.on_hand(session, [item.id])[item.id] > have:
        message += " " + _("What else is there is kept for other orders.")
    remedy = _remedy(session, order, item)
    return NotAllowed(message, record=order.number, field=item.sku, remedy=remedy)


def _remedy(session: Session, order: ProductionOrder, item: Item) -> str:
    maker = session.scalar(
        select(ProductionOrder.number)
        .join(Peg, Peg.production_order_id == ProductionOrder.id)
        .join(ProductionMaterial, ProductionMaterial.id == Peg.material_id)
        .where(ProductionMaterial.order_id == order.id, Peg.item_id == item.id)
        .where(ProductionOrder.state.not_in(OVER))
        .limit(1)
    )
    if maker is not None:
        return _("Finish production order {number} first.", number=maker)
    if item.procurement == Procurement.BUY:
        return _("Book in the purchase, or correct the stock after counting.")
    if order.sales_order_id is not None:
        return _("Plan the order again: it makes up what is missing.")
    return _("Make more of it, or correct the stock after counting.")


def book_output(
    session: Session, operation: ProductionOperation, order: ProductionOrder, said: ReportInput
) -> None:
    """Scrap goes to scrap; the last operation's good output goes to the warehouse, by-products with it."""
    order.scrap += said.scrap
    if said.scrap:
        _output(session, order, said.scrap, inventory.SCRAP, MoveCause.SCRAP, f"scrap:{said.client_key}")
    if said.good and operation is _steps(order)[-1]:
        order.good += said.good
        _output(session, order, said.good, inventory.WAREHOUSE, MoveCause.OUTPUT, f"output:{said.client_key}")
        for part in order.materials:
            if part.by_product:
                _receive_by_product(session, order, part)


def _receive_by_product(session: Session, order: ProductionOrder, part: ProductionMaterial) -> None:
    """Book in what has come of a by-product: its share of the good pieces, in whole steps of its item.

    ``issued`` counts what was booked in so far, so that nothing is booked twice or lost in rounding.
    """
    step = part.item.step
    exact = part.quantity * order.good / order.quantity
    comes = (exact / step).to_integral_value(ROUND_FLOOR) * step - part.issued
    if comes > 0:
        inventory.move(
            session, item_id=part.item_id, quantity=comes, source=inventory.PRODUCTION,
            destination=inventory.WAREHOUSE, cause=MoveCause.OUTPUT, reference=order.number,
            client_key=f"by-product:{part.id}:{part.issued.normalize():f}",
        )  # fmt: skip
        part.issued += comes


def _output(
    session: Session, order: ProductionOrder, quantity: Decimal, to: str, cause: MoveCause, key: str
) -> None:
    inventory.move(
        session, item_id=order.item_id, quantity=quantity, source=inventory.PRODUCTION, destination=to,
        cause=cause, reference=order.number, client_key=key,
    )  # fmt: skip


def finish_steps(order: ProductionOrder, at: datetime) -> None:
    """Finish each operation that has nothing more to come, and the order with its last one.

    Scrap at one operation can finish the ones after it, which then have less to report.
    """
    upstream_done = True
    for step in _steps(order):
        if step.state != OperationState.DONE and upstream_done and to_report(order, step) <= 0:
            step.state = OperationState.DONE
            step.finished_at = at
            if step.planned_start is not None:
                step.planned_finish = max(at, step.planned_start)
                step.setup_finish = min(step.setup_finish or at, step.planned_finish)
        upstream_done = step.state == OperationState.DONE
    if upstream_done:
        set_order_state(order, ProductionState.DONE)
