"""An order that the factory does not follow: the banner, the differences, and settling them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.services import planning
from factory_erp.services.order_effects.changed_orders import effects
from factory_erp.services.production import orders as production
from factory_erp.services.production.orders import ReportInput
from factory_erp.services.sales import views as sales_views
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.widgets import Banner
from factory_erp.ui.sales import SalesPage
from factory_erp.ui.sales.effects_dialog import EffectsDialog
from tests.services.factory import an_order_for_cups
from tests.ui.sales.test_page import settle

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Shown:
    """The sales page with the card of one planned order for a hundred cups."""

    def __init__(self, qtbot: QtBot, context: UiContext, db: Database) -> None:
        self.qtbot, self.db = qtbot, db
        _shop, self.order = an_order_for_cups(db, 100)
        planning.plan_order(self.order)
        self.page = SalesPage(context)
        context.jobs.changed.connect(self.page.on_changes)
        qtbot.addWidget(self.page)
        self.page.resize(1240, 780)
        self.page.show()
        self.read()
        self.page.table.select_id(self.order)
        self.settle()

    def settle(self) -> None:
        settle(self.qtbot, self.page)

    def read(self) -> None:
        self.page.refresh()
        self.settle()

    def wants(self, cups: int) -> None:
        with self.db.session(write=True) as session:
            session.get_one(SalesOrder, self.order).lines[0].quantity = Decimal(cups)
        self.read()

    def banners(self) -> list[str]:
        return [one.words.text() for one in self.page.findChildren(Banner) if one.isVisible()]

    def press(self, text: str, part: QWidget | None = None) -> None:
        buttons = (part or self.page).findChildren(QPushButton)
        next(one for one in buttons if one.isVisible() and one.text() == text).click()

    def review(self) -> EffectsDialog:
        self.press("Show differences…", self.page.card)
        return self.dialog()

    def dialog(self) -> EffectsDialog:
        dialog = self.page.actions_of.dialog
        assert isinstance(dialog, EffectsDialog)
        self.settle()
        return dialog


@pytest.fixture
def shown(qtbot: QtBot, context: UiContext, db: Database) -> Shown:
    return Shown(qtbot, context, db)


def test_an_order_that_fits_has_no_banner(shown: Shown) -> None:
    assert shown.banners() == []


def test_the_banner_leads_to_differences_that_are_applied_at_once(shown: Shown) -> None:
    shown.wants(60)
    assert shown.banners() == ["The factory does not follow this order yet: 2 differences."]
    dialog = shown.review()
    assert set(dialog.rows.choices().values()) == {"reduce:60"}
    with shown.qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shown.settle()
    assert effects(shown.order).lines == ()
    assert shown.banners() == []


def test_another_action_is_chosen_and_a_line_is_left_out(shown: Shown) -> None:
    shown.wants(60)
    dialog = shown.review()
    cup, lid = dialog.rows.boxes
    dialog.rows.boxes[lid].setChecked(False)
    assert not dialog.rows.choosers[lid].isEnabled()
    dialog.rows.choosers[cup].setCurrentIndex(1)
    assert dialog.rows.choices() == {cup: "split"}
    with shown.qtbot.waitSignal(dialog.accepted):
        dialog.apply_button.click()
    assert effects(shown.order).lines == ()


def test_a_refusal_is_told_and_changes_nothing(shown: Shown) -> None:
    shown.wants(60)
    dialog = shown.review()
    cup, lid = dialog.rows.boxes
    dialog.rows.boxes[cup].setChecked(False)
    dialog.apply_button.click()
    shown.settle()
    [message] = [one for one in dialog.findChildren(Message) if one.isVisible()]
    assert "goes into something that stays" in message.text()
    message.accept()
    assert dialog.rows.choices() == {lid: "reduce:60"}
    assert len(effects(shown.order).open) == 2
    dialog.rows.boxes[lid].setChecked(False)
    assert not dialog.apply_button.isEnabled()
    dialog.reject()


def test_somebody_else_was_faster(shown: Shown) -> None:
    shown.wants(60)
    dialog = shown.review()
    with shown.db.session(write=True) as session:
        session.get_one(SalesOrder, shown.order).lines[0].quantity = Decimal(50)
    dialog.apply_button.click()
    shown.settle()
    [message] = [one for one in dialog.findChildren(Message) if one.isVisible()]
    message.accept()
    assert set(dialog.rows.choices().values()) == {"reduce:50"}
    dialog.reject()


def test_cancelling_an_order_that_is_being_made_shows_what_becomes_of_it(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    never: Callable[..., bool] = lambda *_args: pytest.fail("the question says nothing of the work")  # noqa: E731
    monkeypatch.setattr("factory_erp.ui.kit.dialogs.confirm", never)
    production.receive_shortages(shown.order)
    lid = planning.plan_order(shown.order).value.production_orders[-1]
    production.release([lid])
    step = production.production_detail(lid).operations[0].id
    production.report(ReportInput(step, Decimal(10), Decimal(0), "ten"))
    shown.read()
    shown.page.actions_of.cancel(sales_views.order_detail(shown.order))
    dialog = shown.dialog()
    assert "cancel" in dialog.rows.choices().values()
    assert "stock" in dialog.rows.choices().values()
    with shown.qtbot.waitSignal(dialog.accepted):
        dialog.apply_button.click()
    assert sales_views.order_detail(shown.order).state is OrderState.CANCELLED
