"""What is done with purchases: ordered by hand, put off, received, cancelled."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from factory_erp.domain.quantity import Quantity
from factory_erp.i18n import _, ngettext
from factory_erp.services.issuing import drafts, inspection, register
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.material.shortages import ShortageView
from factory_erp.services.papers.kinds import OF_PURCHASE
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.purchasing.orders import AffectedOrder, PurchaseLineView, PurchaseView, ReceivedLine
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.material import words, work
from factory_erp.ui.material.affected_dialog import AffectedDialog
from factory_erp.ui.material.new_purchase import EXPECTED, ITEM, NEEDED, QUANTITY, NewPurchaseDialog
from factory_erp.ui.paper_dialog import PaperDialog, PaperLook, PaperSource
from factory_erp.ui.paper_words import as_language, language_choices

INSPECTED_IN = ("bilingual", "zh_CN", "en")
"""Languages that inspectors read."""


class PurchaseActions(QObject):
    """Runs the use cases of purchases; ``ordered`` carries the id of one made by hand."""

    ordered = Signal(object)

    def __init__(self, context: UiContext, page: QWidget) -> None:
        super().__init__(page)
        self._context, self._page = context, page
        self.dialog: FormDialog | AffectedDialog | NewPurchaseDialog | PaperDialog | PaperLook | None = None

    # by hand

    def new_purchase(self, rows: Sequence[Mapping[str, object]] = ()) -> NewPurchaseDialog:
        """The open dialog in which a purchase is typed in; *rows* stand in it already."""
        dialog = NewPurchaseDialog(self._context, rows, self._page.window())
        dialog.ordered.connect(self._note_ordered)
        self.dialog = dialog
        dialog.open()
        return dialog

    def buy_short(self, short: ShortageView) -> NewPurchaseDialog:
        """The same, with what is short in it."""
        row = {ITEM: Choice(short.item_id, short.sku, short.name), QUANTITY: short.quantity,
               NEEDED: short.needed_on, EXPECTED: None}  # fmt: skip
        return self.new_purchase([row])

    def _note_ordered(self, order_id: object) -> None:
        self._context.say(_("The purchase order is written. Its lines are expected after their lead times."))
        self.ordered.emit(order_id)

    # when it comes

    def change_expected(self, view: PurchaseView, line: PurchaseLineView) -> FormDialog:
        """Note the day that the supplier says now; who has to wait for it is shown afterwards."""
        field = Field("day", _("Expected on"), FieldKind.DATE, required=True)
        note = _("{quantity} of {sku} from {supplier}, needed by {day}.",
                 quantity=figures.quantity(line.open, line.unit), sku=line.sku,
                 supplier=view.row.supplier or _("a supplier not known yet"),
                 day=figures.day(line.needed_on))  # fmt: skip

        def use_case(values: Mapping[str, Any]) -> Callable[[], object]:
            return partial(purchases.change_expected, line.id, values["day"], line.version)

        dialog = FormDialog(
            self._context.jobs, _("{number}: expected date", number=view.row.number), [field],
            {"day": line.expected_on}, use_case, _("Save date"), note=note, parent=self._page,
        )  # fmt: skip
        dialog.done_with.connect(partial(self._show_affected, line.sku))
        return self._opened(dialog)

    def _show_affected(self, sku: str, waiting: Sequence[AffectedOrder]) -> None:
        late = [one for one in waiting if one.late_days]
        if not late:
            self._context.say(_("The date is saved. Nobody has to wait for {sku}.", sku=sku))
            return
        self.dialog = AffectedDialog(sku, late, self._context.navigate, self._page)
        self.dialog.open()

    # receipts

    def receive(self, view: PurchaseView, line: PurchaseLineView) -> FormDialog:
        """Book in what has come of a line: all of it is proposed."""
        fields = [
            Field(
                "quantity",
                _("Quantity"),
                FieldKind.QUANTITY,
                required=True,
                unit=line.unit,
                check=_above_zero,
            ),
            Field("lot", _("Lot"), hint=_("Where the goods carry one")),
        ]
        note = _("{sku} on {number}: {quantity} to come. Those who wait for it get it first, then the stock.",
                 sku=line.sku, number=view.row.number,
                 quantity=figures.quantity(line.open, line.unit))  # fmt: skip
        key = f"receipt-{uuid.uuid4().hex}"

        def use_case(values: Mapping[str, Any]) -> Callable[[], object]:
            got: Quantity = values["quantity"]
            return partial(purchases.receive, line.id, got.value, key, str(values["lot"] or ""))

        dialog = FormDialog(
            self._context.jobs, _("Receive {sku}", sku=line.sku), fields,
            {"quantity": Quantity(line.open, line.unit)}, use_case, _("Book in"), note=note,
            parent=self._page,
        )  # fmt: skip
        dialog.done_with.connect(partial(self._say_received, line))
        return self._opened(dialog)

    def _say_received(self, line: PurchaseLineView, what: ReceivedLine) -> None:
        if what.open:
            left = figures.quantity(what.open, line.unit)
            self._context.say(
                _("Booked in: {quantity} of {sku} are still to come.", quantity=left, sku=line.sku)
            )
        else:
            self._context.say(_("Booked in: all of {sku} has come.", sku=line.sku))

    def receive_all(self, view: PurchaseView) -> None:
        """Book in everything that is still to come, after a question."""
        coming = [line for line in view.lines if line.open]
        what = ", ".join(f"{line.sku} × {figures.number(line.open)}" for line in coming)
        text = _("Everything still to come on {number} is booked into the warehouse as received: {what}.",
                 number=view.row.number, what=what)  # fmt: skip
        if coming and confirm(self._page, _("Receive everything?"), text, _("Receive everything")):
            act = partial(work.receive_all, view, f"receipt-{uuid.uuid4().hex}")
            self._write(act, self._say_all_received, _("Receiving goods"))

    def _say_all_received(self, count: int) -> None:
        self._context.say(ngettext("{count} line received.", "{count} lines received.", count))

    # its paper

    def paper(self, view: PurchaseView) -> PaperDialog:
        """The open dialog with the order as the supplier gets it, to be issued."""
        order_id = view.row.id
        source = PaperSource(
            number=view.row.number,
            kinds=OF_PURCHASE,
            draft=lambda _kind, language, _terms: drafts.purchase_draft(order_id, language),
            issue=lambda _kind, *rest: issuing.issue_for_purchase(order_id, *rest),
            issued=partial(register.papers_of_purchase, order_id),
        )
        dialog = PaperDialog(self._context, source, parent=self._page.window())
        self.dialog = dialog
        dialog.open()
        return dialog

    def inspection(self, view: PurchaseView) -> PaperLook:
        """The open dialog with what is looked at when the goods come."""
        number = view.row.number
        dialog = PaperLook(
            self._context.jobs, _("Inspection order for {number}", number=number), f"{number}-inspection",
            lambda language: inspection.inspection_paper(view.row.id, as_language(language) or "bilingual"),
            [one for one in language_choices() if one[0] in INSPECTED_IN], "bilingual", self._page.window(),
        )  # fmt: skip
        self.dialog = dialog
        dialog.open()
        return dialog

    # cancelling

    def cancel(self, view: PurchaseView, line: PurchaseLineView) -> None:
        """Cancel what is still to come of a line, after a question that says who waits for it."""
        said = [
            _("{quantity} of {sku} on {number} are not to come any more.",
              quantity=figures.quantity(line.open, line.unit), sku=line.sku, number=view.row.number)
        ]  # fmt: skip
        if line.waiting:
            said.append(_("Still to be ordered for: {orders}.", orders=words.waiting(line.waiting)))
        if confirm(self._page, _("Cancel the rest?"), " ".join(said), _("Cancel the rest")):
            done = _("The rest of {sku} is cancelled.", sku=line.sku)
            act = partial(purchases.cancel_line, line.id, line.version)
            self._write(act, lambda _none: self._context.say(done), _("Cancelling"))

    def _write(self, act: Callable[[], object], done: Callable[..., object], title: str) -> None:
        self._context.jobs.run(act, done=done, write=True, title=title, owner=self)

    def _opened(self, dialog: FormDialog) -> FormDialog:
        self.dialog = dialog
        dialog.open()
        return dialog


def _above_zero(value: object) -> str:
    wrong = isinstance(value, Quantity) and value.value <= Decimal(0)
    return _("A quantity has to be above zero.") if wrong else ""
