"""A form in a dialog of its own: it saves through a use case and stays open until that has worked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.forms import Field, Form
from factory_erp.ui.kit.jobs import Jobs

UseCase = Callable[[Mapping[str, Any]], Callable[[], object]]
"""The form's values → the use case to run with them, bound to all its arguments."""


class FormDialog(QDialog):
    """Enter goes on, Ctrl+Enter saves, Escape leaves.  ``done_with`` carries the use case's value.

    A refusal that names a field of the form is said under that field, any other in a dialog.
    """

    done_with = Signal(object)

    def __init__(
        self,
        jobs: Jobs,
        title: str,
        fields: Sequence[Field],
        values: Mapping[str, object],
        use_case: UseCase,
        act: str,
        *,
        note: str = "",
        columns: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._jobs = jobs
        self._use_case = use_case
        self._names = {field.label: field.name for field in fields}
        self.form = Form(fields, values, columns=columns, parent=self)
        # The dialog has its own buttons, also for what is prefilled and not "changed".
        self.form.bar.hide()
        self.form.dirty_changed.connect(lambda _dirty: self.form.bar.hide())
        self.form.saved.connect(self._run)
        self.save_button = Button(act, self, kind=Kind.PRIMARY, run=self.form.save)
        self.save_button.setToolTip("Ctrl+Enter")
        self.cancel_button = Button(_("Cancel"), self, run=self.reject)
        for button in (self.save_button, self.cancel_button):
            button.setAutoDefault(True)
        self.save_button.setDefault(True)
        self._lay_out(note)
        if fields:
            self.form.edit(fields[0].name).setFocus()

    def _lay_out(self, note: str) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        if note:
            column.addWidget(label(note, wrap=True, muted=True))
        column.addWidget(self.form, 1)
        column.addLayout(buttons)

    def _run(self, values: Mapping[str, Any]) -> None:
        self.save_button.setEnabled(False)
        self._jobs.run(
            self._use_case(values),
            write=True,
            title=self.windowTitle(),
            done=self._done,
            failed=self._failed,
        )

    def _done(self, value: object) -> None:
        self.done_with.emit(value)
        self.accept()

    def _failed(self, error: Exception) -> None:
        self.save_button.setEnabled(True)
        if isinstance(error, DomainError):
            # Some use cases name the field as the user reads it.
            error.field = self._names.get(error.field, error.field)
        if not (isinstance(error, DomainError) and self.form.show_error(error)):
            show_problem(self, error)
