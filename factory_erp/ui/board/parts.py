"""The tabs of the schedule page that stand for themselves: made when they are first looked at."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Protocol, cast

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from factory_erp.ui.kit.context import UiContext

CLASSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "late": ("factory_erp.ui.board.late_view", "LateView"),
        "load": ("factory_erp.ui.board.load_view", "LoadView"),
        "whatif": ("factory_erp.ui.board.scenario_view", "ScenarioView"),
    }
)
"""Tab → the module and the class of what it shows, imported no sooner than that."""


class Part(Protocol):
    """What the page asks of such a tab."""

    opened: SignalInstance
    """Deep link to a record that shall be shown."""

    def refresh(self) -> None:
        """Read again what it shows."""

    def on_changes(self, changes: object) -> None:
        """Something was committed."""


def known() -> list[str]:
    """Keys of the tabs that there are."""
    return [key for key, (module, _name) in CLASSES.items() if find_spec(module) is not None]


def make(key: str, context: UiContext) -> QWidget:
    """What the tab *key* shows."""
    module, name = CLASSES[key]
    widget: QWidget = getattr(import_module(module), name)(context)
    return widget


def part_of(widget: QWidget | None) -> Part | None:
    """The tab as the page uses it; None for one that nobody has looked at."""
    return cast("Part", widget) if widget is not None else None
