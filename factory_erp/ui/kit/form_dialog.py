"""A form in a dialog of its own: it saves through a use case and stays open until that has worked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.forms import Field, Form
from factory_erp.ui.kit.jobs import Jobs

UseCase = Callable[[Mapping[str, Any]], Callable[[], object]]
"""The form's values → the use case to run with them, bound to all its arguments."""


ATTEMPTS = 6
"""Steps in which a dialog grows: each leaves less to be given."""


class Grower(QObject):
    """Keeps *dialog* high enough for its *form*: a sentence under a field must not push another out of sight.

    Grows as high as the screen allows, and never shrinks: the person may have made it larger.
    """

    def __init__(self, dialog: QDialog, form: Form) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        area = form.findChild(QScrollArea)
        assert area is not None
        fields = area.widget()
        assert fields is not None
        self._area, self._fields = area, fields
        self._pause = QTimer(self, singleShot=True, interval=0)
        self._pause.timeout.connect(self.grow)
        fields.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The fields ask for another height."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self._pause.start()
        return super().eventFilter(watched, event)

    def grow(self) -> None:
        """Make room for what does not fit; other parts of the dialog take some of what is given."""
        for _attempt in range(ATTEMPTS):
            before = self._dialog.height()
            self._grow_once()
            if self._dialog.height() == before:
                return
            layout = self._dialog.layout()
            if layout is not None:
                layout.activate()

    def _grow_once(self) -> None:
        fields = self._fields
        width = self._area.viewport().width()
        needed = fields.heightForWidth(width) if fields.hasHeightForWidth() else fields.sizeHint().height()
        missing = needed - self._area.viewport().height()
        if missing > 0 and self._dialog.isVisible():
            most = self._dialog.screen().availableGeometry().height() - 60
            self._dialog.resize(self._dialog.width(), min(self._dialog.height() + missing, most))


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
        Grower(self, self.form)
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
