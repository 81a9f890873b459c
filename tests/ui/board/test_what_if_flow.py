"""A planner asks what if, from the question to the schedule of the factory, on the page as it is."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.planning import ScenarioState
from factory_erp.services.scenarios import comparing as scenarios
from factory_erp.services.scenarios import solve as scenario_solve
from factory_erp.services.scenarios.changes import MachineDown, OvertimeHours
from factory_erp.ui.board import BoardPage, scenario_actions
from factory_erp.ui.board.scenario_view import ScenarioView
from factory_erp.ui.kit.rows import text_of
from tests.services.schedule_shop import Shop, broken_rules, places, scheduled
from tests.ui.board.conftest import idle

Made = tuple[Shop, list[int]]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small shop needs no long search."""
    monkeypatch.setattr(scenario_solve, "LEAST_MOVES", 200)
    monkeypatch.setattr(scenario_solve, "MOVES_EACH", 10)


@pytest.fixture
def shop(db: Database) -> Made:
    """Two orders of 600 cups, a day and more on a press each."""
    return scheduled(db, 600, 600)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the page asked before it went on; the answer is always yes."""
    questions: list[str] = []

    def yes(_parent: object, title: str, _text: str, _act: str) -> bool:
        questions.append(title)
        return True

    monkeypatch.setattr(scenario_actions, "confirm", yes)
    return questions


def what_if(qtbot: QtBot, page: BoardPage) -> ScenarioView:
    page.open_record("whatif")
    idle(qtbot, page)
    view = page.tabs.page("whatif")
    assert isinstance(view, ScenarioView)
    return view


def fill(qtbot: QtBot, page: BoardPage, view: ScenarioView, **texts: str) -> None:
    """Type into the form that is open, and save."""
    dialog = view.actions_.dialog
    assert dialog is not None
    dialog.form.restore_draft(texts)
    dialog.save_button.click()
    idle(qtbot, page)


def work_out(qtbot: QtBot, page: BoardPage, view: ScenarioView) -> None:
    view.editor.compute_button.click()
    idle(qtbot, page)


def figures(view: ScenarioView) -> dict[str, list[str]]:
    rows = view.compare.figures.table.model.rows
    return {text_of(row[0]): [text_of(cell) for cell in row[1:]] for row in rows}


def test_a_breakdown_is_weighed_against_overtime_and_the_better_becomes_real(
    qtbot: QtBot, page: BoardPage, shop: Made, db: Database, asked: list[str], problems: list[Any]
) -> None:
    before = places(db)
    view = what_if(qtbot, page)
    view.new_button.click()
    fill(qtbot, page, view, name="Press breaks", note="The pump is noisy")
    view.actions_.add(MachineDown)
    fill(qtbot, page, view, machine_id="PRESS", starts_at="2026-11-23 08:00", ends_at="2026-11-27 17:00")
    assert not view.editor.apply_button.isEnabled(), "nobody knows yet what it leads to"
    work_out(qtbot, page, view)
    view.editor.copy_button.click()
    fill(qtbot, page, view, name="Press breaks, overtime on the other")
    view.actions_.add(OvertimeHours)
    fill(
        qtbot, page, view, machine_id="PRESS-2", first="2026-11-23", last="2026-11-27", start_minute="17:00",
        end_minute="21:00",
    )  # fmt: skip
    work_out(qtbot, page, view)
    assert places(db) == before, "nothing live has moved"

    view.table.view.selectAll()
    idle(qtbot, page)
    shown = figures(view)
    titles = [column.title for column in view.compare.figures.table.model.columns]
    assert titles == ["Figure", "Live", "Press breaks, overtime on the other", "Press breaks"]
    assert {"Late orders", "Days late", "Changeover time", "Overtime", "Cost in all"} <= set(shown)
    assert {"Load of BENCH-CENTRE", "Load of PRESS-CENTRE"} <= set(shown)
    assert shown["Load of PRESS-CENTRE"][2] != shown["Load of PRESS-CENTRE"][0], "half of the presses is left"

    number = next(one.id for one in scenarios.scenarios() if one.name == "Press breaks")
    view.table.select_key(number)
    idle(qtbot, page)
    view.editor.apply_button.click()
    idle(qtbot, page)
    assert scenarios.scenario(number).state == ScenarioState.APPLIED
    chart = page.source.chart
    assert chart is not None
    [down] = [(lane.machine_id, span) for lane in chart.machines for span in lane.down]
    assert down[0] == shop[0].press, "the board has followed"
    on_press = [bar for bar in chart.bars.values() if bar.machine_id == shop[0].press]
    assert all(bar.start >= down[1].end for bar in on_press)
    assert broken_rules(db) == []

    [left] = scenarios.scenarios()
    view.table.select_key(left.id)
    idle(qtbot, page)
    view.editor.discard_button.click()
    idle(qtbot, page)
    assert view.table.model.rows == []
    assert scenarios.scenario(left.id).state == ScenarioState.DISCARDED
    assert asked == ["Apply 'Press breaks'?", "Discard 'Press breaks, overtime on the other'?"]
    assert problems == []


def test_what_somebody_else_works_out_appears_by_itself(
    qtbot: QtBot, page: BoardPage, shop: Made, db: Database
) -> None:
    view = what_if(qtbot, page)
    made = scenarios.create(scenarios.ScenarioForm("By night"))
    page.context.jobs.changed.emit(made.changes)
    idle(qtbot, page)
    assert text_of(view.table.model.rows[0][3]) == "not worked out"
    page.context.jobs.changed.emit(scenarios.compute(made.value).changes)
    idle(qtbot, page)
    assert text_of(view.table.model.rows[0][3]) == "0"
    assert view.editor.apply_button.isEnabled()


def test_it_is_all_done_by_keyboard(
    qtbot: QtBot, page: BoardPage, shop: Made, db: Database, asked: list[str]
) -> None:
    scenarios.create(scenarios.ScenarioForm("By night"))
    view = what_if(qtbot, page)
    for button in (view.new_button, view.editor.add_button, view.editor.compute_button):
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert button.accessibleName()
    view.editor.compute_button.setFocus()
    qtbot.keyClick(view.editor.compute_button, Qt.Key.Key_Space)
    idle(qtbot, page)
    assert view.editor.apply_button.isEnabled()
    qtbot.keyClick(view.editor.apply_button, Qt.Key.Key_Space)
    idle(qtbot, page)
    assert asked == ["Apply 'By night'?"]
    assert scenarios.scenarios() == ()
