"""A small shop for the engineering page: a press and a bench, one calendar, cups."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.ui.engineering import EngineeringPage
from factory_erp.ui.kit.context import UiContext
from tests.services.factory import CupFactory, a_cup_factory


@pytest.fixture
def shop(db: Database) -> CupFactory:
    """The cup factory."""
    with db.session(write=True) as session:
        return a_cup_factory(session)


@pytest.fixture
def page(
    shop: CupFactory, context: UiContext, problems: list[BaseException], qtbot: QtBot
) -> Iterator[EngineeringPage]:
    """The page on its first tab; nothing may go wrong that nobody took."""
    made = EngineeringPage(context)
    qtbot.addWidget(made)
    made.resize(1080, 740)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.refresh()
    settle(qtbot, made)
    yield made
    assert problems == []


def settle(qtbot: QtBot, page: EngineeringPage) -> None:
    """Wait for the jobs, and for those that their answers start."""
    for _turn in range(3):
        qtbot.waitUntil(lambda: not page.context.jobs.running(), timeout=15_000)
        qtbot.wait(1)
