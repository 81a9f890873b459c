from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from factory_erp.sync.connectors.dhgate.inquiries import plain
from factory_erp.sync.connectors.inquiries import InquiryKind, InquiryPage, OutgoingQuote, OutgoingReply
from factory_erp.sync.http.errors import OutcomeUnknown
from factory_erp.sync.sandbox.dhgate import SandboxServer
from factory_erp.sync.sandbox.faults import FaultProfile
from tests.sync.dhgate.support import Desk, some_orders

Sandbox = Callable[..., SandboxServer]
Connect = Callable[..., Desk]


def now() -> datetime:
    return datetime.now(UTC)


def pull(made: Desk, since: datetime) -> list[InquiryPage]:
    return list(made.connector.inquiries.pages(since, now()))


def answer(topic: int, buyer: str, body: str, after: datetime) -> OutgoingReply:
    return OutgoingReply(str(topic), buyer, body, "key", after)


def test_conversations_come_whole_and_only_those_that_changed(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox(some_orders(1))
    start = now().replace(microsecond=0)
    server.state.add_message("old", "Hello?", sent_at=start - timedelta(days=3))
    topic = server.state.add_message("anna", "Price for 500?", "202411996", title="Bottle")
    server.state.send(topic, "8 dollars.")
    order = server.state.add_message("bob", "Where is it?", order="1330312162")
    (page,) = pull(connect(server), start - timedelta(hours=1))
    assert page.last
    assert page.problems == ()
    found = {inquiry.external_id: inquiry for inquiry in page.inquiries}
    assert set(found) == {str(topic), str(order)}
    asked = found[str(topic)]
    assert (asked.kind, asked.subject, asked.product_id) == (InquiryKind.MESSAGE, "Bottle", "202411996")
    assert asked.buyer_name == "anna"
    assert [(each.outgoing, each.body) for each in asked.messages] == [
        (False, "Price for 500?"),
        (True, "8 dollars."),
    ]
    assert asked.received_at <= asked.modified_at
    assert found[str(order)].product_id == ""


def test_a_conversation_that_we_began_knows_the_buyer(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox()
    topic = server.state.add_message("anna", "Hi")
    buyer = server.state.topic(topic)
    assert buyer is not None
    ours = server.state.open_topic("003", "News", buyer.buyer_id)
    server.state.send(ours, "We have news.")
    (page,) = pull(connect(server), now() - timedelta(hours=1))
    found = {inquiry.external_id: inquiry for inquiry in page.inquiries}
    assert found[str(ours)].buyer_id == buyer.buyer_id
    assert found[str(ours)].messages[0].outgoing


def test_more_than_a_page(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox()
    for number in range(53):
        server.state.add_message(f"buyer{number}", "Hello")
    pages = pull(connect(server), now() - timedelta(days=400))
    assert [len(page.inquiries) for page in pages] == [50, 3]
    assert [page.last for page in pages] == [False, True]


def test_an_answer_is_sent_once_and_found(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox()
    topic = server.state.add_message("anna", "Price?")
    buyer = server.state.topic(topic)
    assert buyer is not None
    made = connect(server)
    reply = answer(topic, buyer.buyer_id, "8 dollars.\nBest regards", now())
    assert made.connector.inquiries.find_reply(reply) is None
    sent = made.connector.inquiries.reply(reply)
    (arrived,) = server.state.replies()
    assert sent == str(arrived.detail_id)
    assert made.connector.inquiries.find_reply(reply) == sent
    later = answer(topic, buyer.buyer_id, reply.body, now() + timedelta(hours=1))
    assert made.connector.inquiries.find_reply(later) is None
    unsure = connect(server, options={})
    assert unsure.connector.inquiries.find_reply(later) == sent


def test_the_buyers_own_words_are_not_our_answer(sandbox: Sandbox, connect: Connect) -> None:
    server = sandbox()
    topic = server.state.add_message("anna", "Yes")
    buyer = server.state.topic(topic)
    assert buyer is not None
    reply = answer(topic, buyer.buyer_id, "Yes", now() - timedelta(hours=1))
    assert connect(server).connector.inquiries.find_reply(reply) is None


def test_a_quotation_goes_as_words(sandbox: Sandbox, connect: Connect) -> None:
    faults = FaultProfile("timeout_after_acting", times=1, acting_only=True)
    server = sandbox(faults=faults)
    topic = server.state.add_message("anna", "Price?")
    quote = OutgoingQuote(
        external_id=str(topic), number="Q1", currency="USD", incoterm="FOB", place="Ningbo",
        payment_terms="T/T", valid_until=date(2026, 4, 1), lead_days=20, total=Decimal(100), lines=(),
        body="Quotation Q1: 100.00 USD FOB Ningbo", our_key="k", sent_after=now(),
    )  # fmt: skip
    made = connect(server)
    with pytest.raises(OutcomeUnknown):
        made.connector.inquiries.quote(quote)
    assert made.connector.inquiries.find_quote(quote) is not None
    assert [each.body for each in server.state.replies()] == [quote.body]


def test_html_becomes_lines() -> None:
    assert plain("<p>Dear &amp; kind</p>yes<br/>no") == "Dear & kind\nyes\nno"
    assert plain(" 5 > 3 ") == "5 > 3"
