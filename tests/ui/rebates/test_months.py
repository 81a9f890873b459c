"""The months of a manufacturer and of a trading company; taxes are a draft until they are saved."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from factory_erp.models.partners import Company
from factory_erp.services.customs import rebate_months
from factory_erp.services.customs.rebate_months import MonthTaxes, rebate_month
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.rebates import RebatesPage, months_tab
from factory_erp.ui.rebates import page as page_module
from tests.services.papers.declared import Declared
from tests.ui.rebates.parts import Settle, cells, months, read, rows, words_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def type_taxes(page: RebatesPage, **figures: str) -> None:
    form = months(page).form
    for name, figure in figures.items():
        form.restore_draft({name: figure})


def test_the_month_of_a_manufacturer(page: RebatesPage, million: int, settle: Settle) -> None:
    read(page, settle, "months/2026-11")
    type_taxes(page, input_tax="100000", output_tax="20000")
    assert months(page).is_dirty()
    months(page).form.save()
    settle()
    assert not months(page).is_dirty()
    assert rebate_month(2026, 11).taxes == MonthTaxes(Decimal(100_000), Decimal(20_000), Decimal(0))
    assert months(page).result.figures == {
        "Exports, FOB": "1,000,000.00",
        "Not creditable": "40,000.00",
        "VAT to pay": "0.00",
        "Left to carry before the refund": "40,000.00",
        "Entitled to exempt, offset and refund": "90,000.00",
        "Tax refund": "40,000.00",
        "Offset": "50,000.00",
        "Carried to the next month": "0.00",
    }
    assert months(page).result.open.isHidden(), "nothing is missing"
    assert cells(months(page).made)["entitled"] == "90,000.00"


def test_the_month_of_a_trading_company(
    page: RebatesPage, factory: Declared, million: int, settle: Settle, said: list[str]
) -> None:
    factory.change(Company, factory.one(Company).id, rebate_regime="trading")
    factory.invoice(
        million, factory.cup, quantity=Decimal(40), net=Decimal(100_000), tax=Decimal(13_000)
    )  # fmt: skip
    read(page, settle, "months/2026-11")
    part = months(page)
    assert part.taxes.isHidden()
    assert part.result.figures["Tax refund"] == "9,000.00"
    assert part.result.figures["VAT that is cost"] == "4,000.00"
    assert part.result.open.text() == "Not final", "invoices for 40 of 50 cups"
    part.traded.activated.emit(million)
    assert said == [f"erp://rebates/shipments/{million}"]


def test_months_are_stepped_through(page: RebatesPage, million: int, settle: Settle, said: list[str]) -> None:
    read(page, settle, "months/2026-11")
    part = months(page)
    part.back.click()
    settle()
    assert part.month_choice.value() == (2026, 10)
    assert rows(part.made) == 0
    part.forward.click()
    settle()
    assert part.month_choice.value() == (2026, 11)
    read(page, settle, "months/1999-01")
    assert said == ["There is no month 1999-01 here."]


def test_a_refused_tax_is_told_at_its_field(page: RebatesPage, million: int, settle: Settle) -> None:
    read(page, settle, "months/2026-11")
    type_taxes(page, input_tax="-5")
    months(page).form.save()
    settle()
    assert "It cannot be below zero." in words_of(months(page).form)
    assert rebate_month(2026, 11).taxes == MonthTaxes()


def test_taxes_that_somebody_else_typed_meanwhile(
    page: RebatesPage, million: int, settle: Settle, qtbot: QtBot
) -> None:
    read(page, settle, "months/2026-11")
    type_taxes(page, carried="7")
    rebate_months.save_month_taxes(2026, 11, MonthTaxes(carried=Decimal(5)))
    months(page).form.save()
    settle()
    (box,) = [one for one in page.findChildren(Message) if one.isVisible()]
    assert "changed by somebody else" in box.text()
    box.reject()
    months(page).form.discard()
    settle()
    assert months(page).form.draft()["carried"] == "5"


def test_a_draft_is_not_lost_unasked(
    page: RebatesPage, million: int, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(page, settle, "months/2026-11")
    asked: list[str] = []
    answers = [False, False, True, True]

    def confirm(_parent: object, title: str, *_rest: str) -> bool:
        asked.append(title)
        return answers.pop(0)

    monkeypatch.setattr(months_tab, "confirm", confirm)
    monkeypatch.setattr(page_module, "confirm", confirm)
    type_taxes(page, carried="7")
    months(page).back.click()
    assert months(page).month_choice.value() == (2026, 11)
    assert not page.can_leave()
    months(page).form.undo_stack.undo()
    assert page.can_leave(), "nothing is left of it: nobody is asked"
    months(page).form.undo_stack.redo()
    assert page.can_leave()
    assert not months(page).is_dirty()
    type_taxes(page, carried="8")
    months(page).back.click()
    settle()
    assert months(page).month_choice.value() == (2026, 10)
    assert asked == ["Leave without saving?", "Unsaved changes", "Unsaved changes", "Leave without saving?"]
