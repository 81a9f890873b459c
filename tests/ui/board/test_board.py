"""The board: bars are moved, locked, put off and taken back, and the planner hears what that means."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from factory_erp.domain.errors import DomainError
from factory_erp.models.database import Database
from factory_erp.models.engineering import Machine
from factory_erp.models.planning import MachineTime, MachineTimeKind, PromiseBlock, PromiseHold
from factory_erp.services import planning
from factory_erp.services.board import moves as board
from factory_erp.services.production import orders as production
from factory_erp.ui.board import BoardPage
from factory_erp.ui.board.drag import Question, ghosts_of
from factory_erp.ui.board.source import BoardSource
from factory_erp.ui.board.undo import History, Step, place_of
from factory_erp.ui.kit import dialogs
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.gantt_data import SpanKind
from factory_erp.ui.kit.gantt_drag import PreviewKind
from factory_erp.ui.kit.gantt_window import bar_rect
from tests.conftest import MONDAY
from tests.services.schedule_shop import Shop, a_shop, change, number, ordered, places, scheduled, step
from tests.ui.board.conftest import Opened, idle

LEFT = Qt.MouseButton.LeftButton
Made = tuple[Shop, list[int]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """What dialogs would have said."""
    said: list[BaseException] = []
    monkeypatch.setattr(dialogs, "show_problem", lambda _parent, error: said.append(error))
    return said


@pytest.fixture
def said(page: BoardPage) -> list[str]:
    """What the status bar says."""
    sentences: list[str] = []
    page.context.say = sentences.append
    return sentences


def shown(page: BoardPage) -> set[str]:
    card = page.board.card
    texts = [one.text() for one in card.findChildren(QLabel)]
    return {*texts, *(one.text() for one in card.findChildren(QPushButton))}


def held(qtbot: QtBot, page: BoardPage, operation: int, minutes: int) -> QPoint:
    """Take a bar and hold it so many minutes further on."""
    gantt = page.board.gantt
    gantt.show_preset("day")
    gantt.select_id(operation)
    start = bar_rect(gantt.index().by_id[operation], gantt.seen()).center()
    end = start + QPoint(round(minutes * gantt.scale()), 0)
    qtbot.mousePress(gantt.viewport(), LEFT, pos=start)
    for place in steps(start, end):
        qtbot.mouseMove(gantt.viewport(), place)
    return end


def steps(start: QPoint, end: QPoint) -> Iterator[QPoint]:
    way = 12 if end.x() >= start.x() else -12
    yield start + QPoint(way, 0)
    yield end


def ghosts(page: BoardPage) -> dict[object, PreviewKind]:
    return {ghost.bar: ghost.kind for ghost in page.board.gantt._ghosts}


def test_an_empty_board_says_what_to_do(db: Database, opened: Opened) -> None:
    a_shop(db)
    page = opened()
    assert page.board.stack.currentWidget() is page.board.empty
    assert page.header._counts.text() == "3 machines · nothing late"


def test_the_board_shows_machines_and_operations(page: BoardPage, shop: Made, problems: list[object]) -> None:
    data = page.board.gantt.data()
    assert data is not None
    assert [lane.title for lane in data.lanes] == ["BENCH", "PRESS", "PRESS-2"]
    assert {bar.group for bar in data.bars} == set(shop[1])
    assert len(data.bars) == 4
    assert data.frozen_until is not None
    assert [row.title for row in page.board.strip.rows()] == ["BENCH-CENTRE", "PRESS-CENTRE"]
    assert sum(day.load for row in page.board.strip.rows() for day in row.days) > 0
    assert page.board.gantt.selected_id() is not None, "what is most worth a look"
    assert "Open order" in shown(page)
    assert problems == []


def test_while_a_bar_is_held_the_board_says_what_would_slip(
    qtbot: QtBot, page: BoardPage, shop: Made, db: Database
) -> None:
    before = places(db)
    first, packing = step(db, shop[1][0], 10), step(db, shop[1][0], 20)
    held(qtbot, page, first.id, 120)
    idle(qtbot, page)
    qtbot.waitUntil(lambda: bool(ghosts(page)))
    assert ghosts(page)[first.id] is PreviewKind.MOVES
    assert ghosts(page)[packing.id] is PreviewKind.SLIPS
    assert "other operation" in page.board.gantt._message
    qtbot.keyClick(page.board.gantt, Qt.Key.Key_Escape)
    assert page.board.gantt.held_id() is None
    assert places(db) == before


def test_a_drop_moves_and_locks_and_is_taken_back_and_made_again(
    qtbot: QtBot, page: BoardPage, shop: Made, db: Database, said: list[str], problems: list[object]
) -> None:
    first = step(db, shop[1][0], 10)
    before = places(db)
    end = held(qtbot, page, first.id, 120)
    qtbot.mouseRelease(page.board.gantt.viewport(), LEFT, pos=end)
    idle(qtbot, page)
    after = step(db, shop[1][0], 10)
    assert after.locked
    assert first.planned_start is not None
    assert after.planned_start is not None
    assert timedelta(minutes=100) < after.planned_start - first.planned_start < timedelta(minutes=140)
    bar = page.board.gantt.index().by_id[first.id]
    assert bar.locked, "the board was read again"
    assert said[-1].startswith(f"{number(db, shop[1][0])} is moved and locked.")
    assert page.head.undo_button.toolTip() == f"Undo: move {number(db, shop[1][0])}"
    moved = places(db)

    page.head.undo_button.click()
    idle(qtbot, page)
    assert places(db) == before
    assert not step(db, shop[1][0], 10).locked
    assert not page.head.undo_button.isEnabled()

    page.head.redo_button.click()
    idle(qtbot, page)
    assert places(db) == moved
    assert problems == []


def test_a_refused_drop_says_the_earliest_moment_and_the_bar_goes_back(
    qtbot: QtBot, page: BoardPage, shop: Made, db: Database, told: list[BaseException]
) -> None:
    packing = step(db, shop[1][0], 20)
    before = places(db)
    end = held(qtbot, page, packing.id, -60)
    idle(qtbot, page)
    assert ghosts(page)[packing.id] is PreviewKind.BREAKS
    assert "The earliest moment is" in page.board.gantt._message
    qtbot.mouseRelease(page.board.gantt.viewport(), LEFT, pos=end)
    idle(qtbot, page)
    [error] = told
    assert isinstance(error, DomainError)
    assert error.remedy.startswith("The earliest moment is 2026-11-23 ")
    assert places(db) == before
    assert page.board.gantt._put_down is None
    assert page.actions_.history.last() is None


def test_only_the_newest_question_is_asked_behind_the_one_that_runs(
    qtbot: QtBot, page: BoardPage, shop: Made, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[datetime] = []

    def slow(operation: int, machine: int, start: datetime) -> board.MoveOutcome:
        asked.append(start)
        return board.MoveOutcome()

    monkeypatch.setattr("factory_erp.ui.board.drag.try_move", slow)
    first = step(db, shop[1][0], 10)
    moments = [MONDAY + timedelta(minutes=5 * n) for n in range(6)]
    for moment in moments:
        page.board.preview.ask(first.id, first.machine_id, moment)
    idle(qtbot, page)
    assert asked == [moments[0], moments[-1]]


def test_only_machines_that_may_do_it_take_a_bar(page: BoardPage, shop: Made, db: Database) -> None:
    pressing, packing = step(db, shop[1][0], 10), step(db, shop[1][0], 20)
    eligible = page.board.preview.eligible
    assert set(eligible(pressing.id)) == {shop[0].press, shop[0].second}
    assert set(eligible(packing.id)) == {shop[0].bench}
    assert not eligible(("hold", 1))


def test_l_locks_and_unlocks_and_everything_is_unlocked_at_once(
    qtbot: QtBot, page: BoardPage, shop: Made, db: Database, said: list[str]
) -> None:
    gantt = page.board.gantt
    both = [step(db, order, 10).id for order in shop[1]]
    gantt.select_id(both[0])
    gantt.pick(*both)
    qtbot.keyClick(gantt, Qt.Key.Key_L)
    idle(qtbot, page)
    assert all(step(db, order, 10).locked for order in shop[1])
    assert said[-1] == "2 operations are locked."
    page.actions_.unlock_all()
    idle(qtbot, page)
    assert not any(step(db, order, 10).locked for order in shop[1])
    page.actions_.undo()
    idle(qtbot, page)
    assert all(step(db, order, 10).locked for order in shop[1])
    page.actions_.undo()
    idle(qtbot, page)
    page.actions_.unlock_all()
    assert said[-1] == "Nothing is locked."


def test_what_was_started_since_is_not_taken_back(
    qtbot: QtBot, page: BoardPage, shop: Made, db: Database, told: list[BaseException]
) -> None:
    first = step(db, shop[1][0], 10)
    page.actions_.move(first.id, first.machine_id, MONDAY + timedelta(hours=6))
    idle(qtbot, page)
    production.release([shop[1][0]])
    production.start(first.id)
    page.actions_.undo()
    idle(qtbot, page)
    assert "cannot be taken back" in str(told[0])
    assert page.actions_.history.last() is None
    assert not page.head.undo_button.isEnabled()


def test_a_bar_can_be_moved_twice_before_the_board_was_read_again(
    qtbot: QtBot, page: BoardPage, shop: Made, db: Database, told: list[BaseException]
) -> None:
    first = step(db, shop[1][0], 10)
    page.context.jobs.changed.disconnect(page.on_changes)
    for hours in (4, 6):
        page.actions_.move(first.id, first.machine_id, MONDAY + timedelta(hours=hours))
        idle(qtbot, page)
    assert told == []
    assert step(db, shop[1][0], 10).planned_start == MONDAY + timedelta(hours=6)


def test_a_whole_order_is_put_off(qtbot: QtBot, page: BoardPage, shop: Made, db: Database) -> None:
    first = step(db, shop[1][0], 10)
    page.actions_.ask_shift([first.id])
    dialog = page.actions_.dialog
    assert dialog is not None
    assert dialog.form.draft()["earliest"] == "2026-11-23 08:30"
    dialog.form.restore_draft({"earliest": "2026-11-25 09:00"})
    dialog.save_button.click()
    idle(qtbot, page)
    wanted = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    for sequence in (10, 20):
        assert (step(db, shop[1][0], sequence).planned_start or MONDAY) >= wanted
    page.actions_.undo()
    idle(qtbot, page)
    assert step(db, shop[1][0], 10).planned_start == first.planned_start


def test_an_order_is_split_and_too_much_is_refused_at_the_field(
    qtbot: QtBot, page: BoardPage, shop: Made, db: Database, said: list[str]
) -> None:
    page.actions_.ask_split([step(db, shop[1][0], 10).id])
    idle(qtbot, page)
    dialog = page.actions_.dialog
    assert dialog is not None
    dialog.form.restore_draft({"quantity": "60"})
    dialog.save_button.click()
    idle(qtbot, page)
    assert "nothing would be left" in dialog.form._messages["quantity"].text()
    dialog.form.restore_draft({"quantity": "20"})
    dialog.save_button.click()
    idle(qtbot, page)
    quantities = sorted(
        production.production_detail(n).row.quantity for n in production.production_ids("all")
    )
    assert quantities == [20, 40, 60]
    assert "is split off" in said[-1]


def test_a_late_order_is_gone_to_and_says_why(
    qtbot: QtBot, db: Database, opened: Opened, problems: list[object]
) -> None:
    _shop, made = scheduled(db, 60, 600, ship_by=date(2026, 11, 23))
    page = opened()
    assert page.board.dock.table.model.keys, "600 cups are not done in a day"
    page.board.gantt.fit_all()
    page.board.dock.table.select_key(made[1])
    idle(qtbot, page)
    bar = page.board.gantt.selected_bar()
    assert bar is not None
    assert (bar.group, bar.late) == (made[1], True)
    words = shown(page)
    assert {"Why it is late", "1.", number(db, made[1])} <= words
    assert any("late" in word for word in words)
    assert page.header._counts.text().startswith("3 machines · 1 order late · last search ")
    assert problems == []


def test_an_order_without_a_place_is_late_and_says_so(qtbot: QtBot, db: Database, opened: Opened) -> None:
    shop = a_shop(db)
    made = ordered(db, shop, 60, ship_by=date(2026, 11, 20))
    page = opened()
    page.board.dock.table.select_key(made[0])
    assert "It has no place in the schedule yet." in shown(page)


def test_promises_and_downtime_are_drawn(db: Database, shop: Made, opened: Opened) -> None:
    start = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    with db.session(write=True) as session:
        block = PromiseBlock(
            machine_id=shop[0].press, item_id=shop[0].cups.cup.id, starts_at=start,
            ends_at=start + timedelta(hours=2),
        )  # fmt: skip
        week = timedelta(days=7)
        session.add(PromiseHold(promised_on=date(2026, 11, 30), expires_at=MONDAY + week, blocks=[block]))
        session.add(
            MachineTime(
                machine_id=shop[0].second, kind=MachineTimeKind.BREAKDOWN, starts_at=start,
                ends_at=start + timedelta(hours=3), reason="Spindle",
            )
        )  # fmt: skip
    page = opened()
    data = page.board.gantt.data()
    assert data is not None
    [held_bar] = [bar for bar in data.bars if bar.hold]
    page.board.gantt.select_id(held_bar.id)
    assert {"Promise", "PRESS", "2026-11-30"} <= shown(page)
    [span] = [span for lane in data.lanes for span in lane.spans]
    assert (span.kind, span.end - span.start) == (SpanKind.BREAKDOWN, 180)
    assert span.text.startswith("Breakdown: Spindle")
    assert page.actions_.bars([held_bar.id]) == [], "a promise is no operation to act on"


def test_colours_and_filter(qtbot: QtBot, page: BoardPage, shop: Made, db: Database, said: list[str]) -> None:
    gantt = page.board.gantt
    for name, label in (("order", "SO-2026-00001"), ("lateness", "In time"), ("state", "Waiting")):
        page.board.colour_by(name)
        assert label in {key.label for key in gantt.colouring().keys.values()}
    page.header.search.setText("SO-2026-00002")
    qtbot.waitUntil(lambda: len(gantt.shown().by_id) == 2)
    assert said[-1] == "2 operations found."
    page.board.only_button.click()
    assert gantt._filter[1] == "hide"
    page.header.search.clear()
    qtbot.waitUntil(lambda: len(gantt.shown().by_id) == 4)


def test_a_floor_that_cannot_be_scheduled_is_shown_all_the_same(
    db: Database, shop: Made, opened: Opened, context: UiContext, problems: list[object]
) -> None:
    said: list[str] = []
    context.say = said.append
    with db.session(write=True) as session:
        session.get_one(Machine, shop[0].bench).active = False
    page = opened()
    assert page.source.facts.movable == {}
    assert len(page.source.chart.bars if page.source.chart else ()) == 2, "what stands on the presses"
    assert "has no machine in use" in said[-1]
    assert page.board.dock.table.view.empty_text() == said[-1]
    assert problems == []


def test_what_is_asked_for_while_reading_is_read_once_more(qtbot: QtBot, page: BoardPage) -> None:
    seen: list[object] = []
    source = BoardSource(page.context, page)
    source.charted.connect(seen.append)
    for _again in range(5):
        source.refresh(facts=False)
    idle(qtbot, page)
    assert len(seen) == 2


def test_history_forgets_what_was_taken_back_when_something_new_is_done(page: BoardPage) -> None:
    chart = page.source.chart
    assert chart is not None
    place = place_of(next(iter(chart.bars.values())))
    other = place_of(next(iter(chart.bars.values())), locked=True)
    history = History()
    history.push(Step("nothing", (place,), (place,)))
    assert history.last() is None
    steps_done = [Step(title, (place,), (other,)) for title in "abc"]
    history.push(steps_done[0])
    history.push(steps_done[1])
    history.undone()
    assert (history.last(), history.next()) == (steps_done[0], steps_done[1])
    history.push(steps_done[2])
    assert history.next() is None
    history.undone()
    history.redone()
    assert history.last() == steps_done[2]


def test_ghosts_tell_late_from_slipping(page: BoardPage, shop: Made, db: Database) -> None:
    chart = page.source.chart
    assert chart is not None
    first, packing = step(db, shop[1][0], 10), step(db, shop[1][0], 20)
    moved = tuple(place_of(chart.bars[one]) for one in (first.id, packing.id))
    slip = board.Slip(
        shop[1][0], "MO", "SO", "ACME", date(2026, 11, 23), date(2026, 11, 30), date(2026, 11, 24), True
    )
    outcome = board.MoveOutcome(moved, moved, (slip,))
    found = ghosts_of(Question(first.id, first.machine_id or 0, MONDAY), outcome, chart.bars.get)
    assert [ghost.kind for ghost in found] == [PreviewKind.MOVES, PreviewKind.LATE]


def test_a_change_elsewhere_reaches_the_board(
    qtbot: QtBot, page: BoardPage, shop: Made, db: Database
) -> None:
    first = step(db, shop[1][0], 10)
    change(db, first.id, family="red")
    page.context.jobs.run(planning.schedule, write=True)
    idle(qtbot, page)
    page.on_changes({"production_operation": frozenset({first.id})})
    idle(qtbot, page)
    assert page.source.chart is not None
    assert page.source.chart.bars[first.id].family == "red"
