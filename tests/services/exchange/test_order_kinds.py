"""Sales orders by file: drafts, priced by the lists, never written over what is further on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from factory_erp.models.database import Database
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.services import search
from factory_erp.services.sales import orders as sales
from tests.services import factory
from tests.services.exchange.rows import TextRow, counts, given, reasons, took, unchanged_again


def _shop(db: Database) -> None:
    with db.session(write=True) as session:
        factory.an_item(session, "CUP")
        factory.an_item(session, "LID")
    took(
        "partners",
        {"partner": "NORD", "name": "Nordkopp", "country": "DE", "currency": "EUR", "payment_terms": "LC"},
    )


def _line(sku: str = "CUP", quantity: str = "100", price: str = "3.25", **more: str) -> TextRow:
    row = {"customer_po": "PO-1", "customer": "NORD", "sku": sku, "quantity": quantity, "unit_price": price}
    return {**row, "ordered_on": "2026-11-20", "requested_ship": "2026-12-20", **more}


def _orders(db: Database) -> list[SalesOrder]:
    with db.session() as session:
        found = list(session.scalars(select(SalesOrder).order_by(SalesOrder.id)))
        for order in found:
            session.refresh(order, ["lines"])
        return found


def test_rows_of_one_purchase_order_are_one_draft(db: Database) -> None:
    _shop(db)
    assert counts(took("sales-orders", _line(), _line("LID", "50", "0.5"))) == (2, 0, 0, 0)
    (order,) = _orders(db)
    assert (order.number, order.state, order.currency) == ("SO-2026-00001", OrderState.DRAFT, "EUR")
    assert (order.destination_country, order.payment_terms, order.incoterm) == ("DE", "LC", "FOB")
    assert (order.requested_ship, order.total_minor) == (date(2026, 12, 20), 35000)
    assert [(line.position, line.quantity) for line in order.lines] == [(1, Decimal(100)), (2, Decimal(50))]
    assert [hit.title for hit in search.find("PO-1")] == ["SO-2026-00001"]
    assert counts(took("sales-orders", _line(), _line("LID", "50", "0.5"))) == (0, 0, 2, 0)
    assert unchanged_again("sales-orders") == 2


def test_a_draft_follows_the_file(db: Database) -> None:
    _shop(db)
    took("sales-orders", _line(), _line("LID", "50", "0.5"))
    assert counts(took("sales-orders", _line(quantity="120", remark="Blue lids"))) == (0, 1, 0, 0)
    (order,) = _orders(db)
    assert ([line.quantity for line in order.lines], order.remark) == ([Decimal(120)], "Blue lids")
    assert counts(took("sales-orders", _line(quantity="120", customer_item="N-7"))) == (0, 1, 0, 0)


def test_an_order_that_is_further_on_is_never_changed(db: Database) -> None:
    _shop(db)
    took("sales-orders", _line())
    sales.confirm(_orders(db)[0].id)
    assert counts(took("sales-orders", _line())) == (0, 0, 1, 0)
    report = took("sales-orders", _line(quantity="120"))
    assert reasons(report) == [(2, "customer_po")]
    assert "SO-2026-00001" in report.rejected[0].reason
    assert _orders(db)[0].lines[0].quantity == 100


def test_a_number_of_the_file_is_kept_and_our_own_series_goes_on_behind_it(db: Database) -> None:
    _shop(db)
    assert counts(took("sales-orders", _line(number="OLD-17"), _line(number="SO-2026-00040"))) == (2, 0, 0, 0)
    took("sales-orders", _line(customer_po="PO-9"))
    assert [order.number for order in _orders(db)] == ["OLD-17", "SO-2026-00040", "SO-2026-00041"]
    assert counts(took("sales-orders", _line(number="OLD-17"))) == (0, 0, 1, 0)


def test_a_line_without_a_price_costs_what_the_lists_say(db: Database) -> None:
    _shop(db)
    assert reasons(took("sales-orders", _line(price=""))) == [(2, "unit_price")]
    price = {"sku": "CUP", "currency": "EUR", "from_quantity": "1", "price": "4", "valid_from": "2026-01-01"}
    took("prices", price, {**price, "from_quantity": "100", "price": "3.5"})
    assert counts(took("sales-orders", _line(price=""))) == (1, 0, 0, 0)
    assert _orders(db)[0].lines[0].unit_price == Decimal("3.5")
    took("prices", {**price, "from_quantity": "100", "price": "3"})
    assert counts(took("sales-orders", _line(price=""))) == (0, 0, 1, 0)


def test_what_cannot_be_ordered_is_refused(db: Database) -> None:
    _shop(db)
    assert reasons(took("sales-orders", _line(quantity="0.5"))) == [(2, "quantity")]
    assert reasons(took("sales-orders", _line("NO"), _line(customer="NOBODY"))) == [
        (2, "sku"),
        (3, "customer"),
    ]
    assert [row for row, _column in reasons(took("sales-orders", _line(customer_po="")))] == [2]
    differing = took("sales-orders", _line(currency="USD"), _line("LID", currency="EUR"))
    assert reasons(differing) == [(3, "currency")]
    assert _orders(db) == []
    assert given("sales-orders") == []
