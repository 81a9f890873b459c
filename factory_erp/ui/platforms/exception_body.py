"""What the card of an exception shows once it is read: suggestions to take, the change, the order itself."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import Money, UnitPrice
from factory_erp.domain.quantity import UNITS
from factory_erp.i18n import _, ngettext, pgettext
from factory_erp.services.platform_orders.exception_remedies import ExceptionDetail, ExceptionLine, RemedyKind
from factory_erp.services.platforms.accounts import ExceptionView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.choose import Choice, LookupEdit, Search
from factory_erp.ui.kit.detail_card import DetailCard
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import Button, ElidedLabel, Kind, label
from factory_erp.ui.platforms import exception_work, words
from factory_erp.ui.platforms.exception_actions import ExceptionActions
from factory_erp.ui.platforms.exception_work import Facts
from factory_erp.ui.platforms.text_dialog import TextDialog

SUGGESTIONS, LINES = 4, 12
"""So many suggestions and lines of the order are shown on the card."""


class ExceptionBody:
    """Puts the parts on a card."""

    def __init__(
        self,
        actions: ExceptionActions,
        record: ExceptionView,
        facts: Facts,
    ) -> None:
        self._actions, self._record, self._facts = actions, record, facts
        self._first: QWidget | None = None
        self.lookup: LookupEdit | None = None

    def begin(self) -> None:
        """The keyboard goes to what would mend it."""
        if self._first is not None:
            self._first.setFocus()

    def fill(self, card: DetailCard) -> None:
        """Put everything on *card*, under what stands there."""
        detail = self._facts.detail
        if detail.note:
            card.add_widget(label(detail.note, muted=True, wrap=True, selectable=True))
        card.add_section(_("What to do"))
        card.add_widget(label(words.remedy(self._record), muted=True, wrap=True))
        self._add_remedies(card)
        rows = _head(detail)
        if rows:
            card.add_section(_("The order on the platform"))
            card.add_rows(rows)
        self._add_lines(card)
        if detail.raw:
            card.add_widget(Button(_("Show as it came…"), kind=Kind.LINK, icon="document", run=self.show_raw))

    def _add_remedies(self, card: DetailCard) -> None:
        offers, actions, record = self._facts.offers, self._actions, self._record
        if offers(RemedyKind.MAP_SKU):
            for item in self._facts.items[:SUGGESTIONS]:
                take = partial(actions.map_to, record, item.item_id)
                card.add_widget(
                    self._suggestion(
                        item.sku, item.name, item.score, item.why, pgettext("a SKU", "Map"), take
                    )
                )
            search, hint = exception_work.items, _("Another item…")
            card.add_widget(
                self._search(search, hint, pgettext("a SKU", "Map"), partial(actions.map_to, record))
            )
        if offers(RemedyKind.USE_CUSTOMER):
            for one in self._facts.buyers[:SUGGESTIONS]:
                take = partial(actions.use_customer, record, one.partner_id)
                card.add_widget(self._suggestion(one.code, one.name, one.score, one.why, _("Use"), take))
            search, hint = exception_work.customers, _("Another customer…")
            card.add_widget(self._search(search, hint, _("Use"), partial(actions.use_customer, record)))
        if offers(RemedyKind.CREATE_CUSTOMER):
            create = Button(_("Create customer"), icon="add", run=partial(actions.create_customer, record))
            card.add_widget(self._noted(create))
        if record.kind in words.ABOUT_OUR_ORDER:
            card.add_widget(self._noted(self._change()))

    def _noted(self, widget: QWidget) -> QWidget:
        """The first of the remedies gets the keyboard."""
        self._first = self._first or widget
        return widget

    def _suggestion(
        self, code: str, name: str, score: float, why: str, verb: str, take: Callable[[], object]
    ) -> QWidget:
        """Code and name, why it may be it, and the button that says so."""
        said = QVBoxLayout()
        said.setSpacing(1)
        # What tells one variant from another stands at the end of its name: nothing is cut off.
        said.addWidget(label(f"{code} · {name}" if name else code, wrap=True))
        said.addWidget(label(f"{round(score * 100)}% · {why}", muted=True, wrap=True))
        button = Button(verb, run=take)
        button.setAccessibleName(f"{verb}: {code}")
        self._noted(button)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addLayout(said, 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def _search(self, search: Search, hint: str, verb: str, take: Callable[[int], object]) -> QWidget:
        """A look-up over everything, for when no suggestion fits; the button comes on with a choice."""
        edit = LookupEdit(search, self._actions.context.jobs)
        edit.setPlaceholderText(hint)
        edit.setAccessibleName(hint)
        button = Button(verb)
        button.setEnabled(False)

        def note(_what: object = None) -> None:
            button.setEnabled(edit.choice() is not None)

        def run() -> None:
            choice: Choice | None = edit.choice()
            if choice is not None and isinstance(choice.key, int):
                take(choice.key)

        edit.chosen.connect(note)
        edit.edited.connect(note)
        edit.returnPressed.connect(run)
        button.clicked.connect(lambda _checked=False: run())
        self.lookup = edit
        self._noted(edit)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(edit, 1)
        row.addWidget(button)
        return line

    def _change(self) -> QWidget:
        from factory_erp.ui.platforms.change_view import ChangeView

        return ChangeView(self._actions.context, self._record.id)

    def _add_lines(self, card: DetailCard) -> None:
        lines = self._facts.detail.lines
        if not lines:
            return
        card.add_section(ngettext("{count} line", "{count} lines", len(lines)))
        for line in lines[:LINES]:
            card.add_widget(_line(line, self._facts.detail.currency))
        rest = len(lines) - LINES
        if rest > 0:
            more = ngettext("and {count} more line", "and {count} more lines", rest)
            card.add_widget(label(more, muted=True))

    def show_raw(self) -> TextDialog:
        """What the platform sent, as it is kept."""
        detail = self._facts.detail
        dialog = TextDialog(words.order_title(self._record), [(_("As it came"), detail.raw)], self._first)
        dialog.open()
        return dialog


def _head(detail: ExceptionDetail) -> list[tuple[str, str]]:
    buyer = detail.buyer
    if buyer and detail.country:
        buyer = f"{buyer} ({figures.country(detail.country)})"
    rows = [
        (_("Since"), figures.local(detail.open_since)),
        (_("Status there"), detail.platform_status),
        (_("Buyer"), buyer),
        (_("Ordered"), figures.local(detail.ordered_at)),
        (_("Goods"), _amount(detail.product_total, detail.currency)),
        (_("Freight"), _amount(detail.freight or None, detail.currency)),
        (_("Discount"), _amount(detail.discount or None, detail.currency)),
        (_("Refunded"), _amount(detail.refunded or None, detail.currency)),
        (_("Total"), _amount(detail.total, detail.currency)),
    ]
    return [(name, text) for name, text in rows if text]


def _amount(amount: Decimal | None, currency: str) -> str:
    """As the platform says it, in whatever currency: it need not be one that we know."""
    if amount is None:
        return ""
    try:
        return figures.money(Money.rounded(amount, currency))
    except InvalidValue:
        return f"{currency} {figures.number(amount)}".strip()


def _price(amount: Decimal, currency: str) -> str:
    try:
        return figures.money(UnitPrice(amount, currency))
    except InvalidValue:
        return f"{currency} {figures.number(amount)}".strip()


def _line(line: ExceptionLine, currency: str) -> QWidget:
    """A line of the order: its name, how many at what price, and which item it is."""
    unit = figures.unit(line.unit_code) if line.unit_code in UNITS else line.unit_code
    count = f"{figures.number(line.quantity)} {unit}".strip()
    theirs = line.external_skus[0] if line.external_skus else ""
    names = f"{theirs} → {line.sku}" if line.sku and line.sku != theirs else line.sku or theirs
    shown = QWidget()
    column = QVBoxLayout(shown)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(1)
    column.addWidget(ElidedLabel(line.name or theirs))
    row = QHBoxLayout()
    row.setSpacing(8)
    price = _price(line.unit_price, currency)
    row.addWidget(ElidedLabel(f"{count} × {price} · {names}", muted=True), 1)
    if line.item_id is None:
        row.addWidget(Pill(_("Unknown"), Tone.WARNING))
    column.addLayout(row)
    return shown
