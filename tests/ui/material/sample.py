"""A factory of cups whose plan lies on the page, and how tests wait for it."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from factory_erp.services.suggestions import accepting as suggestions
from factory_erp.services.suggestions.accepting import SuggestionFilter, SuggestionView
from factory_erp.ui.kit.jobs import Jobs


def idle(qtbot: QtBot, jobs: Jobs) -> None:
    """Wait until nothing runs."""
    qtbot.waitUntil(lambda: not jobs.running(), timeout=30_000)


def suggested(view: str = "open") -> dict[str, SuggestionView]:
    """Suggestions of a view by SKU."""
    return {row.sku: row for row in suggestions.suggestions(SuggestionFilter(view))}


def shown(card: Any) -> set[str]:
    """Every word on a card."""
    texts = [one.text() for one in card.findChildren(QLabel)]
    return {*texts, *(one.text() for one in card.findChildren(QPushButton))}


def button(card: Any, text: str) -> QPushButton:
    """The newest button that says *text*: a card that was filled anew owns its old ones for a while."""
    found: QPushButton = [one for one in card.findChildren(QPushButton) if one.text() == text][-1]
    return found
