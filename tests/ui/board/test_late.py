"""The tab of late orders: who, how much, why, and what can be done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from factory_erp.domain.errors import DomainError
from factory_erp.models.database import Database
from factory_erp.services.board import late_orders
from factory_erp.services.schedule.reasons import Why
from factory_erp.ui.board import late_view
from factory_erp.ui.board.late_view import LateView
from factory_erp.ui.board.searching import Searching
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.rows import text_of
from tests.services.schedule_shop import number, scheduled


@pytest.fixture
def view(qtbot: QtBot, db: Database, context: UiContext) -> LateView:
    """The second order cannot be done by Monday."""
    scheduled(db, 60, 600, ship_by=date(2026, 11, 23))
    return show(qtbot, context)


def show(qtbot: QtBot, context: UiContext) -> LateView:
    view = LateView(context)
    context.jobs.changed.connect(view.on_changes)
    qtbot.addWidget(view)
    view.resize(1060, 640)
    view.show()
    view.refresh()
    idle(qtbot, view)
    return view


def idle(qtbot: QtBot, view: LateView) -> None:
    qtbot.waitUntil(lambda: not view.context.jobs.running(), timeout=30_000)


def said(view: LateView) -> str:
    return "\n".join(one.text() for one in view.card.findChildren(QLabel) if one.isVisibleTo(view.card))


def buttons(view: LateView) -> dict[str, QPushButton]:
    return {one.text(): one for one in view.card.findChildren(QPushButton) if one.isVisibleTo(view.card)}


def test_late_orders_are_listed_with_their_reasons(
    view: LateView, db: Database, problems: list[BaseException]
) -> None:
    found = late_orders.late_list()
    assert found
    assert view.table.model.keys == [one.order_id for one in found]
    first = [text_of(cell) for cell in view.table.model.rows[0]]
    assert first[0] == number(db, found[0].order_id)
    assert first[3] == "2026-11-23"
    assert first[5] == ("1 day late" if found[0].days_late == 1 else f"{found[0].days_late} days late")
    shown = said(view)
    assert "Why it is late" in shown
    assert "1." in shown
    assert all(why.text in shown for why in found[0].reasons)
    assert view.total.text().startswith(f"{len(found)} orders · CNY ")
    assert problems == []


def test_a_day_costs_its_part_of_the_delay(view: LateView) -> None:
    one = view.late()[0]
    assert late_view.a_day(one) * one.days_late == one.cost
    assert late_view.money(late_view.a_day(one), one.currency) in said(view)


def test_links_lead_to_the_orders_and_to_the_board(qtbot: QtBot, view: LateView) -> None:
    went: list[str] = []
    view.opened.connect(went.append)
    one = view.late()[0]
    there = buttons(view)
    there[f"Promise {one.sales_number} anew"].click()
    there["Show on the board"].click()
    there["Try overtime in a what-if"].click()
    qtbot.keyClick(view.table.view, Qt.Key.Key_Return)
    assert went == [
        f"erp://sales/{one.sales_order_id}",
        f"erp://board/order/{one.number}",
        "erp://board/whatif",
        f"erp://production/{one.order_id}",
    ]


def test_rescheduling_starts_here_and_the_list_follows(qtbot: QtBot, view: LateView) -> None:
    started: list[bool] = []
    view.search.started.connect(lambda: started.append(True))
    view.search.start(seconds=0.2)
    assert started
    qtbot.waitUntil(lambda: "Stop" in buttons(view))
    view.reschedule()
    idle(qtbot, view)
    assert not view.search.running, "the second call stops it"
    qtbot.waitUntil(lambda: "Re-schedule" in buttons(view))
    assert view.table.model.keys == [one.order_id for one in late_orders.late_list()]


def test_nothing_late_is_said_to_be_so(qtbot: QtBot, db: Database, context: UiContext) -> None:
    scheduled(db, 60)
    view = show(qtbot, context)
    assert view.table.model.rows == []
    assert view.table.view.empty_text() == "Every order ends before it is needed."
    assert view.total.text() == ""
    qtbot.waitUntil(lambda: "Choose an order" in said(view))


def test_what_cannot_be_read_is_said_in_the_list(
    qtbot: QtBot, view: LateView, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> object:
        raise DomainError("The calendar ends too soon.")

    monkeypatch.setattr(late_orders, "late_list", refuse)
    view.on_changes({"production_order": {1}})
    idle(qtbot, view)
    assert view.table.model.rows == []
    assert view.table.view.empty_text() == "The calendar ends too soon."


def test_other_changes_are_not_read_again(view: LateView) -> None:
    view.on_changes({"image": {1}})
    assert not view.context.jobs.running()


def test_a_second_search_is_not_begun(qtbot: QtBot, view: LateView) -> None:
    told: list[str] = []
    view.context.say = told.append
    other = Searching(view.context, view)
    other.start(seconds=0.2)
    view.reschedule()
    assert told == ["A better schedule is being looked for already."]
    assert not view.search.running
    other.stop()
    idle(qtbot, view)


def test_each_cause_has_its_remedy(view: LateView) -> None:
    causes = (
        Why("It arrives late.", "purchase_order", 4),
        Why("It has still to be ordered.", "item", 5),
        Why("It is closed.", "machine", 6),
        Why("Its place is locked.", "production_operation", 7),
        Why("It is closed again.", "machine", 6),
        Why("There is more work than time."),
    )
    found = [
        (text, link) for _icon, text, link in late_view.remedies(replace(view.late()[0], reasons=causes))
    ]
    assert found[:4] == [
        ("Hurry the purchase", "erp://material/purchases/4"),
        ("Order the material now", "erp://material/suggestions"),
        ("Open the machine's hours", "erp://engineering/centres"),
        ("Unlock the operation on the board", "erp://board/operation/7"),
    ]
    assert len(found) == 7, "each place once, and what always helps"
