"""The mailbox of the sandbox's seller: conversations with buyers, by topic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from factory_erp.sync.sandbox.dhgate.clock import Memory
from factory_erp.sync.sandbox.dhgate.payloads import hex_id

INQUIRY, ORDER, OTHER = "001", "002", "003"
"""Types of a conversation: about a listing, about an order, about anything."""

SELLER_ID = hex_id("user", "sandbox seller")
SELLER_NAME = "sandboxfactory"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of a conversation."""

    detail_id: int
    outgoing: bool
    content: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Topic:
    """A conversation with one buyer. ``param`` is the item code or the order number that it is about."""

    msg_id: int
    msg_type: str
    title: str
    buyer_id: str
    buyer_name: str
    param: str = ""
    letters: tuple[Letter, ...] = ()
    read: bool = False

    @property
    def last(self) -> datetime:
        """When somebody wrote last."""
        return self.letters[-1].sent_at

    @property
    def replies(self) -> int:
        """How many messages followed the first."""
        return len(self.letters) - 1


@dataclass(frozen=True, slots=True)
class SentReply:
    """What the seller wrote, each time that it arrived."""

    msg_id: int
    buyer_id: str
    body: str
    detail_id: int


@dataclass
class _Numbers:
    topic: int = 274_576_550
    detail: int = 402_524_108
    sent: list[SentReply] = field(default_factory=list)


class MailMemory(Memory):
    """Conversations by topic id; every method may be called from any thread."""

    def __init__(self) -> None:
        super().__init__()
        self._topics: dict[int, Topic] = {}
        self._mail = _Numbers()

    def add_message(
        self,
        buyer: str,
        body: str,
        item: str = "",
        *,
        order: str = "",
        title: str = "",
        msg_id: int = 0,
        sent_at: datetime | None = None,
    ) -> int:
        """A buyer writes about a listing, an order or neither, or goes on in topic *msg_id*; its topic id."""
        with self.lock:
            if not msg_id:
                kind = INQUIRY if item else ORDER if order else OTHER
                subject = title or item or (f"PO#{order}" if order else body[:60])
                msg_id = self.open_topic(kind, subject, hex_id("buyer", buyer), item or order, buyer)
            self._write(msg_id, body, outgoing=False, sent_at=sent_at or self.now())
            return msg_id

    def open_topic(self, kind: str, title: str, buyer_id: str, param: str = "", buyer: str = "") -> int:
        """A new, empty conversation; its id."""
        with self.lock:
            self._mail.topic += 1
            topic = Topic(self._mail.topic, kind, title, buyer_id, buyer or self._name_of(buyer_id), param)
            self._topics[topic.msg_id] = topic
            return topic.msg_id

    def send(self, msg_id: int, body: str) -> int:
        """The seller writes, also the same again; the id of the message."""
        with self.lock:
            detail = self._write(msg_id, body, outgoing=True, sent_at=self.now())
            self._mail.sent.append(SentReply(msg_id, self._topics[msg_id].buyer_id, body, detail))
            return detail

    def replies(self) -> list[SentReply]:
        """Everything that the seller wrote, in the order of arrival."""
        with self.lock:
            return list(self._mail.sent)

    def topic(self, msg_id: int) -> Topic | None:
        """One conversation."""
        with self.lock:
            return self._topics.get(msg_id)

    def topics(self, keep: Callable[[Topic], bool] = lambda topic: True) -> list[Topic]:
        """The conversations that *keep* accepts, in which anything was said."""
        with self.lock:
            return [topic for topic in self._topics.values() if topic.letters and keep(topic)]

    def knows_buyer(self, buyer_id: str) -> bool:
        """Whether there is a conversation with this buyer."""
        return any(topic.buyer_id == buyer_id for topic in self.topics())

    def _write(self, msg_id: int, body: str, *, outgoing: bool, sent_at: datetime) -> int:
        self._mail.detail += 1
        topic = self._topics[msg_id]
        letter = Letter(self._mail.detail, outgoing, body, sent_at)
        self._topics[msg_id] = replace(topic, letters=(*topic.letters, letter), read=outgoing)
        return letter.detail_id

    def _name_of(self, buyer_id: str) -> str:
        known = [topic.buyer_name for topic in self._topics.values() if topic.buyer_id == buyer_id]
        return known[0] if known else "buyer"
