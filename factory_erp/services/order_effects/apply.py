"""Doing what a person chose about the differences between an order and what is under way for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import _
from factory_erp.models.production import Peg, PegSource, ProductionOrder
from factory_erp.models.sales import OrderState
from factory_erp.services.material.explosion import gaps
from factory_erp.services.material.orders import cancel_order, split_off
from factory_erp.services.order_effects.lines import (
    Act,
    EffectAction,
    EffectKind,
    EffectLine,
    enlargeable,
    is_reservation,
)
from factory_erp.services.order_effects.read import Work
from factory_erp.services.planning import make_up
from factory_erp.services.production.quantity import set_quantity
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.sales import orders as sales
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.shipping.facts import load
from factory_erp.services.stock.reservations import CONSUMING, settle

Chosen = Mapping[EffectLine, EffectAction]


class Applying:
    """Applies the chosen actions to a locked order: cartons, production from the top down, the rest.

    What is kept of each peg, and how large each production order becomes, is settled before anything is
    changed, with what was not chosen staying as it is.
    """

    def __init__(self, session: Session, work: Work, lines: Sequence[EffectLine], chosen: Chosen) -> None:
        self._session, self._work, self._chosen = session, work, chosen
        smaller = {line.record_id for line, action in chosen.items() if action.act in (Act.CANCEL, Act.REDUCE)
                   and line.kind == EffectKind.PRODUCTION}  # fmt: skip
        stays = {line.record_id for line in lines if line.kind == EffectKind.PRODUCTION} - smaller
        self._splits = {line.record_id: work.target(work.made[line.record_id])
                        for line, action in chosen.items() if action.act == Act.SPLIT}  # fmt: skip
        # Cancelling the order takes all that is planned for it along, as long as nobody else wants it.
        ends = any(line.kind == EffectKind.ORDER for line in chosen)
        for_stock = {line.record_id for line, action in chosen.items() if action.act == Act.STOCK}
        work.leaving(for_stock | set(self._splits) if ends else stays)
        self._kept = {peg: kept for line in work.order.lines for peg, kept in work.kept_of_line(line).items()}
        self._targets = {made.id: work.target(made) for made in work.made.values()}
        self._needed = {made.id: work.needed(made) for made in work.made.values()}
        self._spare = {line.id: work.spare(line) for line in work.bought.values()}

    def run(self) -> None:
        """Do all of it. Raises NotAllowed where two choices do not go together."""
        session, order = self._session, self._work.order
        for line, _action in self._of(EffectKind.SHIPMENT):
            shipping.cancel_shipment(session, load(session, line.record_id, lock=True))
        self._make_less()
        self._redate()
        self._buy_less()
        for line, _action in self._of(EffectKind.RESERVATION):
            self._release(int(line.key.partition(":")[2]))
        session.flush()
        self._make_more()
        if any(self._of(EffectKind.ORDER)):
            self._cancel_order()
        settle(session, order)

    def _of(self, kind: EffectKind) -> Iterator[tuple[EffectLine, EffectAction]]:
        return ((line, action) for line, action in self._chosen.items() if line.kind == kind)

    # production

    def _make_less(self) -> None:
        """Parents before what is made for them: their materials let go of it first."""
        chosen = {line.record_id: (line, action) for line, action in self._of(EffectKind.PRODUCTION)}
        for made in parents_first(self._work):
            if made.id in chosen:
                self._follow(made, *chosen[made.id])
        self._session.flush()

    def _follow(self, made: ProductionOrder, line: EffectLine, action: EffectAction) -> None:
        self._trim([peg for pegs in self._work.line_pegs.values() for peg in pegs
                    if peg.production_order_id == made.id])  # fmt: skip
        if action.act == Act.STOCK:
            made.sales_order_id = None
        elif action.act == Act.SPLIT:
            left = self._splits[made.id]
            if self._needed[made.id] > left:
                raise self._still_needed(line)
            other = split_off(self._session, made, made.quantity - left)
            other.sales_order_id = None
        else:
            self._shrink(made, line, Decimal(action.value or 0))

    def _shrink(self, made: ProductionOrder, line: EffectLine, quantity: Decimal) -> None:
        if self._targets[made.id] > quantity:
            raise self._still_needed(line)
        if quantity:
            set_quantity(self._session, made, quantity)
        else:
            cancel_order(self._session, made)

    def _still_needed(self, line: EffectLine) -> NotAllowed:
        return NotAllowed(
            _("{number} goes into something that stays as large as it is.", number=line.number),
            record=line.number,
            field=_("Quantity"),
            remedy=_("Choose the same for what it goes into, or leave this one as it is."),
        )

    def _trim(self, pegs: Sequence[Peg]) -> None:
        """Let the order's lines keep no more of these pegs than they want."""
        for peg in pegs:
            kept = self._kept.get(peg.id, peg.quantity)
            if not kept:
                self._session.delete(peg)
                del self._kept[peg.id]  # a second difference may concern it
            elif kept != peg.quantity:
                peg.quantity = kept
        self._session.flush()

    def _redate(self) -> None:
        for line, action in self._of(EffectKind.DATE):
            made = self._work.made[line.record_id]
            days = date.fromisoformat(action.value) - made.due
            self._shift(made, days)

    def _shift(self, made: ProductionOrder, days: timedelta) -> None:
        """Move the due day of an order, and of the parts that are made for it alone, by as much."""
        made.due += days
        for part in self._work.feeders(made):
            if part.state in CONSUMING:
                self._shift(part, days)

    # purchases and reservations

    def _buy_less(self) -> None:
        for line, action in self._of(EffectKind.PURCHASE):
            line_id = int(line.key.partition(":")[2])
            if action.act == Act.REDUCE and self._spare[line_id] < Decimal(action.value):
                raise self._still_needed(line)
            self._trim([peg for pegs in self._work.line_pegs.values() for peg in pegs
                        if peg.source == PegSource.PURCHASE and peg.purchase_line_id == line_id])  # fmt: skip
            if action.act == Act.REDUCE:
                self._session.flush()
                purchases.reduce_line(self._session, line_id, Decimal(action.value))

    def _release(self, line_id: int) -> None:
        self._trim([peg for peg in self._work.line_pegs[line_id] if is_reservation(self._work, peg)])

    # what is missing

    def _make_more(self) -> None:
        """Enlarge what was chosen, then plan all that is still missing in one go."""
        short = {line.key: action for line, action in self._of(EffectKind.SHORTFALL)}
        if not short:
            return
        for gap in gaps(self._session, self._work.order):
            action = short.get(f"short:{gap.column}:{gap.id}")
            larger = enlargeable(self._work, gap)
            if action is not None and action.act == Act.RAISE and larger is not None:
                made, quantity = larger
                set_quantity(self._session, made, quantity)
                self._session.add(
                    Peg(
                        sales_line_id=gap.id, item_id=gap.item_id, source=PegSource.PRODUCTION,
                        production_order_id=made.id, quantity=gap.quantity,
                    )
                )  # fmt: skip
        self._session.flush()
        make_up(self._session, self._work.order)

    # the order itself

    def _cancel_order(self) -> None:
        """Cancel it; what others want of its production is theirs."""
        order = self._work.order
        for made in self._work.made.values():
            wanted = made.sales_order_id == order.id and made.state in CONSUMING and self._needed[made.id]
            if wanted:
                made.sales_order_id = None
        self._session.flush()
        if order.state != OrderState.CANCELLED:
            sales.cancel_order(self._session, order)


def parents_first(work: Work) -> list[ProductionOrder]:
    """The production orders, each after all that it is made for."""
    done: dict[int, ProductionOrder] = {}

    def visit(made: ProductionOrder) -> None:
        if made.id in done:
            return
        for peg in work.serving[made.id]:
            part = work.parts.get(peg.material_id or 0)
            if part is not None:
                visit(work.made[part.order_id])
        done[made.id] = made

    for made in work.made.values():
        visit(made)
    return list(done.values())
