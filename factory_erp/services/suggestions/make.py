"""Accepted suggestions to make something become production orders, as planning an order writes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.engineering import BillAlternate, BillLine
from factory_erp.models.planning import Suggestion, SuggestionKind
from factory_erp.models.sales import SalesOrder
from factory_erp.planning.calendar import to_minute
from factory_erp.planning.material.explode import Component, MaterialPlan, PlannedOrder
from factory_erp.services import clock
from factory_erp.services.bulk import chunks
from factory_erp.services.engineering.structure import (
    ByProduct,
    Structure,
    current_bills,
    current_routings,
    micro,
    structure,
)
from factory_erp.services.material.explosion import Explosion, check_routings
from factory_erp.services.production.plan_writer import Occasion, PlanWriter
from factory_erp.services.suggestions.chosen import Chosen, in_micros


@dataclass(slots=True)
class Material:
    """A material of a new production order: how much it wants and has got, in micro-units."""

    id: int
    item_id: int
    wanted: int
    pegged: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """What was written: suggestion → production order, and → its materials."""

    orders: Mapping[int, int]
    materials: Mapping[int, list[Material]]


class SuggestedWriter(PlanWriter):
    """Writes production orders of many occasions: each suggestion is one."""

    def __init__(self, session: Session, explosion: Explosion, occasions: Mapping[str, Occasion]) -> None:
        super().__init__(session, Occasion("", "", {}), explosion)
        self._occasions = occasions

    def occasion_of(self, planned: PlannedOrder) -> Occasion:
        """The suggestion that the order was."""
        return self._occasions[planned.key]


def make(session: Session, chosen: Chosen) -> Made:
    """Write the production orders, without pegs.

    Raises NotAllowed for an item without a routing, BillCycle for one that is within itself.
    """
    wanted = chosen.of_kind(SuggestionKind.MAKE)
    if not wanted:
        return Made({}, {})
    today = clock.today()
    parts = structure(session, {one.item_id for one in wanted}, today).checked()
    routings = current_routings(session, {one.item_id for one in wanted}, today)
    check_routings(parts, [one.item_id for one in wanted], routings)
    recipes = {item: parts.consumed(item) for item in routings}
    instead = _alternates(session, chosen, parts, recipes)
    planned = [
        _planned(one, tuple(_components(one, parts, recipes[one.item_id], instead.get(one.id, ()))))
        for one in wanted
    ]
    explosion = Explosion(parts, MaterialPlan(tuple(planned), (), ()), routings)
    written = SuggestedWriter(session, explosion, _occasions(session, wanted)).write()
    materials: dict[int, list[Material]] = {}
    for order in planned:
        materials[int(order.key)] = [
            Material(written.materials[part.key], part.item, part.quantity) for part in order.components
        ]
    return Made({int(key): order_id for key, order_id in written.orders.items()}, materials)


def _occasions(session: Session, wanted: list[Suggestion]) -> dict[str, Occasion]:
    numbers: dict[int, str] = {}
    for part in chunks(one.sales_order_id for one in wanted if one.sales_order_id):
        rows = session.execute(select(SalesOrder.id, SalesOrder.number).where(SalesOrder.id.in_(part)))
        numbers.update({row[0]: row[1] for row in rows})
    return {
        str(one.id): Occasion(
            numbers.get(one.sales_order_id or 0, ""), f"suggestion:{one.id}", {}, one.sales_order_id
        )
        for one in wanted
    }


Recipe = tuple[ByProduct, ...]
"""What goes into an item."""

Instead = tuple[int, int, int, int]
"""The component that is replaced, how much of it; the alternate, how much of that; in micro-units."""


Part = tuple[int, int, int | None]
"""Item, micro-units and operation of what goes in."""


def _planned(one: Suggestion, parts: tuple[Part, ...]) -> PlannedOrder:
    components = tuple(
        Component(f"{one.id}/{number}", item, needed, operation)
        for number, (item, needed, operation) in enumerate(parts)
    )
    due, start = to_minute(one.due_at), to_minute(one.start_at or one.due_at)
    return PlannedOrder(
        str(one.id), one.item_id, "make", in_micros(one), due, start, one.level, "", (), components
    )


def _components(
    one: Suggestion, parts: Structure, recipe: Recipe, instead: tuple[Instead, ...]
) -> Iterator[Part]:
    """What goes in; alternates in place of what they stand for."""
    left = list(instead)
    for used in recipe:
        needed = _whole_steps(used, in_micros(one), parts)
        for number, (item, covered, other, amount) in enumerate(left):
            if item == used.item_id and 0 < covered <= needed:
                needed -= covered
                left[number] = (item, 0, other, amount)
                yield other, amount, used.operation
        if needed > 0:
            yield used.item_id, needed, used.operation


def _whole_steps(used: ByProduct, quantity: int, parts: Structure) -> int:
    step = micro(parts.items[used.item_id].step)
    return -(-(used.share * quantity) // step) * step


def _alternates(
    session: Session, chosen: Chosen, parts: Structure, recipes: Mapping[int, Recipe]
) -> dict[int, tuple[Instead, ...]]:
    """Suggestion → what its plan takes instead of components that are short."""
    usual = {item: {used.item_id for used in recipe} for item, recipe in recipes.items()}
    foreign: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for peg in chosen.pegs:
        if chosen.makes(peg.consumer) and peg.item not in usual[chosen.suggestions[peg.consumer].item_id]:
            foreign[peg.consumer][peg.item] += peg.quantity
    if not foreign:
        return {}
    ratios = _ratios(session, parts)
    return {
        consumer: tuple(
            (component, int(amount / ratio), other, amount)
            for other, amount in others.items()
            for component, ratio in ratios.get(other, {}).items()
            if component in usual[chosen.suggestions[consumer].item_id]
        )
        for consumer, others in foreign.items()
    }


def _ratios(session: Session, parts: Structure) -> dict[int, dict[int, Fraction]]:
    """Alternate → component that it may stand for → how much of it stands for one unit of that."""
    heads = current_bills(session, parts.items, clock.today())
    found: dict[int, dict[int, Fraction]] = defaultdict(dict)
    for part in chunks(head.id for head in heads.values()):
        rows = session.execute(
            select(
                BillAlternate.component_id, BillLine.component_id, BillAlternate.quantity, BillLine.quantity
            )
            .join(BillLine, BillLine.id == BillAlternate.line_id)
            .where(BillLine.bill_id.in_(part))
        )  # fmt: skip
        for other, component, instead, usual in rows:
            found[other][component] = Fraction(instead) / Fraction(usual)
    return found
