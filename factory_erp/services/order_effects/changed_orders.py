"""An order that changed after it was planned, and what is under way for it: the difference, to be applied.

Nothing of it is stored: it is worked out from the order and its pegs, so that it is the same for everybody
and is gone as soon as both fit. What has begun on the floor is never cancelled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import CompoundSelect, func, select, union
from sqlalchemy.orm import Session, selectinload

from factory_erp.domain.errors import Conflict
from factory_erp.i18n import _
from factory_erp.models.planning import PlanPeg
from factory_erp.models.production import Peg, ProductionOrder
from factory_erp.models.sales import OrderState, PlatformBlock, SalesLine, SalesOrder
from factory_erp.services.base import get, query, use_case
from factory_erp.services.floor.reading import lock_schedule
from factory_erp.services.material.explosion import gaps_of
from factory_erp.services.material.store import lock_plan
from factory_erp.services.order_effects.apply import Applying
from factory_erp.services.order_effects.lines import (
    Act,
    EffectAction,
    EffectKind,
    EffectLine,
    effect_lines,
    may_be_short,
)
from factory_erp.services.order_effects.read import OVER, is_ended, read_work, read_works
from factory_erp.services.production.quantity import OPEN
from factory_erp.services.stock.reservations import CONSUMING

__all__ = [
    "Act",
    "EffectAction",
    "EffectKind",
    "EffectLine",
    "EffectsView",
    "apply_effects",
    "changed_orders",
    "effects",
]

CHECKED = 20
"""Orders that are looked at closely for the page of the day: more than anybody settles in a morning."""
_GOING = tuple(state for state in OrderState if state not in OVER)


@dataclass(frozen=True, slots=True)
class EffectsView:
    """How an order and what is under way for it differ; *ended*: nothing more of it is wanted."""

    order_id: int
    number: str
    ended: bool
    lines: tuple[EffectLine, ...]

    @property
    def open(self) -> tuple[EffectLine, ...]:
        """Those about which something can be done."""
        return tuple(line for line in self.lines if line.actions)


@query
def effects(session: Session, order_id: int, cancel: bool = False) -> EffectsView:
    """What does not fit the order any more; with *cancel* what would not if it were cancelled now."""
    order = get(session, SalesOrder, order_id)
    lines = effect_lines(session, read_work(session, order, ended=cancel or is_ended(order)))
    return _view(order, lines, cancel)


def _view(order: SalesOrder, lines: Sequence[EffectLine], cancel: bool = False) -> EffectsView:
    if not cancel and all(line.kind == EffectKind.ORDER for line in lines):
        lines = []  # nothing is under way: what its platform says of it is asked elsewhere
    return EffectsView(order.id, order.number, cancel or is_ended(order), tuple(lines))


@use_case
def apply_effects(
    session: Session, order_id: int, choices: Mapping[str, str] | None = None, cancel: bool = False
) -> int:
    """Do what was chosen (key of a difference → id of an action), None: all that is recommended; how many.

    All of it or, where something is refused, nothing. A difference that is gone was settled before, and is
    left out. Raises Conflict for an action that is not offered any more, NotAllowed where two choices do not
    go together or the floor has begun.
    """
    lock_plan(session)
    lock_schedule(session, alone=False)
    order = get(session, SalesOrder, order_id, lock=True)
    if cancel and order.state == OrderState.CANCELLED:
        return 0
    session.scalars(select(ProductionOrder).filter_by(sales_order_id=order_id).with_for_update()).all()
    work = read_work(session, order, ended=cancel or is_ended(order))
    lines = effect_lines(session, work)
    chosen = [(line, _action(order, line, choices)) for line in lines]
    wanted = {line: action for line, action in chosen if action is not None}
    Applying(session, work, lines, wanted).run()
    return len(wanted)


def _action(order: SalesOrder, line: EffectLine, choices: Mapping[str, str] | None) -> EffectAction | None:
    said = line.recommended if choices is None else choices.get(line.key, "")
    found = line.action(said)
    if said and found is None:
        raise Conflict(
            _("{number} is not as it was when you looked at it.", number=line.number),
            record=order.number,
            remedy=_("Look at the differences again, then choose."),
        )
    return found


def changed_orders(session: Session) -> list[SalesOrder]:
    """Orders that production does not fit, the soonest promised first; no more than are looked at closely."""
    statement = select(SalesOrder).where(SalesOrder.id.in_(_suspicious()))
    statement = statement.order_by(SalesOrder.ship_by, SalesOrder.id).limit(CHECKED)
    loaded = statement.options(
        selectinload(SalesOrder.customer), selectinload(SalesOrder.lines).selectinload(SalesLine.item)
    )
    orders = {order: is_ended(order) for order in session.scalars(loaded)}
    works = read_works(session, orders) if orders else []
    made = [work.order for work in works if may_be_short(work)]
    short = gaps_of(session, made) if made else {}
    return [
        work.order
        for work in works
        if _view(work.order, effect_lines(session, work, short.get(work.order.id, ()))).open
    ]


def _suspicious() -> CompoundSelect[int]:
    """Orders with cheap signs of a difference: too much made, too little covered, another day, stopped there.

    All are found by the production and the orders that are open, so that those of all years do not count.
    """
    # The sum keeps the database from the index of items, which leads through the pegs of all years.
    taken = select(func.sum(Peg.quantity)).where(
        Peg.production_order_id == ProductionOrder.id, Peg.item_id + 0 == ProductionOrder.item_id
    )
    planned = select(func.sum(PlanPeg.quantity)).where(
        PlanPeg.production_order_id == ProductionOrder.id, PlanPeg.item_id + 0 == ProductionOrder.item_id
    )
    going = SalesOrder.state.in_(_GOING)
    mine = select(SalesOrder.id).join(ProductionOrder, ProductionOrder.sales_order_id == SalesOrder.id)
    too_much = mine.where(
        going, ProductionOrder.state.in_(OPEN),
        ProductionOrder.quantity
        > func.coalesce(taken.scalar_subquery(), 0) + func.coalesce(planned.scalar_subquery(), 0),
    )  # fmt: skip
    covered = select(func.sum(Peg.quantity)).where(Peg.sales_line_id == SalesLine.id)
    lines = select(SalesOrder.id).join(SalesLine, SalesLine.order_id == SalesOrder.id)
    other = lines.where(
        SalesOrder.state.in_((OrderState.IN_PRODUCTION, OrderState.READY)),
        func.coalesce(covered.scalar_subquery(), 0) != SalesLine.quantity,
    )
    moved = (
        lines.join(Peg, Peg.sales_line_id == SalesLine.id)
        .join(ProductionOrder, ProductionOrder.id == Peg.production_order_id)
        .where(going, ProductionOrder.state.in_(OPEN))
        .where(ProductionOrder.due != func.coalesce(SalesLine.promised, SalesOrder.ship_by))
    )
    stopped = select(SalesOrder.id).where(going, SalesOrder.platform_block == PlatformBlock.CLOSED)
    over = mine.where(SalesOrder.state.in_(OVER), ProductionOrder.state.in_(CONSUMING))
    return union(too_much, other, moved, stopped, over)
