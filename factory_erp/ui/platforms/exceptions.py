"""Platform orders that wait for a person, each with the buttons that mend it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from factory_erp.i18n import N_, _
from factory_erp.models.platforms import ExceptionKind
from factory_erp.services.platforms import ExceptionView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import label
from factory_erp.ui.platforms import words
from factory_erp.ui.platforms.actions import Actions
from factory_erp.ui.platforms.view import TableWithCard

COLUMNS = (
    Column("when", N_("When"), 128, kind="date", priority=3),
    Column("account", N_("Account"), 220, priority=4, narrowest=200),
    Column("order", N_("Platform order"), 170, narrowest=166),
    Column("kind", N_("Why"), 186, kind="pill"),
    Column("subject", N_("Concerns"), 130, priority=2, narrowest=124),
    Column("detail", N_("What happened"), 220, priority=1),
)


class ExceptionsView(TableWithCard[ExceptionView]):
    """The oldest first; Enter does the first remedy."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions
        super().__init__(COLUMNS, _("Exceptions"), _("Nothing waits for you."))
        self.table.set_empty_text(_("Nothing waits for you: every order of the platforms came in."))
        self.table.activated.connect(lambda _key: self.remedy())

    def show_exceptions(self, exceptions: Sequence[ExceptionView]) -> None:
        """Show *exceptions*."""
        self.set_records([(view.id, view, _row(view)) for view in exceptions])

    def remedy(self) -> None:
        """What would mend the current one."""
        view = self.current()
        if view is not None:
            _title, run = self._remedy(view)
            run()

    def fill_card(self, record: ExceptionView) -> None:
        """Why the order waits, and what would mend it."""
        pill = words.kind_pill(record.kind)
        title = record.external_id or _("Order without a number")
        self.card.set_title(title, record.account, (pill.text, Tone(pill.tone)))
        self.card.add_rows(
            [(_("When"), figures.local(record.created_at)), (_("Concerns"), words.subject(record))]
        )
        self.card.add_widget(label(record.detail, wrap=True, selectable=True))
        if record.kind in words.ABOUT_OUR_ORDER:
            self.card.add_section(_("What changes"))
            self.card.add_widget(self._difference(record))
        self.card.add_section(_("What to do"))
        self.card.add_widget(label(_(words.REMEDIES[record.kind]), muted=True, wrap=True))
        ours = record.kind in words.ABOUT_OUR_ORDER
        dismiss = _("Keep ours") if ours else _("Dismiss")
        self.card.add_action(dismiss, partial(self._actions.dismiss, record))
        if ours:
            self.card.add_action(_("Take over the change"), partial(self._actions.accept, record))
        if record.kind is ExceptionKind.UNKNOWN_SKU:
            self.card.add_action(_("Try again"), partial(self._actions.retry, record))
        text, run = self._remedy(record)
        self.card.add_action(text, run, primary=True)

    def _difference(self, record: ExceptionView) -> QLabel:
        """A text that fills itself with what changed, read in the background."""
        shown = label(_("Comparing…"), wrap=True, selectable=True)
        # Plain text: what stands in an order is the buyer's, and must not be read as markup.
        shown.setTextFormat(Qt.TextFormat.PlainText)
        self._actions.compare(record, shown, lambda changes: shown.setText(words.difference(changes)))
        return shown

    def _remedy(self, view: ExceptionView) -> tuple[str, Callable[[], object]]:
        if view.kind is ExceptionKind.UNKNOWN_SKU:
            return _("Map to item…"), partial(self._actions.map_sku, view)
        number = words.order_number(view)
        if number:
            return _("Open order"), partial(self._actions.open_order, number)
        return _("Try again"), partial(self._actions.retry, view)


def _row(view: ExceptionView) -> Row:
    return (
        figures.local(view.created_at),
        view.account,
        view.external_id,
        words.kind_pill(view.kind),
        words.subject(view),
        view.detail,
    )
