"""The load tab: heat cells, layers, the chart, what loads a cell, and campaigns."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.production import ProductionOperation
from factory_erp.services.load import centres as load
from factory_erp.services.load.centres import LoadCell
from factory_erp.services.load.parts import Layer
from factory_erp.services.schedule import batching
from factory_erp.ui.board import load_campaigns, load_words
from factory_erp.ui.board.load_chart import scale_step
from factory_erp.ui.board.load_grid import TOTALS
from factory_erp.ui.board.load_view import CHANCES, SPANS, LoadView
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.rows import text_of
from tests.services.schedule_shop import number, scheduled
from tests.services.test_batching import a_paint_shop, campaign_of

ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def made(db: Database) -> list[int]:
    """Two orders of 60 cups: 90 minutes each at the presses, half an hour at the bench."""
    return scheduled(db, 60, 60)[1]


@pytest.fixture
def view(qtbot: QtBot, made: list[int], context: UiContext) -> LoadView:
    assert made
    return show(qtbot, context)


def show(qtbot: QtBot, context: UiContext) -> LoadView:
    view = LoadView(context)
    context.jobs.changed.connect(view.on_changes)
    qtbot.addWidget(view)
    view.resize(1060, 640)
    view.show()
    view.refresh()
    idle(qtbot, view)
    return view


def idle(qtbot: QtBot, view: LoadView) -> None:
    qtbot.waitUntil(lambda: not view.context.jobs.running() and not view._pause.isActive(), timeout=30_000)


def cell(view: LoadView, code: str, period: int = 0) -> LoadCell:
    model = view.grid.loads
    row = next(n for n in range(model.rowCount()) if model.centre(n).code == code)
    return model.cells[row][period]


def test_the_grid_shows_what_the_service_found(view: LoadView, problems: list[BaseException]) -> None:
    found = load.load_view()
    model = view.grid.loads
    assert [model.centre(row).code for row in range(model.rowCount())] == [one.code for one in found.centres]
    press = next(one for one in found.centres if one.code == "PRESS-CENTRE")
    assert press.cells[0].planned == 180
    row = found.centres.index(press)
    assert model.index(row, TOTALS).data() == f"{press.cells[0].percent} %"
    assert model.index(row, 0).data() == "3.0 h"
    whole = model.index(row, TOTALS).data(ACCESSIBLE)
    assert "Planned: 3 h" in whole
    assert whole.splitlines()[0].endswith("Week 48: 2026-11-23 – 2026-11-29")
    assert problems == []


def test_layers_are_counted_as_chosen(qtbot: QtBot, view: LoadView) -> None:
    assert cell(view, "PRESS-CENTRE").load == 180
    view.layer_buttons[Layer.PLANNED].click()
    idle(qtbot, view)
    assert cell(view, "PRESS-CENTRE").load == 0
    assert view.listed() == []
    view.layer_buttons[Layer.PLANNED].click()
    assert cell(view, "PRESS-CENTRE").load == 180


def test_a_cell_leads_to_its_orders(qtbot: QtBot, view: LoadView, made: list[int], db: Database) -> None:
    went: list[str] = []
    view.opened.connect(went.append)
    row = next(n for n in range(view.grid.loads.rowCount()) if cell_code(view, n) == "PRESS-CENTRE")
    view.grid.go_to(row, 0)
    idle(qtbot, view)
    assert {text_of(line[0]) for line in view.orders.model.rows} == {number(db, one) for one in made}
    assert {text_of(line[-1]) for line in view.orders.model.rows} == {"1 h 30 min"}
    qtbot.keyClick(view.grid, Qt.Key.Key_Return)
    assert view.tabs.current() == "orders"
    view.orders.select_key(("production", made[0], "CUP"))
    qtbot.keyClick(view.orders.view, Qt.Key.Key_Return)
    assert went == [f"erp://production/{made[0]}"]
    view.grid.go_to(row, 5)
    idle(qtbot, view)
    assert view.orders.model.rows == []
    assert view.orders.view.empty_text() == "Nothing loads this centre then."


def cell_code(view: LoadView, row: int) -> str:
    return view.grid.loads.centre(row).code


def test_days_and_the_chance_of_quotations_are_chosen(qtbot: QtBot, view: LoadView) -> None:
    view.span.setCurrentIndex([value for value, _text in SPANS].index(("day", 2)))
    view.span.edited.emit()
    view.chance.setCurrentIndex(CHANCES.index(100))
    view.chance.edited.emit()
    idle(qtbot, view)
    model = view.grid.loads
    assert model.columnCount() == TOTALS + 14
    assert view._probability() == 100
    assert cell(view, "PRESS-CENTRE", 0).load == 180, "Monday"


def test_the_chart_follows_the_cell_and_leads_back(qtbot: QtBot, view: LoadView) -> None:
    row = next(n for n in range(view.grid.loads.rowCount()) if cell_code(view, n) == "PRESS-CENTRE")
    view.grid.go_to(row, 0)
    assert view.chart.accessibleDescription().startswith("PRESS-CENTRE. Week 48: ")
    third = view.chart.column_rect(2).center()
    qtbot.mouseClick(view.chart, Qt.MouseButton.LeftButton, pos=third)
    assert view.grid.place() == (row, 2)
    assert "Week 50" in view.chart.text_of(2)
    assert not view.chart.grab().toImage().isNull()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (LoadCell(released=30, capacity=100), "30 %"),
        (LoadCell(released=101, capacity=100), "▲ 101 %"),
        (LoadCell(rough=90), "▲ 1.5 h"),
        (LoadCell(), ""),
        (LoadCell(capacity=100), "0 %"),
    ],
)
def test_a_load_beyond_the_time_is_marked_with_a_sign(cell: LoadCell, text: str) -> None:
    assert load_words.percent(cell) == text


def test_the_scale_has_few_lines() -> None:
    assert [scale_step(hours * 60) // 60 for hours in (4, 40, 200, 9000)] == [1, 10, 50, 1000]


def test_a_campaign_is_joined_and_dissolved(
    qtbot: QtBot, db: Database, context: UiContext, problems: list[BaseException]
) -> None:
    steps = a_paint_shop(db, date(2026, 12, 18))
    view = show(qtbot, context)
    view.tabs.select("campaigns")
    panel = view.campaigns
    assert view.tabs.bar.tabText(1) == "Campaigns  1"
    shown = [text_of(one) for one in panel.table.model.rows[0]]
    assert shown[1:3] == ["BOOTH", "red"]
    assert shown[4:] == ["1 h", "CNY 80.00", "1"]
    assert "saves 1 h (CNY 80.00)" in panel.words.text()
    panel.button.click()
    idle(qtbot, view)
    joined = campaign_of(db)
    assert joined[steps["SO-1"]] == joined[steps["SO-3"]] != ""
    assert panel.button.text() == "Dissolve"
    assert [text_of(line[0]) for line in panel.table.model.rows] == [joined[steps["SO-1"]]]
    panel.button.click()
    idle(qtbot, view)
    assert set(campaign_of(db).values()) == {""}
    assert panel.button.text() == "Join"
    assert problems == []


def test_a_campaign_that_cannot_be_joined_any_more_is_refused(
    qtbot: QtBot, db: Database, context: UiContext
) -> None:
    steps = a_paint_shop(db, date(2026, 12, 18))
    view = show(qtbot, context)
    view.tabs.select("campaigns")
    batching.join([steps["SO-1"], steps["SO-3"]])
    assert isinstance(view.campaigns.chosen(), batching.CampaignView)
    with db.session(write=True) as session:
        session.get_one(ProductionOperation, steps["SO-3"]).campaign = "CP-OTHER"
    view.campaigns.button.click()
    idle(qtbot, view)
    box = next(one for one in QApplication.topLevelWidgets() if isinstance(one, Message) and one.isVisible())
    assert "is in campaign" in box.text()
    box.accept()
    assert isinstance(view.campaigns.chosen(), load_campaigns.Joined)


def test_an_empty_factory_says_what_to_do(qtbot: QtBot, db: Database, context: UiContext) -> None:
    view = show(qtbot, context)
    assert view.grid.loads.rowCount() == 0
    assert view.orders.view.empty_text() == "Enter a work centre first: the load is that of its machines."
