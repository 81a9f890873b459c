"""Dialogs around a matrix of quantities: lines for an order that is being entered, or for a draft."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.domain.money import UnitPrice
from factory_erp.i18n import _
from factory_erp.services import matrix_orders
from factory_erp.services.sales.views import OrderDetail
from factory_erp.ui.kit import dialogs
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.forms import DecimalEdit
from factory_erp.ui.sales.quantity_matrix import Cells, QuantityMatrix

SIZE = QSize(900, 600)
"""Of the dialog, where the window is large enough."""

PRICE_WIDTH = 120


class MatrixDialog(QDialog):
    """A matrix over a button that does something with it; a subclass says what in ``act``."""

    def __init__(
        self,
        context: UiContext,
        title: str,
        act: str,
        *,
        known: Cells | None = None,
        item_id: int | None = None,
        note: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.context = context
        self.matrix = QuantityMatrix(context, known or {}, item_id)
        self.matrix.changed.connect(lambda: self.say_problem(""))
        self.matrix.save_asked.connect(self.save)
        self.problem = label(wrap=True)
        self.problem.setProperty("problem", True)
        self.problem.hide()
        self.cancel_button = Button(_("Cancel"), run=self.reject)
        self.save_button = Button(act, kind=Kind.PRIMARY, run=self.save)
        self.save_button.setToolTip("Ctrl+Enter")
        self._lay_out(note)
        self.resize(SIZE.boundedTo(parent.size() - QSize(40, 40)) if parent is not None else SIZE)
        self.matrix.setFocus()

    def _lay_out(self, note: str) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(label(note, muted=True, wrap=True), 1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(self.matrix, 1)
        column.addWidget(self.problem)
        column.addLayout(buttons)

    def add_to_head(self, caption: str, edit: QWidget, width: int) -> None:
        """One more *edit* beside the product."""
        said = label(caption, muted=True)
        said.setBuddy(edit)
        edit.setAccessibleName(caption)
        edit.setFixedWidth(width)
        self.matrix.head.addWidget(said)
        self.matrix.head.addWidget(edit)

    def say_problem(self, text: str) -> None:
        """Say *text* over the buttons; "" takes it away."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def save(self) -> None:
        """Do it, unless a cell is not right or nothing was typed."""
        product_id = self.matrix.product_id()
        if product_id is None:
            self.say_problem(_("Choose a product first."))
        elif self.matrix.problems():
            self.say_problem(_("A quantity is not right. Correct the cells that are marked."))
        else:
            self.act(product_id)

    def act(self, product_id: int) -> None:
        """What the button is for."""
        raise NotImplementedError

    def run(self, use_case: Callable[[], object], title: str, done: Callable[..., object]) -> None:
        """Run *use_case*, once at a time; the dialog stays, and says why, where it is refused."""
        if not self.save_button.isEnabled():
            return  # Ctrl+Enter again, while the first is on its way
        self.save_button.setEnabled(False)
        self.context.jobs.run(
            use_case, write=True, title=title, done=done, failed=self._refused,
            finally_=partial(self.save_button.setEnabled, True), owner=self,
        )  # fmt: skip

    def _refused(self, error: Exception) -> None:
        if isinstance(error, DomainError):
            self.say_problem(str(error))
        else:
            dialogs.show_problem(self, error)

    def reject(self) -> None:
        """Close; ask first where quantities were typed."""
        text = _("The quantities that you have typed are thrown away.")
        if not self.matrix.is_dirty() or dialogs.confirm(self, self.windowTitle(), text, _("Throw away")):
            super().reject()


class LinesDialog(MatrixDialog):
    """Quantities for an order that is being entered. ``taken`` carries item id → quantity, 0: no line."""

    taken = Signal(object)

    def __init__(
        self, context: UiContext, known: Cells, item_id: int | None = None, parent: QWidget | None = None
    ) -> None:
        note = _("Each cell becomes a line of the order. An empty cell has none.")
        super().__init__(
            context, _("Add variants"), _("Put into the order"),
            known=known, item_id=item_id, note=note, parent=parent,
        )  # fmt: skip

    def act(self, product_id: int) -> None:
        """Hand the cells over that differ."""
        self.taken.emit(self.matrix.differing())
        self.accept()


class OrderVariantsDialog(MatrixDialog):
    """Lines of a draft order, a cell each; what the price lists do not know is priced by hand."""

    def __init__(self, context: UiContext, detail: OrderDetail, parent: QWidget | None = None) -> None:
        known: dict[int, Decimal] = {}
        for line in detail.lines:
            known[line.item_id] = known.get(line.item_id, Decimal(0)) + line.quantity
        super().__init__(
            context,
            _("Variants of {number}", number=detail.number),
            _("Save lines"),
            known=known,
            item_id=detail.lines[0].item_id if detail.lines else None,
            note=_("Each cell is a line of the order. Emptying a cell takes its line out."),
            parent=parent,
        )
        self._detail = detail
        self.price = DecimalEdit()
        self.price.setToolTip(_("Empty: as the price lists say"))
        self.price.setPlaceholderText(_("price list"))
        currency = detail.amounts.total.currency
        self.add_to_head(_("Own price ({currency})", currency=currency), self.price, PRICE_WIDTH)
        self._currency = currency

    def act(self, product_id: int) -> None:
        """Write the lines whose cells differ."""
        cells = self.matrix.differing()
        try:
            price = self.price.value()
            prices = {} if price is None else self._own(Decimal(str(price)))
        except DomainError as error:
            self.say_problem(str(error))
            self.price.setFocus()
            return
        work = partial(
            matrix_orders.add_matrix, self._detail.id, product_id, cells, self._detail.version, prices
        )
        self.run(work, self.windowTitle(), self._saved)

    def _own(self, price: Decimal) -> dict[int, Decimal]:
        """*price* for every cell that is new or changed."""
        if UnitPrice(price, self._currency).amount < 0:
            raise InvalidValue(_("A price cannot be negative."))
        return {item: price for item, quantity in self.matrix.differing().items() if quantity}

    def _saved(self, changed: int) -> None:
        said = _("{number}: the lines are saved.", number=self._detail.number)
        self.context.say(said if changed else _("{number}: nothing was changed.", number=self._detail.number))
        self.accept()
