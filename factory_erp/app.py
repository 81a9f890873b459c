"""The composition root: workspace → database → jobs → window. The only module that knows everyone."""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QLocale, QProcess, Qt
from PySide6.QtWidgets import QApplication, QDialog, QProgressDialog

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _, language, set_language
from factory_erp.services.files.workspace import Workspace, default_root, only_window, open_folder
from factory_erp.ui.background import Background
from factory_erp.ui.background_plan import PlanFollower
from factory_erp.ui.desk import Desk
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.collecting import Collector
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import SearchHit, UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.jobs import Jobs, Progress
from factory_erp.ui.kit.page import Page
from factory_erp.ui.shell.first_run import FirstChoice, FirstRunDialog
from factory_erp.ui.shell.language import install_qt_language
from factory_erp.ui.shell.window import MainWindow, PageSpec, restore_look

# The first frame must not wait for the database's and the network's libraries: those are imported
# where they are needed, after the window has been painted.
if TYPE_CHECKING:
    from factory_erp.demo import DemoFactory
    from factory_erp.sync.credentials import SecretStore

log = logging.getLogger(__name__)

DEMO, OWN = "demo", "factory"
"""Folders below the root of all workspaces."""


def pages() -> list[PageSpec]:
    """The pages of the window, in the order of the rail."""
    business, goods, factory, channels = N_("Business"), N_("Goods and prices"), N_("Factory"), N_("Channels")
    return [
        PageSpec("today", business, N_("Today"), "today", later("today", "TodayPage")),
        PageSpec("sales", business, N_("Orders"), "order", later("sales", "SalesPage")),
        PageSpec("inquiries", business, N_("Inquiries"), "mail", later("inquiries", "InquiriesPage")),
        PageSpec("shipping", business, N_("Shipments"), "ship", later("shipping", "ShippingPage")),
        PageSpec("documents", business, N_("Documents"), "document", later("documents", "DocumentsPage")),
        PageSpec("credits", business, N_("Letters of credit"), "bank", later("credits", "CreditsPage")),
        PageSpec("rebates", business, N_("Tax rebate"), "rebate", later("rebates", "RebatesPage")),
        PageSpec("products", goods, N_("Products"), "tag", later("products", "ProductsPage")),
        PageSpec("catalog", goods, N_("Items"), "bom", later("catalog", "CatalogPage")),
        PageSpec("prices", goods, N_("Prices"), "money", later("prices", "PricesPage")),
        PageSpec("material", factory, N_("Material plan"), "cart", later("material", "MaterialPage")),
        PageSpec("board", factory, N_("Schedule"), "gantt", later("board", "BoardPage")),
        PageSpec("production", factory, N_("Production"), "factory", later("production", "ProductionPage")),
        PageSpec(
            "engineering", factory, N_("Engineering"), "wrench", later("engineering", "EngineeringPage")
        ),
        PageSpec("platforms", channels, N_("Platforms"), "store", later("platforms", "PlatformsPage")),
        PageSpec("listings", channels, N_("Listings"), "tag", later("listings", "ListingsPage")),
        PageSpec("exchange", "", N_("Import and export"), "import", later("exchange", "ExchangePage")),
        PageSpec("settings", "", N_("Settings"), "settings", later("settings", "SettingsPage")),
    ]


def later(noun: str, name: str) -> Callable[[UiContext], Page]:
    """Makes the page *name* of the package ``ui.<noun>``, which is imported only then."""

    def make(context: UiContext) -> Page:
        page: Page = getattr(import_module(f"factory_erp.ui.{noun}"), name)(context)
        return page

    return make


def find_records(words: str) -> Sequence[SearchHit]:
    """Records for the palette's search; documents of that number come first."""
    from factory_erp.services import search
    from factory_erp.services.issuing.register import documents_named
    from factory_erp.ui.paper_words import found_document

    hits = [SearchHit(hit.title, hit.subtitle, hit.link) for hit in search.find(words)]
    return [*map(found_document, documents_named(words)), *hits]


