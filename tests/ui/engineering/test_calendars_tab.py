from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from factory_erp.services.engineering import calendars
from factory_erp.services.engineering.calendars import CalendarSheet, DayInput, ShiftInput
from factory_erp.ui.engineering import EngineeringPage, calendars_tab
from factory_erp.ui.engineering.calendars_tab import CalendarsTab
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.rows import text_of
from tests.ui.engineering.conftest import settle

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]

NATIONAL_DAY = date(2026, 10, 1)


@pytest.fixture
def tab(qtbot: QtBot, page: EngineeringPage) -> CalendarsTab:
    page.open_record("calendars/DAY")
    settle(qtbot, page)
    part = page.part()
    assert isinstance(part, CalendarsTab)
    part.days.turned.emit(2026 - part._year)
    settle(qtbot, page)
    return part


def sheet(code: str = "DAY") -> CalendarSheet:
    found = next(one.id for one in calendars.calendars() if one.code == code)
    return calendars.calendar_sheet(found, 2026)


def put(tab: CalendarsTab, row: int, column: int, text: str) -> None:
    tab.week.model.setData(tab.week.model.index(row, column), text)


def test_the_week_is_a_row_for_each_span_of_hours(tab: CalendarsTab) -> None:
    (row,) = tab.week.rows()
    assert (row["start"], row["end"]) == (480, 1020)
    assert [row[f"day{number}"] for number in range(7)] == [True] * 5 + [False] * 2
    assert tab.heading.text() == "DAY · 45 h a week · 2 machines"
    assert tab.picture.bars() == [(day, 480, 1020) for day in range(5)]
    assert tab.picture.accessibleName().startswith("Monday: 08:00–17:00")


def test_the_picture_follows_the_grid_and_the_week_is_saved(
    qtbot: QtBot, page: EngineeringPage, tab: CalendarsTab
) -> None:
    put(tab, 0, 1, "12:00")
    tab.week.foot.add_button.click()
    put(tab, 1, 0, "2200")
    put(tab, 1, 1, "6:00")
    tab.week.model.toggle(tab.week.model.index(1, 2 + 6))
    assert tab.heading.text() == "DAY · 28 h a week · 2 machines"
    assert tab.picture.bars()[-2:] == [(6, 1320, 1440), (0, 0, 360)]
    assert tab.bar.isVisibleTo(tab)
    assert not tab.change_button.isEnabled()

    qtbot.keyClick(tab.week.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page)
    assert sheet().shifts == (
        *(ShiftInput(day, 480, 720) for day in range(5)), ShiftInput(6, 1320, 1800),
    )  # fmt: skip
    assert not tab.is_dirty()
    assert text_of(tab.list.model.rows[0][2]) == "28 h"


def test_hours_that_overlap_are_refused_and_stay_in_the_draft(
    qtbot: QtBot, page: EngineeringPage, tab: CalendarsTab
) -> None:
    tab.week.foot.add_button.click()
    put(tab, 1, 0, "16:00")
    put(tab, 1, 1, "18:00")
    tab.week.model.toggle(tab.week.model.index(1, 2))
    assert tab.save()
    settle(qtbot, page)
    (message,) = tab.findChildren(Message)
    assert message.text() == "Two shifts overlap."
    message.accept()
    assert tab.is_dirty()
    assert len(sheet().shifts) == 5

    tab.week.undo_stack.undo()
    tab.discard()
    settle(qtbot, page)
    assert len(tab.week.rows()) == 1


def test_an_unsound_time_is_not_saved(tab: CalendarsTab) -> None:
    put(tab, 0, 0, "25:00")
    assert not tab.save()
    assert tab.picture.bars() == []


def test_days_are_set_and_have_their_usual_hours_again(
    qtbot: QtBot, page: EngineeringPage, tab: CalendarsTab
) -> None:
    tab.days.year.choose(date(2026, 11, 27))
    tab.days.year.choose(date(2026, 12, 1), extend=True)
    dialog = tab.days.set_days()
    assert dialog is not None
    assert dialog.form.draft()["first"] == "2026-11-27"
    dialog.form.restore_draft({"kind": "2", "hours": "18-20"})
    assert not dialog.form.save()
    dialog.form.restore_draft({"hours": "18:00-20:30", "reason": "Rush order"})
    dialog.save_button.click()
    settle(qtbot, page)

    longer = ((480, 1020), (1080, 1230))
    assert sheet().days == tuple(
        DayInput(date(2026, month, day), longer, "Rush order") for month, day in ((11, 27), (11, 30), (12, 1))
    ), "Saturday and Sunday have no hours"
    assert [text_of(cell) for cell in tab.days.table.model.rows[0]] == [
        "2026-11-27 Fri", "08:00–17:00, 18:00–20:30", "Rush order",
    ]  # fmt: skip
    assert tab.days.year.words(date(2026, 11, 27)).endswith("Rush order")

    tab.days.year.choose(date(2026, 11, 30))
    tab.days.clear_button.click()
    settle(qtbot, page)
    assert [one.day.day for one in sheet().days] == [27, 1]
    assert not tab.days.clear_button.isEnabled()


