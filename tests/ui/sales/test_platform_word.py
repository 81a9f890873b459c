from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.sales import OrderState, PlatformBlock
from factory_erp.services.incoming import IncomingOrder, Life
from factory_erp.services.sales import views as sales_views
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.widgets import Banner
from factory_erp.ui.platforms.change_dialog import ChangeDialog
from factory_erp.ui.platforms.change_dialogs import ReleaseDialog
from factory_erp.ui.sales import SalesPage
from tests.services.intake_shop import Shop, line, order
from tests.ui.sales.test_page import settle

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def shop(db: Database) -> Shop:
    return Shop(db)


def page_after(qtbot: QtBot, context: UiContext, shop: Shop, *versions: IncomingOrder) -> SalesPage:
    """The page with the card of an order that was confirmed, and that the platform changed since."""
    shop.take(order())
    shop.confirm()
    for version in versions:
        shop.take(version)
    page = SalesPage(context)
    context.jobs.changed.connect(page.on_changes)
    qtbot.addWidget(page)
    page.resize(1240, 780)
    page.show()
    page.refresh()
    settle(qtbot, page)
    page.table.select_id(shop.ours().id)
    settle(qtbot, page)
    return page


def banners(part: QWidget) -> list[str]:
    return [found.words.text() for found in part.findChildren(Banner) if found.isVisible()]


def words(part: QWidget) -> set[str]:
    return {found.text() for found in part.findChildren(QLabel) if found.isVisible()}


def press(part: QWidget, text: str) -> None:
    [found] = [one for one in part.findChildren(QPushButton) if one.isVisible() and one.text() == text]
    found.click()


def test_an_order_without_a_change_has_no_banner_but_the_platform_s_status(
    qtbot: QtBot, context: UiContext, shop: Shop
) -> None:
    page = page_after(qtbot, context, shop)
    assert banners(page) == []
    assert {"Platform status", "undeliver"} <= words(page.card)


def test_a_change_is_announced_reviewed_and_taken_over(qtbot: QtBot, context: UiContext, shop: Shop) -> None:
    later = order(lines=[line(quantity="200", price="2.40")], remark="Hurry", later=1)
    page = page_after(qtbot, context, shop, later)
    said = ["The buyer changed this order on Alibaba.com: 3 differences."]
    assert banners(page.card) == said
    page.open_order(shop.ours().id)
    settle(qtbot, page)
    assert banners(page.sheet) == said
    press(page.sheet, "Review…")
    dialog = page.actions_of.dialog
    assert isinstance(dialog, ChangeDialog)
    settle(qtbot, page)
    with qtbot.waitSignal(dialog.accepted):
        dialog.view.accept_button.click()
    settle(qtbot, page)
    assert banners(page.sheet) == []
    assert sales_views.order_detail(shop.ours().id).state is OrderState.DRAFT


@pytest.mark.parametrize(
    ("life", "status", "says"),
    [
        (Life.FROZEN, "frozen", "frozen on its platform ('frozen')"),
        (Life.DISPUTED, "dispute", "disputed by the buyer on its platform ('dispute')"),
        (Life.CLOSED, "canceled", "cancelled on its platform ('canceled')"),
    ],
)
def test_why_no_goods_may_leave_is_said_once(
    qtbot: QtBot, context: UiContext, shop: Shop, life: Life, status: str, says: str
) -> None:
    page = page_after(qtbot, context, shop, order(life=life, status=status, later=1))
    [text] = banners(page.card)
    assert says in text
    press(page.card, "Review…")
    assert isinstance(page.actions_of.dialog, ChangeDialog)
    settle(qtbot, page)
    page.actions_of.dialog.reject()


def test_a_risky_order_is_released_from_its_banner(qtbot: QtBot, context: UiContext, shop: Shop) -> None:
    page = page_after(qtbot, context, shop, order(life=Life.RISK, status="risk", later=1))
    [text] = banners(page.card)
    assert "marked as risky" in text
    press(page.card, "Release…")
    dialog = page.actions_of.dialog
    assert isinstance(dialog, ReleaseDialog)
    dialog.form.edit("note").setPlainText("Paid in full")  # type: ignore[attr-defined]
    with qtbot.waitSignal(dialog.accepted):
        dialog.save_button.click()
    settle(qtbot, page)
    assert banners(page.card) == []
    assert shop.ours().platform_block == PlatformBlock.NONE


def test_a_refund_is_told_with_its_amount(qtbot: QtBot, context: UiContext, shop: Shop) -> None:
    page = page_after(qtbot, context, shop, order(refunded=Decimal("30.00"), later=1))
    assert banners(page.card) == ["Alibaba.com refunded USD 30.00 to the buyer."]
    assert {"Refunded", "USD 30.00"} <= words(page.card)
