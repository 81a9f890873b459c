"""The settings page: four sections behind four chips."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.widgets import Chip
from factory_erp.ui.settings.about import AboutSection
from factory_erp.ui.settings.appearance import AppearanceSection
from factory_erp.ui.settings.company import CompanySection
from factory_erp.ui.settings.workspace import WorkspaceSection

SECTIONS = {
    "company": N_("Company"),
    "appearance": N_("Appearance and language"),
    "workspace": N_("Workspace"),
    "about": N_("About"),
}
WIDEST = 980
"""Of a section, px: longer lines are hard to read and to fill in."""


class SettingsPage(Page):
    """What is set once and then left alone."""

    noun = "settings"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.company = CompanySection(context)
        self.appearance = AppearanceSection()
        self.workspace = WorkspaceSection(context)
        self.about = AboutSection()
        self._sections: dict[str, QWidget] = {
            "company": self.company,
            "appearance": self.appearance,
            "workspace": self.workspace,
            "about": self.about,
        }
        self.stack = QStackedWidget()
        for section in self._sections.values():
            self.stack.addWidget(_on_card(section))
        self.set_body(self.stack)
        self.header.set_title(_("Settings"))
        self.chips.set_chips(Chip(key, _(title)) for key, title in SECTIONS.items())
        self.chips.chosen.connect(self._show_section)
        self.setFocusProxy(self.company)

    def refresh(self) -> None:
        """Read the company again; show the theme and language that are on."""
        self.company.refresh()
        self.appearance.refresh()

    def on_changes(self, changes: object) -> None:
        """Only the company and its bank accounts stand here."""
        if not isinstance(changes, Mapping) or not {"company", "bank_account"}.isdisjoint(changes):
            super().on_changes(changes)

    def _show_section(self, key: str) -> None:
        self.stack.setCurrentIndex(list(self._sections).index(key))
        self.setFocusProxy(self._sections[key])

    def can_leave(self) -> bool:
        """Ask before typed data are lost."""
        form = self.company.form
        if not form.is_dirty():
            return True
        text = _("The changes to the company's data are not saved yet.")
        if confirm(self, _("Unsaved changes"), text, _("Leave without saving")):
            form.discard()
            return True
        return False

    def commands(self) -> list[Command]:
        """Save, back up, check."""
        form, space = self.company.form, self.workspace
        return [
            Command("settings.save", N_("Save"), form.save, "Ctrl+S", form.is_dirty, "save", "file"),
            Command("settings.backup", N_("Back up now"), space.back_up, "", None, "save", "file"),
            Command("settings.check", N_("Check database"), self._check, "", None, "shield", "file"),
        ]

    def _check(self) -> None:
        self.chips.select("workspace")
        self.workspace.check()

    def open_record(self, key: str) -> None:
        """Show the section *key*."""
        if key in SECTIONS:
            self.chips.select(key)

    def state(self) -> dict[str, object]:
        """The section in view."""
        return {"record": self.chips.current()}

    def restore_state(self, state: dict[str, object]) -> None:
        """Go back to the section."""
        self.open_record(str(state.get("record", "")))


def _on_card(section: QWidget) -> QWidget:
    """*section* on a card that does not grow wider than one can read."""
    card = QFrame()
    card.setProperty("card", True)
    card.setMaximumWidth(WIDEST)
    inside = QVBoxLayout(card)
    inside.setContentsMargins(22, 18, 22, 18)
    inside.addWidget(section)
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(card)
    return holder
