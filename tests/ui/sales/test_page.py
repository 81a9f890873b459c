from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.services import planning
from factory_erp.services.progress import Quiet
from factory_erp.services.sales import orders as sales
from factory_erp.services.sales import views as sales_views
from factory_erp.ui.kit import dialogs
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.rows import fit_widths
from factory_erp.ui.sales import SalesPage, page, work
from factory_erp.ui.sales.dialogs import ConfirmDialog, PlanDialog
from factory_erp.ui.sales.source import COLUMNS, OrderSource
from tests.services.factory import CupFactory, a_cup_factory, an_item, an_order, in_stock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Shop:
    """A cup factory with one order in each of some states, and the links that the page followed."""

    def __init__(self, db: Database) -> None:
        with db.session(write=True) as session:
            self.cups: CupFactory = a_cup_factory(session)
            in_stock(session, self.cups.cup, 50)
            draft, ready = OrderState.DRAFT, OrderState.READY
            lines = {self.cups.cup: 100}
            self.draft = an_order(session, lines, number="SO-2026-00001", state=draft, ship_by=None).id
            self.confirmed = an_order(session, lines, number="SO-2026-00002").id
            self.late = an_order(session, lines, number="SO-2026-00003", ship_by=date(2026, 11, 20)).id
            some = {self.cups.cup: 20}
            self.ready = an_order(
                session, some, number="SO-2026-00004", state=ready, ship_by=date(2026, 11, 25)
            ).id
            for order in session.query(SalesOrder):
                sales.index_order(session, order)
        self.links: list[str] = []


@pytest.fixture
def shop(db: Database) -> Shop:
    return Shop(db)


@pytest.fixture
def orders(qtbot: QtBot, shop: Shop, context: UiContext) -> SalesPage:
    context.navigate = shop.links.append
    shown = SalesPage(context)
    context.jobs.changed.connect(shown.on_changes)
    qtbot.addWidget(shown)
    shown.resize(1240, 780)
    shown.show()
    shown.refresh()
    settle(qtbot, shown)
    return shown


def settle(qtbot: QtBot, shown: SalesPage) -> None:
    """Until nothing runs and nothing is about to."""
    quiet = lambda: not (shown.context.jobs.running() or shown._settle.isActive())  # noqa: E731
    qtbot.waitUntil(quiet, timeout=8000)
    qtbot.wait(20)
    qtbot.waitUntil(quiet, timeout=8000)


def choose(qtbot: QtBot, shown: SalesPage, record: int) -> None:
    assert shown.table.select_id(record)
    settle(qtbot, shown)


def buttons(shown: SalesPage) -> list[str]:
    return [button.text() for button in shown.findChildren(QPushButton) if button.isVisible()]


def press(shown: SalesPage, text: str) -> None:
    next(b for b in shown.findChildren(QPushButton) if b.isVisible() and b.text() == text).click()


def state_of(record: int) -> OrderState:
    return sales_views.order_rows([record])[0].state


def test_the_list_says_what_there_is(orders: SalesPage) -> None:
    cells = [orders.table.model.row(row) for row in range(4)]
    assert [row[0] for row in cells] == [f"SO-2026-0000{n}" for n in (4, 3, 2, 1)]
    assert cells[1][-1].text == "Late"
    assert cells[1][-1].tone == "danger"
    assert cells[2][3:8] == ("ACME Trading", "DE", "Steel cup", "100", "USD 100.00")
    assert orders.header._counts.text() == "4 orders · 4 shown"
    counts = {key: chip.count for key, chip in orders.chips._chips.items()}
    assert counts == {
        "all": 4, "to_review": 1, "in_work": 3, "ships_this_week": 1, "late": 1, "on_hold": 0, "shipped": 0
    }  # fmt: skip


def test_a_chip_and_a_search_narrow_the_list(qtbot: QtBot, orders: SalesPage) -> None:
    orders.chips.select("late")
    settle(qtbot, orders)
    assert orders.table.count() == 1
    assert orders._detail is not None
    assert orders._detail.number == "SO-2026-00003"
    orders.chips.select("all")
    orders.table.set_search("SO-2026-00004")
    qtbot.waitUntil(lambda: orders.table.count() == 1)
    assert orders.header._counts.text() == "4 orders · 1 shown"


