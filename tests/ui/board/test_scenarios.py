"""The what-if tab: scenarios made, changed, undone, worked out, compared, applied and discarded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.planning import ScenarioState
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.services.scenarios import comparing as scenarios
from factory_erp.services.scenarios import solve as scenario_solve
from factory_erp.services.scenarios.changes import (
    CentreHours,
    Change,
    ExtraMachine,
    ExtraOrder,
    MachineDown,
    MachineSpeed,
    OrderChange,
    OvertimeHours,
    PlanWith,
    SalesChange,
    TakeOn,
)
from factory_erp.ui.board import scenario_actions, scenario_words
from factory_erp.ui.board.scenario_forms import FORMS
from factory_erp.ui.board.scenario_view import ScenarioView
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Form
from factory_erp.ui.kit.rows import PillCell, text_of
from tests.services.test_scenarios import WEDNESDAY, busy, made

Shop = tuple[Any, list[int], list[int]]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenario_solve, "LEAST_MOVES", 200)
    monkeypatch.setattr(scenario_solve, "MOVES_EACH", 10)


@pytest.fixture
def shop(db: Database) -> Shop:
    return busy(db)


@pytest.fixture
def opened(qtbot: QtBot, context: UiContext) -> Callable[[], ScenarioView]:
    def make() -> ScenarioView:
        view = ScenarioView(context)
        context.jobs.changed.connect(view.on_changes)
        qtbot.addWidget(view)
        view.resize(1060, 640)
        view.show()
        view.refresh()
        idle(qtbot, view)
        return view

    return make


def idle(qtbot: QtBot, view: ScenarioView) -> None:
    qtbot.waitUntil(lambda: not view.context.jobs.running(), timeout=60_000)


def fill(view: ScenarioView, qtbot: QtBot, **texts: str) -> FormDialog:
    """Type into the open form, and save."""
    dialog = view.actions_.dialog
    assert dialog is not None
    for name, text in texts.items():
        edit = dialog.form._edits[name]
        edit.set_raw(text)  # the form notes what a person types
        dialog.form._on_edited(name)
    dialog.save_button.click()
    idle(qtbot, view)
    return dialog


def down(shop: Shop) -> MachineDown:
    return MachineDown(shop[0].press.id, WEDNESDAY, WEDNESDAY + timedelta(days=3))


def changes(view: ScenarioView) -> tuple[Change, ...]:
    assert view.actions_.view is not None
    return view.actions_.view.changes


def test_a_scenario_is_made_renamed_and_copied(
    qtbot: QtBot, db: Database, opened: Callable[[], ScenarioView], problems: list[BaseException]
) -> None:
    view = opened()
    assert "What if a machine breaks" in view.table.view.empty_text()
    assert not view.editor.add_button.isEnabled()
    view.new_button.click()
    fill(view, qtbot, name="Rush", note="for ACME")
    assert view.editor.name.text() == "Rush"
    assert view.editor.note.text() == "for ACME"
    view.editor.rename_button.click()
    fill(view, qtbot, name="Rush order")
    view.editor.copy_button.click()
    fill(view, qtbot)
    assert [one.name for one in scenarios.scenarios()] == ["Rush order (copy)", "Rush order"]
    assert view.editor.name.text() == "Rush order (copy)"
    assert problems == []


def test_a_name_that_is_taken_is_refused_at_its_field(
    qtbot: QtBot, db: Database, opened: Callable[[], ScenarioView]
) -> None:
    made(name="Rush")
    view = opened()
    view.new_button.click()
    dialog = fill(view, qtbot, name="Rush")
    assert "There is a scenario 'Rush' already." in dialog.form._messages["name"].text()
    assert dialog.result() != QDialog.DialogCode.Accepted
    assert len(scenarios.scenarios()) == 1
    dialog.reject()


def test_changes_are_added_edited_removed_and_undone(
    qtbot: QtBot, shop: Shop, opened: Callable[[], ScenarioView], problems: list[BaseException]
) -> None:
    made(name="Breakdown")
    view = opened()
    view.actions_.add(MachineDown)
    fill(view, qtbot, machine_id="PRESS", starts_at="2026-11-25 08:00", ends_at="2026-11-28 08:00")
    assert changes(view) == (down(shop),)
    assert text_of(view.editor.table.model.rows[0][1]).startswith("PRESS is down from 2026-11-25 08:00")
    view.editor.table.select_key(0)
    view.editor.edit_button.click()
    idle(qtbot, view)
    dialog = view.actions_.dialog
    assert dialog is not None
    assert dialog.form.draft()["starts_at"] == "2026-11-25 08:00"
    fill(view, qtbot, ends_at="2026-11-26 08:00")
    (edited,) = changes(view)
    assert isinstance(edited, MachineDown)
    assert edited.ends_at == WEDNESDAY + timedelta(days=1)
    view.editor.table.select_key(0)
    qtbot.keyClick(view.editor.table.view, Qt.Key.Key_Delete)
    idle(qtbot, view)
    assert changes(view) == ()
    qtbot.keyClick(view.editor.table.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    idle(qtbot, view)
    assert changes(view) == (edited,)
    for expected in ((down(shop),), ()):
        view.editor.undo_button.click()
        idle(qtbot, view)
        assert changes(view) == expected
    assert not view.editor.undo_button.isEnabled()
    for expected in ((down(shop),), (edited,)):
        view.editor.redo_button.click()
        idle(qtbot, view)
        assert changes(view) == expected
    assert problems == []


def test_a_change_that_cannot_be_is_refused_at_its_field(
    qtbot: QtBot, shop: Shop, opened: Callable[[], ScenarioView]
) -> None:
    made(name="Breakdown")
    view = opened()
    view.actions_.add(MachineDown)
    dialog = fill(view, qtbot, machine_id="PRESS", starts_at="2026-11-25 08:00", ends_at="2026-11-24 08:00")
    assert "It must end after it starts." in dialog.form._messages["ends_at"].text()
    assert changes(view) == ()
    dialog.reject()


def every_kind(db: Database, shop: Shop) -> list[Change]:
    cups, sales, orders = shop
    with db.session(write=True) as session:
        session.get_one(SalesOrder, sales[1]).state = OrderState.DRAFT
    return [
        down(shop),
        OvertimeHours(date(2026, 11, 26), date(2026, 11, 27), 1080, 1500, centre_id=cups.press.centre_id),
        OvertimeHours(date(2026, 11, 26), date(2026, 11, 27), 1080, 1200, cups.press.id),
        ExtraMachine(cups.press.id, 2),
        CentreHours(cups.press.centre_id, cups.press.calendar_id),
        MachineSpeed(cups.bench.id, 150),
        OrderChange(orders[0], due=date(2026, 12, 8), priority=3, quantity=Decimal(350)),
        SalesChange(sales[0], ship_by=date(2026, 12, 9)),
        ExtraOrder(cups.cup.id, Decimal(50), date(2026, 12, 3), Decimal(9000)),
        TakeOn(sales[1]),
        PlanWith(frozen_hours=0, overtime_cost=Decimal("12.5")),
    ]


def test_every_kind_of_change_goes_through_its_form(
    qtbot: QtBot, db: Database, shop: Shop, context: UiContext
) -> None:
    found = every_kind(db, shop)
    assert {type(one) for one in found} == set(FORMS)
    for change in found:
        kind = FORMS[type(change)]
        form = Form(kind.fields(context.jobs), kind.reads(change))
        qtbot.addWidget(form)
        assert kind.make(form.values()) == change, kind.title


def test_working_out_shows_figures_beside_live(
    qtbot: QtBot, shop: Shop, opened: Callable[[], ScenarioView], problems: list[BaseException]
) -> None:
    number = made(OrderChange(shop[2][1], due=date(2026, 11, 23)), name="Rush")
    went: list[str] = []
    view = opened()
    view.opened.connect(went.append)
    assert not view.editor.apply_button.isEnabled()
    view.editor.compute_button.click()
    assert view.editor.compute_button.text() == "Stop"
    idle(qtbot, view)
    figures = scenarios.scenario(number).figures
    assert figures is not None
    assert figures.scenario.late_orders > figures.live.late_orders
    assert view.editor.apply_button.isEnabled()
    assert view.editor.said.text().startswith("Worked out ")
    rows = view.compare.figures.table.model.rows
    late = next(row for row in rows if row[0] == "Late orders")
    assert late[1] == "0"
    assert isinstance(late[2], PillCell)
    assert late[2].text == f"{figures.scenario.late_orders}   ▲ +{figures.scenario.late_orders}"
    assert view.compare.said.text().startswith("1 order gets later · 0 orders get earlier")
    view.compare.tabs.select("orders")
    orders = view.compare.orders.table
    assert text_of(orders.model.rows[0][3]).startswith("▲ ")
    orders.select_key(orders.model.keys[0])
    qtbot.keyClick(orders.view, Qt.Key.Key_Return)
    assert went == [f"erp://production/{orders.model.keys[0]}"]
    assert problems == []


def test_several_are_compared(qtbot: QtBot, shop: Shop, opened: Callable[[], ScenarioView]) -> None:
    for name, change in (("One", down(shop)), ("Two", MachineSpeed(shop[0].press.id, 200))):
        scenarios.compute(made(change, name=name))
    view = opened()
    view.table.view.selectAll()
    idle(qtbot, view)
    titles = [column.title for column in view.compare.figures.table.model.columns]
    assert titles[:2] == ["Figure", "Live"]
    assert set(titles[2:]) == {"One", "Two"}


def test_working_out_is_stopped(
    qtbot: QtBot, shop: Shop, opened: Callable[[], ScenarioView], monkeypatch: pytest.MonkeyPatch,
    problems: list[BaseException],
) -> None:  # fmt: skip
    def compute(_number: int, progress: Any = None) -> None:
        while True:
            progress.report(1, 2, "Working out the scenario")

    monkeypatch.setattr(scenarios, "compute", compute)
    made(down(shop))
    view = opened()
    view.editor.compute_button.click()
    qtbot.waitUntil(lambda: view.editor.said.text() == "Working out the scenario")
    assert view.editor.progress.maximum() == 2
    view.editor.compute_button.click()
    idle(qtbot, view)
    assert view.editor.compute_button.text() == "Work it out"
    assert scenarios.scenarios()[0].computed_at is None
    assert problems == []


def test_applying_says_what_it_writes_and_writes_it(
    qtbot: QtBot, shop: Shop, opened: Callable[[], ScenarioView], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = made(down(shop), ExtraOrder(shop[0].cup.id, Decimal(5), date(2026, 12, 3)), name="Breakdown")
    scenarios.compute(number)
    view = opened()
    asked: list[str] = []
    answers = [False, True]

    def confirm(_parent: object, _title: str, text: str, _act: str) -> bool:
        asked.append(text)
        return answers.pop(0)

    monkeypatch.setattr(scenario_actions, "confirm", confirm)
    view.editor.apply_button.click()
    idle(qtbot, view)
    assert scenarios.scenarios()[0].state == ScenarioState.OPEN
    assert "• PRESS is down from" in asked[0]
    assert "These stay imagined; enter them as orders:\n• An order for 5 of CUP" in asked[0]
    said: list[str] = []
    view.context.say = said.append
    view.editor.apply_button.click()
    idle(qtbot, view)
    assert said[0].startswith("Applied: ")
    assert scenarios.scenario(number).state == ScenarioState.APPLIED
    assert view.table.model.rows == [], "only the open ones are listed"
    view.chips.select("all")
    idle(qtbot, view)
    assert [text_of(row[1]) for row in view.table.model.rows] == ["Applied"]
    assert not view.editor.add_button.isEnabled()


def test_what_has_moved_on_is_told_and_nothing_is_written(
    qtbot: QtBot, shop: Shop, opened: Callable[[], ScenarioView], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = made(down(shop), name="Breakdown")
    scenarios.compute(number)
    view = opened()
    scenarios.save(number, scenarios.ScenarioForm("Renamed", (down(shop),)))
    monkeypatch.setattr(scenario_actions, "confirm", lambda *_asked: True)
    view.editor.apply_button.click()
    idle(qtbot, view)
    shown = [one for one in QApplication.topLevelWidgets() if isinstance(one, Message) and one.isVisible()]
    assert len(shown) == 1
    shown[0].accept()
    assert scenarios.scenario(number).state == ScenarioState.OPEN
    assert view.editor.name.text() == "Renamed", "it was read again"


def test_a_scenario_is_discarded(
    qtbot: QtBot, shop: Shop, opened: Callable[[], ScenarioView], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = made(down(shop))
    view = opened()
    monkeypatch.setattr(scenario_actions, "confirm", lambda *_asked: True)
    view.editor.discard_button.click()
    idle(qtbot, view)
    assert scenarios.scenario(number).state == ScenarioState.DISCARDED
    assert view.table.model.rows == []
    assert view.can_leave()


def test_less_is_better() -> None:
    show = str
    assert scenario_words.beside(3, 3, show) == "3"
    assert text_of(scenario_words.beside(3, 1, show)) == "1   ▼ −2"
    assert text_of(scenario_words.beside(3, 4, show)) == "4   ▲ +1"


def test_overtime_past_midnight_ends_the_next_morning() -> None:
    kind = FORMS[OvertimeHours]
    values = {
        "machine_id": ("machine", 3), "first": date(2026, 11, 26), "last": date(2026, 11, 26),
        "start_minute": time(22), "end_minute": time(1, 30),
    }  # fmt: skip
    made = kind.make(values)
    assert isinstance(made, OvertimeHours)
    assert (made.start_minute, made.end_minute) == (22 * 60, 25 * 60 + 30)
