"""What a planner does on the board: move, lock, put off, take back; each says what else it moves.

A move puts the operation exactly where it was dropped and locks it there; what is in its way goes later. What
would break a rule is refused with the earliest moment at which it would be possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from factory_erp.domain.errors import Conflict, NotAllowed
from factory_erp.i18n import _
from factory_erp.models.partners import Partner
from factory_erp.models.production import (
    OperationState,
    ProductionOperation,
    ProductionOrder,
)
from factory_erp.models.sales import SalesOrder
from factory_erp.planning.board import Moved
from factory_erp.planning.calendar import to_minute
from factory_erp.planning.schedule.result import Assignment
from factory_erp.services import working_time
from factory_erp.services.base import get, query, touched, use_case
from factory_erp.services.board.breaks import BreakView, break_view, not_waiting
from factory_erp.services.board.state import BoardState, kept_board, prepare_board, read_board
from factory_erp.services.bulk import chunks
from factory_erp.services.floor.reading import HALL, OPEN, lock_schedule
from factory_erp.services.master_data import by_id, same_version
from factory_erp.services.schedule.writing import times_of, update_rows, write_places

__all__ = [
    "BreakView",
    "MoveOutcome",
    "Place",
    "Slip",
    "lock_operations",
    "move_operation",
    "prepare_board",
    "restore_places",
    "shift_order",
    "try_move",
    "unlock_operations",
]

PREVIEW = 3_000
"""How many operations a preview looks at: a tenth of a second or two."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an operation stands in the schedule (UTC); *machine_id* None: at a subcontractor's."""

    operation_id: int
    machine_id: int | None
    start: datetime
    setup_finish: datetime
    finish: datetime
    locked: bool


@dataclass(frozen=True, slots=True)
class Slip:
    """A production order that ends on a later day than before, and whether that is too late."""

    order_id: int
    number: str
    sales_number: str
    customer: str
    before: date
    after: date
    needed: date
    promised: bool

    @property
    def late(self) -> bool:
        """Whether it is late with this."""
        return self.after > self.needed


@dataclass(frozen=True, slots=True)
class MoveOutcome:
    """What a move changes: the new places (the moved one first), and who slips; or what it breaks.

    ``before`` are the same operations' places before it: given to ``restore_places`` they take it back.
    """

    moved: tuple[Place, ...] = ()
    before: tuple[Place, ...] = ()
    slipped: tuple[Slip, ...] = ()
    broken: tuple[BreakView, ...] = ()
    more: bool = False
    """So much would move that the preview shows the nearest only."""


@query
def try_move(session: Session, operation_id: int, machine_id: int, start: datetime) -> MoveOutcome:
    """What ``move_operation`` would do, without writing anything; what forbids it is in ``broken``.

    Quick enough for each step of a drag: the schedule is kept in memory until something is written, and of
    a move that turns very much over only the nearest is told (``more``).
    """
    state = kept_board(session)
    return _tried(session, state, operation_id, machine_id, to_minute(start), True, PREVIEW)


@use_case
def move_operation(
    session: Session,
    operation_id: int,
    machine_id: int,
    start: datetime,
    *,
    pin: bool = True,
    version: int | None = None,
) -> MoveOutcome:
    """Put a waiting operation on a machine at a moment (or when that next opens), and lock it there.

    What is in its way goes later, and with it what follows; with *pin* False it is not locked. Raises
    NotAllowed where it cannot be there, with the earliest moment that is possible in the remedy, and for an
    operation that is started or over; Conflict where it was changed, or moved by hand, since it was read.
    """
    lock_schedule(session, alone=True)
    operation = _waiting(session, operation_id)
    same_version(operation, version, get(session, ProductionOrder, operation.order_id).number)
    state = read_board(session)
    outcome = _tried(session, state, operation_id, machine_id, to_minute(start), pin)
    _refuse(outcome)
    _write(session, state, outcome)
    _lock(session, [operation_id], pin)
    return outcome


@use_case
def shift_order(session: Session, order_id: int, earliest: datetime) -> MoveOutcome:
    """Let no operation of the order that is neither started nor locked begin before *earliest*.

    They are put behind what stands there already. Raises NotAllowed where that is not possible.
    """
    lock_schedule(session, alone=True)
    order = get(session, ProductionOrder, order_id)
    _refuse_over(order)
    state = read_board(session)
    outcome = _outcome(session, state, state.board.delay(order_id, to_minute(earliest)), {})
    _refuse(outcome)
    _write(session, state, outcome)
    return outcome