def test_a_saved_view_is_counted_survives_a_restart_and_follows_changes(
    qtbot: QtBot, orders: SalesPage, shop: Shop, problems: list[BaseException]
) -> None:
    orders.chips.select("to_review")
    orders.header.search.setText("ACME")
    qtbot.keyClick(orders.header.search, Qt.Key.Key_Return)
    orders.table.set_sort("number")
    orders.table.view.layout_of_columns.set_shown("channel", False)
    settle(qtbot, orders)
    dialog = orders.views.ask_new()
    assert dialog.name.text() == "ACME"
    dialog.save_button.click()
    settle(qtbot, orders)
    saved = orders.chips.current()
    assert orders.chips._buttons[saved].text() == "ACME  1"

    orders.hide()
    again = SalesPage(orders.context)
    orders.context.jobs.changed.connect(again.on_changes)
    qtbot.addWidget(again)
    again.show()
    again.refresh()
    settle(qtbot, again)
    assert (again.chips.current(), again.views.base(), again.table.count()) == (saved, "to_review", 1)
    assert again.header.search.text() == "ACME"
    assert again.table.state()["hidden"] == ["channel"]

    again.context.jobs.run(partial(sales.hold, shop.draft), write=True)
    settle(qtbot, again)
    assert again.chips._buttons[saved].text() == "ACME  0"
    again.chips.select("all")
    settle(qtbot, again)
    assert (again.header.search.text(), again.table.count()) == ("", 4)
    assert again.table.state()["hidden"] == ["channel"], "the list looked so when the view was saved"
    assert problems == []


def test_a_draft_is_confirmed_for_the_proposed_date(qtbot: QtBot, orders: SalesPage, shop: Shop) -> None:
    choose(qtbot, orders, shop.draft)
    press(orders, "Confirm…")
    dialog = orders.actions_of.dialog
    assert isinstance(dialog, ConfirmDialog)
    proposed = planning.promise(shop.draft)
    qtbot.waitUntil(lambda: dialog.date.text() == proposed.ship_date.isoformat())
    assert "STEEL" in dialog.why.text()
    dialog.button.click()
    settle(qtbot, orders)
    assert sales_views.order_detail(shop.draft).ship_by == proposed.ship_date
    assert "Plan and schedule" in buttons(orders)
    assert orders.chips._chips["to_review"].count == 0


def test_a_day_that_has_passed_is_not_promised(qtbot: QtBot, orders: SalesPage, shop: Shop) -> None:
    choose(qtbot, orders, shop.draft)
    press(orders, "Confirm…")
    dialog = orders.actions_of.dialog
    assert isinstance(dialog, ConfirmDialog)
    settle(qtbot, orders)
    dialog.date.setText("2026-11-22")
    dialog.button.click()
    assert dialog.isVisible()
    assert "passed" in dialog.problem.text()
    dialog.reject()
    assert state_of(shop.draft) is OrderState.DRAFT


def test_planning_leads_to_the_production_orders(qtbot: QtBot, orders: SalesPage, shop: Shop) -> None:
    said: list[str] = []
    orders.context.say = said.append
    choose(qtbot, orders, shop.confirmed)
    press(orders, "Plan and schedule")
    settle(qtbot, orders)
    settle(qtbot, orders)
    assert state_of(shop.confirmed) is OrderState.IN_PRODUCTION
    assert said[-1].startswith("SO-2026-00002: 2 production orders.")
    press(orders, "Open production")
    made = sales_views.order_detail(shop.confirmed).linked.production
    assert shop.links == [f"erp://production/{made[0].id}"]


def test_what_is_ready_goes_into_a_shipment(qtbot: QtBot, orders: SalesPage, shop: Shop) -> None:
    choose(qtbot, orders, shop.ready)
    press(orders, "Create shipment")
    settle(qtbot, orders)
    gone = sales_views.order_detail(shop.ready).linked.shipments
    assert shop.links == [f"erp://shipping/{gone[0].id}"]
    assert "Open shipment" in buttons(orders)


