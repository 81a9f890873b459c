"""Orders for a whole matrix at once: bought by a customer, or made by the factory with one traveller."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.domain.money import UnitPrice
from factory_erp.domain.variants import named_items
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.partners import Partner
from factory_erp.models.production import ProductionOrder
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.planning.material.explode import Demand, Supply
from factory_erp.services import clock, working_time
from factory_erp.services.base import get, query, use_case
from factory_erp.services.engineering.structure import micro, structure
from factory_erp.services.master_data import by_id, same_version
from factory_erp.services.material.explosion import STOCK, explode_demands
from factory_erp.services.numbering import next_number
from factory_erp.services.planning import Occasion, PlanWriter
from factory_erp.services.pricing.matrix import check_cells
from factory_erp.services.pricing.prices import find_price
from factory_erp.services.sales.orders import NewLine, NewOrder, add_order, index_order
from factory_erp.services.stock import inventory
from factory_erp.services.stock.promise_settled import follow_goods

Cells = Mapping[int, Decimal]
"""Item id → quantity; a cell of zero is empty."""

NO_PRICES: Mapping[int, Decimal] = {}


@query
def lines_of(
    session: Session,
    product_id: int,
    cells: Cells,
    customer_id: int,
    *,
    currency: str,
    incoterm: str,
    place: str = "",
    prices: Mapping[int, Decimal] = NO_PRICES,
) -> list[NewLine]:
    """An order line for each cell that is not empty, in the order of *cells*.

    A price is the one in *prices*, else that of the price lists for the quantity of the cell. Raises
    InvalidValue for quantities that cannot be, NotAllowed naming the items that have no price.
    """
    return _lines(session, product_id, cells, customer_id, (currency, incoterm, place), prices)


def _lines(
    session: Session,
    product_id: int,
    cells: Cells,
    customer_id: int,
    terms: tuple[str, str, str],
    prices: Mapping[int, Decimal],
) -> list[NewLine]:
    items = _filled(session, product_id, cells)
    asked = {
        item.id: prices[item.id]
        if item.id in prices
        else _price(session, item, cells[item.id], customer_id, terms)
        for item in items
    }
    without = [item.sku for item in items if asked[item.id] is None]
    if without:
        raise NotAllowed(
            _("There is no price in {currency} for {items}.", currency=terms[0], items=named_items(without)),
            record=without[0],
            field=_("Price"),
            remedy=_("Enter the prices, or put the items on a price list for these terms."),
        )
    return [
        NewLine(item.id, cells[item.id], item.unit, price)
        for item in items
        if (price := asked[item.id]) is not None
    ]


def _filled(session: Session, product_id: int, cells: Cells) -> list[Item]:
    """The items of the cells that are not empty, in the order of the cells."""
    check_cells(session, product_id, cells)
    wanted = [item_id for item_id, quantity in cells.items() if quantity]
    found = by_id(session, Item, wanted)
    items = [found[item_id] for item_id in wanted]
    for item in items:
        inventory.check_quantity(item, cells[item.id])
    return items


def _price(
    session: Session, item: Item, quantity: Decimal, customer_id: int, terms: tuple[str, str, str]
) -> Decimal | None:
    currency, incoterm, place = terms
    answer = find_price(
        session, item.id, quantity, customer_id=customer_id, currency=currency, incoterm=incoterm, place=place
    )
    return answer.price.amount if answer else None


@use_case
def order_matrix(
    session: Session,
    customer_id: int,
    currency: str,
    incoterm: str,
    place: str,
    product_id: int,
    cells: Cells,
    client_key: str,
    *,
    destination_country: str = "",
    customer_po: str = "",
    payment_terms: str = "",
    requested_ship: date | None = None,
    prices: Mapping[int, Decimal] = NO_PRICES,
) -> int:
    """A draft order with a line for each cell; its id. Once per *client_key*. Raises as ``lines_of``."""
    known = session.scalar(select(SalesOrder.id).filter_by(client_key=client_key))
    if known is not None:
        return known
    customer = get(session, Partner, customer_id)
    lines = _lines(session, product_id, cells, customer_id, (currency, incoterm, place), prices)
    _not_empty(bool(lines))
    order = add_order(
        session,
        NewOrder(
            customer_id=customer_id, ordered_at=clock.now(), currency=currency, incoterm=incoterm,
            place=place, destination_country=destination_country or customer.country, customer_po=customer_po,
            payment_terms=payment_terms, requested_ship=requested_ship, lines=lines, client_key=client_key,
        ),
    )  # fmt: skip
    index_order(session, order)
    return order.id


def _not_empty(filled: bool) -> None:
    if not filled:
        raise InvalidValue(
            _("The matrix is empty."), field=_("Quantity"), remedy=_("Enter a quantity in at least one cell.")
        )


@use_case
def add_matrix(
    session: Session,
    order_id: int,
    product_id: int,
    cells: Cells,
    version: int | None = None,
    prices: Mapping[int, Decimal] = NO_PRICES,
) -> int:
    """Let the draft order say of each item what its cell says; how many lines came, changed or went.

    An empty cell takes the item's line away. A line whose quantity stays keeps its price too. Raises
    NotAllowed unless the order is a draft, and leaves at least one line; Conflict for another *version*.
    """
    order = get(session, SalesOrder, order_id, lock=True)
    if order.state != OrderState.DRAFT:
        raise NotAllowed(
            _("Order {number} is not a draft any more.", number=order.number),
            record=order.number,
            field=_("State"),
            remedy=_("Take it back to review before you change its lines."),
        )
    wanted = _differing(order, cells, prices)
    if wanted:
        same_version(order, version, order.number)
    terms = (order.currency, order.incoterm, order.place)
    lines = _lines(session, product_id, wanted, order.customer_id, terms, prices)
    _put(order, lines, [item_id for item_id, quantity in wanted.items() if not quantity])
    _not_empty(bool(order.lines))
    if wanted:
        _add_up(order)
        session.flush()
        follow_goods(session, order)
        index_order(session, order)
    return len(wanted)


def _differing(order: SalesOrder, cells: Cells, prices: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Cells that are not what the order says: of several lines of an item, all together."""
    there: dict[int, list[SalesLine]] = defaultdict(list)
    for line in order.lines:
        there[line.item_id].append(line)
    return {
        item_id: quantity
        for item_id, quantity in cells.items()
        if sum(line.quantity for line in there[item_id]) != quantity
        or any(line.unit_price != prices.get(item_id, line.unit_price) for line in there[item_id])
    }


