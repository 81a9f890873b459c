"""Unreleased production orders made larger, smaller, two of one or one of two: pegs keep what they kept.

What runs by the piece is scaled and rounded up, setups stay once for each order. Only planned orders are
changed: the floor has its papers for the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.i18n import _
from factory_erp.models.planning import OperationResource, PlanPeg, Suggestion
from factory_erp.models.production import (
    EligibleMachine,
    OperationState,
    Peg,
    PegSource,
    ProductionMaterial,
    ProductionOperation,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.search import SearchEntry
from factory_erp.services import clock, search
from factory_erp.services.base import get, use_case
from factory_erp.services.bulk import chunks
from factory_erp.services.floor.work import STATE_NAMES, set_order_state
from factory_erp.services.material.store import lock_plan, remove
from factory_erp.services.numbering import next_number
from factory_erp.services.stock import inventory

ZERO = Decimal(0)
LAST_TO_GO = (PegSource.PURCHASE, PegSource.PRODUCTION, PegSource.STOCK)
"""Which pegs of a material give way first when less of it is wanted."""


@dataclass(frozen=True, slots=True)
class SplitOrder:
    """The new production order beside the one that was split."""

    id: int
    number: str


@use_case
def split_order(
    session: Session, production_order_id: int, quantity: Decimal, client_key: str | None = None
) -> SplitOrder:
    """Move *quantity* of a planned production order into one of its own, with its share of all pegs.

    Whoever was pegged first stays with the first order. The same *client_key* again splits nothing. Raises
    InvalidValue for a quantity that is none or all of it, NotAllowed for an order that is released.
    """
    known = client_key and session.scalar(select(ProductionOrder).filter_by(client_key=client_key))
    if known:
        return SplitOrder(known.id, known.number)
    lock_plan(session)
    order = get(session, ProductionOrder, production_order_id, lock=True)
    require_planned(order)
    inventory.check_quantity(order.item, quantity)
    if quantity >= order.quantity:
        raise InvalidValue(
            _("{number} is for {quantity} only: nothing would be left of it.",
              number=order.number, quantity=f"{order.quantity:f}"),
            record=order.number,
            field=_("Quantity"),
            remedy=_("Enter less than the whole quantity."),
        )  # fmt: skip
    other = split_off(session, order, quantity, client_key)
    return SplitOrder(other.id, other.number)


def split_off(
    session: Session, order: ProductionOrder, quantity: Decimal, client_key: str | None = None
) -> ProductionOrder:
    """The new order for *quantity* of a planned one, whose row is locked and which is for more."""
    other = _copy(order, quantity, client_key)
    other.number = next_number(session, "MO", clock.today().year)
    session.add(other)
    session.flush()
    _copy_rights(session, order, other)
    _share_materials(session, order, other)
    _share_output(session, order, other)
    scale_steps(order, order.quantity - quantity)
    order.quantity -= quantity
    forget_plan(session, [order.id])
    _index_like(session, order, other)
    return other


def require_planned(order: ProductionOrder) -> None:
    """Raise NotAllowed unless the order is planned only."""
    if order.state != ProductionState.PLANNED:
        raise NotAllowed(
            _("Production order {number} is '{state}': the floor has its papers.",
              number=order.number, state=_(STATE_NAMES[ProductionState(order.state)])),
            record=order.number,
            field=_("State"),
            remedy=_("Change an order before it is released."),
        )  # fmt: skip


_COPIED = ("item_id", "sales_order_id", "due", "priority", "batch", "lot", "material_at")
_STEP = (
    "sequence", "name_en", "name_zh", "centre_id", "setup_minutes", "run_minutes", "queue_minutes",
    "max_wait_minutes", "resumable", "family", "transfer_lot", "subcontractor_id", "subcontract_days",
    "quality_point",
)  # fmt: skip


def _copy(order: ProductionOrder, quantity: Decimal, client_key: str | None) -> ProductionOrder:
    """An order for *quantity* made as this one, still without materials and number."""
    other = ProductionOrder(
        state=ProductionState.PLANNED,
        quantity=quantity,
        client_key=client_key,
        **{name: getattr(order, name) for name in _COPIED},
    )
    other.operations = [
        ProductionOperation(**{name: getattr(step, name) for name in _STEP}) for step in order.operations
    ]
    for step, like in zip(other.operations, order.operations, strict=True):
        step.run_minutes = _share(like.run_minutes, quantity, order.quantity)
    return other


def _copy_rights(session: Session, order: ProductionOrder, other: ProductionOrder) -> None:
    """The same machines may do the steps, and the same moulds are held."""
    for step, like in zip(other.operations, order.operations, strict=True):
        for one in like.eligible:
            session.add(
                EligibleMachine(
                    operation_id=step.id, machine_id=one.machine_id, speed_percent=one.speed_percent,
                    setup_minutes=one.setup_minutes,
                )
            )  # fmt: skip
        for held in session.scalars(select(OperationResource).filter_by(operation_id=like.id)):
            session.add(OperationResource(operation_id=step.id, resource_id=held.resource_id))


def _share(minutes: int, part: Decimal, whole: Decimal) -> int:
    return int((minutes * part / whole).to_integral_value(ROUND_CEILING))


def scale_steps(order: ProductionOrder, quantity: Decimal) -> None:
    """Let the steps of the order run as long as *quantity* of it takes."""
    for step in order.operations:
        step.run_minutes = _share(step.run_minutes, quantity, order.quantity)


def share_of(part: ProductionMaterial, quantity: Decimal, whole: Decimal) -> Decimal:
    """What *quantity* of the whole order wants of the material, in whole steps, at least one."""
    step = part.item.step
    return max(step, (part.quantity * quantity / whole / step).to_integral_value(ROUND_CEILING) * step)


def _share_materials(session: Session, order: ProductionOrder, other: ProductionOrder) -> None:
    for part in order.materials:
        mine = ProductionMaterial(
            order_id=other.id, position=part.position, item_id=part.item_id, operation=part.operation,
            by_product=part.by_product, quantity=share_of(part, other.quantity, order.quantity),
        )  # fmt: skip
        session.add(mine)
        session.flush()
        part.quantity = share_of(part, order.quantity - other.quantity, order.quantity)
        _move(session, pegs_of(session, part), part.quantity, material_id=mine.id)


def _share_output(session: Session, order: ProductionOrder, other: ProductionOrder) -> None:
    """Whoever was pegged first keeps the first order; the rest are served by the other."""
    serving = select(Peg).filter_by(production_order_id=order.id).order_by(Peg.id)
    pegs = list(session.scalars(serving.where(Peg.item_id == order.item_id)))
    _move(session, pegs, order.quantity - other.quantity, production_order_id=other.id)


def _move(session: Session, pegs: Iterable[Peg], stays: Decimal, **names: int) -> None:
    """Give the pegs other *names* beyond what *stays*; the one in between is divided."""
    for peg in pegs:
        kept = min(stays, peg.quantity)
        stays -= kept
        if not kept:
            for name, value in names.items():
                setattr(peg, name, value)
        elif kept < peg.quantity:
            session.add(_peg_like(peg, peg.quantity - kept, **names))
            peg.quantity = kept


_PEG = (
    "sales_line_id", "material_id", "item_id", "source", "production_order_id", "purchase_line_id", "due",
)  # fmt: skip


def _peg_like(peg: Peg, quantity: Decimal, **names: int) -> Peg:
    return Peg(**{name: getattr(peg, name) for name in _PEG} | names, quantity=quantity)


def pegs_of(session: Session, part: ProductionMaterial) -> list[Peg]:
    """What covers a material: what is there first, what is still to be bought last."""
    return pegs_of_all(session, [part])[part.id]


def pegs_of_all(session: Session, parts: Iterable[ProductionMaterial]) -> dict[int, list[Peg]]:
    """Material → what covers it, in that order."""
    found: dict[int, list[Peg]] = {part.id: [] for part in parts}
    for chunk in chunks(found):
        for peg in session.scalars(select(Peg).where(Peg.material_id.in_(chunk))):
            found[peg.material_id or 0].append(peg)
    for pegs in found.values():
        pegs.sort(key=lambda peg: (-LAST_TO_GO.index(PegSource(peg.source)), peg.id))
    return found


def forget_plan(session: Session, order_ids: Sequence[int]) -> None:
    """What the plan gave to or took from these orders is planned anew."""
    materials = select(ProductionMaterial.id).where(ProductionMaterial.order_id.in_(order_ids))
    mine = select(PlanPeg.id).where(
        PlanPeg.production_order_id.in_(order_ids) | PlanPeg.material_id.in_(materials)
    )
    session.flush()
    remove(session, PlanPeg, list(session.scalars(mine)))


def _index_like(session: Session, order: ProductionOrder, other: ProductionOrder) -> None:
    """Let the new order be found as the one it was split from."""
    entry = session.scalar(select(SearchEntry).filter_by(kind="production", record_id=order.id))
    subtitle = entry.subtitle if entry else order.item.sku
    words = entry.text.split("\n")[2:] if entry else []
    search.index(session, "production", other.id, other.number, subtitle, *words)


def reduce_order(session: Session, order: ProductionOrder, quantity: Decimal) -> None:
    """Make *quantity* less of a planned order, whose row is locked; nothing left of it cancels it.

    Pegs of its materials give way as far as less is wanted. Raises NotAllowed for an order that has begun.
    """
    if quantity >= order.quantity:
        cancel_order(session, order)
        return
    require_planned(order)
    left = order.quantity - quantity
    for part in order.materials:
        part.quantity = share_of(part, left, order.quantity)
        free_beyond(session, part, part.quantity)
    scale_steps(order, left)
    order.quantity = left
    forget_plan(session, [order.id])


def free_beyond(session: Session, part: ProductionMaterial, wanted: Decimal) -> None:
    """Take pegs off the material until they cover no more than *wanted*."""
    for peg in pegs_of(session, part):
        kept = min(wanted, peg.quantity)
        wanted -= kept
        if kept:
            peg.quantity = kept
        else:
            session.delete(peg)


def cancel_order(session: Session, order: ProductionOrder) -> None:
    """Cancel an order that has not begun, whose row is locked; what was kept for it is free again."""
    set_order_state(order, ProductionState.CANCELLED)
    for step in order.operations:
        step.state = OperationState.CANCELLED
    for part in order.materials:
        free_beyond(session, part, ZERO)
    forget_plan(session, [order.id])


def merge_orders(session: Session, head: ProductionOrder, others: Sequence[ProductionOrder]) -> None:
    """Make planned orders of one item, whose rows are locked, one with *head*; the others are cancelled.

    It is due when the first of them was; pegs go over. Raises NotAllowed where one is released or made
    in other steps.
    """
    for order in (head, *others):
        require_planned(order)
        _require_same_steps(head, order)
    for order in others:
        for step, more in zip(head.operations, order.operations, strict=True):
            step.run_minutes += more.run_minutes
        _take_materials(session, head, order)
        for peg in session.scalars(select(Peg).filter_by(production_order_id=order.id)):
            peg.production_order_id = head.id
        head.quantity += order.quantity
        head.due = min(head.due, order.due)
        dates = [at for at in (head.material_at, order.material_at) if at is not None]
        head.material_at = max(dates, default=None)
        if order.sales_order_id != head.sales_order_id:
            head.sales_order_id = None
        session.flush()
        cancel_order(session, order)
    _forget_advice(session, [order.id for order in others])
    forget_plan(session, [head.id, *(order.id for order in others)])


def _forget_advice(session: Session, order_ids: Sequence[int]) -> None:
    """What was advised of these orders, which are made no more, is nothing to accept."""
    said = select(Suggestion.id).where(Suggestion.production_order_id.in_(order_ids))
    remove(session, Suggestion, list(session.scalars(said)))


def _require_same_steps(head: ProductionOrder, order: ProductionOrder) -> None:
    steps = [[(step.sequence, step.centre_id) for step in one.operations] for one in (head, order)]
    if steps[0] != steps[1] or head.item_id != order.item_id:
        raise NotAllowed(
            _("{number} is made in other steps than {head}.", number=order.number, head=head.number),
            record=order.number,
            field=_("Operations"),
            remedy=_("Leave them apart, or plan one of them anew after cancelling it."),
        )


def _take_materials(session: Session, head: ProductionOrder, order: ProductionOrder) -> None:
    """Add what *order* consumes to what *head* does, with its pegs."""
    mine = {(part.item_id, part.operation, part.by_product): part for part in head.materials}
    for part in order.materials:
        name = (part.item_id, part.operation, part.by_product)
        target = mine.get(name)
        if target is None:
            position = max((one.position for one in head.materials), default=0) + 1
            target = ProductionMaterial(
                position=position, item_id=part.item_id, operation=part.operation, by_product=part.by_product,
                quantity=part.quantity,
            )  # fmt: skip
            head.materials.append(target)
            session.flush()
            mine[name] = target
        else:
            target.quantity += part.quantity
        for peg in pegs_of(session, part):
            peg.material_id = target.id
    session.flush()
