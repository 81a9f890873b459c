"""The production page on a factory of steel cups: the orders, and the floor."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from factory_erp.domain.quantity import Quantity
from factory_erp.i18n import in_language
from factory_erp.models.database import Database, sqlite_url
from factory_erp.models.production import OperationState, ProductionState
from factory_erp.services import planning
from factory_erp.services.production import orders as production
from factory_erp.services.production.orders import ProductionDetail
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.edits import QuantityEdit
from factory_erp.ui.kit.forms import ChoiceEdit
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.production import ProductionPage, actions, steps, words
from factory_erp.ui.production.quantity_dialog import QuantityDialog
from factory_erp.ui.production.report_dialog import ReportDialog
from tests.services.factory import an_order_for_cups


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite is enough for the window."""
    copy = tmp_path / "factory.db"
    copy.write_bytes(sqlite_template.read_bytes())
    return sqlite_url(copy)


@pytest.fixture
def sales(db: Database) -> int:
    """A confirmed order for 100 cups, planned: cups and lids have to be made, boxes bought."""
    _shop, order = an_order_for_cups(db, 100, steel=100)
    planning.plan_order(order)
    return order


@pytest.fixture
def page(qtbot: QtBot, context: UiContext, sales: int, problems: list[BaseException]) -> ProductionPage:
    made = ProductionPage(context)
    context.jobs.changed.connect(made.on_changes)
    qtbot.addWidget(made)
    made.resize(1240, 780)
    made.show()
    made.refresh()
    idle(qtbot, made)
    return made


def idle(qtbot: QtBot, page: ProductionPage) -> None:
    qtbot.waitUntil(lambda: not page.context.jobs.running(), timeout=20_000)


def orders() -> dict[str, ProductionDetail]:
    """Production orders by the SKU that they make."""
    found = [production.production_detail(order) for order in production.production_ids("all")]
    return {detail.row.sku: detail for detail in found}


def rescheduled(qtbot: QtBot, page: ProductionPage) -> None:
    planning.schedule()
    page.refresh()
    idle(qtbot, page)


def released(qtbot: QtBot, page: ProductionPage) -> None:
    production.release([detail.row.id for detail in orders().values()])
    rescheduled(qtbot, page)


def test_the_head_counts_machines_and_leads_to_the_board(page: ProductionPage) -> None:
    assert page.header._counts.text() == "2 machines · nothing late"
    went: list[str] = []
    page.context.navigate = went.append
    page.board_button.click()
    page.open_record("view/schedule")
    assert went == ["erp://board/board"] * 2
    assert page.chips.current() == "orders"


def shown(card: Any) -> set[str]:
    from PySide6.QtWidgets import QLabel, QPushButton

    texts = [one.text() for one in card.findChildren(QLabel)]
    return {*texts, *(one.text() for one in card.findChildren(QPushButton))}


def test_the_list_of_orders_with_counts(qtbot: QtBot, page: ProductionPage) -> None:
    page.chips.select("orders")
    idle(qtbot, page)
    assert page.orders.table.count() == 2
    assert page.orders.chips._chips["open"].count == 2
    assert page.chips._chips["orders"].count == 2
    cup = orders()["CUP"].row
    page.orders.table.select_id(cup.id)
    idle(qtbot, page)
    card = page.orders.card
    assert card.materials is not None
    states = {text_of(row[0]): text_of(row[4]) for row in card.materials.model.rows}
    assert states == {"LID": "100 short", "STEEL": "There", "BOX": "100 short"}
    assert {"SO-2026-00001: 100 of CUP", "Receive material…", "Release"} <= shown(card)


def test_releasing_from_the_card(qtbot: QtBot, page: ProductionPage) -> None:
    page.chips.select("orders")
    idle(qtbot, page)
    lid = orders()["LID"].row
    page.orders.open_order(lid.id)
    idle(qtbot, page)
    button(page.orders.card, "Release").click()
    idle(qtbot, page)
    assert orders()["LID"].row.state == ProductionState.RELEASED
    assert "Report…" in shown(page.orders.card)


