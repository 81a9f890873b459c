"""A small factory with goods in the warehouse and orders that are ready to ship."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from factory_erp.models.catalog import Item, ItemText, PackagingLevel
from factory_erp.models.database import Database
from factory_erp.models.inventory import MoveCause
from factory_erp.models.partners import BankAccount, Company, Partner, PartnerAddress
from factory_erp.models.platforms import PlatformAccount
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.services import clock
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.sales import orders as sales
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.stock import inventory

TO = "Hafenstrasse 5\n20457 Hamburg"


class Factory:
    """Builds records straight into the bound database; every method answers an id."""

    def __init__(self, db: Database, *, company: bool = True) -> None:
        self.db = db
        self._keys = 0
        if company:
            self.company()

    def company(self) -> int:
        bank = BankAccount(
            currency="USD",
            beneficiary="Ningbo Cup Co.",
            bank_name="Bank of Ningbo",
            account="123",
            swift="NBCBCN2N",
        )
        return self._add(
            Company(
                name_en="Ningbo Bright Cup Co., Ltd.",
                name_zh="宁波亮杯有限公司",
                address_en="8 Harbour Road\nNingbo",
                bank_accounts=[bank],
            )
        )

    def customer(self, code: str = "NORD", **values: Any) -> int:
        address = PartnerAddress(street="Kontorweg 1", city="Bremen", postal_code="28195", country="DE")
        given = {"name": "Nordlicht Handels GmbH", "country": "DE", "addresses": [address]} | values
        return self._add(Partner(code=code, **given))

    def item(self, sku: str, per_carton: int | None = 24, net_g: int = 250, **values: Any) -> int:
        boxes = []
        if per_carton:
            full = net_g * per_carton
            boxes = [
                PackagingLevel(
                    kind="master", quantity=per_carton, length_mm=450, width_mm=320, height_mm=280,
                    net_g=full, gross_g=full + 900,
                )
            ]  # fmt: skip
        names = [
            ItemText(language="en", name=f"Bottle {sku}", declaration_name="Vacuum bottle"),
            ItemText(language="zh_CN", name=f"{sku} 保温杯"),
        ]
        given = {"hs_code": "9617001900", "options": "500 ml / Black"} | values
        item = Item(
            sku=sku, kind="finished", procurement="make", net_g=net_g, texts=names, packaging=boxes, **given
        )
        return self._add(item)

    def stock(self, item_id: int, quantity: int) -> None:
        with self.db.session(write=True) as session:
            inventory.ensure_locations(session)
            inventory.move(
                session, item_id=item_id, quantity=Decimal(quantity), source="SUPP", destination="WH",
                cause=MoveCause.RECEIPT, reference="test", client_key=self.key(),
            )  # fmt: skip

    def account(self) -> int:
        return self._add(
            PlatformAccount(platform="alibaba", name="Main shop", base_url="https://x.test", app_key="k")
        )

    def order(
        self,
        customer: int,
        lines: list[tuple[int, str, str]],
        state: OrderState = OrderState.READY,
        **values: Any,
    ) -> int:
        """*lines* are (item id, quantity, unit price)."""
        new = [
            sales.NewLine(item, Decimal(quantity), "H87", Decimal(price), external_line_id=f"p{n}/s{n}/1")
            for n, (item, quantity, price) in enumerate(lines, 1)
        ]
        given = {"currency": "USD", "incoterm": "FOB", "place": "Ningbo", "ship_to": TO} | values
        with self.db.session(write=True) as session:
            order = sales.add_order(
                session,
                sales.NewOrder(
                    customer_id=customer, ordered_at=clock.now(), destination_country="DE",
                    port_of_discharge="DEHAM", payment_terms="30 % deposit", lines=new, **given,
                ),
            )  # fmt: skip
            order.state = state
            return order.id

    def packed(self, *orders: int, quantities: dict[int, Decimal] | None = None) -> int:
        shipment = shipping.create(orders, self.key(), quantities).value
        shipping.pack(shipment)
        return shipment

    def documented(self, *orders: int, quantities: dict[int, Decimal] | None = None) -> int:
        shipment = self.packed(*orders, quantities=quantities)
        issuing.issue(shipment)
        return shipment

    def line_ids(self, order: int) -> list[int]:
        with self.db.session() as session:
            return [line.id for line in session.get_one(SalesOrder, order).lines]

    def one(self, kind: type[Any], **values: Any) -> Any:
        with self.db.session() as session:
            return session.scalars(select(kind).filter_by(**values)).one()

    def all(self, kind: type[Any], **values: Any) -> list[Any]:
        with self.db.session() as session:
            return list(session.scalars(select(kind).filter_by(**values).order_by(kind.id)))

    def change(self, kind: type[Any], record_id: int, **values: Any) -> None:
        with self.db.session(write=True) as session:
            record = session.get_one(kind, record_id)
            for name, value in values.items():
                setattr(record, name, value)

    def key(self) -> str:
        self._keys += 1
        return f"key-{self._keys}"

    def _add(self, record: Any) -> int:
        with self.db.session(write=True) as session:
            session.add(record)
            session.flush()
            return int(record.id)
