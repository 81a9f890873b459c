"""The packing list 装箱单 (UNTDID 1001 code 271): carton by carton what is packed, and never a price.

Weights per carton and in total stand in separate columns, in kilograms; sizes in centimetres;
volumes in cubic metres with 3 decimals. A mixed carton is counted once, with its first item.
"""

from __future__ import annotations

from decimal import Decimal

from factory_erp.documents.facts import CartonLine
from factory_erp.documents.layout import (
    PAD,
    SMALL,
    Block,
    Column,
    Field,
    FieldRow,
    Line,
    Para,
    Row,
    Table,
    draw_figures,
    draw_lines,
    lines_height,
    set_figure,
    set_lines,
    stacked,
)
from factory_erp.documents.page import A4_LANDSCAPE, MM, MUTED, STRONG, TINT, Align, Page
from factory_erp.documents.parts import (
    Draft,
    buyer_row,
    clauses_row,
    closing,
    country_row,
    cubic_metres,
    header,
    kilograms,
    marks_row,
    party_rows,
    reference_rows,
    remarks_row,
    tail_height,
    title_field,
    transport_rows,
    wanted,
    weight_places,
)
from factory_erp.documents.pictures import NO_PICTURES, Pictures
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.text import figure, places, totals_by_unit

_TEXTS = (("carton_no", 22), ("item", 28), ("description", 60))
_FIGURES = (
    ("cartons", 14),
    ("per_carton", 15),
    ("total_quantity", 22),
    ("net_per_carton", 17),
    ("gross_per_carton", 17),
    ("size", 24),
    ("net_total", 17),
    ("gross_total", 17),
    ("cbm", 16),
)
"""Label and width in mm of each column: 269 mm, an A4 page across."""


KEPT = frozenset({"carton_no", "description", "cartons", "total_quantity"})
"""Columns that no option hides: which cartons there are, and what is in them."""


def render(snapshot: DocumentSnapshot, pictures: Pictures = NO_PICTURES) -> bytes:
    """The packing list as PDF bytes; a neutral one names neither the exporter nor anybody who signs."""
    return _PackingList(snapshot, pictures).draw()


