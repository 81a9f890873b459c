"""What is under way for an order and does not fit it any more, to be settled line by line."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from factory_erp.domain.errors import Conflict
from factory_erp.i18n import _, ngettext
from factory_erp.services.order_effects import changed_orders as order_effects
from factory_erp.services.order_effects.changed_orders import EffectsView
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.widgets import Button, Kind, label
from factory_erp.ui.sales.effects_rows import EffectRows

SIZE = QSize(980, 560)
"""Room for six columns and some ten differences, px."""


class EffectsDialog(QDialog):
    """The differences of one order; with *cancel* what cancelling it would leave behind.

    Stays open until nothing is left to be decided. A refusal is told, and what is chosen stays chosen.
    """

    def __init__(
        self,
        context: UiContext,
        order_id: int,
        number: str,
        parent: QWidget | None = None,
        *,
        cancel: bool = False,
    ) -> None:
        super().__init__(parent)
        title = (
            _("Cancel {number}", number=number) if cancel else _("{number} and the factory", number=number)
        )
        self.setWindowTitle(title)
        self.resize(SIZE)
        self._context, self._id, self._number, self._cancel = context, order_id, number, cancel
        self.view: EffectsView | None = None
        self._applied = False
        self.sentence = label(_("Comparing…"), wrap=True)
        self.rows = EffectRows()
        self.rows.ticked.connect(self._show_button)
        self.apply_button = Button(_("Apply"), kind=Kind.PRIMARY, run=self.apply)
        self._lay_out()
        self._show_button()
        self.reload()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(12)
        column.addWidget(self.sentence)
        column.addWidget(self._scrolled(), 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Close"), run=self.reject))
        buttons.addWidget(self.apply_button)
        column.addLayout(buttons)
        QShortcut(QKeySequence("Ctrl+Return"), self, self.apply)

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
        """Work the differences out again."""
        read = partial(order_effects.effects, self._id, self._cancel and not self._applied)
        self._context.jobs.run(read, done=self._show, failed=self._unreadable, owner=self)

    def _show(self, view: EffectsView) -> None:
        self.view = view
        if self._applied and not view.open:
            self.accept()
            return
        self.sentence.setText(self._said(view))
        self.rows.show_lines(view.lines)

    def _said(self, view: EffectsView) -> str:
        if not view.lines:
            return _("Everything that is under way fits the order.")
        if view.ended:
            return _("Nothing more of the order is wanted. This is under way for it:")
        return _("The order was changed after it was planned. This does not fit it any more:")

    def _unreadable(self, error: Exception) -> None:
        self.sentence.setText(str(error))

    def _show_button(self) -> None:
        count = len(self.rows.choices())
        self.apply_button.setEnabled(bool(count))
        tip = ngettext("{count} difference is settled.", "{count} differences are settled.", count)
        self.apply_button.setToolTip(tip if count else _("Tick what is to be settled."))

    def apply(self) -> None:
        """Settle what is ticked, all of it or nothing."""
        choices = dict(self.rows.choices())
        if not choices or not self.apply_button.isEnabled():
            return
        self.apply_button.setEnabled(False)
        cancel = self._cancel and not self._applied
        self._context.jobs.run(
            partial(order_effects.apply_effects, self._id, choices, cancel),
            done=self._note_applied,
            failed=self._refused,
            write=True,
            title=_("Following {number}", number=self._number),
            owner=self,
        )

    def _note_applied(self, count: int) -> None:
        self._applied = True
        said = ngettext("{count} difference is settled.", "{count} differences are settled.", count)
        self._context.say(f"{self._number}: {said}")
        self.reload()

    def _refused(self, error: Exception) -> None:
        self._show_button()
        show_problem(self, error)
        if isinstance(error, Conflict):
            self.reload()
