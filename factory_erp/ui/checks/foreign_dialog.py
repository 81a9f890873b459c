"""The form of a paper that others write: a bill of lading from the forwarder, an insurance, a certificate."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.checking.papers import Paper
from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.paper_checks import foreign_papers
from factory_erp.services.paper_checks.foreign_papers import ForeignView, name_of_foreign
from factory_erp.ui.checks import foreign_fields
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.frames import GAP
from factory_erp.ui.kit.sectioned_form import SectionedForm


class ForeignDialog(QDialog):
    """Reads the paper, or what the shipment says as a start; ``saved`` comes once it is kept or removed."""

    saved = Signal()

    def __init__(
        self,
        context: UiContext,
        shipment_id: int,
        kind: str,
        variant: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._shipment_id, self._kind, self._variant = context, shipment_id, kind, variant
        self._known: ForeignView | None = None
        known = next(one for one in foreign_papers.FOREIGN if one == kind)
        name = name_of_foreign(known)
        self.setWindowTitle(f"{name} {variant}" if variant else name)
        stacks, below = foreign_fields.sections(kind)
        self.form = SectionedForm(stacks, below)
        self.form.bar.hide()
        self.form.dirty_changed.connect(lambda _dirty: self.form.bar.hide())
        self.form.saved.connect(self._write)
        self.form.setEnabled(False)
        self.said = label(
            _("Type what stands on the paper; empty fields are not checked."), muted=True, wrap=True
        )
        self.remove_button = Button(_("Remove this paper"), icon="delete", run=self.remove)
        self.save_button = Button(_("Save and check"), kind=Kind.PRIMARY, run=self.form.save)
        self.save_button.setToolTip("Ctrl+Enter")
        self.remove_button.hide()
        self._lay_out()
        self.resize(1000, 660)
        read = partial(foreign_papers.foreign_paper, shipment_id, kind, variant)
        context.jobs.run(read, done=self._take, failed=self._gone, owner=self)

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self.remove_button)
        foot.addStretch(1)
        foot.addWidget(Button(_("Cancel"), run=self.reject))
        foot.addWidget(self.save_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.setSpacing(GAP)
        whole.addWidget(self.said)
        whole.addWidget(self.form, 1)
        whole.addLayout(foot)

    def _take(self, view: ForeignView) -> None:
        self._known = view
        self.form.set_values(foreign_fields.shown(self._kind, view.paper))
        self.form.setEnabled(True)
        self.remove_button.setVisible(view.version > 0)
        if not view.version and view.paper != Paper(view.kind):
            self.said.setText(_("Begins with what the shipment says: correct what the paper says otherwise."))
        first = foreign_fields.stated(self._kind)[0].path
        self.form.edit(first).setFocus()

    def _gone(self, error: Exception) -> None:
        show_problem(self.parentWidget(), error)
        self.reject()

    # acts

    def _write(self, values: dict[str, Any]) -> None:
        if self._known is None:
            return
        try:
            paper = foreign_fields.taken(self._kind, values, self._known.paper)
        except DomainError as error:
            self._refused(error)
            return
        self.save_button.setEnabled(False)
        self._context.jobs.run(
            partial(foreign_papers.save_foreign, self._shipment_id, self._kind, paper, self._variant,
                    self._known.version),
            done=self._done, failed=self._refused, write=True, title=_("Save the paper of others"),
            owner=self,
        )  # fmt: skip

    def remove(self) -> None:
        """Forget the paper, once the person agrees."""
        known = self._known
        if known is None or not confirm(
            self,
            _("Remove this paper?"),
            _("What was typed of it is lost, and it is no longer checked."),
            _("Remove"),
        ):
            return
        self._context.jobs.run(
            partial(foreign_papers.remove_foreign, self._shipment_id, self._kind, self._variant,
                    known.version),
            done=self._done, failed=self._refused, write=True, title=_("Remove the paper of others"),
            owner=self,
        )  # fmt: skip

    def _done(self, _value: object) -> None:
        self.form.mark_saved()
        self.saved.emit()
        self.accept()

    def _refused(self, error: Exception) -> None:
        self.save_button.setEnabled(True)
        if isinstance(error, DomainError) and self.form.show_error(error):
            self.form.go_to(error.field)
        else:
            show_problem(self, error)

    def reject(self) -> None:
        """Leave; a draft is asked about first."""
        text = _("What you have typed of this paper is lost.")
        if self.form.is_dirty() and not confirm(self, _("Leave without saving?"), text, _("Discard changes")):
            return
        super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter belongs to the fields, never to a button of the dialog."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
