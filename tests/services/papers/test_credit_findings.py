"""What is wrong with a letter of credit itself, told before any paper is made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from factory_erp.domain.errors import NotFound
from factory_erp.models.database import Database
from factory_erp.services.credits.letters import save_credit
from factory_erp.services.credits.message import from_message
from factory_erp.services.credits.own_findings import credit_findings
from factory_erp.services.credits.shipments import set_credit
from factory_erp.services.credits.views import credit_detail
from tests.services.papers.test_credits import MESSAGE, a_shipment
from tests.services.shipping_factory import Factory


def found(db: Database, **values: Any) -> list[tuple[str, str]]:
    """Severity and field of what is wrong with the credit of MESSAGE with other *values*."""
    Factory(db)
    credit = save_credit(replace(from_message(MESSAGE).given, **values), "k").value
    return [(one.severity, one.field) for one in credit_findings(credit)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({"beneficiary": "Ningbo  BRIGHT CUP Co Ltd\nelsewhere"}, []),
        ({"beneficiary": "NINGBO BRIGHT CAP CO., LTD."}, [("W", "beneficiary")]),
        ({"beneficiary": "宁波亮杯有限公司"}, []),
        ({"expires_on": None}, [("E", "expires_on")]),
        ({"latest_shipment": date(2027, 1, 16)}, [("E", "latest_shipment")]),
        ({"latest_shipment": date(2027, 1, 1)}, [("W", "expires_on")]),
        ({"latest_shipment": date(2026, 12, 31)}, []),
        ({"latest_shipment": None, "shipment_period": "UNTIL 10 JANUARY 2027"}, [("W", "expires_on")]),
        ({"presentation_days": None, "latest_shipment": date(2026, 12, 31)}, [("W", "expires_on")]),
        ({"expiry_place": "GERMANY"}, [("W", "expiry_place")]),
        ({"expiry_place": "at our counters"}, []),
        ({"documents": ""}, [("W", "documents")]),
        ({"documents": "", "expires_on": None}, [("E", "expires_on"), ("W", "documents")]),
    ],
)
def test_what_to_have_amended(db: Database, values: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert found(db, **values) == expected


def test_what_is_shipped_under_it(db: Database) -> None:
    factory = Factory(db)
    given = replace(from_message(MESSAGE).given, partial_shipments="allowed")
    credit = save_credit(given, "k").value
    for sku in ("CUP", "LID"):
        set_credit(a_shipment(factory, sku), credit)
    assert credit_findings(credit) == ()
    amended = replace(credit_detail(credit).given, partial_shipments="not allowed", amount=Decimal(100))
    save_credit(amended)
    told = {one.field: one.message for one in credit_findings(credit)}
    assert set(told) == {"partial_shipments", "amount"}
    assert "2 shipments are under it" in told["partial_shipments"]
    assert "more than it allows" in told["amount"]
    assert {one.severity for one in credit_findings(credit)} == {"E"}


def test_a_credit_that_is_not_there(db: Database) -> None:
    with pytest.raises(NotFound):
        credit_findings(4711)
