"""A shop on a platform, and the orders that it sends: builders in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from factory_erp.models.base import Base
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.platforms import ExceptionKind
from factory_erp.models.sales import SalesOrder
from factory_erp.services.incoming import IncomingLine, IncomingOrder, IncomingProblem, Life
from factory_erp.services.platform_orders.intake import Applied, apply_page
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.sales import orders as sales
from tests.conftest import MONDAY

ORDERED = MONDAY - timedelta(hours=2)
HOUR = timedelta(hours=1)


class Shop:
    """An account, a catalogue of two items, and questions to the database."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.account = platforms.add_account("alibaba", "Main shop", "https://x.test", "key").value
        self.items = [self.item("SKU-1"), self.item("SKU-2")]

    def item(self, sku: str) -> int:
        with self.db.session(write=True) as session:
            item = Item(sku=sku, kind="finished", procurement="make")
            session.add(item)
            session.flush()
            return item.id

    def take(self, *orders: IncomingOrder, problems: Sequence[IncomingProblem] = ()) -> Applied:
        return apply_page(self.account, orders, problems).value

    def count(self, table: type[Base], /, **values: Any) -> int:
        with self.db.session() as session:
            return session.scalar(select(func.count()).select_from(table).filter_by(**values)) or 0

    def ours(self, external_id: str = "A-1") -> SalesOrder:
        with self.db.session() as session:
            order = session.scalars(select(SalesOrder).filter_by(external_id=external_id)).one()
            assert order.lines
            return order

    def waiting(self) -> list[tuple[str, ExceptionKind, str]]:
        return [(row.external_id, row.kind, row.subject) for row in platforms.open_exceptions()]

    def confirm(self, external_id: str = "A-1") -> None:
        sales.confirm(self.ours(external_id).id, promised=date(2026, 12, 24))


def line(sku: str = "SKU-1", quantity: str = "100", price: str = "2.50") -> IncomingLine:
    return IncomingLine(f"p/{sku}/1", (sku, "p-1"), f"Cup {sku}", Decimal(quantity), Decimal(price))


def order(
    external_id: str = "A-1", *, lines: Sequence[IncomingLine] = (), later: float = 0, **values: Any
) -> IncomingOrder:
    """An order of 100 cups for USD 250; *later* hours after the first version."""
    rows = tuple(lines) or (line(),)
    goods = sum((row.quantity * row.unit_price for row in rows), Decimal(0)).quantize(Decimal("0.01"))
    given: dict[str, Any] = {
        "life": Life.OPEN,
        "status": "undeliver",
        "modified_at": ORDERED + later * HOUR,
        "ordered_at": ORDERED,
        "buyer_id": "b-1",
        "buyer_name": "Nordlicht Handel GmbH",
        "country": "DE",
        "contact": "Anna Weber",
        "phone": "+49 40 5550123",
        "street": "Speicherstrasse 12",
        "city": "Hamburg",
        "province": "",
        "postal_code": "20457",
        "currency": "USD",
        "incoterm": "FOB",
        "product_total": goods,
        "freight": Decimal(0),
        "insurance": Decimal(0),
        "discount": Decimal(0),
        "total": goods,
    }
    return IncomingOrder(external_id=external_id, lines=rows, **{**given, **values})
