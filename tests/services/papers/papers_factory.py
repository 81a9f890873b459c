"""A shipment that has everything its papers ask for: containers, ports, vessel, an account, a tariff code."""

from __future__ import annotations

from datetime import date
from typing import Any

from factory_erp.models.customs import ItemDeclaration, TariffCode, TariffRate
from factory_erp.models.database import Database
from factory_erp.models.partners import Company
from factory_erp.models.shipping import Shipment, ShipmentContainer
from tests.services.shipping_factory import Factory

BOX = "MSKU0000011"
"""A container number with its check digit (ISO 6346)."""


class PapersFactory(Factory):
    """The small factory, able to issue every paper of a shipment."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        company = self.one(Company)
        self.change(
            Company, company.id, uscc="91330200MA2812345X", customs_code="3302961234", gs1_prefix="6901234",
            email="export@brightcup.test", phone="+86 574 5550100", source_place="33029 宁波其他",
            authorised_person="Zhang Wei",
        )  # fmt: skip
        self._tariff()

    def _tariff(self) -> None:
        rates = [TariffRate(valid_from=date(2024, 1, 1), vat_percent=13, rebate_percent=13)]
        self._add(
            TariffCode(
                code="9617001900", name_en="Vacuum flasks", name_zh="保温瓶", unit_1="H87", unit_2="KGM",
                elements="品名\n品牌类型\n出口享惠情况\n材质", rates=rates,
            )
        )  # fmt: skip

    def cup(self, sku: str = "CUP-1", **values: Any) -> int:
        """An item whose declaration is complete, with goods in the warehouse."""
        item = self.item(sku, **values)
        answers = {"品名": "保温杯", "品牌类型": "0", "出口享惠情况": "3", "材质": "不锈钢"}
        for element, value in answers.items():
            self._add(ItemDeclaration(item_id=item, element=element, value=value))
        self.stock(item, 10_000)
        return item

    def loaded(self, *orders: int, **values: Any) -> int:
        """A packed shipment in one container."""
        shipment = self.packed(*orders)
        with self.db.session(write=True) as session:
            row = session.get_one(Shipment, shipment)
            row.containers = [
                ShipmentContainer(
                    position=1, type_code="20GP", number=BOX, seal="CN123456", tare_g=2_230_000,
                    max_gross_g=30_480_000, dunnage_g=50_000,
                )
            ]  # fmt: skip
            given = {
                "container_numbers": BOX, "vessel_voyage": "EVER GOLDEN / 0123W", "booking_number": "NGB123",
                "bill_number": "OOLU12345", "etd": date(2026, 11, 28), "on_board": date(2026, 11, 28),
                "eta": date(2026, 12, 30),
            }  # fmt: skip
            for name, value in (given | values).items():
                setattr(row, name, value)
        return shipment

    def forwarder(self) -> int:
        return self.customer("FWD", name="Harbour Freight Forwarding Co., Ltd.", country="CN")
