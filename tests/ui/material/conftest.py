"""The page on a planned factory of steel cups."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database, sqlite_url
from factory_erp.services import search
from factory_erp.services.material import plan as material_plan
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.material import MaterialPage
from tests.services.factory import CupFactory, an_order_for_cups
from tests.ui.material.sample import idle


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite is enough for the window."""
    copy = tmp_path / "factory.db"
    copy.write_bytes(sqlite_template.read_bytes())
    return sqlite_url(copy)


@pytest.fixture
def shop(db: Database) -> CupFactory:
    """A confirmed order for 100 cups; some cups, lids and steel are there already. Planned."""
    made, _order = an_order_for_cups(db, 100, cup=20, lid=30, steel=5)
    with db.session(write=True) as session:
        for item in (made.cup, made.lid, made.steel, made.box):
            search.index(session, "catalog", item.id, item.sku, item.sku.title())
    material_plan.run_plan()
    return made


@pytest.fixture
def said(context: UiContext) -> list[str]:
    """What the status bar was told."""
    words: list[str] = []
    context.say = words.append
    return words


@pytest.fixture
def links(context: UiContext) -> list[str]:
    """Where the page wanted to go."""
    went: list[str] = []
    context.navigate = went.append
    return went


@pytest.fixture
def page(
    qtbot: QtBot, context: UiContext, shop: CupFactory, problems: list[BaseException], said: list[str]
) -> MaterialPage:
    made = MaterialPage(context)
    context.jobs.changed.connect(made.on_changes)
    qtbot.addWidget(made)
    made.resize(1240, 780)
    made.show()
    made.refresh()
    idle(qtbot, context.jobs)
    return made
