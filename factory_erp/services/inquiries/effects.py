"""What a settled outbox message means for the inquiry or quotation that it was about."""

from __future__ import annotations

import json

from sqlalchemy.orm import Session

from factory_erp.models.inquiries import Inquiry, InquiryMessage, InquiryState, Quotation, QuotationState
from factory_erp.models.platforms import OutboxMessage, OutboxState
from factory_erp.services.inquiries.inbox import REPLY
from factory_erp.services.inquiries.quotation_sending import mark_sent
from factory_erp.services.inquiries.quotations import QUOTATION
from factory_erp.services.inquiries.states import move_inquiry
from factory_erp.services.outbox import Effect
from factory_erp.services.outside_texts import key_of


def reply_settled(session: Session, message: OutboxMessage) -> None:
    """An answer that arrived bears the platform's name from then on, and its inquiry is answered."""
    if message.state != OutboxState.DONE:
        return
    inquiry = session.get(Inquiry, message.record_id, with_for_update=True)
    if inquiry is None:
        return
    if inquiry.state == InquiryState.NEW:
        move_inquiry(inquiry, InquiryState.ANSWERED)
    ours = session.get(InquiryMessage, json.loads(message.payload)["message_id"])
    if ours is not None and message.answer:
        _name(session, inquiry, ours, key_of(message.answer))


def _name(session: Session, inquiry: Inquiry, ours: InquiryMessage, name: str) -> None:
    """Give our message the platform's name; where a pull has brought it in meanwhile, one of the two goes."""
    pulled = next((one for one in inquiry.messages if one.external_id == name and one is not ours), None)
    if pulled is None:
        ours.external_id = name
    else:
        inquiry.messages.remove(ours)
    session.flush()


def quotation_settled(session: Session, message: OutboxMessage) -> None:
    """A quotation that arrived is sent, and its inquiry quoted; one that was refused is a draft as before."""
    if message.state != OutboxState.DONE:
        return
    quotation = session.get(Quotation, message.record_id, with_for_update=True)
    if quotation is not None and quotation.state == QuotationState.DRAFT:
        mark_sent(session, quotation)


EFFECTS: dict[str, Effect] = {REPLY: reply_settled, QUOTATION: quotation_settled}
"""Kind of message to what follows from its new state, in the same transaction."""