def button(card: Any, text: str) -> Any:
    from PySide6.QtWidgets import QPushButton

    # A card that was just filled anew still owns its old buttons until the events are through.
    return [one for one in card.findChildren(QPushButton) if one.text() == text][-1]


def test_a_report_is_proposed_checked_and_booked_once(
    qtbot: QtBot, page: ProductionPage, problems: list[BaseException]
) -> None:
    released(qtbot, page)
    lid = orders()["LID"]
    dialog = page.actions_.open_report(None, lid)
    assert isinstance(dialog, ReportDialog)
    assert dialog.form.draft()["good"] == "100"
    dialog.form.restore_draft({"good": "150"})
    dialog.save_button.click()
    idle(qtbot, page)
    assert "100" in dialog.form._messages["good"].text(), "the refusal stands at the field"
    dialog.form.restore_draft({"good": "60", "scrap": "2", "reason": "burr"})
    dialog.save_button.click()
    dialog._run(dialog.form.values())
    idle(qtbot, page)
    step = orders()["LID"].operations[0]
    assert (step.good, step.scrap, step.state) == (Decimal(60), Decimal(2), OperationState.STARTED)
    assert problems == []


def test_another_operation_brings_its_own_proposal(qtbot: QtBot, page: ProductionPage) -> None:
    released(qtbot, page)
    dialog = page.actions_.open_report(None, orders()["CUP"])
    assert dialog is not None
    dialog.form.restore_draft({"operation_id": "1"})
    assert dialog.form.draft()["good"] == "", "the operation before has delivered nothing yet"
    second = orders()["CUP"].operations[1]
    offered = dialog.form.edit("machine_id")
    assert isinstance(offered, ChoiceEdit)
    texts = [offered.itemText(place) for place in range(1, offered.count())]
    assert [text.split()[0] for text in texts] == [machine.code for machine in second.machines]
    dialog.close()


