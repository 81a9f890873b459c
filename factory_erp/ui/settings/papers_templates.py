"""The message that documents go out with, in each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.mail import templates as mail_templates
from factory_erp.services.mail.templates import PLACES, TemplateView
from factory_erp.ui import paper_words
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.edits import ChoiceEdit, NoteEdit
from factory_erp.ui.kit.forms import Field, FieldKind, Form

BODY_HEIGHT = 240
"""Of the message, px: eleven lines, the rest scrolls."""


class TemplatesPanel(QWidget):
    """One language at a time; saves when told to, over the version that it read."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._known: dict[str, TemplateView] = {}
        self._language = "en"
        self.language = ChoiceEdit(_languages({}))
        self.language.show_value(self._language)
        self.language.setAccessibleName(_("Language of the message"))
        self.language.edited.connect(self._go)
        self.form = Form(
            [
                Field("subject", _("Subject"), required=True),
                Field("body", _("Message"), FieldKind.NOTE, required=True),
            ]
        )
        body = self.form.edit("body")
        assert isinstance(body, NoteEdit)
        body.setFixedHeight(BODY_HEIGHT)
        self.form.setEnabled(False)
        self.form.saved.connect(self._save)
        self.form.discarded.connect(self.refresh)
        self.usual_button = Button(_("As at first"), icon="undo", run=self.take_usual)
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(label(_("Message"), pixels=15, bold=True))
        top.addStretch(1)
        top.addWidget(self.usual_button)
        top.addWidget(self.language)
        places = " ".join(f"{{{name}}}" for name in PLACES)
        said = _("Places are filled from the shipment; a line whose places are empty is left out:")
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(label(said, muted=True, wrap=True))
        column.addWidget(label(places, wrap=True, selectable=True))
        column.addWidget(self.form, 1)
        self.setFocusProxy(self.language)

    def refresh(self) -> None:
        """Read again, unless somebody is typing here."""
        if not self.form.is_dirty():
            self._context.jobs.run(mail_templates.template_list, done=self._take, owner=self)

    def _take(self, views: Sequence[TemplateView]) -> None:
        if self.form.is_dirty():
            return
        self._known = {view.language: view for view in views}
        self.language.set_choices(_languages(self._known))
        self.language.show_value(self._language)
        self._show()

    def _show(self) -> None:
        view = self._known.get(self._language)
        self.form.setEnabled(view is not None)
        self.usual_button.setEnabled(view is not None and not view.is_default)
        if view is not None:
            self.form.set_values({"subject": view.subject, "body": view.body})

    def _go(self) -> None:
        """To another language; a draft is asked about first."""
        if self.form.is_dirty():
            text = _("What you have changed here is not saved yet.")
            if not confirm(self, _("Discard the changes?"), text, _("Discard")):
                self.language.show_value(self._language)
                return
            self.form.discard()
        self._language = str(self.language.value())
        self._show()

    def take_usual(self) -> None:
        """Back to the message that the program has, after asking."""
        text = _("Your own text of the message in this language is given up.")
        if confirm(self, _("As at first?"), text, _("Take the first text")):
            self.form.discard()
            self._write("", "")

    def _save(self, values: Mapping[str, Any]) -> None:
        self._write(str(values["subject"]), str(values["body"]))

    def _write(self, subject: str, body: str) -> None:
        view = self._known.get(self._language)
        if view is None:
            return
        act = partial(mail_templates.set_template, view.language, subject, body, view.version)
        self._context.jobs.run(
            act, done=self._saved, failed=self._failed, write=True, title=_("Save message"), owner=self
        )

    def _saved(self, _none: object) -> None:
        self.form.mark_saved()
        self._context.say(_("The message is saved."))
        self.refresh()

    def _failed(self, error: Exception) -> None:
        if not (isinstance(error, DomainError) and self.form.show_error(error)):
            show_problem(self, error)


def _languages(known: Mapping[str, TemplateView]) -> list[tuple[object, str]]:
    """The languages of a message; those with a text of the factory's own are marked."""
    own = {language for language, view in known.items() if not view.is_default}
    names = ((code, paper_words.language_name(code)) for code in mail_templates.LANGUAGES)
    return [(code, f"{name}  ●" if code in own else name) for code, name in names]