def application() -> QApplication:
    """The one QApplication, made if need be; without a screen it draws into memory."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    if sys.platform.startswith("linux") and not has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(sys.argv[:1])
    app.setApplicationName("factory_erp")
    app.setStyle("Fusion")
    Collector(app)
    return app


def has_display() -> bool:
    """Whether a window could be seen."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@dataclass
class Running:
    """A window over a factory, and what has to end with it."""

    window: MainWindow
    jobs: Jobs
    workspace: Workspace
    context: UiContext
    background: Background | None = None
    follower: PlanFollower | None = None

    def begin(self, secrets: SecretStore) -> None:
        """The factory's database is open: show the page that was in view last."""
        self.context.services = Desk(self.workspace, secrets)
        self.window.open_first()

    def work_alone(self, secrets: SecretStore) -> None:
        """From now on sync, tidy and follow with the plan by itself, until the window closes."""
        self.background = Background(self.context, secrets, self.window)
        self.background.start()
        self.follower = PlanFollower(self.context, self.window)
        self.follower.start()


@contextmanager
def empty_window(workspace: Workspace, speak: str = "zh_CN") -> Iterator[Running]:
    """The main window of a factory that is not open yet, not shown, without a page."""
    jobs = Jobs()
    context = UiContext(
        services=None,
        jobs=jobs,
        settings_path=workspace.window_state,
        demo=workspace.demo,
        workspace_name=workspace.name,
        search=find_records,
    )
    restore_look(context, speak)
    window = MainWindow(context, pages(), commands=_factory_commands(workspace), empty=True)
    try:
        yield Running(window, jobs, workspace, context)
    finally:
        jobs.shutdown()
        window.deleteLater()


@contextmanager
def window_over(workspace: Workspace, secrets: SecretStore, speak: str = "zh_CN") -> Iterator[Running]:
    """The main window of the bound factory with its page, not yet shown."""
    with empty_window(workspace, speak) as running:
        running.begin(secrets)
        yield running


def paint(running: Running) -> None:
    """Show the window and let it draw its first frame, before anything slow."""
    running.window.show()
    QApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)


def _factory_commands(workspace: Workspace) -> list[Command]:
    """Opening the other kind of factory is another program: the two never share a process."""
    if workspace.demo:
        title, arguments = N_("Start my own factory…"), ["open"]
    else:
        title, arguments = N_("Open the demo factory…"), ["demo"]
    start = partial(QProcess.startDetached, sys.executable, ["-m", "factory_erp", *arguments])
    return [Command("factory.other", title, start, group="file")]


def run_own(path: Path | None = None, database_url: str = "") -> int:
    """Open the user's own factory; at the very first start ask whether the demo is wanted instead."""
    app, speak = application(), _system_language()
    target = path or default_root() / OWN
    if path is None and not target.exists() and not (default_root() / DEMO).exists():
        choice = _first_choice(app)
        if choice is None:
            return 0
        if choice is FirstChoice.DEMO:
            return run_demo(speak=language())
        speak = language()
    return _guarded(partial(_run_own, app, target, database_url, speak), speak)


def _first_choice(app: QApplication) -> FirstChoice | None:
    """Ask, in the system's language; the one that was chosen there is the active one afterwards."""
    set_language(_system_language())
    install_qt_language(language())
    theme.apply(app, theme.LIGHT)
    dialog = FirstRunDialog()
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    return dialog.choice if accepted else None


def _run_own(app: QApplication, path: Path, database_url: str, speak: str) -> int:
    with ExitStack() as stack:
        workspace = open_folder(path, database_url=database_url)
        stack.enter_context(only_window(workspace))
        watch_errors(workspace)
        running = stack.enter_context(empty_window(workspace, speak))
        paint(running)
        _open_database(stack, workspace)
        secrets = _own_secrets(workspace)
        running.begin(secrets)
        running.work_alone(secrets)
        return app.exec()


def _open_database(stack: ExitStack, workspace: Workspace) -> None:
    from factory_erp.services.upkeep.opening import database_of

    stack.enter_context(database_of(workspace))


