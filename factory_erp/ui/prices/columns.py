"""The columns of a price sheet, what they derive from one another, and how a low margin is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from factory_erp.i18n import N_
from factory_erp.models.pricing import PriceKind
from factory_erp.services.directory import ItemRef
from factory_erp.services.exchange.price_kinds import PRICE_FIELDS
from factory_erp.services.pricing.prices import PriceListView, PriceRow
from factory_erp.services.pricing.settings import MarginSettings
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.delegates import PADDING
from factory_erp.ui.kit.grid_cells import GridColumn
from factory_erp.ui.kit.grid_delegate import GridDelegate
from factory_erp.ui.kit.icons import pixmap
from factory_erp.ui.kit.table_model import ALIGN_FLAGS, Index
from factory_erp.ui.prices import words, work

ITEM, NAME, FROM, PRICE, LEAD, COST, MARGIN = (
    "item", "name", "from_quantity", "price", "lead_days", "cost", "margin",
)  # fmt: skip
FIELD_OF = {"min_quantity": FROM, "price": PRICE, "lead_days": LEAD, "sku": ITEM}
"""Column of each field that a refusal may name."""

ICON = 15
"""Edge of the warning sign beside a low margin, px."""

Pair = tuple[int, Decimal]
"""An item, and how many of it."""

_FIELDS = {field.key: field for field in PRICE_FIELDS}


class Book:
    """What the cells of a sheet are computed with: its list, names, costs and how margins are counted."""

    def __init__(self) -> None:
        self.head: PriceListView | None = None
        self.margins = MarginSettings()
        self.items = work.Items()
        self.names: dict[int, str] = {}
        self.costs: dict[Pair, Decimal | None] = {}

    def open(self, sheet: work.Sheet, lists: work.Lists) -> None:
        """Take the facts of *sheet*; what costs the rows came with is known anew."""
        self.head, self.margins, self.items = sheet.head, lists.margins, lists.items
        self.names = {row.item_id: row.name for row in sheet.rows}
        self.costs = {(row.item_id, tier.min_quantity): tier.cost for row in sheet.rows for tier in row.tiers}

    def has_margins(self) -> bool:
        """Whether costs are shown: a purchase list holds costs itself."""
        return self.head is not None and self.head.kind is PriceKind.SALES

    def rate(self) -> Decimal | None:
        """What one of the list's currency is worth, None where nobody has said."""
        return self.margins.rate(self.head.currency) if self.head is not None else None

    def unknown(self, pairs: Sequence[Pair]) -> list[Pair]:
        """Those whose cost has still to be asked for."""
        return [pair for pair in dict.fromkeys(pairs) if pair not in self.costs] if self.has_margins() else []

    def name(self, item_id: object) -> str:
        """The item's name in the reader's language."""
        if not isinstance(item_id, int):
            return ""
        known: ItemRef | None = self.items.by_id.get(item_id)
        return self.names.get(item_id) or (known.name if known is not None else "")

    def compute(self, values: Mapping[str, object]) -> Mapping[str, object]:
        """Name, cost and margin of a row."""
        item, quantity, price = values.get(ITEM), values.get(FROM), values.get(PRICE)
        name = "" if item is not None and values.get("follows") == item else self.name(item)
        cost = None
        if isinstance(item, int) and isinstance(quantity, Decimal) and self.has_margins():
            cost = self.costs.get((item, quantity))
        margin = None
        if isinstance(price, Decimal) and cost is not None:
            margin = work.margin_of(price, cost, self.rate())
        return {NAME: name, COST: cost, MARGIN: margin}

    def show_price(self, amount: Decimal) -> str:
        """A price with the decimals of the list's currency."""
        return words.price(amount, self.head.currency if self.head is not None else "USD")

    def show_cost(self, cost: Decimal) -> str:
        """A cost beside the price: in the list's currency where its rate is known."""
        rate = self.rate()
        if rate is None or self.head is None:
            return words.cost(cost, self.margins.currency)
        return words.cost(work.converted(cost, rate), self.head.currency)

    def show_margin(self, percent: Decimal) -> str:
        """A margin; a low one says so."""
        return words.margin(percent, self.margins.least_percent)


def price_columns(book: Book) -> tuple[GridColumn, ...]:
    """The columns; readers and headers of those that can be pasted are an import's."""
    sku = _FIELDS["sku"]
    return (
        GridColumn(
            ITEM, N_("SKU"), 200, "lookup", required=True, aliases=("sku", *sku.aliases),
            search=lambda text: book.items.search(text), read=lambda text: book.items.named(text),
        ),
        GridColumn(NAME, N_("Name"), 175, read_only=True, priority=3),
        GridColumn.of(_FIELDS[FROM], 122, kind="number", required=True, empty=None),
        GridColumn.of(_FIELDS[PRICE], 94, kind="number", show=book.show_price),
        GridColumn.of(_FIELDS[LEAD], 124, kind="number"),
        GridColumn(COST, N_("Cost"), 102, "number", show=book.show_cost, read_only=True, priority=1,
                   hint=N_("What a unit costs when as many are made at once")),
        GridColumn(MARGIN, N_("Margin"), 128, "number", show=book.show_margin, read_only=True,
                   hint=N_("What is left of the price above the cost, in percent of the price")),
    )  # fmt: skip


def price_lines(rows: Sequence[PriceRow]) -> list[dict[str, object]]:
    """The rows of a grid: a break each, the name of the item at its first."""
    return [
        {
            ITEM: Choice(row.item_id, row.sku),
            FROM: tier.min_quantity,
            PRICE: tier.price,
            LEAD: tier.lead_days,
            "follows": row.item_id if place else None,
        }
        for row in rows
        for place, tier in enumerate(row.tiers)
    ]


class MarginDelegate(GridDelegate):
    """Draws a margin that is too low in its tone, with a warning sign; the word stands in the text.

    *tone* tells of the value of a cell how it is said, None for one that is as it should be.
    """

    tone: Callable[[object], theme.Tone | None] = staticmethod(lambda _value: None)

    def _paint_words(
        self, painter: QPainter, option: QStyleOptionViewItem, text: str, index: Index, look: theme.Theme
    ) -> None:
        cell = self._source.cell_at(index)
        tone = self.tone(cell.value) if cell is not None else None
        if tone is None:
            super()._paint_words(painter, option, text, index, look)
            return
        ink = look.pill(tone)[1]
        room: QRect = option.rect.adjusted(PADDING, 0, -PADDING, 0)
        place = QRect(room.x(), room.y() + (room.height() - ICON) // 2, ICON, ICON)
        painter.drawPixmap(place, pixmap("warning", ink, ICON, painter.device().devicePixelRatio()))
        painter.setPen(QColor(ink))
        flags = ALIGN_FLAGS["right"] | Qt.TextFlag.TextSingleLine.value
        width = room.width() - ICON - 4
        painter.drawText(room, flags, self._fitted(text, width, option.fontMetrics))
