from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from factory_erp.models.database import Database
from factory_erp.models.platforms import AccountState, ExceptionKind, OutboxMessage, OutboxState
from factory_erp.models.sales import SalesOrder
from factory_erp.services import catalog, clock, outbox, platforms, sales, workspace
from factory_erp.services.intake import Applied
from factory_erp.services.sales_views import order_ids
from factory_erp.sync.credentials import MemorySecrets
from factory_erp.sync.engine import Pushed
from factory_erp.sync.sandbox.alibaba import SandboxServer, line_payload, order_payload
from factory_erp.ui.desk import Desk
from factory_erp.ui.kit.buttons import Button, Kind
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.platforms import PlatformsPage, actions, words, work
from factory_erp.ui.platforms.account_dialogs import AccountDialog, AuthoriseDialog
from factory_erp.ui.platforms.map_dialog import searched
from tests.conftest import MONDAY
from tests.ui.catalog import sample

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

YESTERDAY = MONDAY - timedelta(days=1)


def order(number: int, sku: str) -> dict[str, object]:
    return order_payload(
        str(290_000_000 + number), created=YESTERDAY, lines=[line_payload(sku, "600", "3.35")]
    )


@pytest.fixture
def shop(db: Database) -> Iterator[SandboxServer]:
    """A platform with two orders that we can make and one for a SKU that it calls differently."""
    sample.load()
    orders = [order(1, "BTL-500-M"), order(2, "BTL-750-O"), order(3, "BTL500-BLK")]
    with SandboxServer(orders) as server:
        yield server


@pytest.fixture
def secrets() -> MemorySecrets:
    return MemorySecrets()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def page(
    shop: SandboxServer, secrets: MemorySecrets, said: list[str], qtbot: QtBot, context: UiContext,
    tmp_path: Path,
) -> PlatformsPage:  # fmt: skip
    context.services = Desk(workspace.current(), secrets)
    context.say = said.append
    made = PlatformsPage(context)
    context.jobs.changed.connect(made.on_changes)
    qtbot.addWidget(made)
    made.resize(1240, 800)
    made.show()
    made.refresh()
    settle(qtbot, made)
    return made


def settle(qtbot: QtBot, page: PlatformsPage) -> None:
    qtbot.waitUntil(lambda: not page.context.jobs.running(), timeout=10_000)


def connected(qtbot: QtBot, page: PlatformsPage, shop: SandboxServer) -> int:
    """An account that is signed in, without the dialogs."""
    given = work.AccountInput("alibaba", "Bottles", shop.url, shop.state.app_key, shop.state.app_secret)
    store = page.context.services.secrets
    view = work.save_account(given, store).value
    work.authorise(view.id, store, shop.state.new_code())
    page.refresh()
    settle(qtbot, page)
    return view.id


def pulled(qtbot: QtBot, page: PlatformsPage, shop: SandboxServer) -> int:
    account_id = connected(qtbot, page, shop)
    click(page.accounts, "Pull now")
    settle(qtbot, page)
    return account_id


def button(part: QWidget, text: str) -> QPushButton:
    # A card that was just filled anew still owns its old buttons until the events are through.
    return [found for found in part.findChildren(QPushButton) if found.text() == text][-1]


def click(part: QWidget, text: str) -> None:
    button(part, text).click()


def chips(page: PlatformsPage) -> list[str]:
    return [found.text() for found in page.chips._buttons.values()]


def shown(part: QWidget) -> str:
    return "\n".join(label.text() for label in part.findChildren(QLabel))


def test_without_an_account_the_page_says_what_to_do(page: PlatformsPage) -> None:
    assert chips(page) == ["Accounts  0", "Exceptions  0", "Outbox  0"]
    assert "Add an account" in page.accounts.table.view.empty_text()


def test_pull_now_brings_orders_and_says_so(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, said: list[str]
) -> None:
    pulled(qtbot, page, shop)

    assert said[-1] == "Bottles: 2 new orders, 1 needs you"
    assert chips(page) == ["Accounts  1", "Exceptions  1", "Outbox  0"]
    row = [text_of(cell) for cell in page.accounts.table.model.rows[0]]
    assert row == ["Bottles", "Alibaba.com", "Connected", "2026-11-23 08:30", "2", "1", "0"]
    assert len(order_ids()) == 2


