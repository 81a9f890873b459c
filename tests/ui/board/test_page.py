"""The schedule page: the search, links, commands, print, and what outlives the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.production import OperationState
from factory_erp.services import planning
from factory_erp.services.schedule.scheduling import LateOrder, ScheduleOutcome
from factory_erp.services.schedule.search import ScheduleSearch
from factory_erp.ui.board import BoardPage, parts, words
from factory_erp.ui.board.board_data import first_of_interest, reach
from factory_erp.ui.board.board_view import menu_of
from factory_erp.ui.board.print_dialog import SPANS, span_of
from factory_erp.ui.kit.commands import CommandSet
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.gantt_scale import DAY
from tests.conftest import MONDAY
from tests.services.schedule_shop import Shop, a_shop, number, ordered, places, step
from tests.ui.board.conftest import Opened, idle

Made = tuple[Shop, list[int]]


def test_rescheduling_puts_what_is_planned_on_the_machines(
    qtbot: QtBot, db: Database, opened: Opened, problems: list[object]
) -> None:
    shop = a_shop(db)
    made = ordered(db, shop, 60, 60)
    page = opened()
    said: list[str] = []
    page.context.say = said.append
    page.actions_.search.start(seconds=0.2)
    assert page.head.search_button.text() == "Stop"
    idle(qtbot, page)
    assert page.head.search_button.text() == "Re-schedule"
    assert any(sentence.startswith("4 operations scheduled in ") for sentence in said)
    data = page.board.gantt.data()
    assert data is not None
    assert {bar.group for bar in data.bars} == set(made)
    assert page.board.stack.currentWidget() is page.board.board
    assert "last search" in page.header._counts.text()
    assert problems == []


def test_a_search_tells_how_far_it_is_and_keeps_the_best_when_it_is_stopped(
    qtbot: QtBot, page: BoardPage, monkeypatch: pytest.MonkeyPatch, problems: list[object]
) -> None:
    went = Event()
    told: list[object] = []
    improved: list[object] = []
    better = ScheduleOutcome(4, (), 0.5, 123_400, 110_200)

    def run(
        search: ScheduleSearch,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> ScheduleOutcome:
        assert progress is not None
        assert cancelled is not None
        assert search._published is not None
        search._published({"production_operation": frozenset({1})}, better)
        progress(300, 1000)
        went.set()
        while not cancelled():
            progress(400, 1000)
        return better

    monkeypatch.setattr(ScheduleSearch, "run", run)
    page.context.jobs.progress.connect(lambda job: told.append(job.steps))
    page.actions_.search.improved.connect(improved.append)
    page.head.search_button.click()
    qtbot.waitUntil(lambda: went.is_set() and bool(improved))
    assert page.header._counts.text().endswith("cost 1,234 → 1,102 · nothing late")
    page.actions_.search.start()
    assert sum(job.title == "Scheduling" for job in page.context.jobs.running()) == 1, "one at a time"
    page.head.search_button.click()
    assert not page.head.search_button.isEnabled(), "it stops as soon as it can"
    idle(qtbot, page)
    assert (400, 1000, "cost 1,234 → 1,102 · nothing late") in told
    assert not page.actions_.search.running
    assert page.head.search_button.isEnabled()
    assert problems == []


def test_a_search_that_fails_says_so_and_can_be_begun_again(
    qtbot: QtBot, page: BoardPage, monkeypatch: pytest.MonkeyPatch, problems: list[BaseException]
) -> None:
    def run(*_asked: object) -> ScheduleOutcome:
        raise RuntimeError("no")

    monkeypatch.setattr(ScheduleSearch, "run", run)
    page.actions_.search.start()
    idle(qtbot, page)
    assert [str(problem) for problem in problems] == ["no"]
    assert page.head.search_button.text() == "Re-schedule"


def test_deep_links_lead_to_tabs_operations_and_orders(
    qtbot: QtBot, page: BoardPage, shop: Made, db: Database
) -> None:
    page.open_record("table")
    assert page.tabs.current() == "table"
    packing = step(db, shop[1][1], 20)
    page.open_record(f"operation/{packing.id}")
    assert page.tabs.current() == "board"
    assert page.board.gantt.selected_id() == packing.id
    for key in (str(shop[1][0]), number(db, shop[1][0])):
        page.board.gantt.select_id(packing.id)
        page.open_record(f"order/{key}")
        bar = page.board.gantt.selected_bar()
        assert bar is not None
        assert bar.group == shop[1][0]
    said: list[str] = []
    page.context.say = said.append
    page.open_record("order/MO-1999-00001")
    page.open_record("operation/999")
    assert said == ["MO-1999-00001 is not on the board.", "This operation is not on the board."]


def test_a_link_that_comes_before_the_picture_is_followed_once_it_is_there(
    qtbot: QtBot, context: UiContext, shop: Made, db: Database
) -> None:
    page = BoardPage(context)
    qtbot.addWidget(page)
    page.open_record(f"order/{shop[1][1]}")
    page.refresh()
    idle(qtbot, page)
    bar = page.board.gantt.selected_bar()
    assert bar is not None
    assert bar.group == shop[1][1]


def test_links_of_the_page_stay_on_it_others_go_to_the_window(
    page: BoardPage, shop: Made, db: Database
) -> None:
    went: list[str] = []
    page.context.navigate = went.append
    packing = step(db, shop[1][1], 20)
    page.board.card.link_clicked.emit(f"erp://board/operation/{packing.id}")
    page.board.card.link_clicked.emit("erp://sales/1")
    page.actions_.open_order([packing.id])
    assert page.board.gantt.selected_id() == packing.id
    assert went == ["erp://sales/1", f"erp://production/{shop[1][1]}"]


def test_state_survives_a_rebuild_and_the_tab_a_restart(
    qtbot: QtBot, page: BoardPage, context: UiContext, shop: Made, db: Database
) -> None:
    packing = step(db, shop[1][1], 20)
    page.open_record(f"operation/{packing.id}")
    state = page.state()
    assert state["record"] == f"operation/{packing.id}"
    again = BoardPage(context)
    qtbot.addWidget(again)
    again.restore_state(state)
    again.refresh()
    idle(qtbot, again)
    assert again.board.gantt.selected_id() == packing.id
    page.tabs.select("table")
    page.hide()
    after = BoardPage(context)
    qtbot.addWidget(after)
    assert after.tabs.current() == "table"


def test_commands_have_their_own_keys_and_follow_what_is_chosen(page: BoardPage) -> None:
    found = CommandSet()
    found.add(page.commands())
    assert found.clashes() == []
    assert max(Counter(command.id for command in page.commands()).values()) == 1
    assert found["board.lock"].can_run()
    assert not found["board.undo"].can_run()
    assert not found["board.stop"].can_run()
    page.board.gantt._select(None)
    assert not found["board.lock"].can_run()
    assert QKeySequence(found["board.schedule"].shortcut) == QKeySequence("F9")
    found["board.dock"].trigger()
    assert page.board.dock.isHidden()
    found["board.colour.lateness"].trigger()
    assert page.board.colours.value() == "lateness"


def test_the_menu_of_a_bar_holds_what_can_be_done_with_it(page: BoardPage) -> None:
    asked: list[object] = []
    page.board.menu_asked.disconnect(page._open_menu)
    page.board.menu_asked.connect(asked.append)
    place = page.board.gantt.viewport().rect().center()
    page.board.gantt.customContextMenuRequested.emit(place)
    assert len(asked) == 1
    texts = [entry.text() for entry in menu_of(page.deeds.acts(), page).actions()]
    assert texts == [
        "Open the production order",
        "Lock or unlock",
        "Shift the whole order…",
        "Split the order…",
    ]


def test_the_board_is_printed_over_pages(
    qtbot: QtBot, page: BoardPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problems: list[object]
) -> None:
    dialog = page.print_board()
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.preview.page_count() > 0)
    assert dialog.preview.page_count() == 2, "two weeks, one on a page"
    dialog.per_page.show_value("day")
    dialog.per_page.edited.emit()
    qtbot.waitUntil(lambda: dialog.preview.page_count() == 14)
    dialog.span.show_value("week")
    dialog.per_page.show_value("week")
    dialog.span.edited.emit()
    qtbot.waitUntil(lambda: dialog.preview.page_count() == 1)
    dialog.accept()
    target = tmp_path / "board.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked: (str(target), ""))
    page.save_pdf()
    qtbot.waitUntil(target.exists, timeout=10_000)
    assert target.read_bytes().startswith(b"%PDF")
    assert page.dialog is not None
    page.dialog.accept()
    assert problems == []


def test_the_spans_that_can_be_printed(page: BoardPage) -> None:
    chart = page.source.chart
    assert chart is not None
    data = chart.index.data
    spans = {name: span_of(data, name, (5, 65)) for name in SPANS}
    monday = data.local(spans["week"][0])
    assert (monday.weekday(), monday.hour, monday.minute) == (0, 0, 0)
    assert [spans[name][1] - spans[name][0] for name in ("week", "two", "month")] == [
        7 * DAY,
        14 * DAY,
        28 * DAY,
    ]
    assert spans["seen"] == (5, 65)
    assert spans["all"][1] >= max(bar.end for bar in data.bars)


def test_nothing_is_printed_of_an_empty_board(db: Database, opened: Opened) -> None:
    a_shop(db)
    page = opened()
    said: list[str] = []
    page.context.say = said.append
    assert page.print_board() is None
    assert said == ["Nothing is scheduled yet."]


def test_a_page_out_of_sight_reads_nothing(qtbot: QtBot, page: BoardPage, db: Database) -> None:
    page.hide()
    page.on_changes({"production_operation": frozenset({1})})
    assert not page.context.jobs.running()
    page.show()
    page.on_changes({"bank_account": frozenset({1})})
    assert not page.context.jobs.running()


def test_the_tabs_of_others_are_made_when_they_are_looked_at(page: BoardPage) -> None:
    assert page.tabs.keys() == ["board", "table", *parts.known()]
    assert all(page.part(key) is None for key in parts.known())
    assert page.can_leave()


def test_the_picture_reaches_as_far_as_there_is_work(page: BoardPage) -> None:
    chart = page.source.chart
    assert chart is not None
    start, end = reach(chart.scope, MONDAY)
    assert start < (chart.scope.first or start)
    assert end > (chart.scope.last or end)


def test_the_board_begins_with_what_is_most_worth_a_look(page: BoardPage) -> None:
    chart = page.source.chart
    assert chart is not None
    bars = sorted(chart.bars.values(), key=lambda bar: bar.start)
    late, running = replace(bars[-1], late=True), replace(bars[0], state=OperationState.STARTED)
    assert first_of_interest([running, late]) is late
    assert first_of_interest([running, replace(late, late=False)]) is running
    assert first_of_interest([replace(late, state=OperationState.DONE)]) is None
    assert not words.is_late(replace(late, state=OperationState.DONE))


def test_numbers_on_bars_leave_out_the_year() -> None:
    assert words.short_number("MO-2026-00227") == "MO-00227"
    assert words.short_number("SPECIAL") == "SPECIAL"


def test_what_a_search_came_to_is_said() -> None:
    outcome = ScheduleOutcome(3, (), 1.25, None, 5_000)
    assert words.outcome_text(outcome) == "3 operations scheduled in 1.2 s. Nothing is late."
    assert words.so_far(outcome) == "cost 50 · nothing late"
    best, near = replace(outcome, gap_percent=0), replace(outcome, gap_percent=7)
    assert words.outcome_text(best).endswith("late. Its cost is proven to be the best possible.")
    assert words.so_far(near) == "cost 50 · nothing late · at most 7 % above the best possible"
    assert words.so_far(replace(outcome, gap_percent=900)) == words.so_far(outcome), "which says nothing"
    late = LateOrder("MO-1", MONDAY.date(), MONDAY, "why")
    said = words.outcome_text(replace(outcome, late_orders=(late, late)))
    assert "2 orders are late, MO-1 most: due 2026-11-23" in said
    assert words.so_far(replace(outcome, late_orders=(late,), cost_before=9_900)) == "cost 99 → 50 · 1 late"


def test_reasons_lead_to_their_records() -> None:
    assert words.link_of("production_order", 7) == "erp://production/7"
    assert words.link_of("purchase_order", 7) == "erp://material/purchases/7"
    assert words.link_of("", 0) == ""


def test_scheduling_elsewhere_keeps_what_the_planner_locked(
    qtbot: QtBot, page: BoardPage, shop: Made, db: Database
) -> None:
    first = step(db, shop[1][0], 10)
    page.actions_.toggle_lock([first.id])
    idle(qtbot, page)
    before = places(db)[first.id]
    planning.schedule()
    assert places(db)[first.id] == before
