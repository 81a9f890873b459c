from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from factory_erp.models.planning import MachineTimeKind
from factory_erp.services import clock
from factory_erp.services.schedule import machine_times
from factory_erp.services.schedule.machine_times import KIND_NAMES, MachineTimeView
from factory_erp.ui.engineering import EngineeringPage
from factory_erp.ui.engineering import machine_times as dialog_module
from factory_erp.ui.engineering.centres_tab import CentresTab
from factory_erp.ui.engineering.machine_times import MachineTimesDialog
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.rows import text_of
from tests.services.factory import CupFactory
from tests.ui.engineering.conftest import settle

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]

HOUR = timedelta(hours=1)


@pytest.fixture
def tab(page: EngineeringPage) -> CentresTab:
    part = page.part("centres")
    assert isinstance(part, CentresTab)
    return part


@pytest.fixture
def times(qtbot: QtBot, page: EngineeringPage, tab: CentresTab, shop: CupFactory) -> MachineTimesDialog:
    assert tab.show_times() is None
    assert tab.times_button.toolTip() == "Choose a machine first."
    tab.machines.select_key(shop.bench.id)
    dialog = tab.show_times()
    assert dialog is not None
    settle(qtbot, page)
    return dialog


def stored() -> list[MachineTimeView]:
    now = clock.now()
    return machine_times.machine_times(now - 99 * HOUR, now + 99 * HOUR)


def shown(dialog: MachineTimesDialog) -> list[list[str]]:
    return [[text_of(cell) for cell in row] for row in dialog.table.model.rows]


def told(qtbot: QtBot, page: EngineeringPage) -> None:
    """As the window tells its pages what was committed."""
    page.on_changes({"machine_time": frozenset({1})})
    settle(qtbot, page)


def line_of(kind: str) -> str:
    """Where a choice has the kind, as a draft says it."""
    return str([str(one) for one in KIND_NAMES].index(kind))


def enter(
    qtbot: QtBot, page: EngineeringPage, times: MachineTimesDialog, kind: str, start: datetime, reason: str
) -> None:
    dialog = times.add()
    dialog.form.restore_draft(
        {"kind": line_of(kind), "starts_at": figures.local(start), "ends_at": figures.local(start + 3 * HOUR),
         "reason": reason}
    )  # fmt: skip
    dialog.save_button.click()
    settle(qtbot, page)


def test_a_breakdown_is_entered_shown_and_ended(
    qtbot: QtBot, page: EngineeringPage, tab: CentresTab, times: MachineTimesDialog, shop: CupFactory
) -> None:
    assert times.windowTitle() == "Times of BENCH · Bench"
    assert not times.end_button.isEnabled()
    start = clock.now() - HOUR
    enter(qtbot, page, times, "breakdown", start, "Main motor")
    offer = next(box for box in times.findChildren(Message) if box.text() == "Search for a better schedule?")
    assert "moved" in offer.more_text()
    offer.reject()
    (row,) = shown(times)
    assert row == ["Breakdown", figures.local(start), figures.local(start + 3 * HOUR), "now", "Main motor"]
    told(qtbot, page)
    assert text_of(tab.machines.model.rows[0][4]) == "Breakdown"

    assert times.end_button.isEnabled()
    times.end_button.click()
    settle(qtbot, page)
    assert [one.ends_at for one in stored()] == [clock.now().replace(second=0, microsecond=0)]
    assert shown(times)[0][3] == "over"
    assert not times.end_button.isEnabled()
    told(qtbot, page)
    assert text_of(tab.machines.model.rows[0][4]) == "In use"


def test_a_breakdown_offers_the_search_of_the_schedule(
    qtbot: QtBot, page: EngineeringPage, tab: CentresTab, times: MachineTimesDialog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    begun: list[str] = []
    monkeypatch.setattr(tab.search, "start", lambda: begun.append("search"))
    enter(qtbot, page, times, "maintenance", clock.now() + HOUR, "Bearings")
    assert times.findChildren(Message) == []
    enter(qtbot, page, times, "breakdown", clock.now(), "Belt")
    (offer,) = times.findChildren(Message)
    offer.done(QDialog.DialogCode.Accepted)
    assert begun == ["search"]
    assert [row[0] for row in shown(times)] == ["Breakdown", "Maintenance"]


def test_what_cannot_be_is_refused_at_its_field(
    qtbot: QtBot, page: EngineeringPage, times: MachineTimesDialog
) -> None:
    start = clock.now() + HOUR
    dialog = times.add()
    dialog.form.restore_draft(
        {"kind": line_of("overtime"), "starts_at": figures.local(start),
         "ends_at": figures.local(start - HOUR)}
    )  # fmt: skip
    dialog.save_button.click()
    settle(qtbot, page)
    assert "must end after it starts" in dialog.form._messages["ends_at"].text()
    dialog.reject()
    assert stored() == []


def test_a_time_is_changed_and_removed(
    qtbot: QtBot, page: EngineeringPage, times: MachineTimesDialog, shop: CupFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    start = clock.now() + HOUR
    machine_times.add(shop.bench.id, MachineTimeKind.OVERTIME, start, start + HOUR)
    machine_times.add(shop.press.id, MachineTimeKind.OVERTIME, start, start + HOUR)
    times.refresh()
    settle(qtbot, page)
    (row,) = shown(times)
    assert row[3] == "to come"
    change = times.change()
    assert change is not None
    change.form.restore_draft({"reason": "Rush order"})
    change.save_button.click()
    settle(qtbot, page)
    assert [one.reason for one in stored() if one.machine_id == shop.bench.id] == ["Rush order"]

    monkeypatch.setattr(dialog_module, "confirm", lambda *_question: False)
    times.remove()
    settle(qtbot, page)
    assert len(stored()) == 2
    monkeypatch.setattr(dialog_module, "confirm", lambda *_question: True)
    times.remove()
    settle(qtbot, page)
    assert [one.machine_id for one in stored()] == [shop.press.id]
    assert shown(times) == []
