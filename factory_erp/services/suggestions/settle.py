"""Accepting what to make and to buy: the orders, the firm pegs, and what of the plan's pegs remains.

A parent that is accepted before its components keeps them: the suggestion that was for the parent's
suggestion is for the material of its production order then.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.orm import Session

from factory_erp.models.planning import PlanPeg, PurchaseLine, Suggestion, SuggestionKind
from factory_erp.models.production import PegSource, ProductionMaterial, ProductionOrder
from factory_erp.models.sales import OrderState
from factory_erp.planning.calendar import to_minute, to_moment
from factory_erp.services import working_time
from factory_erp.services.master_data import by_id
from factory_erp.services.material.store import PEG_COLUMNS, remove, update_raw
from factory_erp.services.order_states import set_state
from factory_erp.services.purchasing.arrivals import follow_arrivals
from factory_erp.services.purchasing.orders import NewPurchase, NewPurchaseLine, write_purchase
from factory_erp.services.stock.reservations import LINE, MATERIAL
from factory_erp.services.suggestions.chosen import Chosen, Demand, PlannedPeg, in_micros
from factory_erp.services.suggestions.make import Made, Material, make
from factory_erp.services.suggestions.pegs import FirmPegs, NewSupply
from factory_erp.services.suggestions.promises import settle_promises
from factory_erp.services.suggestions.wanted import Wanting, lock_wanting


@dataclass(frozen=True, slots=True)
class Bought:
    """What was ordered: the purchase orders, and suggestion → its line."""

    orders: tuple[int, ...]
    lines: dict[int, PurchaseLine]


def settle_orders(session: Session, chosen: Chosen) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Write production and purchase orders for the chosen suggestions with their pegs; the ids of both.

    Raises Conflict where less is wanted by now, or by somebody who was stopped or is done, NotAllowed for an
    item without a routing.
    """
    if not chosen.of_kind(SuggestionKind.MAKE, SuggestionKind.BUY):
        return (), ()
    wanting = lock_wanting(session, chosen)
    _begin(session, chosen, wanting)
    firm = FirmPegs(session, chosen, wanting.orders.keys())
    firm.check(chosen)
    made, bought = make(session, chosen), buy(session, chosen)
    Settling(session, chosen, firm, made, bought).run()
    settle_promises(session, wanting, firm.pegged, made)
    return tuple(made.orders.values()), bought.orders


def _begin(session: Session, chosen: Chosen, wanting: Wanting) -> None:
    """The sales orders whose lines get something are in work."""
    served = {
        order for (kind, line), order in wanting.order_of.items() if kind == LINE and line in chosen.lines
    }
    for order_id in sorted(served):
        if wanting.orders[order_id].state == OrderState.CONFIRMED:
            set_state(session, wanting.orders[order_id], OrderState.IN_PRODUCTION)


def buy(session: Session, chosen: Chosen) -> Bought:
    """One purchase order for each supplier, one without any for items that have no usual one."""
    groups: dict[int | None, list[Suggestion]] = defaultdict(list)
    for one in chosen.of_kind(SuggestionKind.BUY):
        groups[chosen.items[one.item_id].supplier_id].append(one)
    found = Bought((), {})
    for supplier, wanted in sorted(groups.items(), key=lambda group: group[0] or 0):
        wanted = sorted(wanted, key=lambda one: (one.due_at, one.id))
        lines = [_line(session, one) for one in wanted]
        order = write_purchase(session, NewPurchase(supplier, lines, client_key=f"suggestion:{wanted[0].id}"))
        mine = {one.id: line for one, line in zip(wanted, order.lines, strict=True)}
        found = Bought((*found.orders, order.id), {**found.lines, **mine})
    return found


def _line(session: Session, one: Suggestion) -> NewPurchaseLine:
    """Wanted on the last day whose end is in time; expected then, or as soon as it can come."""
    place = working_time.zone(session)
    due, there = to_minute(one.due_at), to_minute(one.available_at or one.due_at)
    day = working_time.day_of(due, place)
    needed = day if working_time.end_of_day(day, place) <= due else day - timedelta(days=1)
    return NewPurchaseLine(one.item_id, one.quantity, needed, max(needed, working_time.day_of(there, place)))


