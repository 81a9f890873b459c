"""What becomes of a quotation: an order, a refusal, or nothing until it lapses."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.inquiries import Inquiry, InquiryState, Quotation, QuotationState
from factory_erp.models.partners import AddressUse, Partner, PartnerAddress, PartnerRole, Role
from factory_erp.services import clock
from factory_erp.services.base import get, use_case
from factory_erp.services.inquiries.inbox import bind_customer
from factory_erp.services.inquiries.quotations import require_draft
from factory_erp.services.inquiries.states import move_inquiry, require_quotation
from factory_erp.services.master_data import same_version
from factory_erp.services.partners import same_email
from factory_erp.services.promise.holds import hand_over, let_go
from factory_erp.services.sales.entry import ship_to
from factory_erp.services.sales.orders import NewLine, NewOrder, add_order, index_order


@use_case
def accept_quotation(
    session: Session, quotation_id: int, version: int | None = None, customer_po: str = ""
) -> int:
    """The buyer orders: a draft order with the same goods, prices and terms; its id.

    A buyer who is no customer yet becomes one. A lapsed quotation may still be accepted: a person decides.
    Accepting again gives the same order. Raises Conflict; NotAllowed for a draft or declined one;
    InvalidValue where the buyer's country is not known.
    """
    quotation = get(session, Quotation, quotation_id, lock=True)
    if quotation.state == QuotationState.ACCEPTED and quotation.sales_order_id is not None:
        return quotation.sales_order_id
    same_version(quotation, version, quotation.number)
    require_quotation(quotation, QuotationState.ACCEPTED)
    inquiry = get(session, Inquiry, quotation.inquiry_id, lock=True) if quotation.inquiry_id else None
    customer = _customer(session, quotation, inquiry)
    order = add_order(session, _order(quotation, customer, customer_po))
    quotation.customer_id, quotation.sales_order_id = customer.id, order.id
    if inquiry is not None:
        inquiry.customer_id = inquiry.customer_id or customer.id
        bind_customer(session, inquiry, inquiry.customer_id)
        move_inquiry(inquiry, InquiryState.WON)
    session.flush()
    hand_over(session, quotation.id, order)
    index_order(session, order)
    return order.id


def _order(quotation: Quotation, customer: Partner, customer_po: str) -> NewOrder:
    nation = quotation.buyer_country or customer.country
    ready = None if quotation.lead_days is None else clock.today() + timedelta(days=quotation.lead_days)
    return NewOrder(
        customer_id=customer.id,
        ordered_at=clock.now(),
        currency=quotation.currency,
        incoterm=quotation.incoterm,
        place=quotation.place,
        destination_country=nation,
        lines=[NewLine(line.item_id, line.quantity, line.unit, line.unit_price) for line in quotation.lines],
        customer_po=customer_po.strip()[:60],
        payment_terms=quotation.payment_terms,
        ship_to=quotation.buyer_address or ship_to(customer, nation),
        remark=quotation.number,
        requested_ship=ready,
        freight_minor=quotation.freight_minor,
        discount_minor=quotation.discount_minor,
        client_key=f"quotation-{quotation.id}",
    )


def _customer(session: Session, quotation: Quotation, inquiry: Inquiry | None) -> Partner:
    """Whose order it is: as the quotation or inquiry says, the one with that e-mail, else a new customer."""
    known = quotation.customer_id or (inquiry.customer_id if inquiry else None)
    if known is not None:
        return get(session, Partner, known)
    alike = same_email(session, quotation.buyer_email)
    return alike[0] if len(alike) == 1 else _new_customer(session, quotation)


def _new_customer(session: Session, quotation: Quotation) -> Partner:
    if not quotation.buyer_country:
        raise InvalidValue(
            _("The buyer's country is not known, so no order can be made."),
            record=quotation.number,
            field="buyer_country",
            remedy=_("Revise the quotation with the country, or choose a customer in the inquiry."),
        )
    addresses = []
    if quotation.buyer_address.strip():
        street = quotation.buyer_address.strip()
        addresses.append(PartnerAddress(use=AddressUse.MAIN, street=street, country=quotation.buyer_country))
    made = Partner(
        code=_code(session, quotation),
        name=quotation.buyer_name,
        country=quotation.buyer_country,
        currency=quotation.currency,
        language="zh" if quotation.language == "zh_CN" else "en",
        payment_terms=quotation.payment_terms,
        email=quotation.buyer_email,
        roles=[PartnerRole(role=Role.CUSTOMER)],
        addresses=addresses,
    )
    session.add(made)
    session.flush()
    return made


def _code(session: Session, quotation: Quotation) -> str:
    """The first words of the buyer's name in capitals; with the quotation's number where that is taken."""
    words = re.findall(r"[A-Z0-9]+", quotation.buyer_name.upper())
    short = "-".join(words)[:15].strip("-")
    taken = select(func.count()).select_from(Partner).where(Partner.code == short)
    return f"{short}-{quotation.number}".strip("-") if not short or session.scalar(taken) else short


@use_case
def decline_quotation(session: Session, quotation_id: int, version: int | None = None) -> None:
    """The buyer does not want it, or we take it back. Raises Conflict; NotAllowed while it is on its way."""
    quotation = get(session, Quotation, quotation_id, lock=True)
    if quotation.state == QuotationState.DECLINED:
        return
    same_version(quotation, version, quotation.number)
    if quotation.state == QuotationState.DRAFT:
        require_draft(session, quotation)
    require_quotation(quotation, QuotationState.DECLINED)
    let_go(session, quotation.id)


@use_case
def expire_quotations(session: Session) -> int:
    """Write down which quotations have lapsed; how many. Views show them as lapsed before that."""
    lapsed = select(Quotation).where(
        Quotation.state == QuotationState.SENT, Quotation.valid_until < clock.today()
    )
    found = session.scalars(lapsed.order_by(Quotation.id).with_for_update()).all()
    for quotation in found:
        quotation.state = QuotationState.EXPIRED
        let_go(session, quotation.id)
    return len(found)
