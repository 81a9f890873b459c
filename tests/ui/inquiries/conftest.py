"""The page in sight, what it says and where it leads."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.ui.inquiries import InquiriesPage
from factory_erp.ui.kit.context import UiContext
from tests.services.inquiry_samples import Shop
from tests.ui.inquiries import sample
from tests.ui.inquiries.sample import Answers


@pytest.fixture
def shop(db: Database) -> Shop:
    return Shop(db)


@pytest.fixture
def ids(shop: Shop) -> dict[str, int]:
    return sample.fill(shop)


@pytest.fixture
def links() -> list[str]:
    return []


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def mailed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that a mail program was opened with."""
    opened: list[str] = []

    def take(url: object) -> bool:
        opened.append(url.toString())  # type: ignore[attr-defined]
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", take)
    return opened


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    return sample.answering(monkeypatch)


@pytest.fixture
def shown(
    qtbot: QtBot, ids: dict[str, int], context: UiContext, links: list[str], said: list[str]
) -> InquiriesPage:
    context.navigate, context.say = links.append, said.append
    made = InquiriesPage(context)
    context.jobs.changed.connect(made.on_changes)
    qtbot.addWidget(made)
    made.resize(1084, 710)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.refresh()
    sample.settle(qtbot, made)
    return made
