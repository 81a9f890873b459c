"""Blocks, boxes with a label, item tables, and how they flow over pages.

The look follows the UN Layout Key (UNECE Recommendation 1, ISO 6422): boxes with a small label in the
corner, the parties left, references and terms right, the goods across, declarations and signature below.
Text is wrapped to its box. What is too long for a box is cut there and carried to the end of the
document under the box's label ("continued"), so that nothing is lost and nothing overlaps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from factory_erp.documents.page import INK, MM, MUTED, STRONG, TINT, Align, Colour, Page
from factory_erp.documents.typeset import break_lines, clean, fitting_size, text_width

BODY, SMALL, LABEL = 7.4, 6.4, 5.7
PAD = 1.3 * MM
LEADING = 1.3
MARGIN_X, MARGIN_TOP, MARGIN_BOTTOM = 14 * MM, 12 * MM, 15 * MM


@dataclass(frozen=True, slots=True)
class Para:
    """A text and how it is set."""

    text: str
    size: float = BODY
    bold: bool = False
    colour: Colour = INK


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a paragraph, already broken."""

    text: str
    size: float
    bold: bool
    colour: Colour

    @property
    def height(self) -> float:
        """Its share of the height of a column of lines."""
        return self.size * LEADING

    def draw(self, page: Page, x: float, y: float, align: Align = "left") -> None:
        """Draw it with its top at y."""
        baseline = y + self.size * 1.04
        page.text(x, baseline, self.text, self.size, bold=self.bold, colour=self.colour, align=align)


def set_lines(paras: Iterable[Para], width: float) -> list[Line]:
    """The paragraphs broken to *width* points."""
    return [
        Line(text, para.size, para.bold, para.colour)
        for para in paras
        for text in break_lines(para.text, para.size, width, para.bold)
    ]


def set_figure(text: str, width: float, size: float = BODY, *, bold: bool = False) -> list[Line]:
    """*text* on one line whatever its length, shrunk to fit *width*: a number is never broken."""
    drawn = clean(text, bold).replace("\n", " ")
    return [Line(drawn, fitting_size(drawn, size, width, bold), bold, INK)] if drawn else []


def shortened(text: str, size: float, width: float, bold: bool = False) -> str:
    """*text* on one line, its end cut with "…" if it is too long; for running heads only."""
    drawn = clean(text, bold).replace("\n", " ")
    if text_width(drawn, size, bold) <= width:
        return drawn
    kept = drawn[: max(1, int(width / size * 2.5))]
    while kept and text_width(kept + "…", size, bold) > width:
        kept = kept[:-1]
    return kept + "…"


def lines_height(lines: Iterable[Line]) -> float:
    """Height of the lines one below the other."""
    return sum(line.height for line in lines)


def draw_lines(page: Page, lines: Iterable[Line], x: float, y: float, align: Align = "left") -> None:
    """Draw the lines one below the other from y down."""
    for line in lines:
        line.draw(page, x, y, align)
        y += line.height


@dataclass(slots=True)
class Spill:
    """What was too long for its box, by label, to be printed at the end."""

    parts: list[tuple[str, list[Line]]] = field(default_factory=list)

    def clip(self, label: str, lines: list[Line], limit: int) -> list[Line]:
        """The first *limit* lines; the rest is kept for the end, marked by "…" where it is cut."""
        if len(lines) <= limit:
            return lines
        self.parts.append((label, lines[limit - 1 :]))
        return [*lines[: limit - 1], Line("…", BODY, False, MUTED)]


@dataclass(frozen=True, slots=True)
class Block:
    """Something of known height, drawn with its top at a given y."""

    height: float
    draw: Callable[[Page, float], None]


@dataclass(frozen=True, slots=True)
class Field:
    """A box: its label and what it says. ``share`` is its part of the row's width."""

    label: str
    paras: tuple[Para, ...]
    share: float = 1
    max_lines: int = 9


FieldRow = Sequence[Field]


