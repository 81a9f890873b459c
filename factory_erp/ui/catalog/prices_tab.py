"""An item's prices: every list that it is on, with cost and margin, and what an order would cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.money import UnitPrice
from factory_erp.i18n import N_, _, ngettext
from factory_erp.models.pricing import PriceKind
from factory_erp.services.clock import today
from factory_erp.services.pricing.prices import ItemPriceView, PriceRow, TierRow
from factory_erp.services.pricing.settings import MarginSettings
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Cell, Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.prices import words, work
from factory_erp.ui.prices.answer_panel import AnswerPanel

COLUMNS = (
    Column("list", N_("Price list"), 150, sortable=False),
    Column("kind", N_("Kind"), 92, kind="pill", sortable=False, priority=2),
    Column("for", N_("For"), 110, sortable=False, priority=3),
    Column("from", N_("From quantity"), 124, kind="number", sortable=False),
    Column("price", N_("Unit price"), 110, kind="number", sortable=False),
    Column("lead", N_("Lead time (days)"), 130, kind="number", sortable=False, priority=4),
    Column("cost", N_("Cost"), 110, kind="number", sortable=False, priority=1),
    Column("margin", N_("Margin"), 100, kind="pill", align="right", sortable=False),
    Column("state", N_("State"), 86, kind="pill", sortable=False, priority=1),
)
KINDS = {PriceKind.SALES: (N_("Sales"), Tone.INFO), PriceKind.PURCHASE: (N_("Purchase"), Tone.TEAL)}


class ItemPricesTab(QWidget):
    """Only read here; the prices themselves are edited in their lists.  ``dirty_changed`` never comes."""

    dirty_changed = Signal(bool)

    def __init__(self, context: UiContext, item_id: int) -> None:
        super().__init__()
        self.context, self.item_id = context, item_id
        self._lists: dict[int, ItemPriceView] = {}
        self._sku = ""
        self.summary = label(muted=True)
        self.open_button = Button(_("Open list"), kind=Kind.LINK, icon="link", run=self.open_list)
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Prices of the item"))
        self.table.set_empty_text(_("This item is on no price list yet. Open the lists and add it there."))
        self.table.activated.connect(lambda _key: self.open_list())
        self.answer = AnswerPanel(context, item_id)
        self.answer.followed.connect(self._go_to)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QWidget()
        line = QHBoxLayout(head)
        line.setContentsMargins(12, 6, 8, 2)
        line.addWidget(self.summary, 1)
        line.addWidget(self.open_button)
        frame = framed()
        inside = frame.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.addWidget(head)
        inside.addWidget(self.table, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(frame, 1)
        column.addWidget(self.answer)
        self.setFocusProxy(self.table)

    # what the sheet of the item asks

    def refresh(self) -> None:
        """Read the lists again."""
        self.context.jobs.run(partial(work.item_lists, self.item_id), done=self._take, owner=self)
        self.answer.refresh()

    def is_dirty(self) -> bool:
        """Never: nothing is edited here."""
        return False

    def save(self) -> bool:
        """Nothing to save."""
        return True

    def discard(self) -> None:
        """Nothing to throw away."""

    # showing

    def _take(self, read: work.ItemLists) -> None:
        self._sku = read.sku
        self._lists = {view.list_id: view for view in read.lists}
        rows: list[Row] = []
        keys: list[tuple[int, int]] = []
        for view in read.lists:
            for place, tier in enumerate(_tiers(view, read.costed)):
                rows.append(_row(view, tier, read.margins, first=place == 0))
                keys.append((view.list_id, tier.line_id))
        self.table.set_rows(rows, keys)
        if read.lists:
            self.answer.suggest(read.lists[0].tiers[0].min_quantity)
        count = len(read.lists)
        self.summary.setText(ngettext("On {count} list", "On {count} lists", count) if count else "")
        self.open_button.setText(_("Open list") if count else _("Open price lists"))

    def open_list(self) -> None:
        """Go to the list of the current row; without one, to the lists."""
        key = self.table.current_key()
        if isinstance(key, tuple):
            self._go_to(key[0])
        elif self._lists:
            self._go_to(next(iter(self._lists)))
        else:
            self.context.navigate("erp://prices/view/sales")

    def _go_to(self, list_id: int) -> None:
        self.context.navigate(work.list_link(list_id, self._sku))


def _tiers(view: ItemPriceView, costed: Mapping[int, PriceRow]) -> Sequence[TierRow]:
    row = costed.get(view.list_id)
    return row.tiers if row is not None else view.tiers


def _row(view: ItemPriceView, tier: TierRow, margins: MarginSettings, *, first: bool) -> Row:
    """A break; what is the list's own stands in its first row alone."""
    kind, tone = KINDS[view.kind]
    sales = view.kind is PriceKind.SALES
    whom = view.partner or words.everybody()
    return (
        view.list_code if first else "",
        PillCell(_(kind), tone) if first else "",
        whom if first else "",
        figures.number(tier.min_quantity),
        figures.money(UnitPrice(tier.price, view.currency)),
        "" if sales else str(tier.lead_days),
        words.cost(tier.cost, margins.currency),
        _margin(tier, margins),
        words.state(view.valid_from, view.valid_to, today()) if first else "",
    )


def _margin(tier: TierRow, margins: MarginSettings) -> Cell:
    said = words.margin(tier.margin_percent, margins.least_percent)
    tone = words.margin_tone(tier.margin_percent, margins.least_percent)
    return PillCell(said, tone) if tone is not None else said
