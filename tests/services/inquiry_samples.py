"""A shop with a price list, a platform account, and inquiries as they come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from factory_erp.models.catalog import Product, ProductText
from factory_erp.models.database import Database
from factory_erp.models.inquiries import Inquiry, InquirySource
from factory_erp.models.listings import Listing
from factory_erp.models.partners import Company
from factory_erp.models.platforms import OutboxMessage, OutboxState
from factory_erp.models.pricing import PriceLine, PriceList
from factory_erp.services.base import get, use_case
from factory_erp.services.inquiries.effects import EFFECTS
from factory_erp.services.inquiries.intake import IncomingInquiry, IncomingMessage
from factory_erp.services.platforms import accounts as platforms
from tests.conftest import MONDAY
from tests.services.factory import LONG_AGO, a_customer, an_item, in_stock

HOUR = timedelta(hours=1)


class Shop:
    """Cups at 3.20 from 100, 2.95 from 500, listed as L-1 on an account; a customer in Germany."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.account = platforms.add_account("dhgate", "Main shop", "", "app").value
        with db.session(write=True) as session:
            product = Product(code="CUP-500", texts=[ProductText(language="en", name="Steel cup")])
            session.add(product)
            session.flush()
            cup = an_item(session, "CUP-500-BLK", english="Steel cup", chinese="钢杯")
            cup.product_id, cup.lead_days, cup.hs_code = product.id, 20, "7323930000"
            customer = a_customer(session)
            customer.email, customer.payment_terms = "buyer@acme.example", "T/T 30 days"
            tiers = [PriceLine(item_id=cup.id, min_quantity=Decimal(least), price=Decimal(price))
                     for least, price in ((100, "3.20"), (500, "2.95"))]  # fmt: skip
            session.add(PriceList(code="USD", currency="USD", valid_from=LONG_AGO, lines=tiers))
            session.add(
                Company(
                    name_en="Cup Works Ltd", name_zh="钢杯厂", port_of_loading="CNNBO",
                    email="export@cups.example", address_en="1 Harbour Road\nNingbo",
                )
            )  # fmt: skip
            session.add(
                Listing(account_id=self.account, product_id=product.id, model_number="M", external_id="L-1")
            )
            in_stock(session, cup, 50)
            self.product, self.cup, self.customer = product.id, cup.id, customer.id

    def see(self, look: Callable[[Session], Any]) -> Any:
        with self.db.session() as session:
            return look(session)

    def inquiry(self, inquiry_id: int) -> Inquiry:
        return self.see(lambda session: get(session, Inquiry, inquiry_id))


def a_message(key: str, body: str = "Best price?", *, ours: bool = False, hours: int = 2) -> IncomingMessage:
    """A message that was sent *hours* before now."""
    return IncomingMessage(key, ours, "Anna", body, MONDAY - hours * HOUR)


def an_inquiry(name: str = "Q-1", *messages: IncomingMessage, **more: Any) -> IncomingInquiry:
    """An inquiry for 600 cups, changed an hour ago."""
    said: dict[str, Any] = {
        "source": InquirySource.MESSAGE, "external_id": name, "subject": "Steel cups", "buyer_id": "B-7",
        "buyer_name": "Anna Berg", "buyer_country": "DE", "received_at": MONDAY - 2 * HOUR,
        "modified_at": MONDAY - HOUR, "messages": messages or (a_message(f"{name}-1"),), "listing": "L-1",
        "quantity": Decimal(600), "unit": "H87",
    }  # fmt: skip
    return IncomingInquiry(**(said | more))


@use_case
def settle(session: Session, message_id: int, state: OutboxState, answer: str = "") -> None:
    """What the outbox does when a message is settled."""
    message = get(session, OutboxMessage, message_id)
    message.state, message.answer = state, answer
    EFFECTS[message.kind](session, message)
