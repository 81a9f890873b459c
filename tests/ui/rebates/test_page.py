"""The page of the tax rebate: links, commands, and what it remembers."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.rebates import RebatesPage
from factory_erp.ui.rebates import page as page_module
from tests.services.papers.declared import Declared
from tests.ui.rebates.parts import Settle, read, rows, shipments

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_links_commands_and_the_part_that_was_open(
    page: RebatesPage, million: int, settle: Settle, said: list[str], context: UiContext, qtbot: QtBot
) -> None:
    read(page, settle, "nowhere/1")
    assert said == ["There is nothing at erp://rebates/nowhere/1."]
    commands = {one.id: one for one in page.commands()}
    assert [commands[f"rebates.{key}"].shortcut for key in page_module.PARTS] == ["Alt+1", "Alt+2", "Alt+3"]
    commands["rebates.invoices"].run()
    settle()
    assert page.state() == {"record": "invoices"}
    read(page, settle, "months/2026-09")
    assert page.state() == {"record": "months/2026-09"}
    commands["rebates.invoices"].run()
    again = RebatesPage(context)
    qtbot.addWidget(again)
    again.restore_state({"record": f"shipments/{million}"})
    settle()
    assert again.state() == {"record": f"shipments/{million}"}
    again.restore_state({"record": "something/else"})
    assert again.tabs.current() == "shipments"
    page.hide()
    third = RebatesPage(context)
    qtbot.addWidget(third)
    assert third.tabs.current() == "invoices", "remembered for the next start"


def test_the_sheet_follows_what_is_committed(
    page: RebatesPage, factory: Declared, million: int, settle: Settle
) -> None:
    read(page, settle, f"shipments/{million}")
    page.on_changes({"work_center": None})
    assert not page.context.jobs.running()
    factory.invoice(million, factory.cup)
    page.on_changes({"supplier_invoice": None})
    settle()
    assert rows(shipments(page).sheet.invoices) == 1
