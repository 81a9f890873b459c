"""The fields of one paper that a clerk may type over, above its draft."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.issuing import forms as paper_forms
from factory_erp.services.issuing.fields import FieldKind as Typed
from factory_erp.services.issuing.forms import FieldValue, PaperForm, ShownField
from factory_erp.services.workbench.views import ShipmentDetail
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.paper_words import kind_name
from factory_erp.ui.shipping import steps

_KINDS: dict[Typed, FieldKind] = {
    Typed.TEXT: FieldKind.TEXT,
    Typed.NOTE: FieldKind.NOTE,
    Typed.ENGLISH: FieldKind.NOTE,
    Typed.LINES: FieldKind.NOTE,
    Typed.SENTENCES: FieldKind.NOTE,
    Typed.PARTY: FieldKind.NOTE,
    Typed.SHEET: FieldKind.CHOICE,
    Typed.TICK: FieldKind.CHECK,
    Typed.DATE: FieldKind.DATE,
    Typed.NUMBER: FieldKind.INTEGER,
    Typed.DECIMAL: FieldKind.DECIMAL,
    Typed.CHECK: FieldKind.CHECK,
    Typed.CHOICE: FieldKind.CHOICE,
}


class PaperFormPanel(QWidget):
    """The form of the paper that is chosen; ``saved`` when something typed was kept."""

    saved = Signal()

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._detail: ShipmentDetail | None = None
        self._wanted: tuple[str, str] | None = None
        self._shown: PaperForm | None = None
        self.form: Form | None = None
        self._goal = ""
        self.title = label(bold=True)
        self.note = label(muted=True, wrap=True)
        self.reset_button = Button(_("As worked out"), kind=Kind.LINK, run=self.reset)
        self.reset_button.setToolTip(_("Throw away what was typed for this document"))
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.reset_button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 4, 0, 0)
        self._column.setSpacing(6)
        self._column.addLayout(top)
        self._column.addWidget(self.note)
        self.hide()

    def is_dirty(self) -> bool:
        """Whether something is typed that is not saved."""
        return self.form is not None and self.form.is_dirty()

    def discard(self) -> None:
        """Throw away what is typed and not saved."""
        if self.form is not None:
            self.form.discard()

    def show_detail(self, detail: ShipmentDetail) -> None:
        """The shipment has changed, or is another one; what is being typed for the same one stays."""
        if self._detail is not None and self._detail.id != detail.id:
            self._wanted = None
            self.hide()
        self._detail = detail
        if self._wanted is not None and not self.is_dirty():
            self._read()

    def show_paper(self, kind: str, variant: str = "") -> None:
        """Show the fields of another paper; asks before something typed would be lost."""
        if (kind, variant) == self._wanted:
            return
        text = _("What you typed for {document} is not saved.", document=self.title.text())
        if self.is_dirty() and not confirm(self, _("Leave without saving?"), text, _("Discard changes")):
            return
        self._wanted = (kind, variant)
        self._read()

    def setFocus(self) -> None:  # type: ignore[override]  # the form is made anew for each paper
        """Into the first field."""
        if self.form is not None and self._shown is not None and self._shown.fields:
            self.form.edit(self._shown.fields[0].field.key).setFocus()

    def go_to(self, field: str) -> None:
        """Into the *field* of the chosen paper, at once or when its form has been read; "" forgets that."""
        self._goal = field
        self._reach_goal()

    def _reach_goal(self) -> None:
        wanted = self._shown and (self._shown.kind, self._shown.variant) == self._wanted
        if self._goal and wanted and self.form is not None and self._shown is not None:
            if self._goal in {one.field.key for one in self._shown.fields}:
                self.form.edit(self._goal).setFocus()
            self._goal = ""

    def reset(self) -> None:
        """Let the paper say again what is worked out."""
        shown = self._shown
        if shown is not None and self._detail is not None:
            act = partial(
                paper_forms.reset_paper_form, self._detail.id, shown.kind, shown.version, shown.variant
            )
            self._run(act)

    def _read(self) -> None:
        if self._detail is None or self._wanted is None:
            return
        wanted = self._wanted
        if wanted[0] not in paper_forms.WITH_FORM:
            self._clear()
            self.hide()
            return
        read = partial(paper_forms.paper_form, self._detail.id, *wanted)
        self._jobs.run(read, done=partial(self._take, wanted), owner=self)

    def _take(self, wanted: tuple[str, str], shown: PaperForm) -> None:
        """Show the form, unless another paper was chosen or something was typed meanwhile."""
        if wanted != self._wanted or self.is_dirty() or shown == self._shown:
            self.setVisible(bool(self._shown and self._wanted == (self._shown.kind, self._shown.variant)))
            self._reach_goal()
            return
        self._clear()
        self._shown = shown
        self.title.setText(kind_name(shown.kind, shown.variant))
        self.note.setText(shown.problem)
        self.note.setVisible(bool(shown.problem))
        self.reset_button.setVisible(any(one.typed for one in shown.fields))
        if shown.fields:
            self.form = Form([_field(one) for one in shown.fields], _values(shown), columns=2, parent=self)
            self.form.setEnabled(self._detail is not None and steps.can_type(self._detail))
            self.form.saved.connect(self._save)
            self._column.addWidget(self.form, 1)
        self.show()
        self._reach_goal()

    def _clear(self) -> None:
        self._shown = None
        if self.form is not None:
            self._column.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
            self.form = None

    def _save(self, values: dict[str, FieldValue]) -> None:
        shown = self._shown
        if shown is None or self._detail is None:
            return
        self._run(
            partial(
                paper_forms.save_paper_form, self._detail.id, shown.kind, values, shown.version, shown.variant
            )
        )

    def _run(self, act: Callable[[], object]) -> None:
        title = _("Saving {document}", document=self.title.text())
        self._jobs.run(act, write=True, title=title, done=self._saved, failed=self._refused, owner=self)

    def _saved(self, _nothing: object) -> None:
        if self.form is not None:
            self.form.mark_saved()
        self._shown = None
        self._read()
        self.saved.emit()

    def _refused(self, error: Exception) -> None:
        at_field = self.form is not None and isinstance(error, DomainError) and self.form.show_error(error)
        if not at_field:
            show_problem(self, error)


def _field(one: ShownField) -> Field:
    field = one.field
    mark = f" ({_('typed')})" if one.typed else ""
    return Field(
        field.key,
        f"{_(field.label)}{mark}",
        _KINDS[field.kind],
        choices=[(value, _(name)) for value, name in field.choices],
        hint=_(field.hint) if field.hint else "",
    )


def _values(shown: PaperForm) -> dict[str, object]:
    return {
        one.field.key: None if one.value == "" and not one.field.choices else one.value
        for one in shown.fields
    }
