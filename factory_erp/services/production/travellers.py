"""What stands on the traveller of a production order, or of the orders of a matrix batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product as every

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from factory_erp.documents import traveller as drawing
from factory_erp.documents.facts import Texts, texts
from factory_erp.documents.snapshot import Language
from factory_erp.documents.traveller_facts import Head, Sheet, Traveller, TravellerPart, TravellerStep
from factory_erp.domain.errors import NotFound
from factory_erp.domain.variant_conditions import Options
from factory_erp.i18n import _
from factory_erp.models.catalog import Item, ItemText, Product
from factory_erp.models.partners import Company
from factory_erp.models.production import (
    ProductionMaterial,
    ProductionOperation,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.sales import SalesOrder
from factory_erp.services import clock
from factory_erp.services.base import get, query
from factory_erp.services.names import CHINESE, ENGLISH
from factory_erp.services.variants.axes import AxisView, ValueView, axis_views, options_of


@query
def traveller_pdf(session: Session, batch: str, language: Language = "bilingual") -> bytes:
    """The traveller of the batch as PDF bytes. Raises NotFound."""
    return drawing.render(composed(session, batch, language))


@query
def order_travellers(session: Session, order_ids: Sequence[int], language: Language = "bilingual") -> bytes:
    """The travellers of production orders as one PDF, in this order; cells of one batch share theirs.

    Raises NotFound, also for an order that was cancelled.
    """
    orders = [get(session, ProductionOrder, order_id) for order_id in order_ids]
    numbers = dict.fromkeys(order.batch or order.number for order in orders)
    return drawing.render_all([composed(session, number, language) for number in numbers])


@query
def travellers_numbered(session: Session, numbers: Sequence[str], language: Language = "bilingual") -> bytes:
    """The same of production orders and batches by their numbers, at least one. Raises NotFound."""
    return drawing.render_all([composed(session, number, language) for number in numbers])


@query
def traveller_name(session: Session, order_ids: Sequence[int]) -> str:
    """The batch, or the production order, that these are; "" for several. Raises NotFound."""
    numbers = {
        order.batch or order.number for order in (get(session, ProductionOrder, one) for one in order_ids)
    }
    return numbers.pop() if len(numbers) == 1 else ""


@query
def compose_traveller(session: Session, batch: str, language: Language = "bilingual") -> Traveller:
    """The facts of the batch, or of the production order with that number, as they are now.

    Raises NotFound where nothing of it is being made.
    """
    return composed(session, batch, language)


def composed(session: Session, batch: str, language: Language) -> Traveller:
    """See ``compose_traveller``; of a cell of a matrix it is the traveller of its batch."""
    orders = _orders(session, batch)
    batch = orders[0].batch or batch
    if len(orders) == 1 and orders[0].batch:
        orders = _orders(session, batch)
    return (
        _of_batch(session, batch, orders, language)
        if orders[0].batch
        else _of_one(session, orders[0], language)
    )


def _of_one(session: Session, order: ProductionOrder, language: Language) -> Traveller:
    """The traveller of an order that belongs to no matrix."""
    cells = [_Cell(order, {})]
    sold = session.get(SalesOrder, order.sales_order_id) if order.sales_order_id else None
    return Traveller(
        batch=order.number,
        language=language,
        company=_company(session),
        product_code=order.item.sku,
        product_names=texts(_names(session, [order.item_id]).get(order.item_id, {})),
        due=order.due,
        printed_on=clock.today(),
        unit=order.item.unit,
        row_axis=(),
        column_axis=(),
        rows=(),
        columns=(),
        sheets=(),
        steps=tuple(_steps(order.number, cells, ())),
        parts=tuple(_parts(session, cells)),
        made=order.quantity,
        serves=sold.number if sold else "",
    )


def _of_batch(
    session: Session, batch: str, orders: Sequence[ProductionOrder], language: Language
) -> Traveller:
    """One traveller for all cells of a matrix."""
    product = get(session, Product, orders[0].item.product_id or 0)
    axes = axis_views(session, product.id)
    options = options_of(session, product.id)
    cells = [_Cell(order, options.get(order.item_id, {})) for order in orders]
    down = axes[0] if len(axes) > 1 else None
    across, pages = (axes[1], axes[2:]) if down else (axes[0], ())
    rows, columns = _used(down, cells), _used(across, cells)
    return Traveller(
        batch=batch,
        language=language,
        company=_company(session),
        product_code=product.code,
        product_names=texts({text.language: text.name for text in product.texts}),
        due=min(order.due for order in orders),
        printed_on=clock.today(),
        unit=orders[0].item.unit,
        row_axis=_axis_names(down) if down else (),
        column_axis=_axis_names(across),
        rows=tuple(_head(one) for one in rows) if down else (Head("", ()),),
        columns=tuple(_head(one) for one in columns),
        sheets=tuple(_sheets(cells, (down, rows), (across, columns), pages)),
        steps=tuple(_steps(batch, cells, axes)),
        parts=tuple(_parts(session, cells)),
    )


@dataclass(frozen=True, slots=True)
class _Cell:
    """A production order of the batch, and where it stands in the matrix."""

    order: ProductionOrder
    options: Options


def _orders(session: Session, batch: str) -> list[ProductionOrder]:
    found = (
        select(ProductionOrder)
        .where(
            or_(ProductionOrder.batch == batch, ProductionOrder.number == batch),
            ProductionOrder.state != ProductionState.CANCELLED,
        )
        .options(
            selectinload(ProductionOrder.operations).selectinload(ProductionOperation.centre),
            selectinload(ProductionOrder.materials).selectinload(ProductionMaterial.item),
            selectinload(ProductionOrder.item),
        )
    )
    orders = list(session.scalars(found.order_by(ProductionOrder.id))) if batch else []
    if not orders:
        raise NotFound(
            _("There is no batch or production order {number}.", number=batch),
            record=batch,
            remedy=_("Reload the list: it may have been cancelled."),
        )
    return orders


def _company(session: Session) -> Texts:
    row = session.scalar(select(Company))
    return texts({ENGLISH: row.name_en, CHINESE: row.name_zh}) if row else ()


def _axis_names(axis: AxisView) -> Texts:
    return texts({ENGLISH: axis.name_en, CHINESE: axis.name_zh})


def _head(value: ValueView) -> Head:
    return Head(value.code, texts(dict(value.names)))


def _used(axis: AxisView | None, cells: Iterable[_Cell]) -> list[ValueView]:
    """The values of which something is made, in the order of the axis."""
    if axis is None:
        return []
    codes = {cell.options.get(axis.code) for cell in cells}
    return [value for value in axis.values if value.code in codes]


def _sheets(
    cells: Sequence[_Cell],
    down: tuple[AxisView | None, Sequence[ValueView]],
    across: tuple[AxisView, Sequence[ValueView]],
    pages: Sequence[AxisView],
) -> Iterable[Sheet]:
    """One sheet for each choice on the further axes of which something is made."""
    for chosen in every(*(_used(axis, cells) for axis in pages)):
        fixed = {axis.code: value.code for axis, value in zip(pages, chosen, strict=True)}
        inner = [cell for cell in cells if fixed.items() <= cell.options.items()]
        if inner:
            title = _title(pages, chosen)
            rows: Sequence[ValueView | None] = down[1] or [None]
            yield Sheet(title, tuple(_counts(_on(inner, down[0], row), across) for row in rows))


def _on(cells: Iterable[_Cell], axis: AxisView | None, value: ValueView | None) -> list[_Cell]:
    return [cell for cell in cells if not axis or (value and cell.options.get(axis.code) == value.code)]


def _counts(
    cells: Sequence[_Cell], across: tuple[AxisView, Sequence[ValueView]]
) -> tuple[Decimal | None, ...]:
    axis, values = across
    made: dict[str, Decimal] = {}
    for cell in cells:
        code = cell.options.get(axis.code, "")
        made[code] = made.get(code, Decimal(0)) + cell.order.quantity
    return tuple(made.get(value.code) for value in values)


def _title(axes: Sequence[AxisView], chosen: Sequence[ValueView]) -> Texts:
    """ "Logo: engraved", in Chinese with full-width signs; nothing where there is no further axis."""
    said = {
        language: comma.join(
            f"{axis.name(language)}{colon}{value.name(language)}"
            for axis, value in zip(axes, chosen, strict=True)
        )
        for language, colon, comma in ((ENGLISH, ": ", ", "), (CHINESE, "：", "，"))
    }
    return texts(said) if axes else ()


def _steps(batch: str, cells: Sequence[_Cell], axes: Sequence[AxisView]) -> Iterable[TravellerStep]:
    """Operations that are the same in several cells as one; those not in all of them name theirs."""
    found: dict[tuple[int, str, str, int], list[tuple[_Cell, ProductionOperation]]] = {}
    for cell in cells:
        for step in cell.order.operations:
            key = (step.sequence, step.name_en, step.name_zh, step.centre_id)
            found.setdefault(key, []).append((cell, step))
    for (sequence, english, chinese, _centre), uses in sorted(found.items()):
        centre = uses[0][1].centre
        yield TravellerStep(
            sequence=sequence,
            names=texts({ENGLISH: english, CHINESE: chinese}),
            centres=texts({ENGLISH: centre.name_en, CHINESE: centre.name_zh}),
            quantity=sum((cell.order.quantity for cell, _step in uses), Decimal(0)),
            setup_minutes=max(step.setup_minutes for _cell, step in uses),
            run_minutes=sum(step.run_minutes for _cell, step in uses),
            code=f"erp://production/operation/{batch}/{sequence}",
            only=() if len(uses) == len(cells) else tuple(_place(cell, axes) for cell, _step in uses),
            quality_point=next((step.quality_point for _cell, step in uses if step.quality_point), ""),
        )


def _place(cell: _Cell, axes: Sequence[AxisView]) -> str:
    """ "500 / BK": codes in the order of the axes."""
    return (
        " / ".join(cell.options[axis.code] for axis in axes if axis.code in cell.options) or cell.order.number
    )


def _parts(session: Session, cells: Sequence[_Cell]) -> Iterable[TravellerPart]:
    """Components of all cells, added up by item and operation; by operation, then SKU."""
    sums: dict[tuple[int | None, int], Decimal] = {}
    items: dict[int, Item] = {}
    for cell in cells:
        for part in cell.order.materials:
            if not part.by_product:
                key = (part.operation, part.item_id)
                sums[key] = sums.get(key, Decimal(0)) + part.quantity
                items[part.item_id] = part.item
    names = _names(session, items)
    ordered = sorted(sums.items(), key=lambda one: (one[0][0] or 0, items[one[0][1]].sku))
    for (operation, item_id), quantity in ordered:
        item = items[item_id]
        yield TravellerPart(item.sku, texts(names.get(item_id, {})), quantity, item.unit, operation)


def _names(session: Session, item_ids: Iterable[int]) -> Mapping[int, Mapping[str, str]]:
    found: dict[int, dict[str, str]] = {}
    rows = select(ItemText.item_id, ItemText.language, ItemText.name).where(ItemText.item_id.in_(item_ids))
    for item_id, language, name in session.execute(rows):
        found.setdefault(item_id, {})[language] = name
    return found
