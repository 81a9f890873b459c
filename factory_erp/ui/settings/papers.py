"""Papers: how they are set, how they are numbered, the company's pictures, how they are mailed."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.forms import Form
from factory_erp.ui.kit.frames import split
from factory_erp.ui.kit.tabs import Tabs
from factory_erp.ui.settings.papers_options import OptionsTab
from factory_erp.ui.settings.papers_patterns import PatternsTab
from factory_erp.ui.settings.papers_pictures import PicturesTab
from factory_erp.ui.settings.papers_server import ServerPanel
from factory_erp.ui.settings.papers_templates import TemplatesPanel

PARTS = {
    "options": N_("Layout of papers"),
    "patterns": N_("Number patterns"),
    "pictures": N_("Logo, signature, chop"),
    "mail": N_("Mail server and message"),
}


class MailTab(QWidget):
    """The mail server and the message, each a form of its own."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.server = ServerPanel(context)
        self.templates = TemplatesPanel(context)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split(self.server, self.templates, stretch=(2, 3), sizes=(380, 600)))
        self.setFocusProxy(self.server)

    def refresh(self) -> None:
        """Read both again."""
        self.server.refresh()
        self.templates.refresh()


class PapersSection(QWidget):
    """Four parts behind tabs; the part in view is read when it is looked at."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.options = OptionsTab(context)
        self.patterns = PatternsTab(context)
        self.pictures = PicturesTab(context)
        self.mail = MailTab(context)
        self._parts: dict[str, OptionsTab | PatternsTab | PicturesTab | MailTab] = {
            "options": self.options,
            "patterns": self.patterns,
            "pictures": self.pictures,
            "mail": self.mail,
        }
        for part in self._parts.values():
            # A part that is never looked at goes with the page all the same.
            part.setParent(self)
            part.hide()
        self.tabs = Tabs()
        for key, title in PARTS.items():
            self.tabs.add(key, _(title), partial(self._parts.__getitem__, key))
        self.tabs.current_changed.connect(self._note_part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tabs)
        self.setFocusProxy(self.options)

    def forms(self) -> list[Form]:
        """The forms that may hold a draft."""
        return [self.options.form, self.mail.server.form, self.mail.templates.form]

    def form(self) -> Form | None:
        """The form in view, of two that with a draft; None where the part has none."""
        server, message = self.mail.server.form, self.mail.templates.form
        match self.tabs.current():
            case "options":
                return self.options.form
            case "mail":
                return message if message.is_dirty() else server
        return None

    def refresh(self) -> None:
        """Read the part in view again."""
        self._parts[self.tabs.current()].refresh()

    def _note_part(self, key: str) -> None:
        self.setFocusProxy(self._parts[key])
        self._parts[key].refresh()