def _own_secrets(workspace: Workspace) -> SecretStore:
    """This PC's keyring; without one the factory opens all the same, only platforms cannot be used."""
    from factory_erp.sync.credentials import MemorySecrets, system_secrets

    try:
        return system_secrets(workspace.path)
    except DomainError as error:
        log.warning("%s", error)
        return MemorySecrets()


def run_demo(path: Path | None = None, speak: str = "") -> int:
    """Open the demo factory, building it the first time; it speaks *speak* until another is chosen."""
    app, speak = application(), speak or _system_language()
    return _guarded(partial(_run_demo, app, path or default_root() / DEMO, speak), speak)


def _run_demo(app: QApplication, path: Path, speak: str) -> int:
    with ExitStack() as stack:
        workspace = open_folder(path, demo=True)
        stack.enter_context(only_window(workspace))
        watch_errors(workspace)
        running = stack.enter_context(empty_window(workspace, speak))
        paint(running)
        _open_database(stack, workspace)
        factory = _prepare_demo(running)
        if factory is None:
            return 0
        stack.callback(factory.close)
        running.begin(factory.secrets)
        running.work_alone(factory.secrets)
        return app.exec()


def _prepare_demo(running: Running) -> DemoFactory | None:
    """Build or reopen the demo in the background while a small dialog says how far it is."""
    from factory_erp.demo import prepare

    dialog = QProgressDialog(_("Building the demo factory…"), _("Cancel"), 0, 0, running.window)
    dialog.setWindowTitle(_("Demo factory"))
    dialog.setMinimumDuration(0)
    dialog.setMinimumWidth(420)
    dialog.setWindowModality(Qt.WindowModality.ApplicationModal)
    done: list[DemoFactory] = []
    failed: list[Exception] = []

    def work(progress: Progress) -> DemoFactory:
        return prepare(running.workspace, progress)

    loop = QEventLoop()  # not the application's own: quitting that closes the window
    job = running.jobs.run(work, done=done.append, failed=failed.append, finally_=loop.quit, cancellable=True)
    told = running.jobs.progress.connect(lambda moved: _show_step(dialog, *moved.steps))
    dialog.canceled.connect(job.cancel)
    dialog.show()
    loop.exec()
    running.jobs.progress.disconnect(told)
    dialog.close()
    if failed:
        raise failed[0]
    return done[0] if done else None


def _show_step(dialog: QProgressDialog, done: int, total: int, text: str) -> None:
    dialog.setMaximum(total)
    dialog.setValue(done)
    if text:
        dialog.setLabelText(text)


def _guarded(run: partial[int], speak: str) -> int:
    """Run; a start that cannot succeed is said in a plain sentence, never a traceback."""
    set_language(speak)
    try:
        return run()
    except Exception as error:
        if not isinstance(error, DomainError):
            log.critical("the factory could not be opened", exc_info=error)
        # The window is gone and no event loop runs: the box has to wait for its reader by itself.
        show_problem(None, error).exec()
        return 1


def _system_language() -> str:
    return "zh_CN" if QLocale.system().language() == QLocale.Language.Chinese else "en"


def watch_errors(workspace: Workspace) -> None:
    """Whatever goes wrong unforeseen is in the workspace's log, crashes of Qt itself included."""
    workspace.log.parent.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        filename=workspace.log,
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        force=True,
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    crash = workspace.log.with_name("crash.log").open("a")
    faulthandler.enable(crash)
    sys.excepthook = _log_error
    threading.excepthook = lambda said: _log_error(said.exc_type, said.exc_value, said.exc_traceback)


def _log_error(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if error is None or issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error or kind(), trace)
        return
    log.critical("unforeseen", exc_info=(kind, error, trace))
    if QApplication.instance() is not None and threading.current_thread() is threading.main_thread():
        show_problem(QApplication.activeWindow(), error)


def main() -> None:
    """Entry point without a terminal (a desktop shortcut)."""
    sys.exit(run_own())