def test_a_hold_is_laid_on_and_lifted(qtbot: QtBot, orders: SalesPage, shop: Shop) -> None:
    choose(qtbot, orders, shop.confirmed)
    commands = {command.id: command for command in orders.commands()}
    assert not commands["sales.lift_hold"].can_run()
    commands["sales.hold"].trigger()
    settle(qtbot, orders)
    assert state_of(shop.confirmed) is OrderState.ON_HOLD
    press(orders, "Lift hold")
    settle(qtbot, orders)
    assert state_of(shop.confirmed) is OrderState.CONFIRMED


def test_cancelling_asks_first(
    qtbot: QtBot, orders: SalesPage, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(qtbot, orders, shop.draft)
    cancel = next(command for command in orders.commands() if command.id == "sales.cancel")
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: False)
    cancel.trigger()
    settle(qtbot, orders)
    assert state_of(shop.draft) is OrderState.DRAFT
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: True)
    cancel.trigger()
    settle(qtbot, orders)
    assert state_of(shop.draft) is OrderState.CANCELLED


def test_an_order_opens_by_its_number_and_escape_leads_back(
    qtbot: QtBot, orders: SalesPage, shop: Shop
) -> None:
    orders.open_record("SO-2026-00003")
    qtbot.waitUntil(lambda: orders.stack.currentWidget() is orders.sheet)
    assert orders.sheet.lines.model.rows[0][1:3] == ("CUP", "Steel cup")
    assert orders.state()["record"] == "SO-2026-00003"
    assert [step.state.value for step in orders.sheet.journey.steps()][:3] == ["done", "done", "current"]
    qtbot.keyClick(orders.sheet.lines.view, Qt.Key.Key_Escape)
    assert orders.stack.currentIndex() == 0
    settle(qtbot, orders)
    assert orders.table.current_id() == shop.late


def test_enter_opens_the_order_and_it_follows_changes(qtbot: QtBot, orders: SalesPage, shop: Shop) -> None:
    choose(qtbot, orders, shop.confirmed)
    qtbot.keyClick(orders.table.view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: orders.stack.currentWidget() is orders.sheet)
    press(orders, "Hold")
    settle(qtbot, orders)
    assert orders.sheet._pill.text() == "On hold"


def test_a_view_has_a_link_of_its_own(qtbot: QtBot, orders: SalesPage) -> None:
    orders.open_record("view/to_review")
    settle(qtbot, orders)
    assert orders.chips.current() == "to_review"
    assert orders.table.count() == 1


def test_chip_and_columns_are_remembered(qtbot: QtBot, orders: SalesPage, context: UiContext) -> None:
    orders.chips.select("in_work")
    orders.table.set_sort("total")
    orders.table.view.layout_of_columns.set_shown("goods", False)
    settle(qtbot, orders)
    orders.hide()
    again = SalesPage(context)
    qtbot.addWidget(again)
    assert again.chips.current() == "in_work"
    assert again.table.state()["sort"] == "total"
    assert again.table.state()["hidden"] == ["goods"]


def test_several_orders_show_their_sum_and_are_confirmed_together(
    qtbot: QtBot, orders: SalesPage, db: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.session(write=True) as session:
        odd = an_item(session, "ODD")
        odd_id = an_order(session, {odd: 5}, number="SO-2026-00005", state=OrderState.DRAFT, ship_by=None).id
    orders.refresh()
    settle(qtbot, orders)
    orders.table.view.selectAll()
    settle(qtbot, orders)
    assert "Confirm 2 orders…" in buttons(orders)
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: True)
    press(orders, "Confirm 2 orders…")
    settle(qtbot, orders)
    assert state_of(shop.draft) is OrderState.CONFIRMED
    assert state_of(odd_id) is OrderState.DRAFT
    box = next(box for box in orders.findChildren(Message) if box.isVisible())
    assert box.text() == "1 order is confirmed."
    assert box.more_text().startswith("SO-2026-00005: ")
    box.close()


def test_a_selection_that_nobody_could_answer_for_is_only_counted(
    qtbot: QtBot, orders: SalesPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "BULK_LIMIT", 3)
    orders.table.view.selectAll()
    settle(qtbot, orders)
    assert not [text for text in buttons(orders) if text.startswith("Confirm")]


