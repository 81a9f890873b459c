"""A family as a matrix: two axes as rows and columns, further axes as pages; figures in its cells.

Cells are item ids; every function that takes or gives figures does so by item id, so that a view can lay
the same figures out along any axes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product as every

from sqlalchemy import func, select, type_coerce
from sqlalchemy.orm import Session

from factory_erp import i18n
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.catalog import Item, Product, ProductText
from factory_erp.models.inventory import Location, LocationKind, MoveCause, StockBalance, StockMove
from factory_erp.models.pricing import PriceLine, PriceList
from factory_erp.models.production import ProductionOrder
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.models.types import Scaled
from factory_erp.services.base import get, query, use_case
from factory_erp.services.bulk import chunks
from factory_erp.services.master_data import by_id
from factory_erp.services.names import ENGLISH
from factory_erp.services.pricing.changes import TierInput, changed_meanwhile, write_tiers
from factory_erp.services.pricing.prices import reached_break
from factory_erp.services.stock import inventory
from factory_erp.services.stock.reservations import CONSUMING, RESERVING
from factory_erp.services.variants.axes import AxisView, axis_views, options_of

NOTHING = ""
"""Code of the only row of a family with one axis."""


@dataclass(frozen=True, slots=True)
class OptionHead:
    """An axis, or a value on one, with its name for the reader."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """The items of a family by their options.

    A cell's key is the codes of its row and column, then one for each of ``page_axes``. With one axis
    there is a single row with the code "". Combinations without an item are not in ``cells``.
    """

    product_id: int
    code: str
    name: str
    row_axis: OptionHead | None
    column_axis: OptionHead | None
    page_axes: tuple[OptionHead, ...]
    rows: tuple[OptionHead, ...]
    columns: tuple[OptionHead, ...]
    pages: tuple[tuple[OptionHead, ...], ...]
    cells: Mapping[tuple[str, ...], int]

    def item(self, row: str, column: str, *page: str) -> int | None:
        """Id of the item in a cell; None where there is none."""
        return self.cells.get((row, column, *page))


@dataclass(frozen=True, slots=True)
class StockCell:
    """What there is of an item, and what of it is nobody's."""

    on_hand: Decimal
    available: Decimal


@query
def matrix(session: Session, product_id: int, rows_axis: str = "", columns_axis: str = "") -> Matrix:
    """The family along two of its axes, by default its first two. Raises NotFound, InvalidValue."""
    return matrix_view(session, get(session, Product, product_id), rows_axis, columns_axis)


@query
def matrix_of(session: Session, item_id: int) -> Matrix | None:
    """The matrix that the item stands in; None for an item without product or options."""
    item = get(session, Item, item_id)
    if item.product_id is None:
        return None
    found = matrix_view(session, get(session, Product, item.product_id))
    return found if item_id in found.cells.values() else None


def matrix_view(session: Session, product: Product, rows_axis: str = "", columns_axis: str = "") -> Matrix:
    """See ``matrix``."""
    axes = _ordered(axis_views(session, product.id), rows_axis, columns_axis, product)
    down = axes[0] if len(axes) > 1 else None
    across, pages = (axes[1], axes[2:]) if down else (axes[0] if axes else None, [])
    names = select(ProductText.language, ProductText.name).filter_by(product_id=product.id)
    texts = dict(session.execute(names).all())
    return Matrix(
        product.id,
        product.code,
        texts.get(i18n.language()) or texts.get(ENGLISH) or product.code,
        _head(down) if down else None,
        _head(across) if across else None,
        tuple(map(_head, pages)),
        _values(down) if down else (OptionHead(NOTHING, ""),) if across else (),
        _values(across) if across else (),
        tuple(every(*map(_values, pages))),
        _cells(session, product.id, [axis.code if axis else "" for axis in (down, across, *pages)]),
    )


def _ordered(axes: Sequence[AxisView], rows_axis: str, columns_axis: str, product: Product) -> list[AxisView]:
    """The axes with those chosen for rows and columns at the front."""
    known = {axis.code: axis for axis in axes}
    for code in (rows_axis, columns_axis):
        if code and code not in known:
            raise InvalidValue(
                _("The product has no axis '{axis}'.", axis=code),
                record=product.code,
                field=_("Options"),
                remedy=_("Choose one of the product's axes."),
            )
    rest = [axis for axis in axes if axis.code not in (rows_axis, columns_axis)]
    down = known[rows_axis] if rows_axis else rest.pop(0) if rest else None
    across = (
        known[columns_axis] if columns_axis and columns_axis != rows_axis else rest.pop(0) if rest else None
    )
    return [axis for axis in (down, across, *rest) if axis is not None]


