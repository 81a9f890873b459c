"""Days of letters of credit on the page of the day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from factory_erp.models.database import Database
from factory_erp.models.shipping import Shipment
from factory_erp.services.credits.letters import CreditInput, save_credit
from factory_erp.services.credits.shipments import set_credit
from factory_erp.services.today.lists import today
from factory_erp.services.today.needs import Need, NeedRow
from tests.services.shipping_factory import Factory


def needs() -> list[NeedRow]:
    return [row for row in today().needs if row.need == Need.CREDIT]


def a_credit(number: str, latest_shipment: date | None = None, expires_on: date | None = None) -> int:
    given = CreditInput(
        number=number, currency="USD", amount=Decimal(1000), applicant="Polar AG\nOslo",
        latest_shipment=latest_shipment, expires_on=expires_on,
    )  # fmt: skip
    return save_credit(given, number).value


def test_latest_shipment_presentation_and_expiry_need_somebody(db: Database) -> None:
    factory = Factory(db)
    item = factory.item("CUP")
    factory.stock(item, 100)
    shipment = factory.packed(factory.order(factory.customer(), [(item, "48", "2.50")]))
    credit = a_credit("LC-1", latest_shipment=date(2026, 12, 1), expires_on=date(2026, 12, 4))
    (ship, _expiry) = needs()
    assert (ship.record_id, ship.title, ship.link) == (credit, "LC-1 · Polar AG", f"erp://credits/{credit}")
    assert ship.reason == "Latest shipment 2026-12-01, in 8 days. No shipment is under this credit yet."
    set_credit(shipment, credit)
    factory.change(Shipment, shipment, on_board=date(2026, 11, 22))
    rows = needs()
    assert [row.reason.split(",")[0] for row in rows] == [
        "Presentation by 2026-12-04",
        "Expires on 2026-12-04",
    ]
    assert rows[0].link == f"erp://shipping/{shipment}"


def test_a_day_that_is_far_off_needs_nobody_and_a_past_one_does(db: Database) -> None:
    a_credit("FAR", expires_on=date(2026, 12, 18))
    a_credit("PAST", expires_on=date(2026, 11, 20))
    a_credit("NOW", expires_on=date(2026, 11, 23))
    assert [row.reason.split(". ")[0] for row in needs()] == [
        "Expires on 2026-11-20, 3 days ago",
        "Expires on 2026-11-23, today",
    ]
