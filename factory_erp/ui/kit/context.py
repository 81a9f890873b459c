"""What a page is given: the use cases, the job lanes, and the way around the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings

from factory_erp.ui.kit.jobs import Jobs


@dataclass(frozen=True)
class SearchHit:
    """One record found by the search over everything; ``link`` is a deep link (``erp://sales/SO-…``)."""

    title: str
    subtitle: str
    link: str


def _nothing_found(_text: str) -> Sequence[SearchHit]:
    return ()


def _nowhere(_link: str) -> None:
    """Before there is a window, there is nowhere to go."""


@dataclass
class UiContext:
    """Handed by the composition root to the window, and by the window to each page.

    ``services`` is whatever the pages' use cases hang on, opaque to the shell; ``search`` runs in a
    background job; ``navigate`` (a deep link) and ``say`` (a sentence for the status bar) are set by
    the window.
    """

    services: Any
    jobs: Jobs
    settings_path: Path
    demo: bool = False
    workspace_name: str = ""
    search: Callable[[str], Sequence[SearchHit]] = _nothing_found
    navigate: Callable[[str], None] = field(default=_nowhere)
    say: Callable[[str], None] = field(default=_nowhere)

    def settings(self) -> QSettings:
        """Window state of this workspace's user, an INI file in the workspace."""
        return QSettings(str(self.settings_path), QSettings.Format.IniFormat)
