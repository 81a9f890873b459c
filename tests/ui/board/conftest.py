"""The schedule page over a small cup factory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database, sqlite_url
from factory_erp.ui.board import BoardPage
from factory_erp.ui.kit.context import UiContext
from tests.services.schedule_shop import Shop, scheduled


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite is enough for the window."""
    copy = tmp_path / "factory.db"
    copy.write_bytes(sqlite_template.read_bytes())
    return sqlite_url(copy)


@pytest.fixture
def shop(db: Database) -> tuple[Shop, list[int]]:
    """Two orders of 60 cups, each pressed and packed: the shop, and the production orders."""
    return scheduled(db, 60, 60)


Opened = Callable[[], BoardPage]


@pytest.fixture
def opened(qtbot: QtBot, db: Database, context: UiContext) -> Opened:
    """Opens the page on whatever the database holds."""

    def make() -> BoardPage:
        page = BoardPage(context)
        context.jobs.changed.connect(page.on_changes)
        qtbot.addWidget(page)
        page.resize(1240, 780)
        page.show()
        page.refresh()
        idle(qtbot, page)
        return page

    return make


@pytest.fixture
def page(shop: tuple[Shop, list[int]], opened: Opened) -> BoardPage:
    """The page with two scheduled orders."""
    assert shop
    return opened()


def idle(qtbot: QtBot, page: BoardPage) -> None:
    """Wait until nothing is read or written any more."""
    qtbot.waitUntil(lambda: not page.context.jobs.running(), timeout=30_000)
