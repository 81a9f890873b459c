"""What comes too late for whom, why, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, pgettext
from factory_erp.services.material import shortages as material_shortages
from factory_erp.services.material.shortages import ShortageView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.detail_card import DetailCard
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.material import words
from factory_erp.ui.material.purchase_actions import PurchaseActions

COLUMNS = (
    Column("item", N_("Item"), 180, narrowest=118),
    Column("quantity", N_("Short"), 68, kind="number"),
    Column("unit", N_("Unit"), 48, narrowest=48),
    Column("needed", N_("Needed by"), 96, kind="date"),
    Column("there", N_("There by"), 96, kind="date"),
    Column("late", N_("Late"), 112, kind="pill"),
    Column("number", N_("Who waits"), 124, kind="number", align="left", priority=1),
    Column("customer", N_("Customer"), 130, narrowest=90, priority=3),
    Column("why", N_("Why"), 260, narrowest=170, priority=2),
)

HINT = N_("Choose a shortage to see what it waits for.")


class ShortagesView(QWidget):
    """The most late first; ``suggestions_asked`` carries the SKU whose suggestions are wanted.

    ``loaded`` tells how many there are, once they have been read.
    """

    suggestions_asked = Signal(str)
    loaded = Signal(int)

    def __init__(self, context: UiContext, purchases: PurchaseActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._purchases = context, purchases
        self._all: Sequence[ShortageView] = ()
        self._words = ""
        self._asked = 0
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Shortages"))
        self.table.set_empty_text(_("Loading…"))
        self.card = DetailCard()
        self.table.current_changed.connect(lambda _key: self._fill_card())
        self.table.activated.connect(lambda _key: self._open_order())
        self.card.link_clicked.connect(lambda link: context.navigate(link))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split(framed(self.table), self.card, stretch=(1, 0), sizes=(800, 305)))
        self.setFocusProxy(self.table)
        self._fill_card()

    def refresh(self) -> None:
        """Read them again."""
        self._asked += 1
        asked = self._asked
        self._context.jobs.run(
            material_shortages.shortages, done=lambda found: self._take(asked, found), owner=self
        )

    def search(self, text: str) -> None:
        """Show those whose item, number or customer contain *text*."""
        self._words = text.strip().casefold()
        self._show_rows()

    def current(self) -> ShortageView | None:
        """The shortage on the card."""
        key = self.table.current_key()
        return self._all[key] if isinstance(key, int) and key < len(self._all) else None

    def _take(self, asked: int, found: Sequence[ShortageView]) -> None:
        if asked != self._asked:
            return
        before = self.current()
        self._all = found
        self.table.set_empty_text(_("Nothing comes too late: every date of every order can be kept."))
        self._show_rows()
        if before is not None and before in found:
            self.table.select_key(list(found).index(before))
        self._fill_card()
        self.loaded.emit(len(found))

    def _show_rows(self) -> None:
        shown = [place for place, one in enumerate(self._all) if self._words in _sought(one)]
        self.table.set_rows([_cells(self._all[place]) for place in shown], shown)
        if shown and self.table.current_key() is None:
            self.table.select_key(shown[0])

    def _fill_card(self) -> None:
        one = self.current()
        self.card.clear()
        if one is None:
            self.card.add_widget(label(_(HINT), muted=True, wrap=True))
            return
        self.card.set_title(
            _("{quantity} of {sku} too late", quantity=figures.quantity(one.quantity, one.unit), sku=one.sku),
            one.name, (words.late(one.late_days), Tone.DANGER),
        )  # fmt: skip
        self.card.add_rows([
            (_("Needed by"), figures.day(one.needed_on)), (_("There by"), figures.day(one.there_on)),
        ])  # fmt: skip
        self.card.add_section(_("Why"))
        for step, sentence in enumerate(one.why, 1):
            self.card.add_widget(label(f"{step}. {sentence}", wrap=True, selectable=True))
        self.card.add_section(_("Who waits"))
        self.card.add_links(_links(one))
        self.card.add_action(
            pgettext("material plan", "Suggestions"), lambda: self.suggestions_asked.emit(one.sku)
        )
        self.card.add_action(_("Buy…"), lambda: self._purchases.buy_short(one), primary=True)

    def _open_order(self) -> None:
        one = self.current()
        if one is not None:
            self._context.navigate(_order_link(one))


def _sought(one: ShortageView) -> str:
    return "\n".join((one.sku, one.name, one.number, one.customer)).casefold()


def _cells(one: ShortageView) -> Row:
    return (
        words.item(one.sku, one.name),
        figures.number(one.quantity),
        figures.unit(one.unit),
        figures.day(one.needed_on),
        figures.day(one.there_on),
        words.late_pill(one.late_days),
        one.number,
        one.customer,
        " ".join(one.why),
    )


def _order_link(one: ShortageView) -> str:
    if one.production_order_id is not None:
        return f"erp://production/{one.production_order_id}"
    return f"erp://sales/{one.sales_order_id}"


def _links(one: ShortageView) -> Iterator[tuple[str, str, str]]:
    waits = " · ".join(part for part in (one.number, one.customer) if part)
    icon = "factory" if one.production_order_id is not None else "order"
    yield icon, waits, _order_link(one)
    if one.production_order_id is not None and one.sales_order_id is not None:
        yield "order", _("Its sales order"), f"erp://sales/{one.sales_order_id}"
    if one.production_order_id is not None:
        yield "bom", _("Pegging"), words.pegging_link("production", one.production_order_id)
    else:
        yield "bom", _("Pegging"), words.pegging_link("item", one.item_id)
    yield "tag", _("Item {sku}", sku=one.sku), words.item_link(one.sku)
