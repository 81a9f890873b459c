"""How papers are set: for everybody or one customer, every kind or one, with a sample beside the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields as dataclass_fields
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTemporaryDir, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _
from factory_erp.services import directory
from factory_erp.services.papers import options, sample
from factory_erp.services.papers.options import OptionInput, OptionView
from factory_erp.ui import paper_words
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.choose import Choice, LookupEdit
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.edits import ChoiceEdit
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.kit.frames import split
from factory_erp.ui.kit.pdf_preview import PdfPreview
from factory_erp.ui.settings.papers_edits import ClausesEdit, HiddenEdit

DELAY = 300
"""Milliseconds after the last key before the sample is drawn again."""

MOST_PARTNERS = 200
CHOSEN_MARK = "  ●"
"""Behind the kinds for which something is chosen."""

_SWITCHES = {
    "show_logo": (N_("Logo"), ""),
    "show_signature": (N_("Signature"), ""),
    "show_chop": (N_("Chop"), ""),
    "certified": (
        N_("Certified invoice"),
        N_('Without "E. & O. E.", with a line that certifies it true and correct'),
    ),
    "neutral": (
        N_("Neutral packing list"),
        N_("Without our name and signature, for buyers who hand it on"),
    ),
}
"""Name in ``OptionInput`` → label and hint."""
NAMES = tuple(one.name for one in dataclass_fields(OptionInput))


def option_fields() -> list[Field]:
    """The form's fields, named as in ``OptionInput``."""
    switches = [
        Field(name, _(title), FieldKind.CHOICE, choices=_yes_or_no(), hint=_(hint) if hint else "")
        for name, (title, hint) in _SWITCHES.items()
    ]
    return [
        Field("language", _("Language"), FieldKind.CHOICE, choices=_languages("")),
        Field("signed_by", _("Name of the person who signs"), hint=_("Empty: as usual")),
        *switches[:-1],
        Field("hidden", _("Columns and boxes left out"), FieldKind.OWN, make=HiddenEdit),
        Field("clauses", _("Clauses"), FieldKind.OWN, make=ClausesEdit),
        switches[-1],
    ]


def _languages(kind: str) -> list[tuple[object, str]]:
    return [("", _("As usual")), *paper_words.language_choices(kind)]


def _yes_or_no() -> list[tuple[object, str]]:
    return [(None, _("As usual")), (True, _("Yes")), (False, _("No"))]


