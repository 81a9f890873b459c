"""The lines of an order that is being entered: columns of the grid, and what follows from what is typed.

A price that nobody typed follows the price lists when item, quantity or terms change; one that was typed
over stays, and is called "own price".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import cast

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.domain.money import Money, UnitPrice, exponent, parse_decimal
from factory_erp.i18n import N_, _
from factory_erp.services.directory import ItemRef
from factory_erp.services.sales.entry import EntryLine, LineQuote, Terms
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.choose import Choice, Search, among
from factory_erp.ui.kit.grid_cells import GridCell, GridColumn, GridRow, RowMaker, shown

ITEM, NAME, NUMBER, QUANTITY, UNIT = "item_id", "name", "customer_item", "quantity", "unit"
PRICE, SOURCE, AMOUNT, NOTE = "unit_price", "source", "amount", "note"

LIST_PRICE, KNOWN_NUMBER, PRICED = "list_price", "known_number", "priced_item"
"""Kept beside the cells: what price lists and the customer's numbers said when asked last, of which item."""

MARKED = (ITEM, NUMBER, QUANTITY, PRICE)
"""Columns at which a refusal can stand."""

Pair = tuple[int, Decimal]
"""An item and how many of it."""


@dataclass(slots=True)
class Book:
    """What is known while an order is entered: items, the customer's numbers, quotes on the present terms."""

    items: Mapping[int, ItemRef] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    terms: Terms | None = None
    quotes: dict[Pair, LineQuote] = field(default_factory=dict)
    refused: dict[EntryLine, tuple[str, str]] = field(default_factory=dict)
    """Line → the column and the sentence with which it was refused."""
    _skus: dict[str, ItemRef] = field(default_factory=dict)
    _search: Search = field(default_factory=lambda: among(()))

    def take_items(self, items: Sequence[ItemRef]) -> None:
        """The items that can be ordered."""
        self.items = {item.id: item for item in items}
        self._skus = {item.sku.casefold(): item for item in items}
        self._search = among([_choice(item) for item in items])

    def set_terms(self, terms: Terms | None) -> None:
        """Prices are asked anew for other terms."""
        if terms != self.terms:
            self.terms = terms
            self.quotes = {}

    def search(self, text: str) -> Sequence[Choice]:
        """Items whose SKU or name contains *text*, or that the customer calls so."""
        called = [_choice(self.items[item]) for item in self._called(text) if item in self.items]
        return [*called, *(one for one in self._search(text) if one not in called)][:200]

    def _called(self, text: str) -> list[int]:
        sought = text.strip().casefold()
        return [item for code, item in self.numbers.items() if sought and code.casefold() == sought]

    def named(self, text: str) -> Choice:
        """The item with that SKU of ours or number of the customer's. Raises InvalidValue."""
        called = [self.items[item] for item in self._called(text) if item in self.items]
        found = self._skus.get(text.strip().casefold()) or next(iter(called), None)
        if found is None:
            raise InvalidValue(
                _("There is no item '{sku}' that is sold.", sku=text.strip()),
                remedy=_("Choose from the list (F4)."),
            )
        return _choice(found)

    def unknown(self, pairs: Collection[Pair]) -> list[Pair]:
        """Of *pairs* those that no quote is known of."""
        return [pair for pair in dict.fromkeys(pairs) if pair not in self.quotes]

    def quote_of(self, values: Mapping[str, object]) -> LineQuote | None:
        """What is known of a line; None where it is not complete, or nobody has asked yet."""
        pair = pair_of(values)
        return self.quotes.get(pair) if pair is not None else None

    # what follows from what stands in a line

    def compute(self, values: Mapping[str, object]) -> Mapping[str, object]:
        """The columns that nobody types in."""
        item = self.items.get(cast(int, values[ITEM]))
        quote = self.quote_of(values)
        return {
            NAME: item.name or item.options if item else None,
            UNIT: figures.unit(item.unit) if item else None,
            SOURCE: self._source(values, quote),
            AMOUNT: self.amount_of(values),
            NOTE: " ".join(quote.warnings) if quote is not None else None,
        }

    def _source(self, values: Mapping[str, object], quote: LineQuote | None) -> str | None:
        if values[PRICE] is None:
            return None
        if values[PRICE] != values.get(LIST_PRICE):
            return _("Own price")
        return quote.price.list_code if quote is not None and quote.price is not None else None

    def amount_of(self, values: Mapping[str, object]) -> Money | None:
        """Quantity × price, to the cent."""
        quantity, price = values[QUANTITY], values[PRICE]
        if not isinstance(quantity, Decimal) or not isinstance(price, Decimal) or self.terms is None:
            return None
        return UnitPrice(price, self.terms.currency).times(quantity)

    def dressed(self, maker: RowMaker, row: GridRow) -> GridRow:
        """The row with the price and number that are known now; itself where it stays as it is."""
        line = _Line(maker, row)
        quote = self.quote_of(line.values)
        if quote is not None:
            line.follow(quote)
        problems = dict(self._refusals(line.values))
        if quote is not None and quote.problem:
            problems[QUANTITY] = quote.problem
        line.mark(problems)
        after = maker.changed(replace(row, rest=line.rest), line.cells)
        return row if (after.cells, after.rest) == (row.cells, row.rest) else after

    def _refusals(self, values: Mapping[str, object]) -> Sequence[tuple[str, str]]:
        if any(values[key] is None for key in (ITEM, QUANTITY, PRICE)):
            return ()
        [line] = entry_lines([values])
        return [self.refused[line]] if line in self.refused else ()


