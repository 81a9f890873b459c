"""What somebody accepts: the chosen suggestions, and the pegs of the plan that hang on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from factory_erp.models.catalog import Item
from factory_erp.models.planning import PlanPeg, Suggestion, SuggestionKind
from factory_erp.models.sales import SalesLine
from factory_erp.services.bulk import chunks
from factory_erp.services.engineering.structure import micro
from factory_erp.services.master_data import by_id
from factory_erp.services.material.rows import raw_rows
from factory_erp.services.material.store import PEG_COLUMNS
from factory_erp.services.stock.reservations import LINE, MATERIAL

Demand = tuple[str, int]
"""LINE or MATERIAL, and the id of the order line or production material."""


@dataclass(frozen=True, slots=True)
class PlannedPeg:
    """A row of ``plan_peg``, quantity in micro-units; 0 where none is named."""

    id: int
    item: int
    line: int
    material: int
    consumer: int
    suggestion: int
    production: int
    purchase: int
    quantity: int

    @property
    def demand(self) -> Demand | None:
        """The order line or production material that it is for; None for a suggestion or safety stock."""
        if self.line:
            return LINE, self.line
        return (MATERIAL, self.material) if self.material else None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The suggestions to accept by id, and those of make and buy with their pegs, each once, by id."""

    suggestions: dict[int, Suggestion]
    items: dict[int, Item]
    pegs: tuple[PlannedPeg, ...]
    others: dict[int, Suggestion]
    """Suggestions that the chosen ones wait for, but that nobody has accepted."""
    lines: frozenset[int] = frozenset()
    """All lines of the sales orders that get something: each of these goes to work as a whole."""

    def of_kind(self, *kinds: str) -> list[Suggestion]:
        """The chosen suggestions of these kinds, parents before their components."""
        mine = (one for one in self.suggestions.values() if one.kind in kinds)
        return sorted(mine, key=lambda one: (one.level, one.due_at, one.id))

    def makes(self, suggestion_id: int) -> bool:
        """Whether that is a chosen suggestion to make something."""
        one = self.suggestions.get(suggestion_id)
        return one is not None and one.kind == SuggestionKind.MAKE

    def buys(self, suggestion_id: int) -> bool:
        """Whether that is a chosen suggestion to buy something."""
        one = self.suggestions.get(suggestion_id)
        return one is not None and one.kind == SuggestionKind.BUY

    def is_output(self, peg: PlannedPeg) -> bool:
        """Whether the peg is to the item of its chosen suggestion, not to a by-product of it."""
        one = self.suggestions.get(peg.suggestion)
        return one is not None and one.item_id == peg.item

    @property
    def served(self) -> set[Demand]:
        """The order lines and materials that get what is chosen, a sales order's lines all together."""
        got = {peg.demand for peg in self.pegs if peg.demand and self.is_output(peg)}
        return got | {(LINE, line) for line in self.lines}


def choose(session: Session, ids: Sequence[int]) -> Chosen:
    """Read what is to be accepted; a suggestion that is gone was accepted before and is left out."""
    suggestions = by_id(session, Suggestion, ids)
    mine = [one.id for one in suggestions.values() if one.kind in (SuggestionKind.MAKE, SuggestionKind.BUY)]
    pegs = {
        peg.id: peg
        for columns in (PlanPeg.suggestion_id, PlanPeg.consumer_id)
        for part in chunks(mine)
        for peg in _pegs(session, columns.in_(part))
    }
    chosen = Chosen(suggestions, {}, tuple(pegs.values()), {})
    lines = _with_their_orders(session, {row for kind, row in chosen.served if kind == LINE})
    materials = {row for kind, row in chosen.served if kind == MATERIAL}
    for column, wanted in ((PlanPeg.sales_line_id, lines), (PlanPeg.material_id, materials)):
        for part in chunks(wanted):
            pegs.update({peg.id: peg for peg in _pegs(session, column.in_(part))})
    others = {peg.suggestion for peg in pegs.values() if peg.suggestion} - suggestions.keys()
    items = {one.item_id for one in suggestions.values()} | {peg.item for peg in pegs.values()}
    return Chosen(
        suggestions, by_id(session, Item, items), tuple(pegs[at] for at in sorted(pegs)),
        by_id(session, Suggestion, others), frozenset(lines),
    )  # fmt: skip


def _with_their_orders(session: Session, lines: Iterable[int]) -> set[int]:
    """All lines of the orders that have these."""
    other = aliased(SalesLine)
    return {
        line
        for part in chunks(lines)
        for line in session.scalars(
            select(other.id)
            .join(SalesLine, SalesLine.order_id == other.order_id)
            .where(SalesLine.id.in_(part))
        )
    }


def _pegs(session: Session, where: ColumnElement[bool]) -> Iterable[PlannedPeg]:
    columns: list[Any] = [getattr(PlanPeg, name) for name in ("id", *PEG_COLUMNS, "quantity")]
    for row in raw_rows(session, select(*columns).where(where)):
        yield PlannedPeg(*(value or 0 for value in row))


def in_micros(suggestion: Suggestion) -> int:
    """How much is suggested, in micro-units."""
    return micro(suggestion.quantity)
