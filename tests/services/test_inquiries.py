"""The inbox: each inquiry and message once, answers through the platform or by hand, what waits."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.models.database import Database
from factory_erp.models.inquiries import Inquiry, InquiryMessage, InquirySource, InquiryState
from factory_erp.models.platforms import Binding, ExceptionState, OutboxMessage, OutboxState, SyncException
from factory_erp.services import clock, search
from factory_erp.services.inquiries import inbox as inquiries
from factory_erp.services.inquiries import intake as inquiry_intake
from factory_erp.services.inquiries import views as inquiry_views
from factory_erp.services.inquiries.inbox import InquiryForm
from factory_erp.services.inquiries.intake import InquiriesTaken, UnreadableInquiry, apply_inquiries
from factory_erp.services.inquiries.views import InquiryFilter, Urgency
from factory_erp.services.platforms import accounts as platforms
from tests.conftest import MONDAY
from tests.services.inquiry_samples import HOUR, Shop, a_message, an_inquiry, settle


@pytest.fixture
def shop(db: Database) -> Shop:
    return Shop(db)


def the_one(shop: Shop) -> inquiry_views.InquiryDetail:
    [row] = inquiry_views.inquiry_rows()
    return inquiry_views.inquiry_detail(row.id)


def test_an_inquiry_and_its_messages_come_once_however_often_they_are_read(shop: Shop) -> None:
    assert apply_inquiries(shop.account, [an_inquiry()]).value == InquiriesTaken(created=1)
    assert apply_inquiries(shop.account, [an_inquiry(), an_inquiry()]).value == InquiriesTaken(unchanged=2)
    more = an_inquiry("Q-1", a_message("Q-1-1"), a_message("m2", "And in red?", hours=1))
    assert apply_inquiries(shop.account, [more]).value == InquiriesTaken(updated=1)
    detail = the_one(shop)
    assert [one.body for one in detail.messages] == ["Best price?", "And in red?"]
    assert (detail.row.number, detail.row.product) == ("INQ-2026-00001", "Steel cup")
    assert detail.product_id == shop.product
    assert detail.row.waiting


def test_a_request_for_quotation_takes_no_words(shop: Shop) -> None:
    apply_inquiries(shop.account, [an_inquiry("R-1", source=InquirySource.RFQ)])
    found = the_one(shop)
    assert (found.through_platform, found.takes_replies) == (True, False)
    assert inquiries.reply(found.row.id, "Soon.", "k1").value.outbox_id is None


def test_an_inquiry_is_found_by_its_buyer_and_by_its_number(shop: Shop) -> None:
    apply_inquiries(shop.account, [an_inquiry()])
    found = the_one(shop)
    for words in (found.row.number, found.row.buyer_name):
        assert [hit.link for hit in search.find(words)] == [f"erp://inquiries/{found.row.id}"]


def test_a_late_older_version_changes_nothing_but_its_message_is_kept(shop: Shop) -> None:
    apply_inquiries(shop.account, [an_inquiry(subject="New")])
    late = an_inquiry("Q-1", a_message("m0", "Hello", hours=5), subject="Old", modified_at=MONDAY - 3 * HOUR)
    assert apply_inquiries(shop.account, [late]).value.updated == 1
    assert the_one(shop).row.subject == "New"
    assert [one.body for one in the_one(shop).messages] == ["Hello", "Best price?"]


def test_what_cannot_be_stored_or_read_waits_for_a_person_and_the_page_goes_on(shop: Shop) -> None:
    hostile = an_inquiry("Q-2", a_message("x", "nul\0 and \ud800"), subject="s\0" * 400, buyer_country="Mars",
                         unit="??", quantity=Decimal("1e30"))  # fmt: skip
    problem = UnreadableInquiry("Q-3", "No buyer", '{"id": "Q-3"}')
    taken = apply_inquiries(shop.account, [hostile], [problem], MONDAY).value
    assert taken == InquiriesTaken(created=1, exceptions=1)
    assert apply_inquiries(shop.account, [], [problem]).value == InquiriesTaken(unchanged=1)
    assert the_one(shop).row.quantity is None
    assert platforms.next_window(shop.account, inquiry_intake.INQUIRIES).start == MONDAY - timedelta(
        minutes=10
    )
    apply_inquiries(shop.account, [an_inquiry("Q-3")])
    states = shop.see(lambda session: session.scalars(select(SyncException.state)).all())
    assert states == [ExceptionState.RESOLVED]


def test_the_buyer_is_the_customer_that_he_was_said_to_be(shop: Shop) -> None:
    apply_inquiries(shop.account, [an_inquiry(), an_inquiry("Q-2")])
    first, second = inquiry_views.inquiry_rows()
    inquiries.assign_customer(first.id, shop.customer)
    assert shop.inquiry(second.id).customer_id == shop.customer
    apply_inquiries(shop.account, [an_inquiry("Q-3")])
    assert {row.customer for row in inquiry_views.inquiry_rows()} == {"ACME Trading"}
    assert shop.see(lambda session: session.scalar(select(func.count()).select_from(Binding))) == 1
    with pytest.raises(Conflict):
        inquiries.assign_product(first.id, None, version=99)


def test_an_answer_goes_out_once_and_takes_the_platforms_name(shop: Shop) -> None:
    apply_inquiries(shop.account, [an_inquiry()])
    found = the_one(shop).row.id
    answer = inquiries.reply(found, "2.95 each.", "key").value
    assert inquiries.reply(found, "2.95 each.", "key").value == answer
    assert answer.outbox_id is not None
    assert the_one(shop).messages[-1].delivery is OutboxState.NEW
    assert the_one(shop).row.state is InquiryState.NEW
    settle(answer.outbox_id, OutboxState.DONE, "M-99")
    assert the_one(shop).row.state is InquiryState.ANSWERED
    again = an_inquiry("Q-1", a_message("Q-1-1"), a_message("M-99", "2.95 each.", ours=True, hours=0))
    assert apply_inquiries(shop.account, [again]).value == InquiriesTaken(unchanged=1)
    assert inquiries.reply(found, "2.95 each.", "key").value == answer


@pytest.mark.parametrize("answer_name", ["M-99", ""])
def test_an_answer_that_a_pull_saw_first_is_not_doubled(shop: Shop, answer_name: str) -> None:
    apply_inquiries(shop.account, [an_inquiry()])
    found = the_one(shop).row.id
    answer = inquiries.reply(found, "2.95\r\neach.", "key").value
    seen = an_inquiry("Q-1", a_message("Q-1-1"), a_message("M-99", "2.95 each.", ours=True, hours=0))
    apply_inquiries(shop.account, [seen])
    settle(answer.outbox_id or 0, OutboxState.DONE, answer_name)
    names = shop.see(lambda session: session.scalars(select(InquiryMessage.external_id)).all())
    assert sorted(names) == ["M-99", "Q-1-1"]


def test_an_answer_that_the_platform_worded_otherwise_is_one_message_too(shop: Shop) -> None:
    apply_inquiries(shop.account, [an_inquiry()])
    answer = inquiries.reply(the_one(shop).row.id, "2.95 each.", "key").value
    seen = an_inquiry("Q-1", a_message("Q-1-1"), a_message("M-99", "2.95 each. [sent by app]", ours=True))
    apply_inquiries(shop.account, [seen])
    settle(answer.outbox_id or 0, OutboxState.DONE, "M-99")
    assert len(the_one(shop).messages) == 2


def test_a_refused_answer_is_shown_as_such_and_answers_nothing(shop: Shop) -> None:
    apply_inquiries(shop.account, [an_inquiry()])
    answer = inquiries.reply(the_one(shop).row.id, "Hello", "key").value
    settle(answer.outbox_id or 0, OutboxState.FAILED)
    assert the_one(shop).messages[-1].delivery is OutboxState.FAILED
    assert the_one(shop).row.state is InquiryState.NEW


def test_a_typed_inquiry_is_answered_by_hand_with_a_ready_mail(shop: Shop) -> None:
    form = InquiryForm("Anna & Co", "500 cups?", "Cups", "DE", "Buyer@acme.example", quantity=Decimal(500))
    made = inquiries.add_inquiry(form, "form").value
    assert inquiries.add_inquiry(form, "form").value == made
    assert shop.inquiry(made).customer_id == shop.customer
    answer = inquiries.reply(made, "Yes & no\n100%", "k").value
    assert inquiries.reply(made, "Yes & no\n100%", "k").value == answer
    assert answer.outbox_id is None
    assert answer.mailto == "mailto:Buyer@acme.example?subject=Re%3A%20Cups&body=Yes%20%26%20no%0A100%25"
    assert the_one(shop).row.state is InquiryState.ANSWERED
    assert not the_one(shop).row.waiting
    assert shop.see(lambda session: session.scalar(select(func.count()).select_from(OutboxMessage))) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [("buyer_name", " "), ("buyer_country", "XX"), ("unit", "???"), ("buyer_email", "no"),
     ("subject", "x" * 301), ("quantity", Decimal(0)), ("text", "x" * 50_001), ("text", "\0")],
)  # fmt: skip
def test_a_form_says_under_which_field_it_is_wrong(shop: Shop, field: str, value: object) -> None:
    form = InquiryForm(**({"buyer_name": "Anna"} | {field: value}))  # type: ignore[arg-type]
    with pytest.raises(InvalidValue) as refused:
        inquiries.add_inquiry(form, "form")
    assert refused.value.field in {field, "body"}
    assert inquiry_views.inquiry_rows() == []


def test_a_buyer_who_writes_again_makes_an_answered_or_lost_inquiry_new(shop: Shop) -> None:
    apply_inquiries(shop.account, [an_inquiry()])
    found = the_one(shop).row.id
    inquiries.reply(found, "Sorry, no.", "k", by_hand=True)
    inquiries.mark_lost(found)
    assert not the_one(shop).row.waiting
    again = an_inquiry("Q-1", a_message("Q-1-1"), a_message("m3", "And for 5000?", hours=-1))
    apply_inquiries(shop.account, [again])
    assert (the_one(shop).row.state, the_one(shop).row.waiting) == (InquiryState.NEW, True)
    with pytest.raises(InvalidValue):
        inquiries.reply(found, "  ", "k2")
    with shop.db.session(write=True) as session:
        session.get_one(Inquiry, found).state = InquiryState.WON
    with pytest.raises(NotAllowed):
        inquiries.mark_lost(found)


def test_the_most_urgent_stands_first_and_is_counted(shop: Shop) -> None:
    apply_inquiries(
        shop.account,
        [
            an_inquiry("CALM"),
            an_inquiry("SOON", answer_by=MONDAY + HOUR, source=InquirySource.RFQ),
            an_inquiry("LATE", answer_by=MONDAY - HOUR),
            an_inquiry("DONE", a_message("o", ours=True), answer_by=MONDAY - HOUR),
        ],
    )
    rows = inquiry_views.inquiry_rows()
    names = [shop.inquiry(row.id).external_id for row in rows]
    assert names == ["LATE", "SOON", "CALM", "DONE"]
    assert [row.urgency for row in rows] == [Urgency.OVERDUE, Urgency.SOON, Urgency.NONE, Urgency.NONE]
    counts = inquiry_views.inquiry_counts()
    assert (counts.waiting, counts.due_soon, counts.overdue) == (3, 1, 1)
    assert rows[0].age == 2 * HOUR
    assert len(inquiry_views.inquiry_rows(InquiryFilter(waiting=True))) == 3
    assert (
        len(inquiry_views.inquiry_rows(InquiryFilter(words="berg", sources=frozenset({InquirySource.RFQ}))))
        == 1
    )
    assert inquiry_views.inquiry_rows(InquiryFilter(words="50%", account_id=shop.account)) == []


def test_suggestions_price_the_wanted_quantity_and_say_when_it_could_be_ready(shop: Shop) -> None:
    apply_inquiries(shop.account, [an_inquiry(), an_inquiry("SMALL", quantity=Decimal(50))])
    large, small = (
        inquiry_views.inquiry_detail(row.id).suggestions[0]
        for row in sorted(inquiry_views.inquiry_rows(), key=lambda row: row.id)
    )
    assert large.price is not None
    assert (large.quantity, large.price.price.amount, large.lead_days) == (600, Decimal("2.95"), 20)
    assert large.earliest == clock.today() + timedelta(days=20)
    assert (small.lead_days, small.earliest) == (0, clock.today())
