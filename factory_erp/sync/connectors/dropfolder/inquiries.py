"""Inquiries from tables, one row for each message; answers and quotations as files of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime

from factory_erp.i18n import _
from factory_erp.sync.connectors.dropfolder.folder import Folder, file_name
from factory_erp.sync.connectors.dropfolder.inbox import Inbox, Taken
from factory_erp.sync.connectors.dropfolder.rows import Columns, Row, collect, raw, same_head
from factory_erp.sync.connectors.inquiries import (
    InquiryKind,
    InquiryPage,
    OutgoingQuote,
    OutgoingReply,
    PlatformInquiry,
    PlatformMessage,
)

COLUMNS = Columns(
    key="inquiry_number",
    needed=("inquiry_number", "received_on", "buyer", "message"),
    known={
        "inquiry_number": ("inquiry_number", "inquiry no.", "询盘号", "询盘编号"),
        "kind": ("kind", "类型"),
        "received_on": ("received_on", "date", "日期", "时间"),
        "buyer": ("buyer", "buyer name", "买家", "客户"),
        "buyer_id": ("buyer_id", "买家编号"),
        "country": ("country", "国家"),
        "subject": ("subject", "主题"),
        "message": ("message", "内容"),
        "product": ("product", "model_number", "型号"),
        "quantity": ("quantity", "qty", "数量"),
        "unit": ("unit", "单位"),
        "wanted_by": ("wanted_by", "交货日期"),
        "answer_by": ("answer_by", "截止日期"),
    },
)
_HEAD = tuple(name for name in COLUMNS.known if name not in ("received_on", "message"))
_KINDS = {
    **dict.fromkeys(("", "message", "询盘"), InquiryKind.MESSAGE),
    **dict.fromkeys(("rfq", "request", "采购需求"), InquiryKind.RFQ),
}
_REPLY_HEADERS = ("inquiry_number", "buyer_id", "message", "key")
_QUOTE_HEADERS = (
    "inquiry_number", "quotation_number", "sku", "name", "quantity", "unit", "unit_price", "currency",
    "total", "incoterm", "place", "payment_terms", "valid_until", "lead_days", "message", "key",
)  # fmt: skip


class Inquiries:
    """Reads ``in/inquiries``, writes ``out/replies`` and ``out/quotations``."""

    def __init__(self, folder: Folder, page_size: int) -> None:
        self._folder = folder
        self._inbox = Inbox(folder, "inquiries")
        self._size = page_size

    def pages(self, modified_from: datetime, modified_to: datetime) -> Iterator[InquiryPage]:
        """Every inquiry of the files that wait; they are put away as those of orders are."""
        found = collect(self._folder, self._inbox, modified_to, COLUMNS, read_inquiry)
        total = len(found.records) + len(found.problems)
        for number, (inquiries, problems, last) in enumerate(found.pages(self._size)):
            yield InquiryPage(inquiries, problems, number, total, last)
        self._inbox.put_away(list(found.files))

    def reply(self, answer: OutgoingReply) -> str:
        """Write the answer's file; its name."""
        row = (answer.external_id, answer.buyer_id, answer.body, answer.our_key)
        return self._folder.hand_out(
            "replies", _reply_name(answer), _REPLY_HEADERS, [row], answer.external_id
        )

    def find_reply(self, answer: OutgoingReply) -> str | None:
        """The name of the answer's file where it was written already."""
        return self._found("replies", _reply_name(answer))

    def quote(self, quote: OutgoingQuote) -> str:
        """Write the quotation's file, a row for each item; its name."""
        rows = [
            (
                quote.external_id, quote.number, line.sku, line.name, line.quantity, line.unit_code,
                line.unit_price, quote.currency, quote.total, quote.incoterm, quote.place,
                quote.payment_terms, quote.valid_until, quote.lead_days, quote.body, quote.our_key,
            )
            for line in quote.lines
        ]  # fmt: skip
        return self._folder.hand_out(
            "quotations", _quote_name(quote), _QUOTE_HEADERS, rows, quote.external_id
        )

    def find_quote(self, quote: OutgoingQuote) -> str | None:
        """The name of the quotation's file where it was written already."""
        return self._found("quotations", _quote_name(quote))

    def _found(self, kind: str, name: str) -> str | None:
        return name if self._folder.handed_out(kind, name) else None


def _reply_name(answer: OutgoingReply) -> str:
    return file_name(answer.external_id, answer.our_key)


def _quote_name(quote: OutgoingQuote) -> str:
    return file_name(quote.number, quote.external_id, quote.our_key)


def read_inquiry(rows: Sequence[Row], file: Taken) -> PlatformInquiry:
    """The inquiry that stands in *rows*; raises InvalidValue naming file, row and column."""
    head = same_head(rows, _HEAD)
    kind = _KINDS.get(head.text("kind").casefold())
    if kind is None:
        raise head.fail("kind", _("it is none of: message, rfq."))
    return PlatformInquiry(
        kind=kind,
        external_id=head.required("inquiry_number"),
        subject=head.text("subject"),
        buyer_id=head.text("buyer_id", "buyer"),
        buyer_name=head.required("buyer"),
        buyer_country=head.country("country"),
        received_at=head.needed_moment("received_on"),
        modified_at=file.seen_at,
        messages=tuple(_message(row, head) for row in rows),
        product_id=file_name(head.text("product")) if head.text("product") else "",
        quantity=head.optional("quantity"),
        unit_code=head.unit("unit"),
        wanted_by=head.day("wanted_by"),
        answer_by=head.moment("answer_by"),
        raw=raw(rows),
    )


def _message(row: Row, head: Row) -> PlatformMessage:
    """A message is known by what it says and when: a later file may begin with another row."""
    body = row.required("message")
    sent_at = row.moment("received_on") or head.needed_moment("received_on")
    name = hashlib.sha256(f"{sent_at.isoformat()}\0{body}".encode()).hexdigest()[:16]
    return PlatformMessage(name, False, head.required("buyer"), body, sent_at)
