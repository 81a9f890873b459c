"""Rows of a file as draft orders: whose they are, which order is meant, what a line costs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.documents import NumberSeries
from factory_erp.models.partners import Partner
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.services.base import get
from factory_erp.services.clock import FACTORY_ZONE, today
from factory_erp.services.exchange.grouping import resolve
from factory_erp.services.exchange.kind import Intake, Record, Verdict
from factory_erp.services.exchange.upsert import same
from factory_erp.services.numbering import next_number
from factory_erp.services.pricing import prices as pricing
from factory_erp.services.sales import orders as sales
from factory_erp.services.sales.orders import NewLine, NewOrder
from factory_erp.services.stock import inventory

_OURS = re.compile(r"SO-([0-9]{4})-([0-9]{5,9})")
"""A number of our own series."""

HEAD = {
    "customer_po": "customer_po",
    "currency": "currency",
    "incoterm": "incoterm",
    "place": "place",
    "country": "destination_country",
    "payment_terms": "payment_terms",
    "requested_ship": "requested_ship",
    "remark": "remark",
}
"""Field key → attribute of an order."""


def day_of(moment: datetime) -> date:
    """The factory's day of *moment*."""
    return moment.astimezone(ZoneInfo(FACTORY_ZONE)).date()


class OrderTaker:
    """Takes the orders of a file one by one."""

    def __init__(self, session: Session, records: Sequence[Record], intake: Intake) -> None:
        self._session = session
        self._intake = intake
        self._items = resolve(session, Item.sku, records, "sku", intake, _("Import the items first."))
        remedy = _("Import the partners first.")
        self._partners = resolve(session, Partner.code, records, "customer", intake, remedy)

    def take(self, by_number: bool, rows: Sequence[Record], said: Mapping[str, Any]) -> None:
        """Make or change the order that *rows* are; *said* is what they say of it together."""
        order = self._by_number(said["number"]) if by_number else self._by_purchase_order(rows[0], said)
        if order is None and not said.get("customer"):
            self._intake.reject(rows[0], "customer", _("A new order needs its customer."))
            return
        lines = [self._line(row, position, order) for position, row in enumerate(rows)]
        new = self._wanted(order, said, [line for line in lines if line])
        priced = self._priced(rows, lines, new)
        if priced is None:
            return
        if order is None:
            self._make(rows, said, priced)
        elif _is_same(order, priced):
            self._note(rows, Verdict.UNCHANGED)
        else:
            self._change(order, rows, priced)

    def _by_number(self, number: str) -> SalesOrder | None:
        return self._session.scalar(select(SalesOrder).filter_by(number=number))

    def _by_purchase_order(self, record: Record, said: Mapping[str, Any]) -> SalesOrder | None:
        """The customer's order with that number of his; one that is not cancelled before one that is."""
        customer_id = self._partners[said["customer"]]
        found = select(SalesOrder).filter_by(customer_id=customer_id, customer_po=said["customer_po"])
        cancelled = SalesOrder.state == OrderState.CANCELLED
        return self._session.scalar(found.order_by(cancelled, SalesOrder.id.desc()).limit(1))

    def _line(self, row: Record, position: int, order: SalesOrder | None) -> NewLine | None:
        """The line of a row; its price -1 where neither the row nor the order's own line has one."""
        item = get(self._session, Item, self._items[row["sku"]])
        try:
            inventory.check_quantity(item, row["quantity"])
        except DomainError as error:
            self._intake.reject(row, "quantity", str(error))
            return None
        before = order.lines[position] if order and position < len(order.lines) else None
        kept = before if before and before.item_id == item.id else None
        price = row.get("unit_price")
        if price is None and kept and kept.quantity == row["quantity"]:
            price = kept.unit_price
        return NewLine(
            item_id=item.id,
            quantity=row["quantity"],
            unit=item.unit,
            unit_price=Decimal(-1) if price is None else price,
            external_line_id=kept.external_line_id if kept else "",
            customer_item=row.get("customer_item", kept.customer_item if kept else ""),
        )

    def _wanted(
        self, order: SalesOrder | None, said: Mapping[str, Any], lines: Sequence[NewLine]
    ) -> NewOrder:
        """The order as the file wants it; what it does not say is as it was, or as the customer has it."""
        if order is None:
            base = self._blank(get(self._session, Partner, self._partners[said["customer"]]))
        else:
            base = _as_new(order)
            if said.get("customer"):
                base = replace(base, customer_id=self._partners[said["customer"]])
        given = {HEAD[key]: value for key, value in said.items() if key in HEAD and _counts(key, value)}
        on = said.get("ordered_on")
        if on and on != day_of(base.ordered_at):
            given["ordered_at"] = datetime.combine(on, time(), ZoneInfo(FACTORY_ZONE))
        return replace(base, lines=lines, **given)

    def _blank(self, customer: Partner) -> NewOrder:
        return NewOrder(
            customer_id=customer.id,
            ordered_at=datetime.combine(today(), time(), ZoneInfo(FACTORY_ZONE)),
            currency=customer.currency,
            incoterm="FOB",
            place="",
            destination_country=customer.country,
            payment_terms=customer.payment_terms,
            lines=(),
        )

    def _priced(
        self, rows: Sequence[Record], lines: Sequence[NewLine | None], new: NewOrder
    ) -> NewOrder | None:
        """The order with the prices of the lists where the file gives none; None when a row was refused."""
        found = [line and self._with_price(row, line, new) for row, line in zip(rows, lines, strict=True)]
        priced = [line for line in found if line]
        return replace(new, lines=priced) if len(priced) == len(rows) else None

    def _with_price(self, row: Record, line: NewLine, new: NewOrder) -> NewLine | None:
        if line.unit_price >= 0:
            return line
        answer = pricing.find_price(
            self._session, line.item_id, line.quantity, customer_id=new.customer_id,
            account_id=new.account_id, day=day_of(new.ordered_at), incoterm=new.incoterm,
            place=new.place, currency=new.currency,
        )  # fmt: skip
        if answer is None:
            reason = _(
                "No price list has a price of {sku} in {currency}, {term}, on {day}.",
                sku=row["sku"],
                currency=new.currency,
                term=f"{new.incoterm} {new.place}".strip(),
                day=day_of(new.ordered_at).isoformat(),
            )
            self._intake.reject(
                row, "unit_price", f"{reason} {_('Give the price in the row, or import one.')}"
            )
            return None
        return replace(line, unit_price=answer.price.amount)

    def _make(self, rows: Sequence[Record], said: Mapping[str, Any], new: NewOrder) -> None:
        self._note(rows, Verdict.CREATED)
        if self._intake.rejected:
            return
        number = said.get("number")
        if number:
            order = SalesOrder(number=number, state=OrderState.DRAFT)
            sales.fill_order(order, new)
            self._session.add(order)
            self._session.flush()
            _pass_number(self._session, number)
        else:
            order = sales.add_order(self._session, replace(new, client_key=_key(new)))
        sales.index_order(self._session, order)

    def _change(self, order: SalesOrder, rows: Sequence[Record], new: NewOrder) -> None:
        self._note(rows, Verdict.UPDATED)
        if order.state != OrderState.DRAFT or order.account_id is not None:
            self._refuse(order, rows)
        if self._intake.rejected:
            return
        locked = get(self._session, SalesOrder, order.id, lock=True)
        locked.lines.clear()
        self._session.flush()
        sales.fill_order(locked, new)
        self._session.flush()
        sales.index_order(self._session, locked)

    def _refuse(self, order: SalesOrder, rows: Sequence[Record]) -> None:
        reason = _(
            "Order {number} is not as the file has it, and only drafts can be changed.", number=order.number
        )
        remedy = _("Change the order on its page, or leave its rows out.")
        if order.state == OrderState.DRAFT:
            reason = _(
                "Order {number} follows its platform and cannot be imported over.", number=order.number
            )
            remedy = _("Leave its rows out.")
        for row in rows:
            self._intake.reject(
                row, "number" if "number" in row.values else "customer_po", f"{reason} {remedy}"
            )

    def _note(self, rows: Sequence[Record], verdict: Verdict) -> None:
        for row in rows:
            self._intake.note(row, verdict)


