"""Qt without a screen, and the program's own look, for every test of the window."""

from __future__ import annotations

import gc
import os
import sys

if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QDialog

from factory_erp.i18n import set_language
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.jobs import Jobs


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> Iterator[None]:
    """Each test starts in English, in the light theme, and leaves no dialog open to the next."""
    set_language("en")
    if theme.current() is not theme.LIGHT or not qapp.styleSheet():
        theme.apply(qapp, theme.LIGHT)
    # Widgets of an earlier test may not be collected by another thread, nor from within Qt's event loop.
    gc.disable()
    yield
    gc.enable()
    set_language("en")
    for left in qapp.topLevelWidgets():
        if isinstance(left, QDialog):
            left.hide()
    # What the test let go goes now, not when the next test happens to run an event loop: a change of theme
    # has to reach every widget that is there.
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


SCREENLESS = "does not support (raise|propagateSizeHints)"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The screenless platform says this of every dialog; it concerns the platform, not the program."""
    for item in items:
        if "tests/ui" in item.path.as_posix():
            item.add_marker(pytest.mark.qt_log_ignore(SCREENLESS, extend=True))


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    """The job lanes, ended after the test."""
    lanes = Jobs()
    yield lanes
    lanes.shutdown()


@pytest.fixture
def context(jobs: Jobs, tmp_path: Path) -> UiContext:
    """A workspace without use cases; its window state goes to a fresh file."""
    return UiContext(services=None, jobs=jobs, settings_path=tmp_path / "window.ini", workspace_name="Test")


@pytest.fixture
def problems(context: UiContext) -> list[BaseException]:
    """What the jobs could not do, in order; a page test expects it to stay empty."""
    seen: list[BaseException] = []
    context.jobs.problem.connect(seen.append)
    return seen
