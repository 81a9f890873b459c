"""The board as a planner uses it: by mouse onto another machine, by keyboard, near and far, in colours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.engineering import Changeover, Machine
from factory_erp.models.planning import MachineTime, MachineTimeKind
from factory_erp.services import planning
from factory_erp.ui.board import BoardPage
from factory_erp.ui.board.colours import NAMES
from factory_erp.ui.kit.gantt_data import SpanKind
from factory_erp.ui.kit.gantt_drag import PreviewKind
from factory_erp.ui.kit.gantt_scale import rows_for
from factory_erp.ui.kit.gantt_window import LANE_HEIGHT, bar_rect
from tests.conftest import MONDAY
from tests.services.schedule_shop import (
    Shop,
    a_shop,
    broken_rules,
    change,
    is_open,
    ordered,
    places,
    scheduled,
    step,
)
from tests.ui.board.conftest import Opened, idle

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
Made = tuple[Shop, list[int]]


def lane_of(page: BoardPage, machine: int) -> int:
    data = page.board.gantt.data()
    assert data is not None
    return [lane.key for lane in data.lanes].index(machine)


def carried(qtbot: QtBot, page: BoardPage, operation: int, machine: int, minutes: int) -> QPoint:
    """Take a bar by mouse and hold it over another machine, so many minutes further on."""
    gantt = page.board.gantt
    gantt.show_preset("day")
    gantt.select_id(operation)
    bar = gantt.index().by_id[operation]
    rect = bar_rect(bar, gantt.seen())
    lanes = lane_of(page, machine) - bar.lane_index
    end = rect.center() + QPoint(round(minutes * gantt.scale()), lanes * LANE_HEIGHT)
    qtbot.mousePress(gantt.viewport(), LEFT, pos=rect.center())
    for place in (rect.center() + QPoint(12, 0), end):
        qtbot.mouseMove(gantt.viewport(), place)
    return end


def test_a_bar_is_dragged_to_the_other_press_and_stays_there_when_scheduled_anew(
    qtbot: QtBot, page: BoardPage, shop: Made, db: Database, problems: list[object]
) -> None:
    first = step(db, shop[1][0], 10)
    other = shop[0].second if first.machine_id == shop[0].press else shop[0].press
    end = carried(qtbot, page, first.id, other, 240)
    idle(qtbot, page)
    qtbot.waitUntil(lambda: bool(page.board.gantt._ghosts))
    assert {ghost.bar: ghost.kind for ghost in page.board.gantt._ghosts}[first.id] is PreviewKind.MOVES
    qtbot.mouseRelease(page.board.gantt.viewport(), LEFT, pos=end)
    idle(qtbot, page)
    moved = step(db, shop[1][0], 10)
    assert (moved.machine_id, moved.locked) == (other, True)
    assert page.board.gantt.index().by_id[first.id].lane_index == lane_of(page, other)
    assert broken_rules(db) == []
    planning.schedule()
    assert places(db)[first.id][:2] == (other, moved.planned_start), "it is pinned"
    assert problems == []


def test_a_machine_that_cannot_do_it_takes_no_bar(
    qtbot: QtBot, page: BoardPage, shop: Made, db: Database
) -> None:
    before = places(db)
    pressing = step(db, shop[1][0], 10)
    end = carried(qtbot, page, pressing.id, shop[0].bench, 60)
    assert lane_of(page, shop[0].bench) in page.board.gantt.scene().dimmed
    qtbot.waitUntil(lambda: page.board.gantt._message == "BENCH cannot do this operation.")
    qtbot.mouseRelease(page.board.gantt.viewport(), LEFT, pos=end)
    idle(qtbot, page)
    assert places(db) == before


def test_by_keyboard_a_bar_is_found_carried_put_down_locked_and_taken_back(
    qtbot: QtBot, page: BoardPage, shop: Made, db: Database, problems: list[object]
) -> None:
    gantt = page.board.gantt
    before = places(db)
    first = step(db, shop[1][0], 10)
    gantt.setFocus()
    gantt.show_preset("day")
    gantt.select_id(step(db, shop[1][0], 20).id)
    found = set()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Right):
        qtbot.keyClick(gantt, key)
        found.add(gantt.selected_id())
    assert first.id in found, "the arrows lead from bar to bar"
    gantt.select_id(first.id)
    for _press in range(3):
        qtbot.keyPress(gantt, Qt.Key.Key_Right, CONTROL)
    assert gantt.held_id() == first.id
    qtbot.keyClick(gantt, Qt.Key.Key_Return)
    idle(qtbot, page)
    after = step(db, shop[1][0], 10)
    assert after.locked
    assert (after.planned_start or MONDAY) > (first.planned_start or MONDAY)
    qtbot.keyClick(gantt, Qt.Key.Key_L)
    idle(qtbot, page)
    assert not step(db, shop[1][0], 10).locked
    commands = {command.id: command for command in page.commands()}
    for _twice in range(2):
        commands["board.undo"].trigger()
        idle(qtbot, page)
    assert places(db) == before
    assert problems == []


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("order", {"SO-2026-00001", "SO-2026-00002"}),
        ("customer", {"ACME Trading"}),
        ("family", {"RED", "BLUE"}),
        ("lateness", {"Late", "In time"}),
        ("item", {"Steel cup"}),
        ("state", {"Waiting"}),
    ],
)
def test_each_way_to_colour_is_told_by_the_legend(
    qtbot: QtBot, db: Database, opened: Opened, by: str, expected: set[str]
) -> None:
    coloured(db)
    page = opened()
    page.board.gantt.fit_all()
    page.board.colour_by(by)
    page.board.legend.refresh()
    assert expected <= set(page.board.legend.entries())
    assert set(NAMES) == {"order", "customer", "family", "lateness", "item", "state"}


def coloured(db: Database) -> Made:
    """Red cups in time and blue ones late, with an hour of cleaning between the colours on the one press."""
    shop = a_shop(db)
    made = ordered(db, shop, 60, ship_by=date(2026, 12, 18))
    made += ordered(db, shop, 600, ship_by=date(2026, 11, 23), first=2)
    with db.session(write=True) as session:
        session.get_one(Machine, shop.second).active = False
        centre = session.get_one(Machine, shop.press).centre_id
        for pair in (("RED", "BLUE"), ("BLUE", "RED")):
            session.add(Changeover(centre_id=centre, from_family=pair[0], to_family=pair[1], minutes=60))
    for order, family in zip(made, ("RED", "BLUE"), strict=True):
        change(db, step(db, order, 10).id, family=family)
    planning.schedule()
    return shop, made


def test_changeovers_hours_machine_times_and_the_present_are_drawn(
    qtbot: QtBot, db: Database, opened: Opened
) -> None:
    shop, _made = coloured(db)
    with db.session(write=True) as session:
        start = datetime(2026, 11, 28, 1, 0, tzinfo=UTC)
        session.add(
            MachineTime(
                machine_id=shop.press, kind=MachineTimeKind.OVERTIME, starts_at=start,
                ends_at=start + timedelta(hours=4), reason="",
            )
        )  # fmt: skip
    page = opened()
    data = page.board.gantt.data()
    assert data is not None
    assert data.origin + timedelta(minutes=data.now) == MONDAY, "the line of the present"
    lane = data.lanes[lane_of(page, shop.press)]
    assert [span.kind for span in lane.spans] == [SpanKind.OVERTIME]
    for first, last in lane.open_intervals:
        middle = data.origin + timedelta(minutes=(first + last) // 2)
        assert is_open(middle) or middle.date() == start.date(), "shaded where nobody works"
    changed = [bar for bar in data.bars if bar.changeover]
    assert changed, "one press changes from red to blue"
    page.board.gantt.fit_all()
    page.board.legend.refresh()
    assert {"Changeover", "Closed", "Overtime", "Frozen"} <= set(page.board.legend.entries())


def test_the_time_goes_from_hours_to_months(page: BoardPage) -> None:
    gantt = page.board.gantt
    lower = []
    for preset in ("day", "week", "month", "quarter"):
        gantt.show_preset(preset)
        lower.append(rows_for(gantt.scale()).lower)
    assert lower[0] == "hour"
    for _press in range(30):
        gantt.zoom(0.5)
    assert rows_for(gantt.scale()).lower in ("week", "month")
    for _press in range(60):
        gantt.zoom(2)
    assert rows_for(gantt.scale()).lower == "hour"


def test_the_load_beneath_follows_the_chart(page: BoardPage) -> None:
    gantt = page.board.gantt
    gantt.show_preset("week")
    gantt.go_to_now()
    near = page.board.strip.grab().toImage()
    gantt.show_preset("quarter")
    assert page.board.strip.grab().toImage() != near


def test_a_late_order_says_by_what_chain_and_leads_there(qtbot: QtBot, db: Database, opened: Opened) -> None:
    _shop, made = scheduled(db, 300, 300, 300, ship_by=date(2026, 11, 23))
    page = opened()
    late = {one.order_id: one for one in page.source.facts.late}
    assert late
    chain = next(one for one in late.values() if any(why.kind == "production_order" for why in one.reasons))
    page.board.dock.table.select_key(chain.order_id)
    link = next(why for why in chain.reasons if why.kind == "production_order")
    went: list[str] = []
    page.context.navigate = went.append
    page.board.card.link_clicked.emit(f"erp://production/{link.record_id}")
    assert went == [f"erp://production/{link.record_id}"]
    assert link.record_id in made
