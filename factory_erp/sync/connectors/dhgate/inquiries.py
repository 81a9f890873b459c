"""Buyers' messages, and answers to them: the platform's mail between buyer and seller.

A topic is one conversation about a listing, an order or anything else; its id is the inquiry's. Who the buyer
is follows from ``senderNickName`` of the topic, the nickname of the person on the other side.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.sync.connectors.common.client import AuthorisedClient
from factory_erp.sync.connectors.common.paging import until_short
from factory_erp.sync.connectors.common.reader import Malformed, Reader, rows_of
from factory_erp.sync.connectors.dhgate.dates import Dates
from factory_erp.sync.connectors.inquiries import (
    InquiryKind,
    InquiryPage,
    OutgoingQuote,
    OutgoingReply,
    PlatformInquiry,
    PlatformMessage,
)
from factory_erp.sync.connectors.payloads import PayloadProblem
from factory_erp.sync.http.errors import AccessDenied, PlatformError, PlatformUnavailable, Refused

TYPES = "001,002,003"
"""Mail between buyer and seller: about a listing, an order, anything; the rest is the platform's."""

PAGE_SIZE = 50
LONGEST_REACH = 366
"""Days that the list looks back."""

_ABOUT_ITEM = "001"
_CLOCKS = timedelta(minutes=5)
"""How far the platform's clock may be behind ours."""