class OptionsTab(QWidget):
    """One place of choice at a time; saves when told to, over the version that it read."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._known: dict[str, OptionView] = {}
        self._partner: Choice | None = None
        self._kind = ""
        self._folder = QTemporaryDir()
        self._numbers = count(1)
        self._asked = 0
        self.partner = LookupEdit(search_partners, context.jobs)
        self.partner.setPlaceholderText(_("Everybody"))
        self.partner.setAccessibleName(_("Customer"))
        self.kind = ChoiceEdit(paper_words.kind_choices(_("Every document")))
        self.kind.setAccessibleName(_("Kind of document"))
        self.lead = label(muted=True, wrap=True)
        self.form = Form(option_fields(), columns=2)
        self.form.setEnabled(False)
        shown = [(kind, paper_words.kind_name(kind)) for kind in sample.SHOWN]
        self.sample_kind = ChoiceEdit(shown)
        self.sample_kind.setAccessibleName(_("Sample"))
        self.preview = PdfPreview()
        self._pause = QTimer(self, singleShot=True, interval=DELAY)
        self._pause.timeout.connect(self._draw)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        places = QHBoxLayout()
        places.setSpacing(10)
        for caption, edit in ((_("For"), self.partner), (_("Documents"), self.kind)):
            places.addWidget(label(caption, muted=True))
            places.addWidget(edit, 1)
        left, right = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        column.addLayout(places)
        column.addWidget(self.lead)
        column.addWidget(self.form, 1)
        beside = QVBoxLayout(right)
        beside.setContentsMargins(6, 0, 0, 0)
        beside.setSpacing(6)
        top = QHBoxLayout()
        top.addWidget(label(_("Sample"), bold=True))
        top.addStretch(1)
        top.addWidget(self.sample_kind)
        beside.addLayout(top)
        beside.addWidget(self.preview, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split(left, right, stretch=(1, 1), sizes=(540, 440)))
        self.setFocusProxy(self.kind)

    def _connect(self) -> None:
        self.partner.chosen.connect(lambda _choice: self._go())
        self.partner.editingFinished.connect(self._go)
        self.kind.edited.connect(self._go)
        self.sample_kind.edited.connect(self._pause.start)
        self.form.edited.connect(lambda _name: self._pause.start())
        self.form.saved.connect(self._save)
        self.form.discarded.connect(self.refresh)

    # which place

    def _go(self) -> None:
        """To the customer and the kind that are chosen now; a draft is asked about first."""
        partner, kind = self._chosen_partner(), str(self.kind.value() or "")
        if (partner and partner.key, kind) == (self._partner and self._partner.key, self._kind):
            if not self.partner.hasFocus():  # a name that nobody has does not stay there
                self.partner.show_value(self._partner)
            return
        if not self._may_leave():
            self.partner.show_value(self._partner)
            self.kind.show_value(self._kind)
            return
        other = (partner and partner.key) != (self._partner and self._partner.key)
        self._partner, self._kind = partner, kind
        if other:
            self._known = {}
            self.form.setEnabled(False)
            self.refresh()
        else:
            self._show()

    def _chosen_partner(self) -> Choice | None:
        """The customer in the edit; what was typed without choosing counts as nobody else."""
        if not self.partner.text().strip():
            return None
        return self.partner.choice() or self._partner

    def _may_leave(self) -> bool:
        if not self.form.is_dirty():
            return True
        text = _("What you have changed here is not saved yet.")
        if not confirm(self, _("Discard the changes?"), text, _("Discard")):
            return False
        self.form.discard()
        return True

    def _partner_id(self) -> int | None:
        return self._partner.key if self._partner and isinstance(self._partner.key, int) else None

    def _view(self) -> OptionView:
        return self._known.get(self._kind) or OptionView(self._partner_id(), self._kind, OptionInput())

    # reading and writing

    def refresh(self) -> None:
        """Read again, unless somebody is typing here; draw the sample again."""
        if not self.form.is_dirty():
            partner_id = self._partner_id()
            self._context.jobs.run(
                partial(options.option_list, partner_id), done=partial(self._take, partner_id), owner=self
            )

    def _take(self, partner_id: int | None, views: Sequence[OptionView]) -> None:
        if self.form.is_dirty() or partner_id != self._partner_id():
            return
        self._known = {view.kind: view for view in views}
        self._mark_kinds()
        self._show()

    def _mark_kinds(self) -> None:
        """Point out the kinds for which something is chosen."""
        names = paper_words.kind_choices(_("Every document"))
        chosen = {kind for kind, view in self._known.items() if view.version}
        self.kind.set_choices(
            [(key, f"{name}{CHOSEN_MARK}" if key in chosen else name) for key, name in names]
        )
        self.kind.show_value(self._kind)

    def _show(self) -> None:
        chosen = self._view().chosen
        languages = self.form.edit("language")
        assert isinstance(languages, ChoiceEdit)
        languages.set_choices(_languages(self._kind))
        self.form.set_values({name: getattr(chosen, name) for name in NAMES})
        self.form.setEnabled(bool(self._known))
        self.lead.setText(self._usual())
        if self._kind in sample.SHOWN:
            self.sample_kind.show_value(self._kind)
        self._pause.start()

    def _usual(self) -> str:
        """What "as usual" means here."""
        if self._partner and self._kind:
            return _("As usual: as chosen for every document of this customer, or for everybody.")
        if self._partner:
            return _("As usual: as chosen for everybody.")
        if self._kind:
            return _("As usual: as chosen for every document.")
        return _("As usual: in English and Chinese, nothing left out, with logo and chop, unsigned.")

    def _save(self, values: Mapping[str, Any]) -> None:
        view = self._view()
        act = partial(options.set_option, view.partner_id, view.kind, chosen_of(values), view.version)
        self._context.jobs.run(
            act, done=self._saved, failed=self._failed, write=True, title=_("Save options"), owner=self
        )

    def _saved(self, _none: object) -> None:
        self.form.mark_saved()
        self._context.say(_("The options are saved. They hold for papers that are issued from now on."))
        self.refresh()

    def _failed(self, error: Exception) -> None:
        if not (isinstance(error, DomainError) and self.form.show_error(error)):
            show_problem(self, error)

    # the sample

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what changed while it was out of sight."""
        super().showEvent(event)
        self._pause.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is drawn that nobody sees."""
        super().hideEvent(event)
        self._pause.stop()

    def _draw(self) -> None:
        if not self._known or not self.isVisible() or self.form.problems():
            return
        self._asked = number = next(self._numbers)
        view = self._view()
        drafted = OptionView(view.partner_id, view.kind, chosen_of(self.form.values()), view.version)
        path = Path(self._folder.path()) / str(number) / "sample.pdf"
        draw = partial(sample.sample_pdf, drafted, str(self.sample_kind.value()))
        self._context.jobs.run(
            partial(_write, draw, path), done=partial(self._show_sample, number), owner=self
        )

    def _show_sample(self, number: int, path: Path) -> None:
        if number == self._asked:
            self.preview.show_document(path)


def chosen_of(values: Mapping[str, Any]) -> OptionInput:
    """What the form says; an empty name leaves it to the places before."""
    return OptionInput(**dict(values) | {"language": values["language"] or ""})


def search_partners(text: str) -> list[Choice]:
    """Partners for whom papers can be set otherwise."""
    found = directory.partner_choices(text, None, MOST_PARTNERS)
    return [Choice(one.id, one.name, one.code) for one in found]


def _write(draw: partial[bytes], path: Path) -> Path:
    content = draw()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
