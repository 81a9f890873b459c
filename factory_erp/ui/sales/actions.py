"""What can be done with an order, and the doing of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import uuid4

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.models.production import ProductionState
from factory_erp.models.sales import ORDER_TRANSITIONS, OrderState
from factory_erp.models.shipping import ShipmentState
from factory_erp.services import planning
from factory_erp.services.base import allowed
from factory_erp.services.planning import PlanOutcome, ScheduleOutcome
from factory_erp.services.platform_orders.on_platform import OrderOnPlatform
from factory_erp.services.sales import orders as sales
from factory_erp.services.sales.views import OrderDetail, OrderRow
from factory_erp.services.shipping import documents
from factory_erp.services.shipping import shipments as shipping
from factory_erp.ui.kit import dialogs
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.sales import parts
from factory_erp.ui.sales.dialogs import ConfirmDialog, DocumentDialog, PlanDialog
from factory_erp.ui.sales.matrix_dialog import OrderVariantsDialog
from factory_erp.ui.sales.new_order import NewOrderDialog
from factory_erp.ui.sales.platform_word import PlatformWord
from factory_erp.ui.sales.work import BulkOutcome, Planned, confirm_all, planned

PROBLEMS_SHOWN = 12
"""Sentences of one message after a bulk confirmation."""


@dataclass(frozen=True)
class Act:
    """A button or menu line: its text and what it runs."""

    text: str
    run: Callable[[], object]


@dataclass(frozen=True)
class Offer:
    """What can be done with an order now: the next sensible step, and the rest."""

    primary: Act | None
    others: tuple[Act, ...]


class OrderActions(QObject):
    """Runs the use cases of orders for the page *parent*; the transition table says which are offered."""

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent
        self.dialog: QDialog | None = None

    def offer(self, detail: OrderDetail, *, short: bool = False) -> Offer:
        """The buttons for the order; *short* where it is in production and lacks something all the same."""
        primary, others = self._primary(detail), []
        if short and detail.state is OrderState.IN_PRODUCTION:
            if primary is not None:
                others.append(primary)
            primary = Act(_("Plan again"), partial(self.plan, detail))
        if can_add_variants(detail):
            others.append(Act(_("Add variants…"), partial(self.add_variants, detail)))
        if detail.state is not OrderState.CANCELLED:
            others.append(Act(_("Documents…"), partial(self.papers, detail)))
        if allowed(ORDER_TRANSITIONS, detail.state, OrderState.ON_HOLD):
            others.append(Act(_("Hold"), partial(self.hold, detail)))
        if allowed(ORDER_TRANSITIONS, detail.state, OrderState.CANCELLED):
            others.append(Act(_("Cancel order…"), partial(self.cancel, detail)))
        return Offer(primary, tuple(others))

    def _primary(self, detail: OrderDetail) -> Act | None:
        shipment = _shipment(detail)
        if detail.state is OrderState.DRAFT:
            return Act(_("Confirm…"), partial(self.confirm, detail))
        if detail.state is OrderState.ON_HOLD:
            return Act(_("Lift hold"), partial(self.lift_hold, detail))
        if detail.state is OrderState.CONFIRMED:
            return Act(_("Plan and schedule"), partial(self.plan, detail))
        if shipment:
            return Act(_("Open shipment"), partial(self._context.navigate, shipment))
        if detail.state is OrderState.READY:
            return Act(_("Create shipment"), partial(self.create_shipment, detail, uuid4().hex))
        if detail.state is OrderState.IN_PRODUCTION and detail.linked.production:
            link = f"erp://production/{_next_production(detail)}"
            return Act(_("Open production"), partial(self._context.navigate, link))
        return None

    def new_order(self) -> None:
        """Let an order be typed in, and open it once it is saved."""
        dialog = NewOrderDialog(self._context, self._parent.window())
        dialog.entered.connect(lambda record: self._context.navigate(f"erp://sales/{record}"))
        dialog.open()
        self.dialog = dialog

    def add_variants(self, detail: OrderDetail) -> None:
        """Let quantities be typed in the matrix of a product, each a line of the draft."""
        self.dialog = OrderVariantsDialog(self._context, detail, self._parent.window())
        self.dialog.open()

    def papers(self, detail: OrderDetail, kind: str = "") -> None:
        """Show proforma invoice and contract of the order, to be completed and issued."""
        # Imported late: the sales page is the first that is shown, and drawing PDFs takes a library.
        from factory_erp.ui.sales.papers_menu import open_papers

        self.dialog = open_papers(self._context, detail.id, detail.number, kind, self._parent.window())

    def platform_word(
        self, detail: OrderDetail, on_platform: OrderOnPlatform | None, name: str
    ) -> PlatformWord:
        """What the platform *name* says of the order, with the ways to answer it."""
        return PlatformWord(on_platform, name, partial(self.review, detail), partial(self.release, detail))

    def review(self, detail: OrderDetail, exception_id: int) -> None:
        """Show what the platform did to the order, to be taken over or not."""
        # The platforms' part of the window is not loaded before somebody needs it.
        from factory_erp.ui.platforms.change_dialog import ChangeDialog

        self.dialog = ChangeDialog(self._context, exception_id, detail.number, self._parent.window())
        self.dialog.open()

    def release(self, detail: OrderDetail) -> None:
        """Ask on what grounds goods may leave of which the platform warns."""
        from factory_erp.ui.platforms.change_dialogs import ReleaseDialog

        self.dialog = ReleaseDialog(self._context.jobs, detail.id, detail.number, self._parent.window())
        said = _("{number} is released.", number=detail.number)
        self.dialog.done_with.connect(partial(self._say, said))
        self.dialog.open()

    def review_effects(self, detail: OrderDetail, *, cancel: bool = False) -> None:
        """Show what is under way for the order and does not fit it, or would not if it were cancelled."""
        # Imported late: the sales page is the first that is shown, and most orders fit.
        from factory_erp.ui.sales.effects_dialog import EffectsDialog

        parent = self._parent.window()
        self.dialog = EffectsDialog(self._context, detail.id, detail.number, parent, cancel=cancel)
        self.dialog.open()

    def confirm(self, detail: OrderDetail) -> None:
        """Ask which ship date to promise, then confirm; for a platform's order with all that binds it."""
        if detail.channel:
            self.promise(detail)
        else:
            self.confirm_for(detail)

    def confirm_for(self, detail: OrderDetail) -> None:
        """Let the ship date be typed, whatever planning says, then confirm."""
        self.dialog = ConfirmDialog(
            self._context, detail, partial(self._confirm, detail), self._parent.window()
        )
        self.dialog.others_button.clicked.connect(lambda _checked=False: self.promise(detail))
        self.dialog.open()

    def promise(self, detail: OrderDetail) -> None:
        """Show when it can ship, what that hangs on and who would wait for less; then confirm."""
        # Imported late: the sales page is the first that is shown.
        from factory_erp.ui.sales.promising import ask_promise

        confirm = partial(self._confirm, detail)
        other = partial(self.confirm_for, detail)
        self.dialog = ask_promise(self._context, detail, confirm, other, self._parent.window())

    def _confirm(self, detail: OrderDetail, promised: date) -> None:
        self._write(
            partial(sales.confirm, detail.id, promised, version=detail.version),
            _("Confirming {number}", number=detail.number),
            _("{number} is confirmed for {date}.", number=detail.number, date=promised.isoformat()),
        )

    def hold(self, detail: OrderDetail) -> None:
        """Stop the order."""
        said = _("{number} is on hold.", number=detail.number)
        self._write(partial(sales.hold, detail.id), _("Holding {number}", number=detail.number), said)

    def lift_hold(self, detail: OrderDetail) -> None:
        """Let it go on."""
        said = _("{number} goes on.", number=detail.number)
        title = _("Lifting the hold of {number}", number=detail.number)
        self._write(partial(sales.lift_hold, detail.id), title, said)

    def cancel(self, detail: OrderDetail) -> None:
        """Ask, then cancel; where work on it has begun, show first what becomes of that."""
        if any(record.state == ProductionState.IN_PROGRESS for record in detail.linked.production):
            self.review_effects(detail, cancel=True)
            return
        title = _("Cancel {number}", number=detail.number)
        text = _(
            "Cancel order {number} of {customer} for good? It stays in the list as cancelled. "
            "The platform is not told.",
            number=detail.number,
            customer=detail.customer,
        )
        if dialogs.confirm(self._parent, title, text, _("Cancel order")):
            said = _("{number} is cancelled.", number=detail.number)
            self._write(partial(sales.cancel, detail.id), title, said)

    def plan(self, detail: OrderDetail) -> None:
        """Plan material and production of the order, then schedule the machines."""
        self._context.jobs.run(
            partial(planning.plan_order, detail.id),
            done=partial(self._planned, detail.id),
            write=True,
            title=_("Planning {number}", number=detail.number),
            owner=self,
        )

    def _planned(self, order_id: int, outcome: PlanOutcome) -> None:
        if not outcome.production_orders:
            self._scheduled(order_id, outcome, None)
            return
        self._context.jobs.run(
            planning.schedule,
            done=partial(self._scheduled, order_id, outcome),
            write=True,
            title=_("Scheduling the machines"),
            owner=self,
        )

    def _scheduled(self, order_id: int, plan: PlanOutcome, schedule: ScheduleOutcome | None) -> None:
        read = partial(planned, order_id, plan, schedule)
        self._context.jobs.run(read, done=self._tell_planned, owner=self)

    def _tell_planned(self, outcome: Planned) -> None:
        """A sentence for the status bar; what has to be bought is too much for it."""
        said = plan_text(outcome)
        self._context.say(f"{outcome.number}: {said}")
        if outcome.shortages:
            production = outcome.production[0] if outcome.production else None
            show = partial(self._context.navigate, f"erp://production/{production}") if production else None
            self.dialog = PlanDialog(outcome, said, show, self._parent.window())
            self.dialog.open()

    def create_shipment(self, detail: OrderDetail, client_key: str) -> None:
        """A draft shipment of what is ready, and open it; one *client_key* makes one shipment."""
        self._context.jobs.run(
            partial(shipping.create, [detail.id], client_key),
            done=self._open_shipment,
            write=True,
            title=_("Creating a shipment"),
            owner=self,
        )

    def _open_shipment(self, shipment_id: int) -> None:
        self._context.navigate(f"erp://shipping/{shipment_id}")

    def follow(self, detail: OrderDetail, target: str) -> None:
        """Open a linked record; a document is shown as it was issued."""
        kind, _colon, key = target.partition(":")
        if kind != "document":
            self._context.navigate(target)
            return
        number = parts.document_number(detail, int(key))
        self._context.jobs.run(
            partial(documents.document_bytes, int(key)),
            done=partial(self._show_document, number),
            owner=self,
        )

    def _show_document(self, number: str, content: bytes) -> None:
        self.dialog = DocumentDialog(number, content, self._parent.window())
        self.dialog.open()

    def confirm_many(self, rows: Sequence[OrderRow]) -> None:
        """Ask, then confirm all these drafts with the dates that planning suggests."""
        count = len(rows)
        title = ngettext("Confirm {count} order", "Confirm {count} orders", count)
        text = _(
            "Each order is promised for the earliest day that stock, purchases and machines allow, "
            "or for the later day that the buyer asked for."
        )
        if not dialogs.confirm(self._parent, title, text, _("Confirm all")):
            return
        self._context.jobs.run(
            partial(confirm_all, tuple(rows)),
            done=self._confirmed_many,
            write=True,
            title=ngettext("Confirming {count} order", "Confirming {count} orders", count),
            cancellable=True,
            owner=self,
        )

    def _confirmed_many(self, outcome: BulkOutcome) -> None:
        said = ngettext("{count} order is confirmed.", "{count} orders are confirmed.", outcome.confirmed)
        self._context.say(f"{said} {_('Stopped.')}" if outcome.stopped else said)
        if outcome.problems:
            self._show_problems(said, outcome.problems)

    def _show_problems(self, said: str, problems: Sequence[tuple[str, str]]) -> None:
        lines = [f"{number}: {sentence}" for number, sentence in problems[:PROBLEMS_SHOWN]]
        if len(problems) > PROBLEMS_SHOWN:
            lines.append(_("… and {count} more", count=len(problems) - PROBLEMS_SHOWN))
        dialogs.tell(self._parent, _("Confirm orders"), said, "\n".join(lines))

    def _write(self, work: Callable[[], object], title: str, said: str) -> None:
        self._context.jobs.run(work, done=partial(self._say, said), write=True, title=title, owner=self)

    def _say(self, said: str, _value: object) -> None:
        self._context.say(said)


