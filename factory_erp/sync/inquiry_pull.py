"""Bringing inquiries from a platform: a window that overlaps the last one, a transaction for each page."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

from factory_erp.i18n import _
from factory_erp.models.inquiries import InquirySource
from factory_erp.services.inquiries.intake import (
    INQUIRIES,
    IncomingInquiry,
    IncomingMessage,
    InquiriesTaken,
    UnreadableInquiry,
    apply_inquiries,
)
from factory_erp.services.platforms.accounts import next_window
from factory_erp.services.progress import Progress
from factory_erp.sync.connectors.base import Connector
from factory_erp.sync.connectors.inquiries import InquiryKind, PlatformInquiry, PlatformMessage
from factory_erp.sync.connectors.payloads import PayloadProblem

_SOURCES = {InquiryKind.MESSAGE: InquirySource.MESSAGE, InquiryKind.RFQ: InquirySource.RFQ}


def pull_inquiries(
    account_id: int,
    connector: Connector,
    progress: Progress,
    *,
    ahead: Callable[[], timedelta] = timedelta,
) -> int:
    """Bring what was asked since the last pull; how many inquiries are new or have something new.

    The cursor moves with the last page; a pull that was cancelled or broke off begins again where the last
    whole one ended, and stays behind by what this computer's clock is *ahead* of the platform's. Raises
    PlatformError, with nothing half done.
    """
    channel = connector.inquiries
    if channel is None:
        return 0
    window = next_window(account_id, INQUIRIES)
    taken, seen = InquiriesTaken(), 0
    for page in channel.pages(window.start, window.end):
        if progress.cancelled:
            break
        taken += apply_inquiries(
            account_id,
            [incoming(inquiry) for inquiry in page.inquiries],
            [_problem(found) for found in page.problems],
            cursor=window.end - ahead() if page.last else None,
        ).value
        seen += len(page.inquiries) + len(page.problems)
        progress.report(seen, max(page.total, seen), _("Pulling inquiries"))
    return taken.news


def incoming(inquiry: PlatformInquiry) -> IncomingInquiry:
    """The platform's inquiry as the use cases take it."""
    return IncomingInquiry(
        source=_SOURCES[inquiry.kind],
        external_id=inquiry.external_id,
        subject=inquiry.subject,
        received_at=inquiry.received_at,
        modified_at=inquiry.modified_at,
        buyer_id=inquiry.buyer_id,
        buyer_name=inquiry.buyer_name,
        buyer_country=inquiry.buyer_country,
        messages=tuple(_message(message) for message in inquiry.messages),
        listing=inquiry.product_id,
        quantity=inquiry.quantity,
        unit=inquiry.unit_code,
        wanted_by=inquiry.wanted_by,
        answer_by=inquiry.answer_by,
    )


def _message(message: PlatformMessage) -> IncomingMessage:
    return IncomingMessage(
        message.external_id, message.outgoing, message.author, message.body, message.sent_at
    )


def _problem(found: PayloadProblem) -> UnreadableInquiry:
    raw = json.dumps(found.raw, ensure_ascii=False, default=str, sort_keys=True)
    return UnreadableInquiry(found.external_id, found.reason, raw)
