"""A production order for a whole matrix: a quantity per cell, one day, one batch with one traveller."""

from __future__ import annotations

from datetime import date
from functools import partial
from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services import matrix_orders
from factory_erp.services.clock import today
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.forms import DateEdit
from factory_erp.ui.sales.matrix_dialog import MatrixDialog

DUE_WIDTH = 150
"""Of the edit for the day, px."""


class MatrixOrderDialog(MatrixDialog):
    """``planned`` carries the number of the batch; however often it is tried, there is one."""

    planned = Signal(str)

    def __init__(self, context: UiContext, item_id: int | None = None, parent: QWidget | None = None) -> None:
        note = _(
            "Each cell becomes a production order of one batch. "
            "What they consist of is planned with them, as far as it is not in stock."
        )
        super().__init__(
            context, _("New matrix order"), _("Plan production"), item_id=item_id, note=note, parent=parent
        )
        self._key = uuid4().hex
        self.due = DateEdit()
        self.add_to_head(_("Due"), self.due, DUE_WIDTH)
        self.due.edited.connect(lambda: self.say_problem(""))

    def act(self, product_id: int) -> None:
        """Plan a production order for each cell that is not empty."""
        problem, due = self._read_due()
        if due is None:
            self.say_problem(problem)
            self.due.setFocus()
            return
        work = partial(matrix_orders.produce_matrix, product_id, self.matrix.filled(), due, self._key)
        self.run(work, _("Planning production"), self._planned)

    def _read_due(self) -> tuple[str, date | None]:
        """("", the day), or what is wrong with it."""
        try:
            value = self.due.value()
        except DomainError as error:
            return str(error), None
        if not isinstance(value, date):
            return _("Enter the day on which all of it has to be there."), None
        if value < today():
            return _("This day has passed. Enter a date from today on."), None
        return "", value

    def _planned(self, batch: str) -> None:
        self.planned.emit(batch)
        self.accept()