def test_missing_material_is_received_after_asking(
    qtbot: QtBot, page: ProductionPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(actions, "confirm", lambda _parent, _title, text, _act: asked.append(text) or True)
    said: list[str] = []
    page.context.say = said.append
    page.actions_.receive(orders()["CUP"])
    idle(qtbot, page)
    assert "BOX × 100" in asked[0]
    assert said == ["1 item received."]
    assert not steps.has_purchases(orders()["CUP"])


def test_the_floor_starts_and_finishes(
    qtbot: QtBot, page: ProductionPage, problems: list[BaseException]
) -> None:
    page.chips.select("floor")
    idle(qtbot, page)
    assert page.floor._stack.currentWidget() is page.floor.empty
    released(qtbot, page)
    lid = orders()["LID"].operations[0].id
    start = page.floor.buttons["start", lid]
    start.click()
    assert not start.isEnabled(), "a finger hits it twice"
    idle(qtbot, page)
    assert orders()["LID"].operations[0].state == OperationState.STARTED
    page.floor.buttons["finish", lid].click()
    idle(qtbot, page)
    assert orders()["LID"].row.state == ProductionState.DONE
    assert ("finish", lid) not in page.floor.buttons
    assert problems == []


def test_a_refusal_on_the_floor_gives_the_button_back(
    qtbot: QtBot, page: ProductionPage, problems: list[BaseException]
) -> None:
    page.chips.select("floor")
    released(qtbot, page)
    cup = orders()["CUP"].operations[0].id
    page.floor.buttons["start", cup].click()
    idle(qtbot, page)
    assert "LID" in str(problems[0]), "the lids are not made yet"
    assert page.floor.buttons["start", cup].isEnabled()


def test_a_deep_link_opens_an_order_by_number_or_id(qtbot: QtBot, page: ProductionPage) -> None:
    row = orders()["CUP"].row
    for key in (row.number, str(row.id)):
        page.chips.select("floor")
        page.open_record(key)
        idle(qtbot, page)
        assert page.chips.current() == "orders"
        assert page.orders.table.current_id() == row.id
        assert page.state()["record"] == row.number


def test_state_survives_a_rebuild(qtbot: QtBot, page: ProductionPage) -> None:
    page.chips.select("orders")
    page.orders.chips.select("all")
    idle(qtbot, page)
    again = ProductionPage(page.context)
    qtbot.addWidget(again)
    again.restore_state(page.state())
    idle(qtbot, again)
    assert (again.chips.current(), again.orders.chips.current()) == ("orders", "all")


def test_names_follow_the_language() -> None:
    assert words.either("Press", "冲压") == "Press"
    with in_language("zh_CN"):
        assert words.either("Press", "冲压") == "冲压"
        assert words.either("Press", "") == "Press"


def test_working_times_are_said_in_hours() -> None:
    assert [words.minutes(n) for n in (45, 60, 200)] == ["45 min", "1 h", "3 h 20 min"]


def test_scrap_needs_a_reason(qtbot: QtBot, page: ProductionPage) -> None:
    released(qtbot, page)
    dialog = page.actions_.open_report(None, orders()["LID"])
    assert dialog is not None
    before = dialog.height()
    dialog.form.restore_draft({"good": "60", "scrap": "2"})
    dialog.save_button.click()
    idle(qtbot, page)
    assert dialog.isVisible()
    assert dialog.form._messages["reason"].text() == "Say why there is scrap."
    qtbot.wait(30)
    area = dialog.form._area
    assert area.widget().height() <= area.viewport().height(), "no field is out of sight"
    assert dialog.height() >= before
    assert orders()["LID"].operations[0].scrap == 0
    dialog.close()


def test_view_chip_and_columns_are_remembered(qtbot: QtBot, page: ProductionPage, context: UiContext) -> None:
    page.chips.select("orders")
    page.orders.chips.select("all")
    page.orders.table.view.layout_of_columns.set_shown("progress", False)
    idle(qtbot, page)
    page.hide()
    again = ProductionPage(context)
    qtbot.addWidget(again)
    assert again.stack.currentWidget() is again.orders
    assert (again.chips.current(), again.orders.chips.current()) == ("orders", "all")
    assert again.orders.table.state()["hidden"] == ["progress"]


def test_the_quantity_is_changed_from_the_card_until_work_begins(
    qtbot: QtBot, page: ProductionPage, problems: list[BaseException]
) -> None:
    page.chips.select("orders")
    idle(qtbot, page)
    cup = orders()["CUP"].row
    page.orders.open_order(cup.id)
    idle(qtbot, page)
    button(page.orders.card, "Change quantity…").click()
    idle(qtbot, page)
    dialog = page.actions_.dialog
    assert isinstance(dialog, QuantityDialog)
    assert dialog.form.values()["quantity"] == Quantity(Decimal(100), "H87")
    edit = dialog.form.edit("quantity")
    assert isinstance(edit, QuantityEdit)
    edit.show_value(Quantity(Decimal(60), "H87"))
    dialog.form.save()
    idle(qtbot, page)
    assert problems == []
    changed = orders()["CUP"]
    assert changed.row.quantity == 60
    assert [peg.quantity for peg in changed.serves] == [60], "the order line waits for no more than it makes"
    assert {part.sku: part.quantity for part in changed.materials}["LID"] == 60
    released(qtbot, page)
    lid = orders()["LID"]
    production.start(lid.operations[0].id)
    page.orders.open_order(lid.row.id)
    idle(qtbot, page)
    qtbot.waitUntil(lambda: "Change quantity…" not in shown(page.orders.card), timeout=5_000)
    page.actions_.dialog = None
    page.actions_.ask_quantity(lid.row.id)
    idle(qtbot, page)
    assert page.actions_.dialog is None
