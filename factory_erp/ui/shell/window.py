"""The main window: rail, pages, menus, status bar, and the way between them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from urllib.parse import quote, unquote, urlsplit

from PySide6.QtCore import QByteArray, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from factory_erp.i18n import LANGUAGES, N_, _, language, set_language
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.commands import GROUPS, Command, CommandSet, fill_menu_bar
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.widgets import Banner, show_problem
from factory_erp.ui.shell.language import install_qt_language
from factory_erp.ui.shell.palette import Palette
from factory_erp.ui.shell.rail import NavRail, PageSpec
from factory_erp.ui.shell.shortcuts import ShortcutSheet
from factory_erp.ui.shell.status import StatusBar

__all__ = ["MainWindow", "PageSpec", "restore_look"]

SCHEME = "erp"
"""Of deep links: ``erp://<noun>/<key>``."""

COMMAND = "command"
"""In place of a page's noun: the link runs the command of that id."""


def restore_look(context: UiContext, default_language: str = "en") -> None:
    """Language and theme as this workspace's user left them; before the first window is made.

    A workspace that is opened for the first time keeps *default_language* from then on.
    """
    settings = context.settings()
    set_language(str(settings.value("language", default_language)))
    install_qt_language(language())
    settings.setValue("language", language())
    look = theme.THEMES.get(str(settings.value("theme", "light")), theme.LIGHT)
    theme.apply(_app(), look)