class Stack:
    """Rows of boxes one below the other, of one width; the lowest row can be stretched."""

    def __init__(self, rows: Iterable[FieldRow], width: float, spill: Spill) -> None:
        self.width = width
        self._rows = [self._set_row(row, spill) for row in rows]
        self.height = sum(height for height, _cells in self._rows)

    def _set_row(self, row: FieldRow, spill: Spill) -> tuple[float, list[_Cell]]:
        whole = sum(one.share for one in row)
        cells = [_set_cell(one, self.width * one.share / whole, spill) for one in row]
        return max(cell.height for cell in cells), cells

    def draw(self, page: Page, x: float, y: float, height: float) -> None:
        """Draw the boxes; the last row fills what is left of *height*."""
        bottom = y + height
        for index, (row_height, cells) in enumerate(self._rows):
            tall = bottom - y if index == len(self._rows) - 1 else row_height
            left = x
            for cell in cells:
                page.box(left, y, cell.width, tall)
                draw_lines(page, cell.label, left + PAD, y + PAD * 0.75)
                draw_lines(page, cell.lines, left + PAD, y + PAD * 0.75 + lines_height(cell.label) + 1)
                left += cell.width
            y += tall


@dataclass(frozen=True, slots=True)
class _Cell:
    width: float
    label: list[Line]
    lines: list[Line]

    @property
    def height(self) -> float:
        return lines_height(self.label) + lines_height(self.lines) + 1 + PAD * 1.75


def _set_cell(spec: Field, width: float, spill: Spill) -> _Cell:
    inner = width - 2 * PAD
    label = set_lines([Para(spec.label, LABEL, colour=MUTED)], inner) if spec.label else []
    lines = spill.clip(spec.label, set_lines(spec.paras, inner), spec.max_lines)
    return _Cell(width, label, lines)


def side_by_side(stacks: Sequence[Stack], x: float) -> Block:
    """Stacks of equal height beside each other as one block."""
    height = max(stack.height for stack in stacks)

    def draw(page: Page, y: float) -> None:
        left = x
        for stack in stacks:
            stack.draw(page, left, y, height)
            left += stack.width

    return Block(height, draw)


def stacked(stack: Stack, x: float) -> Block:
    """One stack as a block."""
    return Block(stack.height, lambda page, y: stack.draw(page, x, y, stack.height))


def gap(height: float) -> Block:
    """Empty space."""
    return Block(height, lambda _page, _y: None)