def test_a_second_pull_brings_nothing_twice(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, said: list[str]
) -> None:
    pulled(qtbot, page, shop)
    click(page.accounts, "Pull now")
    settle(qtbot, page)

    assert said[-1] == "Bottles: Nothing new"


def test_a_running_pull_shows_progress_and_blocks_a_second_one(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer
) -> None:
    connected(qtbot, page, shop)
    shop.latency = 0.2
    click(page.accounts, "Pull now")

    assert not button(page.accounts.card, "Pull now").isEnabled()
    click(page.accounts, "Cancel")
    settle(qtbot, page)
    assert page.acts.talk is None
    assert button(page.accounts.card, "Pull now").isEnabled()


def test_a_pull_that_fails_says_why_at_the_account(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected(qtbot, page, shop)
    problems: list[BaseException] = []
    monkeypatch.setattr(actions, "show_problem", lambda _parent, error: problems.append(error))
    shop.state.app_secret = "changed-on-the-platform"
    click(page.accounts, "Pull now")
    settle(qtbot, page)

    assert len(problems) == 1
    assert "Check the app key and the app secret" in shown(page.accounts.card)
    assert text_of(page.accounts.table.model.rows[0][2]) == "Sign in needed"


def test_mapping_a_sku_takes_the_waiting_order_in(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, said: list[str]
) -> None:
    pulled(qtbot, page, shop)
    page.chips.select("exceptions")
    assert [text_of(cell) for cell in page.exceptions.table.model.rows[0]][2:5] == [
        "290000003", "Unknown SKU", "BTL500-BLK",
    ]  # fmt: skip
    view = page.exceptions.current()
    assert view is not None
    dialog = page.acts.map_sku(view)
    settle(qtbot, page)
    assert dialog.table.model.rows[0][0] == "BTL-500-M"

    dialog.look("海蓝")
    settle(qtbot, page)
    assert [row[0] for row in dialog.table.model.rows] == []
    dialog.look("BTL-500-M")
    settle(qtbot, page)
    dialog.take()
    settle(qtbot, page)

    assert said[-1] == "Mapped. 1 new order."
    assert chips(page)[1] == "Exceptions  0"
    assert len(order_ids()) == 3


def test_an_exception_is_tried_again_and_dismissed(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, said: list[str]
) -> None:
    pulled(qtbot, page, shop)
    click(page.exceptions.card, "Try again")
    settle(qtbot, page)
    assert said[-1] == "Order 290000003 still cannot be taken in."
    assert chips(page)[1] == "Exceptions  1"

    click(page.exceptions.card, "Dismiss")
    settle(qtbot, page)
    assert chips(page)[1] == "Exceptions  0"


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
    click(page.accounts, "Pull now")
    settle(qtbot, page)
    page.exceptions.table.select_key(page.exceptions.table.model.keys[-1])
    settle(qtbot, page)
    return first


def test_a_change_by_the_buyer_leads_to_our_order(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = changed_by_buyer(qtbot, page, shop, db, monkeypatch)
    went: list[str] = []
    page.context.navigate = went.append

    record = page.exceptions.current()
    assert record is not None
    assert words.kind_pill(record.kind).text == "Changed by the buyer"
    click(page.exceptions.card, "Open order")
    assert went == [f"erp://sales/{first.number}"]


def test_a_change_is_shown_and_taken_over_after_a_question(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database, said: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    first = changed_by_buyer(qtbot, page, shop, db, monkeypatch)
    assert "Remark: — → please <b>hurry</b>" in shown(page.exceptions.card)

    monkeypatch.setattr(actions, "confirm", lambda *_question: False)
    click(page.exceptions.card, "Take over the change")
    settle(qtbot, page)
    assert chips(page)[1] == "Exceptions  2"

    asked: list[str] = []
    monkeypatch.setattr(actions, "confirm", lambda _parent, _title, text, _verb: not asked.append(text))
    click(page.exceptions.card, "Take over the change")
    settle(qtbot, page)
    assert first.number in asked[0]
    assert said[-1] == f"Order {first.number} is as on the platform now."
    assert chips(page)[1] == "Exceptions  1"
    with db.session() as session:
        ours = session.get_one(SalesOrder, first.id)
        assert (ours.remark, ours.state) == ("please <b>hurry</b>", "confirmed")


def test_pause_and_resume(qtbot: QtBot, page: PlatformsPage, shop: SandboxServer) -> None:
    connected(qtbot, page, shop)
    click(page.accounts, "Pause")
    settle(qtbot, page)
    assert text_of(page.accounts.table.model.rows[0][2]) == "Paused"
    assert not button(page.accounts.card, "Pull now").isEnabled()

    click(page.accounts, "Resume")
    settle(qtbot, page)
    assert text_of(page.accounts.table.model.rows[0][2]) == "Connected"


def test_a_new_account_keeps_its_secret_out_of_the_database(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, secrets: MemorySecrets, db: Database
) -> None:
    dialog = page.acts.add_account()
    fill = {"name": "Bottles", "gateway": shop.url, "app_key": shop.state.app_key}
    for name, text in {**fill, "app_secret": shop.state.app_secret}.items():
        qtbot.keyClicks(dialog.form.edit(name), text)
    assert dialog.form.save()
    settle(qtbot, page)

    assert secrets.get(f"alibaba/{shop.state.app_key}/app_secret") == shop.state.app_secret
    assert text_of(page.accounts.table.model.rows[0][2]) == "Sign in needed"
    with db.engine.connect() as connection:
        dump = "\n".join(str(row) for row in connection.exec_driver_sql("SELECT * FROM platform_account"))
    assert shop.state.app_key in dump
    assert shop.state.app_secret not in dump
    sign_in = page.findChild(AuthoriseDialog)
    assert sign_in is not None
    assert shop.state.app_key in sign_in.url.toPlainText()
    assert "white list" in shown(sign_in)
    sign_in.reject()


def test_pasting_the_address_signs_in(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, said: list[str]
) -> None:
    account_id = connected(qtbot, page, shop)
    platforms.note_problem(account_id, "", AccountState.REAUTHORISE)
    dialog = page.acts.authorise(work.account(account_id))
    dialog.code.setText("https://localhost/?state=foreign&code=x")
    dialog.exchange()
    assert "another request" in dialog.problem.text()

    dialog.code.setText(f"https://localhost/?code={shop.state.new_code()}&state={dialog._state}")
    qtbot.keyClick(dialog.code, Qt.Key.Key_Return)
    settle(qtbot, page)

    assert work.account(account_id).state is AccountState.CONNECTED
    assert said[-1] == "Bottles is connected. Pull now to bring its orders."


def test_a_wrong_code_is_explained_in_the_dialog(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer
) -> None:
    account_id = connected(qtbot, page, shop)
    dialog = page.acts.authorise(work.account(account_id))
    dialog.code.setText("never-given")
    dialog.exchange()
    settle(qtbot, page)

    assert dialog.problem.text()
    assert dialog.connect_button.isEnabled()
    dialog.reject()


@pytest.mark.parametrize("gateway", ["not an address", "http://example.com/rest"])
def test_a_gateway_that_would_leak_the_secret_is_refused(
    qtbot: QtBot, page: PlatformsPage, gateway: str
) -> None:
    dialog = AccountDialog(page.context.jobs, page.context.services.secrets, print)
    qtbot.addWidget(dialog)
    for name, text in {"name": "A", "gateway": gateway, "app_key": "k", "app_secret": "s"}.items():
        qtbot.keyClicks(dialog.form.edit(name), text)

    assert not dialog.form.save()
    assert list(dialog.form.problems()) == ["gateway"]


def message(db: Database, account_id: int, state: OutboxState, key: str) -> None:
    payload = (
        '{"external_order_id": "290000001", "carrier_code": "DHL", "logistics_type": "EXPRESS", '
        '"tracking_number": "TN-1", "lines": []}'
    )
    with db.session(write=True) as session:
        session.add(
            OutboxMessage(
                account_id=account_id, kind="shipment", client_key=key, record_id=1, state=state,
                title="Shipment SH-2026-00001", payload=payload, created_at=MONDAY,
                problem="The platform refused the call." if state is OutboxState.FAILED else "",
            )
        )  # fmt: skip


def test_a_refused_message_is_sent_again(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database, said: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    account_id = connected(qtbot, page, shop)
    message(db, account_id, OutboxState.FAILED, "ship:1")
    page.refresh()
    settle(qtbot, page)
    assert chips(page)[2] == "Outbox  1"
    assert "The platform refused the call." in shown(page.outbox.card)

    asked: list[str] = []
    monkeypatch.setattr(actions, "confirm", lambda _parent, _title, text, _verb: not asked.append(text))
    click(page.outbox.card, "Send again")
    settle(qtbot, page)

    assert "SH-2026-00001" in asked[0]
    assert said[-1] == "1 sent"
    assert len(shop.state.shipments) == 1
    assert outbox.rows()[0].state is OutboxState.DONE
    assert [text_of(page.outbox.table.model.rows[0][3]), chips(page)[2]] == ["Done", "Outbox  0"]


def test_push_asks_first_and_no_means_no(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = connected(qtbot, page, shop)
    assert not button(page.accounts.card, "Push now").isEnabled()
    message(db, account_id, OutboxState.NEW, "ship:1")
    page.refresh()
    settle(qtbot, page)
    monkeypatch.setattr(actions, "confirm", lambda *_question: False)
    click(page.accounts.card, "Push now")
    settle(qtbot, page)

    assert shop.state.shipments == []


def test_results_are_told_in_plain_numbers(db: Database) -> None:
    applied = Applied(created=tuple(range(12)), updated=(1, 2, 3), exceptions=1)

    assert words.brought(applied) == "12 new orders, 3 changed, 1 needs you"
    assert words.brought(replace(applied, created=(), updated=(), exceptions=2)) == "2 need you"
    assert words.sent(Pushed(done=2, failed=1)) == "2 sent, 1 refused"


def test_a_pasted_code_is_taken_as_it_is(db: Database) -> None:
    assert work.code_in("  0_abc ", "s") == "0_abc"


def test_the_suggestion_for_a_foreign_sku_is_the_likest_item(shop: SandboxServer) -> None:
    assert [one.sku for one in catalog.suggest("BTL500-BLK")][:1] == ["BTL-500-M"]


def test_every_kind_of_exception_has_words_and_a_remedy(db: Database) -> None:
    assert set(words.KINDS) == set(words.REMEDIES) == set(ExceptionKind)
    assert words.difference([]) == "Nothing that we keep: your order says the same."
    assert words.difference([("Ship to", "A\nB", "C")]) == "Ship to: A, B → C"


@pytest.mark.parametrize("demo", [False, True])
def test_without_a_keyring_the_dialog_says_how_long_the_secret_lasts(
    page: PlatformsPage, context: UiContext, demo: bool
) -> None:
    context.demo = demo
    dialog = page.acts.add_account()
    assert ("FACTORY_ERP_PASSPHRASE" in shown(dialog)) is not demo
    dialog.reject()


def test_an_account_that_has_to_sign_in_offers_that_first(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer
) -> None:
    given = work.AccountInput("alibaba", "Bottles", shop.url, shop.state.app_key, shop.state.app_secret)
    work.save_account(given, page.context.services.secrets)
    page.refresh()
    settle(qtbot, page)
    offered = [one for one in page.accounts.card.findChildren(Button) if one.kind is Kind.PRIMARY]
    assert [one.text() for one in offered] == ["Sign in on the platform…"]


def test_the_keyboard_finds_and_maps_an_item(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, said: list[str]
) -> None:
    pulled(qtbot, page, shop)
    page.chips.select("exceptions")
    view = page.exceptions.current()
    assert view is not None
    dialog = page.acts.map_sku(view)
    settle(qtbot, page)
    qtbot.keyClicks(dialog.search, "BTL-500-M")
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.isVisible(), "the list does not answer what is typed yet"
    settle(qtbot, page)
    assert [row[0] for row in dialog.table.model.rows] == ["BTL-500-M"]
    qtbot.keyClick(dialog.search, Qt.Key.Key_Down)
    assert dialog.focusWidget() is dialog.table.view
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert said[-1] == "Mapped. 1 new order."


def test_only_where_nothing_for_sale_matches_are_other_items_found(page: PlatformsPage) -> None:
    sellable = set(catalog.item_ids("sellable"))
    assert {one.item_id for one in searched("BTL")} <= sellable
    assert [one.sku for one in searched("STEEL-304")] == ["STEEL-304"]
