"""What the buttons at an outgoing message do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from factory_erp.i18n import _
from factory_erp.services import outbox, outbox_texts
from factory_erp.services.outbox import OutboxRow
from factory_erp.services.platforms import outbox_settling
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.platforms.actions import Actions, opened
from factory_erp.ui.platforms.text_dialog import TextDialog

PAGES = {
    outbox_texts.SHIPMENT: "shipping",
    outbox_texts.LISTING: "listings",
    outbox_texts.SHELF: "listings",
    outbox_texts.PRICES: "listings",
    outbox_texts.STOCK: "listings",
    outbox_texts.LEAD_TIME: "listings",
    outbox_texts.REPLY: "inquiries",
    outbox_texts.QUOTATION: "inquiries/quotation",
}
"""Kind of a message to the page of the record that it is about."""

ANSWER_MOST = 120


def record_link(record: OutboxRow) -> str:
    """Deep link to what the message is about; "" for a kind that has no page."""
    page = PAGES.get(record.kind, "")
    return f"erp://{page}/{record.record_id}" if page else ""


class OutboxActions(QObject):
    """Belongs to the page; ``talks`` sends."""

    def __init__(self, talks: Actions) -> None:
        super().__init__(talks)
        self.talks = talks
        self._context = talks.context

    def open_record(self, record: OutboxRow) -> None:
        """Go to what it is about."""
        link = record_link(record)
        if link:
            self._context.navigate(link)

    def show_calls(self, record: OutboxRow) -> None:
        """The archived calls about it, in the history."""
        self.talks.calls_asked.emit(record)

    def show_payload(self, record: OutboxRow) -> None:
        """What the message says."""
        read = partial(outbox.message_payload, record.id)
        self._context.jobs.run(read, done=partial(self._show_text, record.title), owner=self)

    def _show_text(self, title: str, text: str) -> None:
        TextDialog(title, [(_("Message"), text)], self.talks.page).open()

    def mark_done(self, record: OutboxRow) -> FormDialog:
        """A person has seen it on the platform, or done it there by hand."""
        field = Field("answer", _("Number on the platform"), check=_check_answer,
                      hint=_("Where the platform shows one; it may stay empty."))  # fmt: skip

        def use_case(values: Any) -> Callable[[], object]:
            return partial(outbox_settling.mark_done, record.id, str(values["answer"] or ""))

        note = _("'{title}' is not sent any more: you have seen on the platform that it is there.",
                 title=record.title)  # fmt: skip
        return self._ask(_("Mark as done"), field, use_case, note, _("{title} is done.", title=record.title))

    def drop(self, record: OutboxRow) -> FormDialog:
        """It shall not be sent."""
        field = Field("note", _("Why"), FieldKind.NOTE)

        def use_case(values: Any) -> Callable[[], object]:
            return partial(outbox_settling.drop, record.id, str(values["note"] or ""))

        note = _("'{title}' is not sent. It stays in the list as refused and can be sent again later.",
                 title=record.title)  # fmt: skip
        return self._ask(_("Drop"), field, use_case, note, _("{title} is dropped.", title=record.title))

    def _ask(
        self, title: str, field: Field, use_case: Callable[[Any], Callable[[], object]], note: str, said: str
    ) -> FormDialog:
        page = self.talks.page
        dialog = FormDialog(self._context.jobs, title, [field], {}, use_case, title, note=note, parent=page)
        dialog.done_with.connect(lambda _none: self._context.say(said))
        return opened(dialog)


def _check_answer(value: object) -> str:
    if len(str(value)) > ANSWER_MOST:
        return _("At most {count} letters.", count=ANSWER_MOST)
    return ""
