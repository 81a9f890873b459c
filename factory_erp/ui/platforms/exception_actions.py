"""What the buttons at an exception do: each starts a job and says in a sentence what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from urllib.parse import quote

from PySide6.QtCore import QObject

from factory_erp.i18n import _, ngettext
from factory_erp.services.platform_orders import exception_remedies, intake
from factory_erp.services.platform_orders.intake import Applied
from factory_erp.services.platforms.accounts import ExceptionView
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.platforms import exception_work, run_words, words
from factory_erp.ui.platforms.actions import Actions, opened
from factory_erp.ui.platforms.exception_work import Bulk
from factory_erp.ui.platforms.map_dialog import MapDialog


class ExceptionActions(QObject):
    """Belongs to the page, and goes by its ``Actions`` for jobs and words."""

    def __init__(self, actions: Actions) -> None:
        super().__init__(actions)
        self._actions = actions
        self.context = actions.context

    def read(self, view: ExceptionView, owner: QObject, show: Callable[..., object]) -> None:
        """Read the exception in full, and *show* it while *owner* lives."""
        gone = partial(self._gone, view)
        self.context.jobs.run(partial(exception_work.facts, view.id), done=show, failed=gone, owner=owner)

    def _gone(self, _view: ExceptionView, _error: Exception) -> None:
        """Somebody else has dealt with it: the list is read again."""
        self._actions.stale.emit()

    def map_to(self, view: ExceptionView, item_id: int) -> None:
        """Say which item the SKU is; every order that waited for it comes in."""
        use_case = partial(intake.map_sku, view.account_id, view.subject, item_id)
        self._actions.write(use_case, self._mapped)

    def map_all(self, views: Sequence[ExceptionView]) -> MapDialog:
        """All unknown SKUs of *views* in one table."""
        return opened(MapDialog(self.context.jobs, views, self._mapped, self._actions.page))

    def _mapped(self, applied: Applied) -> None:
        self.context.say(_("Mapped. {result}.", result=run_words.brought(applied)))

    def use_customer(self, view: ExceptionView, partner_id: int) -> None:
        """The buyer is that customer."""
        use_case = partial(exception_remedies.use_customer, view.id, partner_id)
        self._actions.write(use_case, self._known)

    def create_customer(self, view: ExceptionView) -> None:
        """Make a customer of what the order says."""
        self._actions.write(partial(exception_remedies.create_customer, view.id), self._known)

    def _known(self, applied: Applied) -> None:
        self.context.say(_("The buyer is known now. {result}.", result=run_words.brought(applied)))

    def retry(self, view: ExceptionView) -> None:
        """Take the order in again."""
        self._actions.write(partial(intake.retry_exception, view.id), partial(self._retried, view))

    def _retried(self, view: ExceptionView, applied: Applied) -> None:
        if applied.created or applied.updated:
            said = _("Order {order} is in.", order=view.external_id)
        else:
            said = _("Order {order} still cannot be taken in.", order=view.external_id)
        self.context.say(said)

    def dismiss(self, view: ExceptionView) -> None:
        """Nothing has to be done about it; a new change on the platform brings it back."""
        said = _("Dismissed: {order}", order=words.order_title(view))
        self._actions.write(partial(intake.dismiss_exception, view.id), lambda _none: self.context.say(said))

    def retry_many(self, views: Sequence[ExceptionView]) -> None:
        """Take all of them in again."""
        self.context.jobs.run(
            partial(exception_work.retry_many, views), done=self._retried_many, write=True,
            title=_("Taking orders in"), owner=self,
        )  # fmt: skip

    def _retried_many(self, bulk: Bulk) -> None:
        came = ngettext("{count} order is in", "{count} orders are in", bulk.dealt)
        wait = ngettext("{count} still waits", "{count} still wait", bulk.left)
        self.context.say(_(", ").join([came, wait]) if bulk.left else came)

    def dismiss_many(self, views: Sequence[ExceptionView]) -> None:
        """Dismiss all of them, after a question."""
        count = len(views)
        text = ngettext(
            "{count} exception will be dismissed: its order is not taken in unless it changes on the "
            "platform.",
            "{count} exceptions will be dismissed: their orders are not taken in unless they change on the "
            "platform.",
            count,
        )
        if confirm(self._actions.page, _("Dismiss"), text, _("Dismiss")):
            self._actions.write(partial(exception_work.dismiss_many, views), self._dismissed_many)

    def _dismissed_many(self, bulk: Bulk) -> None:
        said = ngettext("{count} dismissed", "{count} dismissed", bulk.dealt)
        left = ngettext("{count} is about an order of yours", "{count} are about orders of yours", bulk.left)
        self.context.say(_(", ").join([said, left]) if bulk.left else said)

    def open_order(self, number: str) -> None:
        """Go to our order."""
        self.context.navigate(f"erp://sales/{quote(number)}")
