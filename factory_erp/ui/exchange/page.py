"""Import & export: the assistant that brings files in, and the way out for every kind of record."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from factory_erp.i18n import N_, _
from factory_erp.ui.exchange import words
from factory_erp.ui.exchange.assistant import COLUMNS, DONE, FILE, PREVIEW, Assistant
from factory_erp.ui.exchange.export_panel import ExportPanel
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.widgets import Chip

IMPORT, EXPORT = "import", "export"


class ExchangePage(Page):
    """Deep links: ``erp://exchange/import/<kind>`` and ``erp://exchange/export/<kind>``."""

    noun = "exchange"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.assistant = Assistant(context)
        self.exporting = ExportPanel(context)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.assistant)
        self.stack.addWidget(self.exporting)
        self.set_body(self.stack)
        self.header.set_title(_("Import and export"))
        self.chips.set_chips([Chip(IMPORT, _("Import")), Chip(EXPORT, _("Export"))])
        self.chips.chosen.connect(self._show_part)
        self._lift_chips()
        self.assistant.moved.connect(self._say_where)
        self._show_part(IMPORT)

    def _lift_chips(self) -> None:
        """The two chips stand beside the title: the steps need the height."""
        strip, head = self.chips.widget(), self.header.layout()
        if strip is not None and head is not None:
            self.chips.setFixedWidth(strip.sizeHint().width() + 4)
            head.addWidget(self.chips)

    def _show_part(self, key: str) -> None:
        part = self.assistant if key == IMPORT else self.exporting
        self.stack.setCurrentWidget(part)
        self.setFocusProxy(part)
        self._say_where()

    def _say_where(self) -> None:
        """The line under the title: what is imported."""
        if self.chips.current() == EXPORT:
            self.header.set_counts(_("Every kind of record to a file, to be worked on and imported again"))
        elif self.assistant.step() == FILE:
            self.header.set_counts(_("Excel and text files in; nothing is written before you have seen it"))
        else:
            opened, title = self.assistant.opened, words.title(self.assistant.kind())
            self.header.set_counts(f"{title} · {words.size_of(opened.sheet)}" if opened else title)

    def open_record(self, key: str) -> None:
        """``import/<kind>`` or ``export/<kind>``."""
        part, _slash, kind = key.partition("/")
        if part not in (IMPORT, EXPORT):
            return
        self.chips.select(part)
        if part == EXPORT:
            self.exporting.kinds.select(kind)
            return
        is_open = kind == self.assistant.kind() and self.assistant.step() != DONE
        if not (is_open or self.assistant.busy()) and self._may_discard():
            self.assistant.start(kind)

    def go_home(self) -> None:
        """Back to the first step."""
        self.chips.select(IMPORT)
        if self._may_discard():
            self.assistant.start()

    def can_leave(self) -> bool:
        """Ask while records are being written, and before columns chosen by hand are lost."""
        if self.assistant.importing():
            text = _(
                "The import goes on while you look at other pages. Closing the program stops it, "
                "and nothing is imported."
            )
            return confirm(self, _("The import is under way"), text, _("Leave this page"))
        return self._may_discard()

    def _may_discard(self) -> bool:
        if not self.assistant.is_dirty():
            return True
        text = _("You have chosen columns by hand, and the file is not imported yet.")
        if confirm(self, _("Unsaved changes"), text, _("Leave without importing")):
            self.assistant.discard()
            return True
        return False

    def commands(self) -> list[Command]:
        """File, clipboard, template, the next step, undo, report."""
        part, rows = self.assistant, self.assistant.columns_step.rows
        can_undo, can_redo = rows.undo_stack.canUndo, rows.undo_stack.canRedo
        return [
            Command("exchange.choose", N_("Choose file…"), part.choose_file, "Ctrl+O",
                    lambda: self._at(FILE), "document", "file"),
            Command("exchange.paste", N_("Paste table from clipboard"), part.paste, "Ctrl+Shift+V",
                    lambda: self._at(FILE), "copy", "edit"),
            Command("exchange.template", N_("Save template…"), self._save_template, "", None, "save", "file"),
            Command("exchange.next", N_("Next step of the import, or export"), self._go_on, "Ctrl+Return",
                    self._can_go_on, "play", "record"),
            Command("exchange.back", N_("Previous step of the import"), part.go_back, "",
                    lambda: self._at(COLUMNS, PREVIEW), "chevron-left", "record"),
            Command("exchange.undo", N_("Undo choice of a column"), rows.undo_stack.undo, "",
                    lambda: self._at(COLUMNS) and can_undo(), "undo", "edit"),
            Command("exchange.redo", N_("Redo choice of a column"), rows.undo_stack.redo, "",
                    lambda: self._at(COLUMNS) and can_redo(), "", "edit"),
            Command("exchange.load", N_("Load mapping…"), part.load_mapping, "",
                    lambda: self._at(COLUMNS), "", "file"),
            Command("exchange.keep", N_("Save mapping…"), part.save_mapping, "",
                    lambda: self._at(COLUMNS), "", "file"),
            Command("exchange.reread", N_("Read the file again"), part.read_again, "",
                    lambda: self._at(PREVIEW), "refresh", "record"),
            Command("exchange.report", N_("Save report…"), part.save_report, "",
                    lambda: self._at(PREVIEW, DONE), "save", "file"),
        ]  # fmt: skip

    def _at(self, *steps: int) -> bool:
        """Whether the assistant is in view, at one of *steps*, and waits for the person."""
        here = self.chips.current() == IMPORT and self.assistant.step() in steps
        return here and not self.assistant.busy()

    def _can_go_on(self) -> bool:
        if self.chips.current() == EXPORT:
            return not self.exporting.foot.busy()
        return self._at(FILE) or (self._at(COLUMNS, PREVIEW) and self.assistant.foot.can_go_on())

    def _go_on(self) -> None:
        (self.exporting.export if self.chips.current() == EXPORT else self.assistant.go_on)()

    def _save_template(self) -> None:
        part = self.exporting if self.chips.current() == EXPORT else self.assistant
        part.save_template()

    def state(self) -> dict[str, object]:
        """Part and kind."""
        part = self.chips.current()
        kind = self.exporting.kind() if part == EXPORT else self.assistant.kind()
        return {"record": f"{part}/{kind}"}

    def restore_state(self, state: dict[str, object]) -> None:
        """Go back to part and kind."""
        self.open_record(str(state.get("record", "")))
