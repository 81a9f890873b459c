from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.platforms import ExceptionKind, ExceptionState, SyncException
from factory_erp.models.sales import OrderState, PlatformBlock
from factory_erp.services.incoming import IncomingOrder, Life
from factory_erp.services.platform_orders import intake
from factory_erp.services.platforms import accounts as platforms
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.platforms import change_view
from factory_erp.ui.platforms.change_dialog import ChangeDialog
from factory_erp.ui.platforms.change_view import ChangeView
from tests.services.intake_shop import Shop, line, order

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MORE_AND_NEW = [line(quantity="200", price="2.40"), line("SKU-2", "5", "1")]


@pytest.fixture
def shop(db: Database) -> Shop:
    return Shop(db)


@pytest.fixture
def said(context: UiContext) -> list[str]:
    heard: list[str] = []
    context.say = heard.append
    return heard


def changed(shop: Shop, *versions: IncomingOrder) -> int:
    """A confirmed order that the platform changed since; the first exception that tells of it."""
    shop.take(order())
    shop.confirm()
    shop.take(*versions)
    return platforms.open_exceptions()[0].id


def settle(qtbot: QtBot, context: UiContext) -> None:
    qtbot.waitUntil(lambda: not context.jobs.running(), timeout=8000)


def view_of(qtbot: QtBot, context: UiContext, exception_id: int, *, wide: bool = False) -> ChangeView:
    made = ChangeView(context, exception_id, wide=wide)
    qtbot.addWidget(made)
    made.resize(860 if wide else 318, 500)
    made.show()
    settle(qtbot, context)
    return made


def texts(view: ChangeView) -> list[str]:
    return [found.text() for found in view.rows.findChildren(QLabel) if found.isVisible()]


def state_of(db: Database, exception_id: int) -> tuple[str, str]:
    with db.session() as session:
        record = session.get_one(SyncException, exception_id)
        return record.state, record.detail


@pytest.mark.parametrize("wide", [False, True])
def test_the_differences_stand_in_groups_with_what_accepting_does(
    qtbot: QtBot, shop: Shop, context: UiContext, wide: bool
) -> None:
    view = view_of(
        qtbot, context, changed(shop, order(lines=MORE_AND_NEW, remark="Hurry", later=1)), wide=wide
    )
    seen = texts(view)
    assert [seen.index(text) for text in ("Goods", "Terms and delivery")] == sorted(
        seen.index(text) for text in ("Goods", "Terms and delivery")
    )
    for text in ("100 PCS", "200 PCS", "USD 2.40", "5 PCS × USD 1.00", "—", "Hurry"):
        assert text in seen
    assert "The ship date is promised anew: the order goes back to review." in seen
    assert len(view.rows.boxes) == len(view.rows.keys()) == 4
    box = next(iter(view.rows.boxes.values()))
    assert box.accessibleName() == "SKU-1: yours 100 PCS, theirs 200 PCS"
    assert view.accept_button.toolTip() == "4 changes are taken over."
    # Nothing is wider than the card that holds it.
    assert view.minimumSizeHint().width() <= (860 if wide else 318)


def test_only_what_is_ticked_is_taken_over_and_the_rest_stays_in_question(
    qtbot: QtBot, shop: Shop, context: UiContext, said: list[str]
) -> None:
    waiting = changed(shop, order(lines=MORE_AND_NEW, later=1))
    view = view_of(qtbot, context, waiting)
    quantity, price, added = view.rows.boxes
    view.rows.boxes[price].click()
    view.rows.boxes[added].click()
    with qtbot.waitSignal(view.decided):
        view.accept_button.click()
    settle(qtbot, context)
    ours = shop.ours()
    assert [(row.quantity, row.unit_price) for row in ours.lines] == [(200, Decimal("2.50"))]
    assert said == [f"{ours.number}: 1 change is taken over, the rest still waits."]
    assert quantity not in view.rows.boxes
    assert len(view.rows.boxes) == 2
    # What was cleared is not ticked again behind one's back.
    assert view.rows.keys() == ()
    assert not view.accept_button.isEnabled()
    assert view.accept_button.toolTip() == "Tick what to take over."
    for box in view.rows.boxes.values():
        box.click()
    view.accept()
    settle(qtbot, context)
    assert shop.waiting() == []
    assert said[-1] == f"{ours.number} follows the platform now."
    assert view.accept_button.isHidden()
    assert view.note.text() == "This change has been decided on."


