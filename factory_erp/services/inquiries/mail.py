"""Reading one e-mail as data: RFC 5322 and MIME, in the encodings that Chinese and European mail uses.

A hostile mail (huge, nested without end, with broken headers or encodings) is refused with a sentence.
"""

from __future__ import annotations

import hashlib
import re
from binascii import Error as Base64Error
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.services import clock
from factory_erp.services.outside_texts import clean, is_email, one_line

LARGEST_MAIL = 40 * 2**20
"""Bytes of a mail with its attachments; mail servers take less."""

MOST_PARTS = 300
LARGEST_HTML = 2 * 2**20
LONGEST_HEADER = 20_000

_BROKEN = (
    MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError, AssertionError,
)  # fmt: skip
"""What the parser of the standard library raises on mails that no mail program wrote."""

_ID = re.compile(r"<[^<>\s]{1,900}>")
_CHINESE = {"gb2312", "gbk", "gb_2312-80", "gb18030", "cp936", "x-gbk", "hz-gb-2312"}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with the mail; ``size`` in bytes, about."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail. ``references`` are the mails that it answers, the conversation's first one first."""

    message_id: str
    references: tuple[str, ...]
    subject: str
    sender_name: str
    sender_email: str
    reply_name: str
    reply_email: str
    """Where answers go: Reply-To, else the sender."""
    to_name: str
    to_email: str
    sent_at: datetime
    text: str
    attachments: tuple[Attachment, ...] = ()

    @property
    def shown_text(self) -> str:
        """The text, and the names of what came with it."""
        files = [
            _("Attachment: {name} ({size} kB)", name=one.name, size=max(1, round(one.size / 1000)))
            for one in self.attachments
        ]
        return "\n".join([self.text, "", *files] if files else [self.text])