class _Line:
    """A row of the grid while it is dressed anew."""

    def __init__(self, maker: RowMaker, row: GridRow) -> None:
        self._maker, self._row = maker, row
        self._places = {column.key: place for place, column in enumerate(maker.columns)}
        self.values = maker.values(row)
        self.rest = dict(row.rest)
        self.cells: dict[int, GridCell] = {}

    def follow(self, quote: LineQuote) -> None:
        """Take price and number over, unless somebody typed his own."""
        price = quote.price.price.amount if quote.price is not None else None
        if self._follows_the_list():
            self._set(PRICE, price)
        if self.values[NUMBER] in ("", None, self.values.get(KNOWN_NUMBER)):
            self._set(NUMBER, quote.customer_item)
        self.rest |= {LIST_PRICE: price, KNOWN_NUMBER: quote.customer_item, PRICED: quote.item_id}

    def _follows_the_list(self) -> bool:
        """Nothing stands there, or what a list said; what was typed for another item is of no use."""
        if not self._cell(PRICE).text.strip():
            return True
        own = self.values[PRICE] is None or self.values[PRICE] != self.values.get(LIST_PRICE)
        return not own or self.values.get(PRICED) not in (None, self.values[ITEM])

    def mark(self, problems: Mapping[str, str]) -> None:
        """Say what is wrong with cells that could be read; those that could not say so themselves."""
        for key in MARKED:
            cell = self.cells.get(self._places[key], self._cell(key))
            if cell.value is not None and cell.problem != problems.get(key, ""):
                self.cells[self._places[key]] = replace(cell, problem=problems.get(key, ""))

    def _cell(self, key: str) -> GridCell:
        return self._row.cells[self._places[key]]

    def _set(self, key: str, value: object) -> None:
        place = self._places[key]
        self.cells[place] = self._maker.shown(place, value)


def pair_of(values: Mapping[str, object]) -> Pair | None:
    """Item and quantity of a line; None where one is missing."""
    item, quantity = values[ITEM], values[QUANTITY]
    return (item, quantity) if isinstance(item, int) and isinstance(quantity, Decimal) else None


def columns(book: Book) -> tuple[GridColumn, ...]:
    """The columns of the grid; *book* knows what can be ordered."""
    return (
        GridColumn(
            ITEM, N_("Item"), 132, "lookup", search=lambda text: book.search(text), required=True,
            read=lambda text: book.named(text), hint=N_("SKU, name, or the customer's own number"),
            aliases=("SKU", "Product code", "货号", "物料编码"),
        ),
        GridColumn(NAME, N_("Name"), 210, read_only=True, priority=3),
        GridColumn(NUMBER, N_("Customer item"), 118, read=_number, empty="", priority=2,
                   aliases=("Customer SKU", "客户货号")),
        GridColumn(QUANTITY, N_("Quantity"), 86, "number", read=_quantity, required=True,
                   aliases=("Qty", "数量")),
        GridColumn(UNIT, N_("Unit"), 56, read_only=True, priority=4),
        GridColumn(PRICE, N_("Unit price"), 92, "number", read=_price, required=True,
                   show=lambda value: price_text(value, book.terms),
                   aliases=("Price", "单价")),
        GridColumn(SOURCE, N_("Price source"), 128, read_only=True, priority=1,
                   hint=N_("The price list, or your own price")),
        GridColumn(AMOUNT, N_("Amount"), 104, "number", read_only=True, show=figures.amount),
        GridColumn(NOTE, N_("Please note"), 190, read_only=True, priority=5),
    )  # fmt: skip


def price_text(value: Decimal, terms: Terms | None) -> str:
    """A price as one would type it, with at least the currency's decimals."""
    plain = shown(value)
    places = exponent(terms.currency) if terms is not None else 0
    return plain if len(plain.partition(".")[2]) >= places else f"{value:.{places}f}"


def entry_lines(rows: Sequence[Mapping[str, object]]) -> list[EntryLine]:
    """Sound rows as the use case takes them."""
    return [
        EntryLine(
            cast(int, row[ITEM]),
            cast(Decimal, row[QUANTITY]),
            cast(Decimal, row[PRICE]),
            str(row[NUMBER] or ""),
        )
        for row in rows
    ]


def _choice(item: ItemRef) -> Choice:
    return Choice(item.id, item.sku, item.name or item.options)


def _quantity(text: str) -> Decimal:
    found = parse_decimal(text)
    if found <= 0:
        raise InvalidValue(_("A quantity has to be above zero."), remedy=_("Enter how many are ordered."))
    return found


def _price(text: str) -> Decimal:
    found = parse_decimal(text)
    if found < 0:
        raise InvalidValue(_("A price cannot be negative."))
    try:
        return UnitPrice.of(found, "USD").amount
    except DomainError:
        raise InvalidValue(_("A price has at most {count} decimals.", count=6)) from None


def _number(text: str) -> str:
    return text.strip()
