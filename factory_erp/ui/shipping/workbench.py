"""One shipment on the bench, from its cartons to the door, with its papers beside the work."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.paper_checks.checks import PlaceView
from factory_erp.services.shipping import documents
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.shipping.shipments import PackView, ShipOutcome
from factory_erp.services.workbench import views as shipping_views
from factory_erp.services.workbench.views import DocumentRow, ShipmentDetail
from factory_erp.ui.kit.buttons import Button, Kind
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.shipping import jumps, questions, ship_panel, steps
from factory_erp.ui.shipping.check_panel import CheckPanel
from factory_erp.ui.shipping.containers_panel import ContainersPanel
from factory_erp.ui.shipping.mail_panel import MailPanel
from factory_erp.ui.shipping.pack_panel import PackPanel
from factory_erp.ui.shipping.paper_deeds import PaperDeeds
from factory_erp.ui.shipping.papers_panel import PapersPanel
from factory_erp.ui.shipping.preview_panel import PreviewPanel
from factory_erp.ui.shipping.saving import Saving
from factory_erp.ui.shipping.ship_panel import ShipPanel
from factory_erp.ui.shipping.step_column import Step, StepColumn
from factory_erp.ui.shipping.steps import NOT_CHECKED, Checked, Wanted
from factory_erp.ui.shipping.transport_panel import TransportPanel

STEPS = (
    N_("Carton details"), N_("Containers"), N_("Transport"), N_("Documents"), N_("Check"), N_("Send"),
    N_("Ship"),
)  # fmt: skip
"""What the commands that lead to the steps are called, in the order of ``steps``."""


class Workbench(QSplitter):
    """The steps at the left, the form of one of them beside, the papers at the right.

    ``loaded`` carries the ``ShipmentDetail`` shown.
    """

    loaded = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(12)
        self._context = context
        self._shipment: int | None = None
        self._detail: ShipmentDetail | None = None
        self._issue_key = ""
        self._checked = NOT_CHECKED
        self.journey = StepColumn(len(STEPS))
        self.pack_panel = PackPanel(context.jobs)
        self.containers = ContainersPanel(context)
        self.transport = TransportPanel(context.jobs)
        self.papers = PapersPanel(context.jobs)
        self.check = CheckPanel(context)
        self.mail = MailPanel(context)
        self.leaving = ShipPanel()
        self.preview = PreviewPanel(context.jobs)
        self.ship_button = Button(_("Ship…"), kind=Kind.PRIMARY, icon="ship", run=self.ship)
        self.cancel_button = Button(_("Cancel shipment…"), run=self.cancel)
        self.short_button = Button(_("Close short…"), run=self.close_short)
        self.steps = QStackedWidget()
        self.deeds = PaperDeeds(context, self.detail, self._run, self)
        self.saving = Saving(context, self.detail, self)
        self._lay_out()
        self._connect()

    def detail(self) -> ShipmentDetail | None:
        """The shipment on the bench."""
        return self._detail

    def record(self) -> str:
        """Number of the shipment on the bench, its id while it is being read; "" where there is none."""
        if self._detail is not None:
            return self._detail.number
        return "" if self._shipment is None else str(self._shipment)

    def is_dirty(self) -> bool:
        """Whether a form holds something that is not saved."""
        forms = (self.transport, self.containers, self.papers.fields)
        return self._detail is not None and any(form.is_dirty() for form in forms)

    def discard(self) -> None:
        """Throw away what is typed and not saved."""
        self.transport.form.discard()
        self.containers.discard()
        self.papers.fields.discard()

    def open_shipment(self, shipment_id: int) -> None:
        """Put another shipment on the bench."""
        if shipment_id != self._shipment:
            self._shipment, self._detail = shipment_id, None
            self._checked = NOT_CHECKED
            self._issue_key = uuid.uuid4().hex
            self.steps.setEnabled(False)  # until it has been read
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
        self.journey.show_current(step)

    def go_to_step(self, step: int) -> None:
        """Go to a step with the keyboard: its first field or button has it."""
        self.show_step(step)
        self._starts()[step].setFocus()

    def _panels(self) -> tuple[QWidget, ...]:
        return self.pack_panel, self.containers, self.transport, self.papers, self.check, self.mail

    def _starts(self) -> tuple[QWidget, ...]:
        """Where work begins in each step. No proxies: Tab would leave out what stands before them."""
        return (
            self.pack_panel.pack_button, self.containers.suggest_button,
            self.transport.form.edit("vessel_voyage"), self.papers.tree, self.check.findings.start(),
            self.mail.form.edit("to"), self.ship_button,
        )  # fmt: skip

    # what can be done

    def pack(self) -> None:
        """Fill the cartons, with the remainders as ticked, after asking where work would be lost."""
        detail = self._detail
        if detail is None or not self._allows(steps.can_pack(detail)) or not self._may_pack(detail):
            return
        mix, rules = self.pack_panel.mix.isChecked(), self.pack_panel.rules()
        title = _("Packing {number}", number=detail.number)
        self._run(partial(shipping.pack, detail.id, mix, rules), title, self._packed)

    def issue(self) -> None:
        """Issue the ticked papers, after saying what that means."""
        detail, wanted = self._detail, self.papers.ticked()
        language = self.preview.language()
        if detail is None or not self._allows(steps.can_issue(detail, wanted, language or "")):
            return
        if not self._is_saved() or not self._may_issue(detail, wanted):
            return
        act = partial(issuing.issue, detail.id, wanted, language, self._issue_key)
        self._run(act, _("Issuing documents"), self._issued)

    def ship(self) -> None:
        """Let the goods leave, after saying what that does."""
        detail = self._detail
        if detail is None or not self._is_saved() or not self._allows(steps.can_ship(detail)):
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
        if confirm(self, title, questions.cancelling(detail), _("Cancel shipment")):
            self._run(partial(shipping.cancel, detail.id), title, self._say_cancelled)

    def close_short(self) -> None:
        """Give up what of the shipped orders is still to come, after asking."""
        detail = self._detail
        if detail is None or not detail.short:
            return
        numbers = ", ".join(number for _id, number in detail.short)
        title = _("Close {orders} short?", orders=numbers)
        if confirm(self, title, questions.closing_short(), _("Close short")):
            act = partial(shipping.close_short, [order_id for order_id, _number in detail.short])
            said = _("{orders} closed short.", orders=numbers)
            self._run(act, title, lambda _nothing: self._context.say(said))

    # answers

    def _packed(self, view: PackView) -> None:
        count = view.cartons
        self._context.say(ngettext("Packed into {count} carton.", "Packed into {count} cartons.", count))

    def _issued(self, issued: tuple[issuing.IssuedDocument, ...]) -> None:
        self._issue_key = uuid.uuid4().hex
        self.papers.forget_ticks()
        self.preview.show_kind(*self.preview.wanted())
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

    def _say_weighed(self, cartons: str) -> None:
        self._context.say(_("Weights of cartons {cartons} saved.", cartons=cartons))

    # questions

    def _allows(self, can: steps.Can) -> bool:
        """Whether it can be done; if not, why is said: a key has no tooltip."""
        if not can.now and can.reason:
            self._context.say(can.reason)
        return can.now

    def _is_saved(self) -> bool:
        """Nothing is issued or leaves while a form shows something else; leads to what is not saved."""
        hindrance = self.transport.hindrance()
        if hindrance:
            self.show_step(steps.TRANSPORT)
            self.transport.go_to_unsaved()
        elif self.containers.is_dirty():
            self.go_to_step(steps.CONTAINERS)
            hindrance = _("What is typed under Containers is not saved. Save it or discard it first.")
        elif self.papers.fields.is_dirty():
            self.go_to_step(steps.DOCUMENTS)
            hindrance = _("What is typed for a document is not saved. Save it or discard it first.")
        if hindrance:
            self._context.say(hindrance)
        return not hindrance

    def _may_pack(self, detail: ShipmentDetail) -> bool:
        lost, title = questions.lost_by_packing(detail), _("Pack {number} again?", number=detail.number)
        return not lost or confirm(self, title, lost, _("Pack again"))

    def _may_issue(self, detail: ShipmentDetail, wanted: Sequence[Wanted]) -> bool:
        return confirm(self, _("Issue documents?"), questions.issuing(detail, wanted), _("Issue"))

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
        self.steps.setEnabled(True)
        before = None if self._detail is None else steps.current(self._line(self._detail))
        self._detail = detail
        line = self._line(detail)
        self.journey.set_steps(line)
        for panel in (
            self.pack_panel, self.containers, self.transport, self.papers, self.check, self.mail,
            self.leaving, self.preview,
        ):  # fmt: skip
            panel.show_detail(detail)
        if fresh or before == self.steps.currentIndex():
            # Who works along the line is taken on to the next step; who looks elsewhere stays there.
            self.show_step(steps.current(line))
        self._show_actions(detail)
        self.loaded.emit(detail)

    def _line(self, detail: ShipmentDetail) -> tuple[Step, ...]:
        return steps.journey(detail, self._checked)

    def _take_check(self, checked: Checked) -> None:
        self._checked = checked
        if self._detail is not None:
            self.journey.set_steps(self._line(self._detail))

    def _choose_paper(self, kind: str, variant: str) -> None:
        """The paper that is chosen in the list is shown beside it, as issued where it was."""
        document = self.papers.document()
        if document is not None and document.state is not steps.ISSUED:
            self.preview.show_issued(document)
        else:
            self.preview.show_kind(kind, variant)

    def _go_to_place(self, place: PlaceView) -> None:
        """Jump from a finding to where it is corrected: the field, the step; the paper is shown beside."""
        found = jumps.target(place)
        if place.kind:
            self.papers.select(place.kind, place.variant)
        self.go_to_step(found.step)
        if found.step == steps.DOCUMENTS:
            self.papers.fields.go_to(found.field)
        elif found.field:
            self.transport.go_to(found.field)

    def _show_actions(self, detail: ShipmentDetail) -> None:
        for button, can in (
            (self.ship_button, steps.can_ship(detail)),
            (self.cancel_button, steps.can_cancel(detail)),
        ):
            button.setEnabled(can.now)
            button.setToolTip(can.reason)
        self.short_button.setVisible(bool(detail.short))
        self.short_button.setToolTip(_("Give up what of the orders is still to come."))

    def _offer_restore(self, document: DocumentRow, error: DomainError) -> None:
        if confirm(self, document.number, error.message, _("Restore the file")):
            act = partial(documents.restore_file, document.id)
            self._run(act, _("Restoring {number}", number=document.number), lambda _path: None)

    def _lay_out(self) -> None:
        for panel in (*self._panels(), self._leaving_step()):
            self.steps.addWidget(panel)
        left = QFrame(self)
        left.setProperty("card", True)
        row = QHBoxLayout(left)
        row.setContentsMargins(8, 12, 14, 12)
        row.setSpacing(14)
        row.addWidget(self.journey)
        row.addWidget(self.steps, 1)
        self.addWidget(left)
        self.addWidget(self.preview)
        self.setStretchFactor(0, 4)
        self.setStretchFactor(1, 3)
        self.setSizes([720, 480])

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
        self.journey.chosen.connect(self.go_to_step)
        self.pack_panel.pack_asked.connect(self.pack)
        self.pack_panel.weighed.connect(self._say_weighed)
        self.pack_panel.changed.connect(self._context.say)
        self.pack_panel.numbers_asked.connect(self.deeds.number_cartons)
        self.pack_panel.order_opened.connect(lambda order: self._context.navigate(f"erp://sales/{order}"))
        self.containers.save_asked.connect(partial(self.deeds.save_containers, self.containers))
        self.containers.plan_applied.connect(partial(self.deeds.apply_plan, self.containers))
        self.transport.save_asked.connect(partial(self.deeds.save_transport, self.transport))
        self.transport.link_clicked.connect(lambda link: self._context.navigate(link))
        self.papers.issue_asked.connect(self.issue)
        self.papers.chosen.connect(self._choose_paper)
        self.papers.open_asked.connect(self.deeds.open_file)
        self.papers.save_asked.connect(
            lambda: self.saving.offer(self.papers.document(), self.papers.save_button)
        )
        self.papers.fields.saved.connect(self.reload)
        self.check.checked.connect(self._take_check)
        self.check.place_asked.connect(self._go_to_place)
        self.mail.settled.connect(self.reload)
        self.leaving.link_clicked.connect(lambda link: self._context.navigate(link))
        self.preview.language_chosen.connect(self.papers.set_language)
        self.preview.damaged.connect(self._offer_restore)
