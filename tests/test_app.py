"""The composition root: the first choice, the window over a factory, and what it must not wait for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextvars import copy_context
from pathlib import Path
from typing import Any

import PySide6
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from factory_erp import app, i18n
from factory_erp.domain.errors import DomainError
from factory_erp.services.files.workspace import SETTINGS, is_demo, only_window, open_folder
from factory_erp.services.upkeep.opening import opened
from factory_erp.sync.credentials import MemorySecrets
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.shell.first_run import FirstChoice, FirstRunDialog

if not app.has_display():
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).resolve().parents[1]
NOUNS = [
    "today", "sales", "inquiries", "shipping", "documents", "credits", "rebates", "products", "catalog",
    "prices", "material", "board", "production", "engineering", "platforms", "listings", "exchange",
    "settings",
]  # fmt: skip
HEAVY = ("ortools", "alembic", "reportlab", "openpyxl", "PySide6.QtPdf", "PySide6.QtPdfWidgets")

# The screenless platform says this of every dialog; it concerns the platform, not the program.
pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints", extend=True)


@pytest.fixture(autouse=True)
def as_it_was(qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """All workspaces are in a fresh folder; language and theme are put back.

    The program's own log and hooks for crashes stay away from pytest's; a process of its own shows them.
    """
    monkeypatch.setenv("FACTORY_ERP_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(app, "watch_errors", lambda _workspace: None)
    language = i18n.language()
    yield
    i18n.set_language(language)
    theme.apply(qapp, theme.LIGHT)


# The first start


def choose(
    monkeypatch: pytest.MonkeyPatch,
    choice: FirstChoice | None,
    spoken: list[str] | None = None,
    language: str = "",
) -> list[tuple[str, Path | None]]:
    """Somebody who clicks *choice* in the first dialog, in *language*; what is opened then.

    *spoken* takes the language of the dialog before that, and the one of the factory.
    """
    spoken = [] if spoken is None else spoken
    started: list[tuple[str, Path | None]] = []

    def click(dialog: FirstRunDialog) -> int:
        spoken.append(dialog.languages.currentData())
        if language:
            dialog.languages.setCurrentIndex(dialog.languages.findData(language))
        cards = {FirstChoice.DEMO: dialog.demo, FirstChoice.OWN: dialog.own}
        if choice is None:
            dialog.reject()
        else:
            cards[choice].click()
        return dialog.result()

    def own(_app: QApplication, path: Path, _url: str, speak: str) -> int:
        started.append(("own", path))
        spoken.append(speak)
        return 0

    def demo(_app: QApplication, path: Path, speak: str) -> int:
        started.append(("demo", path))
        spoken.append(speak)
        return 0

    monkeypatch.setattr(FirstRunDialog, "exec", click)
    monkeypatch.setattr(app, "_run_own", own)
    monkeypatch.setattr(app, "_run_demo", demo)
    return started


@pytest.mark.parametrize(
    ("choice", "opens"),
    [(FirstChoice.OWN, [("own", "factory")]), (FirstChoice.DEMO, [("demo", "demo")]), (None, [])],
)
def test_the_first_start_asks_what_to_open(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    choice: FirstChoice | None,
    opens: list[tuple[str, str]],
) -> None:
    started = choose(monkeypatch, choice)
    assert app.run_own() == 0
    assert started == [(kind, tmp_path / "home" / folder) for kind, folder in opens]
    assert (tmp_path / "home").exists() is False


@pytest.mark.parametrize("choice", list(FirstChoice))
@pytest.mark.parametrize(("system", "chosen"), [("en", "zh_CN"), ("zh_CN", "en")])
def test_the_language_chosen_first_is_the_factory_s(
    monkeypatch: pytest.MonkeyPatch, qapp: QApplication, choice: FirstChoice, system: str, chosen: str
) -> None:
    spoken: list[str] = []
    qapp.setStyleSheet("")
    monkeypatch.setattr(app, "_system_language", lambda: system)
    choose(monkeypatch, choice, spoken, chosen)
    assert app.run_own() == 0
    assert spoken == [system, chosen]
    assert qapp.styleSheet() != ""


def test_a_factory_keeps_the_language_it_was_opened_in(tmp_path: Path, qapp: QApplication) -> None:
    workspace = open_folder(tmp_path / "mine")
    for speak in ("zh_CN", "en"):
        with app.empty_window(workspace, speak):
            assert i18n.language() == "zh_CN"


@pytest.mark.parametrize("there", ["factory", "demo"])
def test_nobody_is_asked_a_second_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, there: str) -> None:
    started = choose(monkeypatch, None)
    (tmp_path / "home" / there).mkdir(parents=True)
    assert app.run_own() == 0
    assert started == [("own", tmp_path / "home" / "factory")]


def test_a_folder_that_was_named_is_opened_without_a_question(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started = choose(monkeypatch, None)
    assert app.run_own(tmp_path / "mine") == 0
    assert started == [("own", tmp_path / "mine")]


# The window


@pytest.fixture
def running(qapp: QApplication, tmp_path: Path) -> Iterator[app.Running]:
    """A shown window over an empty factory."""
    with opened(tmp_path / "宁波工厂") as (workspace, _database):
        with app.window_over(workspace, MemorySecrets(), "en") as made:
            made.window.show()
            yield made
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def calm(qtbot: QtBot, running: app.Running) -> None:
    qtbot.waitUntil(lambda: not running.jobs.running(), timeout=10_000)


def words(running: app.Running) -> set[str]:
    """Every menu title and page name that the window shows."""
    return {action.text() for action in running.window.menuBar().actions()} | {
        running.window.page().title(),
        running.window.windowTitle(),
    }


def test_every_page_opens_in_both_languages_and_themes(qtbot: QtBot, running: app.Running) -> None:
    """A warning of Qt's at any moment fails the test (see pyproject.toml)."""
    assert [spec.noun for spec in app.pages()] == NOUNS
    titles: dict[str, set[str]] = {}
    for language in ("zh_CN", "en"):
        running.window.change_language(language)
        assert i18n.language() == language
        QCoreApplication.processEvents()
        for look in (theme.THEMES["dark"], theme.THEMES["light"]):
            running.window.set_theme(look)
            assert theme.current() is look
            for noun in NOUNS:
                assert running.window.show_page(noun), noun
                calm(qtbot, running)
                titles.setdefault(noun, set()).add(running.window.page().title())
    assert {noun: len(names) for noun, names in titles.items()} == dict.fromkeys(NOUNS, 2)


