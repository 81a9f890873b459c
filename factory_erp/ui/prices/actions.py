"""What one can do to a price list as a whole: each asks in a dialog and saves at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.models.pricing import PriceKind
from factory_erp.services.pricing import changes as pricing_changes
from factory_erp.services.pricing import settings as price_settings
from factory_erp.services.pricing.prices import PriceListView
from factory_erp.services.pricing.settings import MarginSettings
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.prices import list_form
from factory_erp.ui.prices.bulk_dialog import BulkDialog, Scope
from factory_erp.ui.prices.margins_dialog import ask_margins


class ListActions(QObject):
    """``made`` carries the id of a list that was made or saved; ``done`` comes after anything else."""

    made = Signal(int)
    done = Signal()

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._window = context, parent

    def new(self, kind: PriceKind) -> FormDialog:
        """The open dialog for a new list."""
        dialog = list_form.ask_new(self._context.jobs, kind, self._window)
        return self._tell(dialog, _("The list is made. Add its prices."))

    def change(self, head: PriceListView) -> FormDialog:
        """The open dialog for the head of a list."""
        return self._tell(
            list_form.ask_change(self._context.jobs, head, self._window), _("The list is saved.")
        )

    def copy(self, head: PriceListView) -> FormDialog:
        """The open dialog for a copy of a list."""
        return self._tell(
            list_form.ask_copy(self._context.jobs, head, self._window), _("The list is copied.")
        )

    def _tell(self, dialog: FormDialog, said: str) -> FormDialog:
        dialog.done_with.connect(lambda _id: self._context.say(said))
        dialog.done_with.connect(self.made.emit)
        return dialog

    def remove(self, head: PriceListView) -> None:
        """Remove a list with its prices, after asking."""
        title = _("Remove list {code}?", code=head.code)
        text = ngettext(
            "{number} price goes with it. Orders that were taken keep their prices.",
            "{number} prices go with it. Orders that were taken keep their prices.",
            head.lines,
            number=figures.number(head.lines),
        )
        if confirm(self._window, title, text, _("Remove list")):
            self._context.jobs.run(
                partial(pricing_changes.remove_price_list, head.id),
                done=partial(self._say_done, _("The list is removed.")),
                write=True,
                title=title,
                owner=self,
            )

    def change_prices(self, head: PriceListView, scope: Scope, margins: MarginSettings) -> BulkDialog:
        """The open dialog for a change of many prices."""
        dialog = BulkDialog(self._context.jobs, head, scope, margins, self._window)
        dialog.applied.connect(self._say_changed)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _say_changed(self, count: int) -> None:
        number = figures.number(count)
        said = ngettext("{number} price changed.", "{number} prices changed.", count, number=number)
        self._say_done(said, None)

    def ask_margins(self, margins: MarginSettings) -> None:
        """Read which currencies need a rate, then ask for them."""
        read = price_settings.foreign_currencies
        self._context.jobs.run(read, done=partial(self._open_margins, margins), owner=self)

    def _open_margins(self, margins: MarginSettings, currencies: Sequence[str]) -> None:
        dialog = ask_margins(self._context.jobs, margins, currencies, self._window)
        dialog.done_with.connect(partial(self._say_done, _("The margins are counted anew.")))

    def _say_done(self, said: str, _value: object) -> None:
        self._context.say(said)
        self.done.emit()
