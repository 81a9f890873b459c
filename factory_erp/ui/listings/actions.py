"""What can be done with one listing or with many: each is a job, and ends with a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.services.listings import book as listing_book
from factory_erp.services.listings import draft as listing_draft
from factory_erp.services.listings import publish as listing_publish
from factory_erp.services.listings.draft import PublishPlan
from factory_erp.services.listings.publish import PublishOutcome
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, tell
from factory_erp.ui.listings import words, work
from factory_erp.ui.listings.publish_dialog import PublishDialog

SHOWN = 8
"""Refusals that a message lists; more are counted."""


class Actions(QObject):
    """Belongs to the page; the listings are named by their ids."""

    def __init__(self, context: UiContext, page: QWidget) -> None:
        super().__init__(page)
        self._context, self._page = context, page
        self.asking: PublishDialog | None = None

    def publish(self, ids: Sequence[int]) -> None:
        """Say what would be sent and what not and why; then send, if so told."""
        if ids:
            self._context.jobs.run(
                partial(listing_draft.publish_plan, tuple(ids), work.RULES),
                done=partial(self._ask_publish, tuple(ids)), title=_("Checking listings"), owner=self,
            )  # fmt: skip

    def _ask_publish(self, ids: tuple[int, ...], plan: PublishPlan) -> None:
        dialog = PublishDialog(plan, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(partial(self._publish, ids))
        dialog.destroyed.connect(self._forget)
        self.asking = dialog
        dialog.open()

    def _forget(self) -> None:
        self.asking = None

    def _publish(self, ids: tuple[int, ...]) -> None:
        self._write(
            partial(listing_publish.publish, ids, work.RULES),
            lambda outcome: self._context.say(words.queued(outcome)), _("Publishing"),
        )  # fmt: skip

    def take_off(self, ids: Sequence[int]) -> None:
        """Take them off the shelf, after a question: buyers do not find them any more."""
        text = ngettext(
            "{number} listing will be taken off the platform's shelf. Buyers do not find it any more.",
            "{number} listings will be taken off the platform's shelf. Buyers do not find them any more.",
            len(ids),
            number=figures.number(len(ids)),
        )
        title = _("Take off the shelf")
        if ids and confirm(self._page, title, text, title):
            self._write(partial(listing_publish.take_off, tuple(ids)), self._shelved, title)

    def put_on(self, ids: Sequence[int]) -> None:
        """Put them back on the shelf, after a question."""
        text = ngettext(
            "{number} listing will be put on the platform's shelf again. Buyers can order it.",
            "{number} listings will be put on the platform's shelf again. Buyers can order them.",
            len(ids),
            number=figures.number(len(ids)),
        )
        title = _("Put on the shelf")
        if ids and confirm(self._page, title, text, title):
            self._write(partial(listing_publish.put_on, tuple(ids)), self._shelved, title)

    def _shelved(self, outcome: PublishOutcome) -> None:
        self._context.say(words.queued(outcome))
        if outcome.refused:
            lines = [f"{title}: {reason}" for _id, title, reason in outcome.refused[:SHOWN]]
            if (more := len(outcome.refused) - SHOWN) > 0:
                lines.append(_("and {number} more", number=figures.number(more)))
            tell(self._page, _("Listings"), words.queued(outcome), "\n".join(lines))

    def check(self, ids: Sequence[int]) -> None:
        """Compose them anew from the catalogue."""
        if ids:
            self._write(
                partial(listing_book.recompose, work.RULES, tuple(ids)), partial(self._checked, len(ids)),
                _("Checking listings"),
            )  # fmt: skip

    def _checked(self, count: int, wrong: int) -> None:
        said = ngettext("{number} listing checked", "{number} listings checked", count,
                        number=figures.number(count))  # fmt: skip
        found = ngettext("{number} has problems", "{number} have problems", wrong,
                         number=figures.number(wrong))  # fmt: skip
        self._context.say(f"{said}, {found}." if wrong else _("{said}, all are ready.", said=said))

    def remove(self, listing_id: int, title: str) -> None:
        """Remove a draft, after a question."""
        text = _("The draft of {title} is removed. The product stays as it is.", title=title)
        if confirm(self._page, _("Remove the listing?"), text, _("Remove listing")):
            said = _("The listing is removed.")
            remove = partial(listing_publish.remove_listing, listing_id)
            self._write(remove, lambda _none: self._context.say(said), _("Remove listing"))

    def _write(self, use_case: Callable[..., object], done: Callable[..., object], title: str) -> None:
        self._context.jobs.run(use_case, done=done, write=True, title=title, owner=self)
