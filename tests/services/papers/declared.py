"""A packed shipment of two cups that are declared in full, for tests of customs, origin and rebate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from factory_erp.models.catalog import Item, ItemText, PackagingLevel
from factory_erp.models.customs import ItemDeclaration, TariffCode, TariffRate
from factory_erp.models.database import Database
from factory_erp.models.inventory import MoveCause
from factory_erp.models.partners import Company
from factory_erp.models.shipping import Shipment
from factory_erp.services.customs.supplier_invoices import SupplierInvoiceInput, save_supplier_invoice
from factory_erp.services.pricing import settings as price_settings
from factory_erp.services.stock import inventory
from tests.services.shipping_factory import Factory

USCC = "91330205144052888N"
STEEL, GLASS = "9617001900", "7013370000"
ELEMENTS = "品牌类型\n出口享惠情况\n用途"


class Declared(Factory):
    """The factory with tariff codes, rates, a rate of exchange, and goods ready for customs."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.change(
            Company, self.one(Company).id, uscc=USCC, customs_code="3302961234", source_place="宁波其他"
        )
        self._add(self.tariff(STEEL, "KGM", "", ("13", "9")))
        self._add(self.tariff(GLASS, "KGM", "H87", ("13", "13"), ("13", "0")))
        price_settings.save_margin_settings({"USD": Decimal("7.1")}, Decimal(15))

    def tariff(self, code: str, first: str, second: str, *rates: tuple[str, str]) -> TariffCode:
        """A code; its second rate holds from December 2026 on."""
        days = (date(2026, 1, 1), date(2026, 12, 1))
        return TariffCode(
            code=code, name_zh="杯", unit_1=first, unit_2=second, elements=ELEMENTS,
            rates=[
                TariffRate(valid_from=day, vat_percent=Decimal(vat), rebate_percent=Decimal(rebate))
                for day, (vat, rebate) in zip(days, rates, strict=False)
            ],
        )  # fmt: skip

    def goods(self, sku: str, code: str, name: str, **answers: str) -> int:
        item = self.item(sku, hs_code=code)
        with self.db.session(write=True) as session:
            text = next(text for text in session.get_one(Item, item).texts if text.language == "zh_CN")
            text.declaration_name = name
            given = {"品牌类型": "境内自主品牌", "出口享惠情况": "出口货物在最终目的国(地区)不享受优惠关税"}
            for element, value in (given | {"用途": "盛装饮料"} | answers).items():
                session.add(ItemDeclaration(item_id=item, element=element, value=value))
        self.stock(item, 1000)
        return item

    def many(self, count: int) -> list[int]:
        """So many different steel cups, with nothing answered, all in stock."""
        items = [
            Item(
                sku=f"C{n}", kind="finished", procurement="make", hs_code=STEEL, net_g=250,
                texts=[ItemText(language="zh_CN", name=f"保温杯{n}号")],
                packaging=[
                    PackagingLevel(
                        kind="master", quantity=24, length_mm=450, width_mm=320, height_mm=280,
                        net_g=6000, gross_g=6900,
                    )
                ],
            )
            for n in range(count)
        ]  # fmt: skip
        with self.db.session(write=True) as session:
            session.add_all(items)
            session.flush()
            inventory.ensure_locations(session)
            for item in items:
                inventory.move(
                    session, item_id=item.id, quantity=Decimal(24), source="SUPP", destination="WH",
                    cause=MoveCause.RECEIPT, reference="test", client_key=self.key(),
                )  # fmt: skip
            return [item.id for item in items]

    def shipment(self, **values: Any) -> int:
        """48 steel cups at 10 dollars and 50 glasses at 2 dollars, exported on 24 November."""
        self.cup = self.goods("CUP", STEEL, "保温杯")
        self.glass = self.goods("GLASS", GLASS, "玻璃杯")
        order = self.order(self.customer(), [(self.cup, "48", "10"), (self.glass, "50", "2")], **values)
        shipment = self.packed(order)
        self.change(Shipment, shipment, on_board=date(2026, 11, 24))
        return shipment

    def invoice(self, shipment: int | None, item: int | None, **values: Any) -> int:
        supplier = self.all_suppliers()
        given: dict[str, Any] = {
            "number": "26332000000012345678", "goods_name": "*金属制品*保温杯", "unit": "个",
            "quantity": Decimal(48), "net": Decimal(2000), "tax": Decimal(260),
        } | values  # fmt: skip
        return save_supplier_invoice(
            SupplierInvoiceInput(supplier_id=supplier, shipment_id=shipment, item_id=item, **given),
            self.key(),
        ).value

    def all_suppliers(self) -> int:
        if not hasattr(self, "supplier"):
            self.supplier = self.customer("SUP", name="宁波钢杯厂", country="CN")
        return self.supplier

    def rename(self, item: int, name: str) -> None:
        text = self.one(ItemText, item_id=item, language="zh_CN")
        self.change(ItemText, text.id, declaration_name=name)
