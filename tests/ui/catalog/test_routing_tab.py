from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.services.engineering import resources, routings
from factory_erp.services.engineering.resources import ResourceInput
from factory_erp.services.engineering.routings import MachineChoice, RoutingInput, StepInput
from factory_erp.ui.catalog import routing_tab
from factory_erp.ui.catalog.routing_tab import RoutingTab
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.forms import CheckEdit
from tests.services.factory import LONG_AGO, CupFactory, a_cup_factory, a_customer, a_machine

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def shop(db: Database) -> CupFactory:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        a_machine(session, "PRESS-2", "PRESS-CENTRE", speed_percent=200)
        a_customer(session, "PLATER")
        return shop


@pytest.fixture
def tab(shop: CupFactory, context: UiContext, problems: list[BaseException], qtbot: QtBot) -> RoutingTab:
    return made(qtbot, context, shop.cup.id)


def made(qtbot: QtBot, context: UiContext, item_id: int) -> RoutingTab:
    tab = RoutingTab(context, item_id)
    qtbot.addWidget(tab)
    tab.resize(1040, 620)
    with qtbot.waitActive(tab):
        tab.show()
        tab.activateWindow()
    tab.refresh()
    settle(qtbot, tab)
    return tab


def settle(qtbot: QtBot, tab: RoutingTab) -> None:
    qtbot.waitUntil(lambda: not tab.context.jobs.running(), timeout=10_000)
    qtbot.wait(1)  # a field that was left is handed over in the next turn


def put(tab: RoutingTab, row: int, key: str, text: str) -> None:
    model = tab.steps.model
    model.setData(model.index(row, tab._place(key)), text)


def column(tab: RoutingTab, key: str) -> list[str]:
    return [row.cells[tab._place(key)].text for row in tab.steps.model.rows]


def stored(shop: CupFactory, revision: str = "A") -> tuple[StepInput, ...]:
    found = {one.revision: one.id for one in routings.routing_revisions(shop.cup.id)}
    return tuple(view.step for view in routings.routing_sheet(found[revision]).steps)


def test_the_steps_stand_in_the_grid(tab: RoutingTab, problems: list[BaseException]) -> None:
    assert column(tab, "sequence") == ["10", "20"]
    assert column(tab, "centre") == ["PRESS-CENTRE", "BENCH-CENTRE"]
    assert column(tab, "setup_minutes") == ["30", ""]
    assert tab.head.pill.text() == "valid today"
    assert not tab.is_dirty()
    assert not tab.bar.isVisibleTo(tab)
    assert problems == []


def test_the_time_of_a_lot_is_said_while_one_types(qtbot: QtBot, tab: RoutingTab) -> None:
    assert tab.lot_time.words.text() == "100 PCS: 3 h, of which set-up 30 min"

    put(tab, 0, "queue_minutes", "90")
    put(tab, 1, "setup_minutes", "15")
    assert tab.lot_time.words.text() == "100 PCS: 3 h 15 min, of which set-up 45 min · waits 1 h 30 min"

    edit = tab.lot_time.lot
    edit.selectAll()
    qtbot.keyClicks(edit, "1000")
    assert tab.lot_time.words.text().startswith("1,000 PCS: 25 h 45 min")
    assert tab.lot_time.bar.accessibleName() == tab.lot_time.words.text()
    assert [kind for _place, _step, kind in tab.lot_time.bar.stretches()] == [
        "setup",
        "run",
        "wait",
        "setup",
        "run",
    ]

    edit.selectAll()
    qtbot.keyClicks(edit, "x")
    assert tab.lot_time.words.text() == ""


def test_steps_are_edited_added_and_saved(
    qtbot: QtBot, tab: RoutingTab, shop: CupFactory, problems: list[BaseException]
) -> None:
    put(tab, 0, "run_seconds", "42.5")
    tab.steps.foot.add_button.click()
    put(tab, 2, "name_en", "Pack")
    put(tab, 2, "centre", "bench-centre")
    assert column(tab, "sequence") == ["10", "20", "30"]
    assert tab.bar.isVisibleTo(tab)

    qtbot.keyClick(tab.steps.view, Qt.Key.Key_Return, CTRL)
    settle(qtbot, tab)

    assert [(step.sequence, step.name_en, step.run_seconds) for step in stored(shop)] == [
        (10, "Step 1", Decimal("42.5")), (20, "Step 2", Decimal(30)), (30, "Pack", Decimal(0)),
    ]  # fmt: skip
    assert not tab.is_dirty()
    assert problems == []


