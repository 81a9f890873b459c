"""The last hours of the demo: runs with both platforms, answers, quotations, and what went wrong."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.demo import lookup, offers, talk
from factory_erp.demo.orders import ALIBABA, DHGATE, DemoOrder
from factory_erp.demo.shops import Shops
from factory_erp.models.inquiries import Inquiry, Quotation
from factory_erp.models.platforms import RunTrigger
from factory_erp.services import clock
from factory_erp.services.base import query
from factory_erp.services.inquiries import inbox as inquiries
from factory_erp.services.inquiries import quotation_outcomes, quotation_sending, quotation_views, quotations
from factory_erp.services.inquiries.quotation_lines import QuoteLineForm
from factory_erp.sync.runs import AccountWaits
from factory_erp.sync.sandbox.faults import FaultProfile

TERMS = "T/T 30% deposit, 70% before shipment"
_BAN_SECONDS = 1800
_THROTTLED = FaultProfile("throttle", ban_seconds=_BAN_SECONDS, times=1, apis=("/alibaba/order/list",))
_SILENT = FaultProfile("timeout_after_acting", times=1, apis=("/alibaba/icbu/quotation/post",))
"""The platform takes the quotation, and its answer is lost."""

_REPLIES = {
    "Shipping date of our order": "Buenos dias Valeria, the goods are packed and the papers are done; they "
    "leave Ningbo within two days. We send you the container number then.",
    "Sample of the tumbler": "Hello Hana, of course: two samples are 18 USD with courier. Please send us "
    "your logo as a vector file.",
}
"""Subject of a conversation → what we answered."""


@dataclass(frozen=True, slots=True)
class _Quote:
    """An inquiry, found by how its subject begins, and what is offered."""

    subject: str
    key: str
    lines: tuple[tuple[str, int], ...]
    country: str = ""
    buyer: str = ""
    discount: Decimal = Decimal(0)
    remark: str = ""


ON_REQUEST = _Quote(
    talk.REQUESTS[0].subject, "demo:flask", (("VF050-NV", 3000),), buyer="Gift buyer in Germany",
    remark="Each in a printed gift box.",
)  # fmt: skip
_LOST = _Quote(
    talk.REQUESTS[1].subject, "demo:tumbler", (("TB20-BK-L", 3000), ("TB20-WH-L", 2000)),
    buyer="Promotion agency in the USA",
)  # fmt: skip
_DRAFT = _Quote("500 ml flask with our logo", "demo:message", (("VF050-BK", 600),), "NO")
BY_MAIL = _Quote(talk.LETTERS[0].subject, "demo:mail", (("TB20-BK-L", 480),), "PT", discount=Decimal(20))


def ask_and_answer(shops: Shops, orders: tuple[DemoOrder, ...], moment: datetime) -> None:
    """Buyers write; both platforms are synced, one of them only at the second try; we answer and quote."""
    talk.fill(shops.sandboxes, offers.external_ids(shops.ids[DHGATE]), orders, moment)
    with clock.at(moment - timedelta(hours=14)):
        talk.bring_letters(moment)
    _be_throttled(shops, moment - timedelta(hours=3))
    for platform in shops.ids:
        shops.sync(platform, RunTrigger.TIMER, moment - timedelta(hours=2))
    with clock.at(moment - timedelta(minutes=90)):
        _say_products()
        _answer()
        quote(ON_REQUEST, send=True)
        quote(_DRAFT)
        quote(BY_MAIL, send=True)
    for platform in shops.ids:
        shops.sync(platform, RunTrigger.TIMER, moment - timedelta(minutes=60))


def end_in_trouble(shops: Shops, moment: datetime) -> None:
    """A quotation whose answer is lost, a listing that is refused; and the mailed quotation is ordered."""
    with clock.at(moment - timedelta(minutes=20)):
        quote(_LOST, send=True)
        offers.publish_refused(shops)
    shops.sandboxes.alibaba.use_faults(_SILENT)
    for platform in shops.ids:
        shops.sync(platform, RunTrigger.HAND, moment)
    shops.sandboxes.alibaba.use_faults(FaultProfile())
    with clock.at(moment):
        quotation_outcomes.accept_quotation(quotation(BY_MAIL.key), None, "FN-2231")
        offers.compose_again(shops)


def _be_throttled(shops: Shops, moment: datetime) -> None:
    """The platform refuses a run for half an hour."""
    shops.sandboxes.alibaba.use_faults(_THROTTLED)
    # A demo that goes on after an interruption may meet the ban of its first try: it is what it waits for.
    with suppress(AccountWaits):
        shops.sync(ALIBABA, RunTrigger.TIMER, moment)
    shops.sandboxes.alibaba.use_faults(FaultProfile())


def _say_products() -> None:
    """Say which family each request is about; the platform does not."""
    products = lookup.products()
    for request in talk.REQUESTS:
        if request.product:
            inquiries.assign_product(inquiry(request.subject), products[request.product])


def _answer() -> None:
    for subject, text in _REPLIES.items():
        inquiries.reply(inquiry(subject), text, f"demo:{subject}"[:64])


def quote(wanted: _Quote, *, send: bool = False) -> int:
    """A quotation for the inquiry, sent or left as a draft."""
    ids = lookup.items()
    lines = [QuoteLineForm(ids[sku], Decimal(pieces)) for sku, pieces in wanted.lines]
    made = quotations.new_quotation(lines, wanted.key, inquiry_id=inquiry(wanted.subject)).value
    detail = quotation_views.quotation_detail(made)
    if detail.editable:
        form = replace(
            detail.form,
            payment_terms=detail.form.payment_terms or TERMS,
            buyer_name=wanted.buyer or detail.form.buyer_name,
            buyer_country=detail.form.buyer_country or wanted.country,
            discount=wanted.discount,
            remark=wanted.remark,
        )
        version = quotations.save_quotation(made, form, detail.version).value
        if send:
            quotation_sending.send_quotation(made, version)
    return made


@query
def inquiry(session: Session, subject: str) -> int:
    """The inquiry whose subject begins so."""
    found = select(Inquiry.id).where(Inquiry.subject.startswith(subject, autoescape=True))
    return session.scalars(found.order_by(Inquiry.id).limit(1)).one()


@query
def quotation(session: Session, key: str) -> int:
    """The quotation that was made with the key."""
    return session.scalars(select(Quotation.id).filter_by(client_key=key)).one()
