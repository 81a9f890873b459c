"""What a window says beside a promise: what is kept already, parts by their names, and links in sentences."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from factory_erp.models.catalog import Item
from factory_erp.models.inquiries import Quotation
from factory_erp.models.planning import HoldState, PromiseHold
from factory_erp.models.sales import SalesOrder
from factory_erp.models.search import SearchEntry
from factory_erp.services.base import query
from factory_erp.services.bulk import chunks
from factory_erp.services.stock.promise_open import still_open

CODE = re.compile(r"[A-Z0-9][A-Z0-9./_-]*[A-Z0-9]")
"""What may be an SKU or a document's number in a sentence; whether it is one, the search index knows."""


@dataclass(frozen=True, slots=True)
class KeptView:
    """A promise that is kept: its goods (SKU, quantity, unit), and the quotation or order it is for, if any.

    ``used``: an order took it over, so that it ends with that.
    """

    id: int
    promised_on: date
    expires_at: datetime
    number: str
    goods: tuple[tuple[str, Decimal, str], ...]
    used: bool


@query
def kept(
    session: Session, quotation_id: int | None = None, order_id: int | None = None
) -> tuple[KeptView, ...]:
    """What is kept for the quotation or order now; for neither: everything, what lapses first first."""
    wanted = select(PromiseHold).where(still_open()).order_by(PromiseHold.expires_at, PromiseHold.id)
    if quotation_id is not None:
        wanted = wanted.where(PromiseHold.quotation_id == quotation_id)
    if order_id is not None:
        wanted = wanted.where(PromiseHold.sales_order_id == order_id)
    found = session.scalars(wanted.options(selectinload(PromiseHold.lines))).all()
    items = {line.item_id for one in found for line in one.lines}
    names, numbers = names_of(session, items), _numbers(session, found)
    return tuple(_view(one, names, numbers.get(one.id, "")) for one in found)


def _view(one: PromiseHold, names: dict[int, tuple[str, str]], number: str) -> KeptView:
    goods = [(line.item_id, line.quantity) for line in one.lines if not line.component]
    return KeptView(
        one.id, one.promised_on, one.expires_at, number,
        tuple((names[item][0], quantity, names[item][1]) for item, quantity in goods),
        one.state == HoldState.USED,
    )  # fmt: skip


def _numbers(session: Session, holds: Sequence[PromiseHold]) -> dict[int, str]:
    """Promise → the number of the order or else the quotation that it is for."""
    found: dict[int, str] = {}
    for part in chunks(one.id for one in holds):
        rows = session.execute(
            select(PromiseHold.id, func.coalesce(SalesOrder.number, Quotation.number))
            .outerjoin(SalesOrder, SalesOrder.id == PromiseHold.sales_order_id)
            .outerjoin(Quotation, Quotation.id == PromiseHold.quotation_id)
            .where(PromiseHold.id.in_(part))
        )
        found.update({row[0]: row[1] or "" for row in rows})
    return found


@query
def part_names(session: Session, item_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Item → its SKU and unit (a Rec 20 code)."""
    return names_of(session, item_ids)


def names_of(session: Session, item_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """What ``part_names`` answers, inside a transaction."""
    found: dict[int, tuple[str, str]] = {}
    for part in chunks(item_ids):
        rows = session.execute(select(Item.id, Item.sku, Item.unit).where(Item.id.in_(part)))
        found.update({row.id: (row.sku, row.unit) for row in rows})
    return found


@query
def links_in(session: Session, sentences: Collection[str]) -> dict[str, str]:
    """Code in one of the *sentences* → deep link of the record that has it as its title."""
    codes = {code for sentence in sentences for code in CODE.findall(sentence)}
    found: dict[str, str] = {}
    for part in chunks(codes):
        entry = select(SearchEntry.title, SearchEntry.kind, SearchEntry.record_id)
        rows = session.execute(entry.where(SearchEntry.title.in_(part)).order_by(SearchEntry.id.desc()))
        found.update({row.title: f"erp://{row.kind}/{row.record_id}" for row in rows})
    return found
