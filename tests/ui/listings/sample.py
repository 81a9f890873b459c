"""Two listings under the rules of their platform, for the tests of the page."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.listings import work
from tests.services import two_listings
from tests.services.two_listings import TwoListings


def load(db: Database) -> TwoListings:
    """The cups with keywords of the catalogue, and the bare product; see ``two_listings``."""
    return two_listings.load(db, work.RULES)


def settle(qtbot: QtBot, context: UiContext) -> None:
    """Wait until nothing runs, and what it brought is shown."""
    qtbot.waitUntil(lambda: not context.jobs.running(), timeout=10_000)
