from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.sync.connectors.alibaba.inquiries import Inquiries, quotation, read_request
from factory_erp.sync.connectors.inquiries import (
    InquiryKind,
    InquiryPage,
    OutgoingQuote,
    OutgoingReply,
    PlatformInquiry,
    QuoteLine,
)
from factory_erp.sync.http.errors import OutcomeUnknown, Refused
from factory_erp.sync.sandbox.alibaba import FaultProfile, SandboxServer
from tests.sync.connectors.support import Desk

Start = Callable[..., SandboxServer]
Connect = Callable[..., Desk]
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
WEEK = (NOW - timedelta(days=7), NOW)
POST = "/alibaba/icbu/quotation/post"
SEARCH = "/alibaba/icbu/rfq/search"
STYLES = [{"style": "path"}, {"style": "sdk"}, {"style": "sync"}, {"style": "top"}]


def quote_for(rfq_id: str) -> OutgoingQuote:
    return OutgoingQuote(
        external_id=rfq_id,
        number="Q-2026-00007",
        currency="USD",
        incoterm="FOB",
        place="Ningbo",
        payment_terms="T/T 30% deposit",
        valid_until=date(2026, 5, 1),
        lead_days=20,
        total=Decimal("350.00"),
        lines=(QuoteLine("MUG-1", "Steel mug", Decimal("100.0"), "H87", Decimal("3.50")),),
        body="We offer 100 steel mugs.",
        our_key="outbox-9",
        sent_after=NOW,
    )


def desk_of(
    sandbox: Start, connect: Connect, words: str = "mug", **options: str
) -> tuple[SandboxServer, Inquiries]:
    server = sandbox()
    return server, connect(server, options={"rfq_words": words, **options}).connector.inquiries


def found_in(pages: list[InquiryPage]) -> list[PlatformInquiry]:
    return [inquiry for page in pages for inquiry in page.inquiries]


def test_requests_of_the_window_that_match_a_word_come_once(sandbox: Start, connect: Connect) -> None:
    server, inquiries = desk_of(sandbox, connect, "mug, steel,, mug")
    board = server.state.board
    wanted = board.add("Steel mug with lid", 500, opened=NOW - timedelta(days=1), country_simple="UK")
    board.add("Steel mug, old", opened=NOW - timedelta(days=30))
    board.add("Steel mug, later", opened=NOW + timedelta(hours=1))
    board.add("Wooden toy", opened=NOW - timedelta(days=1))
    pages = list(inquiries.pages(*WEEK))
    (inquiry,) = found_in(pages)
    assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
    assert (inquiry.kind, inquiry.external_id) == (InquiryKind.RFQ, wanted)
    assert inquiry.subject == "Steel mug with lid"
    assert (inquiry.quantity, inquiry.unit_code, inquiry.buyer_country) == (Decimal(500), "H87", "GB")
    assert inquiry.received_at == NOW - timedelta(days=1)
    assert inquiry.answer_by == NOW + timedelta(days=29)
    assert [message.body for message in inquiry.messages] == ["Steel mug with lid"]
    assert inquiry.raw["destination_port"] == "Hamburg"
    assert server.state.counts[SEARCH] == 2
    assert server.state.counts["/alibaba/icbu/rfqdetail/get"] == 1


def test_without_words_nothing_is_asked(sandbox: Start, connect: Connect) -> None:
    server, inquiries = desk_of(sandbox, connect, " , ")
    (page,) = inquiries.pages(*WEEK)
    assert (page.last, page.inquiries) == (True, ())
    assert not server.state.counts


@pytest.mark.parametrize("kind", ["none", "paging", "mixed"])
def test_many_requests_all_arrive(sandbox: Start, connect: Connect, kind: str) -> None:
    server, inquiries = desk_of(sandbox, connect)
    ids = [server.state.board.add(f"mug {number}", opened=NOW - timedelta(hours=1)) for number in range(45)]
    server.use_faults(FaultProfile(kind, 0.3, seed=4))
    assert sorted(each.external_id for each in found_in(list(inquiries.pages(*WEEK)))) == sorted(ids)


