"""Inquiries pulled page by page and answered, over a platform kept in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast

import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.models.database import Database
from factory_erp.models.inquiries import QuotationState
from factory_erp.models.platforms import OutboxState
from factory_erp.services import clock, outbox
from factory_erp.services.inquiries import inbox as inquiries
from factory_erp.services.inquiries import quotation_sending, quotation_views, quotations
from factory_erp.services.inquiries import views as inquiry_views
from factory_erp.services.inquiries.intake import INQUIRIES
from factory_erp.services.platforms import outbox_settling
from factory_erp.services.platforms.accounts import next_window
from factory_erp.services.progress import Quiet
from factory_erp.sync import engine
from factory_erp.sync.connectors.base import Connector
from factory_erp.sync.connectors.inquiries import (
    InquiryKind,
    InquiryPage,
    OutgoingQuote,
    OutgoingReply,
    PlatformInquiry,
    PlatformMessage,
)
from factory_erp.sync.connectors.payloads import PayloadProblem
from factory_erp.sync.delivery.inquiries import DELIVERIES
from factory_erp.sync.http.errors import NoWayToKnow, OutcomeUnknown, PlatformUnavailable
from factory_erp.sync.inquiry_pull import pull_inquiries
from tests.conftest import MONDAY
from tests.services.inquiry_samples import Shop, settle

HOUR = timedelta(hours=1)


@dataclass
class Platform:
    """An inquiry channel in memory; it is its own connector."""

    platform: str = "memory"
    known: list[PlatformInquiry] = field(default_factory=list)
    problems: tuple[PayloadProblem, ...] = ()
    replies: list[OutgoingReply] = field(default_factory=list)
    quotes: list[OutgoingQuote] = field(default_factory=list)
    breaks_at: int = 0
    windows: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def inquiries(self) -> Platform:
        return self

    def pages(self, modified_from: datetime, modified_to: datetime) -> Iterator[InquiryPage]:
        self.windows.append((modified_from, modified_to))
        found = [one for one in self.known if modified_from <= one.modified_at <= modified_to]
        pages: Sequence[list[PlatformInquiry]] = [found[at : at + 2] for at in range(0, len(found), 2)] or [
            []
        ]
        for number, page in enumerate(pages, 1):
            if number == self.breaks_at:
                raise PlatformUnavailable("gone")
            last = number == len(pages)
            yield InquiryPage(tuple(page), self.problems if last else (), number, len(found), last)

    def reply(self, answer: OutgoingReply) -> str:
        self.replies.append(answer)
        return f"M-{len(self.replies)}"

    def find_reply(self, answer: OutgoingReply) -> str | None:
        names = [f"M-{n}" for n, one in enumerate(self.replies, 1) if one.our_key == answer.our_key]
        return names[0] if names else None

    def quote(self, quote: OutgoingQuote) -> str:
        self.quotes.append(quote)
        return f"QUOTE-{len(self.quotes)}"

    def find_quote(self, quote: OutgoingQuote) -> str | None:
        return "QUOTE-1" if quote.number in [one.number for one in self.quotes] else None

    @property
    def connector(self) -> Connector:
        return cast("Connector", self)


def asked(name: str, kind: InquiryKind = InquiryKind.MESSAGE) -> PlatformInquiry:
    said = PlatformMessage(f"{name}-1", False, "Anna", "Best price?", MONDAY - HOUR)
    return PlatformInquiry(
        kind, name, "Steel cups", "B-7", "Anna", "DE", MONDAY - HOUR, MONDAY - HOUR, (said,), "L-1",
        Decimal(600), "H87", answer_by=MONDAY + 5 * HOUR,
    )  # fmt: skip


@pytest.fixture
def shop(db: Database) -> Shop:
    return Shop(db)


def test_a_pull_that_breaks_off_begins_again_and_doubles_nothing(shop: Shop) -> None:
    platform = Platform(known=[asked(f"Q-{n}") for n in range(5)], breaks_at=2)
    with pytest.raises(PlatformUnavailable):
        pull_inquiries(shop.account, platform.connector, Quiet())
    assert len(inquiry_views.inquiry_rows()) == 2
    platform.breaks_at = 0
    assert pull_inquiries(shop.account, platform.connector, Quiet()) == 3
    assert platform.windows[0] == platform.windows[1]
    assert pull_inquiries(shop.account, platform.connector, Quiet()) == 0
    assert next_window(shop.account, INQUIRIES).start == MONDAY - timedelta(minutes=10)
    assert len(inquiry_views.inquiry_rows()) == 5


def test_a_cancelled_pull_leaves_the_cursor(shop: Shop) -> None:
    class Stopped(Quiet):
        cancelled = True

    before = next_window(shop.account, INQUIRIES)
    platform = Platform(known=[asked("Q-1")])
    assert pull_inquiries(shop.account, platform.connector, Stopped()) == 0
    assert next_window(shop.account, INQUIRIES) == before


def test_a_platform_without_inquiries_is_left_alone(shop: Shop) -> None:
    class Silent:
        platform = "silent"
        inquiries = None

    assert pull_inquiries(shop.account, cast("Connector", Silent()), Quiet()) == 0
    inquiry = arrived(shop, Platform(known=[asked("Q-1")]))
    inquiries.reply(inquiry, "Hello", "k")
    claimed = outbox.claim(shop.account).value
    assert claimed is not None
    with pytest.raises(InvalidValue):
        DELIVERIES["reply"].send(cast("Connector", Silent()), claimed)


def arrived(shop: Shop, platform: Platform) -> int:
    pull_inquiries(shop.account, platform.connector, Quiet())
    return inquiry_views.inquiry_rows()[0].id


def test_unreadable_inquiries_are_kept_beside_the_good_ones(shop: Shop) -> None:
    broken = PayloadProblem("Q-9", "No date", {"id": "Q-9"})
    platform = Platform(known=[asked("Q-1")], problems=(broken,))
    assert pull_inquiries(shop.account, platform.connector, Quiet()) == 1


def test_a_reply_is_delivered_looked_up_and_settled(shop: Shop) -> None:
    platform = Platform(known=[asked("Q-1")])
    inquiry = arrived(shop, platform)
    inquiries.reply(inquiry, "2.95", "key")
    claimed = outbox.claim(shop.account).value
    assert claimed is not None
    delivery = DELIVERIES[claimed.kind]
    assert not delivery.repeatable
    assert delivery.find(platform.connector, claimed) is None
    name = delivery.send(platform.connector, claimed)
    assert delivery.find(platform.connector, claimed) == name == "M-1"
    [told] = platform.replies
    assert (told.external_id, told.buyer_id, told.body, told.sent_after) == ("Q-1", "B-7", "2.95", MONDAY)
    settle(claimed.id, OutboxState.DONE, name)
    later = MONDAY + HOUR
    mine = PlatformMessage("M-1", True, "We", "2.95", MONDAY)
    platform.known = [replace(asked("Q-1"), messages=(*asked("Q-1").messages, mine), modified_at=later)]
    pull_inquiries(shop.account, platform.connector, Quiet())
    assert len(inquiry_views.inquiry_detail(inquiry).messages) == 2


def test_a_quotation_is_delivered_with_the_same_in_words(shop: Shop) -> None:
    platform = Platform(known=[asked("R-1", InquiryKind.RFQ)])
    quotation = quotations.new_quotation((), "q", inquiry_id=arrived(shop, platform)).value
    quotation_sending.send_quotation(quotation)
    claimed = outbox.claim(shop.account).value
    assert claimed is not None
    delivery = DELIVERIES[claimed.kind]
    assert delivery.find(platform.connector, claimed) is None
    name = delivery.send(platform.connector, claimed)
    assert delivery.find(platform.connector, claimed) == name
    settle(claimed.id, OutboxState.DONE, name)
    [told] = platform.quotes
    assert (told.external_id, told.number, told.total) == ("R-1", "QT-2026-00001", Decimal("1770.00"))
    assert [(line.sku, line.name, line.quantity) for line in told.lines] == [
        ("CUP-500-BLK", "Steel cup", 600)
    ]
    assert "8 Dec 2026" in told.body
    assert quotation_views.quotation_rows()[0].state is QuotationState.SENT


def test_what_no_program_can_look_up_goes_again_when_a_person_says_so(shop: Shop) -> None:
    """The answer to the quotation is lost, and the platform has no call that lists quotations."""

    class Silent(Platform):
        def quote(self, quote: OutgoingQuote) -> str:
            if not self.quotes:
                self.quotes.append(quote)
                raise OutcomeUnknown("lost")
            return super().quote(quote)

        def find_quote(self, quote: OutgoingQuote) -> str | None:
            raise NoWayToKnow("no list")

    platform = Silent(known=[asked("R-1", InquiryKind.RFQ)])
    quotation = quotations.new_quotation((), "q", inquiry_id=arrived(shop, platform)).value
    quotation_sending.send_quotation(quotation)
    for later in (timedelta(), HOUR, 2 * HOUR):
        with clock.at(MONDAY + later):
            assert engine.push(shop.account, platform.connector) == engine.Pushed(unknown=1)
    assert len(platform.quotes) == 1, "nothing is sent twice by itself"
    outbox.send_again(outbox.rows()[0].id)
    assert engine.push(shop.account, platform.connector) == engine.Pushed(done=1)
    assert len(platform.quotes) == 2
    assert quotation_views.quotation_rows()[0].state is QuotationState.SENT


def test_a_dropped_quotation_that_is_sent_anew_is_looked_up(shop: Shop) -> None:
    class Lost(Platform):
        def quote(self, quote: OutgoingQuote) -> str:
            self.quotes.append(quote)
            raise OutcomeUnknown("lost")

        def find_quote(self, quote: OutgoingQuote) -> str | None:
            if away:
                raise PlatformUnavailable("gone")
            return super().find_quote(quote)

    away = True
    platform = Lost(known=[asked("R-1", InquiryKind.RFQ)])
    quotation = quotations.new_quotation((), "q", inquiry_id=arrived(shop, platform)).value
    quotation_sending.send_quotation(quotation)
    assert engine.push(shop.account, platform.connector) == engine.Pushed(unknown=1)
    outbox_settling.drop(outbox.rows()[0].id)
    away = False
    quotation_sending.send_quotation(quotation)
    assert engine.push(shop.account, platform.connector) == engine.Pushed(done=1)
    assert len(platform.quotes) == 1
