"""Sales orders in and out: rows of one number, or of one customer's purchase order, are one order.

A new order begins as a draft. A draft that was not pulled from a platform follows the file; an
order that is further on is never changed: a row that differs from it is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.i18n import N_, _
from factory_erp.models.catalog import Item
from factory_erp.models.partners import Partner
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.services.exchange.fields import (
    Field,
    code,
    country,
    currency,
    day,
    decimal,
    incoterm,
    text,
)
from factory_erp.services.exchange.grouping import grouped, header, unrefused
from factory_erp.services.exchange.kind import Intake, Kind, Record
from factory_erp.services.exchange.order_rows import OrderTaker, day_of
from factory_erp.services.exchange.upsert import batches

PER_READ = 500
"""Orders that are read at once."""

HEAD = (
    Field(
        "customer",
        N_("Customer"),
        code(40),
        aliases=("Customer code", "Buyer", "客户", "客户编码"),
        example="NORDKOPP",
    ),
    Field(
        "ordered_on",
        N_("Ordered on"),
        day(),
        default=None,
        aliases=("Order date", "下单日期"),
        example="2026-11-23",
        hint=N_("Empty: today."),
    ),
    Field(
        "currency",
        N_("Currency"),
        currency(),
        aliases=("币种",),
        example="USD",
        hint=N_("Empty: the customer's."),
    ),
    Field(
        "incoterm", N_("Trade term"), incoterm(), aliases=("Incoterm", "贸易术语", "成交方式"), example="FOB"
    ),
    Field("place", N_("Place"), text(80), aliases=("Named place", "Port", "地点"), example="Ningbo"),
    Field(
        "country",
        N_("Destination country"),
        country(),
        aliases=("Country", "目的国", "国家"),
        example="DE",
        hint=N_("Empty: the customer's."),
    ),
    Field(
        "payment_terms",
        N_("Payment terms"),
        text(200),
        aliases=("付款方式",),
        hint=N_("Empty: the customer's."),
    ),
    Field(
        "requested_ship",
        N_("Requested ship date"),
        day(),
        default=None,
        aliases=("Ship date", "要求交期", "交货日期"),
    ),
    Field("remark", N_("Remark"), text(), aliases=("Note", "备注")),
)
FIELDS = (
    Field(
        "number",
        N_("Order number"),
        code(24),
        aliases=("Order", "Order no.", "订单号", "单号"),
        hint=N_("Empty: the next number; the purchase order then says which order it is."),
    ),
    Field(
        "customer_po",
        N_("Customer's purchase order"),
        code(60),
        aliases=("PO", "PO number", "Customer PO", "客户订单号"),
        example="PO-4711",
    ),
    *HEAD,
    Field(
        "sku",
        N_("SKU"),
        code(60),
        required=True,
        aliases=("Item", "Product code", "货号", "物料编码"),
        example="CUP-500-BLK",
    ),
    Field(
        "quantity", N_("Quantity"), decimal(above=0), required=True, aliases=("Qty", "数量"), example="500"
    ),
    Field(
        "unit_price",
        N_("Unit price"),
        decimal(minimum=0),
        default=None,
        aliases=("Price", "单价"),
        example="3.25",
        hint=N_("Empty: as the price lists say."),
    ),
    Field("customer_item", N_("Customer's item number"), code(60), aliases=("Customer SKU", "客户货号")),
)
SHARED = (*FIELDS[:2], *HEAD)
"""What the rows of one order say together."""


def take(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make the draft orders what the rows say, or refuse rows."""
    _refuse_nameless(records, intake)
    taker = OrderTaker(session, records, intake)
    rows = unrefused(records, intake)
    orders = grouped(rows, _order_of)
    for number, (at, held) in enumerate(orders.items(), 1):
        taker.take(at[0] == "number", held, header(held, SHARED, intake))
        intake.step(number, len(orders), _("Writing orders"))


def _refuse_nameless(records: Sequence[Record], intake: Intake) -> None:
    for record in records:
        if not record.get("number") and not (record.get("customer_po") and record.get("customer")):
            reason = _("Give the order's number, or the customer and his purchase order.")
            intake.reject(record, "number", reason)


def _order_of(record: Record) -> tuple[str, str, str]:
    if record.get("number"):
        return "number", record["number"], ""
    return "customer_po", record["customer"], record["customer_po"]


def give(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every line of every order, by number and position."""
    heads = session.execute(
        select(SalesOrder.id, Partner.code)
        .join(Partner, Partner.id == SalesOrder.customer_id)
        .order_by(SalesOrder.number)
    ).all()
    for part in batches(heads, PER_READ):
        ids = [order_id for order_id, _customer in part]
        orders = {one.id: one for one in session.scalars(select(SalesOrder).where(SalesOrder.id.in_(ids)))}
        lines: dict[int, list[dict[str, Any]]] = {}
        columns = (SalesLine.quantity, SalesLine.unit_price, SalesLine.customer_item)
        rows = select(SalesLine.order_id, Item.sku, *columns).join(Item, Item.id == SalesLine.item_id)
        rows = rows.where(SalesLine.order_id.in_(ids)).order_by(SalesLine.order_id, SalesLine.position)
        for row in session.execute(rows):
            said = dict(row._mapping)
            lines.setdefault(said.pop("order_id"), []).append(said)
        for order_id, customer in part:
            for line in lines.get(order_id, ()):
                yield {**_head(orders[order_id], customer), **line}


def _head(order: SalesOrder, customer: str) -> dict[str, Any]:
    return {
        "number": order.number,
        "customer_po": order.customer_po,
        "customer": customer,
        "ordered_on": day_of(order.ordered_at),
        "currency": order.currency,
        "incoterm": order.incoterm,
        "place": order.place,
        "country": order.destination_country,
        "payment_terms": order.payment_terms,
        "requested_ship": order.requested_ship,
        "remark": order.remark,
    }


KINDS = (Kind("sales-orders", N_("Sales orders"), FIELDS, take, give, needs=("partners", "items", "prices")),)
