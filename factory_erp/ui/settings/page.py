"""The settings page: a section behind each chip."""

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
from factory_erp.ui.settings import papers
from factory_erp.ui.settings.about import AboutSection
from factory_erp.ui.settings.appearance import AppearanceSection
from factory_erp.ui.settings.company import CompanySection
from factory_erp.ui.settings.papers import PapersSection
from factory_erp.ui.settings.planning import PlanningSection
from factory_erp.ui.settings.workspace import WorkspaceSection

SECTIONS = {
    "company": N_("Company"),
    "planning": N_("Planning"),
    "papers": N_("Papers"),
    "appearance": N_("Appearance and language"),
    "workspace": N_("Workspace"),
    "about": N_("About"),
}
CONCERNS = frozenset(
    {"company", "bank_account", "setting", "document_option", "number_pattern", "mail_template"}
)
"""Kinds of record that show here."""
WIDEST = 980
"""Of a section, px: longer lines are hard to read and to fill in."""
WIDE = {"papers": 1500}
"""Sections with something beside their form, px."""


class SettingsPage(Page):
    """What is set once and then left alone."""

    noun = "settings"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.company = CompanySection(context)
        self.planning = PlanningSection(context)
        self.papers = PapersSection(context)
        self.appearance = AppearanceSection()
        self.workspace = WorkspaceSection(context)
        self.about = AboutSection()
        self._sections: dict[str, QWidget] = {
            "company": self.company,
            "planning": self.planning,
            "papers": self.papers,
            "appearance": self.appearance,
            "workspace": self.workspace,
            "about": self.about,
        }
        self.stack = QStackedWidget()
        for key, section in self._sections.items():
            self.stack.addWidget(_on_card(section, WIDE.get(key, WIDEST)))
        self.set_body(self.stack)
        self.header.set_title(_("Settings"))
        self.chips.set_chips(Chip(key, _(title)) for key, title in SECTIONS.items())
        self.chips.chosen.connect(self._show_section)
        self.setFocusProxy(self.company)

    def refresh(self) -> None:
        """Read company, planning and papers again; show the theme and language that are on."""
        self.company.refresh()
        self.planning.refresh()
        self.papers.refresh()
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
        forms = (self.company.form, self.planning.form, *self.papers.forms())
        drafts = [form for form in forms if form.is_dirty()]
        if not drafts:
            return True
        text = (
            _("The changes to the company's data are not saved yet.")
            if drafts == [self.company.form]
            else _("The changes on this page are not saved yet.")
        )
        if not confirm(self, _("Unsaved changes"), text, _("Leave without saving")):
            return False
        for form in drafts:
            form.discard()
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
        shown = self.chips.current()
        if shown == "planning":
            return self.planning.form
        return (self.papers.form() if shown == "papers" else None) or self.company.form

    def _save(self) -> None:
        self._form().save()

    def _can_save(self) -> bool:
        return self._form().is_dirty()

    def _check(self) -> None:
        self.chips.select("workspace")
        self.workspace.check()

    def open_record(self, key: str) -> None:
        """Show the section *key*, or a part of one: ``papers/pictures``."""
        section, _slash, part = key.partition("/")
        if section in SECTIONS:
            self.chips.select(section)
        if section == "papers" and part in papers.PARTS:
            self.papers.tabs.select(part)

    def state(self) -> dict[str, object]:
        """The section in view."""
        return {"record": self.chips.current()}

    def restore_state(self, state: dict[str, object]) -> None:
        """Go back to the section."""
        self.open_record(str(state.get("record", "")))


def _on_card(section: QWidget, widest: int) -> QWidget:
    """*section* on a card that does not grow wider than *widest*."""
    card = QFrame()
    card.setProperty("card", True)
    card.setMaximumWidth(widest)
    inside = QVBoxLayout(card)
    inside.setContentsMargins(22, 18, 22, 18)
    inside.addWidget(section)
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(card)
    return holder