def test_what_cannot_be_taken_over_is_greyed_and_says_why(
    qtbot: QtBot, shop: Shop, context: UiContext
) -> None:
    waiting = changed(shop, order(currency="EUR", remark="Hurry", later=1))
    view = view_of(qtbot, context, waiting)
    assert not any(box.isEnabled() for box in view.rows.boxes.values())
    assert view.rows.keys() == ()
    assert any("have it ordered anew" in text for text in texts(view))
    assert not view.accept_button.isEnabled()
    assert view.keep_button.isEnabled()
    assert view.note.text().startswith("None of it can be taken over")


def test_ours_is_kept_with_a_note(
    qtbot: QtBot, shop: Shop, context: UiContext, said: list[str], db: Database
) -> None:
    waiting = changed(shop, order(lines=MORE_AND_NEW, later=1))
    view = view_of(qtbot, context, waiting)
    view.keep_button.click()
    assert view.dialog is not None
    view.dialog.form.edit("note").setPlainText("Agreed by phone")  # type: ignore[attr-defined]
    with qtbot.waitSignal(view.decided):
        view.dialog.save_button.click()
    settle(qtbot, context)
    assert state_of(db, waiting) == (ExceptionState.DISMISSED, "Agreed by phone")
    assert [row.quantity for row in shop.ours().lines] == [100]
    assert view.note.text() == "Decided: Agreed by phone"
    assert not any(box.isEnabled() for box in view.rows.boxes.values())
    assert said[-1].endswith("stays as it is.")


def test_a_version_that_came_meanwhile_is_refused_and_shown(
    qtbot: QtBot, shop: Shop, context: UiContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    problems: list[BaseException] = []
    monkeypatch.setattr(change_view, "show_problem", lambda _parent, error: problems.append(error))
    view = view_of(qtbot, context, changed(shop, order(lines=[line(quantity="200")], later=1)))
    shop.take(order(lines=[line(quantity="300")], later=2))
    view.accept_button.click()
    settle(qtbot, context)
    settle(qtbot, context)
    assert len(problems) == 1
    assert "changed again on the platform" in str(problems[0])
    assert "300 PCS" in texts(view)
    assert view.accept_button.isEnabled()
    assert [row.quantity for row in shop.ours().lines] == [100]


def test_a_stop_of_the_platform_cancels_ours_when_accepted(
    qtbot: QtBot, shop: Shop, context: UiContext
) -> None:
    waiting = changed(shop, order(life=Life.CLOSED, status="canceled", later=1))
    dialog = ChangeDialog(context, waiting, "SO", None)
    qtbot.addWidget(dialog)
    dialog.open()
    settle(qtbot, context)
    assert "canceled" in texts(dialog.view)
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.accepted):
        dialog.view.accept_button.click()
    assert shop.ours().state == OrderState.CANCELLED


def test_a_risky_order_can_be_released_only_with_grounds(
    qtbot: QtBot, shop: Shop, context: UiContext
) -> None:
    waiting = changed(shop, order(life=Life.RISK, status="risk", later=1))
    assert platforms.open_exceptions()[0].kind is ExceptionKind.DISPUTED
    view = view_of(qtbot, context, waiting)
    buttons = (view.release_button, view.keep_button, view.accept_button)
    assert all(one.width() >= one.sizeHint().width() for one in buttons)  # no word of theirs is cut
    view.release_button.click()
    assert view.dialog is not None
    view.dialog.save_button.click()
    settle(qtbot, context)
    assert shop.ours().platform_block == PlatformBlock.RISK
    assert view.dialog.isVisible()
    view.dialog.form.edit("note").setPlainText("Paid in full")  # type: ignore[attr-defined]
    with qtbot.waitSignal(view.decided):
        view.dialog.save_button.click()
    assert shop.ours().platform_block == PlatformBlock.NONE


def test_a_decision_made_elsewhere_stays_to_be_read(qtbot: QtBot, shop: Shop, context: UiContext) -> None:
    waiting = changed(shop, order(lines=MORE_AND_NEW, later=1))
    intake.refuse_change(waiting, "no")
    dialog = ChangeDialog(context, waiting, "SO", None)
    qtbot.addWidget(dialog)
    dialog.open()
    settle(qtbot, context)
    assert dialog.isVisible()
    assert dialog.view.note.text() == "Decided: no"
    assert dialog.view.accept_button.isHidden()


def test_a_change_that_is_gone_says_so(qtbot: QtBot, shop: Shop, context: UiContext) -> None:
    view = view_of(qtbot, context, 99_999)
    assert view.sentence.text()
    assert view.accept_button.isHidden()
