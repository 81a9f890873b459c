"""Production: releasing orders, starting and reporting operations (报工), booking in what was bought.

Rules: an operation takes over what the one before has reported good; its first start issues its
materials from the warehouse; the last operation's good output goes to the warehouse, scrap to
scrap. States follow by themselves, up to the sales order that becomes ready to ship.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.inventory import MoveCause
from factory_erp.models.production import (
    OperationReport,
    OperationState,
    ProductionOperation,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.services import clock
from factory_erp.services.base import get, use_case
from factory_erp.services.floor.reading import lock_schedule
from factory_erp.services.floor.work import (
    STATE_NAMES,
    ReportInput,
    begin,
    book_output,
    check_quantities,
    check_workable,
    finish_steps,
    issue,
    set_order_state,
    to_report,
)
from factory_erp.services.production.owners import (
    close_production,
    free_output,
    owners_of,
    settle_owners,
)
from factory_erp.services.production.parts import MaterialRow, PegRow, StepRow
from factory_erp.services.production.views import (
    OperationRow,
    ProductionDetail,
    ProductionRow,
    open_operations,
    production_counts,
    production_detail,
    production_ids,
    production_rows,
)
from factory_erp.services.stock import inventory
from factory_erp.services.stock.reservations import (
    arrive,
    forget_arrivals,
    open_purchases,
    purchase_totals,
    purchases_of_order,
    settle,
)

__all__ = [
    "STATE_NAMES",
    "MaterialRow",
    "OperationRow",
    "PegRow",
    "ProductionDetail",
    "ProductionRow",
    "ReceivedRow",
    "ReportInput",
    "ReportOutcome",
    "StepRow",
    "close_production",
    "open_operations",
    "production_counts",
    "production_detail",
    "production_ids",
    "production_rows",
    "receive_shortages",
    "release",
    "report",
    "settle",
    "start",
]


@dataclass(frozen=True, slots=True)
class ReportOutcome:
    """Where the operation stands after a report; *remaining* is what it has still to report."""

    operation_id: int
    operation_state: str
    good: Decimal
    scrap: Decimal
    remaining: Decimal
    order_number: str
    order_state: str
    sales_state: str
    repeated: bool
    """The report was there already; nothing was booked."""


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """So much of a bought item was booked in."""

    item_id: int
    sku: str
    quantity: Decimal


@use_case
def release(session: Session, order_ids: Sequence[int]) -> tuple[str, ...]:
    """Give production orders to the floor; the numbers of those that were only planned before.

    Raises NotAllowed for a cancelled or finished one, and where the sales order is on hold.
    """
    released = []
    for order_id in order_ids:
        order = get(session, ProductionOrder, order_id, lock=True)
        if order.state in (ProductionState.RELEASED, ProductionState.IN_PROGRESS):
            continue
        _refuse_held(session, order)
        set_order_state(order, ProductionState.RELEASED)
        released.append(order.number)
    return tuple(released)


@use_case
def start(
    session: Session, operation_id: int, machine_id: int | None = None, client_key: str = ""
) -> ReportOutcome:
    """Note that work on an operation has begun: its materials are issued. A second time is harmless.

    Raises NotAllowed where there is not even material for one piece, where the order is not released
    and where its sales order is on hold.
    """
    operation, order = _locked(session, operation_id)
    if operation.state == OperationState.STARTED:
        return _outcome(session, operation, order, repeated=True)
    _refuse_held(session, order)
    check_workable(operation, order)
    begin(session, operation, order, machine_id, clock.now())
    issue(session, operation, order, order.item.step)
    if client_key:
        _note(session, ReportInput(operation_id, Decimal(0), Decimal(0), client_key), operation)
    session.flush()
    return _outcome(session, operation, order)


@use_case
def report(session: Session, said: ReportInput) -> ReportOutcome:
    """Book what was made: stock, operation, production order, sales orders follow, and pegs what was lost.

    The same *client_key* again books nothing. Raises NotAllowed for more than the operation before
    has delivered, for missing material, for an order that is not released or on hold; InvalidValue for
    quantities that the item cannot have.
    """
    operation, order = _locked(session, said.operation_id)
    if session.scalar(select(OperationReport.id).filter_by(client_key=said.client_key)) is not None:
        return _outcome(session, operation, order, repeated=True)
    _refuse_held(session, order)
    check_workable(operation, order)
    check_quantities(order, operation, said)
    if operation.state == OperationState.WAITING:
        begin(session, operation, order, said.machine_id, said.started_at or clock.now())
    issue(session, operation, order, operation.good + operation.scrap + said.good + said.scrap)
    _note(session, said, operation)
    operation.good += said.good
    operation.scrap += said.scrap
    book_output(session, operation, order, said)
    finish_steps(order, said.finished_at or clock.now())
    session.flush()
    if said.scrap:
        free_output(session, order, max(order.quantity - order.scrap, order.good))
    settle_owners(session, order)
    return _outcome(session, operation, order)


@use_case
def receive_shortages(session: Session, order_id: int) -> tuple[ReceivedRow, ...]:
    """Book in all that is still to be bought for the sales order *order_id*, once.

    What arrives stays pegged to the order: its purchase pegs become stock pegs. What was booked in
    before, for the item, is not booked in again. Raises NotAllowed for an order on hold or cancelled.
    """
    sales = get(session, SalesOrder, order_id, lock=True)
    _refuse_stopped(sales, sales.number, _("Order {number} is on hold or cancelled.", number=sales.number))
    inventory.ensure_locations(session)
    inventory.lock_stock(session, [row[0] for row in purchase_totals(session, order_id)])
    received: dict[int, Decimal] = {}
    for peg in sorted(open_purchases(session, purchases_of_order(order_id)), key=lambda p: (p.item_id, p.id)):
        inventory.move(
            session, item_id=peg.item_id, quantity=peg.quantity, source=inventory.SUPPLIER,
            destination=inventory.WAREHOUSE, cause=MoveCause.RECEIPT, reference=sales.number,
            client_key=f"receive:{peg.id}",
        )  # fmt: skip
        received[peg.item_id] = received.get(peg.item_id, Decimal(0)) + peg.quantity
        arrive(session, peg, peg.quantity)
    session.flush()
    forget_arrivals(session)
    settle(session, sales)
    return tuple(
        ReceivedRow(item, get(session, Item, item).sku, quantity) for item, quantity in received.items()
    )


def _locked(session: Session, operation_id: int) -> tuple[ProductionOperation, ProductionOrder]:
    """The operation with its order, whose row is locked: one report of an order at a time.

    Locks are taken in the order that planning and shipping take them: schedule, sales order, production.
    """
    lock_schedule(session, alone=False)
    order = get(session, ProductionOrder, get(session, ProductionOperation, operation_id).order_id)
    for sales_id in owners_of(session, order):
        get(session, SalesOrder, sales_id, lock=True)
    get(session, ProductionOrder, order.id, lock=True)
    session.refresh(order, ["operations", "materials"])
    operation = next(step for step in order.operations if step.id == operation_id)
    session.refresh(operation)
    return operation, order


def _refuse_held(session: Session, order: ProductionOrder) -> None:
    if order.sales_order_id is not None:
        sales = get(session, SalesOrder, order.sales_order_id)
        message = _("{number} is for order {sales}, which is on hold or cancelled.",
                    number=order.number, sales=sales.number)  # fmt: skip
        _refuse_stopped(sales, order.number, message)


def _refuse_stopped(sales: SalesOrder, record: str, message: str) -> None:
    if sales.state in (OrderState.ON_HOLD, OrderState.CANCELLED):
        raise NotAllowed(
            message,
            record=record,
            field=_("Sales order"),
            remedy=_("Lift the hold of the sales order first."),
        )


def _note(session: Session, said: ReportInput, operation: ProductionOperation) -> None:
    session.add(
        OperationReport(
            operation_id=operation.id,
            client_key=said.client_key,
            reported_at=clock.now(),
            machine_id=operation.machine_id,
            good=said.good,
            scrap=said.scrap,
            reason=said.reason,
            worker=said.worker,
        )
    )


def _outcome(
    session: Session, operation: ProductionOperation, order: ProductionOrder, repeated: bool = False
) -> ReportOutcome:
    sales = get(session, SalesOrder, order.sales_order_id) if order.sales_order_id is not None else None
    return ReportOutcome(
        operation_id=operation.id,
        operation_state=operation.state,
        good=operation.good,
        scrap=operation.scrap,
        remaining=to_report(order, operation),
        order_number=order.number,
        order_state=order.state,
        sales_state=sales.state if sales else "",
        repeated=repeated,
    )
