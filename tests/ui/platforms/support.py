"""What the tests of the platforms page do over and over."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.platforms import OutboxMessage, OutboxState
from factory_erp.services.platforms.accounts import AccountForm
from factory_erp.sync.sandbox.alibaba import SandboxServer, line_payload, order_payload
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.platforms import PlatformsPage, work
from tests.conftest import MONDAY

YESTERDAY = MONDAY - timedelta(days=1)


def order(number: int, *skus: str, name: str = "Steel bottle") -> dict[str, object]:
    """An order that the sandbox offers, with a line for each of *skus*."""
    lines = [line_payload(sku, "600", "3.35", name=name) for sku in skus]
    return order_payload(str(290_000_000 + number), created=YESTERDAY, lines=lines)


def settle(qtbot: QtBot, page: PlatformsPage) -> None:
    """Wait until no job runs."""
    qtbot.waitUntil(lambda: not page.context.jobs.running(), timeout=10_000)


def form(shop: SandboxServer, name: str = "Bottles") -> AccountForm:
    """The settings of an account at the sandbox."""
    return AccountForm("alibaba", name, shop.state.app_key, shop.url)


def connected(qtbot: QtBot, page: PlatformsPage, shop: SandboxServer) -> int:
    """Add the sandbox's account, and sign in."""
    secrets = page.context.services.secrets
    view = work.save_account(form(shop), shop.state.app_secret, secrets).value
    work.authorise(view.id, secrets, shop.state.new_code())
    page.refresh()
    settle(qtbot, page)
    return view.id


def pulled(qtbot: QtBot, page: PlatformsPage, shop: SandboxServer) -> int:
    """Sync the sandbox's account once."""
    account_id = connected(qtbot, page, shop)
    click(page.accounts, "Sync now")
    settle(qtbot, page)
    return account_id


def button(part: QWidget, text: str) -> QPushButton:
    """The newest button with *text*."""
    # A card that was just filled anew still owns its old buttons until the events are through.
    return [found for found in part.findChildren(QPushButton) if found.text() == text][-1]


def click(part: QWidget, text: str) -> None:
    """Press the newest button with *text*."""
    button(part, text).click()


def tabs(page: PlatformsPage) -> list[str]:
    """The titles of the parts."""
    return [page.tabs.bar.tabText(place) for place in range(page.tabs.bar.count())]


def shown(part: QWidget) -> str:
    """Every label's words."""
    return "\n".join(label.text() for label in part.findChildren(QLabel))


def rows(table: SimpleTable) -> list[list[str]]:
    """The texts of a table."""
    return [[text_of(cell) for cell in row] for row in table.model.rows]


def message(db: Database, account_id: int, state: OutboxState, key: str, record_id: int = 1) -> None:
    """A shipment's message in the outbox."""
    payload = (
        '{"external_order_id": "290000001", "carrier_code": "DHL", "logistics_type": "EXPRESS", '
        '"tracking_number": "TN-1", "lines": []}'
    )
    with db.session(write=True) as session:
        session.add(
            OutboxMessage(
                account_id=account_id, kind="shipment", client_key=key, record_id=record_id, state=state,
                title="Shipment SH-2026-00001", payload=payload, created_at=MONDAY,
                problem="The platform refused the call." if state is OutboxState.FAILED else "",
            )
        )  # fmt: skip
