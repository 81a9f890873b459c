"""Sending quotations: through the outbox to a platform, or filed as a paper that a person sends."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from factory_erp.documents import render
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.inquiries import Inquiry, InquiryState, Quotation, QuotationState
from factory_erp.models.platforms import OutboxMessage, OutboxState
from factory_erp.services import clock, outbox
from factory_erp.services.base import get, use_case
from factory_erp.services.files import documents as document_files
from factory_erp.services.inquiries import quotation_facts
from factory_erp.services.inquiries.inbox import mailto, reaches_platform
from factory_erp.services.inquiries.quotations import (
    IN_FLIGHT,
    QUOTATION,
    outbox_key,
    outbox_message,
    require_draft,
)
from factory_erp.services.inquiries.states import move_inquiry, require_quotation
from factory_erp.services.master_data import same_version
from factory_erp.services.outside_texts import one_line
from factory_erp.services.shipping.pictures import pictures_of


@dataclass(frozen=True, slots=True)
class SentQuotation:
    """How a quotation goes out. ``outbox_id`` None: a person sends ``pdf`` and ``text``."""

    id: int
    outbox_id: int | None
    text: str
    pdf: Path
    mailto: str = ""


@use_case
def send_quotation(
    session: Session, quotation_id: int, version: int | None = None, *, by_hand: bool = False
) -> SentQuotation:
    """Send the draft, dated today; its paper is filed.

    An inquiry of a platform is answered through the outbox, and the quotation is sent when the platform has
    it. Any other, and with *by_hand*, is sent by a person and counts as sent at once. Sending again what is
    on its way or out changes nothing. Raises Conflict, InvalidValue, NotAllowed where something is missing.
    """
    quotation = get(session, Quotation, quotation_id, lock=True)
    message = outbox_message(session, quotation.id)
    if quotation.state == QuotationState.SENT or (message is not None and message.state in IN_FLIGHT):
        return _sent(session, quotation, message)
    same_version(quotation, version, quotation.number)
    require_draft(session, quotation)
    _check_ready(session, quotation)
    quotation.quoted_on = clock.today()
    session.flush()
    file_paper(session, quotation)
    inquiry = get(session, Inquiry, quotation.inquiry_id, lock=True) if quotation.inquiry_id else None
    if inquiry is None or by_hand or not reaches_platform(inquiry):
        mark_sent(session, quotation)
        return _sent(session, quotation, None)
    return _sent(session, quotation, _enqueue(session, quotation, inquiry, message))


def _check_ready(session: Session, quotation: Quotation) -> None:
    wrong = next(iter(_missing(quotation)), None)
    if wrong is not None:
        field, message, remedy = wrong
        raise InvalidValue(message, record=quotation.number, field=field, remedy=remedy)


def _missing(quotation: Quotation) -> list[tuple[str, str, str]]:
    """(field, what is wrong, what to do) for what no offer can be without."""
    checks = (
        ("lines", not quotation.lines, _("The quotation offers nothing."), _("Enter at least one item.")),
        ("lines", any(not line.unit_price for line in quotation.lines), _("A line has no price."),
         _("Enter its price, or add it to a price list.")),
        ("place", not quotation.place.strip(),
         _("{code} has no named place.", code=quotation.incoterm),
         _("Enter the port or place, for example Ningbo.")),
        ("valid_until", quotation.valid_until < clock.today(), _("This day has passed."),
         _("Enter a date from today on.")),
    )  # fmt: skip
    return [(field, message, remedy) for field, wrong, message, remedy in checks if wrong]


def _enqueue(
    session: Session, quotation: Quotation, inquiry: Inquiry, earlier: OutboxMessage | None
) -> OutboxMessage:
    """The message that brings it to the platform; one that the platform refused before goes out again."""
    if earlier is not None and earlier.state == OutboxState.FAILED:
        outbox.make_due(earlier)
        earlier.problem = ""
        return earlier
    return outbox.enqueue(
        session,
        account_id=inquiry.account_id or 0,
        kind=QUOTATION,
        client_key=outbox_key(quotation.id),
        record_id=quotation.id,
        title=one_line(
            _("Quotation {number} for {buyer}", number=quotation.number, buyer=quotation.buyer_name), 200
        ),
        payload={"quotation_id": quotation.id, "sent_after": clock.now().isoformat()},
    )


def _sent(session: Session, quotation: Quotation, message: OutboxMessage | None) -> SentQuotation:
    text = quotation_facts.in_words(session, quotation)
    subject = _("Quotation {number}", number=quotation.number)
    return SentQuotation(
        quotation.id,
        message.id if message is not None else None,
        text,
        document_files.path_of(paper_name(quotation)),
        "" if message is not None else mailto(quotation.buyer_email, subject, text),
    )


def mark_sent(session: Session, quotation: Quotation) -> None:
    """The buyer has it; its inquiry is quoted."""
    require_quotation(quotation, QuotationState.SENT)
    quotation.sent_at = clock.now()
    if quotation.inquiry_id is not None:
        move_inquiry(get(session, Inquiry, quotation.inquiry_id, lock=True), InquiryState.QUOTED)


def paper_name(quotation: Quotation) -> str:
    """Where the paper lies in the documents folder."""
    return f"{quotation.quoted_on.year}/{quotation.number}.pdf"


def file_paper(session: Session, quotation: Quotation) -> None:
    """Draw the paper in the quotation's own language and file it. Raises as drawing it does."""
    snapshot = quotation_facts.snapshot(session, quotation)
    content = render(snapshot, pictures=pictures_of(snapshot.options))
    document_files.store(session, paper_name(quotation), content)
