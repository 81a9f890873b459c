"""Letters of credit: read, saved, put to shipments, and their days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from factory_erp.checking.dates import BankingDays
from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.domain.money import Money
from factory_erp.models.credits import CreditState, LetterOfCredit
from factory_erp.models.database import Database
from factory_erp.models.engineering import Calendar, CalendarException
from factory_erp.models.shipping import Shipment, ShipmentState
from factory_erp.services import search
from factory_erp.services.base import query
from factory_erp.services.credits.dates import CreditDate, banking_days, due_dates
from factory_erp.services.credits.letters import CreditInput, save_credit, set_state, to_checking
from factory_erp.services.credits.message import from_message
from factory_erp.services.credits.shipments import set_credit, set_presented
from factory_erp.services.credits.views import (
    credit_counts,
    credit_detail,
    credit_ids,
    credit_rows,
)
from factory_erp.services.shipping import shipments as shipping
from tests.services.shipping_factory import Factory

TODAY = date(2026, 11, 23)

MESSAGE = """:27:1/1
:40A:IRREVOCABLE
:20:LC-2026-0815
:31C:261101
:40E:UCP LATEST VERSION
:31D:270115CHINA
:50:Nordlicht Handels GmbH
KONTORWEG 1
BREMEN GERMANY
:59:NINGBO BRIGHT CUP CO., LTD.
8 HARBOUR ROAD
NINGBO CHINA
:32B:USD10000,00
:39A:05/05
:41D:ANY BANK
BY NEGOTIATION
:42C:SIGHT
:43P:NOT ALLOWED
:43T:ALLOWED
:44E:NINGBO
:44F:HAMBURG
:44C:261220
:45A:STEEL BOTTLES
:46A:+SIGNED COMMERCIAL INVOICE IN TRIPLICATE
+PACKING LIST IN 2 COPIES
:47A:+ALL DOCUMENTS MUST BEAR THE CREDIT NUMBER
:48:15
:49:WITHOUT"""


def a_credit(**values: Any) -> int:
    usual: dict[str, Any] = {"number": "LC-1", "currency": "USD", "amount": Decimal("1000.00")}
    given = usual | values
    return save_credit(CreditInput(**given), f"key-{given['number']}").value


def a_shipment(factory: Factory, sku: str = "CUP", quantity: str = "48") -> int:
    item = factory.item(sku)
    factory.stock(item, 1000)
    customer = factory.customer(f"C-{sku}")
    return factory.packed(factory.order(customer, [(item, quantity, "2.50")]))


def test_a_message_becomes_a_form_that_saves(db: Database) -> None:
    factory = Factory(db)
    customer = factory.customer()
    draft = from_message(MESSAGE)
    assert (draft.problems, draft.known_id) == ((), None)
    given = draft.given
    assert (given.number, given.currency, given.amount) == ("LC-2026-0815", "USD", Decimal("10000.00"))
    assert given.customer_id == customer
    assert given.beneficiary.startswith("NINGBO BRIGHT CUP CO., LTD.\n8 HARBOUR ROAD")
    saved = save_credit(given, "k1").value
    read = to_checking(factory.one(LetterOfCredit, id=saved))
    assert read.documents == (
        "SIGNED COMMERCIAL INVOICE IN TRIPLICATE",
        "PACKING LIST IN 2 COPIES",
    )
    assert (read.rules, read.confirmation) == ("UCP LATEST VERSION", "WITHOUT")
    assert (given.rules, given.confirmation) == ("UCP LATEST VERSION", "WITHOUT")
    assert (read.partial_shipments, read.presentation_days) == ("not allowed", 15)
    assert read.largest_amount == Decimal("10500.00")
    assert read.applicant.country == "DE"


def test_what_is_typed_counts_as_what_is_pasted_and_overrules_it(db: Database) -> None:
    typed = {
        "rules": "UCP LATEST VERSION", "max_amount_words": "NOT EXCEEDING", "confirmation": "CONFIRM",
        "presentation_text": "AFTER INVOICE DATE",
    }  # fmt: skip
    bare = a_credit(tolerance_plus=Decimal(5), **typed)
    shown = credit_detail(bare).given
    assert {name: getattr(shown, name) for name in typed} == typed
    read = to_checking(Factory(db, company=False).one(LetterOfCredit, id=bare))
    assert {name: getattr(read, name) for name in typed} == typed
    assert read.largest_amount == Decimal(1000), "39B bars what 39A allows"
    pasted = save_credit(replace(from_message(MESSAGE).given, confirmation="MAY ADD"), "k").value
    assert to_checking(Factory(db, company=False).one(LetterOfCredit, id=pasted)).confirmation == "MAY ADD"


def test_a_message_says_what_could_not_be_read(db: Database) -> None:
    draft = from_message(":20:X1\n:32B:MUCH MONEY\n:31D:261301 CHINA\n:50:ACME CO\n")
    assert {problem.tag for problem in draft.problems} == {"32B", "31D", "59"}
    assert all(problem.why and problem.name for problem in draft.problems)
    assert (draft.given.number, draft.given.amount) == ("X1", None)
    assert len(from_message("hello").problems) == 1


def test_an_amended_message_changes_the_credit_that_is_there(db: Database) -> None:
    first = save_credit(from_message(MESSAGE).given, "k").value
    amended = from_message(MESSAGE.replace("USD10000,00", "USD12000,00"))
    assert amended.known_id == first
    assert save_credit(amended.given).value == first
    assert credit_detail(first).given.amount == Decimal("12000.00")


def test_saving_twice_makes_one_credit_and_the_same_form_changes_nothing(db: Database) -> None:
    given = CreditInput(number="LC-1", currency="usd", amount=Decimal(5))
    first = save_credit(given, "k").value
    assert save_credit(given, "k").value == first
    shown = credit_detail(first).given
    assert shown.currency == "USD"
    assert not save_credit(shown).changes.get("letter_of_credit")


def test_a_number_that_is_there_is_refused(db: Database) -> None:
    a_credit()
    with pytest.raises(InvalidValue) as refused:
        save_credit(CreditInput(number="LC-1", currency="USD", amount=Decimal(1)), "other")
    assert (refused.value.field, refused.value.record) == ("number", "LC-1")
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", " "),
        ("amount", None),
        ("amount", Decimal(0)),
        ("amount", Decimal("1.005")),
        ("currency", "XXX"),
        ("tolerance_plus", Decimal(101)),
        ("presentation_days", -1),
        ("partial_shipments", "maybe"),
        ("expires_on", date(2025, 1, 1)),
        ("form", "x" * 61),
        ("goods", "a\0b"),
    ],
)
def test_a_form_that_cannot_be_is_refused_under_its_field(db: Database, field: str, value: object) -> None:
    given = CreditInput(number="LC-1", currency="USD", amount=Decimal(1), issued_on=date(2026, 1, 1))
    with pytest.raises(InvalidValue) as refused:
        save_credit(replace(given, **{field: value}))  # type: ignore[arg-type]  # one field at a time
    assert refused.value.field == field
    assert refused.value.remedy


def test_a_form_that_is_out_of_date_is_a_conflict(db: Database) -> None:
    saved = a_credit()
    first = second = credit_detail(saved).given
    save_credit(replace(first, note="one"))
    with pytest.raises(Conflict):
        save_credit(replace(second, note="two"))
    assert credit_detail(saved).given.note == "one"


def test_states_follow_their_table_and_a_closed_credit_stays(db: Database) -> None:
    saved = a_credit()
    with pytest.raises(NotAllowed):
        set_state(saved, CreditState.USED)
    for state in (CreditState.ADVISED, CreditState.ADVISED, CreditState.USED, CreditState.CLOSED):
        set_state(saved, state)
    assert credit_detail(saved).can_become == ()
    with pytest.raises(NotAllowed):
        set_state(saved, CreditState.ADVISED)
    with pytest.raises(NotAllowed):
        save_credit(replace(credit_detail(saved).given, note="late"))


def test_what_is_drawn_and_found(db: Database) -> None:
    factory = Factory(db)
    saved = a_credit(tolerance_plus=Decimal(10), applicant="Polar AG\nOslo")
    one, two = a_shipment(factory, "CUP"), a_shipment(factory, "POT", "96")
    set_credit(one, saved)
    set_credit(two, saved)
    set_presented(two, TODAY)
    shown = credit_detail(saved)
    assert shown.drawn.largest == Money.of("1100.00", "USD")
    assert shown.drawn.planned == Money.of("360.00", "USD")
    assert shown.drawn.presented == Money.of("240.00", "USD")
    assert shown.drawn.left == Money.of("740.00", "USD")
    assert [row.presented_on for row in shown.shipments] == [None, TODAY]
    (row,) = credit_rows(list(credit_ids(words="polar")))
    assert (row.customer, len(row.shipments)) == ("Polar AG", 2)
    (hit,) = [hit for hit in search.find(row.shipments[0]) if hit.kind == "credit"]
    assert hit.link == f"erp://credits/{saved}"
    assert credit_counts() == {"open": 1, "draft": 1, "used": 0, "closed": 0, "all": 1}
    shipping.cancel(one)
    assert credit_detail(saved).drawn.planned == Money.of("240.00", "USD")


def test_a_shipment_leaves_its_credit_again(db: Database) -> None:
    factory = Factory(db)
    saved, shipment = a_credit(), a_shipment(factory)
    set_credit(shipment, saved)
    assert factory.one(Shipment, id=shipment).credit_id == saved
    assert not set_credit(shipment, saved).changes
    set_credit(shipment, None)
    assert credit_detail(saved).shipments == ()


def test_credits_that_do_not_fit_a_shipment(db: Database) -> None:
    factory = Factory(db)
    one, two = a_shipment(factory, "CUP"), a_shipment(factory, "POT")
    euro = a_credit(number="EUR", currency="EUR")
    single = a_credit(number="SINGLE", partial_shipments="not allowed")
    closed = a_credit(number="CLOSED")
    set_state(closed, CreditState.CLOSED)
    set_credit(one, single)
    for wrong in (euro, single, closed):
        with pytest.raises(NotAllowed) as refused:
            set_credit(two, wrong)
        assert refused.value.remedy
    assert factory.one(Shipment, id=two).credit_id is None


def test_papers_are_presented_after_the_goods_are_on_board(db: Database) -> None:
    factory = Factory(db)
    shipment = a_shipment(factory)
    with pytest.raises(NotAllowed):
        set_presented(shipment, TODAY)
    set_credit(shipment, a_credit())
    factory.change(Shipment, shipment, on_board=date(2026, 11, 24))
    with pytest.raises(InvalidValue):
        set_presented(shipment, TODAY)
    set_presented(shipment, date(2026, 11, 25))
    with pytest.raises(NotAllowed):
        set_credit(shipment, None)
    set_presented(shipment, None)
    with pytest.raises(Conflict):
        set_presented(shipment, date(2026, 11, 25), version=1)


def due(*kinds: str) -> list[CreditDate]:
    return [one for one in query(due_dates)(TODAY) if not kinds or one.due in kinds]


def test_a_credit_without_a_shipment_shows_its_last_day_to_ship(db: Database) -> None:
    a_credit(latest_shipment=date(2026, 12, 1), expires_on=date(2026, 12, 21))
    ship, expiry = due()
    assert (ship.due, ship.days, ship.at_risk) == ("shipment", 8, True)
    assert (expiry.due, expiry.days, expiry.at_risk) == ("expiry", 28, False)
    assert ship.link.startswith("erp://credits/")


def test_the_period_of_shipment_counts_where_no_day_is_named(db: Database) -> None:
    a_credit(shipment_period="DURING THE FIRST HALF OF DECEMBER 2026")
    assert [one.day for one in due()] == [date(2026, 12, 15)]


def test_a_shipment_that_leaves_too_late_is_at_risk(db: Database) -> None:
    factory = Factory(db)
    shipment = a_shipment(factory)
    set_credit(shipment, a_credit(latest_shipment=date(2026, 12, 20)))
    (row,) = due()
    assert (row.due, row.at_risk, row.link) == ("shipment", False, f"erp://shipping/{shipment}")
    factory.change(Shipment, shipment, etd=date(2026, 12, 21))
    assert due()[0].at_risk
    factory.change(Shipment, shipment, etd=date(2026, 12, 20))
    assert not due()[0].at_risk


def test_goods_that_leave_soon_and_are_not_packed_are_at_risk(db: Database) -> None:
    factory = Factory(db)
    shipment = a_shipment(factory)
    set_credit(shipment, a_credit(latest_shipment=date(2026, 12, 20)))
    factory.change(Shipment, shipment, etd=date(2026, 11, 27))
    assert not due()[0].at_risk
    factory.change(Shipment, shipment, state=ShipmentState.DRAFT)
    assert due()[0].at_risk


def test_papers_of_a_credit_that_is_used_up_are_still_due(db: Database) -> None:
    factory = Factory(db)
    shipment, saved = a_shipment(factory), a_credit(expires_on=date(2026, 12, 18))
    set_credit(shipment, saved)
    set_state(saved, CreditState.ADVISED)
    set_state(saved, CreditState.USED)
    factory.change(Shipment, shipment, on_board=date(2026, 11, 18))
    assert [one.due for one in due()] == ["presentation", "expiry"]
    set_presented(shipment, TODAY)
    assert due() == []


def test_presentation_is_counted_from_shipment_and_never_after_expiry(db: Database) -> None:
    factory = Factory(db)
    shipment = a_shipment(factory)
    saved = a_credit(presentation_days=10, expires_on=date(2026, 12, 18))
    set_credit(shipment, saved)
    factory.change(Shipment, shipment, on_board=date(2026, 11, 18))
    (row,) = due("presentation")
    assert (row.day, row.days, row.at_risk) == (date(2026, 11, 30), 7, False)  # the 28th is a Saturday
    save_credit(replace(credit_detail(saved).given, expires_on=date(2026, 11, 27)))
    (row,) = due("presentation")
    assert (row.day, row.at_risk) == (date(2026, 11, 27), True)  # the papers are not issued
    factory.change(Shipment, shipment, state=ShipmentState.DOCUMENTED)
    assert not due("presentation")[0].at_risk
    set_presented(shipment, TODAY)
    assert due() == []


def test_what_is_past_is_at_risk_and_what_is_closed_is_gone(db: Database) -> None:
    saved = a_credit(expires_on=date(2026, 11, 20))
    (row,) = due()
    assert (row.days, row.at_risk) == (-3, True)
    set_state(saved, CreditState.CLOSED)
    assert due() == []


def test_the_bank_is_closed_on_the_days_of_its_calendar(db: Database) -> None:
    saturday = date(2026, 11, 28)
    a_credit(expires_on=saturday)
    assert due("expiry")[0].day == date(2026, 11, 30)
    with db.session(write=True) as session:
        assert banking_days(session, TODAY) == BankingDays()
        calendar = Calendar(code="BANK", name_en="Bank", name_zh="银行")
        calendar.exceptions = [
            CalendarException(day=date(2026, 11, 30)),
            CalendarException(day=date(2026, 12, 5), start_minute=540, end_minute=1020),
        ]
        session.add(calendar)
    assert due("expiry")[0].day == date(2026, 12, 1)
    with db.session() as session:
        assert banking_days(session, TODAY).is_open(date(2026, 12, 5))
