from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from factory_erp.models.database import Database
from factory_erp.models.partners import Partner, PartnerRole, Role
from factory_erp.models.platforms import ExceptionKind, SyncException
from factory_erp.models.sales import SalesOrder
from factory_erp.services import clock
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.platform_orders.exception_remedies import SkuSuggestion
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.sales import orders as sales
from factory_erp.services.sales.views import order_ids
from factory_erp.sync.sandbox.alibaba import SandboxServer
from factory_erp.ui.platforms import PlatformsPage, exception_actions, exception_body, exception_work, words
from factory_erp.ui.platforms.map_dialog import ITEM, MapDialog
from factory_erp.ui.platforms.text_dialog import TextDialog
from tests.conftest import MONDAY
from tests.ui.platforms.support import (
    click,
    connected,
    order,
    pulled,
    rows,
    settle,
    shown,
    tabs,
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def named(page: PlatformsPage, name: str) -> QPushButton:
    """The button that a screen reader calls *name*."""
    found = page.exceptions.card.findChildren(QPushButton)
    return [one for one in found if one.accessibleName() == name][-1]


def waiting(qtbot: QtBot, page: PlatformsPage, shop: SandboxServer) -> None:
    """One order waits for the SKU BTL500-BLK, and is in view."""
    pulled(qtbot, page, shop)
    page.tabs.select("exceptions")
    settle(qtbot, page)


def test_the_card_says_what_waits_and_what_it_may_be(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer
) -> None:
    waiting(qtbot, page, shop)
    [row] = rows(page.exceptions.table)
    assert row[:4] == ["Unknown SKU", "290000003", "Bottles", "BTL500-BLK"]
    said = shown(page.exceptions.card)
    assert "BTL-500-M" in said
    assert "Its SKU is alike." in said
    assert "600 PCS × USD 3.35 · BTL500-BLK" in said
    assert "USD 2,010" in said


def test_one_click_maps_the_sku_and_takes_the_order_in(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, said: list[str]
) -> None:
    waiting(qtbot, page, shop)
    named(page, "Map: BTL-500-M").click()
    settle(qtbot, page)

    assert said[-1] == "Mapped. 1 new order."
    assert tabs(page)[1] == "Exceptions  0"
    assert len(order_ids()) == 3


def test_the_keyboard_finds_and_maps_another_item(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database
) -> None:
    waiting(qtbot, page, shop)
    qtbot.keyClick(page.exceptions.table.view, Qt.Key.Key_Return)
    assert page.exceptions._body is not None
    assert page.focusWidget() is page.exceptions._body._first
    edit = page.exceptions._body.lookup
    assert edit is not None
    edit.setFocus()
    take = [one for one in page.exceptions.card.findChildren(QPushButton) if one.text() == "Map"]
    assert not take[-1].isEnabled()
    qtbot.keyClicks(edit, "BTL-750-O")
    qtbot.waitUntil(lambda: [one.text for one in edit.suggestions()] == ["BTL-750-O"])
    assert edit.take()
    take[-1].click()
    settle(qtbot, page)
    with db.session() as session:
        taken = session.scalars(select(SalesOrder).filter_by(external_id="290000003")).one()
        assert [line.item.sku for line in taken.lines] == ["BTL-750-O"]


def test_an_exception_is_tried_again_and_dismissed(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, said: list[str]
) -> None:
    waiting(qtbot, page, shop)
    click(page.exceptions.card, "Try again")
    settle(qtbot, page)
    assert said[-1] == "Order 290000003 still cannot be taken in."
    assert tabs(page)[1] == "Exceptions  1"

    click(page.exceptions.card, "Dismiss")
    settle(qtbot, page)
    assert said[-1] == "Dismissed: 290000003"
    assert tabs(page)[1] == "Exceptions  0"
    assert "Nothing waits for you" in shown(page.exceptions.card)


def test_what_is_typed_on_the_card_outlives_a_refresh(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer
) -> None:
    waiting(qtbot, page, shop)
    assert page.exceptions._body is not None
    edit = page.exceptions._body.lookup
    assert edit is not None
    edit.setText("BTL-7")
    page.refresh()
    settle(qtbot, page)
    assert edit.text() == "BTL-7"


def test_the_order_can_be_read_as_it_came(qtbot: QtBot, page: PlatformsPage, shop: SandboxServer) -> None:
    waiting(qtbot, page, shop)
    click(page.exceptions.card, "Show as it came…")
    dialog = QApplication.topLevelWidgets()
    found = [one for one in dialog if isinstance(one, TextDialog) and one.isVisible()]
    assert '"external_id": "290000003"' in found[-1].texts[0].toPlainText()
    found[-1].reject()


def more_unknown(qtbot: QtBot, page: PlatformsPage, shop: SandboxServer) -> None:
    """Five orders for three SKUs that nobody knows."""
    for number, sku in enumerate(["BTL 500 M", "BTL 500 M", "XYZ-1", "BTL500-BLK"], 4):
        shop.state.add(order(number, sku, name="Flask"))
    waiting(qtbot, page, shop)


def test_many_skus_are_mapped_at_once(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, said: list[str]
) -> None:
    more_unknown(qtbot, page, shop)
    assert tabs(page)[1] == "Exceptions  5"
    assert page.map_button.isVisible()
    click(page.header, "Map unknown SKUs…")
    settle(qtbot, page)
    dialog = page.findChild(MapDialog)
    assert dialog is not None
    found = {row["sku"]: row for row in dialog.grid.rows()}
    assert found["BTL 500 M"]["orders"] == 2
    assert found["BTL 500 M"][ITEM] is not None, "the same SKU, written otherwise, is filled in"
    assert (found["BTL500-BLK"][ITEM], found["XYZ-1"][ITEM]) == (None, None)
    assert dialog.map_button.text() == "Map 1"

    dialog.take_suggestions()
    assert dialog.map_button.text() == "Map 2"
    dialog.grid.undo_stack.undo()
    assert dialog.map_button.text() == "Map 1"
    dialog.grid.undo_stack.redo()
    dialog.map_all()
    settle(qtbot, page)
    assert said[-1] == "Mapped. 4 new orders."
    assert tabs(page)[1] == "Exceptions  1"


def test_an_item_that_there_is_not_stays_unmapped(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer
) -> None:
    waiting(qtbot, page, shop)
    dialog = page.remedies.map_all(page.exceptions.records())
    settle(qtbot, page)
    dialog.grid.select(0, ITEM)
    dialog.grid.apply(dialog.grid.plan([["NO-SUCH"]]))
    assert not dialog.map_button.isEnabled()
    assert [place for _row, place, _text in dialog.grid.problems()] == [ITEM]
    dialog.map_all()
    settle(qtbot, page)
    assert len(order_ids()) == 2
    dialog.reject()


def test_many_exceptions_are_tried_again_or_dismissed_at_once(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    more_unknown(qtbot, page, shop)
    page.exceptions.table.view.selectAll()
    assert "5 exceptions selected" in shown(page.exceptions.card)
    click(page.exceptions.card, "Try again")
    settle(qtbot, page)
    assert said[-1] == "0 orders are in, 5 still wait"

    asked: list[str] = []
    monkeypatch.setattr(exception_actions, "confirm", lambda *said: not asked.append(said[2]))
    page.exceptions.table.view.selectAll()
    click(page.exceptions.card, "Dismiss")
    settle(qtbot, page)
    assert asked[0].startswith("5 exceptions will be dismissed")
    assert said[-1] == "5 dismissed"
    assert tabs(page)[1] == "Exceptions  0"


def test_chips_show_one_kind_at_a_time(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database
) -> None:
    account_id = pulled(qtbot, page, shop)
    unreadable(db, account_id, page, qtbot)
    chips = {key: one.text() for key, one in page.exceptions.chips._buttons.items()}
    assert chips == {"all": "All  2", "unknown_sku": "Unknown SKU  1", "malformed": "Cannot be read  1"}
    page.exceptions.chips.select("malformed")
    settle(qtbot, page)
    assert [row[0] for row in rows(page.exceptions.table)] == ["Cannot be read"]
    page.open_record(f"exceptions/{platforms.open_exceptions()[0].id}")
    assert len(rows(page.exceptions.table)) == 2, "a link leads to a record that the chip hides"


def unreadable(db: Database, account_id: int, page: PlatformsPage, qtbot: QtBot) -> None:
    """An inquiry that could not be taken in."""
    with db.session(write=True) as session:
        session.add(
            SyncException(
                account_id=account_id, external_id="inquiry 77", kind=ExceptionKind.MALFORMED,
                subject="no buyer", detail="The inquiry names no buyer.",
            )
        )  # fmt: skip
    page.refresh()
    settle(qtbot, page)


def test_an_inquiry_that_cannot_be_read_can_only_be_dismissed(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database
) -> None:
    account_id = connected(qtbot, page, shop)
    unreadable(db, account_id, page, qtbot)
    page.tabs.select("exceptions")
    assert rows(page.exceptions.table)[0][1] == "Inquiry 77"
    assert "answer it there" in shown(page.exceptions.card)
    texts = {one.text() for one in page.exceptions.card.findChildren(QPushButton)}
    assert "Try again" not in texts
    click(page.exceptions.card, "Dismiss")
    settle(qtbot, page)
    assert platforms.open_exceptions() == []


def ask_for_buyers(qtbot: QtBot, page: PlatformsPage, shop: SandboxServer) -> None:
    """Two orders wait for a buyer whom nobody knows."""
    account_id = connected(qtbot, page, shop)
    form, version = platforms.account_form(account_id)
    platforms.save_account(replace(form, ask_new_buyers=True), version)
    page.refresh()
    settle(qtbot, page)
    click(page.accounts, "Sync now")
    settle(qtbot, page)
    page.tabs.select("exceptions")
    page.exceptions.chips.select("unknown_buyer")
    settle(qtbot, page)


def test_a_new_buyer_becomes_a_customer_by_one_click(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, said: list[str]
) -> None:
    ask_for_buyers(qtbot, page, shop)
    before = len(platforms.open_exceptions())
    click(page.exceptions.card, "Create customer")
    settle(qtbot, page)
    assert said[-1].startswith("The buyer is known now.")
    assert len(platforms.open_exceptions()) < before
    assert order_ids()


def test_a_new_buyer_is_a_customer_that_is_there(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database, said: list[str]
) -> None:
    with db.session(write=True) as session:
        for code, name in (("K-1", "Nordlicht Handel GmbH"), ("K-2", "Somebody else")):
            customer = Partner(code=code, name=name, country="DE")
            customer.roles.append(PartnerRole(role=Role.CUSTOMER))
            session.add(customer)
    ask_for_buyers(qtbot, page, shop)
    assert "The same name." in shown(page.exceptions.card)
    assert [one.text for one in exception_work.customers("somebody")] == ["K-2"]
    named(page, "Use: K-1").click()
    settle(qtbot, page)
    assert said[-1] == "The buyer is known now. 2 new orders."
    with db.session() as session:
        assert {one.customer.code for one in session.scalars(select(SalesOrder))} == {"K-1"}


def changed_by_buyer(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database, monkeypatch: pytest.MonkeyPatch
) -> SalesOrder:
    """A confirmed order whose remark the buyer changed; its exception is the current one."""
    pulled(qtbot, page, shop)
    with db.session() as session:
        first = session.scalars(select(SalesOrder).filter_by(external_id="290000001")).one()
    sales.confirm(first.id, clock.today() + timedelta(days=30))
    with monkeypatch.context() as patch:
        patch.setattr(shop.state, "now", lambda: MONDAY - timedelta(minutes=1))
        shop.state.modify("290000001", remark="please <b>hurry</b>")
    click(page.accounts, "Sync now")
    settle(qtbot, page)
    page.tabs.select("exceptions")
    page.exceptions.table.select_key(page.exceptions.table.model.keys[-1])
    settle(qtbot, page)
    return first


def test_a_change_is_shown_and_leads_to_our_order(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database, went: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    first = changed_by_buyer(qtbot, page, shop, db, monkeypatch)
    record = page.exceptions.current()
    assert record is not None
    assert words.kind_pill(record.kind).text == "Changed by the buyer"
    assert "please <b>hurry</b>" in shown(page.exceptions.card)
    texts = {one.text() for one in page.exceptions.card.findChildren(QPushButton)}
    assert not {"Try again", "Dismiss"} & texts
    click(page.exceptions.card, "Open order")
    assert went == [f"erp://sales/{first.number}"]


def test_a_change_is_taken_over(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = changed_by_buyer(qtbot, page, shop, db, monkeypatch)
    click(page.exceptions.card, "Accept selected")
    settle(qtbot, page)
    assert tabs(page)[1] == "Exceptions  1"
    with db.session() as session:
        ours = session.get_one(SalesOrder, first.id)
        assert ours.remark == "please <b>hurry</b>"


def test_changes_of_our_orders_are_not_dealt_with_in_bulk(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database, said: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    changed_by_buyer(qtbot, page, shop, db, monkeypatch)
    monkeypatch.setattr(exception_actions, "confirm", lambda *_said: True)
    page.exceptions.table.view.selectAll()
    click(page.exceptions.card, "Dismiss")
    settle(qtbot, page)
    assert said[-1] == "1 dismissed, 1 is about an order of yours"
    assert [one.kind for one in platforms.open_exceptions()] == [ExceptionKind.CHANGED]


def test_every_kind_of_exception_has_words_and_a_remedy(db: Database) -> None:
    assert set(words.KINDS) == set(words.REMEDIES) == set(ExceptionKind)


def test_only_where_nothing_for_sale_matches_are_other_items_found(page: PlatformsPage) -> None:
    sellable = set(catalog.item_ids("sellable"))
    assert {one.key for one in exception_work.items("BTL")} <= sellable
    assert [one.text for one in exception_work.items("STEEL-304")] == ["STEEL-304"]


def test_only_one_that_stands_out_is_filled_in(db: Database) -> None:
    def like(item_id: int, score: float) -> SkuSuggestion:
        return SkuSuggestion(item_id, f"SKU-{item_id}", "Bottle", score, "It is alike.")

    assert exception_work.sure([like(1, 0.98), like(2, 0.9)]) == like(1, 0.98)
    # All colours of a listing are equally likely: a person says which.
    assert exception_work.sure([like(1, 0.9), like(2, 0.9)]) is None
    assert exception_work.sure([like(1, 0.89)]) is None
    assert exception_work.sure([]) is None


def test_the_amounts_have_the_decimals_of_their_currency(db: Database) -> None:
    assert exception_body._amount(Decimal("305.9"), "USD") == "USD 305.90"
    assert exception_body._amount(Decimal(5000), "JPY") == "JPY 5,000"
    assert exception_body._price(Decimal("0.1275"), "USD") == "USD 0.1275"
    assert exception_body._amount(Decimal("3.5"), "XYZ") == "XYZ 3.5"
    assert exception_body._price(Decimal("3.5"), "XYZ") == "XYZ 3.5"
    assert exception_body._amount(None, "USD") == ""