@use_case
def restore_places(
    session: Session, places: Sequence[Place], expected: Sequence[Place] = ()
) -> tuple[int, ...]:
    """Put operations back to *places*, to take back a move or make it again; the ids that changed.

    Raises Conflict, and changes nothing, where one was started since or, with *expected*, is not there any
    more. Doing it again changes nothing.
    """
    lock_schedule(session, alone=True)
    rows = by_id(session, ProductionOperation, [place.operation_id for place in places])
    orders = by_id(session, ProductionOrder, [row.order_id for row in rows.values()])
    there = {place.operation_id: place for place in expected}
    changed = []
    for place in places:
        row = rows.get(place.operation_id)
        if row is None or row.state != OperationState.WAITING:
            raise _overtaken(orders[row.order_id].number if row else "")
        now = _place_of_row(row)
        if now == place:
            continue
        if there and now != there.get(place.operation_id):
            raise _overtaken(orders[row.order_id].number)
        changed.append(place)
    _restore(session, changed)
    _retime_orders(session, {rows[place.operation_id].order_id for place in changed})
    return tuple(place.operation_id for place in changed)


@use_case
def lock_operations(session: Session, operation_ids: Sequence[int]) -> tuple[int, ...]:
    """Let waiting operations stay where they are; the ids that were not locked before.

    Raises NotAllowed for one that is started or over, or that has no place in the schedule yet.
    """
    lock_schedule(session, alone=True)
    for operation, order in _waiting_ones(session, operation_ids):
        if operation.planned_start is None:
            raise NotAllowed(
                _("Operation {sequence} of {number} has no place in the schedule yet.",
                  sequence=operation.sequence, number=order.number),
                record=order.number,
                field=_("Planned start"),
                remedy=_("Re-schedule first."),
            )  # fmt: skip
    return _lock(session, operation_ids, True)


@use_case
def unlock_operations(session: Session, operation_ids: Sequence[int]) -> tuple[int, ...]:
    """Let the next schedule move them again; the ids that were locked."""
    return _lock(session, operation_ids, False)


def _lock(session: Session, operation_ids: Iterable[int], locked: bool) -> tuple[int, ...]:
    """Lock or unlock the operations; the ids of those that were not so before, in the order given."""
    step, changed = ProductionOperation, []
    session.flush()
    for part in chunks(operation_ids):
        was = select(step.id).where(step.id.in_(part), step.locked.is_not(locked))
        found = set(session.scalars(was.with_for_update()))
        changed += [one for one in part if one in found]
    _write_by_hand(session, changed, locked=locked)
    return tuple(changed)


def _write_by_hand(session: Session, operation_ids: Sequence[int], **values: object) -> None:
    """Give the operations *values* and another version, so that nobody moves them by an older picture."""
    step = ProductionOperation
    for part in chunks(operation_ids):
        rows = update(step).where(step.id.in_(part)).values(version=step.version + 1, **values)
        session.execute(rows.execution_options(synchronize_session=False))
    touched(session, step, operation_ids)
    session.expire_all()


def _waiting(session: Session, operation_id: int) -> ProductionOperation:
    """The operation. Raises NotFound, and NotAllowed where it is not waiting in an open order."""
    ((operation, _order),) = _waiting_ones(session, [operation_id])
    return operation


def _waiting_ones(
    session: Session, operation_ids: Sequence[int]
) -> list[tuple[ProductionOperation, ProductionOrder]]:
    """The operations, locked in the order of their ids, and their orders.

    Raises NotFound for one that is gone, NotAllowed where one is not waiting in an open order.
    """
    step = ProductionOperation
    found: list[tuple[ProductionOperation, ProductionOrder]] = []
    for part in chunks(operation_ids):
        rows = (
            select(step, ProductionOrder)
            .join(ProductionOrder, ProductionOrder.id == step.order_id)
            .where(step.id.in_(part))
            .order_by(step.id)
            .with_for_update(of=step)
            .execution_options(populate_existing=True)
        )
        found += [(operation, order) for operation, order in session.execute(rows)]
    for gone in set(operation_ids) - {operation.id for operation, _order in found}:
        get(session, step, gone)
    for operation, order in found:
        _refuse_over(order)
        if operation.state != OperationState.WAITING:
            raise NotAllowed(
                _("Operation {sequence} of {number} is started or finished already.",
                  sequence=operation.sequence, number=order.number),
                record=order.number,
                field=_("Operation"),
                remedy=_("Choose an operation that is still waiting."),
            )  # fmt: skip
    return found


def _refuse_over(order: ProductionOrder) -> None:
    if order.state not in OPEN:
        raise NotAllowed(
            _("Production order {number} is finished or cancelled.", number=order.number),
            record=order.number,
            field=_("State"),
            remedy=_("Choose a production order that is still open."),
        )


def _refuse(outcome: MoveOutcome) -> None:
    for why in outcome.broken[:1]:
        raise NotAllowed(why.text, record=why.record, field=why.field, remedy=why.remedy)