def _head(axis: AxisView) -> OptionHead:
    return OptionHead(axis.code, axis.name())


def _values(axis: AxisView) -> tuple[OptionHead, ...]:
    return tuple(OptionHead(value.code, value.name()) for value in axis.values)


def _cells(session: Session, product_id: int, axes: Sequence[str]) -> dict[tuple[str, ...], int]:
    wanted = {axis for axis in axes if axis}
    return {
        tuple(options.get(axis, NOTHING) for axis in axes): item_id
        for item_id, options in options_of(session, product_id).items()
        if wanted and options.keys() == wanted
    }


def members(session: Session, product_id: int) -> list[int]:
    """The items of the family that have a place in its matrix."""
    axes = {axis.code for axis in axis_views(session, product_id)}
    return [item_id for item_id, has in options_of(session, product_id).items() if has.keys() == axes]


def check_cells(session: Session, product_id: int, cells: Iterable[int]) -> Product:
    """The product. Raises InvalidValue unless every item of *cells* has a place in its matrix."""
    product = get(session, Product, product_id)
    strange = set(cells) - set(members(session, product_id))
    if strange:
        raise InvalidValue(
            _("Not every item belongs to the matrix of {product}.", product=product.code),
            record=product.code,
            field=_("Options"),
            remedy=_("Reload the page: the options may have been changed."),
        )
    return product


@query
def stock(session: Session, product_id: int) -> dict[int, StockCell]:
    """On hand and available by item of the family."""
    items = members(session, product_id)
    held, free = inventory.on_hand(session, items), inventory.available(session, items)
    return {item_id: StockCell(held[item_id], free[item_id]) for item_id in items}


@query
def prices(
    session: Session, product_id: int, list_id: int, quantity: Decimal = Decimal(1)
) -> dict[int, Decimal | None]:
    """The price on the list by item, when *quantity* are ordered; below the first break its price."""
    found: dict[int, Decimal | None] = dict.fromkeys(members(session, product_id))
    breaks = _breaks(session, list_id, found)
    return {item_id: reached_break(breaks[item_id], quantity).price if item_id in breaks else None
            for item_id in found}  # fmt: skip


def _breaks(session: Session, list_id: int, items: Iterable[int]) -> dict[int, list[PriceLine]]:
    breaks: dict[int, list[PriceLine]] = {}
    for part in chunks(items):
        found = select(PriceLine).where(PriceLine.list_id == list_id, PriceLine.item_id.in_(part))
        for line in session.scalars(found.order_by(PriceLine.item_id, PriceLine.min_quantity)):
            breaks.setdefault(line.item_id, []).append(line)
    return breaks


@query
def open_sales(session: Session, product_id: int) -> dict[int, Decimal]:
    """By item: what accepted orders have still to be shipped."""
    left = func.sum(type_coerce(SalesLine.quantity - SalesLine.shipped, Scaled()))
    rows = select(SalesLine.item_id, left).join(SalesOrder, SalesOrder.id == SalesLine.order_id)
    found = dict.fromkeys(members(session, product_id), Decimal(0))
    for part in chunks(found):
        wanted = rows.where(SalesOrder.state.in_(RESERVING), SalesLine.item_id.in_(part))
        found.update(session.execute(wanted.group_by(SalesLine.item_id)).all())
    return found


@query
def open_production(session: Session, product_id: int) -> dict[int, Decimal]:
    """By item: what planned and running production orders have still to give."""
    made = ProductionOrder
    left = func.sum(type_coerce(made.quantity - made.good - made.scrap, Scaled()))
    rows = select(made.item_id, left)
    found = dict.fromkeys(members(session, product_id), Decimal(0))
    for part in chunks(found):
        wanted = rows.where(made.state.in_(CONSUMING), made.item_id.in_(part)).group_by(made.item_id)
        found.update((item_id, max(rest, Decimal(0))) for item_id, rest in session.execute(wanted))
    return found