def test_a_request_that_cannot_be_read_stops_no_other(sandbox: Start, connect: Connect) -> None:
    server, inquiries = desk_of(sandbox, connect)
    good = server.state.board.add("mug", opened=NOW - timedelta(hours=1))
    bad = server.state.board.add("mug", opened=NOW - timedelta(hours=2), country_simple="QQ")
    pages = list(inquiries.pages(*WEEK))
    assert [each.external_id for each in found_in(pages)] == [good]
    assert [(problem.external_id) for page in pages for problem in page.problems] == [bad]


def test_times_come_in_seconds_or_milliseconds() -> None:
    seconds = str(int(NOW.timestamp()))
    for stamp in (seconds, f"{seconds}000"):
        inquiry = read_request({"rfq_id": "1", "expirate_time": stamp}, NOW)
        assert (inquiry.answer_by, inquiry.messages, inquiry.quantity) == (NOW, (), None)


@pytest.mark.parametrize("options", STYLES, ids=lambda each: each["style"])
def test_a_quotation_is_posted_in_every_style(
    sandbox: Start, connect: Connect, options: dict[str, str]
) -> None:
    server, inquiries = desk_of(sandbox, connect, **options)
    rfq_id = server.state.board.add("mug", opened=NOW - timedelta(hours=1))
    assert [each.external_id for each in found_in(list(inquiries.pages(*WEEK)))] == [rfq_id]
    number = inquiries.quote(quote_for(rfq_id))
    (posted,) = server.state.quotations()
    assert number == str(posted.quotation_id)
    assert posted.content == {
        "rfq_id": rfq_id,
        "details": "We offer 100 steel mugs.",
        "payment_terms": "T/T 30% deposit",
        "expiry_date": "2026-05-01 23:59:59",
        "price_list": [
            {
                "item_name": "Steel mug",
                "model_num": "MUG-1",
                "fob_price": "3.5",
                "fob_price_unit": "USD",
                "quantity": "100",
                "quantity_unit": "Piece",
                "shipping_terms": "FOB",
                "port": "Ningbo",
                "remark": "Quotation Q-2026-00007, ready in 20 days",
            }
        ],
    }


def test_a_lost_quotation_is_for_a_person_to_look_up(sandbox: Start, connect: Connect) -> None:
    server, inquiries = desk_of(sandbox, connect)
    quote = quote_for(server.state.board.add("mug"))
    server.use_faults(FaultProfile("timeout_after_acting", apis=(POST,)))
    with pytest.raises(OutcomeUnknown):
        inquiries.quote(quote)
    assert len(server.state.quotations()) == 1
    with pytest.raises(OutcomeUnknown) as caught:
        inquiries.find_quote(quote)
    assert "My quotations" in caught.value.remedy
    assert len(server.state.quotations()) == 1


def test_a_refused_quotation(sandbox: Start, connect: Connect) -> None:
    _server, inquiries = desk_of(sandbox, connect)
    with pytest.raises(Refused) as caught:
        inquiries.quote(quote_for("77"))
    assert caught.value.code == "RFQ_NOT_EXIST"
    line = QuoteLine("A", "A", Decimal(1), "D63", Decimal(1))
    with pytest.raises(InvalidValue) as unsaid:
        quotation(replace(quote_for("1"), lines=(line,)))
    assert unsaid.value.field == "unit"
    with pytest.raises(InvalidValue) as no_terms:
        quotation(replace(quote_for("1"), payment_terms="  "))
    assert no_terms.value.field == "payment_terms"
    assert no_terms.value.remedy


def test_goods_without_a_name_are_called_by_their_sku(sandbox: Start, connect: Connect) -> None:
    server, inquiries = desk_of(sandbox, connect)
    rfq_id = server.state.add_rfq("Steel mugs")
    line = QuoteLine("MUG-1", "", Decimal(100), "H87", Decimal("3.50"))
    assert inquiries.quote(replace(quote_for(rfq_id), lines=(line,)))
    (posted,) = server.state.quotations(rfq_id)
    assert "MUG-1" in str(posted.content["price_list"])


def test_messages_are_not_for_programs(sandbox: Start, connect: Connect) -> None:
    _server, inquiries = desk_of(sandbox, connect)
    answer = OutgoingReply("1", "b", "Hello", "outbox-1", NOW)
    with pytest.raises(Refused) as caught:
        inquiries.reply(answer)
    assert "message centre" in caught.value.remedy
    assert inquiries.find_reply(answer) is None
