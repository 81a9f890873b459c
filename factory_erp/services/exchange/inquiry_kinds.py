"""Inquiries in and out: rows of one inquiry number are one inquiry, each with a text of its own.

A row that was taken before changes what the inquiry says; nothing that was said is ever taken away. Only
inquiries that came by file go out: the others belong to the platform or mailbox that they came from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from factory_erp.i18n import N_, _
from factory_erp.models.catalog import Item, Product
from factory_erp.models.inquiries import Inquiry, InquiryMessage, InquirySource
from factory_erp.services.clock import FACTORY_ZONE, day_of, now
from factory_erp.services.exchange.fields import Field, code, country, day, decimal, text, unit_code
from factory_erp.services.exchange.grouping import unrefused
from factory_erp.services.exchange.kind import Intake, Kind, Record, Verdict
from factory_erp.services.exchange.upsert import ids_by
from factory_erp.services.inquiries.intake import IncomingInquiry, IncomingMessage, take_inquiry
from factory_erp.services.outside_texts import is_email

FIELDS = (
    Field(
        "external_id",
        N_("Inquiry number"),
        code(120),
        required=True,
        aliases=("Inquiry ID", "Inquiry", "询盘编号", "询盘号"),
        example="AL-20261120-7",
        hint=N_("The number by which the platform or your list knows it."),
    ),
    Field("received_on", N_("Received on"), day(), default=None, aliases=("Date", "日期", "询盘日期"),
          example="2026-11-20", hint=N_("Empty: today.")),
    Field("buyer", N_("Buyer"), text(200), required=True, aliases=("Buyer name", "Contact", "买家", "联系人"),
          example="Nordlys Hjem"),
    Field("country", N_("Buyer's country"), country(), aliases=("Country", "国家", "买家国家"), example="DK"),
    Field("email", N_("E-mail"), text(200), aliases=("Email", "Mail", "邮箱", "电子邮箱"),
          example="buyer@example.com"),
    Field("subject", N_("Subject"), text(300), aliases=("Title", "主题", "标题"), example="Steel cups"),
    Field("text", N_("Text"), text(), aliases=("Message", "Content", "内容", "询盘内容"),
          example="What is your best price for 5000 pieces?"),
    Field("product", N_("Product code or SKU"), code(60), aliases=("Product", "SKU", "Item", "产品", "货号"),
          example="CUP-500-BLK"),
    Field("quantity", N_("Quantity"), decimal(above=0), default=None, aliases=("Qty", "数量", "采购量"),
          example="5000"),
    Field("unit", N_("Unit"), unit_code(), aliases=("单位",), example="PCS"),
)  # fmt: skip


def take(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make or complete the inquiries, or refuse rows."""
    products = _products(session, records)
    for record in records:
        _refuse(record, products, intake)
    rows = unrefused(records, intake)
    for number, record in enumerate(rows, 1):
        _inquiry, taken = take_inquiry(session, None, _incoming(session, record, products))
        intake.note(record, Verdict(taken.value))
        intake.step(number, len(rows), _("Writing inquiries"))


def _products(session: Session, records: Sequence[Record]) -> dict[str, int | None]:
    """Product of each code or SKU that the rows name; None for an item without one."""
    names = [record["product"] for record in records if record.get("product")]
    items = ids_by(session, Item.sku, names)
    known: dict[str, int | None] = {
        sku: session.scalar(select(Item.product_id).where(Item.id == item_id))
        for sku, item_id in items.items()
    }
    return known | ids_by(session, Product.code, names)


def _refuse(record: Record, products: Mapping[str, int | None], intake: Intake) -> None:
    named = record.get("product")
    if named and named not in products:
        intake.reject(record, "product", _("{name} is neither a product nor a SKU.", name=named))
    address = record.get("email")
    if address and not is_email(address):
        intake.reject(record, "email", _("'{text}' is not an e-mail address.", text=address))


def _incoming(session: Session, record: Record, products: Mapping[str, int | None]) -> IncomingInquiry:
    on = record.get("received_on")
    known = _known(session, record["external_id"])
    moment = _moment(on) if on else (known.received_at if known else now())
    said = (record.get("text") or "").strip()
    message = IncomingMessage(_text_key(said), False, record["buyer"], said, moment)
    return IncomingInquiry(
        source=InquirySource.FILE,
        external_id=record["external_id"],
        subject=record.get("subject") or "",
        received_at=moment,
        # A file does not say when it was changed: what is imported is no older than what is known.
        modified_at=(known and known.modified_at) or moment,
        buyer_name=record["buyer"],
        buyer_country=record.get("country") or "",
        buyer_email=record.get("email") or "",
        messages=(message,) if said else (),
        product_id=products.get(record.get("product") or ""),
        quantity=record.get("quantity"),
        unit=record.get("unit") or "",
    )


def _known(session: Session, external_id: str) -> Inquiry | None:
    found = select(Inquiry).filter_by(source=InquirySource.FILE, external_id=external_id)
    return session.scalar(found.where(Inquiry.account_id.is_(None)))


def _moment(on: date) -> datetime:
    """Noon of the day at the factory; now where that is still to come."""
    return min(datetime.combine(on, time(12), ZoneInfo(FACTORY_ZONE)), now())


def _text_key(said: str) -> str:
    """The same text in the same inquiry is the same message."""
    return "file-" + hashlib.sha256(said.encode()).hexdigest()[:32]


def give(session: Session) -> Iterator[Mapping[str, Any]]:
    """The inquiries that came by file, by number, a row for each thing that the buyer said."""
    statement = (
        select(Inquiry, Product.code, InquiryMessage.body)
        .select_from(Inquiry)
        .outerjoin(Product, Product.id == Inquiry.product_id)
        .outerjoin(
            InquiryMessage,
            and_(InquiryMessage.inquiry_id == Inquiry.id, InquiryMessage.outgoing.is_(False)),
        )
        .where(Inquiry.source == InquirySource.FILE)
        .order_by(Inquiry.external_id, InquiryMessage.sent_at, InquiryMessage.id)
    )
    for inquiry, product, body in session.execute(statement):
        yield {
            "external_id": inquiry.external_id,
            "received_on": day_of(inquiry.received_at),
            "buyer": inquiry.buyer_name,
            "country": inquiry.buyer_country,
            "email": inquiry.buyer_email,
            "subject": inquiry.subject,
            "text": body or "",
            "product": product or "",
            "quantity": inquiry.quantity,
            "unit": inquiry.unit,
        }


KINDS = (Kind("inquiries", N_("Inquiries"), FIELDS, take, give, needs=("products", "items")),)