@use_case
def set_prices(
    session: Session,
    product_id: int,
    list_id: int,
    min_quantity: Decimal,
    cells: Mapping[int, Decimal | None],
    read: Mapping[int, Decimal | None] | None = None,
) -> int:
    """Set the price from *min_quantity* up of each item of *cells*; how many items changed.

    None takes the break away. *read* is what the matrix showed. All or nothing: raises InvalidValue where
    the prices of an item would not fall with the quantity, Conflict where somebody changed one since.
    """
    check_cells(session, product_id, cells)
    price_list = get(session, PriceList, list_id, lock=True)
    breaks, items = _breaks(session, list_id, cells), by_id(session, Item, cells)
    changed = 0
    for item_id, price in cells.items():
        before = {line.min_quantity: (line.price, line.lead_days) for line in breaks.get(item_id, ())}
        after = {key: said for key, said in before.items() if key != min_quantity}
        if price is not None:
            after[min_quantity] = (price, before.get(min_quantity, (price, 0))[1])
        if after != before:
            if read is not None and before.get(min_quantity, (None, 0))[0] != read.get(item_id):
                raise changed_meanwhile(price_list, items[item_id].sku)
            tiers = [TierInput(least, *said) for least, said in sorted(after.items())]
            write_tiers(session, list_id, items[item_id], breaks.get(item_id, ()), tiers)
            changed += 1
    return changed


@use_case
def count_stock(
    session: Session, product_id: int, cells: Mapping[int, Decimal], reason: str, client_key: str
) -> int:
    """Book what was counted of each item, as differences; how many items differed.

    Once per *client_key* (up to 40 characters): repeated, nothing is booked. Raises InvalidValue for a
    quantity that the item cannot have; nothing is booked then.
    """
    product = check_cells(session, product_id, cells)
    inventory.ensure_locations(session)
    inventory.lock_stock(session, cells)
    if _is_booked(session, client_key, cells):
        return 0
    held, differing = inventory.on_hand(session, list(cells)), 0
    for item_id, counted in cells.items():
        if counted < 0:
            raise _negative(session, item_id)
        if counted != held[item_id]:
            _adjust(
                session, item_id, counted - held[item_id], reason or product.code, f"{client_key}:{item_id}"
            )
            differing += 1
    return differing


def _is_booked(session: Session, client_key: str, items: Iterable[int]) -> bool:
    for part in chunks(items):
        keys = [f"{client_key}:{item_id}:0" for item_id in part]
        if session.scalar(select(StockMove.id).where(StockMove.client_key.in_(keys)).limit(1)) is not None:
            return True
    return False


def _negative(session: Session, item_id: int) -> InvalidValue:
    sku = get(session, Item, item_id).sku
    return InvalidValue(
        _("{sku} cannot be counted below zero.", sku=sku),
        record=sku,
        field=_("Quantity"),
        remedy=_("Enter what is there."),
    )


def _adjust(session: Session, item_id: int, difference: Decimal, reference: str, key: str) -> None:
    """What is found comes to the main warehouse, what is missing is taken from wherever the item lies."""
    source, left = inventory.ADJUSTMENT, abs(difference)
    parts = [(inventory.WAREHOUSE, "", left)] if difference > 0 else _lying(session, item_id)
    for number, (place, lot, there) in enumerate(parts):
        ends = (source, place) if difference > 0 else (place, source)
        if taken := min(left, there):
            inventory.move(
                session, item_id=item_id, quantity=taken, source=ends[0], destination=ends[1],
                cause=MoveCause.STOCKTAKE, reference=reference[:40], client_key=f"{key}:{number}", lot=lot,
            )  # fmt: skip
            left -= taken


def _lying(session: Session, item_id: int) -> list[tuple[str, str, Decimal]]:
    """Location, lot and quantity wherever there is some, the main warehouse first."""
    rows = session.execute(
        select(Location.code, StockBalance.lot, StockBalance.on_hand)
        .join(Location, Location.id == StockBalance.location_id)
        .where(StockBalance.item_id == item_id, StockBalance.on_hand > 0)
        .where(Location.kind == LocationKind.WAREHOUSE)
        .order_by(Location.code != inventory.WAREHOUSE, Location.code, StockBalance.lot)
    )
    return [(code, lot, there) for code, lot, there in rows]
