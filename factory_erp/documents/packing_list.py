"""The packing list 装箱单 (UNTDID 1001 code 271): carton by carton what is packed, and never a price.

Weights per carton and in total stand in separate columns, in kilograms; sizes in centimetres;
volumes in cubic metres with 3 decimals. A mixed carton is counted once, with its first item.
"""

from __future__ import annotations

from decimal import Decimal

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
    draw_lines,
    lines_height,
    set_figure,
    set_lines,
    stacked,
)
from factory_erp.documents.page import A4_LANDSCAPE, MM, MUTED, STRONG, TINT, Page
from factory_erp.documents.parts import (
    Draft,
    buyer_row,
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
    weight_places,
)
from factory_erp.documents.snapshot import CartonLine, DocumentSnapshot
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


def render(snapshot: DocumentSnapshot) -> bytes:
    """The packing list as PDF bytes."""
    return _PackingList(snapshot).draw()


class _PackingList:
    """One packing list being drawn."""

    def __init__(self, snapshot: DocumentSnapshot) -> None:
        self.draft = Draft(snapshot, A4_LANDSCAPE)
        self.facts = snapshot.facts
        self.words = self.draft.words
        self.table = Table(self._columns())
        cartons = self.facts.cartons
        self.quantity_places = places(line.quantity for line in cartons)
        self.per_carton_places = places(line.per_carton for line in cartons)
        weights = [w for line in cartons for w in (line.net_g_per_carton, line.gross_g_per_carton)]
        self.weight_places = weight_places(
            [*weights, *(w for line in cartons for w in (line.net_g, line.gross_g))]
        )

    def draw(self) -> bytes:
        """Head, cartons, totals, words, signature."""
        draft = self.draft
        header(draft, self._head_columns(), [self._transport()])
        tail = [self._total_row(), self._in_words(), closing(draft, [remarks_row(draft)], left_share=0.62)]
        self.table.flow(
            draft.flow, (self._row(line) for line in self.facts.cartons), tail_height(draft.flow, tail)
        )
        draft.flow.place_together(tail)
        return draft.finish()

    def _head_columns(self) -> list[list[FieldRow]]:
        """Three columns: an A4 page across is wide and low."""
        draft = self.draft
        exporter, consignee, *notify = party_rows(draft)
        middle = [row for row in (buyer_row(draft), *notify) if row]
        right = [[title_field(draft)], *reference_rows(draft), marks_row(draft)[:1]]
        if not middle:
            return [[exporter, consignee, country_row(draft)], right]
        return [[exporter, consignee], [*middle, country_row(draft)], right]

    def _transport(self) -> FieldRow:
        return [field for row in transport_rows(self.draft) for field in row]

    def _columns(self) -> list[Column]:
        figures = [
            Column(tuple(self.words.both(key)), width, "center" if key == "size" else "right")
            for key, width in _FIGURES
        ]
        texts = [Column(tuple(self.words.both(key)), width) for key, width in _TEXTS]
        return [*texts, *figures]

    def _row(self, line: CartonLine) -> Row:
        widths = [column.inner for column in self.table.columns]
        cells: list[list[Line]] = [
            set_lines(self._carton_number(line), widths[0]),
            set_lines([Para(line.item_number, bold=True)], widths[1]),
            set_lines([Para(text) for text in self.words.pick(line.description)], widths[2]),
        ]
        cells.extend(
            set_figure(text, width) for text, width in zip(self._figures(line), widths[3:], strict=True)
        )
        return cells

    def _carton_number(self, line: CartonLine) -> list[Para]:
        if line.mixed_with_previous:
            return [
                Para(line.carton_ranges, colour=MUTED),
                Para(self.words.label("mixed"), SMALL, colour=MUTED),
            ]
        return [Para(line.carton_ranges, bold=True)]

    def _figures(self, line: CartonLine) -> list[str]:
        """The figures of a row; of a mixed carton's later items only what is theirs."""
        own = not line.mixed_with_previous
        return [
            f"{line.cartons:,}" if own else "",
            figure(line.per_carton, self.per_carton_places),
            f"{figure(line.quantity, self.quantity_places)} {self.words.unit(line.unit)}",
            self._kg(line.net_g_per_carton),
            self._kg(line.gross_g_per_carton) if own else "",
            _size(line) if own else "",
            self._kg(line.net_g),
            self._kg(line.gross_g) if own else "",
            cubic_metres(line.volume_mm3) if own else "",
        ]

    def _kg(self, grams: int) -> str:
        return kilograms(grams, self.weight_places)

    def _total_row(self) -> Block:
        """The totals, each under its column."""
        facts, columns = self.facts, self.table.columns
        label = set_lines([Para(self.words.label("total"), 8.4, bold=True, colour=STRONG)], 100 * MM)
        sums = totals_by_unit((line.quantity, line.unit) for line in facts.cartons)
        counted = [f"{figure(value, self.quantity_places)} {self.words.unit(unit)}" for value, unit in sums]
        by_column = {
            3: [f"{facts.carton_count:,}"],
            5: counted,
            9: [self._kg(facts.net_g)],
            10: [self._kg(facts.gross_g)],
            11: [cubic_metres(facts.volume_mm3)],
        }
        cells = {
            index: [line for text in shown for line in set_figure(text, columns[index].inner, 7.8, bold=True)]
            for index, shown in by_column.items()
        }
        return self._under_columns(label, cells)

    def _under_columns(self, label: list[Line], cells: dict[int, list[Line]]) -> Block:
        left, columns = self.draft.flow.left, self.table.columns
        ends = [left + sum(column.width for column in columns[: index + 1]) for index in range(len(columns))]
        height = max(lines_height(lines) for lines in [label, *cells.values()]) + 2.4 * MM

        def draw(page: Page, y: float) -> None:
            page.fill(left, y, self.table.width, height, TINT)
            draw_lines(page, label, left + PAD, y + (height - lines_height(label)) / 2)
            for index, lines in cells.items():
                draw_lines(page, lines, ends[index] - PAD, y + (height - lines_height(lines)) / 2, "right")
            page.rule(left, y + height, ends[-1], y + height, 0.6, STRONG)
            page.rule(left, y, left, y + height)
            page.rule(ends[-1], y, ends[-1], y + height)

        return Block(height, draw)

    def _in_words(self) -> Block:
        paras = tuple(
            Para(text, 7.8, bold=True) for text in self.words.cartons_in_words(self.facts.carton_count)
        )
        box = Field(self.words.label("packages_in_words"), paras)
        return stacked(self.draft.stack([[box]], self.draft.flow.width), self.draft.flow.left)


def _size(line: CartonLine) -> str:
    """45×32×28, in centimetres, one decimal only where needed."""
    sides = (line.length_mm, line.width_mm, line.height_mm)
    return "×".join(figure(Decimal(side) / 10, 0 if side % 10 == 0 else 1) for side in sides)
