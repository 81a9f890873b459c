"""The sheets of shipments by both regimes, and what is missing in them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from factory_erp.models.partners import Company
from factory_erp.models.shipping import Shipment
from factory_erp.ui.rebates import RebatesPage
from tests.services.papers.declared import Declared
from tests.ui.rebates.parts import Settle, cells, read, rows, shipments

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_the_sheet_of_a_manufacturer(page: RebatesPage, million: int, settle: Settle) -> None:
    read(page, settle, f"shipments/{million}")
    sheet = shipments(page).sheet
    line = cells(sheet.made)
    assert (line["code"], line["name"], line["rates"]) == ("9617001900", "保温杯", "13 / 9 %")
    assert (line["fob"], line["fob_yuan"]) == ("125,000.00", "1,000,000.00")
    assert (line["not_creditable"], line["entitled"], line["state"]) == (
        "40,000.00", "90,000.00", "Complete"
    )  # fmt: skip
    assert [card.accessibleName() for card in sheet.cards] == [
        "FOB, USD: 125,000.00", "FOB, CNY: 1,000,000.00", "Not creditable, CNY: 40,000.00",
        "Entitled, CNY: 90,000.00",
    ]  # fmt: skip
    assert sheet.pill.text() == "Complete"
    assert not sheet.costs.isVisible()
    assert sheet.about.text() == "exported on 2026-11-24 · 1 USD = 8 CNY"
    assert sheet.lists.current() == "invoices"


def test_the_sheet_of_a_trading_company(
    page: RebatesPage, factory: Declared, million: int, settle: Settle, qtbot: QtBot
) -> None:
    factory.change(Company, factory.one(Company).id, rebate_regime="trading")
    read(page, settle, f"shipments/{million}")
    sheet = shipments(page).sheet
    assert sheet.lists.current() == "problems", "no supplier's invoice yet"
    assert sheet.cards[-1].accessibleName().endswith(": –"), "nothing was bought"
    factory.invoice(
        million, factory.cup, quantity=Decimal(50), net=Decimal(100_000), tax=Decimal(13_000)
    )  # fmt: skip
    page.refresh()
    settle()
    line = cells(sheet.traded)
    assert (line["net"], line["tax"], line["refund"], line["cost"]) == (
        "100,000.00", "13,000.00", "9,000.00", "4,000.00"
    )  # fmt: skip
    assert (line["exchange_cost"], line["state"]) == ("0.8320", "Complete")
    assert cells(sheet.invoices)["state"] == "Matches"
    qtbot.keyClicks(sheet.costs, "12500")
    qtbot.keyClick(sheet.costs, Qt.Key.Key_Return)
    settle()
    assert sheet.cards[-1].accessibleName() == "Exchange cost, CNY for 1 USD: 0.9320", "12,500 yuan more"


def test_what_is_missing_leads_to_where_it_is_mended(
    page: RebatesPage, factory: Declared, million: int, settle: Settle, said: list[str]
) -> None:
    factory.change(Shipment, million, on_board=date(2025, 12, 31))
    entered = factory.invoice(million, factory.cup, unit="千克", quantity=Decimal(12))
    read(page, settle, "shipments/SH-2026-00001")
    sheet = shipments(page).sheet
    assert sheet.lists.current() == "problems"
    assert rows(sheet.problems) == 2
    assert sheet.pill.text() == "2 problems"
    assert cells(sheet.problems, 1)["what"] == "It counts in 千克, declared is 件."
    for key in (0, 1):
        sheet.problems.activated.emit(key)
    sheet.invoices.activated.emit(entered)
    sheet.open_button.click()
    assert said == [
        "erp://catalog/CUP/customs",
        f"erp://rebates/invoices/{entered}",
        f"erp://rebates/invoices/{entered}",
        "erp://shipping/SH-2026-00001",
    ]


def test_a_shipment_that_is_not_there(
    page: RebatesPage, million: int, settle: Settle, said: list[str]
) -> None:
    read(page, settle, "shipments/SH-2020-00009")
    assert said == ["There is no packed shipment SH-2020-00009."]
    assert shipments(page).sheet.title.text() == "SH-2026-00001", "the first one is shown"
    shipments(page).search.show_words("nobody")
    shipments(page).refresh()
    settle()
    assert rows(shipments(page).table) == 0


def test_a_sheet_that_cannot_be_reckoned_says_why(
    page: RebatesPage, factory: Declared, million: int, settle: Settle
) -> None:
    with factory.db.session(write=True) as session:
        session.delete(session.get_one(Company, factory.one(Company).id))
    read(page, settle, "shipments")
    page.refresh()
    settle()
    assert "company" in shipments(page).sheet.empty.sentence.text()