def read_mail(content: bytes) -> Mail:
    """The mail in *content*. Raises InvalidValue for what is no mail, is too large, or names no sender."""
    if len(content) > LARGEST_MAIL:
        raise InvalidValue(
            _("The e-mail is larger than {most} MB.", most=LARGEST_MAIL // 2**20),
            remedy=_("Save it without its attachments."),
        )
    try:
        return _mail(content)
    except InvalidValue:
        raise
    except _BROKEN as error:
        raise InvalidValue(
            _("The e-mail cannot be read."), remedy=_("Save it again from the mail program, as .eml.")
        ) from error


def _mail(content: bytes) -> Mail:
    message = BytesParser(policy=policy.default).parsebytes(content)
    headers = _headers(message)
    sender_name, sender = _address(headers.get("from", ""))
    if not sender:
        raise InvalidValue(
            _("The e-mail names no sender."), remedy=_("Type the inquiry in, with the buyer's address.")
        )
    reply_name, reply = _address(headers.get("reply-to", ""))
    to_name, to = _address(headers.get("to", ""))
    texts, attachments = _parts(message)
    own = _ID.search(headers.get("message-id", ""))
    answered = headers.get("references", "") + " " + headers.get("in-reply-to", "")
    return Mail(
        message_id=own[0] if own else f"<{hashlib.sha256(content).hexdigest()}@no-id>",
        references=tuple(dict.fromkeys(_ID.findall(answered))),
        subject=one_line(_words(headers.get("subject", "")), 300),
        sender_name=sender_name,
        sender_email=sender,
        reply_name=reply_name or sender_name,
        reply_email=reply or sender,
        to_name=to_name,
        to_email=to,
        sent_at=_date(headers.get("date", "")),
        text=texts,
        attachments=attachments,
    )


def _headers(message: Message) -> dict[str, str]:
    """The first header of each name, unfolded but not decoded; bytes outside ASCII read as text."""
    found: dict[str, str] = {}
    for name, value in message.raw_items():
        unfolded = re.sub(r"[\r\n]+", "", str(value))[:LONGEST_HEADER]
        raw = unfolded.encode("utf-8", "surrogateescape")
        found.setdefault(name.casefold(), decoded(raw, ""))
    return found


def _words(header: str) -> str:
    """The header with its encoded words (RFC 2047) read, whatever they claim to be encoded in."""
    try:
        parts = decode_header(header)
    except (MessageError, Base64Error, ValueError):
        return header
    return "".join(part if isinstance(part, str) else decoded(part, charset or "") for part, charset in parts)


def _address(header: str) -> tuple[str, str]:
    """Name and address of the first mailbox; ("", "") where there is none."""
    for name, address in getaddresses([header]):
        if is_email(address):
            return one_line(_words(name), 200), address
    loose = re.search(r"[^\s<>,;\"]+@[^\s<>,;\"]+", header)
    return ("", loose[0]) if loose and is_email(loose[0]) else ("", "")


def _date(header: str) -> datetime:
    """When it was sent, in UTC; now where the mail does not say, or claims a time to come."""
    now = clock.now()
    try:
        sent = parsedate_to_datetime(header)
        aware = sent if sent.tzinfo else sent.replace(tzinfo=UTC)
        return min(aware.astimezone(UTC), now)
    except (ValueError, TypeError, IndexError, OverflowError):
        return now


def decoded(content: bytes, charset: str) -> str:
    """*content* as text: in the *charset* that it claims, else in one in which it makes sense.

    Mail that claims GB2312 is mostly GBK, so all of them are read as GB18030, which holds both.
    """
    claimed = "gb18030" if charset.casefold() in _CHINESE else charset
    for attempt in (claimed, "utf-8", "gb18030"):
        try:
            if attempt:
                return content.decode(attempt)
        except (UnicodeError, LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")


def _parts(message: Message) -> tuple[str, tuple[Attachment, ...]]:
    """The text of the mail, plain before HTML, and its attachments."""
    plain, html, files = list[str](), list[str](), list[Attachment]()
    for part in _walk(message):
        kind = part.get_content_type()
        name = part.get_filename()
        if name or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            files.append(Attachment(one_line(_words(name or kind), 120), _size(part)))
        elif kind == "text/html":
            html.append(_text_of(part)[:LARGEST_HTML])
        else:
            plain.append(_text_of(part))
    said = "\n".join(plain).strip() or "\n".join(text_of_html(one) for one in html).strip()
    return clean(said.replace("\r\n", "\n")), tuple(files)


def _walk(message: Message) -> Iterator[Message]:
    """The parts that hold something; what stands inside an attached mail is not looked at."""
    waiting, seen = [message], 0
    while waiting:
        part = waiting.pop()
        seen += 1
        if seen > MOST_PARTS:
            raise InvalidValue(
                _("The e-mail has more than {most} parts.", most=MOST_PARTS),
                remedy=_("Copy its text into a new inquiry."),
            )
        held = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(held, list):
            waiting.extend(reversed([one for one in held if isinstance(one, Message)]))
        else:
            yield part


def _text_of(part: Message) -> str:
    content = part.get_payload(decode=True)
    charset = part.get_content_charset("") or ""
    return decoded(content, charset) if isinstance(content, bytes) else ""


def _size(part: Message) -> int:
    """Bytes of an attachment, reckoned from its encoded length: it is not unpacked."""
    held = part.get_payload()
    if not isinstance(held, str):
        return 0
    in_base64 = str(part.get("content-transfer-encoding", "")).strip().casefold() == "base64"
    return len(held) * 3 // 4 if in_base64 else len(held)


class _Stripper(HTMLParser):
    """Collects the text of HTML."""

    _SILENT = frozenset({"script", "style", "head", "title"})
    _BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "table"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Break the line, or fall silent."""
        self._silent += tag in self._SILENT
        if tag in self._BREAKS:
            self.said.append("\n")
        elif tag in {"td", "th"}:
            self.said.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Speak again."""
        if tag in self._SILENT and self._silent:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        """Text."""
        if not self._silent:
            self.said.append(re.sub(r"\s+", " ", data))


def text_of_html(html: str) -> str:
    """The text of *html*: no markup, scripts or styles; paragraphs on lines of their own."""
    stripper = _Stripper()
    stripper.feed(html)
    stripper.close()
    lines = (line.strip() for line in "".join(stripper.said).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
