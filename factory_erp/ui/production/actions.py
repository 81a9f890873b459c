"""What the production page does: release, start, report, book in what was bought."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.models.production import OperationState, PegSource
from factory_erp.services.board.gantt import LaneView
from factory_erp.services.production import batches, travellers
from factory_erp.services.production import orders as production
from factory_erp.services.production.orders import ProductionDetail, ReceivedRow, ReportOutcome
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.production import steps
from factory_erp.ui.production.matrix_order import MatrixOrderDialog
from factory_erp.ui.production.quantity_dialog import QuantityDialog
from factory_erp.ui.production.report_dialog import ReportDialog
from factory_erp.ui.production.traveller_dialog import TravellerDialog

After = Callable[[], object] | None

MOST_TRAVELLERS = 200
"""Production orders whose travellers are drawn at once: a few seconds."""


class ProductionActions(QObject):
    """Runs the use cases for all views of the page.

    ``batch_planned`` carries the number of a matrix batch.
    """

    batch_planned = Signal(str)

    def __init__(self, context: UiContext, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self.machines: Sequence[LaneView] = ()
        self.dialog: MatrixOrderDialog | QuantityDialog | TravellerDialog | None = None

    def release(self, order_ids: Sequence[int]) -> None:
        """Give production orders to the floor."""
        self._run(partial(production.release, tuple(order_ids)), _("Releasing"), self._released)

    def start(self, operation_id: int, after: After = None) -> None:
        """Note that work on an operation has begun; *after* is called in the end, also after a refusal."""
        act = partial(production.start, operation_id)
        self._run(act, _("Starting the operation"), self._started, after)

    def finish(self, order_id: int, operation_id: int, key: str, after: After = None) -> None:
        """Report all that is left of an operation as good; *after* as for ``start``."""
        act = partial(steps.finish, order_id, operation_id, key)
        self._run(act, _("Reporting"), self.say_reported, after)

    def ask_report(self, order_id: int, operation_id: int | None = None) -> None:
        """Open the report dialog for an operation of the order, its first open one if none is named."""
        read = partial(production.production_detail, order_id)
        self._context.jobs.run(read, done=partial(self.open_report, operation_id), owner=self)

    def open_report(self, operation_id: int | None, detail: ProductionDetail) -> ReportDialog | None:
        """The open report dialog; None, and a word to the user, where nothing can be reported."""
        waiting = steps.open_steps(detail)
        if not waiting:
            self._context.say(_("{number} has no operation to report.", number=detail.row.number))
            return None
        first = next((step for step in waiting if step.id == operation_id), waiting[0])
        dialog = ReportDialog(self._context.jobs, detail, first, self._window)
        dialog.done_with.connect(self.say_reported)
        dialog.open()
        return dialog

    def ask_quantity(self, order_id: int) -> None:
        """Ask how many the order is to make, and change it; a word to the user where work has begun."""
        read = partial(production.production_detail, order_id)
        self._context.jobs.run(read, done=self.open_quantity, owner=self)

    def open_quantity(self, detail: ProductionDetail) -> None:
        """The dialog for the quantity of an order that the floor has not begun with."""
        number = detail.row.number
        if not steps.can_resize(detail):
            self._context.say(_("Work on {number} has begun: its quantity stays.", number=number))
            return
        self.dialog = QuantityDialog(self._context.jobs, detail, self._window.window())
        self.dialog.done_with.connect(
            lambda _value: self._context.say(_("The quantity of {number} is changed.", number=number))
        )
        self.dialog.open()

    def receive(self, detail: ProductionDetail) -> None:
        """Book in what had to be bought for the sales order, after asking."""
        order_id = detail.row.sales_order_id
        if order_id is None:
            return
        missing = [peg for peg in detail.supplied_by if peg.source == PegSource.PURCHASE]
        what = ", ".join(f"{peg.sku} × {figures.number(peg.quantity)}" for peg in missing)
        text = _(
            "Everything still to be bought for {order} is booked into the warehouse as received, "
            "for this production order: {what}.",
            order=detail.row.sales_number,
            what=what,
        )
        if confirm(self._window, _("Receive missing material?"), text, _("Receive")):
            act = partial(production.receive_shortages, order_id)
            self._run(act, _("Receiving material"), self._received)

    # batches

    def new_matrix_order(self) -> None:
        """Let the quantities of a whole matrix be typed in, and plan them as one batch."""
        dialog = MatrixOrderDialog(self._context, None, self._window.window())
        dialog.planned.connect(self._batch_planned)
        dialog.open()
        self.dialog = dialog

    def _batch_planned(self, batch: str) -> None:
        said = _("Batch {batch} is planned. Re-schedule puts it on the machines.", batch=batch)
        self._context.say(said)
        self.batch_planned.emit(batch)

    def print_traveller(self, order_ids: Sequence[int]) -> None:
        """Show the travellers of production orders, those of one batch as one."""
        chosen = tuple(order_ids)[:MOST_TRAVELLERS]
        self._context.jobs.run(
            partial(travellers.traveller_name, chosen), done=partial(self._open_traveller, chosen), owner=self
        )

    def _open_traveller(self, order_ids: Sequence[int], name: str) -> None:
        said = name or ngettext("{count} production order", "{count} production orders", len(order_ids))
        self.dialog = TravellerDialog(self._context, order_ids, said, self._window.window())
        self.dialog.open()

    def release_batch(self, order_id: int) -> None:
        """Give every production order of the order's batch to the floor."""
        self._with_batch(order_id, self._release_all)

    def _release_all(self, batch: str) -> None:
        def go_on(waiting: Sequence[int]) -> None:
            if waiting:
                self.release(waiting)
            else:
                self._context.say(_("All of batch {batch} is released already.", batch=batch))

        self._context.jobs.run(partial(batches.planned_orders, batch), done=go_on, owner=self)

    def _with_batch(self, order_id: int, act: Callable[[str], object]) -> None:
        def go_on(batch: str) -> None:
            if batch:
                act(batch)
            else:
                self._context.say(_("This production order belongs to no batch of a matrix."))

        self._context.jobs.run(partial(batches.batch_of, order_id), done=go_on, owner=self)

    def say_reported(self, outcome: ReportOutcome) -> None:
        """Tell where the operation stands now."""
        if outcome.operation_state == OperationState.DONE:
            self._context.say(_("Reported: the operation of {number} is done.", number=outcome.order_number))
            return
        left = figures.number(outcome.remaining)
        self._context.say(_("Reported: {left} left for {number}.", left=left, number=outcome.order_number))

    def _run(
        self, act: Callable[[], object], title: str, done: Callable[..., object], after: After = None
    ) -> None:
        self._context.jobs.run(act, write=True, title=title, done=done, finally_=after, owner=self)

    def _released(self, numbers: tuple[str, ...]) -> None:
        if numbers:
            self._context.say(_("Released {numbers}.", numbers=", ".join(numbers)))

    def _started(self, outcome: ReportOutcome) -> None:
        self._context.say(_("Started on {number}.", number=outcome.order_number))

    def _received(self, rows: tuple[ReceivedRow, ...]) -> None:
        count = len(rows)
        self._context.say(ngettext("{count} item received.", "{count} items received.", count))
