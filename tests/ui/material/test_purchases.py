"""Purchases: typed in, put off, received, cancelled."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from factory_erp.domain.errors import Conflict
from factory_erp.models.database import Database
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.purchasing.orders import PurchaseView
from factory_erp.services.suggestions import accepting as suggestions
from factory_erp.ui.kit import dialogs
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.material import MaterialPage, purchase_actions
from factory_erp.ui.material.affected_dialog import AffectedDialog
from factory_erp.ui.material.new_purchase import EXPECTED, ITEM, NAME, NEEDED, QUANTITY, UNIT
from factory_erp.ui.material.purchases_view import PurchasesView
from tests.services.factory import CupFactory
from tests.services.test_purchases import a_supplier
from tests.ui.material.sample import idle, suggested

LATE = date(2027, 1, 20)


@pytest.fixture
def view(qtbot: QtBot, page: MaterialPage) -> PurchasesView:
    """Everything suggested is accepted: steel and boxes are on one purchase order."""
    suggestions.accept([one.id for one in suggested().values()])
    page.open_record("purchases")
    idle(qtbot, page.context.jobs)
    return page.purchases


def order() -> PurchaseView:
    return purchases.purchase(purchases.purchase_ids("all")[0])


def choose(view: PurchasesView, sku: str) -> None:
    line = next(line for line in order().lines if line.sku == sku)
    assert view.lines.select_key(line.id)


def open_dialog(page: MaterialPage) -> FormDialog:
    assert isinstance(page.buys.dialog, FormDialog)
    return page.buys.dialog


def test_the_order_is_shown_with_its_lines(qtbot: QtBot, page: MaterialPage, view: PurchasesView) -> None:
    assert view.table.count() == 1
    assert view.title.text() == "PO-2026-00001 · Supplier not known yet"
    rows = {text_of(row[0]).split()[0]: [text_of(cell) for cell in row] for row in view.lines.model.rows}
    assert rows["STEEL"][1:5] == ["17.5", "KGS", "–", "17.5"]
    assert "MO-2026-0000" in rows["BOX"][8]
    assert all(button.isEnabled() for button in view.buttons.values())


def test_a_late_purchase_shows_who_has_to_wait(
    qtbot: QtBot, page: MaterialPage, view: PurchasesView, links: list[str]
) -> None:
    choose(view, "BOX")
    view.buttons["expected"].click()
    dialog = open_dialog(page)
    dialog.form.restore_draft({"day": LATE.isoformat()})
    dialog.save_button.click()
    idle(qtbot, page.context.jobs)
    told = page.buys.dialog
    assert isinstance(told, AffectedDialog)
    [row] = told.table.model.rows
    assert text_of(row[0]).startswith("MO-2026-")
    assert "late" in text_of(row[4])
    told.table.activated.emit(0)
    assert links[0].startswith("erp://production/")
    assert {line.sku: line.expected_on for line in order().lines}["BOX"] == LATE
    assert LATE.isoformat() in [text_of(row[6]) for row in view.lines.model.rows]


def test_a_line_that_changed_meanwhile_is_not_overwritten(
    qtbot: QtBot, page: MaterialPage, view: PurchasesView, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[BaseException] = []
    monkeypatch.setattr(
        "factory_erp.ui.kit.form_dialog.show_problem", lambda _parent, error: shown.append(error)
    )
    choose(view, "BOX")
    view.buttons["expected"].click()
    dialog = open_dialog(page)
    line = view.current_line()
    assert line is not None
    purchases.change_expected(line.id, date(2026, 12, 20))
    dialog.form.restore_draft({"day": LATE.isoformat()})
    dialog.save_button.click()
    idle(qtbot, page.context.jobs)
    assert isinstance(shown[0], Conflict)
    assert dialog.isVisible()
    assert {one.sku: one.expected_on for one in order().lines}["BOX"] == date(2026, 12, 20)
    dialog.reject()


def test_a_part_is_received_then_everything(
    qtbot: QtBot, page: MaterialPage, view: PurchasesView, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(view, "BOX")
    view.buttons["receive"].click()
    dialog = open_dialog(page)
    assert dialog.form.draft()["quantity"] == "80"
    dialog.form.restore_draft({"quantity": "0"})
    dialog.save_button.click()
    assert dialog.form._messages["quantity"].text() == "A quantity has to be above zero."
    dialog.form.restore_draft({"quantity": "0.5"})
    dialog.save_button.click()
    idle(qtbot, page.context.jobs)
    assert dialog.isVisible(), "half a box is refused"
    assert dialog.form._messages["quantity"].text()
    dialog.form.restore_draft({"quantity": "30"})
    dialog.save_button.click()
    idle(qtbot, page.context.jobs)
    assert said[-1] == "Booked in: 50 PCS of BOX are still to come."
    asked: list[str] = []
    monkeypatch.setattr(
        purchase_actions, "confirm", lambda _parent, _title, text, _act: asked.append(text) or True
    )
    view.buttons["all"].click()
    idle(qtbot, page.context.jobs)
    assert "BOX × 50" in asked[0]
    assert said[-1] == "2 lines received."
    assert order().row.state == "received"
    assert view.table.count() == 0
    assert view.lines.model.rows == []
    assert not any(button.isEnabled() for button in view.buttons.values())


def test_the_rest_is_cancelled_after_saying_who_waits(
    qtbot: QtBot, page: MaterialPage, view: PurchasesView, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        purchase_actions, "confirm", lambda _parent, _title, text, _act: asked.append(text) or True
    )
    choose(view, "STEEL")
    view.buttons["cancel"].click()
    idle(qtbot, page.context.jobs)
    assert asked[0].startswith("17.5 KGS of STEEL on PO-2026-00001 are not to come any more.")
    assert "Still to be ordered for: MO-2026-" in asked[0]
    assert [line.sku for line in order().lines] == ["BOX"]


def test_an_order_is_typed_in_refused_and_written_once(
    qtbot: QtBot, db: Database, shop: CupFactory, page: MaterialPage, said: list[str]
) -> None:
    with db.session(write=True) as session:
        mill = a_supplier(session).id
    dialog = page.buys.new_purchase()
    idle(qtbot, page.context.jobs)
    dialog.save()
    assert dialog.problem.text().startswith("Nothing is ordered yet.")
    dialog.grid.set_rows(
        [{ITEM: Choice(shop.box.id, "BOX"), QUANTITY: Decimal("0.5"), NEEDED: LATE, EXPECTED: None}]
    )
    assert (dialog.grid.rows()[0][NAME], dialog.grid.rows()[0][UNIT]) == ("Box", "PCS")
    supplier = dialog.form.edit("supplier")
    supplier.show_value(Choice(mill, "MILL Ltd"))  # type: ignore[attr-defined]
    dialog.save()
    idle(qtbot, page.context.jobs)
    assert dialog.problem.text().startswith("BOX")
    assert not purchases.purchase_ids("all")
    dialog.grid.set_rows(
        [{ITEM: Choice(shop.box.id, "BOX"), QUANTITY: Decimal(40), NEEDED: LATE, EXPECTED: None}]
    )
    with qtbot.waitSignal(dialog.ordered):
        dialog.save()
    idle(qtbot, page.context.jobs)
    written = order()
    assert (written.row.supplier, [line.quantity for line in written.lines]) == ("MILL Ltd", [40])
    assert page.tabs.current() == "purchases"
    qtbot.waitUntil(lambda: page.purchases.table.current_id() == written.row.id, timeout=10_000)


def test_what_was_typed_is_undone_or_thrown_away_after_a_question(
    qtbot: QtBot, page: MaterialPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = page.buys.new_purchase()
    idle(qtbot, page.context.jobs)
    dialog.form.restore_draft({"remark": "by sea"})
    assert dialog.is_dirty()
    dialog.form.discard()
    assert not dialog.is_dirty()
    dialog.grid.insert_row()
    dialog.grid.view.shut()
    dialog.grid.model.setData(dialog.grid.model.index(0, 2), "12")
    assert dialog.is_dirty()
    dialog.grid.undo_stack.undo()
    dialog.grid.undo_stack.redo()
    assert dialog.grid.rows()[0][QUANTITY] == 12
    answers = [False, True]
    monkeypatch.setattr(dialogs, "confirm", lambda *_all: answers.pop(0))
    dialog.reject()
    assert dialog.isVisible()
    dialog.reject()
    assert not answers