def test_a_draft_of_the_week_outlives_a_day_that_is_set(
    qtbot: QtBot, page: EngineeringPage, tab: CalendarsTab
) -> None:
    put(tab, 0, 1, "16:00")
    calendars.set_days(sheet().id, [DayInput(NATIONAL_DAY)])
    tab.refresh()
    settle(qtbot, page)
    assert tab.week.rows()[0]["end"] == 960
    assert tab.days.table.model.keys == [NATIONAL_DAY]
    assert tab.save()
    settle(qtbot, page)
    assert sheet().week_minutes == 5 * 480


def test_holidays_are_previewed_and_added(qtbot: QtBot, page: EngineeringPage, tab: CalendarsTab) -> None:
    calendars.set_days(sheet().id, [DayInput(NATIONAL_DAY, ((480, 600),), "Urgent")])
    dialog = tab.days.add_holidays()
    assert dialog is not None
    settle(qtbot, page)
    assert dialog.country.text() == "China"
    rows = {text_of(row[0]): [text_of(cell) for cell in row] for row in dialog.table.model.rows}
    assert rows["2026-10-01"] == ["2026-10-01", "Thu", "National Day", "Day off", "there already"]
    assert rows["2026-10-10"][2:] == ["Make-up working day", "Working day", "new"]
    assert dialog.add_button.text() == f"Add {len(rows) - 1} days"

    dialog.year.selectAll()
    qtbot.keyClicks(dialog.year, "3000")
    settle(qtbot, page)
    assert not dialog.add_button.isEnabled()
    assert "Holidays are known from" in dialog.table.view.empty_text()
    dialog.year.selectAll()
    qtbot.keyClicks(dialog.year, "2026")
    settle(qtbot, page)

    dialog.add_button.click()
    settle(qtbot, page)
    days = {one.day: one for one in sheet().days}
    assert len(days) == len(rows)
    assert days[NATIONAL_DAY].reason == "Urgent"
    assert days[date(2026, 10, 10)].spans == ((480, 1020),)
    assert len(tab.days.table.model.rows) == len(rows)


def test_calendars_are_added_chosen_and_removed(
    qtbot: QtBot, page: EngineeringPage, tab: CalendarsTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = tab.add()
    assert dialog is not None
    dialog.form.restore_draft({"code": "ALL", "name_zh": "昼夜", "pattern": "3"})
    dialog.save_button.click()
    settle(qtbot, page)
    assert sheet("ALL").week_minutes == 7 * 1440
    assert tab.heading.text().startswith("ALL · 168 h")

    tab.week.model.toggle(tab.week.model.index(0, 2))
    monkeypatch.setattr(calendars_tab, "confirm", lambda *_question: False)
    tab.list.select_key(sheet().id)
    settle(qtbot, page)
    assert tab.list.current_key() == sheet("ALL").id
    assert tab.is_dirty()
    monkeypatch.setattr(calendars_tab, "confirm", lambda *_question: True)
    tab.list.select_key(sheet().id)
    settle(qtbot, page)
    assert tab.heading.text().startswith("DAY")

    tab.remove()
    settle(qtbot, page)
    (message,) = tab.findChildren(Message)
    assert message.text() == "DAY is used by BENCH, PRESS."
    message.accept()
    tab.list.select_key(sheet("ALL").id)
    settle(qtbot, page)
    tab.remove()
    settle(qtbot, page)
    assert [one.code for one in calendars.calendars()] == ["DAY"]


def test_the_year_is_walked_by_keyboard_and_by_mouse(qtbot: QtBot, tab: CalendarsTab) -> None:
    year = tab.days.year
    year.choose(date(2026, 10, 1))
    qtbot.keyClick(year, Qt.Key.Key_Down)
    assert year.current == date(2026, 10, 8)
    qtbot.keyClick(year, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert year.selected() == (date(2026, 10, 8), date(2026, 10, 9))
    assert "2026-10-09 Fri: 08:00–17:00" in year.accessibleDescription()
    year.choose(date(2027, 1, 1))
    assert year.current == date(2026, 10, 8)

    days = [date(2026, month, day) for month in range(1, 13) for day in (1, 15, 28)]
    assert [year.day_at(year.day_box(day).center()) for day in days] == days
    assert year.day_at(QPointF(-5, -5)) is None
    qtbot.mouseClick(year, Qt.MouseButton.LeftButton, pos=year.day_box(days[4]).center().toPoint())
    assert year.current == days[4]
    with qtbot.waitSignal(year.day_opened):
        qtbot.keyClick(year, Qt.Key.Key_Return)