def test_alternative_machines_are_ticked_for_the_current_step(
    qtbot: QtBot, tab: RoutingTab, shop: CupFactory
) -> None:
    machines = tab.detail.machines
    assert [row["machine"] for row in machines.rows()] == ["PRESS · Press", "PRESS-2 · Press-2"]
    assert tab.detail.note.text() == "None is ticked: any machine of PRESS-CENTRE may do it."

    model = machines.model
    model.toggle(model.index(1, 0))
    model.setData(model.index(1, 2), "80")
    model.setData(model.index(1, 3), "45")
    assert column(tab, "machines")[0] == "PRESS-2=80/45"
    assert tab.detail.note.isHidden()

    tab.steps.undo_stack.undo()
    assert column(tab, "machines")[0] == "PRESS-2=80"
    assert machines.rows()[1]["setup"] is None
    tab.steps.undo_stack.redo()
    tab.steps.select(1)
    assert [row["machine"] for row in machines.rows()] == ["BENCH · Bench"]

    assert tab.save()
    settle(qtbot, tab)
    (found,) = stored(shop)[0].machines
    assert (found.speed_percent, found.setup_minutes) == (80, 45)
    assert stored(shop)[1].machines == ()


def test_a_machine_of_another_centre_is_refused_at_its_cell(tab: RoutingTab, shop: CupFactory) -> None:
    put(tab, 1, "machines", "PRESS=100")
    assert not tab.save()
    assert tab.problem.text().startswith("PRESS is not a machine of BENCH-CENTRE.")
    assert tab.steps.current_row() == 1
    assert [row["machine"] for row in tab.detail.machines.rows()] == [
        "BENCH · Bench", "PRESS · not of this work centre",
    ]  # fmt: skip
    assert stored(shop)[1].machines == ()


def test_moulds_are_ticked_for_the_current_step(qtbot: QtBot, tab: RoutingTab, shop: CupFactory) -> None:
    mould = resources.save_resource(ResourceInput("MOULD-7", "Mould", "模具", 2)).value
    tab.refresh()
    settle(qtbot, tab)
    grid = tab.detail.resources.grid
    assert [(row["resource"], row["capacity"]) for row in grid.rows()] == [("MOULD-7 · Mould", 2)]
    grid.model.toggle(grid.model.index(0, 0))
    assert column(tab, "resources") == ["MOULD-7", ""]
    assert tab.detail.tabs.bar.tabText(1) == "Moulds and crews  1"
    tab.steps.undo_stack.undo()
    assert not tab.is_dirty()
    assert not grid.rows()[0]["used"]
    tab.steps.undo_stack.redo()
    tab.steps.select(1)
    assert not grid.rows()[0]["used"]
    assert tab.save()
    settle(qtbot, tab)
    assert [step.resources for step in stored(shop)] == [(mould,), ()]

    put(tab, 1, "resources", "MOULD-8")
    assert not tab.save()
    assert tab.problem.text().startswith("There is no mould or crew MOULD-8.")


def test_rest_and_longest_wait_are_said_beneath(qtbot: QtBot, tab: RoutingTab, shop: CupFactory) -> None:
    form = tab.detail.form
    rest, wait = form.edit("resumable"), form.edit("max_wait_minutes")
    assert isinstance(rest, CheckEdit)
    assert rest.isChecked()
    rest.setFocus()
    qtbot.keyClick(rest, Qt.Key.Key_Space)
    wait.setFocus()
    qtbot.keyClicks(wait, "45")
    tab.steps.view.setFocus()
    settle(qtbot, tab)
    assert column(tab, "resumable") == ["No", "Yes"]
    tab.steps.select(1)
    assert rest.isChecked()
    tab.steps.select(0)
    assert not rest.isChecked()
    assert tab.save()
    settle(qtbot, tab)
    first, second = stored(shop)
    assert (first.resumable, first.max_wait_minutes) == (False, 45)
    assert (second.resumable, second.max_wait_minutes) == (True, None)

    put(tab, 0, "queue_minutes", "60")
    assert tab.save()
    settle(qtbot, tab)
    assert "cannot begin in time" in tab.problem.text()


def test_a_subcontractor_is_chosen_beneath(qtbot: QtBot, tab: RoutingTab, shop: CupFactory) -> None:
    tab.steps.select(1)
    form = tab.detail.form
    for name, text in (("subcontractor", "PLATER"), ("subcontract_days", "3"), ("instructions", "Nickel")):
        edit = form.edit(name)
        edit.setFocus()
        qtbot.keyClicks(edit, text)
    tab.steps.view.setFocus()
    settle(qtbot, tab)
    assert column(tab, "subcontractor") == ["", "PLATER Trading"]
    assert column(tab, "subcontract_days") == ["", "3"]
    assert column(tab, "instructions") == ["", "Nickel"]

    assert tab.save()
    settle(qtbot, tab)
    step = stored(shop)[1]
    assert step.subcontractor_id is not None
    assert (step.subcontract_days, step.instructions) == (3, "Nickel")

    tab.steps.select(0)
    edit = form.edit("subcontractor")
    assert isinstance(edit, QLineEdit)
    assert edit.text() == ""
    tab.steps.select(1)
    assert edit.text() == "PLATER Trading"


