"""Blocks, boxes with a label, item tables, and how they flow over pages.

The look follows the UN Layout Key (UNECE Recommendation 1, ISO 6422): boxes with a small label in the
corner, the parties left, references and terms right, the goods across, declarations and signature below.
Text is wrapped to its box. What is too long for a box is cut there and carried to the end of the
document under the box's label ("continued"), so that nothing is lost and nothing overlaps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from factory_erp.documents.lines import (
    BODY,
    LABEL,
    LEADING,
    PAD,
    SMALL,
    Line,
    Para,
    draw_figures,
    draw_lines,
    lines_height,
    set_figure,
    set_heading,
    set_label,
    set_lines,
    shortened,
)
from factory_erp.documents.page import MM, MUTED, STRONG, TINT, Align, Page
from factory_erp.documents.pictures import Picture

__all__ = [
    "BODY",
    "LABEL",
    "LEADING",
    "PAD",
    "SMALL",
    "Block",
    "Column",
    "Field",
    "FieldRow",
    "Flow",
    "Line",
    "Para",
    "Row",
    "Spill",
    "Stack",
    "Table",
    "draw_figures",
    "draw_lines",
    "gap",
    "lines_height",
    "set_figure",
    "set_lines",
    "shortened",
    "side_by_side",
    "stacked",
]


PICTURE_WIDTH, PICTURE_HEIGHT = 55 * MM, 11 * MM
MARGIN_X, MARGIN_TOP, MARGIN_BOTTOM = 14 * MM, 12 * MM, 15 * MM


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
    """A box: its label, a picture above what it says, and what it says.

    ``share`` is its part of the row's width, ``key`` names it.
    """

    label: str
    paras: tuple[Para, ...]
    share: float = 1
    max_lines: int = 9
    key: str = ""
    picture: Picture | None = None


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
                cell.draw(page, left + PAD, y + PAD * 0.75)
                left += cell.width
            y += tall


@dataclass(frozen=True, slots=True)
class _Cell:
    width: float
    label: list[Line]
    lines: list[Line]
    picture: Picture | None = None

    @property
    def height(self) -> float:
        return lines_height(self.label) + self._picture_size[1] + lines_height(self.lines) + 1 + PAD * 1.75

    @property
    def _picture_size(self) -> tuple[float, float]:
        if self.picture is None:
            return 0, 0
        return self.picture.fitted(min(PICTURE_WIDTH, self.width - 2 * PAD), PICTURE_HEIGHT)

    def draw(self, page: Page, x: float, y: float) -> None:
        """Label, picture and lines, one below the other."""
        draw_lines(page, self.label, x, y)
        y += lines_height(self.label) + 1
        wide, high = self._picture_size
        if self.picture:
            self.picture.draw(page, x, y, wide, high)
        draw_lines(page, self.lines, x, y + high)


def _set_cell(spec: Field, width: float, spill: Spill) -> _Cell:
    inner = width - 2 * PAD
    label = set_label(spec.label, inner)
    lines = spill.clip(spec.label, set_lines(spec.paras, inner), spec.max_lines)
    return _Cell(width, label, lines, spec.picture)


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

    def __init__(
        self,
        size: tuple[float, float],
        running_head: Callable[[Page, float], float],
        *,
        mirrored: bool = False,
    ) -> None:
        self.size = size
        self.mirrored = mirrored
        self.left, self.right = MARGIN_X, size[0] - MARGIN_X
        self.width = self.right - self.left
        self.bottom = size[1] - MARGIN_BOTTOM
        self.pages = [self._blank()]
        self.y = MARGIN_TOP
        self._running_head = running_head
        self._fresh = MARGIN_TOP

    def _blank(self) -> Page:
        return Page(mirror=self.size[0] if self.mirrored else 0)

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
        self.pages.append(self._blank())
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
        """Draw a heading and lines: on one page if a page can hold them, else over several."""
        head = set_lines([Para(heading, SMALL, bold=True, colour=MUTED)], self.width)
        self.place_together([gap(2 * MM), *(self._of_line(line) for line in [*head, *lines])])

    def _of_line(self, line: Line) -> Block:
        return Block(line.height, lambda page, y: line.draw(page, self.left, y))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the item table: heading per language, width in mm, alignment, and its key."""

    heading: tuple[str, ...]
    width_mm: float
    align: Align = "left"
    key: str = ""

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
            [line for text in column.heading for line in set_heading(text, column.inner)]
            for column in columns
        ]
        self.head_height = max(lines_height(lines) for lines in self._head) + 2 * ROW_PAD

    @property
    def width(self) -> float:
        """Width in points."""
        return sum(column.width for column in self.columns)

    def span(self, left: float, first: str, last: str = "") -> tuple[float, float]:
        """From and to which x the columns *first* to *last* reach, in a table that begins at *left*."""
        keys = [column.key for column in self.columns]
        begun, ended = keys.index(first), keys.index(last or first) + 1
        start = left + sum(column.width for column in self.columns[:begun])
        return start, start + sum(column.width for column in self.columns[begun:ended])

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
        while height > flow.room:
            if height > whole_page or flow.y == self._body:
                now, row = _split(row, flow.room - 2 * ROW_PAD)
                self._draw_row(flow, now, _row_height(now))
                height = _row_height(row)
            self._break(flow)
        self._draw_row(flow, row, height)

    def _draw_row(self, flow: Flow, row: Row, height: float) -> None:
        if flow.y != self._body:
            flow.page.rule(flow.left, flow.y, flow.left + self.width, flow.y, 0.3)
        self._draw_cells(flow, row)
        flow.y += height

    def _draw_cells(self, flow: Flow, row: Row) -> None:
        x, page, y = flow.left, flow.page, flow.y + ROW_PAD
        for column, lines in zip(self.columns, row, strict=True):
            if lines:
                _draw_in_column(page, lines, x, y, column)
            x += column.width


def _draw_in_column(page: Page, lines: Iterable[Line], x: float, y: float, column: Column) -> None:
    """Draw the lines into *column*, whose left edge is x, from y down."""
    if column.align == "right":
        draw_figures(page, lines, (x, x + column.width), y)
    elif column.align == "center":
        draw_lines(page, lines, x + column.width / 2, y, "center")
    else:
        draw_lines(page, lines, x + PAD, y)


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
