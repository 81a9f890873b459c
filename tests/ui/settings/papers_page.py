"""The settings page at its section of papers, for the tests of that section."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from factory_erp.services.files import workspace
from factory_erp.sync.credentials import MemorySecrets
from factory_erp.ui.desk import Desk
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.settings import SettingsPage


def opened(context: UiContext, qtbot: QtBot, part: str) -> SettingsPage:
    """The page at the part *part* of its section of papers, read."""
    context.services = Desk(workspace.current(), MemorySecrets())
    made = SettingsPage(context)
    context.jobs.changed.connect(made.on_changes)
    qtbot.addWidget(made)
    made.resize(1090, 730)
    made.show()
    made.refresh()
    made.open_record(f"papers/{part}")
    settle(qtbot, made)
    return made


def settle(qtbot: QtBot, page: SettingsPage) -> None:
    """All jobs are through, the drawing of the sample too."""
    for _turn in range(3):
        qtbot.waitUntil(lambda: not page.context.jobs.running(), timeout=20_000)
        qtbot.waitUntil(lambda: not page.papers.options._pause.isActive(), timeout=5_000)
        qtbot.wait(1)
