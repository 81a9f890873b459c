"""The states of inquiries and quotations: their names, and the one way from each to the next."""

from __future__ import annotations

from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import N_, _
from factory_erp.models.base import Transitions
from factory_erp.models.inquiries import (
    QUOTATION_TRANSITIONS,
    Inquiry,
    InquirySource,
    InquiryState,
    Quotation,
    QuotationState,
)
from factory_erp.services.base import allowed

_ALL = frozenset(InquiryState)

INQUIRY_TRANSITIONS: Transitions = {
    InquiryState.NEW: _ALL - {InquiryState.NEW},
    InquiryState.ANSWERED: _ALL - {InquiryState.ANSWERED},
    InquiryState.QUOTED: frozenset({InquiryState.WON, InquiryState.LOST}),
    InquiryState.LOST: frozenset({InquiryState.NEW, InquiryState.QUOTED, InquiryState.WON}),
    InquiryState.WON: frozenset(),
}
"""A buyer who writes again makes an answered or lost inquiry new; a quoted one stays quoted."""

INQUIRY_STATE_NAMES = {
    InquiryState.NEW: N_("New inquiry"),
    InquiryState.ANSWERED: N_("Answered"),
    InquiryState.QUOTED: N_("Quoted"),
    InquiryState.WON: N_("Won"),
    InquiryState.LOST: N_("Lost"),
}

SOURCE_NAMES = {
    InquirySource.MESSAGE: N_("Platform message"),
    InquirySource.RFQ: N_("Request for quotation"),
    InquirySource.EMAIL: N_("E-mail"),
    InquirySource.FILE: N_("Imported file"),
    InquirySource.TYPED: N_("Typed in"),
}

QUOTATION_STATE_NAMES = {
    QuotationState.DRAFT: N_("Draft"),
    QuotationState.SENT: N_("Sent"),
    QuotationState.ACCEPTED: N_("Accepted"),
    QuotationState.DECLINED: N_("Declined"),
    QuotationState.EXPIRED: N_("Expired"),
}


def move_inquiry(inquiry: Inquiry, target: InquiryState) -> bool:
    """Bring the inquiry to *target* where the table has such a step; whether it is there now."""
    if inquiry.state != target and allowed(INQUIRY_TRANSITIONS, inquiry.state, target):
        inquiry.state = target
    return inquiry.state == target


def require_inquiry(inquiry: Inquiry, target: InquiryState) -> None:
    """Bring the inquiry to *target*. Raises NotAllowed where the table has no such step."""
    if not move_inquiry(inquiry, target):
        raise NotAllowed(
            _(
                "Inquiry {number} is '{state}' and cannot become '{target}'.",
                number=inquiry.number,
                state=_(INQUIRY_STATE_NAMES[InquiryState(inquiry.state)]),
                target=_(INQUIRY_STATE_NAMES[target]),
            ),
            record=inquiry.number,
            field="state",
            remedy=_("Open the inquiry to see what became of it."),
        )


def require_quotation(quotation: Quotation, target: QuotationState) -> None:
    """Bring the quotation to *target*. Raises NotAllowed where the table has no such step."""
    if quotation.state == target:
        return
    if not allowed(QUOTATION_TRANSITIONS, quotation.state, target):
        raise NotAllowed(
            _(
                "Quotation {number} is '{state}' and cannot become '{target}'.",
                number=quotation.number,
                state=_(QUOTATION_STATE_NAMES[QuotationState(quotation.state)]),
                target=_(QUOTATION_STATE_NAMES[target]),
            ),
            record=quotation.number,
            field="state",
            remedy=_("Open the quotation to see what became of it."),
        )
    quotation.state = target