def test_what_was_typed_beneath_stays_with_its_step(qtbot: QtBot, tab: RoutingTab) -> None:
    edit = tab.detail.form.edit("quality_point")
    edit.setFocus()
    qtbot.keyClicks(edit, "Leak test")
    assert tab.is_dirty()
    tab.steps.select(1)
    assert column(tab, "quality_point") == ["Leak test", ""]
    assert tab.detail.form.draft()["quality_point"] == ""

    tab.steps.undo_stack.undo()
    assert column(tab, "quality_point") == ["", ""]
    assert not tab.is_dirty()


def test_a_refusal_is_said_over_the_grid(qtbot: QtBot, tab: RoutingTab, shop: CupFactory) -> None:
    put(tab, 1, "sequence", "10")
    assert tab.save()
    settle(qtbot, tab)
    assert tab.problem.text().startswith("Step 10: its number is given twice.")
    assert tab.is_dirty()
    assert [step.sequence for step in stored(shop)] == [10, 20]

    tab.discard()
    settle(qtbot, tab)
    assert column(tab, "sequence") == ["10", "20"]
    assert tab.problem.isHidden()


def test_an_unsound_cell_is_not_saved(tab: RoutingTab) -> None:
    put(tab, 0, "setup_minutes", "soon")
    assert not tab.save()
    assert tab.problem.text()
    assert tab.steps.current_row() == 0
    assert not tab.context.jobs.running()


def test_revisions_follow_one_another(
    qtbot: QtBot, tab: RoutingTab, shop: CupFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = tab.new_revision()
    assert dialog is not None
    assert dialog.form.draft()["revision"] == "B"
    dialog.form.restore_draft({"revision": "A"})
    assert not dialog.form.save()
    dialog.form.restore_draft({"revision": "B", "valid_from": "2027-01-01"})
    dialog.save_button.click()
    settle(qtbot, tab)
    settle(qtbot, tab)
    assert tab.head.chooser.currentText() == "B · from 2027-01-01"
    assert tab.head.pill.text() == "not valid yet"

    put(tab, 0, "run_seconds", "55")
    (older,) = [one.id for one in routings.routing_revisions(shop.cup.id) if one.revision == "A"]
    monkeypatch.setattr(routing_tab, "confirm", lambda *_question: False)
    tab.head.chosen.emit(older)
    assert tab.is_dirty()
    assert tab.head.chooser.currentText() == "B · from 2027-01-01"
    monkeypatch.setattr(routing_tab, "confirm", lambda *_question: True)
    tab.head.chosen.emit(older)
    settle(qtbot, tab)
    assert tab.head.chooser.currentText() == "A · 2026-01-01 to 2026-12-31"
    assert column(tab, "run_seconds")[0] == "60"

    tab.remove()
    settle(qtbot, tab)
    settle(qtbot, tab)
    assert [one.revision for one in routings.routing_revisions(shop.cup.id)] == ["B"]


def test_what_the_rules_wrote_is_only_read(
    qtbot: QtBot, db: Database, shop: CupFactory, context: UiContext
) -> None:
    with db.session(write=True) as session:
        step = StepInput(10, "Press", "", shop.press.centre_id, machines=(MachineChoice(shop.press.id),))
        given = RoutingInput(shop.box.id, "A", LONG_AGO, None, (step,))
        routings.write_routing(session, given, derived=True)
    tab = made(qtbot, context, shop.box.id)

    assert tab.head.pill.text() == "from the variant rules"
    assert not tab.steps.can("insert")
    assert not tab.detail.form.isEnabled()
    assert not tab.head.remove_button.isEnabled()


def test_an_item_without_a_routing_gets_its_first(
    qtbot: QtBot, shop: CupFactory, context: UiContext, problems: list[BaseException]
) -> None:
    tab = made(qtbot, context, shop.box.id)
    assert tab.steps.model.rows == []
    assert not tab.head.new_button.isEnabled()
    tab.steps.foot.add_button.click()
    put(tab, 0, "name_en", "Fold")
    put(tab, 0, "centre", "BENCH-CENTRE")
    tab.head.days.restore_draft({"valid_from": "2026-05-01"})
    assert tab.save()
    settle(qtbot, tab)
    settle(qtbot, tab)
    (found,) = routings.routing_revisions(shop.box.id)
    assert (found.revision, found.valid_from, found.steps) == ("A", date(2026, 5, 1), 1)
    assert problems == []
