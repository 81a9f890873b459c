"""The head of an open quotation: what it is, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Protocol
from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.models.inquiries import QUOTATION_TRANSITIONS, QuotationState
from factory_erp.services.base import allowed
from factory_erp.services.inquiries import (
    quotation_outcomes,
    quotation_sending,
    quotation_views,
    quotations,
)
from factory_erp.services.inquiries.quotation_sending import SentQuotation
from factory_erp.services.inquiries.quotation_views import QuotationDetail
from factory_erp.services.papers.lacking import Lacking
from factory_erp.ui.inquiries import dialogs, outward, promising, words
from factory_erp.ui.inquiries.preview_dialog import QuotationPreview
from factory_erp.ui.inquiries.work import QuotationRead
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, ElidedLabel, Kind
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem, tell
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.paper_words import lacking_text


class Sheet(Protocol):
    """What the bar asks of the quotation under it."""

    @property
    def read(self) -> QuotationRead | None:
        """The quotation as it was read last."""
        ...

    def is_dirty(self) -> bool:
        """Whether there are edits that were not saved."""
        ...

    def show_refusal(self, error: DomainError) -> bool:
        """Show a use case's refusal where it belongs; False if it belongs nowhere."""
        ...


class QuotationBar(QWidget):
    """``closed`` asks for the list, ``opened`` carries another quotation: the revised one."""

    closed = Signal()
    opened = Signal(int)

    def __init__(self, context: UiContext, sheet: Sheet) -> None:
        super().__init__()
        self._context, self._sheet = context, sheet
        self._revise_key = uuid4().hex
        self.dialog: QWidget | None = None
        self.back_button = Button(_("Back"), kind=Kind.LINK, icon="chevron-left", run=self.closed.emit)
        self.title = ElidedLabel(pixels=18, bold=True, least=120)
        self.pill = Pill()
        self.stands = ElidedLabel(muted=True, least=60)
        self.inquiry_button = Button(_("Inquiry"), icon="mail", run=self.open_inquiry)
        self.order_button = Button(_("Sales order"), icon="order", run=self.open_order)
        self.kept = Pill()
        self.promise_button = Button(_("Promise…"), icon="calendar", run=self.promise)
        self.preview_button = Button(_("Preview…"), icon="document", run=self.preview)
        self.decline_button = Button(_("Decline…"), run=self.decline)
        self.revise_button = Button(_("Revise"), icon="copy", run=self.revise)
        self.accept_button = Button(_("Accept…"), icon="check", run=self.accept)
        self.send_button = Button(_("Send…"), kind=Kind.PRIMARY, icon="mail", run=self.send)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        for part, stretch in (
            (self.back_button, 0), (self.title, 3), (self.pill, 0), (self.kept, 0), (self.stands, 1),
            (self.inquiry_button, 0), (self.order_button, 0), (self.promise_button, 0),
            (self.preview_button, 0),
            (self.decline_button, 0), (self.revise_button, 0), (self.accept_button, 0),
            (self.send_button, 0),
        ):  # fmt: skip
            row.addWidget(part, stretch)
        self.look()

    @property
    def detail(self) -> QuotationDetail | None:
        """The quotation as it was read last."""
        return self._sheet.read.detail if self._sheet.read is not None else None

    def look(self) -> None:
        """Show what the quotation is, and offer what can be done with it now."""
        detail = self.detail
        if detail is not None:
            row, pill = detail.row, words.quotation_pill(detail.row)
            self.title.setText(f"{row.number} · {row.buyer_name}")
            self.pill.set(pill.text, pill.tone)
            said = words.validity(row)
            if row.problem and row.state is QuotationState.DRAFT:
                said = row.problem
            self.stands.setText(said)
            self.stands.setVisible(bool(said))
        self._show_kept()
        shown = {
            self.inquiry_button: detail is not None and detail.row.inquiry_id is not None,
            self.order_button: detail is not None and detail.row.sales_order_id is not None,
            self.promise_button: detail is not None
            and bool(detail.lines)
            and detail.row.state in promising.OPEN,
            self.preview_button: detail is not None,
            self.decline_button: self.may(QuotationState.DECLINED),
            self.revise_button: self.can_revise(),
            self.accept_button: self.may(QuotationState.ACCEPTED),
            self.send_button: self.can_send(),
        }
        dirty = self._sheet.is_dirty() if detail is not None else False
        for button, on in shown.items():
            button.setVisible(on)
            if button not in (self.inquiry_button, self.order_button):
                button.setEnabled(not dirty)
                button.setToolTip(_("Save or discard your changes first.") if dirty else "")

    def _show_kept(self) -> None:
        """Until when a date is kept for it, and which."""
        kept = self._sheet.read.kept if self._sheet.read is not None else None
        self.kept.set(promising.badge(kept), Tone.TEAL)
        self.kept.setVisible(kept is not None)
        day = figures.day(kept.promised_on) if kept is not None else ""
        self.kept.setToolTip(_("Promised for {day}", day=day) if day else "")

    def may(self, target: QuotationState) -> bool:
        """Whether the quotation can be brought to *target*; not while a platform has yet to answer."""
        detail = self.detail
        if detail is None or (detail.row.state is QuotationState.DRAFT and not detail.editable):
            return False
        return allowed(QUOTATION_TRANSITIONS, detail.row.state, target)

    def can_send(self) -> bool:
        """Whether it is a draft that nobody has yet."""
        return self.detail is not None and self.detail.editable

    def can_revise(self) -> bool:
        """Whether it was sent, so that a change needs a copy."""
        return self.detail is not None and self.detail.row.state is not QuotationState.DRAFT

    # what can be done

    def open_inquiry(self) -> None:
        """Go to the inquiry that it answers."""
        if self.detail is not None and self.detail.row.inquiry_id is not None:
            self._context.navigate(f"erp://inquiries/{self.detail.row.inquiry_id}")

    def open_order(self) -> None:
        """Go to the order that came of it."""
        if self.detail is not None and self.detail.row.sales_order_id is not None:
            self._context.navigate(f"erp://sales/{self.detail.row.sales_order_id}")

    def promise(self) -> None:
        """Ask when its goods could ship, keep that, and quote it."""
        if self.detail is not None:
            self.dialog = promising.ask_promise(self._context, self.detail, self._quote, self.window())

    def _quote(self, use_case: Callable[[], object], day: date) -> None:
        said = _("Quoted: ready on {day}.", day=figures.day(day))
        self._write(use_case, lambda _version: self._context.say(said), _("Saving the quotation"))

    def preview(self) -> None:
        """Show the paper."""
        if self.detail is not None:
            self.dialog = QuotationPreview(self._context, self.detail, self.window())
            self.dialog.show()

    def send(self) -> None:
        """Say to whom and how it goes, and what is not in its language; then send it."""
        if self.detail is not None:
            read = partial(quotation_views.quotation_lacking, self.detail.row.id)
            # What has no paper yet lacks more than words: sending it is refused at the field.
            anyway = lambda _error: self._ask_send(())  # noqa: E731
            self._context.jobs.run(read, done=self._ask_send, failed=anyway, owner=self)

    def _ask_send(self, lacking: Sequence[Lacking]) -> None:
        detail = self.detail
        if detail is None:
            return
        title = _("Send {number}", number=detail.row.number)
        text = _(
            "Quotation {number} over {total} for {buyer}. {way} After that it is not changed any more, "
            "only revised.",
            number=detail.row.number,
            total=figures.money(detail.row.total),
            buyer=detail.form.buyer_name,
            way=self._way(detail),
        )
        said = f"{text} {lacking_text(lacking)}".strip()
        if confirm(self, title, said, _("Send quotation")):
            use_case = partial(quotation_sending.send_quotation, detail.row.id, detail.version)
            self._write(use_case, self._sent, title)

    def _way(self, detail: QuotationDetail) -> str:
        inquiry = self._sheet.read.inquiry if self._sheet.read is not None else None
        if inquiry is not None and inquiry.through_platform:
            return _("It goes out through {account} with the next sync.", account=inquiry.row.account)
        if detail.form.buyer_email:
            return _("Your mail program opens with it, addressed to {address}; attach the PDF.",
                     address=detail.form.buyer_email)  # fmt: skip
        return _("Its text is copied for you to send; the PDF is filed.")

    def _sent(self, sent: SentQuotation) -> None:
        if sent.outbox_id is not None:
            self._context.say(_("The quotation goes out with the next sync."))
            return
        said = outward.hand_over(sent.text, sent.mailto)
        self.dialog = tell(self, self._number(), said, _("The PDF is at {path}", path=str(sent.pdf)))

    def accept(self) -> None:
        """Make an order of it, and open that."""
        if self.detail is not None:
            self.dialog = dialogs.ask_accept(self._context, self.detail, self._ordered, self)

    def _ordered(self, order_id: int) -> None:
        self._context.say(_("The order is a draft. Confirm it to promise its ship date."))
        self._context.navigate(f"erp://sales/{order_id}")

    def decline(self) -> None:
        """Close it without an order, after asking."""
        detail = self.detail
        if detail is None:
            return
        title = _("Decline {number}", number=detail.row.number)
        text = _("The buyer does not want it, or you take it back. It stays in the list as declined.")
        if confirm(self, title, text, _("Mark as declined")):
            use_case = partial(quotation_outcomes.decline_quotation, detail.row.id, detail.version)
            said = _("{number} is declined.", number=detail.row.number)
            self._write(use_case, lambda _none: self._context.say(said), title)

    def revise(self) -> None:
        """A copy as a new draft, and open that."""
        if self.detail is not None:
            use_case = partial(quotations.revise_quotation, self.detail.row.id, self._revise_key)
            self._write(use_case, self._revised, _("Revise {number}", number=self._number()))

    def _revised(self, quotation_id: int) -> None:
        self._revise_key = uuid4().hex
        self.opened.emit(quotation_id)

    def _number(self) -> str:
        return self.detail.row.number if self.detail is not None else ""

    def _write(self, use_case: Callable[[], object], done: Callable[..., object], title: str) -> None:
        self._context.jobs.run(use_case, done=done, failed=self._refused, write=True, title=title, owner=self)

    def _refused(self, error: Exception) -> None:
        if not (isinstance(error, DomainError) and self._sheet.show_refusal(error)):
            show_problem(self, error)
