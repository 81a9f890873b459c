"""The settings page: five sections behind five chips."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.forms import Form
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.widgets import Chip
from factory_erp.ui.settings.about import AboutSection
from factory_erp.ui.settings.appearance import AppearanceSection
from factory_erp.ui.settings.company import CompanySection
from factory_erp.ui.settings.planning import PlanningSection
from factory_erp.ui.settings.workspace import WorkspaceSection

SECTIONS = {
    "company": N_("Company"),
    "planning": N_("Planning"),
    "appearance": N_("Appearance and language"),
    "workspace": N_("Workspace"),
    "about": N_("About"),
}
CONCERNS = frozenset({"company", "bank_account", "setting"})
"""Kinds of record that show here."""
WIDEST = 980
"""Of a section, px: longer lines are hard to read and to fill in."""


class SettingsPage(Page):
    """What is set once and then left alone."""

    noun = "settings"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.company = CompanySection(context)
        self.planning = PlanningSection(context)
        self.appearance = AppearanceSection()
        self.workspace = WorkspaceSection(context)
        self.about = AboutSection()
        self._sections: dict[str, QWidget] = {
            "company": self.company,
            "planning": self.planning,
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
        """Read the company and the settings of planning again; show the theme and language that are on."""
        self.company.refresh()
        self.planning.refresh()
        self.appearance.refresh()

    def on_changes(self, changes: object) -> None:
        """Only the company, its bank accounts and settings stand here."""
        if not isinstance(changes, Mapping) or not CONCERNS.isdisjoint(changes):
            super().on_changes(changes)

    def _show_section(self, key: str) -> None:
        self.stack.setCurrentIndex(list(self._sections).index(key))
        self.setFocusProxy(self._sections[key])

    def can_leave(self) -> bool:
        """Ask before typed data are lost."""
        drafts = [section for section in (self.company, self.planning) if section.form.is_dirty()]
        if not drafts:
            return True
        text = (
            _("The changes to the company's data are not saved yet.")
            if drafts == [self.company]
            else _("The changes on this page are not saved yet.")
        )
        if not confirm(self, _("Unsaved changes"), text, _("Leave without saving")):
            return False
        for section in drafts:
            section.form.discard()
        return True

    def commands(self) -> list[Command]:
        """Save, back up, check."""
        space = self.workspace
        return [
            Command("settings.save", N_("Save"), self._save, "Ctrl+S", self._can_save, "save", "file"),
            Command("settings.backup", N_("Back up now"), space.back_up, "", None, "save", "file"),
            Command("settings.check", N_("Check database"), self._check, "", None, "shield", "file"),
        ]

    def _form(self) -> Form:
        """The form in sight, else the company's."""
        return self.planning.form if self.chips.current() == "planning" else self.company.form

    def _save(self) -> None:
        self._form().save()

    def _can_save(self) -> bool:
        return self._form().is_dirty()

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