def test_the_menus_speak_the_language_that_was_chosen(qtbot: QtBot, running: app.Running) -> None:
    english = words(running)
    running.window.change_language("zh_CN")
    qtbot.waitUntil(lambda: len(words(running) - english) >= 6)
    calm(qtbot, running)
    assert any("宁波工厂" in word for word in words(running))
    running.window.change_language("en")
    qtbot.waitUntil(lambda: words(running) == english)


def test_the_other_kind_of_factory_is_another_program(
    running: app.Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(app.QProcess, "startDetached", lambda _program, words: started.append(words))
    [command] = app._factory_commands(running.workspace)
    command.run()
    assert started == [["-m", "factory_erp", "demo"]]


def test_the_same_factory_has_one_window(running: app.Running, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(Message, "exec", lambda box: said.append(box.text()))
    with only_window(running.workspace):
        assert copy_context().run(app.run_own, running.workspace.path) == 1
    assert len(said) == 1
    assert "宁波工厂" in said[0]
    with pytest.raises(DomainError, match="demo"):
        open_folder(running.workspace.path, demo=True)


def test_a_start_that_fails_unforeseen_waits_until_it_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(Message, "exec", lambda box: shown.append(box.more_text()))

    def fails(*_anything: Any) -> None:
        raise RuntimeError("out of ideas")

    monkeypatch.setattr(app, "_open_database", fails)
    assert copy_context().run(app.run_own, tmp_path / "factory") == 1
    assert len(shown) == 1
    assert "RuntimeError: out of ideas" in caplog.text


def test_a_database_that_is_not_ours_is_refused_before_the_folder_remembers_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(Message, "exec", lambda box: shown.append(box.text()))
    assert copy_context().run(app.run_own, tmp_path / "factory", "mysql://server/factory") == 1
    assert "mysql://server/factory" in shown[0]
    assert not (tmp_path / "factory" / SETTINGS).exists()


def test_once_the_window_works_alone_it_looks_until_it_is_closed(qtbot: QtBot, running: app.Running) -> None:
    assert running.background is None
    running.work_alone(MemorySecrets())
    assert running.background is not None
    assert running.background.timer.isActive()
    calm(qtbot, running)
    running.background.look()
    calm(qtbot, running)
    running.window.close()
    running.background.timer.timeout.emit()
    assert not running.background.timer.isActive()


# What stays, and what comes when


ALONE = """
import json, sys, threading
from pathlib import Path
{program}
print(json.dumps({{"loaded": sorted(sys.modules), "threads": [t.name for t in threading.enumerate()]}}))
"""

WINDOW = """
from factory_erp.app import application, paint, window_over
from factory_erp.services.upkeep.opening import opened
from factory_erp.sync.credentials import MemorySecrets
qt = application()
with opened(Path(sys.argv[1])) as (workspace, _database):
    with window_over(workspace, MemorySecrets(), "en") as running:
        paint(running)
        for noun in sys.argv[2:]:
            running.window.show_page(noun)
            while running.jobs.running():
                qt.processEvents()
"""


def alone(program: str, *arguments: object) -> Any:
    """What a process of its own has loaded, and which threads live, after *program*."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE.format(program=program), *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


START = """
from PySide6.QtCore import QTimer
from factory_erp import app
qt = app.application()
def close():
    shown = [window for window in qt.topLevelWidgets() if window.isVisible()]
    assert [type(window).__name__ for window in shown] == ["MainWindow"], shown
    shown[0].close()
QTimer.singleShot(1200, close)
status = app.run_own(Path(sys.argv[1]))
assert status == 0, status
"""


def test_the_program_starts_is_closed_and_lets_go_of_the_factory(tmp_path: Path) -> None:
    for _time in range(2):
        assert alone(START, tmp_path / "factory")["threads"] == ["MainThread"]
    assert not is_demo(tmp_path / "factory")
    log = (tmp_path / "factory" / "log" / "factory_erp.log").read_text()
    assert "CRITICAL" not in log
    assert "Traceback" not in log
    assert (tmp_path / "factory" / "log" / "crash.log").read_text() == ""


def test_the_window_does_not_wait_for_what_it_does_not_need_yet() -> None:
    loaded = set(alone("import factory_erp.app")["loaded"])
    assert "PySide6.QtWidgets" in loaded
    assert not loaded.intersection([*HEAVY, "requests", "sqlalchemy", "psycopg", "factory_erp.demo"])


def test_the_command_line_does_not_wait_for_the_window() -> None:
    loaded = set(alone("import factory_erp.cli")["loaded"])
    assert not loaded.intersection([*HEAVY, "PySide6", "requests", "factory_erp.demo"])


def test_nothing_is_alive_after_the_window(tmp_path: Path) -> None:
    with opened(tmp_path / "factory"):
        pass
    after = alone(WINDOW, tmp_path / "factory", *NOUNS)
    assert after["threads"] == ["MainThread"]
    # An up-to-date factory opens, and shows every page, without what makes documents and tables.
    assert not {"ortools", "reportlab", "openpyxl"}.intersection(after["loaded"])


# Qt


class Said(QObject):
    """Tells whatever it is given."""

    told = Signal(object)


def test_this_pyside_keeps_none_and_true(qapp: QApplication) -> None:
    """PySide6 6.12.0 loses a reference to them at every crossing on Python 3.11, until the program aborts."""
    assert tuple(map(int, PySide6.__version__.split(".")[:2])) < (6, 12)
    speaker, heard = Said(), []
    speaker.told.connect(heard.append)
    before = {value: sys.getrefcount(value) for value in (None, True)}
    for _time in range(2000):
        for value in before:
            speaker.told.emit(value)
            speaker.setProperty("said", value)
            speaker.property("said")
    assert heard == [None, True] * 2000
    # The list holds 2000 of each; what was lost would be missing (immortal from Python 3.12 on).
    if sys.version_info < (3, 12):
        assert all(sys.getrefcount(value) - count >= 1900 for value, count in before.items())


DEMO = """
from PySide6.QtCore import QTimer
from factory_erp import app
from factory_erp.ui.kit.page import Page
qt = app.application()
seen = []
def look():
    shown = [one for one in qt.allWidgets() if isinstance(one, Page) and one.isVisible()]
    if shown:
        seen.extend(page.noun for page in shown)
        watch.stop()
        shown[0].window().close()
watch = QTimer(interval=50)
watch.timeout.connect(look)
watch.start()
status = app._run_demo(qt, Path(sys.argv[1]), "en")
assert (status, seen) == (0, ["today"]), (status, seen)
"""


def test_the_demo_is_built_and_its_window_stays_until_it_is_closed(tmp_path: Path) -> None:
    """The end of building once quit the application, which closed the window and its jobs."""
    assert alone(DEMO, tmp_path / "demo")["threads"] == ["MainThread"]
    assert is_demo(tmp_path / "demo")
    log = (tmp_path / "demo" / "log" / "factory_erp.log").read_text()
    assert "unforeseen" not in log
    assert "CRITICAL" not in log
    assert "Traceback" not in log