_OWN = frozenset({"currency", "incoterm", "country", "payment_terms", "customer_po"})
"""Empty cells of these say nothing: the order keeps what it has, or begins with the customer's."""


def _counts(key: str, value: Any) -> bool:
    return bool(value) or key not in _OWN


_KEPT = [
    "customer_id",
    "account_id",
    "external_id",
    "customer_po",
    "ordered_at",
    "currency",
    "incoterm",
    "place",
    "destination_country",
    "port_of_discharge",
    "payment_terms",
    "ship_to",
    "marks",
    "remark",
    "requested_ship",
    "freight_minor",
    "insurance_minor",
    "discount_minor",
    "adjustment_minor",
]


def _as_new(order: SalesOrder) -> NewOrder:
    return NewOrder(
        **{name: getattr(order, name) for name in _KEPT}, lines=[_as_line(one) for one in order.lines]
    )


def _as_line(line: SalesLine) -> NewLine:
    return NewLine(
        line.item_id, line.quantity, line.unit, line.unit_price, line.external_line_id, line.customer_item
    )


def _is_same(order: SalesOrder, new: NewOrder) -> bool:
    """Whether nothing would change."""
    there = _as_new(order)
    heads = all(same(getattr(there, name), getattr(new, name)) for name in _KEPT)
    return heads and list(there.lines) == list(new.lines)


def _key(new: NewOrder) -> str:
    """The same for one purchase order of one customer: two imports at once make one order."""
    said = f"{new.customer_id}|{new.customer_po}"
    return "import:" + hashlib.sha256(said.encode()).hexdigest()[:40]


def _pass_number(session: Session, number: str) -> None:
    """Let our own series go on behind a number of it that a file brought."""
    found = _OURS.fullmatch(number)
    if not found:
        return
    series, last = f"SO-{found[1]}", int(found[2])
    if session.scalar(select(NumberSeries.id).filter_by(series=series)) is None:
        next_number(session, "SO", int(found[1]))
    raised = update(NumberSeries).where(NumberSeries.series == series, NumberSeries.last < last)
    session.execute(raised.values(last=last), execution_options={"synchronize_session": False})
