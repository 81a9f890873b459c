"""What the suggestions page shows: lists of suggestions, with why they are made and for whom."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from factory_erp.i18n import N_, _, ngettext
from factory_erp.models.catalog import Item
from factory_erp.models.partners import Partner
from factory_erp.models.planning import PurchaseLine, PurchaseOrder, Suggestion, SuggestionKind
from factory_erp.models.production import ProductionOrder
from factory_erp.models.sales import SalesOrder
from factory_erp.planning.calendar import to_moment
from factory_erp.services import clock, search, working_time
from factory_erp.services.base import query
from factory_erp.services.bulk import chunks
from factory_erp.services.listing import counted, listed
from factory_erp.services.names import ItemNames
from factory_erp.services.suggestions.served import Served, served

KIND_NAMES = {
    SuggestionKind.MAKE: N_("Make"),
    SuggestionKind.BUY: N_("Buy"),
    SuggestionKind.EXPEDITE: N_("Expedite"),
    SuggestionKind.DELAY: N_("Delay"),
    SuggestionKind.CANCEL: N_("Cancel"),
    SuggestionKind.MERGE: N_("Merge"),
}
ADVICE = (SuggestionKind.EXPEDITE, SuggestionKind.DELAY, SuggestionKind.CANCEL, SuggestionKind.MERGE)
VIEWS = ("open", "make", "buy", "advice", *ADVICE, "late", "dismissed")
ORDERS_SHOWN = 3
"""Sales orders that a sentence names before it says how many more there are."""


@dataclass(frozen=True, slots=True)
class SuggestionFilter:
    """Which suggestions: a view of VIEWS, *words* of the item, an order's; sorted, in pages."""

    view: str = "open"
    words: str = ""
    item_id: int | None = None
    sales_order_id: int | None = None
    sort: str = "start"
    descending: bool = False
    offset: int = 0
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A suggestion in the list; *start* is when it must be begun or ordered, *late_days* how late it comes.

    ``number`` is that of the production or purchase order that advice speaks of; ``why`` says in a
    sentence or two what is proposed for what reason.
    """

    id: int
    version: int
    kind: str
    dismissed: bool
    item_id: int
    sku: str
    name: str
    quantity: Decimal
    unit: str
    start: datetime | None
    due: datetime
    available: datetime | None
    late_days: int
    level: int
    why: str
    served: tuple[Served, ...]
    supplier_id: int | None
    supplier: str
    number: str
    production_order_id: int | None
    purchase_order_id: int | None


def _view(name: str) -> ColumnElement[bool] | None:
    shown = Suggestion.dismissed.is_(False)
    conditions: dict[str, ColumnElement[bool]] = {
        "make": and_(shown, Suggestion.kind == SuggestionKind.MAKE),
        "buy": and_(shown, Suggestion.kind == SuggestionKind.BUY),
        "advice": and_(shown, Suggestion.kind.in_(ADVICE)),
        "late": and_(
            shown, Suggestion.kind.not_in(ADVICE), Suggestion.available_at > Suggestion.due_at
        ),
        "dismissed": Suggestion.dismissed.is_(True),
        **{kind: and_(shown, Suggestion.kind == kind) for kind in ADVICE},
    }  # fmt: skip
    return conditions.get(name, shown)


_SORTS: Mapping[str, Any] = {
    "kind": Suggestion.kind,
    "item": Item.sku,
    "quantity": Suggestion.quantity,
    "start": Suggestion.start_at,
    "due": Suggestion.due_at,
    "available": Suggestion.available_at,
    "supplier": Partner.name,
    "order": SalesOrder.number,
}


@query
def suggestion_ids(session: Session, wanted: SuggestionFilter = SuggestionFilter()) -> array[int]:
    """Ids of the suggestions asked for, sorted by the database, without regard to pages."""
    return _ids(session, wanted)


def _ids(session: Session, wanted: SuggestionFilter) -> array[int]:
    statement = select(Suggestion.id).join(Item, Item.id == Suggestion.item_id)
    statement = statement.outerjoin(Partner, Partner.id == Item.supplier_id)
    statement = statement.outerjoin(SalesOrder, SalesOrder.id == Suggestion.sales_order_id)
    if wanted.item_id is not None:
        statement = statement.where(Suggestion.item_id == wanted.item_id)
    if wanted.sales_order_id is not None:
        statement = statement.where(Suggestion.sales_order_id == wanted.sales_order_id)
    words = wanted.words.strip()
    return listed(
        session,
        statement,
        Suggestion,
        where=_view(wanted.view),
        found=Suggestion.item_id.in_(search.matching("catalog", words)) if words else None,
        by=_SORTS.get(wanted.sort, Suggestion.start_at),
        descending=wanted.descending,
        empty_last=wanted.sort in {"start", "available", "supplier", "order"},
    )


@query
def suggestion_counts(session: Session) -> dict[str, int]:
    """View → how many suggestions it holds."""
    return counted(session, Suggestion, VIEWS, _view)


@query
def suggestion_rows(session: Session, ids: Sequence[int]) -> list[SuggestionView]:
    """The suggestions with these ids, in this order; one that is gone is left out."""
    return _rows(session, ids)


@query
def suggestions(
    session: Session,
    wanted: SuggestionFilter = SuggestionFilter(),
) -> tuple[SuggestionView, ...]:
    """The page of suggestions asked for."""
    ids = _ids(session, wanted)
    end = None if wanted.limit is None else wanted.offset + wanted.limit
    return tuple(_rows(session, ids[wanted.offset : end]))


class _Row(NamedTuple):
    """A suggestion with what its sentence names."""

    one: Suggestion
    sku: str
    unit: str
    supplier_id: int | None
    supplier: str | None
    made: str | None
    purchase_id: int | None
    bought: str | None


def _rows(session: Session, ids: Sequence[int]) -> list[SuggestionView]:
    rows = {row.one.id: row for part in chunks(ids) for row in _read(session, part)}
    facts = [json.loads(row.one.detail or "{}") for row in rows.values()]
    waits = {fact["item"] for fact in facts if "item" in fact}
    words = _Words(
        ItemNames(session, {row.one.item_id for row in rows.values()}),
        served(session, list(rows)),
        _skus(session, waits),
        _numbers(session, {order for fact in facts for order in fact.get("orders", ())}),
        working_time.zone(session).key,
    )
    return [words.view(rows[at]) for at in ids if at in rows]


def _read(session: Session, ids: Sequence[int]) -> Iterable[_Row]:
    statement = (
        select(
            Suggestion, Item.sku, Item.unit, Item.supplier_id, Partner.name, ProductionOrder.number,
            PurchaseOrder.id, PurchaseOrder.number,
        )
        .join(Item, Item.id == Suggestion.item_id)
        .outerjoin(Partner, Partner.id == Item.supplier_id)
        .outerjoin(ProductionOrder, ProductionOrder.id == Suggestion.production_order_id)
        .outerjoin(PurchaseLine, PurchaseLine.id == Suggestion.purchase_line_id)
        .outerjoin(PurchaseOrder, PurchaseOrder.id == PurchaseLine.order_id)
        .where(Suggestion.id.in_(ids))
    )  # fmt: skip
    for row in session.execute(statement):
        yield _Row(*row)


def _skus(session: Session, ids: Iterable[int]) -> dict[int, str]:
    rows = session.execute(select(Item.id, Item.sku).where(Item.id.in_(list(ids))))
    return {row[0]: row[1] for row in rows}


def _numbers(session: Session, ids: Iterable[int]) -> dict[int, str]:
    made = select(ProductionOrder.id, ProductionOrder.number).where(ProductionOrder.id.in_(list(ids)))
    return {row[0]: row[1] for row in session.execute(made)}


@dataclass(frozen=True, slots=True)
class _Words:
    """What the sentences are made of."""

    names: ItemNames
    served: dict[int, tuple[Served, ...]]
    skus: dict[int, str]
    numbers: dict[int, str]
    zone: str

    def view(self, row: _Row) -> SuggestionView:
        one = row.one
        advice = one.kind in ADVICE
        late = 0 if advice or one.available_at is None else (
            self._day(one.available_at) - self._day(one.due_at)
        ).days  # fmt: skip
        bought = one.kind == SuggestionKind.BUY
        return SuggestionView(
            one.id, one.version, one.kind, one.dismissed, one.item_id, row.sku,
            self.names.of(one.item_id), one.quantity, row.unit, one.start_at, one.due_at, one.available_at,
            max(0, late), one.level, self._why(row, late), self.served.get(one.id, ()),
            row.supplier_id if bought else None, (row.supplier or "") if bought else "",
            row.made or row.bought or "", one.production_order_id, row.purchase_id,
        )  # fmt: skip

    def _day(self, moment: datetime) -> date:
        return clock.day_of(moment, self.zone)

    def _said(self, moment: datetime | None) -> str:
        return self._day(moment).isoformat() if moment else ""

    def _why(self, row: _Row, late: int) -> str:
        one = row.one
        if one.kind in ADVICE:
            return self._advice(row)
        said = [self._for_whom(self.served.get(one.id, ()))]
        if late > 0:
            said.append(self._late(one, late))
        return " ".join(said)

    def _for_whom(self, orders: tuple[Served, ...]) -> str:
        if not orders:
            return _("For stock: less than the safety stock is left.")
        numbers = ", ".join(order.number for order in orders[:ORDERS_SHOWN])
        more = len(orders) - ORDERS_SHOWN
        if more > 0:
            return ngettext(
                "For {numbers} and one more order.", "For {numbers} and {count} more orders.", more,
                numbers=numbers,
            )  # fmt: skip
        return _("For {numbers}.", numbers=numbers)

    def _late(self, one: Suggestion, days: int) -> str:
        fact = json.loads(one.detail or "{}")
        late = ngettext("A day late:", "{count} days late:", days)
        if "item" in fact:
            day = self._said(to_moment(fact["at"]))
            return late + " " + _("it waits for {sku} until {day}.", sku=self.skus[fact["item"]], day=day)
        start = self._said(one.start_at)
        if one.kind == SuggestionKind.BUY:
            return late + " " + _("it should have been ordered on {day}.", day=start)
        return late + " " + _("it should have been begun on {day}.", day=start)

    def _advice(self, row: _Row) -> str:
        one, number = row.one, row.made or row.bought or ""
        there, wanted = self._said(one.available_at), self._said(one.due_at)
        quantity = f"{one.quantity:f}"
        if one.kind == SuggestionKind.EXPEDITE:
            return _("{number} comes on {there}, but is wanted on {wanted}.", number=number, there=there,
                     wanted=wanted)  # fmt: skip
        if one.kind == SuggestionKind.DELAY:
            return _("{number} comes on {there}, but is not wanted before {wanted}.", number=number,
                     there=there, wanted=wanted)  # fmt: skip
        if one.kind == SuggestionKind.CANCEL:
            return _("Nobody wants {quantity} of {number} any more.", quantity=quantity, number=number)
        others = json.loads(one.detail or "{}").get("orders", ())
        said = ", ".join(self.numbers[other] for other in others if other in self.numbers)
        return _("{number} can be made together with {others}: one setup instead of several.",
                 number=number, others=said)  # fmt: skip
