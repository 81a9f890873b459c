"""What the purchases page shows: lists of purchase orders, and one in full."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, selectinload

from factory_erp.domain.errors import NotFound
from factory_erp.i18n import N_, _
from factory_erp.models.catalog import Item
from factory_erp.models.partners import Partner
from factory_erp.models.planning import PurchaseLine, PurchaseOrder, PurchaseState
from factory_erp.models.production import Peg, PegSource
from factory_erp.services import clock, working_time
from factory_erp.services.base import get, query
from factory_erp.services.bulk import chunks
from factory_erp.services.listing import containing, counted, listed
from factory_erp.services.names import ItemNames
from factory_erp.services.purchasing.arrivals import AffectedOrder, affected_by
from factory_erp.services.stock.purchases_received import still_open

VIEWS = ("all", "open", "late", "received", "cancelled")

STATE_NAMES = {
    PurchaseState.ORDERED: N_("Ordered"),
    PurchaseState.RECEIVED: N_("Received"),
    PurchaseState.CANCELLED: N_("Cancelled"),
}


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    """A purchase order in the list; *expected_on* is when the next of what is open comes."""

    id: int
    number: str
    state: str
    supplier_id: int | None
    supplier: str
    ordered_on: date
    lines: int
    open_lines: int
    expected_on: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class PurchaseLineView:
    """A line: *open* is still to come of it, of which *pegged* is kept for the orders in *waiting*."""

    id: int
    version: int
    position: int
    item_id: int
    sku: str
    name: str
    unit: str
    quantity: Decimal
    received: Decimal
    open: Decimal
    pegged: Decimal
    needed_on: date
    expected_on: date
    late: bool
    waiting: tuple[AffectedOrder, ...]


@dataclass(frozen=True, slots=True)
class PurchaseView:
    """A purchase order in full."""

    row: PurchaseRow
    remark: str
    version: int
    lines: tuple[PurchaseLineView, ...]


def _is_open(line: type[PurchaseLine]) -> ColumnElement[bool]:
    return and_(line.order_id == PurchaseOrder.id, line.quantity > line.received)


def _view(session: Session, name: str) -> ColumnElement[bool] | None:
    today = clock.today(working_time.zone(session).key)
    ordered = PurchaseOrder.state == PurchaseState.ORDERED
    late = exists().where(_is_open(PurchaseLine), PurchaseLine.expected_on < today)
    conditions = {
        "open": ordered,
        "late": and_(ordered, late),
        "received": PurchaseOrder.state == PurchaseState.RECEIVED,
        "cancelled": PurchaseOrder.state == PurchaseState.CANCELLED,
    }
    return conditions.get(name)


_NEXT = (
    select(func.min(PurchaseLine.expected_on))
    .where(_is_open(PurchaseLine))
    .correlate(PurchaseOrder)
    .scalar_subquery()
)
_SORTS: Mapping[str, Any] = {
    "number": PurchaseOrder.number,
    "supplier": Partner.name,
    "ordered": PurchaseOrder.ordered_on,
    "expected": _NEXT,
    "state": PurchaseOrder.state,
}


@query
def purchase_ids(
    session: Session, view: str = "open", words: str = "", sort: str = "expected", descending: bool = False
) -> array[int]:
    """Ids of the purchase orders of a view that contain *words*, sorted by the database."""
    statement = select(PurchaseOrder.id).outerjoin(Partner, Partner.id == PurchaseOrder.supplier_id)
    return listed(
        session,
        statement,
        PurchaseOrder,
        where=_view(session, view),
        found=containing(PurchaseOrder, "purchase", words),
        by=_SORTS.get(sort, _NEXT),
        descending=descending,
        empty_last=sort in {"supplier", "expected"},
    )


@query
def purchase_counts(session: Session) -> dict[str, int]:
    """View → how many purchase orders it holds."""
    return counted(session, PurchaseOrder, VIEWS, lambda name: _view(session, name))


@query
def purchase_rows(session: Session, ids: Sequence[int]) -> list[PurchaseRow]:
    """The purchase orders with these ids, in this order; one that is gone is left out."""
    return _rows(session, ids)


def _rows(session: Session, ids: Sequence[int]) -> list[PurchaseRow]:
    found: dict[int, PurchaseRow] = {}
    today = clock.today(working_time.zone(session).key)
    for part in chunks(ids):
        statement = (
            select(PurchaseOrder, Partner.name)
            .outerjoin(Partner, Partner.id == PurchaseOrder.supplier_id)
            .where(PurchaseOrder.id.in_(part))
            .options(selectinload(PurchaseOrder.lines))
        )
        for order, supplier in session.execute(statement):
            found[order.id] = _row(order, supplier or "", today)
    return [found[wanted] for wanted in ids if wanted in found]


def _row(order: PurchaseOrder, supplier: str, today: date) -> PurchaseRow:
    ordered = order.state == PurchaseState.ORDERED
    comes = [line.expected_on for line in order.lines if ordered and still_open(line)]
    return PurchaseRow(
        order.id, order.number, order.state, order.supplier_id, supplier, order.ordered_on, len(order.lines),
        len(comes), min(comes, default=None), bool(comes) and min(comes) < today,
    )  # fmt: skip


@query
def purchase_numbered(session: Session, number: str) -> int:
    """Id of the purchase order with this number. Raises NotFound."""
    found = session.scalar(select(PurchaseOrder.id).where(PurchaseOrder.number == number))
    if found is None:
        raise NotFound(
            _("There is no purchase order {number}.", number=number),
            record=number,
            remedy=_("Search for it by supplier or item."),
        )
    return found


@query
def purchase(session: Session, order_id: int) -> PurchaseView:
    """A purchase order in full. Raises NotFound."""
    order = get(session, PurchaseOrder, order_id)
    items = {line.item_id for line in order.lines}
    facts = {row.id: row for row in session.execute(_facts(items))}
    names = ItemNames(session, items)
    pegged, waiting = _pegged(session, [line.id for line in order.lines]), affected_by(session, order.lines)
    today = clock.today(working_time.zone(session).key)
    lines = []
    for line in order.lines:
        item, comes = facts[line.item_id], _to_come(order, line)
        lines.append(
            PurchaseLineView(
                line.id, line.version, line.position, line.item_id, item.sku, names.of(line.item_id),
                item.unit, line.quantity, line.received, comes, pegged[line.id], line.needed_on,
                line.expected_on, bool(comes) and line.expected_on < today, waiting[line.id],
            )
        )  # fmt: skip
    return PurchaseView(_rows(session, [order_id])[0], order.remark, order.version, tuple(lines))


def _facts(items: Iterable[int]) -> Any:
    return select(Item.id, Item.sku, Item.unit).where(Item.id.in_(list(items)))


def _to_come(order: PurchaseOrder, line: PurchaseLine) -> Decimal:
    return still_open(line) if order.state == PurchaseState.ORDERED else Decimal(0)


def _pegged(session: Session, line_ids: Iterable[int]) -> dict[int, Decimal]:
    """Purchase line → how much of what is to come is kept for somebody."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    for part in chunks(line_ids):
        kept = (
            select(Peg.purchase_line_id, func.sum(Peg.quantity))
            .where(Peg.source == PegSource.PURCHASE, Peg.purchase_line_id.in_(part))
            .group_by(Peg.purchase_line_id)
        )
        found.update({line: quantity for line, quantity in session.execute(kept) if line is not None})
    return found