_BREAK = re.compile(r"<br\s*/?>|</p\s*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class _Letter:
    """One message with the people's ids."""

    detail_id: str
    sender_id: str
    sender: str
    receiver_id: str
    receiver: str
    body: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class _Topic:
    """A conversation as the platform shows it."""

    reader: Reader
    letters: tuple[_Letter, ...]

    @property
    def contact(self) -> str:
        """The buyer's nickname."""
        return self.reader.text("senderNickName")

    def buyer(self) -> tuple[str, str]:
        """(id, nickname) of the buyer: the person called like the contact, else who wrote first."""
        people = {
            **{letter.receiver: letter.receiver_id for letter in reversed(self.letters)},
            **{letter.sender: letter.sender_id for letter in reversed(self.letters)},
        }
        if self.contact in people:
            return people[self.contact], self.contact
        first = self.letters[0]
        return first.sender_id, first.sender


class Inquiries:
    """The account's conversations with buyers."""

    def __init__(self, client: AuthorisedClient, dates: Dates, now: Callable[[], datetime]) -> None:
        self._client = client
        self._dates = dates
        self._now = now

    def pages(self, modified_from: datetime, modified_to: datetime) -> Iterator[InquiryPage]:
        """Every conversation in which somebody wrote since *modified_from*, each whole.

        The platform lists by days back from today. What was written after *modified_to* comes along: taking
        it early does no harm, and a second time changes nothing.
        """
        reach = self._now() - modified_from + self._dates.slack
        days = max(1, min(LONGEST_REACH, reach.days + 1))
        rows = until_short(lambda page: self._list(days, page), _row_key, PAGE_SIZE)
        since = modified_from - self._dates.slack
        groups = [rows[start : start + PAGE_SIZE] for start in range(0, len(rows), PAGE_SIZE)] or [[]]
        for number, group in enumerate(groups):
            found = [each for row in group if (each := self._inquiry(row, since)) is not None]
            yield InquiryPage(
                inquiries=tuple(each for each in found if isinstance(each, PlatformInquiry)),
                problems=tuple(each for each in found if isinstance(each, PayloadProblem)),
                page=number,
                total=len(rows),
                last=number == len(groups) - 1,
            )

    def reply(self, answer: OutgoingReply) -> str:
        """Send the answer once; the id of the message, or of its topic where that cannot be read back."""
        params = {"msgId": answer.external_id, "receiverId": answer.buyer_id, "content": answer.body}
        sent = self._client.write("dh.message.info.reply", params, record=answer.external_id)
        try:
            # The platform names only the topic; the message itself will come with the next pull.
            topic_id = Reader(sent, answer.external_id).text("msgTopicId")
            return self.find_reply(answer) or topic_id or answer.external_id
        except (PlatformError, InvalidValue):
            return answer.external_id

    def find_reply(self, answer: OutgoingReply) -> str | None:
        """The id of a message of ours with the same words, sent after ``sent_after``.

        While the account's time zone is not certain, a day before that counts too.
        """
        topic = self._topic(answer.external_id)
        return self._found(topic, answer.buyer_id, answer.body, answer.sent_after)

    def quote(self, quote: OutgoingQuote) -> str:
        """Send the quotation as a message; its id."""
        return self.reply(self._as_reply(quote))

    def find_quote(self, quote: OutgoingQuote) -> str | None:
        """The id of the message with the quotation, if the platform has it already."""
        return self.find_reply(self._as_reply(quote))

    def _as_reply(self, quote: OutgoingQuote) -> OutgoingReply:
        buyer_id, _name = self._topic(quote.external_id).buyer()
        return OutgoingReply(quote.external_id, buyer_id, quote.body, quote.our_key, quote.sent_after)

    def _found(self, topic: _Topic, buyer_id: str, body: str, sent_after: datetime) -> str | None:
        since, wanted = sent_after - self._dates.slack - _CLOCKS, _words(body)
        ours = [
            letter for letter in topic.letters if letter.sender_id != buyer_id and letter.sent_at >= since
        ]
        return next((letter.detail_id for letter in reversed(ours) if _words(letter.body) == wanted), None)

    def _list(self, days: int, page: int) -> list[object]:
        params = {
            "beforeDay": str(days),
            "msgType": TYPES,
            "pageNo": str(page),
            "pageSize": str(PAGE_SIZE),
            "orderField": "lastreplytime",
            "orderType": "desc",
        }
        rows = rows_of(self._client.read("dh.message.list", params), "msgList")
        if rows is None:
            raise PlatformUnavailable(_("the answer is not readable"))
        return rows

    def _inquiry(self, row: object, since: datetime) -> PlatformInquiry | PayloadProblem | None:
        """The conversation of a row of the list; None for one that did not change since *since*."""
        data = row if isinstance(row, Mapping) else {"row": row}
        known = str(data.get("msgId") or "")
        try:
            head = Reader(data, known)
            topic_id, changed = head.required("msgId"), self._moment(head, "lastReplyTime")
            return None if changed < since else self._read(topic_id, changed)
        except AccessDenied:
            raise
        except (Malformed, Refused) as fault:
            return PayloadProblem(known, fault.message, data)

    def _read(self, topic_id: str, changed: datetime) -> PlatformInquiry:
        topic = self._topic(topic_id)
        buyer_id, buyer_name = topic.buyer()
        reader = topic.reader
        about_item = reader.text("msgType") == _ABOUT_ITEM
        return PlatformInquiry(
            kind=InquiryKind.MESSAGE,
            external_id=topic_id,
            subject=reader.text("msgTitle"),
            buyer_id=buyer_id,
            buyer_name=buyer_name,
            buyer_country="",
            received_at=topic.letters[0].sent_at,
            modified_at=max(changed, topic.letters[-1].sent_at),
            messages=tuple(
                PlatformMessage(
                    external_id=letter.detail_id,
                    outgoing=letter.sender_id != buyer_id,
                    author=letter.sender,
                    body=letter.body,
                    sent_at=letter.sent_at,
                )
                for letter in topic.letters
            ),
            product_id=reader.text("param") if about_item else "",
            raw=reader.data,
        )

    def _topic(self, topic_id: str) -> _Topic:
        """The conversation, its messages in the order of time. Raises Malformed for one without any."""
        reader = Reader(self._client.read("dh.message.get", {"msgId": topic_id}), topic_id)
        letters = sorted((self._letter(row) for row in reader.items("msgDetailList")), key=_order)
        if not letters:
            raise reader.fail("msgDetailList", _("the conversation has no messages."))
        return _Topic(reader, tuple(letters))

    def _letter(self, row: Reader) -> _Letter:
        return _Letter(
            detail_id=row.required("detailId"),
            sender_id=row.text("senderId"),
            sender=row.text("senderNickName"),
            receiver_id=row.text("receiverId"),
            receiver=row.text("receiverNickName"),
            body=plain(row.text("content")),
            sent_at=self._moment(row, "createTime"),
        )

    def _moment(self, reader: Reader, field: str) -> datetime:
        try:
            return self._dates.read(reader.required(field))
        except Malformed:
            raise
        except InvalidValue as fault:
            raise reader.fail(field, fault.message) from fault


def plain(content: str) -> str:
    """A message without its HTML; breaks and paragraphs become lines."""
    if "<" not in content and "&" not in content:
        return content.strip()
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", content))).strip()


def _words(body: str) -> str:
    """A body for comparing: the platform may break lines elsewhere than we did."""
    return " ".join(plain(body).split())


def _order(letter: _Letter) -> tuple[datetime, int, str]:
    return letter.sent_at, len(letter.detail_id), letter.detail_id


def _row_key(row: object) -> str:
    number = row.get("msgId") if isinstance(row, Mapping) else None
    return str(number) if number else repr(row)
