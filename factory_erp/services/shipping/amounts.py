"""What part of an order's charges goes on the invoice of each of its shipments.

Freight, insurance, discount and adjustment follow the value of the goods. Shipments are served in
the order in which their invoices were first issued, each taking the rounded total up to itself less
the total before it; the one that completes the order therefore takes exactly what remains.
Shipments that were cancelled ask for nothing. A line
delivered in parts is rounded once per part; the cents by which the parts miss the ordered amount go
into the adjustment of the invoice that completes the line. So Σ invoices = the order's total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotAllowed
from factory_erp.domain.money import Money, UnitPrice
from factory_erp.i18n import _
from factory_erp.models.documents import Document, DocumentKind
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.models.shipping import Shipment, ShipmentLine, ShipmentState

Quantities = Mapping[int, Decimal]
"""Order line id → quantity."""

KINDS = ("freight", "insurance", "discount", "adjustment")


def charges(session: Session, shipment_id: int, lines: Iterable[tuple[SalesLine, Decimal]]) -> dict[str, int]:
    """Kind → minor units that the shipment's invoice carries (a discount is negative).

    Raises NotAllowed for an order whose lines and charges are not its total.
    """
    total = dict.fromkeys(KINDS, 0)
    for order, mine in _by_order(lines):
        check_order(order)
        for kind, minor in _order_share(session, shipment_id, order, mine).items():
            total[kind] += minor
    return total


def _by_order(lines: Iterable[tuple[SalesLine, Decimal]]) -> list[tuple[SalesOrder, Quantities]]:
    orders: dict[int, SalesOrder] = {}
    parts: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for line, quantity in lines:
        orders[line.order_id] = line.order
        parts[line.order_id][line.id] = quantity
    return [(orders[key], parts[key]) for key in sorted(orders)]


def check_order(order: SalesOrder) -> None:
    """Raise NotAllowed unless quantity × price of the lines and the charges come to the order's total."""
    lines = sum(_amount(line, line.quantity) for line in order.lines)
    due = Money(lines + sum(_order_charges(order).values()), order.currency)
    total = Money(order.total_minor, order.currency)
    if due != total:
        raise NotAllowed(
            _(
                "Order {number}: lines and charges come to {due}, but its total is {total}: "
                "a difference of {difference}.",
                number=order.number,
                due=str(due),
                total=str(total),
                difference=str(total - due),
            ),
            record=order.number,
            field=_("Total"),
            remedy=_("Correct a price or the adjustment of the order, then issue the documents."),
        )


def _order_charges(order: SalesOrder) -> dict[str, int]:
    return {
        "freight": order.freight_minor,
        "insurance": order.insurance_minor,
        "discount": -order.discount_minor,
        "adjustment": order.adjustment_minor,
    }


def _order_share(session: Session, shipment_id: int, order: SalesOrder, mine: Quantities) -> dict[str, int]:
    earlier = _issued_before(session, shipment_id, [line.id for line in order.lines])
    before = _added(earlier)
    done, whole = _value(order, before), _value(order, {line.id: line.quantity for line in order.lines})
    reached = _value(order, _added([before, mine]))
    share = {
        kind: _up_to(Money(minor, order.currency), reached, whole)
        - _up_to(Money(minor, order.currency), done, whole)
        for kind, minor in _order_charges(order).items()
    }
    share["adjustment"] += sum(_rounding(line, earlier, mine) for line in order.lines)
    return share


def _amount(line: SalesLine, quantity: Decimal) -> int:
    return UnitPrice(line.unit_price, line.order.currency).times(quantity).minor


def _value(order: SalesOrder, quantities: Quantities) -> Decimal:
    """What charges are shared by: the goods' exact value, or their number where all are free of charge."""
    free = not any(line.unit_price for line in order.lines)
    parts = (
        (Decimal(1) if free else line.unit_price) * quantities.get(line.id, Decimal(0))
        for line in order.lines
    )
    return sum(parts, Decimal(0))


def _up_to(charge: Money, reached: Decimal, whole: Decimal) -> int:
    """The part of *charge* that falls on the first *reached* of *whole*."""
    return charge.allocate([reached, whole - reached])[0].minor if whole else 0


def _rounding(line: SalesLine, earlier: Sequence[Quantities], mine: Quantities) -> int:
    """Minor units by which the parts of a line miss its amount, for the shipment that completes it."""
    if line.id not in mine:
        return 0
    parts = [part[line.id] for part in (*earlier, mine) if line.id in part]
    if sum(parts, Decimal(0)) != line.quantity:
        return 0
    return _amount(line, line.quantity) - sum(_amount(line, part) for part in parts)


def _added(parts: Iterable[Quantities]) -> dict[int, Decimal]:
    total: dict[int, Decimal] = defaultdict(Decimal)
    for part in parts:
        for key, quantity in part.items():
            total[key] += quantity
    return total


def _issued_before(session: Session, shipment_id: int, line_ids: Sequence[int]) -> list[Quantities]:
    """What other shipments in force took of these lines whose invoice was first issued before this one's."""
    first = (
        select(Document.shipment_id, func.min(Document.id).label("issue"))
        .join(Shipment, Shipment.id == Document.shipment_id)
        .where(Document.kind == DocumentKind.COMMERCIAL_INVOICE, Shipment.state != ShipmentState.CANCELLED)
        .group_by(Document.shipment_id)
        .subquery()
    )
    own = session.scalar(select(first.c.issue).where(first.c.shipment_id == shipment_id))
    statement = (
        select(ShipmentLine.shipment_id, ShipmentLine.sales_line_id, ShipmentLine.quantity)
        .join(first, first.c.shipment_id == ShipmentLine.shipment_id)
        .where(ShipmentLine.sales_line_id.in_(line_ids), ShipmentLine.shipment_id != shipment_id)
    )
    if own is not None:
        statement = statement.where(first.c.issue < own)
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for other, line_id, quantity in session.execute(statement):
        found[other][line_id] = quantity
    return list(found.values())