class StopAfterOne(Quiet):
    """Somebody who presses Stop after the first order."""

    def report(self, done: int, total: int, text: str = "") -> None:
        self.cancelled = True


def test_a_stopped_bulk_keeps_and_reports_what_was_done(shop: Shop, db: Database) -> None:
    with db.session(write=True) as session:
        cup = session.merge(shop.cups.cup)
        second = an_order(session, {cup: 5}, number="SO-2026-00006", state=OrderState.DRAFT, ship_by=None).id
    _rows, drafts = work.drafts([shop.draft, second, shop.ready])
    result = work.confirm_all(drafts, StopAfterOne())
    assert result.value.confirmed == 1
    assert result.value.stopped
    assert result.changes["sales_order"] == {shop.draft}
    assert state_of(second) is OrderState.DRAFT


def test_a_buyer_who_gives_more_time_is_promised_his_own_date(shop: Shop) -> None:
    earliest = planning.promise(shop.draft).ship_date
    assert work.propose(shop.draft, None).ship_date == earliest
    assert work.propose(shop.draft, date(2027, 3, 1)).ship_date == date(2027, 3, 1)


def test_the_source_leaves_a_vanished_order_blank(shop: Shop) -> None:
    source = OrderSource()
    ids = source.ids(view="", search="", sort="number", descending=False)
    assert list(ids) == [shop.draft, shop.confirmed, shop.late, shop.ready]
    rows = source.rows([shop.late, 999, shop.draft])
    assert [row[0] for row in rows] == ["SO-2026-00003", "", "SO-2026-00001"]
    assert all(len(row) == len(COLUMNS) for row in rows)


def test_every_sortable_column_sorts(shop: Shop) -> None:
    source = OrderSource()
    for column in COLUMNS:
        if column.sortable:
            assert len(source.ids(view="all", search="", sort=column.key, descending=True)) == 4


def test_the_rail_and_escape_lead_back_to_the_list(qtbot: QtBot, orders: SalesPage, shop: Shop) -> None:
    for leave in (orders.go_home, lambda: qtbot.keyClick(orders.sheet.back, Qt.Key.Key_Escape)):
        orders.open_order(shop.late)
        qtbot.waitUntil(lambda: orders.stack.currentWidget() is orders.sheet)
        leave()
        assert orders.stack.currentIndex() == 0


def test_planning_says_what_to_buy_for_this_order_only(qtbot: QtBot, orders: SalesPage, shop: Shop) -> None:
    planning.plan_order(shop.late)
    said: list[str] = []
    orders.context.say = said.append
    choose(qtbot, orders, shop.confirmed)
    press(orders, "Plan and schedule")
    settle(qtbot, orders)
    own = {record.number for record in sales_views.order_detail(shop.confirmed).linked.production}
    late = [one for one in planning.schedule().value.late_orders if one.number in own]
    assert ("late" in said[-1]) is bool(late)
    dialog = orders.actions_of.dialog
    assert isinstance(dialog, PlanDialog)
    needed = planning.plan_order(shop.confirmed).value.shortages
    assert [row[0] for row in dialog.table.model.rows] == [short.sku for short in needed]
    assert dialog.table.model.rows[0][2] == needed[0].needed_on.isoformat()
    dialog.production_button.click()
    made = sales_views.order_detail(shop.confirmed).linked.production
    assert shop.links[-1] in {f"erp://production/{record.id}" for record in made}


def test_an_order_that_is_short_is_planned_again(orders: SalesPage, shop: Shop) -> None:
    planning.plan_order(shop.confirmed)
    detail = sales_views.order_detail(shop.confirmed)
    covered, short = (orders.actions_of.offer(detail, short=short) for short in (False, True))
    assert covered.primary is not None
    assert short.primary is not None
    assert (covered.primary.text, short.primary.text) == ("Open production", "Plan again")
    assert "Open production" in [act.text for act in short.others]


def test_where_there_is_little_room_the_ship_date_stays(orders: SalesPage) -> None:
    shown = fit_widths(orders.table.model.columns, 500)
    assert "ship_by" in shown
    assert "total" not in shown
