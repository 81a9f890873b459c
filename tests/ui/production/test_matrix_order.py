"""A matrix planned as one batch, its traveller, and the codes on it that lead back to the floor."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database, sqlite_url
from factory_erp.services import matrix_orders
from factory_erp.services.production import batches
from factory_erp.services.production import orders as production
from factory_erp.ui.kit import dialogs
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.production import ProductionPage
from factory_erp.ui.production.matrix_order import MatrixOrderDialog
from factory_erp.ui.production.traveller_dialog import TravellerDialog
from tests.services.test_matrix import DUE, a_matrix, cells

PRODUCT = 1


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite is enough for the window."""
    copy = tmp_path / "factory.db"
    copy.write_bytes(sqlite_template.read_bytes())
    return sqlite_url(copy)


@pytest.fixture
def page(qtbot: QtBot, context: UiContext, db: Database, problems: list[BaseException]) -> ProductionPage:
    assert a_matrix(db) == PRODUCT
    made = ProductionPage(context)
    context.jobs.changed.connect(made.on_changes)
    qtbot.addWidget(made)
    made.resize(1240, 780)
    made.show()
    made.refresh()
    idle(qtbot, made)
    return made


@pytest.fixture
def batch(db: Database, page: ProductionPage) -> str:
    """Five small black cups and seven large white ones."""
    return matrix_orders.produce_matrix(PRODUCT, cells(db, BK_350=5, WH_500=7), DUE, "batch-1").value


def idle(qtbot: QtBot, page: ProductionPage) -> None:
    for _time in range(2):
        qtbot.waitUntil(lambda: not page.context.jobs.running(), timeout=20_000)
        qtbot.wait(20)


def new_order(qtbot: QtBot, page: ProductionPage) -> MatrixOrderDialog:
    next(one for one in page.commands() if one.id == "production.matrix").trigger()
    made = page.actions_.dialog
    assert isinstance(made, MatrixOrderDialog)
    qtbot.waitUntil(lambda: made.matrix.product_id() is not None)
    return made


def test_a_matrix_is_planned_as_one_batch(
    qtbot: QtBot, page: ProductionPage, problems: list[BaseException]
) -> None:
    said: list[str] = []
    page.context.say = said.append
    made = new_order(qtbot, page)
    assert made.matrix.product.text() == "CUP", "the only family is chosen"
    made.matrix.grid.select(("350", "BK"))
    asked = made.matrix.grid.paste("5\t\t9\n\t7")
    assert asked is not None
    asked.accept()
    made.due.setText("2026-12-18")
    made.save()
    made.save()
    idle(qtbot, page)
    assert said == ["Batch MB-2026-00001 is planned. Re-schedule puts it on the machines."]
    rows = production.production_rows(batches.batch_orders("MB-2026-00001"))
    assert [(row.sku, int(row.quantity), str(row.due)) for row in rows] == [
        ("CUP-350-BK", 5, "2026-12-18"), ("CUP-350-RD", 9, "2026-12-18"), ("CUP-500-WH", 7, "2026-12-18"),
    ]  # fmt: skip
    assert (page.chips.current(), page.header.search.text()) == ("orders", "MB-2026-00001")
    qtbot.waitUntil(lambda: page.orders.table.count() == 6)  # and the lids that they need
    assert problems == []


def test_what_cannot_be_planned_is_said_in_the_dialog(
    qtbot: QtBot, page: ProductionPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = new_order(qtbot, page)
    made.save()
    assert "Enter the day" in made.problem.text()
    made.due.setText("2026-11-22")
    made.save()
    assert "passed" in made.problem.text()
    made.due.setText("2026-12-18")
    made.save()
    idle(qtbot, page)
    assert made.problem.text() == "The matrix is empty. Enter a quantity in at least one cell."
    made.matrix.grid.select(("350", "BK"))
    made.matrix.grid.paste("0.5")
    assert made.problem.text() == ""
    made.save()
    idle(qtbot, page)
    assert made.problem.text().startswith("0.5 is not a quantity that CUP-350-BK can have.")
    assert len(production.production_ids("all")) == 0
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: False)
    made.reject()
    assert made.isVisible()
    made.matrix.grid.undo_stack.undo()
    assert made.matrix.filled() == {}
    made.reject()


def test_the_traveller_is_drawn_in_the_chosen_language(
    qtbot: QtBot, page: ProductionPage, batch: str
) -> None:
    page.open_order(batches.batch_orders(batch)[0])
    idle(qtbot, page)
    next(one for one in page.commands() if one.id == "production.traveller").trigger()
    idle(qtbot, page)
    made = page.actions_.dialog
    assert isinstance(made, TravellerDialog)
    assert "流转卡" in text_of(made)
    assert "TRAVELLER" in text_of(made)
    made.language.show_value("en")
    made.language.edited.emit()
    idle(qtbot, page)
    assert "流转卡" not in text_of(made)
    assert batch in text_of(made)
    made.accept()
    again = TravellerDialog(page.context, batches.batch_orders(batch), batch, page)
    assert again.language.value() == "en", "as it was printed last"
    idle(qtbot, page)
    again.accept()


