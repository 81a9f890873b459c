"""The engineering page: work centres, calendars, changeovers, moulds and standard costs, each in a tab."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from factory_erp.i18n import N_, _
from factory_erp.ui.engineering.calendars_tab import CalendarsTab
from factory_erp.ui.engineering.centres_tab import CentresTab
from factory_erp.ui.engineering.changeovers_tab import ChangeoversTab
from factory_erp.ui.engineering.costs_tab import CostsTab
from factory_erp.ui.engineering.resources_tab import ResourcesTab
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.tabs import Tabs

PARTS: Mapping[str, tuple[str, Callable[[UiContext], QWidget]]] = {
    "centres": (N_("Work centres"), CentresTab),
    "calendars": (N_("Calendars"), CalendarsTab),
    "changeovers": (N_("Changeovers"), ChangeoversTab),
    "resources": (N_("Moulds and crews"), ResourcesTab),
    "costs": (N_("Standard costs"), CostsTab),
}
"""Name in links (``erp://engineering/calendars/DAY``) → title and widget of each part."""

REMEMBERED = "pages/engineering/part"


class Part(Protocol):
    """What the page asks of its parts."""

    def refresh(self) -> None:
        """Read again; a draft stays."""

    def on_changes(self, changes: Mapping[str, object]) -> None:
        """Something was committed."""

    def is_dirty(self) -> bool:
        """Whether there are edits that were not saved."""

    def save(self) -> bool:
        """Start saving."""

    def discard(self) -> None:
        """Throw the edits away."""

    def show_one(self, code: str) -> None:
        """Show the record with that code."""


class EngineeringPage(Page):
    """How the factory works: what it has, when it works, and what that costs."""

    noun = "engineering"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.header.set_title(_("Engineering"))
        self.tabs = Tabs(shortcuts=False)
        for key, (title, make) in PARTS.items():
            self.tabs.add(key, _(title), partial(make, context))
        self.set_body(self.tabs)
        self.tabs.current_changed.connect(self._note_part)
        known = str(context.settings().value(REMEMBERED, ""))
        if known in PARTS:
            self.tabs.select(known)

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember which part is in sight for the next start."""
        super().hideEvent(event)
        self.context.settings().setValue(REMEMBERED, self.tabs.current())

    def part(self, key: str = "") -> Part | None:
        """The part *key* (the one in sight), None while nobody has looked at it."""
        return self.tabs.page(key or self.tabs.current())  # type: ignore[return-value]

    def _made(self) -> list[Part]:
        return [part for key in PARTS if (part := self.part(key)) is not None]

    # what the shell asks

    def refresh(self) -> None:
        """Read the part in sight again."""
        if (part := self.part()) is not None:
            part.refresh()

    def on_changes(self, changes: object) -> None:
        """Each part decides whether it shows what was committed."""
        if self.isVisible() and isinstance(changes, Mapping):
            for part in self._made():
                part.on_changes(changes)

    def open_record(self, key: str) -> None:
        """Show a part, and the record of it that a link names: ``calendars/DAY``."""
        name, _slash, code = key.partition("/")
        if name not in PARTS:
            self.context.say(_("There is nothing at {link}.", link=f"erp://{self.noun}/{key}"))
            return
        self.tabs.select(name)
        part = self.part(name)
        if code and part is not None and not part.is_dirty():
            part.show_one(code)

    def can_leave(self) -> bool:
        """Ask before a draft is lost; it may be in a part out of sight."""
        drafts = [part for part in self._made() if part.is_dirty()]
        if not drafts:
            return True
        text = _("The changes on this page are not saved yet.")
        if not confirm(self, _("Unsaved changes"), text, _("Leave without saving")):
            return False
        for part in drafts:
            part.discard()
        return True

    def commands(self) -> list[Command]:
        """Save the part in sight, add to it; go to each part."""
        return [
            Command("engineering.new", self._new_title, self._add, "Ctrl+N", self._can_add, "add", "file"),
            Command("engineering.new_machine", N_("Add machine…"), self._add_machine, "Ctrl+Shift+N",
                    self._shows_centres, "add", "file"),
            Command("engineering.times", N_("Times of the machine…"), self._show_times, "Ctrl+T",
                    self._shows_centres, "clock", "record"),
            Command("engineering.save", N_("Save"), self._save, "Ctrl+S", self._can_save, "save", "file"),
            *(
                Command(f"engineering.part.{key}", title, partial(self.tabs.select, key), f"Alt+{place}",
                        group="view")
                for place, (key, (title, _make)) in enumerate(PARTS.items(), 1)
            ),
        ]  # fmt: skip

    def _new_title(self) -> str:
        part = self.part()
        if isinstance(part, CalendarsTab):
            return _("New calendar")
        return _("Add mould or crew…") if isinstance(part, ResourcesTab) else _("Add work centre…")

    def _can_add(self) -> bool:
        return isinstance(self.part(), CentresTab | CalendarsTab | ResourcesTab)

    def _add(self) -> None:
        part = self.part()
        if isinstance(part, CentresTab):
            part.add_centre()
        elif isinstance(part, CalendarsTab | ResourcesTab):
            part.add()

    def _shows_centres(self) -> bool:
        return isinstance(self.part(), CentresTab)

    def _add_machine(self) -> None:
        part = self.part()
        if isinstance(part, CentresTab) and part.add_machine() is None:
            self.context.say(part.add_machine_button.toolTip())

    def _show_times(self) -> None:
        part = self.part()
        if isinstance(part, CentresTab) and part.show_times() is None:
            self.context.say(part.times_button.toolTip())

    def _can_save(self) -> bool:
        part = self.part()
        return part is not None and part.is_dirty()

    def _save(self) -> None:
        if (part := self.part()) is not None:
            part.save()

    def state(self) -> dict[str, object]:
        """The part in sight."""
        return {"record": self.tabs.current()}

    def restore_state(self, state: dict[str, object]) -> None:
        """Go back to the part."""
        if str(state.get("record")) in PARTS:
            self.tabs.select(str(state["record"]))

    def _note_part(self, _key: str) -> None:
        if self.isVisible():
            self.refresh()
