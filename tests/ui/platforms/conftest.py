"""The platforms page over a catalogue of bottles and a sandbox shop."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.services.files import workspace
from factory_erp.sync.credentials import MemorySecrets
from factory_erp.sync.sandbox.alibaba import SandboxServer
from factory_erp.ui.desk import Desk
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.platforms import PlatformsPage
from tests.ui.catalog import sample
from tests.ui.platforms.support import order, settle


@pytest.fixture
def shop(db: Database) -> Iterator[SandboxServer]:
    """A platform with two orders that we can make and one for a SKU that it calls differently."""
    sample.load()
    orders = [order(1, "BTL-500-M"), order(2, "BTL-750-O"), order(3, "BTL500-BLK")]
    with SandboxServer(orders) as server:
        yield server


@pytest.fixture
def secrets() -> MemorySecrets:
    """What this PC keeps."""
    return MemorySecrets()


@pytest.fixture
def said() -> list[str]:
    """What the status bar said."""
    return []


@pytest.fixture
def went() -> list[str]:
    """Where the links led."""
    return []


@pytest.fixture
def page(
    shop: SandboxServer, secrets: MemorySecrets, said: list[str], went: list[str], qtbot: QtBot,
    context: UiContext,
) -> PlatformsPage:  # fmt: skip
    """The page, read once."""
    context.services = Desk(workspace.current(), secrets)
    context.say, context.navigate = said.append, went.append
    made = PlatformsPage(context)
    context.jobs.changed.connect(made.on_changes)
    qtbot.addWidget(made)
    made.resize(1240, 800)
    made.show()
    made.refresh()
    settle(qtbot, made)
    return made
