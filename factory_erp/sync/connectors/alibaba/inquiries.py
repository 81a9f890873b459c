"""Requests for quotation of buyers, and quotations as answers to them.

The platform has a public interface for requests for quotation alone: messages of buyers cannot be read or
answered by programs. The search wants words; they are a setting of the account.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

from factory_erp.domain.countries import country
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import exact_decimal
from factory_erp.i18n import _
from factory_erp.sync.connectors.alibaba.apis import QUOTATION_POST, RFQ_DETAIL, RFQ_SEARCH
from factory_erp.sync.connectors.alibaba.client import AlibabaClient
from factory_erp.sync.connectors.alibaba.product_payload import dumps, plain
from factory_erp.sync.connectors.alibaba.products import inner, rows, text
from factory_erp.sync.connectors.alibaba.reader import PLACES
from factory_erp.sync.connectors.alibaba.units import UNIT_WORDS, unit_code
from factory_erp.sync.connectors.common.paging import steady
from factory_erp.sync.connectors.inquiries import (
    InquiryKind,
    InquiryPage,
    OutgoingQuote,
    OutgoingReply,
    PlatformInquiry,
    PlatformMessage,
    QuoteLine,
)
from factory_erp.sync.connectors.payloads import PayloadProblem
from factory_erp.sync.http.client import Json
from factory_erp.sync.http.errors import AccessDenied, NoWayToKnow, OutcomeUnknown, Refused

SEARCH_PAGE = 20
"""Requests on a page of the search."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS_FROM = 10**11
_END_OF_DAY = "23:59:59"


class Inquiries:
    """Requests for quotation that match the account's words."""

    def __init__(self, client: AlibabaClient, words: str = "") -> None:
        self._client = client
        parted = (word.strip() for word in words.replace("，", ",").split(","))
        self._words = tuple(dict.fromkeys(word for word in parted if word))

    def pages(self, modified_from: datetime, modified_to: datetime) -> Iterator[InquiryPage]:
        """Requests opened in the window that match one of the words; each once, with its detail.

        Without words nothing is asked for. A request does not change after it was opened.
        """
        number, seen = 0, set[str]()
        for word in self._words:
            read = partial(self._search, word, modified_from)
            for batch in steady(read, _key, first=1):
                fresh = [row for row in rows(batch.rows) if _new(row, seen)]
                yield self._page(fresh, number, batch.total, modified_from, modified_to)
                number += 1
        yield InquiryPage((), (), number, len(seen), last=True)

    def reply(self, answer: OutgoingReply) -> str:
        """Always Refused: the platform lets no program write messages."""
        raise Refused(
            "NoMessageApi",
            _("Alibaba.com has no public interface for messages."),
            record=answer.external_id,
            remedy=_("Answer in the platform's own message centre, or send a quotation."),
        )

    def find_reply(self, answer: OutgoingReply) -> str | None:
        """None: no answer was ever sent from here."""
        return None

    def quote(self, quote: OutgoingQuote) -> str:
        """Post the quotation once; its id. OutcomeUnknown if no readable answer came."""
        params = {"dto": dumps(quotation(quote))}
        answer = self._client.write(QUOTATION_POST, params, record=quote.external_id)
        quotation_id = text(answer, "id")
        if not quotation_id:
            raise OutcomeUnknown(_("the answer names no quotation"), record=quote.external_id)
        return quotation_id

    def find_quote(self, quote: OutgoingQuote) -> str | None:
        """Always NoWayToKnow: no call of the platform lists the quotations that were posted."""
        unknown = NoWayToKnow(_("the platform does not tell its quotations"), record=quote.external_id)
        unknown.remedy = _(
            "Look under 'My quotations' on the platform, then mark the message as sent or send it again."
        )
        raise unknown

    def _search(self, word: str, since: datetime, page: int) -> tuple[list[object], int]:
        """(requests, total) of one page."""
        # Taken as a moment or as an age, the time lets through at least what is wanted: the window is applied
        # to each row all the same.
        query = {
            "search_text": word,
            "current_page": page,
            "page_size": SEARCH_PAGE,
            "open_time": int(since.timestamp()),
        }
        answer = self._client.read(RFQ_SEARCH, {"cond": dumps(query)})
        found: list[object] = [*rows(answer.get("request_list"))]
        total = text(answer, "total")
        return found, int(total) if total.isdigit() else len(found)

    def _page(
        self, found: list[Json], number: int, total: int, start: datetime, end: datetime
    ) -> InquiryPage:
        inquiries: list[PlatformInquiry] = []
        problems: list[PayloadProblem] = []
        for row in found:
            try:
                opened = _opened(row)
                if start <= opened <= end:
                    inquiries.append(read_request(self._detail(row), opened))
            except InvalidValue as fault:
                problems.append(PayloadProblem(text(row, "rfq_id"), fault.message, row))
        return InquiryPage(tuple(inquiries), tuple(problems), number, total, last=False)

    def _detail(self, row: Json) -> Json:
        """*row* with what its detail adds; the row alone where the platform keeps that to itself."""
        rfq_id = text(row, "rfq_id")
        query = {"rfq_query_dto": dumps({"rfq_id": rfq_id})}
        try:
            answer = self._client.read(RFQ_DETAIL, query)
        except AccessDenied:
            raise
        except Refused:
            return row
        return {**row, **inner(answer, "rfq_detail_dto"), "attachments": answer.get("attachments")}


