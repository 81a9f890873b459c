"""Platform orders that wait for a person, each with the buttons that mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.models.platforms import ExceptionKind
from factory_erp.services.platform_orders.exception_remedies import RemedyKind
from factory_erp.services.platforms.accounts import ExceptionView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import Button, ElidedLabel, Pill, label
from factory_erp.ui.platforms import words
from factory_erp.ui.platforms.exception_actions import ExceptionActions
from factory_erp.ui.platforms.exception_body import ExceptionBody
from factory_erp.ui.platforms.exception_work import Facts
from factory_erp.ui.platforms.view import ALL, TableWithCard

COLUMNS = (
    Column("kind", N_("Why"), 176, kind="pill"),
    Column("order", N_("Platform order"), 176, narrowest=176),
    Column("account", N_("Account"), 180, priority=2, narrowest=168),
    Column("subject", N_("Concerns"), 130, priority=1, narrowest=110),
    Column("detail", N_("What happened"), 220, priority=4),
    Column("since", N_("Since"), 128, kind="date", priority=3),
)
TITLES = {ALL: N_("All"), **{kind.value: title for kind, (title, _tone) in words.KINDS.items()}}


class ExceptionsView(TableWithCard[ExceptionView]):
    """The oldest first; Enter goes to what would mend the current one."""

    def __init__(self, actions: ExceptionActions) -> None:
        self._actions = actions
        self._body: ExceptionBody | None = None
        self._filled: ExceptionView | None = None
        self._facts: Facts | None = None
        super().__init__(COLUMNS, _("Exceptions"), _("Nothing waits for you."), titles=TITLES)
        self.table.set_empty_text(_("Nothing waits for you: every order of the platforms came in."))
        self.table.activated.connect(lambda _key: self.remedy())

    def group_of(self, record: ExceptionView) -> str:
        """Its kind."""
        return record.kind.value

    def show_exceptions(self, exceptions: Sequence[ExceptionView]) -> None:
        """Show *exceptions*."""
        self.set_records([(view.id, view, _row(view)) for view in exceptions])

    def has_unknown_skus(self) -> bool:
        """Whether an order waits for a SKU."""
        return any(view.kind is ExceptionKind.UNKNOWN_SKU for view in self.records())

    def map_all(self) -> None:
        """Every unknown SKU in one table."""
        self._actions.map_all(self.records())

    def remedy(self) -> None:
        """Go to what would mend the current one."""
        if self._body is not None:
            self._body.begin()

    def show_current(self) -> None:
        """Fill the card anew, unless it shows this very record: what is being typed there stays."""
        if len(self.selected()) <= 1 and self._facts is not None and self.current() == self._filled:
            return
        self._filled = self._facts = self._body = None
        super().show_current()

    def fill_selection(self, records: Sequence[ExceptionView]) -> None:
        """What can be done with all of them."""
        count = len(records)
        self.card.set_title(ngettext("{count} exception selected", "{count} exceptions selected", count))
        kinds = Counter(words.kind_pill(view.kind).text for view in records)
        self.card.add_rows([(title, figures.number(number)) for title, number in kinds.most_common()])
        skus = [view for view in records if view.kind is ExceptionKind.UNKNOWN_SKU]
        if skus:
            run = partial(self._actions.map_all, skus)
            self.card.add_widget(Button(_("Map unknown SKUs…"), icon="tag", run=run))
        waits = [view for view in records if view.kind not in words.ABOUT_OUR_ORDER]
        why = "" if waits else _("These are about orders of yours: decide on each.")
        dismiss, again = (
            partial(self._actions.dismiss_many, records),
            partial(self._actions.retry_many, waits),
        )
        self.card.add_action(_("Dismiss"), dismiss, enabled=not why, reason=why)
        self.card.add_action(_("Try again"), again, primary=True, enabled=not why, reason=why)

    def fill_card(self, record: ExceptionView) -> None:
        """Why the order waits; what would mend it follows once it is read."""
        self._filled = record
        pill = words.kind_pill(record.kind)
        self.card.set_title(words.order_title(record))
        self.card.add_widget(_account(record.account, Pill(pill.text, Tone(pill.tone))))
        if record.kind not in words.ABOUT_OUR_ORDER:  # of a change, the differences say it
            self.card.add_widget(label(record.detail, wrap=True, selectable=True))
        self._actions.read(record, self, partial(self._fill_facts, record))

    def _fill_facts(self, record: ExceptionView, facts: Facts) -> None:
        if record != self._filled or self._facts is not None or len(self.selected()) > 1:
            return
        self._facts = facts
        self._body = ExceptionBody(self._actions, record, facts)
        self._body.fill(self.card)
        self._add_buttons(record, facts)

    def _add_buttons(self, record: ExceptionView, facts: Facts) -> None:
        actions, number = self._actions, facts.detail.order_number
        if facts.offers(RemedyKind.DISMISS):
            self.card.add_action(_("Dismiss"), partial(actions.dismiss, record))
        if facts.offers(RemedyKind.RETRY):
            self.card.add_action(_("Try again"), partial(actions.retry, record), primary=True)
        if number:
            self.card.add_action(_("Open order"), partial(actions.open_order, number))


def _account(name: str, pill: Pill) -> QWidget:
    """Shop and pill under the number: beside it they would be wider than the card."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(ElidedLabel(name), 1)
    row.addWidget(pill)
    return line


def _row(view: ExceptionView) -> Row:
    return (
        words.kind_pill(view.kind),
        words.order_title(view),
        view.account,
        words.subject(view),
        view.detail,
        figures.local(view.created_at),
    )
