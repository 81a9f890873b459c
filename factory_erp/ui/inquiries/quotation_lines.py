"""The lines of a quotation in a grid: prices that follow the lists until somebody types his own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import cast

from factory_erp.i18n import N_
from factory_erp.services.inquiries.quotation_lines import QuoteLineForm
from factory_erp.services.inquiries.quotation_views import QuotationLineView
from factory_erp.services.sales.entry import LineQuote
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.grid_cells import GridCell, GridColumn, GridRow, RowMaker
from factory_erp.ui.sales import order_lines
from factory_erp.ui.sales.order_lines import (
    AMOUNT,
    ITEM,
    LIST_PRICE,
    MARKED,
    NAME,
    NOTE,
    NUMBER,
    PRICE,
    PRICED,
    QUANTITY,
    SOURCE,
    UNIT,
)

LIST_NOTE = "list_note"
"""Kept beside the cells: the note that a price list wrote, which a changed price writes anew."""

_NOTE_LENGTH = 300


@dataclass(slots=True)
class QuoteBook(order_lines.Book):
    """What is known while a quotation is written; prices behave as those of an order that is typed in."""

    refused_lines: dict[QuoteLineForm, tuple[str, str]] = field(default_factory=dict)
    """Line → the column and the sentence with which it was refused."""

    def compute(self, values: Mapping[str, object]) -> Mapping[str, object]:
        """The columns that nobody types in."""
        found = order_lines.Book.compute(self, values)
        # Of an offer that was sent nobody asks the lists any more: its note says where a price stood.
        source = found[SOURCE] if LIST_PRICE in values else None
        return {NAME: found[NAME], UNIT: found[UNIT], SOURCE: source, AMOUNT: found[AMOUNT]}

    def why(self, values: Mapping[str, object]) -> str:
        """Where the price of a line stands; its note where nothing else is known."""
        quote = self.quote_of(values)
        if quote is not None and quote.price is not None and values[PRICE] == quote.price.price.amount:
            return quote.price.why
        return str(values[NOTE] or "")

    def dressed(self, maker: RowMaker, row: GridRow) -> GridRow:
        """The row with the price that is known now; itself where it stays as it is."""
        values = maker.values(row)
        places = {column.key: place for place, column in enumerate(maker.columns)}
        quote = self.quote_of(values)
        cells: dict[int, GridCell] = {}
        rest = dict(row.rest)
        if quote is not None:
            said, known = _followed(values, row.cells[places[PRICE]], quote)
            cells = {places[key]: maker.shown(places[key], value) for key, value in said.items()}
            rest |= known
        problems = self._problems(values, quote)
        for key in (*MARKED, NOTE):
            if key in places:
                place = places[key]
                cell = cells.get(place, row.cells[place])
                if cell.value is not None and cell.problem != problems.get(key, ""):
                    cells[place] = replace(cell, problem=problems.get(key, ""))
        after = maker.changed(replace(row, rest=rest), cells)
        return row if (after.cells, after.rest) == (row.cells, row.rest) else after

    def _problems(self, values: Mapping[str, object], quote: LineQuote | None) -> Mapping[str, str]:
        complete = all(values[key] is not None for key in (ITEM, QUANTITY, PRICE))
        refusal = self.refused_lines.get(quote_lines([values])[0]) if complete else None
        problems = dict([refusal]) if refusal is not None else {}
        if quote is not None and quote.problem:
            problems[QUANTITY] = quote.problem
        return problems


def _followed(
    values: Mapping[str, object], price_cell: GridCell, quote: LineQuote
) -> tuple[dict[str, object], dict[str, object]]:
    """(what price and note become, what is kept beside them) now that the lists have answered."""
    price = quote.price.price.amount if quote.price is not None else None
    why = quote.price.why[:_NOTE_LENGTH] if quote.price is not None else ""
    said: dict[str, object] = {}
    own = values[PRICE] is None or values[PRICE] != values.get(LIST_PRICE)
    other_item = values.get(PRICED) not in (None, values[ITEM])
    if not price_cell.text.strip() or not own or other_item:
        said[PRICE] = price
    note = str(values[NOTE] or "")
    ours = note in ("", why, values.get(LIST_NOTE))
    if ours:
        said[NOTE] = why if said.get(PRICE, values[PRICE]) == price else ""
    return said, {LIST_PRICE: price, PRICED: quote.item_id, LIST_NOTE: why if ours else ""}


def columns(book: QuoteBook) -> tuple[GridColumn, ...]:
    """The columns of the grid: those of an order, and a note of our own."""
    kept = [one for one in order_lines.columns(book) if one.key not in (NUMBER, NOTE)]
    note = GridColumn(
        NOTE, N_("Note"), 200, empty="", priority=5, aliases=("备注",),
        hint=N_("For us: where the price comes from. It is not printed."),
    )  # fmt: skip
    return (*kept, note)


def row_of(line: QuotationLineView) -> dict[str, object]:
    """A saved line as the grid shows it."""
    return {
        ITEM: Choice(line.item_id, line.sku),
        QUANTITY: line.quantity,
        PRICE: line.unit_price,
        NOTE: line.note,
        PRICED: line.item_id,
    }


def quote_lines(rows: Sequence[Mapping[str, object]]) -> list[QuoteLineForm]:
    """Sound rows as the use case takes them."""
    return [
        QuoteLineForm(
            cast(int, row[ITEM]),
            cast(Decimal, row[QUANTITY]),
            cast(Decimal, row[PRICE]),
            str(row[NOTE] or "").strip(),
        )
        for row in rows
    ]