def _tried(
    session: Session,
    state: BoardState,
    operation_id: int,
    machine_id: int,
    start: int,
    pin: bool,
    steps: int | None = None,
) -> MoveOutcome:
    if operation_id not in state.problem.operation or operation_id not in state.placed:
        return MoveOutcome(broken=(not_waiting(session, state, operation_id),))
    step = state.steps.get(operation_id)
    if step is None or step.state != OperationState.WAITING or machine_id not in state.problem.machine:
        return MoveOutcome(broken=(not_waiting(session, state, operation_id),))
    moved = state.board.move(operation_id, machine_id, start, steps)
    return _outcome(session, state, moved, {operation_id: pin})


def _outcome(session: Session, state: BoardState, moved: Moved, pins: Mapping[int, bool]) -> MoveOutcome:
    if moved.broken:
        views = (break_view(state, why) for why in moved.broken)
        return MoveOutcome(broken=tuple(views))
    # The operation that was moved stands first, also where only its lock changes.
    ids = [*pins, *(o for o in moved.places if o not in pins)]
    before = tuple(_place(state, o, state.placed[o], None) for o in ids)
    after = tuple(_place(state, o, moved.places.get(o, state.placed[o]), pins.get(o)) for o in ids)
    return MoveOutcome(after, before, _slips(session, state, moved.places), more=moved.cut)


def _place(state: BoardState, number: int, at: Assignment, locked: bool | None) -> Place:
    machine, start, setup_finish, finish = times_of(at)
    was = state.steps[number].locked
    return Place(number, machine, start, setup_finish, finish, was if locked is None else locked)


def _slips(session: Session, state: BoardState, places: Mapping[int, Assignment]) -> tuple[Slip, ...]:
    """Orders that end on a later day, the latest against their need first."""
    floor = state.floor
    later: dict[int, tuple[date, date]] = {}
    for order, (before, after) in state.finishes(places).items():
        days = working_time.day_of(before, floor.place), working_time.day_of(after, floor.place)
        if order in floor.orders and days[0] < days[1]:
            later[order] = days
    buyers = _buyers(session, [floor.orders[o].sales_order_id for o in later])
    found = []
    for order, (was, becomes) in later.items():
        facts, weight = floor.orders[order], floor.weights.get(order)
        sales, customer = buyers.get(facts.sales_order_id or 0, ("", ""))
        promised = weight is not None and weight.promised
        found.append(Slip(order, facts.number, sales, customer, was, becomes, facts.needed, promised))
    return tuple(sorted(found, key=lambda s: (s.needed - s.after, s.number)))


def _buyers(session: Session, sales_ids: Iterable[int | None]) -> dict[int, tuple[str, str]]:
    """Sales order → its number and customer."""
    found: dict[int, tuple[str, str]] = {}
    for part in chunks(one for one in sales_ids if one is not None):
        rows = session.execute(
            select(SalesOrder.id, SalesOrder.number, Partner.name)
            .join(Partner, Partner.id == SalesOrder.customer_id)
            .where(SalesOrder.id.in_(part))
        )
        found |= {number: (sales, customer) for number, sales, customer in rows}
    return found


def _write(session: Session, state: BoardState, outcome: MoveOutcome) -> None:
    places = {
        place.operation_id: Assignment(
            place.machine_id or HALL, to_minute(place.start), to_minute(place.setup_finish),
            to_minute(place.finish),
        )
        for place in outcome.moved
    }  # fmt: skip
    write_places(session, state.floor, places)
    pairs = zip(outcome.moved, outcome.before, strict=True)
    _write_by_hand(session, [after.operation_id for after, before in pairs if after != before])


def _place_of_row(row: ProductionOperation) -> Place | None:
    if not (row.planned_start and row.planned_finish):
        return None
    setup = row.setup_finish or row.planned_start
    return Place(row.id, row.machine_id, row.planned_start, setup, row.planned_finish, row.locked)


def _overtaken(number: str) -> Conflict:
    return Conflict(
        _("{number} was started or moved since; the move cannot be taken back.", number=number),
        record=number,
        field=_("Operation"),
        remedy=_("Move the bars as you want them now."),
    )


def _restore(session: Session, places: Sequence[Place]) -> None:
    rows = [
        {
            "row": place.operation_id, "read": OperationState.WAITING, "machine_id": place.machine_id,
            "planned_start": place.start, "setup_finish": place.setup_finish,
            "planned_finish": place.finish, "locked": place.locked,
        }
        for place in places
    ]  # fmt: skip
    update_rows(session, ProductionOperation, rows)
    _write_by_hand(session, [place.operation_id for place in places])


def _retime_orders(session: Session, order_ids: Iterable[int]) -> None:
    """Planned start and finish of orders, from their operations."""
    for order in by_id(session, ProductionOrder, order_ids).values():
        steps = [s for s in order.operations if s.planned_start and s.planned_finish]
        order.planned_start = min((s.planned_start for s in steps if s.planned_start), default=None)
        order.planned_finish = max((s.planned_finish for s in steps if s.planned_finish), default=None)
