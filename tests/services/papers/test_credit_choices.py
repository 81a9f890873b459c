"""Which shipments are offered to go under a letter of credit."""

from __future__ import annotations

from datetime import date

from factory_erp.models.database import Database
from factory_erp.models.shipping import Shipment, ShipmentState
from factory_erp.services.credits.choices import shipments_for
from factory_erp.services.credits.shipments import set_credit
from factory_erp.services.credits.views import credit_detail, credit_rows
from tests.services.papers.test_credits import a_credit, a_shipment
from tests.services.shipping_factory import Factory


def test_free_shipments_in_its_currency_are_offered_its_customers_first(db: Database) -> None:
    factory = Factory(db)
    mine, others, taken, euro, gone = (a_shipment(factory, sku) for sku in ("A", "B", "C", "D", "E"))
    with db.session(write=True) as session:
        customer = session.get_one(Shipment, mine).consignee_id
        session.get_one(Shipment, euro).currency = "EUR"
        session.get_one(Shipment, gone).state = ShipmentState.CANCELLED
    credit = a_credit(customer_id=customer, partial_shipments="allowed")
    set_credit(taken, a_credit(number="LC-2"))
    assert [one.id for one in shipments_for(credit)] == [mine, others]
    number = shipments_for(credit)[1].number
    assert [one.id for one in shipments_for(credit, number.lower())] == [others]
    assert shipments_for(credit, "100 %") == []


def test_a_credit_says_until_when_papers_must_be_presented(db: Database) -> None:
    factory = Factory(db)
    first, second = a_shipment(factory, "A"), a_shipment(factory, "B")
    credit = a_credit(partial_shipments="allowed", issuing_bank="Bank of Bremen\nBremen")
    for shipment in (first, second):
        set_credit(shipment, credit)
    row = credit_rows([credit])[0]
    assert (row.bank, row.presentation, row.presentation_days) == ("Bank of Bremen", None, None)
    with db.session(write=True) as session:
        session.get_one(Shipment, second).on_board = date(2026, 11, 14)
    assert credit_rows([credit])[0].presentation == date(2026, 12, 7), "21 days, then past a weekend"
    by_shipment = {one.id: one.present_by for one in credit_detail(credit).shipments}
    assert by_shipment == {first: None, second: date(2026, 12, 7)}