class Flow:
    """Places blocks down the page and begins a new page when one does not fit."""

    def __init__(self, size: tuple[float, float], running_head: Callable[[Page, float], float]) -> None:
        self.size = size
        self.left, self.right = MARGIN_X, size[0] - MARGIN_X
        self.width = self.right - self.left
        self.bottom = size[1] - MARGIN_BOTTOM
        self.pages = [Page()]
        self.y = MARGIN_TOP
        self._running_head = running_head
        self._fresh = MARGIN_TOP

    @property
    def page(self) -> Page:
        """The page being filled."""
        return self.pages[-1]

    @property
    def room(self) -> float:
        """Points left on this page."""
        return self.bottom - self.y

    @property
    def fresh_room(self) -> float:
        """Points that a new page offers."""
        return self.bottom - MARGIN_TOP - 8 * MM

    @property
    def is_fresh(self) -> bool:
        """Nothing but the running head stands on the page."""
        return self.y <= self._fresh

    def new_page(self) -> None:
        """Begin a page under the running head."""
        self.pages.append(Page())
        self.y = self._fresh = MARGIN_TOP + self._running_head(self.page, MARGIN_TOP)

    def place(self, block: Block) -> None:
        """Draw *block* here, or on a new page if it does not fit."""
        if block.height > self.room and not self.is_fresh:
            self.new_page()
        block.draw(self.page, self.y)
        self.y += block.height

    def place_together(self, blocks: Sequence[Block]) -> None:
        """Draw *blocks* on one page if a page can hold them."""
        height = sum(block.height for block in blocks)
        if self.room < height <= self.fresh_room:
            self.new_page()
        for block in blocks:
            self.place(block)

    def place_lines(self, heading: str, lines: Sequence[Line]) -> None:
        """Draw a heading and lines that may run over several pages."""
        self.place(gap(2 * MM))
        head = set_lines([Para(heading, SMALL, bold=True, colour=MUTED)], self.width)
        for line in [*head, *lines]:
            self._place_line(line)

    def _place_line(self, line: Line) -> None:
        self.place(Block(line.height, lambda page, y: line.draw(page, self.left, y)))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the item table: heading per language, width in mm, alignment."""

    heading: tuple[str, ...]
    width_mm: float
    align: Align = "left"

    @property
    def width(self) -> float:
        """Width in points."""
        return self.width_mm * MM

    @property
    def inner(self) -> float:
        """Width that text may take."""
        return self.width - 2 * PAD


Row = Sequence[list[Line]]
"""One list of lines per column."""

ROW_PAD = 0.85 * MM


class Table:
    """The item table: its head stands on each page, its rows stay whole where a page can hold them."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self._head = [
            set_lines([Para(text, SMALL, bold=True, colour=STRONG) for text in column.heading], column.inner)
            for column in columns
        ]
        self.head_height = max(lines_height(lines) for lines in self._head) + 2 * ROW_PAD

    @property
    def width(self) -> float:
        """Width in points."""
        return sum(column.width for column in self.columns)

    def flow(self, flow: Flow, rows: Iterable[Row], tail: float) -> None:
        """Place *rows*; the last two share their page with the *tail* points that follow the table."""
        *body, last = rows
        self._begin(flow)
        for index, row in enumerate(body):
            self._place(flow, row, _row_height(last) + tail if index == len(body) - 1 else 0)
        self._place(flow, last, tail)
        self._end(flow)

    def _begin(self, flow: Flow) -> None:
        if flow.room < self.head_height + 12 * MM:
            flow.new_page()
        self._top = flow.y
        flow.page.fill(flow.left, flow.y, self.width, self.head_height, TINT)
        self._draw_cells(flow, self._head)
        flow.y += self.head_height
        flow.page.rule(flow.left, flow.y, flow.left + self.width, flow.y, 0.6, STRONG)
        self._body = flow.y

    def _end(self, flow: Flow) -> None:
        """Frame the part of the table that stands on this page."""
        x = flow.left
        for column in self.columns:
            flow.page.rule(x, self._top, x, flow.y)
            x += column.width
        flow.page.rule(x, self._top, x, flow.y)
        flow.page.rule(flow.left, self._top, x, self._top, 0.6, STRONG)
        flow.page.rule(flow.left, flow.y, x, flow.y, 0.6, STRONG)

    def _break(self, flow: Flow) -> None:
        self._end(flow)
        flow.new_page()
        self._begin(flow)

    def _place(self, flow: Flow, row: Row, tail: float) -> None:
        height = _row_height(row)
        first_on_page = flow.y == self._body
        whole_page = flow.fresh_room - self.head_height
        if height + tail > flow.room and not first_on_page and height + tail <= whole_page:
            self._break(flow)
        while (height := _row_height(row)) > flow.room:
            if height <= whole_page and flow.y != self._body:
                self._break(flow)
                continue
            now, row = _split(row, flow.room - 2 * ROW_PAD)
            self._draw_row(flow, now)
            self._break(flow)
        self._draw_row(flow, row)

    def _draw_row(self, flow: Flow, row: Row) -> None:
        if flow.y != self._body:
            flow.page.rule(flow.left, flow.y, flow.left + self.width, flow.y, 0.3)
        self._draw_cells(flow, row)
        flow.y += _row_height(row)

    def _draw_cells(self, flow: Flow, row: Row) -> None:
        x, page, y = flow.left, flow.page, flow.y + ROW_PAD
        for column, lines in zip(self.columns, row, strict=True):
            if lines:
                draw_lines(page, lines, _anchor(x, column), y, column.align)
            x += column.width


def _anchor(x: float, column: Column) -> float:
    if column.align == "right":
        return x + column.width - PAD
    return x + column.width / 2 if column.align == "center" else x + PAD


def _row_height(row: Row) -> float:
    return max(lines_height(lines) for lines in row) + 2 * ROW_PAD


def _split(row: Row, room: float) -> tuple[Row, Row]:
    """The lines of each cell that fit into *room* points (at least one), and the rest."""
    now: list[list[Line]] = []
    rest: list[list[Line]] = []
    for lines in row:
        used, count = 0.0, 0
        while count < len(lines) and (count == 0 or used + lines[count].height <= room):
            used += lines[count].height
            count += 1
        now.append(lines[:count])
        rest.append(lines[count:])
    return now, rest
