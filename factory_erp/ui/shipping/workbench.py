"""One shipment on the bench: pack, transport, documents, ship, with its papers beside the work."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _, ngettext
from factory_erp.models.shipping import ShipmentState
from factory_erp.services.shipping import documents
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.shipping import views as shipping_views
from factory_erp.services.shipping.documents import KINDS
from factory_erp.services.shipping.shipments import PackView, ShipOutcome, TransportInput
from factory_erp.services.shipping.views import DocumentRow, ShipmentDetail
from factory_erp.ui.kit.buttons import Button, Kind
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.journey import JourneyLine
from factory_erp.ui.shipping import ship_panel, steps
from factory_erp.ui.shipping.pack_panel import PackPanel
from factory_erp.ui.shipping.papers_panel import PapersPanel
from factory_erp.ui.shipping.preview_panel import PreviewPanel
from factory_erp.ui.shipping.ship_panel import ShipPanel
from factory_erp.ui.shipping.transport_panel import TransportPanel


class Workbench(QSplitter):
    """The steps at the left, the papers at the right.  ``loaded`` carries the ``ShipmentDetail`` shown."""

    loaded = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(12)
        self._context = context
        self._shipment: int | None = None
        self._detail: ShipmentDetail | None = None
        self._issue_key = ""
        self.journey = JourneyLine(self)
        self.pack_panel = PackPanel(context.jobs)
        self.transport = TransportPanel()
        self.papers = PapersPanel()
        self.leaving = ShipPanel()
        self.preview = PreviewPanel(context.jobs)
        self.ship_button = Button(_("Ship…"), kind=Kind.PRIMARY, icon="ship", run=self.ship)
        self.cancel_button = Button(_("Cancel shipment…"), run=self.cancel)
        self.short_button = Button(_("Close short…"), run=self.close_short)
        self.steps = QStackedWidget()
        self._lay_out()
        self._connect()

    def detail(self) -> ShipmentDetail | None:
        """The shipment on the bench."""
        return self._detail

    def is_dirty(self) -> bool:
        """Whether the transport form holds something that is not saved."""
        return self._detail is not None and self.transport.is_dirty()

    def open_shipment(self, shipment_id: int) -> None:
        """Put another shipment on the bench."""
        if shipment_id != self._shipment:
            self._shipment, self._detail = shipment_id, None
            self._issue_key = uuid.uuid4().hex
        self.reload()

    def close_shipment(self) -> None:
        """Clear the bench."""
        self._shipment, self._detail = None, None
        self.preview.stop()

    def reload(self) -> None:
        """Read the shipment again, in the background."""
        if self._shipment is not None:
            read = partial(shipping_views.detail, self._shipment)
            self._context.jobs.run(read, done=self._show, owner=self)

    def show_step(self, step: int) -> None:
        """Go to one of the steps of ``steps``."""
        self.steps.setCurrentIndex(step)

    # what can be done

    def pack(self) -> None:
        """Fill the cartons, with the remainders as ticked, after asking where work would be lost."""
        detail = self._detail
        if detail is None or not self._allows(steps.can_pack(detail)) or not self._may_pack(detail):
            return
        mix = self.pack_panel.mix.isChecked()
        title = _("Packing {number}", number=detail.number)
        self._run(partial(shipping.pack, detail.id, mix), title, self._packed)

    def save_transport(self, transport: TransportInput) -> None:
        """Save what was typed under Transport; a refusal is said at its field."""
        if self._detail is None:
            return
        self._context.jobs.run(
            partial(shipping.set_transport, self._detail.id, transport, self._detail.version),
            write=True,
            title=_("Saving the transport"),
            done=partial(self._transport_saved, self.transport.form.draft()),
            failed=self._transport_refused,
            owner=self,
        )

    def issue(self) -> None:
        """Issue invoice and packing list, after saying what that means."""
        detail = self._detail
        if detail is None or not self._allows(steps.can_issue(detail, self.preview.language())):
            return
        if not self._transport_is_saved() or not self._may_issue(detail):
            return
        act = partial(documents.issue, detail.id, KINDS, self.preview.language(), self._issue_key)
        self._run(act, _("Issuing documents"), self._issued)

    def ship(self) -> None:
        """Let the goods leave, after saying what that does."""
        detail = self._detail
        if detail is None or not self._transport_is_saved() or not self._allows(steps.can_ship(detail)):
            return
        title = _("Ship {number}?", number=detail.number)
        text = "\n".join(ship_panel.consequences(detail))
        if confirm(self, title, text, _("Ship")):
            self._run(
                partial(shipping.ship, detail.id), _("Shipping {number}", number=detail.number), self._shipped
            )

    def cancel(self) -> None:
        """Give the shipment up, after asking."""
        detail = self._detail
        if detail is None or not steps.can_cancel(detail).now:
            return
        title = _("Cancel {number}?", number=detail.number)
        text = _("Its quantities become free for another shipment. The number stays used.")
        if detail.documents:
            papers = _("Its documents become cancelled: their numbers stay used, their files are kept.")
            text = f"{text}\n{papers}"
        if confirm(self, title, text, _("Cancel shipment")):
            self._run(partial(shipping.cancel, detail.id), title, self._say_cancelled)

    def close_short(self) -> None:
        """Give up what of the shipped orders is still to come, after asking."""
        detail = self._detail
        if detail is None or not detail.short:
            return
        numbers = ", ".join(number for _id, number in detail.short)
        title = _("Close {orders} short?", orders=numbers)
        text = _(
            "What has not left is given up: the orders become 'Shipped', and goods kept for them become "
            "free for others. This cannot be taken back."
        )
        if confirm(self, title, text, _("Close short")):
            act = partial(shipping.close_short, [order_id for order_id, _number in detail.short])
            said = _("{orders} closed short.", orders=numbers)
            self._run(act, title, lambda _nothing: self._context.say(said))

    # answers

    def _packed(self, view: PackView) -> None:
        count = view.cartons
        self._context.say(ngettext("Packed into {count} carton.", "Packed into {count} cartons.", count))

    def _issued(self, issued: tuple[documents.IssuedDocument, ...]) -> None:
        self._issue_key = uuid.uuid4().hex
        self.papers.forget_choice()
        self.preview.show_kind(self.preview.kind())
        self._context.say(_("Issued {numbers}.", numbers=", ".join(one.number for one in issued)))

    def _shipped(self, outcome: ShipOutcome) -> None:
        said = _("{number} has left.", number=outcome.number)
        if outcome.messages:
            more = ngettext(
                "{count} message goes to the platform.", "{count} messages go to platforms.", outcome.messages
            )
            said = f"{said} {more}"
        self._context.say(said)

    def _say_cancelled(self, _nothing: object) -> None:
        if self._detail is not None:
            self._context.say(_("{number} is cancelled.", number=self._detail.number))

    def _transport_saved(self, saved: dict[str, str], _nothing: object) -> None:
        """What was typed while it was being saved is still to be saved."""
        if self.transport.form.draft() == saved:
            self.transport.form.mark_saved()
        self._context.say(_("Transport saved."))

    def _say_weighed(self, cartons: str) -> None:
        self._context.say(_("Weights of cartons {cartons} saved.", cartons=cartons))

    def _transport_refused(self, error: Exception) -> None:
        if not (isinstance(error, DomainError) and self.transport.form.show_error(error)):
            show_problem(self, error)

    # questions

    def _allows(self, can: steps.Can) -> bool:
        """Whether it can be done; if not, why is said: a key has no tooltip."""
        if not can.now and can.reason:
            self._context.say(can.reason)
        return can.now

    def _transport_is_saved(self) -> bool:
        """Nothing is issued or sent while the form shows something else; leads to what is not saved."""
        hindrance = self.transport.hindrance()
        if not hindrance:
            return True
        self.show_step(steps.TRANSPORT)
        self.transport.go_to_unsaved()
        self._context.say(hindrance)
        return False

    def _may_pack(self, detail: ShipmentDetail) -> bool:
        lost = []
        weighed = ", ".join(row.label for row in detail.cartons if row.weighed_reason)
        if weighed:
            lost.append(
                _("The corrected weights of cartons {cartons} are lost: weigh them again.", cartons=weighed)
            )
        if detail.state is ShipmentState.DOCUMENTED:
            lost.append(
                _("Its documents name the cartons as they are now and have to be issued again afterwards.")
            )
        title = _("Pack {number} again?", number=detail.number)
        return not lost or confirm(self, title, "\n".join(lost), _("Pack again"))

    def _may_issue(self, detail: ShipmentDetail) -> bool:
        if detail.documents:
            text = _("A new revision takes the place of the old papers, which stay on file as superseded.")
        else:
            text = _("The next invoice number is taken and cannot be given back.")
        what = _(
            "Commercial invoice and packing list of {number} are issued and never changed.",
            number=detail.number,
        )
        return confirm(self, _("Issue documents?"), f"{what}\n{text}", _("Issue"))

    def _run(self, act: Callable[[], object], title: str, done: Callable[..., object]) -> None:
        """A use case in the writer's lane; its buttons rest meanwhile and come back with the reload."""
        self.steps.setEnabled(False)
        self._context.jobs.run(act, write=True, title=title, done=done, finally_=self._ran, owner=self)

    def _ran(self) -> None:
        self.steps.setEnabled(True)
        self.reload()

    # showing

    def _show(self, detail: ShipmentDetail) -> None:
        if detail.id != self._shipment:
            return
        fresh = self._detail is None
        before = None if self._detail is None else steps.current(steps.journey(self._detail))
        self._detail = detail
        line = steps.journey(detail)
        self.journey.set_steps(line)
        for panel in (self.pack_panel, self.transport, self.papers, self.leaving, self.preview):
            panel.show_detail(detail)
        if fresh or before == self.steps.currentIndex():
            # Who works along the line is taken on to the next step; who looks elsewhere stays there.
            self.show_step(steps.current(line))
        self._show_actions(detail)
        self.loaded.emit(detail)

    def _show_actions(self, detail: ShipmentDetail) -> None:
        for button, can in (
            (self.ship_button, steps.can_ship(detail)),
            (self.cancel_button, steps.can_cancel(detail)),
        ):
            button.setEnabled(can.now)
            button.setToolTip(can.reason)
        self.short_button.setVisible(bool(detail.short))
        self.short_button.setToolTip(_("Give up what of the orders is still to come."))

    def _open_file(self, document: DocumentRow) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(document.path)))

    def _offer_restore(self, document: DocumentRow, error: DomainError) -> None:
        if confirm(self, document.number, error.message, _("Restore the file")):
            act = partial(documents.restore_file, document.id)
            self._run(act, _("Restoring {number}", number=document.number), lambda _path: None)

    def _lay_out(self) -> None:
        for panel in (self.pack_panel, self.transport, self.papers, self._leaving_step()):
            self.steps.addWidget(panel)
        left = QFrame(self)
        left.setProperty("card", True)
        column = QVBoxLayout(left)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(12)
        column.addWidget(self.journey)
        column.addWidget(self.steps, 1)
        self.addWidget(left)
        self.addWidget(self.preview)
        self.setStretchFactor(0, 4)
        self.setStretchFactor(1, 3)
        self.setSizes([690, 510])

    def _leaving_step(self) -> QWidget:
        step = QWidget()
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.short_button)
        buttons.addStretch(1)
        buttons.addWidget(self.ship_button)
        column = QVBoxLayout(step)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.leaving, 1)
        column.addLayout(buttons)
        return step

    def _connect(self) -> None:
        self.journey.chosen.connect(self.show_step)
        self.pack_panel.pack_asked.connect(self.pack)
        self.pack_panel.weighed.connect(self._say_weighed)
        self.pack_panel.order_opened.connect(lambda order: self._context.navigate(f"erp://sales/{order}"))
        self.transport.save_asked.connect(self.save_transport)
        self.papers.issue_asked.connect(self.issue)
        self.papers.chosen.connect(self.preview.show_issued)
        self.papers.open_asked.connect(self._open_file)
        self.leaving.link_clicked.connect(lambda link: self._context.navigate(link))
        self.preview.language_chosen.connect(self.papers.set_language)
        self.preview.damaged.connect(self._offer_restore)