def _put(order: SalesOrder, lines: Sequence[NewLine], emptied: Sequence[int]) -> None:
    """Write *lines* over those of the same items: each item has one line then."""
    there: dict[int, list[SalesLine]] = defaultdict(list)
    for line in order.lines:
        there[line.item_id].append(line)
    position = max((line.position for line in order.lines), default=0)
    for new in lines:
        if not there[new.item_id]:
            position += 1
            there[new.item_id].append(SalesLine(position=position, item_id=new.item_id, unit=new.unit))
            order.lines.append(there[new.item_id][0])
        first, *further = there[new.item_id]
        first.quantity, first.unit_price = new.quantity, new.unit_price
        first.amount_minor = UnitPrice(new.unit_price, order.currency).times(new.quantity).minor
        for line in further:
            order.lines.remove(line)
    for item_id in emptied:
        for line in there[item_id]:
            order.lines.remove(line)


def _add_up(order: SalesOrder) -> None:
    order.product_minor = sum(line.amount_minor for line in order.lines)
    parts = order.product_minor + order.freight_minor + order.insurance_minor - order.discount_minor
    order.total_minor = parts + order.adjustment_minor


@use_case
def produce_matrix(session: Session, product_id: int, cells: Cells, due: date, client_key: str) -> str:
    """Plan a production order for each cell that is not empty; the batch number that they share.

    What they consist of is netted against free stock and planned below them, as for a sales order. Once
    per *client_key* (up to 40 characters). Raises NotAllowed for items without a routing, BillCycle.
    """
    items = _filled(session, product_id, cells)
    _not_empty(bool(items))
    keys = [f"{client_key}:{item.id}" for item in items]
    known = session.scalar(select(ProductionOrder.batch).where(ProductionOrder.client_key.in_(keys)).limit(1))
    if known is not None:
        return known
    _only_made(items)
    parts = structure(session, [item.id for item in items], clock.today()).checked()
    inventory.lock_stock(session, parts.items)
    end = working_time.end_of_day(due, working_time.zone(session))
    demands = [
        Demand(f"cell:{item.id}", item.id, micro(cells[item.id]), end, group=client_key) for item in items
    ]
    below = parts.items.keys() - {item.id for item in items}
    supplies = [
        Supply(f"{STOCK}{item_id}", item_id, micro(quantity))
        for item_id, quantity in inventory.available(session, below).items()
        if quantity > 0
    ]
    explosion = explode_demands(session, parts, demands, supplies)
    batch = next_number(session, "MB", clock.today().year)
    batches = {item.id: batch for item in items}
    PlanWriter(session, Occasion(batch, client_key, {}, None, batches), explosion).write()
    return batch


def _only_made(items: Sequence[Item]) -> None:
    bought = [item.sku for item in items if item.procurement != "make"]
    if bought:
        raise NotAllowed(
            _("These are bought, not made: {items}.", items=named_items(bought)),
            record=bought[0],
            field=_("Procurement"),
            remedy=_("Leave their cells empty, or set them to be made."),
        )