def read_request(row: Json, opened: datetime) -> PlatformInquiry:
    """The inquiry in a row of the search with its detail. InvalidValue for a country that is none."""
    rfq_id = text(row, "rfq_id")
    body = text(row, "description")
    message = PlatformMessage(rfq_id, outgoing=False, author="", body=body, sent_at=opened)
    code = text(row, "country_simple").upper()
    return PlatformInquiry(
        kind=InquiryKind.RFQ,
        external_id=rfq_id,
        subject=text(row, "subject"),
        buyer_id="",
        buyer_name="",
        buyer_country=country({"UK": "GB"}.get(code, code)).alpha2 if code else "",
        received_at=opened,
        modified_at=opened,
        messages=(message,) if body else (),
        quantity=_quantity(text(row, "quantity")),
        unit_code=unit_code(text(row, "quantity_unit")),
        answer_by=_moment(text(row, "expirate_time")),
        raw=row,
    )


def quotation(quote: OutgoingQuote) -> dict[str, object]:
    """The ``dto`` of the quotation call. InvalidValue for what the platform would refuse anyway."""
    if not quote.payment_terms.strip():
        raise InvalidValue(
            _("Alibaba.com takes no quotation without payment terms."),
            record=quote.number,
            field="payment_terms",
            remedy=_("Enter the payment terms, for example T/T 30 days."),
        )
    return {
        "rfq_id": quote.external_id,
        "details": quote.body,
        "payment_terms": quote.payment_terms,
        "expiry_date": f"{quote.valid_until.isoformat()} {_END_OF_DAY}",
        "price_list": [_price(line, quote) for line in quote.lines],
    }


def _price(line: QuoteLine, quote: OutgoingQuote) -> dict[str, str]:
    unit = UNIT_WORDS.get(line.unit_code)
    if unit is None:
        raise InvalidValue(
            _("The platform has no word for the unit '{unit}'.", unit=line.unit_code),
            record=quote.number,
            field="unit",
            remedy=_("Choose another unit for the item, for example H87 (piece)."),
        )
    return {
        "item_name": line.name or line.sku,
        "model_num": line.sku,
        "fob_price": plain(line.unit_price),
        "fob_price_unit": quote.currency,
        "quantity": plain(line.quantity),
        "quantity_unit": unit,
        "shipping_terms": quote.incoterm,
        "port": quote.place,
        "remark": _lead(quote),
    }


def _lead(quote: OutgoingQuote) -> str:
    """The required remark: our number, and when the goods are ready; the buyer reads English."""
    ready = "" if quote.lead_days is None else f", ready in {quote.lead_days} days"
    return f"Quotation {quote.number}{ready}"


def _key(row: object) -> str:
    return text(row, "rfq_id") if isinstance(row, Mapping) else ""


def _new(row: Mapping[str, object], seen: set[str]) -> bool:
    rfq_id = text(row, "rfq_id")
    if rfq_id and rfq_id in seen:
        return False
    seen.add(rfq_id)
    return True


def _opened(row: Json) -> datetime:
    if not text(row, "rfq_id"):
        raise InvalidValue(_("The request for quotation has no number."))
    opened = _moment(text(row, "open_time"))
    if opened is None:
        raise InvalidValue(_("The request for quotation does not say when it was opened."))
    return opened


def _moment(stamp: str) -> datetime | None:
    """A time in epoch seconds or milliseconds: the documentation does not say which."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 14):
        return None
    number = int(stamp)
    return _EPOCH + timedelta(milliseconds=number if number >= _MILLISECONDS_FROM else number * 1000)


def _quantity(figure: str) -> Decimal | None:
    return exact_decimal(figure, PLACES) if figure else None