def text_of(made: TravellerDialog) -> str:
    path = made.preview.path()
    assert path is not None
    return "\n".join(one.extract_text() for one in PdfReader(BytesIO(path.read_bytes())).pages)


def test_an_order_outside_a_batch_has_a_traveller_of_its_own(
    qtbot: QtBot, page: ProductionPage, batch: str
) -> None:
    lid = min(set(production.production_ids("all")) - set(batches.batch_orders(batch)))
    [row] = production.production_rows([lid])
    page.open_record(f"{row.number}/traveller")
    idle(qtbot, page)
    made = page.actions_.dialog
    assert isinstance(made, TravellerDialog)
    assert made.windowTitle() == f"Traveller {row.number}"
    assert row.number in text_of(made)
    assert row.sku in text_of(made)
    made.accept()


def test_orders_that_are_selected_have_their_travellers_in_one_file(
    qtbot: QtBot, page: ProductionPage, batch: str
) -> None:
    page.orders.chips.select("all")
    idle(qtbot, page)
    page.orders.table.view.selectAll()
    page.print_travellers()
    idle(qtbot, page)
    made = page.actions_.dialog
    assert isinstance(made, TravellerDialog)
    rows = production.production_rows(production.production_ids("all"))
    assert made.windowTitle() == f"Traveller {len(rows)} production orders"
    alone = [row.number for row in rows if row.id not in batches.batch_orders(batch)]
    assert alone
    assert all(number in text_of(made) for number in (batch, *alone))
    assert made.preview.page_count() == 1 + len(alone), "cells of a batch share theirs"
    made.accept()


def test_a_batch_is_released_as_a_whole(qtbot: QtBot, page: ProductionPage, batch: str) -> None:
    page.open_order(batches.batch_orders(batch)[0])
    idle(qtbot, page)
    next(one for one in page.commands() if one.id == "production.release_batch").trigger()
    idle(qtbot, page)
    states = {row.sku: row.state for row in production.production_rows(batches.batch_orders(batch))}
    assert states == {"CUP-350-BK": "released", "CUP-500-WH": "released"}


def test_the_card_of_a_cell_prints_and_releases_the_whole_batch(
    qtbot: QtBot, page: ProductionPage, batch: str
) -> None:
    said: list[str] = []
    page.context.say = said.append
    first, *_others = batches.batch_orders(batch)
    page.open_order(first)
    idle(qtbot, page)
    press(page, "Release the whole batch")
    idle(qtbot, page)
    assert batches.planned_orders(batch) == ()
    press(page, "Release the whole batch")
    idle(qtbot, page)
    assert said[-1] == f"All of batch {batch} is released already."
    press(page, "Print traveller…")
    idle(qtbot, page)
    assert isinstance(page.actions_.dialog, TravellerDialog)
    page.actions_.dialog.accept()
    lids = set(production.production_ids("all")) - set(batches.batch_orders(batch))
    page.open_order(min(lids))
    idle(qtbot, page)
    press(page, "Print traveller…")
    idle(qtbot, page)
    assert page.actions_.dialog.windowTitle().startswith("Traveller MO-")
    page.actions_.dialog.accept()
    assert button(page, "Release the whole batch") is None


def button(page: ProductionPage, text: str) -> QPushButton | None:
    content = page.orders.card._scroll.widget()
    found = content.findChildren(QPushButton) if content else []
    return next((one for one in found if one.text() == text), None)


def press(page: ProductionPage, text: str) -> None:
    found = button(page, text)
    assert found is not None
    found.click()


def shown(page: ProductionPage) -> set[int]:
    return {operation for name, operation in page.floor.buttons if name == "report"}


def test_the_code_on_the_traveller_opens_what_is_open_of_it(
    qtbot: QtBot, page: ProductionPage, batch: str
) -> None:
    page.open_record(f"operation/{batch}/10")
    idle(qtbot, page)
    assert page.chips.current() == "floor"
    assert batch in page.floor.empty.sentence.text(), "nothing is released yet"
    production.release(production.production_ids("all"))
    page.refresh()
    idle(qtbot, page)
    assert shown(page) == batches.open_steps(batch, 10)
    assert len(shown(page)) == 2
    assert page.floor.wanted_label.text() == f"{batch}, operation 10"
    page.open_record(f"operation/{batch}/20")
    idle(qtbot, page)
    assert len(shown(page)) == 1, "white cups are not painted"
    page.open_record(f"operation/{batch}/90")
    idle(qtbot, page)
    assert page.floor.wanted_label.text() == f"{batch}: all that is open"
    page.floor.all_button.click()
    idle(qtbot, page)
    assert not page.floor.all_button.isVisible()
    page.open_record(f"operation/{batch}/10")
    idle(qtbot, page)
    page.chips.select("orders")
    page.chips.select("floor")
    idle(qtbot, page)
    assert not page.floor.all_button.isVisible(), "looking elsewhere ends it"
    assert page.floor._rows
    assert page.floor._rows[0].quantity > Decimal(0)
