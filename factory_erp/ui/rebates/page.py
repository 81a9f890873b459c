"""The page of the export tax rebate: shipments, months and suppliers' invoices, each in a tab."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from factory_erp.i18n import N_, _
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.tabs import Tabs
from factory_erp.ui.rebates.invoices_tab import InvoicesTab
from factory_erp.ui.rebates.months_tab import MonthsTab
from factory_erp.ui.rebates.shipments_tab import ShipmentsTab

PARTS: Mapping[str, tuple[str, Callable[[UiContext], QWidget]]] = {
    "shipments": (N_("Shipments"), ShipmentsTab),
    "months": (N_("Months"), MonthsTab),
    "invoices": (N_("Suppliers' invoices"), InvoicesTab),
}
"""Name in links (``erp://rebates/months/2026-11``) → title and widget of each part."""

REMEMBERED = "pages/rebates/part"


class Part(Protocol):
    """What the page asks of its parts."""

    def refresh(self) -> None:
        """Read again; a draft stays."""

    def on_changes(self, changes: Mapping[str, object]) -> None:
        """Something was committed."""

    def is_dirty(self) -> bool:
        """Whether there are edits that were not saved."""

    def discard(self) -> None:
        """Throw the edits away."""

    def show_one(self, key: object) -> None:
        """Show the record with that key."""

    def shown(self) -> str:
        """The key of the record in view, "" where there is none."""


class RebatesPage(Page):
    """What of the VAT comes back: ``erp://rebates/shipments/<id or number>``, ``erp://rebates/months/<2026-11>``
    and ``erp://rebates/invoices/<id>``."""

    noun = "rebates"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.header.set_title(_("Tax rebate"))
        self.tabs = Tabs(shortcuts=False)
        for key, (title, make) in PARTS.items():
            self.tabs.add(key, _(title), partial(make, context))
        self.set_body(self.tabs)
        self.tabs.current_changed.connect(self._turned)
        known = str(context.settings().value(REMEMBERED, ""))
        if known in PARTS:
            self.tabs.select(known)
        self.setFocusProxy(self.tabs.bar)

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember which part is in sight for the next start."""
        super().hideEvent(event)
        self.context.settings().setValue(REMEMBERED, self.tabs.current())

    def part(self, key: str = "") -> Part | None:
        """The part *key* (the one in sight), None while nobody has looked at it."""
        return self.tabs.page(key or self.tabs.current())  # type: ignore[return-value]  # what PARTS makes

    def _made(self) -> list[Part]:
        return [part for key in PARTS if (part := self.part(key)) is not None]

    def _turned(self, _key: str) -> None:
        if self.isVisible():
            self.refresh()

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
        """Show a part, and the record of it that a link names: ``months/2026-11``."""
        name, _slash, code = key.partition("/")
        if name not in PARTS:
            self.context.say(_("There is nothing at {link}.", link=f"erp://{self.noun}/{key}"))
            return
        self.tabs.select(name)
        if code and (part := self.part(name)) is not None:
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

    def state(self) -> dict[str, object]:
        """The part in sight and its record: ``months/2026-11``."""
        part = self.part()
        return {"record": "/".join(filter(None, (self.tabs.current(), part.shown() if part else "")))}

    def restore_state(self, state: dict[str, object]) -> None:
        """Take over what ``state`` gave."""
        record = str(state.get("record", ""))
        if record.partition("/")[0] in PARTS:
            self.open_record(record)

    # commands

    def commands(self) -> list[Command]:
        """The parts, and a new invoice."""
        return [
            *(Command(f"rebates.{key}", title, partial(self.tabs.select, key), f"Alt+{number}", group="go")
              for number, (key, (title, _make)) in enumerate(PARTS.items(), 1)),
            Command("rebates.new_invoice", N_("New supplier's invoice…"), self._new_invoice, "Ctrl+N",
                    icon="add", group="record"),
        ]  # fmt: skip

    def _new_invoice(self) -> None:
        self.tabs.select("invoices")
        part = self.part("invoices")
        assert isinstance(part, InvoicesTab)
        part.deeds.new()