def can_add_variants(detail: OrderDetail) -> bool:
    """Whether lines may be typed in: not into an order whose lines are the buyer's, on his platform."""
    return detail.state is OrderState.DRAFT and not detail.channel


def plan_text(outcome: Planned) -> str:
    """What planning the order came to, in a sentence or three."""
    if not outcome.production and not outcome.shortages:
        return _("Everything is in stock.")
    said = []
    if outcome.production:
        orders = len(outcome.production)
        said.append(ngettext("{count} production order.", "{count} production orders.", orders))
    if outcome.shortages:
        short = len(outcome.shortages)
        said.append(ngettext("{count} item has to be bought.", "{count} items have to be bought.", short))
    if outcome.late:
        late = outcome.late
        said.append(
            ngettext("{count} production order is late.", "{count} production orders are late.", late)
        )
    return " ".join(said)


def _shipment(detail: OrderDetail) -> str:
    """Link of the shipment that is still here, else of the last one that left; "" without any."""
    found = detail.linked.shipments
    here = [record for record in found if record.state != ShipmentState.SHIPPED]
    chosen = here or (list(found) if detail.state in {OrderState.SHIPPED, OrderState.CLOSED} else [])
    return f"erp://shipping/{chosen[-1].id}" if chosen else ""


def _next_production(detail: OrderDetail) -> int:
    """The first production order that is not finished, else the first of all."""
    orders = detail.linked.production
    return next((record.id for record in orders if record.state not in {"done", "closed"}), orders[0].id)
