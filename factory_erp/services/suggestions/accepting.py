"""Suggestions of the material plan: what a person accepts, one by one or in bulk, or puts away.

What is accepted becomes production and purchase orders with their pegs; advice changes orders that exist.
A suggestion that is accepted is gone, so that accepting it again changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from factory_erp.domain.errors import Conflict
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.planning import Suggestion
from factory_erp.planning.calendar import to_minute
from factory_erp.services import working_time
from factory_erp.services.base import get, use_case
from factory_erp.services.engineering.structure import micro
from factory_erp.services.master_data import by_id
from factory_erp.services.material.orders import SplitOrder, split_order
from factory_erp.services.material.store import PUT_AWAY, lock_plan
from factory_erp.services.suggestions.advice import ADVICE, follow_advice
from factory_erp.services.suggestions.chosen import choose
from factory_erp.services.suggestions.served import Served
from factory_erp.services.suggestions.settle import settle_orders
from factory_erp.services.suggestions.views import (
    KIND_NAMES,
    SuggestionFilter,
    SuggestionView,
    suggestion_counts,
    suggestion_ids,
    suggestion_rows,
    suggestions,
)

__all__ = [
    "KIND_NAMES",
    "Accepted",
    "Served",
    "SplitOrder",
    "SuggestionFilter",
    "SuggestionView",
    "accept",
    "dismiss",
    "restore",
    "split_order",
    "suggestion_counts",
    "suggestion_ids",
    "suggestion_rows",
    "suggestions",
]


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of accepted suggestions: new orders, and the numbers of those that changed."""

    production_orders: tuple[int, ...]
    purchase_orders: tuple[int, ...]
    changed: tuple[str, ...]


@use_case
def accept(session: Session, ids: Sequence[int], versions: Mapping[int, int] | None = None) -> Accepted:
    """Do what the suggestions with these ids propose, all or nothing; those that are gone are left out.

    *versions*: those that somebody saw, by id. Raises Conflict, naming it, for one that differs by now.

    Each *make* becomes a planned production order with copies of its routing and bill, each *buy* a line of
    one purchase order for its supplier, both pegged to those that they are for. Raises Conflict also where
    less is wanted by now than the plan was made for, NotAllowed for an item without a routing or an order
    that the floor has begun.
    """
    lock_plan(session)
    _check_shown(session, ids, versions or {})
    chosen = choose(session, ids)
    made, bought = settle_orders(session, chosen)
    changed = follow_advice(session, chosen.of_kind(*ADVICE))
    return Accepted(made, bought, changed)


def _check_shown(session: Session, ids: Sequence[int], versions: Mapping[int, int]) -> None:
    """Raise Conflict for the first that is not what it was when somebody saw it."""
    known = by_id(session, Suggestion, [one for one in ids if one in versions])
    for one in ids:
        now = known.get(one)
        if now is not None and now.version != versions[one]:
            item = get(session, Item, now.item_id)
            day = working_time.day_of(to_minute(now.due_at), working_time.zone(session))
            raise Conflict(
                _("The suggestion for {sku} is not what it was when you saw it: it is {quantity} for {day} "
                  "by now.", sku=item.sku, quantity=f"{now.quantity:f}", day=day),
                record=item.sku,
                remedy=_("Look at it again, and accept it if it is right."),
            )  # fmt: skip


@use_case
def dismiss(session: Session, ids: Sequence[int]) -> None:
    """Put suggestions away; each comes back only when its quantity or day differs materially."""
    lock_plan(session)
    for one in _known(session, ids):
        if not one.dismissed:
            away = [micro(one.quantity), to_minute(one.due_at)]
            one.dismissed = True
            one.detail = json.dumps({**json.loads(one.detail or "{}"), PUT_AWAY: away}, sort_keys=True)


@use_case
def restore(session: Session, ids: Sequence[int]) -> None:
    """Bring suggestions back that were put away."""
    lock_plan(session)
    for one in _known(session, ids):
        if one.dismissed:
            said = json.loads(one.detail or "{}")
            said.pop(PUT_AWAY, None)
            one.dismissed, one.detail = False, json.dumps(said) if said else ""


def _known(session: Session, ids: Sequence[int]) -> Iterator[Suggestion]:
    yield from by_id(session, Suggestion, ids).values()
