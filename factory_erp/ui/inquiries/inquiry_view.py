"""One inquiry over the whole page: the conversation, the facts, and where an answer is written."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.models.inquiries import InquiryState, QuotationState
from factory_erp.services.base import allowed
from factory_erp.services.inquiries import inbox as inquiries
from factory_erp.services.inquiries import quotations
from factory_erp.services.inquiries import views as inquiry_views
from factory_erp.services.inquiries.inbox import Answer
from factory_erp.services.inquiries.quotation_lines import QuoteLineForm
from factory_erp.services.inquiries.states import INQUIRY_TRANSITIONS
from factory_erp.services.inquiries.views import InquiryDetail, Urgency
from factory_erp.ui.inquiries import dialogs, outward, words
from factory_erp.ui.inquiries.conversation import Conversation
from factory_erp.ui.inquiries.facts_card import CUSTOMER, PRODUCT, WIDTH, FactsCard
from factory_erp.ui.inquiries.reply_box import ReplyBox
from factory_erp.ui.kit.buttons import Button, ElidedLabel, Kind
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.pill import Pill


class InquiryView(QWidget):
    """``closed`` asks for the list, ``quoted`` carries a quotation to open, ``shown`` comes of new facts."""

    closed = Signal()
    quoted = Signal(int)
    shown = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.inquiry_id: int | None = None
        self.detail: InquiryDetail | None = None
        self._reply_key = self._quote_key = uuid4().hex
        self.dialog: QWidget | None = None
        self.back_button = Button(_("Inquiries"), kind=Kind.LINK, icon="chevron-left", run=self.closed.emit)
        self.title = ElidedLabel(pixels=18, bold=True, least=120)
        self.pill, self.clock = Pill(), Pill()
        self.reopen_button = Button(_("Reopen"), run=self.reopen)
        self.lost_button = Button(_("Lost…"), run=self.give_up)
        self.open_button = Button(_("Open quotation"), icon="document", run=self.open_quotation)
        self.quote_button = Button(_("Quote…"), kind=Kind.PRIMARY, icon="money", run=self.quote)
        self.conversation = Conversation()
        self.reply = ReplyBox()
        self.reply.sent.connect(self.send)
        self.card = FactsCard()
        self.card.link_clicked.connect(self._follow)
        self.card.chosen_changed.connect(self._say_quote)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        for part, stretch in (
            (self.back_button, 0), (self.title, 1), (self.pill, 0), (self.clock, 0), (self.reopen_button, 0),
            (self.lost_button, 0), (self.open_button, 0), (self.quote_button, 0),
        ):  # fmt: skip
            head.addWidget(part, stretch)
        left = framed(self.conversation)
        inside = left.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.addWidget(self.reply)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(split(left, self.card, stretch=(1, 0), sizes=(640, WIDTH)), 1)
        self.setFocusProxy(self.reply.edit)

    # reading

    def show_inquiry(self, inquiry_id: int) -> None:
        """Show another inquiry; the caller has asked about what is being written."""
        if inquiry_id != self.inquiry_id:
            self.inquiry_id, self.detail = inquiry_id, None
            self.reply.clear()
            self._reply_key, self._quote_key = uuid4().hex, uuid4().hex
        self.refresh()

    def forget(self) -> None:
        """Nothing is shown any more."""
        self.inquiry_id = self.detail = None
        self.reply.clear()

    def refresh(self) -> None:
        """Read the inquiry again; what is being written stays."""
        if self.inquiry_id is not None:
            read = partial(inquiry_views.inquiry_detail, self.inquiry_id)
            self._context.jobs.run(read, done=self._take, failed=self._miss, owner=self)

    def _take(self, detail: InquiryDetail) -> None:
        if detail.row.id != self.inquiry_id:
            return
        self.detail, row = detail, detail.row
        self.title.setText(row.subject or row.number)
        self.pill.set(words.inquiry_pill(row.state).text, words.inquiry_pill(row.state).tone)
        left = words.time_left(row)
        self.clock.setVisible(bool(left))
        if row.urgency is not Urgency.NONE:
            self.clock.set(left, words.URGENCY_TONES[row.urgency])
        self.conversation.show_messages(detail.messages, words.buyer(row))
        self.reply.show_way(detail)
        self.card.show_inquiry(detail)
        self._show_actions()
        self.shown.emit()

    def _miss(self, error: Exception) -> None:
        self._context.say(str(error))
        self.forget()
        self.closed.emit()

    # what can be done

    def may(self, target: InquiryState) -> bool:
        """Whether the inquiry can be brought to *target*."""
        return self.detail is not None and allowed(INQUIRY_TRANSITIONS, self.detail.row.state, target)

    def _show_actions(self) -> None:
        self.reopen_button.setVisible(self.may(InquiryState.NEW))
        self.lost_button.setVisible(self.may(InquiryState.LOST))
        self.open_button.setVisible(self.latest_quotation() is not None)
        self.quote_button.setVisible(self.can_quote())
        self._say_quote()

    def can_quote(self) -> bool:
        """Whether a quotation may answer the inquiry: a won one is an order already."""
        return self.detail is not None and self.detail.row.state is not InquiryState.WON

    def _say_quote(self) -> None:
        count = len(self.card.picked())
        hint = _("A draft with what is asked for; select items at the right to begin with those.")
        chosen = _("A draft with the items that are selected.")
        self.quote_button.setToolTip(chosen if count else hint)

    def latest_quotation(self) -> int | None:
        """The quotation to open: one that is not over before the others, the newest first."""
        found = self.detail.quotations if self.detail is not None else ()
        over = (QuotationState.DECLINED, QuotationState.EXPIRED)
        best = sorted(found, key=lambda one: (one.state in over, -one.id))
        return best[0].id if best else None

    def open_quotation(self) -> None:
        """Open the quotation that answers the inquiry."""
        found = self.latest_quotation()
        if found is not None:
            self.quoted.emit(found)

    def quote(self) -> None:
        """Begin a quotation with the items that are selected, else with what is asked for; and open it."""
        if self.detail is None or not self.can_quote():
            return
        wanted = set(self.card.picked())
        lines = [
            QuoteLineForm(one.item_id, one.quantity)
            for one in self.detail.suggestions
            if one.item_id in wanted
        ]
        make = partial(quotations.new_quotation, lines, self._quote_key, inquiry_id=self.detail.row.id)
        self._write(make, self._take_quotation, _("Beginning a quotation"))

    def _take_quotation(self, quotation_id: int) -> None:
        self._quote_key = uuid4().hex
        self.quoted.emit(quotation_id)

    def give_up(self) -> None:
        """Mark the inquiry as lost, after asking."""
        if self.detail is None:
            return
        number = self.detail.row.number
        text = _(
            "Give up inquiry {number} of {buyer}? It can be reopened; if the buyer writes, it is new again.",
            number=number,
            buyer=words.buyer(self.detail.row),
        )
        if confirm(self, _("Lost"), text, _("Mark as lost")):
            said = _("{number} is lost.", number=number)
            self._write(partial(inquiries.mark_lost, self.detail.row.id), self._saying(said), said)

    def reopen(self) -> None:
        """Put the inquiry back among the new ones."""
        if self.detail is not None:
            said = _("{number} is new again.", number=self.detail.row.number)
            self._write(partial(inquiries.reopen, self.detail.row.id), self._saying(said), said)

    def _saying(self, said: str) -> Callable[[object], object]:
        return lambda _none: self._context.say(said)

    def _follow(self, target: str) -> None:
        if self.detail is None:
            return
        if target == CUSTOMER:
            self.dialog = dialogs.ask_customer(self._context, self.detail, self)
        elif target == PRODUCT:
            self.dialog = dialogs.ask_product(self._context, self.detail, self)
        else:
            self._context.navigate(target)

    # answering

    def is_dirty(self) -> bool:
        """Whether an answer was begun and not sent."""
        return self.reply.is_dirty()

    def can_leave(self) -> bool:
        """Ask where an answer would be lost."""
        if not self.is_dirty():
            return True
        text = _("The answer that you have begun is not sent.")
        if not confirm(self, _("Leave without sending?"), text, _("Throw away")):
            return False
        self.reply.clear()
        return True

    def send(self, by_hand: bool) -> None:
        """Send the answer; *by_hand*: a person does, it is only kept here."""
        if self.detail is None:
            return
        self.reply.set_busy(True)
        self._context.jobs.run(
            partial(inquiries.reply, self.detail.row.id, self.reply.text(), self._reply_key, by_hand=by_hand),
            done=partial(self._take_answer, through_platform=self.detail.takes_replies),
            failed=self._refuse_answer,
            write=True,
            title=_("Sending the answer"),
            finally_=partial(self.reply.set_busy, False),
            owner=self,
        )

    def _take_answer(self, answer: Answer, *, through_platform: bool) -> None:
        self._reply_key = uuid4().hex
        self.reply.clear()
        if answer.outbox_id is not None:
            self._context.say(_("The answer goes out with the next sync."))
        elif through_platform:
            self._context.say(_("The answer is kept as sent."))
        else:
            self._context.say(outward.hand_over(answer.text, answer.mailto))

    def _refuse_answer(self, error: Exception) -> None:
        if isinstance(error, DomainError) and error.field in ("text", "body"):
            self.reply.show_problem(str(error))
            self.reply.edit.setFocus()
        else:
            show_problem(self, error)

    def _write(self, use_case: Callable[[], object], done: Callable[..., object], title: str) -> None:
        self._context.jobs.run(
            use_case, done=done, failed=partial(show_problem, self), write=True, title=title, owner=self
        )
