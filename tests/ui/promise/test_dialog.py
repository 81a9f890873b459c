"""Asking for a date: answered while one types, kept, released, confirmed; refusals where they belong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.engineering import Routing
from factory_erp.models.sales import OrderState
from factory_erp.services import planning, search
from factory_erp.services.promise import asking as promise
from factory_erp.services.promise import holds as promise_holds
from factory_erp.services.promise import shown as promise_shown
from factory_erp.services.promise.offer import PromiseOffer, RushView
from factory_erp.services.sales import views as sales_views
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.promise import Asked, PromiseDialog, lines, words
from factory_erp.ui.sales.promising import asked
from tests.services.factory import CupFactory, a_cup_factory, a_customer, an_order, in_stock

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]

TODAY = date(2026, 11, 23)


class Desk:
    """A cup factory, a dialog over it, and what it said and where it led."""

    def __init__(self, qtbot: QtBot, db: Database, context: UiContext) -> None:
        with db.session(write=True) as session:
            self.shop: CupFactory = a_cup_factory(session)
            in_stock(session, self.shop.cup, 50)
            in_stock(session, self.shop.box, 5000)
            search.index(session, "catalog", self.shop.steel.id, "STEEL", "")
        self.db, self.qtbot, self.context = db, qtbot, context
        self.links: list[str] = []
        self.said: list[str] = []
        context.navigate, context.say = self.links.append, self.said.append

    def open(self, what: Asked) -> PromiseDialog:
        """The dialog once it has begun."""
        self.dialog = PromiseDialog(self.context, what)
        # It deletes itself as it closes; the test is still looking then.
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.qtbot.addWidget(self.dialog)
        self.dialog.show()
        self.settle()
        return self.dialog

    def settle(self) -> None:
        """Until nothing runs and nothing is about to."""
        for _round in range(3):
            self.qtbot.waitUntil(self._is_quiet, timeout=15_000)
            self.qtbot.wait(20)

    def _is_quiet(self) -> bool:
        return not (self.context.jobs.running() or self.dialog._pause.isActive())

    def cups(self, quantity: int, wanted: str = "") -> PromiseDialog:
        """The dialog asked for so many cups by the day *wanted*."""
        dialog = self.open(Asked(item_id=self.shop.cup.id))
        self.type(str(quantity))
        if wanted:
            self.want(wanted)
        return dialog

    def type(self, quantity: str) -> None:
        """Type over the quantity of the first line."""
        self.dialog.grid.select(0, lines.QUANTITY)
        index = self.dialog.grid.view.currentIndex()
        self.dialog.grid.model.setData(index, quantity, Qt.ItemDataRole.EditRole)
        self.settle()

    def want(self, day: str) -> None:
        """Type the wanted day."""
        self.dialog.wanted.setText(day)
        self.dialog.wanted.edited.emit()
        self.settle()


@pytest.fixture
def desk(qtbot: QtBot, db: Database, context: UiContext) -> Iterator[Desk]:
    yield Desk(qtbot, db, context)
    for box in messages():
        box.close()


def messages() -> list[Message]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, Message) and one.isVisible()]


def cells(table: SimpleTable) -> list[tuple[str, ...]]:
    return [tuple(text_of(cell) for cell in row) for row in table.model.rows]


def test_nothing_is_asked_before_an_item_and_a_quantity_are_typed(desk: Desk) -> None:
    dialog = desk.open(Asked())
    assert dialog.panel.said.text() == "Enter an item and a quantity."
    assert not dialog.hold_button.isEnabled()
    assert not dialog.take_button.isVisible()


def test_the_answer_follows_what_is_typed(desk: Desk, problems: list[BaseException]) -> None:
    dialog = desk.cups(40)
    panel = dialog.panel
    assert (panel.day.text(), panel.pill.text()) == ("2026-11-23", "Earliest")
    assert [(part.name, part.source) for part in panel.timeline.parts] == [("CUP", "40 PCS from stock")]
    desk.type("300")
    found = promise.promise_item(desk.shop.cup.id, Decimal(300))
    assert panel.day.text() == found.day.isoformat()
    assert 'href="erp://catalog/' in panel.binding.text(), "the steel that it waits for is a link"
    rows = {(part.name, part.source): (part.first, part.last) for part in panel.timeline.parts}
    assert rows["CUP", "50 PCS from stock"] == (TODAY, TODAY)
    assert rows["CUP", "250 PCS to be made"][1] == found.day
    assert rows["STEEL", "75 KGS to come"] == (TODAY, date(2026, 11, 28))
    assert cells(panel.ways)[0] == ("As the schedule stands, nobody waits", *[panel.day.text()] * 2, "–")
    assert cells(panel.ways)[1][1] == "2026-11-23", "what is in stock could go at once"
    assert cells(panel.ways)[1][3] == "CNY 0.00", "which costs nothing more"
    assert all(row[3].startswith("CNY ") for row in cells(panel.ways)[1:])
    assert problems == []


def test_a_wanted_day_is_in_time_or_too_late(desk: Desk) -> None:
    dialog = desk.cups(300, "2026-12-18")
    assert dialog.panel.pill.text() == "In time"
    assert dialog.panel.said.text().startswith("Everything can ship on 2026-12-18, with")
    desk.want("2026-11-24")
    assert dialog.panel.pill.text() == "Too late"
    assert dialog.panel.said.text().endswith("days after the wanted 2026-11-24.")


def test_an_older_answer_is_dropped(desk: Desk) -> None:
    dialog = desk.cups(40)
    answer = dialog.panel.answer
    assert answer is not None
    dialog.panel.say("")
    dialog._take_answer(dialog._question - 1, answer)
    assert dialog.panel.answer is None


def test_a_quantity_of_zero_stands_at_its_cell(desk: Desk) -> None:
    dialog = desk.cups(0)
    [(row, key, problem)] = dialog.grid.problems()
    assert (row, key) == (0, lines.QUANTITY)
    assert "above zero" in problem
    assert dialog.panel.answer is None
    dialog.grid.undo_stack.undo()
    desk.settle()
    assert dialog.panel.said.text() == "Enter an item and a quantity."


def test_a_past_day_is_refused_at_its_field(desk: Desk) -> None:
    dialog = desk.cups(40, "2026-11-20")
    assert "2026-11-20 is past" in dialog.problem.text()
    assert dialog.problem.isVisible()
    assert dialog.panel.answer is None
    desk.want("nonsense")
    assert dialog.problem.isVisible()
    desk.want("2026-11-30")
    assert not dialog.problem.isVisible()
    assert dialog.panel.pill.text() == "In time"


def test_an_item_that_nobody_can_make_is_said_so(desk: Desk) -> None:
    with desk.db.session(write=True) as session:
        for routing in session.query(Routing).filter_by(item_id=desk.shop.cup.id):
            session.delete(routing)
    dialog = desk.cups(300)
    assert "CUP" in dialog.panel.said.text()
    assert dialog.panel.said.property("problem")
    assert not dialog.hold_button.isEnabled()


def test_a_promise_is_kept_and_released(desk: Desk, problems: list[BaseException]) -> None:
    dialog = desk.cups(50)
    dialog.keeping.until.setText("2026-11-30")
    dialog.hold_button.click()
    desk.settle()
    assert cells(dialog.keeping.table) == [("50 PCS CUP", "2026-11-23", "2026-11-30")]
    assert not dialog.hold_button.isEnabled(), "not twice"
    assert promise.promise_item(desk.shop.cup.id, Decimal(10)).day > TODAY
    dialog.keeping.release_button.click()
    desk.settle()
    assert promise_holds.open_holds() == ()
    assert promise.promise_item(desk.shop.cup.id, Decimal(10)).day == TODAY
    assert desk.said == ["Kept for 2026-11-23.", "The promise is released."]
    assert problems == []


def test_a_promise_is_not_kept_until_a_past_day(desk: Desk) -> None:
    dialog = desk.cups(50)
    dialog.keeping.until.setText("2026-11-20")
    dialog.hold_button.click()
    desk.settle()
    assert "past" in dialog.problem.text()
    assert promise_holds.open_holds() == ()


def test_who_was_quicker_is_said_and_the_answer_is_worked_out_anew(desk: Desk) -> None:
    dialog = desk.cups(50)
    promise_holds.hold(promise.promise_item(desk.shop.cup.id, Decimal(50)))
    dialog.hold_button.click()
    desk.settle()
    [box] = messages()
    assert "is taken" in box.text()
    assert dialog.panel.day.text() > "2026-11-23"


def test_only_the_plain_way_can_be_kept(desk: Desk) -> None:
    dialog = desk.cups(300)
    dialog.panel.ways.select_key(1)
    assert not dialog.hold_button.isEnabled()
    assert "as it stands" in dialog.hold_button.toolTip()
    dialog.hold()
    assert promise_holds.open_holds() == ()


def test_a_rush_says_who_waits_and_what_it_costs(desk: Desk) -> None:
    with desk.db.session(write=True) as session:
        in_stock(session, desk.shop.steel, 5000)
        busy = a_customer(session, "BUSY")
        order = an_order(session, {desk.shop.cup: 1500}, number="SO-7", customer=busy,
                         ship_by=date(2027, 3, 1)).id  # fmt: skip
    planning.plan_order(order)
    planning.schedule()
    dialog = desk.cups(100, "2026-11-25")
    assert dialog.panel.pill.text() == "Too late"
    assert cells(dialog.panel.slips)[0][:2] == ("SO-7", "BUSY Trading")
    assert "wait" in dialog.panel.sum.text()
    assert "CNY" in dialog.panel.sum.text()
    last = len(cells(dialog.panel.ways)) - 1
    assert cells(dialog.panel.ways)[last][0].startswith("Rush")
    key = dialog.panel.slips.model.keys[0]
    dialog.panel.slips.activated.emit(key)
    assert desk.links == [f"erp://production/{key}"]
    assert not dialog.isVisible()


def test_an_order_is_confirmed_for_the_day_of_the_chosen_way(desk: Desk) -> None:
    with desk.db.session(write=True) as session:
        order = an_order(session, {desk.shop.cup: 300}, state=OrderState.DRAFT, ship_by=None).id
    days: list[date] = []
    dialog = desk.open(asked(sales_views.order_detail(order), days.append))
    offer = promise.promise_order(order)
    assert dialog.take_button.text() == f"Confirm for {offer.day}"
    assert not dialog.hold_button.isVisible()
    assert not dialog.keeping.until.isVisible()
    desk.want((offer.day + timedelta(days=9)).isoformat())
    dialog.take_button.click()
    assert days == [offer.day + timedelta(days=9)]


def test_enter_confirms_the_suggested_day_but_not_one_that_is_still_worked_out(
    qtbot: QtBot, desk: Desk
) -> None:
    with desk.db.session(write=True) as session:
        order = an_order(session, {desk.shop.cup: 300}, state=OrderState.DRAFT, ship_by=None).id
    days: list[date] = []
    dialog = desk.open(asked(sales_views.order_detail(order), days.append))
    offer = promise.promise_order(order)
    assert not dialog.other_button.isVisible()
    later = (offer.day + timedelta(days=9)).isoformat()
    dialog.wanted.clear()
    qtbot.keyClicks(dialog.wanted, later)
    qtbot.keyClick(dialog.wanted, Qt.Key.Key_Return)
    assert days == [], "nobody has seen the answer to that yet"
    assert dialog.isVisible()
    desk.settle()
    qtbot.keyClick(dialog.wanted, Qt.Key.Key_Return)
    assert days == [offer.day + timedelta(days=9)]
    assert not dialog.isVisible()


def test_a_rush_for_which_nobody_waits_says_so(db: Database) -> None:
    rush = RushView(True, TODAY, (), 0, 0)
    offer = PromiseOffer(TODAY + timedelta(days=1), TODAY, False, (), (), (), rush, "CNY")
    assert [one.text for one in words.ways(offer)][1:] == ["Rush: no other order is finished later"]
    kept = replace(offer, rush=replace(rush, day=offer.day))
    assert len(words.ways(kept)) == 1, "a rush that brings nothing is no way"


def test_what_is_kept_is_named_with_its_goods(desk: Desk) -> None:
    promise_holds.hold(
        promise.promise_lines([(desk.shop.cup.id, Decimal(20)), (desk.shop.box.id, Decimal(5))])
    )
    [one] = promise_shown.kept()
    assert one.goods == (("CUP", Decimal(20), "H87"), ("BOX", Decimal(5), "H87"))
    assert (one.number, one.used) == ("", False)


def test_codes_in_sentences_lead_to_their_records(desk: Desk) -> None:
    found = promise_shown.links_in(["STEEL is on order, NOTHING is not.", "It waits for 2026-11-25."])
    assert found == {"STEEL": f"erp://catalog/{desk.shop.steel.id}"}