class _PackingList:
    """One packing list being drawn."""

    def __init__(self, snapshot: DocumentSnapshot, pictures: Pictures = NO_PICTURES) -> None:
        self.draft = Draft(snapshot, A4_LANDSCAPE, pictures)
        self.facts = snapshot.facts
        self.words = self.draft.words
        self.table = Table(self._columns())
        cartons = self.facts.cartons
        self.quantity_places = places(line.quantity for line in cartons)
        self.per_carton_places = places(line.per_carton for line in cartons)
        weights = [w for line in cartons for w in (line.net_g_per_carton, line.gross_g_per_carton)]
        weights += [w for line in cartons for w in (line.net_g, line.gross_g)]
        self.weight_places = weight_places([*weights, *(one.tare_g for one in self.facts.pallets)])

    def draw(self) -> bytes:
        """Head, cartons, totals, words, signature."""
        draft = self.draft
        header(draft, self._head_columns(), [self._transport()])
        last = closing(draft, [self._pallets(), clauses_row(draft), remarks_row(draft)], left_share=0.62)
        tail = [self._total_row(), self._in_words(), last]
        self.table.flow(
            draft.flow, (self._row(line) for line in self.facts.cartons), tail_height(draft.flow, tail)
        )
        draft.flow.place_together(tail)
        return draft.finish()

    def _head_columns(self) -> list[list[FieldRow]]:
        """Three columns: an A4 page across is wide and low."""
        draft = self.draft
        parties = party_rows(draft)
        kept = len(parties) - (1 if draft.facts.notify else 0)
        left, notify = parties[:kept], parties[kept:]
        middle = [row for row in (buyer_row(draft), *notify) if row]
        right = [[title_field(draft)], *reference_rows(draft), marks_row(draft)[:1]]
        if not middle:
            return [[*left, country_row(draft)], right]
        return [left, [*middle, country_row(draft)], right]

    def _transport(self) -> FieldRow:
        return [field for row in transport_rows(self.draft) for field in row]

    def _pallets(self) -> FieldRow:
        """How many pallets, the cartons, size and empty weight of each, and the whole weight with them."""
        pallets, words = self.facts.pallets, self.words
        if not pallets:
            return []
        described = [
            said
            for one in pallets
            for said in words.sentences(
                "pallet_line",
                numbers=one.pallet_ranges,
                cartons=one.carton_ranges,
                size=_sides(one.length_mm, one.width_mm, one.height_mm),
                tare=self._kg(one.tare_g),
            )
        ]
        whole = self.facts.gross_g + sum(one.pallets * one.tare_g for one in pallets)
        count = f"{sum(one.pallets for one in pallets):,}"
        return [
            self.draft.field("pallets", count, *described, share=2.2, limit=12),
            self.draft.field("gross_with_pallets", f"{self._kg(whole)} kg"),
        ]

    def _columns(self) -> list[Column]:
        aligned: list[tuple[str, float, Align]] = [
            *((key, width, "left") for key, width in _TEXTS),
            *((key, width, "center" if key == "size" else "right") for key, width in _FIGURES),
        ]
        columns = [Column(tuple(self.words.both(key)), width, align, key) for key, width, align in aligned]
        return wanted(self.draft, columns, KEPT)

    def _row(self, line: CartonLine) -> Row:
        texts = {
            "carton_no": self._carton_number(line),
            "item": [Para(line.item_number, bold=True)],
            "description": [Para(text) for text in self.words.pick(line.description)],
        }
        figures = self._figures(line)
        return [
            set_lines(texts[column.key], column.inner)
            if column.key in texts
            else set_figure(figures[column.key], column.inner)
            for column in self.table.columns
        ]

    def _carton_number(self, line: CartonLine) -> list[Para]:
        if line.mixed_with_previous:
            return [
                Para(line.carton_ranges, colour=MUTED),
                Para(self.words.label("mixed"), SMALL, colour=MUTED),
            ]
        return [Para(line.carton_ranges, bold=True)]

    def _figures(self, line: CartonLine) -> dict[str, str]:
        """The figures of a row by column; of a mixed carton's later items only what is theirs."""
        figures = {
            "per_carton": figure(line.per_carton, self.per_carton_places),
            "total_quantity": f"{figure(line.quantity, self.quantity_places)} {self.words.unit(line.unit)}",
            "net_per_carton": self._kg(line.net_g_per_carton),
            "net_total": self._kg(line.net_g),
        }
        of_the_carton = {
            "cartons": f"{line.cartons:,}",
            "gross_per_carton": self._kg(line.gross_g_per_carton),
            "size": _sides(line.length_mm, line.width_mm, line.height_mm),
            "gross_total": self._kg(line.gross_g),
            "cbm": cubic_metres(line.volume_mm3),
        }
        return figures | (dict.fromkeys(of_the_carton, "") if line.mixed_with_previous else of_the_carton)

    def _kg(self, grams: int) -> str:
        return kilograms(grams, self.weight_places)

    def _total_row(self) -> Block:
        """The totals, each under its column."""
        facts, columns = self.facts, self.table.columns
        label = set_lines([Para(self.words.label("total"), 8.4, bold=True, colour=STRONG)], 100 * MM)
        sums = totals_by_unit((line.quantity, line.unit) for line in facts.cartons)
        counted = [f"{figure(value, self.quantity_places)} {self.words.unit(unit)}" for value, unit in sums]
        by_column = {
            "cartons": [f"{facts.carton_count:,}"],
            "total_quantity": counted,
            "net_total": [self._kg(facts.net_g)],
            "gross_total": [self._kg(facts.gross_g)],
            "cbm": [cubic_metres(facts.volume_mm3)],
        }
        cells = {
            column.key: [
                line
                for text in by_column[column.key]
                for line in set_figure(text, column.inner, 7.8, bold=True)
            ]
            for column in columns
            if column.key in by_column
        }
        return self._under_columns(label, cells)

    def _under_columns(self, label: list[Line], cells: dict[str, list[Line]]) -> Block:
        left, right = self.draft.flow.left, self.draft.flow.left + self.table.width
        spans = {key: self.table.span(left, key) for key in cells}
        height = max(lines_height(lines) for lines in [label, *cells.values()]) + 2.4 * MM

        def draw(page: Page, y: float) -> None:
            page.fill(left, y, self.table.width, height, TINT)
            draw_lines(page, label, left + PAD, y + (height - lines_height(label)) / 2)
            for key, lines in cells.items():
                draw_figures(page, lines, spans[key], y + (height - lines_height(lines)) / 2)
            page.rule(left, y + height, right, y + height, 0.6, STRONG)
            page.rule(left, y, left, y + height)
            page.rule(right, y, right, y + height)

        return Block(height, draw)

    def _in_words(self) -> Block:
        paras = tuple(
            Para(text, 7.8, bold=True) for text in self.words.cartons_in_words(self.facts.carton_count)
        )
        box = Field(self.words.label("packages_in_words"), paras, key="packages_in_words")
        return stacked(self.draft.stack([[box]], self.draft.flow.width), self.draft.flow.left)


def _sides(*sides: int) -> str:
    """45×32×28: millimetres in centimetres, one decimal only where needed."""
    return "×".join(figure(Decimal(side) / 10, 0 if side % 10 == 0 else 1) for side in sides)