class MainWindow(QMainWindow):
    """One window over one workspace.

    *commands* are the program's own, beside the window's and those of the page in view. An *empty*
    window can be painted before the factory is open; ``open_first`` brings its page.
    """

    def __init__(
        self,
        context: UiContext,
        pages: Sequence[PageSpec],
        *,
        commands: Sequence[Command] = (),
        empty: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._specs = {spec.noun: spec for spec in pages}
        self._extra = tuple(commands)
        self._pages: dict[str, Page] = {}
        self._noun = ""
        self._back: list[str] = []
        self.commands = CommandSet()
        self.resize(1440, 860)
        self.setMinimumSize(900, 560)
        context.navigate = self.navigate
        context.say = self.say
        context.jobs.changed.connect(self._on_changes)
        context.jobs.problem.connect(lambda error: show_problem(self, error))
        self._build()
        self._restore_geometry()
        if not empty:
            self.open_first()

    def page(self) -> Page:
        """The page in view."""
        return self._pages[self._noun]

    def say(self, sentence: str) -> None:
        """Show *sentence* in the status bar."""
        self.status.say(sentence)

    def show_page(self, noun: str) -> bool:
        """Bring the page *noun* into view, making it if need be; False if the user stays where he is."""
        if noun == self._noun:
            return True
        if self._noun and not self.page().can_leave():
            self._rail.mark(self._noun)
            return False
        if self._noun:
            self._back.append(self._noun)
        page = self._pages.get(noun) or self._make_page(noun)
        self._noun = noun
        self._stack.setCurrentWidget(page)
        self._rail.mark(noun)
        page.setFocus()
        self._collect_commands()
        self.setWindowTitle(self._title(page))
        page.refresh()
        return True

    def go_to(self, noun: str) -> None:
        """The page *noun*; asked for again while it is in view, it goes back to its list."""
        if noun == self._noun:
            self.page().go_home()
        else:
            self.show_page(noun)

    def navigate(self, link: str) -> None:
        """Follow a deep link, ``erp://sales/SO-2026-01042``; one that leads nowhere is said so.

        ``erp://command/<id>`` runs a command of the window.
        """
        parts = urlsplit(link)
        if (
            parts.scheme == SCHEME
            and parts.netloc == COMMAND
            and parts.path[1:] in {one.id for one in self.commands}
        ):
            self.commands[parts.path[1:]].trigger()
            return
        if parts.scheme != SCHEME or parts.netloc not in self._specs:
            self.say(_("There is nothing at {link}.", link=link))
            return
        key = unquote(parts.path.lstrip("/"))
        if self.show_page(parts.netloc) and key:
            self.page().open_record(key)

    def go_back(self) -> None:
        """To the page that was in view before."""
        if self._back:
            noun = self._back.pop()
            if self.show_page(noun):
                self._back.pop()

    def open_palette(self) -> Palette:
        """Commands, pages and records."""
        palette = Palette(self._context, self.commands, self)
        palette.move(self.mapToGlobal(self.rect().center()) - palette.rect().center())
        palette.move(palette.x(), self.mapToGlobal(self.rect().topLeft()).y() + 90)
        palette.open()
        palette.input.setFocus()
        return palette

    def open_promise(self) -> QDialog:
        """Ask when something could ship."""
        # Planning's libraries are no business of the first frame.
        from factory_erp.ui.promise import Asked, PromiseDialog

        dialog = PromiseDialog(self._context, Asked(), self)
        dialog.open()
        return dialog

    def open_shortcuts(self) -> ShortcutSheet:
        """The shortcut sheet."""
        sheet = ShortcutSheet(
            [(title, self._window_commands(group)) for group, title in GROUPS] + self._commands_by_page(),
            self,
        )
        sheet.open()
        return sheet

    def _window_commands(self, group: str) -> list[Command]:
        own = (*self._extra, *self._own_commands(), *self._page_commands())
        return [command for command in own if command.group == group]

    def _commands_by_page(self) -> list[tuple[str, list[Command]]]:
        """The title of each page and its commands; a page that was not seen yet is made for it."""
        return [
            (spec.title, (self._pages.get(noun) or self._make_page(noun)).commands())
            for noun, spec in self._specs.items()
        ]

    def set_theme(self, look: theme.Theme) -> None:
        """Wear *look* from now on."""
        theme.apply(_app(), look)
        self._context.settings().setValue("theme", look.name)
        self._collect_commands()

    def toggle_theme(self) -> None:
        """From light to dark and back."""
        self.set_theme(theme.LIGHT if theme.current().is_dark else theme.DARK)

    def change_language(self, code: str) -> None:
        """Speak *code* from now on: everything is built anew, the page in view stays in view."""
        if code == language() or (self._noun and not self.page().can_leave()):
            return
        set_language(code)
        install_qt_language(language())
        self._context.settings().setValue("language", language())
        # A menu that is still open must not be deleted under its own click.
        QTimer.singleShot(0, self, self.rebuild)

    def rebuild(self) -> None:
        """Make rail, pages and menus anew, with the same page in view and the pages' own state kept."""
        noun, states = self._noun, {name: page.state() for name, page in self._pages.items()}
        self._save_splitters()
        self._pages, self._noun = {}, ""
        self._build()
        for name in states:
            page = self._make_page(name)
            page.restore_state(states[name])
        back = self._back.copy()
        self.show_page(noun)
        self._back = back

    def copy_link(self) -> None:
        """The deep link of the page in view, into the clipboard."""
        record = self.page().state().get("record", "")
        link = f"{SCHEME}://{self._noun}/{quote(str(record))}".rstrip("/")
        QGuiApplication.clipboard().setText(link)
        self.say(_("Copied {link}", link=link))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask the page, remember the window, end the jobs: nothing stays alive."""
        if self._noun and not self.page().can_leave():
            event.ignore()
            return
        self._save_state()
        self._context.jobs.shutdown()
        super().closeEvent(event)

    def _build(self) -> None:
        self._rail = NavRail(_("Factory ERP"), tuple(self._specs.values()))
        self._rail.chosen.connect(self.go_to)
        self._stack = QStackedWidget()
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._rail)
        middle.addWidget(self._stack, 1)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if self._context.demo:
            column.addWidget(Banner(_("Demo factory: everything here is made up. Try what you like.")))
        column.addLayout(middle, 1)
        self.status = StatusBar(self._context.jobs, self.open_palette)
        self.setStatusBar(self.status)
        self.setCentralWidget(content)
        self.setWindowTitle(_("Factory ERP"))
        self._collect_commands()

    def _make_page(self, noun: str) -> Page:
        page = self._specs[noun].factory(self._context)
        self._pages[noun] = page
        self._stack.addWidget(page)
        saved = self._context.settings().value(f"pages/{noun}/splitter")
        if isinstance(saved, QByteArray):
            page.body.restoreState(saved)
        return page

    def _title(self, page: Page) -> str:
        parts = (page.title(), self._context.workspace_name, _("Factory ERP"))
        return " – ".join(part for part in parts if part)

    def _on_changes(self, changes: object) -> None:
        for page in tuple(self._pages.values()):
            page.on_changes(changes)

    def _collect_commands(self) -> None:
        """The program's commands, the window's, and those of the page in view."""
        self.commands = CommandSet()
        self.commands.add(self._extra)
        self.commands.add(self._own_commands())
        self.commands.add(self._page_commands())
        if self._noun:
            self.commands.add(self.page().commands())
        fill_menu_bar(self.menuBar(), self.commands)

    def _page_commands(self) -> list[Command]:
        return [
            Command(
                f"go.{spec.noun}",
                spec.title,
                partial(self.go_to, spec.noun),
                f"Ctrl+{number}" if number < 10 else "",
                icon=spec.icon,
                group="go",
            )
            for number, spec in enumerate(self._specs.values(), 1)
        ]

    def _export_list(self) -> None:
        # Writing files is no business of the first frame.
        from factory_erp.ui.kit.list_export import export_shown

        export_shown(self.page())

    def _own_commands(self) -> list[Command]:
        dark = theme.current().is_dark
        look = N_("Light theme") if dark else N_("Dark theme")
        palette, theme_icon = self.open_palette, "sun" if dark else "moon"
        return [
            Command(
                "file.export_list",
                N_("Export list…"),
                self._export_list,
                "Ctrl+Shift+E",
                lambda: bool(self._noun),
                "save",
                "file",
            ),
            Command("window.quit", N_("Quit"), self.close, "Ctrl+Q", group="file"),
            Command("edit.find", N_("Find in this list"), self._find, "Ctrl+F", icon="search", group="edit"),
            Command("edit.link", N_("Copy link"), self.copy_link, "Ctrl+Shift+C", icon="link", group="edit"),
            Command("go.palette", N_("Commands"), palette, "Ctrl+K", icon="keyboard", group="go"),
            Command("go.search", N_("Search everything"), palette, "Ctrl+P", icon="search", group="go"),
            Command("go.back", N_("Back"), self.go_back, "Alt+Left", lambda: bool(self._back), group="go"),
            Command(
                "promise.new",
                N_("Promise a date…"),
                self.open_promise,
                "Ctrl+Shift+A",
                lambda: bool(self._noun),
                "calendar",
                "record",
            ),
            Command("view.refresh", N_("Refresh"), self._refresh, "F5", icon="refresh", group="view"),
            Command("view.theme", look, self.toggle_theme, "Ctrl+Shift+D", icon=theme_icon, group="view"),
            *self._language_commands(),
            Command("help.keys", N_("Keyboard shortcuts"), self.open_shortcuts, "F1", group="help"),
        ]

    def _language_commands(self) -> list[Command]:
        """Each language under its own name: who cannot read the window must still find the way out."""
        return [
            Command(
                f"view.language.{code}",
                partial(str, name),
                partial(self.change_language, code),
                when=partial(_speaks_another, code),
                icon="globe",
                group="view",
            )
            for code, name in LANGUAGES.items()
        ]

    def _find(self) -> None:
        self.page().header.focus_search()

    def _refresh(self) -> None:
        self.page().refresh()

    def _restore_geometry(self) -> None:
        geometry = self._context.settings().value("window/geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)

    def open_first(self) -> None:
        """Show the page that was in view when the window was closed, else the first."""
        noun = str(self._context.settings().value("window/page", ""))
        self.show_page(noun if noun in self._specs else next(iter(self._specs)))

    def _save_state(self) -> None:
        settings = self._context.settings()
        settings.setValue("window/geometry", self.saveGeometry())
        settings.setValue("window/page", self._noun)
        self._save_splitters()
        settings.sync()

    def _save_splitters(self) -> None:
        settings = self._context.settings()
        for noun, page in self._pages.items():
            settings.setValue(f"pages/{noun}/splitter", page.body.saveState())


def _speaks_another(code: str) -> bool:
    return language() != code


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