class Settling:
    """Follows the plan's pegs of the chosen suggestions and makes firm what can be."""

    def __init__(self, session: Session, chosen: Chosen, firm: FirmPegs, made: Made, bought: Bought) -> None:
        self._session, self._chosen, self._firm = session, chosen, firm
        self._made, self._bought, self._served = made, bought, chosen.served
        self._done: list[int] = []
        self._kept: list[PlannedPeg] = []
        self._waits: dict[int, int] = {}
        self._touched: set[int] = set()

    def run(self) -> None:
        """Write the firm pegs, keep the rest of the plan's, and remove the suggestions."""
        for one, order_id in self._made.orders.items():
            quantity = in_micros(self._chosen.suggestions[one])
            self._firm.supply((PegSource.PRODUCTION, order_id), quantity)
            for part in self._made.materials[one]:
                self._firm.demand(part.id, part.wanted)
        for one, line in self._bought.lines.items():
            self._firm.supply((PegSource.PURCHASE, line.id), in_micros(self._chosen.suggestions[one]))
        for peg in self._chosen.pegs:
            self._follow(peg)
        self._firm.write()
        self._keep()
        self._date()
        gone = [*self._made.orders, *self._bought.lines]
        remove(self._session, Suggestion, gone)
        for one in gone:
            self._session.expunge(self._chosen.suggestions[one])

    def _follow(self, peg: PlannedPeg) -> None:
        if self._chosen.makes(peg.consumer):
            self._follow_part(peg)
            return
        moved = self._renamed(peg)
        supply = self._supply(peg)
        firm = self._firm_peg(peg.demand, peg, supply) if peg.demand and supply else 0
        self._rest(peg, moved, firm)

    def _follow_part(self, peg: PlannedPeg) -> None:
        """A peg of a component whose order was just written: for its materials in turn."""
        supply, left = self._supply(peg) or self._open_purchase(peg), peg.quantity
        last: Material | None = None
        for part in self._made.materials[peg.consumer]:
            if part.item_id == peg.item and part.pegged < part.wanted and left:
                share, last = min(left, part.wanted - part.pegged), part
                part.pegged += share
                left -= share
                if supply is not None:
                    self._firm_peg((MATERIAL, part.id), replace(peg, quantity=share), supply)
        waits = supply is None or (supply.source == PegSource.PURCHASE and not supply.purchase_line_id)
        if last is not None and waits:
            named = replace(self._renamed(peg), consumer=0, material=last.id)
            self._rest(peg, named, 0)
        else:
            self._done.append(peg.id)

    def _rest(self, peg: PlannedPeg, moved: PlannedPeg, firm: int) -> None:
        """What has not become firm stays a peg of the plan, under the names of what there is now."""
        left = replace(moved, quantity=peg.quantity - firm)
        if left.quantity <= 0:
            self._done.append(peg.id)
        elif left != peg:
            self._kept.append(left)

    def _renamed(self, peg: PlannedPeg) -> PlannedPeg:
        if peg.suggestion in self._made.orders:
            return replace(peg, suggestion=0, production=self._made.orders[peg.suggestion])
        if peg.suggestion in self._bought.lines:
            return replace(peg, suggestion=0, purchase=self._bought.lines[peg.suggestion].id)
        return peg

    def _supply(self, peg: PlannedPeg) -> NewSupply | None:
        """What the peg's supply is now; None where it is still a suggestion, or a by-product."""
        if peg.suggestion in self._bought.lines:
            line = self._bought.lines[peg.suggestion]
            return NewSupply(PegSource.PURCHASE, purchase_line_id=line.id, due=line.needed_on)
        if peg.suggestion:
            made = self._made.orders.get(peg.suggestion)
            known = made is not None and self._chosen.is_output(peg)
            return NewSupply(PegSource.PRODUCTION, production_order_id=made) if known else None
        if peg.production:
            mine = self._firm.output_of(peg.production, peg.item)
            return NewSupply(PegSource.PRODUCTION, production_order_id=peg.production) if mine else None
        if peg.purchase:
            return NewSupply(PegSource.PURCHASE, purchase_line_id=peg.purchase)
        return NewSupply(PegSource.STOCK)

    def _open_purchase(self, peg: PlannedPeg) -> NewSupply | None:
        """A purchase that is only suggested yet, as planning an order pegs it: it has still to be ordered."""
        one = self._chosen.others.get(peg.suggestion)
        if one is None or one.kind != SuggestionKind.BUY or one.item_id != peg.item:
            return None
        there = to_minute(one.available_at or one.due_at)
        order = self._made.orders[peg.consumer]
        self._waits[order] = max(there, self._waits.get(order, there))
        place = working_time.zone(self._session)
        return NewSupply(PegSource.PURCHASE, due=working_time.day_of(to_minute(one.due_at), place))

    def _firm_peg(self, demand: Demand, peg: PlannedPeg, supply: NewSupply) -> int:
        """Only pegs of demands that a chosen suggestion serves, or of its own materials, become firm."""
        kind, row = demand
        mine = self._chosen.makes(peg.consumer) or demand in self._served
        if kind == MATERIAL and not self._chosen.makes(peg.consumer) and mine:
            self._touched.add(row)
        return self._firm.peg(demand, peg.item, peg.quantity, supply) if mine else 0

    def _keep(self) -> None:
        """Rename the plan's pegs that remain, and remove those that are firm now."""
        remove(self._session, PlanPeg, self._done)
        rows = [(*(one or None for one in _names(peg)), peg.quantity, peg.id) for peg in self._kept]
        update_raw(self._session, PlanPeg, (*PEG_COLUMNS, "quantity"), rows)

    def _date(self) -> None:
        """Let the orders start no earlier than what is bought for them comes."""
        orders = by_id(self._session, ProductionOrder, self._waits)
        for order_id, minute in self._waits.items():
            orders[order_id].material_at = to_moment(minute)
        parts = by_id(self._session, ProductionMaterial, self._touched)
        waiting = {*self._made.orders.values(), *(part.order_id for part in parts.values())}
        follow_arrivals(self._session, waiting)


def _names(peg: PlannedPeg) -> tuple[int, int, int, int, int, int, int]:
    return (
        peg.item, peg.line, peg.material, peg.consumer, peg.suggestion, peg.production, peg.purchase
    )  # fmt: skip
