"""What the platform did to an order of ours, and the decision on it: part by part, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from factory_erp.i18n import _, ngettext, pgettext
from factory_erp.models.platforms import ExceptionState
from factory_erp.services.platform_orders import exception_remedies, intake
from factory_erp.services.platform_orders.changes_accept import ChangePart
from factory_erp.services.platform_orders.exception_remedies import ExceptionDetail, RemedyKind
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.widgets import Button, Kind, label
from factory_erp.ui.platforms.change_dialogs import KeepDialog, ReleaseDialog
from factory_erp.ui.platforms.change_rows import ChangeRows


@dataclass(frozen=True, slots=True)
class Change:
    """A change as it is read: its exception, its parts, and what a person can do."""

    detail: ExceptionDetail
    parts: tuple[ChangePart, ...]
    remedies: frozenset[RemedyKind]

    @property
    def open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.detail.state is ExceptionState.OPEN


def read(exception_id: int) -> Change:
    """The change as it is now. Raises NotFound."""
    return Change(
        exception_remedies.exception_detail(exception_id),
        intake.change_parts(exception_id),
        frozenset(remedy.kind for remedy in exception_remedies.remedies(exception_id)),
    )


class ChangeView(QWidget):
    """The differences with a box each, "Accept selected" and "Keep ours…".

    In a card they stand under one another; *wide* (a dialog) puts them side by side and scrolls by itself.
    ``decided`` comes after each decision; what is left of the change is shown on.
    """

    decided = Signal()
    shown = Signal()
    """``change`` was read, and is shown."""

    def __init__(
        self, context: UiContext, exception_id: int, parent: QWidget | None = None, *, wide: bool = False
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._id = exception_id
        self.change: Change | None = None
        self.dialog: KeepDialog | ReleaseDialog | None = None
        self.sentence = label(_("Comparing…"), wrap=True, selectable=True)
        self.rows = ChangeRows(wide=wide)
        self.rows.ticked.connect(self._note_ticks)
        self.note = label(muted=True, wrap=True, selectable=True)
        self.keep_button = Button(_("Keep ours…"), run=self.keep)
        self.release_button = Button(pgettext("platform order", "Release…"), run=self.release)
        self.accept_button = Button(_("Accept selected"), kind=Kind.PRIMARY, run=self.accept)
        self._lay_out(wide)
        self._show_buttons()
        self.reload()

    def _lay_out(self, wide: bool) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.sentence)
        column.addWidget(self._scrolled() if wide else self.rows, 1)
        column.addWidget(self.note)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(10)
        if wide:
            self.buttons.addStretch(1)
            self.buttons.addWidget(self.release_button)
        else:  # three beside one another are wider than a card
            column.addWidget(self.release_button)
        for button in (self.keep_button, self.accept_button):
            self.buttons.addWidget(button, 0 if wide else 1)
        column.addLayout(self.buttons)

    def _scrolled(self) -> QScrollArea:
        body = QWidget()
        inside = QVBoxLayout(body)
        inside.setContentsMargins(0, 0, 8, 0)
        inside.addWidget(self.rows)
        inside.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(body)
        for ground in (body, area.viewport()):
            ground.setAutoFillBackground(False)
        return area

    def reload(self) -> None:
        """Read the change again."""
        self._context.jobs.run(partial(read, self._id), done=self._show, failed=self._unreadable, owner=self)

    def _show(self, change: Change) -> None:
        self.change = change
        self.sentence.setText(change.detail.sentence)
        self.rows.show_parts(change.parts, fixed=not change.open)
        self.note.setText(_remark(change))
        self.note.setVisible(bool(self.note.text()))
        self._show_buttons()
        self.shown.emit()

    def _unreadable(self, error: Exception) -> None:
        self.sentence.setText(str(error))

    def _show_buttons(self) -> None:
        change = self.change
        can_decide = change is not None and change.open
        self.keep_button.setVisible(can_decide)
        self.accept_button.setVisible(can_decide)
        self.release_button.setVisible(
            can_decide and change is not None and RemedyKind.RELEASE_RISK in change.remedies
        )
        nothing_left = change is not None and not change.parts
        self.accept_button.setText(_("Done") if nothing_left else _("Accept selected"))
        self._note_ticks()

    def _note_ticks(self) -> None:
        count = len(self.rows.keys())
        none_left = self.change is not None and not self.change.parts
        self.accept_button.setEnabled(bool(count) or none_left)
        tip = ngettext("{count} change is taken over.", "{count} changes are taken over.", count)
        self.accept_button.setToolTip(tip if count else "" if none_left else _("Tick what to take over."))

    def accept(self) -> None:
        """Take over what is ticked."""
        self._wait(True)
        keys = self.rows.keys()
        self._context.jobs.run(
            partial(intake.accept_change, self._id, keys),
            write=True,
            title=_("Taking over the change"),
            done=partial(self._accepted, len(keys), len(self.rows.boxes) - len(keys)),
            failed=self._refused,
            owner=self,
        )

    def _accepted(self, taken: int, left: int, _applied: object) -> None:
        """*left* of the differences still wait, or cannot be taken over at all."""
        number = self._number()
        said = _("{number} follows the platform now.", number=number)
        if left:
            said = ngettext(
                "{number}: {count} change is taken over, the rest still waits.",
                "{number}: {count} changes are taken over, the rest still waits.",
                taken,
                number=number,
            )
        self._decided(said)

    def _refused(self, error: Exception) -> None:
        show_problem(self.window(), error)
        self._wait(False)
        self.reload()

    def keep(self) -> None:
        """Ask why, then leave our order as it is."""
        self.dialog = KeepDialog(self._context.jobs, self._id, self._number(), self.window())
        said = _("{number} stays as it is.", number=self._number())
        self.dialog.done_with.connect(lambda _value: self._decided(said))
        self.dialog.open()

    def release(self) -> None:
        """Ask on what grounds goods may leave in spite of the platform's warning."""
        if self.change is None or self.change.detail.order_id is None:
            return
        order_id = self.change.detail.order_id
        self.dialog = ReleaseDialog(self._context.jobs, order_id, self._number(), self.window())
        said = _("{number} is released.", number=self._number())
        self.dialog.done_with.connect(lambda _value: self._decided(said))
        self.dialog.open()

    def _decided(self, said: str) -> None:
        self._context.say(said)
        self._wait(False)
        self.reload()
        # Last: who hears of it may take this view away.
        self.decided.emit()

    def _wait(self, waiting: bool) -> None:
        for button in (self.keep_button, self.release_button, self.accept_button):
            button.setEnabled(not waiting)
        self.rows.setEnabled(not waiting)

    def _number(self) -> str:
        if self.change is None:
            return ""
        return self.change.detail.order_number or self.change.detail.external_id


def _remark(change: Change) -> str:
    """What has to be said beside the differences."""
    if not change.open:
        note = change.detail.note
        return _("Decided: {note}", note=note) if note else _("This change has been decided on.")
    if not change.parts:
        return _("Nothing differs any more: your order says the same as the platform's.")
    if not any(part.allowed for part in change.parts):
        return _("None of it can be taken over as things are. Mend what stands in the way, or keep yours.")
    return ""
