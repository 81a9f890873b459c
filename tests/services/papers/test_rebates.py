"""Export tax rebate per line of the declaration, for both kinds of exporters, and by month."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from factory_erp.documents.details.customs import FeeStated
from factory_erp.domain.errors import Conflict, InvalidValue
from factory_erp.domain.money import Money
from factory_erp.models.database import Database
from factory_erp.models.partners import Company
from factory_erp.models.sales import SalesOrder
from factory_erp.models.security import Setting
from factory_erp.models.shipping import Shipment, ShipmentState
from factory_erp.services.customs.declarations import KIND, declaration_facts
from factory_erp.services.customs.rebate_months import MonthTaxes, rebate_month, save_month_taxes
from factory_erp.services.customs.rebates import rebate_sheet
from factory_erp.services.papers import inputs
from factory_erp.services.pricing import settings as price_settings
from factory_erp.services.shipping.facts import compose_facts, load
from tests.services.papers.declared import Declared


def yuan(amount: str) -> Money:
    return Money.of(amount, "CNY")


def trading(db: Database) -> Declared:
    factory = Declared(db)
    factory.change(Company, factory.one(Company).id, rebate_regime="trading")
    return factory


def shipped(factory: Declared, shipment: int, day: date | None, left: datetime | None = None) -> None:
    factory.change(Shipment, shipment, state=ShipmentState.SHIPPED, on_board=day, shipped_at=left)


def test_a_manufacturer_s_lines(db: Database) -> None:
    factory = Declared(db)
    sheet = rebate_sheet(factory.shipment())
    cup, glass = sheet.lines
    assert (sheet.regime, sheet.export_on, sheet.exchange_rate) == (
        "manufacturer",
        date(2026, 11, 24),
        Decimal("7.1"),
    )
    assert (cup.fob, cup.fob_yuan) == (Money.of("480.00", "USD"), yuan("3408.00"))
    assert (cup.not_creditable, cup.entitled) == (yuan("136.32"), yuan("306.72"))
    assert (glass.not_creditable, glass.entitled) == (yuan("0.00"), yuan("92.30"))
    assert sheet.entitled == yuan("399.02")
    assert sheet.fob_yuan == yuan("4118.00")
    assert sheet.complete


def test_the_rate_is_that_of_the_day_of_export(db: Database) -> None:
    factory = Declared(db)
    shipment = factory.shipment()
    factory.change(Shipment, shipment, on_board=date(2026, 12, 1))
    assert [line.rates.rebate for line in rebate_sheet(shipment).lines if line.rates] == [9, 0]


def test_a_trading_company_gets_back_what_its_suppliers_charged(db: Database) -> None:
    factory = trading(db)
    shipment = factory.shipment()
    factory.invoice(shipment, factory.cup)
    factory.invoice(
        shipment, factory.glass, line_no=2, goods_name="玻璃杯", quantity=Decimal(50),
        net=Decimal(500), tax=Decimal(5),
    )  # fmt: skip
    sheet = rebate_sheet(shipment, home_costs=Decimal(100))
    cup, glass = sheet.lines
    assert (cup.refund, cup.cost) == (yuan("180.00"), yuan("80.00"))
    assert (glass.refund, glass.cost) == (yuan("5.00"), yuan("0.00"))
    assert cup.exchange_cost == Decimal("4.3333")
    assert sheet.refund == yuan("185.00")
    assert sheet.exchange_cost == Decimal("4.6207")
    assert sheet.complete
    assert all(one.matches for one in sheet.invoices)


def test_what_does_not_match_is_told(db: Database) -> None:
    factory = trading(db)
    shipment = factory.shipment()
    factory.invoice(shipment, factory.cup, goods_name="不锈钢杯", unit="千克", quantity=Decimal(12))
    factory.invoice(shipment, None, line_no=2, goods_name="吸管")
    sheet = rebate_sheet(shipment)
    wrong, unknown = sheet.invoices
    assert (wrong.sku, wrong.declared_name, wrong.item_no) == ("CUP", "保温杯", 1)
    assert wrong.problems == ("It says 不锈钢杯, declared is 保温杯.", "It counts in 千克, declared is 件.")
    assert (unknown.item_no, len(unknown.problems)) == (0, 1)
    assert sheet.lines[1].problems == ("No supplier's invoice was entered for it.",)
    assert not sheet.complete


def test_invoices_for_fewer_goods_than_declared(db: Database) -> None:
    factory = trading(db)
    shipment = factory.shipment()
    factory.invoice(shipment, factory.cup, quantity=Decimal(40))
    assert rebate_sheet(shipment).lines[0].problems == ("The invoices are for 40 个, declared are 48.",)


def test_rates_that_are_not_known_leave_the_line_open(db: Database) -> None:
    factory = Declared(db)
    shipment = factory.shipment()
    price_settings.save_margin_settings({"USD": None}, Decimal(15))
    factory.change(Shipment, shipment, on_board=date(2025, 12, 31))
    sheet = rebate_sheet(shipment)
    assert sheet.exchange_rate is None
    assert (sheet.lines[0].fob_yuan, sheet.lines[0].rates, sheet.lines[0].entitled) == (None, None, None)
    assert len(sheet.problems) == 1
    assert len(sheet.lines[0].problems) == 1


@pytest.mark.parametrize(
    ("fee", "fob"),
    [
        (FeeStated("3", Decimal(58), "USD"), "522.00"),
        (FeeStated("1", Decimal(10)), "522.00"),
        (FeeStated("3", Decimal("411.80"), "CNY"), "522.00"),
        (FeeStated("2", Decimal(1000), "USD"), "551.00"),
    ],
)
def test_freight_is_taken_off_the_price_that_contains_it(db: Database, fee: FeeStated, fob: str) -> None:
    factory = Declared(db)
    shipment = factory.shipment(incoterm="CFR", place="Hamburg")
    assert rebate_sheet(shipment).lines[0].fob is None
    with db.session(write=True) as session:
        row = load(session, shipment)
        usual = declaration_facts(session, row, compose_facts(session, row)).declarations[0]
        wanted = replace(usual, freight=fee, gross_g=29_000)
        inputs.write(session, inputs.PaperOf(KIND, shipment), usual, wanted, None)
    assert rebate_sheet(shipment).fob == Money.of(fob, "USD")


def test_the_month_of_a_manufacturer(db: Database) -> None:
    factory = Declared(db)
    shipment = factory.shipment()
    shipped(factory, shipment, date(2026, 11, 24))
    save_month_taxes(2026, 11, MonthTaxes(Decimal("500.00"), Decimal("100.00"), Decimal("50.00")))
    found = rebate_month(2026, 11)
    assert (found.fob_yuan, found.complete) == (yuan("4118.00"), True)
    assert [one.id for one in found.shipments] == [shipment]
    assert found.result.not_creditable == Decimal("136.32")
    assert found.result.carried == Decimal("313.68")
    assert (found.result.refund, found.result.offset) == (Decimal("313.68"), Decimal("85.34"))
    assert rebate_month(2026, 12).shipments == ()


def test_a_shipment_without_a_day_counts_when_it_left(db: Database) -> None:
    factory = Declared(db)
    shipment = factory.shipment()
    shipped(factory, shipment, None, datetime(2026, 11, 30, 17, 0, tzinfo=UTC))  # 1 December in Ningbo
    assert rebate_month(2026, 11).shipments == ()
    assert [one.id for one in rebate_month(2026, 12).shipments] == [shipment]


def test_a_shipment_that_cannot_be_reckoned_is_listed_with_the_reason(db: Database) -> None:
    factory = Declared(db)
    shipment = factory.shipment()
    shipped(factory, shipment, date(2026, 11, 24))
    factory.change(SalesOrder, factory.one(SalesOrder).id, total_minor=1)
    (row,) = rebate_month(2026, 11).shipments
    assert row.sheet is None
    assert row.problems
    assert not rebate_month(2026, 11).complete


def test_taxes_are_kept_once_and_checked(db: Database) -> None:
    factory = Declared(db)
    taxes = MonthTaxes(Decimal(1), Decimal(2), Decimal(3))
    save_month_taxes(2026, 11, taxes)
    assert not save_month_taxes(2026, 11, taxes).changes
    assert rebate_month(2026, 11).taxes == taxes
    assert len([row for row in factory.all(Setting) if row.key.startswith("rebate.")]) == 1
    version = rebate_month(2026, 11).version
    save_month_taxes(2026, 11, replace(taxes, carried=Decimal(4)), version)
    for outdated in (0, version):
        with pytest.raises(Conflict):
            save_month_taxes(2026, 11, taxes, outdated)
    for wrong in (MonthTaxes(input_tax=Decimal(-1)), MonthTaxes(input_tax=Decimal("0.001"))):
        with pytest.raises(InvalidValue) as refused:
            save_month_taxes(2026, 11, wrong)
        assert refused.value.field == "input_tax"
    with pytest.raises(InvalidValue):
        rebate_month(2026, 13)
